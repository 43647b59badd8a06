//! Mail: raw bytes of RFC 5322 become a [`Mail`]: decoded headers, the body a person reads, and the attachments.
//!
//! Pure, and run in the reading child process. Whether the mail is for us is [`crate::triage`]'s question.

mod authentication;
mod charset;
mod delivery_report;
mod encoded_word;
mod flowed;
mod header;
mod html;
mod link;
mod name;
mod parameters;
mod quotation;
mod structure;
mod transfer;

use std::collections::BTreeMap;

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;
use serde::{Deserialize, Serialize};

use crate::documents::Limits;

use self::header::HeaderBlock;
use self::structure::{BodyText, Declared, File, Parts, TextKind};

pub use authentication::{DmarcResult, DmarcStatement, dmarc_failed, dmarc_statements};
pub use delivery_report::Undelivered;
pub use link::leads_to_files;
pub use quotation::{ATTACHED_MAIL, Conversation, split_quoted, without_signature};

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
    /// The whole text that a person reads (the plain part, else the HTML part as text), quoted original and signature block
    /// included: [`split_quoted`] and [`without_signature`] cut these off. The text of an attached mail follows below
    /// [`ATTACHED_MAIL`].
    pub body_text: String,
    /// The HTML part, when there is one.
    pub body_html: Option<String>,
    /// Attachments, flattened: files inside forwarded mails too.
    pub attachments: Vec<Attachment>,
    /// The top level media type, lower case, e.g. `multipart/report`.
    pub media_type: String,
    /// `http` and `https` addresses in the body, in order, each once.
    #[serde(default)]
    pub links: Vec<String>,
    /// What of this mail was not read because it is beyond a limit: Spanish sentences for the operator. A mail with any is
    /// for a person.
    #[serde(default)]
    pub beyond_limits: Vec<String>,
    /// What the mail says of a mail that did not arrive, when it is a server's report on one.
    #[serde(default)]
    pub undelivered: Option<Undelivered>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: Option<String>,
    /// As written, not checked.
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Decoded file name; a made-up one (`adjunto-2.pdf`) when the mail gives none. Unique within the mail: a second
    /// `escaneo.pdf` is `escaneo (2).pdf`. Never used as a path.
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
    /// A picture that the HTML shows (`cid:`), or that stands beside it in `multipart/related`: most often a logo of the mail's
    /// signature. Documents are never inline, whatever their disposition says (Apple Mail says so of PDFs).
    Inline,
}

/// A mail with the bytes of its attachments, in the order of [`Mail::attachments`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedMail {
    pub mail: Mail,
    pub contents: Vec<Vec<u8>>,
}

/// Texts longer than this many characters are cut; what is beyond is no words of a person.
const LONGEST_BODY: usize = 400_000;

/// The HTML of a mail says more than so many times what its plain text does, and so many letters more: the plain text stands in for it.
const STUB: usize = 4;
const SHORT_TEXT: usize = 200;

/// Addresses of one field that are kept.
const MOST_ADDRESSES: usize = 500;

/// Takes a message apart. There is no error: bytes that are no message give a mail without sender and attachments.
pub fn parse(raw: &[u8], limits: &Limits) -> ParsedMail {
    let (header, body) = header::split(raw);
    let Parts { texts, files, mut beyond_limits } = structure::take_apart(&header, body, limits);
    let rendered = Rendered::of(texts, &mut beyond_limits);
    let (attachments, contents) = name_files(files, &rendered.shown);
    let media_type = header.get("content-type").map(|value| parameters::Parameterised::parse(value).value);
    let mail = Mail {
        message_id: message_ids(header.get("message-id")).into_iter().next(),
        in_reply_to: message_ids(header.get("in-reply-to")),
        references: message_ids(header.get("references")),
        from: addresses(header.get("from")),
        sender: addresses(header.get("sender")),
        reply_to: addresses(header.get("reply-to")),
        to: addresses(header.get("to")),
        cc: addresses(header.get("cc")),
        subject: header.text("subject").map(|subject| name::printable(&subject)).unwrap_or_default(),
        date: header.get("date").and_then(instant),
        received: header.get("received").and_then(|value| instant(value.rsplit(';').next().unwrap_or(value))),
        headers: decoded_headers(&header),
        body_text: rendered.text,
        body_html: rendered.html,
        attachments,
        media_type: media_type.filter(|value| !value.is_empty()).unwrap_or_else(|| "text/plain".to_owned()),
        links: rendered.links,
        beyond_limits,
        undelivered: delivery_report::read(&header, body),
    };
    ParsedMail { mail, contents }
}

fn decoded_headers(header: &HeaderBlock) -> Vec<(String, String)> {
    header.fields.iter().map(|field| (field.name.clone(), encoded_word::decode(&field.value))).collect()
}

/// The body's texts, put together.
#[derive(Default)]
struct Rendered {
    text: String,
    html: Option<String>,
    links: Vec<String>,
    /// Content-IDs of the pictures that the HTML shows.
    shown: Vec<String>,
}

impl Rendered {
    fn of(texts: Vec<BodyText>, beyond_limits: &mut Vec<String>) -> Rendered {
        let mut rendered = Rendered::default();
        let mut targets = Vec::new();
        let renditions: Vec<Rendition> = texts
            .into_iter()
            .map(|BodyText { kind, text, alternative, mail }| {
                let readable = match kind {
                    TextKind::Plain => text,
                    TextKind::Heading => format!("\n{ATTACHED_MAIL}\nAsunto: {text}\n"),
                    TextKind::Html => {
                        let html = html::render(&text);
                        targets.extend(html.links);
                        rendered.shown.extend(html.shown);
                        if mail == 0 {
                            rendered.html.get_or_insert_default().push_str(&text);
                        }
                        html.text
                    }
                };
                Rendition { kind, readable: readable.replace("\r\n", "\n").replace('\0', ""), alternative }
            })
            .collect();
        let letters = letters_of_alternatives(&renditions);
        for Rendition { kind, readable, alternative } in &renditions {
            if alternative.and_then(|own| letters.get(&own)).is_some_and(|letters| *kind != letters.kind_to_read()) {
                continue;
            }
            if !rendered.text.is_empty() && !rendered.text.ends_with('\n') {
                rendered.text.push('\n');
            }
            rendered.text.push_str(readable);
        }
        if let Some((end, _)) = rendered.text.char_indices().nth(LONGEST_BODY) {
            rendered.text.truncate(end);
            beyond_limits.push(format!("El texto del correo pasa de {LONGEST_BODY} caracteres; no se leyó el resto."));
        }
        rendered.links = link::collect(&rendered.text, &targets);
        rendered
    }
}

/// One text of the body as a person reads it.
struct Rendition {
    kind: TextKind,
    readable: String,
    alternative: Option<usize>,
}

/// How many letters and digits the renditions of one alternative have.
#[derive(Default)]
struct Letters {
    plain: usize,
    html: usize,
}

impl Letters {
    /// The plain rendition is read, unless it is blank or stands in for the other («your program shows no HTML»).
    fn kind_to_read(&self) -> TextKind {
        if self.plain > 0 && self.html <= STUB * self.plain + SHORT_TEXT { TextKind::Plain } else { TextKind::Html }
    }
}

/// Counted once: a mail may have thousands of texts.
fn letters_of_alternatives(renditions: &[Rendition]) -> BTreeMap<usize, Letters> {
    let mut all: BTreeMap<usize, Letters> = BTreeMap::new();
    for Rendition { kind, readable, alternative } in renditions {
        let Some(alternative) = alternative else { continue };
        let count = readable.chars().filter(|letter| letter.is_alphanumeric()).count();
        let own = all.entry(*alternative).or_default();
        match kind {
            TextKind::Plain => own.plain += count,
            TextKind::Html => own.html += count,
            TextKind::Heading => {}
        }
    }
    all
}

fn name_files(files: Vec<File>, shown: &[String]) -> (Vec<Attachment>, Vec<Vec<u8>>) {
    let mut taken: Vec<String> = Vec::with_capacity(files.len());
    let mut attachments = Vec::with_capacity(files.len());
    let mut contents = Vec::with_capacity(files.len());
    for (index, file) in files.into_iter().enumerate() {
        let name = name::name(file.name.as_deref(), index + 1, &file.media_type, &file.bytes, &taken);
        taken.push(name.clone());
        let is_shown = file.content_id.as_ref().is_some_and(|id| shown.contains(id));
        let is_picture =
            file.media_type.starts_with("image/") || is_shown && file.media_type == "application/octet-stream";
        let disposition = match file.declared {
            _ if !is_picture => Disposition::Attachment,
            _ if is_shown => Disposition::Inline,
            Declared::Related => Disposition::Inline,
            Declared::Attached | Declared::Inline | Declared::Unsaid => Disposition::Attachment,
        };
        attachments.push(Attachment {
            name,
            media_type: file.media_type,
            disposition,
            content_id: file.content_id,
            bytes: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
        });
        contents.push(file.bytes);
    }
    (attachments, contents)
}

fn addresses(value: Option<&str>) -> Vec<Address> {
    let Some(value) = value else { return Vec::new() };
    // mail-parser reads a field up to its line's end.
    let line = format!("{value}\n");
    match MessageStream::new(line.as_bytes()).parse_address() {
        HeaderValue::Address(list) => list
            .iter()
            .filter_map(|entry| {
                let address = name::printable(entry.address.as_deref()?).replace(' ', "");
                let name = entry.name.as_deref().map(name::printable).filter(|name| !name.is_empty());
                (!address.is_empty()).then_some(Address { name, address })
            })
            .take(MOST_ADDRESSES)
            .collect(),
        _ => Vec::new(),
    }
}

/// Seconds since 1970 of an RFC 5322 date.
fn instant(value: &str) -> Option<i64> {
    let line = format!("{}\n", value.trim());
    match MessageStream::new(line.as_bytes()).parse_date() {
        HeaderValue::DateTime(date) if date.is_valid() => Some(date.to_timestamp()),
        _ => None,
    }
}

/// Whether bare bytes are a mail: header fields from the very first line, one of them a field that every mail has.
pub fn looks_like_mail(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(8192)).unwrap_or_default()).into_owned();
    let mut known = false;
    for (number, line) in start.lines().enumerate() {
        if line.is_empty() {
            return known;
        }
        if (number == 0 && line.starts_with("From ")) || (number > 0 && line.starts_with([' ', '\t'])) {
            continue;
        }
        let Some((field, _)) = line.split_once(':') else { return false };
        if field.is_empty() || !field.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        known |= ["from", "received", "return-path", "message-id", "mime-version", "delivered-to", "content-type"]
            .contains(&field.to_ascii_lowercase().as_str());
    }
    known
}

/// The identifiers in angle brackets; without brackets, the words.
fn message_ids(value: Option<&str>) -> Vec<String> {
    let value = value.unwrap_or_default();
    let bracketed: Vec<String> = value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.split_whitespace().collect())
        .filter(|id: &String| !id.is_empty())
        .collect();
    if bracketed.is_empty() {
        return value.split_whitespace().filter(|word| word.contains('@')).map(str::to_owned).collect();
    }
    bracketed
}

#[cfg(test)]
mod tests;
