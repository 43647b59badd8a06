//! Xls and xlsb: values by calamine, and from scans of our own what decides whether a person sees them.
//!
//! Calamine indexes into the records of these formats without checks everywhere, so a malformed file can make it panic. The
//! panic is caught here and means that the file is corrupt; sizes that it would allocate for are checked beforehand.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsOptions, Xlsb};

use crate::documents::compound::CompoundFile;
use crate::documents::declared::visual_lines;
use crate::documents::package::Package;
use crate::documents::{Limits, Trouble};
use crate::tables::CellContent;

use super::number_format::{self, Epoch};
use super::sheet::{CellLook, Region, Sheet, SheetCell};
use super::xlsx::iso_date;
use super::{biff8, biff12};

type Sheets = Result<(Vec<Sheet>, Vec<Trouble>), Trouble>;

pub(super) fn xls_sheets(bytes: &[u8], limits: &Limits) -> Sheets {
    let file = CompoundFile::open(bytes).map_err(|_| Trouble::Corrupt)?;
    let stream = match file.stream("Workbook").map_err(|_| Trouble::Corrupt)? {
        Some(stream) => stream,
        None => file.stream("Book").map_err(|_| Trouble::Corrupt)?.ok_or(Trouble::Corrupt)?,
    };
    let facts = biff8::Workbook::scan(&stream, limits)?;
    guarded(|| xls_values(bytes, &facts, limits))
}

/// Runs a parser that may panic on malformed bytes.
fn guarded(parse: impl FnOnce() -> Sheets) -> Sheets {
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or(Err(Trouble::Corrupt))
}

fn xls_values(bytes: &[u8], facts: &biff8::Workbook, limits: &Limits) -> Sheets {
    let book = Xls::new_with_options(Cursor::new(bytes), XlsOptions::default());
    let mut book = book.map_err(|error| match error {
        calamine::XlsError::Password => Trouble::Encrypted,
        _ => Trouble::Corrupt,
    })?;
    let names: Vec<String> = book.sheets_metadata().iter().map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Vec::new();
    let mut troubles = Vec::new();
    for (name, facts_of_sheet) in names.into_iter().zip(&facts.sheets) {
        if !facts_of_sheet.is_seen {
            continue;
        }
        if sheets.len() >= limits.pages as usize {
            troubles.push(Trouble::BeyondLimits("sheets".to_owned()));
            break;
        }
        let range = book.worksheet_range(&name).map_err(|_| Trouble::Corrupt)?;
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let merged = merged.into_iter().take(limits.cells as usize).map(|dimensions| Region {
            first_row: dimensions.start.0,
            first_column: dimensions.start.1,
            last_row: dimensions.end.0,
            last_column: dimensions.end.1,
        });
        let mut sheet = Sheet::new(name, limits);
        sheet.merged = merged.collect();
        sheet.hidden_rows = facts_of_sheet.hidden_rows.clone();
        sheet.hidden_columns = facts_of_sheet.hidden_columns.clone();
        sheet.lines = facts_of_sheet.lines.clone();
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let place = (first_row.saturating_add(row as u32), first_column.saturating_add(column as u32));
            let format = facts.format(facts_of_sheet, place);
            let is_formula = facts_of_sheet.formulas.contains(&place);
            let shown = Shown { format, epoch: facts.epoch, is_formula, look: facts.look(facts_of_sheet, place) };
            add(&mut sheet, place, value, &shown);
        }
        sheets.push(sheet);
    }
    Ok((sheets, troubles))
}

pub(super) fn xlsb_sheets(bytes: &[u8], limits: &Limits) -> Sheets {
    Package::open(bytes, limits)?.check_all_parts()?;
    let (facts, styles) = biff12::scan(&mut Package::open(bytes, limits)?, limits.cells as usize)?;
    guarded(|| xlsb_values(bytes, facts, &styles, limits))
}

fn xlsb_values(bytes: &[u8], facts: Vec<biff12::SheetFacts>, styles: &biff12::Styles, limits: &Limits) -> Sheets {
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsbError::Password => Trouble::Encrypted,
        _ => Trouble::Corrupt,
    })?;
    let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
    let listed: Vec<calamine::Sheet> = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    let mut troubles = Vec::new();
    for (entry, facts) in listed.into_iter().zip(facts) {
        if entry.visible != SheetVisible::Visible || entry.typ != SheetType::WorkSheet {
            continue;
        }
        if sheets.len() >= limits.pages as usize {
            troubles.push(Trouble::BeyondLimits("sheets".to_owned()));
            break;
        }
        let mut sheet = Sheet::new(entry.name.clone(), limits);
        sheet.merged = facts.merged;
        sheet.hidden_rows = facts.hidden_rows;
        sheet.hidden_columns = facts.hidden_columns;
        (sheet.lines, sheet.has_pictures) = (facts.drawn.lines, facts.drawn.has_pictures);
        let mut cells = book.worksheet_cells_reader(&entry.name).map_err(|_| Trouble::Corrupt)?;
        while let Some(cell) = cells.next_cell().map_err(|_| Trouble::Corrupt)? {
            let value = Data::from(cell.get_value().clone());
            let place = cell.get_position();
            let style = facts.styles.get(&place).copied().unwrap_or(0);
            // Calamine knows dates by their formats, too.
            let format = match (styles.format(style), &value) {
                ("General", Data::DateTime(_)) => "dd/mm/yyyy",
                (format, _) => format,
            };
            let is_formula = facts.formulas.contains(&place);
            add(&mut sheet, place, &value, &Shown { format, epoch, is_formula, look: styles.look(style) });
        }
        sheets.push(sheet);
    }
    Ok((sheets, troubles))
}

/// How a cell's value is shown.
struct Shown<'a> {
    format: &'a str,
    epoch: Epoch,
    is_formula: bool,
    look: CellLook,
}

fn add(sheet: &mut Sheet, place: (u32, u32), value: &Data, how: &Shown<'_>) {
    let number = match value {
        Data::Int(number) => Some(*number as f64),
        Data::Float(number) => Some(*number),
        Data::DateTime(moment) => Some(moment.as_f64()),
        _ => None,
    };
    let (text, content) = match (number, value) {
        (Some(number), _) => {
            let shown = number_format::show(number, how.format, how.epoch);
            sheet.doubtful |= shown.hides;
            (shown.text, shown.content)
        }
        (None, Data::String(text) | Data::DurationIso(text)) => (text.clone(), CellContent::Text),
        (None, Data::DateTimeIso(text)) => (iso_date(text), CellContent::Text),
        (None, Data::Bool(yes)) => (if *yes { "VERDADERO" } else { "FALSO" }.to_owned(), CellContent::Text),
        (None, Data::Error(error)) => (error.to_string(), CellContent::Text),
        (None, _) => return,
    };
    let lines = visual_lines(&text);
    if !lines.is_empty() {
        let content = if how.is_formula { CellContent::Formula } else { content };
        sheet.put_seen(place, SheetCell { lines, content }, how.look);
    }
}
