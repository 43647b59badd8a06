//! Rows of an RTF table. Each row tells where its own cells end; which columns a cell spans is known only when the whole table
//! has been seen.

use std::collections::BTreeSet;

use crate::documents::PictureKind;
use crate::documents::flow::{Flow, Merge, Placing, USUAL_SIZE};

/// Edges nearer to each other than this, in twips, are one: programs round them.
const SAME_EDGE: i32 = 40;

#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    /// In points.
    Picture {
        width: f32,
        height: f32,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CellMerge {
    #[default]
    None,
    Above,
    Left,
}

#[derive(Clone, Copy, Debug)]
struct Definition {
    right: i32,
    merge: CellMerge,
}

#[derive(Debug)]
struct Row {
    definitions: Vec<Definition>,
    cells: Vec<Vec<Piece>>,
}

/// The rows of the table that is being read, and the cell and row that are open.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    definitions: Vec<Definition>,
    next_merge: CellMerge,
    cells: Vec<Vec<Piece>>,
    pieces: Vec<Piece>,
}

impl Rows {
    pub fn define(&mut self) {
        self.definitions.clear();
        self.next_merge = CellMerge::None;
    }

    pub fn next_merge(&mut self, merge: CellMerge) {
        self.next_merge = merge;
    }

    pub fn define_cell(&mut self, right: i32) {
        self.definitions.push(Definition { right, merge: std::mem::take(&mut self.next_merge) });
    }

    pub fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    pub fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.pieces));
    }

    pub fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        if !cells.is_empty() {
            // The definition holds for the rows that follow, until the next one.
            self.rows.push(Row { definitions: self.definitions.clone(), cells });
        }
    }

    /// Writes the table, when there is one.
    pub fn write(&mut self, flow: &mut Flow) {
        self.end_row();
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return;
        }
        let edges = edges(&rows);
        flow.open_table();
        for row in rows {
            flow.open_row();
            let mut column = 0;
            for (at, cell) in row.cells.into_iter().enumerate() {
                let definition = row.definitions.get(at).copied();
                // A cell that is not defined is one column wide.
                let end = definition.map_or(column + 1, |found| column_after(&edges, found.right)).max(column + 1);
                flow.open_cell(1, end - column);
                column = end;
                match definition.map(|found| found.merge).unwrap_or_default() {
                    CellMerge::Above => flow.merge(Merge::ContinuesAbove),
                    CellMerge::Left => flow.merge(Merge::ContinuesLeft),
                    CellMerge::None => {}
                }
                for piece in cell {
                    match piece {
                        Piece::Text(text) => flow.paragraph(&text, USUAL_SIZE),
                        Piece::Picture { width, height } => {
                            flow.picture(width, height, PictureKind::Raster, Placing::Inline);
                        }
                    }
                }
                flow.close_cell();
            }
            flow.close_row();
        }
        flow.close_table();
    }
}

/// The right edges of all cells, each once.
fn edges(rows: &[Row]) -> Vec<i32> {
    let all: BTreeSet<i32> = rows.iter().flat_map(|row| &row.definitions).map(|definition| definition.right).collect();
    let mut edges: Vec<i32> = Vec::new();
    for edge in all {
        if edges.last().is_none_or(|last| edge.saturating_sub(*last) > SAME_EDGE) {
            edges.push(edge);
        }
    }
    edges
}

/// How many columns end at or before this edge.
fn column_after(edges: &[i32], right: i32) -> u32 {
    edges.partition_point(|edge| *edge <= right) as u32
}
