//! The schema itself: valid, understood by editors, described throughout, with the loader's keys.
//!
//! Not what it accepts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::keys;
use super::{TABLES, keys_of, root};

#[test]
fn the_schema_is_one_of_draft_07() {
    let schema = root();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    jsonschema::draft7::meta::validate(&schema).expect("the metaschema accepts it");
}

/// What editors for TOML are known to understand; another keyword must be tried in them first.
const KEYWORDS: [&str; 27] = [
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "definitions",
    "dependencies",
    "description",
    "enum",
    "examples",
    "items",
    "maximum",
    "maxLength",
    "minimum",
    "minItems",
    "minLength",
    "not",
    "pattern",
    "properties",
    "propertyNames",
    "required",
    "title",
    "type",
    "uniqueItems",
];

/// Calls `visit` with every schema inside a schema, itself included, and where it stands.
fn each_schema(schema: &Value, at: &str, visit: &mut dyn FnMut(&Value, &str)) {
    visit(schema, at);
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let at = format!("{at}/{keyword}");
        match keyword.as_str() {
            "properties" | "definitions" | "dependencies" => {
                for (name, inner) in value.as_object().expect("schemas by name") {
                    each_schema(inner, &format!("{at}/{name}"), visit);
                }
            }
            "items" | "not" | "propertyNames" | "additionalProperties" => {
                each_schema(value, &at, visit);
            }
            "allOf" | "anyOf" => {
                for inner in value.as_array().expect("a list of schemas") {
                    each_schema(inner, &at, visit);
                }
            }
            _ => {}
        }
    }
}

/// A schema's description: its own, or that of the definition it refers to.
fn description<'a>(schema: &'a Value, root: &'a Value) -> Option<&'a str> {
    let referred = || {
        let definition = schema["$ref"].as_str()?.strip_prefix('#')?;
        root.pointer(definition)?["description"].as_str()
    };
    schema["description"].as_str().or_else(referred).filter(|text| !text.is_empty())
}

#[test]
fn the_schema_uses_only_what_editors_understand() {
    each_schema(&root(), "", &mut |schema, at| {
        for keyword in schema.as_object().into_iter().flatten().map(|(keyword, _)| keyword) {
            assert!(KEYWORDS.contains(&keyword.as_str()), "{at}: `{keyword}`");
        }
        if let Some(to) = schema["$ref"].as_str() {
            assert!(to.starts_with("#/definitions/"), "{at}: {to}");
            // Draft 07 ignores whatever stands beside a reference.
            assert_eq!(schema.as_object().map(|schema| schema.len()), Some(1), "{at}");
        }
    });
}

#[test]
fn every_key_and_every_definition_has_a_description() {
    let root = root();
    each_schema(&root, "", &mut |schema, at| {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(description(property, &root).is_some(), "{at}: `{key}` has no description");
        }
    });
    for (name, definition) in root["definitions"].as_object().expect("definitions") {
        assert!(description(definition, &root).is_some(), "`{name}` has no description");
    }
}

#[test]
fn every_definition_is_used() {
    let root = root();
    let mut used = BTreeSet::new();
    each_schema(&root, "", &mut |schema, _| {
        used.extend(schema["$ref"].as_str().map(str::to_owned));
    });
    let defined = root["definitions"].as_object().expect("definitions");
    let defined: BTreeSet<_> = defined.keys().map(|name| format!("#/definitions/{name}")).collect();
    assert_eq!(used, defined);
}

#[test]
fn the_keys_that_the_loader_reads_are_those_of_the_schema() {
    let root = root();
    let described = |schema: &Value| {
        assert_eq!(schema["additionalProperties"], json!(false), "an unknown key is an error");
        let properties = schema["properties"].as_object().expect("properties");
        properties.keys().cloned().collect::<BTreeSet<String>>()
    };
    let owned = |keys: BTreeSet<&str>| keys.into_iter().map(str::to_owned).collect();
    let read: BTreeSet<String> = owned(keys_of(keys::POLICY));
    assert_eq!(described(&root), read, "the whole file");
    for table in TABLES {
        let definition = &root["definitions"][table.definition];
        let read: BTreeSet<String> = owned(keys_of(table));
        assert_eq!(described(definition), read, "{}", table.definition);
    }
    // And the other way round: whatever has properties in the schema is a table of the loader.
    let tables: BTreeSet<&str> = TABLES.iter().map(|table| table.definition).collect();
    for (name, definition) in root["definitions"].as_object().expect("definitions") {
        let is_table = definition.get("properties").is_some();
        assert_eq!(tables.contains(name.as_str()), is_table, "{name}");
    }
}
