//! Draw: pages become pictures, for those pages whose text cannot be trusted.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::Pdf;
use hayro_syntax::page::Page as PdfPage;
use image::RgbImage;

use super::STACK;
use super::device::{DrawnImage, Recorder};
use super::unicode::FontMaps;
use crate::documents::scanned::{FEWEST_PIXELS, MOST_PIXELS};
use crate::documents::{Bounds, Limits};
use crate::tables::content::Rectangle;

/// The engine counts pixels in 16 bits.
const LONGEST_SIDE: f32 = 12_000.0;

/// Draws the wanted pages (counted from 1) of a PDF, one at a time.
pub(super) fn draw(pdf: &Pdf, wanted: &[u32], limits: &Limits, see: &mut (dyn FnMut(u32, RgbImage) + Send)) {
    std::thread::scope(|scope| {
        let drawing = move || {
            for (number, page) in (1..).zip(pdf.pages().iter()) {
                if !wanted.contains(&number) {
                    continue;
                }
                if let Ok(Some(picture)) = catch_unwind(AssertUnwindSafe(|| picture(page, pdf, limits))) {
                    see(number, picture);
                }
            }
        };
        // A page that cannot be drawn stays unread; so do all when there is no thread to draw them.
        if let Ok(worker) = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, drawing) {
            let _ = worker.join();
        }
    });
}

fn picture(page: &PdfPage<'_>, pdf: &Pdf, limits: &Limits) -> Option<RgbImage> {
    let (width, height) = page.render_dimensions();
    let shorter = width.min(height);
    if !(shorter >= 1.0 && width.is_finite() && height.is_finite()) {
        return None;
    }
    let images = images(page, pdf);
    if images.iter().any(|image| u64::from(image.pixels.0) * u64::from(image.pixels.1) > limits.pixels) {
        return None;
    }
    // As fine as the finest large image, within what recognition needs.
    let finest = images
        .iter()
        .filter(|image| image.bounds.width() * image.bounds.height() > 0.25 * width * height)
        .map(|image| {
            image.pixels.0.max(image.pixels.1) as f32 / image.bounds.width().max(image.bounds.height()).max(1.0)
        })
        .fold(0.0, f32::max);
    let wished = if finest > 0.0 { finest * shorter } else { 0.8 * MOST_PIXELS as f32 };
    let scale = wished.clamp(FEWEST_PIXELS as f32, MOST_PIXELS as f32) / shorter;
    let (wide, high) = (width * scale, height * scale);
    if wide.max(high) > LONGEST_SIDE || f64::from(wide) * f64::from(high) > limits.pixels as f64 {
        return None;
    }
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (wide, high) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    // The ground is opaque, so nothing is left of the transparency.
    let (pixels, _) = pixmap.data_as_u8_slice().as_chunks();
    let pixels: Vec<[u8; 3]> = pixels.iter().map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
    RgbImage::from_raw(wide, high, pixels.into_flattened())
}

/// The images of a page, not decoded: their sizes are looked at before any pixel is.
fn images(page: &PdfPage<'_>, pdf: &Pdf) -> Vec<DrawnImage> {
    let (width, height) = page.render_dimensions();
    let (mut calls, mut fonts) = (0, FontMaps::default());
    let seen = Bounds { left: 0.0, top: 0.0, right: width, bottom: height };
    let mut recorder = Recorder::new(seen, &mut calls, &mut fonts);
    let space = Affine::new(page.initial_transform(true).as_coeffs());
    let rect = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let cache = InterpreterCache::new();
    let mut context = Context::new(space, rect, &cache, pdf.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, &mut recorder);
    std::mem::take(&mut recorder.images)
}
