//! Number: the oficio's number, from the head of the letter: never from a reference or the body.
//!
//! A soft reader fits what entities write (domain, section 2.1): kind, perhaps «N.º» in any of its shapes, digits, perhaps the
//! year, and a tail of initials with hyphens, slashes, dots and even spaces.

use super::columns::edit_distance;
use super::letter::{Letter, Line};
use super::rows::{drawn, single_spaced};
use super::value::{Certainty, Evidence, OficioDatum, Origin, ReadValue};
use crate::documents::Legibility;
use crate::form::{Form, fold};

/// Letters of an office before a number.
const LONGEST_INITIALS: usize = 24;
const DISPUTED: &str = "Se leyó de una imagen y no se distingue bien.";

/// Finds the number.
pub(super) fn find(letter: &Letter, form: &Form) -> OficioDatum<String> {
    let head = letter.head();
    let mut left_blank = None;
    let mut unread = None;
    for (index, line) in head.iter().enumerate() {
        let Some(rest) = after_kind(line.text, form) else { continue };
        let next = head.get(index + 1).map(|line| line.text);
        match read(rest, next) {
            Reading::Number(value) => return found(value, line),
            Reading::Blank => left_blank = left_blank.or(Some(line)),
            Reading::WithoutNumber => return OficioDatum::Missing,
            Reading::Nothing => {
                if is_placeholder(rest, &form.placeholders.number)
                    || next.is_some_and(|next| rest.is_empty() && is_placeholder(next, &form.placeholders.number))
                {
                    return placeholder(line);
                }
                if rest.chars().any(|letter| letter.is_ascii_digit()) {
                    unread = unread.or(Some((rest, line)));
                }
            }
        }
    }
    // «N° 045-2026-MPSC/A» with the kind elsewhere, e.g. in the letterhead's picture.
    for line in head {
        let rest = without_number_sign(without_abbreviated_kind(line.text));
        if rest.len() < line.text.trim().len()
            && let Reading::Number(value) = read(rest, None)
            && value.contains(['-', '/'])
        {
            return found(value, line);
        }
        if is_placeholder(line.text, &form.placeholders.number) {
            return placeholder(line);
        }
    }
    match (left_blank, unread) {
        (Some(line), _) => placeholder(line),
        // Something with digits stands where the number does, in a shape that is not known here.
        (None, Some((rest, line))) => {
            let mut read = read_line(line);
            read.certainty =
                Certainty::Unsure("No se reconoce la forma en que se escribió el número del oficio.".to_owned());
            OficioDatum::Found { value: single_spaced(rest), read }
        }
        (None, None) => OficioDatum::Missing,
    }
}

/// «Of. N° 045-2026-MPSC/A». (An «Of. 301» of an address has no «N.º» before it.)
fn without_abbreviated_kind(text: &str) -> &str {
    let text = text.trim();
    ["Of.", "OF.", "Ofic.", "OFIC."].iter().find_map(|kind| text.strip_prefix(kind)).map_or(text, str::trim_start)
}

fn found(value: String, line: &Line) -> OficioDatum<String> {
    let mut read = read_line(line);
    if line.legibility == Legibility::Disputed || (line.recognised && !is_whole(&value)) {
        read.certainty =
            Certainty::Unsure("El número del oficio se leyó de una imagen y no se distingue bien.".to_owned());
    }
    OficioDatum::Found { value, read }
}

fn placeholder(line: &Line) -> OficioDatum<String> {
    OficioDatum::Placeholder { read: read_line(line), elsewhere: None }
}

pub(super) fn read_line(line: &Line) -> ReadValue {
    ReadValue {
        text: single_spaced(line.text),
        lines: vec![line.text.to_owned()],
        origin: Origin::Text,
        evidence: Evidence { document: line.document.to_owned(), page: line.page, bounds: drawn(line.bounds) },
        certainty: if line.legibility == Legibility::Disputed {
            Certainty::Unsure(DISPUTED.to_owned())
        } else {
            Certainty::Sure
        },
        looks: Vec::new(),
    }
}

/// Whether a text is, or holds in brackets, one of the form's placeholders.
pub(super) fn is_placeholder(text: &str, placeholders: &[String]) -> bool {
    let folded = fold(text);
    placeholders.iter().any(|placeholder| {
        let placeholder = fold(placeholder);
        folded == placeholder || (placeholder.contains(' ') && folded.contains(&placeholder))
    })
}

/// Whether a number has its year, and digits before it: where these are missing in a picture, they were not read or left blank.
fn is_whole(value: &str) -> bool {
    let is_year = |digits: &str| digits.len() == 4 && digits.starts_with("20");
    let mut groups = value.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty());
    groups.next().is_some_and(|first| !is_year(first)) && groups.any(is_year)
}

/// The text after the kind of document («OFICIO MÚLTIPLE»), when the line holds one as a whole word. A line that refers to
/// another paper («Ref.: Oficio N.º …») does not count.
fn after_kind<'a>(text: &'a str, form: &Form) -> Option<&'a str> {
    let text = text.trim();
    let words = words(text);
    let folded: Vec<String> = words.iter().map(|(_, _, word)| fold(word)).collect();
    let refers =
        ["referencia", "ref", "asunto", "sumilla", "segun", "mediante", "con", "visto", "al", "del", "respuesta"];
    if folded.first().is_some_and(|word| refers.contains(&word.as_str())) {
        return None;
    }
    if let Some(rest) = after_spaced_kind(text) {
        return Some(rest);
    }
    for (index, word) in folded.iter().enumerate() {
        for kind in &form.oficio.kinds {
            let kind: Vec<String> = fold(kind).split(' ').map(str::to_owned).collect();
            let [first, rest @ ..] = kind.as_slice() else { continue };
            let is_misread = index == 0 && is_a_letter_off(word, first) && is_number_sign(folded.get(1));
            let begins = word == first || is_misread || glued_number_sign(word, first);
            if !begins || !rest.iter().zip(folded.iter().skip(index + 1)).all(|(a, b)| a == b) {
                continue;
            }
            let mut last = index;
            while folded.get(last + 1).is_some_and(|word| {
                ["multiple", "mult", "circular", "multiples", "externo", "digital", "electronico", "notarial"]
                    .contains(&word.as_str())
            }) {
                last += 1;
            }
            let (start, end, written) = words.get(last)?;
            let end = if last == index && word != first && !is_misread {
                start + first_letters(written, first)
            } else {
                *end
            };
            return text.get(end..);
        }
    }
    None
}

/// What stands after «O F I C I O» as some letterheads space it, or «O FI CIO», «O FICION°» as it is read from a picture.
fn after_spaced_kind(text: &str) -> Option<&str> {
    let mut letters = text.char_indices().filter(|(_, letter)| letter.is_alphanumeric());
    let mut end = 0;
    for own in ["o", "f", "i", "c", "i", "o"] {
        let (at, letter) = letters.next().filter(|(_, letter)| fold(&letter.to_string()) == own)?;
        end = at + letter.len_utf8();
    }
    let (kind, rest) = text.split_at_checked(end)?;
    let is_spaced = !kind.chars().all(char::is_alphanumeric);
    let ends = match rest.strip_prefix(['N', 'n']) {
        Some(after_sign) => !after_sign.starts_with(char::is_alphabetic) || after_sign.starts_with(['r', 'o', 'º']),
        None => !rest.starts_with(char::is_alphabetic),
    };
    (is_spaced && ends).then_some(rest)
}

/// «OFICION°045-…»: the number sign without a space.
fn glued_number_sign(word: &str, kind: &str) -> bool {
    word.strip_prefix(kind).is_some_and(|rest| rest.starts_with('n') && rest.len() <= 4)
        || word.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// «OEICIO N°», as a picture may show it: the sign that follows tells what is meant.
fn is_a_letter_off(word: &str, kind: &str) -> bool {
    kind.len() >= 6 && word.chars().count() == kind.chars().count() && edit_distance(word, kind) == 1
}

fn is_number_sign(word: Option<&String>) -> bool {
    word.is_some_and(|word| ["n", "no", "nro"].contains(&word.as_str()))
}

/// Bytes of `written` that its first letters, as many as `kind` has, take.
fn first_letters(written: &str, kind: &str) -> usize {
    written.char_indices().nth(kind.chars().count()).map_or(written.len(), |(index, _)| index)
}

/// Words with their byte range.
fn words(text: &str) -> Vec<(usize, usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (index, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = letter.is_alphanumeric();
        match (start, inside) {
            (None, true) => start = Some(index),
            (Some(begin), false) => {
                if let Some(word) = text.get(begin..index) {
                    found.push((begin, index, word));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[derive(Debug, PartialEq)]
enum Reading {
    Number(String),
    /// «      -2026-MPSC/A», «N.º ......»: the place of the number was left blank.
    Blank,
    /// «S/N».
    WithoutNumber,
    Nothing,
}

/// Reads the number at the start of `rest`; `next` is the line below, where a broken number goes on.
fn read(rest: &str, next: Option<&str>) -> Reading {
    if begins_with_a_blank(rest) {
        return Reading::Blank;
    }
    let rest = without_number_sign(rest);
    let squeezed: String = fold(rest).replace(' ', "");
    if rest.trim_start().to_lowercase().starts_with("s/n") || squeezed == "sn" || squeezed.starts_with("sinnumero") {
        return Reading::WithoutNumber;
    }
    if rest.trim().is_empty() {
        return match next.map(|next| read(next, None)) {
            Some(Reading::Number(value)) if value.contains(['-', '/']) => Reading::Number(value),
            _ => Reading::Blank,
        };
    }
    if let Some(value) = digits_and_tail(rest).or_else(|| initials_digits_and_tail(rest)) {
        let unfinished = value.ends_with(['-', '/']);
        let goes_on =
            next.filter(|next| unfinished || next.trim_start().starts_with(['-', '/'])).and_then(tail_of_next);
        let value = match goes_on {
            Some(tail) => value + &tail,
            None => value,
        };
        return Reading::Number(value.trim_end_matches(['-', '/', '.', ',', ';', ':']).to_owned());
    }
    let blank = rest.trim_start_matches(['_', '.', '…', ' ', '\u{a0}']);
    let only_tail = blank.starts_with(['-', '–', '/']) && blank.chars().any(|letter| letter.is_ascii_digit());
    if only_tail
        || (blank.is_empty() && !rest.trim().is_empty())
        || (blank.len() < rest.trim().len() && blank.starts_with("20"))
    {
        return Reading::Blank;
    }
    Reading::Nothing
}

/// «......-2026-MPSC/A»: a blank where the number stands, and only the year and the initials after it.
fn begins_with_a_blank(rest: &str) -> bool {
    let after = rest.trim_start_matches([':', '.', '_', '…', '-', '–', ' ', '\u{a0}']);
    let lead = rest.strip_suffix(after).unwrap_or_default();
    let blank = ["...", "__", "…"].iter().any(|filler| lead.contains(filler));
    let mut groups = after.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let year = groups.next().is_some_and(|first| first.len() == 4 && first.starts_with("20"));
    blank && year && after.starts_with("20") && groups.next().is_none()
}

/// What is drawn, or read, where a font lacks a letter.
const BOXES: [char; 7] = ['■', '□', '▪', '▯', '\u{fffd}', '?', '¿'];

/// What stands after «N.º» in any shape that is written or that a scan makes of it.
fn without_number_sign(text: &str) -> &str {
    let text = text.trim().trim_start_matches([':', '.', '-', '–', ' ']).trim_start();
    // A font without «№» or «º» draws a box, or nothing that has a name, in its place.
    let text = text.trim_start_matches(BOXES).trim_start();
    let lower = text.to_lowercase();
    // Lower-casing may change lengths only for letters that none of these signs holds, so a prefix of one is a prefix of both.
    for sign in ["número", "numero", "núm", "num", "nro", "nr0.", "nr0 ", "№", "no", "nº", "n°", "n.º", "n.°", "n", "w"]
    {
        if !lower.starts_with(sign) {
            continue;
        }
        let Some(rest) = text.get(sign.len()..) else { continue };
        let rest = rest.trim_start_matches([
            '.', ',', '■', '□', '▪', '▯', '\u{fffd}', '?', '°', 'º', 'o', '˚', '⁰', '*', '"', '\'', '”', '’', ':', ' ',
            '\u{a0}', '_',
        ]);
        // A blank may stay in front of what follows: «N.º ____-2026».
        let kept = text.get(sign.len()..).unwrap_or_default();
        let blank = kept.contains("___") || kept.contains("....") || kept.contains('…');
        let begins = |letter: char| letter.is_ascii_digit() || "DdSsOoIlL(-–/<[".contains(letter);
        if rest.is_empty() || rest.starts_with(begins) {
            return if blank { kept.trim_start_matches(['.', '°', 'º', ' ']) } else { rest };
        }
    }
    text
}

/// Digits (with a «D» before them in the SGD family) and the tail that belongs to them.
fn digits_and_tail(text: &str) -> Option<String> {
    let letters: Vec<char> = text.trim().chars().map(hyphen).collect();
    let mut value = String::new();
    let mut at = 0;
    if letters.first().is_some_and(|letter| letter.eq_ignore_ascii_case(&'d'))
        && letters.get(1).is_some_and(|next| is_digit(*next))
    {
        value.push('D');
        at = 1;
    }
    let begin = at;
    while let Some(letter) = letters.get(at).filter(|letter| is_digit(**letter)) {
        value.push(as_digit(*letter));
        at += 1;
    }
    let count = at - begin;
    let real = letters.get(begin..at)?.iter().any(char::is_ascii_digit);
    if count == 0 || count > 8 || !real {
        return None;
    }
    // A date («14/03/2026») or a year («2026-MPSC») is no number of a letter.
    let tail: String = letters.get(at..)?.iter().collect();
    if is_date_tail(&tail) || tail.trim_start().to_lowercase().starts_with("de ") {
        return None;
    }
    value.push_str(&joined_tail(&tail));
    Some(value)
}

/// «GG-045-2026», «MPSC/A-045-2026»: initials before the digits, which a year must follow.
fn initials_digits_and_tail(text: &str) -> Option<String> {
    let text: String = text.trim().chars().map(hyphen).collect();
    // Before letters, an «N» is a number sign only with its «º».
    let signed = text.strip_prefix(['N', 'n']).filter(|rest| rest.starts_with(['°', 'º', '.', '˚']));
    let text = signed.map_or(text.as_str(), |rest| rest.trim_start_matches(['°', 'º', '.', '˚', ':', ' ']));
    let end = text.find(|letter: char| letter.is_ascii_digit() || letter.is_whitespace())?;
    let (initials, rest) = text.split_at_checked(end)?;
    let is_initial = |letter: char| letter.is_ascii_uppercase() || matches!(letter, '-' | '/' | '.');
    let tied = initials.ends_with(['-', '/']) && initials.starts_with(|letter: char| letter.is_ascii_uppercase());
    if !tied || initials.len() > LONGEST_INITIALS || !initials.chars().all(is_initial) {
        return None;
    }
    let number = digits_and_tail(rest)?;
    let mut groups = number.split(['-', '/', ' ']).skip(1);
    let dated = groups.any(|group| group.len() == 4 && group.starts_with("20"));
    dated.then(|| format!("{initials}{number}"))
}

fn hyphen(letter: char) -> char {
    match letter {
        '–' | '—' | '‐' | '‑' | '−' => '-',
        other => other,
    }
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, 'O' | 'o' | 'l' | 'I')
}

fn as_digit(letter: char) -> char {
    match letter {
        'O' | 'o' => '0',
        'l' | 'I' => '1',
        other => other,
    }
}

fn is_date_tail(tail: &str) -> bool {
    let parts: Vec<&str> = tail.split(['/', '-', '.']).map(str::trim).collect();
    let number =
        |part: &&str| !part.is_empty() && part.len() <= 2 && part.chars().all(|letter| letter.is_ascii_digit());
    let year = |part: &str| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.len() == 4 && part.chars().nth(4).is_none_or(|letter| !letter.is_alphanumeric())
    };
    matches!(parts.as_slice(), ["", month, last, ..] if number(month) && year(last)) && parts.len() == 3
}

/// The tail after the first digits, with the spaces around hyphens and slashes dropped; it ends where words begin that are no
/// initials («045-2026-MPSC/A   Santa Coba, 14 de marzo»).
fn joined_tail(tail: &str) -> String {
    let mut joined = String::new();
    let mut words: Vec<&str> = tail.split_whitespace().collect();
    if tail.starts_with(char::is_whitespace) {
        words.insert(0, "");
    }
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let follows = index == 0 || joined.is_empty() && word.starts_with(['-', '/']);
        let tied = joined.ends_with(['-', '/']) || word.starts_with(['-', '/']);
        if !follows && !tied {
            // «GR PUNO/GR», «EPS X S.A./GG»: spaces inside, when capitals run on to a further hyphen or slash.
            let reach =
                words.iter().skip(index).take(6).take_while(|word| is_initials(word)).position(|word| ties(word));
            match reach {
                Some(reach) if joined.chars().any(char::is_alphabetic) => {
                    for word in words.iter().skip(index).take(reach + 1) {
                        joined.push(' ');
                        joined.push_str(word);
                    }
                    index += reach + 1;
                    continue;
                }
                _ => break,
            }
        }
        if word.contains([',', ':', '(', '"', '“'])
            || (tied && word.chars().any(char::is_lowercase) && !word.contains(['-', '/']))
        {
            let clean: String = word.chars().take_while(|letter| !",:(\"“".contains(*letter)).collect();
            if tied && is_initials(&clean) {
                joined.push_str(&clean);
            }
            break;
        }
        joined.push_str(word);
        index += 1;
    }
    joined.trim_end_matches(['.', ',', ';', ':', ' ']).to_owned()
}

fn is_initials(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|letter| {
            letter.is_uppercase() || letter.is_ascii_digit() || matches!(letter, '.' | '-' | '/' | '&' | '°')
        })
}

fn ties(word: &str) -> bool {
    let inner = word.trim_matches(['-', '/']);
    inner.contains(['-', '/']) && inner.chars().any(char::is_alphabetic)
}

/// The rest of a number at the start of the next line.
fn tail_of_next(next: &str) -> Option<String> {
    let word = next.split_whitespace().next()?;
    let word: String = word.chars().map(hyphen).collect();
    is_initials(&word).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::EMBEDDED;

    fn number_in(lines: &[&str]) -> Option<String> {
        let form = Form::parse(EMBEDDED).unwrap();
        let document = crate::oficio::paper::letter(lines);
        find(&Letter::of(&[&document]), &form).value().cloned()
    }

    #[test]
    fn a_spaced_kind_with_more_words_is_not_a_letter_without_number() {
        let form = Form::parse(EMBEDDED).unwrap();
        let document = crate::oficio::paper::letter(&["O F I C I O M Ú L T I P L E N° 14-2026-MPSC/A"]);
        assert!(
            matches!(find(&Letter::of(&[&document]), &form), OficioDatum::Found { read, .. } if read.certainty != Certainty::Sure)
        );
    }

    #[test]
    fn every_shape_of_the_domain_is_read() {
        for (line, expected) in [
            ("Oficio N° D000141-2026-MML-OGPF", "D000141-2026-MML-OGPF"),
            ("Oficio N.º D000123-2026-GRAN-GR", "D000123-2026-GRAN-GR"),
            ("OFICIO MÚLTIPLE N° 14-2021-JUS/DGTAIPD", "14-2021-JUS/DGTAIPD"),
            ("OFICIO 1210-2017-GRSM/SG", "1210-2017-GRSM/SG"),
            ("Oficio Nº 196-IN-010305000000", "196-IN-010305000000"),
            ("OFICIO N° 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO Nº 12 -2026/MDQ-ALC", "12-2026/MDQ-ALC"),
            ("OFICIO N.° 045 - 2026 - MPSC / A", "045-2026-MPSC/A"),
            ("Oficio N,° 317-2026-MPHN/A", "317-2026-MPHN/A"),
            ("Oficio Nro. 012-2026-G.R.AMAZONAS/GR", "012-2026-G.R.AMAZONAS/GR"),
            ("OFICIO N° 045-2026-GR PUNO/GR", "045-2026-GR PUNO/GR"),
            ("OFICIO N° 045-2026-EPS AGUAS S.A./GG", "045-2026-EPS AGUAS S.A./GG"),
            ("OFICIO N° GG-045-2026", "GG-045-2026"),
            ("Of. N° 045-2026-MDP/A", "045-2026-MDP/A"),
            ("OFICIO No. 77-2026-A/MDL", "77-2026-A/MDL"),
            ("OFICIO №. 77-2026-A/MDL", "77-2026-A/MDL"),
            ("OFICIO Num. 77-2026-A/MDL", "77-2026-A/MDL"),
            ("CARTA N° 003-2026-MPSC/GM", "003-2026-MPSC/GM"),
            ("OFICIO N° 045-2026-MPSC/A          Santa Coba, 14 de marzo de 2026", "045-2026-MPSC/A"),
            ("OFICIO N° 045-2026-MPSC/A.", "045-2026-MPSC/A"),
            ("O F I C I O   N° 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("O FI CIO N° 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("O f i c i o N° 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("O\u{a0}F\u{a0}I\u{a0}C\u{a0}I\u{a0}O N° 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO Nr0.045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("O FICION°045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICION°045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO W 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO N\": 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO N ° O45-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO N° 003-2026-UGEL-H/D", "003-2026-UGEL-H/D"),
            ("OFICIO N° 45", "45"),
            ("OFICIO N° ....045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO ....045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO ■ 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("OFICIO N■ 045-2026-MPSC/A", "045-2026-MPSC/A"),
            ("Oficio N.\u{fffd} 045-2026-MPSC/A", "045-2026-MPSC/A"),
        ] {
            assert_eq!(number_in(&[line]).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_number_broken_over_two_lines_is_one() {
        assert_eq!(number_in(&["OFICIO N° 045-2026-", "MPSC/A"]).as_deref(), Some("045-2026-MPSC/A"));
        assert_eq!(number_in(&["OFICIO N°", "045-2026-MPSC/A"]).as_deref(), Some("045-2026-MPSC/A"));
        assert_eq!(number_in(&["OFICIO N° 045-2026", "-MPSC/A"]).as_deref(), Some("045-2026-MPSC/A"));
    }

    #[test]
    fn a_letter_without_number_has_none() {
        for line in
            ["OFICIO S/N", "OFICIO N° S/N-2026", "Oficio N.º", "OFICIO", "14 de marzo de 2026", "OFICIO N.º ________"]
        {
            assert_eq!(number_in(&[line, "Santa Coba, 14 de marzo de 2026", "Señor:"]), None, "{line}");
        }
    }

    #[test]
    fn a_misread_letter_of_the_kind_hides_no_number() {
        assert_eq!(number_in(&["OEICIO N°D000862-2026-MPSI-ALC", "Señor:"]).as_deref(), Some("D000862-2026-MPSI-ALC"));
        assert_eq!(number_in(&["OEICIO 862-2026-MPSI-ALC", "Señor:"]), None);
    }

    #[test]
    fn a_number_in_a_shape_that_is_not_known_is_not_called_missing() {
        let form = Form::parse(EMBEDDED).unwrap();
        let of = |line: &str| {
            let document = crate::oficio::paper::letter(&[line, "Señor:"]);
            find(&Letter::of(&[&document]), &form)
        };
        for line in ["OFICIO N° MPSC.ALC.45", "OFICIO N° A. 45.26 MPSC"] {
            let OficioDatum::Found { read, .. } = of(line) else { panic!("{line}") };
            assert!(matches!(read.certainty, Certainty::Unsure(_)), "{line}");
        }
        // An office in an address is no oficio.
        assert_eq!(of("Jr. Lima 350 Of. 301"), OficioDatum::Missing);
        assert_eq!(of("Of. 301, Jr. Lima 350"), OficioDatum::Missing);
    }

    #[test]
    fn a_reference_is_not_the_number() {
        let lines = [
            "Santa Coba, 14 de marzo de 2026",
            "Ref.: Oficio N° 014-2026-PCM/SGTD",
            "Señor:",
            "Asunto: Responde Oficio N° 9-2026-X",
        ];
        assert_eq!(number_in(&lines), None);
        let lines = ["Señor:", "Referencia :", "Oficio Múltiple N.º 014-2026-PCM/SGTD", "De mi consideración:"];
        assert_eq!(number_in(&lines), None);
    }

    #[test]
    fn the_forms_placeholder_is_told_from_a_missing_number() {
        let form = Form::parse(EMBEDDED).unwrap();
        for line in [
            "Oficio N.º (número de oficio)",
            "OFICIO N° -2026-MPSC/A",
            "OFICIO N° ____-2026-MPSC/A",
            "OFICIO ......-2026-XYZ",
            "OFICIO: ……-2026-MPSC/A",
            "OFICIO _____-2026-MPSC/A",
        ] {
            let document = crate::oficio::paper::letter(&[line, "Señor:"]);
            let datum = find(&Letter::of(&[&document]), &form);
            assert!(matches!(datum, OficioDatum::Placeholder { .. }), "{line}: {datum:?}");
        }
    }
}
