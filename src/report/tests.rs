use calamine::{Data, Reader, Xlsx};
use jiff::SignedDuration;
use jiff::civil::date;
use mail_parser::{MessageParser, MimeHeaders};

use super::*;
use crate::rules::{RuleCode, Severity};

fn moment(text: &str) -> Zoned {
    format!("{text}-05:00[America/Lima]").parse().unwrap()
}

fn finding(rule: RuleCode, row: Option<u32>, field: &str, value: Option<&str>) -> Finding {
    Finding {
        rule,
        severity: Severity::Error,
        row,
        field: field.to_owned(),
        value: value.map(str::to_owned),
        message: "No se usa en el parte: 01234567.".to_owned(),
        remedy: String::new(),
        evidence: None,
    }
}

fn designee(row: u32, nombres: &str) -> Designee {
    Designee {
        row,
        nombres: Some(nombres.to_owned()),
        dni: Some("01234567".to_owned()),
        celular: Some("987654321".to_owned()),
        ..Designee::default()
    }
}

fn mail_line(number: i64, hour: u32, outcome: Outcome) -> MailLine {
    let arrived = moment(&format!("2026-11-24T{hour:02}:05:00"));
    let is_case = !matches!(outcome, Outcome::OfOthers | Outcome::Automatic | Outcome::Duplicate);
    let is_answered = matches!(outcome, Outcome::Confirmed | Outcome::CorrectionAsked);
    MailLine {
        mail_number: number,
        case_number: is_case.then(|| format!("2026-{number:06}")),
        outcome,
        entity: is_case.then(|| "Municipalidad Distrital de Loma Verde".to_owned()),
        oficio_number: is_case.then(|| format!("{number:03}-2026-MDLV/A")),
        sender_domain: Some("munilomaverde.gob.pe".to_owned()),
        subject: "Remito oficio de designación".to_owned(),
        designees: if is_case { vec![designee(1, "María Elena Quispe Ñahui")] } else { Vec::new() },
        findings: if outcome == Outcome::CorrectionAsked {
            vec![
                finding(RuleCode::DniFormato, Some(1), "dni", Some("1234567")),
                finding(RuleCode::CelularFormato, Some(1), "celular", Some("01-4567890")),
                finding(RuleCode::FirmaAusente, None, "firma", None),
            ]
        } else {
            Vec::new()
        },
        reply: is_answered
            .then(|| ReplyState::Sent { at: arrived.saturating_add(SignedDuration::from_mins(3 * number)) }),
        arrived,
    }
}

fn waiting_line(number: i64, since: &str, call: Call) -> WaitingLine {
    WaitingLine {
        mail_number: number,
        case_number: Some(format!("2026-{number:06}")),
        since: moment(since),
        calls: vec![call],
        reasons: vec!["El DNI de la fila 1 se leyó de dos maneras: «01234567» y «01234587».".to_owned()],
        entity: Some("Municipalidad Provincial de Santa Rita".to_owned()),
        oficio_number: Some("12-2026-MPSR/A".to_owned()),
        sender_domain: Some("gmail.com".to_owned()),
        subject: "SOLICITO ACCESO A GOB.PE - llamar al 987 654 321".to_owned(),
    }
}

fn quiet_day() -> Day {
    let mails: Vec<MailLine> = [
        (1, 8, Outcome::Confirmed),
        (2, 8, Outcome::Confirmed),
        (3, 9, Outcome::CorrectionAsked),
        (4, 10, Outcome::OfOthers),
        (5, 10, Outcome::Automatic),
        (6, 15, Outcome::CorrectionAsked),
        (7, 22, Outcome::Duplicate),
    ]
    .into_iter()
    .map(|(number, hour, outcome)| mail_line(number, hour, outcome))
    .collect();
    Day {
        date: date(2026, 11, 24),
        now: moment("2026-11-25T08:00:00"),
        mailbox: "mesadeayuda".to_owned(),
        case_link: None,
        ledger: LedgerCounts { mails: 7, waiting: 0 },
        mails,
        waiting: Vec::new(),
        cycles: Cycles { run: 288, troubled: 0, last_good: Some(moment("2026-11-25T07:55:00")) },
        failures: Vec::new(),
        reconciliation: Reconciliation::Compared {
            at: moment("2026-11-25T07:55:00"),
            not_in_ledger: 0,
            gone_from_mailbox: 0,
        },
    }
}

fn empty_day() -> Day {
    Day { mails: Vec::new(), ledger: LedgerCounts::default(), ..quiet_day() }
}

fn normal_day() -> Day {
    let mut day = quiet_day();
    day.case_link = Some("https://mesa.example.gob.pe/casos/{caso}".to_owned());
    day.mails.push(mail_line(8, 16, Outcome::Revision));
    day.waiting = vec![
        waiting_line(8, "2026-11-24T16:06:00", Call::Revision),
        waiting_line(90, "2026-11-23T07:30:00", Call::CorrectionOverdue { deadline: Some(date(2026, 11, 20)) }),
    ];
    day.ledger = LedgerCounts { mails: 8, waiting: 2 };
    day
}

fn bad_day() -> Day {
    let mut day = normal_day();
    day.case_link = None;
    day.mails.extend([
        MailLine { reply: Some(ReplyState::Held), ..mail_line(9, 17, Outcome::Confirmed) },
        MailLine { reply: Some(ReplyState::Unknown), ..mail_line(10, 17, Outcome::CorrectionAsked) },
        MailLine { reply: Some(ReplyState::Refused), ..mail_line(11, 17, Outcome::CorrectionAsked) },
        MailLine {
            entity: None,
            oficio_number: None,
            case_number: None,
            subject: "=HYPERLINK(\"https://example.org\")<script>alert(1)</script> {{ fecha }}\r\nBcc: x\u{202e}"
                .to_owned(),
            ..mail_line(12, 18, Outcome::Quarantined)
        },
    ]);
    day.waiting.extend([
        waiting_line(9, "2026-11-24T17:06:00", Call::ReplyHeld),
        waiting_line(10, "2026-11-24T17:07:00", Call::ReplyUnknown),
        waiting_line(11, "2026-11-24T17:08:00", Call::ReplyRefused),
        WaitingLine {
            entity: None,
            oficio_number: None,
            case_number: None,
            reasons: vec!["=1+1 El lector se detuvo tres veces con este correo.".to_owned()],
            ..waiting_line(12, "2026-11-25T07:59:10", Call::Quarantined)
        },
    ]);
    day.ledger = LedgerCounts { mails: 12, waiting: 6 };
    day.cycles = Cycles { run: 190, troubled: 40, last_good: Some(moment("2026-11-25T03:05:00")) };
    day.failures = vec![
        Failure {
            what: FailureKind::ReaderStopped,
            began: moment("2026-11-24T18:05:00"),
            ended: Some(moment("2026-11-24T18:20:00")),
            times: 3,
            detail: Some("the reading process was killed after 10 s".to_owned()),
        },
        Failure {
            what: FailureKind::MailboxUnreachable,
            began: moment("2026-11-25T03:10:00"),
            ended: None,
            times: 58,
            detail: Some("imap.example.gob.pe:993: connection refused".to_owned()),
        },
    ];
    day.reconciliation = Reconciliation::NotCompared { reason: "El buzón no responde.".to_owned() };
    day
}

fn day_that_does_not_add_up() -> Day {
    let mut day = normal_day();
    day.ledger = LedgerCounts { mails: 9, waiting: 3 };
    if let Some(mail) = day.mails.first_mut() {
        mail.reply = None;
    }
    if let Some(mail) = day.mails.iter_mut().find(|mail| mail.outcome == Outcome::OfOthers) {
        mail.reply = Some(ReplyState::Queued);
    }
    day.reconciliation =
        Reconciliation::Compared { at: moment("2026-11-25T07:55:00"), not_in_ledger: 2, gone_from_mailbox: 1 };
    day
}

fn templates() -> Templates {
    Templates::embedded().unwrap()
}

fn write_mail(day: &Day) -> OutgoingMessage {
    let us = Address { name: Some("Mesa de ayuda".to_owned()), address: "mesa@example.gob.pe".to_owned() };
    let to =
        ["uno@example.gob.pe", "dos@example.gob.pe"].map(|address| Address { name: None, address: address.to_owned() });
    mail(day, &us, &to, "parte-2026-11-24@example.gob.pe", &templates()).unwrap()
}

fn first_line(day: &Day) -> String {
    text(day, &templates()).unwrap().lines().next().unwrap().to_owned()
}

/// With OFICIOS_PREVIEW=folder the HTML is written there, to be looked at.
#[test]
fn what_operators_read() {
    let days = [
        ("empty", empty_day()),
        ("quiet", quiet_day()),
        ("normal", normal_day()),
        ("bad", bad_day()),
        ("does_not_add_up", day_that_does_not_add_up()),
    ];
    for (name, day) in days {
        let page = html(&day, &templates()).unwrap();
        let message = write_mail(&day);
        let parsed = MessageParser::default().parse(&message.bytes).unwrap();
        let mail_html = parsed.body_html(0).unwrap().replace("\r\n", "\n");
        if let Some(folder) = std::env::var_os("OFICIOS_PREVIEW") {
            let folder = std::path::Path::new(&folder);
            std::fs::write(folder.join(format!("page_{name}.html")), &page).unwrap();
            std::fs::write(folder.join(format!("mail_{name}.html")), &mail_html).unwrap();
            std::fs::write(folder.join(format!("{name}.xlsx")), xlsx(&day).unwrap()).unwrap();
        }
        insta::assert_snapshot!(format!("{name}_text"), text(&day, &templates()).unwrap());
        insta::assert_snapshot!(format!("{name}_page"), page);
        insta::assert_snapshot!(format!("{name}_mail"), mail_html);
    }
    insta::assert_snapshot!("bad_json", json(&bad_day()).unwrap());
}

#[test]
fn the_first_line_says_whether_anything_needs_a_person() {
    assert_eq!(first_line(&empty_day()), "Nada pide su atención.");
    assert_eq!(first_line(&quiet_day()), "Nada pide su atención.");
    assert_eq!(first_line(&normal_day()), "Hay 2 casos que esperan a una persona; el más antiguo, desde hace 2 días.");
    assert_eq!(
        first_line(&bad_day()),
        "El buzón no responde (desde el 25 de noviembre de 2026, 3:10\u{a0}a.\u{a0}m.)."
    );
}

#[test]
fn totals_that_do_not_add_up_are_the_first_lines() {
    let text = text(&day_that_does_not_add_up(), &templates()).unwrap();
    let first: Vec<&str> = text.lines().take(6).collect();
    assert!(first.iter().take(5).all(|line| line.starts_with("Los totales no cuadran")), "{first:#?}");
    assert!(first.last().unwrap().starts_with("Hay 2 casos"));
}

#[test]
fn a_day_without_a_cycle_is_no_quiet_day() {
    let mut day = empty_day();
    day.cycles.run = 0;
    assert!(first_line(&day).starts_with("El programa no revisó el buzón en todo el día (la última"));
}

#[test]
fn outcomes_add_up_to_the_mails() {
    for day in [empty_day(), quiet_day(), normal_day(), bad_day()] {
        let figures = figures::figures(&day);
        assert_eq!(figures.by_outcome.iter().map(|(_, count)| count).sum::<usize>(), day.mails.len());
        assert_eq!(figures.by_hour.iter().sum::<usize>(), day.mails.len());
        assert_eq!(figures.discrepancies, []);
    }
}

#[test]
fn times_to_answer_are_nearest_ranks() {
    let mut day = empty_day();
    day.mails = (1..=20).map(|number| mail_line(number, 8, Outcome::Confirmed)).collect();
    let times = figures::figures(&day).answer_times.unwrap();
    assert_eq!([times.median, times.ninetieth, times.longest], [30, 54, 60].map(SignedDuration::from_mins));
    assert!(figures::figures(&empty_day()).answer_times.is_none());
}

#[test]
fn no_dni_and_no_telephone_stands_whole_in_any_form() {
    let day = bad_day();
    let parts = [html(&day, &templates()).unwrap(), text(&day, &templates()).unwrap(), json(&day).unwrap()];
    let cells = all_cells(&day).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    for said in parts.iter().chain([&cells]) {
        for secret in ["01234567", "01234587", "1234567", "987654321", "987 654 321", "4567890"] {
            assert!(!said.contains(secret), "{secret}");
        }
    }
    assert!(cells.contains("DNI 0123****, celular 9******21"));
}

fn all_cells(day: &Day) -> Vec<(String, String)> {
    let mut book = Xlsx::new(std::io::Cursor::new(xlsx(day).unwrap())).unwrap();
    let mut cells = Vec::new();
    for sheet in book.sheet_names() {
        assert!(book.worksheet_formula(&sheet).unwrap().used_cells().next().is_none(), "a formula in {sheet}");
        for (_, _, cell) in book.worksheet_range(&sheet).unwrap().used_cells() {
            assert!(matches!(cell, Data::String(_) | Data::Float(_)), "{cell:?}");
            cells.push((sheet.clone(), cell.to_string()));
        }
    }
    cells
}

#[test]
fn the_workbook_has_four_sheets_and_no_formula() {
    let day = bad_day();
    let cells = all_cells(&day);
    for sheet in ["Resumen", "Pendientes", "Casos", "Campos"] {
        assert!(cells.iter().any(|(name, _)| name == sheet), "{sheet}");
    }
    assert!(cells.iter().any(|(name, text)| name == "Casos" && text.starts_with("=HYPERLINK(")));
    assert!(cells.iter().any(|(name, text)| name == "Pendientes" && text.starts_with("=1+1")));
}

#[test]
fn the_same_day_gives_the_same_bytes() {
    let day = bad_day();
    assert_eq!(write_mail(&day), write_mail(&day));
}

#[test]
fn the_mail_goes_to_every_operator_is_marked_as_generated_and_carries_the_workbook() {
    let message = write_mail(&bad_day());
    assert_eq!(message.envelope_to, ["uno@example.gob.pe", "dos@example.gob.pe"]);
    assert!(message.bytes.is_ascii());
    assert!(message.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999));
    let parsed = MessageParser::default().parse(&message.bytes).unwrap();
    assert_eq!(parsed.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert!(parsed.subject().unwrap().starts_with("Parte del 24 de noviembre de 2026: El buzón no responde"));
    let attachment = parsed.attachment(0).unwrap();
    assert_eq!(attachment.attachment_name(), Some("parte-2026-11-24.xlsx"));
    assert_eq!(attachment.contents(), xlsx(&bad_day()).unwrap());
}

#[test]
fn a_mail_of_a_day_with_very_many_cases_stays_under_the_size_at_which_gmail_cuts_it() {
    let mut day = normal_day();
    day.mails = (1..=1000).map(|number| mail_line(number, 9, Outcome::CorrectionAsked)).collect();
    day.waiting = (1..=1000).map(|number| waiting_line(number, "2026-11-24T16:06:00", Call::Revision)).collect();
    day.ledger = LedgerCounts { mails: 1000, waiting: 1000 };
    let message = write_mail(&day);
    let parsed = MessageParser::default().parse(&message.bytes).unwrap();
    let html = parsed.body_html(0).unwrap();
    assert!(html.len() < 102 * 1024, "{} bytes", html.len());
    assert!(html.contains("Y 960 más, en la hoja «Pendientes»"));
}

#[test]
fn a_case_link_that_is_no_page_is_not_linked() {
    let mut day = normal_day();
    day.case_link = Some("javascript:alert('{caso}')".to_owned());
    assert!(!html(&day, &templates()).unwrap().contains("javascript:"));
    day.case_link = Some("https://mesa.example.gob.pe/{caso}".to_owned());
    for line in &mut day.waiting {
        line.case_number = Some("x\"><script>".to_owned());
    }
    assert!(!html(&day, &templates()).unwrap().contains("<script>"));
}

#[test]
fn the_built_in_templates_are_valid() {
    check_templates(&templates()).unwrap();
}
