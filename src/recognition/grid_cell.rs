//! Grid cell: a cell of a table in a picture, as the rules around it and its corners; on bent paper it is no rectangle.

use super::plane::{INK, Plane};
use super::rules::Rule;
use crate::documents::Bounds;
use crate::tables::Ruling;

/// A letter that is cut leaves this much ink, in inches, on a line down through it; tails of letters less than the second on one across.
const LETTER_ACROSS: f32 = 0.02;
const LETTERS_ALONG: f32 = 0.08;

/// The white beside an edge is looked for within this part of an inch.
const REACH: f32 = 0.09;

/// A table found in a picture.
#[derive(Debug)]
pub(super) struct Grid {
    pub rows: usize,
    pub columns: usize,
    pub cells: Vec<GridCell>,
    /// Whether rules part its rows.
    pub ruling: Ruling,
}

/// A cell: what is between four rules.
#[derive(Clone, Debug)]
pub(super) struct GridCell {
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
    pub top: Rule,
    pub bottom: Rule,
    /// Top left, top right, bottom left, bottom right.
    pub corners: [(f32, f32); 4],
    /// The thickness of the rules around it, in pixels.
    pub thickness: f32,
    /// The thickness of one stroke of them; a double border has two.
    pub stroke: f32,
    /// Whether rules bound it at its sides, too.
    pub has_sides: bool,
}

impl GridCell {
    pub fn width(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        ((b.0 - a.0) + (d.0 - c.0)) / 2.0
    }

    pub fn height(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        ((c.1 - a.1) + (d.1 - b.1)) / 2.0
    }

    /// The place on the straight page at shares of the cell's width and height; below 0 and above 1 is outside of it.
    pub fn place(&self, u: f32, v: f32) -> (f32, f32) {
        let [top_left, top_right, bottom_left, bottom_right] = self.corners;
        let upper = top_left.0 + (top_right.0 - top_left.0) * u;
        let lower = bottom_left.0 + (bottom_right.0 - bottom_left.0) * u;
        let (top, bottom) = (self.top.at(upper), self.bottom.at(lower));
        (upper + (lower - upper) * v, top + (bottom - top) * v)
    }

    /// A cell that no rules bound.
    pub fn upright(place: &Bounds, row: usize, column: usize) -> Option<GridCell> {
        let across = |y: f32| Rule::through(vec![(place.left, y), (place.right, y)]);
        let (left, top, right, bottom) = (place.left, place.top, place.right, place.bottom);
        Some(GridCell {
            row,
            column,
            rows: 1,
            columns: 1,
            top: across(top)?,
            bottom: across(bottom)?,
            corners: [(left, top), (right, top), (left, bottom), (right, bottom)],
            thickness: 0.0,
            stroke: 0.0,
            has_sides: false,
        })
    }

    /// The same cell with rules of a thickness around it.
    pub fn ruled(self, thickness: f32) -> GridCell {
        GridCell { thickness, stroke: thickness, has_sides: true, ..self }
    }

    /// How much ink, in pixels, stands on the edges at its sides, and above and below it.
    fn ink_on_edges(&self, page: &Plane) -> (usize, usize) {
        let [top_left, top_right, bottom_left, _] = self.corners;
        let across =
            |y: f32| (top_left.0 as isize..top_right.0 as isize).filter(move |x| page.near(*x, y as isize) < INK);
        let down =
            |x: f32| (top_left.1 as isize..bottom_left.1 as isize).filter(move |y| page.near(x as isize, *y) < INK);
        let most = |a: usize, b: usize| a.max(b);
        (
            most(down(top_left.0).count(), down(top_right.0).count()),
            most(across(top_left.1).count(), across(bottom_left.1).count()),
        )
    }

    /// Left, top, right, bottom on the straight page.
    pub fn extent(&self) -> (f32, f32, f32, f32) {
        let [a, b, c, d] = self.corners;
        (a.0.min(c.0), a.1.min(b.1), b.0.max(d.0), c.1.max(d.1))
    }
}

impl Grid {
    /// Rows in which at least so many cells begin: a row of one cell may be the rest of rows whose rules were not found.
    pub fn parted_rows(&self, cells: usize) -> usize {
        (0..self.rows).filter(|row| self.cells.iter().filter(|cell| cell.row == *row).count() >= cells).count()
    }

    pub fn extent(&self) -> (f32, f32, f32, f32) {
        self.cells
            .iter()
            .map(GridCell::extent)
            .fold((f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY), |whole, cell| {
                (whole.0.min(cell.0), whole.1.min(cell.1), whole.2.max(cell.2), whole.3.max(cell.3))
            })
    }
}

impl Grid {
    /// A table without rules with its edges moved into the white beside them, or nothing when letters still stand across an edge. Tails of
    /// letters may reach over those above.
    pub fn clear_of_letters(self, page: &Plane, pixels_per_inch: f32) -> Option<Grid> {
        let (left, top, right, bottom) = self.extent();
        let ink = |x: isize, y: isize| usize::from(page.near(x, y) < INK);
        let across = |x: isize| (top as isize..bottom as isize).map(|y| ink(x, y)).sum::<usize>();
        let down = |y: isize| (left as isize..right as isize).map(|x| ink(x, y)).sum::<usize>();
        let reach = (REACH * pixels_per_inch) as isize;
        // Columns are parted by white; between rows there may be none where tails and accents meet.
        let into_white = |at: f32, amount: &dyn Fn(isize) -> usize| {
            let places = (0..=reach).flat_map(|off| [at as isize - off, at as isize + off]);
            places.min_by_key(|place| (amount(*place), (place - at as isize).abs())).map_or(at, |place| place as f32)
        };
        let cells: Option<Vec<GridCell>> = self
            .cells
            .iter()
            .map(|cell| {
                let [top_left, top_right, bottom_left, _] = cell.corners;
                let bounds = Bounds {
                    left: into_white(top_left.0, &across),
                    right: into_white(top_right.0, &across),
                    top: into_white(top_left.1, &down),
                    bottom: into_white(bottom_left.1, &down),
                };
                let own = GridCell::upright(&bounds, cell.row, cell.column)?;
                Some(GridCell { rows: cell.rows, columns: cell.columns, ..own })
            })
            .collect();
        let moved = Grid { cells: cells?, ..self };
        let clear = moved.cells.iter().map(|cell| cell.ink_on_edges(page)).all(|(sides, ends)| {
            (sides as f32) < LETTER_ACROSS * pixels_per_inch && (ends as f32) < LETTERS_ALONG * pixels_per_inch
        });
        clear.then_some(moved)
    }
}
