//! Lines: the text outside of tables, line by line; what stands in a page's head is looked at more than once.
//!
//! Which lines are worth reading is [`prose`]'s to say.

use std::collections::BTreeMap;

use super::engine::{Engine, LineText};
use super::ink::TextStrip;
use super::looks;
use super::plane::Plane;
use super::prose::{self, Part, Place};
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
/// A row of which the rules were not found stands within this part of an inch below its table: two or three lines.
const ROW_BELOW: f32 = 0.5;
/// What leads to a table stands in so many lines at most, within this many inches above it.
const MOST_ABOVE: usize = 3;
const LINES_ABOVE: f32 = 0.85;
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

/// What was read of a page outside of its tables.
pub(super) struct ReadLines {
    pub lines: Vec<ReadLine>,
    /// How legible the page is: the mean confidence of all that was read of it, which is more than what is believed.
    pub legible: f32,
    /// What was read once, by the index of its strip: nobody has to read it again.
    pub once: BTreeMap<usize, LineText>,
}

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

    fn index_of(&self, strip: &TextStrip) -> Option<usize> {
        self.strips.iter().position(|own| std::ptr::eq(own, strip))
    }

    /// Lines with their pictures, read; those that were tried are known.
    fn read_once(&self, strips: &[&TextStrip], engine: &Engine) -> Vec<(Plane, LineText)> {
        let tried = |strip: &TextStrip| self.tried.get(&self.index_of(strip)?).cloned();
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

    /// Of each line whether it stands right below a table, where it may be one of its rows, or is one of the few right above it: whom a table names, those who
    /// come or those who leave, is said there.
    fn beside_tables(&self, strips: &[&TextStrip]) -> Vec<bool> {
        let middle = |strip: &TextStrip| strip.middle_at((strip.left + strip.right) / 2.0);
        let within = |inches: f32, apart: f32| (0.0..=inches * self.pixels_per_inch).contains(&apart);
        let mut beside = vec![false; strips.len()];
        for grid in self.found.grids.iter().chain(&self.headings) {
            let (_, top, _, bottom) = grid.extent();
            let mut above: Vec<(f32, usize)> = Vec::new();
            for (index, (strip, slot)) in strips.iter().zip(&mut beside).enumerate() {
                *slot |= within(ROW_BELOW, middle(strip) - bottom);
                if within(LINES_ABOVE, top - middle(strip)) {
                    above.push((top - middle(strip), index));
                }
            }
            above.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (_, index) in above.iter().take(MOST_ABOVE) {
                if let Some(slot) = beside.get_mut(*index) {
                    *slot = true;
                }
            }
        }
        beside
    }

    /// The lines outside of the tables that are found.
    pub(super) fn lines(&self, engine: &Engine, scale: f32, place: Place) -> ReadLines {
        let legible: Vec<&TextStrip> = self.strips.iter().filter(|strip| strip.marks.len() >= 2).collect();
        let beside_tables = self.beside_tables(&legible);
        let parts =
            prose::parts(&legible, self.straight.width() as f32, |index| beside_tables.get(index) == Some(&true));
        let mut read: BTreeMap<usize, (Plane, LineText)> = BTreeMap::new();
        let mut read_those = |is_asked: &dyn Fn(usize, Part) -> bool| {
            let asked = legible.iter().zip(&parts).enumerate().filter(|(index, (_, part))| is_asked(*index, **part));
            let (indices, strips): (Vec<usize>, Vec<&TextStrip>) =
                asked.take(MOST_LINES).map(|(index, (strip, _))| (index, *strip)).unzip();
            read.extend(indices.into_iter().zip(self.read_once(&strips, engine)));
            prose::salutation(read.iter().map(|(index, (_, line))| (*index, line.text.as_str())))
        };
        let salutation = read_those(&|_, part| part == Part::Own);
        read_those(&|index, part| part == Part::Paragraph && place.reads_paragraph(index, salutation));
        let strips: Vec<&TextStrip> = read.keys().filter_map(|index| legible.get(*index)).copied().collect();
        let (pictures, first): (Vec<Plane>, Vec<LineText>) = read.into_values().unzip();
        let once =
            strips.iter().zip(&first).filter_map(|(strip, line)| Some((self.index_of(strip)?, line.clone()))).collect();
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
        ReadLines { lines, legible, once }
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
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn what_leads_to_a_table_stands_for_itself_and_so_does_what_may_be_its_row() {
        // Eight lines that fill the page 30 pixels apart, a table of five columns and three rows, and four more lines.
        let is_rule = |x: u32, y: u32| {
            let (across, down) = ((x - 100) % 280 < 4, (y - 620) % 80 < 4);
            (100..1504).contains(&x) && (620..864).contains(&y) && (across || down)
        };
        let is_line = |x: u32, y: u32| {
            let inside = (360..600).contains(&y) || (880..1000).contains(&y);
            inside && y % 30 < 18 && (100..1500).contains(&x) && x % 16 < 10
        };
        let is_cell = |x: u32, y: u32| {
            let (x, y) = (x.wrapping_sub(100) % 280, y.wrapping_sub(620) % 80);
            (30..150).contains(&x) && (30..48).contains(&y) && x % 16 < 10
        };
        let picture = RgbImage::from_fn(1654, 2339, |x, y| {
            let in_table = (100..1500).contains(&x) && (620..860).contains(&y);
            let ink = in_table && is_cell(x, y) || x >= 100 && y >= 620 && is_rule(x, y) || is_line(x, y);
            Rgb(if ink { [20; 3] } else { [245; 3] })
        });
        let sight = Sight::new(&picture);
        assert_eq!(sight.found.grids.iter().map(|grid| (grid.rows, grid.columns)).collect::<Vec<_>>(), [(3, 5)]);
        let strips: Vec<&TextStrip> = sight.strips.iter().collect();
        let beside = sight.beside_tables(&strips);
        let marked: Vec<usize> = (0..beside.len()).filter(|index| beside[*index]).collect();
        assert_eq!((beside.len(), marked), (12, vec![5, 6, 7, 8, 9]));
    }

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
