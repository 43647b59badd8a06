//! `celular.formato`: nine digits, the first a 9, once the country's code and formatting are dropped.
//!
//! Source: the form's column «Celular»; Peru's numbering plan (mobile numbers are 9xx xxx xxx, country code 51).

use super::Wording;
use super::text::{lines, plain, whole_number};
use crate::form::fold;
use crate::oficio::ReadValue;

/// Nine digits, the first a 9.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Celular(String);

/// Why a text is no mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CelularFault {
    /// So many digits instead of nine.
    Length(usize),
    /// Nine digits that do not start with 9.
    FirstDigit,
    /// A landline, by its length, its leading 0 or its name.
    Landline,
    /// An extension («anexo»).
    Extension,
    /// Another country's code.
    Foreign,
    /// Something else than digits and formatting in it.
    NotDigits,
    /// More than one number in the cell.
    Several,
}

/// Words that may stand beside a number without changing it.
const LABELS: [&str; 16] = [
    "cel", "celular", "movil", "telefono", "telf", "tel", "tlf", "fono", "whatsapp", "wsp", "rpm", "rpc", "n", "no",
    "nro", "numero",
];

impl Celular {
    /// Drops `+51`, `0051`, `51`, spaces, hyphens, dots, parentheses, `#`, `*` and labels such as «Cel.».
    ///
    /// # Errors
    /// What is wrong with the text, when it is no mobile number.
    pub fn parse(text: &str) -> Result<Celular, CelularFault> {
        let text = plain(text);
        let text = whole_number(&text).unwrap_or(text);
        let folded = fold(&text);
        // «cel987654321»: a label glued to its number is still a label.
        let words: Vec<&str> =
            folded.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        if words.iter().any(|word| ["anexo", "anx", "ext", "extension", "int"].contains(word)) {
            return Err(CelularFault::Extension);
        }
        if words.iter().any(|word| ["fijo", "central"].contains(word)) {
            return Err(CelularFault::Landline);
        }
        if numbers(&text) > 1 {
            return Err(CelularFault::Several);
        }
        let formatting = |character: char| " .-()+#*:/,'".contains(character) || character.is_ascii_digit();
        if words.iter().any(|word| !LABELS.contains(word))
            || text.chars().any(|character| !character.is_alphabetic() && !formatting(character))
        {
            return Err(CelularFault::NotDigits);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let national = match digits.len() {
            13 => digits.strip_prefix("0051"),
            11 => digits.strip_prefix("51"),
            _ => None,
        }
        .unwrap_or(&digits);
        if text.contains('+') && national.len() == digits.len() && digits.len() > 9 {
            return Err(if digits.starts_with("51") {
                CelularFault::Length(digits.len() - 2)
            } else {
                CelularFault::Foreign
            });
        }
        match (national.len(), national.chars().next()) {
            (9, Some('9')) => Ok(Celular(national.to_owned())),
            (6 | 7, Some('2'..='7')) | (7..=9, Some('0')) => Err(CelularFault::Landline),
            (9, _) => Err(CelularFault::FirstDigit),
            (18.., _) => Err(CelularFault::Several),
            (length, _) => Err(CelularFault::Length(length)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many telephone numbers stand in the text: parts told apart by `/`, `;`, `,`, «y», «o», each with six digits or more.
fn numbers(text: &str) -> usize {
    let text = text.replace(" y ", "/").replace(" o ", "/").replace(" Y ", "/").replace(" O ", "/");
    text.split(['/', ';', ',', '|', '\n']).filter(|part| part.chars().filter(char::is_ascii_digit).count() >= 6).count()
}

/// Reads a celular cell that is not empty.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(value: &ReadValue) -> Result<Celular, CelularFault> {
    let lines = lines(value);
    let joined = Celular::parse(&lines.concat());
    if joined.is_err() && lines.iter().filter(|line| Celular::parse(line).is_ok()).count() > 1 {
        return Err(CelularFault::Several);
    }
    joined
}

impl CelularFault {
    pub(crate) fn wording(self, read: &str) -> Wording {
        const WRITE: &str = "Escriba un número de celular de 9 dígitos que empiece con 9.";
        match self {
            CelularFault::Length(digits) => Wording::new(
                format!(
                    "El celular debe tener 9 dígitos y empezar con 9; se leyó «{read}» ({digits} {}).",
                    if digits == 1 { "dígito" } else { "dígitos" }
                ),
                WRITE,
            ),
            CelularFault::FirstDigit => {
                Wording::new(format!("El celular debe tener 9 dígitos y empezar con 9; se leyó «{read}»."), WRITE)
            }
            CelularFault::Landline => Wording::new(
                format!(
                    "Se leyó «{read}», que parece un teléfono fijo; se necesita un celular (9 dígitos, empieza con 9)."
                ),
                WRITE,
            ),
            CelularFault::Extension => Wording::new(
                format!("Se leyó «{read}», un teléfono con anexo; se necesita un celular (9 dígitos, empieza con 9)."),
                "Escriba el celular de la persona, sin anexo.",
            ),
            CelularFault::Foreign => Wording::new(
                format!(
                    "Se leyó «{read}», con un código de otro país; se necesita un celular del Perú (9 dígitos, empieza con 9)."
                ),
                WRITE,
            ),
            CelularFault::NotDigits => Wording::new(
                format!("El celular debe tener solo dígitos (9, y empezar con 9); se leyó «{read}»."),
                WRITE,
            ),
            CelularFault::Several => Wording::new(
                format!("Se leyó más de un número en la celda del celular: «{read}»."),
                "Escriba un solo celular, el de la persona de esa fila.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, CelularFault> {
        Celular::parse(text).map(|celular| celular.0)
    }

    #[test]
    fn formatting_labels_and_the_countrys_code_are_dropped() {
        for text in [
            "987654321",
            "987 654 321",
            "987-654-321",
            "987.654.321",
            "+51 987654321",
            "(+51) 987 654 321",
            "(51) 987654321",
            "51987654321",
            "0051 987654321",
            "#987654321",
            "*987654321",
            "Cel. 987654321",
            "Celular: 987654321",
            "cel987654321",
            "987654321 (WhatsApp)",
            "987654321.0",
            "9.87654321E8",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("987654321"), "{text}");
        }
    }

    #[test]
    fn what_is_no_mobile_number_says_why() {
        assert_eq!(parse("98765432"), Err(CelularFault::Length(8)));
        assert_eq!(parse("9876543210"), Err(CelularFault::Length(10)));
        assert_eq!(parse("+51 98765432"), Err(CelularFault::Length(8)));
        assert_eq!(parse("887654321"), Err(CelularFault::FirstDigit));
        assert_eq!(parse("01-4567890"), Err(CelularFault::Landline));
        assert_eq!(parse("054 234567"), Err(CelularFault::Landline));
        assert_eq!(parse("4567890"), Err(CelularFault::Landline));
        assert_eq!(parse("01-4567890 anexo 123"), Err(CelularFault::Extension));
        assert_eq!(parse("+56 987654321"), Err(CelularFault::Foreign));
        assert_eq!(parse("98765432l"), Err(CelularFault::NotDigits));
        for two in ["987654321 / 912345678", "987654321 y 912345678", "987654321; 054-234567", "987654321912345678"] {
            assert_eq!(parse(two), Err(CelularFault::Several), "{two}");
        }
    }

    #[test]
    fn a_number_broken_over_lines_is_one_and_two_lines_may_be_two() {
        let cell = |lines: &[&str]| ReadValue {
            text: lines.join(" "),
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
            ..ReadValue::default()
        };
        assert_eq!(read(&cell(&["987654", "321"])).map(|celular| celular.0).as_deref(), Ok("987654321"));
        assert_eq!(read(&cell(&["987654321", "912345678"])), Err(CelularFault::Several));
        assert_eq!(read(&cell(&["+51 987654321", "+51 912345678"])), Err(CelularFault::Several));
    }

    proptest! {
        #[test]
        fn formatting_noise_never_changes_a_celular(
            number in "9[0-9]{8}",
            gaps in proptest::collection::vec("[ \u{a0}-]?", 9),
            before in "(\\+51 |0051|51|\\(\\+51\\) ?|Cel\\. ?|)",
        ) {
            let noisy: String = before + &number.chars().zip(&gaps).map(|(digit, gap)| format!("{digit}{gap}")).collect::<String>();
            prop_assert_eq!(parse(&noisy), Ok(number));
        }

        #[test]
        fn a_celular_is_its_own_normal_form(text in "\\PC{0,24}") {
            if let Ok(celular) = parse(&text) {
                prop_assert_eq!(parse(&celular), Ok(celular.clone()));
            }
        }
    }
}
