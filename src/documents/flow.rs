//! Flow: paragraphs, pictures and tables of a document that has no fixed pages, laid out on one long page.
//!
//! The positions are made up: one line under the other, each [`LINE_HEIGHT`] points high, table columns of equal width. What
//! they keep is the order, so that "the picture where the signature belongs" can be told from a logo at the top.

use super::declared::{self, Grid, PlacedCell};
use super::{
    Bounds, Document, Format, Legibility, Limits, Page, Picture, PictureKind, TextLayer, TextLine, Trouble, Turn,
};
use crate::tables::CellContent;

const PAGE_WIDTH: f32 = 595.0;
const MARGIN: f32 = 40.0;
const LINE_HEIGHT: f32 = 14.0;
/// The font size, in points, of text that tells none.
pub(super) const USUAL_SIZE: f32 = 11.0;
/// Tables in tables; layouts of mails nest some ten.
const DEEPEST: usize = 32;
const MOST_COLUMNS: u32 = 1_000;
/// Bytes of text in one document: some thousand pages.
const MOST_TEXT: usize = 4 << 20;
const LINE_COST: usize = 64;
/// Pictures of one document.
const MOST_PICTURES: u32 = 5_000;

#[derive(Debug)]
enum Block {
    Paragraph { lines: Vec<String>, size: f32 },
    Picture { width: f32, height: f32, kind: PictureKind, placing: Placing },
    Table(FlowTable),
}

/// How a picture stands to the text around it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Placing {
    /// Between the lines: what follows is below it.
    #[default]
    Inline,
    /// Over or beside the lines, so many points below the line it is tied to.
    Floating { down: f32 },
}

#[derive(Debug, Default)]
struct FlowTable {
    rows: u32,
    columns: u32,
    cells: Vec<FlowCell>,
}

#[derive(Debug)]
struct FlowCell {
    row: u32,
    column: u32,
    row_span: u32,
    column_span: u32,
    blocks: Vec<Block>,
}

/// What a cell does to the cell above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Merge {
    #[default]
    Own,
    /// It continues the cell above (a Word cell merged vertically); its own content is not shown.
    ContinuesAbove,
    /// It continues the cell to its left (Word's old horizontal merge).
    ContinuesLeft,
}

/// Whether cells that a span covers are written (Word, OpenDocument) or left out (HTML).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Covered {
    Written,
    LeftOut,
}

struct OpenTable {
    table: FlowTable,
    column: u32,
    cell: Option<OpenCell>,
    /// For [`Covered::LeftOut`]: the row each column is taken up to, that row not in it.
    taken_until: Vec<u32>,
}

struct OpenCell {
    row_span: u32,
    column_span: u32,
    merge: Merge,
    blocks: Vec<Block>,
}

/// Takes a document's content in reading order and gives the finished [`Document`].
///
/// Calls need not be balanced: a cell that was never opened holds nothing, what is left open is closed at the end.
pub(super) struct Flow {
    document: Document,
    covered: Covered,
    blocks: Vec<Block>,
    tables: Vec<OpenTable>,
    /// Tables beyond the depth that are open: their text joins the cell around them.
    too_deep: u32,
    cells_left: u32,
    most_cells: u32,
    /// Bytes of lines that may still be added, each line counted with what it costs to keep.
    text_left: usize,
    pictures_left: u32,
    over_limit: bool,
    doubtful: bool,
}

impl Flow {
    pub fn new(name: &str, format: Format, covered: Covered, limits: &Limits) -> Self {
        Flow {
            document: Document::new(name, format),
            covered,
            blocks: Vec::new(),
            tables: Vec::new(),
            too_deep: 0,
            cells_left: limits.cells,
            most_cells: limits.cells,
            text_left: MOST_TEXT,
            pictures_left: MOST_PICTURES,
            over_limit: false,
            doubtful: false,
        }
    }

    /// What is read here may not be what a person sees.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Whether a limit was reached: what is still to come is not read.
    pub fn is_over_limit(&self) -> bool {
        self.over_limit
    }

    pub fn in_table(&self) -> bool {
        !self.tables.is_empty()
    }

    pub fn paragraph(&mut self, text: &str, size: f32) {
        let lines = declared::visual_lines(text);
        if lines.is_empty() {
            return;
        }
        match self.text_left.checked_sub(lines.iter().map(|line| line.len() + LINE_COST).sum()) {
            Some(left) => self.text_left = left,
            None => {
                self.over_limit = true;
                return;
            }
        }
        self.push(Block::Paragraph { lines, size });
    }

    /// Sizes in points.
    pub fn picture(&mut self, width: f32, height: f32, kind: PictureKind, placing: Placing) {
        let sane = |size: f32| if size.is_finite() { size.clamp(1.0, 2_000.0) } else { LINE_HEIGHT };
        let placing = match placing {
            Placing::Floating { down } => {
                Placing::Floating { down: if down.is_finite() { down.clamp(-500.0, 500.0) } else { 0.0 } }
            }
            Placing::Inline => Placing::Inline,
        };
        match self.pictures_left.checked_sub(1) {
            Some(left) => self.pictures_left = left,
            None => {
                self.over_limit = true;
                return;
            }
        }
        self.push(Block::Picture { width: sane(width), height: sane(height), kind, placing });
    }

    /// Takes the last picture away again: it turned out to be an empty place for a signature.
    pub fn withdraw_picture(&mut self) {
        let blocks = self.open_blocks();
        if matches!(blocks.last(), Some(Block::Picture { .. })) {
            blocks.pop();
        }
    }

    fn push(&mut self, block: Block) {
        self.open_blocks().push(block);
    }

    fn open_blocks(&mut self) -> &mut Vec<Block> {
        let cell = self.tables.iter_mut().rev().find_map(|table| table.cell.as_mut());
        cell.map_or(&mut self.blocks, |cell| &mut cell.blocks)
    }

    pub fn open_table(&mut self) {
        if self.tables.len() >= DEEPEST {
            self.too_deep += 1;
            self.over_limit = true;
            return;
        }
        self.tables.push(OpenTable { table: FlowTable::default(), column: 0, cell: None, taken_until: Vec::new() });
    }

    pub fn open_row(&mut self) {
        if self.too_deep == 0
            && let Some(open) = self.tables.last_mut()
        {
            open.column = 0;
        }
    }

    pub fn close_row(&mut self) {
        if self.too_deep > 0 {
            return;
        }
        self.close_cell();
        if let Some(open) = self.tables.last_mut() {
            open.table.rows = open.table.rows.saturating_add(1);
            open.column = 0;
        }
    }

    /// Forgets the row that is open, as if it were not there.
    pub fn drop_row(&mut self) {
        if self.too_deep > 0 {
            return;
        }
        if let Some(open) = self.tables.last_mut() {
            open.cell = None;
            let row = open.table.rows;
            open.table.cells.retain(|cell| cell.row != row);
            open.column = 0;
        }
    }

    /// Leaves out columns before the next cell.
    pub fn skip_columns(&mut self, columns: u32) {
        if self.too_deep == 0
            && let Some(open) = self.tables.last_mut()
        {
            open.column = open.column.saturating_add(columns).min(MOST_COLUMNS);
        }
    }

    pub fn open_cell(&mut self, row_span: u32, column_span: u32) {
        if self.too_deep > 0 {
            return;
        }
        self.close_cell();
        if let Some(open) = self.tables.last_mut() {
            let (row_span, column_span) = (row_span.max(1), column_span.clamp(1, MOST_COLUMNS));
            open.cell = Some(OpenCell { row_span, column_span, merge: Merge::Own, blocks: Vec::new() });
        }
    }

    /// Changes the cell that is open: Word tells its spans after it has begun.
    pub fn span_columns(&mut self, columns: u32) {
        if let Some(cell) = self.open_cell_mut() {
            cell.column_span = columns.clamp(1, MOST_COLUMNS);
        }
    }

    pub fn merge(&mut self, merge: Merge) {
        if let Some(cell) = self.open_cell_mut() {
            cell.merge = merge;
        }
    }

    fn open_cell_mut(&mut self) -> Option<&mut OpenCell> {
        if self.too_deep > 0 { None } else { self.tables.last_mut()?.cell.as_mut() }
    }

    pub fn close_cell(&mut self) {
        if self.too_deep > 0 {
            return;
        }
        let Some(open) = self.tables.last_mut() else { return };
        let Some(cell) = open.cell.take() else { return };
        let row = open.table.rows;
        if self.covered == Covered::LeftOut {
            while open.taken_until.get(open.column as usize).is_some_and(|until| *until > row) {
                open.column += 1;
            }
        }
        let column = open.column;
        let Some(left) = self.cells_left.checked_sub(1).filter(|_| column < MOST_COLUMNS) else {
            self.over_limit = true;
            return;
        };
        self.cells_left = left;
        let column_span = cell.column_span.min(MOST_COLUMNS - column);
        let end = column + column_span;
        open.column = end;
        open.table.columns = open.table.columns.max(end);
        let mut above = open.table.cells.iter_mut().rev();
        match cell.merge {
            Merge::ContinuesLeft => {
                if let Some(last) =
                    above.next().filter(|last| last.row == row && last.column + last.column_span == column)
                {
                    last.column_span += column_span;
                }
                return;
            }
            Merge::ContinuesAbove => {
                let start = above.find(|found| found.column == column);
                if let Some(start) = start.filter(|found| found.row + found.row_span == row) {
                    start.row_span += 1;
                    return;
                }
            }
            Merge::Own => {}
        }
        if self.covered == Covered::LeftOut && cell.row_span > 1 {
            if open.taken_until.len() < end as usize {
                open.taken_until.resize(end as usize, 0);
            }
            let until = row.saturating_add(cell.row_span);
            open.taken_until.iter_mut().take(end as usize).skip(column as usize).for_each(|taken| *taken = until);
        }
        open.table.cells.push(FlowCell { row, column, row_span: cell.row_span, column_span, blocks: cell.blocks });
    }

    pub fn close_table(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        self.close_cell();
        if let Some(mut open) = self.tables.pop() {
            // A last row that was never closed counts.
            let rows = open.table.cells.iter().map(|cell| cell.row + 1).max().unwrap_or(0);
            open.table.rows = open.table.rows.max(rows);
            for cell in &mut open.table.cells {
                cell.row_span = cell.row_span.min(open.table.rows - cell.row);
            }
            self.push(Block::Table(open.table));
        }
    }

    pub fn finish(mut self) -> Document {
        self.too_deep = 0;
        while !self.tables.is_empty() {
            self.close_table();
        }
        let mut layout = Layout {
            page: Page {
                number: 1,
                label: None,
                width: PAGE_WIDTH,
                height: 0.0,
                lines: Vec::new(),
                pictures: Vec::new(),
                text_layer: TextLayer::Absent,
                turn: Turn::None,
            },
            tables: Vec::new(),
            most_cells: self.most_cells,
            over_limit: self.over_limit,
        };
        let text_end = layout.lay(self.blocks, MARGIN, PAGE_WIDTH - MARGIN, MARGIN);
        layout.page.height =
            layout.page.pictures.iter().map(|picture| picture.bounds.bottom).fold(text_end, f32::max) + MARGIN;
        let mut document = self.document;
        if layout.over_limit {
            document.troubles.push(Trouble::BeyondLimits("cells, text or pictures".to_owned()));
        }
        if self.doubtful {
            document.troubles.push(Trouble::TextMayLie(1));
        }
        if !layout.page.lines.is_empty() {
            layout.page.text_layer = TextLayer::Drawn;
        } else if layout.page.pictures.is_empty() {
            document.troubles.push(Trouble::Empty);
        } else {
            document.troubles.push(Trouble::PageWithoutText(1));
        }
        document.pages.push(layout.page);
        document.tables = layout.tables;
        document
    }
}

struct Layout {
    page: Page,
    tables: Vec<crate::tables::Table>,
    most_cells: u32,
    over_limit: bool,
}

impl Layout {
    /// Lays the blocks out between two margins from `top` on, and gives where they end. Calls itself once a table in a table,
    /// at most [`DEEPEST`] times.
    fn lay(&mut self, blocks: Vec<Block>, left: f32, right: f32, top: f32) -> f32 {
        let mut y = top;
        for block in blocks {
            match block {
                Block::Paragraph { lines, size } => {
                    for text in lines {
                        let bounds = Bounds { left, top: y, right, bottom: y + LINE_HEIGHT };
                        self.page.lines.push(TextLine { text, bounds, size, legibility: Legibility::Plain });
                        y += LINE_HEIGHT;
                    }
                }
                Block::Picture { width, height, kind, placing } => {
                    let down = if let Placing::Floating { down } = placing { down } else { 0.0 };
                    let top = (y + down).max(0.0);
                    let bounds = Bounds { left, top, right: left + width, bottom: top + height };
                    self.page.pictures.push(Picture { bounds, kind });
                    if placing == Placing::Inline {
                        y += height;
                    }
                }
                Block::Table(table) => y = self.lay_table(table, left, right, y),
            }
        }
        y
    }

    fn lay_table(&mut self, table: FlowTable, left: f32, right: f32, top: f32) -> f32 {
        let FlowTable { rows, columns, mut cells } = table;
        if columns == 0 {
            return top;
        }
        let width = (right - left) / columns as f32;
        let column_edges: Vec<f32> = (0..=columns).map(|column| left + column as f32 * width).collect();
        let edge = |column: u32| column_edges.get(column as usize).copied().unwrap_or(right);
        // Tables inside come behind the one around them.
        let at = self.tables.len();
        cells.sort_by_key(|cell| (cell.row, cell.column));
        let mut row_edges = vec![top];
        let mut placed = Vec::with_capacity(cells.len());
        // Where cells that span rows end.
        let mut ends: Vec<(u32, f32)> = Vec::new();
        let mut cells = cells.into_iter().peekable();
        let mut y = top;
        for row in 0..rows {
            let mut bottom = y + LINE_HEIGHT;
            while let Some(cell) = cells.next_if(|cell| cell.row <= row) {
                let lines = own_lines(&cell.blocks);
                let end = self.lay(cell.blocks, edge(cell.column), edge(cell.column + cell.column_span), y);
                ends.push((cell.row + cell.row_span.max(1) - 1, end));
                placed.push(PlacedCell {
                    row: cell.row,
                    column: cell.column,
                    row_span: cell.row_span,
                    column_span: cell.column_span,
                    lines,
                    content: CellContent::Text,
                });
            }
            ends.retain(|(last_row, end)| {
                if *last_row <= row {
                    bottom = bottom.max(*end);
                }
                *last_row > row
            });
            y = bottom;
            row_edges.push(y);
        }
        let filled = placed.iter().filter(|cell| !cell.lines.is_empty()).count();
        let has_inner = self.tables.len() > at;
        if filled == 0 || has_inner && filled < 2 {
            // Nothing but layout around an inner table.
            return y;
        }
        if u64::from(rows) * u64::from(columns) > u64::from(self.most_cells) {
            self.over_limit = true;
            return y;
        }
        let grid = Grid { rows: row_edges, columns: column_edges };
        self.tables.insert(at, declared::table(1, rows, columns, placed, &grid));
        y
    }
}

/// The lines of a cell's own paragraphs, without those of tables in it.
fn own_lines(blocks: &[Block]) -> Vec<String> {
    let lines = blocks.iter().filter_map(|block| match block {
        Block::Paragraph { lines, .. } => Some(lines.as_slice()),
        _ => None,
    });
    lines.flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_pictures_without_end_are_beyond_limits() {
        let flow = || Flow::new("a", Format::Docx, Covered::Written, &Limits::default());
        let mut long = flow();
        let text = "x".repeat(1 << 20);
        (0..6).for_each(|_| long.paragraph(&text, USUAL_SIZE));
        let mut many = flow();
        many.paragraph("x", USUAL_SIZE);
        (0..6_000).for_each(|_| many.picture(1.0, 1.0, PictureKind::Raster, Placing::Inline));
        for document in [long.finish(), many.finish()] {
            assert!(matches!(document.troubles.as_slice(), [Trouble::BeyondLimits(_)]));
        }
    }
}
