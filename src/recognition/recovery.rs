//! Recovery: the rules of a table that were not found as runs of ink (dots, a faint fax, a hair line that the scanner made grey) are looked for
//! where they must run: between two of its rules that were, from end to end.

use super::crossings::crossing;
use super::plane::Plane;
use super::rules::Rule;
use super::stretches::{Direction, outstanding};

/// A rule is there when this part of it is ink.
const FAINTLY_DRAWN: f32 = 0.58;
/// Or when it stands out from both its sides along this part of it: not where other rules cross it, nor where letters touch it.
const PALELY_DRAWN: f32 = 0.82;
/// What is shorter than this part of the longest rule does not run from end to end.
const WHOLE: f32 = 0.75;
/// No rule is as thick as this part of an inch.
const THICKEST: f32 = 0.035;
/// A line that is seen along this part of the way between two distances from a table's ends, in inches, is none of its rules.
const STREAK: f32 = 0.6;
const BEYOND: [f32; 2] = [0.1, 0.6];
/// There it is this far from where a rule would be at most, in inches.
const DRIFT: f32 = 0.03;

/// Adds to the rules of a table, in order, those between them that were not found. `is_filled` tells of a place along and across them whether a dark fill
/// was lightened there.
pub(super) fn recover(
    rules: &mut Vec<Rule>,
    direction: Direction,
    pixels_per_inch: f32,
    is_filled: &dyn Fn(f32, f32) -> bool,
) {
    let longest = rules.iter().map(Rule::length).fold(0.0, f32::max);
    let inked = |rule: &Rule| direction.covered(rule);
    // A dark fill hides what runs through it.
    let outstanding = |rule: &Rule| {
        let is_free = |along: &isize| !is_filled(*along as f32, rule.at(*along as f32));
        let from = (rule.from as isize..=rule.to as isize).find(is_free);
        from.map_or(0.0, |from| outstanding(direction.drawn, rule, from as f32, rule.to, pixels_per_inch))
    };
    // What was put together of letters leads astray what is looked for beside it.
    let is_seen = |rule: &Rule| inked(rule) >= FAINTLY_DRAWN || outstanding(rule) >= PALELY_DRAWN;
    let is_whole = |rule: &&Rule| rule.length() >= WHOLE * longest && is_seen(rule);
    let whole: Vec<Rule> = rules.iter().filter(is_whole).cloned().collect();
    let mut found: Vec<Rule> = Vec::new();
    for (first, second) in whole.iter().zip(whole.iter().skip(1)) {
        let mut drawn = between(first, second, THICKEST * pixels_per_inch, &inked, FAINTLY_DRAWN);
        drawn.extend(between(first, second, THICKEST * pixels_per_inch, &outstanding, PALELY_DRAWN));
        // Where pale rules are sought, a pale streak is as good as drawn.
        for rule in drawn.into_iter().filter(|rule| !is_streak(direction.drawn, rule, pixels_per_inch)) {
            let middle = (rule.from + rule.to) / 2.0;
            let apart = |other: &Rule| (other.at(middle) - rule.at(middle)).abs() / (THICKEST * pixels_per_inch);
            if rules.iter().all(|other| apart(other) >= 1.6) && found.iter().all(|other| apart(other) > 1.0) {
                found.push(rule);
            }
        }
    }
    if found.is_empty() {
        return;
    }
    rules.extend(found);
    let middle = rules.iter().map(|rule| (rule.from + rule.to) / 2.0).sum::<f32>() / rules.len() as f32;
    rules.sort_by(|a, b| a.at(middle).total_cmp(&b.at(middle)));
}

/// The rules down a page without those that go on above and below the rules across, and those.
pub(super) fn without_streaks(
    down: Vec<Rule>,
    across: &[Rule],
    drawn: &Plane,
    pixels_per_inch: f32,
) -> (Vec<Rule>, Vec<Rule>) {
    let in_table = |rule: &Rule| {
        let levels = || across.iter().map(|other| crossing(other, rule).1);
        let (from, to) = (levels().fold(f32::INFINITY, f32::min), levels().fold(f32::NEG_INFINITY, f32::max));
        // The glass draws it straight: where its last bit points says nothing of where it goes on.
        let ends = [rule.knots.first(), rule.knots.last()].into_iter().flatten().copied().collect();
        Rule { from, to, knots: ends, ..rule.clone() }
    };
    let (streaks, rules): (Vec<Rule>, Vec<Rule>) =
        down.into_iter().partition(|rule| is_streak(drawn, &in_table(rule), pixels_per_inch));
    (rules, streaks.iter().map(in_table).collect())
}

/// The rules across a page without those that go on at both sides of a table whose others do not, and those: the paper was folded there.
pub(super) fn without_folds(
    across: Vec<Rule>,
    down: &[Rule],
    drawn: &Plane,
    pixels_per_inch: f32,
) -> (Vec<Rule>, Vec<Rule>) {
    let (rules, folds) = without_streaks(across.clone(), down, drawn, pixels_per_inch);
    if rules.len() >= 2 && folds.len() < rules.len() { (rules, folds) } else { (across, Vec::new()) }
}

/// Whether a line goes on beyond both ends of the table: dirt on the scanner's glass draws it down the whole page.
fn is_streak(plane: &Plane, rule: &Rule, pixels_per_inch: f32) -> bool {
    // The page may lie askew on the glass, and the streak does not turn with it.
    let drift = (DRIFT * pixels_per_inch) as i32;
    let goes_on = |from: f32, to: f32| {
        (-drift..=drift).any(|off| outstanding(plane, &rule.moved(off as f32), from, to, pixels_per_inch) >= STREAK)
    };
    let [near, far] = BEYOND.map(|inches| inches * pixels_per_inch);
    goes_on(rule.from - far, rule.from - near) && goes_on(rule.to + near, rule.to + far)
}

/// The curves between two rules along which at least so much is `seen`, far more than beside them. `thin` is more than a rule's thickness, in pixels.
fn between(first: &Rule, second: &Rule, thin: f32, seen: &dyn Fn(&Rule) -> f32, least: f32) -> Vec<Rule> {
    let middle = (first.from.max(second.from) + first.to.min(second.to)) / 2.0;
    let apart = second.at(middle) - first.at(middle);
    let side_by_side = first.from.max(second.from) < first.to.min(second.to);
    if apart < 6.0 * thin || !side_by_side {
        return Vec::new();
    }
    let steps = apart as usize;
    let curves: Vec<Rule> = (0..=steps).map(|step| Rule::between(first, second, step as f32 / steps as f32)).collect();
    let seen: Vec<f32> = curves.iter().map(seen).collect();
    let at = |index: usize| seen.get(index).copied().unwrap_or(0.0);
    let (margin, beside) = ((2.0 * thin) as usize, thin.max(4.0) as usize);
    let is_rule = |index: usize| {
        let highest = (index.saturating_sub(beside)..=index + beside).all(|other| at(other) <= at(index));
        let alone = at(index.saturating_sub(beside)) < 0.5 * at(index) && at(index + beside) < 0.5 * at(index);
        at(index) >= least && highest && alone
    };
    let inner = curves.into_iter().enumerate().skip(margin).take(steps.saturating_sub(2 * margin));
    inner.filter(|(index, _)| is_rule(*index)).map(|(_, rule)| rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two solid rules down a page (on its side) at an inch of 100 pixels, and a pale one between them from `from` to `to`.
    fn found(from: usize, to: usize) -> usize {
        found_beside(30, from, to)
    }

    /// The same, the second rule so dark.
    fn found_beside(second: u8, from: usize, to: usize) -> usize {
        let side = Plane::from_fn(500, 300, |x, y| match y {
            50..53 if (150..350).contains(&x) => 30,
            250..253 if (150..350).contains(&x) => second,
            150..152 if (from..to).contains(&x) => 205,
            _ => 250,
        });
        let rule = |at: f32| Rule {
            knots: vec![(150.0, at), (350.0, at)],
            from: 150.0,
            to: 350.0,
            thickness: 3.0,
            stroke: 3.0,
            is_open: false,
        };
        let pale = side.closed(0, 210);
        let found = [&side, &pale].map(|sought| {
            let mut rules = vec![rule(51.0), rule(251.0)];
            recover(&mut rules, Direction { sought, drawn: &side }, 100.0, &|_, _| false);
            rules.len() - 2
        });
        assert_eq!(found[0], found[1], "whether pale rules are sought or not");
        found[0]
    }

    #[test]
    fn a_line_that_goes_on_above_and_below_a_table_is_none_of_its_rules() {
        let side = Plane::from_fn(500, 300, |x, y| match y {
            49..52 if (150..350).contains(&x) => 30,
            149..152 => 30,
            _ => 250,
        });
        let rule = |from: (f32, f32), to: (f32, f32)| Rule {
            knots: vec![from, to],
            from: from.0,
            to: to.0,
            thickness: 3.0,
            stroke: 3.0,
            is_open: false,
        };
        let across = [rule((0.0, 150.0), (300.0, 150.0)), rule((0.0, 350.0), (300.0, 350.0))];
        let down = vec![rule((150.0, 50.0), (350.0, 50.0)), rule((160.0, 150.0), (340.0, 150.0))];
        let (rules, streaks) = without_streaks(down, &across, &side, 100.0);
        assert!(rules.len() == 1 && rules[0].at(200.0) == 50.0, "{rules:?}");
        assert!(streaks.len() == 1 && streaks[0].from == 150.0 && streaks[0].to == 350.0, "{streaks:?}");
    }

    #[test]
    fn a_fold_of_the_paper_is_no_rule_and_rules_that_all_go_on_are() {
        let rule = |from: (f32, f32), to: (f32, f32)| Rule::through(vec![from, to]).unwrap();
        let sides = [rule((0.0, 150.0), (300.0, 150.0)), rule((0.0, 350.0), (300.0, 350.0))];
        let left = |wide: bool| {
            let page = Plane::from_fn(500, 300, |x, y| match y {
                50 | 250 if wide || (150..350).contains(&x) => 30,
                150 => 120,
                _ => 250,
            });
            let (from, to) = if wide { (0.0, 499.0) } else { (150.0, 350.0) };
            let across = vec![
                rule((from, 50.0), (to, 50.0)),
                rule((0.0, 150.0), (499.0, 150.0)),
                rule((from, 250.0), (to, 250.0)),
            ];
            without_folds(across, &sides, &page, 100.0).0.len()
        };
        assert_eq!((left(false), left(true)), (2, 3));
    }

    #[test]
    fn a_pale_rule_beside_a_pale_one_is_found() {
        assert_eq!(found_beside(200, 150, 350), 1);
        assert_eq!(found_beside(245, 150, 350), 0, "hardly darker than paper");
    }

    #[test]
    fn a_pale_line_down_the_whole_page_is_no_rule() {
        assert_eq!(found(150, 350), 1);
        assert_eq!(found(0, 500), 0);
        assert_eq!(found(150, 500), 1, "into a table below");
    }
}
