//! Triage: is a mail a machine's, someone else's, or a designation oficio for us? Rules that can be read and tested one by
//! one.
//!
//! Pure. Two stages: [`machine`] looks at the mail alone, before any attachment is opened; [`subject_matter`] looks at what the
//! mail and its documents say.

mod answer;
mod evidence;
mod machine;
mod subject_matter;
mod words;

pub use answer::{Answer, answer};
pub use machine::{Machine, OurAddresses, Strength, is_machines_address, machine};
pub use subject_matter::{SubjectMatter, subject_matter};
