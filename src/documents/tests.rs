//! Files of several producers (fixtures/documents, made by fixtures/generate/documents.py) against one table: what differs
//! between producers must not show.

use proptest::prelude::*;

use super::*;
use crate::tables::CellContent;

const HEADERS: [&str; 7] = [
    "Cargo en la entidad",
    "Perfil para la migración a Gob.pe",
    "Nombres y apellidos",
    "DNI",
    "Correo electrónico*",
    "Celular",
    "Rol que tendrá en Gob.pe y Facilita",
];

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents").join(name)).unwrap()
}

/// Read as `adjunto`, so that nothing but the bytes tells the format.
fn read_fixture(name: &str) -> Document {
    let mut documents = read("adjunto", Some("application/octet-stream"), &fixture(name), &Limits::default());
    assert_eq!(documents.len(), 1, "{name}");
    documents.remove(0)
}

fn rows(table: &Table) -> Vec<Vec<&str>> {
    let row = |row| table.cells.iter().filter(move |cell| cell.row == row).map(|cell| cell.text.as_str()).collect();
    (0..table.rows).map(row).collect()
}

/// The table's three people, with the DNI of the third as the producer shows it.
fn people(third_dni: &str, second_celular: &str) -> Vec<Vec<String>> {
    let rows = [
        [
            "Jefa de Imagen Institucional",
            "Responsable de Comunicación**",
            "Ana Ríos Ñahui",
            "01234567",
            "ana.rios@munisantacoba.gob.pe",
            "987654321",
            "Coordinador de entidad***",
        ],
        [
            "Especialista en Sistemas",
            "Responsable de Tecnologías**",
            "José Peña Güere",
            "9876543",
            "jose.pena@munisantacoba.gob.pe",
            second_celular,
            "Coordinador de entidad***",
        ],
        [
            "Apoyo",
            "Responsable de Tecnologías**",
            "Eva Paz",
            third_dni,
            "eva.paz@munisantacoba.gob.pe",
            "923456789",
            "Coordinador de entidad***",
        ],
    ];
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[test]
fn spreadsheets_of_every_producer_give_the_same_table() {
    for (name, format) in [
        ("cuadro.xlsx", Format::Xlsx),
        ("cuadro-soffice.xlsx", Format::Xlsx),
        ("cuadro-soffice.xls", Format::Xls),
        ("cuadro-soffice.ods", Format::Ods),
        ("cuadro-xlwt.xls", Format::Xls),
    ] {
        let document = read_fixture(name);
        assert_eq!(document.format, format, "{name}");
        assert_eq!(document.troubles, [], "{name}");
        assert_eq!(document.pages.len(), 1, "{name}");
        assert_eq!(document.pages[0].label.as_deref(), Some("Cuadro"), "{name}");
        assert_eq!(document.tables.len(), 3, "{name}");
        assert_eq!(rows(&document.tables[0]), [["CUADRO DE DESIGNADOS"], ["14/03/2026"]], "{name}");
        let table = &document.tables[1];
        assert_eq!(rows(table)[0], HEADERS, "{name}");
        assert_eq!(rows(table)[1..], people("08765432", "912 345 678"), "{name}");
        let of = |row, column| table.cells.iter().find(|cell| (cell.row, cell.column) == (row, column)).unwrap();
        assert_eq!(of(1, 0).lines, ["Jefa de Imagen", "Institucional"], "{name}");
        assert_eq!(of(1, 3).content, CellContent::Text, "{name}");
        assert_eq!(of(2, 3).content, CellContent::Number, "{name}");
        assert_eq!(of(3, 3).content, CellContent::Text, "{name}");
        assert_eq!(rows(&document.tables[2]), [["* Todos los campos son obligatorios"]], "{name}");
    }
}

#[test]
fn an_ods_that_stores_values_only_is_read_too() {
    let document = read_fixture("cuadro-odfpy.ods");
    assert_eq!(rows(&document.tables[0])[1..], people("8765432", "912345678"));
    assert_eq!(document.troubles, []);
}

#[test]
fn hidden_rows_columns_and_sheets_are_left_out_of_every_format() {
    for name in ["oculto.xlsx", "oculto-soffice.xls", "oculto-soffice.ods"] {
        let document = read_fixture(name);
        let expected = [
            ["Nombres", "DNI", "Celular"],
            ["Ana Ríos", "01234567", "987654321"],
            ["José Peña", "76543210", "912345678"],
        ];
        assert_eq!(document.tables.len(), 1, "{name}");
        assert_eq!(rows(&document.tables[0]), expected, "{name}");
        assert_eq!(document.troubles, [Trouble::TextMayLie(1)], "{name}");
    }
}

/// Calamine is a second witness for the reader of our own.
#[test]
fn our_reader_of_xlsx_agrees_with_calamine_on_every_text() {
    use calamine::Reader;
    for name in ["cuadro.xlsx", "cuadro-soffice.xlsx"] {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(fixture(name))).unwrap();
        let range = book.worksheet_range("Cuadro").unwrap();
        let texts: Vec<String> = range
            .used_cells()
            .filter_map(|(_, _, value)| match value {
                calamine::Data::String(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
                _ => None,
            })
            .collect();
        let document = read_fixture(name);
        let ours: Vec<&str> =
            document.tables.iter().flat_map(|table| &table.cells).map(|cell| cell.text.as_str()).collect();
        assert!(texts.len() > 20 && texts.iter().all(|text| ours.contains(&text.as_str())), "{name}");
    }
}

#[test]
fn texts_of_every_producer_give_the_same_lines_table_and_picture() {
    for (name, format) in [
        ("oficio.docx", Format::Docx),
        ("oficio-soffice.docx", Format::Docx),
        ("oficio-soffice.odt", Format::Odt),
        ("oficio-soffice.rtf", Format::Rtf),
    ] {
        let document = read_fixture(name);
        assert_eq!(document.format, format, "{name}");
        assert_eq!(document.troubles, [], "{name}");
        assert_eq!(document.tables.len(), 1, "{name}");
        let table = &document.tables[0];
        assert_eq!((table.rows, table.columns), (5, 7), "{name}");
        assert_eq!(table.cells[0].column_span, 7, "{name}");
        assert_eq!(rows(table)[1], HEADERS, "{name}");
        assert_eq!(rows(table)[2..], people("8765432", "912345678"), "{name}");
        let page = &document.pages[0];
        let lines: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
        let head = [
            "MUNICIPALIDAD PROVINCIAL DE SANTA COBA",
            "OFICIO N.º 045-2026-MPSC/A",
            "Santa Coba, 14 de marzo de 2026",
            "1. Primero",
            "2. Segundo",
            "CUADRO DE DESIGNADOS",
        ];
        assert_eq!(lines[..6], head, "{name}");
        assert_eq!(lines[lines.len() - 3..], ["Atentamente,", "Rosa Chávez Apaza", "Plaza de Armas 100"], "{name}");
        // The logo above all, the signature between the greeting and the name.
        assert_eq!(page.pictures.len(), 2, "{name}");
        let line_at = |text: &str| page.lines.iter().find(|line| line.text == text).unwrap().bounds;
        assert!(page.pictures[0].bounds.top <= line_at(head[0]).top, "{name}");
        let signature = page.pictures[1].bounds;
        assert!(signature.top >= line_at("Atentamente,").bottom, "{name}");
        assert!(signature.bottom <= line_at("Rosa Chávez Apaza").top, "{name}");
    }
}

#[test]
fn a_word_97_document_is_known_and_not_read() {
    let document = read_fixture("oficio-soffice.doc");
    assert_eq!(document.format, Format::Doc);
    assert_eq!(document.troubles, [Trouble::UnsupportedFormat]);
}

#[test]
fn a_file_beyond_the_limit_on_bytes_is_not_looked_into() {
    let limits = Limits { bytes: 1_000, ..Limits::default() };
    let documents = read("cuadro.xlsx", None, &fixture("cuadro.xlsx"), &limits);
    assert_eq!(documents[0].troubles, [Trouble::BeyondLimits("bytes".to_owned())]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn damaged_files_never_panic(
        which in 0usize..6, at in 0usize..60_000, bytes in proptest::collection::vec(any::<u8>(), 1..40), cut in any::<bool>(),
    ) {
        const NAMES: [&str; 6] =
            ["cuadro-xlwt.xls", "cuadro-soffice.xls", "oculto-soffice.xls", "cuadro.xlsx", "cuadro-soffice.ods", "oficio-soffice.rtf"];
        let mut whole = fixture(NAMES[which]);
        let at = at % whole.len();
        for (offset, byte) in bytes.into_iter().enumerate() {
            if let Some(slot) = whole.get_mut(at + offset) { *slot = byte; }
        }
        if cut { whole.truncate(at); }
        read("adjunto", None, &whole, &Limits::default());
    }
}
