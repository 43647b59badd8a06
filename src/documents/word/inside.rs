//! Inside: files that a Word or OpenDocument text carries in itself: sheets and documents that were put into it, and the
//! pictures of pages when it holds nothing else.

use std::borrow::Cow;

use crate::documents::archive::{Budget, Member};
use crate::documents::package::Package;
use crate::documents::xml::{Vocabulary, XmlEvent, XmlEvents};
use crate::documents::{Document, Format, Limits, Trouble};

/// The sheets and documents that were put into a docx, each to be read by itself. What of them is seen there is not known.
pub(in crate::documents) fn embedded(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    budget: &mut Budget,
) -> Vec<Member<'static>> {
    let parts = |package: &mut Package<'_>| -> Result<Vec<String>, Trouble> {
        let main = main_part(package)?;
        let relations = package.relationships(&main)?;
        let is_file = |kind: &str| matches!(kind, "package" | "oleObject" | "aFChunk");
        Ok(relations.into_iter().filter(|found| is_file(&found.kind)).map(|found| found.target).collect())
    };
    taken_out(name, bytes, limits, budget, parts)
}

/// The pictures of a text that holds nothing but pictures, in order: the pages of a scan pasted into it.
pub(in crate::documents) fn page_pictures(
    document: &Document,
    bytes: &[u8],
    limits: &Limits,
    budget: &mut Budget,
) -> Vec<Member<'static>> {
    let is_scan = document.tables.is_empty()
        && document.pages.iter().all(|page| page.lines.is_empty() && !page.pictures.is_empty())
        && document.troubles.iter().all(|trouble| matches!(trouble, Trouble::PageWithoutText(_)));
    if !is_scan || document.pages.is_empty() {
        return Vec::new();
    }
    match document.format {
        Format::Docx => taken_out(&document.name, bytes, limits, budget, |package| {
            let main = main_part(package)?;
            let relations = package.relationships(&main)?;
            let shown = shown(
                &package.xml(&main)?.unwrap_or_default(),
                &[(Vocabulary::Drawing, "blip", "embed"), (Vocabulary::Vml, "imagedata", "id")],
            );
            let target = |id: &String| relations.iter().find(|found| found.id == *id).map(|found| found.target.clone());
            Ok(shown.iter().filter_map(target).collect())
        }),
        Format::Odt => taken_out(&document.name, bytes, limits, budget, |package| {
            let content = package.xml("content.xml")?.unwrap_or_default();
            Ok(shown(&content, &[(Vocabulary::OdfDraw, "image", "href")]))
        }),
        _ => Vec::new(),
    }
}

fn main_part(package: &mut Package<'_>) -> Result<String, Trouble> {
    let root = package.relationships("")?;
    root.into_iter().find(|found| found.kind == "officeDocument").map(|found| found.target).ok_or(Trouble::Corrupt)
}

/// The values of the attributes that name pictures, each once.
fn shown(xml: &str, wanted: &[(Vocabulary, &str, &str)]) -> Vec<String> {
    let mut events = XmlEvents::new(xml);
    let mut found: Vec<String> = Vec::new();
    while let Ok(Some(event)) = events.next() {
        let XmlEvent::Start(element) = event else { continue };
        let attribute = wanted
            .iter()
            .find(|(vocabulary, name, _)| element.vocabulary == *vocabulary && element.name() == *name)
            .and_then(|(_, _, attribute)| element.attribute(attribute));
        found.extend(attribute.filter(|attribute| !found.contains(attribute)));
    }
    found
}

/// Parts of a package as files by the name `file/part`.
fn taken_out(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    budget: &mut Budget,
    parts: impl FnOnce(&mut Package<'_>) -> Result<Vec<String>, Trouble>,
) -> Vec<Member<'static>> {
    let Ok(mut package) = Package::open(bytes, limits) else { return Vec::new() };
    // The text itself was read: what is wrong with the package was told there.
    let parts = parts(&mut package).unwrap_or_default();
    let mut members = Vec::new();
    for part in parts {
        let own_name = part.rsplit('/').next().unwrap_or(&part);
        let full_name = format!("{name}/{own_name}");
        let unread = |trouble| Member::Unread(Document::unread(&full_name, Format::Unknown, trouble));
        if !budget.takes_a_member() {
            members.push(unread(Trouble::BeyondLimits("members".to_owned())));
            break;
        }
        members.push(match package.part(&part) {
            Ok(Some(content)) if budget.takes_bytes(content.len()) => {
                Member::Content { name: full_name, bytes: Cow::Owned(content) }
            }
            Ok(Some(_)) => unread(Trouble::BeyondLimits("unpacked bytes".to_owned())),
            Ok(None) => unread(Trouble::Corrupt),
            Err(trouble) => unread(trouble),
        });
    }
    members
}
