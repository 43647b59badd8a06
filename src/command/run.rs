//! `oficios run`: the daemon. Cycles on their schedule and as soon as mail arrives, the daily report on its own, until SIGTERM
//! or SIGINT; then the mail at hand is finished.

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use super::office::{Office, OfficeCycle};
use super::{Failure, daily_report, log};
use crate::configuration::resolved::Switch;
use crate::cycle::{CycleError, StopSignal};
use crate::ledger::{Ledger, Register, SqliteLedger};
use crate::mailbox::{self, MailKey, Mailbox, News};

/// A mailbox that says «news» all the time is not looked at more often than this.
const SHORTEST_PAUSE: Duration = Duration::from_secs(5);
/// After a cycle that the ledger broke off.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(60);

pub fn run(config: &Path) -> Result<ExitCode, Failure> {
    let office = Office::open(Some(config))?;
    log::start(office.configuration.log);
    office.runtime()?.block_on(async {
        let stop = Arc::new(Stop::default());
        listen_for_signals(&stop)?;
        let mut cycle = office.cycle().await?;
        let mut left_over = HashSet::new();
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
        while !stop.signal.requested() {
            let pause = match cycle.run(&stop.signal, &log::event).await {
                Ok(_) => SHORTEST_PAUSE,
                Err(error) => {
                    tracing::error!("the cycle broke off: {error}");
                    PAUSE_AFTER_FAILURE
                }
            };
            if !stop.signal.requested() {
                give_out_due_report(&office, &cycle).await;
            }
            tokio::select! {
                () = stop.requested.notified() => {}
                () = tokio::time::sleep(pause) => {
                    wait_for_work(&office, &cycle.rooms().ledger, &mut left_over, &stop).await;
                }
            }
        }
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}

#[derive(Default)]
struct Stop {
    signal: StopSignal,
    requested: Notify,
}

fn listen_for_signals(stop: &Arc<Stop>) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Runtime)?;
    let stop = Arc::clone(stop);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop: the mail at hand is finished first");
        stop.signal.request();
        stop.requested.notify_one();
    });
    Ok(())
}

/// Until the schedule's next time, the report's next time, or mail arrives.
async fn wait_for_work(office: &Office, ledger: &SqliteLedger, left_over: &mut HashSet<MailKey>, stop: &Stop) {
    let now = office.now();
    let schedule = &office.configuration.schedule;
    let next = [&schedule.cycle, &office.configuration.report.cycle]
        .into_iter()
        .filter_map(|cron| cron.find_next_occurrence(&now, false).ok())
        .min();
    // A pattern without a next time (29 February of a leap year far away) leaves an hour.
    let pause = next.map_or(Duration::from_secs(3600), |next| until(&now, &next));
    tokio::select! {
        () = stop.requested.notified() => {}
        () = tokio::time::sleep(pause) => {}
        () = news(office, ledger, left_over, pause), if schedule.idle == Switch::On => {}
    }
}

fn until(now: &Zoned, next: &Zoned) -> Duration {
    Duration::try_from(now.duration_until(next)).unwrap_or_default()
}

/// Ends when the mailbox has news. A connection that fails says nothing: the schedule goes on without it.
async fn news(office: &Office, ledger: &SqliteLedger, left_over: &mut HashSet<MailKey>, pause: Duration) {
    match heard(office, ledger, left_over, pause).await {
        Ok(News::Changed) => {}
        Ok(News::TimeOver) => std::future::pending().await,
        Err(error) => {
            tracing::warn!("no word of new mail until the schedule's next time: {error}");
            std::future::pending().await
        }
    }
}

/// What came while nobody listened (during the cycle, and before this connection) is news at once. `left_over` is what an
/// earlier listing showed and the cycle after it did not take in: that waits for the schedule, or it would be tried all the time.
async fn heard(
    office: &Office,
    ledger: &SqliteLedger,
    left_over: &mut HashSet<MailKey>,
    pause: Duration,
) -> Result<News, CycleError> {
    let configuration = &office.configuration.mailbox;
    let mut mailbox = mailbox::open(configuration).await?;
    let after = ledger.watermark(&configuration.name).await?;
    let arrivals = mailbox.arrivals(after.as_ref(), configuration.max_mails_per_cycle).await?;
    let keys: Vec<MailKey> = arrivals
        .into_iter()
        .filter(|arrival| !arrival.is_before(configuration.since))
        .map(|arrival| arrival.key)
        .collect();
    let known = ledger.known(keys.clone()).await?;
    let unknown: HashSet<MailKey> = keys.into_iter().filter(|key| !known.contains(key)).collect();
    let came = !unknown.is_subset(left_over);
    *left_over = unknown;
    if came {
        mailbox.close().await;
        return Ok(News::Changed);
    }
    Ok(mailbox.wait(pause.as_secs().saturating_add(1)).await?)
}

/// The report of the day before is due once its time of today has passed. Its page in the report folder says that it was given
/// out, so that a daemon which was down at that time makes up for it, and one that is started again does not repeat it.
async fn give_out_due_report(office: &Office, cycle: &OfficeCycle) {
    let now = office.now();
    let Ok(midnight) = now.start_of_day() else { return };
    let due = office.configuration.report.cycle.find_next_occurrence(&midnight, true).is_ok_and(|time| time <= now);
    let Ok(yesterday) = now.date().yesterday() else { return };
    if !due || daily_report::page_path(office, yesterday).exists() {
        return;
    }
    let rooms = cycle.rooms();
    // Of a day before the program was set up there is nothing to tell, and it would look as if it had been down.
    match rooms.ledger.has_cycle_before(midnight.timestamp()).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return tracing::error!("{error}; the daily report is tried again after the next cycle"),
    }
    match daily_report::give_out(office, &rooms.ledger, &rooms.outbox, yesterday).await {
        Ok(page) => tracing::info!(page = %page.display(), "the daily report is out"),
        Err(error) => tracing::error!("{error}; it is tried again after the next cycle"),
    }
}
