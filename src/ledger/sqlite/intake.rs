//! Taking mail in, and showing in the mailbox what became of it.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension, Transaction, params};

use super::cases;
use super::values::{Entry, PROGRAM, decision_from_word, key, optional_word, trail, word};
use crate::ledger::{
    FileAs, FilingOutcome, FilingState, LedgerError, MailId, MailState, NewMail, ReplyState, Stored, Unfiled, Wholeness,
};
use crate::mailbox::MailKey;
use crate::verdict::Decision;

pub fn watermark(transaction: &Transaction, mailbox: &str) -> Result<Option<MailKey>, LedgerError> {
    let mut statement =
        transaction.prepare_cached("SELECT mailbox, validity, uid FROM watermarks WHERE mailbox = ?")?;
    let mut rows = statement.query(params![mailbox])?;
    rows.next()?.map(key).transpose()
}

pub fn set_watermark(transaction: &Transaction, key: &MailKey) -> Result<(), LedgerError> {
    transaction
        .prepare_cached(
            "INSERT INTO watermarks (mailbox, validity, uid) VALUES (?, ?, ?)
             ON CONFLICT (mailbox) DO UPDATE SET validity = excluded.validity, uid = excluded.uid",
        )?
        .execute(params![key.mailbox, key.validity, key.uid])?;
    Ok(())
}

pub fn known(transaction: &Transaction, keys: Vec<MailKey>) -> Result<HashSet<MailKey>, LedgerError> {
    let mut known = HashSet::new();
    for key in keys {
        if stored_as(transaction, &key)?.is_some() {
            known.insert(key);
        }
    }
    Ok(known)
}

fn stored_as(transaction: &Transaction, key: &MailKey) -> Result<Option<MailId>, LedgerError> {
    Ok(transaction
        .prepare_cached("SELECT id FROM mails WHERE mailbox = ? AND validity = ? AND uid = ?")?
        .query_row(params![key.mailbox, key.validity, key.uid], |row| row.get(0))
        .optional()?
        .map(MailId))
}

pub fn fetch_failures(transaction: &Transaction, keys: Vec<MailKey>) -> Result<Vec<(MailKey, u32)>, LedgerError> {
    let mut statement = transaction
        .prepare_cached("SELECT failures FROM fetch_failures WHERE mailbox = ? AND validity = ? AND uid = ?")?;
    let mut failures = Vec::new();
    for key in keys {
        let count = statement.query_row(params![key.mailbox, key.validity, key.uid], |row| row.get(0)).optional()?;
        if let Some(count) = count {
            failures.push((key, count));
        }
    }
    Ok(failures)
}

pub fn fetch_failed(transaction: &Transaction, key: &MailKey) -> Result<u32, LedgerError> {
    Ok(transaction
        .prepare_cached(
            "INSERT INTO fetch_failures (mailbox, validity, uid, failures) VALUES (?, ?, ?, 1)
             ON CONFLICT (mailbox, validity, uid) DO UPDATE SET failures = failures + 1
             RETURNING failures",
        )?
        .query_row(params![key.mailbox, key.validity, key.uid], |row| row.get(0))?)
}

pub fn store(transaction: &Transaction, office: &TimeZone, mail: &NewMail) -> Result<Stored, LedgerError> {
    if let Some(id) = stored_as(transaction, &mail.key)? {
        return Ok(Stored::Known(id));
    }
    let original: Option<i64> = transaction
        .prepare_cached("SELECT id FROM mails WHERE content_hash = ? AND state <> 'duplicate' ORDER BY id LIMIT 1")?
        .query_row(params![mail.fingerprints.content.as_str()], |row| row.get(0))
        .optional()?;
    let state = if original.is_some() { MailState::Duplicate } else { MailState::Waiting };
    transaction
        .prepare_cached(
            "INSERT INTO mails (mailbox, validity, uid, size, arrived, stored, content_hash, body_hash, wholeness, state,
                 duplicate_of)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            mail.key.mailbox,
            mail.key.validity,
            mail.key.uid,
            i64::try_from(mail.size).unwrap_or(i64::MAX),
            mail.arrived.as_second(),
            mail.now.as_second(),
            mail.fingerprints.content.as_str(),
            mail.fingerprints.body.as_str(),
            mail.wholeness.word(),
            state.word(),
            original,
        ])?;
    let id = MailId(transaction.last_insert_rowid());
    transaction
        .prepare_cached("INSERT INTO raw_mails (mail_id, bytes) VALUES (?, ?)")?
        .execute(params![id.0, mail.raw])?;
    transaction
        .prepare_cached("DELETE FROM fetch_failures WHERE mailbox = ? AND validity = ? AND uid = ?")?
        .execute(params![mail.key.mailbox, mail.key.validity, mail.key.uid])?;
    if let Some(original) = original {
        cases::take_case_of(transaction, id, MailId(original))?;
    }
    let case_row = cases::row_of_mail(transaction, id)?;
    let action = if original.is_some() { "mail.duplicate" } else { "mail.stored" };
    trail(transaction, mail.now, &Entry { actor: PROGRAM, action, detail: None, case_row, mail: Some(id) })?;
    match (original, &mail.quarantine) {
        (Some(original), _) => Ok(Stored::Duplicate { mail: id, of: MailId(original) }),
        (None, Some(reason)) => {
            cases::quarantine(transaction, office, id, reason, mail.now)?;
            Ok(Stored::Quarantined(id))
        }
        (None, None) => Ok(Stored::Waiting(id)),
    }
}

/// A mail is filed when nothing more happens to it by itself: it is judged and its reply, if one was due, is settled. A
/// duplicate is filed as the mail that it is a copy of.
pub fn unfiled(transaction: &Transaction, mailbox: &str) -> Result<Vec<Unfiled>, LedgerError> {
    let mut statement = transaction.prepare_cached(
        "SELECT mails.id, mails.mailbox, mails.validity, mails.uid, mails.wholeness, first.state, first.decision,
             (SELECT replies.state FROM replies WHERE replies.mail_id = first.id AND replies.round = first.round) AS reply
         FROM mails JOIN mails AS first ON first.id = coalesce(mails.duplicate_of, mails.id)
         WHERE mails.filing = 'pending' AND mails.mailbox = ? AND first.state <> 'waiting'
         ORDER BY mails.filing_failures, mails.id",
    )?;
    let mut rows = statement.query(params![mailbox])?;
    let mut unfiled = Vec::new();
    while let Some(row) = rows.next()? {
        let decision = optional_word(row, "decision", decision_from_word)?;
        let reply = optional_word(row, "reply", ReplyState::from_word)?;
        let wholeness = word(row, "wholeness", Wholeness::from_word)?;
        let state = word(row, "state", MailState::from_word)?;
        if let Some(as_what) = file_as(wholeness, state, decision, reply) {
            unfiled.push(Unfiled { id: MailId(row.get("id")?), key: key(row)?, as_what });
        }
    }
    Ok(unfiled)
}

fn file_as(
    wholeness: Wholeness,
    state: MailState,
    decision: Option<Decision>,
    reply: Option<ReplyState>,
) -> Option<FileAs> {
    if wholeness != Wholeness::Whole {
        return Some(FileAs::OnlyCopy);
    }
    match (state, decision, reply) {
        (MailState::Decided, Some(decision), None | Some(ReplyState::Sent)) => Some(FileAs::Decision(decision)),
        (MailState::Decided, Some(_), Some(ReplyState::Queued | ReplyState::InFlight)) => None,
        _ => Some(FileAs::ForPerson),
    }
}

pub fn filed(
    transaction: &Transaction,
    mail: MailId,
    now: Timestamp,
    outcome: FilingOutcome,
) -> Result<(), LedgerError> {
    let state = match outcome {
        FilingOutcome::Filed => FilingState::Filed,
        FilingOutcome::Untouched => FilingState::Untouched,
        FilingOutcome::Gone => FilingState::Gone,
        FilingOutcome::Failed => {
            transaction
                .prepare_cached("UPDATE mails SET filing_failures = filing_failures + 1 WHERE id = ?")?
                .execute(params![mail.0])?;
            return Ok(());
        }
    };
    let changed = transaction
        .prepare_cached("UPDATE mails SET filing = ?, filed = ? WHERE id = ? AND filing = 'pending'")?
        .execute(params![state.word(), now.as_second(), mail.0])?;
    if changed == 1 {
        let case_row = cases::row_of_mail(transaction, mail)?;
        let action = format!("mail.{}", state.word());
        trail(transaction, now, &Entry { actor: PROGRAM, action: &action, detail: None, case_row, mail: Some(mail) })?;
    }
    Ok(())
}
