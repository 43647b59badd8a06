//! Rivers: columns that no rules part are told by the white that runs down through all that stands in them.

use super::marks::{Mark, Marks};
use super::plane::{INK, Plane};
use super::rules::Rule;

/// A table that is ruled across only has so many rules at least: above and below the headings, and below each of two rows.
const FEWEST_RULES: usize = 4;
/// And so many columns.
const FEWEST_COLUMNS: usize = 4;
/// Its rules are this part of the page's width long, and none reaches over the longest by this part of an inch.
const LONG: f32 = 0.4;
const RAGGED: f32 = 0.2;
/// A row is at most so many inches high.
const HIGHEST_ROW: f32 = 0.7;
/// A river is this part of the usual height of letters wide at least.
const NARROWEST: f32 = 0.3;
/// A space between words is narrower than this part of it.
const SPACE: f32 = 0.9;
/// Nothing else stands beside such a table by this part of an inch.
const BESIDE: f32 = 0.08;
/// Less ink, in square inches, is dirt.
const SPECK: f32 = 0.00012;

/// A mark that is lower than this part of an inch, and so many times as wide, is a piece of a rule.
const FLAT: f32 = 0.02;
const FLAT_BREADTH: usize = 2;

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

/// The rules of a table that is ruled across only, and rules down it where its rivers and its sides are. Rules of the letterhead and above the footer may
/// be as long as its own: those are its rules between which the most columns stand.
pub(super) fn ruled_across(page: &Plane, across: &[Rule], pixels_per_inch: f32) -> Option<(Vec<Rule>, Vec<Rule>)> {
    let mut long: Vec<&Rule> = across.iter().filter(|rule| rule.length() >= LONG * page.width as f32).collect();
    long.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let widest = *long.iter().max_by(|a, b| a.length().total_cmp(&b.length()))?;
    let (from, to) = (widest.from, widest.to);
    // Where cells of a row are merged with those below, the rule between them is shorter.
    let ragged = RAGGED * pixels_per_inch;
    let own: Vec<&Rule> =
        long.into_iter().filter(|rule| rule.from >= from - ragged && rule.to <= to + ragged).collect();
    if own.len() < FEWEST_RULES {
        return None;
    }
    let (first, last) = (*own.first()?, *own.last()?);
    let strip = Strip::bounded_by(first, last, (from, to), across, page, pixels_per_inch);
    let runs = (FEWEST_RULES..=own.len()).flat_map(|count| own.windows(count));
    let tables = runs.filter_map(|run| Some((run, strip.columns(run)?)));
    let (run, mut columns) = tables.max_by_key(|(run, columns)| (columns.len(), run.len()))?;
    // Words that stand alike in all rows are parted by white that their heading bridges, or another row: as many as make a table are its own.
    let mut start = own.iter().position(|rule| run.first().is_some_and(|first| std::ptr::eq(*rule, *first)))?;
    let mut end = start + run.len();
    let is_near = |above: usize| {
        let near = |above: &Rule, below: &Rule| middle(below) - middle(above) <= HIGHEST_ROW * pixels_per_inch;
        own.get(above).zip(own.get(above + 1)).is_some_and(|(above, below)| near(above, below))
    };
    let wider = |start: usize, end: usize| {
        let above = start.checked_sub(1).filter(|above| is_near(*above)).map(|above| (above, end));
        let below = is_near(end - 1).then_some((start, end + 1));
        let mut spans = [above, below].into_iter().flatten();
        spans.find_map(|(start, end)| Some((start, end, strip.columns(own.get(start..end)?)?)))
    };
    while let Some(table) = wider(start, end) {
        (start, end, columns) = table;
    }
    let run = own.get(start..end)?;
    let (first, last) = (*run.first()?, *run.last()?);
    let down = columns.iter().filter_map(|x| Rule::through(vec![(first.at(*x), *x), (last.at(*x), *x)])).collect();
    Some((run.iter().map(|rule| (*rule).clone()).collect(), down))
}

fn middle(rule: &Rule) -> f32 {
    rule.at((rule.from + rule.to) / 2.0)
}

/// The strip of a page that the long rules across it bound.
struct Strip<'a> {
    page: &'a Plane,
    across: &'a [Rule],
    pixels_per_inch: f32,
    from: f32,
    to: f32,
    /// Marks of letters, in pixels of the page.
    letters: Vec<Mark>,
}

impl<'a> Strip<'a> {
    fn bounded_by(
        first: &Rule,
        last: &Rule,
        (from, to): (f32, f32),
        across: &'a [Rule],
        page: &'a Plane,
        pixels_per_inch: f32,
    ) -> Strip<'a> {
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
        // Nor does what was not found of them where they are pale.
        let is_flat = |mark: &Mark| {
            mark.height() as f32 <= FLAT * pixels_per_inch && mark.width() >= FLAT_BREADTH * mark.height()
        };
        let letters = marks
            .list
            .iter()
            .filter(|mark| mark.area > speck && !is_flat(mark))
            .map(|mark| mark.moved(left, top))
            .collect();
        Strip { page, across, pixels_per_inch, from, to, letters }
    }

    /// Where the columns of a table begin and end that has these rules across; `None` when there are too few, or letters stand beside it: its rules
    /// were found in part, and its outer columns with them.
    fn columns(&self, rules: &[&Rule]) -> Option<Vec<f32>> {
        let rows: Vec<f32> = rules.iter().map(|rule| middle(rule)).collect();
        let (top, bottom) = (*rows.first()?, *rows.last()?);
        let is_own = |mark: &&Mark| (top..bottom).contains(&mark.middle().1);
        let letters: Vec<&Mark> = self.letters.iter().filter(is_own).collect();
        let mut heights: Vec<usize> = letters.iter().map(|mark| mark.height()).collect();
        heights.sort_unstable();
        let usual = *heights.get(heights.len() / 2)? as f32;
        if self.has_letters_beside((top, bottom), SPACE * usual) {
            return None;
        }
        let row_of = |y: f32| rows.iter().filter(|rule| **rule < y).count();
        let rivers = between(letters.iter().map(|mark| (mark.left, mark.right)), NARROWEST * usual);
        // A space between two words of a heading over narrow values is no river: what it would part stands in one row only.
        let sides = |river: f32, next: f32| {
            let own = letters.iter().filter(|mark| mark.middle().0 > river && mark.middle().0 < next);
            let mut rows: Vec<usize> = own.map(|mark| row_of(mark.middle().1)).collect();
            rows.dedup();
            rows
        };
        let rivers = to_columns_with_headings(rivers, self.to, |from, to| sides(from, to).contains(&1));
        let edges: Vec<f32> =
            std::iter::once(self.from).chain(rivers.iter().map(River::middle)).chain([self.to]).collect();
        let is_space = |index: usize, river: &River| {
            let (before, after) = (edges.get(index).copied(), edges.get(index + 2).copied());
            let alone = |from: f32, to: f32| sides(from, to).iter().all(|row| *row == 1);
            let at = river.middle();
            let heading = before.is_some_and(|before| alone(before, at)) || after.is_some_and(|after| alone(at, after));
            heading && river.width() < SPACE * usual
        };
        let parting = rivers.iter().enumerate().filter(|(index, river)| !is_space(*index, river));
        let columns = parting.map(|(_, river)| river.middle());
        let columns: Vec<f32> = std::iter::once(self.from).chain(columns).chain([self.to]).collect();
        (columns.len() > FEWEST_COLUMNS).then_some(columns)
    }

    /// Whether more ink than `most` pixels stands in a column of pixels right beside it.
    fn has_letters_beside(&self, (top, bottom): (f32, f32), most: f32) -> bool {
        let on_rule =
            |x: f32, y: f32| self.across.iter().any(|rule| (rule.at(x) - y).abs() <= rule.thickness / 2.0 + 2.5);
        let has_letters = |x: f32| {
            let rows = top.max(0.0) as isize..bottom.max(0.0) as isize;
            rows.filter(|y| self.page.near(x as isize, *y) < INK && !on_rule(x, *y as f32)).count() as f32 > most
        };
        (1..=(BESIDE * self.pixels_per_inch) as usize)
            .any(|off| has_letters(self.from - off as f32) || has_letters(self.to + off as f32))
    }
}

/// The rivers without those beside what has no heading (the second word of the column before, or the first one of the column behind), of two the
/// narrower one. `is_headed` tells whether a heading stands between two places.
fn to_columns_with_headings(mut rivers: Vec<River>, width: f32, is_headed: impl Fn(f32, f32) -> bool) -> Vec<River> {
    let headless = |rivers: &[River]| {
        let ends = rivers.iter().skip(1).map(River::middle).chain([width]);
        rivers.iter().zip(ends).position(|(river, end)| !is_headed(river.middle(), end))
    };
    while let Some(before) = headless(&rivers) {
        let width = |index: usize| rivers.get(index).map_or(f32::INFINITY, River::width);
        let narrower = if width(before + 1) < width(before) { before + 1 } else { before };
        rivers.remove(narrower);
    }
    rivers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_a_heading_belongs_to_the_nearer_column() {
        let river = |from: f32, to: f32| River { from, to };
        let headings = [10.0, 160.0, 270.0];
        let is_headed = |from: f32, to: f32| headings.iter().any(|heading| (from..to).contains(heading));
        let prefix = vec![river(90.0, 100.0), river(120.0, 124.0), river(200.0, 220.0)];
        assert_eq!(to_columns_with_headings(prefix, 300.0, is_headed), [river(90.0, 100.0), river(200.0, 220.0)]);
        let second_word = vec![river(60.0, 64.0), river(90.0, 100.0), river(200.0, 220.0)];
        assert_eq!(to_columns_with_headings(second_word, 300.0, is_headed), [river(90.0, 100.0), river(200.0, 220.0)]);
        assert!(to_columns_with_headings(vec![river(280.0, 285.0)], 300.0, is_headed).is_empty());
    }

    #[test]
    fn what_no_mark_stands_in_is_a_river() {
        let marks = [(30, 50), (0, 10), (12, 20), (70, 90), (48, 60)];
        let middles: Vec<f32> = between(marks.into_iter(), 8.0).iter().map(River::middle).collect();
        assert_eq!(middles, [25.0, 65.0]);
        assert!(between(std::iter::empty(), 8.0).is_empty());
    }

    #[test]
    fn rules_of_the_letterhead_and_the_footer_are_none_of_the_tables() {
        // A letterhead's rule, prose, a table of six columns between four rules, prose, and the footer's rule.
        let levels = [40usize, 200, 230, 270, 310, 460];
        let page = Plane::from_fn(640, 500, |x, y| {
            let rule = levels.iter().any(|level| y.abs_diff(*level) <= 1);
            let prose = [80..92, 120..132, 360..372].iter().any(|line| line.contains(&y)) && x % 12 < 8;
            let cells = [210..220, 245..255, 285..295].iter().any(|line| line.contains(&y)) && x % 90 > 40 && x % 9 < 6;
            if (20..600).contains(&x) && (rule || prose || cells) { 0 } else { 255 }
        });
        let across = rules_at(&levels);
        let (own, down) = ruled_across(&page, &across, 100.0).expect("a table");
        assert_eq!(own.iter().map(|rule| rule.at(300.0)).collect::<Vec<_>>(), [200.0, 230.0, 270.0, 310.0]);
        assert!(down.len() >= 7, "{}", down.len());
        assert!(ruled_across(&page, &across[3..], 100.0).is_none(), "too few");
    }

    /// Rules across a page of 640 pixels' width at these levels.
    fn rules_at(levels: &[usize]) -> Vec<Rule> {
        let through = |level: f32| Rule::through(vec![(20.0, level), (599.0, level)]).unwrap();
        levels.iter().map(|level| Rule { thickness: 3.0, ..through(*level as f32) }).collect()
    }

    /// How many rules across and down a table has between these levels: five columns, of which the last has two words with a wide space, under a heading
    /// that bridges it.
    fn alike(levels: &[usize]) -> (usize, usize) {
        let last = *levels.last().unwrap();
        let page = Plane::from_fn(640, 300, |x, y| {
            let rule = levels.iter().any(|level| y.abs_diff(*level) <= 1) && (20..600).contains(&x);
            let words = [(30..90), (150..210), (270..330), (390..450), (500..536), (548..590)];
            let line = (55..65).contains(&y) || (80..last).contains(&y) && (15..25).contains(&(y % 40));
            let bridge = (55..65).contains(&y) && (530..555).contains(&x);
            let word = line && words.iter().any(|word| word.contains(&x)) || bridge;
            if rule || word && x % 7 < 5 { 0 } else { 255 }
        });
        let (own, down) = ruled_across(&page, &rules_at(levels), 100.0).expect("a table");
        (own.len(), down.len())
    }

    #[test]
    fn words_that_stand_alike_in_all_rows_are_one_column_under_their_heading() {
        assert_eq!(alike(&[40, 80, 120, 160, 200]), (5, 6));
        assert_eq!(alike(&[40, 80, 120, 160, 200, 240]), (6, 6), "though a part of the rows makes a table, too");
    }
}
