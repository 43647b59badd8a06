//! An e-mail address in normal form, and why a text is none.
//!
//! Stricter than RFC 5321 on purpose: quoted local parts, address literals and non-ASCII mailboxes are no addresses that an
//! entity gives its people.

use crate::rules::text::{letters, plain};

/// `local@host`, lower case, ASCII, each part well-formed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    local: String,
    host: String,
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    MissingAt,
    /// More than one address in the cell.
    Several,
    /// One address with its `@` twice.
    RepeatedAt,
    /// A comma where a dot belongs.
    Comma,
    /// An accent, a tilde or an `ñ`, which addresses do not carry.
    Accent,
    /// A character of another script that may look like a Latin one: only a person can tell what is meant.
    OtherScript,
    /// A blank within a word: `juan perez@…` may be `juanperez` or `juan.perez`; only a person can tell.
    Blank,
    /// Nothing, or nothing well-formed, before the `@`.
    Local,
    /// Nothing, or nothing well-formed, after the `@`.
    Host,
}

impl EmailAddress {
    /// Drops what is formatting: `mailto:`, angle brackets, a label, quotes, blanks beside punctuation, trailing punctuation.
    /// Capitals become lower case.
    ///
    /// # Errors
    /// What is wrong with the text, when it is no address.
    pub fn parse(text: &str) -> Result<EmailAddress, AddressFault> {
        let text = without_wrapping(&plain(text).to_lowercase());
        match text.matches('@').count() {
            0 => return Err(AddressFault::MissingAt),
            1 => {}
            _ if text.split('@').filter(|part| !part.trim().is_empty()).count() <= 2 => {
                return Err(AddressFault::RepeatedAt);
            }
            _ => return Err(AddressFault::Several),
        }
        if text.contains([';', '/', '|']) {
            return Err(AddressFault::Several);
        }
        let text = without_blanks(&text)?;
        if let Some(strange) = text.chars().find(|character| !character.is_ascii()) {
            return Err(if is_accented_latin(strange) { AddressFault::Accent } else { AddressFault::OtherScript });
        }
        let Some((local, host)) = text.split_once('@') else { return Err(AddressFault::MissingAt) };
        if host.contains(',') || local.contains(',') {
            return Err(AddressFault::Comma);
        }
        if !is_local(local) {
            return Err(AddressFault::Local);
        }
        if !is_host(host) {
            return Err(AddressFault::Host);
        }
        Ok(EmailAddress { local: local.to_owned(), host: host.to_owned() })
    }

    pub fn local(&self) -> &str {
        &self.local
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// The mailbox behind the address: Gmail delivers without regard to dots.
    pub(crate) fn mailbox(&self) -> String {
        if matches!(self.host.as_str(), "gmail.com" | "googlemail.com") {
            return format!("{}@gmail.com", self.local.replace('.', ""));
        }
        self.to_string()
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}@{}", self.local, self.host)
    }
}

fn without_wrapping(text: &str) -> String {
    let mut text = text;
    // «Jorge Pérez <jperez@…>»: the address is what stands in the brackets.
    if let Some((_, rest)) = text.split_once('<')
        && let Some((inside, _)) = rest.split_once('>')
        && inside.contains('@')
    {
        text = inside;
    }
    const AROUND: [char; 17] = [' ', '.', ',', ';', ':', '<', '>', '(', ')', '[', ']', '"', '\'', '“', '”', '«', '»'];
    // «jperez@… (institucional)»: a remark in brackets is no part of it.
    let remark = text
        .split_once('(')
        .and_then(|(before, rest)| rest.split_once(')').map(|(inside, after)| (before, inside, after)))
        .filter(|(before, inside, _)| before.contains('@') && !inside.contains('@'));
    let without_remark = remark.map(|(before, _, after)| format!("{} {}", before.trim(), after.trim()));
    let mut text = without_remark.as_deref().unwrap_or(text).trim_matches(AROUND);
    // «mailto:…», «Correo institucional: …».
    while let Some((label, rest)) = text.split_once(':')
        && rest.contains('@')
        && ["mail", "email", "correo"].iter().any(|word| letters(label).starts_with(word))
    {
        text = rest.trim_matches(AROUND);
    }
    text.to_owned()
}

/// Blanks beside punctuation are how a line breaks or a recogniser reads; a blank between two letters may stand for anything.
fn without_blanks(text: &str) -> Result<String, AddressFault> {
    let mut joined = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == ' ' {
            let after_word = joined.ends_with(char::is_alphanumeric);
            let before_word = characters.peek().is_some_and(|next| next.is_alphanumeric());
            if after_word && before_word {
                return Err(AddressFault::Blank);
            }
            continue;
        }
        joined.push(character);
    }
    Ok(joined)
}

/// Letters of Latin-1 and Latin Extended-A: what a Spanish keyboard and its dead keys give.
fn is_accented_latin(character: char) -> bool {
    ('\u{c0}'..='\u{17f}').contains(&character) || "´`¨".contains(character)
}

fn is_local(local: &str) -> bool {
    !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|character| character.is_ascii_alphanumeric() || "._-+'&".contains(character))
}

fn is_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    // «@.gob.pe» and «@www.munix.gob.pe» are what is left when the entity's own part was forgotten or copied from a page.
    let bare_ending = matches!(labels.as_slice(), ["gob" | "edu" | "com" | "org" | "net" | "mil", "pe"]);
    host.len() <= 253
        && labels.len() >= 2
        && !bare_ending
        && !host.starts_with("www.")
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
        })
        && labels
            .last()
            .is_some_and(|top| top.len() >= 2 && top.chars().all(|character| character.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, AddressFault> {
        EmailAddress::parse(text).map(|address| address.to_string())
    }

    #[test]
    fn formatting_is_dropped() {
        for text in [
            "jperez@munix.gob.pe",
            " JPerez@MuniX.gob.pe. ",
            "mailto:jperez@munix.gob.pe",
            "<jperez@munix.gob.pe>",
            "Jorge Pérez <jperez@munix.gob.pe>",
            "Correo: jperez@munix.gob.pe;",
            "Correo institucional: mailto:jperez@munix.gob.pe",
            "jperez@munix.gob.pe<mailto:jperez@munix.gob.pe>",
            "jperez @munix .gob. pe",
            "jperez@\u{200b}munix.gob.pe",
            "jperez@munix.gob.pe(institucional)",
            "jperez＠munix.gob.pe",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("jperez@munix.gob.pe"), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        assert_eq!(parse("jperezmunix.gob.pe"), Err(AddressFault::MissingAt));
        assert_eq!(parse("a@@munix.gob.pe"), Err(AddressFault::RepeatedAt));
        assert_eq!(parse("a@munix.gob.pe / b@munix.gob.pe"), Err(AddressFault::Several));
        assert_eq!(parse("a@munix.gob.pe y b@munix.gob.pe"), Err(AddressFault::Several));
        assert_eq!(parse("jperez@munix.gob,pe"), Err(AddressFault::Comma));
        assert_eq!(parse("jpérez@munix.gob.pe"), Err(AddressFault::Accent));
        assert_eq!(parse("pe\u{f1}a@munix.gob.pe"), Err(AddressFault::Accent));
        assert_eq!(parse("jp\u{435}rez@munix.gob.pe"), Err(AddressFault::OtherScript));
        assert_eq!(parse("juan perez@munix.gob.pe"), Err(AddressFault::Blank));
        assert_eq!(parse("@munix.gob.pe"), Err(AddressFault::Local));
        assert_eq!(parse("j..perez@munix.gob.pe"), Err(AddressFault::Local));
        assert_eq!(parse("jperez@.gob.pe"), Err(AddressFault::Host));
        assert_eq!(parse("jperez@munix"), Err(AddressFault::Host));
        assert_eq!(parse("jperez@munix.gob.p"), Err(AddressFault::Host));
    }

    #[test]
    fn gmail_delivers_without_regard_to_dots() {
        let mailbox = |text| EmailAddress::parse(text).unwrap().mailbox();
        assert_eq!(mailbox("j.perez@gmail.com"), mailbox("jperez@gmail.com"));
        assert_ne!(mailbox("j.perez@munix.gob.pe"), mailbox("jperez@munix.gob.pe"));
    }

    proptest! {
        #[test]
        fn formatting_noise_never_changes_an_address(
            local in "[a-z][a-z0-9]{0,9}(\\.[a-z]{1,9})?",
            host in "[a-z]{3,12}\\.(gob|edu|com)\\.pe",
            before in "( |<|mailto:|Correo: |\\*)?",
            after in "( |>|\\.|,|;|\\*)?",
            gap in " ?",
        ) {
            // The rule refuses «www.…» as the host of an address, however it is written.
            prop_assume!(!host.starts_with("www."));
            let address = format!("{local}@{host}");
            let noisy = format!("{before}{}{after}", address.replace('@', &format!("{gap}@{gap}")).to_uppercase()).replace('*', " ");
            let noisy = noisy.replace('.', &format!("{gap}.{gap}"));
            prop_assert_eq!(parse(&noisy), Ok(address));
        }

        #[test]
        fn an_address_is_its_own_normal_form(text in "\\PC{0,16}@\\PC{0,16}") {
            if let Ok(address) = parse(&text) {
                prop_assert_eq!(parse(&address), Ok(address.clone()));
            }
        }
    }
}
