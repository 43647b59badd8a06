//! Fingerprints of a mail's content, by which a copy of it is recognised under another key.
//!
//! Nothing is parsed here: the bytes are hostile, and taking them apart is the reading process's work.

use sha2::{Digest, Sha256};

/// SHA-256 of the raw bytes, lower case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentHash(pub(super) String);

/// SHA-256 of what follows the header, lower case hexadecimal. A redelivered copy has other `Received` fields, and the same
/// body.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BodyHash(pub(super) String);

impl ContentHash {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BodyHash {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprints {
    pub content: ContentHash,
    pub body: BodyHash,
}

impl Fingerprints {
    /// Of a whole mail.
    pub fn of(raw: &[u8]) -> Fingerprints {
        Fingerprints { content: ContentHash(hash(&[raw])), body: BodyHash(hash(&[body(raw)])) }
    }

    /// Of a mail of which only the beginning was fetched: its size stands in for the rest.
    pub fn of_head(head: &[u8], size: u64) -> Fingerprints {
        let size = size.to_be_bytes();
        Fingerprints { content: ContentHash(hash(&[head, &size])), body: BodyHash(hash(&[body(head), &size])) }
    }

    /// Of a mail of which nothing could be fetched: a value of its own for every key.
    pub fn of_unfetched(mailbox: &str, validity: &str, uid: &str) -> Fingerprints {
        let key = hash(&[b"unfetched\0", mailbox.as_bytes(), b"\0", validity.as_bytes(), b"\0", uid.as_bytes()]);
        Fingerprints { content: ContentHash(key.clone()), body: BodyHash(key) }
    }
}

/// What follows the first empty line (RFC 5322, section 2.1); the whole when there is none.
fn body(raw: &[u8]) -> &[u8] {
    let mut rest = raw;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at(end + 1);
        if matches!(line, b"\n" | b"\r\n") {
            return after;
        }
        rest = after;
    }
    raw
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_came_another_way_has_the_same_body_and_other_content() {
        let first = Fingerprints::of(b"Received: a\r\nSubject: x\r\n\r\nbody\r\n\r\nmore");
        let second = Fingerprints::of(b"Received: b\r\nReceived: a\r\nSubject: x\r\n\r\nbody\r\n\r\nmore");
        assert_eq!(first.body, second.body);
        assert_ne!(first.content, second.content);
    }

    #[test]
    fn a_mail_without_an_empty_line_is_all_body() {
        assert_eq!(body(b"no line end"), b"no line end");
        assert_eq!(body(b""), b"");
        assert_eq!(body(b"\nrest"), b"rest");
    }

    #[test]
    fn heads_of_mails_of_other_sizes_differ() {
        assert_ne!(Fingerprints::of_head(b"a\n\nb", 7), Fingerprints::of_head(b"a\n\nb", 8));
    }
}
