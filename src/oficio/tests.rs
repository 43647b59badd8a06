//! The room as a whole: documents in, one [`Oficio`] out.

use super::paper::*;
use super::*;
use crate::documents::{
    Bounds, Document, Format, Legibility, Picture, PictureKind, Place, TextLayer, TextLine, Trouble, Turn,
};
use crate::form::{EMBEDDED, Form};
use crate::mail::{Attachment, Disposition, Mail};
use crate::tables::{CellContent, Look, Ruling};

fn form() -> Form {
    Form::parse(EMBEDDED).unwrap()
}

fn read(documents: &[Document]) -> Oficio {
    assemble(None, documents, &form())
}

fn with_table(rows: &[&[&str]]) -> Document {
    let mut document = oficio();
    document.tables = vec![table(1, rows)];
    document
}

fn texts(oficio: &Oficio, field: Field) -> Vec<String> {
    oficio
        .cuadro
        .rows()
        .iter()
        .map(|row| row.get(field).map_or("(no column)".into(), |value| value.text.clone()))
        .collect()
}

fn missing(oficio: &Oficio) -> Vec<Field> {
    match &oficio.cuadro {
        Cuadro::Missing => panic!("no cuadro"),
        Cuadro::Found { missing_columns, .. } => missing_columns.clone(),
    }
}

#[test]
fn a_whole_oficio_is_read_with_evidence_and_without_doubts() {
    let oficio = read(&[oficio()]);
    assert_eq!(oficio.doubts, Vec::<String>::new());
    assert_eq!(oficio.presence, Presence::Present);
    assert_eq!(oficio.number.value().map(String::as_str), Some("045-2026-MPSC/A"));
    assert_eq!(oficio.date.value().map(ToString::to_string).as_deref(), Some("2026-03-14"));
    assert_eq!(oficio.entity.value().map(String::as_str), Some("Municipalidad Provincial de Santa Coba"));
    assert_eq!(oficio.signature, Signature::Digital);
    assert_eq!(texts(&oficio, Field::Nombres), ["Ana Quispe Rojas", "Luis Mamani Tito"]);
    let correo = oficio.cuadro.rows()[0].correo.as_ref().unwrap();
    assert_eq!(correo.lines, ["aquispe@muni", "santacoba.gob.pe"]);
    assert_eq!(correo.evidence.page, 1);
    assert!(correo.evidence.bounds.is_some());
    assert_eq!(missing(&oficio), []);
}

#[test]
fn an_entity_that_only_the_letterheads_picture_may_name_is_asked_of_a_person() {
    let lines: Vec<&str> =
        LETTER
            .into_iter()
            .filter(|line| !line.contains("ANTA COBA") && !line.contains("Municipalidad"))
            .map(|line| {
                if line.starts_with("Plataforma Digital") { "Asunto: Accesos a Gob.pe y Facilita Perú" } else { line }
            })
            .collect();
    let mut document = oficio();
    document.pages = letter(&lines).pages;
    let silent = read(std::slice::from_ref(&document));
    assert_eq!((silent.entity.value(), silent.doubts.len()), (None, 0), "{:?}", silent.doubts);
    document.pages[0].pictures.push(Picture { bounds: bounds(60.0, 10.0, 500.0, 36.0), kind: PictureKind::Raster });
    let pictured = read(&[document]);
    assert_eq!((pictured.entity.value(), pictured.doubts.len()), (None, 1), "{:?}", pictured.doubts);
}

#[test]
fn columns_that_a_second_table_of_the_same_people_has_are_taken_from_it() {
    let in_two = |second: [&[&str; 7]; 2]| {
        let mut document = oficio();
        let first: Vec<&[&str]> = vec![&HEADER[..4], &ANA[..4], &LUIS[..4]];
        let rows: Vec<Vec<&str>> = vec![
            vec![HEADER[2], HEADER[4], HEADER[5], HEADER[6]],
            vec![second[0][2], second[0][4], second[0][5], second[0][6]],
            vec![second[1][2], second[1][4], second[1][5], second[1][6]],
        ];
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let mut below = table(1, &rows);
        (below.bounds.top, below.bounds.bottom) = (700.0, 736.0);
        document.tables = vec![table(1, &first), below];
        read(&[document])
    };
    let whole = in_two([&ANA, &LUIS]);
    assert_eq!((missing(&whole), whole.doubts.len()), (vec![], 0), "{:?}", whole.doubts);
    assert_eq!(texts(&whole, Field::Celular), ["987654321", "912345678"]);
    assert_eq!(texts(&whole, Field::Dni), ["01234567", "45678901"]);
    // In another order, nobody joins them by their place.
    assert!(!in_two([&LUIS, &ANA]).doubts.is_empty());
}

#[test]
fn a_column_whose_datum_stands_elsewhere_in_the_cuadro_is_not_called_missing() {
    let columns = |row: &[&'static str; 7]| vec![row[0], row[1], row[2], row[4], row[6]];
    for (heading, ana, luis) in [
        ("DNI / Celular", "DNI: 01234567|Cel: 987654321", "DNI: 45678901|Cel: 912345678"),
        ("Celular", "01234567 - 987654321", "45678901 - 912345678"),
    ] {
        let rows: Vec<Vec<&str>> = [(&HEADER, heading), (&ANA, ana), (&LUIS, luis)]
            .into_iter()
            .map(|(row, both)| columns(row).into_iter().chain([both]).collect())
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let oficio = read(&[with_table(&rows)]);
        assert_eq!(missing(&oficio).len(), 1);
        assert_eq!(oficio.doubts.len(), 1, "{heading}: {:?}", oficio.doubts);
    }
    // A title over each person instead of a column, in other words than the form's (see `titles`).
    let without_profile = |row: &[&'static str; 7]| -> Vec<&'static str> {
        row.iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, text)| *text).collect()
    };
    let (header, ana, luis) = (without_profile(&HEADER), without_profile(&ANA), without_profile(&LUIS));
    let mut document = with_table(&[
        &header,
        &["Como Responsable de Comunicación:"],
        &ana,
        &["Como Responsable de Tecnologías:"],
        &luis,
    ]);
    for title in document.tables[0].cells.iter_mut().filter(|cell| cell.text.starts_with("Como")) {
        title.column_span = 6;
    }
    let oficio = read(&[document]);
    assert_eq!(missing(&oficio), [Field::Perfil]);
    assert_eq!(oficio.doubts.len(), 1, "{:?}", oficio.doubts);
}

#[test]
fn columns_in_another_order_with_an_ordinal_and_split_names_are_read() {
    let oficio = read(&[with_table(&[
        &["N°", "DNI", "Apellidos", "Nombres", "Perfil", "Cargo", "E-mail", "N° de celular", "Rol", "Régimen"],
        &[
            "1",
            "01234567",
            "Quispe Rojas",
            "Ana",
            "Responsable de Comunicación",
            "Jefa",
            "a@x.gob.pe",
            "987654321",
            "Coordinador de entidad",
            "CAS",
        ],
    ])]);
    assert_eq!(texts(&oficio, Field::Nombres), ["Ana Quispe Rojas"]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567"]);
    assert_eq!(texts(&oficio, Field::Cargo), ["Jefa"]);
    assert_eq!(missing(&oficio), []);
}

#[test]
fn a_missing_column_is_said_and_its_values_are_none() {
    let oficio = read(&[with_table(&[&HEADER[..6], &ANA[..6], &LUIS[..6]])]);
    assert_eq!(missing(&oficio), [Field::Rol]);
    assert_eq!(oficio.cuadro.rows()[0].rol, None);
    assert_eq!(oficio.doubts, Vec::<String>::new());
}

#[test]
fn a_column_whose_header_is_blank_but_holds_the_datum_is_doubtful() {
    let mut header = HEADER;
    header[4] = "";
    let oficio = read(&[with_table(&[&header, &ANA, &LUIS])]);
    assert_eq!(oficio.doubts.len(), 1, "{:?}", oficio.doubts);
}

#[test]
fn a_transposed_cuadro_is_read() {
    let rows: Vec<Vec<&str>> = (0..7).map(|field| vec![HEADER[field], ANA[field], LUIS[field]]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let oficio = read(&[with_table(&rows)]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert_eq!(texts(&oficio, Field::Rol), ["Coordinador de entidad***", "Coordinador entidad***"]);
}

/// A page on which each person has a table of their own, one under the other.
fn fichas(people: &[[&'static str; 7]]) -> Document {
    let mut document = oficio();
    document.tables.clear();
    for (index, person) in people.iter().enumerate() {
        let rows: Vec<[&str; 2]> = (0..7).map(|field| [HEADER[field], person[field]]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
        let mut one = table(1, &rows);
        one.bounds.top += 100.0 * index as f32;
        one.bounds.bottom += 100.0 * index as f32;
        document.tables.push(one);
    }
    document
}

#[test]
fn one_table_a_person_makes_one_cuadro() {
    let oficio = read(&[fichas(&[ANA, LUIS])]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert_eq!(oficio.cuadro.rows()[1].number, 2);
    assert_eq!(oficio.doubts, Vec::<String>::new());
}

#[test]
fn two_people_with_one_address_are_two_people() {
    let mut luis = LUIS;
    luis[4] = ANA[4];
    let oficio = read(&[fichas(&[ANA, luis])]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert_eq!(oficio.doubts, Vec::<String>::new());
    // With the telephone too, it may be one person whose name and DNI are given in two ways.
    luis[5] = ANA[5];
    assert_eq!(read(&[fichas(&[ANA, luis])]).doubts.len(), 1);
}

#[test]
fn a_title_row_and_a_header_in_two_rows_are_read() {
    let mut document = oficio();
    let mut cuadro = table(
        1,
        &[
            &["CUADRO DE DESIGNADOS", "", "", "", "", "", ""],
            &["Cargo en", "Perfil", "DATOS DEL SERVIDOR", "", "", "", "Rol"],
            &["la entidad", "", "Nombres y apellidos", "DNI", "Correo electrónico", "Celular", ""],
            &ANA,
        ],
    );
    cuadro.cells[0] = spanned(cell(0, 0, "CUADRO DE DESIGNADOS"), 1, 7);
    cuadro.cells.retain(|cell| cell.row > 0 || cell.column == 0);
    cuadro.cells.retain(|cell| !(cell.row == 1 && (3..6).contains(&cell.column)));
    let title = cuadro.cells.iter_mut().find(|cell| cell.row == 1 && cell.column == 2).unwrap();
    title.column_span = 4;
    document.tables = vec![cuadro];
    let oficio = read(&[document]);
    assert_eq!(missing(&oficio), []);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567"]);
}

#[test]
fn a_cuadro_goes_on_over_the_page_break_with_or_without_its_header() {
    for repeated in [true, false] {
        let mut document = oficio();
        document.pages.push(page(2, &["Atentamente,"]));
        document.tables = vec![table(1, &[&HEADER, &ANA])];
        let second: &[&[&str]] = if repeated { &[&HEADER, &LUIS] } else { &[&LUIS] };
        document.tables.push(table(2, second));
        assert_eq!(texts(&read(&[document]), Field::Dni), ["01234567", "45678901"], "{repeated}");
    }
}

#[test]
fn the_second_page_of_a_scan_lies_otherwise_than_the_first() {
    let people = |aside: f32, wider: f32, recognised: bool| {
        let mut document = oficio();
        document.pages.push(page(2, &["Atentamente,"]));
        let mut second = table(2, &[&LUIS]);
        second.bounds.left += aside;
        second.bounds.right += aside + wider;
        if recognised {
            let look =
                |cell: &crate::tables::Cell| Look { lines: cell.lines.clone(), confidence: 0.99, ..Look::default() };
            second.cells.iter_mut().for_each(|cell| cell.looks = vec![look(cell); 3]);
        }
        document.tables = vec![table(1, &[&HEADER, &ANA]), second];
        texts(&read(&[document]), Field::Dni).len()
    };
    assert_eq!(people(-20.0, 0.0, true), 2);
    assert_eq!(people(-20.0, 0.0, false), 1, "drawn pages do not move");
    assert_eq!(people(-20.0, 60.0, true), 1, "another table");
}

#[test]
fn a_row_cut_by_the_page_break_is_one_row() {
    let mut first = LUIS;
    let mut rest = [""; 7];
    first[0] = "Jefe de la Oficina de";
    rest[0] = "Informática";
    first[4] = "lmamani@munisanta";
    rest[4] = "coba.gob.pe";
    let mut document = oficio();
    document.pages.push(page(2, &["Atentamente,"]));
    document.tables = vec![
        table(1, &[&HEADER, &ANA, &first]),
        table(
            2,
            &[
                &rest,
                &[
                    "Jefa",
                    "Responsable de Comunicación",
                    "Rosa Tito",
                    "11112222",
                    "r@x.gob.pe",
                    "911111111",
                    "Coordinador de entidad",
                ],
            ],
        ),
    ];
    let oficio = read(&[document]);
    assert_eq!(texts(&oficio, Field::Cargo), ["Jefa de Imagen", "Jefe de la Oficina de Informática", "Jefa"]);
    assert_eq!(oficio.cuadro.rows()[1].correo.as_ref().unwrap().lines, ["lmamani@munisanta", "coba.gob.pe"]);
}

#[test]
fn a_row_with_an_empty_dni_at_the_page_break_stays_a_person() {
    let mut first = ANA;
    first[3] = "";
    let mut document = oficio();
    document.pages.push(page(2, &["Atentamente,"]));
    document.tables = vec![table(1, &[&HEADER, &first]), table(2, &[&LUIS])];
    assert_eq!(texts(&read(&[document]), Field::Dni), ["", "45678901"]);
}

#[test]
fn a_cell_merged_down_counts_for_each_row() {
    let mut document = oficio();
    let cuadro = &mut document.tables[0];
    cuadro.cells.retain(|cell| !(cell.row == 2 && cell.column == 6));
    cuadro.cells.iter_mut().find(|cell| cell.row == 1 && cell.column == 6).unwrap().row_span = 2;
    assert_eq!(texts(&read(&[document]), Field::Rol), ["Coordinador de entidad***"; 2]);
}

#[test]
fn blank_rows_and_notes_are_no_people_but_a_preprinted_profile_is_a_row() {
    let oficio = read(&[with_table(&[
        &HEADER,
        &ANA,
        &["", "Responsable de Tecnologías**", "", "", "", "", "Coordinador entidad***"],
        &["", "", "", "", "", "", ""],
        &["", "", "", "", "", "", "Coordinador de entidad"],
        &["* Debe colocarse únicamente el correo electrónico institucional (no Gmail)", "", "", "", "", "", ""],
    ])]);
    assert_eq!(texts(&oficio, Field::Perfil), ["Responsable de Comunicación**", "Responsable de Tecnologías**"]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", ""]);
}

#[test]
fn a_table_of_other_things_is_not_the_cuadro() {
    let mut document = oficio();
    let mut before = table(1, &[&["Página", "Responsable", "Fecha"], &["www.x.gob.pe", "OTI", "2026"]]);
    before.bounds = bounds(50.0, 300.0, 545.0, 330.0);
    document.tables.insert(0, before);
    assert_eq!(texts(&read(&[document]), Field::Dni), ["01234567", "45678901"]);
}

#[test]
fn the_people_who_leave_are_not_designated() {
    let mut lines = LETTER.to_vec();
    lines.insert(10, "Asimismo, dejar sin efecto los accesos de las siguientes personas:");
    let mut document = letter(&lines);
    document.signatures = oficio().signatures;
    let announced = document.pages[0].lines[10].bounds;
    let mut leaving = table(1, &[&HEADER, &LUIS]);
    leaving.bounds = bounds(50.0, announced.bottom + 4.0, 545.0, announced.bottom + 40.0);
    document.tables = vec![leaving, table(1, &[&HEADER, &ANA])];
    assert_eq!(texts(&read(&[document]), Field::Dni), ["01234567"]);
}

#[test]
fn a_sheet_that_says_the_same_changes_nothing() {
    let mut other = sheet(
        "cuadro.xlsx",
        &[
            &HEADER,
            &[
                "JEFA DE IMAGEN",
                "Responsable de comunicación",
                "QUISPE ROJAS ANA",
                "1234567",
                "AQUISPE@munisantacoba.gob.pe",
                "+51 987 654 321",
                "Coordinador(a) de entidad",
            ],
            &LUIS,
        ],
    );
    let dni = other.tables[0].cells.iter_mut().find(|cell| cell.text == "1234567").unwrap();
    dni.content = CellContent::Number;
    let oficio = read(&[oficio(), other]);
    assert_eq!(oficio.discrepancies, []);
    assert_eq!(oficio.doubts, Vec::<String>::new());
    assert_eq!(oficio.lost_zeros.len(), 1);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
}

#[test]
fn a_sheet_that_says_otherwise_is_a_discrepancy() {
    let mut luis = LUIS;
    luis[3] = "45678902";
    let oficio = read(&[sheet("cuadro.xlsx", &[&HEADER, &luis, &ANA]), oficio()]);
    assert_eq!(oficio.document.as_deref(), Some("oficio.pdf"));
    let [discrepancy] = oficio.discrepancies.as_slice() else { panic!("{:?}", oficio.discrepancies) };
    assert_eq!((discrepancy.row, discrepancy.field), (2, Field::Dni));
    assert_eq!((discrepancy.in_oficio.as_str(), discrepancy.in_other.as_str()), ("45678901", "45678902"));
}

#[test]
fn another_sheet_of_the_same_file_that_says_otherwise_is_for_a_person() {
    let mut luis = LUIS;
    luis[3] = "45678902";
    let mut book = sheet("cuadro.xlsx", &[&HEADER, &ANA, &LUIS]);
    let mut second = sheet("cuadro.xlsx", &[&HEADER, &ANA, &luis]).tables.remove(0);
    second.page = 2;
    book.tables.push(second);
    let oficio = read(&[oficio(), book]);
    assert_eq!(oficio.discrepancies, []);
    assert_eq!(oficio.doubts, ["«cuadro.xlsx» trae otro cuadro de las mismas personas con datos distintos."]);
}

#[test]
fn a_sheet_a_person_says_the_same_together() {
    let (ana, luis) = (sheet("a.xlsx", &[&HEADER, &ANA]), sheet("b.xlsx", &[&HEADER, &LUIS]));
    assert_eq!(read(&[oficio(), ana.clone(), luis]).discrepancies, []);
    assert_eq!(read(&[oficio(), ana]).discrepancies.len(), 1, "a person is in no sheet");
}

#[test]
fn what_a_sheet_does_not_say_for_sure_accuses_nobody() {
    let mut luis = LUIS;
    luis[5] = "987650000";
    let mut book = sheet("cuadro.csv", &[&HEADER, &ANA, &luis]);
    book.troubles = vec![Trouble::TextMayLie(1)];
    let oficio = read(&[oficio(), book]);
    assert_eq!(oficio.discrepancies, []);
    assert_eq!(oficio.doubts, ["«cuadro.csv» no coincide con el oficio en datos que no se leyeron con seguridad."]);
}

#[test]
fn a_picture_as_large_as_a_table_in_the_body_may_be_the_cuadro() {
    let mut letter = oficio();
    letter.tables.clear();
    let doubts = |letter: &Document| read(std::slice::from_ref(letter)).doubts;
    assert_eq!(doubts(&letter), Vec::<String>::new());
    let closing = letter.pages[0].lines.iter().find(|line| line.text == "Atentamente,").unwrap().bounds.top;
    let picture = |top: f32| Picture { bounds: bounds(60.0, top, 500.0, top + 60.0), kind: PictureKind::Raster };
    letter.pages[0].pictures = vec![picture(0.0), picture(closing + 20.0)];
    assert_eq!(doubts(&letter), Vec::<String>::new(), "a letterhead and a signature");
    letter.pages[0].pictures = vec![picture(closing - 10.0)];
    assert_eq!(doubts(&letter), ["El cuadro puede estar en una imagen pegada en el oficio, que no se leyó."]);
}

#[test]
fn an_oficio_without_table_takes_the_sheets() {
    let mut letter = oficio();
    letter.tables.clear();
    let oficio = read(&[letter, sheet("cuadro.csv", &[&HEADER, &ANA, &LUIS])]);
    assert_eq!(oficio.presence, Presence::Present);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert_eq!(oficio.doubts, Vec::<String>::new());
    assert_eq!(oficio.cuadro.rows()[0].dni.as_ref().unwrap().evidence.document, "cuadro.csv");
}

#[test]
fn a_bare_sheet_is_no_oficio() {
    let oficio = read(&[sheet("cuadro.xlsx", &[&HEADER, &ANA, &LUIS])]);
    assert_eq!(oficio.presence, Presence::Absent { linked: false });
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert_eq!(oficio.doubts, Vec::<String>::new());
}

#[test]
fn an_editable_letter_with_other_data_is_for_a_person() {
    let mut draft = oficio();
    draft.name = "oficio.docx".into();
    draft.format = Format::Docx;
    draft.signatures.clear();
    let same = read(&[draft.clone(), oficio()]);
    assert_eq!((same.document.as_deref(), same.doubts.len()), (Some("oficio.pdf"), 0));
    let mut luis = LUIS;
    luis[5] = "912345679";
    draft.tables = vec![table(1, &[&HEADER, &ANA, &luis])];
    let other = read(&[draft, oficio()]);
    assert_eq!(other.discrepancies, []);
    assert_eq!(other.doubts.len(), 1);
}

#[test]
fn two_oficios_in_one_mail_are_for_a_person() {
    let mut second = oficio();
    second.name = "otro.pdf".into();
    second.pages[0].lines[2].text = "OFICIO N° 099-2026-MDX/A".into();
    second.tables = vec![table(
        1,
        &[
            &HEADER,
            &[
                "Jefa",
                "Responsable de Comunicación",
                "Rosa Tito",
                "11112222",
                "r@x.gob.pe",
                "911111111",
                "Coordinador de entidad",
            ],
        ],
    )];
    assert!(!read(&[oficio(), second]).doubts.is_empty());
}

#[test]
fn a_scan_beside_a_sheet_was_not_read_and_says_so() {
    let mut scan = oficio();
    scan.pages = vec![scanned_page(1)];
    scan.tables.clear();
    scan.signatures.clear();
    scan.troubles = vec![Trouble::PageWithoutText(1)];
    let oficio = read(&[scan, sheet("cuadro.xlsx", &[&HEADER, &ANA, &LUIS])]);
    assert_eq!(oficio.presence, Presence::Present);
    assert_eq!(oficio.signature, Signature::Unknown);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert!(oficio.doubts.iter().any(|doubt| doubt.contains("no se pudo leer")), "{:?}", oficio.doubts);
}

#[test]
fn a_scanned_last_page_with_the_signature_leaves_nothing_to_doubt() {
    let mut document = letter(&LETTER[..10]);
    let mut cuadro = table(1, &[&HEADER, &ANA, &LUIS]);
    cuadro.bounds = bounds(50.0, 600.0, 545.0, 640.0);
    document.tables.push(cuadro);
    for (index, note) in [
        "Consideraciones para completar el cuadro:",
        "Todos los campos son obligatorios.",
        "** No modificar este campo.",
    ]
    .iter()
    .enumerate()
    {
        let mut line = document.pages[0].lines[0].clone();
        line.text = (*note).to_owned();
        line.bounds = bounds(50.0, 650.0 + 14.0 * index as f32, 500.0, 662.0 + 14.0 * index as f32);
        document.pages[0].lines.push(line);
    }
    document.pages.push(scanned_page(2));
    document.troubles = vec![Trouble::PageWithoutText(2)];
    let oficio = read(&[document.clone()]);
    assert_eq!(oficio.doubts, Vec::<String>::new());
    assert_eq!(oficio.signature, Signature::Unknown);
    document.pages[0].lines.truncate(10);
    assert_eq!(read(&[document]).doubts.len(), 1, "with nothing under it, the cuadro may go on in the scan");
}

#[test]
fn text_that_may_lie_makes_its_values_unsure() {
    let mut document = oficio();
    document.troubles.push(Trouble::TextMayLie(1));
    let oficio = read(&[document]);
    for field in Field::ALL {
        assert!(matches!(oficio.cuadro.rows()[0].get(field).unwrap().certainty, Certainty::Unsure(_)));
    }
}

#[test]
fn a_cell_over_two_rows_with_two_numbers_goes_to_a_person() {
    let mut document = oficio();
    let table = &mut document.tables[0];
    let number = |cell: &crate::tables::Cell| cell.column == 3;
    let both = format!("{} {}", ANA[3], LUIS[3]);
    table.cells.retain(|cell| !(number(cell) && cell.row == 2));
    for cell in table.cells.iter_mut().filter(|cell| number(cell) && cell.row == 1) {
        (cell.row_span, cell.text, cell.lines) = (2, both.clone(), vec![ANA[3].to_owned(), LUIS[3].to_owned()]);
    }
    let oficio = read(&[document]);
    for row in oficio.cuadro.rows() {
        assert!(matches!(row.dni.as_ref().unwrap().certainty, Certainty::Unsure(_)), "{row:?}");
    }
}

#[test]
fn a_recognised_table_keeps_its_looks_until_a_sheet_confirms_them() {
    let mut scan = oficio();
    scan.signatures.clear();
    scan.pages[0].text_layer = TextLayer::Recognised;
    for cell in &mut scan.tables[0].cells {
        cell.looks = vec![Look { lines: cell.lines.clone(), confidence: 0.7, ..Look::default() }];
    }
    assert_eq!(read(&[scan.clone()]).signature, Signature::NotSeen);
    let end = scan.pages[0].lines.last().unwrap().bounds.bottom;
    let ink = Picture { bounds: paper::bounds(60.0, end, 160.0, end + 40.0), kind: PictureKind::Drawing };
    scan.pages[0].pictures.push(ink);
    let alone = read(&[scan.clone()]);
    assert_eq!(alone.signature, Signature::Pictured);
    assert_eq!(alone.cuadro.rows()[0].dni.as_ref().unwrap().looks.len(), 1);
    let confirmed = read(&[scan.clone(), sheet("cuadro.xlsx", &[&HEADER, &ANA, &LUIS])]);
    assert_eq!(confirmed.cuadro.rows()[0].dni.as_ref().unwrap().looks.len(), 0);
    let mut misread = scan.clone();
    for cell in misread.tables[0].cells.iter_mut().filter(|cell| cell.text == LUIS[2]) {
        cell.text = LUIS[2].replace('i', "l");
    }
    let spelt = read(&[misread, sheet("cuadro.xlsx", &[&HEADER, &ANA, &LUIS])]);
    assert_eq!((spelt.doubts.len(), spelt.cuadro.rows()[1].nombres.as_ref().unwrap().text.as_str()), (0, LUIS[2]));
    let mut luis = LUIS;
    luis[3] = "45678907";
    let contradicted = read(&[scan, sheet("cuadro.xlsx", &[&HEADER, &ANA, &luis])]);
    assert_eq!((contradicted.discrepancies.len(), contradicted.doubts.len()), (0, 1));
}

fn photo(name: &str, page_of: crate::documents::Page, tables: Vec<crate::tables::Table>) -> Document {
    let mut document = oficio();
    document.name = name.into();
    document.format = Format::Jpeg;
    document.signatures.clear();
    document.pages = vec![page_of];
    document.pages[0].text_layer = TextLayer::Recognised;
    document.pages[0].pictures.push(Picture { bounds: bounds(0.0, 0.0, 595.0, 842.0), kind: PictureKind::Raster });
    document.tables = tables;
    document
}

#[test]
fn photos_of_the_pages_are_one_oficio() {
    let second = photo("IMG (1).jpg", page(1, &["Atentamente,", "Elvis Rojas Apaza"]), vec![table(1, &[&LUIS])]);
    let first = photo("IMG.jpg", page(1, &LETTER[..10]), vec![table(1, &[&HEADER, &ANA])]);
    let oficio = read(&[second, first]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
    assert_eq!(oficio.cuadro.rows()[1].dni.as_ref().unwrap().evidence.document, "IMG (1).jpg");
    assert_eq!(oficio.number.value().map(String::as_str), Some("045-2026-MPSC/A"));
    assert_eq!(oficio.signature, Signature::NotSeen);
}

#[test]
fn a_scanned_cuadro_without_a_column_is_believed_when_it_is_whole_as_drawn() {
    let without_celular = |header: &str, ruling: Ruling, beside: Option<&str>| {
        let cut = |row: [&'static str; 7]| [row[0], row[1], row[2], row[3], row[4], row[6]];
        let mut head = cut(HEADER);
        let header = header.to_owned();
        head[4] = &header;
        let mut cuadro = table(1, &[&head, &cut(ANA), &cut(LUIS)]);
        cuadro.ruling = ruling;
        let bounds = bounds(550.0, cuadro.bounds.top + 14.0, 590.0, cuadro.bounds.top + 22.0);
        let mut scan = photo("IMG.jpg", page(1, &LETTER), vec![cuadro]);
        let line = |text: &str| TextLine { text: text.into(), bounds, size: 9.0, legibility: Legibility::Plain };
        scan.pages[0].lines.extend(beside.map(line));
        read(&[scan]).doubts.iter().any(|doubt| doubt.contains("no se distingue la columna: Celular"))
    };
    assert!(!without_celular("Correo electrónico*", Ruling::Ruled, None));
    assert!(without_celular("Correo electrónico* Celular", Ruling::Ruled, None), "two columns in one");
    assert!(without_celular("Correo electrónico*", Ruling::Ruled, Some("987654321")), "a column beside the table");
    assert!(without_celular("Correo electrónico*", Ruling::Borderless, None), "nothing bounds its columns");
}

#[test]
fn digits_below_a_scanned_cuadro_that_lacks_a_profile_may_be_its_lost_row() {
    let asked = |rows: &[&[&str]], below: &str| {
        let cuadro = table(1, rows);
        let top = cuadro.bounds.bottom + 6.0;
        let mut scan = photo("IMG.jpg", page(1, &LETTER), vec![cuadro]);
        for cell in &mut scan.tables[0].cells {
            cell.looks = vec![Look { lines: cell.lines.clone(), confidence: 0.99, ..Look::default() }; 3];
        }
        let bounds = bounds(60.0, top, 300.0, top + 9.0);
        scan.pages[0].lines.push(TextLine { text: below.into(), bounds, size: 9.0, legibility: Legibility::Plain });
        read(&[scan]).doubts.iter().any(|doubt| doubt.starts_with("Debajo del cuadro"))
    };
    assert!(asked(&[&HEADER, &ANA], "4567890 lperez@munisantacoba.gob.pe"));
    let beside = "Responsable de SAAVEDRA 2112 saavedra_ingri 9875 Coordinador de";
    for cells in ["2112", "d@inlosmolles.", "Coordinador de", beside, "8085 d@inlosmolles. 2626 entidad***"] {
        assert!(asked(&[&HEADER, &ANA], cells), "{cells}");
    }
    assert!(!asked(&[&HEADER, &ANA], "Los coordinadores de entidad son los usuarios de mayor rango."));
    assert!(!asked(&[&HEADER, &ANA], "Nota: consultas al 954112 233"));
    assert!(!asked(&[&HEADER, &ANA, &LUIS], "Consultas al 987654321"));
    assert!(asked(&[&HEADER, &ANA, &LUIS], "45678901 987654321"));
}

fn mail(body: &str, attachments: &[(&str, Disposition, u64)]) -> Mail {
    Mail {
        body_text: body.into(),
        attachments: attachments
            .iter()
            .map(|(name, disposition, bytes)| Attachment {
                name: (*name).into(),
                media_type: "image/png".into(),
                disposition: *disposition,
                content_id: (*disposition == Disposition::Inline).then(|| "x".into()),
                bytes: *bytes,
            })
            .collect(),
        ..Mail::default()
    }
}

#[test]
fn a_logo_and_a_link_are_no_oficio() {
    let logo = photo("image001.png", scanned_page(1), Vec::new());
    let mut logo = Document { format: Format::Png, ..logo };
    logo.pages[0].text_layer = TextLayer::Absent;
    let mail =
        mail("Adjunto en https://nube.munix.gob.pe/s/8fK2 el oficio", &[("image001.png", Disposition::Inline, 22_000)]);
    let oficio = assemble(Some(&mail), &[logo], &form());
    assert_eq!(oficio.presence, Presence::Absent { linked: true });
    assert_eq!(oficio.doubts, Vec::<String>::new());
}

#[test]
fn data_in_the_mails_text_are_for_a_person() {
    let mail = mail("Buenos días, el DNI de Ana Quispe es: DNI 01234567", &[]);
    assert_eq!(assemble(Some(&mail), &[], &form()).doubts.len(), 1);
    let mut body = oficio();
    body.place = Place::Body;
    body.format = Format::Html;
    let oficio = assemble(None, &[body], &form());
    assert_eq!(oficio.presence, Presence::Absent { linked: false });
    assert_eq!(oficio.doubts.len(), 1);
    assert_eq!(oficio.cuadro, Cuadro::Missing);
}

#[test]
fn a_file_that_cannot_be_opened_may_be_the_oficio() {
    let mut closed = oficio();
    closed.pages.clear();
    closed.tables.clear();
    closed.signatures.clear();
    closed.troubles = vec![Trouble::Encrypted];
    closed.name = "cerrado.pdf".into();
    let alone = read(&[closed.clone()]);
    // Nothing is said of its number, its date or its cuadro: what was not read is not missing.
    assert_eq!((alone.presence, alone.unreadable.len()), (Presence::Absent { linked: false }, 1));
    assert_eq!(read(&[oficio(), closed.clone()]).unreadable.len(), 1);
    // Beside an oficio it may say something else than it; an empty file and what machines add say nothing.
    closed.troubles = vec![Trouble::UnknownFormat];
    assert_eq!(read(&[oficio(), closed.clone()]).unreadable.len(), 1);
    closed.name = "invitacion.ics".into();
    assert_eq!(read(&[oficio(), closed.clone()]).unreadable, []);
    closed.name = "anexo.pdf".into();
    closed.troubles = vec![Trouble::Empty];
    assert_eq!(read(&[oficio(), closed]).unreadable, []);
}

proptest::proptest! {
    #[test]
    fn any_table_is_read_without_panic(cells in proptest::collection::vec((0u32..6, 0u32..9, 0u32..5, 0u32..5, 0usize..30), 0..40)) {
        let words = [HEADER, ANA, LUIS, [""; 7]].concat();
        let mut document = oficio();
        document.tables[0].cells = cells
            .into_iter()
            .map(|(row, column, down, across, word)| spanned(cell(row, column, words.get(word).copied().unwrap_or("")), down, across))
            .collect();
        let _ = read(&[document]);
    }
}

#[test]
fn an_oficio_with_substitutes_goes_to_a_person() {
    let mut document = oficio();
    document.tables.push(table(1, &[&["Suplente", "DNI"], &["Rosa Quiroz Tapia", "41234567"]]));
    assert_eq!(read(&[document]).doubts.len(), 1);
}

#[test]
fn the_letter_below_a_table_without_a_last_rule_is_no_designee() {
    let below =
        "Seguros de contar con su atención y apoyo, le expreso mi consideración. Atentamente Elvis Rojas Alcalde";
    let oficio = read(&[with_table(&[&HEADER, &ANA, &LUIS, &[below, "", "", "", "", "", ""]])]);
    assert_eq!(texts(&oficio, Field::Dni), ["01234567", "45678901"]);
}

#[test]
fn a_heading_whose_rows_were_not_read_is_for_a_person_and_running_text_is_not() {
    let mut lines = LETTER.to_vec();
    lines.splice(
        10..10,
        ["Cargo Perfil para la migración Nombres y apellidos DNI", "Correo electrónico Celular Rol asignado"],
    );
    let with_heading = read(&[crate::oficio::paper::letter(&lines)]);
    assert_eq!(with_heading.cuadro, Cuadro::Missing);
    assert_eq!(with_heading.doubts.len(), 1, "{:?}", with_heading.doubts);
    let mut lines = LETTER.to_vec();
    lines.splice(
        10..10,
        [
            "al señor Luis Mamani, en el cargo de Jefe, con perfil de Responsable de Tecnologías,",
            "su correo es lmamani@muni.gob.pe y su celular 912345678, con el rol de coordinador",
        ],
    );
    assert_eq!(read(&[crate::oficio::paper::letter(&lines)]).doubts, Vec::<String>::new());
}

#[test]
fn a_table_that_ends_its_page_without_both_profiles_may_go_on() {
    let mut document = oficio();
    document.pages = vec![
        page(1, &LETTER[..10]),
        page(2, &["Responsable de Tecnologías Luis Mamani", "Atentamente,", "Elvis Rojas"]),
    ];
    document.tables = vec![table(1, &[&HEADER, &ANA])];
    assert_eq!(read(&[document.clone()]).doubts.len(), 1);
    document.tables = vec![table(1, &[&HEADER, &ANA, &LUIS])];
    assert_eq!(read(&[document]).doubts, Vec::<String>::new());
}

#[test]
fn a_cuadro_that_was_read_in_part_is_no_discrepancy() {
    let mut cut = ANA;
    cut[0] = "Jefa de";
    cut[4] = "aquispe@muni";
    let oficio = read(&[with_table(&[&HEADER, &cut]), sheet("cuadro.xlsx", &[&HEADER, &ANA, &LUIS])]);
    assert_eq!((oficio.discrepancies.len(), oficio.doubts.len()), (0, 1));
}

#[test]
fn rows_of_people_without_a_header_in_another_file_are_a_doubt() {
    let mut other = with_table(&[&LUIS]);
    other.name = "pagina2.pdf".to_owned();
    other.pages = vec![page(1, &["Informática"])];
    let oficio = read(&[with_table(&[&HEADER, &ANA, &LUIS]), other]);
    assert!(oficio.doubts.iter().any(|doubt| doubt.contains("«pagina2.pdf»")), "{:?}", oficio.doubts);
}

#[test]
fn rows_of_people_that_do_not_go_on_with_the_cuadro_are_a_doubt() {
    let mut document = with_table(&[&HEADER, &ANA, &LUIS]);
    document.pages.push(page(2, &[]));
    let mut next = table(2, &[&["", "", "Luis Campos", "10499629", "luis.campos@x.gob.pe"]]);
    next.bounds.left += 90.0;
    document.tables.push(next);
    let oficio = read(&[document]);
    assert!(oficio.doubts.iter().any(|doubt| doubt.starts_with("Aparte del cuadro")), "{:?}", oficio.doubts);
}

#[test]
fn a_cuadro_of_which_a_picture_shows_the_headings_only_is_for_a_person() {
    let mut scan = oficio();
    scan.pages[0].text_layer = TextLayer::Recognised;
    let table = &mut scan.tables[0];
    table.cells.retain(|cell| cell.row == 0);
    table.rows = 1;
    let doubts = read(&[scan]).doubts;
    assert!(doubts.iter().any(|doubt| doubt.contains("las filas del cuadro")), "{doubts:?}");
}

/// A letter with these lines in its head, recognised from a picture.
fn recognised(head: &[&str]) -> Oficio {
    read(&[recognised_letter(head)])
}

fn recognised_letter(head: &[&str]) -> Document {
    let mut lines = head.to_vec();
    lines.extend(["Señor:", "Asunto: Accesos a Gob.pe", "De mi consideración:", "Atentamente,"]);
    let mut document = letter(&lines);
    document.pages[0].text_layer = TextLayer::Recognised;
    document
}

fn is_sure<T>(datum: &OficioDatum<T>) -> bool {
    matches!(datum, OficioDatum::Found { read, .. } if read.certainty == Certainty::Sure)
}

#[test]
fn a_number_whose_beginning_was_not_read_in_a_picture_is_unsure() {
    assert!(is_sure(&recognised(&["OFICIO N° 045-2026-MPSC/A"]).number));
    assert!(!is_sure(&recognised(&["OFICIO N° 2026-MPSC/A"]).number));
}

#[test]
fn a_clear_date_that_an_office_stamps_alone_in_the_head_is_the_letters() {
    let mut dated = recognised_letter(&["01 NOV 2026"]);
    let page = &mut dated.pages[0];
    page.lines[0].bounds = crate::oficio::paper::bounds(400.0, 2.0, 480.0, 14.0);
    page.lines[0].legibility = Legibility::Clear;
    assert!(is_sure(&read(&[dated.clone()]).date));
    let mut unclear = dated.clone();
    unclear.pages[0].lines[0].legibility = Legibility::Plain;
    assert!(!is_sure(&read(&[unclear]).date));
    let mut in_a_ring = dated.clone();
    let ring = crate::oficio::paper::bounds(390.0, 0.0, 490.0, 50.0);
    in_a_ring.pages[0].pictures.push(Picture { bounds: ring, kind: PictureKind::Drawing });
    assert!(!is_sure(&read(&[in_a_ring]).date));
    let mut received = dated.clone();
    let mut word = received.pages[0].lines[0].clone();
    word.text = "RECEBDO".to_owned();
    (word.bounds.top, word.bounds.bottom) = (20.0, 30.0);
    received.pages[0].lines.insert(1, word);
    assert!(!is_sure(&read(&[received]).date));
}

#[test]
fn a_stamp_of_reception_beside_the_date_of_a_letter_takes_nothing_from_it() {
    let head = ["Santa Coba, 21 de agosto de 2026", "MESA DE PARTES", "RECIBIDO", "22 AGO 2026"];
    let oficio = recognised(&head);
    assert_eq!(oficio.date.value().map(ToString::to_string).as_deref(), Some("2026-08-21"));
    assert!(is_sure(&oficio.date));
}

#[test]
fn a_stamps_date_in_a_picture_is_not_surely_the_letters() {
    let city = "Santa Coba, 12 de julio de 2026";
    assert!(is_sure(&recognised(&[city]).date));
    let mut stamped = recognised_letter(&["01 NOV.2026"]);
    let bounds = &mut stamped.pages[0].lines[0].bounds;
    (bounds.left, bounds.right) = (bounds.left + 35.0, bounds.right + 20.0);
    assert!(!is_sure(&read(&[stamped]).date));
    assert!(is_sure(&recognised(&["9 MAY. 2026"]).date), "it begins where the letter's lines do");
    assert!(is_sure(&recognised(&["01 NOV.2026", "12 de julio de 2026"]).date), "no stamp says «de»");
    assert!(!is_sure(&recognised(&["01 NOV.2026", "12 JUL.2026"]).date));
    let above_a_stamp = |own: &str, stamp: &str| {
        let head = [own, "«Año de la Esperanza»", "Sede central", "RECIBIDO", stamp];
        let date = recognised(&head).date;
        assert_eq!(date.value().map(ToString::to_string).as_deref(), Some("2026-07-12"), "{own}");
        is_sure(&date)
    };
    assert!(above_a_stamp("12 de julio de 2026", "13 JUL.2026"));
    assert!(above_a_stamp("12 JUL.2026", "12 JUL.2026"), "it is the same day");
    assert!(!above_a_stamp("12 JUL.2026", "13 JUL.2026"));
    let other_year = ["OFICIO N° 045-2026-MPSC/A", "Santa Coba, 12 de julio de 2020"];
    assert!(!is_sure(&recognised(&other_year).date), "one of the years may be misread");
    let mut clear = recognised_letter(&other_year);
    clear.pages[0].lines.iter_mut().for_each(|line| line.legibility = Legibility::Clear);
    assert!(is_sure(&read(&[clear.clone()]).date), "every look says so");
    clear.pages[0].lines[0].legibility = Legibility::Plain;
    assert!(!is_sure(&read(&[clear]).date));
    let both = recognised(&["RECIBIDO", "01 NOV.2026", city]).date;
    assert_eq!(both.value().map(ToString::to_string).as_deref(), Some("2026-07-12"));
}

/// The document as it is seen when its pages lie on a side or stand on their head.
fn seen(mut document: Document, turn: Turn) -> Document {
    for page in &mut document.pages {
        if turn.is_sideways() {
            (page.width, page.height) = (page.height, page.width);
        }
        page.turn = turn;
        let (width, height) = (page.width, page.height);
        let lay = |bounds: &mut Bounds| *bounds = turn.back(bounds, width, height);
        page.lines.iter_mut().for_each(|line| lay(&mut line.bounds));
        page.pictures.iter_mut().for_each(|picture| lay(&mut picture.bounds));
        for table in document.tables.iter_mut().filter(|table| table.page == page.number) {
            lay(&mut table.bounds);
            table.cells.iter_mut().for_each(|cell| lay(&mut cell.bounds));
        }
    }
    document
}

#[test]
fn a_letter_is_read_alike_however_its_pages_are_turned() {
    // The cuadro goes on over a page break, the signature stands under the closing: both depend on what is below.
    let mut document = oficio();
    document.signatures.clear();
    document.pages.push(page(2, &LETTER[10..]));
    document.pages[0].lines.truncate(10);
    document.tables = vec![table(1, &[&HEADER, &ANA]), table(2, &[&LUIS])];
    for cell in &mut document.tables[1].cells {
        cell.bounds.top -= 580.0;
        cell.bounds.bottom -= 580.0;
    }
    document.tables[1].bounds = bounds(50.0, 20.0, 545.0, 32.0);
    let pen = Picture { bounds: bounds(60.0, 60.0, 200.0, 110.0), kind: PictureKind::Drawing };
    document.pages[1].pictures.push(pen);
    let upright = read(std::slice::from_ref(&document));
    assert_eq!((upright.signature, upright.cuadro.rows().len()), (Signature::Pictured, 2));
    let place = |oficio: &Oficio| oficio.cuadro.rows()[1].get(Field::Dni).unwrap().evidence.bounds.unwrap();
    for turn in [Turn::Down, Turn::Over, Turn::Up] {
        let turned = seen(document.clone(), turn);
        let mut oficio = read(std::slice::from_ref(&turned));
        assert_eq!(place(&oficio), turned.tables[1].cells[3].bounds, "{turn:?}: where it is seen");
        let mut expected = upright.clone();
        for oficio in [&mut oficio, &mut expected] {
            evidence::of_each_value(oficio, |evidence| evidence.bounds = None);
        }
        assert_eq!(oficio, expected, "{turn:?}");
    }
}

#[test]
fn a_letter_that_stands_on_its_head_is_not_blamed_for_a_missing_signature() {
    let mut document = letter(&LETTER);
    document.pages[0].pictures.push(Picture { bounds: bounds(60.0, 220.0, 200.0, 270.0), kind: PictureKind::Raster });
    for turn in [Turn::None, Turn::Down, Turn::Over, Turn::Up] {
        assert_eq!(read(&[seen(document.clone(), turn)]).signature, Signature::Pictured, "{turn:?}");
    }
}

#[test]
fn a_lone_letter_in_the_letterhead_is_not_where_the_address_begins() {
    for coat in ["A", "A Q", "A DE PARTES"] {
        let lines: Vec<&str> = [coat].into_iter().chain(LETTER).collect();
        assert_eq!(read(&[letter(&lines)]).number.value().map(String::as_str), Some("045-2026-MPSC/A"), "{coat}");
    }
}

#[test]
fn a_cuadro_with_the_forms_notes_under_it_does_not_go_on_over_the_page() {
    let mut document = with_table(&[&HEADER, &ANA]);
    document.pages.push(page(2, &["El personal designado asume la responsabilidad.", "Atentamente,"]));
    assert!(read(std::slice::from_ref(&document)).doubts.iter().any(|doubt| doubt.contains("parece continuar")));
    let note = TextLine {
        text: "Consideraciones para completar el cuadro:".into(),
        bounds: bounds(60.0, 640.0, 300.0, 650.0),
        size: 9.0,
        legibility: Legibility::Plain,
    };
    document.pages[0].lines.push(note);
    assert_eq!(read(&[document]).doubts, Vec::<String>::new());
}

#[test]
fn an_empty_rol_without_rules_may_be_one_cell_with_the_next_persons() {
    let mut alone = LUIS;
    alone[6] = "";
    let certainty = |ruling| {
        let mut cuadro = table(1, &[&HEADER, &ANA, &alone]);
        cuadro.ruling = ruling;
        let mut document = oficio();
        document.tables = vec![cuadro];
        read(&[document]).cuadro.rows()[1].rol.as_ref().unwrap().certainty.clone()
    };
    assert_eq!(certainty(Ruling::Ruled), Certainty::Sure);
    assert!(matches!(certainty(Ruling::Borderless), Certainty::Unsure(_)));
}
