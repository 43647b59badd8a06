//! A wrapped address: its lines are joined with nothing, and a hyphen at a line's end may be the line break's own.
//!
//! Design, section 7: a hyphen that a line break put into an e-mail address is no part of it. But a line also breaks after
//! a hyphen that is really there, so where nothing tells which it is, the reading is not for sure.

/// The readings of a wrapped address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    One(String),
    /// Both are addresses, and nothing tells which is meant.
    Two {
        without_hyphen: String,
        with_hyphen: String,
    },
}

/// What is known of the addresses that are to be expected.
pub(crate) struct Known<'a> {
    /// Hosts of the other designees and of the sender.
    pub hosts: &'a [String],
    /// Words of the designee's name and the entity's, folded.
    pub words: &'a [String],
}

pub(crate) fn join(lines: &[String], known: &Known) -> Joined {
    // No address has so many lines; what comes out is none either way.
    const MOST_LINES: usize = 16;
    if lines.len() > MOST_LINES {
        return Joined::One(lines.concat());
    }
    let mut joined = String::new();
    let mut unsettled: Option<usize> = None;
    for (place, line) in lines.iter().enumerate() {
        let line = line.trim();
        let last = place + 1 == lines.len();
        match line.strip_suffix('-') {
            Some(start) if !last && !start.is_empty() => {
                joined.push_str(start);
                let rest: String = lines.iter().skip(place + 1).map(|line| line.trim()).collect();
                match settle(&joined, &rest, known) {
                    Some(Hyphen::OfTheLine) => {}
                    Some(Hyphen::OfTheAddress) => joined.push('-'),
                    // A second unsettled hyphen would double the readings again; the first doubt is enough for a person.
                    None => unsettled = unsettled.or(Some(joined.len())),
                }
            }
            _ => joined.push_str(line),
        }
    }
    match unsettled.and_then(|place| joined.split_at_checked(place)) {
        Some((before, after)) => {
            Joined::Two { with_hyphen: format!("{before}-{after}"), without_hyphen: joined.clone() }
        }
        None => Joined::One(joined),
    }
}

enum Hyphen {
    OfTheLine,
    OfTheAddress,
}

/// Whose a hyphen between `before` and `after` is, when something tells.
fn settle(before: &str, after: &str, known: &Known) -> Option<Hyphen> {
    // No address has a hyphen at the end of its name or of a label of its host (RFC 1035, 2.3.1).
    if after.starts_with(['@', '.']) || before.ends_with(['@', '.']) {
        return Some(Hyphen::OfTheLine);
    }
    let (before, after) = (before.to_lowercase(), after.to_lowercase());
    if let Some((_, host_start)) = before.rsplit_once('@') {
        let host_end = after.replace('-', "");
        let plain = |host: &String| host.replace('-', "");
        let whole = format!("{host_start}{host_end}");
        let with = known.hosts.iter().find(|host| **host == format!("{host_start}-{after}"));
        let without = known.hosts.iter().find(|host| **host == format!("{host_start}{after}"));
        match (without, with) {
            (Some(_), None) => return Some(Hyphen::OfTheLine),
            (None, Some(_)) => return Some(Hyphen::OfTheAddress),
            _ => {}
        }
        // A further break in `after` may hide the match.
        if known.hosts.iter().any(|host| plain(host) == whole && !host.contains('-')) {
            return Some(Hyphen::OfTheLine);
        }
    }
    // A hyphen within a word of the name or the entity («munisan-tacoba») is no hyphen of the address.
    spans_a_word(&before, &after, known.words).then_some(Hyphen::OfTheLine)
}

/// Whether some word begins at the end of `before` and ends at the start of `after`.
fn spans_a_word(before: &str, after: &str, words: &[String]) -> bool {
    const SHORTEST: usize = 4;
    words.iter().filter(|word| word.chars().count() >= SHORTEST).any(|word| {
        word.char_indices().skip(1).any(|(place, _)| {
            word.split_at_checked(place).is_some_and(|(start, end)| before.ends_with(start) && after.starts_with(end))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|&line| line.to_owned()).collect()
    }

    fn join_with(parts: &[&str], hosts: &[&str], words: &[&str]) -> Joined {
        let (hosts, words) = (lines(hosts), lines(words));
        join(&lines(parts), &Known { hosts: &hosts, words: &words })
    }

    fn one(text: &str) -> Joined {
        Joined::One(text.to_owned())
    }

    #[test]
    fn lines_are_joined_with_nothing() {
        assert_eq!(join_with(&["jperez@muni", "santacoba.gob.pe"], &[], &[]), one("jperez@munisantacoba.gob.pe"));
    }

    #[test]
    fn a_hyphen_at_the_end_of_the_name_is_the_lines() {
        assert_eq!(join_with(&["rosa.nahui-", "@muni.gob.pe"], &[], &[]), one("rosa.nahui@muni.gob.pe"));
        assert_eq!(join_with(&["rosa@muni-", ".gob.pe"], &[], &[]), one("rosa@muni.gob.pe"));
    }

    #[test]
    fn another_address_of_the_entity_tells_whose_the_hyphen_is() {
        let parts = ["jperez@muni-", "santacoba.gob.pe"];
        assert_eq!(join_with(&parts, &["munisantacoba.gob.pe"], &[]), one("jperez@munisantacoba.gob.pe"));
        assert_eq!(join_with(&parts, &["muni-santacoba.gob.pe"], &[]), one("jperez@muni-santacoba.gob.pe"));
        assert_eq!(
            join_with(&["jperez@muni-", "santa-", "coba.gob.pe"], &["munisantacoba.gob.pe"], &[]),
            one("jperez@munisantacoba.gob.pe")
        );
    }

    #[test]
    fn a_hyphen_within_a_known_word_is_the_lines() {
        assert_eq!(
            join_with(&["jperez@munisan-", "tacoba.gob.pe"], &[], &["santa", "coba"]),
            one("jperez@munisantacoba.gob.pe")
        );
        assert_eq!(join_with(&["jpe-", "rez@munix.gob.pe"], &[], &["perez"]), one("jperez@munix.gob.pe"));
    }

    #[test]
    fn a_hyphen_that_nothing_settles_gives_two_readings() {
        assert_eq!(
            join_with(&["jperez@muni-", "santacoba.gob.pe"], &[], &["santa", "coba"]),
            Joined::Two {
                without_hyphen: "jperez@munisantacoba.gob.pe".to_owned(),
                with_hyphen: "jperez@muni-santacoba.gob.pe".to_owned()
            }
        );
    }

    #[test]
    fn a_hyphen_within_a_line_stays() {
        assert_eq!(join_with(&["ana-rios@munix.gob.pe"], &[], &[]), one("ana-rios@munix.gob.pe"));
    }
}
