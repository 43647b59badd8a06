//! Gathers findings and doubts, giving each finding the severity that the form file sets.

use super::text::shown;
use super::{Finding, RuleCode};
use crate::form::Form;
use crate::oficio::{Evidence, Field, ReadValue};

/// What an entity reads of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wording {
    pub message: String,
    pub remedy: String,
}

impl Wording {
    pub(crate) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Wording {
        Wording { message: message.into(), remedy: remedy.into() }
    }
}

#[derive(Debug)]
pub(crate) struct Findings<'a> {
    form: &'a Form,
    pub list: Vec<Finding>,
    pub doubts: Vec<String>,
    /// Row, field and why the value is not sure, as the rest of a Spanish sentence.
    field_doubts: Vec<(u32, Field, String)>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(form: &'a Form) -> Findings<'a> {
        Findings { form, list: Vec::new(), doubts: Vec::new(), field_doubts: Vec::new() }
    }

    /// A finding on one field of one designee.
    pub(crate) fn on_field(&mut self, rule: RuleCode, row: u32, field: Field, read: &ReadValue, wording: Wording) {
        let value = read.text.trim();
        let value = (!value.is_empty()).then(|| shown(value));
        self.push(rule, Some(row), field.key(), value, Some(read.evidence.clone()), wording);
    }

    /// A finding on the oficio itself.
    pub(crate) fn on_oficio(&mut self, rule: RuleCode, field: &str, read: Option<&ReadValue>, wording: Wording) {
        let value = read.map(|read| read.text.trim()).filter(|text| !text.is_empty()).map(shown);
        self.push(rule, None, field, value, read.map(|read| read.evidence.clone()), wording);
    }

    pub(crate) fn doubt_on_field(&mut self, row: u32, field: Field, reason: &str) {
        self.field_doubts.push((row, field, reason.to_owned()));
    }

    /// The findings, and every doubt as a sentence: what is said of many values alike is said once.
    pub(crate) fn finish(self) -> (Vec<Finding>, Vec<String>) {
        const FEW: usize = 3;
        let Findings { list, mut doubts, field_doubts, .. } = self;
        for (place, (row, field, reason)) in field_doubts.iter().enumerate() {
            let alike: Vec<u32> =
                field_doubts.iter().filter(|(_, _, other)| other == reason).map(|(row, _, _)| *row).collect();
            if alike.len() <= FEW {
                doubts.push(format!("Fila {row}, {}: {reason}.", field.key()));
            } else if field_doubts.iter().take(place).all(|(_, _, before)| before != reason) {
                doubts.push(format!("{}: {reason}.", places(&alike)));
            }
        }
        (list, doubts)
    }

    fn push(
        &mut self,
        rule: RuleCode,
        row: Option<u32>,
        field: &str,
        value: Option<String>,
        evidence: Option<Evidence>,
        wording: Wording,
    ) {
        let Wording { message, remedy } = wording;
        let evidence = evidence.filter(|evidence| *evidence != Evidence::default());
        let severity = self.form.severity(rule);
        self.list.push(Finding { rule, severity, row, field: field.to_owned(), value, message, remedy, evidence });
    }
}

/// «Varios datos de las filas 1, 2 y 3».
fn places(rows: &[u32]) -> String {
    let distinct: std::collections::BTreeSet<u32> = rows.iter().copied().collect();
    let texts: Vec<String> = distinct.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        Some((only, [])) => format!("Varios datos de la fila {only}"),
        Some((last, before)) => format!("Varios datos de las filas {} y {last}", before.join(", ")),
        None => String::new(),
    }
}
