//! Look: one reading of a picture of text, and what else it could have been.

use serde::{Deserialize, Serialize};

use super::cell_image::CellImage;

/// Stands for no character: what a recogniser sees between two characters, and in a space.
const BETWEEN: char = '\0';
/// The probability of what a step does not name.
const UNNAMED: f64 = 1e-5;
/// A way to read a line that is so much less likely than all others up to a step is followed no further: it makes no difference any more.
const HOPELESS: f64 = 1e-40;

/// One reading of a picture of text. Several looks at the same picture that agree are evidence; one is not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The visual lines, top to bottom.
    pub lines: Vec<String>,
    /// The lowest confidence of its characters, 0 to 1.
    pub confidence: f32,
    /// What else the lines could say, one after the other; kept for what an address or a name may be.
    #[serde(default, skip_serializing_if = "Possibilities::is_empty")]
    pub possibilities: Possibilities,
    /// What was looked at; kept by the first of several looks at a cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<CellImage>,
}

impl Look {
    /// One reading of a text that stands in two pictures. What the whole could say is known only where it was kept of both.
    pub fn followed_by(self, rest: Look) -> Look {
        let mut possibilities = Possibilities::default();
        if !self.possibilities.is_empty() && !rest.possibilities.is_empty() {
            possibilities = self.possibilities;
            possibilities.extend(rest.possibilities);
        }
        Look {
            lines: self.lines.into_iter().chain(rest.lines).collect(),
            confidence: self.confidence.min(rest.confidence),
            possibilities,
            image: self.image.or(rest.image),
        }
    }
}

/// What a recogniser held possible at each step along a line: characters with their probability. Several steps make one character
/// (connectionist temporal classification), so a text is likely or not as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Possibilities(Vec<Vec<(char, f32)>>);

impl Possibilities {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a step: the characters that are at all likely, `None` for none.
    pub fn step(&mut self, characters: impl Iterator<Item = (Option<char>, f32)>) {
        let mut step: Vec<(char, f32)> = Vec::new();
        for (letter, probability) in characters {
            let sign = letter.map_or(BETWEEN, sign);
            match step.iter_mut().find(|(own, _)| *own == sign) {
                Some((_, sum)) => *sum += probability,
                None => step.push((sign, probability)),
            }
        }
        self.0.push(step);
    }

    /// Adds the line that follows.
    pub fn extend(&mut self, next: Possibilities) {
        self.0.extend(next.0);
    }

    /// The natural logarithm of the probability that the line says `text`, in capitals or not and with whatever spaces; the lower it is
    /// the less likely. Signs that look alike in most fonts are one: `l`, `I` and `1`, `O` and `0`.
    pub fn likelihood(&self, text: &str) -> f32 {
        let letters: Vec<char> = text.chars().map(sign).collect();
        // Between, first letter, between, second letter, …, between.
        let mut reached = vec![0.0f64; 2 * letters.len() + 1];
        // The states that are followed, of which nothing but the first two can be begun with.
        let (mut from, mut to) = (0, 0);
        let mut logarithm = 0.0;
        for (index, step) in self.0.iter().enumerate() {
            let between = probability(step, BETWEEN);
            to = (to + 2).min(reached.len());
            let Some(followed) = reached.get_mut(from..to) else { return f32::NEG_INFINITY };
            // What was reached one and two states before, as it was before this step.
            let (mut last, mut before_last) = (0.0, 0.0);
            for (state, value) in (from..).zip(followed.iter_mut()) {
                let letter = if state % 2 == 1 { letters.get(state / 2).copied() } else { None };
                // Two like letters are two only with something between them.
                let skips = letter.is_some() && state >= 3 && letters.get(state / 2 - 1).copied() != letter;
                let arrived = match index {
                    0 => 1.0,
                    _ => *value + last + if skips { before_last } else { 0.0 },
                };
                (before_last, last) = (last, *value);
                *value = arrived * letter.map_or(between, |letter| probability(step, letter));
            }
            let sum: f64 = followed.iter().sum();
            logarithm += sum.ln();
            followed.iter_mut().for_each(|value| *value /= sum);
            let is_hopeful = |value: &f64| *value >= HOPELESS;
            let first = followed.iter().position(is_hopeful).unwrap_or_default();
            let end = followed.iter().rposition(is_hopeful).map_or(followed.len(), |last| last + 1);
            for value in followed.iter_mut().filter(|value| !is_hopeful(value)) {
                *value = 0.0;
            }
            (from, to) = (from + first, from + end);
        }
        if self.is_empty() {
            return f32::NEG_INFINITY;
        }
        let end: f64 = reached.iter().rev().take(2).sum();
        (logarithm + end.max(HOPELESS).ln()) as f32
    }
}

/// Whether a text is written in capitals: its `I` is no small `l`.
pub fn is_in_capitals(text: &str) -> bool {
    let letters = || text.chars().filter(|letter| letter.is_alphabetic());
    letters().all(char::is_uppercase) && letters().any(|letter| letter != 'I')
}

/// What a character counts as: capitals as small ones, a space as nothing, and signs that look alike in most fonts as one.
fn sign(letter: char) -> char {
    match letter {
        ' ' => BETWEEN,
        'l' | 'L' | 'I' | '1' | '|' => 'l',
        'o' | 'O' | '0' => 'o',
        _ => letter.to_lowercase().next().unwrap_or(letter),
    }
}

fn probability(step: &[(char, f32)], sign: char) -> f64 {
    step.iter().find(|(own, _)| *own == sign).map_or(UNNAMED, |(_, own)| f64::from(*own).max(UNNAMED))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps as a recogniser gives them, `-` for between.
    fn line(steps: &[&[(char, f32)]]) -> Possibilities {
        let mut line = Possibilities::default();
        for step in steps {
            line.step(step.iter().map(|(letter, own)| ((*letter != '-').then_some(*letter), *own)));
        }
        line
    }

    #[test]
    fn the_likelier_text_is_likelier() {
        let line = line(&[&[('a', 0.9)], &[('-', 0.9)], &[('q', 0.6), ('g', 0.4)], &[('-', 1.0)], &[('o', 1.0)]]);
        let (q, g, other) = (line.likelihood("aqo"), line.likelihood("ago"), line.likelihood("alo"));
        assert!((q - (0.9f32 * 0.9 * 0.6).ln()).abs() < 0.01, "{q}");
        assert!(q > g && g > other + 5.0, "{q} {g} {other}");
    }

    #[test]
    fn what_a_text_in_two_pictures_could_say_is_known_of_both_or_not() {
        let look = |text: &str, possibilities: Possibilities| Look {
            lines: vec![text.to_owned()],
            confidence: if text == "ana" { 0.9 } else { 0.7 },
            possibilities,
            image: None,
        };
        let (ana, ros) = (line(&[&[('a', 1.0)]]), line(&[&[('r', 1.0)]]));
        let whole = look("ana", ana.clone()).followed_by(look("ros", ros));
        assert_eq!((whole.lines, whole.confidence), (vec!["ana".to_owned(), "ros".to_owned()], 0.7));
        assert!(whole.possibilities.likelihood("ar").abs() < 0.01);
        assert!(look("ana", ana).followed_by(look("ros", Possibilities::default())).possibilities.is_empty());
    }

    #[test]
    fn two_like_letters_need_something_between_them() {
        let one = line(&[&[('l', 1.0)], &[('l', 0.9), ('-', 0.1)], &[('l', 1.0)]]);
        assert!((one.likelihood("l").exp() - 0.9).abs() < 0.01);
        assert!((one.likelihood("ll").exp() - 0.1).abs() < 0.01);
    }

    #[test]
    fn capitals_and_spaces_make_no_difference() {
        let line = line(&[&[('A', 1.0)], &[(' ', 1.0)], &[('I', 0.5), ('l', 0.5)]]);
        assert!(line.likelihood("al").abs() < 0.01);
    }

    #[test]
    fn a_text_that_is_hopeless_is_less_likely_than_any_other() {
        let steps: [&[(char, f32)]; 2] = [&[('a', 0.9)], &[('-', 1.0)]];
        let line = line(&steps.repeat(60));
        let (whole, less, none) =
            (line.likelihood(&"a".repeat(60)), line.likelihood(&"a".repeat(59)), line.likelihood("b"));
        assert!((whole - 60.0 * 0.9f32.ln()).abs() < 0.1, "{whole}");
        assert!(whole > less + 5.0 && less > none + 50.0 && none.is_finite(), "{less} {none}");
    }

    #[test]
    fn nothing_says_nothing() {
        assert_eq!(Possibilities::default().likelihood("a"), f32::NEG_INFINITY);
    }
}
