//! `policyc diff`: every decision that changed between two versions of policies.
//!
//! Not what changed, which the library computes; and not a diff of lines.

mod json;
mod lines;
mod markdown;
mod side;
mod text;

use clap::{Args, ValueEnum};
use policyc::{DiffError, Verdict, diff};

use super::exit::{Exit, Failure};
use super::{Outcome, output};

pub(super) use side::old_bundle;

/// Show every decision that changed, the verdict, and the version that it needs.
///
/// Each side is a policy file, a folder, a bundle, or `git:REV[:PATH]`: a revision of the
/// repository, where PATH is the path of the other side if it is left out. A single path is
/// compared with `git:HEAD`; a single `git:REV` is the old side, and `git:HEAD` the new one.
#[derive(Debug, Args)]
pub(super) struct DiffCommand {
    /// The old side, or the only one.
    #[arg(value_name = "OLD", default_value = super::input::DEFAULT_PATH)]
    old: String,

    /// The new side.
    #[arg(value_name = "NEW")]
    new: Option<String>,

    /// Which change makes the command fail.
    #[arg(long, value_enum, value_name = "CHANGE", default_value_t = FailOn::Any)]
    fail_on: FailOn,

    /// How to show it.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Somebody may do more.
    Wider,
    /// Somebody may do less.
    Narrower,
    /// Access is not the same.
    Any,
}

impl FailOn {
    fn is_met_by(self, verdict: Verdict) -> bool {
        match self {
            Self::Wider => verdict.is_wider(),
            Self::Narrower => verdict.is_narrower(),
            Self::Any => verdict != Verdict::Same,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// A sentence a change.
    Text,
    /// For a comment under a change request.
    Markdown,
    /// The shape of `schema/diff.v1.schema.json`.
    Json,
}

pub(super) fn run(command: &DiffCommand) -> Outcome {
    let (old, new) = side::bundles(&command.old, command.new.as_deref())?;
    let diff = diff(&old, &new).map_err(|error| match error {
        DiffError::NothingInCommon { .. } => Failure::Usage(error.to_string()),
        error => Failure::Broken(error.into()),
    });
    let diff = diff?;
    match command.format {
        DiffFormat::Text => output::print(&text::text(&diff))?,
        DiffFormat::Markdown => output::print(&markdown::markdown(&diff))?,
        DiffFormat::Json => output::print_json(&json::json(&diff))?,
    }
    Ok(if command.fail_on.is_met_by(diff.verdict()) { Exit::No } else { Exit::Yes })
}
