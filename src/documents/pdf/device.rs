//! Device: what the page's content draws, recorded in the order in which it is drawn.
//!
//! This is the only place that speaks hayro's drawing interface. It decides nothing but what is certain from one drawing call:
//! whether a glyph lies outside the clip, and which paths are straight lines. What covers what is [`super::visibility`]'s question.

use std::rc::Rc;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps, Paint, SoftMask,
};

use super::outline::{bounds_of, frame, intersect, subpaths};
use super::unicode::{Characters, FontMaps};
use crate::documents::Bounds;
use crate::tables::content::{Axis, Rectangle, Segment};

/// Filled areas no thicker than this (points) are lines.
const THICKEST_LINE: f32 = 4.5;
/// A path of more elements is a picture.
const LONGEST_PATH: usize = 4_000;
/// Drawing calls of one document. A letter makes about 3,000.
const BUDGET: u32 = 1_000_000;

/// The document asked for more drawing than any letter does. Thrown by unwinding, because the engine has no way to be stopped.
pub(super) struct BudgetSpent;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Page,
    Annotation,
}

/// Why a glyph is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Drawn with the invisible mode: somebody's recognition under a scan, or a trick.
    Invisible,
    Clipped,
    OffPage,
    /// In the colour of what is under it, or transparent.
    Colourless,
    /// Something opaque was drawn over it.
    Covered,
}

#[derive(Clone, Debug)]
pub(super) struct DrawnGlyph {
    /// What it says; `None` when its font does not tell.
    pub text: Option<String>,
    /// Where it stands, and the way to the next glyph.
    pub origin: Point,
    pub advance: (f32, f32),
    pub size: f32,
    pub colour: Colour,
    pub order: u32,
    pub source: Source,
    /// Where it could be seen: the clip that it was drawn in.
    pub clip: Bounds,
    pub hidden: Option<Hidden>,
}

impl DrawnGlyph {
    /// The middle of the glyph's body.
    pub fn centre(&self) -> (f32, f32) {
        let (dx, dy) = self.advance;
        let length = (dx * dx + dy * dy).sqrt().max(0.01);
        let up = (dy / length * self.size * 0.3, -dx / length * self.size * 0.3);
        (self.origin.x as f32 + dx / 2.0 + up.0, self.origin.y as f32 + dy / 2.0 + up.1)
    }
}

/// A colour as it falls on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Colour {
    Known {
        rgb: [u8; 3],
        /// 0 (nothing to see) to 1.
        opacity: f32,
    },
    /// A pattern or shading.
    Unknown,
}

#[derive(Clone, Debug)]
pub(super) struct DrawnLine {
    pub segment: Segment,
    pub colour: Colour,
    pub order: u32,
}

#[derive(Clone, Debug)]
pub(super) struct DrawnArea {
    pub bounds: Bounds,
    /// The outline when it is no rectangle, and how it is filled.
    pub outline: Option<(Rc<BezPath>, FillRule)>,
    pub colour: Colour,
    pub order: u32,
}

impl DrawnArea {
    pub fn covers(&self, x: f32, y: f32) -> bool {
        self.bounds.contains(x, y) && self.outline.as_ref().is_none_or(|(path, rule)| is_inside(path, *rule, x, y))
    }
}

fn is_inside(path: &BezPath, rule: FillRule, x: f32, y: f32) -> bool {
    let winding = path.winding(Point::new(f64::from(x), f64::from(y)));
    match rule {
        FillRule::NonZero => winding != 0,
        FillRule::EvenOdd => winding % 2 != 0,
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct DrawnImage {
    pub bounds: Bounds,
    /// Its own size in pixels.
    pub pixels: (u32, u32),
    pub order: u32,
}

#[derive(Clone)]
struct Clip {
    bounds: Bounds,
    outline: Option<(Rc<BezPath>, FillRule)>,
}

/// All that a page draws, in the space of the page as it is seen.
pub(super) struct Recorder<'f> {
    page: Bounds,
    pub source: Source,
    pub glyphs: Vec<DrawnGlyph>,
    pub lines: Vec<DrawnLine>,
    pub areas: Vec<DrawnArea>,
    pub images: Vec<DrawnImage>,
    /// Extents of curved or slanted strokes and of curved fills.
    pub curves: Vec<DrawnArea>,
    clips: Vec<Clip>,
    opacity: Vec<f32>,
    order: u32,
    calls: &'f mut u32,
    fonts: &'f mut FontMaps,
}

impl<'f> Recorder<'f> {
    pub fn new(page: Bounds, calls: &'f mut u32, fonts: &'f mut FontMaps) -> Self {
        Recorder {
            page,
            source: Source::Page,
            glyphs: Vec::new(),
            lines: Vec::new(),
            areas: Vec::new(),
            images: Vec::new(),
            curves: Vec::new(),
            clips: Vec::new(),
            opacity: Vec::new(),
            order: 0,
            calls,
            fonts,
        }
    }

    fn step(&mut self, cost: usize) -> u32 {
        self.order = self.order.saturating_add(1);
        *self.calls = self.calls.saturating_add(u32::try_from(cost.max(1)).unwrap_or(u32::MAX));
        if *self.calls > BUDGET {
            std::panic::resume_unwind(Box::new(BudgetSpent));
        }
        self.order
    }

    fn visible_bounds(&self) -> Bounds {
        self.clips.last().map_or(self.page, |clip| clip.bounds)
    }

    fn is_clipped(&self, x: f32, y: f32) -> bool {
        let inside = self.visible_bounds();
        let near = Bounds {
            left: inside.left - 0.5,
            top: inside.top - 0.5,
            right: inside.right + 0.5,
            bottom: inside.bottom + 0.5,
        };
        let outside = |clip: &Clip| clip.outline.as_ref().is_some_and(|(path, rule)| !is_inside(path, *rule, x, y));
        !near.contains(x, y) || self.clips.iter().rev().take(8).any(outside)
    }

    fn colour(&self, paint: &Paint<'_>) -> Colour {
        match paint {
            Paint::Color(colour) => {
                let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
                let opacity = self.opacity.iter().product::<f32>() * f32::from(alpha) / 255.0;
                Colour::Known { rgb: [red, green, blue], opacity }
            }
            Paint::Pattern(_) => Colour::Unknown,
        }
    }

    fn line(&mut self, segment: Segment, colour: Colour, order: u32) {
        let seen = self.visible_bounds();
        let (low, high, first, last) = match segment.axis {
            Axis::Horizontal => (seen.top, seen.bottom, seen.left, seen.right),
            Axis::Vertical => (seen.left, seen.right, seen.top, seen.bottom),
        };
        let cut = Segment { from: segment.from.max(first), to: segment.to.min(last), ..segment };
        if segment.at >= low - 1.0 && segment.at <= high + 1.0 && cut.to >= cut.from {
            self.lines.push(DrawnLine { segment: cut, colour, order });
        }
    }

    fn thin(&mut self, bounds: &Bounds, colour: Colour, order: u32) {
        let (x, y) = ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0);
        let dot = bounds.width() <= THICKEST_LINE && bounds.height() <= THICKEST_LINE;
        if dot || bounds.width() >= bounds.height() {
            self.line(Segment::horizontal(y, bounds.left, bounds.right), colour, order);
        }
        if dot || bounds.height() > bounds.width() {
            self.line(Segment::vertical(x, bounds.top, bounds.bottom), colour, order);
        }
    }

    fn fill(&mut self, path: &BezPath, rule: FillRule, colour: Colour, order: u32) {
        let parts = subpaths(path);
        if let [one, other] = parts.as_slice()
            && let Some(sides) = frame(one, other, rule).or_else(|| frame(other, one, rule))
        {
            for side in sides {
                let seen = intersect(&side, &self.visible_bounds());
                if let Some(seen) = seen {
                    self.thin(&seen, colour, order);
                }
            }
            return;
        }
        let mut curved = false;
        for part in &parts {
            let Some(seen) = intersect(&part.bounds, &self.visible_bounds()) else { continue };
            if part.curved || part.points.len() > 6 {
                curved = true;
            } else if seen.width().min(seen.height()) <= THICKEST_LINE {
                self.thin(&seen, colour, order);
            } else if part.is_rectangle() {
                self.areas.push(DrawnArea { bounds: seen, outline: None, colour, order });
            } else {
                curved = true;
            }
        }
        if curved && let Some(seen) = intersect(&bounds_of(path.bounding_box()), &self.visible_bounds()) {
            let outline = (path.elements().len() <= LONGEST_PATH).then(|| (Rc::new(path.clone()), rule));
            let area = DrawnArea { bounds: seen, outline, colour, order };
            self.curves.push(area.clone());
            if area.outline.is_some() && seen.width() > THICKEST_LINE && seen.height() > THICKEST_LINE {
                self.areas.push(area);
            }
        }
    }

    fn stroke(&mut self, path: &BezPath, colour: Colour, order: u32) {
        let mut curve: Option<Rect> = None;
        for part in subpaths(path) {
            for (a, b) in &part.straight {
                let (dx, dy) = ((b.x - a.x).abs() as f32, (b.y - a.y).abs() as f32);
                if dy <= 0.6 && dy <= dx {
                    let y = ((a.y + b.y) / 2.0) as f32;
                    self.line(Segment::horizontal(y, a.x as f32, b.x as f32), colour, order);
                } else if dx <= 0.6 {
                    let x = ((a.x + b.x) / 2.0) as f32;
                    self.line(Segment::vertical(x, a.y as f32, b.y as f32), colour, order);
                } else {
                    let own = Rect::from_points(*a, *b);
                    curve = Some(curve.map_or(own, |all| all.union(own)));
                }
            }
            if part.curved && !part.is_box() {
                let own = Rect::new(
                    f64::from(part.bounds.left),
                    f64::from(part.bounds.top),
                    f64::from(part.bounds.right),
                    f64::from(part.bounds.bottom),
                );
                curve = Some(curve.map_or(own, |all| all.union(own)));
            }
        }
        if let Some(seen) = curve.and_then(|rect| intersect(&bounds_of(rect), &self.visible_bounds())) {
            self.curves.push(DrawnArea { bounds: seen, outline: None, colour, order });
        }
    }

    fn clip(&mut self, rect: Rect, outline: Option<(Rc<BezPath>, FillRule)>) {
        let bounds = intersect(&bounds_of(rect), &self.visible_bounds()).unwrap_or(Bounds {
            left: -1.0e6,
            right: -1.0e6,
            top: -1.0e6,
            bottom: -1.0e6,
        });
        self.clips.push(Clip { bounds, outline });
    }
}

impl<'a> Device<'a> for Recorder<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let length = path.elements().len();
        let order = self.step(length / 16);
        let colour = self.colour(&props.paint);
        if length > LONGEST_PATH * 10 {
            return;
        }
        let path = props.transform * path.clone();
        match mode {
            DrawMode::Fill(rule) => self.fill(&path, *rule, colour, order),
            DrawMode::Stroke(_) => self.stroke(&path, colour, order),
            DrawMode::FillAndStroke(rule, _) => {
                self.fill(&path, *rule, colour, order);
                self.stroke(&path, colour, order);
            }
            DrawMode::Invisible => {}
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.step(clip.path.elements().len() / 16);
        let parts = subpaths(&clip.path);
        let rectangle = matches!(parts.as_slice(), [only] if only.is_rectangle());
        let outline =
            (!rectangle && clip.path.elements().len() <= LONGEST_PATH).then(|| (Rc::new(clip.path.clone()), clip.fill));
        self.clip(clip.path.bounding_box(), outline);
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.step(1);
        self.clip(*rect, None);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, opacity: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.step(1);
        self.opacity.push(opacity);
    }

    fn pop_transparency_group(&mut self) {
        self.opacity.pop();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let order = self.step(run.glyphs().len());
        let colour = self.colour(&props.paint);
        for glyph in run.glyphs() {
            let space: Affine = props.transform * glyph.transform();
            let origin = space * Point::ZERO;
            let width = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(type3) => type3.advance_width(),
            };
            let end = space * Point::new(f64::from(width.unwrap_or(500.0)), 0.0);
            let top = space * Point::new(0.0, 1000.0);
            let size = (top - origin).hypot() as f32;
            if !(origin.is_finite() && end.is_finite() && size.is_finite() && size > 0.1) {
                continue;
            }
            let text = match self.fonts.read(glyph) {
                Characters::Text(text) => Some(text),
                Characters::Unknown => None,
                Characters::Nothing => continue,
            };
            let mut drawn = DrawnGlyph {
                text,
                origin,
                advance: ((end.x - origin.x) as f32, (end.y - origin.y) as f32),
                size,
                colour,
                order,
                source: self.source,
                clip: self.visible_bounds(),
                hidden: None,
            };
            let (x, y) = drawn.centre();
            drawn.hidden = if matches!(mode, DrawMode::Invisible) {
                Some(Hidden::Invisible)
            } else if !self.page.contains(x, y) {
                Some(Hidden::OffPage)
            } else if self.is_clipped(x, y) {
                Some(Hidden::Clipped)
            } else {
                None
            };
            self.glyphs.push(drawn);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let order = self.step(1);
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let corners = props.transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        if self.opacity.iter().product::<f32>() < 0.03 {
            return;
        }
        if let Some(bounds) = intersect(&bounds_of(corners), &self.visible_bounds()) {
            self.images.push(DrawnImage { bounds, pixels: (image.width(), image.height()), order });
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        self.draw_path(&rect.to_path(0.1), props, mode);
    }
}
