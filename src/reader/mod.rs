//! Reader: hostile bytes are parsed in a child process with limits on time, memory and files (design, invariant 9).
//!
//! [`child`] is the program run as `oficios read-untrusted`; [`parent`] spawns it, feeds it one mail on its standard input and
//! takes events from its standard output. A child that dies or takes too long costs the one document it was reading, which
//! then carries [`Trouble::ReaderStopped`](crate::documents::Trouble::ReaderStopped); the others are read by the next child.
//!
//! What the documents mean is not known here.

pub mod child;
mod confinement;
mod eyes;
mod parent;
mod protocol;

use serde::{Deserialize, Serialize};

use crate::documents::Document;
use crate::mail::Mail;

pub use confinement::Confinement;
pub use parent::{Reader, ReaderError};

/// A mail and its documents, read. `documents` holds the attachments' documents in the order of the mail, and last the body
/// as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadMail {
    pub mail: Mail,
    pub documents: Vec<Document>,
}

/// What one file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadFile {
    Mail(Box<ReadMail>),
    Documents(Vec<Document>),
}

impl ReadFile {
    pub fn documents(&self) -> &[Document] {
        match self {
            ReadFile::Mail(read) => &read.documents,
            ReadFile::Documents(documents) => documents,
        }
    }
}
