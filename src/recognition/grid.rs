//! Grid: the tables of a straight page. Which rules are looked for, from solid ones to those that are hardly darker than the paper, and which of the tables that
//! they make is believed; how rules make one is [`ruled`](super::ruled)'s.
//!
//! A cell is known by the rules around it, not by a rectangle: on bent paper it has none.

use super::grid_cell::Grid;
use super::letters::Letters;
use super::plane::{FAINT_INK, INK, Plane};
use super::rivers;
use super::ruled::RuledPage;
use super::rules::{self, Rule};
use super::stretches::{Direction, Strokes};

/// A table of fewer columns is not the form's: other rules are looked for too.
pub(super) const FEWEST_COLUMNS: usize = 4;
/// The form's has seven.
const USUAL_COLUMNS: usize = 7;
/// Fewer cells are a part of a table whose other rules were not found: its headings say more.
const FEWEST_CELLS: usize = 8;
/// Pale rules are darker than this; grain of the paper is not.
const PALE_INK: u8 = 205;
/// The mean of a hair rule along this part of an inch is so much darker than what stands at the second part of an inch beside it.
const HAIR_WINDOW: f32 = 0.06;
const BESIDE_HAIR: f32 = 0.02;
const HAIR_DARKER: u8 = 9;
/// Dashes and dots of one rule stand at most this far apart, in inches.
const LONGEST_GAP: f32 = 0.065;
/// Rules of a table reach this part of an inch over its corners.
const AROUND: f32 = 0.1;

/// A page's rules and tables.
#[derive(Clone)]
pub(super) struct Found {
    pub grids: Vec<Grid>,
    pub across: Vec<Rule>,
    pub down: Vec<Rule>,
    /// Lines under words, which are no rules.
    pub underlines: Vec<Rule>,
}

/// Finds the tables of a straight page, top to bottom. Where solid rules make none, or one of which a cell may be several or that has few columns, rules down the page that lean
/// (a photo from the side) are looked for, then a table that is ruled across only, then pale rules, then dashed and dotted ones, then hair rules.
/// `is_filled` tells of a place whether a dark fill was lightened there.
pub(super) fn find(page: &Plane, pixels_per_inch: f32, is_filled: impl Fn(f32, f32) -> bool) -> Found {
    let side = page.on_its_side();
    let letters = Letters::of(page, pixels_per_inch);
    let letters_on_side = letters.on_their_side();
    let mut sight = RuledPage {
        across: Direction { sought: page, drawn: page },
        down: Direction { sought: &side, drawn: &side },
        pixels_per_inch,
        strokes: Strokes::Solid,
        lean: 0.0,
        letters: &letters,
        letters_on_side: &letters_on_side,
        is_filled: &is_filled,
    };
    // Dark headings alone are drawn by their own edges: the pale rules of the rows below them are still to be found.
    let is_whole = |found: &Found| found.grids.iter().any(|grid| grid.parted_rows(FEWEST_COLUMNS) >= 2);
    let mut solid = sight.find();
    if !is_whole(&solid) {
        sight.lean = rules::lean(&side, pixels_per_inch);
        let leaning = (sight.lean != 0.0).then(|| sight.find());
        match leaning.filter(is_whole) {
            Some(leaning) => solid = leaning,
            None => sight.lean = 0.0,
        }
    }
    if is_whole(&solid) && !solid.lacks_rules() && solid.columns() >= USUAL_COLUMNS {
        return solid;
    }
    // What has more columns and no two whole rows lacks rules that may be paler; without them it is the best that there is.
    let has_rows = |grid: &&Grid| grid.parted_rows(2) >= 2;
    if !is_whole(&solid) && solid.grids.iter().filter(has_rows).any(|grid| grid.columns < FEWEST_COLUMNS) {
        return solid;
    }
    let is_part = solid.grids.iter().any(|grid| has_rows(&grid));
    let in_rivers = |sight: &RuledPage, found: &Found| {
        if is_part {
            return None;
        }
        let (across, down) = rivers::ruled_across(page, &found.across, pixels_per_inch)?;
        sight.grid(across, down)
    };
    if let Some(grid) = in_rivers(&sight, &solid) {
        return Found { grids: vec![grid], ..solid };
    }
    // The first with whole rows, of which a cell may be several or which has few columns, until a better one is found.
    let mut whole = is_whole(&solid).then(|| solid.clone());
    for rules in [Paler::Faint, Paler::Broken, Paler::Hair] {
        let (seen_page, seen_side) = (rules.seen(page, pixels_per_inch), rules.seen(&side, pixels_per_inch));
        let sight = RuledPage {
            across: Direction { sought: &seen_page, drawn: page },
            down: Direction { sought: &seen_side, drawn: &side },
            strokes: rules.strokes(),
            ..sight
        };
        let found = sight.find();
        let has_cells = solid.grids.is_empty() && found.grids.iter().any(|grid| grid.cells.len() >= FEWEST_CELLS);
        let is_table = is_whole(&found) || has_cells;
        let is_better = whole.as_ref().is_none_or(|whole| {
            found.has_cells_of(whole) && (whole.lacks_rules() || found.columns() > whole.columns())
        });
        if is_table && !found.lacks_rules() && is_better {
            // Of hair rules, those that are a little darker make a table of fewer columns.
            if rules != Paler::Hair && found.columns() < USUAL_COLUMNS {
                whole = Some(found.beside(&solid, pixels_per_inch));
                continue;
            }
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
        self.grids.iter().flat_map(|grid| &grid.cells).any(|cell| cell.may_be_rows || cell.may_be_columns)
    }

    /// Whether its tables have as many rows and columns as those of `other`.
    fn has_cells_of(&self, other: &Found) -> bool {
        self.rows() >= other.rows() && self.columns() >= other.columns()
    }

    /// The most rows that a table of it has.
    fn rows(&self) -> usize {
        self.grids.iter().map(|grid| grid.rows).max().unwrap_or(0)
    }

    /// The most columns.
    fn columns(&self) -> usize {
        self.grids.iter().map(|grid| grid.columns).max().unwrap_or(0)
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

#[cfg(test)]
mod tests;
