//! `policyc check`: everything that can be said of policies before they are used.
//!
//! Not writing anything but what `--fix` mends: `policyc compile` makes the bundle.

use std::path::{Path, PathBuf};

use clap::Args;
use policyc::{
    Bundle, Checked, Config, Source, Tested, check_against, check_invariant, check_with,
    nearest_name, run_suites,
};

use super::exit::Failure;
use super::report::{Rendering, ReportFormat};
use super::weight::{Weight, outcome};
use super::{Outcome, diff, fix, input, lock, output, report, test};

/// How many titles a message lists; more would hide it.
const LISTED_MAX: usize = 16;

/// Check policies: shape, names, grants, ticks, citations, constraints, invariants, suites.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Policy files or folders; `-` is standard input. The suites of a folder are run.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Of all invariants, prove only those with this title, exactly as it is written; no suites.
    #[arg(long, value_name = "TITLE")]
    invariant: Option<String>,

    /// The name to report standard input under; a configuration is looked for above it.
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,

    /// The policies as they were (`git:REV[:PATH]`, a file, a folder, a bundle): versions must have
    /// changed as far as access did.
    #[arg(long, value_name = "OLD", conflicts_with = "invariant")]
    against: Option<String>,

    /// Hold the policies to the lock beside them, which `policyc lock` writes.
    #[arg(long, conflicts_with = "invariant")]
    locked: bool,

    /// The lock, instead of `policy.lock` in the folder of the policies.
    #[arg(long, value_name = "FILE", requires = "locked")]
    lock: Option<PathBuf>,

    /// Mend what can be mended beyond doubt, and report what is left.
    #[arg(long, conflicts_with = "invariant")]
    fix: bool,

    /// Write nothing; show what `--fix` would change.
    #[arg(long, requires = "fix")]
    diff: bool,

    #[command(flatten)]
    weight: Weight,

    /// How to report.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,

    /// Write the report to a file as well, in another form; repeat for several.
    #[arg(long, value_name = "FORMAT=FILE")]
    output: Vec<String>,
}

pub(super) fn run(command: &Check) -> Outcome {
    let outputs = output::parse_outputs(&command.output)?;
    let named = command.stdin_filename.as_ref().map(std::slice::from_ref);
    let mut file = command.weight.file(named.unwrap_or(&command.paths))?;
    let of_config = if command.fix { file.as_mut().and_then(fix::fix_config) } else { None };
    let config = command.weight.config_of(file.as_ref())?;
    let mut input = input::policies_and_suites(&command.paths)?;
    if let Some(name) = &command.stdin_filename {
        input.name_standard_input(name)?;
    }
    let mut mended = None;
    if command.fix {
        let fixed = fix::fix(input, &config.levels).with(of_config);
        if command.diff {
            return fixed.show(&config);
        }
        fix::refuse_standard_input(&command.paths)?;
        fixed.write()?;
        mended = Some((fixed.count, fixed.summary()));
        input = fixed.input;
    }
    let before = before(command)?;
    let (checked, suites) = match &command.invariant {
        Some(title) => (one_invariant(input.policies, title, &config)?, Vec::new()),
        None => {
            let policies = input.policies;
            let checked = match &before {
                Some(before) => check_against(policies, &config.levels, before),
                None => check_with(policies, &config.levels),
            };
            (checked, input.suites)
        }
    };
    let Checked { bundle, report, proofs, .. } = checked;
    let mut summary = format!("{}{}", report::summary(&report), report::proofs(proofs));
    let (mut report, cases) = match &bundle {
        Some(bundle) if !suites.is_empty() => {
            let mut tested = run_suites(bundle, report, &suites, None);
            (std::mem::take(&mut tested.report), Some(tested))
        }
        _ => (report, None),
    };
    if let (Some(bundle), true) = (&bundle, command.locked) {
        report = lock::held_to((bundle, report), &command.paths, command.lock.as_deref())?;
    }
    summary.push_str(&suites_text(cases.as_ref(), suites.len()));
    if command.locked {
        summary.push_str(lock::summary(&report, bundle.as_ref()));
    }
    match &mended {
        Some((_, mended)) => summary.insert_str(0, mended),
        None => summary.push_str(&fix::hint(&report)),
    }
    let json = || {
        let mut json = report::json_with_proofs(&report, proofs);
        if let Some(tested) = &cases {
            test::count(&mut json, tested, suites.len());
        }
        if let Some((count, _)) = &mended {
            report::summarize(&mut json, serde_json::json!({ "mended": count }));
        }
        json
    };
    let rendering = Rendering { report: &report, summary, json: &json };
    for (format, path) in outputs {
        output::write_atomically(&path, rendering.render(format)?.as_bytes())?;
    }
    output::print(&rendering.render(command.format)?)?;
    Ok(outcome(&report, config.fail_level))
}

/// The policies as they were, where versions are to be compared.
fn before(command: &Check) -> Result<Option<Bundle>, Failure> {
    let Some(against) = &command.against else { return Ok(None) };
    let path = match command.paths.as_slice() {
        [path] => path.as_path(),
        // Of several paths, none is the one to look for there.
        _ if against.matches(':').count() > 1 || !against.starts_with("git:") => Path::new("."),
        _ => {
            let message = format!("several paths are given; name one of git: `{against}:PATH`");
            return Err(Failure::Usage(message));
        }
    };
    diff::old_bundle(against, path).map(Some)
}

/// What became of the suites; nothing where there are none.
fn suites_text(tested: Option<&Tested>, suite_count: usize) -> String {
    match tested {
        Some(tested) => test::summary(tested, suite_count),
        None if suite_count > 0 => {
            format!("{} not run\n", report::plural(suite_count, "suite", "suites"))
        }
        None => String::new(),
    }
}

fn one_invariant(sources: Vec<Source>, title: &str, config: &Config) -> Result<Checked, Failure> {
    check_invariant(sources, title, &config.levels).map_err(|unknown| {
        let titles: Vec<&str> = unknown.titles().iter().map(String::as_str).collect();
        let near = nearest_name(title, &titles).map(output::one_line);
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let listed = match titles.len() {
            0 => "\nno invariant here has a title".to_owned(),
            1..=LISTED_MAX => {
                let titles: Vec<String> = titles.into_iter().map(output::one_line).collect();
                format!("\nthe titles are:\n  {}", titles.join("\n  "))
            }
            _ => String::new(),
        };
        Failure::Usage(format!("{unknown}{near}{listed}"))
    })
}
