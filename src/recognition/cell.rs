//! Cell: the picture of one cell, straight, without the rules around it, and where the lines of text in it are.

use super::background;
use super::band::{self, Band, Room};
use super::cell_frame::CellFrame;
use super::colour::{self, Ink};
use super::grid_cell::GridCell;
use super::leaders::{self, Leaders};
use super::looks;
use super::marks::{Mark, Marks};
use super::plane::{FAINT_INK, INK, PALE_STROKE, Plane};
use super::rules::Rule;
use super::straight::Straight;
use crate::tables::CellImage;

/// This part of a stamped cell is darker than anything that is not letters.
const STAMPED_INK: f32 = 0.01;

/// So much around a cell is cut out with it, in inches.
const MARGIN: f32 = 0.05;
/// A picture that is kept for a person is no wider than this, in pixels.
const WIDEST_IMAGE: usize = 480;
/// What is low and this close to a rule, in inches, is what reaches over it.
const AT_RULE: f32 = 0.016;
/// A line is higher than this part of an inch: an `e` of seven points alone.
const LEAST_LINE: f32 = 0.04;

/// Letters are so high or wide in parts of the highest line of their cell: what is smaller is dirt.
const SMALL_LETTER: f32 = 0.55;

/// A stamp is so much paler than the letters that it lies over.
const MUCH_PALER: u8 = 80;
/// Dust is at most so large, and so far apart, in inches; more than so many specks in one cell may be what is left of letters.
const LARGEST_DUST: f32 = 0.032;
const DUST_APART: f32 = 0.15;
const MOST_DUST: usize = 4;

/// What is as small and stands so many times the height of a line beside it is none of its letters; what is so much higher or lower than they are, at
/// the second distance.
const FAR_APART: f32 = 1.2;
const APART: f32 = 0.5;
const OFF_LINE: f32 = 0.2;

/// The width of one digit's mark, in parts of the room that a digit has.
const ONE_DIGIT: std::ops::Range<f32> = 0.3..1.3;

/// The picture of a cell in both channels.
pub(super) struct CellPicture {
    pub luma: Plane,
    pub brightest: Plane,
    pub content: Content,
    /// The ink of a small letter, in pixels.
    pub letter: usize,
    /// How many pixels outside of the cell it begins and ends.
    pub margin: usize,
    /// Whether it may be the picture of several cells, one above the other.
    pub may_be_rows: bool,
}

/// What a cell holds, before anything is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// No ink at all.
    Blank,
    /// Something so faint that it may be text or not.
    Faint,
    /// A row of dots or dashes, which is no line of text.
    Leaders(Leaders),
    Ink,
}

/// What stands in a cell outside of its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outside {
    /// Nothing but dirt.
    Paper,
    /// Strokes that are much paler than the cell's letters: a grey stamp.
    Paler,
    /// What may be a line that was lost.
    Ink,
}

/// How many digits stand in a line, told without reading them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DigitCount {
    pub digits: usize,
    /// Whether each is a mark of its own: where they touch or are broken, the count is a guess.
    pub stand_apart: bool,
}

/// Strokes of a page that bound none of a table's cells.
#[derive(Default)]
pub(super) struct Strangers<'a> {
    /// Rules across where rules bound no cells.
    pub across: Vec<&'a Rule>,
    /// What specks on a scanner's glass draw down the whole page.
    pub streaks: &'a [Rule],
}

impl CellPicture {
    /// Cuts a cell out, without the strokes of its page that go through it and do not bound it.
    pub fn cut(page: &Straight, cell: &GridCell, strangers: &Strangers, pixels_per_inch: f32) -> CellPicture {
        let margin = (MARGIN * pixels_per_inch).round();
        let (inner_width, inner_height) = (cell.width().max(1.0), cell.height().max(1.0));
        let (width, height) = ((inner_width + 2.0 * margin) as usize, (inner_height + 2.0 * margin) as usize);
        let on_rule = |x: f32, y: f32| strangers.across.iter().any(|rule| rule.is_at(x, y));
        // Letters go on under a streak: what stands beside it is drawn over it.
        let aside = |x: f32, y: f32| {
            let streak = strangers.streaks.iter().find(|streak| streak.is_at(y, x));
            streak.map_or(x, |streak| streak.beside(y, x))
        };
        // The same place for both channels: found once.
        let mut places: Vec<Option<(f32, f32)>> = Vec::with_capacity(width * height);
        for y in 0..height {
            places.extend((0..width).map(|x| {
                let (u, v) = ((x as f32 - margin) / inner_width, (y as f32 - margin) / inner_height);
                let (x, y) = cell.place(u, v);
                (!on_rule(x, y)).then(|| page.source(aside(x, y), y))
            }));
        }
        let cut = |plane: &Plane| {
            let picture = Plane::from_fn(width, height, |x, y| {
                places.get(y * width + x).copied().flatten().map_or(255, |(x, y)| plane.sample(x, y))
            });
            background::on_paper(picture, pixels_per_inch)
        };
        let mut luma = cut(&page.luma);
        let mut brightest = cut(&page.brightest);
        let frame = CellFrame {
            margin: margin as usize,
            thickness: cell.thickness,
            stroke: cell.stroke,
            has_sides: cell.has_sides,
            width,
            height,
        };
        let gone = frame.rules(&luma);
        let remains = frame.outsiders(&luma, &gone);
        for y in 0..height {
            for x in 0..width {
                if gone.at(x, y) == 0 || remains.at(x, y) == 0 {
                    luma.set(x, y, 255);
                    brightest.set(x, y, 255);
                }
            }
        }
        // A coloured stamp over black letters: what is left without it is looked at first, and it itself last.
        let clear = match is_stamped(&luma, &brightest, pixels_per_inch) {
            true => Some(looks::without_stamps(&brightest, STAMPED_INK)),
            false => colour::without_washed_out(&luma, &brightest, 2 * letter(pixels_per_inch)),
        };
        if let Some(clear) = clear {
            brightest = std::mem::replace(&mut luma, clear);
        }
        let content = content(&luma, margin as usize, pixels_per_inch);
        CellPicture {
            luma,
            brightest,
            content,
            letter: letter(pixels_per_inch),
            margin: margin as usize,
            may_be_rows: cell.may_be_rows,
        }
    }

    /// The lines of text, top to bottom. `usual` is the height of a line in this table, when it is known.
    pub fn bands(&self, pixels_per_inch: f32, usual: Option<f32>) -> Vec<Band> {
        let speck = (0.00012 * pixels_per_inch * pixels_per_inch).max(3.0) as usize;
        let marks = Marks::find(self.luma.width, self.luma.height, |x, y| self.luma.is_ink(x, y));
        let is_speck = |x: usize, y: usize| {
            marks.at(x, y).and_then(|index| marks.list.get(index)).is_none_or(|mark| mark.area < speck)
        };
        let rows: Vec<usize> = (0..self.luma.height)
            .map(|y| (0..self.luma.width).filter(|x| self.luma.is_ink(*x, y) && !is_speck(*x, y)).count())
            .collect();
        let mut bands: Vec<(usize, usize)> = Vec::new();
        for (y, ink) in rows.iter().enumerate() {
            if *ink == 0 {
                continue;
            }
            match bands.last_mut() {
                Some((_, bottom)) if *bottom == y => *bottom = y + 1,
                _ => bands.push((y, y + 1)),
            }
        }
        let least = (LEAST_LINE * pixels_per_inch) as usize;
        let mut bands = band::glued(bands, usual, least);
        let mut pale = Vec::new();
        for index in 0..bands.len() {
            let above = index.checked_sub(1).and_then(|before| bands.get(before)).map_or(0, |band| band.1);
            let below = bands.get(index + 1).map_or(self.luma.height, |band| band.0);
            if let Some(band) = bands.get_mut(index).filter(|(top, bottom)| bottom - top < least) {
                *band = self.with_pale_strokes(*band, (above, below));
                pale.push(*band);
            }
        }
        let bands = self.without_neighbours(bands, usual, pixels_per_inch);
        let bands: Vec<(usize, usize)> = bands
            .into_iter()
            .flat_map(|band| band::split(band, &rows, usual))
            .filter(|(top, bottom)| bottom - top >= least)
            .collect();
        band::rooms(&bands, &rows)
            .into_iter()
            .zip(bands)
            .filter_map(|(room, (top, bottom))| {
                let in_rows = |mark: &&Mark| mark.area >= speck && mark.top < bottom && mark.bottom > top;
                let (left, right) = ends(marks.list.iter().filter(in_rows).collect(), (bottom - top) as f32)?;
                Some(Band { top, bottom, left, right, room, is_pale: pale.contains(&(top, bottom)) })
            })
            .collect()
    }

    /// A line that is too low for one, as high as the strokes that are too thin to be dark make it: of a lone `7` only the bar may be ink.
    fn with_pale_strokes(&self, low: (usize, usize), between: (usize, usize)) -> (usize, usize) {
        let marks = Marks::find(self.luma.width, self.luma.height, |x, y| self.luma.at(x, y) < PALE_STROKE);
        let own = marks.list.iter().filter(|mark| mark.top >= between.0 && mark.bottom <= between.1);
        let touching = own.filter(|mark| mark.top < low.1 && mark.bottom > low.0);
        touching.fold(low, |(top, bottom), mark| (top.min(mark.top), bottom.max(mark.bottom)))
    }

    /// Without the accents and tails of the next row's letters that reach over the rule: low, and at the cell's edge.
    fn without_neighbours(
        &self,
        mut bands: Vec<(usize, usize)>,
        usual: Option<f32>,
        pixels_per_inch: f32,
    ) -> Vec<(usize, usize)> {
        let Some(usual) = usual else { return bands };
        let edge = (MARGIN * pixels_per_inch + AT_RULE * pixels_per_inch) as usize;
        let is_low = |band: &(usize, usize)| ((band.1 - band.0) as f32) < 0.55 * usual;
        if bands.len() > 1 && bands.last().is_some_and(|band| is_low(band) && band.1 + edge >= self.luma.height) {
            bands.pop();
        }
        if bands.len() > 1 && bands.first().is_some_and(|band| is_low(band) && band.0 <= edge) {
            bands.remove(0);
        }
        bands
    }

    /// The picture for a person to read, small enough to be kept.
    pub fn image(&self) -> Option<CellImage> {
        let (width, height) = (self.luma.width, self.luma.height);
        let small = (width > WIDEST_IMAGE).then(|| self.luma.resized(WIDEST_IMAGE, height * WIDEST_IMAGE / width));
        CellImage::of_png(small.as_ref().unwrap_or(&self.luma).png()?)
    }

    /// What more than dirt stands outside of all lines: a line that is low and close to the cell's edge is taken for the neighbour's.
    pub fn outside(&self, bands: &[Band]) -> Outside {
        let in_band = |y: usize| bands.iter().any(|band| y >= band.top && y < band.bottom);
        let outside: Vec<bool> = (0..self.luma.height).map(|y| !in_band(y)).collect();
        let rows = outside.iter().enumerate().filter(|(_, outside)| **outside).map(|(y, _)| self.luma.row(y));
        // Where there is less ink in all there is no letter, and no marks need be made.
        if rows.flatten().filter(|pixel| **pixel < PALE_STROKE).count() < self.letter {
            return Outside::Paper;
        }
        let is_outside = |y: usize| outside.get(y).copied().unwrap_or(false);
        let is_ink = |x: usize, y: usize| is_outside(y) && self.luma.at(x, y) < PALE_STROKE;
        let marks = Marks::find(self.luma.width, self.luma.height, is_ink);
        let line = bands.iter().map(Band::height).max().unwrap_or(0) as f32;
        let is_letter =
            |mark: &Mark| mark.area >= self.letter && mark.width().max(mark.height()) as f32 >= SMALL_LETTER * line;
        let letters: Vec<usize> =
            marks.list.iter().enumerate().filter(|(_, mark)| is_letter(mark)).map(|(index, _)| index).collect();
        if letters.is_empty() {
            return Outside::Paper;
        }
        let palest = self.usual_ink(bands).saturating_add(MUCH_PALER);
        match letters.into_iter().all(|index| self.darkest_of(&marks, index) >= palest) {
            true => Outside::Paler,
            false => Outside::Ink,
        }
    }

    /// How dark the darkest of a letter is, usually, in some lines.
    fn usual_ink(&self, bands: &[Band]) -> u8 {
        let in_band = |y: usize| bands.iter().any(|band| y >= band.top && y < band.bottom);
        let is_ink = |x: usize, y: usize| in_band(y) && self.luma.at(x, y) < PALE_STROKE;
        let marks = Marks::find(self.luma.width, self.luma.height, is_ink);
        let letters = marks.list.iter().enumerate().filter(|(_, mark)| mark.area >= self.letter);
        let mut darkest: Vec<u8> = letters.map(|(index, _)| self.darkest_of(&marks, index)).collect();
        darkest.sort_unstable();
        darkest.get(darkest.len() / 2).copied().unwrap_or(255)
    }

    fn darkest_of(&self, marks: &Marks, index: usize) -> u8 {
        let Some(mark) = marks.list.get(index) else { return 255 };
        let own = (mark.top..mark.bottom).flat_map(|y| (mark.left..mark.right).map(move |x| (x, y)));
        own.filter(|(x, y)| marks.at(*x, *y) == Some(index)).map(|(x, y)| self.luma.at(x, y)).min().unwrap_or(255)
    }

    /// Whether a line begins or ends at the rule beside it, which may hide what is left of it.
    pub fn meets_its_sides(&self, band: &Band) -> bool {
        let near = self.margin + self.margin / 3;
        band.left <= near || band.right + near >= self.luma.width
    }

    /// How many digits stand in a line of which `read` were read, by the marks as tall as digits: one that is as wide as two of them
    /// is two that touch.
    pub fn digits(&self, band: &Band, read: usize) -> DigitCount {
        let (width, height) = (band.right - band.left, band.height());
        let marks = Marks::find(width, height, |x, y| self.luma.is_ink(band.left + x, band.top + y));
        let digit = width as f32 / read.max(1) as f32;
        let (tall, low): (Vec<&Mark>, Vec<&Mark>) =
            marks.list.iter().partition(|mark| mark.height() * 10 >= height * 6);
        let widths: Vec<f32> = tall.iter().map(|mark| mark.width() as f32 / digit).collect();
        // Thin strokes break: what is lower than a digit and no speck is a part of one.
        let is_broken = low.iter().any(|mark| mark.height() * 4 >= height);
        DigitCount {
            digits: widths.iter().map(|width| (width.round() as usize).max(1)).sum(),
            stand_apart: !is_broken && widths.iter().all(|width| ONE_DIGIT.contains(width)),
        }
    }

    /// The picture of a line in one of the channels.
    pub fn line(&self, plane: &Plane, band: &Band) -> Plane {
        let pad = (0.12 * band.height() as f32).round() as usize + 1;
        let Room { above, below } = band.room;
        let (left, top) = (band.left.saturating_sub(2 * pad), band.top.saturating_sub(pad + above));
        let (right, bottom) = ((band.right + 2 * pad).min(plane.width), (band.bottom + pad + below).min(plane.height));
        plane.cut(left, top, right - left, bottom - top)
    }
}

/// Where the marks of a line of this height begin and end, without a speck that stands apart at either end: a full stop stands at a word, and on
/// the line.
fn ends(mut marks: Vec<&Mark>, height: f32) -> Option<(usize, usize)> {
    let is_speck = |mark: &Mark, word: &Mark| {
        let is_small = (mark.width().max(mark.height()) as f32) < SMALL_LETTER * height;
        let apart = (mark.left.saturating_sub(word.right) + word.left.saturating_sub(mark.right)) as f32;
        let is_off_line = mark.bottom.abs_diff(word.bottom) as f32 > OFF_LINE * height;
        is_small && (apart > FAR_APART * height || is_off_line && apart > APART * height)
    };
    marks.sort_by_key(|mark| mark.left);
    while let [first, second, ..] = marks.as_slice()
        && is_speck(first, second)
    {
        marks.remove(0);
    }
    marks.sort_by_key(|mark| mark.right);
    while let [.., second, last] = marks.as_slice()
        && is_speck(last, second)
    {
        marks.pop();
    }
    Some((marks.iter().map(|mark| mark.left).min()?, marks.iter().map(|mark| mark.right).max()?))
}

/// Whether there is coloured ink beside or over black ink.
fn is_stamped(luma: &Plane, brightest: &Plane, pixels_per_inch: f32) -> bool {
    let (mut coloured, mut black) = (0usize, 0usize);
    for y in 0..luma.height {
        for (own, bright) in luma.row(y).iter().zip(brightest.row(y)).filter(|(own, _)| **own < INK) {
            match colour::of(*own, *bright) {
                Ink::Coloured => coloured += 1,
                Ink::Black => black += 1,
                Ink::Unclear => {}
            }
        }
    }
    let letters = 2 * letter(pixels_per_inch);
    coloured > letters && black > letters && coloured * 8 > black
}

/// The ink of a small letter, in pixels.
pub(super) fn letter(pixels_per_inch: f32) -> usize {
    ((0.0006 * pixels_per_inch * pixels_per_inch) as usize).max(6)
}

/// Whether there is ink inside the rules, and how clear it is.
fn content(luma: &Plane, margin: usize, pixels_per_inch: f32) -> Content {
    let inset = margin + (0.02 * pixels_per_inch) as usize;
    // A dot of a hundredth of an inch is dirt.
    let dot = (0.012 * pixels_per_inch).powi(2).max(3.0) as usize;
    let inside = |x: usize, y: usize| x >= inset && x + inset < luma.width && y >= inset && y + inset < luma.height;
    let marks = |limit: u8| {
        let marks = Marks::find(luma.width, luma.height, |x, y| inside(x, y) && luma.at(x, y) < limit);
        marks.list.into_iter().filter(|mark| mark.area > dot).collect::<Vec<Mark>>()
    };
    let faint = marks(FAINT_INK);
    if let Some(leaders) = leaders::of(&faint, pixels_per_inch) {
        Content::Leaders(leaders)
    } else if marks(INK).iter().map(|mark| mark.area).sum::<usize>() > letter(pixels_per_inch) {
        Content::Ink
    } else if !are_dust(&faint, pixels_per_inch) {
        Content::Faint
    } else {
        Content::Blank
    }
}

/// Whether marks are specks that stand far from each other, or nothing: what is left of letters stands close.
fn are_dust(marks: &[Mark], pixels_per_inch: f32) -> bool {
    let [largest, far] = [LARGEST_DUST, DUST_APART].map(|inches| inches * pixels_per_inch);
    let is_small = |mark: &Mark| (mark.width().max(mark.height()) as f32) <= largest;
    let apart = |a: &Mark, b: &Mark| {
        let ((ax, ay), (bx, by)) = (a.middle(), b.middle());
        (ax - bx).hypot(ay - by)
    };
    let stands_apart = |index: usize, mark: &Mark| marks.iter().skip(index + 1).all(|other| apart(mark, other) >= far);
    marks.len() <= MOST_DUST
        && marks.iter().enumerate().all(|(index, mark)| is_small(mark) && stands_apart(index, mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Bounds;

    /// A cell with letters of 4 by 12 pixels at these places, in a margin of 10 pixels.
    fn cell(letters: &[(usize, usize)]) -> CellPicture {
        let luma = Plane::from_fn(120, 60, |x, y| {
            let inked =
                letters.iter().any(|(left, top)| (*left..left + 4).contains(&x) && (*top..top + 12).contains(&y));
            if inked { 0 } else { 255 }
        });
        CellPicture { brightest: luma.clone(), luma, content: Content::Ink, letter: 24, margin: 10, may_be_rows: false }
    }

    #[test]
    fn a_cell_with_specks_of_dust_is_blank_and_one_with_pieces_of_a_letter_is_not() {
        let with = |specks: &[(usize, usize)]| {
            let is_in =
                |x: usize, y: usize| specks.iter().any(|(left, top)| x.abs_diff(*left) < 2 && y.abs_diff(*top) < 2);
            let luma = Plane::from_fn(220, 60, |x, y| if is_in(x, y) { 40 } else { 250 });
            content(&luma, 4, 200.0)
        };
        assert_eq!(with(&[(60, 20), (140, 40)]), Content::Blank);
        assert_eq!(with(&[(60, 20), (66, 26)]), Content::Faint);
    }

    #[test]
    fn ink_below_the_last_line_may_be_a_lost_one() {
        let line = Band { top: 14, bottom: 26, left: 20, right: 100, room: Room::default(), is_pale: false };
        assert_eq!(cell(&[(20, 14), (30, 14)]).outside(&[line]), Outside::Paper);
        assert_eq!(cell(&[(20, 14), (30, 40)]).outside(&[line]), Outside::Ink);
        let mut stamped = cell(&[(20, 14), (30, 14)]);
        (60..64).for_each(|x| (36..48).for_each(|y| stamped.luma.set(x, y, 170)));
        assert_eq!(stamped.outside(&[line]), Outside::Paler);
    }

    #[test]
    fn a_lone_digit_with_a_pale_stem_is_a_line_and_one_of_pale_strokes_only_may_be() {
        let below = |bar: u8| {
            let mut cell = cell(&[(20, 14), (30, 14), (40, 14)]);
            (20..28).for_each(|x| (34..36).for_each(|y| cell.luma.set(x, y, bar)));
            (36..47).for_each(|y| (24..27).for_each(|x| cell.luma.set(x, y, INK + 10)));
            cell
        };
        let lines = below(90).bands(300.0, Some(12.0));
        assert_eq!(lines.iter().map(|band| (band.top, band.bottom)).collect::<Vec<_>>(), [(14, 26), (34, 47)]);
        let pale = below(INK + 10);
        let lines = pale.bands(300.0, Some(12.0));
        assert!(lines.len() == 1 && pale.outside(&lines) != Outside::Paper);
    }

    #[test]
    fn a_speck_far_beside_a_line_is_none_of_it() {
        let mark = |left: usize, side: usize, bottom: usize| Mark {
            left,
            right: left + side,
            top: bottom - side,
            bottom,
            area: side * side,
        };
        let word = [mark(30, 10, 26), mark(42, 10, 26), mark(56, 3, 26)];
        let with = |speck: Mark| ends(word.iter().chain([&speck]).collect(), 12.0);
        assert_eq!(with(mark(90, 3, 26)), Some((30, 59)), "the full stop stays");
        assert_eq!(with(mark(5, 3, 26)), Some((30, 59)));
        assert_eq!(with(mark(90, 9, 26)), Some((30, 99)), "a letter");
        assert_eq!(with(mark(67, 3, 20)), Some((30, 59)), "nearer, and not on the line");
        assert_eq!(with(mark(67, 3, 26)), Some((30, 70)), "another full stop");
    }

    #[test]
    fn letters_go_on_under_a_streak_of_the_scanners_glass() {
        let picture = image::RgbImage::from_fn(240, 120, |x, y| {
            let streak = x.abs_diff(120) <= 1;
            let letter = (60..180).contains(&x) && (50..58).contains(&y);
            image::Rgb(
                [if letter {
                    40
                } else if streak {
                    120
                } else {
                    248
                }; 3],
            )
        });
        let straight = Straight::level(&picture, 200.0);
        let place = Bounds { left: 20.0, top: 20.0, right: 220.0, bottom: 100.0 };
        let cell = GridCell::upright(&place, 0, 0).unwrap();
        let streak = Rule { thickness: 3.0, ..Rule::through(vec![(0.0, 120.0), (119.0, 120.0)]).unwrap() };
        let cut = |streaks: &[Rule]| {
            let strangers = Strangers { streaks, ..Strangers::default() };
            CellPicture::cut(&straight, &cell, &strangers, 200.0)
        };
        // The cell begins ten pixels inside its picture.
        let at = |cell: &CellPicture, x: usize, y: usize| cell.luma.is_ink(x - 20 + 10, y - 20 + 10);
        assert!(at(&cut(&[]), 120, 80));
        let clear = cut(std::slice::from_ref(&streak));
        assert!(!at(&clear, 120, 80) && at(&clear, 120, 53) && at(&clear, 90, 53));
    }

    #[test]
    fn digits_are_counted_and_those_that_touch_are_a_guess() {
        let line = |left, right| Band { top: 14, bottom: 26, left, right, room: Room::default(), is_pale: false };
        let apart: Vec<(usize, usize)> = (0..8).map(|at| (20 + 6 * at, 14)).collect();
        assert_eq!(cell(&apart).digits(&line(20, 66), 8), DigitCount { digits: 8, stand_apart: true });
        let broken: Vec<(usize, usize)> = apart.iter().copied().skip(1).chain([(20, 19)]).collect();
        let mut halved = cell(&broken);
        (26..31).for_each(|y| (20..24).for_each(|x| halved.luma.set(x, y, 255)));
        assert_eq!(halved.digits(&line(20, 66), 8), DigitCount { digits: 7, stand_apart: false });
        let touching: Vec<(usize, usize)> = (0..8).map(|at| (20 + 4 * at, 14)).collect();
        assert_eq!(cell(&touching).digits(&line(20, 52), 8), DigitCount { digits: 8, stand_apart: false });
        assert!(!cell(&apart).meets_its_sides(&line(20, 66)) && cell(&apart).meets_its_sides(&line(12, 66)));
    }
}
