//! Cases: their numbers, which mails belong to them, and when a correction is overdue.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::values::{Entry, PROGRAM, from_json, instant, optional_word, to_json, trail, word};
use crate::ledger::content::{BodyHash, ContentHash};
use crate::ledger::{
    CaseChoice, CaseNumber, CaseState, Clues, EarlierMail, Fingerprints, LedgerError, Link, MailId, OficioKey, Related,
    RelatedCase, ReplyState,
};
use crate::verdict::Assessment;

/// The row of a case by its number.
pub fn row_of(transaction: &Transaction, number: CaseNumber) -> Result<Option<i64>, LedgerError> {
    Ok(transaction
        .prepare_cached("SELECT id FROM cases WHERE year = ? AND sequence = ?")?
        .query_row(params![number.year, number.sequence], |row| row.get(0))
        .optional()?)
}

pub fn number(row: &Row) -> Result<CaseNumber, LedgerError> {
    Ok(CaseNumber { year: row.get("year")?, sequence: row.get("sequence")? })
}

/// The row of a mail's case.
pub fn row_of_mail(transaction: &Transaction, mail: MailId) -> Result<Option<i64>, LedgerError> {
    transaction
        .prepare_cached("SELECT case_id FROM mails WHERE id = ?")?
        .query_row(params![mail.0], |row| row.get(0))
        .optional()?
        .ok_or_else(|| LedgerError::Missing(format!("mail {mail}")))
}

pub fn case_for(
    transaction: &Transaction,
    office: &TimeZone,
    mail: MailId,
    choice: CaseChoice,
    now: Timestamp,
) -> Result<CaseNumber, LedgerError> {
    let case_row = match (row_of_mail(transaction, mail)?, choice) {
        (Some(case_row), _) => case_row,
        (None, CaseChoice::New) => open(transaction, office, mail, now)?,
        (None, CaseChoice::Join(number)) => {
            let case_row =
                row_of(transaction, number)?.ok_or_else(|| LedgerError::Missing(format!("case {number}")))?;
            give(transaction, mail, case_row)?;
            trail(
                transaction,
                now,
                &Entry {
                    actor: PROGRAM,
                    action: "case.joined",
                    detail: None,
                    case_row: Some(case_row),
                    mail: Some(mail),
                },
            )?;
            case_row
        }
    };
    let mut statement = transaction.prepare_cached("SELECT year, sequence FROM cases WHERE id = ?")?;
    let mut rows = statement.query(params![case_row])?;
    match rows.next()? {
        Some(row) => number(row),
        None => Err(LedgerError::Missing(format!("the case of mail {mail}"))),
    }
}

/// Opens a case with the next number of the year for a mail that has none.
fn open(transaction: &Transaction, office: &TimeZone, mail: MailId, now: Timestamp) -> Result<i64, LedgerError> {
    let year = now.to_zoned(office.clone()).year();
    transaction
        .prepare_cached(
            "INSERT INTO cases (year, sequence, state, opened, changed)
             SELECT ?1, coalesce(max(sequence), 0) + 1, 'open', ?2, ?2 FROM cases WHERE year = ?1",
        )?
        .execute(params![year, now.as_second()])?;
    let case_row = transaction.last_insert_rowid();
    give(transaction, mail, case_row)?;
    trail(
        transaction,
        now,
        &Entry { actor: PROGRAM, action: "case.opened", detail: None, case_row: Some(case_row), mail: Some(mail) },
    )?;
    Ok(case_row)
}

/// Puts a mail into a case.
pub fn give(transaction: &Transaction, mail: MailId, case_row: i64) -> Result<(), LedgerError> {
    transaction.prepare_cached("UPDATE mails SET case_id = ? WHERE id = ?")?.execute(params![case_row, mail.0])?;
    Ok(())
}

/// A copy belongs to the case of its original.
pub fn take_case_of(transaction: &Transaction, copy: MailId, original: MailId) -> Result<(), LedgerError> {
    transaction
        .prepare_cached(
            "UPDATE mails SET case_id = (SELECT case_id FROM mails WHERE id = ?2) WHERE id = ?1 AND case_id IS NULL",
        )?
        .execute(params![copy.0, original.0])?;
    Ok(())
}

/// Gives a mail to a person, with a case of its own when it has none.
pub fn quarantine(
    transaction: &Transaction,
    office: &TimeZone,
    mail: MailId,
    reason: &str,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let case_row = match row_of_mail(transaction, mail)? {
        Some(case_row) => case_row,
        None => open(transaction, office, mail, now)?,
    };
    transaction
        .prepare_cached("UPDATE mails SET state = 'quarantined', decided = ?, reasons = ? WHERE id = ?")?
        .execute(params![now.as_second(), to_json(&[reason])?, mail.0])?;
    transaction
        .prepare_cached("UPDATE cases SET state = 'needs_person', changed = ? WHERE id = ?")?
        .execute(params![now.as_second(), case_row])?;
    trail(
        transaction,
        now,
        &Entry {
            actor: PROGRAM,
            action: "mail.quarantined",
            detail: Some(reason),
            case_row: Some(case_row),
            mail: Some(mail),
        },
    )
}

pub fn mark_overdue(transaction: &Transaction, today: Date, now: Timestamp) -> Result<Vec<CaseNumber>, LedgerError> {
    let mut statement = transaction.prepare_cached(
        "UPDATE cases SET state = 'overdue', changed = ?
         WHERE state = 'awaiting_correction' AND deadline < ?
         RETURNING id, year, sequence",
    )?;
    let mut rows = statement.query(params![now.as_second(), today.to_string()])?;
    let mut overdue = Vec::new();
    while let Some(row) = rows.next()? {
        overdue.push((row.get::<_, i64>("id")?, number(row)?));
    }
    for (case_row, _) in &overdue {
        trail(
            transaction,
            now,
            &Entry { actor: PROGRAM, action: "case.overdue", detail: None, case_row: Some(*case_row), mail: None },
        )?;
    }
    Ok(overdue.into_iter().map(|(_, number)| number).collect())
}

pub fn related(transaction: &Transaction, clues: &Clues) -> Result<Related, LedgerError> {
    let mut related = Related::default();
    if let Some(message_id) = &clues.message_id {
        related.same_message_id = earlier(
            transaction,
            "mails.message_id = ?1 AND mails.id <> ?2 AND mails.state IN ('decided', 'quarantined')",
            params![message_id, clues.mail.0],
        )?;
    }
    let mut links: Vec<(i64, Link)> = Vec::new();
    let mut seen = HashSet::new();
    for message_id in &clues.refers_to {
        let case_row = transaction
            .prepare_cached("SELECT case_id FROM replies WHERE message_id = ?")?
            .query_row(params![message_id], |row| row.get(0))
            .optional()?;
        links.extend(case_row.map(|case_row| (case_row, Link::Thread)));
    }
    for number in &clues.case_numbers {
        links.extend(row_of(transaction, *number)?.map(|case_row| (case_row, Link::Subject)));
    }
    if let Some(oficio) = &clues.oficio {
        let mut statement = transaction
            .prepare_cached("SELECT id FROM cases WHERE entity_key = ? AND oficio_number_key = ? ORDER BY id DESC")?;
        let mut rows = statement.query(params![oficio.entity, oficio.number])?;
        while let Some(row) = rows.next()? {
            links.push((row.get("id")?, Link::Oficio));
        }
    }
    links.sort_by_key(|(case_row, link)| (*link, -case_row));
    links.retain(|(case_row, _)| seen.insert(*case_row));
    for (case_row, link) in links {
        related.cases.push(related_case(transaction, case_row, link, clues.mail)?);
    }
    Ok(related)
}

fn related_case(
    transaction: &Transaction,
    case_row: i64,
    link: Link,
    besides: MailId,
) -> Result<RelatedCase, LedgerError> {
    let mails = earlier(
        transaction,
        "mails.case_id = ?1 AND mails.id <> ?2 AND mails.state IN ('decided', 'quarantined')",
        params![case_row, besides.0],
    )?;
    let mut statement = transaction
        .prepare_cached("SELECT year, sequence, state, entity_key, oficio_number_key FROM cases WHERE id = ?")?;
    let mut rows = statement.query(params![case_row])?;
    let row = rows.next()?.ok_or_else(|| LedgerError::Missing("a case that was just there".to_owned()))?;
    let oficio = match (row.get("entity_key")?, row.get("oficio_number_key")?) {
        (Some(entity), Some(number)) => Some(OficioKey { entity, number }),
        _ => None,
    };
    Ok(RelatedCase { number: number(row)?, state: word(row, "state", CaseState::from_word)?, oficio, link, mails })
}

fn earlier(
    transaction: &Transaction,
    condition: &'static str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<EarlierMail>, LedgerError> {
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT mails.id, stored, content_hash, body_hash, correspondent, assessment,
             (SELECT replies.state FROM replies WHERE replies.mail_id = mails.id ORDER BY round DESC LIMIT 1) AS reply
         FROM mails WHERE {condition} ORDER BY mails.id"
    ))?;
    let mut rows = statement.query(values)?;
    let mut mails = Vec::new();
    while let Some(row) = rows.next()? {
        let assessment: Option<String> = row.get("assessment")?;
        mails.push(EarlierMail {
            id: MailId(row.get("id")?),
            received: instant(row, "stored")?,
            fingerprints: fingerprints(row)?,
            correspondent: row.get("correspondent")?,
            assessment: assessment.map(|text| from_json::<Assessment>("an assessment", &text)).transpose()?,
            reply: optional_word(row, "reply", ReplyState::from_word)?,
        });
    }
    Ok(mails)
}

pub fn fingerprints(row: &Row) -> Result<Fingerprints, LedgerError> {
    Ok(Fingerprints { content: ContentHash(row.get("content_hash")?), body: BodyHash(row.get("body_hash")?) })
}
