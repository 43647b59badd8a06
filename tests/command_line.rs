//! Every command as a user types it: what it prints, and the exit code it ends with. The texts are snapshots, to be read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy takes only #[test] functions for tests, and what a test stands on must fail loudly, too"
)]

mod desk;
mod servers;

use std::fs;

use desk::letter::Letter;
use desk::message::{Message, attached};
use desk::{Desk, Said, oficios};
use serde_json::Value;

/// Takes out of a text what differs from run to run.
fn stable() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(r"/\S+/PP-OCRv6_rec_small\.onnx", "MODEL");
    settings.add_filter(r"/tmp/\.tmp\w+", "DIR");
    settings.add_filter(r"localhost:\d+", "localhost:PORT");
    settings.add_filter(r"\d{1,2} de [a-z]+ de 20\d\d, \d{1,2}:\d\d\s[ap]\.\sm\.", "MOMENT");
    settings.add_filter(r"(?i)(lunes|martes|miércoles|jueves|viernes|sábado|domingo) ", "");
    settings.add_filter(r"(?i)\d{1,2} de (enero|febrero|marzo|abril|mayo|junio|julio|agosto|setiembre|octubre|noviembre|diciembre) de 20\d\d", "DAY");
    settings.add_filter(r"20\d\d-\d\d-\d\d \d\d:\d\d( -05)?", "MOMENT");
    settings.add_filter(r"plazo: 20\d\d-\d\d-\d\d", "plazo: DAY");
    settings.add_filter(r"due by 20\d\d-\d\d-\d\d", "due by DAY");
    settings.add_filter(r"20\d\d-0000", "YEAR-0000");
    settings.add_filter(r"\d+(\.\d+)? s\b", "N s");
    settings
}

#[track_caller]
fn shows(name: &str, said: &Said) {
    let code = said.code.unwrap();
    let err = if said.err.is_empty() { String::new() } else { format!("--- standard error\n{}", said.err) };
    stable().bind(|| insta::assert_snapshot!(name, format!("{}{err}--- exit code {code}\n", said.out)));
}

/// Files in a folder of their own, by name.
fn files(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn mail(from: &str, id: &str, letter: &Letter) -> Vec<u8> {
    Message::new(from, id, vec![attached("oficio.pdf", &letter.pdf())]).bytes()
}

fn with_three_mistakes() -> Letter {
    let mut letter = Letter::with_a_short_dni(2, "Lucma");
    letter.rows[1][4] = "lparedes@gmial.com".to_owned();
    letter.rows[1][5] = "S/N".to_owned();
    letter
}

#[test]
fn check_tells_what_was_read_and_what_is_wrong() {
    let folder = files(&[
        ("bueno.pdf", Letter::right(1, "Huanca").pdf()),
        ("malo.eml", mail("a@munilucma.gob.pe", "malo@muni", &with_three_mistakes())),
        ("vacio.pdf", Vec::new()),
        ("consulta.eml", b"From: a@x.gob.pe\r\nSubject: Consulta\r\n\r\nNo puedo ingresar a mi cuenta.\r\n".to_vec()),
    ]);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let all = ["bueno.pdf", "malo.eml", "vacio.pdf", "consulta.eml", "no hay.pdf"].map(path);
    let mut arguments = vec!["check"];
    arguments.extend(all.iter().map(String::as_str));
    shows("check", &oficios(&arguments));
    assert_eq!(oficios(&["check", &all[0]]).code, Some(0));
    assert_eq!(oficios(&["check"]).code, Some(2));
    assert_eq!(oficios(&["check", "--config", "/no/hay.toml", &all[0]]).code, Some(2));
}

#[test]
fn check_as_json_keeps_the_contract() {
    let folder = files(&[
        ("bueno.pdf", Letter::right(1, "Huanca").pdf()),
        ("malo.eml", mail("a@munilucma.gob.pe", "malo@muni", &with_three_mistakes())),
    ]);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (good, bad, none) = (path("bueno.pdf"), path("malo.eml"), path("no hay.pdf"));
    let out = oficios(&["check", "--json", &good, &bad, &none]).exits(1);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "one object a file, one a line, also for a file that is not there");
    // The contract's keys, in its order.
    for line in &lines {
        let place = |key: &str| line.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key}: {line}"));
        let places = ["archivo", "decision", "oficio", "designados", "hallazgos"].map(place);
        assert!(places.is_sorted(), "{line}");
    }
    let object = |index: usize| -> Value { serde_json::from_str(lines[index]).unwrap() };
    assert_eq!(object(0)["archivo"], good);
    assert_eq!(object(0)["decision"], "confirmado");
    assert_eq!(
        object(0)["oficio"],
        serde_json::json!({"numero": "001-2025-MDH/A", "fecha": "2025-03-14", "entidad": "Municipalidad Distrital de Huanca"})
    );
    assert_eq!(
        object(0)["designados"][1],
        serde_json::json!({"fila": 2, "cargo": "Jefe de Sistemas", "perfil": "Responsable de Tecnologías",
            "nombres": "Luis Alberto Paredes Soto", "dni": "09846118", "correo": "lparedes@munihuanca.gob.pe",
            "celular": "963207816", "rol": "Coordinador de entidad"})
    );
    assert_eq!(object(1)["decision"], "subsanacion");
    let found: Vec<(Value, Value, Value)> = object(1)["hallazgos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["regla"].clone(), finding["fila"].clone(), finding["severidad"].clone()))
        .collect();
    let expected = [("dni.formato", 1), ("correo.formato", 2), ("celular.vacio", 2)];
    for (rule, row) in expected {
        assert!(found.contains(&(rule.into(), row.into(), "error".into())), "{rule}: {found:?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert_eq!(object(2)["decision"], "revision");
}

#[test]
fn tables_shows_every_cell_with_its_page_and_box() {
    let folder = files(&[("oficio.pdf", Letter::right(1, "Huanca").pdf()), ("vacio.pdf", Vec::new())]);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    shows("tables", &oficios(&["tables", &path("oficio.pdf"), &path("vacio.pdf")]));
    let out = oficios(&["tables", "--json", &path("oficio.pdf")]).exits(0);
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["archivo"], path("oficio.pdf"));
    let table = &object["tablas"][0];
    assert_eq!(table["pagina"], 1);
    let cells = table["celdas"].as_array().unwrap();
    assert_eq!(cells.len(), 21);
    let dni = cells.iter().find(|cell| cell["texto"] == "41270306").unwrap();
    assert_eq!(
        (&dni["fila"], &dni["columna"], &dni["filas"], &dni["columnas"]),
        (&1.into(), &3.into(), &1.into(), &1.into())
    );
    let corners: Vec<f64> = dni["caja"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    // The letter's lines: from the page's top left, 842 by 595 points.
    for (found, drawn) in corners.iter().zip([400.0, 595.0 - 363.0, 455.0, 595.0 - 341.0]) {
        assert!((found - drawn).abs() < 1.0, "{corners:?}");
    }
}

#[test]
fn the_desk_as_its_operators_and_administrators_see_it() {
    let desk = Desk::open();
    desk.imap.deliver("1", &mail("mesa@munihuanca.gob.pe", "uno@muni", &Letter::right(1, "Huanca")));
    shows("doctor-before-the-first-cycle", &desk.oficios("doctor", &[]));
    // Its log, on standard error, has its own time in every line.
    shows("once", &Said { err: String::new(), ..desk.oficios("once", &[]) });
    desk.imap.deliver("2", &mail("mesa@munilucma.gob.pe", "dos@muni", &with_three_mistakes()));
    desk.once();
    let mut broken =
        Message::new("mesa@munipampas.gob.pe", "tres@muni", vec![attached("oficio.pdf", b"%PDF-1.7\nroto")]);
    broken.subject = "Oficio de designación \u{1b}[31mGob.pe".to_owned();
    desk.imap.deliver("3", &broken.bytes());
    desk.once();
    shows("doctor", &desk.oficios("doctor", &[]));

    shows("cases-list", &desk.oficios("cases", &["list"]));
    shows("cases-list-all", &desk.oficios("cases", &["list", "--all"]));
    let number = |index: usize| desk.ledger()[index].case.as_ref().unwrap().number.to_string();
    shows("cases-show-correction", &desk.oficios("cases", &["show", &number(1)]));
    shows("cases-show-revision", &desk.oficios("cases", &["show", &number(2)]));
    shows("cases-show-unknown", &desk.oficios("cases", &["show", "2020-000001"]));
    shows("cases-show-no-number", &desk.oficios("cases", &["show", "x"]));
    shows("cases-reprocess", &desk.oficios("cases", &["reprocess", "3"]));
    desk.once();
    shows("cases-resolve", &desk.oficios("cases", &["resolve", &number(2), "--note", "Se llamó a la entidad."]));
    shows("cases-show-resolved", &desk.oficios("cases", &["show", &number(2)]));
    shows("cases-list-none", &desk.oficios("cases", &["list"]));

    let exported = desk.oficios("cases", &["export"]).exits(0);
    let cases: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 3);
    assert_eq!(cases[0]["entidad"], "Municipalidad Distrital de Huanca");
    assert_eq!(cases[0]["correos"][0]["respuestas"][0], "sent");

    reports(&desk);
}

fn reports(desk: &Desk) {
    shows("report", &desk.oficios("report", &[]));
    let json: Value = serde_json::from_str(&desk.oficios("report", &["--format", "json"]).exits(0)).unwrap();
    assert!(json.is_object());
    let html = desk.oficios("report", &["--format", "html"]).exits(0);
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("Municipalidad Distrital de Lucma"));
    let file = desk.folder().join("parte.xlsx");
    desk.oficios("report", &["--format", "xlsx", "--out", file.to_str().unwrap()]).exits(0);
    assert!(fs::read(&file).unwrap().starts_with(b"PK"));
    shows("report-of-a-day-without-mail", &desk.oficios("report", &["--date", "2020-02-29"]));
    shows("report-of-no-day", &desk.oficios("report", &["--date", "2020-02-30"]));
}

/// An empty ledger, made where its path is misspelt, would say that nobody waits.
#[test]
fn a_ledger_that_is_not_there_is_not_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("oficios.toml");
    let text = "[office]\naddress = \"mesa@example.gob.pe\"\n[mailbox.maildir]\npath = \"mail\"\n\
                [outbox.folder]\npath = \"out\"\n";
    fs::write(&configuration, text).unwrap();
    let path = configuration.to_str().unwrap();
    for command in [&["cases", "--config", path, "list"][..], &["report", "--config", path]] {
        let said = oficios(command);
        assert_eq!(said.code, Some(2), "{}", said.out);
        assert!(said.err.contains("there is no ledger: check ledger.path"), "{}", said.err);
    }
    assert!(!folder.path().join("oficios.db").exists());
}

/// Mail that is passed over is not looked at again.
#[test]
fn a_day_to_come_to_begin_with_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("oficios.toml");
    let text = "[office]\naddress = \"mesa@example.gob.pe\"\n[mailbox]\nsince = \"2999-01-01\"\n\
                [mailbox.maildir]\npath = \"mail\"\n[outbox.folder]\npath = \"out\"\n";
    fs::write(&configuration, text).unwrap();
    let said = oficios(&["once", "--config", configuration.to_str().unwrap()]);
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.err.contains("mailbox.since"), "{}", said.err);
}

#[test]
fn doctor_says_what_is_wrong_and_how_to_mend_it() {
    let desk = Desk::open();
    fs::write(desk.folder().join("wrong"), "wrong").unwrap();
    let configuration = fs::read_to_string(desk.configuration()).unwrap();
    let with = |changes: &[(&str, &str)]| {
        fs::write(desk.configuration(), &configuration).unwrap();
        for (old, new) in changes {
            desk.reconfigure(old, new);
        }
        let said = desk.oficios("doctor", &[]);
        assert_eq!(said.code, Some(1), "{}", said.out);
        // What is wrong with this room, without the rooms that are fine.
        let from = said.out.find("WRONG").unwrap();
        let lines: Vec<&str> = said.out[from..].lines().take(2).collect();
        lines.join("\n")
    };
    let imap_password = configuration.split("password = ").nth(1).unwrap().lines().next().unwrap();
    let smtp_password = configuration.split("password = ").nth(2).unwrap().lines().next().unwrap();
    let smtp_port = format!("port = {}\n", desk.smtp.configuration().port);
    let said = [
        with(&[(imap_password, "{ file = \"wrong\" }")]),
        with(&[("port = ", "port = 1 # ")]),
        with(&[("folder = \"INBOX\"", "folder = \"Mesa\"")]),
        with(&[("security = \"tls\"\n", "security = \"starttls\"\ntimeout_seconds = 2\n")]),
        with(&[(smtp_password, "{ file = \"wrong\" }")]),
        with(&[(&smtp_port, "port = 1\n")]),
        with(&[(imap_password, "{ env = \"OFICIOS_NO_SUCH_VARIABLE\" }")]),
        with(&[("security = \"starttls\"\n", "security = \"tls\"\n")]),
        with(&[("path = \"oficios.db\"", "path = \"/proc/none/oficios.db\"")]),
        with(&[("folder = \"reports\"", "folder = \"/proc/none\"")]),
    ];
    stable().bind(|| insta::assert_snapshot!("doctor-wrong", said.join("\n\n")));
}

#[test]
fn a_wrong_configuration_is_told_with_key_line_and_remedy() {
    let folder = files(&[
        ("misspelt.toml", b"[office]\naddress = \"a@b.pe\"\n\n[mailbox]\nmaildir = { path = \"m\" }\nnmae = \"x\"\n".to_vec()),
        (
            "wrong.toml",
            b"[office]\naddress = \"mesa\"\ntime_zone = \"Lima\"\n\n[mailbox.maildir]\npath = \"m\"\n\n[outbox.folder]\npath = \"o\"\n\n[schedule]\ncycle = \"often\"\n".to_vec(),
        ),
        ("empty.toml", Vec::new()),
        ("broken.toml", b"[office\n".to_vec()),
    ]);
    let mut all = String::new();
    for name in ["misspelt.toml", "wrong.toml", "empty.toml", "broken.toml", "missing.toml"] {
        let path = folder.path().join(name);
        for command in ["doctor", "once", "run", "report"] {
            let said = oficios(&[command, "--config", path.to_str().unwrap()]);
            assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{command} {name}");
            if command == "doctor" {
                all.push_str(&said.err);
                all.push('\n');
            }
        }
    }
    stable().bind(|| insta::assert_snapshot!("configuration-wrong", all));
}

#[test]
fn demo_does_the_whole_job_in_a_folder_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let dir = dir.to_str().unwrap();
    oficios(&["demo", "--dir", dir]).exits(0);
    let replies = || fs::read_dir(folder.path().join("demo/replies")).unwrap().count();
    let first = replies();
    assert!(first >= 10, "{first}");
    let out = oficios(&["demo", "--dir", dir]).exits(0);
    assert_eq!(replies(), first);
    assert!(
        fs::read_to_string(folder.path().join("demo/report.html"))
            .unwrap()
            .contains("Universidad Nacional de Río Quieto")
    );
    // The progress before the summary comes in the order in which the mails are ready.
    let summary = &out[out.find("\n\n").unwrap()..];
    assert!(summary.contains("18 mails in"), "{summary}");
    assert!(summary.contains("    2  ajeno: no designation, left unread for people\n"), "{summary}");
    assert!(summary.contains(&format!("({first} mails)")), "{summary}");

    let other = files(&[("carta.txt", b"algo".to_vec())]);
    let refused = oficios(&["demo", "--dir", other.path().to_str().unwrap()]);
    shows("demo-refused", &refused);
    assert!(other.path().join("carta.txt").exists());
}

#[test]
fn help_names_every_command() {
    shows("help", &oficios(&["--help"]));
    shows("help-cases", &oficios(&["cases", "--help"]));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    use std::process::{Command, Stdio};
    let letter = files(&[("oficio.pdf", Letter::right(1, "Huanca").pdf())]);
    let path = letter.path().join("oficio.pdf");
    let mut child = Command::new(env!("CARGO_BIN_EXE_oficios"))
        .arg("tables")
        .args([&path, &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let said = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(said.stderr).unwrap(), "");
}
