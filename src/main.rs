//! The `oficios` program: parses the command line and hands over to the library.

use std::process::ExitCode;

use clap::Parser;
use oficios::command::{self, Cli};

fn main() -> ExitCode {
    command::run(Cli::parse())
}
