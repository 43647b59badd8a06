//! Entity: the name of the entity that writes, in its own words, by agreement of the subject line, the letterhead and the
//! signature block; the body is asked only when these are silent.
//!
//! Which entity it is (homonyms, RUC) is not known here. Where a name begins and ends in a line is [`names`]'s, which of several
//! names and spellings is believed [`agreement`]'s.

mod agreement;
mod names;

use super::letter::{Letter, Line, begins_with};
use super::number::read_line;
use super::value::{Certainty, OficioDatum, ReadValue};
use crate::form::{Form, fold};
use crate::tables::Look;
use agreement::{Chosen, agreed, sensible_case, with_roman_numbers};
use names::{clean, in_body, in_office, in_subject, is_addressee, on_own_lines};

/// A name that stands somewhere in the letter.
#[derive(Clone, Debug, PartialEq)]
struct Named<'a> {
    name: String,
    /// How much the place says that this is who writes.
    weight: u32,
    line: Line<'a>,
}

/// Finds the entity.
pub(super) fn find(letter: &Letter, form: &Form) -> OficioDatum<String> {
    let subject = letter.subject();
    let mut named: Vec<Named> = Vec::new();
    if let Some((text, line)) = &subject
        && let Some(name) = in_subject(text)
    {
        named.push(Named { name, weight: 6, line: *line });
    }
    named.extend(on_own_lines(letter.head(), 4));
    named.extend(on_own_lines(letter.after_closing(), 5));
    if named.is_empty() {
        named.extend(in_office(letter.after_closing()));
    }
    if named.is_empty() {
        named.extend(in_body(letter));
    }
    for named in named.iter_mut().filter(|named| named.line.recognised) {
        named.name = with_roman_numbers(&named.name);
    }
    let chosen = agreed(&named, letter).or_else(|| unlisted(letter, subject.as_ref().map(|(text, _)| text.as_str())));
    if let Some((text, line)) = &subject
        && let Some(read) = left_open(text, line, form)
    {
        return OficioDatum::Placeholder { read, elsewhere: chosen.map(|chosen| chosen.name) };
    }
    match chosen {
        Some(Chosen { name, line, doubt, otherwise }) => {
            let mut read = read_line(&line);
            read.text = name.clone();
            // Who knows the name from elsewhere (the sender's host) may tell which spelling is right.
            read.looks.extend(otherwise.map(|other| Look { lines: vec![other], ..Look::default() }));
            if let Some(doubt) = doubt {
                read.certainty = Certainty::Unsure(doubt);
            }
            OficioDatum::Found { value: name, read }
        }
        None => OficioDatum::Missing,
    }
}

/// The form's placeholder, or a blank, where the subject line should name the entity.
fn left_open(subject: &str, line: &Line, form: &Form) -> Option<ReadValue> {
    let folded = fold(subject);
    let placeholder =
        form.placeholders.entity.iter().map(|text| fold(text)).find(|text| folded.contains(text.as_str()));
    let blank =
        subject.contains("____") || subject.contains("....") || subject.contains("……") || folded.contains("xxxx");
    let skipped =
        ["pagina web de a la plataforma", "pagina web de la a la plataforma", "pagina web del a la plataforma"]
            .iter()
            .any(|gap| folded.contains(gap));
    if placeholder.is_none() && !blank && !skipped {
        return None;
    }
    let mut read = read_line(line);
    read.text = match placeholder {
        Some(text) => format!("({text})"),
        None => subject.chars().take(160).collect(),
    };
    Some(read)
}

/// An entity of no listed kind: a line of the letterhead or of the signature block that the letter says again in its subject
/// or at its other end. A line of the letterhead that is said nowhere else may be the entity, an office or a motto.
fn unlisted<'a>(letter: &Letter<'a>, subject: Option<&str>) -> Option<Chosen<'a>> {
    let subject = format!(" {} ", fold(subject.unwrap_or_default()));
    let heads: Vec<&Line> = letter.head().iter().filter(|line| may_be_a_name(line.text)).collect();
    let ends: Vec<&Line> = letter.after_closing().iter().filter(|line| may_be_a_name(line.text)).collect();
    let in_subject = |line: &&&Line| subject.contains(&format!(" {} ", fold(line.text)));
    let at_both_ends = |line: &&&Line| ends.iter().any(|end| fold(end.text) == fold(line.text));
    let agreed = ends
        .iter()
        .find(in_subject)
        .or_else(|| heads.iter().find(in_subject))
        .or_else(|| heads.iter().find(at_both_ends));
    let chosen = |line: &Line<'a>, doubt| {
        let name = sensible_case(&clean(&line.text.split_whitespace().collect::<Vec<_>>()));
        Chosen { name, line: *line, doubt, otherwise: None }
    };
    match agreed {
        Some(line) => Some(chosen(line, None)),
        None => heads
            .first()
            .map(|line| chosen(line, Some("El membrete no dice con claridad el nombre de la entidad.".to_owned()))),
    }
}

/// Two words or more, of letters, that begin with a capital: no motto, date, address, label, nor kind of document.
fn may_be_a_name(text: &str) -> bool {
    let folded = fold(text);
    let no_entity = [
        "oficio",
        "carta",
        "informe",
        "memorando",
        "memorandum",
        "solicitud",
        "ano",
        "decenio",
        "republica",
        "asunto",
        "lima",
        "fecha",
        "firmado",
        "c c",
        "cc",
        "senor",
        "senora",
        "senores",
        "anexo",
        "pagina",
        "gerencia",
        "oficina",
        "alcaldia",
        "unidad de",
        "direccion de",
        "direccion general",
        "despacho",
        "jefe",
        "jefa",
        "director",
        "directora",
        "gerente",
    ];
    (2..=14).contains(&folded.split(' ').count())
        && text.chars().next().is_some_and(char::is_uppercase)
        && !text.chars().any(|letter| letter.is_ascii_digit() || ":@!¡\"“”«»_()".contains(letter))
        && !text.contains("www.")
        && !begins_with(&folded, &no_entity)
        && !is_addressee(&text.split_whitespace().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_of_no_listed_kind_is_known_by_what_the_letter_says_twice() {
        let form = Form::parse(crate::form::EMBEDDED).unwrap();
        let head = ["ZONA FRANCA DE CHAQUIMAYO", "“Año de la Esperanza”", "OFICIO N° 4-2026-ZFC/GG", "Señor:"];
        let asunto = "Asunto: Designación de responsables de la Zona Franca de Chaquimayo para Gob.pe";
        let tail = ["De mi consideración:", "Atentamente,", "Rosa Quiroz Tapia", "Gerente General"];
        let of = |lines: &[&str]| find(&Letter::of(&[&crate::oficio::paper::letter(lines)]), &form);
        let lines: Vec<&str> = head.iter().copied().chain([asunto]).chain(tail).collect();
        let OficioDatum::Found { value, read } = of(&lines) else { panic!("not found") };
        assert_eq!((value.as_str(), read.certainty), ("Zona Franca de Chaquimayo", Certainty::Sure));
        // The dot of an abbreviation is a part of the name.
        let lines =
            ["ELECTRO SELVA ALTA S.A.", "Señor:", "De mi consideración:", "Atentamente,", "Electro Selva Alta S.A."];
        assert_eq!(of(&lines).value().map(String::as_str), Some("Electro Selva Alta S.A."));
        // Said once, it may be a motto: a person looks, and nobody is asked to mend it.
        let lines: Vec<&str> = head.iter().copied().chain(["Asunto: Accesos a Gob.pe"]).chain(tail).collect();
        let OficioDatum::Found { read, .. } = of(&lines) else { panic!("not found") };
        assert!(matches!(read.certainty, Certainty::Unsure(_)));
    }
    use crate::form::EMBEDDED;

    fn datum(lines: &[&str]) -> OficioDatum<String> {
        let form = Form::parse(EMBEDDED).unwrap();
        let document = crate::oficio::paper::letter(lines);
        find(&Letter::of(&[&document]), &form)
    }

    fn name_of(lines: &[&str]) -> Option<String> {
        datum(lines).value().cloned()
    }

    #[test]
    fn the_date_of_a_stamp_beside_the_letterhead_is_no_part_of_the_name() {
        for head in ["UNIDAD DE GESTIÓN EDUCATIVA LOCAL DE TARUCANI20SET. 2026", "UGEL DE TARUCANI 20SET. 2026"] {
            let tail = ["De mi consideración:", "Atentamente,", "Unidad de Gestión Educativa Local de Tarucani"];
            let lines: Vec<&str> = [head, "OFICIO N° 4-2026-UGEL/D", "Señor:"].into_iter().chain(tail).collect();
            let OficioDatum::Found { value, read } = datum(&lines) else { panic!("not found") };
            let expected = ("Unidad de Gestión Educativa Local de Tarucani", Certainty::Sure);
            assert_eq!((value.as_str(), read.certainty), expected);
        }
    }

    #[test]
    fn the_subject_line_names_the_entity() {
        for (subject, expected) in [
            (
                "Asunto: Incorporación y migración de la página web de la Municipalidad Provincial de Santa Coba a la Plataforma Digital Única",
                "Municipalidad Provincial de Santa Coba",
            ),
            (
                "Asunto: Incorporación y migración de la página web del Gobierno Regional de Andamayo a la Plataforma",
                "Gobierno Regional de Andamayo",
            ),
            (
                "ASUNTO : Solicito incorporación de la Municipalidad distrital de La Unión a la plataforma Gob.pe",
                "Municipalidad distrital de La Unión",
            ),
            (
                "Asunto: DESIGNACIÓN DE COORDINADORES DE LA Universidad Nacional de San Antonio Abad PARA GOB.PE",
                "Universidad Nacional de San Antonio Abad",
            ),
            (
                "Asunto: DESIGNACIÓN DE COORDINADORES DE LA MUNICIPALIDAD DISTRITAL DE EL PORVENIR PARA GOB.PE",
                "Municipalidad Distrital de el Porvenir",
            ),
            (
                "Asunto: Designación de responsables para la migración de la página web de la EPS Aguas de Chuquirma S.A. a la plataforma Gob.pe",
                "EPS Aguas de Chuquirma S.A.",
            ),
            (
                "Asunto: Incorporación de la página web del Ministerio de Vivienda, Construcción y Saneamiento a la Plataforma",
                "Ministerio de Vivienda, Construcción y Saneamiento",
            ),
            (
                "Asunto: Incorporación de la Dirección de Redes Integradas de Salud Valle Chuquirma a la Plataforma",
                "Dirección de Redes Integradas de Salud Valle Chuquirma",
            ),
            (
                "Asunto: Designación de responsables para Gob.pe y Facilita Perú - EMAPA Chuquirma S.A.",
                "EMAPA Chuquirma S.A.",
            ),
            ("Asunto: Incorporación y migración de la página web de Sedapal a la Plataforma", "Sedapal"),
            (
                "Asunto: Migración de la página web del Hospital de Apoyo Santa Coba y acceso a Facilita",
                "Hospital de Apoyo Santa Coba",
            ),
        ] {
            assert_eq!(name_of(&[subject, "De mi consideración:"]).as_deref(), Some(expected), "{subject}");
        }
    }

    #[test]
    fn a_letterhead_in_capitals_is_written_sensibly() {
        let lines = [
            "MUNICIPALIDAD DISTRITAL DE SAN",
            "JACINTO DE AYRAPAMPA",
            "OFICIO N° 1-2026-X",
            "Señor:",
            "De mi consideración:",
        ];
        assert_eq!(name_of(&lines[..1]).as_deref(), Some("Municipalidad Distrital de San"));
        let lines = ["MUNICIPALIDAD DISTRITAL", "DE LA UNIÓN", "OFICIO N° 1-2026-X", "Señor:", "De mi consideración:"];
        assert_eq!(name_of(&lines).as_deref(), Some("Municipalidad Distrital de la Unión"));
        let lines = ["EPS AGUAS DE CHUQUIRMA S.A.", "OFICIO N° 1-2026-X", "Señor:", "De mi consideración:"];
        assert_eq!(name_of(&lines).as_deref(), Some("EPS Aguas de Chuquirma S.A."));
    }

    #[test]
    fn a_name_in_three_lines_goes_on_beside_the_lines_of_a_stamp() {
        let lines = [
            ("MUNICIPALIDAD PROVINCIAL DE", 446.0, 542.0),
            ("MUNICIPALIDAD", 241.0, 344.0),
            ("MESA DE PARTES", 487.0, 541.0),
            ("PROVINCIAL DE", 242.0, 343.0),
            ("24 JUL. 2026", 475.0, 554.0),
            ("RECIBIDO", 479.0, 550.0),
            ("CAJAPAMPA", 251.0, 333.0),
        ];
        let texts: Vec<&str> = lines.iter().map(|(text, ..)| *text).chain(["Señor:", "De mi consideración:"]).collect();
        let mut document = crate::oficio::paper::letter(&texts);
        for (line, (_, left, right)) in document.pages[0].lines.iter_mut().zip(lines) {
            (line.bounds.left, line.bounds.right) = (left, right);
        }
        let found = find(&Letter::of(&[&document]), &Form::parse(EMBEDDED).unwrap());
        assert_eq!(found.value().map(String::as_str), Some("Municipalidad Provincial de Cajapampa"));
    }

    #[test]
    fn the_letters_in_a_coat_of_arms_are_no_part_of_a_name_in_two_lines() {
        let lines = ["GOBIERNO REGIONAL", "GRY", "GRY", "DE YANAPUQUIO", "Señor:", "De mi consideración:"];
        let mut document = crate::oficio::paper::letter(&lines);
        for (line, (left, right)) in
            document.pages[0].lines.iter_mut().zip([(232.0, 364.0), (79.0, 94.0), (501.0, 516.0), (258.0, 337.0)])
        {
            (line.bounds.left, line.bounds.right) = (left, right);
        }
        let form = Form::parse(EMBEDDED).unwrap();
        let found = find(&Letter::of(&[&document]), &form);
        assert_eq!(found.value().map(String::as_str), Some("Gobierno Regional de Yanapuquio"));
    }

    #[test]
    fn a_name_goes_on_in_its_box_where_boxes_stand_side_by_side() {
        let name_in = |boxes: &[(&str, f32, f32, f32)]| {
            let texts: Vec<&str> =
                boxes.iter().map(|(text, ..)| *text).chain(["Señor:", "De mi consideración:"]).collect();
            let mut document = crate::oficio::paper::letter(&texts);
            for (line, (_, top, left, right)) in document.pages[0].lines.iter_mut().zip(boxes) {
                line.bounds = crate::documents::Bounds { left: *left, top: *top, right: *right, bottom: top + 9.7 };
            }
            find(&Letter::of(&[&document]), &Form::parse(EMBEDDED).unwrap()).value().cloned()
        };
        let boxes = [
            ("Ministerio de Industrias", 10.0, 100.0, 210.0),
            ("Secretaría", 10.0, 240.0, 290.0),
            ("Creativas", 22.0, 100.0, 140.0),
            ("General", 22.0, 240.0, 280.0),
        ];
        assert_eq!(name_in(&boxes).as_deref(), Some("Ministerio de Industrias Creativas"));
        // Under a line that stands alone, an office comes as often as the rest of the name.
        let lines = [("Ministerio de Industrias", 10.0, 100.0, 210.0), ("Creativas", 22.0, 100.0, 140.0)];
        assert_eq!(name_in(&lines).as_deref(), Some("Ministerio de Industrias"));
        let office =
            [boxes[0], boxes[1], ("Despacho Ministerial", 22.0, 100.0, 190.0), ("General", 22.0, 240.0, 280.0)];
        assert_eq!(name_in(&office).as_deref(), Some("Ministerio de Industrias"));
    }

    #[test]
    fn an_office_in_a_stamp_is_no_name_of_the_kind_above_it() {
        let lines = [
            "EPS Aguas de Quilcapampa S.A.",
            "Señor:",
            "De mi consideración:",
            "Atentamente,",
            "EPS",
            "GERENTE",
            "Ana Rojas",
            "Gerente General",
            "EPS Aguas de Quilcapampa S.A.",
        ];
        let document = crate::oficio::paper::letter(&lines);
        let datum = find(&Letter::of(&[&document]), &Form::parse(EMBEDDED).unwrap());
        let OficioDatum::Found { value, read } = datum else { panic!("nothing found") };
        assert_eq!((value.as_str(), read.certainty), ("EPS Aguas de Quilcapampa S.A.", Certainty::Sure));
        let hospital = ["Hospital Presidente Pardo", "Señor:", "De mi consideración:"];
        assert_eq!(name_of(&hospital).as_deref(), Some("Hospital Presidente Pardo"));
    }

    #[test]
    fn the_words_of_the_entity_win_over_capitals() {
        let lines = [
            "MUNICIPALIDAD PROVINCIAL DE SANTA COBA",
            "Señor:",
            "De mi consideración:",
            "Atentamente,",
            "Ana Rojas",
            "Alcaldesa",
            "Municipalidad Provincial de Santa Coba",
        ];
        assert_eq!(name_of(&lines).as_deref(), Some("Municipalidad Provincial de Santa Coba"));
    }

    #[test]
    fn a_placeholder_in_the_subject_line_counts_though_the_letterhead_names_the_entity() {
        let lines = [
            "MUNICIPALIDAD DISTRITAL DE QUILCAPAMPA",
            "Señor:",
            "Asunto: Incorporación y migración de la página web de (nombre de la entidad) a la Plataforma",
            "De mi consideración:",
        ];
        let OficioDatum::Placeholder { read, elsewhere } = datum(&lines) else { panic!("no placeholder") };
        assert_eq!(elsewhere.as_deref(), Some("Municipalidad Distrital de Quilcapampa"));
        assert_eq!(read.text, "(nombre de la entidad)");
    }

    #[test]
    fn the_addressee_is_never_the_entity() {
        let lines = [
            "Señor:",
            "Secretaría de Gobierno y Transformación Digital",
            "Presidencia del Consejo de Ministros",
            "Asunto: Solicito accesos a la Plataforma Gob.pe",
            "De mi consideración:",
            "Es grato saludar.",
            "Atentamente",
        ];
        assert_eq!(name_of(&lines), None);
    }

    #[test]
    fn two_entities_of_one_kind_are_doubtful() {
        let lines = [
            "MUNICIPALIDAD DISTRITAL DE QUILCAPAMPA",
            "Señor:",
            "Asunto: Incorporación de la página web de la Municipalidad Distrital de Lucmapata a la Plataforma",
            "De mi consideración:",
            "Atentamente",
            "Municipalidad Distrital de Quilcapampa",
        ];
        let OficioDatum::Found { value, read } = datum(&lines) else { panic!("nothing found") };
        assert_eq!(value, "Municipalidad Distrital de Quilcapampa");
        assert!(matches!(read.certainty, Certainty::Unsure(_)));
    }

    #[test]
    fn an_entity_of_any_kind_is_known_where_the_letter_says_for_whom_it_speaks() {
        let of = |body: &[&'static str], sign: &'static str| {
            let lines: Vec<&str> = ["Señor:", "Asunto: Accesos a Gob.pe", "De mi consideración:"]
                .into_iter()
                .chain(body.iter().copied())
                .chain(["Atentamente,", "Ana Rojas", sign])
                .collect();
            name_of(&lines)
        };
        for (body, expected) in [
            (
                &["Lo saludo a nombre del Ministerio de Industrias Creativas y a la vez le comunico"][..],
                "Ministerio de Industrias Creativas",
            ),
            (
                &["Lo saludo en representación del Organismo de Evaluación y", "Desarrollo de la Infraestructura, y"],
                "Organismo de Evaluación y Desarrollo de la Infraestructura",
            ),
            (&["Lo saludo en nombre", "del Programa Nacional de Riego, que dirijo."], "Programa Nacional de Riego"),
        ] {
            assert_eq!(of(body, "Directora").as_deref(), Some(expected), "{body:?}");
        }
        // What the letter merely speaks of is not who writes.
        assert_eq!(of(&["conforme a lo dispuesto por el Ministerio de Economía y Finanzas"], "Directora"), None);
        assert_eq!(of(&["Es grato saludar a nombre de la Presidencia del Consejo de Ministros"], "Directora"), None);
        assert_eq!(of(&["Es grato saludar."], "DIRECTORA DE LA ESCUELA PROFESIONAL DE INGENIERÍA"), None);
        let sign = "ALCALDESA DE LA MUNICIPALIDAD DISTRITAL DE PUCAYACU";
        assert_eq!(of(&["Es grato saludar."], sign).as_deref(), Some("Municipalidad Distrital de Pucayacu"));
    }

    #[test]
    fn the_body_is_asked_last() {
        let lines = [
            "Señor:",
            "De mi consideración:",
            "Es grato saludarlo en nombre de la Municipalidad Distrital de Quilcapampa, que represento.",
            "Atentamente",
        ];
        assert_eq!(name_of(&lines).as_deref(), Some("Municipalidad Distrital de Quilcapampa"));
    }
}
