//! `oficios tables`: every table that was read in a document, for seeing why a value was read as it was.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::check::printable;
use super::office::Office;
use super::{Failure, Output};
use crate::documents::{Bounds, Trouble};
use crate::tables::{Ruling, Table};

pub fn run(files: &[PathBuf], output: Output) -> Result<ExitCode, Failure> {
    let office = Office::open(None)?;
    office.runtime()?.block_on(async {
        let judge = office.judge()?;
        let mut out = std::io::stdout().lock();
        let mut all_read = true;
        for path in files {
            let read = judge.documents_of(path).await;
            let unopened = read.is_none().then(|| "the file cannot be opened".to_owned());
            let documents = read.unwrap_or_default();
            let tables: Vec<&Table> = documents.iter().flat_map(|document| &document.tables).collect();
            let troubles: Vec<String> =
                documents.iter().flat_map(|document| &document.troubles).map(words).chain(unopened).collect();
            all_read &= troubles.is_empty();
            let name = path.to_string_lossy();
            match output {
                Output::Json => writeln!(out, "{}", as_json(&name, &tables, &troubles))?,
                Output::Text => out.write_all(as_text(&name, &tables, &troubles).as_bytes())?,
            }
            out.flush()?;
        }
        Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}

/// What was not read, for people.
fn words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Encrypted => "the file asks for a password".to_owned(),
        Trouble::Corrupt => "the file is damaged or cut short".to_owned(),
        Trouble::Empty => "the file is empty".to_owned(),
        Trouble::BeyondLimits(limit) => format!("the file is beyond the limits ({limit})"),
        Trouble::ReaderStopped => "the reading process was stopped by its limits, or died".to_owned(),
        Trouble::UnsupportedFormat => "files of this format are not read".to_owned(),
        Trouble::NeedsAnotherViewer => "only Adobe's own viewer shows what is in it".to_owned(),
        Trouble::UnknownFormat => "the format is not known".to_owned(),
        Trouble::PageWithoutText(page) => format!("page {page} has no text that can be trusted (a scan?)"),
        Trouble::TextMayLie(page) => format!("on page {page} the file's text and what is seen may differ"),
    }
}

fn ruling(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Ruled => "by its lines",
        Ruling::Borderless => "by the alignment of its text",
        Ruling::Declared => "as the file declares it",
    }
}

fn corners(bounds: Bounds) -> [f32; 4] {
    [bounds.left, bounds.top, bounds.right, bounds.bottom].map(|value| (value * 10.0).round() / 10.0)
}

fn as_json(name: &str, tables: &[&Table], troubles: &[String]) -> serde_json::Value {
    let tables: Vec<_> = tables
        .iter()
        .map(|table| {
            let cells: Vec<_> = table
                .cells
                .iter()
                .map(|cell| {
                    json!({
                        "fila": cell.row,
                        "columna": cell.column,
                        "filas": cell.row_span,
                        "columnas": cell.column_span,
                        "texto": cell.text,
                        "lineas": cell.lines,
                        "caja": corners(cell.bounds),
                    })
                })
                .collect();
            json!({ "pagina": table.page, "celdas": cells })
        })
        .collect();
    json!({ "archivo": name, "tablas": tables, "problemas": troubles })
}

fn as_text(name: &str, tables: &[&Table], troubles: &[String]) -> String {
    let count = match tables.len() {
        0 => "no table".to_owned(),
        1 => "1 table".to_owned(),
        count => format!("{count} tables"),
    };
    let mut text = format!("{name}: {count}\n");
    for (index, table) in tables.iter().enumerate() {
        text.push_str(&format!(
            "\n  Table {} on page {}: {} rows, {} columns, {}\n",
            index + 1,
            table.page,
            table.rows,
            table.columns,
            ruling(table.ruling)
        ));
        for cell in &table.cells {
            let span = match (cell.row_span, cell.column_span) {
                (1, 1) => String::new(),
                (rows, columns) => format!(" ({rows} rows × {columns} columns)"),
            };
            let [left, top, right, bottom] = corners(cell.bounds);
            text.push_str(&format!(
                "    row {:>2}, column {:>2}{span}  «{}»  [{left} {top} {right} {bottom}]\n",
                cell.row,
                cell.column,
                printable(&cell.text)
            ));
        }
    }
    for trouble in troubles {
        text.push_str(&format!("\n  Not read for sure: {trouble}\n"));
    }
    text
}
