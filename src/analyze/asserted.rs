//! What an invariant says of one role and one action: whether it settles how a request is answered.
//!
//! Not whether it holds, which is proved. `permits` and `never` speak of requests that meet their
//! conditions; `only` denies to whoever it does not name, and to the others where its conditions
//! fail; `covers` allows what it sees another role allowed.

use crate::evaluate::condition::conditions;
use crate::evaluate::{Request, decide};
use crate::model::{ActionId, Principal, Query, RoleId, Truth};
use crate::table::Table;
use crate::table::notes::{HeldRoles, Invariant, InvariantSays};

use super::situations::held_alone;

/// Whether an invariant speaks of this role by itself, and of the action.
pub(crate) fn speaks_of(invariant: &Invariant, role: RoleId, action: ActionId) -> bool {
    let has = |list: &[ActionId]| list.binary_search(&action).is_ok();
    let names = |roles: &[RoleId]| match invariant.held {
        HeldRoles::Alone => roles.contains(&role),
        HeldRoles::Together => roles == [role],
    };
    let is_named =
        invariant.says == InvariantSays::Only || invariant.roles.as_deref().is_none_or(names);
    has(&invariant.actions) && !has(&invariant.except) && is_named
}

/// Whether an invariant that speaks of the role settles this request of a principal with no other.
pub(crate) fn asserts(
    table: &Table,
    invariant: &Invariant,
    role: RoleId,
    query: &Query<'_>,
) -> bool {
    let kind = query.principal.kind.and_then(|kind| table.find_kind(kind));
    if let (Some(kinds), Some(kind)) = (&invariant.kinds, kind)
        && !kinds.contains(&kind)
    {
        return false;
    }
    let when = conditions(table, query, &invariant.when, &invariant.unless);
    match invariant.says {
        InvariantSays::Permits => when == Truth::True,
        InvariantSays::Never => when != Truth::False,
        InvariantSays::Only => {
            let by_kind = kind.and_then(|kind| table.kind(kind)).into_iter();
            let mut has = by_kind.flat_map(|kind| &kind.holds).chain([&role]);
            let named = invariant.roles.as_deref();
            let is_named = named.is_none_or(|named| has.any(|role| named.contains(role)));
            !(is_named && when == Truth::True)
        }
        InvariantSays::Covers => {
            let is_allowed = |other: &RoleId| {
                let assignment = held_alone(table, *other);
                let assignments = assignment.as_slice();
                let principal = Principal { assignments, ..query.principal };
                decide(&Request::sound(table, Query { principal, ..*query })).is_allowed()
            };
            let mut others = invariant.of.iter().filter(|other| **other != role);
            when != Truth::False && others.any(is_allowed)
        }
    }
}
