//! What a policy says of its source in one place and not in another: ticks and evidence.
//!
//! Not citations, whose absence is an error where the document's rules are counted.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{At, Diagnostic, sources};

use super::Context;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = ticks(context);
    found.extend(evidence(context));
    found
}

/// Rows without ticks, where another row has some.
fn ticks(context: &Context<'_>) -> Vec<Diagnostic> {
    let grants = || context.policy.grants.iter();
    let ticked = grants().filter_map(|grant| Some((grant.row.as_ref()?, grant.ticks.as_ref()?)));
    let ticked: Vec<_> = ticked.collect();
    let Some((_, first)) = ticked.first() else { return Vec::new() };
    let known: BTreeSet<&str> = ticked.iter().map(|(row, _)| row.value.as_str()).collect();
    let mut without: BTreeMap<&str, At> = BTreeMap::new();
    for row in grants().filter_map(|grant| grant.row.as_ref()) {
        if !known.contains(row.value.as_str()) {
            without.entry(row.value.as_str()).or_insert(context.at(row.span));
        }
    }
    let first = context.at(first.span);
    without.into_iter().map(|(row, at)| sources::row_without_ticks(at, row, first)).collect()
}

/// Grants without evidence in a policy that has a source; one finding where none has any.
fn evidence(context: &Context<'_>) -> Vec<Diagnostic> {
    let grants = &context.policy.grants;
    if context.policy.source.is_none() {
        return Vec::new();
    }
    let without = grants.iter().filter(|grant| grant.evidence.is_none());
    let without: Vec<At> = without.map(|grant| context.at(grant.about.span)).collect();
    match without.first() {
        Some(first) if without.len() == grants.len() => {
            vec![sources::missing_evidence_of_all(*first)]
        }
        _ => without.into_iter().map(sources::missing_evidence).collect(),
    }
}
