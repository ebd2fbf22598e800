//! The nearest miss of a deny: which permit came closest, and what it lacked.
//!
//! Not a way to allow: it runs after everything that could allow has failed.

use crate::model::{Basis, Truth};
use crate::table::rules::Grant;
use crate::table::{ActionFace, Table};

use super::Request;
use super::condition::grant_conditions;
use super::held::{ByKind, ByScope, Held, held, held_directly};

/// The nearest of all misses; `Basis` is ordered by nearness.
pub(super) fn nearest_miss(
    table: &Table,
    request: &Request<'_>,
    face: &ActionFace,
) -> Option<Basis> {
    let permits =
        held(table, request).filter(|held| face.touched.contains(held.role)).flat_map(|held| {
            let reaching = face
                .permits
                .iter()
                .filter(move |id| table.reach(**id).is_some_and(|reach| reach.contains(held.role)));
            reaching.filter_map(move |id| permit_miss(table, request, table.grant(*id)?, &held))
        });
    let direct = held_directly(table, request);
    let direct = direct.filter_map(|held| assignment_miss(held.by_kind, held.by_scope, false));
    permits.chain(direct).min()
}

/// What a permit lacks, through a role that it reaches: kind, else scope, else conditions.
pub(super) fn permit_miss(
    table: &Table,
    request: &Request<'_>,
    grant: &Grant,
    held: &Held<'_>,
) -> Option<Basis> {
    assignment_miss(held.by_kind, held.by_scope, grant.anywhere)
        .or_else(|| condition_miss(table, request, grant))
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
fn condition_miss(table: &Table, request: &Request<'_>, grant: &Grant) -> Option<Basis> {
    match grant_conditions(table, request.query(), grant) {
        Truth::True => None,
        Truth::Unknown => Some(Basis::ConditionUnknown),
        Truth::False => Some(Basis::ConditionFalse),
    }
}
