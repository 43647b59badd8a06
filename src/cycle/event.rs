//! What a cycle tells while it runs: for progress on a terminal and for logs. Nothing personal is in it.

use std::fmt;

use crate::ledger::{CaseNumber, CycleId, CycleOutcome, MailId, Trouble};
use crate::reply::ReplyKind;
use crate::verdict::Decision;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Began {
        cycle: CycleId,
    },
    /// Mails in the inbox that the ledger does not know yet.
    Arrived {
        mails: usize,
    },
    Stored {
        mail: MailId,
    },
    /// A copy of a mail that the ledger has.
    Duplicate {
        mail: MailId,
    },
    /// It could not be processed; a person gets it.
    Quarantined {
        mail: MailId,
    },
    /// Mails that wait to be judged.
    Waiting {
        mails: usize,
    },
    Judged {
        mail: MailId,
        decision: Decision,
        case: Option<CaseNumber>,
    },
    JudgingFailed {
        mail: MailId,
        reason: String,
    },
    ReplyQueued {
        mail: MailId,
        kind: ReplyKind,
    },
    /// The templates or the assessment allow none; a person answers.
    ReplyNotWritten {
        mail: MailId,
        reason: String,
    },
    ReplySent {
        mail: MailId,
    },
    ReplyPostponed {
        mail: MailId,
        minutes: i64,
    },
    /// The caps hold it; a person is called.
    ReplyHeld {
        mail: MailId,
    },
    /// It cannot be delivered; a person is called.
    ReplyRefused {
        mail: MailId,
    },
    /// Nobody knows whether it went out; a person is called.
    ReplyUnknown {
        mail: MailId,
    },
    Filed {
        mail: MailId,
    },
    CorrectionOverdue {
        case: CaseNumber,
    },
    /// Something failed and is tried again in the next cycle.
    Trouble(Trouble),
    Ended {
        cycle: CycleId,
        outcome: CycleOutcome,
    },
}

/// One line for a log.
impl fmt::Display for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Began { cycle } => write!(out, "cycle {cycle} began"),
            Event::Arrived { mails } => write!(out, "new mails in the inbox: {mails}"),
            Event::Stored { mail } => write!(out, "mail {mail}: stored"),
            Event::Duplicate { mail } => write!(out, "mail {mail}: a copy of an earlier one"),
            Event::Quarantined { mail } => write!(out, "mail {mail}: could not be processed, a person is called"),
            Event::Waiting { mails } => write!(out, "mails to judge: {mails}"),
            Event::Judged { mail, decision, case: None } => write!(out, "mail {mail}: {decision:?}"),
            Event::Judged { mail, decision, case: Some(case) } => write!(out, "mail {mail}: {decision:?}, case {case}"),
            Event::JudgingFailed { mail, reason } => write!(out, "mail {mail}: {reason}"),
            Event::ReplyQueued { mail, kind } => write!(out, "mail {mail}: {kind:?} queued"),
            Event::ReplyNotWritten { mail, reason } => write!(out, "mail {mail}: {reason}; a person is called"),
            Event::ReplySent { mail } => write!(out, "mail {mail}: reply sent"),
            Event::ReplyPostponed { mail, minutes } => write!(out, "mail {mail}: reply tried again in {minutes} min"),
            Event::ReplyHeld { mail } => write!(out, "mail {mail}: reply held by the caps, a person is called"),
            Event::ReplyRefused { mail } => write!(out, "mail {mail}: reply refused, a person is called"),
            Event::ReplyUnknown { mail } => {
                write!(out, "mail {mail}: nobody knows whether the reply went out, a person is called")
            }
            Event::Filed { mail } => write!(out, "mail {mail}: filed"),
            Event::CorrectionOverdue { case } => write!(out, "case {case}: the correction is overdue"),
            Event::Trouble(trouble) => write!(out, "{}: {}", trouble.kind.word(), trouble.detail),
            Event::Ended { cycle, outcome } => write!(out, "cycle {cycle} ended: {}", outcome.word()),
        }
    }
}
