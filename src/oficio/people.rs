//! People: whether two readings of a cell say the same, and whether two rows are the same person, under the writing that
//! makes no difference (case, accents, spaces, asterisks, titles, a zero that a spreadsheet lost).

use super::designee::{DesigneeRow, Field};
use super::value::{Origin, ReadValue};
use crate::form::{Form, Term, fold};

/// The form's term that `text` is, when it is one.
pub(super) fn term<'a>(terms: &'a [Term], text: &str) -> Option<&'a Term> {
    let text = compact(text);
    terms.iter().find(|term| compact(&term.name) == text || term.words.iter().any(|word| compact(word) == text))
}

/// Whether two rows name one person: one of the data that tell people apart agrees, and if it is an address or a telephone alone, not both
/// DNI and name say otherwise.
pub(super) fn same(a: &DesigneeRow, b: &DesigneeRow) -> bool {
    match likeness(a, b) {
        0 => false,
        1 => !are_others(a, b),
        _ => true,
    }
}

/// Whether both the DNI and the name say that these are two people, who share an address or a telephone.
fn are_others(a: &DesigneeRow, b: &DesigneeRow) -> bool {
    [Field::Dni, Field::Nombres].into_iter().all(|field| match (a.get(field), b.get(field)) {
        (Some(a), Some(b)) => !a.text.is_empty() && !b.text.is_empty() && !identity(field, a, b),
        _ => false,
    })
}

/// How many of the data that tell people apart agree.
pub(super) fn likeness(a: &DesigneeRow, b: &DesigneeRow) -> usize {
    [Field::Dni, Field::Nombres, Field::Correo, Field::Celular]
        .into_iter()
        .filter(|field| match (a.get(*field), b.get(*field)) {
            (Some(a), Some(b)) => !a.text.is_empty() && !b.text.is_empty() && identity(*field, a, b),
            _ => false,
        })
        .count()
}

fn identity(field: Field, a: &ReadValue, b: &ReadValue) -> bool {
    match field {
        Field::Dni => dni(a) == dni(b) && !dni(a).is_empty(),
        Field::Correo => mails(a).iter().any(|mail| mails(b).contains(mail)),
        Field::Celular => celular(a) == celular(b) && !celular(a).is_empty(),
        _ => name_words(&a.text, &[]) == name_words(&b.text, &[]),
    }
}

/// Whether two lists of the same people differ in a cell.
pub(super) fn differ(a: &[DesigneeRow], b: &[DesigneeRow], form: &Form) -> bool {
    a.len() != b.len()
        || a.iter().any(|row| {
            b.iter().filter(|other| same(row, other)).all(|other| {
                Field::ALL.into_iter().any(|field| match (row.get(field), other.get(field)) {
                    (Some(a), Some(b)) => !agree(field, a, b, form),
                    _ => false,
                })
            })
        })
}

/// Whether two readings of one field say the same. An empty one says nothing, so it contradicts nothing.
pub(super) fn agree(field: Field, a: &ReadValue, b: &ReadValue, form: &Form) -> bool {
    if compact(&a.text).is_empty() || compact(&b.text).is_empty() {
        return true;
    }
    match field {
        Field::Dni => dni(a) == dni(b) || compact(&a.text) == compact(&b.text),
        Field::Celular => celular(a) == celular(b),
        Field::Correo => mails(a).iter().any(|mail| mails(b).contains(mail)),
        Field::Nombres => {
            let titles = &form.values.titles;
            let (a, b) = (name_words(&a.text, titles), name_words(&b.text, titles));
            a == b || a.concat() == b.concat() || sorted_letters(&a) == sorted_letters(&b)
        }
        Field::Perfil => same_term(&form.profiles, &a.text, &b.text),
        Field::Rol => same_term(&form.roles, &a.text, &b.text),
        Field::Cargo => compact(&a.text) == compact(&b.text),
    }
}

fn same_term(terms: &[Term], a: &str, b: &str) -> bool {
    match (term(terms, a), term(terms, b)) {
        (Some(a), Some(b)) => a.name == b.name,
        _ => compact(a) == compact(b),
    }
}

/// Letters and digits only, folded.
pub(super) fn compact(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// The digits of a DNI: a numeric cell's lost zeros put back, a check character dropped.
pub(super) fn dni(value: &ReadValue) -> String {
    let digits: String = value.text.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        0 => digits,
        1..=7 if value.origin == Origin::NumericCell => format!("{digits:0>8}"),
        8 => digits,
        9 => digits.chars().take(8).collect(),
        _ => digits,
    }
}

fn celular(value: &ReadValue) -> String {
    let digits: String = value.text.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0051").or_else(|| digits.strip_prefix("51")).filter(|rest| rest.len() == 9);
    national.map_or_else(|| digits.clone(), str::to_owned)
}

/// An address as it may be meant: wrapped lines joined with nothing, and a hyphen at a line's end as part of it or not.
fn mails(value: &ReadValue) -> [String; 2] {
    let squeeze = |text: &str| {
        text.chars().filter(|letter| !letter.is_whitespace() && *letter != '*').collect::<String>().to_lowercase()
    };
    let whole = squeeze(&value.lines.concat());
    let last = value.lines.len().saturating_sub(1);
    let unhyphenated: String = value
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| squeeze(if index < last { line.trim_end().trim_end_matches('-') } else { line }))
        .collect();
    [if whole.is_empty() { squeeze(&value.text) } else { whole }, unhyphenated]
}

fn name_words(text: &str, titles: &[String]) -> Vec<String> {
    let titles: Vec<String> = titles.iter().map(|title| compact(title)).collect();
    let mut words: Vec<String> = fold(text).split(' ').map(str::to_owned).collect();
    while words.len() > 1 && words.first().is_some_and(|word| titles.contains(word)) {
        words.remove(0);
    }
    words.sort();
    words
}

fn sorted_letters(words: &[String]) -> Vec<char> {
    let mut letters: Vec<char> = words.concat().chars().collect();
    letters.sort_unstable();
    letters
}
