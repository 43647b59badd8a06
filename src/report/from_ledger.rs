//! A day's [`Day`] from the ledger's records. Still pure: who calls has asked the ledger already.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{
    Call, Cycles, Day, Failure, FailureKind, LedgerCounts, MailLine, Outcome, Reconciliation, ReplyState, WaitingLine,
};
use crate::ledger::{
    self, Attention, CaseRecord, Counts, CycleOutcome, CycleRecord, MailRecord, MailState, ReplyRecord, TimeRange,
    TroubleKind,
};
use crate::verdict::Decision;

/// What is asked of the ledger for a report.
#[derive(Clone, Debug)]
pub struct LedgerDay {
    pub date: Date,
    pub now: Zoned,
    pub mailbox: String,
    pub case_link: Option<String>,
    /// `MailQuery::Stored` in [`range_of`] the day.
    pub mails: Vec<MailRecord>,
    /// `Register::counts` in the same range.
    pub counts: Counts,
    /// `MailQuery::NeedingAttention`.
    pub attention: Vec<MailRecord>,
    /// `CaseQuery::NeedingAttention`.
    pub attention_cases: Vec<CaseRecord>,
    /// `Register::cycles` in the same range.
    pub cycles: Vec<CycleRecord>,
    pub last_good: Option<CycleRecord>,
    pub reconciliation: Reconciliation,
}

/// The instants of a day in the office's time zone; `None` beyond the calendar.
pub fn range_of(date: Date, office: &TimeZone) -> Option<TimeRange> {
    let begins = |date: Date| date.to_zoned(office.clone()).ok().map(|moment| moment.timestamp());
    Some(TimeRange { from: begins(date)?, until: begins(date.tomorrow().ok()?)? })
}

impl Day {
    pub fn from_ledger(ledger: LedgerDay) -> Day {
        let zone = ledger.now.time_zone().clone();
        let local = |instant: Timestamp| instant.to_zoned(zone.clone());
        Day {
            date: ledger.date,
            mailbox: ledger.mailbox,
            case_link: ledger.case_link,
            mails: ledger.mails.iter().map(|mail| mail_line(mail, &ledger.mails, &local)).collect(),
            waiting: waiting(&ledger.attention, &local),
            cycles: Cycles {
                run: count(ledger.cycles.len()),
                troubled: count(ledger.cycles.iter().filter(|cycle| is_troubled(cycle, &ledger.cycles)).count()),
                last_good: ledger.last_good.and_then(|cycle| cycle.ended).map(|(ended, _)| local(ended)),
            },
            failures: failures(&ledger.cycles, &local),
            ledger: LedgerCounts {
                mails: ledger.counts.mails,
                waiting: u64::from(count(ledger.attention_cases.len())),
            },
            reconciliation: ledger.reconciliation,
            now: ledger.now,
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn mail_line(mail: &MailRecord, all: &[MailRecord], local: &impl Fn(Timestamp) -> Zoned) -> MailLine {
    let assessment = mail.assessment.as_ref();
    // A copy is known by its bytes and was never read itself.
    let read = mail.duplicate_of.and_then(|id| all.iter().find(|other| other.id == id)).unwrap_or(mail);
    MailLine {
        mail_number: mail.id.0,
        case_number: mail.case.as_ref().map(|case| case.number.to_string()),
        arrived: local(mail.arrived),
        outcome: outcome(mail),
        entity: mail.case.as_ref().and_then(|case| case.entity.clone()),
        oficio_number: mail.case.as_ref().and_then(|case| case.oficio_number.clone()),
        sender_domain: sender_domain(read),
        subject: read.subject.clone().unwrap_or_default(),
        designees: assessment.map(|assessment| assessment.designees.clone()).unwrap_or_default(),
        findings: assessment.map(|assessment| assessment.findings.clone()).unwrap_or_default(),
        reply: mail.replies.last().map(|reply| reply_state(reply, local)),
    }
}

fn outcome(mail: &MailRecord) -> Outcome {
    match (mail.state, mail.decision) {
        (MailState::Duplicate, _) => Outcome::Duplicate,
        (MailState::Quarantined, _) => Outcome::Quarantined,
        (MailState::Waiting, _) | (MailState::Decided, None) => Outcome::Undecided,
        (MailState::Decided, Some(Decision::Confirmado)) => Outcome::Confirmed,
        (MailState::Decided, Some(Decision::Subsanacion)) => Outcome::CorrectionAsked,
        (MailState::Decided, Some(Decision::Revision)) => Outcome::Revision,
        (MailState::Decided, Some(Decision::Ajeno)) => Outcome::OfOthers,
        (MailState::Decided, Some(Decision::Automatico)) => Outcome::Automatic,
    }
}

fn reply_state(reply: &ReplyRecord, local: &impl Fn(Timestamp) -> Zoned) -> ReplyState {
    match reply.state {
        ledger::ReplyState::Queued | ledger::ReplyState::InFlight => ReplyState::Queued,
        ledger::ReplyState::Sent => {
            ReplyState::Sent { at: local(reply.settled.or(reply.handed_over).unwrap_or(reply.queued)) }
        }
        ledger::ReplyState::Held => ReplyState::Held,
        ledger::ReplyState::Refused => ReplyState::Refused,
        ledger::ReplyState::Unknown => ReplyState::Unknown,
        ledger::ReplyState::Withdrawn => ReplyState::Withdrawn,
    }
}

fn sender_domain(mail: &MailRecord) -> Option<String> {
    mail.correspondent.as_deref()?.rsplit_once('@').map(|(_, domain)| domain.to_owned())
}

/// One line a case: its mails' calls together, since the first of them.
fn waiting(mails: &[MailRecord], local: &impl Fn(Timestamp) -> Zoned) -> Vec<WaitingLine> {
    let mut lines: Vec<WaitingLine> = Vec::new();
    let mut line_of_case: BTreeMap<String, usize> = BTreeMap::new();
    for mail in mails {
        let line = waiting_line(mail, local);
        let known = line.case_number.as_ref().and_then(|number| line_of_case.get(number)).copied();
        if let Some(earlier) = known.and_then(|index| lines.get_mut(index)) {
            earlier.since = earlier.since.clone().min(line.since);
            earlier.calls.extend(line.calls);
            earlier.calls.sort_unstable();
            earlier.calls.dedup();
            earlier.reasons.extend(line.reasons);
            earlier.reasons.dedup();
            continue;
        }
        if let Some(number) = &line.case_number {
            line_of_case.insert(number.clone(), lines.len());
        }
        lines.push(line);
    }
    lines
}

fn waiting_line(mail: &MailRecord, local: &impl Fn(Timestamp) -> Zoned) -> WaitingLine {
    let case = mail.case.as_ref();
    let reply = mail.replies.last();
    let case_changed = case.map_or(mail.stored, |case| case.changed);
    let reply_changed = reply.map_or(case_changed, |reply| reply.settled.unwrap_or(reply.queued));
    let mut since = None;
    let calls = mail
        .attention()
        .into_iter()
        .map(|attention| {
            let (call, called) = match attention {
                Attention::Revision => (Call::Revision, case_changed),
                Attention::Quarantined => (Call::Quarantined, case_changed),
                Attention::CorrectionOverdue => {
                    let deadline = case.and_then(|case| case.deadline);
                    (Call::CorrectionOverdue { deadline }, case_changed)
                }
                Attention::ReplyHeld => (Call::ReplyHeld, reply_changed),
                Attention::ReplyRefused => (Call::ReplyRefused, reply_changed),
                Attention::ReplyUnknown => (Call::ReplyUnknown, reply_changed),
            };
            since = Some(since.map_or(called, |earlier: Timestamp| earlier.min(called)));
            call
        })
        .collect();
    WaitingLine {
        mail_number: mail.id.0,
        case_number: case.map(|case| case.number.to_string()),
        since: local(since.unwrap_or(mail.stored)),
        calls,
        reasons: mail.reasons.clone(),
        entity: case.and_then(|case| case.entity.clone()),
        oficio_number: case.and_then(|case| case.oficio_number.clone()),
        sender_domain: sender_domain(mail),
        subject: mail.subject.clone().unwrap_or_default(),
    }
}

/// Something failed in it, or it never ended although others began after it: the process died in its midst.
fn is_troubled(cycle: &CycleRecord, all: &[CycleRecord]) -> bool {
    match &cycle.ended {
        Some((_, summary)) => summary.outcome == CycleOutcome::Troubled,
        None => all.last().is_some_and(|last| last.id != cycle.id),
    }
}

/// Troubled cycles in a row are one failure, which ends when a cycle without trouble begins.
fn failures(cycles: &[CycleRecord], local: &impl Fn(Timestamp) -> Zoned) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    for cycle in cycles {
        let lasting = failures.last_mut().filter(|failure| failure.ended.is_none());
        if !is_troubled(cycle, cycles) {
            // A cycle that still runs says nothing yet.
            if let (Some(failure), Some(_)) = (lasting, &cycle.ended) {
                failure.ended = Some(local(cycle.began));
            }
            continue;
        }
        let (what, detail) = what_failed(cycle);
        match lasting {
            Some(failure) => {
                failure.times = failure.times.saturating_add(1);
                failure.detail = detail.or_else(|| failure.detail.take());
            }
            None => failures.push(Failure { what, began: local(cycle.began), ended: None, times: 1, detail }),
        }
    }
    failures
}

fn what_failed(cycle: &CycleRecord) -> (FailureKind, Option<String>) {
    let Some((_, summary)) = &cycle.ended else {
        return (FailureKind::CycleFailed, Some("the process ended in the midst of a cycle".to_owned()));
    };
    let Some(trouble) = summary.troubles.first() else { return (FailureKind::CycleFailed, None) };
    let what = match trouble.kind {
        TroubleKind::Mailbox => FailureKind::MailboxUnreachable,
        TroubleKind::Outbox => FailureKind::OutboxUnreachable,
        TroubleKind::Reader => FailureKind::ReaderStopped,
        TroubleKind::Record => FailureKind::CycleFailed,
    };
    (what, Some(trouble.detail.clone()))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;

    use super::*;
    use crate::ledger::{
        CaseNumber, CaseState, CycleId, CycleSummary, FilingState, Fingerprints, MailId, ReplyId, Trouble, Wholeness,
    };
    use crate::mailbox::MailKey;
    use crate::outbox::OutgoingMessage;

    fn lima() -> TimeZone {
        TimeZone::get("America/Lima").unwrap()
    }

    fn noon() -> Timestamp {
        "2026-11-24T12:00:00-05:00".parse().unwrap()
    }

    fn case(sequence: u32, state: CaseState) -> CaseRecord {
        CaseRecord {
            number: CaseNumber { year: 2026, sequence },
            state,
            opened: noon(),
            entity: Some("Municipalidad Distrital de Loma Verde".to_owned()),
            oficio_number: Some("045-2026-MDLV/A".to_owned()),
            deadline: Some(date(2026, 11, 20)),
            presented: None,
            first_working_moment: None,
            changed: noon(),
        }
    }

    fn record(id: i64, decision: Decision, case: Option<CaseRecord>) -> MailRecord {
        MailRecord {
            id: MailId(id),
            key: MailKey { mailbox: "mesa".to_owned(), validity: "1".to_owned(), uid: id.to_string() },
            size: 1,
            arrived: noon().saturating_sub(SignedDuration::from_mins(10)).unwrap(),
            stored: noon(),
            fingerprints: Fingerprints::of(b"x"),
            wholeness: Wholeness::Whole,
            message_id: None,
            correspondent: Some("tramite@munilomaverde.gob.pe".to_owned()),
            subject: Some("Oficio".to_owned()),
            state: MailState::Decided,
            duplicate_of: None,
            decision: Some(decision),
            decided: Some(noon()),
            reasons: vec!["Un motivo.".to_owned()],
            assessment: None,
            filing: FilingState::Filed,
            filed: None,
            case,
            replies: Vec::new(),
        }
    }

    fn reply(state: ledger::ReplyState) -> ReplyRecord {
        ReplyRecord {
            id: ReplyId(1),
            kind: crate::reply::ReplyKind::Confirmacion,
            state,
            message: OutgoingMessage {
                message_id: "x@example.gob.pe".to_owned(),
                envelope_from: None,
                envelope_to: Vec::new(),
                bytes: Vec::new(),
            },
            queued: noon(),
            attempts: 1,
            next_attempt: noon(),
            handed_over: Some(noon()),
            settled: Some(noon()),
            last_response: None,
        }
    }

    fn cycle(id: i64, minutes: i64, outcome: Option<CycleOutcome>) -> CycleRecord {
        let began = noon().saturating_add(SignedDuration::from_mins(minutes)).unwrap();
        let summary = |outcome| CycleSummary {
            outcome,
            stored: 0,
            judged: 0,
            quarantined: 0,
            duplicates: 0,
            sent: 0,
            held: 0,
            filed: 0,
            troubles: vec![Trouble { kind: TroubleKind::Record, detail: format!("trouble {id}") }],
        };
        CycleRecord { id: CycleId(id), began, ended: outcome.map(|outcome| (began, summary(outcome))) }
    }

    fn ledger_day() -> LedgerDay {
        LedgerDay {
            date: date(2026, 11, 24),
            now: noon().to_zoned(lima()).saturating_add(SignedDuration::from_hours(20)),
            mailbox: "mesa".to_owned(),
            case_link: None,
            mails: Vec::new(),
            counts: Counts::default(),
            attention: Vec::new(),
            attention_cases: Vec::new(),
            cycles: vec![cycle(1, 0, Some(CycleOutcome::Good))],
            last_good: Some(cycle(1, 0, Some(CycleOutcome::Good))),
            reconciliation: Reconciliation::NotCompared { reason: "No se pidió.".to_owned() },
        }
    }

    #[test]
    fn a_day_in_lima_begins_and_ends_at_its_midnight() {
        let range = range_of(date(2026, 11, 24), &lima()).unwrap();
        assert_eq!(range.from.to_string(), "2026-11-24T05:00:00Z");
        assert_eq!(range.until.to_string(), "2026-11-25T05:00:00Z");
    }

    #[test]
    fn every_decision_and_state_has_its_outcome() {
        let of = |decision| outcome(&record(1, decision, None));
        assert_eq!(of(Decision::Confirmado), Outcome::Confirmed);
        assert_eq!(of(Decision::Subsanacion), Outcome::CorrectionAsked);
        assert_eq!(of(Decision::Revision), Outcome::Revision);
        assert_eq!(of(Decision::Ajeno), Outcome::OfOthers);
        assert_eq!(of(Decision::Automatico), Outcome::Automatic);
        let in_state = |state| outcome(&MailRecord { state, ..record(1, Decision::Confirmado, None) });
        assert_eq!(in_state(MailState::Duplicate), Outcome::Duplicate);
        assert_eq!(in_state(MailState::Quarantined), Outcome::Quarantined);
        assert_eq!(in_state(MailState::Waiting), Outcome::Undecided);
    }

    #[test]
    fn an_answered_mail_says_when_and_shows_the_senders_domain_only() {
        let mut ledger = ledger_day();
        let mut mail = record(1, Decision::Confirmado, Some(case(1, CaseState::Confirmed)));
        mail.replies = vec![reply(ledger::ReplyState::Refused), reply(ledger::ReplyState::Sent)];
        ledger.mails = vec![mail];
        ledger.counts.mails = 1;
        let day = Day::from_ledger(ledger);
        let line = day.mails.first().unwrap();
        assert_eq!(line.reply, Some(ReplyState::Sent { at: noon().to_zoned(lima()) }));
        assert_eq!(line.sender_domain.as_deref(), Some("munilomaverde.gob.pe"));
        assert_eq!(line.case_number.as_deref(), Some("2026-000001"));
        assert_eq!(super::super::figures::figures(&day).discrepancies, []);
    }

    #[test]
    fn two_mails_of_one_case_are_one_line_that_waits_since_the_first() {
        let mut ledger = ledger_day();
        let overdue = record(1, Decision::Subsanacion, Some(case(7, CaseState::Overdue)));
        let mut held = record(2, Decision::Subsanacion, Some(case(7, CaseState::Overdue)));
        let earlier = noon().saturating_sub(SignedDuration::from_hours(3)).unwrap();
        held.replies = vec![ReplyRecord { settled: Some(earlier), ..reply(ledger::ReplyState::Held) }];
        ledger.attention = vec![overdue, held];
        ledger.attention_cases = vec![case(7, CaseState::Overdue)];
        let day = Day::from_ledger(ledger);
        assert_eq!(day.waiting.len(), 1);
        let line = day.waiting.first().unwrap();
        assert_eq!(line.calls, [Call::CorrectionOverdue { deadline: Some(date(2026, 11, 20)) }, Call::ReplyHeld]);
        assert_eq!(line.since.timestamp(), earlier);
        assert_eq!(super::super::figures::figures(&day).discrepancies, []);
    }

    #[test]
    fn a_case_that_needs_a_person_and_is_not_listed_is_noticed() {
        let mut ledger = ledger_day();
        ledger.attention_cases = vec![case(7, CaseState::NeedsPerson)];
        assert_eq!(super::super::figures::figures(&Day::from_ledger(ledger)).discrepancies.len(), 1);
    }

    #[test]
    fn troubled_cycles_in_a_row_are_one_failure() {
        let mut ledger = ledger_day();
        ledger.cycles = vec![
            cycle(1, 0, Some(CycleOutcome::Good)),
            cycle(2, 5, Some(CycleOutcome::Troubled)),
            cycle(3, 10, None),
            cycle(4, 15, Some(CycleOutcome::Troubled)),
            cycle(5, 20, Some(CycleOutcome::Good)),
            cycle(6, 25, Some(CycleOutcome::Troubled)),
            cycle(7, 30, None),
        ];
        let day = Day::from_ledger(ledger);
        assert_eq!((day.cycles.run, day.cycles.troubled), (7, 4));
        let seen: Vec<(u32, bool, Option<&str>)> = day
            .failures
            .iter()
            .map(|failure| (failure.times, failure.ended.is_none(), failure.detail.as_deref()))
            .collect();
        assert_eq!(seen, [(3, false, Some("trouble 4")), (1, true, Some("trouble 6"))]);
    }
}
