//! Why a command could not run: said once on standard error, with exit code 2.

use std::path::PathBuf;

use crate::configuration::ConfigurationError;
use crate::form::FormError;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error("{path}: {source}", path = .path.display())]
    Form { path: PathBuf, source: FormError },
    #[error("{path}: {source}", path = .path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("this program's own file cannot be found: {0}")]
    NoProgram(std::io::Error),
    #[error("the runtime did not start: {0}")]
    Runtime(std::io::Error),
    #[error("standard output: {0}")]
    Output(#[from] std::io::Error),
}
