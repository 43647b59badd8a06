//! Rows against each other: `dni.duplicado`, `correo.duplicado`, `designado.repetido`, `correo.mixto`, `perfil.faltante`.
//!
//! One person may hold both profiles (design, section 7); two persons share neither DNI nor address. Source of
//! `perfil.faltante`: «Es importante contar, como mínimo, con ambos perfiles», the form.

use super::correo;
use super::designees::{AddressKind, Person};
use super::findings::{Findings, Wording};
use super::nombres::{alike, name_words};
use super::text::slips;
use super::{Context, RuleCode, form_words};
use crate::oficio::{DesigneeRow, Field};

/// How two rows stand to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Same,
    /// Two people, or so the rows say.
    Different,
    /// The same name with two DNIs: one of them may be wrong.
    Contradictory,
    Unknown,
}

fn relation(one: &Person, other: &Person) -> Relation {
    let same_name = match (&one.name, &other.name) {
        (Some(one), Some(other)) => Some(alike(one, other)),
        _ if share_no_word(one, other) => Some(false),
        _ => None,
    };
    let same_dni = match (&one.dni, &other.dni) {
        (Some(one), Some(other)) => Some(one == other),
        _ => None,
    };
    match (same_name, same_dni) {
        (Some(true), Some(false)) if same_words(one, other) => Relation::Contradictory,
        (Some(true), Some(true) | None) => Relation::Same,
        (Some(false), _) | (_, Some(false)) => Relation::Different,
        (None, _) => Relation::Unknown,
    }
}

/// Two names, one of them or both incomplete, that have nothing in common.
fn share_no_word(one: &Person, other: &Person) -> bool {
    let words = |person: &Person| -> Vec<String> {
        let name = person.name.as_ref().or(person.part_of_name.as_ref());
        name_words(name.map_or("", String::as_str)).into_iter().filter(|word| word.len() >= 3).collect()
    };
    let (one, other) = (words(one), words(other));
    !one.is_empty() && !other.is_empty() && one.iter().all(|word| other.iter().all(|also| slips(word, also).is_none()))
}

fn same_words(one: &Person, other: &Person) -> bool {
    let words = |person: &Person| {
        let mut words = name_words(person.name.as_deref().unwrap_or_default());
        words.sort();
        words
    };
    words(one) == words(other)
}

/// Compares every row with the ones before it, and says the first thing to be said of each.
pub(crate) fn compare(persons: &[Person], rows: &[DesigneeRow], findings: &mut Findings) {
    let mut earlier: Vec<&Person> = Vec::new();
    for (person, row) in persons.iter().zip(rows) {
        let related: Vec<(Relation, &Person)> =
            earlier.iter().map(|before| (relation(before, person), *before)).collect();
        if let (Some((_, before)), Some(value)) =
            (related.iter().find(|(relation, _)| *relation == Relation::Same), &row.nombres)
        {
            let wording = repeated(before.row);
            findings.on_field(RuleCode::DesignadoRepetido, person.row, Field::Nombres, value, wording);
        }
        if let Some((_, before)) = related.iter().find(|(relation, _)| *relation == Relation::Contradictory) {
            let reason = format!("la persona tiene el mismo nombre que la de la fila {} y otro DNI", before.row);
            findings.doubt_on_field(person.row, Field::Dni, &reason);
        }
        let another = |share: &dyn Fn(&Person) -> bool| {
            related
                .iter()
                .find(|(relation, before)| *relation == Relation::Different && share(before))
                .map(|(_, before)| *before)
        };
        if let (Some(before), Some(value)) =
            (another(&|before| before.dni.is_some() && before.dni == person.dni), &row.dni)
        {
            let wording = dni_taken(value.text.trim(), before.row);
            findings.on_field(RuleCode::DniDuplicado, person.row, Field::Dni, value, wording);
        }
        let mailbox = person.address.as_ref().map(correo::EmailAddress::mailbox);
        let shares_mailbox = |before: &Person| {
            mailbox.is_some() && before.address.as_ref().map(correo::EmailAddress::mailbox) == mailbox
        };
        if let (Some(before), Some(value), Some(address)) = (another(&shares_mailbox), &row.correo, &person.address) {
            let wording = address_taken(&address.to_string(), before.row);
            findings.on_field(RuleCode::CorreoDuplicado, person.row, Field::Correo, value, wording);
        }
        earlier.push(person);
    }
}

/// `correo.mixto`: the exception is for entities without institutional addresses, and here is one.
pub(crate) fn mixed_addresses(
    persons: &[Person],
    rows: &[DesigneeRow],
    sender_host: Option<&str>,
    findings: &mut Findings,
) {
    let colleague = persons
        .iter()
        .filter(|person| person.address_kind == AddressKind::Institutional)
        .find_map(|person| person.address.as_ref().map(correo::EmailAddress::host));
    let Some(host) = colleague.or(sender_host) else { return };
    for (person, row) in persons.iter().zip(rows) {
        if let (AddressKind::Exception, Some(address), Some(value)) =
            (person.address_kind, &person.address, &row.correo)
        {
            findings.on_field(RuleCode::CorreoMixto, person.row, Field::Correo, value, correo::mixed(address, host));
        }
    }
}

/// `perfil.faltante`. A row whose profile is empty or changed stands for one that is missing: its own finding says so.
pub(crate) fn missing_profiles(persons: &[Person], context: &Context, findings: &mut Findings) {
    let missing: Vec<&str> = context
        .form
        .profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .filter(|name| persons.iter().all(|person| person.profile.as_deref() != Some(name)))
        .collect();
    let unnamed = persons.iter().filter(|person| person.profile.is_none()).count();
    if missing.len() <= unnamed {
        return;
    }
    for profile in missing {
        let wording = form_words::profile_missing(profile);
        findings.on_oficio(RuleCode::PerfilFaltante, Field::Perfil.key(), None, wording);
    }
}

fn repeated(row: u32) -> Wording {
    Wording::new(
        format!("Es la misma persona de la fila {row}; una persona puede tener ambos perfiles."),
        "Si es un error, comuníquenos quién tendrá este perfil.",
    )
}

fn dni_taken(dni: &str, row: u32) -> Wording {
    Wording::new(
        format!("El DNI «{dni}» figura también en la fila {row}, para otra persona."),
        format!("Revise el DNI en esta fila y en la fila {row}, y corrija el que no corresponda."),
    )
}

fn address_taken(address: &str, row: u32) -> Wording {
    Wording::new(
        format!(
            "El correo «{address}» figura también en la fila {row}, para otra persona; cada persona necesita el suyo."
        ),
        format!("Escriba el correo propio de cada persona, en esta fila y en la fila {row}."),
    )
}
