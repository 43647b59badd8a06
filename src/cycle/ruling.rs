//! What is to be done with a mail that was judged, given what the ledger knows. Pure: nothing is looked up or written here.

use jiff::{SignedDuration, Timestamp};

use super::case_link::{belongs, oficio_key};
use super::correspondent::Correspondent;
use super::judge::JudgedMail;
use crate::ledger::{CaseChoice, CaseState, EarlierMail, Link, MailId, Related, RelatedCase};
use crate::rules::RuleCode;
use crate::triage::Answer;
use crate::verdict::against_previous;
use crate::verdict::{Assessment, Decision};

/// Within this time the same oficio from the same correspondent, sent anew, is a repetition; later it is answered anew.
const REPETITION: SignedDuration = SignedDuration::from_hours(24);

const SAME_MESSAGE_ID: &str =
    "Ya llegó otro correo con el mismo identificador (Message-ID) y otro contenido; compárelos.";
const OLD: &str = "Este correo llegó hace varios días; antes de responder, compruebe si alguien ya lo atendió.";
/// Whoever answers so is not helped by hearing it again, and may be a machine that does not say so.
const WITHOUT_AGAIN: &str = "Respondió otra vez sin adjuntar el oficio; comuníquese con la entidad.";
const ANSWERS_US: &str = "Responde a nuestro correo sobre este caso y no trae un oficio; lea qué dice.";
const CONFIRMED_OTHERWISE: &str = "Este oficio ya fue confirmado con otros datos; decida cuáles valen.";

/// What is known beside the assessment.
pub(super) struct Situation<'a> {
    pub judged: &'a JudgedMail,
    pub correspondent: &'a Correspondent,
    pub related: &'a Related,
    /// What the mail says where it answers one of ours and is no designation.
    pub answer: Answer,
    pub now: Timestamp,
    /// A mail that arrived longer ago is answered by a person.
    pub oldest_mail: SignedDuration,
}

/// What to do.
#[derive(Debug)]
pub(super) enum Course {
    /// Not our business, or a machine's.
    Nothing(Assessment),
    /// A copy of a mail that the ledger has: not answered.
    Duplicate { of: MailId, assessment: Assessment },
    /// It is an oficio, and its decision stands.
    Case { choice: CaseChoice, assessment: Assessment },
}

pub(super) fn rule(assessment: Assessment, situation: &Situation) -> Course {
    // Who has a mail judged anew wants a new answer, not to hear that it is known.
    let first_round = situation.judged.round == 1;
    if let Some(twin) = situation.twin()
        && first_round
    {
        return Course::Duplicate { of: twin.id, assessment };
    }
    if assessment.decision == Decision::Ajeno
        && let Some(case) = situation.answered_case()
    {
        let choice = CaseChoice::Join(case.number);
        return Course::Case { choice, assessment: for_person(assessment, ANSWERS_US) };
    }
    if matches!(assessment.decision, Decision::Ajeno | Decision::Automatico) {
        return Course::Nothing(assessment);
    }
    let key = oficio_key(&assessment);
    let correspondent = situation.correspondent.known();
    let case = situation.related.cases.iter().find(|case| belongs(case, key.as_ref(), correspondent.as_deref()));
    let choice = case.map_or(CaseChoice::New, |case| CaseChoice::Join(case.number));
    if let Some(original) = case.and_then(|case| situation.repeats(case, &assessment))
        && first_round
    {
        return Course::Duplicate { of: original.id, assessment };
    }
    let assessment = situation.guarded(assessment, case);
    Course::Case { choice, assessment }
}

/// The assessment, for a person.
pub(super) fn for_person(mut assessment: Assessment, reason: &str) -> Assessment {
    assessment.decision = Decision::Revision;
    assessment.reasons.insert(0, reason.to_owned());
    assessment
}

impl Situation<'_> {
    /// The case on which the mail answers us, when what it says may change the case. Our replies ask for an answer
    /// where a datum is wrong or an observation is not understood: it must not go under among other mail.
    fn answered_case(&self) -> Option<&RelatedCase> {
        let correspondent = self.correspondent.known();
        let case = self
            .related
            .cases
            .iter()
            .find(|case| case.link != Link::Oficio && belongs(case, None, correspondent.as_deref()))?;
        let concerns_it = match (self.answer, case.state) {
            (Answer::Thanks, _) => false,
            // While a correction is awaited, whatever comes is about it.
            (_, CaseState::AwaitingCorrection | CaseState::Overdue) => true,
            (Answer::AnotherMatter, _) => false,
            (Answer::ToThePoint, _) => true,
        };
        concerns_it.then_some(case)
    }

    /// The same mail delivered twice: its Message-ID and its body are the same, what it came through may differ.
    fn twin(&self) -> Option<&EarlierMail> {
        let body = &self.judged.fingerprints.body;
        self.related.same_message_id.iter().find(|other| other.fingerprints.body == *body)
    }

    /// The mail of the case that was answered and that this one repeats.
    fn repeats<'c>(&self, case: &'c RelatedCase, assessment: &Assessment) -> Option<&'c EarlierMail> {
        let correspondent = self.correspondent.known();
        case.mails.iter().rev().find(|earlier| {
            let same_body = earlier.fingerprints.body == self.judged.fingerprints.body;
            let lately = self.now.duration_since(earlier.received) <= REPETITION;
            // Who answers our reply with the same oficio has seen the reply and is to be told again.
            let sent_anew = lately && case.link != Link::Thread;
            earlier.reply.is_some()
                && earlier.correspondent == correspondent
                && earlier.assessment.as_ref().is_some_and(|other| same_oficio(other, assessment))
                && (same_body || sent_anew)
        })
    }

    /// The decision, which goes to a person wherever it must not be answered by a machine.
    fn guarded(&self, assessment: Assessment, case: Option<&RelatedCase>) -> Assessment {
        if assessment.decision == Decision::Revision {
            return assessment;
        }
        if let Correspondent::NotAnswerable { reason, .. } = self.correspondent {
            return for_person(assessment, reason);
        }
        // A mailbox that this program is first let into, or was away from for long, holds mail that people answered.
        if self.judged.round == 1 && self.now.duration_since(self.judged.arrived) > self.oldest_mail {
            return for_person(assessment, OLD);
        }
        if self.judged.round == 1 && !self.related.same_message_id.is_empty() {
            return for_person(assessment, SAME_MESSAGE_ID);
        }
        if let Some(answered) = &self.judged.answered {
            if answered.decision == Decision::Confirmado && !same_oficio(answered, &assessment) {
                return for_person(assessment, CONFIRMED_OTHERWISE);
            }
            return against_previous(answered, assessment);
        }
        let Some(case) = case else { return assessment };
        let answered = case.mails.iter().rev().find(|earlier| earlier.reply.is_some());
        let Some(previous) = answered.and_then(|earlier| earlier.assessment.as_ref()) else { return assessment };
        if case.state == CaseState::Confirmed && previous.designees != assessment.designees {
            return for_person(assessment, CONFIRMED_OTHERWISE);
        }
        if case.link == Link::Thread && lacks_the_oficio(previous) && lacks_the_oficio(&assessment) {
            return for_person(assessment, WITHOUT_AGAIN);
        }
        against_previous(previous, assessment)
    }
}

fn lacks_the_oficio(assessment: &Assessment) -> bool {
    assessment.findings.iter().any(|finding| finding.rule == RuleCode::OficioAusente)
}

/// Whether two assessments are of the same oficio with the same data and say the same about it. Where in the document a
/// value stood is no part of it.
pub(super) fn same_oficio(one: &Assessment, other: &Assessment) -> bool {
    let said = |assessment: &Assessment| -> Vec<_> {
        let findings = assessment.findings.iter();
        findings.map(|finding| (finding.rule, finding.row, finding.value.clone())).collect()
    };
    one.decision == other.decision
        && one.oficio == other.oficio
        && one.designees == other.designees
        && said(one) == said(other)
}
