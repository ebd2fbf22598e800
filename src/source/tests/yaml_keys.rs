//! The schema alone and the loader alone, on every key of suites and directories with values of
//! every type. Not whole documents (`yaml_shapes`).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::tree::Node;
use super::yaml_shapes::parse;
use super::{DIRECTORY, FileKind, SUITE, keys_of};

/// Values of every type, for keys of every type.
fn values() -> [Value; 14] {
    [
        json!(null),
        json!("text"),
        json!("a.b"),
        json!(""),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(true),
        json!([]),
        json!(["text"]),
        json!([1]),
        json!({}),
        json!({ "text": {} }),
    ]
}

/// A right value of a required key.
fn right_value(key: &str) -> Value {
    match key {
        "schema" => json!(1),
        "cells" => json!({ "a.b": {} }),
        "action" => json!("a.b"),
        "expect" => json!("allow"),
        "findings" => json!([]),
        _ => json!("a"),
    }
}

/// A document of the kind around one of its tables.
fn around(kind: FileKind, table: &str, body: &Value) -> Value {
    let mut document = match kind.name {
        "suite" => json!({ "schema": 1, "policy": "shapes" }),
        _ => json!({ "schema": 1, "principals": [{ "id": "a" }] }),
    };
    let (key, value) = match (kind.name, table) {
        (_, "placement") => ("scopes", json!({ "a:b": body })),
        ("directory", "member") => ("principals", json!([body])),
        (_, "member") => ("audit", json!([{ "principals": [body], "findings": [] }])),
        (_, "principal") => ("principals", json!({ "a": body })),
        (_, "resource") => ("resources", json!({ "a": body })),
        (_, "table") => ("tables", json!([body])),
        (_, "cells") => ("tables", json!([{ "principals": ["a"], "cells": { "a.b": body } }])),
        (_, "case") => ("cases", json!([body])),
        (_, "hold") => ("holds", json!([body])),
        (_, "proposal") => ("may-assign", json!([body])),
        _ => ("audit", json!([body])),
    };
    document[key] = value;
    document
}

/// JSON is YAML.
fn read(document: &Value) -> Node<'static> {
    parse(&document.to_string())
}

/// The required keys of a definition, or of the whole file, but one; each with a right value.
fn others(schema: &Value, table: &str, but: &str) -> Map<String, Value> {
    let required = schema["required"].as_array().into_iter().flatten();
    let others = required.filter_map(Value::as_str).filter(|key| *key != but);
    let value = |key: &str| match (table, key) {
        ("table", "principals") => json!(["a"]),
        ("audit" | "", "principals") => json!([{ "id": "a" }]),
        _ => right_value(key),
    };
    others.map(|key| (key.to_owned(), value(key))).collect()
}

#[test]
fn the_schema_and_the_loader_agree_on_every_key_with_values_of_every_type() {
    let (mut accepted, mut refused) = (BTreeSet::new(), 0_u32);
    for kind in [SUITE, DIRECTORY] {
        let (root, validator) = (kind.root(), kind.validator());
        for table in kind.tables.iter().chain([&kind.whole]) {
            let name = table.definition;
            let schema = if name.is_empty() { &root } else { &root["definitions"][name] };
            for key in keys_of(*table) {
                let mut body = others(schema, name, key);
                let own = [right_value(key), json!(["a"]), json!(["a.b"]), json!([{ "id": "a" }])];
                for value in values().into_iter().chain(own) {
                    body.insert(key.to_owned(), value);
                    let whole = Value::Object(body.clone());
                    let document = if name.is_empty() { whole } else { around(kind, name, &whole) };
                    let (schema, loader) = kind.verdicts(&validator, &read(&document));
                    assert_eq!(schema, loader.is_ok(), "{loader:?} on {document}");
                    if schema {
                        accepted.insert((kind.name, name, key));
                    } else {
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 1_000, "{refused} refused");
    // Every key but those of which no value here is right was accepted with one.
    for kind in [SUITE, DIRECTORY] {
        for table in kind.tables.iter().chain([&kind.whole]) {
            for key in keys_of(*table) {
                let strange = ["tables", "cases", "holds", "may-assign", "audit"].contains(&key)
                    || ["basis", "change", "within"].contains(&key)
                    || (table.definition == "resource" && key == "scopes");
                let is_right = accepted.contains(&(kind.name, table.definition, key));
                assert!(is_right || strange, "{} {}: {key}", kind.name, table.definition);
            }
        }
    }
}
