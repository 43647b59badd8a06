//! The exception of the form: `nombredefuncionario.nombredeentidad@gmail.com`.
//!
//! Source: «Si la entidad no maneja correos institucionales, de manera excepcional, podrá colocar un correo que cumpla la
//! siguiente estructura: nombredefuncionario.nombredeentidad@gmail.com (ejemplo: jorgeperez.munisantacoba@gmail.com)», the
//! form's first note. Read as: two groups of letters joined by one dot; the first made of the designee's name, the second of
//! the entity's.
//!
//! How a name becomes a group is not said, so there are three answers: shown, refuted, and neither, which a person settles.

mod entity;
mod person;
mod segments;

use self::entity::EntityWords;
use self::person::name_proof;

/// What can be said of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Shown,
    Refuted,
    /// Something of it is there, not enough to be sure.
    Open,
}

/// How the local part of a gmail address stands to the exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Two groups of letters and one dot.
    Tried { name: Proof, entity: Proof, entity_group: String },
    /// The shape, but with digits in it.
    WithDigits { name: Proof, entity: Proof, entity_group: String },
    /// The entity's name is there, but not in two groups joined by one dot.
    Malformed,
    /// Nothing of the exception: a personal address.
    None,
}

/// Compares the local part of a gmail address with the designee's name and the entity's.
pub(crate) fn shape(local: &str, name: &str, entity: Option<&str>) -> Shape {
    let groups: Vec<&str> = local.split('.').collect();
    let entity_words = entity.map(EntityWords::of).unwrap_or_default();
    if let [name_group, entity_group] = groups.as_slice()
        && groups.iter().all(|group| group.chars().all(|character| character.is_ascii_alphanumeric()))
    {
        let without_digits = |group: &str| group.chars().filter(char::is_ascii_alphabetic).collect::<String>();
        let (name_letters, entity_letters) = (without_digits(name_group), without_digits(entity_group));
        let name_proof = name_proof(&name_letters, name);
        let entity_proof = match entity.map(|_| entity_words.proof(&entity_letters)) {
            Some(Proof::Shown) => Proof::Shown,
            // «rosa.quiroz»: the designee's surname is no entity's name, whatever the entity is.
            _ if self::name_proof(&entity_letters, name) == Proof::Shown => Proof::Refuted,
            other => other.unwrap_or(Proof::Open),
        };
        let entity_group = (*entity_group).to_owned();
        return if local.chars().any(|character| character.is_ascii_digit()) {
            Shape::WithDigits { name: name_proof, entity: entity_proof, entity_group }
        } else {
            Shape::Tried { name: name_proof, entity: entity_proof, entity_group }
        };
    }
    let pieces = local.split(['.', '-', '_', '+']).filter(|piece| piece.len() >= 4);
    if local.contains(['.', '-', '_']) && pieces.into_iter().any(|piece| entity_words.proof(piece) == Proof::Shown) {
        return Shape::Malformed;
    }
    Shape::None
}

/// Whether four letters that begin or end the word are in the group.
fn shares_a_piece(group: &str, word: &str) -> bool {
    const PIECE: usize = 4;
    if word.len() < PIECE {
        return false;
    }
    let start = word.get(..PIECE);
    let end = word.get(word.len() - PIECE..);
    start.is_some_and(|piece| group.contains(piece)) || end.is_some_and(|piece| group.contains(piece))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_shape_is_two_groups_and_one_dot() {
        let entity = Some("Municipalidad Provincial de Santa Coba");
        let shape = |local| shape(local, "Jorge Pérez Rojas", entity);
        assert!(matches!(
            shape("jorgeperez.munisantacoba"),
            Shape::Tried { name: Proof::Shown, entity: Proof::Shown, .. }
        ));
        assert!(matches!(shape("jorge.perez"), Shape::Tried { name: Proof::Shown, entity: Proof::Refuted, .. }));
        assert!(matches!(shape("jorgeperez2.munisantacoba"), Shape::WithDigits { .. }));
        assert_eq!(shape("jorge.perez.munisantacoba"), Shape::Malformed);
        assert_eq!(shape("jorge-munisantacoba"), Shape::Malformed);
        assert_eq!(shape("jorgeperez95"), Shape::None);
        assert_eq!(shape("jorge_perez"), Shape::None);
        assert_eq!(shape("munisantacoba"), Shape::None);
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(local in "\\PC{0,80}", name in "\\PC{0,60}", entity in "\\PC{0,80}") {
            let _ = shape(&local, &name, Some(&entity));
        }
    }
}
