use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::reply::ReplyKind;
use crate::verdict::{Assessment, Decision};

fn lima() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(-5))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NOON: &str = "2026-11-24T12:00:00-05:00";

fn mail(uid: &str) -> NewMail {
    let raw = format!("Subject: {uid}\r\n\r\nbody of {uid}").into_bytes();
    NewMail {
        key: MailKey { mailbox: "mesa".to_owned(), validity: "1".to_owned(), uid: uid.to_owned() },
        size: raw.len() as u64,
        arrived: at(NOON),
        now: at(NOON),
        fingerprints: Fingerprints::of(&raw),
        wholeness: Wholeness::Whole,
        raw,
        quarantine: None,
    }
}

async fn store(ledger: &SqliteLedger, uid: &str) -> MailId {
    match ledger.store(mail(uid)).await.unwrap() {
        Stored::Waiting(id) => id,
        other => panic!("{other:?}"),
    }
}

fn ruling(mail: MailId, number: CaseNumber, message_id: &str) -> Ruling {
    let assessment = Assessment {
        decision: Decision::Confirmado,
        reasons: Vec::new(),
        oficio: None,
        designees: Vec::new(),
        findings: Vec::new(),
        unclear: Vec::new(),
    };
    let message = OutgoingMessage {
        message_id: message_id.to_owned(),
        envelope_from: None,
        envelope_to: vec!["ana@muni.gob.pe".to_owned()],
        bytes: b"hello".to_vec(),
    };
    let case = CaseOutcome {
        number,
        state: CaseState::Confirmed,
        entity: None,
        oficio_number: None,
        oficio: None,
        deadline: None,
        presented: None,
        first_working_moment: None,
    };
    Ruling {
        mail,
        now: at(NOON),
        message_id: None,
        correspondent: Some("ana@muni.gob.pe".to_owned()),
        subject: String::new(),
        assessment,
        consequence: Consequence::Case {
            case: Box::new(case),
            reply: Some(NewReply { kind: ReplyKind::Confirmacion, message }),
        },
    }
}

async fn run_sql(ledger: &SqliteLedger, sql: &'static str) -> Result<(), LedgerError> {
    ledger.write(move |transaction| Ok(transaction.execute_batch(sql)?)).await
}

#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oficios.db");
    std::fs::write(&path, b"").unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let ledger = SqliteLedger::open(&path, lima()).unwrap();
    let _claim = ledger.claim().await.unwrap();
    store(&ledger, "1").await;
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()).collect();
    assert_eq!(files.len(), 4, "database, write-ahead log, its index and the lock");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn two_daemons_cannot_work_on_one_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oficios.db");
    let first = SqliteLedger::open(&path, lima()).unwrap();
    let second = SqliteLedger::open(&path, lima()).unwrap();
    let claim = first.claim().await.unwrap();
    let refused = second.claim().await.unwrap_err();
    assert!(matches!(refused, LedgerError::Claimed { .. }));
    assert!(refused.to_string().contains("another oficios is working on this ledger"));
    store(&second, "1").await;
    drop(claim);
    second.claim().await.unwrap();
}

#[test]
fn a_ledger_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oficios.db");
    drop(SqliteLedger::open(&path, lima()).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = SqliteLedger::open(&path, lima()).unwrap_err();
    assert!(matches!(refused, LedgerError::NewerSchema { found: 99, .. }));
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "these are my notes, and they are no database. ".repeat(30)).unwrap();
    assert!(matches!(SqliteLedger::open(&path, lima()), Err(LedgerError::Open { .. })));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("these are my notes"));
}

#[tokio::test]
async fn a_ledger_that_is_opened_again_has_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oficios.db");
    let ledger = SqliteLedger::open(&path, lima()).unwrap();
    let id = store(&ledger, "1").await;
    drop(ledger);
    let ledger = SqliteLedger::open(&path, lima()).unwrap();
    assert_eq!(ledger.raw(id).await.unwrap(), mail("1").raw);
    assert_eq!(ledger.store(mail("1")).await.unwrap(), Stored::Known(id));
}

#[tokio::test]
async fn nothing_is_deleted_and_the_trail_is_not_changed() {
    let ledger = SqliteLedger::in_memory(lima());
    let id = store(&ledger, "1").await;
    let number = ledger.case_for(id, CaseChoice::New, at(NOON)).await.unwrap();
    ledger.decide(ruling(id, number, "a@x")).await.unwrap();
    for sql in [
        "UPDATE trail SET actor = 'nobody'",
        "DELETE FROM trail",
        "DELETE FROM mails",
        "DELETE FROM raw_mails",
        "UPDATE raw_mails SET bytes = x''",
        "DELETE FROM replies",
        "UPDATE replies SET bytes = x''",
        "UPDATE replies SET envelope_to = 'eva@x.pe'",
    ] {
        assert!(run_sql(&ledger, sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_decision_and_its_reply_are_written_together_or_not_at_all() {
    let ledger = SqliteLedger::in_memory(lima());
    let (first, second) = (store(&ledger, "1").await, store(&ledger, "2").await);
    let number = ledger.case_for(first, CaseChoice::New, at(NOON)).await.unwrap();
    ledger.decide(ruling(first, number, "a@x")).await.unwrap();
    let other = ledger.case_for(second, CaseChoice::New, at(NOON)).await.unwrap();
    assert!(ledger.decide(ruling(second, other, "a@x")).await.is_err(), "the Message-ID is taken");
    let record = ledger.mails(MailQuery::One(second)).await.unwrap().remove(0);
    assert_eq!((record.state, record.decision), (MailState::Waiting, None));
    assert_eq!(record.case.unwrap().state, CaseState::Open);
}

#[tokio::test]
async fn a_mail_is_decided_once() {
    let ledger = SqliteLedger::in_memory(lima());
    let id = store(&ledger, "1").await;
    let number = ledger.case_for(id, CaseChoice::New, at(NOON)).await.unwrap();
    ledger.decide(ruling(id, number, "a@x")).await.unwrap();
    let again = ledger.decide(ruling(id, number, "b@x")).await;
    assert!(matches!(again, Err(LedgerError::Conflict { .. })));
    assert_eq!(ledger.mails(MailQuery::One(id)).await.unwrap()[0].replies.len(), 1);
}

#[tokio::test]
async fn a_reply_to_more_than_one_address_is_refused() {
    let ledger = SqliteLedger::in_memory(lima());
    let id = store(&ledger, "1").await;
    let number = ledger.case_for(id, CaseChoice::New, at(NOON)).await.unwrap();
    let mut ruling = ruling(id, number, "a@x");
    if let Consequence::Case { reply: Some(reply), .. } = &mut ruling.consequence {
        reply.message.envelope_to.push("eva@x.pe".to_owned());
    }
    assert!(matches!(ledger.decide(ruling).await, Err(LedgerError::Conflict { .. })));
    assert_eq!(ledger.waiting().await.unwrap(), [id]);
}

#[tokio::test]
async fn case_numbers_begin_anew_with_the_year_of_the_office() {
    let ledger = SqliteLedger::in_memory(lima());
    let mut numbers = Vec::new();
    // In Lima it is still 2026 when 2027 has begun in UTC.
    for (uid, now) in [
        ("1", "2026-12-31T23:59:59-05:00"),
        ("2", "2027-01-01T04:59:59Z"),
        ("3", "2027-01-01T05:00:00Z"),
        ("4", "2027-01-01T06:00:00Z"),
    ] {
        let id = store(&ledger, uid).await;
        numbers.push(ledger.case_for(id, CaseChoice::New, at(now)).await.unwrap().to_string());
        let again = ledger.case_for(id, CaseChoice::New, at("2030-01-01T00:00:00Z")).await.unwrap();
        assert_eq!(numbers.last(), Some(&again.to_string()), "a mail keeps its case");
    }
    assert_eq!(numbers, ["2026-000001", "2026-000002", "2027-000001", "2027-000002"]);
}

#[tokio::test]
async fn a_mail_on_which_the_process_dies_again_and_again_goes_to_a_person() {
    let ledger = SqliteLedger::in_memory(lima());
    let id = store(&ledger, "1").await;
    let limits = JudgingLimits { failures: 3, beginnings: 2 };
    for _ in 0..2 {
        assert!(matches!(ledger.begin_judging(id, at(NOON), limits).await.unwrap(), Turn::Judge(_)));
    }
    assert!(matches!(ledger.begin_judging(id, at(NOON), limits).await.unwrap(), Turn::Quarantined));
    assert!(matches!(ledger.begin_judging(id, at(NOON), limits).await.unwrap(), Turn::NotWaiting));
    assert_eq!(ledger.mails(MailQuery::NeedingAttention).await.unwrap()[0].attention(), [Attention::Quarantined]);
}

#[tokio::test]
async fn a_damaged_value_is_an_error_about_one_record() {
    let ledger = SqliteLedger::in_memory(lima());
    let id = store(&ledger, "1").await;
    let number = ledger.case_for(id, CaseChoice::New, at(NOON)).await.unwrap();
    ledger.decide(ruling(id, number, "a@x")).await.unwrap();
    run_sql(&ledger, "UPDATE mails SET assessment = '{\"dni\": \"12345670\"}'").await.unwrap();
    let error = ledger.mails(MailQuery::All).await.unwrap_err();
    assert!(error.concerns_one_record());
    assert!(!error.to_string().contains("1234"), "{error}");
}

#[tokio::test]
async fn a_cycle_that_never_ended_is_shown_as_such() {
    let ledger = SqliteLedger::in_memory(lima());
    ledger.begin_cycle(at(NOON)).await.unwrap();
    let range = TimeRange { from: at(NOON), until: at("2026-11-25T00:00:00-05:00") };
    assert_eq!(ledger.cycles(range).await.unwrap()[0].ended, None);
    assert_eq!(ledger.last_good_cycle().await.unwrap(), None);
    assert!(!ledger.has_cycle_before(at(NOON)).await.unwrap());
    assert!(ledger.has_cycle_before(at("2026-11-25T00:00:00-05:00")).await.unwrap());
}

/// The part of the next test that is killed: this test's own program, started once more.
const STORES_UNTIL_KILLED: &str = "OFICIOS_TEST_STORES_UNTIL_KILLED";

#[tokio::test]
async fn what_was_stored_outlives_a_process_that_is_killed() {
    if let Some(path) = std::env::var_os(STORES_UNTIL_KILLED) {
        store_until_killed(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oficios.db");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ledger::sqlite::tests::what_was_stored_outlives_a_process_that_is_killed", "--nocapture"])
        .env(STORES_UNTIL_KILLED, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut told = Vec::new();
    let mut line = String::new();
    while told.len() < 20 && output.read_line(&mut line).unwrap() > 0 {
        told.extend(line.trim().strip_prefix("stored ").map(str::to_owned));
        line.clear();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    told.extend(rest.lines().filter_map(|line| line.strip_prefix("stored ")).map(str::to_owned));
    assert!(told.len() >= 20);

    let ledger = SqliteLedger::open(&path, lima()).unwrap();
    let _claim = ledger.claim().await.unwrap();
    for uid in &told {
        let Stored::Known(id) = ledger.store(mail(uid)).await.unwrap() else { panic!("mail {uid} was lost") };
        assert_eq!(ledger.raw(id).await.unwrap(), mail(uid).raw);
    }
    let sound: String = ledger
        .read(|transaction| Ok(transaction.pragma_query_value(None, "integrity_check", |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(sound, "ok");
}

async fn store_until_killed(path: &Path) -> ! {
    let ledger = SqliteLedger::open(path, lima()).unwrap();
    let _claim = ledger.claim().await.unwrap();
    for uid in 1_u64.. {
        store(&ledger, &uid.to_string()).await;
        let mut output = std::io::stdout().lock();
        writeln!(output, "\nstored {uid}").unwrap();
        output.flush().unwrap();
    }
    unreachable!("it is killed before")
}
