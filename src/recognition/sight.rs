//! Sight: the picture of a page the right way up, with its rules, tables, marks and lines found; which way is up is told by what can be read of it.

use std::collections::BTreeMap;

use image::RgbImage;
use image::imageops::{rotate90, rotate180};

use super::colour::Coloured;
use super::engine::{Engine, LineText};
use super::grid::{self, Found};
use super::grid_cell::Grid;
use super::ink::{self, TextStrip};
use super::lines::weighted_mean;
use super::marks::{Mark, Marks};
use super::plane::Plane;
use super::sheet;
use super::straight::{self, Straight};

/// Lines by which it is told whether a page is upside down.
const TRIED_LINES: usize = 4;
/// A page of which fewer letters are read clearly may stand otherwise: a stamp does.
const ENOUGH_LETTERS: usize = 30;
/// One of fewer marks that are so high, in inches, has no lines by which that can be told.
const FEWEST_LETTERS: usize = 12;
const LOWEST_LETTER: f32 = 0.04;
/// A page whose lines are read with less than this mean confidence is upside down or not to be read.
const LEGIBLE: f32 = 0.82;

/// What came of reading a few lines of a page.
#[derive(Clone, Copy)]
struct Trial {
    /// The mean confidence of all their letters.
    mean: f32,
    /// The letters of those that were read clearly.
    letters: usize,
}

impl Trial {
    /// Whether the page stands so that it can be read: of few letters a stamp is made that stands otherwise.
    fn is_legible(&self) -> bool {
        self.mean >= LEGIBLE && self.letters >= ENOUGH_LETTERS
    }

    fn is_better_than(&self, other: &Trial) -> bool {
        (self.letters, self.mean) > (other.letters, other.mean)
    }
}

/// A page the right way up, with its rules, tables and marks found.
pub(super) struct Sight {
    pub straight: Straight,
    /// The straight page, in grey.
    pub page: Plane,
    pub found: Found,
    /// Dark headings of a table whose rows no rules were found around: they stand in no grid, until their lines are read and tell the columns.
    pub headings: Vec<Grid>,
    pub marks: Marks,
    pub strips: Vec<TextStrip>,
    /// The lines that were read to tell whether the page stands on its head, by their index.
    pub tried: BTreeMap<usize, LineText>,
    pub pixels_per_inch: f32,
}

impl Sight {
    /// The page turned so that it can be read.
    pub fn upright(picture: &RgbImage, engine: &Engine) -> Option<Sight> {
        let luma = Plane::luma(picture);
        let flat = sheet::cut_out(picture, &luma);
        let picture = flat.as_ref().unwrap_or(picture);
        let is_sideways = straight::is_sideways(flat.as_ref().map(Plane::luma).as_ref().unwrap_or(&luma));
        let mut best: Option<(Trial, Sight)> = None;
        // A page of few lines may look as if they ran down it.
        for is_turned in [is_sideways, !is_sideways] {
            let turned = is_turned.then(|| rotate90(picture));
            let picture = turned.as_ref().unwrap_or(picture);
            let mut first = Sight::new(picture);
            let read = first.trial(engine);
            let is_letter = |mark: &&Mark| mark.height() as f32 >= LOWEST_LETTER * first.pixels_per_inch;
            let is_bare = first.marks.list.iter().filter(is_letter).count() < FEWEST_LETTERS;
            if read.is_legible() || is_bare && best.is_none() {
                return Some(first);
            }
            let mut second = Sight::new(&rotate180(picture));
            let other = second.trial(engine);
            if other.is_legible() {
                return Some(second);
            }
            for (trial, sight) in [(read, first), (other, second)] {
                if best.as_ref().is_none_or(|(most, _)| trial.is_better_than(most)) {
                    best = Some((trial, sight));
                }
            }
        }
        best.map(|(_, sight)| sight)
    }

    fn new(picture: &RgbImage) -> Sight {
        let pixels_per_inch = picture.width().min(picture.height()) as f32 / 8.27;
        let straight = Straight::new(picture, pixels_per_inch);
        let page = straight.page();
        let mut found = grid::find(&page, pixels_per_inch, |x, y| straight.is_filled(x, y));
        let is_heading = |grid: &Grid| {
            let mut first = grid.cells.iter().filter(|cell| cell.row == 0).map(|cell| cell.place(0.5, 0.5));
            grid.parted_rows(2) <= 1 && first.all(|(x, y)| straight.is_filled(x, y))
        };
        let headings = if found.grids.iter().all(is_heading) { std::mem::take(&mut found.grids) } else { Vec::new() };
        let mut ruled = Plane::new(page.width, page.height, 255);
        for (rules, sideways) in [(&found.across, false), (&found.underlines, false), (&found.down, true)] {
            for rule in rules {
                let reach = (rule.thickness / 2.0 + 1.0).ceil() as isize;
                for along in rule.from as isize..=rule.to as isize {
                    let middle = rule.at(along as f32).round() as isize;
                    for across in middle - reach..=middle + reach {
                        let (x, y) = if sideways { (across, along) } else { (along, across) };
                        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
                            ruled.set(x, y, 0);
                        }
                    }
                }
            }
        }
        let is_ink = |x: usize, y: usize| page.is_ink(x, y) && ruled.at(x, y) == 255;
        let outside = |mark: &Mark| {
            let (x, y) = mark.middle();
            !found.grids.iter().any(|grid| grid.holds(x, y))
        };
        let (marks, strips) = match Coloured::new(&straight, &page) {
            None => {
                let marks = Marks::find(page.width, page.height, is_ink);
                let strips = ink::strips(&marks.list, pixels_per_inch, |_, mark| outside(mark));
                (marks, strips)
            }
            // A stamp's letters are no part of the lines that they stand beside.
            Some(coloured) => {
                let (marks, colours) = coloured.marks(&page, is_ink);
                let of_colour = |wanted: bool| {
                    let own = |index: usize| colours.get(index).copied().unwrap_or_default() == wanted;
                    ink::strips(&marks.list, pixels_per_inch, |index, mark| outside(mark) && own(index))
                };
                let mut black = of_colour(false);
                for strip in &mut black {
                    strip.is_stamped = coloured.is_in(&page, strip.corner(), strip.far_corner());
                }
                let strips = ink::with_stamped_gaps(black, of_colour(true), &marks.list);
                (marks, strips)
            }
        };
        let strips = if found.grids.is_empty() { ink::in_columns(strips, &marks.list) } else { strips };
        Sight { straight, page, found, headings, marks, strips, tried: BTreeMap::new(), pixels_per_inch }
    }

    /// How surely a few of its lines are read.
    fn trial(&mut self, engine: &Engine) -> Trial {
        let long = || self.strips.iter().enumerate().filter(|(_, strip)| strip.marks.len() >= 8);
        let width = 3.5 * self.pixels_per_inch;
        let mut candidates: Vec<(usize, &TextStrip)> =
            long().filter(|(_, strip)| strip.right - strip.left < width).collect();
        if candidates.len() < TRIED_LINES {
            candidates = long().collect();
        }
        let step = (candidates.len() / TRIED_LINES).max(1);
        let (tried, pictures): (Vec<usize>, Vec<Plane>) = candidates
            .iter()
            .step_by(step)
            .take(TRIED_LINES)
            .map(|(index, strip)| (*index, self.line_picture(strip)))
            .unzip();
        self.tried = tried.into_iter().zip(engine.read(&pictures)).collect();
        let count = |line: &LineText| line.text.chars().count();
        let legible = self.tried.values().filter(|line| line.mean >= LEGIBLE);
        Trial {
            mean: weighted_mean(self.tried.values().map(|line| (line.mean, count(line)))),
            letters: legible.map(count).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_that_is_read_does_not_tell_which_way_a_page_stands() {
        let page = |mean: f32, letters: usize| Trial { mean, letters };
        assert!(page(0.9, 120).is_legible());
        assert!(!page(0.99, 9).is_legible(), "a stamp's word");
        assert!(!page(0.7, 120).is_legible());
        assert!(page(0.83, 90).is_better_than(&page(0.99, 9)));
        assert!(page(0.6, 0).is_better_than(&page(0.5, 0)), "where nothing is read clearly");
    }
}
