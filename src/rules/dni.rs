//! `dni.formato`, `dni.otro_documento`, `dni.cero`.
//!
//! A DNI is eight digits, leading zeros included; a ninth (check) character may be printed after it and is no part of it.
//! Sources: the form («Todos los campos son obligatorios», column «DNI»); for the check character, python-stdnum
//! `pe/cui.py` as recorded in the project's notes on the domain, section 3.

use super::Wording;
use super::text::{letters, lines, plain, whole_number};
use crate::form::{ValueWords, dni_check_characters, fold};
use crate::oficio::{Origin, ReadValue};

/// Eight digits that may be somebody's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dni(String);

/// Why a text is no DNI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DniFault {
    /// So many digits instead of eight.
    Length(usize),
    /// Eleven digits, as a RUC has.
    Ruc,
    /// Something else than digits in it.
    NotDigits,
    /// Nobody's: all digits equal, 12345678.
    Bogus,
    /// The ninth character does not belong to the eight before it.
    CheckCharacter,
    /// More than one number in the cell.
    Several,
}

/// What stands in a DNI cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DniRead {
    Valid(Dni),
    /// A spreadsheet's number of seven digits: it lost its leading zero.
    ZeroLost(Dni),
    /// A spreadsheet's number of fewer digits: a DNI with several leading zeros, or a slip; only a person can tell.
    ZerosLost(usize),
    /// A labelled carné de extranjería, PTP, CPP or passport.
    OtherDocument,
    Faulty(DniFault),
}

impl Dni {
    /// Drops spaces, dots, hyphens, a leading «DNI N.º» and a right check character.
    ///
    /// # Errors
    /// What is wrong with the text, when it is no DNI.
    pub fn parse(text: &str, bogus: &[String]) -> Result<Dni, DniFault> {
        let text = plain(text);
        let text = whole_number(&text).unwrap_or(text);
        let number: String = without_label(&text)
            .chars()
            .filter(|character| !matches!(character, ' ' | '.' | '-' | ',' | '\'' | ':'))
            .collect();
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let characters = number.chars().count();
        if digits == characters || (digits == 8 && characters == 9) {
            let (eight, check): (String, String) = (number.chars().take(8).collect(), number.chars().skip(8).collect());
            return match (digits, check.chars().next()) {
                (8, None) => Dni::checked(eight, bogus),
                (8 | 9, Some(check)) if characters == 9 && eight.chars().all(|digit| digit.is_ascii_digit()) => {
                    if dni_check_characters(&eight).contains(&check.to_ascii_uppercase()) {
                        Dni::checked(eight, bogus)
                    } else {
                        Err(DniFault::CheckCharacter)
                    }
                }
                (11, _) => Err(DniFault::Ruc),
                (16.., _) => Err(DniFault::Several),
                (8, Some(_)) => Err(DniFault::NotDigits),
                _ => Err(DniFault::Length(digits)),
            };
        }
        Err(if digits >= 16 { DniFault::Several } else { DniFault::NotDigits })
    }

    fn checked(eight: String, bogus: &[String]) -> Result<Dni, DniFault> {
        let first = eight.chars().next();
        if eight.chars().all(|digit| Some(digit) == first) || bogus.contains(&eight) {
            return Err(DniFault::Bogus);
        }
        Ok(Dni(eight))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text after a leading «DNI», «D.N.I. N.º», «Nro.»…
fn without_label(text: &str) -> &str {
    let start = text.find(|character: char| character.is_ascii_digit()).unwrap_or(0);
    let (label, number) = text.split_at_checked(start).unwrap_or(("", text));
    let label = letters(label);
    const LABELS: [&str; 12] = [
        "",
        "dni",
        "n",
        "no",
        "nro",
        "numero",
        "dnin",
        "dnino",
        "dninro",
        "dninumero",
        "documentonacionaldeidentidad",
        "dninum",
    ];
    if LABELS.contains(&label.as_str()) { number } else { text }
}

/// Reads a DNI cell that is not empty.
pub(crate) fn read(value: &ReadValue, words: &ValueWords) -> DniRead {
    let joined = lines(value).concat();
    if is_other_document(&joined, &words.other_documents) {
        return DniRead::OtherDocument;
    }
    match Dni::parse(&joined, &words.bogus_dni) {
        Ok(dni) => DniRead::Valid(dni),
        Err(DniFault::Length(7)) if value.origin == Origin::NumericCell => {
            match Dni::parse(&format!("0{}", whole_number(&joined).unwrap_or(joined)), &words.bogus_dni) {
                Ok(dni) => DniRead::ZeroLost(dni),
                Err(fault) => DniRead::Faulty(fault),
            }
        }
        Err(DniFault::Length(digits @ 4..=6)) if value.origin == Origin::NumericCell => DniRead::ZerosLost(digits),
        Err(fault) => DniRead::Faulty(fault),
    }
}

/// Whether the text names another kind of document, before or after its number.
fn is_other_document(text: &str, labels: &[String]) -> bool {
    let folded = fold(text);
    let compact = letters(text);
    labels.iter().any(|label| {
        let label = fold(label);
        let glued = letters(&label);
        let glued_before = compact
            .strip_prefix(&glued)
            .map(|rest| rest.strip_prefix("no").or_else(|| rest.strip_prefix('n')).unwrap_or(rest))
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
        // A passport's number may begin with letters; so long a label is none by chance.
        let long_label = glued.len() >= 8 && compact.starts_with(&glued);
        glued_before
            || long_label
            || folded.strip_prefix(&label).is_some_and(|rest| rest.starts_with(' '))
            || folded.strip_suffix(&label).is_some_and(|rest| rest.ends_with(' '))
    })
}

impl DniFault {
    pub(crate) fn wording(self, read: &str) -> Wording {
        const WRITE: &str = "Escriba el DNI con sus 8 dígitos.";
        match self {
            DniFault::Length(7) => Wording::new(
                format!(
                    "El DNI debe tener 8 dígitos; se leyó «{read}» (7 dígitos). Si empieza con cero, el cero también se escribe."
                ),
                WRITE,
            ),
            DniFault::Length(1) => {
                Wording::new(format!("El DNI debe tener 8 dígitos; se leyó «{read}» (1 dígito)."), WRITE)
            }
            DniFault::Length(digits) => {
                Wording::new(format!("El DNI debe tener 8 dígitos; se leyó «{read}» ({digits} dígitos)."), WRITE)
            }
            DniFault::Ruc => Wording::new(
                format!("El DNI debe tener 8 dígitos; se leyó «{read}» (11 dígitos), que parece un número de RUC."),
                "Escriba el DNI de la persona (8 dígitos), no su RUC.",
            ),
            DniFault::NotDigits => Wording::new(
                format!("El DNI lleva solo dígitos; se leyó «{read}»."),
                "Escriba el DNI con sus 8 dígitos, sin letras ni otros signos.",
            ),
            DniFault::Bogus => Wording::new(
                format!("«{read}» no corresponde al DNI de una persona."),
                "Escriba el número que figura en el DNI de la persona designada.",
            ),
            DniFault::CheckCharacter => Wording::new(
                format!(
                    "Se leyó «{read}»: el último carácter no es el dígito verificador que corresponde a los 8 dígitos anteriores."
                ),
                "Revise el número en el DNI y escriba solo sus 8 dígitos.",
            ),
            DniFault::Several => Wording::new(
                format!("Se leyó más de un número en la celda del DNI: «{read}»."),
                "Escriba un solo DNI, el de la persona de esa fila.",
            ),
        }
    }
}

pub(crate) fn zero_lost(read: &str, dni: &Dni) -> Wording {
    Wording::new(
        format!(
            "En la hoja de cálculo el DNI figura como «{read}» (7 dígitos), porque una celda numérica pierde los ceros iniciales; se tomó «{}».",
            dni.as_str()
        ),
        "Compruebe el DNI; si no es correcto, respóndanos a este correo.",
    )
}

pub(crate) fn zeros_lost(digits: usize) -> String {
    format!(
        "la hoja de cálculo trae el DNI como un número de {digits} dígitos; puede haber perdido ceros iniciales o estar incompleto"
    )
}

pub(crate) fn other_document(read: &str) -> Wording {
    Wording::new(
        format!("En el campo DNI se consignó otro documento de identidad: «{read}»."),
        "Verifique si corresponde dar el acceso con ese documento.",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, DniFault> {
        Dni::parse(text, &["12345678".to_owned()]).map(|dni| dni.0)
    }

    #[test]
    fn formatting_and_labels_are_dropped() {
        for text in [
            "01234567",
            "01 234 567",
            "01.234.567",
            "DNI 01234567",
            "D.N.I. N.º 01234567",
            "DNI: 01234567",
            "Nro. 01234567",
            "０１２３４５６７",
            "01234567-0",
            "01234567 - D",
            "012345670",
            "01234567.0",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("01234567"), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_character_is_an_error() {
        assert_eq!(parse("01234567-1"), Err(DniFault::CheckCharacter));
        assert_eq!(parse("01234567-A"), Err(DniFault::CheckCharacter));
        assert_eq!(parse("012345671"), Err(DniFault::CheckCharacter));
    }

    #[test]
    fn what_is_no_dni_says_why() {
        assert_eq!(parse("1234567"), Err(DniFault::Length(7)));
        assert_eq!(parse("1234567.0"), Err(DniFault::Length(7)));
        assert_eq!(parse("10456789012"), Err(DniFault::Ruc));
        assert_eq!(parse("4O123456"), Err(DniFault::NotDigits));
        assert_eq!(parse("44444444"), Err(DniFault::Bogus));
        assert_eq!(parse("12345678"), Err(DniFault::Bogus));
        assert_eq!(parse("41234567 / 41234568"), Err(DniFault::Several));
        assert_eq!(parse("41234567 41234568"), Err(DniFault::Several));
    }

    fn words() -> ValueWords {
        crate::form::Form::parse(crate::form::EMBEDDED).unwrap().values
    }

    fn cell(text: &str, origin: Origin) -> ReadValue {
        ReadValue { text: text.to_owned(), origin, ..ReadValue::default() }
    }

    #[test]
    fn only_a_numeric_cell_of_seven_digits_gets_its_zero_back() {
        let zero = DniRead::ZeroLost(Dni("01234567".to_owned()));
        assert_eq!(read(&cell("1234567", Origin::NumericCell), &words()), zero);
        assert_eq!(read(&cell("1234567.0", Origin::NumericCell), &words()), zero);
        assert_eq!(read(&cell("1234567", Origin::Text), &words()), DniRead::Faulty(DniFault::Length(7)));
        assert_eq!(read(&cell("123456", Origin::NumericCell), &words()), DniRead::ZerosLost(6));
    }

    #[test]
    fn a_labelled_other_document_is_for_a_person() {
        for text in [
            "CE 001234567",
            "C.E. N° 001234567",
            "CE001234567",
            "Carné de extranjería 001234567",
            "Pasaporte: AB12345",
            "001234567 (CE)",
        ] {
            assert_eq!(read(&cell(text, Origin::Text), &words()), DniRead::OtherDocument, "{text}");
        }
        assert_ne!(read(&cell("41234567", Origin::Text), &words()), DniRead::OtherDocument);
    }

    #[test]
    fn a_number_broken_over_two_lines_is_one_number() {
        let value = ReadValue {
            text: "4123 4567".to_owned(),
            lines: vec!["4123".to_owned(), "4567".to_owned()],
            ..ReadValue::default()
        };
        assert_eq!(read(&value, &words()), DniRead::Valid(Dni("41234567".to_owned())));
    }

    proptest! {
        #[test]
        fn formatting_noise_never_changes_a_dni(eight in "[0-9]{8}", gaps in proptest::collection::vec("[ .\u{a0}-]{0,2}", 8), label in "(DNI|dni:|D\\.N\\.I\\. N°|) ?") {
            prop_assume!(parse(&eight).is_ok());
            // A decimal ".0" or ".00" is a spreadsheet's, not noise between digits.
            let noisy: String = label + &eight.chars().zip(&gaps).map(|(digit, gap)| format!("{digit}{gap}")).collect::<String>();
            prop_assume!(whole_number(&plain(&noisy)).is_none());
            prop_assert_eq!(parse(&noisy), Ok(eight));
        }

        #[test]
        fn a_dni_is_its_own_normal_form(text in "\\PC{0,20}") {
            if let Ok(dni) = parse(&text) {
                prop_assert_eq!(parse(&dni), Ok(dni.clone()));
            }
        }

        #[test]
        fn a_wrong_ninth_digit_never_passes(eight in "[0-9]{8}", ninth in 0u32..10) {
            prop_assume!(parse(&eight).is_ok());
            let right = dni_check_characters(&eight)[0].to_digit(10) == Some(ninth);
            prop_assert_eq!(parse(&format!("{eight}-{ninth}")).is_ok(), right);
        }
    }
}
