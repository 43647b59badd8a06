//! Ink: the lines of text that marks make.

use super::marks::Mark;
use super::plane::Plane;
use super::rivers::{self, River};

/// The lines of a table's rows stand this many times their height apart at most.
const ROW_APART: f32 = 4.0;
/// White between columns runs down through so many lines at least, and is this part of their height wide: a space between words is as wide,
/// but not in so many lines at one place.
const FEWEST_LINES: usize = 5;
const RIVER: f32 = 0.22;
/// A row of a table without rules has so many pieces at one height at least, a line of one of its rows the second.
const PIECES_OF_A_ROW: usize = 4;
const PIECES_OF_A_LINE: usize = 3;
/// What is stamped into a line stands this many times its height from the letters on either side at most, and is as high as they are within so
/// many times.
const INTO_LINE: f32 = 1.2;
const AS_HIGH: f32 = 2.2;

/// A line of text on the straight page: a strip that may slope.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TextStrip {
    pub left: f32,
    pub right: f32,
    /// The middle of the letters at the left edge, and how far it sinks a pixel to the right.
    middle: f32,
    slope: f32,
    pub above: f32,
    pub below: f32,
    /// The marks it is made of, by index.
    pub marks: Vec<usize>,
    /// Whether coloured ink that is none of its own stands in it.
    pub is_stamped: bool,
}

impl TextStrip {
    pub fn middle_at(&self, x: f32) -> f32 {
        self.middle + self.slope * (x - self.left)
    }

    pub fn height(&self) -> f32 {
        self.above + self.below
    }

    /// The top left and the bottom right of the rectangle around it.
    pub fn corner(&self) -> (usize, usize) {
        let top = self.middle_at(self.left).min(self.middle_at(self.right)) - self.above;
        (self.left.max(0.0) as usize, top.max(0.0) as usize)
    }

    pub fn far_corner(&self) -> (usize, usize) {
        let bottom = self.middle_at(self.left).max(self.middle_at(self.right)) + self.below;
        (self.right.max(0.0) as usize, bottom.max(0.0) as usize)
    }

    /// The y that its letters stand on. Of a short line, half may have tails: where the upper third of them ends is told.
    pub fn baseline(&self, marks: &[Mark]) -> f32 {
        let is_letter = |mark: &&Mark| mark.height() as f32 >= 0.4 * self.height();
        let own = self.marks.iter().filter_map(|index| marks.get(*index)).filter(is_letter);
        let mut bottoms: Vec<usize> = own.map(|mark| mark.bottom).collect();
        bottoms.sort_unstable();
        bottoms.get(bottoms.len() / 3).map_or(self.middle, |bottom| *bottom as f32)
    }

    /// Cuts it out of a picture that `source` leads to.
    pub fn picture(&self, plane: &Plane, source: impl Fn(f32, f32) -> (f32, f32)) -> Plane {
        let pad = 0.12 * self.height() + 1.0;
        let (width, height) = (self.right - self.left + 2.0 * pad, self.height() + 2.0 * pad);
        Plane::from_fn(width.ceil() as usize, height.ceil() as usize, |x, y| {
            let page_x = self.left - pad + x as f32;
            let page_y = self.middle_at(page_x) - self.above - pad + y as f32;
            let (x, y) = source(page_x, page_y);
            plane.sample(x, y)
        })
    }
}

/// The lines of text that marks make, top to bottom. `usable` says which marks may be letters.
pub(super) fn strips(marks: &[Mark], pixels_per_inch: f32, usable: impl Fn(usize, &Mark) -> bool) -> Vec<TextStrip> {
    let smallest = (0.02 * pixels_per_inch).max(2.0);
    let is_letter = |mark: &Mark| {
        let (width, height) = (mark.width() as f32, mark.height() as f32);
        height >= 0.045 * pixels_per_inch && height <= 0.45 * pixels_per_inch && width <= 2.0 * pixels_per_inch
    };
    let mut letters: Vec<usize> = (0..marks.len())
        .filter(|index| marks.get(*index).is_some_and(|mark| is_letter(mark) && usable(*index, mark)))
        .collect();
    letters.sort_by_key(|index| marks.get(*index).map_or(0, |mark| mark.left));
    // Each letter is linked to the nearest one after it at its height.
    let mut next: Vec<Option<usize>> = vec![None; letters.len()];
    let mut has_before = vec![false; letters.len()];
    for (place, index) in letters.iter().enumerate() {
        let Some(mark) = marks.get(*index) else { continue };
        let height = mark.height() as f32;
        let follower = letters
            .iter()
            .enumerate()
            .skip(place + 1)
            .filter_map(|(other_place, other)| Some((other_place, marks.get(*other)?)))
            .take_while(|(_, other)| (other.left as f32) < mark.right as f32 + 2.2 * height.max(0.11 * pixels_per_inch))
            .filter(|(_, other)| {
                let shared = mark.bottom.min(other.bottom) as f32 - mark.top.max(other.top) as f32;
                let (low, high) = (height.min(other.height() as f32), height.max(other.height() as f32));
                shared > 0.45 * low && high < 2.6 * low && other.right > mark.left + mark.width() / 2
            })
            .min_by(|a, b| {
                let far = |other: &Mark| {
                    let (gap, (_, y)) = (other.left as f32 - mark.right as f32, other.middle());
                    gap.max(-2.0) + 0.8 * (y - mark.middle().1).abs()
                };
                far(a.1).total_cmp(&far(b.1))
            });
        if let (Some((other, _)), Some(slot)) = (follower, next.get_mut(place))
            && has_before.get(other) == Some(&false)
        {
            *slot = Some(other);
            if let Some(flag) = has_before.get_mut(other) {
                *flag = true;
            }
        }
    }
    let mut found = Vec::new();
    for place in 0..letters.len() {
        if has_before.get(place).copied().unwrap_or(true) {
            continue;
        }
        let mut members = Vec::new();
        let mut at = Some(place);
        while let Some(place) = at {
            members.extend(letters.get(place).copied());
            at = next.get(place).copied().flatten();
        }
        found.extend(strip(members, marks));
    }
    let small: Vec<usize> = (0..marks.len())
        .filter(|index| marks.get(*index).is_some_and(|mark| !is_letter(mark) && usable(*index, mark)))
        .collect();
    let mut strips = one_line_each(found);
    for strip in &mut strips {
        take_dots(strip, &small, marks, smallest);
    }
    strips.retain(|strip| !strip.marks.is_empty());
    in_reading_order(strips)
}

/// The black lines and the coloured ones, where a coloured one that fills the gap between two black ones at its height is one line with them: the
/// number that an office stamps between «OFICIO N°» and its year.
pub(super) fn with_stamped_gaps(mut black: Vec<TextStrip>, coloured: Vec<TextStrip>, marks: &[Mark]) -> Vec<TextStrip> {
    for stamped in coloured {
        let beside = |other: &TextStrip, gap: f32, at: f32| {
            let (low, high) = (stamped.height().min(other.height()), stamped.height().max(other.height()));
            let is_level = (stamped.middle_at(at) - other.middle_at(at)).abs() < 0.5 * low;
            is_level && high < AS_HIGH * low && (-0.3 * low..INTO_LINE * high).contains(&gap)
        };
        let before = black.iter().position(|other| beside(other, stamped.left - other.right, stamped.left));
        let after = black.iter().position(|other| beside(other, other.left - stamped.right, stamped.right));
        let joined = before.zip(after).filter(|(before, after)| before != after).and_then(|(before, after)| {
            let parts = [black.get(before)?, &stamped, black.get(after)?];
            let whole = strip(parts.iter().flat_map(|part| part.marks.iter().copied()).collect(), marks)?;
            Some((before, after, whole))
        });
        match joined {
            Some((before, after, whole)) => {
                black.remove(before.max(after));
                black.remove(before.min(after));
                black.push(whole);
            }
            None => black.push(stamped),
        }
    }
    in_reading_order(black)
}

/// Parts the lines that white space cuts into three pieces or more at one height, and those that stand over one another with them
/// along the white that runs down through all: the columns of a table without rules.
pub(super) fn in_columns(strips: Vec<TextStrip>, marks: &[Mark]) -> Vec<TextStrip> {
    let widest = strips.iter().map(|strip| strip.right - strip.left).fold(0.0, f32::max);
    let parted: Vec<Vec<TextStrip>> = strips.iter().map(|strip| pieces(strip, marks, &[])).collect();
    let level = |a: &TextStrip, b: &TextStrip| {
        let at = (a.right.min(b.right) + a.left.max(b.left)) / 2.0;
        (a.middle_at(at) - b.middle_at(at)).abs() < 0.5 * a.height().min(b.height())
    };
    // How many pieces stand at the height of each line, with its own.
    let counts: Vec<usize> = strips
        .iter()
        .map(|strip| {
            strips.iter().zip(&parted).filter(|(other, _)| level(strip, other)).map(|(_, own)| own.len()).sum()
        })
        .collect();
    let pieces_at = |index: usize| counts.get(index).copied().unwrap_or(0);
    let is_tabular = |index: usize| pieces_at(index) >= PIECES_OF_A_LINE;
    // Lines as they stand over one another; one that fills the page's breadth in one piece is prose and ends a table.
    let mut zones: Vec<Vec<usize>> = Vec::new();
    let mut zone: Vec<usize> = Vec::new();
    for (index, (strip, own)) in strips.iter().zip(&parted).enumerate() {
        let is_prose = own.len() == 1 && strip.right - strip.left > 0.6 * widest && !is_tabular(index);
        let is_far = zone.last().and_then(|last| strips.get(*last)).is_some_and(|last| {
            strip.middle_at(strip.left) - last.middle_at(last.left) > ROW_APART * strip.height().max(last.height())
        });
        if is_prose || is_far {
            zones.push(std::mem::take(&mut zone));
        }
        if !is_prose {
            zone.push(index);
        }
    }
    zones.push(zone);
    // Where the lines of a table are to be parted. A letterhead between two logos, or a date of which the words stand far apart, is none: a
    // table's headings and its rows have several pieces each.
    let mut rivers: Vec<Option<Vec<f32>>> = vec![None; strips.len()];
    for zone in &zones {
        let (Some(first), Some(last)) =
            (zone.iter().position(|index| is_tabular(*index)), zone.iter().rposition(|index| is_tabular(*index)))
        else {
            continue;
        };
        let tabular: Vec<usize> = zone.iter().copied().filter(|index| is_tabular(*index)).collect();
        let levels = |pieces: usize| {
            let rich = tabular.iter().filter(|index| pieces_at(**index) >= pieces);
            rich.filter_map(|index| strips.get(*index)).fold(Vec::<&TextStrip>::new(), |mut levels, strip| {
                if !levels.iter().any(|other| level(other, strip)) {
                    levels.push(strip);
                }
                levels
            })
        };
        let has_rows = levels(PIECES_OF_A_ROW).len() >= 2 || levels(PIECES_OF_A_LINE).len() >= FEWEST_LINES;
        if !has_rows || 2 * tabular.len() < last + 1 - first {
            continue;
        }
        let own: Vec<usize> = zone.iter().take(last + 1).skip(first).copied().collect();
        let lines: Vec<&TextStrip> = own.iter().filter_map(|index| strips.get(*index)).collect();
        let found = white_down_through(&lines, marks);
        for index in own {
            if let Some(slot) = rivers.get_mut(index) {
                *slot = Some(found.clone());
            }
        }
    }
    let cut =
        strips.iter().zip(&parted).zip(&rivers).enumerate().flat_map(|(index, ((strip, own), rivers))| match rivers {
            Some(rivers) if !rivers.is_empty() => pieces(strip, marks, rivers),
            Some(_) if is_tabular(index) => own.clone(),
            _ => vec![strip.clone()],
        });
    in_reading_order(cut.collect())
}

/// The middles of the white stretches that run down through lines which stand over one another.
fn white_down_through(lines: &[&TextStrip], marks: &[Mark]) -> Vec<f32> {
    if lines.len() < FEWEST_LINES {
        return Vec::new();
    }
    let mut heights: Vec<f32> = lines.iter().map(|line| line.height()).collect();
    heights.sort_by(f32::total_cmp);
    let narrowest = RIVER * heights.get(heights.len() / 2).copied().unwrap_or_default();
    let own = lines.iter().flat_map(|line| &line.marks).filter_map(|index| marks.get(*index));
    let rivers = rivers::between(own.map(|mark| (mark.left, mark.right)), narrowest);
    rivers.iter().map(River::middle).collect()
}

/// The pieces of a line between gaps as wide as it is high, and on either side of `rivers`.
fn pieces(strip: &TextStrip, marks: &[Mark], rivers: &[f32]) -> Vec<TextStrip> {
    let bank = |mark: &Mark| rivers.iter().filter(|river| mark.middle().0 > **river).count();
    let mut members = strip.marks.clone();
    members.sort_by_key(|index| marks.get(*index).map_or(0, |mark| mark.left));
    let mut groups: Vec<(Vec<usize>, usize, usize)> = Vec::new();
    for index in members {
        let Some(mark) = marks.get(index) else { continue };
        match groups.last_mut() {
            Some((own, right, side)) if (mark.left as f32) < *right as f32 + strip.height() && bank(mark) == *side => {
                own.push(index);
                *right = mark.right.max(*right);
            }
            _ => groups.push((vec![index], mark.right, bank(mark))),
        }
    }
    let stamped = strip.is_stamped;
    let whole = |own| self::strip(own, marks).map(|piece| TextStrip { is_stamped: stamped, ..piece });
    groups.into_iter().filter_map(|(own, ..)| whole(own)).collect()
}

fn strip(members: Vec<usize>, marks: &[Mark]) -> Option<TextStrip> {
    let own: Vec<&Mark> = members.iter().filter_map(|index| marks.get(*index)).collect();
    let left = own.iter().map(|mark| mark.left).min()? as f32;
    let right = own.iter().map(|mark| mark.right).max()? as f32;
    let count = own.len() as f32;
    let mean = |value: &dyn Fn(&Mark) -> f32| own.iter().map(|mark| value(mark)).sum::<f32>() / count;
    let (x, y) = (mean(&|mark| mark.middle().0), mean(&|mark| mark.middle().1));
    let spread = mean(&|mark| (mark.middle().0 - x).powi(2));
    let joint = mean(&|mark| (mark.middle().0 - x) * (mark.middle().1 - y));
    let long = own.len() >= 6 && right - left > 8.0 * mean(&|mark| mark.height() as f32);
    let slope = if long && spread > 0.0 { (joint / spread).clamp(-0.12, 0.12) } else { 0.0 };
    let middle = y + slope * (left - x);
    let level = |mark: &Mark| middle + slope * (mark.middle().0 - left);
    let above = own.iter().map(|mark| level(mark) - mark.top as f32).fold(0.0, f32::max);
    let below = own.iter().map(|mark| mark.bottom as f32 - level(mark)).fold(0.0, f32::max);
    Some(TextStrip { left, right, middle, slope, above, below, marks: members, is_stamped: false })
}

/// Strips that stand at one height and overlap are one line (a chain of letters that branched).
fn one_line_each(mut strips: Vec<TextStrip>) -> Vec<TextStrip> {
    strips.sort_by_key(|strip| std::cmp::Reverse(strip.marks.len()));
    let mut kept: Vec<TextStrip> = Vec::new();
    for strip in strips {
        let home = kept.iter_mut().find(|other| {
            let gap = strip.left.max(other.left) - strip.right.min(other.right);
            let at = strip.left.max(other.left).min(strip.right.min(other.right));
            let apart = (strip.middle_at(at) - other.middle_at(at)).abs();
            let low = strip.height().min(other.height());
            gap < 1.6 * other.height() && apart < 0.5 * low && strip.height() < 1.7 * other.height()
        });
        match home {
            Some(other) => {
                let end = strip.left.max(other.left);
                let (old_left, start) = (other.left, strip.left.min(other.left));
                let raise = other.middle_at(end) - strip.middle_at(end);
                other.above = other.above.max((strip.above + raise).min(1.5 * other.above));
                other.below = other.below.max((strip.below - raise).min(1.5 * other.below));
                other.middle += other.slope * (start - old_left);
                other.left = start;
                other.right = other.right.max(strip.right);
                other.marks.extend(strip.marks);
            }
            None => kept.push(strip),
        }
    }
    kept
}

/// Gives a line the dots, accents and hyphens that stand in it or just over it.
fn take_dots(strip: &mut TextStrip, small: &[usize], marks: &[Mark], smallest: f32) {
    let reach = 0.9 * strip.height();
    let accent = 0.45 * strip.height();
    let (mut left, mut right, mut above, mut below) = (strip.left, strip.right, strip.above, strip.below);
    for index in small {
        let Some(mark) = marks.get(*index) else { continue };
        let (x, y) = mark.middle();
        if (mark.width().max(mark.height()) as f32) < smallest || mark.height() as f32 > strip.height() {
            continue;
        }
        let off = y - strip.middle_at(x);
        if x < strip.left - reach || x > strip.right + reach || mark.width() as f32 > 2.0 * strip.height() {
            continue;
        }
        let over = x >= strip.left && x <= strip.right && off < 0.0 && -off <= strip.above + accent;
        let inside = off.abs() <= strip.height() / 2.0;
        if over || inside {
            strip.marks.push(*index);
            above = above.max(strip.middle_at(x) - mark.top as f32);
            below = below.max((mark.bottom as f32 - strip.middle_at(x)).min(1.3 * strip.below));
            left = left.min(mark.left as f32);
            right = right.max(mark.right as f32);
        }
    }
    strip.middle += strip.slope * (left - strip.left);
    (strip.left, strip.right) = (left, right);
    (strip.above, strip.below) = (above.min(strip.above + accent), below);
}

/// Top to bottom, and left to right within one height.
pub(super) fn in_reading_order(mut strips: Vec<TextStrip>) -> Vec<TextStrip> {
    strips.sort_by(|a, b| a.middle_at(a.left).total_cmp(&b.middle_at(b.left)));
    let mut ordered: Vec<TextStrip> = Vec::new();
    let mut row: Vec<TextStrip> = Vec::new();
    for strip in strips {
        let same = row.first().is_some_and(|first| {
            (first.middle_at(strip.left) - strip.middle_at(strip.left)).abs() < 0.5 * first.height().min(strip.height())
        });
        if !same {
            row.sort_by(|a, b| a.left.total_cmp(&b.left));
            ordered.append(&mut row);
        }
        row.push(strip);
    }
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    ordered.append(&mut row);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::marks::Marks;

    #[test]
    fn letters_of_a_sloping_line_are_one_line_with_their_dots() {
        // Two lines of letters that sink to the right, 40 pixels apart; dots over the second's letters.
        let page = Plane::from_fn(900, 160, |x, y| {
            let y = y as f32 - x as f32 * 0.02;
            let letter = (100..800).contains(&x) && x % 20 < 12;
            let first = letter && (40.0..58.0).contains(&y);
            let second = letter && (80.0..98.0).contains(&y);
            let dot = letter && x % 20 < 6 && (70.0..75.0).contains(&y);
            if first || second || dot { 0 } else { 255 }
        });
        let marks = Marks::find(page.width, page.height, |x, y| page.is_ink(x, y));
        let strips = strips(&marks.list, 200.0, |_, _| true);
        assert_eq!(strips.len(), 2, "{strips:?}");
        let second = &strips[1];
        assert!(second.left <= 101.0 && second.right >= 790.0);
        assert!((second.slope - 0.02).abs() < 0.004);
        assert!(second.above > 17.0, "the dots are in it: {second:?}");
    }

    /// A page of 900 by 300 pixels with these words, each letters of 6 by 16 pixels from a place on; and the marks and lines of it.
    fn lines(words: &[(usize, usize, usize)]) -> (Marks, Vec<TextStrip>) {
        let page = Plane::from_fn(900, 300, |x, y| {
            let in_word = |(left, top, letters): &(usize, usize, usize)| {
                (*left..left + letters * 8).contains(&x) && (*top..top + 16).contains(&y) && (x - left) % 8 < 6
            };
            if words.iter().any(in_word) { 0 } else { 255 }
        });
        let marks = Marks::find(page.width, page.height, |x, y| page.is_ink(x, y));
        let found = strips(&marks.list, 200.0, |_, _| true);
        (marks, found)
    }

    #[test]
    fn a_date_whose_words_stand_far_apart_is_one_line() {
        let (marks, whole) = lines(&[(100, 20, 30), (100, 60, 12), (600, 60, 2), (640, 60, 3), (686, 60, 4)]);
        assert_eq!(in_columns(whole, &marks.list).len(), 3);
    }

    #[test]
    fn a_number_that_was_stamped_into_a_line_is_part_of_it() {
        // Between two words of one line, and far beside them.
        for (stamped, expected) in [((186, 18, 13), 2), ((440, 20, 6), 4)] {
            let (marks, _) = lines(&[(100, 20, 10), (300, 20, 10), (600, 20, 4), stamped]);
            let is_coloured = |mark: &Mark| (stamped.0..stamped.0 + 8 * stamped.2).contains(&mark.left);
            let coloured = strips(&marks.list, 200.0, |_, mark| is_coloured(mark));
            let black = strips(&marks.list, 200.0, |_, mark| !is_coloured(mark));
            assert_eq!((black.len(), coloured.len()), (3, 1));
            assert_eq!(with_stamped_gaps(black, coloured, &marks.list).len(), expected);
        }
    }

    #[test]
    fn close_columns_are_parted_by_the_white_that_runs_down_through_all_lines() {
        // Two columns of five lines, a few pixels apart, with words that end at other places in each line; two more further to the right.
        let page = Plane::from_fn(900, 300, |x, y| {
            let (line, inside) = (y / 40, y % 40 < 16);
            let word = |from: usize, to: usize, cut: usize| (from..to).contains(&x) && x % 8 < 6 && x.abs_diff(cut) > 3;
            let close = word(104, 298, 140 + 24 * line) || word(304, 502, 440 - 24 * line);
            let ink = close || word(600, 700, 0) || word(760, 860, 0);
            if inside && line < 6 && ink { 0 } else { 255 }
        });
        let marks = Marks::find(page.width, page.height, |x, y| page.is_ink(x, y));
        let whole = strips(&marks.list, 200.0, |_, _| true);
        let parted = in_columns(whole, &marks.list);
        assert_eq!(parted.len(), 24);
        assert!(parted.iter().all(|strip| strip.right <= 303.0 || strip.left >= 303.0));
    }
}
