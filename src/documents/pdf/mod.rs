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
use std::sync::LazyLock;

use hayro_interpret::InterpreterCache;
use hayro_syntax::{LoadPdfError, Pdf};
use image::RgbImage;
use regex::bytes::Regex;

use super::archive::Budget;
use super::{DigitalSignature, Document, Format, Limits, Trouble};
use crate::tables::HeaderWords;
use device::BudgetSpent;
use embedded::Embedded;
use page::{PageRead, Reading};
use unicode::FontMaps;

/// The engine follows nested forms by recursion: deep, but bounded.
const STACK: usize = 64 << 20;

/// A PDF that is open: whoever else needs something of the file takes it from here. To open one again is to find its objects,
/// and to decrypt and unpack them, again.
pub(super) struct OpenFile(Pdf);

impl OpenFile {
    /// Takes the files out that are attached inside, each by the name `file/embedded file`.
    pub fn embedded(&self, name: &str, budget: &mut Budget) -> Embedded {
        embedded::embedded(name, &self.0, budget)
    }

    /// Draws the wanted pages (counted from 1), one at a time.
    pub fn draw(&self, wanted: &[u32], limits: &Limits, see: &mut (dyn FnMut(u32, RgbImage) + Send)) {
        draw::draw(&self.0, wanted, limits, see);
    }
}

/// Reads a PDF. Never panics: what cannot be read is among the document's troubles.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Document {
    open(name, bytes, limits).0
}

/// As [`read`], and hands on the file, when it could be opened.
pub(super) fn open(name: &str, bytes: &[u8], limits: &Limits) -> (Document, Option<OpenFile>) {
    let mut document = Document::new(name, Format::Pdf);
    if bytes.is_empty() {
        document.troubles.push(Trouble::Empty);
        return (document, None);
    }
    if bytes.len() as u64 > limits.bytes {
        document.troubles.push(Trouble::BeyondLimits("bytes".to_owned()));
        return (document, None);
    }
    let limits = *limits;
    let bytes = bytes.to_vec();
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        // Two readers look at the file; the failure of one must not take what the other found.
        let signatures = catch_unwind(|| signatures(&bytes)).unwrap_or_default();
        let cut_short = is_cut_short(&bytes);
        match Pdf::new(bytes) {
            Ok(pdf) => {
                let (pages, troubles) = pages(&pdf, cut_short, &limits);
                (pages, troubles, signatures, Some(OpenFile(pdf)))
            }
            Err(LoadPdfError::Decryption(_)) => (Vec::new(), vec![Trouble::Encrypted], signatures, None),
            Err(LoadPdfError::Invalid) => (Vec::new(), vec![Trouble::Corrupt], signatures, None),
        }
    });
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok((pages, troubles, signatures, file))) => {
            document.signatures = signatures;
            document.troubles = troubles;
            for read in pages {
                document.troubles.extend(read.troubles);
                document.tables.extend(read.tables);
                document.pages.push(read.page);
            }
            return (document, file);
        }
        Ok(Err(_)) => document.troubles.push(Trouble::Corrupt),
        Err(_) => document.troubles.push(Trouble::ReaderStopped),
    }
    (document, None)
}

fn signatures(bytes: &[u8]) -> Vec<DigitalSignature> {
    if !may_be_signed(bytes) {
        return Vec::new();
    }
    let objects = lopdf::Document::load_mem_with_options(bytes, lopdf::LoadOptions::default());
    objects.map(|objects| signature::read(bytes, &objects)).unwrap_or_default()
}

/// Whether the file says anywhere which of its bytes a signature covers. Where it does, it does so in plain letters: what
/// leaves itself out of the bytes that it covers is in no packed stream, and names are never encrypted (ISO 32000-1, 12.8.1, 7.6.1).
fn may_be_signed(bytes: &[u8]) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("/ByteRange").ok());
    NAME.as_ref().is_none_or(|name| name.is_match(bytes))
}

fn pages(pdf: &Pdf, cut_short: bool, limits: &Limits) -> (Vec<PageRead>, Vec<Trouble>) {
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
