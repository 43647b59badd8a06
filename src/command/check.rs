//! `oficios check`: files are read and judged as the daemon would, and nothing is stored, sent or filed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use futures::StreamExt;

use super::office::Office;
use super::{Failure, Output};
use crate::report;
use crate::rules::Severity;
use crate::verdict::{self, Assessment, Decision};

pub fn run(files: &[PathBuf], output: Output, config: Option<&Path>) -> Result<ExitCode, Failure> {
    let office = Office::open(config)?;
    office.runtime()?.block_on(async {
        let judge = office.judge()?;
        let mut assessments =
            futures::stream::iter(files).map(|path| judge.judge_file(path)).buffered(office.parallel());
        let mut out = std::io::stdout().lock();
        let mut all_confirmed = true;
        let mut files = files.iter();
        while let Some(assessment) = assessments.next().await {
            let Some(path) = files.next() else { break };
            all_confirmed &= assessment.decision == Decision::Confirmado;
            let name = path.to_string_lossy();
            match output {
                Output::Json => writeln!(out, "{}", verdict::json_line(&name, &assessment))?,
                Output::Text => out.write_all(as_text(&name, &assessment).as_bytes())?,
            }
            out.flush()?;
        }
        Ok(if all_confirmed { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}

/// What an operator reads, in Spanish as every text on an oficio.
fn as_text(name: &str, assessment: &Assessment) -> String {
    let decision = match assessment.decision {
        Decision::Confirmado => "CONFIRMADO",
        Decision::Subsanacion => "SUBSANACIÓN",
        Decision::Revision => "REVISIÓN",
        Decision::Ajeno => "AJENO",
        Decision::Automatico => "AUTOMÁTICO",
    };
    let mut text = format!("{decision}  {name}\n");
    let mut line = |content: String| {
        text.push_str("  ");
        text.push_str(&printable(&content));
        text.push('\n');
    };
    for reason in &assessment.reasons {
        line(reason.clone());
    }
    if let Some(oficio) = &assessment.oficio {
        let part = |value: &Option<String>, unread: &str| value.clone().unwrap_or_else(|| unread.to_owned());
        line(format!(
            "Oficio {}, {}, {}",
            part(&oficio.number, "(número no leído)"),
            part(&oficio.date, "(fecha no leída)"),
            part(&oficio.entity, "(entidad no leída)")
        ));
    }
    for designee in &assessment.designees {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
        line(format!(
            "{}. {} | {} | {} | {} | {} | {} | {}",
            designee.row,
            shown(&designee.perfil),
            shown(&designee.nombres),
            shown(&designee.dni),
            shown(&designee.correo),
            shown(&designee.celular),
            shown(&designee.cargo),
            shown(&designee.rol),
        ));
    }
    for finding in &assessment.findings {
        let mark = match finding.severity {
            Severity::Error => "✗",
            Severity::Aviso => "•",
            Severity::Revision => "?",
        };
        line(format!("{mark} {}: {}", place(finding.row, &finding.field), finding.message));
    }
    text
}

/// Where a finding is, as the report names it too.
pub fn place(row: Option<u32>, field: &str) -> String {
    let label = report::field_label(field);
    row.map_or_else(|| label.clone(), |row| format!("Fila {row}, {label}"))
}

/// Text from a mail may hold escape sequences that a terminal would obey.
pub fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
