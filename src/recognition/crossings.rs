//! Crossings: which rules of a page belong to one table, and which belong to none.

use super::plane::{INK, Plane};
use super::rules::Rule;

/// A rule longer than this, in inches, is under no word.
const LONGEST_UNDERLINE: f32 = 2.5;
/// Letters stand over this part of an underline at least.
const LETTERS_ON_UNDERLINE: f32 = 0.3;

/// A row of letters is at least so high, in inches: rules that reach less far over the last one of a table were followed into the letters below.
pub(super) const LEAST_ROW: f32 = 0.18;

/// What tells where a table ends runs along this part of its longest rule at least.
const THROUGH: f32 = 0.5;
/// Rules end at one place when their ends are within this part of an inch.
const LEVEL: f32 = 0.08;

/// The shorter rule of a double border is this part of the longer one at least: the stems of letters that stand over one another beside a rule
/// are shorter than the table.
const DOUBLE: f32 = 0.75;
/// Both its strokes are ink along this part of them: stems of letters have paper between the lines.
const STROKE: f32 = 0.75;

/// Whether a rule is drawn under a word: it stops short of the rules beside it, and letters stand on it.
pub(super) fn is_underline(page: &Plane, rule: &Rule, down: &[Rule], pixels_per_inch: f32) -> bool {
    if rule.length() > LONGEST_UNDERLINE * pixels_per_inch {
        return false;
    }
    let touched = |end: f32| {
        let height = rule.at(end);
        let near = |other: &&Rule| (other.at(height) - end).abs() <= 0.02 * pixels_per_inch + other.thickness / 2.0;
        let reaches = |other: &&Rule| height >= other.from - rule.thickness && height <= other.to + rule.thickness;
        down.iter().filter(reaches).any(|other| near(&other))
    };
    let crossed = down.iter().any(|other| {
        let (x, y) = crossing(rule, other);
        x > rule.from && x < rule.to && y >= other.from && y <= other.to
    });
    if crossed || touched(rule.from) || touched(rule.to) {
        return false;
    }
    let (near, far) = (rule.thickness / 2.0 + 0.012 * pixels_per_inch, rule.thickness / 2.0 + 0.07 * pixels_per_inch);
    let columns = rule.from as isize..=rule.to as isize;
    let all = columns.clone().count();
    let stood_on = columns
        .filter(|x| {
            let level = rule.at(*x as f32);
            ((level - far) as isize..=(level - near) as isize).any(|y| page.near(*x, y) < INK)
        })
        .count();
    stood_on as f32 >= LETTERS_ON_UNDERLINE * all as f32
}

/// A table that a page break cuts has no rule there, and some have none at their sides: the ends of the rules that cross it say where it
/// ends. What is bounded is at least `least` inches from the next of the `rules`, along the rules that are `crossing` them.
pub(super) fn with_open_ends(mut rules: Vec<Rule>, crossing: &[Rule], least: f32, pixels_per_inch: f32) -> Vec<Rule> {
    // What is far shorter was put together of letters, or stops at a merged cell.
    let longest = crossing.iter().map(Rule::length).fold(0.0, f32::max);
    let crossing: Vec<&Rule> = crossing.iter().filter(|rule| rule.length() >= THROUGH * longest).collect();
    if crossing.len() < 3 || rules.is_empty() {
        return rules;
    }
    let open = |end: &dyn Fn(&Rule) -> f32, beyond: &dyn Fn(f32, f32) -> bool| {
        let mut ends: Vec<(f32, f32)> = crossing.iter().map(|rule| (end(rule), rule.at(end(rule)))).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (usual, _) = *ends.get(ends.len() / 2)?;
        let level: Vec<(f32, f32)> =
            ends.iter().filter(|(along, _)| (along - usual).abs() <= LEVEL * pixels_per_inch).copied().collect();
        let free = rules.iter().all(|rule| level.iter().all(|(along, at)| beyond(*along, rule.at(*at))));
        (level.len() >= 3 && level.len() * 10 >= crossing.len() * 7 && free)
            .then(|| Rule::through(level.iter().map(|(along, at)| (*at, *along)).collect()))
            .flatten()
    };
    let apart = least * pixels_per_inch;
    let first = open(&|rule| rule.from, &|end, rule| end < rule - apart);
    let last = open(&|rule| rule.to, &|end, rule| end > rule + apart);
    rules.extend(first);
    rules.extend(last);
    rules
}

/// Whether most of three and more rules across end at a rule down the page.
pub(super) fn is_where_rules_end(
    down: &Rule,
    across: &[Rule],
    end: impl Fn(&Rule) -> f32,
    pixels_per_inch: f32,
) -> bool {
    let near = |rule: &&Rule| (end(rule) - crossing(rule, down).0).abs() <= LEVEL * pixels_per_inch;
    across.len() >= 3 && across.iter().filter(near).count() * 10 >= across.len() * 7
}

/// Where two rules cross, whether or not they reach there.
pub(super) fn crossing(across: &Rule, down: &Rule) -> (f32, f32) {
    let mut y = across.at((across.from + across.to) / 2.0);
    let mut x = down.at(y);
    for _ in 0..5 {
        y = across.at(x);
        x = down.at(y);
    }
    (x, y)
}

/// Rules that cross or touch each other, directly or through others.
pub(super) fn groups(across: &[Rule], down: &[Rule], pixels_per_inch: f32) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let reach = 0.1 * pixels_per_inch;
    let mut left_down: Vec<&Rule> = down.iter().collect();
    let mut left_across: Vec<&Rule> = across.iter().collect();
    let meets = |across: &Rule, down: &Rule| {
        let (x, y) = crossing(across, down);
        x >= across.from - reach && x <= across.to + reach && y >= down.from - reach && y <= down.to + reach
    };
    let mut groups = Vec::new();
    while let Some(first) = left_down.pop() {
        let (mut own_across, mut own_down): (Vec<&Rule>, Vec<&Rule>) = (Vec::new(), vec![first]);
        loop {
            let before = own_across.len() + own_down.len();
            left_across.retain(|rule| {
                let joins = own_down.iter().any(|other| meets(rule, other));
                if joins {
                    own_across.push(*rule);
                }
                !joins
            });
            left_down.retain(|rule| {
                let joins = own_across.iter().any(|other| meets(other, rule));
                if joins {
                    own_down.push(*rule);
                }
                !joins
            });
            if own_across.len() + own_down.len() == before {
                break;
            }
        }
        let strays: Vec<&Rule> =
            own_across.iter().copied().filter(|rule| is_stray(rule, &own_down, reach, &meets)).collect();
        own_across.retain(|rule| !strays.iter().any(|stray| std::ptr::eq(*stray, *rule)));
        groups.push((own_across.into_iter().cloned().collect(), own_down.into_iter().cloned().collect()));
    }
    groups
}

/// Whether a rule across lies beyond the ends of most rules down the page and meets few of them, not both of the table's sides: the flourish of a
/// signature, to which an upstroke that stands in line with a rule was taken for the rule's own.
fn is_stray(rule: &Rule, down: &[&Rule], reach: f32, meets: &dyn Fn(&Rule, &Rule) -> bool) -> bool {
    let met: Vec<&Rule> = down.iter().copied().filter(|other| meets(rule, other)).collect();
    let level = |other: &Rule| rule.at(other.at((other.from + other.to) / 2.0));
    let beyond =
        down.iter().filter(|other| other.to + reach < level(other) || other.from - reach > level(other)).count();
    let place = |other: &Rule| other.at(other.to);
    let side = |least: bool| {
        let ends = down.iter().map(|other| place(other));
        if least { ends.fold(f32::INFINITY, f32::min) } else { ends.fold(f32::NEG_INFINITY, f32::max) }
    };
    let meets_side = |least: bool| met.iter().any(|other| place(other) == side(least));
    down.len() >= 4 && beyond * 2 > down.len() && met.len() * 2 < down.len() && !(meets_side(true) && meets_side(false))
}

/// Rules in order, with those that are one line made one, and pieces of one line joined; so are the two of a double border, which is as thick as
/// both and the gap. `covered` tells how much of a rule is ink.
pub(super) fn in_order(mut rules: Vec<Rule>, nearest: f32, covered: impl Fn(&Rule) -> f32) -> Vec<Rule> {
    let from = rules.iter().map(|rule| rule.from).fold(f32::INFINITY, f32::min);
    let to = rules.iter().map(|rule| rule.to).fold(f32::NEG_INFINITY, f32::max);
    rules.sort_by(|a, b| b.length().total_cmp(&a.length()));
    let mut kept: Vec<Rule> = Vec::new();
    for rule in rules {
        let twin = kept.iter_mut().find(|other| {
            let shared = ((rule.from.max(other.from) + rule.to.min(other.to)) / 2.0).clamp(from, to);
            (rule.at(shared) - other.at(shared)).abs() < nearest
        });
        match twin {
            Some(other) if rule.to < other.from || other.to < rule.from => other.go_on_with(&rule),
            Some(other) => {
                let along = ((rule.from.max(other.from) + rule.to.min(other.to)) / 2.0).clamp(from, to);
                let apart = rule.at(along) - other.at(along);
                let is_as_long = rule.length() >= DOUBLE * other.length();
                if apart.abs() > other.thickness && is_as_long && covered(&rule) >= STROKE && covered(other) >= STROKE {
                    let mut middle = other.moved(apart / 2.0);
                    middle.thickness = apart.abs() + other.thickness.max(rule.thickness);
                    *other = middle;
                }
                other.from = other.from.min(rule.from);
                other.to = other.to.max(rule.to);
            }
            None => kept.push(rule),
        }
    }
    let middle = (from + to) / 2.0;
    kept.sort_by(|a, b| a.at(middle).total_cmp(&b.at(middle)));
    kept
}

/// Where most borders of a table are double, the others are, too, when `is_stroke` sees a second stroke as far beside them: one that was too pale to be
/// found by itself.
pub(super) fn double_like_the_others(rules: &mut [Rule], is_stroke: impl Fn(&Rule) -> bool) {
    let mut apart: Vec<f32> =
        rules.iter().filter(|rule| rule.is_double()).map(|rule| rule.thickness - rule.stroke).collect();
    if apart.len() * 2 <= rules.len() {
        return;
    }
    apart.sort_by(f32::total_cmp);
    let usual = apart.get(apart.len() / 2).copied().unwrap_or(0.0);
    for rule in rules.iter_mut().filter(|rule| !rule.is_double()) {
        if let Some(side) = [-usual, usual].into_iter().find(|side| is_stroke(&rule.moved(*side))) {
            *rule = rule.moved(side / 2.0);
            rule.thickness = usual + rule.stroke;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(from: (f32, f32), to: (f32, f32)) -> Rule {
        Rule { knots: vec![from, to], from: from.0, to: to.0, thickness: 2.0, stroke: 2.0, is_open: false }
    }

    /// A table of four columns and two rows at an inch of 100 pixels, one of whose rules goes on into a signature below.
    fn page(bottom: Rule) -> (Vec<Rule>, Vec<Rule>) {
        let mut across: Vec<Rule> = [100.0, 150.0, 200.0].map(|y| rule((50.0, y), (650.0, y))).to_vec();
        across.push(bottom);
        let ends = [200.0, 200.0, 340.0, 200.0, 200.0];
        let down = ends.iter().zip([50.0, 200.0, 350.0, 500.0, 650.0]).map(|(end, x)| rule((100.0, x), (*end, x)));
        (across, down.collect())
    }

    #[test]
    fn the_flourish_of_a_signature_below_a_table_is_none_of_its_rules() {
        let (across, down) = page(rule((250.0, 310.0), (480.0, 330.0)));
        assert_eq!(groups(&across, &down, 100.0)[0].0.len(), 3);
    }

    #[test]
    fn a_border_is_double_as_the_others_where_its_second_stroke_is_seen() {
        let double = |x: f32| Rule { thickness: 8.0, ..rule((0.0, x), (100.0, x)) };
        let single = |x: f32| rule((0.0, x), (100.0, x));
        let seen = |rule: &Rule| rule.at(50.0) == 306.0;
        let mut rules = vec![double(100.0), double(200.0), single(300.0), single(400.0), double(500.0)];
        double_like_the_others(&mut rules, seen);
        assert!(rules[2].is_double() && rules[2].at(50.0) == 303.0);
        assert!(!rules[3].is_double());
        let mut few = vec![double(100.0), single(200.0), single(300.0)];
        double_like_the_others(&mut few, seen);
        assert!(!few[2].is_double(), "one double border is no custom of the table");
    }

    #[test]
    fn pieces_of_one_line_are_joined_and_make_no_double_border() {
        let pieces = vec![rule((300.0, 104.0), (600.0, 107.0)), rule((0.0, 106.0), (280.0, 106.0))];
        let joined = in_order(pieces, 10.0, |_| 1.0);
        assert_eq!(joined.len(), 1);
        assert!(!joined[0].is_double() && joined[0].at(10.0) == 106.0 && joined[0].at(590.0) > 106.5, "{joined:?}");
    }

    #[test]
    fn lines_of_letters_do_not_hide_where_a_tables_rules_end() {
        // Four rules that end at one place, and two that were put together of letters.
        let mut across: Vec<Rule> = [100.0, 150.0, 200.0, 250.0].map(|y| rule((50.0, y), (650.0, y))).to_vec();
        across.extend([120.0, 170.0].map(|y| rule((400.0, y), (560.0, y))));
        let down: Vec<Rule> = [200.0, 350.0, 500.0].map(|x| rule((100.0, x), (250.0, x))).to_vec();
        let bounded = with_open_ends(down, &across, 0.4, 100.0);
        let ends: Vec<f32> = bounded.iter().skip(3).map(|rule| rule.at(175.0)).collect();
        assert_eq!(ends, [50.0, 650.0]);
    }

    #[test]
    fn a_last_row_that_is_one_cell_keeps_its_rule() {
        let (across, mut down) = page(rule((50.0, 260.0), (650.0, 260.0)));
        for (side, end) in [(0, 260.0), (2, 200.0), (4, 260.0)] {
            down[side].to = end;
        }
        assert_eq!(groups(&across, &down, 100.0)[0].0.len(), 4);
    }
}
