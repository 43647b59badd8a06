//! Showing in the mailbox what became of each mail. What cannot be filed is tried again in the next cycle.

use super::Cycle;
use super::event::Event;
use super::mailbox_link::MailboxLink;
use super::progress::Progress;
use super::seams::{Clock, Judge, MailboxSource, ReplyWriter};
use crate::ledger::{FileAs, FilingOutcome, Ledger, LedgerError, TroubleKind};
use crate::mailbox::{Filing, Mailbox, MailboxError};
use crate::outbox::Outbox;
use crate::verdict::Decision;

impl<L, M, O, J, W, C> Cycle<L, M, O, J, W, C>
where
    L: Ledger,
    M: MailboxSource,
    O: Outbox,
    J: Judge,
    W: ReplyWriter,
    C: Clock,
{
    pub(super) async fn file_settled(
        &self,
        link: &mut MailboxLink<'_, M>,
        progress: &mut Progress<'_>,
    ) -> Result<(), LedgerError> {
        for mail in self.rooms.ledger.unfiled(&self.settings.mailbox).await? {
            if progress.stop_requested() {
                break;
            }
            let outcome = match self.filing(mail.as_what) {
                Filing::Untouched => FilingOutcome::Untouched,
                filing => {
                    let Some(mailbox) = link.get(progress).await else { return Ok(()) };
                    match mailbox.file(&mail.key, filing).await {
                        Ok(()) => FilingOutcome::Filed,
                        Err(MailboxError::Gone { .. }) => FilingOutcome::Gone,
                        Err(error) => {
                            link.lost();
                            progress.trouble(TroubleKind::Mailbox, error);
                            FilingOutcome::Failed
                        }
                    }
                }
            };
            self.rooms.ledger.filed(mail.id, self.rooms.clock.now(), outcome).await?;
            if outcome == FilingOutcome::Filed {
                progress.tell(Event::Filed { mail: mail.id });
            }
        }
        Ok(())
    }

    fn filing(&self, as_what: FileAs) -> &Filing {
        let decision = match as_what {
            FileAs::Decision(decision) => decision,
            FileAs::ForPerson => Decision::Revision,
            FileAs::OnlyCopy => return &Filing::Untouched,
        };
        self.settings.filing.get(&decision).unwrap_or(&Filing::Untouched)
    }
}
