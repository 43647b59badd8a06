//! Join: the wrapped lines of a cell become one line, as a person would read them.
//!
//! Layout engines break inside words when a column is narrow («Comunicacion|es», «40718|263»), and between words otherwise.
//! Which of the two it was is told by the kind of text, by a space that was drawn at the line's end, by whether one more letter
//! would have fitted, and by the words that the document uses elsewhere. Where it cannot be told, that is said too: in a name it
//! matters, and [`crate::oficio`] knows which cells hold one.

use std::collections::HashSet;

use super::LineBreak;
use super::content::Word;
use super::fill::CellLine;
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

    /// Adds the words that stand inside a line of running text: what begins or ends a line may be a piece of a word.
    pub fn add_inner(&mut self, words: &[Word]) {
        let near = |a: &Word, b: &Word| {
            let gap = b.bounds.left - a.bounds.right;
            (a.baseline - b.baseline).abs() <= 0.1 * a.size && gap > 0.1 * a.size && gap <= 0.36 * a.size
        };
        for ((before, word), after) in words.iter().zip(words.iter().skip(1)).zip(words.iter().skip(2)) {
            if near(before, word) && near(word, after) {
                self.add(&word.text);
            }
        }
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

/// How the lines of one table are broken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Breaking {
    /// The producer draws the space at which it breaks a line: a line without one was broken inside a word.
    draws_spaces: bool,
    /// Lines are filled to their last letter, wherever in a word that is.
    anywhere: bool,
}

impl Breaking {
    /// From the lines of each cell and the room they have.
    pub fn of<'l>(cells: impl Iterator<Item = (&'l [CellLine], f32)>) -> Breaking {
        let (mut wraps, mut spaced, mut roomy) = (0, 0, 0);
        for (lines, room) in cells {
            for (above, below) in lines.iter().zip(lines.iter().skip(1)) {
                wraps += 1;
                spaced += usize::from(above.spaced);
                roomy += usize::from(room - above.width() > below.first_glyph + 0.4 * above.size);
            }
        }
        Breaking { draws_spaces: spaced >= 2 && spaced * 4 >= wraps, anywhere: wraps >= 6 && roomy * 12 <= wraps }
    }
}

/// Words that follow another word and never end a broken one.
const FUNCTION_WORDS: [&str; 20] = [
    "a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "los", "o", "para", "por", "que", "se", "su", "u",
    "un", "y",
];

/// The lines of a cell as one text, and what happens between them. `room` is the width that its lines have.
pub(super) fn lines(
    lines: &[CellLine],
    room: f32,
    breaking: &Breaking,
    vocabulary: &Vocabulary,
) -> (String, Vec<LineBreak>) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    if let Some(whole) = as_address(&texts).or_else(|| as_number(&texts)) {
        return (whole, Vec::new());
    }
    let mut text = String::new();
    let mut breaks = Vec::new();
    let mut above: Option<&CellLine> = None;
    for line in lines {
        if let Some(above) = above {
            let (joint, at) = joint(above, line, &text, room, breaking, vocabulary);
            match joint {
                Joint::Nothing => {}
                Joint::DropHyphen => {
                    text.pop();
                }
                Joint::Space => text.push(' '),
            }
            breaks.push(at);
        }
        text.push_str(&line.text);
        above = Some(line);
    }
    (text.split_whitespace().collect::<Vec<_>>().join(" "), breaks)
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

/// What joins two lines, and what kind of break it was.
fn joint(
    above: &CellLine,
    below: &CellLine,
    so_far: &str,
    room: f32,
    breaking: &Breaking,
    vocabulary: &Vocabulary,
) -> (Joint, LineBreak) {
    let between = (Joint::Space, LineBreak::Between);
    let inside = (Joint::Nothing, LineBreak::Inside);
    let Some(next) = below.text.split(' ').next() else { return between };
    let last = so_far.rsplit(' ').next().unwrap_or(so_far);
    if next.chars().all(|c| c == '*') || next.chars().next().is_some_and(|c| ".,;:)".contains(c)) {
        return inside;
    }
    let starts_low = next.chars().next().is_some_and(char::is_lowercase);
    if last.contains('@') || next.contains('@') {
        return if address_goes_on(last, next, below) { inside } else { between };
    }
    if last.ends_with(['-', '\u{2010}']) && last.chars().count() > 1 {
        let worded = last.chars().rev().nth(1).is_some_and(char::is_alphabetic);
        return if starts_low && worded { (Joint::DropHyphen, LineBreak::Inside) } else { inside };
    }
    if last.ends_with('/') || next.starts_with('/') {
        return inside;
    }
    if above.spaced || !may_be_one_word(last, next) {
        return between;
    }
    let known = Known::of(last, next, vocabulary);
    if known.whole && !(known.both() && room - above.width() > 0.5 * above.size) {
        return inside;
    }
    // A word is broken only where its next letter did not fit.
    if room - above.width() > below.first_glyph + 0.12 * above.size {
        return between;
    }
    // Where the space itself did not fit, none is drawn.
    if breaking.draws_spaces && room - above.width() > 0.4 * above.size {
        return inside;
    }
    if above.text.contains(' ') && !breaking.anywhere {
        // A word goes to the next line as a whole unless it is wider than a whole line; few producers break it all the same.
        let (letters, piece) = (last.chars().count(), last.rsplit('-').next().map_or(0, |piece| piece.chars().count()));
        let whole = above.last_word * piece as f32 / letters.max(1) as f32 + below.first_word;
        return match (whole <= room, starts_low && !known.function) {
            _ if known.last => between,
            (true, false) => between,
            (true, true) => guess(false),
            (false, _) => guess(known.ends_open),
        };
    }
    if known.both() {
        return between;
    }
    if known.function || !starts_low {
        return full_line(last, next, below, &known);
    }
    inside
}

/// A line that is filled by a word which may end there or go on: a preposition follows, or capitals.
fn full_line(last: &str, next: &str, below: &CellLine, known: &Known) -> (Joint, LineBreak) {
    if known.ends_open && !known.last {
        return (Joint::Nothing, if known.function { LineBreak::Unknown } else { LineBreak::Inside });
    }
    let length = next.chars().count();
    let roman = next.chars().all(|letter| "IVX".contains(letter)) && last.chars().count() > 2;
    let ending = if known.function {
        ["a", "o"].contains(&fold(next).as_str()) && below.text == next
    } else {
        length <= 2 && !roman
    };
    guess(ending && !known.last)
}

fn guess(inside: bool) -> (Joint, LineBreak) {
    (if inside { Joint::Nothing } else { Joint::Space }, LineBreak::Unknown)
}

/// Whether two pieces could be one word by their letters: no word goes on with a capital after small letters.
fn may_be_one_word(last: &str, next: &str) -> bool {
    let letters = last.ends_with(char::is_alphabetic) && next.starts_with(char::is_alphabetic);
    let low = |text: &str| text.chars().any(char::is_lowercase);
    let capital_alone = last.chars().count() == 1;
    letters && if next.starts_with(char::is_lowercase) { low(last) || capital_alone } else { !low(last) && !low(next) }
}

/// What the words of the document and of the form say of two pieces.
struct Known {
    whole: bool,
    last: bool,
    next: bool,
    /// Whether the second piece is a word that often begins a line.
    function: bool,
    /// Whether the first piece ends as no Spanish word does.
    ends_open: bool,
}

impl Known {
    fn of(last: &str, next: &str, vocabulary: &Vocabulary) -> Known {
        let (last, next) = (fold(last), fold(next));
        let function = FUNCTION_WORDS.contains(&next.as_str());
        // A tail of one or two letters («es», «al») is more often a broken word than a word.
        let next_is_word = next.chars().count() > 2 && !function && vocabulary.knows(&next);
        Known {
            whole: vocabulary.knows(&format!("{last}{next}")),
            last: vocabulary.knows(&last),
            next: next_is_word,
            function,
            ends_open: !last.ends_with(['a', 'e', 'i', 'o', 'u', 'n', 'r', 's', 'l', 'd', 'z', 'y']),
        }
    }

    fn both(&self) -> bool {
        self.last && (self.next || self.function)
    }
}

/// Between two lines of which one holds an address: an address goes on over the break unless it is whole.
fn address_goes_on(last: &str, next: &str, below: &CellLine) -> bool {
    let fits = |token: &str| token.chars().all(is_address_character);
    let whole =
        last.contains('@') && [".pe", ".com", ".org", ".net"].iter().any(|end| last.to_lowercase().ends_with(end));
    !(last.contains('@') && next.contains('@'))
        && fits(last)
        && fits(next)
        && (!whole || next.starts_with(['.', '@']))
        && (next.contains('@') || !below.text.contains(' ') || next.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> CellLine {
        CellLine::even(text.to_owned(), 2.0, 2.0 + 5.0 * text.chars().count() as f32, 10.0)
    }

    fn broken(texts: &[&str], room: f32) -> (String, Vec<LineBreak>) {
        let lines: Vec<CellLine> = texts.iter().map(|text| line(text)).collect();
        let mut vocabulary = Vocabulary::default();
        vocabulary.add("Coordinador de entidad Responsable de Comunicaciones");
        super::lines(&lines, room, &Breaking::default(), &vocabulary)
    }

    fn joined(texts: &[&str], width: f32) -> String {
        broken(texts, width - 4.0).0
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

    #[test]
    fn the_tail_of_a_word_is_no_preposition_where_the_line_is_full() {
        assert_eq!(joined(&["Informátic", "a"], 54.0), "Informática");
        assert_eq!(joined(&["Tec.", "Administ", "rativo"], 46.0), "Tec. Administrativo");
        assert_eq!(joined(&["Apoyo", "a la Alcaldía"], 80.0), "Apoyo a la Alcaldía");
    }

    #[test]
    fn whether_a_word_in_a_name_ends_at_the_edge_is_said_to_be_unknown_where_it_is() {
        assert_eq!(broken(&["Wilfred", "o Pérez"], 35.0).1, [LineBreak::Unknown]);
        assert_eq!(broken(&["Ursu", "la Pérez"], 35.0).1, [LineBreak::Between], "more letters would have fitted");
        assert_eq!(broken(&["RAMÍREZ", "QUISPE"], 36.0).1, [LineBreak::Unknown]);
        assert_eq!(broken(&["Ramírez", "Quispe"], 36.0).1, [LineBreak::Between]);
    }

    #[test]
    fn a_space_that_was_drawn_at_the_end_of_a_line_parts_two_words() {
        let mut lines = vec![line("RAMÍREZ"), line("QUISPE"), line("ROJAS")];
        let read = |lines: &[CellLine]| {
            let breaking = Breaking::of([(lines, 35.0)].into_iter());
            super::lines(lines, 35.0, &breaking, &Vocabulary::default())
        };
        lines[0].spaced = true;
        lines[1].spaced = true;
        assert_eq!(read(&lines), ("RAMÍREZ QUISPE ROJAS".to_owned(), vec![LineBreak::Between; 2]));
        lines.push(line("HUAMANC"));
        lines.push(line("HUMO"));
        lines[2].spaced = true;
        assert_eq!(read(&lines).0, "RAMÍREZ QUISPE ROJAS HUAMANCHUMO");
    }

    #[test]
    fn a_line_of_several_words_is_broken_inside_one_only_when_that_word_is_wider_than_the_line() {
        assert_eq!(joined(&["Jefa de la", "oficina"], 54.0), "Jefa de la oficina");
    }
}
