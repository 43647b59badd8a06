//! One message, from checked parts: headers that cannot be broken out of, and bodies whose lines fit every server.

use std::time::SystemTime;

use jiff::Zoned;
use lettre::Address as CheckedAddress;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue, InReplyTo, MessageId,
    References,
};
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::shown;
use crate::mail::Address;
use crate::outbox::OutgoingMessage;

/// Longest subject, in characters: what is beyond is seen by nobody, and some servers refuse long header lines.
const SUBJECT_LIMIT: usize = 180;
/// Longest name of a correspondent, in characters.
const NAME_LIMIT: usize = 80;
/// Longest Message-ID that is repeated, in bytes, so that its line stays under the 998 of RFC 5322, 2.1.1.
const ID_LIMIT: usize = 250;
/// Message-IDs kept in `References`: the thread's first one and the newest.
const REFERENCES_LIMIT: usize = 20;

/// RFC 3834, section 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoSubmitted {
    /// An automatic answer to a mail.
    Replied,
    /// A mail that a program sent by itself.
    Generated,
}

/// The mail that is answered.
#[derive(Clone, Copy, Debug)]
pub struct Thread<'a> {
    /// Message-ID of the answered mail, without angle brackets.
    pub in_reply_to: Option<&'a str>,
    /// Its `References`, oldest first.
    pub references: &'a [String],
}

#[derive(Clone, Debug)]
pub struct AttachedFile {
    /// ASCII, chosen by us.
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// What a message is made of. Text may be hostile; addresses and Message-IDs are checked.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    pub from: &'a Address,
    pub to: &'a [Address],
    pub subject: String,
    /// Without angle brackets.
    pub message_id: &'a str,
    pub date: &'a Zoned,
    pub auto_submitted: AutoSubmitted,
    pub thread: Option<Thread<'a>>,
    /// The case number, for the header `X-Oficios-Caso`.
    pub case_number: Option<&'a str>,
    pub text: String,
    pub html: String,
    pub attachment: Option<AttachedFile>,
}

/// The texts hold no address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MessageError {
    #[error("the sender's address is not an e-mail address: check office.address")]
    Sender,
    #[error("a recipient's address is not an e-mail address that every server takes")]
    Recipient,
    #[error("the message has no recipient")]
    NoRecipient,
    #[error("the Message-ID {0:?} holds characters that it must not")]
    MessageId(String),
    #[error("the message could not be put together: {0}")]
    Build(String),
}

/// Puts the message together.
///
/// # Errors
/// When an address is not one, or the Message-ID is not.
pub fn build(letter: &Letter) -> Result<OutgoingMessage, MessageError> {
    let from = mailbox(letter.from).ok_or(MessageError::Sender)?;
    let to = letter
        .to
        .iter()
        .map(|address| mailbox(address).ok_or(MessageError::Recipient))
        .collect::<Result<Vec<Mailbox>, _>>()?;
    if to.is_empty() {
        return Err(MessageError::NoRecipient);
    }
    if !is_message_id(letter.message_id) {
        return Err(MessageError::MessageId(shown(letter.message_id, 100)));
    }
    let envelope_from = from.email.to_string();
    let envelope_to = to.iter().map(|mailbox| mailbox.email.to_string()).collect();

    let mut builder = lettre::Message::builder()
        .header(lettre::message::header::From::from(Mailboxes::from(from)))
        .header(lettre::message::header::To::from(to.into_iter().collect::<Mailboxes>()))
        .subject(subject(&letter.subject))
        .header(MessageId::from(format!("<{}>", letter.message_id)))
        // Overwritten below; given here so that lettre does not look at the clock.
        .date(SystemTime::UNIX_EPOCH)
        .header(AutoSubmittedHeader(letter.auto_submitted))
        // Asks Exchange for no receipts, vacation notes or other answers of machines. Bounces may come.
        .header(SuppressResponses);
    if let Some(number) = letter.case_number {
        builder = builder.header(CaseNumber(shown(number, 40)));
    }
    if let Some(thread) = letter.thread {
        if let Some(id) = thread.in_reply_to.filter(|id| is_message_id(id)) {
            builder = builder.header(InReplyTo::from(format!("<{id}>")));
        }
        let references = references(&thread);
        if !references.is_empty() {
            builder = builder.header(References::from(references));
        }
    }
    let mut message = builder.multipart(body(letter)).map_err(|error| MessageError::Build(error.to_string()))?;
    // lettre writes dates in UTC; people compare them with their clock, so ours carries the office's offset.
    let date = jiff::fmt::rfc2822::to_string(letter.date).map_err(|error| MessageError::Build(error.to_string()))?;
    message.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("Date"), date));
    Ok(OutgoingMessage {
        message_id: letter.message_id.to_owned(),
        envelope_from: Some(envelope_from),
        envelope_to,
        bytes: message.formatted(),
    })
}

fn body(letter: &Letter) -> MultiPart {
    let alternative = MultiPart::alternative()
        .boundary(boundary(letter.message_id, "alternative"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(text_part(ContentType::TEXT_HTML, &letter.html));
    let Some(file) = &letter.attachment else { return alternative };
    let media_type = ContentType::parse(file.media_type).unwrap_or(ContentType::TEXT_PLAIN);
    MultiPart::mixed().boundary(boundary(letter.message_id, "mixed")).multipart(alternative).singlepart(
        SinglePart::builder()
            .header(ContentDisposition::attachment(&shown(&file.name, 100)))
            .header(media_type)
            .header(ContentTransferEncoding::Base64)
            .body(file.bytes.clone()),
    )
}

/// Quoted-printable always: its lines are at most 76 characters of ASCII, and it never holds a boundary that has "=_" in it.
fn text_part(media_type: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(media_type)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text.replace('\0', "\u{fffd}").replace("\r\n", "\n").replace('\r', "\n"))
}

/// The same message always has the same bytes, so the boundary follows from the Message-ID.
fn boundary(message_id: &str, part: &str) -> String {
    let digest = Sha256::digest(format!("{part} {message_id}"));
    let hexadecimal: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("=_oficios_{hexadecimal}")
}

/// One clean line. An encoded word (RFC 2047) that someone wrote as text must not be decoded by the reader.
fn subject(text: &str) -> String {
    shown(&text.replace("=?", "= ?"), SUBJECT_LIMIT)
}

/// `None` when the address is not one, or would need SMTPUTF8, which many servers of entities do not speak.
fn mailbox(address: &Address) -> Option<Mailbox> {
    let checked: CheckedAddress = address.address.trim().parse().ok()?;
    let plain: &str = checked.as_ref();
    if !plain.bytes().all(|byte| byte.is_ascii_graphic()) || plain.len() > 254 {
        return None;
    }
    let name = address.name.as_deref().map(|name| shown(&name.replace("=?", "= ?"), NAME_LIMIT));
    Some(Mailbox::new(name.filter(|name| !name.is_empty()), checked))
}

fn is_message_id(id: &str) -> bool {
    (1..=ID_LIMIT).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'>')
}

/// The answered mail's references and its own Message-ID (RFC 5322, 3.6.4): the first and the newest of them.
fn references(thread: &Thread) -> String {
    let newest = thread.references.iter().skip(thread.references.len().saturating_sub(2 * REFERENCES_LIMIT).max(1));
    let references = thread.references.iter().take(1).chain(newest).map(String::as_str);
    let mut ids: Vec<&str> = Vec::new();
    for id in references.chain(thread.in_reply_to).filter(|id| is_message_id(id)) {
        ids.retain(|known| *known != id);
        ids.push(id);
    }
    if ids.len() > REFERENCES_LIMIT {
        let middle = 1..ids.len() - (REFERENCES_LIMIT - 1);
        ids.drain(middle);
    }
    ids.iter().map(|id| format!("<{id}>")).collect::<Vec<String>>().join(" ")
}

#[derive(Clone)]
struct AutoSubmittedHeader(AutoSubmitted);

impl Header for AutoSubmittedHeader {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        match text {
            "auto-replied" => Ok(Self(AutoSubmitted::Replied)),
            "auto-generated" => Ok(Self(AutoSubmitted::Generated)),
            _ => Err("not a value that we write".into()),
        }
    }

    fn display(&self) -> HeaderValue {
        let value = match self.0 {
            AutoSubmitted::Replied => "auto-replied",
            AutoSubmitted::Generated => "auto-generated",
        };
        HeaderValue::new(Self::name(), value.to_owned())
    }
}

#[derive(Clone)]
struct CaseNumber(String);

impl Header for CaseNumber {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Oficios-Caso")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

#[derive(Clone)]
struct SuppressResponses;

impl Header for SuppressResponses {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "DR, RN, NRN, OOF, AutoReply".to_owned())
    }
}
