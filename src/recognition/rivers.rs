//! Rivers: columns that no rules part are told by the white that runs down through all that stands in them.

use super::ink::Marks;
use super::plane::{INK, Plane};
use super::rules::Rule;

/// A table that is ruled across only has so many rules at least: above and below the headings, and below each of two rows.
const FEWEST_RULES: usize = 4;
/// And so many columns.
const FEWEST_COLUMNS: usize = 4;
/// Its rules are this part of the page's width long, and none reaches over the longest by this part of an inch.
const LONG: f32 = 0.4;
const RAGGED: f32 = 0.2;
/// A river is this part of the usual height of letters wide at least.
const NARROWEST: f32 = 0.3;
/// A space between words is narrower than this part of it.
const SPACE: f32 = 0.9;
/// Nothing else stands beside such a table by this part of an inch.
const BESIDE: f32 = 0.08;
/// Less ink, in square inches, is dirt.
const SPECK: f32 = 0.00012;

/// White that runs down between columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct River {
    pub from: f32,
    pub to: f32,
}

impl River {
    pub fn middle(&self) -> f32 {
        (self.from + self.to) / 2.0
    }

    fn width(&self) -> f32 {
        self.to - self.from
    }
}

/// The stretches of at least `narrowest` that none of the marks, given by where they begin and end, stands in.
pub(super) fn between(marks: impl Iterator<Item = (usize, usize)>, narrowest: f32) -> Vec<River> {
    let mut marks: Vec<(usize, usize)> = marks.collect();
    marks.sort_unstable();
    let mut rivers = Vec::new();
    let mut end: Option<usize> = None;
    for (left, right) in marks {
        if let Some(end) = end.filter(|end| left as f32 - *end as f32 >= narrowest) {
            rivers.push(River { from: end as f32, to: left as f32 });
        }
        end = Some(end.map_or(right, |end| end.max(right)));
    }
    rivers
}

/// The rules of a table that is ruled across only, and rules down it where its rivers and its sides are.
pub(super) fn ruled_across(page: &Plane, across: &[Rule], pixels_per_inch: f32) -> Option<(Vec<Rule>, Vec<Rule>)> {
    let mut long: Vec<&Rule> = across.iter().filter(|rule| rule.length() >= LONG * page.width as f32).collect();
    let middle = |rule: &Rule| rule.at((rule.from + rule.to) / 2.0);
    long.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let widest = *long.iter().max_by(|a, b| a.length().total_cmp(&b.length()))?;
    let (from, to) = (widest.from, widest.to);
    // Where cells of a row are merged with those below, the rule between them is shorter.
    let ragged = RAGGED * pixels_per_inch;
    let own: Vec<&Rule> =
        long.into_iter().filter(|rule| rule.from >= from - ragged && rule.to <= to + ragged).collect();
    let (first, last) = (*own.first()?, *own.last()?);
    if own.len() < FEWEST_RULES {
        return None;
    }
    let top = first.at(from).min(first.at(to)).max(0.0) as usize;
    let height = (last.at(from).max(last.at(to)) as usize).saturating_sub(top);
    let left = from.max(0.0) as usize;
    let width = (to as usize).saturating_sub(left);
    // The table's rules, and whatever else is ruled across in it, say nothing of its columns.
    let is_rule = |x: usize, y: usize| {
        let (x, y) = (x as f32, y as f32);
        let near = |rule: &Rule| (rule.at(x) - y).abs() <= rule.thickness / 2.0 + 1.5;
        across.iter().any(|rule| x >= rule.from - 2.0 && x <= rule.to + 2.0 && near(rule))
    };
    let marks = Marks::find(width, height, |x, y| page.is_ink(left + x, top + y) && !is_rule(left + x, top + y));
    let speck = (SPECK * pixels_per_inch * pixels_per_inch) as usize;
    let letters: Vec<_> = marks.list.iter().filter(|mark| mark.area > speck).collect();
    let mut heights: Vec<usize> = letters.iter().map(|mark| mark.height()).collect();
    heights.sort_unstable();
    let usual = *heights.get(heights.len() / 2)? as f32;
    // Letters beside it: its rules were found in part, and its outer columns with them.
    let on_rule = |x: f32, y: f32| across.iter().any(|rule| (rule.at(x) - y).abs() <= rule.thickness / 2.0 + 2.5);
    let has_letters = |x: f32| {
        let ink = (top..top + height).filter(|y| page.near(x as isize, *y as isize) < INK && !on_rule(x, *y as f32));
        ink.count() as f32 > SPACE * usual
    };
    if (1..=(BESIDE * pixels_per_inch) as usize)
        .any(|off| has_letters(from - off as f32) || has_letters(to + off as f32))
    {
        return None;
    }
    let rows: Vec<f32> = own.iter().map(|rule| middle(rule) - top as f32).collect();
    let row_of = |y: f32| rows.iter().filter(|rule| **rule < y).count();
    let rivers = between(letters.iter().map(|mark| (mark.left, mark.right)), NARROWEST * usual);
    // A space between two words of a heading over narrow values is no river: what it would part stands in one row only.
    let sides = |river: f32, next: f32| {
        let own = letters.iter().filter(|mark| mark.middle().0 > river && mark.middle().0 < next);
        let mut rows: Vec<usize> = own.map(|mark| row_of(mark.middle().1)).collect();
        rows.dedup();
        rows
    };
    let edges: Vec<f32> = std::iter::once(0.0).chain(rivers.iter().map(River::middle)).chain([width as f32]).collect();
    let is_space = |index: usize, river: &River| {
        let (before, after) = (edges.get(index).copied(), edges.get(index + 2).copied());
        let alone = |from: f32, to: f32| sides(from, to).iter().all(|row| *row == 1);
        let at = river.middle();
        let heading = before.is_some_and(|before| alone(before, at)) || after.is_some_and(|after| alone(at, after));
        // What has no heading is the second word of the column before.
        let headless = after.is_some_and(|after| !sides(at, after).contains(&1));
        headless || heading && river.width() < SPACE * usual
    };
    let parting = rivers.iter().enumerate().filter(|(index, river)| !is_space(*index, river));
    let columns = parting.map(|(_, river)| river.middle() + left as f32);
    let down: Vec<Rule> = std::iter::once(from)
        .chain(columns)
        .chain([to])
        .filter_map(|x| Rule::through(vec![(first.at(x), x), (last.at(x), x)]))
        .collect();
    (down.len() > FEWEST_COLUMNS).then(|| (own.into_iter().cloned().collect(), down))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_mark_stands_in_is_a_river() {
        let marks = [(30, 50), (0, 10), (12, 20), (70, 90), (48, 60)];
        let middles: Vec<f32> = between(marks.into_iter(), 8.0).iter().map(River::middle).collect();
        assert_eq!(middles, [25.0, 65.0]);
        assert!(between(std::iter::empty(), 8.0).is_empty());
    }
}
