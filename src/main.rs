//! The `policyc` command: hands over to `cli` and exits with what it says.
//!
//! Not a place for logic.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
