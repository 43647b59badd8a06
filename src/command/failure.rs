//! Why a command could not run: said once on standard error, with exit code 2.

use std::path::PathBuf;

use crate::calendar::CalendarError;
use crate::compose::TemplateError;
use crate::configuration::ConfigurationError;
use crate::cycle::CycleError;
use crate::form::FormError;
use crate::ledger::{LedgerError, NotACaseNumber};
use crate::outbox::OutboxError;
use crate::report::ReportError;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error("{path}: {source}", path = .path.display())]
    Form { path: PathBuf, source: FormError },
    #[error("{path}: {source}", path = .path.display())]
    Holidays { path: PathBuf, source: CalendarError },
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{path}: {source}", path = .path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("this program's own file cannot be found: {0}")]
    NoProgram(std::io::Error),
    #[error("the runtime did not start: {0}")]
    Runtime(std::io::Error),
    #[error("standard output: {0}")]
    Output(#[from] std::io::Error),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Cycle(#[from] CycleError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    CaseNumber(#[from] NotACaseNumber),
    #[error("{0} is no day of the calendar: write it as 2026-11-24")]
    Date(String),
    #[error("the ledger cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Refused(String),
}

impl Failure {
    /// Whoever read our output has read enough (`oficios check … | head`): nothing to tell anybody.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
