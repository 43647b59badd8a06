//! What is counted in a day, and whether the counts add up.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{Day, MailLine, Outcome, Reconciliation, ReplyState};
use crate::rules::Severity;

#[derive(Clone, Debug)]
pub struct Figures {
    /// In the order of [`Outcome::ALL`], zeros too; their sum is the number of mails.
    pub by_outcome: Vec<(Outcome, usize)>,
    pub replies: Replies,
    /// Findings that ask for a correction, by field, most frequent first.
    pub fields: Vec<(String, usize)>,
    pub answer_times: Option<AnswerTimes>,
    /// Mails by the hour at which they arrived.
    pub by_hour: [usize; 24],
    pub discrepancies: Vec<Discrepancy>,
}

/// The newest reply to each mail of the day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replies {
    pub sent: usize,
    pub queued: usize,
    pub held: usize,
    pub refused: usize,
    pub unknown: usize,
    pub withdrawn: usize,
}

/// From arrival to the server's acceptance of the reply, by nearest rank.
#[derive(Clone, Copy, Debug)]
pub struct AnswerTimes {
    pub median: SignedDuration,
    pub ninetieth: SignedDuration,
    pub longest: SignedDuration,
}

/// Totals that do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discrepancy {
    MailsOfDay {
        listed: u64,
        ledger: u64,
    },
    Waiting {
        listed: u64,
        ledger: u64,
    },
    /// Decided as confirmed or to be corrected, and there is no reply.
    WithoutReply(usize),
    /// A reply to what is never answered.
    ReplyNotDue(usize),
    /// In the mailbox and not in the ledger.
    NotInLedger(u64),
}

pub fn figures(day: &Day) -> Figures {
    let count = |outcome| day.mails.iter().filter(|mail| mail.outcome == outcome).count();
    Figures {
        by_outcome: Outcome::ALL.map(|outcome| (outcome, count(outcome))).to_vec(),
        replies: replies(&day.mails),
        fields: fields(&day.mails),
        answer_times: answer_times(&day.mails),
        by_hour: std::array::from_fn(|hour| {
            day.mails.iter().filter(|mail| usize::try_from(mail.arrived.hour()) == Ok(hour)).count()
        }),
        discrepancies: discrepancies(day),
    }
}

/// How long an answered mail waited.
pub fn answer_time(mail: &MailLine) -> Option<SignedDuration> {
    match &mail.reply {
        Some(ReplyState::Sent { at }) => Some(at.duration_since(&mail.arrived).max(SignedDuration::ZERO)),
        _ => None,
    }
}

fn replies(mails: &[MailLine]) -> Replies {
    let mut replies = Replies::default();
    for reply in mails.iter().filter_map(|mail| mail.reply.as_ref()) {
        match reply {
            ReplyState::Sent { .. } => replies.sent += 1,
            ReplyState::Queued => replies.queued += 1,
            ReplyState::Held => replies.held += 1,
            ReplyState::Refused => replies.refused += 1,
            ReplyState::Unknown => replies.unknown += 1,
            ReplyState::Withdrawn => replies.withdrawn += 1,
        }
    }
    replies
}

fn fields(mails: &[MailLine]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let asked = mails.iter().filter(|mail| mail.outcome == Outcome::CorrectionAsked);
    for finding in asked.flat_map(|mail| &mail.findings).filter(|finding| finding.severity == Severity::Error) {
        *counts.entry(&finding.field).or_default() += 1;
    }
    let mut fields: Vec<(String, usize)> = counts.into_iter().map(|(field, count)| (field.to_owned(), count)).collect();
    fields.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    fields
}

fn answer_times(mails: &[MailLine]) -> Option<AnswerTimes> {
    let mut times: Vec<SignedDuration> = mails.iter().filter_map(answer_time).collect();
    times.sort_unstable();
    let at_percent = |percent: usize| times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    Some(AnswerTimes { median: at_percent(50)?, ninetieth: at_percent(90)?, longest: at_percent(100)? })
}

fn discrepancies(day: &Day) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    let listed = u64::try_from(day.mails.len()).unwrap_or(u64::MAX);
    if listed != day.ledger.mails {
        found.push(Discrepancy::MailsOfDay { listed, ledger: day.ledger.mails });
    }
    let listed = u64::try_from(day.waiting.len()).unwrap_or(u64::MAX);
    if listed != day.ledger.waiting {
        found.push(Discrepancy::Waiting { listed, ledger: day.ledger.waiting });
    }
    let is_due = |mail: &&MailLine| matches!(mail.outcome, Outcome::Confirmed | Outcome::CorrectionAsked);
    let without_reply = day.mails.iter().filter(is_due).filter(|mail| mail.reply.is_none()).count();
    if without_reply > 0 {
        found.push(Discrepancy::WithoutReply(without_reply));
    }
    // A revisión may have been answered by a person's decision since.
    let is_never_due = |mail: &&MailLine| {
        matches!(
            mail.outcome,
            Outcome::OfOthers | Outcome::Automatic | Outcome::Duplicate | Outcome::Quarantined | Outcome::Undecided
        )
    };
    let not_due = day.mails.iter().filter(is_never_due).filter(|mail| mail.reply.is_some()).count();
    if not_due > 0 {
        found.push(Discrepancy::ReplyNotDue(not_due));
    }
    if let Reconciliation::Compared { not_in_ledger: count @ 1.., .. } = &day.reconciliation {
        found.push(Discrepancy::NotInLedger(*count));
    }
    found
}
