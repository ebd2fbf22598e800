//! Many decisions at once: every action of one principal, one action of many principals.
//!
//! Not another way to decide: what is the same for all of them is done once, and each is decided.

use crate::model::{Basis, Decision, Principal};

use super::decide::basis_of_action;
use super::{Circumstances, PreparedPrincipal, Request, RequestError};

/// The actions that would be allowed if the request asked for them, in the order of their names.
///
/// All else in the request stays: the principal, the resource, the context. The request's own
/// action does not matter, and need not exist. Never panics; nothing where the policy is unknown.
#[must_use]
pub fn allowed_actions<'a>(request: &Request<'a>) -> Vec<&'a str> {
    let Some(table) = request.table() else { return Vec::new() };
    let query = request.query();
    let circumstances = Circumstances {
        resource_type: query.resource.resource_type,
        resource_id: query.resource.id,
        resource_attributes: query.resource.attributes,
        action_attributes: query.action_attributes,
        context: query.context,
        assertions: query.assertions,
    };
    let prepared = PreparedPrincipal::new(table, query.principal, query.resource.scopes);
    // INVARIANT: the query was found to be well-formed when the request was made.
    let Ok(prepared) = prepared else { return Vec::new() };
    let Ok(asked) = prepared.with(circumstances) else { return Vec::new() };
    asked.allowed_actions().ids().map(|id| table.action_name(id)).collect()
}

/// Decides the request for each of several principals instead of its own: who of these may do it.
///
/// The action is found once for all.
///
/// # Errors
/// For a principal of which an attribute is given twice, or a built-in one among the others.
pub fn decide_each<'a>(
    request: &Request<'a>,
    principals: impl IntoIterator<Item = Principal<'a>>,
) -> impl Iterator<Item = Result<Decision, RequestError>> {
    let request = *request;
    let found = request.table().map(|table| (table, table.find_action(request.query().action)));
    principals.into_iter().map(move |principal| {
        let request = request.with_principal(principal)?;
        Ok(Decision::new(match found {
            None => Basis::UnknownPolicy,
            Some((_, None)) => Basis::UnknownAction,
            Some((table, Some(action))) => basis_of_action(table, &request, action),
        }))
    })
}
