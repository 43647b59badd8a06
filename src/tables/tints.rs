//! Tints: the coloured cells of a ruled table, whose edges stand for the rulings that the design leaves out or draws in white.
//!
//! Only cells that stand in the table's rows and columns count; the ground under a whole table, a highlighted word or the shading of a
//! paragraph inside its cell rule nothing.

use super::content::{Axis, Rectangle, Segment, Word};
use super::lattice::{self, Lattice};
use super::rulings;
use crate::documents::Bounds;

/// Edges nearer than this (points) are one.
const NEAR: f32 = 2.0;
/// Tints thinner than this are no cells.
const THINNEST: f32 = 7.0;
/// The margin at the side of a cell's text is no wider than this.
const WIDEST_MARGIN: f32 = 9.0;
/// More tints than this are a drawing.
const MOST: usize = 2_000;

/// The table of `frame` with the edges of the tinted cells in it and beside it, when they part it into more rows or columns, each of
/// which holds text; and the rulings that it then has.
pub(super) fn read(lattice: Lattice, frame: Vec<Segment>, areas: &[Bounds], words: &[Word]) -> (Lattice, Vec<Segment>) {
    if areas.len() > MOST {
        return (lattice, frame);
    }
    let cells = cells(&lattice, &frame, areas);
    if cells.is_empty() {
        return (lattice, frame);
    }
    let edges = cells.iter().flat_map(|cell| {
        [
            Segment::horizontal(cell.top, cell.left, cell.right),
            Segment::horizontal(cell.bottom, cell.left, cell.right),
            Segment::vertical(cell.left, cell.top, cell.bottom),
            Segment::vertical(cell.right, cell.top, cell.bottom),
        ]
    });
    let all = rulings::merge(frame.iter().copied().chain(edges).collect());
    let Some(tinted) = lattice::read(&all) else { return (lattice, frame) };
    let larger =
        tinted.places.len() > lattice.places.len() && tinted.rows >= lattice.rows && tinted.columns >= lattice.columns;
    if larger && is_written(&tinted, words) { (tinted, all) } else { (lattice, frame) }
}

/// Whether every row and every column holds text.
fn is_written(lattice: &Lattice, words: &[Word]) -> bool {
    let (mut rows, mut columns) = (vec![false; lattice.rows], vec![false; lattice.columns]);
    for place in &lattice.places {
        let middle = |word: &&Word| word.baseline - 0.25 * word.size;
        if words.iter().any(|word| place.bounds.contains(word.start, middle(&word))) {
            rows.iter_mut().skip(place.row).take(place.rows).for_each(|row| *row = true);
            columns.iter_mut().skip(place.column).take(place.columns).for_each(|column| *column = true);
        }
    }
    rows.into_iter().chain(columns).all(|written| written)
}

/// The tints that stand in the rows and columns of the frame, inside it or beside it.
fn cells(lattice: &Lattice, frame: &[Segment], areas: &[Bounds]) -> Vec<Bounds> {
    let tall: Vec<Bounds> = areas
        .iter()
        .filter(|area| area.width().min(area.height()) >= THINNEST && !shades_a_paragraph(area, lattice))
        .copied()
        .collect();
    let on_line = |axis: Axis, at: f32| frame.iter().any(|line| line.axis == axis && (line.at - at).abs() <= NEAR);
    let shared = |at: f32, own: &Bounds, edges: &dyn Fn(&Bounds) -> [f32; 2]| {
        let others =
            tall.iter().filter(|other| *other != own && edges(other).iter().any(|edge| (edge - at).abs() <= NEAR));
        others.count() >= 1
    };
    let stands = |area: &Bounds| {
        [area.left, area.right]
            .into_iter()
            .all(|x| on_line(Axis::Vertical, x) || shared(x, area, &|other| [other.left, other.right]))
            && [area.top, area.bottom]
                .into_iter()
                .all(|y| on_line(Axis::Horizontal, y) || shared(y, area, &|other| [other.top, other.bottom]))
    };
    let mut whole = lattice.bounds;
    let mut cells: Vec<Bounds> = Vec::new();
    let mut open: Vec<Bounds> = tall.iter().filter(|area| stands(area)).copied().collect();
    loop {
        let before = cells.len();
        open.retain(|area| {
            let level = area.top >= whole.top - 2.0 * NEAR && area.bottom <= whole.bottom + 2.0 * NEAR;
            let joins = level && area.touches(&whole, NEAR);
            if joins {
                cells.push(*area);
            }
            !joins
        });
        whole = cells.iter().fold(whole, |all, cell| all.union(cell));
        if cells.len() == before {
            return cells;
        }
    }
}

/// Whether an area fills its cell but for the margins at its sides: Word shades a paragraph as wide as its text may be.
fn shades_a_paragraph(area: &Bounds, lattice: &Lattice) -> bool {
    let is_margin = |width: f32| width > NEAR && width <= WIDEST_MARGIN;
    lattice.places.iter().any(|place| {
        is_margin(area.left - place.bounds.left)
            && is_margin(place.bounds.right - area.right)
            && (area.top - place.bounds.top).abs() <= 2.0 * NEAR
            && (area.bottom - place.bounds.bottom).abs() <= 2.0 * NEAR
    })
}
