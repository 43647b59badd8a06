//! Struck: lines drawn through words. What is struck through does not hold, and its line is no ruling of a table.

use crate::documents::Bounds;
use crate::tables::content::{Axis, Rectangle, Segment, Word};

/// Between these parts of the font size above the baseline a line goes through the letters; below it underlines them.
const LOWEST: f32 = 0.12;
const HIGHEST: f32 = 0.55;
/// A line that goes on beyond the words by more than this part of the font size is a ruling that runs over them.
const BEYOND: f32 = 0.6;
/// The part of a word that a line has to cross.
const CROSSED: f32 = 0.6;

/// Takes the lines through words out of `segments`; gives the words that they strike.
pub(super) fn take_struck(segments: &mut Vec<Segment>, words: &[Word]) -> Vec<Bounds> {
    let mut struck = Vec::new();
    segments.retain(|segment| {
        let crossed = crossed(segment, words);
        let through = crossed.iter().copied().reduce(|a, b| a.union(&b)).is_some_and(|extent| {
            let beyond = BEYOND * extent.height();
            segment.from >= extent.left - beyond && segment.to <= extent.right + beyond
        });
        if through {
            struck.extend(crossed);
        }
        !through
    });
    struck
}

fn crossed(segment: &Segment, words: &[Word]) -> Vec<Bounds> {
    if segment.axis != Axis::Horizontal {
        return Vec::new();
    }
    let is_through = |word: &&Word| {
        let above = (word.baseline - segment.at) / word.size.max(0.1);
        let shared = segment.to.min(word.bounds.right) - segment.from.max(word.bounds.left);
        (LOWEST..=HIGHEST).contains(&above) && shared >= CROSSED * word.bounds.width()
    };
    words
        .iter()
        // A dash or a row of dots has its ink where the line is.
        .filter(|word| word.text.chars().any(char::is_alphanumeric))
        .filter(is_through)
        .map(|word| word.bounds)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, left: f32, right: f32) -> Word {
        Word {
            text: text.to_owned(),
            bounds: Bounds { left, right, top: 92.5, bottom: 102.2 },
            baseline: 100.0,
            size: 10.0,
            start: left,
            cuts: Vec::new(),
            continues: None,
            spaced: false,
        }
    }

    #[test]
    fn a_line_through_a_word_strikes_it_and_a_ruling_or_an_underline_does_not() {
        let words = [word("11223344", 50.0, 90.0), word("Ana", 200.0, 215.0)];
        let strike = Segment::horizontal(97.0, 49.0, 91.0);
        let ruling = Segment::horizontal(97.0, 20.0, 300.0);
        let underline = Segment::horizontal(101.0, 50.0, 90.0);
        let mut segments = vec![strike, ruling, underline];
        assert_eq!(take_struck(&mut segments, &words).len(), 1);
        assert_eq!(segments, [ruling, underline]);
    }
}
