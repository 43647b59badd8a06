//! Lines: the text outside of tables, line by line; what stands in a page's head is looked at more than once.
//!
//! All of it is read: that somebody leaves, or stands in for another, may be said in any paragraph.

use std::collections::BTreeMap;

use super::engine::{Engine, LineText};
use super::ink::TextStrip;
use super::looks;
use super::plane::Plane;
use super::side_by_side;
use super::sight::Sight;
use crate::documents::{Bounds, Legibility, TextLine};
use crate::form::fold;

/// Lines of text are read on one page at most.
const MOST_LINES: usize = 160;
/// A line below this is a stamp, a signature or dirt.
const LINE_LEGIBLE: f32 = 0.6;
/// Letters that run into each other are read with this mean confidence at least; a line that is one mark along the second part of its length and is
/// read less surely is a signature.
const LETTERS: f32 = 0.9;
const STROKE: f32 = 0.5;
/// The first lines of a page hold its number and date, below a letterhead and a stamp of several lines each: those with digits are looked at as often as cells.
const HEAD_LINES: usize = 24;
/// A line of fewer digits is a number or a date where one of these words stands in it only: most have a year.
const FEWEST_DIGITS: usize = 3;
const BESIDE_DIGITS: [&str; 7] = ["n", "no", "nro", "numero", "oficio", "carta", "de"];
/// What an address in a street begins with, as the addressee's does.
const STREETS: [&str; 8] = ["ca", "calle", "av", "avenida", "jr", "jiron", "psje", "pasaje"];
/// A line that every look reads alike is clear when the surest of them is so sure of each letter.
const CLEAR_LINE: f32 = 0.9;
/// Two looks that are so sure of each letter, and read the same, need no third.
const VERY_CLEAR_LINE: f32 = 0.95;

/// A line outside of tables as it was read.
pub(super) struct ReadLine {
    pub line: TextLine,
    /// The y that its letters stand on, in points.
    pub baseline: f32,
}

impl Sight {
    /// The picture of a line to be read first.
    pub(super) fn line_picture(&self, strip: &TextStrip) -> Plane {
        if strip.is_stamped { self.without_stamps(strip) } else { self.as_it_is(strip) }
    }

    fn as_it_is(&self, strip: &TextStrip) -> Plane {
        strip.picture(&self.straight.luma, |x, y| self.straight.source(x, y))
    }

    fn without_stamps(&self, strip: &TextStrip) -> Plane {
        let line = strip.picture(&self.straight.brightest, |x, y| self.straight.source(x, y));
        looks::without_stamps(&line, looks::LINE_INK)
    }

    /// Lines with their pictures, read; those of the trial were.
    fn read_once(&self, strips: &[&TextStrip], engine: &Engine) -> Vec<(Plane, LineText)> {
        let tried = |strip: &TextStrip| {
            let index = self.strips.iter().position(|own| std::ptr::eq(own, strip))?;
            self.tried.get(&index).cloned()
        };
        let pictures: Vec<Plane> = side_by_side::each(strips, |_, strip| self.line_picture(strip));
        let known: Vec<Option<LineText>> = strips.iter().map(|strip| tried(strip)).collect();
        let new: Vec<Plane> = pictures
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none())
            .map(|(picture, _)| picture.clone())
            .collect();
        let mut read = engine.read(&new).into_iter();
        let read = known.into_iter().map(|known| known.or_else(|| read.next()).unwrap_or_default());
        pictures.into_iter().zip(read).collect()
    }

    /// The lines outside of tables, and how legible the page is: the mean confidence of all that was read of it, which is more than what is believed.
    pub(super) fn lines(&self, engine: &Engine, scale: f32) -> (Vec<ReadLine>, f32) {
        let legible = self.strips.iter().filter(|strip| strip.marks.len() >= 2);
        let strips: Vec<&TextStrip> = legible.take(MOST_LINES).collect();
        let (pictures, first): (Vec<Plane>, Vec<LineText>) = self.read_once(&strips, engine).into_iter().unzip();
        let read = self.with_head_settled(&strips, &pictures, first, engine);
        let legible = weighted_mean(read.iter().map(|(line, _)| (line.mean, line.text.chars().count())));
        let lines = strips
            .iter()
            .zip(read)
            .filter(|(_, (line, _))| !line.text.is_empty() && line.mean >= LINE_LEGIBLE && is_latin(&line.text))
            .filter(|(strip, (line, _))| line.mean >= LETTERS || !self.is_stroke(strip))
            .map(|(strip, (read, legibility))| {
                let line = TextLine {
                    text: read.text,
                    bounds: strip_bounds(strip, scale),
                    size: strip.height() * scale,
                    legibility,
                };
                ReadLine { line, baseline: strip.baseline(&self.marks.list) * scale }
            })
            .collect();
        (lines, legible)
    }

    /// Lines that were read once, with how sure they are. Those of a page's head that may be its number or date are looked at again, twice where two looks do
    /// not settle it.
    fn with_head_settled(
        &self,
        strips: &[&TextStrip],
        pictures: &[Plane],
        mut first: Vec<LineText>,
        engine: &Engine,
    ) -> Vec<(LineText, Legibility)> {
        let asked: Vec<usize> = (0..strips.len().min(HEAD_LINES))
            .filter(|index| {
                let short = |strip: &&TextStrip| strip.right - strip.left < 0.5 * self.straight.width() as f32;
                strips.get(*index).is_some_and(short)
                    && first.get(*index).is_some_and(|line| may_be_number_or_date(&line.text))
            })
            .collect();
        let again: Vec<Plane> = asked.iter().filter_map(|index| pictures.get(*index)).map(looks::softened).collect();
        let second: BTreeMap<usize, LineText> = asked.iter().copied().zip(engine.read(&again)).collect();
        let is_settled = |index: &usize| {
            let both = first.get(*index).zip(second.get(index));
            both.is_some_and(|(first, second)| {
                looks::said(&first.text) == looks::said(&second.text)
                    && first.confidence.min(second.confidence) >= VERY_CLEAR_LINE
            })
        };
        let unsettled: Vec<usize> = asked.iter().copied().filter(|index| !is_settled(index)).collect();
        let stampless: Vec<Plane> = unsettled
            .iter()
            .filter_map(|index| strips.get(*index))
            .map(|strip| if strip.is_stamped { self.as_it_is(strip) } else { self.without_stamps(strip) })
            .collect();
        let third: BTreeMap<usize, LineText> = unsettled.into_iter().zip(engine.read(&stampless)).collect();
        let mut legibilities = vec![Legibility::Plain; strips.len()];
        for (index, second) in second {
            let (Some(line), Some(legibility)) = (first.get_mut(index), legibilities.get_mut(index)) else {
                continue;
            };
            let looks: Vec<LineText> =
                [Some(line.clone()), Some(second), third.get(&index).cloned()].into_iter().flatten().collect();
            let votes = |look: &LineText| {
                looks.iter().filter(|other| looks::said(&other.text) == looks::said(&look.text)).count()
            };
            let agreed =
                looks.iter().filter(|look| votes(look) >= 2).max_by(|a, b| a.confidence.total_cmp(&b.confidence));
            *legibility = match agreed {
                None => Legibility::Disputed,
                Some(agreed) if votes(agreed) == looks.len() && agreed.confidence >= CLEAR_LINE => Legibility::Clear,
                Some(_) => Legibility::Plain,
            };
            if let Some(agreed) = agreed {
                *line = agreed.clone();
            }
        }
        first.into_iter().zip(legibilities).collect()
    }

    /// Whether most of a line's length is one mark, as of a signature drawn in one go: printed letters stand apart.
    fn is_stroke(&self, strip: &TextStrip) -> bool {
        let most = STROKE * (strip.right - strip.left);
        strip.marks.iter().filter_map(|index| self.marks.list.get(*index)).any(|mark| mark.width() as f32 >= most)
    }
}

pub(super) fn weighted_mean(values: impl Iterator<Item = (f32, usize)>) -> f32 {
    let (sum, weight) =
        values.fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight as f32, total + weight as f32));
    if weight > 0.0 { sum / weight } else { 0.0 }
}

fn strip_bounds(strip: &TextStrip, scale: f32) -> Bounds {
    let (first, last) = (strip.middle_at(strip.left), strip.middle_at(strip.right));
    let middle = (first + last) / 2.0;
    Bounds {
        left: strip.left * scale,
        right: strip.right * scale,
        top: (middle - strip.above) * scale,
        bottom: (middle + strip.below) * scale,
    }
}

/// Whether the letter's number or its date may stand in a line, however badly it was read: a crumb of a stamp, and an address in a street, have digits too.
fn may_be_number_or_date(text: &str) -> bool {
    let folded = fold(text);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_street = STREETS.iter().any(|street| folded.strip_prefix(street).is_some_and(|rest| rest.starts_with(' ')));
    let is_named = folded.split(' ').any(|word| BESIDE_DIGITS.contains(&word));
    !is_street && (digits >= FEWEST_DIGITS || digits > 0 && is_named)
}

/// Stamps and scribbles come out of the model as Chinese signs.
fn is_latin(text: &str) -> bool {
    let foreign = text.chars().filter(|letter| *letter >= '\u{2e80}').count();
    foreign * 8 < text.chars().count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crumbs_of_stamps_and_streets_are_no_numbers_or_dates() {
        for text in [
            "OFICIO N° 87-2026-MDQ/A",
            "Oficio Nro 4",
            "Lima, 3 de agosto de 2026",
            "OFlClO N.º 0l2",
            "2O26, 14 de mayo, 026",
        ] {
            assert!(may_be_number_or_date(text), "{text}");
        }
        for text in
            ["12", "SADARDST7", "O0 ALCALDE", "Ca. Schell N.º 310 - Miraflores - Lima", "Jr. Lima 1240", "Señor:"]
        {
            assert!(!may_be_number_or_date(text), "{text}");
        }
    }
}
