//! What the reply templates see: the assessment as short, clean Spanish texts, in the order in which a person reads them.

use jiff::civil::Date;
use serde::Serialize;

use super::ReplyInput;
use crate::calendar::{clock_time, long_date, weekday_date};
use crate::compose::shown;
use crate::oficio::Field;
use crate::rules::{Finding, RuleCode, Severity};
use crate::verdict::Designee;

/// Longest value of a cell, and longest sentence of a finding, in characters.
const VALUE_LIMIT: usize = 300;
const SENTENCE_LIMIT: usize = 700;

/// The variables of the reply templates. An absent value is `none`.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    pub caso: String,
    /// Our name, as in the mail's sender.
    pub oficina: String,
    /// `martes 24 de noviembre de 2026, 10:32 a. m.`.
    pub recibido: String,
    pub oficio: OficioView,
    pub designados: Vec<DesignadoView>,
    /// What has to be corrected: first the oficio as a whole, then row by row.
    pub grupos: Vec<Group>,
    /// How many findings `grupos` holds.
    pub total: usize,
    /// What is only said, in the same order.
    pub avisos: Vec<FindingView>,
    pub plazo: Option<Deadline>,
    /// No document of the oficio came: it has to be sent, not corrected.
    pub falta_oficio: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct OficioView {
    pub numero: Option<String>,
    /// `14 de marzo de 2026`.
    pub fecha: Option<String>,
    pub entidad: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DesignadoView {
    pub fila: u32,
    pub cargo: Option<String>,
    pub perfil: Option<String>,
    pub nombres: Option<String>,
    pub dni: Option<String>,
    pub correo: Option<String>,
    pub celular: Option<String>,
    pub rol: Option<String>,
}

/// The findings on one row, or on the oficio as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// `none` for the oficio as a whole.
    pub fila: Option<u32>,
    pub perfil: Option<String>,
    pub nombres: Option<String>,
    pub hallazgos: Vec<FindingView>,
}

#[derive(Clone, Debug, Serialize)]
pub struct FindingView {
    pub fila: Option<u32>,
    /// The form's header of the column, e.g. `Correo electrónico`.
    pub campo: String,
    /// What was read; `none` when nothing was, or when `mensaje` already quotes it.
    pub valor: Option<String>,
    pub mensaje: String,
    pub remedio: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Deadline {
    /// `jueves 26 de noviembre de 2026`.
    pub fecha: String,
    pub dias: u32,
}

pub fn view(input: &ReplyInput) -> View {
    let assessment = input.assessment;
    let oficio = assessment.oficio.clone().unwrap_or_default();
    let designados: Vec<DesignadoView> = assessment.designees.iter().map(designado).collect();
    let errors = with_severity(&assessment.findings, Severity::Error);
    // With spaces that do not break.
    let time = clock_time(input.arrived.time()).replace(' ', "\u{a0}");
    View {
        caso: shown(input.case_number, 40),
        oficina: input.from.name.as_deref().map_or_else(|| "Mesa de ayuda".to_owned(), |name| shown(name, VALUE_LIMIT)),
        recibido: format!("{}, {time}", weekday_date(input.arrived.date())),
        oficio: OficioView {
            numero: value(oficio.number.as_deref()),
            fecha: oficio
                .date
                .as_deref()
                .and_then(|date| date.parse::<Date>().map_or_else(|_| value(Some(date)), |date| Some(long_date(date)))),
            entidad: value(oficio.entity.as_deref()),
        },
        total: errors.len(),
        grupos: groups(&errors, &designados),
        avisos: with_severity(&assessment.findings, Severity::Aviso).into_iter().map(finding_view).collect(),
        designados,
        plazo: input.deadline.map(|(day, dias)| Deadline { fecha: weekday_date(day), dias }),
        falta_oficio: assessment.findings.iter().any(|finding| finding.rule == RuleCode::OficioAusente),
    }
}

/// Whether all seven fields have a value.
pub fn is_complete(designee: &Designee) -> bool {
    let Designee { row: _, cargo, perfil, nombres, dni, correo, celular, rol } = designee;
    [cargo, perfil, nombres, dni, correo, celular, rol].into_iter().all(|field| value(field.as_deref()).is_some())
}

/// Findings of one severity: the oficio as a whole first, then by row, and within a row in the order of the form's columns.
fn with_severity(findings: &[Finding], severity: Severity) -> Vec<&Finding> {
    let mut chosen: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == severity).collect();
    chosen.sort_by_key(|finding| {
        (finding.row, Field::ALL.iter().position(|field| finding.field == field.key()).unwrap_or_default())
    });
    chosen
}

fn groups(errors: &[&Finding], designados: &[DesignadoView]) -> Vec<Group> {
    errors
        .chunk_by(|one, next| one.row == next.row)
        .filter_map(|findings| {
            let fila = findings.first()?.row;
            let designado = designados.iter().find(|designado| Some(designado.fila) == fila);
            Some(Group {
                fila,
                perfil: designado.and_then(|designado| designado.perfil.clone()),
                nombres: designado.and_then(|designado| designado.nombres.clone()),
                hallazgos: findings.iter().map(|finding| finding_view(finding)).collect(),
            })
        })
        .collect()
}

fn finding_view(finding: &Finding) -> FindingView {
    let mensaje = shown(&finding.message, SENTENCE_LIMIT);
    FindingView {
        fila: finding.row,
        campo: field_label(&finding.field),
        valor: value(finding.value.as_deref()).filter(|value| !mensaje.contains(&format!("«{value}»"))),
        mensaje,
        remedio: Some(shown(&finding.remedy, SENTENCE_LIMIT)).filter(|remedy| !remedy.is_empty()),
    }
}

/// What people call a field of a finding.
fn field_label(key: &str) -> String {
    if let Some(field) = Field::ALL.into_iter().find(|field| field.key() == key) {
        return field.label().to_owned();
    }
    match key {
        "oficio" => "Documento adjunto",
        "cuadro" => "Cuadro de designados",
        "firma" => "Firma",
        "numero" => "Número del oficio",
        "fecha" => "Fecha del oficio",
        "entidad" => "Nombre de la entidad",
        _ => "Personas designadas",
    }
    .to_owned()
}

fn designado(designee: &Designee) -> DesignadoView {
    DesignadoView {
        fila: designee.row,
        cargo: value(designee.cargo.as_deref()),
        perfil: value(designee.perfil.as_deref()),
        nombres: value(designee.nombres.as_deref()),
        dni: value(designee.dni.as_deref()),
        correo: value(designee.correo.as_deref()),
        celular: value(designee.celular.as_deref()),
        rol: value(designee.rol.as_deref()),
    }
}

fn value(text: Option<&str>) -> Option<String> {
    text.map(|text| shown(text, VALUE_LIMIT)).filter(|text| !text.is_empty())
}
