//! Names of folders: the configuration's `Oficios/Revisión` as a server or a Maildir spells it. No I/O.
//!
//! RFC 3501, section 5.1.3: names travel in modified UTF-7. Levels are divided by `/` in the configuration and by the server's
//! own delimiter on the line.

use std::fmt::Write as _;

/// A folder's levels, outermost first: at least one, none empty, no control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderName {
    levels: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderNameError {
    #[error("a folder's name has an empty level")]
    EmptyLevel,
    #[error("a folder's name has a control character")]
    Control,
    #[error("a level of the folder's name holds «{0}», which divides levels here: choose another name")]
    Delimiter(char),
    #[error("the server has no folders within folders: choose a name without «/»")]
    Flat,
}

impl FolderName {
    /// Parses a name as the configuration writes it.
    ///
    /// # Errors
    /// When a level is empty or holds a control character.
    pub fn parse(text: &str) -> Result<FolderName, FolderNameError> {
        if text.chars().any(char::is_control) {
            return Err(FolderNameError::Control);
        }
        let levels: Vec<String> = text.split('/').map(str::to_owned).collect();
        if levels.iter().any(String::is_empty) {
            return Err(FolderNameError::EmptyLevel);
        }
        Ok(FolderName { levels })
    }

    /// The name in modified UTF-7, its levels divided by `delimiter` (`None`: the server has a flat name space).
    ///
    /// # Errors
    /// When a level holds the delimiter itself, or there are several levels and no delimiter.
    pub fn encoded(&self, delimiter: Option<char>) -> Result<String, FolderNameError> {
        let Some(delimiter) = delimiter else {
            return match self.levels.as_slice() {
                [only] => Ok(modified_utf7(only)),
                _ => Err(FolderNameError::Flat),
            };
        };
        let mut encoded = String::new();
        for level in &self.levels {
            if level.contains(delimiter) {
                return Err(FolderNameError::Delimiter(delimiter));
            }
            if !encoded.is_empty() {
                encoded.push(delimiter);
            }
            encoded.push_str(&modified_utf7(level));
        }
        Ok(encoded)
    }
}

const MODIFIED_BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Modified UTF-7 (RFC 3501, section 5.1.3): printable ASCII stands for itself, `&` is `&-`, the rest is UTF-16 in a base 64 of
/// its own between `&` and `-`.
fn modified_utf7(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut shifted: Vec<u16> = Vec::new();
    for letter in text.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut encoded, &mut shifted);
            encoded.push(letter);
            if letter == '&' {
                encoded.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend_from_slice(letter.encode_utf16(&mut units));
        }
    }
    flush(&mut encoded, &mut shifted);
    encoded
}

fn flush(encoded: &mut String, shifted: &mut Vec<u16>) {
    if shifted.is_empty() {
        return;
    }
    encoded.push('&');
    let bytes: Vec<u8> = shifted.drain(..).flat_map(u16::to_be_bytes).collect();
    for group in bytes.chunks(3) {
        let mut bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        bits <<= 8 * (3 - group.len());
        for position in 0..=group.len() {
            let six = (bits >> (18 - 6 * position)) & 0x3f;
            encoded.push(MODIFIED_BASE64.get(six as usize).map_or('A', |byte| char::from(*byte)));
        }
    }
    encoded.push('-');
}

/// A text as an IMAP quoted string (RFC 3501, section 4.3). `None` when it holds what a quoted string cannot: 8-bit letters, CR,
/// LF, NUL.
pub fn quoted(text: &str) -> Option<String> {
    if !text.chars().all(|letter| letter.is_ascii() && !letter.is_ascii_control()) {
        return None;
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        if letter == '"' || letter == '\\' {
            quoted.push('\\');
        }
        let _ = write!(quoted, "{letter}");
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_written_in_modified_utf7_with_the_servers_delimiter() {
        let encoded = |name: &str, delimiter| FolderName::parse(name).unwrap().encoded(delimiter);
        assert_eq!(encoded("Oficios/Revisión", Some('.')), Ok("Oficios.Revisi&APM-n".into()));
        assert_eq!(encoded("R&D", Some('/')), Ok("R&-D".into()));
        // The examples of RFC 3501, section 5.1.3.
        assert_eq!(encoded("~peter/mail/台北/日本語", Some('/')), Ok("~peter/mail/&U,BTFw-/&ZeVnLIqe-".into()));
        assert_eq!(encoded("A.B", Some('.')), Err(FolderNameError::Delimiter('.')));
        assert_eq!(encoded("A/B", None), Err(FolderNameError::Flat));
    }

    #[test]
    fn a_name_that_could_carry_a_second_command_is_refused() {
        assert_eq!(FolderName::parse("A\r\nA2 DELETE INBOX"), Err(FolderNameError::Control));
        assert_eq!(FolderName::parse("A//B"), Err(FolderNameError::EmptyLevel));
        assert_eq!(FolderName::parse(""), Err(FolderNameError::EmptyLevel));
        assert_eq!(quoted("a\"b\\c"), Some(r#""a\"b\\c""#.into()));
        assert_eq!(quoted("a\rb"), None);
        assert_eq!(quoted("ñ"), None);
    }

    proptest! {
        #[test]
        fn an_encoded_name_is_printable_ascii(name in "\\PC{1,40}") {
            if let Ok(encoded) = FolderName::parse(&name).and_then(|name| name.encoded(Some('|'))) {
                prop_assert!(quoted(&encoded).is_some());
            }
        }
    }
}
