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
}

impl<'a> Findings<'a> {
    pub(crate) fn new(form: &'a Form) -> Findings<'a> {
        Findings { form, list: Vec::new(), doubts: Vec::new() }
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
        self.doubts.push(format!("Fila {row}, {}: {reason}.", field.key()));
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
