//! What a cycle tells while it runs: for progress on a terminal and for logs. Nothing personal is in it.

use crate::ledger::{CaseNumber, CycleId, CycleOutcome, MailId};
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
    Trouble {
        what: String,
    },
    Ended {
        cycle: CycleId,
        outcome: CycleOutcome,
    },
}
