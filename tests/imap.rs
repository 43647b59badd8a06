//! The IMAP mailbox against a real Dovecot.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy takes only #[test] functions for tests, and a suite's own servers must fail loudly, too"
)]

mod servers;

use std::path::Path;
use std::time::{Duration, Instant};

use oficios::configuration::resolved::{Imap, Login, Security, Server, Switch};
use oficios::mailbox::imap::{Access, ImapMailbox, ImapProbe, Keywords, Offers, SentFolder};
use oficios::mailbox::{Arrival, Filing, MailKey, Mailbox, MailboxError, News, SentLookup};
use servers::dovecot::{Abilities, Dovecot};
use servers::{Certificates, OTHER_PASSWORD, OTHER_USER, PATIENCE, ScriptedServer, client, password, run};

const MAIL: &[u8] = b"From: a@example.org\r\nSubject: Oficio\r\n\r\nCuadro\r\n";

async fn open(imap: &Imap) -> ImapMailbox {
    ImapMailbox::open("mesa", imap).await.unwrap()
}

/// A configuration for a server that is no Dovecot.
fn imap_at(port: u16, folder: &Path) -> Imap {
    Imap {
        server: client(port, Security::Plain, folder),
        folder: "INBOX".to_owned(),
        sent_folder: None,
        keep_sent_copies: Switch::Off,
    }
}

fn uids(arrivals: &[Arrival]) -> Vec<&str> {
    arrivals.iter().map(|arrival| arrival.key.uid.as_str()).collect()
}

fn folder(name: &str) -> Filing {
    Filing::Folder(name.to_owned())
}

#[test]
fn listing_and_fetching_mark_nothing_as_read_with_every_kind_of_security() {
    let server = Dovecot::start(Abilities::All);
    server.deliver("1", MAIL);
    for security in [Security::Tls, Security::StartTls, Security::Plain] {
        run(async {
            let mut mailbox = open(&server.imap(security)).await;
            let arrivals = mailbox.arrivals(None, 10).await.unwrap();
            assert_eq!(arrivals.len(), 1);
            assert_eq!(arrivals[0].size, MAIL.len() as u64);
            assert!(arrivals[0].arrived > 1_600_000_000, "{}", arrivals[0].arrived);
            assert_eq!(mailbox.fetch(&arrivals[0].key, 1000).await.unwrap(), MAIL);
            assert_eq!(mailbox.fetch(&arrivals[0].key, 10).await.unwrap(), &MAIL[..10]);
            mailbox.file(&arrivals[0].key, &Filing::Untouched).await.unwrap();
            mailbox.close().await;
        });
    }
    assert_eq!(server.mails("").len(), 1);
    assert_eq!(server.read_mails(""), 0);
}

#[test]
fn a_password_beyond_ascii_logs_in() {
    let server = Dovecot::start(Abilities::All);
    for security in [Security::Tls, Security::StartTls] {
        let mut imap = server.imap(security);
        imap.server.login =
            Some(Login { user: OTHER_USER.to_owned(), password: password(server.folder(), OTHER_PASSWORD) });
        run(open(&imap));
    }
}

#[test]
fn a_wrong_password_is_told_with_the_servers_words() {
    let server = Dovecot::start(Abilities::All);
    for security in [Security::Tls, Security::StartTls] {
        let mut imap = server.imap(security);
        imap.server.login.as_mut().unwrap().password = password(server.folder(), "wrong");
        let error = run(ImapMailbox::open("mesa", &imap)).err().unwrap();
        let words = error.to_string();
        assert!(words.starts_with("mesa: the server refused the login of mesadeayuda: "), "{words}");
        assert!(words.ends_with("Authentication failed."), "{words}");
        assert!(matches!(error, MailboxError::Login { .. }));
    }
}

#[test]
fn a_certificate_of_an_unknown_authority_or_another_host_is_refused() {
    let server = Dovecot::start(Abilities::All);
    for security in [Security::Tls, Security::StartTls] {
        let mut imap = server.imap(security);
        imap.server.ca_file = None;
        let error = run(ImapMailbox::open("mesa", &imap)).err().unwrap().to_string();
        assert!(error.contains("UnknownIssuer") && error.contains("ca_file"), "{error}");
        let mut imap = server.imap(security);
        imap.server.host = "127.0.0.1".to_owned();
        let error = run(ImapMailbox::open("mesa", &imap)).err().unwrap().to_string();
        assert!(error.contains("not valid for name"), "{error}");
    }
}

#[test]
fn a_server_without_starttls_gets_no_password() {
    let server = ScriptedServer::start(&["* OK ready\r\n", "A0001 BAD unknown command\r\n"]);
    let folder = tempfile::tempdir().unwrap();
    let imap = imap_at(server.port, folder.path());
    let error = run(ImapMailbox::open(
        "mesa",
        &Imap { server: Server { security: Security::StartTls, ..imap.server }, ..imap },
    ));
    let error = error.err().unwrap().to_string();
    assert!(error.contains("refuses STARTTLS (unknown command)"), "{error}");
    assert_eq!(server.heard(), "A0001 STARTTLS\r\n");
}

#[test]
fn a_server_that_says_nothing_is_given_up_within_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    Certificates::write(folder.path());
    for (greeting, security) in
        [(&[] as &[&str], Security::Tls), (&[], Security::Plain), (&["* OK ready\r\n"], Security::Plain)]
    {
        let silent = ScriptedServer::start(greeting);
        let mut imap = imap_at(silent.port, folder.path());
        imap.server.security = security;
        imap.server.timeout = Duration::from_secs(2);
        let began = Instant::now();
        let error = run(ImapMailbox::open("mesa", &imap)).err().unwrap();
        assert!(matches!(error, MailboxError::TimedOut { seconds: 2, .. }), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_server_that_falls_silent_later_is_given_up_and_the_connection_with_it() {
    // Login, CAPABILITY, LIST and SELECT are answered; what comes after is not. Tags are async-imap's.
    let silent = ScriptedServer::start(&[
        "* OK ready\r\nA0001 OK in\r\n* CAPABILITY IMAP4rev1 IDLE\r\nA0002 OK\r\n* LIST () \".\" \"\"\r\nA0003 OK\r\n\
         * 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nA0004 OK done\r\n",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let mut imap = imap_at(silent.port, folder.path());
    imap.server.timeout = Duration::from_secs(2);
    run(async {
        let mut mailbox = open(&imap).await;
        let key = MailKey { mailbox: "mesa".into(), validity: "7".into(), uid: "1".into() };
        let error = mailbox.fetch(&key, 10).await.unwrap_err();
        assert!(matches!(error, MailboxError::TimedOut { step: "UID FETCH", .. }), "{error}");
        let error = mailbox.fetch(&key, 10).await.unwrap_err();
        assert!(error.to_string().contains("given up"), "{error}");
    });
}

#[test]
fn an_answer_that_cannot_be_understood_ends_the_connection_and_is_not_quoted() {
    let strange = ScriptedServer::start(&[
        "* OK ready\r\nA0001 OK in\r\n* CAPABILITY IMAP4rev1\r\nA0002 OK\r\n* LIST () \".\" \"\"\r\nA0003 OK\r\n\
         * 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nA0004 OK done\r\n* 1 FETCH ((( DNI 12345678\r\n",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let imap = imap_at(strange.port, folder.path());
    run(async {
        let mut mailbox = open(&imap).await;
        let key = MailKey { mailbox: "mesa".into(), validity: "7".into(), uid: "1".into() };
        let error = mailbox.fetch(&key, 10).await.unwrap_err().to_string();
        assert!(error.contains("could not be understood") && !error.contains("12345678"), "{error}");
        assert!(mailbox.fetch(&key, 10).await.is_err());
    });
}

#[test]
fn filing_moves_one_mail_and_leaves_the_others_alone() {
    for abilities in [Abilities::All, Abilities::NoMove] {
        let server = Dovecot::start(abilities);
        for name in ["1", "2", "3"] {
            server.deliver(name, MAIL);
        }
        run(async {
            let mut mailbox = open(&server.imap(Security::Tls)).await;
            let arrivals = mailbox.arrivals(None, 10).await.unwrap();
            // Somebody marked the first as deleted; only that person may expunge it.
            let first = server.maildir("cur").join(
                std::fs::read_dir(server.maildir("cur"))
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .find(|name| name.starts_with('1'))
                    .unwrap(),
            );
            std::fs::rename(&first, format!("{}T", first.display())).unwrap();
            // The folder is made, then used again.
            mailbox.file(&arrivals[1].key, &folder("Oficios/Revisión")).await.unwrap();
            let again = mailbox.file(&arrivals[1].key, &folder("Oficios/Revisión")).await.unwrap_err();
            assert!(matches!(again, MailboxError::Gone { .. }), "{again}");
            let gone = mailbox.fetch(&arrivals[1].key, 10).await.unwrap_err();
            assert!(matches!(gone, MailboxError::Gone { .. }), "{gone}");
            assert_eq!(uids(&mailbox.arrivals(None, 10).await.unwrap()), ["1", "3"]);
            mailbox.close().await;
        });
        assert_eq!(server.mails(""), [("1".into(), Some("T".into())), ("3".into(), Some(String::new()))]);
        assert_eq!(server.mails(".Oficios.Revisi&APM-n").len(), 1);
        assert_eq!(server.read_mails(".Oficios.Revisi&APM-n"), 0);
        let subscriptions = std::fs::read_to_string(server.maildir("subscriptions")).unwrap();
        assert!(subscriptions.contains("Revisi&APM-n"), "{subscriptions}");
    }
}

#[test]
fn without_move_and_uidplus_nothing_of_others_is_expunged_and_the_error_says_what_to_do() {
    let server = Dovecot::start(Abilities::Old);
    server.deliver("1", MAIL);
    server.deliver("2", MAIL);
    for _ in 0..2 {
        run(async {
            let mut mailbox = open(&server.imap(Security::Tls)).await;
            let arrivals = mailbox.arrivals(None, 10).await.unwrap();
            let error = mailbox.file(&arrivals[0].key, &folder("Hecho")).await.unwrap_err().to_string();
            assert!(error.contains("neither MOVE nor UIDPLUS") && error.contains("keyword:"), "{error}");
        });
    }
    assert_eq!(server.mails(""), [("1".into(), Some("T".into())), ("2".into(), Some(String::new()))]);
    assert_eq!(server.mails(".Hecho").len(), 1, "filing again made a second copy");
}

#[test]
fn a_keyword_leaves_the_mail_unread_in_the_inbox_and_the_watermark_passes_over_it() {
    let server = Dovecot::start(Abilities::All);
    server.deliver("1", MAIL);
    server.deliver("2", MAIL);
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let arrivals = mailbox.arrivals(None, 10).await.unwrap();
        mailbox.file(&arrivals[0].key, &Filing::Keyword("OficiosRevision".into())).await.unwrap();
        mailbox.file(&arrivals[0].key, &Filing::Keyword("OficiosRevision".into())).await.unwrap();
        let injected = Filing::Keyword("x) a STORE 1 +FLAGS (\\Deleted".into());
        assert!(mailbox.file(&arrivals[0].key, &injected).await.is_err());
        assert_eq!(uids(&mailbox.arrivals(Some(&arrivals[0].key), 10).await.unwrap()), ["2"]);
        assert_eq!(mailbox.arrivals(Some(&arrivals[1].key), 10).await.unwrap(), []);
    });
    assert_eq!(server.mails(""), [("1".into(), Some("a".into())), ("2".into(), Some(String::new()))]);
}

#[test]
fn another_uidvalidity_makes_other_keys_and_old_keys_are_gone() {
    let server = Dovecot::start(Abilities::All);
    server.deliver("1", MAIL);
    let old = run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let key = mailbox.arrivals(None, 10).await.unwrap()[0].key.clone();
        mailbox.close().await;
        key
    });
    server.forget_numbers();
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let arrivals = mailbox.arrivals(Some(&old), 10).await.unwrap();
        assert_eq!(arrivals.len(), 1, "a watermark of another validity hides nothing");
        assert_eq!(arrivals[0].key.validity, "4242");
        assert_ne!(arrivals[0].key, old);
        let error = mailbox.file(&old, &folder("Hecho")).await.unwrap_err();
        assert!(matches!(error, MailboxError::Gone { .. }), "{error}");
        let error = mailbox.fetch(&old, 10).await.unwrap_err();
        assert!(matches!(error, MailboxError::Gone { .. }), "{error}");
    });
}

#[test]
fn thousands_of_mails_are_listed_in_order_from_the_watermark_a_limited_number_at_a_time() {
    let server = Dovecot::start(Abilities::All);
    for number in 1..=3000 {
        server.deliver(&format!("{number:04}"), MAIL);
    }
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let mut watermark: Option<MailKey> = None;
        let mut seen: Vec<u32> = Vec::new();
        loop {
            let arrivals = mailbox.arrivals(watermark.as_ref(), 700).await.unwrap();
            assert!(arrivals.len() <= 700);
            let Some(last) = arrivals.last() else { break };
            watermark = Some(last.key.clone());
            seen.extend(uids(&arrivals).iter().map(|uid| uid.parse::<u32>().unwrap()));
        }
        assert_eq!(seen, (1..=3000).collect::<Vec<u32>>());
        // Gaps in the numbers, also at the watermark itself.
        for uid in [1500_u32, 1501, 2999] {
            let key = MailKey { uid: uid.to_string(), ..watermark.clone().unwrap() };
            mailbox.file(&key, &folder("Hecho")).await.unwrap();
        }
        let after = |uid: u32| MailKey { uid: uid.to_string(), ..watermark.clone().unwrap() };
        for (uid, next) in [(1, "2"), (2, "3"), (1499, "1502"), (1500, "1502"), (1501, "1502"), (2998, "3000")] {
            assert_eq!(uids(&mailbox.arrivals(Some(&after(uid)), 1).await.unwrap()), [next], "after {uid}");
        }
        assert_eq!(mailbox.arrivals(Some(&after(3000)), 1).await.unwrap(), []);
    });
}

#[test]
fn a_long_mail_shows_its_size_before_it_is_fetched_and_comes_in_pieces() {
    let server = Dovecot::start(Abilities::All);
    let line = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
    let long = [MAIL, line.repeat(30 * 1024 * 1024 / line.len()).as_bytes()].concat();
    server.deliver("1", &long);
    // A mail whose length is a whole number of pieces.
    let exact = [MAIL, &vec![b'x'; 2 * 1024 * 1024 - MAIL.len() - 2], b"\r\n"].concat();
    server.deliver("2", &exact);
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let arrivals = mailbox.arrivals(None, 10).await.unwrap();
        assert_eq!(arrivals[0].size, long.len() as u64);
        let bytes = mailbox.fetch(&arrivals[0].key, 25 * 1024 * 1024).await.unwrap();
        assert!(bytes == long[..25 * 1024 * 1024]);
        let bytes = mailbox.fetch(&arrivals[0].key, u64::MAX).await.unwrap();
        assert!(bytes == long);
        let bytes = mailbox.fetch(&arrivals[1].key, u64::MAX).await.unwrap();
        assert!(bytes == exact);
    });
    assert_eq!(server.read_mails(""), 0);
}

#[test]
fn a_sent_reply_is_kept_as_read_and_found_by_its_message_id() {
    let server = Dovecot::start(Abilities::All);
    let reply = "Message-ID: <r1@oficios>\r\nSubject: Re: Oficio\r\n\r\nConfirmación\r\n";
    run(async {
        let mut imap = server.imap(Security::Tls);
        imap.keep_sent_copies = Switch::Off;
        assert_eq!(open(&imap).await.sent_holds("r1@oficios").await.unwrap(), SentLookup::NoSentFolder);
        imap.keep_sent_copies = Switch::On;
        let mut mailbox = open(&imap).await;
        // It will be made with the first copy.
        assert_eq!(mailbox.sent_holds("r1@oficios").await.unwrap(), SentLookup::NotFound);
        mailbox.keep_sent(reply.as_bytes()).await.unwrap();
        assert_eq!(mailbox.sent_holds("r1@oficios").await.unwrap(), SentLookup::Found);
        assert_eq!(mailbox.sent_holds("r2@oficios").await.unwrap(), SentLookup::NotFound);
        assert!(mailbox.sent_holds("r2@oficios\"\r\nA1 LOGOUT").await.is_err());
        // The inbox is at hand again afterwards.
        server.deliver("1", MAIL);
        let arrivals = mailbox.arrivals(None, 10).await.unwrap();
        assert_eq!(mailbox.sent_holds("r1@oficios").await.unwrap(), SentLookup::Found);
        assert_eq!(mailbox.fetch(&arrivals[0].key, 1000).await.unwrap(), MAIL);

        imap.keep_sent_copies = Switch::Off;
        let mut mailbox = open(&imap).await;
        mailbox.keep_sent(reply.as_bytes()).await.unwrap();
        imap.sent_folder = None;
        let mut mailbox = open(&imap).await;
        mailbox.keep_sent(reply.as_bytes()).await.unwrap();
        assert_eq!(mailbox.sent_holds("r1@oficios").await.unwrap(), SentLookup::NoSentFolder);
    });
    assert_eq!(server.mails(".Sent").len(), 1);
    assert_eq!(server.read_mails(".Sent"), 1);
}

#[test]
fn waiting_ends_when_mail_arrives() {
    let server = Dovecot::start(Abilities::All);
    server.deliver("1", MAIL);
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let arrivals = mailbox.arrivals(None, 10).await.unwrap();
        assert_eq!(mailbox.wait(1).await.unwrap(), News::TimeOver);
        // A mail that goes is no news.
        mailbox.file(&arrivals[0].key, &folder("Hecho")).await.unwrap();
        assert_eq!(mailbox.wait(1).await.unwrap(), News::TimeOver);
        let began = Instant::now();
        let (news, ()) = tokio::join!(mailbox.wait(600), async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            server.deliver("2", MAIL);
        });
        assert_eq!(news.unwrap(), News::Changed);
        assert!(began.elapsed() < Duration::from_secs(120), "{:?}", began.elapsed());
        // The connection is of use afterwards.
        assert_eq!(mailbox.arrivals(Some(&arrivals[0].key), 10).await.unwrap().len(), 1);
        // What came between the listing and the wait is news, too.
        server.deliver("3", MAIL);
        assert_eq!(mailbox.wait(600).await.unwrap(), News::Changed);
    });
}

#[test]
fn an_idle_that_died_in_silence_is_noticed() {
    // After IDLE's continuation the server says nothing more, not even to DONE.
    let silent = ScriptedServer::start(&[
        "* OK ready\r\nA0001 OK in\r\n* CAPABILITY IMAP4rev1 IDLE\r\nA0002 OK\r\n* LIST () \".\" \"\"\r\nA0003 OK\r\n\
         * 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nA0004 OK done\r\n\
         * 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nA0005 OK done\r\n+ idling\r\n",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let mut imap = imap_at(silent.port, folder.path());
    imap.server.timeout = Duration::from_secs(2);
    run(async {
        let mut mailbox = open(&imap).await;
        let error = mailbox.wait(1).await.unwrap_err();
        assert!(matches!(error, MailboxError::TimedOut { step: "IDLE", .. }), "{error}");
    });
}

#[test]
fn a_server_without_idle_is_slept_through() {
    let server = Dovecot::start(Abilities::Old);
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        assert_eq!(mailbox.wait(1).await.unwrap(), News::TimeOver);
    });
}

#[test]
fn a_dropped_wait_leaves_no_half_read_answer_behind() {
    let server = Dovecot::start(Abilities::All);
    run(async {
        let mut mailbox = open(&server.imap(Security::Tls)).await;
        let dropped = tokio::time::timeout(Duration::from_millis(500), mailbox.wait(600)).await;
        assert!(dropped.is_err());
        let error = mailbox.arrivals(None, 10).await.unwrap_err();
        assert!(error.to_string().contains("given up"), "{error}");
    });
}

#[test]
fn the_probe_says_what_the_server_can_do_and_changes_nothing() {
    let probe = |abilities| {
        let server = Dovecot::start(abilities);
        server.deliver("1", MAIL);
        let probe = run(async { open(&server.imap(Security::Tls)).await.probe().await.unwrap() });
        assert!(!server.maildir(".Sent").exists());
        probe
    };
    assert_eq!(
        probe(Abilities::All),
        ImapProbe {
            messages: 1,
            offers: Offers { moving: true, uid_plus: true, idle: true },
            keywords: Keywords::Kept,
            access: Access::ReadWrite,
            sent: SentFolder::Missing,
        }
    );
    assert_eq!(probe(Abilities::Old).offers, Offers::default());
}

#[test]
fn an_inbox_that_is_not_there_is_named() {
    let server = Dovecot::start(Abilities::All);
    let mut imap = server.imap(Security::Tls);
    imap.folder = "Mesa/Entrada".to_owned();
    let error = run(ImapMailbox::open("mesa", &imap)).err().unwrap();
    assert_eq!(error.to_string(), "mesa: there is no folder Mesa/Entrada: create it or change the configuration");
}

#[test]
fn a_server_that_stops_is_an_error_and_not_an_empty_inbox() {
    let mut server = Dovecot::start(Abilities::All);
    let imap = server.imap(Security::Tls);
    run(async {
        let mut mailbox = open(&imap).await;
        mailbox.arrivals(None, 10).await.unwrap();
        server.stop();
        let end = Instant::now() + PATIENCE;
        let error = loop {
            match mailbox.arrivals(None, 10).await {
                Err(error) => break error,
                Ok(_) => assert!(Instant::now() < end, "the line never ended"),
            }
        };
        assert!(matches!(error, MailboxError::Protocol { .. }), "{error}");
        let error = ImapMailbox::open("mesa", &imap).await.err().unwrap();
        assert!(matches!(error, MailboxError::Connect { .. }), "{error}");
    });
}

#[test]
fn a_refusal_of_a_folder_that_is_there_is_no_missing_folder() {
    // Login, CAPABILITY, LIST; then SELECT is refused, and the folder is listed.
    let server = ScriptedServer::start(&[
        "* OK ready\r\nA0001 OK in\r\n* CAPABILITY IMAP4rev1\r\nA0002 OK\r\n* LIST () \".\" \"\"\r\nA0003 OK\r\n\
         A0004 NO [UNAVAILABLE] disk is full\r\n* LIST () \".\" INBOX\r\nA0005 OK\r\n",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let error = run(ImapMailbox::open("mesa", &imap_at(server.port, folder.path()))).err().unwrap();
    assert_eq!(error.to_string(), "mesa: SELECT failed: [UNAVAILABLE] disk is full");
}
