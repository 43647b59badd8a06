//! Machines: bounces, absence notices, lists and our own mail, which are never answered (design, invariant 5).
//!
//! The signs are those of RFC 3834 (sections 2 and 5), those for which Pigeonhole's vacation action stays silent
//! (`ext-vacation`, `cmd-vacation.c`: null sender, system addresses, `List-*`, `Auto-Submitted`, `Precedence`,
//! `X-Auto-Response-Suppress` of `All` or `OOF`), and what mail programs that follow neither write into a subject.
//!
//! A sign on a mail that brings nothing decides. On a mail that brings a file or a link most signs only make a machine likely:
//! document systems send signed oficios from `no-reply@` with `Auto-Submitted: auto-generated`, and forwarding lists put
//! `Precedence: bulk` on the mail of people. Whoever composes the verdict gives such a mail to a person when it may be a
//! designation.

use crate::form::fold;
use crate::mail::{Disposition, Mail, split_quoted};

/// The addresses that are ours, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OurAddresses(pub Vec<String>);

impl OurAddresses {
    /// Whether this address is one of ours, whatever its case.
    pub fn contains(&self, address: &str) -> bool {
        let address = address.trim().to_lowercase();
        self.0.iter().any(|ours| ours.to_lowercase() == address)
    }
}

/// How far a mail is a machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Unless its documents say that it is a designation: then a person has to look, and nothing is answered.
    Likely,
    Certain,
}

/// Why a mail is taken for a machine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// A Spanish sentence for the operator, without personal data.
    pub reason: String,
    pub strength: Strength,
}

/// Whether a machine wrote this mail. Looks at the headers, the subject and the new text, not into attachments.
pub fn machine(mail: &Mail, ours: &OurAddresses) -> Option<Machine> {
    let found: Vec<&Sign> = SIGNS.iter().filter(|sign| (sign.shows)(mail, ours)).collect();
    let strongest = found.iter().find(|sign| sign.strength == Strength::Certain).or_else(|| found.first())?;
    let strength = if brings_something(mail) { strongest.strength } else { Strength::Certain };
    Some(Machine { reason: strongest.reason.to_owned(), strength })
}

/// A file beside the pictures of its signature block, or a link to one.
fn brings_something(mail: &Mail) -> bool {
    !mail.links.is_empty()
        || mail.attachments.iter().any(|attachment| {
            attachment.disposition == Disposition::Attachment
                && !attachment.media_type.starts_with("message/")
                && !matches!(attachment.media_type.as_str(), "text/rfc822-headers" | "text/calendar")
        })
}

struct Sign {
    /// For tests and readers.
    #[cfg_attr(not(test), expect(dead_code))]
    name: &'static str,
    strength: Strength,
    reason: &'static str,
    shows: fn(&Mail, &OurAddresses) -> bool,
}

/// With their colons: «Ausencia de respuesta al oficio …» is a person's subject.
const AUTO_REPLY_SUBJECTS: &[&str] = &[
    "respuesta automática:",
    "autorespuesta:",
    "auto respuesta:",
    "respuesta automática de ausencia",
    "automatic reply:",
    "auto reply:",
    "autoreply:",
    "auto-reply:",
    "auto:",
    "out of office:",
    "out of office autoreply:",
    "out of office reply",
    "fuera de la oficina:",
    "fuera de oficina:",
    "ausente:",
    "ausencia:",
    "resposta automática:",
    "ausência temporária:",
    "fora do escritório:",
];

const SIGNS: &[Sign] = &[
    Sign {
        name: "our own address",
        strength: Strength::Certain,
        reason: "El correo sale de nuestra propia dirección.",
        shows: |mail, ours| mail.from.iter().chain(&mail.sender).any(|sender| ours.contains(&sender.address)),
    },
    Sign {
        name: "report",
        strength: Strength::Certain,
        reason: "Es un aviso del servidor de correo sobre un mensaje (rebote o confirmación de lectura).",
        // RFC 3462: delivery status (RFC 3464) and disposition notifications (RFC 8098).
        shows: |mail, _| mail.media_type == "multipart/report" || is_report_part(&mail.media_type),
    },
    Sign {
        name: "report inside",
        strength: Strength::Likely,
        reason: "Trae dentro un aviso del servidor de correo (rebote o confirmación de lectura).",
        // A server that writes no proper header, or a person who forwards a bounce, perhaps with the oficio in it.
        shows: |mail, _| {
            mail.media_type != "multipart/report"
                && !is_report_part(&mail.media_type)
                && mail.attachments.iter().any(|attachment| is_report_part(&attachment.media_type))
        },
    },
    Sign {
        name: "auto-replied",
        strength: Strength::Certain,
        reason: "Es una respuesta automática (Auto-Submitted).",
        // RFC 3834, section 5: a reply that a machine wrote. No document system marks an oficio so.
        shows: |mail, _| auto_submitted(mail).is_some_and(|word| word == "auto-replied"),
    },
    Sign {
        name: "bounce sender",
        strength: Strength::Certain,
        reason: "Lo envía el servidor de correo (MAILER-DAEMON).",
        shows: |mail, _| local_parts(mail).any(|local| is_mail_server(&local)),
    },
    Sign {
        name: "auto-reply header",
        strength: Strength::Certain,
        reason: "Es una respuesta automática (cabecera de respuesta automática).",
        shows: |mail, _| {
            ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-autogenerated", "x-vacation"]
                .iter()
                .any(|name| header(mail, name).is_some_and(|value| value != "no" && value != "false"))
                || header(mail, "precedence").is_some_and(|value| value == "auto_reply" || value == "auto-reply")
        },
    },
    Sign {
        name: "auto-reply subject",
        strength: Strength::Certain,
        reason: "El asunto es el de una respuesta automática o de un aviso de ausencia.",
        shows: |mail, _| subject_starts(mail, AUTO_REPLY_SUBJECTS),
    },
    Sign {
        name: "receipt subject",
        strength: Strength::Certain,
        reason: "Es una confirmación de lectura o de entrega.",
        shows: |mail, _| {
            subject_starts(
                mail,
                &[
                    "leído:",
                    "leido:",
                    "no leído:",
                    "no leido:",
                    "read:",
                    "not read:",
                    "lido:",
                    "não lido:",
                    "read-receipt:",
                    "return receipt",
                    "confirmación de lectura",
                    "acuse de lectura",
                    "entregado:",
                    "delivered:",
                    "retransmitido:",
                    "relayed:",
                    "recall:",
                    "recuperar:",
                ],
            )
        },
    },
    Sign {
        name: "null return path",
        strength: Strength::Likely,
        reason: "No tiene a quién responder: el remitente del sobre está vacío.",
        // RFC 3834, section 2; RFC 5321, section 4.5.5.
        shows: |mail, _| header(mail, "return-path").is_some_and(|value| matches!(value.trim(), "<>" | "" | "< >")),
    },
    Sign {
        name: "auto-generated",
        strength: Strength::Likely,
        reason: "Lo generó un sistema (Auto-Submitted).",
        // RFC 3834, section 5: anything else but "no". Document systems send people's oficios so.
        shows: |mail, _| auto_submitted(mail).is_some_and(|word| !matches!(word.as_str(), "no" | "auto-replied")),
    },
    Sign {
        name: "bounce subject",
        strength: Strength::Likely,
        reason: "El asunto es el de un aviso de que un correo no se pudo entregar.",
        shows: |mail, _| {
            subject_starts(
                mail,
                &[
                    "undelivered mail",
                    "undeliverable",
                    "delivery status notification",
                    "delivery failure",
                    "mail delivery failed",
                    "mail delivery failure",
                    "mail delivery system",
                    "mail system error",
                    "returned mail",
                    "failure notice",
                    "warning: could not send",
                    "no se puede entregar:",
                    "no se pudo entregar",
                    "no entregado:",
                    "mensaje no entregado",
                    "notificación de estado de entrega",
                    "notificación sobre el estado de la entrega",
                    "error de entrega",
                ],
            )
        },
    },
    Sign {
        name: "absence subject",
        strength: Strength::Likely,
        reason: "El asunto es el de un aviso de ausencia.",
        shows: |mail, _| {
            let folded = fold(&mail.subject);
            let absence = ["fuera de la oficina", "fuera de oficina", "out of office", "respuesta automatica"]
                .iter()
                .any(|start| folded.starts_with(start))
                || ["ausencia", "ausente", "vacaciones", "de vacaciones", "licencia"].contains(&folded.as_str());
            absence && !subject_starts(mail, AUTO_REPLY_SUBJECTS)
        },
    },
    Sign {
        name: "calendar answer",
        strength: Strength::Likely,
        reason: "Es la respuesta de un calendario a una invitación.",
        // An invitation itself is a person's.
        shows: |mail, _| {
            let calendar = mail.attachments.iter().any(|attachment| attachment.media_type == "text/calendar");
            let answer = header(mail, "content-type")
                .is_some_and(|value| value.contains("text/calendar") && value.contains("reply"));
            answer
                || calendar
                    && subject_starts(
                        mail,
                        &[
                            "aceptado:",
                            "aceptada:",
                            "rechazado:",
                            "rechazada:",
                            "provisional:",
                            "accepted:",
                            "declined:",
                            "tentative:",
                            "tentatively accepted:",
                        ],
                    )
        },
    },
    Sign {
        name: "list",
        strength: Strength::Likely,
        reason: "Llega por una lista de correo o un boletín.",
        // RFC 2369 and RFC 2919. A list of ours (the help desk behind a group) carries everybody's mail.
        shows: |mail, ours| has_list_header(mail) && !is_our_list(mail, ours),
    },
    Sign {
        name: "precedence",
        strength: Strength::Likely,
        reason: "Está marcado como correo masivo (Precedence).",
        shows: |mail, ours| {
            header(mail, "precedence").is_some_and(|value| matches!(value.as_str(), "bulk" | "list" | "junk"))
                && !is_our_list(mail, ours)
        },
    },
    Sign {
        name: "marketing header",
        strength: Strength::Likely,
        reason: "Lo envía un servicio de correo masivo.",
        shows: |mail, _| {
            [
                "feedback-id",
                "x-campaign",
                "x-campaign-id",
                "x-campaignid",
                "x-mc-user",
                "x-csa-complaints",
                "x-mailer-recptid",
            ]
            .iter()
            .any(|name| header(mail, name).is_some())
        },
    },
    Sign {
        name: "response suppressed",
        strength: Strength::Likely,
        reason: "El remitente pide que no se le responda automáticamente (X-Auto-Response-Suppress).",
        // [MS-OXCMAIL], 2.2.3.2.14. Exchange writes it on its own notices and, by some transport rules, on people's mail;
        // `RN`, `NRN` and `DR` are about receipts only.
        shows: |mail, _| {
            header(mail, "x-auto-response-suppress").is_some_and(|value| {
                value.split([',', ' ', ';']).any(|word| matches!(word, "all" | "oof" | "autoreply"))
            })
        },
    },
    Sign {
        name: "loop header",
        strength: Strength::Likely,
        reason: "Pasó por un programa que reenvía correo (X-Loop).",
        shows: |mail, _| header(mail, "x-loop").is_some(),
    },
    Sign {
        name: "sender nobody reads",
        strength: Strength::Likely,
        reason: "Sale de una dirección que nadie lee (no-reply y semejantes).",
        shows: |mail, _| is_unread_sender(mail),
    },
    Sign {
        name: "says it is automatic",
        strength: Strength::Likely,
        reason: "El propio texto dice que es un mensaje automático.",
        // Not in a thread: a person who answers us may quote our own words in a way that is not told from theirs.
        shows: |mail, _| {
            let threaded = !mail.in_reply_to.is_empty() || !mail.references.is_empty();
            let conversation = split_quoted(&mail.body_text);
            let words = format!(" {} ", fold(&conversation.new));
            !threaded
                && !is_reply_subject(mail)
                && [
                    " mensaje automatico",
                    " correo automatico",
                    " notificacion automatica",
                    " generado automaticamente",
                    " enviado automaticamente",
                    " automatically generated",
                    " automated message",
                    " no responda a este ",
                    " no responder a este ",
                    " no responda este ",
                    " no responder este ",
                    " do not reply to this ",
                ]
                .iter()
                .any(|words_of_machine| words.contains(words_of_machine))
        },
    },
];

/// Whether the mail's sender is an address that nobody reads, so that no answer would arrive.
pub(super) fn is_unread_sender(mail: &Mail) -> bool {
    local_parts(mail).any(|local| is_read_by_nobody(&local))
}

/// Whether an address is a machine's by its name: what is sent there reaches nobody, or another machine.
pub fn is_machines_address(address: &str) -> bool {
    let local = local_part(address);
    is_mail_server(&local) || is_read_by_nobody(&local)
}

fn is_report_part(media_type: &str) -> bool {
    matches!(media_type, "message/delivery-status" | "message/disposition-notification")
}

fn is_mail_server(local: &str) -> bool {
    local == "mailer-daemon" || local == "mail-daemon"
}

fn is_read_by_nobody(local: &str) -> bool {
    let bare: String = local.chars().filter(|character| character.is_alphanumeric()).collect();
    // Pigeonhole's system addresses: LISTSERV, majordomo, …-request, owner-….
    ["noreply", "donotreply", "noresponder", "noresponda", "nocontestar", "nobody"]
        .iter()
        .any(|word| bare.contains(word))
        || matches!(
            bare.as_str(),
            "postmaster"
                | "notificaciones"
                | "notificacion"
                | "notification"
                | "notifications"
                | "listserv"
                | "majordomo"
                | "mailer"
                | "bounce"
                | "bounces"
                | "autoresponder"
                | "autorespuesta"
                | "daemon"
                | "root"
        )
        || local.ends_with("-request")
        || local.starts_with("owner-")
        || local.ends_with("-bounces")
}

/// What stands before the at sign of the mail's senders, lower case.
fn local_parts(mail: &Mail) -> impl Iterator<Item = String> + '_ {
    mail.from.iter().map(|sender| local_part(&sender.address))
}

fn local_part(address: &str) -> String {
    let address = address.trim().to_lowercase();
    address.rsplit_once('@').map_or(address.clone(), |(local, _)| local.to_owned())
}

/// The first header of this name, lower case and trimmed.
fn header(mail: &Mail, name: &str) -> Option<String> {
    mail.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_lowercase())
}

/// The word of `Auto-Submitted`, without its parameters.
fn auto_submitted(mail: &Mail) -> Option<String> {
    let value = header(mail, "auto-submitted")?;
    value.split([';', ' ', '(']).next().map(str::to_owned).filter(|word| !word.is_empty())
}

fn has_list_header(mail: &Mail) -> bool {
    ["list-id", "list-post", "list-owner", "list-subscribe", "list-unsubscribe", "list-archive", "list-help"]
        .iter()
        .any(|name| header(mail, name).is_some())
}

/// A list whose name or posting address is ours: the help desk's mailbox behind a group.
fn is_our_list(mail: &Mail, ours: &OurAddresses) -> bool {
    let named = [header(mail, "list-id"), header(mail, "list-post")];
    named.iter().flatten().any(|value| {
        ours.0.iter().any(|address| {
            let address = address.to_lowercase();
            value.contains(&address) || value.contains(&format!("<{}>", address.replace('@', ".")))
        })
    })
}

fn subject_starts(mail: &Mail, starts: &[&str]) -> bool {
    let subject = mail.subject.trim().to_lowercase();
    starts.iter().any(|start| subject.starts_with(start))
}

pub(super) fn is_reply_subject(mail: &Mail) -> bool {
    subject_starts(mail, &["re:", "rv:", "fw:", "fwd:", "re :", "resp:", "rpta:"])
}

#[cfg(test)]
mod tests {
    use crate::mail::{ParsedMail, parse};

    use super::*;

    const OURS: &str = "mesadeayuda@gobiernodigital.gob.pe";

    fn mail(raw: &str) -> Mail {
        let ParsedMail { mail, .. } = parse(raw.as_bytes(), &Default::default());
        mail
    }

    fn ours() -> OurAddresses {
        OurAddresses(vec![OURS.to_owned()])
    }

    fn signs(raw: &str) -> Vec<&'static str> {
        let mail = mail(raw);
        SIGNS.iter().filter(|sign| (sign.shows)(&mail, &ours())).map(|sign| sign.name).collect()
    }

    /// Every sign, alone on a mail that is otherwise a person's.
    const CASES: &[(&str, &str)] = &[
        ("our own address", "From: Mesa <MesaDeAyuda@gobiernodigital.gob.pe>"),
        ("our own address", "From: x@y.pe\nSender: mesadeayuda@gobiernodigital.gob.pe"),
        ("report", "Content-Type: multipart/report; report-type=delivery-status"),
        ("report", "Content-Type: multipart/report; report-type=disposition-notification"),
        ("report", "Content-Type: message/delivery-status"),
        (
            "report inside",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
             Action: failed\n--b--",
        ),
        ("auto-replied", "Auto-Submitted: auto-replied (vacation)"),
        ("auto-replied", "Auto-Submitted: Auto-Replied; owner-email=\"a@b.pe\""),
        ("bounce sender", "From: MAILER-DAEMON@mx.muni.gob.pe (Mail Delivery System)"),
        ("auto-reply header", "X-Autoreply: yes"),
        ("auto-reply header", "X-Auto-Reply-From: a@b.pe"),
        ("auto-reply header", "X-Autorespond: x"),
        ("auto-reply header", "Precedence: auto_reply"),
        ("auto-reply subject", "Subject: Respuesta automática: Observaciones"),
        ("auto-reply subject", "Subject: =?utf-8?Q?RESPUESTA_AUTOM=C3=81TICA:_x?="),
        ("auto-reply subject", "Subject: Automatic reply: x"),
        ("auto-reply subject", "Subject: Out of Office: x"),
        ("auto-reply subject", "Subject: Ausencia: x"),
        ("receipt subject", "Subject: Leído: Confirmación"),
        ("receipt subject", "Subject: Read: x"),
        ("receipt subject", "Subject: Lido: x"),
        ("null return path", "Return-Path: <>"),
        ("auto-generated", "Auto-Submitted: auto-generated"),
        ("bounce subject", "Subject: Undelivered Mail Returned to Sender"),
        ("bounce subject", "Subject: No se puede entregar: Observaciones"),
        ("absence subject", "Subject: Fuera de la oficina"),
        ("absence subject", "Subject: Ausencia"),
        ("calendar answer", "Content-Type: text/calendar; method=REPLY"),
        ("list", "List-Id: <red.listas.org.pe>"),
        ("list", "List-Unsubscribe: <mailto:x@y.pe>"),
        ("precedence", "Precedence: Bulk"),
        ("precedence", "Precedence: junk"),
        ("marketing header", "Feedback-ID: 1:2:3:x"),
        ("response suppressed", "X-Auto-Response-Suppress: All"),
        ("response suppressed", "X-Auto-Response-Suppress: DR, OOF, AutoReply"),
        ("loop header", "X-Loop: x@y.pe"),
        ("sender nobody reads", "From: no-reply@muni.gob.pe"),
        ("sender nobody reads", "From: \"Mesa de Partes\" <noreply-tramite@muni.gob.pe>"),
        ("sender nobody reads", "From: Do_Not_Reply@muni.gob.pe"),
        ("sender nobody reads", "From: notificaciones@muni.gob.pe"),
        ("sender nobody reads", "From: postmaster@muni.gob.pe"),
        ("sender nobody reads", "From: red-request@listas.org.pe"),
        ("says it is automatic", "Subject: x\n\nEste es un mensaje automático, por favor no responda."),
    ];

    #[test]
    fn each_sign_shows_on_its_own() {
        for (name, headers) in CASES {
            assert_eq!(signs(&format!("{headers}\n\nHola")), [*name], "{headers}");
        }
    }

    #[test]
    fn every_sign_has_a_case() {
        for sign in SIGNS {
            assert!(CASES.iter().any(|(name, _)| *name == sign.name), "{}", sign.name);
        }
    }

    #[test]
    fn the_mail_of_a_person_is_no_machines() {
        for (client, raw) in [
            (
                "Gmail",
                "Return-Path: <a@gmail.com>\nFrom: A <a@gmail.com>\nX-Google-Smtp-Source: x\nX-Gm-Message-State: y\nSubject: Remito oficio\n\nHola",
            ),
            (
                "Exchange",
                "From: a@muni.gob.pe\nX-MS-Has-Attach: yes\nX-MS-TNEF-Correlator:\nx-ms-exchange-messagesentrepresentingtype: 1\nX-MS-Exchange-Organization-SCL: 1\nThread-Topic: x\nSubject: RE: Designación\n\nHola",
            ),
            (
                "Exchange, receipts suppressed",
                "From: a@muni.gob.pe\nX-Auto-Response-Suppress: DR, RN, NRN\nSubject: Oficio\n\nHola",
            ),
            (
                "Zimbra",
                "From: a@muni.gob.pe\nX-Mailer: Zimbra 8.8.15\nX-Originating-IP: [1.2.3.4]\nAuto-Submitted: no\nSubject: Oficio\n\nHola",
            ),
            (
                "cPanel",
                "From: a@muni.gob.pe\nX-AntiAbuse: This header was added to track abuse\nX-Get-Message-Sender-Via: x\nX-Source:\nSubject: Oficio\n\nHola",
            ),
            (
                "our own group",
                "From: a@muni.gob.pe\nPrecedence: list\nList-Id: Mesa <mesadeayuda.gobiernodigital.gob.pe>\nList-Post: <mailto:mesadeayuda@gobiernodigital.gob.pe>\nList-Unsubscribe: <mailto:x@y.pe>\nSubject: Oficio\n\nHola",
            ),
            ("a subject about absence", "From: a@muni.gob.pe\nSubject: Ausencia de respuesta al oficio 045\n\nHola"),
            ("a subject about leave", "From: a@muni.gob.pe\nSubject: RE: Respuesta automática: Designación\n\nHola"),
            (
                "an invitation",
                "From: a@muni.gob.pe\nSubject: Invitación: reunión\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
            ),
            (
                "an answer that quotes us",
                "From: a@muni.gob.pe\nIn-Reply-To: <x@gobiernodigital.gob.pe>\nSubject: RE: x\n\nGracias. Mesa de ayuda dice: Este es un mensaje automático; si responde, lo leerá una persona.",
            ),
            ("a name with reply in it", "From: replyna.torres@muni.gob.pe\nSubject: Oficio\n\nHola"),
        ] {
            assert_eq!(signs(raw), [] as [&str; 0], "{client}");
        }
    }

    #[test]
    fn a_weak_sign_on_a_mail_that_brings_something_is_only_likely() {
        let bare = "From: no-reply@muni.gob.pe\nSubject: Expediente registrado\n\nSu documento fue registrado.";
        assert_eq!(machine(&mail(bare), &ours()).map(|machine| machine.strength), Some(Strength::Certain));
        for raw in [
            "From: no-reply@muni.gob.pe\nContent-Type: application/pdf; name=oficio.pdf\n\n%PDF-1.7",
            "From: a@muni.gob.pe\nPrecedence: bulk\nContent-Type: application/pdf; name=oficio.pdf\n\n%PDF-1.7",
            "From: drive-shares-noreply@google.com\n\nhttps://drive.google.com/file/d/1",
            "From: a@muni.gob.pe\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
             Content-Type: message/delivery-status\n\nAction: failed\n--b\n\
             Content-Type: application/pdf; name=oficio.pdf\n\n%PDF-1.7\n--b--",
        ] {
            assert_eq!(machine(&mail(raw), &ours()).map(|machine| machine.strength), Some(Strength::Likely), "{raw}");
        }
    }

    #[test]
    fn a_certain_sign_gives_the_reason() {
        let raw = "Return-Path: <>\nFrom: mesadeayuda@gobiernodigital.gob.pe\nContent-Type: application/pdf; name=x.pdf\n\n%PDF-1.7";
        let machine = machine(&mail(raw), &ours()).expect("our own mail is a machine's");
        assert_eq!(machine.strength, Strength::Certain);
        assert_eq!(machine.reason, "El correo sale de nuestra propia dirección.");
        assert_eq!(super::machine(&mail("From: a@b.pe\n\nHola"), &ours()), None);
    }
}
