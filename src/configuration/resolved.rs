//! The configuration resolved: every value checked and typed, defaults filled in, paths made absolute. All problems are
//! collected, so that one run of `doctor` shows them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use toml::Spanned;

use super::password::PasswordSource;
use super::problems::{Problem, line_of};
use super::typed::{self, Text, TypedConfiguration};
use crate::mail::Address;
use crate::mailbox::Filing;
use crate::verdict::{Decision, Pictures};

/// A configuration that can be worked with.
#[derive(Clone, Debug)]
pub struct Configuration {
    pub office: Office,
    pub mailbox: Mailbox,
    pub filing: BTreeMap<Decision, Filing>,
    pub outbox: Outbox,
    pub replies: Replies,
    pub ledger: PathBuf,
    pub schedule: Schedule,
    pub report: Report,
    pub reading: Reading,
    /// A form file in place of the embedded one.
    pub form_file: Option<PathBuf>,
    pub holidays_file: Option<PathBuf>,
    pub log: Log,
}

#[derive(Clone, Debug)]
pub struct Office {
    pub address: Address,
    pub other_addresses: Vec<String>,
    pub time_zone: TimeZone,
    pub opens: Time,
    pub closes: Time,
}

#[derive(Clone, Debug)]
pub struct Mailbox {
    pub name: String,
    pub max_mail_bytes: u64,
    pub max_mails_per_cycle: usize,
    /// What arrived before is not read at all: people have handled it.
    pub since: Option<Timestamp>,
    pub kind: MailboxKind,
}

#[derive(Clone, Debug)]
pub enum MailboxKind {
    Imap(Box<Imap>),
    Maildir(PathBuf),
}

#[derive(Clone, Debug)]
pub struct Imap {
    pub server: Server,
    pub folder: String,
    pub sent_folder: Option<String>,
    pub keep_sent_copies: Switch,
}

/// How a server is reached, IMAP or SMTP.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// `None`: no login (SMTP relays inside a network).
    pub login: Option<Login>,
    pub hello_name: Option<String>,
    pub ca_file: Option<PathBuf>,
    pub timeout: Duration,
}

#[derive(Clone, Debug)]
pub struct Login {
    pub user: String,
    pub password: PasswordSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Tls,
    StartTls,
    /// Not encrypted: only when configured so.
    Plain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

#[derive(Clone, Debug)]
pub enum Outbox {
    Smtp(Box<Server>),
    Folder(PathBuf),
}

#[derive(Clone, Debug)]
pub struct Replies {
    pub deadline_business_days: u32,
    /// A mail that arrived longer ago is answered by a person.
    pub oldest_mail_days: u32,
    pub per_correspondent_per_day: u32,
    pub per_hour: u32,
    pub templates: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct Schedule {
    pub cycle: croner::Cron,
    pub idle: Switch,
}

#[derive(Clone, Debug)]
pub struct Report {
    pub cycle: croner::Cron,
    pub to: Vec<String>,
    pub folder: PathBuf,
    pub case_link: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Reading {
    /// The recognition model's file, when it is named; else it is looked for where it is usually put.
    pub model: Option<PathBuf>,
    pub pictures: Pictures,
    /// Whether the deciding values of a PDF's text are read once more from the page as it is drawn.
    pub second_reading: bool,
    pub per_document: Duration,
    pub max_pages: u32,
    pub max_attachment_bytes: u64,
    /// Mails read side by side, at least 1.
    pub parallel: usize,
}

#[derive(Clone, Copy, Debug)]
pub struct Log {
    pub format: LogFormat,
    pub level: tracing::Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Checks a typed configuration. `folder` is what relative paths are relative to.
///
/// # Errors
/// Every problem found: missing keys first, then by line.
pub fn resolve(text: &str, typed: &TypedConfiguration, folder: &Path) -> Result<Configuration, Vec<Problem>> {
    let mut check = Check { text, folder, problems: Vec::new() };
    let office = check.office(&typed.office);
    let time_zone = office.as_ref().map_or(TimeZone::UTC, |office| office.time_zone.clone());
    let mailbox = check.mailbox(&typed.mailbox, &time_zone);
    let filing = check.filing(&typed.filing);
    let outbox = check.outbox(&typed.outbox);
    let replies = Replies {
        deadline_business_days: check.number(
            "replies.deadline_business_days",
            &typed.replies.deadline_business_days,
            2,
            1..=60,
        ),
        oldest_mail_days: check.number("replies.oldest_mail_days", &typed.replies.oldest_mail_days, 30, 1..=36_500),
        per_correspondent_per_day: check.number(
            "replies.per_correspondent_per_day",
            &typed.replies.per_correspondent_per_day,
            5,
            1..=1000,
        ),
        per_hour: check.number("replies.per_hour", &typed.replies.per_hour, 120, 1..=100_000),
        templates: check.optional_path(&typed.replies.templates),
    };
    let ledger = check.path(&typed.ledger.path, "oficios.db");
    let schedule = check.schedule(&typed.schedule);
    let report = check.report(&typed.report);
    let reading = check.reading(&typed.reading);
    let form_file = check.optional_path(&typed.form.file);
    let holidays_file = check.optional_path(&typed.form.holidays);
    let log = check.log(&typed.log);
    match (office, mailbox, outbox, schedule, report) {
        (Some(office), Some(mailbox), Some(outbox), Some(schedule), Some(report)) if check.problems.is_empty() => {
            Ok(Configuration {
                office,
                mailbox,
                filing,
                outbox,
                replies,
                ledger,
                schedule,
                report,
                reading,
                form_file,
                holidays_file,
                log,
            })
        }
        _ => {
            check.problems.sort_by_key(|problem| problem.line);
            Err(check.problems)
        }
    }
}

struct Check<'a> {
    text: &'a str,
    folder: &'a Path,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, key: &str, at: Option<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        let line = at.map(|offset| line_of(self.text, offset));
        self.problems.push(Problem { key: key.to_owned(), line, what: what.into(), remedy: remedy.into() });
    }

    fn required(&mut self, key: &str, value: &Option<Text>, remedy: &str) -> Option<String> {
        match value {
            Some(text) if !text.get_ref().trim().is_empty() => Some(text.get_ref().clone()),
            Some(text) => {
                self.problem(key, Some(text.span().start), "is empty", remedy);
                None
            }
            None => {
                self.problem(key, None, "is missing", remedy);
                None
            }
        }
    }

    fn number<N>(
        &mut self,
        key: &str,
        value: &Option<Spanned<i64>>,
        default: i64,
        range: std::ops::RangeInclusive<i64>,
    ) -> N
    where
        N: TryFrom<i64> + Default,
    {
        let mut number = default;
        if let Some(spanned) = value {
            if range.contains(spanned.get_ref()) {
                number = *spanned.get_ref();
            } else {
                self.problem(
                    key,
                    Some(spanned.span().start),
                    format!("{} is out of range", spanned.get_ref()),
                    format!("Write a whole number from {} to {}", range.start(), range.end()),
                );
            }
        }
        N::try_from(number).unwrap_or_default()
    }

    fn choice<C: Copy>(&mut self, key: &str, value: &Option<Text>, default: C, choices: &[(&str, C)]) -> C {
        let Some(text) = value else { return default };
        if let Some((_, choice)) = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text.get_ref())) {
            return *choice;
        }
        let names = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        self.problem(
            key,
            Some(text.span().start),
            format!("\"{}\" is not one of its values", text.get_ref()),
            format!("Write one of {names}"),
        );
        default
    }

    fn switch(&mut self, key: &str, value: &Option<Text>, default: Switch) -> Switch {
        self.choice(key, value, default, &[("yes", Switch::On), ("no", Switch::Off)])
    }

    fn path(&self, value: &Option<Text>, default: &str) -> PathBuf {
        self.folder.join(value.as_ref().map_or(default, |text| text.get_ref()))
    }

    fn optional_path(&self, value: &Option<Text>) -> Option<PathBuf> {
        value.as_ref().map(|text| self.folder.join(text.get_ref()))
    }

    fn address(&mut self, key: &str, text: &Text) -> Option<String> {
        let address = text.get_ref().trim().to_lowercase();
        if address.parse::<lettre::Address>().is_ok() {
            return Some(address);
        }
        self.problem(
            key,
            Some(text.span().start),
            format!("\"{}\" is not an e-mail address", text.get_ref()),
            "Write it as name@host",
        );
        None
    }

    fn cron(&mut self, key: &str, value: &Option<Text>, default: &str) -> Option<croner::Cron> {
        let pattern = value.as_ref().map_or(default, |text| text.get_ref());
        match pattern.parse::<croner::Cron>() {
            Ok(cron) => Some(cron),
            Err(error) => {
                self.problem(
                    key,
                    value.as_ref().map(|text| text.span().start),
                    format!("\"{pattern}\" is no cron pattern ({error})"),
                    "Write five fields: minute hour day month weekday, e.g. \"*/5 * * * *\"",
                );
                None
            }
        }
    }

    fn schedule(&mut self, typed: &typed::Schedule) -> Option<Schedule> {
        let cycle = self.cron("schedule.cycle", &typed.cycle, "*/5 * * * *");
        let idle = self.switch("schedule.idle", &typed.idle, Switch::On);
        Some(Schedule { cycle: cycle?, idle })
    }

    fn time(&mut self, key: &str, value: &Option<Text>, default: Time) -> Time {
        let Some(text) = value else { return default };
        Time::strptime("%H:%M", text.get_ref()).unwrap_or_else(|_| {
            self.problem(
                key,
                Some(text.span().start),
                format!("\"{}\" is no time of day", text.get_ref()),
                "Write hours and minutes, e.g. \"08:30\"",
            );
            default
        })
    }

    fn office(&mut self, typed: &typed::Office) -> Option<Office> {
        let address = match &typed.address {
            Some(text) => self.address("office.address", text),
            None => {
                self.problem("office.address", None, "is missing", "Name the help desk's own address");
                None
            }
        };
        let other_addresses =
            typed.other_addresses.iter().filter_map(|text| self.address("office.other_addresses", text)).collect();
        let zone_name = typed.time_zone.as_ref().map_or("America/Lima", |text| text.get_ref());
        let time_zone = TimeZone::get(zone_name).unwrap_or_else(|_| {
            self.problem(
                "office.time_zone",
                typed.time_zone.as_ref().map(|text| text.span().start),
                format!("\"{zone_name}\" is no time zone"),
                "Write a name of the IANA database, e.g. \"America/Lima\"",
            );
            TimeZone::UTC
        });
        let opens = self.time("office.opens", &typed.opens, Time::constant(8, 30, 0, 0));
        let closes = self.time("office.closes", &typed.closes, Time::constant(17, 30, 0, 0));
        if opens >= closes {
            self.problem(
                "office.closes",
                typed.closes.as_ref().map(|text| text.span().start),
                "is not after office.opens",
                "Write a later time",
            );
        }
        let name = typed.name.as_ref().map(|text| text.get_ref().clone());
        Some(Office { address: Address { name, address: address? }, other_addresses, time_zone, opens, closes })
    }

    /// The beginning of a day in the office's time zone.
    fn beginning_of(&mut self, key: &str, value: &Option<Text>, zone: &TimeZone) -> Option<Timestamp> {
        let text = value.as_ref()?;
        let day = text.get_ref().parse::<Date>().ok().and_then(|day| day.to_zoned(zone.clone()).ok());
        if day.is_none() {
            self.problem(
                key,
                Some(text.span().start),
                format!("\"{}\" is no day", text.get_ref()),
                "Write year, month and day, e.g. \"2026-11-24\"",
            );
        }
        day.map(|moment| moment.timestamp())
    }

    fn mailbox(&mut self, typed: &typed::Mailbox, zone: &TimeZone) -> Option<Mailbox> {
        let name = typed.name.as_ref().map_or_else(|| "mailbox".to_owned(), |text| text.get_ref().clone());
        let megabytes: u64 = self.number("mailbox.max_mail_megabytes", &typed.max_mail_megabytes, 25, 1..=1024);
        let max_mails_per_cycle =
            self.number("mailbox.max_mails_per_cycle", &typed.max_mails_per_cycle, 500, 1..=100_000);
        let since = self.beginning_of("mailbox.since", &typed.since, zone);
        let kind = match (&typed.imap, &typed.maildir) {
            (Some(imap), None) => self.imap(imap.get_ref()).map(|imap| MailboxKind::Imap(Box::new(imap))),
            (None, Some(maildir)) => self
                .required("mailbox.maildir.path", &maildir.get_ref().path, "Name the Maildir's folder")
                .map(|path| MailboxKind::Maildir(self.folder.join(path))),
            (Some(imap), Some(maildir)) => {
                self.imap(imap.get_ref());
                self.problem(
                    "mailbox.maildir",
                    Some(maildir.span().start),
                    "stands beside [mailbox.imap]",
                    "Keep one of the two",
                );
                None
            }
            (None, None) => {
                self.problem("mailbox", None, "says not where mail is", "Add [mailbox.imap] or [mailbox.maildir]");
                None
            }
        };
        Some(Mailbox { name, max_mail_bytes: megabytes * 1024 * 1024, max_mails_per_cycle, since, kind: kind? })
    }

    fn imap(&mut self, typed: &typed::Imap) -> Option<Imap> {
        let server = self.server(
            "mailbox.imap",
            &ServerKeys {
                host: &typed.host,
                port: &typed.port,
                security: &typed.security,
                user: &typed.user,
                password: &typed.password,
                hello_name: &None,
                ca_file: &typed.ca_file,
                timeout_seconds: &typed.timeout_seconds,
            },
            DefaultPorts { tls: 993, start_tls: 143 },
        );
        if typed.user.is_none() {
            self.problem("mailbox.imap.user", None, "is missing", "Name the account that reads the mailbox");
        }
        Some(Imap {
            server: server?,
            folder: typed.folder.as_ref().map_or_else(|| "INBOX".to_owned(), |text| text.get_ref().clone()),
            sent_folder: typed.sent_folder.as_ref().map(|text| text.get_ref().clone()),
            keep_sent_copies: self.switch("mailbox.imap.keep_sent_copies", &typed.keep_sent_copies, Switch::On),
        })
    }

    fn outbox(&mut self, typed: &typed::Outbox) -> Option<Outbox> {
        match (&typed.smtp, &typed.folder) {
            (Some(smtp), None) => {
                let smtp = smtp.get_ref();
                let keys = ServerKeys {
                    host: &smtp.host,
                    port: &smtp.port,
                    security: &smtp.security,
                    user: &smtp.user,
                    password: &smtp.password,
                    hello_name: &smtp.hello_name,
                    ca_file: &smtp.ca_file,
                    timeout_seconds: &smtp.timeout_seconds,
                };
                self.server("outbox.smtp", &keys, DefaultPorts { tls: 465, start_tls: 587 })
                    .map(|server| Outbox::Smtp(Box::new(server)))
            }
            (None, Some(folder)) => self
                .required("outbox.folder.path", &folder.get_ref().path, "Name the folder for replies")
                .map(|path| Outbox::Folder(self.folder.join(path))),
            (Some(_), Some(folder)) => {
                self.problem(
                    "outbox.folder",
                    Some(folder.span().start),
                    "stands beside [outbox.smtp]",
                    "Keep one of the two",
                );
                None
            }
            (None, None) => {
                self.problem("outbox", None, "says not how replies go out", "Add [outbox.smtp] or [outbox.folder]");
                None
            }
        }
    }

    fn server(&mut self, section: &str, typed: &ServerKeys<'_>, ports: DefaultPorts) -> Option<Server> {
        let key = |name: &str| format!("{section}.{name}");
        let host = self.required(&key("host"), typed.host, "Name the server");
        let security = self.choice(
            &key("security"),
            typed.security,
            Security::Tls,
            &[("tls", Security::Tls), ("starttls", Security::StartTls), ("plain", Security::Plain)],
        );
        let default_port = match security {
            Security::Tls => ports.tls,
            Security::StartTls | Security::Plain => ports.start_tls,
        };
        let port = self.number(&key("port"), typed.port, i64::from(default_port), 1..=65_535);
        let login = match (typed.user, typed.password) {
            (Some(user), Some(password)) => match PasswordSource::resolve(password.get_ref(), self.folder) {
                Some(source) => Some(Login { user: user.get_ref().clone(), password: source }),
                None => {
                    self.problem(
                        &key("password"),
                        Some(password.span().start),
                        "names not exactly one source",
                        "Write { env = \"NAME\" }, { file = \"path\" } or { command = [\"program\"] }",
                    );
                    None
                }
            },
            (None, None) => None,
            (Some(user), None) => {
                let remedy = "Add password = { env = \"NAME\" }";
                self.problem(&key("password"), Some(user.span().start), "is missing beside user", remedy);
                None
            }
            (None, Some(password)) => {
                self.problem(
                    &key("user"),
                    Some(password.span().start),
                    "is missing beside password",
                    "Add user = \"…\"",
                );
                None
            }
        };
        let seconds: u64 = self.number(&key("timeout_seconds"), typed.timeout_seconds, 60, 1..=3600);
        Some(Server {
            host: host?,
            port,
            security,
            login,
            hello_name: typed.hello_name.as_ref().map(|text| text.get_ref().clone()),
            ca_file: self.optional_path(typed.ca_file),
            timeout: Duration::from_secs(seconds),
        })
    }

    fn filing(&mut self, typed: &typed::Filing) -> BTreeMap<Decision, Filing> {
        let entries = [
            (Decision::Confirmado, "filing.confirmado", &typed.confirmado, "folder:Oficios/Confirmados"),
            (Decision::Subsanacion, "filing.subsanacion", &typed.subsanacion, "folder:Oficios/Subsanaciones"),
            (Decision::Revision, "filing.revision", &typed.revision, "keyword:OficiosRevision"),
            (Decision::Ajeno, "filing.ajeno", &typed.ajeno, "untouched"),
            (Decision::Automatico, "filing.automatico", &typed.automatico, "untouched"),
        ];
        let mut filing = BTreeMap::new();
        for (decision, key, typed, default) in entries {
            let text = typed.as_ref().map_or(default, |text| text.get_ref());
            match parse_filing(text) {
                Some(place) => {
                    filing.insert(decision, place);
                }
                None => self.problem(
                    key,
                    typed.as_ref().map(|text| text.span().start),
                    format!("\"{text}\" says not where the mail goes"),
                    "Write \"folder:NAME\", \"keyword:NAME\" (letters, digits, _ and -) or \"untouched\"",
                ),
            }
        }
        filing
    }

    fn report(&mut self, typed: &typed::Report) -> Option<Report> {
        let to = typed.to.iter().filter_map(|text| self.address("report.to", text)).collect();
        let case_link = typed.case_link.as_ref().map(|text| text.get_ref().clone());
        if let Some(link) = &typed.case_link
            && !(link.get_ref().starts_with("https://") || link.get_ref().starts_with("http://"))
        {
            self.problem(
                "report.case_link",
                Some(link.span().start),
                "is no web address",
                "Start it with https:// and put {caso} where the case number goes",
            );
        }
        let cycle = self.cron("report.cycle", &typed.cycle, "0 8 * * *");
        Some(Report { cycle: cycle?, to, folder: self.path(&typed.folder, "reports"), case_link })
    }

    fn reading(&mut self, typed: &typed::Reading) -> Reading {
        let seconds: u64 = self.number("reading.seconds_per_document", &typed.seconds_per_document, 10, 1..=600);
        let megabytes: u64 =
            self.number("reading.max_attachment_megabytes", &typed.max_attachment_megabytes, 25, 1..=1024);
        let parallel: usize = self.number("reading.parallel", &typed.parallel, 0, 0..=256);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Reading {
            model: self.optional_path(&typed.model),
            pictures: self.choice(
                "reading.pictures",
                &typed.pictures,
                Pictures::Decide,
                &[("assist", Pictures::Assist), ("decide", Pictures::Decide)],
            ),
            second_reading: typed.second_reading.as_ref().is_none_or(|own| *own.get_ref()),
            per_document: Duration::from_secs(seconds),
            max_pages: self.number("reading.max_pages", &typed.max_pages, 50, 1..=10_000),
            max_attachment_bytes: megabytes * 1024 * 1024,
            parallel: if parallel == 0 { cores } else { parallel },
        }
    }

    fn log(&mut self, typed: &typed::Log) -> Log {
        let levels = [
            ("error", tracing::Level::ERROR),
            ("warn", tracing::Level::WARN),
            ("info", tracing::Level::INFO),
            ("debug", tracing::Level::DEBUG),
        ];
        Log {
            format: self.choice(
                "log.format",
                &typed.format,
                LogFormat::Text,
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
            ),
            level: self.choice("log.level", &typed.level, tracing::Level::INFO, &levels),
        }
    }
}

struct ServerKeys<'a> {
    host: &'a Option<Text>,
    port: &'a Option<Spanned<i64>>,
    security: &'a Option<Text>,
    user: &'a Option<Text>,
    password: &'a Option<Spanned<typed::Password>>,
    hello_name: &'a Option<Text>,
    ca_file: &'a Option<Text>,
    timeout_seconds: &'a Option<Spanned<i64>>,
}

struct DefaultPorts {
    tls: u16,
    start_tls: u16,
}

fn parse_filing(text: &str) -> Option<Filing> {
    if text == "untouched" {
        return Some(Filing::Untouched);
    }
    let (kind, name) = text.split_once(':')?;
    let plain = !name.is_empty() && !name.chars().any(char::is_control);
    match kind {
        "folder" if plain => Some(Filing::Folder(name.to_owned())),
        "keyword" if plain && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter)) => {
            Some(Filing::Keyword(name.to_owned()))
        }
        _ => None,
    }
}
