//! `perfil.modificado`, `perfil.faltante`, `rol.modificado`: the form prints these cells, and they are not to be changed.
//!
//! Source: «\*\* No modificar este campo. Es importante contar, como mínimo, con ambos perfiles» and «\*\*\*No modificar este
//! campo», the form's notes.

use super::Wording;
use super::text::letters;
use crate::form::{Term, fold};

/// The form's term that this text is, whatever its case, accents, asterisks, spacing, number and gender.
pub(crate) fn recognise<'form>(text: &str, terms: &'form [Term]) -> Option<&'form Term> {
    same_words(text, terms).or_else(|| same_words(without_note(text)?, terms))
}

/// The text without the number of a note that hangs on its last word («entidad³», which a PDF gives as «entidad3»).
fn without_note(text: &str) -> Option<&str> {
    let bare = text.trim_end().strip_suffix(|last: char| last.is_ascii_digit())?;
    bare.ends_with(char::is_alphabetic).then_some(bare)
}

fn same_words<'form>(text: &str, terms: &'form [Term]) -> Option<&'form Term> {
    let (compact, stems) = (letters(text), stems(text));
    terms.iter().find(|term| {
        std::iter::once(&term.name)
            .chain(&term.words)
            .any(|word| letters(word) == compact || self::stems(word) == stems)
    })
}

/// Words without number, gender and the particle «de»: «Coordinadora(s) de entidad» is `coordinador entidad`.
fn stems(text: &str) -> Vec<String> {
    fold(text)
        .split(' ')
        // A single letter or ending is what is left of «(a)», «/as», «(es)».
        .filter(|word| !word.is_empty() && !["de", "a", "o", "s", "as", "os", "es"].contains(word))
        .map(|word| {
            let word = word.strip_suffix('s').unwrap_or(word);
            word.strip_suffix(['a', 'e', 'o']).unwrap_or(word).to_owned()
        })
        .collect()
}

/// The term that the changed text most likely stands for: the only one of which it holds a word that no other term has.
fn meant<'form>(text: &str, terms: &'form [Term]) -> Option<&'form Term> {
    let words = stems(text);
    let mut close = terms.iter().filter(|term| {
        stems(&term.name).iter().any(|stem| {
            words.contains(stem)
                && terms.iter().all(|other| other.name == term.name || !stems(&other.name).contains(stem))
        })
    });
    let first = close.next();
    if close.next().is_some() { None } else { first }
}

fn quoted(terms: &[Term]) -> String {
    terms.iter().map(|term| format!("«{}»", term.name)).collect::<Vec<_>>().join(" o ")
}

pub(crate) fn profile_changed(read: &str, profiles: &[Term]) -> Wording {
    let expected = match meant(read, profiles) {
        Some(profile) => format!("«{}»", profile.name),
        None => quoted(profiles),
    };
    Wording::new(
        format!("El perfil debe quedar como en el formato, sin cambios; se leyó «{read}»."),
        format!("Escriba {expected}, tal como figura en el formato."),
    )
}

pub(crate) fn role_changed(read: &str, roles: &[Term]) -> Wording {
    Wording::new(
        format!("El rol debe quedar como en el formato, sin cambios; se leyó «{read}»."),
        format!("Escriba {}, tal como figura en el formato.", quoted(roles)),
    )
}

pub(crate) fn profile_missing(profile: &str) -> Wording {
    Wording::new(
        format!("Ninguna fila del cuadro designa a un «{profile}»; el formato pide ambos perfiles."),
        format!("Agregue una fila para el perfil «{profile}»."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> crate::form::Form {
        crate::form::Form::parse(crate::form::EMBEDDED).unwrap()
    }

    #[test]
    fn the_number_of_a_note_is_no_change_and_another_number_is() {
        let form = form();
        let role = |text: &str| recognise(text, &form.roles).map(|term| term.name.as_str());
        assert_eq!(role("Coordinador entidad3"), Some("Coordinador de entidad"));
        assert_eq!(role("Coordinador de entidad 3"), None);
        assert_eq!(role("Coordinador de entidad12"), None);
    }

    #[test]
    fn case_accents_asterisks_spacing_plural_and_gender_are_no_change() {
        let form = form();
        for text in [
            "Responsable de Comunicación**",
            "RESPONSABLE DE COMUNICACION",
            "Responsables de Comunicaciones",
            "Responsable de  Comunica ción",
            "Responsablede Comunicación",
        ] {
            let found = recognise(text, &form.profiles).map(|term| term.name.as_str());
            assert_eq!(found, Some("Responsable de Comunicación"), "{text}");
        }
        for text in ["Responsable de Tecnología", "responsable de tecnologías **"] {
            let found = recognise(text, &form.profiles).map(|term| term.name.as_str());
            assert_eq!(found, Some("Responsable de Tecnologías"), "{text}");
        }
        for text in [
            "Coordinador de entidad***",
            "Coordinador entidad***",
            "Coordinadora de Entidad",
            "COORDINADOR(A) DE ENTIDAD",
            "Coordinador/a de entidad",
            "Coordinadores de entidades",
        ] {
            assert!(recognise(text, &form.roles).is_some(), "{text}");
        }
    }

    #[test]
    fn other_words_are_a_change() {
        let form = form();
        for text in [
            "Responsable de Tecnologías de la Información",
            "Responsable de Comunicación e Imagen",
            "Comunicaciones",
            "Responsable",
            "Informática",
        ] {
            assert!(recognise(text, &form.profiles).is_none(), "{text}");
        }
        for text in
            ["Administrador", "Coordinador", "Coordinador de sede", "Colaborador", "Coordinador de entidad y sede"]
        {
            assert!(recognise(text, &form.roles).is_none(), "{text}");
        }
    }

    #[test]
    fn the_remedy_names_the_profile_that_was_meant() {
        let profiles = form().profiles;
        assert_eq!(
            profile_changed("Responsable de Tecnologías de la Información", &profiles).remedy,
            "Escriba «Responsable de Tecnologías», tal como figura en el formato."
        );
        assert_eq!(
            profile_changed("Responsable de Imagen", &profiles).remedy,
            "Escriba «Responsable de Comunicación» o «Responsable de Tecnologías», tal como figura en el formato."
        );
    }
}
