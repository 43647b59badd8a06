//! Names of attachments: what a sender wrote becomes text that is safe to show, and unique within its mail.
//!
//! A name is for people and for telling documents apart. No path is ever made of it, so separators stay as they are.

use unicode_normalization::UnicodeNormalization;

/// Characters; longer names are cut before their extension.
const LONGEST_NAME: usize = 200;

/// Text of a header for people: no control characters, no marks that turn the direction of reading («fdp.exe» shown as
/// «exe.pdf»), composed accents (macOS sends decomposed ones), single blanks.
pub(super) fn printable(text: &str) -> String {
    let kept: String = text
        .nfc()
        .map(|character| if character.is_control() || character == '\u{a0}' { ' ' } else { character })
        .filter(|character| !is_invisible(*character))
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// The name of the attachment that stands at `position` (from 1), told apart from those before it.
pub(super) fn name(given: Option<&str>, position: usize, media_type: &str, bytes: &[u8], taken: &[String]) -> String {
    let cleaned = given.map(printable).filter(|name| !name.trim_matches(['.', ' ', '"']).is_empty());
    let name = match cleaned {
        Some(name) => shortened(&name),
        None => format!("adjunto-{position}.{}", extension(media_type, bytes)),
    };
    if !taken.contains(&name) {
        return name;
    }
    let (stem, extension) = split_extension(&name);
    (2..).map(|copy| format!("{stem} ({copy}){extension}")).find(|name| !taken.contains(name)).unwrap_or(name)
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    let (stem, extension) = split_extension(name);
    let room = LONGEST_NAME.saturating_sub(extension.chars().count());
    stem.chars().take(room).chain(extension.chars()).collect()
}

/// The stem and the extension with its dot; a "extension" of more than eight characters is part of the stem.
fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 9 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// What a made-up name ends in: by the bytes first, since the declared type may lie.
fn extension(media_type: &str, bytes: &[u8]) -> &'static str {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => return "pdf",
        [0xff, 0xd8, 0xff, ..] => return "jpg",
        [0x89, b'P', b'N', b'G', ..] => return "png",
        [b'{', b'\\', b'r', b't', b'f', ..] => return "rtf",
        _ => {}
    }
    match media_type {
        "application/pdf" => "pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/msword" => "doc",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "message/rfc822" | "message/global" => "eml",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/tiff" => "tif",
        "image/heic" => "heic",
        other if other.starts_with("text/") || other.starts_with("message/") => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: Option<&str>) -> String {
        name(given, 2, "application/octet-stream", b"%PDF-1.7", &[])
    }

    #[test]
    fn names_are_composed_and_free_of_what_cannot_be_seen() {
        assert_eq!(of(Some("designacio\u{301}n.pdf")), "designación.pdf");
        assert_eq!(of(Some("oficio\u{202e}fdp.exe")), "oficiofdp.exe");
        assert_eq!(of(Some("a\r\nb\t c\0.pdf")), "a b c .pdf");
        assert_eq!(of(Some("../../etc/oficio.pdf")), "../../etc/oficio.pdf");
    }

    #[test]
    fn a_missing_name_is_made_up_from_position_and_bytes() {
        assert_eq!(of(None), "adjunto-2.pdf");
        assert_eq!(of(Some(" \u{200b} ")), "adjunto-2.pdf");
        assert_eq!(name(None, 1, "text/calendar", b"", &[]), "adjunto-1.ics");
    }

    #[test]
    fn two_files_of_one_name_are_told_apart() {
        let taken = ["escaneo.pdf".to_owned(), "escaneo (2).pdf".to_owned()];
        assert_eq!(name(Some("escaneo.pdf"), 3, "", b"", &taken), "escaneo (3).pdf");
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = format!("{}.pdf", "á".repeat(400));
        let name = of(Some(&long));
        assert_eq!(name.chars().count(), LONGEST_NAME);
        assert!(name.ends_with("á.pdf"));
    }
}
