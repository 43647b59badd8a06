//! Misplaced: rows whose cells were taken apart wrongly, told by the shapes of what they hold: a text that runs over into
//! the next column would otherwise be blamed on the entity. Rows that were joined or cut are [`super::soundness`]' subject.

use super::designee::{DesigneeRow, Field};
use super::value::{Certainty, ReadValue};

const SHAPED: [Field; 3] = [Field::Dni, Field::Correo, Field::Celular];

/// Marks the values of a row that seem to stand in another's cell.
pub(super) fn doubt(row: &mut DesigneeRow) {
    for empty in SHAPED {
        if row.get(empty).is_none_or(|value| !value.text.trim().is_empty()) {
            continue;
        }
        let strayed = |field: &Field| {
            row.get(*field).is_some_and(|value| shapes(&value.text, empty) > 0 && !is_whole(&value.text))
        };
        if let Some(holder) = Field::ALL.into_iter().filter(|field| *field != empty).find(strayed) {
            let reason =
                format!("El dato «{}» parece haber quedado en la celda de «{}».", empty.label(), holder.label());
            mark(row, empty, &reason);
            mark(row, holder, &reason);
        }
    }
}

fn mark(row: &mut DesigneeRow, field: Field, reason: &str) {
    if let Some(value) = row.get(field) {
        let value = ReadValue { certainty: Certainty::Unsure(reason.to_owned()), ..value.clone() };
        row.set(field, value);
    }
}

/// How many values of a field's shape stand in a text.
fn shapes(text: &str, field: Field) -> usize {
    let runs = || text.split(|letter: char| !letter.is_ascii_digit());
    match field {
        Field::Correo => text.matches('@').count(),
        Field::Dni => runs().filter(|run| run.len() == 8).count(),
        Field::Celular => runs().filter(|run| run.len() == 9 && run.starts_with('9')).count(),
        Field::Cargo | Field::Perfil | Field::Nombres | Field::Rol => 0,
    }
}

/// Whether a text is one number and nothing else: then somebody wrote it into that column.
fn is_whole(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_digit() || letter.is_whitespace() || "+-.()".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(dni: &str, correo: &str, celular: &str) -> DesigneeRow {
        let value = |text: &str| Some(ReadValue { text: text.to_owned(), ..ReadValue::default() });
        DesigneeRow { number: 1, dni: value(dni), correo: value(correo), celular: value(celular), ..Default::default() }
    }

    fn unsure(mut row: DesigneeRow) -> Vec<Field> {
        doubt(&mut row);
        let is_unsure = |field: &Field| row.get(*field).is_some_and(|value| value.certainty != Certainty::Sure);
        Field::ALL.into_iter().filter(is_unsure).collect()
    }

    #[test]
    fn a_celular_in_the_mail_cell_beside_an_empty_celular_is_doubted() {
        let glued = row("25980301", "uiglesiaso@hospital.gob.pe907506983", "");
        assert_eq!(unsure(glued), [Field::Correo, Field::Celular]);
        assert_eq!(unsure(row("25980301", "pendiente 965473985", "")), [Field::Correo, Field::Celular]);
    }

    #[test]
    fn what_the_entity_left_empty_or_wrote_wrong_is_not_doubted() {
        assert_eq!(unsure(row("", "ana@muni.gob.pe", "965473985")), []);
        assert_eq!(unsure(row("", "ana@muni.gob.pe", "96547398")), []);
        assert_eq!(unsure(row("965473985", "ana@muni.gob.pe", "")), []);
        assert_eq!(unsure(row("25980301", "ana1234@muni.gob.pe", "965473985")), []);
    }
}
