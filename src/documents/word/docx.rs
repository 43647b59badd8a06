//! Docx (WordprocessingML, ECMA-376 part 1, 17).
//!
//! One pass over the events of each part, with the few states that decide whether a text is seen: inside a run that is hidden,
//! a deletion, the fallback of an alternative, a field's instruction.

use std::collections::BTreeSet;

use crate::documents::flow::{Covered, Flow, Merge, Placing, USUAL_SIZE};
use crate::documents::package::{Package, Relationship};
use crate::documents::xml::{Element, Malformed, Vocabulary, XmlEvent, XmlEvents};
use crate::documents::{DigitalSignature, Document, Format, Limits, PictureKind, Trouble};

use super::numbering::Numbering;
use super::styles::Styles;
use super::{TINY, from_emu, from_length, is_datum, is_note_mark};

pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Trouble> {
    let mut package = Package::open(bytes, limits)?;
    let root = package.relationships("")?;
    let main = root.iter().find(|relation| relation.kind == "officeDocument").ok_or(Trouble::Corrupt)?.target.clone();
    let body = package.xml(&main)?.ok_or(Trouble::Corrupt)?;
    let relations = package.relationships(&main)?;
    let mut sibling = |kind: &str| match relations.iter().find(|relation| relation.kind == kind) {
        Some(relation) => Ok(package.xml(&relation.target)?.unwrap_or_default()),
        None => Ok(String::new()),
    };
    // Without its numbers or styles a document still says what it says.
    let numbering = Numbering::parse(&sibling("numbering")?).unwrap_or_default();
    let styles = Styles::parse(&sibling("styles")?).unwrap_or_default();
    let mut reader = Reader::new(Flow::new(name, Format::Docx, Covered::Written, limits), numbering, styles);
    for part in header_parts(&body, &relations, "header")? {
        reader.place = Place::Header;
        reader.part(&package.xml(&part)?.unwrap_or_default()).map_err(|_| Trouble::Corrupt)?;
    }
    reader.place = Place::Body;
    reader.part(&body).map_err(|_| Trouble::Corrupt)?;
    for part in header_parts(&body, &relations, "footer")? {
        reader.place = Place::Footer;
        reader.part(&package.xml(&part)?.unwrap_or_default()).map_err(|_| Trouble::Corrupt)?;
    }
    // A sheet, or a whole document, put into this one: it shows a picture of itself, or text that stands elsewhere.
    if relations.iter().any(|relation| matches!(relation.kind.as_str(), "package" | "oleObject" | "aFChunk")) {
        reader.flow.doubt();
    }
    let mut document = reader.flow.finish();
    // A package may be signed as a whole (ECMA-376 part 2, 13). Whether the signature holds is not verified here.
    if root.iter().any(|relation| relation.kind == "origin" && relation.target.starts_with("_xmlsignatures/")) {
        document.signatures.push(DigitalSignature::around_the_file());
    }
    Ok(document)
}

/// The headers (or footers) that pages show: the usual one, and the first page's own where the section has one.
fn header_parts(body: &str, relations: &[Relationship], kind: &str) -> Result<Vec<String>, Trouble> {
    if !relations.iter().any(|relation| relation.kind == kind) {
        return Ok(Vec::new());
    }
    let element_name = format!("{kind}Reference");
    let mut ids = BTreeSet::new();
    let mut first_page_ids = BTreeSet::new();
    let mut has_title_page = false;
    let mut events = XmlEvents::new(body);
    while let Some(event) = events.next().map_err(|_| Trouble::Corrupt)? {
        let XmlEvent::Start(element) = event else { continue };
        if element.vocabulary != Vocabulary::Word {
            continue;
        }
        if element.name() == element_name
            && let Some(id) = element.attribute("id")
        {
            match element.attribute("type").as_deref() {
                Some("first") => first_page_ids.insert(id),
                Some("even") => false,
                _ => ids.insert(id),
            };
        }
        has_title_page |= element.name() == "titlePg" && is_on(&element);
    }
    if has_title_page {
        ids.extend(first_page_ids);
    }
    let shown = relations.iter().filter(|relation| relation.kind == kind && ids.contains(&relation.id));
    Ok(shown.map(|relation| relation.target.clone()).collect())
}

/// An on/off property: on when it has no value.
fn is_on(element: &Element<'_>) -> bool {
    !matches!(element.attribute("val").as_deref(), Some("0" | "false" | "off"))
}

/// A paragraph that is open. Text boxes hold paragraphs of their own inside it.
struct Paragraph {
    text: String,
    size: f32,
    list: Option<String>,
    level: usize,
    /// By its style.
    is_hidden: bool,
    is_white: bool,
}

struct Reader {
    flow: Flow,
    numbering: Numbering,
    styles: Styles,
    paragraphs: Vec<Paragraph>,
    /// The depth of elements, and the depth at which something unseen began.
    depth: u32,
    unseen_from: Option<u32>,
    in_run: bool,
    in_run_properties: bool,
    run_is_hidden: bool,
    /// White letters, and a ground other than paper under them.
    run_is_white: bool,
    is_shaded: bool,
    run_is_raised: bool,
    run_is_tiny: bool,
    /// Content controls that are open: whether they hold nothing but their prompt.
    controls: Vec<bool>,
    in_text: bool,
    in_paragraph_properties: bool,
    /// Open `mc:AlternateContent`: whether its choice was read.
    choices: Vec<bool>,
    place: Place,
    frame: Frame,
    /// Inside the vertical position of a frame that counts from its paragraph, and inside the number itself.
    in_position: bool,
    in_offset: bool,
}

/// Which part of the document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Header,
    Body,
    Footer,
}

/// The frame of a picture, in points.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    width: f32,
    height: f32,
    placing: Placing,
}

/// A header's picture is a logo, or a page's background, which must not seem to lie over the whole text.
const HIGHEST_HEADER_PICTURE: f32 = 60.0;

impl Reader {
    fn new(flow: Flow, numbering: Numbering, styles: Styles) -> Self {
        Reader {
            flow,
            numbering,
            styles,
            paragraphs: Vec::new(),
            depth: 0,
            unseen_from: None,
            in_run: false,
            in_run_properties: false,
            run_is_hidden: false,
            run_is_white: false,
            is_shaded: false,
            run_is_raised: false,
            run_is_tiny: false,
            controls: Vec::new(),
            in_text: false,
            in_paragraph_properties: false,
            choices: Vec::new(),
            place: Place::Body,
            frame: Frame::default(),
            in_position: false,
            in_offset: false,
        }
    }

    fn part(&mut self, xml: &str) -> Result<(), Malformed> {
        let mut events = XmlEvents::new(xml);
        while let Some(event) = events.next()? {
            if self.flow.is_over_limit() {
                break;
            }
            match event {
                XmlEvent::Start(element) => {
                    self.depth += 1;
                    if self.unseen_from.is_none() {
                        self.start(&element);
                    }
                }
                XmlEvent::End(vocabulary, name) => {
                    if self.unseen_from.is_none() {
                        self.end(vocabulary, &name);
                    } else if self.unseen_from == Some(self.depth) {
                        self.unseen_from = None;
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                XmlEvent::Text(text) => {
                    if self.in_offset {
                        let down = from_emu(text.trim().parse().unwrap_or(0.0));
                        self.frame.placing = Placing::Floating { down };
                    } else if self.in_text && self.unseen_from.is_none() {
                        self.text(&text);
                    }
                }
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element<'_>) {
        match (element.vocabulary, element.name()) {
            (Vocabulary::Word, name) => self.start_word(name, element),
            (Vocabulary::Compatibility, "AlternateContent") => self.choices.push(false),
            (Vocabulary::Compatibility, "Choice") => {
                if let Some(read) = self.choices.last_mut() {
                    // Of several choices the first is taken, and the fallback shows the same once more.
                    if *read {
                        self.skip();
                    } else {
                        *read = true;
                    }
                }
            }
            (Vocabulary::Compatibility, "Fallback") if self.choices.last() == Some(&true) => self.skip(),
            (Vocabulary::Drawing, "inline") => self.frame = Frame::default(),
            (Vocabulary::Drawing, "anchor") => {
                self.frame = Frame { placing: Placing::Floating { down: 0.0 }, ..Frame::default() };
            }
            (Vocabulary::Drawing, "positionV") => {
                let from = element.attribute("relativeFrom");
                self.in_position = matches!(from.as_deref(), Some("paragraph" | "line"));
            }
            (Vocabulary::Drawing, "posOffset") => self.in_offset = self.in_position,
            (Vocabulary::Drawing, "extent") => {
                let length = |name| from_emu(element.number(name).unwrap_or(0.0));
                (self.frame.width, self.frame.height) = (length("cx"), length("cy"));
            }
            (Vocabulary::Drawing, "blip") => self.picture(PictureKind::Raster),
            (Vocabulary::Drawing, "custGeom") => self.picture(PictureKind::Drawing),
            (Vocabulary::Vml, "shape") => {
                let style = element.attribute("style").unwrap_or_default();
                let length = |name: &str| {
                    let found =
                        style.split(';').filter_map(|part| part.split_once(':')).find(|(key, _)| key.trim() == name);
                    found.and_then(|(_, value)| from_length(value)).unwrap_or(0.0)
                };
                let floats = style.contains("absolute");
                let placing = if floats { Placing::Floating { down: length("margin-top") } } else { Placing::Inline };
                self.frame = Frame { width: length("width"), height: length("height"), placing };
            }
            (Vocabulary::Vml, "imagedata") => self.picture(PictureKind::Raster),
            // The picture in a signature line's shape is the empty line for the signature.
            (_, "signatureline") => self.flow.withdraw_picture(),
            // Ink written on a tablet.
            (_, "contentPart") => self.picture(PictureKind::Drawing),
            _ => {}
        }
    }

    fn start_word(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "p" => self.paragraphs.push(Paragraph {
                text: String::new(),
                size: 0.0,
                list: None,
                level: 0,
                is_hidden: false,
                is_white: false,
            }),
            "pPr" => self.in_paragraph_properties = true,
            "pStyle" => {
                let style = element.attribute("val").unwrap_or_default();
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    if let Some((list, level)) = self.styles.list(&style) {
                        (paragraph.list, paragraph.level) = (Some(list), level);
                    }
                    paragraph.is_hidden = self.styles.hides(&style);
                    paragraph.is_white = self.styles.whitens(&style);
                }
            }
            "numId" if self.in_paragraph_properties => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.list = element.attribute("val").filter(|id| id != "0");
                }
            }
            "ilvl" if self.in_paragraph_properties => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.level = element.number("val").unwrap_or(0);
                }
            }
            "r" => {
                self.in_run = true;
                self.run_is_hidden = self.paragraphs.last().is_some_and(|paragraph| paragraph.is_hidden);
                self.run_is_white = self.paragraphs.last().is_some_and(|paragraph| paragraph.is_white);
                (self.run_is_raised, self.run_is_tiny) = (false, false);
            }
            "rPr" => self.in_run_properties = self.in_run && !self.in_paragraph_properties,
            "rStyle" if self.in_run_properties => {
                let style = element.attribute("val").unwrap_or_default();
                self.run_is_hidden |= self.styles.hides(&style);
                self.run_is_white |= self.styles.whitens(&style);
            }
            "vanish" if self.in_run_properties => self.run_is_hidden = is_on(element),
            "color" if self.in_run_properties => self.run_is_white = is_white(element),
            "vertAlign" if self.in_run_properties => {
                self.run_is_raised = element.attribute("val").as_deref() == Some("superscript");
            }
            "shd" => {
                let fill = element.attribute("fill").filter(|fill| fill != "auto" && !fill.eq_ignore_ascii_case(WHITE));
                self.is_shaded |= fill.is_some();
            }
            "highlight" => self.is_shaded |= element.attribute("val").as_deref() != Some("none"),
            // What is struck through in a table does not hold, and what holds instead is not known.
            "strike" | "dstrike" if self.in_run_properties && is_on(element) && self.flow.in_table() => {
                self.flow.doubt()
            }
            "sz" if self.in_run_properties => {
                let size = element.number::<f32>("val").unwrap_or(0.0) / 2.0;
                self.run_is_tiny = (0.1..=TINY).contains(&size);
                if let Some(paragraph) = self.paragraphs.last_mut().filter(|_| (1.0..=200.0).contains(&size)) {
                    paragraph.size = paragraph.size.max(size);
                }
            }
            "sdt" => self.controls.push(false),
            // A control that nobody has filled shows what to write there.
            "showingPlcHdr" if is_on(element) => {
                if let Some(placeholder) = self.controls.last_mut() {
                    *placeholder = true;
                }
            }
            "t" => self.in_text = true,
            "tab" if self.in_run && !self.in_paragraph_properties => self.text("\t"),
            "br" | "cr" if self.in_run => self.text("\n"),
            "noBreakHyphen" => self.text("-"),
            "del" | "moveFrom" => {
                self.pending_change();
                self.skip();
            }
            "ins" | "moveTo" | "cellIns" | "cellDel" | "cellMerge" => self.pending_change(),
            // What was formatted, listed or laid out otherwise before.
            "rPrChange" | "pPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange" | "sectPrChange"
            | "numberingChange" => {
                self.skip();
            }
            "txbxContent" => self.end_lines(),
            "tbl" => {
                self.end_lines();
                self.flow.open_table();
            }
            "tr" => self.flow.open_row(),
            "gridBefore" => self.flow.skip_columns(element.number("val").unwrap_or(0)),
            "hidden" if self.flow.in_table() && is_on(element) => {
                self.flow.drop_row();
                self.flow.doubt();
            }
            "tc" => {
                self.is_shaded = false;
                self.flow.open_cell(1, 1);
            }
            "gridSpan" => self.flow.span_columns(element.number("val").unwrap_or(1)),
            "vMerge" if element.attribute("val").as_deref() != Some("restart") => {
                self.flow.merge(Merge::ContinuesAbove)
            }
            "hMerge" if element.attribute("val").as_deref() != Some("restart") => self.flow.merge(Merge::ContinuesLeft),
            _ => {}
        }
    }

    fn end(&mut self, vocabulary: Vocabulary, name: &str) {
        match (vocabulary, name) {
            (Vocabulary::Drawing, "posOffset") => self.in_offset = false,
            (Vocabulary::Drawing, "positionV") => self.in_position = false,
            (Vocabulary::Compatibility, "AlternateContent") => {
                self.choices.pop();
            }
            (Vocabulary::Word, "p") => {
                self.end_lines();
                // A list's number is printed before an empty paragraph too. In a table it counts its rows.
                if let Some(Paragraph { list: Some(list), level, .. }) = self.paragraphs.pop()
                    && !self.flow.in_table()
                    && let Some(label) = self.numbering.label(&list, level)
                {
                    self.flow.paragraph(&label, USUAL_SIZE);
                }
            }
            (Vocabulary::Word, "pPr") => self.in_paragraph_properties = false,
            (Vocabulary::Word, "r") => {
                (self.in_run, self.run_is_hidden, self.run_is_white) = (false, false, false);
            }
            (Vocabulary::Word, "rPr") => self.in_run_properties = false,
            (Vocabulary::Word, "sdt") => {
                self.controls.pop();
            }
            (Vocabulary::Word, "t") => self.in_text = false,
            // The run around a text box goes on.
            (Vocabulary::Word, "txbxContent") => self.in_run = true,
            (Vocabulary::Word, "tc") => self.flow.close_cell(),
            (Vocabulary::Word, "tr") => self.flow.close_row(),
            (Vocabulary::Word, "tbl") => self.flow.close_table(),
            _ => {}
        }
    }

    /// Leaves the element out that has just begun.
    fn skip(&mut self) {
        self.unseen_from = Some(self.depth);
    }

    /// Somebody has not yet accepted or refused this: which text counts is not known.
    fn pending_change(&mut self) {
        if self.flow.in_table() {
            self.flow.doubt();
        }
    }

    fn text(&mut self, text: &str) {
        if self.controls.contains(&true) {
            return;
        }
        let in_table = self.flow.in_table();
        let follows_text = self.paragraphs.last().is_some_and(|paragraph| !paragraph.text.is_empty());
        if self.run_is_raised && in_table && follows_text && is_note_mark(text) {
            return;
        }
        let is_unseen = self.run_is_tiny || (self.run_is_white && !self.is_shaded);
        if self.run_is_hidden || (is_unseen && is_datum(text)) {
            if in_table && !text.trim().is_empty() {
                self.flow.doubt();
            }
        } else if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn picture(&mut self, kind: PictureKind) {
        if self.run_is_hidden {
            return;
        }
        self.end_lines();
        let Frame { width, height, placing } = self.frame;
        // A frame without a size is drawn at the picture's own, which is not looked up.
        let (width, height) = (if width > 0.0 { width } else { 100.0 }, if height > 0.0 { height } else { 50.0 });
        match self.place {
            Place::Body => self.flow.picture(width, height, kind, placing),
            Place::Header => {
                let top = Placing::Floating { down: 0.0 };
                self.flow.picture(width, height.min(HIGHEST_HEADER_PICTURE), kind, top);
            }
            // A banner at the foot of the pages would stand here as if it were below the signature.
            Place::Footer => {}
        }
    }

    /// What the open paragraph has so far becomes lines, so that what follows stands below it.
    fn end_lines(&mut self) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let text = std::mem::take(&mut paragraph.text);
        if text.trim().is_empty() {
            return;
        }
        let label = paragraph.list.take().and_then(|list| self.numbering.label(&list, paragraph.level));
        let size = if paragraph.size > 0.0 { paragraph.size } else { USUAL_SIZE };
        match label.filter(|_| !self.flow.in_table()) {
            Some(label) => self.flow.paragraph(&format!("{label} {text}"), size),
            None => self.flow.paragraph(&text, size),
        }
    }
}

const WHITE: &str = "ffffff";

/// Whether an element names white, or the theme's colour of paper, as the colour of letters.
pub(super) fn is_white(element: &Element<'_>) -> bool {
    let colour = element.attribute("val").unwrap_or_default();
    let theme = element.attribute("themeColor");
    let is_shade = element.attribute("themeShade").is_some();
    colour.eq_ignore_ascii_case(WHITE) || matches!(theme.as_deref(), Some("background1" | "light1")) && !is_shade
}

#[cfg(test)]
mod tests;
