//! What operators write: a case settled, a mail to be judged anew, a reply that waited for a person.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::cases;
use super::replies::{file_anew, state_of};
use super::values::{Entry, trail};
use crate::ledger::{CaseNumber, LedgerError, MailId, ReplyChoice, ReplyId, ReplyState};

pub fn resolve(
    transaction: &Transaction,
    number: CaseNumber,
    actor: &str,
    note: &str,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let case_row = cases::row_of(transaction, number)?.ok_or_else(|| LedgerError::Missing(format!("case {number}")))?;
    let in_flight: u32 = transaction
        .prepare_cached("SELECT count(*) FROM replies WHERE case_id = ? AND state = 'in_flight'")?
        .query_row(params![case_row], |row| row.get(0))?;
    if in_flight > 0 {
        return Err(LedgerError::Conflict {
            record: format!("case {number}"),
            state: "a reply of it is being handed over; try again in a minute".to_owned(),
        });
    }
    transaction
        .prepare_cached("UPDATE cases SET state = 'resolved', changed = ? WHERE id = ?")?
        .execute(params![now.as_second(), case_row])?;
    transaction
        .prepare_cached(
            "UPDATE replies SET state = 'withdrawn', settled = ? WHERE case_id = ? AND state IN ('queued', 'held')",
        )?
        .execute(params![now.as_second(), case_row])?;
    let entry = Entry { actor, action: "case.resolved", detail: Some(note), case_row: Some(case_row), mail: None };
    trail(transaction, now, &entry)
}

pub fn reprocess(transaction: &Transaction, mail: MailId, actor: &str, now: Timestamp) -> Result<(), LedgerError> {
    let case_row = cases::row_of_mail(transaction, mail)?;
    let unsettled: u32 = transaction
        .prepare_cached("SELECT count(*) FROM replies WHERE mail_id = ? AND state IN ('in_flight', 'unknown')")?
        .query_row(params![mail.0], |row| row.get(0))?;
    let partial: u32 = transaction
        .prepare_cached("SELECT count(*) FROM mails WHERE id = ? AND wholeness <> 'whole'")?
        .query_row(params![mail.0], |row| row.get(0))?;
    let obstacle = match (unsettled, partial) {
        (0, 0) => None,
        (0, _) => Some("the ledger has not the whole of it"),
        _ => Some("it is not known whether the reply to it went out; decide on that first"),
    };
    if let Some(obstacle) = obstacle {
        return Err(LedgerError::Conflict { record: format!("mail {mail}"), state: obstacle.to_owned() });
    }
    transaction
        .prepare_cached(
            "UPDATE replies SET state = 'withdrawn', settled = ? WHERE mail_id = ? AND state IN ('queued', 'held')",
        )?
        .execute(params![now.as_second(), mail.0])?;
    transaction
        .prepare_cached(
            "UPDATE mails SET state = 'waiting', duplicate_of = NULL, decision = NULL, decided = NULL, reasons = '[]',
                 round = round + 1, judging_begun = 0, judging_failures = 0, filing = 'pending', filed = NULL
             WHERE id = ?",
        )?
        .execute(params![mail.0])?;
    // Unless another mail of the case needs a person, the new decision settles what becomes of the case.
    transaction
        .prepare_cached(
            "UPDATE cases SET state = 'open', changed = ?1 WHERE id = ?2 AND NOT EXISTS (
                 SELECT 1 FROM mails WHERE case_id = ?2 AND id <> ?3
                     AND (state = 'quarantined' OR (state = 'decided' AND decision = 'revision')))",
        )?
        .execute(params![now.as_second(), case_row, mail.0])?;
    trail(transaction, now, &Entry { actor, action: "mail.reprocessed", detail: None, case_row, mail: Some(mail) })
}

pub fn rule_on_reply(
    transaction: &Transaction,
    reply: ReplyId,
    actor: &str,
    choice: ReplyChoice,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let (state, mail, case_row) = state_of(transaction, reply)?;
    let allowed = match choice {
        ReplyChoice::Send => matches!(state, ReplyState::Held | ReplyState::Refused | ReplyState::Unknown),
        ReplyChoice::ItArrived => matches!(state, ReplyState::Unknown | ReplyState::Refused),
        ReplyChoice::Withdraw => {
            matches!(state, ReplyState::Held | ReplyState::Refused | ReplyState::Unknown | ReplyState::Queued)
        }
    };
    if !allowed {
        return Err(LedgerError::Conflict { record: format!("reply {reply}"), state: state.word().to_owned() });
    }
    let (update, action) = match choice {
        ReplyChoice::Send => (
            "UPDATE replies SET state = 'queued', caps = 'waived', queued = ?1, next_attempt = ?1, attempts = 0, settled = NULL
             WHERE id = ?2",
            "reply.released",
        ),
        ReplyChoice::ItArrived => ("UPDATE replies SET state = 'sent', settled = ?1 WHERE id = ?2", "reply.arrived"),
        ReplyChoice::Withdraw => {
            ("UPDATE replies SET state = 'withdrawn', settled = ?1 WHERE id = ?2", "reply.withdrawn")
        }
    };
    transaction.prepare_cached(update)?.execute(params![now.as_second(), reply.0])?;
    file_anew(transaction, mail)?;
    trail(transaction, now, &Entry { actor, action, detail: None, case_row: Some(case_row), mail: Some(mail) })
}
