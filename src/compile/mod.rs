//! The compiler: from a typed policy to a table; what the text says.
//!
//! Not what the table says: ticks, invariants and constraints are `analyze`'s. The steps:
//!
//! ```text
//! symbols      every declared name gets its id: its rank among the names of its list
//! vocabulary   which actions there are
//! lower        the statements, with ids for names, patterns expanded, `except` taken out
//! cycles       inheritance, conditions and scopes end somewhere
//! meaning      what is known fits together: kinds, literals, grants, bounds, citations
//! ```
//!
//! Lowering makes rules that are canonical: the order of the file survives only in the notes. A
//! name that is unknown, or a circle, ends the policy here, so that the later checks need not
//! report the same mistake again in their own words.

mod cycles;
mod lower;
mod meaning;
mod notes;
mod statements;
mod symbols;
mod vocabulary;

use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{At, Diagnostic, FileId, Severity, SourceFile, Span};
use crate::model::{GrantId, Id};
use crate::source::policy::{Invariant, Names, Policy};
use crate::table::Table;

use symbols::Symbols;

/// One source file, as far as compiling needs to know of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceContext<'a> {
    pub file: FileId,
    /// Its name in the bundle, and its lines.
    pub source: &'a SourceFile,
}

/// A table, and where the file says what `check` may have to point at.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub file: FileId,
    pub table: Table,
    /// By grant: where its `ticks` stand.
    pub ticks: Vec<Option<At>>,
    /// By constraint: where it stands.
    pub constraints: Vec<At>,
    /// By delegation: where it and the roles of its `by` stand.
    pub delegations: Vec<DelegationPlaces>,
    /// By invariant: where it and its lists stand.
    pub invariants: Vec<InvariantPlaces>,
}

/// Where a delegation stands, and where it names who may give.
#[derive(Debug, Clone)]
pub(crate) struct DelegationPlaces {
    pub entry: At,
    pub by: Vec<(String, At)>,
}

/// Where an invariant stands, and where its lists do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InvariantPlaces {
    pub entry: At,
    pub roles: Option<At>,
    pub actions: Option<At>,
    pub except: Option<At>,
    pub kinds: Option<At>,
}

impl Compiled {
    /// Where a grant's `ticks` stand.
    pub(crate) fn ticks_at(&self, id: GrantId) -> Option<At> {
        self.ticks.get(id.index()).copied().flatten()
    }
}

/// Compiles one policy. Findings that are no errors come with the table.
pub(crate) fn compile(
    policy: &Policy,
    source: SourceContext<'_>,
) -> (Option<Compiled>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let symbols = Symbols::new(policy, source.file, &mut found);
    let vocabulary = vocabulary::new(policy, source.file, &mut found);
    let mut lowering = lower::Lowering::new(source.file, &symbols, &vocabulary);
    let draft = lowering.draft(policy);
    let notes = notes::notes(policy, &draft, source, &mut lowering);
    found.extend(lowering.into_found());
    found.extend(cycles::check(policy, source.file));
    if has_errors(&found) {
        return (None, found);
    }
    found.extend(meaning::check(policy, &draft, source.file));
    if has_errors(&found) {
        return (None, found);
    }
    let at = |span: Option<Span>| span.map(|span| At::new(source.file, span));
    let grants = draft.grant_sources.iter().filter_map(|at| policy.grants.get(*at));
    let ticks = grants.map(|grant| at(grant.ticks.as_ref().map(|ticks| ticks.span))).collect();
    let constraints = draft.constraint_sources.iter().filter_map(|at| policy.constraints.get(*at));
    let constraints =
        constraints.map(|constraint| At::new(source.file, constraint.about.span)).collect();
    let delegations = draft.delegation_sources.iter().filter_map(|at| policy.delegations.get(*at));
    let delegations = delegations.map(|entry| {
        let by = entry.by.iter();
        let by = by.map(|by| (by.value.as_str().to_owned(), At::new(source.file, by.span)));
        DelegationPlaces { entry: At::new(source.file, entry.about.span), by: by.collect() }
    });
    let delegations = delegations.collect();
    let invariants = policy.invariants.iter().map(|entry| places(entry, source.file)).collect();
    match Table::new(draft.rules, notes) {
        Ok(table) => {
            let file = source.file;
            let compiled = Compiled { file, table, ticks, constraints, delegations, invariants };
            (Some(compiled), found)
        }
        Err(broken) => {
            let broken = format!("the table that was built {broken}");
            found.push(internal_error(At::new(source.file, Span::default()), &broken));
            (None, found)
        }
    }
}

fn places(invariant: &Invariant, file: FileId) -> InvariantPlaces {
    InvariantPlaces {
        entry: At::new(file, invariant.about.span),
        roles: invariant.roles.as_ref().and_then(|roles| covering(roles, file)),
        actions: invariant.actions.as_ref().and_then(|actions| covering(actions, file)),
        except: covering(&invariant.except, file),
        kinds: invariant.kinds.as_ref().and_then(|kinds| covering(kinds, file)),
    }
}

/// From the first name to the last.
fn covering<T>(names: &Names<T>, file: FileId) -> Option<At> {
    let (first, last) = names.first().zip(names.last())?;
    Some(At::new(file, Span { start: first.span.start, end: last.span.end }))
}

fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
