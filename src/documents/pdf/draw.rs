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

/// The shorter side, in pixels, of a page that has no large image: 240 dots an inch of A4.
const OF_OUTLINES: f32 = 1_984.0;
/// An image that is drawn hardly larger is drawn with its own pixels; hardly smaller, and each would be mixed with its neighbours.
const AS_IT_IS: f32 = 1.000_1;

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
            let along = |pixels: u32, points: f32| pixels as f32 / points.max(1.0);
            along(image.pixels.0, image.bounds.width()).max(along(image.pixels.1, image.bounds.height()))
        })
        .fold(0.0, f32::max);
    let wished = if finest > 0.0 { finest * AS_IT_IS * shorter } else { OF_OUTLINES };
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of so many points that is one grey image of so many pixels, black and white in turn.
    fn scan(points: (f32, f32), (width, height): (u32, u32)) -> Vec<u8> {
        let content = format!("{} 0 0 {} 0 0 cm /I Do", points.0, points.1);
        let objects = [
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
                points.0, points.1
            )
            .into_bytes(),
            format!("<</Length {}>>stream\n{content}\nendstream", content.len()).into_bytes(),
            {
                let head = format!(
                    "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Length {}>>stream\n",
                    width * height
                );
                let pixels = (0..height).flat_map(|y| (0..width).map(move |x| if (x + y) % 2 == 0 { 0 } else { 255 }));
                head.into_bytes().into_iter().chain(pixels).chain(*b"\nendstream").collect()
            },
        ];
        let mut pdf = b"%PDF-1.4\n".to_vec();
        let mut places = String::new();
        for (number, object) in (1..).zip(objects) {
            places.push_str(&format!("{:010} 00000 n \n", pdf.len()));
            pdf.extend(format!("{number} 0 obj").into_bytes());
            pdf.extend(object);
            pdf.extend(b"\nendobj\n");
        }
        let start = pdf.len();
        let end =
            format!("xref\n0 6\n0000000000 65535 f \n{places}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
        pdf.extend(end.into_bytes());
        pdf
    }

    #[test]
    fn a_scan_is_seen_with_its_own_pixels() {
        // What scanners write of A4, in whole and in rounded points, and a fax whose pixels are higher than broad.
        for (points, pixels) in
            [((595.44, 841.92), (2_481, 3_508)), ((595.0, 842.0), (1_654, 2_339)), ((612.0, 792.0), (2_550, 3_300))]
        {
            let pdf = Pdf::new(scan(points, pixels)).unwrap();
            let mut seen = None;
            draw(&pdf, &[1], &Limits::default(), &mut |_, picture| seen = Some(picture));
            let seen: RgbImage = seen.unwrap();
            let mixed = seen.pixels().filter(|pixel| !matches!(pixel.0, [0, ..] | [255, ..])).count();
            assert_eq!(mixed, 0, "{pixels:?}");
            assert!(seen.width().abs_diff(pixels.0) <= 2 && seen.height().abs_diff(pixels.1) <= 2, "{pixels:?}");
        }
        let fax = Pdf::new(scan((595.0, 842.0), (1_728, 1_143))).unwrap();
        draw(&fax, &[1], &Limits::default(), &mut |_, picture| {
            assert!(picture.width().abs_diff(1_728) <= 1 && picture.height().abs_diff(2_445) <= 2);
        });
    }
}
