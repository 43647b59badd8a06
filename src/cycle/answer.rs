//! What a decision on an oficio means for its case, and the reply that is due.

use jiff::{Timestamp, Zoned};

use super::Cycle;
use super::case_link::oficio_key;
use super::correspondent::Correspondent;
use super::judge::JudgedMail;
use super::ruling::for_person;
use super::seams::{Clock, CorrectionGuard, Judge, MailboxSource, OfficeDays, ReplyWriter};
use crate::ledger::{CaseNumber, CaseOutcome, CaseState, Consequence, Ledger, NewReply};
use crate::mail::Mail;
use crate::outbox::Outbox;
use crate::reply::{ReplyInput, ReplyKind};
use crate::verdict::{Assessment, Decision};

const NOT_WRITTEN: &str = "No se pudo redactar la respuesta automática; responda a mano.";

pub(super) struct Answering<'a> {
    pub judged: &'a JudgedMail,
    pub mail: &'a Mail,
    pub correspondent: &'a Correspondent,
    pub number: CaseNumber,
    pub now: Timestamp,
}

impl<L, M, O, J, W, D, G, C> Cycle<L, M, O, J, W, D, G, C>
where
    L: Ledger,
    M: MailboxSource,
    O: Outbox,
    J: Judge,
    W: ReplyWriter,
    D: OfficeDays,
    G: CorrectionGuard,
    C: Clock,
{
    /// The assessment, which goes to a person when no reply can be written, and what follows from it.
    pub(super) fn answer(&self, about: &Answering, assessment: Assessment) -> (Assessment, Consequence) {
        let kind = match assessment.decision {
            Decision::Confirmado => ReplyKind::Confirmacion,
            Decision::Subsanacion => ReplyKind::Subsanacion,
            Decision::Revision | Decision::Ajeno | Decision::Automatico => {
                let case = self.case_outcome(about, &assessment, CaseState::NeedsPerson);
                return (assessment, Consequence::Case { case, reply: None });
            }
        };
        let now = about.now.to_zoned(self.settings.time_zone.clone());
        let (state, deadline) = match kind {
            ReplyKind::Confirmacion => (CaseState::Confirmed, None),
            ReplyKind::Subsanacion => (CaseState::AwaitingCorrection, Some(self.rooms.days.deadline(now.date()))),
        };
        match self.reply(about, &assessment, kind, &now, deadline) {
            Some(reply) => {
                let mut case = self.case_outcome(about, &assessment, state);
                case.deadline = deadline.map(|(day, _)| day);
                (assessment, Consequence::Case { case, reply: Some(reply) })
            }
            None => {
                let assessment = for_person(assessment, NOT_WRITTEN);
                let case = self.case_outcome(about, &assessment, CaseState::NeedsPerson);
                (assessment, Consequence::Case { case, reply: None })
            }
        }
    }

    fn reply(
        &self,
        about: &Answering,
        assessment: &Assessment,
        kind: ReplyKind,
        now: &Zoned,
        deadline: Option<(jiff::civil::Date, u32)>,
    ) -> Option<NewReply> {
        let Correspondent::Answerable(to) = about.correspondent else { return None };
        let message_id = self.message_id(about);
        let input = ReplyInput {
            kind,
            assessment,
            case_number: &about.number.to_string(),
            from: &self.settings.from,
            to,
            in_reply_to: about.mail.message_id.as_deref(),
            references: &about.mail.references,
            original_subject: &about.mail.subject,
            arrived: &about.judged.arrived.to_zoned(self.settings.time_zone.clone()),
            deadline,
            message_id: &message_id,
            now,
        };
        let mut message = self.rooms.writer.write(&input).ok()?;
        // The caps count by this address, whatever spelling the mail has.
        let [address] = message.envelope_to.as_mut_slice() else { return None };
        *address = address.to_lowercase();
        (*address == to.address.to_lowercase() && message.message_id == message_id)
            .then_some(NewReply { kind, message })
    }

    /// Stable for one reply to one mail, and different in every ledger: it has a piece of the mail's hash in it, so that a
    /// ledger that was begun anew does not repeat an identifier that is in somebody's mailbox.
    fn message_id(&self, about: &Answering) -> String {
        let hash: String = about.judged.fingerprints.content.as_str().chars().take(16).collect();
        let host = self.settings.from.address.rsplit_once('@').map_or("oficios.invalid", |(_, host)| host);
        format!("{}.{hash}.{}@{host}", about.number, about.judged.round)
    }

    fn case_outcome(&self, about: &Answering, assessment: &Assessment, state: CaseState) -> Box<CaseOutcome> {
        let arrived = about.judged.arrived.to_zoned(self.settings.time_zone.clone());
        let oficio = assessment.oficio.as_ref();
        Box::new(CaseOutcome {
            number: about.number,
            state,
            entity: oficio.and_then(|oficio| oficio.entity.clone()),
            oficio_number: oficio.and_then(|oficio| oficio.number.clone()),
            oficio: oficio_key(assessment),
            deadline: None,
            presented: Some(self.rooms.days.presented(&arrived)),
            first_working_moment: Some(self.rooms.days.first_working_moment(&arrived)),
        })
    }
}
