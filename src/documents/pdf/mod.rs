//! (in work)

use super::{Document, Format, Limits, Place};

/// Reads a PDF.
pub fn read(name: &str, _bytes: &[u8], _limits: &Limits) -> Document {
    Document {
        name: name.to_owned(),
        place: Place::Attached,
        format: Format::Pdf,
        pages: Vec::new(),
        tables: Vec::new(),
        signatures: Vec::new(),
        troubles: Vec::new(),
    }
}
