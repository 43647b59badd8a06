//! Certainty: which values of a cuadro that was recognised from a picture were read for sure.
//!
//! One confidence is no evidence (measured: `docs/recognition.md`): what counts is that several looks agree, that the value has the
//! form it must have, and that something which was not read from the same ink bears it out: the sender's domain, the entity,
//! the name. A value that is not sure is for a person; it is neither confirmed nor held against the entity.
//!
//! Values of the file's own text, and those that a sheet beside the scan confirmed, have no looks and are left alone.

mod address;
mod handwriting;
mod name;
mod spelling;
mod surroundings;

use super::Oficio;
use super::columns::edit_distance;
use super::designee::{Cuadro, DesigneeRow, Field};
use super::people::{compact, term};
use super::siglas;
use super::value::{Certainty, OficioDatum, ReadValue};
use crate::form::{Form, Term, dni_check_characters, fold};
use crate::tables::Look;
use surroundings::Surroundings;

/// The least confidence of a look that may carry a value which several looks and its form bear out.
const PLAUSIBLE: f32 = 0.5;
/// The least confidence for an address.
const CLEAR: f32 = 0.85;
/// The least confidence, in every look, for a value that is to be held against the entity.
const BLAMEABLE: f32 = 0.9;
/// The same where two looks were so clear that no third was taken.
const CLEAR_TWICE: f32 = 0.96;
/// The same where the first look was so clear that no second was taken.
const CLEAR_ONCE: f32 = 0.98;
/// What a speck beside a text is read as.
const SPECKS: &str = "\"'`´‘’“”";
/// A DNI has 8 digits, a celular 9, or 11 with the country's code.
const MOST_DIGITS: usize = 12;

/// Says of every recognised value whether it was read for sure, and gives it the reading that its looks agree on.
pub(super) fn judge(oficio: &mut Oficio, sender: Option<&str>, form: &Form) {
    settle_entity(&mut oficio.entity, sender);
    let entity = match &oficio.entity {
        OficioDatum::Found { value, .. } => Some(value.clone()),
        OficioDatum::Placeholder { .. } | OficioDatum::Missing => None,
    };
    let siglas = match &oficio.number {
        OficioDatum::Found { value, .. } => siglas::groups(value),
        OficioDatum::Placeholder { .. } | OficioDatum::Missing => Vec::new(),
    };
    let Cuadro::Found { rows, missing_columns } = &mut oficio.cuadro else { return };
    if !rows.iter().any(is_recognised) {
        return;
    }
    if handwriting::fills(rows) {
        oficio.doubts.insert(0, "El cuadro parece llenado a mano.".to_owned());
    }
    let of_all = |say: fn(&ReadValue) -> Option<String>| -> Vec<Option<String>> {
        rows.iter().map(|row| row.correo.as_ref().and_then(say)).collect()
    };
    let (hosts, addresses) = (of_all(address::host), of_all(address::agreed_on));
    for (index, row) in rows.iter_mut().enumerate().filter(|(_, row)| is_recognised(row)) {
        let of_others = |all: &[Option<String>]| -> Vec<String> {
            all.iter().enumerate().filter(|(other, _)| *other != index).filter_map(|(_, one)| one.clone()).collect()
        };
        let (hosts, addresses) = (of_others(&hosts), of_others(&addresses));
        let entity = entity.as_deref();
        judge_row(row, &Beside { sender, entity, siglas: &siglas, hosts: &hosts, addresses: &addresses }, form);
    }
    for index in name::contradicted(rows) {
        let row = rows.get_mut(index);
        if let Some(name) = row.and_then(|row| row.nombres.as_mut()).filter(|name| name.certainty == Certainty::Sure) {
            name.certainty = unclear(Field::Nombres);
        }
    }
    // A lost rule loses a row, or makes two of them one, which leaves fields that are not sure; what stands outside of the table was read as
    // lines (see `assembly`). So that a profile or a column is missing is sure where every field of every row is.
    let is_sure = |row: &DesigneeRow| {
        let mut drawn = Field::ALL.into_iter().filter(|field| !missing_columns.contains(field));
        drawn.all(|field| row.get(field).is_some_and(|value| value.certainty == Certainty::Sure))
    };
    let whole = !rows.is_empty() && rows.iter().all(is_sure);
    if !missing_columns.is_empty() && !whole {
        let reason = unseen_columns(missing_columns);
        if !oficio.doubts.contains(&reason) {
            oficio.doubts.push(reason);
        }
    }
    // A row that surely says another profile, or none, is the one that a profile is missing from.
    let other = rows.iter().any(|row| {
        let surely = row.perfil.as_ref().filter(|value| value.certainty == Certainty::Sure);
        surely.is_some_and(|value| term(&form.profiles, &value.text).is_none())
    });
    for profile in form.profiles.iter().filter(|_| !other && !whole) {
        let named = rows.iter().any(|row| {
            row.perfil
                .as_ref()
                .and_then(|value| term(&form.profiles, &value.text))
                .is_some_and(|own| own.name == profile.name)
        });
        if !named {
            oficio.doubts.push(format!(
                "En el cuadro, que se leyó de una imagen, no se distingue una fila con el perfil «{}».",
                profile.name
            ));
        }
    }
}

/// Why a person looks at a cuadro of which some columns were not seen.
pub(super) fn unseen_columns(columns: &[Field]) -> String {
    let columns: Vec<&str> = columns.iter().map(|field| field.label()).collect();
    format!("En la imagen del oficio no se distingue la columna: {}.", columns.join(", "))
}

/// Which of two spellings of the entity's name is right, when the sender's host has the words of one in which they differ, and not those
/// of the other.
fn settle_entity(entity: &mut OficioDatum<String>, sender: Option<&str>) {
    let OficioDatum::Found { value, read } = entity else { return };
    let Some(other) = read.looks.first().map(|look| look.lines.join(" ")) else { return };
    let Some((_, host)) = sender.and_then(|sender| sender.rsplit_once('@')) else { return };
    let host = host.to_lowercase();
    let has_own_words = |name: &str, than: &str| {
        let (name, than) = (fold(name), fold(than));
        let mut own = name.split(' ').filter(|word| !than.split(' ').any(|other| other == *word)).peekable();
        own.peek().is_some() && own.all(|word| word.len() >= 4 && host.contains(word))
    };
    let right = match (has_own_words(value, &other), has_own_words(&other, value)) {
        (true, false) => value.clone(),
        (false, true) => other,
        _ => return,
    };
    read.text.clone_from(&right);
    *value = right;
    read.certainty = Certainty::Sure;
}

fn is_recognised(row: &DesigneeRow) -> bool {
    Field::ALL.into_iter().any(|field| row.get(field).is_some_and(|value| !value.looks.is_empty()))
}

/// What the rest of the mail says that a row's address is held against.
struct Beside<'a> {
    sender: Option<&'a str>,
    entity: Option<&'a str>,
    siglas: &'a [String],
    /// The hosts of the other rows' addresses, and the addresses.
    hosts: &'a [String],
    addresses: &'a [String],
}

fn judge_row(row: &mut DesigneeRow, beside: &Beside, form: &Form) {
    // No cell was found there: a rule was lost, and what stands in the cell with it.
    for field in Field::ALL {
        if let Some(value) = row.get(field).filter(|value| value.text.is_empty() && value.looks.is_empty()).cloned() {
            let reason = format!("En la imagen no se distingue la celda de «{}»", field.label());
            row.set(field, ReadValue { certainty: Certainty::Unsure(reason), ..value });
        }
    }
    let looked = |field: Field, row: &DesigneeRow| row.get(field).filter(|value| !value.looks.is_empty()).cloned();
    for field in [Field::Perfil, Field::Rol, Field::Cargo, Field::Dni, Field::Celular, Field::Nombres] {
        let Some(value) = looked(field, row) else { continue };
        let judged = judged(value, field, |value| {
            filler(value, form).or_else(|| match field {
                Field::Perfil => of_the_form(value, &form.profiles),
                Field::Rol => of_the_form(value, &form.roles),
                Field::Cargo => free_text(value),
                Field::Dni => number(value, |digits| digits.len() == 8).or_else(|| checked_dni(value)),
                Field::Celular => number(value, is_celular),
                Field::Nombres => name::read(value),
                Field::Correo => None,
            })
        });
        row.set(field, judged);
    }
    if let Some(value) = looked(Field::Correo, row) {
        let text = |field: Field| row.get(field).map(|value| value.text.clone()).unwrap_or_default();
        let nombres: Vec<String> = text(Field::Nombres).split(' ').map(name::capital_i).collect();
        let (nombres, cargo) = (nombres.join(" "), text(Field::Cargo));
        let about = Surroundings {
            nombres: &nombres,
            cargo: &cargo,
            entity: beside.entity,
            siglas: beside.siglas,
            sender: beside.sender,
            hosts_beside: beside.hosts,
            addresses_beside: beside.addresses,
            words: &form.email,
        };
        let judged = judged(value, Field::Correo, |value| filler(value, form).or_else(|| address::read(value, &about)));
        // A hyphen that the line's end put into an address is no part of it: whose it is the rules ask.
        row.set(Field::Correo, ReadValue { lines: address::broken_at_hyphens(&judged), ..judged });
    }
    trust_the_row(row, form);
}

/// Where a rule of the table was not found, rows run into each other, and one person's data stand in the other's row, clear and
/// sharp. So a row is believed only when it reads as a row: its profile is one of the form's, or all its numbers are whole.
fn trust_the_row(row: &mut DesigneeRow, form: &Form) {
    let sure = |field: Field| row.get(field).is_some_and(|value| value.certainty == Certainty::Sure);
    let known = row.perfil.as_ref().is_some_and(|value| term(&form.profiles, &value.text).is_some());
    let whole = [Field::Dni, Field::Celular, Field::Correo]
        .into_iter()
        .all(|field| sure(field) && row.get(field).is_some_and(|value| !value.text.is_empty()));
    if (known && sure(Field::Perfil)) || whole {
        return;
    }
    let reason = "La fila se leyó de una imagen y no se distingue su perfil";
    for field in Field::ALL {
        if let Some(value) = row.get(field).filter(|value| value.certainty == Certainty::Sure).cloned() {
            row.set(field, ReadValue { certainty: Certainty::Unsure(reason.to_owned()), ..value });
        }
    }
}

/// A value with its certainty, by a rule that gives the agreed reading when it is sure.
fn judged(value: ReadValue, field: Field, sure: impl Fn(&ReadValue) -> Option<String>) -> ReadValue {
    if let Certainty::Unsure(_) = value.certainty {
        return value;
    }
    let blank = value.looks.iter().all(|look| text(look).is_empty());
    if blank && value.looks.iter().all(|look| look.confidence >= 1.0) {
        return ReadValue { text: String::new(), lines: Vec::new(), ..value };
    }
    // Dots where nothing was to be said: they were told from their marks (see `recognition::leaders`).
    let says_nothing = |look: &Look| !text(look).chars().any(char::is_alphanumeric);
    if value.looks.iter().all(|look| says_nothing(look) && look.confidence >= 1.0) {
        return value;
    }
    match sure(&value) {
        // The reading that was agreed on is one text: how it was wrapped says nothing any more.
        Some(text) => ReadValue { lines: vec![text.clone()], text, ..value },
        None => ReadValue { certainty: unclear(field), ..value },
    }
}

fn unclear(field: Field) -> Certainty {
    let reason = format!("La imagen no se distingue bien y el dato «{}» no se leyó con seguridad", field.label());
    Certainty::Unsure(reason)
}

/// What stands in a cell that was not filled («N/A», «pendiente»), when every look reads it clearly: no datum is misread so.
fn filler(value: &ReadValue, form: &Form) -> Option<String> {
    let read = compact(&text(value.looks.first()?));
    let alike = value.looks.iter().all(|look| compact(&text(look)) == read);
    let listed = read.chars().count() >= 2 && form.values.fillers.iter().any(|filler| compact(filler) == read);
    (alike && listed && lowest(&value.looks) >= CLEAR_TWICE).then(|| value.text.clone())
}

/// What a look says, without any spaces.
fn text(look: &Look) -> String {
    look.lines.iter().flat_map(|line| line.chars()).filter(|letter| !letter.is_whitespace()).collect()
}

/// The look that most others agree with by `key`, and how many say so.
fn agreed(looks: &[Look], key: impl Fn(&Look) -> String) -> Option<(&Look, usize)> {
    let votes = |look: &Look| looks.iter().filter(|other| key(other) == key(look)).count();
    looks
        .iter()
        .map(|look| (look, votes(look)))
        .max_by(|a, b| a.1.cmp(&b.1).then(a.0.confidence.total_cmp(&b.0.confidence)))
}

fn lowest(looks: &[Look]) -> f32 {
    looks.iter().map(|look| look.confidence).fold(1.0, f32::min)
}

/// Whether all looks, of which so many agree, say the same so clearly that it may be held against the entity.
fn is_unanimous(looks: &[Look], votes: usize) -> bool {
    let least = if votes >= 3 { BLAMEABLE } else { CLEAR_TWICE };
    votes == looks.len() && votes >= 2 && lowest(looks) >= least
}

/// A number: two looks that agree when it has its form; all of them, and each clear, when it has not.
fn number(value: &ReadValue, has_form: impl Fn(&str) -> bool) -> Option<String> {
    let text = |look: &Look| unlabelled(&text(look)).to_owned();
    let (look, votes) = agreed(&value.looks, text)?;
    let raw = text(look);
    // «987654321 / 912345678»: no rule that was lost leaves a slash.
    if let Some((one, other)) = raw.split_once('/')
        && [one, other].iter().all(|part| part.chars().all(|digit| digit.is_ascii_digit()) && has_form(part))
    {
        return is_unanimous(&value.looks, votes).then(|| spaced(value, look));
    }
    if raw.is_empty() || !raw.chars().all(|letter| letter.is_ascii_digit() || "-+().".contains(letter)) {
        // «223344 anexo 12»: a word among the digits is no digit misread.
        let word = raw.split(|letter: char| !letter.is_alphabetic()).any(|word| word.chars().count() >= 4);
        return (word && is_unanimous(&value.looks, votes)).then(|| spaced(value, look));
    }
    let digits = |look: &Look| text(look).chars().filter(char::is_ascii_digit).collect::<String>();
    let own = digits(look);
    if has_form(&own) {
        // Another look that is as good a number and another one is a contradiction.
        let contradicted = value.looks.iter().any(|other| has_form(&digits(other)) && digits(other) != own);
        return (votes >= 2 && look.confidence >= CLEAR && !contradicted).then_some(raw);
    }
    // More digits than a number with a slip has are two numbers: a rule between two rows was not found.
    let one = own.len() <= MOST_DIGITS;
    (one && is_unanimous(&value.looks, votes)).then_some(raw)
}

/// A DNI with the character after it that its digits ask for: two looks cannot misread both so that they fit.
fn checked_dni(value: &ReadValue) -> Option<String> {
    let (look, votes) = agreed(&value.looks, |look| unlabelled(&text(look)).to_uppercase())?;
    let raw = unlabelled(&text(look)).to_uppercase();
    let (eight, after) = raw.split_at_checked(8)?;
    let character = after.strip_prefix('-').unwrap_or(after);
    let fits = eight.chars().all(|digit| digit.is_ascii_digit())
        && character.chars().count() == 1
        && character.chars().all(|character| dni_check_characters(eight).contains(&character));
    (fits && votes >= 2 && look.confidence >= CLEAR).then_some(raw)
}

/// A number without the words that say what it is: «DNI N.º 40718263», «Cel.: 987654321».
fn unlabelled(text: &str) -> &str {
    // «D.N.I.:» is read with a figure one, too.
    let rest = text.strip_prefix("D.N.1").map(|rest| rest.trim_start_matches([':', '.', '-', 'N', '°', 'º']));
    if let Some(rest) = rest.filter(|rest| rest.len() >= 7 && rest.starts_with(|digit: char| digit.is_ascii_digit())) {
        return rest;
    }
    let Some(at) = text.find(|letter: char| letter.is_ascii_digit() || letter == '+' || letter == '(') else {
        return text;
    };
    let (label, number) = text.split_at(at);
    let label: String = label.chars().filter(|letter| letter.is_alphabetic() && *letter != 'º').collect();
    let known = [
        "", "dni", "n", "nro", "num", "dnin", "dninro", "doc", "cel", "celular", "movil", "tel", "telefono", "telf",
        "rpm", "rpc", "fono",
    ];
    if known.contains(&fold(&label).as_str()) { number } else { text }
}

fn is_celular(digits: &str) -> bool {
    let national = digits.strip_prefix("0051").or_else(|| digits.strip_prefix("51").filter(|rest| rest.len() == 9));
    let national = national.unwrap_or(digits);
    national.len() == 9 && national.starts_with('9')
}

/// A `q` without its `u` is more often a `g` misread, by every look alike.
fn has_lone_q(name: &str) -> bool {
    name.match_indices('q').any(|(at, _)| !name.get(at + 1..).is_some_and(|rest| rest.starts_with('u')))
}

/// The text of a look with its lines joined as the cell's were, when the look is the one that gave the cell's text.
fn spaced(value: &ReadValue, look: &Look) -> String {
    let own = look.lines.join(" ");
    if compact(&own) == compact(&value.text) { value.text.clone() } else { own }
}

fn free_text(value: &ReadValue) -> Option<String> {
    let graded = |look: &Look| Look { lines: vec![with_grade(&spaced(value, look))], ..look.clone() };
    let looks: Vec<Look> = value.looks.iter().map(graded).collect();
    let whole = |look: &Look| compact(&look.lines.join(" "));
    let alike = |look: &Look| whole(look).replace(['1', 'l'], "i").replace('0', "o");
    let (look, votes) = agreed(&looks, alike)?;
    // What is made of the form's own words and was read clearly was looked at once.
    let sure =
        votes >= 3 && look.confidence >= PLAUSIBLE || (votes >= 2 || looks.len() == 1) && look.confidence >= BLAMEABLE;
    // «Administrativ 0», «Nivel l»: among letters these are more often a letter misread, which another look may read.
    let is_odd = |look: &Look| {
        look.lines.iter().flat_map(|line| line.split(' ')).any(|word| {
            word == "l"
                || word.contains(|letter: char| letter.is_ascii_digit())
                    && (word.len() == 1 || word.contains(char::is_alphabetic))
        })
    };
    // Of those that are left, the spelling that most looks have.
    let same: Vec<Look> = looks.iter().filter(|other| !is_odd(other) && alike(other) == alike(look)).cloned().collect();
    let (best, _) = agreed(&same, whole)?;
    // «Q.F.» is a title, «Tecnoloqías» and «TECNOLOQÍAS» are misread.
    let is_misread = |line: &String| has_lone_q(&line.replace("Q.", "").to_lowercase());
    let sure = sure && !best.lines.iter().any(is_misread);
    // Specks beside a text are read as quotation marks.
    sure.then(|| best.lines.join(" ").trim_matches(|letter| SPECKS.contains(letter)).trim().to_owned())
}

/// A cargo with its grade in capitals: «Analista de Sistemas I» and «II» are read with `1` and `l`, and grades are Roman numbers. After words
/// that are counted in figures («Nivel 1») nothing is changed.
fn with_grade(cargo: &str) -> String {
    let Some((before, grade)) = cargo.rsplit_once(' ') else { return cargo.to_owned() };
    let strokes = (1..=3).contains(&grade.len()) && grade.chars().all(|letter| "1lI".contains(letter));
    let last = fold(before.rsplit(' ').next().unwrap_or_default());
    let counted = ["nivel", "grupo", "sede", "piso", "turno", "zona", "region", "area", "n", "no", "nro"];
    let after_word = last.len() > 3 && last.chars().all(char::is_alphabetic) && !counted.contains(&last.as_str());
    if strokes && after_word { format!("{before} {}", "I".repeat(grade.len())) } else { cargo.to_owned() }
}

/// One of the form's terms, a letter or two forgiven; or surely something else.
fn of_the_form(value: &ReadValue, terms: &[Term]) -> Option<String> {
    let wholes: Vec<String> = value.looks.iter().map(|look| look.lines.join(" ")).collect();
    if let Some(found) = wholes.iter().find_map(|whole| term(terms, whole)) {
        return Some(found.name.clone());
    }
    let distance = |whole: &String, term: &Term| {
        let spellings = std::iter::once(&term.name).chain(&term.words);
        spellings.map(|spelling| edit_distance(&compact(whole), &compact(spelling))).min().unwrap_or(usize::MAX)
    };
    let nearest = wholes
        .iter()
        .flat_map(|whole| terms.iter().map(move |term| (distance(whole, term), term)))
        .min_by_key(|(distance, _)| *distance)?;
    if nearest.0 <= 2 {
        return Some(nearest.1.name.clone());
    }
    let (look, votes) = agreed(&value.looks, |look| fold(&look.lines.join(" ")))?;
    // What is left of a term where a rule was seen that is none is not what the entity wrote.
    let is_a_part = terms.iter().any(|term| is_a_part_of(&look.lines.join(" "), &term.name));
    let far = nearest.0 >= 5 && !is_a_part;
    // What is made of the form's own words is looked at once where that was clear.
    let once = || value.looks.len() == 1 && look.confidence >= CLEAR_ONCE;
    (far && (is_unanimous(&value.looks, votes) || once())).then(|| spaced(value, look))
}

/// Whether the words of a text are words of a term, or their beginnings, in its order: «R Comunicación».
fn is_a_part_of(text: &str, term: &str) -> bool {
    let (text, term) = (fold(text), fold(term));
    let mut words = term.split(' ');
    text.split(' ').all(|own| words.any(|word| word.starts_with(own)))
}

#[cfg(test)]
mod tests;
