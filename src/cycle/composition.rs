//! The seams over the rooms that do the work, and the settings that a configuration means. Only what is the same for every
//! command stands here.

use jiff::{SignedDuration, Timestamp};

use super::seams::{Clock, MailboxSource, NotWritten, ReplyWriter};
use super::{RepeatedDelivery, Settings};
use crate::calendar::Calendar;
use crate::compose::Templates;
use crate::configuration::resolved as configuration;
use crate::mailbox::{self, AnyMailbox, MailboxError};
use crate::outbox::OutgoingMessage;
use crate::reply::{self, ReplyInput};

impl Settings {
    pub fn of(configuration: &configuration::Configuration, calendar: Calendar) -> Settings {
        let office = &configuration.office;
        Settings {
            mailbox: configuration.mailbox.name.clone(),
            from: office.address.clone(),
            ours: office.other_addresses.clone(),
            time_zone: office.time_zone.clone(),
            max_mail_bytes: configuration.mailbox.max_mail_bytes,
            max_mails_per_cycle: configuration.mailbox.max_mails_per_cycle,
            since: configuration.mailbox.since,
            parallel: configuration.reading.parallel,
            filing: configuration.filing.clone(),
            oldest_mail: SignedDuration::from_hours(24 * i64::from(configuration.replies.oldest_mail_days)),
            replies_per_correspondent_per_day: configuration.replies.per_correspondent_per_day,
            replies_per_hour: configuration.replies.per_hour,
            repeated_delivery: match configuration.outbox {
                configuration::Outbox::Folder(_) => RepeatedDelivery::Harmless,
                configuration::Outbox::Smtp(_) => RepeatedDelivery::Seen,
            },
            calendar,
            opens: office.opens,
            closes: office.closes,
            correction_business_days: configuration.replies.deadline_business_days,
        }
    }
}

impl MailboxSource for configuration::Mailbox {
    type Mailbox = AnyMailbox;

    async fn open(&self) -> Result<AnyMailbox, MailboxError> {
        mailbox::open(self).await
    }
}

impl ReplyWriter for Templates {
    fn write(&self, input: &ReplyInput) -> Result<OutgoingMessage, NotWritten> {
        reply::compose(input, self).map_err(|error| NotWritten(error.to_string()))
    }
}

/// The machine's clock: the one place of the cycle that reads it.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
