//! Cycle: the order of work. List, fetch, store, judge, answer, file; and what is left over from a cycle that broke off.
//!
//! A crash at any point repeats work: each step finds in the ledger what is done already. What must not be repeated (handing
//! a reply to the outbox) is committed before it is begun. One bad mail never stops the others; only a ledger that cannot
//! write ends a cycle early. No protocol and no SQL is known here, and the clock is an input.

mod answer;
mod case_link;
mod composition;
mod correspondent;
mod deliver;
mod event;
mod file;
mod intake;
mod judge;
mod mailbox_link;
mod progress;
mod reconcile;
mod ruling;
mod seams;

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::Calendar;
use crate::ledger::{CycleClaim, CycleSummary, JudgingLimits, Ledger, LedgerError};
use crate::mail::Address;
use crate::mailbox::{Filing, MailboxError};
use crate::outbox::Outbox;
use crate::verdict::Decision;

pub use composition::SystemClock;
pub use event::Event;
pub use reconcile::{Reconciliation, reconcile};
pub use seams::{Clock, Judge, JudgeError, Judgement, MailboxSource, NotWritten, ReplyWriter, StopSignal};

use mailbox_link::MailboxLink;
use progress::Progress;

/// How often judging one mail may fail, or be begun without coming to an end, before a person gets it.
const JUDGING_LIMITS: JudgingLimits = JudgingLimits { failures: 3, beginnings: 6 };

/// What a cycle goes by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The mailbox's configured name.
    pub mailbox: String,
    /// What replies come from.
    pub from: Address,
    /// Addresses that are never answered because they are ours, lower case; [`Settings::from`] is one of them anyway.
    pub ours: Vec<String>,
    pub time_zone: TimeZone,
    pub max_mail_bytes: u64,
    pub max_mails_per_cycle: usize,
    /// What arrived before is not taken in.
    pub since: Option<Timestamp>,
    /// Mails judged side by side, at least 1.
    pub parallel: usize,
    /// A decision that is not in it leaves the mail untouched.
    pub filing: BTreeMap<Decision, Filing>,
    /// A mail that arrived longer ago is answered by a person.
    pub oldest_mail: SignedDuration,
    pub replies_per_correspondent_per_day: u32,
    pub replies_per_hour: u32,
    pub repeated_delivery: RepeatedDelivery,
    pub calendar: Calendar,
    /// The office's hours.
    pub opens: Time,
    pub closes: Time,
    /// How long an entity has for a correction.
    pub correction_business_days: u32,
}

/// What happens when a reply is given to the outbox a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatedDelivery {
    /// Nothing: the outbox is a folder, and the same message has the same file.
    Harmless,
    /// The entity gets it twice.
    Seen,
}

/// A cycle that could not go on.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
}

/// The rooms that a cycle works with.
#[derive(Debug)]
pub struct Rooms<L, M, O, J, W, C> {
    pub ledger: L,
    pub mailbox: M,
    pub outbox: O,
    pub judge: J,
    pub writer: W,
    pub clock: C,
}

/// Runs cycles. There is one at a time: [`Cycle::run`] takes it exclusively, and the ledger is claimed across processes for as
/// long as it lives.
#[derive(Debug)]
pub struct Cycle<L, M, O, J, W, C> {
    rooms: Rooms<L, M, O, J, W, C>,
    settings: Settings,
    _claim: CycleClaim,
}

impl<L, M, O, J, W, C> Cycle<L, M, O, J, W, C>
where
    L: Ledger,
    M: MailboxSource,
    O: Outbox,
    J: Judge,
    W: ReplyWriter,
    C: Clock,
{
    /// # Errors
    /// When another process runs cycles on the same ledger.
    pub async fn new(rooms: Rooms<L, M, O, J, W, C>, settings: Settings) -> Result<Self, LedgerError> {
        let claim = rooms.ledger.claim().await?;
        Ok(Cycle { rooms, settings, _claim: claim })
    }

    pub fn rooms(&self) -> &Rooms<L, M, O, J, W, C> {
        &self.rooms
    }

    /// Runs one cycle. `report` is told of every step as it is done; `stop` ends it after the mail at hand.
    ///
    /// # Errors
    /// When the ledger fails. Everything that was committed stays, and the next cycle goes on from there. A mailbox or an outbox
    /// that fails is no error: it is in the summary's troubles.
    pub async fn run(
        &mut self,
        stop: &StopSignal,
        report: &(dyn Fn(&Event) + Send + Sync),
    ) -> Result<CycleSummary, LedgerError> {
        let mut progress = Progress::new(report, stop);
        let id = self.rooms.ledger.begin_cycle(self.rooms.clock.now()).await?;
        progress.tell(Event::Began { cycle: id });
        let mut link = MailboxLink::new(&self.rooms.mailbox);

        self.settle_doubts(&mut link, &mut progress).await?;
        self.take_in(&mut link, &mut progress).await?;
        self.judge_waiting(&mut progress).await?;
        self.deliver(&mut progress).await?;
        self.keep_copies(&mut link, &mut progress).await?;
        self.file_settled(&mut link, &mut progress).await?;
        self.mark_overdue(&mut progress).await?;

        let summary = progress.into_summary();
        self.rooms.ledger.end_cycle(id, self.rooms.clock.now(), summary.clone()).await?;
        report(&Event::Ended { cycle: id, outcome: summary.outcome });
        Ok(summary)
    }

    async fn mark_overdue(&self, progress: &mut Progress<'_>) -> Result<(), LedgerError> {
        let now = self.rooms.clock.now();
        let today = now.to_zoned(self.settings.time_zone.clone()).date();
        for case in self.rooms.ledger.mark_overdue(today, now).await? {
            progress.tell(Event::CorrectionOverdue { case });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
