//! Embedded files: what is attached inside a PDF (ISO 32000-1, 7.11.4), by the document as a whole, as a portfolio, or by a
//! pin on a page.
//!
//! A person sees a list of files beside the pages and opens each, so each becomes a document of its own.

use std::borrow::Cow;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};

use super::annotations::text;
use crate::documents::archive::{Budget, Member};
use crate::documents::{Document, Format, Trouble};

/// Nodes of the tree of names that are looked at, and how deep they may nest.
const MOST_NODES: usize = 1_000;
const DEEPEST: usize = 16;
const MOST_PINS: usize = 1_000;

/// The files inside a PDF.
#[derive(Default)]
pub(in crate::documents) struct Embedded {
    pub members: Vec<Member<'static>>,
    /// The pages are only the cover of a portfolio of files (12.3.5).
    pub is_portfolio: bool,
}

/// Takes the files out, each by the name `file/embedded file`.
pub(super) fn embedded(name: &str, pdf: &Pdf, budget: &mut Budget) -> Embedded {
    let found = catch_unwind(AssertUnwindSafe(|| {
        let Some(root) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return (Vec::new(), false) };
        (files(pdf, &root), root.contains_key("Collection"))
    }));
    let Ok((files, is_portfolio)) = found else { return Embedded::default() };
    let mut members = Vec::new();
    for (number, (own_name, content)) in (1..).zip(files) {
        let own_name = if own_name.is_empty() { format!("adjunto-{number}") } else { own_name };
        let full_name = format!("{name}/{own_name}");
        let unread = |trouble| Member::Unread(Document::unread(&full_name, Format::Unknown, trouble));
        if !budget.takes_a_member() {
            members.push(unread(Trouble::BeyondLimits("members".to_owned())));
            break;
        }
        members.push(match content {
            Some(content) if !budget.takes_bytes(content.len()) => {
                unread(Trouble::BeyondLimits("unpacked bytes".to_owned()))
            }
            Some(content) => Member::Content { name: full_name, bytes: Cow::Owned(content) },
            None => unread(Trouble::Corrupt),
        });
    }
    Embedded { members, is_portfolio }
}

/// Name and content of each file, `None` for one whose content cannot be unpacked.
fn files(pdf: &Pdf, root: &Dict<'_>) -> Vec<(String, Option<Vec<u8>>)> {
    let mut specifications: Vec<Dict<'_>> = Vec::new();
    let tree = root.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles"));
    let mut nodes: Vec<(Dict<'_>, usize)> = tree.into_iter().map(|node| (node, 0)).collect();
    let mut seen_nodes = 0;
    while let Some((node, depth)) = nodes.pop() {
        seen_nodes += 1;
        if seen_nodes > MOST_NODES || depth > DEEPEST {
            break;
        }
        // Pairs of a name and a file.
        let pairs = node.get::<Array<'_>>("Names");
        specifications.extend(pairs.iter().flat_map(|pairs| pairs.iter::<Dict<'_>>()));
        let kids = node.get::<Array<'_>>("Kids");
        nodes.extend(kids.iter().flat_map(|kids| kids.iter::<Dict<'_>>()).map(|kid| (kid, depth + 1)));
    }
    let associated = root.get::<Array<'_>>("AF");
    specifications.extend(associated.iter().flat_map(|files| files.iter::<Dict<'_>>()));
    for page in pdf.pages().iter() {
        let annotations = page.raw().get::<Array<'_>>("Annots");
        let pins = annotations
            .iter()
            .flat_map(|annotations| annotations.iter::<Dict<'_>>().take(MOST_PINS))
            .filter(|annotation| {
                annotation.get::<Name<'_>>("Subtype").is_some_and(|subtype| subtype.as_ref() == b"FileAttachment")
            })
            .filter_map(|annotation| annotation.get::<Dict<'_>>("FS"));
        specifications.extend(pins);
    }
    let mut taken = HashSet::new();
    specifications
        .iter()
        .filter_map(|specification| {
            let content = content(specification)?;
            // The same file may be listed, associated and pinned.
            taken.insert(content.obj_id()).then(|| {
                let own_name = ["UF", "F"].iter().find_map(|key| specification.get::<PdfString<'_>>(*key));
                let own_name = own_name.map(|own_name| text(own_name.as_bytes())).unwrap_or_default();
                (own_name, content.decoded().ok().map(Cow::into_owned))
            })
        })
        .collect()
}

fn content<'a>(specification: &Dict<'a>) -> Option<Stream<'a>> {
    let embedded = specification.get::<Dict<'a>>("EF")?;
    ["UF", "F", "DOS", "Mac", "Unix"].iter().find_map(|key| embedded.get::<Stream<'a>>(*key))
}
