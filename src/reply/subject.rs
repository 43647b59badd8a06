//! The subject of a reply: `Re: <subject> [Caso 2026-000123]`, however often the mail went to and fro.

/// What mail programs put before the subject of an answer or a forward, lower case, without the colon.
const PREFIXES: [&str; 12] = ["re", "rv", "fw", "fwd", "res", "resp", "rpta", "aw", "wg", "tr", "enc", "r"];

/// Said when the original has no subject.
const NO_SUBJECT: &str = "Oficio de designación";

/// Longest part of the original subject, in characters: the case number behind it must survive.
const LIMIT: usize = 140;

/// The reply's subject. Prefixes and case numbers that are already there are dropped first.
pub fn reply_subject(original: &str, case_number: &str) -> String {
    let subject = crate::compose::shown(&without_case_tags(original), LIMIT);
    let subject = without_prefixes(&subject);
    let subject = if subject.is_empty() { NO_SUBJECT } else { subject };
    format!("Re: {subject} [Caso {case_number}]")
}

/// Drops every `[Caso …]`, ours or an older one.
fn without_case_tags(subject: &str) -> String {
    let mut rest = subject;
    let mut kept = String::new();
    while let Some((before, tagged)) = rest.split_once('[') {
        kept.push_str(before);
        rest = match tagged.split_once(']') {
            Some((tag, after)) if is_case_tag(tag) => after,
            _ => {
                kept.push('[');
                tagged
            }
        };
    }
    kept + rest
}

fn is_case_tag(tag: &str) -> bool {
    tag.strip_prefix("Caso ")
        .is_some_and(|number| number.len() <= 20 && number.chars().all(|c| c.is_ascii_digit() || c == '-'))
}

/// Drops `Re:`, `RV:`, `Fwd:`, `RE[2]:` … from the front, as often as they stand there.
fn without_prefixes(mut subject: &str) -> &str {
    loop {
        subject = subject.trim();
        let Some((prefix, rest)) = subject.split_once(':') else { return subject };
        let word = prefix.split(['[', '(']).next().unwrap_or_default().trim();
        if !PREFIXES.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return subject;
        }
        subject = rest;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prefixes_do_not_stack() {
        for original in
            ["Solicito acceso", "RE: Solicito acceso", "Re: RV: re[2]: Fwd:Solicito acceso", "RPTA: Solicito acceso"]
        {
            assert_eq!(reply_subject(original, "2026-000123"), "Re: Solicito acceso [Caso 2026-000123]");
        }
    }

    #[test]
    fn the_case_number_stands_once() {
        let once = reply_subject("Solicito acceso", "2026-000123");
        assert_eq!(reply_subject(&once, "2026-000123"), once);
        assert_eq!(
            reply_subject("[Caso 2026-000007] [Urgente] Acceso", "2026-000123"),
            "Re: [Urgente] Acceso [Caso 2026-000123]"
        );
    }

    #[test]
    fn an_empty_subject_gets_words() {
        assert_eq!(reply_subject(" Re: ", "2026-000123"), "Re: Oficio de designación [Caso 2026-000123]");
    }

    #[test]
    fn a_colon_in_the_subject_is_no_prefix() {
        assert_eq!(reply_subject("Oficio: acceso", "1"), "Re: Oficio: acceso [Caso 1]");
    }

    proptest! {
        #[test]
        fn the_subject_is_one_bounded_line_and_stable(original in any::<String>()) {
            let once = reply_subject(&original, "2026-000123");
            prop_assert!(!once.contains(['\r', '\n', '\0']));
            prop_assert!(once.chars().count() <= 180);
            prop_assert_eq!(once.matches("[Caso 2026-000123]").count(), 1);
        }
    }
}
