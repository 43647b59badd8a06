//! `nombres.incompleto`, and how names of persons are compared.
//!
//! Source: the form's column «Nombres y apellidos»: at least a name and a surname. A title before a name is no part of it.

use super::Wording;
use super::text::{letters, slips};
use crate::form::fold;

/// A name with a surname, as written, single spaces, without titles before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullName(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    SingleWord,
    Digits,
}

impl FullName {
    /// # Errors
    /// When it is a single word, or holds digits.
    pub fn parse(text: &str, titles: &[String]) -> Result<FullName, NameFault> {
        let name = without_titles(text, titles);
        if name.chars().any(char::is_numeric) {
            return Err(NameFault::Digits);
        }
        let words = name.split([' ', ',']).filter(|word| word.chars().any(char::is_alphabetic)).count();
        if words < 2 {
            return Err(NameFault::SingleWord);
        }
        Ok(FullName(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether something stands beside the name, or a second name: «Ana Ruiz / Luis Tito», «Ana Ruiz Rojas y Luis Tito Paz».
    pub(crate) fn may_be_more_than_a_name(&self) -> bool {
        let words: Vec<&str> = self.0.split(' ').collect();
        let joins_two = words
            .iter()
            .position(|word| fold(word) == "y")
            .is_some_and(|place| place >= 2 && words.len() - place > 2 && words.len() >= 6);
        joins_two || self.0.contains(['/', ';', '|', '&', '(', ')', '[', ']', ':', '@', '<', '>'])
    }
}

/// The name as written, without titles before it; a compound surname that broke at its hyphen is whole again.
pub(crate) fn without_titles(text: &str, titles: &[String]) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if last.len() > 1 && last.ends_with('-') => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
    }
    let is_title = |word: &str| {
        // «Sr(a).», «Ing.ª» are written together.
        let word = letters(word);
        word.is_empty() || titles.iter().any(|title| letters(title) == word)
    };
    words.reverse();
    while let Some(mut first) = words.pop() {
        if is_title(&first) {
            continue;
        }
        // «Ing.Jorge»
        while let Some((title, name)) = first.split_once('.')
            && !name.is_empty()
            && is_title(title)
        {
            first = name.to_owned();
        }
        if !is_title(&first) {
            words.push(first);
            break;
        }
    }
    words.reverse();
    words.join(" ")
}

/// Particles of Spanish names, which people leave out or write at will.
pub(crate) const PARTICLES: [&str; 8] = ["de", "del", "la", "las", "los", "el", "y", "e"];

/// No name of a person or an entity has more words; names are compared word with word, and a hostile one must not take long.
pub(crate) const MOST_WORDS: usize = 40;

/// The words of a name that tell people apart: folded, without particles.
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let words = folded.split(' ').filter(|word| !word.is_empty() && !PARTICLES.contains(word));
    words.take(MOST_WORDS).map(str::to_owned).collect()
}

/// Whether two spellings may well be one person's: every word of the shorter one is in the other (in any order, give or take
/// one slip in a long word), and there are at least two of them.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    let (mut shorter, mut longer) = (name_words(one), name_words(other));
    if shorter.len() > longer.len() {
        std::mem::swap(&mut shorter, &mut longer);
    }
    if shorter.len() < 2 {
        return false;
    }
    shorter.iter().all(|word| {
        let found = longer.iter().position(|other| match slips(word, other) {
            Some(0) => true,
            Some(_) => word.len() >= 5,
            None => false,
        });
        found.map(|place| longer.remove(place)).is_some()
    })
}

impl NameFault {
    pub(crate) fn wording(self, read: &str) -> Wording {
        match self {
            NameFault::SingleWord => Wording::new(
                format!("Se leyó «{read}»; se necesitan los nombres y los apellidos completos."),
                "Escriba los nombres y apellidos completos, como figuran en el DNI.",
            ),
            NameFault::Digits => Wording::new(
                format!("Los nombres y apellidos llevan números: se leyó «{read}»."),
                "Escriba los nombres y apellidos completos, sin números.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn titles() -> Vec<String> {
        ["Ing", "Lic", "CPC", "Ph.D", "Dr"].map(str::to_owned).to_vec()
    }

    fn parse(text: &str) -> Result<String, NameFault> {
        FullName::parse(text, &titles()).map(|name| name.0)
    }

    #[test]
    fn titles_before_a_name_are_no_part_of_it() {
        for text in
            ["Ing. Jorge Pérez", "ING Jorge Pérez", "Ing.Jorge Pérez", "Dr. CPC. Jorge  Pérez", "Ph.D. Jorge Pérez"]
        {
            assert_eq!(parse(text).as_deref(), Ok("Jorge Pérez"), "{text}");
        }
    }

    #[test]
    fn names_stay_as_written() {
        for text in ["PÉREZ ROJAS, Jorge", "Ángela De la Cruz Ñahui", "Rosa O'Higgins", "Rosa Ana Pérez-Albela Rojas"]
        {
            assert_eq!(parse(text).as_deref(), Ok(text));
        }
        assert_eq!(parse("Rosa Ana Pérez- Albela").as_deref(), Ok("Rosa Ana Pérez-Albela"));
    }

    #[test]
    fn a_single_word_or_digits_are_no_full_name() {
        assert_eq!(parse("Jorge"), Err(NameFault::SingleWord));
        assert_eq!(parse("Ing. Pérez"), Err(NameFault::SingleWord));
        assert_eq!(parse("Jorge Pérez 41234567"), Err(NameFault::Digits));
    }

    #[test]
    fn the_same_person_is_known_in_other_spellings() {
        assert!(alike("Jorge Luis Pérez Rojas", "PEREZ ROJAS, Jorge Luis"));
        assert!(alike("Jorge Pérez Rojas", "Jorge Luis Peréz Rojas"));
        assert!(alike("María de la Cruz", "Maria Cruz"));
        assert!(!alike("Ana Quispe Mamani", "Luis Quispe Mamani"));
        assert!(!alike("Jorge", "Jorge"));
    }

    proptest! {
        #[test]
        fn a_name_is_its_own_normal_form(text in "\\PC{0,40}") {
            if let Ok(name) = parse(&text) {
                prop_assert_eq!(parse(&name), Ok(name.clone()));
            }
        }
    }
}
