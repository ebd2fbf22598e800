//! A JSON request taken apart for the naive oracle, and what makes one malformed.
//! Not a judgement on names: whether a role or kind is declared is asked by the decision.

use serde_json::{Map, Value};

/// A well-formed request, borrowed from its JSON.
#[derive(Debug)]
pub(crate) struct Request<'r> {
    pub(crate) policy: Option<&'r str>,
    pub(crate) action: &'r str,
    pub(crate) kind: Option<&'r str>,
    pub(crate) roles: Vec<Held<'r>>,
    pub(crate) direct_actions: Vec<Held<'r>>,
    /// `None` where the request gives no scopes, or an empty list of them.
    pub(crate) scopes: Option<Vec<&'r str>>,
    pub(crate) asserted: Vec<(&'r str, bool)>,
    json: &'r Value,
}

/// A role or an action with the scope that it is held in: `NAME[@KIND:ID]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'r> {
    pub(crate) name: &'r str,
    /// The whole scope, `KIND:ID`.
    pub(crate) scope: Option<&'r str>,
}

impl<'r> Request<'r> {
    /// Takes a request apart; the error says what is malformed.
    pub(crate) fn parse(json: &'r Value) -> Result<Request<'r>, String> {
        let top = object(json, "request")?;
        let top_keys =
            ["policy", "principal", "action", "action_attributes", "resource", "context", "assert"];
        only(top, &top_keys)?;
        let principal = child(json, "principal")?;
        let resource = child(json, "resource")?;
        if let Some(principal) = principal {
            only(principal, &["id", "kind", "roles", "direct_actions", "attributes"])?;
            text(principal, "id")?;
            free_of(principal, &["id", "kind"])?;
        }
        if let Some(resource) = resource {
            only(resource, &["type", "id", "scopes", "attributes"])?;
            text(resource, "type")?;
            text(resource, "id")?;
            free_of(resource, &["id", "type"])?;
        }
        child(json, "action_attributes")?;
        child(json, "context")?;
        let held = |key| match principal {
            Some(principal) => texts(principal, key)?.into_iter().map(parse_held).collect(),
            None => Ok(Vec::new()),
        };
        Ok(Request {
            policy: text(top, "policy")?,
            action: text(top, "action")?.ok_or("a request has an `action`")?,
            kind: principal.map_or(Ok(None), |principal| text(principal, "kind"))?,
            roles: held("roles")?,
            direct_actions: held("direct_actions")?,
            scopes: parse_scopes(resource)?,
            asserted: parse_asserted(json)?,
            json,
        })
    }

    /// The value that the request gives for an attribute, whatever its type.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'r Value> {
        let (namespace, key) = name.split_once('.').expect("an attribute has a namespace");
        match (namespace, key) {
            ("principal", "id" | "kind") | ("resource", "id" | "type") => {
                self.json.get(namespace)?.get(key)
            }
            ("principal" | "resource", _) => self.json.get(namespace)?.get("attributes")?.get(key),
            ("action", _) => self.json.get("action_attributes")?.get(key),
            _ => self.json.get(namespace)?.get(key),
        }
    }
}

fn parse_held(text: &str) -> Result<Held<'_>, String> {
    let (name, scope) = match text.split_once('@') {
        Some((name, scope)) => (name, Some(scope)),
        None => (text, None),
    };
    if name.is_empty() {
        return Err(format!("`{text}` names nothing"));
    }
    if let Some(scope) = scope {
        scope_kind(scope)?;
    }
    Ok(Held { name, scope })
}

/// The kind of a scope `KIND:ID`, which is split at the first colon.
pub(crate) fn scope_kind(scope: &str) -> Result<&str, String> {
    match scope.split_once(':') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => Ok(kind),
        _ => Err(format!("`{scope}` is not `KIND:ID`")),
    }
}

fn parse_scopes(resource: Option<&Map<String, Value>>) -> Result<Option<Vec<&str>>, String> {
    let Some(resource) = resource else {
        return Ok(None);
    };
    let scopes = texts(resource, "scopes")?;
    for scope in &scopes {
        scope_kind(scope)?;
    }
    Ok(Some(scopes).filter(|scopes| !scopes.is_empty()))
}

fn parse_asserted(json: &Value) -> Result<Vec<(&str, bool)>, String> {
    let Some(asserted) = child(json, "assert")? else {
        return Ok(Vec::new());
    };
    let mut pairs = Vec::new();
    for (name, value) in asserted {
        let truth = value.as_bool().ok_or_else(|| format!("`{name}` is true or false"))?;
        pairs.push((name.as_str(), truth));
    }
    Ok(pairs)
}

/// Refuses what is built in among the attributes: it has a key of its own.
fn free_of(table: &Map<String, Value>, built_ins: &[&str]) -> Result<(), String> {
    let Some(attributes) = table.get("attributes") else {
        return Ok(());
    };
    let attributes = object(attributes, "attributes")?;
    match built_ins.iter().find(|name| attributes.contains_key(**name)) {
        Some(name) => Err(format!("`{name}` is built in")),
        None => Ok(()),
    }
}

fn only(table: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("no key `{key}` is known")),
        None => Ok(()),
    }
}

fn object<'r>(value: &'r Value, what: &str) -> Result<&'r Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("`{what}` is an object"))
}

fn child<'r>(json: &'r Value, key: &str) -> Result<Option<&'r Map<String, Value>>, String> {
    json.get(key).map(|value| object(value, key)).transpose()
}

fn text<'r>(table: &'r Map<String, Value>, key: &str) -> Result<Option<&'r str>, String> {
    let text = |value: &'r Value| value.as_str().ok_or_else(|| format!("`{key}` is a string"));
    table.get(key).map(text).transpose()
}

fn texts<'r>(table: &'r Map<String, Value>, key: &str) -> Result<Vec<&'r str>, String> {
    let Some(value) = table.get(key) else {
        return Ok(Vec::new());
    };
    let items = value.as_array().ok_or_else(|| format!("`{key}` is an array"))?;
    let text = |item: &'r Value| item.as_str().ok_or_else(|| format!("`{key}` holds strings"));
    items.iter().map(text).collect()
}
