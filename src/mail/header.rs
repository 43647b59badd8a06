//! The header block of a message or of one of its parts: bytes become named fields, and the block's end is found.
//!
//! Fields arrive here in every state: raw 8-bit bytes, NULs, lines folded without the white space. What the values mean is
//! not known here.

use super::charset;
use super::encoded_word;

/// Values longer than this many characters are cut: nothing that is read of a header is longer, and a mail's headers are
/// handed to another process.
const LONGEST_VALUE: usize = 16 * 1024;

/// Fields beyond this many in one block are not kept.
const MOST_FIELDS: usize = 1000;

pub(super) struct Field {
    /// Lower case.
    pub name: String,
    /// Unfolded, as text, RFC 2047 words not decoded yet.
    pub value: String,
}

pub(super) struct HeaderBlock {
    pub fields: Vec<Field>,
}

impl HeaderBlock {
    /// The first field of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// The first field of this name, RFC 2047 words decoded, for people.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(encoded_word::decode)
    }
}

/// Splits an entity into its header fields and its body.
pub(super) fn split(entity: &[u8]) -> (HeaderBlock, &[u8]) {
    let mut raw: Vec<(String, Vec<u8>)> = Vec::new();
    let mut rest = entity;
    let mut past_limit = false;
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        if line.is_empty() {
            rest = after;
            break;
        }
        let folded = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        if line.iter().all(u8::is_ascii_whitespace) {
            // A line of blanks is folding to RFC 5322 (section 4.2) and the end of the header to some mailers: what comes
            // next tells.
            let (next, _) = next_line(after);
            if field_name(next).is_none() && !next.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
                rest = after;
                break;
            }
            rest = after;
            continue;
        }
        match field_name(line) {
            Some((name, value)) if !folded => {
                past_limit = raw.len() >= MOST_FIELDS;
                if !past_limit {
                    raw.push((name, value.to_vec()));
                }
            }
            // The envelope line that mbox files put before a message.
            None if raw.is_empty() && (line.starts_with(b"From ") || line.starts_with(b">From ")) => {}
            // No field at all yet: this is a body without a header.
            None if raw.is_empty() && !folded => break,
            // A folded line, or a line that lost the blank before it.
            _ => {
                if let Some((_, value)) = raw.last_mut()
                    && !past_limit
                    && value.len() < 4 * LONGEST_VALUE
                {
                    value.push(b' ');
                    value.extend_from_slice(line.trim_ascii_start());
                }
            }
        }
        rest = after;
    }
    let fields = raw
        .into_iter()
        .map(|(name, mut value)| {
            value.retain(|&byte| byte != 0);
            let value = charset::decode(value.trim_ascii(), None);
            Field { name, value: value.chars().take(LONGEST_VALUE).collect() }
        })
        .collect();
    (HeaderBlock { fields }, rest)
}

/// The first line without its ending, and what follows it.
pub(super) fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = bytes.splitn(2, |&byte| byte == b'\n');
    let line = halves.next().unwrap_or_default();
    (line.strip_suffix(b"\r").unwrap_or(line), halves.next().unwrap_or_default())
}

/// `Name: value` (RFC 5322, section 2.2: the name is printable ASCII without the colon; blanks before the colon are obsolete
/// but real).
fn field_name(line: &[u8]) -> Option<(String, &[u8])> {
    let mut halves = line.splitn(2, |&byte| byte == b':');
    let name = halves.next()?.trim_ascii_end();
    let value = halves.next()?;
    let plausible = !name.is_empty() && name.len() <= 100 && name.iter().all(|byte| matches!(byte, 33..=126));
    plausible.then(|| (String::from_utf8_lossy(name).to_ascii_lowercase(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(entity: &[u8]) -> (Vec<(String, String)>, String) {
        let (block, body) = split(entity);
        (
            block.fields.into_iter().map(|field| (field.name, field.value)).collect(),
            String::from_utf8_lossy(body).into_owned(),
        )
    }

    #[test]
    fn folded_lines_are_joined_and_the_body_starts_after_the_blank_line() {
        let (fields, body) = fields(b"Subject: Remito\r\n oficio\r\nFrom : a@b.pe\r\n\r\nHola\r\n");
        assert_eq!(
            fields,
            [("subject".into(), "Remito oficio".into()), ("from".into(), "a@b.pe".into())] as [(String, String); 2]
        );
        assert_eq!(body, "Hola\r\n");
    }

    #[test]
    fn a_nul_in_a_header_is_dropped_and_raw_windows_1252_is_read() {
        let (fields, _) = fields(b"Subject: Designaci\xF3\0n\n\n");
        assert_eq!(fields[0].1, "Designación");
    }

    #[test]
    fn a_line_that_lost_its_folding_blank_does_not_hide_the_fields_after_it() {
        let (fields, body) = fields(b"X-Long: one\ntwo\nContent-Type: text/html\n\nbody");
        assert_eq!(fields[0].1, "one two");
        assert_eq!(fields[1].0, "content-type");
        assert_eq!(body, "body");
    }

    #[test]
    fn a_part_without_header_is_all_body() {
        let (fields, body) = fields(b"Buenos dias\n\nadios");
        assert!(fields.is_empty());
        assert_eq!(body, "Buenos dias\n\nadios");
    }

    #[test]
    fn a_line_of_blanks_before_the_body_ends_the_header() {
        let (fields, body) = fields(b"Subject: x\n  \nBuenos dias");
        assert_eq!(fields.len(), 1);
        assert_eq!(body, "Buenos dias");
    }

    #[test]
    fn the_envelope_line_of_an_mbox_file_is_skipped() {
        let (fields, _) = fields(b"From a@b.pe Tue Nov 24 10:00:00 2026\nSubject: x\n\n");
        assert_eq!(fields[0].0, "subject");
    }

    #[test]
    fn a_huge_header_is_cut() {
        let mut entity = b"Subject: ".to_vec();
        entity.extend(std::iter::repeat_n(b'a', 1 << 20));
        entity.extend_from_slice(b"\nFrom: a@b.pe\n\n");
        let (fields, _) = fields(&entity);
        assert_eq!(fields[0].1.len(), LONGEST_VALUE);
        assert_eq!(fields[1].1, "a@b.pe");
    }
}
