//! What a mail server says of a mail that it could not deliver (RFC 3464): which mail that was, and why.
//!
//! Anybody can write such a report. Whoever acts on it does no more than call a person.

use serde::{Deserialize, Serialize};

use super::header::{HeaderBlock, next_line};
use super::message_ids;
use super::parameters::Parameterised;

/// A report on a mail that did not arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undelivered {
    /// Message-IDs by which the report names the mail, without angle brackets: of the returned message, and those that
    /// the report itself answers.
    pub message_ids: Vec<String>,
    /// RFC 3463, e.g. `5.1.1`.
    pub status: Option<String>,
}

/// How much of a report is looked at: its fields stand first, and the header of the returned message behind them.
const LOOKED_AT: usize = 256 * 1024;

/// Message-IDs of one report that are kept.
const MOST_IDS: usize = 20;

/// The report that a mail is, when it says that a delivery has failed for good. That one is delayed only is no failure.
pub(super) fn read(header: &HeaderBlock, body: &[u8]) -> Option<Undelivered> {
    let content_type = header.get("content-type").map(Parameterised::parse).unwrap_or_default();
    // Exim names the recipients in its header instead of in a report.
    let is_exims = header.get("x-failed-recipients").is_some();
    if content_type.value != "multipart/report" && !is_exims {
        return None;
    }
    let body = body.get(..LOOKED_AT).unwrap_or(body);
    let failed = fields(body, "action").any(|value| value.eq_ignore_ascii_case("failed"));
    if !failed && !is_exims {
        return None;
    }
    let returned = fields(body, "message-id").flat_map(|value| message_ids(Some(&value)));
    let answered = ["in-reply-to", "references"].into_iter().flat_map(|name| message_ids(header.get(name)));
    let status = fields(body, "status").find(|value| is_failure_status(value));
    Some(Undelivered { message_ids: returned.chain(answered).take(MOST_IDS).collect(), status })
}

fn is_failure_status(value: &str) -> bool {
    value.starts_with("5.") && value.len() <= 9 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The values of the fields of this name, on whatever line of the report they stand; folded ones are put together.
fn fields<'b>(mut rest: &'b [u8], name: &'static str) -> impl Iterator<Item = String> + 'b {
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (line, after) = next_line(rest);
            rest = after;
            let line = String::from_utf8_lossy(line);
            let Some((found, value)) = line.split_once(':') else { continue };
            if !found.trim_end().eq_ignore_ascii_case(name) {
                continue;
            }
            let mut value = value.trim().to_owned();
            let (next, _) = next_line(rest);
            if value.is_empty() && next.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
                value = String::from_utf8_lossy(next).trim().to_owned();
            }
            return Some(value);
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// As Postfix writes it; `action` and the returned part differ.
    fn report(action: &str, returned: &str) -> Option<Undelivered> {
        let raw = format!(
            "From: MAILER-DAEMON@mx.muni.gob.pe\r\nAuto-Submitted: auto-replied\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\n\r\nNo se pudo entregar.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.muni.gob.pe\r\n\r\n\
             Final-Recipient: rfc822; ana@muni.gob.pe\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
             --b\r\nContent-Type: {returned}--b--\r\n"
        );
        parse(raw.as_bytes(), &Default::default()).mail.undelivered
    }

    const HEADERS: &str = "text/rfc822-headers\r\n\r\nMessage-ID: <2026-000001.ab.1@x.gob.pe>\r\nSubject: Re: x\r\n";

    #[test]
    fn the_returned_message_is_named_however_it_is_returned() {
        let whole =
            "message/rfc822\r\n\r\nMessage-Id:\r\n <2026-000001.ab.1@x.gob.pe>\r\nSubject: Re: x\r\n\r\nHola\r\n";
        for returned in [HEADERS, whole] {
            let expected = Undelivered {
                message_ids: vec!["2026-000001.ab.1@x.gob.pe".to_owned()],
                status: Some("5.1.1".to_owned()),
            };
            assert_eq!(report("failed", returned), Some(expected), "{returned}");
        }
    }

    #[test]
    fn a_mail_that_is_only_late_has_not_failed() {
        assert_eq!(report("delayed", HEADERS), None);
        assert_eq!(report("relayed", HEADERS), None);
    }

    #[test]
    fn the_mail_that_the_report_answers_is_named_too() {
        let raw =
            "From: postmaster@muni.gob.pe\nX-Failed-Recipients: ana@muni.gob.pe\nIn-Reply-To: <a@x>\n\nNo existe.";
        let named = parse(raw.as_bytes(), &Default::default()).mail.undelivered;
        assert_eq!(named.map(|report| report.message_ids), Some(vec!["a@x".to_owned()]));
    }

    #[test]
    fn the_mail_of_a_person_is_no_report() {
        let raw = "From: ana@muni.gob.pe\n\nAction: failed\nMessage-ID: <a@x>\n";
        assert_eq!(parse(raw.as_bytes(), &Default::default()).mail.undelivered, None);
    }
}
