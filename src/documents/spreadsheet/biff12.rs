//! The records of an xlsb workbook (\[MS-XLSB\]) that calamine does not give: merged cells, hidden rows and columns.

use std::collections::BTreeSet;

use crate::documents::Trouble;
use crate::documents::package::Package;

use super::sheet::Region;

mod record {
    pub const ROW: u32 = 0;
    /// A formula with a text, a number, a truth value or an error; the four follow each other.
    pub const FORMULA_WITH_TEXT: u32 = 8;
    pub const FORMULA_WITH_ERROR: u32 = 11;
    pub const COLUMN: u32 = 60;
    pub const SHEET: u32 = 156;
    pub const MERGED: u32 = 176;
}

const LAST_COLUMN: u32 = 16_383;

#[derive(Debug, Default)]
pub(super) struct SheetFacts {
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_columns: BTreeSet<u32>,
    pub merged: Vec<Region>,
    pub formulas: BTreeSet<(u32, u32)>,
}

/// The sheets' facts in the order of the tabs.
pub(super) fn scan(package: &mut Package<'_>, most_merged: usize) -> Result<Vec<SheetFacts>, Trouble> {
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
            Some(part) => sheet(&package.part(&part.target)?.unwrap_or_default(), most_merged),
            None => SheetFacts::default(),
        });
    }
    Ok(found)
}

/// State, id, and then the relation's id with its length before it.
fn relation_id(data: &[u8]) -> Option<String> {
    let length = u32_at(data, 8)? as usize;
    let units = data.get(12..12usize.checked_add(length.checked_mul(2)?)?)?;
    Some(encoding_rs::UTF_16LE.decode_without_bom_handling(units).0.into_owned())
}

fn sheet(bytes: &[u8], most_merged: usize) -> SheetFacts {
    let mut facts = SheetFacts::default();
    let mut row = 0;
    for (kind, data) in records(bytes) {
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

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
