//! Letters: the marks of a page that are as large as letters and words. No rule goes through them: what does was put together of their strokes.

use super::marks::{Mark, Marks};
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
/// What goes through letters along more than this part of its length is no rule, nor what was followed through them along the second.
const MOST_CROSSED: f32 = 0.18;
const MOST_FOLLOWED: f32 = 0.24;

/// The letters of a page, and what is smaller, as seen by rules that go across it; for those down it, the page lies on its side.
pub(super) struct Letters {
    marks: Vec<Mark>,
    small: Vec<Mark>,
    /// A mark that is so many times as long as it is broad, along a rule, is a piece of it.
    longest: f32,
}

/// How far letters are at least, in pixels, that a rule which was lost parts.
#[derive(Clone, Copy)]
pub(super) struct Apart {
    /// From it.
    pub rule: f32,
    pub each_other: f32,
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
        // Across the page a word is longer than any letter is broad.
        Letters { marks, small, longest: f32::INFINITY }
    }

    /// The same, of the page on its side.
    pub fn on_their_side(&self) -> Letters {
        let turned = |marks: &[Mark]| marks.iter().map(Mark::on_its_side).collect();
        Letters { marks: turned(&self.marks), small: turned(&self.small), longest: STEM }
    }

    /// Whether what was taken for a rule is made of letters. Dashes that meet make marks as large as letters; a chain of stems, which looks like dashes, has
    /// no marks of its own.
    pub fn make(&self, rule: &Rule, strokes: Strokes) -> bool {
        let ends = (rule.from, rule.to);
        let is_crossed = |crossed: f32| crossed > MOST_CROSSED * rule.length();
        match strokes {
            Strokes::Solid | Strokes::Pale => is_crossed(self.crossed_by(rule, ends, INSIDE)),
            Strokes::Broken => {
                let crossed = self.crossed_by(rule, ends, ALONG);
                let own = self.small.iter().chain(&self.marks);
                let own = own.filter(|mark| goes_through(rule, mark, ALONG) && is_piece(rule, mark));
                is_crossed(crossed) && crossed > length_of(own, ends)
            }
        }
    }

    /// Whether a rule was followed from letter to letter.
    pub fn lead(&self, rule: &Rule) -> bool {
        self.crossed_by(rule, (rule.from, rule.to), INSIDE) > MOST_FOLLOWED * rule.length()
    }

    /// Whether letters stand where a rule would part them, between two places along it.
    pub fn stand_across(&self, rule: &Rule, from: f32, to: f32) -> bool {
        self.crossed_by(rule, (from, to), INSIDE) > 0.0
    }

    /// Whether letters stand on both sides of a rule, so far `apart` and off it, up to the next rules `beside` it, and none on it, between two places
    /// along it.
    pub fn are_parted_by(&self, rule: &Rule, beside: (&Rule, &Rule), (from, to): (f32, f32), apart: Apart) -> bool {
        let level = |mark: &&Mark| (from..to).contains(&mark.middle().0);
        let (mut before, mut after) = (f32::INFINITY, f32::INFINITY);
        let mut letters = (false, false);
        for mark in self.marks.iter().filter(level) {
            let (along, across) = mark.middle();
            let at = rule.at(along);
            if across < at {
                before = before.min(at - mark.bottom as f32);
                letters.0 |= across > beside.0.at(along);
            } else {
                after = after.min(mark.top as f32 - at);
                letters.1 |= across < beside.1.at(along);
            }
        }
        letters == (true, true) && before.min(after) >= apart.rule && before + after >= apart.each_other
    }

    /// How far a rule goes through letters between two places along it, of which so many pixels stand on both its sides.
    fn crossed_by(&self, rule: &Rule, ends: (f32, f32), inside: f32) -> f32 {
        let is_long = |mark: &Mark| mark.width() as f32 >= self.longest * mark.height() as f32;
        let through = |mark: &&Mark| goes_through(rule, mark, inside) && !is_long(mark) && !is_piece(rule, mark);
        length_of(self.marks.iter().filter(through), ends)
    }
}

/// Whether a rule goes through a mark, so many pixels of which stand on both its sides.
fn goes_through(rule: &Rule, mark: &Mark, inside: f32) -> bool {
    let level = rule.at(mark.middle().0);
    level > mark.top as f32 + inside && level + inside < mark.bottom as f32
}

/// Whether a mark is a piece of the rule that goes through it.
fn is_piece(rule: &Rule, mark: &Mark) -> bool {
    let drift = (rule.at(mark.right as f32) - rule.at(mark.left as f32)).abs();
    mark.height() as f32 <= rule.thickness + drift + ROUGH
}

/// How much of the way between two places marks take.
fn length_of<'a>(marks: impl Iterator<Item = &'a Mark>, (from, to): (f32, f32)) -> f32 {
    marks.map(|mark| ((mark.right as f32).min(to) - (mark.left as f32).max(from)).max(0.0)).sum()
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
        let across = Letters::of(&page(), 100.0);
        let letters = across.on_their_side();
        assert!(letters.make(&down(64.0, 0.0, 400.0), Strokes::Solid));
        assert!(!letters.make(&down(200.0, 0.0, 400.0), Strokes::Broken), "white between the columns");
        let stems = down(60.5, 0.0, 400.0);
        assert!(letters.make(&stems, Strokes::Broken) && !letters.make(&stems, Strokes::Solid));
        assert!(across.make(&down(46.0, 0.0, 400.0), Strokes::Pale));
        assert!(!across.make(&down(36.0, 0.0, 400.0), Strokes::Broken), "white between the lines");
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
            assert!(!Letters::of(&page(gap, lean), 100.0).on_their_side().make(&rule, Strokes::Broken), "{gap} {lean}");
        }
    }

    #[test]
    fn letters_on_both_sides_and_none_between_are_parted() {
        let letters = Letters::of(&page(), 100.0).on_their_side();
        let parted = |x: f32, first: f32, last: f32| {
            let beside = (&down(first, 0.0, 400.0), &down(last, 0.0, 400.0));
            letters.are_parted_by(&down(x, 0.0, 400.0), beside, (0.0, 60.0), Apart { rule: 2.5, each_other: 5.0 })
        };
        assert!(parted(195.0, 20.0, 380.0));
        assert!(!parted(195.0, 180.0, 380.0), "nothing on one side");
        assert!(!parted(170.0, 20.0, 380.0), "right beside letters");
        assert!(letters.stand_across(&down(64.0, 0.0, 400.0), 0.0, 20.0));
        assert!(!letters.stand_across(&down(64.0, 0.0, 400.0), 12.0, 20.0));
    }
}
