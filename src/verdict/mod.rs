//! Verdict: a mail and its documents become an [`Assessment`]: the decision, the designees in normal form and the findings.
//!
//! The composition of the pure core ends here. Nothing is written, sent or looked up.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::documents::Document;
use crate::form::Form;
use crate::mail::{self, DmarcResult, Mail};
use crate::oficio::{self, Oficio, Presence};
use crate::reader::ReadMail;
use crate::rules::{self, Finding};
use crate::triage::{self, Machine, OurAddresses, Strength, SubjectMatter};

mod correction;
mod decision;
mod json;
#[cfg(test)]
mod tests;
mod unclear;

pub use correction::against_previous;
pub use json::json_line;
pub use unclear::UnclearValue;

/// The contract's decisions (design, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    Confirmado,
    Subsanacion,
    Revision,
    Ajeno,
    Automatico,
}

/// The oficio's own data, in normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OficioData {
    #[serde(rename = "numero")]
    pub number: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(rename = "fecha")]
    pub date: Option<String>,
    #[serde(rename = "entidad")]
    pub entity: Option<String>,
}

/// A designee in normal form; a value that cannot be normalised stands as written, an empty one is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designee {
    #[serde(rename = "fila")]
    pub row: u32,
    pub cargo: Option<String>,
    pub perfil: Option<String>,
    pub nombres: Option<String>,
    pub dni: Option<String>,
    pub correo: Option<String>,
    pub celular: Option<String>,
    pub rol: Option<String>,
}

/// The whole answer of the pure core for one mail or one bare document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub decision: Decision,
    /// Why this decision, for the operator: Spanish sentences.
    #[serde(rename = "motivos")]
    pub reasons: Vec<String>,
    pub oficio: Option<OficioData>,
    #[serde(rename = "designados")]
    pub designees: Vec<Designee>,
    #[serde(rename = "hallazgos")]
    pub findings: Vec<Finding>,
    /// What was not read for sure.
    #[serde(default, rename = "no_leidos", skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<UnclearValue>,
}

/// What a judgement needs beside the mail.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub form: &'a Form,
    pub ours: &'a OurAddresses,
    /// Today, in the office's time zone.
    pub today: Date,
    pub pictures: Pictures,
}

/// What may follow from values that were recognised in a scan or a photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pictures {
    /// They are shown to a person, who decides.
    Assist,
    /// They decide like text wherever they were read for sure.
    #[default]
    Decide,
}

/// Judges one mail with its documents.
pub fn assess_mail(read: &ReadMail, context: &Context) -> Assessment {
    let ReadMail { mail, documents } = read;
    let machine = triage::machine(mail, context.ours);
    if let Some(Machine { reason, strength: Strength::Certain }) = machine {
        return Assessment::without_oficio(Decision::Automatico, reason);
    }
    let oficio = oficio::assemble(Some(mail), documents, context.form);
    let subject = triage::subject_matter(mail, documents, &oficio, context.form);
    if let (Some(Machine { reason, .. }), SubjectMatter::Other { .. }) = (&machine, &subject) {
        return Assessment::without_oficio(Decision::Automatico, reason.clone());
    }
    // Whoever sends from a machine may send an oficio; whether it may be answered is for a person to say.
    let mut doubts: Vec<String> = machine.map(|machine| machine.reason).into_iter().collect();
    if sender_unauthenticated(mail) {
        doubts.push("No se pudo comprobar que el correo viene del dominio de su remitente (DMARC).".to_owned());
    }
    doubts.extend(mail.beyond_limits.iter().cloned());
    let sender = mail.from.first().map(|sender| sender.address.to_lowercase());
    judge(&Case { oficio, documents, subject, sender, doubts }, context)
}

/// Judges bare documents, as if they had come together in one mail of an unknown sender.
pub fn assess_documents(documents: &[Document], context: &Context) -> Assessment {
    let oficio = oficio::assemble(None, documents, context.form);
    let subject = triage::subject_matter(&Mail::default(), documents, &oficio, context.form);
    judge(&Case { oficio, documents, subject, sender: None, doubts: Vec::new() }, context)
}

/// Whether the newest statement on DMARC says that it failed.
///
/// Which servers may be believed does not matter here: a forged failure only brings the mail before a person, and a forged
/// pass, which is believed for nothing, cannot stand above the statement of our own server.
fn sender_unauthenticated(mail: &Mail) -> bool {
    mail::dmarc_statements(mail).first().is_some_and(|newest| newest.result == DmarcResult::Fail)
}

/// All that a decision is made from.
struct Case<'a> {
    oficio: Oficio,
    documents: &'a [Document],
    subject: SubjectMatter,
    /// The address that sent the mail, lower case.
    sender: Option<String>,
    /// Reasons in the mail itself for which a person has to look.
    doubts: Vec<String>,
}

fn judge(case: &Case, context: &Context) -> Assessment {
    if let SubjectMatter::Other { reason } = &case.subject {
        return Assessment::without_oficio(Decision::Ajeno, reason.clone());
    }
    let about = rules::Context { form: context.form, today: context.today, sender: case.sender.as_deref() };
    let checked = rules::check(&case.oficio, &about);
    let (decision, reasons) = decision::decide(case, &checked, context);
    Assessment {
        decision,
        reasons,
        oficio: OficioData::of(&case.oficio),
        designees: checked.designees,
        findings: checked.findings,
        unclear: unclear::values(&case.oficio),
    }
}

impl Assessment {
    /// A mail in which nothing was judged.
    fn without_oficio(decision: Decision, reason: String) -> Assessment {
        Assessment {
            decision,
            reasons: vec![reason],
            oficio: None,
            designees: Vec::new(),
            findings: Vec::new(),
            unclear: Vec::new(),
        }
    }
}

impl OficioData {
    fn of(oficio: &Oficio) -> Option<OficioData> {
        (oficio.presence == Presence::Present).then(|| OficioData {
            number: oficio.number.value().cloned(),
            date: oficio.date.value().map(ToString::to_string),
            entity: oficio.entity.value().cloned(),
        })
    }
}
