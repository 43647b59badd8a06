//! Mail: raw bytes of RFC 5322 become a [`Mail`]: decoded headers, the body a person reads, and the attachments.
//!
//! Pure, and run in the reading child process. Whether the mail is for us is [`crate::triage`]'s question.

use serde::{Deserialize, Serialize};

use crate::documents::Limits;

/// A mail, without the bytes of its attachments (these stay in the reading process).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// Without angle brackets.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub from: Vec<Address>,
    pub sender: Vec<Address>,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: String,
    /// The `Date` header, seconds since 1970 (UTC).
    pub date: Option<i64>,
    /// The time of the newest `Received` header, seconds since 1970 (UTC).
    pub received: Option<i64>,
    /// Every header, name in lower case, value unfolded and decoded, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text, without the quoted original and the signature block cut off: the whole text a person reads
    /// (the plain part, else the HTML part as text).
    pub body_text: String,
    /// The HTML part, when there is one.
    pub body_html: Option<String>,
    /// Attachments, flattened: files inside forwarded mails too.
    pub attachments: Vec<Attachment>,
    /// The top level media type, lower case, e.g. `multipart/report`.
    pub media_type: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: Option<String>,
    /// As written, not checked.
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Decoded file name; a made-up one (`adjunto-2.pdf`) when the mail gives none. Never used as a path.
    pub name: String,
    /// As declared, lower case.
    pub media_type: String,
    pub disposition: Disposition,
    pub content_id: Option<String>,
    pub bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Disposition {
    Attachment,
    /// Inline, or referred to by `cid:` from the HTML: most often a logo of the mail's signature.
    Inline,
}

/// A mail with the bytes of its attachments, in the order of [`Mail::attachments`].
#[derive(Clone, Debug, Default)]
pub struct ParsedMail {
    pub mail: Mail,
    pub contents: Vec<Vec<u8>>,
}

/// Takes a message apart. There is no error: bytes that are no message give a mail without sender and attachments.
pub fn parse(_raw: &[u8], _limits: &Limits) -> ParsedMail {
    ParsedMail::default()
}
