//! Styles of OpenDocument files, as far as they decide what is seen: text that is hidden, white, struck through or raised, shaded cells,
//! list numbers, and which pages are used.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::word::from_length;
use super::xml::{Element, Malformed, Vocabulary, XmlEvent, XmlEvents};

/// A style is based on a style, and so on; more steps than this are a loop.
const LONGEST_LINE: usize = 20;

/// What one style says of its text; `None` where it says nothing.
#[derive(Default)]
struct Style {
    parent: Option<String>,
    hidden: Option<bool>,
    size: Option<f32>,
    white: Option<bool>,
    marked: Option<bool>,
    struck: Option<bool>,
    raised: Option<bool>,
}

/// How text looks, by its style and the ones around it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub hidden: bool,
    /// In points; 0 when no style says it.
    pub size: f32,
    pub white: bool,
    /// On a ground of its own.
    pub marked: bool,
    pub struck: bool,
    pub raised: bool,
}

#[derive(Clone, Default)]
pub(super) struct ListLevel {
    pub kind: &'static str,
    pub prefix: String,
    pub suffix: String,
    pub start: u32,
}

#[derive(Default)]
pub(super) struct Styles {
    texts: HashMap<String, Style>,
    /// Cells and paragraphs on a ground of their own.
    shaded: BTreeSet<String>,
    /// List styles: the levels' numbers.
    pub lists: HashMap<String, BTreeMap<usize, ListLevel>>,
    /// Pages that some paragraph asks for.
    pub used_pages: BTreeSet<String>,
}

impl Styles {
    pub fn collect(&mut self, xml: &str) -> Result<(), Malformed> {
        let mut events = XmlEvents::new(xml);
        let (mut style, mut list) = (String::new(), String::new());
        while let Some(event) = events.next()? {
            let XmlEvent::Start(element) = event else { continue };
            match (element.vocabulary, element.name()) {
                (Vocabulary::OdfStyle, "style") => {
                    style = element.attribute("name").unwrap_or_default();
                    let parent = element.attribute("parent-style-name");
                    self.texts.insert(style.clone(), Style { parent, ..Style::default() });
                    self.used_pages.extend(element.attribute("master-page-name").filter(|name| !name.is_empty()));
                }
                (Vocabulary::OdfStyle, "text-properties") => {
                    if let Some(known) = self.texts.get_mut(&style) {
                        known.take(&element);
                    }
                }
                (Vocabulary::OdfStyle, "table-cell-properties" | "paragraph-properties")
                    if element.attribute("background-color").is_some_and(|colour| !is_paper(&colour)) =>
                {
                    self.shaded.insert(style.clone());
                }
                (Vocabulary::OdfText, "list-style") => list = element.attribute("name").unwrap_or_default(),
                (Vocabulary::OdfText, "list-level-style-number") => {
                    let kind = match element.attribute("num-format").as_deref() {
                        Some("1") => "decimal",
                        Some("a") => "lowerLetter",
                        Some("A") => "upperLetter",
                        Some("i") => "lowerRoman",
                        Some("I") => "upperRoman",
                        _ => continue,
                    };
                    let level = ListLevel {
                        kind,
                        prefix: element.attribute("num-prefix").unwrap_or_default(),
                        suffix: element.attribute("num-suffix").unwrap_or_default(),
                        start: element.number("start-value").unwrap_or(1),
                    };
                    let at = element.number("level").unwrap_or(1);
                    self.lists.entry(list.clone()).or_default().insert(at, level);
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub fn shades(&self, style: &str) -> bool {
        self.shaded.contains(style)
    }

    /// The look of text of this style inside text that looks as given.
    pub fn look(&self, style: &str, around: Look) -> Look {
        let line = || {
            std::iter::successors(self.texts.get(style), |style| self.texts.get(style.parent.as_deref()?))
                .take(LONGEST_LINE)
        };
        Look {
            hidden: line().find_map(|style| style.hidden).unwrap_or(around.hidden),
            size: line().find_map(|style| style.size).unwrap_or(around.size),
            white: line().find_map(|style| style.white).unwrap_or(around.white),
            marked: line().find_map(|style| style.marked).unwrap_or(around.marked),
            struck: line().find_map(|style| style.struck).unwrap_or(around.struck),
            raised: line().find_map(|style| style.raised).unwrap_or(around.raised),
        }
    }
}

impl Style {
    fn take(&mut self, element: &Element<'_>) {
        if let Some(display) = element.attribute("display") {
            self.hidden = Some(display == "none");
        }
        let size = element.attribute("font-size").filter(|size| size.ends_with("pt"));
        self.size = size.and_then(|size| from_length(&size)).or(self.size);
        if let Some(colour) = element.attribute("color") {
            self.white = Some(colour.eq_ignore_ascii_case("#ffffff"));
        }
        if let Some(colour) = element.attribute("background-color") {
            self.marked = Some(!is_paper(&colour));
        }
        if let Some(line) = element.attribute("text-line-through-style") {
            self.struck = Some(line != "none");
        }
        if let Some(position) = element.attribute("text-position") {
            self.raised =
                Some(position.starts_with("super") || position.starts_with(|c: char| ('1'..='9').contains(&c)));
        }
    }
}

fn is_paper(colour: &str) -> bool {
    colour == "transparent" || colour.eq_ignore_ascii_case("#ffffff")
}
