//! A sheet: sparse cells, as a person sees them, become a page with its tables.
//!
//! One sheet may hold a title, a table and notes. Blocks of rows are told apart by blank rows; a block that goes on with the
//! columns of the one above (a blank row in the middle of a table) belongs to it. Blank columns are left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::declared::{self, Grid, PlacedCell};
use crate::documents::flow::USUAL_SIZE;
use crate::documents::word::is_datum;
use crate::documents::{Bounds, Legibility, Limits, Page, TextLayer, TextLine, Trouble, Turn};
use crate::tables::{CellContent, Table};

/// Made-up sizes, in points: a sheet has no paper.
const COLUMN_WIDTH: f32 = 64.0;
const ROW_HEIGHT: f32 = 15.0;

/// Bytes of text in one sheet.
const MOST_TEXT: usize = 4 << 20;

const MOST_HIDDEN_RANGES: u32 = 1_000;

/// A rectangle of cells, both corners in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub first_row: u32,
    pub first_column: u32,
    pub last_row: u32,
    pub last_column: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct SheetCell {
    /// Never blank.
    pub lines: Vec<String>,
    pub content: CellContent,
}

/// What a cell's style says of how its text is seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellLook {
    /// White letters on no ground of the cell's own.
    pub white_on_paper: bool,
    pub struck: bool,
}

/// What a parser found in one sheet, hidden rows and columns included.
#[derive(Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub cells: BTreeMap<(u32, u32), SheetCell>,
    pub merged: Vec<Region>,
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_columns: BTreeSet<u32>,
    /// Text that lies over the cells: boxes, shapes, comments.
    pub lines: Vec<String>,
    pub has_pictures: bool,
    /// Cells of white letters on no ground of their own.
    white: BTreeSet<(u32, u32)>,
    /// A formula without stored value, a value whose format hides it, digits that a format has cut off: what is read here and
    /// what a person sees differ.
    pub doubtful: bool,
    /// Cells and bytes of text that may still be put in: many cells may refer to one long text.
    cells_left: u32,
    text_left: usize,
    hidden_ranges_left: u32,
    is_over_limit: bool,
}

impl Sheet {
    pub fn new(name: String, limits: &Limits) -> Self {
        Sheet {
            name,
            cells: BTreeMap::new(),
            merged: Vec::new(),
            hidden_rows: BTreeSet::new(),
            hidden_columns: BTreeSet::new(),
            lines: Vec::new(),
            has_pictures: false,
            white: BTreeSet::new(),
            doubtful: false,
            cells_left: limits.cells,
            text_left: MOST_TEXT,
            hidden_ranges_left: MOST_HIDDEN_RANGES,
            is_over_limit: false,
        }
    }

    /// Whether a cell found no room: what is still to come is not read.
    pub fn is_over_limit(&self) -> bool {
        self.is_over_limit
    }

    /// Hides a range of columns, its end not in it. A sheet that hides more ranges than it can have is not believed.
    pub fn hide_columns(&mut self, columns: std::ops::Range<u32>) {
        match self.hidden_ranges_left.checked_sub(1) {
            Some(left) => {
                self.hidden_ranges_left = left;
                self.hidden_columns.extend(columns);
            }
            None => self.is_over_limit = true,
        }
    }

    /// Puts a cell in, and says whether there was still room for it.
    pub fn put(&mut self, place: (u32, u32), cell: SheetCell) -> bool {
        let text = cell.lines.iter().map(String::len).sum();
        let (Some(cells), Some(text)) = (self.cells_left.checked_sub(1), self.text_left.checked_sub(text)) else {
            self.is_over_limit = true;
            return false;
        };
        (self.cells_left, self.text_left) = (cells, text);
        self.cells.insert(place, cell);
        true
    }

    /// Puts a cell in that looks like this. What is struck through does not hold, and what holds instead is not known.
    pub fn put_seen(&mut self, place: (u32, u32), cell: SheetCell, look: CellLook) -> bool {
        self.doubtful |= look.struck;
        if look.white_on_paper {
            self.white.insert(place);
        }
        self.put(place, cell)
    }

    /// Takes out what nobody sees. A heading may be white on a ground that a table's style paints; it has no data.
    fn drop_white(&mut self) {
        let is_datum =
            |place: &(u32, u32)| self.cells.get(place).is_some_and(|cell| cell.lines.iter().any(|line| is_datum(line)));
        let rows: BTreeSet<u32> = self.white.iter().filter(|place| is_datum(place)).map(|(row, _)| *row).collect();
        self.doubtful |= !rows.is_empty();
        let white = std::mem::take(&mut self.white);
        self.cells.retain(|place, _| !(white.contains(place) && rows.contains(&place.0)));
    }

    fn hides(&self, row: u32, column: u32) -> bool {
        self.hidden_rows.contains(&row) || self.hidden_columns.contains(&column)
    }
}

/// A sheet of the finished document.
pub(super) struct ReadSheet {
    pub page: Page,
    pub tables: Vec<Table>,
    pub troubles: Vec<Trouble>,
}

pub(super) fn read(mut sheet: Sheet, number: u32, limits: &Limits) -> ReadSheet {
    let mut troubles = Vec::new();
    sheet.drop_white();
    let hidden: Vec<(u32, u32)> =
        sheet.cells.keys().copied().filter(|(row, column)| sheet.hides(*row, *column)).collect();
    // A merged cell stands at its first place that is seen, when its own place is hidden.
    for region in &sheet.merged {
        let place = (region.first_row, region.first_column);
        if !sheet.hides(place.0, place.1) || !sheet.cells.contains_key(&place) {
            continue;
        }
        let row = (region.first_row..=region.last_row).find(|row| !sheet.hidden_rows.contains(row));
        let column = (region.first_column..=region.last_column).find(|column| !sheet.hidden_columns.contains(column));
        if let (Some(row), Some(column)) = (row, column)
            && let Some(cell) = sheet.cells.get(&place).cloned()
        {
            sheet.cells.entry((row, column)).or_insert(cell);
        }
    }
    if sheet.is_over_limit {
        troubles.push(Trouble::BeyondLimits("cells".to_owned()));
    }
    if sheet.doubtful || hides_data(&hidden) {
        troubles.push(Trouble::TextMayLie(number));
    }
    for place in &hidden {
        sheet.cells.remove(place);
    }
    let spans: BTreeMap<(u32, u32), Region> =
        sheet.merged.iter().map(|region| ((region.first_row, region.first_column), *region)).collect();
    let mut tables = Vec::new();
    for block in blocks(&sheet) {
        match table(&sheet, &block, &spans, number, limits) {
            Some(table) => tables.push(table),
            None => troubles.push(Trouble::BeyondLimits("cells".to_owned())),
        }
    }
    let edge = |places: Option<u32>, size: f32| places.map_or(0.0, |last| (last + 1) as f32 * size);
    let page = Page {
        number,
        label: Some(sheet.name),
        width: edge(sheet.cells.keys().map(|(_, column)| *column).max(), COLUMN_WIDTH),
        height: edge(sheet.cells.keys().map(|(row, _)| *row).max(), ROW_HEIGHT),
        lines: lines_over_cells(&sheet.lines),
        pictures: Vec::new(),
        text_layer: if tables.is_empty() { TextLayer::Absent } else { TextLayer::Drawn },
        turn: Turn::None,
    };
    ReadSheet { page, tables, troubles }
}

fn lines_over_cells(lines: &[String]) -> Vec<TextLine> {
    let line = |text: &String| TextLine {
        text: text.clone(),
        bounds: Bounds::default(),
        size: USUAL_SIZE,
        legibility: Legibility::Plain,
    };
    lines.iter().map(line).collect()
}

/// Two cells of a hidden row or column are data of a table; a single one is a mark of some form.
fn hides_data(hidden: &[(u32, u32)]) -> bool {
    hidden.len() > 1
}

/// Rows that belong together, each with the columns it fills.
#[derive(Debug, Default)]
struct Block {
    rows: BTreeMap<u32, BTreeSet<u32>>,
    columns: BTreeSet<u32>,
}

impl Block {
    fn push(&mut self, row: u32, columns: BTreeSet<u32>) {
        self.columns.extend(&columns);
        self.rows.insert(row, columns);
    }
}

fn blocks(sheet: &Sheet) -> Vec<Block> {
    let mut filled: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (row, column) in sheet.cells.keys() {
        filled.entry(*row).or_default().insert(*column);
    }
    // The last row that the merged cells of each row reach.
    let mut reaches: BTreeMap<u32, u32> = BTreeMap::new();
    for region in
        sheet.merged.iter().filter(|region| sheet.cells.contains_key(&(region.first_row, region.first_column)))
    {
        let reach = reaches.entry(region.first_row).or_default();
        *reach = region.last_row.max(*reach);
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut last: Option<u32> = None;
    let mut reached = 0;
    for (row, columns) in filled {
        let touches = last.is_some_and(|last| row <= reached || only_hidden_between(sheet, last, row));
        last = Some(row);
        reached = reached.max(reaches.get(&row).copied().unwrap_or(row));
        match blocks.last_mut() {
            Some(block) if touches => block.push(row, columns),
            _ => {
                let mut block = Block::default();
                block.push(row, columns);
                blocks.push(block);
            }
        }
    }
    let mut joined: Vec<Block> = Vec::new();
    for block in blocks {
        match joined.last_mut() {
            // The columns of the block below are among those of the one above.
            Some(above) if continues(above, &block) => above.rows.extend(block.rows),
            _ => joined.push(block),
        }
    }
    joined
}

/// No row that can be seen stands between the two.
fn only_hidden_between(sheet: &Sheet, above: u32, below: u32) -> bool {
    (above + 1..below).all(|row| sheet.hidden_rows.contains(&row))
}

/// Whether the block below a blank row is the rest of the table above: several of its columns and no others, or just the same
/// ones (a list of labels and values).
fn continues(above: &Block, below: &Block) -> bool {
    match below.columns.len() {
        0 | 1 => false,
        2 => below.columns == above.columns,
        _ => below.columns.is_subset(&above.columns),
    }
}

/// The block as a table; `None` beyond the limit on cells.
fn table(
    sheet: &Sheet,
    block: &Block,
    spans: &BTreeMap<(u32, u32), Region>,
    page: u32,
    limits: &Limits,
) -> Option<Table> {
    let rows: Vec<u32> = block.rows.keys().copied().collect();
    let columns: Vec<u32> = block.columns.iter().copied().collect();
    if (rows.len() as u64) * (columns.len() as u64) > u64::from(limits.cells) {
        return None;
    }
    let mut cells = Vec::new();
    for (row, sheet_row) in (0u32..).zip(&rows) {
        for (column, sheet_column) in (0u32..).zip(&columns) {
            let Some(cell) = sheet.cells.get(&(*sheet_row, *sheet_column)) else { continue };
            let (last_row, last_column) = spans
                .get(&(*sheet_row, *sheet_column))
                .map_or((*sheet_row, *sheet_column), |region| (region.last_row, region.last_column));
            cells.push(PlacedCell {
                row,
                column,
                row_span: count_within(&rows, *sheet_row, last_row),
                column_span: count_within(&columns, *sheet_column, last_column),
                lines: cell.lines.clone(),
                content: cell.content,
            });
        }
    }
    let grid = Grid { rows: edges(&rows, ROW_HEIGHT), columns: edges(&columns, COLUMN_WIDTH) };
    Some(declared::table(page, rows.len() as u32, columns.len() as u32, cells, &grid))
}

fn count_within(places: &[u32], first: u32, last: u32) -> u32 {
    (places.partition_point(|place| *place <= last) - places.partition_point(|place| *place < first)).max(1) as u32
}

/// The top edge of each place and the bottom edge of the last one.
fn edges(places: &[u32], size: f32) -> Vec<f32> {
    let last = places.last().map(|last| (*last + 1) as f32 * size);
    places.iter().map(|place| *place as f32 * size).chain(last).collect()
}
