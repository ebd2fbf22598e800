//! What is declared and does nothing: roles, conditions, attributes, scopes and kinds.
//!
//! Not actions and grants, which `access` and `grants` look at. What only something unused needs is
//! not reported too: it is looked at again when that is gone.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, names};
use crate::model::{BuiltIn, RoleId};
use crate::source::policy::{Identifier, Names, Policy, RoleName, RoleOrAll, Says, Test};
use crate::table::{Bits, Table};

use crate::table::rules::GrantRoles;

use super::Context;

pub(super) fn roles(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.permits_something() {
        return Vec::new();
    }
    let entries = context.policy.roles.iter().zip(&context.table.notes().role_order);
    let unused = entries
        .filter(|((_, role), id)| role.inherits.is_empty() && !context.named_roles.contains(**id));
    let found =
        unused.map(|((name, _), _)| names::unused_role(context.at(name.span), name.value.as_str()));
    found.collect()
}

/// Every role that the policy names somewhere else than at its declaration; `*` names none.
pub(super) fn named_roles(policy: &Policy, table: &Table) -> Bits<RoleId> {
    let mut lists: Vec<&Names<RoleName>> = Vec::new();
    let mut open: Vec<&Names<RoleOrAll>> = Vec::new();
    lists.extend(policy.roles.iter().map(|(_, role)| &role.inherits));
    lists.extend(policy.kinds.iter().map(|(_, kind)| &kind.holds));
    for constraint in &policy.constraints {
        match &constraint.says {
            Says::Separation { roles, against, .. } => {
                open.push(roles);
                open.extend(against);
            }
            Says::NoSubsumedRoles { roles } => open.extend(roles),
            Says::Cardinality { roles, .. } | Says::Fixed { roles } => open.push(roles),
            Says::Requires { roles, all_of, any_of, .. } => {
                open.push(roles);
                lists.extend([all_of, any_of]);
            }
            Says::RolesPerPrincipal { .. } | Says::ImmutableKind => {}
        }
    }
    for entry in &policy.delegations {
        open.push(&entry.assign);
        lists.extend([&entry.by, &entry.holding, &entry.not_holding]);
    }
    for entry in &policy.invariants {
        open.extend(&entry.roles);
        lists.push(&entry.of);
    }
    let closed = lists.into_iter().flatten().map(|role| role.value.as_str());
    let open = open.into_iter().flatten().filter_map(|role| role.value.name());
    let mut named = Bits::new(table.rules().roles.len());
    closed.chain(open).filter_map(|name| table.find_role(name)).for_each(|id| named.insert(id));
    // Of grants there may be very many, and in the table they are resolved already.
    for grant in &table.rules().grants {
        if let GrantRoles::Roles { roles } = &grant.roles {
            for id in roles {
                named.insert(*id);
            }
        }
    }
    named
}

pub(super) fn conditions(context: &Context<'_>) -> Vec<Diagnostic> {
    let policy = context.policy;
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let grants = policy.grants.iter().flat_map(|entry| [&entry.when, &entry.unless]);
    let delegations = policy.delegations.iter().flat_map(|entry| [&entry.when, &entry.unless]);
    let invariants = policy.invariants.iter().flat_map(|entry| [&entry.when, &entry.unless]);
    let lists = grants.chain(delegations).chain(invariants);
    named.extend(lists.flatten().map(|name| name.value.as_str()));
    for (_, condition) in &policy.conditions {
        match &condition.test {
            Test::All(parts) | Test::Any(parts) => {
                named.extend(parts.iter().map(|part| part.value.as_str()));
            }
            Test::Not(part) => {
                named.insert(part.value.as_str());
            }
            Test::Asserted
            | Test::OneOf { .. }
            | Test::Matches { .. }
            | Test::AtLeast { .. }
            | Test::AtMost { .. } => {}
        }
    }
    let entries = policy.conditions.iter().map(|(name, _)| name);
    let unused = entries.filter(|name| !named.contains(name.value.as_str()));
    let found =
        unused.map(|name| names::unused_condition(context.at(name.span), name.value.as_str()));
    found.collect()
}

pub(super) fn attributes(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut tested: BTreeSet<&str> = BTreeSet::new();
    for (_, condition) in &context.policy.conditions {
        match &condition.test {
            Test::OneOf { attribute, .. }
            | Test::AtLeast { attribute, .. }
            | Test::AtMost { attribute, .. } => {
                tested.insert(attribute.value.as_str());
            }
            Test::Matches { attribute, other } => {
                tested.extend([attribute.value.as_str(), other.value.as_str()]);
            }
            Test::Asserted | Test::All(_) | Test::Any(_) | Test::Not(_) => {}
        }
    }
    let entries = context.policy.attributes.iter().map(|(name, _)| name);
    let unused = entries.filter(|name| !tested.contains(name.value.as_str()));
    let found =
        unused.map(|name| names::unused_attribute(context.at(name.span), name.value.as_str()));
    found.collect()
}

/// Scope kinds in which nothing is held, that lie around no other, and that nothing counts in. Any
/// role without a `scope` can be held in an outermost one.
pub(super) fn scopes(context: &Context<'_>) -> Vec<Diagnostic> {
    let policy = context.policy;
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let roles = policy.roles.iter().filter_map(|(_, role)| role.scope.as_ref());
    let around = policy.scopes.iter().filter_map(|(_, scope)| scope.within.as_ref());
    named.extend(roles.chain(around).map(|scope| scope.value.as_str()));
    for constraint in &policy.constraints {
        if let Says::Cardinality { per: Some(per), .. } = &constraint.says {
            named.insert(per.value.as_str());
        }
    }
    let is_open = policy.direct.is_some() || policy.roles.iter().any(|(_, r)| r.scope.is_none());
    let unused = policy.scopes.iter().filter(|(name, scope)| {
        let is_outermost = scope.within.is_none();
        !(named.contains(name.value.as_str()) || is_outermost && is_open)
    });
    let found =
        unused.map(|(name, _)| names::unused_scope(context.at(name.span), name.value.as_str()));
    found.collect()
}

/// Kinds of which no principal can be allowed anything, and that nothing else names.
pub(super) fn kinds(context: &Context<'_>) -> Vec<Diagnostic> {
    let policy = context.policy;
    let fits = |kinds: &Option<Names<Identifier>>, name: &str| {
        kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| kind.value.as_str() == name))
    };
    let mut named: BTreeSet<String> = BTreeSet::new();
    let constraints = policy.constraints.iter().filter_map(|constraint| match &constraint.says {
        Says::RolesPerPrincipal { kinds, .. } => kinds.as_ref(),
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::Cardinality { .. }
        | Says::Fixed { .. }
        | Says::ImmutableKind
        | Says::Requires { .. } => None,
    });
    let delegations = policy.delegations.iter().filter_map(|entry| entry.kinds.as_ref());
    let invariants = policy.invariants.iter().filter_map(|entry| entry.kinds.as_ref());
    let lists = constraints.chain(delegations).chain(invariants);
    named.extend(lists.flatten().map(|kind| kind.value.as_str().to_owned()));
    for (_, condition) in &policy.conditions {
        if let Test::OneOf { attribute, literals } = &condition.test
            && attribute.value.as_str() == BuiltIn::PrincipalKind.full_name()
        {
            named.extend(literals.iter().map(|literal| literal.value.to_string()));
        }
    }
    let unused = policy.kinds.iter().filter(|(name, kind)| {
        let name = name.value.as_str();
        kind.holds.is_empty()
            && !named.contains(name)
            && !policy.roles.iter().any(|(_, role)| fits(&role.kinds, name))
            && !policy.direct.as_ref().is_some_and(|direct| fits(&direct.kinds, name))
    });
    let found =
        unused.map(|(name, _)| names::unused_kind(context.at(name.span), name.value.as_str()));
    found.collect()
}
