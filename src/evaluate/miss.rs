//! What a permit lacks that does not allow: of all misses, a deny names the nearest.
//!
//! Not a way to allow: `Basis` is ordered by nearness, and the least is the nearest.

use crate::model::{Basis, Truth};
use crate::table::Table;
use crate::table::rules::Grant;

use super::Request;
use super::grant::grant_conditions;
use super::held::{ByKind, ByScope, Held};

/// What a permit lacks, through a role that it reaches: kind, else scope, else conditions.
pub(super) fn permit_miss(
    table: &Table,
    request: &Request<'_>,
    grant: &Grant,
    held: &Held<'_>,
) -> Option<Basis> {
    assignment_miss(held.by_kind, held.by_scope, grant.anywhere)
        .or_else(|| condition_miss(grant_conditions(table, request, grant)))
}

/// What an assignment lacks: the right kind, else the right scope.
pub(super) const fn assignment_miss(
    by_kind: ByKind,
    by_scope: ByScope,
    anywhere: bool,
) -> Option<Basis> {
    match by_kind {
        ByKind::Counts => {}
        ByKind::Excluded => return Some(Basis::KindExcluded),
        ByKind::Missing => return Some(Basis::KindMissing),
        ByKind::Undeclared => return Some(Basis::UnknownKind),
    }
    match by_scope {
        ByScope::Counts => None,
        ByScope::Elsewhere | ByScope::ResourceUnknown if anywhere => None,
        ByScope::Elsewhere | ByScope::ResourceUnknown => Some(Basis::OutOfScope),
        ByScope::Missing => Some(Basis::ScopeMissing),
        ByScope::WrongKind => Some(Basis::ScopeKind),
        ByScope::Undeclared => Some(Basis::UnknownScope),
    }
}

/// `condition-false` where one is known to fail, else `condition-unknown`.
pub(super) const fn condition_miss(conditions: Truth) -> Option<Basis> {
    match conditions {
        Truth::True => None,
        Truth::Unknown => Some(Basis::ConditionUnknown),
        Truth::False => Some(Basis::ConditionFalse),
    }
}
