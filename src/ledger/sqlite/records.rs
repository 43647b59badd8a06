//! What is asked of the ledger: plain records of mails and cases, and counts that add up.

use rusqlite::{OptionalExtension, Params, Row, Transaction, params};

use super::cases;
use super::replies::message;
use super::values::{
    decision_from_word, from_json, instant, key, optional_date, optional_instant, optional_word, reply_kind_from_word,
    word,
};
use crate::ledger::{
    CaseFile, CaseNumber, CaseQuery, CaseRecord, CaseState, Counts, FilingState, LedgerError, MailId, MailQuery,
    MailRecord, MailState, ReplyId, ReplyRecord, ReplyState, TimeRange, TrailEntry, Wholeness,
};

/// Mails that [`MailRecord::attention`] may call a person to.
const MAY_NEED_ATTENTION: &str = "mails.case_id IN (
    SELECT id FROM cases WHERE state IN ('needs_person', 'overdue')
    UNION SELECT case_id FROM replies WHERE state IN ('held', 'refused', 'unknown'))";

pub fn mails(transaction: &Transaction, query: MailQuery) -> Result<Vec<MailRecord>, LedgerError> {
    match query {
        MailQuery::All => select(transaction, "1", []),
        MailQuery::Stored(range) => {
            select(transaction, "stored >= ? AND stored < ?", [range.from.as_second(), range.until.as_second()])
        }
        MailQuery::NeedingAttention => {
            let mut mails = select(transaction, MAY_NEED_ATTENTION, [])?;
            mails.retain(|mail| !mail.attention().is_empty());
            Ok(mails)
        }
        MailQuery::OfCase(number) => {
            let case_row = cases::row_of(transaction, number)?;
            select(transaction, "mails.case_id = ?", [case_row])
        }
        MailQuery::One(mail) => select(transaction, "mails.id = ?", [mail.0]),
    }
}

fn select(
    transaction: &Transaction,
    condition: &'static str,
    values: impl Params,
) -> Result<Vec<MailRecord>, LedgerError> {
    let mut statement = transaction.prepare(&format!("SELECT * FROM mails WHERE {condition} ORDER BY stored, id"))?;
    let mut rows = statement.query(values)?;
    let mut mails = Vec::new();
    while let Some(row) = rows.next()? {
        mails.push(mail(transaction, row)?);
    }
    Ok(mails)
}

fn mail(transaction: &Transaction, row: &Row) -> Result<MailRecord, LedgerError> {
    let id = MailId(row.get("id")?);
    let assessment: Option<String> = row.get("assessment")?;
    let reasons: String = row.get("reasons")?;
    Ok(MailRecord {
        id,
        key: key(row)?,
        size: u64::try_from(row.get::<_, i64>("size")?).unwrap_or(0),
        arrived: instant(row, "arrived")?,
        stored: instant(row, "stored")?,
        fingerprints: cases::fingerprints(row)?,
        wholeness: word(row, "wholeness", Wholeness::from_word)?,
        message_id: row.get("message_id")?,
        correspondent: row.get("correspondent")?,
        subject: row.get("subject")?,
        state: word(row, "state", MailState::from_word)?,
        duplicate_of: row.get::<_, Option<i64>>("duplicate_of")?.map(MailId),
        decision: optional_word(row, "decision", decision_from_word)?,
        decided: optional_instant(row, "decided")?,
        reasons: from_json("a mail's reasons", &reasons)?,
        assessment: assessment.map(|text| from_json("an assessment", &text)).transpose()?,
        filing: word(row, "filing", FilingState::from_word)?,
        filed: optional_instant(row, "filed")?,
        case: row.get::<_, Option<i64>>("case_id")?.map(|case_row| case(transaction, case_row)).transpose()?,
        replies: replies(transaction, id)?,
    })
}

fn replies(transaction: &Transaction, mail: MailId) -> Result<Vec<ReplyRecord>, LedgerError> {
    let mut statement = transaction.prepare_cached("SELECT * FROM replies WHERE mail_id = ? ORDER BY round")?;
    let mut rows = statement.query(params![mail.0])?;
    let mut replies = Vec::new();
    while let Some(row) = rows.next()? {
        replies.push(ReplyRecord {
            id: ReplyId(row.get("id")?),
            kind: word(row, "kind", reply_kind_from_word)?,
            state: word(row, "state", ReplyState::from_word)?,
            message: message(row)?,
            queued: instant(row, "queued")?,
            attempts: row.get("attempts")?,
            next_attempt: instant(row, "next_attempt")?,
            handed_over: optional_instant(row, "handed_over")?,
            settled: optional_instant(row, "settled")?,
            last_response: row.get("last_response")?,
        });
    }
    Ok(replies)
}

pub fn raw(transaction: &Transaction, mail: MailId) -> Result<Vec<u8>, LedgerError> {
    transaction
        .prepare_cached("SELECT bytes FROM raw_mails WHERE mail_id = ?")?
        .query_row(params![mail.0], |row| row.get(0))
        .optional()?
        .ok_or_else(|| LedgerError::Missing(format!("mail {mail}")))
}

fn case(transaction: &Transaction, case_row: i64) -> Result<CaseRecord, LedgerError> {
    let mut statement = transaction.prepare_cached("SELECT * FROM cases WHERE id = ?")?;
    let mut rows = statement.query(params![case_row])?;
    let row = rows.next()?.ok_or_else(|| LedgerError::Missing("a case that a mail belongs to".to_owned()))?;
    case_record(row)
}

fn case_record(row: &Row) -> Result<CaseRecord, LedgerError> {
    Ok(CaseRecord {
        number: cases::number(row)?,
        state: word(row, "state", CaseState::from_word)?,
        opened: instant(row, "opened")?,
        entity: row.get("entity")?,
        oficio_number: row.get("oficio_number")?,
        deadline: optional_date(row, "deadline")?,
        presented: optional_date(row, "presented")?,
        first_working_moment: optional_instant(row, "first_working_moment")?,
        changed: instant(row, "changed")?,
    })
}

pub fn case_file(transaction: &Transaction, number: CaseNumber) -> Result<CaseFile, LedgerError> {
    let case_row = cases::row_of(transaction, number)?.ok_or_else(|| LedgerError::Missing(format!("case {number}")))?;
    let mut statement = transaction.prepare_cached(
        "SELECT at, actor, action, detail, mail_id FROM trail WHERE case_id = ?1
             OR mail_id IN (SELECT id FROM mails WHERE case_id = ?1) ORDER BY id",
    )?;
    let mut rows = statement.query(params![case_row])?;
    let mut trail = Vec::new();
    while let Some(row) = rows.next()? {
        trail.push(TrailEntry {
            at: instant(row, "at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            detail: row.get("detail")?,
            mail: row.get::<_, Option<i64>>("mail_id")?.map(MailId),
        });
    }
    Ok(CaseFile {
        case: case(transaction, case_row)?,
        mails: select(transaction, "mails.case_id = ?", [case_row])?,
        trail,
    })
}

pub fn cases(transaction: &Transaction, query: CaseQuery) -> Result<Vec<CaseRecord>, LedgerError> {
    let (condition, state) = match query {
        CaseQuery::All => ("?1 IS NULL", None),
        CaseQuery::NeedingAttention => (
            "?1 IS NULL AND (state IN ('needs_person', 'overdue') OR (state <> 'resolved' AND id IN
                 (SELECT case_id FROM replies WHERE state IN ('held', 'refused', 'unknown') AND round =
                     (SELECT max(round) FROM replies AS others WHERE others.mail_id = replies.mail_id))))",
            None,
        ),
        CaseQuery::InState(state) => ("state = ?1", Some(state.word())),
    };
    let mut statement = transaction.prepare(&format!("SELECT * FROM cases WHERE {condition} ORDER BY opened, id"))?;
    let mut rows = statement.query(params![state])?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        cases.push(case_record(row)?);
    }
    Ok(cases)
}

pub fn counts(transaction: &Transaction, range: TimeRange) -> Result<Counts, LedgerError> {
    let mut counts = Counts::default();
    let mut statement = transaction.prepare_cached(
        "SELECT state, decision,
             (SELECT replies.state FROM replies WHERE replies.mail_id = mails.id ORDER BY round DESC LIMIT 1) AS reply,
             count(*) AS count
         FROM mails WHERE stored >= ? AND stored < ? GROUP BY 1, 2, 3",
    )?;
    let mut rows = statement.query(params![range.from.as_second(), range.until.as_second()])?;
    while let Some(row) = rows.next()? {
        let count: u64 = u64::try_from(row.get::<_, i64>("count")?).unwrap_or(0);
        let state = word(row, "state", MailState::from_word)?;
        counts.mails += count;
        *counts.by_state.entry(state).or_default() += count;
        if let (MailState::Decided, Some(decision)) = (state, optional_word(row, "decision", decision_from_word)?) {
            *counts.by_decision.entry(decision).or_default() += count;
        }
        if let Some(reply) = optional_word(row, "reply", ReplyState::from_word)? {
            *counts.replies_by_state.entry(reply).or_default() += count;
        }
    }
    Ok(counts)
}

/// The same as [`MailRecord::attention`], in the database's words.
pub fn count_needing_attention(transaction: &Transaction) -> Result<u64, LedgerError> {
    let count: i64 = transaction
        .prepare_cached(
            "SELECT count(*) FROM mails LEFT JOIN cases ON cases.id = mails.case_id
             WHERE mails.state <> 'duplicate' AND cases.state IS NOT 'resolved' AND (
                 mails.state = 'quarantined'
                 OR (mails.decision = 'revision' AND cases.state = 'needs_person')
                 OR (mails.decision = 'subsanacion' AND cases.state = 'overdue')
                 OR (SELECT replies.state FROM replies WHERE replies.mail_id = mails.id ORDER BY round DESC LIMIT 1)
                     IN ('held', 'refused', 'unknown'))",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}
