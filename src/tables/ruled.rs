//! Ruled tables of a page: from its rulings, from rules across only whose pieces meet at the columns, and from boxes that are
//! drawn as filled areas.
//!
//! A frame around prose, a page border and a box of one cell are no tables.

use super::boxes;
use super::content::{Axis, PageContent, Rectangle, Segment, Word};
use super::fill::{self, CellLine};
use super::join::{Breaking, Vocabulary};
use super::lattice::{self, Lattice};
use super::rulings;
use super::tints;
use super::{Cell, CellContent, Ruling, Table};
use crate::documents::Bounds;

/// More lines than this on a page are a drawing, not tables.
const MOST_LINES: usize = 4_000;
/// Texts of one row that stand this many font sizes apart are not one text.
const FAR: f32 = 2.0;
/// A text in the middle of its columns has white on both sides that differs by no more than this part of their width.
const OFF_THE_MIDDLE: f32 = 0.15;

/// Every ruled table of a page, top to bottom, and the tables of rules across only of which a row holds several lines of values.
/// Words that a table took are marked in `taken` (one flag a word of the page).
pub(super) fn find(page: &PageContent, vocabulary: &Vocabulary, taken: &mut [bool]) -> (Vec<Table>, Vec<Lattice>) {
    let (mut lattices, crowded) = lattices(page);
    // The innermost table first: a word belongs to the nearest cells around it.
    lattices.sort_by(|a, b| area(&a.bounds).total_cmp(&area(&b.bounds)));
    let mut tables: Vec<Table> =
        lattices.iter().filter_map(|lattice| table(lattice, page, vocabulary, taken)).collect();
    tables.sort_by(|a, b| a.bounds.top.total_cmp(&b.bounds.top).then(a.bounds.left.total_cmp(&b.bounds.left)));
    (tables, crowded)
}

fn area(bounds: &Bounds) -> f32 {
    bounds.width() * bounds.height()
}

fn lattices(page: &PageContent) -> (Vec<Lattice>, Vec<Lattice>) {
    let lines = rulings::of_the_tables(page.segments.clone(), &page.words);
    if lines.len() > MOST_LINES {
        return (Vec::new(), Vec::new());
    }
    let mut found = Vec::new();
    let mut crowded = Vec::new();
    let mut level: Vec<Segment> = Vec::new();
    let mut single: Vec<Bounds> = Vec::new();
    for frame in rulings::frames(&lines) {
        let columns = frame.iter().filter(|line| line.axis == Axis::Vertical).count();
        match lattice::read(&frame) {
            Some(lattice) if lattice.columns >= 2 => {
                let (lattice, frame) = tints::read(lattice, frame, &page.areas, &page.words);
                found.push(with_band(lattice, &frame, page));
            }
            Some(_) => {}
            None if columns == 0 => level.extend(frame),
            None => single.push(rulings::extent(&frame)),
        }
    }
    for group in level_groups(level) {
        let Some(frame) = from_joints(&group, &page.segments) else { continue };
        let Some(lattice) = lattice::read(&frame).map(|lattice| with_band(lattice, &frame, page)) else { continue };
        let list = if is_crowded(&lattice, page) { &mut crowded } else { &mut found };
        list.push(lattice);
    }
    let boxes = page.areas.iter().copied().chain(single).collect();
    for boxed in boxes::read(boxes, &lines) {
        let apart = !found.iter().chain(&crowded).any(|table: &Lattice| overlap(&table.bounds, &boxed.bounds));
        if apart && !goes_on_below(&boxed, page) {
            found.push(boxed);
        }
    }
    let parted = |lattice: Lattice| lattice.part(|place, xs| parting(place, xs, &page.words));
    (found.into_iter().map(parted).collect(), crowded.into_iter().map(parted).collect())
}

/// Whether the only row under the headings holds two lines or more in most of its columns: it may be several people.
fn is_crowded(lattice: &Lattice, page: &PageContent) -> bool {
    let lines = |place: &lattice::Place| {
        let own = page.words.iter().filter(|word| place.bounds.contains(word.start, word.baseline - 0.25 * word.size));
        let mut baselines: Vec<f32> = own.map(|word| word.baseline).collect();
        baselines.sort_by(f32::total_cmp);
        baselines.dedup_by(|a, b| (*a - *b).abs() < 3.0);
        baselines.len()
    };
    lattice.rows == 2
        && (1..lattice.rows).any(|row| {
            let own: Vec<&lattice::Place> = lattice.places.iter().filter(|place| place.row == row).collect();
            own.iter().filter(|place| lines(place) >= 2).count() * 3 >= own.len() * 2
        })
}

/// A coloured band that stands on a table and is as wide is its heading row, though no rule bounds it.
fn with_band(lattice: Lattice, frame: &[Segment], page: &PageContent) -> Lattice {
    let table = lattice.bounds;
    // The band may be drawn cell by cell.
    let stands_on = |area: &&Bounds| {
        (area.bottom - table.top).abs() <= 4.0
            && area.left >= table.left - 4.0
            && area.right <= table.right + 4.0
            && area.height() >= 8.0
            && area.height() <= 0.2 * page.height
    };
    let pieces: Vec<Bounds> = page.areas.iter().filter(stands_on).copied().collect();
    let Some(band) = pieces.iter().copied().reduce(|a, b| a.union(&b)) else { return lattice };
    let painted: f32 = pieces.iter().map(Rectangle::width).sum();
    let is_whole = (band.left - table.left).abs() <= 4.0
        && (band.right - table.right).abs() <= 4.0
        && painted >= 0.9 * band.width()
        && pieces.iter().all(|piece| (piece.top - band.top).abs() <= 4.0);
    if !is_whole {
        return lattice;
    }
    let edges = [
        Segment::horizontal(band.top, table.left, table.right),
        Segment::horizontal(table.top, table.left, table.right),
        Segment::vertical(table.left, band.top, table.bottom),
        Segment::vertical(table.right, band.top, table.bottom),
    ];
    lattice::read(&frame.iter().copied().chain(edges).collect::<Vec<_>>()).unwrap_or(lattice)
}

/// Whether the text under tinted cells goes on in their columns: rows that lie on paper belong to the table too, and no tint tells
/// where they end. Such a table is left to be read by its headings.
fn goes_on_below(lattice: &Lattice, page: &PageContent) -> bool {
    let last: Vec<&lattice::Place> =
        lattice.places.iter().filter(|place| place.row + place.rows == lattice.rows).collect();
    let below =
        |word: &&Word| word.baseline > lattice.bounds.bottom && word.baseline - lattice.bounds.bottom < 3.0 * word.size;
    let words: Vec<&Word> = page.words.iter().filter(below).collect();
    let columns = last.iter().filter(|place| {
        words
            .iter()
            .any(|word| word.bounds.left >= place.bounds.left && word.bounds.left < place.bounds.left + 1.5 * word.size)
    });
    let crosses = words.iter().any(|word| {
        last.iter()
            .any(|place| word.bounds.left < place.bounds.right - 1.0 && word.bounds.right > place.bounds.right + 1.0)
    });
    last.len() >= 3 && !crosses && columns.count() * 2 > last.len()
}

/// The borders, of those at `xs`, at which the text of a place that spans these columns stands apart: all of them when each column
/// has text of its own and none runs across, or those beside texts that each stand in the middle of a few columns, far from the next.
fn parting(place: &lattice::Place, xs: &[f32], words: &[Word]) -> Vec<f32> {
    let mut own: Vec<&Word> =
        words.iter().filter(|word| place.bounds.contains(word.start, word.baseline - 0.25 * word.size)).collect();
    own.sort_by(|a, b| a.bounds.left.total_cmp(&b.bounds.left));
    let is_clear = |x: &f32| own.iter().all(|word| word.bounds.right <= x + 0.5 || word.bounds.left >= x - 0.5);
    let clear: Vec<f32> = xs.iter().copied().filter(is_clear).collect();
    let between = |from: f32, to: f32| own.iter().filter(move |word| word.start > from && word.start < to);
    let pieces: Vec<(f32, f32)> = std::iter::once(place.bounds.left)
        .chain(clear.iter().copied())
        .zip(clear.iter().copied().chain(std::iter::once(place.bounds.right)))
        .collect();
    let each_has_text = pieces.iter().all(|(from, to)| between(*from, *to).next().is_some());
    let stands_in_the_middle = |(from, to): &(f32, f32)| {
        let left = between(*from, *to).map(|word| word.bounds.left).fold(f32::INFINITY, f32::min);
        let right = between(*from, *to).map(|word| word.bounds.right).fold(f32::NEG_INFINITY, f32::max);
        ((left - from) - (to - right)).abs() <= OFF_THE_MIDDLE * (to - from)
    };
    let is_far = |x: &f32| {
        own.iter()
            .zip(own.iter().skip(1))
            .any(|(a, b)| a.start < *x && b.start > *x && b.bounds.left - a.bounds.right >= FAR * a.size.max(b.size))
    };
    let apart = clear.len() == xs.len() || (clear.iter().all(is_far) && pieces.iter().all(stands_in_the_middle));
    if each_has_text && apart { clear } else { Vec::new() }
}

fn overlap(a: &Bounds, b: &Bounds) -> bool {
    a.touches(b, -2.0)
}

/// Rules across of the same extent, one under the other; with them the shorter ones that begin or end where they do: a cell
/// that is merged down interrupts the rule beside it.
fn level_groups(mut rules: Vec<Segment>) -> Vec<Vec<Segment>> {
    rules.sort_by(|a, b| b.length().total_cmp(&a.length()).then(a.at.total_cmp(&b.at)));
    let near = |a: f32, b: f32| (a - b).abs() <= 3.0;
    let mut groups: Vec<Vec<Segment>> = Vec::new();
    for rule in rules {
        let belongs = |group: &Vec<Segment>| {
            group.first().is_some_and(|whole| {
                let inside = rule.from >= whole.from - 3.0 && rule.to <= whole.to + 3.0;
                let between =
                    group.iter().any(|other| other.at < rule.at) && group.iter().any(|other| other.at > rule.at);
                match (near(rule.from, whole.from), near(rule.to, whole.to)) {
                    (true, true) => true,
                    (true, false) | (false, true) => inside && between && rule.length() >= 0.4 * whole.length(),
                    (false, false) => false,
                }
            })
        };
        match groups.iter_mut().find(|group| belongs(group)) {
            Some(group) => group.push(rule),
            None => groups.push(vec![rule]),
        }
    }
    for group in &mut groups {
        group.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    groups.retain(|group| group.len() >= 3);
    groups
}

/// The rulings of a table of rules across only: where the pieces of at least half of its rules meet, a column begins.
fn from_joints(rules: &[Segment], pieces: &[Segment]) -> Option<Vec<Segment>> {
    let joints_of: Vec<Vec<f32>> = rules.iter().map(|rule| joints(rule, pieces)).collect();
    let mut common: Vec<(f32, usize)> = Vec::new();
    for joint in joints_of.iter().flatten() {
        match common.iter_mut().find(|(at, _)| (*at - joint).abs() <= 2.0) {
            Some((_, count)) => *count += 1,
            None => common.push((*joint, 1)),
        }
    }
    // The line over a page's footer is as wide as a table, and is not made of cells' borders.
    let jointed = joints_of.iter().filter(|own| !own.is_empty()).count();
    common.retain(|(_, count)| *count >= 2 && count * 2 >= jointed);
    let first = joints_of.iter().position(|own| !own.is_empty())?;
    let last = joints_of.iter().rposition(|own| !own.is_empty())?;
    let rules = rules.get(first..=last)?;
    if common.is_empty() || rules.len() < 2 {
        return None;
    }
    let bounds = rulings::extent(rules);
    let sides = [bounds.left, bounds.right];
    let upright =
        common.iter().map(|(at, _)| *at).chain(sides).map(|x| Segment::vertical(x, bounds.top, bounds.bottom));
    Some(rules.iter().copied().chain(upright).collect())
}

/// Where the pieces that a rule is drawn with meet.
fn joints(rule: &Segment, pieces: &[Segment]) -> Vec<f32> {
    let mut own: Vec<&Segment> = pieces
        .iter()
        .filter(|piece| piece.axis == Axis::Horizontal && (piece.at - rule.at).abs() <= 1.5 && piece.length() > 7.0)
        .collect();
    own.sort_by(|a, b| a.from.total_cmp(&b.from));
    let mut seen: Vec<f32> = own
        .iter()
        .zip(own.iter().skip(1))
        .filter(|(a, b)| (a.to - b.from).abs() <= 2.0)
        .map(|(a, b)| (a.to + b.from) / 2.0)
        .collect();
    seen.dedup_by(|a, b| (*a - *b).abs() <= 2.0);
    seen
}

pub(super) fn table(
    lattice: &Lattice,
    page: &PageContent,
    vocabulary: &Vocabulary,
    taken: &mut [bool],
) -> Option<Table> {
    let bounds: Vec<Bounds> = lattice.places.iter().map(|place| place.bounds).collect();
    let before = taken.to_vec();
    let words = fill::words_of(&bounds, page, taken);
    let lines: Vec<Vec<CellLine>> = words.iter().map(|words| fill::lines_of(words.iter().collect())).collect();
    let filled = lines.iter().filter(|lines| !lines.is_empty()).count();
    // One filled cell of a grid is a label beside boxes; of many columns it may be the rest of a row that a page break cut.
    if filled == 0 || (filled < 2 && lattice.columns < 3) || is_prose(&lines, lattice, page) {
        taken.copy_from_slice(&before);
        return None;
    }
    let insets: Vec<f32> = (0..lattice.columns).map(|column| inset(lattice, column, &lines)).collect();
    let room = |place: &lattice::Place| place.bounds.width() - 2.0 * insets.get(place.column).copied().unwrap_or(0.0);
    let breaking =
        Breaking::of(lattice.places.iter().zip(&lines).map(|(place, lines)| (lines.as_slice(), room(place))));
    let cells = lattice
        .places
        .iter()
        .zip(&lines)
        .map(|(place, lines)| {
            let text = fill::text_of(lines, room(place), &breaking, vocabulary);
            Cell {
                row: count(place.row),
                column: count(place.column),
                row_span: count(place.rows),
                column_span: count(place.columns),
                bounds: place.bounds,
                text: text.text,
                lines: text.lines,
                content: CellContent::Text,
                looks: Vec::new(),
                drawn_otherwise: None,
                breaks: text.breaks,
            }
        })
        .collect();
    Some(Table {
        page: page.number,
        bounds: lattice.bounds,
        ruling: Ruling::Ruled,
        rows: count(lattice.rows),
        columns: count(lattice.columns),
        cells,
    })
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A page or letter inside a frame with a few stray compartments: nearly all of its text is one cell that is as wide as the page's
/// text and holds whole paragraphs.
fn is_prose(lines: &[Vec<CellLine>], lattice: &Lattice, page: &PageContent) -> bool {
    let all: usize = lines.iter().map(Vec::len).sum();
    lines
        .iter()
        .zip(&lattice.places)
        .any(|(own, place)| own.len() >= 12 && own.len() * 10 >= all * 8 && place.bounds.width() > 0.6 * page.width)
}

/// How far from the border the text of a column begins.
fn inset(lattice: &Lattice, column: usize, lines: &[Vec<CellLine>]) -> f32 {
    let nearest = lattice
        .places
        .iter()
        .zip(lines)
        .filter(|(place, _)| place.column == column && place.columns == 1)
        .flat_map(|(place, lines)| lines.iter().map(|line| line.left - place.bounds.left))
        .fold(f32::INFINITY, f32::min);
    if nearest.is_finite() { nearest.clamp(0.0, 6.0) } else { 0.0 }
}
