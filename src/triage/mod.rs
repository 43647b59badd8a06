//! Triage: is a mail a machine's, someone else's, or a designation oficio for us? Rules that can be read and tested one by
//! one.
//!
//! Pure. Two stages: [`machine`] looks at the mail alone, before any attachment is opened; [`subject_matter`] looks at what the
//! mail and its documents say.

mod machine;

pub use machine::{Machine, OurAddresses, Strength, machine};

use crate::documents::Document;
use crate::form::Form;
use crate::mail::Mail;
use crate::oficio::Oficio;

/// What a mail of a person is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectMatter {
    /// It brings, or announces, an oficio that designates people for Gob.pe and Facilita Perú.
    Designation,
    /// Other help-desk mail; the reason is a Spanish sentence for the operator.
    Other { reason: String },
    /// It may be a designation, or ask something that only a person can settle.
    Unclear { reason: String },
}

/// Whether this mail is a designation for us, by what the mail and its documents say.
pub fn subject_matter(_mail: &Mail, _documents: &[Document], _oficio: &Oficio, _form: &Form) -> SubjectMatter {
    SubjectMatter::Designation
}
