//! Every action that a request's principal may do: what a page needs to draw its buttons.
//!
//! Not another way to decide: the table's face by role gives the candidates, and each is decided.

use crate::model::ActionId;
use crate::table::{Bits, Table};

use super::Request;
use super::decide::decide;
use super::held::held;

/// The actions that would be allowed if the request asked for them, in the order of their names.
///
/// All else in the request stays: the principal, the resource, the context. The request's own
/// action does not matter, and need not exist. Never panics; nothing where the policy is unknown.
#[must_use]
pub fn allowed_actions<'a>(request: &Request<'a>) -> Vec<&'a str> {
    let Some(table) = request.table() else { return Vec::new() };
    let candidates = candidates(table, request);
    let is_allowed = |action: &&'a str| decide(&request.with_action(action)).is_allowed();
    candidates.iter().map(|id| table.action_name(id)).filter(is_allowed).collect()
}

/// Every action that some role held, or a direct action, could permit.
fn candidates(table: &Table, request: &Request<'_>) -> Bits<ActionId> {
    let mut candidates = Bits::new(table.rules().actions.len());
    for held in held(table, request) {
        let Some(face) = table.by_role(held.role) else { continue };
        candidates.union(&face.plain);
        for grant in face.conditional.iter().filter_map(|id| table.grant(*id)) {
            grant.actions.iter().for_each(|action| candidates.insert(*action));
        }
    }
    let direct = request.query().principal.direct_actions.iter();
    for action in direct.filter_map(|given| table.find_action(given.action)) {
        candidates.insert(action);
    }
    candidates
}
