//! Validation against the JSON schema, and its errors in our own words.
//!
//! Not a second description of a policy: what is right stands in the schema file, and so do the
//! names and texts that the messages here quote.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{At, Diagnostic, FileId, Span, nearest, reading, schema};

use super::keys;
use super::tree::{Entries, Entry, Node, NodeValue};

/// The JSON schema of policies, as editors use it.
pub const POLICY_SCHEMA: &str = include_str!("../../schema/policy.v1.schema.json");

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(POLICY_SCHEMA).unwrap_or(Value::Bool(false)));

static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| jsonschema::draft7::new(&SCHEMA).ok());

/// Validates a policy's shape.
///
/// # Errors
/// Every finding, one for each mistake.
pub(super) fn validate(tree: &Node, file: FileId) -> Result<(), Vec<Diagnostic>> {
    if let Some(other) = other_schema(tree, file) {
        return Err(vec![other]);
    }
    let (mut found, dotted) = unquoted_names(tree, file);
    let json = tree.to_json();
    match &*VALIDATOR {
        Some(validator) => {
            let errors: Vec<ValidationError<'_>> = validator.iter_errors(&json).collect();
            let translate = Translate { tree, file, misspelt: misspelt(&errors) };
            for error in &errors {
                let mut path = path(error);
                let whole = path.clone();
                if let ValidationErrorKind::PropertyNames { error } = error.kind() {
                    // The library names the table; the mistake is in one of its keys.
                    path.extend(error.instance().as_str().map(str::to_owned));
                }
                if !dotted.iter().any(|dotted| path.starts_with(dotted)) {
                    found.extend(translate.error(error, &whole));
                }
            }
        }
        None => found.push(internal_error(
            At::new(file, Span::default()),
            "the policy schema cannot be read",
        )),
    }
    // One mistake, one error: of several rules at one place the first by code tells most. Several
    // findings of one rule at one place are several mistakes: a table may lack two keys.
    found.sort_by(|before, after| {
        let key = |one: &Diagnostic| (one.at, one.rule.code);
        key(before).cmp(&key(after)).then_with(|| before.message.cmp(&after.message))
    });
    found.dedup_by(|later, earlier| {
        later.at == earlier.at && (later.rule != earlier.rule || later.message == earlier.message)
    });
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// A file of another schema is in another language: what else it says cannot be judged.
fn other_schema(tree: &Node, file: FileId) -> Option<Diagnostic> {
    let node = &tree.as_table()?.get("schema")?.node;
    let NodeValue::Integer(other) = &node.value else {
        return None;
    };
    let at = At::new(file, node.span);
    (*other != 1).then(|| schema::unsupported_schema(at, &other.to_string()))
}

/// By table: the keys that it seems to mean by others that it does not know.
fn misspelt(errors: &[ValidationError<'_>]) -> Vec<(Vec<String>, &'static str)> {
    let mut meant = Vec::new();
    for error in errors {
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            let known = properties(error);
            let near = unexpected.iter().filter_map(|key| nearest(key, known.iter().copied()));
            meant.extend(near.map(|key| (path(error), key)));
        }
    }
    meant
}

fn path(error: &ValidationError<'_>) -> Vec<String> {
    segments(error.instance_path().as_str())
}

/// The parts of a JSON pointer.
fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// Names with a dot whose quotes were forgotten, and the paths under which they stand.
///
/// Found before the schema is asked, which would only see unknown keys of a strange table.
fn unquoted_names(tree: &Node, file: FileId) -> (Vec<Diagnostic>, Vec<Vec<String>>) {
    let tables = ["kinds", "scopes", "attributes", "conditions", "roles", "actions"];
    let (mut found, mut paths) = (Vec::new(), Vec::new());
    for table in tables {
        let entries = tree.as_table().and_then(|tree| tree.get(table)?.node.as_table());
        for (name, entry) in entries.into_iter().flatten() {
            let Some(inner) = entry.node.as_table() else {
                continue;
            };
            // No key of these tables takes a table, so a table in one is the rest of a name. An
            // action may also be a mere title; its name has a dot, so one without is a first part.
            let is_action = table == "actions";
            let is_rest =
                |node: &Node| node.as_table().is_some() || (is_action && !name.contains('.'));
            let rest = inner.iter().find(|(_, inner)| is_rest(&inner.node));
            if let Some((key, inner)) = rest {
                let mut span = entry.key;
                let mut whole = name.clone();
                extend(&mut whole, &mut span, key, inner);
                found.push(reading::unquoted_dotted_name(At::new(file, span), table, &whole));
                paths.push(vec![table.to_owned(), name.clone()]);
            }
        }
    }
    (found, paths)
}

/// The whole name, as far as tables nest for the sake of its dots, and where it stands.
fn extend(name: &mut String, span: &mut Span, key: &str, entry: &Entry) {
    *name = format!("{name}.{key}");
    // Where the first part has a header of its own as well, it is not beside the rest.
    let is_beside = entry.key.start <= span.end + 1;
    *span = Span { start: if is_beside { span.start } else { entry.key.start }, ..entry.key };
    let rest = entry
        .node
        .as_table()
        .and_then(|inner| inner.iter().find(|(_, inner)| inner.node.as_table().is_some()));
    if let Some((key, inner)) = rest {
        extend(name, span, key, inner);
    }
}

struct Translate<'a> {
    tree: &'a Node,
    file: FileId,
    /// By table: a key that is not there, or not only there, under its right name.
    misspelt: Vec<(Vec<String>, &'static str)>,
}

impl Translate<'_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's list of error kinds is open; our schema uses none of the others"
    )]
    fn error(&self, error: &ValidationError<'_>, path: &[String]) -> Vec<Diagnostic> {
        let Some((at, node)) = self.locate(path) else {
            return Vec::new();
        };
        let one = match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                return self.unknown_keys(error, node, unexpected);
            }
            ValidationErrorKind::PropertyNames { error } => {
                let key = error.instance().as_str().unwrap_or_default();
                let at = node.as_table().and_then(|entries| entries.get(key));
                let at = at.map_or(Span::default(), |entry| entry.key);
                malformed(At::new(self.file, at), key, error)
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                if self.is_misspelt(path, &[key]) {
                    return Vec::new();
                }
                schema::missing_key(at, key, description(error, key))
            }
            ValidationErrorKind::Type { kind } => {
                schema::wrong_type(at, &expected(kind), node.type_name())
            }
            ValidationErrorKind::Enum { options } => {
                let words = options.as_array().into_iter().flatten();
                let words: Vec<&str> = words.filter_map(Value::as_str).collect();
                if let NodeValue::String(word) = &node.value {
                    schema::unknown_word(at, word, &words)
                } else {
                    schema::wrong_type(at, "a string", node.type_name())
                }
            }
            ValidationErrorKind::Constant { .. } => {
                schema::unsupported_schema(at, &error.instance().to_string())
            }
            ValidationErrorKind::Pattern { .. } => {
                malformed(at, error.instance().as_str().unwrap_or_default(), error)
            }
            ValidationErrorKind::MinItems { .. } => schema::empty_list(at),
            ValidationErrorKind::MinLength { .. } => schema::empty_text(at),
            ValidationErrorKind::UniqueItems => return self.repeated(node),
            ValidationErrorKind::Minimum { limit } => {
                schema::out_of_range(at, &format!("{limit} or more"))
            }
            ValidationErrorKind::Maximum { limit } => {
                schema::out_of_range(at, &format!("{limit} or less"))
            }
            ValidationErrorKind::MaxLength { limit } => schema::too_long(at, *limit),
            ValidationErrorKind::AnyOf { .. } => {
                // A test that needs no attribute is reported as in conflict with it.
                let has = |key: &str| node.as_table().is_some_and(|table| table.contains_key(key));
                if self.is_misspelt(path, keys::CONDITION.own)
                    || keys::COMBINE.iter().any(|key| has(key))
                {
                    return Vec::new();
                }
                let attribute = node.as_table().and_then(|entries| entries.get("attribute"));
                schema::missing_test(
                    attribute.map_or(at, |attribute| At::new(self.file, attribute.key)),
                )
            }
            ValidationErrorKind::Not { .. } => return self.conflict(node).into_iter().collect(),
            _ => internal_error(
                At::new(self.file, Span::default()),
                &format!("the schema uses `{}`", error.kind().keyword()),
            ),
        };
        vec![one]
    }

    /// The node at a path, and its place: the value's, or for a table its key's or header's.
    fn locate(&self, path: &[String]) -> Option<(At, &Node)> {
        let mut node = self.tree;
        let mut span = node.span;
        for part in path {
            (node, span) = if let NodeValue::Array(items) = &node.value {
                let item = items.get(part.parse::<usize>().ok()?)?;
                (item, item.span)
            } else {
                let entry = node.as_table()?.get(part)?;
                let is_table = entry.node.as_table().is_some();
                (&entry.node, if is_table { entry.key } else { entry.node.span })
            };
        }
        Some((At::new(self.file, span), node))
    }

    /// Whether one of the keys is there under a name that is not quite its own.
    fn is_misspelt(&self, path: &[String], keys: &[&str]) -> bool {
        self.misspelt.iter().any(|(table, key)| table == path && keys.contains(key))
    }

    fn unknown_keys(
        &self,
        error: &ValidationError<'_>,
        node: &Node,
        unexpected: &[String],
    ) -> Vec<Diagnostic> {
        let known = properties(error);
        let entries = node.as_table();
        let found = unexpected.iter().filter_map(|key| {
            let at = At::new(self.file, entries?.get(key)?.key);
            Some(schema::unknown_key(at, key, &known))
        });
        found.collect()
    }

    fn repeated(&self, node: &Node) -> Vec<Diagnostic> {
        let NodeValue::Array(items) = &node.value else {
            return Vec::new();
        };
        let values: Vec<Value> = items.iter().map(Node::to_json).collect();
        let mut found = Vec::new();
        for (at, (item, value)) in items.iter().zip(&values).enumerate() {
            let earlier = items.iter().zip(&values).take(at).find(|(_, other)| *other == value);
            if let Some((first, _)) = earlier {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let (here, first) = (At::new(self.file, item.span), At::new(self.file, first.span));
                found.push(schema::repeated_item(here, first, &text));
            }
        }
        found
    }

    /// Two tests in one condition: the later one, with the earlier as the other party.
    fn conflict(&self, node: &Node) -> Option<Diagnostic> {
        let is_test = |key: &str| keys::CONDITION.own.contains(&key) && key != "attribute";
        let entries: &Entries = node.as_table()?;
        let mut tests = entries.iter().filter(|(key, _)| is_test(key));
        let (first, (key, second)) = match (tests.next(), tests.next()) {
            (Some((_, first)), Some(second)) => (first, second),
            // One test, and an `attribute` that it has no use for.
            (Some((_, first)), None) => (first, entries.get_key_value("attribute")?),
            (None, _) => return None,
        };
        let (at, first) = (At::new(self.file, second.key), At::new(self.file, first.key));
        Some(schema::conflicting_keys(at, first, key))
    }
}

/// `error` is of a text; the schema beside its keyword says what the text should have been.
fn malformed(at: At, text: &str, error: &ValidationError<'_>) -> Diagnostic {
    if let ValidationErrorKind::MaxLength { limit } = error.kind() {
        return schema::too_long(at, *limit);
    }
    let word = |key| parent(error).and_then(|form| form.get(key)?.as_str()).unwrap_or("name");
    schema::malformed_name(at, text, word("title"), word("description"))
}

/// The schema that holds the keyword which failed.
fn parent(error: &ValidationError<'_>) -> Option<&'static Value> {
    let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
    SCHEMA.pointer(parent)
}

/// The keys that the table in which the error is knows.
fn properties(error: &ValidationError<'_>) -> Vec<&'static str> {
    let properties = parent(error).and_then(|table| table.get("properties")?.as_object());
    properties.into_iter().flat_map(|map| map.keys()).map(String::as_str).collect()
}

/// What the schema says of a key that is missing.
fn description(error: &ValidationError<'_>, key: &str) -> Option<&'static str> {
    // Where one key needs another, the table's own schema is two floors up.
    let (table, _) = error.schema_path().as_str().split_once("/dependencies/").unzip();
    let table = table.map_or_else(|| parent(error), |table| SCHEMA.pointer(table))?;
    let property = table.get("properties")?.get(key)?;
    let form = property.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    form.map_or(Some(property), |form| SCHEMA.pointer(form))?.get("description")?.as_str()
}

fn expected(kind: &TypeKind) -> String {
    let word = |name: String| match name.as_str() {
        "array" => "a list".to_owned(),
        "object" => "a table".to_owned(),
        "integer" => "an integer".to_owned(),
        other => format!("a {other}"),
    };
    match kind {
        TypeKind::Single(kind) => word(kind.to_string()),
        TypeKind::Multiple(kinds) => {
            let words: Vec<String> = kinds.iter().map(|kind| word(kind.to_string())).collect();
            match words.split_last() {
                Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                _ => words.join(""),
            }
        }
    }
}
