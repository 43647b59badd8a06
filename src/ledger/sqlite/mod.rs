//! The ledger in one SQLite file.
//!
//! Write-ahead log with `synchronous = FULL`: what a transaction committed survives a power cut. Everything that writes begins
//! its transaction as a writer, so that two processes (the daemon and an operator's command) wait for each other in place of
//! failing midway. Each subject has its own file; this one opens the file and runs transactions.

mod cases;
mod cycles;
mod decisions;
mod intake;
mod migrations;
mod operators;
mod records;
mod replies;
mod values;

use std::collections::HashSet;
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::*;
use crate::outbox::OutgoingMessage;

/// How long a transaction waits for another process' transaction.
const BUSY: Duration = Duration::from_secs(20);

/// The ledger in a SQLite file. Cloning gives another handle to the same connection.
#[derive(Clone, Debug)]
pub struct SqliteLedger {
    path: PathBuf,
    connection: Arc<Mutex<Connection>>,
    /// Case numbers begin anew with the year of this zone.
    office: TimeZone,
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> LedgerError {
        use rusqlite::ErrorCode::{ConstraintViolation, TooBig, TypeMismatch};
        match error.sqlite_error_code() {
            // The storage works; it is this record that it does not take.
            Some(ConstraintViolation | TooBig | TypeMismatch) => LedgerError::Damaged(error.to_string()),
            _ => LedgerError::Storage(error.to_string()),
        }
    }
}

impl SqliteLedger {
    /// Opens the ledger, making the file (readable by its owner only) when there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is no ledger, or was written by a newer program.
    pub fn open(path: &Path, office: TimeZone) -> Result<SqliteLedger, LedgerError> {
        let fail = |reason: String| LedgerError::Open { path: path.to_owned(), reason };
        // It is the service's alone (mode 0600), and SQLite's files beside it too.
        let unopened = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => fail(format!("{error}: run this as the user that owns it")),
            _ => fail(error.to_string()),
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(unopened)?;
        // SQLite gives the files of its write-ahead log the mode of the database.
        file.set_permissions(Permissions::from_mode(0o600)).map_err(unopened)?;
        drop(file);
        let mut connection = Connection::open(path).map_err(|error| fail(error.to_string()))?;
        settings(&connection).map_err(|error| fail(error.to_string()))?;
        migrations::migrate(&mut connection, path)?;
        Ok(SqliteLedger { path: path.to_owned(), connection: Arc::new(Mutex::new(connection)), office })
    }

    /// A ledger that is gone with its last handle.
    #[cfg(test)]
    pub fn in_memory(office: TimeZone) -> SqliteLedger {
        let mut connection = Connection::open_in_memory().unwrap();
        settings(&connection).unwrap();
        let path = PathBuf::from(":memory:");
        migrations::migrate(&mut connection, &path).unwrap();
        SqliteLedger { path, connection: Arc::new(Mutex::new(connection)), office }
    }

    /// Runs `work` in one transaction, off the async threads.
    async fn transact<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let connection = Arc::clone(&self.connection);
        let ran = tokio::task::spawn_blocking(move || {
            // A panic within a transaction rolled it back, so the connection is sound.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(behavior)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        });
        ran.await.unwrap_or_else(|error| Err(LedgerError::Storage(error.to_string())))
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.transact(TransactionBehavior::Immediate, work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.transact(TransactionBehavior::Deferred, work).await
    }

    fn lock_path(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        PathBuf::from(name)
    }
}

fn settings(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

impl Ledger for SqliteLedger {
    async fn claim(&self) -> Result<CycleClaim, LedgerError> {
        #[cfg(test)]
        if self.path == Path::new(":memory:") {
            return Ok(CycleClaim { _lock: None });
        }
        let fail = |reason: String| LedgerError::Open { path: self.lock_path(), reason };
        let lock: File = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.lock_path())
            .map_err(|error| fail(error.to_string()))?;
        match lock.try_lock() {
            Ok(()) => Ok(CycleClaim { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Claimed { path: self.path.clone() }),
            Err(TryLockError::Error(error)) => Err(fail(error.to_string())),
        }
    }

    async fn begin_cycle(&self, now: Timestamp) -> Result<CycleId, LedgerError> {
        self.write(move |transaction| cycles::begin(transaction, now)).await
    }

    async fn end_cycle(&self, cycle: CycleId, now: Timestamp, summary: CycleSummary) -> Result<(), LedgerError> {
        self.write(move |transaction| cycles::end(transaction, cycle, now, &summary)).await
    }

    async fn watermark(&self, mailbox: &str) -> Result<Option<MailKey>, LedgerError> {
        let mailbox = mailbox.to_owned();
        self.read(move |transaction| intake::watermark(transaction, &mailbox)).await
    }

    async fn set_watermark(&self, key: MailKey) -> Result<(), LedgerError> {
        self.write(move |transaction| intake::set_watermark(transaction, &key)).await
    }

    async fn known(&self, keys: Vec<MailKey>) -> Result<HashSet<MailKey>, LedgerError> {
        self.read(move |transaction| intake::known(transaction, keys)).await
    }

    async fn fetch_failures(&self, keys: Vec<MailKey>) -> Result<Vec<(MailKey, u32)>, LedgerError> {
        self.read(move |transaction| intake::fetch_failures(transaction, keys)).await
    }

    async fn fetch_failed(&self, key: MailKey) -> Result<u32, LedgerError> {
        self.write(move |transaction| intake::fetch_failed(transaction, &key)).await
    }

    async fn store(&self, mail: NewMail) -> Result<Stored, LedgerError> {
        let office = self.office.clone();
        self.write(move |transaction| intake::store(transaction, &office, &mail)).await
    }

    async fn waiting(&self) -> Result<Vec<MailId>, LedgerError> {
        self.read(decisions::waiting).await
    }

    async fn begin_judging(&self, mail: MailId, now: Timestamp, limits: JudgingLimits) -> Result<Turn, LedgerError> {
        let office = self.office.clone();
        self.write(move |transaction| decisions::begin_judging(transaction, &office, mail, now, limits)).await
    }

    async fn judging_failed(
        &self,
        mail: MailId,
        now: Timestamp,
        limits: JudgingLimits,
        reason: String,
    ) -> Result<AfterFailure, LedgerError> {
        let office = self.office.clone();
        self.write(move |transaction| decisions::judging_failed(transaction, &office, mail, now, limits, &reason)).await
    }

    async fn related(&self, clues: Clues) -> Result<Related, LedgerError> {
        self.read(move |transaction| cases::related(transaction, &clues)).await
    }

    async fn case_for(&self, mail: MailId, choice: CaseChoice, now: Timestamp) -> Result<CaseNumber, LedgerError> {
        let office = self.office.clone();
        self.write(move |transaction| cases::case_for(transaction, &office, mail, choice, now)).await
    }

    async fn decide(&self, ruling: Ruling) -> Result<(), LedgerError> {
        self.write(move |transaction| decisions::decide(transaction, &ruling)).await
    }

    async fn due_replies(&self, now: Timestamp) -> Result<Vec<ReplyId>, LedgerError> {
        self.read(move |transaction| replies::due(transaction, now)).await
    }

    async fn replies_in_doubt(&self) -> Result<Vec<DoubtfulReply>, LedgerError> {
        self.read(replies::in_doubt).await
    }

    async fn begin_delivery(&self, reply: ReplyId, now: Timestamp, caps: Caps) -> Result<HandOver, LedgerError> {
        self.write(move |transaction| replies::begin_delivery(transaction, reply, now, caps)).await
    }

    async fn settle_reply(&self, reply: ReplyId, now: Timestamp, settlement: Settlement) -> Result<(), LedgerError> {
        self.write(move |transaction| replies::settle(transaction, reply, now, &settlement)).await
    }

    async fn copies_to_keep(&self) -> Result<Vec<(ReplyId, OutgoingMessage)>, LedgerError> {
        self.read(replies::copies_to_keep).await
    }

    async fn copy_kept(&self, reply: ReplyId) -> Result<(), LedgerError> {
        self.write(move |transaction| replies::copy_kept(transaction, reply)).await
    }

    async fn unfiled(&self, mailbox: &str) -> Result<Vec<Unfiled>, LedgerError> {
        let mailbox = mailbox.to_owned();
        self.read(move |transaction| intake::unfiled(transaction, &mailbox)).await
    }

    async fn filed(&self, mail: MailId, now: Timestamp, outcome: FilingOutcome) -> Result<(), LedgerError> {
        self.write(move |transaction| intake::filed(transaction, mail, now, outcome)).await
    }

    async fn mark_overdue(&self, today: Date, now: Timestamp) -> Result<Vec<CaseNumber>, LedgerError> {
        self.write(move |transaction| cases::mark_overdue(transaction, today, now)).await
    }
}

impl Register for SqliteLedger {
    async fn mails(&self, query: MailQuery) -> Result<Vec<MailRecord>, LedgerError> {
        self.read(move |transaction| records::mails(transaction, query)).await
    }

    async fn raw(&self, mail: MailId) -> Result<Vec<u8>, LedgerError> {
        self.read(move |transaction| records::raw(transaction, mail)).await
    }

    async fn case(&self, number: CaseNumber) -> Result<CaseFile, LedgerError> {
        self.read(move |transaction| records::case_file(transaction, number)).await
    }

    async fn cases(&self, query: CaseQuery) -> Result<Vec<CaseRecord>, LedgerError> {
        self.read(move |transaction| records::cases(transaction, query)).await
    }

    async fn counts(&self, range: TimeRange) -> Result<Counts, LedgerError> {
        self.read(move |transaction| records::counts(transaction, range)).await
    }

    async fn count_needing_attention(&self) -> Result<u64, LedgerError> {
        self.read(records::count_needing_attention).await
    }

    async fn cycles(&self, range: TimeRange) -> Result<Vec<CycleRecord>, LedgerError> {
        self.read(move |transaction| cycles::within(transaction, range)).await
    }

    async fn has_cycle_before(&self, instant: Timestamp) -> Result<bool, LedgerError> {
        self.read(move |transaction| cycles::any_before(transaction, instant)).await
    }

    async fn last_good_cycle(&self) -> Result<Option<CycleRecord>, LedgerError> {
        self.read(cycles::last_good).await
    }

    async fn resolve(
        &self,
        number: CaseNumber,
        actor: String,
        note: String,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(move |transaction| operators::resolve(transaction, number, &actor, &note, now)).await
    }

    async fn reprocess(&self, mail: MailId, actor: String, now: Timestamp) -> Result<(), LedgerError> {
        self.write(move |transaction| operators::reprocess(transaction, mail, &actor, now)).await
    }

    async fn rule_on_reply(
        &self,
        reply: ReplyId,
        actor: String,
        choice: ReplyChoice,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(move |transaction| operators::rule_on_reply(transaction, reply, &actor, choice, now)).await
    }
}

#[cfg(test)]
mod tests;
