//! Odt: the text of an OpenDocument text (ISO/IEC 26300-1, 5 and 9).

use std::collections::HashMap;

use crate::documents::flow::{Covered, Flow, Placing, USUAL_SIZE};
use crate::documents::odf_styles::{Look, Styles};
use crate::documents::package::Package;
use crate::documents::xml::{Element, Malformed, Vocabulary, XmlEvent, XmlEvents};
use crate::documents::{Document, Format, Limits, PictureKind, Trouble};

use super::numbering::number;
use super::{TINY, from_length, is_datum, is_note_mark};

/// A header's picture is a logo, or a page's background, which must not seem to lie over the whole text.
const HIGHEST_HEADER_PICTURE: f32 = 60.0;

pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Trouble> {
    let mut package = Package::open(bytes, limits)?;
    let content = package.xml("content.xml")?.ok_or(Trouble::Corrupt)?;
    let page_styles = package.xml("styles.xml")?.unwrap_or_default();
    let mut styles = Styles::default();
    for part in [&page_styles, &content] {
        styles.collect(part).map_err(|_| Trouble::Corrupt)?;
    }
    let mut reader = Reader::new(Flow::new(name, Format::Odt, Covered::LeftOut, limits), styles);
    for (part, region) in [(&page_styles, Region::Header), (&content, Region::Body), (&page_styles, Region::Footer)] {
        reader.part(part, region).map_err(|_| Trouble::Corrupt)?;
    }
    Ok(reader.flow.finish())
}

/// More columns than any table of a text document has.
const MOST_REPEATED: u32 = 100;

/// What is read in a pass: headers and footers stand in the styles of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    Header,
    Body,
    Footer,
}

impl Region {
    /// The element that holds it.
    fn root(self) -> (Vocabulary, &'static str) {
        match self {
            Region::Header => (Vocabulary::OdfStyle, "header"),
            Region::Body => (Vocabulary::OdfOffice, "text"),
            Region::Footer => (Vocabulary::OdfStyle, "footer"),
        }
    }
}

struct OpenList {
    style: String,
    /// The last number given.
    count: Option<u32>,
}

struct Paragraph {
    text: String,
    size: f32,
    label: Option<String>,
    /// How its text looks, and that of the spans that are open in it.
    looks: Vec<Look>,
}

struct Reader {
    flow: Flow,
    styles: Styles,
    region: Region,
    /// Inside the region's element.
    in_region: bool,
    page_style: String,
    depth: u32,
    unseen_from: Option<u32>,
    paragraphs: Vec<Paragraph>,
    lists: Vec<OpenList>,
    /// Where numbering stopped, by list style: a list may go on with it.
    last_counts: HashMap<String, u32>,
    /// The label of the item that is open, until its first paragraph takes it.
    label: Option<String>,
    frames: Vec<Frame>,
    is_shaded: bool,
}

#[derive(Clone, Copy)]
struct Frame {
    width: f32,
    height: f32,
    placing: Placing,
    /// A frame may hold one picture in several forms.
    is_drawn: bool,
}

impl Reader {
    fn new(flow: Flow, styles: Styles) -> Self {
        Reader {
            flow,
            styles,
            region: Region::Body,
            in_region: false,
            page_style: String::new(),
            depth: 0,
            unseen_from: None,
            paragraphs: Vec::new(),
            lists: Vec::new(),
            last_counts: HashMap::new(),
            label: None,
            frames: Vec::new(),
            is_shaded: false,
        }
    }

    fn part(&mut self, xml: &str, region: Region) -> Result<(), Malformed> {
        self.region = region;
        self.in_region = false;
        let mut events = XmlEvents::new(xml);
        while let Some(event) = events.next()? {
            if self.flow.is_over_limit() {
                break;
            }
            match event {
                XmlEvent::Start(element) => {
                    self.depth += 1;
                    if self.unseen_from.is_some() {
                        continue;
                    }
                    if (element.vocabulary, element.name()) == (Vocabulary::OdfStyle, "master-page") {
                        self.page_style = element.attribute("name").unwrap_or_default();
                    } else if (element.vocabulary, element.name()) == region.root() {
                        self.in_region = self.is_shown(&element);
                    } else if self.in_region {
                        self.start(&element);
                    }
                }
                XmlEvent::End(vocabulary, name) => {
                    if self.unseen_from == Some(self.depth) {
                        self.unseen_from = None;
                    } else if self.unseen_from.is_none() {
                        if (vocabulary, name.as_str()) == region.root() {
                            self.in_region = false;
                        } else if self.in_region {
                            self.end(vocabulary, &name);
                        }
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                XmlEvent::Text(text) => {
                    if self.in_region && self.unseen_from.is_none() {
                        self.text(&text);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the page of a header or footer is one that the document uses.
    fn is_shown(&self, element: &Element<'_>) -> bool {
        self.region == Region::Body
            || element.attribute("display").as_deref() != Some("false")
                && (self.page_style == "Standard" || self.styles.used_pages.contains(&self.page_style))
    }

    fn start(&mut self, element: &Element<'_>) {
        let style = || element.attribute("style-name").unwrap_or_default();
        let repeated = |name: &str| element.number::<u32>(name).unwrap_or(1).max(1);
        match (element.vocabulary, element.name()) {
            (Vocabulary::OdfText, "p" | "h") => {
                let look = self.styles.look(&style(), Look::default());
                if look.hidden {
                    return self.skip_hidden();
                }
                let label = self.label.take().filter(|_| !self.flow.in_table());
                self.paragraphs.push(Paragraph { text: String::new(), size: look.size, label, looks: vec![look] });
            }
            (Vocabulary::OdfText, "span") => {
                let around = self.look();
                let look = self.styles.look(&style(), around);
                if look.hidden {
                    return self.skip_hidden();
                }
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.size = paragraph.size.max(look.size);
                    paragraph.looks.push(look);
                }
            }
            (Vocabulary::OdfText, "s") => self.text(" "),
            (Vocabulary::OdfText, "tab") => self.text("\t"),
            (Vocabulary::OdfText, "line-break") => self.text("\n"),
            (Vocabulary::OdfText, "section") if element.attribute("display").as_deref() == Some("none") => {
                self.skip_hidden()
            }
            (Vocabulary::OdfText, "hidden-text") if element.says_yes("is-hidden") => self.skip_hidden(),
            (Vocabulary::OdfText, "tracked-changes" | "note" | "ruby-text")
            | (Vocabulary::OdfOffice, "annotation" | "forms") => {
                self.skip();
            }
            (Vocabulary::OdfText, "change" | "change-start") if self.flow.in_table() => self.flow.doubt(),
            (Vocabulary::OdfText, "list") => self.open_list(element),
            (Vocabulary::OdfText, "list-item") => self.label = self.next_label(element),
            (Vocabulary::OdfTable, "table") => {
                self.end_lines();
                self.flow.open_table();
            }
            (Vocabulary::OdfTable, "table-row") => self.flow.open_row(),
            (Vocabulary::OdfTable, "table-cell") => {
                self.is_shaded = self.styles.shades(&style());
                // Cells that are written once for many are empty.
                for _ in 1..repeated("number-columns-repeated").min(MOST_REPEATED) {
                    self.flow.open_cell(1, 1);
                }
                self.flow.open_cell(repeated("number-rows-spanned"), repeated("number-columns-spanned"));
            }
            // The spans say it already.
            (Vocabulary::OdfTable, "covered-table-cell") => self.skip(),
            (Vocabulary::OdfDraw, "frame") => self.frames.push(frame(element)),
            (Vocabulary::OdfDraw, "image") => self.picture(PictureKind::Raster),
            // A sheet, or a whole document, put into this one: it shows a picture of itself.
            (Vocabulary::OdfDraw, "object" | "object-ole") => self.flow.doubt(),
            (Vocabulary::OdfDraw, "path") => {
                self.frames.push(frame(element));
                self.picture(PictureKind::Drawing);
                self.frames.pop();
            }
            (Vocabulary::OdfDraw, "text-box") => self.end_lines(),
            _ => {}
        }
    }

    fn end(&mut self, vocabulary: Vocabulary, name: &str) {
        match (vocabulary, name) {
            (Vocabulary::OdfText, "p" | "h") => {
                self.end_lines();
                self.paragraphs.pop();
            }
            (Vocabulary::OdfText, "span") => {
                if let Some(paragraph) = self.paragraphs.last_mut().filter(|paragraph| paragraph.looks.len() > 1) {
                    paragraph.looks.pop();
                }
            }
            (Vocabulary::OdfText, "list") => {
                if let Some(OpenList { style, count: Some(count) }) = self.lists.pop() {
                    self.last_counts.insert(style, count);
                }
            }
            (Vocabulary::OdfText, "list-item") => self.label = None,
            (Vocabulary::OdfTable, "table-cell") => self.flow.close_cell(),
            (Vocabulary::OdfTable, "table-row") => self.flow.close_row(),
            (Vocabulary::OdfTable, "table") => self.flow.close_table(),
            (Vocabulary::OdfDraw, "frame") => {
                self.frames.pop();
            }
            _ => {}
        }
    }

    fn skip(&mut self) {
        self.unseen_from = Some(self.depth);
    }

    fn skip_hidden(&mut self) {
        if self.flow.in_table() {
            self.flow.doubt();
        }
        self.skip();
    }

    fn look(&self) -> Look {
        self.paragraphs.last().and_then(|paragraph| paragraph.looks.last()).copied().unwrap_or_default()
    }

    fn text(&mut self, text: &str) {
        let look = self.look();
        let in_table = self.flow.in_table();
        let is_white_on_paper = look.white && !look.marked && !self.is_shaded;
        if is_datum(text) && (is_white_on_paper || (look.size > 0.0 && look.size <= TINY)) {
            if in_table {
                self.flow.doubt();
            }
            return;
        }
        // What is struck through in a table does not hold, and what holds instead is not known.
        if look.struck && in_table && !text.trim().is_empty() {
            self.flow.doubt();
        }
        let follows_text = self.paragraphs.last().is_some_and(|paragraph| !paragraph.text.is_empty());
        if look.raised && in_table && follows_text && is_note_mark(text) {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn open_list(&mut self, element: &Element<'_>) {
        let own = element.attribute("style-name").filter(|style| !style.is_empty());
        let style = own.or_else(|| self.lists.last().map(|list| list.style.clone())).unwrap_or_default();
        let goes_on = element.says_yes("continue-numbering") || element.attribute("continue-list").is_some();
        let count = self.last_counts.get(&style).copied().filter(|_| goes_on);
        self.lists.push(OpenList { style, count });
    }

    fn next_label(&mut self, element: &Element<'_>) -> Option<String> {
        let depth = self.lists.len();
        let list = self.lists.last_mut()?;
        let level = self.styles.lists.get(&list.style)?.get(&depth)?;
        let next = list.count.map_or(level.start, |count| count.saturating_add(1));
        let count = element.number("start-value").unwrap_or(next);
        list.count = Some(count);
        Some(format!("{}{}{}", level.prefix, number(count, level.kind), level.suffix))
    }

    fn picture(&mut self, kind: PictureKind) {
        let Some(frame) = self.frames.last_mut().filter(|frame| !frame.is_drawn) else { return };
        frame.is_drawn = true;
        let Frame { width, height, placing, .. } = *frame;
        self.end_lines();
        match self.region {
            Region::Body => self.flow.picture(width, height, kind, placing),
            Region::Header => {
                let top = Placing::Floating { down: 0.0 };
                self.flow.picture(width, height.min(HIGHEST_HEADER_PICTURE), kind, top);
            }
            // A banner at the foot of the pages would stand here as if it were below the signature.
            Region::Footer => {}
        }
    }

    /// What the open paragraph has so far becomes lines, so that what follows stands below it.
    fn end_lines(&mut self) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let text = std::mem::take(&mut paragraph.text);
        if text.trim().is_empty() {
            return;
        }
        let size = if paragraph.size > 0.0 { paragraph.size } else { USUAL_SIZE };
        match paragraph.label.take() {
            Some(label) => self.flow.paragraph(&format!("{label} {text}"), size),
            None => self.flow.paragraph(&text, size),
        }
    }
}

fn frame(element: &Element<'_>) -> Frame {
    let length = |name: &str| element.attribute(name).and_then(|length| from_length(&length));
    let placing = match element.attribute("anchor-type").as_deref() {
        Some("as-char") => Placing::Inline,
        Some("paragraph" | "char") => Placing::Floating { down: length("y").unwrap_or(0.0) },
        _ => Placing::Floating { down: 0.0 },
    };
    Frame {
        width: length("width").unwrap_or(100.0),
        height: length("height").unwrap_or(50.0),
        placing,
        is_drawn: false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;

    use super::*;

    const NAMESPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
        xmlns:svg="x" xmlns:fo="y""#;

    fn odt(automatic: &str, text: &str, pages: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let content = format!(
            "<office:document-content {NAMESPACES}><office:automatic-styles>{automatic}</office:automatic-styles><office:body>
             <office:text>{text}</office:text></office:body></office:document-content>"
        );
        let styles = format!("<office:document-styles {NAMESPACES}>{pages}</office:document-styles>");
        for (name, part) in [("content.xml", content), ("styles.xml", styles)] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(part.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn read_text(automatic: &str, text: &str) -> Document {
        read("a.odt", &odt(automatic, text, ""), &Limits::default()).unwrap()
    }

    fn lines(document: &Document) -> Vec<&str> {
        document.pages[0].lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn spans_repeated_and_covered_cells_are_in_their_places() {
        let cell = |attributes: &str, text: &str| {
            format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
        };
        let document = read_text(
            "",
            &format!(
                "<table:table><table:table-header-rows><table:table-row>{}<table:covered-table-cell/>{}</table:table-row>
                 </table:table-header-rows><table:table-row>{}<table:table-cell table:number-columns-repeated=\"2\"/></table:table-row>
                 <table:table-row><table:covered-table-cell/>{}{}</table:table-row></table:table>",
                cell("table:number-columns-spanned=\"2\"", "Persona"),
                cell("", "DNI"),
                cell("table:number-rows-spanned=\"2\"", "Ana<text:line-break/>R\u{ed}os"),
                cell("", "x"),
                cell("", "01234567"),
            ),
        );
        let table = &document.tables[0];
        let cells: Vec<_> = table.cells.iter().map(|cell| (cell.row, cell.column, cell.text.as_str())).collect();
        assert_eq!(
            cells,
            [
                (0, 0, "Persona"),
                (0, 2, "DNI"),
                (1, 0, "Ana Ríos"),
                (1, 1, ""),
                (1, 2, ""),
                (2, 1, "x"),
                (2, 2, "01234567")
            ]
        );
        assert_eq!(document.troubles, []);
    }

    #[test]
    fn spans_spaces_lists_and_frames_are_read_as_printed() {
        let list_style = "<text:list-style style:name=\"L\"><text:list-level-style-number text:level=\"1\" style:num-format=\"1\"
            style:num-suffix=\".\"/></text:list-style><style:style style:name=\"G\"><style:text-properties fo:font-size=\"16pt\"/>
            </style:style>";
        let document = read_text(
            list_style,
            "<text:p text:style-name=\"G\">OFICIO<text:s text:c=\"3\"/><text:span>045</text:span></text:p>
             <text:list text:style-name=\"L\"><text:list-item><text:p>uno</text:p></text:list-item><text:list-item>
             <text:p>dos</text:p></text:list-item></text:list><text:p>Atentamente<draw:frame text:anchor-type=\"paragraph\" svg:y=\"1in\"
             svg:width=\"2in\" svg:height=\"0.5in\"><draw:image/><draw:image/></draw:frame></text:p>
             <text:p><draw:frame><draw:text-box><text:p>en el cuadro</text:p></draw:text-box></draw:frame></text:p>",
        );
        assert_eq!(lines(&document), ["OFICIO 045", "1. uno", "2. dos", "Atentamente", "en el cuadro"]);
        let page = &document.pages[0];
        assert_eq!(page.lines[0].size, 16.0);
        assert_eq!(page.pictures.len(), 1);
        assert_eq!(page.pictures[0].bounds.top, page.lines[3].bounds.bottom + 72.0);
    }

    #[test]
    fn white_struck_and_raised_text_in_tables_is_seen_as_a_person_sees_it() {
        let styles = "<style:style style:name=\"W\"><style:text-properties fo:color=\"#ffffff\"/></style:style>
            <style:style style:name=\"V\" style:parent-style-name=\"W\"/>
            <style:style style:name=\"D\"><style:table-cell-properties fo:background-color=\"#14375e\"/></style:style>
            <style:style style:name=\"S\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>
            <style:style style:name=\"R\"><style:text-properties style:text-position=\"super 58%\"/></style:style>";
        let cell = |style: &str, text: &str| {
            read_text(
                styles,
                &format!(
                    "<table:table><table:table-row><table:table-cell table:style-name=\"{style}\"><text:p>{text}</text:p>
                     </table:table-cell></table:table-row></table:table>"
                ),
            )
        };
        let white = cell("", "01234567<text:span text:style-name=\"V\"> 11223344</text:span>");
        assert_eq!((white.tables[0].cells[0].text.as_str(), white.troubles.len()), ("01234567", 1));
        let on_dark = cell("D", "<text:span text:style-name=\"W\">DNI 8</text:span>");
        assert_eq!((on_dark.tables[0].cells[0].text.as_str(), on_dark.troubles.len()), ("DNI 8", 0));
        let struck = cell("", "<text:span text:style-name=\"S\">11223344</text:span> 01234567");
        assert_eq!(struck.troubles, [Trouble::TextMayLie(1)]);
        let noted = cell("", "01234567<text:span text:style-name=\"R\">1</text:span>");
        assert_eq!((noted.tables[0].cells[0].text.as_str(), noted.troubles.len()), ("01234567", 0));
    }

    #[test]
    fn a_sheet_put_into_the_text_is_doubted() {
        let document = read_text("", "<text:p>Oficio<draw:frame><draw:object/><draw:image/></draw:frame></text:p>");
        assert_eq!(document.troubles, [Trouble::TextMayLie(1)]);
    }

    #[test]
    fn deleted_and_hidden_text_is_not_seen_and_doubted_in_tables() {
        let style = "<style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style>";
        let changes = "<text:tracked-changes><text:changed-region><text:deletion><text:p>viejo</text:p></text:deletion>
            </text:changed-region></text:tracked-changes>";
        let line = "<text:p>visto<text:span text:style-name=\"H\">oculto</text:span><text:change/></text:p>";
        let document = read_text(style, &format!("{changes}{line}"));
        assert_eq!(lines(&document), ["visto"]);
        assert_eq!(document.troubles, []);
        let table = format!(
            "<table:table><table:table-row><table:table-cell>{line}</table:table-cell></table:table-row></table:table>"
        );
        assert_eq!(read_text(style, &table).troubles, [Trouble::TextMayLie(1)]);
    }

    #[test]
    fn headers_of_pages_in_use_come_first_and_footers_last() {
        let page = |name: &str| {
            format!(
                "<style:master-page style:name=\"{name}\"><style:header><text:p>arriba {name}</text:p></style:header>
                 <style:footer><text:p>abajo {name}</text:p></style:footer></style:master-page>"
            )
        };
        let bytes = odt("", "<text:p>cuerpo</text:p>", &(page("Standard") + &page("Otra")));
        let document = read("a.odt", &bytes, &Limits::default()).unwrap();
        assert_eq!(lines(&document), ["arriba Standard", "cuerpo", "abajo Standard"]);
    }

    proptest! {
        #[test]
        fn arbitrary_trees_never_panic(tags in proptest::collection::vec(0usize..8, 0..40), value in 0u64..5_000_000_000) {
            const NAMES: [&str; 8] = ["text:p", "text:span", "table:table", "table:table-row", "table:table-cell", "text:list",
                "text:list-item", "draw:frame"];
            let attributes = format!("table:number-columns-repeated=\"{value}\" table:number-rows-spanned=\"{value}\"");
            let open: String = tags.iter().map(|tag| format!("<{} {attributes}>x", NAMES[*tag])).collect();
            let close: String = tags.iter().rev().map(|tag| format!("</{}>", NAMES[*tag])).collect();
            read_text("", &format!("{open}{close}"));
        }
    }
}
