//! The SMTP outbox against a real server, and against lines that break at every stage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy takes only #[test] functions for tests, and a suite's own servers must fail loudly, too"
)]

mod servers;

use std::time::{Duration, Instant};

use oficios::configuration::resolved::{Security, Server};
use oficios::outbox::smtp::SmtpOutbox;
use oficios::outbox::{Delivery, Outbox, OutgoingMessage};
use servers::smtp::{Mode, SmtpServer};
use servers::{ScriptedServer, client, password, run};

const TEXT: &[u8] = b"From: mesa@example.org\r\nSubject: Oficio\r\n\r\nHola\r\n.\r\n..dos\r\n.\r\n";

fn message_to(to: &[&str], bytes: &[u8]) -> OutgoingMessage {
    OutgoingMessage {
        message_id: "r1@oficios".to_owned(),
        envelope_from: Some("mesa@example.org".to_owned()),
        envelope_to: to.iter().map(|text| (*text).to_owned()).collect(),
        bytes: bytes.to_vec(),
    }
}

fn deliver(server: &Server, message: &OutgoingMessage) -> Delivery {
    run(SmtpOutbox::new(server).unwrap().deliver(message))
}

fn accepted(delivery: &Delivery) -> bool {
    matches!(delivery, Delivery::Accepted { .. })
}

#[test]
fn a_message_arrives_byte_for_byte_with_every_kind_of_security() {
    for mode in [Mode::Plain, Mode::StartTls, Mode::Tls] {
        let server = SmtpServer::start(mode);
        let delivery = deliver(&server.configuration(), &message_to(&["a@example.org"], TEXT));
        assert!(accepted(&delivery), "{delivery:?}");
        let kept = server.kept();
        assert_eq!(kept.len(), 1);
        assert_eq!(String::from_utf8_lossy(&kept[0].bytes), String::from_utf8_lossy(TEXT));
        assert_eq!(kept[0].envelope["from"], "mesa@example.org");
        assert_eq!(kept[0].envelope["to"], serde_json::json!(["a@example.org"]));
    }
}

#[test]
fn the_null_sender_and_eight_bit_content_and_long_messages_go_through() {
    let server = SmtpServer::start(Mode::Plain);
    let long = ["Subject: x\r\n\r\n".to_owned(), "Revisión de señales\r\n.\r\n".repeat(100_000)].concat();
    let mut message = message_to(&["a@example.org"], long.as_bytes());
    message.envelope_from = None;
    let delivery = deliver(&server.configuration(), &message);
    assert!(accepted(&delivery), "{delivery:?}");
    let kept = server.kept();
    assert!(kept[0].bytes == long.as_bytes());
    assert_eq!(kept[0].envelope["options"], serde_json::json!(["BODY=8BITMIME"]));
    assert_eq!(kept[0].envelope["from"], "<>");
}

#[test]
fn an_international_address_needs_a_server_that_takes_it() {
    let message = message_to(&["muñoz@example.org"], TEXT);
    let server = SmtpServer::start(Mode::Plain);
    assert!(accepted(&deliver(&server.configuration(), &message)));
    assert_eq!(server.kept()[0].envelope["options"], serde_json::json!(["SMTPUTF8"]));

    let old = SmtpServer::start(Mode::Old);
    let Delivery::Refused { reason } = deliver(&old.configuration(), &message) else { panic!() };
    assert!(reason.contains("SMTPUTF8"), "{reason}");
    let eight_bit = message_to(&["a@example.org"], "Subject: x\r\n\r\nñ\r\n".as_bytes());
    let Delivery::Refused { reason } = deliver(&old.configuration(), &eight_bit) else { panic!() };
    assert!(reason.contains("8BITMIME"), "{reason}");
    assert!(accepted(&deliver(&old.configuration(), &message_to(&["a@example.org"], TEXT))));
}

#[test]
fn a_refusal_is_told_from_a_later_by_the_servers_code() {
    let server = SmtpServer::start(Mode::Plain);
    let to = |names: &[&str]| deliver(&server.configuration(), &message_to(names, TEXT));
    for later in ["later@example.org", "dot-451@example.org"] {
        assert!(matches!(to(&[later]), Delivery::TryLater { .. }), "{later}");
    }
    for refused in ["refused@example.org", "dot-550@example.org"] {
        assert!(matches!(to(&[refused]), Delivery::Refused { .. }), "{refused}");
    }
    assert_eq!(server.kept().len(), 0);
}

#[test]
fn a_reason_holds_the_servers_words_and_no_address() {
    let server = SmtpServer::start(Mode::Plain);
    let Delivery::Refused { reason } = deliver(&server.configuration(), &message_to(&["refused@example.org"], TEXT))
    else {
        panic!()
    };
    assert_eq!(reason, "RCPT TO: permanent error (550): 5.1.1 <address> unknown");
}

#[test]
fn one_recipient_refused_for_good_does_not_keep_the_message_from_the_others() {
    let server = SmtpServer::start(Mode::Plain);
    let message = message_to(&["refused@example.org", "a@example.org"], TEXT);
    let Delivery::Accepted { response } = deliver(&server.configuration(), &message) else { panic!() };
    assert!(response.contains("1 other recipient refused") && !response.contains('@'), "{response}");
    assert_eq!(server.kept()[0].envelope["to"], serde_json::json!(["a@example.org"]));
}

#[test]
fn one_recipient_for_later_keeps_the_message_back_so_that_nobody_gets_it_twice() {
    let server = SmtpServer::start(Mode::Plain);
    let message = message_to(&["a@example.org", "later@example.org"], TEXT);
    let delivery = deliver(&server.configuration(), &message);
    assert!(matches!(delivery, Delivery::TryLater { .. }), "{delivery:?}");
    assert_eq!(server.kept().len(), 0);
}

#[test]
fn a_line_that_breaks_before_the_end_of_the_message_can_be_tried_again() {
    let server = SmtpServer::start(Mode::Plain);
    let delivery = deliver(&server.configuration(), &message_to(&["data-drop@example.org"], TEXT));
    assert!(matches!(delivery, Delivery::TryLater { .. }), "{delivery:?}");
    // Longer than what the system takes in for a server that reads no more.
    let long = ["Subject: x\r\n\r\n", &"0123456789abcdef\r\n".repeat(2_000_000)].concat();
    let delivery = deliver(&server.configuration(), &message_to(&["body-drop@example.org"], long.as_bytes()));
    assert!(matches!(delivery, Delivery::TryLater { .. }), "{delivery:?}");
    assert_eq!(server.kept().len(), 0);
}

#[test]
fn a_line_that_breaks_after_the_end_of_the_message_leaves_it_unknown() {
    let server = SmtpServer::start(Mode::Plain);
    let delivery = deliver(&server.configuration(), &message_to(&["dot-drop@example.org"], TEXT));
    assert!(matches!(delivery, Delivery::Unknown { .. }), "{delivery:?}");
    assert_eq!(server.kept().len(), 1, "the server did take it");
}

#[test]
fn a_server_that_never_acknowledges_leaves_the_message_unknown() {
    let server =
        ScriptedServer::start(&["220 ready\r\n", "250 x\r\n", "250 sender\r\n", "250 recipient\r\n", "354 go on\r\n"]);
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = client(server.port, Security::Plain, folder.path());
    configuration.login = None;
    configuration.timeout = Duration::from_secs(1);
    let began = Instant::now();
    let delivery = deliver(&configuration, &message_to(&["a@example.org"], TEXT));
    let Delivery::Unknown { reason } = &delivery else { panic!("{delivery:?}") };
    assert!(reason.contains("no answer within 10 s"), "{reason}");
    assert!(began.elapsed() < Duration::from_secs(60));
    assert!(server.heard().ends_with("\r\n.\r\n"), "{}", server.heard());
}

#[test]
fn a_server_that_is_silent_or_gone_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    servers::Certificates::write(folder.path());
    let silences = [
        (&[] as &[&str], Security::Plain),
        (&[], Security::Tls),
        (&[], Security::StartTls),
        (&["220 ready\r\n"], Security::Plain),
        (&["220 ready\r\n", "250-x\r\n250 STARTTLS\r\n"], Security::StartTls),
        (&["220 ready\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n"], Security::StartTls),
        (&["220 ready\r\n", "250 x\r\n", "250 sender\r\n", "250 recipient\r\n"], Security::Plain),
    ];
    for (greeting, security) in silences {
        let silent = ScriptedServer::start(greeting);
        let mut server = client(silent.port, security, folder.path());
        server.login = None;
        server.timeout = Duration::from_secs(1);
        let began = Instant::now();
        let delivery = deliver(&server, &message_to(&["a@example.org"], TEXT));
        assert!(matches!(delivery, Delivery::TryLater { .. }), "{greeting:?}: {delivery:?}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = client(closed, Security::Plain, folder.path());
    server.login = None;
    assert!(matches!(deliver(&server, &message_to(&["a@example.org"], TEXT)), Delivery::TryLater { .. }));
}

#[test]
fn an_answer_to_an_earlier_command_is_never_taken_for_the_acknowledgement() {
    // One answer too many before DATA: from there on each answer is one behind, and 354 comes after the message.
    let folder = tempfile::tempdir().unwrap();
    for (greeting, unknown) in [
        (&["220 ready\r\n250 x\r\n250 sender\r\n250 recipient\r\n250 stray\r\n354 go on\r\n"], false),
        (&["220 ready\r\n250 x\r\n250 sender\r\n250 recipient\r\n354 go on\r\n354 go on\r\n"], true),
        (&["220 ready\r\n250 x\r\n250 sender\r\n250 recipient\r\n354 go on\r\nno answer\r\n"], true),
    ] {
        let server = ScriptedServer::start(greeting);
        let mut configuration = client(server.port, Security::Plain, folder.path());
        configuration.login = None;
        let delivery = deliver(&configuration, &message_to(&["a@example.org"], TEXT));
        match delivery {
            Delivery::Unknown { .. } => assert!(unknown, "{greeting:?}"),
            Delivery::TryLater { .. } => assert!(!unknown, "{greeting:?}"),
            other => panic!("{greeting:?}: {other:?}"),
        }
    }
}

#[test]
fn a_wrong_password_or_certificate_is_no_verdict_on_the_message() {
    let server = SmtpServer::start(Mode::Tls);
    let mut wrong = server.configuration();
    wrong.login.as_mut().unwrap().password = password(server.folder(), "wrong");
    let mut anonymous = server.configuration();
    anonymous.login = None;
    let mut untrusted = server.configuration();
    untrusted.ca_file = None;
    let mut other_host = server.configuration();
    other_host.host = "127.0.0.1".to_owned();
    for (configuration, words) in
        [(wrong, "535"), (anonymous, "530"), (untrusted, "UnknownIssuer"), (other_host, "name")]
    {
        let delivery = deliver(&configuration, &message_to(&["a@example.org"], TEXT));
        let Delivery::TryLater { reason } = &delivery else { panic!("{words}: {delivery:?}") };
        assert!(reason.contains(words), "{reason}");
    }
    assert_eq!(server.kept().len(), 0);
}

#[test]
fn a_server_without_starttls_gets_no_password_and_no_message() {
    let server = ScriptedServer::start(&["220 ready\r\n", "250 x\r\n"]);
    let folder = tempfile::tempdir().unwrap();
    servers::Certificates::write(folder.path());
    let configuration = client(server.port, Security::StartTls, folder.path());
    let Delivery::TryLater { reason } = deliver(&configuration, &message_to(&["a@example.org"], TEXT)) else {
        panic!()
    };
    assert!(reason.contains("does not offer STARTTLS"), "{reason}");
    assert!(!server.heard().contains("AUTH") && !server.heard().contains("MAIL"), "{}", server.heard());
}

#[test]
fn an_acknowledgement_slipped_in_before_the_encryption_is_not_believed() {
    let server =
        ScriptedServer::start(&["220 ready\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250 x\r\n250 forged\r\n"]);
    let folder = tempfile::tempdir().unwrap();
    servers::Certificates::write(folder.path());
    let mut configuration = client(server.port, Security::StartTls, folder.path());
    configuration.login = None;
    let Delivery::TryLater { reason } = deliver(&configuration, &message_to(&["a@example.org"], TEXT)) else {
        panic!()
    };
    assert!(reason.contains("more than it was asked"), "{reason}");
}

#[test]
fn what_could_be_taken_for_two_messages_or_commands_is_not_sent() {
    let server = SmtpServer::start(Mode::Plain);
    let smuggled = b"Subject: x\r\n\r\nHola\n.\nMAIL FROM:<x@example.org>\r\n";
    let injected = message_to(&["a@example.org>\r\nRCPT TO:<b@example.org"], TEXT);
    for message in [message_to(&["a@example.org"], smuggled), injected, message_to(&[], TEXT)] {
        let delivery = deliver(&server.configuration(), &message);
        assert!(matches!(delivery, Delivery::Refused { .. }), "{delivery:?}");
    }
    let mut configuration = server.configuration();
    configuration.hello_name = Some("x\r\nMAIL FROM:<a@example.org>".to_owned());
    assert!(SmtpOutbox::new(&configuration).is_err());
    assert_eq!(server.kept().len(), 0);
}

#[test]
fn messages_in_a_row_use_one_connection_and_a_failure_ends_it() {
    let server = SmtpServer::start(Mode::Tls);
    run(async {
        let outbox = SmtpOutbox::new(&server.configuration()).unwrap();
        for to in ["a@example.org", "b@example.org", "dot-drop@example.org", "c@example.org"] {
            outbox.deliver(&message_to(&[to], TEXT)).await;
        }
    });
    let connections: Vec<u64> =
        server.kept().iter().map(|kept| kept.envelope["connections"].as_u64().unwrap()).collect();
    assert_eq!(connections, [1, 1, 1, 2]);
}

#[test]
fn the_probe_logs_in_and_sends_nothing() {
    for mode in [Mode::Plain, Mode::StartTls, Mode::Tls] {
        let server = SmtpServer::start(mode);
        run(SmtpOutbox::new(&server.configuration()).unwrap().probe()).unwrap();
        assert_eq!(server.kept().len(), 0);
    }
    let server = SmtpServer::start(Mode::Tls);
    let mut wrong = server.configuration();
    wrong.login.as_mut().unwrap().password = password(server.folder(), "wrong");
    let error = run(SmtpOutbox::new(&wrong).unwrap().probe()).unwrap_err();
    assert!(error.starts_with("localhost:") && error.contains("the login") && error.contains("535"), "{error}");
}
