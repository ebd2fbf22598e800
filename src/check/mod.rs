//! The whole of checking: compile, then analyze; what `policyc check` and `build` call.
//!
//! Not files: sources are given, with their names and bytes.

mod allowed;
mod config;
mod escalation;
mod fix;
mod invariants;
mod lints;
mod replay;
mod run;
mod ticks;
mod version;

use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{At, Levels, Report};
use crate::source::Source;
use crate::table::{Bundle, Table};

pub use config::{Config, read_config};
pub use fix::{FixedFile, apply_fixes};

use run::{Finding, Options, Proving, Run};

/// What checking found, and the bundle where nothing stands against it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Checked {
    /// The compiled policies; none where there is an error, or no source at all.
    pub bundle: Option<Bundle>,
    /// Everything that was found.
    pub report: Report,
    /// What was proved on the way.
    pub proofs: Proofs,
}

/// How much was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Proofs {
    /// Invariants that hold.
    pub invariants: usize,
    /// Pairs of a principal and an action that invariants were looked at for, each in every
    /// situation that could matter; those of invariants that do not hold are counted too.
    pub cells: usize,
}

/// No policy has an invariant with this title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownInvariant {
    title: String,
    titles: Vec<String>,
}

impl UnknownInvariant {
    /// The titles that there are, sorted.
    #[must_use]
    pub fn titles(&self) -> &[String] {
        &self.titles
    }
}

impl std::fmt::Display for UnknownInvariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no invariant has the title `{}`", self.title)
    }
}

impl std::error::Error for UnknownInvariant {}

/// Checks sources and compiles them, in any order with the same result.
///
/// A stage with an error in a policy is the last stage of that policy; other policies go on. Lints
/// are the last stage, so a policy with an error has none.
#[must_use]
pub fn check(sources: Vec<Source>) -> Checked {
    check_with(sources, &Levels::default())
}

/// Checks sources as [`check`] does, with levels of its own for what is no error by itself.
///
/// What is denied is an error, and there is no bundle while it stands.
#[must_use]
pub fn check_with(sources: Vec<Source>, levels: &Levels) -> Checked {
    let finding = Finding::Everything;
    let options = Options { proving: Proving::Every, levels, finding, against: None };
    checked(Run::of(sources, options))
}

/// Checks sources as [`check_with`] does, and their versions against an older bundle: a policy
/// that both have must change its version as far as its access changed.
#[must_use]
pub fn check_against(sources: Vec<Source>, levels: &Levels, before: &Bundle) -> Checked {
    let finding = Finding::Everything;
    let options = Options { proving: Proving::Every, levels, finding, against: Some(before) };
    checked(Run::of(sources, options))
}

fn checked(run: Run) -> Checked {
    if run.report.has_errors() {
        return Checked { bundle: None, report: run.report, proofs: run.proofs };
    }
    let (bundle, report) = bundle(run.tables, run.report);
    Checked { bundle, report, proofs: run.proofs }
}

/// Checks sources as [`check_with`] does, but proves only the invariants with this title. What is
/// not proved gives no bundle.
///
/// # Errors
/// Where no invariant has the title and nothing else is wrong.
pub fn check_invariant(
    sources: Vec<Source>,
    title: &str,
    levels: &Levels,
) -> Result<Checked, UnknownInvariant> {
    let (proving, finding) = (Proving::Titled(title), Finding::Everything);
    let options = Options { proving, levels, finding, against: None };
    let Run { report, proofs, titles, .. } = Run::of(sources, options);
    if titles.contains(title) || report.has_errors() {
        return Ok(Checked { bundle: None, report, proofs });
    }
    let titles = titles.into_iter().collect();
    Err(UnknownInvariant { title: title.to_owned(), titles })
}

/// Builds a bundle from sources: [`check`] for callers who need no more than the answer. Nothing
/// but errors is looked for.
///
/// # Errors
/// The errors, where there is one; an empty report where there is no source at all.
pub fn build(sources: Vec<Source>) -> Result<Bundle, Report> {
    built(sources, Proving::Every)
}

/// Builds a bundle without proof: ticks and invariants are not looked at. It shows what a policy
/// decides that says something else of itself, and is not for services.
///
/// # Errors
/// As [`build`].
pub fn build_unproved(sources: Vec<Source>) -> Result<Bundle, Report> {
    built(sources, Proving::Nothing)
}

fn built(sources: Vec<Source>, proving: Proving<'_>) -> Result<Bundle, Report> {
    let levels = &Levels::default();
    let options = Options { proving, levels, finding: Finding::Errors, against: None };
    let checked = checked(Run::of(sources, options));
    checked.bundle.ok_or(checked.report)
}

fn bundle(tables: Vec<Table>, mut report: Report) -> (Option<Bundle>, Report) {
    if tables.is_empty() {
        return (None, report);
    }
    match Bundle::new(tables) {
        Ok(bundle) => (Some(bundle), report),
        Err(error) => {
            report.diagnostics.push(internal_error(At::default(), &error.to_string()));
            (None, report)
        }
    }
}
