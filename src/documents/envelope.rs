//! Envelopes: the content of a CMS file (RFC 5652), as `oficio.pdf.p7m` and opaque S/MIME mails are.
//!
//! Read as BER, because Outlook and OpenSSL write lengths that are not known beforehand, which strict readers of DER refuse. Who
//! signed, and whether the signature holds, is not asked here.

/// What a CMS file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Envelope {
    Signed(Vec<u8>),
    /// A signature over something that is elsewhere.
    Detached,
    Encrypted,
}

/// 1.2.840.113549.1.7.
const PKCS7: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
const SIGNED: u8 = 2;
const ENVELOPED: u8 = 3;
/// id-smime-ct-authEnvelopedData.
const AUTHENTICATED: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const IDENTIFIER: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const EXPLICIT: u8 = 0xa0;
/// Elements in elements; real files nest some ten.
const DEEPEST: u32 = 32;

/// What these bytes are, when they are a CMS file.
pub fn open(bytes: &[u8]) -> Option<Envelope> {
    let mut outer = Elements(bytes);
    let mut inner = Elements(outer.expect(SEQUENCE)?);
    let kind = inner.expect(IDENTIFIER)?;
    match kind.strip_prefix(&PKCS7) {
        Some([SIGNED]) => {}
        Some([ENVELOPED]) => return Some(Envelope::Encrypted),
        _ if kind == AUTHENTICATED => return Some(Envelope::Encrypted),
        _ => return None,
    }
    let mut wrapped = Elements(inner.expect(EXPLICIT)?);
    let mut signed = Elements(wrapped.expect(SEQUENCE)?);
    signed.expect(INTEGER)?;
    signed.expect(SET)?;
    let mut encapsulated = Elements(signed.expect(SEQUENCE)?);
    encapsulated.expect(IDENTIFIER)?;
    let Some(content) = encapsulated.expect(EXPLICIT) else { return Some(Envelope::Detached) };
    let mut bytes = Vec::new();
    let (tag, content) = Elements(content).next()?;
    gather(tag, content, &mut bytes, 0)?;
    Some(Envelope::Signed(bytes))
}

/// An octet string, whole or in pieces.
fn gather(tag: u8, content: &[u8], bytes: &mut Vec<u8>, depth: u32) -> Option<()> {
    match tag {
        OCTETS => bytes.extend_from_slice(content),
        OCTETS_IN_PIECES if depth < DEEPEST => {
            for (tag, piece) in Elements(content) {
                gather(tag, piece, bytes, depth + 1)?;
            }
        }
        _ => return None,
    }
    Some(())
}

/// The elements of a run of bytes: tag and content, until its end or the first that is malformed.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, content, rest) = element(self.0, 0)?;
        self.0 = rest;
        // The mark that ends an element of unknown length.
        (tag != 0).then_some((tag, content))
    }
}

/// Tag, content and what comes after.
fn element(bytes: &[u8], depth: u32) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if first == 0x80 {
        if depth >= DEEPEST {
            return None;
        }
        let mut after = rest;
        loop {
            let (tag, _, left) = element(after, depth + 1)?;
            if tag == 0 {
                let length = rest.len() - after.len();
                return Some((*bytes.first()?, rest.get(..length)?, left));
            }
            after = left;
        }
    }
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let (digits, rest) =
                rest.split_at_checked(usize::from(first & 0x7f)).filter(|(digits, _)| digits.len() <= 4)?;
            (digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)), rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len() as u16;
        [&[tag, 0x82, (length >> 8) as u8, length as u8], content].concat()
    }

    fn endless(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn oid(last: u8) -> Vec<u8> {
        of(IDENTIFIER, &[PKCS7.as_slice(), &[last]].concat())
    }

    fn signed(content: &[u8]) -> Vec<u8> {
        let data = of(SEQUENCE, &[of(INTEGER, &[1]), of(SET, &[]), content.to_vec()].concat());
        of(SEQUENCE, &[oid(SIGNED), of(EXPLICIT, &data)].concat())
    }

    #[test]
    fn the_content_comes_out_whole_in_pieces_and_of_unknown_length() {
        let whole = of(SEQUENCE, &[oid(1), of(EXPLICIT, &of(OCTETS, b"%PDF-1.7"))].concat());
        let pieces = [of(OCTETS, b"%PDF"), of(OCTETS, b"-1.7")].concat();
        let endless = endless(SEQUENCE, &[oid(1), endless(EXPLICIT, &endless(OCTETS_IN_PIECES, &pieces))].concat());
        for bytes in [signed(&whole), signed(&endless)] {
            assert_eq!(open(&bytes), Some(Envelope::Signed(b"%PDF-1.7".to_vec())));
        }
        assert_eq!(open(&signed(&of(SEQUENCE, &oid(1)))), Some(Envelope::Detached));
        assert_eq!(open(&of(SEQUENCE, &oid(ENVELOPED))), Some(Envelope::Encrypted));
        assert_eq!(open(b"0\x03abc"), None);
        assert_eq!(open(&[0x30, 0x80].repeat(5_000)), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..60) {
            let mut whole = signed(&of(SEQUENCE, &[oid(1), of(EXPLICIT, &of(OCTETS, b"x"))].concat()));
            for (offset, byte) in bytes.iter().enumerate() {
                if let Some(slot) = whole.get_mut(at + offset) { *slot = *byte; }
            }
            open(&bytes);
            open(&whole);
        }
    }
}
