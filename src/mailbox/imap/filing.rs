//! Filing one mail of the inbox, and no other: MOVE (RFC 6851), or COPY and an EXPUNGE of that mail alone (RFC 4315), or a keyword.

use async_imap::imap_proto::{AttributeValue, Response};

use super::super::MailboxError;
use super::connection::Answer;
use super::fetched::uid_of;
use super::{ImapMailbox, Keywords};

/// What is still to be done with a mail that is to be filed.
pub(super) enum Present {
    Whole,
    /// `\Deleted` is set.
    MarkedDeleted,
}

impl ImapMailbox {
    /// Whether a mail is in the inbox still.
    pub(super) async fn present(&mut self, uid: u32) -> Result<Option<Present>, MailboxError> {
        // NOOP is where the server may say that others removed mails.
        self.connection.must("NOOP", "NOOP", |_| {}).await?;
        let mut present = None;
        let answer = self
            .connection
            .command("UID FETCH", &format!("UID FETCH {uid} (UID FLAGS)"), |response| {
                if let Response::Fetch(_, attributes) = response
                    && uid_of(attributes) == Some(uid)
                {
                    let deleted = attributes.iter().any(|attribute| {
                        matches!(attribute, AttributeValue::Flags(flags)
                            if flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Deleted")))
                    });
                    present = Some(if deleted { Present::MarkedDeleted } else { Present::Whole });
                }
            })
            .await?;
        match answer {
            Answer::Refused(reason) if !reason.contains("EXPUNGEISSUED") => {
                Err(self.connection.protocol("UID FETCH", reason))
            }
            _ => Ok(present),
        }
    }

    pub(super) async fn file_into(&mut self, uid: u32, present: Present, folder: &str) -> Result<(), MailboxError> {
        let encoded = self.encoded(folder)?;
        self.provide(&encoded).await?;
        if self.offers.moving {
            return self.connection.must("UID MOVE", &format!("UID MOVE {uid} {encoded}"), |_| {}).await;
        }
        let without_uid_plus = "the mail was copied and marked as deleted, but the server has neither MOVE nor UIDPLUS, so \
                                that it cannot be removed without removing others' mail: expunge the inbox by hand, or file \
                                with \"keyword:\" or \"untouched\"";
        match (present, self.offers.uid_plus) {
            // Copied before: copying again would make a second copy at every attempt.
            (Present::MarkedDeleted, false) => {
                return Err(self.connection.protocol("UID EXPUNGE", without_uid_plus.into()));
            }
            (Present::MarkedDeleted | Present::Whole, _) => {}
        }
        self.connection.must("UID COPY", &format!("UID COPY {uid} {encoded}"), |_| {}).await?;
        let store = format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)");
        self.connection.must("UID STORE", &store, |_| {}).await?;
        if !self.offers.uid_plus {
            return Err(self.connection.protocol("UID EXPUNGE", without_uid_plus.into()));
        }
        // Only this mail (RFC 4315): a plain EXPUNGE would remove what others marked as deleted, too.
        self.connection.must("UID EXPUNGE", &format!("UID EXPUNGE {uid}"), |_| {}).await
    }

    pub(super) async fn file_with(&mut self, uid: u32, keyword: &str) -> Result<(), MailboxError> {
        let atom = !keyword.is_empty()
            && keyword.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
        if !atom {
            return Err(self.connection.protocol("UID STORE", "a keyword is letters, digits, - and _".into()));
        }
        if self.selected.as_ref().is_some_and(|selected| selected.keywords == Keywords::NotKept) {
            let reason = "the server keeps no keywords of its users: file with \"folder:\" or \"untouched\"";
            return Err(self.connection.protocol("UID STORE", reason.into()));
        }
        let store = format!("UID STORE {uid} +FLAGS.SILENT ({keyword})");
        self.connection.must("UID STORE", &store, |_| {}).await
    }
}
