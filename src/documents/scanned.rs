//! Scanned: pages without text that can be trusted are drawn, or decoded, and handed to whoever reads pictures.
//!
//! How a picture is read is not known here (see [`crate::recognition`]): a reader of pictures is given, because loading its model is
//! work of the edge.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};

use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use super::pdf::OpenFile;
use super::{Bounds, Document, Format, Limits, Page, Trouble, heic};
use crate::tables::{Look, Ruling, Table};

/// Whoever reads pictures. Two threads may ask at once.
pub trait PictureReader: Sync {
    /// Reads the picture of a page into the page and returns its tables; `None` when it cannot be read.
    fn read_page(&self, picture: &RgbImage, page: &mut Page) -> Option<Vec<Table>>;

    /// Whether drawn text is to be read once more from its picture (see [`super::second_reading`]).
    fn reads_twice(&self) -> bool {
        false
    }

    /// Looks at cells of a drawn page, each given by its place in pixels; nothing when pictures cannot be read.
    fn read_cells(&self, _picture: &RgbImage, _places: &[CellPlace], _glance: Glance) -> Vec<Look> {
        Vec::new()
    }
}

/// Where a cell of drawn text is in the picture of its page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellPlace {
    /// In pixels.
    pub bounds: Bounds,
    pub ruling: Ruling,
}

/// How a cell is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance {
    First,
    /// In another way, to bear the first out.
    Second,
}

/// So many pages are read at the same time: the machines that this runs on have two cores or more, and much of the work on a page
/// cannot be parted.
const PAGES_AT_ONCE: usize = 2;
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
    pictures: &dyn PictureReader,
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
    let read = read_pages(&document.pages, pictures, |see| match document.format {
        Format::Pdf => {
            if let Some(open) = open {
                open.draw(&wanted, limits, see);
            }
        }
        Format::Tiff => tiff(bytes, &wanted, limits, see),
        Format::Heic => {
            if let Some(picture) = heic::decode(bytes, limits.pixels) {
                see(1, sized(DynamicImage::ImageRgb8(picture), MOST_PHOTO_PIXELS));
            }
        }
        _ => {
            if let Some(picture) = photo(bytes, limits) {
                see(1, picture);
            }
        }
    });
    for (page, tables) in read {
        document.troubles.retain(|trouble| *trouble != Trouble::PageWithoutText(page.number));
        document.tables.extend(tables);
        if let Some(slot) = document.pages.iter_mut().find(|other| other.number == page.number) {
            *slot = page;
        }
    }
    document.tables.sort_by_key(|table| table.page);
}

/// Reads the pictures that `draw` hands over with the numbers of their pages, while it makes the next one.
fn read_pages(
    pages: &[Page],
    pictures: &dyn PictureReader,
    draw: impl FnOnce(&mut (dyn FnMut(u32, RgbImage) + Send)),
) -> Vec<(Page, Vec<Table>)> {
    // A picture waits until somebody reads it: no more of them are held than are needed.
    let (drawn, waiting) = sync_channel::<(u32, RgbImage)>(0);
    let waiting = Mutex::new(waiting);
    let read = Mutex::new(Vec::new());
    let next = |waiting: &Mutex<Receiver<_>>| waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    std::thread::scope(|scope| {
        for _ in 0..PAGES_AT_ONCE {
            scope.spawn(|| {
                while let Some((number, picture)) = next(&waiting) {
                    let Some(page) = pages.iter().find(|page| page.number == number) else { continue };
                    let mut page = page.clone();
                    // One bad page must not take the others with it.
                    let tables = catch_unwind(AssertUnwindSafe(|| pictures.read_page(&picture, &mut page)));
                    if let Ok(Some(tables)) = tables {
                        read.lock().unwrap_or_else(PoisonError::into_inner).push((page, tables));
                    }
                }
            });
        }
        let mut see = |number: u32, picture: RgbImage| {
            let _ = drawn.send((number, picture));
        };
        draw(&mut see);
        drop(drawn);
    });
    read.into_inner().unwrap_or_else(PoisonError::into_inner)
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

    /// Reads pictures by a function of the test.
    struct Reader<F>(F);

    impl<F: Fn(&RgbImage, &mut Page) -> Option<Vec<Table>> + Sync> PictureReader for Reader<F> {
        fn read_page(&self, picture: &RgbImage, page: &mut Page) -> Option<Vec<Table>> {
            (self.0)(picture, page)
        }
    }

    fn read_by(
        name: &str,
        bytes: &[u8],
        limits: &Limits,
        reader: impl Fn(&RgbImage, &mut Page) -> Option<Vec<Table>> + Sync,
    ) -> Vec<crate::documents::Document> {
        read_with(name, None, bytes, limits, Some(&Reader(reader)))
    }

    #[test]
    fn a_page_that_was_read_is_no_trouble_any_more() {
        let seen = Mutex::new(Vec::new());
        let documents = read_by("foto.png", &png(60, 90), &Limits::default(), |picture, page| {
            seen.lock().unwrap().push(picture.dimensions());
            page.text_layer = TextLayer::Recognised;
            Some(Vec::new())
        });
        assert_eq!(documents[0].troubles, []);
        assert_eq!(documents[0].pages[0].text_layer, TextLayer::Recognised);
        assert_eq!(seen.into_inner().unwrap(), [(FEWEST_PIXELS, FEWEST_PIXELS * 3 / 2)]);
    }

    #[test]
    fn a_photo_of_an_iphone_is_seen() {
        let bytes = heifer::encode_rgb8(64, 96, &[200; 3 * 64 * 96], &heifer::EncodeOptions::default()).unwrap();
        let documents = read_by("IMG_0012.HEIC", &bytes, &Limits::default(), |picture, page| {
            assert!(picture.get_pixel(5, 5).0[0].abs_diff(200) < 4);
            page.text_layer = TextLayer::Recognised;
            Some(Vec::new())
        });
        assert_eq!((documents[0].format, documents[0].troubles.len()), (Format::Heic, 0));
    }

    #[test]
    fn a_page_that_was_not_read_stays_a_trouble() {
        let documents = read_by("foto.png", &png(60, 90), &Limits::default(), |_, _| None);
        assert_eq!(documents[0].troubles, [Trouble::PageWithoutText(1)]);
        let documents = read_by("foto.png", &png(60, 90), &Limits::default(), |_, _| panic!("a bug"));
        assert_eq!(documents[0].troubles, [Trouble::PageWithoutText(1)]);
    }

    #[test]
    fn a_picture_beyond_the_limits_is_not_decoded() {
        let limits = Limits { pixels: 1_000, ..Limits::default() };
        let documents = read_by("foto.png", &png(60, 90), &limits, |_, _| panic!("must not be called"));
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
        let seen = Mutex::new(Vec::new());
        read_by("scan.tif", &bytes, &Limits::default(), |picture, page| {
            seen.lock().unwrap().push((page.number, picture.get_pixel(5, 5).0[0]));
            None
        });
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, [(1, 10), (2, 200)]);
    }
}
