//! `oficios doctor`: tries everything the daemon needs, says what is wrong and how to mend it. Changes nothing and sends nothing.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

use super::Failure;
use super::office::Office;
use crate::configuration::resolved::Outbox as OutboxConfiguration;
use crate::ledger::{Register, SqliteLedger};
use crate::mailbox::{self, Access, Filing, ImapProbe, Keywords, MailboxError, MailboxProbe, SentFolder};
use crate::outbox::Outbox;
use crate::reader::Confinement;

/// A cycle that ended well longer ago than this is worth a word.
const LONG_SILENCE: SignedDuration = SignedDuration::from_hours(2);

enum Check {
    Fine(String),
    /// It works, and something should be known.
    Note(String),
    /// What is wrong and how to mend it.
    Wrong {
        what: String,
        remedy: String,
    },
}

struct Consultation {
    wrong: usize,
}

impl Consultation {
    fn say(&mut self, subject: &str, check: Check) {
        match check {
            Check::Fine(text) => println!("ok     {subject}: {text}"),
            Check::Note(text) => println!("note   {subject}: {text}"),
            Check::Wrong { what, remedy } => {
                self.wrong += 1;
                println!("WRONG  {subject}: {what}\n       {remedy}");
            }
        }
    }
}

/// Exit code 0: all is well; 1: something has to be mended.
pub fn run(config: &Path) -> Result<ExitCode, Failure> {
    let office = Office::open(Some(config))?;
    let mut consultation = Consultation { wrong: 0 };
    consultation.say(
        "configuration",
        Check::Fine(format!("{} with its form, holidays and templates is valid", config.display())),
    );
    consultation.say("holidays", holidays(&office));
    consultation.say("clock", clock(&office));
    office.runtime()?.block_on(async {
        consultation.say("reading process", reading_process(&office).await);
        consultation.say("model", model(&office));
        consultation.say("mailbox", mailbox(&office).await);
        consultation.say("outbox", outbox(&office).await);
        consultation.say("ledger", ledger(&office).await);
    });
    consultation.say("report", report(&office));
    Ok(if consultation.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn holidays(office: &Office) -> Check {
    let today = office.now().date();
    let deadline = office.calendar.deadline(today, office.configuration.replies.deadline_business_days);
    if deadline.unchecked_years.is_empty() {
        return Check::Fine(format!("a correction asked for today is due by {}", deadline.last_day));
    }
    let years: Vec<String> = deadline.unchecked_years.iter().map(ToString::to_string).collect();
    Check::Note(format!(
        "no days declared non-working are listed for {}: name a holidays file under [form] and add them when they are decreed",
        years.join(", ")
    ))
}

/// A machine whose clock is years off dates mails and deadlines wrongly; this program's own file is never newer than now.
fn clock(office: &Office) -> Check {
    let built = std::env::current_exe().and_then(std::fs::metadata).and_then(|meta| meta.modified());
    let ahead = built.is_ok_and(|built| built > SystemTime::now() + Duration::from_secs(24 * 3600));
    if ahead {
        return Check::Wrong {
            what: format!("it says {}, which is before this program was installed", office.now().strftime("%F %R %Z")),
            remedy: "Set the clock, and let it follow a time server (timedatectl set-ntp true).".to_owned(),
        };
    }
    Check::Fine(office.now().strftime("it is %F %R in %Q").to_string())
}

/// Without the model everything works but the reading of scans.
fn model(office: &Office) -> Check {
    let found = std::env::current_exe()
        .ok()
        .and_then(|program| super::model::find(office.configuration.reading.model.as_deref(), &program));
    match found {
        Some(path) if path.is_file() => Check::Fine(format!("{} reads scans and photos", path.display())),
        Some(path) => Check::Wrong {
            what: format!("{} is not there", path.display()),
            remedy: "Run models/fetch.sh and name the file it fetches under reading.model.".to_owned(),
        },
        None => Check::Note("there is none: scans and photos go to a person. models/fetch.sh fetches it".to_owned()),
    }
}

async fn reading_process(office: &Office) -> Check {
    let confinement = match office.judge() {
        Ok(judge) => judge.reader.confinement().await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match confinement {
        Ok(Confinement::Full) => Check::Fine("shut in: no files, no network, limits on memory and time".to_owned()),
        Ok(Confinement::Partial) => Check::Note(
            "limits on memory and time; this kernel shuts it in only in part (Landlock before 6.12)".to_owned(),
        ),
        Ok(Confinement::LimitsOnly) => Check::Note(
            "limits on memory and time only: this kernel has no Landlock. A kernel from 5.13 on shuts it in further"
                .to_owned(),
        ),
        Err(reason) => Check::Wrong {
            what: reason,
            remedy: "Nothing can be read without its limits: run the service where setrlimit is allowed.".to_owned(),
        },
    }
}

async fn mailbox(office: &Office) -> Check {
    let probe = async {
        let mut mailbox = mailbox::open(&office.configuration.mailbox).await?;
        let probe = mailbox.probe().await;
        mailbox.close().await;
        probe
    };
    match probe.await {
        Ok(MailboxProbe::Imap(probe)) => {
            before_the_first_cycle(office, u64::from(probe.messages), imap(office, &probe))
        }
        Ok(MailboxProbe::Maildir(probe)) => {
            let messages = u64::try_from(probe.messages).unwrap_or(u64::MAX);
            let check = Check::Fine(format!("a Maildir; mails in its inbox: {messages}"));
            before_the_first_cycle(office, messages, check)
        }
        Err(error) => Check::Wrong { what: error.to_string(), remedy: remedy(&error).to_owned() },
    }
}

/// Adds what the first cycle would do with the mail that is there already.
fn before_the_first_cycle(office: &Office, messages: u64, check: Check) -> Check {
    let configuration = &office.configuration;
    if messages == 0 || configuration.mailbox.since.is_some() || configuration.ledger.exists() {
        return check;
    }
    match check {
        Check::Fine(text) | Check::Note(text) => Check::Note(format!(
            "{text}; the first cycle reads all of these and answers the oficios of the last {} days: set \
             mailbox.since to pass over what people have handled",
            configuration.replies.oldest_mail_days
        )),
        wrong @ Check::Wrong { .. } => wrong,
    }
}

fn remedy(error: &MailboxError) -> &'static str {
    match error {
        MailboxError::Connect { .. } => {
            "Check host, port and security under [mailbox.imap], and that a firewall lets this machine out to it."
        }
        MailboxError::Password { .. } => {
            "Check password under [mailbox.imap]. A variable of the service's EnvironmentFile is not set in this shell."
        }
        MailboxError::Login { .. } => {
            "Check user and password under [mailbox.imap]; some servers want a password made for programs."
        }
        MailboxError::TimedOut { .. } => "Check that the server is up; raise timeout_seconds when it is only slow.",
        MailboxError::NoFolder { .. } => "Folder names are as the server lists them; capitals count.",
        MailboxError::Files { .. } => "Check path under [mailbox.maildir] and this user's rights there.",
        MailboxError::Gone { .. } | MailboxError::Protocol { .. } => {
            "Ask the administrator of the mail server what this means; nothing was changed."
        }
    }
}

/// What the server lets us do, against what the configuration asks for.
fn imap(office: &Office, probe: &ImapProbe) -> Check {
    let filings = || office.configuration.filing.values();
    let wrong = |what: &str, remedy: &str| Check::Wrong { what: what.to_owned(), remedy: remedy.to_owned() };
    if probe.access == Access::ReadOnly && filings().any(|filing| *filing != Filing::Untouched) {
        return wrong(
            "mails can be read and not filed: the folder is read-only for this user",
            "Give the user write access, or set every line of [filing] to \"untouched\".",
        );
    }
    if probe.keywords == Keywords::NotKept && filings().any(|filing| matches!(filing, Filing::Keyword(_))) {
        return wrong("the server keeps no keywords", "File into folders instead: \"folder:NAME\" under [filing].");
    }
    let offers = probe.offers;
    if !offers.moving && !offers.uid_plus && filings().any(|filing| matches!(filing, Filing::Folder(_))) {
        return wrong(
            "the server has neither MOVE nor UIDPLUS: a mail cannot be moved without touching others",
            "Use \"keyword:NAME\" under [filing], or another server.",
        );
    }
    let has = |offered: bool, name: &str| format!("{name}: {}", if offered { "yes" } else { "no" });
    let text = format!(
        "mails in the folder: {}; {}, {}, {}",
        probe.messages,
        has(offers.moving, "MOVE"),
        has(offers.uid_plus, "UIDPLUS"),
        has(offers.idle, "IDLE")
    );
    match probe.sent {
        SentFolder::Missing => Check::Note(format!(
            "{text}; the Sent folder is not there yet: a reply whose delivery is in doubt cannot be looked up until it is"
        )),
        _ => Check::Fine(text),
    }
}

async fn outbox(office: &Office) -> Check {
    let place = match &office.configuration.outbox {
        OutboxConfiguration::Smtp(server) => format!("{}:{} takes us", server.host, server.port),
        OutboxConfiguration::Folder(path) => format!("replies go into the folder {}", path.display()),
    };
    let probed = match office.outbox() {
        Ok(outbox) => outbox.probe().await,
        Err(error) => Err(error.to_string()),
    };
    match (probed, &office.configuration.outbox) {
        (Ok(()), _) => Check::Fine(place),
        (Err(reason), OutboxConfiguration::Folder(_)) => Check::Wrong {
            what: reason,
            remedy: "Check path under [outbox.folder] and this user's rights there.".to_owned(),
        },
        (Err(reason), OutboxConfiguration::Smtp(_)) => Check::Wrong {
            what: reason,
            remedy: "Check host, port, security, user and password under [outbox.smtp], and that a firewall lets this machine \
                     out to it."
                .to_owned(),
        },
    }
}

/// The folder itself, or the one in which it would be made.
fn nearest(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.exists())
}

/// Whether this user may make files in a folder, found out by making one and taking it away again.
fn writable(folder: Option<&Path>, remedy: &str) -> Result<(), Check> {
    // A bare file name is in the folder that we are in.
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let trial = folder.join(format!(".oficios-doctor-{}", std::process::id()));
    let tried = std::fs::File::create_new(&trial).and_then(|_| std::fs::remove_file(&trial));
    tried.map_err(|error| Check::Wrong {
        what: format!("{}: no file can be made there: {error}", folder.display()),
        remedy: remedy.to_owned(),
    })
}

async fn ledger(office: &Office) -> Check {
    let path = &office.configuration.ledger;
    if let Err(check) = writable(
        path.parent().and_then(nearest),
        "Name a file under [ledger] in a folder that this user may write into.",
    ) {
        return check;
    }
    if !path.exists() {
        return Check::Note(format!("{} is not there yet: the first cycle makes it", path.display()));
    }
    let asked = async {
        let ledger = SqliteLedger::open(path, office.configuration.office.time_zone.clone())?;
        ledger.last_good_cycle().await
    };
    match asked.await {
        Ok(Some(cycle)) => {
            let ended = cycle.ended.map_or(cycle.began, |(ended, _)| ended);
            let silence = Timestamp::now().duration_since(ended);
            let local = ended.to_zoned(office.configuration.office.time_zone.clone());
            let text = format!("the last good cycle ended at {}", local.strftime("%F %R"));
            if silence > LONG_SILENCE {
                Check::Note(format!("{text}, {} h ago: is the daemon running?", silence.as_hours()))
            } else {
                Check::Fine(text)
            }
        }
        Ok(None) => Check::Note("no cycle has ended well yet".to_owned()),
        Err(error) => Check::Wrong {
            what: error.to_string(),
            remedy: format!("Look at {} and its folder; restore the last copy if it is damaged.", path.display()),
        },
    }
}

fn report(office: &Office) -> Check {
    let configuration = &office.configuration.report;
    let Ok(next) = configuration.cycle.find_next_occurrence(&office.now(), false) else {
        return Check::Wrong {
            what: "its schedule never comes".to_owned(),
            remedy: "Mend report.cycle, e.g. \"0 8 * * *\".".to_owned(),
        };
    };
    let remedy = "Name a folder under [report] that this user may write into.";
    if let Err(check) = writable(nearest(&configuration.folder), remedy) {
        return check;
    }
    let text = format!("next at {}, to {} operators", next.strftime("%F %R"), configuration.to.len());
    if configuration.to.is_empty() {
        Check::Note(format!("{text}: nobody gets it by mail; it is only kept in {}", configuration.folder.display()))
    } else {
        Check::Fine(text)
    }
}
