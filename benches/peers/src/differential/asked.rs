//! A request as a caller of another engine would bring it: names apart, values of their types.
//!
//! Not a decision. What it leaves out is what the schema of such an engine would refuse: values of
//! another type than the policy declares, and a kind where the policy declares none.

use serde_json::Value;

use crate::oracle_policy::Policy;
use crate::oracle_request::{self, Held};

/// What is asked, borrowed from a JSON request.
#[derive(Debug)]
pub(super) struct Asked<'r> {
    pub(super) action: &'r str,
    /// None also where the policy declares no kinds.
    pub(super) kind: Option<&'r str>,
    pub(super) roles: Vec<Given<'r>>,
    pub(super) direct: Vec<Given<'r>>,
    /// None where the resource's scopes are not given.
    pub(super) scopes: Option<Vec<&'r str>>,
    /// Declared and built-in attributes that have the declared type, with their namespace.
    pub(super) attributes: Vec<(&'r str, &'r Value)>,
    pub(super) asserted: Vec<(&'r str, bool)>,
}

/// A role held, or an action given directly.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'r> {
    pub(super) name: &'r str,
    pub(super) scope: Option<GivenScope<'r>>,
}

/// Where something is held.
#[derive(Debug, Clone, Copy)]
pub(super) struct GivenScope<'r> {
    /// None where the policy does not declare the kind.
    pub(super) kind: Option<&'r str>,
    /// The whole scope, `KIND:ID`.
    pub(super) text: &'r str,
}

impl<'r> Asked<'r> {
    pub(super) fn new(policy: &'r Policy, request: &oracle_request::Request<'r>) -> Asked<'r> {
        let given = |held: &Held<'r>| Given {
            name: held.name,
            scope: held.scope.map(|text| {
                let kind = oracle_request::scope_kind(text).expect("the request is well-formed");
                GivenScope { kind: policy.scope(kind).is_some().then_some(kind), text }
            }),
        };
        let attributes = policy.attributes.iter().filter_map(|attribute| {
            let value = request.attribute(&attribute.name)?;
            let is_kind = attribute.name == "principal.kind";
            let of_type = match attribute.kind.as_str() {
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                // One number in Rego is 1 and 1.0; policyc has integers of 64 bits and no others.
                _ => value.is_i64(),
            };
            (of_type && !is_kind).then_some((attribute.name.as_str(), value))
        });
        Asked {
            action: request.action,
            kind: request.kind.filter(|_| !policy.kinds.is_empty()),
            roles: request.roles.iter().map(given).collect(),
            direct: request.direct_actions.iter().map(given).collect(),
            scopes: request.scopes.clone(),
            attributes: attributes.collect(),
            asserted: request.asserted.clone(),
        }
    }
}
