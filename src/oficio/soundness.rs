//! Soundness: whether the rows of a cuadro look as if the table was read row by row.
//!
//! A ruling that was not seen joins two people into one row, or cuts one into two. What is said of such rows would be said of
//! the reading and not of the oficio, so a person looks. Whether values are right is not asked here.

use super::designee::{DesigneeRow, Field};
use super::people::{compact, term};
use crate::form::{Form, Term, fold};

/// Why the rows may not be as the oficio has them, Spanish sentences; empty when they look sound.
pub(super) fn doubts(rows: &[DesigneeRow], form: &Form) -> Vec<String> {
    let joined = rows.iter().find(|row| holds_two_people(row, form));
    let cut = rows.windows(2).find_map(|pair| match pair {
        [first, second] if is_cut(first, second, form) => Some(first),
        _ => None,
    });
    let fragment = rows.iter().find(|row| is_fragment(row, form));
    let mut doubts = Vec::new();
    if let Some(row) = joined {
        doubts.push(format!("La fila {} del cuadro parece juntar los datos de dos personas.", row.number));
    }
    if let Some(row) = cut {
        doubts.push(format!("La fila {} del cuadro parece continuar en la siguiente.", row.number));
    }
    if let (Some(row), None) = (fragment, cut) {
        doubts.push(format!("En la fila {} del cuadro hay palabras cortadas: no se leyó con seguridad.", row.number));
    }
    doubts
}

fn text(row: &DesigneeRow, field: Field) -> &str {
    row.get(field).map_or("", |value| value.text.as_str())
}

/// Two profiles, two DNIs, two addresses, two telephones in one row: at least two of these, and not only the last two, which
/// one person may have.
fn holds_two_people(row: &DesigneeRow, form: &Form) -> bool {
    let digits = |field| text(row, field).chars().filter(char::is_ascii_digit).count();
    let perfil = compact(text(row, Field::Perfil));
    let profiles = form.profiles.iter().filter(|profile| perfil.contains(&compact(&profile.name))).count();
    let own = [profiles >= 2, digits(Field::Dni) >= 16].into_iter().filter(|two| *two).count();
    let other = [text(row, Field::Correo).matches('@').count() >= 2, digits(Field::Celular) >= 18];
    own > 0 && own + other.into_iter().filter(|two| *two).count() >= 2
}

/// The form's own words begin in the one row and end in the next, of which only one has a DNI.
fn is_cut(first: &DesigneeRow, second: &DesigneeRow, form: &Form) -> bool {
    let has_dni = |row| text(row, Field::Dni).chars().filter(char::is_ascii_digit).count() >= 7;
    let runs_on = |field, terms: &[Term]| {
        let (first, second) = (text(first, field), text(second, field));
        !first.is_empty()
            && !second.is_empty()
            && term(terms, first).is_none()
            && term(terms, second).is_none()
            && term(terms, &format!("{first} {second}")).is_some()
    };
    !(has_dni(first) && has_dni(second)) && (runs_on(Field::Perfil, &form.profiles) || runs_on(Field::Rol, &form.roles))
}

/// A beginning of the form's words that ends in «de», or their end without the beginning: nobody changes a cell so.
fn is_fragment(row: &DesigneeRow, form: &Form) -> bool {
    let begins = |field, terms: &[Term]| {
        let folded = fold(text(row, field));
        folded.ends_with(" de") && terms.iter().any(|term| fold(&term.name).starts_with(&folded))
    };
    let rol = fold(text(row, Field::Rol));
    let ends = !rol.is_empty()
        && term(&form.roles, &rol).is_none()
        && form
            .roles
            .iter()
            .any(|role| fold(&role.name).strip_suffix(rol.as_str()).is_some_and(|start| start.ends_with(' ')));
    ends || begins(Field::Perfil, &form.profiles) || begins(Field::Rol, &form.roles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::EMBEDDED;
    use crate::oficio::ReadValue;

    fn row(number: u32, perfil: &str, dni: &str, correo: &str, celular: &str, rol: &str) -> DesigneeRow {
        let mut row = DesigneeRow { number, ..DesigneeRow::default() };
        for (field, text) in [
            (Field::Perfil, perfil),
            (Field::Dni, dni),
            (Field::Correo, correo),
            (Field::Celular, celular),
            (Field::Rol, rol),
        ] {
            row.set(field, ReadValue { text: text.to_owned(), ..ReadValue::default() });
        }
        row
    }

    fn doubted(rows: &[DesigneeRow]) -> bool {
        !doubts(rows, &Form::parse(EMBEDDED).unwrap()).is_empty()
    }

    #[test]
    fn two_people_in_one_row_are_a_misread_table() {
        let both = "Responsable de Comunicación Responsable de Tecnologías";
        assert!(doubted(&[row(1, both, "45328217 40151820", "a@x.gob.pe b@x.gob.pe", "975916089 923390567", "")]));
        assert!(doubted(&[row(1, both, "45328217 40151820", "", "", "Coordinador de entidad")]));
    }

    #[test]
    fn one_person_with_two_addresses_and_two_telephones_is_a_fault_of_the_oficio() {
        let perfil = "Responsable de Comunicación";
        let correo = "a@x.gob.pe / b@x.gob.pe";
        assert!(!doubted(&[row(1, perfil, "45328217", correo, "975916089 / 923390567", "Coordinador de entidad")]));
    }

    #[test]
    fn a_row_cut_in_two_is_a_misread_table() {
        assert!(doubted(&[
            row(1, "Responsable de", "45328217", "ana.quispe@muni", "975916089", "Coordinador"),
            row(2, "Comunicación", "", "santacoba.gob.pe", "", "entidad"),
        ]));
        assert!(doubted(&[
            row(1, "Responsable de Tecnologías", "45328217", "a@x.gob.pe", "975916089", "Coordinador de entidad"),
            row(2, "Responsable de Comunicación", "40151820", "b@x.gob.pe", "923390567", "entidad"),
        ]));
    }

    #[test]
    fn changed_words_are_a_fault_of_the_oficio() {
        for (perfil, rol) in [
            ("Comunicación", "Coordinador"),
            ("Tecnologías", "Coordinador de sede"),
            ("Responsable", "Administrador"),
            ("Responsable de Imagen", ""),
            ("", "Editor"),
        ] {
            assert!(!doubted(&[row(1, perfil, "45328217", "a@x.gob.pe", "975916089", rol)]), "{perfil} {rol}");
        }
    }
}
