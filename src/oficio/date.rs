//! Date: the letter's own date, in the shapes that entities write (domain, section 2.2): never a law's or a stamp's.

use jiff::civil::Date;

use super::letter::{Letter, Line};
use super::number::{self, is_placeholder, read_line};
use super::value::{Certainty, OficioDatum};
use crate::documents::{Bounds, Legibility};
use crate::form::{Form, fold};

/// How likely a line's date is the letter's own, best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// In the text of a digital signature.
    Stamp,
    /// A line of its own at the end of the letter.
    Foot,
    /// A line of its own, or after «Fecha:», between address and body.
    Addressed,
    /// Somewhere in a line of the head.
    InHead,
    /// A line of its own in the head.
    Head,
    /// After a place and a comma, in the head.
    InHeadAfterCity,
}

/// Lines whose edges are at most this far apart, in points, begin or end together.
const ALIGNED: f32 = 3.5;
/// The words of a stamp stand this near to its date, in points.
const STAMP_REACH: f32 = 18.0;

/// Finds the date.
pub(super) fn find(letter: &Letter, form: &Form) -> OficioDatum<Date> {
    let mut best: Option<(Place, Date, &Line)> = None;
    // In a picture nobody tells a stamp's date from the letter's by where it stands.
    let mut rival = None;
    for (index, line) in letter.lines.iter().enumerate() {
        let Some((place, date)) = dated(letter, index, line, letter.lines.get(index + 1)) else { continue };
        // The stamp of what was received is often set beside the letter's date; stamps name no town and do not say «de».
        let is_letters_own = place == Place::InHeadAfterCity && is_written_out(line.text);
        if line.recognised && !is_letters_own && is_stamped(letter, line) {
            rival = rival.or(Some(date));
            continue;
        }
        if let Some((other, own, before)) = best.filter(|_| line.recognised)
            && other == place
            && own != date
        {
            // Stamps do not say «de».
            match (is_written_out(before.text), is_written_out(line.text)) {
                (false, true) => (best, rival) = (Some((place, date, line)), None),
                (true, false) => {}
                _ => rival = rival.or(Some(date)),
            }
            continue;
        }
        // The first of equal rank is the letter's: a copy or an annex comes later.
        if best.is_none_or(|(other, _, _)| place > other) {
            best = Some((place, date, line));
        }
    }
    let placeholder =
        letter.lines.iter().take(letter.body).find(|line| is_placeholder(line.text, &form.placeholders.date));
    match (best, placeholder) {
        (Some((place, date, line)), _) if place > Place::Foot => {
            // A stamp's date begins with the day and stands anywhere; before a letter's stands the city, or «Fecha», or it stands
            // where the letter's lines do.
            let bare = line.recognised
                && line.text.starts_with(|first: char| first.is_ascii_digit())
                && !is_written_out(line.text)
                && !is_aligned(letter, line);
            let rivalled = rival.is_some_and(|other| other != date) && !is_written_out(line.text);
            let uncertain = place < Place::InHeadAfterCity && (rivalled || bare);
            let doubtful = uncertain && !(place == Place::Head && stands_alone(letter, line));
            let doubt = if doubtful {
                Some("Se leyó de una imagen y puede ser la fecha de un sello.")
            } else if line.recognised && may_have_a_misread_year(date, line, letter, form) {
                Some("Se leyó de una imagen y su año no es el del número del oficio.")
            } else {
                None
            };
            found(date, line, doubt)
        }
        (_, Some(line)) => OficioDatum::Placeholder { read: read_line(line), elsewhere: None },
        (Some((Place::Stamp, date, line)), None) => {
            found(date, line, Some("La única fecha del oficio es la de su firma digital."))
        }
        (Some((_, date, line)), None) => found(date, line, None),
        (None, None) => OficioDatum::Missing,
    }
}

/// Whether a date in a picture was stamped with a dater alone, as offices date what they send: clear, with no word beside it and no ring or
/// frame around it. The date of what was received stands among the words of its stamp.
fn stands_alone(letter: &Letter, line: &Line) -> bool {
    line.legibility == Legibility::Clear && !line.is_encircled && beside(letter, line).next().is_none()
}

/// The other lines that stand as near to a line as the words of a stamp do.
fn beside<'l, 'a>(letter: &'l Letter<'a>, line: &'l Line<'a>) -> impl Iterator<Item = &'l Line<'a>> {
    letter.lines.iter().filter(move |other| {
        other.document == line.document
            && other.page == line.page
            && other.bounds != line.bounds
            && other.bounds.top < line.bounds.bottom + STAMP_REACH
            && line.bounds.top < other.bounds.bottom + STAMP_REACH
            && other.bounds.left < line.bounds.right + STAMP_REACH
            && line.bounds.left < other.bounds.right + STAMP_REACH
    })
}

/// Whether a line of a picture stands among the words of a stamp.
fn is_stamped(letter: &Letter, line: &Line) -> bool {
    beside(letter, line).any(|other| {
        let folded = fold(other.text);
        has_time(other.text)
            || ["recib", "recepcion", "mesa de partes", "tramite", "expediente", "hora", "folio"]
                .iter()
                .any(|word| folded.contains(word))
    })
}

/// «14 de marzo de 2026», as no stamp says it.
fn is_written_out(text: &str) -> bool {
    fold(text).split(' ').filter(|word| ["de", "del"].contains(word)).count() >= 2
}

/// Whether the oficio's number names years, and not the date's: one of them was misread, unless both lines are clear.
fn may_have_a_misread_year(date: Date, line: &Line, letter: &Letter, form: &Form) -> bool {
    let number = number::find(letter, form);
    let is_clear = |text: &str| {
        let own = letter.head().iter().find(|line| line.text == text);
        own.is_some_and(|line| line.legibility == Legibility::Clear)
    };
    let number_is_clear = match &number {
        OficioDatum::Found { read, .. } => read.lines.first().is_some_and(|text| is_clear(text)),
        OficioDatum::Placeholder { .. } | OficioDatum::Missing => false,
    };
    if line.legibility == Legibility::Clear && number_is_clear {
        return false;
    }
    let years: Vec<i16> = number
        .value()
        .into_iter()
        .flat_map(|number| number.split(|letter: char| !letter.is_ascii_digit()))
        .filter(|digits| digits.len() == 4 && digits.starts_with("20"))
        .filter_map(|digits| digits.parse().ok())
        .collect();
    !years.is_empty() && !years.contains(&date.year())
}

/// Whether a line of a picture begins or ends where at least three others of its page do.
fn is_aligned(letter: &Letter, line: &Line) -> bool {
    let others = letter
        .lines
        .iter()
        .filter(|other| other.document == line.document && other.page == line.page && other.bounds != line.bounds);
    let near = |edge: fn(&Bounds) -> f32| {
        others.clone().filter(|other| (edge(&other.bounds) - edge(&line.bounds)).abs() <= ALIGNED).count() >= 3
    };
    near(|bounds| bounds.left) || near(|bounds| bounds.right)
}

fn found(date: Date, line: &Line, doubt: Option<&str>) -> OficioDatum<Date> {
    let mut read = read_line(line);
    if let Some(doubt) = doubt {
        read.certainty = Certainty::Unsure(doubt.to_owned());
    }
    OficioDatum::Found { value: date, read }
}

/// The date in a line and how likely it is the letter's.
fn dated(letter: &Letter, index: usize, line: &Line, next: Option<&Line>) -> Option<(Place, Date)> {
    let folded = fold(line.text);
    let in_head = index < letter.address;
    let addressed = !in_head && index < letter.body;
    let own_line = date_in(line.text);
    let Some((date, range)) = own_line else {
        // «Santa Coba, 14 de marzo» / «de 2026».
        let next = next.filter(|_| in_head || addressed)?;
        let joined = format!("{} {}", line.text, next.text);
        let (date, range) = date_in(&joined)?;
        let crosses = range.start < line.text.len() && range.end > line.text.len();
        if in_head {
            return crosses.then_some((Place::Head, date));
        }
        // Between address and body, dates of other papers wrap too: the letter's own comes after a town or its label.
        let before = joined.get(..range.start).unwrap_or_default();
        let whole = joined.get(range.end..).unwrap_or_default().trim_matches(['.', ' ']).is_empty();
        let own = is_after_town(before) || is_date_label(before) || is_after_date_label(letter, index);
        return (crosses && whole && own).then_some((Place::Addressed, date));
    };
    let before = line.text.get(..range.start).unwrap_or_default();
    let after = line.text.get(range.end..).unwrap_or_default();
    let whole = after.trim_matches(['.', ',', ';', '-', '–', ' ', ')', '"', '”']).is_empty();
    let before_folded = fold(before);
    let place = is_after_town(before);
    let stamp_words = [
        "firmado",
        "motivo",
        "recib",
        "registro",
        "expediente",
        "folio",
        "hora",
        "proveido",
        "tramite",
        "mesa de partes",
    ];
    let timed = has_time(line.text);
    if timed || stamp_words.iter().any(|word| folded.contains(word)) {
        let near_signature = letter
            .lines
            .iter()
            .skip(index.saturating_sub(4))
            .take(6)
            .any(|line| fold(line.text).contains("firmado digitalmente"));
        return (timed && near_signature).then_some((Place::Stamp, date));
    }
    if in_head {
        let refers = ["referencia", "ref", "asunto", "decreto", "ley", "resolucion", "recepcion"];
        if refers.iter().any(|word| before_folded.split(' ').any(|other| other == *word)) {
            return None;
        }
        return Some((
            match (place, whole) {
                (true, _) => Place::InHeadAfterCity,
                (false, true) if before_folded.is_empty() || before_folded == "fecha" || is_place(&before_folded) => {
                    Place::Head
                }
                _ => Place::InHead,
            },
            date,
        ));
    }
    let labelled = is_date_label(before);
    if addressed {
        let after_label = is_after_date_label(letter, index);
        let alone = before_folded.is_empty() && (after_label || !after_reference(letter, index));
        let own = whole && (labelled || place || alone);
        return own.then_some((Place::Addressed, date));
    }
    let near_closing = letter.closing.is_some_and(|closing| index + 3 >= closing);
    (near_closing && whole && (place || labelled)).then_some((Place::Foot, date))
}

/// «Santa Coba, 14 de marzo», «Santa Coba; 14 de marzo», «Santa Coba, a los 14 días del mes de marzo».
fn is_after_town(before: &str) -> bool {
    let town = before.trim_end().trim_end_matches("a los").trim_end();
    town.ends_with([',', ';']) && is_place(&fold(before))
}

/// «Fecha: …» is a label; «…, de / fecha 27 de abril de 2018» is a reference that wraps.
fn is_date_label(before: &str) -> bool {
    let folded = fold(before);
    before.contains(':') && (folded == "fecha" || folded == "lugar y fecha" || folded.starts_with("fecha "))
}

/// Whether the label «FECHA», or «FECHA :», stands alone right before a line: a memorandum's table, read cell by cell.
fn is_after_date_label(letter: &Letter, index: usize) -> bool {
    let label = letter.lines.iter().take(index).rev().find(|line| line.text.chars().any(char::is_alphanumeric));
    label.is_some_and(|line| is_bare_date_label(line.text))
}

fn is_bare_date_label(text: &str) -> bool {
    matches!(fold(text).as_str(), "fecha" | "lugar y fecha")
}

/// Whether a line between address and body goes on with the subject or the reference.
fn after_reference(letter: &Letter, index: usize) -> bool {
    letter.lines.iter().take(index).skip(letter.address).any(|line| {
        let folded = fold(line.text);
        super::letter::begins_with(&folded, &["referencia", "ref", "asunto", "sumilla"])
    })
}

/// Letters only, few words: a town, perhaps with the weekday.
fn is_place(folded: &str) -> bool {
    !folded.is_empty() && folded.split(' ').count() <= 7 && !folded.chars().any(|letter| letter.is_ascii_digit())
}

fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).any(|window| {
        matches!(window, [hour, b':', tens, ones] if hour.is_ascii_digit() && tens.is_ascii_digit() && ones.is_ascii_digit())
    })
}

#[derive(Debug)]
enum Token {
    Number(String),
    Word(String),
    Mark(char),
}

/// The first date in a text, with its byte range.
pub(super) fn date_in(text: &str) -> Option<(Date, std::ops::Range<usize>)> {
    let tokens = tokens(text);
    (0..tokens.len()).find_map(|at| {
        let (date, length) = written(&tokens, at)
            .or_else(|| year_first(&tokens, at))
            .or_else(|| month_first(&tokens, at))
            .or_else(|| figures(&tokens, at))?;
        let start = tokens.get(at)?.1.start;
        let end = tokens.get(at + length - 1)?.1.end;
        Some((date, start..end))
    })
}

type Spanned = (Token, std::ops::Range<usize>);

fn tokens(text: &str) -> Vec<Spanned> {
    let mut found: Vec<Spanned> = Vec::new();
    for (index, letter) in text.char_indices().take(400) {
        let end = index + letter.len_utf8();
        if letter.is_whitespace() {
            continue;
        }
        let joins = found.last().is_some_and(|(_, range)| range.end == index);
        match found.last_mut() {
            Some((Token::Number(digits), range)) if joins && letter.is_ascii_digit() => {
                digits.push(letter);
                range.end = end;
            }
            Some((Token::Word(word), range)) if joins && letter.is_alphabetic() => {
                word.push(letter);
                range.end = end;
            }
            _ if letter.is_ascii_digit() => found.push((Token::Number(letter.to_string()), index..end)),
            _ if letter.is_alphabetic() => found.push((Token::Word(letter.to_string()), index..end)),
            _ => found.push((Token::Mark(letter), index..end)),
        }
    }
    for (token, _) in &mut found {
        if let Token::Word(word) = token {
            *word = fold(word);
        }
    }
    with_whole_years(found)
}

/// A year written as a quantity, «2,026» or «2.026», is one number.
fn with_whole_years(tokens: Vec<Spanned>) -> Vec<Spanned> {
    let mut whole: Vec<Spanned> = Vec::with_capacity(tokens.len());
    for (token, range) in tokens {
        let adjacent = whole.last().is_some_and(|(_, before)| before.end == range.start);
        if adjacent
            && let Token::Number(digits) = &token
            && digits.len() == 3
            && let [.., (Token::Number(thousands), start), (Token::Mark(',' | '.'), mark)] = whole.as_slice()
            && (thousands == "1" || thousands == "2")
            && start.end == mark.start
        {
            let year = (Token::Number(format!("{thousands}{digits}")), start.start..range.end);
            whole.truncate(whole.len() - 2);
            whole.push(year);
        } else {
            whole.push((token, range));
        }
    }
    whole
}

fn number(tokens: &[Spanned], at: usize, digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
    match tokens.get(at) {
        Some((Token::Number(text), _)) if digits.contains(&text.len()) => text.parse().ok(),
        _ => None,
    }
}

fn word(tokens: &[Spanned], at: usize) -> Option<&str> {
    match tokens.get(at) {
        Some((Token::Word(text), _)) => Some(text),
        _ => None,
    }
}

/// Over «de», «del», «año», points, commas, hyphens.
fn over_connectors(tokens: &[Spanned], mut at: usize) -> usize {
    loop {
        let connects = match tokens.get(at) {
            Some((Token::Word(text), _)) => ["de", "del", "ano", "mes", "dias", "el"].contains(&text.as_str()),
            Some((Token::Mark(mark), _)) => matches!(mark, '.' | ',' | '-' | '/' | '–' | '°' | '´' | '\''),
            _ => false,
        };
        if !connects {
            return at;
        }
        at += 1;
    }
}

/// «14 de marzo de 2026», «27.SETIEMBRE.2007», «11 ABR. 97», «1.º de marzo del año 2026», «3 1 - OCT, 2016».
fn written(tokens: &[Spanned], at: usize) -> Option<(Date, usize)> {
    let mut day = number(tokens, at, 1..=2)?;
    let mut next = at + 1;
    if day < 10
        && let Some(ones) = number(tokens, next, 1..=1)
        && matches!(tokens.get(at), Some((Token::Number(text), _)) if text.len() == 1)
    {
        day = day * 10 + ones;
        next += 1;
    }
    next = over_connectors(tokens, next);
    if word(tokens, next).is_some_and(|word| ["o", "ro", "er", "ero"].contains(&word)) {
        next = over_connectors(tokens, next + 1);
    }
    let month = month(word(tokens, next)?)?;
    let (year, after) = year(tokens, over_connectors(tokens, next + 1))?;
    Some((date(year, month, day)?, after - at))
}

/// «2020 abril 23», «2026-03-14».
fn year_first(tokens: &[Spanned], at: usize) -> Option<(Date, usize)> {
    let year = number(tokens, at, 4..=4).filter(|year| (1990..2100).contains(year))?;
    let next = over_connectors(tokens, at + 1);
    let (month, digits) = match word(tokens, next) {
        Some(word) => (month(word)?, 1..=2),
        None if next == at + 2 => (i8::try_from(number(tokens, next, 2..=2)?).ok()?, 2..=2),
        None => return None,
    };
    let last = over_connectors(tokens, next + 1);
    let day = number(tokens, last, digits)?;
    Some((date(year, month, day)?, last + 1 - at))
}

/// «marzo 14, 2026», «marzo 14 de 2026».
fn month_first(tokens: &[Spanned], at: usize) -> Option<(Date, usize)> {
    let month = month(word(tokens, at)?)?;
    let next = over_connectors(tokens, at + 1);
    let day = number(tokens, next, 1..=2)?;
    let (year, after) = year(tokens, over_connectors(tokens, next + 1))?;
    (year >= 1990).then_some(())?;
    Some((date(year, month, day)?, after - at))
}

/// «14/03/2026», «14-03-26», «14.03.2026».
fn figures(tokens: &[Spanned], at: usize) -> Option<(Date, usize)> {
    let mark = |at: usize| match tokens.get(at) {
        Some((Token::Mark(mark), _)) if matches!(mark, '/' | '-' | '.') => Some(*mark),
        _ => None,
    };
    // Part of a longer number: «045-14-03-2026».
    if at > 0 && mark(at - 1).is_some() {
        return None;
    }
    let day = number(tokens, at, 1..=2)?;
    let month = i8::try_from(number(tokens, at + 2, 1..=2)?).ok()?;
    if mark(at + 1)? != mark(at + 3)? || mark(at + 5).is_some_and(|mark| mark != '.') {
        return None;
    }
    let (year, after) = year(tokens, at + 4)?;
    Some((date(year, month, day)?, after - at))
}

fn year(tokens: &[Spanned], at: usize) -> Option<(i16, usize)> {
    if let Some(year) = number(tokens, at, 4..=4) {
        return Some((year, at + 1));
    }
    if let Some(year) = number(tokens, at, 2..=2) {
        return Some((if year >= 80 { 1900 + year } else { 2000 + year }, at + 1));
    }
    // «2 026» as some write it.
    if let (Some(2), Some(rest)) = (number(tokens, at, 1..=1), number(tokens, at + 1, 3..=3)) {
        return Some((2000 + rest, at + 2));
    }
    // «dos mil veintiséis».
    if word(tokens, at) == Some("dos") && word(tokens, at + 1) == Some("mil") {
        let last = word(tokens, at + 2)?;
        let ones = [
            "veinte",
            "veintiuno",
            "veintidos",
            "veintitres",
            "veinticuatro",
            "veinticinco",
            "veintiseis",
            "veintisiete",
            "veintiocho",
            "veintinueve",
            "treinta",
        ];
        let position = ones.iter().position(|word| *word == last)?;
        return Some((2020 + i16::try_from(position).ok()?, at + 3));
    }
    None
}

pub(super) fn month(word: &str) -> Option<i8> {
    const MONTHS: [(&str, &[&str]); 12] = [
        ("enero", &["ene"]),
        ("febrero", &["feb"]),
        ("marzo", &["mar"]),
        ("abril", &["abr"]),
        ("mayo", &["may"]),
        ("junio", &["jun"]),
        ("julio", &["jul"]),
        ("agosto", &["ago"]),
        ("setiembre", &["set", "sep", "sept", "septiembre", "setbre", "setiemb"]),
        ("octubre", &["oct"]),
        ("noviembre", &["nov"]),
        ("diciembre", &["dic"]),
    ];
    let exact = |word: &str| MONTHS.iter().position(|(name, short)| *name == word || short.contains(&word));
    // Every word of a letter is asked for: those that are too long or too short are not compared.
    let letters = word.chars().count();
    let slipped = |(name, _): &(&str, &[&str])| {
        name.len() >= 5 && name.len().abs_diff(letters) <= 1 && super::columns::edit_distance(name, word) == 1
    };
    let near = || if word.len() >= 5 { MONTHS.iter().position(slipped) } else { None };
    let unglued = word.strip_prefix("de").or_else(|| word.strip_suffix("del")).or_else(|| word.strip_suffix("de"));
    let position = exact(word).or_else(|| unglued.and_then(exact)).or_else(near)?;
    i8::try_from(position + 1).ok()
}

fn date(year: i16, month: i8, day: i16) -> Option<Date> {
    let year = (1980..2100).contains(&year).then_some(year)?;
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::EMBEDDED;

    fn datum(lines: &[&str]) -> OficioDatum<Date> {
        let form = Form::parse(EMBEDDED).unwrap();
        let document = crate::oficio::paper::letter(lines);
        find(&Letter::of(&[&document]), &form)
    }

    fn date_of(lines: &[&str]) -> Option<String> {
        datum(lines).value().map(ToString::to_string)
    }

    #[test]
    fn a_date_in_the_cells_of_a_memorandums_table_is_read_though_it_wraps() {
        let memorandum = |date: &[&'static str]| -> Vec<&'static str> {
            ["OFICIO N° 7-2026-MSA/GM", "A", ":", "CÉSAR VÍLCHEZ INGA", "ASUNTO", ":", "Accesos a Gob.pe", "REF.", ":"]
                .into_iter()
                .chain(["Expediente 34412"])
                .chain(date.iter().copied())
                .chain(["De mi consideración:", "Designamos a:"])
                .collect()
        };
        for written in [
            &["FECHA", ":", "San Aurelio, 17 de", "setiembre de 2026"][..],
            &["FECHA", ":", "17 de setiembre de 2026"],
            &["FECHA :", "17 de setiembre de", "2026"],
        ] {
            assert_eq!(date_of(&memorandum(written)).as_deref(), Some("2026-09-17"), "{written:?}");
        }
        // Another paper's date wraps too, and a label with nothing after it was left blank.
        assert_eq!(date_of(&memorandum(&["Oficio 9 de fecha 3 de", "marzo de 2026"])), None);
        assert!(matches!(datum(&memorandum(&["FECHA", ":"])), OficioDatum::Placeholder { .. }));
    }

    #[test]
    fn every_shape_of_the_domain_is_read() {
        for (line, expected) in [
            ("Lima, 25 de agosto de 2023", "2023-08-25"),
            ("Breña, 8 de enero del 2021", "2021-01-08"),
            ("San Miguel, 29 de setiembre 2020", "2020-09-29"),
            ("San Miguel, 29 de septiembre de 2020", "2020-09-29"),
            ("Yanahuara, 2020 abril 23", "2020-04-23"),
            ("Lima, 27.SETIEMBRE.2007", "2007-09-27"),
            ("Lima, 11 ABR. 97", "1997-04-11"),
            ("31 OCT. 2016", "2016-10-31"),
            ("3 1 - OCT, 2016", "2016-10-31"),
            ("Santa Coba, 5 de octubre del 2,026", "2026-10-05"),
            ("Santa Coba, 5 de octubre de 2.026", "2026-10-05"),
            ("14/03/2026", "2026-03-14"),
            ("14-03-26", "2026-03-14"),
            ("14.03.2026", "2026-03-14"),
            ("Chuquirma, viernes 5 de junio de 2026", "2026-06-05"),
            ("Santa Coba, 30 de marzo del año 2026", "2026-03-30"),
            ("03 de Setiembre del 2026", "2026-09-03"),
            ("Santa Coba, 1.º de marzo de 2026", "2026-03-01"),
            ("Santa Coba, marzo 14 de 2026", "2026-03-14"),
            ("Santa Coba, 14 de marzo del dos mil veintiséis", "2026-03-14"),
            ("OFICIO N° 045-2026-MPSC/A     Santa Coba, 14 de marzo de 2026", "2026-03-14"),
            ("FECHA : 14 de marzo de 2026", "2026-03-14"),
            ("FECHA : Santa Coba, 14 de marzo de 2026.-", "2026-03-14"),
            ("Santa Coba, 14 demarzo de 2026", "2026-03-14"),
        ] {
            assert_eq!(date_of(&[line, "Señor:"]).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn the_years_name_laws_and_references_are_no_date() {
        let lines = [
            "“Decenio de la Igualdad de Oportunidades para Mujeres y Hombres 2018 - 2027”",
            "OFICIO N° 045-2026-MPSC/A",
            "Señor:",
            "Referencia: a) Decreto Supremo N.º 033-2018-PCM, de fecha",
            "27 de abril de 2018",
            "b) Decreto Supremo N.º 118-2018-PCM, de",
            "fecha 30 de noviembre de 2018",
            "De mi consideración:",
            "Es grato saludarle. El 3 de mayo de 2026 se publicó",
            "Atentamente,",
        ];
        assert_eq!(date_of(&lines), None);
    }

    #[test]
    fn the_signature_stamp_is_only_a_last_resort() {
        let stamp =
            ["Firmado digitalmente por:", "APAZA RAMOS JACKELINE FIR 76322117 hard", "Fecha: 02/04/2026 16:08:21-0500"];
        let with_date = [
            &["OFICIO N° 1-2026-X/A", "Santa Coba, 14 de marzo de 2026", "Señor:", "Es grato", "Atentamente"],
            &stamp[..],
        ]
        .concat();
        assert_eq!(date_of(&with_date).as_deref(), Some("2026-03-14"));
        let without = [&["OFICIO N° 1-2026-X/A", "Señor:", "Es grato", "Atentamente"], &stamp[..]].concat();
        let OficioDatum::Found { read, .. } = datum(&without) else { panic!("the stamp's date is not found") };
        assert!(matches!(read.certainty, Certainty::Unsure(_)));
    }

    #[test]
    fn the_placeholder_is_told_even_beside_a_stamp() {
        let lines = [
            "OFICIO N° 1-2026-X/A",
            "(Fecha: día, mes y año)",
            "Señor:",
            "Es grato",
            "Atentamente",
            "Firmado digitalmente por",
            "Fecha: 02/04/2026 16:08:21",
        ];
        assert!(matches!(datum(&lines), OficioDatum::Placeholder { .. }));
    }

    #[test]
    fn a_date_broken_over_two_lines_is_read() {
        assert_eq!(date_of(&["Santa Coba, 14 de marzo", "de 2026", "Señor:"]).as_deref(), Some("2026-03-14"));
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_read_without_panic(text in ".{0,80}") {
            let _ = date_in(&text);
        }
    }
}
