//! Invented days for the check of the templates at start-up: one with everything in it, one with nothing.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::{
    Call, Cycles, Day, Failure, FailureKind, LedgerCounts, MailLine, Outcome, Reconciliation, ReplyState, WaitingLine,
};
use crate::rules::{Finding, RuleCode, Severity};
use crate::verdict::Designee;

pub fn days() -> [Day; 2] {
    let now = Zoned::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
    [full(&now), empty(&now)]
}

fn empty(now: &Zoned) -> Day {
    Day {
        date: date(1970, 1, 1),
        now: now.clone(),
        mailbox: "mesadeayuda".to_owned(),
        case_link: None,
        mails: Vec::new(),
        waiting: Vec::new(),
        cycles: Cycles::default(),
        failures: Vec::new(),
        ledger: LedgerCounts::default(),
        reconciliation: Reconciliation::NotCompared { reason: "El buzón no respondió.".to_owned() },
    }
}

fn full(now: &Zoned) -> Day {
    let waiting = WaitingLine {
        mail_number: 1,
        case_number: Some("1970-000001".to_owned()),
        since: now.clone(),
        calls: vec![Call::Revision],
        reasons: vec!["Un dato no se leyó con seguridad.".to_owned()],
        entity: Some("Entidad de ejemplo".to_owned()),
        oficio_number: Some("001-1970-X".to_owned()),
        sender_domain: Some("example.gob.pe".to_owned()),
        subject: "Oficio".to_owned(),
    };
    let bare = WaitingLine {
        case_number: None,
        reasons: Vec::new(),
        entity: None,
        oficio_number: None,
        sender_domain: None,
        ..waiting.clone()
    };
    let mail = MailLine {
        mail_number: 1,
        case_number: waiting.case_number.clone(),
        arrived: now.clone(),
        outcome: Outcome::CorrectionAsked,
        entity: waiting.entity.clone(),
        oficio_number: waiting.oficio_number.clone(),
        sender_domain: waiting.sender_domain.clone(),
        subject: waiting.subject.clone(),
        designees: vec![Designee { row: 1, ..Designee::default() }],
        findings: vec![Finding {
            rule: RuleCode::DniFormato,
            severity: Severity::Error,
            row: Some(1),
            field: "dni".to_owned(),
            value: Some("1234567".to_owned()),
            message: String::new(),
            remedy: String::new(),
            evidence: None,
        }],
        reply: Some(ReplyState::Sent { at: now.clone() }),
    };
    let bare_mail = MailLine {
        case_number: None,
        outcome: Outcome::Duplicate,
        entity: None,
        oficio_number: None,
        sender_domain: None,
        designees: Vec::new(),
        findings: Vec::new(),
        reply: None,
        ..mail.clone()
    };
    let failure = Failure {
        what: FailureKind::CycleFailed,
        began: now.saturating_sub(SignedDuration::from_hours(1)),
        ended: Some(now.clone()),
        times: 2,
        detail: Some("connection refused".to_owned()),
    };
    // More than a mail shows, so that what is said of the rest is rendered too.
    let many = 60;
    Day {
        case_link: Some("https://example.gob.pe/{caso}".to_owned()),
        mails: std::iter::repeat_n([mail, bare_mail], many).flatten().collect(),
        waiting: std::iter::repeat_n([waiting, bare], many).flatten().collect(),
        cycles: Cycles { run: 2, troubled: 1, last_good: Some(now.clone()) },
        failures: vec![failure.clone(), Failure { ended: None, detail: None, ..failure }],
        reconciliation: Reconciliation::Compared { at: now.clone(), not_in_ledger: 1, gone_from_mailbox: 1 },
        ..empty(now)
    }
}
