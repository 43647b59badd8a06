//! Workbooks made here, by rust_xlsxwriter or part by part, and what a person would see of them.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{Format as Style, Formula, Workbook};
use zip::write::SimpleFileOptions;

use super::*;
use crate::tables::{Cell, CellContent, Table};

const HEADERS: [&str; 7] =
    ["Cargo en la entidad", "Perfil", "Nombres y apellidos", "DNI", "Correo electrónico", "Celular", "Rol"];

fn read_xlsx(bytes: &[u8]) -> Document {
    read("cuadro.xlsx", Format::Xlsx, bytes, &Limits::default())
}

fn built(build: impl FnOnce(&mut Workbook)) -> Document {
    let mut book = Workbook::new();
    build(&mut book);
    read_xlsx(&book.save_to_buffer().unwrap())
}

fn cell(table: &Table, row: u32, column: u32) -> &Cell {
    table.cells.iter().find(|cell| cell.row == row && cell.column == column).unwrap()
}

/// A workbook of one sheet whose part is given.
fn with_sheet_xml(sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml"
               ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
               Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
               Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="x">
               <sheets><sheet name="Hoja1" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
               Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
               Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet_xml(inner: &str) -> String {
    format!(r#"<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inner}</x:worksheet>"#)
}

#[test]
fn a_table_comes_whole_whatever_stands_around_it() {
    let document = built(|book| {
        let sheet = book.add_worksheet();
        sheet.set_name("Cuadro").unwrap();
        sheet.merge_range(0, 1, 0, 7, "MUNICIPALIDAD DISTRITAL", &Style::new()).unwrap();
        sheet.write(1, 1, "Cuadro de designados").unwrap();
        sheet.write_row(4, 1, HEADERS).unwrap();
        sheet
            .write_row(5, 1, ["Jefe", "Comunicación", "Ana Ríos", "01234567", "a@m.gob.pe", "987654321", "C"])
            .unwrap();
        // A row left blank between the two people.
        sheet.write_row(7, 1, ["Jefa", "Tecnologías", "Eva Paz", "76543210", "e@m.gob.pe", "912345678", "C"]).unwrap();
        sheet.write(10, 1, "* Todos los campos son obligatorios").unwrap();
    });
    assert_eq!(document.troubles, []);
    assert_eq!(document.pages[0].label.as_deref(), Some("Cuadro"));
    let sizes: Vec<_> = document.tables.iter().map(|table| (table.rows, table.columns)).collect();
    assert_eq!(sizes, [(2, 1), (3, 7), (1, 1)]);
    let table = &document.tables[1];
    assert_eq!(cell(table, 0, 3).text, "DNI");
    assert_eq!(cell(table, 1, 3).text, "01234567");
    assert_eq!(cell(table, 1, 3).content, CellContent::Text);
    assert_eq!(cell(table, 2, 6).text, "C");
}

#[test]
fn a_list_of_labels_and_values_with_blank_rows_between_is_one_table() {
    let document = built(|book| {
        let sheet = book.add_worksheet();
        for (row, (label, value)) in (0..).step_by(2).zip([("Cargo", "Jefe"), ("Nombres", "Ana"), ("DNI", "01234567")])
        {
            sheet.write_row(row, 0, [label, value]).unwrap();
        }
        sheet.write(9, 0, "nota").unwrap();
    });
    let sizes: Vec<_> = document.tables.iter().map(|table| (table.rows, table.columns)).collect();
    assert_eq!(sizes, [(3, 2), (1, 1)]);
}

#[test]
fn a_number_prints_as_a_person_sees_it() {
    let document = built(|book| {
        let sheet = book.add_worksheet();
        let format = |code: &str| Style::new().set_num_format(code);
        sheet.write(0, 0, 9_876_543).unwrap();
        sheet.write(0, 1, 987_654_321.0).unwrap();
        sheet.write_with_format(0, 2, 9_876_543, &format("00000000")).unwrap();
        sheet.write_with_format(0, 3, 987_654_321, &format("000 000 000")).unwrap();
        sheet.write_with_format(0, 4, 987_654_321, &format("0.00E+00")).unwrap();
        sheet.write_with_format(0, 5, 46_095, &format("dd/mm/yyyy")).unwrap();
        sheet.write_with_format(0, 6, 9_876_543, &format("#,##0")).unwrap();
        sheet.write_with_format(0, 7, 9_876_543, &format("@")).unwrap();
    });
    let shown: Vec<_> = document.tables[0].cells.iter().map(|cell| (cell.text.as_str(), cell.content)).collect();
    assert_eq!(
        shown,
        [
            ("9876543", CellContent::Number),
            ("987654321", CellContent::Number),
            ("09876543", CellContent::Text),
            ("987 654 321", CellContent::Number),
            ("987654321", CellContent::Number),
            ("14/03/2026", CellContent::Text),
            ("9,876,543", CellContent::Number),
            ("9876543", CellContent::Number),
        ]
    );
    assert_eq!(document.troubles, []);
}

#[test]
fn what_is_hidden_is_left_out_and_said_when_it_is_data() {
    let document = built(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Nombres", "DNI", "Interno", "Celular"]).unwrap();
        sheet.write_row(1, 0, ["Ana", "01234567", "x", "987654321"]).unwrap();
        sheet.write_row(2, 0, ["Oculto", "11112222", "x", "911111111"]).unwrap();
        sheet.write_row(3, 0, ["Eva", "76543210", "x", "912345678"]).unwrap();
        sheet.set_column_hidden(2).unwrap();
        sheet.set_row_hidden(2).unwrap();
        let other = book.add_worksheet();
        other.write(0, 0, "lista interna").unwrap();
        other.set_hidden(true);
    });
    assert_eq!(document.pages.len(), 1);
    let table = &document.tables[0];
    assert_eq!((table.rows, table.columns), (3, 3));
    assert_eq!(cell(table, 2, 0).text, "Eva");
    assert_eq!(cell(table, 1, 2).text, "987654321");
    assert_eq!(document.troubles, [Trouble::TextMayLie(1)]);
}

#[test]
fn merged_cells_are_spans_and_wrapped_text_keeps_its_lines() {
    let document = built(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Cargo", "Perfil", "Nombres", "Rol"]).unwrap();
        sheet.merge_range(1, 0, 2, 0, "Jefe de\nImagen", &Style::new()).unwrap();
        sheet.write_row(1, 1, ["P1", "Ana", "C"]).unwrap();
        sheet.write_row(2, 1, ["P2", "Eva", "C"]).unwrap();
    });
    let table = &document.tables[0];
    let merged = cell(table, 1, 0);
    assert_eq!((merged.row_span, merged.column_span), (2, 1));
    assert_eq!(merged.lines, ["Jefe de", "Imagen"]);
    assert_eq!(merged.text, "Jefe de Imagen");
    assert_eq!(table.cells.len(), 4 * 3 - 1);
}

#[test]
fn a_formula_is_marked_and_one_without_a_value_is_doubtful() {
    let document = built(|book| {
        let sheet = book.add_worksheet();
        sheet.write_formula(0, 0, Formula::new("=B1").set_result("Ana Ríos")).unwrap();
        sheet.write(0, 1, "Ana Ríos").unwrap();
    });
    assert_eq!(cell(&document.tables[0], 0, 0).content, CellContent::Formula);
    assert_eq!(cell(&document.tables[0], 0, 0).text, "Ana Ríos");
    assert_eq!(document.troubles, []);

    let sheet =
        sheet_xml(r#"<x:sheetData><x:row><x:c><x:f>B1</x:f></x:c><x:c><x:v>7</x:v></x:c></x:row></x:sheetData>"#);
    assert_eq!(read_xlsx(&with_sheet_xml(&sheet)).troubles, [Trouble::TextMayLie(1)]);
}

#[test]
fn a_format_that_hides_the_value_is_doubtful() {
    let document = built(|book| {
        book.add_worksheet().write_with_format(0, 0, 9_876_543, &Style::new().set_num_format(";;;")).unwrap();
    });
    assert_eq!(document.troubles, [Trouble::TextMayLie(1)]);
}

#[test]
fn strings_inline_strings_and_prefixed_elements_are_all_read() {
    let sheet = sheet_xml(
        r#"<x:dimension ref="A1:XFD1048576"/><x:sheetData><x:row r="3"><x:c r="B3" t="inlineStr"><x:is><x:r><x:t>Ana </x:t></x:r>
        <x:r><x:t>R&#237;os &amp; Paz</x:t></x:r></x:is></x:c><x:c t="str"><x:f>X</x:f><x:v>uno_x000A_dos</x:v></x:c>
        <x:c t="n"><x:v>9.87654321E8</x:v></x:c><x:c t="d"><x:v>2026-03-14T00:00:00</x:v></x:c></x:row></x:sheetData>"#,
    );
    let document = read_xlsx(&with_sheet_xml(&sheet));
    let texts: Vec<_> = document.tables[0].cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["Ana Ríos & Paz", "uno dos", "987654321", "14/03/2026"]);
    assert_eq!(document.tables[0].cells[1].lines, ["uno", "dos"]);
}

#[test]
fn too_many_cells_and_too_much_to_unpack_are_beyond_limits() {
    let row = "<x:row><x:c><x:v>1</x:v></x:c></x:row>".repeat(300);
    let bytes = with_sheet_xml(&sheet_xml(&format!("<x:sheetData>{row}</x:sheetData>")));
    let few = Limits { cells: 100, ..Limits::default() };
    let document = read("x.xlsx", Format::Xlsx, &bytes, &few);
    assert_eq!(document.troubles, [Trouble::BeyondLimits("cells".to_owned())]);
    let small = Limits { unpacked_bytes: 5_000, ..Limits::default() };
    let document = read("x.xlsx", Format::Xlsx, &bytes, &small);
    assert_eq!(document.troubles, [Trouble::BeyondLimits("unpacked bytes".to_owned())]);
    // Cells far apart cannot make a table larger than the limit.
    let corners = r#"<x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>1</x:v></x:c>"#;
    let bytes = with_sheet_xml(&sheet_xml(&format!("<x:sheetData><x:row>{corners}</x:row></x:sheetData>")));
    assert_eq!(read("x.xlsx", Format::Xlsx, &bytes, &few).tables.len(), 2);
}

#[test]
fn broken_files_are_corrupt() {
    for sheet in ["", "<a><b></a>", "<worksheet", &sheet_xml("<x:sheetData><x:row>").replace("</x:worksheet>", "")] {
        assert_eq!(read_xlsx(&with_sheet_xml(sheet)).tables, [], "{sheet}");
    }
    let mut whole = with_sheet_xml(&sheet_xml("<x:sheetData/>"));
    whole.truncate(whole.len() / 2);
    assert_eq!(read_xlsx(&whole).troubles, [Trouble::Corrupt]);
}

fn ods(automatic: &str, sheets: &str) -> Document {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("content.xml", SimpleFileOptions::default()).unwrap();
    let content = format!(
        r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>{automatic}
        </office:automatic-styles><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>
        </office:document-content>"#
    );
    zip.write_all(content.as_bytes()).unwrap();
    read("cuadro.ods", Format::Ods, &zip.finish().unwrap().into_inner(), &Limits { cells: 1_000, ..Limits::default() })
}

fn ods_cell(attributes: &str, text: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
}

#[test]
fn an_ods_cell_prints_what_it_shows_and_tells_a_lost_zero_from_a_kept_one() {
    let float = |value: &str| format!("office:value-type=\"float\" office:value=\"{value}\"");
    let row = [
        ods_cell(&float("9876543"), "9876543"),
        ods_cell(&float("9876543"), "09876543"),
        ods_cell(&float("987654321"), "9.88E+08"),
        ods_cell(&float("9876543"), "9,876,543"),
        format!("<table:table-cell {}/>", float("9876543")),
        ods_cell("office:value-type=\"date\" office:date-value=\"2026-03-14\"", "14/03/26"),
        ods_cell("office:value-type=\"string\"", "uno<text:line-break/>dos"),
        ods_cell(&format!("table:formula=\"of:=1\" {}", float("7")), "7"),
    ]
    .concat();
    let document =
        ods("", &format!("<table:table table:name=\"H\"><table:table-row>{row}</table:table-row></table:table>"));
    let shown: Vec<_> = document.tables[0].cells.iter().map(|cell| (cell.text.as_str(), cell.content)).collect();
    assert_eq!(
        shown,
        [
            ("9876543", CellContent::Number),
            ("09876543", CellContent::Text),
            ("987654321", CellContent::Number),
            ("9,876,543", CellContent::Number),
            ("9876543", CellContent::Number),
            ("14/03/2026", CellContent::Text),
            ("uno dos", CellContent::Text),
            ("7", CellContent::Formula),
        ]
    );
    assert_eq!(document.troubles, []);
}

#[test]
fn ods_repeats_hidden_parts_and_merges_are_as_seen() {
    let style = r#"<style:style style:name="ta9"><style:table-properties table:display="false"/></style:style>"#;
    let document = ods(
        style,
        &format!(
            r#"<table:table table:name="Oculta" table:style-name="ta9"><table:table-row>{x}</table:table-row></table:table>
            <table:table table:name="Vista"><table:table-column/><table:table-column table:visibility="collapse"/>
            <table:table-column table:number-columns-repeated="16382"/>
            <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/>
            </table:table-row><table:table-row>{a}{x}{b}</table:table-row>
            <table:table-row table:visibility="filter">{x}{x}{x}</table:table-row>
            <table:table-row>{merged}<table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>
            <table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>
            </table:table-row></table:table>"#,
            x = ods_cell("", "x"),
            a = ods_cell("", "Nombre"),
            b = ods_cell("", "DNI"),
            merged = ods_cell("table:number-columns-spanned=\"3\"", "juntas"),
        ),
    );
    assert_eq!(document.pages.len(), 1);
    assert_eq!(document.pages[0].label.as_deref(), Some("Vista"));
    let table = &document.tables[0];
    let cells: Vec<_> = table.cells.iter().map(|cell| (cell.text.as_str(), cell.column_span)).collect();
    assert_eq!(cells, [("Nombre", 1), ("DNI", 1), ("juntas", 2)]);
    assert_eq!(document.troubles, [Trouble::TextMayLie(1)]);
}

#[test]
fn an_ods_that_repeats_a_value_a_million_times_is_beyond_limits() {
    let cell = ods_cell("table:number-columns-repeated=\"16384\"", "x");
    let document = ods(
        "",
        &format!(
            "<table:table><table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row></table:table>"
        ),
    );
    assert!(document.troubles.contains(&Trouble::BeyondLimits("cells".to_owned())));
}

/// A record of an xlsb part.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = if kind < 0x80 { vec![kind as u8] } else { vec![(kind & 0x7f) as u8 | 0x80, (kind >> 7) as u8] };
    bytes.extend([(data.len() & 0x7f) as u8 | 0x80, (data.len() >> 7) as u8]);
    bytes.extend(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    (units.len() as u32).to_le_bytes().into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
}

fn xlsb(rows: &[Vec<u8>], behind: &[Vec<u8>]) -> Vec<u8> {
    let sheet = |state: u32, relation: &str, name: &str| {
        record(156, &[&state.to_le_bytes()[..], &1u32.to_le_bytes(), &wide(relation), &wide(name)].concat())
    };
    let book = [sheet(1, "r2", "Oculta"), sheet(0, "r1", "Cuadro"), record(0x90, &[]), record(0x84, &[])].concat();
    let of_sheet = [
        record(0x81, &[]),
        record(0x94, &[0; 16]),
        // The second column is hidden.
        record(60, &[&1u32.to_le_bytes()[..], &1u32.to_le_bytes(), &[0; 8], &[1, 0]].concat()),
        record(0x91, &[]),
        rows.concat(),
        record(0x92, &[]),
        behind.concat(),
    ]
    .concat();
    let relation = |id: &str, kind: &str, target: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="{id}" Type=
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let root = relation("r1", "officeDocument", "xl/workbook.bin") + "</Relationships>";
    let both = relation("r1", "worksheet", "worksheets/sheet1.bin")
        + r#"<Relationship Id="r2" Type="http://x/worksheet" Target="worksheets/sheet2.bin"/></Relationships>"#;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("_rels/.rels", root.into_bytes()),
        ("xl/_rels/workbook.bin.rels", both.into_bytes()),
        ("xl/workbook.bin", book),
        ("xl/worksheets/sheet1.bin", of_sheet.clone()),
        ("xl/worksheets/sheet2.bin", of_sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_xlsb_has_its_values_spans_and_hidden_columns() {
    let row = |row: u32| record(0, &[&row.to_le_bytes()[..], &[0; 21]].concat());
    let place = |column: u32| [&column.to_le_bytes()[..], &[0; 4]].concat();
    let text = |column: u32, text: &str| record(6, &[place(column), wide(text)].concat());
    let number =
        |kind: u16, column: u32, value: f64| record(kind, &[place(column), value.to_le_bytes().to_vec()].concat());
    let rows = [
        row(0),
        text(0, "Nombre"),
        text(1, "x"),
        text(2, "DNI"),
        row(1),
        text(0, "Ana"),
        number(5, 2, 9_876_543.0),
        row(2),
        number(9, 2, 76_543_210.0),
    ];
    let merged = [record(176, &[1u32, 2, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>())];
    let document = read("a.xlsb", Format::Xlsb, &xlsb(&rows, &merged), &Limits::default());
    assert_eq!(document.pages.len(), 1);
    assert_eq!(document.pages[0].label.as_deref(), Some("Cuadro"));
    let shown: Vec<_> =
        document.tables[0].cells.iter().map(|cell| (cell.text.as_str(), cell.row_span, cell.content)).collect();
    assert_eq!(
        shown,
        [
            ("Nombre", 1, CellContent::Text),
            ("DNI", 1, CellContent::Text),
            ("Ana", 2, CellContent::Text),
            ("9876543", 1, CellContent::Number),
            ("76543210", 1, CellContent::Formula),
        ]
    );
    assert_eq!(document.troubles, []);
}

#[test]
fn an_xls_is_refused_before_anything_is_allocated_for_its_declared_size() {
    let record = |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
    let start = record(0x0809, &[0, 6, 5, 0]);
    let sheet_at = |offset: usize| record(0x0085, &[&(offset as u32).to_le_bytes()[..], &[0, 0, 1, 0, b'H']].concat());
    let globals = start.len() + sheet_at(0).len() + 4;
    let dimensions = [&0u32.to_le_bytes()[..], &1_048_576u32.to_le_bytes(), &[0, 0, 0, 1, 0, 0]].concat();
    let stream = [
        start.clone(),
        sheet_at(globals),
        record(0x0a, &[]),
        start.clone(),
        record(0x0200, &dimensions),
        record(0x0a, &[]),
    ]
    .concat();
    let bytes = crate::documents::compound::with_streams(&[("Workbook", &stream)]);
    let document = read("a.xls", Format::Xls, &bytes, &Limits::default());
    assert_eq!(document.troubles, [Trouble::BeyondLimits("cells".to_owned())]);
    let locked = [start, record(0x2f, &[1, 0, 0, 0]), record(0x0a, &[])].concat();
    let bytes = crate::documents::compound::with_streams(&[("Workbook", &locked)]);
    assert_eq!(read("a.xls", Format::Xls, &bytes, &Limits::default()).troubles, [Trouble::Encrypted]);
}

#[test]
fn one_long_text_in_many_cells_is_beyond_limits() {
    let cell = ods_cell("table:number-columns-repeated=\"900\"", &"x".repeat(10_000));
    let document = ods("", &format!("<table:table><table:table-row>{cell}</table:table-row></table:table>"));
    assert!(document.troubles.contains(&Trouble::BeyondLimits("cells".to_owned())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn arbitrary_ods_tables_never_panic(cells in proptest::collection::vec((0u64..9_000_000_000, 0u64..9_000_000_000, any::<bool>()), 0..12)) {
        let row: String = cells.iter().map(|(repeat, span, collapsed)| format!(
            r#"<table:table-row table:number-rows-repeated="{span}" table:visibility="{}"><table:table-cell
               table:number-columns-repeated="{repeat}" table:number-rows-spanned="{span}"/>{}</table:table-row>"#,
            if *collapsed { "collapse" } else { "visible" }, ods_cell(&format!("table:number-columns-spanned=\"{repeat}\""), "x"),
        )).collect();
        ods("", &format!("<table:table>{row}</table:table>"));
    }

    #[test]
    fn arbitrary_sheets_never_panic(inner in r#"(<x:(row|c|v|f|mergeCell|col)( (r|ref|min|max|t|s|ht|hidden)="[A-Z0-9:.-]{0,9}"){0,3}/?>|[0-9E.]{1,5}|</x:(row|c|v)>|&[a-z#0-9]{0,4};?){0,25}"#) {
        read_xlsx(&with_sheet_xml(&sheet_xml(&inner)));
    }

    #[test]
    fn arbitrary_xlsb_records_never_panic(records in proptest::collection::vec((0u16..200, proptest::collection::vec(any::<u8>(), 0..20)), 0..12)) {
        let records: Vec<Vec<u8>> = records.iter().map(|(kind, data)| record(*kind, data)).collect();
        read("a", Format::Xlsb, &xlsb(&records, &records), &Limits::default());
    }

    #[test]
    fn arbitrary_numbers_and_formats_never_panic(value in any::<f64>(), code in r#"([0#?.,%;_*\\"\[\]$<>=dmyhsE+@/ a-]|\[<=9\]){0,14}"#) {
        number_format::show(value, &code, number_format::Epoch::Of1900);
        number_format::show(value % 1e7, &code, number_format::Epoch::Of1904);
    }
}
