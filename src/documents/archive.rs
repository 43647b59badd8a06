//! Archives: each member of a zip becomes a document of its own, archives in archives too, within limits on members, depth and
//! unpacked bytes.
//!
//! Nothing is written anywhere: a member's name is text for people. The format of a member is told by its bytes. 7z and rar are recognised elsewhere and not read.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::{CompressionMethod, ZipArchive};

use super::package::trouble_of;
use super::{Document, Format, Limits, Trouble};

/// What one attachment may still grow to, over all archives in it.
pub(super) struct Budget {
    members: u32,
    bytes: u64,
}

impl Budget {
    pub fn new(limits: &Limits) -> Self {
        Budget { members: limits.members, bytes: limits.unpacked_bytes }
    }

    /// Counts one more member, and says whether it is still within the limit.
    pub fn takes_a_member(&mut self) -> bool {
        let left = self.members.checked_sub(1);
        self.members = left.unwrap_or(0);
        left.is_some()
    }

    /// Counts unpacked bytes, and says whether they are still within the limit.
    pub fn takes_bytes(&mut self, count: usize) -> bool {
        let left = self.bytes.checked_sub(count as u64);
        self.bytes = left.unwrap_or(0);
        left.is_some()
    }
}

/// The readable members of an archive, each by the name `archive/member`, or the reasons why not.
pub(super) fn members(name: &str, bytes: &[u8], budget: &mut Budget) -> Vec<Member<'static>> {
    let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes)) else {
        return vec![Member::Unread(Document::unread(name, Format::Zip, Trouble::Corrupt))];
    };
    let mut found = Vec::new();
    // Of two members with one name only one can be seen: which one depends on the program.
    if zip.has_duplicate_names() {
        found.push(Member::Unread(Document::unread(name, Format::Zip, Trouble::Corrupt)));
    }
    for index in 0..zip.len() {
        let known = zip.by_index_raw(index).map(|member| {
            // UTF-8, else the code page of DOS.
            let path = member.name().map(Cow::into_owned);
            (path.unwrap_or_else(|_| String::from_utf8_lossy(member.name_raw()).into_owned()), member.is_dir())
        });
        let Ok((path, is_folder)) = known else {
            found.push(Member::Unread(Document::unread(name, Format::Zip, Trouble::Corrupt)));
            continue;
        };
        if is_folder || is_litter(&path) {
            continue;
        }
        if !budget.takes_a_member() {
            found.push(Member::Unread(Document::unread(
                name,
                Format::Zip,
                Trouble::BeyondLimits("members".to_owned()),
            )));
            break;
        }
        let full_name = format!("{name}/{path}");
        match content(&mut zip, index, budget) {
            Ok(bytes) => found.push(Member::Content { name: full_name, bytes: Cow::Owned(bytes) }),
            Err(trouble) => found.push(Member::Unread(Document::unread(&full_name, Format::Zip, trouble))),
        }
    }
    if found.is_empty() {
        found.push(Member::Unread(Document::unread(name, Format::Zip, Trouble::Empty)));
    }
    found
}

pub(super) enum Member<'a> {
    Content { name: String, bytes: Cow<'a, [u8]> },
    Unread(Document),
}

fn content(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize, budget: &mut Budget) -> Result<Vec<u8>, Trouble> {
    let (encrypted, compression) =
        zip.by_index_raw(index).map(|raw| (raw.encrypted(), raw.compression())).map_err(|error| trouble_of(&error))?;
    if encrypted {
        return Err(Trouble::Encrypted);
    }
    if !matches!(compression, CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(Trouble::UnsupportedFormat);
    }
    let member = zip.by_index(index).map_err(|error| trouble_of(&error))?;
    let mut bytes = Vec::new();
    let outcome = member.take(budget.bytes.saturating_add(1)).read_to_end(&mut bytes);
    // What was unpacked counts even when the member turns out broken.
    if !budget.takes_bytes(bytes.len()) {
        return Err(Trouble::BeyondLimits("unpacked bytes".to_owned()));
    }
    outcome.map_err(|_| Trouble::Corrupt)?;
    Ok(bytes)
}

/// Files that computers put into archives for themselves.
fn is_litter(path: &str) -> bool {
    let mut steps = path.split(['/', '\\']);
    let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
    steps.any(|step| step == "__MACOSX")
        || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
        || last.starts_with("._")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::documents::read;

    fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn told(bytes: &[u8], limits: &Limits) -> Vec<(String, Format, Vec<Trouble>)> {
        read("envio.zip", None, bytes, limits).into_iter().map(|d| (d.name, d.format, d.troubles)).collect()
    }

    #[test]
    fn each_member_is_a_document_and_litter_is_none() {
        let inner = zip_of(&[("../../nota.txt", b"hola")]);
        let bytes = zip_of(&[
            ("carpeta/cuadro.csv", b"DNI;Nombre\n01234567;Ana\n"),
            ("__MACOSX/carpeta/._cuadro.csv", b"x"),
            (".DS_Store", b"x"),
            ("otro.zip", &inner),
            ("fin.txt", b"fin"),
        ]);
        let found = told(&bytes, &Limits::default());
        let names: Vec<_> = found.iter().map(|(name, format, _)| (name.as_str(), *format)).collect();
        assert_eq!(
            names,
            [
                ("envio.zip/carpeta/cuadro.csv", Format::Csv),
                ("envio.zip/otro.zip/../../nota.txt", Format::PlainText),
                ("envio.zip/fin.txt", Format::PlainText),
            ]
        );
        assert!(found.iter().all(|(_, _, troubles)| troubles.is_empty()));
    }

    #[test]
    fn members_depth_and_unpacked_bytes_are_bounded() {
        let beyond = |limit: &str| vec![Trouble::BeyondLimits(limit.to_owned())];
        let three = zip_of(&[("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")]);
        let found = told(&three, &Limits { members: 2, ..Limits::default() });
        assert_eq!(found[2], ("envio.zip".to_owned(), Format::Zip, beyond("members")));
        let mut nested = zip_of(&[("a.txt", b"a")]);
        for _ in 0..3 {
            nested = zip_of(&[("x.zip", &nested)]);
        }
        assert_eq!(told(&nested, &Limits::default())[0].2, beyond("depth"));
        let bomb = zip_of(&[("ceros", &vec![b'0'; 1 << 20]), ("despues.txt", b"x")]);
        let found = told(&bomb, &Limits { unpacked_bytes: 100_000, ..Limits::default() });
        assert_eq!(found[0].2, beyond("unpacked bytes"));
        assert_eq!(found[1].2, beyond("unpacked bytes"));
    }

    /// An archive with the flag of encryption set on its one member, in both headers.
    #[test]
    fn an_encrypted_member_is_told() {
        let mut bytes = zip_of(&[("oficio.pdf", b"%PDF-1.4")]);
        let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        bytes[6] |= 1;
        bytes[central + 8] |= 1;
        assert_eq!(told(&bytes, &Limits::default())[0].2, [Trouble::Encrypted]);
    }

    #[test]
    fn cut_and_empty_archives_are_told() {
        let bytes = zip_of(&[("a.txt", b"hola")]);
        assert_eq!(told(&bytes[..bytes.len() - 10], &Limits::default())[0].2, [Trouble::Corrupt]);
        assert_eq!(told(&zip_of(&[]), &Limits::default())[0].2, [Trouble::Empty]);
    }

    proptest! {
        #[test]
        fn damaged_archives_never_panic(at in 0usize..400, bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let mut whole = zip_of(&[("a.csv", b"a;b;c\n1;2;3\n"), ("b.zip", &zip_of(&[("c.txt", b"x")]))]);
            for (offset, byte) in bytes.into_iter().enumerate() {
                if let Some(slot) = whole.get_mut(at + offset) { *slot = byte; }
            }
            told(&whole, &Limits::default());
        }
    }
}
