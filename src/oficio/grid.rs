//! Grid: a table's cells by position, so that a merged cell answers for every row and column it covers, read either way: with
//! the header as a row, or (a transposed cuadro) as a column.
//!
//! A *record* is what holds one person: a row, or a column of a transposed table. A *position* is the place of a field in it.

use crate::tables::{Cell, Table};

/// Records of one table beyond which nothing is read: the form allows 15 people.
const MOST_RECORDS: usize = 2_000;
const MOST_POSITIONS: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    /// The header is a row; each further row is a person.
    HeaderRow,
    /// The header is a column; each further column is a person.
    HeaderColumn,
}

pub(super) struct Grid<'a> {
    pub(super) orientation: Orientation,
    pub(super) records: usize,
    pub(super) positions: usize,
    slots: Vec<Option<&'a Cell>>,
}

impl<'a> Grid<'a> {
    pub(super) fn new(table: &'a Table, orientation: Orientation) -> Grid<'a> {
        let end = |start: u32, span: u32| start.saturating_add(span.max(1)) as usize;
        let rows = table.cells.iter().map(|cell| end(cell.row, cell.row_span)).max().unwrap_or(0);
        let columns = table.cells.iter().map(|cell| end(cell.column, cell.column_span)).max().unwrap_or(0);
        let (records, positions) = match orientation {
            Orientation::HeaderRow => (rows.min(MOST_RECORDS), columns.min(MOST_POSITIONS)),
            Orientation::HeaderColumn => (columns.min(MOST_POSITIONS), rows.min(MOST_POSITIONS)),
        };
        let mut slots = vec![None; records * positions];
        for cell in &table.cells {
            let across = cell.column as usize..end(cell.column, cell.column_span);
            let down = cell.row as usize..end(cell.row, cell.row_span);
            let (record_range, position_range) = match orientation {
                Orientation::HeaderRow => (down, across),
                Orientation::HeaderColumn => (across, down),
            };
            for record in record_range.start..record_range.end.min(records) {
                for position in position_range.start..position_range.end.min(positions) {
                    if let Some(slot) = slots.get_mut(record * positions + position)
                        && slot.is_none()
                    {
                        *slot = Some(cell);
                    }
                }
            }
        }
        Grid { orientation, records, positions, slots }
    }

    pub(super) fn cell(&self, record: usize, position: usize) -> Option<&'a Cell> {
        if position >= self.positions {
            return None;
        }
        self.slots.get(record * self.positions + position).copied().flatten()
    }

    pub(super) fn text(&self, record: usize, position: usize) -> &'a str {
        self.cell(record, position).map_or("", |cell| cell.text.trim())
    }

    /// Whether the cell begins in this record, rather than reaching into it from the one before.
    pub(super) fn is_own(&self, record: usize, cell: &Cell) -> bool {
        let start = match self.orientation {
            Orientation::HeaderRow => cell.row,
            Orientation::HeaderColumn => cell.column,
        };
        start as usize == record
    }

    /// The positions a cell covers.
    pub(super) fn covered(&self, cell: &Cell) -> std::ops::Range<usize> {
        let (start, span) = match self.orientation {
            Orientation::HeaderRow => (cell.column, cell.column_span),
            Orientation::HeaderColumn => (cell.row, cell.row_span),
        };
        start as usize..start.saturating_add(span.max(1)) as usize
    }
}
