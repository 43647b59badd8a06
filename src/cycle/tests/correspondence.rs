//! What comes back to us: answers without an oficio, replies that were not delivered.

use super::fakes::Sample;
use super::*;
use crate::ledger::{Attention, ReplyChoice};

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
