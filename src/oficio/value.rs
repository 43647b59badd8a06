//! Value: one value as it was read, with where it stands and whether it was read for sure.

use serde::{Deserialize, Serialize};

use crate::documents::Bounds;
use crate::tables::Look;

/// Where a value was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    #[serde(rename = "documento")]
    pub document: String,
    #[serde(rename = "pagina")]
    pub page: u32,
    #[serde(rename = "caja")]
    pub bounds: Option<Bounds>,
}

/// Whether what was read is what stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certainty {
    #[default]
    Sure,
    /// Not for sure; the reason is a Spanish sentence for the operator.
    Unsure(String),
}

/// One value as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadValue {
    /// On one line, white space single, footnote asterisks still there.
    pub text: String,
    /// The cell's visual lines: what wraps without a space (e-mail, DNI, celular) is joined from these.
    pub lines: Vec<String>,
    pub origin: Origin,
    pub evidence: Evidence,
    pub certainty: Certainty,
    /// For a value read from pixels: what each look gave (see [`crate::tables::Look`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Look>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    #[default]
    Text,
    /// A spreadsheet's numeric cell, which cannot hold leading zeros.
    NumericCell,
}

/// One of the oficio's own data (number, date, entity), as read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum OficioDatum<T> {
    /// Not found anywhere in the oficio.
    #[default]
    Missing,
    /// The form's placeholder was left where the datum belongs, e.g. «(número de oficio)».
    Placeholder {
        /// The placeholder, as read.
        read: ReadValue,
        /// What another part of the oficio says, e.g. the letterhead when the subject line names no entity. It does not
        /// mend the placeholder.
        elsewhere: Option<T>,
    },
    Found {
        value: T,
        read: ReadValue,
    },
}

impl<T> OficioDatum<T> {
    /// The datum as far as the oficio says it anywhere, also when its own place holds a placeholder.
    pub fn value(&self) -> Option<&T> {
        match self {
            OficioDatum::Found { value, .. } => Some(value),
            OficioDatum::Placeholder { elsewhere, .. } => elsewhere.as_ref(),
            OficioDatum::Missing => None,
        }
    }
}
