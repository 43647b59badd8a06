//! Mailbox: the edge where mail comes in. IMAP and Maildir behind one narrow trait.
//!
//! A mailbox never decides anything and never changes a mail it was not told to file. Other people's mail stays unread.

use serde::{Deserialize, Serialize};

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
    /// Seconds since 1970 (UTC), as the mailbox says.
    pub arrived: i64,
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
    /// The mails in the inbox. `after`: a hint, the highest UID known under this validity (an IMAP server is then asked for
    /// later ones only); a mailbox without ordered UIDs lists everything. At most `limit` mails, oldest first.
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

    /// Waits for a change of the inbox (IMAP IDLE), `seconds` at most.
    fn wait(&mut self, seconds: u64) -> impl Future<Output = Result<News, MailboxError>> + Send;
}
