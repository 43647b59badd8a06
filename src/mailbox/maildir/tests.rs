use std::fs;

use super::*;

struct Sample {
    folder: tempfile::TempDir,
    mailbox: MaildirMailbox,
}

fn sample(mails: &[(&str, &str)]) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    for directory in ["new", "cur", "tmp"] {
        fs::create_dir(folder.path().join(directory)).unwrap();
    }
    for (path, text) in mails {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let mailbox = MaildirMailbox::open("inbox", folder.path()).unwrap();
    Sample { folder, mailbox }
}

impl Sample {
    fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join(directory)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn key(unique: &str) -> MailKey {
    MailKey { mailbox: "inbox".into(), validity: VALIDITY.into(), uid: unique.into() }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn listing_and_fetching_leave_new_mail_in_new() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "first"), ("cur/2.b.host:2,S", "second mail")]);
        let arrivals = sample.mailbox.arrivals(None, 10).await.unwrap();
        let mut listed: Vec<_> = arrivals.iter().map(|mail| (mail.key.uid.as_str(), mail.size)).collect();
        listed.sort_unstable();
        assert_eq!(listed, [("1.a.host", 5), ("2.b.host", 11)]);
        assert_eq!(sample.mailbox.fetch(&key("1.a.host"), 100).await.unwrap(), b"first");
        assert_eq!(sample.mailbox.fetch(&key("2.b.host"), 6).await.unwrap(), b"second");
        assert_eq!(sample.names("new"), ["1.a.host"]);
        assert_eq!(sample.names("cur"), ["2.b.host:2,S"]);
    });
}

#[test]
fn a_mail_filed_into_a_folder_keeps_its_flags_and_the_others_stay() {
    run(async {
        let mut sample = sample(&[
            ("new/1.a.host", "1"),
            ("cur/2.b.host:2,FS", "2"),
            ("new/3.c.host", "3"),
            ("cur/4.d.host:2,", "4"),
        ]);
        let filing = Filing::Folder("Oficios/Revisión".into());
        sample.mailbox.file(&key("1.a.host"), &filing).await.unwrap();
        sample.mailbox.file(&key("2.b.host"), &filing).await.unwrap();
        assert_eq!(sample.names(".Oficios.Revisi&APM-n/new"), ["1.a.host"]);
        assert_eq!(sample.names(".Oficios.Revisi&APM-n/cur"), ["2.b.host:2,FS"]);
        assert!(sample.folder.path().join(".Oficios.Revisi&APM-n/maildirfolder").exists());
        assert_eq!(sample.names("new"), ["3.c.host"]);
        assert_eq!(sample.names("cur"), ["4.d.host:2,"]);
        let again = sample.mailbox.file(&key("1.a.host"), &filing).await.unwrap_err();
        assert!(matches!(again, MailboxError::Gone { .. }), "{again}");
    });
}

#[test]
fn filing_never_replaces_another_mail() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "ours")]);
        let filing = Filing::Folder("Done".into());
        fs::create_dir_all(sample.folder.path().join(".Done/new")).unwrap();
        fs::write(sample.folder.path().join(".Done/new/1.a.host"), "another").unwrap();
        let error = sample.mailbox.file(&key("1.a.host"), &filing).await.unwrap_err();
        assert!(matches!(error, MailboxError::Files { .. }), "{error}");
        assert_eq!(fs::read_to_string(sample.folder.path().join(".Done/new/1.a.host")).unwrap(), "another");
        assert_eq!(sample.names("new"), ["1.a.host"]);
    });
}

#[test]
fn a_move_that_a_crash_cut_in_half_is_ended_by_filing_again() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "ours")]);
        fs::create_dir_all(sample.folder.path().join(".Done/new")).unwrap();
        let half = sample.folder.path().join(".Done/new/1.a.host");
        fs::hard_link(sample.folder.path().join("new/1.a.host"), half).unwrap();
        sample.mailbox.file(&key("1.a.host"), &Filing::Folder("Done".into())).await.unwrap();
        assert_eq!(sample.names("new").len(), 0);
        assert_eq!(sample.names(".Done/new"), ["1.a.host"]);
    });
}

#[test]
fn a_keyword_is_a_letter_in_the_name_and_the_mail_stays_unread() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "1"), ("cur/2.b.host:2,RS", "2")]);
        let filing = Filing::Keyword("OficiosRevision".into());
        for _ in 0..2 {
            sample.mailbox.file(&key("1.a.host"), &filing).await.unwrap();
            sample.mailbox.file(&key("2.b.host"), &filing).await.unwrap();
        }
        assert_eq!(sample.names("cur"), ["1.a.host:2,a", "2.b.host:2,RSa"]);
        let list = fs::read_to_string(sample.folder.path().join("dovecot-keywords")).unwrap();
        assert_eq!(list, "0 OficiosRevision\n");
        // The identity is the same, under the new name.
        assert_eq!(sample.mailbox.fetch(&key("1.a.host"), 10).await.unwrap(), b"1");
        assert_eq!(sample.mailbox.arrivals(None, 10).await.unwrap().len(), 2);
    });
}

#[test]
fn untouched_means_untouched() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "1")]);
        sample.mailbox.file(&key("1.a.host"), &Filing::Untouched).await.unwrap();
        assert_eq!(sample.names("new"), ["1.a.host"]);
        assert_eq!(sample.names("cur").len(), 0);
    });
}

#[test]
fn a_symbolic_link_is_no_mail() {
    run(async {
        let mut sample = sample(&[("secret", "password"), ("new/1.a.host", "1")]);
        std::os::unix::fs::symlink(sample.folder.path().join("secret"), sample.folder.path().join("new/2.b.host"))
            .unwrap();
        assert_eq!(sample.mailbox.arrivals(None, 10).await.unwrap().len(), 1);
        let error = sample.mailbox.fetch(&key("2.b.host"), 100).await.unwrap_err();
        assert!(matches!(error, MailboxError::Gone { .. }), "{error}");
    });
}

#[test]
fn a_key_is_no_path() {
    run(async {
        let mut sample = sample(&[("secret", "password")]);
        for unique in ["../secret", "../../etc/passwd", ""] {
            let error = sample.mailbox.fetch(&key(unique), 100).await.unwrap_err();
            assert!(matches!(error, MailboxError::Gone { .. }), "{error}");
        }
        let outside = Filing::Folder("../../outside".into());
        assert!(sample.mailbox.file(&key("1"), &outside).await.is_err());
    });
}

#[test]
fn a_mail_that_vanished_is_gone() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "1")]);
        fs::remove_file(sample.folder.path().join("new/1.a.host")).unwrap();
        let error = sample.mailbox.fetch(&key("1.a.host"), 100).await.unwrap_err();
        assert!(matches!(error, MailboxError::Gone { .. }), "{error}");
        let filing = Filing::Folder("Done".into());
        let error = sample.mailbox.file(&key("1.a.host"), &filing).await.unwrap_err();
        assert!(matches!(error, MailboxError::Gone { .. }), "{error}");
        assert!(!sample.folder.path().join(".Done").exists());
    });
}

#[test]
fn more_mails_than_the_limit_never_hide_a_new_one() {
    run(async {
        let mut sample = sample(&[]);
        for number in 0..3000 {
            fs::write(sample.folder.path().join(format!("cur/{number}.x.host:2,S")), "x").unwrap();
        }
        fs::write(sample.folder.path().join("new/0.newcomer"), "x").unwrap();
        let arrivals = sample.mailbox.arrivals(None, 500).await.unwrap();
        assert!(arrivals.iter().any(|mail| mail.key.uid == "0.newcomer"));
    });
}

#[test]
fn a_sent_reply_is_found_again_by_its_message_id() {
    run(async {
        let mut sample = sample(&[]);
        let reply = b"Subject: x\r\nMessage-ID:\r\n <a1@oficios>\r\n\r\nReferences <b2@oficios>\r\n";
        assert_eq!(sample.mailbox.sent_holds("a1@oficios").await.unwrap(), SentLookup::NoSentFolder);
        sample.mailbox.keep_sent(reply).await.unwrap();
        assert!(!sample.folder.path().join(".Sent").exists());
        for directory in ["new", "cur", "tmp"] {
            fs::create_dir_all(sample.folder.path().join(".Sent").join(directory)).unwrap();
        }
        assert_eq!(sample.mailbox.sent_holds("a1@oficios").await.unwrap(), SentLookup::NotFound);
        sample.mailbox.keep_sent(reply).await.unwrap();
        assert_eq!(sample.mailbox.sent_holds("a1@oficios").await.unwrap(), SentLookup::Found);
        assert_eq!(sample.mailbox.sent_holds("b2@oficios").await.unwrap(), SentLookup::NotFound);
        assert!(sample.names(".Sent/cur")[0].ends_with(":2,S"));
        assert_eq!(sample.names(".Sent/tmp").len(), 0);
    });
}

#[test]
fn waiting_ends_with_new_mail_and_not_with_a_filed_one() {
    run(async {
        let mut sample = sample(&[("new/1.a.host", "1"), ("new/2.b.host", "2")]);
        // Without a listing before, what is there is not new.
        assert_eq!(sample.mailbox.wait(0).await.unwrap(), News::TimeOver);
        sample.mailbox.arrivals(None, 10).await.unwrap();
        assert_eq!(sample.mailbox.wait(0).await.unwrap(), News::TimeOver);
        sample.mailbox.file(&key("1.a.host"), &Filing::Folder("Done".into())).await.unwrap();
        assert_eq!(sample.mailbox.wait(0).await.unwrap(), News::TimeOver);
        let path = sample.folder.path().join("new/3.c.host");
        let (news, ()) = tokio::join!(sample.mailbox.wait(60), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            fs::write(path, "3").unwrap();
        });
        assert_eq!(news.unwrap(), News::Changed);
    });
}
