//! Undated: whether an oficio that was read from pictures surely has no date.
//!
//! That none was read does not say that none is there: it may be written by hand, stamped, or in a line that was not read. Which date
//! an oficio has is not asked here (see [`super::date`]).

use super::date;
use super::letter::{Letter, Line, begins_with};
use crate::documents::{Document, Legibility, PictureKind, TextLayer};
use crate::form::fold;

/// What is said of a date beside it.
const LABELS: [&str; 3] = ["fecha", "dia", "mes"];

/// Whether the whole letter was read, nothing in it speaks of a date, and no ink that is no text stands where one would.
pub(super) fn is_sure(document: &Document, letter: &Letter) -> bool {
    let whole = document.troubles.is_empty()
        && letter.closing.is_some()
        && letter.address < letter.body
        && document.pages.iter().all(|page| page.text_layer == TextLayer::Recognised);
    let is_clear = letter.lines.iter().all(|line| line.legibility != Legibility::Disputed);
    let own = |line: &&Line| !is_of_another_paper(line);
    let around = letter.head().iter().chain(letter.addressed()).chain(letter.after_closing());
    let mentions = letter.lines.iter().filter(own).any(|line| date::date_in(line.text).is_some())
        || around.filter(own).any(speaks_of_a_date);
    whole && is_clear && !mentions && !has_ink_in_head(document, letter)
}

/// Whether a line says when another paper was made: «Referencia: Oficio N.º 014-2026-PCM/SGTD de fecha 27 de abril de 2026».
fn is_of_another_paper(line: &Line) -> bool {
    let folded = fold(line.text);
    begins_with(&folded, &["referencia", "ref"]) || folded.contains("de fecha")
}

/// Whether a line has a word that stands beside a date, or a month among figures or after «de»: «Marco Antonio» is a name.
fn speaks_of_a_date(line: &Line) -> bool {
    let folded = fold(line.text);
    let has_figures = folded.contains(|letter: char| letter.is_ascii_digit());
    let words: Vec<&str> = folded.split(' ').collect();
    let before = std::iter::once("").chain(words.iter().copied());
    words.iter().zip(before).any(|(word, before)| {
        LABELS.contains(word) || date::month(word).is_some() && (has_figures || ["de", "del"].contains(&before))
    })
}

/// Whether something drawn or written by hand stands beside or between the lines from the first to the body; a letterhead's arms stand above
/// them or beside its name.
fn has_ink_in_head(document: &Document, letter: &Letter) -> bool {
    let Some(first) = document.pages.first() else { return true };
    let lines = || letter.lines.iter().take(letter.body).filter(|line| line.page == first.number);
    let number = lines().find(|line| fold(line.text).starts_with("oficio"));
    let (Some(number), Some(last)) = (number, lines().next_back()) else { return true };
    let drawn = first.pictures.iter().filter(|picture| picture.kind == PictureKind::Drawing);
    drawn
        .into_iter()
        .any(|picture| picture.bounds.bottom > number.bounds.top && picture.bounds.top < last.bounds.bottom)
}

#[cfg(test)]
mod tests {
    use super::super::paper;
    use super::*;
    use crate::documents::{Bounds, Picture};

    fn scan(dated: &str) -> Document {
        let mut document = paper::letter(&[
            "Municipalidad Distrital de Santa Coba",
            dated,
            "OFICIO N° 12-2026-MDSC/A",
            "Señor:",
            "César Vílchez Inga",
            "Asunto: Designación de coordinadores",
            "De mi consideración:",
            "Es grato dirigirme a usted en el marco del Decreto Supremo N° 033-2018-PCM.",
            "Atentamente,",
            "Ana Quispe Rojas",
        ]);
        document.pages[0].text_layer = TextLayer::Recognised;
        document
    }

    fn sure(document: &Document) -> bool {
        is_sure(document, &Letter::of(&[document]))
    }

    #[test]
    fn a_scan_that_was_read_whole_and_says_nothing_of_a_date_has_none() {
        assert!(sure(&scan("\u{201c}Año de la Esperanza\u{201d}")));
    }

    #[test]
    fn the_date_of_another_paper_and_a_name_like_a_month_are_no_date() {
        for line in ["Referencia: Oficio N.° 14-2026-PCM de fecha 27 de abril de 2026", "Abog. Marco Antonio Ríos"] {
            assert!(sure(&scan(line)), "{line}");
        }
    }

    #[test]
    fn what_may_be_a_date_or_hide_one_is_for_a_person() {
        for line in [
            "Santa Coba,    de mayo del",
            "Santa Coba, 3 de mayo",
            "Santa Coba, mayo 2026",
            "Fecha:",
            "RECIBIDO 03/05/2026",
        ] {
            assert!(!sure(&scan(line)), "{line}");
        }
        let mut disputed = scan("Santa Coba");
        disputed.pages[0].lines[1].legibility = Legibility::Disputed;
        assert!(!sure(&disputed));
        let mut by_hand = scan("Santa Coba,");
        let bounds = Bounds { left: 200.0, top: 75.0, right: 260.0, bottom: 90.0 };
        by_hand.pages[0].pictures.push(Picture { bounds, kind: PictureKind::Drawing });
        assert!(!sure(&by_hand));
        let mut arms = scan("Santa Coba");
        let bounds = Bounds { left: 60.0, top: 10.0, right: 100.0, bottom: 38.0 };
        arms.pages[0].pictures.push(Picture { bounds, kind: PictureKind::Drawing });
        assert!(sure(&arms), "the arms of a letterhead");
        let mut half_read = scan("Santa Coba");
        half_read.pages.push(paper::scanned_page(2));
        assert!(!sure(&half_read));
    }
}
