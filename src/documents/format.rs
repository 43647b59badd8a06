//! Formats: what a file is, told by its bytes. The declared type and the name decide only where the bytes leave a choice
//! (comma separated values are plain text too; a broken zip may have been any office file).

use super::charset;
use super::compound::{self, CompoundFile};
use super::envelope;
use super::package::Package;
use super::xml::{Vocabulary, XmlEvent, XmlEvents};
use super::{Format, Limits};
use crate::mail;

/// What was found out about a file before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    Plain(Format),
    /// A password is needed to see what is inside; the format is what the name says it is.
    Encrypted(Format),
}

/// How far into a file the mark of a PDF may stand (ISO 32000-1, annex H, implementation note 13).
const PDF_MARK_WITHIN: usize = 1024;

pub fn detect(name: &str, media_type: Option<&str>, bytes: &[u8], limits: &Limits) -> Detected {
    if bytes.is_empty() {
        return Detected::Plain(Format::Empty);
    }
    if bytes.starts_with(&compound::MAGIC) {
        return compound_format(name, media_type, bytes);
    }
    Detected::Plain(match by_magic(bytes) {
        Some(Format::Zip) => return zip_format(name, media_type, bytes, limits),
        Some(format) => format,
        None => text_format(name, media_type, bytes),
    })
}

fn by_magic(bytes: &[u8]) -> Option<Format> {
    let format = match bytes {
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Format::Png,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Format::Tiff,
        [b'G', b'I', b'F', b'8', ..] => Format::Gif,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Format::Bmp,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Format::Webp,
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Format::Avif,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heic(brand) => Format::Heic,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Format::Zip,
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Format::SevenZip,
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => Format::Rar,
        [0x78, 0x9f, 0x3e, 0x22, ..] => Format::Tnef,
        [b'{', b'\\', b'r', b't', b'f', ..] => Format::Rtf,
        [0x30, 0x80..=0x84, ..] if envelope::open(bytes).is_some() => Format::Cms,
        _ => {
            let head = bytes.get(..bytes.len().min(PDF_MARK_WITHIN)).unwrap_or(bytes);
            return head.windows(5).any(|five| five == b"%PDF-").then_some(Format::Pdf);
        }
    };
    Some(format)
}

fn is_heic(brand: &[u8]) -> bool {
    matches!(brand.get(..4), Some(b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1"))
}

/// Office 97-2003 files, and the container of encrypted newer ones.
fn compound_format(name: &str, media_type: Option<&str>, bytes: &[u8]) -> Detected {
    let hinted = hint(name, media_type);
    let Ok(file) = CompoundFile::open(bytes) else {
        return Detected::Plain(match hinted {
            Some(known @ (Format::Doc | Format::Xls)) => known,
            _ => Format::Unknown,
        });
    };
    if file.has("EncryptedPackage") {
        return Detected::Encrypted(match hinted {
            Some(known @ (Format::Docx | Format::Xlsx | Format::Xlsb)) => known,
            _ => Format::Unknown,
        });
    }
    Detected::Plain(if file.has("WordDocument") {
        Format::Doc
    } else if file.has("Workbook") || file.has("Book") {
        Format::Xls
    } else if file.has("PowerPoint Document") {
        Format::Presentation
    } else if file.has("__properties_version1.0") {
        Format::OutlookMessage
    } else {
        Format::Unknown
    })
}

/// A zip is an office file or an archive.
fn zip_format(name: &str, media_type: Option<&str>, bytes: &[u8], limits: &Limits) -> Detected {
    let Ok(mut package) = Package::open(bytes, limits) else {
        return Detected::Plain(match hint(name, media_type) {
            Some(known @ (Format::Docx | Format::Xlsx | Format::Xlsb | Format::Ods | Format::Odt)) => known,
            _ => Format::Zip,
        });
    };
    if package.has("[Content_Types].xml") && package.has("_rels/.rels") {
        return Detected::Plain(open_packaging_format(&mut package));
    }
    if is_apple_office(name) {
        return Detected::Plain(Format::AppleOffice);
    }
    if !package.has("mimetype") || !package.has("content.xml") {
        return Detected::Plain(Format::Zip);
    }
    let declared = package.part("mimetype").ok().flatten().unwrap_or_default();
    let format = match declared.trim_ascii() {
        b"application/vnd.oasis.opendocument.spreadsheet"
        | b"application/vnd.oasis.opendocument.spreadsheet-template" => Format::Ods,
        b"application/vnd.oasis.opendocument.text" | b"application/vnd.oasis.opendocument.text-template" => Format::Odt,
        b"application/vnd.oasis.opendocument.presentation" => Format::Presentation,
        _ => Format::Unknown,
    };
    let manifest = package.xml("META-INF/manifest.xml").ok().flatten().unwrap_or_default();
    if manifest.contains("encryption-data") { Detected::Encrypted(format) } else { Detected::Plain(format) }
}

fn is_apple_office(name: &str) -> bool {
    let lower = name.to_lowercase();
    [".pages", ".numbers", ".key"].iter().any(|ending| lower.ends_with(ending))
}

fn open_packaging_format(package: &mut Package<'_>) -> Format {
    let relations = package.relationships("").unwrap_or_default();
    if relations.iter().any(|found| found.kind == "fixedrepresentation") {
        return Format::Xps;
    }
    let Some(main) = relations.into_iter().find(|found| found.kind == "officeDocument") else { return Format::Unknown };
    let kind = content_type(package, &main.target).unwrap_or_default();
    if kind.contains("wordprocessingml") || kind.contains("ms-word") {
        Format::Docx
    } else if kind.contains("sheet.binary") {
        Format::Xlsb
    } else if kind.contains("spreadsheetml") || kind.contains("ms-excel") {
        Format::Xlsx
    } else if kind.contains("presentationml") || kind.contains("ms-powerpoint") {
        Format::Presentation
    } else {
        Format::Unknown
    }
}

fn content_type(package: &mut Package<'_>, part: &str) -> Option<String> {
    let xml = package.xml("[Content_Types].xml").ok().flatten()?;
    let extension = part.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    let mut events = XmlEvents::new(&xml);
    let mut default = None;
    while let Ok(Some(event)) = events.next() {
        let XmlEvent::Start(element) = event else { continue };
        if element.vocabulary != Vocabulary::Package {
            continue;
        }
        match element.name() {
            "Override" => {
                let named = element.attribute("PartName").unwrap_or_default();
                if named.trim_start_matches('/').eq_ignore_ascii_case(part) {
                    return element.attribute("ContentType");
                }
            }
            "Default" if element.attribute("Extension").is_some_and(|found| found.eq_ignore_ascii_case(extension)) => {
                default = element.attribute("ContentType");
            }
            _ => {}
        }
    }
    default
}

fn text_format(name: &str, media_type: Option<&str>, bytes: &[u8]) -> Format {
    let Some(text) = charset::decode(bytes) else { return Format::Unknown };
    let head: String = text.trim_start().chars().take(2048).collect::<String>().to_ascii_lowercase();
    let is_markup = head.starts_with('<');
    // Other XML: an invoice, a workbook as Excel 2003 wrote it.
    if head.starts_with("<?xml") && !head.contains("<html") {
        return Format::Unknown;
    }
    if is_markup && ["<!doctype html", "<html", "<table", "<body", "<head"].iter().any(|mark| head.contains(mark)) {
        return Format::Html;
    }
    // A mail in an archive, or a web archive, which old Words save.
    if mail::looks_like_mail(bytes) {
        return Format::Message;
    }
    match hint(name, media_type) {
        // Old web systems write separated text and call it a workbook.
        Some(Format::Csv | Format::Xls | Format::Xlsx) => Format::Csv,
        Some(Format::Html) if head.contains("</") || head.contains("<br") || head.contains("<p") => Format::Html,
        _ => Format::PlainText,
    }
}

/// What the name or else the declared type says.
fn hint(name: &str, media_type: Option<&str>) -> Option<Format> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.trim().to_ascii_lowercase());
    let by_name = match extension.as_deref() {
        Some("xlsx" | "xlsm" | "xltx") => Some(Format::Xlsx),
        Some("xlsb") => Some(Format::Xlsb),
        Some("xls") => Some(Format::Xls),
        Some("ods" | "ots") => Some(Format::Ods),
        Some("csv" | "tsv" | "tab") => Some(Format::Csv),
        Some("docx" | "docm" | "dotx") => Some(Format::Docx),
        Some("doc" | "dot") => Some(Format::Doc),
        Some("odt" | "ott") => Some(Format::Odt),
        Some("htm" | "html") => Some(Format::Html),
        _ => None,
    };
    by_name.or_else(|| match media_type?.split(';').next()?.trim() {
        "text/csv" | "text/tab-separated-values" | "application/csv" => Some(Format::Csv),
        "text/html" => Some(Format::Html),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Format::Xlsx),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => Some(Format::Docx),
        "application/vnd.ms-excel" => Some(Format::Xls),
        "application/msword" => Some(Format::Doc),
        "application/vnd.oasis.opendocument.spreadsheet" => Some(Format::Ods),
        "application/vnd.oasis.opendocument.text" => Some(Format::Odt),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(members: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn office(main: &str, content_type: &str) -> Vec<u8> {
        zip_of(&[
            (
                "[Content_Types].xml",
                &format!(
                    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                       <Override PartName="/{main}" ContentType="{content_type}"/></Types>"#
                ),
            ),
            (
                "_rels/.rels",
                &format!(
                    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a"
                       Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/{main}"/>
                       </Relationships>"#
                ),
            ),
            (main, "<x/>"),
        ])
    }

    fn found(name: &str, bytes: &[u8]) -> Detected {
        detect(name, Some("application/octet-stream"), bytes, &Limits::default())
    }

    #[test]
    fn office_files_are_told_by_what_is_in_the_zip() {
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
        let binary = "application/vnd.ms-excel.sheet.binary.macroEnabled.main";
        let slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
        // The name lies, and Word Online calls its part document2.
        assert_eq!(found("a.pdf", &office("word/document2.xml", word)), Detected::Plain(Format::Docx));
        assert_eq!(found("a.docx", &office("xl/workbook.xml", sheet)), Detected::Plain(Format::Xlsx));
        assert_eq!(found("a", &office("xl/workbook.bin", binary)), Detected::Plain(Format::Xlsb));
        assert_eq!(found("a.pptx", &office("ppt/presentation.xml", slides)), Detected::Plain(Format::Presentation));
        let calc = [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<a/>")];
        assert_eq!(found("a.zip", &zip_of(&calc)), Detected::Plain(Format::Ods));
        let manifest = ("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>");
        assert_eq!(found("a.zip", &zip_of(&[calc[0], calc[1], manifest])), Detected::Encrypted(Format::Ods));
        assert_eq!(found("a.docx", &zip_of(&[("oficio.pdf", "%PDF-1.4")])), Detected::Plain(Format::Zip));
        let apple = zip_of(&[("Index/Document.iwa", "x"), ("preview.jpg", "x")]);
        assert_eq!(found("oficio.pages", &apple), Detected::Plain(Format::AppleOffice));
    }

    #[test]
    fn compound_files_are_told_by_their_streams() {
        let of = |stream: &str| compound::with_streams(&[(stream, b"x")]);
        assert_eq!(found("a.pdf", &of("WordDocument")), Detected::Plain(Format::Doc));
        assert_eq!(found("a.doc", &of("Workbook")), Detected::Plain(Format::Xls));
        assert_eq!(found("a.xls", &of("Book")), Detected::Plain(Format::Xls));
        assert_eq!(found("a.xlsx", &of("EncryptedPackage")), Detected::Encrypted(Format::Xlsx));
        assert_eq!(found("a.msg", &of("__properties_version1.0")), Detected::Plain(Format::OutlookMessage));
        assert_eq!(found("a.ppt", &of("PowerPoint Document")), Detected::Plain(Format::Presentation));
        assert_eq!(found("a.msg", &of("other")), Detected::Plain(Format::Unknown));
    }

    #[test]
    fn magic_numbers_win_over_names() {
        for (bytes, format) in [
            (&b"\xff\xd8\xff\xe0"[..], Format::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Format::Png),
            (b"II\x2a\0", Format::Tiff),
            (b"MM\0\x2a", Format::Tiff),
            (b"GIF89a", Format::Gif),
            (b"RIFF\0\0\0\0WEBP", Format::Webp),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Format::Heic),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Format::Avif),
            (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
            (b"Rar!\x1a\x07\0", Format::Rar),
            (b"\x78\x9f\x3e\x22\0", Format::Tnef),
            (b"{\\rtf1\\ansi}", Format::Rtf),
            (b"\n\n%PDF-1.7\n", Format::Pdf),
            (b"", Format::Empty),
            (b"\0\x01\x02\x03\x04\x05\x06\x07", Format::Unknown),
        ] {
            assert_eq!(found("oficio.docx", bytes), Detected::Plain(format));
        }
    }

    #[test]
    fn text_files_are_told_by_their_text_and_then_by_their_name() {
        assert_eq!(found("a.xls", b"<html><table><tr><td>DNI</table>"), Detected::Plain(Format::Html));
        let workbook = b"<?xml version=\"1.0\"?><Workbook><Worksheet><Table><Row/></Table></Worksheet></Workbook>";
        assert_eq!(found("a.xls", workbook), Detected::Plain(Format::Unknown));
        assert_eq!(found("a.csv", b"DNI;Nombres\n1;x\n"), Detected::Plain(Format::Csv));
        assert_eq!(found("a.xls", b"DNI\tNombres\n1\tx\n"), Detected::Plain(Format::Csv));
        assert_eq!(found("a.txt", "Señor: hola\n".as_bytes()), Detected::Plain(Format::PlainText));
        assert_eq!(detect("a", Some("text/csv; charset=x"), b"a,b", &Limits::default()), Detected::Plain(Format::Csv));
        assert_eq!(found("a.txt", b"<?xml version='1.0'?><factura/>"), Detected::Plain(Format::Unknown));
        assert_eq!(
            found("a.doc", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n"),
            Detected::Plain(Format::Message)
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(magic in 0usize..6, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let magics: [&[u8]; 6] = [b"", b"PK\x03\x04", b"PK\x05\x06", &compound::MAGIC, b"\xff\xfe", b"<"];
            found("a.docx", &[magics[magic], &bytes].concat());
        }
    }
}
