//! Transfer encodings: base64, quoted-printable and uuencode, read as leniently as mail clients read them.
//!
//! A strict decoder loses the whole attachment over one stray character; these lose nothing that is there.

/// RFC 2045, section 6.8: characters outside the alphabet are ignored. Padding ends one run; what follows is read on, since
/// some senders encode in pieces.
pub(super) fn base64(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3);
    let mut group: u32 = 0;
    let mut filled = 0;
    for &character in encoded {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                flush_base64(&mut bytes, group, filled);
                (group, filled) = (0, 0);
                continue;
            }
            _ => continue,
        };
        group = group << 6 | u32::from(value);
        filled += 1;
        if filled == 4 {
            bytes.extend_from_slice(&[(group >> 16) as u8, (group >> 8) as u8, group as u8]);
            (group, filled) = (0, 0);
        }
    }
    flush_base64(&mut bytes, group, filled);
    bytes
}

fn flush_base64(bytes: &mut Vec<u8>, group: u32, filled: u32) {
    match filled {
        2 => bytes.push((group >> 4) as u8),
        3 => bytes.extend_from_slice(&[(group >> 10) as u8, (group >> 2) as u8]),
        _ => {}
    }
}

/// RFC 2045, section 6.7: an `=` that starts no code is kept, blanks before a line's end are dropped.
pub(super) fn quoted_printable(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len());
    for line in encoded.split_inclusive(|&byte| byte == b'\n') {
        let (content, ending): (&[u8], &[u8]) = match line.strip_suffix(b"\r\n") {
            Some(content) => (content.trim_ascii_end(), b"\r\n"),
            None => match line.strip_suffix(b"\n") {
                Some(content) => (content.trim_ascii_end(), b"\n"),
                None => (line, b""),
            },
        };
        match content.strip_suffix(b"=") {
            Some(content) => decode_codes(content, &mut bytes),
            None => {
                decode_codes(content, &mut bytes);
                bytes.extend_from_slice(ending);
            }
        }
    }
    bytes
}

fn decode_codes(content: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = content;
    while let Some((&first, after)) = rest.split_first() {
        let code = match (first, after) {
            (b'=', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
}

/// `%XX` codes of RFC 2231 values and of links; a `%` that starts no code is kept.
pub(super) fn percent(encoded: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = match (first, after) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    bytes
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A file that stands uuencoded in a text body, as mailers before MIME sent it.
pub(super) struct Uuencoded {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Takes the uuencoded files (`begin 644 name` … `end`) out of a text. A block without its end stays text.
pub(super) fn take_uuencoded(text: &str) -> (String, Vec<Uuencoded>) {
    let mut kept = String::with_capacity(text.len());
    let mut files = Vec::new();
    let mut open: Option<(Uuencoded, String)> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        match &mut open {
            None => match uuencode_begin(content) {
                Some(name) => {
                    open = Some((Uuencoded { name: name.to_owned(), bytes: Vec::new() }, line.to_owned()));
                }
                None => kept.push_str(line),
            },
            Some((file, source)) => {
                source.push_str(line);
                if content == "end" {
                    files.extend(open.take().map(|(file, _)| file));
                } else if !decode_uuencoded_line(content, &mut file.bytes) {
                    kept.push_str(source);
                    open = None;
                }
            }
        }
    }
    if let Some((_, source)) = open {
        kept.push_str(&source);
    }
    (kept, files)
}

fn uuencode_begin(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.split_once(' ')?;
    (matches!(mode.len(), 3 | 4) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7')) && !name.trim().is_empty())
        .then(|| name.trim())
}

/// One line: its first character is the number of bytes, each four characters after it are three bytes.
fn decode_uuencoded_line(line: &str, bytes: &mut Vec<u8>) -> bool {
    let Some((&first, data)) = line.as_bytes().split_first() else { return true };
    if !(b' '..=b'`').contains(&first) || !data.iter().all(|byte| (b' '..=b'`').contains(byte)) {
        return false;
    }
    let length = usize::from((first - b' ') & 63);
    // Trailing blanks may have been lost on the way, so a short line is completed; one that is too long is no uuencode.
    if data.len() > length.div_ceil(3) * 4 + 2 {
        return false;
    }
    let start = bytes.len();
    for group in data.chunks(4) {
        let value = (0..4)
            .fold(0u32, |value, place| value << 6 | group.get(place).map_or(0, |byte| u32::from((byte - b' ') & 63)));
        bytes.extend_from_slice(&[(value >> 16) as u8, (value >> 8) as u8, value as u8]);
    }
    bytes.resize(start + length, 0);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_junk_missing_padding_and_pieces() {
        for (encoded, expected) in [
            ("SG9sYQ==", "Hola"),
            ("SG9sYQ", "Hola"),
            ("SG\r\n9s!!YQ= =\r\n", "Hola"),
            ("SG9sYQ==SG9sYQ==", "HolaHola"),
            ("SG9s", "Hol"),
            ("", ""),
        ] {
            assert_eq!(base64(encoded.as_bytes()), expected.as_bytes(), "{encoded}");
        }
    }

    #[test]
    fn quoted_printable_joins_soft_breaks_and_keeps_what_is_no_code() {
        for (encoded, expected) in [
            ("a=C3=B1o", "año"),
            ("largo =\r\ntexto", "largo texto"),
            ("fin  \r\notra", "fin\r\notra"),
            ("1=2 y =ZZ", "1=2 y =ZZ"),
            ("corte=", "corte"),
            ("blanco ", "blanco "),
            ("blando= \nunido", "blandounido"),
            ("a\n\nb", "a\n\nb"),
        ] {
            assert_eq!(String::from_utf8(quoted_printable(encoded.as_bytes())).unwrap(), expected, "{encoded}");
        }
    }

    #[test]
    fn a_uuencoded_file_is_taken_out_of_the_text() {
        let (text, files) = take_uuencoded("Va el oficio\nbegin 644 oficio.txt\n$2&]L80``\n`\nend\nGracias\n");
        assert_eq!(text, "Va el oficio\nGracias\n");
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].name, "oficio.txt");
        assert_eq!(files[0].bytes, b"Hola");
    }

    #[test]
    fn a_line_that_only_looks_like_uuencode_stays_text() {
        let text = "begin 2026 con fuerza\nla gestión\n";
        assert_eq!(take_uuencoded(text).0, text);
        let text = "begin 644 x\nno es uuencode\n";
        assert_eq!(take_uuencoded(text).0, text);
    }
}
