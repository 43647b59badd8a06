//! What was added to a PDF after a signature: further signatures and their supporting data are usual; anything that a reader
//! of the page would see is a change of the content after signing.

use std::collections::HashSet;

use lopdf::{Document as PdfObjects, LoadOptions, Object, ObjectId};
use sha2::{Digest, Sha256};

use crate::documents::Integrity;

/// Objects that one comparison may visit; a letter has some hundreds.
const MAX_VISITS: usize = 200_000;
const MAX_DEPTH: usize = 100;

/// Whether the pages of the revision that ends at `end` are still the pages of the whole file.
pub fn changes_after(bytes: &[u8], end: usize) -> Integrity {
    let rest = bytes.get(end..).unwrap_or_default();
    if rest.iter().all(u8::is_ascii_whitespace) {
        return Integrity::Intact;
    }
    let Some(signed) = bytes.get(..end) else { return Integrity::NotVerified };
    let load = |bytes: &[u8]| PdfObjects::load_mem_with_options(bytes, LoadOptions::default()).ok();
    let (Some(then), Some(now)) = (load(signed), load(bytes)) else { return Integrity::NotVerified };
    match (seen(&then), seen(&now)) {
        (Some(then), Some(now)) if then == now => Integrity::Intact,
        (Some(_), Some(_)) => Integrity::Broken,
        _ => Integrity::NotVerified,
    }
}

/// A fingerprint of all that is seen on each page: content, resources, boxes, and annotations other than signature fields.
/// `None` when the document is too large to compare.
fn seen(objects: &PdfObjects) -> Option<Vec<[u8; 32]>> {
    let mut visits = 0;
    objects
        .get_pages()
        .into_values()
        .map(|id| {
            let mut print = Fingerprint { objects, digest: Sha256::new(), open: HashSet::new(), visits: &mut visits };
            let page = objects.get_dictionary(id).ok()?;
            for (key, value) in page.iter() {
                if !matches!(key.as_slice(), b"Parent" | b"Annots" | b"Tabs") {
                    print.digest.update(key);
                    print.object(value, 0)?;
                }
            }
            let annotations = page.get_deref(b"Annots", objects).and_then(Object::as_array);
            for annotation in annotations.map(Vec::as_slice).unwrap_or_default() {
                if !is_signature_field(objects, annotation) {
                    print.object(annotation, 0)?;
                }
            }
            Some(print.digest.finalize().into())
        })
        .collect()
}

fn is_signature_field(objects: &PdfObjects, annotation: &Object) -> bool {
    let Ok((_, Object::Dictionary(annotation))) = objects.dereference(annotation) else { return false };
    let kind = |dictionary: &lopdf::Dictionary| {
        dictionary.get_deref(b"FT", objects).and_then(Object::as_name).map(<[u8]>::to_vec).ok()
    };
    let parent = || annotation.get_deref(b"Parent", objects).and_then(Object::as_dict).ok().and_then(kind);
    kind(annotation).or_else(parent).as_deref() == Some(b"Sig")
}

struct Fingerprint<'a> {
    objects: &'a PdfObjects,
    digest: Sha256,
    /// References on the way here: a loop is left out.
    open: HashSet<ObjectId>,
    visits: &'a mut usize,
}

impl Fingerprint<'_> {
    fn object(&mut self, object: &Object, depth: usize) -> Option<()> {
        *self.visits += 1;
        if *self.visits > MAX_VISITS || depth > MAX_DEPTH {
            return None;
        }
        match object {
            Object::Reference(id) => {
                if self.open.insert(*id) {
                    if let Ok(target) = self.objects.get_object(*id) {
                        self.object(target, depth + 1)?;
                    }
                    self.open.remove(id);
                }
            }
            Object::Array(items) => {
                self.digest.update(b"[");
                for item in items {
                    self.object(item, depth + 1)?;
                }
                self.digest.update(b"]");
            }
            Object::Dictionary(dictionary) => self.dictionary(dictionary, depth)?,
            Object::Stream(stream) => {
                self.dictionary(&stream.dict, depth)?;
                self.digest.update(&stream.content);
            }
            Object::Name(bytes) | Object::String(bytes, _) => {
                self.digest.update(bytes.len().to_le_bytes());
                self.digest.update(bytes);
            }
            Object::Integer(number) => self.digest.update(number.to_le_bytes()),
            Object::Real(number) => self.digest.update(number.to_le_bytes()),
            Object::Boolean(value) => self.digest.update([u8::from(*value)]),
            Object::Null => self.digest.update(b"0"),
        }
        Some(())
    }

    fn dictionary(&mut self, dictionary: &lopdf::Dictionary, depth: usize) -> Option<()> {
        let mut entries: Vec<_> = dictionary.iter().collect();
        entries.sort_by_key(|(key, _)| key.as_slice());
        self.digest.update(b"<");
        for (key, value) in entries {
            // An annotation points back to its page and to its field: neither is seen. A stream's length is no content.
            if !matches!(key.as_slice(), b"P" | b"Parent" | b"Length") {
                self.digest.update(key);
                self.object(value, depth + 1)?;
            }
        }
        self.digest.update(b">");
        Some(())
    }
}
