//! Entity: the name of the entity that writes, in its own words, by agreement of the subject line, the letterhead and the
//! signature block; the body is asked only when these are silent.
//!
//! Which entity it is (homonyms, RUC) is not known here.

use super::columns::edit_distance;
use super::letter::{Letter, Line, begins_with};
use super::number::read_line;
use super::people::compact;
use super::value::{Certainty, OficioDatum, ReadValue};
use crate::form::{Form, fold};

/// How an entity's name may begin, folded; further words follow.
const KINDS: &[&str] = &[
    "municipalidad",
    "gobierno regional",
    "unidad de gestion educativa local",
    "unidad ejecutora",
    "ugel",
    "direccion regional",
    "direccion de red",
    "direccion de salud",
    "direccion sub regional",
    "direccion subregional",
    "diresa",
    "geresa",
    "dre",
    "gre",
    "gerencia regional",
    "gerencia sub regional",
    "gore",
    "universidad",
    "hospital",
    "instituto",
    "red de salud",
    "red integrada",
    "red asistencial",
    "microred",
    "eps",
    "empresa",
    "entidad prestadora",
    "servicio de agua",
    "servicios de agua",
    "proyecto especial",
    "proyecto",
    "programa",
    "ministerio",
    "servicio de administracion tributaria",
    "servicio nacional",
    "sat",
    "sociedad de beneficencia",
    "beneficencia",
    "organismo",
    "autoridad",
    "superintendencia",
    "oficina nacional",
    "oficina de normalizacion",
    "consejo nacional",
    "corte superior",
    "corte suprema",
    "poder judicial",
    "mancomunidad",
    "caja municipal",
    "escuela",
    "agencia",
    "archivo",
    "biblioteca nacional",
    "defensoria",
    "contraloria",
    "congreso",
    "jurado",
    "registro nacional",
    "seguro social",
    "seguro integral",
    "comision",
    "zona registral",
    "fondo",
    "centro",
    "central de compras",
    "comando",
    "ejercito",
    "marina de guerra",
    "fuerza aerea",
    "policia nacional",
    "cuerpo general de bomberos",
    "intendencia nacional",
    "parque",
    "patronato",
    "banco",
    "academia",
    "conservatorio",
    "procuraduria",
    "tribunal",
    "junta nacional",
    "camara",
    "colegio",
    "institucion educativa",
    "sociedad electrica",
];
/// Kinds that a name in the body is surely of.
const UNMISTAKABLE: &[&str] = &[
    "municipalidad",
    "gobierno regional",
    "unidad de gestion educativa local",
    "ugel",
    "direccion regional",
    "gerencia regional",
    "universidad",
    "hospital",
    "red de salud",
    "proyecto especial",
    "eps",
    "servicio de administracion tributaria",
    "sociedad de beneficencia",
    "mancomunidad",
];
/// Lower-case words that belong to a name's kind, as «Municipalidad distrital de …».
const QUALIFIERS: &[&str] = &[
    "distrital",
    "provincial",
    "metropolitana",
    "regional",
    "nacional",
    "publica",
    "publico",
    "autonoma",
    "especial",
    "centro",
    "poblado",
    "tecnologico",
    "pedagogico",
    "superior",
    "educativa",
    "local",
    "tributaria",
    "administracion",
    "gestion",
    "beneficencia",
    "salud",
    "apoyo",
    "referencial",
    "prestadora",
    "servicios",
    "saneamiento",
    "vial",
    "educacion",
];
const PARTICLES: &[&str] = &["de", "del", "la", "las", "los", "el", "y", "e", "da", "do"];
/// Words at which a name in a sentence has ended.
const STOPS: &[&str] = &[
    "a",
    "al",
    "para",
    "en",
    "con",
    "sobre",
    "ante",
    "que",
    "por",
    "mediante",
    "asi",
    "como",
    "cuyo",
    "cuya",
    "segun",
    "se",
    "plataforma",
    "gob",
    "gob.pe",
    "solicita",
    "solicito",
    "designa",
    "presente",
    "identificada",
    "identificado",
];

#[derive(Clone, Debug, PartialEq)]
struct Named<'a> {
    name: String,
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
        named.extend(in_body(letter));
    }
    let chosen = agreed(&named).or_else(|| unlisted(letter, subject.as_ref().map(|(text, _)| text.as_str())));
    if let Some((text, line)) = &subject
        && let Some(read) = left_open(text, line, form)
    {
        return OficioDatum::Placeholder { read, elsewhere: chosen.map(|(name, _, _)| name) };
    }
    match chosen {
        Some((value, line, doubt)) => {
            let mut read = read_line(&line);
            read.text = value.clone();
            if let Some(doubt) = doubt {
                read.certainty = Certainty::Unsure(doubt);
            }
            OficioDatum::Found { value, read }
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

/// The name that most weight stands behind. When subject line and letterhead name two entities of one kind, nobody can tell
/// from here which of them writes: the name is given, not for sure.
fn agreed<'a>(named: &[Named<'a>]) -> Option<(String, Line<'a>, Option<String>)> {
    let same = |a: &Named, b: &Named| same_entity(&a.name, &b.name) || is_misreading(a, b);
    let support = |candidate: &Named| -> u32 {
        named.iter().filter(|other| same(candidate, other)).map(|other| other.weight).sum()
    };
    let best = named.iter().max_by_key(|candidate| (support(candidate), candidate.weight))?;
    let group: Vec<&Named> = named.iter().filter(|other| same(best, other)).collect();
    // In its own words: the spelling that several places have (where it was recognised from a picture), mixed case before
    // capitals, then the fuller one.
    let spelt_alike = |candidate: &Named| {
        let misread = group.iter().any(|other| is_misreading(candidate, other));
        let alike = group.iter().filter(|other| compact(&other.name).contains(&compact(&candidate.name))).count();
        if misread { alike } else { group.len() }
    };
    let worded = group.iter().copied().max_by_key(|candidate| {
        let length = name_words(&candidate.name).len().min(12);
        (spelt_alike(candidate), !is_shouted(&candidate.name), length, candidate.weight)
    })?;
    let misread = group.iter().find(|other| is_misreading(worded, other) && spelt_alike(worded) < 2);
    let rival = named.iter().find(|other| !same(best, other) && kind_of(&other.name) == kind_of(&best.name));
    let rival = rival.or(misread.copied());
    let doubt = rival.filter(|rival| rival.weight >= 4).map(|rival| {
        format!("El oficio nombra dos entidades: «{}» y «{}».", sensible_case(&worded.name), sensible_case(&rival.name))
    });
    Some((sensible_case(&worded.name), worded.line, doubt))
}

fn kind_of(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    KINDS.iter().copied().find(|kind| begins_with(&folded, &[kind]))
}

/// Whether two names are of one entity: the words of one are all in the other.
fn same_entity(a: &str, b: &str) -> bool {
    let (a, b) = (name_words(a), name_words(b));
    let within = |a: &[String], b: &[String]| !a.is_empty() && a.iter().all(|word| b.contains(word));
    within(&a, &b) || within(&b, &a)
}

/// Whether two names that were recognised from a picture are one name with a letter or two misread, or a space.
fn is_misreading(a: &Named, b: &Named) -> bool {
    if !a.line.recognised || !b.line.recognised {
        return false;
    }
    let (a, b) = (compact(&a.name), compact(&b.name));
    a != b && edit_distance(&a, &b) <= a.len().min(b.len()) / 10
}

fn name_words(name: &str) -> Vec<String> {
    let folded = fold(name)
        .replace("unidad de gestion educativa local", "ugel")
        .replace("direccion regional de salud", "diresa")
        .replace("gerencia regional de salud", "geresa")
        .replace("servicio de administracion tributaria", "sat")
        .replace("gobierno regional", "gore");
    folded.split(' ').filter(|word| !word.is_empty() && !PARTICLES.contains(word)).map(str::to_owned).collect()
}

/// «… página web de la X a la Plataforma …», «… coordinadores de la X para …».
fn in_subject(subject: &str) -> Option<String> {
    let words: Vec<&str> = subject.split_whitespace().collect();
    let of_a_kind = (0..words.len())
        .filter(|at| !is_addressee(words.get(*at..).unwrap_or_default()))
        .find_map(|at| name_at(&words, at));
    of_a_kind.or_else(|| after_web_page(&words))
}

/// An entity of no listed kind («Sedapal», «RENIEC») after «página web de».
fn after_web_page(words: &[&str]) -> Option<String> {
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let page = folded
        .windows(2)
        .position(|pair| matches!(pair, [a, b] if (a == "pagina" || a == "portal" || a == "sitio") && b == "web"))?;
    let mut at = page + 2;
    while folded
        .get(at)
        .is_some_and(|word| ["institucional", "de", "del", "la", "los", "las", "el"].contains(&word.as_str()))
    {
        at += 1;
    }
    let first = words.get(at).filter(|word| word.chars().next().is_some_and(char::is_uppercase))?;
    if first.starts_with('(')
        || folded.get(at).is_some_and(|word| STOPS.contains(&word.as_str()) || word == "plataforma")
    {
        return None;
    }
    let (name, _) = run_on(words, at, at + 1, false);
    (!name.is_empty()).then_some(name)
}

fn is_addressee(words: &[&str]) -> bool {
    let folded = fold(&words.iter().take(6).copied().collect::<Vec<_>>().join(" "));
    begins_with(&folded, &["secretaria de gobierno", "presidencia del consejo", "plataforma"])
}

/// An entity's name that begins at word `at`.
fn name_at(words: &[&str], at: usize) -> Option<String> {
    let folded = fold(&words.iter().skip(at).take(8).copied().collect::<Vec<_>>().join(" "));
    let kind = KINDS.iter().filter(|kind| begins_with(&folded, &[kind])).max_by_key(|kind| kind.len())?;
    if !words.get(at)?.chars().find(|letter| letter.is_alphabetic())?.is_uppercase() {
        return None;
    }
    let after_kind = at + kind.split(' ').count();
    let (name, proper) =
        run_on(words, at, after_kind, matches!(*kind, "ministerio" | "direccion regional" | "gerencia regional"));
    let stands_alone = ["poder judicial", "congreso", "seguro social", "contraloria", "defensoria"].contains(kind);
    (proper || stands_alone).then_some(name)
}

/// The name from word `at`, whose kind ends before `next`, as far as it goes; and whether a proper word is in it.
fn run_on(words: &[&str], at: usize, mut next: usize, lists: bool) -> (String, bool) {
    let mut end = next;
    let mut proper = false;
    let ended_by_mark = |word: &str| {
        let bare = word.trim_end_matches(['"', '”', '»', ')']);
        bare.ends_with([',', ';', ':'])
            || (bare.ends_with('.')
                && bare.chars().filter(|letter| *letter == '.').count() == 1
                && bare.chars().count() > 4)
    };
    if words.get(at..end).unwrap_or_default().iter().any(|word| ended_by_mark(word)) {
        return (clean(words.get(at..end).unwrap_or_default()), end > at + 1);
    }
    while let Some(word) = words.get(next) {
        let folded = fold(word);
        if word.starts_with(['(', '«', '“', '"', '-', '–', '—', '|'])
            || STOPS.contains(&folded.as_str())
            || folded.starts_with("gob pe")
        {
            break;
        }
        if PARTICLES.contains(&folded.as_str()) {
            // «y acceso», «de la a la»: a particle belongs to the name only when a name goes on after it.
            if matches!(folded.as_str(), "y" | "e") && !lists && words.get(next + 1).is_some_and(|word| verb_like(word))
            {
                break;
            }
            next += 1;
            continue;
        }
        let capital = word
            .chars()
            .find(|letter| letter.is_alphanumeric())
            .is_some_and(|letter| letter.is_uppercase() || letter.is_ascii_digit());
        let qualifies = QUALIFIERS.contains(&folded.as_str());
        if !capital && !qualifies {
            break;
        }
        proper |= capital && !qualifies;
        next += 1;
        end = next;
        if ended_by_mark(word) {
            let goes_on = lists && word.ends_with(',') && words.iter().skip(next).take(5).any(|word| fold(word) == "y");
            if !goes_on {
                break;
            }
        }
    }
    (clean(words.get(at..end).unwrap_or_default()), proper)
}

fn verb_like(word: &str) -> bool {
    let folded = fold(word);
    ["acceso", "accesos", "a", "al", "designacion", "migracion", "su", "solicitud", "facilita", "solicito", "gob"]
        .contains(&folded.as_str())
}

fn clean(words: &[&str]) -> String {
    let joined = words.join(" ");
    let trimmed = joined.trim_matches(['"', '“', '”', '«', '»', ',', ';', ':', '-', '–', ' ', '(', ')']);
    match trimmed.strip_suffix('.') {
        Some(rest) if !rest.rsplit(' ').next().is_some_and(|last| last.contains('.') || last.chars().count() <= 3) => {
            rest.to_owned()
        }
        _ => trimmed.to_owned(),
    }
}

/// Lines that begin with an entity's name: a letterhead, a signature block. A name that runs over two lines is one.
fn on_own_lines<'a>(lines: &[Line<'a>], weight: u32) -> Vec<Named<'a>> {
    let mut found: Vec<Named> = Vec::new();
    let mut skip = 0;
    for (index, line) in lines.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let words: Vec<&str> = line.text.split_whitespace().collect();
        if is_addressee(&words) || words.len() > 16 {
            continue;
        }
        let folded = fold(line.text);
        if KINDS.iter().all(|kind| !begins_with(&folded, &[kind])) {
            continue;
        }
        let whole =
            |words: &[&str]| name_at(words, 0).filter(|name| name.split_whitespace().count() >= words.len().min(2));
        let alone = whole(&words);
        let next = lines.get(index + 1).filter(|next| {
            let folded = fold(next.text);
            let goes_on = begins_with(&folded, &["de", "del", "y", "la", "los", "las"])
                || alone.is_none()
                || ends_with_particle(line.text);
            goes_on
                && next.page == line.page
                && next.text.split_whitespace().count() <= 8
                && !next.text.contains([':', '“', '"'])
                && !next.text.chars().any(|letter| letter.is_ascii_digit())
        });
        let joined = next.and_then(|next| {
            let both: Vec<&str> = words.iter().copied().chain(next.text.split_whitespace()).collect();
            whole(&both).filter(|name| alone.as_ref().is_none_or(|alone| name.len() > alone.len()))
        });
        if let Some(name) = joined {
            skip = 1;
            found.push(Named { name, weight, line: *line });
        } else if let Some(name) = alone {
            found.push(Named { name, weight, line: *line });
        }
    }
    // A page header says the same on every page.
    let mut once: Vec<Named> = Vec::new();
    for named in found {
        if !once.iter().any(|other| fold(&other.name) == fold(&named.name)) {
            once.push(named);
        }
    }
    once
}

fn ends_with_particle(text: &str) -> bool {
    fold(text).rsplit(' ').next().is_some_and(|word| PARTICLES.contains(&word))
}

/// Names of an unmistakable kind in the body: «la Municipalidad Distrital de X, que represento».
fn in_body<'a>(letter: &Letter<'a>) -> Vec<Named<'a>> {
    let mut found = Vec::new();
    let lines = letter.text();
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).map_or("", |next| next.text);
        let first: Vec<&str> = line.text.split_whitespace().collect();
        let words: Vec<&str> = first.iter().copied().chain(next.split_whitespace()).collect();
        for at in 0..first.len() {
            let folded = fold(&words.iter().skip(at).take(6).copied().collect::<Vec<_>>().join(" "));
            if UNMISTAKABLE.iter().any(|kind| begins_with(&folded, &[kind]))
                && let Some(name) = name_at(&words, at)
            {
                found.push(Named { name, weight: 1, line: *line });
            }
        }
    }
    found
}

/// An entity of no listed kind: a line of the letterhead or of the signature block that the letter says again in its subject
/// or at its other end. A line of the letterhead that is said nowhere else may be the entity, an office or a motto.
fn unlisted<'a>(letter: &Letter<'a>, subject: Option<&str>) -> Option<(String, Line<'a>, Option<String>)> {
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
    let named = |line: &Line<'a>| sensible_case(line.text.trim_end_matches(['.', ',', ';']));
    match agreed {
        Some(line) => Some((named(line), **line, None)),
        None => heads.first().map(|line| {
            (named(line), **line, Some("El membrete no dice con claridad el nombre de la entidad.".to_owned()))
        }),
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

fn is_shouted(name: &str) -> bool {
    let letters = || name.chars().filter(|letter| letter.is_alphabetic());
    letters().count() > 6 && letters().filter(|letter| letter.is_lowercase()).count() * 5 < letters().count()
}

/// A name in capitals as one writes it: particles small, initials («EPS», «S.A.») as they are.
fn sensible_case(name: &str) -> String {
    if !is_shouted(name) {
        return name.to_owned();
    }
    name.split_whitespace()
        .enumerate()
        .map(|(index, word)| {
            let folded = fold(word);
            if index > 0 && PARTICLES.contains(&folded.as_str()) {
                return word.to_lowercase();
            }
            let initials = ["eps", "ugel", "diresa", "geresa", "sat", "dre", "gre", "ii", "iii", "iv", "sa", "sac"];
            if initials.contains(&folded.as_str()) || word.trim_end_matches('.').contains('.') {
                return word.to_owned();
            }
            word.split('-').map(capitalised).collect::<Vec<_>>().join("-")
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let mut written = String::new();
    for letter in letters.by_ref() {
        written.push(letter);
        if letter.is_alphabetic() {
            break;
        }
    }
    written + &letters.as_str().to_lowercase()
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
