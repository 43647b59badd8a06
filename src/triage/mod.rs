//! Triage: is a mail a machine's, someone else's, or a designation oficio for us? Rules that can be read and tested one by
//! one.
//!
//! Pure. Two stages: [`machine`] looks at headers only, before any attachment is opened; [`subject_matter`] looks at what the
//! mail and its documents say.

use crate::documents::Document;
use crate::form::Form;
use crate::mail::Mail;
use crate::oficio::Oficio;

/// The addresses that are ours, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OurAddresses(pub Vec<String>);

/// Why a mail is taken for a machine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// A Spanish sentence for the operator, without personal data.
    pub reason: String,
}

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

/// Whether a machine wrote this mail (RFC 3834 and the common practice beside it). Looks at headers only.
pub fn machine(_mail: &Mail, _ours: &OurAddresses) -> Option<Machine> {
    None
}

/// Whether this mail is a designation for us, by what the mail and its documents say.
pub fn subject_matter(_mail: &Mail, _documents: &[Document], _oficio: &Oficio, _form: &Form) -> SubjectMatter {
    SubjectMatter::Designation
}
