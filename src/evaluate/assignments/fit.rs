//! Whether a principal may be given a role or an action at all: names, kinds and kinds of scope.
//!
//! Not constraints, which speak of what is held together, and not whether an assignment counts for
//! a resource.

use crate::model::{Assignment, DirectAction, Scope, ScopeId};
use crate::table::Table;

use super::super::held::{ByKind, ByScope, PrincipalKind};

/// Why something cannot be held as it is given; such a thing never allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Misfit {
    /// The policy has no such role.
    UnknownRole,
    /// The policy has no such action.
    UnknownAction,
    /// The policy lets nobody be given the action directly.
    NotDirect,
    /// The kind is not given, and only some may hold it.
    KindMissing,
    /// Principals of the kind may not hold it.
    KindExcluded,
    /// The scope is of a kind that the policy does not declare.
    UnknownScope,
    /// The role is held in a scope, and none is given.
    ScopeMissing,
    /// It is not held in scopes of that kind.
    ScopeKind,
}

/// Why a principal of this kind cannot hold this role, in this scope; none where it can.
///
/// Total and pure. A kind that the policy does not declare may be any: who checks principals says
/// so once, not for every role.
#[must_use]
pub fn misfit(table: &Table, kind: Option<&str>, assignment: &Assignment<'_>) -> Option<Misfit> {
    let role = table.find_role(assignment.role);
    let Some(role) = role.and_then(|role| table.cells().holding(role)) else {
        return Some(Misfit::UnknownRole);
    };
    let by_kind = ByKind::of(PrincipalKind::new(table, kind), role.kinds.as_deref());
    by_kind_or_scope(table, by_kind, role.scope, assignment.scope)
}

/// Why a principal of this kind cannot be given this action directly; none where it can.
///
/// Total and pure.
#[must_use]
pub fn misfit_direct(
    table: &Table,
    kind: Option<&str>,
    given: &DirectAction<'_>,
) -> Option<Misfit> {
    let Some(action) = table.find_action(given.action) else { return Some(Misfit::UnknownAction) };
    let Some(direct) = table.cells().direct(action) else { return Some(Misfit::NotDirect) };
    let by_kind = ByKind::of(PrincipalKind::new(table, kind), direct.kinds.as_deref());
    by_kind_or_scope(table, by_kind, None, given.scope)
}

fn by_kind_or_scope(
    table: &Table,
    by_kind: ByKind,
    demanded: Option<ScopeId>,
    given: Option<Scope<'_>>,
) -> Option<Misfit> {
    match by_kind {
        ByKind::Missing => return Some(Misfit::KindMissing),
        ByKind::Excluded => return Some(Misfit::KindExcluded),
        ByKind::Counts | ByKind::Undeclared => {}
    }
    match ByScope::of(table, demanded, given, &[]) {
        ByScope::Counts | ByScope::Elsewhere | ByScope::ResourceUnknown => None,
        ByScope::Missing => Some(Misfit::ScopeMissing),
        ByScope::WrongKind => Some(Misfit::ScopeKind),
        ByScope::Undeclared => Some(Misfit::UnknownScope),
    }
}
