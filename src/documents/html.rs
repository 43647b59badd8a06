//! HTML: the text that a browser would show, as lines, and the tables, from a mail's body or a file.
//!
//! Scripts, styles and elements hidden by their own `style` are left out; style sheets are not applied. A table inside a layout
//! table is a table of its own, and a table that holds nothing but another one is none.

use scraper::node::Element;
use scraper::{Html, Node};

use super::flow::{Covered, Flow, Placing, USUAL_SIZE};
use super::word::is_note_mark;
use super::{Document, Format, Limits, PictureKind, Trouble};

/// Points of one CSS pixel.
const PIXEL: f32 = 0.75;
/// Smaller pictures, in pixels, count a mail's readers or keep a column wide.
const SMALLEST_PICTURE: f32 = 3.0;

pub fn read(name: &str, html: &str, limits: &Limits) -> Document {
    if html.len() as u64 > limits.unpacked_bytes.min(limits.bytes) {
        return Document::unread(name, Format::Html, Trouble::BeyondLimits("bytes".to_owned()));
    }
    let parsed = Html::parse_document(html);
    let mut walk = Walk {
        flow: Flow::new(name, Format::Html, Covered::LeftOut, limits),
        text: String::new(),
        hidden: 0,
        preformatted: 0,
        raised: 0,
    };
    // A walk over the tree without recursion: the nesting is the sender's to choose.
    let mut node = parsed.tree.root();
    'walk: loop {
        walk.open(node.value());
        if walk.flow.is_over_limit() {
            break;
        }
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            walk.close(node.value());
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => break 'walk,
            }
        }
    }
    end_paragraph(&mut walk.flow, &mut walk.text);
    walk.flow.finish()
}

struct Walk {
    flow: Flow,
    text: String,
    /// How many open elements are hidden.
    hidden: u32,
    /// How many keep white space.
    preformatted: u32,
    /// How many raise their text.
    raised: u32,
}

impl Walk {
    fn open(&mut self, node: &Node) {
        match node {
            Node::Element(element) => {
                self.hidden += u32::from(is_hidden(element));
                self.preformatted += u32::from(element.name() == "pre");
                self.raised += u32::from(element.name() == "sup");
                if self.hidden == 0 {
                    open(element, &mut self.flow, &mut self.text);
                }
            }
            Node::Text(words) if self.hidden == 0 => {
                let follows_text = !self.text.trim().is_empty();
                if self.raised > 0 && self.flow.in_table() && follows_text && is_note_mark(words) {
                    return;
                }
                let keeps = self.preformatted > 0;
                self.text.extend(words.chars().map(|c| if c.is_ascii_whitespace() && !keeps { ' ' } else { c }));
            }
            _ => {}
        }
    }

    fn close(&mut self, node: &Node) {
        if let Node::Element(element) = node {
            if self.hidden == 0 {
                close(element, &mut self.flow, &mut self.text);
            }
            self.hidden -= u32::from(is_hidden(element));
            self.preformatted -= u32::from(element.name() == "pre");
            self.raised -= u32::from(element.name() == "sup");
        }
    }
}

fn end_paragraph(flow: &mut Flow, text: &mut String) {
    flow.paragraph(text, USUAL_SIZE);
    text.clear();
}

fn open(element: &Element, flow: &mut Flow, text: &mut String) {
    let span = |name: &str| element.attr(name).and_then(|value| value.trim().parse::<u32>().ok());
    match element.name() {
        "br" => text.push('\n'),
        // What is struck through in a table does not hold, and what holds instead is not known.
        "s" | "del" | "strike" if flow.in_table() => flow.doubt(),
        "img" => {
            end_paragraph(flow, text);
            let size = |name: &str| {
                element.attr(name).and_then(|value| value.trim_end_matches("px").trim().parse::<f32>().ok())
            };
            let (width, height) = (size("width").unwrap_or(120.0), size("height").unwrap_or(60.0));
            if width >= SMALLEST_PICTURE && height >= SMALLEST_PICTURE {
                flow.picture(width * PIXEL, height * PIXEL, PictureKind::Raster, Placing::Inline);
            }
        }
        "table" => {
            end_paragraph(flow, text);
            flow.open_table();
        }
        "tr" => {
            end_paragraph(flow, text);
            flow.open_row();
        }
        "td" | "th" => {
            end_paragraph(flow, text);
            // A row span of 0 reaches to the last row.
            let rows = span("rowspan").map_or(1, |rows| if rows == 0 { u32::from(u16::MAX) } else { rows });
            flow.open_cell(rows, span("colspan").unwrap_or(1));
        }
        name if is_block(name) => end_paragraph(flow, text),
        _ => {}
    }
}

fn close(element: &Element, flow: &mut Flow, text: &mut String) {
    match element.name() {
        "table" => {
            end_paragraph(flow, text);
            flow.close_table();
        }
        "tr" => {
            end_paragraph(flow, text);
            flow.close_row();
        }
        "td" | "th" => {
            end_paragraph(flow, text);
            flow.close_cell();
        }
        name if is_block(name) => end_paragraph(flow, text),
        _ => {}
    }
}

/// Elements that begin and end a line (HTML, 15.3).
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figure"
            | "figcaption"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// An element that a browser does not show, by its name or its own style.
fn is_hidden(element: &Element) -> bool {
    let name = element.name();
    if matches!(name, "head" | "script" | "style" | "template" | "noscript" | "title" | "svg" | "object" | "datalist")
        || element.attr("hidden").is_some()
    {
        return true;
    }
    let Some(style) = element.attr("style") else { return false };
    let style = style.to_ascii_lowercase();
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(property, value)| {
        let value = value.trim().trim_end_matches("!important").trim_end();
        match property.trim() {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "mso-hide" => value == "all",
            "font-size" | "opacity" => is_zero(value),
            _ => false,
        }
    })
}

fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.trim().parse::<f32>() == Ok(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tables::Table;

    fn read_html(html: &str) -> Document {
        read("cuerpo.html", html, &Limits::default())
    }

    fn texts(table: &Table) -> Vec<&str> {
        table.cells.iter().map(|cell| cell.text.as_str()).collect()
    }

    #[test]
    fn a_table_has_its_spans_and_lines() {
        let document = read_html(
            "<p>Buenos d&iacute;as,<br>adjunto</p><table><tr><th rowspan=2>Cargo<th colspan=2>Persona</tr><tr><th>DNI<th>Nombre</tr>
             <tr><td>Jefe<td> 0123<br>4567 <td><p>Ana</p><p>R\u{ed}os</p></table>",
        );
        assert_eq!(document.troubles, []);
        let table = &document.tables[0];
        assert_eq!((table.rows, table.columns), (3, 3));
        assert_eq!(texts(table), ["Cargo", "Persona", "DNI", "Nombre", "Jefe", "0123 4567", "Ana Ríos"]);
        assert_eq!(table.cells[0].row_span, 2);
        assert_eq!(table.cells[1].column_span, 2);
        assert_eq!((table.cells[2].row, table.cells[2].column), (1, 1));
        assert_eq!(table.cells[5].lines, ["0123", "4567"]);
        let lines: Vec<_> = document.pages[0].lines.iter().map(|line| line.text.as_str()).take(2).collect();
        assert_eq!(lines, ["Buenos días,", "adjunto"]);
    }

    #[test]
    fn a_data_table_in_layout_tables_is_a_table_of_its_own() {
        let inner = "<table><tr><td>DNI<td>Nombre<tr><td>01234567<td>Ana</table>";
        let document = read_html(&format!("<table><tr><td><table><tr><td>{inner}</td></tr></table></td></tr></table>"));
        assert_eq!(document.tables.len(), 1);
        assert_eq!(texts(&document.tables[0]), ["DNI", "Nombre", "01234567", "Ana"]);
    }

    #[test]
    fn what_a_browser_does_not_show_is_left_out() {
        let document = read_html(
            "<head><title>t</title><style>p{}</style></head><body><div style='DISPLAY : none !important'>a<p>b</div>
             <p style=\"font-size:0px\">c</p><span style='visibility:hidden'>d</span><script>e</script><p hidden>f</p>
             <!-- g --><p style='font-size:10px'>visto</p><img width=1 height=1>",
        );
        let lines: Vec<_> = document.pages[0].lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["visto"]);
        assert_eq!(document.pages[0].pictures, []);
    }

    #[test]
    fn text_struck_through_is_doubted_in_a_table() {
        let noted = read_html("<table><tr><td>01234567<sup>1</sup></table>");
        assert_eq!(noted.tables[0].cells[0].text, "01234567");
        assert_eq!(read_html("<p><s>x</s> y").troubles, []);
        assert_eq!(read_html("<table><tr><td><s>01234567</s> 76543210</table>").troubles, [Trouble::TextMayLie(1)]);
    }

    #[test]
    fn monstrous_spans_and_nesting_stay_bounded() {
        let document =
            read_html("<table><tr><td colspan=4294967295 rowspan=4294967295>a<td>b<tr><td>c<tr><td>d</table>");
        assert!(document.tables.iter().all(|table| table.columns <= 1_000 && table.rows <= 3));
        let deep = format!("{}x", "<table><tr><td>".repeat(5_000));
        assert!(read_html(&deep).troubles.contains(&Trouble::BeyondLimits("cells, text or pictures".to_owned())));
    }

    proptest! {
        #[test]
        fn arbitrary_html_never_panics(html in r#"(</?(table|tr|td|th|p|br|div|b|pre|img|script)( (rowspan|colspan|width|style)="?[0-9a-z:;-]{0,9}"?)?>|[a-z ]{1,4}|&[a-z]{1,4};?){0,40}"#) {
            read_html(&html);
        }
    }
}
