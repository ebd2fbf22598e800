//! `policyc compile`: policies to a bundle.
//!
//! Not another check: it is the same, and with an error there is no bundle.

use std::path::PathBuf;

use clap::Args;
use policyc::{Checked, check};

use super::exit::Exit;
use super::{Outcome, input, output, report};

/// Compile policies to the bundle that services load.
#[derive(Debug, Args)]
pub(super) struct Compile {
    /// Policy files or folders; `-` is standard input.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Where to write the bundle.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(command: &Compile) -> Outcome {
    let Checked { bundle, report, .. } = check(input::sources(&command.paths)?);
    output::complain(&report::text(&report));
    let Some(bundle) = bundle else {
        output::complain(&report::summary(&report));
        return Ok(Exit::No);
    };
    let bytes = bundle.encode();
    output::write_atomically(&command.output, &bytes)?;
    let policies = match bundle.tables().len() {
        1 => "1 policy".to_owned(),
        count => format!("{count} policies"),
    };
    output::print(&format!(
        "{}: {policies}, {} bytes, digest {}\n",
        command.output.display(),
        bytes.len(),
        bundle.digest()
    ))?;
    Ok(Exit::Yes)
}
