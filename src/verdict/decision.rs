//! Findings and doubts become one decision.
//!
//! `revision` comes first wherever something was not read for sure; then `subsanacion` for any error; and `confirmado` only
//! for what passes [`Confirmable`], whatever the findings say (design, invariant 4).

use super::{Case, Context, Decision, Pictures};
use crate::documents::{Document, TextLayer, Trouble};
use crate::form::Form;
use crate::oficio::{Certainty, Field, Oficio, OficioDatum, Presence, ReadValue, Signature};
use crate::rules::{Checked, Severity};
use crate::triage::SubjectMatter;

/// The decision and why, in Spanish sentences for the operator.
pub(super) fn decide(case: &Case, checked: &Checked, context: &Context) -> (Decision, Vec<String>) {
    let Case { oficio, documents, subject, doubts, .. } = case;
    let unclear = match subject {
        SubjectMatter::Unclear { reason } => Some(reason.clone()),
        SubjectMatter::Designation | SubjectMatter::Other { .. } => None,
    };
    let calls_a_person = checked.findings.iter().filter(|finding| finding.severity == Severity::Revision);
    let mut reasons: Vec<String> = unclear
        .into_iter()
        .chain(doubts.iter().cloned())
        .chain(oficio.doubts.iter().cloned())
        .chain(checked.doubts.iter().cloned())
        .chain(calls_a_person.map(|finding| finding.message.clone()))
        .chain(unread_parts(oficio, documents))
        .chain(read_from_pictures(oficio, documents).filter(|_| context.pictures == Pictures::Assist))
        .collect();
    // The same doubt may reach us by two ways.
    let mut seen = std::collections::BTreeSet::new();
    reasons.retain(|reason| seen.insert(reason.clone()));
    if !reasons.is_empty() {
        return (Decision::Revision, reasons);
    }
    match checked.findings.iter().filter(|finding| finding.severity == Severity::Error).count() {
        0 => match Confirmable::of(oficio, checked, context.form) {
            Ok(confirmable) => (confirmable.decision(), Vec::new()),
            Err(missing) => (Decision::Revision, missing),
        },
        1 => (Decision::Subsanacion, vec!["Hay una observación para la entidad.".to_owned()]),
        count => (Decision::Subsanacion, vec![format!("Hay {count} observaciones para la entidad.")]),
    }
}

/// What of the oficio's own file was not read, or not in a way that can be trusted.
fn unread_parts<'a>(oficio: &'a Oficio, documents: &'a [Document]) -> impl Iterator<Item = String> + 'a {
    documents
        .iter()
        .filter(|document| oficio.document.as_deref() == Some(document.name.as_str()))
        .flat_map(move |document| {
            document.troubles.iter().filter(move |trouble| {
                let no_value_is_there = matches!(
                    trouble,
                    Trouble::PageWithoutText(number) if holds_nothing_asked(oficio, document, *number)
                );
                !was_recognised(document, trouble) && !no_value_is_there
            })
        })
        .map(|trouble| match trouble {
            Trouble::Encrypted => "El oficio está protegido con una contraseña.".to_owned(),
            Trouble::Corrupt => "El archivo del oficio está dañado.".to_owned(),
            Trouble::Empty => "El archivo del oficio está vacío.".to_owned(),
            Trouble::BeyondLimits(_) => "El oficio supera los límites de lectura.".to_owned(),
            Trouble::ReaderStopped => "La lectura del oficio se interrumpió.".to_owned(),
            Trouble::UnsupportedFormat | Trouble::UnknownFormat => {
                "El oficio está en un formato que el programa no lee.".to_owned()
            }
            Trouble::NeedsAnotherViewer => "El oficio solo se puede ver en Adobe Reader.".to_owned(),
            Trouble::PageWithoutText(page) => format!("La página {page} del oficio no se pudo leer con seguridad."),
            Trouble::TextMayLie(page) => {
                format!("En la página {page} del oficio, lo que se ve y lo que dice el archivo pueden no coincidir.")
            }
        })
}

/// That values of the oficio were recognised in pictures, when they were.
fn read_from_pictures<'a>(oficio: &'a Oficio, documents: &'a [Document]) -> impl Iterator<Item = String> + 'a {
    documents
        .iter()
        .filter(|document| oficio.document.as_deref() == Some(document.name.as_str()))
        .flat_map(|document| document.pages.iter().map(move |page| (document, page)))
        .filter(|(document, page)| {
            page.text_layer == TextLayer::Recognised && !holds_nothing_asked(oficio, document, page.number)
        })
        .map(|_| "Los datos se leyeron de una imagen: compárelos con el oficio antes de responder.".to_owned())
        .take(1)
}

/// Whether a page without text was read from its picture after all: then each value says itself how far it was read.
fn was_recognised(document: &Document, trouble: &Trouble) -> bool {
    let Trouble::PageWithoutText(number) = trouble else { return false };
    document.pages.iter().any(|page| page.number == *number && page.text_layer == TextLayer::Recognised)
}

/// Whether a page without text is not where any value stands: number, date, entity and the whole cuadro were read on other
/// pages of the same file, as when only the page with the signature was scanned. That the cuadro cannot go on there is
/// [`crate::oficio`]'s care.
fn holds_nothing_asked(oficio: &Oficio, document: &Document, number: u32) -> bool {
    let elsewhere = |read: &ReadValue| read.evidence.document == document.name && read.evidence.page != number;
    fn read<T>(datum: &OficioDatum<T>) -> Option<&ReadValue> {
        match datum {
            OficioDatum::Found { read, .. } | OficioDatum::Placeholder { read, .. } => Some(read),
            OficioDatum::Missing => None,
        }
    }
    // What the oficio lacks was looked for on its readable pages; `oficio` doubts it when it may stand on this one.
    let data = [read(&oficio.number), read(&oficio.date), read(&oficio.entity)];
    let rows = oficio.cuadro.rows();
    let cells = rows.iter().flat_map(|row| Field::ALL.into_iter().filter_map(|field| row.get(field)));
    !rows.is_empty() && data.into_iter().flatten().chain(cells).all(elsewhere)
}

/// Proof that an oficio may be confirmed: it can only be made by passing every check.
struct Confirmable(());

impl Confirmable {
    /// # Errors
    /// What is missing, Spanish sentences. Each would have been a finding before; that it was not is a reason to have a
    /// person look.
    fn of(oficio: &Oficio, checked: &Checked, form: &Form) -> Result<Confirmable, Vec<String>> {
        let mut missing = Vec::new();
        let mut require = |holds: bool, otherwise: &str| {
            if !holds {
                missing.push(format!("No se confirma: {otherwise}."));
            }
        };
        let serious = |severity| matches!(severity, Severity::Error | Severity::Revision);
        require(!checked.findings.iter().any(|finding| serious(finding.severity)), "hay observaciones");
        require(checked.doubts.is_empty() && oficio.doubts.is_empty(), "hay dudas");
        require(oficio.presence == Presence::Present, "no hay oficio");
        require(oficio.unreadable.is_empty(), "hay un archivo que no se pudo leer");
        require(oficio.discrepancies.is_empty(), "el oficio y otro archivo no coinciden");
        require(
            matches!(&oficio.number, OficioDatum::Found { value, .. } if !value.trim().is_empty()),
            "falta el número del oficio",
        );
        require(matches!(&oficio.date, OficioDatum::Found { .. }), "falta la fecha del oficio");
        require(
            matches!(&oficio.entity, OficioDatum::Found { value, .. } if !value.trim().is_empty()),
            "falta el nombre de la entidad",
        );
        require(
            !matches!(oficio.signature, Signature::Absent | Signature::Broken | Signature::NotSeen),
            "falta una firma válida",
        );
        let rows = oficio.cuadro.rows();
        require(!rows.is_empty() && rows.len() == checked.designees.len(), "falta el cuadro de designados");
        let sure = rows.iter().all(|row| {
            Field::ALL.into_iter().all(|field| row.get(field).is_some_and(|value| value.certainty == Certainty::Sure))
        });
        require(sure, "algún dato del cuadro falta o no se leyó con seguridad");
        let filled = checked.designees.iter().all(|designee| {
            let fields = [
                &designee.cargo,
                &designee.perfil,
                &designee.nombres,
                &designee.dni,
                &designee.correo,
                &designee.celular,
                &designee.rol,
            ];
            fields.into_iter().all(|field| field.as_deref().is_some_and(|text| !text.trim().is_empty()))
        });
        require(filled, "algún dato del cuadro está vacío");
        for profile in &form.profiles {
            let named = checked.designees.iter().any(|designee| designee.perfil.as_ref() == Some(&profile.name));
            require(named, "falta uno de los perfiles");
        }
        if missing.is_empty() { Ok(Confirmable(())) } else { Err(missing) }
    }

    fn decision(self) -> Decision {
        Decision::Confirmado
    }
}
