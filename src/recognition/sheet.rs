//! Sheet: the paper in a photo is cut out of what it lies on and made a rectangle. Scans, and photos in which the paper cannot be told
//! from what is around it, stay as they are: nothing of a page is ever cut off on a guess.

use image::{Rgb, RgbImage};

use super::ink::Marks;
use super::plane::Plane;

/// The side of the small picture that the paper is looked for in.
const SMALL: usize = 420;
/// The paper covers this part of the photo at least; more than the second, there is nothing around it.
const LEAST_PART: f32 = 0.25;
const MOST_PART: f32 = 0.97;
/// The paper fills this part of the quadrilateral between its corners: folded and curled corners take some.
const SOLID: f32 = 0.93;
/// What lies outside of an edge is this much darker than the paper within it, along this part of the edge.
const DARKER: u8 = 22;
const SEEN: f32 = 0.85;
/// A sheet is this much longer than wide, by the standards: A4 is 1.414, letter 1.29; perspective shortens one side.
const RATIOS: std::ops::RangeInclusive<f32> = 1.12..=1.75;

type Point = (f32, f32);

/// The paper of a photo, flat; `None` when the picture is all paper, or the paper is not surely seen.
pub(super) fn cut_out(picture: &RgbImage) -> Option<RgbImage> {
    let luma = Plane::luma(picture);
    let factor = (luma.width.max(luma.height) / SMALL).max(1);
    let small = luma.shrunk(factor).blurred(1.0);
    let limit = threshold(&small);
    let bright = Marks::find(small.width, small.height, |x, y| small.at(x, y) > limit);
    let (index, paper) = bright.list.iter().enumerate().max_by_key(|(_, mark)| mark.area)?;
    let part = paper.area as f32 / (small.width * small.height) as f32;
    if !(LEAST_PART..MOST_PART).contains(&part) {
        return None;
    }
    let corners = corners(&bright, index, &small)?;
    is_seen(&small, corners).then_some(())?;
    // Letters and stamps are holes in the paper: an eighth of it at most.
    (paper.area as f32 >= (SOLID - 0.125) * area(corners)).then_some(())?;
    let scale = factor as f32;
    let corners = corners.map(|(x, y)| ((x + 0.5) * scale, (y + 0.5) * scale));
    flattened(picture, corners)
}

/// The value between paper and what is darker, by Otsu's method.
fn threshold(plane: &Plane) -> u8 {
    let mut counts = [0f64; 256];
    for y in 0..plane.height {
        for value in plane.row(y) {
            if let Some(count) = counts.get_mut(usize::from(*value)) {
                *count += 1.0;
            }
        }
    }
    let total: f64 = counts.iter().sum();
    let sum: f64 = counts.iter().zip(0u32..).map(|(count, value)| count * f64::from(value)).sum();
    let (mut below, mut below_sum) = (0.0, 0.0);
    let mut best = (0.0, 127);
    for (value, count) in (0u8..=255).zip(counts) {
        below += count;
        below_sum += count * f64::from(value);
        let above = total - below;
        if below > 0.0 && above > 0.0 {
            let apart = below_sum / below - (sum - below_sum) / above;
            let between = below * above * apart * apart;
            if between > best.0 {
                best = (between, value);
            }
        }
    }
    best.1
}

/// Top left, top right, bottom left, bottom right of a mark that is a quadrilateral.
fn corners(bright: &Marks, index: usize, small: &Plane) -> Option<[Point; 4]> {
    let mut ends: [Option<(f32, Point)>; 4] = [None; 4];
    for y in 0..small.height {
        for x in (0..small.width).filter(|x| bright.at(*x, y) == Some(index)) {
            let (x, y) = (x as f32, y as f32);
            for (end, value) in ends.iter_mut().zip([-x - y, x - y, y - x, x + y]) {
                if end.is_none_or(|(most, _)| value > most) {
                    *end = Some((value, (x, y)));
                }
            }
        }
    }
    let [a, b, c, d] = ends;
    Some([a?.1, b?.1, c?.1, d?.1])
}

fn area([a, b, c, d]: [Point; 4]) -> f32 {
    let cross = |p: Point, q: Point| p.0 * q.1 - q.0 * p.1;
    (cross(a, b) + cross(b, d) + cross(d, c) + cross(c, a)).abs() / 2.0
}

fn length(a: Point, b: Point) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// Whether all four edges part light from dark.
fn is_seen(small: &Plane, corners: [Point; 4]) -> bool {
    let [a, b, c, d] = corners;
    let middle = ((a.0 + b.0 + c.0 + d.0) / 4.0, (a.1 + b.1 + c.1 + d.1) / 4.0);
    let edges = [(a, b), (a, c), (b, d), (c, d)];
    edges.into_iter().all(|(from, to)| {
        let long = length(from, to);
        if long < 0.2 * small.width.min(small.height) as f32 {
            return false;
        }
        // Outward, at right angles to the edge.
        let (dx, dy) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
        let centre = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let out = (centre.0 - middle.0) * dy - (centre.1 - middle.1) * dx;
        let (nx, ny) = if out > 0.0 { (dy, -dx) } else { (-dy, dx) };
        let steps = 40;
        let seen = (0..steps).filter(|step| {
            let t = 0.06 + 0.88 * *step as f32 / (steps - 1) as f32;
            let (x, y) = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            let reach = 5.0;
            let (outer_x, outer_y) = (x + reach * nx, y + reach * ny);
            // The picture may end where the paper does.
            if outer_x < 0.0 || outer_y < 0.0 || outer_x >= small.width as f32 || outer_y >= small.height as f32 {
                return true;
            }
            small.sample(x - reach * nx, y - reach * ny).saturating_sub(small.sample(outer_x, outer_y)) >= DARKER
        });
        seen.count() as f32 >= SEEN * steps as f32
    })
}

/// The quadrilateral between four corners as a rectangle.
fn flattened(picture: &RgbImage, corners: [Point; 4]) -> Option<RgbImage> {
    let [a, b, c, d] = corners;
    let width = length(a, b).max(length(c, d));
    let height = length(a, c).max(length(b, d));
    RATIOS.contains(&(height.max(width) / height.min(width))).then_some(())?;
    let (columns, rows) = (width as u32, height as u32);
    let map = Projection::new(corners)?;
    // Each pixel is mixed from the four around its place.
    let pixel = |x: u32, y: u32| {
        let (from_x, from_y) = map.place((x as f32 + 0.5) / width, (y as f32 + 0.5) / height);
        let (left, top) = ((from_x - 0.5).floor(), (from_y - 0.5).floor());
        let (share_x, share_y) = (from_x - 0.5 - left, from_y - 0.5 - top);
        let at = |x: f32, y: f32| {
            let inside = x >= 0.0 && y >= 0.0;
            let found = inside.then(|| picture.get_pixel_checked(x as u32, y as u32)).flatten();
            found.map_or([255.0; 3], |pixel| pixel.0.map(f32::from))
        };
        let (p, q, r, s) = (at(left, top), at(left + 1.0, top), at(left, top + 1.0), at(left + 1.0, top + 1.0));
        let mix = |p: f32, q: f32, r: f32, s: f32| {
            let (above, below) = (p + (q - p) * share_x, r + (s - r) * share_x);
            (above + (below - above) * share_y + 0.5) as u8
        };
        Rgb([mix(p[0], q[0], r[0], s[0]), mix(p[1], q[1], r[1], s[1]), mix(p[2], q[2], r[2], s[2])])
    };
    Some(RgbImage::from_fn(columns, rows, pixel))
}

/// The projective map of the unit square onto a quadrilateral (Heckbert, «Fundamentals of Texture Mapping», 1989, section 2.2.3).
struct Projection {
    x: [f32; 3],
    y: [f32; 3],
    w: [f32; 2],
}

impl Projection {
    /// `None` for corners that make no quadrilateral.
    fn new([a, b, c, d]: [Point; 4]) -> Option<Projection> {
        let (dx1, dx2, dx3) = (b.0 - d.0, c.0 - d.0, a.0 - b.0 + d.0 - c.0);
        let (dy1, dy2, dy3) = (b.1 - d.1, c.1 - d.1, a.1 - b.1 + d.1 - c.1);
        let whole = dx1 * dy2 - dx2 * dy1;
        (whole.abs() > 1.0).then_some(())?;
        let g = (dx3 * dy2 - dx2 * dy3) / whole;
        let h = (dx1 * dy3 - dx3 * dy1) / whole;
        Some(Projection {
            x: [b.0 - a.0 + g * b.0, c.0 - a.0 + h * c.0, a.0],
            y: [b.1 - a.1 + g * b.1, c.1 - a.1 + h * c.1, a.1],
            w: [g, h],
        })
    }

    fn place(&self, u: f32, v: f32) -> Point {
        let w = (self.w[0] * u + self.w[1] * v + 1.0).max(1e-3);
        ((self.x[0] * u + self.x[1] * v + self.x[2]) / w, (self.y[0] * u + self.y[1] * v + self.y[2]) / w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sheet with a dark line across its middle, on a table of checks.
    fn photo(table: u8) -> RgbImage {
        let map = Projection::new([(120.0, 90.0), (560.0, 130.0), (60.0, 760.0), (600.0, 740.0)]).unwrap();
        let mut picture = RgbImage::from_fn(700, 900, |x, y| Rgb([table + ((x / 9 + y / 9) % 2) as u8 * 20; 3]));
        for v in 0..2000 {
            for u in 0..1400 {
                let (u, v) = (u as f32 / 1400.0, v as f32 / 2000.0);
                let (x, y) = map.place(u, v);
                let ink = (v - 0.5).abs() < 0.004 && u > 0.1 && u < 0.9;
                picture.put_pixel(x as u32, y as u32, Rgb([if ink { 30 } else { 215 }; 3]));
            }
        }
        picture
    }

    #[test]
    fn a_sheet_on_a_table_becomes_a_rectangle() {
        let flat = cut_out(&photo(70)).expect("a sheet");
        let ratio = flat.height() as f32 / flat.width() as f32;
        assert!((1.15..1.35).contains(&ratio), "{} {}", flat.width(), flat.height());
        let middle = flat.height() / 2;
        for share in [0.2, 0.5, 0.8] {
            let x = (flat.width() as f32 * share) as u32;
            let dark = (middle - 12..middle + 12).any(|y| flat.get_pixel(x, y).0[0] < 110);
            assert!(dark, "the line is level at {share}");
        }
        assert!(flat.get_pixel(8, 8).0[0] > 180 && flat.get_pixel(flat.width() - 8, flat.height() - 8).0[0] > 180);
    }

    #[test]
    fn a_sheet_that_is_not_surely_seen_stays_as_it_is() {
        assert!(cut_out(&photo(190)).is_none(), "a table as light as the paper");
        assert!(cut_out(&RgbImage::from_pixel(500, 700, Rgb([240; 3]))).is_none(), "a scan");
    }
}
