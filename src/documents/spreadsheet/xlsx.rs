//! Xlsx: workbook, shared strings, styles and sheets of an Office Open XML file become [`Sheet`]s.
//!
//! A reader of our own, because what a person sees depends on what calamine does not tell (hidden rows and columns, formats
//! that pad) and because its allocations follow counts that the file declares. A test holds its cells against calamine's.

use std::collections::HashMap;

use crate::documents::declared::visual_lines;
use crate::documents::package::{Package, Relationship};
use crate::documents::xml::{Element, Malformed, Vocabulary, XmlEvent, XmlEvents};
use crate::documents::{Limits, Trouble};
use crate::tables::CellContent;

use super::drawing;
use super::number_format::{self, Epoch};
use super::sheet::{CellLook, Region, Sheet, SheetCell};

/// The last row and column of a sheet, from 0.
const LAST_ROW: u32 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;

/// The visible sheets, in the workbook's order.
pub(super) fn sheets(bytes: &[u8], limits: &Limits) -> Result<(Vec<Sheet>, Vec<Trouble>), Trouble> {
    let mut package = Package::open(bytes, limits)?;
    let book_part = target(&package.relationships("")?, "officeDocument").ok_or(Trouble::Corrupt)?;
    let relations = package.relationships(&book_part)?;
    let book = workbook(&package.xml(&book_part)?.ok_or(Trouble::Corrupt)?)?;
    let strings = match target(&relations, "sharedStrings") {
        Some(part) => shared_strings(&package.xml(&part)?.unwrap_or_default(), limits)?,
        None => Vec::new(),
    };
    let formats = match target(&relations, "styles") {
        Some(part) => formats(&package.xml(&part)?.unwrap_or_default())?,
        None => Vec::new(),
    };
    let context = Context { strings, formats, epoch: book.epoch };
    let mut found = Vec::new();
    let mut troubles = Vec::new();
    for entry in book.sheets.into_iter().filter(|entry| entry.seen) {
        let part = relations.iter().find(|relation| relation.id == entry.relation && relation.kind == "worksheet");
        // Sheets that are charts or macros hold no cells.
        let Some(part) = part else { continue };
        if found.len() >= limits.pages as usize {
            troubles.push(Trouble::BeyondLimits("sheets".to_owned()));
            break;
        }
        let xml = package.xml(&part.target)?.ok_or(Trouble::Corrupt)?;
        let mut reader = SheetReader::new(&context, entry.name, limits);
        reader.read(&xml).map_err(|_| Trouble::Corrupt)?;
        let drawn = drawing::of_sheet(&mut package, &part.target);
        (reader.sheet.lines, reader.sheet.has_pictures) = (drawn.lines, drawn.has_pictures);
        found.push(reader.sheet);
    }
    Ok((found, troubles))
}

fn target(relations: &[Relationship], kind: &str) -> Option<String> {
    relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
}

struct Context {
    strings: Vec<String>,
    formats: Vec<CellStyle>,
    epoch: Epoch,
}

/// What a cell's style says of what is seen.
struct CellStyle {
    number_format: String,
    look: CellLook,
}

#[derive(Default)]
struct Workbook {
    sheets: Vec<SheetEntry>,
    epoch: Epoch,
}

struct SheetEntry {
    name: String,
    relation: String,
    seen: bool,
}

fn workbook(xml: &str) -> Result<Workbook, Trouble> {
    let mut events = XmlEvents::new(xml);
    let mut book = Workbook::default();
    while let Some(event) = events.next().map_err(|_| Trouble::Corrupt)? {
        let XmlEvent::Start(element) = event else { continue };
        match (element.vocabulary, element.name()) {
            (Vocabulary::Sheet, "workbookPr") if element.says_yes("date1904") => book.epoch = Epoch::Of1904,
            (Vocabulary::Sheet, "sheet") => book.sheets.push(SheetEntry {
                name: element.attribute("name").unwrap_or_default(),
                relation: element.attribute("id").unwrap_or_default(),
                seen: !matches!(element.attribute("state").as_deref(), Some("hidden" | "veryHidden")),
            }),
            _ => {}
        }
    }
    Ok(book)
}

/// The strings that cells refer to, phonetic readings left out.
fn shared_strings(xml: &str, limits: &Limits) -> Result<Vec<String>, Trouble> {
    // Hidden sheets share the list, so it may be longer than one sheet's cells.
    let most = (limits.cells as usize).saturating_mul(4);
    let mut events = XmlEvents::new(xml);
    let mut strings = Vec::new();
    let mut text = RichText::default();
    while let Some(event) = events.next().map_err(|_| Trouble::Corrupt)? {
        text.take(&event);
        if let XmlEvent::End(Vocabulary::Sheet, name) = &event
            && name == "si"
        {
            if strings.len() >= most {
                return Err(Trouble::BeyondLimits("cells".to_owned()));
            }
            strings.push(text.finish());
        }
    }
    Ok(strings)
}

/// The text of `<si>` or `<is>`: its `<t>` elements, in runs or not, but not those of a phonetic run.
#[derive(Default)]
struct RichText {
    text: String,
    in_text: bool,
    in_phonetic: bool,
}

impl RichText {
    fn take(&mut self, event: &XmlEvent<'_>) {
        match event {
            XmlEvent::Start(element) if element.vocabulary == Vocabulary::Sheet => match element.name() {
                "t" => self.in_text = true,
                "rPh" => self.in_phonetic = true,
                _ => {}
            },
            XmlEvent::End(Vocabulary::Sheet, name) => match name.as_str() {
                "t" => self.in_text = false,
                "rPh" => self.in_phonetic = false,
                _ => {}
            },
            XmlEvent::Text(text) if self.in_text && !self.in_phonetic => self.text.push_str(text),
            _ => {}
        }
    }

    fn finish(&mut self) -> String {
        unescaped(&std::mem::take(&mut self.text))
    }
}

/// `_x000D_` stands for a character that XML cannot hold (ECMA-376 part 1, 22.4.2.4, ST_Xstring).
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        match code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                out.push(character);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The cell styles, in the order of `cellXfs`.
fn formats(xml: &str) -> Result<Vec<CellStyle>, Trouble> {
    let mut events = XmlEvents::new(xml);
    let mut codes: HashMap<u32, String> = HashMap::new();
    // White, struck through.
    let mut fonts: Vec<(bool, bool)> = Vec::new();
    let mut grounds: Vec<bool> = Vec::new();
    let mut styles: Vec<(u32, usize, usize)> = Vec::new();
    let mut in_cell_formats = false;
    let (mut in_fonts, mut in_fills) = (false, false);
    while let Some(event) = events.next().map_err(|_| Trouble::Corrupt)? {
        match event {
            XmlEvent::Start(element) if element.vocabulary == Vocabulary::Sheet => match element.name() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (element.number("numFmtId"), element.attribute("formatCode")) {
                        codes.insert(id, code);
                    }
                }
                "cellXfs" => in_cell_formats = true,
                "xf" if in_cell_formats => styles.push((
                    element.number("numFmtId").unwrap_or(0),
                    element.number("fontId").unwrap_or(0),
                    element.number("fillId").unwrap_or(0),
                )),
                "fonts" => in_fonts = true,
                "fills" => in_fills = true,
                "font" if in_fonts => fonts.push((false, false)),
                "color" if in_fonts => {
                    if let Some((white, _)) = fonts.last_mut() {
                        *white = is_white(&element);
                    }
                }
                "strike" if in_fonts && !matches!(element.attribute("val").as_deref(), Some("0" | "false")) => {
                    if let Some((_, struck)) = fonts.last_mut() {
                        *struck = true;
                    }
                }
                "fill" if in_fills => grounds.push(false),
                "patternFill" | "gradientFill" if in_fills => {
                    let kind = element.attribute("patternType");
                    if let Some(ground) = grounds.last_mut() {
                        *ground = element.name() == "gradientFill" || kind.is_some_and(|kind| kind != "none");
                    }
                }
                "fgColor" if in_fills => {
                    if let Some(ground) = grounds.last_mut() {
                        *ground &= !is_white(&element);
                    }
                }
                _ => {}
            },
            XmlEvent::End(Vocabulary::Sheet, name) => match name.as_str() {
                "cellXfs" => in_cell_formats = false,
                "fonts" => in_fonts = false,
                "fills" => in_fills = false,
                _ => {}
            },
            _ => {}
        }
    }
    let code = |id: u32| codes.get(&id).cloned().unwrap_or_else(|| number_format::builtin(id).to_owned());
    let style = |(format, font, fill): (u32, usize, usize)| {
        let (white, struck) = fonts.get(font).copied().unwrap_or_default();
        let has_ground = grounds.get(fill).copied().unwrap_or(false);
        CellStyle { number_format: code(format), look: CellLook { white_on_paper: white && !has_ground, struck } }
    };
    Ok(styles.into_iter().map(style).collect())
}

/// White in so many words, or by the theme's first colour, which is the paper's.
fn is_white(colour: &Element<'_>) -> bool {
    let rgb = colour.attribute("rgb");
    rgb.is_some_and(|rgb| rgb.to_ascii_lowercase().ends_with("ffffff"))
        || colour.number::<u32>("theme") == Some(0) && colour.attribute("tint").is_none()
        || colour.number::<u32>("indexed") == Some(9)
}

struct SheetReader<'a> {
    context: &'a Context,
    sheet: Sheet,
    most_merged: usize,
    row: u32,
    column: u32,
    cell: OpenCell,
}

/// The cell whose end tag has not come yet.
#[derive(Default)]
struct OpenCell {
    kind: String,
    style: usize,
    value: String,
    has_value: bool,
    is_formula: bool,
    in_value: bool,
    text: RichText,
}

impl<'a> SheetReader<'a> {
    fn new(context: &'a Context, name: String, limits: &Limits) -> Self {
        SheetReader {
            context,
            sheet: Sheet::new(name, limits),
            most_merged: limits.cells as usize,
            row: 0,
            column: 0,
            cell: OpenCell::default(),
        }
    }

    fn read(&mut self, xml: &str) -> Result<(), Malformed> {
        let mut events = XmlEvents::new(xml);
        // Rows and columns count on when their place is not written.
        let mut next_row = 0;
        let mut next_column = 0;
        while let Some(event) = events.next()? {
            if self.sheet.is_over_limit() {
                break;
            }
            self.cell.text.take(&event);
            match event {
                XmlEvent::Start(element) if element.vocabulary == Vocabulary::Sheet => match element.name() {
                    "row" => {
                        self.row = element.number::<u32>("r").map_or(next_row, |r| r.saturating_sub(1));
                        next_row = self.row.saturating_add(1);
                        next_column = 0;
                        if is_hidden(&element, "ht") && self.row <= LAST_ROW {
                            self.sheet.hidden_rows.insert(self.row);
                        }
                    }
                    "col" => {
                        if let (Some(first), Some(last)) = (element.number::<u32>("min"), element.number::<u32>("max"))
                            && is_hidden(&element, "width")
                        {
                            let last = last.min(LAST_COLUMN + 1);
                            self.sheet.hide_columns(first.saturating_sub(1)..last);
                        }
                    }
                    "c" => {
                        let place = element.attribute("r").and_then(|place| place_of(&place));
                        (self.row, self.column) = place.unwrap_or((self.row, next_column));
                        next_column = self.column.saturating_add(1);
                        self.cell = OpenCell {
                            kind: element.attribute("t").unwrap_or_default(),
                            style: element.number("s").unwrap_or(0),
                            ..OpenCell::default()
                        };
                    }
                    "f" => self.cell.is_formula = true,
                    "v" => self.cell.in_value = true,
                    "mergeCell" => self.merge(&element),
                    _ => {}
                },
                XmlEvent::Text(text) if self.cell.in_value => {
                    self.cell.value.push_str(&text);
                    self.cell.has_value = true;
                }
                XmlEvent::End(Vocabulary::Sheet, name) => match name.as_str() {
                    "v" => self.cell.in_value = false,
                    "c" => self.finish_cell(),
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn merge(&mut self, element: &Element<'_>) {
        let Some(reference) = element.attribute("ref") else { return };
        let (first, last) = reference.split_once(':').unwrap_or((&reference, &reference));
        if let (Some(first), Some(last)) = (place_of(first), place_of(last))
            && self.sheet.merged.len() < self.most_merged
            && first.0 <= last.0
            && first.1 <= last.1
        {
            self.sheet.merged.push(Region {
                first_row: first.0,
                first_column: first.1,
                last_row: last.0,
                last_column: last.1,
            });
        }
    }

    fn finish_cell(&mut self) {
        let mut cell = std::mem::take(&mut self.cell);
        if self.row > LAST_ROW || self.column > LAST_COLUMN {
            return;
        }
        if cell.is_formula && !cell.has_value && cell.kind != "str" {
            self.sheet.doubtful = true;
        }
        let Some((text, content)) = self.shown(&mut cell) else { return };
        let lines = visual_lines(&text);
        if lines.is_empty() {
            return;
        }
        let content = if cell.is_formula { CellContent::Formula } else { content };
        let look = self.context.formats.get(cell.style).map(|style| style.look).unwrap_or_default();
        self.sheet.put_seen((self.row, self.column), SheetCell { lines, content }, look);
    }

    /// What the cell shows and of what kind it is; `None` for an empty one.
    fn shown(&mut self, cell: &mut OpenCell) -> Option<(String, CellContent)> {
        let value = cell.value.trim();
        match cell.kind.as_str() {
            "s" => Some((self.context.strings.get(value.parse::<usize>().ok()?)?.clone(), CellContent::Text)),
            "inlineStr" => Some((cell.text.finish(), CellContent::Text)),
            "str" => Some((unescaped(&cell.value), CellContent::Text)),
            "e" => Some((value.to_owned(), CellContent::Text)),
            "b" => Some((if value == "1" { "VERDADERO" } else { "FALSO" }.to_owned(), CellContent::Text)),
            // A date as ISO 8601, in strict files.
            "d" => Some((iso_date(value), CellContent::Text)),
            _ if value.is_empty() => None,
            _ => {
                let Ok(number) = value.parse::<f64>() else { return Some((value.to_owned(), CellContent::Text)) };
                let code = self.context.formats.get(cell.style).map_or("General", |style| style.number_format.as_str());
                let shown = number_format::show(number, code, self.context.epoch);
                self.sheet.doubtful |= shown.hides;
                Some((shown.text, shown.content))
            }
        }
    }
}

/// `2026-03-14T00:00:00` as 14/03/2026; anything else as it stands.
pub(super) fn iso_date(value: &str) -> String {
    let day = value.split('T').next().unwrap_or(value);
    day.parse::<jiff::civil::Date>().map_or_else(|_| value.to_owned(), |date| date.strftime("%d/%m/%Y").to_string())
}

/// Hidden in so many words, or of no size.
fn is_hidden(element: &Element<'_>, size: &str) -> bool {
    element.says_yes("hidden") || element.number::<f64>(size) == Some(0.0)
}

/// `B7` or `$B$7` as row and column, from 0.
fn place_of(reference: &str) -> Option<(u32, u32)> {
    let mut column: u32 = 0;
    let mut row: u32 = 0;
    for character in reference.chars().filter(|c| *c != '$') {
        match character {
            'A'..='Z' | 'a'..='z' if row == 0 => {
                let letter = u32::from(character.to_ascii_uppercase()) - u32::from('A') + 1;
                column = column.checked_mul(26)?.checked_add(letter)?;
            }
            '0'..='9' => row = row.checked_mul(10)?.checked_add(character.to_digit(10)?)?,
            _ => return None,
        }
    }
    let place = (row.checked_sub(1)?, column.checked_sub(1)?);
    (place.0 <= LAST_ROW && place.1 <= LAST_COLUMN).then_some(place)
}
