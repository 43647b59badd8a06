//! Surroundings: what stands beside an address in its row and its letter, and whether the address is made of it.
//!
//! How surely an address was read is [`address`](super::address)'s to say.

use crate::form::{EmailWords, fold};

/// A host begins with so many initials of the entity's words at most.
const MOST_INITIALS: usize = 4;
/// Initials of the names that a name of one word leaves out.
const MISSING_INITIALS: usize = 2;
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
/// Endings of institutional hosts.
pub(super) const ENDINGS: [&str; 7] = [".gob.pe", ".edu.pe", ".org.pe", ".com.pe", ".pe", ".com", ".org"];

/// What an address is held against.
pub(super) struct Surroundings<'a> {
    pub nombres: &'a str,
    pub cargo: &'a str,
    pub entity: Option<&'a str>,
    /// The letters in the oficio's number that stand for the entity and its offices.
    pub siglas: &'a [String],
    /// The address that sent the mail.
    pub sender: Option<&'a str>,
    /// The hosts that two looks at least read alike in other rows.
    pub hosts_beside: &'a [String],
    /// The addresses that two looks at least read alike in other rows.
    pub addresses_beside: &'a [String],
    pub words: &'a EmailWords,
}

/// Whether a host that begins with initials may have lost one of two like ones: «mmvallesereno» is read «mvallesereno».
pub(super) fn may_have_lost_an_initial(host: &str, about: &Surroundings) -> bool {
    let words = words(about.entity.unwrap_or_default());
    let whole = words.iter().filter(|word| word.len() >= 4).filter_map(|word| host.find(word.as_str())).min();
    let short = |at: &usize| *at <= MOST_INITIALS && !host.starts_with("muni");
    let initials = whole.filter(short).and_then(|at| host.get(..at)).unwrap_or_default();
    // The oficio's number has them, too: other ink.
    if about.siglas.iter().any(|siglas| siglas == initials) {
        return false;
    }
    words.iter().zip(words.iter().skip(1)).any(|(first, second)| {
        let alike = first.chars().next().filter(|initial| second.starts_with(*initial));
        alike.is_some_and(|initial| initials.contains(initial) && !initials.contains(&format!("{initial}{initial}")))
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
pub(super) fn is_made_of(letters: &str, words: &[String], longest: usize) -> Option<usize> {
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

/// Whether what stands before the `@` is made of the name, with at least one whole word of it, or names an office.
pub(super) fn is_named(local: &str, about: &Surroundings) -> bool {
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
    // A name that is only a surname lacks the initials that stand before it in the address.
    if let [only] = name.as_slice()
        && only.len() >= 3
        && letters.strip_suffix(only.as_str()).is_some_and(|initials| initials.len() <= MISSING_INITIALS)
    {
        return true;
    }
    let cargo = words(about.cargo);
    pieces.iter().all(|piece| piece.len() >= 4 && cargo.iter().any(|word| word == piece) || OFFICES.contains(piece))
}

/// Whether a host is made of the entity's words: a whole word of five letters in it, the rest beginnings.
pub(super) fn spells_entity(host: &str, entity: Option<&str>) -> bool {
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
pub(super) fn is_exception(local: &str, about: &Surroundings) -> bool {
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
pub(super) fn is_far_from_exception(local: &str, about: &Surroundings) -> bool {
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    let mut of_entity = words(about.entity.unwrap_or_default());
    of_entity.push("muni".to_owned());
    let mentions = of_entity.iter().any(|word| {
        let start = word.get(..word.len().min(4)).unwrap_or_default();
        start.len() >= 3 && letters.contains(start)
    });
    about.entity.is_some() && !mentions && is_named(local, about)
}
