//! What comes back to us: replies that were not delivered.

use super::fakes::Sample;
use super::*;
use crate::ledger::{Attention, ReplyChoice};

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
