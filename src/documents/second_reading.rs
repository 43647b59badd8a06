//! Second reading: the deciding values of a PDF's text (DNI, e-mail, celular) are read once more from the page as it is drawn, because a
//! file's text may say what nobody sees: a wrong table of characters, letters under a picture.
//!
//! What text and drawing agree on stays as the text says it: it is the better speller. Only a drawing that two looks read alike, clearly,
//! and as something else, contradicts it. What that means for the case is not decided here.

use image::RgbImage;

use super::pdf::OpenFile;
use super::scanned::{CellPlace, Glance, PictureReader};
use super::{Bounds, Document, Limits, TextLayer, Turn};
use crate::tables::{Cell, Look};

/// Cells of one document that are read once more at most: ten people and more.
const MOST_CELLS: usize = 60;
/// The least confidence of a look that may contradict the text.
const CLEAR: f32 = 0.9;
/// Digits of a value that is worth a second look: a landline has seven.
const FEWEST_DIGITS: usize = 7;

/// Reads the deciding cells once more and says of each that is drawn as something else what that is.
pub(super) fn make(document: &mut Document, open: &OpenFile, limits: &Limits, pictures: &dyn PictureReader) {
    let wanted = wanted(document);
    let pages: Vec<u32> = document
        .pages
        .iter()
        .filter(|page| {
            wanted.iter().any(|(table, _)| document.tables.get(*table).is_some_and(|t| t.page == page.number))
        })
        .map(|page| page.number)
        .collect();
    if pages.is_empty() {
        return;
    }
    let mut contradicted: Vec<((usize, usize), String)> = Vec::new();
    let own: &Document = document;
    open.draw(&pages, limits, &mut |number, picture: RgbImage| {
        let Some(page) = own.pages.iter().find(|page| page.number == number) else { return };
        let scale = picture.width() as f32 / page.width.max(1.0);
        let cells: Vec<((usize, usize), &Cell, CellPlace)> = wanted
            .iter()
            .filter_map(|(table, cell)| {
                let of = own.tables.get(*table).filter(|of| of.page == number)?;
                let found = of.cells.get(*cell)?;
                Some(((*table, *cell), found, CellPlace { bounds: scaled(&found.bounds, scale), ruling: of.ruling }))
            })
            .collect();
        contradicted.extend(compared(&cells, &picture, pictures));
    });
    for ((table, cell), said) in contradicted {
        if let Some(cell) = document.tables.get_mut(table).and_then(|table| table.cells.get_mut(cell)) {
            cell.drawn_otherwise = Some(said);
        }
    }
}

/// The cells, by table and number, that hold a deciding value: in tables with an e-mail address, those and the long numbers.
fn wanted(document: &Document) -> Vec<(usize, usize)> {
    let is_readable = |number: u32| {
        document
            .pages
            .iter()
            .any(|page| page.number == number && page.text_layer == TextLayer::Drawn && page.turn == Turn::None)
    };
    let tables = document
        .tables
        .iter()
        .enumerate()
        .filter(|(_, table)| is_readable(table.page) && table.cells.iter().any(|cell| cell.text.contains('@')));
    let cells = tables.flat_map(|(table, own)| {
        own.cells.iter().enumerate().filter(|(_, cell)| is_deciding(cell)).map(move |(cell, _)| (table, cell))
    });
    cells.take(MOST_CELLS).collect()
}

fn is_deciding(cell: &Cell) -> bool {
    let digits = cell.text.chars().filter(char::is_ascii_digit).count();
    cell.text.contains('@') || digits >= FEWEST_DIGITS
}

fn scaled(bounds: &Bounds, scale: f32) -> Bounds {
    Bounds {
        left: bounds.left * scale,
        top: bounds.top * scale,
        right: bounds.right * scale,
        bottom: bounds.bottom * scale,
    }
}

/// What the drawing says of the cells that it contradicts.
fn compared<K: Copy>(
    cells: &[(K, &Cell, CellPlace)],
    picture: &RgbImage,
    pictures: &dyn PictureReader,
) -> Vec<(K, String)> {
    let look = |cells: &[(K, &Cell, CellPlace)], glance| {
        let places: Vec<CellPlace> = cells.iter().map(|(.., place)| *place).collect();
        pictures.read_cells(picture, &places, glance)
    };
    let first = look(cells, Glance::First);
    let (suspects, seen): (Vec<_>, Vec<Look>) =
        cells.iter().copied().zip(first).filter(|((_, cell, _), look)| contradicts(look, &cell.text)).unzip();
    let second = look(&suspects, Glance::Second);
    suspects
        .into_iter()
        .zip(seen.into_iter().zip(second))
        .filter(|((_, cell, _), (first, second))| {
            contradicts(second, &cell.text) && shape(&first.lines.concat()) == shape(&second.lines.concat())
        })
        .map(|((key, ..), (first, _))| (key, first.lines.concat()))
        .collect()
}

/// Whether a look clearly reads something else than the text. One that misses its beginning or its end lost a line, and one that has more
/// around it saw the mark of a note, or what reaches over from the cells beside it.
fn contradicts(look: &Look, text: &str) -> bool {
    let (said, text) = (shape(&look.lines.concat()), shape(text));
    look.confidence >= CLEAR && !text.contains(&said) && !said.contains(&text)
}

/// What of a text a look at its drawing can be relied on to read: letters that look alike are one, letters that stand twice too, and
/// signs, accents and spaces are none.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for letter in crate::form::fold(text).chars() {
        let letter = match letter {
            'i' | 'j' | '1' | '|' | '!' => 'l',
            'o' => '0',
            'q' | '9' => 'g',
            'v' => 'u',
            letter if letter.is_alphanumeric() || letter == '@' => letter,
            _ => continue,
        };
        // Digits that stand twice are two.
        if letter.is_ascii_digit() || !shape.ends_with(letter) {
            shape.push(letter);
        }
    }
    shape.replace("rn", "m").replace("cl", "d")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str, confidence: f32) -> Look {
        Look { lines: vec![text.to_owned()], confidence, ..Look::default() }
    }

    #[test]
    fn a_clear_look_at_something_else_contradicts() {
        assert!(contradicts(&look("40718268", 0.99), "40718263"));
        assert!(contradicts(&look("ana.rios@munitambo.gob.pe", 0.95), "luis.paz@munitambo.gob.pe"));
        assert!(!contradicts(&look("40718268", 0.6), "40718263"), "not clear");
        assert!(!contradicts(&look("", 1.0), "40718263"), "nothing seen");
        assert!(!contradicts(&look("ana.rios@munitambo.gob", 0.99), "ana.rios@munitambo.gob.pe"), "a line lost");
        assert!(!contradicts(&look("407182631", 0.99), "40718263"), "a note's mark");
    }

    #[test]
    fn what_looks_alike_does_not() {
        for (seen, text) in [
            ("lllescas@rnunitambo.gob.pe", "illescas@munitambo.gob.pe"),
            ("ana_rios@munitambo.gob.pe", "ana.rios@ munitambo. gob.pe"),
            ("4O7I8263", "40718263"),
            ("+51 987 654 321", "+51987654321"),
        ] {
            assert!(!contradicts(&look(seen, 0.99), text), "{seen} {text}");
        }
    }
}
