//! Rules: every check of the form's rules on one [`Oficio`](crate::oficio::Oficio), one small unit each, giving [`Finding`]s
//! in Spanish that say what was read, why it fails and how to mend it.
//!
//! Pure: the day is an input. Which decision follows is [`crate::verdict`]'s question.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::form::Form;
use crate::oficio::{Cuadro, Evidence, Field, Oficio, Presence};
use crate::verdict::Designee;

mod celular;
mod code;
mod correo;
mod designees;
mod dni;
mod findings;
mod form_words;
mod nombres;
mod oficio_data;
mod persons;
#[cfg(test)]
pub(crate) mod samples;
mod sources;
#[cfg(test)]
mod tests;
mod text;

pub use celular::{Celular, CelularFault};
pub use code::RuleCode;
pub use correo::{AddressFault, EmailAddress};
pub use dni::{Dni, DniFault};
pub use nombres::{FullName, NameFault};

use findings::{Findings, Wording};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Aviso,
    Revision,
}

/// One observation. Its message is what the entity (or the operator) reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    #[serde(rename = "regla")]
    pub rule: RuleCode,
    #[serde(rename = "severidad")]
    pub severity: Severity,
    /// The designee, counted from 1; `None` for findings on the document.
    #[serde(rename = "fila")]
    pub row: Option<u32>,
    /// `dni`, `correo`, …, or `oficio`, `cuadro`, `firma`, `numero`, `fecha`, `entidad`.
    #[serde(rename = "campo")]
    pub field: String,
    /// What was read, as written.
    #[serde(rename = "valor")]
    pub value: Option<String>,
    /// What is wrong and how to mend it, in one or two Spanish sentences.
    #[serde(rename = "mensaje")]
    pub message: String,
    /// What to do, as an instruction in Spanish: the reply's last column.
    #[serde(rename = "remedio")]
    pub remedy: String,
    #[serde(rename = "evidencia", skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Evidence>,
}

/// What the rules need to know beside the oficio.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub form: &'a Form,
    /// Today, in the office's time zone.
    pub today: Date,
    /// The address that sent the mail, lower case, when there is a mail.
    pub sender: Option<&'a str>,
}

/// The designees in normal form, and everything that is to be said about them and the oficio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    pub designees: Vec<Designee>,
    pub findings: Vec<Finding>,
    /// What only a person can settle, Spanish sentences: values not read for sure, or that can be taken in two ways.
    pub doubts: Vec<String>,
}

/// Checks everything: the oficio's own data, what carries them, every row, and the rows against each other.
///
/// Where there is no oficio, nothing is said of its number, date, entity and signature; where there is no cuadro, nothing of
/// its fields.
pub fn check(oficio: &Oficio, context: &Context) -> Checked {
    let mut findings = Findings::new(context.form);
    oficio_data::check(oficio, context, &mut findings);
    if oficio.presence == Presence::Present {
        sources::signature(oficio.signature, &mut findings);
    }
    if oficio.presence == Presence::Present || oficio.cuadro != Cuadro::Missing {
        sources::cuadro(&oficio.cuadro, &mut findings);
    }
    let designees = rows(oficio, context, &mut findings);
    sources::discrepancies(&oficio.discrepancies, &oficio.cuadro, &mut findings);
    sources::lost_zeros(&oficio.lost_zeros, &oficio.cuadro, &mut findings);
    sources::unreadable(&oficio.unreadable, &mut findings);
    let (mut list, doubts) = findings.finish();
    // The oficio first, then person by person: the order in which they are mended.
    list.sort_by_key(|finding| finding.row);
    Checked { designees, findings: list, doubts }
}

/// Rows that are checked at least, also when the form allows fewer.
const CHECKED_ROWS: usize = 100;

fn rows(oficio: &Oficio, context: &Context, findings: &mut Findings) -> Vec<Designee> {
    let all = oficio.cuadro.rows();
    let most = usize::try_from(context.form.values.max_designees).unwrap_or(usize::MAX);
    if all.len() > most {
        findings.doubts.push(format!(
            "El cuadro designa a {} personas y el máximo es {most}: para más se necesita un sustento.",
            all.len()
        ));
    }
    // A hostile sheet of many thousand rows goes to a person by its length; comparing all of them would only cost time.
    let rows = all.get(..all.len().min(most.max(CHECKED_ROWS))).unwrap_or(all);
    let words = &context.form.email;
    let sender_host = context.sender.and_then(|sender| correo::institutional_host(sender, words));
    let hosts: Vec<(u32, String)> = rows
        .iter()
        .filter_map(|row| Some((row.number, correo::plain_institutional_host(row.correo.as_ref()?, words)?)))
        .chain(sender_host.clone().map(|host| (0, host)))
        .collect();
    let cuadro = designees::Cuadro { context, entity: oficio.entity.value().map(String::as_str), hosts: &hosts };
    let (designees, persons): (Vec<_>, Vec<_>) = rows.iter().map(|row| designees::read(row, &cuadro, findings)).unzip();
    persons::compare(&persons, rows, findings);
    persons::mixed_addresses(&persons, rows, sender_host.as_deref(), findings);
    if sources::has_column(&oficio.cuadro, Field::Perfil) {
        persons::missing_profiles(&persons, context, findings);
    }
    designees
}
