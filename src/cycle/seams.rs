//! What the cycle asks of others, beside the three edges: each a narrow trait, so that the cycle is tested without processes,
//! servers and clocks.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use crate::mail::Mail;
use crate::mailbox::{Mailbox, MailboxError};
use crate::outbox::OutgoingMessage;
use crate::reply::ReplyInput;
use crate::triage::Answer;
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
    /// What the mail says where it answers one of ours and is no designation.
    pub answer: Answer,
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
