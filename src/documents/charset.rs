//! Charsets: bytes of a text file become text. Told by byte order mark, by validity as UTF-8, else by which of the single byte
//! charsets of Spanish gives Spanish letters: windows-1252, which Excel and Notepad write in Peru, DOS's, or the old Macintosh's.

use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The upper half of code page 850, which `encoding_rs` does not know: what «CSV (MS-DOS)» of Excel is written in.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The text, without byte order mark; `None` when the bytes are no text in any of these charsets.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let text = match encoding(bytes) {
        encoding if encoding == WINDOWS_1252 => single_byte(bytes),
        encoding => encoding.decode_with_bom_removal(bytes).0.into_owned(),
    };
    let controls =
        text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}')).count();
    // A stray control character happens in an export; a binary file is full of them.
    (controls * 200 <= text.chars().count()).then_some(text)
}

/// Bytes of a single byte charset, as the one that gives the most Spanish; windows-1252 among equals.
fn single_byte(bytes: &[u8]) -> String {
    let windows = WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    let dos: String = bytes.iter().map(|byte| dos_character(*byte)).collect();
    let macintosh = MACINTOSH.decode_without_bom_handling(bytes).0.into_owned();
    let best = [&macintosh, &dos, &windows].into_iter().max_by_key(|text| spanish(text));
    best.cloned().unwrap_or(windows)
}

fn dos_character(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => DOS.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// How much of what is not ASCII is Spanish.
fn spanish(text: &str) -> i64 {
    text.chars()
        .filter(|letter| !letter.is_ascii())
        .map(|letter| if "áéíóúñüÁÉÍÓÚÑÜ°ºª¿¡«»–“”‘’\u{a0}".contains(letter) { 1 } else { -1 })
        .sum()
}

/// The text of an HTML file, by its byte order mark, the charset that its head declares, or else as any text.
pub(super) fn decode_markup(bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(2048)).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declared = head.split_once("charset=").and_then(|(_, rest)| {
        let label = rest
            .trim_start_matches(['"', '\''])
            .split(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c))
            .next();
        Encoding::for_label(label?.as_bytes())
    });
    // A head that can be read byte by byte is not UTF-16, whatever it declares.
    let declared = declared.filter(|encoding| encoding.is_ascii_compatible());
    match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (None, Err(_)) => declared.unwrap_or_else(|| encoding(bytes)).decode_with_bom_removal(bytes).0.into_owned(),
        _ => encoding(bytes).decode_with_bom_removal(bytes).0.into_owned(),
    }
}

fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    // UTF-16 without a mark: text of Latin letters has every second byte zero.
    let sample = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let pairs = sample.len() / 2;
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    if pairs > 1 && zeros(1) * 10 >= pairs * 7 && zeros(0) * 10 <= pairs {
        return UTF_16LE;
    }
    if pairs > 1 && zeros(0) * 10 >= pairs * 7 && zeros(1) * 10 <= pairs {
        return UTF_16BE;
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_is_found_from_the_bytes() {
        let text = "Nuñez;Oficina de Comunicación\r\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16.clone()).collect();
        let windows: Vec<u8> = WINDOWS_1252.encode(text).0.into_owned();
        let dos = b"Nu\xa4ez;Oficina de Comunicaci\xa2n\r\n";
        let macintosh = b"Nu\x96ez;Oficina de Comunicaci\x97n\r\n";
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &marked, &utf16, &utf16_marked, &windows, dos, macintosh] {
            assert_eq!(decode(bytes).as_deref(), Some(text));
        }
    }

    #[test]
    fn markup_may_declare_its_charset() {
        let html = b"<meta charset=\"iso-8859-1\"><p>Nu\xf1ez".as_slice();
        assert!(decode_markup(html).ends_with("Nuñez"));
        assert!(decode_markup("<meta charset=latin1><p>Nuñez".as_bytes()).ends_with("Nuñez"));
    }

    #[test]
    fn bytes_of_a_program_are_no_text() {
        assert_eq!(decode(&(0..=255u8).cycle().take(2000).collect::<Vec<u8>>()), None);
    }
}
