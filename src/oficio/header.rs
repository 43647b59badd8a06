//! Header: which row (or, in a transposed table, which column) of a table is the cuadro's header.

use std::collections::BTreeMap;
use std::ops::Range;

use super::columns::{HeaderWords, Heading, fields};
use super::designee::Field;
use super::grid::{Grid, Orientation};
use crate::tables::{Cell, Table};

/// Titles may stand above the header, not whole tables.
const ROWS_BEFORE_A_HEADER: usize = 12;
const COLUMNS_BEFORE_A_HEADER: usize = 3;
/// Fewer fields than this make no cuadro.
pub(super) const FEWEST_FIELDS: usize = 3;

/// A look at a heading is believed against the others when it is so sure of each letter.
const CLEAR: f32 = 0.95;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub(super) orientation: Orientation,
    /// The first record after the header.
    pub(super) first_record: usize,
    pub(super) headings: BTreeMap<usize, Heading>,
    /// The positions under each heading: more than one where the heading's cell is merged over several.
    pub(super) covers: BTreeMap<usize, Range<usize>>,
    /// The header's text at each position.
    pub(super) texts: Vec<String>,
}

impl Header {
    pub(super) fn fields(&self) -> Vec<Field> {
        fields(&self.headings)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.fields().contains(&field)
    }
}

/// Finds the header of a table that can be a cuadro: it names a person and at least [`FEWEST_FIELDS`] fields.
pub(super) fn find(table: &Table, words: &HeaderWords) -> Option<Header> {
    let mut best: Option<(i64, Header)> = None;
    for (orientation, furthest) in
        [(Orientation::HeaderRow, ROWS_BEFORE_A_HEADER), (Orientation::HeaderColumn, COLUMNS_BEFORE_A_HEADER)]
    {
        let grid = Grid::new(table, orientation);
        for first in 0..grid.records.min(furthest) {
            for depth in 1..=2 {
                if first + depth > grid.records {
                    continue;
                }
                let texts = header_texts(&grid, first, depth, words);
                let headings = words.assign(&texts);
                let named = fields(&headings);
                let person = named.contains(&Field::Nombres) || named.contains(&Field::Dni);
                if named.len() < FEWEST_FIELDS || !person {
                    continue;
                }
                // More fields, then a header of one line, then the earlier one.
                let score = 1_000 * i64::try_from(named.len()).unwrap_or(0)
                    - 100 * i64::try_from(depth).unwrap_or(0)
                    - i64::try_from(first).unwrap_or(0);
                if best.as_ref().is_none_or(|(other, _)| score > *other) {
                    let covers = covers(&grid, first + depth - 1, &headings);
                    best = Some((score, Header { orientation, first_record: first + depth, headings, covers, texts }));
                }
            }
        }
    }
    best.map(|(_, header)| header)
}

/// What a heading's cell says. Of a picture that its looks read otherwise, what one of them read clearly when it names a heading and the text that
/// was chosen does not: a speck beside «DNI» makes it «iDNI».
fn heading_text(cell: &Cell, words: &HeaderWords) -> String {
    let clear = cell.looks.iter().filter(|look| look.confidence >= CLEAR).map(|look| look.lines.join(" "));
    let named = if words.knows(&cell.text) { None } else { clear.into_iter().find(|text| words.knows(text)) };
    named.unwrap_or_else(|| cell.text.trim().to_owned())
}

/// The text of `depth` records from `first`, position by position; a cell that covers both is taken once, and a title merged
/// over several positions is left out where something stands below it.
fn header_texts(grid: &Grid, first: usize, depth: usize, words: &HeaderWords) -> Vec<String> {
    (0..grid.positions)
        .map(|position| {
            let last = first + depth - 1;
            let mut text = String::new();
            for record in first..=last {
                let Some(cell) = grid.cell(record, position) else { continue };
                let reaches_from_above = record > first && !grid.is_own(record, cell);
                let covered = grid.covered(cell);
                let is_title = depth > 1 && record < last && covered.len() > 1 && !grid.text(last, position).is_empty();
                let is_banner = covered.len() > 1 && covered.len() >= grid.positions;
                if reaches_from_above || is_title || is_banner || (covered.len() > 1 && covered.start != position) {
                    continue;
                }
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&heading_text(cell, words));
            }
            text
        })
        .collect()
}

/// The positions that each heading stands over, up to the next heading.
fn covers(grid: &Grid, record: usize, headings: &BTreeMap<usize, Heading>) -> BTreeMap<usize, Range<usize>> {
    headings
        .keys()
        .map(|position| {
            let end = grid.cell(record, *position).map_or(position + 1, |cell| grid.covered(cell).end);
            let next = headings.range(position + 1..).next().map_or(usize::MAX, |(next, _)| *next);
            (*position, *position..end.min(next).max(position + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{EMBEDDED, Form};
    use crate::oficio::paper::cell;
    use crate::tables::Look;

    #[test]
    fn a_heading_that_one_clear_look_knows_is_that_heading() {
        let words = HeaderWords::new(&Form::parse(EMBEDDED).unwrap().columns);
        let look = |text: &str, confidence| Look { lines: vec![text.to_owned()], confidence, ..Look::default() };
        let said = |text: &str, looks: Vec<Look>| heading_text(&Cell { looks, ..cell(0, 3, text) }, &words);
        assert_eq!(said("iDNI", vec![look("iDNI", 0.6), look("iDNI", 0.5), look("DNI", 0.99)]), "DNI");
        assert_eq!(said("iDNI", vec![look("iDNI", 0.6), look("DNI", 0.7)]), "iDNI", "not clearly");
        assert_eq!(said("Celular", vec![look("Celular", 0.99), look("DNI", 0.99)]), "Celular");
    }
}
