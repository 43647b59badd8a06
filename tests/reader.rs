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

/// Form objects that call the next one twice, 30 deep: 2^30 visits that draw nothing, so that only a clock can stop them.
fn exponential_pdf() -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |pdf: &mut Vec<u8>, number: usize, body: String| {
        offsets.push((number, pdf.len()));
        pdf.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    };
    object(&mut pdf, 1, "<</Type/Catalog/Pages 2 0 R>>".into());
    object(&mut pdf, 2, "<</Type/Pages/Kids[3 0 R]/Count 1>>".into());
    object(
        &mut pdf,
        3,
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</XObject<</F 5 0 R>>>>/Contents 4 0 R>>".into(),
    );
    object(&mut pdf, 4, "<</Length 4>>\nstream\n/F Do\nendstream".into());
    for depth in 0..30 {
        let number = 5 + depth;
        let (content, resources) = if depth == 29 {
            (String::new(), String::new())
        } else {
            ("/F Do /F Do".to_owned(), format!("/Resources<</XObject<</F {} 0 R>>>>", number + 1))
        };
        let body = format!(
            "<</Type/XObject/Subtype/Form/BBox[0 0 100 100]{resources}/Length {}>>\nstream\n{content}\nendstream",
            content.len()
        );
        object(&mut pdf, number, body);
    }
    let start = pdf.len();
    pdf.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes());
    for (_, offset) in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    pdf.extend_from_slice(
        format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", offsets.len() + 1).as_bytes(),
    );
    pdf
}

#[test]
fn a_document_that_never_ends_is_stopped_and_the_others_are_read() {
    let started = Instant::now();
    let mail = mail_with(&[("bomba.pdf", &exponential_pdf()), ("nota.txt", b"hola"), ("vacio.pdf", b"")]);
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
