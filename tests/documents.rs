//! The whole chain on one file a way of writing or sending an oficio: formats, layouts, text that lies, two witnesses.
//!
//! The files of `fixtures/chain` are made by `fixtures/generate/chain.py` and say one thing each, by their names. A snapshot
//! holds what `oficios check --json` prints of one; whoever changes one has to say why a careful person would decide so.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// What stays the same in every oficio here, unless a file's name says otherwise.
const NUMBER: &str = "087-2026-MDLC/A";

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/chain");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// All the files in one run for all tests, as an operator would check a folder: name and judgement of each.
fn judged() -> Vec<(String, Value)> {
    static JUDGED: OnceLock<Vec<(String, Value)>> = OnceLock::new();
    JUDGED.get_or_init(judge).clone()
}

fn judge() -> Vec<(String, Value)> {
    let files = files();
    let output = Command::new(env!("CARGO_BIN_EXE_oficios"))
        .args(["check", "--json"])
        .args(&files)
        .output()
        .expect("the program runs");
    let lines = String::from_utf8(output.stdout).unwrap();
    let judged: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(judged.len(), files.len(), "one line a file");
    files
        .iter()
        .zip(judged)
        .map(|(file, mut value)| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            value["archivo"] = Value::from(name.clone());
            (name, value)
        })
        .collect()
}

/// The JSON with one designee a line, so that a snapshot is read at a glance.
fn readable(judgement: &Value) -> String {
    let mut text = String::new();
    let list = |key: &str| judgement[key].as_array().unwrap().clone();
    text.push_str(&format!("decision: {}\n", judgement["decision"].as_str().unwrap()));
    text.push_str(&format!("oficio: {}\n", judgement["oficio"]));
    for key in ["designados", "hallazgos", "motivos"] {
        text.push_str(&format!("{key}:\n"));
        for item in list(key) {
            text.push_str(&format!("  {item}\n"));
        }
    }
    text
}

#[test]
fn every_way_of_writing_and_sending_an_oficio_is_judged_as_a_careful_person_would() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("chain");
    settings.set_omit_expression(true);
    let mut failed = Vec::new();
    for (name, judgement) in judged() {
        let snapshot = || settings.bind(|| insta::assert_snapshot!(name.as_str(), readable(&judgement)));
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(snapshot)).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "judged otherwise than before: {failed:?}");
}

/// Whatever else is changed: a file that lies, holds back a page, or is closed is never confirmed with what it does not show.
#[test]
fn a_confirmed_oficio_holds_what_a_person_sees_on_it() {
    let seen = [
        ["Rosa Ñahui Quispe", "09876543", "987654321", "Responsable de Comunicación"],
        ["José Luis Pérez Ríos", "40718263", "912345678", "Responsable de Tecnologías"],
    ];
    for (name, judgement) in judged() {
        if judgement["decision"] != "confirmado" {
            continue;
        }
        assert_eq!(judgement["oficio"]["numero"], NUMBER, "{name}");
        let rows = judgement["designados"].as_array().unwrap();
        if name.contains("one-person") {
            continue;
        }
        for (row, [nombres, dni, celular, perfil]) in rows.iter().zip(&seen) {
            let bare = |text: &str| {
                let mut words: Vec<String> =
                    text.to_lowercase().replace(',', " ").split_whitespace().map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(bare(row["nombres"].as_str().unwrap()), bare(nombres), "{name}");
            assert_eq!(row["dni"], *dni, "{name}");
            assert_eq!(row["celular"], *celular, "{name}");
            assert_eq!(row["perfil"], *perfil, "{name}");
        }
        assert!(rows.len() >= seen.len(), "{name}: a row was lost");
    }
}
