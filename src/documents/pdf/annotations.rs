//! Annotations: form fields, signature stamps and text notes of a page, as the file declares them.
//!
//! The engine draws their appearances. Here stands what it does not show: a field's value, and where signatures show themselves.

use hayro_interpret::kurbo::{Affine, Point};
use hayro_syntax::object::{Array, Dict, Name, Rect, String as PdfString};
use hayro_syntax::page::Page;
use hayro_syntax::xref::XRef;

use crate::documents::Bounds;

const HIDDEN: u32 = 1 << 1;
const NO_VIEW: u32 = 1 << 5;
/// A field's attributes are inherited from its parents; no real form nests deeper.
const DEEPEST: usize = 16;
const MOST_ANNOTATIONS: usize = 2_000;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Annotation {
    pub bounds: Bounds,
    pub kind: Kind,
    /// Its look is drawn from the file; else the viewer makes one from the value.
    pub has_appearance: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A text or choice field with its value.
    Field(String),
    Signature,
    /// Text written on the page with a viewer's tool.
    FreeText(String),
    /// A mark that changes what the text under it means: struck out, drawn over by hand, a box that is ticked.
    Mark,
    /// A note with data in it, which says something beside the page's text.
    Note,
}

/// Whether viewers are told to draw the fields anew from their values.
pub(super) fn needs_appearances(xref: &XRef) -> bool {
    let form = xref.get::<Dict<'_>>(xref.root_id()).and_then(|root| root.get::<Dict<'_>>("AcroForm"));
    form.and_then(|form| form.get::<bool>("NeedAppearances")).unwrap_or(false)
}

/// Whether the pages only ask for Adobe's own viewer: a form whose content is XFA and not in its fields (ISO 32000-1, 12.7.8).
pub(super) fn needs_another_viewer(xref: &XRef) -> bool {
    let Some(root) = xref.get::<Dict<'_>>(xref.root_id()) else { return false };
    let form = root.get::<Dict<'_>>("AcroForm").filter(|form| form.contains_key("XFA"));
    let has_fields =
        |form: &Dict<'_>| form.get::<Array<'_>>("Fields").is_some_and(|fields| fields.raw_iter().next().is_some());
    root.get::<bool>("NeedsRendering").unwrap_or(false) || form.is_some_and(|form| !has_fields(&form))
}

/// The annotations of a page that are seen, in its space as it is seen.
pub(super) fn of_page(page: &Page<'_>, space: Affine) -> Vec<Annotation> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
    annotations
        .iter::<Dict<'_>>()
        .take(MOST_ANNOTATIONS)
        .filter(|annotation| annotation.get::<u32>("F").unwrap_or(0) & (HIDDEN | NO_VIEW) == 0)
        .filter_map(|annotation| {
            let rect = annotation.get::<Rect>("Rect")?;
            let kind = kind(&annotation)?;
            let (a, b) = (space * Point::new(rect.x0, rect.y0), space * Point::new(rect.x1, rect.y1));
            let bounds = Bounds {
                left: a.x.min(b.x) as f32,
                right: a.x.max(b.x) as f32,
                top: a.y.min(b.y) as f32,
                bottom: a.y.max(b.y) as f32,
            };
            Some(Annotation { bounds, kind, has_appearance: annotation.contains_key("AP") })
        })
        .collect()
}

fn kind(annotation: &Dict<'_>) -> Option<Kind> {
    match annotation.get::<Name<'_>>("Subtype")?.as_ref() {
        b"Widget" => match inherited(annotation, |field| field.get::<Name<'_>>("FT"))?.as_ref() {
            b"Sig" => Some(Kind::Signature),
            b"Tx" | b"Ch" => Some(Kind::Field(
                inherited(annotation, |field| field.get::<PdfString<'_>>("V"))
                    .map(|value| text(value.as_bytes()))
                    .unwrap_or_default(),
            )),
            b"Btn" => {
                annotation.get::<Name<'_>>("AS").is_some_and(|state| state.as_ref() != b"Off").then_some(Kind::Mark)
            }
            _ => None,
        },
        b"FreeText" => {
            let contents = annotation.get::<PdfString<'_>>("Contents");
            Some(Kind::FreeText(contents.map(|contents| text(contents.as_bytes())).unwrap_or_default()))
        }
        b"StrikeOut" | b"Redact" | b"Ink" | b"Line" | b"PolyLine" => Some(Kind::Mark),
        // A note that stands beside the text and not in it.
        b"Text" => {
            let contents = annotation.get::<PdfString<'_>>("Contents").map(|contents| text(contents.as_bytes()));
            let is_datum = |text: String| text.contains('@') || text.chars().filter(char::is_ascii_digit).count() > 6;
            contents.is_some_and(is_datum).then_some(Kind::Note)
        }
        _ => None,
    }
}

/// A field's attribute, from the field itself or the nearest parent that has it.
fn inherited<'a, T>(annotation: &Dict<'a>, read: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let mut at = annotation.clone();
    for _ in 0..DEEPEST {
        if let Some(value) = read(&at) {
            return Some(value);
        }
        at = at.get::<Dict<'a>>("Parent")?;
    }
    None
}

/// A text string of PDF (ISO 32000-1, 7.9.2.2): UTF-16 or UTF-8 by its mark, else PDFDocEncoding, which is Latin-1 where letters are.
pub(super) fn text(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        let units: Vec<u16> = rest.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
        return String::from_utf16_lossy(&units);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return String::from_utf8_lossy(rest).into_owned();
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
