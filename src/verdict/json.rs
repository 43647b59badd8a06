//! The contract's JSON line.

use serde::Serialize;

use super::{Assessment, Decision, Designee, OficioData, UnclearValue};
use crate::rules::Finding;

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "archivo")]
    file: &'a str,
    decision: Decision,
    oficio: &'a Option<OficioData>,
    #[serde(rename = "designados")]
    designees: &'a [Designee],
    #[serde(rename = "hallazgos")]
    findings: &'a [Finding],
    /// Beyond the contract: why this decision.
    #[serde(rename = "motivos")]
    reasons: &'a [String],
    /// Beyond the contract, too: what was not read for sure, with a picture of its cell.
    #[serde(rename = "no_leidos", skip_serializing_if = "<[_]>::is_empty")]
    unclear: &'a [UnclearValue],
}

/// The contract's line of `oficios check --json` (design, section 3), without a line break.
pub fn json_line(file: &str, assessment: &Assessment) -> String {
    let Assessment { decision, reasons, oficio, designees, findings, unclear } = assessment;
    let line = Line { file, decision: *decision, oficio, designees, findings, reasons, unclear };
    // Only maps with other keys than strings cannot be written, and there is none.
    serde_json::to_string(&line).unwrap_or_default()
}
