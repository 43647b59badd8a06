//! The connection to the mailbox during one cycle. After an error a connection is not used again; a new one is opened, so that
//! one bad mail does not stop the others, but not without end: a server that is down is asked again in the next cycle.

use super::progress::Progress;
use super::seams::MailboxSource;
use crate::ledger::TroubleKind;

/// Connections opened in one cycle.
const CONNECTIONS: u32 = 5;

pub struct MailboxLink<'a, M: MailboxSource> {
    source: &'a M,
    open: Option<M::Mailbox>,
    left: u32,
}

impl<'a, M: MailboxSource> MailboxLink<'a, M> {
    pub fn new(source: &'a M) -> MailboxLink<'a, M> {
        MailboxLink { source, open: None, left: CONNECTIONS }
    }

    /// The open connection, or a new one; `None` when there is none to be had in this cycle.
    pub async fn get(&mut self, progress: &mut Progress<'_>) -> Option<&mut M::Mailbox> {
        if self.open.is_none() && self.left > 0 {
            self.left -= 1;
            match self.source.open().await {
                Ok(mailbox) => self.open = Some(mailbox),
                Err(error) => {
                    self.left = 0;
                    progress.trouble(TroubleKind::Mailbox, error);
                }
            }
        }
        self.open.as_mut()
    }

    /// The connection failed.
    pub fn lost(&mut self) {
        self.open = None;
    }
}
