//! `policyc man`: the manual pages, as `man` reads them.
//!
//! Not another text: pages are made of the same help that `--help` shows.

use clap::{Args, CommandFactory as _};
use clap_mangen::Man as Page;

use super::exit::{Exit, Failure};
use super::{Arguments, Outcome, arguments, output};

/// Print the manual page of this command, or of one of its commands.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Of which command (`check`); without it, of `policyc` itself.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(command: &Man) -> Outcome {
    let mut program = Arguments::command();
    program.build();
    let described = match &command.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(found) => found.clone(),
            None => {
                let known: Vec<&str> =
                    program.get_subcommands().map(clap::Command::get_name).collect();
                let help = arguments::did_you_mean(name, &known);
                return Err(Failure::Usage(format!("no command is called `{name}`{help}")));
            }
        },
    };
    let mut bytes = Vec::new();
    Page::new(described).render(&mut bytes)?;
    output::print_bytes(&bytes)?;
    Ok(Exit::Yes)
}
