//! The daemon: how it starts, answers, and ends, by request and without one.

use std::time::{Duration, Instant};

use oficios::ledger::ReplyState;
use oficios::verdict::Decision;

use crate::desk::letter::Letter;
use crate::desk::message::{Message, attached};
use crate::desk::{Background, Desk};
use crate::servers::until;

fn oficio(number: u32) -> (String, Vec<u8>) {
    let id = format!("oficio-{number}@muni");
    let place = ["Huanca", "Lucma", "Pampas", "Tambo", "Yauya", "Acora"][number as usize % 6];
    let from = format!("mesadepartes{number}@muni.gob.pe");
    let letter = Letter::right(number, place);
    (id.clone(), Message::new(&from, &id, vec![attached("oficio.pdf", &letter.pdf())]).bytes())
}

fn deliver(desk: &Desk, numbers: std::ops::RangeInclusive<u32>) {
    for number in numbers {
        let (id, bytes) = oficio(number);
        desk.imap.deliver(&id, &bytes);
    }
}

/// Every mail is stored, decided and answered exactly once, by what the ledger and the SMTP server say.
#[track_caller]
fn all_are_answered_once(desk: &Desk, numbers: std::ops::RangeInclusive<u32>) {
    for number in numbers.clone() {
        let mail = desk.mail(&oficio(number).0);
        assert_eq!(mail.decision, Some(Decision::Confirmado), "{number}: {:?}", mail.assessment);
        assert_eq!(mail.replies.len(), 1, "{number}");
        assert_eq!(mail.replies[0].state, ReplyState::Sent, "{number}");
        assert_eq!(desk.sent_to(&format!("mesadepartes{number}@muni.gob.pe")).len(), 1, "{number}");
    }
    assert_eq!(desk.sent().len(), numbers.clone().count());
    assert_eq!(desk.count(".Oficios.Confirmados"), numbers.count());
}

#[test]
fn it_answers_mail_as_it_arrives_and_gives_out_the_report() {
    let desk = Desk::open();
    // No cycle by schedule within the test, and a report that is due all day.
    desk.reconfigure("[report]\n", "[schedule]\ncycle = \"0 0 1 1 *\"\n\n[report]\ncycle = \"0 0 * * *\"\n");
    desk.once();
    desk.let_cycles_be_days_old(2);
    let mut daemon = desk.start("run");
    daemon.wait_for("the daily report is out");
    let reports: Vec<_> = std::fs::read_dir(desk.folder().join("reports"))
        .unwrap()
        .map(|entry| entry.unwrap().path().extension().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(reports.len(), 2, "{reports:?}");

    // At once, and again: the second may come while the program is between two waits.
    deliver(&desk, 1..=1);
    until("the first answer", || desk.sent().len() == 1);
    deliver(&desk, 2..=2);
    until("the second answer", || desk.sent().len() == 2);

    daemon.terminate();
    let began = Instant::now();
    assert_eq!(daemon.exit_code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    desk.once();
    all_are_answered_once(&desk, 1..=2);
}

#[test]
fn the_day_before_it_was_set_up_has_no_report() {
    let desk = Desk::open();
    desk.reconfigure("[report]\n", "[schedule]\ncycle = \"0 0 1 1 *\"\n\n[report]\ncycle = \"0 0 * * *\"\n");
    let mut daemon = desk.start("run");
    daemon.wait_for("cycle 1 ended");
    // The report would be given out before it listens again.
    deliver(&desk, 1..=1);
    daemon.wait_for("cycle 2 ended");
    daemon.terminate();
    assert_eq!(daemon.exit_code(), Some(0));
    assert!(!desk.folder().join("reports").exists());
}

#[test]
fn asked_to_stop_it_finishes_the_mail_at_hand_and_the_next_run_does_the_rest() {
    let desk = Desk::open();
    for (round, moment) in ["stored", "Confirmado", "reply sent"].into_iter().enumerate() {
        let first = u32::try_from(round).unwrap() * 3 + 1;
        deliver(&desk, first..=first + 2);
        let mut daemon = desk.start("run");
        daemon.wait_for(moment);
        daemon.terminate();
        assert_eq!(daemon.exit_code(), Some(0), "{}", daemon.log());
        assert!(daemon.log().contains("stopped"));
    }
    desk.once();
    all_are_answered_once(&desk, 1..=9);
}

#[test]
fn killed_at_any_moment_it_loses_nothing_and_answers_nothing_twice() {
    let desk = Desk::open();
    // Each number is a mail of its own; each moment, the line of the log at which the program is killed.
    let moments = ["new mails in the inbox", "stored", "mails to judge", "Confirmado", "queued", "reply sent", "filed"];
    let mails = u32::try_from(moments.len()).unwrap();
    for (number, moment) in (1..).zip(moments) {
        deliver(&desk, number..=number);
        let mut daemon: Background = desk.start("once");
        daemon.wait_for(moment);
        daemon.kill();
    }
    nothing_is_lost_or_doubled(&desk, 1..=mails);
}

#[test]
fn killed_again_and_again_it_still_loses_nothing_and_answers_nothing_twice() {
    let desk = Desk::open();
    let delays = [20, 60, 120, 200, 300, 450, 650, 900];
    let mails = u32::try_from(delays.len()).unwrap() * 2;
    for (round, delay) in (0..).zip(delays) {
        deliver(&desk, round * 2 + 1..=round * 2 + 2);
        let program = desk.start("once");
        std::thread::sleep(Duration::from_millis(delay));
        program.kill();
    }
    nothing_is_lost_or_doubled(&desk, 1..=mails);
}

/// After one more cycle. A reply that was on its way when the program was killed is in doubt: nobody sends it again, and a person
/// is told.
#[track_caller]
fn nothing_is_lost_or_doubled(desk: &Desk, numbers: std::ops::RangeInclusive<u32>) {
    desk.once();
    for number in numbers.clone() {
        let mail = desk.mail(&oficio(number).0);
        assert_eq!(mail.decision, Some(Decision::Confirmado), "{number}");
        let kept = desk.sent_to(&format!("mesadepartes{number}@muni.gob.pe")).len();
        match mail.replies.as_slice() {
            [reply] if reply.state == ReplyState::Sent => assert_eq!(kept, 1, "{number}"),
            [reply] if reply.state == ReplyState::Unknown => {
                assert!(kept <= 1, "{number}");
                assert!(!mail.attention().is_empty(), "{number}: a person is called");
            }
            replies => panic!("{number}: {} replies, {:?}", replies.len(), replies.first().map(|reply| reply.state)),
        }
    }
    assert_eq!(desk.count(".Oficios.Confirmados") + desk.count(""), numbers.count());
}

#[test]
fn killed_while_the_server_takes_a_reply_it_does_not_send_it_again() {
    let desk = Desk::open();
    let letter = Letter::right(1, "Huanca");
    let message = Message::new("dot-wait@munihuanca.gob.pe", "uno@muni", vec![attached("oficio.pdf", &letter.pdf())]);
    desk.imap.deliver("1", &message.bytes());
    let daemon = desk.start("once");
    until("the server to have the reply", || desk.sent().len() == 1);
    daemon.kill();
    for _ in 0..2 {
        desk.once();
    }
    assert_eq!(desk.sent().len(), 1);
    let mail = desk.mail("uno@muni");
    assert_eq!(mail.replies[0].state, ReplyState::Unknown);
    assert!(!mail.attention().is_empty(), "a person is called");
}

#[test]
fn a_second_daemon_on_the_same_ledger_says_so_and_ends() {
    let desk = Desk::open();
    let mut daemon = desk.start("run");
    daemon.wait_for("ended: ");
    for command in ["run", "once"] {
        let second = desk.oficios(command, &[]);
        assert_eq!(second.code, Some(2), "{}", second.err);
        assert!(second.err.contains("another oficios is working on this ledger"), "{}", second.err);
    }
    daemon.terminate();
    assert_eq!(daemon.exit_code(), Some(0));
    desk.once();
}
