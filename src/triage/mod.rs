//! Triage: is a mail a machine's, someone else's, or a designation oficio for us? Rules that can be read and tested one by
//! one.
//!
//! Pure. Two stages: [`machine`] looks at headers only, before any attachment is opened; [`subject_matter`] looks at what the
//! mail and its documents say.
