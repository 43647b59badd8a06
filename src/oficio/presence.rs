//! Presence: what each file of a mail is (a letter, a scan, a sheet, a logo, …) and which of them is the oficio.

use super::cuadro::{ReadCuadro, is_sheet};
use super::letter::Letter;
use super::number;
use super::signature::is_picture;
use crate::documents::{Document, Format, Page, Place, TextLayer, Trouble};
use crate::form::{Form, fold};
use crate::mail::{Disposition, Mail};

/// A picture in the mail's own text that is smaller than this, in bytes, is its logo and no photo of a paper.
const LOGO_BYTES: u64 = 60 << 10;
/// Marks of a letter that make one (see [`Letter::marks`]).
const FEWEST_MARKS: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A letter that can be read.
    Letter,
    /// Pages that are pictures, not read: perhaps the oficio.
    Scan,
    /// A spreadsheet, or a file that is a table and no letter.
    Table,
    /// The mail's own text.
    Body,
    /// A picture of the mail's signature.
    Logo,
    /// Could not be read at all.
    Unreadable,
    /// Something else that can be read: a resolution, a manual.
    Annex,
}

/// Tells what a file is.
pub(super) fn kind(document: &Document, cuadro: Option<&ReadCuadro>, mail: Option<&Mail>, form: &Form) -> Kind {
    if document.place == Place::Body {
        return Kind::Body;
    }
    if is_image(document.format) && is_logo(document, mail) {
        return Kind::Logo;
    }
    if document.pages.is_empty() && document.tables.is_empty() {
        return Kind::Unreadable;
    }
    if is_sheet(document.format) {
        return Kind::Table;
    }
    let letter = Letter::of(&[document]);
    let numbered = number::find(&letter, form).value().is_some();
    if letter.marks() + usize::from(numbered) >= FEWEST_MARKS {
        return Kind::Letter;
    }
    if cuadro.is_some() {
        return Kind::Table;
    }
    let unread = document.pages.iter().any(is_picture)
        || (letter.lines.is_empty() && document.pages.iter().any(|page| !page.pictures.is_empty()))
        || document.troubles.iter().any(|trouble| matches!(trouble, Trouble::PageWithoutText(_)));
    if unread { Kind::Scan } else { Kind::Annex }
}

/// Whether a page could not be read.
pub(super) fn is_unread(document: &Document, page: &Page) -> bool {
    page.text_layer != TextLayer::Recognised
        && (is_picture(page) || document.troubles.contains(&Trouble::PageWithoutText(page.number)))
}

pub(super) fn is_image(format: Format) -> bool {
    matches!(
        format,
        Format::Jpeg
            | Format::Png
            | Format::Tiff
            | Format::Heic
            | Format::Avif
            | Format::Gif
            | Format::Bmp
            | Format::Webp
    )
}

pub(super) fn is_editable(format: Format) -> bool {
    matches!(format, Format::Docx | Format::Odt | Format::Rtf | Format::Doc)
}

/// A logo stands in the mail's text and is small, or is of a kind in which no one scans.
fn is_logo(document: &Document, mail: Option<&Mail>) -> bool {
    let squat = document.pages.iter().all(|page| page.height < 0.35 * page.width || page.height > 4.0 * page.width);
    if document.format == Format::Gif || (squat && !document.pages.is_empty()) {
        return true;
    }
    let attachment = mail.and_then(|mail| mail.attachments.iter().find(|attachment| attachment.name == document.name));
    attachment.is_some_and(|attachment| {
        let inline = attachment.disposition == Disposition::Inline;
        let generated = fold(&attachment.name).starts_with("image0") || fold(&attachment.name).contains("logo");
        (inline || attachment.content_id.is_some() || generated) && attachment.bytes < LOGO_BYTES
            || inline && generated && attachment.bytes < 3 * LOGO_BYTES
    })
}

/// A name that says it is something beside the oficio.
pub(super) fn named_as_annex(name: &str) -> bool {
    let folded = fold(name);
    let words = [
        "resolucion",
        "credencial",
        "dni",
        "acta",
        "anexo",
        "constancia",
        "decreto",
        "ordenanza",
        "contrato",
        "cv",
        "cargo",
        "manual",
        "guia",
        "logo",
    ];
    !folded.contains("oficio") && words.iter().any(|word| folded.split(' ').any(|other| other == *word))
}

/// Which files are the oficio: a letter before a scan, a PDF before a Word file, one with the cuadro before one without. Photos
/// of pages are one oficio together.
pub(super) fn choose(documents: &[&Document], kinds: &[Kind], cuadros: &[Option<ReadCuadro>]) -> Vec<usize> {
    let of_kind = |wanted: Kind| {
        kinds.iter().enumerate().filter(move |(_, kind)| **kind == wanted).map(|(index, _)| index).collect::<Vec<_>>()
    };
    let document = |index: usize| documents.get(index).copied();
    let image = |index: usize| document(index).is_some_and(|document| is_image(document.format));
    let letters = of_kind(Kind::Letter);
    let scans: Vec<usize> = of_kind(Kind::Scan)
        .into_iter()
        .filter(|index| document(*index).is_some_and(|d| !named_as_annex(&d.name)))
        .collect();
    let rank = |index: &usize| {
        let found = document(*index);
        let signed = found.is_some_and(|document| !document.signatures.is_empty());
        let fixed = found.is_some_and(|document| !is_editable(document.format));
        let cuadro = cuadros.get(*index).is_some_and(Option::is_some);
        let ours = found.is_some_and(is_about_the_platforms);
        (fixed, ours, cuadro, signed, std::cmp::Reverse(*index))
    };
    let best = letters.iter().max_by_key(|index| rank(index)).copied();
    let editable = best.is_none_or(|index| document(index).is_some_and(|document| is_editable(document.format)));
    let first_scan = scans
        .iter()
        .min_by_key(|index| !document(**index).is_some_and(|document| fold(&document.name).contains("oficio")))
        .copied();
    let chosen = match (best, first_scan) {
        // A scan beside an editable letter is what was signed.
        (Some(_), Some(scan)) if editable => scan,
        (Some(letter), _) => letter,
        (None, Some(scan)) => scan,
        (None, None) => return Vec::new(),
    };
    if !image(chosen) {
        return vec![chosen];
    }
    let mut photos: Vec<usize> = (0..documents.len())
        .filter(|index| {
            image(*index) && kinds.get(*index).is_some_and(|kind| !matches!(kind, Kind::Logo | Kind::Unreadable))
        })
        .filter(|index| document(*index).is_some_and(|document| !named_as_annex(&document.name)))
        .collect();
    // The page with the letter's head is the first.
    photos.sort_by_key(|index| document(*index).is_none_or(|document| Letter::of(&[document]).addressed().is_empty()));
    photos
}

fn is_about_the_platforms(document: &Document) -> bool {
    document.pages.iter().flat_map(|page| &page.lines).any(|line| {
        let folded = fold(&line.text);
        folded.contains("gob pe") || folded.contains("facilita")
    })
}

/// Why a file could not be read, for people.
pub(super) fn reason(document: &Document) -> &'static str {
    match document.troubles.first() {
        Some(Trouble::Encrypted) if document.format == Format::Cms => "El archivo está cifrado para otra persona.",
        Some(Trouble::Encrypted) => "El archivo pide una contraseña.",
        Some(Trouble::Corrupt) => "El archivo está dañado.",
        Some(Trouble::Empty) => "El archivo está vacío.",
        Some(Trouble::BeyondLimits(_)) => "El archivo supera los límites de lectura.",
        Some(Trouble::ReaderStopped) => "La lectura del archivo no terminó.",
        Some(Trouble::NeedsAnotherViewer) => {
            "Es un PDF que solo muestra su contenido en Adobe Reader (un formulario XFA o una cartera de archivos)."
        }
        Some(Trouble::UnsupportedFormat | Trouble::UnknownFormat) => match document.format {
            Format::Rar => "Es un archivo comprimido RAR, que el programa no abre.",
            Format::SevenZip => "Es un archivo comprimido 7-Zip, que el programa no abre.",
            Format::Zip => "Está comprimido de una forma que el programa no abre.",
            Format::Avif => "Es una foto AVIF, que el programa no lee.",
            Format::Doc => "Es un documento de Word antiguo (.doc), que el programa no lee.",
            Format::AppleOffice => "Es un documento de Pages o Numbers (de Apple), que el programa no lee.",
            Format::Xps => "Es un documento XPS, que el programa no lee.",
            Format::Presentation => "Es una presentación, que el programa no lee.",
            Format::OutlookMessage => "Es un correo guardado por Outlook (.msg), que el programa no lee.",
            _ => "No se reconoce el formato del archivo.",
        },
        Some(Trouble::PageWithoutText(_)) => "El archivo solo trae imágenes, que no se leyeron.",
        Some(Trouble::TextMayLie(_)) | None => "El archivo no tiene contenido que se pueda leer.",
    }
}

/// What a person can do about a file that could not be read.
pub(super) fn remedy(document: &Document) -> &'static str {
    match document.troubles.first() {
        Some(Trouble::Encrypted) => {
            "Si no tiene la contraseña, pida a la entidad que envíe el oficio sin contraseña, de preferencia en PDF."
        }
        Some(Trouble::Corrupt | Trouble::Empty) => {
            "Ábralo; si tampoco se abre, pida a la entidad que vuelva a enviar el oficio, de preferencia en PDF."
        }
        _ => "Ábralo y revise el caso; si no se abre, pida a la entidad que envíe el oficio en PDF.",
    }
}

/// Whether a file that could not be read has to be seen by a person: whatever may be the oficio, and what may say something
/// else than it. An empty file beside an oficio, and files of machines, say nothing.
pub(super) fn matters(document: &Document, has_oficio: bool) -> bool {
    let folded = document.name.to_lowercase();
    let own_name = folded.rsplit('/').next().unwrap_or(&folded);
    // `._oficio.pdf` is what a Macintosh keeps about a file.
    let beside_the_point = own_name.starts_with("._")
        || [".ics", ".p7s", ".vcf", ".asc", ".xml"].iter().any(|ending| folded.ends_with(ending));
    let is_empty = document.troubles.contains(&Trouble::Empty);
    !(beside_the_point || has_oficio && is_empty)
}

/// Whether a file, or some of it, could not be read because it is closed, damaged or too big.
pub(super) fn is_broken(document: &Document) -> bool {
    document.troubles.iter().any(|trouble| {
        matches!(trouble, Trouble::Encrypted | Trouble::Corrupt | Trouble::BeyondLimits(_) | Trouble::ReaderStopped)
    })
}

/// Whether the mail's text holds a link to a file store.
pub(super) fn is_linked(mail: &Mail) -> bool {
    let html = mail.body_html.as_deref().unwrap_or_default();
    links(&mail.body_text).chain(links(html)).any(is_file_store)
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '<' | '>' | '(' | ')'))
        .filter_map(|word| word.find("http").and_then(|at| word.get(at..)))
        .filter(|word| word.starts_with("https://") || word.starts_with("http://"))
}

fn is_file_store(link: &str) -> bool {
    let lower = link.to_lowercase();
    let after_scheme = lower.split_once("://").map_or("", |(_, rest)| rest);
    let host = after_scheme.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let stores = [
        "drive.google.com",
        "docs.google.com",
        "1drv.ms",
        "onedrive.live.com",
        "sharepoint.com",
        "dropbox.com",
        "wetransfer.com",
        "we.tl",
        "mega.nz",
        "mediafire.com",
        "icloud.com",
        "box.com",
        "photos.app.goo.gl",
        "filemail.com",
        "transfernow.net",
        "smash.com",
        "terabox.com",
    ];
    let own_cloud = ["nube", "cloud", "nextcloud", "owncloud", "archivos", "files", "drive", "descargas", "transfer"];
    stores.iter().any(|store| host == *store || host.ends_with(&format!(".{store}")))
        || host.split('.').next().is_some_and(|label| own_cloud.contains(&label))
        || after_scheme.contains("/index.php/s/")
}
