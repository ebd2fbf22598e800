//! Random delegations, as text to put after a random policy, and random proposals to change roles.
//! Not a verdict on them: proposals mostly come from who could make them.

use crate::finite::put;
use crate::oracle::Oracle;
use crate::oracle_delegations::Proposal;
use crate::oracle_drafts::{Table, push_table};
use crate::oracle_entries::entries;
use crate::oracle_policy::{Policy, Test};
use crate::random::{Rng, put_asserted, put_attributes, strange_value};
use crate::random_constraints::{assignment, kind, roles};
use serde_json::{Value, json};

/// Conditions on assigner, assignee and circumstances, beside those that the policy has.
const CONDITIONS: &str = "
[attributes.\"principal.rank\"]
type = \"integer\"

[attributes.\"resource.rank\"]
type = \"integer\"

[conditions.is-self]
attribute = \"resource.id\"
matches-attribute = \"principal.id\"

[conditions.ranks-alike]
attribute = \"resource.rank\"
matches-attribute = \"principal.rank\"

[conditions.is-approved]
";

/// Conditions, perhaps fixed roles, and some delegations, as the text of their tables, to put
/// after the text of a policy.
pub(crate) fn delegations(rng: &mut Rng, policy_toml: &str) -> String {
    let oracle = Oracle::new(policy_toml);
    let policy = oracle.policy();
    let mut text = CONDITIONS.to_owned();
    let mut conditions = vec!["is-self", "ranks-alike", "is-approved"];
    conditions.extend(policy.conditions.iter().map(|condition| condition.name.as_str()));
    let mut names: Vec<&str> = policy.roles.iter().map(|role| role.name.as_str()).collect();
    for fixed in entries(policy_toml, "constraints", "fixed") {
        names.retain(|name| !fixed.roles("roles", policy).contains(name));
    }
    if !names.is_empty() && rng.percent(40) {
        let fixed = *rng.pick(&names);
        let mut table = Table::default();
        table.set("roles", vec![fixed]);
        if rng.percent(20) {
            table.set("level", "advice");
        }
        push_table(&mut text, "[[constraints.fixed]]", &table);
        names.retain(|name| *name != fixed);
    }
    let count = rng.between(1, 4);
    for _ in 0..count {
        let table = delegation(rng, policy, &names, &conditions);
        push_table(&mut text, "[[delegations]]", &table);
    }
    text
}

fn delegation(rng: &mut Rng, policy: &Policy, free: &[&str], conditions: &[&str]) -> Table {
    let mut table = Table::default();
    table.set("by", roles(rng, policy, 0));
    if free.is_empty() || rng.percent(40) {
        table.set("assign", vec!["*"]);
    } else {
        let count = rng.between(1, 3);
        table.set("assign", rng.some(free, count));
    }
    if rng.percent(30) {
        table.set("may", vec![*rng.pick(&["assign", "revoke"])]);
    }
    if !policy.kinds.is_empty() && rng.percent(25) {
        let names: Vec<&str> = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
        let count = rng.between(1, names.len());
        table.set("kinds", rng.some(&names, count));
    }
    for key in ["holding", "not-holding"] {
        if rng.percent(20) {
            table.set(key, roles(rng, policy, 0));
        }
    }
    if rng.percent(60) {
        let count = rng.between(1, 2);
        let mut when = rng.some(conditions, count);
        let unless_count = rng.below(when.len() + 1);
        let unless = when.split_off(when.len() - unless_count);
        for (key, conditions) in [("when", when), ("unless", unless)] {
            if !conditions.is_empty() {
                table.set(key, conditions);
            }
        }
    }
    table
}

/// A change that someone proposes for someone, in circumstances that are mostly known.
pub(crate) fn proposal(rng: &mut Rng, policy: &Policy, by: &[&str]) -> Proposal {
    let some = |rng: &mut Rng, most: usize| {
        let count = rng.below(most + 1);
        (0..count).map(|_| assignment(rng, policy)).collect::<Vec<String>>()
    };
    let assignment = placed(rng, policy, None);
    let mut assigner = some(rng, 2);
    if rng.percent(75) {
        let by = *rng.pick(by);
        assigner.push(placed(rng, policy, Some(by)));
    }
    let mut request = circumstances(rng, policy);
    for part in ["principal", "resource"] {
        put(&mut request, &format!("{part}.id"), (*rng.pick(&["ann", "bob"])).into());
    }
    disturb(rng, policy, &mut request);
    if let Some(kind) = kind(rng, policy) {
        request["principal"]["kind"] = kind.into();
    }
    request["principal"]["roles"] = assigner.into();
    request["resource"]["scopes"] = around(rng, policy, &assignment).into();
    Proposal {
        change: if rng.percent(50) { "assign" } else { "revoke" },
        assignment,
        assignee_kind: kind(rng, policy),
        assignee_roles: some(rng, 3),
        request,
    }
}

/// Attributes and assertions of a proposal, most of them known; nobody is named yet.
pub(crate) fn circumstances(rng: &mut Rng, policy: &Policy) -> Value {
    let mut request = json!({ "principal": {}, "action": "roles.change", "resource": {} });
    put_attributes(rng, policy, &mut request, false);
    put_asserted(rng, policy, &mut request, false);
    let parts = request.as_object_mut().expect("an object");
    parts.remove("action_attributes");
    if let Some(resource) = parts["resource"].as_object_mut() {
        resource.remove("type");
    }
    request
}

/// Takes something away, or makes it of another type; now and then, asserts what has a test.
fn disturb(rng: &mut Rng, policy: &Policy, request: &mut Value) {
    if rng.percent(10) {
        let part = *rng.pick(&["principal", "resource"]);
        request[part].as_object_mut().expect("an object").remove("id");
    }
    if rng.percent(15) {
        let strange = ["principal.rank", "resource.rank", "principal.undeclared"];
        let name = *rng.pick(&strange);
        put(request, name, strange_value(rng));
    }
    let tested = policy.conditions.iter().find(|c| !matches!(c.test, Test::Asserted));
    if let Some(condition) = tested.filter(|_| rng.percent(2)) {
        request["assert"][&condition.name] = true.into();
    }
}

/// A role (without a name, any) mostly where it may be held.
pub(crate) fn placed(rng: &mut Rng, policy: &Policy, name: Option<&str>) -> String {
    let role = match name {
        Some(name) => policy.role(name).expect("a declared role"),
        None => rng.pick(&policy.roles),
    };
    if rng.percent(15) {
        return assignment(rng, policy);
    }
    let outermost: Vec<&str> = policy
        .scopes
        .iter()
        .filter(|scope| scope.within.is_none())
        .map(|scope| scope.kind.as_str())
        .collect();
    let id = *rng.pick(&["alpha", "alpha", "alpha", "beta"]);
    match &role.scope {
        Some(kind) => format!("{}@{kind}:{id}", role.name),
        None if outermost.is_empty() || rng.percent(60) => role.name.clone(),
        None => format!("{}@{}:{id}", role.name, rng.pick(&outermost)),
    }
}

/// The scope of the assignment, if it has one, and mostly one of each kind around it.
fn around(rng: &mut Rng, policy: &Policy, assignment: &str) -> Vec<String> {
    let Some((_, own)) = assignment.split_once('@') else {
        let scopes: Vec<String> =
            policy.scopes.iter().map(|s| format!("{}:alpha", s.kind)).collect();
        return if rng.percent(20) { scopes } else { Vec::new() };
    };
    let mut scopes = vec![own.to_owned()];
    let mut inner = own.split_once(':').and_then(|(kind, _)| policy.scope(kind));
    while let Some(outer) = inner.and_then(|scope| scope.within.as_deref()) {
        if rng.percent(80) {
            let id = *rng.pick(&["alpha", "alpha", "alpha", "beta"]);
            scopes.push(format!("{outer}:{id}"));
        }
        inner = policy.scope(outer);
    }
    scopes
}
