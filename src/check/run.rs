//! One run over all sources: each policy through its stages, as far as it comes.
//!
//! Not the bundle, which is made where nothing stands against it.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::{SITUATIONS_MAX, subsumed};
use crate::compile::{Compiled, SourceContext, compile};
use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{
    At, Diagnostic, FileId, Group, Report, Rule, Severity, Span, constraints, sources,
};
use crate::source::{self, Source};
use crate::table::Table;
use crate::table::notes::Invariant;

use super::lints::{self, Context};
use super::{Proofs, escalation, invariants, ticks};

/// What of the policies' own claims is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proving<'a> {
    Every,
    /// Ticks, and the invariants with this title.
    Titled(&'a str),
    Nothing,
}

/// Which rules are on; errors are, whatever this says.
pub(super) type IsOn<'a> = &'a dyn Fn(&Rule) -> bool;

/// One run over all sources.
pub(super) struct Run<'a> {
    proving: Proving<'a>,
    is_on: IsOn<'a>,
    pub(super) report: Report,
    pub(super) tables: Vec<Table>,
    pub(super) proofs: Proofs,
    /// The titles of all invariants that could be read.
    pub(super) titles: BTreeSet<String>,
    /// Where each policy id was stated first.
    first: BTreeMap<String, At>,
}

impl<'a> Run<'a> {
    pub(super) fn of(mut sources: Vec<Source>, proving: Proving<'a>, is_on: IsOn<'a>) -> Self {
        sources.sort_by(|before, after| before.name.cmp(&after.name));
        let mut run = Self {
            proving,
            is_on,
            report: Report::default(),
            tables: Vec::new(),
            proofs: Proofs::default(),
            titles: BTreeSet::new(),
            first: BTreeMap::new(),
        };
        for (at, source) in sources.iter().enumerate() {
            let file = source.file();
            let (table, mut found) = run.one(source, &file.text, FileId(at));
            found.retain(|diagnostic| run.reports(diagnostic.rule));
            run.report.files.push(file);
            run.report.diagnostics.extend(found);
            run.tables.extend(table);
        }
        run.report.sort();
        run
    }

    /// Checks one policy.
    fn one(
        &mut self,
        source: &Source,
        text: &str,
        file: FileId,
    ) -> (Option<Table>, Vec<Diagnostic>) {
        let policy = match source::read(&source.bytes, file) {
            Ok(policy) => policy,
            Err(found) => return (None, found),
        };
        let titles = policy.invariants.iter().filter_map(|entry| entry.about.title.as_ref());
        self.titles.extend(titles.map(|title| title.value.as_str().to_owned()));
        let (id, at) = (policy.id.value.as_str(), At::new(file, policy.id.span));
        if let Some(first) = self.first.get(id) {
            return (None, vec![sources::duplicate_policy(at, id, *first)]);
        }
        self.first.insert(id.to_owned(), at);
        let context = SourceContext { file, name: &source.bundle_name, text };
        let (compiled, mut found) = compile(&policy, context);
        let Some(compiled) = compiled else {
            return (None, found);
        };
        found.extend(self.proved(&compiled, source, file));
        let table = with_subsumed(compiled, file, &mut found);
        let has_errors = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let table = table.filter(|_| !has_errors);
        // An error often has lints for consequences, so they come last and only without one.
        if let Some(table) = &table {
            let context = Context { policy: &policy, table, file, text };
            found.extend(lints::check(&context, self.is_on));
        }
        (table, found)
    }

    /// Whether findings of the rule are reported: the one place that decides it.
    fn reports(&self, rule: &Rule) -> bool {
        rule.group == Group::Error || (self.is_on)(rule)
    }

    /// What a policy says of its own table, and what is wrong with that.
    fn proved(&mut self, compiled: &Compiled, source: &Source, file: FileId) -> Vec<Diagnostic> {
        let proving = self.proving;
        if proving == Proving::Nothing {
            return Vec::new();
        }
        let whole = At::new(file, Span::default());
        let mut found = ticks::check(compiled, whole);
        found.extend(escalation::check(compiled, whole));
        let is_asked = |invariant: &Invariant| match proving {
            Proving::Every => true,
            Proving::Titled(title) => invariant.note.title.as_deref() == Some(title),
            Proving::Nothing => false,
        };
        let (proofs, broken) = invariants::check(compiled, &source.name, &is_asked);
        self.proofs.invariants += proofs.invariants;
        self.proofs.cells += proofs.cells;
        found.extend(broken);
        found
    }
}

/// The table, with what `no-subsumed-roles` needs to know of it.
fn with_subsumed(compiled: Compiled, file: FileId, found: &mut Vec<Diagnostic>) -> Option<Table> {
    let whole = At::new(file, Span::default());
    match compiled.table.with_subsumed(subsumed) {
        Ok(Ok(table)) => return Some(table),
        Ok(Err(broken)) => {
            found.push(internal_error(whole, &format!("the table with its pairs {broken}")));
        }
        Err(constraint) => {
            let at = compiled.constraints.get(constraint).copied().unwrap_or(whole);
            found.push(constraints::too_many_situations(at, SITUATIONS_MAX));
        }
    }
    None
}
