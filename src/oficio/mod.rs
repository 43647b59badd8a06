//! Oficio: documents of one mail become one [`Oficio`]: number, date, entity and the rows of the cuadro de designados, each
//! value with its evidence and whether it was read for sure.
//!
//! Values are as read here; whether they are right is [`crate::rules`]' question.

mod assembly;
mod body;
mod broken;
mod certainty;
mod columns;
mod cuadro;
mod date;
mod designee;
mod elsewhere;
mod entity;
mod evidence;
mod grid;
mod header;
mod letter;
mod misplaced;
mod number;
mod people;
mod presence;
mod prose;
mod rows;
mod shape;
mod siglas;
mod signature;
mod soundness;
mod titles;
mod undated;
mod value;
mod witnesses;

#[cfg(test)]
mod paper;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use assembly::assemble;
pub use designee::{Cuadro, DesigneeRow, Discrepancy, Field};
pub use value::{Certainty, Evidence, OficioDatum, Origin, ReadValue};

/// What signs the oficio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signature {
    /// Neither a digital signature nor a picture where the signature belongs, in a born-digital document.
    #[default]
    Absent,
    /// A picture (or ink strokes) where the signature belongs.
    Pictured,
    /// At least one digital signature, none broken.
    Digital,
    /// A digital signature that does not verify, or content changed after signing.
    Broken,
    /// None is seen in a page that was recognised from its picture: it may be too faint.
    NotSeen,
    /// Cannot be told (a picture that was not read, a format that hides it).
    Unknown,
}

/// Whether the mail holds an oficio that can be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// A readable document of the oficio.
    #[default]
    Present,
    /// Announced, but there is no document of it (a link, a logo only, the bare spreadsheet), or it may be among the files that
    /// could not be read.
    Absent {
        /// A link to a file store stands in the mail in its place.
        linked: bool,
    },
}

/// All that was read of one oficio in one mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Oficio {
    pub presence: Presence,
    /// The file that is the oficio, when there is one.
    pub document: Option<String>,
    /// E.g. `045-2026-MPSC/A`.
    pub number: OficioDatum<String>,
    pub date: OficioDatum<Date>,
    pub entity: OficioDatum<String>,
    pub signature: Signature,
    pub cuadro: Cuadro,
    pub discrepancies: Vec<Discrepancy>,
    /// Cells where a spreadsheet beside the oficio lost a DNI's leading zero that the oficio has: no disagreement, but worth
    /// saying.
    pub lost_zeros: Vec<Discrepancy>,
    /// Files that could not be read, and why.
    pub unreadable: Vec<Unreadable>,
    /// Reasons, Spanish sentences, for which a person has to look at the case whatever the rules say.
    pub doubts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    pub document: String,
    pub reason: String,
    /// What whoever looks at the case can do, a Spanish sentence.
    pub remedy: String,
}
