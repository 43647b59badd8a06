//! Trace: a rule that was found where it is straight is followed along its ink, over the bends of curled paper, to where it ends.

use super::plane::{INK, Plane};
use super::rules::Rule;

/// A knot is set each this part of an inch.
const STEP: f32 = 0.08;
/// The direction of a rule is told by this much of it, in inches.
const END: f32 = 0.3;
/// Where a rule is not seen along this part of an inch, it ends: as long as what crosses it is broad.
const LONGEST_GAP: f32 = 0.06;
/// So much of what is seen off the expected place is followed, a pixel along.
const FOLLOWED: f32 = 0.2;
/// Where a rule goes on paler than ink, it is so much darker than what stands the second part of an inch beside it, along the third.
const PALE: i32 = 14;
const PALE_BESIDE: f32 = 0.01;
const PALE_WAY: f32 = 0.05;
/// What was found of a rule is off its curve by this part of an inch at most; where it is not seen, it comes back to it.
const FARTHEST: f32 = 0.03;
const FORGOTTEN: f32 = 0.97;
/// A rule that rises more than this, a pixel along, is none of a page that was straightened.
const STEEPEST: f32 = 0.25;

/// The rule as its ink runs, longer where it goes on. `page` has it across.
pub(super) fn follow(page: &Plane, rule: &Rule, pixels_per_inch: f32) -> Rule {
    let middle = (rule.from + rule.to) / 2.0;
    let (mut before, from) = side(page, rule, middle, -1.0, pixels_per_inch);
    let (after, to) = side(page, rule, middle, 1.0, pixels_per_inch);
    before.reverse();
    let mut knots = before;
    knots.extend(after.into_iter().skip(1));
    if knots.len() < 2 {
        return rule.clone();
    }
    Rule { knots, from: from.min(rule.from), to: to.max(rule.to), ..rule.clone() }
}

/// The knots from the middle of a rule to one side (`direction`, 1 or -1), and where it was last seen.
fn side(page: &Plane, rule: &Rule, middle: f32, direction: f32, pixels_per_inch: f32) -> (Vec<(f32, f32)>, f32) {
    let step = (STEP * pixels_per_inch).max(2.0);
    let end = if direction > 0.0 { rule.to } else { rule.from };
    let mut knots = vec![(middle, rule.at(middle) + near(page, middle, rule.at(middle), rule).unwrap_or(0.0))];
    let (mut offset, farthest) = (0.0f32, FARTHEST * pixels_per_inch);
    let (mut along, mut last_seen) = (middle, middle);
    // Beyond its end a rule goes on as its last stretch runs.
    let mut beyond: Option<(f32, f32, f32)> = None;
    loop {
        along += direction;
        let within = (end - along) * direction >= 0.0;
        if !within && beyond.is_none() {
            let here = rule.at(end) + offset;
            let slope = slope(&knots, (end, here), END * pixels_per_inch);
            beyond = Some((end, here, slope.clamp(-STEEPEST, STEEPEST)));
            last_seen = end;
        }
        let expected = match beyond {
            None => rule.at(along) + offset,
            Some((start, level, slope)) => level + slope * (along - start).abs(),
        };
        let seen = near(page, along, expected, rule).or_else(|| {
            let goes_on = beyond.is_some();
            goes_on.then(|| pale_near(page, (along, direction), expected, rule, pixels_per_inch)).flatten()
        });
        match seen {
            Some(miss) => {
                last_seen = along;
                match &mut beyond {
                    None => offset = (offset + FOLLOWED * miss).clamp(-farthest, farthest),
                    // What is seen turns the direction a little, as a pencil follows a line.
                    Some((start, level, slope)) => {
                        *level = expected + FOLLOWED * miss;
                        *start = along;
                        *slope = (*slope + FOLLOWED * FOLLOWED / 4.0 * miss).clamp(-STEEPEST, STEEPEST);
                    }
                }
            }
            // Letters over which a merged cell has no rule must not lead away from it.
            None if within => offset *= FORGOTTEN,
            None if (along - last_seen).abs() > LONGEST_GAP * pixels_per_inch => break,
            None => {}
        }
        let far = knots.last().is_none_or(|knot| (along - knot.0).abs() >= step);
        if far && (along - last_seen).abs() < 1.0 {
            let level = match beyond {
                None => rule.at(along) + offset,
                Some((_, level, _)) => level,
            };
            knots.push((along, level));
        }
        if along < 0.0 || along > page.width as f32 {
            break;
        }
    }
    (knots, last_seen)
}

/// How far a rule rises, a pixel outwards, along the last stretch (`length` pixels) of its knots before its end.
fn slope(knots: &[(f32, f32)], end: (f32, f32), length: f32) -> f32 {
    let earlier = knots.iter().rev().find(|knot| (end.0 - knot.0).abs() >= length).or(knots.first());
    earlier.map_or(0.0, |knot| (end.1 - knot.1) / (end.0 - knot.0).abs().max(1.0))
}

/// How far off its expected place a stroke as thick as the rule is seen; nothing where there is none, or something that crosses it.
fn near(page: &Plane, along: f32, expected: f32, rule: &Rule) -> Option<f32> {
    let (x, middle) = (along.round() as isize, expected.round() as isize);
    let reach = (rule.thickness / 2.0 + 1.5).round() as isize;
    let is_ink = |y: isize| page.near(x, y) < INK;
    let start = (0..=reach).flat_map(|off| [middle - off, middle + off]).find(|y| is_ink(*y))?;
    let longest = (2.0 * rule.thickness + 2.0) as isize;
    let above = (0..=longest).take_while(|off| is_ink(start - off)).count() as isize - 1;
    let below = (0..=longest).take_while(|off| is_ink(start + off)).count() as isize - 1;
    (above + below < longest).then(|| start as f32 + (below - above) as f32 / 2.0 - expected)
}

/// The same for a rule that becomes paler than ink: along a little of its way it is darker than what stands on either side.
fn pale_near(
    page: &Plane,
    (along, direction): (f32, f32),
    expected: f32,
    rule: &Rule,
    pixels_per_inch: f32,
) -> Option<f32> {
    let length = (PALE_WAY * pixels_per_inch) as isize;
    let mean = |y: isize| {
        let way = (0..length).map(|off| (along + direction * off as f32).round() as isize);
        way.map(|x| i32::from(page.near(x, y))).sum::<i32>() / i32::try_from(length).unwrap_or(1).max(1)
    };
    let middle = expected.round() as isize;
    let reach = (rule.thickness / 2.0 + 1.5).round() as isize;
    let darkest = (middle - reach..=middle + reach).min_by_key(|y| mean(*y))?;
    let apart = reach + (PALE_BESIDE * pixels_per_inch) as isize;
    let beside = mean(darkest - apart).min(mean(darkest + apart));
    (beside - mean(darkest) >= PALE).then_some(darkest as f32 - expected)
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    #[test]
    fn a_rule_is_followed_over_the_bend_of_curled_paper() {
        // Level in the middle, and bent up at its right end as a page that is held by hand.
        let level = |x: f32| 100.0 - if x > 500.0 { 0.0003 * (x - 500.0).powi(2) } else { 0.0 };
        let page = Plane::from_fn(1000, 200, |x, y| {
            let rule = (50..900).contains(&x) && (y as f32 - level(x as f32)).abs() <= 1.5;
            let across = x.abs_diff(300) <= 2 && (100..180).contains(&y);
            if rule || across { 0 } else { 255 }
        });
        let (found, _) = rules::across(&page, 200.0, 60.0);
        let rule = follow(&page, &found[0], 200.0);
        assert!(rule.from < 53.0 && rule.to > 896.0 && rule.to < 906.0, "{} {}", rule.from, rule.to);
        for x in [60.0, 300.0, 500.0, 700.0, 890.0] {
            assert!((rule.at(x) - level(x)).abs() < 1.5, "{x}: {} {}", rule.at(x), level(x));
        }
    }

    #[test]
    fn a_rule_is_followed_where_it_becomes_pale_and_not_into_grain() {
        let grain = |x: usize, y: usize| 235 + ((x * 7919 + y * 104_729) % 17) as u8;
        let page = Plane::from_fn(1000, 200, |x, y| match (y.abs_diff(100) <= 1, x) {
            (true, 300..900) => 60,
            (true, 120..300) => 205,
            _ => grain(x, y),
        });
        let (found, _) = rules::across(&page, 200.0, 60.0);
        let rule = follow(&page, &found[0], 200.0);
        assert!(rule.from < 125.0 && rule.from > 100.0 && rule.to < 915.0, "{} {}", rule.from, rule.to);
    }

    #[test]
    fn a_rule_ends_where_its_ink_does() {
        let page = Plane::from_fn(1000, 200, |x, y| {
            let rule = (50..600).contains(&x) && y.abs_diff(100) <= 1;
            let letters = (640..900).contains(&x) && (90..112).contains(&y) && x % 12 < 7;
            if rule || letters { 0 } else { 255 }
        });
        let (found, _) = rules::across(&page, 200.0, 60.0);
        let rule = follow(&page, &found[0], 200.0);
        assert!((rule.to - 600.0).abs() < 3.0, "{}", rule.to);
    }
}
