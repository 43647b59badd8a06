//! One behaviour a test, without crashes.

use super::fakes::{Place, Sample};
use super::*;
use crate::ledger::{
    Attention, CaseQuery, CaseState, CycleOutcome, FilingState, MailState, ReplyChoice, ReplyState, Wholeness,
};
use crate::outbox::Delivery;

#[tokio::test]
async fn an_oficio_is_stored_answered_and_filed() {
    let world = World::new();
    let key = world.inbox.deliver(Sample::default().raw());
    let (summary, told) = world.told_cycle().await;
    assert_eq!(summary.outcome, CycleOutcome::Good);
    assert_eq!((summary.stored, summary.judged, summary.sent, summary.filed), (1, 1, 1, 1));
    let mails = world.mails().await;
    assert_eq!(mails[0].decision, Some(Decision::Confirmado));
    assert_eq!(mails[0].replies[0].state, ReplyState::Sent);
    assert_eq!(mails[0].filing, FilingState::Filed);
    assert_eq!(mails[0].case.as_ref().unwrap().number.to_string(), "2026-000001");
    assert_eq!(mails[0].case.as_ref().unwrap().state, CaseState::Confirmed);
    assert_eq!(world.inbox.place_of(&key).0, Place::Folder("Confirmados".to_owned()));
    let delivered = world.post.delivered();
    assert_eq!(delivered[0].envelope_to, ["ana@muni.gob.pe"]);
    assert!(delivered[0].message_id.starts_with("2026-000001."));
    assert!(matches!(told.last(), Some(Event::Ended { outcome: CycleOutcome::Good, .. })));
    world.assert_sound().await;
    assert_eq!(world.ledger.last_good_cycle().await.unwrap().unwrap().ended.unwrap().1, summary);
}

#[tokio::test]
async fn other_mail_and_machines_are_left_untouched_and_unanswered() {
    let world = World::new();
    let ajeno = world.inbox.deliver(Sample { decision: "ajeno", ..Sample::default() }.raw());
    let bounce =
        world.inbox.deliver(Sample { decision: "automatico", message_id: Some("2@x"), ..Sample::default() }.raw());
    world.cycle().await;
    world.cycle().await;
    for key in [ajeno, bounce] {
        assert_eq!(world.inbox.place_of(&key), (Place::Inbox, Vec::new()));
    }
    assert!(world.post.delivered().is_empty());
    assert!(world.mails().await.iter().all(|mail| mail.case.is_none() && mail.filing == FilingState::Untouched));
    assert!(world.ledger.mails(MailQuery::NeedingAttention).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_person_must_see_is_marked_and_unanswered() {
    let world = World::new();
    let key = world.inbox.deliver(Sample { decision: "revision", ..Sample::default() }.raw());
    world.cycle().await;
    assert_eq!(world.inbox.place_of(&key), (Place::Inbox, vec!["Revision".to_owned()]));
    assert!(world.post.delivered().is_empty());
    let calls = world.ledger.mails(MailQuery::NeedingAttention).await.unwrap();
    assert_eq!(calls[0].attention(), [Attention::Revision]);
    let number = calls[0].case.as_ref().unwrap().number;
    world.ledger.resolve(number, "rosa".to_owned(), "llamé".to_owned(), world.clock.now()).await.unwrap();
    assert!(world.ledger.mails(MailQuery::NeedingAttention).await.unwrap().is_empty());
    let trail = world.ledger.case(number).await.unwrap().trail;
    let actions: Vec<&str> = trail.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["mail.stored", "case.opened", "mail.decided", "mail.filed", "case.resolved"]);
}

#[tokio::test]
async fn a_mail_without_a_message_id_works() {
    let world = World::new();
    for number in ["1-2026", "2-2026"] {
        world.inbox.deliver(Sample { message_id: None, number: number.to_owned(), ..Sample::default() }.raw());
    }
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 2);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_mail_whose_sender_is_unknown_goes_to_a_person() {
    let world = World::new();
    let unsigned = Sample { from: String::new(), ..Sample::default() };
    let ours =
        Sample { from: "ALIAS@gobiernodigital.gob.pe".to_owned(), number: "2-2026".to_owned(), ..Sample::default() };
    world.inbox.deliver(unsigned.raw());
    world.inbox.deliver(Sample { message_id: None, ..ours }.raw());
    world.cycle().await;
    assert!(world.post.delivered().is_empty());
    assert!(world.mails().await.iter().all(|mail| mail.decision == Some(Decision::Revision)));
}

#[tokio::test]
async fn a_reply_that_cannot_be_written_calls_a_person() {
    let world = World::new();
    world.inbox.deliver(Sample { subject: "unwritable".to_owned(), ..Sample::default() }.raw());
    world.cycle().await;
    let mails = world.mails().await;
    assert_eq!(mails[0].attention(), [Attention::Revision]);
    assert!(mails[0].replies.is_empty());
}

#[tokio::test]
async fn a_copy_of_the_same_bytes_is_not_judged_and_not_answered() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    let copy = world.inbox.deliver(Sample::default().raw());
    let (summary, told) = world.told_cycle().await;
    assert_eq!((summary.judged, summary.duplicates), (0, 1));
    assert_eq!(world.post.delivered().len(), 1);
    let mails = world.mails().await;
    assert!(told.contains(&Event::Duplicate { mail: mails[1].id }));
    assert_eq!((mails[1].state, mails[1].duplicate_of), (MailState::Duplicate, Some(mails[0].id)));
    assert_eq!(world.inbox.place_of(&copy).0, Place::Folder("Confirmados".to_owned()));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_redelivered_copy_with_another_trace_is_not_answered_again() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.inbox.deliver(Sample { received: 1, ..Sample::default() }.raw());
    world.cycle().await;
    world.inbox.deliver(Sample { received: 2, ..Sample::default() }.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    let states: Vec<MailState> = world.mails().await.iter().map(|mail| mail.state).collect();
    assert_eq!(states, [MailState::Decided, MailState::Duplicate, MailState::Duplicate]);
}

#[tokio::test]
async fn the_same_message_id_with_other_content_goes_to_a_person() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    world.inbox.deliver(Sample { dni: "87654321", number: "9-2026".to_owned(), ..Sample::default() }.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert_eq!(world.mails().await[1].attention(), [Attention::Revision]);
}

#[tokio::test]
async fn a_changed_uidvalidity_answers_nothing_again() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "revision", ..Sample::default() }.raw());
    world.inbox.deliver(Sample { message_id: Some("2@x"), number: "2-2026".to_owned(), ..Sample::default() }.raw());
    world.inbox.0.lock().unwrap().unfileable.insert("2".to_owned());
    world.cycle().await;
    world.inbox.change_validity();
    world.inbox.0.lock().unwrap().unfileable.clear();
    world.cycle().await;
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    let mails = world.mails().await;
    assert_eq!(mails.len(), 4);
    assert_eq!(mails[1].filing, FilingState::Gone, "its old key is gone");
    assert_eq!(mails[3].filing, FilingState::Filed, "the copy is filed in its place");
    assert_eq!(world.inbox.place_of(&mails[3].key).0, Place::Folder("Confirmados".to_owned()));
    world.assert_sound().await;
}

#[tokio::test]
async fn the_same_oficio_sent_anew_within_a_day_is_not_answered_and_later_is() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    world.inbox.deliver(Sample { message_id: Some("2@x"), subject: "Reenvío".to_owned(), ..Sample::default() }.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert_eq!(world.mails().await[1].state, MailState::Duplicate);
    world.clock.pass_minutes(25 * 60);
    let later = Sample { message_id: Some("3@x"), entity: "municipalidad  de ICA", ..Sample::default() };
    world.inbox.deliver(later.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 2);
    assert_eq!(world.ledger.cases(CaseQuery::All).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_correction_joins_its_case_by_thread_by_subject_and_by_oficio() {
    let first = Sample { decision: "subsanacion", dni: "1234567", ..Sample::default() };
    let world = World::new();
    world.inbox.deliver(first.raw());
    world.cycle().await;
    let ours = world.post.delivered()[0].message_id.clone();
    let corrected = Sample { message_id: Some("2@x"), ..Sample::default() };
    let by_thread = Sample { number: String::new(), in_reply_to: Some(ours), ..corrected.clone() };
    let by_subject =
        Sample { number: String::new(), subject: "RE: Oficio [Caso 2026-000001]".to_owned(), ..corrected.clone() };
    for correction in [by_thread, by_subject, corrected] {
        let world = World::new();
        world.inbox.deliver(first.raw());
        world.cycle().await;
        let case = world.ledger.cases(CaseQuery::All).await.unwrap()[0].clone();
        assert_eq!(case.state, CaseState::AwaitingCorrection);
        assert_eq!(case.deadline.unwrap().to_string(), "2026-11-26");
        world.inbox.deliver(correction.raw());
        world.cycle().await;
        let cases = world.ledger.cases(CaseQuery::All).await.unwrap();
        assert_eq!(cases.len(), 1, "{correction:?}");
        assert_eq!((cases[0].state, cases[0].deadline), (CaseState::Confirmed, None));
        assert_eq!(world.post.delivered().len(), 2);
    }
}

#[tokio::test]
async fn a_new_finding_on_unchanged_data_goes_to_an_operator() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "subsanacion", dni: "1234567", ..Sample::default() }.raw());
    world.cycle().await;
    let again = Sample {
        message_id: Some("2@x"),
        decision: "subsanacion",
        dni: "1234567",
        finding: "correo.formato",
        ..Sample::default()
    };
    world.inbox.deliver(again.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert_eq!(world.mails().await[1].attention(), [Attention::Revision]);
}

#[tokio::test]
async fn other_data_for_a_confirmed_oficio_goes_to_a_person() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    world.inbox.deliver(Sample { message_id: Some("2@x"), dni: "87654321", ..Sample::default() }.raw());
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert_eq!(world.mails().await[1].attention(), [Attention::Revision]);
    assert_eq!(world.ledger.cases(CaseQuery::NeedingAttention).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_correction_in_the_same_batch_as_the_oficio_finds_its_case() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "subsanacion", dni: "1234567", ..Sample::default() }.raw());
    world.inbox.deliver(Sample { message_id: Some("2@x"), ..Sample::default() }.raw());
    world.cycle().await;
    let cases = world.ledger.cases(CaseQuery::All).await.unwrap();
    assert_eq!((cases.len(), cases[0].state), (1, CaseState::Confirmed));
}

#[tokio::test]
async fn a_case_whose_refused_reply_was_made_up_for_no_longer_waits() {
    let world = World::new();
    world.inbox.deliver(Sample::default().raw());
    world.post.answer("ana@muni.gob.pe", vec![Delivery::Refused { reason: "5.7.1".to_owned() }]);
    world.cycle().await;
    let mail = world.mails().await[0].clone();
    assert_eq!(mail.attention(), [Attention::ReplyRefused]);
    world.ledger.reprocess(mail.id, "rosa".to_owned(), world.clock.now()).await.unwrap();
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 1);
    assert!(world.ledger.mails(MailQuery::NeedingAttention).await.unwrap().is_empty());
    assert!(world.ledger.cases(CaseQuery::NeedingAttention).await.unwrap().is_empty());
    world.assert_sound().await;
}

#[tokio::test]
async fn an_overdue_correction_is_shown_to_an_operator_and_nothing_else_happens() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "subsanacion", ..Sample::default() }.raw());
    world.cycle().await;
    world.clock.pass_minutes(2 * 24 * 60);
    world.cycle().await;
    assert!(
        world.ledger.cases(CaseQuery::InState(CaseState::Overdue)).await.unwrap().is_empty(),
        "the last day counts"
    );
    world.clock.pass_minutes(24 * 60);
    let (_, told) = world.told_cycle().await;
    assert!(told.iter().any(|event| matches!(event, Event::CorrectionOverdue { .. })));
    assert_eq!(world.mails().await[0].attention(), [Attention::CorrectionOverdue]);
    assert_eq!(world.post.delivered().len(), 1);
}

#[tokio::test]
async fn a_reader_that_fails_three_times_gives_the_mail_to_a_person_and_stops_no_other() {
    let world = World::new();
    let bad = world.inbox.deliver(Sample { decision: "unreadable", ..Sample::default() }.raw());
    world.inbox.deliver(Sample { message_id: Some("2@x"), ..Sample::default() }.raw());
    let first = world.cycle().await;
    assert_eq!((first.outcome, first.sent), (CycleOutcome::Troubled, 1));
    world.cycle().await;
    assert_eq!(world.mails().await[0].state, MailState::Waiting);
    let third = world.cycle().await;
    assert_eq!(third.quarantined, 1);
    let mails = world.mails().await;
    assert_eq!(mails[0].state, MailState::Quarantined);
    assert_eq!(mails[0].attention(), [Attention::Quarantined]);
    assert_eq!(world.inbox.place_of(&bad), (Place::Inbox, vec!["Revision".to_owned()]));
    assert_eq!(world.cycle().await.outcome, CycleOutcome::Good);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_mail_that_is_too_big_stays_in_the_mailbox_for_a_person() {
    let world = World::new();
    let raw = Sample { subject: "x".repeat(3000), ..Sample::default() }.raw();
    let key = world.inbox.deliver(raw.clone());
    world.cycle().await;
    let mails = world.mails().await;
    assert_eq!((mails[0].state, mails[0].wholeness), (MailState::Quarantined, Wholeness::Head));
    assert_eq!(mails[0].size, raw.len() as u64);
    assert_eq!(world.inbox.place_of(&key), (Place::Inbox, Vec::new()), "the only whole copy is not touched");
    assert!(world.ledger.reprocess(mails[0].id, "rosa".to_owned(), world.clock.now()).await.is_err());
}

#[tokio::test]
async fn a_mail_that_cannot_be_fetched_stops_no_other_and_ends_with_a_person() {
    let world = World::new();
    let bad = world.inbox.deliver(Sample::default().raw());
    world.inbox.0.lock().unwrap().unfetchable.insert(bad.uid.clone());
    world.inbox.deliver(Sample { message_id: Some("2@x"), number: "2-2026".to_owned(), ..Sample::default() }.raw());
    let summary = world.cycle().await;
    assert_eq!((summary.outcome, summary.sent), (CycleOutcome::Troubled, 1));
    for _ in 0..4 {
        world.cycle().await;
    }
    let mails = world.mails().await;
    assert_eq!((mails.len(), mails[1].wholeness), (2, Wholeness::Unfetched));
    assert_eq!(mails[1].attention(), [Attention::Quarantined]);
    assert_eq!(world.inbox.place_of(&bad), (Place::Inbox, Vec::new()));
    assert_eq!(world.cycle().await.outcome, CycleOutcome::Good);
}

#[tokio::test]
async fn a_mail_that_cannot_be_filed_is_tried_again_and_stops_no_other() {
    let world = World::new();
    let bad = world.inbox.deliver(Sample::default().raw());
    world.inbox.0.lock().unwrap().unfileable.insert(bad.uid.clone());
    let good =
        world.inbox.deliver(Sample { message_id: Some("2@x"), number: "2-2026".to_owned(), ..Sample::default() }.raw());
    world.cycle().await;
    assert_eq!(world.inbox.place_of(&good).0, Place::Folder("Confirmados".to_owned()));
    assert_eq!(world.inbox.place_of(&bad).0, Place::Inbox);
    world.inbox.0.lock().unwrap().unfileable.clear();
    world.cycle().await;
    assert_eq!(world.inbox.place_of(&bad).0, Place::Folder("Confirmados".to_owned()));
    assert_eq!(world.post.delivered().len(), 2);
}

#[tokio::test]
async fn a_mailbox_that_is_down_does_not_keep_replies_from_going_out() {
    let world = World::new();
    world.post.answer("ana@muni.gob.pe", vec![Delivery::TryLater { reason: "451".to_owned() }]);
    let key = world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    assert_eq!(world.mails().await[0].replies[0].state, ReplyState::Queued);
    assert_eq!(world.inbox.place_of(&key).0, Place::Inbox, "it is not filed as confirmed before it is");
    world.inbox.0.lock().unwrap().down = true;
    let summary = world.cycle().await;
    assert_eq!((summary.outcome, summary.sent), (CycleOutcome::Troubled, 1));
    world.inbox.0.lock().unwrap().down = false;
    world.cycle().await;
    assert_eq!(world.inbox.place_of(&key).0, Place::Folder("Confirmados".to_owned()));
}

#[tokio::test]
async fn a_refused_reply_calls_a_person_who_may_send_it_again() {
    let world = World::new();
    world.post.answer("ana@muni.gob.pe", vec![Delivery::Refused { reason: "550".to_owned() }]);
    let key = world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    let mail = world.mails().await.remove(0);
    assert_eq!(mail.attention(), [Attention::ReplyRefused]);
    assert_eq!(world.inbox.place_of(&key), (Place::Inbox, vec!["Revision".to_owned()]));
    let now = world.clock.now();
    world.ledger.rule_on_reply(mail.replies[0].id, "rosa".to_owned(), ReplyChoice::Send, now).await.unwrap();
    world.cycle().await;
    assert_eq!(world.mails().await[0].replies[0].state, ReplyState::Sent);
    assert_eq!(world.inbox.place_of(&key).0, Place::Folder("Confirmados".to_owned()));
}

#[tokio::test]
async fn a_reply_that_is_in_doubt_is_not_sent_again_unless_a_person_says_so() {
    let world = World::new();
    world.post.answer("ana@muni.gob.pe", vec![Delivery::Unknown { reason: "line broke".to_owned() }]);
    world.inbox.deliver(Sample::default().raw());
    for _ in 0..3 {
        world.cycle().await;
    }
    let mail = world.mails().await.remove(0);
    assert_eq!(mail.attention(), [Attention::ReplyUnknown]);
    assert!(world.post.delivered().is_empty());
    world.inbox.0.lock().unwrap().sent = Some([mail.replies[0].message.message_id.clone()].into());
    world.cycle().await;
    assert_eq!(world.mails().await[0].replies[0].state, ReplyState::Sent, "it is in Sent after all");
    world.assert_sound().await;
}

#[tokio::test]
async fn the_caps_hold_replies_and_call_a_person_until_a_person_lets_them_go() {
    let mut world = World::new();
    world.settings.replies_per_correspondent_per_day = 2;
    for number in 1..=3 {
        let number = format!("{number}-2026");
        world.inbox.deliver(Sample { message_id: None, number, ..Sample::default() }.raw());
    }
    let summary = world.cycle().await;
    assert_eq!((summary.sent, summary.held), (2, 1));
    let held = world.mails().await.remove(2);
    assert_eq!(held.attention(), [Attention::ReplyHeld]);
    world.clock.pass_minutes(24 * 60);
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 2, "a held reply waits for a person, not for tomorrow");
    let now = world.clock.now();
    world.ledger.rule_on_reply(held.replies[0].id, "rosa".to_owned(), ReplyChoice::Send, now).await.unwrap();
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 3);
}

#[tokio::test]
async fn the_cap_of_an_hour_counts_everybody() {
    let mut world = World::new();
    world.settings.replies_per_hour = 2;
    for who in 1..=3 {
        let sample = Sample { from: format!("p{who}@muni.gob.pe"), number: format!("{who}-2026"), ..Sample::default() };
        world.inbox.deliver(Sample { message_id: None, ..sample }.raw());
    }
    let summary = world.cycle().await;
    assert_eq!((summary.sent, summary.held), (2, 1));
}

async fn judged_anew(decision: &'static str) -> (World, MailRecord) {
    let world = World::new();
    world.inbox.deliver(Sample { decision, dni: "1234567", ..Sample::default() }.raw());
    world.cycle().await;
    let mail = world.mails().await.remove(0);
    world.judge.form_changed.store(true, std::sync::atomic::Ordering::Relaxed);
    world.ledger.reprocess(mail.id, "rosa".to_owned(), world.clock.now()).await.unwrap();
    world.cycle().await;
    assert_eq!(world.ledger.cases(CaseQuery::All).await.unwrap().len(), 1);
    world.assert_sound().await;
    let mail = world.mails().await.remove(0);
    (world, mail)
}

#[tokio::test]
async fn a_mail_that_is_judged_anew_is_answered_anew_when_the_answer_is_another() {
    let (_, mail) = judged_anew("subsanacion>confirmado").await;
    assert_eq!(mail.replies.len(), 2);
    assert_ne!(mail.replies[0].message.message_id, mail.replies[1].message.message_id);
    let (_, mail) = judged_anew("revision>confirmado").await;
    assert_eq!(mail.replies.len(), 1);
    assert!(mail.attention().is_empty());
}

#[tokio::test]
async fn a_mail_that_is_judged_anew_is_not_answered_twice_with_the_same() {
    let (_, mail) = judged_anew("confirmado").await;
    assert_eq!((mail.state, mail.replies.len()), (MailState::Decided, 1));
    let (_, mail) = judged_anew("subsanacion").await;
    let case = mail.case.unwrap();
    assert_eq!((case.state, mail.replies.len()), (CaseState::AwaitingCorrection, 1));
    assert_eq!(case.deadline.unwrap().to_string(), "2026-11-26");
}

#[tokio::test]
async fn a_confirmation_that_would_be_taken_back_goes_to_a_person() {
    let (_, mail) = judged_anew("confirmado>subsanacion").await;
    assert_eq!((mail.attention(), mail.replies.len()), (vec![Attention::Revision], 1));
}

#[tokio::test]
async fn copies_are_kept_once_and_not_where_the_server_keeps_them() {
    let world = World::new();
    world.inbox.0.lock().unwrap().sent = Some(Default::default());
    world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    world.cycle().await;
    assert_eq!(world.inbox.0.lock().unwrap().sent.as_ref().unwrap().len(), 1);
    let world = World::new();
    world.post.0.lock().unwrap().keeps_copies_in = Some(world.inbox.clone());
    world.inbox.deliver(Sample::default().raw());
    world.cycle().await;
    assert_eq!(world.inbox.0.lock().unwrap().sent.as_ref().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cycle_that_is_told_to_stop_leaves_the_rest_for_the_next() {
    let world = World::new();
    for number in 1..=4 {
        world.inbox.deliver(Sample { message_id: None, number: format!("{number}-2026"), ..Sample::default() }.raw());
    }
    let stop = StopSignal::default();
    let stop_after_the_first = |event: &Event| {
        if matches!(event, Event::Stored { .. }) {
            stop.request();
        }
    };
    let mut cycle = Cycle::new(world.rooms(), world.settings.clone()).await.unwrap();
    let summary = cycle.run(&stop, &stop_after_the_first).await.unwrap();
    assert_eq!((summary.outcome, summary.stored, summary.judged), (CycleOutcome::Stopped, 1, 0));
    drop(cycle);
    world.cycle().await;
    assert_eq!(world.post.delivered().len(), 4);
    world.assert_sound().await;
}

#[tokio::test]
async fn more_mails_than_fit_in_a_cycle_wait_for_the_next() {
    let mut world = World::new();
    world.settings.max_mails_per_cycle = 2;
    for number in 1..=5 {
        let number = format!("{number}-2026");
        world.inbox.deliver(Sample { message_id: None, number, decision: "ajeno", ..Sample::default() }.raw());
    }
    for expected in [2, 4, 5] {
        world.cycle().await;
        assert_eq!(world.mails().await.len(), expected);
    }
}

#[tokio::test]
async fn reconciling_names_what_only_one_side_has() {
    let world = World::new();
    world.inbox.deliver(Sample { decision: "ajeno", ..Sample::default() }.raw());
    world.inbox.deliver(Sample { message_id: Some("2@x"), ..Sample::default() }.raw());
    world.cycle().await;
    let none = reconcile(&mut world.inbox.clone(), "mesa", world.settings.since, &world.ledger).await.unwrap();
    assert_eq!(none, Reconciliation { in_mailbox: 1, ..Reconciliation::default() });
    let new = world.inbox.deliver(Sample { message_id: Some("3@x"), ..Sample::default() }.raw());
    world.inbox.0.lock().unwrap().mails.remove(0);
    let found = reconcile(&mut world.inbox.clone(), "mesa", world.settings.since, &world.ledger).await.unwrap();
    assert_eq!(found.in_mailbox, 1);
    assert_eq!(found.unknown_to_ledger[0].key, new);
    assert_eq!(found.missing_in_mailbox, [world.mails().await[0].id]);
}
