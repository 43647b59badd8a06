//! Packages: the parts of a zip-based office file (OOXML, OpenDocument), unpacked within limits.
//!
//! The limit counts what really comes out of the decompressor, summed over the package: declared sizes are not believed.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{self, Element, Vocabulary, XmlEvent, XmlEvents};
use super::{Limits, Trouble};

/// More parts than any office file of a few pages has.
const MOST_PARTS: usize = 10_000;

pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    budget: u64,
}

/// One `Relationship` of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relationship {
    pub id: String,
    /// The last word of the type's URI, the same for transitional and strict files: `worksheet`, `image`, `header`, …
    pub kind: String,
    /// The part's name, from the package's root, without a leading `/`.
    pub target: String,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, Trouble> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::Corrupt)?;
        if zip.len() > MOST_PARTS {
            return Err(Trouble::BeyondLimits(format!("more than {MOST_PARTS} parts in the file")));
        }
        // Two parts of one name: readers differ in which one they show.
        if zip.has_duplicate_names() {
            return Err(Trouble::Corrupt);
        }
        Ok(Package { zip, budget: limits.unpacked_bytes })
    }

    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The bytes of a part, `None` when there is none of this name. Part names are compared without case, as the
    /// packaging standard has it.
    pub fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
        let index = self.zip.index_for_name(name).or_else(|| {
            self.zip.file_names().position(|found| found.is_ok_and(|found| found.eq_ignore_ascii_case(name)))
        });
        let Some(index) = index else { return Ok(None) };
        let member = self.zip.by_index(index).map_err(|error| trouble_of(&error))?;
        let mut bytes = Vec::new();
        member.take(self.budget.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| Trouble::Corrupt)?;
        match self.budget.checked_sub(bytes.len() as u64) {
            Some(left) => self.budget = left,
            None => return Err(Trouble::BeyondLimits("unpacked bytes".to_owned())),
        }
        Ok(Some(bytes))
    }

    /// Unpacks every part within the limit, for a reader that does not count what it unpacks.
    pub fn check_all_parts(&mut self) -> Result<(), Trouble> {
        let names: Vec<String> = self.zip.file_names().flatten().map(|name| name.into_owned()).collect();
        for name in names {
            self.part(&name)?;
        }
        Ok(())
    }

    /// A part as text, `None` when there is none.
    pub fn xml(&mut self, name: &str) -> Result<Option<String>, Trouble> {
        Ok(self.part(name)?.map(|bytes| xml::decode(&bytes).into_owned()))
    }

    /// The relationships of a part (of the package itself, for the empty name). Links out of the package are left out.
    pub fn relationships(&mut self, part: &str) -> Result<Vec<Relationship>, Trouble> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let separator = if folder.is_empty() { "" } else { "/" };
        let Some(xml) = self.xml(&format!("{folder}{separator}_rels/{name}.rels"))? else { return Ok(Vec::new()) };
        let mut events = XmlEvents::new(&xml);
        let mut found = Vec::new();
        while let Some(event) = events.next().map_err(|_| Trouble::Corrupt)? {
            if let XmlEvent::Start(element) = event
                && element.vocabulary == Vocabulary::Package
                && element.name() == "Relationship"
                && element.attribute("TargetMode").as_deref() != Some("External")
                && let Some(relationship) = relationship(&element, folder)
            {
                found.push(relationship);
            }
        }
        Ok(found)
    }
}

fn relationship(element: &Element<'_>, folder: &str) -> Option<Relationship> {
    let kind = element.attribute("Type")?;
    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
    Some(Relationship { id: element.attribute("Id")?, kind, target: absolute(&element.attribute("Target")?, folder) })
}

/// A target resolved against the folder of its source part.
fn absolute(target: &str, folder: &str) -> String {
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

pub(super) fn trouble_of(error: &ZipError) -> Trouble {
    match error {
        ZipError::InvalidPassword => Trouble::Encrypted,
        ZipError::UnsupportedArchive(text) if *text == ZipError::PASSWORD_REQUIRED => Trouble::Encrypted,
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => Trouble::UnsupportedFormat,
        _ => Trouble::Corrupt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_against_their_part_and_never_leave_the_package() {
        assert_eq!(absolute("worksheets/sheet1.xml", "xl"), "xl/worksheets/sheet1.xml");
        assert_eq!(absolute("/xl/styles.xml", "xl"), "xl/styles.xml");
        assert_eq!(absolute("../media/a.png", "word/x"), "word/media/a.png");
        assert_eq!(absolute("../../../../etc/passwd", "word"), "etc/passwd");
    }
}
