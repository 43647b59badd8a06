//! The oficio itself: `oficio.ausente`, `oficio.numero`, `oficio.fecha`, `oficio.entidad`.
//!
//! Source: the form's head, «Oficio N.º (número de oficio)», «(Fecha: día, mes y año)», «(nombre de la entidad)».

use jiff::civil::Date;

use super::findings::{Findings, Wording};
use super::text::shown;
use super::{Context, RuleCode};
use crate::calendar::long_date;
use crate::oficio::{Certainty, Oficio, OficioDatum, Presence, ReadValue};

pub(crate) fn check(oficio: &Oficio, context: &Context, findings: &mut Findings) {
    if let Presence::Absent { linked } = oficio.presence {
        // A file that could not be read may be the oficio: `adjunto.ilegible` says so, and a person looks.
        if oficio.unreadable.is_empty() {
            findings.on_oficio(RuleCode::OficioAusente, "oficio", None, absent(linked));
        }
        return;
    }
    number(&oficio.number, findings);
    date(&oficio.date, context.today, findings);
    entity(&oficio.entity, findings);
}

fn number(datum: &OficioDatum<String>, findings: &mut Findings) {
    const REMEDY: &str = "Escriba el número del oficio, por ejemplo «Oficio N.º 045-2026-MDX/A».";
    match datum {
        OficioDatum::Missing => {
            let wording = Wording::new("No se encontró el número del oficio.", REMEDY);
            findings.on_oficio(RuleCode::OficioNumero, "numero", None, wording);
        }
        OficioDatum::Placeholder { read, .. } => {
            findings.on_oficio(
                RuleCode::OficioNumero,
                "numero",
                Some(read),
                left("El número del oficio", read, REMEDY),
            );
        }
        OficioDatum::Found { read, .. } => sure("el número del oficio", read, findings),
    }
}

fn date(datum: &OficioDatum<Date>, today: Date, findings: &mut Findings) {
    const REMEDY: &str = "Escriba la fecha del oficio con día, mes y año.";
    match datum {
        OficioDatum::Missing => {
            let wording = Wording::new("No se encontró la fecha del oficio.", REMEDY);
            findings.on_oficio(RuleCode::OficioFecha, "fecha", None, wording);
        }
        OficioDatum::Placeholder { read, .. } => {
            findings.on_oficio(RuleCode::OficioFecha, "fecha", Some(read), left("La fecha del oficio", read, REMEDY));
        }
        OficioDatum::Found { value, read } => {
            if *value > today {
                let message = format!(
                    "La fecha del oficio ({}) es posterior a la de esta revisión ({}).",
                    long_date(*value),
                    long_date(today)
                );
                let wording = Wording::new(message, "Corrija la fecha del oficio.");
                findings.on_oficio(RuleCode::OficioFecha, "fecha", Some(read), wording);
            }
            sure("la fecha del oficio", read, findings);
        }
    }
}

fn entity(datum: &OficioDatum<String>, findings: &mut Findings) {
    const REMEDY: &str = "Escriba el nombre completo de la entidad, en el asunto del oficio.";
    match datum {
        OficioDatum::Missing => {
            let wording = Wording::new("No se encontró el nombre de la entidad.", REMEDY);
            findings.on_oficio(RuleCode::OficioEntidad, "entidad", None, wording);
        }
        OficioDatum::Placeholder { read, .. } => {
            let wording = left("El nombre de la entidad", read, REMEDY);
            findings.on_oficio(RuleCode::OficioEntidad, "entidad", Some(read), wording);
        }
        OficioDatum::Found { read, .. } => sure("el nombre de la entidad", read, findings),
    }
}

/// Adds a doubt when the value was not read for sure.
fn sure(what: &str, read: &ReadValue, findings: &mut Findings) {
    if let Certainty::Unsure(reason) = &read.certainty {
        findings.doubts.push(format!("No se leyó con seguridad {what}: {}.", reason.trim_end_matches('.')));
    }
}

fn left(what: &str, read: &ReadValue, remedy: &str) -> Wording {
    Wording::new(format!("{what} quedó sin llenar: se leyó «{}».", shown(&read.text)), remedy)
}

fn absent(linked: bool) -> Wording {
    let message = if linked {
        "Su correo trae un enlace en lugar del oficio; no podemos abrir enlaces."
    } else {
        "Su correo no trae el oficio en un archivo que podamos leer."
    };
    Wording::new(message, "Responda a este correo y adjunte el oficio firmado, de preferencia en PDF.")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::form::{EMBEDDED, Form};

    #[test]
    fn today_is_no_future_date_and_tomorrow_is() {
        let form = Form::parse(EMBEDDED).unwrap();
        let today = date(2026, 11, 24);
        let rules = |value| {
            let mut findings = Findings::new(&form);
            super::date(&OficioDatum::Found { value, read: ReadValue::default() }, today, &mut findings);
            findings.list.into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
        };
        assert_eq!(rules(today), []);
        assert_eq!(rules(date(2026, 11, 25)), [RuleCode::OficioFecha]);
    }
}
