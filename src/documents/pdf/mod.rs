//! (in work)

mod signature;

use super::{Document, Format, Limits, Place};

/// Reads a PDF.
pub fn read(name: &str, bytes: &[u8], _limits: &Limits) -> Document {
    let objects = lopdf::Document::load_mem_with_options(bytes, lopdf::LoadOptions::default());
    Document {
        name: name.to_owned(),
        place: Place::Attached,
        format: Format::Pdf,
        pages: Vec::new(),
        tables: Vec::new(),
        signatures: objects.map(|objects| signature::read(bytes, &objects)).unwrap_or_default(),
        troubles: Vec::new(),
    }
}
