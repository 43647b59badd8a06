//! A corrected oficio against the one that was answered before.
//!
//! All observations go to the entity once (design, invariant 8; TUO of Ley 27444, article 137.2: afterwards only what was not
//! mended may be asked again). A new finding on data that did not change since is ours to have missed: a person decides.

use std::collections::BTreeSet;

use super::{Assessment, Decision, Designee};
use crate::rules::{Finding, RuleCode, Severity};

/// The assessment of a correction, given the one that was answered.
///
/// Only a `subsanacion` after a `subsanacion` can change: into `revision`, when it would ask for something that the first
/// reply could have asked already.
pub fn against_previous(previous: &Assessment, current: Assessment) -> Assessment {
    if previous.decision != Decision::Subsanacion || current.decision != Decision::Subsanacion {
        return current;
    }
    let late: Vec<String> = current
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .filter(|finding| is_late(finding, previous, &current))
        .map(|finding| {
            let place = finding.row.map_or_else(String::new, |row| format!("fila {row}, "));
            format!(
                "Observación nueva sobre un dato que no cambió desde la primera respuesta ({place}{}): {}",
                finding.field, finding.message
            )
        })
        .collect();
    if late.is_empty() {
        return current;
    }
    Assessment { decision: Decision::Revision, reasons: late, ..current }
}

/// Whether the finding is new and rests on data that the first oficio held just so.
fn is_late(finding: &Finding, previous: &Assessment, current: &Assessment) -> bool {
    let Some(now) = grounds(finding, current, row_of(finding, current)) else { return false };
    let before_row = row_of(finding, current).and_then(|row| counterpart(row, previous));
    let said_before = previous.findings.iter().any(|before| {
        before.severity == Severity::Error
            && before.rule == finding.rule
            && before.field == finding.field
            && before.row == before_row.map(|row| row.row)
    });
    !said_before && grounds(finding, previous, before_row).as_ref() == Some(&now)
}

fn row_of<'a>(finding: &Finding, assessment: &'a Assessment) -> Option<&'a Designee> {
    assessment.designees.iter().find(|designee| Some(designee.row) == finding.row)
}

/// The same person in the first oficio: by DNI, else by name, else by place.
fn counterpart<'a>(row: &Designee, previous: &'a Assessment) -> Option<&'a Designee> {
    let by = |same: &dyn Fn(&Designee) -> bool| previous.designees.iter().find(|before| same(before));
    by(&|before| before.dni.is_some() && before.dni == row.dni && before.perfil == row.perfil)
        .or_else(|| {
            by(&|before| before.nombres.is_some() && before.nombres == row.nombres && before.perfil == row.perfil)
        })
        .or_else(|| by(&|before| before.row == row.row))
}

/// The data that a finding rests on; `None` when it rests on the document itself, which is another one now.
fn grounds(finding: &Finding, assessment: &Assessment, row: Option<&Designee>) -> Option<Vec<Option<String>>> {
    let oficio = assessment.oficio.as_ref();
    let number_of = |same: &dyn Fn(&Designee) -> bool| {
        Some(assessment.designees.iter().filter(|designee| same(designee)).count().to_string())
    };
    match finding.rule {
        RuleCode::OficioNumero => Some(vec![oficio?.number.clone()]),
        RuleCode::OficioFecha => Some(vec![oficio?.date.clone()]),
        RuleCode::OficioEntidad => Some(vec![oficio?.entity.clone()]),
        RuleCode::OficioAusente
        | RuleCode::CuadroAusente
        | RuleCode::CuadroColumna
        | RuleCode::CuadroDiscrepancia
        | RuleCode::FirmaAusente
        | RuleCode::FirmaInvalida
        | RuleCode::AdjuntoIlegible => None,
        RuleCode::PerfilFaltante => {
            let profiles: BTreeSet<&str> =
                assessment.designees.iter().filter_map(|designee| designee.perfil.as_deref()).collect();
            Some(profiles.into_iter().map(|profile| Some(profile.to_owned())).collect())
        }
        RuleCode::CargoVacio => Some(vec![row?.cargo.clone()]),
        RuleCode::PerfilVacio | RuleCode::PerfilModificado => Some(vec![row?.perfil.clone()]),
        RuleCode::NombresVacio | RuleCode::NombresIncompleto => Some(vec![row?.nombres.clone()]),
        RuleCode::DniVacio | RuleCode::DniFormato | RuleCode::DniOtroDocumento | RuleCode::DniCero => {
            Some(vec![row?.dni.clone()])
        }
        RuleCode::CorreoVacio | RuleCode::CorreoFormato | RuleCode::CorreoPersonal => Some(vec![row?.correo.clone()]),
        RuleCode::CorreoExcepcion | RuleCode::CorreoMixto => {
            let row = row?;
            Some(vec![row.correo.clone(), row.nombres.clone(), oficio.and_then(|oficio| oficio.entity.clone())])
        }
        RuleCode::CelularVacio | RuleCode::CelularFormato => Some(vec![row?.celular.clone()]),
        RuleCode::RolVacio | RuleCode::RolModificado => Some(vec![row?.rol.clone()]),
        RuleCode::DniDuplicado | RuleCode::DesignadoRepetido => {
            let row = row?;
            Some(vec![row.dni.clone(), row.nombres.clone(), number_of(&|other| other.dni == row.dni)])
        }
        RuleCode::CorreoDuplicado => {
            let row = row?;
            Some(vec![row.correo.clone(), row.nombres.clone(), number_of(&|other| other.correo == row.correo)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::OficioData;

    fn designee(row: u32, nombres: &str, dni: &str, correo: &str) -> Designee {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Designee { row, nombres: text(nombres), dni: text(dni), correo: text(correo), ..Designee::default() }
    }

    fn finding(rule: RuleCode, row: Option<u32>, field: &str) -> Finding {
        Finding {
            rule,
            severity: Severity::Error,
            row,
            field: field.to_owned(),
            value: None,
            message: "Mensaje.".to_owned(),
            remedy: String::new(),
            evidence: None,
        }
    }

    fn assessment(designees: Vec<Designee>, findings: Vec<Finding>) -> Assessment {
        Assessment {
            decision: Decision::Subsanacion,
            reasons: Vec::new(),
            oficio: Some(OficioData::default()),
            designees,
            findings,
            unclear: Vec::new(),
        }
    }

    fn before() -> Assessment {
        let rows = vec![
            designee(1, "Jorge Pérez", "1234567", "jperez@munix.gob.pe"),
            designee(2, "Ana Ríos", "41234567", "arios@munix.gob.pe"),
        ];
        assessment(rows, vec![finding(RuleCode::DniFormato, Some(1), "dni")])
    }

    #[test]
    fn a_new_finding_on_unchanged_data_is_for_a_person() {
        let mut now = before();
        now.designees[0].dni = Some("01234567".to_owned());
        now.findings = vec![finding(RuleCode::CorreoFormato, Some(2), "correo")];
        let judged = against_previous(&before(), now);
        assert_eq!(judged.decision, Decision::Revision);
        assert_eq!(
            judged.reasons,
            ["Observación nueva sobre un dato que no cambió desde la primera respuesta (fila 2, correo): Mensaje."]
        );
    }

    #[test]
    fn rows_in_another_order_are_still_the_same_people() {
        let mut now = before();
        now.designees.swap(0, 1);
        now.designees[0].row = 1;
        now.designees[1].row = 2;
        now.findings = vec![finding(RuleCode::CorreoFormato, Some(1), "correo")];
        assert_eq!(against_previous(&before(), now).decision, Decision::Revision);
    }

    #[test]
    fn what_was_not_mended_is_asked_again() {
        assert_eq!(against_previous(&before(), before()).decision, Decision::Subsanacion);
    }

    #[test]
    fn a_new_fault_in_a_changed_datum_goes_to_the_entity() {
        let mut now = before();
        now.designees[1].correo = Some("arios@gmail.com".to_owned());
        now.findings = vec![finding(RuleCode::CorreoPersonal, Some(2), "correo")];
        assert_eq!(against_previous(&before(), now).decision, Decision::Subsanacion);
    }

    #[test]
    fn a_corrected_oficio_without_signature_goes_back_to_the_entity() {
        let mut now = before();
        now.findings = vec![finding(RuleCode::FirmaAusente, None, "firma")];
        assert_eq!(against_previous(&before(), now).decision, Decision::Subsanacion);
    }
}
