//! Outbox: the edge where replies go out. SMTP and a folder behind one narrow trait.
//!
//! An outbox delivers one message once when asked, and says exactly how far it got. When to try again is the ledger's and
//! the cycle's business.

pub mod folder;
mod line;
mod message;
pub mod smtp;

use serde::{Deserialize, Serialize};

use self::folder::FolderOutbox;
use self::smtp::SmtpOutbox;
use crate::configuration::resolved as configuration;

/// A message ready to go: envelope and bytes never change once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingMessage {
    /// Without angle brackets; stable for one reply.
    pub message_id: String,
    /// The envelope's sender; `None` is the null sender.
    pub envelope_from: Option<String>,
    pub envelope_to: Vec<String>,
    /// The whole message, RFC 5322, CRLF.
    pub bytes: Vec<u8>,
}

/// How far one attempt got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The server took responsibility for the message.
    Accepted { response: String },
    /// Surely not delivered, and it may work later: 4xx, or the line broke before the message was handed over.
    TryLater { reason: String },
    /// Surely not delivered, and it will not work: 5xx.
    Refused { reason: String },
    /// The message was handed over and the line broke before the acknowledgement (RFC 1047): nobody knows.
    Unknown { reason: String },
}

pub trait Outbox: Send + Sync {
    fn deliver(&self, message: &OutgoingMessage) -> impl Future<Output = Delivery> + Send;

    /// Connects, says hello and logs in without sending anything. The error says what is wrong.
    fn probe(&self) -> impl Future<Output = Result<(), String>> + Send;
}

#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    #[error("«{0}» is no host name: mend outbox.smtp.hello_name")]
    HelloName(String),
}

/// The outbox that the configuration names.
pub enum AnyOutbox {
    Smtp(Box<SmtpOutbox>),
    Folder(FolderOutbox),
}

/// The outbox of the configuration. Nothing is connected yet.
///
/// # Errors
/// When the configured name for the greeting is no host name.
pub fn open(outbox: &configuration::Outbox) -> Result<AnyOutbox, OutboxError> {
    match outbox {
        configuration::Outbox::Smtp(server) => Ok(AnyOutbox::Smtp(Box::new(SmtpOutbox::new(server)?))),
        configuration::Outbox::Folder(path) => Ok(AnyOutbox::Folder(FolderOutbox::new(path))),
    }
}

impl Outbox for AnyOutbox {
    async fn deliver(&self, message: &OutgoingMessage) -> Delivery {
        match self {
            AnyOutbox::Smtp(outbox) => outbox.deliver(message).await,
            AnyOutbox::Folder(outbox) => outbox.deliver(message).await,
        }
    }

    async fn probe(&self) -> Result<(), String> {
        match self {
            AnyOutbox::Smtp(outbox) => outbox.probe().await,
            AnyOutbox::Folder(outbox) => outbox.probe().await,
        }
    }
}
