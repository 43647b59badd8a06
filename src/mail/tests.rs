//! Whole messages, as mail programs write them and as nobody should.

use proptest::prelude::*;

use super::*;

fn read(raw: &[u8]) -> ParsedMail {
    parse(raw, &Limits::default())
}

fn text_of(raw: &str) -> String {
    read(raw.as_bytes()).mail.body_text.trim().to_owned()
}

fn names(parsed: &ParsedMail) -> Vec<&str> {
    parsed.mail.attachments.iter().map(|attachment| attachment.name.as_str()).collect()
}

/// A `multipart/mixed` with these parts, each with its header.
fn mixed(parts: &[&str]) -> String {
    let mut raw = "From: Mesa <mesa@muni.gob.pe>\nContent-Type: multipart/mixed; boundary=\"=_b\"\n\n".to_owned();
    for part in parts {
        raw.push_str("--=_b\n");
        raw.push_str(part);
        raw.push('\n');
    }
    raw.push_str("--=_b--\n");
    raw
}

const BODY: &str = "Content-Type: text/plain; charset=utf-8\n\nRemito oficio.";

#[test]
fn headers_addresses_and_dates_are_read() {
    let parsed = read(include_bytes!("../../fixtures/mail/headers.eml"));
    let mail = &parsed.mail;
    assert_eq!(mail.message_id.as_deref(), Some("abc.1@muni.gob.pe"));
    assert_eq!(mail.in_reply_to, ["r1@gobiernodigital.gob.pe"]);
    assert_eq!(mail.references, ["r0@gobiernodigital.gob.pe", "r1@gobiernodigital.gob.pe"]);
    assert_eq!(mail.from, [Address { name: Some("Núñez, Ángela".into()), address: "anunez@muni.gob.pe".into() }]);
    assert_eq!(mail.reply_to[0].address, "mesadepartes@muni.gob.pe");
    assert_eq!(mail.to.len(), 2);
    assert_eq!(mail.subject, "Remito oficio de designación N.º 045 – Gob.pe");
    assert_eq!(mail.date, Some(1_795_532_400));
    assert_eq!(mail.received, Some(1_795_532_402));
    assert_eq!(mail.media_type, "text/plain");
    assert_eq!(mail.body_text.trim(), "Adjunto el oficio.");
}

#[test]
fn a_mail_without_any_header_is_still_a_mail() {
    let parsed = read(b"\n\nsolo texto\n");
    assert_eq!(parsed.mail.message_id, None);
    assert!(parsed.mail.from.is_empty());
    assert_eq!(parsed.mail.date, None);
    assert_eq!(parsed.mail.body_text.trim(), "solo texto");
    assert_eq!(
        read(b""),
        ParsedMail { mail: Mail { media_type: "text/plain".into(), ..Mail::default() }, contents: vec![] }
    );
}

#[test]
fn a_date_in_no_known_form_is_no_date() {
    for value in ["mañana", "Lun, 3 ago", "", "99 Foo 2026 99:99:99 +9999"] {
        assert_eq!(read(format!("Date: {value}\n\n").as_bytes()).mail.date, None, "{value}");
    }
}

#[test]
fn attachments_of_nested_multiparts_come_in_order_with_their_bytes() {
    let parsed = read(include_bytes!("../../fixtures/mail/nested.eml"));
    assert_eq!(names(&parsed), ["image001.png", "OFICIO N° 045-2026.pdf", "adjunto-3.pdf"]);
    let dispositions: Vec<Disposition> =
        parsed.mail.attachments.iter().map(|attachment| attachment.disposition).collect();
    assert_eq!(dispositions, [Disposition::Inline, Disposition::Attachment, Disposition::Attachment]);
    assert_eq!(parsed.contents[0], b"\x89PNG");
    assert_eq!(parsed.contents[1], b"%PDF-1.7 uno");
    assert_eq!(parsed.contents[2], b"%PDF-1.4 dos");
    assert_eq!(parsed.mail.attachments[1].bytes, 12);
    assert_eq!(parsed.mail.body_text.trim(), "Remito el oficio (texto).");
    assert!(parsed.mail.body_html.as_deref().is_some_and(|html| html.contains("cid:image001")));
}

#[test]
fn files_and_text_of_a_forwarded_mail_belong_to_the_outer_one() {
    let parsed = read(include_bytes!("../../fixtures/mail/forwarded.eml"));
    assert_eq!(parsed.mail.from[0].address, "asistente@muni.gob.pe");
    assert_eq!(parsed.mail.subject, "RV: oficio");
    assert_eq!(names(&parsed), ["oficio.pdf"]);
    assert_eq!(parsed.contents[0], b"%PDF-1.7");
    assert_eq!(
        parsed.mail.body_text.trim(),
        format!("Reenvío lo solicitado.\n\n{ATTACHED_MAIL}\nAsunto: Oficio 045\nSe remite el oficio firmado.")
    );
    assert_eq!(split_quoted(&parsed.mail.body_text).new, "Reenvío lo solicitado.");
}

#[test]
fn mails_in_mails_beyond_the_limit_are_kept_as_files_and_told() {
    let mut raw = "Subject: fin\n\nfondo".to_owned();
    for level in 0..6 {
        raw = format!("Subject: nivel {level}\nContent-Type: message/rfc822\n\n{raw}");
    }
    let parsed = read(raw.as_bytes());
    assert_eq!(names(&parsed), ["adjunto-1.eml"]);
    assert_eq!(parsed.mail.beyond_limits.len(), 1);
    assert!(parsed.mail.beyond_limits[0].contains("3 niveles"));
    assert!(read(b"Subject: a\nContent-Type: message/rfc822\n\nSubject: b\n\nx").mail.beyond_limits.is_empty());
}

#[test]
fn endless_nesting_ends() {
    let mail = "Content-Type: message/rfc822\n\n".repeat(100_000);
    assert!(!read(mail.as_bytes()).mail.beyond_limits.is_empty());
    let mut multipart = String::new();
    for level in 0..5_000 {
        multipart.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
    }
    assert!(!read(multipart.as_bytes()).mail.beyond_limits.is_empty());
}

#[test]
fn files_beyond_the_limit_are_counted_and_told() {
    let part = "Content-Type: application/pdf; name=oficio.pdf\nContent-Disposition: attachment\n\n%PDF-1.4";
    let raw = mixed(&vec![part; 10_000]);
    let parsed = read(raw.as_bytes());
    assert_eq!(parsed.contents.len(), 50);
    assert_eq!(parsed.mail.attachments.len(), 50);
    assert_eq!(parsed.mail.beyond_limits[0], "El correo trae más de 50 adjuntos; no se leyeron los 9949 últimos.");
    assert_eq!(parsed.mail.attachments[1].name, "oficio (2).pdf");
}

#[test]
fn a_missing_closing_boundary_loses_nothing() {
    let raw =
        mixed(&[BODY, "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjc="]);
    let cut = raw.replace("--=_b--\n", "");
    assert_eq!(read(cut.as_bytes()).contents, [b"%PDF-1.7".to_vec()]);
    // An inner multipart that is never closed ends where the outer one goes on.
    let inner = "Content-Type: multipart/alternative; boundary=inner\n\n--inner\n\nHola";
    let raw = mixed(&[inner, "Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.7"]);
    let parsed = read(raw.as_bytes());
    assert_eq!(parsed.mail.body_text.trim(), "Hola");
    assert_eq!(parsed.contents, [b"%PDF-1.7".to_vec()]);
}

#[test]
fn a_multipart_without_its_boundary_parameter_is_taken_apart() {
    let raw = mixed(&[BODY, "Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.7"]).replace("; boundary=\"=_b\"", "");
    let parsed = read(raw.as_bytes());
    assert_eq!(names(&parsed), ["a.pdf"]);
    assert_eq!(parsed.mail.body_text.trim(), "Remito oficio.");
}

#[test]
fn a_multipart_without_parts_is_a_text() {
    assert_eq!(text_of("Content-Type: multipart/mixed; boundary=x\n\nSolo texto"), "Solo texto");
}

#[test]
fn base64_with_junk_in_it_is_read() {
    let raw = mixed(&[
        BODY,
        "Content-Type: application/octet-stream; name=a.pdf\nContent-Transfer-Encoding: BASE64 \n\nJVBE\t!Ri0x\n*Ljc",
    ]);
    assert_eq!(read(raw.as_bytes()).contents, [b"%PDF-1.7".to_vec()]);
}

#[test]
fn a_document_behind_a_text_type_is_a_file() {
    let parsed = read(b"From: a@b.pe\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjc=");
    assert_eq!(names(&parsed), ["adjunto-1.pdf"]);
    assert_eq!(parsed.mail.body_text, "");
}

#[test]
fn a_text_file_stays_byte_for_byte() {
    let raw = mixed(&[
        BODY,
        "Content-Type: text/csv; charset=utf-8; name=cuadro.csv\nContent-Transfer-Encoding: quoted-printable\n\nDNI;Designaci=F3n=0D=0A1;2",
    ]);
    assert_eq!(read(raw.as_bytes()).contents, [b"DNI;Designaci\xF3n\r\n1;2".to_vec()]);
}

#[test]
fn file_names_are_read_however_they_are_written() {
    for (given, expected) in [
        (&b"filename=\"designaci\xF3n.pdf\""[..], "designación.pdf"),
        ("filename=\"designación.pdf\"".as_bytes(), "designación.pdf"),
        ("filename=\"designacio\u{301}n.pdf\"".as_bytes(), "designación.pdf"),
        (b"filename=\"=?ISO-8859-1?Q?designaci=F3n=2Epdf?=\"", "designación.pdf"),
        (b"filename*0*=utf-8''OFICIO%20N%C2%B0;\n filename*1*=%20045.pdf", "OFICIO N° 045.pdf"),
        (b"filename=\"OFICIO_045-2026-MDSC\n .pdf\"", "OFICIO_045-2026-MDSC .pdf"),
        (b"filename=\"..\\..\\oficio.pdf\"", "..\\..\\oficio.pdf"),
        (b"filename=\"\"", "adjunto-1.pdf"),
        (b"size=3", "adjunto-1.pdf"),
    ] {
        let mut raw = b"Content-Type: application/octet-stream\nContent-Disposition: attachment; ".to_vec();
        raw.extend_from_slice(given);
        raw.extend_from_slice(b"\n\n%PDF-1.7");
        assert_eq!(names(&read(&raw)), [expected], "{}", String::from_utf8_lossy(given));
    }
}

#[test]
fn the_body_has_no_mojibake() {
    for (header, body) in [
        ("text/plain; charset=utf-8", &b"Designaci\xF3n del a\xF1o"[..]),
        ("text/plain; charset=iso-8859-1", "Designación del año".as_bytes()),
        ("text/plain", b"Designaci\xF3n del a\xF1o"),
        ("text/html; charset=windows-1252", b"<p>Designaci\xF3n del a&ntilde;o</p>"),
        ("text/html; charset=utf-8", b"<p>Designaci\xF3n del a\xF1o</p>"),
    ] {
        let mut raw = format!("Content-Type: {header}\n\n").into_bytes();
        raw.extend_from_slice(body);
        assert_eq!(read(&raw).mail.body_text, "Designación del año", "{header}");
    }
}

#[test]
fn a_plain_rendition_that_stands_in_for_the_html_one_yields_to_it() {
    let letter = "Remito el oficio con los datos de las personas designadas. ".repeat(8);
    let of = |plain: &str| {
        text_of(&mixed(&[&format!(
            "Content-Type: multipart/alternative; boundary=a\n\n--a\n\n{plain}\n--a\nContent-Type: text/html\n\n<p>{letter}</p>\n--a--"
        )]))
    };
    assert_eq!(of("Su programa no muestra HTML.").trim(), letter.trim());
    let short = "Remito el oficio con los datos de dos personas, de la entidad y su cargo.";
    assert_eq!(of(short), short);
}

#[test]
fn a_blank_plain_rendition_yields_to_the_html_one() {
    let raw = mixed(&[
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\n \n--a\nContent-Type: text/html\n\n<p>Remito <b>oficio</b></p>\n--a--",
    ]);
    assert_eq!(text_of(&raw), "Remito oficio");
}

#[test]
fn texts_around_an_inline_document_are_all_read() {
    // Apple Mail writes text, PDF, text.
    let raw = mixed(&[
        BODY,
        "Content-Type: application/pdf; name=oficio.pdf\nContent-Disposition: inline; filename=oficio.pdf\n\n%PDF-1.7",
        "Content-Type: text/plain\n\nEnviado desde mi iPhone",
    ]);
    let parsed = read(raw.as_bytes());
    assert_eq!(parsed.mail.body_text, "Remito oficio.\nEnviado desde mi iPhone");
    assert_eq!(parsed.mail.attachments[0].disposition, Disposition::Attachment);
}

#[test]
fn flowed_text_is_joined() {
    assert_eq!(
        text_of("Content-Type: text/plain; format=flowed\n\nRemito el \noficio firmado.\nGracias"),
        "Remito el oficio firmado.\nGracias"
    );
}

#[test]
fn a_uuencoded_file_in_the_body_is_a_file() {
    let parsed = read(b"Subject: x\n\nVa\nbegin 644 oficio.txt\n$2&]L80``\n`\nend\n");
    assert_eq!(names(&parsed), ["oficio.txt"]);
    assert_eq!(parsed.contents, [b"Hola".to_vec()]);
    assert_eq!(parsed.mail.body_text.trim(), "Va");
}

#[test]
fn the_signature_over_the_mail_is_no_attachment() {
    let raw = "Content-Type: multipart/signed; boundary=s\n\n--s\n\nHola\n--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--s--";
    let parsed = read(raw.as_bytes());
    assert_eq!(parsed.contents.len(), 0);
    assert_eq!(parsed.mail.body_text, "Hola");
}

#[test]
fn a_mail_is_told_by_its_header_and_a_letter_is_not() {
    assert!(looks_like_mail(b"Received: from x\r\n by y\r\nFrom: a@b.pe\r\n\r\nHola"));
    assert!(looks_like_mail(b"Subject: x\nMIME-Version: 1.0\n\n"));
    assert!(!looks_like_mail(b"%PDF-1.7\n"));
    assert!(!looks_like_mail(b"Asunto: designamos a\n\nDe: la municipalidad"));
    assert!(!looks_like_mail(b"nombres;dni;correo\nAna;12345679;a@b.pe\n"));
    assert!(!looks_like_mail(b""));
}

#[test]
fn links_of_the_body_are_collected() {
    let raw = mixed(&[
        "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nOficio en https://we.tl/t-abc.\n--a\nContent-Type: text/html\n\n<a href=\"https://drive.google.com/d/1\">aquí</a>\n--a--",
    ]);
    assert_eq!(read(raw.as_bytes()).mail.links, ["https://we.tl/t-abc", "https://drive.google.com/d/1"]);
}

#[test]
fn an_encoded_line_break_makes_no_new_header() {
    let parsed = read(b"Subject: =?utf-8?Q?x=0D=0ABcc:_otro@x.pe?=\nFrom: =?utf-8?Q?a=0Ab?= <a@b.pe>\n\n");
    assert!(!parsed.mail.subject.contains(['\r', '\n']));
    assert!(parsed.mail.headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])));
    assert!(parsed.mail.from.iter().all(|from| !from.name.as_deref().unwrap_or_default().contains('\n')));
}

fn encoded(bytes: &[u8], encoding: u8) -> (&'static str, Vec<u8>) {
    use std::fmt::Write;
    match encoding {
        0 => {
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let mut text = Vec::new();
            for (index, group) in bytes.chunks(3).enumerate() {
                let value = (0..3).fold(0u32, |value, place| value << 8 | u32::from(*group.get(place).unwrap_or(&0)));
                for place in 0..4 {
                    let sextet = value >> (18 - 6 * place) & 63;
                    text.push(if place <= group.len() { alphabet[sextet as usize] } else { b'=' });
                }
                if index % 19 == 18 {
                    text.extend_from_slice(b"\r\n");
                }
            }
            ("base64", text)
        }
        _ => {
            let mut text = String::new();
            for (index, byte) in bytes.iter().enumerate() {
                write!(text, "={byte:02X}").unwrap();
                if index % 24 == 23 {
                    text.push_str("=\r\n");
                }
            }
            ("quoted-printable", text.into_bytes())
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read(&raw);
    }

    #[test]
    fn arbitrary_mail_like_text_never_panics(
        lines in proptest::collection::vec(
            prop_oneof![
                "[A-Za-z-]{1,12}: .{0,40}",
                Just("Content-Type: multipart/mixed; boundary=b".to_owned()),
                Just("Content-Type: message/rfc822".to_owned()),
                Just("Content-Type: text/html; charset=utf-8".to_owned()),
                Just("Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1*=%B3".to_owned()),
                Just("Content-Transfer-Encoding: base64".to_owned()),
                Just("--b".to_owned()),
                Just("--b--".to_owned()),
                Just(String::new()),
                "<[a-z]{1,6} style='display:none'>.{0,10}",
                "begin 644 .{0,8}",
                "(From|To|Date|Message-ID): .{0,60}",
                ".{0,60}",
            ],
            0..60,
        )
    ) {
        let parsed = read(lines.join("\n").as_bytes());
        prop_assert_eq!(parsed.contents.len(), parsed.mail.attachments.len());
        let conversation = split_quoted(&parsed.mail.body_text);
        without_signature(&conversation.new);
    }

    #[test]
    fn every_attachment_is_kept_byte_for_byte(
        files in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..400), 0u8..2), 0..6),
        nested in any::<bool>(),
    ) {
        let mut raw = b"Content-Type: multipart/mixed; boundary=\"----=_x\"\r\n\r\n------=_x\r\n\r\nHola\r\n".to_vec();
        for (index, (bytes, encoding)) in files.iter().enumerate() {
            let (label, content) = encoded(bytes, *encoding);
            let head = format!(
                "Content-Type: application/octet-stream; name=f{index}.bin\r\nContent-Transfer-Encoding: {label}\r\nContent-Disposition: attachment\r\n\r\n"
            );
            raw.extend_from_slice(b"------=_x\r\n");
            if nested {
                raw.extend_from_slice(format!("Content-Type: multipart/related; boundary=n{index}\r\n\r\n--n{index}\r\n").as_bytes());
            }
            raw.extend_from_slice(head.as_bytes());
            raw.extend_from_slice(&content);
            if nested {
                raw.extend_from_slice(format!("\r\n--n{index}--").as_bytes());
            }
            raw.extend_from_slice(b"\r\n");
        }
        raw.extend_from_slice(b"------=_x--\r\n");
        let parsed = read(&raw);
        let expected: Vec<Vec<u8>> = files.into_iter().map(|(bytes, _)| bytes).collect();
        prop_assert_eq!(parsed.contents, expected);
    }
}
