//! `policyc completions`: what a shell needs to complete this command line.
//!
//! Not completion of names in policies: editors have the schema for that.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::exit::Exit;
use super::{Arguments, Outcome, output};

/// Print completions of this command for a shell.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(command: &Completions) -> Outcome {
    let mut bytes = Vec::new();
    clap_complete::generate(command.shell, &mut Arguments::command(), "policyc", &mut bytes);
    output::print_bytes(&bytes)?;
    Ok(Exit::Yes)
}
