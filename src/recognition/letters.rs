//! Letters: the marks of a page that are as large as letters and words. No rule goes through them: what does was put together of their strokes.

use super::ink::{Mark, Marks};
use super::plane::Plane;
use super::rules::Rule;
use super::stretches::Strokes;

/// Letters are at least and at most so high, in inches; what runs into each other of a word is at most so wide.
const LOWEST: f32 = 0.03;
const HIGHEST: f32 = 0.25;
const WIDEST: f32 = 1.2;
/// A dash of a rule, or what is left of it between two gaps, is so many pixels broader than the rule at most.
const ROUGH: f32 = 2.0;
/// Down the page it may also be so many times as high as it is broad.
const STEM: f32 = 2.5;
/// A rule goes through a mark when this many pixels of it at least stand on both its sides. A chain of stems, which looks like dashes, goes along their
/// edges.
const INSIDE: f32 = 1.0;
const ALONG: f32 = -1.5;
/// Letters on both sides of a rule that was lost are this part of an inch off it at least, further than words stand apart.
const CLEAR: f32 = 0.025;
/// What goes through letters along more than this part of its length is no rule, nor what was followed through them along the second.
const MOST_CROSSED: f32 = 0.18;
const MOST_FOLLOWED: f32 = 0.24;

/// The letters of a page, and what is smaller.
pub(super) struct Letters {
    marks: Vec<Mark>,
    small: Vec<Mark>,
}

impl Letters {
    pub fn of(page: &Plane, pixels_per_inch: f32) -> Letters {
        let marks = Marks::find(page.width, page.height, |x, y| page.is_ink(x, y)).list;
        let is_small = |mark: &Mark| (mark.height() as f32) < LOWEST * pixels_per_inch;
        let is_letter = |mark: &Mark| {
            let (width, height) = (mark.width() as f32 / pixels_per_inch, mark.height() as f32 / pixels_per_inch);
            height <= HIGHEST && width <= WIDEST
        };
        let (small, marks): (Vec<Mark>, Vec<Mark>) = marks.into_iter().filter(is_letter).partition(is_small);
        Letters { marks, small }
    }

    /// Whether what was taken for a rule across the page is made of letters.
    pub fn make_across(&self, rule: &Rule, strokes: Strokes) -> bool {
        let ends = (rule.from, rule.to);
        let own = || {
            let marks = self.small.iter().chain(&self.marks);
            let on_rule = marks.filter(|mark| is_across(rule, mark, ALONG) && is_piece_across(rule, mark));
            shared(on_rule.map(|mark| (mark.left as f32, mark.right as f32)), ends)
        };
        are_letters(rule, strokes, |inside| self.crossed_by(rule, ends, inside), own)
    }

    /// The same of a rule down the page.
    pub fn make_down(&self, rule: &Rule, strokes: Strokes) -> bool {
        let ends = (rule.from, rule.to);
        let own = || {
            let marks = self.small.iter().chain(&self.marks);
            let on_rule = marks.filter(|mark| is_down(rule, mark, ALONG) && is_piece_down(rule, mark));
            shared(on_rule.map(|mark| (mark.top as f32, mark.bottom as f32)), ends)
        };
        are_letters(rule, strokes, |inside| self.crossed_down_by(rule, ends, inside), own)
    }

    /// Whether a rule across the page was followed from letter to letter.
    pub fn lead_across(&self, rule: &Rule) -> bool {
        self.crossed_by(rule, (rule.from, rule.to), INSIDE) > MOST_FOLLOWED * rule.length()
    }

    /// The same of a rule down the page.
    pub fn lead_down(&self, rule: &Rule) -> bool {
        self.crossed_down_by(rule, (rule.from, rule.to), INSIDE) > MOST_FOLLOWED * rule.length()
    }

    /// Whether letters stand where a rule across would part them, between two places along it.
    pub fn stand_across(&self, rule: &Rule, from: f32, to: f32) -> bool {
        self.crossed_by(rule, (from, to), INSIDE) > 0.0
    }

    /// The same of a rule down the page.
    pub fn stand_across_down(&self, rule: &Rule, from: f32, to: f32) -> bool {
        self.crossed_down_by(rule, (from, to), INSIDE) > 0.0
    }

    /// Whether letters stand on both sides of a rule down the page, up to the next rules `beside` it, and none on it or right beside it, between two places
    /// along it.
    pub fn are_parted_by(
        &self,
        rule: &Rule,
        beside: (&Rule, &Rule),
        (from, to): (f32, f32),
        pixels_per_inch: f32,
    ) -> bool {
        let level = |mark: &&Mark| (from..to).contains(&mark.middle().1);
        let (mut before, mut after) = (false, false);
        for mark in self.marks.iter().filter(level) {
            let ((x, y), clear) = (mark.middle(), CLEAR * pixels_per_inch);
            let at = rule.at(y);
            if at > mark.left as f32 - clear && at < mark.right as f32 + clear {
                return false;
            }
            before |= x > beside.0.at(y) && x < at;
            after |= x > at && x < beside.1.at(y);
        }
        before && after
    }

    /// How far a rule goes through letters between two places along it, of which so many pixels stand on both its sides.
    fn crossed_by(&self, rule: &Rule, ends: (f32, f32), inside: f32) -> f32 {
        let through = |mark: &&Mark| is_across(rule, mark, inside) && !is_piece_across(rule, mark);
        shared(self.marks.iter().filter(through).map(|mark| (mark.left as f32, mark.right as f32)), ends)
    }

    fn crossed_down_by(&self, rule: &Rule, ends: (f32, f32), inside: f32) -> f32 {
        let through = |mark: &&Mark| {
            let is_stem = mark.height() as f32 >= STEM * mark.width() as f32;
            is_down(rule, mark, inside) && !is_stem && !is_piece_down(rule, mark)
        };
        shared(self.marks.iter().filter(through).map(|mark| (mark.top as f32, mark.bottom as f32)), ends)
    }
}

/// Whether a rule across the page goes through a mark, so many pixels of which stand on both its sides.
fn is_across(rule: &Rule, mark: &Mark, inside: f32) -> bool {
    let level = rule.at(mark.middle().0);
    level > mark.top as f32 + inside && level + inside < mark.bottom as f32
}

fn is_down(rule: &Rule, mark: &Mark, inside: f32) -> bool {
    let at = rule.at(mark.middle().1);
    at > mark.left as f32 + inside && at + inside < mark.right as f32
}

/// Whether a mark is a piece of the rule across that goes through it.
fn is_piece_across(rule: &Rule, mark: &Mark) -> bool {
    is_piece(rule, (mark.left, mark.right), mark.height())
}

fn is_piece_down(rule: &Rule, mark: &Mark) -> bool {
    is_piece(rule, (mark.top, mark.bottom), mark.width())
}

/// The same of a mark that is given by from where to where it goes along the rule, and how broad it is.
fn is_piece(rule: &Rule, (from, to): (usize, usize), breadth: usize) -> bool {
    let drift = (rule.at(to as f32) - rule.at(from as f32)).abs();
    breadth as f32 <= rule.thickness + drift + ROUGH
}

/// Whether a rule is made of letters, given how far it goes through them, and how much of it are marks of its own: dashes that meet make marks as large as
/// letters, and a chain of stems, which looks like dashes, has none.
fn are_letters(rule: &Rule, strokes: Strokes, crossed: impl Fn(f32) -> f32, own: impl Fn() -> f32) -> bool {
    match strokes {
        Strokes::Solid | Strokes::Pale => crossed(INSIDE) > MOST_CROSSED * rule.length(),
        Strokes::Broken => {
            let crossed = crossed(ALONG);
            crossed > MOST_CROSSED * rule.length() && crossed > own()
        }
    }
}

/// How much of the way between two places the extents take.
fn shared(extents: impl Iterator<Item = (f32, f32)>, (from, to): (f32, f32)) -> f32 {
    extents.map(|(start, end)| (end.min(to) - start.max(from)).max(0.0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 400 by 400 pixels at an inch of 100: two columns of lines of letters (eight pixels broad, twelve high), from 40 and from 220 on, each
    /// letter with its stem at its left.
    fn page() -> Plane {
        Plane::from_fn(400, 400, |x, y| {
            let letter = |from: usize| (from..from + 130).contains(&x) && (x - from) % 10 < 8;
            if (letter(40) || letter(220)) && y % 20 < 12 { 0 } else { 255 }
        })
    }

    fn down(x: f32, from: f32, to: f32) -> Rule {
        Rule { thickness: 2.0, stroke: 2.0, ..Rule::through(vec![(from, x), (to, x)]).unwrap() }
    }

    #[test]
    fn what_goes_through_letters_or_along_their_stems_is_no_rule() {
        let letters = Letters::of(&page(), 100.0);
        assert!(letters.make_down(&down(64.0, 0.0, 400.0), Strokes::Solid));
        assert!(!letters.make_down(&down(200.0, 0.0, 400.0), Strokes::Broken), "white between the columns");
        let stems = down(60.5, 0.0, 400.0);
        assert!(letters.make_down(&stems, Strokes::Broken) && !letters.make_down(&stems, Strokes::Solid));
        let across = |y: f32| down(y, 0.0, 400.0);
        assert!(letters.make_across(&across(46.0), Strokes::Pale));
        assert!(!letters.make_across(&across(36.0), Strokes::Broken), "white between the lines");
    }

    #[test]
    fn a_rule_goes_through_its_own_dashes() {
        let page = |gap: usize, lean: usize| {
            Plane::from_fn(
                400,
                400,
                move |x, y| if x.abs_diff(200 + y * lean / 100) < 2 && y % 25 < gap { 0 } else { 255 },
            )
        };
        for (gap, lean) in [(12, 0), (20, 0), (20, 12)] {
            let rule = Rule {
                thickness: 2.0,
                ..Rule::through(vec![(0.0, 200.0), (400.0, 200.0 + 4.0 * lean as f32)]).unwrap()
            };
            assert!(!Letters::of(&page(gap, lean), 100.0).make_down(&rule, Strokes::Broken), "{gap} {lean}");
        }
    }

    #[test]
    fn letters_on_both_sides_and_none_between_are_parted() {
        let letters = Letters::of(&page(), 100.0);
        let parted = |x: f32, first: f32, last: f32| {
            let beside = (&down(first, 0.0, 400.0), &down(last, 0.0, 400.0));
            letters.are_parted_by(&down(x, 0.0, 400.0), beside, (0.0, 60.0), 100.0)
        };
        assert!(parted(195.0, 20.0, 380.0));
        assert!(!parted(195.0, 180.0, 380.0), "nothing on one side");
        assert!(!parted(170.0, 20.0, 380.0), "right beside letters");
        assert!(letters.stand_across_down(&down(64.0, 0.0, 400.0), 0.0, 20.0));
        assert!(!letters.stand_across_down(&down(64.0, 0.0, 400.0), 12.0, 20.0));
    }
}
