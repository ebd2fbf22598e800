//! What the table as a whole gives to whom: roles and actions with no access, roles with the same.
//!
//! Not single grants.

use std::collections::BTreeSet;

use crate::analyze::alike;
use crate::diagnostic::{Diagnostic, grants};
use crate::model::{ActionId, Effect, RoleId};
use crate::table::notes::{Invariant, InvariantSays};
use crate::table::rules::{GrantRoles, Says};

use super::{Context, ids};

/// Roles and actions that no permit reaches.
pub(super) fn without(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.permits_something() {
        return Vec::new();
    }
    let mut found = roles(context);
    found.extend(actions(context));
    found
}

/// Roles that are named, and of use to nobody. One that is meant to restrict, that is asked for by
/// something else, or that an invariant says has no access, is meant so.
fn roles(context: &Context<'_>) -> Vec<Diagnostic> {
    let table = context.table;
    let useful = useful(context);
    let mut found = Vec::new();
    for (id, role) in ids::<RoleId>(table.rules().roles.len()).zip(&table.rules().roles) {
        let face = table.by_role(id);
        let is_permitted = face
            .is_some_and(|face| face.plain.iter().next().is_some() || !face.conditional.is_empty());
        // What it inherits has no access either, and is reported itself.
        let is_senior = !role.inherits.is_empty();
        let is_named = context.named_roles.contains(id);
        if is_named && !is_permitted && !is_senior && !useful.contains(&id) {
            let at = context.role_places.get(&id).copied().unwrap_or_default();
            found.push(grants::role_without_access(at, &role.name));
        }
    }
    found
}

/// Roles that do something without permitting anything.
fn useful(context: &Context<'_>) -> BTreeSet<RoleId> {
    let (rules, notes) = (context.table.rules(), context.table.notes());
    let mut useful: BTreeSet<RoleId> = BTreeSet::new();
    for grant in rules.grants.iter().filter(|grant| grant.effect == Effect::Forbid) {
        if let GrantRoles::Roles { roles } = &grant.roles {
            useful.extend(roles);
        }
    }
    for constraint in &rules.constraints {
        if let Says::Requires { all_of, any_of, .. } = &constraint.says {
            useful.extend(all_of.iter().chain(any_of));
        }
    }
    for entry in &rules.delegations {
        useful.extend(entry.by.iter().chain(&entry.holding).chain(&entry.not_holding));
    }
    for invariant in notes.invariants.iter().filter(|invariant| says_never(invariant)) {
        if invariant.actions.len() == rules.actions.len() && invariant.except.is_empty() {
            useful.extend(invariant.roles.iter().flatten());
        }
    }
    useful
}

/// An invariant that something is never allowed, in whatever situation.
fn says_never(invariant: &Invariant) -> bool {
    invariant.says == InvariantSays::Never
        && invariant.when.is_empty()
        && invariant.unless.is_empty()
        && invariant.kinds.is_none()
}

/// Actions that nobody may do, where nothing says that this is meant.
fn actions(context: &Context<'_>) -> Vec<Diagnostic> {
    let (table, rules) = (context.table, context.table.rules());
    let mut meant: BTreeSet<ActionId> = BTreeSet::new();
    meant.extend(rules.direct.iter().flat_map(|direct| &direct.actions));
    for grant in &rules.grants {
        if grant.roles == GrantRoles::Everyone && !grant.is_conditional() {
            meant.extend(&grant.actions);
        }
    }
    for invariant in table.notes().invariants.iter().filter(|invariant| says_never(invariant)) {
        if invariant.roles.is_none() {
            let actions = invariant.actions.iter();
            meant.extend(actions.filter(|action| !invariant.except.contains(action)));
        }
    }
    let is_permitted =
        |id: ActionId| table.by_action(id).is_some_and(|face| !face.permits.is_empty());
    let impossible = ids::<ActionId>(rules.actions.len());
    let impossible = impossible.filter(|id| !is_permitted(*id) && !meant.contains(id));
    let found = impossible.map(|id| {
        let at = context.action_places.get(&id).copied().unwrap_or_default();
        grants::impossible_action(at, table.action_name(id))
    });
    found.collect()
}

/// Groups of roles that may do the same, each reported at the last of the file.
pub(super) fn same(context: &Context<'_>) -> Vec<Diagnostic> {
    let (table, places) = (context.table, &context.role_places);
    let finding = |roles: Vec<RoleId>| {
        let named = roles.iter().filter_map(|id| {
            let at = places.get(id)?;
            Some((*at, table.role_name(*id)))
        });
        let mut named: Vec<_> = named.collect();
        named.sort_unstable();
        let ((at, last), others) = named.split_last()?;
        Some(grants::same_access(*at, last, others))
    };
    alike(table).into_iter().filter_map(finding).collect()
}
