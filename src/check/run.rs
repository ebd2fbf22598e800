//! One run over all sources: each policy through its stages, as far as it comes.
//!
//! Not the bundle, which is made where nothing stands against it.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::{SITUATIONS_MAX, subsumed};
use crate::compile::{Compiled, SourceContext, compile};
use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{
    At, Diagnostic, FileId, Levels, Report, Severity, Span, constraints, sources,
};
use crate::parallel;
use crate::source::policy::Policy;
use crate::source::{self, PolicyTree, Source};
use crate::table::notes::Invariant;
use crate::table::rules::{Constraint, Says};
use crate::table::{Bundle, Table};

use super::lints::{self, Context};
use super::{Proofs, allowed, escalation, invariants, ticks, version};

/// What of the policies' own claims is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proving<'a> {
    Every,
    /// Ticks, and the invariants with this title.
    Titled(&'a str),
    Nothing,
}

/// What a run is to look at, and how its findings weigh.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options<'a> {
    pub(super) proving: Proving<'a>,
    pub(super) levels: &'a Levels,
    pub(super) finding: Finding,
    /// Older policies, which versions are compared with.
    pub(super) against: Option<&'a Bundle>,
}

/// Whether it matters what is found besides errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Everything,
    Errors,
}

/// What one run over all sources came to.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) report: Report,
    pub(super) tables: Vec<Table>,
    pub(super) proofs: Proofs,
    /// The titles of all invariants that could be read.
    pub(super) titles: BTreeSet<String>,
}

impl Run {
    pub(super) fn of(mut sources: Vec<Source>, options: Options<'_>) -> Self {
        sources.sort_by(|before, after| before.name.cmp(&after.name));
        let files = sources.into_iter().enumerate();
        let examined = parallel::map(files, |(at, source)| {
            let file = FileId(at);
            let (text, not_utf8) = source.into_file(file);
            let examined = match not_utf8 {
                Some(not_utf8) => Examined::refused(vec![not_utf8]),
                None => examine(SourceContext { file, source: &text }, options),
            };
            (text, examined)
        });
        let mut run = Self::default();
        // Where each policy id was stated first.
        let mut first: BTreeMap<String, At> = BTreeMap::new();
        for (text, examined) in examined {
            run.report.files.push(text);
            run.titles.extend(examined.titles);
            if let Some((id, at)) = examined.id {
                if let Some(first) = first.get(&id) {
                    let twice = sources::duplicate_policy(at, &id, *first);
                    run.report.diagnostics.push(twice);
                    continue;
                }
                first.insert(id, at);
            }
            run.proofs.invariants += examined.proofs.invariants;
            run.proofs.cells += examined.proofs.cells;
            run.report.diagnostics.extend(examined.found);
            run.tables.extend(examined.table);
        }
        run.report.sort();
        run
    }
}

/// What one policy came to.
#[derive(Debug, Default)]
struct Examined {
    /// Its id, and where it stands; none where the file could not be read so far.
    id: Option<(String, At)>,
    titles: Vec<String>,
    table: Option<Table>,
    found: Vec<Diagnostic>,
    proofs: Proofs,
}

impl Examined {
    /// A file that could not be read.
    fn refused(found: Vec<Diagnostic>) -> Self {
        Self { found, ..Self::default() }
    }
}

/// Takes one policy through its stages.
fn examine(source: SourceContext<'_>, options: Options<'_>) -> Examined {
    let (text, refused) = (source.source.text.as_str(), Examined::refused);
    let tree = match source::parse_policy(text, source.file) {
        Ok(tree) => tree,
        Err(found) => return refused(found),
    };
    if text.len() < parallel::LARGE {
        return tree.validate().map_or_else(refused, |()| examine_tree(&tree, source, options));
    }
    // Validating a large file takes as long as all that follows, which needs nothing of it: what it
    // refuses is not looked at.
    let (valid, examined) =
        parallel::both(|| tree.validate(), || examine_tree(&tree, source, options));
    valid.map_or_else(refused, |()| examined)
}

/// Takes one policy that has its shape through the stages that are left.
fn examine_tree(
    tree: &PolicyTree<'_>,
    source: SourceContext<'_>,
    options: Options<'_>,
) -> Examined {
    let file = source.file;
    let policy = match tree.load() {
        Ok(policy) => policy,
        Err(found) => return Examined::refused(found),
    };
    let titles = policy.invariants.iter().filter_map(|entry| entry.about.title.as_ref());
    let mut examined = Examined {
        id: Some((policy.id.value.as_str().to_owned(), At::new(file, policy.id.span))),
        titles: titles.map(|title| title.value.as_str().to_owned()).collect(),
        ..Examined::default()
    };
    let (compiled, mut found) = compile(&policy, source);
    if let Some(compiled) = compiled {
        found.extend(proved(&compiled, &source.source.name, options.proving, &mut examined.proofs));
        examined.table = with_subsumed(compiled, file, &mut found);
    }
    if let Some(table) = examined.table.as_ref().filter(|_| !has_errors(&found)) {
        let before = options.against.and_then(|before| before.table(table.policy()));
        let at = At::new(file, policy.version.span);
        found.extend(before.and_then(|before| version::check(before, table, at)));
    }
    // An error often has lints for consequences, so they come last and only without one.
    let table = examined.table.as_ref().filter(|_| !has_errors(&found));
    if let Some(table) = table.filter(|_| options.finding == Finding::Everything) {
        let context = Context::new(&policy, table, source);
        found.extend(lints::check(&context, options.levels));
    }
    examined.found = weighed(&policy, file, options.levels, found);
    if options.finding == Finding::Errors {
        examined.found.retain(|found| found.severity == Severity::Error);
    }
    if has_errors(&examined.found) {
        examined.table = None;
    }
    examined
}

fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|found| found.severity == Severity::Error)
}

/// What is left of the findings where the policy allows some, and levels weigh the rest.
fn weighed(
    policy: &Policy,
    file: FileId,
    levels: &Levels,
    found: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut found = allowed::apply(policy, file, levels, found);
    found.retain_mut(|one| match levels.severity(one.rule, one.severity) {
        Some(severity) => {
            one.severity = severity;
            true
        }
        None => false,
    });
    found
}

/// What a policy says of its own table, and what is wrong with that.
fn proved(
    compiled: &Compiled,
    name: &str,
    proving: Proving<'_>,
    proofs: &mut Proofs,
) -> Vec<Diagnostic> {
    if proving == Proving::Nothing {
        return Vec::new();
    }
    let whole = At::new(compiled.file, Span::default());
    let mut found = ticks::check(compiled, whole);
    found.extend(escalation::check(compiled, whole));
    let is_asked = |invariant: &Invariant| match proving {
        Proving::Every => true,
        Proving::Titled(title) => invariant.note.title.as_deref() == Some(title),
        Proving::Nothing => false,
    };
    let broken;
    (*proofs, broken) = invariants::check(compiled, name, &is_asked);
    found.extend(broken);
    found
}

/// The table, with what `no-subsumed-roles` needs to know of it.
fn with_subsumed(compiled: Compiled, file: FileId, found: &mut Vec<Diagnostic>) -> Option<Table> {
    let whole = At::new(file, Span::default());
    let asks = |constraint: &Constraint| matches!(constraint.says, Says::NoSubsumedRoles { .. });
    if !compiled.table.rules().constraints.iter().any(asks) {
        return Some(compiled.table);
    }
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
