//! Doubles: bold made by drawing twice, and fill with stroke, give each glyph twice at one place. A person sees one.
//!
//! A single letter that falls on an equal one of another text is a chance, and stays.

use super::words::{Glyph, WORD_GAP};

/// Points. No double lies farther off than this.
const SQUARE: f32 = 4.0;
/// Part of the font size that a blank, stretched to fill a line, may take.
const BLANK: f32 = 1.2;

/// The glyphs without those that were drawn again where an equal one stood.
pub(super) fn without(mut glyphs: Vec<Glyph<'_>>) -> Vec<Glyph<'_>> {
    let doubles = doubles(&glyphs);
    if !doubles.contains(&true) {
        return glyphs;
    }
    let is_double = |index: usize| doubles.get(index).copied();
    let goes_on = |a: &Glyph, b: &Glyph, gap: f32| {
        (a.baseline - b.baseline).abs() <= 0.2 * a.size && (b.left - a.right).abs() <= gap * a.size
    };
    let is_blank = |index: usize| glyphs.get(index).is_some_and(|glyph| glyph.text.trim().is_empty());
    let kept: Vec<bool> = (0..glyphs.len())
        .map(|index| {
            // Of a word of one letter («y»), the words beside it tell: a blank is never a double.
            let neighbour = |step: isize| {
                let next = index.checked_add_signed(step)?;
                let (other, gap) =
                    if is_blank(next) { (next.checked_add_signed(step)?, BLANK) } else { (next, WORD_GAP) };
                let (glyph, near) = (glyphs.get(index)?, glyphs.get(other)?);
                let joined = !is_blank(other) && (goes_on(glyph, near, gap) || goes_on(near, glyph, gap));
                joined.then(|| is_double(other))?
            };
            let (before, after) = (neighbour(-1), neighbour(1));
            let chance = (before == Some(false) || after == Some(false)) && before != Some(true) && after != Some(true);
            chance || is_double(index) != Some(true)
        })
        .collect();
    let mut kept = kept.into_iter();
    glyphs.retain(|_| kept.next().unwrap_or(true));
    glyphs
}

/// Of each glyph, whether it stands where an equal one was drawn before it.
fn doubles(glyphs: &[Glyph]) -> Vec<bool> {
    let mut drawn = Squares::for_glyphs(glyphs.len());
    let mut doubles = Vec::with_capacity(glyphs.len());
    for (index, glyph) in glyphs.iter().enumerate() {
        let near = (0.1 * glyph.size).min(SQUARE);
        let is_same = |other: usize| {
            glyphs.get(other).is_some_and(|other| {
                (other.left - glyph.left).abs() <= near
                    && (other.baseline - glyph.baseline).abs() <= near
                    && other.text == glyph.text
            })
        };
        let blank = glyph.text.trim().is_empty();
        let double = !blank && drawn.near(glyph.left, glyph.baseline, near).any(is_same);
        if !blank && !double {
            drawn.put(glyph.left, glyph.baseline, index);
        }
        doubles.push(double);
    }
    doubles
}

/// What was drawn, by the square of the page on which it stands: a table of chains, in which squares far from one another may share
/// a chain.
struct Squares {
    /// What was put last into each chain.
    last: Vec<Option<usize>>,
    /// What was put into the same chain before each.
    before: Vec<Option<usize>>,
}

impl Squares {
    fn for_glyphs(count: usize) -> Squares {
        Squares { last: vec![None; (2 * count).next_power_of_two()], before: vec![None; count] }
    }

    fn chain(&self, column: i32, row: i32) -> usize {
        // A prime keeps neighbouring rows out of one another's chains.
        let number = row.wrapping_mul(7_919).wrapping_add(column);
        number.unsigned_abs() as usize & (self.last.len() - 1)
    }

    fn put(&mut self, x: f32, y: f32, index: usize) {
        let chain = self.chain(square(x), square(y));
        if let (Some(last), Some(before)) = (self.last.get_mut(chain), self.before.get_mut(index)) {
            *before = last.replace(index);
        }
    }

    /// Everything that was put within `reach` of the place, and some that lies farther off.
    fn near(&self, x: f32, y: f32, reach: f32) -> impl Iterator<Item = usize> {
        let (left, right) = (square(x - reach), square(x + reach));
        let (top, bottom) = (square(y - reach), square(y + reach));
        let squares = (top..=bottom).flat_map(move |row| (left..=right).map(move |column| (column, row)));
        squares.flat_map(|(column, row)| {
            let first = self.last.get(self.chain(column, row)).copied().flatten();
            std::iter::successors(first, |index| self.before.get(*index).copied().flatten())
        })
    }
}

fn square(position: f32) -> i32 {
    (position / SQUARE).floor() as i32
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::documents::Bounds;

    fn text(text: &'static str, left: f32, baseline: f32) -> Vec<Glyph<'static>> {
        let letter = |(at, letter): (usize, char)| {
            let left = left + 5.0 * at as f32;
            Glyph {
                text: Cow::Owned(letter.to_string()),
                left,
                right: left + 5.0,
                baseline,
                size: 10.0,
                clip: Bounds::default(),
            }
        };
        text.chars().enumerate().map(letter).collect()
    }

    fn said(parts: [Vec<Glyph<'static>>; 2]) -> String {
        without(parts.concat()).iter().map(|glyph| glyph.text.as_ref()).collect()
    }

    #[test]
    fn what_was_drawn_twice_is_read_once() {
        assert_eq!(said([text("DNI", 99.8, 50.0), text("DNI", 100.2, 50.3)]), "DNI");
        assert_eq!(said([text("DNI", -0.1, 0.1), text("DNI", 0.1, -0.1)]), "DNI");
    }

    #[test]
    fn a_word_of_one_letter_that_was_drawn_twice_is_read_once() {
        let line = "nombres y apellidos";
        assert_eq!(said([text(line, 99.8, 50.0), text(line, 100.2, 50.0)]).trim_end(), "nombres y apellidos");
        let heading = "nombres y";
        assert_eq!(said([text(heading, 99.8, 50.0), text(heading, 100.2, 50.0)]).trim_end(), "nombres y");
        assert_eq!(said([text("ana y", 100.0, 50.0), text("o y", 110.0, 50.0)]), "ana yo y", "a chance");
    }

    #[test]
    fn what_stands_beside_its_like_is_read() {
        assert_eq!(said([text("DNI", 100.0, 50.0), text("DNI", 101.5, 50.0)]), "DNIDNI");
        assert_eq!(said([text("DNI", 100.0, 50.0), text("DNI", 100.0, 51.5)]), "DNIDNI");
        assert_eq!(said([text("DNI", 100.0, 50.0), text("CUI", 100.0, 50.0)]), "DNICUI");
    }

    #[test]
    fn one_letter_that_falls_on_its_like_by_chance_is_read() {
        assert_eq!(said([text("ana", 100.0, 50.0), text("otra", 95.0, 50.0)]), "anaotra");
    }
}
