//! What a decision on an oficio means for its case, and the reply that is due.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::Cycle;
use super::case_link::oficio_key;
use super::correspondent::Correspondent;
use super::event::Event;
use super::judge::JudgedMail;
use super::progress::Progress;
use super::ruling::{for_person, same_oficio};
use super::seams::{Clock, Judge, MailboxSource, NotWritten, ReplyWriter};
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

impl<L, M, O, J, W, C> Cycle<L, M, O, J, W, C>
where
    L: Ledger,
    M: MailboxSource,
    O: Outbox,
    J: Judge,
    W: ReplyWriter,
    C: Clock,
{
    /// The assessment, which goes to a person when no reply can be written, and what follows from it.
    pub(super) fn answer(
        &self,
        about: &Answering,
        assessment: Assessment,
        progress: &mut Progress<'_>,
    ) -> (Assessment, Consequence) {
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
            ReplyKind::Subsanacion => (CaseState::AwaitingCorrection, Some(self.deadline(now.date()))),
        };
        // Judged anew with the same outcome: the correspondent has the answer already.
        if about.judged.answered.as_ref().is_some_and(|answered| same_oficio(answered, &assessment)) {
            let case = self.case_outcome(about, &assessment, state);
            return (assessment, Consequence::Case { case, reply: None });
        }
        match self.reply(about, &assessment, kind, &now, deadline) {
            Ok(reply) => {
                let mut case = self.case_outcome(about, &assessment, state);
                case.deadline = deadline.map(|(day, _)| day);
                (assessment, Consequence::Case { case, reply: Some(reply) })
            }
            Err(error) => {
                progress.tell(Event::ReplyNotWritten { mail: about.judged.id, reason: error.to_string() });
                let assessment = for_person(assessment, NOT_WRITTEN);
                let case = self.case_outcome(about, &assessment, CaseState::NeedsPerson);
                (assessment, Consequence::Case { case, reply: None })
            }
        }
    }

    fn deadline(&self, requested: Date) -> (Date, u32) {
        let days = self.settings.correction_business_days;
        (self.settings.calendar.deadline(requested, days).last_day, days)
    }

    fn reply(
        &self,
        about: &Answering,
        assessment: &Assessment,
        kind: ReplyKind,
        now: &Zoned,
        deadline: Option<(Date, u32)>,
    ) -> Result<NewReply, NotWritten> {
        let Correspondent::Answerable(to) = about.correspondent else {
            return Err(NotWritten("there is nobody to answer".to_owned()));
        };
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
        let mut message = self.rooms.writer.write(&input)?;
        // The caps count by this address, whatever spelling the mail has.
        for address in &mut message.envelope_to {
            *address = address.to_lowercase();
        }
        if message.envelope_to != [to.address.to_lowercase()] || message.message_id != message_id {
            return Err(NotWritten("it is addressed or named otherwise than it was asked for".to_owned()));
        }
        Ok(NewReply { kind, message })
    }

    /// Stable for one reply to one mail, and different in every ledger: it has a piece of the mail's hash in it, so that a
    /// ledger that was begun anew does not repeat an identifier that is in somebody's mailbox.
    fn message_id(&self, about: &Answering) -> String {
        let hash: String = about.judged.fingerprints.content.as_str().chars().take(16).collect();
        let host = self.settings.from.address.rsplit_once('@').map_or("oficios.invalid", |(_, host)| host);
        format!("{}.{hash}.{}@{host}", about.number, about.judged.round)
    }

    fn case_outcome(&self, about: &Answering, assessment: &Assessment, state: CaseState) -> Box<CaseOutcome> {
        let settings = &self.settings;
        let arrived = about.judged.arrived.to_zoned(settings.time_zone.clone());
        let arrival = settings.calendar.arrival(arrived.datetime(), settings.opens, settings.closes);
        let first_working_moment = arrival.first_working_moment.to_zoned(settings.time_zone.clone());
        let oficio = assessment.oficio.as_ref();
        Box::new(CaseOutcome {
            number: about.number,
            state,
            entity: oficio.and_then(|oficio| oficio.entity.clone()),
            oficio_number: oficio.and_then(|oficio| oficio.number.clone()),
            oficio: oficio_key(assessment),
            deadline: None,
            presented: Some(arrival.presented),
            first_working_moment: first_working_moment.ok().map(|moment| moment.timestamp()),
        })
    }
}
