//! The decision.
//!
//! Not its explanation, and not the constraints on assignments, which `decide` never reads.
//!
//! The rule that matters most, on one screen: any applying forbid denies; else any applying permit
//! allows; else deny. A permit applies where its assignment is *known* to count and its conditions
//! are *known* to hold. A forbid applies unless one of them is *known* not to. So whatever a caller
//! leaves out can only take access away.

use crate::model::{ActionId, Basis, Decision, Effect, GrantId, Truth};
use crate::table::rules::GrantRoles;
use crate::table::{ActionFace, Table};

use super::Request;
use super::condition::grant_conditions;
use super::held::{Held, PrincipalKind, held, held_directly};
use super::miss::nearest_miss;

/// Decides a request: allow or deny, always with a basis.
///
/// Total and pure; allocates nothing. Constraints on assignments are not read: whether a principal
/// *may* hold the roles that it holds is another question.
pub fn decide(request: &Request<'_>) -> Decision {
    Decision::new(basis(request))
}

fn basis(request: &Request<'_>) -> Basis {
    let Some(table) = request.table() else {
        return Basis::UnknownPolicy;
    };
    let query = request.query();
    let Some((action, face)) = table.find_face(query.action) else { return Basis::UnknownAction };
    if is_forbidden(table, request, face) {
        return Basis::Forbidden;
    }
    if PrincipalKind::of(table, query) == PrincipalKind::Undeclared {
        return Basis::UnknownKind;
    }
    if held(table, request).any(|held| is_permitted(table, request, face, &held)) {
        return Basis::Granted;
    }
    if held_directly(table, request).any(|held| held.truth() == Truth::True) {
        return Basis::GrantedDirectly;
    }
    nearest_miss(table, request, face).unwrap_or_else(|| without_a_miss(table, request, action))
}

/// The basis of a deny where nothing that is held even comes near the action.
fn without_a_miss(table: &Table, request: &Request<'_>, action: ActionId) -> Basis {
    let principal = &request.query().principal;
    let mut roles = principal.assignments.iter();
    let direct = table.rules().direct.as_ref();
    let is_direct = direct.is_some_and(|direct| direct.actions.binary_search(&action).is_ok());
    if !principal.assignments.is_empty() && roles.all(|given| table.find_role(given.role).is_none())
    {
        Basis::UnknownRole
    } else if !is_direct
        && principal.direct_actions.iter().any(|given| given.action == request.query().action)
    {
        Basis::NotDirect
    } else {
        Basis::NotGranted
    }
}

pub(super) fn is_forbidden(table: &Table, request: &Request<'_>, face: &ActionFace) -> bool {
    face.forbids.iter().any(|id| match table.grant(*id).map(|grant| &grant.roles) {
        Some(GrantRoles::Roles { .. }) => {
            held(table, request).any(|held| applies(table, request, *id, Some(&held)))
        }
        Some(GrantRoles::Everyone) => applies(table, request, *id, None),
        // INVARIANT: every id in a table leads somewhere; were it not so, a forbid would stand.
        None => true,
    })
}

fn is_permitted(table: &Table, request: &Request<'_>, face: &ActionFace, held: &Held<'_>) -> bool {
    // A role that no permit touches needs no more than this one bit.
    face.touched.contains(held.role)
        && ((face.plain.contains(held.role) && held.truth(false) == Truth::True)
            || (face.plain_anywhere.contains(held.role) && held.truth(true) == Truth::True)
            || face.conditional.iter().any(|id| applies(table, request, *id, Some(held))))
}

/// Whether a grant applies through a role that is held, or (`None`) to everyone.
pub(super) fn applies(
    table: &Table,
    request: &Request<'_>,
    id: GrantId,
    held: Option<&Held<'_>>,
) -> bool {
    let Some(grant) = table.grant(id) else {
        return false;
    };
    let counts = match (&grant.roles, held) {
        (GrantRoles::Everyone, _) => Truth::True,
        (GrantRoles::Roles { .. }, None) => Truth::False,
        (GrantRoles::Roles { .. }, Some(held)) => {
            match table.reach(id) {
                Some(reach) if !reach.contains(held.role) => return false,
                Some(_) => {}
                None => return grant.effect == Effect::Forbid,
            }
            held.truth(grant.anywhere)
        }
    };
    let truth = counts.and(grant_conditions(table, request.query(), grant));
    match grant.effect {
        Effect::Permit => truth == Truth::True,
        Effect::Forbid => truth != Truth::False,
    }
}
