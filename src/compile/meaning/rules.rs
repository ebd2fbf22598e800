//! The document's numbered rules: each has a place, and none is cited that is not there.
//!
//! Not what a rule says.

use crate::diagnostic::{At, Diagnostic, FileId, sources};
use crate::source::policy::{About, Policy, Spanned};

/// How many uncited rules one message lists; `rules` may be a very large number.
const LISTED_MAX: usize = 20;

pub(super) fn check(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let cites = abouts(policy).flat_map(|about| &about.cites);
    let rules = policy.source.as_ref().and_then(|source| source.rules.as_ref());
    let Some(rules) = rules else {
        // One mistake, one error: the first citation stands for all.
        let first = cites.min_by_key(|cite| cite.span);
        return first
            .map(|cite| sources::cite_without_rules(At::new(file, cite.span)))
            .into_iter()
            .collect();
    };
    let rules_at = At::new(file, rules.span);
    let cites: Vec<&Spanned<u32>> = cites.collect();
    // One mistake, one error: where `rules` is too small, it is so for all of them.
    let beyond = cites.iter().filter(|cite| cite.value > rules.value).min_by_key(|cite| cite.span);
    let beyond = beyond.map(|cite| {
        sources::cite_beyond_rules(At::new(file, cite.span), cite.value, rules.value, rules_at)
    });
    let mut found: Vec<Diagnostic> = beyond.into_iter().collect();
    let mut numbers: Vec<u32> = cites.iter().map(|cite| cite.value).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let uncited = (1..=rules.value).filter(|rule| numbers.binary_search(rule).is_err());
    let uncited: Vec<u32> = uncited.take(LISTED_MAX).collect();
    if !uncited.is_empty() {
        // Counted and not listed: there may be billions.
        let known_count = numbers.iter().filter(|rule| **rule <= rules.value).count();
        let count = usize::try_from(rules.value).unwrap_or(usize::MAX).saturating_sub(known_count);
        found.push(sources::uncited_rules(rules_at, &uncited, count));
    }
    found
}

/// Every entry that may cite.
fn abouts(policy: &Policy) -> impl Iterator<Item = &About> {
    let named = policy.kinds.iter().map(|(_, entry)| &entry.about);
    let named = named.chain(policy.scopes.iter().map(|(_, entry)| &entry.about));
    let named = named.chain(policy.attributes.iter().map(|(_, entry)| &entry.about));
    let named = named.chain(policy.conditions.iter().map(|(_, entry)| &entry.about));
    let named = named.chain(policy.roles.iter().map(|(_, entry)| &entry.about));
    let stated = policy.direct.iter().map(|entry| &entry.about);
    let stated = stated.chain(policy.grants.iter().map(|entry| &entry.about));
    let stated = stated.chain(policy.constraints.iter().map(|entry| &entry.about));
    let stated = stated.chain(policy.delegations.iter().map(|entry| &entry.about));
    let stated = stated.chain(policy.invariants.iter().map(|entry| &entry.about));
    named.chain(stated).chain(policy.statements.iter().map(|entry| &entry.about))
}
