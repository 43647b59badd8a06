//! Taking mail in: what the ledger does not know is fetched and made durable. Nothing is changed in the mailbox.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::Cycle;
use super::event::Event;
use super::mailbox_link::MailboxLink;
use super::progress::Progress;
use super::seams::{Clock, Judge, MailboxSource, ReplyWriter};
use crate::ledger::{Fingerprints, Ledger, LedgerError, NewMail, Stored, TroubleKind, Wholeness};
use crate::mailbox::{Arrival, MailKey, Mailbox, MailboxError};
use crate::outbox::Outbox;

/// What is kept of a mail that is too big: enough for its header.
const HEAD_BYTES: u64 = 64 * 1024;

/// What a ledger can surely hold in one record, whatever the configuration allows.
const LARGEST_STORED: u64 = 900 * 1024 * 1024;

/// So many failed fetches, and a person is told of the mail.
const FETCH_FAILURES: u32 = 5;

const UNFETCHED: &str = "No se pudo descargar este correo del buzón; revíselo allí.";

impl<L, M, O, J, W, C> Cycle<L, M, O, J, W, C>
where
    L: Ledger,
    M: MailboxSource,
    O: Outbox,
    J: Judge,
    W: ReplyWriter,
    C: Clock,
{
    pub(super) async fn take_in(
        &self,
        link: &mut MailboxLink<'_, M>,
        progress: &mut Progress<'_>,
    ) -> Result<(), LedgerError> {
        let ledger = &self.rooms.ledger;
        let mut after = ledger.watermark(&self.settings.mailbox).await?;
        let arrivals = loop {
            let Some(mailbox) = link.get(progress).await else { return Ok(()) };
            let arrivals = match mailbox.arrivals(after.as_ref(), self.settings.max_mails_per_cycle).await {
                Ok(arrivals) => arrivals,
                Err(error) => {
                    link.lost();
                    progress.trouble(TroubleKind::Mailbox, error);
                    return Ok(());
                }
            };
            let Some(last) = self.skipped_to(&arrivals, after.as_ref()) else { break arrivals };
            ledger.set_watermark(last.clone()).await?;
            after = Some(last);
        };
        let keys: Vec<MailKey> = arrivals.iter().map(|arrival| arrival.key.clone()).collect();
        let mut done = ledger.known(keys.clone()).await?;
        let earlier = arrivals.iter().filter(|arrival| arrival.is_before(self.settings.since));
        done.extend(earlier.map(|arrival| arrival.key.clone()));
        let fresh = self.order(&arrivals, &done).await?;
        progress.tell(Event::Arrived { mails: fresh.len() });
        for arrival in fresh.into_iter().take(self.settings.max_mails_per_cycle) {
            if progress.stop_requested() {
                break;
            }
            match self.take_in_one(link, &arrival, progress).await? {
                Taken::Done => {
                    done.insert(arrival.key);
                }
                Taken::Later => {}
                Taken::NoMailbox => break,
            }
        }
        // Everything before the first mail that is left over need not be listed again.
        let reached = keys.into_iter().take_while(|key| done.contains(key)).last();
        if let Some(reached) = reached
            && after.as_ref() != Some(&reached)
        {
            ledger.set_watermark(reached).await?;
        }
        Ok(())
    }

    /// The last of a full listing that holds only what is not to be looked at: the listing goes on behind it at once,
    /// or a mailbox with years of mail would be gone through by one listing a cycle.
    fn skipped_to(&self, arrivals: &[Arrival], after: Option<&MailKey>) -> Option<MailKey> {
        let last = &arrivals.last()?.key;
        let full = arrivals.len() >= self.settings.max_mails_per_cycle;
        let goes_on = after != Some(last);
        (full && goes_on && arrivals.iter().all(|arrival| arrival.is_before(self.settings.since))).then(|| last.clone())
    }

    /// What is not known yet: the oldest first, but those that failed before last, so that they do not hold up the others.
    async fn order(&self, arrivals: &[Arrival], known: &HashSet<MailKey>) -> Result<Vec<Arrival>, LedgerError> {
        let mut fresh: Vec<Arrival> =
            arrivals.iter().filter(|arrival| !known.contains(&arrival.key)).cloned().collect();
        let keys = fresh.iter().map(|arrival| arrival.key.clone()).collect();
        let failures: HashMap<MailKey, u32> = self.rooms.ledger.fetch_failures(keys).await?.into_iter().collect();
        fresh.sort_by_key(|arrival| failures.get(&arrival.key).copied().unwrap_or(0));
        Ok(fresh)
    }

    async fn take_in_one(
        &self,
        link: &mut MailboxLink<'_, M>,
        arrival: &Arrival,
        progress: &mut Progress<'_>,
    ) -> Result<Taken, LedgerError> {
        let limit = self.max_mail_bytes();
        let Some(mailbox) = link.get(progress).await else { return Ok(Taken::NoMailbox) };
        // One byte more than is allowed shows that the mail is longer than the mailbox said.
        let wanted = if arrival.size > limit { HEAD_BYTES } else { limit.saturating_add(1) };
        let mail = match mailbox.fetch(&arrival.key, wanted).await {
            Ok(raw) => self.new_mail(arrival, raw),
            // A person was quicker; then it is none of our business.
            Err(MailboxError::Gone { .. }) => return Ok(Taken::Done),
            Err(error) => {
                link.lost();
                progress.trouble(TroubleKind::Mailbox, error);
                if self.rooms.ledger.fetch_failed(arrival.key.clone()).await? < FETCH_FAILURES {
                    return Ok(Taken::Later);
                }
                self.unfetched(arrival)
            }
        };
        let stored = match self.rooms.ledger.store(mail).await {
            Err(error) if error.concerns_one_record() => {
                progress.trouble(TroubleKind::Record, error);
                return Ok(Taken::Later);
            }
            stored => stored?,
        };
        match stored {
            Stored::Waiting(mail) => progress.tell(Event::Stored { mail }),
            Stored::Duplicate { mail, .. } => {
                progress.tell(Event::Stored { mail });
                progress.tell(Event::Duplicate { mail });
            }
            Stored::Quarantined(mail) => {
                progress.tell(Event::Stored { mail });
                progress.tell(Event::Quarantined { mail });
            }
            Stored::Known(_) => {}
        }
        Ok(Taken::Done)
    }

    fn new_mail(&self, arrival: &Arrival, mut raw: Vec<u8>) -> NewMail {
        let limit = self.max_mail_bytes();
        let size = arrival.size.max(raw.len() as u64);
        if size <= limit {
            return NewMail {
                fingerprints: Fingerprints::of(&raw),
                wholeness: Wholeness::Whole,
                raw,
                quarantine: None,
                ..self.outline(arrival, size)
            };
        }
        raw.truncate(usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX));
        let megabytes = limit.div_ceil(1024 * 1024);
        let reason = format!("El correo supera el máximo de {megabytes} MB; sigue en el buzón y no se leyó.");
        NewMail {
            fingerprints: Fingerprints::of_head(&raw, size),
            wholeness: Wholeness::Head,
            raw,
            quarantine: Some(reason),
            ..self.outline(arrival, size)
        }
    }

    fn max_mail_bytes(&self) -> u64 {
        self.settings.max_mail_bytes.min(LARGEST_STORED)
    }

    fn unfetched(&self, arrival: &Arrival) -> NewMail {
        NewMail { quarantine: Some(UNFETCHED.to_owned()), ..self.outline(arrival, arrival.size) }
    }

    fn outline(&self, arrival: &Arrival, size: u64) -> NewMail {
        let now = self.rooms.clock.now();
        let key = arrival.key.clone();
        NewMail {
            fingerprints: Fingerprints::of_unfetched(&key.mailbox, &key.validity, &key.uid),
            key,
            size,
            arrived: Timestamp::from_second(arrival.arrived).ok().filter(|_| arrival.arrived != 0).unwrap_or(now),
            now,
            wholeness: Wholeness::Unfetched,
            raw: Vec::new(),
            quarantine: None,
        }
    }
}

enum Taken {
    Done,
    /// It failed, and is tried again in the next cycle.
    Later,
    NoMailbox,
}
