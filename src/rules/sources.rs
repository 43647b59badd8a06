//! What carries the data: `cuadro.ausente`, `cuadro.columna`, `cuadro.discrepancia`, `firma.ausente`, `firma.invalida`,
//! `adjunto.ilegible`.
//!
//! Sources: the form's cuadro of seven columns, «Todos los campos son obligatorios»; «(Firma del titular, la autoridad
//! administrativa o gerente municipal de la entidad)». A missing *digital* signature alone is no fault.

use super::RuleCode;
use super::findings::{Findings, Wording};
use super::text::shown;
use crate::oficio::{Cuadro, Discrepancy, Field, ReadValue, Signature, Unreadable};

pub(crate) fn signature(signature: Signature, findings: &mut Findings) {
    let (rule, wording) = match signature {
        Signature::Absent => (
            RuleCode::FirmaAusente,
            Wording::new(
                "El oficio no lleva firma.",
                "Envíe el oficio firmado por el titular, la autoridad administrativa o el gerente municipal de la entidad.",
            ),
        ),
        Signature::Broken => (
            RuleCode::FirmaInvalida,
            Wording::new(
                "La firma digital del oficio no es válida; puede que el archivo haya cambiado después de firmarse.",
                "Firme de nuevo el oficio y envíe el archivo tal como queda al firmarlo.",
            ),
        ),
        Signature::Pictured | Signature::Digital | Signature::NotSeen | Signature::Unknown => return,
    };
    findings.on_oficio(rule, "firma", None, wording);
}

pub(crate) fn cuadro(cuadro: &Cuadro, findings: &mut Findings) {
    match cuadro {
        Cuadro::Missing => findings.on_oficio(
            RuleCode::CuadroAusente,
            "cuadro",
            None,
            Wording::new(
                "El oficio no trae el cuadro de designados.",
                "Incluya en el oficio el cuadro de designados del formato, con sus siete columnas.",
            ),
        ),
        Cuadro::Found { missing_columns, .. } => {
            for field in missing_columns {
                let wording = Wording::new(
                    format!("Al cuadro le falta la columna «{}».", field.label()),
                    format!("Agregue la columna «{}» y llénela para cada persona.", field.label()),
                );
                findings.on_oficio(RuleCode::CuadroColumna, field.key(), None, wording);
            }
        }
    }
}

pub(crate) fn discrepancies(discrepancies: &[Discrepancy], cuadro: &Cuadro, findings: &mut Findings) {
    for Discrepancy { row, field, in_oficio, in_other, other_document } in discrepancies {
        let wording = Wording::new(
            disagreement(in_oficio, other_document, in_other),
            format!(
                "Envíe el oficio firmado con el dato correcto en «{}»; si adjunta otro archivo, debe decir lo mismo.",
                field.label()
            ),
        );
        let read = as_read(*row, *field, in_oficio, cuadro);
        findings.on_field(RuleCode::CuadroDiscrepancia, *row, *field, &read, wording);
    }
}

fn disagreement(in_oficio: &str, other_document: &str, in_other: &str) -> String {
    let (oficio, other, document) = (shown(in_oficio), shown(in_other), shown(other_document));
    match (oficio.is_empty(), other.is_empty()) {
        (false, true) => format!("El oficio dice «{oficio}» y en el archivo «{document}» no figura."),
        (true, false) => format!("El archivo «{document}» dice «{other}» y en el oficio no figura."),
        _ => format!("El oficio dice «{oficio}» y el archivo «{document}» dice «{other}»."),
    }
}

/// `dni.cero` where the oficio has the DNI whole and only the spreadsheet beside it lost the zero.
pub(crate) fn lost_zeros(lost: &[Discrepancy], cuadro: &Cuadro, findings: &mut Findings) {
    for Discrepancy { row, field, in_oficio, in_other, other_document } in lost {
        let wording = Wording::new(
            format!(
                "En el archivo «{}» el DNI figura como «{}», porque una celda numérica pierde los ceros iniciales; se tomó «{}», como dice el oficio.",
                shown(other_document),
                shown(in_other),
                shown(in_oficio)
            ),
            "Compruebe el DNI; si no es correcto, respóndanos a este correo.",
        );
        findings.on_field(RuleCode::DniCero, *row, *field, &as_read(*row, *field, in_oficio, cuadro), wording);
    }
}

/// What the oficio says, with its evidence.
fn as_read(row: u32, field: Field, text: &str, cuadro: &Cuadro) -> ReadValue {
    let read = cuadro.rows().iter().find(|read| read.number == row).and_then(|read| read.get(field));
    let evidence = read.map(|read| read.evidence.clone()).unwrap_or_default();
    ReadValue { text: text.to_owned(), evidence, ..ReadValue::default() }
}

pub(crate) fn unreadable(unreadable: &[Unreadable], findings: &mut Findings) {
    for Unreadable { document, reason, remedy } in unreadable {
        let wording = Wording::new(
            format!("No se pudo leer el archivo «{}»: {}.", shown(document), within_a_sentence(reason)),
            remedy.clone(),
        );
        let name = ReadValue { text: document.clone(), ..ReadValue::default() };
        findings.on_oficio(RuleCode::AdjuntoIlegible, "oficio", Some(&name), wording);
    }
}

/// A sentence as a part of another.
fn within_a_sentence(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Whether the column is there at all: a missing one is said once, not for every row.
pub(crate) fn has_column(cuadro: &Cuadro, field: Field) -> bool {
    match cuadro {
        Cuadro::Missing => false,
        Cuadro::Found { missing_columns, rows } => {
            !missing_columns.contains(&field) && (rows.is_empty() || rows.iter().any(|row| row.get(field).is_some()))
        }
    }
}
