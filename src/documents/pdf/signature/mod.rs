//! Signatures of a PDF: finds the signature dictionaries (ISO 32000-1, 12.8) and says of each whether the bytes are still what
//! was signed.
//!
//! Integrity only: whether the certificate's chain ends at a trusted anchor, and whether it was revoked, is not asked here.
//! A structure or algorithm that is not understood is [`Integrity::NotVerified`], never a fault of whoever signed.

mod cms;
mod revision;

use lopdf::{Dictionary, Document as PdfObjects, Object, ObjectId};

use crate::documents::{Bounds, DigitalSignature, Integrity};

/// More signatures than this are not looked at: an oficio has a handful.
const MAX_SIGNATURES: usize = 32;

/// Every signature in the file, in the order in which they were put; document time-stamps are none.
pub fn read(bytes: &[u8], objects: &PdfObjects) -> Vec<DigitalSignature> {
    let mut signed: Vec<(ByteRange, DigitalSignature)> = objects
        .objects
        .iter()
        .filter_map(|(id, object)| Some((*id, object.as_dict().ok()?)))
        .filter(|(_, dictionary)| is_signature(dictionary))
        .take(MAX_SIGNATURES)
        .map(|(id, dictionary)| {
            let range = ByteRange::of(dictionary);
            let (integrity, certificate) = match &range {
                Some(range) => verify(bytes, range, dictionary),
                None => (Integrity::NotVerified, None),
            };
            let place = widget(objects, id);
            let signature = DigitalSignature {
                page: place.map(|place| place.0),
                bounds: place.map(|place| place.1),
                ruc: certificate.as_ref().and_then(cms::Signer::ruc),
                signer: certificate.map(|certificate| certificate.common_name),
                integrity,
            };
            (range.unwrap_or_default(), signature)
        })
        .collect();
    signed.sort_by_key(|(range, _)| range.end());
    signed.into_iter().map(|(_, signature)| signature).collect()
}

fn is_signature(dictionary: &Dictionary) -> bool {
    let kind = dictionary.get(b"Type").and_then(Object::as_name).unwrap_or(b"Sig");
    kind == b"Sig" && dictionary.has(b"ByteRange") && dictionary.has(b"Contents")
}

/// `/ByteRange [start length start length]`: all of the file but the signature's own hexadecimal string.
#[derive(Clone, Copy, Debug, Default)]
struct ByteRange {
    first: (usize, usize),
    second: (usize, usize),
}

impl ByteRange {
    fn of(dictionary: &Dictionary) -> Option<ByteRange> {
        let numbers: Vec<usize> = dictionary
            .get(b"ByteRange")
            .and_then(Object::as_array)
            .ok()?
            .iter()
            .map(|number| number.as_i64().ok().and_then(|number| usize::try_from(number).ok()))
            .collect::<Option<_>>()?;
        match numbers.as_slice() {
            &[start, length, next, rest] => Some(ByteRange { first: (start, length), second: (next, rest) }),
            _ => None,
        }
    }

    /// The offset after the last signed byte.
    fn end(&self) -> usize {
        self.second.0.saturating_add(self.second.1)
    }
}

fn verify(bytes: &[u8], range: &ByteRange, dictionary: &Dictionary) -> (Integrity, Option<cms::Signer>) {
    let gap_start = range.first.0.saturating_add(range.first.1);
    let parts = (
        bytes.get(range.first.0..gap_start),
        bytes.get(gap_start..range.second.0),
        bytes.get(range.second.0..range.end()),
    );
    // A range that reaches beyond the file means that the file was cut after signing.
    let (Some(before), Some(gap), Some(after)) = parts else { return (Integrity::Broken, None) };
    // ISO 32000-1, 12.8.1: the range covers the whole file but the value of Contents. Anything else hides bytes from it.
    let Some(contents) = hexadecimal(gap) else { return (Integrity::NotVerified, None) };
    if range.first.0 != 0 {
        return (Integrity::Broken, None);
    }
    let sub_filter = dictionary.get(b"SubFilter").and_then(Object::as_name).unwrap_or_default();
    let (integrity, signer) = cms::verify(&contents, sub_filter, &[before, after]);
    let integrity = match integrity {
        Integrity::Intact => revision::changes_after(bytes, range.end()),
        other => other,
    };
    (integrity, signer)
}

/// The value of Contents as it stands in the file, `<3082…00>`, trailing padding kept.
fn hexadecimal(gap: &[u8]) -> Option<Vec<u8>> {
    let digits = gap.trim_ascii().strip_prefix(b"<")?.strip_suffix(b">")?;
    let mut nibbles = Vec::with_capacity(digits.len());
    for digit in digits.iter().filter(|digit| !digit.is_ascii_whitespace()) {
        nibbles.push(u8::try_from(char::from(*digit).to_digit(16)?).ok()?);
    }
    Some(nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect())
}

/// The page and the rectangle of the form field whose value is this signature.
fn widget(objects: &PdfObjects, signature: ObjectId) -> Option<(u32, Bounds)> {
    for (number, page_id) in objects.get_pages() {
        let Ok(page) = objects.get_dictionary(page_id) else { continue };
        let Ok(annotations) = page.get_deref(b"Annots", objects).and_then(Object::as_array) else { continue };
        for annotation in annotations {
            let Ok((_, Object::Dictionary(annotation))) = objects.dereference(annotation) else { continue };
            let own = annotation.get(b"V").and_then(Object::as_reference);
            let parent = annotation
                .get_deref(b"Parent", objects)
                .and_then(Object::as_dict)
                .and_then(|parent| parent.get(b"V"))
                .and_then(Object::as_reference);
            if own.ok() == Some(signature) || parent.ok() == Some(signature) {
                return Some((number, seen_bounds(objects, page, annotation)?));
            }
        }
    }
    None
}

/// The annotation's rectangle from the page's top left corner, as the page is seen. `None` for an invisible signature.
fn seen_bounds(objects: &PdfObjects, page: &Dictionary, annotation: &Dictionary) -> Option<Bounds> {
    let [left, bottom, right, top] = rectangle(objects, annotation.get(b"Rect").ok()?)?;
    if right - left < 1.0 || top - bottom < 1.0 {
        return None;
    }
    let inherited = |key: &[u8]| inherited(objects, page, key);
    let media = inherited(b"CropBox")
        .or_else(|| inherited(b"MediaBox"))
        .and_then(|object| rectangle(objects, object))
        .unwrap_or([0.0, 0.0, 612.0, 792.0]);
    let turn = inherited(b"Rotate").and_then(|object| object.as_i64().ok()).unwrap_or(0).rem_euclid(360);
    let (width, height) = (media[2] - media[0], media[3] - media[1]);
    let (left, right, top, bottom) = (left - media[0], right - media[0], media[3] - top, media[3] - bottom);
    Some(match turn {
        90 => Bounds { left: height - bottom, top: left, right: height - top, bottom: right },
        180 => Bounds { left: width - right, top: height - bottom, right: width - left, bottom: height - top },
        270 => Bounds { left: top, top: width - right, right: bottom, bottom: width - left },
        _ => Bounds { left, top, right, bottom },
    })
}

fn inherited<'a>(objects: &'a PdfObjects, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    // A page tree deeper than this is a trap.
    for _ in 0..64 {
        if let Ok(value) = node.get_deref(key, objects) {
            return Some(value);
        }
        node = node.get_deref(b"Parent", objects).and_then(Object::as_dict).ok()?;
    }
    None
}

fn rectangle(objects: &PdfObjects, object: &Object) -> Option<[f32; 4]> {
    let (_, object) = objects.dereference(object).ok()?;
    let numbers: Vec<f32> =
        object.as_array().ok()?.iter().map(|number| number.as_float().ok()).collect::<Option<_>>()?;
    let &[x0, y0, x1, y1] = numbers.as_slice() else { return None };
    Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Vec<u8> {
        std::fs::read(format!("fixtures/pdf-signatures/{name}.pdf")).unwrap()
    }

    fn read_bytes(bytes: &[u8]) -> Vec<DigitalSignature> {
        read(bytes, &PdfObjects::load_mem(bytes).unwrap())
    }

    fn integrities(bytes: &[u8]) -> Vec<Integrity> {
        read_bytes(bytes).iter().map(|signature| signature.integrity).collect()
    }

    #[test]
    fn signatures_by_rsa_and_elliptic_curves_are_intact() {
        for name in ["rsa", "pades-p256", "p384-sha512"] {
            assert_eq!(integrities(&file(name)), [Integrity::Intact], "{name}");
        }
    }

    #[test]
    fn the_signer_the_entitys_ruc_and_the_place_are_told() {
        let signatures = read_bytes(&file("rsa"));
        assert_eq!(signatures[0].signer.as_deref(), Some("PEREZ QUISPE Ana FAU 20131370645 soft"));
        assert_eq!(signatures[0].ruc.as_deref(), Some("20131370645"));
        assert_eq!(signatures[0].page, Some(1));
        let bounds = signatures[0].bounds.unwrap();
        assert_eq!((bounds.left, bounds.top, bounds.right, bounds.bottom), (20.0, 140.0, 140.0, 180.0));
    }

    #[test]
    fn a_second_signature_does_not_break_the_first() {
        assert_eq!(integrities(&file("two")), [Integrity::Intact, Integrity::Intact]);
    }

    #[test]
    fn one_changed_byte_breaks_the_signature() {
        let mut bytes = file("rsa");
        let at = bytes.windows(4).position(|window| window == b"2026").unwrap();
        bytes[at] = b'3';
        assert_eq!(integrities(&bytes), [Integrity::Broken]);
    }

    #[test]
    fn content_put_on_the_page_after_signing_breaks_the_signature() {
        assert_eq!(integrities(&file("changed-after")), [Integrity::Broken]);
    }

    #[test]
    fn a_changed_signature_value_is_broken() {
        let mut bytes = file("rsa");
        // The last hexadecimal digits before the padding are the RSA value.
        let padding = bytes.windows(64).position(|window| window.iter().all(|byte| *byte == b'0')).unwrap();
        let digit = &mut bytes[padding - 8];
        *digit = if *digit == b'1' { b'2' } else { b'1' };
        assert_eq!(integrities(&bytes), [Integrity::Broken]);
    }

    #[test]
    fn a_file_without_signatures_has_none() {
        assert_eq!(integrities(&file("unsigned")), []);
    }

    #[test]
    fn white_space_after_the_end_is_no_change() {
        let mut bytes = file("rsa");
        bytes.extend_from_slice(b"\r\n\n");
        assert_eq!(integrities(&bytes), [Integrity::Intact]);
    }
}
