//! The loader: from the tree to the typed policy, the only reader of TOML keys.
//!
//! Not the schema, but of one mind with it: a test holds that they accept the same documents.

use crate::model::{Literal, ValueType};

pub(crate) use super::fields::ShapeError;
use super::fields::{Errors, Fields, whole, wrong_type};
use super::keys::{self, Keys};
use super::load_statements::{constraints, delegation, grant, invariants, statement};
use super::policy::{
    About, ActionName, Attribute, AttributeName, Condition, Direct, Form, Kind, Named, Policy,
    Role, Scope, Source, Spanned, Test,
};
use super::tree::{Node, NodeValue};

/// Reads a whole policy.
///
/// # Errors
/// Every place where it does not have its shape.
pub(crate) fn policy(tree: &Node<'_>) -> Result<Policy, Vec<ShapeError>> {
    whole(tree, read_policy)
}

fn read_policy(tree: &Node<'_>, errors: &mut Errors) -> Option<Policy> {
    let mut fields = Fields::open(tree, tree.span, keys::POLICY, errors)?;
    fields.schema();
    let policy = fields.form("policy");
    let policy = fields.require("policy", policy);
    let version = fields.form("version");
    let version = fields.require("version", version);
    let about = fields.about();
    let grants = entries(&mut fields, "grants", keys::GRANT, grant);
    let grants = fields.require("grants", grants).unwrap_or_default();
    Some(Policy {
        about,
        source: table(&mut fields, "source", keys::SOURCE, source),
        kinds: named(&mut fields, "kinds", keys::KIND, kind).unwrap_or_default(),
        scopes: named(&mut fields, "scopes", keys::SCOPE, scope).unwrap_or_default(),
        attributes: named(&mut fields, "attributes", keys::ATTRIBUTE, attribute)
            .unwrap_or_default(),
        conditions: named(&mut fields, "conditions", keys::CONDITION, condition)
            .unwrap_or_default(),
        roles: named(&mut fields, "roles", keys::ROLE, role).unwrap_or_default(),
        direct: table(&mut fields, "direct", keys::DIRECT, direct),
        actions: actions(&mut fields),
        grants,
        constraints: constraints(&mut fields),
        delegations: entries(&mut fields, "delegations", keys::DELEGATION, delegation)
            .unwrap_or_default(),
        invariants: invariants(&mut fields),
        statements: entries(&mut fields, "statements", keys::STATEMENT, statement)
            .unwrap_or_default(),
        id: policy?,
        version: version?,
    })
}

/// One table under a key.
pub(super) fn table<T>(
    fields: &mut Fields<'_>,
    key: &str,
    keys: Keys,
    read: impl Fn(&mut Fields<'_>) -> T,
) -> Option<T> {
    let (span, node) = fields.get(key)?;
    Some(read(&mut Fields::open(node, span, keys, fields.errors())?))
}

/// A table of tables by name.
pub(super) fn named<K: Form, V>(
    fields: &mut Fields<'_>,
    key: &str,
    keys: Keys,
    read: impl Fn(&mut Fields<'_>) -> V,
) -> Option<Named<K, V>> {
    let (_, node) = fields.get(key)?;
    let errors = fields.errors();
    let Some(entries) = node.as_table() else {
        errors.push(wrong_type(node, "a table"));
        return None;
    };
    let mut list = Vec::new();
    for (name, entry) in entries {
        let Some(value) = K::parse(name) else {
            errors
                .push(ShapeError { span: entry.key, what: format!("`{name}` is not {}", K::WHAT) });
            continue;
        };
        if let Some(mut fields) = Fields::open(&entry.node, entry.key, keys, errors) {
            list.push((Spanned { value, span: entry.key }, read(&mut fields)));
        }
    }
    Some(list)
}

/// An array of tables.
pub(super) fn entries<T, R: Into<Option<T>>>(
    fields: &mut Fields<'_>,
    key: &str,
    keys: Keys,
    read: impl Fn(&mut Fields<'_>) -> R,
) -> Option<Vec<T>> {
    let (_, node) = fields.get(key)?;
    let errors = fields.errors();
    let NodeValue::Array(items) = &node.value else {
        errors.push(wrong_type(node, "a list"));
        return None;
    };
    if items.is_empty() {
        errors.push(ShapeError { span: node.span, what: "the list is empty".to_owned() });
    }
    let mut list = Vec::new();
    for item in items {
        if let Some(mut fields) = Fields::open(item, item.span, keys, errors) {
            list.extend(read(&mut fields).into());
        }
    }
    Some(list)
}

fn source(fields: &mut Fields<'_>) -> Source {
    // `[source]` may have a title and a description as every table may; nothing reads them.
    fields.about();
    Source {
        document: fields.form("document"),
        address: fields.form("address"),
        published: fields.form("published"),
        note: fields.form("note"),
        rules: fields.count("rules"),
    }
}

fn kind(fields: &mut Fields<'_>) -> Kind {
    Kind { about: fields.about(), holds: fields.names("holds") }
}

fn scope(fields: &mut Fields<'_>) -> Scope {
    Scope { about: fields.about(), within: fields.form("within") }
}

fn attribute(fields: &mut Fields<'_>) -> Attribute {
    let types = [ValueType::String, ValueType::Boolean, ValueType::Integer];
    let value_type =
        fields.word("type", &types.map(|value_type| (value_type.as_str(), value_type)));
    let value_type = fields.require("type", value_type);
    Attribute {
        about: fields.about(),
        value_type: value_type.unwrap_or(ValueType::String),
        values: fields.list("values", 1, literal).unwrap_or_default(),
    }
}

pub(super) fn literal(node: &Node<'_>) -> Result<Literal, ShapeError> {
    match &node.value {
        NodeValue::String(text) => Ok(Literal::String(text.to_string())),
        NodeValue::Boolean(known) => Ok(Literal::Boolean(*known)),
        NodeValue::Integer(number) => Ok(Literal::Integer(*number)),
        NodeValue::Nothing
        | NodeValue::Float
        | NodeValue::Datetime
        | NodeValue::Array(_)
        | NodeValue::Table(_) => Err(wrong_type(node, "a string, a boolean or an integer")),
    }
}

fn condition(fields: &mut Fields<'_>) -> Condition {
    let about = fields.about();
    let attribute = fields.form::<AttributeName>("attribute");
    let equals = fields.get("equals").map(|(_, node)| (node.span, literal(node)));
    let mut tests = Vec::new();
    if let (Some((span, equals)), Some(attribute)) = (equals, &attribute) {
        match equals {
            Ok(value) => {
                let literals = vec![Spanned { value, span }];
                tests.push(Test::OneOf { attribute: attribute.clone(), literals });
            }
            Err(error) => fields.errors().push(error),
        }
    }
    let literals = fields.list("in", 1, literal);
    let other = fields.form("matches-attribute");
    let (at_least, at_most) = (fields.integer("at-least"), fields.integer("at-most"));
    if let Some(attribute) = &attribute {
        let attribute = || attribute.clone();
        tests.extend(literals.map(|literals| Test::OneOf { attribute: attribute(), literals }));
        tests.extend(other.map(|other| Test::Matches { attribute: attribute(), other }));
        tests.extend(at_least.map(|bound| Test::AtLeast { attribute: attribute(), bound }));
        tests.extend(at_most.map(|bound| Test::AtMost { attribute: attribute(), bound }));
    }
    tests.extend(fields.some_names("all").map(Test::All));
    tests.extend(fields.some_names("any").map(Test::Any));
    tests.extend(fields.form("not").map(Test::Not));
    let is_test = |key: &&&str| **key != "attribute" && fields.has(key);
    let test_count = keys::CONDITION.own.iter().filter(is_test).count();
    let compares = ["equals", "in", "matches-attribute", "at-least", "at-most"];
    if test_count > 1 || fields.has("attribute") != compares.iter().any(|key| fields.has(key)) {
        fields.error("a condition has one test".to_owned());
    }
    Condition { about, test: tests.pop().unwrap_or(Test::Asserted) }
}

fn role(fields: &mut Fields<'_>) -> Role {
    Role {
        about: fields.about(),
        inherits: fields.names("inherits"),
        kinds: fields.some_names("kinds"),
        scope: fields.form("scope"),
    }
}

fn direct(fields: &mut Fields<'_>) -> Direct {
    Direct {
        about: fields.about(),
        actions: fields.required_names("actions"),
        kinds: fields.some_names("kinds"),
    }
}

/// `[actions]`: a title, or a table, by name.
fn actions(fields: &mut Fields<'_>) -> Option<Named<ActionName, About>> {
    let (_, node) = fields.get("actions")?;
    let errors = fields.errors();
    let Some(entries) = node.as_table() else {
        errors.push(wrong_type(node, "a table"));
        return None;
    };
    let mut list = Vec::new();
    for (name, entry) in entries {
        let Some(value) = ActionName::parse(name) else {
            errors.push(ShapeError {
                span: entry.key,
                what: format!("`{name}` is not an action name"),
            });
            continue;
        };
        let about = if let NodeValue::String(_) = &entry.node.value {
            match super::fields::form(&entry.node) {
                Ok(value) => {
                    let title = Some(Spanned { value, span: entry.node.span });
                    Some(About { span: entry.key, title, ..About::default() })
                }
                Err(error) => {
                    errors.push(error);
                    None
                }
            }
        } else {
            let fields = Fields::open(&entry.node, entry.key, keys::ACTION, errors);
            fields.map(|mut fields| fields.about())
        };
        list.extend(about.map(|about| (Spanned { value, span: entry.key }, about)));
    }
    Some(list)
}
