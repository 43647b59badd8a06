//! Light: a page as if it were lit evenly, so that shadows, grey backgrounds and a lamp's light are paper like any other.

use super::plane::Plane;

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

impl Plane {
    /// The picture as if it were lit evenly: every pixel against the paper around it. `block` is the side, in pixels, of the
    /// squares in which the paper's brightness is measured.
    pub fn evenly_lit(&self, block: usize) -> Plane {
        let block = block.max(4);
        let paper = self.paper(block);
        let (across, down) = (paper.width, paper.height);
        let mut lit = Plane::new(self.width, self.height, 255);
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
            for ((slot, pixel), paper) in lit.row_mut(y).iter_mut().zip(self.row(y)).zip(&here) {
                *slot = (f32::from(*pixel) * WHITE / paper.max(1.0)).min(255.0) as u8;
            }
        }
        lit
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
