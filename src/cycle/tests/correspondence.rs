//! What comes back to us and what comes late: answers without an oficio, replies that were not delivered, old mail.

use super::fakes::Sample;
use super::*;
use crate::ledger::{Attention, ReplyChoice};
use crate::outbox::Delivery;

#[tokio::test]
async fn an_answer_without_an_oficio_is_shown_with_its_case_unless_it_is_thanks() {
    for (decision, answer, subject, calls) in [
        ("confirmado", "ajeno", "un apellido está mal", vec![Attention::Revision]),
        ("subsanacion", "ajeno", "no entendemos", vec![Attention::Revision]),
        ("confirmado", "ajeno", "gracias", vec![]),
        ("confirmado", "automatico", "Re: estoy de vacaciones", vec![]),
    ] {
        let world = World::new();
        world.inbox.deliver(Sample { decision, ..Sample::default() }.raw());
        world.cycle().await;
        let ours = world.post.delivered()[0].message_id.clone();
        let answer = Sample {
            message_id: Some("2@x"),
            in_reply_to: Some(ours),
            subject: subject.to_owned(),
            decision: answer,
            entity: "",
            number: String::new(),
            ..Sample::default()
        };
        let key = world.inbox.deliver(answer.raw());
        world.cycle().await;
        let mails = world.mails().await;
        assert_eq!(mails[1].attention(), calls, "{subject}");
        assert_eq!(mails[1].case.is_some(), !calls.is_empty(), "{subject}");
        assert_eq!(world.inbox.place_of(&key).1.is_empty(), calls.is_empty(), "{subject}");
        assert_eq!(world.post.delivered().len(), 1, "it is not answered");
        world.assert_sound().await;
    }
}

#[tokio::test]
async fn a_mail_of_others_that_answers_none_of_ours_is_left_alone() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "subsanacion", ..Sample::default() }.raw());
    world.cycle().await;
    // The same person, in a new mail.
    world.inbox.deliver(Sample { message_id: Some("2@x"), decision: "ajeno", ..Sample::default() }.raw());
    world.cycle().await;
    let mail = &world.mails().await[1];
    assert_eq!((mail.decision, mail.case.is_none()), (Some(Decision::Ajeno), true));
}

#[tokio::test]
async fn a_reply_that_comes_back_calls_a_person() {
    for known in [true, false] {
        let world = World::new();
        world.inbox.deliver(Sample { decision: "subsanacion", ..Sample::default() }.raw());
        world.cycle().await;
        let ours = world.post.delivered()[0].message_id.clone();
        let report = Sample {
            message_id: Some("2@mx"),
            from: "MAILER-DAEMON@mx.muni.gob.pe".to_owned(),
            undelivered: Some(if known { ours } else { "another@x".to_owned() }),
            decision: "automatico",
            ..Sample::default()
        };
        world.inbox.deliver(report.raw());
        world.cycle().await;
        let mails = world.mails().await;
        assert_eq!(mails[0].attention(), if known { vec![Attention::ReplyRefused] } else { vec![] });
        assert_eq!(
            mails[1].case.as_ref().map(|case| case.number),
            mails[0].case.as_ref().filter(|_| known).map(|case| case.number)
        );
        assert_eq!(mails[1].decision, Some(Decision::Automatico));
        world.assert_sound().await;
        if known {
            let reply = &mails[0].replies[0];
            assert_eq!(
                reply.last_response.as_deref(),
                Some("El servidor del destinatario la devolvió (código 5.1.1).")
            );
            world
                .ledger
                .rule_on_reply(reply.id, "rosa".to_owned(), ReplyChoice::Send, world.clock.now())
                .await
                .unwrap();
            world.cycle().await;
            assert_eq!(world.post.delivered().len(), 2);
            assert!(world.ledger.mails(MailQuery::NeedingAttention).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn what_arrived_before_the_day_it_begins_with_is_passed_over() {
    let mut world = World::new();
    for number in 1..=7 {
        let id = Some(["a@x", "b@x", "c@x", "d@x", "e@x", "f@x", "g@x"][number - 1]);
        world.inbox.deliver(Sample { message_id: id, number: format!("{number}-2026"), ..Sample::default() }.raw());
    }
    world.settings.max_mails_per_cycle = 2;
    // The last two arrived now, the others long ago.
    for mail in world.inbox.0.lock().unwrap().mails.iter_mut().take(5) {
        mail.arrived -= 90 * 24 * 3600;
    }
    world.settings.since = Some(world.clock.now() - jiff::SignedDuration::from_hours(24));
    world.cycle().await;
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 2);
    assert_eq!(world.mails().await.len(), 2);
    let compared = reconcile(&mut world.inbox.clone(), "mesa", world.settings.since, &world.ledger).await.unwrap();
    assert!(compared.unknown_to_ledger.is_empty());
    world.assert_sound().await;
}

#[tokio::test]
async fn an_old_mail_is_answered_by_a_person_until_a_person_asks_for_it() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.inbox.0.lock().unwrap().mails[0].arrived -= 8 * 24 * 3600;
    world.cycle().await;
    assert!(world.post.delivered().is_empty());
    let mail = world.mails().await[0].clone();
    assert_eq!(mail.attention(), [Attention::Revision]);
    world.ledger.reprocess(mail.id, "rosa".to_owned(), world.clock.now()).await.unwrap();
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert!(world.mails().await[0].attention().is_empty());
}

#[tokio::test]
async fn a_clock_that_was_ahead_and_is_set_back_holds_up_no_reply() {
    let mut world = World::new();
    world.settings.replies_per_hour = 1;
    world.clock.pass_minutes(365 * 24 * 60);
    world.inbox.deliver(Sample::default().raw());
    let other = Sample { message_id: Some("2@x"), from: "eva@muni.gob.pe".to_owned(), ..Sample::default() };
    world.inbox.deliver(Sample { number: "7-2026".to_owned(), ..other }.raw());
    for mail in &mut world.inbox.0.lock().unwrap().mails {
        mail.arrived += 365 * 24 * 3600;
    }
    world.post.answer("ana@muni.gob.pe", vec![Delivery::TryLater { reason: "451".to_owned() }]);
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1, "the other one is to be tried again");
    world.clock.pass_minutes(-365 * 24 * 60);
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 2);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_second_answer_without_the_oficio_goes_to_a_person() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "subsanacion", finding: "oficio.ausente", ..Sample::default() }.raw());
    world.cycle().await;
    // A program that answers each mail of ours by «adjunto encontrará …» would be answered for ever.
    let ours = world.post.delivered()[0].message_id.clone();
    let answer = Sample {
        message_id: Some("2@x"),
        in_reply_to: Some(ours),
        decision: "subsanacion",
        finding: "oficio.ausente",
        dni: "",
        ..Sample::default()
    };
    world.inbox.deliver(answer.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert_eq!(world.mails().await[1].attention(), [Attention::Revision]);
}
