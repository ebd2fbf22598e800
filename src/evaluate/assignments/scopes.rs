//! Whether two assignments hold in one scope.
//!
//! Not whether an assignment counts for a resource, which `held` says. Where it is not known
//! whether two scopes lie in each other, they do: a constraint is not lifted by what is left out.

use crate::model::{Scope, ScopeId};
use crate::table::Table;

/// Whether a kind of scope is another one, or lies inside it.
pub(crate) fn lies_inside(table: &Table, inner: ScopeId, outer: ScopeId) -> bool {
    let around = |id: &ScopeId| table.scope(*id).and_then(|kind| kind.within);
    // INVARIANT: scope kinds are a tree, so the walk outwards ends.
    std::iter::successors(Some(inner), around).any(|id| id == outer)
}

/// Whether two roles are held in one scope. No scope is every scope, and an outer scope is all
/// scopes inside it.
pub(super) fn overlap(
    table: &Table,
    tree: &[(Scope<'_>, Scope<'_>)],
    one: Option<Scope<'_>>,
    other: Option<Scope<'_>>,
) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let (Some(one_kind), Some(other_kind)) =
        (table.find_scope(one.kind), table.find_scope(other.kind))
    else {
        return true;
    };
    if one_kind == other_kind {
        one == other
    } else if lies_inside(table, one_kind, other_kind) {
        may_lie_in(tree, one, other)
    } else if lies_inside(table, other_kind, one_kind) {
        may_lie_in(tree, other, one)
    } else {
        false
    }
}

/// Whether an inner scope lies in an outer one, or is not known to lie in another of that kind.
fn may_lie_in(tree: &[(Scope<'_>, Scope<'_>)], inner: Scope<'_>, outer: Scope<'_>) -> bool {
    let around = |scope: &Scope<'_>| {
        tree.iter().find(|(inside, _)| inside == scope).map(|(_, around)| *around)
    };
    // A tree given by a caller may be circular; no way out of it is longer than the tree.
    let way = std::iter::successors(Some(inner), |scope| around(scope)).take(tree.len() + 1);
    way.into_iter().find(|scope| scope.kind == outer.kind).is_none_or(|scope| scope == outer)
}
