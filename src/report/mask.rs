//! Masks for DNIs and telephones (Ley 29733: no more of a datum than its use needs).

use std::sync::LazyLock;

use regex::Regex;

/// `01234567` -> `0123****`: what follows the fourth character is starred.
pub fn dni(value: &str) -> String {
    value.chars().enumerate().map(|(index, c)| if index < 4 || !c.is_alphanumeric() { c } else { '*' }).collect()
}

/// `987654321` -> `9******21`: only the first digit and the last two stand.
pub fn celular(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let mut seen = 0;
    let mask = |c: char| {
        if !c.is_ascii_digit() {
            return c;
        }
        seen += 1;
        if seen == 1 || seen + 2 > digits { c } else { '*' }
    };
    value.chars().map(mask).collect()
}

/// Masks what looks like a DNI or a telephone within a sentence: seven digits or more, also in groups (`987 654 321`,
/// `12.345.678`). A case number (`2026-000123`) and a date do not look so.
pub fn sentence(text: &str) -> String {
    // The patterns are constants; were one wrong, the text would be left out rather than shown.
    static NUMBERS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b9\d{2}[ .-]?\d{3}[ .-]?\d{3}\b|\d{1,3}(?:[ .]\d{3}){2}|\d{7,}").ok());
    let Some(numbers) = NUMBERS.as_ref() else { return String::new() };
    let masked = |found: &regex::Captures<'_>| {
        let number = found.get(0).map_or("", |number| number.as_str());
        if number.starts_with('9') && number.chars().filter(char::is_ascii_digit).count() == 9 {
            celular(number)
        } else {
            dni(number)
        }
    };
    numbers.replace_all(text, masked).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dni_keeps_its_first_four_digits() {
        assert_eq!(dni("01234567"), "0123****");
        assert_eq!(dni("12.345.678-9"), "12.3**.***-*");
        assert_eq!(dni("123"), "123");
    }

    #[test]
    fn a_celular_keeps_its_first_and_its_last_two_digits() {
        assert_eq!(celular("987654321"), "9******21");
        assert_eq!(celular("987 654 321"), "9** *** *21");
        assert_eq!(celular("01-4567890 anexo 12"), "0*-******* anexo 12");
    }

    #[test]
    fn numbers_in_a_sentence_are_masked_and_case_numbers_are_not() {
        assert_eq!(
            sentence("Caso 2026-000123: «01234567» o «987 654 321», 12.345.678, el 24.11.2026."),
            "Caso 2026-000123: «0123****» o «9** *** *21», 12.3**.***, el 24.11.2026."
        );
    }
}
