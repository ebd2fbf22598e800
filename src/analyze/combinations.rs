//! The combinations view: which two roles one principal may hold together.
//!
//! Not pairs that anyone wrote down: each follows from the constraints, through the same function
//! that judges an assignment.

use crate::evaluate::{BreachKind, Holder, broken_constraints};
use crate::model::{Assignment, RoleId, Scope};
use crate::table::Table;

use super::situations;

/// Whether two roles can be combined in one account: `yes`, `no`, `different-scopes` or `same`.
pub(super) fn combination(table: &Table, one: RoleId, other: RoleId) -> &'static str {
    if one == other {
        "same"
    } else if situations::kinds(table, &[one, other]).is_empty()
        || is_excluded(table, one, other, false)
    {
        "no"
    } else if is_excluded(table, one, other, true) {
        "different-scopes"
    } else {
        "yes"
    }
}

/// Whether a constraint of level `error` excludes the two, held in the same inner scope or in
/// different ones; account-wide roles are held in the one account that the view looks at.
fn is_excluded(table: &Table, one: RoleId, other: RoleId, same: bool) -> bool {
    let second = if same { "1" } else { "2" };
    let (one, other) = (held(table, one, "1"), held(table, other, second));
    let assignments: Vec<Assignment<'_>> = [one, other].into_iter().flatten().collect();
    let tree = tree(table);
    let holder = Holder { assignments: &assignments, scopes: &tree, ..Holder::default() };
    broken_constraints(table, &holder).iter().any(|breach| {
        let excludes = match breach.kind {
            BreachKind::Separated(..)
            | BreachKind::Subsumed(..)
            | BreachKind::TooManyRoles { .. } => true,
            // More roles would mend the first two; the others are of a directory.
            BreachKind::TooFewRoles { .. }
            | BreachKind::Lacks { .. }
            | BreachKind::TooManyHolders { .. }
            | BreachKind::TooFewHolders { .. }
            | BreachKind::FixedTwice { .. }
            | BreachKind::FixedChanged { .. }
            | BreachKind::KindChanged { .. } => false,
        };
        breach.is_error && excludes
    })
}

/// A role in the account, or in an inner scope with this id.
fn held<'t>(table: &'t Table, role: RoleId, inner: &'t str) -> Option<Assignment<'t>> {
    let entry = table.role(role)?;
    let scope = entry.scope.and_then(|id| table.scope(id)).map(|kind| {
        let id = if kind.within.is_none() { "1" } else { inner };
        Scope { kind: &kind.name, id }
    });
    Some(Assignment { role: &entry.name, scope })
}

/// Every inner scope lies in the first of the kind around it.
fn tree(table: &Table) -> Vec<(Scope<'_>, Scope<'_>)> {
    let inner =
        table.rules().scopes.iter().filter_map(|kind| Some((kind, table.scope(kind.within?)?)));
    let mut tree = Vec::new();
    for (inside, around) in inner {
        for id in ["1", "2"] {
            let outer = if around.within.is_none() { "1" } else { id };
            let outer = Scope { kind: around.name.as_str(), id: outer };
            tree.push((Scope { kind: &inside.name, id }, outer));
        }
    }
    tree
}
