//! `policyc audit`: whether the roles that principals hold obey a policy.
//!
//! Not the judging, which is the library's.

use std::path::PathBuf;

use clap::Args;
use policyc::{Assignment, AuditError, Audited, Table, audit_assignments, audit_directory};
use serde_json::json;

use super::arguments::{did_you_mean, parse_all, table};
use super::exit::Failure;
use super::report::{Rendering, ReportFormat};
use super::weight::{FailLevel, outcome};
use super::{Outcome, input, output, report};

/// Audit what principals hold: one, or a directory of them.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// Policies (a file, a folder, `-`) or a bundle.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    path: PathBuf,

    /// The policy; may be left out where there is only one, or where the directory names it.
    #[arg(long, value_name = "ID")]
    policy: Option<String>,

    /// The principal's kind.
    #[arg(long, value_name = "KIND", conflicts_with = "directory")]
    kind: Option<String>,

    /// A role that the principal holds; repeat for several.
    #[arg(
        long = "role",
        value_name = "ROLE[@KIND:ID]",
        required_unless_present = "directory",
        conflicts_with = "directory"
    )]
    roles: Vec<String>,

    /// Audit everyone in a directory; `-` is standard input.
    #[arg(long, value_name = "FILE.yaml")]
    directory: Option<PathBuf>,

    /// The directory before a change, to judge what a change may not do.
    #[arg(
        long,
        value_name = "OLD.yaml",
        requires = "directory",
        conflicts_with_all = ["roles", "kind"]
    )]
    before: Option<PathBuf>,

    /// The least severity that makes the command fail.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailLevel::Error)]
    fail_level: FailLevel,

    /// How to report.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

pub(super) fn run(command: &Audit) -> Outcome {
    let given = [Some(&command.path), command.directory.as_ref(), command.before.as_ref()];
    if given.into_iter().flatten().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::Usage("only one of the files can be standard input".to_owned()));
    }
    let bundle = input::bundle(&command.path)?;
    let policy = command.policy.as_deref();
    let audited = match &command.directory {
        None => {
            let table = table(&bundle, policy)?;
            let roles = parse_all(&command.roles, Assignment::parse)?;
            audit_assignments(table, command.kind.as_deref(), &roles)
        }
        Some(directory) => {
            let directory = input::file(directory)?;
            let before = command.before.as_deref().map(input::file).transpose()?;
            let policies: Vec<&str> = bundle.tables().iter().map(Table::policy).collect();
            audit_directory(&bundle, policy, &directory, before.as_ref()).map_err(|error| {
                let help = match &error {
                    AuditError::UnknownPolicy { policy } => did_you_mean(policy, &policies),
                    AuditError::PolicyMissing => {
                        format!(" with `--policy`: {}", policies.join(", "))
                    }
                    _ => String::new(),
                };
                Failure::Usage(format!("{error}{help}"))
            })?
        }
    };
    let rendering = Rendering {
        report: &audited.report,
        summary: summary(&audited, command),
        json: &|| json(&audited),
    };
    output::print(&rendering.render(command.format)?)?;
    Ok(outcome(&audited.report, command.fail_level.severity()))
}

/// What was read, what was found, and what could not be judged.
fn summary(audited: &Audited, command: &Audit) -> String {
    let counts = audited.counts;
    let plural = report::plural;
    let read = [
        format!(
            "{} ({} active)",
            plural(counts.principals, "principal", "principals"),
            counts.active
        ),
        plural(counts.assignments, "role held", "roles held"),
        plural(counts.direct_actions, "direct action", "direct actions"),
        plural(counts.scopes, "scope", "scopes"),
    ];
    if counts.principals == 0 {
        // No directory is without principals, so this one could not be read.
        return format!("nothing was judged: {}\n", report::found(&audited.report));
    }
    let mut text = format!("{}: {}\n", read.join(", "), report::found(&audited.report));
    if !audited.not_judged.is_empty() {
        let words = audited.not_judged.join(", ");
        let why = match (command.directory.is_some(), command.before.is_some()) {
            (false, _) => " (they take a directory: `--directory`)",
            (true, false) if !audited.not_judged.contains(&"cardinality") => {
                " (they take the directory before a change: `--before`)"
            }
            (true, _) => " (mend the findings first)",
        };
        text.push_str(&format!("not judged: {words}{why}\n"));
    }
    text
}

fn json(audited: &Audited) -> serde_json::Value {
    let mut json = report::json(&audited.report);
    let counts = audited.counts;
    report::extend(
        &mut json,
        json!({
            "read": {
                "principals": counts.principals,
                "active": counts.active,
                "assignments": counts.assignments,
                "direct_actions": counts.direct_actions,
                "scopes": counts.scopes,
            },
            "not_judged": audited.not_judged,
        }),
    );
    json
}
