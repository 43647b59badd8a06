//! A signed oficio as a PDF: one page with letterhead, number, date, the cuadro within its lines, and a picture of a signature.

use std::fmt::Write as _;

/// Width of each of the seven columns, in points.
const COLUMNS: [u32; 7] = [110, 120, 125, 55, 175, 60, 105];
const LEFT: u32 = 45;
pub const HEADER: [&str; 7] = [
    "Cargo en la entidad",
    "Perfil para la migración a Gob.pe",
    "Nombres y apellidos",
    "DNI",
    "Correo electrónico*",
    "Celular",
    "Rol que tendrá en Gob.pe y Facilita",
];

#[derive(Clone)]
pub struct Letter {
    pub number: String,
    pub entity: String,
    pub rows: Vec<[String; 7]>,
}

impl Letter {
    /// An oficio with nothing to correct. `place` makes one entity differ from another.
    pub fn right(number: u32, place: &str) -> Letter {
        let host = format!("muni{}.gob.pe", place.to_lowercase());
        let row = |cargo: &str, perfil: &str, nombres: &str, dni: u32, user: &str, celular: u32| {
            [
                cargo.to_owned(),
                perfil.to_owned(),
                nombres.to_owned(),
                format!("{:08}", dni + number),
                format!("{user}@{host}"),
                (celular + number).to_string(),
                "Coordinador de entidad".to_owned(),
            ]
        };
        Letter {
            number: format!("{number:03}-2025-MD{}/A", place.chars().next().unwrap()),
            entity: format!("Municipalidad Distrital de {place}"),
            rows: vec![
                row(
                    "Jefa de Imagen",
                    "Responsable de Comunicación",
                    "Rosa Quispe Mamani",
                    41_270_305,
                    "rquispe",
                    951_340_228,
                ),
                row(
                    "Jefe de Sistemas",
                    "Responsable de Tecnologías",
                    "Luis Alberto Paredes Soto",
                    9_846_117,
                    "lparedes",
                    963_207_815,
                ),
            ],
        }
    }

    /// The same with a DNI of seven digits in the first row.
    pub fn with_a_short_dni(number: u32, place: &str) -> Letter {
        let mut letter = Letter::right(number, place);
        letter.rows[0][3].pop();
        letter
    }

    pub fn pdf(&self) -> Vec<u8> {
        let mut page = String::new();
        let mut line = |x: u32, y: u32, size: u32, words: &str| {
            writeln!(page, "BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET").unwrap();
        };
        line(300, 560, 12, &self.entity.to_uppercase());
        line(LEFT, 530, 11, &format!("OFICIO N.º {}", self.number));
        line(LEFT, 512, 11, "14 de marzo de 2025");
        line(LEFT, 490, 10, "Señor:");
        line(LEFT, 476, 10, "César Vílchez Inga");
        line(LEFT, 462, 10, "Secretaría de Gobierno y Transformación Digital");
        line(
            LEFT,
            440,
            10,
            &format!(
                "Asunto: Incorporación de la página web de la {} a la Plataforma Gob.pe y acceso a Facilita Perú",
                self.entity
            ),
        );
        line(LEFT, 418, 10, "De mi consideración:");
        line(
            LEFT,
            402,
            10,
            "Solicitamos los accesos a Gob.pe y Facilita Perú para los servidores públicos que designamos a continuación:",
        );
        let top = 385;
        let height = 22;
        for (index, row) in std::iter::once(HEADER.map(str::to_owned)).chain(self.rows.iter().cloned()).enumerate() {
            let mut x = LEFT;
            for (words, width) in row.iter().zip(COLUMNS) {
                let y = top - height * u32::try_from(index + 1).unwrap();
                line(x + 3, y + 8, 7, words);
                x += width;
            }
        }
        line(LEFT, 250, 10, "Todos los campos son obligatorios. De no llenarse no se brindarán accesos.");
        line(LEFT, 220, 10, "Cordialmente,");
        line(300, 110, 10, "María Elena Ccopa Vargas");
        line(300, 96, 10, "Alcaldesa");
        let rows = u32::try_from(self.rows.len() + 1).unwrap();
        let (right, bottom) = (LEFT + COLUMNS.iter().sum::<u32>(), top - height * rows);
        for row in 0..=rows {
            let y = top - height * row;
            writeln!(page, "{LEFT} {y} m {right} {y} l S").unwrap();
        }
        let mut x = LEFT;
        for width in [0].into_iter().chain(COLUMNS) {
            x += width;
            writeln!(page, "{x} {top} m {x} {bottom} l S").unwrap();
        }
        // The signature: a picture of 8 by 4 grey dots, stretched.
        page.push_str("q 140 0 0 60 300 130 cm BI /W 8 /H 4 /CS /G /BPC 8 /F /AHx ID\n");
        page.push_str("FF10FF20FFFF30FF10FF10FF2010FF30FF20FF10FF30FF10FFFF10FF2010FFFF>\nEI Q\n");
        document(&page)
    }
}

/// A PDF of one landscape page with this content. Text beyond ASCII is written as WinAnsi has it.
fn document(content: &str) -> Vec<u8> {
    let content: Vec<u8> = content.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        [format!("<< /Length {} >>\nstream\n", content.len()).as_bytes(), &content, b"\nendstream"].concat(),
    ];
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let start = pdf.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        writeln!(end, "{offset:010} 00000 n ").unwrap();
    }
    write!(end, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).unwrap();
    pdf.extend_from_slice(end.as_bytes());
    pdf
}
