//! `policyc check`: everything that can be said of policies before they are used.
//!
//! Not writing anything: `policyc compile` does.

use std::path::PathBuf;

use clap::Args;
use policyc::check;

use super::exit::Exit;
use super::output::{self, Format};
use super::{Outcome, input, report};

/// Check policies: TOML, schema, names, grants, ticks, citations, invariants.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Policy files or folders; `-` is standard input.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Check) -> Outcome {
    let report = check(input::sources(&command.paths)?).report;
    match command.format {
        Format::Text => {
            output::print(&format!("{}{}", report::text(&report), report::summary(&report)))?;
        }
        Format::Json => output::print_json(&report::json(&report))?,
    }
    Ok(if report.has_errors() { Exit::No } else { Exit::Yes })
}
