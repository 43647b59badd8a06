//! TNEF: the attachments in a `winmail.dat`, the envelope that Outlook puts around a mail for other Outlooks (\[MS-OXTNEF\]).
//!
//! Attachments are copied out of the file as they stand, so they cannot grow. The message's own text and properties are not
//! read: the mail says the same in a part of its own.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use super::archive::{Budget, Member};
use super::{Document, Format, Trouble};

const SIGNATURE_AND_KEY: usize = 6;
/// Begins a new attachment.
const RENDERING: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;
const PROPERTIES: u32 = 0x0006_9005;

const LONG_FILE_NAME: u16 = 0x3707;
const TEXT: u16 = 0x001e;
const UNICODE_TEXT: u16 = 0x001f;

#[derive(Default)]
struct Attachment<'a> {
    title: Option<String>,
    long_name: Option<String>,
    data: Option<&'a [u8]>,
}

pub(super) fn members(name: &str, bytes: &[u8], budget: &mut Budget) -> Vec<Member<'static>> {
    let mut attachments: Vec<Attachment<'_>> = Vec::new();
    let mut rest = Bytes(bytes.get(SIGNATURE_AND_KEY..).unwrap_or_default());
    let mut is_whole = true;
    while !rest.0.is_empty() {
        let Some((id, content)) = attribute(&mut rest) else {
            is_whole = false;
            break;
        };
        match (id, attachments.last_mut()) {
            (RENDERING, _) => attachments.push(Attachment::default()),
            (TITLE, Some(open)) => open.title = Some(narrow_text(content)),
            (DATA, Some(open)) => open.data = Some(content),
            (PROPERTIES, Some(open)) => open.long_name = long_file_name(content),
            _ => {}
        }
    }
    let unread = |trouble| Member::Unread(Document::unread(name, Format::Tnef, trouble));
    let mut found = Vec::new();
    for (number, attachment) in (1..).zip(attachments) {
        let Some(data) = attachment.data else { continue };
        if !budget.takes_a_member() {
            found.push(unread(Trouble::BeyondLimits("members".to_owned())));
            break;
        }
        let own_name = attachment.long_name.or(attachment.title).filter(|own| !own.is_empty());
        let own_name = own_name.unwrap_or_else(|| format!("adjunto-{number}"));
        found.push(Member::Content { name: format!("{name}/{own_name}"), bytes: Cow::Owned(data.to_vec()) });
    }
    if !is_whole {
        found.push(unread(Trouble::Corrupt));
    }
    if found.is_empty() {
        found.push(unread(Trouble::Empty));
    }
    found
}

/// What is left of a run of bytes.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Bytes with their length before them, padded to four.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()? as usize;
        let content = self.take(length)?;
        self.take(length.next_multiple_of(4) - length)?;
        Some(content)
    }
}

/// Level, id, length, content, checksum.
fn attribute<'a>(rest: &mut Bytes<'a>) -> Option<(u32, &'a [u8])> {
    rest.take(1)?;
    let id = rest.u32()?;
    let length = rest.u32()? as usize;
    let content = rest.take(length)?;
    rest.take(2)?;
    Some((id, content))
}

fn narrow_text(bytes: &[u8]) -> String {
    let text = WINDOWS_1252.decode_without_bom_handling(bytes).0;
    text.trim_end_matches('\0').to_owned()
}

/// The property with the attachment's whole name, among the others ([MS-OXTNEF], 2.1.3.4).
fn long_file_name(content: &[u8]) -> Option<String> {
    let mut rest = Bytes(content);
    let count = rest.u32()?;
    for _ in 0..count {
        let kind = rest.u16()?;
        let id = rest.u16()?;
        if id >= 0x8000 {
            rest.take(16)?;
            match rest.u32()? {
                0 => rest.take(4)?,
                _ => rest.sized()?,
            };
        }
        let is_list = kind & 0x1000 != 0;
        let kind = kind & 0x0fff;
        let is_sized = matches!(kind, TEXT | UNICODE_TEXT | 0x0102 | 0x000d);
        let values = if is_list || is_sized { rest.u32()? } else { 1 };
        for _ in 0..values {
            if is_sized {
                let value = rest.sized()?;
                if id == LONG_FILE_NAME {
                    return match kind {
                        TEXT => Some(narrow_text(value)),
                        _ => Some(encoding_rs::UTF_16LE.decode(value).0.trim_end_matches('\0').to_owned()),
                    };
                }
            } else {
                let width = match kind {
                    0x0005..=0x0007 | 0x0014 | 0x0040 => 8,
                    0x0048 => 16,
                    _ => 4,
                };
                rest.take(width)?;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::documents::{Limits, read};

    fn with_attributes(attributes: &[(u32, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"\x78\x9f\x3e\x22\x01\x00".to_vec();
        for (id, content) in attributes {
            bytes.push(2);
            bytes.extend(id.to_le_bytes());
            bytes.extend((content.len() as u32).to_le_bytes());
            bytes.extend(content);
            bytes.extend([0, 0]);
        }
        bytes
    }

    fn long_name(name: &str) -> Vec<u8> {
        let text: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let mut bytes = 2u32.to_le_bytes().to_vec();
        // A number first, then the name.
        bytes.extend([3, 0, 0x05, 0x37, 1, 0, 0, 0]);
        bytes.extend([0x1f, 0, 0x07, 0x37, 1, 0, 0, 0]);
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(&text);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn attachments_come_out_with_their_names() {
        let bytes = with_attributes(&[
            (0x0008_9006, vec![0, 0, 1, 0]),
            (RENDERING, vec![0; 14]),
            (TITLE, b"CUADRO~1.CSV\0".to_vec()),
            (DATA, b"DNI;Nombre\n01234567;Ana\n".to_vec()),
            (PROPERTIES, long_name("Cuadro de designación.csv")),
            (RENDERING, vec![0; 14]),
            (TITLE, b"a\xf1o.txt\0".to_vec()),
            (DATA, b"hola".to_vec()),
        ]);
        let found = read("winmail.dat", Some("application/ms-tnef"), &bytes, &Limits::default());
        let names: Vec<_> = found.iter().map(|document| (document.name.as_str(), document.format)).collect();
        assert_eq!(
            names,
            [("winmail.dat/Cuadro de designación.csv", Format::Csv), ("winmail.dat/año.txt", Format::PlainText)]
        );
        assert_eq!(found[0].tables[0].cells[2].text, "01234567");
    }

    #[test]
    fn a_cut_file_is_corrupt_and_one_without_attachments_empty() {
        let bytes = with_attributes(&[(RENDERING, vec![]), (DATA, b"hola".to_vec())]);
        let cut = read("w", None, &bytes[..bytes.len() - 4], &Limits::default());
        assert_eq!(cut[0].troubles, [Trouble::Corrupt]);
        assert_eq!(read("w", None, &with_attributes(&[]), &Limits::default())[0].troubles, [Trouble::Empty]);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            read("w", None, &[b"\x78\x9f\x3e\x22\0\0".as_slice(), &bytes].concat(), &Limits::default());
            read("w", None, &with_attributes(&[(RENDERING, vec![]), (PROPERTIES, bytes.clone()), (DATA, bytes)]), &Limits::default());
        }
    }
}
