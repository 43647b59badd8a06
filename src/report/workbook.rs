//! The report as a workbook. Every text is written as a string cell, so that none of it is ever taken for a formula.

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::Day;
use super::view::{Bar, View};

/// A cell: only these two kinds.
enum Cell {
    Text(String),
    Count(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Cell {
        Cell::Text(text.clone())
    }
}

impl From<&Option<String>> for Cell {
    fn from(text: &Option<String>) -> Cell {
        Cell::Text(text.clone().unwrap_or_default())
    }
}

impl From<&Vec<String>> for Cell {
    fn from(lines: &Vec<String>) -> Cell {
        Cell::Text(lines.join("\n"))
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Cell {
        Cell::Count(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }
}

/// An Excel cell holds at most 32,767 characters.
const CELL_LIMIT: usize = 32_000;

pub fn workbook(day: &Day, view: &View) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The library would put the clock's time here.
    if let Ok(created) = ExcelDateTime::from_timestamp(day.now.timestamp().as_second()) {
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    }
    summary(workbook.add_worksheet().set_name("Resumen")?, view)?;
    waiting(workbook.add_worksheet().set_name("Pendientes")?, view)?;
    cases(workbook.add_worksheet().set_name("Casos")?, view)?;
    fields(workbook.add_worksheet().set_name("Campos")?, view)?;
    workbook.save_to_buffer()
}

fn summary(sheet: &mut Worksheet, view: &View) -> Result<(), XlsxError> {
    let mut rows: Vec<[Cell; 2]> = vec![["Día".into(), (&view.fecha_texto).into()]];
    rows.extend(view.titulares.iter().map(|headline| ["Atención".into(), (&headline.texto).into()]));
    rows.push(["Casos que esperan a una persona".into(), view.pendientes_total.into()]);
    rows.push(["Correos del día".into(), view.correos_total.into()]);
    let counts = |prefix: &str, bar: &Bar| [Cell::Text(format!("{prefix}: {}", bar.nombre)), bar.cantidad.into()];
    rows.extend(view.resultados.iter().map(|bar| counts("Correos", bar)));
    rows.extend(view.respuestas.iter().map(|bar| counts("Respuestas", bar)));
    if let Some(times) = &view.tiempos {
        rows.push(["Tiempo de respuesta: mediana".into(), (&times.mediana).into()]);
        rows.push(["Tiempo de respuesta: 90 % en menos de".into(), (&times.noventa).into()]);
        rows.push(["Tiempo de respuesta: máximo".into(), (&times.maximo).into()]);
    }
    rows.push(["Buzón y registro".into(), (&view.conciliacion).into()]);
    rows.push(["Revisiones del buzón".into(), (&view.ciclos).into()]);
    for failure in &view.fallas {
        rows.push([
            Cell::Text(format!("Falla: {}", failure.que)),
            Cell::Text(format!("{}; veces: {}", failure.cuando, failure.veces)),
        ]);
    }
    rows.push(["Generado".into(), (&view.generado).into()]);
    table(sheet, [("Dato", 44.0), ("Valor", 90.0)], rows)
}

fn waiting(sheet: &mut Worksheet, view: &View) -> Result<(), XlsxError> {
    let rows = view.pendientes.iter().map(|line| {
        [
            (&line.referencia).into(),
            (&line.antiguedad).into(),
            (&line.desde_texto).into(),
            (&line.por_que).into(),
            (&line.que_hacer).into(),
            (&line.motivos).into(),
            (&line.entidad).into(),
            (&line.oficio).into(),
            (&line.dominio).into(),
            (&line.asunto).into(),
            (&line.enlace).into(),
        ]
    });
    let columns = [
        ("Caso", 18.0),
        ("Espera", 16.0),
        ("Desde", 32.0),
        ("Por qué", 38.0),
        ("Qué hacer", 44.0),
        ("Motivos", 60.0),
        ("Entidad", 40.0),
        ("Oficio", 24.0),
        ("Remitente (dominio)", 28.0),
        ("Asunto", 50.0),
        ("Enlace", 44.0),
    ];
    table(sheet, columns, rows)
}

fn cases(sheet: &mut Worksheet, view: &View) -> Result<(), XlsxError> {
    let rows = view.casos.iter().map(|case| {
        [
            (&case.referencia).into(),
            (&case.llego_texto).into(),
            (&case.resultado).into(),
            (&case.entidad).into(),
            (&case.oficio).into(),
            (&case.dominio).into(),
            (&case.asunto).into(),
            (&case.respuesta).into(),
            (&case.demora).into(),
            (&case.correcciones).into(),
            (&case.designados).into(),
            (&case.enlace).into(),
        ]
    });
    let columns = [
        ("Caso", 18.0),
        ("Llegó", 32.0),
        ("Resultado", 26.0),
        ("Entidad", 40.0),
        ("Oficio", 24.0),
        ("Remitente (dominio)", 28.0),
        ("Asunto", 50.0),
        ("Respuesta", 20.0),
        ("Demora", 14.0),
        ("Correcciones", 50.0),
        ("Designados", 60.0),
        ("Enlace", 44.0),
    ];
    table(sheet, columns, rows)
}

fn fields(sheet: &mut Worksheet, view: &View) -> Result<(), XlsxError> {
    let rows = view.campos.iter().map(|bar| [(&bar.nombre).into(), bar.cantidad.into()]);
    table(sheet, [("Campo", 32.0), ("Correcciones pedidas", 24.0)], rows)
}

/// A header that stays in sight and can be filtered by, and the rows under it.
fn table<const N: usize>(
    sheet: &mut Worksheet,
    columns: [(&str, f64); N],
    rows: impl IntoIterator<Item = [Cell; N]>,
) -> Result<(), XlsxError> {
    let header = Format::new().set_bold().set_background_color(Color::RGB(0xE4EAF0)).set_align(FormatAlign::Top);
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, (title, width)) in (0u16..).zip(columns) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, title, &header)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut last = 0;
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) => {
                    let text: String = text.chars().take(CELL_LIMIT).collect();
                    sheet.write_string_with_format(row, column, text, &body)?;
                }
                Cell::Count(count) => {
                    sheet.write_number_with_format(row, column, count, &body)?;
                }
            }
        }
        last = row;
    }
    if last > 0 {
        sheet.autofilter(0, 0, last, u16::try_from(N.saturating_sub(1)).unwrap_or_default())?;
    }
    Ok(())
}
