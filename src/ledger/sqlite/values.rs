//! How typed values stand in columns, and the trail that every transition leaves.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, Transaction, params};

use crate::ledger::{LedgerError, MailId};
use crate::mailbox::MailKey;
use crate::reply::ReplyKind;
use crate::verdict::Decision;

/// The program itself, as the trail names it.
pub const PROGRAM: &str = "oficios";

pub fn instant(row: &Row, column: &str) -> Result<Timestamp, LedgerError> {
    seconds(row.get(column)?)
}

pub fn optional_instant(row: &Row, column: &str) -> Result<Option<Timestamp>, LedgerError> {
    row.get::<_, Option<i64>>(column)?.map(seconds).transpose()
}

fn seconds(seconds: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_second(seconds).map_err(|_| LedgerError::Damaged(format!("an instant of {seconds} seconds")))
}

pub fn optional_date(row: &Row, column: &str) -> Result<Option<Date>, LedgerError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| Date::from_str(&text).map_err(|_| LedgerError::Damaged(format!("a day in {column}")))).transpose()
}

/// A word of one of the enums in [`crate::ledger::records`].
pub fn word<T>(row: &Row, column: &str, from_word: fn(&str) -> Option<T>) -> Result<T, LedgerError> {
    let text: String = row.get(column)?;
    from_word(&text).ok_or_else(|| LedgerError::Damaged(format!("\"{text}\" in {column}")))
}

pub fn optional_word<T>(row: &Row, column: &str, from_word: fn(&str) -> Option<T>) -> Result<Option<T>, LedgerError> {
    match row.get::<_, Option<String>>(column)? {
        None => Ok(None),
        Some(text) => from_word(&text).map(Some).ok_or_else(|| LedgerError::Damaged(format!("\"{text}\" in {column}"))),
    }
}

/// The contract's words (design, section 3).
pub fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Confirmado => "confirmado",
        Decision::Subsanacion => "subsanacion",
        Decision::Revision => "revision",
        Decision::Ajeno => "ajeno",
        Decision::Automatico => "automatico",
    }
}

pub fn decision_from_word(word: &str) -> Option<Decision> {
    [Decision::Confirmado, Decision::Subsanacion, Decision::Revision, Decision::Ajeno, Decision::Automatico]
        .into_iter()
        .find(|decision| decision_word(*decision) == word)
}

pub fn reply_kind_word(kind: ReplyKind) -> &'static str {
    match kind {
        ReplyKind::Confirmacion => "confirmacion",
        ReplyKind::Subsanacion => "subsanacion",
    }
}

pub fn reply_kind_from_word(word: &str) -> Option<ReplyKind> {
    [ReplyKind::Confirmacion, ReplyKind::Subsanacion].into_iter().find(|kind| reply_kind_word(*kind) == word)
}

pub fn key(row: &Row) -> Result<MailKey, LedgerError> {
    Ok(MailKey { mailbox: row.get("mailbox")?, validity: row.get("validity")?, uid: row.get("uid")? })
}

pub fn to_json<T: serde::Serialize>(value: &T) -> Result<String, LedgerError> {
    serde_json::to_string(value).map_err(|error| LedgerError::Damaged(error.to_string()))
}

pub fn from_json<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, LedgerError> {
    // The error of serde_json quotes what it read; that may be a person's.
    serde_json::from_str(text).map_err(|_| LedgerError::Damaged(format!("the JSON of {what}")))
}

/// What stands in a new line of the trail beside the instant.
pub struct Entry<'a> {
    pub actor: &'a str,
    pub action: &'a str,
    pub detail: Option<&'a str>,
    pub case_row: Option<i64>,
    pub mail: Option<MailId>,
}

pub fn trail(transaction: &Transaction, now: Timestamp, entry: &Entry) -> Result<(), LedgerError> {
    transaction
        .prepare_cached("INSERT INTO trail (at, actor, action, detail, case_id, mail_id) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            now.as_second(),
            entry.actor,
            entry.action,
            entry.detail,
            entry.case_row,
            entry.mail.map(|mail| mail.0)
        ])?;
    Ok(())
}
