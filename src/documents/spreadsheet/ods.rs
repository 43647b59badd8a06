//! Ods: the sheets of an OpenDocument spreadsheet (ISO/IEC 26300-1, 9).
//!
//! The file stores what each cell shows beside its value, and which rows and columns are collapsed or filtered away; calamine
//! tells neither. Repeated cells and rows count one by one against the limit.

use std::collections::BTreeSet;

use crate::documents::declared::visual_lines;
use crate::documents::odf_styles::{Look, Styles};
use crate::documents::package::Package;
use crate::documents::xml::{Element, Vocabulary, XmlEvent, XmlEvents};
use crate::documents::{Limits, Trouble};
use crate::tables::CellContent;

use super::drawing::MOST_LINES;
use super::number_format;
use super::sheet::{CellLook, Region, Sheet, SheetCell};
use super::xlsx::iso_date;

/// A filter over a whole column collapses a million rows; what lies below any table is not noted row by row.
const MOST_HIDDEN_ROWS: u32 = 10_000;
const LAST_ROW: u32 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;

pub(super) fn sheets(bytes: &[u8], limits: &Limits) -> Result<(Vec<Sheet>, Vec<Trouble>), Trouble> {
    let mut package = Package::open(bytes, limits)?;
    let xml = package.xml("content.xml")?.ok_or(Trouble::Corrupt)?;
    let mut styles = Styles::default();
    for part in [package.xml("styles.xml")?.as_deref().unwrap_or_default(), &xml] {
        styles.collect(part).map_err(|_| Trouble::Corrupt)?;
    }
    let mut reader = Reader { limits: *limits, styles, ..Reader::default() };
    let mut events = XmlEvents::new(&xml);
    while let Some(event) = events.next().map_err(|_| Trouble::Corrupt)? {
        if reader.sheet.as_ref().is_some_and(Sheet::is_over_limit) {
            reader.end_sheet();
            break;
        }
        match event {
            XmlEvent::Start(element) => {
                reader.depth += 1;
                if reader.unseen_from.is_none() {
                    reader.start(&element);
                }
            }
            XmlEvent::End(vocabulary, name) => {
                if reader.unseen_from.is_none() {
                    reader.end(vocabulary, &name);
                } else if reader.unseen_from == Some(reader.depth) {
                    reader.unseen_from = None;
                }
                reader.depth = reader.depth.saturating_sub(1);
            }
            XmlEvent::Text(text) => {
                if reader.unseen_from.is_some() || !reader.in_paragraph {
                    continue;
                }
                if reader.shapes > 0 {
                    reader.shape_text.push_str(&text);
                } else if let Some(cell) = &mut reader.cell {
                    cell.text.push_str(&text);
                }
            }
        }
    }
    Ok((reader.sheets, reader.troubles))
}

#[derive(Default)]
struct Reader {
    limits: Limits,
    sheets: Vec<Sheet>,
    troubles: Vec<Trouble>,
    depth: u32,
    /// The depth at which something began that is no part of any cell's text.
    unseen_from: Option<u32>,
    /// Styles of tables that are not displayed.
    hidden_styles: BTreeSet<String>,
    open_style: String,
    /// The sheet that is open, when a person sees it.
    sheet: Option<Sheet>,
    row: u32,
    row_repeat: u32,
    row_cells: Vec<(u32, u32, SheetCell, CellLook)>,
    column: u32,
    cell: Option<OpenCell>,
    in_paragraph: bool,
    styles: Styles,
    /// The styles of the columns' cells that name none: up to which column, that one not in it.
    column_styles: Vec<(u32, String)>,
    /// Shapes and comments that are open, and what they say.
    shapes: u32,
    shape_text: String,
}

struct OpenCell {
    style: Option<String>,
    repeat: u32,
    rows: u32,
    columns: u32,
    kind: String,
    value: Option<f64>,
    date: Option<String>,
    is_formula: bool,
    text: String,
    has_paragraph: bool,
}

impl Reader {
    fn start(&mut self, element: &Element<'_>) {
        let repeated = |name: &str| element.number::<u32>(name).unwrap_or(1).max(1);
        let is_collapsed = || matches!(element.attribute("visibility").as_deref(), Some("collapse" | "filter"));
        match (element.vocabulary, element.name()) {
            (Vocabulary::OdfStyle, "style") => self.open_style = element.attribute("name").unwrap_or_default(),
            (Vocabulary::OdfStyle, "table-properties") if element.attribute("display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.open_style.clone());
            }
            (Vocabulary::OdfTable, "table") => self.start_sheet(element),
            (Vocabulary::OdfTable, "table-column") => {
                let last = self.column.saturating_add(repeated("number-columns-repeated")).min(LAST_COLUMN + 1);
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_collapsed()) {
                    sheet.hide_columns(self.column..last);
                }
                let style = element.attribute("default-cell-style-name").unwrap_or_default();
                self.column_styles.push((last, style));
                self.column = last;
            }
            (Vocabulary::OdfTable, "table-row") => {
                self.row_repeat = repeated("number-rows-repeated");
                self.column = 0;
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_collapsed()) {
                    let end = self.row.saturating_add(self.row_repeat.min(MOST_HIDDEN_ROWS));
                    sheet.hidden_rows.extend(self.row..end);
                }
            }
            (Vocabulary::OdfTable, "table-cell") => {
                self.cell = Some(OpenCell {
                    style: element.attribute("style-name"),
                    repeat: repeated("number-columns-repeated"),
                    rows: repeated("number-rows-spanned"),
                    columns: repeated("number-columns-spanned"),
                    kind: element.attribute("value-type").unwrap_or_default(),
                    value: element.number("value"),
                    date: element.attribute("date-value"),
                    is_formula: element.attribute("formula").is_some(),
                    text: String::new(),
                    has_paragraph: false,
                });
            }
            // What lies under a merged cell is not seen.
            (Vocabulary::OdfTable, "covered-table-cell") => {
                self.column = self.column.saturating_add(repeated("number-columns-repeated"));
                self.skip();
            }
            (Vocabulary::OdfOffice, "forms") | (Vocabulary::OdfTable, "tracked-changes") => self.skip(),
            (Vocabulary::OdfDraw, "image") => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.has_pictures = true;
                }
                self.skip();
            }
            (Vocabulary::OdfDraw, "object" | "object-ole") => self.skip(),
            (Vocabulary::OdfOffice, "annotation") | (Vocabulary::OdfTable, "shapes") | (Vocabulary::OdfDraw, _) => {
                self.shapes = self.shapes.saturating_add(1);
            }
            (Vocabulary::OdfText, "p") if self.shapes > 0 => {
                self.shape_text.push('\n');
                self.in_paragraph = true;
            }
            (Vocabulary::OdfText, "p") => {
                if let Some(cell) = &mut self.cell {
                    cell.has_paragraph = true;
                    cell.text.push('\n');
                }
                self.in_paragraph = true;
            }
            (Vocabulary::OdfText, "s" | "tab" | "line-break") if self.shapes > 0 => self.shape_text.push(' '),
            (Vocabulary::OdfText, name @ ("s" | "tab" | "line-break")) => {
                if let Some(cell) = &mut self.cell {
                    cell.text.push(if name == "line-break" { '\n' } else { ' ' });
                }
            }
            _ => {}
        }
    }

    fn skip(&mut self) {
        self.unseen_from = Some(self.depth);
    }

    fn start_sheet(&mut self, element: &Element<'_>) {
        let style = element.attribute("style-name").unwrap_or_default();
        let is_seen = !self.hidden_styles.contains(&style);
        let name = element.attribute("name").unwrap_or_default();
        self.sheet = is_seen.then(|| Sheet::new(name, &self.limits));
        (self.row, self.column) = (0, 0);
        self.column_styles.clear();
        self.shape_text.clear();
    }

    fn end(&mut self, vocabulary: Vocabulary, name: &str) {
        match (vocabulary, name) {
            (Vocabulary::OdfText, "p") => self.in_paragraph = false,
            (Vocabulary::OdfOffice, "annotation") | (Vocabulary::OdfTable, "shapes") | (Vocabulary::OdfDraw, _) => {
                self.shapes = self.shapes.saturating_sub(1);
            }
            (Vocabulary::OdfTable, "table-cell") => self.end_cell(),
            (Vocabulary::OdfTable, "table-row") => self.end_row(),
            (Vocabulary::OdfTable, "table") => self.end_sheet(),
            _ => {}
        }
    }

    fn end_sheet(&mut self) {
        let Some(mut sheet) = self.sheet.take() else { return };
        sheet.lines = visual_lines(&std::mem::take(&mut self.shape_text));
        sheet.lines.truncate(MOST_LINES);
        if self.sheets.len() < self.limits.pages as usize {
            self.sheets.push(sheet);
        } else if self.troubles.is_empty() {
            self.troubles.push(Trouble::BeyondLimits("sheets".to_owned()));
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let (column, repeat) = (self.column, cell.repeat);
        self.column = column.saturating_add(repeat);
        let Some(sheet) = &mut self.sheet else { return };
        if (cell.rows > 1 || cell.columns > 1)
            && column <= LAST_COLUMN
            && self.row <= LAST_ROW
            && sheet.merged.len() < self.limits.cells as usize
        {
            sheet.merged.push(Region {
                first_row: self.row,
                first_column: column,
                last_row: self.row.saturating_add(cell.rows - 1).min(LAST_ROW),
                last_column: column.saturating_add(cell.columns - 1).min(LAST_COLUMN),
            });
        }
        let (shown, doubtful) = shown(&cell);
        sheet.doubtful |= doubtful;
        if let Some(shown) = shown {
            let of_column = self.column_styles.iter().find(|(end, _)| column < *end).map(|(_, style)| style);
            let style = cell.style.as_ref().or(of_column).map(String::as_str).unwrap_or_default();
            let look = self.styles.look(style, Look::default());
            let white_on_paper = look.white && !self.styles.shades(style);
            let look = CellLook { white_on_paper, struck: look.struck };
            self.row_cells.push((column, repeat, shown, look));
        }
    }

    fn end_row(&mut self) {
        let first = self.row;
        self.row = first.saturating_add(self.row_repeat);
        let cells = std::mem::take(&mut self.row_cells);
        let Some(sheet) = &mut self.sheet else { return };
        if cells.is_empty() {
            return;
        }
        for row in first..self.row.min(LAST_ROW + 1) {
            for (column, repeat, cell, look) in &cells {
                for column in *column..column.saturating_add(*repeat).min(LAST_COLUMN + 1) {
                    if !sheet.put_seen((row, column), cell.clone(), *look) {
                        return;
                    }
                }
            }
        }
    }
}

/// What the cell shows, and whether a person sees something else than the value.
fn shown(cell: &OpenCell) -> (Option<SheetCell>, bool) {
    let lines = visual_lines(&cell.text);
    let is_numeric = matches!(cell.kind.as_str(), "float" | "currency" | "percentage");
    let (lines, content, doubtful) = match (cell.value, &cell.date) {
        (Some(value), _) if is_numeric => numeric(lines, value, cell),
        (_, Some(date)) => (visual_lines(&iso_date(date)), CellContent::Text, false),
        _ => {
            let is_pending = cell.is_formula && cell.kind.is_empty() && lines.is_empty();
            (lines, CellContent::Text, is_pending)
        }
    };
    let content = if cell.is_formula { CellContent::Formula } else { content };
    ((!lines.is_empty()).then_some(SheetCell { lines, content }), doubtful)
}

fn numeric(lines: Vec<String>, value: f64, cell: &OpenCell) -> (Vec<String>, CellContent, bool) {
    let plain = number_format::plain(value);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let shown = lines.join(" ");
    let shown_digits = digits(&shown);
    if lines.is_empty() {
        // A paragraph without text: a format hides the value. No paragraph: the producer left the showing to us.
        let text = if cell.has_paragraph { Vec::new() } else { vec![plain] };
        return (text, CellContent::Number, cell.has_paragraph);
    }
    if cell.kind == "percentage" || shown_digits == digits(&plain) {
        return (lines, CellContent::Number, false);
    }
    let without_zeros = shown_digits.trim_start_matches('0');
    if !without_zeros.is_empty() && without_zeros == digits(&plain) {
        // The format pads with zeros.
        return (lines, CellContent::Text, false);
    }
    if shown.contains(['E', 'e']) || shown.contains('#') {
        // Scientific notation, or a column too narrow: the number is known in full.
        return (vec![plain], CellContent::Number, false);
    }
    // Decimals that are zero add nothing; other digits that differ are rounded away.
    let same = shown.replace(',', "").parse::<f64>() == Ok(value);
    (lines, CellContent::Number, !same)
}
