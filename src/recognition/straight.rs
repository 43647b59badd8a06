//! Straight: which way up a picture is, and how far it is turned from the horizontal.
//!
//! Whole quarters of a turn are made on the picture; the small angle that is left is carried along in [`Straight`], so that
//! pixels are moved once only, when a cell or a line is cut out.

use image::RgbImage;

use super::fills;
use super::light::WHITE;
use super::plane::Plane;

/// Pages are straightened up to this many degrees.
const MOST_DEGREES: f32 = 9.0;
/// The side of the small picture that the angle is looked for in.
const SMALL: usize = 900;

/// What is darker than this is letters, of which the second part is as dark as the middle of strokes.
const LETTERS: usize = 200;
const DARK_OF_LETTERS: f32 = 0.2;
/// Letters that are no darker than this are pale; they become as dark as the second, at most the third times as far from paper.
const PALE_LETTERS: u8 = 95;
const STRONG_LETTERS: f32 = 75.0;
const MOST_TIMES: f32 = 1.6;

/// The channels of one page, and the angle by which its lines are off.
pub(super) struct Straight {
    pub luma: Plane,
    pub brightest: Plane,
    /// Where there were dark fills (0), when there were any.
    filled: Option<Plane>,
    sine: f32,
    cosine: f32,
}

impl Straight {
    pub fn new(picture: &RgbImage, pixels_per_inch: f32) -> Straight {
        let block = (pixels_per_inch / 12.0) as usize;
        let mut luma = Plane::luma(picture);
        let mut brightest = if Plane::is_grey(picture) { luma.clone() } else { Plane::brightest(picture) };
        let filled = fills::lighten(&mut luma, &mut brightest, pixels_per_inch);
        let (luma, brightest) = evenly_lit(&luma, &brightest, block);
        let small = Dots::of(&luma);
        let degrees = small.angle().0;
        let (sine, cosine) = degrees.to_radians().sin_cos();
        Straight { luma, brightest, filled, sine, cosine }
    }

    /// A part of a page that is level and has no dark fills.
    pub fn level(picture: &RgbImage, pixels_per_inch: f32) -> Straight {
        let block = (pixels_per_inch / 12.0) as usize;
        let (luma, brightest) = evenly_lit(&Plane::luma(picture), &Plane::brightest(picture), block);
        Straight { luma, brightest, filled: None, sine: 0.0, cosine: 1.0 }
    }

    pub fn width(&self) -> usize {
        self.luma.width
    }

    pub fn height(&self) -> usize {
        self.luma.height
    }

    /// Where a place of the straight page is in the picture.
    pub fn source(&self, x: f32, y: f32) -> (f32, f32) {
        let (middle_x, middle_y) = (self.width() as f32 / 2.0, self.height() as f32 / 2.0);
        let (x, y) = (x - middle_x, y - middle_y);
        (self.cosine * x - self.sine * y + middle_x, self.sine * x + self.cosine * y + middle_y)
    }

    /// Whether a place of the straight page was a dark fill.
    pub fn is_filled(&self, x: f32, y: f32) -> bool {
        let (x, y) = self.source(x, y);
        self.filled.as_ref().is_some_and(|filled| filled.near(x as isize, y as isize) == 0)
    }

    /// The straight page in ink (0) and paper (255), or in grey as it is.
    pub fn page(&self) -> Plane {
        if self.sine.abs() < 0.0005 {
            return self.luma.clone();
        }
        self.luma.turned(|x, y| self.source(x, y))
    }
}

/// Both channels lit evenly, and strengthened alike where the letters are pale; a picture without colour has one.
fn evenly_lit(luma: &Plane, brightest: &Plane, block: usize) -> (Plane, Plane) {
    let lit = luma.evenly_lit(block);
    let letters = lit.darkest_below(LETTERS, DARK_OF_LETTERS);
    let is_pale = (PALE_LETTERS..LETTERS as u8).contains(&letters);
    let strengthen = |lit: Plane| if is_pale { strengthened(&lit, letters) } else { lit };
    let other = (luma != brightest).then(|| strengthen(brightest.evenly_lit(block)));
    let lit = strengthen(lit);
    let brightest = other.unwrap_or_else(|| lit.clone());
    (lit, brightest)
}

/// A page whose toner was low or whose scanner was set too light, with `letters` as dark as usual and its paper as it is.
fn strengthened(plane: &Plane, letters: u8) -> Plane {
    let times = ((WHITE - STRONG_LETTERS) / (WHITE - f32::from(letters)).max(1.0)).min(MOST_TIMES);
    let black = WHITE - WHITE / times;
    plane.levelled(black as u8, (WHITE + (255.0 - WHITE) / times).round() as u8)
}

/// Whether the lines of text run down the picture rather than across it.
pub(super) fn is_sideways(luma: &Plane) -> bool {
    let small = luma.shrunk(factor(luma));
    let lit = small.evenly_lit((small.width.min(small.height) / 100).max(6));
    let small = Dots::of(&lit).without_rules();
    small.turned().angle().1 > 1.15 * small.angle().1
}

/// By how much a page is shrunk to be looked at from far.
fn factor(page: &Plane) -> usize {
    (page.width.max(page.height) / SMALL).max(1)
}

/// The ink of a small picture, as points.
struct Dots {
    width: usize,
    height: usize,
    points: Vec<(f32, f32)>,
}

impl Dots {
    fn of(page: &Plane) -> Dots {
        let small = page.shrunk(factor(page));
        let mut points = Vec::new();
        for y in 0..small.height {
            points.extend(
                small.row(y).iter().enumerate().filter(|(_, pixel)| **pixel < 200).map(|(x, _)| (x as f32, y as f32)),
            );
        }
        Dots { width: small.width, height: small.height, points }
    }

    /// Without long straight strokes, which say nothing of the direction of the text.
    fn without_rules(&self) -> Dots {
        let mut plane = Plane::new(self.width, self.height, 255);
        for (x, y) in &self.points {
            plane.set(*x as usize, *y as usize, 0);
        }
        let longest = self.width.max(self.height) / 22;
        let mut rule = Plane::new(self.width, self.height, 0);
        for y in 0..self.height {
            for (from, to) in runs((0..self.width).map(|x| plane.is_ink(x, y)), longest) {
                (from..to).for_each(|x| rule.set(x, y, 1));
            }
        }
        for x in 0..self.width {
            for (from, to) in runs((0..self.height).map(|y| plane.is_ink(x, y)), longest) {
                (from..to).for_each(|y| rule.set(x, y, 1));
            }
        }
        let points = self.points.iter().filter(|(x, y)| rule.at(*x as usize, *y as usize) == 0).copied().collect();
        Dots { width: self.width, height: self.height, points }
    }

    fn turned(&self) -> Dots {
        let points = self.points.iter().map(|(x, y)| (*y, *x)).collect();
        Dots { width: self.height, height: self.width, points }
    }

    /// The angle in degrees at which the lines of text stand out most, and how much they do.
    fn angle(&self) -> (f32, f32) {
        let mut best = (0.0, self.contrast(0.0));
        let mut reach = MOST_DEGREES;
        for step in [0.5, 0.1, 0.03] {
            let middle = best.0;
            let steps = (reach / step) as i32;
            for index in -steps..=steps {
                let degrees = middle + index as f32 * step;
                let contrast = self.contrast(degrees);
                if contrast > best.1 * 1.0001 {
                    best = (degrees, contrast);
                }
            }
            reach = step;
        }
        best
    }

    /// How strongly the rows of ink differ from their neighbours when the page is sheared by an angle.
    fn contrast(&self, degrees: f32) -> f32 {
        let slope = degrees.to_radians().tan();
        let offset = self.width as f32 * slope.abs();
        let mut rows = vec![0u32; self.height + 2 * offset as usize + 3];
        for (x, y) in &self.points {
            let row = (y - x * slope + offset + 1.0) as usize;
            if let Some(count) = rows.get_mut(row) {
                *count += 1;
            }
        }
        let steps = rows.iter().zip(rows.iter().skip(1));
        let sum: f32 = steps.map(|(a, b)| (*a as f32 - *b as f32).powi(2)).sum();
        // Per point, so that a page of much ink is like one of little.
        sum / (self.points.len().max(1) as f32)
    }
}

/// Stretches of `true` at least `shortest` long, as half-open ranges.
fn runs(values: impl Iterator<Item = bool>, shortest: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut end = 0;
    for (index, value) in values.enumerate() {
        end = index + 1;
        match (value, start) {
            (true, None) => start = Some(index),
            (false, Some(from)) => {
                if index - from >= shortest {
                    found.push((from, index));
                }
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start
        && end - from >= shortest
    {
        found.push((from, end));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of short strokes at an angle, as text seen from far.
    fn page(degrees: f32) -> RgbImage {
        let slope = degrees.to_radians().tan();
        RgbImage::from_fn(600, 800, |x, y| {
            let down = y as f32 - x as f32 * slope;
            let ink = (60.0..740.0).contains(&down)
                && (down as u32) % 24 < 9
                && (x + 5 * (down as u32 / 24)) % 13 < 8
                && (50..550).contains(&x);
            image::Rgb(if ink { [20, 20, 20] } else { [235, 235, 235] })
        })
    }

    #[test]
    fn a_crooked_page_is_straightened() {
        for degrees in [-5.0, -1.2, 0.0, 0.7, 6.0] {
            let straight = Straight::new(&page(degrees), 72.0);
            let found = straight.sine.asin().to_degrees();
            assert!((found - degrees).abs() < 0.25, "{degrees}: {found}");
        }
    }

    #[test]
    fn pale_letters_become_darker_and_paper_stays() {
        let page = |ink: u8| Plane::from_fn(400, 400, |x, y| if (x / 4) % 4 == 0 && y % 20 < 9 { ink } else { 248 });
        let (pale, _) = evenly_lit(&page(140), &page(140), 16);
        assert!((65..100).contains(&pale.at(1, 25)) && pale.at(9, 25) > 240, "{} {}", pale.at(1, 25), pale.at(9, 25));
        let (dark, _) = evenly_lit(&page(40), &page(40), 16);
        assert!(dark.at(1, 25).abs_diff(40) < 4);
    }

    #[test]
    fn a_page_on_its_side_is_told() {
        assert!(!is_sideways(&Plane::luma(&page(1.0))));
        assert!(is_sideways(&Plane::luma(&image::imageops::rotate90(&page(1.0)))));
    }
}
