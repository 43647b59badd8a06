//! Verdict: a mail and its documents become an [`Assessment`]: the decision, the designees in normal form and the findings.
//!
//! The composition of the pure core ends here. Nothing is written, sent or looked up.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::documents::Document;
use crate::form::Form;
use crate::reader::ReadMail;
use crate::rules::Finding;
use crate::triage::OurAddresses;

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
}

/// What a judgement needs beside the mail.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub form: &'a Form,
    pub ours: &'a OurAddresses,
    /// Today, in the office's time zone.
    pub today: Date,
}

/// Judges one mail with its documents.
pub fn assess_mail(_read: &ReadMail, _context: &Context) -> Assessment {
    Assessment {
        decision: Decision::Revision,
        reasons: Vec::new(),
        oficio: None,
        designees: Vec::new(),
        findings: Vec::new(),
    }
}

/// Judges bare documents, as if they had come together in one mail of an unknown sender.
pub fn assess_documents(_documents: &[Document], _context: &Context) -> Assessment {
    Assessment {
        decision: Decision::Revision,
        reasons: Vec::new(),
        oficio: None,
        designees: Vec::new(),
        findings: Vec::new(),
    }
}

/// The contract's line of `oficios check --json` (design, section 3).
pub fn json_line(_file: &str, _assessment: &Assessment) -> String {
    String::new()
}
