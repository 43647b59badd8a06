//! What the ledger takes and gives: typed records and states. Plain data, no storage.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use super::content::Fingerprints;
use crate::mailbox::MailKey;
use crate::outbox::OutgoingMessage;
use crate::reply::ReplyKind;
use crate::verdict::{Assessment, Decision};

/// An enum whose values are stored and exported as fixed words.
macro_rules! worded {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The fixed word by which it is stored and exported.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

macro_rules! numbered {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}", self.0)
            }
        }
    };
}

numbered!(
    /// The ledger's own number of a mail, in the order they were stored.
    MailId
);
numbered!(ReplyId);
numbered!(CycleId);

/// A case's number: the year in the office's time zone and a count within it, e.g. `2026-000123`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    pub year: i16,
    pub sequence: u32,
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:06}", self.year, self.sequence)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a case number looks like 2026-000123")]
pub struct NotACaseNumber;

impl FromStr for CaseNumber {
    type Err = NotACaseNumber;

    fn from_str(text: &str) -> Result<CaseNumber, NotACaseNumber> {
        let (year, sequence) = text.trim().split_once('-').ok_or(NotACaseNumber)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !(6..=9).contains(&sequence.len()) || !digits(year) || !digits(sequence) {
            return Err(NotACaseNumber);
        }
        Ok(CaseNumber {
            year: year.parse().map_err(|_| NotACaseNumber)?,
            sequence: sequence.parse().map_err(|_| NotACaseNumber)?,
        })
    }
}

worded!(
    /// Where a mail stands. Every mail is in exactly one of these states; their counts add up to the mails seen.
    MailState {
        /// Durable, not judged yet.
        Waiting = "waiting",
        /// Judged: it has a [`Decision`].
        Decided = "decided",
        /// A copy of another mail; never answered.
        Duplicate = "duplicate",
        /// It could not be processed; a person has it.
        Quarantined = "quarantined",
    }
);

worded!(
    /// How much of a mail's raw bytes the ledger holds.
    Wholeness {
        Whole = "whole",
        /// Too big: only the beginning. The mail stays in the mailbox, which has the only whole copy.
        Head = "head",
        /// It could not be fetched. The mail stays in the mailbox, which has the only copy.
        Unfetched = "unfetched",
    }
);

worded!(
    /// Whether the mailbox shows what became of a mail.
    FilingState {
        Pending = "pending",
        Filed = "filed",
        /// It stays as it is, by the configuration or because the mailbox has the only whole copy.
        Untouched = "untouched",
        /// It was no longer in the inbox: a person had moved it, or the program had and broke off.
        Gone = "gone",
    }
);

worded!(
    CaseState {
        /// It has a number, and its first mail is not decided yet.
        Open = "open",
        Confirmed = "confirmed",
        /// A subsanación was asked for.
        AwaitingCorrection = "awaiting_correction",
        /// The last day for the correction has passed; an operator looks at it.
        Overdue = "overdue",
        /// A person has to look at it; only a person ends this.
        NeedsPerson = "needs_person",
        /// A person has settled it.
        Resolved = "resolved",
    }
);

worded!(
    ReplyState {
        Queued = "queued",
        /// Being handed over; written before the outbox is asked.
        InFlight = "in_flight",
        Sent = "sent",
        /// Surely not delivered, and it will not be by trying again.
        Refused = "refused",
        /// It was handed over and nobody knows whether it went out (RFC 1047).
        Unknown = "unknown",
        /// Held back by the caps.
        Held = "held",
        /// A person decided that it is not sent.
        Withdrawn = "withdrawn",
    }
);

worded!(
    CycleOutcome {
        /// Everything that could be done was done.
        Good = "good",
        /// Something failed and is tried again in the next cycle.
        Troubled = "troubled",
        /// It ended early because it was told to stop.
        Stopped = "stopped",
    }
);

worded!(
    /// What failed in a cycle.
    TroubleKind {
        Mailbox = "mailbox",
        Outbox = "outbox",
        Reader = "reader",
        /// A record of the ledger, not the ledger: that ends a cycle.
        Record = "record",
    }
);

worded!(
    /// Why a person is called.
    Attention {
        Revision = "revision",
        Quarantined = "quarantined",
        ReplyHeld = "reply_held",
        ReplyRefused = "reply_refused",
        ReplyUnknown = "reply_unknown",
        CorrectionOverdue = "correction_overdue",
    }
);

/// A mail to be made durable.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub key: MailKey,
    /// Bytes of the whole mail, as the mailbox says.
    pub size: u64,
    /// As the mailbox says.
    pub arrived: Timestamp,
    pub now: Timestamp,
    pub fingerprints: Fingerprints,
    pub wholeness: Wholeness,
    pub raw: Vec<u8>,
    /// Spanish, for the operator, when it is to be quarantined at once.
    pub quarantine: Option<String>,
}

/// What storing a mail gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    Waiting(MailId),
    Duplicate {
        mail: MailId,
        of: MailId,
    },
    Quarantined(MailId),
    /// It was stored before under this key.
    Known(MailId),
}

#[derive(Clone, Copy, Debug)]
pub struct JudgingLimits {
    /// So many failed judgements, and a person gets the mail.
    pub failures: u32,
    /// So many judgements begun, ended or not, and a person gets the mail: it may be what kills the process.
    pub beginnings: u32,
}

/// A mail whose turn it is to be judged.
#[derive(Clone, Debug)]
pub struct MailToJudge {
    pub id: MailId,
    pub raw: Vec<u8>,
    pub arrived: Timestamp,
    pub fingerprints: Fingerprints,
    /// 1, and one more each time a person had it judged anew.
    pub round: u32,
    /// What was answered in the round before.
    pub answered: Option<Assessment>,
}

#[derive(Clone, Debug)]
pub enum Turn {
    Judge(Box<MailToJudge>),
    Quarantined,
    /// It is no longer waiting.
    NotWaiting,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    TriedAgain,
    Quarantined,
}

/// By what a mail may belong together with what the ledger holds.
#[derive(Clone, Debug)]
pub struct Clues {
    pub mail: MailId,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Message-IDs it refers to.
    pub refers_to: Vec<String>,
    /// Case numbers that stand in the subject.
    pub case_numbers: Vec<CaseNumber>,
    pub oficio: Option<OficioKey>,
}

/// Entity and number of an oficio in a form in which two spellings of the same are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OficioKey {
    pub entity: String,
    pub number: String,
}

#[derive(Clone, Debug, Default)]
pub struct Related {
    /// Other mails with the same Message-ID that are no duplicates themselves, oldest first.
    pub same_message_id: Vec<EarlierMail>,
    /// Cases it may belong to, each once, newest first.
    pub cases: Vec<RelatedCase>,
}

/// A decided or quarantined mail.
#[derive(Clone, Debug)]
pub struct EarlierMail {
    pub id: MailId,
    pub received: Timestamp,
    pub fingerprints: Fingerprints,
    /// Lower case.
    pub correspondent: Option<String>,
    pub assessment: Option<Assessment>,
    /// The state of the newest reply to it.
    pub reply: Option<ReplyState>,
}

#[derive(Clone, Debug)]
pub struct RelatedCase {
    pub number: CaseNumber,
    pub state: CaseState,
    pub oficio: Option<OficioKey>,
    pub link: Link,
    /// Its other mails, oldest first, without duplicates and without those not judged yet.
    pub mails: Vec<EarlierMail>,
}

/// What links a mail to a case; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// It refers to a reply of ours by Message-ID.
    Thread,
    /// The case's number stands in its subject.
    Subject,
    /// The same entity and oficio number.
    Oficio,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseChoice {
    New,
    Join(CaseNumber),
}

/// What is decided on one mail, with all that follows.
#[derive(Clone, Debug)]
pub struct Ruling {
    pub mail: MailId,
    pub now: Timestamp,
    pub message_id: Option<String>,
    /// The one address that may be answered, lower case.
    pub correspondent: Option<String>,
    pub subject: String,
    pub assessment: Assessment,
    pub consequence: Consequence,
}

#[derive(Clone, Debug)]
pub enum Consequence {
    /// Not our business, or a machine's: no case, no reply.
    None,
    Duplicate {
        of: MailId,
    },
    /// A server says that mail of ours did not arrive. Replies among it count as refused, so that a person is called.
    Returned {
        /// Without angle brackets; what is no reply of ours is passed over.
        message_ids: Vec<String>,
        /// Spanish, for the operator.
        reason: String,
    },
    Case {
        case: Box<CaseOutcome>,
        reply: Option<NewReply>,
    },
}

/// What becomes of a case.
#[derive(Clone, Debug)]
pub struct CaseOutcome {
    pub number: CaseNumber,
    pub state: CaseState,
    /// As people write them.
    pub entity: Option<String>,
    pub oficio_number: Option<String>,
    pub oficio: Option<OficioKey>,
    /// The last day for the correction; `None` keeps the one that was given.
    pub deadline: Option<Date>,
    /// The day on which the mail counts as presented.
    pub presented: Option<Date>,
    /// The first moment at which the office works after the mail arrived.
    pub first_working_moment: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct NewReply {
    pub kind: ReplyKind,
    pub message: OutgoingMessage,
}

/// No more replies than this, counted over those handed over.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    pub per_correspondent: u32,
    /// Start of the correspondent's day.
    pub day_began: Timestamp,
    pub per_hour: u32,
}

#[derive(Clone, Debug)]
pub enum HandOver {
    /// Committed as in flight: hand it over now. `attempt` counts from 1.
    Go {
        mail: MailId,
        message: OutgoingMessage,
        attempt: u32,
        queued: Timestamp,
    },
    Held {
        mail: MailId,
    },
    /// It is no longer queued.
    NotQueued,
}

/// What became of a reply that was in flight or in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    Sent { response: String },
    TryLater { reason: String, at: Timestamp },
    Refused { reason: String },
    Unknown { reason: String },
}

#[derive(Clone, Debug)]
pub struct DoubtfulReply {
    pub id: ReplyId,
    pub mail: MailId,
    pub state: ReplyState,
    pub message_id: String,
    /// When it was handed over.
    pub handed_over: Timestamp,
}

/// A settled mail that the mailbox does not show as such yet.
#[derive(Clone, Debug)]
pub struct Unfiled {
    pub id: MailId,
    pub key: MailKey,
    pub as_what: FileAs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileAs {
    /// As this decision is filed, the reply being sent where one was due.
    Decision(Decision),
    /// As what a person has to look at.
    ForPerson,
    /// It must stay: the mailbox has the only whole copy.
    OnlyCopy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilingOutcome {
    Filed,
    Untouched,
    Gone,
    Failed,
}

/// What a person decides on a reply that was held, refused or in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyChoice {
    /// Send it (again); the caps do not hold it.
    Send,
    /// It did arrive.
    ItArrived,
    /// It is not sent.
    Withdraw,
}

/// From an instant on, to another that is no longer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    pub from: Timestamp,
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug)]
pub enum MailQuery {
    All,
    /// Stored in this range. Stored, not arrived: so each mail is in exactly one day's report, also one that was found late.
    Stored(TimeRange),
    /// A person is called.
    NeedingAttention,
    OfCase(CaseNumber),
    One(MailId),
}

#[derive(Clone, Copy, Debug)]
pub enum CaseQuery {
    All,
    /// A person is called.
    NeedingAttention,
    InState(CaseState),
}

/// Everything about one mail but its bytes; personal data included.
#[derive(Clone, Debug)]
pub struct MailRecord {
    pub id: MailId,
    pub key: MailKey,
    pub size: u64,
    pub arrived: Timestamp,
    pub stored: Timestamp,
    pub fingerprints: Fingerprints,
    pub wholeness: Wholeness,
    pub message_id: Option<String>,
    pub correspondent: Option<String>,
    pub subject: Option<String>,
    pub state: MailState,
    pub duplicate_of: Option<MailId>,
    pub decision: Option<Decision>,
    pub decided: Option<Timestamp>,
    /// Why, in Spanish sentences for the operator.
    pub reasons: Vec<String>,
    /// While a mail waits to be judged anew, the one before.
    pub assessment: Option<Assessment>,
    pub filing: FilingState,
    pub filed: Option<Timestamp>,
    pub case: Option<CaseRecord>,
    /// Oldest first.
    pub replies: Vec<ReplyRecord>,
}

impl MailRecord {
    /// Why a person is called to this mail; empty when nobody is.
    pub fn attention(&self) -> Vec<Attention> {
        let state = self.case.as_ref().map(|case| case.state);
        if state == Some(CaseState::Resolved) || self.state == MailState::Duplicate {
            return Vec::new();
        }
        let mut calls = Vec::new();
        if self.state == MailState::Quarantined {
            calls.push(Attention::Quarantined);
        }
        if self.decision == Some(Decision::Revision) && state == Some(CaseState::NeedsPerson) {
            calls.push(Attention::Revision);
        }
        if self.decision == Some(Decision::Subsanacion) && state == Some(CaseState::Overdue) {
            calls.push(Attention::CorrectionOverdue);
        }
        match self.replies.last().map(|reply| reply.state) {
            Some(ReplyState::Held) => calls.push(Attention::ReplyHeld),
            Some(ReplyState::Refused) => calls.push(Attention::ReplyRefused),
            Some(ReplyState::Unknown) => calls.push(Attention::ReplyUnknown),
            _ => {}
        }
        calls
    }

    /// Since when a person is called: since the oldest of the reasons.
    pub fn attention_since(&self) -> Option<Timestamp> {
        let since = |call: Attention| match call {
            Attention::Revision | Attention::Quarantined => self.decided,
            Attention::CorrectionOverdue => self.case.as_ref().map(|case| case.changed),
            Attention::ReplyHeld | Attention::ReplyRefused | Attention::ReplyUnknown => {
                self.replies.last().and_then(|reply| reply.settled)
            }
        };
        self.attention().into_iter().filter_map(since).min()
    }
}

#[derive(Clone, Debug)]
pub struct ReplyRecord {
    pub id: ReplyId,
    pub kind: ReplyKind,
    pub state: ReplyState,
    pub message: OutgoingMessage,
    pub queued: Timestamp,
    pub attempts: u32,
    pub next_attempt: Timestamp,
    pub handed_over: Option<Timestamp>,
    pub settled: Option<Timestamp>,
    /// What the server said last, or why it was held.
    pub last_response: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CaseRecord {
    pub number: CaseNumber,
    pub state: CaseState,
    pub opened: Timestamp,
    pub entity: Option<String>,
    pub oficio_number: Option<String>,
    pub deadline: Option<Date>,
    pub presented: Option<Date>,
    pub first_working_moment: Option<Timestamp>,
    /// When its state last changed.
    pub changed: Timestamp,
}

/// A case with all that belongs to it.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub case: CaseRecord,
    pub mails: Vec<MailRecord>,
    pub trail: Vec<TrailEntry>,
}

/// Who did what when. Holds no personal data of correspondents or designees, unless an operator writes some into a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailEntry {
    pub at: Timestamp,
    /// `oficios`, or an operator's name.
    pub actor: String,
    pub action: String,
    pub detail: Option<String>,
    pub mail: Option<MailId>,
}

/// Counts that add up: `mails` is the sum over `by_state`; the decided ones are the sum over `by_decision`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mails: u64,
    pub by_state: BTreeMap<MailState, u64>,
    /// Of the mails in state [`MailState::Decided`].
    pub by_decision: BTreeMap<Decision, u64>,
    /// Of the newest reply to each mail that has one.
    pub replies_by_state: BTreeMap<ReplyState, u64>,
}

/// What one cycle did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleSummary {
    pub outcome: CycleOutcome,
    pub stored: u32,
    pub judged: u32,
    pub quarantined: u32,
    pub duplicates: u32,
    pub sent: u32,
    pub held: u32,
    pub filed: u32,
    pub troubles: Vec<Trouble>,
}

/// Something that failed and is tried again in the next cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub kind: TroubleKind,
    /// In English, without personal data.
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleRecord {
    pub id: CycleId,
    pub began: Timestamp,
    /// `None`: it is running, or the process ended in the midst of it.
    pub ended: Option<(Timestamp, CycleSummary)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_is_read_as_it_is_written() {
        let number = CaseNumber { year: 2026, sequence: 123 };
        assert_eq!(number.to_string(), "2026-000123");
        assert_eq!("2026-000123".parse(), Ok(number));
        for wrong in ["2026-123", "26-000123", "2026000123", "2026-00012a", "2026-+00123", ""] {
            assert_eq!(wrong.parse::<CaseNumber>(), Err(NotACaseNumber), "{wrong}");
        }
    }

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for state in ReplyState::ALL {
            assert_eq!(ReplyState::from_word(state.word()), Some(*state));
        }
        assert_eq!(ReplyState::from_word("Sent"), None);
    }
}
