//! Links: the `http` and `https` addresses that stand in a body, seen through the wrappers that mail gateways put around them.

use std::sync::LazyLock;

use regex::Regex;

use super::transfer;

/// Links beyond this many in one mail are not kept.
const MOST_LINKS: usize = 200;

static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\bhttps?://[^\s<>"'\u{00ab}\u{00bb}]{3,2000}"#).ok());

/// The links of a text and of its markup, in order, each once.
pub(super) fn collect(text: &str, from_markup: &[String]) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    let in_text = LINK.iter().flat_map(|pattern| pattern.find_iter(text).map(|found| found.as_str()));
    for link in in_text.chain(from_markup.iter().map(|link| link.trim())) {
        let link = unwrapped(link.trim_end_matches(['.', ',', ';', ')', ']', '>', '*']));
        let scheme = link.get(..8).unwrap_or(&link).to_ascii_lowercase();
        let is_web = scheme.starts_with("http://") || scheme.starts_with("https://");
        if is_web && !links.contains(&link) && links.len() < MOST_LINKS {
            links.push(link);
        }
    }
    links
}

/// What stands inside Microsoft's Safe Links and Google's redirections.
fn unwrapped(link: &str) -> String {
    let host = host(link);
    let parameter = match host.as_deref() {
        Some(host) if host.ends_with("safelinks.protection.outlook.com") => "url",
        Some("www.google.com") if link.contains("/url?") => "q",
        _ => return link.to_owned(),
    };
    let query = link.split_once('?').map(|(_, query)| query).unwrap_or_default();
    query
        .split('&')
        .filter_map(|pair| pair.trim_start_matches("amp;").split_once('='))
        .find(|(key, _)| *key == parameter)
        .and_then(|(_, value)| String::from_utf8(transfer::percent(value)).ok())
        .filter(|inner| !inner.chars().any(char::is_control))
        .unwrap_or_else(|| link.to_owned())
}

/// The host of a link, lower case.
fn host(link: &str) -> Option<String> {
    let authority = link.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some(host.split(':').next().unwrap_or(host).to_ascii_lowercase())
}

/// Whether a link leads to a place where people leave files. `hosts` are domains («wetransfer.com», with all that is under it)
/// and first labels («nube.», an entity's own cloud).
pub fn leads_to_files(link: &str, hosts: &[String]) -> bool {
    let Some(host) = host(link) else { return false };
    hosts.iter().any(|known| {
        if known.ends_with('.') {
            host.starts_with(known.as_str())
        } else {
            host.strip_suffix(known.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_text_and_markup_once_each() {
        assert_eq!(
            collect(
                "Ver https://nube.muni.gob.pe/s/8fK2, o (HTTP://x.pe/a).",
                &["https://nube.muni.gob.pe/s/8fK2".into(), "mailto:a@b.pe".into(), "https://we.tl/t-1".into()]
            ),
            ["https://nube.muni.gob.pe/s/8fK2", "HTTP://x.pe/a", "https://we.tl/t-1"]
        );
    }

    #[test]
    fn wrappers_are_seen_through() {
        assert_eq!(
            collect(
                "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F1drv.ms%2Fb%2Fs&amp;data=05",
                &[]
            ),
            ["https://1drv.ms/b/s"]
        );
    }

    #[test]
    fn hosts_of_file_stores_are_told_by_domain_or_first_label() {
        let hosts = ["drive.google.com".to_owned(), "sharepoint.com".to_owned(), "nube.".to_owned()];
        for (link, expected) in [
            ("https://drive.google.com/file/d/1", true),
            ("https://muni-my.sharepoint.com/:b:/g", true),
            ("https://nube.muni.gob.pe/s/1", true),
            ("https://notsharepoint.com/x", false),
            ("https://www.gob.pe/pcm", false),
            ("https://drive.google.com@evil.pe/x", false),
            ("nonsense", false),
        ] {
            assert_eq!(leads_to_files(link, &hosts), expected, "{link}");
        }
    }
}
