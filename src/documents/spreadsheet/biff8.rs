//! The records of an xls workbook (\[MS-XLS\]) that calamine does not give: which rows and columns are hidden, each cell's
//! number format and look, text over the cells, where formulas are, and how large the sheets are before anything is allocated for them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use encoding_rs::WINDOWS_1252;

use crate::documents::declared::visual_lines;
use crate::documents::{Limits, Trouble};

use super::drawing::MOST_LINES;
use super::number_format::{self, Epoch};
use super::sheet::CellLook;

/// Places that a sheet's cells may span, the empty ones too: calamine allocates every one.
const MOST_PLACES: u64 = 2_000_000;

mod record {
    pub const FORMULA: u16 = 0x0006;
    pub const END: u16 = 0x000a;
    pub const DATE_MODE: u16 = 0x0022;
    pub const PASSWORD: u16 = 0x002f;
    pub const FONT: u16 = 0x0031;
    pub const CONTINUE: u16 = 0x003c;
    pub const COLUMN: u16 = 0x007d;
    pub const SHEET: u16 = 0x0085;
    pub const MANY_NUMBERS: u16 = 0x00bd;
    pub const RICH_TEXT: u16 = 0x00d6;
    pub const STYLE: u16 = 0x00e0;
    pub const SHARED_TEXT: u16 = 0x00fd;
    pub const TEXT_OBJECT: u16 = 0x01b6;
    pub const DIMENSIONS: u16 = 0x0200;
    pub const NUMBER: u16 = 0x0203;
    pub const TEXT: u16 = 0x0204;
    pub const BOOLEAN: u16 = 0x0205;
    pub const ROW: u16 = 0x0208;
    pub const SHORT_NUMBER: u16 = 0x027e;
    pub const FORMAT: u16 = 0x041e;
    pub const BEGIN: u16 = 0x0809;
}

#[derive(Debug, Default)]
pub(super) struct Workbook {
    pub epoch: Epoch,
    /// In the order of the tabs, hidden ones too.
    pub sheets: Vec<SheetFacts>,
    formats: HashMap<u16, String>,
    styles: Vec<Style>,
    fonts: Vec<Font>,
    /// Excel 95 and older write their texts otherwise.
    is_old: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Style {
    format: u16,
    font: u16,
    has_ground: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Font {
    white: bool,
    struck: bool,
}

#[derive(Debug, Default)]
pub(super) struct SheetFacts {
    pub is_seen: bool,
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_columns: BTreeSet<u32>,
    pub formulas: BTreeSet<(u32, u32)>,
    /// Text over the cells: boxes, shapes and comments.
    pub lines: Vec<String>,
    styles: BTreeMap<(u32, u32), u16>,
    offset: usize,
}

impl Workbook {
    /// The number format of a cell.
    pub fn format(&self, sheet: &SheetFacts, place: (u32, u32)) -> &str {
        let id = self.style(sheet, place).format;
        self.formats.get(&id).map_or_else(|| number_format::builtin(u32::from(id)), String::as_str)
    }

    pub fn look(&self, sheet: &SheetFacts, place: (u32, u32)) -> CellLook {
        let style = self.style(sheet, place);
        // There is no font of number 4 (2.5.129).
        let font = if style.font > 4 { style.font - 1 } else { style.font };
        let font = self.fonts.get(usize::from(font)).copied().unwrap_or_default();
        CellLook { white_on_paper: font.white && !style.has_ground, struck: font.struck }
    }

    fn style(&self, sheet: &SheetFacts, place: (u32, u32)) -> Style {
        let style = sheet.styles.get(&place).copied().unwrap_or(0);
        self.styles.get(usize::from(style)).copied().unwrap_or_default()
    }

    pub fn scan(stream: &[u8], limits: &Limits) -> Result<Workbook, Trouble> {
        let mut book = Workbook::default();
        for (kind, data) in records(stream) {
            match kind {
                record::BEGIN => book.is_old = u16_at(data, 0).is_some_and(|version| version < 0x0600),
                record::PASSWORD => return Err(Trouble::Encrypted),
                record::DATE_MODE if u16_at(data, 0) == Some(1) => book.epoch = Epoch::Of1904,
                record::FORMAT => {
                    if let Some((id, code)) = format(data, book.is_old) {
                        book.formats.insert(id, code);
                    }
                }
                record::STYLE => book.styles.push(style(data)),
                record::FONT => book.fonts.push(Font {
                    white: u16_at(data, 4).is_some_and(is_white),
                    struck: u16_at(data, 2).is_some_and(|flags| flags & 0x08 != 0),
                }),
                record::SHEET => {
                    let offset = u32_at(data, 0).ok_or(Trouble::Corrupt)? as usize;
                    let (state, kind) = (data.get(4).copied().unwrap_or(0), data.get(5).copied().unwrap_or(0));
                    let is_seen = state & 3 == 0 && kind == 0;
                    book.sheets.push(SheetFacts { is_seen, offset, ..SheetFacts::default() });
                }
                record::END => break,
                _ => {}
            }
        }
        let mut places = 0u64;
        for sheet in &mut book.sheets {
            let bytes = stream.get(sheet.offset..).ok_or(Trouble::Corrupt)?;
            places += sheet.scan(bytes, limits)?;
            if places > MOST_PLACES {
                return Err(Trouble::BeyondLimits("cells".to_owned()));
            }
        }
        Ok(book)
    }
}

impl SheetFacts {
    /// Reads the sheet's records, and gives how many places a table of all its cells has.
    fn scan(&mut self, stream: &[u8], limits: &Limits) -> Result<u64, Trouble> {
        let too_many = || Trouble::BeyondLimits("cells".to_owned());
        let mut depth = 0u32;
        let mut declared = 0u64;
        let (mut cells, mut last_row, mut last_column) = (0u32, 0u32, 0u32);
        let mut awaits_text = false;
        for (kind, data) in records(stream) {
            let is_text = std::mem::take(&mut awaits_text);
            match kind {
                record::BEGIN => depth += 1,
                record::END => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                // A chart in the sheet.
                _ if depth > 1 => {}
                record::TEXT_OBJECT => awaits_text = u16_at(data, 10).is_some_and(|letters| letters > 0),
                record::CONTINUE if is_text && self.lines.len() < MOST_LINES => {
                    self.lines.extend(visual_lines(&characters(data)));
                }
                record::ROW if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                    self.hidden_rows.extend(u16_at(data, 0).map(u32::from));
                }
                record::COLUMN if u16_at(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                    if let (Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2)) {
                        self.hidden_columns.extend(u32::from(first)..=u32::from(last.min(255)));
                    }
                }
                record::DIMENSIONS => declared = declared.max(declared_places(data)),
                record::FORMULA
                | record::MANY_NUMBERS
                | record::RICH_TEXT
                | record::SHARED_TEXT
                | record::NUMBER
                | record::TEXT
                | record::BOOLEAN
                | record::SHORT_NUMBER => {
                    let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                    let (row, column) = (u32::from(row), u32::from(column));
                    // Several numbers in a row, six bytes each.
                    let count =
                        if kind == record::MANY_NUMBERS { (data.len().saturating_sub(6) / 6) as u32 } else { 1 };
                    cells = cells.saturating_add(count);
                    if cells > limits.cells {
                        return Err(too_many());
                    }
                    for at in 0..count {
                        if let Some(style) = u16_at(data, 4 + 6 * at as usize) {
                            self.styles.insert((row, column.saturating_add(at)), style);
                        }
                    }
                    if kind == record::FORMULA {
                        self.formulas.insert((row, column));
                    }
                    last_row = last_row.max(row);
                    last_column = last_column.max(column.saturating_add(count));
                }
                _ => {}
            }
        }
        Ok(declared.max((u64::from(last_row) + 1) * (u64::from(last_column) + 1)))
    }
}

/// Rows times columns, as the sheet itself says; its size is either ten bytes or fourteen.
fn declared_places(data: &[u8]) -> u64 {
    let number = |at: usize, width: usize| {
        let value = if width == 2 { u16_at(data, at).map(u32::from) } else { u32_at(data, at) };
        u64::from(value.unwrap_or(0))
    };
    let width = if data.len() < 14 { 2 } else { 4 };
    // Ends are not in the range. A range whose end is before its beginning wraps around in a careless reader.
    let span = |first: u64, end: u64| if end < first { u64::from(u32::MAX) } else { end - first };
    let rows = span(number(0, width), number(width, width));
    let columns = span(number(2 * width, 2), number(2 * width + 2, 2));
    rows.saturating_mul(columns)
}

/// White of the fixed colours, or of the usual palette.
fn is_white(colour: u16) -> bool {
    matches!(colour, 1 | 9)
}

/// Font, format and fill of a cell (2.4.353 and 2.5.20).
fn style(data: &[u8]) -> Style {
    let pattern = u32_at(data, 14).map_or(0, |bits| bits >> 26);
    let colour = u16_at(data, 18).map_or(0, |bits| bits & 0x7f);
    Style {
        font: u16_at(data, 0).unwrap_or(0),
        format: u16_at(data, 2).unwrap_or(0),
        has_ground: pattern != 0 && !is_white(colour),
    }
}

/// The characters of a text object: a flag for wide ones, then they.
fn characters(data: &[u8]) -> String {
    match data.split_first() {
        Some((flag, wide)) if flag & 1 != 0 => encoding_rs::UTF_16LE.decode_without_bom_handling(wide).0.into_owned(),
        Some((_, narrow)) => WINDOWS_1252.decode_without_bom_handling(narrow).0.into_owned(),
        None => String::new(),
    }
}

/// A format's id and code.
fn format(data: &[u8], is_old: bool) -> Option<(u16, String)> {
    let id = u16_at(data, 0)?;
    if is_old {
        let length = usize::from(*data.get(2)?);
        return Some((id, WINDOWS_1252.decode_without_bom_handling(data.get(3..3 + length)?).0.into_owned()));
    }
    let length = usize::from(u16_at(data, 2)?);
    let is_wide = data.get(4)? & 1 != 0;
    let code = if is_wide {
        encoding_rs::UTF_16LE.decode_without_bom_handling(data.get(5..5 + 2 * length)?).0
    } else {
        WINDOWS_1252.decode_without_bom_handling(data.get(5..5 + length)?).0
    };
    Some((id, code.into_owned()))
}

/// The records of a stream, until its end or the first that is cut.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let data = rest.get(4..4 + length)?;
        rest = rest.get(4 + length..)?;
        Some((kind, data))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
