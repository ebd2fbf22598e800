//! Suites: what policies are expected to answer, run against what they do answer.
//!
//! Not another way to decide: every case goes through the functions that services call.
//!
//! ```text
//! fixtures  principals and resources by name, as requests want them
//! names     what the policy or the suite does not know; a suite with such a mistake is not run
//! cells     tables, made into cases
//! decisions, assignments   a case run, and how its failure reads
//! prepared  a suite, read once to be run over many tables
//! coverage  which cells of a policy no case and no invariant touches
//! mutants   which changes of a policy no case and no invariant notices
//! written   a case as a suite writes it
//! ```

mod assignments;
mod cells;
mod coverage;
mod decisions;
mod fixtures;
mod mutants;
mod names;
mod prepared;
mod written;

use crate::diagnostic::names::unknown_policy;
use crate::diagnostic::{At, Diagnostic, FileId, Report, Span, suites};
use crate::source::suite::Suite;
use crate::source::{self, Source};
use crate::table::{Bundle, Table};

pub use coverage::{Coverage, Gap, PolicyCoverage, coverage};
pub use mutants::{Mutation, PolicyMutation, Proposed, Survivor, mutate};

use fixtures::Fixtures;

/// What running suites found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Tested {
    /// The findings, with the texts that they point into: those of the policies first.
    pub report: Report,
    /// Every case that was run, in the order of the suites and their files.
    pub cases: Vec<CaseResult>,
    /// How many suites have mistakes of their own and were not run.
    pub unrun: usize,
}

/// A case that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseResult {
    /// The suite's file.
    pub suite: String,
    /// What the case is called: its title, or who asks for what.
    pub name: String,
    /// The line of the expectation, counted from 1.
    pub line: usize,
    /// What was answered instead of what was expected; none where the case passed.
    pub failure: Option<String>,
}

/// Runs suites (`schema/suite.v1.schema.json`) over compiled policies.
///
/// The report is the one of checking the policies, which has their texts: a failure shows both the
/// expectation and the lines that decide. With a filter only those cases run whose name, or whose
/// suite's, has this text in it. A suite with a mistake in it is not run at all.
#[must_use]
pub fn run_suites(
    bundle: &Bundle,
    report: Report,
    suites: &[Source],
    filter: Option<&str>,
) -> Tested {
    let mut tested = Tested { report, ..Tested::default() };
    let mut suites: Vec<&Source> = suites.iter().collect();
    suites.sort_by(|before, after| before.name.cmp(&after.name));
    for source in suites {
        let file = FileId(tested.report.files.len());
        tested.report.files.push(source.file());
        match run(bundle, &tested.report, source, file, filter) {
            Ok(run) => {
                tested.cases.extend(run.cases);
                tested.report.diagnostics.extend(run.failures);
            }
            Err(found) => {
                tested.unrun += 1;
                tested.report.diagnostics.extend(found);
            }
        }
    }
    tested.report.sort();
    tested
}

fn run<'r>(
    bundle: &Bundle,
    report: &'r Report,
    source: &'r Source,
    file: FileId,
    filter: Option<&'r str>,
) -> Result<Run<'r>, Vec<Diagnostic>> {
    let suite = source::read_suite(&source.bytes, file)?;
    let policy = suite.policy.value.as_str();
    let Some(table) = bundle.table(policy) else {
        let known = bundle.tables().iter().map(Table::policy).collect();
        return Err(vec![unknown_policy(At::new(file, suite.policy.span), policy, known)]);
    };
    if suite.is_empty() {
        return Err(vec![suites::suite_without_cases(At::new(file, suite.policy.span))]);
    }
    let fixtures = Fixtures::new(&suite, file);
    let cells = names::check(table, &suite, &fixtures)?;
    let filter = filter.filter(|filter| !source.name.contains(filter));
    let mut run = Run { report, source, filter, cases: Vec::new(), failures: Vec::new() };
    decisions::run(&mut run, table, decisions::asks(&suite, &fixtures, cells));
    assignments::run(&mut run, table, &suite, &fixtures);
    Ok(run)
}

impl Suite {
    fn is_empty(&self) -> bool {
        self.tables.is_empty()
            && self.cases.is_empty()
            && self.holds.is_empty()
            && self.proposals.is_empty()
            && self.audits.is_empty()
    }
}

/// A suite that is being run.
struct Run<'r> {
    report: &'r Report,
    source: &'r Source,
    /// What the name of a case must have in it.
    filter: Option<&'r str>,
    cases: Vec<CaseResult>,
    failures: Vec<Diagnostic>,
}

impl Run<'_> {
    /// Whether the case is wanted.
    fn wants(&self, name: &str) -> bool {
        self.filter.is_none_or(|filter| name.contains(filter))
    }

    /// Notes a case; a failure is what the diagnostic says.
    fn note(&mut self, name: String, at: At, failure: Option<Diagnostic>) {
        self.cases.push(CaseResult {
            suite: self.source.name.clone(),
            name,
            line: self.report.places(at).0.line,
            failure: failure.as_ref().map(|failure| failure.message.clone()),
        });
        self.failures.extend(failure);
    }

    /// A line of a policy, where its text is in the report.
    fn entry(&self, file: &str, line: u32) -> Option<At> {
        let at = self.report.files.iter().position(|known| known.bundle_name == file)?;
        let line = usize::try_from(line).ok()?;
        let span: Span = self.report.files.get(at)?.line(line);
        Some(At::new(FileId(at), span))
    }
}
