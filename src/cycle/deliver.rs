//! Handing replies over, once each.
//!
//! A reply is committed as in flight before the outbox gets it. If the program dies in between, or the line breaks before the
//! acknowledgement (RFC 1047), nobody knows whether it went out: then it is looked for in the Sent folder, and else a person
//! decides. It is never sent again on a guess.

use jiff::{SignedDuration, Timestamp};

use super::event::Event;
use super::mailbox_link::MailboxLink;
use super::progress::Progress;
use super::seams::{Clock, Judge, MailboxSource, ReplyWriter};
use super::{Cycle, RepeatedDelivery};
use crate::ledger::{
    Caps, DoubtfulReply, HandOver, Ledger, LedgerError, MailId, ReplyId, ReplyState, Settlement, TroubleKind,
};
use crate::mailbox::{Mailbox, SentLookup};
use crate::outbox::{Delivery, Outbox};

/// Minutes until the next attempt, by attempts made; the last goes for all after it.
const WAITS: [i64; 5] = [1, 5, 15, 60, 180];

/// How long a reply is tried before a person gets it.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// How long the Sent folder is looked into for a reply that is in doubt. A person was told at once.
const LOOKED_FOR: SignedDuration = SignedDuration::from_hours(48);

const BROKE_OFF: &str = "El programa se detuvo mientras entregaba la respuesta; no se sabe si salió.";

impl<L, M, O, J, W, C> Cycle<L, M, O, J, W, C>
where
    L: Ledger,
    M: MailboxSource,
    O: Outbox,
    J: Judge,
    W: ReplyWriter,
    C: Clock,
{
    /// Settles what an earlier cycle left in doubt. No reply is being handed over now: this cycle has the ledger's claim.
    pub(super) async fn settle_doubts(
        &self,
        link: &mut MailboxLink<'_, M>,
        progress: &mut Progress<'_>,
    ) -> Result<(), LedgerError> {
        for reply in self.rooms.ledger.replies_in_doubt().await? {
            let now = self.rooms.clock.now();
            if self.settings.repeated_delivery == RepeatedDelivery::Harmless {
                let again = Settlement::TryLater { reason: BROKE_OFF.to_owned(), at: now };
                self.settle(reply.id, again).await?;
                continue;
            }
            let overdue = now.duration_since(reply.handed_over) > LOOKED_FOR;
            if reply.state == ReplyState::Unknown && overdue {
                continue;
            }
            match self.look_in_sent(&reply, link, progress).await {
                SentLookup::Found => {
                    self.settle(reply.id, Settlement::Sent { response: "Está en la carpeta de enviados.".to_owned() })
                        .await?;
                    progress.tell(Event::ReplySent { mail: reply.mail });
                }
                // That it is not there proves nothing: whoever puts it there may not have come to it.
                SentLookup::NotFound | SentLookup::NoSentFolder if reply.state == ReplyState::InFlight => {
                    self.settle(reply.id, Settlement::Unknown { reason: BROKE_OFF.to_owned() }).await?;
                    progress.tell(Event::ReplyUnknown { mail: reply.mail });
                }
                SentLookup::NotFound | SentLookup::NoSentFolder => {}
            }
        }
        Ok(())
    }

    async fn look_in_sent(
        &self,
        reply: &DoubtfulReply,
        link: &mut MailboxLink<'_, M>,
        progress: &mut Progress<'_>,
    ) -> SentLookup {
        let Some(mailbox) = link.get(progress).await else { return SentLookup::NoSentFolder };
        match mailbox.sent_holds(&reply.message_id).await {
            Ok(lookup) => lookup,
            Err(error) => {
                link.lost();
                progress.trouble(TroubleKind::Mailbox, error);
                SentLookup::NoSentFolder
            }
        }
    }

    pub(super) async fn deliver(&self, progress: &mut Progress<'_>) -> Result<(), LedgerError> {
        let due = self.rooms.ledger.due_replies(self.rooms.clock.now()).await?;
        let mut attempts = Attempts::default();
        for reply in due {
            if progress.stop_requested() {
                break;
            }
            let now = self.rooms.clock.now();
            let hand_over = match self.rooms.ledger.begin_delivery(reply, now, self.caps(now)).await {
                Err(error) if error.concerns_one_record() => {
                    progress.trouble(TroubleKind::Record, error);
                    continue;
                }
                hand_over => hand_over?,
            };
            match hand_over {
                HandOver::NotQueued => {}
                HandOver::Held { mail } => progress.tell(Event::ReplyHeld { mail }),
                HandOver::Go { mail, message, attempt, queued } => {
                    let delivery = self.rooms.outbox.deliver(&message).await;
                    let now = self.rooms.clock.now();
                    let settlement = settlement(delivery, attempt, queued, now);
                    attempts.count(&settlement);
                    let event = event(&settlement, mail, now);
                    self.settle(reply, settlement).await?;
                    progress.tell(event);
                }
            }
        }
        if attempts.made > 0 && attempts.postponed == attempts.made {
            // Without the server's words: they may name the correspondent.
            progress.trouble(TroubleKind::Outbox, "no reply could be handed over");
        }
        Ok(())
    }

    async fn settle(&self, reply: ReplyId, settlement: Settlement) -> Result<(), LedgerError> {
        match self.rooms.ledger.settle_reply(reply, self.rooms.clock.now(), settlement).await {
            // An operator has decided on it meanwhile.
            Err(LedgerError::Conflict { .. }) => Ok(()),
            settled => settled,
        }
    }

    fn caps(&self, now: Timestamp) -> Caps {
        let today = now.to_zoned(self.settings.time_zone.clone());
        Caps {
            per_correspondent: self.settings.replies_per_correspondent_per_day,
            day_began: today.start_of_day().map_or(now, |start| start.timestamp()),
            per_hour: self.settings.replies_per_hour,
        }
    }

    /// Puts copies of what was sent into the Sent folder. It is looked for first: a crash may have come between copy and
    /// record, and some servers keep the copy themselves.
    pub(super) async fn keep_copies(
        &self,
        link: &mut MailboxLink<'_, M>,
        progress: &mut Progress<'_>,
    ) -> Result<(), LedgerError> {
        for (reply, message) in self.rooms.ledger.copies_to_keep().await? {
            let Some(mailbox) = link.get(progress).await else { return Ok(()) };
            let kept = match mailbox.sent_holds(&message.message_id).await {
                Ok(SentLookup::Found) => Ok(()),
                // Where there is no such folder, the mailbox knows whether it is to be made or no copy is wanted.
                Ok(SentLookup::NotFound | SentLookup::NoSentFolder) => mailbox.keep_sent(&message.bytes).await,
                Err(error) => Err(error),
            };
            match kept {
                Ok(()) => self.rooms.ledger.copy_kept(reply).await?,
                Err(error) => {
                    link.lost();
                    progress.trouble(TroubleKind::Mailbox, error);
                }
            }
        }
        Ok(())
    }
}

/// How handing over went in one cycle.
#[derive(Default)]
struct Attempts {
    made: u32,
    postponed: u32,
}

impl Attempts {
    fn count(&mut self, settlement: &Settlement) {
        self.made += 1;
        self.postponed += u32::from(matches!(settlement, Settlement::TryLater { .. }));
    }
}

fn settlement(delivery: Delivery, attempt: u32, queued: Timestamp, now: Timestamp) -> Settlement {
    match delivery {
        Delivery::Accepted { response } => Settlement::Sent { response },
        Delivery::Refused { reason } => Settlement::Refused { reason },
        Delivery::Unknown { reason } => Settlement::Unknown { reason },
        Delivery::TryLater { reason } => {
            let wait = SignedDuration::from_mins(wait(attempt));
            if now.duration_since(queued) + wait > PATIENCE {
                Settlement::Refused { reason }
            } else {
                Settlement::TryLater { reason, at: now + wait }
            }
        }
    }
}

fn wait(attempt: u32) -> i64 {
    let made = usize::try_from(attempt).unwrap_or(usize::MAX).saturating_sub(1);
    WAITS.get(made).or(WAITS.last()).copied().unwrap_or(60)
}

fn event(settlement: &Settlement, mail: MailId, now: Timestamp) -> Event {
    match settlement {
        Settlement::Sent { .. } => Event::ReplySent { mail },
        Settlement::Refused { .. } => Event::ReplyRefused { mail },
        Settlement::Unknown { .. } => Event::ReplyUnknown { mail },
        Settlement::TryLater { at, .. } => Event::ReplyPostponed { mail, minutes: at.duration_since(now).as_mins() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_and_after_a_day_a_person_gets_it() {
        let queued = Timestamp::UNIX_EPOCH;
        let mut now = queued;
        let mut waits = Vec::new();
        for attempt in 1..100 {
            match settlement(Delivery::TryLater { reason: "4.7.1".to_owned() }, attempt, queued, now) {
                Settlement::TryLater { at, .. } => {
                    waits.push(at.duration_since(now).as_mins());
                    now = at;
                }
                settled => {
                    assert_eq!(settled, Settlement::Refused { reason: "4.7.1".to_owned() });
                    break;
                }
            }
        }
        assert_eq!(waits[..6], [1, 5, 15, 60, 180, 180]);
        assert_eq!(waits.len(), 11);
        assert!(now.duration_since(queued) <= PATIENCE);
    }
}
