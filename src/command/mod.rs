//! Command: the program's command line. Flags are typed here and nothing is decided: each command's work is in its own
//! file, which composes the rooms of the library.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

mod check;
mod failure;
mod judge;
mod office;
mod tables;

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
    /// Read and judge files (mails or bare documents): no mailbox, no ledger, no reply.
    ///
    /// Exit code 0: all confirmed; 1: something else among them; 2: could not run.
    Check {
        /// One JSON object a file, one a line.
        #[arg(long)]
        json: bool,
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
    /// Parse untrusted bytes from standard input in a process with limits (used by the program itself).
    #[command(hide = true)]
    ReadUntrusted,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
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
        Command::Check { json, config, files } => check::run(&files, Output::of(json), config.as_deref()),
        Command::Tables { json, files } => tables::run(&files, Output::of(json)),
        Command::ReadUntrusted => return crate::reader::child::run(),
    };
    result.unwrap_or_else(|failure| {
        eprintln!("oficios: {failure}");
        ExitCode::from(2)
    })
}
