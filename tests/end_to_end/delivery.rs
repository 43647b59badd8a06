//! What the SMTP server may answer to a reply, and what becomes of it.

use oficios::ledger::{Attention, MailRecord, ReplyState};

use crate::desk::Desk;
use crate::desk::letter::Letter;
use crate::desk::message::{Message, attached};

/// One oficio from a writer whose name tells the server how to behave.
fn deliver(desk: &Desk, writer: &str, number: u32) {
    let letter = Letter::right(number, "Huanca").pdf();
    let from = format!("{writer}@munihuanca.gob.pe");
    let message = Message::new(&from, &format!("{writer}@muni"), vec![attached("oficio.pdf", &letter)]);
    desk.imap.deliver(writer, &message.bytes());
}

fn reply(mail: &MailRecord) -> ReplyState {
    assert_eq!(mail.replies.len(), 1);
    mail.replies[0].state
}

#[test]
fn a_reply_is_tried_again_refused_or_in_doubt_as_the_server_says() {
    let desk = Desk::open();
    for (number, writer) in (1..).zip(["later-once", "refused", "dot-550", "dot-drop", "bueno"]) {
        deliver(&desk, writer, number);
    }
    let first = desk.oficios("once", &[]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    // The server's words name the recipients; the log does not.
    assert!(first.err.contains("reply refused") && !first.err.contains("munihuanca"), "{}", first.err);
    assert_eq!(reply(&desk.mail("later-once@muni")), ReplyState::Queued);
    assert_eq!(reply(&desk.mail("refused@muni")), ReplyState::Refused);
    assert_eq!(reply(&desk.mail("dot-550@muni")), ReplyState::Refused);
    assert_eq!(reply(&desk.mail("dot-drop@muni")), ReplyState::Unknown);
    assert_eq!(reply(&desk.mail("bueno@muni")), ReplyState::Sent);
    assert_eq!(desk.mail("refused@muni").attention(), [Attention::ReplyRefused]);
    assert_eq!(desk.mail("dot-drop@muni").attention(), [Attention::ReplyUnknown]);

    // Its time comes: it is sent, and the others are left as they are.
    desk.make_replies_due();
    desk.once();
    assert_eq!(reply(&desk.mail("later-once@muni")), ReplyState::Sent);
    assert_eq!(reply(&desk.mail("dot-drop@muni")), ReplyState::Unknown);
    let mut sent: Vec<String> = desk.sent().into_iter().map(|(to, _)| to).collect();
    sent.sort();
    assert_eq!(
        sent,
        ["bueno@munihuanca.gob.pe", "dot-drop@munihuanca.gob.pe", "later-once@munihuanca.gob.pe"],
        "nothing goes out twice"
    );

    // The Sent folder shows that the one in doubt went out after all.
    let message = desk.sent_to("dot-drop@munihuanca.gob.pe").remove(0);
    desk.imap.deliver_into(".Sent", "copy", message.as_bytes());
    desk.once();
    assert_eq!(reply(&desk.mail("dot-drop@muni")), ReplyState::Sent);
    assert_eq!(desk.sent().len(), 3);
}

#[test]
fn without_an_smtp_server_everything_is_kept_until_it_is_back() {
    let desk = Desk::open();
    deliver(&desk, "bueno", 1);
    desk.reconfigure(&format!("port = {}\n", desk.smtp.configuration().port), "port = 1\n");
    let told = desk.oficios("once", &[]).exits(1);
    assert!(told.contains("no reply could be handed over"), "{told}");
    assert_eq!(reply(&desk.mail("bueno@muni")), ReplyState::Queued);
    desk.reconfigure("port = 1\n", &format!("port = {}\n", desk.smtp.configuration().port));
    desk.make_replies_due();
    desk.once();
    assert_eq!(reply(&desk.mail("bueno@muni")), ReplyState::Sent);
    assert_eq!(desk.sent().len(), 1);
}

#[test]
fn a_writer_who_is_over_the_cap_is_left_to_a_person() {
    let desk = Desk::open();
    desk.reconfigure("[ledger]\n", "[replies]\nper_correspondent_per_day = 2\n\n[ledger]\n");
    for number in 1..=4 {
        let letter = Letter::right(number, "Huanca").pdf();
        let id = format!("{number}@muni");
        desk.imap
            .deliver(&id, &Message::new("bueno@munihuanca.gob.pe", &id, vec![attached("oficio.pdf", &letter)]).bytes());
    }
    desk.once();
    assert_eq!(desk.sent().len(), 2);
    let held = desk.ledger().iter().filter(|mail| mail.attention() == [Attention::ReplyHeld]).count();
    assert_eq!(held, 2);
}
