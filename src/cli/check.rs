//! `policyc check`: everything that can be said of policies before they are used.
//!
//! Not writing anything: `policyc compile` does.

use std::path::PathBuf;

use clap::Args;
use policyc::{Tested, check, run_suites};

use super::exit::Exit;
use super::output::{self, Format};
use super::{Outcome, input, report, test};

/// Check policies: TOML, schema, names, grants, ticks, citations, invariants, and their suites.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Policy files or folders; `-` is standard input. The suites of a folder are run.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Check) -> Outcome {
    let input = input::policies_and_suites(&command.paths)?;
    let suite_count = input.suites.len();
    let checked = check(input.policies);
    let summary = report::summary(&checked.report);
    let (report, tested) = match &checked.bundle {
        Some(bundle) if suite_count > 0 => {
            let tested = run_suites(bundle, checked.report, &input.suites, None);
            (tested.report.clone(), Some(tested))
        }
        _ => (checked.report, None),
    };
    match command.format {
        Format::Text => {
            let mut text = report::text(&report);
            text.push_str(&summary);
            text.push_str(&suites(tested.as_ref(), suite_count));
            output::print(&text)?;
        }
        Format::Json => {
            let mut json = report::json(&report);
            if let Some(tested) = &tested {
                test::extend(&mut json, tested, suite_count);
            }
            output::print_json(&json)?;
        }
    }
    Ok(if report.has_errors() { Exit::No } else { Exit::Yes })
}

/// What became of the suites; nothing where there are none.
fn suites(tested: Option<&Tested>, suite_count: usize) -> String {
    match tested {
        Some(tested) => test::summary(tested, suite_count),
        None if suite_count > 0 => {
            format!("{} not run\n", report::plural(suite_count, "suite", "suites"))
        }
        None => String::new(),
    }
}
