//! Reader: hostile bytes are parsed in a child process with limits on time, memory and files (design, invariant 9).
//!
//! [`child`](self) is the program run as `oficios read-untrusted`; the parent side spawns it, feeds it one mail on its
//! standard input and takes events from its standard output. A child that dies or takes too long costs the one document it
//! was reading, which then carries [`Trouble::ReaderStopped`](crate::documents::Trouble::ReaderStopped).

use serde::{Deserialize, Serialize};

use crate::documents::Document;
use crate::mail::Mail;

/// A mail and its documents, read. `documents` has one entry per [`Mail::attachments`] entry that was looked into; the
/// names tell which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadMail {
    pub mail: Mail,
    pub documents: Vec<Document>,
}
