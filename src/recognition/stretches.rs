//! Stretches: whether a rule is drawn between two others, so that a cell ends there, or only passes by on its way.
//!
//! What is told from ink beside a rule depends on what was looked for: the limits that find pale and broken rules find lines of letters,
//! too.

use super::plane::{FAINT_INK, INK, Plane};
use super::rules::Rule;

/// An edge is there when this part of it is ink.
const DRAWN: f32 = 0.6;
/// A rule of dashes or dots is taken when this part of it is ink after its gaps were closed; the second where letters reach up to it on one
/// side.
const CLOSED: f32 = 0.8;
const WHOLLY_CLOSED: f32 = 0.97;
/// Less than this part of what stands beside a rule is ink, at the second part of an inch from it.
const MOST_BESIDE: f32 = 0.5;
const BESIDE: f32 = 0.035;
/// The same for a solid rule that has gaps.
const MOST_CLOSE_BESIDE: f32 = 0.3;
const CLOSE_BESIDE: f32 = 0.02;
/// A rule is so much darker than what stands at the second part of an inch beside it.
const OUTSTANDING: i16 = 18;
const OUTSTANDING_FROM: f32 = 0.02;
/// It is off its curve by this part of an inch at most.
const OFF: f32 = 0.01;
/// A rule stands out along this part of it where it is as uneven as letters, and along the second part where it is too pale to be ink.
const MOSTLY_OUTSTANDING: f32 = 0.75;
const WHOLLY_OUTSTANDING: f32 = 0.9;
/// A pale rule is ink, or nearly, along this part of it.
const UNBROKEN: f32 = 0.92;
/// It is as dark as usual, or within so much, along the second part of it, and the third where letters stand beside it: a row of letters is
/// dark and light by turns.
const ABOUT_AS_DARK: u8 = 50;
const EVEN: f32 = 0.75;
const VERY_EVEN: f32 = 0.92;

/// A rule reaches the rules that it ends at; between those and the stem of a letter is paper. Looked for along this part of the stretch at either end,
/// at most so many inches, the second part of an inch from the rule that is crossed.
const END: f32 = 0.2;
const LONGEST_END: f32 = 0.1;
const PAST_CROSSING: f32 = 0.012;
/// An end is bare when less than this part of it is ink, and less than the second darker than its sides, as grain is here and there.
const BARE: f32 = 0.35;
const BARELY_OUTSTANDING: f32 = 0.5;

/// What kind of rules is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strokes {
    Solid,
    /// Pale ones, which letters that are as dark as they look like where they touch.
    Pale,
    /// Dashes and dots, whose gaps were closed: what stands close together looks like one too.
    Broken,
}

/// What is seen of a rule between two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch {
    Drawn,
    /// Dashes or dots with letters on one side of them, which may be letters themselves: drawn if others of the rule are.
    BesideLetters,
    Missing,
}

/// The page in one direction: as rules are sought in it, which may be with gaps closed, and as it is drawn.
#[derive(Clone, Copy)]
pub(super) struct Direction<'a> {
    pub sought: &'a Plane,
    pub drawn: &'a Plane,
}

impl Direction<'_> {
    /// The part of a rule that is ink.
    pub fn covered(&self, rule: &Rule) -> f32 {
        coverage(self.sought, INK, rule, rule.from, rule.to, 1.0)
    }

    /// The part of it that is darker than paper, as the page is drawn.
    pub fn faintly_covered(&self, rule: &Rule) -> f32 {
        coverage(self.drawn, FAINT_INK, rule, rule.from, rule.to, 1.0)
    }

    /// Which stretches of a rule between two others are drawn.
    pub fn are_drawn(&self, rule: &Rule, ends: &[(f32, f32)], strokes: Strokes, pixels_per_inch: f32) -> Vec<bool> {
        let stretches: Vec<Stretch> =
            ends.iter().map(|(from, to)| self.stretch(rule, (*from, *to), strokes, pixels_per_inch)).collect();
        let somewhere = stretches.contains(&Stretch::Drawn);
        let is_drawn = |stretch: &Stretch| match stretch {
            Stretch::Drawn => true,
            Stretch::BesideLetters => somewhere,
            Stretch::Missing => false,
        };
        stretches.iter().map(is_drawn).collect()
    }

    fn stretch(&self, rule: &Rule, ends: (f32, f32), strokes: Strokes, pixels_per_inch: f32) -> Stretch {
        let inset = (0.12 * (ends.1 - ends.0)).min(0.04 * pixels_per_inch);
        let (from, to) = (ends.0 + inset, ends.1 - inset);
        let reach = rule.thickness / 2.0 + 0.5;
        let covered = |rule: &Rule, reach: f32| coverage(self.sought, INK, rule, from, to, reach);
        // Beside a rule is paper; beside a stroke of letters that stand next to or over one another are more of them.
        let sides_of_paper = |rule: &Rule, thickness: f32| {
            let apart = BESIDE * pixels_per_inch + thickness / 2.0;
            let beside = |off: &f32| covered(&rule.moved(*off), 1.0);
            [-apart, apart].iter().filter(|off| beside(off) < MOST_BESIDE).count()
        };
        let is_drawn = match strokes {
            Strokes::Solid => {
                let is_free = |off: f32| {
                    let apart = CLOSE_BESIDE * pixels_per_inch + rule.thickness / 2.0;
                    covered(&rule.moved(off * apart), 1.0) < MOST_CLOSE_BESIDE
                };
                let outstanding = || outstanding(self.drawn, rule, from, to, pixels_per_inch);
                // The middle of a line of letters is ink for as much of its length, but the letters reach over it.
                let is_rule = || match evenness(self.drawn, rule, from, to, reach) {
                    even if even >= VERY_EVEN => true,
                    even if even >= EVEN => (is_free(-1.0) || is_free(1.0)) && outstanding() >= MOSTLY_OUTSTANDING,
                    _ => is_free(-1.0) && is_free(1.0),
                };
                let is_inked = covered(rule, reach) >= DRAWN && is_rule() && self.reaches(rule, ends, pixels_per_inch);
                is_inked || outstanding() >= WHOLLY_OUTSTANDING
            }
            // Of two that were taken for the strokes of one border, one may be of letters.
            Strokes::Pale => {
                let (apart, reach) = ((rule.thickness - rule.stroke) / 2.0, rule.stroke / 2.0 + 1.0);
                [-apart, 0.0, apart].map(|off| rule.moved(off)).iter().any(|stroke| {
                    let outstanding = || outstanding(self.drawn, stroke, from, to, pixels_per_inch);
                    let is_rule = || match evenness(self.drawn, stroke, from, to, reach) {
                        even if even >= VERY_EVEN => sides_of_paper(stroke, rule.stroke) >= 1,
                        even => {
                            let stands_out = even >= EVEN && outstanding() >= MOSTLY_OUTSTANDING;
                            stands_out && sides_of_paper(stroke, rule.stroke) == 2
                        }
                    };
                    let is_inked =
                        covered(stroke, reach) >= DRAWN && is_rule() && self.reaches(stroke, ends, pixels_per_inch);
                    is_inked || outstanding() >= WHOLLY_OUTSTANDING
                })
            }
            // A pale rule without gaps needs no closing.
            Strokes::Broken => {
                let covered = covered(rule, reach);
                let sides = if covered >= CLOSED { sides_of_paper(rule, rule.thickness) } else { 0 };
                let is_unbroken = coverage(self.drawn, FAINT_INK, rule, from, to, reach) >= UNBROKEN;
                if sides == 1 && covered >= WHOLLY_CLOSED && !is_unbroken {
                    return Stretch::BesideLetters;
                }
                sides == 2
                    || is_unbroken
                    || outstanding(self.drawn, rule, from, to, pixels_per_inch) >= WHOLLY_OUTSTANDING
            }
        };
        if is_drawn { Stretch::Drawn } else { Stretch::Missing }
    }

    /// Whether a stretch of rule goes on to both rules that it ends at.
    fn reaches(&self, rule: &Rule, (from, to): (f32, f32), pixels_per_inch: f32) -> bool {
        let past = PAST_CROSSING * pixels_per_inch + rule.stroke / 2.0;
        let (from, to) = (from + past, to - past);
        let end = (END * (to - from)).min(LONGEST_END * pixels_per_inch).max(1.0);
        let is_bare = |from: f32, to: f32| {
            coverage(self.sought, INK, rule, from, to, rule.thickness / 2.0 + 0.5) < BARE
                && outstanding(self.drawn, rule, from, to, pixels_per_inch) < BARELY_OUTSTANDING
        };
        to - from < 2.0 * end || !is_bare(from, from + end) && !is_bare(to - end, to)
    }
}

/// The part of a rule that is about as dark as most of it between two places, within `reach` pixels of it.
fn evenness(plane: &Plane, rule: &Rule, from: f32, to: f32, reach: f32) -> f32 {
    let reach = reach.round().max(1.0) as isize;
    let mut at = rule.follow();
    let darkest = |x: isize| {
        let middle = at(x as f32).round() as isize;
        (-reach..=reach).map(|off| plane.near(x, middle + off)).min().unwrap_or(255)
    };
    let mut found: Vec<u8> = (from.round() as isize..=to.round() as isize).map(darkest).collect();
    found.sort_unstable();
    let usual = found.get(found.len() / 2).copied().unwrap_or(255);
    let like_it = found.iter().filter(|dark| dark.abs_diff(usual) <= ABOUT_AS_DARK).count();
    like_it as f32 / found.len().max(1) as f32
}

/// The part of a rule between two places that is darker than what stands on either side of it, however pale: letters are so where they have
/// paper on both sides, never all along.
pub(super) fn outstanding(plane: &Plane, rule: &Rule, from: f32, to: f32, pixels_per_inch: f32) -> f32 {
    let apart = (OUTSTANDING_FROM * pixels_per_inch + rule.thickness / 2.0).round() as isize;
    let reach = (OFF * pixels_per_inch).round().max(1.0) as isize;
    let (mut outstanding, mut all) = (0u32, 0u32);
    let mut at = rule.follow();
    for x in from.round() as isize..=to.round() as isize {
        let middle = at(x as f32).round() as isize;
        let own = (-reach..=reach).map(|off| plane.near(x, middle + off)).min().unwrap_or(255);
        let beside = plane.near(x, middle - apart).min(plane.near(x, middle + apart));
        outstanding += u32::from(i16::from(beside) - i16::from(own) >= OUTSTANDING);
        all += 1;
    }
    if all == 0 { 0.0 } else { outstanding as f32 / all as f32 }
}

/// The part of a rule that is darker than `limit` between two places, or within `reach` pixels of it.
pub(super) fn coverage(plane: &Plane, limit: u8, rule: &Rule, from: f32, to: f32, reach: f32) -> f32 {
    let reach = reach.round().max(1.0) as isize;
    let (mut ink, mut all) = (0u32, 0u32);
    let mut along = from;
    let mut at = rule.follow();
    while along <= to {
        let middle = at(along).round() as isize;
        let x = along.round() as isize;
        ink += u32::from((-reach..=reach).any(|off| plane.near(x, middle + off) < limit));
        all += 1;
        along += 1.0;
    }
    if all == 0 { 0.0 } else { ink as f32 / all as f32 }
}
