//! Shape: tables laid out otherwise than with one heading a column are brought to what [`super::header`] finds: a transposed table
//! that a page break cut is put together, and a form of headings and values side by side becomes a transposed table.
//!
//! Only tables whose headings say so are changed; every other table passes through as it was read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::columns::{HeaderWords, Heading};
use super::designee::Field;
use super::grid::Orientation;
use super::header;
use crate::documents::{Bounds, Document};
use crate::tables::{Cell, CellContent, Ruling, Table};

/// Tables of one document that are looked at.
pub(super) const MOST_TABLES: usize = 300;
/// A form has at most so many headings side by side.
const MOST_PAIRS: usize = 3;
/// Points by which the edges of two halves of one table may differ.
const EDGE: f32 = 12.0;
/// The same in pictures of pages, where the halves are as wide as each other, within so much of their width.
const ASIDE: f32 = 40.0;
const UNLIKE: f32 = 0.04;

/// A table as its headings are looked for: one of the document's, or one made of several.
pub(super) struct Whole<'a> {
    pub(super) table: Cow<'a, Table>,
    /// Page and bounds of each table it was read from.
    pub(super) areas: Vec<(u32, Bounds)>,
    /// The page of the cells that are not on the table's first one.
    pages: BTreeMap<(u32, u32), u32>,
}

impl<'a> Whole<'a> {
    fn of(table: &'a Table) -> Whole<'a> {
        Whole { table: Cow::Borrowed(table), areas: vec![(table.page, table.bounds)], pages: BTreeMap::new() }
    }

    pub(super) fn page_of(&self, cell: &Cell) -> u32 {
        self.pages.get(&(cell.row, cell.column)).copied().unwrap_or(self.table.page)
    }

    pub(super) fn last_area(&self) -> (u32, Bounds) {
        self.areas.last().copied().unwrap_or((self.table.page, self.table.bounds))
    }

    /// Both tables as one, `below` under this one.
    fn with(&self, below: &Table) -> Whole<'a> {
        let mut table = self.table.clone().into_owned();
        let mut pages = self.pages.clone();
        let first: Vec<&Cell> = below.cells.iter().filter(|cell| cell.row == 0).collect();
        let last = self.table.rows.saturating_sub(1);
        // A row that the page break cut has no heading on the second page; its values go on there.
        let cut = first.iter().any(|cell| cell.column == 0 && cell.text.is_empty())
            && first.iter().all(|cell| cell.row_span == 1 && cell.column_span == 1)
            && first.iter().any(|cell| !cell.text.is_empty());
        if cut {
            for rest in first {
                let above = table.cells.iter_mut().find(|cell| {
                    cell.column == rest.column
                        && cell.row.saturating_add(cell.row_span.max(1)) == last.saturating_add(1)
                });
                if let Some(cell) = above.filter(|_| !rest.text.is_empty()) {
                    cell.text = format!("{} {}", cell.text, rest.text).trim().to_owned();
                    cell.lines.extend(rest.lines.iter().cloned());
                    cell.breaks.clear();
                }
            }
        }
        let skipped = u32::from(cut);
        for cell in below.cells.iter().filter(|cell| cell.row >= skipped) {
            let row = cell.row.saturating_add(self.table.rows).saturating_sub(skipped);
            pages.insert((row, cell.column), below.page);
            table.cells.push(Cell { row, ..cell.clone() });
        }
        table.rows = table.rows.saturating_add(below.rows).saturating_sub(skipped);
        let mut areas = self.areas.clone();
        areas.push((below.page, below.bounds));
        Whole { table: Cow::Owned(table), areas, pages }
    }
}

/// The tables of a document, brought to a shape with one heading a column or one a row.
pub(super) fn wholes<'a>(document: &'a Document, words: &HeaderWords) -> Vec<Whole<'a>> {
    let mut wholes: Vec<Whole> = Vec::new();
    for table in document.tables.iter().take(MOST_TABLES) {
        match wholes.last_mut().and_then(|last| goes_on(last, table, words)) {
            Some(whole) => {
                wholes.pop();
                wholes.push(whole);
            }
            None => wholes.push(Whole::of(table)),
        }
    }
    wholes.into_iter().map(|whole| as_form(&whole, words).unwrap_or(whole)).collect()
}

/// Whether a table begins and ends where the one above it does, which has these bounds. Of scans and photos each page lies otherwise: they are as wide
/// as each other, and not far to the side.
pub(super) fn begins_and_ends_with(table: &Table, above: Bounds) -> bool {
    let apart = [above.left - table.bounds.left, above.right - table.bounds.right].map(f32::abs);
    let width = |bounds: &Bounds| bounds.right - bounds.left;
    let is_recognised = table.cells.iter().any(|cell| !cell.looks.is_empty());
    let is_as_wide = (width(&above) - width(&table.bounds)).abs() <= UNLIKE * width(&above);
    let most = if is_recognised && is_as_wide { ASIDE } else { EDGE };
    apart.iter().all(|apart| *apart <= most)
}

/// A transposed table whose further headings stand on the next page, or a form that goes on there.
fn goes_on<'a>(whole: &Whole<'a>, next: &Table, words: &HeaderWords) -> Option<Whole<'a>> {
    let (page, bounds) = whole.last_area();
    let follows = next.page == page + 1
        && next.ruling == whole.table.ruling
        && next.columns == whole.table.columns
        && begins_and_ends_with(next, bounds);
    if !follows || whole.table.ruling == Ruling::Declared {
        return None;
    }
    let joined = whole.with(next);
    if as_form(&joined, words).is_some() {
        return Some(joined);
    }
    let fields = |table: &Table| header::find(table, words).map_or(0, |header| header.fields().len());
    let found = header::find(&joined.table, words)?;
    let more = found.fields().len() > fields(&whole.table).max(fields(next));
    (found.orientation == Orientation::HeaderColumn && more).then_some(joined)
}

/// A heading with the cell of its value.
struct Pair<'c> {
    heading: Heading,
    label: &'c Cell,
    value: &'c Cell,
}

/// A form of headings and values side by side («Cargo | … | DNI | …»), or of several people one under the other, as a transposed
/// table with one person a column.
fn as_form<'a>(whole: &Whole<'a>, words: &HeaderWords) -> Option<Whole<'a>> {
    let table = &*whole.table;
    let pairs_across = (table.columns / 2) as usize;
    if !table.columns.is_multiple_of(2) || !(1..=MOST_PAIRS).contains(&pairs_across) {
        return None;
    }
    let columns: Vec<Vec<Pair>> = (0..pairs_across).map(|pair| pairs(table, pair, words)).collect();
    let headings = |column: &Vec<Pair>| column.iter().map(|pair| pair.heading).collect::<BTreeSet<Heading>>();
    let beside = columns
        .iter()
        .zip(columns.iter().skip(1))
        .any(|(a, b)| headings(a).intersection(&headings(b)).count() * 2 > headings(b).len());
    let ordered: Vec<Pair> = if beside {
        columns.into_iter().flatten().collect()
    } else {
        let mut all: Vec<Pair> = columns.into_iter().flatten().collect();
        all.sort_by_key(|pair| (pair.label.row, pair.label.column));
        all
    };
    let people = people(ordered);
    let most = people.iter().map(Vec::len).max().unwrap_or(0);
    // Two columns with one person are a transposed table already.
    if people.is_empty() || (pairs_across == 1 && people.len() < 2) || people.iter().any(|own| 2 * own.len() < most) {
        return None;
    }
    let form = transposed(whole, &people);
    let found = header::find(&form.table, words)?;
    let (before, after) = (header::find(table, words), found.fields());
    let person = after.contains(&Field::Nombres) && after.contains(&Field::Dni);
    let better = before.is_none_or(|before| {
        let (before, after) = (before.fields().len(), after.len());
        after > before || (after == before && people.len() > 1)
    });
    (found.orientation == Orientation::HeaderColumn && after.len() >= 4 && person && better).then_some(form)
}

/// Headings in the left column of a pair of columns, with what stands right of them.
fn pairs<'c>(table: &'c Table, pair: usize, words: &HeaderWords) -> Vec<Pair<'c>> {
    let left = u32::try_from(2 * pair).unwrap_or(u32::MAX);
    let at = |row: u32, column: u32| {
        table.cells.iter().find(|cell| {
            cell.column == column && cell.row <= row && row < cell.row.saturating_add(cell.row_span.max(1))
        })
    };
    let mut pairs = Vec::new();
    for row in 0..table.rows {
        let (Some(label), Some(value)) = (at(row, left), at(row, left + 1)) else { continue };
        if label.row != row || label.column_span != 1 || label.text.trim().is_empty() {
            continue;
        }
        let named = words.assign(std::slice::from_ref(&label.text));
        // One name alone is the whole name to `assign`; beside «Apellidos» it is not, which the transposed table settles.
        if let Some(heading) = named.get(&0).copied().filter(|heading| *heading != Heading::Ordinal) {
            pairs.push(Pair { heading, label, value });
        }
    }
    pairs
}

/// Headings that come again begin another person.
fn people(pairs: Vec<Pair>) -> Vec<Vec<Pair>> {
    let mut people: Vec<Vec<Pair>> = Vec::new();
    for pair in pairs {
        let again = |own: &Vec<Pair>| own.iter().any(|other| other.heading == pair.heading);
        match people.last_mut() {
            Some(own) if !again(own) => own.push(pair),
            _ => people.push(vec![pair]),
        }
    }
    people
}

fn transposed<'a>(whole: &Whole<'a>, people: &[Vec<Pair>]) -> Whole<'a> {
    let mut labels: Vec<&Cell> = Vec::new();
    let mut rows: BTreeMap<Heading, u32> = BTreeMap::new();
    for pair in people.iter().flatten() {
        rows.entry(pair.heading).or_insert_with(|| {
            labels.push(pair.label);
            number(labels.len() - 1)
        });
    }
    let mut pages = BTreeMap::new();
    let mut cells: Vec<Cell> = Vec::new();
    for (row, label) in labels.iter().enumerate() {
        cells.push(placed(label, number(row), 0));
        for (person, own) in people.iter().enumerate() {
            let (row, column) = (number(row), number(person + 1));
            let value = own.iter().find(|pair| rows.get(&pair.heading) == Some(&row)).map(|pair| pair.value);
            if let Some(value) = value {
                pages.insert((row, column), whole.page_of(value));
            }
            cells.push(value.map_or_else(|| empty(row, column), |value| placed(value, row, column)));
        }
    }
    let table = Table {
        rows: number(labels.len()),
        columns: number(people.len() + 1),
        cells,
        ..whole.table.clone().into_owned()
    };
    Whole { table: Cow::Owned(table), areas: whole.areas.clone(), pages }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn placed(cell: &Cell, row: u32, column: u32) -> Cell {
    Cell { row, column, row_span: 1, column_span: 1, ..cell.clone() }
}

fn empty(row: u32, column: u32) -> Cell {
    Cell {
        row,
        column,
        row_span: 1,
        column_span: 1,
        bounds: Bounds::default(),
        text: String::new(),
        lines: Vec::new(),
        content: CellContent::Text,
        looks: Vec::new(),
        drawn_otherwise: None,
        breaks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{EMBEDDED, Form};
    use crate::oficio::paper::{ANA, HEADER, LUIS, letter, table};

    fn read(rows: &[&[&str]]) -> Option<Vec<Vec<String>>> {
        let form = Form::parse(EMBEDDED).unwrap();
        let words = HeaderWords::new(&form.columns);
        let mut paper = letter(&[]);
        paper.tables.push(table(1, rows));
        let whole = wholes(&paper, &words).pop()?;
        matches!(whole.table, Cow::Owned(_)).then(|| {
            (0..whole.table.columns)
                .map(|column| {
                    let own = whole.table.cells.iter().filter(|cell| cell.column == column);
                    own.map(|cell| cell.text.replace(' ', "")).collect()
                })
                .collect()
        })
    }

    fn bare(values: [&str; 7]) -> Vec<String> {
        values.iter().map(|text| text.replace(['|', ' '], "")).collect()
    }

    #[test]
    fn a_form_of_headings_and_values_side_by_side_is_one_person_a_column() {
        let rows: Vec<[&str; 4]> = vec![
            [HEADER[0], ANA[0], HEADER[1], ANA[1]],
            [HEADER[2], ANA[2], HEADER[3], ANA[3]],
            [HEADER[4], ANA[4], HEADER[5], ANA[5]],
            [HEADER[6], ANA[6], "", ""],
            [HEADER[0], LUIS[0], HEADER[1], LUIS[1]],
            [HEADER[2], LUIS[2], HEADER[3], LUIS[3]],
            [HEADER[4], LUIS[4], HEADER[5], LUIS[5]],
            [HEADER[6], LUIS[6], "", ""],
        ];
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 4]>::as_slice).collect();
        let form = read(&rows).unwrap();
        assert_eq!(form[1..], [bare(ANA), bare(LUIS)]);
        assert_eq!(read(&rows[..4]).unwrap()[1..], [bare(ANA)]);
    }

    #[test]
    fn people_beside_each_other_and_one_under_the_other_are_told_apart() {
        let beside: Vec<[&str; 4]> = (0..7).map(|at| [HEADER[at], ANA[at], HEADER[at], LUIS[at]]).collect();
        let beside: Vec<&[&str]> = beside.iter().map(<[&str; 4]>::as_slice).collect();
        assert_eq!(read(&beside).unwrap()[1..], [bare(ANA), bare(LUIS)]);
        let under: Vec<[&str; 2]> =
            (0..7).map(|at| [HEADER[at], ANA[at]]).chain((0..7).map(|at| [HEADER[at], LUIS[at]])).collect();
        let under: Vec<&[&str]> = under.iter().map(<[&str; 2]>::as_slice).collect();
        assert_eq!(read(&under).unwrap()[1..], [bare(ANA), bare(LUIS)]);
    }

    #[test]
    fn a_table_with_one_heading_a_column_is_left_as_it_is() {
        assert_eq!(read(&[&HEADER, &ANA, &LUIS]), None);
        let transposed: Vec<[&str; 3]> = (0..7).map(|at| [HEADER[at], ANA[at], LUIS[at]]).collect();
        let transposed: Vec<&[&str]> = transposed.iter().map(<[&str; 3]>::as_slice).collect();
        assert_eq!(read(&transposed), None);
    }
}
