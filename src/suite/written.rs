//! Cases as a suite writes them, each on one line, to be added as they stand.
//!
//! Not their answers, which whoever asked knows.

use crate::evaluate::Proposal;
use crate::model::{Assignment, Attributes, Change, Principal, Query, Resource, Scope, Value};
use crate::source::suite::Expected;

/// A mapping on one line.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    entries: Vec<String>,
}

impl Mapping {
    /// Adds an entry, unless its value says nothing.
    pub(super) fn with(mut self, key: &str, value: Option<String>) -> Self {
        self.entries.extend(value.map(|value| format!("{key}: {value}")));
        self
    }

    pub(super) fn text(self) -> String {
        if self.entries.is_empty() {
            return "{}".to_owned();
        }
        format!("{{ {} }}", self.entries.join(", "))
    }

    fn unless_empty(self) -> Option<String> {
        (!self.entries.is_empty()).then(|| self.text())
    }
}

/// A list on one line; none where it is empty.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.into_iter().collect();
    (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
}

/// A text, quoted where it could be read as something else.
pub(super) fn scalar(text: &str) -> String {
    const OTHER: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_./@:-".contains(letter);
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(plain)
        && !text.ends_with(':')
        && !OTHER.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// Whether a suite can ask this: an id or a type that is written has something in it.
pub(super) fn can_be_asked(query: &Query<'_>) -> bool {
    let names = [query.principal.id, query.resource.id, query.resource.resource_type];
    !names.contains(&Some(""))
}

/// A case of `cases`.
pub(super) fn case(query: &Query<'_>, expect: Expected) -> String {
    let held = query.principal.assignments.iter().map(|given| given.scope);
    let mut held = held.chain(query.principal.direct_actions.iter().map(|given| given.scope));
    // Where nothing is held in a scope, it does not matter where the resource lies.
    let scopes = if held.any(|scope| scope.is_some()) { query.resource.scopes } else { &[] };
    let asked = Resource { scopes, ..query.resource };
    Mapping::default()
        .with("principal", Some(principal(&query.principal).text()))
        .with("action", Some(scalar(query.action)))
        .with("resource", resource(&asked).unless_empty())
        .with("action-attributes", attributes(query.action_attributes))
        .with("context", attributes(query.context))
        .with("assert", assertions(query.assertions))
        .with("expect", Some(expect.as_str().to_owned()))
        .text()
}

/// A case of `may-assign`.
pub(super) fn proposal(proposal: &Proposal<'_>, expect: Expected) -> String {
    let assignee = &proposal.assignee;
    let to = Principal {
        id: assignee.id,
        kind: assignee.kind,
        assignments: assignee.assignments,
        attributes: assignee.attributes,
        ..Principal::default()
    };
    let change = (proposal.change == Change::Revoke).then(|| "revoke".to_owned());
    Mapping::default()
        .with("by", Some(principal(&proposal.assigner).text()))
        .with("change", change)
        .with("role", Some(scalar(&proposal.assignment.to_string())))
        .with("to", Some(principal(&to).text()))
        .with("context", attributes(proposal.context))
        .with("assert", assertions(proposal.assertions))
        .with("expect", Some(expect.as_str().to_owned()))
        .text()
}

/// A principal, written out.
pub(super) fn principal(principal: &Principal<'_>) -> Mapping {
    let direct = principal.direct_actions.iter().map(|given| match given.scope {
        None => scalar(given.action),
        Some(scope) => scalar(&format!("{}@{scope}", given.action)),
    });
    Mapping::default()
        .with("id", principal.id.map(scalar))
        .with("kind", principal.kind.map(scalar))
        .with("roles", roles(principal.assignments))
        .with("direct", list(direct))
        .with("attributes", attributes(principal.attributes))
}

fn roles(assignments: &[Assignment<'_>]) -> Option<String> {
    list(assignments.iter().map(|assignment| scalar(&assignment.to_string())))
}

fn resource(resource: &Resource<'_>) -> Mapping {
    Mapping::default()
        .with("type", resource.resource_type.map(scalar))
        .with("id", resource.id.map(scalar))
        .with(
            "scopes",
            list(resource.scopes.iter().map(|scope: &Scope<'_>| scalar(&scope.to_string()))),
        )
        .with("attributes", attributes(resource.attributes))
}

fn attributes(attributes: Attributes<'_>) -> Option<String> {
    let write = |value: &Value<'_>| match value {
        Value::String(text) => Some(scalar(text)),
        Value::Boolean(known) => Some(known.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Other => None,
    };
    let entries = attributes.iter();
    let mapping =
        entries.fold(Mapping::default(), |mapping, (name, value)| mapping.with(name, write(value)));
    mapping.unless_empty()
}

fn assertions(assertions: &[(&str, bool)]) -> Option<String> {
    let entries = assertions.iter();
    let mapping = entries.fold(Mapping::default(), |mapping, (name, known)| {
        mapping.with(name, Some(known.to_string()))
    });
    mapping.unless_empty()
}
