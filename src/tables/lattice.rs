//! Lattice: one frame of rulings becomes rows, columns and cells that may span.
//!
//! Pure geometry. A cell is what the drawn edges enclose: where an edge between two places of the grid is missing, both are one
//! cell.

use super::content::{Axis, Segment};
use super::rulings::TOUCH;
use crate::documents::Bounds;

/// Rows and columns thinner than this (points) are double or spaced borders, not cells.
const THINNEST: f32 = 4.0;
/// An edge is there when this part of it is drawn.
const DRAWN: f32 = 0.55;
/// A grid of more places than this is no table that people fill in.
const MOST_PLACES: usize = 60_000;

/// A cell of the grid, without text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
    pub bounds: Bounds,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lattice {
    pub rows: usize,
    pub columns: usize,
    pub bounds: Bounds,
    /// Ordered by row, then column.
    pub places: Vec<Place>,
}

/// A line of the grid: where it is, and which stretches of it are drawn.
#[derive(Clone, Debug)]
struct Line {
    at: f32,
    drawn: Vec<(f32, f32)>,
}

impl Line {
    fn is_drawn(&self, from: f32, to: f32) -> bool {
        let length = to - from;
        let covered: f32 = self.drawn.iter().map(|(a, b)| (b.min(to) - a.max(from)).max(0.0)).sum();
        length > 0.0 && covered >= DRAWN * length
    }
}

impl Lattice {
    /// Parts a cell of one row at those borders of the columns under or over it at which `borders` says that its text stands apart:
    /// a heading row that is drawn as one band.
    pub fn part(mut self, borders: impl Fn(&Place, &[f32]) -> Vec<f32>) -> Lattice {
        let mut edges: Vec<(usize, f32)> = self.places.iter().map(|place| (place.column, place.bounds.left)).collect();
        edges.sort_by_key(|(column, _)| *column);
        edges.dedup_by_key(|(column, _)| *column);
        let mut places = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let end = place.column + place.columns;
            let inner: Vec<(usize, f32)> =
                edges.iter().filter(|(column, _)| *column > place.column && *column < end).copied().collect();
            let xs: Vec<f32> = inner.iter().map(|(_, x)| *x).collect();
            if place.columns < 3 || place.rows > 1 || inner.len() + 1 != place.columns {
                places.push(*place);
                continue;
            }
            let parted = borders(place, &xs);
            let inner: Vec<(usize, f32)> = inner.into_iter().filter(|(_, x)| parted.contains(x)).collect();
            let starts = std::iter::once((place.column, place.bounds.left)).chain(inner.iter().copied());
            let ends = inner.iter().copied().chain(std::iter::once((end, place.bounds.right)));
            places.extend(starts.zip(ends).map(|((column, left), (next, right))| Place {
                column,
                columns: next - column,
                bounds: Bounds { left, right, ..place.bounds },
                ..*place
            }));
        }
        self.places = places;
        self
    }
}

impl Line {
    /// Lengthens an added closing line to the corners that were open too.
    fn reach(&mut self, from: f32, to_first: bool, to: f32, to_last: bool) {
        if let Some(first) = self.drawn.first_mut().filter(|_| to_first) {
            first.0 = first.0.min(from);
        }
        if let Some(last) = self.drawn.last_mut().filter(|_| to_last) {
            last.1 = last.1.max(to);
        }
    }
}

/// Reads the cells of one frame. `None` when the lines enclose no grid of at least two places.
pub(crate) fn read(frame: &[Segment]) -> Option<Lattice> {
    let mut columns = lines_of(frame, Axis::Vertical);
    let mut rows = lines_of(frame, Axis::Horizontal);
    let open = Sides::of(&columns, &rows);
    close(&mut columns, &rows);
    close(&mut rows, &columns);
    open.meet_at_corners(&mut columns, &mut rows);
    loop {
        let before = columns.len() + rows.len();
        prune(&mut columns, &rows);
        prune(&mut rows, &columns);
        if columns.len() + rows.len() == before {
            break;
        }
    }
    let (width, height) = (columns.len().checked_sub(1)?, rows.len().checked_sub(1)?);
    if width == 0 || height == 0 || width * height < 2 || width * height > MOST_PLACES {
        return None;
    }
    Some(Grid { columns, rows }.lattice())
}

/// The lines of one direction, thin gaps between them closed.
fn lines_of(frame: &[Segment], axis: Axis) -> Vec<Line> {
    let mut segments: Vec<&Segment> = frame.iter().filter(|segment| segment.axis == axis).collect();
    segments.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut lines: Vec<Line> = Vec::new();
    let mut group: Vec<&Segment> = Vec::new();
    for segment in segments {
        let joins = match (group.first(), group.last()) {
            (Some(first), Some(last)) => segment.at - last.at < THINNEST && segment.at - first.at < 1.75 * THINNEST,
            _ => true,
        };
        if !joins {
            lines.extend(line_of(&group));
            group.clear();
        }
        group.push(segment);
    }
    lines.extend(line_of(&group));
    lines
}

fn line_of(group: &[&Segment]) -> Option<Line> {
    let total: f32 = group.iter().map(|segment| segment.length().max(0.1)).sum();
    if group.is_empty() {
        return None;
    }
    let at = group.iter().map(|segment| segment.at * segment.length().max(0.1)).sum::<f32>() / total;
    let mut drawn: Vec<(f32, f32)> = group.iter().map(|segment| (segment.from, segment.to)).collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Vec<(f32, f32)> = Vec::new();
    for (from, to) in drawn {
        match merged.last_mut() {
            Some(last) if from <= last.1 + TOUCH => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    Some(Line { at, drawn: merged })
}

/// Adds the closing line that a table open at a side does not draw: where at least two lines across run on past the last drawn
/// line and end together.
fn close(lines: &mut Vec<Line>, across: &[Line]) {
    let starts: Vec<(f32, f32)> =
        across.iter().filter_map(|line| line.drawn.first().map(|(from, _)| (*from, line.at))).collect();
    let ends: Vec<(f32, f32)> =
        across.iter().filter_map(|line| line.drawn.last().map(|(_, to)| (*to, line.at))).collect();
    let first = starts.iter().map(|(end, _)| *end).fold(f32::INFINITY, f32::min);
    let last = ends.iter().map(|(end, _)| *end).fold(f32::NEG_INFINITY, f32::max);
    if lines.first().is_none_or(|line| line.at - first > THINNEST) {
        let closing = closing(first, &starts).or_else(|| alongside(first, lines, across));
        lines.splice(0..0, closing);
    }
    if lines.last().is_none_or(|line| last - line.at > THINNEST) {
        let closing = closing(last, &ends).or_else(|| alongside(last, lines, across));
        lines.extend(closing);
    }
}

/// The closing line of a grid with a single line across (two rows without any outer border): as long as the lines beside it.
fn alongside(at: f32, lines: &[Line], across: &[Line]) -> Option<Line> {
    if across.len() != 1 || lines.len() < 2 || !at.is_finite() {
        return None;
    }
    let from = lines.iter().filter_map(|line| line.drawn.first()).map(|(from, _)| *from).fold(f32::INFINITY, f32::min);
    let to = lines.iter().filter_map(|line| line.drawn.last()).map(|(_, to)| *to).fold(f32::NEG_INFINITY, f32::max);
    Some(Line { at, drawn: vec![(from, to)] })
}

/// The outermost drawn lines, before open sides were closed: what lies beyond them was added.
struct Sides {
    first_column: f32,
    last_column: f32,
    first_row: f32,
    last_row: f32,
}

impl Sides {
    fn of(columns: &[Line], rows: &[Line]) -> Sides {
        let first = |lines: &[Line]| lines.first().map_or(f32::INFINITY, |line| line.at);
        let last = |lines: &[Line]| lines.last().map_or(f32::NEG_INFINITY, |line| line.at);
        Sides { first_column: first(columns), last_column: last(columns), first_row: first(rows), last_row: last(rows) }
    }

    /// Where two sides that meet were both open, neither closing line reaches the corner by itself.
    fn meet_at_corners(&self, columns: &mut [Line], rows: &mut [Line]) {
        let edges = |lines: &[Line]| Some((lines.first()?.at, lines.last()?.at));
        let (Some((left, right)), Some((top, bottom))) = (edges(columns), edges(rows)) else { return };
        for row in rows.iter_mut().filter(|row| row.at < self.first_row || row.at > self.last_row) {
            row.reach(left, left < self.first_column, right, right > self.last_column);
        }
        for column in columns.iter_mut().filter(|column| column.at < self.first_column || column.at > self.last_column)
        {
            column.reach(top, top < self.first_row, bottom, bottom > self.last_row);
        }
    }
}

fn closing(at: f32, ends: &[(f32, f32)]) -> Option<Line> {
    let together: Vec<f32> =
        ends.iter().filter(|(end, _)| (end - at).abs() <= TOUCH).map(|(_, across)| *across).collect();
    let from = together.iter().copied().fold(f32::INFINITY, f32::min);
    let to = together.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    (together.len() >= 2).then(|| Line { at, drawn: vec![(from, to)] })
}

/// Drops the lines that bound no place: ticks, stray marks, remains of text decoration.
fn prune(lines: &mut Vec<Line>, across: &[Line]) {
    lines.retain(|line| across.iter().zip(across.iter().skip(1)).any(|(a, b)| line.is_drawn(a.at, b.at)));
}

struct Grid {
    columns: Vec<Line>,
    rows: Vec<Line>,
}

impl Grid {
    fn width(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    fn height(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    fn x(&self, line: usize) -> f32 {
        self.columns.get(line).map_or(0.0, |line| line.at)
    }

    fn y(&self, line: usize) -> f32 {
        self.rows.get(line).map_or(0.0, |line| line.at)
    }

    /// Whether the upright edge left of column `line` is drawn beside `row`.
    fn upright(&self, line: usize, row: usize) -> bool {
        self.columns.get(line).is_some_and(|edge| edge.is_drawn(self.y(row), self.y(row + 1)))
    }

    fn level(&self, line: usize, column: usize) -> bool {
        self.rows.get(line).is_some_and(|edge| edge.is_drawn(self.x(column), self.x(column + 1)))
    }

    fn lattice(&self) -> Lattice {
        let (width, height) = (self.width(), self.height());
        let mut region = vec![usize::MAX; width * height];
        let mut places = Vec::new();
        for start in 0..width * height {
            if region.get(start) != Some(&usize::MAX) {
                continue;
            }
            let members = self.flood(start, &mut region);
            if self.is_enclosed(&members) {
                self.rectangles(members, &mut places);
            }
        }
        places.sort_by_key(|place: &Place| (place.row, place.column));
        let bounds = Bounds { left: self.x(0), right: self.x(width), top: self.y(0), bottom: self.y(height) };
        Lattice { rows: height, columns: width, bounds, places }
    }

    /// All grid places that are one with `start` because no edge is drawn between them.
    fn flood(&self, start: usize, region: &mut [usize]) -> Vec<(usize, usize)> {
        let width = self.width();
        let mut members = Vec::new();
        let mut open = vec![start];
        if let Some(slot) = region.get_mut(start) {
            *slot = start;
        }
        while let Some(at) = open.pop() {
            let (row, column) = (at / width, at % width);
            members.push((row, column));
            let neighbours = [
                (column + 1 < width && !self.upright(column + 1, row)).then_some(at + 1),
                (column > 0 && !self.upright(column, row)).then(|| at.saturating_sub(1)),
                (row + 1 < self.height() && !self.level(row + 1, column)).then_some(at + width),
                (row > 0 && !self.level(row, column)).then(|| at.saturating_sub(width)),
            ];
            for neighbour in neighbours.into_iter().flatten() {
                if let Some(slot) = region.get_mut(neighbour)
                    && *slot == usize::MAX
                {
                    *slot = start;
                    open.push(neighbour);
                }
            }
        }
        members.sort_unstable();
        members
    }

    /// Whether most of what the region shares with the grid's outer edge is drawn, or only its foot is not, as where a page ends: a
    /// region that lies open is the paper beside a table of ragged outline.
    fn is_enclosed(&self, members: &[(usize, usize)]) -> bool {
        let (mut shared, mut drawn) = (0.0, 0.0);
        let (mut sides, mut open_sides) = (0, 0);
        let mut count = |length: f32, is_drawn: bool| {
            shared += length;
            drawn += if is_drawn { length } else { 0.0 };
        };
        for (row, column) in members {
            let (wide, high) = (self.x(column + 1) - self.x(*column), self.y(row + 1) - self.y(*row));
            for (outer, is_drawn) in [
                (*row == 0, self.level(0, *column)),
                (*column == 0, self.upright(0, *row)),
                (column + 1 == self.width(), self.upright(column + 1, *row)),
            ] {
                sides += usize::from(outer);
                open_sides += usize::from(outer && !is_drawn);
            }
            if *row == 0 {
                count(wide, self.level(0, *column));
            }
            if row + 1 == self.height() {
                count(wide, self.level(row + 1, *column));
            }
            if *column == 0 {
                count(high, self.upright(0, *row));
            }
            if column + 1 == self.width() {
                count(high, self.upright(column + 1, *row));
            }
        }
        let only_foot = sides > 0 && open_sides == 0;
        shared == 0.0 || drawn >= 0.5 * shared || only_foot
    }

    /// A region as cells: one when it is a rectangle, else one a stack of equal rows of it.
    fn rectangles(&self, members: Vec<(usize, usize)>, places: &mut Vec<Place>) {
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (row, column) in members {
            match runs.last_mut() {
                Some((at, _, last)) if *at == row && *last + 1 == column => *last = column,
                _ => runs.push((row, column, column)),
            }
        }
        let mut stacks: Vec<(usize, usize, usize, usize)> = Vec::new();
        for (row, first, last) in runs {
            match stacks.iter_mut().find(|(_, bottom, a, b)| *bottom + 1 == row && *a == first && *b == last) {
                Some((_, bottom, _, _)) => *bottom = row,
                None => stacks.push((row, row, first, last)),
            }
        }
        for (top, bottom, first, last) in stacks {
            places.push(Place {
                row: top,
                column: first,
                rows: bottom - top + 1,
                columns: last - first + 1,
                bounds: Bounds {
                    left: self.x(first),
                    right: self.x(last + 1),
                    top: self.y(top),
                    bottom: self.y(bottom + 1),
                },
            });
        }
    }
}
