//! HTML bodies as the text a person reads: hidden elements out, blocks on lines of their own, quoted mail marked with `> `.
//!
//! Also gives what the markup alone knows: where links lead, and which pictures it shows.

use crate::documents::html::is_block;
use scraper::{ElementRef, Html, Node};

/// Markup beyond this many bytes, nested deeper than [`DEEPEST`] or with a longer list of attributes than
/// [`MOST_ATTRIBUTES`] is stripped of its tags instead of being understood: the parser's time grows with the square of both.
const LARGEST: usize = 2 << 20;
const DEEPEST: usize = 1000;
const MOST_ATTRIBUTES: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub text: String,
    /// Targets of links, as written.
    pub links: Vec<String>,
    /// Content-IDs of pictures that the markup shows.
    pub shown: Vec<String>,
}

pub(super) fn render(html: &str) -> Rendered {
    if html.len() > LARGEST || is_too_complex(html) {
        return Rendered { text: strip_tags(html), ..Rendered::default() };
    }
    let document = Html::parse_document(html);
    let mut writer = Writer::default();
    // An explicit walk: recursion on hostile nesting would end the stack.
    let root = *document.root_element();
    let mut node = root;
    'walk: loop {
        let element = ElementRef::wrap(node);
        let visible = !element.is_some_and(is_hidden);
        if let Some(element) = element.filter(|_| visible) {
            writer.open(element);
        } else if let Node::Text(text) = node.value() {
            writer.write(text);
        }
        if let Some(child) = node.first_child().filter(|_| visible) {
            node = child;
            continue;
        }
        let mut left_visible = visible;
        loop {
            if let Some(element) = ElementRef::wrap(node).filter(|_| left_visible) {
                writer.close(element);
            }
            if node.id() == root.id() {
                break 'walk;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => break 'walk,
            }
            left_visible = true;
        }
    }
    writer.finish()
}

#[derive(Default)]
struct Writer {
    rendered: Rendered,
    line: String,
    /// White space was seen and not written yet.
    blank: bool,
    preformatted: u32,
    quotes: usize,
}

impl Writer {
    fn write(&mut self, text: &str) {
        if self.preformatted > 0 {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.end_line();
                }
                self.line.push_str(line.trim_end_matches('\r'));
            }
            return;
        }
        for character in text.chars() {
            if character.is_whitespace() {
                self.blank = true;
                continue;
            }
            if self.blank && !self.line.is_empty() && !self.line.ends_with('\t') {
                self.line.push(' ');
            }
            self.blank = false;
            self.line.push(character);
        }
    }

    fn open(&mut self, element: ElementRef) {
        match element.value().name() {
            "br" => self.end_line(),
            "td" | "th" if !self.line.is_empty() => self.line.push('\t'),
            "a" => {
                if let Some(target) = element.value().attr("href") {
                    self.rendered.links.push(target.to_owned());
                }
            }
            "img" => {
                if let Some(id) = element.value().attr("src").and_then(|source| source.strip_prefix("cid:")) {
                    self.rendered.shown.push(id.to_owned());
                }
            }
            "pre" => {
                self.break_line();
                self.preformatted += 1;
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.paragraph(),
            name if is_block(name) => {
                self.break_line();
                self.quotes += usize::from(is_quote(element));
            }
            _ => {}
        }
    }

    fn close(&mut self, element: ElementRef) {
        match element.value().name() {
            "pre" => {
                self.break_line();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.paragraph(),
            name if is_block(name) => {
                self.break_line();
                self.quotes = self.quotes.saturating_sub(usize::from(is_quote(element)));
            }
            _ => {}
        }
    }

    fn break_line(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.blank = false;
    }

    fn paragraph(&mut self) {
        self.break_line();
        if !self.rendered.text.is_empty() && !self.rendered.text.ends_with("\n\n") {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        for _ in 0..self.quotes.min(5) {
            self.rendered.text.push_str("> ");
        }
        let line = std::mem::take(&mut self.line);
        self.rendered.text.push_str(line.trim_end());
        self.rendered.text.push('\n');
        self.blank = false;
    }

    fn finish(mut self) -> Rendered {
        self.break_line();
        let text = self.rendered.text.trim_matches('\n');
        Rendered { text: text.to_owned(), ..self.rendered }
    }
}

/// A block that mail clients put the answered mail into. A bare `blockquote` is an indentation to some of them.
fn is_quote(element: ElementRef) -> bool {
    let element = element.value();
    element.name() == "blockquote"
        && (element.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"))
            || element
                .classes()
                .any(|class| matches!(class, "gmail_quote" | "moz-cite" | "yahoo_quoted" | "protonmail_quote")))
}

/// Elements that a reader does not see: previews, tracking text, instructions to machines.
fn is_hidden(element: ElementRef) -> bool {
    let element = element.value();
    if matches!(element.name(), "head" | "script" | "style" | "title" | "template" | "noscript" | "svg" | "select") {
        return true;
    }
    if element.attr("hidden").is_some() {
        return true;
    }
    let Some(style) = element.attr("style") else { return false };
    let style: String = style.chars().filter(|character| !character.is_whitespace()).collect::<String>().to_lowercase();
    style.split(';').any(|declaration| {
        let declaration = declaration.trim_end_matches("!important");
        matches!(
            declaration,
            "display:none"
                | "visibility:hidden"
                | "mso-hide:all"
                | "font-size:0"
                | "font-size:0px"
                | "font-size:0pt"
                | "opacity:0"
        )
    })
}

/// Whether the parser would be slow. A rough count: void elements and closing tags that are
/// left out are not known here, but no mail program nests a thousand of the ones counted.
fn is_too_complex(html: &str) -> bool {
    let mut depth = 0usize;
    // White space inside the tag that is open; attributes go on over a further `<`.
    let mut blanks: Option<usize> = None;
    for (position, byte) in html.bytes().enumerate() {
        match (byte, &mut blanks) {
            (b'>', open) => *open = None,
            (b'<', open) => {
                let after = html.as_bytes().get(position + 1..).unwrap_or_default();
                if !starts_tag(after) {
                    continue;
                }
                open.get_or_insert(0);
                let closing = after.first() == Some(&b'/');
                let name: Vec<u8> = after
                    .iter()
                    .skip(usize::from(closing))
                    .take(10)
                    .take_while(|byte| byte.is_ascii_alphanumeric())
                    .map(u8::to_ascii_lowercase)
                    .collect();
                let ends_itself = matches!(
                    name.as_slice(),
                    b"" | b"br" | b"img" | b"hr" | b"meta" | b"link" | b"input" | b"col" | b"p" | b"li" | b"td" | b"tr"
                );
                if !ends_itself {
                    depth = if closing { depth.saturating_sub(1) } else { depth + 1 };
                }
            }
            (byte, Some(blanks)) if byte.is_ascii_whitespace() => *blanks += 1,
            _ => {}
        }
        if depth > DEEPEST || blanks.is_some_and(|blanks| blanks > MOST_ATTRIBUTES) {
            return true;
        }
    }
    false
}

/// «a < b» starts none.
fn starts_tag(after: &[u8]) -> bool {
    after.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
}

fn strip_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    let mut characters = html.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '<' if characters.peek().is_some_and(|next| next.is_ascii_alphabetic() || "/!?".contains(*next)) => {
                inside = true
            }
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        render(html).text
    }

    #[test]
    fn blocks_become_lines_and_white_space_is_single() {
        assert_eq!(
            text("<html><body><p>Buenos  d&iacute;as:</p><p>Remito <b>el\n oficio</b>.<br>Gracias</p></body></html>"),
            "Buenos días:\n\nRemito el oficio.\nGracias"
        );
        assert_eq!(text("<div>uno</div><div>dos</div>"), "uno\ndos");
        assert_eq!(text("<table><tr><td>DNI</td><td>1</td></tr><tr><td>a</td></tr></table>"), "DNI\t1\na");
        assert_eq!(text("<pre>a\n  b</pre>c"), "a\n  b\nc");
    }

    #[test]
    fn what_a_reader_does_not_see_is_left_out() {
        assert_eq!(
            text(
                "<head><title>t</title><style>p{}</style></head><div style='display: none !important'>oculto<p>más</p></div>\
                 <span hidden>x</span><!-- c --><script>y()</script>Hola"
            ),
            "Hola"
        );
    }

    #[test]
    fn a_quoted_mail_is_marked() {
        assert_eq!(
            text("Gracias<blockquote type=cite><div>uno</div><div>dos</div></blockquote>fin"),
            "Gracias\n> uno\n> dos\nfin"
        );
    }

    #[test]
    fn links_and_shown_pictures_are_collected() {
        let rendered = render("<a href='https://drive.google.com/x'>aquí</a><img src='cid:logo@1'>");
        assert_eq!(rendered.links, ["https://drive.google.com/x"]);
        assert_eq!(rendered.shown, ["logo@1"]);
    }

    #[test]
    fn deep_nesting_and_endless_attributes_are_read_without_the_parser() {
        let html = format!("{}Hola{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
        assert_eq!(text(&html).trim(), "Hola");
        assert!(text(&"<".repeat(1_000_000)).len() <= 1_000_000);
        let attributes: String = (0..200_000).map(|number| format!(" a{number}")).collect();
        assert_eq!(text(&format!("<div{attributes}>Hola</div>")).trim(), "Hola");
    }
}
