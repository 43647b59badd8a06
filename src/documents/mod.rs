//! Documents: the bytes of one attachment become a [`Document`], plain data that the rest of the program can trust to be
//! bounded.
//!
//! Everything here is pure (bytes in, values out) and runs in the reading child process (see [`crate::reader`]), because the
//! bytes are hostile. What a document *means* (which of its tables is the cuadro, whose DNI is where) is not known here:
//! that is [`crate::oficio`].

mod archive;
mod charset;
mod compound;
mod declared;
mod delimited;
pub mod envelope;
mod flow;
pub mod format;
mod heic;
pub mod html;
mod limits;
mod message;
mod odf_styles;
mod package;
pub mod pdf;
mod picture;
mod scanned;
mod second_reading;
mod spreadsheet;
pub mod text;
mod tnef;
mod turn;
mod word;
mod xml;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::tables::Table;

use archive::{Budget, Member};
use envelope::Envelope;
use format::Detected;
pub use limits::Limits;
use pdf::OpenFile;
pub use scanned::{CellPlace, Glance, PictureReader};
pub use turn::Turn;

/// A rectangle in points (1/72 inch) from the page's top left corner, y downwards, as the page is seen (after `/Rotate`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

/// What the bytes are, found by looking at them; the declared type and the file name are only hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    Pdf,
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    Csv,
    Docx,
    Odt,
    Rtf,
    /// Word 97-2003.
    Doc,
    /// PowerPoint or Impress.
    Presentation,
    /// Pages, Numbers or Keynote.
    AppleOffice,
    Xps,
    /// A mail as Outlook saves it (`.msg`).
    OutlookMessage,
    Html,
    PlainText,
    Jpeg,
    Png,
    Tiff,
    Heic,
    Avif,
    Gif,
    Bmp,
    Webp,
    Zip,
    SevenZip,
    Rar,
    /// `winmail.dat`.
    Tnef,
    /// A signature with what it signs inside (`.p7m`), or encrypted.
    Cms,
    /// A mail, or a web page saved as one.
    Message,
    Empty,
    Unknown,
}

/// One attachment (or bare file), read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The file's name as the mail gives it. For people only: it is never used as a path.
    pub name: String,
    #[serde(default)]
    pub place: Place,
    pub format: Format,
    /// Pages of a paged format; one page a sheet for spreadsheets (without lines: a sheet's content is its tables).
    pub pages: Vec<Page>,
    /// Every table found, in reading order. A table that goes on over a page break is still one table a page here.
    pub tables: Vec<Table>,
    pub signatures: Vec<DigitalSignature>,
    /// What could not be read, or not for sure. Empty for a document that was read whole.
    pub troubles: Vec<Trouble>,
}

/// Where in the mail a document stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    #[default]
    Attached,
    /// The mail's own body, read as a document: nobody signed it.
    Body,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// The sheet's name, for spreadsheets.
    pub label: Option<String>,
    /// Points, as the page is seen.
    pub width: f32,
    pub height: f32,
    /// Visible lines of text in reading order, the ones inside tables too.
    pub lines: Vec<TextLine>,
    /// Raster images and clusters of free-hand vector strokes: where a signature, a stamp or a logo may be.
    pub pictures: Vec<Picture>,
    pub text_layer: TextLayer,
    /// Bounds are of the page as it is seen; its text may run another way.
    #[serde(default)]
    pub turn: Turn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextLine {
    pub text: String,
    pub bounds: Bounds,
    /// Font size in points (the largest in the line).
    pub size: f32,
    #[serde(default)]
    pub legibility: Legibility,
}

/// How surely a line says what was read in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Legibility {
    /// The file's own text, or recognised at the only look that was taken.
    #[default]
    Plain,
    /// Recognised, and every look at it reads the same, clearly.
    Clear,
    /// Recognised, and the looks at it do not agree.
    Disputed,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub bounds: Bounds,
    pub kind: PictureKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureKind {
    Raster,
    /// Curved vector strokes that are no table ruling: an ink signature drawn on a tablet, a logo.
    Drawing,
}

/// How far a page's text may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextLayer {
    /// Visible text whose characters are known.
    Drawn,
    /// Nothing but pictures (or an empty page, when there are no pictures either).
    Absent,
    /// Invisible text over a picture: somebody else's recognition, which is never trusted.
    Invisible,
    /// Visible text whose characters cannot be told (no usable mapping to Unicode).
    Unmapped,
    /// No trusted text in the file: the page's lines and tables were recognised from its picture.
    Recognised,
}

/// A signature dictionary of a PDF (`/Type /Sig`), verified offline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DigitalSignature {
    /// Where the signature shows itself, when it does.
    pub page: Option<u32>,
    pub bounds: Option<Bounds>,
    /// The certificate's common name, for operators.
    pub signer: Option<String>,
    /// The RUC in the certificate (`NTRPE-<RUC>`), when there is one.
    pub ruc: Option<String>,
    pub integrity: Integrity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Integrity {
    /// The signed bytes are what was signed, and nothing but further signatures was added after them.
    Intact,
    /// The signed bytes do not verify, or content was changed after signing.
    Broken,
    /// Not known: an algorithm or structure we do not verify. Never taken for a fault of the entity.
    NotVerified,
}

/// Why a document, or a part of it, was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// A password that is not the empty one.
    Encrypted,
    Corrupt,
    Empty,
    /// Beyond a limit on bytes, pages, cells or depth; the text names the limit.
    BeyondLimits(String),
    /// The reading process was stopped by its limits or died on this document.
    ReaderStopped,
    /// The format is known and this program does not read it (yet).
    UnsupportedFormat,
    /// A PDF whose pages only ask for Adobe's own viewer: an XFA form, or the cover of a portfolio whose files were not found.
    NeedsAnotherViewer,
    /// Bytes of no known format.
    UnknownFormat,
    /// This page has no text that can be trusted: a scan, or glyphs without meaning.
    PageWithoutText(u32),
    /// What the file's text says and what a person sees on this page may differ (hidden or clipped text over the table,
    /// form fields against page text).
    TextMayLie(u32),
}

impl DigitalSignature {
    /// A signature that stands around the whole file. Whether it holds is not verified here.
    fn around_the_file() -> DigitalSignature {
        DigitalSignature { page: None, bounds: None, signer: None, ruc: None, integrity: Integrity::NotVerified }
    }
}

impl Document {
    /// A document in which nothing was read yet.
    pub fn new(name: &str, format: Format) -> Document {
        Document {
            name: name.to_owned(),
            place: Place::Attached,
            format,
            pages: Vec::new(),
            tables: Vec::new(),
            signatures: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// A document of which nothing was read, for one reason.
    pub fn unread(name: &str, format: Format, trouble: Trouble) -> Document {
        Document { troubles: vec![trouble], ..Document::new(name, format) }
    }
}

/// Reads one attachment or bare file. An archive gives one document a member; everything else gives one. `media_type` is
/// the declared one, lower case, a hint only. Pages that are pictures are not read.
pub fn read(name: &str, media_type: Option<&str>, bytes: &[u8], limits: &Limits) -> Vec<Document> {
    read_with(name, media_type, bytes, limits, None)
}

/// As [`read`], and pages without text that can be trusted are read by `pictures`, when it is given; so are, once more, the
/// deciding values of those with text, if it wants to.
pub fn read_with(
    name: &str,
    media_type: Option<&str>,
    bytes: &[u8],
    limits: &Limits,
    pictures: Option<&dyn PictureReader>,
) -> Vec<Document> {
    let mut budget = Budget::new(limits);
    let mut documents = Vec::new();
    // What is still to be read, the next one last.
    let whole = Member::Content { name: name.to_owned(), bytes: Cow::Borrowed(bytes) };
    let mut pending = vec![Pending { member: whole, media_type, depth: 0, is_signed: false }];
    while let Some(Pending { member, media_type, depth, mut is_signed }) = pending.pop() {
        let (name, bytes) = match member {
            Member::Content { name, bytes } => (name, bytes),
            Member::Unread(document) => {
                documents.push(document);
                continue;
            }
        };
        let members = match one(&name, media_type, &bytes, limits) {
            One::Document(mut document, open) => {
                let inside = if depth < limits.depth {
                    inside(&mut document, &bytes, open.as_ref(), limits, &mut budget)
                } else {
                    Inside::default()
                };
                if !inside.is_all {
                    if let Some(pictures) = pictures {
                        scanned::complete(&mut document, &bytes, open.as_ref(), limits, pictures);
                        if let Some(open) = open.as_ref().filter(|_| pictures.reads_twice()) {
                            second_reading::make(&mut document, open, limits, pictures);
                        }
                    }
                    if is_signed {
                        document.signatures.push(DigitalSignature::around_the_file());
                    }
                    documents.push(*document);
                }
                inside.members
            }
            One::Container(format) if depth >= limits.depth => {
                documents.push(Document::unread(&name, format, Trouble::BeyondLimits("depth".to_owned())));
                continue;
            }
            One::Container(Format::Tnef) => tnef::members(&name, &bytes, &mut budget),
            One::Container(Format::Message) => message::members(&name, &bytes, limits, &mut budget),
            One::Container(Format::Cms) => {
                is_signed = true;
                vec![unwrapped(&name, &bytes)]
            }
            One::Container(_) => archive::members(&name, &bytes, &mut budget),
        };
        let inner = |member| Pending { member, media_type: None, depth: depth + 1, is_signed };
        pending.extend(members.into_iter().rev().map(inner));
    }
    documents
}

/// A file that is still to be read.
struct Pending<'a> {
    member: Member<'a>,
    media_type: Option<&'a str>,
    /// How many files are around it.
    depth: u32,
    /// Whether one of these is a signature over it.
    is_signed: bool,
}

/// The files inside a document that is no archive.
#[derive(Default)]
struct Inside {
    members: Vec<Member<'static>>,
    /// They are all there is: the document around them says nothing of its own.
    is_all: bool,
}

/// What a signature has inside, by the name without the signature's ending.
fn unwrapped(name: &str, bytes: &[u8]) -> Member<'static> {
    let unread = |trouble| Member::Unread(Document::unread(name, Format::Cms, trouble));
    match envelope::open(bytes) {
        Some(Envelope::Signed(content)) => {
            let own_name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
            Member::Content { name: own_name, bytes: Cow::Owned(content) }
        }
        Some(Envelope::Detached) => unread(Trouble::Empty),
        Some(Envelope::Encrypted) => unread(Trouble::Encrypted),
        None => unread(Trouble::Corrupt),
    }
}

fn inside(
    document: &mut Document,
    bytes: &[u8],
    open: Option<&OpenFile>,
    limits: &Limits,
    budget: &mut Budget,
) -> Inside {
    match document.format {
        Format::Pdf => {
            let embedded = open.map(|open| open.embedded(&document.name, budget)).unwrap_or_default();
            if embedded.is_portfolio && embedded.members.is_empty() {
                *document = Document::unread(&document.name, Format::Pdf, Trouble::NeedsAnotherViewer);
            }
            Inside { members: embedded.members, is_all: false }
        }
        Format::Docx | Format::Odt => {
            let pages = word::page_pictures(document, bytes, limits, budget);
            if !pages.is_empty() {
                return Inside { members: pages, is_all: true };
            }
            let members = match document.format {
                Format::Docx => word::embedded(&document.name, bytes, limits, budget),
                _ => Vec::new(),
            };
            Inside { members, is_all: false }
        }
        _ => Inside::default(),
    }
}

/// A file that is no archive, read, and itself where it is a PDF; or what kind of archive it is.
enum One {
    Document(Box<Document>, Option<OpenFile>),
    Container(Format),
}

fn one(name: &str, media_type: Option<&str>, bytes: &[u8], limits: &Limits) -> One {
    let unread = |format, trouble| Document::unread(name, format, trouble);
    if bytes.len() as u64 > limits.bytes {
        let document = unread(Format::Unknown, Trouble::BeyondLimits("bytes".to_owned()));
        return One::Document(Box::new(document), None);
    }
    let document = match format::detect(name, media_type, bytes, limits) {
        Detected::Encrypted(format) => unread(format, Trouble::Encrypted),
        Detected::Plain(format) => match format {
            Format::Zip | Format::Tnef | Format::Cms | Format::Message => return One::Container(format),
            Format::Pdf => {
                let (document, open) = pdf::open(name, bytes, limits);
                return One::Document(Box::new(document), open);
            }
            Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => spreadsheet::read(name, format, bytes, limits),
            Format::Docx | Format::Odt | Format::Rtf => word::read(name, format, bytes, limits),
            Format::Csv => delimited::read(name, bytes, limits),
            Format::Html => html::read(name, &charset::decode_markup(bytes), limits),
            Format::PlainText => text::read(name, &charset::decode(bytes).unwrap_or_default(), limits),
            Format::Jpeg | Format::Png | Format::Tiff | Format::Heic | Format::Gif | Format::Bmp | Format::Webp => {
                picture::read(name, format, bytes, limits)
            }
            Format::Empty => unread(format, Trouble::Empty),
            Format::Unknown => unread(format, Trouble::UnknownFormat),
            Format::Doc
            | Format::Presentation
            | Format::AppleOffice
            | Format::Xps
            | Format::OutlookMessage
            | Format::Avif
            | Format::SevenZip
            | Format::Rar => unread(format, Trouble::UnsupportedFormat),
        },
    };
    One::Document(Box::new(document), None)
}

#[cfg(test)]
mod tests;
