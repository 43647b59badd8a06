//! Judging: attempts, and the one transaction in which a decision, its case, its reply and the trail are written.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension, Transaction, params};

use super::cases;
use super::replies;
use super::values::{Entry, PROGRAM, decision_word, from_json, instant, reply_kind_word, to_json, trail, word};
use crate::ledger::{
    AfterFailure, CaseOutcome, CaseState, Consequence, JudgingLimits, LedgerError, MailId, MailState, MailToJudge,
    NewReply, Ruling, Turn,
};

pub fn waiting(transaction: &Transaction) -> Result<Vec<MailId>, LedgerError> {
    let mut statement = transaction.prepare_cached("SELECT id FROM mails WHERE state = 'waiting' ORDER BY id")?;
    let ids = statement.query_map([], |row| row.get(0).map(MailId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

pub fn begin_judging(
    transaction: &Transaction,
    office: &TimeZone,
    mail: MailId,
    now: Timestamp,
    limits: JudgingLimits,
) -> Result<Turn, LedgerError> {
    let mut statement = transaction.prepare_cached(
        "SELECT arrived, content_hash, body_hash, round, judging_begun, bytes, assessment, EXISTS (
             SELECT 1 FROM replies WHERE replies.mail_id = mails.id
                 AND replies.round = mails.round - 1 AND replies.state = 'sent') AS was_answered
         FROM mails JOIN raw_mails ON raw_mails.mail_id = mails.id WHERE mails.id = ? AND state = 'waiting'",
    )?;
    let mut rows = statement.query(params![mail.0])?;
    let Some(row) = rows.next()? else { return Ok(Turn::NotWaiting) };
    if row.get::<_, u32>("judging_begun")? >= limits.beginnings {
        let reason = "El programa se detuvo varias veces al leer este correo; revíselo a mano.";
        cases::quarantine(transaction, office, mail, reason, now)?;
        return Ok(Turn::Quarantined);
    }
    let assessment: Option<String> = row.get("assessment")?;
    let answered = assessment.filter(|_| row.get("was_answered") == Ok(true));
    transaction
        .prepare_cached("UPDATE mails SET judging_begun = judging_begun + 1 WHERE id = ?")?
        .execute(params![mail.0])?;
    Ok(Turn::Judge(Box::new(MailToJudge {
        id: mail,
        raw: row.get("bytes")?,
        arrived: instant(row, "arrived")?,
        fingerprints: cases::fingerprints(row)?,
        round: row.get("round")?,
        answered: answered.map(|text| from_json("an assessment", &text)).transpose()?,
    })))
}

pub fn judging_failed(
    transaction: &Transaction,
    office: &TimeZone,
    mail: MailId,
    now: Timestamp,
    limits: JudgingLimits,
    reason: &str,
) -> Result<AfterFailure, LedgerError> {
    require_waiting(transaction, mail)?;
    let failures: u32 = transaction
        .prepare_cached(
            "UPDATE mails SET judging_failures = judging_failures + 1 WHERE id = ? RETURNING judging_failures",
        )?
        .query_row(params![mail.0], |row| row.get(0))?;
    if failures >= limits.failures {
        cases::quarantine(transaction, office, mail, reason, now)?;
        return Ok(AfterFailure::Quarantined);
    }
    Ok(AfterFailure::TriedAgain)
}

fn require_waiting(transaction: &Transaction, mail: MailId) -> Result<(), LedgerError> {
    let mut statement = transaction.prepare_cached("SELECT state FROM mails WHERE id = ?")?;
    let mut rows = statement.query(params![mail.0])?;
    let row = rows.next()?.ok_or_else(|| LedgerError::Missing(format!("mail {mail}")))?;
    match word(row, "state", MailState::from_word)? {
        MailState::Waiting => Ok(()),
        state => Err(LedgerError::Conflict { record: format!("mail {mail}"), state: state.word().to_owned() }),
    }
}

pub fn decide(transaction: &Transaction, ruling: &Ruling) -> Result<(), LedgerError> {
    let mail = ruling.mail;
    require_waiting(transaction, mail)?;
    let (state, duplicate_of) = match &ruling.consequence {
        Consequence::Duplicate { of } => (MailState::Duplicate, Some(first_of(transaction, *of)?)),
        Consequence::None | Consequence::Returned { .. } | Consequence::Case { .. } => (MailState::Decided, None),
    };
    transaction
        .prepare_cached(
            "UPDATE mails SET state = ?, duplicate_of = ?, decision = ?, decided = ?, reasons = ?, assessment = ?,
                 message_id = ?, correspondent = ?, subject = ?
             WHERE id = ?",
        )?
        .execute(params![
            state.word(),
            duplicate_of,
            decision_word(ruling.assessment.decision),
            ruling.now.as_second(),
            to_json(&ruling.assessment.reasons)?,
            to_json(&ruling.assessment)?,
            ruling.message_id,
            ruling.correspondent,
            ruling.subject,
            mail.0
        ])?;
    if let Some(original) = duplicate_of {
        cases::take_case_of(transaction, mail, MailId(original))?;
    }
    if let Consequence::Returned { message_ids, reason } = &ruling.consequence {
        replies::returned(transaction, mail, message_ids, reason, ruling.now)?;
    }
    let case_row = match &ruling.consequence {
        Consequence::Case { case, .. } => Some(settle_case(transaction, ruling.now, case)?),
        Consequence::None | Consequence::Duplicate { .. } | Consequence::Returned { .. } => {
            cases::row_of_mail(transaction, mail)?
        }
    };
    let action = if duplicate_of.is_some() { "mail.duplicate" } else { "mail.decided" };
    let entry = Entry {
        actor: PROGRAM,
        action,
        detail: Some(decision_word(ruling.assessment.decision)),
        case_row,
        mail: Some(mail),
    };
    trail(transaction, ruling.now, &entry)?;
    if let (Consequence::Case { reply: Some(reply), .. }, Some(case_row)) = (&ruling.consequence, case_row) {
        queue(transaction, ruling, reply, case_row)?;
    }
    Ok(())
}

/// A copy of a copy is a copy of the first.
fn first_of(transaction: &Transaction, mail: MailId) -> Result<i64, LedgerError> {
    transaction
        .prepare_cached("SELECT coalesce(duplicate_of, id) FROM mails WHERE id = ?")?
        .query_row(params![mail.0], |row| row.get(0))
        .optional()?
        .ok_or_else(|| LedgerError::Missing(format!("mail {mail}")))
}

/// A case that waits for a person goes on waiting, whatever else arrives: only a person ends that.
fn settle_case(transaction: &Transaction, now: Timestamp, case: &CaseOutcome) -> Result<i64, LedgerError> {
    let number = case.number;
    let case_row = cases::row_of(transaction, number)?.ok_or_else(|| LedgerError::Missing(format!("case {number}")))?;
    transaction
        .prepare_cached(
            "UPDATE cases SET state = CASE state WHEN ?1 THEN state ELSE ?2 END, changed = ?3,
                 entity = coalesce(?4, entity), oficio_number = coalesce(?5, oficio_number),
                 entity_key = coalesce(?6, entity_key), oficio_number_key = coalesce(?7, oficio_number_key),
                 deadline = CASE ?2 WHEN ?12 THEN coalesce(?8, deadline) END, presented = coalesce(presented, ?9),
                 first_working_moment = coalesce(first_working_moment, ?10)
             WHERE id = ?11",
        )?
        .execute(params![
            CaseState::NeedsPerson.word(),
            case.state.word(),
            now.as_second(),
            case.entity,
            case.oficio_number,
            case.oficio.as_ref().map(|oficio| &oficio.entity),
            case.oficio.as_ref().map(|oficio| &oficio.number),
            case.deadline.map(|day| day.to_string()),
            case.presented.map(|day| day.to_string()),
            case.first_working_moment.map(Timestamp::as_second),
            case_row,
            CaseState::AwaitingCorrection.word()
        ])?;
    Ok(case_row)
}

fn queue(transaction: &Transaction, ruling: &Ruling, reply: &NewReply, case_row: i64) -> Result<(), LedgerError> {
    let [to] = reply.message.envelope_to.as_slice() else {
        return Err(LedgerError::Conflict {
            record: format!("the reply to mail {}", ruling.mail),
            state: "it does not go to exactly one address".to_owned(),
        });
    };
    transaction
        .prepare_cached(
            "INSERT INTO replies (mail_id, case_id, round, kind, message_id, envelope_from, envelope_to, bytes, state, queued,
                 next_attempt)
             VALUES (?1, ?2, (SELECT round FROM mails WHERE id = ?1), ?3, ?4, ?5, ?6, ?7, 'queued', ?8, ?8)",
        )?
        .execute(params![
            ruling.mail.0,
            case_row,
            reply_kind_word(reply.kind),
            reply.message.message_id,
            reply.message.envelope_from,
            to,
            reply.message.bytes,
            ruling.now.as_second()
        ])?;
    let entry = Entry {
        actor: PROGRAM,
        action: "reply.queued",
        detail: Some(reply_kind_word(reply.kind)),
        case_row: Some(case_row),
        mail: Some(ruling.mail),
    };
    trail(transaction, ruling.now, &entry)
}
