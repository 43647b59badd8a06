//! Fills: dark cell backgrounds with light letters become paper with dark letters and a frame, so that all after it knows one kind
//! of cell only.
//!
//! Pale backgrounds are none of this room's business: they are paper that [`Plane::evenly_lit`] evens out.

use super::marks::Marks;
use super::plane::Plane;

/// The page is looked at in squares of this part of an inch.
const SQUARE: f32 = 0.04;
/// A fill's squares are darker than this part of the paper.
const DARK: f32 = 0.68;
/// In inches: lower ones are rules and letters, higher ones pictures and the table that a photographed page lies on.
const LEAST_HEIGHT: f32 = 0.13;
const MOST_HEIGHT: f32 = 2.5;
const LEAST_WIDTH: f32 = 0.35;
/// A fill covers this part of the rectangle around it: logos and seals do not.
const SOLID: f32 = 0.6;
/// So much of its height is fill that reaches from side to side.
const WHOLE: f32 = 0.75;
/// Two places of its upper edge that are the first part of an inch apart are as high, within the second, along this part of it.
const EDGE_APART: f32 = 0.04;
const EDGE_STEP: f32 = 0.012;
const LEVEL: f32 = 0.8;
/// A pixel may differ so much from the fill and be part of it, in an even one and in one full of grain.
const LEAST_GRAIN: u8 = 12;
const MOST_GRAIN: u8 = 45;
/// A fill's tone is looked at in windows of this part of an inch; tones that differ by more are two.
const TONE_WINDOW: f32 = 0.12;
const ONE_TONE: u8 = 30;
/// The paper around a fill is looked at in strips of so many pixels above and below it, in stretches of so many pixels.
const STRIP: usize = 12;
const STRETCH: usize = 64;
/// Differences are shown this many times as strong: a black rule on dark blue must become ink.
const STRENGTH: u16 = 3;

/// Makes the dark fills of a page light, in both channels, and returns where they were (0) when there were any.
pub(super) fn lighten(luma: &mut Plane, brightest: &mut Plane, pixels_per_inch: f32) -> Option<Plane> {
    let mut filled: Option<Plane> = None;
    let side = ((SQUARE * pixels_per_inch) as usize).max(2);
    let small = luma.shrunk(side);
    // Half of a page is paper at least.
    let limit = (DARK * f32::from(small.darkest(0.6))) as u8;
    let is_dark = |x: usize, y: usize| x < small.width && small.at(x, y) < limit;
    // Two squares wide and high: thick rules that hang from a fill are one.
    let is_broad = |x: usize, y: usize| {
        let block =
            |x: usize, y: usize| is_dark(x, y) && is_dark(x + 1, y) && is_dark(x, y + 1) && is_dark(x + 1, y + 1);
        let (left, above) = (x.checked_sub(1), y.checked_sub(1));
        block(x, y)
            || left.is_some_and(|left| block(left, y))
            || above.is_some_and(|above| block(x, above))
            || left.zip(above).is_some_and(|(left, above)| block(left, above))
    };
    let squares = Marks::find(small.width, small.height, |x, y| is_dark(x, y) && is_broad(x, y));
    let inches = |squares: usize| (squares * side) as f32 / pixels_per_inch;
    for (index, mark) in squares.list.iter().enumerate() {
        let at_edge = mark.left == 0 || mark.top == 0 || mark.right >= small.width || mark.bottom >= small.height;
        let sized = (LEAST_HEIGHT..MOST_HEIGHT).contains(&inches(mark.height())) && inches(mark.width()) >= LEAST_WIDTH;
        if at_edge || !sized || (mark.area as f32) < SOLID * (mark.width() * mark.height()) as f32 {
            continue;
        }
        let rows: Vec<Option<(usize, usize)>> = (mark.top * side - side..mark.bottom * side + side)
            .map(|y| {
                let around = (y / side).saturating_sub(1)..=y / side + 1;
                let own = |x: &usize| around.clone().any(|row| squares.at(*x, row) == Some(index));
                let left = (mark.left..mark.right).find(own)? * side - side;
                let right = (mark.left..mark.right).rev().find(own)? * side + 2 * side;
                let is_dark = |x: &usize| luma.at(*x, y) < limit;
                let (first, last) = ((left..right).find(is_dark)?, (left..right).rev().find(is_dark)?);
                let dark = (first..=last).filter(is_dark).count();
                (dark * 3 > last - first).then_some((first, last))
            })
            .collect();
        let (mut area, mut dark) = (0, 0);
        for (y, (first, last)) in
            rows.iter().enumerate().filter_map(|(y, row)| Some((mark.top * side - side + y, (*row)?)))
        {
            area += last - first + 1;
            dark += (first..=last).filter(|x| luma.at(*x, y) < limit).count();
        }
        // A line of bold letters on a paler background is dark in squares, and mostly paper in pixels.
        let whole = rows.iter().flatten().count() as f32 >= WHOLE * (mark.height() * side) as f32;
        if !whole || (dark as f32) < SOLID * area as f32 {
            continue;
        }
        let fill = Fill::new(luma, mark.top * side - side, rows, limit);
        if !fill.is_level(pixels_per_inch) {
            continue;
        }
        for part in fill.in_tones(luma, pixels_per_inch) {
            if part.lighten(luma, brightest, ((0.01 * pixels_per_inch) as usize).max(2)) {
                let places = filled.get_or_insert_with(|| Plane::new(luma.width, luma.height, 255));
                for (y, first, last) in part.spans() {
                    (first..=last).for_each(|x| places.set(x, y, 0));
                }
            }
        }
    }
    filled
}

/// The place of a dark fill.
struct Fill {
    top: usize,
    /// Its first and last pixel in each row from `top`.
    rows: Vec<Option<(usize, usize)>>,
    /// The first and last row in each column of the page: its edges are bent where paper is.
    columns: Vec<Option<(usize, usize)>>,
}

impl Fill {
    /// `limit` is what its pixels are darker than.
    fn new(luma: &Plane, top: usize, rows: Vec<Option<(usize, usize)>>, limit: u8) -> Fill {
        let fill = Fill { top, rows, columns: Vec::new() };
        let mut columns: Vec<Option<(usize, usize)>> = vec![None; luma.width];
        for (y, first, last) in fill.spans() {
            for x in (first..=last).filter(|x| luma.at(*x, y) < limit) {
                if let Some(column) = columns.get_mut(x) {
                    *column = Some((column.map_or(y, |(top, _)| top), y));
                }
            }
        }
        Fill { columns, ..fill }
    }

    /// Its parts that are of one tone each, from left to right: the ribbon of the Peruvian State has three («PERÚ | Ministerio de … | …»).
    fn in_tones(self, luma: &Plane, pixels_per_inch: f32) -> Vec<Fill> {
        let window = ((TONE_WINDOW * pixels_per_inch) as usize).max(1);
        let ends = self.spans().fold(None, |ends: Option<(usize, usize)>, (_, first, last)| {
            Some(ends.map_or((first, last), |(left, right)| (left.min(first), right.max(last))))
        });
        let Some((left, right)) = ends else { return vec![self] };
        let mut parts: Vec<(usize, usize, u8)> = Vec::new();
        for from in (left..=right).step_by(window) {
            let to = (from + window - 1).min(right);
            let tone = usual(&self.counts(luma, from, to));
            match parts.last_mut().filter(|part| part.2.abs_diff(tone) <= ONE_TONE) {
                Some(part) => part.1 = to,
                None => parts.push((from, to, tone)),
            }
        }
        let least = (LEAST_WIDTH * pixels_per_inch) as usize;
        if parts.len() < 2 || parts.iter().any(|(from, to, _)| to - from < least) {
            return vec![self];
        }
        // A window may have the end of one tone in it and the beginning of the next: they part where the second is nearer than the first.
        let mut cuts: Vec<usize> = Vec::new();
        for (before, after) in parts.iter().zip(parts.iter().skip(1)) {
            let near = after.0.saturating_sub(window)..(after.0 + window).min(right);
            let is_second = |x: &usize| {
                let tone = usual(&self.counts(luma, *x, *x));
                tone.abs_diff(after.2) < tone.abs_diff(before.2)
            };
            cuts.push(near.clone().find(is_second).unwrap_or(after.0));
        }
        let starts = std::iter::once(left).chain(cuts.iter().copied());
        let ends = cuts.iter().map(|cut| cut.saturating_sub(1)).chain([right]);
        starts.zip(ends).map(|(from, to)| self.between(from, to)).collect()
    }

    /// The part of it from one column to another.
    fn between(&self, from: usize, to: usize) -> Fill {
        let cut = |(first, last): (usize, usize)| (first.max(from), last.min(to));
        let rows = self.rows.iter().map(|row| row.map(cut).filter(|(first, last)| first <= last)).collect();
        let columns = self.columns.iter().enumerate();
        let columns = columns.map(|(x, column)| column.filter(|_| (from..=to).contains(&x))).collect();
        Fill { top: self.top, rows, columns }
    }

    /// How many of its pixels between two columns have each value.
    fn counts(&self, luma: &Plane, from: usize, to: usize) -> [usize; 256] {
        let mut counts = [0usize; 256];
        for (y, first, last) in self.spans() {
            for x in first.max(from)..=last.min(to) {
                if let Some(count) = counts.get_mut(usize::from(luma.at(x, y))) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// Each row with its first and last pixel.
    fn spans(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.rows.iter().enumerate().filter_map(|(y, row)| row.map(|(first, last)| (self.top + y, first, last)))
    }

    /// Whether its upper and its lower edge are one line each, bent maybe: bold letters on a thick rule, or under one, make steps.
    fn is_level(&self, pixels_per_inch: f32) -> bool {
        let apart = ((EDGE_APART * pixels_per_inch) as usize).max(1);
        let step = (EDGE_STEP * pixels_per_inch).max(2.0) as usize;
        let is_line = |edge: fn((usize, usize)) -> usize| {
            let places = |from: usize| self.columns.iter().skip(from).map(|column| column.map(edge));
            let (mut level, mut all) = (0usize, 0usize);
            for (here, there) in places(0).zip(places(apart)).filter_map(|(here, there)| here.zip(there)) {
                level += usize::from(here.abs_diff(there) <= step);
                all += 1;
            }
            level as f32 >= LEVEL * all as f32
        };
        is_line(|(top, _)| top) && is_line(|(_, bottom)| bottom)
    }

    /// How bright the paper above and below it is, for each stretch of columns: in a photo it is far from white, and a fill that were made
    /// brighter would throw a shadow around it.
    fn paper_around(&self, plane: &Plane, apart: usize) -> Vec<u8> {
        let bottom = self.top + self.rows.len();
        let above = self.top.saturating_sub(apart + STRIP)..self.top.saturating_sub(apart);
        let rows: Vec<usize> = above.chain(bottom + apart..(bottom + apart + STRIP).min(plane.height)).collect();
        let brightest = |columns: std::ops::Range<usize>| {
            let mut values: Vec<u8> = rows.iter().flat_map(|y| columns.clone().map(move |x| plane.at(x, *y))).collect();
            values.sort_unstable();
            values.get(values.len() * 9 / 10).copied().unwrap_or(255)
        };
        let stretches = plane.width.div_ceil(STRETCH);
        (0..stretches).map(|at| brightest(at * STRETCH..((at + 1) * STRETCH).min(plane.width))).collect()
    }

    /// Makes it light but for a frame of `thickness` pixels; `false` when its letters are darker than it and it is legible as it is.
    fn lighten(&self, luma: &mut Plane, brightest: &mut Plane, thickness: usize) -> bool {
        let counts = self.counts(luma, 0, luma.width);
        let usual = usual(&counts);
        let within = |values: std::ops::RangeInclusive<u8>| -> usize {
            values.filter_map(|value| counts.get(usize::from(value))).sum()
        };
        // A black fill has nothing darker.
        let darker = usual.checked_sub(MOST_GRAIN).map_or(0, |darkest| within(0..=darkest));
        let lighter = within(usual.saturating_add(MOST_GRAIN)..=255);
        if darker > lighter {
            return false;
        }
        // Letters cover less than three tenths of a fill.
        let total = within(0..=255);
        let spread = (0u8..=255)
            .find(|apart| within(usual.saturating_sub(*apart)..=usual.saturating_add(*apart)) * 10 >= total * 7);
        let grain = spread.unwrap_or_default().saturating_mul(2).clamp(LEAST_GRAIN, MOST_GRAIN);
        let (paper, bright_paper) =
            (self.paper_around(luma, 2 * thickness), self.paper_around(brightest, 2 * thickness));
        let is_within = |at: usize, (first, last): (usize, usize)| at >= first + thickness && at + thickness <= last;
        for (y, first, last) in self.spans() {
            for x in first..=last {
                let column = self.columns.get(x).copied().flatten();
                if is_within(x, (first, last)) && column.is_some_and(|column| is_within(y, column)) {
                    let apart = luma.at(x, y).abs_diff(usual).saturating_sub(grain);
                    let share = 255 - (u16::from(apart) * STRENGTH).min(255);
                    let on = |paper: &[u8]| {
                        let paper = paper.get(x / STRETCH).copied().unwrap_or(255);
                        (u16::from(paper) * share / 255) as u8
                    };
                    luma.set(x, y, on(&paper));
                    brightest.set(x, y, on(&bright_paper));
                }
            }
        }
        true
    }
}

/// The usual value, of sixteen neighbouring ones: grain and compression spread a fill's colour.
fn usual(counts: &[usize; 256]) -> u8 {
    (0..240usize)
        .max_by_key(|value| counts.iter().skip(*value).take(16).sum::<usize>())
        .map_or(0, |value| (value + 8) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ribbon_of_several_tones_becomes_light_in_each() {
        let tone = |x: usize| match x {
            100..250 => 70,
            250..403 => 58,
            403..700 => 116,
            _ => 245,
        };
        let mut luma = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..260).contains(&y);
            let letters = fill && (220..240).contains(&y) && x % 40 < 12;
            match (letters, fill) {
                (true, _) => 240,
                (_, true) => tone(x) + (x * 7 + y * 3) as u8 % 5,
                _ => 245,
            }
        });
        let mut brightest = luma.clone();
        lighten(&mut luma, &mut brightest, 200.0).expect("a fill");
        for x in [125usize, 285, 485, 645] {
            assert!(
                luma.is_ink(x, 230) && !luma.is_ink(x + 25, 230),
                "{x}: {} {}",
                luma.at(x, 230),
                luma.at(x + 25, 230)
            );
        }
        assert!((401..=406).any(|x| luma.is_ink(x, 210)), "what parts the tones");
    }

    #[test]
    fn light_letters_and_rules_on_a_dark_fill_become_ink_in_a_frame() {
        let mut luma = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..260).contains(&y);
            let letters = fill && (220..240).contains(&y) && x % 40 < 12;
            let rule = fill && x.abs_diff(398) <= 1;
            match (letters, rule, fill) {
                (true, ..) => 250,
                (_, true, _) => 5,
                (.., true) => 60,
                _ => 245,
            }
        });
        let mut brightest = luma.clone();
        let filled = lighten(&mut luma, &mut brightest, 200.0).expect("a fill");
        assert_eq!((filled.at(300, 230), filled.at(300, 100)), (0, 255));
        assert!(luma.is_ink(125, 230) && luma.is_ink(398, 210), "letters and rules are ink");
        assert!(!luma.is_ink(150, 210), "the fill is paper");
        assert!(luma.is_ink(300, 200) && luma.is_ink(100, 230), "the frame stays");
        assert_eq!(luma.at(50, 50), 245);
    }

    #[test]
    fn a_middle_grey_fill_that_letters_fill_becomes_light() {
        let mut luma = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..260).contains(&y);
            let letters = fill && (206..254).contains(&y) && x % 4 == 0;
            match (letters, fill) {
                (true, _) => 250,
                (_, true) => 140,
                _ => 250,
            }
        });
        let mut brightest = luma.clone();
        lighten(&mut luma, &mut brightest, 200.0).expect("a fill");
        assert!(luma.is_ink(280, 230) && !luma.is_ink(282, 230));
    }

    #[test]
    fn a_black_fill_of_a_page_in_two_tones_becomes_light() {
        let mut luma = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..260).contains(&y);
            let letters = fill && (220..240).contains(&y) && x % 40 < 12;
            if fill && !letters { 0 } else { 255 }
        });
        let mut brightest = luma.clone();
        lighten(&mut luma, &mut brightest, 200.0).expect("a fill");
        assert!(luma.is_ink(125, 230) && !luma.is_ink(150, 210));
    }

    #[test]
    fn the_frame_of_a_fill_follows_its_bent_edges() {
        let bottom = |x: usize| 254 + x.abs_diff(400) / 50;
        let mut luma = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..bottom(x)).contains(&y);
            let letters = fill && (220..240).contains(&y) && x % 40 < 12;
            if fill && !letters { 30 } else { 245 }
        });
        let mut brightest = luma.clone();
        lighten(&mut luma, &mut brightest, 200.0).expect("a fill");
        for x in [110usize, 250, 390, 550, 690] {
            assert!(luma.is_ink(x, bottom(x) - 1), "{x}");
            assert!(!luma.is_ink(x, 212), "{x}");
        }
    }

    #[test]
    fn a_fill_becomes_as_bright_as_the_paper_around_it() {
        let mut luma = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..260).contains(&y);
            let letters = fill && (220..240).contains(&y) && x % 40 < 12;
            let paper = 200 - (x / 10) as u8;
            if letters {
                paper
            } else if fill {
                40
            } else {
                paper
            }
        });
        let mut brightest = luma.clone();
        lighten(&mut luma, &mut brightest, 200.0).expect("a fill");
        for x in [150usize, 390, 670] {
            assert!(luma.at(x, 210).abs_diff(200 - (x / 10) as u8) <= 8, "{x}: {}", luma.at(x, 210));
        }
        assert!(luma.at(125, 230) < 60, "letters are ink");
    }

    #[test]
    fn bold_letters_on_a_paler_background_are_no_fill() {
        let page = Plane::from_fn(800, 600, |x, y| {
            let background = (100..700).contains(&x) && (180..280).contains(&y);
            let letters = (150..650).contains(&x) && (215..245).contains(&y) && x % 20 < 9;
            match (letters, background) {
                (true, _) => 20,
                (_, true) => 165,
                _ => 245,
            }
        });
        let (mut luma, mut brightest) = (page.clone(), page.clone());
        assert!(lighten(&mut luma, &mut brightest, 200.0).is_none());
        assert_eq!(luma, page);
    }

    #[test]
    fn bold_capitals_on_a_thick_rule_are_no_fill() {
        let page = Plane::from_fn(800, 600, |x, y| {
            let letters = (100..700).contains(&x) && (200..228).contains(&y) && x % 24 < 18;
            let rule = (100..700).contains(&x) && (228..234).contains(&y);
            if letters || rule { 20 } else { 245 }
        });
        let (mut luma, mut brightest) = (page.clone(), page.clone());
        assert!(lighten(&mut luma, &mut brightest, 200.0).is_none());
        assert_eq!(luma, page);
    }

    #[test]
    fn letters_under_a_thick_rule_are_no_fill() {
        let page = Plane::from_fn(800, 600, |x, y| {
            let rule = (100..700).contains(&x) && (200..208).contains(&y);
            let letters = (100..700).contains(&x) && (208..232).contains(&y) && x % 24 < 18;
            if letters || rule { 20 } else { 245 }
        });
        let (mut luma, mut brightest) = (page.clone(), page.clone());
        assert!(lighten(&mut luma, &mut brightest, 200.0).is_none());
        assert_eq!(luma, page);
    }

    #[test]
    fn a_fill_with_darker_letters_stays_as_it_is() {
        let page = Plane::from_fn(800, 600, |x, y| {
            let fill = (100..700).contains(&x) && (200..260).contains(&y);
            let letters = fill && (220..240).contains(&y) && x % 40 < 12;
            match (letters, fill) {
                (true, _) => 15,
                (_, true) => 120,
                _ => 245,
            }
        });
        let (mut luma, mut brightest) = (page.clone(), page.clone());
        assert!(lighten(&mut luma, &mut brightest, 200.0).is_none());
        assert_eq!(luma, page);
    }

    #[test]
    fn the_table_that_a_photographed_page_lies_on_stays_as_it_is() {
        let page =
            Plane::from_fn(800, 600, |x, y| if (150..650).contains(&x) && (100..500).contains(&y) { 240 } else { 50 });
        let (mut luma, mut brightest) = (page.clone(), page.clone());
        assert!(lighten(&mut luma, &mut brightest, 100.0).is_none());
        assert_eq!(luma, page);
    }
}
