//! Oficios for tests: a faultless one, to be spoiled field by field. Invented people.

use jiff::civil::{Date, date};

use super::{Checked, Context, RuleCode, check};
use crate::form::{EMBEDDED, Form};
use crate::oficio::{Cuadro, DesigneeRow, Field, Oficio, OficioDatum, Presence, ReadValue, Signature};

pub(crate) const TODAY: Date = date(2026, 11, 24);

pub(crate) fn form() -> Form {
    Form::parse(EMBEDDED).unwrap()
}

pub(crate) fn value(text: &str) -> ReadValue {
    ReadValue { text: text.to_owned(), lines: vec![text.to_owned()], ..ReadValue::default() }
}

pub(crate) fn lines(lines: &[&str]) -> ReadValue {
    ReadValue {
        text: lines.join(" "),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
        ..ReadValue::default()
    }
}

pub(crate) fn row(number: u32, fields: [&str; 7]) -> DesigneeRow {
    let mut row = DesigneeRow { number, ..DesigneeRow::default() };
    for (field, text) in Field::ALL.into_iter().zip(fields) {
        row.set(field, value(text));
    }
    row
}

/// A faultless oficio of two people.
pub(crate) fn oficio() -> Oficio {
    let rows = vec![
        row(
            1,
            [
                "Jefa de Imagen Institucional",
                "Responsable de Comunicación**",
                "Rosa Elena Quiroz Tapia",
                "41234567",
                "rquiroz@munivallehermoso.gob.pe",
                "987654321",
                "Coordinador de entidad***",
            ],
        ),
        row(
            2,
            [
                "Técnico en Informática",
                "Responsable de Tecnologías**",
                "Hugo Zavala Prado",
                "07654321",
                "hzavala@munivallehermoso.gob.pe",
                "912345678",
                "Coordinador entidad***",
            ],
        ),
    ];
    Oficio {
        presence: Presence::Present,
        document: Some("oficio.pdf".to_owned()),
        number: OficioDatum::Found { value: "045-2026-MDVH/A".to_owned(), read: value("Oficio N.º 045-2026-MDVH/A") },
        date: OficioDatum::Found { value: date(2026, 11, 20), read: value("20 de noviembre de 2026") },
        entity: OficioDatum::Found {
            value: "Municipalidad Distrital de Valle Hermoso".to_owned(),
            read: value("Municipalidad Distrital de Valle Hermoso"),
        },
        signature: Signature::Digital,
        cuadro: Cuadro::Found { missing_columns: Vec::new(), rows },
        ..Oficio::default()
    }
}

/// The faultless oficio with one cell changed.
pub(crate) fn with(row: u32, field: Field, read: ReadValue) -> Oficio {
    let mut oficio = oficio();
    change(&mut oficio, row, field, read);
    oficio
}

pub(crate) fn change(oficio: &mut Oficio, row: u32, field: Field, read: ReadValue) {
    if let Cuadro::Found { rows, .. } = &mut oficio.cuadro
        && let Some(row) = rows.iter_mut().find(|one| one.number == row)
    {
        row.set(field, read);
    }
}

pub(crate) fn checked(oficio: &Oficio) -> Checked {
    check(oficio, &Context { form: &form(), today: TODAY, sender: None })
}

/// Rule, row, field of every finding.
pub(crate) fn said(oficio: &Oficio) -> Vec<(RuleCode, Option<u32>, String)> {
    checked(oficio).findings.into_iter().map(|finding| (finding.rule, finding.row, finding.field)).collect()
}
