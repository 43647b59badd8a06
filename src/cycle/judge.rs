//! Judging what waits, side by side; the rulings are written one by one in the order the mails came, so that a correction
//! finds the case of the oficio that it corrects.

use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;

use super::Cycle;
use super::answer::Answering;
use super::correspondent::{self, Correspondent};
use super::event::Event;
use super::progress::Progress;
use super::ruling::{self, Course};
use super::seams::{Clock, Judge, JudgeError, Judgement, MailboxSource, ReplyWriter, StopSignal};
use super::{JUDGING_LIMITS, case_link};
use crate::ledger::{
    AfterFailure, Clues, Consequence, Fingerprints, Ledger, LedgerError, MailId, Ruling, TroubleKind, Turn,
};
use crate::mail::{Mail, Undelivered};
use crate::outbox::Outbox;
use crate::verdict::{Assessment, Decision};

const UNREADABLE: &str = "El programa no pudo leer este correo en varios intentos; revíselo a mano.";

/// A mail that was judged, without its raw bytes.
pub(super) struct JudgedMail {
    pub id: MailId,
    pub arrived: Timestamp,
    pub fingerprints: Fingerprints,
    pub round: u32,
    /// What was answered before it was to be judged anew.
    pub answered: Option<Assessment>,
}

enum Attempt {
    Judged(Box<JudgedMail>, Box<Judgement>),
    Failed(MailId, JudgeError),
    Quarantined(MailId),
    /// It was not begun: it is no longer waiting, or the cycle is to stop.
    Skipped,
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
    pub(super) async fn judge_waiting(&self, progress: &mut Progress<'_>) -> Result<(), LedgerError> {
        let waiting = self.rooms.ledger.waiting().await?;
        progress.tell(Event::Waiting { mails: waiting.len() });
        let stop = progress.stop();
        let attempts: Vec<_> = waiting.into_iter().map(|mail| self.attempt(mail, stop)).collect();
        let mut attempts = stream::iter(attempts).buffered(self.settings.parallel.max(1));
        while let Some(attempt) = attempts.next().await {
            match attempt? {
                Attempt::Judged(mail, judgement) => match self.rule_on(&mail, *judgement, progress).await {
                    // An operator had it meanwhile, or a record that belongs to it is damaged: the others go on.
                    Err(error) if error.concerns_one_record() => {
                        self.failed(mail.id, TroubleKind::Record, &error, progress).await?;
                    }
                    ruled => ruled?,
                },
                Attempt::Failed(mail, error) => self.failed(mail, TroubleKind::Reader, &error, progress).await?,
                Attempt::Quarantined(mail) => progress.tell(Event::Quarantined { mail }),
                Attempt::Skipped => {}
            }
        }
        Ok(())
    }

    async fn attempt(&self, mail: MailId, stop: &StopSignal) -> Result<Attempt, LedgerError> {
        if stop.requested() {
            return Ok(Attempt::Skipped);
        }
        let now = self.rooms.clock.now();
        match self.rooms.ledger.begin_judging(mail, now, JUDGING_LIMITS).await? {
            Turn::NotWaiting => Ok(Attempt::Skipped),
            Turn::Quarantined => Ok(Attempt::Quarantined(mail)),
            Turn::Judge(turn) => {
                let judged = JudgedMail {
                    id: turn.id,
                    arrived: turn.arrived,
                    fingerprints: turn.fingerprints,
                    round: turn.round,
                    answered: turn.answered,
                };
                Ok(match self.rooms.judge.judge(turn.raw).await {
                    Ok(judgement) => Attempt::Judged(Box::new(judged), Box::new(judgement)),
                    Err(error) => Attempt::Failed(mail, error),
                })
            }
        }
    }

    async fn failed(
        &self,
        mail: MailId,
        kind: TroubleKind,
        error: &(dyn std::error::Error + Sync),
        progress: &mut Progress<'_>,
    ) -> Result<(), LedgerError> {
        progress.tell(Event::JudgingFailed { mail, reason: error.to_string() });
        let now = self.rooms.clock.now();
        match self.rooms.ledger.judging_failed(mail, now, JUDGING_LIMITS, UNREADABLE.to_owned()).await {
            Ok(AfterFailure::Quarantined) => progress.tell(Event::Quarantined { mail }),
            Ok(AfterFailure::TriedAgain) => progress.trouble(kind, format_args!("mail {mail}: {error}")),
            Err(error) if error.concerns_one_record() => progress.trouble(TroubleKind::Record, error),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn rule_on(
        &self,
        judged: &JudgedMail,
        judgement: Judgement,
        progress: &mut Progress<'_>,
    ) -> Result<(), LedgerError> {
        let Judgement { mail, assessment, answer } = judgement;
        let clues = Clues {
            mail: judged.id,
            message_id: mail.message_id.clone(),
            refers_to: case_link::refers_to(&mail),
            case_numbers: case_link::case_numbers(&mail.subject),
            oficio: case_link::oficio_key(&assessment),
        };
        let related = self.rooms.ledger.related(clues).await?;
        let correspondent = correspondent::of(&mail, &self.settings);
        let now = self.rooms.clock.now();
        let situation = ruling::Situation {
            judged,
            correspondent: &correspondent,
            related: &related,
            answer,
            now,
            oldest_mail: self.settings.oldest_mail,
        };
        let course = ruling::rule(assessment, &situation);
        let written = self.carry_out(judged, &mail, &correspondent, course, progress).await?;
        if let Consequence::Duplicate { .. } = written.consequence {
            progress.tell(Event::Duplicate { mail: judged.id });
            return Ok(());
        }
        let (case, reply) = match &written.consequence {
            Consequence::Case { case, reply } => (Some(case.number), reply.as_ref()),
            Consequence::None | Consequence::Duplicate { .. } | Consequence::Returned { .. } => (None, None),
        };
        progress.tell(Event::Judged { mail: judged.id, decision: written.assessment.decision, case });
        if let Some(reply) = reply {
            progress.tell(Event::ReplyQueued { mail: judged.id, kind: reply.kind });
        }
        Ok(())
    }

    /// Writes the course down, with its case and reply, in one transaction.
    async fn carry_out(
        &self,
        judged: &JudgedMail,
        mail: &Mail,
        correspondent: &Correspondent,
        course: Course,
        progress: &mut Progress<'_>,
    ) -> Result<Ruling, LedgerError> {
        let now = self.rooms.clock.now();
        let (assessment, consequence) = match course {
            Course::Nothing(assessment) => {
                let returned = mail.undelivered.as_ref().filter(|_| assessment.decision == Decision::Automatico);
                (assessment, returned.map_or(Consequence::None, returned_mail))
            }
            Course::Duplicate { of, assessment } => (assessment, Consequence::Duplicate { of }),
            Course::Case { choice, assessment } => {
                // The number first: the reply names it. After a crash the mail has its case already, and gets it again.
                let number = self.rooms.ledger.case_for(judged.id, choice, now).await?;
                self.answer(&Answering { judged, mail, correspondent, number, now }, assessment, progress)
            }
        };
        let ruling = Ruling {
            mail: judged.id,
            now,
            message_id: mail.message_id.clone(),
            correspondent: correspondent.known(),
            subject: mail.subject.clone(),
            assessment,
            consequence,
        };
        self.rooms.ledger.decide(ruling.clone()).await?;
        Ok(ruling)
    }
}

/// What follows from a server's report that mail of ours did not arrive.
fn returned_mail(report: &Undelivered) -> Consequence {
    let status = report.status.as_ref().map_or_else(String::new, |status| format!(" (código {status})"));
    Consequence::Returned {
        message_ids: report.message_ids.clone(),
        reason: format!("El servidor del destinatario la devolvió{status}."),
    }
}
