//! `Authentication-Results` (RFC 8601): what servers on the way stated about DMARC.
//!
//! Any sender can write such a field. Which servers' statements count is for the configuration to say; here they are only read.

use super::Mail;
use super::parameters::without_comments;

/// One server's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DmarcStatement {
    /// The authserv-id, lower case; empty where there is none (Exchange Online leaves it out).
    pub server: String,
    pub result: DmarcResult,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmarcResult {
    Pass,
    Fail,
    /// `none`, `temperror`, `permerror` or a word of no standard.
    Inconclusive,
}

/// The DMARC statements in a mail's headers, the newest first (a server puts its field above those that were there).
pub fn dmarc_statements(mail: &Mail) -> Vec<DmarcStatement> {
    mail.headers
        .iter()
        .filter(|(name, _)| name == "authentication-results")
        .filter_map(|(_, value)| statement(value))
        .collect()
}

/// Whether a trusted server stated that DMARC failed: its newest statement counts.
pub fn dmarc_failed(mail: &Mail, trusted_servers: &[String]) -> bool {
    dmarc_statements(mail)
        .iter()
        .find(|statement| trusted_servers.iter().any(|trusted| trusted.eq_ignore_ascii_case(&statement.server)))
        .is_some_and(|statement| statement.result == DmarcResult::Fail)
}

fn statement(value: &str) -> Option<DmarcStatement> {
    let value = without_comments(value);
    // The identifier may be followed by a version number.
    let first = value.split(';').next()?.split_whitespace().next()?;
    let server = if first.contains('=') { String::new() } else { first.to_ascii_lowercase() };
    value
        .split(';')
        .filter_map(|clause| clause.split_whitespace().next()?.split_once('='))
        .find(|(method, _)| method.split('/').next().is_some_and(|method| method.eq_ignore_ascii_case("dmarc")))
        .map(|(_, result)| DmarcStatement {
            server,
            result: match result.to_ascii_lowercase().as_str() {
                "pass" | "bestguesspass" => DmarcResult::Pass,
                "fail" => DmarcResult::Fail,
                _ => DmarcResult::Inconclusive,
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(values: &[&str]) -> Mail {
        let headers = values.iter().map(|value| ("authentication-results".to_owned(), (*value).to_owned())).collect();
        Mail { headers, ..Mail::default() }
    }

    #[test]
    fn statements_name_server_and_result() {
        let mail = mail(&[
            "mx.google.com; dkim=pass header.i=@x.pe; spf=pass (google.com: domain) smtp.mailfrom=a@x.pe; dmarc=fail (p=NONE; dis=NONE) header.from=x.pe",
            "mx01.gobiernodigital.gob.pe 1; dmarc=pass",
            "otro.pe; none",
            "spf=pass (sender IP is 10.0.0.1) smtp.mailfrom=x.pe; dkim=none; dmarc=bestguesspass action=none",
        ]);
        assert_eq!(
            dmarc_statements(&mail),
            [
                DmarcStatement { server: "mx.google.com".into(), result: DmarcResult::Fail },
                DmarcStatement { server: "mx01.gobiernodigital.gob.pe".into(), result: DmarcResult::Pass },
                DmarcStatement { server: String::new(), result: DmarcResult::Pass },
            ]
        );
    }

    #[test]
    fn only_the_newest_statement_of_a_trusted_server_counts() {
        let forged = mail(&["mx.pe; dmarc=fail header.from=x.pe", "mx.pe; dmarc=pass", "remitente.pe; dmarc=pass"]);
        assert!(dmarc_failed(&forged, &["mx.pe".into()]));
        assert!(!dmarc_failed(&forged, &["remitente.pe".into()]));
        assert!(!dmarc_failed(&forged, &[]));
    }
}
