//! Outline: the shape of a drawn path. Which of its parts are rectangles, boxes with rounded corners, or the rings that borders are.

use hayro_interpret::FillRule;
use hayro_interpret::kurbo::{BezPath, PathEl, Point, Rect};

use crate::documents::Bounds;
use crate::tables::content::Rectangle;

/// A ring thicker than this (points) is no border.
const THICKEST_BORDER: f32 = 9.0;

/// One subpath of a path, in device space.
pub(super) struct Subpath {
    pub points: Vec<Point>,
    /// Its straight pieces.
    pub straight: Vec<(Point, Point)>,
    pub bounds: Bounds,
    pub curved: bool,
}

impl Subpath {
    /// Whether all of its corners are corners of its bounding box.
    pub fn is_rectangle(&self) -> bool {
        let near = |a: f64, b: f32| (a as f32 - b).abs() <= 0.3;
        !self.curved
            && self.points.len() >= 4
            && self.points.iter().all(|point| {
                (near(point.x, self.bounds.left) || near(point.x, self.bounds.right))
                    && (near(point.y, self.bounds.top) || near(point.y, self.bounds.bottom))
            })
    }

    /// Whether it is a box, its corners rounded or not: most of its bounding box's outline is drawn straight.
    pub fn is_box(&self) -> bool {
        let near = |a: f64, b: f32| (a as f32 - b).abs() <= 0.3;
        let on_edge = |(a, b): &&(Point, Point)| {
            [self.bounds.left, self.bounds.right].iter().any(|x| near(a.x, *x) && near(b.x, *x))
                || [self.bounds.top, self.bounds.bottom].iter().any(|y| near(a.y, *y) && near(b.y, *y))
        };
        let drawn: f64 = self.straight.iter().filter(on_edge).map(|(a, b)| (*b - *a).hypot()).sum();
        self.is_rectangle() || drawn as f32 >= 0.6 * 2.0 * (self.bounds.width() + self.bounds.height())
    }

    /// Twice the signed area: its sign is the way round.
    fn turning(&self) -> f64 {
        self.points.iter().zip(self.points.iter().skip(1)).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
    }
}

pub(super) fn subpaths(path: &BezPath) -> Vec<Subpath> {
    let mut parts: Vec<Subpath> = Vec::new();
    let mut start = Point::ZERO;
    for element in path.elements() {
        match element {
            PathEl::MoveTo(point) => {
                start = *point;
                parts.push(Subpath {
                    points: vec![*point],
                    straight: Vec::new(),
                    bounds: Bounds::default(),
                    curved: false,
                });
            }
            PathEl::LineTo(point) => extend(&mut parts, &[*point], false),
            PathEl::QuadTo(a, point) => extend(&mut parts, &[*a, *point], true),
            PathEl::CurveTo(a, b, point) => extend(&mut parts, &[*a, *b, *point], true),
            PathEl::ClosePath => extend(&mut parts, &[start], false),
        }
    }
    parts.retain(|part| part.points.len() >= 2 && part.points.iter().all(|point| point.is_finite()));
    for part in &mut parts {
        let rect = part.points.iter().fold(None, |all: Option<Rect>, point| {
            let own = Rect::from_points(*point, *point);
            Some(all.map_or(own, |all| all.union(own)))
        });
        part.bounds = bounds_of(rect.unwrap_or_default());
    }
    parts
}

fn extend(parts: &mut [Subpath], points: &[Point], curved: bool) {
    if let Some(part) = parts.last_mut() {
        part.curved |= curved;
        if let (false, Some(from), Some(to)) = (curved, part.points.last(), points.last()) {
            part.straight.push((*from, *to));
        }
        part.points.extend_from_slice(points);
    }
}

/// Two rectangles, one just inside the other, filled as the ring between them: the border of a box. Gives its drawn sides.
pub(super) fn frame(outer: &Subpath, inner: &Subpath, rule: FillRule) -> Option<Vec<Bounds>> {
    let ring = rule == FillRule::EvenOdd || outer.turning() * inner.turning() < 0.0;
    if !ring || !outer.is_box() || !inner.is_box() {
        return None;
    }
    let (outside, inside) = (&outer.bounds, &inner.bounds);
    let sides = [
        (inside.left - outside.left, Bounds { right: inside.left, ..*outside }),
        (inside.top - outside.top, Bounds { bottom: inside.top, ..*outside }),
        (outside.right - inside.right, Bounds { left: inside.right, ..*outside }),
        (outside.bottom - inside.bottom, Bounds { top: inside.bottom, ..*outside }),
    ];
    if sides.iter().any(|(thickness, _)| *thickness < -0.1 || *thickness > THICKEST_BORDER) {
        return None;
    }
    Some(sides.into_iter().filter(|(thickness, _)| *thickness > 0.05).map(|(_, side)| side).collect())
}

pub(super) fn bounds_of(rect: Rect) -> Bounds {
    Bounds { left: rect.x0 as f32, top: rect.y0 as f32, right: rect.x1 as f32, bottom: rect.y1 as f32 }
}

pub(super) fn intersect(a: &Bounds, b: &Bounds) -> Option<Bounds> {
    let both = Bounds {
        left: a.left.max(b.left),
        top: a.top.max(b.top),
        right: a.right.min(b.right),
        bottom: a.bottom.min(b.bottom),
    };
    (both.right >= both.left && both.bottom >= both.top).then_some(both)
}
