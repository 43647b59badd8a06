//! Visibility: what a person sees of what was drawn. Colour against what is under it, and what is drawn over it.

use super::device::{Colour, DrawnArea, DrawnGlyph, DrawnImage, DrawnLine, Hidden};
use crate::documents::Bounds;
use crate::tables::content::{Axis, Rectangle, Segment};

/// Two colours nearer than this (the largest difference of a channel, of 255) look alike.
const ALIKE: u8 = 20;
/// A cell's tint may be lighter than a text may be: Word's lightest grey is 13 from paper.
const TINT: u8 = 5;
/// Less opaque than this is not seen.
const FAINT: f32 = 0.06;
/// At least this opaque hides what is under it.
const OPAQUE: f32 = 0.9;
const STRIPE: f32 = 16.0;

/// What lies under and over a point of the page, found quickly.
pub(super) struct Ground<'a> {
    stripes: Vec<Vec<&'a DrawnArea>>,
    images: &'a [DrawnImage],
}

/// What a point was painted with before something was drawn there.
enum Under {
    Colour([u8; 3]),
    Unknown,
}

impl<'a> Ground<'a> {
    pub fn new(areas: &'a [DrawnArea], images: &'a [DrawnImage], height: f32) -> Self {
        let count = (height / STRIPE).clamp(1.0, 2_000.0) as usize + 1;
        let mut stripes: Vec<Vec<&DrawnArea>> = vec![Vec::new(); count];
        for area in areas {
            let first = (area.bounds.top / STRIPE).max(0.0) as usize;
            let last = (area.bounds.bottom / STRIPE).max(0.0) as usize;
            for stripe in stripes.iter_mut().take(last.saturating_add(1)).skip(first) {
                stripe.push(area);
            }
        }
        Ground { stripes, images }
    }

    fn areas(&self, y: f32) -> impl DoubleEndedIterator<Item = &'a DrawnArea> + '_ {
        let stripe = self.stripes.get((y / STRIPE).max(0.0) as usize);
        stripe.into_iter().flatten().copied()
    }

    fn under(&self, x: f32, y: f32, order: u32) -> Under {
        let image = self.images.iter().rfind(|image| image.order < order && image.bounds.contains(x, y));
        let area = self.areas(y).rev().find(|area| {
            area.order < order
                && match area.colour {
                    Colour::Known { opacity, .. } => opacity >= OPAQUE,
                    Colour::Unknown => true,
                }
                && area.covers(x, y)
        });
        match (area, image) {
            (area, Some(image)) if area.is_none_or(|area| area.order < image.order) => Under::Unknown,
            (Some(area), _) => match area.colour {
                Colour::Known { rgb, .. } => Under::Colour(rgb),
                Colour::Unknown => Under::Unknown,
            },
            (None, _) => Under::Colour([255; 3]),
        }
    }

    /// Whether something opaque was drawn over the point and at least `margin` points around it.
    fn is_covered(&self, x: f32, y: f32, order: u32, margin: f32) -> bool {
        self.areas(y).rev().take_while(|area| area.order > order).any(|area| {
            matches!(area.colour, Colour::Known { opacity, .. } if opacity >= OPAQUE)
                && area.covers(x, y)
                && area.covers(x - margin, y - margin)
                && area.covers(x + margin, y + margin)
        })
    }

    /// Whether the colour differs by `least` from what is under the point.
    fn stands_out(&self, colour: Colour, x: f32, y: f32, order: u32, least: u8) -> bool {
        let Colour::Known { rgb, opacity } = colour else { return true };
        if opacity < FAINT {
            return false;
        }
        match self.under(x, y, order) {
            Under::Unknown => true,
            Under::Colour(under) => {
                let apart = rgb.iter().zip(under).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
                f32::from(apart) * opacity.min(1.0) >= f32::from(least)
            }
        }
    }

    /// Marks the glyphs that are not seen.
    pub fn mark(&self, glyphs: &mut [DrawnGlyph]) {
        for glyph in glyphs.iter_mut().filter(|glyph| glyph.hidden.is_none()) {
            let (x, y) = glyph.centre();
            if !self.stands_out(glyph.colour, x, y, glyph.order, ALIKE) {
                glyph.hidden = Some(Hidden::Colourless);
            } else if self.is_covered(x, y, glyph.order, 0.0) {
                glyph.hidden = Some(Hidden::Covered);
            }
        }
    }

    /// The lines that are seen.
    pub fn lines(&self, lines: &[DrawnLine]) -> Vec<Segment> {
        lines
            .iter()
            .filter(|line| {
                let middle = (line.segment.from + line.segment.to) / 2.0;
                let (x, y) = match line.segment.axis {
                    Axis::Horizontal => (middle, line.segment.at),
                    Axis::Vertical => (line.segment.at, middle),
                };
                // A dark line on a dark cell still tells where the cells are; a white one on paper tells nothing.
                let is_dark = matches!(line.colour, Colour::Known { rgb, opacity } if opacity >= FAINT && rgb.iter().any(|c| *c < 235));
                (is_dark || self.stands_out(line.colour, x, y, line.order, TINT)) && !self.is_covered(x, y, line.order, 1.2)
            })
            .map(|line| line.segment)
            .collect()
    }

    /// The filled areas that differ from what is around them.
    pub fn areas_seen(&self, areas: &[DrawnArea]) -> Vec<Bounds> {
        areas
            .iter()
            .filter(|area| area.outline.is_none())
            .filter(|area| {
                let (x, y) =
                    ((area.bounds.left + area.bounds.right) / 2.0, (area.bounds.top + area.bounds.bottom) / 2.0);
                self.stands_out(area.colour, x, y, area.order, TINT)
            })
            .map(|area| area.bounds)
            .collect()
    }
}
