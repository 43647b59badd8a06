//! XML: the parts of office files as a flat run of events, with namespaces told apart.
//!
//! Elements are matched by vocabulary and local name, because prefixes are the producer's choice. Entities other than the
//! five of XML are never expanded (they are dropped), so that no document can grow while it is read, and nesting is bounded.

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

/// No honest office file nests its elements this deep.
const DEEPEST: u32 = 512;

/// The bytes are no well-formed XML, or nest too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not well-formed XML")]
pub(super) struct Malformed;

/// Whose word an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// SpreadsheetML.
    Sheet,
    /// WordprocessingML.
    Word,
    /// DrawingML, with its placement in Word.
    Drawing,
    Vml,
    /// `mc:AlternateContent` and what is in it.
    Compatibility,
    /// Relationships and content types of an Open Packaging file.
    Package,
    OdfText,
    OdfTable,
    OdfDraw,
    OdfStyle,
    OdfOffice,
    OdfNumber,
    Other,
}

impl Vocabulary {
    fn of(namespace: &str) -> Vocabulary {
        // The second form of each is ISO/IEC 29500 Strict.
        match namespace {
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            | "http://purl.oclc.org/ooxml/spreadsheetml/main" => Vocabulary::Sheet,
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | "http://purl.oclc.org/ooxml/wordprocessingml/main"
            | "http://schemas.microsoft.com/office/word/2010/wordprocessingShape" => Vocabulary::Word,
            "http://schemas.openxmlformats.org/drawingml/2006/main"
            | "http://purl.oclc.org/ooxml/drawingml/main"
            | "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
            | "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing"
            | "http://schemas.openxmlformats.org/drawingml/2006/picture"
            | "http://purl.oclc.org/ooxml/drawingml/picture" => Vocabulary::Drawing,
            "urn:schemas-microsoft-com:vml" => Vocabulary::Vml,
            "http://schemas.openxmlformats.org/markup-compatibility/2006" => Vocabulary::Compatibility,
            "http://schemas.openxmlformats.org/package/2006/relationships"
            | "http://schemas.openxmlformats.org/package/2006/content-types" => Vocabulary::Package,
            "urn:oasis:names:tc:opendocument:xmlns:text:1.0" => Vocabulary::OdfText,
            "urn:oasis:names:tc:opendocument:xmlns:table:1.0" => Vocabulary::OdfTable,
            "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" => Vocabulary::OdfDraw,
            "urn:oasis:names:tc:opendocument:xmlns:style:1.0" => Vocabulary::OdfStyle,
            "urn:oasis:names:tc:opendocument:xmlns:office:1.0" => Vocabulary::OdfOffice,
            "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" => Vocabulary::OdfNumber,
            _ => Vocabulary::Other,
        }
    }
}

/// A start tag (an empty element gives a start and an end).
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub vocabulary: Vocabulary,
    start: BytesStart<'a>,
}

impl Element<'_> {
    pub fn name(&self) -> &str {
        let whole = self.start.name().0;
        whole.rsplit(':').next().unwrap_or(whole)
    }

    /// The attribute's value by its local name: no element we read has the same local name twice with different meanings.
    pub fn attribute(&self, local: &str) -> Option<String> {
        self.start.attributes().with_checks(false).flatten().find_map(|attribute| {
            let whole = attribute.key.0;
            let name = whole.rsplit(':').next().unwrap_or(whole);
            // `xmlns:r` is a declaration, not an attribute `r`.
            (name == local && !whole.starts_with("xmlns"))
                .then(|| attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned))
                .flatten()
        })
    }

    pub fn number<N: std::str::FromStr>(&self, local: &str) -> Option<N> {
        self.attribute(local)?.trim().parse().ok()
    }

    /// Whether the attribute says yes, in the ways that office files say it.
    pub fn says_yes(&self, local: &str) -> bool {
        matches!(self.attribute(local).as_deref(), Some("1" | "true" | "on"))
    }
}

#[derive(Debug)]
pub(super) enum XmlEvent<'a> {
    Start(Element<'a>),
    End(Vocabulary, String),
    Text(Cow<'a, str>),
}

pub(super) struct XmlEvents<'a> {
    reader: NsReader<&'a [u8]>,
    depth: u32,
}

impl<'a> XmlEvents<'a> {
    pub fn new(xml: &'a str) -> Self {
        let mut reader = NsReader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        // An ampersand that begins no entity is a slip of small producers, not a reason to refuse a table.
        reader.config_mut().allow_dangling_amp = true;
        XmlEvents { reader, depth: 0 }
    }

    /// The next event, `None` at the end.
    pub fn next(&mut self) -> Result<Option<XmlEvent<'a>>, Malformed> {
        loop {
            let (namespace, event) = self.reader.read_resolved_event().map_err(|_| Malformed)?;
            let vocabulary = match namespace {
                ResolveResult::Bound(namespace) => Vocabulary::of(namespace.0),
                ResolveResult::Unbound | ResolveResult::Unknown(_) => Vocabulary::Other,
            };
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(Malformed);
                    }
                    return Ok(Some(XmlEvent::Start(Element { vocabulary, start })));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(XmlEvent::End(vocabulary, end.local_name().into_inner().to_owned())));
                }
                Event::Text(text) => return Ok(Some(XmlEvent::Text(text.into_inner()))),
                Event::CData(text) => return Ok(Some(XmlEvent::Text(text.into_inner()))),
                Event::GeneralRef(entity) => {
                    let text: Cow<'a, str> = match entity.resolve_char_ref() {
                        Ok(Some(character)) => Cow::Owned(character.to_string()),
                        Ok(None) => match resolve_predefined_entity(&entity) {
                            Some(known) => Cow::Borrowed(known),
                            None => continue,
                        },
                        Err(_) => return Err(Malformed),
                    };
                    return Ok(Some(XmlEvent::Text(text)));
                }
                Event::Eof => {
                    return if self.depth == 0 { Ok(None) } else { Err(Malformed) };
                }
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }
}

/// The text of an XML part: UTF-8, or UTF-16 by its byte order mark, as the office formats demand.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let encoding = match bytes {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => UTF_16LE,
        [0xfe, 0xff, ..] | [0, b'<', ..] => UTF_16BE,
        _ => UTF_8,
    };
    encoding.decode(bytes).0
}
