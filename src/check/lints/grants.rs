//! Grants that change nothing, since others say the same or the opposite.
//!
//! Not twins, which are errors.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::{Redundant, overridden, redundant};
use crate::diagnostic::{At, Diagnostic, grants};
use crate::model::{Effect, GrantId};
use crate::source::policy::Grant;

use super::Context;

/// How many other grants one finding points at.
const LABELLED_MAX: usize = 3;

pub(super) fn idle(context: &Context<'_>) -> Vec<Diagnostic> {
    let overridden = overridden(context.table);
    let without: BTreeSet<GrantId> = overridden.iter().map(|found| found.permit).collect();
    let found = overridden.iter().map(|found| {
        let at = place(context, found.permit);
        grants::overridden_permit(at, &few(context, &found.forbids))
    });
    let mut found: Vec<Diagnostic> = found.collect();
    // One mistake, one finding: what is always forbidden need not be permitted elsewhere either.
    let redundant = redundant(context.table).into_iter();
    let redundant: Vec<Redundant> =
        redundant.filter(|found| !without.contains(&found.grant)).collect();
    if !redundant.is_empty() {
        found.extend(unneeded(context, &redundant));
    }
    found
}

/// Grants that others make redundant, but those which alone name an action.
fn unneeded(context: &Context<'_>, redundant: &[Redundant]) -> Vec<Diagnostic> {
    let bare = context.grants().filter(|(_, grant)| grant.says_only_access());
    let bare: BTreeSet<GrantId> = bare.map(|(id, _)| id).collect();
    let mut named = Named::new(context);
    let unneeded = redundant.iter().filter(|found| named.stays_without(found.grant));
    let finding = |found: &Redundant| {
        let grant = context.table.grant(found.grant);
        let is_permit = grant.is_some_and(|grant| grant.effect == Effect::Permit);
        let at = place(context, found.grant);
        let finding = grants::redundant_grant(at, is_permit, &few(context, &found.by));
        // What the entry says beside would be lost, and a rule may be cited nowhere else.
        if bare.contains(&found.grant) { finding } else { finding.without_fix() }
    };
    unneeded.map(finding).collect()
}

fn place(context: &Context<'_>, id: GrantId) -> At {
    context.grant_places.get(&id).copied().unwrap_or_default()
}

fn few(context: &Context<'_>, ids: &[GrantId]) -> Vec<At> {
    ids.iter().take(LABELLED_MAX).map(|id| place(context, *id)).collect()
}

/// How often each action is named where names make the vocabulary: a grant that alone names an
/// action is not redundant, since without it the patterns of others would cover less.
struct Named<'a> {
    grants: BTreeMap<GrantId, &'a Grant>,
    counts: BTreeMap<String, usize>,
    is_open: bool,
}

impl<'a> Named<'a> {
    fn new(context: &Context<'a>) -> Self {
        let (grants, policy) = (context.grants().collect(), context.policy);
        let direct = policy.direct.iter().flat_map(|direct| &direct.actions);
        let patterns = policy.grants.iter().flat_map(|grant| &grant.actions).chain(direct);
        let mut counts = BTreeMap::new();
        for name in patterns.filter_map(|pattern| pattern.value.literals()).flatten() {
            *counts.entry(name).or_default() += 1;
        }
        Self { grants, counts, is_open: policy.actions.is_none() }
    }

    /// Whether the vocabulary is the same without the grant; if so, the grant is taken out.
    fn stays_without(&mut self, id: GrantId) -> bool {
        let patterns = self.grants.get(&id).into_iter().flat_map(|grant| &grant.actions);
        let names: BTreeSet<String> =
            patterns.filter_map(|pattern| pattern.value.literals()).flatten().collect();
        let count = |name: &String| self.counts.get(name).copied().unwrap_or_default();
        let stays = !self.is_open || names.iter().all(|name| count(name) > 1);
        for name in names.iter().filter(|_| stays) {
            if let Some(count) = self.counts.get_mut(name) {
                *count -= 1;
            }
        }
        stays
    }
}
