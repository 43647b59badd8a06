//! Word processors: docx, odt and rtf as a person sees them on paper: paragraphs, tables, text boxes, headers, pictures.
//!
//! No pages are made (the break depends on fonts we do not have): everything stands on one long page, in order. Deleted and
//! hidden text is left out. Comments, notes and macros are not read.

mod docx;
mod inside;
mod numbering;
mod odt;
mod rtf;
mod styles;

use super::{Document, Format, Limits, Trouble};
pub(super) use inside::{embedded, page_pictures};

pub(super) fn read(name: &str, format: Format, bytes: &[u8], limits: &Limits) -> Document {
    let document = match format {
        Format::Docx => docx::read(name, bytes, limits),
        Format::Odt => odt::read(name, bytes, limits),
        Format::Rtf => rtf::read(name, bytes, limits),
        _ => Err(Trouble::UnsupportedFormat),
    };
    document.unwrap_or_else(|trouble| Document::unread(name, format, trouble))
}

/// Nobody reads letters of this size, in points.
const TINY: f32 = 3.5;

/// Whether a text may be somebody's data. A heading may be white on a ground that the table's style paints; it has no digits.
pub(super) fn is_datum(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit() || letter == '@')
}

/// Whether a raised text is the number of a note.
pub(super) fn is_note_mark(text: &str) -> bool {
    let number = text.trim().trim_matches(['(', ')', '*']);
    number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Points of a length in English Metric Units, the unit of DrawingML.
fn from_emu(length: f32) -> f32 {
    length / 12_700.0
}

/// Points of a length with its unit (`3.5cm`, `40pt`, `1in`), as VML styles and OpenDocument write it.
pub(super) fn from_length(length: &str) -> Option<f32> {
    let length = length.trim();
    let unit_at = length.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(length.len());
    let (number, unit) = length.split_at_checked(unit_at)?;
    let points = match unit {
        "cm" => 72.0 / 2.54,
        "mm" => 7.2 / 2.54,
        "in" => 72.0,
        "pc" => 12.0,
        "px" | "" => 0.75,
        _ => 1.0,
    };
    Some(number.trim().parse::<f32>().ok()? * points)
}
