//! Mails and files that are broken, too big, or made to do harm: each ends in a clear state, and the others are answered.

use std::fs;
use std::io::Write as _;

use oficios::ledger::{Attention, MailState, Wholeness};
use oficios::verdict::Decision;
use serde_json::Value;

use crate::desk::letter::{HEADER, Letter};
use crate::desk::message::{Attachment, Message, attached};
use crate::desk::{Desk, oficios};

fn sheet(xml: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let parts: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#),
        ("_rels/.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Hoja1" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
    ];
    for (name, bytes) in parts.into_iter().chain([("xl/worksheets/sheet1.xml", xml)]) {
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A cuadro in a sheet that says it has 17 thousand million cells.
fn sheet_that_claims_every_cell() -> Vec<u8> {
    let row = |number: u32, cells: &[String]| {
        let cells: String = ('A'..)
            .zip(cells)
            .map(|(column, text)| format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#))
            .collect();
        format!(r#"<row r="{number}">{cells}</row>"#)
    };
    let header = row(1, &HEADER.map(str::to_owned));
    let rows: String = (2..).zip(Letter::right(9, "Huanca").rows).map(|(number, cells)| row(number, &cells)).collect();
    sheet(
        format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{header}{rows}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#
        )
        .as_bytes(),
    )
}

/// A fifth of a gigabyte of blanks in some hundred kilobytes.
fn sheet_that_swells() -> Vec<u8> {
    let mut xml = br#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#.to_vec();
    xml.resize(200 << 20, b' ');
    xml.extend_from_slice(b"</sheetData></worksheet>");
    sheet(&xml)
}

fn pdf_with_password() -> Vec<u8> {
    fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pdf/real_password.pdf")).unwrap()
}

/// Files with something wrong, each with words of what an operator or an entity is told.
fn bad_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let whole = Letter::right(7, "Huanca").pdf();
    vec![
        ("vacio.pdf", Vec::new(), "vacío"),
        ("cortado.pdf", whole[..whole.len() / 3].to_vec(), "dañado"),
        ("con clave.pdf", pdf_with_password(), "contraseña"),
        ("toda celda.xlsx", sheet_that_claims_every_cell(), "no trae el oficio"),
        ("bomba.xlsx", sheet_that_swells(), "límite"),
        ("basura.pdf", (0..=255u8).cycle().take(9000).collect(), ""),
    ]
}

fn good(id: &str, number: u32) -> Message {
    let letter = Letter::right(number, "Huanca").pdf();
    Message::new("bueno@munihuanca.gob.pe", id, vec![attached("oficio.pdf", &letter)])
}

fn line_of(text: &str, number: usize) -> Value {
    serde_json::from_str(text.lines().nth(number).unwrap()).unwrap()
}

#[test]
fn each_bad_file_is_told_of_and_the_file_after_it_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["check".to_owned(), "--json".to_owned()];
    let mut add = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        arguments.push(path.to_str().unwrap().to_owned());
    };
    let bad = bad_files();
    for (name, bytes, _) in &bad {
        add(name, bytes);
    }
    add("bueno.pdf", &Letter::right(8, "Huanca").pdf());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let out = oficios(&arguments).exits(1);
    assert_eq!(out.lines().count(), bad.len() + 1);
    for (number, (name, _, words)) in bad.iter().enumerate() {
        let object = line_of(&out, number);
        assert!(object["archivo"].as_str().unwrap().ends_with(name));
        assert_ne!(object["decision"], "confirmado", "{name}");
        assert!(!object["hallazgos"].as_array().unwrap().is_empty(), "{name}: {object}");
        assert!(object.to_string().contains(words), "{name}: {object}");
    }
    assert_eq!(line_of(&out, bad.len())["decision"], "confirmado", "{out}");
}

#[test]
fn each_bad_attachment_goes_to_a_person_or_back_to_its_entity_and_the_rest_is_answered() {
    let desk = Desk::open();
    let bad = bad_files();
    for (number, (name, bytes, _)) in bad.iter().enumerate() {
        let from = format!("mesadepartes{number}@munihuanca.gob.pe");
        let message = Message::new(&from, &format!("malo-{number}@muni"), vec![attached(name, bytes)]);
        desk.imap.deliver(&format!("malo-{number}"), &message.bytes());
    }
    desk.imap.deliver("z-bueno", &good("bueno@muni", 1).bytes());
    desk.once();
    assert_eq!(desk.mail("bueno@muni").decision, Some(Decision::Confirmado));
    for (number, (name, _, _)) in bad.iter().enumerate() {
        let mail = desk.mail(&format!("malo-{number}@muni"));
        let decision = mail.decision.unwrap();
        assert!(matches!(decision, Decision::Revision | Decision::Subsanacion), "{name}: {decision:?}");
        assert!(!mail.reasons.is_empty(), "{name}");
    }
    let password = desk.mail("malo-2@muni");
    assert_eq!(password.attention(), [Attention::Revision]);
}

#[test]
fn a_mail_beyond_the_limit_goes_to_a_person_unread_and_stays_where_it_is() {
    let desk = Desk::open();
    let huge =
        Message::new("mesadepartes@muni.gob.pe", "enorme@muni", vec![attached("oficio.pdf", &vec![7; 22 << 20])]);
    let bytes = huge.bytes();
    assert!(bytes.len() > 30_000_000);
    desk.imap.deliver("enorme", &bytes);
    desk.imap.deliver("z-bueno", &good("bueno@muni", 1).bytes());
    desk.once();
    assert_eq!(desk.mail("bueno@muni").decision, Some(Decision::Confirmado));
    let mails = desk.ledger();
    let mail = mails.iter().find(|mail| mail.state == MailState::Quarantined).unwrap();
    assert_eq!(mail.wholeness, Wholeness::Head);
    assert_eq!(mail.attention(), [Attention::Quarantined]);
    assert!(mail.reasons.concat().contains("25 MB"), "{:?}", mail.reasons);
    assert_eq!(desk.count(""), 1);
    assert_eq!(desk.imap.read_mails(""), 0);
    assert_eq!(desk.sent().len(), 1);
    desk.once();
    assert_eq!(desk.ledger().len(), 2);
}

#[test]
fn mails_that_no_program_would_write_end_in_one_state_each() {
    let desk = Desk::open();
    let mut nameless = good("", 11);
    nameless.id = None;
    let mut with_nul = good("nul@muni", 12).bytes();
    let place = with_nul.windows(9).position(|window| window == b"Subject: ").unwrap();
    with_nul.splice(place + 9..place + 9, *b"\0oficio\0 ");
    let garbage: Vec<u8> =
        (0..20_000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    let headless = b"\r\n\r\nSin cabeceras.\r\n".to_vec();
    let many: Vec<Attachment> = (0..500).map(|number| attached(&format!("foto {number}.txt"), b"Una nota.")).collect();
    let mut swamped = good("quinientos@muni", 13);
    swamped.attachments = many;
    for (name, bytes) in [
        ("1", nameless.bytes()),
        ("2", with_nul),
        ("3", garbage),
        ("4", headless),
        ("5", swamped.bytes()),
        ("6", good("bueno@muni", 14).bytes()),
    ] {
        desk.imap.deliver(name, &bytes);
    }
    desk.once();
    let mails = desk.ledger();
    assert_eq!(mails.len(), 6);
    for mail in &mails {
        let settled = matches!(mail.state, MailState::Decided | MailState::Quarantined);
        assert!(settled, "{}: {:?}", mail.id, mail.state);
    }
    // The one without a Message-ID is an oficio as any other, answered once.
    let nameless = mails.iter().find(|mail| mail.message_id.is_none() && mail.decision == Some(Decision::Confirmado));
    assert!(nameless.is_some());
    assert_eq!(desk.mail("bueno@muni").decision, Some(Decision::Confirmado));
    let answers = desk.sent().len();
    desk.once();
    assert_eq!(desk.sent().len(), answers);
    assert_eq!(desk.ledger().len(), 6);
}
