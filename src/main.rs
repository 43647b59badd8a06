//! The `oficios` program: parses the command line and hands over to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(2)
}
