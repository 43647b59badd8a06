//! Charsets: bytes and a label that may lie become text without mojibake.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes bytes that are labelled with a charset, or not.
///
/// The label is believed only where the bytes do not contradict it. Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever
/// single-byte charset they are labelled with (chance sequences of that shape do not occur in Spanish), and bytes that are
/// labelled UTF-8 and are not are windows-1252, sequence by sequence, since a footer in another charset is often pasted below.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0.into_owned();
    }
    let label = label.map(|label| label.trim().trim_matches(['"', '\'']));
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let text = match declared {
        Some(encoding) if !encoding.is_single_byte() && encoding != UTF_8 => {
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
        _ => match std::str::from_utf8(bytes) {
            // UTF-7 is ASCII to every other charset; mail-parser knows it and encoding_rs does not.
            Ok(text) if declared.is_none() => match label.and_then(other_decoder) {
                Some(decoder) => decoder(bytes),
                None => text.to_owned(),
            },
            Ok(text) => text.to_owned(),
            Err(_) => match declared {
                Some(encoding) if encoding != UTF_8 => encoding.decode_without_bom_handling(bytes).0.into_owned(),
                Some(_) => utf8_or_windows_1252(bytes),
                None => match label.and_then(other_decoder) {
                    Some(decoder) => decoder(bytes),
                    None => utf8_or_windows_1252(bytes),
                },
            },
        },
    };
    undo_double_encoding(text)
}

fn other_decoder(label: &str) -> Option<fn(&[u8]) -> String> {
    mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes())
}

fn utf8_or_windows_1252(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

/// Text that was UTF-8, was taken for windows-1252 somewhere on its way and encoded again («DesignaciÃ³n»). It is undone only
/// when all of the text goes back; Spanish has no «Ã» or «Â» of its own.
fn undo_double_encoding(text: String) -> String {
    // The second character is a byte 80 to BF, as windows-1252 shows it.
    let is_second =
        |character: char| matches!(character, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(character);
    let suspicious =
        text.chars().zip(text.chars().skip(1)).any(|(first, second)| matches!(first, 'Ã' | 'Â') && is_second(second));
    if !suspicious {
        return text;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(&text);
    match std::str::from_utf8(&bytes) {
        Ok(undone) if !unmappable => undone.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_label_that_lies_makes_no_mojibake() {
        let cases: [(&[u8], Option<&str>, &str); 12] = [
            ("Designación".as_bytes(), Some("utf-8"), "Designación"),
            (b"Designaci\xF3n", Some("utf-8"), "Designación"),
            ("Designación".as_bytes(), Some("iso-8859-1"), "Designación"),
            ("Designación".as_bytes(), Some("windows-1252"), "Designación"),
            (b"Designaci\xF3n \x93x\x94", Some("ISO-8859-1"), "Designación “x”"),
            (b"Designaci\xF3n", None, "Designación"),
            (b"Designaci\xF3n", Some("x-no-such"), "Designación"),
            (b"Designaci\xF3n", Some("us-ascii"), "Designación"),
            ("año \u{2013} N.º".as_bytes(), None, "año \u{2013} N.º"),
            (b"a\xC3\xB1o y ni\xF1o", Some("utf-8"), "año y niño"),
            (b"+AOk-l", Some("utf-7"), "él"),
            (b"\xFF\xFEa\0\xF1\0o\0", None, "año"),
        ];
        for (bytes, label, expected) in cases {
            assert_eq!(decode(bytes, label), expected, "{bytes:?} {label:?}");
        }
    }

    #[test]
    fn text_encoded_twice_is_undone_and_other_text_is_left_alone() {
        assert_eq!(decode("DesignaciÃ³n del aÃ±o".as_bytes(), Some("utf-8")), "Designación del año");
        assert_eq!(decode("NÃºmero NÂº 45, EspaÃ‘a".as_bytes(), None), "Número Nº 45, EspaÑa");
        assert_eq!(decode("São Paulo, CÂMARA".as_bytes(), Some("utf-8")), "São Paulo, CÂMARA");
    }
}
