//! Command: the program's command line. Flags are typed here and nothing is decided: each command's work is in its own
//! file, which composes the rooms of the library.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod cases;
mod check;
mod daily_report;
mod demo;
mod doctor;
mod failure;
mod judge;
mod log;
mod model;
mod office;
mod once;
mod run;
mod tables;

pub use cases::CasesCommand;
pub use daily_report::ReportFormat;
pub use failure::Failure;

/// Reads the mailbox of a help desk, checks the oficios in it by the form's rules, and answers.
#[derive(Debug, Parser)]
#[command(name = "oficios", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Do the whole job on sample mails, with nothing installed or configured. Sends nothing.
    Demo {
        /// Where the mailbox, the replies, the ledger and the report are laid. Must be new or an earlier demo's.
        #[arg(long, value_name = "DIR", default_value = "demo")]
        dir: PathBuf,
    },
    /// Run one cycle (fetch, read, judge, answer, file) and exit.
    Once {
        /// The configuration.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Run the daemon: cycles and the daily report on their schedules, until SIGTERM.
    Run {
        /// The configuration.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Read and judge files (mails or bare documents): no mailbox, no ledger, no reply.
    ///
    /// Exit code 0: all confirmed; 1: something else among them; 2: could not run.
    Check {
        /// One JSON object a file, one a line.
        #[arg(long)]
        json: bool,
        /// The configuration; the built-in one by default.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print every table that was read in a document, cell by cell, with page and box.
    Tables {
        /// One JSON object a file, one a line.
        #[arg(long)]
        json: bool,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Make the daily report from the ledger.
    Report {
        /// The configuration.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The day, e.g. 2026-11-24; today by default.
        #[arg(long, value_name = "D")]
        date: Option<String>,
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
        /// Write it here rather than to standard output.
        #[arg(long, value_name = "F")]
        out: Option<PathBuf>,
    },
    /// List, show, resolve, reprocess and export the cases in the ledger.
    Cases {
        /// The configuration, which names the ledger.
        #[arg(long, value_name = "FILE", global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        command: CasesCommand,
    },
    /// Check configuration, mailbox, SMTP, ledger and clock; say what is wrong and how to mend it. Sends nothing.
    Doctor {
        /// The configuration.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Parse untrusted bytes from standard input in a process with limits (used by the program itself).
    #[command(hide = true)]
    ReadUntrusted,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Text,
    Json,
}

impl Output {
    fn of(json: bool) -> Output {
        if json { Output::Json } else { Output::Text }
    }
}

/// Runs one command to its end.
pub fn run(cli: Cli) -> ExitCode {
    let result = match cli.command {
        Command::Demo { dir } => demo::run(&dir),
        Command::Once { config } => once::run(&config),
        Command::Run { config } => run::run(&config),
        Command::Check { json, config, files } => check::run(&files, Output::of(json), config.as_deref()),
        Command::Tables { json, files } => tables::run(&files, Output::of(json)),
        Command::Report { config, date, format, out } => {
            daily_report::run(&config, date.as_deref(), format, out.as_deref())
        }
        Command::Cases { config, command } => cases::run(config.as_deref(), &command),
        Command::Doctor { config } => doctor::run(&config),
        Command::ReadUntrusted => return crate::reader::child::run(),
    };
    result.unwrap_or_else(|failure| {
        if !failure.is_closed_output() {
            eprintln!("oficios: {failure}");
        }
        ExitCode::from(2)
    })
}
