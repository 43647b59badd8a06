//! What is wrong with a configuration: each problem names the key, the line and the remedy; all are reported at once.

use std::fmt;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// E.g. `mailbox.imap.port`.
    pub key: String,
    /// Counted from 1; `None` when the key is missing.
    pub line: Option<usize>,
    pub what: String,
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}: {}: {}. {}", self.key, self.what, self.remedy),
            None => write!(formatter, "{}: {}. {}", self.key, self.what, self.remedy),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    #[error("{path}: cannot be read: {source}. Give the path of a readable file with --config", path = .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path}: line {line}: {message}", path = .path.display())]
    Syntax { path: PathBuf, line: usize, message: String },
    #[error("{path}: {count} problem(s):\n{list}", path = .path.display(), count = .problems.len(), list = bullets(.problems))]
    Invalid { path: PathBuf, problems: Vec<Problem> },
}

fn bullets(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("  - {problem}")).collect::<Vec<_>>().join("\n")
}

/// The line of a byte offset, counted from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
