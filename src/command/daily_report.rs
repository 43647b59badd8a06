//! The daily report: asked of the ledger, made by [`crate::report`], printed, kept in a folder and mailed to operators.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use jiff::civil::Date;

use super::Failure;
use super::office::Office;
use crate::cycle::reconcile;
use crate::ledger::{CaseQuery, Ledger, MailQuery, Register, SqliteLedger};
use crate::mail::Address;
use crate::mailbox;
use crate::outbox::{AnyOutbox, Delivery, Outbox};
use crate::report::{self, Day, LedgerDay, Reconciliation};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Html,
    Text,
    Xlsx,
    Json,
}

pub fn run(config: &Path, date: Option<&str>, format: ReportFormat, out: Option<&Path>) -> Result<ExitCode, Failure> {
    let office = Office::open(Some(config))?;
    let date = match date {
        Some(text) => text.parse().map_err(|_| Failure::Date(text.to_owned()))?,
        None => office.now().date(),
    };
    office.runtime()?.block_on(async {
        let ledger = office.existing_ledger()?;
        let day = day(&office, &ledger, date).await?;
        let bytes = rendered(&office, &day, format)?;
        match out {
            Some(path) => {
                std::fs::write(path, &bytes).map_err(|source| Failure::File { path: path.to_owned(), source })?;
            }
            None => std::io::stdout().lock().write_all(&bytes)?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The day as the report shows it. The mailbox is compared with the ledger on the way; when it cannot be reached, the report
/// says so.
pub async fn day(office: &Office, ledger: &(impl Register + Ledger), date: Date) -> Result<Day, Failure> {
    let beyond = || Failure::Date(date.to_string());
    let range = report::range_of(date, &office.configuration.office.time_zone).ok_or_else(beyond)?;
    let reconciliation = reconciliation(office, ledger).await;
    Ok(Day::from_ledger(LedgerDay {
        date,
        now: office.now(),
        mailbox: office.configuration.mailbox.name.clone(),
        case_link: office.configuration.report.case_link.clone(),
        mails: ledger.mails(MailQuery::Stored(range)).await?,
        counts: ledger.counts(range).await?,
        attention: ledger.mails(MailQuery::NeedingAttention).await?,
        attention_cases: ledger.cases(CaseQuery::NeedingAttention).await?,
        cycles: ledger.cycles(range).await?,
        last_good: ledger.last_good_cycle().await?,
        reconciliation,
    }))
}

async fn reconciliation(office: &Office, ledger: &(impl Register + Ledger)) -> Reconciliation {
    let compared = async {
        let configuration = &office.configuration.mailbox;
        let mut mailbox = mailbox::open(configuration).await?;
        let found = reconcile(&mut mailbox, &configuration.name, configuration.since, ledger).await;
        mailbox.close().await;
        found
    };
    match compared.await {
        Ok(found) => Reconciliation::Compared {
            at: office.now(),
            not_in_ledger: found.unknown_to_ledger.len().try_into().unwrap_or(u64::MAX),
            gone_from_mailbox: found.missing_in_mailbox.len().try_into().unwrap_or(u64::MAX),
        },
        Err(error) => {
            tracing::warn!("the mailbox could not be compared with the ledger: {error}");
            Reconciliation::NotCompared { reason: "No se pudo leer el buzón.".to_owned() }
        }
    }
}

pub fn rendered(office: &Office, day: &Day, format: ReportFormat) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        ReportFormat::Html => report::html(day, &office.templates)?.into_bytes(),
        ReportFormat::Text => report::text(day, &office.templates)?.into_bytes(),
        ReportFormat::Json => report::json(day)?.into_bytes(),
        ReportFormat::Xlsx => report::xlsx(day)?,
    })
}

/// Where the page of a day's report is kept. That it is there says that the report was given out.
pub fn page_path(office: &Office, date: Date) -> PathBuf {
    office.configuration.report.folder.join(format!("parte-{date}.html"))
}

/// Mails the report of a day to the operators, then keeps its files.
///
/// # Errors
/// When the mail was not taken (it is tried again), or the files cannot be written.
pub async fn give_out(
    office: &Office,
    ledger: &SqliteLedger,
    outbox: &AnyOutbox,
    date: Date,
) -> Result<PathBuf, Failure> {
    let day = day(office, ledger, date).await?;
    let to: Vec<Address> =
        office.configuration.report.to.iter().map(|address| Address { name: None, address: address.clone() }).collect();
    if !to.is_empty() {
        let from = &office.configuration.office.address;
        let host = from.address.rsplit_once('@').map_or("localhost", |(_, host)| host);
        let message = report::mail(&day, from, &to, &format!("parte-{date}@{host}"), &office.templates)?;
        match outbox.deliver(&message).await {
            Delivery::Accepted { .. } => {}
            // It may be there: a report that comes twice is worse than one that an operator asks for again.
            Delivery::Unknown { reason } => tracing::warn!("nobody knows whether the daily report went out: {reason}"),
            Delivery::Refused { reason } | Delivery::TryLater { reason } => {
                return Err(Failure::Refused(format!("the daily report was not taken: {reason}")));
            }
        }
    }
    let page = page_path(office, date);
    let folder = &office.configuration.report.folder;
    std::fs::create_dir_all(folder).map_err(|source| Failure::File { path: folder.clone(), source })?;
    for (format, path) in [(ReportFormat::Xlsx, page.with_extension("xlsx")), (ReportFormat::Html, page.clone())] {
        let bytes = rendered(office, &day, format)?;
        write_private(&path, &bytes).map_err(|source| Failure::File { path: path.clone(), source })?;
    }
    Ok(page)
}

/// The report names people: only the service's own user reads it.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
