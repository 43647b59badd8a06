//! Reply: an assessment becomes the mail that the entity reads, from templates that an administrator can edit.
//!
//! Pure: no clock (dates are inputs), nothing is sent.

use jiff::civil::Date;

use crate::mail::Address;
use crate::verdict::Assessment;

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
