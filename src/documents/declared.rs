//! Declared tables: cells whose places a spreadsheet, a word processor or HTML tells itself, completed to a [`Table`] that
//! has every cell once.

use crate::tables::{Cell, CellContent, Ruling, Table};

use super::Bounds;

/// A cell with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlacedCell {
    pub row: u32,
    pub column: u32,
    pub row_span: u32,
    pub column_span: u32,
    pub lines: Vec<String>,
    pub content: CellContent,
}

/// Where the lines between rows and columns run, in points: one more than there are rows and columns.
pub(super) struct Grid {
    pub rows: Vec<f32>,
    pub columns: Vec<f32>,
}

impl Grid {
    pub fn bounds(&self, row: u32, column: u32, row_span: u32, column_span: u32) -> Bounds {
        let at = |edges: &[f32], index: u32| edges.get(index as usize).or(edges.last()).copied().unwrap_or(0.0);
        Bounds {
            left: at(&self.columns, column),
            top: at(&self.rows, row),
            right: at(&self.columns, column.saturating_add(column_span)),
            bottom: at(&self.rows, row.saturating_add(row_span)),
        }
    }
}

/// The table of these cells: spans are cut at the table's edge and where they would lie over another cell, and every place
/// that no cell covers gets an empty one. The caller has bounded `rows * columns`.
pub(super) fn table(page: u32, rows: u32, columns: u32, mut cells: Vec<PlacedCell>, grid: &Grid) -> Table {
    cells.retain(|cell| cell.row < rows && cell.column < columns);
    cells.sort_by_key(|cell| (cell.row, cell.column));
    cells.dedup_by_key(|cell| (cell.row, cell.column));
    let mut taken = vec![false; rows as usize * columns as usize];
    let slot = |row: u32, column: u32| row as usize * columns as usize + column as usize;
    for cell in &cells {
        if let Some(place) = taken.get_mut(slot(cell.row, cell.column)) {
            *place = true;
        }
    }
    for cell in &mut cells {
        let free = |row: u32, column: u32| {
            (row, column) == (cell.row, cell.column) || taken.get(slot(row, column)) == Some(&false)
        };
        let right = (cell.column..columns.min(cell.column.saturating_add(cell.column_span)))
            .find(|column| !free(cell.row, *column))
            .unwrap_or(columns.min(cell.column.saturating_add(cell.column_span)));
        let bottom = (cell.row..rows.min(cell.row.saturating_add(cell.row_span)))
            .find(|row| (cell.column..right).any(|column| !free(*row, column)))
            .unwrap_or(rows.min(cell.row.saturating_add(cell.row_span)));
        cell.column_span = (right - cell.column).max(1);
        cell.row_span = (bottom - cell.row).max(1);
        for row in cell.row..cell.row + cell.row_span {
            for column in cell.column..cell.column + cell.column_span {
                if let Some(place) = taken.get_mut(slot(row, column)) {
                    *place = true;
                }
            }
        }
    }
    for row in 0..rows {
        for column in 0..columns {
            if taken.get(slot(row, column)) == Some(&false) {
                cells.push(PlacedCell {
                    row,
                    column,
                    row_span: 1,
                    column_span: 1,
                    lines: Vec::new(),
                    content: CellContent::Text,
                });
            }
        }
    }
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let cells = cells
        .into_iter()
        .map(|cell| Cell {
            bounds: grid.bounds(cell.row, cell.column, cell.row_span, cell.column_span),
            row: cell.row,
            column: cell.column,
            row_span: cell.row_span,
            column_span: cell.column_span,
            text: cell.lines.join(" "),
            lines: cell.lines,
            content: cell.content,
            looks: Vec::new(),
            drawn_otherwise: None,
            breaks: Vec::new(),
        })
        .collect();
    Table { page, bounds: grid.bounds(0, 0, rows, columns), ruling: Ruling::Declared, rows, columns, cells }
}

/// Text as the visual lines of a cell or paragraph: split at line breaks, white space single, blank lines left out, and
/// characters that nobody sees (zero width marks, soft hyphens, controls) dropped.
pub(super) fn visual_lines(text: &str) -> Vec<String> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
        .map(visible)
        .filter(|line| !line.is_empty())
        .collect()
}

/// One line as it is seen.
pub(super) fn visible(line: &str) -> String {
    let mut seen = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !seen.is_empty() && !seen.ends_with(' ') {
                    seen.push(' ');
                }
            }
            c => seen.push(c),
        }
    }
    seen.truncate(seen.trim_end().len());
    seen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(row: u32, column: u32, row_span: u32, column_span: u32) -> PlacedCell {
        PlacedCell { row, column, row_span, column_span, lines: Vec::new(), content: CellContent::Text }
    }

    #[test]
    fn lines_are_as_a_person_sees_them() {
        assert_eq!(visual_lines(" Ana\u{a0}\u{200b} María \r\n\r\nRíos\u{ad}\u{b}x"), ["Ana María", "Ríos", "x"]);
    }

    proptest! {
        #[test]
        fn every_place_is_covered_exactly_once(
            cells in proptest::collection::vec((0u32..6, 0u32..6, 1u32..8, 1u32..8), 0..12), rows in 1u32..6, columns in 1u32..6,
        ) {
            let placed = cells.into_iter().map(|(row, column, down, across)| cell(row, column, down, across)).collect();
            let grid = Grid { rows: vec![0.0; rows as usize + 1], columns: vec![0.0; columns as usize + 1] };
            let table = table(1, rows, columns, placed, &grid);
            let mut covered = vec![0; (rows * columns) as usize];
            for cell in &table.cells {
                for row in cell.row..cell.row + cell.row_span {
                    for column in cell.column..cell.column + cell.column_span {
                        covered[(row * columns + column) as usize] += 1;
                    }
                }
            }
            prop_assert!(covered.iter().all(|times| *times == 1), "{covered:?}");
        }
    }
}
