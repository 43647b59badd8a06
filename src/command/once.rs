//! `oficios once`: one cycle, for schedulers that are not ours and for trying a configuration.

use std::path::Path;
use std::process::ExitCode;

use super::office::Office;
use super::{Failure, log};
use crate::cycle::StopSignal;
use crate::ledger::CycleOutcome;

/// Exit code 0: everything that could be done was done; 1: something failed and is tried again in the next cycle.
pub fn run(config: &Path) -> Result<ExitCode, Failure> {
    let office = Office::open(Some(config))?;
    log::start(office.configuration.log);
    office.runtime()?.block_on(async {
        let mut cycle = office.cycle().await?;
        let summary = cycle.run(&StopSignal::default(), &log::event).await?;
        println!(
            "{} stored, {} judged, {} sent, {} filed, {} copies, {} quarantined, {} held",
            summary.stored,
            summary.judged,
            summary.sent,
            summary.filed,
            summary.duplicates,
            summary.quarantined,
            summary.held
        );
        for trouble in &summary.troubles {
            println!("not done, tried again in the next cycle: {}: {}", trouble.kind.word(), trouble.detail);
        }
        Ok(if summary.outcome == CycleOutcome::Good { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}
