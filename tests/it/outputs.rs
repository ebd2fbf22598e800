//! The JSON that policyc prints has the shape that the schemas beside the policy's describe.
//!
//! Not its content, which the exact command-line tests hold.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Every output that carries `format_version` and a schema, by the schema that it must have.
const OUTPUTS: &[(&str, &[&str])] = &[
    ("report", &["check", "policies", "--format", "json"]),
    ("report", &["check", "tests/bad", "--format", "json"]),
    ("report", &["compile", "policies", "-o", "{bundle}", "--format", "json"]),
    ("matrix", &["matrix", "policies", "--format", "json"]),
    ("matrix", &["matrix", "policies", "--view", "rows", "--format", "json"]),
    ("matrix", &["matrix", "policies", "--view", "kinds", "--format", "json"]),
    ("matrix", &["matrix", "policies", "--view", "combinations", "--format", "json"]),
    ("matrix", &["matrix", "policies", "--view", "delegations", "--format", "json"]),
    ("report", &["test", "tests/data/press", "--format", "json"]),
    ("report", &["audit", "tests/data/press", "--role", "owner", "--format", "json"]),
    (
        "report",
        &[
            "audit",
            "tests/data/press",
            "--directory",
            "tests/data/press/staff.yaml",
            "--format",
            "json",
        ],
    ),
    (
        "permission",
        &["may", "assign", "reader", "tests/data/press", "--as", "owner", "--format", "json"],
    ),
    (
        "permission",
        &["may", "assign", "owner", "tests/data/press", "--as", "owner", "--format", "json"],
    ),
    ("answer", &["decide", "tests/data/newsroom.bundle", "--action", "x", "--format", "json"]),
];

/// Requests to the newsroom, sound and not.
const REQUESTS: &str = include_str!("../data/requests.jsonl");

#[test]
fn outputs_have_the_shape_of_their_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("a.bundle");
    for (schema, arguments) in OUTPUTS {
        let bundle = bundle.to_str().expect("a path in UTF-8");
        let arguments = arguments.iter().map(|word| word.replace("{bundle}", bundle));
        let output = policyc(&arguments.collect::<Vec<_>>(), "");
        let json: Value = serde_json::from_str(&output).expect("JSON");
        assert_valid(schema, &json);
    }
}

#[test]
fn requests_and_answers_have_the_shape_of_their_schemas() {
    let arguments = ["decide", "tests/data/newsroom.bundle", "--explain", "--requests", "-"];
    let answers = policyc(&arguments.map(str::to_owned), REQUESTS);
    let mut seen = Vec::new();
    for (request, answer) in REQUESTS.lines().zip(answers.lines()) {
        let (request, answer): (Value, Value) = (
            serde_json::from_str(request).expect("JSON"),
            serde_json::from_str(answer).expect("JSON"),
        );
        assert_valid("answer", &answer);
        let refused = answer.get("error").is_some();
        assert_eq!(!refused, validator("request").is_valid(&request), "{request}: {answer}");
        seen.push(refused);
    }
    assert!(seen.contains(&true) && seen.contains(&false), "both kinds of answers are here");
}

fn validator(schema: &str) -> jsonschema::Validator {
    let path = format!("{}/schema/{schema}.v1.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    assert!(jsonschema::meta::is_valid(&schema), "the schema is one");
    jsonschema::draft7::new(&schema).expect("the schema can be used")
}

fn assert_valid(schema: &str, json: &Value) {
    let validator = validator(schema);
    let errors = validator.iter_errors(json);
    let errors = errors.map(|error| format!("{}: {error}", error.instance_path()));
    let errors: Vec<String> = errors.collect();
    assert!(errors.is_empty(), "{schema}: {errors:?}");
}

fn policyc(arguments: &[String], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_policyc"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8(output.stdout).expect("UTF-8")
}
