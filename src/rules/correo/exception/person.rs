//! Whether the first group is made of the designee's name.

use super::segments::{Order, segments};
use super::{Proof, shares_a_piece};
use crate::rules::nombres::name_words;

/// Whether a group is made of a person's name: whole names, beginnings of names and initials in any order, at least one
/// name whole.
pub(super) fn name_proof(group: &str, name: &str) -> Proof {
    let words = name_words(name);
    let strong = |word: &&String| word.len() >= 3;
    if segments(group, &words, Order::Any, |used| {
        words.iter().zip(used).any(|(word, part)| *part == word.len() && strong(&word))
    }) {
        return Proof::Shown;
    }
    if group.is_empty() || words.is_empty() {
        return Proof::Open;
    }
    let begun = |used: &[usize]| used.iter().filter(|part| **part > 0).count() >= 2;
    if words.iter().any(|word| shares_a_piece(group, word)) || segments(group, &words, Order::Any, begun) {
        Proof::Open
    } else {
        Proof::Refuted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_made_of_the_name_is_shown() {
        for (group, name) in [
            ("jorgeperez", "Jorge Pérez Rojas"),
            ("perezjorge", "Jorge Pérez Rojas"),
            ("jperez", "PÉREZ ROJAS, Jorge Luis"),
            ("jperezr", "Jorge Pérez Rojas"),
            ("perezj", "Jorge Pérez Rojas"),
            ("jorge", "Jorge Pérez Rojas"),
            ("rojas", "Jorge Pérez Rojas"),
            ("adelacruz", "Ángela De la Cruz Ñahui"),
            ("flordemaria", "Flor de María Salazar"),
        ] {
            assert_eq!(name_proof(group, name), Proof::Shown, "{group} {name}");
        }
    }

    #[test]
    fn a_group_with_nothing_of_the_name_is_refuted_and_the_rest_is_open() {
        for (group, name) in [
            ("tomashuanca", "Yesenia Huamán Cárdenas"),
            ("informatica", "Jorge Pérez"),
            ("mesadepartes", "Jorge Pérez"),
        ] {
            assert_eq!(name_proof(group, name), Proof::Refuted, "{group} {name}");
        }
        for (group, name) in [
            ("yesyhuaman", "Yesenia Huamán Cárdenas"),
            ("jorgitoperez", "Jorge Pérez"),
            ("jlpr", "Jorge Luis Pérez Rojas"),
        ] {
            assert_eq!(name_proof(group, name), Proof::Open, "{group} {name}");
        }
    }
}
