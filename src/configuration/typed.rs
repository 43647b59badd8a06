//! The configuration as typed: the TOML file's shape, nothing checked beyond it. Spans are kept so that every later problem
//! can name its line.

use serde::Deserialize;
use toml::Spanned;

pub type Text = Spanned<String>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TypedConfiguration {
    pub office: Office,
    pub mailbox: Mailbox,
    pub filing: Filing,
    pub outbox: Outbox,
    pub replies: Replies,
    pub ledger: Ledger,
    pub schedule: Schedule,
    pub report: Report,
    pub reading: Reading,
    pub form: FormFiles,
    pub log: Log,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Office {
    pub address: Option<Text>,
    pub name: Option<Text>,
    pub other_addresses: Vec<Text>,
    pub time_zone: Option<Text>,
    pub opens: Option<Text>,
    pub closes: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mailbox {
    pub name: Option<Text>,
    pub max_mail_megabytes: Option<Spanned<i64>>,
    pub max_mails_per_cycle: Option<Spanned<i64>>,
    pub since: Option<Text>,
    pub imap: Option<Spanned<Imap>>,
    pub maildir: Option<Spanned<Maildir>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Imap {
    pub host: Option<Text>,
    pub port: Option<Spanned<i64>>,
    pub security: Option<Text>,
    pub user: Option<Text>,
    pub password: Option<Spanned<Password>>,
    pub folder: Option<Text>,
    pub sent_folder: Option<Text>,
    pub keep_sent_copies: Option<Text>,
    pub ca_file: Option<Text>,
    pub timeout_seconds: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Maildir {
    pub path: Option<Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Password {
    pub env: Option<String>,
    pub file: Option<String>,
    pub command: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filing {
    pub confirmado: Option<Text>,
    pub subsanacion: Option<Text>,
    pub revision: Option<Text>,
    pub ajeno: Option<Text>,
    pub automatico: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outbox {
    pub smtp: Option<Spanned<Smtp>>,
    pub folder: Option<Spanned<Maildir>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    pub host: Option<Text>,
    pub port: Option<Spanned<i64>>,
    pub security: Option<Text>,
    pub user: Option<Text>,
    pub password: Option<Spanned<Password>>,
    pub hello_name: Option<Text>,
    pub ca_file: Option<Text>,
    pub timeout_seconds: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Replies {
    pub deadline_business_days: Option<Spanned<i64>>,
    pub oldest_mail_days: Option<Spanned<i64>>,
    pub per_correspondent_per_day: Option<Spanned<i64>>,
    pub per_hour: Option<Spanned<i64>>,
    pub templates: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ledger {
    pub path: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    pub cycle: Option<Text>,
    pub idle: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    pub cycle: Option<Text>,
    pub to: Vec<Text>,
    pub folder: Option<Text>,
    pub case_link: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    pub seconds_per_document: Option<Spanned<i64>>,
    pub max_pages: Option<Spanned<i64>>,
    pub model: Option<Text>,
    pub pictures: Option<Text>,
    pub second_reading: Option<Spanned<bool>>,
    pub max_attachment_megabytes: Option<Spanned<i64>>,
    pub parallel: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormFiles {
    pub file: Option<Text>,
    pub holidays: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: Option<Text>,
    pub level: Option<Text>,
}
