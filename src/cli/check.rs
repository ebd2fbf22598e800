//! `policyc check`: everything that can be said of policies before they are used.
//!
//! Not writing anything: `policyc compile` does.

use std::path::PathBuf;

use clap::Args;
use policyc::{Source, check, check_invariant, nearest_name};

use super::exit::{Exit, Failure};
use super::output::{self, Format};
use super::{Outcome, input, report};

/// How many titles a message lists; more would hide it.
const LISTED_MAX: usize = 16;

/// Check policies: TOML, schema, names, grants, ticks, citations, constraints, invariants.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Policy files or folders; `-` is standard input.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Of all invariants, prove only those with this title, exactly as it is written.
    #[arg(long, value_name = "TITLE")]
    invariant: Option<String>,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Check) -> Outcome {
    let sources = input::sources(&command.paths)?;
    let checked = match &command.invariant {
        Some(title) => one_invariant(sources, title)?,
        None => check(sources),
    };
    let report = &checked.report;
    match command.format {
        Format::Text => {
            let (findings, summary) = (report::text(report), report::summary(report));
            let proofs = report::proofs(checked.proofs);
            output::print(&format!("{findings}{summary}{proofs}"))?;
        }
        Format::Json => output::print_json(&report::json_with_proofs(report, checked.proofs))?,
    }
    Ok(if report.has_errors() { Exit::No } else { Exit::Yes })
}

fn one_invariant(sources: Vec<Source>, title: &str) -> Result<policyc::Checked, Failure> {
    check_invariant(sources, title).map_err(|unknown| {
        let titles: Vec<&str> = unknown.titles().iter().map(String::as_str).collect();
        let near = nearest_name(title, &titles);
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let listed = match titles.len() {
            0 => "\nno invariant here has a title".to_owned(),
            1..=LISTED_MAX => format!("\nthe titles are:\n  {}", titles.join("\n  ")),
            _ => String::new(),
        };
        Failure::Usage(format!("{unknown}{near}{listed}"))
    })
}
