//! What a FETCH response says of a mail: its UID, size, date, body. No I/O.

use async_imap::imap_proto::AttributeValue;

use super::super::{Arrival, MailKey};

pub(super) fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

/// The body or the piece of it. An empty answer is an empty piece: the mail ended before.
pub(super) fn body_of<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<&'a [u8]> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data, .. } => Some(data.as_deref().unwrap_or_default()),
        _ => None,
    })
}

pub(super) fn arrival(mailbox: &str, validity: u32, attributes: &[AttributeValue<'_>]) -> Option<Arrival> {
    let uid = uid_of(attributes)?;
    let (mut size, mut arrived) = (0, 0);
    for attribute in attributes {
        match attribute {
            AttributeValue::Rfc822Size(bytes) => size = u64::from(*bytes),
            AttributeValue::InternalDate(date) => arrived = internal_date(date).unwrap_or(0),
            _ => {}
        }
    }
    let key = MailKey { mailbox: mailbox.to_owned(), validity: validity.to_string(), uid: uid.to_string() };
    Some(Arrival { key, size, arrived })
}

/// RFC 3501's date-time (` 1-Jul-2026 02:44:25 -0500`) as seconds since 1970.
fn internal_date(text: &str) -> Option<i64> {
    let parsed = jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim_start()).ok()?;
    Some(parsed.to_timestamp().ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_date_is_read_with_its_offset_and_its_padding() {
        assert_eq!(internal_date("17-Jul-1996 02:44:25 -0700"), Some(837_596_665));
        assert_eq!(internal_date(" 1-Jan-1970 00:00:07 +0000"), Some(7));
        assert_eq!(internal_date("yesterday"), None);
    }
}
