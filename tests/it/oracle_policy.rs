//! A policy read from its TOML text into plain lists of strings, for the naive oracle.
//! Not a checker: the text is known to be valid, and whatever is not panics.

use crate::oracle_names::{literals, matches};
use serde_json::Value;

/// A policy as its file states it; only patterns are expanded.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) id: String,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) scopes: Vec<Scope>,
    /// The declared ones in file order, then the four that are built in.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) roles: Vec<Role>,
    /// The vocabulary, in its order.
    pub(crate) actions: Vec<String>,
    pub(crate) direct: Option<Direct>,
    pub(crate) grants: Vec<Grant>,
}

#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) holds: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: String,
    pub(crate) within: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    /// With its namespace: `principal.tenant`.
    pub(crate) name: String,
    /// `string`, `boolean` or `integer`.
    pub(crate) kind: String,
    pub(crate) values: Option<Vec<Value>>,
}

#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) name: String,
    pub(crate) test: Test,
}

/// What a condition asks; attributes and other conditions are named, literals are JSON.
#[derive(Debug)]
pub(crate) enum Test {
    /// `equals` is an `in` with one literal.
    In(String, Vec<Value>),
    AtLeast(String, i64),
    AtMost(String, i64),
    Matches(String, String),
    All(Vec<String>),
    Any(Vec<String>),
    Not(String),
    Asserted,
}

#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) inherits: Vec<String>,
    /// `None`: all kinds.
    pub(crate) kinds: Option<Vec<String>>,
    pub(crate) scope: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Direct {
    pub(crate) actions: Vec<String>,
    /// `None`: all kinds.
    pub(crate) kinds: Option<Vec<String>>,
}

#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) forbids: bool,
    /// Expanded over the vocabulary, `except` taken out.
    pub(crate) actions: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) when: Vec<String>,
    pub(crate) unless: Vec<String>,
    pub(crate) anywhere: bool,
    pub(crate) row: Option<String>,
}

impl Policy {
    /// Reads the text of a valid policy.
    pub(crate) fn parse(text: &str) -> Policy {
        // JSON is only a convenient tree here: TOML's strings, booleans, integers and arrays are
        // the same in it, and requests, whose values are compared with these, are JSON anyway.
        let document: Value = toml::from_str(text).expect("the policy is TOML");
        let kinds = parse_kinds(&document);
        let actions = vocabulary(&document);
        Policy {
            id: string(&document, "policy").expect("a policy has an id"),
            attributes: parse_attributes(&document, &kinds),
            kinds,
            scopes: parse_scopes(&document),
            conditions: parse_conditions(&document),
            roles: parse_roles(&document),
            direct: document.get("direct").map(|table| parse_direct(table, &actions)),
            grants: grants(&document).map(|table| parse_grant(table, &actions)).collect(),
            actions,
        }
    }

    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    pub(crate) fn scope(&self, kind: &str) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.kind == kind)
    }

    pub(crate) fn declares_kind(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind.name == name)
    }

    /// A declared attribute or a built-in one.
    pub(crate) fn attribute(&self, name: &str) -> &Attribute {
        let mut attributes = self.attributes.iter();
        attributes.find(|attribute| attribute.name == name).expect("attributes are declared")
    }

    pub(crate) fn condition(&self, name: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.name == name)
    }

    /// The role and every junior below it.
    pub(crate) fn reached<'p>(&'p self, role: &'p Role) -> Vec<&'p str> {
        let mut reached = vec![role.name.as_str()];
        let mut todo = vec![role];
        while let Some(senior) = todo.pop() {
            for junior in &senior.inherits {
                if !reached.contains(&junior.as_str()) {
                    reached.push(junior);
                    todo.push(self.role(junior).expect("juniors are declared"));
                }
            }
        }
        reached
    }
}

impl Grant {
    pub(crate) fn names(&self, action: &str) -> bool {
        self.actions.iter().any(|name| name == action)
    }

    pub(crate) fn reaches(&self, reached: &[&str]) -> bool {
        self.roles.iter().any(|role| reached.contains(&role.as_str()))
    }

    pub(crate) fn reaches_everyone(&self) -> bool {
        self.roles.iter().any(|role| role == "*")
    }
}

fn parse_kinds(document: &Value) -> Vec<Kind> {
    let kind = |(name, table): (&String, &Value)| Kind {
        name: name.clone(),
        holds: strings(table, "holds").unwrap_or_default(),
    };
    entries(document, "kinds").map(kind).collect()
}

fn parse_scopes(document: &Value) -> Vec<Scope> {
    let scope = |(kind, table): (&String, &Value)| Scope {
        kind: kind.clone(),
        within: string(table, "within"),
    };
    entries(document, "scopes").map(scope).collect()
}

fn parse_attributes(document: &Value, kinds: &[Kind]) -> Vec<Attribute> {
    let declared = entries(document, "attributes").map(|(name, table)| Attribute {
        name: name.clone(),
        kind: string(table, "type").expect("an attribute has a type"),
        values: table.get("values").map(|values| list(values).to_vec()),
    });
    let built_in =
        |name: &str, values| Attribute { name: name.to_owned(), kind: "string".to_owned(), values };
    // Where no kinds are declared, the kind is whatever string the request gives.
    let kinds: Vec<Value> = kinds.iter().map(|kind| kind.name.as_str().into()).collect();
    let kinds = Some(kinds).filter(|kinds| !kinds.is_empty());
    let built_ins = [
        built_in("principal.id", None),
        built_in("principal.kind", kinds),
        built_in("resource.id", None),
        built_in("resource.type", None),
    ];
    declared.chain(built_ins).collect()
}

fn parse_conditions(document: &Value) -> Vec<Condition> {
    let condition = |(name, table): (&String, &Value)| Condition {
        name: name.clone(),
        test: parse_test(table),
    };
    entries(document, "conditions").map(condition).collect()
}

fn parse_test(table: &Value) -> Test {
    if let Some(names) = strings(table, "all") {
        return Test::All(names);
    }
    if let Some(names) = strings(table, "any") {
        return Test::Any(names);
    }
    if let Some(name) = string(table, "not") {
        return Test::Not(name);
    }
    let Some(attribute) = string(table, "attribute") else {
        return Test::Asserted;
    };
    let number = |key: &str| table.get(key).map(|bound| bound.as_i64().expect("an integer"));
    if let Some(literal) = table.get("equals") {
        Test::In(attribute, vec![literal.clone()])
    } else if let Some(literals) = table.get("in") {
        Test::In(attribute, list(literals).to_vec())
    } else if let Some(bound) = number("at-least") {
        Test::AtLeast(attribute, bound)
    } else if let Some(bound) = number("at-most") {
        Test::AtMost(attribute, bound)
    } else {
        Test::Matches(attribute, string(table, "matches-attribute").expect("a test"))
    }
}

fn parse_roles(document: &Value) -> Vec<Role> {
    let role = |(name, table): (&String, &Value)| Role {
        name: name.clone(),
        inherits: strings(table, "inherits").unwrap_or_default(),
        kinds: strings(table, "kinds"),
        scope: string(table, "scope"),
    };
    entries(document, "roles").map(role).collect()
}

fn parse_direct(table: &Value, vocabulary: &[String]) -> Direct {
    Direct { actions: expand(table, vocabulary), kinds: strings(table, "kinds") }
}

fn parse_grant(table: &Value, vocabulary: &[String]) -> Grant {
    Grant {
        forbids: string(table, "effect").is_some_and(|effect| effect == "forbid"),
        actions: expand(table, vocabulary),
        roles: strings(table, "roles").expect("a grant has roles"),
        when: strings(table, "when").unwrap_or_default(),
        unless: strings(table, "unless").unwrap_or_default(),
        anywhere: table.get("anywhere").and_then(Value::as_bool).unwrap_or(false),
        row: string(table, "row"),
    }
}

/// What `actions` names, less what `except` names, in the order of the vocabulary.
fn expand(table: &Value, vocabulary: &[String]) -> Vec<String> {
    let actions = strings(table, "actions").expect("actions are required");
    let except = strings(table, "except").unwrap_or_default();
    let named = |entries: &[String], action: &str| entries.iter().any(|e| matches(e, action));
    let kept = |action: &&String| named(&actions, action) && !named(&except, action);
    vocabulary.iter().filter(kept).cloned().collect()
}

fn vocabulary(document: &Value) -> Vec<String> {
    if document.get("actions").is_some() {
        return entries(document, "actions").map(|(name, _)| name.clone()).collect();
    }
    let mut vocabulary: Vec<String> = Vec::new();
    for table in grants(document).chain(document.get("direct")) {
        let entries = strings(table, "actions").expect("actions are required");
        for name in entries.iter().flat_map(|entry| literals(entry)) {
            if !vocabulary.contains(&name) {
                vocabulary.push(name);
            }
        }
    }
    vocabulary
}

fn grants(document: &Value) -> impl Iterator<Item = &Value> {
    document.get("grants").map(list).into_iter().flatten()
}

fn entries<'v>(document: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    let table = document.get(key).map(|table| table.as_object().expect("a table"));
    table.into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn string(table: &Value, key: &str) -> Option<String> {
    table.get(key).map(|value| value.as_str().expect("a string").to_owned())
}

fn strings(table: &Value, key: &str) -> Option<Vec<String>> {
    let owned = |item: &Value| item.as_str().expect("a string").to_owned();
    table.get(key).map(|value| list(value).iter().map(owned).collect())
}
