//! The cycle over fakes of its edges and the real ledger, in memory.

mod behaviour;
mod correspondence;
mod crash;
mod fakes;
mod random;
mod real_edges;

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::fakes::{FakeJudge, FakeWriter, Inbox, Post, TestClock};
use super::*;
use crate::ledger::{MailQuery, MailRecord, Register, SqliteLedger, TimeRange};

pub(super) fn settings() -> Settings {
    let filing = [
        (Decision::Confirmado, Filing::Folder("Confirmados".to_owned())),
        (Decision::Subsanacion, Filing::Folder("Subsanaciones".to_owned())),
        (Decision::Revision, Filing::Keyword("Revision".to_owned())),
        (Decision::Ajeno, Filing::Untouched),
        (Decision::Automatico, Filing::Untouched),
    ];
    Settings {
        mailbox: "mesa".to_owned(),
        from: Address { name: None, address: "mesadeayuda@gobiernodigital.gob.pe".to_owned() },
        ours: vec!["alias@gobiernodigital.gob.pe".to_owned()],
        time_zone: TimeZone::fixed(jiff::tz::offset(-5)),
        max_mail_bytes: 2000,
        max_mails_per_cycle: 100,
        since: None,
        oldest_mail: SignedDuration::from_hours(7 * 24),
        parallel: 2,
        filing: BTreeMap::from(filing),
        replies_per_correspondent_per_day: 5,
        replies_per_hour: 100,
        repeated_delivery: RepeatedDelivery::Seen,
        calendar: Calendar::parse(crate::calendar::EMBEDDED).unwrap(),
        opens: Time::constant(8, 30, 0, 0),
        closes: Time::constant(17, 30, 0, 0),
        correction_business_days: 2,
    }
}

/// All that outlives a crash of the program, and the clock.
#[derive(Clone)]
pub(super) struct World {
    pub inbox: Inbox,
    pub post: Post,
    pub ledger: SqliteLedger,
    pub judge: FakeJudge,
    pub clock: TestClock,
    pub settings: Settings,
}

impl World {
    pub fn new() -> World {
        let settings = settings();
        let ledger = SqliteLedger::in_memory(settings.time_zone.clone());
        let (inbox, post) = (Inbox::default(), Post::default());
        World { inbox, post, ledger, judge: FakeJudge::default(), clock: TestClock::default(), settings }
    }

    pub fn rooms(&self) -> Rooms<SqliteLedger, Inbox, Post, FakeJudge, FakeWriter, TestClock> {
        Rooms {
            ledger: self.ledger.clone(),
            mailbox: self.inbox.clone(),
            outbox: self.post.clone(),
            judge: self.judge.clone(),
            writer: FakeWriter,
            clock: self.clock.clone(),
        }
    }

    /// Runs one cycle and lets ten minutes pass.
    pub async fn cycle(&self) -> CycleSummary {
        let (summary, _) = self.told_cycle().await;
        summary
    }

    pub async fn told_cycle(&self) -> (CycleSummary, Vec<Event>) {
        let told = Mutex::new(Vec::new());
        let tell = |event: &Event| told.lock().unwrap().push(event.clone());
        let mut cycle = Cycle::new(self.rooms(), self.settings.clone()).await.unwrap();
        let summary = cycle.run(&StopSignal::default(), &tell).await.unwrap();
        self.clock.pass_minutes(10);
        (summary, told.into_inner().unwrap())
    }

    pub async fn mails(&self) -> Vec<MailRecord> {
        self.ledger.mails(MailQuery::All).await.unwrap()
    }

    /// Invariant 6, and that each mail has been answered once at most.
    pub async fn assert_sound(&self) {
        let range = TimeRange { from: Timestamp::MIN, until: Timestamp::MAX };
        let counts = self.ledger.counts(range).await.unwrap();
        let mails = self.mails().await;
        assert_eq!(counts.mails, mails.len() as u64);
        assert_eq!(counts.by_state.values().sum::<u64>(), counts.mails);
        assert_eq!(
            counts.by_decision.values().sum::<u64>(),
            counts.by_state.get(&crate::ledger::MailState::Decided).copied().unwrap_or(0)
        );
        let calling = self.ledger.mails(MailQuery::NeedingAttention).await.unwrap();
        assert!(calling.iter().all(|mail| mail.attention_since().is_some()));
        assert_eq!(self.ledger.count_needing_attention().await.unwrap(), calling.len() as u64);
        assert_eq!(mails.iter().filter(|mail| !mail.attention().is_empty()).count(), calling.len());
        let mut delivered: Vec<String> = self.post.delivered().into_iter().map(|message| message.message_id).collect();
        let all = delivered.len();
        delivered.sort();
        delivered.dedup();
        assert_eq!(all, delivered.len(), "a reply was delivered twice");
    }
}

/// Whoever runs cycles spawns them, so the future has to be `Send`.
#[test]
fn a_cycle_can_be_spawned() {
    fn spawnable<T: Send>(_: T) {}
    let world = World::new();
    let rooms = world.rooms();
    spawnable(async move {
        let mut cycle = Cycle::new(rooms, world.settings).await.unwrap();
        let _ = cycle.run(&StopSignal::default(), &|_| {}).await;
    });
}
