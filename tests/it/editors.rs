//! What an editor refuses with our schemas alone, one mistake a file, and what it must not refuse.
//!
//! Not completion, which only an editor shows; CONTRIBUTING says how to ask two of them by hand.

use policyc::{CONFIG_SCHEMA, POLICY_SCHEMA, Source, check, read_config};
use serde_json::Value;

/// The schema that the first line of a file names, by which editors find it.
fn schema(text: &str) -> &'static str {
    let directive = text.lines().next().expect("a first line");
    match directive.rsplit('/').next().expect("a path") {
        "policy.v1.schema.json" => POLICY_SCHEMA,
        "config.v1.schema.json" => CONFIG_SCHEMA,
        other => panic!("no schema is called {other}"),
    }
}

fn is_accepted(text: &str) -> bool {
    let schema: Value = serde_json::from_str(schema(text)).expect("the schema is JSON");
    let value: toml::Value = toml::from_str(text).expect("TOML");
    let value = serde_json::to_value(value).expect("TOML is JSON here");
    jsonschema::draft7::new(&schema).expect("the schema can be used").is_valid(&value)
}

/// The codes of what policyc finds in the file.
fn codes(text: &str) -> Vec<&'static str> {
    let source = Source::new("file.toml", text);
    let report = if schema(text) == CONFIG_SCHEMA {
        read_config(&source).err().unwrap_or_default()
    } else {
        check(vec![source]).report
    };
    report.diagnostics.iter().map(|found| found.rule.code).collect()
}

fn files(folder: &str) -> impl Iterator<Item = (String, String)> {
    let entries =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let paths = entries.map(|entry| entry.path());
    let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("a text"))
    })
}

#[test]
fn the_schemas_alone_refuse_each_mistake_and_policyc_says_which_it_is() {
    let mut count = 0;
    for (name, text) in files("tests/editors") {
        let code = name.split('-').next().expect("a code");
        assert!(!is_accepted(&text), "{name}: the schema accepts it");
        assert_eq!(codes(&text), [code], "{name}");
        count += 1;
    }
    assert!(count >= 28, "only {count} mistakes");
}

#[test]
fn the_schemas_accept_the_five_policies() {
    let policies: Vec<_> = files("policies").collect();
    assert_eq!(policies.len(), 5);
    for (name, text) in policies {
        assert!(is_accepted(&text), "{name}");
    }
}
