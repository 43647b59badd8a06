//! Words: a text as the sequence of its folded words, and lists of words from the form's file looked up in it.

use std::sync::LazyLock;

use regex::Regex;

use crate::form::fold;

/// Words of one text beyond this many are not looked at: what a document is about stands at its beginning.
const MOST_WORDS: usize = 20_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

/// Addresses and links: an entity's host («munilima.gob.pe») is not the platform's name, which stands alone («Gob.pe»).
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)https?://\S+|\S*@\s?\S*|[\w-]+(?:\.[\w-]+)*\s?\.\s?gob\.pe\b(?:/\S*)?").ok());

/// The platform's own host is its name.
static PLATFORM_HOST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)(?:https?://)?www\.gob\.pe").ok());

impl Words {
    pub fn of(text: &str) -> Words {
        let text = replaced(&PLATFORM_HOST, text, "gob pe");
        let text = replaced(&ADDRESS, &text, " ");
        Words(fold(&text).split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_owned).collect())
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn followed_by(&self, other: &Words) -> Words {
        Words(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// Whether any entry of a list stands in the text.
    pub fn have(&self, entries: &[String]) -> bool {
        entries.iter().any(|entry| self.places(entry).next().is_some())
    }

    /// Whether an entry of the first list stands at most `distance` words from one of `near`, and none of `not_after` among
    /// the three words before it.
    pub fn have_near(&self, entries: &[String], near: &[String], distance: usize, not_after: &[String]) -> bool {
        let targets: Vec<usize> = near.iter().flat_map(|entry| self.places(entry).collect::<Vec<_>>()).collect();
        entries.iter().any(|entry| {
            self.places(entry).any(|place| {
                let before = self.0.get(place.saturating_sub(3)..place).unwrap_or_default();
                !Words(before.to_vec()).have(not_after)
                    && targets.iter().any(|target| *target != place && target.abs_diff(place) <= distance)
            })
        })
    }

    /// The positions at which an entry (one or more words, each perhaps ending in `*`) stands. An entry that begins with `=`
    /// stands only where it is the whole text.
    fn places(&self, entry: &str) -> impl Iterator<Item = usize> + '_ {
        // Folding drops the stars, so the words are folded one by one («gob.pe» is two).
        let mut pattern: Vec<(String, bool)> = Vec::new();
        for word in entry.split_whitespace() {
            pattern.extend(fold(word).split(' ').filter(|part| !part.is_empty()).map(|part| (part.to_owned(), false)));
            if let Some(last) = pattern.last_mut() {
                last.1 = word.ends_with('*');
            }
        }
        let length = pattern.len().max(1);
        let whole = entry.starts_with('=');
        self.0.windows(length).enumerate().filter_map(move |(place, window)| {
            let matches = !pattern.is_empty()
                && (!whole || self.0.len() == length)
                && window.iter().zip(&pattern).all(|(word, (wanted, open))| {
                    if *open { word.starts_with(wanted.as_str()) } else { word == wanted }
                });
            matches.then_some(place)
        })
    }
}

fn replaced(pattern: &LazyLock<Option<Regex>>, text: &str, with: &str) -> String {
    match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(text, with).into_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[&str]) -> Vec<String> {
        entries.iter().map(|&entry| entry.to_owned()).collect()
    }

    #[test]
    fn the_platform_is_told_from_the_hosts_of_entities() {
        let platforms = list(&["gob pe", "gobpe"]);
        for text in [
            "Accesos a GOB.PE",
            "a Gob. pe.",
            "«Gob.pe»",
            "gob pe",
            "GOBPE",
            "https://www.gob.pe/pcm",
            "(gob.pe)",
            "gob.pe/facilita",
        ] {
            assert!(Words::of(text).have(&platforms), "{text}");
        }
        for text in [
            "juan@munilima.gob.pe",
            "munilima.gob.pe",
            "https://munilima.gob.pe/x",
            "www.munilima.gob.pe",
            "juan@ gob.pe",
            "munilima .gob.pe",
        ] {
            assert!(!Words::of(text).have(&platforms), "{text}");
        }
    }

    #[test]
    fn entries_match_whole_words_or_beginnings() {
        let words = Words::of("Se DESIGNÓ a los responsables de Comunicación");
        assert!(words.have(&list(&["design*"])));
        assert!(!words.have(&list(&["design"])));
        assert!(words.have(&list(&["responsable* de comunicaci*"])));
        assert!(!words.have(&list(&["responsable de comunicaci*"])));
        assert!(!words.have(&list(&["", "*", "="])));
        assert!(Words::of("PIDE").have(&list(&["=pide"])));
        assert!(!Words::of("La entidad pide accesos").have(&list(&["=pide"])));
    }

    #[test]
    fn near_words_count_unless_a_question_stands_before() {
        let verbs = list(&["remito", "adjunto"]);
        let things = list(&["oficio*"]);
        let asking = list(&["cómo", "debo"]);
        for (text, expected) in [
            ("Remito a usted el oficio 045", true),
            ("el oficio que adjunto", true),
            ("¿Cómo remito el oficio?", false),
            ("Adjunto la foto", false),
            (
                "adjunto captura de la pantalla en la que se ve que no puedo publicar ninguna noticia ni el oficio",
                false,
            ),
        ] {
            assert_eq!(Words::of(text).have_near(&verbs, &things, 8, &asking), expected, "{text}");
        }
    }
}
