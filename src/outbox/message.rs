//! What is to be known of a message before it goes on the line: its envelope's addresses, whether it needs 8BITMIME or SMTPUTF8,
//! and that it is one message. No I/O.

use lettre::Address;

use super::OutgoingMessage;

/// An envelope whose addresses are addresses.
pub(super) struct Envelope {
    pub from: Option<Address>,
    /// At least one.
    pub to: Vec<Address>,
}

/// What a server must be able to do for this message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// RFC 6152.
    pub eight_bit: bool,
    /// RFC 6531: UTF-8 in the header.
    pub international_header: bool,
}

/// Why a message must not be sent as it is. No address is shown: these texts are logged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsendable {
    #[error("the message has no recipient")]
    NoRecipient,
    #[error("the envelope has something that is no e-mail address")]
    Address,
    #[error("the message is empty")]
    Empty,
    /// Some servers take a bare line feed for the end of a line, so that a dot behind it could end the message early and what
    /// follows would be commands.
    #[error("the message has a line that does not end with CRLF")]
    BareLineEnd,
    #[error("the message has a zero byte")]
    Zero,
}

impl Envelope {
    pub fn of(message: &OutgoingMessage) -> Result<Envelope, Unsendable> {
        let from = message.envelope_from.as_deref().map(address).transpose()?;
        let to = message.envelope_to.iter().map(|text| address(text)).collect::<Result<Vec<Address>, Unsendable>>()?;
        if to.is_empty() { Err(Unsendable::NoRecipient) } else { Ok(Envelope { from, to }) }
    }

    /// An address needs SMTPUTF8.
    pub fn is_international(&self) -> bool {
        self.from.iter().chain(&self.to).any(|address| !AsRef::<str>::as_ref(address).is_ascii())
    }
}

fn address(text: &str) -> Result<Address, Unsendable> {
    if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return Err(Unsendable::Address);
    }
    text.parse().map_err(|_| Unsendable::Address)
}

impl Content {
    pub fn of(bytes: &[u8]) -> Result<Content, Unsendable> {
        if bytes.is_empty() {
            return Err(Unsendable::Empty);
        }
        let mut content = Content::default();
        let mut in_header = true;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = match line.strip_suffix(b"\n") {
                Some(text) => text.strip_suffix(b"\r").ok_or(Unsendable::BareLineEnd)?,
                // The last line: the protocol ends it where it has no end of its own.
                None => line,
            };
            if text.contains(&b'\r') {
                return Err(Unsendable::BareLineEnd);
            }
            if text.contains(&0) {
                return Err(Unsendable::Zero);
            }
            in_header &= !text.is_empty();
            if !text.is_ascii() {
                content.eight_bit = true;
                content.international_header |= in_header;
            }
        }
        Ok(content)
    }
}

/// A server's words without the addresses that it may quote, on one line of bounded length: they are stored and logged.
pub(super) fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains('@') { "<address>" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().filter(|letter| !letter.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn envelope(from: Option<&str>, to: &[&str]) -> Result<Envelope, Unsendable> {
        Envelope::of(&OutgoingMessage {
            message_id: "a@b".into(),
            envelope_from: from.map(str::to_owned),
            envelope_to: to.iter().map(|text| (*text).to_owned()).collect(),
            bytes: Vec::new(),
        })
    }

    #[test]
    fn an_address_that_carries_a_command_is_refused() {
        for hostile in [
            "a@b.pe>\r\nRCPT TO:<c@d.pe",
            "a@b.pe\nDATA",
            "a@b.pe> SIZE=1",
            "\"a\r\nRSET\"@b.pe",
            "a@b.pe, c@d.pe",
            "<a@b.pe>",
            "",
        ] {
            assert_eq!(envelope(None, &[hostile]).err(), Some(Unsendable::Address), "{hostile:?}");
        }
        assert_eq!(envelope(None, &[]).err(), Some(Unsendable::NoRecipient));
        assert!(!envelope(Some("mesa@b.gob.pe"), &["a@b.pe"]).unwrap().is_international());
        assert!(envelope(None, &["muñoz@b.pe"]).unwrap().is_international());
    }

    #[test]
    fn a_message_that_could_be_taken_for_two_is_refused() {
        for smuggled in ["a: b\r\n\r\nx\n.\nMAIL FROM:<x@y>\r\n", "a: b\r\n\r\nx\r.\r\n", "x\r", "\n", "x\r\r\n"] {
            assert_eq!(Content::of(smuggled.as_bytes()), Err(Unsendable::BareLineEnd), "{smuggled:?}");
        }
        assert_eq!(Content::of(b"a: b\r\n\0"), Err(Unsendable::Zero));
        assert_eq!(Content::of(b""), Err(Unsendable::Empty));
    }

    #[test]
    fn eight_bit_content_is_told_from_an_international_header() {
        let content = |text: &str| Content::of(text.as_bytes()).unwrap();
        assert_eq!(content("a: b\r\n\r\nx"), Content::default());
        assert_eq!(content("a: b\r\n\r\nñ\r\n"), Content { eight_bit: true, international_header: false });
        assert_eq!(content("a: ñ\r\n\r\nx\r\n"), Content { eight_bit: true, international_header: true });
    }

    #[test]
    fn a_servers_words_are_kept_without_addresses() {
        let words = "550 5.1.1 <juan@muni.gob.pe>: user\r\nunknown";
        assert_eq!(without_addresses(words), "550 5.1.1 <address> user unknown");
    }

    proptest! {
        #[test]
        fn a_message_of_crlf_lines_is_always_sendable(lines in prop::collection::vec("[^\r\n\0]{0,40}", 1..20)) {
            let message = lines.join("\r\n") + "\r\n";
            prop_assert!(Content::of(message.as_bytes()).is_ok());
        }

        #[test]
        fn no_words_of_a_server_hold_an_at_sign(text in "\\PC{0,80}") {
            prop_assert!(!without_addresses(&text).contains('@'));
        }
    }
}
