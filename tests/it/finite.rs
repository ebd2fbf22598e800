//! Every request of the finite model of language.md §3, as JSON, for the tests that try them all.
//! Not a sampler: what the model does not tell apart is not varied (`random.rs` does that).

use crate::oracle::Oracle;
use crate::oracle_model::{Valuation, dimensions, valuations};
use crate::oracle_policy::Policy;
use serde_json::{Value, json};

/// Calls `visit` with every request of up to `roles_max` roles.
///
/// That is every set of so many roles × action × kind (the declared, none, an undeclared one) ×
/// valuation of what the action's grants see × scope of each role (none; of each declared kind one
/// that the resource lies in and one that it does not; of an undeclared kind) × resource scopes
/// given or not; then, with at most one role, the action given directly, and requests that name an
/// action or policy that does not exist.
pub(crate) fn for_each_request(oracle: &Oracle, roles_max: usize, visit: &mut dyn FnMut(&Value)) {
    let policy = oracle.policy();
    let many = role_sets(policy, roles_max);
    let few = role_sets(policy, roles_max.min(1));
    for action in &policy.actions {
        let directs = given(action, policy);
        let dimensions = dimensions(policy, action);
        for valuation in valuations(&dimensions) {
            for kind in kinds(policy) {
                for scopes in [Some(scopes_inside(policy)), None] {
                    let mut request = request(action, &valuation, kind, scopes);
                    visit_each(&mut request, &many, visit);
                    for direct in &directs {
                        request["principal"]["direct_actions"] = json!([direct]);
                        visit_each(&mut request, &few, visit);
                    }
                }
            }
        }
    }
    visit_unknown(policy, &few, visit);
}

/// Puts the value of an attribute into a request, where the wire form has it.
pub(crate) fn put(request: &mut Value, attribute: &str, value: Value) {
    let (namespace, key) = attribute.split_once('.').expect("an attribute has a namespace");
    match (namespace, key) {
        ("principal", "id" | "kind") | ("resource", "id" | "type") => {
            request[namespace][key] = value;
        }
        ("principal" | "resource", _) => request[namespace]["attributes"][key] = value,
        ("action", _) => request["action_attributes"][key] = value,
        _ => request[namespace][key] = value,
    }
}

/// The value of an attribute that a request gives.
pub(crate) fn get(request: &Value, attribute: &str) -> Option<Value> {
    let (namespace, key) = attribute.split_once('.').expect("an attribute has a namespace");
    let value = match (namespace, key) {
        ("principal", "id" | "kind") | ("resource", "id" | "type") => &request[namespace][key],
        ("principal" | "resource", _) => &request[namespace]["attributes"][key],
        ("action", _) => &request["action_attributes"][key],
        _ => &request[namespace][key],
    };
    (!value.is_null()).then(|| value.clone())
}

/// A request of the model, by a principal who holds nothing yet.
pub(crate) fn request(
    action: &str,
    valuation: &Valuation,
    kind: Option<&str>,
    scopes: Option<Vec<String>>,
) -> Value {
    let mut request = json!({ "principal": {}, "action": action });
    for (name, value) in &valuation.attributes {
        put(&mut request, name, value.clone());
    }
    for (name, truth) in &valuation.asserted {
        request["assert"][name] = (*truth).into();
    }
    if let Some(kind) = kind {
        request["principal"]["kind"] = kind.into();
    }
    if let Some(scopes) = scopes {
        request["resource"]["scopes"] = scopes.into();
    }
    request
}

fn visit_each(request: &mut Value, role_sets: &[Value], visit: &mut dyn FnMut(&Value)) {
    for roles in role_sets {
        request["principal"]["roles"].clone_from(roles);
        visit(request);
    }
}

fn visit_unknown(policy: &Policy, role_sets: &[Value], visit: &mut dyn FnMut(&Value)) {
    let everything = scopes_inside(policy);
    for kind in kinds(policy) {
        let valuation = Valuation::default();
        let mut request = request("nothing.undeclared", &valuation, kind, Some(everything.clone()));
        visit_each(&mut request, role_sets, visit);
        request["action"] = policy.actions[0].as_str().into();
        request["policy"] = "undeclared-policy".into();
        visit_each(&mut request, role_sets, visit);
    }
}

fn kinds(policy: &Policy) -> Vec<Option<&str>> {
    let declared = policy.kinds.iter().map(|kind| Some(kind.name.as_str()));
    declared.chain([None, Some("undeclared-kind")]).collect()
}

/// The scopes that the resource lies in: one of each kind, and one of a kind that is not declared,
/// which must not help an assignment there.
fn scopes_inside(policy: &Policy) -> Vec<String> {
    let declared = policy.scopes.iter().map(|scope| format!("{}:here", scope.kind));
    declared.chain(["undeclared-scope:here".to_owned()]).collect()
}

/// A name held unscoped, inside and outside of the resource's scopes, and in an undeclared kind.
fn everywhere(name: &str, policy: &Policy) -> Vec<String> {
    let mut held = vec![name.to_owned()];
    for scope in scopes_inside(policy) {
        held.push(format!("{name}@{scope}"));
    }
    for scope in &policy.scopes {
        held.push(format!("{name}@{}:elsewhere", scope.kind));
    }
    held
}

/// The action given directly. Where `[direct]` does not name it, its scope cannot matter.
fn given(action: &str, policy: &Policy) -> Vec<String> {
    let direct = policy.direct.as_ref();
    if direct.is_some_and(|direct| direct.actions.iter().any(|name| name == action)) {
        everywhere(action, policy)
    } else {
        vec![action.to_owned()]
    }
}

/// Every set of up to `roles_max` roles, each held everywhere.
fn role_sets(policy: &Policy, roles_max: usize) -> Vec<Value> {
    let mut sets: Vec<Vec<String>> = vec![Vec::new()];
    for role in &policy.roles {
        for set in sets.clone() {
            if set.len() < roles_max {
                let with = |held: String| set.iter().cloned().chain([held]).collect();
                sets.extend(everywhere(&role.name, policy).into_iter().map(with));
            }
        }
    }
    sets.into_iter().map(Value::from).collect()
}
