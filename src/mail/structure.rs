//! The tree of MIME parts: an entity is taken apart into texts of the body and files.
//!
//! Written here instead of taken from mail-parser, which decodes while it walks: it gives up a whole attachment over one stray
//! character of base64, gives texts where bytes are needed (a CSV file), and nests forwarded mails without a bound. Every part
//! here is a slice of the raw message, so the time is linear in its size for each level of nesting, and the nesting is bounded.

use crate::documents::Limits;
use crate::documents::envelope::{self, Envelope};

use super::charset;
use super::encoded_word;
use super::flowed::{self, DeleteSpace};
use super::header::{self, HeaderBlock};
use super::parameters::Parameterised;
use super::transfer;

/// Multiparts in multiparts; real mails stay below ten. What is deeper is kept as a file.
const DEEPEST_MULTIPART: u32 = 30;

/// Parts of one mail that are looked at, whatever they hold.
const MOST_PARTS: usize = 10_000;

/// Mails in mails are walked by recursion, so that no configuration may ask for a deep one.
const DEEPEST_MAIL: u32 = 10;

/// A text of the body, as it stands in the mail's order.
pub(super) struct BodyText {
    pub kind: TextKind,
    pub text: String,
    /// The `multipart/alternative` that it is a rendition of.
    pub alternative: Option<usize>,
    /// The mail that it belongs to: 0 is the outer one.
    pub mail: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    Plain,
    Html,
    /// Words of ours about an attached mail: where it starts and what its subject is.
    Heading,
}

pub(super) struct File {
    pub name: Option<String>,
    pub media_type: String,
    pub content_id: Option<String>,
    pub declared: Declared,
    pub bytes: Vec<u8>,
}

/// How the sender placed a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    Attached,
    Inline,
    /// `inline`, or nothing said, inside `multipart/related`.
    Related,
    Unsaid,
}

#[derive(Default)]
pub(super) struct Parts {
    pub texts: Vec<BodyText>,
    pub files: Vec<File>,
    /// What was left out, in Spanish, for the operator.
    pub beyond_limits: Vec<String>,
}

#[derive(Clone, Copy)]
struct Place {
    multipart_depth: u32,
    mail_depth: u32,
    mail: usize,
    alternative: Option<usize>,
    parent: Parent,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    /// No multipart around: the body of a mail.
    Mail,
    Alternative,
    Related,
    Digest,
    Signed,
    AppleDouble,
    Other,
}

struct Walk<'l> {
    limits: &'l Limits,
    parts: Parts,
    seen: usize,
    alternatives: usize,
    mails: usize,
    files_left_out: usize,
    mails_left_out: usize,
    depth_exceeded: bool,
}

/// Takes the body of a message apart.
pub(super) fn take_apart(header: &HeaderBlock, body: &[u8], limits: &Limits) -> Parts {
    let mut walk = Walk {
        limits,
        parts: Parts::default(),
        seen: 0,
        alternatives: 0,
        mails: 0,
        files_left_out: 0,
        mails_left_out: 0,
        depth_exceeded: false,
    };
    let place = Place { multipart_depth: 0, mail_depth: 0, mail: 0, alternative: None, parent: Parent::Mail };
    walk.entity(header, body, place);
    walk.finish()
}

impl Walk<'_> {
    fn finish(mut self) -> Parts {
        let limits = self.limits;
        if self.files_left_out > 0 {
            self.parts.beyond_limits.push(format!(
                "El correo trae más de {} adjuntos; no se leyeron los {} últimos.",
                limits.members, self.files_left_out
            ));
        }
        if self.seen > MOST_PARTS {
            self.parts.beyond_limits.push(format!("El correo tiene más de {MOST_PARTS} partes; no se leyó el resto."));
        }
        if self.mails_left_out > 0 {
            self.parts.beyond_limits.push(format!(
                "El correo trae correos reenviados dentro de otros, más de {} niveles; no se leyó el más profundo.",
                limits.depth.min(DEEPEST_MAIL)
            ));
        }
        if self.depth_exceeded {
            self.parts.beyond_limits.push(format!(
                "El correo anida sus partes más de {DEEPEST_MULTIPART} veces; no se leyó lo más profundo."
            ));
        }
        self.parts
    }

    fn entity(&mut self, header: &HeaderBlock, body: &[u8], place: Place) {
        self.seen += 1;
        if self.seen > MOST_PARTS {
            return;
        }
        let content_type = header.get("content-type").map(Parameterised::parse).unwrap_or_default();
        let media_type = match content_type.value.as_str() {
            "" | "text" if place.parent == Parent::Digest => "message/rfc822",
            "" | "text" => "text/plain",
            given => given,
        }
        .to_owned();
        if let Some(subtype) = media_type.strip_prefix("multipart/")
            && self.multipart(subtype, &content_type, body, place)
        {
            return;
        }
        self.leaf(header, &content_type, media_type, body, place);
    }

    /// Walks the parts of a multipart; false when it has none, so that its body is looked at as one text.
    fn multipart(&mut self, subtype: &str, content_type: &Parameterised, body: &[u8], place: Place) -> bool {
        let boundary = match content_type.get("boundary") {
            Some(boundary) if !boundary.is_empty() => boundary.as_bytes().to_vec(),
            _ => match guess_boundary(body) {
                Some(boundary) => boundary,
                None => return false,
            },
        };
        let mut parts = split_parts(body, &boundary, MOST_PARTS);
        if parts.is_empty()
            && let Some(guessed) = guess_boundary(body)
        {
            parts = split_parts(body, &guessed, MOST_PARTS);
        }
        if parts.is_empty() {
            return false;
        }
        if place.multipart_depth >= DEEPEST_MULTIPART {
            self.depth_exceeded = true;
            return true;
        }
        let parent = match subtype {
            "alternative" => Parent::Alternative,
            "related" => Parent::Related,
            "digest" => Parent::Digest,
            "signed" => Parent::Signed,
            "appledouble" => Parent::AppleDouble,
            _ => Parent::Other,
        };
        let alternative = match parent {
            Parent::Alternative if place.alternative.is_none() => {
                self.alternatives += 1;
                Some(self.alternatives)
            }
            _ => place.alternative,
        };
        for part in parts {
            let (header, body) = header::split(part);
            self.entity(
                &header,
                body,
                Place { multipart_depth: place.multipart_depth + 1, alternative, parent, ..place },
            );
        }
        true
    }

    fn leaf(
        &mut self,
        header: &HeaderBlock,
        content_type: &Parameterised,
        media_type: String,
        body: &[u8],
        place: Place,
    ) {
        let disposition = header.get("content-disposition").map(Parameterised::parse).unwrap_or_default();
        let name = disposition.get("filename").or_else(|| content_type.get("name")).map(str::to_owned);
        let bytes = decode(header.get("content-transfer-encoding"), body);
        let is_message = matches!(media_type.as_str(), "message/rfc822" | "message/global")
            || name.as_deref().is_some_and(|name| name.to_lowercase().ends_with(".eml"))
                && !media_type.starts_with("text/")
                && looks_like_mail(&bytes);
        if is_message {
            self.attached_mail(name, &bytes, place);
            return;
        }
        // An opaque signature: the mail is inside.
        if media_type.ends_with("pkcs7-mime")
            && let Some(Envelope::Signed(content)) = envelope::open(&bytes)
        {
            let (header, body) = header::split(&content);
            if header.get("content-type").is_some() && place.multipart_depth < DEEPEST_MULTIPART {
                let place = Place { multipart_depth: place.multipart_depth + 1, parent: Parent::Other, ..place };
                return self.entity(&header, body, place);
            }
        }
        let attached = disposition.value == "attachment";
        let is_rendition = place.parent == Parent::Alternative;
        let kind = match media_type.as_str() {
            "text/html" => Some(TextKind::Html),
            "text/plain" => Some(TextKind::Plain),
            // A multipart without parts is whatever text it holds.
            other if other.starts_with("multipart/") => Some(TextKind::Plain),
            _ => None,
        };
        if let Some(kind) = kind
            && !attached
            && (name.is_none() || is_rendition || place.parent == Parent::Mail)
            && !looks_binary(&bytes)
        {
            self.text(kind, content_type, &bytes, place);
            return;
        }
        // Renditions of the body in formats that no file comes in, the signature over the mail itself, and the resource fork
        // of a Macintosh file are no attachments.
        let is_no_file = name.is_none()
            && is_rendition
            && matches!(
                media_type.as_str(),
                "text/x-amp-html" | "text/watch-html" | "text/enriched" | "text/richtext" | "text/rtf"
            )
            || place.parent == Parent::Signed && media_type.ends_with("-signature")
            || place.parent == Parent::AppleDouble && media_type == "application/applefile";
        if is_no_file {
            return;
        }
        let declared = match disposition.value.as_str() {
            "attachment" => Declared::Attached,
            _ if place.parent == Parent::Related => Declared::Related,
            "inline" => Declared::Inline,
            _ => Declared::Unsaid,
        };
        let content_id = header
            .get("content-id")
            .map(|id| id.trim().trim_matches(['<', '>']).to_owned())
            .filter(|id| !id.is_empty());
        self.file(File { name, media_type, content_id, declared, bytes });
    }

    fn file(&mut self, file: File) {
        if self.parts.files.len() < usize::try_from(self.limits.members).unwrap_or(usize::MAX) {
            self.parts.files.push(file);
        } else {
            self.files_left_out += 1;
        }
    }

    fn text(&mut self, kind: TextKind, content_type: &Parameterised, bytes: &[u8], place: Place) {
        let mut text = charset::decode(bytes, content_type.get("charset"));
        if kind == TextKind::Plain {
            let (kept, files) = transfer::take_uuencoded(&text);
            text = kept;
            for file in files {
                self.file(File {
                    name: Some(file.name),
                    media_type: "application/octet-stream".to_owned(),
                    content_id: None,
                    declared: Declared::Attached,
                    bytes: file.bytes,
                });
            }
            if content_type.get("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
                let delete_space = match content_type.get("delsp") {
                    Some(value) if value.eq_ignore_ascii_case("yes") => DeleteSpace::Yes,
                    _ => DeleteSpace::No,
                };
                text = flowed::unflow(&text, delete_space);
            }
        }
        self.parts.texts.push(BodyText { kind, text, alternative: place.alternative, mail: place.mail });
    }

    /// A mail that was attached to this one: its files and its text are the outer mail's too.
    fn attached_mail(&mut self, name: Option<String>, bytes: &[u8], place: Place) {
        let (header, body) = header::split(bytes);
        if place.mail_depth >= self.limits.depth.min(DEEPEST_MAIL) {
            self.mails_left_out += 1;
            self.file(File {
                name,
                media_type: "message/rfc822".to_owned(),
                content_id: None,
                declared: Declared::Attached,
                bytes: bytes.to_vec(),
            });
            return;
        }
        self.mails += 1;
        let mail = self.mails;
        let subject = header.get("subject").map(encoded_word::decode).unwrap_or_default();
        self.parts.texts.push(BodyText { kind: TextKind::Heading, text: subject, alternative: None, mail });
        let place = Place {
            multipart_depth: place.multipart_depth + 1,
            mail_depth: place.mail_depth + 1,
            mail,
            alternative: None,
            parent: Parent::Mail,
        };
        self.entity(&header, body, place);
    }
}

fn decode(encoding: Option<&str>, body: &[u8]) -> Vec<u8> {
    let encoding = encoding.map(|encoding| encoding.trim().to_ascii_lowercase()).unwrap_or_default();
    match encoding.as_str() {
        "base64" => transfer::base64(body),
        "quoted-printable" => transfer::quoted_printable(body),
        "x-uuencode" | "uuencode" | "x-uue" => {
            let text = String::from_utf8_lossy(body);
            match transfer::take_uuencoded(&text).1.into_iter().next() {
                Some(file) => file.bytes,
                None => body.to_vec(),
            }
        }
        _ => body.to_vec(),
    }
}

/// Bytes of a document behind a type that says text.
fn looks_binary(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    start.starts_with(b"%PDF-")
        || bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
        || bytes.starts_with(&[0xff, 0xd8, 0xff])
        || bytes.starts_with(b"\x89PNG")
}

fn looks_like_mail(bytes: &[u8]) -> bool {
    let (header, _) = header::split(bytes.get(..bytes.len().min(64 * 1024)).unwrap_or(bytes));
    header.get("from").is_some() && (header.get("date").is_some() || header.get("subject").is_some())
}

/// The parts between the delimiter lines of RFC 2046, section 5.1. A closing delimiter that is missing, or that is followed by
/// further parts, loses nothing.
fn split_parts<'b>(body: &'b [u8], boundary: &[u8], most: usize) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    let mut start: Option<usize> = None;
    let mut offset = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        if let Some(delimiter) = delimiter(line, boundary) {
            parts.extend(start.map(|start| part(body, start, offset)));
            if parts.len() > most {
                return parts;
            }
            start = match delimiter {
                Delimiter::Open => Some(offset + line.len()),
                Delimiter::Close => None,
            };
        }
        offset += line.len();
    }
    parts.extend(start.filter(|start| *start < body.len()).map(|start| part(body, start, body.len())));
    parts
}

/// The line break before a delimiter belongs to the delimiter.
fn part(body: &[u8], start: usize, end: usize) -> &[u8] {
    let part = body.get(start..end).unwrap_or_default();
    if end == body.len() {
        return part;
    }
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

enum Delimiter {
    Open,
    Close,
}

fn delimiter(line: &[u8], boundary: &[u8]) -> Option<Delimiter> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?.trim_ascii_end();
    match rest {
        b"" => Some(Delimiter::Open),
        b"--" => Some(Delimiter::Close),
        _ => None,
    }
}

/// The boundary of a multipart whose header names none, or another one: the first line that looks like a delimiter and is
/// followed by a header field.
fn guess_boundary(body: &[u8]) -> Option<Vec<u8>> {
    let mut lines = body.split(|&byte| byte == b'\n').take(1000).peekable();
    while let Some(line) = lines.next() {
        let Some(boundary) = line.trim_ascii_end().strip_prefix(b"--") else { continue };
        let plausible = (1..=70).contains(&boundary.len()) && !boundary.contains(&b' ');
        let field =
            lines.peek().is_some_and(|next| next.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-")));
        if plausible && field {
            return Some(boundary.to_vec());
        }
    }
    None
}
