//! Suites read once, to be run over many tables.
//!
//! Not their mistakes: a suite that has some is left out, as it is where suites are run.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{FileId, Report};
use crate::source::suite::Suite;
use crate::source::{self, Source};
use crate::table::{Bundle, Table};

use super::decisions::{Ask, asks};
use super::fixtures::Fixtures;
use super::{Run, assignments, names};

/// The suites that can be read.
pub(super) fn read(sources: &[Source]) -> Vec<Suite> {
    let suites = sources.iter().map(|source| source::read_suite(&source.bytes, FileId(0)));
    suites.filter_map(Result::ok).collect()
}

/// A suite with everything that its cases take.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    suite: &'s Suite,
    fixtures: Fixtures<'s>,
    pub asks: Vec<Ask<'s>>,
}

impl<'s> Prepared<'s> {
    /// A suite of this table's policy; none where it has mistakes, or is another policy's.
    pub(super) fn new(table: &Table, suite: &'s Suite) -> Option<Self> {
        if suite.policy.value.as_str() != table.policy() {
            return None;
        }
        let fixtures = Fixtures::new(suite, FileId(0));
        let cells = names::check(table, suite, &fixtures).ok()?;
        let asks = asks(suite, &fixtures, cells);
        Some(Self { suite, fixtures, asks })
    }

    /// Whether the cases about who may hold and give roles pass.
    pub(super) fn passes_assignments(&self, table: &Table) -> bool {
        let (report, source) = (Report::default(), Source::new("", ""));
        let mut run = Run {
            report: &report,
            source: &source,
            filter: None,
            cases: Vec::new(),
            failures: Vec::new(),
        };
        assignments::run(&mut run, table, self.suite, &self.fixtures);
        run.failures.is_empty()
    }

    /// The names of what the audits of the suite find, sorted.
    pub(super) fn audited(&self, table: &Table) -> Vec<String> {
        let found = self.suite.audits.iter();
        let found = found.flat_map(|case| assignments::audit(table, (self.suite, case), FileId(0)));
        let names: BTreeSet<String> = found.map(|found| found.rule.name.to_owned()).collect();
        names.into_iter().collect()
    }

    /// Whether all cases pass.
    pub(super) fn passes(&self, table: &Table) -> bool {
        self.asks.iter().all(|ask| ask.passes(table)) && self.passes_assignments(table)
    }
}

/// Each table of a bundle with its suites.
pub(super) fn by_table<'s>(
    bundle: &'s Bundle,
    suites: &'s [Suite],
) -> Vec<(&'s Table, Vec<Prepared<'s>>)> {
    let prepared = |table| suites.iter().filter_map(|suite| Prepared::new(table, suite)).collect();
    bundle.tables().iter().map(|table| (table, prepared(table))).collect()
}

/// The requests of suites, by their actions.
pub(super) fn by_action<'p, 's>(suites: &'p [Prepared<'s>]) -> BTreeMap<&'p str, Vec<&'p Ask<'s>>> {
    let mut by_action: BTreeMap<&str, Vec<&Ask<'s>>> = BTreeMap::new();
    for ask in suites.iter().flat_map(|suite| &suite.asks) {
        by_action.entry(&ask.action).or_default().push(ask);
    }
    by_action
}
