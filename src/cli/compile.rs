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

    /// Where to write the bundle; `-` is standard output.
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
    let policies = match bundle.tables().len() {
        1 => "1 policy".to_owned(),
        count => format!("{count} policies"),
    };
    let (size, digest) = (bytes.len(), bundle.digest());
    let written = format!("{policies}, {size} bytes, digest {digest}\n");
    if command.output.as_os_str() == output::STANDARD_OUTPUT {
        output::print_bytes(&bytes)?;
        output::complain(&format!("<stdout>: {written}"));
    } else {
        output::write_atomically(&command.output, &bytes)?;
        output::print(&format!("{}: {written}", command.output.display()))?;
    }
    Ok(Exit::Yes)
}
