//! Body: what the sender's own words say against the oficio that they send.
//!
//! Only words that are new in this mail count: what is quoted below holds our replies and other people's data. A datum in them
//! never replaces the oficio's; that it differs from it calls a person.

use super::Oficio;
use super::cuadro::is_sheet;
use super::designee::Field;
use super::people;
use crate::documents::Document;
use crate::form::fold;
use crate::mail::{Mail, split_quoted};

/// Words before a number in which a label or a name may stand that says whose number it is.
const WORDS_BEFORE: usize = 12;

/// Words that say that something of what is sent is not so.
const CORRECTIONS: [&str; 9] = [
    "debe decir",
    "fe de erratas",
    MISDIRECTED,
    "se consigno",
    "el correcto es",
    "la correcta es",
    "lo correcto es",
    "lo correcto seria",
    "en lugar de",
];

/// What both a correction and the notice of a mail that went astray say.
const MISDIRECTED: &str = "por error";

/// Beginnings of words that say of a mail that it may have come to somebody else.
const NOTICES: [&str; 3] = ["recib", "destinatari", "confidencial"];

const FIELDS: [&str; 10] = [
    "dni",
    "documento de identidad",
    "celular",
    "telefono",
    "nombre",
    "nombres",
    "apellido",
    "apellidos",
    "cargo",
    "correo electronico",
];

/// Why what the mail itself says has to be seen, Spanish sentences. Text boxes and comments of a sheet are such words, too.
pub(super) fn doubts(mail: Option<&Mail>, documents: &[&Document], oficio: &Oficio) -> Vec<String> {
    let rows = oficio.cuadro.rows();
    if rows.is_empty() {
        return Vec::new();
    }
    let known: Vec<String> = rows.iter().filter_map(|row| row.get(Field::Dni)).map(people::dni).collect();
    let names: Vec<Vec<String>> = rows
        .iter()
        .filter_map(|row| row.get(Field::Nombres))
        .map(|name| fold(&name.text).split(' ').filter(|word| word.len() > 2).map(str::to_owned).collect())
        .collect();
    let mut doubts = Vec::new();
    for sheet in documents.iter().filter(|document| is_sheet(document.format)) {
        let lines = sheet.pages.iter().flat_map(|page| &page.lines).map(|line| line.text.as_str());
        let text = lines.collect::<Vec<_>>().join("\n");
        if let Some(number) = other_dni(&text, &known, &names) {
            doubts.push(format!("Una nota de «{}» trae un DNI que no está en el cuadro: {number}.", sheet.name));
        }
    }
    let new = mail.map(|mail| split_quoted(&mail.body_text).new).unwrap_or_default();
    if let Some(number) = other_dni(&new, &known, &names) {
        doubts.push(format!("El texto del correo trae un DNI que no está en el cuadro del oficio: {number}."));
    }
    let corrects = new.lines().any(|line| {
        let own: Vec<String> = line.split(". ").map(fold).filter(|sentence| !is_notice(sentence)).collect();
        let words = format!(" {} ", own.join(" "));
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(&format!(" {phrase} ")));
        says(&CORRECTIONS) && says(&FIELDS)
    });
    if corrects {
        doubts.push("El texto del correo corrige o precisa datos del oficio.".to_owned());
    }
    doubts
}

/// Whether a sentence is of the notice under most mails of offices: «si usted ha recibido este mensaje por error, comuníquelo al
/// teléfono…». It corrects nothing; what corrects in other words, too, is none.
fn is_notice(sentence: &str) -> bool {
    let corrects = CORRECTIONS.iter().any(|phrase| *phrase != MISDIRECTED && sentence.contains(phrase));
    sentence.contains(MISDIRECTED)
        && !corrects
        && NOTICES.iter().any(|start| sentence.split(' ').any(|word| word.starts_with(start)))
}

/// A number that is somebody's DNI, by its label or by a designee's name before it, and none of the cuadro's.
fn other_dni(text: &str, known: &[String], names: &[Vec<String>]) -> Option<String> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let is_number = |word: &str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.iter().enumerate().filter(|(_, word)| is_number(word)).find_map(|(at, number)| {
        let before = words.get(at.saturating_sub(WORDS_BEFORE)..at).unwrap_or_default();
        let named =
            names.iter().any(|name| before.iter().filter(|word| name.iter().any(|own| own == *word)).count() > 1);
        let is_dni = before.contains(&"dni") || named;
        (is_dni && !known.iter().any(|dni| dni == number)).then(|| (*number).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{EMBEDDED, Form};
    use crate::oficio::assemble;
    use crate::oficio::paper;

    fn said(body: &str) -> Vec<String> {
        let mail = Mail { body_text: body.to_owned(), ..Mail::default() };
        doubts(Some(&mail), &[], &assemble(None, &[paper::oficio()], &Form::parse(EMBEDDED).unwrap()))
    }

    #[test]
    fn another_dni_of_a_designee_calls_a_person() {
        assert_eq!(said("Adjunto el oficio. El DNI de la señora es 11223344.").len(), 1);
        assert_eq!(said("Ana Quispe Rojas | 01234568 | aquispe@munisantacoba.gob.pe").len(), 1);
    }

    #[test]
    fn a_correction_in_words_calls_a_person() {
        assert_eq!(said("En el celular de Luis, dice 912345678 y debe decir 912345679.").len(), 1);
        assert_eq!(said("Por error se puso otro cargo a la señora Ana.").len(), 1);
        let beside_a_notice =
            "Por error se puso otro cargo a Ana. Si recibió este mensaje por error, avise al teléfono 315-2200.";
        assert_eq!(said(beside_a_notice).len(), 1);
        assert_eq!(said("Por error se consignó otro DNI en el oficio que recibieron.").len(), 1);
    }

    #[test]
    fn the_notice_of_a_mail_that_came_to_somebody_else_corrects_nothing() {
        let notice = "Este mensaje es confidencial. Si usted lo ha recibido por error, comuníquelo al correo electrónico \
                      informatica@munisantacoba.gob.pe o al teléfono (01) 315-2200 y elimínelo.";
        assert_eq!(said(&format!("Adjunto el oficio.\n\n--\n{notice}")), [""; 0]);
        assert_eq!(
            said("Si usted no es el destinatario y este correo llegó por error, borre el nombre y el celular."),
            [""; 0]
        );
    }

    #[test]
    fn the_same_data_other_numbers_and_quoted_words_call_nobody() {
        assert_eq!(said("Ana Quispe Rojas, DNI 01234567; Luis Mamani Tito, DNI 45678901."), [""; 0]);
        assert_eq!(said("Expediente 20260314. Por error el correo anterior fue sin adjunto."), [""; 0]);
        assert_eq!(
            said("Va corregido.\n\nEl lun, 3 de ago. de 2026, Mesa de Ayuda escribió:\n> DNI 1234568, DNI 99887766"),
            [""; 0]
        );
    }
}
