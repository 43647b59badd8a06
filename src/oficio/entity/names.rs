//! Names: where the name of an entity begins and ends in a subject line, on a line of its own, or in a sentence.

use super::Named;
use crate::form::fold;
use crate::oficio::date;
use crate::oficio::letter::{Letter, Line, begins_with};

/// How an entity's name may begin, folded; further words follow.
pub(super) const KINDS: &[&str] = &[
    "municipalidad",
    "gobierno regional",
    "unidad de gestion educativa local",
    "unidad ejecutora",
    "ugel",
    "direccion regional",
    "direccion de red",
    "direccion de redes",
    "diris",
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
    // Water and power companies that are called by their short names.
    "seda",
    "sedacaj",
    "sedachimbote",
    "sedacusco",
    "sedajuliaca",
    "sedalib",
    "sedam",
    "sedapal",
    "sedapar",
    "semapa",
    "semapach",
    "emapa",
    "emapab",
    "emapacop",
    "emapat",
    "emapavigs",
    "emapica",
    "emapisco",
    "emaq",
    "empssapal",
    "emsap",
    "emsapa",
    "emsapuno",
    "emusap",
    "epsel",
    "electro",
    "electrocentro",
    "electronorte",
    "electronoroeste",
    "electroperu",
    "electropuno",
    "electrosur",
    "hidrandina",
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
pub(super) const QUALIFIERS: &[&str] = &[
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
/// Offices that sign.
const OFFICES: &[&str] = &[
    "alcalde",
    "alcaldesa",
    "gerente",
    "gobernador",
    "gobernadora",
    "director",
    "directora",
    "jefe",
    "jefa",
    "rector",
    "rectora",
    "presidente",
    "presidenta",
    "secretario general",
    "secretaria general",
    "titular",
];
/// How the names begin of what an entity is made of, and of persons in it.
const PARTS_OF_AN_ENTITY: &[&str] = &[
    "oficina",
    "direccion",
    "secretaria",
    "gerencia",
    "subgerencia",
    "sub",
    "unidad",
    "viceministerio",
    "despacho",
    "alcaldia",
    "area",
    "organo",
    "jefatura",
    "presidencia",
    "rectorado",
];
/// Points by which the edges of two lines in one box may differ.
const BOX_EDGE: f32 = 3.0;
/// Lines of one box after its first.
const MOST_BOX_LINES: usize = 4;
/// Lines after the closing that may be the signature block.
const LONGEST_SIGNATURE_BLOCK: usize = 12;
pub(super) const PARTICLES: &[&str] = &["de", "del", "la", "las", "los", "el", "y", "e", "da", "do"];
/// What stands in the stamps of those who receive letters, under the name of their entity.
const STAMPED: [&str; 4] = ["mesa de partes", "tramite", "recibido", "recepcion"];
/// A name goes on in so many lines below its first at most.
const MOST_LINES_BELOW: usize = 2;
/// Lines beside a name, of a letterhead with coats of arms, that may come between its first line and its second.
const MOST_BESIDE: usize = 2;
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

/// «… página web de la X a la Plataforma …», «… coordinadores de la X para …».
pub(super) fn in_subject(subject: &str) -> Option<String> {
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

pub(super) fn is_addressee(words: &[&str]) -> bool {
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
    // In the ring of a stamp: «EPS GERENTE». There are hospitals of a «Presidente».
    let office = words.get(after_kind).map(|word| fold(word)).filter(|word| !word.starts_with("president"));
    if office.is_some_and(|word| OFFICES.contains(&word.as_str())) {
        return None;
    }
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

pub(super) fn clean(words: &[&str]) -> String {
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
pub(super) fn on_own_lines<'a>(lines: &[Line<'a>], weight: u32) -> Vec<Named<'a>> {
    let mut found: Vec<Named> = Vec::new();
    let mut skip = 0;
    for (index, line) in lines.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let words = before_a_stamp(line.text.split_whitespace().collect());
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
        let goes_on = |text: &str, is_name: bool, next: &Line| {
            let folded = fold(next.text);
            let goes_on =
                begins_with(&folded, &["de", "del", "y", "la", "los", "las"]) || !is_name || ends_with_particle(text);
            goes_on
                && !STAMPED.iter().any(|word| folded.contains(word))
                && next.text.split_whitespace().count() <= 8
                && !next.text.contains([':', '“', '"'])
                && !next.text.chars().any(|letter| letter.is_ascii_digit())
        };
        let in_box = in_box_below(lines, index);
        let boxed: Vec<&str> =
            words.iter().copied().chain(in_box.iter().flat_map(|line| line.text.split_whitespace())).collect();
        if let Some(name) = whole(&boxed)
            && !in_box.is_empty()
            && alone.as_ref().is_none_or(|alone| name.len() > alone.len())
        {
            found.push(Named { name, weight, line: *line });
            continue;
        }
        // «MUNICIPALIDAD | PROVINCIAL DE | CAJAPAMPA»
        let mut joined: Option<(String, usize)> = None;
        let (mut last, mut at, mut chain) = (line, index, words.clone());
        for _ in 0..MOST_LINES_BELOW {
            let below = lines.iter().zip(0..).skip(at + 1).take(MOST_BESIDE + 1).find(|(next, _)| is_below(last, next));
            let is_name = joined.is_some() || alone.is_some();
            let Some((next, place)) = below.filter(|(next, _)| goes_on(last.text, is_name, next)) else { break };
            chain.extend(next.text.split_whitespace());
            let so_far = joined.as_ref().map(|(name, _)| name).or(alone.as_ref());
            let name = whole(&chain).filter(|name| so_far.is_none_or(|so_far| name.len() > so_far.len()));
            joined = name.map(|name| (name, place)).or(joined);
            (last, at) = (next, place);
        }
        if let Some((name, at)) = joined {
            skip = at - index;
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

/// The words of a line up to the date of a stamp that was set beside it, which may be read as one with the last: «TARUCANI20SET. 2026».
fn before_a_stamp(mut words: Vec<&str>) -> Vec<&str> {
    let day_and_month = |word: &str| {
        let month = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let day = word.len() - month.len();
        (1..=2).contains(&day) && date::month(&fold(month)).is_some()
    };
    let stamped = words.iter().enumerate().find_map(|(index, word)| {
        let digit = word.find(|letter: char| letter.is_ascii_digit())?;
        let (before, rest) = word.split_at_checked(digit)?;
        day_and_month(rest).then_some((index, before))
    });
    if let Some((index, before)) = stamped {
        words.truncate(index);
        words.extend(Some(before).filter(|word| !word.is_empty()));
    }
    words
}

/// Whether a line goes on under another one. What stands beside it, as the letters in a coat of arms, does not.
fn is_below(line: &Line, next: &Line) -> bool {
    next.page == line.page
        && next.document == line.document
        && next.bounds.left < line.bounds.right
        && next.bounds.right > line.bounds.left
}

/// The lines under a line that go on in its box, where boxes stand side by side, as in the letterheads of ministries («PERÚ |
/// Ministerio de Industrias / Creativas | Secretaría / General»). A box holds one name, so it goes on whatever its next word is.
fn in_box_below<'l, 'a>(lines: &'l [Line<'a>], index: usize) -> Vec<&'l Line<'a>> {
    let Some(first) = lines.get(index) else { return Vec::new() };
    let is_beside = |other: &Line| {
        other.page == first.page
            && other.document == first.document
            && (other.bounds.top - first.bounds.top).abs() <= BOX_EDGE
            && (other.bounds.left >= first.bounds.right || other.bounds.right <= first.bounds.left)
    };
    if !lines.iter().any(is_beside) {
        return Vec::new();
    }
    let mut below: Vec<&Line> = Vec::new();
    while below.len() < MOST_BOX_LINES {
        let above = below.last().copied().unwrap_or(first);
        let middle = |line: &Line| (line.bounds.left + line.bounds.right) / 2.0;
        let goes_on = |next: &&Line| {
            let gap = next.bounds.top - above.bounds.bottom;
            let height = above.bounds.bottom - above.bounds.top;
            is_below(above, next)
                && (-0.3 * height..0.6 * height).contains(&gap)
                && ((next.bounds.left - above.bounds.left).abs() <= BOX_EDGE
                    || (middle(next) - middle(above)).abs() <= BOX_EDGE)
                && next.text.chars().all(|letter| letter.is_alphabetic() || " .,-".contains(letter))
                && !begins_with(&fold(next.text), PARTS_OF_AN_ENTITY)
        };
        match lines.iter().skip(index + 1).find(goes_on) {
            Some(next) if !below.iter().any(|line| std::ptr::eq(*line, next)) => below.push(next),
            _ => break,
        }
    }
    below
}

fn ends_with_particle(text: &str) -> bool {
    fold(text).rsplit(' ').next().is_some_and(|word| PARTICLES.contains(&word))
}

/// «Alcalde de la Municipalidad Distrital de X»: a name of an unmistakable kind that goes on from the office of who signs. (The
/// «Escuela Profesional» of its director is a part of an entity.)
pub(super) fn in_office<'a>(lines: &[Line<'a>]) -> Vec<Named<'a>> {
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate().take(LONGEST_SIGNATURE_BLOCK) {
        let office = fold(line.text);
        if !begins_with(&office, OFFICES) {
            continue;
        }
        let next = lines.get(index + 1).filter(|next| is_below(line, next)).map_or("", |next| next.text);
        let first: Vec<&str> = line.text.split_whitespace().collect();
        let words: Vec<&str> = first.iter().copied().chain(next.split_whitespace()).collect();
        if let Some(name) = (1..first.len())
            .filter(|at| is_unmistakable(words.get(*at..).unwrap_or_default()))
            .find_map(|at| name_at(&words, at))
        {
            found.push(Named { name, weight: 5, line: *line });
        }
    }
    found
}

/// Names in the body: those of an unmistakable kind («la Municipalidad Distrital de X, que represento»), and those of any kind for
/// which the letter says that it speaks («a nombre del Ministerio de X»).
pub(super) fn in_body<'a>(letter: &Letter<'a>) -> Vec<Named<'a>> {
    let mut found = Vec::new();
    let lines = letter.text();
    let words_of = |index: usize| lines.get(index).map_or("", |line| line.text).split_whitespace();
    for (index, line) in lines.iter().enumerate() {
        let before: Vec<&str> = index.checked_sub(1).map(|before| words_of(before).collect()).unwrap_or_default();
        let own = words_of(index).count();
        let words: Vec<&str> = before.iter().copied().chain(words_of(index)).chain(words_of(index + 1)).collect();
        for at in before.len()..before.len() + own {
            let (before, rest) = words.split_at_checked(at).unwrap_or_default();
            if (is_unmistakable(rest) || speaks_for(before))
                && !is_addressee(rest)
                && let Some(name) = name_at(&words, at)
            {
                found.push(Named { name, weight: 1, line: *line });
            }
        }
    }
    found
}

/// Whether a name of an unmistakable kind may begin with these words.
fn is_unmistakable(words: &[&str]) -> bool {
    let folded = fold(&words.iter().take(6).copied().collect::<Vec<_>>().join(" "));
    UNMISTAKABLE.iter().any(|kind| begins_with(&folded, &[kind]))
}

/// Whether the words right before a name say that the letter speaks for it.
fn speaks_for(before: &[&str]) -> bool {
    let last: Vec<&str> = before.iter().skip(before.len().saturating_sub(6)).copied().collect();
    let folded = fold(&last.join(" "));
    let phrase = ["de la", "de los", "del", "de"].iter().find_map(|particle| folded.strip_suffix(particle));
    phrase.map(str::trim_end).is_some_and(|phrase| {
        ["a nombre", "en nombre", "en representacion", "representante", "representante legal"]
            .iter()
            .any(|cue| phrase == *cue || phrase.ends_with(&format!(" {cue}")))
    })
}
