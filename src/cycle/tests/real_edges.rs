//! The cycle over a real Maildir, the folder outbox, the real templates and a ledger on disk; only the judge is a fake.

use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::compose::Templates;
use crate::configuration::resolved::{Mailbox as MailboxConfiguration, MailboxKind};
use crate::ledger::{FilingState, ReplyState};
use crate::mail::Mail;
use crate::outbox::folder::FolderOutbox;
use crate::triage::Answer;
use crate::verdict::{Assessment, Designee, OficioData};

/// Takes the subject line from the raw bytes and confirms.
struct Confirms;

impl Judge for Confirms {
    async fn judge(&self, raw: Vec<u8>) -> Result<Judgement, JudgeError> {
        let text = String::from_utf8(raw).unwrap();
        let field =
            |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
        let known = |text: &str| Some(text.to_owned());
        let designee = Designee {
            row: 1,
            cargo: known("Jefe"),
            perfil: known("Responsable de Comunicación"),
            nombres: known("Rosa Quispe"),
            dni: known("41234567"),
            correo: known("rquispe@muni.gob.pe"),
            celular: known("987654321"),
            rol: known("Coordinador de entidad"),
        };
        let assessment = Assessment {
            decision: Decision::Confirmado,
            reasons: Vec::new(),
            oficio: Some(OficioData {
                number: known("045-2026-MPSC/A"),
                date: known("2026-11-20"),
                entity: known("Municipalidad de Ica"),
            }),
            designees: vec![designee],
            findings: Vec::new(),
            unclear: Vec::new(),
        };
        let mail = Mail {
            message_id: field("Message-ID:").map(|id| id.trim_matches(['<', '>']).to_owned()),
            from: vec![Address { name: None, address: field("From:").unwrap() }],
            subject: field("Subject:").unwrap(),
            ..Mail::default()
        };
        Ok(Judgement { mail, assessment, answer: Answer::ToThePoint })
    }
}

async fn run(folder: &Path) -> (CycleSummary, Vec<MailRecord>) {
    let settings = Settings { repeated_delivery: RepeatedDelivery::Harmless, ..settings() };
    let ledger = SqliteLedger::open(&folder.join("oficios.db"), settings.time_zone.clone()).unwrap();
    let rooms = Rooms {
        ledger: ledger.clone(),
        mailbox: MailboxConfiguration {
            name: settings.mailbox.clone(),
            max_mail_bytes: settings.max_mail_bytes,
            max_mails_per_cycle: settings.max_mails_per_cycle,
            since: settings.since,
            kind: MailboxKind::Maildir(folder.join("inbox")),
        },
        outbox: FolderOutbox::new(folder.join("outbox")),
        judge: Confirms,
        writer: Templates::embedded().unwrap(),
        clock: TestClock::default(),
    };
    let mut cycle = Cycle::new(rooms, settings).await.unwrap();
    let summary = cycle.run(&StopSignal::default(), &|_| {}).await.unwrap();
    (summary, ledger.mails(MailQuery::All).await.unwrap())
}

fn inbox_with(mails: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for directory in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.path().join("inbox").join(directory)).unwrap();
    }
    for (name, text) in mails {
        std::fs::write(folder.path().join("inbox/new").join(name), text).unwrap();
    }
    folder
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_mail_goes_all_the_way_and_a_second_cycle_does_nothing() {
    let mail = "Message-ID: <1@muni>\r\nFrom: ana@muni.gob.pe\r\nSubject: Oficio 045\r\n\r\n.";
    let folder = inbox_with(&[("1.a.host", mail)]);
    let (summary, mails) = run(folder.path()).await;
    assert_eq!(summary.troubles, []);
    assert_eq!((summary.stored, summary.sent, summary.filed), (1, 1, 1));
    assert_eq!(mails[0].replies[0].state, ReplyState::Sent);
    assert_eq!(mails[0].filing, FilingState::Filed);
    assert_eq!(files(&folder.path().join("inbox/new")), 0);
    assert_eq!(files(&folder.path().join("outbox")), 1);

    let reply = String::from_utf8(mails[0].replies[0].message.bytes.clone()).unwrap();
    let subject = reply.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
    assert_eq!(case_link::case_numbers(subject), [mails[0].case.as_ref().unwrap().number], "{subject}");
    assert!(reply.contains("In-Reply-To: <1@muni>"));
    assert!(reply.contains(&format!("Message-ID: <{}>", mails[0].replies[0].message.message_id)));

    let (summary, mails) = run(folder.path()).await;
    assert_eq!((summary.stored, summary.judged, summary.sent, summary.filed), (0, 0, 0, 0));
    assert_eq!(mails.len(), 1);
    assert_eq!(files(&folder.path().join("outbox")), 1);
}

#[tokio::test]
async fn the_same_mail_under_another_file_name_is_not_answered() {
    let mail = "Message-ID: <1@muni>\r\nFrom: ana@muni.gob.pe\r\nSubject: Oficio 045\r\n\r\n.";
    let folder = inbox_with(&[("1.a.host", mail), ("2.b.host", mail)]);
    let (summary, mails) = run(folder.path()).await;
    assert_eq!((summary.sent, summary.duplicates, summary.filed), (1, 1, 2));
    assert_eq!(mails[1].duplicate_of, Some(mails[0].id));
    assert_eq!(files(&folder.path().join("outbox")), 1);
}
