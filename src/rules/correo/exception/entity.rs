//! Whether the second group is made of the entity's name.

use super::segments::{Order, segments};
use super::{Proof, shares_a_piece};
use crate::form::fold;
use crate::rules::nombres::{MOST_WORDS, PARTICLES};

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
const COMMON_IN_PLACES: [&str; 16] = [
    "san", "santa", "santo", "villa", "nuevo", "nueva", "alto", "alta", "bajo", "puerto", "pueblo", "rio", "valle",
    "cerro", "bella", "buena",
];

/// An entity's name, taken apart.
#[derive(Default)]
pub(super) struct EntityWords {
    /// In order, without particles and the company's form («S.A.»).
    words: Vec<String>,
    /// In order, all of them.
    all: Vec<String>,
}

impl EntityWords {
    pub(super) fn of(entity: &str) -> EntityWords {
        let folded = fold(entity);
        let words = folded
            .split(' ')
            .filter(|word| {
                word.len() > 1 && !PARTICLES.contains(word) && !["sa", "sac", "saa", "srl", "sr"].contains(word)
            })
            .take(MOST_WORDS)
            .map(str::to_owned)
            .collect();
        EntityWords { words, all: folded.split(' ').take(MOST_WORDS).map(str::to_owned).collect() }
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
    pub(super) fn proof(&self, group: &str) -> Proof {
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
        if related || self.abbreviates(group) { Proof::Open } else { Proof::Refuted }
    }
}

impl EntityWords {
    /// Whether a short group is a row of letters of the name in their order, the first one a word's first, as «sedapal» is of
    /// «Servicio de Agua Potable y Alcantarillado de Lima».
    fn abbreviates(&self, group: &str) -> bool {
        const LONGEST: usize = 8;
        group.len() <= LONGEST
            && (0..self.all.len()).any(|start| {
                let Some(words) = self.all.get(start..) else { return false };
                let name = words.concat();
                let mut letters = name.chars();
                name.chars().next() == group.chars().next()
                    && group.chars().all(|wanted| letters.any(|letter| letter == wanted))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let water = EntityWords::of("Servicio de Agua Potable y Alcantarillado de Lima");
        assert_eq!(water.proof("sedapal"), Proof::Open);
        assert_eq!(water.proof("municusco"), Proof::Refuted);
    }
}
