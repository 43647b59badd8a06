//! What one cycle has done so far.

use super::event::Event;
use super::seams::StopSignal;
use crate::ledger::{CycleOutcome, CycleSummary, Trouble, TroubleKind};

/// So many troubles are kept word by word; more of them say nothing new.
const KEPT_TROUBLES: usize = 20;

pub struct Progress<'a> {
    report: &'a (dyn Fn(&Event) + Send + Sync),
    stop: &'a StopSignal,
    summary: CycleSummary,
}

impl<'a> Progress<'a> {
    pub fn new(report: &'a (dyn Fn(&Event) + Send + Sync), stop: &'a StopSignal) -> Progress<'a> {
        let summary = CycleSummary {
            outcome: CycleOutcome::Good,
            stored: 0,
            judged: 0,
            quarantined: 0,
            duplicates: 0,
            sent: 0,
            held: 0,
            filed: 0,
            troubles: Vec::new(),
        };
        Progress { report, stop, summary }
    }

    pub fn stop_requested(&self) -> bool {
        self.stop.requested()
    }

    pub fn stop(&self) -> &'a StopSignal {
        self.stop
    }

    /// Counts and tells.
    pub fn tell(&mut self, event: Event) {
        match &event {
            Event::Stored { .. } => self.summary.stored += 1,
            Event::Duplicate { .. } => self.summary.duplicates += 1,
            Event::Quarantined { .. } => self.summary.quarantined += 1,
            Event::Judged { .. } => self.summary.judged += 1,
            Event::ReplySent { .. } => self.summary.sent += 1,
            Event::ReplyHeld { .. } => self.summary.held += 1,
            Event::Filed { .. } => self.summary.filed += 1,
            Event::Trouble(trouble) => {
                self.summary.outcome = CycleOutcome::Troubled;
                if self.summary.troubles.len() < KEPT_TROUBLES {
                    self.summary.troubles.push(trouble.clone());
                }
            }
            _ => {}
        }
        (self.report)(&event);
    }

    pub fn trouble(&mut self, kind: TroubleKind, detail: impl std::fmt::Display) {
        self.tell(Event::Trouble(Trouble { kind, detail: detail.to_string() }));
    }

    pub fn into_summary(mut self) -> CycleSummary {
        if self.stop.requested() && self.summary.outcome == CycleOutcome::Good {
            self.summary.outcome = CycleOutcome::Stopped;
        }
        self.summary
    }
}
