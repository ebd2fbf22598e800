//! Conditions that are no conditions: with one value only, or never as wanted together.
//!
//! Not a condition that must hold and must not, which `compile` warns of.

use std::collections::BTreeMap;

use crate::analyze::{clashing, constants};
use crate::diagnostic::{At, Diagnostic, grants};
use crate::model::{ConditionId, Id};
use crate::source::policy::{Identifier, Names};

use super::Context;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let constants = constants(context.table);
    let entries = context.policy.conditions.iter();
    let entries = entries.filter_map(|(name, _)| {
        let value = constants.get(&context.table.find_condition(name.value.as_str())?)?;
        let at = context.at(name.span);
        Some(grants::constant_condition(at, name.value.as_str(), *value))
    });
    let mut found: Vec<Diagnostic> = entries.collect();
    found.extend(clashes(context));
    found
}

type Named<'a> = &'a Names<Identifier>;
type Ids = Vec<ConditionId>;

/// Entries whose `when` and `unless` can never be so at once.
fn clashes(context: &Context<'_>) -> Vec<Diagnostic> {
    let policy = context.policy;
    let grants = policy.grants.iter().map(|entry| (&entry.when, &entry.unless));
    let delegations = policy.delegations.iter().map(|entry| (&entry.when, &entry.unless));
    let invariants = policy.invariants.iter().map(|entry| (&entry.when, &entry.unless));
    let mut known: BTreeMap<(Ids, Ids), Option<Ids>> = BTreeMap::new();
    let mut found = Vec::new();
    for (when, unless) in grants.chain(delegations).chain(invariants) {
        let is_double = when.iter().any(|name| unless.iter().any(|no| no.value == name.value));
        if is_double || when.len() + unless.len() < 2 {
            continue;
        }
        let key = (ids(context, when), ids(context, unless));
        let clash = known
            .entry(key)
            .or_insert_with_key(|(when, unless)| clashing(context.table, when, unless));
        if let Some(clash) = clash {
            found.extend(finding(context, clash, when, unless));
        }
    }
    found
}

fn ids(context: &Context<'_>, names: Named<'_>) -> Ids {
    let ids = names.iter().filter_map(|name| context.table.find_condition(name.value.as_str()));
    let mut ids: Ids = ids.collect();
    ids.sort_unstable();
    ids
}

/// At the last of the names, in the order of the file.
fn finding(
    context: &Context<'_>,
    clash: &[ConditionId],
    when: Named<'_>,
    unless: Named<'_>,
) -> Option<Diagnostic> {
    let names = clash.iter().filter_map(|id| {
        let name = context.table.rules().conditions.get(id.index())?.name.as_str();
        let mut written = when.iter().chain(unless);
        let written = written.find(|written| written.value.as_str() == name)?;
        Some((context.at(written.span), name))
    });
    let mut names: Vec<(At, &str)> = names.collect();
    names.sort_unstable();
    let (at, _) = *names.last()?;
    Some(grants::clashing_conditions(at, &names))
}
