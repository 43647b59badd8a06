//! The schema's history: numbered steps, each run in a transaction and counted in `user_version`.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::ledger::LedgerError;

/// Step `n` brings a ledger from schema `n` to schema `n + 1`. A step that was released is never edited.
const STEPS: &[&str] = &[include_str!("migrations/0001_ledger.sql")];

pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    let fail = |error: rusqlite::Error| LedgerError::Open { path: path.to_owned(), reason: error.to_string() };
    // One transaction for all: another process that opens the ledger at the same time waits, and finds the work done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(fail)?;
    let known = STEPS.len() as i64;
    let Ok(done) = usize::try_from(found) else {
        return Err(LedgerError::Open { path: path.to_owned(), reason: "it is no ledger of oficios".to_owned() });
    };
    if found > known {
        return Err(LedgerError::NewerSchema { path: path.to_owned(), found, known });
    }
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step).map_err(fail)?;
    }
    if found < known {
        transaction.pragma_update(None, "user_version", known).map_err(fail)?;
    }
    transaction.commit().map_err(fail)
}
