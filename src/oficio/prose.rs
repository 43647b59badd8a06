//! Prose: whether people are named in running text, where a cuadro is missing, or in lines that may be a table which was not read.
//!
//! The form asks for a table, so an entity that names its people in sentences is asked for one. A table that we failed to read is
//! another matter, and a person's: its values stand side by side, or behind labels, and no sentence leads to them.

use super::letter::Letter;

/// Words between the label of a DNI and its number: «DNI N.º», «documento nacional de identidad número».
const REACH: usize = 5;
/// Words on either side of a number among which the same person's address would stand in a row.
const ROW: usize = 25;

/// Whether the body has the number of a DNI that no sentence leads to.
pub(super) fn may_be_a_table(letter: &Letter) -> bool {
    let tokens: Vec<&str> = letter.text().iter().flat_map(|line| line.text.split_whitespace()).collect();
    tokens.iter().enumerate().filter(|(_, token)| is_dni(token)).any(|(at, _)| {
        let before = tokens.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        match before.iter().rposition(|token| is_label(token)) {
            Some(label) => !leads_in(tokens.get(..at).unwrap_or_default(), at.saturating_sub(before.len()) + label),
            None => {
                let near = tokens.get(at.saturating_sub(ROW)..tokens.len().min(at + ROW)).unwrap_or_default();
                near.iter().any(|token| token.contains('@'))
            }
        }
    })
}

fn bare(token: &str) -> String {
    token.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_dni(token: &str) -> bool {
    let token = bare(token);
    token.len() == 8 && token.chars().all(|letter| letter.is_ascii_digit())
}

fn is_label(token: &str) -> bool {
    matches!(bare(token).as_str(), "dni" | "documento" | "identidad")
}

/// Whether the label at `at` stands in a sentence: «con DNI», «Quispe, DNI», «(DNI», and no colon after it.
fn leads_in(tokens: &[&str], at: usize) -> bool {
    let listed = tokens.iter().skip(at).any(|token| token.contains(':'));
    let Some(label) = tokens.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|index| tokens.get(index)).copied().unwrap_or_default();
    let worded = before.chars().all(char::is_alphabetic) && before.starts_with(char::is_lowercase);
    !listed && (worded || before.ends_with(',') || label.starts_with('('))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oficio::paper::letter;

    fn tabular(lines: &[&str]) -> bool {
        let lines: Vec<&str> = ["Señor:", "De mi consideración:"]
            .into_iter()
            .chain(lines.iter().copied())
            .chain(["Atentamente,"])
            .collect();
        may_be_a_table(&Letter::of(&[&letter(&lines)]))
    }

    #[test]
    fn people_in_sentences_are_no_table() {
        assert!(!tabular(&[
            "Se designa a Ana Quispe, Jefa de Imagen, con",
            "DNI N.º 09876543, correo ana@muni.gob.pe."
        ]));
        assert!(!tabular(&["Designamos a Ana Quispe (DNI 09876543), con correo ana@muni.gob.pe."]));
        assert!(!tabular(&["a la señora Ana Quispe, identificada con documento nacional de identidad 09876543"]));
    }

    #[test]
    fn labels_and_values_side_by_side_may_be_one() {
        assert!(tabular(&["Nombres: Ana Quispe", "DNI: 09876543", "Correo: ana@muni.gob.pe"]));
        assert!(tabular(&["Nombres Ana Quispe", "DNI 09876543"]));
        assert!(tabular(&["Jefa de Imagen Ana Quispe 09876543 ana@muni.gob.pe 987654321"]));
    }

    #[test]
    fn another_number_is_none() {
        assert!(!tabular(&["Referencia: expediente 20260144 del Oficio Múltiple N.º 014-2026-PCM"]));
    }
}
