//! Replies on their way out. `in_flight` is committed before the outbox is asked, so that a crash in between is seen.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::cases;
use super::values::{Entry, PROGRAM, instant, trail, word};
use crate::ledger::{Caps, DoubtfulReply, HandOver, LedgerError, MailId, ReplyId, ReplyState, Settlement};
use crate::outbox::OutgoingMessage;

pub fn due(transaction: &Transaction, now: Timestamp) -> Result<Vec<ReplyId>, LedgerError> {
    let mut statement = transaction.prepare_cached(
        "SELECT id FROM replies WHERE state = 'queued' AND (next_attempt <= ?1 OR next_attempt > ?2)
         ORDER BY next_attempt, id",
    )?;
    // No wait is as long: the clock was set back since, and the reply would lie for as long as it had been ahead.
    let beyond_all_waits = now + SignedDuration::from_hours(12);
    let ids = statement
        .query_map(params![now.as_second(), beyond_all_waits.as_second()], |row| row.get(0).map(ReplyId))?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

pub fn in_doubt(transaction: &Transaction) -> Result<Vec<DoubtfulReply>, LedgerError> {
    let mut statement = transaction.prepare_cached(
        "SELECT id, mail_id, state, message_id, handed_over FROM replies WHERE state IN ('in_flight', 'unknown') ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut replies = Vec::new();
    while let Some(row) = rows.next()? {
        replies.push(DoubtfulReply {
            id: ReplyId(row.get("id")?),
            mail: MailId(row.get("mail_id")?),
            state: word(row, "state", ReplyState::from_word)?,
            message_id: row.get("message_id")?,
            handed_over: instant(row, "handed_over")?,
        });
    }
    Ok(replies)
}

pub fn begin_delivery(
    transaction: &Transaction,
    reply: ReplyId,
    now: Timestamp,
    caps: Caps,
) -> Result<HandOver, LedgerError> {
    let mut statement = transaction.prepare_cached("SELECT * FROM replies WHERE id = ? AND state = 'queued'")?;
    let mut rows = statement.query(params![reply.0])?;
    let Some(row) = rows.next()? else { return Ok(HandOver::NotQueued) };
    let mail = MailId(row.get("mail_id")?);
    let case_row: i64 = row.get("case_id")?;
    let to: String = row.get("envelope_to")?;
    let apply = row.get::<_, String>("caps")? == "apply";
    let full = apply.then(|| full_cap(transaction, &to, now, caps)).transpose()?.flatten();
    if let Some(cap) = full {
        transaction
            .prepare_cached("UPDATE replies SET state = 'held', settled = ?, last_response = ? WHERE id = ?")?
            .execute(params![now.as_second(), cap, reply.0])?;
        record(transaction, now, "reply.held", case_row, mail)?;
        return Ok(HandOver::Held { mail });
    }
    let attempt = row.get::<_, u32>("attempts")? + 1;
    transaction
        .prepare_cached("UPDATE replies SET state = 'in_flight', attempts = ?, handed_over = ? WHERE id = ?")?
        .execute(params![attempt, now.as_second(), reply.0])?;
    record(transaction, now, "reply.handed_over", case_row, mail)?;
    Ok(HandOver::Go { mail, message: message(row)?, attempt, queued: instant(row, "queued")? })
}

/// Which cap is full, in Spanish for the operator. What may have gone out counts, but for what a clock that was ahead
/// dated.
fn full_cap(
    transaction: &Transaction,
    to: &str,
    now: Timestamp,
    caps: Caps,
) -> Result<Option<&'static str>, LedgerError> {
    const MAY_HAVE_GONE_OUT: &str = "state IN ('in_flight', 'sent', 'unknown')";
    let today: u32 = transaction
        .prepare_cached(&format!(
            "SELECT count(*) FROM replies WHERE handed_over BETWEEN ? AND ? AND {MAY_HAVE_GONE_OUT} AND envelope_to = ?"
        ))?
        .query_row(params![caps.day_began.as_second(), now.as_second(), to], |row| row.get(0))?;
    if today >= caps.per_correspondent {
        return Ok(Some("Se llegó al máximo de respuestas por día a este remitente."));
    }
    let hour_ago = now - SignedDuration::from_hours(1);
    let this_hour: u32 = transaction
        .prepare_cached(&format!(
            "SELECT count(*) FROM replies WHERE handed_over BETWEEN ? AND ? AND {MAY_HAVE_GONE_OUT}"
        ))?
        .query_row(params![hour_ago.as_second(), now.as_second()], |row| row.get(0))?;
    if this_hour >= caps.per_hour {
        return Ok(Some("Se llegó al máximo de respuestas por hora."));
    }
    Ok(None)
}

pub fn settle(
    transaction: &Transaction,
    reply: ReplyId,
    now: Timestamp,
    settlement: &Settlement,
) -> Result<(), LedgerError> {
    let mut statement = transaction.prepare_cached("SELECT mail_id, case_id, state FROM replies WHERE id = ?")?;
    let mut rows = statement.query(params![reply.0])?;
    let row = rows.next()?.ok_or_else(|| LedgerError::Missing(format!("reply {reply}")))?;
    let (mail, case_row) = (MailId(row.get("mail_id")?), row.get("case_id")?);
    let state = word(row, "state", ReplyState::from_word)?;
    if !matches!(state, ReplyState::InFlight | ReplyState::Unknown) {
        return Err(LedgerError::Conflict { record: format!("reply {reply}"), state: state.word().to_owned() });
    }
    let (next, response, at) = match settlement {
        Settlement::Sent { response } => (ReplyState::Sent, response, None),
        Settlement::TryLater { reason, at } => (ReplyState::Queued, reason, Some(at.as_second())),
        Settlement::Refused { reason } => (ReplyState::Refused, reason, None),
        Settlement::Unknown { reason } => (ReplyState::Unknown, reason, None),
    };
    transaction
        .prepare_cached(
            "UPDATE replies SET state = ?, last_response = ?, settled = ?, next_attempt = coalesce(?, next_attempt)
             WHERE id = ?",
        )?
        .execute(params![next.word(), response, at.is_none().then_some(now.as_second()), at, reply.0])?;
    if state == ReplyState::Unknown {
        file_anew(transaction, mail)?;
    }
    if state != next {
        record(transaction, now, &format!("reply.{}", next.word()), case_row, mail)?;
    }
    Ok(())
}

/// A report says that these messages did not arrive: replies among them count as refused. The report joins the case
/// of the first of them.
pub fn returned(
    transaction: &Transaction,
    report: MailId,
    message_ids: &[String],
    reason: &str,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let mut statement = transaction.prepare_cached(
        "UPDATE replies SET state = 'refused', settled = ?1, last_response = ?2
         WHERE message_id = ?3 AND state IN ('sent', 'unknown') RETURNING mail_id, case_id",
    )?;
    for message_id in message_ids {
        let found = statement
            .query_row(params![now.as_second(), reason, message_id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((mail, case_row)) = found else { continue };
        let mail = MailId(mail);
        record(transaction, now, "reply.returned", case_row, mail)?;
        file_anew(transaction, mail)?;
        if cases::row_of_mail(transaction, report)?.is_none() {
            cases::give(transaction, report, case_row)?;
        }
    }
    Ok(())
}

/// A mail that was filed for a person, and whose reply is now settled otherwise, is filed anew.
pub fn file_anew(transaction: &Transaction, mail: MailId) -> Result<(), LedgerError> {
    transaction
        .prepare_cached("UPDATE mails SET filing = 'pending', filed = NULL WHERE id = ?1 OR duplicate_of = ?1")?
        .execute(params![mail.0])?;
    Ok(())
}

fn record(
    transaction: &Transaction,
    now: Timestamp,
    action: &str,
    case_row: i64,
    mail: MailId,
) -> Result<(), LedgerError> {
    let entry = Entry { actor: PROGRAM, action, detail: None, case_row: Some(case_row), mail: Some(mail) };
    trail(transaction, now, &entry)
}

pub fn copies_to_keep(transaction: &Transaction) -> Result<Vec<(ReplyId, OutgoingMessage)>, LedgerError> {
    let mut statement =
        transaction.prepare_cached("SELECT * FROM replies WHERE state = 'sent' AND copy = 'pending' ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut copies = Vec::new();
    while let Some(row) = rows.next()? {
        copies.push((ReplyId(row.get("id")?), message(row)?));
    }
    Ok(copies)
}

pub fn copy_kept(transaction: &Transaction, reply: ReplyId) -> Result<(), LedgerError> {
    transaction.prepare_cached("UPDATE replies SET copy = 'kept' WHERE id = ?")?.execute(params![reply.0])?;
    Ok(())
}

pub fn message(row: &Row) -> Result<OutgoingMessage, LedgerError> {
    Ok(OutgoingMessage {
        message_id: row.get("message_id")?,
        envelope_from: row.get("envelope_from")?,
        envelope_to: vec![row.get("envelope_to")?],
        bytes: row.get("bytes")?,
    })
}

/// The state of a reply with the mail and the case that it belongs to.
pub fn state_of(transaction: &Transaction, reply: ReplyId) -> Result<(ReplyState, MailId, i64), LedgerError> {
    let found: Option<(String, i64, i64)> = transaction
        .prepare_cached("SELECT state, mail_id, case_id FROM replies WHERE id = ?")?
        .query_row(params![reply.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (state, mail, case_row) = found.ok_or_else(|| LedgerError::Missing(format!("reply {reply}")))?;
    let state =
        ReplyState::from_word(&state).ok_or_else(|| LedgerError::Damaged(format!("the state of reply {reply}")))?;
    Ok((state, MailId(mail), case_row))
}
