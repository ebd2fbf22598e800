//! The schemas themselves: valid, understood by editors, described throughout, with the loaders'
//! keys and words. Not what they accept.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FILE_KINDS, SUITE, keys_of};
use crate::diagnostic::{Group, Level, PEDANTIC, Severity, rules};
use crate::model::{Basis, DelegationBasis};

#[test]
fn the_schemas_are_of_draft_07() {
    for kind in FILE_KINDS {
        let schema = kind.root();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        jsonschema::draft7::meta::validate(&schema).expect("the metaschema accepts it");
    }
}

/// What editors are known to understand, those for TOML too; another one must be tried in them
/// first. Only what is not TOML may need a mapping that is not empty.
const KEYWORDS: [&str; 28] = [
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
    "minProperties",
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
fn the_schemas_use_only_what_editors_understand() {
    for kind in FILE_KINDS {
        each_schema(&kind.root(), kind.name, &mut |schema, at| {
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
}

#[test]
fn every_key_and_every_definition_has_a_description() {
    for kind in FILE_KINDS {
        let root = kind.root();
        each_schema(&root, kind.name, &mut |schema, at| {
            for (key, property) in schema["properties"].as_object().into_iter().flatten() {
                assert!(description(property, &root).is_some(), "{at}: `{key}` has no description");
            }
        });
        for (name, definition) in root["definitions"].as_object().expect("definitions") {
            assert!(description(definition, &root).is_some(), "`{name}` has no description");
        }
    }
}

/// Free text; there is nothing to complete.
const PROSE: [&str; 5] = ["title", "description", "because", "note", "text"];

/// Whether an editor can offer something for a value: its own words, or those inside it.
fn is_completed(schema: &Value, root: &Value) -> bool {
    let offers = ["default", "enum", "const", "examples", "properties", "additionalProperties"];
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let referred = schema["$ref"].as_str().and_then(|to| root.pointer(to.strip_prefix('#')?));
    offers.iter().any(|keyword| schema.get(keyword).is_some())
        || parts.chain(referred).chain(schema.get("items")).any(|part| is_completed(part, root))
}

#[test]
fn every_key_but_prose_has_something_to_complete() {
    for kind in FILE_KINDS {
        let root = kind.root();
        each_schema(&root, kind.name, &mut |schema, at| {
            for (key, property) in schema["properties"].as_object().into_iter().flatten() {
                let is_reason = property["allOf"][0]["$ref"] == "#/definitions/reason";
                let is_prose = PROSE.contains(&key.as_str()) || is_reason;
                assert!(is_prose || is_completed(property, &root), "{at}: `{key}`");
            }
        });
    }
}

#[test]
fn what_editors_offer_is_right() {
    for kind in FILE_KINDS {
        let root = kind.root();
        each_schema(&root, kind.name, &mut |schema, at| {
            let mut alone = schema.clone();
            let examples = schema["examples"].as_array().into_iter().flatten();
            for offer in examples.chain(schema.get("default")) {
                alone["definitions"] = root["definitions"].clone();
                let validator = jsonschema::draft7::new(&alone).expect("a part is a schema");
                assert!(validator.is_valid(offer), "{at}: {offer}");
            }
        });
    }
}

#[test]
fn every_definition_is_used() {
    for kind in FILE_KINDS {
        let root = kind.root();
        let mut used = BTreeSet::new();
        each_schema(&root, "", &mut |schema, _| {
            used.extend(schema["$ref"].as_str().map(str::to_owned));
        });
        let defined = root["definitions"].as_object().expect("definitions");
        let defined: BTreeSet<_> =
            defined.keys().map(|name| format!("#/definitions/{name}")).collect();
        assert_eq!(used, defined, "{}", kind.name);
    }
}

#[test]
fn the_keys_that_the_loaders_read_are_those_of_the_schemas() {
    for kind in FILE_KINDS {
        let root = kind.root();
        let described = |schema: &Value| {
            assert_eq!(schema["additionalProperties"], json!(false), "an unknown key is an error");
            let properties = schema["properties"].as_object().expect("properties");
            properties.keys().cloned().collect::<BTreeSet<String>>()
        };
        let owned = |keys: BTreeSet<&str>| keys.into_iter().map(str::to_owned).collect();
        let read: BTreeSet<String> = owned(keys_of(kind.whole));
        assert_eq!(described(&root), read, "the whole {}", kind.name);
        for table in kind.tables {
            let definition = &root["definitions"][table.definition];
            let read: BTreeSet<String> = owned(keys_of(*table));
            assert_eq!(described(definition), read, "{}", table.definition);
        }
        // And the other way round: whatever has properties in the schema is a table of the loader.
        let tables: BTreeSet<&str> = kind.tables.iter().map(|table| table.definition).collect();
        for (name, definition) in root["definitions"].as_object().expect("definitions") {
            let name = name.strip_suffix("-or-name").unwrap_or(name);
            // The keys of `allow` are lints and no keys of ours.
            let is_table = definition.get("properties").is_some() && definition["title"] != "lints";
            assert_eq!(tables.contains(name), is_table, "{}: {name}", kind.name);
        }
    }
}

#[test]
fn what_is_written_out_in_place_of_a_name_has_the_keys_of_what_is_named() {
    let root = SUITE.root();
    for name in ["principal", "resource"] {
        let named = &root["definitions"][name];
        let written = &root["definitions"][format!("{name}-or-name")];
        assert_eq!(named["properties"], written["properties"], "{name}");
        assert_eq!(named.get("required"), written.get("required"), "{name}");
    }
}

#[test]
fn what_suites_and_directories_share_is_one_in_both_schemas() {
    let [policy, suite, directory, _] = FILE_KINDS.map(|kind| kind.root()["definitions"].take());
    for (name, definition) in directory.as_object().expect("definitions") {
        assert_eq!(&suite[name], definition, "{name}");
    }
    // Policies say what theirs are in other words, with examples.
    for name in ["identifier", "action-name", "action-pattern"] {
        for keyword in ["type", "pattern", "maxLength", "title"] {
            assert_eq!(policy[name][keyword], suite[name][keyword], "{name}: {keyword}");
        }
    }
}

/// A policy allows every lint and nothing else, and a configuration weighs the group as well; each
/// says what the first line of its page says, so that editors complete them.
#[test]
fn the_lints_that_editors_complete_are_those_of_the_registry() {
    let described = |form: &str, text: &str| {
        let form = format!("#/definitions/{form}");
        json!({ "allOf": [{ "$ref": form }], "description": text })
    };
    let [policy, _, _, config] = FILE_KINDS.map(|kind| kind.root());
    let mut allowed = serde_json::Map::new();
    let mut weighed = serde_json::Map::new();
    let group = "All lints at once that are off by default.";
    weighed.insert(PEDANTIC.to_owned(), described("level", group));
    weighed[PEDANTIC]["default"] = json!(Level::Allow.as_str());
    for rule in rules().filter(|rule| rule.group != Group::Error) {
        let text = rule.page.split("\n\n").nth(1).and_then(|text| text.lines().next());
        let text = text.expect("a page says what its lint is about");
        allowed.insert(rule.name.to_owned(), described("reason", text));
        let mut level = described("level", text);
        level["default"] = json!(match (rule.group, rule.severity) {
            (Group::Pedantic, _) => Level::Allow.as_str(),
            (_, Severity::Warning) => Level::Warn.as_str(),
            (_, _) => Level::Advise.as_str(),
        });
        weighed.insert(rule.name.to_owned(), level);
    }
    let tables = [
        (&policy["definitions"]["allow"], Value::Object(allowed)),
        (&config["properties"]["lints"], Value::Object(weighed)),
    ];
    for (table, properties) in tables {
        assert_eq!(table["title"], "lints", "`translate` knows the table by its title");
        assert_eq!(table["additionalProperties"], json!(false));
        assert_eq!(table["properties"], properties, "{properties:#}");
    }
}

#[test]
fn the_bases_that_a_suite_may_expect_are_those_that_answers_have() {
    let root = SUITE.root();
    let words = |table: &str| root["definitions"][table]["properties"]["basis"]["enum"].clone();
    assert_eq!(words("case"), json!(Basis::ALL.map(Basis::as_str)));
    assert_eq!(words("proposal"), json!(DelegationBasis::ALL.map(DelegationBasis::as_str)));
}

/// The variant declared after this one; a new one does not compile here.
fn after(basis: Basis) -> Option<Basis> {
    use Basis as Is;
    match basis {
        Is::Granted => Some(Is::GrantedDirectly),
        Is::GrantedDirectly => Some(Is::UnknownPolicy),
        Is::UnknownPolicy => Some(Is::UnknownAction),
        Is::UnknownAction => Some(Is::Forbidden),
        Is::Forbidden => Some(Is::UnknownKind),
        Is::UnknownKind => Some(Is::ConditionUnknown),
        Is::ConditionUnknown => Some(Is::ConditionFalse),
        Is::ConditionFalse => Some(Is::OutOfScope),
        Is::OutOfScope => Some(Is::ScopeMissing),
        Is::ScopeMissing => Some(Is::ScopeKind),
        Is::ScopeKind => Some(Is::KindMissing),
        Is::KindMissing => Some(Is::KindExcluded),
        Is::KindExcluded => Some(Is::UnknownScope),
        Is::UnknownScope => Some(Is::UnknownRole),
        Is::UnknownRole => Some(Is::NotDirect),
        Is::NotDirect => Some(Is::NotGranted),
        Is::NotGranted => None,
    }
}

#[test]
fn every_basis_is_in_the_list_of_all() {
    let each: Vec<Basis> =
        std::iter::successors(Some(Basis::Granted), |basis| after(*basis)).collect();
    assert_eq!(each, Basis::ALL);
}
