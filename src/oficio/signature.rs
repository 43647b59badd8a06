//! Signature: whether the oficio is signed, by a digital signature or by a picture where a signature belongs.
//!
//! A logo in the letterhead, a page's background and a footer's strip are no signature. On a page that was recognised from a picture, ink
//! that is no text counts, stamps too; where none is seen, it may be too faint, and a person looks.

use super::Signature;
use super::letter::Letter;
use crate::documents::{Bounds, Document, Format, Integrity, Page, Picture, TextLayer};

/// Smaller pictures than this, in points, are bullets and icons.
const LEAST_WIDTH: f32 = 24.0;
const LEAST_HEIGHT: f32 = 10.0;
/// A signature begins within this part of the page's height below the closing.
const NEAR: f32 = 0.35;

/// Tells what signs the oficio, which may be made of several files (photos of its pages).
pub(super) fn find(documents: &[&Document], letter: &Letter) -> Signature {
    let signatures: Vec<Integrity> =
        documents.iter().flat_map(|document| document.signatures.iter().map(|signature| signature.integrity)).collect();
    if signatures.contains(&Integrity::Broken) {
        return Signature::Broken;
    }
    if !signatures.is_empty() {
        return Signature::Digital;
    }
    let pages: Vec<&Page> = documents.iter().flat_map(|document| document.pages.iter()).collect();
    // A word processor's file comes as one long page: only a paged one has footers and backgrounds.
    let paged =
        documents.iter().any(|document| document.format == Format::Pdf) || pages.iter().any(|page| is_read(page));
    let layout = if paged { Layout::Paged } else { Layout::Flowing };
    let closing = letter.closing.and_then(|closing| letter.lines.get(closing));
    // With no closing, over which the signature may be written in a picture, it stands below the cuadro, or on any page from the middle of the last that
    // has text.
    let below_table =
        below_last_table(documents).filter(|(sheet, _)| pages.get(*sheet).is_some_and(|page| is_read(page)));
    let place = match (closing, below_table) {
        (Some(line), _) => Some((line.sheet, line.bounds.top - 12.0)),
        (None, Some(below)) => Some(below),
        (None, None) => last_with_text(&pages),
    };
    let Some((from, above)) = place else { return Signature::Unknown };
    let unread = |page: &&Page| is_picture(page) && !is_read(page);
    if pages.iter().skip(from).any(unread) || (closing.is_none() && pages.iter().any(unread)) {
        return Signature::Unknown;
    }
    let signed = pages.iter().enumerate().skip(from).any(|(sheet, page)| {
        page.pictures.iter().any(|picture| {
            let below = sheet > from || picture.bounds.bottom > above + 12.0 && middle(&picture.bounds) > above;
            // In a picture, what stands far below is a stamp, a watermark, or the edge of the paper.
            let near = !is_read(page) || sheet > from || picture.bounds.top < above + NEAR * page.height;
            below && near && can_be_signature(picture, page, layout) && !repeats(picture, &pages, sheet)
        })
    });
    match signed {
        true => Signature::Pictured,
        false if pages.iter().any(|page| is_read(page)) => Signature::NotSeen,
        false => Signature::Absent,
    }
}

/// A page whose picture was read.
fn is_read(page: &Page) -> bool {
    page.text_layer == TextLayer::Recognised
}

/// The middle of the last page that has text.
fn last_with_text(pages: &[&Page]) -> Option<(usize, f32)> {
    let sheet = pages.iter().rposition(|page| !page.lines.is_empty())?;
    pages.get(sheet).map(|page| (sheet, page.height / 2.0))
}

/// Where the last table ends, by the page among those of all documents.
fn below_last_table(documents: &[&Document]) -> Option<(usize, f32)> {
    let mut before = 0;
    let mut last = None;
    for document in documents {
        for table in &document.tables {
            let place = document.pages.iter().position(|page| page.number == table.page);
            last = place.map(|place| (before + place, table.bounds.bottom)).or(last);
        }
        before += document.pages.len();
    }
    last
}

/// A page whose text was not drawn as text: what is on it can only be seen.
pub(super) fn is_picture(page: &Page) -> bool {
    match page.text_layer {
        TextLayer::Drawn => false,
        TextLayer::Absent => !page.pictures.is_empty(),
        TextLayer::Invisible | TextLayer::Unmapped | TextLayer::Recognised => true,
    }
}

fn middle(bounds: &Bounds) -> f32 {
    (bounds.top + bounds.bottom) / 2.0
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Paged,
    Flowing,
}

fn can_be_signature(picture: &Picture, page: &Page, layout: Layout) -> bool {
    let bounds = &picture.bounds;
    let (width, height) = (bounds.right - bounds.left, bounds.bottom - bounds.top);
    let large_enough = width >= LEAST_WIDTH && height >= LEAST_HEIGHT;
    if layout == Layout::Flowing {
        return large_enough;
    }
    let background = page.width > 0.0 && page.height > 0.0 && width > 0.8 * page.width && height > 0.6 * page.height;
    let strip = page.width > 0.0 && width > 0.75 * page.width && height < 0.12 * page.height;
    let footer = page.height > 0.0 && bounds.top > 0.93 * page.height;
    large_enough && !background && !strip && !footer
}

/// A picture at the same place of another page belongs to the letterhead or the footer.
fn repeats(picture: &Picture, pages: &[&Page], sheet: usize) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() <= 4.0;
    pages.iter().enumerate().filter(|(other, _)| *other != sheet).any(|(_, page)| {
        page.pictures.iter().any(|other| {
            near(other.bounds.left, picture.bounds.left)
                && near(other.bounds.top, picture.bounds.top)
                && near(other.bounds.right, picture.bounds.right)
                && near(other.bounds.bottom, picture.bounds.bottom)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{DigitalSignature, PictureKind};
    use crate::oficio::paper;

    fn signature(document: &Document) -> Signature {
        find(&[document], &Letter::of(&[document]))
    }

    fn picture(left: f32, top: f32, right: f32, bottom: f32) -> Picture {
        Picture { bounds: paper::bounds(left, top, right, bottom), kind: PictureKind::Raster }
    }

    fn closing_of(document: &Document) -> Bounds {
        let letter = Letter::of(&[document]);
        letter.lines[letter.closing.unwrap()].bounds
    }

    #[test]
    fn a_logo_in_the_letterhead_is_no_signature() {
        let mut document = paper::letter(&paper::LETTER);
        document.pages[0].pictures.push(picture(60.0, 20.0, 160.0, 60.0));
        assert_eq!(signature(&document), Signature::Absent);
    }

    #[test]
    fn a_picture_under_the_closing_signs() {
        let mut document = paper::letter(&paper::LETTER);
        let closing = closing_of(&document);
        document.pages[0].pictures.push(picture(60.0, closing.bottom + 4.0, 200.0, closing.bottom + 60.0));
        assert_eq!(signature(&document), Signature::Pictured);
    }

    #[test]
    fn a_letter_closes_though_its_body_was_not_seen_to_begin() {
        for salutation in ["De mi consideración:", "Demi consideración:", "D mi consideracion"] {
            let document = paper::letter(&["OFICIO N° 1-2026-X/A", "Señor:", salutation, "Cordialmente,", "Ana Ríos"]);
            let letter = Letter::of(&[&document]);
            assert_eq!(letter.closing.map(|closing| letter.lines[closing].text), Some("Cordialmente,"), "{salutation}");
        }
    }

    #[test]
    fn a_letter_closes_though_the_signature_was_written_over_its_closing() {
        for closing in ["Atentame", "Agradeciendo anticipadamente la atención que brinde al presente, quedo de usted."]
        {
            let document =
                paper::letter(&["OFICIO N° 1-2026-X/A", "Señor:", "De mi consideración:", closing, "Ana Ríos"]);
            let letter = Letter::of(&[&document]);
            assert_eq!(letter.closing.map(|closing| letter.lines[closing].text), Some(closing));
        }
    }

    #[test]
    fn a_signature_block_on_the_next_page_is_told_from_a_repeated_logo() {
        let logo = picture(60.0, 20.0, 160.0, 60.0);
        let mut document = paper::letter(&paper::LETTER[..11]);
        document.pages[0].pictures.push(logo);
        let mut second = paper::page(2, &["MUNICIPALIDAD", "Elvis Rojas", "Alcalde"]);
        second.pictures.push(logo);
        document.pages.push(second);
        assert_eq!(signature(&document), Signature::Absent);
        document.pages[1].pictures.push(picture(60.0, 70.0, 200.0, 120.0));
        assert_eq!(signature(&document), Signature::Pictured);
    }

    #[test]
    fn a_scanned_page_at_the_end_may_hold_the_signature() {
        let mut document = paper::letter(&paper::LETTER[..10]);
        document.pages.push(paper::scanned_page(2));
        assert_eq!(signature(&document), Signature::Unknown);
    }

    #[test]
    fn ink_under_the_closing_of_a_scan_signs_and_its_absence_is_not_sure() {
        let mut document = paper::letter(&paper::LETTER);
        document.pages[0].text_layer = TextLayer::Recognised;
        assert_eq!(signature(&document), Signature::NotSeen);
        let closing = closing_of(&document);
        let ink =
            Picture { kind: PictureKind::Drawing, ..picture(60.0, closing.bottom + 4.0, 160.0, closing.bottom + 40.0) };
        document.pages[0].pictures.push(ink);
        assert_eq!(signature(&document), Signature::Pictured);
    }

    #[test]
    fn a_signature_over_the_closing_of_a_scan_stands_below_its_cuadro() {
        let mut first = paper::letter(&paper::LETTER[..10]);
        first.pages[0].text_layer = TextLayer::Recognised;
        first.tables.push(paper::table(1, &[&paper::HEADER, &paper::ANA]));
        let below = first.tables[0].bounds.bottom + 20.0;
        // The photo of a second page, on which only the footer stands.
        let mut second = paper::letter(&["Jr. Dos de Mayo 978"]);
        second.pages[0].text_layer = TextLayer::Recognised;
        let signature = |first: &Document| find(&[first, &second], &Letter::of(&[first, &second]));
        assert_eq!(signature(&first), Signature::NotSeen);
        first.pages[0].pictures.push(picture(60.0, 20.0, 160.0, 60.0));
        assert_eq!(signature(&first), Signature::NotSeen, "a coat of arms");
        first.pages[0].pictures.push(picture(60.0, below, 160.0, below + 40.0));
        assert_eq!(signature(&first), Signature::Pictured);
    }

    #[test]
    fn a_digital_signature_counts_unless_broken() {
        let mut document = paper::letter(&paper::LETTER);
        let signed = |integrity| DigitalSignature { page: None, bounds: None, signer: None, ruc: None, integrity };
        document.signatures.push(signed(Integrity::NotVerified));
        assert_eq!(signature(&document), Signature::Digital);
        document.signatures.push(signed(Integrity::Broken));
        assert_eq!(signature(&document), Signature::Broken);
    }

    #[test]
    fn a_strip_in_the_footer_is_no_signature() {
        let mut document = paper::letter(&paper::LETTER);
        document.pages[0].pictures.push(picture(20.0, 790.0, 575.0, 830.0));
        assert_eq!(signature(&document), Signature::Absent);
    }
}
