//! Cells: single cells of a page that is drawn from a file's text are looked at. Where they are is known, and the page is level: none of
//! the search that a scan needs is made.

use image::RgbImage;
use image::imageops::crop_imm;

use super::band::Band;
use super::cell::{self, CellPicture, Content, Strangers};
use super::engine::Engine;
use super::grid_cell::GridCell;
use super::looks::{self, Asked, Way};
use super::straight::Straight;
use crate::documents::{Bounds, CellPlace, Glance};
use crate::tables::{Look, Ruling};

/// A cell is cut out with so much around it, in inches: what reaches over its edges is told by it.
const AROUND: f32 = 0.08;
/// Drawn rules are about so thick, in inches.
const RULE: f32 = 0.012;

/// One look at each cell, in their order.
pub(super) fn read(picture: &RgbImage, places: &[CellPlace], glance: Glance, engine: &Engine) -> Vec<Look> {
    let pixels_per_inch = picture.width().min(picture.height()) as f32 / 8.27;
    let cells: Vec<CellPicture> = places.iter().map(|place| cut(picture, place, pixels_per_inch)).collect();
    let bands: Vec<Vec<Band>> = cells
        .iter()
        .map(|cell| if cell.content == Content::Ink { cell.bands(pixels_per_inch, None) } else { Vec::new() })
        .collect();
    let way = match glance {
        Glance::First => Way::AsItIs,
        Glance::Second => Way::Softened,
    };
    let asked: Vec<Asked> = cells.iter().zip(&bands).map(|(cell, bands)| Asked { cell, bands, way }).collect();
    looks::once(engine, &asked)
}

fn cut(picture: &RgbImage, place: &CellPlace, pixels_per_inch: f32) -> CellPicture {
    let around = (AROUND * pixels_per_inch).ceil();
    let bounds = &place.bounds;
    let pixel = |value: f32, most: u32| (value.max(0.0) as u32).min(most);
    let (left, top) = (pixel(bounds.left - around, picture.width()), pixel(bounds.top - around, picture.height()));
    let (right, bottom) =
        (pixel(bounds.right + around, picture.width()), pixel(bounds.bottom + around, picture.height()));
    let part = crop_imm(picture, left, top, right.saturating_sub(left), bottom.saturating_sub(top)).to_image();
    let inside = Bounds {
        left: bounds.left - left as f32,
        top: bounds.top - top as f32,
        right: bounds.right - left as f32,
        bottom: bounds.bottom - top as f32,
    };
    let straight = Straight::level(&part, pixels_per_inch);
    let cell = match place.ruling {
        Ruling::Ruled => GridCell::upright(&inside, 0, 0).map(|cell| cell.ruled(RULE * pixels_per_inch)),
        Ruling::Borderless | Ruling::Declared => GridCell::upright(&inside, 0, 0),
    };
    match cell {
        Some(cell) => CellPicture::cut(&straight, &cell, &Strangers::default(), pixels_per_inch),
        None => CellPicture {
            luma: straight.luma,
            brightest: straight.brightest,
            content: Content::Blank,
            letter: cell::letter(pixels_per_inch),
            margin: 0,
            may_be_rows: false,
        },
    }
}
