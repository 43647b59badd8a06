//! Form: the form's words and rules as data, parsed from `config/form.toml`, and how words are compared.
//!
//! Pure. Next year's form is an edit of that file.

mod check_character;

use std::collections::BTreeMap;

use serde::Deserialize;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::rules::{RuleCode, Severity};

pub use check_character::dni_check_characters;

/// The form shipped with the program.
pub const EMBEDDED: &str = include_str!("../../config/form.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub profiles: Vec<Term>,
    pub roles: Vec<Term>,
    pub columns: ColumnWords,
    pub values: ValueWords,
    pub email: EmailWords,
    pub placeholders: Placeholders,
    pub oficio: OficioWords,
    pub mail: MailWords,
    pub subject_matter: SubjectMatterWords,
    pub severities: BTreeMap<RuleCode, Severity>,
}

/// A term of the form and the spellings that count as it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub name: String,
    #[serde(default)]
    pub words: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnWords {
    pub cargo: Vec<String>,
    pub perfil: Vec<String>,
    pub nombres: Vec<String>,
    pub nombres_solo: Vec<String>,
    pub apellidos_solo: Vec<String>,
    pub dni: Vec<String>,
    pub correo: Vec<String>,
    pub celular: Vec<String>,
    pub rol: Vec<String>,
    pub ordinal: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueWords {
    pub fillers: Vec<String>,
    pub titles: Vec<String>,
    pub bogus_dni: Vec<String>,
    pub other_documents: Vec<String>,
    pub max_designees: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailWords {
    pub consumer_hosts: Vec<String>,
    pub exception_host: String,
    pub form_addresses: Vec<String>,
    pub typos: BTreeMap<String, String>,
    pub ending_typos: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholders {
    pub number: Vec<String>,
    pub date: Vec<String>,
    pub entity: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OficioWords {
    pub kinds: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailWords {
    /// Where people leave files instead of attaching them: domains, and first labels with their dot («nube.»). See
    /// [`crate::mail::leads_to_files`].
    pub file_stores: Vec<String>,
}

/// The words by which [`crate::triage::subject_matter`] tells a designation from other mail. A word that ends in `*` stands
/// for all that begin so; an entry that begins with `=` is all the text there is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectMatterWords {
    /// The platforms that the form is about.
    pub platforms: Vec<String>,
    /// Naming people.
    pub designation: Vec<String>,
    /// Asking for accesses.
    pub access: Vec<String>,
    /// Words that hardly any document but the form has.
    pub template: Vec<String>,
    /// Sending something with the mail.
    pub announcing: Vec<String>,
    /// What is sent.
    pub documents: Vec<String>,
    /// Before an announcing word, these make a question of it («¿cómo remito el oficio?»).
    pub asking: Vec<String>,
    /// Asking after an oficio that was sent before.
    pub follow_up: Vec<String>,
    pub thanks: Vec<String>,
    /// What makes an objection of short thanks («gracias, pero …»).
    #[serde(default)]
    pub objecting: Vec<String>,
    /// One person for another: what happens with the outgoing one is for a person to settle.
    pub change: Vec<String>,
    /// Automatic acknowledgements of document systems.
    pub acknowledgements: Vec<String>,
    /// Other matters that reach the mailbox.
    pub others: Vec<OtherMatter>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherMatter {
    /// For the operator: what the mail is about, completing «Trata de …».
    pub about: String,
    pub words: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum FormError {
    #[error("the form file is not valid: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("the form file gives no severity for the rule {}: add it under [severities]", .0.code())]
    MissingSeverity(RuleCode),
    #[error("the form file lists no {0}: name at least one")]
    Empty(&'static str),
}

impl Form {
    /// # Errors
    /// When the text is not TOML of this shape, or a list that must not be empty is.
    pub fn parse(text: &str) -> Result<Form, FormError> {
        let form: Form = toml::from_str(text)?;
        if form.profiles.is_empty() {
            return Err(FormError::Empty("profiles"));
        }
        if form.roles.is_empty() {
            return Err(FormError::Empty("roles"));
        }
        match RuleCode::ALL.into_iter().find(|rule| !form.severities.contains_key(rule)) {
            Some(rule) => Err(FormError::MissingSeverity(rule)),
            None => Ok(form),
        }
    }

    /// How a rule counts. One without a severity, which [`Form::parse`] refuses, would call a person.
    pub fn severity(&self, rule: RuleCode) -> Severity {
        self.severities.get(&rule).copied().unwrap_or(Severity::Revision)
    }
}

/// How the form's words are compared: lower case, no accents, only letters and digits, single spaces between words.
///
/// `«Responsable de Comunicación**»` becomes `responsable de comunicacion`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        // Every word of every page comes through here, and most letters need no table.
        if character.is_ascii() {
            push_folded(&mut folded, character);
        } else {
            // The order of marks does not matter, because they are left out: so each character can be taken apart by itself.
            decompose_compatible(character, |part| push_folded(&mut folded, part));
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn push_folded(folded: &mut String, character: char) {
    let dropped = !character.is_ascii() && (is_combining_mark(character) || character == '\u{ad}');
    if dropped {
        return;
    }
    if character.is_ascii_alphanumeric() {
        folded.push(character.to_ascii_lowercase());
    } else if character.is_alphanumeric() {
        folded.extend(character.to_lowercase());
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn a_text_is_folded_as_its_compatibility_decomposition_would_be() {
        let by_definition = |text: &str| -> String {
            let kept = text.nfkd().filter(|character| !is_combining_mark(*character) && *character != '\u{ad}');
            let spaced: String = kept
                .flat_map(|character| {
                    let letter = if character.is_alphanumeric() { character } else { ' ' };
                    letter.to_lowercase()
                })
                .collect();
            spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let all: Vec<char> = (char::MIN..=char::MAX).collect();
        for some in all.chunks(97) {
            let text: String = some.iter().collect();
            assert_eq!(fold(&text), by_definition(&text), "{some:?}");
        }
        assert_eq!(fold(" «Responsable  de Comunicación**» N.º 4 "), "responsable de comunicacion n o 4");
    }
}
