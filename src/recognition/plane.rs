//! Plane: one channel of a picture, and the operations on pixels that the rest of the room needs: sampling between pixels,
//! evening out the light, telling ink from paper.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};

/// A pixel of the evened-out plane that is darker than this is ink.
pub(super) const INK: u8 = 175;
/// Darker than this is perhaps ink: faint pencil, a worn ribbon.
pub(super) const FAINT_INK: u8 = 222;
/// The thinnest strokes of letters, and pale rules, are darker than this.
pub(super) const PALE_STROKE: u8 = INK + 25;
/// What paper becomes when the light is evened out.
pub(super) const WHITE: f32 = 250.0;

/// A square of which so much is about as bright as its paper, within so much, is one grey; when it is darker than this part of the paper
/// beside it, it may be all ink.
const FLAT: f32 = 0.85;
const GRAIN: u8 = 16;
const DARKEST_PAPER: f32 = 0.55;
/// Paper under letters is at least so bright beside the brightest around it.
const UNDER_LETTERS: f32 = 0.9;
/// Letters stand on the same paper as a square so many squares beside them.
const BESIDE: usize = 8;

/// A grey picture, row by row; outside of it all is paper.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pixels: Vec<u8>,
}

impl Plane {
    pub fn new(width: usize, height: usize, value: u8) -> Plane {
        Plane { width, height, pixels: vec![value; width * height] }
    }

    /// A plane whose pixels are made one by one, row by row.
    pub fn from_fn(width: usize, height: usize, mut value: impl FnMut(usize, usize) -> u8) -> Plane {
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            pixels.extend((0..width).map(|x| value(x, y)));
        }
        Plane { width, height, pixels }
    }

    /// Luma by the weights of ITU-R BT.601.
    pub fn luma(picture: &RgbImage) -> Plane {
        Plane::of_channels(picture, |r, g, b| ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8) as u8)
    }

    /// The brightest channel: blue, red and violet ink fades in it, black stays.
    pub fn brightest(picture: &RgbImage) -> Plane {
        Plane::of_channels(picture, |r, g, b| r.max(g).max(b))
    }

    /// The darkest channel: what has a colour is dark in it, paper is not.
    pub fn darkest_channel(picture: &RgbImage) -> Plane {
        Plane::of_channels(picture, |r, g, b| r.min(g).min(b))
    }

    fn of_channels(picture: &RgbImage, value: impl Fn(u8, u8, u8) -> u8) -> Plane {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let (of_channels, _) = picture.as_raw().as_chunks();
        let pixels = of_channels.iter().map(|[r, g, b]| value(*r, *g, *b)).collect();
        Plane { width, height, pixels }
    }

    pub fn at(&self, x: usize, y: usize) -> u8 {
        if x >= self.width {
            return 255;
        }
        self.pixels.get(y * self.width + x).copied().unwrap_or(255)
    }

    /// Paper outside of the picture, also left of and above it.
    pub fn near(&self, x: isize, y: isize) -> u8 {
        match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) => self.at(x, y),
            _ => 255,
        }
    }

    /// Two pixels beside one another: looked up at once where both are in the picture, as nearly all are.
    fn pair(&self, x: isize, y: isize) -> (u8, u8) {
        if let (Ok(left), Ok(row)) = (usize::try_from(x), usize::try_from(y))
            && left + 1 < self.width
            && let Some([left, right]) = self.pixels.get(row * self.width + left..row * self.width + left + 2)
        {
            return (*left, *right);
        }
        (self.near(x, y), self.near(x + 1, y))
    }

    pub fn set(&mut self, x: usize, y: usize, value: u8) {
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = value;
        }
    }

    pub fn row(&self, y: usize) -> &[u8] {
        self.pixels.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    pub fn is_ink(&self, x: usize, y: usize) -> bool {
        self.at(x, y) < INK
    }

    /// The value between pixels, by bilinear interpolation; pixel centres are at whole numbers.
    pub fn sample(&self, x: f32, y: f32) -> u8 {
        let before = |value: f32| value as isize - isize::from(value < 0.0);
        let (left, top) = (before(x), before(y));
        let (right_share, bottom_share) = (x - left as f32, y - top as f32);
        let [above, below] = [top, top + 1].map(|y| {
            let (left, right) = self.pair(left, y);
            f32::from(left) * (1.0 - right_share) + f32::from(right) * right_share
        });
        (above * (1.0 - bottom_share) + below * bottom_share + 0.5) as u8
    }

    /// Ink (0) and paper (255), where what is darker than `limit` is ink and so is a gap of up to `gap` pixels between ink in a row.
    pub fn closed(&self, gap: usize, limit: u8) -> Plane {
        let mut closed = Plane::new(self.width, self.height, 255);
        for y in 0..self.height {
            let mut last: Option<usize> = None;
            for (x, _) in self.row(y).iter().enumerate().filter(|(_, pixel)| **pixel < limit) {
                let from = last.filter(|last| x - last <= gap + 1).map_or(x, |last| last + 1);
                (from..=x).for_each(|at| closed.set(at, y, 0));
                last = Some(x);
            }
        }
        closed
    }

    /// Each pixel the mean of the `window` pixels about it in its row: grain goes, and a hair rule along the row stays.
    pub fn averaged_along(&self, window: usize) -> Plane {
        let half = window / 2;
        let mut pixels = Vec::with_capacity(self.pixels.len());
        // What the pixels before each place of a row sum up to.
        let mut sums = Vec::with_capacity(self.width + 1);
        for y in 0..self.height {
            sums.clear();
            sums.push(0u32);
            let mut sum = 0;
            sums.extend(self.row(y).iter().map(|pixel| {
                sum += u32::from(*pixel);
                sum
            }));
            pixels.extend((0..self.width).map(|x| {
                let (from, to) = (x.saturating_sub(half), (x + half + 1).min(self.width));
                let before = |place: usize| sums.get(place).copied().unwrap_or(sum);
                ((before(to) - before(from)) / (to - from) as u32) as u8
            }));
        }
        Plane { width: self.width, height: self.height, pixels }
    }

    /// Ink (0) and paper (255), where ink is what is darker than `limit`, or by `least` darker than what stands `apart` pixels above and below it.
    pub fn with_ridges(&self, limit: u8, apart: usize, least: u8) -> Plane {
        let at = |x: usize, y: Option<usize>| y.filter(|y| *y < self.height).map_or(255, |y| self.at(x, y));
        Plane::from_fn(self.width, self.height, |x, y| {
            let own = self.at(x, y);
            let beside = at(x, y.checked_sub(apart)).min(at(x, Some(y + apart)));
            if own < limit || beside.saturating_sub(own) >= least { 0 } else { 255 }
        })
    }

    /// Smaller by a whole factor, each pixel the mean of those it stands for.
    pub fn shrunk(&self, factor: usize) -> Plane {
        let factor = factor.max(1);
        let (width, height) = (self.width / factor, self.height / factor);
        let mut sums = vec![0u32; width];
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            sums.fill(0);
            for inner in 0..factor {
                for (sum, chunk) in sums.iter_mut().zip(self.row(y * factor + inner).chunks_exact(factor)) {
                    *sum += chunk.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
            }
            let area = (factor * factor) as u32;
            pixels.extend(sums.iter().map(|sum| (sum / area) as u8));
        }
        Plane { width, height, pixels }
    }

    /// The picture as if it were lit evenly: every pixel against the paper around it. `block` is the side, in pixels, of the
    /// squares in which the paper's brightness is measured.
    pub fn evenly_lit(&self, block: usize) -> Plane {
        let block = block.max(4);
        let paper = self.paper(block);
        let (across, down) = (paper.width, paper.height);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        let between: Vec<(usize, f32)> = (0..self.width)
            .map(|x| ((x as f32 + 0.5) / block as f32 - 0.5).clamp(0.0, (across - 1) as f32))
            .map(|u| (u as usize, u.fract()))
            .collect();
        let mut here = vec![0.0f32; self.width];
        for y in 0..self.height {
            let v = ((y as f32 + 0.5) / block as f32 - 0.5).clamp(0.0, (down - 1) as f32);
            let (top, share) = (v as usize, v.fract());
            let (above, below) = (paper.row(top), paper.row((top + 1).min(down - 1)));
            let mixed: Vec<f32> = above
                .iter()
                .zip(below)
                .map(|(above, below)| f32::from(*above) * (1.0 - share) + f32::from(*below) * share)
                .collect();
            for (slot, (left, share)) in here.iter_mut().zip(&between) {
                let a = mixed.get(*left).copied().unwrap_or(255.0);
                let b = mixed.get(left + 1).copied().unwrap_or(a);
                *slot = a + (b - a) * share;
            }
            pixels.extend(
                self.row(y)
                    .iter()
                    .zip(&here)
                    .map(|(pixel, paper)| (f32::from(*pixel) * WHITE / paper.max(1.0)).min(255.0) as u8),
            );
        }
        Plane { width: self.width, height: self.height, pixels }
    }

    /// How bright the paper is in each square of `block` pixels a side.
    fn paper(&self, block: usize) -> Plane {
        let (across, down) = (self.width.div_ceil(block).max(1), self.height.div_ceil(block).max(1));
        let own = Plane::from_fn(across, down, |column, row| self.ninth_tenth(column * block, row * block, block));
        let around = own.neighbourhood(|values| values.iter().copied().max().unwrap_or(255));
        // Paper under letters is a little darker than the brightest beside it where a shadow falls; what is far darker is ink.
        let likely = Plane::from_fn(across, down, |column, row| {
            let (value, brightest) = (own.at(column, row), around.at(column, row));
            if f32::from(value) >= UNDER_LETTERS * f32::from(brightest) { value } else { brightest }
        });
        let mean = likely.neighbourhood(|values| {
            let sum: u32 = values.iter().map(|value| u32::from(*value)).sum();
            (sum / values.len().max(1) as u32) as u8
        });
        // A square of one grey is the background of a cell, which begins and ends sharply: letters beside it stand on it, too. A far darker one
        // may be all ink (0 is none).
        let flat = Plane::from_fn(across, down, |column, row| {
            let (value, brightest) = (own.at(column, row), around.at(column, row));
            let is_paper = f32::from(value) >= DARKEST_PAPER * f32::from(brightest)
                && self.is_flat(column * block, row * block, block, value);
            if is_paper { value } else { 0 }
        });
        Plane::from_fn(across, down, |column, row| {
            let known = |other: usize| Some(flat.at(other, row)).filter(|value| *value > 0);
            // The paper beside the letters to the left and to the right, the nearer the more: a shadow may lie between.
            let nearest = |at: &dyn Fn(usize) -> Option<usize>| {
                (1..=BESIDE).find_map(|apart| Some((f32::from(known(at(apart)?)?), apart as f32)))
            };
            let left = nearest(&|apart| column.checked_sub(apart));
            let right = nearest(&|apart| Some(column + apart).filter(|other| *other < across));
            let between = match (left, right) {
                (Some((a, near)), Some((b, far))) => Some(((a * far + b * near) / (near + far)) as u8),
                (one, other) => one.or(other).map(|(value, _)| value as u8),
            };
            known(column).or(between).unwrap_or_else(|| mean.at(column, row))
        })
    }

    /// The rows of a square, as far as they are in the picture.
    fn square(&self, left: usize, top: usize, side: usize) -> impl Iterator<Item = &[u8]> {
        let right = self.width.min(left + side);
        (top..(top + side).min(self.height)).map(move |y| self.row(y).get(left..right).unwrap_or_default())
    }

    /// Whether nearly all of a square is about as bright as a value.
    fn is_flat(&self, left: usize, top: usize, side: usize, value: u8) -> bool {
        let (mut like_it, mut all) = (0usize, 0usize);
        for row in self.square(left, top, side) {
            like_it += row.iter().filter(|pixel| pixel.abs_diff(value) <= GRAIN).count();
            all += row.len();
        }
        like_it as f32 >= FLAT * all as f32
    }

    /// The value that a tenth of a square's pixels reach: its paper, unless most of it is ink.
    fn ninth_tenth(&self, left: usize, top: usize, side: usize) -> u8 {
        let mut counts = [0u32; 256];
        let mut total = 0;
        for row in self.square(left, top, side) {
            for pixel in row {
                if let Some(count) = counts.get_mut(usize::from(*pixel)) {
                    *count += 1;
                    total += 1;
                }
            }
        }
        let mut above = 0;
        for (value, count) in counts.iter().enumerate().rev() {
            above += count;
            if above * 10 >= total {
                return value as u8;
            }
        }
        255
    }

    /// Each pixel made of its square of nine (fewer at the edge).
    fn neighbourhood(&self, value: impl Fn(&[u8]) -> u8) -> Plane {
        Plane::from_fn(self.width, self.height, |x, y| {
            let mut around = [0u8; 9];
            let mut count = 0;
            for near_y in y.saturating_sub(1)..=(y + 1).min(self.height.saturating_sub(1)) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(self.width.saturating_sub(1)) {
                    if let Some(slot) = around.get_mut(count) {
                        *slot = self.at(near_x, near_y);
                        count += 1;
                    }
                }
            }
            value(around.get(..count).unwrap_or_default())
        })
    }

    /// Contrast stretched so that `black` and darker become black, `white` and brighter white.
    pub fn levelled(&self, black: u8, white: u8) -> Plane {
        let range = f32::from(white.saturating_sub(black).max(1));
        let stretch = |pixel: &u8| ((f32::from(pixel.saturating_sub(black)) * 255.0 / range).min(255.0)) as u8;
        Plane { width: self.width, height: self.height, pixels: self.pixels.iter().map(stretch).collect() }
    }

    /// The value that this part of the pixels is not lighter than.
    pub fn darkest(&self, part: f32) -> u8 {
        self.darkest_below(256, part)
    }

    /// The same for the pixels that are darker than `limit` alone.
    pub fn darkest_below(&self, limit: usize, part: f32) -> u8 {
        let mut counts = [0usize; 256];
        for pixel in &self.pixels {
            if let Some(count) = counts.get_mut(usize::from(*pixel)) {
                *count += 1;
            }
        }
        let own = counts.get(..limit).unwrap_or(&counts);
        let mut left = (part * own.iter().sum::<usize>() as f32) as usize;
        for (value, count) in (0..=255).zip(own) {
            match left.checked_sub(*count) {
                Some(rest) => left = rest,
                None => return value,
            }
        }
        255
    }

    /// Softened by a Gaussian of this standard deviation, in pixels.
    pub fn blurred(&self, deviation: f32) -> Plane {
        let reach = (2.5 * deviation).ceil() as isize;
        let weights: Vec<f32> = (-reach..=reach).map(|at| (-0.5 * (at as f32 / deviation).powi(2)).exp()).collect();
        let total: f32 = weights.iter().sum();
        let pass = |plane: &Plane, across: bool| {
            Plane::from_fn(plane.width, plane.height, |x, y| {
                let sum: f32 = weights
                    .iter()
                    .zip(-reach..=reach)
                    .map(|(weight, at)| {
                        let (x, y) = (x as isize, y as isize);
                        weight * f32::from(if across { plane.near(x + at, y) } else { plane.near(x, y + at) })
                    })
                    .sum();
                (sum / total + 0.5) as u8
            })
        };
        pass(&pass(self, true), false)
    }

    /// In the PNG format (ISO/IEC 15948). `None` for a picture that has no pixels.
    pub fn png(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
        let size = (u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?);
        encoder.write_image(&self.pixels, size.0, size.1, ExtendedColorType::L8).ok()?;
        Some(bytes)
    }

    /// To another size: the mean of what a pixel covers when shrinking, bilinear when growing.
    pub fn resized(&self, width: usize, height: usize) -> Plane {
        let (width, height) = (width.max(1), height.max(1));
        let (step_x, step_y) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        let looks = |step: f32| (step.ceil() as usize).clamp(1, 8);
        let (looks_x, looks_y) = (looks(step_x), looks(step_y));
        let inside = |value: f32, size: usize| value.clamp(0.0, size.saturating_sub(1) as f32);
        Plane::from_fn(width, height, |x, y| {
            let mut sum = 0u32;
            for look_y in 0..looks_y {
                for look_x in 0..looks_x {
                    let u = (x as f32 + (look_x as f32 + 0.5) / looks_x as f32) * step_x - 0.5;
                    let v = (y as f32 + (look_y as f32 + 0.5) / looks_y as f32) * step_y - 0.5;
                    sum += u32::from(self.sample(inside(u, self.width), inside(v, self.height)));
                }
            }
            (sum / (looks_x * looks_y) as u32) as u8
        })
    }

    /// The part of it from `left`, `top`.
    pub fn cut(&self, left: usize, top: usize, width: usize, height: usize) -> Plane {
        Plane::from_fn(width, height, |x, y| self.at(left + x, top + y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_the_picture_that_its_png_says() {
        let plane = Plane::from_fn(7, 5, |x, y| (x * 30 + y) as u8);
        let read = image::load_from_memory(&plane.png().unwrap()).unwrap().to_luma8();
        assert_eq!((read.width(), read.height(), read.into_raw()), (7, 5, plane.pixels.clone()));
        assert_eq!(Plane::new(0, 0, 255).png(), None);
    }

    #[test]
    fn a_shadow_is_no_ink_after_the_light_is_evened_out() {
        // A page that darkens from left to right, with a stroke in its dark half.
        let page = Plane::from_fn(200, 60, |x, y| {
            let paper = 240 - x as u8 / 2;
            if (150..170).contains(&x) && (28..32).contains(&y) { paper / 3 } else { paper }
        });
        let lit = page.evenly_lit(20);
        assert!(!lit.is_ink(195, 5) && !lit.is_ink(120, 30));
        assert!(lit.is_ink(160, 30));
    }

    #[test]
    fn the_grey_background_of_a_row_becomes_paper_up_to_its_edges() {
        // A band of grey with a line of letters at its upper edge, as in a table of striped rows.
        let page = Plane::from_fn(400, 200, |x, y| {
            let band = (60..140).contains(&y);
            let letters = (70..82).contains(&y) && (40..160).contains(&x) && x % 8 < 4;
            match (letters, band) {
                (true, _) => 40,
                (_, true) => 150,
                _ => 240,
            }
        });
        let lit = page.evenly_lit(12);
        for (x, y) in [(200, 76), (100, 68), (43 + 3, 76), (300, 132), (100, 100)] {
            assert!(!lit.is_ink(x, y), "{x} {y}: {}", lit.at(x, y));
        }
        assert!(lit.is_ink(41, 76) && lit.is_ink(153, 76));
        assert!(lit.at(200, 20) > 240);
    }

    #[test]
    fn the_mean_along_a_row_keeps_a_hair_rule() {
        let plane = Plane::from_fn(40, 3, |x, y| if y == 1 { 200 } else { 230 + (x % 2) as u8 * 20 });
        let mean = plane.averaged_along(8);
        assert_eq!((mean.at(20, 1), mean.at(0, 1), mean.at(39, 1)), (200, 200, 200));
        assert!(mean.at(20, 0).abs_diff(240) <= 2 && mean.at(39, 2).abs_diff(240) <= 4);
    }

    #[test]
    fn outside_of_a_picture_is_paper() {
        let plane = Plane::new(3, 3, 0);
        assert_eq!((plane.near(-1, 0), plane.at(3, 0), plane.at(0, 3)), (255, 255, 255));
    }

    #[test]
    fn a_resized_picture_keeps_its_light() {
        let plane = Plane::from_fn(40, 40, |x, _| if x < 20 { 0 } else { 200 });
        let small = plane.resized(10, 10);
        assert_eq!((small.at(1, 5), small.at(8, 5)), (0, 200));
    }
}
