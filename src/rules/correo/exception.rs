//! The exception of the form: `nombredefuncionario.nombredeentidad@gmail.com`.
//!
//! Source: «Si la entidad no maneja correos institucionales, de manera excepcional, podrá colocar un correo que cumpla la
//! siguiente estructura: nombredefuncionario.nombredeentidad@gmail.com (ejemplo: jorgeperez.munisantacoba@gmail.com)», the
//! form's first note. Read as: two groups of letters joined by one dot; the first made of the designee's name, the second of
//! the entity's.
//!
//! How a name becomes a group is not said, so there are three answers: shown, refuted, and neither, which a person settles.

use crate::form::fold;
use crate::rules::nombres::{PARTICLES, name_words};

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
        let entity_proof = match entity {
            // A group that is the designee's surname is no entity's, whatever the entity is.
            _ if name_proof != Proof::Refuted && self::name_proof(&entity_letters, name) == Proof::Shown => {
                Proof::Refuted
            }
            Some(_) => entity_words.proof(&entity_letters),
            None => Proof::Open,
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

/// Whether a group is made of a person's name: whole names, beginnings of names and initials in any order, at least one
/// name whole.
fn name_proof(group: &str, name: &str) -> Proof {
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
    if words.iter().any(|word| shares_a_piece(group, word)) { Proof::Open } else { Proof::Refuted }
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

/// Words of an entity's name that say its kind, and so are many entities'.
const KINDS: [&str; 42] = [
    "municipalidad",
    "municipal",
    "distrital",
    "provincial",
    "metropolitana",
    "centro",
    "poblado",
    "gobierno",
    "regional",
    "region",
    "gerencia",
    "direccion",
    "unidad",
    "gestion",
    "educativa",
    "educacion",
    "local",
    "ugel",
    "universidad",
    "nacional",
    "hospital",
    "apoyo",
    "salud",
    "red",
    "microrred",
    "empresa",
    "eps",
    "entidad",
    "prestadora",
    "servicios",
    "saneamiento",
    "sociedad",
    "beneficencia",
    "publica",
    "instituto",
    "autoridad",
    "proyecto",
    "especial",
    "programa",
    "ministerio",
    "superintendencia",
    "organismo",
];

/// Words that many place names begin with: alone they name no place.
const COMMON_IN_PLACES: [&str; 12] =
    ["san", "santa", "santo", "villa", "nuevo", "nueva", "alto", "alta", "bajo", "puerto", "pueblo", "rio"];

/// An entity's name, taken apart.
#[derive(Default)]
struct EntityWords {
    /// In order, without particles and the company's form («S.A.»).
    words: Vec<String>,
}

impl EntityWords {
    fn of(entity: &str) -> EntityWords {
        let folded = fold(entity);
        let words = folded
            .split(' ')
            .filter(|word| {
                word.len() > 1 && !PARTICLES.contains(word) && !["sa", "sac", "saa", "srl", "sr"].contains(word)
            })
            .map(str::to_owned)
            .collect();
        EntityWords { words }
    }

    /// The words that tell this entity from others of its kind.
    fn telling(&self) -> Vec<&String> {
        let own: Vec<&String> = self.words.iter().filter(|word| !KINDS.contains(&word.as_str())).collect();
        let strong: Vec<&String> =
            own.iter().copied().filter(|word| !COMMON_IN_PLACES.contains(&word.as_str())).collect();
        if !strong.is_empty() {
            strong
        } else if !own.is_empty() {
            own
        } else {
            self.words.iter().collect()
        }
    }

    /// Whether a group is made of the entity's name: beginnings of its words in their order (`muni`, `gore`, `md`), with a
    /// telling word whole; or the beginnings of all its words (`mpsc`).
    fn proof(&self, group: &str) -> Proof {
        let telling = self.telling();
        let whole_and_telling = |used: &[usize]| {
            self.words
                .iter()
                .zip(used)
                .any(|(word, part)| *part == word.len() && word.len() >= 3 && telling.contains(&word))
        };
        let all_begun = |used: &[usize]| used.len() >= 3 && used.iter().all(|part| *part > 0);
        if segments(group, &self.words, Order::Kept, |used| whole_and_telling(used) || all_begun(used)) {
            return Proof::Shown;
        }
        if self.words.is_empty() || group.is_empty() {
            return Proof::Open;
        }
        let related = telling
            .iter()
            .any(|word| shares_a_piece(group, word) || (word.len() == 3 && group.contains(word.as_str())))
            || segments(group, &self.words, Order::Kept, |used| used.iter().filter(|part| **part > 0).count() >= 2);
        if related { Proof::Open } else { Proof::Refuted }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Any,
    /// As in the name; words may be left out.
    Kept,
}

/// Whether the group is a row of beginnings of the words, each word used once, particles allowed between them, such that
/// `enough` says yes to how many letters of each word were used.
///
/// The search is bounded: names have few words, and it stops after so many steps with `false`.
fn segments(group: &str, words: &[String], order: Order, enough: impl Fn(&[usize]) -> bool) -> bool {
    const STEPS: usize = 20_000;
    const MOST_WORDS: usize = 16;
    if words.len() > MOST_WORDS {
        return false;
    }
    let mut open: Vec<(usize, Vec<usize>, usize)> = vec![(0, vec![0; words.len()], 0)];
    for _ in 0..STEPS {
        let Some((place, used, first_free)) = open.pop() else { return false };
        let Some(rest) = group.get(place..) else { continue };
        if rest.is_empty() {
            if enough(&used) {
                return true;
            }
            continue;
        }
        for particle in PARTICLES {
            // A lone «e» or «y» is no particle of a group but an initial.
            if place > 0 && particle.len() > 1 && rest.starts_with(particle) {
                open.push((place + particle.len(), used.clone(), first_free));
            }
        }
        for (index, word) in words.iter().enumerate() {
            let free = used.get(index) == Some(&0) && (order == Order::Any || index >= first_free);
            if !free {
                continue;
            }
            let common = rest.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
            for length in 1..=common {
                let mut used = used.clone();
                if let Some(part) = used.get_mut(index) {
                    *part = length;
                }
                open.push((place + length, used, index + 1));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        for (group, name) in [("yesyhuaman", "Yesenia Huamán Cárdenas"), ("jorgitoperez", "Jorge Pérez")] {
            assert_eq!(name_proof(group, name), Proof::Open, "{group} {name}");
        }
    }

    #[test]
    fn slugs_and_acronyms_of_the_entity_are_shown() {
        for (group, entity) in [
            ("munisantacoba", "Municipalidad Provincial de Santa Coba"),
            ("mpsantacoba", "Municipalidad Provincial de Santa Coba"),
            ("santacoba", "Municipalidad Provincial de Santa Coba"),
            ("mpsc", "Municipalidad Provincial de Santa Coba"),
            ("municipalidaddesantacoba", "Municipalidad Provincial de Santa Coba"),
            ("gorepuno", "Gobierno Regional de Puno"),
            ("regionpuno", "Gobierno Regional de Puno"),
            ("ugelhuayllapata", "Unidad de Gestión Educativa Local de Huayllapata"),
            ("ugelhuayllapata", "UGEL Huayllapata"),
            ("hospitalsantacoba", "Hospital de Apoyo Santa Coba"),
            ("diresaandamayo", "Dirección Regional de Salud de Andamayo"),
            ("aguasdechuquirma", "EPS Aguas de Chuquirma S.A."),
            ("munisanjacinto", "Municipalidad Distrital de San Jacinto de Ayrapampa"),
        ] {
            assert_eq!(EntityWords::of(entity).proof(group), Proof::Shown, "{group} {entity}");
        }
    }

    #[test]
    fn another_entitys_slug_is_refuted_and_a_part_is_open() {
        let entity = EntityWords::of("Municipalidad Provincial de Santa Coba");
        for group in ["munichuquirma", "gorepuno", "gmail", "trabajo", "quilcapampa"] {
            assert_eq!(entity.proof(group), Proof::Refuted, "{group}");
        }
        for group in ["munisanta", "munisc", "santacobamuni"] {
            assert_eq!(entity.proof(group), Proof::Open, "{group}");
        }
    }

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
