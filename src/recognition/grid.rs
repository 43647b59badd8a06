//! Grid: rules that cross become tables, and the stretches of rule that are really there bound cells, which may span.
//!
//! A cell is known by the rules around it, not by a rectangle: on bent paper it has none.

use super::crossings::{
    LEAST_ROW, crossing, double_like_the_others, groups, in_order, is_underline, is_where_rules_end, with_open_ends,
};
use super::grid_cell::{Grid, GridCell};
use super::letters::Letters;
use super::plane::{FAINT_INK, INK, Plane};
use super::recovery;
use super::rivers;
use super::rules::{self, Rule};
use super::stretches::{Direction, Strokes};
use super::trace;
use crate::tables::content::Segment;
use crate::tables::{Ruling, lattice};

/// Letters stand across a rule that a dark fill hides along this part of it at most, told at this part of an inch beside it.
const CLEAR_OF_LETTERS: f32 = 0.03;
const ACROSS: f32 = 0.018;
/// A table of fewer columns is not the form's: other rules are looked for too.
const FEWEST_COLUMNS: usize = 4;
/// In a table of so many columns no rule across stands in one of them only.
const MANY_COLUMNS: usize = 5;
/// Fewer cells are a part of a table whose other rules were not found: its headings say more.
const FEWEST_CELLS: usize = 8;
/// A column without a rule at its side is at least so wide, in inches: a DNI takes more.
const LEAST_COLUMN: f32 = 0.4;
/// A table is at least as wide as this part of the page.
const NARROWEST: f32 = 0.4;
/// A rule of dashes is at least this part of the longest one's length.
const THROUGH: f32 = 0.6;
/// Pale rules are darker than this; grain of the paper is not.
const PALE_INK: u8 = 205;
/// The mean of a hair rule along this part of an inch is so much darker than what stands at the second part of an inch beside it.
const HAIR_WINDOW: f32 = 0.06;
const BESIDE_HAIR: f32 = 0.02;
const HAIR_DARKER: u8 = 9;
/// Dashes and dots of one rule stand at most this far apart, in inches.
const LONGEST_GAP: f32 = 0.065;
/// A stroke down the page of this many inches is no letter's.
const HIGHER_THAN_LETTERS: f32 = 0.35;
/// Rules of a table reach this part of an inch over its corners.
const AROUND: f32 = 0.1;
/// The second stroke of a double border is darker than paper along this part of it.
const SECOND_STROKE: f32 = 0.8;
/// More rules in one table than this are a texture.
const MOST_RULES: usize = 80;
/// The grid's lines stand this far apart for the lattice, which only asks which of them are drawn where.
const STEP: f32 = 20.0;

/// A page's rules and tables.
#[derive(Clone)]
pub(super) struct Found {
    pub grids: Vec<Grid>,
    pub across: Vec<Rule>,
    pub down: Vec<Rule>,
    /// Lines under words, which are no rules.
    pub underlines: Vec<Rule>,
}

/// Finds the tables of a straight page, top to bottom. Where solid rules make none, rules down the page that lean (a photo from the
/// side) are looked for, then a table that is ruled across only, then pale rules, then dashed and dotted ones, then
/// hair rules. `is_filled` tells of a place whether a dark fill was lightened there.
pub(super) fn find(page: &Plane, pixels_per_inch: f32, is_filled: impl Fn(f32, f32) -> bool) -> Found {
    let side = rules::on_its_side(page);
    let letters = Letters::of(page, pixels_per_inch);
    let mut sight = Sight {
        across: Direction { sought: page, drawn: page },
        down: Direction { sought: &side, drawn: &side },
        pixels_per_inch,
        strokes: Strokes::Solid,
        lean: 0.0,
        letters: &letters,
        is_filled: &is_filled,
    };
    // Dark headings alone are drawn by their own edges: the pale rules of the rows below them are still to be found.
    let is_whole = |found: &Found| found.grids.iter().any(|grid| grid.parted_rows(FEWEST_COLUMNS) >= 2);
    let mut solid = sight.find();
    if !is_whole(&solid) {
        sight.lean = rules::lean(&side, pixels_per_inch);
        match Some(sight.lean).filter(|lean| *lean != 0.0).map(|_| sight.find()).filter(is_whole) {
            Some(leaning) => solid = leaning,
            None => sight.lean = 0.0,
        }
    }
    if is_whole(&solid) && !solid.lacks_rules() {
        return solid;
    }
    // What has more columns and no two whole rows lacks rules that may be paler; without them it is the best that there is.
    let has_rows = |grid: &&Grid| grid.parted_rows(2) >= 2;
    if !is_whole(&solid) && solid.grids.iter().filter(has_rows).any(|grid| grid.columns < FEWEST_COLUMNS) {
        return solid;
    }
    let is_part = solid.grids.iter().any(|grid| has_rows(&grid));
    let in_rivers = |sight: &Sight, found: &Found| {
        if is_part {
            return None;
        }
        let (across, down) = rivers::ruled_across(page, &found.across, pixels_per_inch)?;
        sight.grid(across, down)
    };
    if let Some(grid) = in_rivers(&sight, &solid) {
        return Found { grids: vec![grid], ..solid };
    }
    // The first with whole rows, of which a cell may be several, until one is found that lacks no rule.
    let mut whole = is_whole(&solid).then(|| solid.clone());
    for rules in [Paler::Faint, Paler::Broken, Paler::Hair] {
        let (seen_page, seen_side) = (rules.seen(page, pixels_per_inch), rules.seen(&side, pixels_per_inch));
        let sight = Sight {
            across: Direction { sought: &seen_page, drawn: page },
            down: Direction { sought: &seen_side, drawn: &side },
            strokes: rules.strokes(),
            ..sight
        };
        let found = sight.find();
        let has_cells = solid.grids.is_empty() && found.grids.iter().any(|grid| grid.cells.len() >= FEWEST_CELLS);
        let is_table = is_whole(&found) || has_cells;
        let has_cells_of_whole = whole.as_ref().is_none_or(|whole| found.has_cells_of(whole));
        if is_table && !found.lacks_rules() && has_cells_of_whole {
            return found.beside(&solid, pixels_per_inch);
        }
        if whole.is_some() {
            continue;
        }
        // Of a hair grid that lacks rules, the others may be what shines through from the other side.
        if is_table && rules != Paler::Hair {
            whole = Some(found.beside(&solid, pixels_per_inch));
        } else if let Some(grid) = in_rivers(&sight, &found).filter(|_| rules == Paler::Broken) {
            return Found { grids: vec![grid], ..found }.beside(&solid, pixels_per_inch);
        }
    }
    whole.unwrap_or(solid)
}

/// Rules that are paler than ink, or drawn in pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paler {
    /// Without gaps: these need no closing, which makes rules of letters that stand close.
    Faint,
    /// Dashes and dots.
    Broken,
    /// Hardly darker than the grain of the paper, but all along.
    Hair,
}

impl Paler {
    /// A page, or one on its side, in which such rules are ink.
    fn seen(self, page: &Plane, pixels_per_inch: f32) -> Plane {
        let pixels = |inches: f32| (inches * pixels_per_inch) as usize;
        match self {
            Paler::Faint => page.closed(0, PALE_INK),
            Paler::Broken => page.closed(pixels(LONGEST_GAP), FAINT_INK),
            Paler::Hair => page.averaged_along(pixels(HAIR_WINDOW)).with_ridges(INK, pixels(BESIDE_HAIR), HAIR_DARKER),
        }
    }

    fn strokes(self) -> Strokes {
        match self {
            Paler::Faint => Strokes::Pale,
            Paler::Broken | Paler::Hair => Strokes::Broken,
        }
    }
}

impl Found {
    /// Whether a cell of its tables may be several, whose rules were not found.
    fn lacks_rules(&self) -> bool {
        self.grids.iter().any(|grid| grid.lacks_rules)
    }

    /// Whether its largest table has as many rows and columns as that of `other`.
    fn has_cells_of(&self, other: &Found) -> bool {
        let most = |found: &Found, count: fn(&Grid) -> usize| found.grids.iter().map(count).max().unwrap_or(0);
        let as_many = |count: fn(&Grid) -> usize| most(self, count) >= most(other, count);
        as_many(|grid| grid.rows) && as_many(|grid| grid.columns)
    }

    /// With the rules of its own tables only, and outside of them those of the solid ones: where pale or broken rules are looked for, lines of
    /// letters are found too, and what is taken for a rule is not read.
    fn beside(self, solid: &Found, pixels_per_inch: f32) -> Found {
        let extents: Vec<_> = self.grids.iter().map(Grid::extent).collect();
        let reach = AROUND * pixels_per_inch;
        let in_table = |x: f32, y: f32| {
            extents.iter().any(|(left, top, right, bottom)| {
                (left - reach..=right + reach).contains(&x) && (top - reach..=bottom + reach).contains(&y)
            })
        };
        let across_table = |rule: &Rule| {
            let middle = (rule.from + rule.to) / 2.0;
            in_table(middle, rule.at(middle))
        };
        let down_table = |rule: &Rule| {
            let middle = (rule.from + rule.to) / 2.0;
            in_table(rule.at(middle), middle)
        };
        let chosen = |own: Vec<Rule>, solid: &[Rule], in_table: &dyn Fn(&Rule) -> bool| -> Vec<Rule> {
            let outside = solid.iter().filter(|rule| !in_table(rule)).cloned();
            own.into_iter().filter(|rule| in_table(rule)).chain(outside).collect()
        };
        Found {
            across: chosen(self.across, &solid.across, &across_table),
            down: chosen(self.down, &solid.down, &down_table),
            underlines: chosen(self.underlines, &solid.underlines, &across_table),
            grids: self.grids,
        }
    }
}

/// The page as looked at along its rules.
#[derive(Clone, Copy)]
struct Sight<'a> {
    across: Direction<'a>,
    /// On its side.
    down: Direction<'a>,
    pixels_per_inch: f32,
    strokes: Strokes,
    /// How far the rules down the page go to the right a pixel down.
    lean: f32,
    letters: &'a Letters,
    is_filled: &'a dyn Fn(f32, f32) -> bool,
}

impl Sight<'_> {
    /// The tables that the ink of the page draws.
    fn find(&self) -> Found {
        let (page, pixels_per_inch) = (self.across.sought, self.pixels_per_inch);
        let (across, under_words) = rules::across(page, pixels_per_inch, 0.3 * pixels_per_inch);
        // Closed gaps between lines make letters that stand over one another as high as rules.
        let certain = match self.strokes {
            Strokes::Solid | Strokes::Pale => HIGHER_THAN_LETTERS * pixels_per_inch,
            Strokes::Broken => f32::INFINITY,
        };
        let down = rules::leaning(self.down.sought, pixels_per_inch, 0.22 * pixels_per_inch, certain, self.lean);
        // It may be followed into what stands above and below the table.
        let across = across.iter().filter(|rule| !self.letters.make_across(rule, self.strokes));
        let across = across.map(|rule| trace::follow(page, rule, pixels_per_inch));
        let across: Vec<Rule> = across.filter(|rule| !self.letters.lead_across(rule)).collect();
        let down = down.iter().filter(|rule| !self.letters.make_down(rule, self.strokes));
        let down = down.map(|rule| trace::follow(self.down.sought, rule, pixels_per_inch));
        let down: Vec<Rule> = down.filter(|rule| !self.letters.lead_down(rule)).collect();
        let (mut underlines, across): (Vec<Rule>, Vec<Rule>) =
            across.into_iter().partition(|rule| is_underline(page, rule, &down, pixels_per_inch));
        underlines.extend(under_words);
        let mut grids: Vec<Grid> = groups(&across, &down, pixels_per_inch)
            .into_iter()
            .map(|(across, down)| {
                // Of a table of which few rules were found, others than those at its sides are missing, too.
                let bounded = match down.len() >= FEWEST_COLUMNS {
                    true => with_open_ends(down.clone(), &across, LEAST_COLUMN, pixels_per_inch),
                    false => down.clone(),
                };
                (with_open_ends(across, &down, LEAST_ROW, pixels_per_inch), bounded)
            })
            .filter(|(across, down)| across.len() >= 2 && down.len() >= 2)
            .filter(|(across, down)| across.len() <= MOST_RULES && down.len() <= MOST_RULES)
            .filter_map(|(across, down)| self.grid(across, down))
            .filter(|grid| {
                let (left, _, right, _) = grid.extent();
                right - left >= NARROWEST * page.width as f32
            })
            .collect();
        grids.sort_by(|a, b| a.extent().1.total_cmp(&b.extent().1));
        Found { grids, across, down, underlines }
    }

    fn grid(&self, across: Vec<Rule>, down: Vec<Rule>) -> Option<Grid> {
        let (down, streaks) = recovery::without_streaks(down, &across, self.down.drawn, self.pixels_per_inch);
        let nearest = 0.055 * self.pixels_per_inch;
        let mut across = in_order(across, nearest, |rule| self.across.covered(rule));
        let mut down = in_order(down, nearest, |rule| self.down.covered(rule));
        double_like_the_others(&mut across, |rule| self.across.faintly_covered(rule) >= SECOND_STROKE);
        double_like_the_others(&mut down, |rule| self.down.faintly_covered(rule) >= SECOND_STROKE);
        if self.strokes == Strokes::Broken {
            // Digits that stand over one another in one cell look like dashes, too: a rule of dashes runs through the table.
            let [height, width] = [&across, &down].map(|rules| rules::reach(rules));
            for (rules, (from, to)) in [(&mut across, width), (&mut down, height)] {
                let within = |rule: &Rule| rule.to.min(to) - rule.from.max(from);
                let longest = rules.iter().map(within).fold(0.0, f32::max);
                rules.retain(|rule| within(rule) >= THROUGH * longest);
            }
        }
        let pixels_per_inch = self.pixels_per_inch;
        recovery::recover(&mut across, self.across, pixels_per_inch, self.is_filled);
        recovery::recover(&mut down, self.down, pixels_per_inch, &|along, level| (self.is_filled)(level, along));
        let is_of_streak = |rule: &Rule| {
            let middle = (rule.from + rule.to) / 2.0;
            streaks.iter().any(|streak| (streak.at(middle) - rule.at(middle)).abs() < nearest)
        };
        down.retain(|rule| !is_of_streak(rule));
        // A rule that is drawn nowhere bounds no cell, and would cut those that it goes through.
        let is_seen = |drawn: &Vec<bool>| drawn.contains(&true);
        let mut seen = self.drawn_across(&across, &down).into_iter().map(|drawn| is_seen(&drawn));
        across.retain(|_| seen.next().unwrap_or(false));
        let seen: Vec<bool> = self.drawn_down(&across, &down).iter().map(is_seen).collect();
        // At a table's side it does: the rules across end there, and so do the cells.
        let last = down.len().saturating_sub(1);
        for (index, rule) in down.iter_mut().enumerate().filter(|(index, _)| seen.get(*index) == Some(&false)) {
            let end = |rule: &Rule| if index == 0 { rule.from } else { rule.to };
            rule.is_open = (index == 0 || index == last) && is_where_rules_end(rule, &across, end, pixels_per_inch);
        }
        let mut seen = seen.into_iter();
        down.retain(|rule| seen.next().unwrap_or(false) || rule.is_open);
        if across.len() < 2 || down.len() < 2 {
            return None;
        }
        let mut frame = Vec::new();
        for (line, drawn) in self.drawn_across(&across, &down).into_iter().enumerate() {
            for (column, _) in drawn.into_iter().enumerate().filter(|(_, is_drawn)| *is_drawn) {
                let at = column as f32 * STEP;
                frame.push(Segment::horizontal(line as f32 * STEP, at, at + STEP));
            }
        }
        for (line, drawn) in self.drawn_down(&across, &down).into_iter().enumerate() {
            for (row, _) in drawn.into_iter().enumerate().filter(|(_, is_drawn)| *is_drawn) {
                let at = row as f32 * STEP;
                frame.push(Segment::vertical(line as f32 * STEP, at, at + STEP));
            }
        }
        let lattice = lattice::read(&frame)?;
        let line = |value: f32| (value / STEP).round() as usize;
        let lacks_rules = lattice.places.iter().any(|place| {
            let (top, bottom) = (line(place.bounds.top), line(place.bounds.bottom));
            let (left, right) = (line(place.bounds.left), line(place.bounds.right));
            let inner =
                |rules: &'_ [Rule], from: usize, to: usize| rules.get(from + 1..to).unwrap_or_default().to_vec();
            let between = |rules: &[Rule], from: usize, to: usize, place: &dyn Fn(&Rule) -> f32| {
                rules.get(from).zip(rules.get(to)).map(|(first, last)| (place(first), place(last)))
            };
            let is_free_down = |rule: &Rule| {
                between(&across, top, bottom, &|other| crossing(other, rule).1)
                    .is_some_and(|(from, to)| !self.letters.stand_across_down(rule, from, to))
            };
            let is_free_across = |rule: &Rule| {
                between(&down, left, right, &|other| crossing(rule, other).0)
                    .is_some_and(|(from, to)| !self.letters.stand_across(rule, from, to))
            };
            inner(&down, left, right).iter().any(is_free_down) || inner(&across, top, bottom).iter().any(is_free_across)
        });
        let cells: Vec<GridCell> = lattice
            .places
            .iter()
            .filter_map(|place| {
                let (top, bottom) = (across.get(line(place.bounds.top))?, across.get(line(place.bounds.bottom))?);
                let (left, right) = (down.get(line(place.bounds.left))?, down.get(line(place.bounds.right))?);
                Some(GridCell {
                    row: place.row,
                    column: place.column,
                    rows: place.rows,
                    columns: place.columns,
                    top: top.clone(),
                    bottom: bottom.clone(),
                    corners: [
                        crossing(top, left),
                        crossing(top, right),
                        crossing(bottom, left),
                        crossing(bottom, right),
                    ],
                    has_sides: !(left.is_open && right.is_open),
                    thickness: [top, bottom, left, right].iter().map(|rule| rule.thickness).fold(1.0, f32::max),
                    stroke: [top, bottom, left, right].iter().map(|rule| rule.stroke).fold(1.0, f32::max),
                })
            })
            .filter(|cell| cell.width() > 4.0 && cell.height() > 4.0)
            .collect();
        (lattice.columns >= 2).then_some(Grid {
            rows: lattice.rows,
            columns: lattice.columns,
            cells,
            ruling: Ruling::Ruled,
            streaks,
            lacks_rules,
        })
    }

    /// Of each rule across, between which of the rules down the page it is drawn.
    fn drawn_across(&self, across: &[Rule], down: &[Rule]) -> Vec<Vec<bool>> {
        let height = across.len().saturating_sub(1);
        let drawn = |(line, rule): (usize, &Rule)| {
            let cells = down.iter().zip(down.iter().skip(1));
            let ends: Vec<_> = cells.map(|(left, right)| (crossing(rule, left).0, crossing(rule, right).0)).collect();
            if rule.is_open {
                return vec![true; ends.len()];
            }
            let drawn = self.across.are_drawn(rule, &ends, self.strokes, self.pixels_per_inch);
            // A line of letters in one cell looks like a rule; what parts two rows stands in more of them.
            let is_alone = drawn.len() >= MANY_COLUMNS && drawn.iter().filter(|is_drawn| **is_drawn).count() == 1;
            match line > 0 && line < height {
                true if is_alone => vec![false; ends.len()],
                true => drawn,
                false => framed(drawn),
            }
        };
        across.iter().enumerate().map(drawn).collect()
    }

    /// Of each rule down the page, between which of the rules across it is drawn, or hidden by a dark fill.
    fn drawn_down(&self, across: &[Rule], down: &[Rule]) -> Vec<Vec<bool>> {
        let width = down.len().saturating_sub(1);
        let drawn = |(column, rule): (usize, &Rule)| {
            let cells = across.iter().zip(across.iter().skip(1));
            let ends: Vec<_> = cells.map(|(top, bottom)| (crossing(top, rule).1, crossing(bottom, rule).1)).collect();
            let drawn = self.down.are_drawn(rule, &ends, self.strokes, self.pixels_per_inch);
            let is_there = |(is_drawn, (from, to)): (bool, &(f32, f32))| {
                rule.is_open || is_drawn || self.is_hidden(rule, *from, *to)
            };
            let mut drawn: Vec<bool> = drawn.into_iter().zip(&ends).map(is_there).collect();
            // Where it parts most rows, it was lost in those in which letters stand on both sides of it and none across.
            if let Some(before) = column.checked_sub(1).and_then(|before| down.get(before))
                && let Some(after) = down.get(column + 1)
                && 2 * drawn.iter().filter(|is_drawn| **is_drawn).count() > drawn.len()
            {
                for (is_drawn, (from, to)) in drawn.iter_mut().zip(&ends) {
                    *is_drawn |= self.letters.are_parted_by(rule, (before, after), (*from, *to), self.pixels_per_inch);
                }
            }
            if column > 0 && column < width { drawn } else { framed(drawn) }
        };
        down.iter().enumerate().map(drawn).collect()
    }

    /// Whether a rule down the page goes through a dark fill that shows none, between letters: it parts the cells below.
    fn is_hidden(&self, rule: &Rule, from: f32, to: f32) -> bool {
        let inset = 0.15 * (to - from);
        let filled = (0..5).all(|step| {
            let y = from + inset + (to - from - 2.0 * inset) * step as f32 / 4.0;
            (self.is_filled)(rule.at(y), y)
        });
        // A letter that stands across it has ink on both sides; what is left of a rule has none beside it.
        let across = ACROSS * self.pixels_per_inch + rule.thickness / 2.0;
        let crossed = ((from + inset) as isize..=(to - inset) as isize).filter(|y| {
            let x = rule.at(*y as f32);
            let is_ink = |x: f32| self.down.sought.near(*y, x.round() as isize) < INK;
            is_ink(x - across) && is_ink(x) && is_ink(x + across)
        });
        filled && crossed.count() as f32 <= CLEAR_OF_LETTERS * (to - from)
    }
}

/// The stretches of a rule at a table's edge: where most of them are drawn, none is missing, since cells end there, merged or not.
fn framed(drawn: Vec<bool>) -> Vec<bool> {
    let seen = drawn.iter().filter(|is_drawn| **is_drawn).count();
    if 2 * seen > drawn.len() { vec![true; drawn.len()] } else { drawn }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three columns and three rows at an inch of 100 pixels, the last two cells of the last row merged, lines a little bent.
    fn page(broken: bool) -> Plane {
        Plane::from_fn(600, 400, |x, y| {
            let bend = 4.0 * (x as f32 / 600.0).powi(2);
            let down = y as f32 - bend;
            let inside_x = (50..=551).contains(&x);
            let level = [60.0, 120.0, 200.0, 280.0].iter().any(|at| (down - at).abs() <= 1.0) && inside_x;
            let gap = broken && (280..300).contains(&x);
            let inside_y = (60.0..=280.0).contains(&down);
            let upright = [50usize, 200, 400, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
            let merged = x.abs_diff(400) <= 1 && down > 201.5 && down < 278.5;
            if (level && !gap) || (upright && !merged) { 0 } else { 255 }
        })
    }

    #[test]
    fn a_bent_table_with_a_merged_cell_is_read() {
        for broken in [false, true] {
            let found = find(&page(broken), 100.0, |_, _| false);
            let grid = &found.grids[0];
            assert_eq!((found.grids.len(), grid.rows, grid.columns, grid.cells.len()), (1, 3, 3, 8));
            let last = grid.cells.last().unwrap();
            assert_eq!((last.row, last.column, last.columns), (2, 1, 2));
            let (x, y) = last.place(0.0, 0.0);
            assert!((x - 200.0).abs() < 2.0 && (y - 200.5).abs() < 2.0, "{x} {y}");
        }
    }

    #[test]
    fn a_dashed_table_and_one_that_a_page_break_cuts_are_read() {
        let solid = page(false);
        let dashed = Plane::from_fn(600, 400, |x, y| if (x + y) % 9 < 5 { solid.at(x, y) } else { 255 });
        let pale = Plane::from_fn(600, 400, |x, y| if solid.at(x, y) == 0 { 200 } else { 255 });
        let cut = Plane::from_fn(600, 400, |x, y| if y > 80 { solid.at(x, y) } else { 255 });
        for page in [dashed, pale, cut] {
            let found = find(&page, 100.0, |_, _| false);
            assert_eq!(found.grids.len(), 1);
            assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 8));
        }
    }

    #[test]
    fn a_table_without_rules_at_its_sides_ends_where_its_rules_across_do() {
        for (left, right) in [(true, false), (false, true), (false, false)] {
            let page = Plane::from_fn(600, 400, |x, y| {
                let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
                let sides = left && x.abs_diff(50) <= 1 || right && x.abs_diff(550) <= 1;
                let between = [130usize, 210, 300, 390, 470].iter().any(|at| x.abs_diff(*at) <= 1);
                if level || (sides || between) && (60..=280).contains(&y) { 0 } else { 255 }
            });
            let grid = &find(&page, 100.0, |_, _| false).grids[0];
            assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 6, 18), "{left} {right}");
        }
    }

    #[test]
    fn a_side_that_is_hardly_drawn_ends_the_table_where_its_rules_across_end() {
        let page = Plane::from_fn(600, 400, |x, y| {
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
            let between = [50usize, 130, 210, 300, 390, 470].iter().any(|at| x.abs_diff(*at) <= 1);
            // Of the last rule a half is left, here and there.
            let worn = x.abs_diff(550) <= 1 && y % 80 >= 44;
            if level || (between || worn) && (60..=280).contains(&y) { 0 } else { 255 }
        });
        let grid = &find(&page, 100.0, |_, _| false).grids[0];
        assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 6, 18));
    }

    #[test]
    fn a_rule_too_pale_to_be_ink_is_found_between_solid_ones() {
        let page = Plane::from_fn(600, 400, |x, y| {
            let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x;
            let upright = [50usize, 200, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
            match (level || upright, x == 400 && inside_y) {
                (true, _) => 0,
                (_, true) => 210,
                _ => 250,
            }
        });
        let found = find(&page, 100.0, |_, _| false);
        assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 9));
    }

    #[test]
    fn rules_hardly_darker_than_the_grain_are_found_all_along() {
        // Grain of eight levels about 240, and rules that are fourteen darker than it.
        let grain = |x: usize, y: usize| 232 + ((x * 7919 + y * 104_729 + x * y * 31) % 17) as u8;
        let page = Plane::from_fn(600, 400, |x, y| {
            let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x;
            let upright = [50usize, 150, 250, 350, 450, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
            let letters =
                (x % 100 > 65 && x % 100 < 95) && x % 6 < 3 && inside_x && inside_y && (y % 20) < 7 && y % 80 > 10;
            match (letters, level || upright) {
                (true, _) => 30,
                (_, true) => grain(x, y) - 14,
                _ => grain(x, y),
            }
        });
        let grid = &find(&page, 200.0, |_, _| false).grids[0];
        assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 5, 15));
    }

    #[test]
    fn a_rule_that_is_lost_between_two_headings_parts_them() {
        // Of the rule at 300 nothing is left beside the headings; letters stand on both sides of it.
        let page = |crossing: bool| {
            Plane::from_fn(600, 400, |x, y| {
                let inside_y = (60..=280).contains(&y);
                let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
                let upright = [50usize, 150, 400, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
                let lost = x.abs_diff(300) <= 1 && (120..=280).contains(&y);
                let words = (170..280).contains(&x) || (320..390).contains(&x) || crossing && (284..316).contains(&x);
                let heading = words && (84..96).contains(&y) && x % 9 < 6;
                if level || upright || lost || heading { 0 } else { 255 }
            })
        };
        let cells = |crossing: bool| find(&page(crossing), 100.0, |_, _| false).grids[0].cells.len();
        assert_eq!((cells(false), cells(true)), (12, 11));
    }

    #[test]
    fn letters_in_a_merged_cell_are_no_part_of_the_rule_that_ends_at_it() {
        let page = Plane::from_fn(600, 400, |x, y| {
            let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
            let merged = (402..549).contains(&x) && y.abs_diff(200) <= 1;
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x && !merged;
            let upright = [50usize, 200, 400, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
            let letters = (408..544).contains(&x) && (195..206).contains(&y) && x % 9 < 6;
            if level || upright || letters { 40 } else { 250 }
        });
        let grid = &find(&page, 100.0, |_, _| false).grids[0];
        assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 3, 8));
        assert!(grid.cells.iter().any(|cell| (cell.column, cell.rows) == (2, 2)));
    }

    #[test]
    fn stems_that_stand_over_one_another_are_no_rule_and_no_stroke_of_one() {
        let solid = page(false);
        // «de» in the middle of a cell, and a letter beside the rule, each over the same in the next row.
        let lettered = |rule: u8| {
            Plane::from_fn(600, 400, |x, y| {
                let line = (78..104).contains(&y) || (140..172).contains(&y) || (220..252).contains(&y);
                let stem = [300usize, 304, 205].iter().any(|at| x.abs_diff(*at) <= 1) && y > 70;
                match (solid.at(x, y), line && stem) {
                    (_, true) => 30,
                    (0, _) => rule,
                    _ => 250,
                }
            })
        };
        for rule in [40, 150, 190, 200, 210, 215] {
            let found = find(&lettered(rule), 100.0, |_, _| false);
            let grid = &found.grids[0];
            assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 3, 8), "{rule}");
            let left = grid.cells.iter().find(|cell| (cell.row, cell.column) == (1, 1)).unwrap().corners[0].0;
            assert!((left - 200.0).abs() < 2.0, "{left} {rule}");
        }
    }

    #[test]
    fn letters_that_run_into_each_other_under_pale_rules_are_no_rules() {
        let solid = page(false);
        // Two lines of blurred letters fill the middle cell of the second row.
        let lettered = Plane::from_fn(600, 400, |x, y| {
            let line = (206..396).contains(&x) && ((140..150).contains(&y) || (160..170).contains(&y));
            match (solid.at(x, y), line, x % 9 < 5) {
                (0, ..) => 180,
                (_, true, true) => 40,
                (_, true, false) => 190,
                _ => 255,
            }
        });
        let found = find(&lettered, 100.0, |_, _| false);
        assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 8));
    }

    #[test]
    fn a_rule_across_one_of_many_columns_is_a_line_of_letters() {
        let page = |struck: std::ops::Range<usize>| {
            Plane::from_fn(600, 300, |x, y| {
                let inside = (50..=551).contains(&x) && (60..=240).contains(&y);
                let level = [60usize, 120, 180, 240].iter().any(|at| y.abs_diff(*at) <= 1);
                let upright = (x + 50) % 100 <= 1;
                let line = (88..91).contains(&y) && struck.contains(&x);
                if inside && (level || upright || line) { 0 } else { 255 }
            })
        };
        let rows = |struck| find(&page(struck), 100.0, |_, _| false).grids[0].rows;
        assert_eq!((rows(154..248), rows(154..348)), (3, 4));
    }

    #[test]
    fn lines_of_letters_beside_a_dashed_table_are_no_rules() {
        let solid = page(false);
        let dashed = Plane::from_fn(600, 400, |x, y| {
            let letters = (320..330).contains(&y) && (60..400).contains(&x) && x % 9 < 5;
            if letters || ((x + y) % 9 < 5 && solid.at(x, y) == 0) { 0 } else { 255 }
        });
        let found = find(&dashed, 100.0, |_, _| false);
        assert_eq!((found.grids[0].rows, found.grids[0].cells.len()), (3, 8));
        assert!(found.across.iter().all(|rule| rule.at(200.0) < 300.0), "{:?}", found.across);
    }

    #[test]
    fn a_table_seen_from_the_side_is_read() {
        let solid = page(false);
        let leaning = Plane::from_fn(600, 400, |x, y| {
            let source = x as f32 - 0.06 * (y as f32 - 200.0);
            if source >= 0.0 { solid.at(source as usize, y) } else { 255 }
        });
        let found = find(&leaning, 100.0, |_, _| false);
        assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 8));
    }

    #[test]
    fn a_header_that_hides_its_rules_is_parted_as_the_rows_below() {
        let solid = page(false);
        let header = Plane::from_fn(600, 400, |x, y| {
            if (66..116).contains(&y) && (56..546).contains(&x) { 255 } else { solid.at(x, y) }
        });
        let found = find(&header, 100.0, |_, y| (60.0..124.0).contains(&y));
        assert_eq!((found.grids[0].rows, found.grids[0].cells.len()), (3, 8));
        let plain = find(&header, 100.0, |_, _| false);
        assert_eq!(plain.grids[0].cells.len(), 6);
    }

    #[test]
    fn a_line_under_a_word_parts_no_cell() {
        let solid = page(false);
        let underlined = Plane::from_fn(600, 400, |x, y| {
            let word = (220..380).contains(&x) && (152..164).contains(&y) && x % 12 < 7;
            let line = (220..380).contains(&x) && (166..168).contains(&y);
            if word || line { 0 } else { solid.at(x, y) }
        });
        let found = find(&underlined, 100.0, |_, _| false);
        assert_eq!((found.grids[0].rows, found.grids[0].cells.len()), (3, 8));
    }

    #[test]
    fn cells_in_boxes_of_their_own_are_cells_of_one_table() {
        // Boxes of one pixel, four pixels apart, as HTML draws `border="1"`.
        let page = Plane::from_fn(600, 400, |x, y| {
            let (x, y) = (x as isize - 50, y as isize - 60);
            let (column, row) = (x.div_euclid(100), y.div_euclid(60));
            let (inner_x, inner_y) = (x.rem_euclid(100), y.rem_euclid(60));
            let inside = (0..5).contains(&column) && (0..3).contains(&row);
            let frame = (2..98).contains(&inner_x) && (2..58).contains(&inner_y);
            let hollow = (3..97).contains(&inner_x) && (3..57).contains(&inner_y);
            if inside && frame && !hollow { 0 } else { 255 }
        });
        let found = find(&page, 100.0, |_, _| false);
        assert_eq!((found.grids.len(), found.grids[0].rows, found.grids[0].columns), (1, 3, 5));
        assert_eq!(found.grids[0].cells.len(), 15);
    }

    #[test]
    fn a_table_that_is_ruled_across_only_is_parted_by_white() {
        // Five columns of text of other widths in each line; the last column's text in the second and third row is one.
        let page = Plane::from_fn(600, 400, |x, y| {
            let level = [60usize, 100, 160, 220].iter().any(|at| y.abs_diff(*at) <= 1) && (40..560).contains(&x);
            let spans = y.abs_diff(160) <= 1 && x > 460;
            let (column, inside) = (x.saturating_sub(40) / 105, x.saturating_sub(40) % 105);
            let word = (6..92usize.saturating_sub(5 * ((y / 20 + column) % 4))).contains(&inside)
                && (inside + 3 * (y / 20)) % 8 < 6;
            let text = (70..215).contains(&y) && (6..14).contains(&(y % 20));
            if (level && !spans) || (word && text && column < 5) { 0 } else { 255 }
        });
        let found = find(&page, 100.0, |_, _| false);
        assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 5, 14));
        assert!(found.grids[0].cells.iter().all(|cell| !cell.has_sides));
    }

    #[test]
    fn a_page_of_text_is_no_table() {
        let text = Plane::from_fn(600, 400, |x, y| if y % 20 < 8 && x % 11 < 6 { 0 } else { 255 });
        assert!(find(&text, 100.0, |_, _| false).grids.is_empty());
    }
}
