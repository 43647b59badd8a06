//! The reading process against hostile files: it may refuse or die, the caller always gets an answer in time, and the other
//! documents of the same mail are read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "desk/message.rs"]
#[allow(dead_code, reason = "the other suites use the rest")]
mod message;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use oficios::documents::{Limits, Trouble};
use oficios::reader::{ReadFile, Reader};

use message::base64;

fn reader() -> Reader {
    Reader::new(PathBuf::from(env!("CARGO_BIN_EXE_oficios")), Limits::default(), Duration::from_secs(3))
}

fn read(name: &str, bytes: &[u8]) -> ReadFile {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(reader().read_file(name, bytes)).unwrap()
}

fn mail_with(attachments: &[(&str, &[u8])]) -> Vec<u8> {
    let mut mail = b"From: Ana <ana@muni.gob.pe>\r\nTo: mesa@x.gob.pe\r\nSubject: oficio\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nAdjunto.\r\n"
        .to_vec();
    for (name, bytes) in attachments {
        mail.extend_from_slice(
            format!(
                "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n"
            )
            .as_bytes(),
        );
        mail.extend_from_slice(base64(bytes).as_bytes());
        mail.extend_from_slice(b"\r\n");
    }
    mail.extend_from_slice(b"--b--\r\n");
    mail
}

/// A PDF of these objects, numbered from 1; the first is the catalog.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, body) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", index + 1).as_bytes());
    }
    let start = pdf.len();
    pdf.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes());
    for offset in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = offsets.len() + 1;
    pdf.extend_from_slice(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    pdf
}

fn stream(dictionary: &str, content: &str) -> String {
    format!("<<{dictionary}/Length {}>>\nstream\n{content}\nendstream", content.len())
}

fn page(resources: &str, content: &str) -> Vec<String> {
    vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<<{resources}>>/Contents 4 0 R>>"),
        stream("", content),
    ]
}

/// Form objects that call the next one twice, 30 deep: 2^30 visits that draw nothing.
fn exponential_pdf() -> Vec<u8> {
    let mut objects = page("/XObject<</F 5 0 R>>", "/F Do");
    for depth in 0..30 {
        let form = "/Type/XObject/Subtype/Form/BBox[0 0 100 100]";
        objects.push(if depth == 29 {
            stream(form, "")
        } else {
            stream(&format!("{form}/Resources<</XObject<</F {} 0 R>>>>", 6 + depth), "/F Do /F Do")
        });
    }
    pdf(&objects)
}

/// A font that gives widths to two thousand million characters: gigabytes in the engine, which no budget of ours sees.
fn endless_widths_pdf() -> Vec<u8> {
    let mut objects = page("/Font<</F 5 0 R>>", "BT /F 12 Tf 10 10 Td <0041> Tj ET");
    objects.push("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>".to_owned());
    objects.push(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
         /W[0 2147483647 500]/FontDescriptor 7 0 R>>"
            .to_owned(),
    );
    objects.push("<</Type/FontDescriptor/FontName/X/Flags 4>>".to_owned());
    pdf(&objects)
}

#[test]
fn a_document_that_never_ends_is_stopped_and_the_others_are_read() {
    let started = Instant::now();
    let mail = mail_with(&[("bomba.pdf", &endless_widths_pdf()), ("nota.txt", b"hola"), ("vacio.pdf", b"")]);
    let ReadFile::Mail(read) = read("x.eml", &mail) else { panic!("a mail") };
    assert_eq!(read.mail.attachments.len(), 3);
    assert_eq!(read.documents.len(), 4, "three attachments and the body");
    assert_eq!(read.documents[0].troubles, [Trouble::ReaderStopped]);
    assert_eq!(read.documents[0].name, "bomba.pdf");
    assert_eq!(read.documents[2].troubles, [Trouble::Empty]);
    // Generous: what matters is that it ends at all.
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn forms_that_call_each_other_without_end_are_given_up() {
    let ReadFile::Documents(documents) = read("bomba.pdf", &exponential_pdf()) else { panic!("no mail") };
    // Whichever is faster on this machine: the count of what is drawn, or the clock.
    let given_up = [Trouble::ReaderStopped, Trouble::BeyondLimits("drawing operations".to_owned())];
    assert!(given_up.contains(&documents[0].troubles[0]), "{:?}", documents[0].troubles);
}

#[test]
fn bytes_of_nothing_in_particular_are_answered() {
    for bytes in [&b""[..], &[0u8; 1000][..], b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"] {
        let ReadFile::Documents(documents) = read("algo.bin", bytes) else { panic!("no mail") };
        assert_eq!(documents.len(), 1);
        assert_ne!(documents[0].troubles, [], "something has to be said of {bytes:?}");
    }
}

#[test]
fn a_header_with_a_null_and_no_message_id_is_still_a_mail() {
    let ReadFile::Mail(read) = read("x.eml", b"From: a@b.pe\r\nSubject: uno\0dos\r\nTo: m@x.pe\r\n\r\nHola\r\n") else {
        panic!("a mail")
    };
    assert_eq!(read.mail.message_id, None);
    assert_eq!(read.mail.from.len(), 1);
}
