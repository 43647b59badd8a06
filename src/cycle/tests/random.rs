//! Anything in any order: crashes, copies, changed UIDVALIDITY, servers that are down or break off. Whatever happens, no
//! mail is lost, none is answered twice, and in the end everything is either done or with a person.

use std::collections::HashMap;

use proptest::prelude::*;

use super::crash::Crash;
use super::fakes::Sample;
use super::*;
use crate::ledger::{FilingState, Fingerprints, MailState, ReplyState};
use crate::outbox::Delivery;

#[derive(Clone, Debug)]
enum Happening {
    Arrives(usize),
    /// The same mail, delivered once more on another way.
    Redelivered(usize, u32),
    UidValidityChanges,
    Cycle,
    DiesAt(i64),
    MailboxGoes(Health),
    PostSays(usize, Answer),
    HoursPass(i64),
}

#[derive(Clone, Copy, Debug)]
enum Health {
    Up,
    Down,
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    TryLater,
    Unknown,
    Refused,
}

/// Mails of different matters by different people.
fn samples() -> Vec<Sample> {
    let sample = |number: usize, message_id, decision| Sample {
        message_id,
        decision,
        from: format!("p{number}@muni.gob.pe"),
        number: format!("{number}-2026"),
        ..Sample::default()
    };
    vec![
        sample(0, Some("0@x"), "confirmado"),
        sample(1, Some("1@x"), "subsanacion"),
        sample(2, None, "confirmado"),
        sample(3, Some("3@x"), "revision"),
        sample(4, Some("4@x"), "ajeno"),
        sample(5, None, "automatico"),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let which = 0..samples().len();
    prop_oneof![
        4 => which.clone().prop_map(Happening::Arrives),
        2 => (which.clone(), 1..4_u32).prop_map(|(which, trace)| Happening::Redelivered(which, trace)),
        1 => Just(Happening::UidValidityChanges),
        3 => Just(Happening::Cycle),
        4 => (1..120_i64).prop_map(Happening::DiesAt),
        1 => prop_oneof![Just(Health::Up), Just(Health::Down)].prop_map(Happening::MailboxGoes),
        2 => (which, prop_oneof![Just(Answer::TryLater), Just(Answer::Unknown), Just(Answer::Refused)])
            .prop_map(|(which, answer)| Happening::PostSays(which, answer)),
        1 => (1..30_i64).prop_map(Happening::HoursPass),
    ]
}

async fn happen(world: &World, happening: &Happening) {
    let samples = samples();
    match happening {
        Happening::Arrives(which) => {
            world.inbox.deliver(samples[*which].raw());
        }
        Happening::Redelivered(which, trace) => {
            world.inbox.deliver(Sample { received: *trace, ..samples[*which].clone() }.raw());
        }
        Happening::UidValidityChanges => world.inbox.change_validity(),
        Happening::Cycle => {
            world.cycle().await;
        }
        Happening::DiesAt(step) => {
            world.mortal_cycle(&Crash::at(*step)).await;
        }
        Happening::MailboxGoes(health) => {
            world.inbox.0.lock().unwrap().down = matches!(health, Health::Down);
        }
        Happening::PostSays(which, answer) => {
            let reason = "so it is".to_owned();
            let answer = match answer {
                Answer::TryLater => Delivery::TryLater { reason },
                Answer::Unknown => Delivery::Unknown { reason },
                Answer::Refused => Delivery::Refused { reason },
            };
            world.post.answer(&samples[*which].from, vec![answer]);
        }
        Happening::HoursPass(hours) => world.clock.pass_minutes(hours * 60),
    }
}

async fn check(world: &World) {
    world.inbox.0.lock().unwrap().down = false;
    for _ in 0..4 {
        world.cycle().await;
        world.clock.pass_minutes(60);
    }
    world.assert_sound().await;
    let reconciliation =
        reconcile(&mut world.inbox.clone(), "mesa", world.settings.since, &world.ledger).await.unwrap();
    assert!(reconciliation.unknown_to_ledger.is_empty(), "a mail of the inbox is not in the ledger");

    let mails = world.mails().await;
    let stored: std::collections::HashSet<&Fingerprints> = mails.iter().map(|mail| &mail.fingerprints).collect();
    for mail in &world.inbox.0.lock().unwrap().mails {
        assert!(stored.contains(&Fingerprints::of(&mail.raw)), "a mail was lost");
    }
    let delivered: Vec<String> = world.post.delivered().into_iter().map(|message| message.message_id).collect();
    for mail in &mails {
        assert!(matches!(mail.state, MailState::Decided | MailState::Duplicate), "{:?}", mail.state);
        assert_ne!(mail.filing, FilingState::Pending);
        let due = matches!(mail.decision, Some(Decision::Confirmado | Decision::Subsanacion))
            && mail.state == MailState::Decided;
        assert_eq!(mail.replies.len(), usize::from(due));
        for reply in &mail.replies {
            let went = delivered.iter().filter(|id| **id == reply.message.message_id).count();
            match reply.state {
                ReplyState::Sent => assert_eq!(went, 1),
                ReplyState::Unknown => assert!(went <= 1),
                ReplyState::Refused => assert_eq!(went, 0),
                state => panic!("a reply is left {state:?}"),
            }
            assert_eq!(mail.attention().is_empty(), reply.state == ReplyState::Sent && !overdue(mail));
        }
    }
    let mut answers: HashMap<String, usize> = HashMap::new();
    for message in world.post.delivered() {
        *answers.entry(message.envelope_to[0].clone()).or_default() += 1;
    }
    assert!(answers.values().all(|count| *count == 1), "somebody was answered twice: {answers:?}");
}

fn overdue(mail: &MailRecord) -> bool {
    mail.case.as_ref().is_some_and(|case| case.state == crate::ledger::CaseState::Overdue)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_mail_is_lost_and_none_is_answered_twice(
        happenings in prop::collection::vec(happening(), 1..25)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let mut deaths = 0;
            for happening in &happenings {
                // More deaths in a row on one mail, and a person gets it: that is another test.
                if matches!(happening, Happening::DiesAt(_)) {
                    deaths += 1;
                    if deaths > 4 {
                        continue;
                    }
                }
                happen(&world, happening).await;
            }
            check(&world).await;
        });
    }
}
