//! Page: the picture of one page becomes its lines of text and its tables, in points as the upright page is seen.

use image::RgbImage;

use super::band::Band;
use super::cell::{CellPicture, Content, Strangers};
use super::engine::Engine;
use super::grid_cell::{Grid, GridCell};
use super::lines::ReadLine;
use super::looks::{self, bare};
use super::side_by_side;
use super::sight::Sight;
use super::unruled::{self, Extent, Standing};
use crate::documents::{Bounds, Legibility, Page, TextLayer, TextLine};
use crate::tables::fill::{self, CellLine};
use crate::tables::join::Breaking;
use crate::tables::{Cell, CellContent, HeaderWords, Look, Ruling, Table, Vocabulary};

/// Cells on one page at most; a page that people fill in by hand or typewriter has a few dozen.
const MOST_CELLS: usize = 400;
/// A page whose letters have a lower mean confidence was not read: readable ones are above 0.95, copies of copies at 100 dpi at 0.6.
const PAGE_LEGIBLE: f32 = 0.75;

/// Reads the picture of a page into `page`, and returns its tables; `None` when it cannot be read. The page is then upright.
pub(super) fn read(picture: &RgbImage, page: &mut Page, engine: &Engine, headers: &HeaderWords) -> Option<Vec<Table>> {
    let vocabulary = headers.vocabulary();
    let mut sight = Sight::upright(picture, engine)?;
    let (width, height) = (sight.straight.width() as f32, sight.straight.height() as f32);
    let sideways = (page.width > page.height) != (width > height);
    if sideways {
        std::mem::swap(&mut page.width, &mut page.height);
    }
    let scale = page.width / width.max(1.0);
    // Lines and tables keep both cores busy together: each has steps in which one would wait.
    let looked_at = |sight: &Sight| -> Vec<Option<Vec<Looked>>> {
        sight.found.grids.iter().map(|grid| sight.looked_at(grid, engine, vocabulary)).collect()
    };
    let ((mut lines, legible), mut looked) = side_by_side::both(|| sight.lines(engine, scale), || looked_at(&sight));
    if legible < PAGE_LEGIBLE && !lines.is_empty() {
        return None;
    }
    let mut words = vocabulary.clone();
    for line in &lines {
        words.add(&line.line.text);
    }
    if sight.found.grids.is_empty() {
        let standing: Vec<Standing> =
            lines.iter().map(|line| Standing { line: &line.line, baseline: line.baseline }).collect();
        let extent = Extent { width: page.width, height: page.height, scale };
        let grid = unruled::grid(&standing, &sight.found.across, extent, headers);
        let clear =
            grid.and_then(|grid| grid.clear_of_letters(&sight.page, &sight.found.across, sight.pixels_per_inch));
        // A heading whose rows were not found is still a cuadro: a person's.
        sight.found.grids = clear.map_or_else(|| std::mem::take(&mut sight.headings), |grid| vec![grid]);
        looked = looked_at(&sight);
        lines.retain(|line| {
            let bounds = &line.line.bounds;
            let (x, y) = ((bounds.left + bounds.right) / 2.0 / scale, (bounds.top + bounds.bottom) / 2.0 / scale);
            !sight.found.grids.iter().any(|grid| grid.holds(x, y))
        });
    }
    let mut tables = Vec::new();
    // Each line with how far down it is read: a table's cells stand together where the table begins.
    let mut ordered: Vec<(f32, TextLine)> = Vec::new();
    for ReadLine { line, .. } in lines {
        let top = ordered.last().map_or(line.bounds.top, |(above, _)| line.bounds.top.max(*above));
        ordered.push((top, line));
    }
    for (grid, cells) in sight.found.grids.iter().zip(looked) {
        let table = cells.and_then(|cells| table(grid, cells, scale, page.number, (vocabulary, &words)));
        if let Some(table) = table {
            ordered.extend(table.cells.iter().filter(|cell| !cell.text.is_empty()).map(|cell| {
                let size = cell.bounds.bottom - cell.bounds.top;
                (
                    table.bounds.top,
                    TextLine { text: cell.text.clone(), bounds: cell.bounds, size, legibility: Legibility::Plain },
                )
            }));
            tables.push(table);
        }
    }
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    page.lines = ordered.into_iter().map(|(_, line)| line).collect();
    page.pictures = sight.drawings(&page.lines, scale);
    page.text_layer = TextLayer::Recognised;
    Some(tables)
}

/// What was seen of a cell: its picture, its lines of text in it, and what looks at them gave.
struct Looked {
    picture: CellPicture,
    bands: Vec<Band>,
    looks: Vec<Look>,
}

impl Sight {
    /// The cells of a grid, each looked at; `None` for one of more cells than people fill in.
    fn looked_at(&self, grid: &Grid, engine: &Engine, form_words: &Vocabulary) -> Option<Vec<Looked>> {
        if grid.cells.len() > MOST_CELLS {
            return None;
        }
        // Rules bound the cells of a ruled table; in another they only run along its rows.
        let across = if grid.ruling == Ruling::Ruled { Vec::new() } else { grid.rules_along(&self.found.across) };
        let strangers = Strangers { across, streaks: &grid.streaks };
        let cut = |cell: &GridCell| CellPicture::cut(&self.straight, cell, &strangers, self.pixels_per_inch);
        let cells: Vec<CellPicture> = side_by_side::each(&grid.cells, |_, cell| cut(cell));
        let usual = {
            let inked: Vec<&CellPicture> = cells.iter().filter(|cell| cell.content == Content::Ink).collect();
            let lines = side_by_side::each(&inked, |_, cell| cell.bands(self.pixels_per_inch, None));
            let mut heights: Vec<usize> = lines.iter().flatten().map(|band| band.height()).collect();
            heights.sort_unstable();
            heights.get(heights.len() / 2).map(|height| *height as f32)
        };
        let bands: Vec<Vec<Band>> = side_by_side::each(&cells, |_, cell| match cell.content {
            Content::Ink => cell.bands(self.pixels_per_inch, usual),
            Content::Blank | Content::Faint | Content::Leaders(_) => Vec::new(),
        });
        let mut looks = looks::at_cells(engine, &cells, &bands, form_words);
        // What one look was enough for nobody has to see.
        let doubtful = looks.iter_mut().zip(&cells).filter(|(looks, _)| looks.len() > 1);
        let (firsts, pictures): (Vec<&mut Look>, Vec<&CellPicture>) =
            doubtful.filter_map(|(looks, picture)| Some((looks.first_mut()?, picture))).unzip();
        for (first, image) in firsts.into_iter().zip(side_by_side::each(&pictures, |_, picture| picture.image())) {
            first.image = image;
        }
        let looked = cells.into_iter().zip(bands).zip(looks);
        Some(looked.map(|((picture, bands), looks)| Looked { picture, bands, looks }).collect())
    }
}

/// A table of cells that were looked at, with the form's words and those of the page's lines.
fn table(
    grid: &Grid,
    looked: Vec<Looked>,
    scale: f32,
    number: u32,
    words: (&Vocabulary, &Vocabulary),
) -> Option<Table> {
    let cells = grid.cells.iter().zip(looked).map(|(place, looked)| cell(place, looked, scale, words)).collect();
    let (left, top, right, bottom) = grid.extent();
    Some(Table {
        page: number,
        bounds: Bounds { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale },
        ruling: grid.ruling,
        rows: u32::try_from(grid.rows).ok()?,
        columns: u32::try_from(grid.columns).ok()?,
        cells,
    })
}

/// The lines of a cell, where a letter that is alone in its line and looks the same in both sizes is the small one after small ones:
/// «Protocol|O» was «Protocolo».
fn as_rests(lines: &[String]) -> Vec<String> {
    let before = std::iter::once("").chain(lines.iter().map(String::as_str));
    let rest = |(line, before): (&String, &str)| {
        let alone = line.chars().count() == 1 && line.contains(['O', '0', 'S', 'C', 'Z', 'U', 'P', 'W']);
        let goes_on = before.ends_with(char::is_lowercase);
        if alone && goes_on { line.replace('0', "o").to_lowercase() } else { line.clone() }
    };
    lines.iter().zip(before).map(rest).collect()
}

fn cell(
    place: &GridCell,
    Looked { picture, bands, looks }: Looked,
    scale: f32,
    (form_words, vocabulary): (&Vocabulary, &Vocabulary),
) -> Cell {
    let (left, top, right, bottom) = place.extent();
    let bounds = Bounds { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale };
    let whole = |look: &Look| bare(&look.lines.concat());
    let agreed = looks
        .iter()
        .find(|look| looks.iter().filter(|other| whole(other) == whole(look)).count() >= 2)
        .or_else(|| looks.iter().max_by(|a, b| a.confidence.total_cmp(&b.confidence)));
    // Of a heading the look that reads the form's own words is believed: «Perfil» beside «Perfül».
    let of_the_form = |look: &&Look| form_words.knows_all(&look.lines.join(" "));
    let agreed = agreed.filter(of_the_form).or_else(|| looks.iter().find(of_the_form)).or(agreed);
    let lines: Vec<CellLine> = agreed
        .into_iter()
        .flat_map(|look| as_rests(&look.lines).into_iter().zip(&bands))
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, band)| {
            let (from, to) = (band.left as f32 * scale, band.right as f32 * scale);
            CellLine::even(text, bounds.left + from, bounds.left + to, band.height() as f32 * scale)
        })
        .collect();
    let outer = (picture.luma.width as f32 - place.width()).max(0.0) / 2.0;
    let inset = bands.iter().map(|band| (band.left as f32 - outer).max(0.0) * scale).fold(f32::INFINITY, f32::min);
    let room = bounds.right - bounds.left - if inset.is_finite() { 2.0 * inset } else { 0.0 };
    let text = fill::text_of(&lines, room, &Breaking::default(), vocabulary);
    let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Cell {
        row: count(place.row),
        column: count(place.column),
        row_span: count(place.rows),
        column_span: count(place.columns),
        bounds,
        text: text.text,
        lines: text.lines,
        content: CellContent::Text,
        looks,
        drawn_otherwise: None,
        breaks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_alone_in_its_line_goes_on_with_the_word_above() {
        let rests = |lines: &[&str]| as_rests(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert_eq!(rests(&["Prensa y Protocol", "O"]), ["Prensa y Protocol", "o"]);
        assert_eq!(rests(&["Administrativ", "0"]), ["Administrativ", "o"]);
        assert_eq!(rests(&["Sistemas", "I"]), ["Sistemas", "I"], "a grade");
        assert_eq!(rests(&["PROTOCOL", "O"]), ["PROTOCOL", "O"]);
    }
}
