//! Plane: one channel of a picture, and the operations on pixels that the rest of the room needs: sampling between pixels, telling ink from
//! paper.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};

/// A pixel of the evened-out plane that is darker than this is ink.
pub(super) const INK: u8 = 175;
/// Darker than this is perhaps ink: faint pencil, a worn ribbon.
pub(super) const FAINT_INK: u8 = 222;
/// The thinnest strokes of letters, and pale rules, are darker than this.
pub(super) const PALE_STROKE: u8 = INK + 25;
/// Pixels of a row that are looked up at once.
const ALONG: usize = 16;

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

    /// Whether a picture has no colours: all its channels are one.
    pub fn is_grey(picture: &RgbImage) -> bool {
        let (of_channels, _) = picture.as_raw().as_chunks();
        of_channels.iter().all(|[r, g, b]| r == g && g == b)
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

    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        self.pixels.get_mut(y * self.width..(y + 1) * self.width).unwrap_or_default()
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

    /// The picture whose every pixel is the [`sample`](Plane::sample) at `source` of its place, for one that goes along this picture's rows or nearly so.
    pub fn turned(&self, source: impl Fn(f32, f32) -> (f32, f32)) -> Plane {
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            for from in (0..self.width).step_by(ALONG) {
                let places: [(f32, f32); ALONG] = std::array::from_fn(|index| source((from + index) as f32, y as f32));
                match self.along(&places) {
                    Some(samples) => pixels.extend(samples.iter().take(self.width - from)),
                    None => pixels.extend(places.iter().take(self.width - from).map(|(x, y)| self.sample(*x, *y))),
                }
            }
        }
        Plane { width: self.width, height: self.height, pixels }
    }

    /// The samples at places that are between the same two rows, a pixel from each other: looked up at once.
    fn along(&self, places: &[(f32, f32); ALONG]) -> Option<[u8; ALONG]> {
        let [(first, top), .., (last, bottom)] = *places;
        let is_along = first >= 0.0
            && top.min(bottom) >= 0.0
            && top as usize == bottom as usize
            && first as usize + ALONG - 1 == last as usize
            && last as usize + 1 < self.width;
        let (left, top) = (first as usize, top as usize);
        let row = |y: usize| self.row(y).get(left..=left + ALONG)?.first_chunk::<{ ALONG + 1 }>();
        let (above, below) = (row(top)?, row(top + 1)?);
        // Between equal pixels nothing is to be mixed: most of a page is paper.
        let even = [above[0]; ALONG + 1];
        if is_along && *above == even && *below == even {
            return Some([above[0]; ALONG]);
        }
        is_along.then(|| {
            let mut samples = [0; ALONG];
            let pairs = above.iter().zip(above.iter().skip(1)).zip(below.iter().zip(below.iter().skip(1)));
            for ((slot, (index, (x, y))), (above, below)) in samples.iter_mut().zip((0..).zip(places)).zip(pairs) {
                let (right_share, bottom_share) = (x - (left + index) as f32, y - top as f32);
                let mix = |(left, right): (&u8, &u8)| {
                    f32::from(*left) * (1.0 - right_share) + f32::from(*right) * right_share
                };
                *slot = (mix(above) * (1.0 - bottom_share) + mix(below) * bottom_share + 0.5) as u8;
            }
            samples
        })
    }

    /// The picture on its side: its rows are the columns of this one.
    pub fn on_its_side(&self) -> Plane {
        let mut pixels = vec![255; self.pixels.len()];
        // Some rows at a time, so that what is looked up stays near.
        for top in (0..self.height).step_by(ALONG) {
            let rows: Vec<&[u8]> = (top..self.height.min(top + ALONG)).map(|y| self.row(y)).collect();
            for (x, column) in pixels.chunks_exact_mut(self.height.max(1)).enumerate() {
                for (slot, row) in column.iter_mut().skip(top).zip(&rows) {
                    *slot = row.get(x).copied().unwrap_or(255);
                }
            }
        }
        Plane { width: self.height, height: self.width, pixels }
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
            let mean = |from: usize, to: usize| {
                let before = |place: usize| sums.get(place).copied().unwrap_or(sum);
                ((before(to) - before(from)) / (to - from).max(1) as u32) as u8
            };
            // Where the window is whole, all of it is in the row; at the ends it is cut.
            let whole = 2 * half + 1;
            let inner = self.width.saturating_sub(2 * half);
            pixels.extend((0..half.min(self.width)).map(|x| mean(0, (x + half + 1).min(self.width))));
            let ends = sums.iter().zip(sums.iter().skip(whole));
            pixels.extend(ends.take(inner).map(|(before, after)| ((after - before) as f32 / whole as f32) as u8));
            let rest = (half.min(self.width) + inner)..self.width;
            pixels.extend(rest.map(|x| mean(x.saturating_sub(half), (x + half + 1).min(self.width))));
        }
        Plane { width: self.width, height: self.height, pixels }
    }

    /// Ink (0) and paper (255), where ink is what is darker than `limit`, or by `least` darker than what stands `apart` pixels above and below it.
    pub fn with_ridges(&self, limit: u8, apart: usize, least: u8) -> Plane {
        let outside = vec![255; self.width];
        let row = |y: Option<usize>| y.filter(|y| *y < self.height).map_or(outside.as_slice(), |y| self.row(y));
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            let beside = row(y.checked_sub(apart)).iter().zip(row(Some(y + apart)));
            pixels.extend(self.row(y).iter().zip(beside).map(|(own, (above, below))| {
                let is_ridge = (*above.min(below)).saturating_sub(*own) >= least;
                if *own < limit || is_ridge { 0 } else { 255 }
            }));
        }
        Plane { width: self.width, height: self.height, pixels }
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
        // The pixels around each place of a side, and its share of the second: looked up once, not for each row and column.
        let places = |size: usize, looks: usize, step: f32, own: usize| -> Vec<(usize, f32)> {
            let place = |at: usize, look: usize| (at as f32 + (look as f32 + 0.5) / looks as f32) * step - 0.5;
            let inside = |value: f32| value.clamp(0.0, own.saturating_sub(1) as f32);
            let all = (0..size).flat_map(|at| (0..looks).map(move |look| (at, look)));
            all.map(|(at, look)| inside(place(at, look))).map(|place| (place as usize, place.fract())).collect()
        };
        let across = places(width, looks_x, step_x, self.width);
        let down = places(height, looks_y, step_y, self.height);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        for own in down.chunks_exact(looks_y) {
            sums.fill(0);
            for (top, bottom_share) in own {
                let (above, below) = (self.row(*top), self.row(top + 1));
                let mix = |row: &[u8], (left, share): (usize, f32)| {
                    let at = |x: usize| f32::from(row.get(x).copied().unwrap_or(255));
                    at(left) * (1.0 - share) + at(left + 1) * share
                };
                for (sum, looks) in sums.iter_mut().zip(across.chunks_exact(looks_x)) {
                    for place in looks {
                        let (above, below) = (mix(above, *place), mix(below, *place));
                        *sum += u32::from((above * (1.0 - bottom_share) + below * bottom_share + 0.5) as u8);
                    }
                }
            }
            pixels.extend(sums.iter().map(|sum| (sum / (looks_x * looks_y) as u32) as u8));
        }
        Plane { width, height, pixels }
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
    fn the_mean_along_a_row_keeps_a_hair_rule() {
        let plane = Plane::from_fn(40, 3, |x, y| if y == 1 { 200 } else { 230 + (x % 2) as u8 * 20 });
        let mean = plane.averaged_along(8);
        assert_eq!((mean.at(20, 1), mean.at(0, 1), mean.at(39, 1)), (200, 200, 200));
        for (width, window) in [(40, 9), (40, 80), (7, 8), (8, 8), (9, 8), (1, 3), (5, 0)] {
            let plane = Plane::from_fn(width, 1, |x, _| (x * 97 % 251) as u8);
            let half = window / 2;
            let one_by_one = Plane::from_fn(width, 1, |x, _| {
                let around = &plane.row(0)[x.saturating_sub(half)..(x + half + 1).min(width)];
                (around.iter().map(|pixel| u32::from(*pixel)).sum::<u32>() / around.len() as u32) as u8
            });
            assert_eq!(plane.averaged_along(window), one_by_one, "{width} {window}");
        }
        assert!(mean.at(20, 0).abs_diff(240) <= 2 && mean.at(39, 2).abs_diff(240) <= 4);
    }

    #[test]
    fn a_turned_picture_is_sampled_pixel_by_pixel() {
        let plane = Plane::from_fn(90, 50, |x, y| (x * 7 + y * 13 + x * y) as u8);
        for (sine, cosine) in [(0.0f32, 1.0f32), (0.004, 0.99999), (-0.06, 0.998), (0.15, 0.98)] {
            let source = |x: f32, y: f32| (cosine * x - sine * y - 0.3, sine * x + cosine * y + 0.6);
            let turned = plane.turned(source);
            let one_by_one = Plane::from_fn(90, 50, |x, y| {
                let (x, y) = source(x as f32, y as f32);
                plane.sample(x, y)
            });
            let apart = |x: usize, y: usize| turned.at(x, y).abs_diff(one_by_one.at(x, y));
            assert!((0..50).all(|y| (0..90).all(|x| apart(x, y) <= 1)), "{sine}");
        }
    }

    #[test]
    fn a_picture_on_its_side_has_its_rows_for_columns() {
        for (width, height) in [(40, 37), (1, 20), (16, 16), (0, 0)] {
            let plane = Plane::from_fn(width, height, |x, y| (x * 7 + y * 13) as u8);
            assert_eq!(plane.on_its_side(), Plane::from_fn(height, width, |x, y| plane.at(y, x)));
        }
    }

    #[test]
    fn ridges_are_darker_than_what_stands_above_and_below_them() {
        let plane = Plane::from_fn(3, 9, |x, y| if y == 4 { 236 } else { 250 - x as u8 });
        let ridges = plane.with_ridges(100, 2, 14);
        assert_eq!((0..3).map(|x| ridges.at(x, 4)).collect::<Vec<_>>(), [0, 255, 255]);
        assert!((0..9).filter(|y| *y != 4).all(|y| ridges.row(y).iter().all(|pixel| *pixel == 255)));
    }

    #[test]
    fn outside_of_a_picture_is_paper() {
        let plane = Plane::new(3, 3, 0);
        assert_eq!((plane.near(-1, 0), plane.at(3, 0), plane.at(0, 3)), (255, 255, 255));
    }

    #[test]
    fn a_resized_picture_is_sampled_place_by_place() {
        let plane = Plane::from_fn(53, 31, |x, y| (x * 7 + y * 13 + x * y) as u8);
        for (width, height) in [(53, 31), (80, 48), (20, 10), (1, 1), (6, 90)] {
            let (step_x, step_y) = (53.0 / width as f32, 31.0 / height as f32);
            let looks = |step: f32| (step.ceil() as usize).clamp(1, 8);
            let (looks_x, looks_y) = (looks(step_x), looks(step_y));
            let place = |at: usize, look: usize, looks: usize, step: f32, last: f32| {
                ((at as f32 + (look as f32 + 0.5) / looks as f32) * step - 0.5).clamp(0.0, last)
            };
            let one_by_one = Plane::from_fn(width, height, |x, y| {
                let samples = (0..looks_y).flat_map(|look| (0..looks_x).map(move |other| (look, other)));
                let sum: u32 = samples
                    .map(|(down, across)| {
                        let (u, v) = (place(x, across, looks_x, step_x, 52.0), place(y, down, looks_y, step_y, 30.0));
                        u32::from(plane.sample(u, v))
                    })
                    .sum();
                (sum / (looks_x * looks_y) as u32) as u8
            });
            assert_eq!(plane.resized(width, height), one_by_one, "{width} × {height}");
        }
    }

    #[test]
    fn a_resized_picture_keeps_its_light() {
        let plane = Plane::from_fn(40, 40, |x, _| if x < 20 { 0 } else { 200 });
        let small = plane.resized(10, 10);
        assert_eq!((small.at(1, 5), small.at(8, 5)), (0, 200));
    }
}
