//! Configuration: one TOML file, in two stages: as typed ([`typed`]), then resolved and checked ([`resolved`]). Every problem
//! names its key, its line and the remedy.
//!
//! The commented reference is `config/oficios.toml`; it is also what the program runs on without `--config`.

pub mod password;
pub mod problems;
pub mod resolved;
pub mod typed;

use std::path::{Path, PathBuf};

pub use problems::{ConfigurationError, Problem};
pub use resolved::Configuration;

/// The reference configuration, and the built-in one.
pub const EMBEDDED: &str = include_str!("../../config/oficios.toml");

/// Reads and checks a configuration file.
///
/// # Errors
/// When the file cannot be read, is no TOML of this shape, or holds values that cannot be worked with.
pub fn load(path: &Path) -> Result<Configuration, ConfigurationError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigurationError::Unreadable { path: path.to_owned(), source })?;
    let folder = std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned));
    parse(&text, path, &folder.unwrap_or_default())
}

/// The built-in configuration.
///
/// # Errors
/// Never for the shipped file; a test holds it to that.
pub fn embedded() -> Result<Configuration, ConfigurationError> {
    parse(EMBEDDED, &PathBuf::from("built-in configuration"), Path::new(""))
}

/// Both stages on a text; `path` is for messages, `folder` for relative paths.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, path: &Path, folder: &Path) -> Result<Configuration, ConfigurationError> {
    let typed: typed::TypedConfiguration = toml::from_str(text).map_err(|error| ConfigurationError::Syntax {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| problems::line_of(text, span.start)),
        message: error.message().to_owned(),
    })?;
    resolved::resolve(text, &typed, folder)
        .map_err(|problems| ConfigurationError::Invalid { path: path.to_owned(), problems })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(text: &str) -> String {
        parse(text, Path::new("oficios.toml"), Path::new("/etc/oficios")).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_reference_is_valid_and_shows_every_key() {
        let configuration = embedded().unwrap();
        assert_eq!(configuration.office.address.address, "mesadeayuda@gobiernodigital.gob.pe");
        assert_eq!(configuration.filing.len(), 5);
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line() {
        let text = "[office]\naddress = \"a@b.pe\"\n\n[mailbox]\nmax_mail_megabites = 3\n";
        insta::assert_snapshot!(problems_of(text), @"oficios.toml: line 5: unknown field `max_mail_megabites`, expected one of `name`, `max_mail_megabytes`, `max_mails_per_cycle`, `since`, `imap`, `maildir`");
    }

    #[test]
    fn every_problem_is_reported_at_once_with_key_line_and_remedy() {
        let text = r#"
[office]
address = "mesa"
opens = "8h30"

[mailbox.imap]
host = "imap.example.org"
port = 99999
user = "mesa"
password = { env = "A", file = "b" }

[mailbox.maildir]
path = "mail"

[outbox.smtp]
host = ""
security = "ssl"

[filing]
ajeno = "folder:"

[schedule]
cycle = "every five minutes"
"#;
        insta::assert_snapshot!(problems_of(text));
    }

    #[test]
    fn a_password_is_never_shown() {
        let secret = password::Secret::new("hunter2");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn a_password_comes_from_a_command_without_a_shell() {
        let source = password::PasswordSource::Command(vec!["printf".into(), "s3cret\nmore".into()]);
        assert_eq!(source.read().unwrap().reveal(), "s3cret");
        let missing = password::PasswordSource::Environment("OFICIOS_TEST_NOT_SET".into());
        assert!(missing.read().unwrap_err().to_string().contains("OFICIOS_TEST_NOT_SET"));
    }
}
