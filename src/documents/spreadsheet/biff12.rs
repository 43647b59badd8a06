//! The records of an xlsb workbook (\[MS-XLSB\]) that calamine does not give: merged cells, hidden rows and columns,
//! number formats and looks of cells.

use std::collections::{BTreeSet, HashMap};

use crate::documents::Trouble;
use crate::documents::package::Package;

use super::drawing::{self, Drawn};
use super::number_format;
use super::sheet::{CellLook, Region};

mod record {
    pub const ROW: u32 = 0;
    /// The first and the last kind of cell, formulas among them.
    pub const BLANK: u32 = 1;
    /// A formula with a text, a number, a truth value or an error; the four follow each other.
    pub const FORMULA_WITH_TEXT: u32 = 8;
    pub const FORMULA_WITH_ERROR: u32 = 11;
    pub const FONT: u32 = 43;
    pub const FORMAT: u32 = 44;
    pub const FILL: u32 = 45;
    pub const STYLE: u32 = 47;
    pub const COLUMN: u32 = 60;
    pub const SHEET: u32 = 156;
    pub const MERGED: u32 = 176;
    pub const BEGIN_CELL_STYLES: u32 = 617;
    pub const END_CELL_STYLES: u32 = 618;
}

/// Cells whose style is kept: more than any sheet within the limits has.
const MOST_STYLED: usize = 200_000;
const LAST_COLUMN: u32 = 16_383;

#[derive(Debug, Default)]
pub(super) struct SheetFacts {
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_columns: BTreeSet<u32>,
    pub merged: Vec<Region>,
    pub formulas: BTreeSet<(u32, u32)>,
    /// Each cell's style, by its number.
    pub styles: HashMap<(u32, u32), u32>,
    pub drawn: Drawn,
}

#[derive(Clone, Copy, Debug, Default)]
struct Style {
    format: u16,
    font: u16,
    fill: u16,
}

/// The workbook's styles of cells.
#[derive(Debug, Default)]
pub(super) struct Styles {
    formats: HashMap<u16, String>,
    fonts: Vec<CellLook>,
    /// Whether each fill is seen on paper.
    fills: Vec<bool>,
    styles: Vec<Style>,
}

impl Styles {
    pub fn format(&self, style: u32) -> &str {
        let id = self.style(style).format;
        self.formats.get(&id).map_or_else(|| number_format::builtin(u32::from(id)), String::as_str)
    }

    pub fn look(&self, style: u32) -> CellLook {
        let style = self.style(style);
        let look = self.fonts.get(usize::from(style.font)).copied().unwrap_or_default();
        let has_ground = self.fills.get(usize::from(style.fill)).copied().unwrap_or(false);
        CellLook { white_on_paper: look.white_on_paper && !has_ground, ..look }
    }

    fn style(&self, style: u32) -> Style {
        self.styles.get(style as usize).copied().unwrap_or_default()
    }

    fn scan(bytes: &[u8]) -> Styles {
        let mut found = Styles::default();
        let mut in_cell_styles = false;
        for (kind, data) in records(bytes) {
            match kind {
                // Height, flags, weight, superscript, underline, family, charset, unused, colour (2.4.149).
                record::FONT => found.fonts.push(CellLook {
                    white_on_paper: data.get(12..).is_some_and(is_white),
                    struck: u16_at(data, 2).is_some_and(|flags| flags & 0x08 != 0),
                }),
                record::FORMAT => {
                    found.formats.extend(u16_at(data, 0).zip(data.get(2..).and_then(wide_string)));
                }
                record::FILL => {
                    let is_seen = u32_at(data, 0).is_some_and(|pattern| pattern != 0);
                    found.fills.push(is_seen && !data.get(4..).is_some_and(is_white));
                }
                record::BEGIN_CELL_STYLES => in_cell_styles = true,
                record::END_CELL_STYLES => in_cell_styles = false,
                record::STYLE if in_cell_styles => {
                    let at = |place| u16_at(data, place).unwrap_or(0);
                    found.styles.push(Style { format: at(2), font: at(4), fill: at(6) });
                }
                _ => {}
            }
        }
        found
    }
}

/// White by the theme's first colour, by the palette or in so many words (2.5.8, BrtColor).
fn is_white(colour: &[u8]) -> bool {
    match colour {
        [kind, index, tint_low, tint_high, red, green, blue, ..] => match kind >> 1 {
            1 => matches!(index, 1 | 9),
            2 => [red, green, blue].into_iter().all(|part| *part == 255),
            3 => *index == 0 && (*tint_low, *tint_high) == (0, 0),
            _ => false,
        },
        _ => false,
    }
}

fn wide_string(data: &[u8]) -> Option<String> {
    let length = u32_at(data, 0)? as usize;
    let units = data.get(4..4usize.checked_add(length.checked_mul(2)?)?)?;
    Some(encoding_rs::UTF_16LE.decode_without_bom_handling(units).0.into_owned())
}

/// The sheets' facts in the order of the tabs, and the styles of all.
pub(super) fn scan(package: &mut Package<'_>, most_merged: usize) -> Result<(Vec<SheetFacts>, Styles), Trouble> {
    let main = package.relationships("")?.into_iter().find(|relation| relation.kind == "officeDocument");
    let main = main.ok_or(Trouble::Corrupt)?.target;
    let relations = package.relationships(&main)?;
    let book = package.part(&main)?.ok_or(Trouble::Corrupt)?;
    let mut found = Vec::new();
    for (_, data) in records(&book).filter(|(kind, _)| *kind == record::SHEET) {
        // A tab without a part of its own, which calamine does not count either.
        if u32_at(data, 8) == Some(u32::MAX) {
            continue;
        }
        let part = relation_id(data).and_then(|id| relations.iter().find(|relation| relation.id == id));
        found.push(match part {
            Some(part) => {
                let mut facts = sheet(&package.part(&part.target)?.unwrap_or_default(), most_merged);
                facts.drawn = drawing::of_sheet(package, &part.target);
                facts
            }
            None => SheetFacts::default(),
        });
    }
    let styles = match relations.iter().find(|relation| relation.kind == "styles") {
        Some(part) => Styles::scan(&package.part(&part.target)?.unwrap_or_default()),
        None => Styles::default(),
    };
    Ok((found, styles))
}

/// State, id, and then the relation's id with its length before it.
fn relation_id(data: &[u8]) -> Option<String> {
    wide_string(data.get(8..)?)
}

fn sheet(bytes: &[u8], most_merged: usize) -> SheetFacts {
    let mut facts = SheetFacts::default();
    let mut row = 0;
    for (kind, data) in records(bytes) {
        if (record::BLANK..=record::FORMULA_WITH_ERROR).contains(&kind)
            && facts.styles.len() < MOST_STYLED
            && let (Some(column), Some(style)) = (u32_at(data, 0), u32_at(data, 4))
        {
            // The upper byte holds flags.
            facts.styles.insert((row, column), style & 0x00ff_ffff);
        }
        match kind {
            record::ROW => {
                row = u32_at(data, 0).unwrap_or(0);
                // The flag for a row of no height.
                if data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    facts.hidden_rows.insert(row);
                }
            }
            record::FORMULA_WITH_TEXT..=record::FORMULA_WITH_ERROR => {
                facts.formulas.extend(u32_at(data, 0).map(|column| (row, column)));
            }
            record::COLUMN if data.get(16).is_some_and(|flags| flags & 1 != 0) => {
                if let (Some(first), Some(last)) = (u32_at(data, 0), u32_at(data, 4)) {
                    facts.hidden_columns.extend(first..=last.min(LAST_COLUMN));
                }
            }
            record::MERGED if facts.merged.len() < most_merged => {
                if let (Some(first_row), Some(last_row), Some(first_column), Some(last_column)) =
                    (u32_at(data, 0), u32_at(data, 4), u32_at(data, 8), u32_at(data, 12))
                    && first_row <= last_row
                    && first_column <= last_column
                {
                    facts.merged.push(Region { first_row, first_column, last_row, last_column });
                }
            }
            _ => {}
        }
    }
    facts
}

/// Records: a kind of one or two bytes and a length of up to four, seven bits a byte (2.1.4).
fn records(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let mut kind = u32::from(next(&mut rest)?);
        if kind & 0x80 != 0 {
            kind = (kind & 0x7f) | (u32::from(next(&mut rest)? & 0x7f) << 7);
        }
        let mut length = 0usize;
        for shift in [0, 7, 14, 21] {
            let byte = next(&mut rest)?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (data, left) = rest.split_at_checked(length)?;
        rest = left;
        Some((kind, data))
    })
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (first, left) = rest.split_first()?;
    *rest = left;
    Some(*first)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
