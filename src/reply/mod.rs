//! Reply: an assessment becomes the mail that the entity reads, from templates that an administrator can edit.
//!
//! Pure: no clock (dates are inputs), nothing is sent. Whether a reply is due is [`crate::cycle`]'s question; this room only
//! refuses to write one that contradicts its assessment.

mod samples;
mod subject;
mod view;

use jiff::civil::Date;

use crate::compose::{AutoSubmitted, Letter, MessageError, TemplateError, Templates, Thread, build};
use crate::mail::Address;
use crate::outbox::OutgoingMessage;
use crate::rules::Severity;
use crate::verdict::Assessment;

pub use subject::reply_subject;

/// Which reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyKind {
    Confirmacion,
    Subsanacion,
}

/// All that a reply is made of.
#[derive(Clone, Debug)]
pub struct ReplyInput<'a> {
    pub kind: ReplyKind,
    pub assessment: &'a Assessment,
    /// E.g. `2026-000123`.
    pub case_number: &'a str,
    pub from: &'a Address,
    pub to: &'a Address,
    /// The original's Message-ID without angle brackets, when it has one.
    pub in_reply_to: Option<&'a str>,
    /// The original's References, oldest first.
    pub references: &'a [String],
    pub original_subject: &'a str,
    /// When the original arrived, in the office's time zone.
    pub arrived: &'a jiff::Zoned,
    /// Last day for the correction and its length in business days; only a subsanación has one.
    pub deadline: Option<(Date, u32)>,
    /// This reply's own Message-ID without angle brackets: the caller derives it from the case, so that it is stable.
    pub message_id: &'a str,
    /// The reply's `Date`.
    pub now: &'a jiff::Zoned,
}

/// Why there is no reply: each of these calls a person. The texts hold no personal data.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    #[error("the reply would contradict its assessment: {0}")]
    Contradiction(&'static str),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// Writes the reply.
///
/// # Errors
/// When the assessment does not bear this reply (a confirmation with an error in it), an address cannot be written to, or an
/// edited template fails.
pub fn compose(input: &ReplyInput, templates: &Templates) -> Result<OutgoingMessage, ReplyError> {
    let letter = letter(input, templates)?;
    Ok(build(&letter)?)
}

/// Renders every reply template with invented data, so that a mistake in an edited one shows at start-up.
///
/// # Errors
/// The first mistake, with file, line and remedy.
pub fn check_templates(templates: &Templates) -> Result<(), TemplateError> {
    for view in samples::views() {
        for name in ["confirmacion.html", "confirmacion.txt", "subsanacion.html", "subsanacion.txt"] {
            templates.render(name, &view)?;
        }
    }
    Ok(())
}

fn letter<'a>(input: &ReplyInput<'a>, templates: &Templates) -> Result<Letter<'a>, ReplyError> {
    guard(input)?;
    let view = view::view(input);
    let (html, text) = match input.kind {
        ReplyKind::Confirmacion => ("confirmacion.html", "confirmacion.txt"),
        ReplyKind::Subsanacion => ("subsanacion.html", "subsanacion.txt"),
    };
    Ok(Letter {
        from: input.from,
        to: std::slice::from_ref(input.to),
        subject: reply_subject(input.original_subject, input.case_number),
        message_id: input.message_id,
        date: input.now,
        auto_submitted: AutoSubmitted::Replied,
        thread: Some(Thread { in_reply_to: input.in_reply_to, references: input.references }),
        case_number: Some(input.case_number),
        text: templates.render(text, &view)?,
        html: templates.render(html, &view)?,
        attachment: None,
    })
}

/// The last line of defence before a confirmation: nothing with an error, and nothing without a value.
fn guard(input: &ReplyInput) -> Result<(), ReplyError> {
    let errors = input.assessment.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let designees = &input.assessment.designees;
    match input.kind {
        ReplyKind::Confirmacion if errors > 0 => Err(ReplyError::Contradiction("a confirmation with an error")),
        ReplyKind::Confirmacion if designees.is_empty() => {
            Err(ReplyError::Contradiction("a confirmation without designees"))
        }
        ReplyKind::Confirmacion if designees.iter().any(|designee| !view::is_complete(designee)) => {
            Err(ReplyError::Contradiction("a confirmation with an empty field"))
        }
        ReplyKind::Subsanacion if errors == 0 => {
            Err(ReplyError::Contradiction("a request for correction without an error"))
        }
        ReplyKind::Confirmacion | ReplyKind::Subsanacion => Ok(()),
    }
}

#[cfg(test)]
mod tests;
