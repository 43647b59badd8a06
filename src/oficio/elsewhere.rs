//! Elsewhere: whether the datum of a column that the cuadro lacks stands in another part of it, as in one column for two data
//! («DNI / celular»), in a title over each person, or in a second table. Nobody is asked to add what is there: a person looks.

use super::columns::HeaderWords;
use super::cuadro::{ReadCuadro, looks_like};
use super::designee::Field;
use super::grid::Grid;
use super::header;
use super::people;
use super::shape::MOST_TABLES;
use crate::documents::{Bounds, Document};
use crate::form::{Form, fold};
use crate::tables::{Ruling, Table};

/// Whether the datum of `field` may stand in a cell of the cuadro's tables, or in another table about its people.
pub(super) fn may_hold(document: &Document, cuadro: &ReadCuadro, field: Field, form: &Form) -> bool {
    document.tables.iter().take(MOST_TABLES).any(|table| {
        let about = is_own(table, cuadro) || names_a_designee(table, cuadro) || names_a_profile(table, form);
        about && table.cells.iter().any(|cell| holds(field, &cell.text, form))
    })
}

/// Whether the columns that a cuadro in a picture lacks were not drawn, rather than not seen: its one table is ruled, everything in
/// its header is known and none of it names a lacking column, and nothing stands beside the table.
pub(super) fn is_whole_as_drawn(document: &Document, cuadro: &ReadCuadro, words: &HeaderWords) -> bool {
    let [(page, area)] = cuadro.areas.as_slice() else { return false };
    let mut own = document.tables.iter().filter(|table| is_own(table, cuadro));
    let (Some(table), None) = (own.next(), own.next()) else { return false };
    let Some(header) = header::find(table, words) else { return false };
    let known = |position: usize| header.covers.values().any(|covered| covered.contains(&position));
    let names_one = |text: &String| cuadro.missing.iter().any(|field| words.names(*field, text));
    let is_beside = |bounds: &Bounds| {
        let middle = (bounds.top + bounds.bottom) / 2.0;
        (area.top..=area.bottom).contains(&middle) && (bounds.right <= area.left || bounds.left >= area.right)
    };
    let mut lines = document.pages.iter().filter(|other| other.number == *page).flat_map(|page| &page.lines);
    table.ruling == Ruling::Ruled
        && (0..Grid::new(table, header.orientation).positions).all(known)
        && !header.texts.iter().any(names_one)
        && !lines.any(|line| is_beside(&line.bounds))
}

fn is_own(table: &Table, cuadro: &ReadCuadro) -> bool {
    cuadro.areas.iter().any(|(page, area)| *page == table.page && *area == table.bounds)
}

fn names_a_designee(table: &Table, cuadro: &ReadCuadro) -> bool {
    let names: Vec<String> = cuadro
        .rows
        .iter()
        .filter_map(|row| row.get(Field::Nombres))
        .map(|name| people::compact(&name.text))
        .filter(|name| !name.is_empty())
        .collect();
    table.cells.iter().any(|cell| names.contains(&people::compact(&cell.text)))
}

fn names_a_profile(table: &Table, form: &Form) -> bool {
    table.cells.iter().any(|cell| people::term(&form.profiles, &cell.text).is_some())
}

/// Whether a text is, or holds among other words, what a field holds.
fn holds(field: Field, text: &str, form: &Form) -> bool {
    let has_figures = |length: usize, first: &str| {
        text.split(|letter: char| !letter.is_ascii_digit())
            .any(|figures| figures.len() == length && figures.starts_with(first))
    };
    match field {
        Field::Dni => has_figures(8, ""),
        Field::Celular => has_figures(9, "9") || looks_like(field, text, form),
        Field::Perfil => form.profiles.iter().any(|profile| fold(text).contains(&fold(&profile.name))),
        Field::Rol => form.roles.iter().any(|role| fold(text).contains(&fold(&role.name))),
        Field::Correo => looks_like(field, text, form),
        // Any words may be a name or an office.
        Field::Nombres | Field::Cargo => false,
    }
}
