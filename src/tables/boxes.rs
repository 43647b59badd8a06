//! Boxes: cells that are drawn one by one with space between them, as filled areas (white boxes on black) or as frames apart.
//!
//! Boxes that stand in rows and columns are brought together edge to edge, and read as a lattice.

use super::content::{Axis, Rectangle, Segment};
use super::lattice::{self, Lattice};
use super::rulings;
use crate::documents::Bounds;

/// Boxes of one table stand at most this far apart (points).
const WIDEST_SPACE: f32 = 10.0;
/// Smaller boxes are check marks.
const SMALLEST: f32 = 6.0;
/// More boxes than this are a drawing.
const MOST: usize = 2_000;

/// `rules` are the lines across of the page: one as wide as the boxes may close a table whose last row has none.
pub(super) fn read(mut boxes: Vec<Bounds>, rules: &[Segment]) -> Vec<Lattice> {
    boxes.retain(|cell| cell.width() >= SMALLEST && cell.height() >= SMALLEST);
    if boxes.len() < 4 || boxes.len() > MOST {
        return Vec::new();
    }
    // What holds other boxes is the ground they stand on.
    let holds_others = |outer: &Bounds| boxes.iter().filter(|inner| holds(outer, inner)).count() >= 2;
    let (grounds, cells): (Vec<Bounds>, Vec<Bounds>) = boxes.iter().partition(|cell| holds_others(cell));
    on_one_ground(groups(&cells), &grounds)
        .into_iter()
        .filter(|group| group.len() >= 4)
        .filter_map(|group| {
            let closing = closing_rules(&group, rules);
            lattice::read(&rulings::merge(edges(&group).into_iter().chain(closing).collect()))
        })
        .filter(|lattice| lattice.columns >= 2 && lattice.rows >= 2)
        .collect()
}

/// Boxes that stand apart on one ground are one table, and the ground is its outline.
fn on_one_ground(groups: Vec<Vec<Bounds>>, grounds: &[Bounds]) -> Vec<Vec<Bounds>> {
    let mut joined: Vec<(Option<Bounds>, Vec<Bounds>)> = Vec::new();
    for group in groups {
        let ground = ground_of(&group, grounds);
        match joined.iter_mut().find(|(other, _)| ground.is_some() && *other == ground) {
            Some((_, whole)) => whole.extend(group),
            None => joined.push((ground, group)),
        }
    }
    joined
        .into_iter()
        .map(|(ground, mut group)| {
            group.extend(ground);
            group
        })
        .collect()
}

/// The rules across that are as wide as the boxes and stand among them, or a row's height under them.
fn closing_rules(group: &[Bounds], rules: &[Segment]) -> Vec<Segment> {
    let Some(whole) = group.iter().copied().reduce(|a, b| a.union(&b)) else { return Vec::new() };
    let tallest = group.iter().map(Rectangle::height).fold(0.0, f32::max);
    let near = |a: f32, b: f32| (a - b).abs() <= 4.0;
    let as_wide =
        |rule: &&Segment| rule.axis == Axis::Horizontal && near(rule.from, whole.left) && near(rule.to, whole.right);
    let mut own: Vec<f32> =
        rules.iter().filter(as_wide).map(|rule| rule.at).filter(|at| *at >= whole.top - 4.0).collect();
    own.sort_by(f32::total_cmp);
    let mut bottom = whole.bottom;
    own.into_iter()
        .take_while(|at| {
            let near = *at <= bottom + 2.5 * tallest;
            bottom = bottom.max(*at);
            near
        })
        .map(|at| Segment::horizontal(at, whole.left, whole.right))
        .collect()
}

/// The ground under the boxes of a table, where it is as wide as they are: rows without boxes of their own lie on it.
fn ground_of(group: &[Bounds], grounds: &[Bounds]) -> Option<Bounds> {
    let whole = group.iter().copied().reduce(|a, b| a.union(&b))?;
    let near = |a: f32, b: f32| (a - b).abs() <= 3.0;
    let under = |ground: &&Bounds| {
        near(ground.left, whole.left)
            && near(ground.right, whole.right)
            && ground.top <= whole.top + 3.0
            && ground.bottom >= whole.bottom - 3.0
            && ground.height() < 12.0 * whole.height()
    };
    grounds.iter().filter(under).copied().min_by(|a, b| a.height().total_cmp(&b.height()))
}

fn holds(outer: &Bounds, inner: &Bounds) -> bool {
    outer != inner
        && outer.left <= inner.left + 0.5
        && outer.right >= inner.right - 0.5
        && outer.top <= inner.top + 0.5
        && outer.bottom >= inner.bottom - 0.5
        && outer.width() * outer.height() > 1.2 * inner.width() * inner.height()
}

/// Boxes that are neighbours in a row or in a column, directly or through others.
fn groups(cells: &[Bounds]) -> Vec<Vec<Bounds>> {
    let mut groups: Vec<Vec<Bounds>> = Vec::new();
    for cell in cells {
        let mut whole = vec![*cell];
        groups.retain_mut(|group| {
            let joins = group.iter().any(|other| neighbours(cell, other));
            if joins {
                whole.append(group);
            }
            !joins
        });
        groups.push(whole);
    }
    groups
}

fn neighbours(a: &Bounds, b: &Bounds) -> bool {
    let same_row = (a.top - b.top).abs() <= 2.0 || (a.bottom - b.bottom).abs() <= 2.0;
    let same_column = (a.left - b.left).abs() <= 2.0 || (a.right - b.right).abs() <= 2.0;
    (same_row || same_column) && a.touches(b, WIDEST_SPACE)
}

/// The edges of boxes, with the space between neighbours closed in its middle.
fn edges(cells: &[Bounds]) -> Vec<Segment> {
    let across = Snap::new(cells.iter().map(|cell| (cell.left, cell.right)));
    let down = Snap::new(cells.iter().map(|cell| (cell.top, cell.bottom)));
    cells
        .iter()
        .flat_map(|cell| {
            let (left, right) = (across.to(cell.left), across.to(cell.right));
            let (top, bottom) = (down.to(cell.top), down.to(cell.bottom));
            [
                Segment::horizontal(top, left, right),
                Segment::horizontal(bottom, left, right),
                Segment::vertical(left, top, bottom),
                Segment::vertical(right, top, bottom),
            ]
        })
        .collect()
}

/// Positions of edges in one direction, those of neighbours brought to one.
struct Snap {
    /// Extent of each group of edges, and where it is brought.
    places: Vec<(f32, f32, f32)>,
}

impl Snap {
    fn new(extents: impl Iterator<Item = (f32, f32)>) -> Snap {
        let extents: Vec<(f32, f32)> = extents.collect();
        let thinnest = extents.iter().map(|(from, to)| to - from).fold(f32::INFINITY, f32::min);
        let space = WIDEST_SPACE.min(0.6 * thinnest);
        let mut edges: Vec<f32> = extents.iter().flat_map(|(from, to)| [*from, *to]).collect();
        edges.sort_by(f32::total_cmp);
        let mut places: Vec<(f32, f32, f32)> = Vec::new();
        for edge in edges {
            match places.last_mut() {
                Some((first, last, middle)) if edge - *first <= space => {
                    *last = edge;
                    *middle = (*first + *last) / 2.0;
                }
                _ => places.push((edge, edge, edge)),
            }
        }
        Snap { places }
    }

    fn to(&self, edge: f32) -> f32 {
        let place = self.places.iter().find(|(first, last, _)| edge >= first - 0.01 && edge <= last + 0.01);
        place.map_or(edge, |(_, _, middle)| *middle)
    }
}
