//! What the finders of tables look at: one page as positioned words, ruling lines and filled areas, whatever format they came
//! from. Coordinates are points from the top left of the page, turned so that the text stands upright.

use crate::documents::Bounds;

/// A run of glyphs without white space between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    pub text: String,
    pub bounds: Bounds,
    /// The y of the line the letters stand on.
    pub baseline: f32,
    /// Font size in points.
    pub size: f32,
    /// The middle of the first glyph: where the word belongs.
    pub start: f32,
    /// Whether a space was drawn right after it: at the end of a line, the text was broken between two words.
    pub spaced: bool,
    /// Left edges of the glyphs after the first one, and how many bytes of `text` stand before them: where the word may be cut by a
    /// ruling that runs between two glyphs that were not drawn in one stroke of the pen.
    pub cuts: Vec<Cut>,
    /// The word (by its index on the page) right after which this one was drawn, with exactly one space between: both are one
    /// string of text, wherever a ruling runs.
    pub continues: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// The right edge of the glyph before, and the left edge of the one after.
    pub from: f32,
    pub to: f32,
    /// Byte offset in the word's text.
    pub offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Horizontal,
    Vertical,
}

/// A visible straight line, or the centre line of a thin filled area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    pub axis: Axis,
    /// The y of a horizontal segment, the x of a vertical one.
    pub at: f32,
    /// Along the axis; `from <= to`.
    pub from: f32,
    pub to: f32,
}

impl Segment {
    pub fn horizontal(y: f32, from: f32, to: f32) -> Segment {
        Segment { axis: Axis::Horizontal, at: y, from: from.min(to), to: from.max(to) }
    }

    pub fn vertical(x: f32, from: f32, to: f32) -> Segment {
        Segment { axis: Axis::Vertical, at: x, from: from.min(to), to: from.max(to) }
    }

    pub fn length(&self) -> f32 {
        self.to - self.from
    }
}

/// One page for the finders.
#[derive(Clone, Debug, Default)]
pub struct PageContent {
    /// Counted from 1.
    pub number: u32,
    pub width: f32,
    pub height: f32,
    pub words: Vec<Word>,
    pub segments: Vec<Segment>,
    /// Areas filled with a colour that differs from what is under them: cell backgrounds, boxes.
    pub areas: Vec<Bounds>,
}

/// Small helpers on rectangles that every finder needs.
pub trait Rectangle {
    fn width(&self) -> f32;
    fn height(&self) -> f32;
    fn contains(&self, x: f32, y: f32) -> bool;
    fn union(&self, other: &Bounds) -> Bounds;
    fn touches(&self, other: &Bounds, tolerance: f32) -> bool;
}

impl Rectangle for Bounds {
    fn width(&self) -> f32 {
        self.right - self.left
    }

    fn height(&self) -> f32 {
        self.bottom - self.top
    }

    fn contains(&self, x: f32, y: f32) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }

    fn union(&self, other: &Bounds) -> Bounds {
        Bounds {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    fn touches(&self, other: &Bounds, tolerance: f32) -> bool {
        self.left <= other.right + tolerance
            && other.left <= self.right + tolerance
            && self.top <= other.bottom + tolerance
            && other.top <= self.bottom + tolerance
    }
}
