//! HEIC: the photos of iPhones (ISO/IEC 23008-12, pictures coded by HEVC). AVIF comes in the same container and is not read.
//!
//! A photo is stored as tiles and as the camera held it: decoding puts it together and turns it as its properties say.

use heifer::Options;
use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{FourCC, HeifFile};
use image::RgbImage;

/// Two cores or more is what this runs on.
const THREADS: usize = 2;

/// The width and height of the picture as it is seen, without decoding it; nothing when the file is none or holds no HEVC picture.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let file = HeifFile::parse(bytes).ok()?;
    // A picture made of tiles is derived from them.
    let coded = file.referenced_items(file.primary_id, b"dimg").first().copied().unwrap_or(file.primary_id);
    let kind = file.item(coded).ok()?.item_type;
    if kind != FourCC(*b"hvc1") && kind != FourCC(*b"hev1") {
        return None;
    }
    let (width, height) = file.image_size(file.primary_id).ok()??;
    let quarters: u32 = file
        .item_properties(file.primary_id)
        .ok()?
        .map(|property| if let Property::Rotation(quarters) = property { u32::from(*quarters) } else { 0 })
        .sum();
    Some(if quarters % 2 == 1 { (height, width) } else { (width, height) })
}

/// The picture, of at most so many pixels; nothing when it cannot be decoded.
pub(super) fn decode(bytes: &[u8], pixels: u64) -> Option<RgbImage> {
    let options = Options { max_threads: THREADS, max_pixels: pixels };
    let picture = heifer::decode_rgba8(bytes, &options).ok()?;
    RgbImage::from_raw(picture.width, picture.height, picture.into_rgb8())
}

#[cfg(test)]
mod tests {
    use heifer::{EncodeOptions, encode_rgb8};
    use proptest::prelude::*;

    use super::*;

    /// A picture of two halves, white and black.
    fn photo() -> Vec<u8> {
        let pixels: Vec<u8> = (0..96u32 * 64).flat_map(|at| [if at % 96 < 48 { 255 } else { 0 }; 3]).collect();
        encode_rgb8(96, 64, &pixels, &EncodeOptions::default()).unwrap()
    }

    #[test]
    fn a_photo_has_its_size_and_its_pixels() {
        let bytes = photo();
        assert_eq!(size(&bytes), Some((96, 64)));
        let picture = decode(&bytes, 10_000).unwrap();
        assert_eq!(picture.dimensions(), (96, 64));
        assert!(picture.get_pixel(10, 30)[0] > 240 && picture.get_pixel(90, 30)[0] < 15);
        assert!(decode(&bytes, 100).is_none(), "more pixels than are allowed");
    }

    #[test]
    fn a_cut_photo_is_none() {
        let bytes = photo();
        assert!(decode(&bytes[..bytes.len() / 2], 10_000).is_none());
        assert_eq!(size(b"\0\0\0\x18ftypavif\0\0\0\0avifmif1"), None);
    }

    proptest! {
        #[test]
        fn a_photo_with_wrong_bytes_never_panics(at in 0usize..400, value: u8) {
            let mut bytes = photo();
            let at = at % bytes.len();
            bytes[at] = value;
            size(&bytes);
            decode(&bytes, 100_000);
        }
    }
}
