//! Cycles over a morning's mail: who is answered, who is not, and that nobody is answered twice.

use oficios::ledger::{CaseState, MailRecord, MailState, ReplyState};
use oficios::verdict::Decision;

use crate::desk::letter::Letter;
use crate::desk::message::{Message, attached};
use crate::desk::{Desk, header};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/demo/{name}.eml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The Message-ID of a mail's bytes, without angle brackets.
fn id_of(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    let head = text.split("\n\n").next().unwrap().replace("\n ", " ");
    let line = head.lines().find(|line| line.to_lowercase().starts_with("message-id:")).unwrap();
    line.split(['<', '>']).nth(1).unwrap().to_owned()
}

/// What becomes of each sample mail. Of the scan only this is certain: nothing in it is wrong.
const SAMPLES: [(&str, &[Decision]); 17] = [
    ("01-pdf-completo", &[Decision::Confirmado]),
    ("02-reenviado", &[Decision::Confirmado]),
    ("03-sin-lineas-verticales", &[Decision::Confirmado]),
    ("04-hoja-que-no-coincide", &[Decision::Subsanacion]),
    ("05-correo-y-celular", &[Decision::Subsanacion]),
    ("06-seis-designados", &[Decision::Subsanacion]),
    ("07-falta-una-columna", &[Decision::Subsanacion]),
    ("08-sin-fecha", &[Decision::Subsanacion]),
    ("09-misma-persona", &[Decision::Confirmado]),
    ("10-sin-firma", &[Decision::Subsanacion]),
    ("11-con-clave", &[Decision::Revision]),
    ("12-escaneado", &[Decision::Confirmado, Decision::Revision]),
    ("13-solo-enlace", &[Decision::Subsanacion]),
    ("14-consulta", &[Decision::Ajeno]),
    ("15-otro-oficio", &[Decision::Ajeno]),
    ("16-fuera-de-oficina", &[Decision::Automatico]),
    ("17-rebote", &[Decision::Automatico]),
];

fn answered(mail: &MailRecord) -> bool {
    matches!(mail.decision, Some(Decision::Confirmado | Decision::Subsanacion))
}

fn number_of(mails: &[MailRecord], decision: Decision) -> usize {
    mails.iter().filter(|mail| mail.decision == Some(decision) && mail.state != MailState::Duplicate).count()
}

/// Neither a correspondent nor a designee is in what the program logged.
#[track_caller]
fn names_nobody(log: &str, mails: &[MailRecord]) {
    assert!(log.contains("cycle 1 ended"), "{log}");
    for mail in mails {
        let designees = mail.assessment.iter().flat_map(|assessment| &assessment.designees);
        let values =
            designees.flat_map(|designee| [&designee.nombres, &designee.dni, &designee.correo, &designee.celular]);
        for value in values.chain([&mail.correspondent]).flatten().filter(|value| value.len() > 5) {
            assert!(!log.contains(value.as_str()), "«{value}» is in the log");
        }
    }
}

#[test]
fn a_mornings_mail_is_answered_once_and_never_again() {
    let desk = Desk::open();
    for (name, _) in SAMPLES {
        desk.imap.deliver(name, &sample(name));
    }
    desk.reconfigure("[ledger]\n", "[log]\nlevel = \"debug\"\n\n[ledger]\n");
    let first = desk.oficios("once", &[]);
    assert_eq!(first.code, Some(0), "{}", first.err);

    let mails = desk.ledger();
    names_nobody(&format!("{}{}", first.out, first.err), &mails);
    assert_eq!(mails.len(), SAMPLES.len());
    for (name, allowed) in SAMPLES {
        let mail = desk.mail(&id_of(&sample(name)));
        assert!(allowed.contains(&mail.decision.unwrap()), "{name}: {:?} {:?}", mail.decision, mail.reasons);
        let replies: Vec<ReplyState> = mail.replies.iter().map(|reply| reply.state).collect();
        assert_eq!(replies, if answered(&mail) { vec![ReplyState::Sent] } else { vec![] }, "{name}");
    }

    // One reply each, to its writer, in the thread of its mail, and marked so that no machine answers it.
    let sent = desk.sent();
    assert_eq!(sent.len(), mails.iter().filter(|mail| answered(mail)).count());
    for mail in mails.iter().filter(|mail| answered(mail)) {
        let id = format!("<{}>", mail.message_id.as_deref().unwrap());
        let replies: Vec<_> =
            sent.iter().filter(|(_, reply)| header(reply, "In-Reply-To").as_deref() == Some(&id)).collect();
        let [(to, reply)] = replies.as_slice() else { panic!("{} replies to {id}", replies.len()) };
        assert_eq!(Some(to), mail.correspondent.as_ref());
        assert!(header(reply, "References").unwrap().contains(&id));
        assert_eq!(header(reply, "Auto-Submitted").as_deref(), Some("auto-replied"));
        let case = mail.case.as_ref().unwrap().number.to_string();
        assert!(reply.contains(&case), "the reply does not name its case {case}");
    }

    // What was handled is filed; what is other people's is where it was, unread; what a person has to look at is marked.
    let confirmed = number_of(&mails, Decision::Confirmado);
    let corrections = number_of(&mails, Decision::Subsanacion);
    let inbox = mails.len() - confirmed - corrections;
    let placed = || (desk.count(".Oficios.Confirmados"), desk.count(".Oficios.Subsanaciones"), desk.count(""));
    assert_eq!(placed(), (confirmed, corrections, inbox));
    assert_eq!(desk.imap.read_mails(""), 0);
    let marked = desk.imap.mails("").into_iter().filter(|(_, flags)| flags.as_deref() == Some("a")).count();
    assert_eq!(marked, number_of(&mails, Decision::Revision));
    let keywords = std::fs::read_to_string(desk.imap.maildir("dovecot-keywords")).unwrap();
    assert!(keywords.contains("0 OficiosRevision"), "{keywords}");
    assert_eq!(desk.count(".Sent"), sent.len());

    // Further cycles change nothing.
    for _ in 0..2 {
        desk.once();
    }
    assert_eq!(desk.sent().len(), sent.len());
    assert_eq!(placed(), (confirmed, corrections, inbox));
    assert_eq!(desk.count(".Sent"), sent.len());

    // Copies that are delivered again, one of them byte by byte, one as another server would hand it on.
    let copies = [
        sample("18-copia-repetida"),
        [b"Received: from b by a\r\n".as_slice(), &sample("05-correo-y-celular")].concat(),
    ];
    for (index, copy) in copies.iter().enumerate() {
        desk.imap.deliver(&format!("copy-{index}"), copy);
    }
    desk.once();
    assert_eq!(desk.sent().len(), sent.len());
    let duplicates = desk.ledger().iter().filter(|mail| mail.state == MailState::Duplicate).count();
    assert_eq!(duplicates, copies.len());

    // The server gives all its mails new numbers.
    desk.imap.forget_numbers();
    desk.once();
    assert_eq!(desk.sent().len(), sent.len());
    assert_eq!(desk.imap.read_mails(""), 0);
}

#[test]
fn a_corrected_oficio_joins_its_case_and_is_confirmed() {
    let desk = Desk::open();
    let writer = "mesadepartes@munihuanca.gob.pe";
    let first = Letter::with_a_short_dni(45, "Huanca");
    desk.imap.deliver("1", &Message::new(writer, "primero@muni", vec![attached("oficio.pdf", &first.pdf())]).bytes());
    desk.once();
    let mail = desk.mail("primero@muni");
    assert_eq!(mail.decision, Some(Decision::Subsanacion), "{:?}", mail.assessment);
    let case = mail.case.unwrap();
    assert_eq!(case.state, CaseState::AwaitingCorrection);

    let request = desk.sent_to(writer).remove(0);
    let id = header(&request, "Message-ID").unwrap();
    let second = Letter::right(45, "Huanca");
    let mut answer = Message::new(writer, "segundo@muni", vec![attached("oficio corregido.pdf", &second.pdf())]);
    answer.subject = format!("RE: {}", answer.subject);
    answer.answers = Some(id.trim_matches(['<', '>']).to_owned());
    desk.imap.deliver("2", &answer.bytes());
    desk.once();
    let mail = desk.mail("segundo@muni");
    assert_eq!(mail.decision, Some(Decision::Confirmado), "{:?}", mail.assessment);
    let joined = mail.case.unwrap();
    assert_eq!((joined.number, joined.state), (case.number, CaseState::Confirmed));
    assert_eq!(desk.sent_to(writer).len(), 2);
    assert_eq!((desk.count(".Oficios.Subsanaciones"), desk.count(".Oficios.Confirmados")), (1, 1));
}

#[test]
fn a_mailbox_that_cannot_be_reached_costs_no_mail() {
    let mut desk = Desk::open();
    desk.imap.deliver(
        "1",
        &Message::new(
            "a@munihuanca.gob.pe",
            "uno@muni",
            vec![attached("oficio.pdf", &Letter::right(1, "Huanca").pdf())],
        )
        .bytes(),
    );
    desk.imap.stop();
    let told = desk.oficios("once", &[]).exits(1);
    assert!(told.contains("tried again in the next cycle") && told.contains("cannot connect to localhost"), "{told}");
    assert_eq!(desk.ledger().len(), 0);
    assert_eq!(desk.count(""), 1);
}
