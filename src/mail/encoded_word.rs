//! RFC 2047: `=?utf-8?B?…?=` in header values becomes text.
//!
//! Written here because senders cut a character in two between neighbouring words: the bytes of neighbours in one charset are
//! joined before they are decoded, which mail-parser does not do.

use std::sync::LazyLock;

use regex::Regex;

use super::charset;
use super::transfer;

static WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"=\?([A-Za-z0-9_.:()+-]+)(?:\*[A-Za-z0-9-]*)?\?([bBqQ])\?([^?\r\n]*)\?=").ok());

/// Decodes the words of a header value. Control characters that they bring (a line break would make a new header of a reply's
/// subject) become blanks.
pub(super) fn decode(value: &str) -> String {
    let Some(pattern) = WORD.as_ref().filter(|_| value.contains("=?")) else { return without_controls(value) };
    let mut text = String::with_capacity(value.len());
    // The charset and the bytes of the words that are waiting for a neighbour.
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut end = 0;
    for found in pattern.captures_iter(value) {
        let (Some(whole), Some(label), Some(kind), Some(data)) =
            (found.get(0), found.get(1), found.get(2), found.get(3))
        else {
            continue;
        };
        let between = value.get(end..whole.start()).unwrap_or_default();
        // White space between two words is no part of the text (RFC 2047, section 6.2).
        let neighbours = pending.is_some() && between.trim().is_empty();
        if !neighbours {
            flush(&mut pending, &mut text);
            text.push_str(between);
        }
        let bytes = match kind.as_str() {
            "b" | "B" => transfer::base64(data.as_str().as_bytes()),
            _ => transfer::quoted_printable(data.as_str().replace('_', " ").as_bytes()),
        };
        let label = label.as_str().to_ascii_lowercase();
        match &mut pending {
            Some((waiting, sofar)) if *waiting == label => sofar.extend(bytes),
            _ => {
                flush(&mut pending, &mut text);
                pending = Some((label, bytes));
            }
        }
        end = whole.end();
    }
    flush(&mut pending, &mut text);
    text.push_str(value.get(end..).unwrap_or_default());
    without_controls(&text)
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, text: &mut String) {
    if let Some((label, bytes)) = pending.take() {
        text.push_str(&charset::decode(&bytes, Some(&label)));
    }
}

fn without_controls(value: &str) -> String {
    value
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn words_are_decoded_whatever_cuts_them() {
        for (value, expected) in [
            ("=?UTF-8?B?RGVzaWduYWNpw7Nu?=", "Designación"),
            ("=?utf-8?Q?Designaci=C3=B3n_Gob.pe?=", "Designación Gob.pe"),
            ("=?iso-8859-1?q?N=BA_45?= final", "Nº 45 final"),
            (
                "RV: =?windows-1252?Q?Designaci=F3n?= =?windows-1252?Q?_de_coordinadores?=",
                "RV: Designación de coordinadores",
            ),
            // The ó is cut in two between neighbours.
            ("=?UTF-8?Q?Designaci=C3?= =?UTF-8?Q?=B3n?=", "Designación"),
            // Labelled utf-8, written in windows-1252.
            ("=?utf-8?Q?Designaci=F3n?=", "Designación"),
            ("=?UTF-8*es?Q?a=C3=B1o?=", "año"),
            ("no =?word", "no =?word"),
            ("=?UTF-8?Q?a=0D=0ABcc:_x@y.pe?=", "a  Bcc: x@y.pe"),
        ] {
            assert_eq!(decode(value), expected, "{value}");
        }
    }
}
