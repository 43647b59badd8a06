//! Messages: a mail that is a file in an archive, or a web page saved as one (`.mht`), gives its attachments and its text.
//!
//! A mail attached to a mail is taken apart by [`crate::mail`] before its files come here.

use std::borrow::Cow;

use super::archive::{Budget, Member};
use super::{Document, Format, Limits, Trouble};
use crate::mail::{self, Disposition};

/// A picture that the text shows and that is smaller than this, in bytes, is a logo.
const LOGO_BYTES: u64 = 60 << 10;

pub(super) fn members(name: &str, bytes: &[u8], limits: &Limits, budget: &mut Budget) -> Vec<Member<'static>> {
    let parsed = mail::parse(bytes, limits);
    let text = match parsed.mail.body_html {
        Some(html) => ("mensaje.html", html),
        None => ("mensaje.txt", parsed.mail.body_text),
    };
    let files = parsed.mail.attachments.into_iter().zip(parsed.contents);
    let files = files
        .filter(|(attachment, _)| attachment.disposition == Disposition::Attachment || attachment.bytes >= LOGO_BYTES)
        .map(|(attachment, content)| (attachment.name, content));
    let text = Some(text).filter(|(_, text)| !text.trim().is_empty());
    let text = text.map(|(own_name, text)| (own_name.to_owned(), text.into_bytes()));
    let unread = |trouble| Member::Unread(Document::unread(name, Format::Message, trouble));
    let mut members = Vec::new();
    for (own_name, content) in files.chain(text) {
        if !budget.takes_a_member() || !budget.takes_bytes(content.len()) {
            members.push(unread(Trouble::BeyondLimits("members".to_owned())));
            break;
        }
        members.push(Member::Content { name: format!("{name}/{own_name}"), bytes: Cow::Owned(content) });
    }
    if !parsed.mail.beyond_limits.is_empty() {
        members.push(unread(Trouble::BeyondLimits("members".to_owned())));
    }
    if members.is_empty() {
        members.push(unread(Trouble::Empty));
    }
    members
}
