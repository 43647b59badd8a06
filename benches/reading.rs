//! Time for each stage of the pure core, in process: PDFs of several producers, spreadsheets, Word files, mails, and the
//! rules with the verdict.
//!
//! `cargo bench --bench reading`. Run on a quiet machine, or read only the "fastest" column.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark without its files must fail loudly")]

use std::path::{Path, PathBuf};

use divan::{Bencher, black_box};
use oficios::documents::{self, Limits};
use oficios::form::{EMBEDDED, Form};
use oficios::mail::{self, ParsedMail};
use oficios::reader::ReadMail;
use oficios::triage::OurAddresses;
use oficios::verdict::{self, Context, Pictures};

fn main() {
    divan::main();
}

fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The attachments of a mail, each with its name.
fn attachments(mail: &ParsedMail) -> Vec<(&str, &[u8])> {
    let names = mail.mail.attachments.iter().map(|attachment| attachment.name.as_str());
    names.zip(mail.contents.iter().map(Vec::as_slice)).collect()
}

#[divan::bench(args = [
    "pdf/chromium_collapse.pdf",
    "pdf/ghostscript_shaded.pdf",
    "pdf/hand_drawn.pdf",
    "pdf/weasyprint_separate.pdf",
    "pdf/wkhtmltopdf_dark_header.pdf",
    "pdf/writer_grid.pdf",
    "pdf/writer_no_borders.pdf",
    "pdf-signatures/pades-p256.pdf",
    "pdf-signatures/rsa.pdf",
])]
fn pdf(bencher: Bencher, name: &str) {
    let bytes = fixture(name);
    bencher.bench(|| documents::pdf::read(name, black_box(&bytes), &Limits::default()));
}

#[divan::bench(args = [
    "documents/cuadro-soffice.ods",
    "documents/cuadro-soffice.xls",
    "documents/cuadro-soffice.xlsx",
    "documents/cuadro.xlsx",
    "documents/oficio-soffice.doc",
    "documents/oficio-soffice.docx",
    "documents/oficio-soffice.odt",
    "documents/oficio-soffice.rtf",
    "documents/oficio.docx",
])]
fn office_file(bencher: Bencher, name: &str) {
    let bytes = fixture(name);
    bencher.bench(|| documents::read(name, None, black_box(&bytes), &Limits::default()));
}

const MAILS: [&str; 4] = [
    "demo/01-pdf-completo.eml",
    "demo/02-reenviado.eml",
    "demo/04-hoja-que-no-coincide.eml",
    "demo/06-seis-designados.eml",
];

#[divan::bench(args = MAILS)]
fn mail_taken_apart(bencher: Bencher, name: &str) {
    let raw = fixture(name);
    bencher.bench(|| mail::parse(black_box(&raw), &Limits::default()));
}

#[divan::bench(args = MAILS)]
fn attachments_of_a_mail(bencher: Bencher, name: &str) {
    let limits = Limits::default();
    let parsed = mail::parse(&fixture(name), &limits);
    let files = attachments(&parsed);
    bencher.bench(|| {
        let documents = black_box(&files).iter().flat_map(|(name, bytes)| documents::read(name, None, bytes, &limits));
        documents.collect::<Vec<_>>()
    });
}

/// What the parent process does with a mail that its child has read: triage, oficio, rules, verdict.
#[divan::bench(args = MAILS)]
fn rules_and_verdict(bencher: Bencher, name: &str) {
    let limits = Limits::default();
    let parsed = mail::parse(&fixture(name), &limits);
    let files = attachments(&parsed);
    let documents = files.iter().flat_map(|(name, bytes)| documents::read(name, None, bytes, &limits)).collect();
    let read = ReadMail { mail: parsed.mail.clone(), documents };
    let form = Form::parse(EMBEDDED).unwrap();
    let ours = OurAddresses(vec!["mesadeayuda@gobiernodigital.gob.pe".to_owned()]);
    let context =
        Context { form: &form, ours: &ours, today: jiff::civil::date(2026, 11, 17), pictures: Pictures::Decide };
    bencher.bench(|| verdict::assess_mail(black_box(&read), &context));
}
