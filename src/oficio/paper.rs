//! Paper: hand-made documents for the tests of this room.

use crate::documents::*;
use crate::tables::*;

/// A born-digital PDF of one page with these lines, one under the other.
pub(super) fn letter(lines: &[&str]) -> Document {
    Document {
        name: "oficio.pdf".into(),
        place: Place::Attached,
        format: Format::Pdf,
        pages: vec![page(1, lines)],
        tables: Vec::new(),
        signatures: Vec::new(),
        troubles: Vec::new(),
    }
}

pub(super) fn page(number: u32, lines: &[&str]) -> Page {
    let lines = lines
        .iter()
        .enumerate()
        .map(|(index, text)| TextLine {
            text: (*text).to_owned(),
            bounds: bounds(60.0, 40.0 + 16.0 * index as f32, 500.0, 52.0 + 16.0 * index as f32),
            size: 11.0,
            legibility: Legibility::Plain,
        })
        .collect();
    Page {
        number,
        label: None,
        width: 595.0,
        height: 842.0,
        lines,
        pictures: Vec::new(),
        text_layer: TextLayer::Drawn,
        turn: Turn::None,
    }
}

/// A page that is only a picture.
pub(super) fn scanned_page(number: u32) -> Page {
    let mut page = page(number, &[]);
    page.text_layer = TextLayer::Absent;
    page.pictures.push(Picture { bounds: bounds(0.0, 0.0, 595.0, 842.0), kind: PictureKind::Raster });
    page
}

pub(super) fn bounds(left: f32, top: f32, right: f32, bottom: f32) -> Bounds {
    Bounds { left, top, right, bottom }
}

/// A ruled table low on the page; `|` in a text parts the cell's visual lines.
pub(super) fn table(page: u32, rows: &[&[&str]]) -> Table {
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let mut cells = Vec::new();
    for (row, texts) in rows.iter().enumerate() {
        for (column, text) in texts.iter().enumerate() {
            cells.push(cell(row as u32, column as u32, text));
        }
    }
    Table {
        page,
        bounds: bounds(50.0, 600.0, 545.0, 600.0 + 12.0 * rows.len() as f32),
        ruling: Ruling::Ruled,
        rows: rows.len() as u32,
        columns: columns as u32,
        cells,
    }
}

pub(super) fn cell(row: u32, column: u32, text: &str) -> Cell {
    let lines: Vec<String> = text.split('|').filter(|line| !line.is_empty()).map(str::to_owned).collect();
    Cell {
        row,
        column,
        row_span: 1,
        column_span: 1,
        bounds: bounds(
            50.0 + 60.0 * column as f32,
            600.0 + 12.0 * row as f32,
            110.0 + 60.0 * column as f32,
            612.0 + 12.0 * row as f32,
        ),
        text: lines.join(" "),
        lines,
        content: CellContent::Text,
        looks: Vec::new(),
        drawn_otherwise: None,
        breaks: Vec::new(),
    }
}

pub(super) fn spanned(mut cell: Cell, row_span: u32, column_span: u32) -> Cell {
    cell.row_span = row_span;
    cell.column_span = column_span;
    cell
}

pub(super) const HEADER: [&str; 7] = [
    "Cargo en la entidad",
    "Perfil para la|migración a Gob.pe",
    "Nombres y apellidos",
    "DNI",
    "Correo electrónico*",
    "Celular",
    "Rol que tendrá en|Gob.pe y Facilita",
];
pub(super) const ANA: [&str; 7] = [
    "Jefa de Imagen",
    "Responsable de Comunicación**",
    "Ana Quispe Rojas",
    "01234567",
    "aquispe@muni|santacoba.gob.pe",
    "987654321",
    "Coordinador de entidad***",
];
pub(super) const LUIS: [&str; 7] = [
    "Jefe de Informática",
    "Responsable de Tecnologías**",
    "Luis Mamani Tito",
    "45678901",
    "lmamani@munisantacoba.gob.pe",
    "912345678",
    "Coordinador entidad***",
];

pub(super) const LETTER: [&str; 14] = [
    "MUNICIPALIDAD PROVINCIAL DE SANTA COBA",
    "“Año de la Esperanza y el Fortalecimiento de la Democracia”",
    "OFICIO N° 045-2026-MPSC/A",
    "Santa Coba, 14 de marzo de 2026",
    "Señor:",
    "Secretaría de Gobierno y Transformación Digital",
    "Asunto: Incorporación y migración de la página web de la Municipalidad Provincial de Santa Coba a la",
    "Plataforma Digital Única del Estado Peruano - Gob.pe y acceso a Facilita Perú",
    "De mi consideración:",
    "Es grato dirigirme a usted para designar a los servidores siguientes:",
    "Atentamente,",
    "Elvis Rojas Apaza",
    "Alcalde",
    "Municipalidad Provincial de Santa Coba",
];

/// The whole oficio with its cuadro, signed digitally.
pub(super) fn oficio() -> Document {
    let mut document = letter(&LETTER);
    document.tables.push(table(1, &[&HEADER, &ANA, &LUIS]));
    document.signatures.push(DigitalSignature {
        page: Some(1),
        bounds: None,
        signer: None,
        ruc: None,
        integrity: Integrity::Intact,
    });
    document
}

pub(super) fn sheet(name: &str, rows: &[&[&str]]) -> Document {
    let mut table = table(1, rows);
    table.ruling = Ruling::Declared;
    table.bounds = Bounds::default();
    for cell in &mut table.cells {
        cell.bounds = Bounds::default();
    }
    Document {
        name: name.into(),
        place: Place::Attached,
        format: Format::Xlsx,
        pages: Vec::new(),
        tables: vec![table],
        signatures: Vec::new(),
        troubles: Vec::new(),
    }
}
