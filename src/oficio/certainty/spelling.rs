//! Spelling: what an address that several looks read may say instead, and how likely each spelling is by all that the looks held possible.
//!
//! Whether a spelling makes sense is not known here (see [`super::address`]).

use std::collections::BTreeSet;

use crate::tables::Possibilities;

/// What parts the words of an address, and is lost or misread first.
const SEPARATORS: [char; 3] = ['.', '_', '-'];
/// Letters that one look takes for each other.
const ALIKE: [(&str, &str); 22] = [
    ("l", "i"),
    ("l", "1"),
    ("i", "1"),
    ("i", "j"),
    ("l", "t"),
    ("o", "0"),
    ("q", "g"),
    ("g", "9"),
    ("rn", "m"),
    ("nn", "m"),
    ("ri", "n"),
    ("u", "v"),
    ("c", "e"),
    ("c", "o"),
    ("a", "o"),
    ("h", "n"),
    ("s", "5"),
    ("z", "2"),
    ("b", "6"),
    ("b", "8"),
    ("cl", "d"),
    ("f", "t"),
];
/// Letters so narrow that one may be lost beside another.
const NARROW: [&str; 5] = ["i", "l", "r", "t", "1"];
/// Letters of which two are read as one.
const LOST_BESIDE_ITSELF: [char; 10] = ['i', 'l', 'j', 'r', 't', 'f', '1', 'm', 'n', 'u'];
/// Addresses that are longer are not looked into.
const LONGEST: usize = 80;

/// A spelling and the logarithm of its probability, the mean over the looks.
pub(super) struct Spelling {
    pub address: String,
    pub likelihood: f32,
}

/// The spellings that an address may have, the likeliest first: those that were `read` in the looks (given with what stands before and
/// after the address), with the hosts that are `known`, and with
/// one slip of the kinds that looks make. None when the looks held nothing else possible.
pub(super) fn spellings(
    looks: &[(&Possibilities, [String; 2])],
    read: &BTreeSet<String>,
    known: &[&str],
) -> Vec<Spelling> {
    let looks: Vec<_> = looks.iter().filter(|(possibilities, _)| !possibilities.is_empty()).collect();
    if looks.is_empty() {
        return Vec::new();
    }
    let mut all: BTreeSet<String> = read.iter().filter(|text| text.len() <= LONGEST).cloned().collect();
    let hosted: Vec<String> = all
        .iter()
        .filter_map(|address| address.split_once('@'))
        .flat_map(|(local, _)| known.iter().map(move |host| format!("{local}@{host}")))
        .collect();
    let parted: Vec<String> = all
        .iter()
        .flat_map(|address| known.iter().filter_map(|host| Some((address.strip_suffix(host)?, *host))))
        .filter(|(local, _)| !local.ends_with('@'))
        // The `@` may be lost, or read as the letter before the host.
        .flat_map(|(local, host)| {
            let shorter = local.char_indices().next_back().and_then(|(last, _)| local.get(..last)).unwrap_or_default();
            [local, shorter].map(|local| format!("{local}@{host}"))
        })
        .collect();
    all.extend(hosted.into_iter().chain(parted));
    let slips: Vec<String> = all.iter().flat_map(|address| slips(address)).collect();
    all.extend(slips);
    let mut spellings: Vec<Spelling> = all
        .into_iter()
        .map(|address| {
            let likelihood = |possibilities: &Possibilities, [before, after]: &[String; 2]| {
                possibilities.likelihood(&format!("{before}{address}{after}"))
            };
            let sum: f32 = looks.iter().map(|(possibilities, dress)| likelihood(possibilities, dress)).sum();
            Spelling { address, likelihood: sum / looks.len() as f32 }
        })
        .collect();
    // Of those that look alike, what was read is first.
    let is_read = |spelling: &Spelling| read.contains(&spelling.address);
    spellings.sort_by(|a, b| b.likelihood.total_cmp(&a.likelihood).then(is_read(b).cmp(&is_read(a))));
    spellings
}

/// Whether the other spelling has the same letters and something more between them.
pub(super) fn parts_more(own: &str, other: &str) -> bool {
    other.len() > own.len() && has_same_letters(own, other)
}

/// Whether two of what parts words stand side by side (`rios__percy`), which hardly anybody writes.
pub(super) fn parts_twice(address: &str) -> bool {
    address
        .chars()
        .zip(address.chars().skip(1))
        .any(|(one, next)| SEPARATORS.contains(&one) && SEPARATORS.contains(&next))
}

/// Whether two spellings differ in nothing but what parts their words.
pub(super) fn has_same_letters(own: &str, other: &str) -> bool {
    own.replace(SEPARATORS, "") == other.replace(SEPARATORS, "")
}

/// Whether the other spelling has a comma, or more, where this one has a dot.
pub(super) fn has_commas_for_dots(own: &str, other: &str) -> bool {
    other != own && other.replace(',', ".") == own
}

/// Whether one spelling is another one with a letter twice that is so narrow (or so like two of itself) that looks take two for one.
pub(super) fn doubles_a_narrow_letter(own: &str, other: &str) -> bool {
    own.char_indices().filter(|(_, letter)| LOST_BESIDE_ITSELF.contains(letter)).any(|(at, letter)| {
        own.split_at_checked(at).is_some_and(|(before, after)| {
            other.strip_prefix(before).and_then(|rest| rest.strip_prefix(letter)) == Some(after)
        })
    })
}

/// Whether one spelling is another one with one letter taken for another that looks like it.
pub(super) fn look_alike(own: &str, other: &str) -> bool {
    let swaps = ALIKE.iter().flat_map(|(one, two)| [(*one, *two), (*two, *one)]);
    swaps.into_iter().any(|(old, new)| {
        own.match_indices(old).any(|(at, _)| {
            own.split_at_checked(at).is_some_and(|(before, after)| {
                other.strip_prefix(before).and_then(|rest| rest.strip_prefix(new)) == after.strip_prefix(old)
            })
        })
    })
}

/// The spellings that are one slip away.
fn slips(address: &str) -> Vec<String> {
    let mut found = Vec::new();
    let places: Vec<usize> = address.char_indices().map(|(at, _)| at).chain([address.len()]).collect();
    for at in places {
        let Some((before, after)) = address.split_at_checked(at) else { continue };
        let mut replace = |old: &str, new: &str| {
            if let Some(rest) = after.strip_prefix(old) {
                found.push(format!("{before}{new}{rest}"));
            }
        };
        for separator in SEPARATORS.map(String::from) {
            replace("", &separator);
            replace(&separator, "");
            SEPARATORS
                .map(String::from)
                .iter()
                .filter(|other| **other != separator)
                .for_each(|other| replace(&separator, other));
        }
        // Entities do type a comma for a dot.
        replace(".", ",");
        replace(",", ".");
        for (one, other) in ALIKE {
            replace(one, other);
            replace(other, one);
        }
        for letter in NARROW {
            replace("", letter);
        }
        if let Some(letter) = after.chars().next().filter(char::is_ascii_alphanumeric) {
            let mut own = [0; 4];
            let own: &str = letter.encode_utf8(&mut own);
            // Once more, and once less.
            replace("", own);
            replace(own, "");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_stands_twice_is_told() {
        assert!(doubles_a_narrow_letter("illanesc", "iillanesc"));
        assert!(doubles_a_narrow_letter("ilanes", "illanes"));
        assert!(!doubles_a_narrow_letter("zuniga", "zzuniga"), "no look loses a letter as broad as this");
        assert!(!doubles_a_narrow_letter("illanesc", "ilanesc"));
    }

    #[test]
    fn letters_that_look_alike_are_known() {
        assert!(look_alike("ana@x.qob.pe", "ana@x.gob.pe") && look_alike("munltambo", "munitambo"));
        assert!(!look_alike("ana@x.gop.pe", "ana@x.gob.pe") && !look_alike("anax.gob.pe", "ana@x.gob.pe"));
    }

    #[test]
    fn slips_are_single() {
        let found = slips("al@x");
        for expected in ["a.l@x", "ai@x", "all@x", "l@x", "a_l@x", "a1@x"] {
            assert!(found.iter().any(|slip| slip == expected), "{expected}: {found:?}");
        }
        assert!(!found.iter().any(|slip| slip == "a.i@x"));
    }
}
