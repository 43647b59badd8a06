//! Cell: the picture of one cell, straight, without the rules around it, and where the lines of text in it are.

use super::colour::{self, Ink};
use super::grid_cell::GridCell;
use super::ink::{Mark, Marks};
use super::leaders::{self, Leaders};
use super::looks;
use super::plane::{FAINT_INK, INK, Plane};
use super::rules::Rule;
use super::straight::Straight;

/// This part of a stamped cell is darker than anything that is not letters.
const STAMPED_INK: f32 = 0.01;

/// A border that is so many times as thick as a stroke of it has two strokes.
const DOUBLE: f32 = 2.0;
/// A stroke of a border is ink along this part of the cell.
const STROKE: f32 = 0.4;
/// Along this part of a cell a straight border is ink.
const STRAIGHT: f32 = 0.8;

/// The soft edge of a rule is so many pixels wide.
const BESIDE_RULE: f32 = 2.0;

/// So much around a cell is cut out with it, in inches.
const MARGIN: f32 = 0.05;
/// What is low and this close to a rule, in inches, is what reaches over it.
const AT_RULE: f32 = 0.016;
/// A line is higher than this part of an inch: an `e` of seven points alone.
const LEAST_LINE: f32 = 0.04;

/// Rules are darker than this.
const PALE_RULE: u8 = 230;
/// A rule is known by this part of its length, where no letter touches it.
const MOST_TOLD: f32 = 0.3;
/// Both rules of a direction are seen when there is ink at this part of their places.
const SEEN: f32 = 0.9;

/// A line that is lower than this part of the tallest of its cell lacks letters that reach up or down.
const LOW: f32 = 0.88;
/// Rows of the body of a line hold this part of the ink of its fullest row.
const BODY: f32 = 0.4;
/// Rows below the body are tails when they are this part of a line's height.
const TAIL: f32 = 0.12;
/// A line without tails that is higher than this part of the tallest has capitals or upstrokes.
const UPRIGHT: f32 = 0.66;

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

/// A line of text in the picture of a cell, in its pixels; ends are behind the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Band {
    pub top: usize,
    pub bottom: usize,
    pub left: usize,
    pub right: usize,
    /// How much higher and lower the cell's other lines reach: letters that none of this line's are as tall or as low as.
    pub room: Room,
}

/// Pixels above and below a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    pub above: usize,
    pub below: usize,
}

/// How many digits stand in a line, told without reading them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DigitCount {
    pub digits: usize,
    /// Whether each is a mark of its own: where they touch or are broken, the count is a guess.
    pub stand_apart: bool,
}

impl Band {
    pub fn height(&self) -> usize {
        self.bottom - self.top
    }
}

impl CellPicture {
    /// Cuts a cell out. `across` are rules beside and in it that do not bound it: they are left out.
    pub fn cut(page: &Straight, cell: &GridCell, across: &[Rule], pixels_per_inch: f32) -> CellPicture {
        let margin = (MARGIN * pixels_per_inch).round();
        let (inner_width, inner_height) = (cell.width().max(1.0), cell.height().max(1.0));
        let (width, height) = ((inner_width + 2.0 * margin) as usize, (inner_height + 2.0 * margin) as usize);
        // The same place for both channels: found once.
        let on_rule = |x: f32, y: f32| {
            let near = |rule: &&Rule| (rule.at(x) - y).abs() <= rule.thickness / 2.0 + BESIDE_RULE;
            across.iter().filter(near).any(|rule| (rule.from..=rule.to).contains(&x))
        };
        let places: Vec<Option<(f32, f32)>> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| {
                let (u, v) = ((x as f32 - margin) / inner_width, (y as f32 - margin) / inner_height);
                let (x, y) = cell.place(u, v);
                (!on_rule(x, y)).then(|| page.source(x, y))
            })
            .collect();
        let cut = |plane: &Plane| {
            Plane::from_fn(width, height, |x, y| {
                places.get(y * width + x).copied().flatten().map_or(255, |(x, y)| plane.sample(x, y))
            })
        };
        let mut luma = cut(&page.luma);
        let mut brightest = cut(&page.brightest);
        let edge = Edge {
            margin: margin as usize,
            thickness: cell.thickness,
            stroke: cell.stroke,
            has_sides: cell.has_sides,
            width,
            height,
        };
        let gone = edge.rules(&luma);
        let remains = edge.outsiders(&luma, &gone);
        for y in 0..height {
            for x in 0..width {
                if gone.at(x, y) == 0 || remains.at(x, y) == 0 {
                    luma.set(x, y, 255);
                    brightest.set(x, y, 255);
                }
            }
        }
        // A coloured stamp over black letters: what is left without it is looked at first, and it itself last.
        if is_stamped(&luma, &brightest, pixels_per_inch) {
            let clear = looks::without_stamps(&brightest, STAMPED_INK);
            brightest = std::mem::replace(&mut luma, clear);
        }
        let content = content(&luma, margin as usize, pixels_per_inch);
        CellPicture { luma, brightest, content, letter: letter(pixels_per_inch), margin: margin as usize }
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
        let bands = glued(bands, usual, least);
        let bands = self.without_neighbours(bands, usual, pixels_per_inch);
        let bands: Vec<(usize, usize)> = bands
            .into_iter()
            .flat_map(|band| split(band, &rows, usual))
            .filter(|(top, bottom)| bottom - top >= least)
            .collect();
        rooms(&bands, &rows)
            .into_iter()
            .zip(bands)
            .filter_map(|(room, (top, bottom))| {
                let ink = |x: &usize| (top..bottom).any(|y| self.luma.is_ink(*x, y) && !is_speck(*x, y));
                let left = (0..self.luma.width).find(ink)?;
                let right = (0..self.luma.width).rev().find(ink)? + 1;
                Some(Band { top, bottom, left, right, room })
            })
            .collect()
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

    /// Whether more than dirt stands outside of all lines: a line that is low and close to the cell's edge is taken for the neighbour's.
    pub fn has_ink_outside(&self, bands: &[Band]) -> bool {
        let in_band = |y: usize| bands.iter().any(|band| y >= band.top && y < band.bottom);
        let outside: Vec<bool> = (0..self.luma.height).map(|y| !in_band(y)).collect();
        let rows = outside.iter().enumerate().filter(|(_, outside)| **outside).map(|(y, _)| self.luma.row(y));
        // Where there is less ink in all there is no letter, and no marks need be made.
        if rows.flatten().filter(|pixel| **pixel < INK).count() < self.letter {
            return false;
        }
        let is_outside = |y: usize| outside.get(y).copied().unwrap_or(false);
        let marks = Marks::find(self.luma.width, self.luma.height, |x, y| is_outside(y) && self.luma.is_ink(x, y));
        marks.list.iter().any(|mark| mark.area >= self.letter)
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

/// Accents that stand free belong to the line under them.
fn glued(bands: Vec<(usize, usize)>, usual: Option<f32>, least: usize) -> Vec<(usize, usize)> {
    let tallest = bands.iter().map(|(top, bottom)| bottom - top).max().unwrap_or(0) as f32;
    let height = usual.unwrap_or(tallest).max(least as f32);
    let mut glued: Vec<(usize, usize)> = Vec::new();
    let mut above: Option<(usize, usize)> = None;
    for (top, bottom) in bands {
        let start = match above.take() {
            Some((start, end)) if (top - end) as f32 <= 0.3 * height => start,
            Some(free) => {
                glued.push(free);
                top
            }
            None => top,
        };
        if ((bottom - start) as f32) < 0.42 * height {
            above = Some((start, bottom));
        } else {
            glued.push((start, bottom));
        }
    }
    // Cedillas, commas and dots under the last line.
    if let Some((start, end)) = above {
        match glued.last_mut() {
            Some((_, bottom)) if (start - *bottom) as f32 <= 0.2 * height => *bottom = end,
            _ => glued.push((start, end)),
        }
    }
    glued
}

/// The room that low lines have among the others of their cell. The model takes each picture for a whole line: of «.pe», cut out as high
/// as its own letters, it reads the dot as a dash or not at all.
fn rooms(bands: &[(usize, usize)], rows: &[usize]) -> Vec<Room> {
    let tallest = bands.iter().map(|(top, bottom)| bottom - top).max().unwrap_or(0);
    let free_above = bands.iter().scan(0, |end, (top, bottom)| Some(top - std::mem::replace(end, *bottom)));
    let next_tops = bands.iter().skip(1).map(|(top, _)| *top).chain(std::iter::once(rows.len()));
    let free_below = bands.iter().zip(next_tops).map(|((_, bottom), next)| next.saturating_sub(*bottom));
    let room = |(top, bottom): (usize, usize), free: Room| {
        let height = bottom - top;
        if height as f32 >= LOW * tallest as f32 {
            return Room::default();
        }
        let own = rows.get(top..bottom).unwrap_or_default();
        let most = own.iter().max().copied().unwrap_or(0) as f32;
        let tails = own.iter().rev().take_while(|ink| (**ink as f32) < BODY * most).count();
        let missing = tallest - height;
        let above = match (tails as f32 >= TAIL * tallest as f32, height as f32 >= UPRIGHT * tallest as f32) {
            (true, _) => missing,
            (false, true) => 0,
            (false, false) => missing / 2,
        };
        // Half of the white between two lines is the other one's.
        Room { above: above.min(free.above / 2), below: (missing - above).min(free.below / 2) }
    };
    let free = free_above.zip(free_below).map(|(above, below)| Room { above, below });
    bands.iter().zip(free).map(|(band, free)| room(*band, free)).collect()
}

/// Lines that touch each other are parted where there is least ink.
fn split((top, bottom): (usize, usize), rows: &[usize], usual: Option<f32>) -> Vec<(usize, usize)> {
    let Some(usual) = usual.filter(|usual| *usual > 2.0) else { return vec![(top, bottom)] };
    let height = (bottom - top) as f32;
    if height < 1.65 * usual {
        return vec![(top, bottom)];
    }
    let count = (height / (1.12 * usual)).round().max(2.0) as usize;
    let pitch = height / count as f32;
    let mut parts = Vec::new();
    let mut from = top;
    for index in 1..count {
        let about = top as f32 + pitch * index as f32;
        let (low, high) = ((about - 0.3 * pitch) as usize, (about + 0.3 * pitch) as usize);
        let cut = (low.max(from + 1)..=high.min(bottom.saturating_sub(2)))
            .min_by_key(|y| rows.get(*y).copied().unwrap_or(0))
            .unwrap_or(about as usize);
        parts.push((from, cut));
        from = cut;
    }
    parts.push((from, bottom));
    parts
}

/// The frame of rules in the picture of a cell: they run `margin` pixels inside its edges.
struct Edge {
    margin: usize,
    thickness: f32,
    stroke: f32,
    has_sides: bool,
    width: usize,
    height: usize,
}

impl Edge {
    /// The pixels (0) of the rules. Where a letter crosses a rule, its pixels stay.
    fn rules(&self, luma: &Plane) -> Plane {
        let mut gone = Plane::new(self.width, self.height, 255);
        let directions: &[bool] = if self.has_sides { &[false, true] } else { &[false] };
        for sideways in directions {
            let (size, length) = if *sideways { (self.width, self.height) } else { (self.height, self.width) };
            // Pale rules are no ink, but the model would read them.
            for limit in [INK.saturating_add(25), PALE_RULE] {
                let is_ink = |across: usize, along: usize| {
                    let (x, y) = if *sideways { (across, along) } else { (along, across) };
                    luma.at(x, y) < limit
                };
                let runs = self.runs(size, length, &is_ink);
                for (along, from, to) in &runs {
                    (*from..*to).for_each(|across| {
                        let (x, y) = if *sideways { (across, *along) } else { (*along, across) };
                        gone.set(x, y, 0);
                    });
                }
                if runs.len() as f32 >= SEEN * 2.0 * length as f32 {
                    break;
                }
            }
        }
        gone
    }

    /// The runs of ink across the two rules along one direction: where along them, and from where to where across. The picture is `size`
    /// pixels across the rules and `length` along them; `is_ink` is given the place across first.
    fn runs(&self, size: usize, length: usize, is_ink: &dyn Fn(usize, usize) -> bool) -> Vec<(usize, usize, usize)> {
        let widest = self.margin.saturating_sub(1).max(1);
        let reach = widest.min((self.thickness / 2.0 + 2.5) as usize);
        let longest = (1.5 * self.stroke + 2.0) as usize;
        let mut runs = Vec::new();
        for line in [self.margin, size.saturating_sub(self.margin + 1)] {
            let border = Border::about(line, widest, size, length, is_ink);
            let is_double = self.thickness > DOUBLE * self.stroke;
            let is_told = is_double || (border.is_straight && border.span() as f32 <= self.thickness + 2.0);
            // Where both strokes of a double border are near, their gap may be grey: a run through both is no letter.
            let longest_told = longest.max(border.span() + 2);
            let mut own: Vec<(usize, usize, usize)> = Vec::new();
            for along in 0..length {
                let is_ink = |at: usize| is_ink(at, along);
                let found = if is_told {
                    runs_about(&border.strokes, size, longest_told, &is_ink)
                } else {
                    run_at(line, reach, size, longest, &is_ink).into_iter().collect()
                };
                own.extend(found.into_iter().map(|(from, to)| (along, from, to)));
            }
            if !is_double {
                let touching = under_letters(&own, line == self.margin, length, is_ink);
                own.extend(touching);
            }
            runs.append(&mut own);
        }
        runs
    }

    /// The pixels (0) of marks that belong to the neighbours: most of them lies outside of the cell.
    fn outsiders(&self, luma: &Plane, gone: &Plane) -> Plane {
        let marks =
            Marks::find(self.width, self.height, |x, y| luma.at(x, y) < INK.saturating_add(25) && gone.at(x, y) == 255);
        let inset = self.margin + (self.thickness / 2.0) as usize;
        let inside = |x: usize, y: usize| x >= inset && x + inset < self.width && y >= inset && y + inset < self.height;
        let mut within = vec![0usize; marks.list.len()];
        for y in 0..self.height {
            for x in 0..self.width {
                if inside(x, y)
                    && let Some(index) = marks.at(x, y)
                    && let Some(count) = within.get_mut(index)
                {
                    *count += 1;
                }
            }
        }
        let is_outsider = |index: usize| {
            let Some(mark) = marks.list.get(index) else { return false };
            let own = within.get(index).copied().unwrap_or(0);
            // A remainder of the rule itself lies along the edge, flat.
            let flat = 2.0 * self.thickness + 2.0;
            let hugs = |from: usize, to: usize, size: usize| {
                let near = inset as f32 + flat;
                (to as f32) < near || (from as f32) + near > size as f32
            };
            let thin_across = (mark.height() as f32) <= flat && hugs(mark.top, mark.bottom, self.height);
            let thin_down = self.has_sides && (mark.width() as f32) <= flat && hugs(mark.left, mark.right, self.width);
            let long = mark.width().max(mark.height()) as f32 > 3.0 * flat;
            own * 2 < mark.area || ((thin_across || thin_down) && long)
        };
        let mut plane = Plane::new(self.width, self.height, 255);
        for y in 0..self.height {
            for x in 0..self.width {
                if marks.at(x, y).is_some_and(is_outsider) {
                    plane.set(x, y, 0);
                }
            }
        }
        // Paper outside of the cell, and the soft edge of what goes, goes too.
        Plane::from_fn(self.width, self.height, |x, y| {
            let near = (y.saturating_sub(1)..=y + 1)
                .any(|y| (x.saturating_sub(1)..=x + 1).any(|x| plane.at(x, y) == 0 || gone.at(x, y) == 0));
            let kept = marks.at(x, y).is_some_and(|index| !is_outsider(index));
            if near && !kept { 0 } else { 255 }
        })
    }
}

/// The runs of a rule where letters of the cell touch it: as thick as its others, from the edge that is away from the cell. `runs` are
/// those that were told. What has ink two pixels beyond that edge, too, crosses the rule, and stays; one is its soft edge.
fn under_letters(
    runs: &[(usize, usize, usize)],
    is_first: bool,
    length: usize,
    is_ink: &dyn Fn(usize, usize) -> bool,
) -> Vec<(usize, usize, usize)> {
    if (runs.len() as f32) < MOST_TOLD * length as f32 {
        return Vec::new();
    }
    let median = |mut values: Vec<usize>| -> usize {
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    };
    let from = median(runs.iter().map(|(_, from, _)| *from).collect());
    let to = median(runs.iter().map(|(_, _, to)| *to).collect());
    let mut told = vec![false; length];
    runs.iter().for_each(|(along, ..)| told.get_mut(*along).into_iter().for_each(|slot| *slot = true));
    let beyond = |off: usize| if is_first { from.checked_sub(off) } else { Some(to - 1 + off) };
    let outside: Vec<usize> = [1, 2].into_iter().filter_map(beyond).collect();
    told.iter()
        .enumerate()
        .filter(|(along, told)| !**told && (from..to).all(|at| is_ink(at, *along)))
        .filter(|(along, _)| outside.iter().any(|at| !is_ink(*at, *along)))
        .map(|(along, _)| (along, from, to))
        .collect()
}

/// The run of ink that goes through a rule's place, when it is no longer than the rule is thick.
fn run_at(
    line: usize,
    reach: usize,
    size: usize,
    longest: usize,
    is_ink: &dyn Fn(usize) -> bool,
) -> Option<(usize, usize)> {
    let start = (0..=reach)
        .flat_map(|off| [line.checked_sub(off), Some(line + off)])
        .flatten()
        .find(|at| *at < size && is_ink(*at))?;
    run_through(start, size, longest, is_ink)
}

/// A border as the places across it that are ink along much of it.
struct Border {
    strokes: Vec<usize>,
    /// Whether one of them is ink along nearly all of it: the border does not bend.
    is_straight: bool,
}

impl Border {
    /// The border within reach of a place. What goes on beyond that is a line of letters.
    fn about(line: usize, reach: usize, size: usize, length: usize, is_ink: &dyn Fn(usize, usize) -> bool) -> Border {
        let covered = |at: usize| (0..length).filter(|along| is_ink(at, *along)).count() as f32 / length.max(1) as f32;
        let (first, last) = (line.saturating_sub(reach), (line + reach).min(size.saturating_sub(1)));
        let places: Vec<(usize, f32)> =
            (first..=last).map(|at| (at, covered(at))).filter(|(_, covered)| *covered >= STROKE).collect();
        let groups = places.chunk_by(|(before, _), (after, _)| *after == before + 1);
        let own: Vec<(usize, f32)> =
            groups.filter(|group| !group.iter().any(|(at, _)| [first, last].contains(at))).flatten().copied().collect();
        Border {
            is_straight: own.iter().any(|(_, covered)| *covered >= STRAIGHT),
            strokes: own.into_iter().map(|(at, _)| at).collect(),
        }
    }

    /// From the first of its strokes to the last, in pixels.
    fn span(&self) -> usize {
        self.strokes.first().zip(self.strokes.last()).map_or(0, |(first, last)| last + 1 - first)
    }
}

/// The runs of ink at the strokes of a double border, each no longer than one of them is thick.
fn runs_about(strokes: &[usize], size: usize, longest: usize, is_ink: &dyn Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in strokes {
        if is_ink(*at) && runs.last().is_none_or(|(_, to)| at >= to) {
            runs.extend(run_through(*at, size, longest, is_ink));
        }
    }
    runs
}

/// The run of ink at a place, when it is short enough.
fn run_through(start: usize, size: usize, longest: usize, is_ink: &dyn Fn(usize) -> bool) -> Option<(usize, usize)> {
    let mut from = start;
    while from > 0 && is_ink(from - 1) && start - from <= longest {
        from -= 1;
    }
    let mut to = start + 1;
    while to < size && is_ink(to) && to - start <= longest {
        to += 1;
    }
    (to - from <= longest).then_some((from, to))
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
    let amount = |limit: u8| marks(limit).iter().map(|mark| mark.area).sum::<usize>();
    let letter = letter(pixels_per_inch);
    if let Some(leaders) = leaders::of(&marks(FAINT_INK), pixels_per_inch) {
        Content::Leaders(leaders)
    } else if amount(INK) > letter {
        Content::Ink
    } else if amount(FAINT_INK) > letter || amount(INK) > 0 {
        Content::Faint
    } else {
        Content::Blank
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_belongs_to_the_line_under_it() {
        assert_eq!(glued(vec![(10, 14), (16, 36), (44, 64)], None, 5), [(10, 36), (44, 64)]);
        assert_eq!(glued(vec![(16, 36), (38, 41)], None, 5), [(16, 41)]);
    }

    /// A cell with letters of 4 by 12 pixels at these places, in a margin of 10 pixels.
    fn cell(letters: &[(usize, usize)]) -> CellPicture {
        let luma = Plane::from_fn(120, 60, |x, y| {
            let inked =
                letters.iter().any(|(left, top)| (*left..left + 4).contains(&x) && (*top..top + 12).contains(&y));
            if inked { 0 } else { 255 }
        });
        CellPicture { brightest: luma.clone(), luma, content: Content::Ink, letter: 24, margin: 10 }
    }

    #[test]
    fn ink_below_the_last_line_may_be_a_lost_one() {
        let line = Band { top: 14, bottom: 26, left: 20, right: 100, room: Room::default() };
        assert!(!cell(&[(20, 14), (30, 14)]).has_ink_outside(&[line]));
        assert!(cell(&[(20, 14), (30, 40)]).has_ink_outside(&[line]));
    }

    #[test]
    fn digits_are_counted_and_those_that_touch_are_a_guess() {
        let line = |left, right| Band { top: 14, bottom: 26, left, right, room: Room::default() };
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

    #[test]
    fn a_low_line_has_the_room_that_the_others_of_its_cell_take() {
        // A line with upstrokes (10 to 14) and tails (22 to 25); one of tails, one of neither, one of capitals.
        let whole = (10..25).map(|y| if (14..22).contains(&y) { 9 } else { 2 });
        let rows: Vec<usize> = std::iter::repeat_n(0, 10).chain(whole).chain(std::iter::repeat_n(0, 25)).collect();
        let with = |own: &[usize]| -> Vec<usize> {
            rows.iter()
                .enumerate()
                .map(|(y, ink)| y.checked_sub(34).and_then(|at| own.get(at)).unwrap_or(ink))
                .copied()
                .collect()
        };
        let second = |own: &[usize]| rooms(&[(10, 25), (34, 34 + own.len())], &with(own))[1];
        assert_eq!(second(&[9, 9, 9, 9, 9, 9, 9, 9, 2, 2, 2]), Room { above: 4, below: 0 });
        assert_eq!(second(&[9; 8]), Room { above: 3, below: 4 });
        assert_eq!(second(&[9; 11]), Room { above: 0, below: 2 });
        assert_eq!(second(&[9; 15]), Room::default());
    }

    #[test]
    fn lines_that_touch_are_parted_where_there_is_least_ink() {
        let mut rows = vec![9; 60];
        rows[29] = 1;
        assert_eq!(split((0, 58), &rows, Some(26.0)), [(0, 29), (29, 58)]);
        assert_eq!(split((0, 30), &rows, Some(26.0)), [(0, 30)]);
    }

    #[test]
    fn a_rule_goes_and_a_letter_that_crosses_it_stays() {
        let page = Plane::from_fn(80, 40, |x, y| {
            let rule = y.abs_diff(10) <= 1;
            let letter = (30..34).contains(&x) && (6..26).contains(&y);
            if rule || letter { 0 } else { 255 }
        });
        let edge = Edge { margin: 10, thickness: 3.0, stroke: 3.0, has_sides: true, width: 80, height: 40 };
        let gone = edge.rules(&page);
        assert_eq!((gone.at(60, 10), gone.at(60, 9)), (0, 0));
        assert_eq!((gone.at(31, 10), gone.at(31, 20)), (255, 255));
    }

    #[test]
    fn both_strokes_of_a_border_go_though_the_gap_between_them_is_grey_here_and_there() {
        // The upper border has its strokes at 6 to 8 and 10 to 12; every third stretch of the gap is as good as ink.
        let page = Plane::from_fn(80, 40, |x, y| {
            let stroke = (6..9).contains(&y) || (10..13).contains(&y);
            let gap = y == 9 && (x / 8) % 3 == 0;
            let letter = (30..34).contains(&x) && (18..30).contains(&y);
            if stroke || gap || letter { 0 } else { 255 }
        });
        for stroke in [2.0, 3.7] {
            let edge = Edge { margin: 10, thickness: 6.0, stroke, has_sides: false, width: 80, height: 40 };
            let gone = edge.rules(&page);
            let remains = (6..13)
                .flat_map(|y| (0..80).map(move |x| (x, y)))
                .filter(|(x, y)| page.is_ink(*x, *y) && gone.at(*x, *y) == 255);
            assert_eq!(remains.count(), 0, "{stroke}");
            assert_eq!(gone.at(31, 20), 255);
        }
    }

    #[test]
    fn a_rule_goes_under_a_letter_that_only_touches_it() {
        let page = Plane::from_fn(80, 40, |x, y| {
            let rule = y.abs_diff(10) <= 1;
            let letter = (30..34).contains(&x) && (12..26).contains(&y);
            if rule || letter { 0 } else { 255 }
        });
        let edge = Edge { margin: 10, thickness: 3.0, stroke: 3.0, has_sides: true, width: 80, height: 40 };
        let gone = edge.rules(&page);
        assert_eq!((gone.at(31, 9), gone.at(31, 11), gone.at(60, 10)), (0, 0, 0));
        assert_eq!((gone.at(31, 12), gone.at(31, 20)), (255, 255));
    }
}
