//! Scanned: pages without text that can be trusted are drawn, or decoded, and handed to whoever reads pictures.
//!
//! How a picture is read is not known here (see [`crate::recognition`]): a reader of pictures is given, because loading its model is
//! work of the edge.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use super::pdf::OpenFile;
use super::{Document, Format, Limits, Page, Trouble};
use crate::tables::Table;

/// Reads the picture of a page into the page and returns its tables; `None` when it cannot be read.
pub type PictureReader<'a> = dyn FnMut(&RgbImage, &mut Page) -> Option<Vec<Table>> + Send + 'a;

/// Pages of one document that are read from their pictures at most: an oficio has one to five.
const MOST_PAGES: usize = 12;
/// The shorter side of a page's picture in pixels: 150 to 300 dots an inch of A4.
pub(super) const FEWEST_PIXELS: u32 = 1_240;
pub(super) const MOST_PIXELS: u32 = 2_480;
/// A photo may show more than the page.
const MOST_PHOTO_PIXELS: u32 = 2_800;

/// Reads the pages of a document that have no text of their own: from the PDF that is open, else from the bytes. What cannot be
/// read stays among its troubles.
pub(super) fn complete(
    document: &mut Document,
    bytes: &[u8],
    open: Option<&OpenFile>,
    limits: &Limits,
    pictures: &mut PictureReader<'_>,
) {
    let wanted: Vec<u32> = document
        .troubles
        .iter()
        .filter_map(|trouble| match trouble {
            Trouble::PageWithoutText(number) => Some(*number),
            _ => None,
        })
        .take(MOST_PAGES)
        .collect();
    if wanted.is_empty() || document.troubles.iter().any(|trouble| matches!(trouble, Trouble::BeyondLimits(_))) {
        return;
    }
    let mut see = |number: u32, picture: RgbImage| {
        let Some(page) = document.pages.iter().find(|page| page.number == number) else { return };
        let mut page = page.clone();
        // One bad page must not take the others with it.
        let read = catch_unwind(AssertUnwindSafe(|| pictures(&picture, &mut page).map(|tables| (page, tables))));
        let Ok(Some((page, tables))) = read else { return };
        document.troubles.retain(|trouble| *trouble != Trouble::PageWithoutText(number));
        document.tables.extend(tables);
        if let Some(slot) = document.pages.iter_mut().find(|page| page.number == number) {
            *slot = page;
        }
    };
    match document.format {
        Format::Pdf => {
            if let Some(open) = open {
                open.draw(&wanted, limits, &mut see);
            }
        }
        Format::Tiff => tiff(bytes, &wanted, limits, &mut see),
        _ => {
            if let Some(picture) = photo(bytes, limits) {
                see(1, picture);
            }
        }
    }
    document.tables.sort_by_key(|table| table.page);
}

/// One picture, turned as the camera says it was held.
fn photo(bytes: &[u8], limits: &Limits) -> Option<RgbImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.limits(decoding_limits(limits));
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Some(sized(picture, MOST_PHOTO_PIXELS))
}

fn decoding_limits(limits: &Limits) -> image::Limits {
    let mut decoding = image::Limits::default();
    decoding.max_alloc = Some(limits.pixels.saturating_mul(8));
    decoding
}

/// Transparent pixels are paper; the size is what recognition needs, and no more.
fn sized(picture: DynamicImage, most: u32) -> RgbImage {
    let picture = if picture.color().has_alpha() {
        let mut over = picture.to_rgba8();
        for pixel in over.pixels_mut() {
            let [r, g, b, a] = pixel.0;
            let blend = |value: u8| ((u16::from(value) * u16::from(a) + 255 * (255 - u16::from(a))) / 255) as u8;
            pixel.0 = [blend(r), blend(g), blend(b), 255];
        }
        DynamicImage::ImageRgba8(over).into_rgb8()
    } else {
        picture.into_rgb8()
    };
    let (width, height) = picture.dimensions();
    let shorter = width.min(height).max(1);
    let aim = shorter.clamp(FEWEST_PIXELS, most);
    if aim == shorter || u64::from(width.max(height)) * u64::from(aim) / u64::from(shorter) > 12_000 {
        return picture;
    }
    let scaled = |side: u32| (u64::from(side) * u64::from(aim) / u64::from(shorter)) as u32;
    image::imageops::resize(&picture, scaled(width), scaled(height), image::imageops::FilterType::Triangle)
}

/// The pages of a TIFF, one after the other.
fn tiff(bytes: &[u8], wanted: &[u32], limits: &Limits, see: &mut dyn FnMut(u32, RgbImage)) {
    for number in wanted {
        let Some(own) = with_first_page(bytes, *number) else { continue };
        if let Some(picture) = photo(&own, limits) {
            see(*number, picture);
        }
    }
}

/// The same file with another page as its first: decoders of pictures look at the first page only, and a TIFF is a chain of
/// directories that begins where its header says (TIFF 6.0, section 2).
fn with_first_page(bytes: &[u8], number: u32) -> Option<Vec<u8>> {
    let little = bytes.first() == Some(&b'I');
    let read = |at: usize, length: usize| -> Option<usize> {
        let slice = bytes.get(at..at.checked_add(length)?)?;
        let fold = |value: usize, byte: &u8| (value << 8) | usize::from(*byte);
        Some(if little { slice.iter().rev().fold(0, fold) } else { slice.iter().fold(0, fold) })
    };
    let mut directory = read(4, 4)?;
    for _ in 1..number {
        let entries = read(directory, 2)?;
        directory = read(directory.checked_add(2 + 12 * entries)?, 4)?;
    }
    let start = u32::try_from(directory).ok()?;
    let mut own = bytes.to_vec();
    own.get_mut(4..8)?.copy_from_slice(&if little { start.to_le_bytes() } else { start.to_be_bytes() });
    Some(own)
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;
    use crate::documents::{TextLayer, read_with};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_page_that_was_read_is_no_trouble_any_more() {
        let mut seen = Vec::new();
        let mut reader = |picture: &RgbImage, page: &mut Page| {
            seen.push(picture.dimensions());
            page.text_layer = TextLayer::Recognised;
            Some(Vec::new())
        };
        let documents = read_with("foto.png", None, &png(60, 90), &Limits::default(), Some(&mut reader));
        assert_eq!(documents[0].troubles, []);
        assert_eq!(documents[0].pages[0].text_layer, TextLayer::Recognised);
        assert_eq!(seen, [(FEWEST_PIXELS, FEWEST_PIXELS * 3 / 2)]);
    }

    #[test]
    fn a_page_that_was_not_read_stays_a_trouble() {
        let mut blind = |_: &RgbImage, _: &mut Page| None;
        let documents = read_with("foto.png", None, &png(60, 90), &Limits::default(), Some(&mut blind));
        assert_eq!(documents[0].troubles, [Trouble::PageWithoutText(1)]);
        let mut broken = |_: &RgbImage, _: &mut Page| panic!("a bug");
        let documents = read_with("foto.png", None, &png(60, 90), &Limits::default(), Some(&mut broken));
        assert_eq!(documents[0].troubles, [Trouble::PageWithoutText(1)]);
    }

    #[test]
    fn a_picture_beyond_the_limits_is_not_decoded() {
        let mut reader = |_: &RgbImage, _: &mut Page| panic!("must not be called");
        let limits = Limits { pixels: 1_000, ..Limits::default() };
        let documents = read_with("foto.png", None, &png(60, 90), &limits, Some(&mut reader));
        assert!(documents[0].troubles.contains(&Trouble::BeyondLimits("pixels".to_owned())));
    }

    #[test]
    fn every_page_of_a_tiff_is_seen() {
        // Two one-page files in one: the second directory's offsets are absolute, so it is written by hand.
        let page = |value: u8, at: u32, next: u32| {
            let mut directory = 8u16.to_le_bytes().to_vec();
            for (tag, kind, content) in [
                (256u16, 4u16, 4u32),
                (257, 4, 4),
                (258, 3, 8),
                (259, 3, 1),
                (262, 3, 1),
                (273, 4, at + 102),
                (278, 4, 4),
                (279, 4, 16),
            ] {
                directory.extend(tag.to_le_bytes());
                directory.extend(kind.to_le_bytes());
                directory.extend(1u32.to_le_bytes());
                directory.extend(content.to_le_bytes());
            }
            directory.extend(next.to_le_bytes());
            directory.extend([value; 16]);
            directory.truncate(2 + 96 + 4 + 16);
            directory
        };
        let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
        bytes.extend(page(10, 8, 8 + 118));
        bytes.extend(page(200, 8 + 118, 0));
        let mut seen = Vec::new();
        let mut reader = |picture: &RgbImage, _: &mut Page| {
            seen.push(picture.get_pixel(5, 5).0[0]);
            None
        };
        read_with("scan.tif", None, &bytes, &Limits::default(), Some(&mut reader));
        assert_eq!(seen, [10, 200]);
    }
}
