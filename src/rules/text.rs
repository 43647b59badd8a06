//! Text as people and word processors leave it in a cell, made plain enough to be compared.
//!
//! Only what carries no meaning goes: invisible characters, kinds of dashes and blanks, footnote asterisks.

use unicode_normalization::UnicodeNormalization;

use crate::form::fold;
use crate::oficio::ReadValue;

/// Compatibility forms made plain (full-width digits, `º`, ligatures), invisible characters dropped, every dash a hyphen,
/// white space single.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.nfkc() {
        let character = match character {
            // Soft hyphen, zero-width characters, marks of direction, byte order mark: nobody sees them.
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fffc}' => continue,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' => '-',
            other if other.is_whitespace() || other.is_control() => ' ',
            other => other,
        };
        if character == ' ' && (plain.is_empty() || plain.ends_with(' ')) {
            continue;
        }
        plain.push(character);
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// The value on one line, plain, without the form's footnote asterisks.
pub(crate) fn one_line(value: &ReadValue) -> String {
    let text = if value.text.trim().is_empty() { value.lines.join(" ") } else { value.text.clone() };
    without_asterisks(&text)
}

/// The visual lines, plain, without asterisks and blank lines; the text when there are no lines.
pub(crate) fn lines(value: &ReadValue) -> Vec<String> {
    let lines: Vec<String> =
        value.lines.iter().map(|line| without_asterisks(line)).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        let text = without_asterisks(&value.text);
        return if text.is_empty() { Vec::new() } else { vec![text] };
    }
    lines
}

fn without_asterisks(text: &str) -> String {
    // Only a plain asterisk is sure to be one: there are small and full-width ones.
    plain(&plain(text).replace('*', " "))
}

/// Letters and digits only, lower case, without accents: words compared whatever their spacing.
pub(crate) fn letters(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// Whether nothing was filled in: no letter or digit at all, a run of `x`, or one of the form file's fillers («S/N»,
/// «pendiente»).
pub(crate) fn is_filler(text: &str, fillers: &[String]) -> bool {
    let letters_of_text = letters(text);
    letters_of_text.chars().all(|character| character == 'x')
        || fillers.iter().any(|filler| letters(filler) == letters_of_text)
}

/// What a person reads of a value in a message: one line, and not without end.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    let mut cut: String = text.chars().take(LONGEST).collect();
    cut.push('…');
    cut
}

/// A spreadsheet's number as its digits: `966428016.0` and `9.66428016E8` are `966428016`. Anything else is `None`.
pub(crate) fn whole_number(text: &str) -> Option<String> {
    let all_digits = |text: &str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    if let Some((whole, "0" | "00")) = text.split_once('.')
        && whole.len() >= 4
        && all_digits(whole)
    {
        return Some(whole.to_owned());
    }
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    if !all_digits(&mantissa.replacen('.', "", 1)) || !all_digits(exponent.trim_start_matches('+')) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    // Up to 2^53 a double holds every whole number.
    (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then(|| format!("{number:.0}"))
}

/// How many slips of the hand (a letter too many, too few, another one, two swapped) lie between two words, told apart only
/// up to one: `Some(0)`, `Some(1)`, or `None` for more.
pub(crate) fn slips(one: &str, other: &str) -> Option<u8> {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    if one == other {
        return Some(0);
    }
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(start..)?, other.get(start..)?);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(..one.len() - end)?, other.get(..other.len() - end)?);
    match (one, other) {
        ([_], [_]) | ([], [_]) | ([_], []) => Some(1),
        ([a, b], [c, d]) if a == d && b == c => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_keeps_what_carries_meaning_only() {
        assert_eq!(plain("  a\u{a0}\u{200b}b\u{ad}c – ９º\n d "), "a bc - 9o d");
    }

    #[test]
    fn dots_dashes_and_the_lists_words_are_fillers() {
        let fillers = vec!["S/N".to_owned(), "pendiente".to_owned()];
        for text in ["", "-", "......", "____", "—", "s/n", "S / N", "(Pendiente)", "xxxxx", "…"] {
            assert!(is_filler(text, &fillers), "{text:?}");
        }
        for text in ["0", "Pendiente Ramos", "a@b.pe"] {
            assert!(!is_filler(text, &fillers), "{text:?}");
        }
    }

    #[test]
    fn a_spreadsheets_number_is_its_digits() {
        assert_eq!(whole_number("966428016.0").as_deref(), Some("966428016"));
        assert_eq!(whole_number("9.66428016E8").as_deref(), Some("966428016"));
        assert_eq!(whole_number("12.345"), None);
        assert_eq!(whole_number("987.654.321"), None);
        assert_eq!(whole_number("987654321"), None);
    }

    #[test]
    fn one_slip_is_told_from_more() {
        assert_eq!(slips("gmail", "gmail"), Some(0));
        for slip in ["gmial", "gmil", "gmaill", "gnail"] {
            assert_eq!(slips("gmail", slip), Some(1), "{slip}");
        }
        assert_eq!(slips("gmail", "hotmail"), None);
        assert_eq!(slips("ab", "abcd"), None);
    }
}
