//! Drawing: what lies over the cells of an Office Open XML sheet: text boxes, shapes with text, comments, pictures.
//!
//! Where they lie is not read: a sheet has no paper.

use crate::documents::declared::visual_lines;
use crate::documents::package::Package;
use crate::documents::xml::{Vocabulary, XmlEvent, XmlEvents};

/// Lines of one sheet's texts that are kept.
pub(super) const MOST_LINES: usize = 500;

#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub lines: Vec<String>,
    pub has_pictures: bool,
}

/// What is drawn over the sheet of this part. A drawing that cannot be read says nothing: the cells are the sheet.
pub(super) fn of_sheet(package: &mut Package<'_>, part: &str) -> Drawn {
    let mut drawn = Drawn::default();
    let relations = package.relationships(part).unwrap_or_default();
    for relation in relations.iter().filter(|relation| matches!(relation.kind.as_str(), "drawing" | "comments")) {
        let Ok(Some(xml)) = package.xml(&relation.target) else { continue };
        let mut events = XmlEvents::new(&xml);
        let mut text = String::new();
        let mut in_text = false;
        while let Ok(Some(event)) = events.next() {
            match event {
                XmlEvent::Start(element) => match (element.vocabulary, element.name()) {
                    (Vocabulary::Drawing | Vocabulary::Sheet, "t") => in_text = true,
                    (Vocabulary::Drawing, "blip") => drawn.has_pictures = true,
                    _ => {}
                },
                XmlEvent::End(vocabulary, name) => match (vocabulary, name.as_str()) {
                    (_, "t") => in_text = false,
                    (Vocabulary::Drawing, "p") | (Vocabulary::Sheet, "comment") => text.push('\n'),
                    _ => {}
                },
                XmlEvent::Text(part) if in_text => text.push_str(&part),
                XmlEvent::Text(_) => {}
            }
        }
        drawn.lines.extend(visual_lines(&text));
    }
    drawn.lines.truncate(MOST_LINES);
    drawn
}
