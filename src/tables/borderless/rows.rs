//! The rows of a borderless table: by rules or bands across, else by white space, else by the values of which each row has one.

use super::header::{CELULAR, CORREO, DNI, Header};
use super::{LEADING, Line};
use crate::documents::Bounds;
use crate::tables::content::{Axis, PageContent, Rectangle, Word};
use crate::tables::rulings;

/// White space higher than this part of the font size parts two rows.
const ROW_GAP: f32 = 0.45;

/// The y where each row but the first begins.
pub(super) fn starts(page: &PageContent, header: &Header, body: &[&Line], columns: &[f32]) -> Vec<f32> {
    let top = body.iter().map(|line| line.baseline - line.size()).fold(f32::INFINITY, f32::min);
    let bottom = body.iter().map(|line| line.baseline).fold(f32::NEG_INFINITY, f32::max);
    let size = body.first().map_or(10.0, |line| line.size());
    // The rule under the headings may stand close to the first line.
    let within = |ys: Vec<f32>| ys.into_iter().filter(|y| *y > top + 0.5 * size && *y < bottom).collect::<Vec<f32>>();
    let drawn = within(drawn_across(page, columns));
    let words: Vec<&Word> = body.iter().flat_map(|line| line.words.iter().copied()).collect();
    let gaps = white_bands(&words);
    let anchors = anchors(header, &words, columns);
    let by_gap: Vec<f32> = gaps.iter().filter(|(height, _)| *height > ROW_GAP).map(|(_, middle)| *middle).collect();
    let each_has_at_most_one = |starts: &[f32]| {
        let mut edges = vec![f32::NEG_INFINITY];
        edges.extend(starts);
        edges.push(f32::INFINITY);
        edges
            .iter()
            .zip(edges.iter().skip(1))
            .all(|(a, b)| anchors.iter().filter(|anchor| anchor.last > *a && anchor.first < *b).count() <= 1)
    };
    if !drawn.is_empty() && each_has_at_most_one(&drawn) {
        return drawn;
    }
    if each_has_at_most_one(&by_gap) && by_gap.len() < anchors.len() + 2 {
        return by_gap;
    }
    // Rows stand as close as lines: the values of which each row has one tell them apart.
    let first_line = words.iter().map(|word| word.baseline).fold(f32::INFINITY, f32::min);
    let hangs_from_top = anchors.first().is_some_and(|anchor| (anchor.first - first_line).abs() <= 2.0);
    let mut row_top = words.iter().map(|word| word.bounds.top).fold(f32::INFINITY, f32::min);
    let mut starts = Vec::new();
    for (a, b) in anchors.iter().zip(anchors.iter().skip(1)) {
        let above = words.iter().map(|word| word.baseline).filter(|y| *y < b.first - 2.0).fold(a.last, f32::max);
        let widest =
            gaps.iter().filter(|(_, middle)| *middle > a.last && *middle < b.first).max_by(|x, y| x.0.total_cmp(&y.0));
        // Cells centred in their rows: a row reaches as far below its value as above it.
        let size = words.first().map_or(10.0, |word| word.size);
        let centred = (a.first + a.last - row_top - 0.5 * size).clamp(a.last, b.first);
        let near = gaps
            .iter()
            .filter(|(_, middle)| (middle - centred).abs() <= 0.7 * size)
            .min_by(|x, y| (x.1 - centred).abs().total_cmp(&(y.1 - centred).abs()));
        row_top = match widest {
            _ if hangs_from_top => (above + b.first) / 2.0 - 0.2 * (b.first - above),
            Some((height, middle)) if *height >= 0.35 => *middle,
            _ => near.map_or(centred, |(_, middle)| *middle),
        };
        starts.push(row_top);
    }
    starts
}

/// Rules or edges of bands that run across most of the table.
fn drawn_across(page: &PageContent, columns: &[f32]) -> Vec<f32> {
    let (Some(left), Some(right)) = (columns.first(), columns.last()) else { return Vec::new() };
    let wide = |from: f32, to: f32| to.min(*right) - from.max(*left) >= 0.6 * (right - left);
    let mut ys: Vec<f32> = rulings::merge(page.segments.clone())
        .iter()
        .filter(|line| line.axis == Axis::Horizontal && wide(line.from, line.to))
        .map(|line| line.at)
        .chain(
            bands(&page.areas)
                .iter()
                .filter(|area| wide(area.left, area.right) && area.height() < 0.3 * page.height)
                .flat_map(|area| [area.top, area.bottom]),
        )
        .collect();
    ys.sort_by(f32::total_cmp);
    ys.dedup_by(|a, b| (*a - *b).abs() < 4.0);
    ys
}

/// Areas that stand side by side at one height as one.
fn bands(areas: &[Bounds]) -> Vec<Bounds> {
    let mut bands: Vec<Bounds> = Vec::new();
    for area in areas {
        let level = |band: &&mut Bounds| {
            (band.top - area.top).abs() <= 1.5 && (band.bottom - area.bottom).abs() <= 1.5 && band.touches(area, 4.0)
        };
        match bands.iter_mut().find(level) {
            Some(band) => *band = band.union(area),
            None => bands.push(*area),
        }
    }
    bands
}

/// White bands between the lines of the body: height in font sizes, and middle.
fn white_bands(words: &[&Word]) -> Vec<(f32, f32)> {
    let mut extents: Vec<(f32, f32, f32)> =
        words.iter().map(|word| (word.bounds.top, word.bounds.bottom, word.size)).collect();
    extents.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bands = Vec::new();
    let mut reached = f32::INFINITY;
    for (top, bottom, size) in extents {
        if top > reached {
            bands.push(((top - reached) / size.max(1.0), (top + reached) / 2.0));
        }
        reached = if reached.is_finite() { reached.max(bottom) } else { bottom };
    }
    bands
}

/// A value of which every row has one: its first and its last baseline.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    first: f32,
    last: f32,
}

/// The values of which every row has one, in the column that has most of them.
fn anchors(header: &Header, words: &[&Word], columns: &[f32]) -> Vec<Anchor> {
    let of_column = |field: usize| -> Vec<Anchor> {
        let Some(column) = header.heading_of(field) else { return Vec::new() };
        let (Some(left), Some(right)) = (columns.get(column), columns.get(column + 1)) else { return Vec::new() };
        let mut own: Vec<&&Word> = words.iter().filter(|word| word.start > *left && word.start <= *right).collect();
        own.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
        // Baseline of the first and of the last line of each value, and how many digits it has.
        let mut ys: Vec<(f32, f32, usize)> = Vec::new();
        for word in own {
            let digits = word.text.chars().filter(char::is_ascii_digit).count();
            let marks = if field == CORREO { word.text.contains('@') } else { digits >= 2 };
            if !marks {
                continue;
            }
            // A telephone may come with the country's code before it, as it is dialled from abroad.
            let longest = if field == CELULAR { "0051".len() + 9 } else { 9 };
            match ys.last_mut() {
                // A number that wraps is one value still.
                Some((_, last, sum))
                    if field != CORREO && word.baseline - *last <= LEADING * word.size && *sum + digits <= longest =>
                {
                    *last = word.baseline;
                    *sum += digits;
                }
                _ => ys.push((word.baseline, word.baseline, digits)),
            }
        }
        ys.into_iter().map(|(first, last, _)| Anchor { first, last }).collect()
    };
    [DNI, CELULAR, CORREO]
        .into_iter()
        .map(of_column)
        .fold(Vec::new(), |best, ys| if ys.len() > best.len() { ys } else { best })
}
