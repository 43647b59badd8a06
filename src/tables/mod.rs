//! Tables: positioned text and ruling lines of a page become cells. Spreadsheet rows arrive here as cells already.
//!
//! A table is geometry and text, in any language; which column is the DNI is not known here (see [`crate::oficio`]).

//!
//! The way of a page: `content` (what was drawn) → `rulings` (pieces become lines, lines become frames) → `lattice` (a frame
//! becomes cells) → `fill` and `join` (words become cell text). `borderless` reads what no ruling bounds.

mod borderless;
mod boxes;
mod cell_image;
pub mod content;
pub(crate) mod fill;
pub(crate) mod join;
pub(crate) mod lattice;
mod look;
mod ruled;
mod rulings;
mod tints;

use serde::{Deserialize, Serialize};

use crate::documents::Bounds;

pub use borderless::{HeaderWords, Unfinished};
pub use cell_image::CellImage;
pub use join::Vocabulary;
pub use look::{Look, Possibilities, is_in_capitals};

use content::{PageContent, Rectangle};

/// Every table of a page, top to bottom: the ruled ones, and among the remaining words those under the form's header words.
///
/// `unfinished` carries a borderless table over a page break, from page to page of one document.
pub fn find(
    page: &PageContent,
    headers: &HeaderWords,
    vocabulary: &Vocabulary,
    unfinished: &mut Option<Unfinished>,
) -> Vec<Table> {
    let mut taken = vec![false; page.words.len()];
    let (mut tables, crowded) = ruled::find(page, vocabulary, &mut taken);
    borderless::release(page, headers, &mut tables, &mut taken, unfinished.as_ref());
    tables.extend(borderless::find(page, headers, vocabulary, &taken, unfinished));
    // Rules around the heading and at the end part no people: such a table is read by its headings, and by its rules if it has none.
    for lattice in crowded {
        if !tables.iter().any(|table| table.bounds.touches(&lattice.bounds, 0.0)) {
            tables.extend(ruled::table(&lattice, page, vocabulary, &mut taken));
        }
    }
    tables.sort_by(|a, b| a.bounds.top.total_cmp(&b.bounds.top).then(a.bounds.left.total_cmp(&b.bounds.left)));
    tables
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Counted from 1.
    pub page: u32,
    pub bounds: Bounds,
    pub ruling: Ruling,
    pub rows: u32,
    pub columns: u32,
    /// Every cell once, at its top left position, empty ones too; ordered by row, then column.
    pub cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ruling {
    /// Drawn lines (or cell backgrounds) bound the cells.
    Ruled,
    /// Found by the alignment of the text under the form's header words only.
    Borderless,
    /// A spreadsheet or word processor says itself where the cells are.
    Declared,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Counted from 0.
    pub row: u32,
    pub column: u32,
    /// At least 1.
    pub row_span: u32,
    pub column_span: u32,
    pub bounds: Bounds,
    /// The cell's text on one line: wrapped lines joined as a reader would join them, white space single.
    pub text: String,
    /// The visual lines as they stand, top to bottom: an e-mail or a DNI that wraps is joined from these with nothing.
    pub lines: Vec<String>,
    pub content: CellContent,
    /// For a cell read from pixels: what each look at its picture gave. Empty for text of the file itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Look>,
    /// For a cell of drawn text: what the drawing says instead, where it was read once more and does not say the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_otherwise: Option<String>,
    /// What happens between one visual line and the next, where the drawing tells: one fewer than the lines, or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<LineBreak>,
}

/// Where a line of a cell ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineBreak {
    /// Between two words.
    Between,
    /// Inside a word that did not fit.
    Inside,
    /// Either: the line is full, and its last word may end there or go on. The cell's text has the likelier of the two.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellContent {
    Text,
    /// A spreadsheet's numeric cell: leading zeros cannot be in it.
    Number,
    /// A spreadsheet's formula: the stored value may be stale.
    Formula,
}

#[cfg(test)]
mod tests;
