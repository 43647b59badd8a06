//! Number formats: what a person sees of a stored number (ECMA-376 part 1, 18.8.31, as far as tables of people need it).
//!
//! A DNI column formatted `00000000` shows a zero that the number does not hold; a column too narrow or a format in scientific
//! notation hides digits that the number does hold. Dates are shown as day/month/year, the order of Peru, because the formats
//! of dates follow the reader's locale anyway. Fractions, elapsed time and colours are not rendered: their numbers print plain.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan};

use crate::tables::CellContent;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub text: String,
    pub content: CellContent,
    /// The format hides the value or some of its digits.
    pub hides: bool,
}

/// The day that a workbook counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Epoch {
    #[default]
    Of1900,
    Of1904,
}

/// The format code of a built-in id (ECMA-376 part 1, 18.8.30); ids that depend on the locale are given as Peru has them.
pub(super) fn builtin(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        14..=17 => "dd/mm/yyyy",
        18..=21 => "hh:mm",
        22 => "dd/mm/yyyy hh:mm",
        37 | 38 => "#,##0",
        39 | 40 => "#,##0.00",
        45..=47 => "hh:mm",
        49 => "@",
        _ => "General",
    }
}

/// The number as the format shows it.
pub(super) fn show(value: f64, code: &str, epoch: Epoch) -> Shown {
    let plain = || Shown { text: plain(value), content: CellContent::Number, hides: false };
    let Some(section) = section_of(value, code) else { return plain() };
    let tokens = tokens(section.code);
    if section.code.trim().is_empty() {
        return Shown { text: String::new(), content: CellContent::Number, hides: true };
    }
    if tokens.contains(&Token::Unrendered) {
        return plain();
    }
    if tokens.iter().any(|token| matches!(token, Token::Date(_))) {
        return date(value, &tokens, epoch).unwrap_or_else(plain);
    }
    digits(if section.drops_sign { value.abs() } else { value }, &tokens)
}

/// A number without format: all of its digits, never in scientific notation as far as it is exact.
pub(super) fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    if !value.is_finite() || value.abs() >= 1e15 || value.abs() < 1e-7 {
        return value.to_string();
    }
    // A double holds 15 decimal digits for sure; the ones behind are noise that no spreadsheet shows.
    let before = value.abs().log10().floor().max(0.0) as usize + 1;
    let text = format!("{value:.*}", 15usize.saturating_sub(before));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

struct Section<'a> {
    code: &'a str,
    /// A section of its own for negative numbers writes the sign itself.
    drops_sign: bool,
}

/// The section of the format that applies; `None` for General.
fn section_of(value: f64, code: &str) -> Option<Section<'_>> {
    let sections = split_sections(code);
    let conditional = sections.iter().any(|section| condition(section).is_some());
    let (code, drops_sign) = if conditional {
        let fits = sections.iter().find(|section| condition(section).is_none_or(|holds| holds.holds(value)));
        (fits.copied()?, false)
    } else {
        match (sections.as_slice(), value) {
            ([_, negative, ..], v) if v < 0.0 => (*negative, true),
            ([_, _, zero, ..], 0.0) => (*zero, false),
            ([first, ..], _) => (*first, false),
            ([], _) => return None,
        }
    };
    let bare = code.trim();
    let is_general = bare.is_empty() && sections.len() == 1
        || bare == "@"
        || bare.eq_ignore_ascii_case("general")
        || bare.eq_ignore_ascii_case("standard")
        || bare.eq_ignore_ascii_case("estándar");
    (!is_general).then_some(Section { code, drops_sign })
}

fn split_sections(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in code.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                sections.extend(code.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.extend(code.get(start..));
    sections
}

struct Condition<'a> {
    sign: &'a str,
    bound: f64,
}

impl Condition<'_> {
    fn holds(&self, value: f64) -> bool {
        match self.sign {
            "<=" => value <= self.bound,
            ">=" => value >= self.bound,
            "<>" => value != self.bound,
            "<" => value < self.bound,
            ">" => value > self.bound,
            _ => value == self.bound,
        }
    }
}

/// `[<=9999999]` at the head of a section.
fn condition(section: &str) -> Option<Condition<'_>> {
    section.split('[').skip(1).filter_map(|part| part.split(']').next()).find_map(|inner| {
        let bound = inner.trim_start_matches(['<', '>', '=']);
        let sign = inner.strip_suffix(bound).filter(|sign| !sign.is_empty())?;
        Some(Condition { sign, bound: bound.trim().parse().ok()? })
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    Literal(char),
    /// A letter of a date format: `d`, `m`, `y`, `h`, `s`.
    Date(char),
    /// Scientific notation, fractions: printed plain instead.
    Unrendered,
}

fn tokens(section: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = section.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '0' | '#' | '?' => tokens.push(Token::Digit(character)),
            '.' => tokens.push(Token::Point),
            ',' => tokens.push(Token::Comma),
            '%' => tokens.push(Token::Percent),
            '"' => tokens.extend(characters.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
            '\\' => tokens.extend(characters.next().map(Token::Literal)),
            // A gap as wide as the next character, and a fill of it.
            '_' => {
                characters.next();
                tokens.push(Token::Literal(' '));
            }
            '*' => {
                characters.next();
            }
            '[' => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                match inner.strip_prefix('$') {
                    Some(currency) => {
                        tokens.extend(currency.chars().take_while(|c| *c != '-').map(Token::Literal));
                    }
                    None if matches!(inner.to_ascii_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") => {
                        tokens.push(Token::Unrendered);
                    }
                    None => {}
                }
            }
            'E' | 'e' if matches!(characters.peek(), Some('+' | '-')) => tokens.push(Token::Unrendered),
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'a' | 'e' | 'h' | 'H' | 's' | 'S' => {
                tokens.push(Token::Date(character.to_ascii_lowercase()));
            }
            'G' | 'g' => tokens.push(Token::Unrendered),
            '/' if tokens.iter().any(|token| matches!(token, Token::Digit('#' | '?'))) => {
                tokens.push(Token::Unrendered)
            }
            other => tokens.push(Token::Literal(other)),
        }
    }
    tokens
}

/// The day that a serial number stands for, as day/month/year, with the time when the format shows one.
fn date(value: f64, tokens: &[Token], epoch: Epoch) -> Option<Shown> {
    let shows = |letters: &[char]| tokens.iter().any(|token| matches!(token, Token::Date(c) if letters.contains(c)));
    let moment = moment(value, epoch)?;
    let day = moment.strftime("%d/%m/%Y").to_string();
    let time = moment.strftime("%H:%M").to_string();
    let text = match (shows(&['d', 'y', 'e']) || !shows(&['h', 's']), shows(&['h', 's'])) {
        (true, true) => format!("{day} {time}"),
        (false, true) => time,
        _ => day,
    };
    Some(Shown { text, content: CellContent::Text, hides: false })
}

fn moment(value: f64, epoch: Epoch) -> Option<DateTime> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let days = value.floor() as i64;
    let first = match epoch {
        Epoch::Of1904 => Date::constant(1904, 1, 1),
        // Excel counts a 29 February 1900 that never was; from 1 March 1900 on the count runs from 30 December 1899.
        Epoch::Of1900 if days < 60 => Date::constant(1899, 12, 31),
        Epoch::Of1900 => Date::constant(1899, 12, 30),
    };
    let day = first.checked_add(days.days()).ok()?;
    let seconds = (value.fract() * 86_400.0).round() as i64;
    day.to_datetime(jiff::civil::Time::midnight()).checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// The number's digits laid into the format's places.
fn digits(value: f64, tokens: &[Token]) -> Shown {
    let point = tokens.iter().position(|token| *token == Token::Point);
    let is_digit = |token: &&Token| matches!(token, Token::Digit(_));
    let (whole_places, decimal_places) = match point.and_then(|at| tokens.split_at_checked(at)) {
        Some((before, after)) => (before.iter().filter(is_digit).count(), after.iter().filter(is_digit).count()),
        None => (tokens.iter().filter(is_digit).count(), 0),
    };
    if whole_places + decimal_places == 0 {
        // Literals only: the number itself is not shown.
        let text: String =
            tokens.iter().filter_map(|t| if let Token::Literal(c) = t { Some(*c) } else { None }).collect();
        return Shown { text, content: CellContent::Number, hides: true };
    }
    let percent = tokens.contains(&Token::Percent);
    let scaled = if percent { value * 100.0 } else { value };
    if scaled.abs() >= 1e15 {
        return Shown { text: plain(value), content: CellContent::Number, hides: false };
    }
    // A comma between places groups by thousands; commas behind the last place divide.
    let last_place = tokens.iter().rposition(|token| matches!(token, Token::Digit(_))).unwrap_or(0);
    let groups = (0..last_place).any(|at| tokens.get(at) == Some(&Token::Comma));
    let divides = tokens.iter().skip(last_place + 1).take_while(|token| **token == Token::Comma).count();
    let scaled = scaled / 1000f64.powi(divides as i32);

    let printed = format!("{:.*}", decimal_places, scaled.abs());
    let hides = divides > 0 || printed.parse::<f64>().is_ok_and(|shown| shown != scaled.abs());
    let (whole, decimals) = printed.split_once('.').unwrap_or((&printed, ""));
    let zeros = tokens
        .iter()
        .take(point.unwrap_or(tokens.len()))
        .skip_while(|token| !matches!(token, Token::Digit('0')))
        .filter(is_digit)
        .count();
    let padded = zeros.saturating_sub(whole.len());
    let whole = if whole == "0" && zeros == 0 { "" } else { whole };
    let mut whole: Vec<char> = std::iter::repeat_n('0', padded).chain(whole.chars()).collect();
    let mut decimals = decimals.chars();
    let mut text = String::new();
    if scaled < 0.0 && printed.chars().any(|c| matches!(c, '1'..='9')) {
        text.push('-');
    }
    let mut places_left = whole_places;
    let mut behind_point = false;
    for token in tokens {
        match token {
            Token::Digit(_) if behind_point => text.extend(decimals.next()),
            Token::Digit(_) => {
                // Digits beyond the format's places stand before its first one.
                while whole.len() >= places_left && !whole.is_empty() && places_left > 0 {
                    text.push(whole.remove(0));
                    if groups && whole.len().is_multiple_of(3) && !whole.is_empty() {
                        text.push(',');
                    }
                }
                places_left = places_left.saturating_sub(1);
            }
            Token::Point => {
                behind_point = true;
                text.push('.');
            }
            Token::Percent => text.push('%'),
            Token::Literal(character) => text.push(*character),
            Token::Comma | Token::Date(_) | Token::Unrendered => {}
        }
    }
    let content = if padded > 0 { CellContent::Text } else { CellContent::Number };
    Shown { text: text.trim().to_owned(), content, hides }
}
