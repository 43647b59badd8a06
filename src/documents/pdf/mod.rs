//! PDF: the bytes of a PDF become pages, tables and troubles.
//!
//! The way of a page: `device` records what is drawn → `visibility` keeps what a person sees → `words` makes words of glyphs →
//! [`crate::tables`] finds cells. `annotations` adds what form fields hold. What a person *sees* counts, not what the file's text
//! says; where the two differ over a table, the document says so ([`Trouble::TextMayLie`]).
//!
//! `signature` verifies digital signatures, on its own reading of the file's objects.

mod annotations;
mod device;
mod doubles;
mod draw;
mod embedded;
mod font_file;
mod outline;
mod page;
mod pictures;
mod signature;
mod struck;
mod unicode;
mod visibility;
mod words;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::InterpreterCache;
use hayro_syntax::{LoadPdfError, Pdf};

use super::{DigitalSignature, Document, Format, Limits, Place, Trouble};
use crate::tables::HeaderWords;
use device::BudgetSpent;
pub(super) use draw::draw;
pub(super) use embedded::embedded;
use page::{PageRead, Reading};
use unicode::FontMaps;

/// The engine follows nested forms by recursion: deep, but bounded.
const STACK: usize = 64 << 20;

/// Reads a PDF. Never panics: what cannot be read is among the document's troubles.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Document {
    let mut document = Document {
        name: name.to_owned(),
        place: Place::Attached,
        format: Format::Pdf,
        pages: Vec::new(),
        tables: Vec::new(),
        signatures: Vec::new(),
        troubles: Vec::new(),
    };
    if bytes.is_empty() {
        document.troubles.push(Trouble::Empty);
        return document;
    }
    if bytes.len() as u64 > limits.bytes {
        document.troubles.push(Trouble::BeyondLimits("bytes".to_owned()));
        return document;
    }
    let limits = *limits;
    let bytes = bytes.to_vec();
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        // Two readers look at the file; the failure of one must not take what the other found.
        let signatures = catch_unwind(|| signatures(&bytes)).unwrap_or_default();
        (pages(bytes, &limits), signatures)
    });
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(((pages, troubles), signatures))) => {
            document.signatures = signatures;
            document.troubles = troubles;
            for read in pages {
                document.troubles.extend(read.troubles);
                document.tables.extend(read.tables);
                document.pages.push(read.page);
            }
        }
        Ok(Err(_)) => document.troubles.push(Trouble::Corrupt),
        Err(_) => document.troubles.push(Trouble::ReaderStopped),
    }
    document
}

fn signatures(bytes: &[u8]) -> Vec<DigitalSignature> {
    let objects = lopdf::Document::load_mem_with_options(bytes, lopdf::LoadOptions::default());
    objects.map(|objects| signature::read(bytes, &objects)).unwrap_or_default()
}

fn pages(bytes: Vec<u8>, limits: &Limits) -> (Vec<PageRead>, Vec<Trouble>) {
    let cut_short = is_cut_short(&bytes);
    let pdf = match Pdf::new(bytes) {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => return (Vec::new(), vec![Trouble::Encrypted]),
        Err(LoadPdfError::Invalid) => return (Vec::new(), vec![Trouble::Corrupt]),
    };
    if annotations::needs_another_viewer(pdf.xref()) {
        return (Vec::new(), vec![Trouble::NeedsAnotherViewer]);
    }
    // The engine repairs what is left, and nobody knows what else there was: a page, the rows of a table.
    let mut troubles = if cut_short { vec![Trouble::Corrupt] } else { Vec::new() };
    let mut reading = Reading {
        xref: pdf.xref(),
        cache: InterpreterCache::new(),
        fonts: FontMaps::default(),
        calls: 0,
        unfinished: None,
        needs_appearances: annotations::needs_appearances(pdf.xref()),
        headers: HeaderWords::of_the_form(),
    };
    let mut read: Vec<PageRead> = Vec::new();
    let mut seen = HashSet::new();
    for (index, page) in pdf.pages().iter().enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        if number > limits.pages {
            troubles.push(Trouble::BeyondLimits("pages".to_owned()));
            break;
        }
        // A page that stands twice in the page tree is the same sheet of paper.
        if page.raw().obj_id().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| page::read(page, number, &mut reading))) {
            Ok(page) if read.iter().any(|other| is_copy(other, &page)) => {}
            Ok(page) => read.push(page),
            Err(cause) if cause.is::<BudgetSpent>() => {
                troubles.push(Trouble::BeyondLimits("drawing operations".to_owned()));
                break;
            }
            Err(_) => {
                troubles.push(Trouble::Corrupt);
                break;
            }
        }
    }
    if read.is_empty() && troubles.is_empty() {
        troubles.push(Trouble::Corrupt);
    }
    (read, troubles)
}

/// Whether the file's end is missing. Every PDF says near its end where its objects are listed (ISO 32000-1, 7.5.5).
fn is_cut_short(bytes: &[u8]) -> bool {
    const WORD: &[u8] = b"startxref";
    !bytes.windows(WORD.len()).rev().any(|window| window == WORD)
}

/// The same page under another object number: same lines at the same places, and a table among them.
fn is_copy(page: &PageRead, other: &PageRead) -> bool {
    !page.tables.is_empty() && page.page.lines == other.page.lines && page.page.pictures == other.page.pictures
}

#[cfg(test)]
mod tests;
