//! Broken: names whose lines end where a word may end or go on.
//!
//! The drawing tells of most line ends which they are ([`LineBreak`]). Where it does not, a name has more to go by than other
//! texts: its capitals, and the address of the same person. What is still open is for a person: a name is confirmed to the entity.

use super::people::compact;
use super::value::{Certainty, ReadValue};
use crate::tables::LineBreak;

/// Words inside Spanish names that are written small.
const PARTICLES: [&str; 16] =
    ["de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "di", "do", "dos", "san", "van", "von"];

/// No word of a name has so many letters.
const LONGEST_WORD: usize = 14;

/// Settles the line ends of a name that are not known, by its letters and by the person's address. `breaks` are those between
/// the value's lines.
pub(super) fn settle(value: &mut ReadValue, breaks: &[LineBreak], correo: &str) {
    let titled = is_titled(&value.lines);
    let mixed = value.lines.iter().any(|line| is_mixed(line));
    let open_break = |at: &LineBreak| *at == LineBreak::Unknown || (mixed && *at == LineBreak::Inside);
    if !breaks.iter().any(open_break) || breaks.len() + 1 != value.lines.len() {
        return;
    }
    let local = compact(correo.split('@').next().unwrap_or_default());
    let mut text = value.lines.first().cloned().unwrap_or_default();
    let mut open = false;
    for (at, next) in breaks.iter().zip(value.lines.iter().skip(1)) {
        let at = match at {
            at if open_break(at) => of_name(last_word(&text), first_word(next), &local, titled),
            known => *known,
        };
        open |= at == LineBreak::Unknown;
        let hyphen = text.ends_with('-');
        if at != LineBreak::Inside && !hyphen {
            text.push(' ');
        }
        text.push_str(next);
    }
    if open {
        let reason =
            "El nombre está partido en una celda angosta y no se sabe si una de sus palabras sigue en la otra línea";
        value.certainty = Certainty::Unsure(reason.to_owned());
    } else {
        value.text = text;
    }
}

/// A capital after small letters: the file does not keep case, as where small capitals are drawn.
fn is_mixed(text: &str) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase())
}

/// Whether the words inside the lines begin with capitals: then one that does not is a piece of a word.
fn is_titled(lines: &[String]) -> bool {
    !lines.iter().any(|line| is_mixed(line))
        && lines
            .iter()
            .flat_map(|line| line.split(' ').skip(1))
            .filter(|word| !PARTICLES.contains(&word.to_lowercase().as_str()))
            .all(|word| !word.starts_with(char::is_lowercase))
}

fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

fn of_name(last: &str, next: &str, local: &str, titled: bool) -> LineBreak {
    let particle = PARTICLES.contains(&next.to_lowercase().as_str());
    let small = titled && next.starts_with(char::is_lowercase) && last.chars().any(char::is_uppercase);
    if last.chars().chain(next.chars()).filter(|letter| letter.is_alphabetic()).count() >= LONGEST_WORD {
        return LineBreak::Between;
    }
    if !particle && (small || next.chars().count() <= 2) {
        return LineBreak::Inside;
    }
    let (last, next) = (compact(last), compact(next));
    let holds = |part: &str| local.match_indices(part).next().map(|(start, found)| (start, start + found.len()));
    // One of the two stands in the address, and more than a letter of the other does not: it is a word. An initial may follow it.
    let apart = |rest: Option<&str>, other: &str| !rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with(other));
    let ends =
        last.len() >= 4 && holds(&last).is_some_and(|(_, end)| apart(local.get(end..), next.get(..2).unwrap_or(&next)));
    let begins = next.len() >= 4
        && holds(&next).is_some_and(|(start, _)| {
            !local.get(..start).is_some_and(|before| {
                before.len() > 1 && before.ends_with(last.get(last.len().saturating_sub(2)..).unwrap_or(&last))
            })
        });
    if ends || begins { LineBreak::Between } else { LineBreak::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(lines: &[&str], correo: &str) -> Option<String> {
        let mut value = ReadValue {
            text: lines.join(" "),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            ..ReadValue::default()
        };
        settle(&mut value, &vec![LineBreak::Unknown; lines.len() - 1], correo);
        (value.certainty == Certainty::Sure).then_some(value.text)
    }

    #[test]
    fn small_letters_at_the_head_of_a_line_are_the_rest_of_a_word_unless_they_are_a_particle() {
        assert_eq!(settled(&["Wilfred", "o Pérez"], "").as_deref(), Some("Wilfredo Pérez"));
        assert_eq!(settled(&["Ursu", "la Pérez"], ""), None);
    }

    #[test]
    fn two_words_that_are_too_long_together_are_two_words() {
        assert_eq!(settled(&["KATHERINE", "ORDÓÑEZ"], "").as_deref(), Some("KATHERINE ORDÓÑEZ"));
    }

    #[test]
    fn small_letters_say_nothing_where_capitals_are_not_kept() {
        assert_eq!(settled(&["Rosa", "illanes lloClla"], ""), None);
    }

    #[test]
    fn the_address_of_the_person_tells_which_it_is() {
        assert_eq!(settled(&["ANA", "HUAMANC", "HUMO"], "ahuamanchumo@muni.gob.pe"), None);
        assert_eq!(settled(&["KATHERIN", "ROJAS"], "katherinrojas@muni.gob.pe"), None, "an address may hold both");
        assert_eq!(settled(&["RAMÍREZ", "QUISPE"], "rramirez@muni.gob.pe").as_deref(), Some("RAMÍREZ QUISPE"));
        assert_eq!(settled(&["O'HIGGINS", "PEÑA"], "uohigginsp@muni.gob.pe").as_deref(), Some("O'HIGGINS PEÑA"));
        assert_eq!(settled(&["RAMÍREZ", "QUISPE"], "mesadepartes@muni.gob.pe"), None);
    }
}
