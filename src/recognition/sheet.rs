//! Sheet: the paper in a photo is cut out of what it lies on and made a rectangle, along its edges where they are bent. Scans, and photos in
//! which the paper cannot be told from what is around it, stay as they are: nothing of a page is ever cut off on a guess.

use image::{Rgb, RgbImage};

use super::marks::Marks;
use super::plane::Plane;

/// The side of the small picture that the paper is looked for in.
const SMALL: usize = 420;
/// The paper covers this part of the photo at least; more than the second, there is nothing around it.
const LEAST_PART: f32 = 0.25;
const MOST_PART: f32 = 0.97;
/// Something is around the paper when a corner of it is more than so many pixels of the small picture from the photo's.
const AROUND: f32 = 3.0;
/// Paper is brighter than this part of the value between it and what it lies on, where a shadow falls on both.
const SHADED: [f32; 3] = [1.0, 0.85, 0.7];
/// The paper fills this part of the quadrilateral between its corners: folded and curled corners take some.
const SOLID: f32 = 0.93;
/// What lies outside of an edge is this much darker than the paper within it, along this part of the edge; both are looked at so many pixels of
/// the small picture from the edge.
const DARKER: u8 = 22;
const SEEN: f32 = 0.85;
const BESIDE: f32 = 5.0;
/// An edge is at least this part of the picture's narrower side.
const SHORTEST: f32 = 0.2;
/// The edge of curled paper is off the line between its corners by this part of the sheet at most.
const BENT: f32 = 0.09;
/// An edge is looked for in so many places along it, each the middle one of so many.
const PLACES: usize = 61;
const MIDDLE_OF: usize = 7;
/// An edge bends like a polynomial of this degree (a wave has a hill and a valley), and is straight when it is off its line by less than so many
/// pixels of the small picture.
const DEGREE: i32 = 5;
const STRAIGHT: f32 = 2.5;
/// A sheet is this much longer than wide, by the standards: A4 is 1.414, letter 1.29; perspective shortens one side.
const RATIOS: std::ops::RangeInclusive<f32> = 1.12..=1.75;

type Point = (f32, f32);

/// The paper of a photo, flat; `None` when the picture is all paper, or the paper is not surely seen.
pub(super) fn cut_out(picture: &RgbImage, luma: &Plane) -> Option<RgbImage> {
    let factor = (picture.width().max(picture.height()) as usize / SMALL).max(1);
    let small = |plane: &Plane| plane.shrunk(factor).blurred(1.0);
    // A table of wood is far darker than paper in its darkest channel. Where a shadow lies, paper is darker than most of it.
    let of_colour = (!Plane::is_grey(picture)).then(|| small(&Plane::darkest_channel(picture)));
    let planes: Vec<Plane> = std::iter::once(small(luma)).chain(of_colour).collect();
    let sheets = planes.iter().flat_map(|plane| {
        let limit = f32::from(threshold(plane));
        let sheets = SHADED.into_iter().filter_map(move |part| Sheet::find(plane, (part * limit) as u8));
        sheets.filter_map(move |sheet| Some((Edges::seen(plane, &sheet)?, sheet)))
    });
    let (edges, sheet) = sheets.max_by_key(|(_, sheet)| sheet.area())?;
    let scale = factor as f32;
    flattened(picture, sheet.corners.map(|(x, y)| ((x + 0.5) * scale, (y + 0.5) * scale)), &edges)
}

/// What may be the paper of a photo: the largest bright part of the small picture.
struct Sheet {
    bright: Marks,
    paper: usize,
    /// Top left, top right, bottom left, bottom right.
    corners: [Point; 4],
}

impl Sheet {
    /// What is brighter than `limit`, when it is a quadrilateral with something around it.
    fn find(small: &Plane, limit: u8) -> Option<Sheet> {
        let bright = Marks::find(small.width, small.height, |x, y| small.at(x, y) > limit);
        let (paper, mark) = bright.list.iter().enumerate().max_by_key(|(_, mark)| mark.area)?;
        let part = mark.area as f32 / (small.width * small.height) as f32;
        if !(LEAST_PART..MOST_PART).contains(&part) {
            return None;
        }
        let corners = corners(&bright, paper, small)?;
        // Nothing is around a scan: letters are what it has that is no paper.
        let ends = (small.width as f32 - 1.0, small.height as f32 - 1.0);
        let whole = [(0.0, 0.0), (ends.0, 0.0), (0.0, ends.1), ends];
        let at_ends = corners.iter().zip(whole).filter(|(corner, end)| length(**corner, *end) <= AROUND).count();
        // Letters and stamps are holes in the paper: an eighth of it at most.
        let is_solid = mark.area as f32 >= (SOLID - 0.125) * area(corners);
        (at_ends < 3 && is_solid).then_some(Sheet { bright, paper, corners })
    }

    fn area(&self) -> usize {
        self.bright.list.get(self.paper).map_or(0, |mark| mark.area)
    }

    fn holds(&self, x: f32, y: f32) -> bool {
        x >= 0.0 && y >= 0.0 && self.bright.at(x as usize, y as usize) == Some(self.paper)
    }
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

/// How far the edges of the paper are inside of (or, below 0, outside of) the quadrilateral between its corners, at equal steps from left to right
/// and from the top down, in parts of the sheet's height and width.
struct Edges {
    top: Vec<f32>,
    bottom: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Edges {
    /// `None` unless all four part light from dark.
    fn seen(small: &Plane, sheet: &Sheet) -> Option<Edges> {
        let map = Projection::new(sheet.corners)?;
        let [a, b, c, d] = sheet.corners;
        let (width, height) = (length(a, b).min(length(c, d)), length(a, c).min(length(b, d)));
        (width.min(height) >= SHORTEST * small.width.min(small.height) as f32).then_some(())?;
        let is_inside = |(x, y): Point| sheet.holds(x + 0.5, y + 0.5);
        // Each edge's place along it and inward of it, as a place of the sheet.
        let edge = |size: f32, place: &dyn Fn(f32, f32) -> Point| -> Option<Vec<f32>> {
            let step = 0.5 / size;
            let found: Vec<f32> = (0..PLACES)
                .map(|index| {
                    let along = index as f32 / (PLACES - 1) as f32;
                    let steps = (2.0 * BENT / step) as usize;
                    let mut inward = (0..steps).map(|step_in| step_in as f32 * step - BENT);
                    let first = inward
                        .find(|inward| (0..4).all(|further| is_inside(place(along, inward + further as f32 * step))));
                    first.unwrap_or(0.0)
                })
                .collect();
            let mut smooth = gently(&middles(&found));
            if smooth.iter().all(|inward| inward.abs() < STRAIGHT / size) {
                smooth.fill(0.0);
            }
            let beside = BESIDE / size;
            let seen = (0..PLACES).filter(|index| {
                let along = 0.06 + 0.88 * *index as f32 / (PLACES - 1) as f32;
                let Some(inward) = between(&smooth, along) else { return false };
                let (outer_x, outer_y) = place(along, inward - beside);
                let (inner_x, inner_y) = place(along, inward + beside);
                // The picture may end where the paper does.
                let in_picture =
                    outer_x >= 0.0 && outer_y >= 0.0 && outer_x < small.width as f32 && outer_y < small.height as f32;
                !in_picture || small.sample(inner_x, inner_y).saturating_sub(small.sample(outer_x, outer_y)) >= DARKER
            });
            (seen.count() as f32 >= SEEN * PLACES as f32).then_some(smooth)
        };
        Some(Edges {
            top: edge(height, &|along, inward| map.place(along, inward))?,
            bottom: edge(height, &|along, inward| map.place(along, 1.0 - inward))?,
            left: edge(width, &|along, inward| map.place(inward, along))?,
            right: edge(width, &|along, inward| map.place(1.0 - inward, along))?,
        })
    }

    /// Where a place of the flat sheet is in the quadrilateral: the nearer to an edge, the more it is bent like it.
    fn place(&self, u: f32, v: f32) -> Point {
        let at = |edge: &[f32], along: f32| between(edge, along).unwrap_or(0.0);
        let across = (1.0 - u) * at(&self.left, v) - u * at(&self.right, v);
        let down = (1.0 - v) * at(&self.top, u) - v * at(&self.bottom, u);
        (u + across, v + down)
    }
}

/// Each value the middle one of those around it: a letter at the edge is no bend of it.
fn middles(values: &[f32]) -> Vec<f32> {
    let middle = |index: usize| {
        let reach = index.min(values.len() - 1 - index).min(MIDDLE_OF / 2);
        let mut near: Vec<f32> = values.iter().skip(index - reach).take(2 * reach + 1).copied().collect();
        near.sort_by(f32::total_cmp);
        near.get(near.len() / 2).copied().unwrap_or(0.0)
    };
    (0..values.len()).map(middle).collect()
}

/// The polynomial of [`DEGREE`] that is nearest to values at equal steps (least squares, by Gram and Schmidt): paper bends gently, and an edge is
/// seen to half a pixel of a small picture only.
fn gently(values: &[f32]) -> Vec<f32> {
    let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let add = |to: &mut Vec<f32>, share: f32, other: &[f32]| {
        to.iter_mut().zip(other).for_each(|(value, other)| *value += share * other);
    };
    let last = values.len().saturating_sub(1).max(1) as f32;
    let mut basis: Vec<Vec<f32>> = Vec::new();
    let mut nearest = vec![0.0; values.len()];
    for power in 0..=DEGREE {
        let mut own: Vec<f32> = (0..values.len()).map(|at| (2.0 * at as f32 / last - 1.0).powi(power)).collect();
        for other in &basis {
            let share = dot(&own, other);
            add(&mut own, -share, other);
        }
        let length = dot(&own, &own).sqrt().max(f32::MIN_POSITIVE);
        own.iter_mut().for_each(|value| *value /= length);
        add(&mut nearest, dot(values, &own), &own);
        basis.push(own);
    }
    nearest
}

/// The value at a place from 0 to 1 along equal steps.
fn between(values: &[f32], along: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let at = (along * last as f32).clamp(0.0, last as f32);
    let (first, second) = (values.get(at as usize)?, values.get((at as usize + 1).min(last))?);
    Some(first + (second - first) * at.fract())
}

/// The sheet between four corners and four edges as a rectangle.
fn flattened(picture: &RgbImage, corners: [Point; 4], edges: &Edges) -> Option<RgbImage> {
    let [a, b, c, d] = corners;
    let width = length(a, b).max(length(c, d));
    let height = length(a, c).max(length(b, d));
    RATIOS.contains(&(height.max(width) / height.min(width))).then_some(())?;
    let (columns, rows) = (width as u32, height as u32);
    let map = Projection::new(corners)?;
    // Each pixel is mixed from the four around its place.
    let pixel = |x: u32, y: u32| {
        let (u, v) = edges.place((x as f32 + 0.5) / width, (y as f32 + 0.5) / height);
        let (from_x, from_y) = map.place(u, v);
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

    fn cut_out(picture: &RgbImage) -> Option<RgbImage> {
        super::cut_out(picture, &Plane::luma(picture))
    }

    /// A sheet with a dark line across its middle, on a table of checks.
    fn photo(table: u8) -> RgbImage {
        curled(table, 0.0)
    }

    /// The same, whose edges and line go up and down by a part of its height.
    fn curled(table: u8, bend: f32) -> RgbImage {
        let map = Projection::new([(120.0, 90.0), (560.0, 130.0), (60.0, 760.0), (600.0, 740.0)]).unwrap();
        let mut picture = RgbImage::from_fn(700, 900, |x, y| Rgb([table + ((x / 9 + y / 9) % 2) as u8 * 20; 3]));
        for v in 0..2000 {
            for u in 0..1400 {
                let (u, v) = (u as f32 / 1400.0, v as f32 / 2000.0);
                let (x, y) = map.place(u, v + bend * (u * std::f32::consts::TAU).sin());
                let ink = (v - 0.5).abs() < 0.004 && u > 0.1 && u < 0.9;
                picture.put_pixel(x as u32, y as u32, Rgb([if ink { 30 } else { 215 }; 3]));
            }
        }
        picture
    }

    /// Whether the line across the middle of a flat sheet is level.
    fn is_level(flat: &RgbImage) -> bool {
        let middle = flat.height() / 2;
        [0.2, 0.4, 0.5, 0.7, 0.8].iter().all(|share| {
            let x = (flat.width() as f32 * share) as u32;
            (middle - 12..middle + 12).any(|y| flat.get_pixel(x, y).0[0] < 110)
        })
    }

    #[test]
    fn a_sheet_on_a_table_becomes_a_rectangle() {
        let flat = cut_out(&photo(70)).expect("a sheet");
        let ratio = flat.height() as f32 / flat.width() as f32;
        assert!((1.15..1.35).contains(&ratio), "{} {}", flat.width(), flat.height());
        assert!(is_level(&flat));
        assert!(flat.get_pixel(8, 8).0[0] > 180 && flat.get_pixel(flat.width() - 8, flat.height() - 8).0[0] > 180);
    }

    #[test]
    fn a_curled_sheet_is_made_flat_along_its_edges() {
        let flat = cut_out(&curled(70, 0.04)).expect("a sheet");
        assert!(is_level(&flat));
        let rotated = cut_out(&image::imageops::rotate90(&curled(70, 0.04))).expect("a sheet");
        assert!(is_level(&image::imageops::rotate270(&rotated)));
    }

    #[test]
    fn an_edge_bends_gently() {
        let wave = |at: usize| 0.03 * (at as f32 / 60.0 * std::f32::consts::TAU).sin();
        let seen: Vec<f32> = (0..61).map(|at| wave(at) + if at % 2 == 0 { 0.002 } else { -0.002 }).collect();
        let gentle = gently(&middles(&seen));
        assert!(gentle.iter().zip(0..).all(|(value, at)| (value - wave(at)).abs() < 0.003), "{gentle:?}");
    }

    #[test]
    fn a_sheet_in_half_shadow_on_wood_is_found_by_its_colour() {
        let mut picture = photo(70);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let is_table = pixel.0[0] < 100 && pixel.0[0] >= 70;
            let wood = Rgb([200 + pixel.0[0] / 8, 150, pixel.0[0]]);
            let lit = if is_table { wood } else { *pixel };
            let in_shadow = x + y < 600;
            *pixel = Rgb(lit.0.map(|value| if in_shadow { (f32::from(value) * 0.6) as u8 } else { value }));
        }
        let flat = cut_out(&picture).expect("a sheet");
        assert!(is_level(&flat));
        let ratio = flat.height() as f32 / flat.width() as f32;
        assert!((1.15..1.35).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_sheet_that_is_not_surely_seen_stays_as_it_is() {
        assert!(cut_out(&photo(190)).is_none(), "a table as light as the paper");
        assert!(cut_out(&RgbImage::from_pixel(500, 700, Rgb([240; 3]))).is_none(), "a scan");
        let lettered = RgbImage::from_fn(500, 700, |x, y| {
            let is_letter = (40..460).contains(&x) && (40..660).contains(&y) && x % 9 < 5 && y % 20 < 9;
            Rgb([if is_letter { 20 } else { 240 }; 3])
        });
        assert!(cut_out(&lettered).is_none(), "a scan full of letters");
    }
}
