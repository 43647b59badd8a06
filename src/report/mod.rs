//! Report: a day of the ledger becomes what operators read at 8 a. m.: a mail, a page, a text, JSON and a workbook.
//!
//! Pure: no clock (the moment is an input), nothing is looked up or sent. [`Day`] is plain data, most often filled from
//! the ledger's records ([`Day::from_ledger`]).
//! DNIs and telephones are masked everywhere; whoever needs them whole opens the case.

mod figures;
mod from_ledger;
mod headlines;
mod mask;
mod samples;
mod view;
mod words;
mod workbook;

use jiff::Zoned;
use jiff::civil::Date;

use crate::compose::{AttachedFile, AutoSubmitted, Letter, MessageError, TemplateError, Templates, build};
use crate::mail::Address;
use crate::outbox::OutgoingMessage;
use crate::rules::Finding;
use crate::verdict::Designee;

pub use from_ledger::{LedgerDay, range_of};
pub use words::field_label;

/// What a report is made of. Moments are in the office's time zone.
#[derive(Clone, Debug)]
pub struct Day {
    pub date: Date,
    /// When the report is made: ages count up to here.
    pub now: Zoned,
    /// The mailbox's name, for people.
    pub mailbox: String,
    /// Link to a case with `{caso}` for its number (`report.case_link`); must begin with `https://` or `http://`.
    pub case_link: Option<String>,
    /// Every mail stored on that day, each once, oldest first.
    pub mails: Vec<MailLine>,
    /// Every case (or mail without a case) that calls a person at `now`, each once, whichever day it came, in any order.
    pub waiting: Vec<WaitingLine>,
    pub cycles: Cycles,
    pub failures: Vec<Failure>,
    /// Counted apart from `mails` and `waiting` (e.g. by SQL), so that the report can notice what is missing in them.
    pub ledger: LedgerCounts,
    pub reconciliation: Reconciliation,
}

/// One mail of the day.
#[derive(Clone, Debug)]
pub struct MailLine {
    /// The ledger's own number of the mail, for what has no case.
    pub mail_number: i64,
    /// E.g. `2026-000123`.
    pub case_number: Option<String>,
    pub arrived: Zoned,
    pub outcome: Outcome,
    pub entity: Option<String>,
    pub oficio_number: Option<String>,
    /// What follows the `@` of the correspondent's address.
    pub sender_domain: Option<String>,
    pub subject: String,
    pub designees: Vec<Designee>,
    pub findings: Vec<Finding>,
    /// The newest reply to it.
    pub reply: Option<ReplyState>,
}

/// Where a mail of the day stands: each mail in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Confirmed,
    CorrectionAsked,
    /// A person decides.
    Revision,
    /// It could not be processed; a person has it.
    Quarantined,
    /// Stored and not decided yet.
    Undecided,
    /// Help-desk mail that is no designation oficio.
    OfOthers,
    /// A machine's.
    Automatic,
    /// A copy of another mail.
    Duplicate,
}

impl Outcome {
    pub const ALL: [Outcome; 8] = [
        Outcome::Confirmed,
        Outcome::CorrectionAsked,
        Outcome::Revision,
        Outcome::Quarantined,
        Outcome::Undecided,
        Outcome::OfOthers,
        Outcome::Automatic,
        Outcome::Duplicate,
    ];
}

#[derive(Clone, Debug, PartialEq)]
pub enum ReplyState {
    /// Not handed over yet, or being handed over.
    Queued,
    Sent {
        at: Zoned,
    },
    /// Held back by the caps.
    Held,
    /// The server refused it for good.
    Refused,
    /// Nobody knows whether it went out (RFC 1047).
    Unknown,
    /// A person decided that it is not sent.
    Withdrawn,
}

/// Something that waits for a person.
#[derive(Clone, Debug)]
pub struct WaitingLine {
    pub mail_number: i64,
    pub case_number: Option<String>,
    /// Since when a person is called; at the latest `now`.
    pub since: Zoned,
    /// Why; at least one.
    pub calls: Vec<Call>,
    /// Spanish sentences for the operator.
    pub reasons: Vec<String>,
    pub entity: Option<String>,
    pub oficio_number: Option<String>,
    pub sender_domain: Option<String>,
    pub subject: String,
}

/// Why a person is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Revision,
    Quarantined,
    /// The last day for the correction has passed.
    CorrectionOverdue {
        deadline: Option<Date>,
    },
    ReplyHeld,
    ReplyRefused,
    ReplyUnknown,
}

/// The cycles begun on the day.
#[derive(Clone, Debug, Default)]
pub struct Cycles {
    pub run: u32,
    /// Of these, those in which something failed.
    pub troubled: u32,
    /// When the last one without trouble ended, also on an earlier day.
    pub last_good: Option<Zoned>,
}

/// A failure of the program itself, or of what it depends on.
#[derive(Clone, Debug)]
pub struct Failure {
    pub what: FailureKind,
    pub began: Zoned,
    /// `None`: it lasts.
    pub ended: Option<Zoned>,
    /// How often.
    pub times: u32,
    /// The log's words, without personal data.
    pub detail: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    CycleFailed,
    ReaderStopped,
    MailboxUnreachable,
    OutboxUnreachable,
    LedgerFailed,
}

/// The ledger's own counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct LedgerCounts {
    /// Mails stored on the day.
    pub mails: u64,
    /// Cases that call a person at [`Day::now`].
    pub waiting: u64,
}

/// The mailbox beside the ledger.
#[derive(Clone, Debug)]
pub enum Reconciliation {
    /// Best compared right after a cycle: later a mail may just not be read yet.
    Compared {
        at: Zoned,
        /// Mails in the watched folder that the ledger does not know.
        not_in_ledger: u64,
        /// Mails that the program had left in the watched folder and are no longer there: a person moved or deleted them.
        gone_from_mailbox: u64,
    },
    /// It could not be compared; a Spanish sentence says why.
    NotCompared { reason: String },
}

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("the report's workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("the report's JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// The page: a file to open in a browser, whole, with nothing fetched from anywhere.
///
/// # Errors
/// When an edited template fails.
pub fn html(day: &Day, templates: &Templates) -> Result<String, ReportError> {
    Ok(templates.render("parte.html", &view::page(day, view::Extent::Whole))?)
}

/// # Errors
/// When an edited template fails.
pub fn text(day: &Day, templates: &Templates) -> Result<String, ReportError> {
    Ok(templates.render("parte.txt", &view::page(day, view::Extent::Whole))?)
}

/// All that the page shows, for programs.
///
/// # Errors
/// None that input can reach.
pub fn json(day: &Day) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(&view::view(day, view::Extent::Whole))? + "\n")
}

/// The workbook: «Resumen», «Pendientes», «Casos», «Campos». No cell is a formula.
///
/// # Errors
/// When it cannot be written.
pub fn xlsx(day: &Day) -> Result<Vec<u8>, ReportError> {
    Ok(workbook::workbook(day, &view::view(day, view::Extent::Whole))?)
}

/// The report as a mail to the operators, with the workbook attached.
///
/// `message_id` is without angle brackets and stable for one report; `date` is the mail's.
///
/// # Errors
/// When an address is not one, an edited template fails, or the workbook cannot be written.
pub fn mail(
    day: &Day,
    from: &Address,
    to: &[Address],
    message_id: &str,
    templates: &Templates,
) -> Result<OutgoingMessage, ReportError> {
    let page = view::page(day, view::Extent::Mail);
    let letter = Letter {
        from,
        to,
        subject: page.view.asunto.clone(),
        message_id,
        date: &day.now,
        auto_submitted: AutoSubmitted::Generated,
        thread: None,
        case_number: None,
        text: templates.render("parte.txt", &page)?,
        html: templates.render("parte.html", &page)?,
        attachment: Some(AttachedFile {
            name: format!("parte-{}.xlsx", day.date),
            media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes: xlsx(day)?,
        }),
    };
    Ok(build(&letter)?)
}

/// Renders every report template with invented data, so that a mistake in an edited one shows at start-up.
///
/// # Errors
/// The first mistake, with file, line and remedy.
pub fn check_templates(templates: &Templates) -> Result<(), TemplateError> {
    for day in samples::days() {
        for extent in [view::Extent::Whole, view::Extent::Mail] {
            templates.render("parte.html", &view::page(&day, extent))?;
            templates.render("parte.txt", &view::page(&day, extent))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
