//! Letters: the marks of a page that are as large as letters and words. No rule goes through them: what does was put together of their strokes.

use super::ink::{Mark, Marks};
use super::plane::Plane;
use super::rules::Rule;
use super::stretches::Strokes;

/// Letters are at least and at most so high, in inches; what runs into each other of a word is at most so wide.
const LOWEST: f32 = 0.03;
const HIGHEST: f32 = 0.25;
const WIDEST: f32 = 1.2;
/// A dash of a rule is so many pixels broader than the rule at most.
const DASH: f32 = 2.0;
/// A rule goes through a mark when this many pixels of it at least stand on both its sides. A chain of stems, which looks like dashes, goes along their
/// edges.
const INSIDE: f32 = 1.0;
const ALONG: f32 = -1.5;
/// Letters on both sides of a rule that was lost are this part of an inch off it at least, further than words stand apart.
const CLEAR: f32 = 0.025;
/// What goes through letters along more than this part of its length is no rule, nor dashes that go along them more than the second.
const MOST_CROSSED: f32 = 0.18;
const MOST_TOUCHED: f32 = 0.25;

/// The letters of a page.
pub(super) struct Letters {
    marks: Vec<Mark>,
}

impl Letters {
    pub fn of(page: &Plane, pixels_per_inch: f32) -> Letters {
        let mut marks = Marks::find(page.width, page.height, |x, y| page.is_ink(x, y)).list;
        let is_letter = |mark: &Mark| {
            let (width, height) = (mark.width() as f32 / pixels_per_inch, mark.height() as f32 / pixels_per_inch);
            (LOWEST..=HIGHEST).contains(&height) && width <= WIDEST
        };
        marks.retain(is_letter);
        Letters { marks }
    }

    /// Whether what was taken for a rule across the page is made of letters.
    pub fn make_across(&self, rule: &Rule, strokes: Strokes) -> bool {
        let (inside, most) = limits(strokes);
        self.crossed_by(rule, (rule.from, rule.to), inside) > most * rule.length()
    }

    /// The same of a rule down the page.
    pub fn make_down(&self, rule: &Rule, strokes: Strokes) -> bool {
        let (inside, most) = limits(strokes);
        self.crossed_down_by(rule, (rule.from, rule.to), inside) > most * rule.length()
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
        let through = |mark: &&Mark| {
            let level = rule.at(mark.middle().0);
            let is_dash = mark.height() as f32 <= rule.thickness + DASH;
            !is_dash && level > mark.top as f32 + inside && level + inside < mark.bottom as f32
        };
        let letters = self.marks.iter().filter(through);
        shared(letters.map(|mark| (mark.left as f32, mark.right as f32)), ends)
    }

    fn crossed_down_by(&self, rule: &Rule, ends: (f32, f32), inside: f32) -> f32 {
        let through = |mark: &&Mark| {
            let at = rule.at(mark.middle().1);
            let is_dash = mark.width() as f32 <= rule.thickness + DASH;
            !is_dash && at > mark.left as f32 + inside && at + inside < mark.right as f32
        };
        let letters = self.marks.iter().filter(through);
        shared(letters.map(|mark| (mark.top as f32, mark.bottom as f32)), ends)
    }
}

fn limits(strokes: Strokes) -> (f32, f32) {
    match strokes {
        Strokes::Solid | Strokes::Pale => (INSIDE, MOST_CROSSED),
        Strokes::Broken => (ALONG, MOST_TOUCHED),
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
        let dashed = Plane::from_fn(400, 400, |x, y| if (199..202).contains(&x) && y % 9 < 5 { 0 } else { 255 });
        let rule = down(200.0, 0.0, 400.0);
        assert!(!Letters::of(&dashed, 100.0).make_down(&rule, Strokes::Broken));
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
