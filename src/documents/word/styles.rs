//! Styles of a docx, as far as they decide what is printed: lists that number their paragraphs, and text that is hidden or white.

use std::collections::HashMap;

use crate::documents::xml::{Malformed, Vocabulary, XmlEvent, XmlEvents};

/// A style is based on a style, and so on; more steps than this are a loop.
const LONGEST_LINE: usize = 20;

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<String>,
    level: Option<usize>,
    hides: Option<bool>,
    whitens: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub fn parse(xml: &str) -> Result<Styles, Malformed> {
        let mut styles: HashMap<String, Style> = HashMap::new();
        let mut open = String::new();
        let mut events = XmlEvents::new(xml);
        while let Some(event) = events.next()? {
            let XmlEvent::Start(element) = event else { continue };
            if element.vocabulary != Vocabulary::Word {
                continue;
            }
            if element.name() == "style" {
                open = element.attribute("styleId").unwrap_or_default();
                styles.insert(open.clone(), Style::default());
                continue;
            }
            let Some(style) = styles.get_mut(&open) else { continue };
            match element.name() {
                "basedOn" => style.based_on = element.attribute("val"),
                "numId" => style.list = element.attribute("val"),
                "ilvl" => style.level = element.number("val"),
                "vanish" => {
                    style.hides = Some(!matches!(element.attribute("val").as_deref(), Some("0" | "false" | "off")))
                }
                "color" => style.whitens = Some(super::docx::is_white(&element)),
                _ => {}
            }
        }
        Ok(Styles(styles))
    }

    /// The style and the ones it is based on.
    fn line(&self, id: &str) -> impl Iterator<Item = &Style> {
        std::iter::successors(self.0.get(id), |style| self.0.get(style.based_on.as_deref()?)).take(LONGEST_LINE)
    }

    /// The list that numbers paragraphs of this style, and the level in it.
    pub fn list(&self, id: &str) -> Option<(String, usize)> {
        let list = self.line(id).find_map(|style| style.list.clone()).filter(|list| list != "0")?;
        Some((list, self.line(id).find_map(|style| style.level).unwrap_or(0)))
    }

    /// Whether its letters are white.
    pub fn whitens(&self, id: &str) -> bool {
        self.line(id).find_map(|style| style.whitens).unwrap_or(false)
    }

    pub fn hides(&self, id: &str) -> bool {
        self.line(id).find_map(|style| style.hides).unwrap_or(false)
    }
}
