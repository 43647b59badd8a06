//! Fill: which word belongs to which cell, and what the cell says.
//!
//! A word belongs to the cell of its first glyph, so a long e-mail that runs over its border stays whole.

use super::LineBreak;
use super::content::{PageContent, Rectangle, Word};
use super::join::{self, Breaking, Vocabulary};
use crate::documents::Bounds;

/// Words of one column begin in line when they begin within this many points of each other.
const IN_LINE: f32 = 0.25;

/// A visual line of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CellLine {
    pub text: String,
    pub left: f32,
    pub right: f32,
    pub size: f32,
    /// Widths of its first glyph, and of its first and last word.
    pub first_glyph: f32,
    pub first_word: f32,
    pub last_word: f32,
    /// Whether a space was drawn after its last word.
    pub spaced: bool,
}

impl CellLine {
    /// A line of which only the whole extent is known: its letters are taken to be of one width.
    pub(crate) fn even(text: String, left: f32, right: f32, size: f32) -> CellLine {
        let glyph = (right - left) / text.chars().count().max(1) as f32;
        let width = |word: Option<&str>| glyph * word.map_or(0, |word| word.chars().count()) as f32;
        let (first_word, last_word) = (width(text.split(' ').next()), width(text.rsplit(' ').next()));
        CellLine { text, left, right, size, first_glyph: glyph, first_word, last_word, spaced: false }
    }

    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// What a cell says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CellText {
    pub text: String,
    pub lines: Vec<String>,
    pub breaks: Vec<LineBreak>,
}

/// Gives each cell its words. Words taken are marked in `taken`; a word lies in at most one table.
pub(super) fn words_of(cells: &[Bounds], page: &PageContent, taken: &mut [bool]) -> Vec<Vec<Word>> {
    let mut words: Vec<Vec<Word>> = vec![Vec::new(); cells.len()];
    let mut home: Vec<Option<usize>> = vec![None; page.words.len()];
    let whole = cells.iter().copied().reduce(|a, b| a.union(&b)).unwrap_or_default();
    for (index, word) in page.words.iter().enumerate() {
        let middle = word.baseline - 0.25 * word.size;
        if taken.get(index).copied().unwrap_or(true) || !whole.contains(word.start, middle) {
            continue;
        }
        let own = cells.iter().position(|cell| cell.contains(word.start, middle));
        let Some(own) = run_over(word, own, cells, page, &home) else { continue };
        if let Some(mark) = taken.get_mut(index) {
            *mark = true;
        }
        let mut rest = word.clone();
        let mut cell = own;
        while let Some((before, after)) = cut_at(&rest, cells.get(cell)) {
            if let Some(cell) = words.get_mut(cell) {
                cell.push(before);
            }
            rest = after;
            match cells.iter().position(|cell| cell.contains(rest.start, middle)) {
                Some(next) if next != cell => cell = next,
                _ => break,
            }
        }
        if let Some(slot) = home.get_mut(index) {
            *slot = Some(cell);
        }
        if let Some(cell) = words.get_mut(cell) {
            cell.push(rest);
        }
    }
    words
}

/// The cell of a word that may be the tail of a string which began in the cell to the left and ran over its border.
fn run_over(
    word: &Word,
    own: Option<usize>,
    cells: &[Bounds],
    page: &PageContent,
    home: &[Option<usize>],
) -> Option<usize> {
    let before = word.continues.and_then(|index| Some((page.words.get(index)?, home.get(index).copied().flatten()?)));
    let Some((previous, cell)) = before else { return own };
    let border = cells.get(cell)?.right;
    // The string crossed the border here, or had crossed it already.
    let crossed = previous.bounds.right > border - 0.8 * word.size && word.bounds.left > border - 0.35 * word.size;
    let goes_on = crossed && !own.is_some_and(|own| begins_in_line(word, own, cells, page));
    if goes_on || Some(cell) == own { Some(cell) } else { own }
}

/// Whether a word begins just where the text of another cell of the same column does: the first word of its own cell, though the
/// one before it ends close by.
fn begins_in_line(word: &Word, own: usize, cells: &[Bounds], page: &PageContent) -> bool {
    let Some(cell) = cells.get(own) else { return false };
    let column =
        cells.iter().enumerate().filter(|(index, other)| *index != own && (other.left - cell.left).abs() < 0.5);
    column.into_iter().any(|(_, other)| {
        page.words.iter().any(|first| {
            (first.bounds.left - word.bounds.left).abs() <= IN_LINE
                && other.contains(first.start, first.baseline - 0.25 * first.size)
        })
    })
}

/// Cuts a word where it leaves its cell, if two strings that only stand close together meet there.
fn cut_at(word: &Word, cell: Option<&Bounds>) -> Option<(Word, Word)> {
    let border = cell?.right;
    let slack = 0.15 * word.size;
    // Beyond the border stands what was drawn apart, even when the text before it ran over the border.
    let cut = word.cuts.iter().find(|cut| cut.to >= border - slack)?;
    let (left, right) = word.text.split_at_checked(cut.offset)?;
    let before = Word {
        text: left.to_owned(),
        bounds: Bounds { right: cut.from, ..word.bounds },
        spaced: false,
        cuts: word.cuts.iter().filter(|other| other.offset < cut.offset).copied().collect(),
        ..word.clone()
    };
    let after = Word {
        text: right.to_owned(),
        bounds: Bounds { left: cut.to, ..word.bounds },
        start: cut.to + 0.2 * word.size,
        cuts: word
            .cuts
            .iter()
            .filter(|other| other.offset > cut.offset)
            .map(|other| super::content::Cut { offset: other.offset - cut.offset, ..*other })
            .collect(),
        continues: None,
        ..word.clone()
    };
    Some((before, after))
}

/// The words of one cell as visual lines, top to bottom.
pub(super) fn lines_of(mut words: Vec<&Word>) -> Vec<CellLine> {
    words.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut groups: Vec<Vec<&Word>> = Vec::new();
    for word in words {
        match groups.last_mut() {
            Some(group) if same_line(group, word) => group.push(word),
            _ => groups.push(vec![word]),
        }
    }
    groups
        .into_iter()
        .filter_map(|mut group| {
            group.sort_by(|a, b| a.bounds.left.total_cmp(&b.bounds.left));
            let text = group.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let bounds = group.iter().map(|word| word.bounds).reduce(|a, b| a.union(&b))?;
            let size = group.iter().map(|word| word.size).fold(0.0, f32::max);
            let (first, last) = (group.first()?, group.last()?);
            Some(CellLine {
                text,
                left: bounds.left,
                right: bounds.right,
                size,
                first_glyph: 2.0 * (first.start - first.bounds.left),
                first_word: first.bounds.width(),
                last_word: last.bounds.width(),
                spaced: last.spaced,
            })
        })
        .collect()
}

/// Words share a line when their baselines do; a superscript («N.º», «**») stands a little higher.
fn same_line(group: &[&Word], word: &Word) -> bool {
    group.iter().any(|other| {
        let size = other.size.max(word.size);
        let apart = (word.baseline - other.baseline).abs();
        apart <= 0.3 * size || (apart <= 0.55 * size && other.size.min(word.size) < 0.95 * size)
    })
}

/// The text of one cell, by the room that its lines have and by how the lines of its table are broken.
pub(crate) fn text_of(lines: &[CellLine], room: f32, breaking: &Breaking, vocabulary: &Vocabulary) -> CellText {
    let (text, breaks) = join::lines(lines, room, breaking, vocabulary);
    CellText { text, lines: lines.iter().map(|line| line.text.clone()).collect(), breaks }
}
