//! Name: whether a person's name was read for sure.
//!
//! Looks take the same letters for others («Llocila» for «Lloclla», «Hemán» for «Hernán»), all of them and clearly, and no rule says what a name may be.
//! So a name is also held against what was not read from the same ink: the addresses, and the names of the other persons.

use super::super::designee::DesigneeRow;
use super::super::people::compact;
use super::super::value::ReadValue;
use super::{CLEAR, agreed, has_lone_q, is_unanimous, lowest, spaced, spelling, surroundings};
use crate::form::fold;
use crate::tables::Look;

/// The least confidence of a name that three looks read alike: `Ñ`, accents and a capital `I` are never read very surely.
const LEGIBLE_NAME: f32 = 0.6;
/// The least confidence of two looks for a name that the third does not bear out.
const CLEAR_NAME: f32 = 0.94;
/// A name is so much likelier (natural logarithm: ten times) than with another upright stroke in it.
const TOLD_APART: f32 = 2.3;
/// Shorter words are found in an address, or like another person's, by chance.
const SHORTEST_WORD: usize = 4;
const SHORTEST_NAME: usize = 5;

/// A text with a tilde on each N that one of the looks, which have its letters otherwise, saw it on. Ñ is a letter of its own, and looks lose
/// its tilde rather than see one where there is none.
fn with_tildes(text: &str, looks: &[&Look]) -> String {
    let letters = |text: &str| -> Vec<char> { text.chars().filter(|letter| letter.is_alphabetic()).collect() };
    let seen: Vec<Vec<char>> = looks.iter().map(|look| letters(&look.lines.concat())).collect();
    let count = letters(text).len();
    let has_tilde = |at: usize| {
        seen.iter().filter(|look| look.len() == count).any(|look| look.get(at).is_some_and(|own| "Ññ".contains(*own)))
    };
    let mut at = 0;
    text.chars()
        .map(|letter| {
            let own = at;
            at += usize::from(letter.is_alphabetic());
            match letter {
                'N' if has_tilde(own) => 'Ñ',
                'n' if has_tilde(own) => 'ñ',
                other => other,
            }
        })
        .collect()
}

/// A name: the same letters in all looks; accents are not to be had from pixels for sure, and are as most looks have them;
/// the tilde of an Ñ is there when one has it.
pub(super) fn read(value: &ReadValue) -> Option<String> {
    // A small `l` and a capital `I` look alike: «llich», «Ilich».
    let whole = |look: &Look| {
        let words = look.lines.iter().flat_map(|line| line.split(' ')).map(capital_i);
        compact(&words.collect::<Vec<_>>().join(" "))
    };
    let (look, votes) = agreed(&value.looks, whole)?;
    let alike: Vec<&Look> = value.looks.iter().filter(|other| whole(other) == whole(look)).collect();
    let words: Vec<String> = with_tildes(&spaced(value, look), &alike).split(' ').map(capital_i).collect();
    let text = words.join(" ");
    let worded = words.iter().filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 1).count();
    let plain = text.chars().all(|letter| letter.is_alphabetic() || " .,'´’()-".contains(letter));
    // Where the third look sees little (thin or coloured letters), two clear ones that agree are enough.
    let own = whole(look);
    let clear = value.looks.iter().filter(|other| whole(other) == own && other.confidence >= CLEAR_NAME).count();
    let blurred = value.looks.iter().all(|other| whole(other) == own || other.confidence < look.confidence);
    let sure = votes >= 3 && look.confidence >= LEGIBLE_NAME || clear >= 2 && blurred;
    // A single word may be what is left of a name of which a line was lost: every look has to say it, and clearly.
    let alone = || is_unanimous(&value.looks, votes) || votes >= 3 && lowest(&value.looks) >= CLEAR;
    let whole = worded >= 2 || worded == 1 && alone();
    (sure && plain && whole && !has_lone_q(&own) && has_clear_strokes(look, &value.looks)).then_some(text)
}

/// Whether what the looks held possible tells the upright strokes in a name: an `i` from an `l`, and one of them from two. At the head of a word stands a
/// capital, and a name in capitals has no strokes that look alike.
fn has_clear_strokes(own: &Look, looks: &[Look]) -> bool {
    let text = own.lines.concat();
    let kept = || looks.iter().map(|look| &look.possibilities).filter(|possibilities| !possibilities.is_empty());
    let likelihood = |text: &str| kept().map(|possibilities| possibilities.likelihood(text)).sum::<f32>();
    let least = likelihood(&text) - TOLD_APART * kept().count() as f32;
    kept().next().is_none() || with_other_strokes(&text).iter().all(|other| likelihood(other) <= least)
}

/// A name with each of its small strokes inside of a word as another one, and twice.
fn with_other_strokes(name: &str) -> Vec<String> {
    let inside = name.char_indices().zip(name.chars().skip(1)).filter(|(before, _)| before.1.is_alphabetic());
    let parts = inside.filter_map(|((at, before), stroke)| {
        let (before, rest) = name.split_at_checked(at + before.len_utf8())?;
        let other = match stroke {
            'i' => 'l',
            'l' => 'i',
            _ => return None,
        };
        Some((before, stroke, other, rest.strip_prefix(stroke)?))
    });
    let others = parts.flat_map(|(before, stroke, other, after)| {
        [format!("{before}{other}{after}"), format!("{before}{stroke}{stroke}{after}")]
    });
    others.collect()
}

/// A small `l` at the head of a word among capitalised words is a capital `I`.
pub(super) fn capital_i(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some('l') if letters.clone().next().is_some_and(|next| next.is_lowercase() && !"aeo".contains(next)) => {
            format!("I{}", letters.as_str())
        }
        _ => word.to_owned(),
    }
}

/// The rows whose name may be misread by what was not read from the same ink: a word of it stands in the row's address, or in another person's name,
/// with a letter that looks like its own. A word that the row's address has as it was read is right.
pub(super) fn contradicted(rows: &[DesigneeRow]) -> Vec<usize> {
    let names: Vec<Vec<String>> = rows.iter().map(|row| words(row.nombres.as_ref())).collect();
    let is_contradicted = |index: usize, row: &DesigneeRow| {
        let is_recognised = row.nombres.as_ref().is_some_and(|name| !name.looks.is_empty());
        let local = before_host(row.correo.as_ref());
        // An address that is made of the name as it was read («qvillafuerte» of Quilla Villafuerte) contradicts none of it.
        let is_its = surroundings::is_made_of(&local, names.get(index).map_or(&[], Vec::as_slice), local.len());
        let in_address =
            |word: &str| is_its.is_none() && pieces(&local, word.len()).any(|piece| is_misread(word, piece));
        let others = names.iter().enumerate().filter(|(other, _)| *other != index).flat_map(|(_, words)| words);
        let others: Vec<&String> = others.filter(|word| word.len() >= SHORTEST_NAME).collect();
        let in_name = |word: &str| others.iter().any(|other| is_misread(word, other) && !are_a_pair(word, other));
        let words = names.get(index).into_iter().flatten().filter(|word| word.len() >= SHORTEST_WORD);
        let mut open = words.filter(|word| !local.contains(word.as_str()));
        is_recognised && open.any(|word| in_address(word) || in_name(word))
    };
    rows.iter().enumerate().filter(|(index, row)| is_contradicted(*index, row)).map(|(index, _)| index).collect()
}

/// The words of a name, without accents and signs.
fn words(name: Option<&ReadValue>) -> Vec<String> {
    let name = name.map(|name| fold(&name.text)).unwrap_or_default();
    let plain = |word: &str| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    name.split(' ').map(plain).filter(|word| !word.is_empty()).collect()
}

/// The letters before the `@`.
fn before_host(address: Option<&ReadValue>) -> String {
    let address = address.map(|address| address.text.to_lowercase()).unwrap_or_default();
    let local = address.split('@').next().unwrap_or_default();
    local.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The parts of some letters that are about so long.
fn pieces(letters: &str, length: usize) -> impl Iterator<Item = &str> {
    let lengths = length.saturating_sub(1).max(SHORTEST_WORD)..=length + 1;
    lengths.flat_map(move |length| (0..letters.len()).filter_map(move |from| letters.get(from..from + length)))
}

/// Whether a word may be another one with a letter taken for one that looks like it, or with one of two like ones lost.
fn is_misread(word: &str, other: &str) -> bool {
    spelling::look_alike(word, other)
        || spelling::doubles_a_narrow_letter(word, other)
        || spelling::doubles_a_narrow_letter(other, word)
}

/// «María» and «Mario» are two names.
fn are_a_pair(word: &str, other: &str) -> bool {
    let stem = |word: &str| word.strip_suffix(['a', 'o']).map(str::to_owned);
    stem(word).is_some_and(|own| stem(other) == Some(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Possibilities;

    fn rows(persons: &[(&str, &str)]) -> Vec<DesigneeRow> {
        let looks = vec![Look { lines: vec!["read".to_owned()], confidence: 0.9, ..Look::default() }];
        let value = |text: &str| ReadValue { text: text.to_owned(), looks: looks.clone(), ..ReadValue::default() };
        let row = |(name, address): &(&str, &str)| DesigneeRow {
            number: 1,
            cargo: None,
            perfil: None,
            nombres: Some(value(name)),
            dni: None,
            correo: Some(value(address)),
            celular: None,
            rol: None,
        };
        persons.iter().map(row).collect()
    }

    const NONE: [usize; 0] = [];

    fn contradicted_of(persons: &[(&str, &str)]) -> Vec<usize> {
        contradicted(&rows(persons))
    }

    #[test]
    fn a_name_that_its_address_has_with_a_letter_otherwise_is_doubted() {
        assert_eq!(contradicted_of(&[("Hemán Zúñiga Paz", "hernan.zuniga@muni.gob.pe")]), [0]);
        assert_eq!(contradicted_of(&[("Sheyla Ilanes Paz", "sillanes@muni.gob.pe")]), [0]);
        assert_eq!(contradicted_of(&[("Hernán Zúñiga Paz", "hernan.zuniga@muni.gob.pe")]), NONE);
        assert_eq!(
            contradicted_of(&[("Wilfredo Gonzales Peña", "wgonzalez.pena@muni.gob.pe")]),
            NONE,
            "no look takes s for z"
        );
        assert_eq!(contradicted_of(&[("Ana Ríos Luz", "informatica@muni.gob.pe")]), NONE);
        assert_eq!(contradicted_of(&[("Quilla Villafuerte Arapa", "qvillafuerte@muni.gob.pe")]), NONE, "not «qvilla»");
    }

    #[test]
    fn a_name_that_another_person_has_with_a_letter_otherwise_is_doubted_unless_its_address_has_it() {
        let (first, second) =
            (("Íngrid Lloclla Paz", "illoclla@muni.gob.pe"), ("Óscar Llocila Ríos", "orios@muni.gob.pe"));
        assert_eq!(contradicted_of(&[first, second]), [1]);
        assert_eq!(contradicted_of(&[("María Quispe", "mquispe@x.pe"), ("Mario Quispe", "quispem@x.pe")]), NONE);
    }

    #[test]
    fn strokes_that_the_looks_do_not_tell_apart_are_no_sure_name() {
        let name = |share: f32| {
            let mut line = Possibilities::default();
            for (at, letter) in "Ana Llocila".char_indices() {
                let stroke = [(Some('i'), 1.0 - share), (Some('l'), share)];
                match at {
                    8 => line.step(stroke.into_iter()),
                    _ => line.step([(Some(letter), 1.0)].into_iter()),
                }
                line.step([(None, 1.0)].into_iter());
            }
            let look =
                Look { lines: vec!["Ana Llocila".to_owned()], confidence: 0.7, possibilities: line, image: None };
            ReadValue { text: "Ana Llocila".to_owned(), looks: vec![look; 3], ..ReadValue::default() }
        };
        assert_eq!(read(&name(0.05)), Some("Ana Llocila".to_owned()));
        assert_eq!(read(&name(0.2)), None);
    }

    #[test]
    fn strokes_inside_of_words_may_be_others() {
        assert_eq!(
            with_other_strokes("Íñigo Lli"),
            ["Íñlgo Lli", "Íñiigo Lli", "Íñigo Lii", "Íñigo Llli", "Íñigo Lll", "Íñigo Llii"]
        );
        assert!(with_other_strokes("LLICLLA ILICH").is_empty());
    }

    #[test]
    fn a_name_of_the_files_own_text_is_not_doubted() {
        let mut typed = rows(&[("Hemán Zúñiga Paz", "hernan.zuniga@muni.gob.pe")]);
        typed[0].nombres.as_mut().unwrap().looks.clear();
        assert_eq!(contradicted(&typed), Vec::<usize>::new());
    }
}
