//! Pictures: a photo or scan attached by itself becomes a page with one picture and no text. Only sizes are read here; nothing
//! is decoded, and recognising the text is another room's work.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use super::{Bounds, Document, Format, Limits, Page, Picture, PictureKind, TextLayer, Trouble, Turn, heic};

/// A photo does not say how large its paper was: it is taken to be as wide as an A4 page, in points.
const PAGE_WIDTH: f32 = 595.0;

pub(super) fn read(name: &str, format: Format, bytes: &[u8], limits: &Limits) -> Document {
    let mut document = Document::new(name, format);
    let sizes = match format {
        Format::Tiff => tiff_sizes(bytes, limits.pages.saturating_add(1)),
        Format::Heic => heic::size(bytes).map(|size| vec![size]),
        _ => image_format(format).and_then(|known| {
            ImageReader::with_format(Cursor::new(bytes), known).into_dimensions().ok().map(|size| vec![size])
        }),
    };
    let Some(sizes) = sizes.filter(|sizes| !sizes.is_empty()) else {
        document.troubles.push(Trouble::Corrupt);
        return document;
    };
    if sizes.len() > limits.pages as usize {
        document.troubles.push(Trouble::BeyondLimits("pages".to_owned()));
    }
    for (number, (width, height)) in (1..=limits.pages).zip(sizes) {
        if width == 0 || height == 0 {
            document.troubles.push(Trouble::Corrupt);
            continue;
        }
        if u64::from(width) * u64::from(height) > limits.pixels {
            document.troubles.push(Trouble::BeyondLimits("pixels".to_owned()));
        }
        document.pages.push(page(number, width, height));
        document.troubles.push(Trouble::PageWithoutText(number));
    }
    document
}

fn page(number: u32, width: u32, height: u32) -> Page {
    let page_height = PAGE_WIDTH * height as f32 / width as f32;
    let bounds = Bounds { left: 0.0, top: 0.0, right: PAGE_WIDTH, bottom: page_height };
    Page {
        number,
        label: None,
        width: PAGE_WIDTH,
        height: page_height,
        lines: Vec::new(),
        pictures: vec![Picture { bounds, kind: PictureKind::Raster }],
        text_layer: TextLayer::Absent,
        turn: Turn::None,
    }
}

fn image_format(format: Format) -> Option<ImageFormat> {
    match format {
        Format::Jpeg => Some(ImageFormat::Jpeg),
        Format::Png => Some(ImageFormat::Png),
        Format::Gif => Some(ImageFormat::Gif),
        Format::Bmp => Some(ImageFormat::Bmp),
        Format::Webp => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// The sizes of the pages of a TIFF: its chain of image file directories (TIFF 6.0, section 2), followed for at most `most`
/// pages.
fn tiff_sizes(bytes: &[u8], most: u32) -> Option<Vec<(u32, u32)>> {
    const WIDTH: u32 = 256;
    const HEIGHT: u32 = 257;
    const SHORT: u32 = 3;
    let little = bytes.first() == Some(&b'I');
    let number = |at: usize, length: usize| -> Option<u32> {
        let slice = bytes.get(at..at.checked_add(length)?)?;
        let fold = |value: u32, byte: &u8| (value << 8) | u32::from(*byte);
        Some(if little { slice.iter().rev().fold(0, fold) } else { slice.iter().fold(0, fold) })
    };
    // BigTIFF (43) has no place in a mail.
    if number(2, 2)? != 42 {
        return None;
    }
    let mut sizes = Vec::new();
    let mut directory = number(4, 4)? as usize;
    while directory != 0 && sizes.len() < most as usize {
        let entries = number(directory, 2)? as usize;
        let mut size = (0, 0);
        for entry in 0..entries {
            let at = directory.checked_add(2 + 12 * entry)?;
            let value = |length| number(at + 8, length);
            let length = if number(at + 2, 2)? == SHORT { 2 } else { 4 };
            match number(at, 2)? {
                WIDTH => size.0 = value(length)?,
                HEIGHT => size.1 = value(length)?,
                _ => {}
            }
        }
        sizes.push(size);
        directory = number(directory.checked_add(2 + 12 * entries)?, 4)? as usize;
    }
    Some(sizes)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};
    use proptest::prelude::*;

    use super::*;

    fn encoded(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(60, 90).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_photo_is_a_page_with_a_picture_and_no_text() {
        for (format, known) in [
            (Format::Jpeg, ImageFormat::Jpeg),
            (Format::Png, ImageFormat::Png),
            (Format::Tiff, ImageFormat::Tiff),
            (Format::Bmp, ImageFormat::Bmp),
            (Format::Gif, ImageFormat::Gif),
        ] {
            let document = read("IMG-0001", format, &encoded(known), &Limits::default());
            assert_eq!(document.troubles, [Trouble::PageWithoutText(1)], "{format:?}");
            let page = &document.pages[0];
            assert_eq!(page.text_layer, TextLayer::Absent);
            assert_eq!(page.pictures.len(), 1);
            assert!((page.height / page.width - 1.5).abs() < 0.01);
        }
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_beyond_limits() {
        let limits = Limits { pixels: 100, ..Limits::default() };
        let document = read("foto.png", Format::Png, &encoded(ImageFormat::Png), &limits);
        assert!(document.troubles.contains(&Trouble::BeyondLimits("pixels".to_owned())));
    }

    #[test]
    fn a_cut_picture_is_corrupt() {
        let bytes = &encoded(ImageFormat::Png)[..12];
        assert_eq!(read("foto.png", Format::Png, bytes, &Limits::default()).troubles, [Trouble::Corrupt]);
    }

    /// Two directories of one entry each and a third that points back at the first.
    #[test]
    fn a_tiff_has_its_pages_and_a_loop_of_pages_ends_at_the_limit() {
        let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
        for next in [8 + 30u32, 8] {
            bytes.extend(2u16.to_le_bytes());
            for (tag, value) in [(256u16, 100u32), (257, 141)] {
                bytes.extend(tag.to_le_bytes());
                bytes.extend(4u16.to_le_bytes());
                bytes.extend(1u32.to_le_bytes());
                bytes.extend(value.to_le_bytes());
            }
            bytes.extend(next.to_le_bytes());
        }
        let limits = Limits { pages: 5, ..Limits::default() };
        let document = read("scan.tif", Format::Tiff, &bytes, &limits);
        assert_eq!(document.pages.len(), 5);
        assert!(document.troubles.contains(&Trouble::BeyondLimits("pages".to_owned())));
        bytes.truncate(8 + 30);
        bytes[34..38].copy_from_slice(&0u32.to_le_bytes());
        assert_eq!(read("scan.tif", Format::Tiff, &bytes, &limits).pages.len(), 1);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            for format in [Format::Tiff, Format::Jpeg, Format::Png, Format::Webp, Format::Gif, Format::Bmp] {
                read("x", format, &bytes, &Limits::default());
            }
            let tiff: Vec<u8> = b"II\x2a\0\x08\0\0\0".iter().chain(&bytes).copied().collect();
            read("x", Format::Tiff, &tiff, &Limits::default());
        }
    }
}
