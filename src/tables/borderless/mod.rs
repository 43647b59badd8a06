//! Borderless: a table that no ruling bounds, found by the form's header words.
//!
//! This is no general finder: it knows which words head the columns of the form, and reads only what stands under them.

mod header;
mod rows;

use super::content::{PageContent, Rectangle, Word};
use super::fill::{self, CellLine};
use super::join::{Breaking, Vocabulary};
use super::ruled::count;
use super::{Cell, CellContent, Ruling, Table};
use crate::documents::Bounds;

pub use header::HeaderWords;
use header::{Header, Heading};

/// White space wider than this part of the font size parts two columns.
const COLUMN_GAP: f32 = 0.42;
/// Baselines of one cell lie at most this many font sizes apart.
const LEADING: f32 = 1.65;

/// The header of a borderless table that a page break cut: its rows may go on at the top of the next page.
#[derive(Clone, Debug)]
pub struct Unfinished(Header);

/// Words that may follow a table at the end of a page without ending it: a page number.
const FOOTER_WORDS: usize = 4;

/// What stands lower than this part of the page is a footer.
const FOOTER: f32 = 0.9;

/// The borderless tables of a page among the words that no ruled table took. `unfinished` is what the page before left open, and
/// becomes what this one leaves open.
pub(super) fn find(
    page: &PageContent,
    headers: &HeaderWords,
    vocabulary: &Vocabulary,
    taken: &[bool],
    unfinished: &mut Option<Unfinished>,
) -> Vec<Table> {
    let mut words: Vec<&Word> =
        page.words.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(word, _)| word).collect();
    let mut tables = Vec::new();
    let mut next = unfinished.take().and_then(|Unfinished(header)| header.above(lines_of(&words).first()?.baseline));
    loop {
        let lines = lines_of(&words);
        let Some(header) = next.take().or_else(|| Header::find(&lines, headers)) else { break };
        let body = until_paragraph(body_of(&lines, &header), &header);
        let bottom = body.last().map_or(header.bottom, |line| line.baseline + 0.3 * line.size());
        // A heading alone at the end of a page is a table whose rows stand on the next one.
        let mut below = words.iter().filter(|word| word.baseline > bottom);
        let few = below.clone().count() <= FOOTER_WORDS;
        let cut = few || below.all(|word| word.baseline > FOOTER * page.height);
        if !body.is_empty() || (cut && !header.headings.iter().all(|heading| heading.words.is_empty())) {
            tables.push(table(page, &header, &body, vocabulary));
        }
        if cut {
            *unfinished = Some(Unfinished(header));
        }
        words.retain(|word| word.baseline > bottom);
    }
    tables
}

/// Gives back the words of ruled tables that stand right under the headings of a borderless one, or under no headings at the top of a
/// page on which it goes on: a design that rules or tints only some of its cells.
pub(super) fn release(
    page: &PageContent,
    headers: &HeaderWords,
    tables: &mut Vec<Table>,
    taken: &mut [bool],
    unfinished: Option<&Unfinished>,
) {
    let free: Vec<&Word> =
        page.words.iter().zip(taken.iter()).filter(|(_, taken)| !**taken).map(|(word, _)| word).collect();
    let found = Header::find(&lines_of(&free), headers);
    let first = tables.iter().map(|table| table.bounds.top).fold(f32::INFINITY, f32::min);
    tables.retain(|table| {
        let under = found.as_ref().is_some_and(|header| {
            let gap = table.bounds.top - header.bottom;
            let (left, right) = header.extent();
            let shared = table.bounds.right.min(right) - table.bounds.left.max(left);
            (-6.0..30.0).contains(&gap) && shared >= 0.6 * (right - left)
        });
        let goes_on = table.bounds.top <= first
            && unfinished.is_some_and(|open| open.0.headings.len() != table.columns as usize && table.columns >= 3);
        if under || goes_on {
            for (word, taken) in page.words.iter().zip(taken.iter_mut()) {
                *taken &= !table.bounds.contains(word.start, word.baseline - 0.25 * word.size);
            }
        }
        !under && !goes_on
    });
}

/// Words on one baseline, left to right.
#[derive(Clone, Debug)]
struct Line<'w> {
    baseline: f32,
    words: Vec<&'w Word>,
}

impl Line<'_> {
    fn size(&self) -> f32 {
        self.words.iter().map(|word| word.size).fold(1.0, f32::max)
    }

    /// Stretches of text without a wide gap: first and last word, and how many words.
    fn stretches(&self) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for word in &self.words {
            match stretches.last_mut() {
                Some(last) if word.bounds.left - last.right <= COLUMN_GAP * word.size => {
                    last.right = last.right.max(word.bounds.right);
                    last.words += 1;
                }
                _ => stretches.push(Stretch { left: word.bounds.left, right: word.bounds.right, words: 1 }),
            }
        }
        stretches
    }
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    left: f32,
    right: f32,
    words: usize,
}

fn lines_of<'w>(words: &[&'w Word]) -> Vec<Line<'w>> {
    let mut sorted = words.to_vec();
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut lines: Vec<Line> = Vec::new();
    for word in sorted {
        match lines.last_mut() {
            Some(line) if word.baseline - line.baseline <= 0.15 * word.size => line.words.push(word),
            _ => lines.push(Line { baseline: word.baseline, words: vec![word] }),
        }
    }
    for line in &mut lines {
        line.words.sort_by(|a, b| a.bounds.left.total_cmp(&b.bounds.left));
    }
    lines
}

/// The lines under the header that belong to the table.
fn body_of<'l>(lines: &'l [Line<'l>], header: &Header) -> Vec<&'l Line<'l>> {
    let below: Vec<&Line> = lines.iter().filter(|line| line.baseline > header.bottom).collect();
    let mut body: Vec<&Line> = Vec::new();
    let mut previous = header.bottom;
    for (index, line) in below.iter().enumerate() {
        let gap = line.baseline - previous;
        let close = gap <= LEADING * line.size();
        let belongs = !is_paragraph(line, header)
            && if is_tabular(line, header) {
                gap <= 9.0 * line.size()
            } else {
                (close && !body.is_empty()) || leads_to_table(below.get(index + 1..).unwrap_or_default(), line, header)
            };
        if !belongs {
            break;
        }
        previous = line.baseline;
        body.push(line);
    }
    body
}

/// Text that runs through under two headings.
fn is_paragraph(line: &Line, header: &Header) -> bool {
    let much = 1.5 * line.size();
    line.stretches().iter().any(|stretch| {
        let under = |heading: &&Heading| heading.right.min(stretch.right) - heading.left.max(stretch.left) > much;
        stretch.words >= 3 && header.headings.iter().filter(under).count() >= 2
    })
}

/// Cuts the body before the first line whose text runs through where two columns part.
fn until_paragraph<'l>(body: Vec<&'l Line<'l>>, header: &Header) -> Vec<&'l Line<'l>> {
    let tabular = body.iter().filter(|line| is_tabular(line, header));
    let full: Vec<&Word> = tabular.flat_map(|line| line.words.iter().copied()).collect();
    let columns = separators(header, &full);
    let runs_through = |line: &Line| {
        let inside = line.size();
        line.stretches().iter().any(|stretch| {
            let crosses = |x: &&f32| **x > stretch.left + inside && **x < stretch.right - inside;
            stretch.words >= 4 && columns.iter().any(|x| crosses(&x))
        })
    };
    let count = body.iter().position(|line| !is_tabular(line, header) && runs_through(line)).unwrap_or(body.len());
    body.into_iter().take(count).collect()
}

/// Text in several columns. Justified prose falls into more stretches than there are columns.
fn is_tabular(line: &Line, header: &Header) -> bool {
    (3..=header.headings.len() + 1).contains(&line.stretches().len())
}

/// A line with little on it may be the top of a tall cell: then a fuller line of its row comes close under it.
fn leads_to_table(below: &[&Line], line: &Line, header: &Header) -> bool {
    let mut previous = line.baseline;
    for next in below.iter().take(5) {
        if next.baseline - previous > LEADING * next.size() || is_paragraph(next, header) {
            return false;
        }
        if is_tabular(next, header) {
            return true;
        }
        previous = next.baseline;
    }
    false
}

fn table(page: &PageContent, header: &Header, body: &[&Line], vocabulary: &Vocabulary) -> Table {
    let words: Vec<&Word> = body.iter().flat_map(|line| line.words.iter().copied()).collect();
    let columns = separators(header, &words);
    let continues = header.headings.iter().all(|heading| heading.words.is_empty());
    let mut rows = if continues { Vec::new() } else { vec![header.top] };
    let first = body.iter().map(|line| line.baseline - 0.8 * line.size()).fold(f32::INFINITY, f32::min);
    let under_header = if first.is_finite() { (header.bottom + first.max(header.bottom)) / 2.0 } else { header.bottom };
    rows.push(under_header);
    rows.extend(rows::starts(page, header, body, &columns));
    if !body.is_empty() {
        rows.push(body.iter().map(|line| line.baseline + 0.3 * line.size()).fold(header.bottom, f32::max));
    }

    let all: Vec<&Word> = header.headings.iter().flat_map(|heading| &heading.words).chain(words).collect();
    let mut filled: Vec<(usize, usize, Bounds, Vec<CellLine>)> = Vec::new();
    for (row, (top, bottom)) in rows.iter().zip(rows.iter().skip(1)).enumerate() {
        for (column, (left, right)) in columns.iter().zip(columns.iter().skip(1)).enumerate() {
            let bounds = Bounds { left: *left, right: *right, top: *top, bottom: *bottom };
            let own = all
                .iter()
                .copied()
                .filter(|word| {
                    let middle = word.baseline - 0.25 * word.size;
                    middle > *top && middle <= *bottom && word.start > *left && word.start <= *right
                })
                .collect();
            filled.push((row, column, bounds, fill::lines_of(own)));
        }
    }
    let rooms = rooms(columns.len().saturating_sub(1), &filled);
    let room = |column: usize| rooms.get(column).copied().unwrap_or(0.0);
    let breaking = Breaking::of(filled.iter().map(|(_, column, _, lines)| (lines.as_slice(), room(*column))));
    let cells = filled
        .iter()
        .map(|(row, column, bounds, lines)| {
            let text = fill::text_of(lines, room(*column), &breaking, vocabulary);
            Cell {
                row: count(*row),
                column: count(*column),
                row_span: 1,
                column_span: 1,
                bounds: *bounds,
                text: text.text,
                lines: text.lines,
                content: CellContent::Text,
                looks: Vec::new(),
                drawn_otherwise: None,
                breaks: text.breaks,
            }
        })
        .collect();
    let edge = |list: &[f32], last: bool| if last { list.last() } else { list.first() }.copied().unwrap_or(0.0);
    Table {
        page: page.number,
        bounds: Bounds {
            left: edge(&columns, false),
            right: edge(&columns, true),
            top: edge(&rows, false),
            bottom: edge(&rows, true),
        },
        ruling: Ruling::Borderless,
        rows: count(rows.len().saturating_sub(1)),
        columns: count(columns.len().saturating_sub(1)),
        cells,
    }
}

/// The room that the lines of each column have, at least: as much as the widest of them takes, and what is left of the way to the
/// next column when the narrowest white between two columns is taken off.
fn rooms(columns: usize, cells: &[(usize, usize, Bounds, Vec<CellLine>)]) -> Vec<f32> {
    let lines = |column: usize| cells.iter().filter(move |cell| cell.1 == column).flat_map(|cell| &cell.3);
    let widest = |column: usize| lines(column).map(CellLine::width).fold(0.0, f32::max);
    let left = |column: usize| lines(column).map(|line| line.left).fold(f32::INFINITY, f32::min);
    let pitch =
        |column: usize| (column + 1 < columns).then(|| left(column + 1) - left(column)).filter(|x| x.is_finite());
    let white = (0..columns).filter_map(|column| Some(pitch(column)? - widest(column))).fold(f32::INFINITY, f32::min);
    (0..columns).map(|column| pitch(column).map_or(0.0, |pitch| pitch - white.max(0.0)).max(widest(column))).collect()
}

/// The x where each column begins, and where the last one ends: the middle of the widest white between neighbouring headings.
fn separators(header: &Header, words: &[&Word]) -> Vec<f32> {
    let headings = &header.headings;
    let all: Vec<(f32, f32)> = words
        .iter()
        .map(|word| (word.bounds.left, word.bounds.right))
        .chain(headings.iter().map(|heading| (heading.left, heading.right)))
        .collect();
    let left = all.iter().map(|(left, _)| *left).fold(f32::INFINITY, f32::min);
    let right = all.iter().map(|(_, right)| *right).fold(f32::NEG_INFINITY, f32::max);
    let mut separators = vec![left - 2.0];
    for (a, b) in headings.iter().zip(headings.iter().skip(1)) {
        let (from, to) = ((a.left + a.right) / 2.0, (b.left + b.right) / 2.0);
        separators.push(widest_white(&all, from, to).unwrap_or((a.right + b.left) / 2.0));
    }
    separators.push(right + 2.0);
    separators
}

/// The middle of the widest stretch between `from` and `to` that the fewest intervals cover.
fn widest_white(intervals: &[(f32, f32)], from: f32, to: f32) -> Option<f32> {
    let mut ends: Vec<f32> = intervals.iter().flat_map(|(a, b)| [*a, *b]).filter(|x| *x > from && *x < to).collect();
    ends.extend([from, to]);
    ends.sort_by(f32::total_cmp);
    let covered = |x: f32| intervals.iter().filter(|(a, b)| *a < x && *b > x).count();
    ends.iter()
        .zip(ends.iter().skip(1))
        .filter(|(a, b)| **b - **a > 0.5)
        .map(|(a, b)| (covered((a + b) / 2.0), b - a, (a + b) / 2.0))
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)))
        .map(|(_, _, middle)| middle)
}
