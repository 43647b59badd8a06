//! Separated values (csv, tsv and what Excel saves for Peru, with semicolons): separator and charset are found from the bytes.
//!
//! Cells are text as it stands, leading zeros kept. A number that Excel wrote in scientific notation (`9.87654321E+08`) is
//! written out when no digit is lost, and doubted when digits may be.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::charset;
use super::declared::{self, Grid, PlacedCell, visual_lines};
use super::{Document, Format, Limits, Page, TextLayer, Trouble, Turn};
use crate::tables::CellContent;

const SEPARATORS: [u8; 4] = *b";,\t|";
/// Rows that are looked at to find the separator.
const SAMPLE_ROWS: usize = 30;
const COLUMN_WIDTH: f32 = 64.0;
const ROW_HEIGHT: f32 = 15.0;

pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Document {
    let Some(text) = charset::decode(bytes) else {
        return Document::unread(name, Format::Csv, Trouble::Corrupt);
    };
    // Excel's own way to name the separator.
    let (declared, body) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.to_ascii_lowercase().starts_with("sep=") => {
            (first.as_bytes().get(4).copied(), rest)
        }
        _ => (None, text.as_str()),
    };
    let separator = declared.unwrap_or_else(|| found_separator(body));
    let mut document = Document::new(name, Format::Csv);
    let mut cells = Vec::new();
    let (mut rows, mut columns) = (0u32, 0u32);
    let mut doubtful = false;
    for record in records(body, separator) {
        let mut filled = false;
        for (column, field) in (0u32..).zip(record.iter()) {
            let lines = visual_lines(field);
            if lines.is_empty() {
                continue;
            }
            filled = true;
            columns = columns.max(column + 1);
            let (lines, is_exact) = written_out(lines);
            doubtful |= !is_exact;
            let content = kind(&lines);
            cells.push(PlacedCell { row: rows, column, row_span: 1, column_span: 1, lines, content });
        }
        rows += u32::from(filled);
        if u64::from(rows) * u64::from(columns) > u64::from(limits.cells) {
            document.troubles.push(Trouble::BeyondLimits("cells".to_owned()));
            return document;
        }
    }
    if cells.is_empty() {
        document.troubles.push(Trouble::Empty);
        return document;
    }
    if doubtful {
        document.troubles.push(Trouble::TextMayLie(1));
    }
    let edges = |count: u32, size: f32| (0..=count).map(|place| place as f32 * size).collect();
    let grid = Grid { rows: edges(rows, ROW_HEIGHT), columns: edges(columns, COLUMN_WIDTH) };
    document.pages.push(Page {
        number: 1,
        label: None,
        width: columns as f32 * COLUMN_WIDTH,
        height: rows as f32 * ROW_HEIGHT,
        lines: Vec::new(),
        pictures: Vec::new(),
        text_layer: TextLayer::Drawn,
        turn: Turn::None,
    });
    document.tables.push(declared::table(1, rows, columns, cells, &grid));
    document
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = StringRecord> {
    ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes())
        .into_records()
        .filter_map(Result::ok)
}

/// The separator under which the most rows have the same number of fields, more than one; among equals, more fields.
fn found_separator(text: &str) -> u8 {
    let score = |separator: u8| {
        let widths: Vec<usize> =
            records(text, separator).take(SAMPLE_ROWS).map(|record| record.len()).filter(|width| *width > 1).collect();
        let most_common =
            widths.iter().map(|width| (widths.iter().filter(|other| *other == width).count(), *width)).max();
        most_common.map_or((0, 0), |(rows, width)| (rows * (width - 1), width))
    };
    // The first of equals: the order of SEPARATORS.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// Whole numbers without a leading zero were numeric cells, or may have been: a zero that is missing was lost on the way.
fn kind(lines: &[String]) -> CellContent {
    match lines {
        [line] if line.bytes().all(|byte| byte.is_ascii_digit()) && !line.starts_with('0') => CellContent::Number,
        _ => CellContent::Text,
    }
}

/// A number in scientific notation written out. The second value is false when digits were lost before it got here.
fn written_out(lines: Vec<String>) -> (Vec<String>, bool) {
    let [line] = lines.as_slice() else { return (lines, true) };
    let Some((mantissa, exponent)) = line.split_once(['E', 'e']) else { return (lines, true) };
    let decimal = mantissa.replace(',', ".");
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // DNIs and telephones have seven digits and more; `2E3` is somebody's code.
    let exponent =
        exponent.trim_start_matches('+').parse::<usize>().ok().filter(|exponent| (6..=15).contains(exponent));
    match exponent {
        Some(exponent) if is_number(whole) && (fraction.is_empty() || is_number(fraction)) => {
            // Excel writes as many digits as the column's format shows: 9.87654E+08 has lost three of them, and of
            // 9.87E+08 nobody knows whether the number ends in zeros.
            let missing = exponent.checked_sub(fraction.len());
            let number = format!("{whole}{fraction}{}", "0".repeat(missing.unwrap_or(0)));
            match missing {
                Some(0) => (vec![number], true),
                Some(_) => (vec![number], false),
                None => (lines, true),
            }
        }
        _ => (lines, true),
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let document = read("cuadro.csv", bytes, &Limits::default());
        let table = &document.tables[0];
        let row = |row| table.cells.iter().filter(move |cell| cell.row == row).map(|cell| cell.text.clone()).collect();
        (0..table.rows).map(row).collect()
    }

    #[test]
    fn every_separator_and_charset_gives_the_same_table() {
        let expected = [["Cargo", "Nombres", "DNI"], ["Jefe de Imagen", "Nuñez; Ríos, Ana", "01234567"]];
        for separator in [";", ",", "\t", "|"] {
            let line = |cells: [&str; 3]| {
                let quoted =
                    cells.map(|cell| if cell.contains([';', ',']) { format!("\"{cell}\"") } else { cell.to_owned() });
                quoted.join(separator)
            };
            let text = format!("{}\r\n{}\r\n\r\n;;\r\n", line(expected[0]), line(expected[1]))
                .replace(";;", &separator.repeat(2));
            let utf16: Vec<u8> = "\u{feff}"
                .chars()
                .chain(text.chars())
                .collect::<String>()
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
            let windows = WINDOWS_1252.encode(&text).0.into_owned();
            for bytes in [text.as_bytes(), &[b"\xef\xbb\xbf", text.as_bytes()].concat(), &utf16, &windows] {
                assert_eq!(rows(bytes), expected, "{separator:?}");
            }
        }
    }

    #[test]
    fn a_quoted_field_keeps_its_lines_and_names_with_commas_do_not_mislead() {
        assert_eq!(rows(b"DNI;Correo\n1;\"ana@muni\n.gob.pe\"\n")[1], ["1", "ana@muni .gob.pe"]);
        assert_eq!(rows("DNI;Apellidos, nombres\n01;Ríos, Ana\n02;Paz, Eva\n".as_bytes())[1], ["01", "Ríos, Ana"]);
    }

    #[test]
    fn excels_line_that_names_the_separator_is_obeyed_and_no_row() {
        assert_eq!(rows(b"sep=|\r\na;b|c\r\n"), [["a;b", "c"]]);
    }

    #[test]
    fn scientific_notation_is_written_out_and_doubted_where_digits_may_be_lost() {
        let of = |text: &str| read("a.csv", format!("DNI;Celular\n1;{text}\n").as_bytes(), &Limits::default());
        let exact = of("9.87654321E+08");
        assert_eq!(exact.tables[0].cells[3].text, "987654321");
        assert_eq!(exact.troubles, []);
        let lost = of("9,87E+08");
        assert_eq!(lost.tables[0].cells[3].text, "987000000");
        assert_eq!(lost.troubles, [Trouble::TextMayLie(1)]);
        assert_eq!(of("2E3").tables[0].cells[3].text, "2E3");
        assert_eq!(of("Anexo 1E").troubles, []);
    }

    #[test]
    fn too_many_cells_are_beyond_limits_and_no_cells_are_empty() {
        let limits = Limits { cells: 10, ..Limits::default() };
        let bytes = b"a;b;c\n".repeat(9);
        assert_eq!(read("a.csv", &bytes, &limits).troubles, [Trouble::BeyondLimits("cells".to_owned())]);
        assert_eq!(read("a.csv", b";;\n;;\n", &limits).troubles, [Trouble::Empty]);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[a;,|\t\"\n=sepE0-9.+]{0,60}") {
            read("a.csv", &bytes, &Limits::default());
            read("a.csv", text.as_bytes(), &Limits::default());
        }
    }
}
