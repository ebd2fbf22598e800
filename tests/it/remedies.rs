//! Remedies of denied requests: each allows, has no part to spare, and nothing smaller is missed.
//!
//! Not the words they are told in, which command-line cases show. The changes that are tried here
//! are every change there could be, put into requests as JSON and judged by the oracle.

use policyc::{Bundle, Source, answer, build};
use serde_json::{Value, json};

use crate::finite::{get, put};
use crate::oracle::Oracle;
use crate::oracle_model::domain;
use crate::oracle_policy::{Policy, Test};
use crate::random;

/// What one change makes of a request.
#[derive(Debug, Clone, PartialEq)]
enum Change {
    Assign(String),
    Revoke(String),
    Direct(String),
    Scope(String),
    Kind(String),
    Attribute(String, Value),
    Assert(String, bool),
}

fn list<'r>(request: &'r mut Value, part: &str, key: &str) -> &'r mut Vec<Value> {
    if request[part][key].is_null() {
        request[part][key] = json!([]);
    }
    request[part][key].as_array_mut().expect("a list")
}

impl Change {
    fn put(&self, request: &mut Value) {
        match self {
            Self::Assign(role) => list(request, "principal", "roles").push(role.as_str().into()),
            Self::Revoke(role) => list(request, "principal", "roles").retain(|one| one != role),
            Self::Direct(action) => {
                list(request, "principal", "direct_actions").push(action.as_str().into());
            }
            Self::Scope(scope) => list(request, "resource", "scopes").push(scope.as_str().into()),
            Self::Kind(kind) => request["principal"]["kind"] = kind.as_str().into(),
            Self::Attribute(name, value) => put(request, name, value.clone()),
            Self::Assert(condition, holds) => request["assert"][condition] = (*holds).into(),
        }
    }

    /// Two changes of one thing are one change.
    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kind(_), Self::Kind(_)) => true,
            (Self::Attribute(one, _), Self::Attribute(other, _))
            | (Self::Assert(one, _), Self::Assert(other, _)) => one == other,
            _ => false,
        }
    }
}

fn changed(request: &Value, changes: &[Change]) -> Value {
    let mut request = request.clone();
    for change in changes {
        change.put(&mut request);
    }
    request
}

fn strings(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts.map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// Every single change that a request could have.
fn universe(policy: &Policy, request: &Value) -> Vec<Change> {
    let roles = strings(&request["principal"]["roles"]);
    let given = strings(&request["resource"]["scopes"]);
    let any = policy.scopes.iter().map(|scope| format!("{}:ID", scope.kind));
    let scopes: Vec<String> = given.iter().cloned().chain(any).collect();
    let places = || [String::new()].into_iter().chain(scopes.iter().map(|s| format!("@{s}")));
    let mut changes = Vec::new();
    for role in &policy.roles {
        changes.extend(places().map(|place| Change::Assign(format!("{}{place}", role.name))));
    }
    changes.extend(roles.iter().cloned().map(Change::Revoke));
    let action = request["action"].as_str().expect("an action");
    changes.extend(places().map(|place| Change::Direct(format!("{action}{place}"))));
    let directs = strings(&request["principal"]["direct_actions"]);
    let held = roles.iter().chain(&directs).filter_map(|held| held.split_once('@'));
    changes.extend(held.map(|(_, scope)| Change::Scope(scope.to_owned())));
    changes.extend(scopes.iter().cloned().map(Change::Scope));
    if !request["principal"]["kind"].as_str().is_some_and(|kind| policy.declares_kind(kind)) {
        changes.extend(policy.kinds.iter().map(|kind| Change::Kind(kind.name.clone())));
    }
    let conditions: Vec<&str> = policy.conditions.iter().map(|one| one.name.as_str()).collect();
    let now: Vec<(&str, Option<Value>)> = policy
        .attributes
        .iter()
        .map(|attribute| (attribute.name.as_str(), get(request, &attribute.name)))
        .collect();
    for attribute in policy.attributes.iter().filter(|one| one.name != "principal.kind") {
        let is_built_in =
            ["principal.id", "resource.id", "resource.type"].contains(&attribute.name.as_str());
        if is_built_in && get(request, &attribute.name).is_some() {
            continue;
        }
        let others = now.iter().filter_map(|(_, value)| value.clone());
        let others = others.filter(|value| !is_built_in || value.is_string());
        for value in domain(policy, attribute, &conditions).into_iter().chain(others) {
            changes.push(Change::Attribute(attribute.name.clone(), value));
        }
    }
    let asserted = policy.conditions.iter().filter(|one| matches!(one.test, Test::Asserted));
    for condition in asserted {
        changes.extend([true, false].map(|holds| Change::Assert(condition.name.clone(), holds)));
    }
    // What is so already would be no change; given twice, a request is malformed.
    changes.retain(|change| changed(request, std::slice::from_ref(change)) != *request);
    changes
}

/// The changes of a remedy, one way of each that is told.
fn told(policy: &Policy, change: &Value) -> Change {
    let text = |key: &str| change[key].as_str().map(str::to_owned);
    let first = |key: &str| change[key][0].as_str().expect("a value").to_owned();
    if let Some(role) = text("assign") {
        Change::Assign(role)
    } else if let Some(role) = text("revoke") {
        Change::Revoke(role)
    } else if let Some(action) = text("direct") {
        Change::Direct(action)
    } else if let Some(scope) = text("scope") {
        Change::Scope(scope)
    } else if let Some(condition) = text("assert") {
        Change::Assert(condition, change["holds"].as_bool().expect("a boolean"))
    } else if let Some(name) = text("attribute") {
        let value = first("values");
        let value = match policy.attribute(&name).kind.as_str() {
            "boolean" => (value == "true").into(),
            "integer" => value.parse::<i64>().expect("an integer").into(),
            _ => Value::from(value),
        };
        Change::Attribute(name, value)
    } else {
        Change::Kind(first("kinds"))
    }
}

/// Checks the remedies of one request; how many changes they have.
fn judge(oracle: &Oracle, bundle: &Bundle, request: &Value) -> Option<usize> {
    let allows = |changes: &[Change]| {
        let request = changed(request, changes);
        oracle.decide(&request).is_ok_and(|answer| answer.decision == "allow")
    };
    if allows(&[]) || oracle.decide(request).is_err() {
        return None;
    }
    let answer = answer(bundle, &request.to_string(), true).expect("a request");
    let remedies = &answer["explanation"]["remedies"];
    let list = remedies["list"].as_array().expect("a list");
    let smallest = list.first().map(|remedy| remedy["changes"].as_array().expect("changes").len());
    for remedy in list {
        let changes = remedy["changes"].as_array().expect("changes").iter();
        let changes: Vec<Change> = changes.map(|change| told(oracle.policy(), change)).collect();
        assert_eq!(Some(changes.len()), smallest, "{request}: {remedies}");
        assert!(allows(&changes), "{request} is not allowed with {changes:?}");
        for spared in 0..changes.len() {
            let mut fewer = changes.clone();
            fewer.remove(spared);
            assert!(!allows(&fewer), "{request} is allowed with {fewer:?} alone");
        }
    }
    let unknown = answer["basis"] == "unknown-action" || answer["basis"] == "unknown-policy";
    let all = universe(oracle.policy(), request);
    if smallest != Some(1) {
        let one = all.iter().find(|change| allows(std::slice::from_ref(change)));
        assert!(unknown || one.is_none(), "{request}: {one:?} is missed by {remedies}");
    }
    if !matches!(smallest, Some(1 | 2)) && all.len() <= 60 {
        for (at, one) in all.iter().enumerate() {
            for other in all.iter().skip(at + 1).filter(|other| !one.excludes(other)) {
                let pair = [one.clone(), other.clone()];
                assert!(unknown || !allows(&pair), "{request}: {pair:?} is missed by {remedies}");
            }
        }
    }
    Some(smallest.unwrap_or(0))
}

#[test]
fn remedies_allow_and_nothing_smaller_does() {
    let mut counts = [0_usize; 4];
    for seed in 0..250 {
        let mut rng = random::Rng::new(seed);
        let text = random::policy(&mut rng, 1 + usize::try_from(seed % 3).expect("small"));
        let oracle = Oracle::new(&text);
        let bundle =
            build(vec![Source::new("random.toml", text)]).expect("random policies are good");
        for _ in 0..12 {
            let request = random::request(&mut rng, &oracle);
            if let Some(count) = judge(&oracle, &bundle, &request) {
                counts[count] += 1;
            }
        }
    }
    // So many requests without a remedy, and with one of so many changes.
    assert!(counts.iter().all(|count| *count > 10), "{counts:?}");
}
