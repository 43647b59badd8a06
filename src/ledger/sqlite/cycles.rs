//! Cycles: when each began and ended, and what it did.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::values::{from_json, instant, optional_instant, to_json, word};
use crate::ledger::{CycleId, CycleOutcome, CycleRecord, CycleSummary, LedgerError, TimeRange, Trouble, TroubleKind};

pub fn begin(transaction: &Transaction, now: Timestamp) -> Result<CycleId, LedgerError> {
    transaction.execute("INSERT INTO cycles (began) VALUES (?)", params![now.as_second()])?;
    Ok(CycleId(transaction.last_insert_rowid()))
}

pub fn end(
    transaction: &Transaction,
    cycle: CycleId,
    now: Timestamp,
    summary: &CycleSummary,
) -> Result<(), LedgerError> {
    transaction.execute(
        "UPDATE cycles SET ended = ?, outcome = ?, stored = ?, judged = ?, quarantined = ?, duplicates = ?, sent = ?,
             held = ?, filed = ?, troubles = ?
         WHERE id = ?",
        params![
            now.as_second(),
            summary.outcome.word(),
            summary.stored,
            summary.judged,
            summary.quarantined,
            summary.duplicates,
            summary.sent,
            summary.held,
            summary.filed,
            troubles_to_json(&summary.troubles)?,
            cycle.0
        ],
    )?;
    Ok(())
}

pub fn within(transaction: &Transaction, range: TimeRange) -> Result<Vec<CycleRecord>, LedgerError> {
    let mut statement =
        transaction.prepare_cached("SELECT * FROM cycles WHERE began >= ? AND began < ? ORDER BY began, id")?;
    let mut rows = statement.query(params![range.from.as_second(), range.until.as_second()])?;
    let mut cycles = Vec::new();
    while let Some(row) = rows.next()? {
        cycles.push(cycle(row)?);
    }
    Ok(cycles)
}

pub fn any_before(transaction: &Transaction, instant: Timestamp) -> Result<bool, LedgerError> {
    Ok(transaction
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM cycles WHERE began < ?)")?
        .query_row(params![instant.as_second()], |row| row.get(0))?)
}

pub fn last_good(transaction: &Transaction) -> Result<Option<CycleRecord>, LedgerError> {
    let mut statement =
        transaction.prepare_cached("SELECT * FROM cycles WHERE outcome = ? ORDER BY began DESC, id DESC LIMIT 1")?;
    let mut rows = statement.query(params![CycleOutcome::Good.word()])?;
    rows.next()?.map(cycle).transpose()
}

fn troubles_to_json(troubles: &[Trouble]) -> Result<String, LedgerError> {
    let pairs: Vec<(&str, &str)> =
        troubles.iter().map(|trouble| (trouble.kind.word(), trouble.detail.as_str())).collect();
    to_json(&pairs)
}

fn troubles_from_json(text: &str) -> Result<Vec<Trouble>, LedgerError> {
    let pairs: Vec<(String, String)> = from_json("a cycle's troubles", text)?;
    let trouble = |(kind, detail): (String, String)| match TroubleKind::from_word(&kind) {
        Some(kind) => Ok(Trouble { kind, detail }),
        None => Err(LedgerError::Damaged(format!("\"{kind}\" as a kind of trouble"))),
    };
    pairs.into_iter().map(trouble).collect()
}

fn cycle(row: &Row) -> Result<CycleRecord, LedgerError> {
    let ended = match optional_instant(row, "ended")? {
        None => None,
        Some(ended) => {
            let troubles: String = row.get("troubles")?;
            let summary = CycleSummary {
                outcome: word(row, "outcome", CycleOutcome::from_word)?,
                stored: row.get("stored")?,
                judged: row.get("judged")?,
                quarantined: row.get("quarantined")?,
                duplicates: row.get("duplicates")?,
                sent: row.get("sent")?,
                held: row.get("held")?,
                filed: row.get("filed")?,
                troubles: troubles_from_json(&troubles)?,
            };
            Some((ended, summary))
        }
    };
    Ok(CycleRecord { id: CycleId(row.get("id")?), began: instant(row, "began")?, ended })
}
