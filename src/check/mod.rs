//! The whole of checking: compile, then analyze; what `policyc check` and `build` call.
//!
//! Not files: sources are given, with their names and bytes.

mod invariants;
mod ticks;

use std::collections::BTreeMap;

use crate::analyze::{SITUATIONS_MAX, subsumed};
use crate::compile::{SourceContext, compile};
use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{At, Diagnostic, FileId, Report, Severity, Span, constraints, sources};
use crate::source::{self, Source};
use crate::table::{Bundle, Table};

/// What checking found, and the bundle where nothing stands against it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Checked {
    /// The compiled policies; none where there is an error, or no source at all.
    pub bundle: Option<Bundle>,
    /// Everything that was found.
    pub report: Report,
}

/// Checks sources and compiles them, in any order with the same result.
///
/// A stage with an error in a policy is the last stage of that policy; other policies go on.
#[must_use]
pub fn check(sources: Vec<Source>) -> Checked {
    let mut sources = sources;
    sources.sort_by(|before, after| before.name.cmp(&after.name));
    let mut report = Report::default();
    let mut tables: Vec<Table> = Vec::new();
    let mut first: BTreeMap<String, At> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        let file = source.file();
        let one = check_one(source, &file.text, FileId(at), &mut first);
        report.files.push(file);
        report.diagnostics.extend(one.1);
        tables.extend(one.0);
    }
    report.sort();
    if report.has_errors() || tables.is_empty() {
        return Checked { bundle: None, report };
    }
    match Bundle::new(tables) {
        Ok(bundle) => Checked { bundle: Some(bundle), report },
        Err(error) => {
            report.diagnostics.push(internal_error(At::default(), &error.to_string()));
            Checked { bundle: None, report }
        }
    }
}

/// Builds a bundle from sources: [`check`] for callers who need no more than the answer.
///
/// # Errors
/// The report, where anything in it is an error; an empty one where there is no source at all.
pub fn build(sources: Vec<Source>) -> Result<Bundle, Report> {
    let checked = check(sources);
    checked.bundle.ok_or(checked.report)
}

/// Checks one policy; `first` remembers where each policy id was stated first.
fn check_one(
    source: &Source,
    text: &str,
    file: FileId,
    first: &mut BTreeMap<String, At>,
) -> (Option<Table>, Vec<Diagnostic>) {
    let policy = match source::read(&source.bytes, file) {
        Ok(policy) => policy,
        Err(found) => return (None, found),
    };
    let (id, at) = (policy.id.value.as_str(), At::new(file, policy.id.span));
    if let Some(first) = first.get(id) {
        return (None, vec![sources::duplicate_policy(at, id, *first)]);
    }
    first.insert(id.to_owned(), at);
    let context = SourceContext { file, name: &source.bundle_name, text };
    let (compiled, mut found) = compile(&policy, context);
    let Some(compiled) = compiled else {
        return (None, found);
    };
    let whole = At::new(file, Span::default());
    found.extend(ticks::check(&compiled, whole));
    found.extend(invariants::check(&compiled));
    let table = match compiled.table.with_subsumed(subsumed) {
        Ok(Ok(table)) => Some(table),
        Ok(Err(broken)) => {
            found.push(internal_error(whole, &format!("the table with its pairs {broken}")));
            None
        }
        Err(constraint) => {
            let at = compiled.constraints.get(constraint).copied().unwrap_or(whole);
            found.push(constraints::too_many_situations(at, SITUATIONS_MAX));
            None
        }
    };
    let has_errors = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    (table.filter(|_| !has_errors), found)
}
