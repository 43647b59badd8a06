//! What the cycle asks of others, beside the three edges: each a narrow trait, so that the cycle is tested without processes,
//! servers and clocks.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use crate::mail::Mail;
use crate::mailbox::{Mailbox, MailboxError};
use crate::outbox::OutgoingMessage;
use crate::reply::ReplyInput;
use crate::verdict::Assessment;

/// Opens connections to the one mailbox.
pub trait MailboxSource: Send + Sync {
    type Mailbox: Mailbox;

    fn open(&self) -> impl Future<Output = Result<Self::Mailbox, MailboxError>> + Send;
}

/// Reads and judges one mail.
pub trait Judge: Send + Sync {
    /// # Errors
    /// When the reader failed as such; a mail that cannot be understood is a [`Judgement`] for a person.
    fn judge(&self, raw: Vec<u8>) -> impl Future<Output = Result<Judgement, JudgeError>> + Send;
}

#[derive(Clone, Debug)]
pub struct Judgement {
    pub mail: Mail,
    pub assessment: Assessment,
}

/// The reader failed. The text is English and holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reader failed: {0}")]
pub struct JudgeError(pub String);

/// Writes replies.
pub trait ReplyWriter: Send + Sync {
    /// # Errors
    /// When this assessment cannot be answered: a person does.
    fn write(&self, input: &ReplyInput) -> Result<OutgoingMessage, NotWritten>;
}

/// Why there is no reply. The text is English and holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reply could not be written: {0}")]
pub struct NotWritten(pub String);

/// The office's days.
pub trait OfficeDays: Send + Sync {
    /// The last day for a correction that is asked for on `requested`, and its length in business days.
    fn deadline(&self, requested: Date) -> (Date, u32);

    /// The day on which what arrives at `arrived` counts as presented.
    fn presented(&self, arrived: &Zoned) -> Date;

    /// The first moment from `arrived` on at which the office works.
    fn first_working_moment(&self, arrived: &Zoned) -> Timestamp;
}

/// Compares a corrected oficio with what was observed before (design, invariant 8).
pub trait CorrectionGuard: Send + Sync {
    /// `current`, for a person if it finds fault with data that is unchanged since `previous` was answered.
    fn against_previous(&self, previous: &Assessment, current: Assessment) -> Assessment;
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Asks a cycle to end after the mail at hand.
#[derive(Debug, Default)]
pub struct StopSignal(AtomicBool);

impl StopSignal {
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
