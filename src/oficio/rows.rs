//! Rows: the records of a table under its header become pieces of text by heading, and these become designees.
//!
//! Knows merged cells, split names, rows that a page break cut in two, and the rows that are no person: repeated headers,
//! notes, blank lines.

use std::collections::BTreeMap;

use super::broken;
use super::columns::Heading;
use super::designee::{DesigneeRow, Field};
use super::grid::{Grid, Orientation};
use super::header::Header;
use super::shape::Whole;
use super::value::{Certainty, Evidence, Origin, ReadValue};
use crate::documents::Bounds;
use crate::form::fold;
use crate::tables::{Cell, CellContent, LineBreak, Look, Ruling};

/// The text under one heading in one record.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    heading: Heading,
    value: ReadValue,
    /// What happens between its lines.
    breaks: Vec<LineBreak>,
    /// Whether it begins here, rather than reaching down from the record before.
    own: bool,
}

/// What stands in one record, by the position of its heading.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pieces: BTreeMap<usize, Piece>,
    /// Texts under headings that are none of the form's.
    pub(super) extra: Vec<String>,
    /// The last text above it that stands across the table, with nothing beside it.
    pub(super) title: Option<ReadValue>,
}

impl Record {
    fn text(&self, field: Field) -> &str {
        let found = self.pieces.values().find(|piece| piece.heading == Heading::Field(field));
        found.map_or("", |piece| piece.value.text.as_str())
    }

    fn digits(&self, field: Field) -> usize {
        self.text(field).chars().filter(char::is_ascii_digit).count()
    }

    /// A record nobody wrote into: blank, numbered only, or holding only a role (own or merged down). A preprinted profile
    /// with all else blank is a row that was not filled, and stays.
    fn is_blank(&self) -> bool {
        !self.pieces.values().any(|piece| {
            let counts = !matches!(piece.heading, Heading::Ordinal | Heading::Field(Field::Rol));
            counts && piece.own && !piece.value.text.is_empty()
        })
    }

    /// One cell alone with the words that take leave: the table was taken to reach down into the letter.
    fn is_the_letter_going_on(&self) -> bool {
        let mut written = self.pieces.values().filter(|piece| !piece.value.text.is_empty());
        let (Some(only), None) = (written.next(), written.next()) else { return false };
        let folded = fold(&only.value.text);
        let takes_leave =
            ["atentamente", "cordialmente", "seguros de contar", "sin otro particular", "mi especial consideracion"];
        folded.split(' ').count() >= 8
            && takes_leave.iter().any(|words| folded.contains(words))
            && !only.value.text.contains('@')
    }

    /// Whether `next`, on the following page, is the rest of this record rather than another person: exactly one of the two
    /// has the DNI, and nothing that a person has once stands in both.
    pub(super) fn goes_on_in(&self, next: &Record) -> bool {
        let has_dni = |record: &Record| record.digits(Field::Dni) >= 8;
        let both_have = |has: &dyn Fn(&Record) -> bool| has(self) && has(next);
        has_dni(self) != has_dni(next)
            && !both_have(&|record| record.text(Field::Correo).contains('@'))
            && !both_have(&|record| record.digits(Field::Celular) >= 7)
            && !both_have(&|record| fold(record.text(Field::Perfil)).starts_with("responsable"))
    }

    /// Appends the rest of a record that a page break cut.
    pub(super) fn append(&mut self, rest: Record) {
        for (position, piece) in rest.pieces {
            match self.pieces.get_mut(&position) {
                Some(mine) => {
                    mine.go_on(piece.value, piece.breaks);
                    mine.own |= piece.own;
                }
                None => {
                    self.pieces.insert(position, piece);
                }
            }
        }
        self.extra.extend(rest.extra);
    }

    pub(super) fn into_designee(mut self, number: u32) -> DesigneeRow {
        self.settle_names();
        let mut row = DesigneeRow { number, ..DesigneeRow::default() };
        let mut given: Option<ReadValue> = None;
        let mut surnames: Option<ReadValue> = None;
        let gather = |slot: &mut Option<ReadValue>, value: ReadValue| match slot {
            Some(before) => join(before, value),
            None => *slot = Some(value),
        };
        for piece in self.pieces.into_values() {
            match piece.heading {
                Heading::Field(field) => row.set(field, piece.value),
                Heading::GivenNames => gather(&mut given, piece.value),
                Heading::Surnames => gather(&mut surnames, piece.value),
                Heading::Ordinal => {}
            }
        }
        if let Some(mut whole) = given {
            if let Some(surnames) = surnames {
                join(&mut whole, surnames);
            }
            row.set(Field::Nombres, whole);
        } else if let Some(mut surnames) = surnames {
            surnames.certainty =
                Certainty::Unsure("El cuadro tiene una columna de apellidos y ninguna de nombres.".to_owned());
            row.set(Field::Nombres, surnames);
        }
        row
    }
}

impl Record {
    /// Words of the name that a narrow cell may have broken.
    fn settle_names(&mut self) {
        let correo = self.text(Field::Correo).to_owned();
        for piece in self.pieces.values_mut() {
            if matches!(piece.heading, Heading::Field(Field::Nombres) | Heading::GivenNames | Heading::Surnames) {
                broken::settle(&mut piece.value, &piece.breaks, &correo);
            }
        }
    }
}

/// A cell that is merged over people of whom the first stand before a page break and the others after it is drawn twice, and its
/// text stands in one of the two. `after` gets it; where only one person stands before the break, it may be that person's alone.
pub(super) fn reach_over(before: &mut [Record], after: &mut [Record]) {
    let Some(last) = before.last_mut() else { return };
    let reason = "La celda puede ser una sola que el salto de página partió";
    for (position, piece) in &mut last.pieces {
        if !matches!(piece.heading, Heading::Field(Field::Cargo | Field::Perfil | Field::Rol)) {
            continue;
        }
        let below = |record: &Record| record.pieces.get(position).cloned();
        let Some(first) = after.first().and_then(below) else { continue };
        match (piece.value.text.is_empty(), first.value.text.is_empty()) {
            (false, true) => {
                for record in after.iter_mut() {
                    let Some(mine) = record.pieces.get_mut(position).filter(|mine| mine.value.text.is_empty()) else {
                        break;
                    };
                    mine.value = if piece.own {
                        ReadValue { certainty: Certainty::Unsure(reason.to_owned()), ..mine.value.clone() }
                    } else {
                        piece.value.clone()
                    };
                    if piece.own {
                        break;
                    }
                }
            }
            (true, false) => piece.value.certainty = Certainty::Unsure(reason.to_owned()),
            _ => {}
        }
    }
}

impl Piece {
    /// Puts `rest` after this text, as its next part.
    fn go_on(&mut self, rest: ReadValue, breaks: Vec<LineBreak>) {
        let joined = !self.value.lines.is_empty() && !rest.lines.is_empty();
        self.breaks.resize(self.value.lines.len().saturating_sub(1), LineBreak::Between);
        self.breaks.extend(joined.then_some(LineBreak::Between));
        self.breaks.extend(breaks);
        join(&mut self.value, rest);
    }
}

/// Reads the records of `table` from `first_record` under the headings of `header` (which may be another table's).
pub(super) fn read(table: &Whole, header: &Header, first_record: usize, document: &str) -> Vec<Record> {
    let grid = Grid::new(&table.table, header.orientation);
    let mut records: Vec<Record> = Vec::new();
    let mut title = None;
    for index in first_record..grid.records {
        if let Some(note) = note(&grid, index) {
            title = Some(read_value(note, table.page_of(note), document));
        } else if !repeats_header(&grid, index, header) {
            let record = Record { title: title.clone(), ..read_record(&grid, index, header, table, document) };
            records.extend(Some(record).filter(|record| !record.is_blank() && !record.is_the_letter_going_on()));
        }
    }
    if table.table.ruling == Ruling::Borderless {
        doubt_merged(&mut records);
    }
    records
}

/// Where no rules part the rows, an empty cargo, perfil or rol beside one that is filled may be one cell over both people.
fn doubt_merged(records: &mut [Record]) {
    let reason = "Sin líneas entre las filas, la celda vacía puede ser una sola con la de arriba o la de abajo";
    let is_empty =
        |record: &Record, position: &usize| record.pieces.get(position).is_none_or(|piece| piece.value.text.is_empty());
    let beside = |index: usize| [index.checked_sub(1), index.checked_add(1)].into_iter().flatten();
    let mut doubted = Vec::new();
    for (index, record) in records.iter().enumerate() {
        for (position, piece) in &record.pieces {
            let may_span = matches!(piece.heading, Heading::Field(Field::Cargo | Field::Perfil | Field::Rol));
            let mut neighbours = beside(index).filter_map(|other| records.get(other));
            if may_span && is_empty(record, position) && neighbours.any(|other| !is_empty(other, position)) {
                doubted.push((index, *position));
            }
        }
    }
    for (index, position) in doubted {
        if let Some(piece) = records.get_mut(index).and_then(|record| record.pieces.get_mut(&position)) {
            piece.value.certainty = Certainty::Unsure(reason.to_owned());
        }
    }
}

fn read_record(grid: &Grid, record: usize, header: &Header, table: &Whole, document: &str) -> Record {
    let mut pieces = BTreeMap::new();
    for (position, heading) in &header.headings {
        let range = header.covers.get(position).cloned().unwrap_or(*position..position + 1);
        let mut whole = Piece { heading: *heading, value: ReadValue::default(), breaks: Vec::new(), own: false };
        let mut seen: Vec<(u32, u32)> = Vec::new();
        for place in range {
            let Some(cell) = grid.cell(record, place) else { continue };
            if seen.contains(&(cell.row, cell.column)) || belongs_further_left(grid, cell, *position, header) {
                continue;
            }
            seen.push((cell.row, cell.column));
            let mut read = read_value(cell, table.page_of(cell), document);
            if covers_several_records(grid, cell) && holds_two_numbers(&read.text) {
                read.certainty = Certainty::Unsure(
                    "Una celda del cuadro abarca varias filas y tiene más de un dato: no se sabe de cuál es cada uno."
                        .into(),
                );
            }
            if !read.text.is_empty() && covers_several_fields(grid, cell, header) {
                read.certainty = Certainty::Unsure(
                    "Una celda del cuadro abarca varias columnas: no se sabe de cuál es el dato.".into(),
                );
            }
            whole.own |= grid.is_own(record, cell);
            if seen.len() == 1 {
                whole.value = read;
                whole.breaks.clone_from(&cell.breaks);
            } else {
                whole.go_on(read, cell.breaks.clone());
            }
        }
        pieces.insert(*position, whole);
    }
    let extra = (0..grid.positions)
        .filter(|position| !header.covers.values().any(|range| range.contains(position)))
        .map(|position| grid.text(record, position).to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    Record { pieces, extra, title: None }
}

/// A cell merged over several fields is read under the first of them only.
fn belongs_further_left(grid: &Grid, cell: &Cell, position: usize, header: &Header) -> bool {
    let covered = grid.covered(cell);
    covered.start < position && header.headings.range(covered.start..position).next().is_some()
}

fn covers_several_records(grid: &Grid, cell: &Cell) -> bool {
    match grid.orientation {
        Orientation::HeaderRow => cell.row_span > 1,
        Orientation::HeaderColumn => cell.column_span > 1,
    }
}

/// Whether a text has two DNI, two celulares or two addresses in it: the rule between two rows was not drawn, or not seen.
fn holds_two_numbers(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    text.matches('@').count() >= 2 || (digits >= 2 * 7 && letters == 0)
}

fn covers_several_fields(grid: &Grid, cell: &Cell, header: &Header) -> bool {
    let covered = grid.covered(cell);
    let mut headings = header.headings.range(covered).map(|(_, heading)| match heading {
        Heading::GivenNames | Heading::Surnames => Heading::Field(Field::Nombres),
        other => *other,
    });
    let first = headings.next();
    first.is_some() && headings.any(|heading| Some(heading) != first)
}

fn read_value(cell: &Cell, page: u32, document: &str) -> ReadValue {
    let numeric = cell.content == CellContent::Number;
    let mut text = single_spaced(&cell.text);
    let mut lines: Vec<String> =
        cell.lines.iter().map(|line| single_spaced(line)).filter(|line| !line.is_empty()).collect();
    if numeric && let Some(whole) = text.strip_suffix(".0") {
        text = whole.to_owned();
        lines = vec![text.clone()];
    }
    if lines.is_empty() && !text.is_empty() {
        lines.push(text.clone());
    }
    let certainty = match &cell.drawn_otherwise {
        Some(drawn) => Certainty::Unsure(format!("El texto del archivo dice «{text}» y en la página se ve «{drawn}»")),
        None => Certainty::Sure,
    };
    ReadValue {
        text,
        lines,
        origin: if numeric { Origin::NumericCell } else { Origin::Text },
        evidence: Evidence { document: document.to_owned(), page, bounds: drawn(cell.bounds) },
        certainty,
        looks: cell.looks.clone(),
    }
}

/// Bounds that say something: a spreadsheet's cells have none.
pub(super) fn drawn(bounds: Bounds) -> Option<Bounds> {
    (bounds.right > bounds.left && bounds.bottom > bounds.top).then_some(bounds)
}

pub(super) fn single_spaced(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter == '\u{200b}' || letter == '\u{feff}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Puts `rest` after `value`, as the next part of the same text.
fn join(value: &mut ReadValue, rest: ReadValue) {
    if rest.text.is_empty() {
        return;
    }
    if value.text.is_empty() {
        *value = rest;
        return;
    }
    value.text = format!("{} {}", value.text, rest.text);
    value.lines.extend(rest.lines);
    value.origin = Origin::Text;
    if let Certainty::Unsure(_) = rest.certainty {
        value.certainty = rest.certainty;
    }
    // A part that needed fewer looks would have been read the same once more.
    let count =
        if value.looks.is_empty() || rest.looks.is_empty() { 0 } else { value.looks.len().max(rest.looks.len()) };
    let padded = |looks: Vec<Look>| {
        let last = looks.last().cloned();
        looks.into_iter().chain(std::iter::repeat_with(move || last.clone()).map_while(|look| look)).take(count)
    };
    value.looks = padded(std::mem::take(&mut value.looks))
        .zip(padded(rest.looks))
        .map(|(first, second)| first.followed_by(second))
        .collect();
}

/// A note under the table («* Debe colocarse…», «Todos los campos son obligatorios») or a title inside it.
fn note<'a>(grid: &Grid<'a>, record: usize) -> Option<&'a Cell> {
    if grid.orientation == Orientation::HeaderColumn {
        return None;
    }
    let mut cells: Vec<&Cell> = Vec::new();
    for position in 0..grid.positions {
        if let Some(cell) = grid.cell(record, position)
            && !cell.text.trim().is_empty()
            && grid.is_own(record, cell)
            && !cells.iter().any(|other| std::ptr::eq(*other, cell))
        {
            cells.push(cell);
        }
    }
    let [cell] = cells.as_slice() else { return None };
    let text = cell.text.trim();
    let wide = grid.positions >= 3 && 3 * grid.covered(cell).len() >= 2 * grid.positions;
    let folded = fold(text);
    let opens_as_note = ["nota", "consideraciones", "todos los campos", "debe colocarse", "no modificar", "fuente"]
        .iter()
        .any(|opening| folded.starts_with(opening));
    let is_note = wide || (text.chars().count() > 40 && (text.starts_with('*') || opens_as_note));
    is_note.then_some(*cell)
}

/// The header again, as on the second page of a table.
fn repeats_header(grid: &Grid, record: usize, header: &Header) -> bool {
    let mut same = 0;
    let mut written = 0;
    for position in header.headings.keys() {
        let text = fold(grid.text(record, *position));
        if text.is_empty() {
            continue;
        }
        written += 1;
        same += usize::from(header.texts.get(*position).is_some_and(|header| fold(header) == text));
    }
    same >= 2 && 2 * same >= written
}
