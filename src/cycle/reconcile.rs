//! Whether ledger and mailbox agree (design, invariant 6).

use std::collections::HashSet;

use jiff::Timestamp;

use super::CycleError;
use crate::ledger::{FilingState, Ledger, MailId, MailQuery, Register};
use crate::mailbox::{Arrival, MailKey, Mailbox};

/// Where the two differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Mails in the inbox.
    pub in_mailbox: usize,
    /// Of these, those that the ledger does not know: they wait for the next cycle.
    pub unknown_to_ledger: Vec<Arrival>,
    /// Mails that were left in the inbox and are no longer there: a person has moved or deleted them.
    pub missing_in_mailbox: Vec<MailId>,
}

/// Compares the inbox with the ledger, what arrived before `since` left aside. Changes nothing.
///
/// # Errors
/// When either cannot be read.
pub async fn reconcile<L: Ledger + Register>(
    mailbox: &mut impl Mailbox,
    name: &str,
    since: Option<Timestamp>,
    ledger: &L,
) -> Result<Reconciliation, CycleError> {
    let arrivals = mailbox.arrivals(None, usize::MAX).await?;
    let present: Vec<MailKey> = arrivals.iter().map(|arrival| arrival.key.clone()).collect();
    let known = ledger.known(present.clone()).await?;
    let present_set: HashSet<&MailKey> = present.iter().collect();
    let validities: HashSet<&str> = present.iter().map(|key| key.validity.as_str()).collect();
    let mut missing_in_mailbox = Vec::new();
    for mail in ledger.mails(MailQuery::All).await? {
        let should_be_there = mail.key.mailbox == name
            && matches!(mail.filing, FilingState::Pending | FilingState::Untouched)
            && (validities.is_empty() || validities.contains(mail.key.validity.as_str()));
        if should_be_there && !present_set.contains(&mail.key) {
            missing_in_mailbox.push(mail.id);
        }
    }
    let in_mailbox = arrivals.len();
    let unknown_to_ledger =
        arrivals.into_iter().filter(|arrival| !known.contains(&arrival.key) && !arrival.is_before(since)).collect();
    Ok(Reconciliation { in_mailbox, unknown_to_ledger, missing_in_mailbox })
}
