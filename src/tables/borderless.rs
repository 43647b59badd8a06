//! Borderless: a table that no ruling bounds, found by the form's header words.
//!
//! This is no general finder: it knows which words head the columns of the form, and reads only what stands under them.

use super::Table;
use super::content::PageContent;
use super::join::Vocabulary;
use crate::form::{EMBEDDED, Form, fold};

/// The words that head the form's columns: one list of folded spellings a column.
#[derive(Clone, Debug, Default)]
pub struct HeaderWords {
    columns: Vec<Vec<String>>,
    terms: Vec<String>,
}

impl HeaderWords {
    /// The words of the form that is shipped with the program.
    pub fn of_the_form() -> HeaderWords {
        Form::parse(EMBEDDED).map(|form| HeaderWords::of(&form)).unwrap_or_default()
    }

    pub fn of(form: &Form) -> HeaderWords {
        let words = &form.columns;
        let folded = |lists: &[&[String]]| lists.iter().flat_map(|list| list.iter()).map(|word| fold(word)).collect();
        let terms = form.profiles.iter().chain(&form.roles);
        HeaderWords {
            columns: vec![
                folded(&[&words.cargo]),
                folded(&[&words.perfil]),
                folded(&[&words.nombres, &words.nombres_solo]),
                folded(&[&words.apellidos_solo]),
                folded(&[&words.dni]),
                folded(&[&words.correo]),
                folded(&[&words.celular]),
                folded(&[&words.rol]),
                folded(&[&words.ordinal]),
            ],
            terms: terms.flat_map(|term| std::iter::once(&term.name).chain(&term.words)).cloned().collect(),
        }
    }

    /// Adds the form's words to those that are known to stand on their own.
    pub fn teach(&self, vocabulary: &mut Vocabulary) {
        for text in self.columns.iter().flatten().chain(&self.terms) {
            vocabulary.add(text);
        }
    }
}

/// The borderless tables of a page among the words that no ruled table took.
pub(super) fn find(
    _page: &PageContent,
    _headers: &HeaderWords,
    _vocabulary: &Vocabulary,
    _taken: &[bool],
) -> Vec<Table> {
    Vec::new()
}
