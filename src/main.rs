//! The `policyc` command: hands over to `cli` and exits with what it says.
//!
//! Not a place for logic.

// What code may not do here. (Wildcard arms it may: the library's enums may grow.) Tests and
// examples may: there a panic is a finding, not an outage.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::todo,
    clippy::unreachable,
    clippy::dbg_macro,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    clippy::iter_over_hash_type,
    clippy::allow_attributes
)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
