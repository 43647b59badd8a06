//! Where a password comes from: an environment variable, a file, or a command's first line. Never the configuration file
//! itself, and never a log: [`Secret`] shows nothing of what it holds.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::typed;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordSource {
    Environment(String),
    File(PathBuf),
    /// Program and arguments; no shell.
    Command(Vec<String>),
}

/// A password. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The password itself, for the login only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the environment variable {0} is not set: set it for the service")]
    NoVariable(String),
    #[error("{path}: cannot be read: {source}", path = .path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("the password command {program} failed: {reason}")]
    Command { program: String, reason: String },
    #[error("{0} gave an empty password")]
    Empty(String),
}

impl PasswordSource {
    /// `None` unless exactly one source is given.
    pub fn resolve(typed: &typed::Password, folder: &Path) -> Option<PasswordSource> {
        match (&typed.env, &typed.file, &typed.command) {
            (Some(name), None, None) if !name.is_empty() => Some(PasswordSource::Environment(name.clone())),
            (None, Some(path), None) if !path.is_empty() => Some(PasswordSource::File(folder.join(path))),
            (None, None, Some(command)) if !command.is_empty() => Some(PasswordSource::Command(command.clone())),
            _ => None,
        }
    }

    /// Reads the password now.
    ///
    /// # Errors
    /// When the source is not there, fails, or gives an empty first line.
    pub fn read(&self) -> Result<Secret, PasswordError> {
        let (text, source) = match self {
            PasswordSource::Environment(name) => {
                let text = std::env::var(name).map_err(|_| PasswordError::NoVariable(name.clone()))?;
                (text, format!("the environment variable {name}"))
            }
            PasswordSource::File(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| PasswordError::File { path: path.clone(), source })?;
                (text, path.display().to_string())
            }
            PasswordSource::Command(command) => {
                let program = command.first().cloned().unwrap_or_default();
                let failed = |reason: String| PasswordError::Command { program: program.clone(), reason };
                let output = Command::new(&program)
                    .args(command.iter().skip(1))
                    .stdin(Stdio::null())
                    .output()
                    .map_err(|error| failed(error.to_string()))?;
                if !output.status.success() {
                    return Err(failed(output.status.to_string()));
                }
                let text = String::from_utf8(output.stdout).map_err(|_| failed("its output is not UTF-8".into()))?;
                (text, format!("the command {program}"))
            }
        };
        match text.lines().next() {
            Some(line) if !line.is_empty() => Ok(Secret(line.to_owned())),
            _ => Err(PasswordError::Empty(source)),
        }
    }
}
