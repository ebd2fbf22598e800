//! Grants that say nothing, the same twice, or the opposite of one another.
//!
//! Not redundancy: two grants may overlap.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{At, Diagnostic, FileId, grants, invariants};
use crate::model::{Effect, limits};
use crate::source::policy::{Grant, Identifier, Names, Policy, Role, RoleOrAll};
use crate::table::notes::InvariantSays;
use crate::table::rules;

use super::super::lower::Draft;

type Roles<'p> = BTreeMap<&'p str, &'p Role>;

pub(super) fn check(policy: &Policy, draft: &Draft, file: FileId) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let roles = policy.roles.iter().map(|(name, role)| (name.value.as_str(), role)).collect();
    for grant in &policy.grants {
        found.extend(one(&roles, grant, file));
    }
    for (rule, source) in draft.grants() {
        let Some(grant) = policy.grants.get(source) else { continue };
        if rule.actions.is_empty() && !grant.except.is_empty() {
            let except = grant.except.first().map_or(grant.about.span, |except| except.span);
            found.push(grants::nothing_left(At::new(file, except)));
        }
    }
    let permits = |grant: &Grant| grant.effect == Effect::Permit;
    if policy.direct.is_none() && !policy.grants.iter().any(permits) {
        let first = policy.grants.first().map(|grant| At::new(file, grant.about.span));
        found.extend(first.map(grants::no_permit));
    }
    found.extend(twins(policy, draft, file));
    found.extend(seniors(policy, file));
    let drafted = &draft.rules;
    let counts = [drafted.roles.len(), drafted.actions.len(), drafted.grants.len()];
    let [role_count, action_count, grant_count] = counts;
    if !limits::fits(role_count, action_count, grant_count) {
        let at = At::new(file, policy.id.span);
        let maxima = [limits::ROLE_COUNT_MAX, limits::ACTION_COUNT_MAX, limits::CELL_COUNT_MAX];
        found.push(grants::policy_too_large(at, counts, maxima));
    }
    found.extend(ticks(policy, file));
    found.extend(against_themselves(policy, file));
    for invariant in &policy.invariants {
        let names_nothing = invariant.roles.is_none() && invariant.actions.is_none();
        if invariant.says == InvariantSays::Never && names_nothing {
            found.push(invariants::invariant_about_nothing(At::new(file, invariant.about.span)));
        }
    }
    found
}

fn one(roles: &Roles<'_>, grant: &Grant, file: FileId) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let star = grant.roles.iter().find(|role| role.value == RoleOrAll::All);
    if let Some(star) = star.filter(|_| grant.effect == Effect::Permit) {
        found.push(grants::permit_for_everyone(At::new(file, star.span)));
    }
    for uncertain in &grant.uncertain {
        if !reaches(roles, uncertain.value.as_str(), grant) {
            let at = At::new(file, uncertain.span);
            found.push(grants::uncertain_elsewhere(at, uncertain.value.as_str()));
        }
    }
    if let (Some(ticks), None) = (&grant.ticks, &grant.row) {
        found.push(grants::ticks_without_row(At::new(file, ticks.span)));
    }
    found
}

/// Whether the role is one that the grant names, or a senior of one.
fn reaches<'p>(roles: &Roles<'p>, role: &'p str, grant: &Grant) -> bool {
    let names = |name: &str| {
        grant.roles.iter().any(|role| match &role.value {
            RoleOrAll::All => true,
            RoleOrAll::Role(role) => role.as_str() == name,
        })
    };
    let (mut open, mut seen) = (vec![role], BTreeSet::new());
    while let Some(name) = open.pop() {
        if names(name) {
            return true;
        }
        if seen.insert(name) {
            let juniors = roles.get(name).into_iter().flat_map(|role| &role.inherits);
            open.extend(juniors.map(|junior| junior.value.as_str()));
        }
    }
    false
}

/// Grants that say the same, or the opposite. Two published lines may mean the same action, so
/// twins of different rows are none.
fn twins(policy: &Policy, draft: &Draft, file: FileId) -> Vec<Diagnostic> {
    let mut first: BTreeMap<(&rules::Grant, Option<&str>), usize> = BTreeMap::new();
    let mut forbids: BTreeMap<rules::Grant, usize> = BTreeMap::new();
    let at = |source: usize| {
        policy.grants.get(source).map(|grant| At::new(file, grant.about.span)).unwrap_or_default()
    };
    let mut found = Vec::new();
    for (rule, source) in draft.grants().filter(|(rule, _)| !rule.actions.is_empty()) {
        let row = policy.grants.get(source).and_then(|grant| grant.row.as_ref());
        let key = (rule, row.map(|row| row.value.as_str()));
        match first.get(&key) {
            Some(first) => {
                let twin = grants::duplicate_grant(at(source), at(*first));
                let both = policy.grants.get(source).zip(policy.grants.get(*first));
                let is_safe = both.is_some_and(|(twin, first)| twin.says_no_more_than(first));
                found.push(if is_safe { twin } else { twin.without_fix() });
            }
            None => {
                first.insert(key, source);
            }
        }
        if rule.effect == Effect::Forbid {
            let opposite = rules::Grant { effect: Effect::Permit, ..rule.clone() };
            forbids.insert(opposite, source);
        }
    }
    for (rule, source) in draft.grants() {
        if let Some(forbid) = forbids.get(rule) {
            found.push(grants::contradictory_grants(at(source), at(*forbid)));
        }
    }
    found
}

/// Forbids that bind seniors which they do not name.
fn seniors(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let mut above: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (senior, role) in &policy.roles {
        for junior in &role.inherits {
            above.entry(junior.value.as_str()).or_default().push(senior.value.as_str());
        }
    }
    let mut found = Vec::new();
    for grant in policy.grants.iter().filter(|grant| grant.effect == Effect::Forbid) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        seen.extend(grant.roles.iter().filter_map(|role| role.value.name()));
        for role in &grant.roles {
            let Some(name) = role.value.name() else { continue };
            let (mut open, mut seniors) = (vec![name], Vec::new());
            while let Some(name) = open.pop() {
                // What the grant names itself is looked above in its own turn.
                let unnamed =
                    above.get(name).into_iter().flatten().filter(|role| seen.insert(role));
                for senior in unnamed {
                    seniors.push(*senior);
                    open.push(senior);
                }
            }
            if !seniors.is_empty() {
                seniors.sort_unstable();
                let at = At::new(file, role.span);
                found.push(grants::forbid_reaching_seniors(at, name, &seniors));
            }
        }
    }
    found
}

/// The ticks of a row are stated once, or alike.
fn ticks(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let mut first = BTreeMap::new();
    let mut found = Vec::new();
    for grant in &policy.grants {
        let (Some(row), Some(ticks)) = (&grant.row, &grant.ticks) else {
            continue;
        };
        let row = row.value.as_str();
        let (count, span) = *first.entry(row).or_insert((ticks.value, ticks.span));
        if count != ticks.value {
            let (at, first_at) = (At::new(file, ticks.span), At::new(file, span));
            found.push(grants::ticks_disagree(at, row, first_at));
        }
    }
    found
}

/// Conditions that stand both in `when` and in `unless` of one entry.
fn against_themselves(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let grants = policy.grants.iter().map(|entry| (&entry.when, &entry.unless));
    let delegations = policy.delegations.iter().map(|entry| (&entry.when, &entry.unless));
    let invariants = policy.invariants.iter().map(|entry| (&entry.when, &entry.unless));
    let mut found = Vec::new();
    let check = |(when, unless): (&Names<Identifier>, &Names<Identifier>)| {
        for must in when {
            if let Some(must_not) = unless.iter().find(|other| other.value == must.value) {
                let (at, first) = (At::new(file, must_not.span), At::new(file, must.span));
                found.push(grants::condition_against_itself(at, must.value.as_str(), first));
            }
        }
    };
    grants.chain(delegations).chain(invariants).for_each(check);
    found
}
