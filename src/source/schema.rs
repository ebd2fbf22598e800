//! Validation against the JSON schemas of policies, suites and directories.
//!
//! Not a second description of a file: what is right stands in its schema, and so do the names and
//! texts that messages quote. How an error of the schema reads is in `translate`.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{At, Diagnostic, FileId, Span, Syntax, schema};

use super::dotted::unquoted_names;
use super::json::{TreeJson, View};
use super::translate::Translate;
use super::tree::{Node, NodeValue};

/// The JSON schema of policies, as editors use it.
pub const POLICY_SCHEMA: &str = include_str!("../../schema/policy.v1.schema.json");

/// The JSON schema of suites, as editors use it.
pub const SUITE_SCHEMA: &str = include_str!("../../schema/suite.v1.schema.json");

/// The JSON schema of directories, as editors use it.
pub const DIRECTORY_SCHEMA: &str = include_str!("../../schema/directory.v1.schema.json");

/// The JSON schema of configurations, as editors use it.
pub const CONFIG_SCHEMA: &str = include_str!("../../schema/config.v1.schema.json");

/// What one kind of file is validated against.
pub(super) struct Shape {
    /// The schema, which also says how things are called.
    pub json: LazyLock<Value>,
    validator: LazyLock<Option<Validator<TreeJson>>>,
    /// What such a file is written in.
    pub syntax: Syntax,
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Bool(false))
}

/// Our patterns need no looking around, so that a text is matched in time that grows with it alone.
fn validator(schema: &Value) -> Option<Validator<TreeJson>> {
    let options = jsonschema::options_for::<TreeJson>().with_draft(Draft::Draft7);
    options.with_pattern_options(PatternOptions::regex()).build(schema).ok()
}

pub(super) static POLICY: Shape = Shape {
    json: LazyLock::new(|| read(POLICY_SCHEMA)),
    validator: LazyLock::new(|| validator(&POLICY.json)),
    syntax: Syntax::Toml,
};

pub(super) static SUITE: Shape = Shape {
    json: LazyLock::new(|| read(SUITE_SCHEMA)),
    validator: LazyLock::new(|| validator(&SUITE.json)),
    syntax: Syntax::Yaml,
};

pub(super) static DIRECTORY: Shape = Shape {
    json: LazyLock::new(|| read(DIRECTORY_SCHEMA)),
    validator: LazyLock::new(|| validator(&DIRECTORY.json)),
    syntax: Syntax::Yaml,
};

pub(super) static CONFIG: Shape = Shape {
    json: LazyLock::new(|| read(CONFIG_SCHEMA)),
    validator: LazyLock::new(|| validator(&CONFIG.json)),
    syntax: Syntax::Toml,
};

/// Validates the shape of a file.
///
/// # Errors
/// Every finding, one for each mistake.
pub(super) fn validate(
    tree: &Node<'_>,
    file: FileId,
    shape: &'static Shape,
) -> Result<(), Vec<Diagnostic>> {
    if let Some(other) = other_schema(tree, file) {
        return Err(vec![other]);
    }
    let (mut found, dotted) = match shape.syntax {
        Syntax::Toml => unquoted_names(tree, file),
        Syntax::Yaml => (Vec::new(), Vec::new()),
    };
    match &*shape.validator {
        Some(validator) => {
            let errors: Vec<ValidationError<'_>> =
                validator.iter_errors(View::Node(tree)).collect();
            let translate = Translate::new(tree, file, shape, &errors);
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
        None => {
            found.push(internal_error(At::new(file, Span::default()), "the schema cannot be read"));
        }
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
fn other_schema(tree: &Node<'_>, file: FileId) -> Option<Diagnostic> {
    let node = &tree.as_table()?.get("schema")?.node;
    let NodeValue::Integer(other) = &node.value else {
        return None;
    };
    let at = At::new(file, node.span);
    (*other != 1).then(|| schema::unsupported_schema(at, &other.to_string()))
}

pub(super) fn path(error: &ValidationError<'_>) -> Vec<String> {
    segments(error.instance_path().as_str())
}

/// The parts of a JSON pointer.
fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}
