//! The log, on standard error: what the configuration asks for, and never a name, a DNI, an address or a telephone number.

use std::io::IsTerminal;

use tracing_subscriber::filter::LevelFilter;

use crate::configuration::resolved::{Log, LogFormat};
use crate::cycle::Event;

/// Starts the log. A second start in one process changes nothing.
pub fn start(log: Log) {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(LevelFilter::from_level(log.level));
    // Only fails when a log was started already.
    let _ = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

/// One step of a cycle.
pub fn event(event: &Event) {
    match event {
        Event::Trouble(_) | Event::JudgingFailed { .. } | Event::ReplyNotWritten { .. } => tracing::warn!("{event}"),
        Event::Quarantined { .. }
        | Event::ReplyHeld { .. }
        | Event::ReplyRefused { .. }
        | Event::ReplyUnknown { .. } => {
            tracing::warn!("{event}");
        }
        _ => tracing::info!("{event}"),
    }
}
