//! Unruled: a table in a picture that no rules bound becomes a grid, so that its cells are cut out and looked at like any others.
//!
//! Where its columns and rows are is told by [`crate::tables`], which is given the lines of text that were read, as words with places.

use super::grid_cell::{Grid, GridCell};
use super::rules::Rule;
use crate::documents::{Bounds, TextLine};
use crate::tables::content::{PageContent, Segment, Word};
use crate::tables::{self, HeaderWords, Ruling};

/// Capitals and ascenders reach this part of their font's size over the baseline.
const ASCENT: f32 = 0.73;
/// A space takes this part of a letter's room.
const SPACE: f32 = 0.5;
/// Lines within so many points above and below are of one font's size, usually.
const NEIGHBOURHOOD: f32 = 60.0;
/// Two lines stand at one height when they share this part of the lower one.
const LEVEL: f32 = 0.55;
/// Cells reach this far over the text in them, in points: blurred edges of letters belong to them.
const OVERHANG: f32 = 1.0;

/// A line of text that was read, and the y on which its letters stand, in points.
pub(super) struct Standing<'a> {
    pub line: &'a TextLine,
    pub baseline: f32,
}

/// A page's extent and what one pixel of it is in points.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    pub width: f32,
    pub height: f32,
    pub scale: f32,
}

/// The table under the form's headings, when the lines of a page without ruled tables make one.
pub(super) fn grid(lines: &[Standing], across: &[Rule], extent: Extent, headers: &HeaderWords) -> Option<Grid> {
    let content = PageContent {
        number: 1,
        width: extent.width,
        height: extent.height,
        words: words(lines),
        segments: across
            .iter()
            .map(|rule| {
                let middle = rule.at((rule.from + rule.to) / 2.0);
                Segment::horizontal(middle * extent.scale, rule.from * extent.scale, rule.to * extent.scale)
            })
            .collect(),
        areas: Vec::new(),
    };
    let found = tables::find(&content, headers, headers.vocabulary(), &mut None);
    let table = found.into_iter().find(|table| table.ruling == Ruling::Borderless && table.rows >= 2)?;
    let count = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
    let cells = table
        .cells
        .iter()
        .filter_map(|cell| {
            let place = Bounds {
                top: (cell.bounds.top - OVERHANG) / extent.scale,
                bottom: (cell.bounds.bottom + OVERHANG) / extent.scale,
                left: cell.bounds.left / extent.scale,
                right: cell.bounds.right / extent.scale,
            };
            GridCell::upright(&place, count(cell.row), count(cell.column))
        })
        .collect();
    let (rows, columns) = (count(table.rows), count(table.columns));
    Some(Grid { rows, columns, cells, ruling: table.ruling, streaks: Vec::new() })
}

/// The lines as words: within a line each letter is given the same room, and a space half of it.
fn words(lines: &[Standing]) -> Vec<Word> {
    let baselines = levelled(lines);
    let mut words = Vec::new();
    for (standing, baseline) in lines.iter().zip(baselines) {
        let bounds = &standing.line.bounds;
        let size = size_around(lines, standing.baseline);
        let spaces = standing.line.text.matches(' ').count() as f32;
        let letters = standing.line.text.chars().count() as f32 - spaces;
        let room = (bounds.right - bounds.left) / (letters + SPACE * spaces).max(1.0);
        let mut at = bounds.left;
        for (index, text) in standing.line.text.split(' ').enumerate() {
            at += if index > 0 { SPACE * room } else { 0.0 };
            let right = at + room * text.chars().count() as f32;
            if !text.is_empty() {
                words.push(Word {
                    text: text.to_owned(),
                    bounds: Bounds { left: at, right, top: baseline - 0.75 * size, bottom: baseline + 0.2 * size },
                    baseline,
                    size,
                    start: at + room / 2.0,
                    spaced: false,
                    cuts: Vec::new(),
                    continues: None,
                });
            }
            at = right;
        }
    }
    words
}

/// The font's size of the lines about a baseline: single lines may have no capital.
fn size_around(lines: &[Standing], baseline: f32) -> f32 {
    let near = lines.iter().filter(|other| (other.baseline - baseline).abs() <= NEIGHBOURHOOD);
    let mut ascents: Vec<f32> = near.map(|other| other.baseline - other.line.bounds.top).collect();
    ascents.sort_by(f32::total_cmp);
    ascents.get(ascents.len() * 2 / 3).copied().unwrap_or(7.3).max(2.0) / ASCENT
}

/// The baseline of each line, those at one height made the same: paper is never quite level.
fn levelled(lines: &[Standing]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let left = |index: &usize| lines.get(*index).map_or(0.0, |standing| standing.line.bounds.left);
    order.sort_by(|a, b| left(a).total_cmp(&left(b)));
    // Each level as its members and the baseline of the last of them.
    let mut levels: Vec<(Vec<usize>, f32)> = Vec::new();
    for index in order {
        let Some(standing) = lines.get(index) else { continue };
        let near = levels
            .iter_mut()
            .filter(|(_, baseline)| (standing.baseline - baseline).abs() < (1.0 - LEVEL) * standing.line.size)
            .min_by(|a, b| (standing.baseline - a.1).abs().total_cmp(&(standing.baseline - b.1).abs()));
        match near {
            Some((members, baseline)) => {
                members.push(index);
                *baseline = standing.baseline;
            }
            None => levels.push((vec![index], standing.baseline)),
        }
    }
    let mut baselines = vec![0.0; lines.len()];
    for (members, _) in &levels {
        let own = members.iter().filter_map(|index| lines.get(*index)).map(|standing| standing.baseline);
        let mean = own.sum::<f32>() / members.len().max(1) as f32;
        for index in members {
            if let Some(slot) = baselines.get_mut(*index) {
                *slot = mean;
            }
        }
    }
    baselines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Legibility;

    const COLUMNS: [f32; 7] = [60.0, 130.0, 210.0, 290.0, 340.0, 440.0, 500.0];

    fn page(rows: &[(f32, [&str; 7])]) -> Vec<TextLine> {
        rows.iter()
            .flat_map(|(top, texts)| {
                texts.iter().zip(COLUMNS).filter(|(text, _)| !text.is_empty()).map(|(text, left)| {
                    // The paper is not quite level.
                    let top = *top + 0.004 * left;
                    let right = left + 4.0 * text.chars().count() as f32;
                    TextLine {
                        text: (*text).to_owned(),
                        bounds: Bounds { left, right, top, bottom: top + 8.0 },
                        size: 8.0,
                        legibility: Legibility::Plain,
                    }
                })
            })
            .collect()
    }

    #[test]
    fn lines_under_the_forms_headings_make_a_grid() {
        let lines = page(&[
            (100.0, ["Cargo", "Perfil para la", "Nombres y", "DNI", "Correo", "Celular", "Rol que tendrá"]),
            (110.0, ["", "migración", "apellidos", "", "electrónico", "", "en Gob.pe"]),
            (130.0, ["Jefa", "Responsable de", "Ana Ríos", "40718263", "arios@x.gob.pe", "987654321", "Coordinador"]),
            (140.0, ["", "Comunicación", "Pérez", "", "", "", "de entidad"]),
            (
                160.0,
                ["Analista", "Responsable de", "Luis Paz", "10499629", "lpaz@x.gob.pe", "912345678", "Coordinador"],
            ),
            (170.0, ["", "Tecnologías", "Soto", "", "", "", "de entidad"]),
        ]);
        let standing: Vec<Standing> =
            lines.iter().map(|line| Standing { line, baseline: line.bounds.bottom - 2.0 }).collect();
        let extent = Extent { width: 595.0, height: 842.0, scale: 0.5 };
        let grid = grid(&standing, &[], extent, HeaderWords::of_the_form()).expect("a table");
        assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 7, 21));
        let dni = grid.cells.iter().find(|cell| (cell.row, cell.column) == (2, 3)).unwrap();
        let (left, top, right, bottom) = dni.extent();
        assert!(left < 2.0 * 290.0 && right > 2.0 * 322.0, "{left} {right}");
        assert!(top < 2.0 * 161.0 && bottom > 2.0 * 169.0, "{top} {bottom}");
    }

    #[test]
    fn a_page_of_prose_makes_none() {
        let lines =
            page(&[(100.0, ["Señores", "", "", "", "", "", ""]), (120.0, ["Presente", "", "", "", "", "", ""])]);
        let standing: Vec<Standing> =
            lines.iter().map(|line| Standing { line, baseline: line.bounds.bottom }).collect();
        let extent = Extent { width: 595.0, height: 842.0, scale: 0.5 };
        assert!(grid(&standing, &[], extent, HeaderWords::of_the_form()).is_none());
    }
}
