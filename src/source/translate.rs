//! The errors of a schema in our own words, each on its narrowest place.
//!
//! Not the texts of diagnostics, which `diagnostic::schema` has, nor the names of things, which the
//! schema itself has.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{
    At, Diagnostic, FileId, PEDANTIC, Span, UnknownLint, nearest, only_near, schema,
};

use super::keys;
use super::schema::{Shape, path};
use super::tree::{Entries, Node, NodeValue};

/// The title of the tables whose keys are lints.
const LINTS: &str = "lints";

/// What it takes to say what an error of the schema means.
pub(super) struct Translate<'a> {
    tree: &'a Node<'a>,
    file: FileId,
    shape: &'static Shape,
    /// By table: a key that is not there, or not only there, under its right name.
    misspelt: Vec<(Vec<String>, &'static str)>,
}

impl<'a> Translate<'a> {
    pub(super) fn new(
        tree: &'a Node<'a>,
        file: FileId,
        shape: &'static Shape,
        errors: &[ValidationError<'_>],
    ) -> Self {
        let mut misspelt = Vec::new();
        for error in errors {
            if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
                let known = properties(shape, error);
                let near = unexpected.iter().filter_map(|key| nearest(key, known.iter().copied()));
                misspelt.extend(near.map(|key| (path(error), key)));
            }
        }
        Self { tree, file, shape, misspelt }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's list of error kinds is open; our schema uses none of the others"
    )]
    pub(super) fn error(&self, error: &ValidationError<'_>, path: &[String]) -> Vec<Diagnostic> {
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
                malformed(self.shape, At::new(self.file, at), key, error)
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                if self.is_misspelt(path, &[key]) {
                    return Vec::new();
                }
                schema::missing_key(at, key, description(self.shape, error, key))
            }
            ValidationErrorKind::Type { kind } => {
                let expected = expected(kind);
                schema::wrong_type(at, &expected, node.type_name(), self.shape.syntax)
            }
            ValidationErrorKind::Enum { options } => {
                let words = options.as_array().into_iter().flatten();
                let words: Vec<&str> = words.filter_map(Value::as_str).collect();
                if let NodeValue::String(word) = &node.value {
                    schema::unknown_word(at, word, &words)
                } else {
                    schema::wrong_type(at, "a string", node.type_name(), self.shape.syntax)
                }
            }
            ValidationErrorKind::Constant { .. } => {
                schema::unsupported_schema(at, &error.instance().to_string())
            }
            ValidationErrorKind::Pattern { .. } => {
                malformed(self.shape, at, error.instance().as_str().unwrap_or_default(), error)
            }
            ValidationErrorKind::MinItems { .. } => schema::empty_list(at),
            ValidationErrorKind::MinProperties { .. } => schema::empty_mapping(at),
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
    fn locate(&self, path: &[String]) -> Option<(At, &Node<'_>)> {
        let mut node = self.tree;
        let mut span = node.span;
        for part in path {
            (node, span) = if let NodeValue::Array(items) = &node.value {
                let item = items.get(part.parse::<usize>().ok()?)?;
                (item, item.span)
            } else {
                let entry = node.as_table()?.get(part.as_str())?;
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
        node: &Node<'_>,
        unexpected: &[String],
    ) -> Vec<Diagnostic> {
        let known = properties(self.shape, error);
        let entries = node.as_table();
        if parent(self.shape, error).is_some_and(|table| table["title"] == LINTS) {
            let unknown = |lint: &String| {
                let at = At::new(self.file, entries?.get(lint.as_str())?.key);
                let has_group = known.contains(&PEDANTIC);
                let group = has_group.then_some(PEDANTIC);
                Some(schema::unknown_lint(at, &UnknownLint::beside(lint, group)))
            };
            return unexpected.iter().filter_map(unknown).collect();
        }
        // Two keys may be meant for one, or one for a key that is there already.
        let near = |key: &String| only_near(key, known.iter().copied());
        let is_free = |key: &&String| {
            near(key).is_some_and(|meant| {
                let is_meant_too = |other: &&String| near(other) == Some(meant);
                !entries.is_some_and(|entries| entries.contains_key(meant))
                    && unexpected.iter().filter(is_meant_too).count() == 1
            })
        };
        let found = unexpected.iter().filter_map(|key| {
            let at = At::new(self.file, entries?.get(key.as_str())?.key);
            let found = schema::unknown_key(at, key, &known);
            Some(if is_free(&key) { found } else { found.without_fix() })
        });
        found.collect()
    }

    fn repeated(&self, node: &Node<'_>) -> Vec<Diagnostic> {
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
    fn conflict(&self, node: &Node<'_>) -> Option<Diagnostic> {
        let is_test = |key: &str| keys::CONDITION.own.contains(&key) && key != "attribute";
        let entries: &Entries<'_> = node.as_table()?;
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
fn malformed(shape: &'static Shape, at: At, text: &str, error: &ValidationError<'_>) -> Diagnostic {
    if let ValidationErrorKind::MaxLength { limit } = error.kind() {
        return schema::too_long(at, *limit);
    }
    let word =
        |key| parent(shape, error).and_then(|form| form.get(key)?.as_str()).unwrap_or("name");
    schema::malformed_name(at, text, word("title"), word("description"))
}

/// The schema that holds the keyword which failed.
fn parent(shape: &'static Shape, error: &ValidationError<'_>) -> Option<&'static Value> {
    let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
    shape.json.pointer(parent)
}

/// The keys that the table in which the error is knows.
fn properties(shape: &'static Shape, error: &ValidationError<'_>) -> Vec<&'static str> {
    let properties = parent(shape, error).and_then(|table| table.get("properties")?.as_object());
    properties.into_iter().flat_map(|map| map.keys()).map(String::as_str).collect()
}

/// What the schema says of a key that is missing.
fn description(
    shape: &'static Shape,
    error: &ValidationError<'_>,
    key: &str,
) -> Option<&'static str> {
    // Where one key needs another, the table's own schema is two floors up.
    let (table, _) = error.schema_path().as_str().split_once("/dependencies/").unzip();
    let table = table.map_or_else(|| parent(shape, error), |table| shape.json.pointer(table))?;
    let property = table.get("properties")?.get(key)?;
    let form = property.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    form.map_or(Some(property), |form| shape.json.pointer(form))?.get("description")?.as_str()
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
