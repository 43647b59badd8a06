//! Ledger: what is durable. Every mail with its raw bytes, every decision, every reply and an append-only trail of who did
//! what when.
//!
//! [`Ledger`] is what the cycle needs, [`Register`] what operators and reports need; both are made so that another database
//! can stand behind them: no SQL and no type of a database is seen from outside. The ledger decides nothing about a mail; it
//! keeps the transitions between states honest: each is one transaction, and one that no longer fits the present state is
//! refused with [`LedgerError::Conflict`].
//!
//! No mail, reply or trail entry is ever deleted here.

mod content;
mod records;
mod sqlite;

pub use content::{BodyHash, ContentHash, Fingerprints};
pub use records::*;
pub use sqlite::SqliteLedger;

use std::collections::HashSet;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::mailbox::MailKey;

/// Why the ledger could not do something. No text in it holds personal data.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("{path}: cannot open the ledger: {reason}", path = .path.display())]
    Open { path: PathBuf, reason: String },
    #[error(
        "{path}: this ledger was written by a newer oficios (schema {found}, this program knows {known}): \
         install that version again, or restore the copy made before the update",
        path = .path.display()
    )]
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    #[error(
        "{path}: another oficios is working on this ledger: stop it first (only one daemon may run on one ledger)",
        path = .path.display()
    )]
    Claimed { path: PathBuf },
    /// The storage failed; nothing of the transaction was written.
    #[error("the ledger's storage failed: {0}")]
    Storage(String),
    /// The record is no longer in the state that the caller took it for.
    #[error("{record} is no longer in a state that allows this: {state}")]
    Conflict { record: String, state: String },
    #[error("the ledger holds no {0}")]
    Missing(String),
    /// A stored value is not one that this program writes, or one to be stored breaks a rule of the schema.
    #[error("a record of the ledger is damaged: {0}")]
    Damaged(String),
}

impl LedgerError {
    /// Whether the error is about one record only, so that work on the others can go on.
    pub fn concerns_one_record(&self) -> bool {
        matches!(self, LedgerError::Conflict { .. } | LedgerError::Missing(_) | LedgerError::Damaged(_))
    }
}

/// Held by whoever runs cycles on a ledger; dropping it frees the ledger.
#[derive(Debug)]
pub struct CycleClaim {
    /// The locked file: the lock ends when it is closed, also when the process is killed.
    _lock: Option<std::fs::File>,
}

/// What one cycle does with the ledger, in the order of a mail's way. Each method is one transaction.
///
/// Nothing here overwrites a decision or a reply: repeating a call after a crash finds the work done.
pub trait Ledger: Send + Sync {
    /// Claims the ledger for cycles, across processes.
    ///
    /// # Errors
    /// [`LedgerError::Claimed`] while another holder lives.
    fn claim(&self) -> impl Future<Output = Result<CycleClaim, LedgerError>> + Send;

    fn begin_cycle(&self, now: Timestamp) -> impl Future<Output = Result<CycleId, LedgerError>> + Send;

    fn end_cycle(
        &self,
        cycle: CycleId,
        now: Timestamp,
        summary: CycleSummary,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    // Taking mail in.

    /// The last mail of a mailbox up to which everything is stored.
    fn watermark(&self, mailbox: &str) -> impl Future<Output = Result<Option<MailKey>, LedgerError>> + Send;

    fn set_watermark(&self, key: MailKey) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// Those of `keys` that are stored already.
    fn known(&self, keys: Vec<MailKey>) -> impl Future<Output = Result<HashSet<MailKey>, LedgerError>> + Send;

    /// How often fetching failed, for those of `keys` where it did.
    fn fetch_failures(
        &self,
        keys: Vec<MailKey>,
    ) -> impl Future<Output = Result<Vec<(MailKey, u32)>, LedgerError>> + Send;

    /// Counts one more failed fetch of a mail that is not stored; gives the count.
    fn fetch_failed(&self, key: MailKey) -> impl Future<Output = Result<u32, LedgerError>> + Send;

    /// Makes a mail durable. Storing it again changes nothing.
    fn store(&self, mail: NewMail) -> impl Future<Output = Result<Stored, LedgerError>> + Send;

    // Judging.

    /// The mails that wait to be judged, in the order they came.
    fn waiting(&self) -> impl Future<Output = Result<Vec<MailId>, LedgerError>> + Send;

    /// Counts an attempt *before* it is made, so that a mail on which the whole process dies is not tried for ever, and gives
    /// the raw bytes; a mail that was begun too often is quarantined instead.
    fn begin_judging(
        &self,
        mail: MailId,
        now: Timestamp,
        limits: JudgingLimits,
    ) -> impl Future<Output = Result<Turn, LedgerError>> + Send;

    /// Counts a failed attempt; the mail is quarantined when it failed too often. `reason`: Spanish, for the operator.
    fn judging_failed(
        &self,
        mail: MailId,
        now: Timestamp,
        limits: JudgingLimits,
        reason: String,
    ) -> impl Future<Output = Result<AfterFailure, LedgerError>> + Send;

    /// What the ledger knows that may belong together with a mail.
    fn related(&self, clues: Clues) -> impl Future<Output = Result<Related, LedgerError>> + Send;

    /// The case of a mail: the one it already has, else the one to join, else a new one. Repeating it gives the same case.
    fn case_for(
        &self,
        mail: MailId,
        choice: CaseChoice,
        now: Timestamp,
    ) -> impl Future<Output = Result<CaseNumber, LedgerError>> + Send;

    /// Writes the decision on a waiting mail, what became of its case, its reply and the trail in one transaction.
    fn decide(&self, ruling: Ruling) -> impl Future<Output = Result<(), LedgerError>> + Send;

    // Replying.

    /// Replies that are due, oldest first.
    fn due_replies(&self, now: Timestamp) -> impl Future<Output = Result<Vec<ReplyId>, LedgerError>> + Send;

    /// Replies of which nobody knows whether they went out: handed over and never acknowledged.
    fn replies_in_doubt(&self) -> impl Future<Output = Result<Vec<DoubtfulReply>, LedgerError>> + Send;

    /// Commits that the reply is being handed over, or that the caps hold it back. Only after [`HandOver::Go`] may it be
    /// given to the outbox.
    fn begin_delivery(
        &self,
        reply: ReplyId,
        now: Timestamp,
        caps: Caps,
    ) -> impl Future<Output = Result<HandOver, LedgerError>> + Send;

    fn settle_reply(
        &self,
        reply: ReplyId,
        now: Timestamp,
        settlement: Settlement,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// Replies that were sent and whose copy is not yet in the Sent folder.
    fn copies_to_keep(
        &self,
    ) -> impl Future<Output = Result<Vec<(ReplyId, crate::outbox::OutgoingMessage)>, LedgerError>> + Send;

    fn copy_kept(&self, reply: ReplyId) -> impl Future<Output = Result<(), LedgerError>> + Send;

    // Filing.

    /// The mails of a mailbox that are settled and not filed; those whose filing failed most often come last.
    fn unfiled(&self, mailbox: &str) -> impl Future<Output = Result<Vec<Unfiled>, LedgerError>> + Send;

    fn filed(
        &self,
        mail: MailId,
        now: Timestamp,
        outcome: FilingOutcome,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    // Deadlines.

    /// Marks the cases whose last day for a correction is before `today`, for an operator; gives those newly marked.
    fn mark_overdue(
        &self,
        today: Date,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<CaseNumber>, LedgerError>> + Send;
}

/// What operators ask of the ledger and write into it. Whatever is printed from it is the caller's to mask: the records hold
/// personal data.
pub trait Register: Send + Sync {
    /// Mails, oldest first.
    fn mails(&self, query: MailQuery) -> impl Future<Output = Result<Vec<MailRecord>, LedgerError>> + Send;

    /// The raw bytes of a mail, as far as they were kept.
    fn raw(&self, mail: MailId) -> impl Future<Output = Result<Vec<u8>, LedgerError>> + Send;

    /// A case with its mails and its trail.
    fn case(&self, number: CaseNumber) -> impl Future<Output = Result<CaseFile, LedgerError>> + Send;

    /// Cases, those that wait longest first.
    fn cases(&self, query: CaseQuery) -> impl Future<Output = Result<Vec<CaseRecord>, LedgerError>> + Send;

    /// Counts over the mails that arrived in a time range.
    fn counts(&self, range: TimeRange) -> impl Future<Output = Result<Counts, LedgerError>> + Send;

    /// How many mails call a person, counted by the database and not by [`MailRecord::attention`]: so that a report can notice
    /// what it left out.
    fn count_needing_attention(&self) -> impl Future<Output = Result<u64, LedgerError>> + Send;

    /// Cycles that began in a time range, oldest first.
    fn cycles(&self, range: TimeRange) -> impl Future<Output = Result<Vec<CycleRecord>, LedgerError>> + Send;

    /// Whether the program worked at all before an instant.
    fn has_cycle_before(&self, instant: Timestamp) -> impl Future<Output = Result<bool, LedgerError>> + Send;

    fn last_good_cycle(&self) -> impl Future<Output = Result<Option<CycleRecord>, LedgerError>> + Send;

    /// A person has settled a case. Replies of it that were queued or held are withdrawn.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`] while a reply of the case is being handed over.
    fn resolve(
        &self,
        number: CaseNumber,
        actor: String,
        note: String,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// A mail is to be judged anew, e.g. after a change of the form. What was already sent stays sent; a new decision may
    /// bring a new reply.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`] while a reply to it is being handed over or in doubt.
    fn reprocess(
        &self,
        mail: MailId,
        actor: String,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// A person decides on a reply that was held, refused or in doubt.
    fn rule_on_reply(
        &self,
        reply: ReplyId,
        actor: String,
        choice: ReplyChoice,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;
}
