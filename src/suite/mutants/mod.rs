//! Mutants: a policy with one thing changed, and whether its suites and invariants notice.
//!
//! Not compiled again: the table is changed, which is what a mistake in the text comes to, and what
//! lies behind it runs as ever. A mutant is *noticed* if a case fails, an invariant does not hold,
//! or the ticks of a row differ from its cells: if `policyc check` or `policyc test` would say so.
//! What nothing notices is asked for a request that it answers otherwise. There is none: then it is
//! no other policy, and not counted. Else it survives, and the request is the case to add, which
//! was run to see that it passes on the policy and fails on the mutant.
//!
//! ```text
//! plan      every mutant of a table, with its words and its place
//! edit      what each changes in the table
//! notice    whether a case, an invariant or a row's ticks notices
//! propose   the case that would; people: the small directories that some of these take
//! ```
//!
//! How one cell is changed, since roles inherit: in these tables each grant names all roles that it
//! reaches, and roles inherit nothing. A role is *given* an action by one more permit, which its
//! seniors have as well, as in the policy they would. An action is *taken* from a role in every
//! permit that reaches it, and from those seniors that have it through no other role; its juniors
//! keep it. So every pair of a role and an action is one mutant, whoever is named where. All other
//! mutants change the policy's own entries, one at a time.

mod edit;
mod notice;
mod people;
mod plan;
mod propose;

use crate::diagnostic::Report;
use crate::parallel;
use crate::source::Source;
use crate::table::{Bundle, Table};

use super::prepared::{self, Prepared};

use edit::Bases;
use notice::Noticing;
use plan::Mutant;

/// What suites and invariants notice of policies that are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mutation {
    /// By policy, in the order of their ids.
    pub policies: Vec<PolicyMutation>,
}

/// What is noticed of the mutants of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyMutation {
    /// The policy's id.
    pub policy: String,
    /// How many mutants something notices.
    pub noticed: usize,
    /// How many answer every request as the policy does; they are not counted.
    pub equivalent: usize,
    /// Those that nothing notices, in the order of the file's lines.
    pub survivors: Vec<Survivor>,
}

impl PolicyMutation {
    /// How many mutants count: those that are noticed, and those that are not.
    #[must_use]
    pub fn total(&self) -> usize {
        self.noticed.saturating_add(self.survivors.len())
    }
}

/// A mutant that nothing notices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Survivor {
    /// The file, as the report names it.
    pub file: String,
    /// The line of the entry that is changed, counted from 1.
    pub line: u32,
    /// What sort of change it is: `cell-given`.
    pub kind: &'static str,
    /// What is changed.
    pub what: String,
    /// What to add to a suite so that it is noticed; none where no case of a few roles does.
    pub case: Option<Proposed>,
}

/// A case to add.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Proposed {
    /// The list of the suite that it belongs to: `cases`.
    pub list: &'static str,
    /// The case, on one line. It expects what the policy answers now: whoever adds it says that
    /// this is right.
    pub text: String,
}

/// Which changes of policies no case of these suites and no invariant notices.
///
/// The cases must pass on the policies as they are ([`run_suites`](crate::run_suites) says so): a
/// suite with a mistake or a failing case would notice everything, and is left out. The report is
/// the one of checking the policies, and says how their files are named.
#[must_use]
pub fn mutate(bundle: &Bundle, report: &Report, suites: &[Source]) -> Mutation {
    let suites = prepared::read(suites);
    let mut by_table = prepared::by_table(bundle, &suites);
    for (table, suites) in &mut by_table {
        suites.retain(|suite| suite.passes(table));
    }
    let subjects: Vec<Subject<'_, '_>> =
        by_table.iter().map(|(table, suites)| Subject::new(table, suites)).collect();
    let jobs = subjects.iter().flat_map(|subject| {
        let mutants = subject.mutants.iter();
        mutants.map(move |mutant| (subject, mutant))
    });
    let jobs: Vec<(&Subject<'_, '_>, &Mutant)> = jobs.collect();
    let outcomes = parallel::map(&jobs, |(subject, mutant)| subject.outcome(mutant));
    let mut outcomes = outcomes.into_iter();
    let policies = subjects.iter().map(|subject| {
        let own = outcomes.by_ref().take(subject.mutants.len());
        subject.summary(report, own)
    });
    Mutation { policies: policies.collect() }
}

/// What became of a mutant.
enum Outcome {
    Noticed,
    Equivalent,
    Survived(Option<Proposed>),
}

/// A policy whose mutants are looked at.
struct Subject<'p, 's> {
    table: &'p Table,
    bases: Bases,
    mutants: Vec<Mutant>,
    noticing: Noticing<'p, 's>,
}

impl<'p, 's> Subject<'p, 's> {
    fn new(table: &'p Table, suites: &'p [Prepared<'s>]) -> Self {
        Self {
            table,
            bases: Bases::new(table),
            mutants: plan::mutants(table),
            noticing: Noticing::new(table, suites),
        }
    }

    fn outcome(&self, mutant: &Mutant) -> Outcome {
        // What is no table can be no policy either.
        let Some(table) = self.bases.apply(self.table, &mutant.edit) else {
            return Outcome::Equivalent;
        };
        if self.noticing.notices(&table, &mutant.reach) {
            return Outcome::Noticed;
        }
        propose::outcome(self.table, &table, mutant)
    }

    fn summary(&self, report: &Report, outcomes: impl Iterator<Item = Outcome>) -> PolicyMutation {
        let file = &self.table.notes().file;
        let named = report.files.iter().find(|known| known.bundle_name == *file);
        let file = named.map_or(file, |known| &known.name);
        let policy = self.table.policy().to_owned();
        let mut all = PolicyMutation { policy, noticed: 0, equivalent: 0, survivors: Vec::new() };
        for (mutant, outcome) in self.mutants.iter().zip(outcomes) {
            match outcome {
                Outcome::Noticed => all.noticed += 1,
                Outcome::Equivalent => all.equivalent += 1,
                Outcome::Survived(case) => all.survivors.push(Survivor {
                    file: file.clone(),
                    line: mutant.line,
                    kind: mutant.edit.kind(),
                    what: mutant.what.clone(),
                    case,
                }),
            }
        }
        all.survivors.sort_by_key(|survivor| survivor.line);
        all
    }
}
