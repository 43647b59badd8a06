//! File names of a Maildir: `unique:2,FLAGS`. No I/O, and nothing of a mail's content ever becomes a name.

use std::collections::BTreeSet;

/// A mail's file name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileName {
    /// What stays the same while flags change.
    pub unique: String,
    /// Flags in ASCII order, as the format wants them.
    pub flags: BTreeSet<char>,
}

impl FileName {
    /// `None` for names that are no mail's: hidden files, names that are no text, experimental information (`:1,`).
    pub fn parse(name: &str) -> Option<FileName> {
        let (unique, flags) = match name.split_once(':') {
            None => (name, ""),
            Some((unique, information)) => (unique, information.strip_prefix("2,")?),
        };
        // Anything after a further comma is some server's own; letters are flags.
        let flags = flags.split(',').next().unwrap_or_default();
        let mail = !unique.is_empty() && !unique.starts_with('.') && !unique.contains('/');
        mail.then(|| FileName {
            unique: unique.to_owned(),
            flags: flags.chars().filter(char::is_ascii_alphabetic).collect(),
        })
    }

    /// The name in `cur`.
    pub fn in_cur(&self) -> String {
        format!("{}:2,{}", self.unique, self.flags.iter().collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_unique_part_while_its_flags_change() {
        let mut name = FileName::parse("1700000000.M1P2.host,S=77:2,S").unwrap();
        assert_eq!(name.unique, "1700000000.M1P2.host,S=77");
        name.flags.insert('F');
        assert_eq!(name.in_cur(), "1700000000.M1P2.host,S=77:2,FS");
        assert_eq!(FileName::parse("1700000000.M1P2.host").unwrap().flags.len(), 0);
    }

    #[test]
    fn what_is_no_mail_is_passed_over() {
        for name in [".hidden", "", ":2,S", "unique:1,whatever"] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }
}
