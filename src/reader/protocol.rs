//! What parent and child say to each other: one request line and the raw bytes go in, one event a line comes out.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::confinement::Confinement;
use crate::documents::{Document, Limits};
use crate::mail::Mail;

/// The first line of the child's standard input; the raw bytes follow up to the end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    pub kind: Kind,
    /// The file's name, for people and as a hint of its format.
    pub name: String,
    pub limits: Limits,
    /// CPU seconds that one document may take.
    pub cpu_seconds: u64,
    /// Bytes of address space of the whole process.
    pub address_space: u64,
    /// The recognition model's file, for pages that are pictures. Without it they stay unread.
    #[serde(default)]
    pub model: Option<PathBuf>,
    /// Whether the deciding values of drawn text are read once more from its picture.
    #[serde(default)]
    pub second_reading: bool,
    /// Documents (by their index) that are not read again: read already, or the ones that a child died on.
    pub skip: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Mail,
    /// A mail or a bare document, whichever the bytes say.
    File,
}

/// One line of the child's standard output.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The child has shut itself in.
    Confined(Confinement),
    /// The bytes are a mail; `documents` counts its attachments and its body.
    Mail {
        mail: Box<Mail>,
    },
    /// The next event will be this document's, or the child died on it.
    Starting(u32),
    /// A page is being read from its picture, which takes a while.
    Recognising(u32),
    Documents(u32, Vec<Document>),
    Finished,
}
