//! Ruled: rules of a page that cross become tables, and the stretches of rule that are really there bound cells, which may span.
//!
//! Which rules are looked for, and which of several tables is believed, is [`grid`](super::grid)'s to say.

use super::crossings::{
    LEAST_ROW, crossing, double_like_the_others, groups, in_order, is_underline, is_where_rules_end, with_open_ends,
};
use super::grid::{FEWEST_COLUMNS, Found};
use super::grid_cell::{Grid, GridCell};
use super::letters::{Apart, Letters};
use super::plane::{INK, Plane};
use super::recovery;
use super::rules::{self, Rule};
use super::short;
use super::stretches::{Direction, Strokes};
use super::trace;
use crate::tables::Ruling;
use crate::tables::content::Segment;
use crate::tables::lattice;

/// Letters stand across a rule that a dark fill hides along this part of it at most, told at this part of an inch beside it.
const CLEAR_OF_LETTERS: f32 = 0.03;
const ACROSS: f32 = 0.018;
/// In a table of so many columns no rule across stands in one of them only.
const MANY_COLUMNS: usize = 5;
/// A column without a rule at its side is at least so wide, in inches: a DNI takes more.
const LEAST_COLUMN: f32 = 0.4;
/// A table is at least as wide as this part of the page.
const NARROWEST: f32 = 0.4;
/// A rule of dashes is at least this part of the longest one's length.
const THROUGH: f32 = 0.6;
/// A stroke down the page of this many inches is no letter's.
const HIGHER_THAN_LETTERS: f32 = 0.35;
/// The second stroke of a double border is darker than paper along this part of it.
const SECOND_STROKE: f32 = 0.8;
/// Letters on both sides of a stretch of rule that was lost are these parts of an inch off it and apart at least: down the page further than words stand
/// apart, across it further than the lines of a cell do.
const BESIDE_COLUMNS: [f32; 2] = [0.025, 0.05];
const BESIDE_ROWS: [f32; 2] = [0.03, 0.14];
/// More rules in one table than this are a texture.
const MOST_RULES: usize = 80;
/// The grid's lines stand this far apart for the lattice, which only asks which of them are drawn where.
const STEP: f32 = 20.0;

/// The page as looked at along its rules.
#[derive(Clone, Copy)]
pub(super) struct RuledPage<'a> {
    pub across: Direction<'a>,
    /// On its side.
    pub down: Direction<'a>,
    pub pixels_per_inch: f32,
    pub strokes: Strokes,
    /// How far the rules down the page go to the right a pixel down.
    pub lean: f32,
    pub letters: &'a Letters,
    /// The letters as seen by rules down the page.
    pub letters_on_side: &'a Letters,
    pub is_filled: &'a dyn Fn(f32, f32) -> bool,
}

impl RuledPage<'_> {
    /// The tables that the ink of the page draws.
    pub fn find(&self) -> Found {
        let (page, pixels_per_inch) = (self.across.sought, self.pixels_per_inch);
        let (across, under_words) = rules::across(page, pixels_per_inch, 0.3 * pixels_per_inch);
        // Closed gaps between lines make letters that stand over one another as high as rules.
        let certain = match self.strokes {
            Strokes::Solid | Strokes::Pale => HIGHER_THAN_LETTERS * pixels_per_inch,
            Strokes::Broken => f32::INFINITY,
        };
        let down = rules::leaning(self.down.sought, pixels_per_inch, 0.22 * pixels_per_inch, certain, self.lean);
        // It may be followed into what stands above and below the table: then it is a rule as far as it was found.
        let followed = |plane: &Plane, letters: &Letters, rules: Vec<Rule>| -> Vec<Rule> {
            let rules = rules.into_iter().filter(|rule| !letters.make(rule, self.strokes));
            let ways = rules.map(|rule| [trace::follow(plane, &rule, pixels_per_inch), rule]);
            ways.filter_map(|ways| ways.into_iter().find(|rule| !letters.lead(rule))).collect()
        };
        let across = followed(page, self.letters, across);
        let down = followed(self.down.sought, self.letters_on_side, down);
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
            .filter_map(|(across, down)| self.with_short_rules(across, down))
            .filter(|grid| {
                let (left, _, right, _) = grid.extent();
                right - left >= NARROWEST * page.width as f32
            })
            .collect();
        grids.sort_by(|a, b| a.extent().1.total_cmp(&b.extent().1));
        Found { grids, across, down, underlines }
    }

    /// The table that rules of one group make with those that part single rows of it, which are too short to be told from letters without it.
    fn with_short_rules(&self, across: Vec<Rule>, down: Vec<Rule>) -> Option<Grid> {
        let grid = self.grid(across.clone(), down.clone())?;
        if self.strokes == Strokes::Broken {
            return Some(grid);
        }
        let short = short::down(&grid, &down, self.across.sought, self.pixels_per_inch);
        if short.is_empty() || down.len() + short.len() > MOST_RULES {
            return Some(grid);
        }
        let parted = self.grid(across, [down, short].concat());
        parted.filter(|parted| parted.cells.len() > grid.cells.len()).or(Some(grid))
    }

    /// The table that rules of one group make; `None` when it has no cells.
    pub fn grid(&self, across: Vec<Rule>, down: Vec<Rule>) -> Option<Grid> {
        let (down, streaks) = recovery::without_streaks(down, &across, self.down.drawn, self.pixels_per_inch);
        let (across, folds) = recovery::without_folds(across, &down, self.across.drawn, self.pixels_per_inch);
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
        // They are found again where they are dark.
        let is_one_of = |strangers: &[Rule], rule: &Rule| {
            let middle = (rule.from + rule.to) / 2.0;
            strangers.iter().any(|stranger| (stranger.at(middle) - rule.at(middle)).abs() < nearest)
        };
        across.retain(|rule| !is_one_of(&folds, rule));
        down.retain(|rule| !is_one_of(&streaks, rule));
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
        let drawn_down = self.drawn_down(&across, &down);
        // One that parts few rows is not lost in the others.
        let parts_most: Vec<bool> = drawn_down.iter().map(|drawn| are_mostly_drawn(drawn)).collect();
        for (line, drawn) in drawn_down.into_iter().enumerate() {
            for (row, _) in drawn.into_iter().enumerate().filter(|(_, is_drawn)| *is_drawn) {
                let at = row as f32 * STEP;
                frame.push(Segment::vertical(line as f32 * STEP, at, at + STEP));
            }
        }
        let lattice = lattice::read(&frame)?;
        let line = |value: f32| (value / STEP).round() as usize;
        let cells: Vec<GridCell> = lattice
            .places
            .iter()
            .filter_map(|place| {
                let (top, bottom) = (across.get(line(place.bounds.top))?, across.get(line(place.bounds.bottom))?);
                let (left, right) = (down.get(line(place.bounds.left))?, down.get(line(place.bounds.right))?);
                let rows = across.get(line(place.bounds.top) + 1..line(place.bounds.bottom))?;
                let inside = line(place.bounds.left) + 1..line(place.bounds.right);
                let mut columns = down.get(inside.clone())?.iter().zip(parts_most.get(inside)?);
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
                    may_be_rows: rows.iter().any(|rule| self.is_free_across(rule, left, right)),
                    may_be_columns: columns
                        .any(|(rule, parts_most)| *parts_most && self.is_free_down(rule, top, bottom)),
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
        })
    }

    /// Whether no letters stand where a rule across would part a cell between two rules down the page.
    fn is_free_across(&self, rule: &Rule, left: &Rule, right: &Rule) -> bool {
        !self.letters.stand_across(rule, crossing(rule, left).0, crossing(rule, right).0)
    }

    /// Whether none stand where a rule down the page would, between two rules across.
    fn is_free_down(&self, rule: &Rule, top: &Rule, bottom: &Rule) -> bool {
        !self.letters_on_side.stand_across(rule, crossing(top, rule).1, crossing(bottom, rule).1)
    }

    /// Of the stretches of one of some rules, each drawn or not: where most are drawn, it was lost in those in which letters stand apart on both sides
    /// of it, and none on it. A table's outer rules part nothing.
    fn put_back(
        &self,
        drawn: &mut [bool],
        letters: &Letters,
        (rules, index): (&[Rule], usize),
        ends: &[(f32, f32)],
        inches: [f32; 2],
    ) {
        let Some([before, rule, after]) = index.checked_sub(1).and_then(|first| rules.get(first..first + 3)) else {
            return;
        };
        if are_mostly_drawn(drawn) {
            let [off, each_other] = inches.map(|inches| inches * self.pixels_per_inch);
            let apart = Apart { rule: off, each_other };
            for (is_drawn, ends) in drawn.iter_mut().zip(ends) {
                *is_drawn |= letters.are_parted_by(rule, (before, after), *ends, apart);
            }
        }
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
            let mut drawn = self.across.are_drawn(rule, &ends, self.strokes, self.pixels_per_inch);
            self.put_back(&mut drawn, self.letters, (across, line), &ends, BESIDE_ROWS);
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
            self.put_back(&mut drawn, self.letters_on_side, (down, column), &ends, BESIDE_COLUMNS);
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
    if are_mostly_drawn(&drawn) { vec![true; drawn.len()] } else { drawn }
}

fn are_mostly_drawn(stretches: &[bool]) -> bool {
    2 * stretches.iter().filter(|is_drawn| **is_drawn).count() > stretches.len()
}
