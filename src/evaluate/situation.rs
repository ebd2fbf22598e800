//! One situation of the finite model, with forbids and permits apart: what cells are made of.
//!
//! Not a decision: a decision needs no more than one word of it. It asks the same functions.

use crate::model::{GrantId, RoleId, Truth};
use crate::table::rules::GrantRoles;
use crate::table::{ActionFace, Table};

use super::Request;
use super::grant::applies;
use super::held::{held, held_directly};

/// What a cell of the matrix needs to know of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Situation {
    /// A permit that passes the filter applies to an *assigned* role.
    pub permitted: bool,
    /// A forbid applies.
    pub forbidden: bool,
}

/// The parts of a decision apart: how the cells of a matrix see through forbids.
///
/// `counts` chooses the permits: all of them, or those of one row.
pub(crate) fn situation(request: &Request<'_>, counts: impl Fn(GrantId) -> bool) -> Situation {
    let face = request.table().and_then(|table| {
        let (_, face) = table.find_face(request.query().action)?;
        Some((table, face))
    });
    let Some((table, face)) = face else {
        return Situation { permitted: false, forbidden: false };
    };
    let permitted = || {
        let mut assigned = held(table, request).filter(|held| held.through_kind.is_none());
        assigned.any(|held| {
            let mut permits = face.permits.iter().filter(|id| counts(**id));
            permits.any(|id| applies(table, request, *id, Some(&held)))
        })
    };
    Situation { permitted: permitted(), forbidden: is_forbidden(table, request, face) }
}

/// Whether some forbid applies.
fn is_forbidden(table: &Table, request: &Request<'_>, face: &ActionFace) -> bool {
    face.forbids.iter().any(|id| match table.grant(*id).map(|grant| &grant.roles) {
        Some(GrantRoles::Roles { .. }) => {
            held(table, request).any(|held| applies(table, request, *id, Some(&held)))
        }
        Some(GrantRoles::Everyone) => applies(table, request, *id, None),
        // INVARIANT: every id in a table leads somewhere; were it not so, a forbid would stand.
        None => true,
    })
}

/// Whether a forbid applies through a role that is assigned: it denies beside any other role too.
pub(crate) fn is_forbidden_by_role(request: &Request<'_>) -> bool {
    let Some(table) = request.table() else { return false };
    let Some((_, face)) = table.find_face(request.query().action) else { return false };
    let mut named = face
        .forbids
        .iter()
        .filter(|id| table.grant(**id).is_some_and(|grant| grant.roles != GrantRoles::Everyone));
    named.any(|id| {
        let mut assigned = held(table, request).filter(|held| held.through_kind.is_none());
        assigned.any(|held| applies(table, request, *id, Some(&held)))
    })
}

/// Whether what is held counts at all, conditions aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// For a grant that asks for the right scope.
    pub here: Truth,
    /// For a grant that says `anywhere`.
    pub anywhere: Truth,
}

/// The standing of the assigned roles and of the action given directly: of several the best.
pub(crate) fn standing(request: &Request<'_>) -> Standing {
    let mut best = Standing { here: Truth::False, anywhere: Truth::False };
    let Some(table) = request.table() else { return best };
    let assigned = held(table, request).filter(|held| held.through_kind.is_none());
    let assigned = assigned.map(|held| (held.truth(false), held.truth(true)));
    let action = table.find_action(request.query().action);
    let directly = action.into_iter().flat_map(|action| held_directly(table, request, action));
    let directly = directly.map(|held| {
        let truth = held.by_kind.truth().and(held.by_scope.truth(false));
        (truth, truth)
    });
    for (here, anywhere) in assigned.chain(directly) {
        best = Standing { here: best.here.or(here), anywhere: best.anywhere.or(anywhere) };
    }
    best
}

/// Whether a role that the principal has is known to count for the request.
pub(crate) fn counts(request: &Request<'_>, role: RoleId) -> bool {
    let Some(table) = request.table() else { return false };
    let Some((_, face)) = table.find_face(request.query().action) else { return false };
    let grants = face.permits.iter().chain(&face.forbids).filter_map(|id| table.grant(*id));
    let anywhere = grants.filter(|grant| grant.anywhere).count() > 0;
    let mut has = held(table, request).filter(|held| held.role == role);
    has.any(|held| held.truth(anywhere) == Truth::True)
}
