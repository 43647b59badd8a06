//! Spreadsheets: every visible sheet becomes a page with its tables, cells as a person sees them.
//!
//! Hidden sheets, rows and columns are left out, because the person who signed saw none of them. Text that lies over the cells is
//! the page's lines; charts and pictures are not read. Xlsx and OpenDocument are read by small readers of ours, the binary formats by calamine.

mod biff12;
mod biff8;
mod binary;
mod drawing;
mod number_format;
mod ods;
mod sheet;
mod xlsx;

use super::{Document, Format, Limits, Trouble};
use sheet::Sheet;

pub(super) fn read(name: &str, format: Format, bytes: &[u8], limits: &Limits) -> Document {
    let sheets = match format {
        Format::Xlsx => xlsx::sheets(bytes, limits),
        Format::Ods => ods::sheets(bytes, limits),
        Format::Xls => binary::xls_sheets(bytes, limits),
        Format::Xlsb => binary::xlsb_sheets(bytes, limits),
        _ => Err(Trouble::UnsupportedFormat),
    };
    let mut document = Document::new(name, format);
    match sheets {
        Ok((sheets, troubles)) => {
            document.troubles = troubles;
            add_sheets(&mut document, sheets, limits);
        }
        Err(trouble) => document.troubles.push(trouble),
    }
    document
}

fn add_sheets(document: &mut Document, sheets: Vec<Sheet>, limits: &Limits) {
    let has_pictures = sheets.iter().any(|sheet| sheet.has_pictures);
    for (number, sheet) in (1..).zip(sheets) {
        let read = sheet::read(sheet, number, limits);
        document.pages.push(read.page);
        document.tables.extend(read.tables);
        document.troubles.extend(read.troubles);
    }
    if document.tables.is_empty() && has_pictures {
        // The cuadro as a picture in a sheet.
        document.pages.clear();
        document.troubles.insert(0, Trouble::PageWithoutText(1));
    }
}

#[cfg(test)]
mod tests;
