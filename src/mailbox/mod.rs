//! Mailbox: the edge where mail comes in. IMAP and Maildir behind one narrow trait.
//!
//! A mailbox never decides anything and never changes a mail it was not told to file. Other people's mail stays unread.

mod folder_name;
pub mod imap;
pub mod maildir;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::imap::ImapMailbox;
pub use self::imap::{Access, ImapProbe, Keywords, SentFolder};
use self::maildir::{MaildirMailbox, MaildirProbe};
use crate::configuration::resolved::{self as configuration, MailboxKind};

/// Identity of a mail inside one mailbox (design, invariant 7).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MailKey {
    /// The mailbox's configured name.
    pub mailbox: String,
    /// IMAP's UIDVALIDITY; `maildir` for a Maildir.
    pub validity: String,
    /// IMAP's UID; the unique part of the file name for a Maildir.
    pub uid: String,
}

/// A mail that is there, not fetched yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub key: MailKey,
    /// Bytes, as the mailbox says before fetching.
    pub size: u64,
    /// Seconds since 1970 (UTC), as the mailbox says; 0 when it does not.
    pub arrived: i64,
}

impl Arrival {
    /// Whether it arrived before the mail that is looked at begins.
    pub fn is_before(&self, since: Option<Timestamp>) -> bool {
        since.is_some_and(|since| self.arrived != 0 && self.arrived < since.as_second())
    }
}

/// Where a handled mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filing {
    /// Moved into this folder.
    Folder(String),
    /// Given this IMAP keyword (a Maildir keeps it as a file name flag) and left where it is.
    Keyword(String),
    /// Left untouched and unseen.
    Untouched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentLookup {
    Found,
    NotFound,
    /// There is no Sent folder to look into.
    NoSentFolder,
}

/// Why the wait for news ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The server said that something changed.
    Changed,
    /// The time was over (or the server has no IDLE and the wait was slept through).
    TimeOver,
}

#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    #[error("{mailbox}: cannot connect to {host}: {reason}")]
    Connect { mailbox: String, host: String, reason: String },
    #[error("{mailbox}: there is no password to log in with: {reason}")]
    Password { mailbox: String, reason: String },
    #[error("{mailbox}: the server refused the login of {user}: {reason}")]
    Login { mailbox: String, user: String, reason: String },
    #[error("{mailbox}: no answer within {seconds} s to {step}")]
    TimedOut { mailbox: String, step: &'static str, seconds: u64 },
    #[error("{mailbox}: there is no folder {folder}: create it or change the configuration")]
    NoFolder { mailbox: String, folder: String },
    #[error("{mailbox}: the mail {uid} is no longer there")]
    Gone { mailbox: String, uid: String },
    #[error("{mailbox}: {step} failed: {reason}")]
    Protocol { mailbox: String, step: &'static str, reason: String },
    #[error("{mailbox}: {path}: {reason}")]
    Files { mailbox: String, path: String, reason: String },
}

/// One connection to one mailbox, for one cycle. After any error but [`MailboxError::Gone`] the connection is not used
/// again.
pub trait Mailbox: Send {
    /// The mails in the inbox, oldest first. `after`: the highest UID known under this validity; an IMAP server is then asked
    /// for later ones only, `limit` of them at most. With another validity, or `None`, it begins with the oldest. A Maildir has
    /// no ordered UIDs and always lists everything: what the caller knows, it drops before it counts.
    fn arrivals(
        &mut self,
        after: Option<&MailKey>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Arrival>, MailboxError>> + Send;

    /// The raw bytes, without marking the mail as seen (`BODY.PEEK`). Never more than `max_bytes` are kept in memory; a
    /// longer mail gives its first `max_bytes`.
    fn fetch(&mut self, key: &MailKey, max_bytes: u64) -> impl Future<Output = Result<Vec<u8>, MailboxError>> + Send;

    /// Files one handled mail. Filing it again is no error: a mail that is already gone from the inbox gives
    /// [`MailboxError::Gone`].
    fn file(&mut self, key: &MailKey, filing: &Filing) -> impl Future<Output = Result<(), MailboxError>> + Send;

    /// Looks for a message of ours in the Sent folder by its Message-ID (without angle brackets).
    fn sent_holds(&mut self, message_id: &str) -> impl Future<Output = Result<SentLookup, MailboxError>> + Send;

    /// Puts a copy of a reply that was sent into the Sent folder, when one is configured.
    fn keep_sent(&mut self, message: &[u8]) -> impl Future<Output = Result<(), MailboxError>> + Send;

    /// Waits for new mail in the inbox (IMAP IDLE), `seconds` at most. New is what came after this connection's last listing;
    /// without one, after the wait began.
    fn wait(&mut self, seconds: u64) -> impl Future<Output = Result<News, MailboxError>> + Send;
}

/// The mailbox that the configuration names.
pub enum AnyMailbox {
    Imap(Box<ImapMailbox>),
    Maildir(MaildirMailbox),
}

/// What `doctor` tells of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxProbe {
    Imap(ImapProbe),
    Maildir(MaildirProbe),
}

/// Opens the mailbox of the configuration: for IMAP, connects and logs in.
///
/// # Errors
/// When it cannot be reached, refuses the login, or is not there.
pub async fn open(mailbox: &configuration::Mailbox) -> Result<AnyMailbox, MailboxError> {
    match &mailbox.kind {
        MailboxKind::Imap(imap) => Ok(AnyMailbox::Imap(Box::new(ImapMailbox::open(&mailbox.name, imap).await?))),
        MailboxKind::Maildir(path) => Ok(AnyMailbox::Maildir(MaildirMailbox::open(&mailbox.name, path)?)),
    }
}

impl AnyMailbox {
    /// What there is and what the server can do. Changes nothing.
    ///
    /// # Errors
    /// As the trait's methods.
    pub async fn probe(&mut self) -> Result<MailboxProbe, MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.probe().await.map(MailboxProbe::Imap),
            AnyMailbox::Maildir(mailbox) => mailbox.probe().await.map(MailboxProbe::Maildir),
        }
    }

    /// Ends the connection politely.
    pub async fn close(self) {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.close().await,
            AnyMailbox::Maildir(_) => {}
        }
    }
}

impl Mailbox for AnyMailbox {
    async fn arrivals(&mut self, after: Option<&MailKey>, limit: usize) -> Result<Vec<Arrival>, MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.arrivals(after, limit).await,
            AnyMailbox::Maildir(mailbox) => mailbox.arrivals(after, limit).await,
        }
    }

    async fn fetch(&mut self, key: &MailKey, max_bytes: u64) -> Result<Vec<u8>, MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.fetch(key, max_bytes).await,
            AnyMailbox::Maildir(mailbox) => mailbox.fetch(key, max_bytes).await,
        }
    }

    async fn file(&mut self, key: &MailKey, filing: &Filing) -> Result<(), MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.file(key, filing).await,
            AnyMailbox::Maildir(mailbox) => mailbox.file(key, filing).await,
        }
    }

    async fn sent_holds(&mut self, message_id: &str) -> Result<SentLookup, MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.sent_holds(message_id).await,
            AnyMailbox::Maildir(mailbox) => mailbox.sent_holds(message_id).await,
        }
    }

    async fn keep_sent(&mut self, message: &[u8]) -> Result<(), MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.keep_sent(message).await,
            AnyMailbox::Maildir(mailbox) => mailbox.keep_sent(message).await,
        }
    }

    async fn wait(&mut self, seconds: u64) -> Result<News, MailboxError> {
        match self {
            AnyMailbox::Imap(mailbox) => mailbox.wait(seconds).await,
            AnyMailbox::Maildir(mailbox) => mailbox.wait(seconds).await,
        }
    }
}
