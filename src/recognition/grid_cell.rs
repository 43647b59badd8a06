//! Grid cell: a cell of a table in a picture, as the rules around it and its corners; on bent paper it is no rectangle.

use super::plane::{INK, Plane};
use super::rules::Rule;
use crate::documents::Bounds;
use crate::tables::Ruling;

/// A letter that is cut leaves this much ink, in inches, on a line down through it; tails of letters less than the second on one across.
const LETTER_ACROSS: f32 = 0.02;
const LETTERS_ALONG: f32 = 0.08;

/// A rule between two rows is so much of the table's width long.
const LONG_RULE: f32 = 0.5;

/// The white beside an edge is looked for within this part of an inch.
const REACH: f32 = 0.09;

/// A table found in a picture.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub rows: usize,
    pub columns: usize,
    pub cells: Vec<GridCell>,
    /// Whether rules part its rows.
    pub ruling: Ruling,
    /// Streaks down the page that go through it, which are none of its rules.
    pub streaks: Vec<Rule>,
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
    /// Whether rules may be missing in it: no letters stand where they would part it into rows, or into columns.
    pub may_be_rows: bool,
    pub may_be_columns: bool,
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
            may_be_rows: false,
            may_be_columns: false,
        })
    }

    /// The same cell with rules of a thickness around it.
    pub fn ruled(self, thickness: f32) -> GridCell {
        GridCell { thickness, stroke: thickness, has_sides: true, ..self }
    }

    /// How much ink, in pixels, stands on the edges at its sides, and above and below it.
    fn ink_on_edges(&self, is_ink: &dyn Fn(isize, isize) -> bool) -> (usize, usize) {
        let [top_left, top_right, bottom_left, _] = self.corners;
        let across = |y: f32| (top_left.0 as isize..top_right.0 as isize).filter(move |x| is_ink(*x, y as isize));
        let down = |x: f32| (top_left.1 as isize..bottom_left.1 as isize).filter(move |y| is_ink(x as isize, *y));
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

    /// Whether a place of the straight page is inside of the table.
    pub fn holds(&self, x: f32, y: f32) -> bool {
        self.cells.iter().any(|cell| {
            let (left, top, right, bottom) = cell.extent();
            x >= left && x <= right && y >= top && y <= bottom
        })
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
    /// Those of a page's rules across that are long enough to run along the rows of a table whose cells they do not bound. A short one may be a
    /// line of letters that was taken for a rule.
    pub fn rules_along<'a>(&self, across: &'a [Rule]) -> Vec<&'a Rule> {
        let (left, _, right, _) = self.extent();
        across.iter().filter(|rule| rule.length() >= LONG_RULE * (right - left)).collect()
    }

    /// A table without rules with its edges moved into the white beside them, or nothing when letters still stand across an edge. Tails of
    /// letters may reach over those above. The rules that are drawn across its columns are no letters.
    pub fn clear_of_letters(self, page: &Plane, across: &[Rule], pixels_per_inch: f32) -> Option<Grid> {
        let (left, top, right, bottom) = self.extent();
        let rules = self.rules_along(across);
        let on_rule = |x: f32, y: f32| rules.iter().any(|rule| rule.is_at(x, y));
        let is_ink = |x: isize, y: isize| page.near(x, y) < INK && !on_rule(x as f32, y as f32);
        let ink = |x: isize, y: isize| usize::from(is_ink(x, y));
        let across = |x: isize| (top as isize..bottom as isize).map(|y| ink(x, y)).sum::<usize>();
        let down = |y: isize| (left as isize..right as isize).map(|x| ink(x, y)).sum::<usize>();
        let reach = (REACH * pixels_per_inch) as isize;
        // Columns are parted by white; between rows there may be none where tails and accents meet.
        let into_white = |at: f32, amount: &dyn Fn(isize) -> usize| {
            let places = (0..=reach).flat_map(|off| [at as isize - off, at as isize + off]);
            places.min_by_key(|place| (amount(*place), (place - at as isize).abs())).map_or(at, |place| place as f32)
        };
        // A rule between two rows says where they meet.
        let middle = (left + right) / 2.0;
        let levels: Vec<f32> = rules.iter().map(|rule| rule.at(middle)).collect();
        let at_rule = |at: f32| {
            let near = levels.iter().copied().filter(|level| (level - at).abs() <= REACH * pixels_per_inch);
            near.min_by(|a, b| (a - at).abs().total_cmp(&(b - at).abs()))
        };
        let cells: Option<Vec<GridCell>> = self
            .cells
            .iter()
            .map(|cell| {
                let [top_left, top_right, bottom_left, _] = cell.corners;
                let bounds = Bounds {
                    left: into_white(top_left.0, &across),
                    right: into_white(top_right.0, &across),
                    top: at_rule(top_left.1).unwrap_or_else(|| into_white(top_left.1, &down)),
                    bottom: at_rule(bottom_left.1).unwrap_or_else(|| into_white(bottom_left.1, &down)),
                };
                let own = GridCell::upright(&bounds, cell.row, cell.column)?;
                Some(GridCell { rows: cell.rows, columns: cell.columns, ..own })
            })
            .collect();
        let moved = Grid { cells: cells?, ..self };
        let clear = moved.cells.iter().map(|cell| cell.ink_on_edges(&is_ink)).all(|(sides, ends)| {
            (sides as f32) < LETTER_ACROSS * pixels_per_inch && (ends as f32) < LETTERS_ALONG * pixels_per_inch
        });
        clear.then_some(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_rule_is_none_that_runs_along_the_rows() {
        let place = Bounds { left: 10.0, top: 55.0, right: 370.0, bottom: 115.0 };
        let cells = vec![GridCell::upright(&place, 0, 0).unwrap()];
        let grid = Grid { rows: 1, columns: 1, cells, ruling: Ruling::Borderless, streaks: Vec::new() };
        let rule = |from: f32, to: f32| Rule::through(vec![(from, 80.0), (to, 80.0)]).unwrap();
        let (long, short) = (rule(10.0, 300.0), rule(10.0, 60.0));
        assert_eq!(grid.rules_along(&[short, long.clone()]), [&long]);
    }

    #[test]
    fn a_rule_under_the_headings_does_not_stand_in_the_way_of_columns_and_a_letter_does() {
        // Two columns of words; a rule of four pixels crosses the white between them.
        let page = |letter: bool| {
            Plane::from_fn(400, 200, |x, y| {
                let words = [(20, 60), (20, 120)].iter().any(|(left, top)| {
                    let inside = (*left..left + 140).contains(&x) || (left + 200..left + 340).contains(&x);
                    inside && (*top..top + 20).contains(&y)
                });
                let across = letter && (160..220).contains(&x) && (60..80).contains(&y);
                if words || across || (98..102).contains(&y) { 0 } else { 255 }
            })
        };
        let rule = Rule { thickness: 4.0, ..Rule::through(vec![(0.0, 99.5), (399.0, 99.5)]).unwrap() };
        let cell = |row: usize, column: usize| {
            let (left, top) = (10.0 + 180.0 * column as f32, 55.0 + 60.0 * row as f32);
            GridCell::upright(&Bounds { left, top, right: left + 180.0, bottom: top + 60.0 }, row, column).unwrap()
        };
        let grid = || Grid {
            rows: 2,
            columns: 2,
            cells: vec![cell(0, 0), cell(0, 1), cell(1, 0), cell(1, 1)],
            ruling: Ruling::Borderless,
            streaks: Vec::new(),
        };
        let is_clear = |page: &Plane, across: &[Rule]| grid().clear_of_letters(page, across, 150.0).is_some();
        assert!(is_clear(&page(false), std::slice::from_ref(&rule)));
        assert!(!is_clear(&page(false), &[]), "what is no known rule may be letters");
        assert!(!is_clear(&page(true), &[rule]));
    }
}
