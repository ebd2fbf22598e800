//! From a JSON object to a query.
//!
//! Not yet bound to a policy; names are read and not looked up.

use crate::model::{
    Assignment, DirectAction, MalformedName, Principal, Query, Resource, Scope, Value,
};

use super::json::Json;

/// A request as read, from which a query can be borrowed.
#[derive(Debug, Default)]
pub(super) struct ReadRequest<'a> {
    pub policy: Option<&'a str>,
    action: &'a str,
    principal: ReadPrincipal<'a>,
    action_attributes: Vec<(&'a str, Value<'a>)>,
    resource: ReadResource<'a>,
    context: Vec<(&'a str, Value<'a>)>,
    assertions: Vec<(&'a str, bool)>,
}

#[derive(Debug, Default)]
struct ReadPrincipal<'a> {
    id: Option<&'a str>,
    kind: Option<&'a str>,
    roles: Vec<Assignment<'a>>,
    direct_actions: Vec<DirectAction<'a>>,
    attributes: Vec<(&'a str, Value<'a>)>,
}

#[derive(Debug, Default)]
struct ReadResource<'a> {
    resource_type: Option<&'a str>,
    id: Option<&'a str>,
    scopes: Vec<Scope<'a>>,
    attributes: Vec<(&'a str, Value<'a>)>,
}

impl<'a> ReadRequest<'a> {
    /// # Errors
    /// What is wrong with the request's shape, for the one who sent it.
    pub(super) fn new(json: &'a Json) -> Result<Self, String> {
        let mut read = Self::default();
        let mut has_action = false;
        for (key, value) in object(json, "the request")? {
            match key.as_str() {
                "policy" => read.policy = Some(text(value, key)?),
                "principal" => read.principal = principal(value)?,
                "action" => {
                    read.action = text(value, key)?;
                    has_action = true;
                }
                "action_attributes" => read.action_attributes = attributes(value, key)?,
                "resource" => read.resource = resource(value)?,
                "context" => read.context = attributes(value, key)?,
                "assert" => read.assertions = assertions(value)?,
                other => {
                    return Err(unknown(
                        other,
                        "the request",
                        &[
                            "policy",
                            "principal",
                            "action",
                            "action_attributes",
                            "resource",
                            "context",
                            "assert",
                        ],
                    ));
                }
            }
        }
        if has_action { Ok(read) } else { Err("the request has no `action`".to_owned()) }
    }

    pub(super) fn query(&self) -> Query<'_> {
        Query {
            principal: Principal {
                id: self.principal.id,
                kind: self.principal.kind,
                assignments: &self.principal.roles,
                direct_actions: &self.principal.direct_actions,
                attributes: &self.principal.attributes,
            },
            action: self.action,
            action_attributes: &self.action_attributes,
            resource: Resource {
                resource_type: self.resource.resource_type,
                id: self.resource.id,
                scopes: &self.resource.scopes,
                attributes: &self.resource.attributes,
            },
            context: &self.context,
            assertions: &self.assertions,
        }
    }
}

fn principal(json: &Json) -> Result<ReadPrincipal<'_>, String> {
    let mut read = ReadPrincipal::default();
    for (key, value) in object(json, "`principal`")? {
        match key.as_str() {
            "id" => read.id = Some(text(value, "principal.id")?),
            "kind" => read.kind = Some(text(value, "principal.kind")?),
            "roles" => read.roles = list(value, "principal.roles", Assignment::parse)?,
            "direct_actions" => {
                read.direct_actions = list(value, "principal.direct_actions", DirectAction::parse)?;
            }
            "attributes" => read.attributes = attributes(value, "principal.attributes")?,
            other => {
                let known = ["id", "kind", "roles", "direct_actions", "attributes"];
                return Err(unknown(other, "`principal`", &known));
            }
        }
    }
    Ok(read)
}

fn resource(json: &Json) -> Result<ReadResource<'_>, String> {
    let mut read = ReadResource::default();
    for (key, value) in object(json, "`resource`")? {
        match key.as_str() {
            "type" => read.resource_type = Some(text(value, "resource.type")?),
            "id" => read.id = Some(text(value, "resource.id")?),
            "scopes" => read.scopes = list(value, "resource.scopes", Scope::parse)?,
            "attributes" => read.attributes = attributes(value, "resource.attributes")?,
            other => {
                return Err(unknown(other, "`resource`", &["type", "id", "scopes", "attributes"]));
            }
        }
    }
    Ok(read)
}

fn object<'a>(json: &'a Json, what: &str) -> Result<&'a [(String, Json)], String> {
    let Json::Object(entries) = json else {
        return Err(format!("{what} is {}, and must be an object", json.type_name()));
    };
    Ok(entries)
}

fn text<'a>(json: &'a Json, what: &str) -> Result<&'a str, String> {
    let Json::String(text) = json else {
        return Err(format!("`{what}` is {}, and must be a string", json.type_name()));
    };
    Ok(text)
}

fn list<'a, T>(
    json: &'a Json,
    what: &str,
    parse: impl Fn(&'a str) -> Result<T, MalformedName>,
) -> Result<Vec<T>, String> {
    let Json::List(items) = json else {
        return Err(format!("`{what}` is {}, and must be a list of strings", json.type_name()));
    };
    let item = |item| parse(text(item, what)?).map_err(|error| error.to_string());
    items.iter().map(item).collect()
}

/// Any value: what no attribute can have is "of another type", which tests leave unknown.
fn attributes<'a>(json: &'a Json, what: &str) -> Result<Vec<(&'a str, Value<'a>)>, String> {
    let value = |json: &'a Json| match json {
        Json::String(text) => Value::String(text),
        Json::Boolean(known) => Value::Boolean(*known),
        Json::Integer(number) => Value::Integer(*number),
        Json::Null | Json::OtherNumber | Json::List(_) | Json::Object(_) => Value::Other,
    };
    let entries = object(json, &format!("`{what}`"))?;
    Ok(entries.iter().map(|(name, json)| (name.as_str(), value(json))).collect())
}

fn assertions(json: &Json) -> Result<Vec<(&str, bool)>, String> {
    let assertion = |(name, value): &'_ (String, Json)| {
        let Json::Boolean(known) = value else {
            let found = value.type_name();
            return Err(format!("`assert.{name}` is {found}, and must be true or false"));
        };
        Ok(*known)
    };
    let entries = object(json, "`assert`")?;
    entries.iter().map(|entry| Ok((entry.0.as_str(), assertion(entry)?))).collect()
}

fn unknown(key: &str, what: &str, known: &[&str]) -> String {
    match crate::diagnostic::nearest(key, known.iter().copied()) {
        Some(near) => format!("{what} has no key `{key}`; did you mean `{near}`?"),
        None => format!("{what} has no key `{key}`; its keys are {}", known.join(", ")),
    }
}
