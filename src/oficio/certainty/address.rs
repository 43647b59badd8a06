//! Address: whether an e-mail address was read for sure.
//!
//! Looks share their errors here (a lost `l`, a `.` that was a speck), so their agreement is not enough: the host has to be
//! the sender's or to spell the entity, and what stands before the `@` has to be made of the designee's name.

use super::super::value::ReadValue;
use super::{BLAMEABLE, CLEAR, PLAUSIBLE, agreed, lowest, text};
use crate::form::{EmailWords, fold};
use crate::tables::Look;

/// What an address is held against.
pub(super) struct Surroundings<'a> {
    pub nombres: &'a str,
    pub cargo: &'a str,
    pub entity: Option<&'a str>,
    /// The address that sent the mail.
    pub sender: Option<&'a str>,
    /// The hosts that two looks at least read alike in other rows.
    pub hosts_beside: &'a [String],
    pub words: &'a EmailWords,
}

/// The least confidence of two looks for words that run together.
const GLUED: f32 = 0.95;
/// Words that name an office's mailbox rather than a person's.
const OFFICES: [&str; 27] = [
    "imagen",
    "imageninstitucional",
    "rrpp",
    "relacionespublicas",
    "comunicaciones",
    "comunicacion",
    "prensa",
    "informatica",
    "sistemas",
    "oti",
    "otic",
    "tic",
    "tics",
    "ti",
    "soporte",
    "estadistica",
    "tecnologia",
    "tecnologias",
    "alcaldia",
    "gerencia",
    "secretaria",
    "secretariageneral",
    "mesadepartes",
    "gerenciamunicipal",
    "municipalidad",
    "webmaster",
    "administracion",
];
/// What people write before an address.
const LABELS: [&str; 8] =
    ["mailto:", "e-mail:", "email:", "correo:", "correoelectrónico:", "correoelectronico:", "e-mail", "mail:"];
/// Endings of institutional hosts.
const ENDINGS: [&str; 7] = [".gob.pe", ".edu.pe", ".org.pe", ".com.pe", ".pe", ".com", ".org"];
/// What stands before the country in longer hosts. Anything else there («.qob.pe») was misread.
const SECOND_LEVEL: [&str; 7] = ["gob", "edu", "org", "com", "mil", "net", "nom"];

/// The address, when it was read for sure.
pub(super) fn read(value: &ReadValue, about: &Surroundings) -> Option<String> {
    let (look, votes) = agreed(&value.looks, |look| shape(&written(look)))?;
    let address = spelt_best(&value.looks, look, about);
    let all = votes >= 3;
    let (local, host) = address.split_once('@')?;
    let private = is_listed(host, &about.words.consumer_hosts);
    if votes < 2 || !is_address(local, host) || !(private || is_institutional(host)) {
        return None;
    }
    if private {
        let exception = host == about.words.exception_host;
        let borne_out = exception && is_exception(local, about);
        let sure = if exception { borne_out || is_far_from_exception(local, about, all) } else { all };
        let least = if borne_out && all { PLAUSIBLE } else { CLEAR };
        let clear = borne_out || lowest(&value.looks) >= BLAMEABLE;
        return (sure && clear && look.confidence >= least).then_some(address);
    }
    let digits = local.chars().any(|letter| letter.is_ascii_digit());
    let sender = about.sender.and_then(|sender| sender.rsplit_once('@')).map(|(_, host)| host.to_lowercase());
    let of_sender = sender.as_deref() == Some(host) && !is_listed(host, &about.words.consumer_hosts);
    let beside = all && about.hosts_beside.iter().any(|other| other == host);
    let spelt = all && spells_entity(host, about.entity);
    let named = is_named(local, about);
    if may_have_lost_a_letter(local, &words(about.nombres), |twin| is_named(twin, about))
        || (!of_sender && may_have_lost_an_initial(host, about))
    {
        return None;
    }
    // Letters that a name spells out whole between dots that were seen, and a host known from elsewhere, bear each other out.
    let corroborated = all && named && (of_sender || beside);
    let least = if is_spelt_out(local, about) || corroborated { PLAUSIBLE } else { CLEAR };
    // Between two words of the name a `_` may be lost in every look alike: only clear looks say that there is none.
    let clear = value.looks.iter().filter(|other| written(other) == address && other.confidence >= GLUED).count();
    if look.confidence < least || (is_glued(local, about) && clear < 2) {
        return None;
    }
    ((of_sender || beside || spelt) && named && (!digits || all)).then_some(address)
}

/// The host of an address that two looks read alike, whatever stands before the `@`.
pub(super) fn host(value: &ReadValue) -> Option<String> {
    let host = |look: &Look| written(look).split_once('@').map(|(_, host)| host.to_owned());
    let (look, votes) = agreed(&value.looks, |look| host(look).unwrap_or_default())?;
    host(look)
        .filter(|host| votes >= 2 && look.confidence >= PLAUSIBLE && is_address("a", host) && is_institutional(host))
}

/// What a look says, in the letters that it said it in, without labels and brackets.
fn as_read(look: &Look) -> String {
    let text = text(look);
    let text = text.trim_matches(['*', '<', '>', '(', ')', '[', ']', ',', ';']);
    let label = LABELS.iter().find_map(|label| {
        let start = text.get(..label.len())?;
        start.to_lowercase().starts_with(label).then(|| text.get(label.len()..)).flatten()
    });
    label.unwrap_or(text).to_owned()
}

fn written(look: &Look) -> String {
    as_read(look).to_lowercase()
}

/// An address with the letters that look alike in most fonts made one: `1`, `l` and `I`, `0` and `O`.
fn shape(address: &str) -> String {
    address.replace('1', "l").replace('0', "o")
}

/// Among the looks that say the same but for letters that look alike, the spelling that the name bears out; the agreed one otherwise.
fn spelt_best(looks: &[Look], agreed: &Look, about: &Surroundings) -> String {
    let own = written(agreed);
    let bears_out = |address: &String| {
        address.split_once('@').is_some_and(|(local, _)| {
            let letters = !local.chars().any(|letter| letter.is_ascii_digit());
            letters && (is_named(local, about) || is_exception(local, about))
        })
    };
    if bears_out(&own) {
        return own;
    }
    let upright = |look: &Look| as_read(look).replace('I', "l").to_lowercase();
    let alike =
        looks.iter().filter(|look| shape(&written(look)) == shape(&own) || shape(&upright(look)) == shape(&own));
    alike.flat_map(|look| [written(look), upright(look)]).find(bears_out).unwrap_or(own)
}

/// The model reads two like letters as one, in every look alike: «iillanesc» as «illanesc». Whether the letter before a whole word may have
/// been the word's own first one.
fn may_have_lost_a_letter(text: &str, words: &[String], bears_out: impl Fn(&str) -> bool) -> bool {
    words.iter().filter(|word| word.len() >= 3).any(|word| {
        // After a dot or the like nobody writes one letter more.
        let joins = |at: &usize| text.get(..*at).is_some_and(|before| !before.ends_with(['.', '_', '-']));
        let starts = text.match_indices(word.as_str()).map(|(at, _)| at).filter(joins);
        starts.filter_map(|at| with_doubled(text, at)).any(|twin| bears_out(&twin))
    })
}

/// The same for a host that begins with the initials of two words that begin alike: «mmvallesereno» as «mvallesereno».
fn may_have_lost_an_initial(host: &str, about: &Surroundings) -> bool {
    let words = words(about.entity.unwrap_or_default());
    let whole = words.iter().filter(|word| word.len() >= 4).filter_map(|word| host.find(word.as_str())).min();
    let initials = whole.filter(|_| !host.starts_with("muni")).and_then(|at| host.get(..at)).unwrap_or_default();
    words.iter().zip(words.iter().skip(1)).any(|(first, second)| {
        let alike = first.chars().next().filter(|initial| second.starts_with(*initial));
        alike.is_some_and(|initial| initials.contains(initial) && !initials.contains(&format!("{initial}{initial}")))
    })
}

/// The text with the letter at a place doubled.
fn with_doubled(text: &str, at: usize) -> Option<String> {
    let (before, after) = text.split_at_checked(at)?;
    let letter = after.chars().next().filter(char::is_ascii_alphabetic)?;
    Some(format!("{before}{letter}{after}"))
}

fn is_address(local: &str, host: &str) -> bool {
    let plain =
        |text: &str, more: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || more.contains(letter));
    let ends_well = |text: &str| text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
    let whole = !local.contains("..") && !host.contains("..");
    plain(local, "._+-") && plain(host, ".-") && ends_well(local) && ends_well(host) && whole
}

fn is_institutional(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let second = match labels.as_slice() {
        [_, .., second, "pe"] => SECOND_LEVEL.contains(second),
        _ => true,
    };
    second && ENDINGS.iter().any(|ending| host.len() > ending.len() && host.ends_with(ending))
}

/// Whether a host is on a list in which `*` stands for any ending.
fn is_listed(host: &str, list: &[String]) -> bool {
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(start) => host.starts_with(start),
        None => entry == host,
    })
}

/// The words of a text that can make up an address.
fn words(text: &str) -> Vec<String> {
    let small = ["de", "del", "la", "las", "los", "el", "y", "e", "en"];
    fold(text)
        .split(' ')
        .filter(|word| !word.is_empty() && !small.contains(word))
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether the letters are made of whole words and of beginnings of words, each used once. `longest` is the most letters of a
/// beginning.
fn is_made_of(letters: &str, words: &[String], longest: usize) -> Option<usize> {
    // The most whole words of three letters or more in any way to read it.
    let mut open: Vec<(usize, u32, usize)> = vec![(0, 0, 0)];
    let mut best = None;
    let words: Vec<&String> = words.iter().take(24).collect();
    for _ in 0..20_000 {
        let Some((place, used, whole)) = open.pop() else { break };
        let Some(rest) = letters.get(place..) else { continue };
        if rest.is_empty() {
            best = best.max(Some(whole));
            continue;
        }
        for particle in ["de", "del", "la", "las", "los", "el", "y"] {
            if rest.starts_with(particle) {
                open.push((place + particle.len(), used, whole));
            }
        }
        for (index, word) in words.iter().enumerate() {
            if used & (1 << index) != 0 {
                continue;
            }
            let common = rest.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
            let complete = common == word.len();
            for length in 1..=common.min(longest) {
                open.push((place + length, used | (1 << index), whole));
            }
            if complete {
                open.push((place + common, used | (1 << index), whole + usize::from(word.len() >= 3)));
            }
        }
    }
    best
}

/// Whether what stands before the `@` is two words of the name without anything between them.
fn is_glued(local: &str, about: &Surroundings) -> bool {
    local.chars().all(|letter| letter.is_ascii_alphanumeric())
        && is_made_of(local, &words(about.nombres), 0).is_some_and(|whole| whole >= 2)
}

/// Whether what stands before the `@` is whole words of the name with dots or the like between them.
fn is_spelt_out(local: &str, about: &Surroundings) -> bool {
    let name = words(about.nombres);
    let pieces: Vec<&str> = local.split(['.', '_', '-']).collect();
    pieces.len() >= 2
        && pieces.iter().all(|piece| piece.len() >= 3 && is_made_of(piece, &name, 0).is_some_and(|whole| whole >= 1))
}

/// Whether what stands before the `@` is made of the name, with at least one whole word of it, or names an office.
fn is_named(local: &str, about: &Surroundings) -> bool {
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    let pieces: Vec<&str> = local.split(['.', '_', '-']).filter(|piece| !piece.is_empty()).collect();
    if OFFICES.contains(&letters.as_str()) || pieces.iter().all(|piece| OFFICES.contains(piece)) {
        return true;
    }
    // Particles too give their first letters: «lriosd» of Luz Ríos Del Águila.
    let name: Vec<String> = fold(about.nombres)
        .split(' ')
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    if is_made_of(&letters, &name, 3).is_some_and(|whole| whole >= 1) {
        return true;
    }
    let cargo = words(about.cargo);
    pieces.iter().all(|piece| piece.len() >= 4 && cargo.iter().any(|word| word == piece) || OFFICES.contains(piece))
}

/// Whether a host is made of the entity's words: a whole word of five letters in it, the rest beginnings.
fn spells_entity(host: &str, entity: Option<&str>) -> bool {
    let Some(entity) = entity else { return false };
    let Some(label) = ENDINGS.iter().find_map(|ending| host.strip_suffix(ending)) else { return false };
    let letters: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut words = words(entity);
    if words.iter().any(|word| word == "municipalidad") {
        words.push("muni".to_owned());
    }
    let long = words.iter().any(|word| word.len() >= 5 && letters.contains(word.as_str()));
    long && is_made_of(&letters, &words, 6).is_some_and(|whole| whole >= 1)
}

/// `nombredefuncionario.nombredeentidad`: both groups borne out.
fn is_exception(local: &str, about: &Surroundings) -> bool {
    let Some((person, entity)) = local.split_once('.') else { return false };
    if entity.contains('.') {
        return false;
    }
    let mut of_entity = words(about.entity.unwrap_or_default());
    if of_entity.iter().any(|word| word == "municipalidad") {
        of_entity.push("muni".to_owned());
    }
    let named = is_made_of(person, &words(about.nombres), 3).is_some_and(|whole| whole >= 1);
    let long = of_entity.iter().any(|word| word.len() >= 5 && entity.contains(word.as_str()));
    named && long && is_made_of(entity, &of_entity, 6).is_some_and(|whole| whole >= 1)
}

/// A private address that no lost dot would make an exception: nothing of the entity is in it.
fn is_far_from_exception(local: &str, about: &Surroundings, all: bool) -> bool {
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    let mut of_entity = words(about.entity.unwrap_or_default());
    of_entity.push("muni".to_owned());
    let mentions = of_entity.iter().any(|word| {
        let start = word.get(..word.len().min(4)).unwrap_or_default();
        start.len() >= 3 && letters.contains(start)
    });
    all && about.entity.is_some() && !mentions && is_named(local, about)
}
