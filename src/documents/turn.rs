//! Turn: pages whose text does not stand upright as they are seen, and how they look when one holds them so that it does.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Bounds, Document};

/// How the page has to be turned so that most of its text stands upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    #[default]
    None,
    /// The text runs down the page.
    Down,
    /// The text stands on its head.
    Over,
    /// The text runs up the page.
    Up,
}

impl Turn {
    pub(in crate::documents) fn point(self, x: f32, y: f32, width: f32, height: f32) -> (f32, f32) {
        match self {
            Turn::None => (x, y),
            Turn::Down => (y, width - x),
            Turn::Over => (width - x, height - y),
            Turn::Up => (height - y, x),
        }
    }

    /// From the page as seen (of the given size) to upright.
    pub fn upright(self, bounds: &Bounds, width: f32, height: f32) -> Bounds {
        let (a, b) = self.point(bounds.left, bounds.top, width, height);
        let (c, d) = self.point(bounds.right, bounds.bottom, width, height);
        Bounds { left: a.min(c), right: a.max(c), top: b.min(d), bottom: b.max(d) }
    }

    /// From upright back to the page as seen, of the given size.
    pub fn back(self, bounds: &Bounds, width: f32, height: f32) -> Bounds {
        match self {
            Turn::None | Turn::Over => self.upright(bounds, width, height),
            Turn::Down => Turn::Up.upright(bounds, height, width),
            Turn::Up => Turn::Down.upright(bounds, height, width),
        }
    }

    /// Whether width and height change places.
    pub fn is_sideways(self) -> bool {
        matches!(self, Turn::Down | Turn::Up)
    }
}

impl Document {
    /// The document with every page turned so that its text stands upright: what is above, below and beside on a page is only known
    /// then. What is found there stands at [`Turn::back`] on the page as it is seen.
    pub fn upright(&self) -> Cow<'_, Document> {
        if self.pages.iter().all(|page| page.turn == Turn::None) {
            return Cow::Borrowed(self);
        }
        let mut document = self.clone();
        for page in &mut document.pages {
            let (turn, width, height) = (page.turn, page.width, page.height);
            let hold = |bounds: &mut Bounds| *bounds = turn.upright(bounds, width, height);
            page.lines.iter_mut().for_each(|line| hold(&mut line.bounds));
            page.pictures.iter_mut().for_each(|picture| hold(&mut picture.bounds));
            for table in document.tables.iter_mut().filter(|table| table.page == page.number) {
                hold(&mut table.bounds);
                table.cells.iter_mut().for_each(|cell| hold(&mut cell.bounds));
            }
            for signature in document.signatures.iter_mut().filter(|signature| signature.page == Some(page.number)) {
                signature.bounds.iter_mut().for_each(hold);
            }
            page.turn = Turn::None;
            if turn.is_sideways() {
                (page.width, page.height) = (height, width);
            }
        }
        Cow::Owned(document)
    }
}
