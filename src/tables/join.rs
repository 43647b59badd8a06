//! Join: the wrapped lines of a cell become one line, as a person would read them.
//!
//! Layout engines break inside words when a column is narrow («Comunicacion|es», «40718|263»), and between words otherwise.
//! Which of the two it was is told by the kind of text, by the words that the document uses elsewhere, and by whether one more
//! letter would have fitted.

use std::collections::HashSet;

use super::content::Rectangle;
use super::fill::CellLine;
use crate::documents::Bounds;
use crate::form::fold;

/// Words that stand somewhere on their own, folded: the form's words and the document's.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary<'v> {
    words: HashSet<String>,
    /// Words that are known too.
    other: Option<&'v Vocabulary<'v>>,
}

impl<'v> Vocabulary<'v> {
    /// Knows what the other one knows, and can be taught more.
    pub fn beside(other: &'v Vocabulary<'v>) -> Vocabulary<'v> {
        Vocabulary { words: HashSet::new(), other: Some(other) }
    }

    pub fn add(&mut self, text: &str) {
        self.words.extend(fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
    }

    fn knows(&self, word: &str) -> bool {
        self.words.contains(word) || self.other.is_some_and(|other| other.knows(word))
    }

    /// Whether a text is made of known words only.
    pub fn knows_all(&self, text: &str) -> bool {
        let text = fold(text);
        !text.is_empty() && text.split(' ').all(|word| self.knows(word))
    }
}

/// Words that follow another word and never end a broken one.
const FUNCTION_WORDS: [&str; 20] = [
    "a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "los", "o", "para", "por", "que", "se", "su", "u",
    "un", "y",
];

pub(super) fn lines(lines: &[CellLine], cell: &Bounds, inset: f32, vocabulary: &Vocabulary) -> String {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    if let Some(whole) = as_address(&texts).or_else(|| as_number(&texts)) {
        return whole;
    }
    let mut text = String::new();
    let mut above: Option<&CellLine> = None;
    for line in lines {
        match above.map(|above| joint(above, line, &text, cell, inset, vocabulary)) {
            Some(Joint::Nothing) | None => {}
            Some(Joint::DropHyphen) => {
                text.pop();
            }
            Some(Joint::Space) => text.push(' '),
        }
        text.push_str(&line.text);
        above = Some(line);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines that together are one e-mail address: an address has no spaces.
fn as_address(lines: &[&str]) -> Option<String> {
    if lines.len() < 2 || lines.iter().any(|line| !line.chars().all(is_address_character)) {
        return None;
    }
    let whole = lines.concat();
    (whole.matches('@').count() == 1).then_some(whole)
}

fn is_address_character(character: char) -> bool {
    character.is_alphanumeric() || "@._-+".contains(character)
}

/// Lines that together are one number (DNI, telephone): joined with nothing, unless each is a whole number already.
fn as_number(lines: &[&str]) -> Option<String> {
    let digits = |line: &&str| line.chars().filter(char::is_ascii_digit).count();
    let numeric = |line: &&str| line.chars().all(|c| c.is_ascii_digit() || " .-+()".contains(c)) && digits(line) > 0;
    let fits = lines.len() >= 2 && lines.iter().all(numeric) && !lines.iter().all(|line| digits(line) >= 8);
    let total: usize = lines.iter().map(digits).sum();
    (fits && total <= 15).then(|| lines.concat())
}

enum Joint {
    Nothing,
    Space,
    DropHyphen,
}

fn joint(
    above: &CellLine,
    below: &CellLine,
    so_far: &str,
    cell: &Bounds,
    inset: f32,
    vocabulary: &Vocabulary,
) -> Joint {
    let Some(next) = below.text.split(' ').next() else { return Joint::Space };
    let last = so_far.rsplit(' ').next().unwrap_or(so_far);
    if next.chars().all(|c| c == '*') || next.chars().next().is_some_and(|c| ".,;:)".contains(c)) {
        return Joint::Nothing;
    }
    let starts_low = next.chars().next().is_some_and(char::is_lowercase);
    if last.contains('@') || next.contains('@') {
        return address_joint(last, next, below);
    }
    if last.ends_with(['-', '\u{2010}']) && last.chars().count() > 1 {
        let worded = last.chars().rev().nth(1).is_some_and(char::is_alphabetic);
        return if starts_low && worded { Joint::DropHyphen } else { Joint::Nothing };
    }
    if last.ends_with('/') || next.starts_with('/') {
        return Joint::Nothing;
    }
    let (folded_last, folded_next) = (fold(last), fold(next));
    let whole = format!("{folded_last}{folded_next}");
    if !starts_low || !last.ends_with(char::is_alphabetic) {
        return Joint::Space;
    }
    if vocabulary.knows(&whole) {
        return Joint::Nothing;
    }
    if FUNCTION_WORDS.contains(&folded_next.as_str()) {
        return Joint::Space;
    }
    // A tail of one or two letters («es», «al») is more often a broken word than a word.
    if vocabulary.knows(&folded_last) && folded_next.chars().count() > 2 && vocabulary.knows(&folded_next) {
        return Joint::Space;
    }
    let single = !above.text.contains(' ');
    let room = cell.width() - 2.0 * inset - (above.right - above.left);
    if single && room < 0.55 * above.size { Joint::Nothing } else { Joint::Space }
}

/// Between two lines of which one holds an address: an address goes on over the break unless it is whole.
fn address_joint(last: &str, next: &str, below: &CellLine) -> Joint {
    let fits = |token: &str| token.chars().all(is_address_character);
    let whole =
        last.contains('@') && [".pe", ".com", ".org", ".net"].iter().any(|end| last.to_lowercase().ends_with(end));
    let goes_on = !(last.contains('@') && next.contains('@'))
        && fits(last)
        && fits(next)
        && (!whole || next.starts_with(['.', '@']))
        && (next.contains('@') || !below.text.contains(' ') || next.contains('.'));
    if goes_on { Joint::Nothing } else { Joint::Space }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(texts: &[&str], width: f32) -> String {
        let lines: Vec<CellLine> = texts
            .iter()
            .map(|text| CellLine {
                text: (*text).to_owned(),
                left: 2.0,
                right: 2.0 + 5.0 * text.chars().count() as f32,
                size: 10.0,
            })
            .collect();
        let cell = Bounds { left: 0.0, top: 0.0, right: width, bottom: 50.0 };
        let mut vocabulary = Vocabulary::default();
        vocabulary.add("Coordinador de entidad Responsable de Comunicaciones");
        super::lines(&lines, &cell, 2.0, &vocabulary)
    }

    #[test]
    fn words_are_joined_with_a_space() {
        assert_eq!(joined(&["Jefe de la Oficina", "de Informática"], 100.0), "Jefe de la Oficina de Informática");
    }

    #[test]
    fn an_address_is_joined_with_nothing() {
        assert_eq!(joined(&["jperez@muni", "santacoba.gob", ".pe"], 60.0), "jperez@munisantacoba.gob.pe");
        assert_eq!(joined(&["a.b@x.gob.pe", "c.d@x.gob.pe"], 90.0), "a.b@x.gob.pe c.d@x.gob.pe");
    }

    #[test]
    fn a_number_is_joined_with_nothing_and_two_numbers_stay_apart() {
        assert_eq!(joined(&["40718", "263"], 30.0), "40718263");
        assert_eq!(joined(&["987654321", "912345678"], 60.0), "987654321 912345678");
    }

    #[test]
    fn a_word_broken_where_nothing_more_fitted_is_joined() {
        assert_eq!(joined(&["Planeamie", "nto"], 50.0), "Planeamiento");
    }

    #[test]
    fn two_known_words_stay_apart_in_a_column_as_narrow_as_the_first() {
        assert_eq!(joined(&["Coordinador", "entidad***"], 59.0), "Coordinador entidad***");
        assert_eq!(joined(&["Comunicacion", "es"], 200.0), "Comunicaciones");
        assert_eq!(joined(&["Responsabl", "e de", "Comunicaciones"], 54.0), "Responsable de Comunicaciones");
    }

    #[test]
    fn footnote_marks_alone_on_a_line_belong_to_the_word() {
        assert_eq!(joined(&["Comunicación", "**"], 65.0), "Comunicación**");
    }
}
