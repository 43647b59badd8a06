//! A whole help desk for a test: a mailbox and an SMTP server, both real, a configuration for them in a folder of its own, and the
//! program as a user starts it.
#![allow(dead_code, reason = "each suite uses its own half")]

pub mod letter;
pub mod message;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use oficios::configuration::password::PasswordSource;
use oficios::configuration::resolved::{Security, Server};
use oficios::ledger::{MailQuery, MailRecord, Register as _, SqliteLedger};

use crate::servers::dovecot::{Abilities, Dovecot};
use crate::servers::smtp::{Mode, SmtpServer};
use crate::servers::{run, until};

pub struct Desk {
    pub imap: Dovecot,
    pub smtp: SmtpServer,
    folder: tempfile::TempDir,
}

/// What a finished command said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: Output) -> Said {
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code and gives standard output.
    #[track_caller]
    pub fn exits(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self.out
    }
}

/// The program with these arguments, run to its end.
pub fn oficios(arguments: &[&str]) -> Said {
    Said::of(Command::new(env!("CARGO_BIN_EXE_oficios")).args(arguments).output().unwrap())
}

impl Desk {
    pub fn open() -> Desk {
        let desk = Desk {
            imap: Dovecot::start(Abilities::All),
            smtp: SmtpServer::start(Mode::StartTls),
            folder: tempfile::tempdir().unwrap(),
        };
        fs::write(desk.configuration(), desk.configuration_text()).unwrap();
        desk
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("oficios.toml")
    }

    fn configuration_text(&self) -> String {
        let imap = server_lines(&self.imap.imap(Security::Tls).server);
        let smtp = server_lines(&self.smtp.configuration());
        format!(
            r#"[office]
address = "mesadeayuda@gobiernodigital.gob.pe"
name = "Mesa de ayuda"

[mailbox]
name = "mesadeayuda"

[mailbox.imap]
{imap}folder = "INBOX"
sent_folder = "Sent"

[outbox.smtp]
{smtp}
[ledger]
path = "oficios.db"

[report]
folder = "reports"

[reading]
# The tests' build is slow, and their machine busy.
seconds_per_document = 60
# Without optimisation it takes seconds, and these tests kill the program at moments that are fractions of one apart; a mail that it
# died on three times is a person's, by design.
second_reading = false
"#
        )
    }

    /// Changes the configuration. What is to be replaced must be there.
    pub fn reconfigure(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.configuration()).unwrap();
        assert!(text.contains(old), "{old} is not in\n{text}");
        fs::write(self.configuration(), text.replacen(old, new, 1)).unwrap();
    }

    /// `oficios COMMAND --config OURS ARGUMENTS`, run to its end.
    pub fn oficios(&self, command: &str, arguments: &[&str]) -> Said {
        let configuration = self.configuration();
        let mut all = vec![command, "--config", configuration.to_str().unwrap()];
        all.extend(arguments);
        oficios(&all)
    }

    /// One cycle without trouble.
    #[track_caller]
    pub fn once(&self) -> String {
        self.oficios("once", &[]).exits(0)
    }

    /// `oficios COMMAND` in the background, its log in a file.
    pub fn start(&self, command: &str) -> Background {
        let log =
            tempfile::Builder::new().prefix("log").tempfile_in(self.folder()).unwrap().into_temp_path().keep().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_oficios"))
            .args([command, "--config"])
            .arg(self.configuration())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Background { child, log }
    }

    /// Every mail in the ledger, in the order they were stored.
    pub fn ledger(&self) -> Vec<MailRecord> {
        run(async {
            let ledger = SqliteLedger::open(&self.folder().join("oficios.db"), jiff::tz::TimeZone::UTC).unwrap();
            ledger.mails(MailQuery::All).await.unwrap()
        })
    }

    /// Replies that wait for their next attempt wait no longer.
    pub fn make_replies_due(&self) {
        let database = rusqlite::Connection::open(self.folder().join("oficios.db")).unwrap();
        database.execute("UPDATE replies SET next_attempt = 0 WHERE state = 'queued'", []).unwrap();
    }

    /// Every cycle so far was so many days ago.
    pub fn let_cycles_be_days_old(&self, days: i64) {
        let database = rusqlite::Connection::open(self.folder().join("oficios.db")).unwrap();
        database.execute("UPDATE cycles SET began = began - ?1, ended = ended - ?1", [days * 24 * 3600]).unwrap();
    }

    /// The mail in the ledger with this Message-ID.
    #[track_caller]
    pub fn mail(&self, id: &str) -> MailRecord {
        let mut all = self.ledger();
        all.retain(|mail| mail.message_id.as_deref() == Some(id));
        assert_eq!(all.len(), 1, "{id}");
        all.remove(0)
    }

    /// What went out, in order: whom to, and the message.
    pub fn sent(&self) -> Vec<(String, String)> {
        let kept = self.smtp.kept().into_iter();
        kept.map(|kept| (kept.envelope["to"][0].as_str().unwrap().to_owned(), String::from_utf8(kept.bytes).unwrap()))
            .collect()
    }

    /// What went out to one address.
    pub fn sent_to(&self, address: &str) -> Vec<String> {
        self.sent().into_iter().filter(|(to, _)| to == address).map(|(_, message)| message).collect()
    }

    /// How many mails are in a folder of the mailbox: "" is the inbox, `.Sent` and the like the others.
    pub fn count(&self, folder: &str) -> usize {
        self.imap.mails(folder).len()
    }
}

fn server_lines(server: &Server) -> String {
    let security = match server.security {
        Security::Tls => "tls",
        Security::StartTls => "starttls",
        Security::Plain => "plain",
    };
    let mut lines = format!("host = \"{}\"\nport = {}\nsecurity = \"{security}\"\n", server.host, server.port);
    if let Some(login) = &server.login {
        let PasswordSource::File(path) = &login.password else { panic!("a password in a file") };
        lines += &format!("user = \"{}\"\npassword = {{ file = \"{}\" }}\n", login.user, path.display());
    }
    if let Some(ca_file) = &server.ca_file {
        lines += &format!("ca_file = \"{}\"\n", ca_file.display());
    }
    lines
}

/// A running program. It is killed when it is dropped.
pub struct Background {
    child: Child,
    log: PathBuf,
}

impl Background {
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until its log holds these words.
    #[track_caller]
    pub fn wait_for(&mut self, words: &str) {
        until(words, || {
            let log = self.log();
            assert!(
                log.contains(words) || self.child.try_wait().unwrap().is_none(),
                "it ended without «{words}»:\n{log}"
            );
            log.contains(words)
        });
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// SIGKILL: no more word, no more work.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end and gives the exit code; `None` when a signal ended it.
    pub fn exit_code(&mut self) -> Option<i32> {
        let mut status = None;
        until("the program to end", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap().code()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
    }
}

/// The value of a header of a message, unfolded.
pub fn header(message: &str, name: &str) -> Option<String> {
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}
