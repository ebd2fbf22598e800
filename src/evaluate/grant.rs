//! Whether one statement applies: what explanations and the cells of a matrix are made of.
//!
//! Not the decision, which reads cells and no statements. It tests the same conditions and counts
//! the same assignments, so the two cannot differ in what a condition or a scope means.

use crate::model::{Effect, GrantId, Truth};
use crate::table::Table;
use crate::table::rules::{Grant, GrantRoles};

use super::Request;
use super::condition::conditions;
use super::held::Held;

/// Whether all of a grant's `when` hold and none of its `unless` does.
pub(super) fn grant_conditions(table: &Table, request: &Request<'_>, grant: &Grant) -> Truth {
    conditions(table, request.query(), &grant.when, &grant.unless)
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
    let truth = counts.and(grant_conditions(table, request, grant));
    match grant.effect {
        Effect::Permit => truth == Truth::True,
        Effect::Forbid => truth != Truth::False,
    }
}
