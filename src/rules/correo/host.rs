//! What kind of host an address has: an institution's, a consumer's, or a slip of the hand.
//!
//! Source: «Debe colocarse únicamente el correo electrónico institucional (no Gmail, Hotmail u otro de uso personal)», the
//! form's first note. Any host that is no consumer host is institutional: public universities, companies of the State and
//! forces have other endings than `.gob.pe`.

use crate::form::EmailWords;
use crate::rules::text::slips;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostKind {
    Institutional,
    /// The one consumer host that the form's exception allows.
    Exception,
    Consumer,
    /// Not a host that exists; what was meant.
    Slip(String),
}

pub(crate) fn kind(host: &str, words: &EmailWords) -> HostKind {
    if let Some(meant) = words.typos.get(host) {
        return HostKind::Slip(meant.clone());
    }
    if host == words.exception_host {
        return HostKind::Exception;
    }
    if words.consumer_hosts.iter().any(|pattern| matches(host, pattern)) {
        // «gmail.con» matches «gmail.*» and is no host.
        return match ending_slip(host, words) {
            Some(meant) => HostKind::Slip(meant),
            None => HostKind::Consumer,
        };
    }
    if let Some(meant) = ending_slip(host, words).or_else(|| near_known(host, words)) {
        return HostKind::Slip(meant);
    }
    HostKind::Institutional
}

/// `hotmail.*` stands for any ending: `hotmail.com`, `hotmail.com.pe`.
fn matches(host: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => host.starts_with(start),
        None => host == pattern,
    }
}

fn ending_slip(host: &str, words: &EmailWords) -> Option<String> {
    let slip = words.ending_typos.iter().filter(|(wrong, _)| host.ends_with(wrong.as_str()));
    // The longest ending says most of what was meant.
    if let Some((wrong, right)) = slip.max_by_key(|(wrong, _)| wrong.len()) {
        return host.strip_suffix(wrong.as_str()).map(|start| format!("{start}{right}"));
    }
    // «munix.gon.pe», «munix.gob.pr»: one slip in the ending that entities have.
    let labels: Vec<&str> = host.split('.').collect();
    if let [.., _, second, top] = labels.as_slice() {
        let ending = format!("{second}.{top}");
        if slips(&ending, "gob.pe") == Some(1) {
            return host.strip_suffix(ending.as_str()).map(|start| format!("{start}gob.pe"));
        }
    }
    // «munixgob.pe»: the dot before «gob» is missing.
    let start = host.strip_suffix("gob.pe")?;
    let start = start.strip_suffix('.').unwrap_or(start);
    (!host.ends_with(".gob.pe") && !start.is_empty()).then(|| format!("{start}.gob.pe"))
}

/// One slip away from a known consumer host, as «gmaill.com» is.
fn near_known(host: &str, words: &EmailWords) -> Option<String> {
    words.typos.values().find(|known| known.len() >= 8 && slips(host, known) == Some(1)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(host: &str) -> HostKind {
        kind(host, &crate::form::Form::parse(crate::form::EMBEDDED).unwrap().email)
    }

    #[test]
    fn other_endings_than_gob_pe_are_institutional() {
        for host in [
            "munisantacoba.gob.pe",
            "unjfsc.edu.pe",
            "epsmoquegua.com.pe",
            "vriunap.pe",
            "marina.pe",
            "livelong.gob.pe",
        ] {
            assert_eq!(kind_of(host), HostKind::Institutional, "{host}");
        }
    }

    #[test]
    fn consumer_hosts_are_known_with_any_ending() {
        for host in [
            "hotmail.com",
            "hotmail.es",
            "yahoo.com.pe",
            "outlook.es",
            "live.com",
            "terra.com.pe",
            "googlemail.com",
            "gmail.com.pe",
        ] {
            assert_eq!(kind_of(host), HostKind::Consumer, "{host}");
        }
        assert_eq!(kind_of("gmail.com"), HostKind::Exception);
    }

    #[test]
    fn slips_of_the_hand_say_what_was_meant() {
        for (host, meant) in [
            ("gmial.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("hotmail.con", "hotmail.com"),
            ("munix.gop.pe", "munix.gob.pe"),
            ("munix.gob", "munix.gob.pe"),
            ("munixgob.pe", "munix.gob.pe"),
            ("munix.gon.pe", "munix.gob.pe"),
            ("munix.gob.pr", "munix.gob.pe"),
            ("munix.gob.e", "munix.gob.pe"),
            ("munix.gob.pe.con", "munix.gob.pe.com"),
        ] {
            assert_eq!(kind_of(host), HostKind::Slip(meant.to_owned()), "{host}");
        }
    }
}
