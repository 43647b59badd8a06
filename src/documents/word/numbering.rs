//! Numbering: the labels that Word prints before the paragraphs of a list and does not store with their text.

use std::collections::HashMap;

use crate::documents::xml::{Malformed, Vocabulary, XmlEvent, XmlEvents};

const LEVELS: usize = 9;

#[derive(Clone, Debug, Default)]
struct Level {
    start: u32,
    kind: String,
    /// `%1.%2)`: the numbers of the levels, with what stands around them.
    label: String,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    abstracts: HashMap<String, Vec<Level>>,
    /// Lists by their id: the abstract list they count in.
    lists: HashMap<String, String>,
    /// The last number of each level, by abstract list: lists of one kind count on, as Word does.
    counts: HashMap<String, [Option<u32>; LEVELS]>,
}

impl Numbering {
    pub fn parse(xml: &str) -> Result<Numbering, Malformed> {
        let mut numbering = Numbering::default();
        let mut events = XmlEvents::new(xml);
        let (mut open_abstract, mut open_list) = (String::new(), String::new());
        while let Some(event) = events.next()? {
            let XmlEvent::Start(element) = event else { continue };
            if element.vocabulary != Vocabulary::Word {
                continue;
            }
            let value = || element.attribute("val").unwrap_or_default();
            let levels = numbering.abstracts.get_mut(&open_abstract);
            let level = levels.and_then(|levels| levels.last_mut());
            match (element.name(), level) {
                ("abstractNum", _) => {
                    open_abstract = element.attribute("abstractNumId").unwrap_or_default();
                    numbering.abstracts.insert(open_abstract.clone(), Vec::new());
                }
                ("lvl", _) => {
                    if let Some(levels) = numbering.abstracts.get_mut(&open_abstract).filter(|l| l.len() < LEVELS) {
                        levels.push(Level { start: 1, ..Level::default() });
                    }
                }
                ("start", Some(level)) => level.start = value().parse().unwrap_or(1),
                ("numFmt", Some(level)) => level.kind = value(),
                ("lvlText", Some(level)) => level.label = value(),
                ("num", _) => {
                    open_list = element.attribute("numId").unwrap_or_default();
                    // Overrides of levels belong to the list, and are not read.
                    open_abstract.clear();
                }
                ("abstractNumId", _) => {
                    numbering.lists.insert(open_list.clone(), value());
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// Counts a paragraph of this list and level, and gives what is printed before it; nothing for bullets.
    pub fn label(&mut self, list: &str, level: usize) -> Option<String> {
        let abstract_id = self.lists.get(list)?;
        let levels = self.abstracts.get(abstract_id)?;
        let here = levels.get(level)?;
        let counts = self.counts.entry(abstract_id.clone()).or_default();
        let count = counts.get_mut(level)?;
        *count = Some(count.map_or(here.start, |count| count.saturating_add(1)));
        counts.iter_mut().skip(level + 1).for_each(|deeper| *deeper = None);
        if matches!(here.kind.as_str(), "bullet" | "none") {
            return None;
        }
        let mut label = here.label.clone();
        for (at, (count, level)) in counts.iter().zip(levels).enumerate().take(level + 1) {
            label = label.replace(&format!("%{}", at + 1), &number(count.unwrap_or(level.start), &level.kind));
        }
        Some(label)
    }
}

/// A number as a list of this kind (Word's names) prints it.
pub(super) fn number(count: u32, kind: &str) -> String {
    match kind {
        "lowerLetter" => letters(count),
        "upperLetter" => letters(count).to_uppercase(),
        "lowerRoman" => roman(count).to_lowercase(),
        "upperRoman" => roman(count),
        "decimalZero" => format!("{count:02}"),
        _ => count.to_string(),
    }
}

/// a … z, aa, bb, … as Word counts.
fn letters(count: u32) -> String {
    let place = count.saturating_sub(1);
    let letter = char::from(b'a' + (place % 26) as u8);
    letter.to_string().repeat((place / 26 + 1).min(9) as usize)
}

fn roman(count: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if count > 3_999 {
        return count.to_string();
    }
    let mut left = count;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    text
}
