//! Cuadro: which of a document's tables is the cuadro de designados, and its rows over all the tables it is made of (a page
//! break, one table a person).

use super::columns::HeaderWords;
use super::designee::{DesigneeRow, Field};
use super::elsewhere;
use super::header::{self, Header};
use super::letter::{Letter, opens_outgoing};
use super::misplaced;
use super::people;
use super::rows::{self, Record};
use super::shape::{self, MOST_TABLES, Whole};
use super::soundness;
use super::titles;
use super::value::{Certainty, ReadValue};
use crate::documents::{Bounds, Document, Format, TextLayer, Trouble};
use crate::form::{Form, fold};
use crate::tables::{Ruling, Table};

/// People of one cuadro: the form allows 15, and a list of hundreds is something else.
const MOST_ROWS: usize = 200;

/// A cuadro as one document gives it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReadCuadro {
    pub(super) document: String,
    pub(super) format: Format,
    pub(super) missing: Vec<Field>,
    pub(super) rows: Vec<DesigneeRow>,
    /// The tables it was read from: page and bounds.
    pub(super) areas: Vec<(u32, Bounds)>,
    /// Whether it was recognised from a picture.
    pub(super) recognised: bool,
    pub(super) doubts: Vec<String>,
    /// Further cuadros of the same file with other people (the other sheets of a spreadsheet).
    pub(super) others: Vec<ReadCuadro>,
}

/// Tables under one header.
struct Group<'a> {
    header: Header,
    records: Vec<Record>,
    tables: Vec<Whole<'a>>,
}

/// Finds the cuadro of one document.
pub(super) fn find(document: &Document, words: &HeaderWords, form: &Form) -> Option<ReadCuadro> {
    let letter = Letter::of(&[document]);
    let mut groups = groups(document, words);
    groups.retain(|group| !is_outgoing(group, &letter));
    let best = groups.iter().enumerate().max_by_key(|(index, group)| (weight(group), std::cmp::Reverse(*index)))?.0;
    let mut main = read_group(document, &groups.remove(best), form);
    for (index, group) in groups.iter().enumerate() {
        if weight(group) + 200 < main_weight(&main) || group.records.is_empty() {
            continue;
        }
        let other = read_group(document, group, form);
        let shared = other.rows.iter().any(|row| main.rows.iter().any(|mine| people::same(mine, row)));
        if is_sheet(document.format) {
            main.others.push(other);
        } else if shared {
            // The same people a second time in one document: it must say the same.
            if people::differ(&main.rows, &other.rows, form) {
                main.doubts.push("El documento trae dos cuadros de designados con datos distintos.".to_owned());
            } else {
                main.take_columns_of(other);
            }
        } else {
            main.missing.extend(
                other.missing.iter().filter(|field| !main.missing.contains(field)).copied().collect::<Vec<_>>(),
            );
            main.areas.extend(other.areas);
            if index < best {
                let later = std::mem::replace(&mut main.rows, other.rows);
                main.rows.extend(later);
            } else {
                main.rows.extend(other.rows);
            }
            main.doubts.extend(other.doubts);
        }
    }
    for (number, row) in (1..).zip(main.rows.iter_mut()) {
        row.number = number;
    }
    for field in main.missing.clone() {
        let column = format!("«{}»", field.label());
        let is_doubted = main.doubts.iter().any(|doubt| doubt.contains(&column));
        if !is_doubted && elsewhere::may_hold(document, &main, field, form) {
            main.doubts
                .push(format!("El cuadro no tiene la columna {column}, y el dato parece estar en otra parte de él."));
        }
    }
    Some(main)
}

impl ReadCuadro {
    /// Takes the columns that this cuadro lacks from another table of the same people, which says nothing else of them.
    fn take_columns_of(&mut self, other: ReadCuadro) {
        let lacking: Vec<Field> = self.missing.iter().filter(|field| !other.missing.contains(field)).copied().collect();
        let paired = self.rows.len() == other.rows.len()
            && self.rows.iter().zip(&other.rows).all(|(mine, theirs)| people::same(mine, theirs));
        if lacking.is_empty() || !paired {
            return;
        }
        for (mine, theirs) in self.rows.iter_mut().zip(&other.rows) {
            for field in &lacking {
                if let Some(value) = theirs.get(*field) {
                    mine.set(*field, value.clone());
                }
            }
        }
        self.missing.retain(|field| !lacking.contains(field));
        self.areas.extend(other.areas);
        self.doubts.extend(other.doubts);
        self.recognised |= other.recognised;
    }
}

/// Whether some table holds people's data that no header names: too much to call the cuadro missing, too little to read it.
pub(super) fn unread_people(document: &Document) -> bool {
    document.tables.iter().take(MOST_TABLES).any(holds_people)
}

fn holds_people(table: &Table) -> bool {
    let has = |test: &dyn Fn(&str) -> bool| table.cells.iter().any(|cell| test(&cell.text));
    has(&|text| text.contains('@')) && has(&looks_like_dni)
}

/// Whether a table beside the cuadro holds people's data under no header: it may be the cuadro's next page.
pub(super) fn leaves_people_out(document: &Document, cuadro: &ReadCuadro, words: &HeaderWords) -> bool {
    document.tables.iter().take(MOST_TABLES).any(|table| {
        let same = |(page, area): &(u32, Bounds)| {
            *page == table.page && table.bounds.top < area.bottom && area.top < table.bounds.bottom
        };
        holds_people(table) && !cuadro.areas.iter().any(same) && header::find(table, words).is_none()
    })
}

/// How much a group looks like the form's cuadro.
fn weight(group: &Group) -> usize {
    let fields = group.header.fields();
    let filled = usize::from(!group.records.is_empty());
    let own = usize::from(group.header.has(Field::Perfil)) + usize::from(group.header.has(Field::Rol));
    100 * fields.len() + 50 * own + 40 * filled
}

fn main_weight(cuadro: &ReadCuadro) -> usize {
    let has = |field| usize::from(!cuadro.missing.contains(&field));
    100 * (7 - cuadro.missing.len())
        + 50 * (has(Field::Perfil) + has(Field::Rol))
        + 40 * usize::from(!cuadro.rows.is_empty())
}

fn groups<'a>(document: &'a Document, words: &HeaderWords) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for table in shape::wholes(document, words) {
        let found = header::find(&table.table, words);
        let last = groups.last_mut();
        match (found, last) {
            (Some(header), Some(group)) if header_again(group, &header, &table) => {
                let records = rows::read(&table, &header, header.first_record, &document.name);
                group.go_on(records, table);
            }
            (Some(header), _) => {
                let records = rows::read(&table, &header, header.first_record, &document.name);
                groups.push(Group { header, records, tables: vec![table] });
            }
            (None, Some(group)) if continues(group, &table, document) => {
                let records = rows::read(&table, &group.header, 0, &document.name);
                group.go_on(records, table);
            }
            (None, _) => {}
        }
    }
    for group in &mut groups {
        group.records.truncate(MOST_ROWS);
    }
    groups
}

impl<'a> Group<'a> {
    fn go_on(&mut self, records: Vec<Record>, table: Whole<'a>) {
        let next_page = self.tables.last().is_some_and(|last| last.last_area().0 < table.table.page);
        let mut records = records;
        if next_page
            && let (Some(last), Some(first)) = (self.records.last_mut(), records.first())
            && last.goes_on_in(first)
        {
            last.append(records.remove(0));
        }
        if next_page {
            rows::reach_over(&mut self.records, &mut records);
        }
        self.records.extend(records);
        self.tables.push(table);
    }
}

/// The same header on the next page.
fn header_again(group: &Group, header: &Header, table: &Whole) -> bool {
    let table = &*table.table;
    let next_page = group.tables.last().is_some_and(|last| last.last_area().0 + 1 == table.page);
    next_page
        && table.ruling != Ruling::Declared
        && group.header.orientation == header.orientation
        && group.header.headings == header.headings
}

/// Whether a table without a header is the next part of the group's: it follows on the next page (or right below, when a
/// ruling is interrupted) with the same columns.
fn continues(group: &Group, table: &Whole, document: &Document) -> bool {
    let Some(last) = group.tables.last() else { return false };
    let (table, (last_page, bounds)) = (&*table.table, last.last_area());
    if is_sheet(document.format) || last.table.columns != table.columns {
        return false;
    }
    let drawn = rows::drawn(bounds).is_some() && rows::drawn(table.bounds).is_some();
    if drawn && !shape::begins_and_ends_with(table, bounds) {
        return false;
    }
    if table.page == last_page + 1 {
        return true;
    }
    let gap = table.bounds.top - bounds.bottom;
    table.page == last_page && drawn && (-2.0..=14.0).contains(&gap)
}

/// A table of the people who leave: the words right above it say so.
fn is_outgoing(group: &Group, letter: &Letter) -> bool {
    let Some(first) = group.tables.first().map(|whole| &*whole.table) else { return false };
    if rows::drawn(first.bounds).is_none() {
        return false;
    }
    let mut above: Vec<_> = letter
        .lines
        .iter()
        .filter(|line| line.page == first.page && line.bounds.bottom <= first.bounds.top + 4.0)
        .filter(|line| first.bounds.top - line.bounds.bottom < 60.0)
        .collect();
    above.sort_by(|a, b| b.bounds.bottom.total_cmp(&a.bounds.bottom));
    let text = above.iter().take(3).rev().map(|line| line.text).collect::<Vec<_>>().join(" ");
    opens_outgoing(&text)
}

fn read_group(document: &Document, group: &Group, form: &Form) -> ReadCuadro {
    let named = group.header.fields();
    let mut missing: Vec<Field> = Field::ALL.into_iter().filter(|field| !named.contains(field)).collect();
    let profiles = if missing.contains(&Field::Perfil) { titles::profiles(&group.records, form) } else { Vec::new() };
    if !profiles.is_empty() {
        missing.retain(|field| *field != Field::Perfil);
    }
    let mut profiles = profiles.into_iter();
    let mut doubts = Vec::new();
    if group.records.iter().any(|record| record.extra.iter().any(|text| says_leaving(text))) {
        doubts.push("El cuadro incluye personas que dejan el encargo: falta saber a quiénes se designa.".to_owned());
    }
    for field in &missing {
        let held = |text: &String| looks_like(*field, text, form);
        if !group.records.is_empty() && group.records.iter().any(|record| record.extra.iter().any(held)) {
            doubts.push(format!(
                "Una columna del cuadro cuya cabecera no se reconoce parece traer el dato «{}».",
                field.label()
            ));
        }
    }
    let reason = untrusted(document, group);
    let rows: Vec<DesigneeRow> = (1..)
        .zip(group.records.iter().cloned())
        .map(|(number, record)| {
            let mut row = record.into_designee(number);
            if let Some(profile) = profiles.next() {
                row.set(Field::Perfil, profile);
            }
            misplaced::doubt(&mut row);
            if let Some(reason) = &reason {
                for field in Field::ALL {
                    if let Some(value) = row.get(field) {
                        let value = ReadValue { certainty: Certainty::Unsure(reason.clone()), ..value.clone() };
                        row.set(field, value);
                    }
                }
            }
            row
        })
        .collect();
    doubts.extend(soundness::doubts(&rows, form));
    let areas: Vec<(u32, Bounds)> = group.tables.iter().flat_map(|whole| whole.areas.clone()).collect();
    let recognised = areas.iter().any(|(number, _)| {
        let page = document.pages.iter().find(|page| page.number == *number);
        page.is_some_and(|page| page.text_layer == TextLayer::Recognised)
    });
    ReadCuadro {
        document: document.name.clone(),
        format: document.format,
        missing,
        rows,
        areas,
        recognised,
        doubts,
        others: Vec::new(),
    }
}

/// Why the text of the cuadro's pages is not to be believed, when it is not.
fn untrusted(document: &Document, group: &Group) -> Option<String> {
    let mut pages = group.tables.iter().flat_map(|whole| &whole.areas).map(|(page, _)| *page);
    let page = pages.find(|page| document.troubles.contains(&Trouble::TextMayLie(*page)))?;
    Some(format!(
        "En la página {} de «{}», lo que dice el texto del archivo y lo que se ve pueden no coincidir.",
        page, document.name
    ))
}

fn says_leaving(text: &str) -> bool {
    let folded = fold(text);
    ["baja", "saliente", "cesado", "cesada", "dejar sin efecto", "retirar"].contains(&folded.as_str())
}

pub(super) fn looks_like(field: Field, text: &str, form: &Form) -> bool {
    match field {
        Field::Correo => text.contains('@'),
        Field::Dni => looks_like_dni(text),
        Field::Celular => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            digits.len() == 9 && digits.starts_with('9')
        }
        Field::Perfil => people::term(&form.profiles, text).is_some(),
        Field::Rol => people::term(&form.roles, text).is_some(),
        Field::Nombres => looks_like_name(text),
        Field::Cargo => false,
    }
}

/// Two words or more that all begin with a capital, and no office.
fn looks_like_name(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let named = words.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    let folded = fold(text);
    let office = [
        "oficina",
        "area",
        "unidad",
        "gerencia",
        "sub",
        "subgerencia",
        "direccion",
        "jefatura",
        "secretaria",
        "organo",
    ];
    (2..=7).contains(&words.len())
        && named >= 2
        && !text.chars().any(|letter| letter.is_ascii_digit() || letter == '@')
        && !office.iter().any(|office| folded.split(' ').next() == Some(office))
}

fn looks_like_dni(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits == 8 && text.chars().count() <= 14
}

/// Formats that are tables and nothing else.
pub(super) fn is_sheet(format: Format) -> bool {
    matches!(format, Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods | Format::Csv)
}
