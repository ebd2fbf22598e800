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
    ("report", &["test", "tests/data/press", "--coverage", "--mutate", "--format", "json"]),
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
    ("diff", &["diff", "policies", "policies", "--format", "json"]),
    ("diff", &["diff", "tests/data/news-old.toml", "tests/data/newsroom.toml", "--format", "json"]),
    ("diff", &["diff", "tests/data/newsroom.toml", "tests/data/news-old.toml", "--format", "json"]),
    ("who", &["who", "articles.edit", "tests/data/press", "--format", "json"]),
    ("who", &["who", "articles.print", "tests/data/press", "--format", "json"]),
    ("who", &["who", "panel.enter", "policies", "--policy", "cloud-users", "--format", "json"]),
    (
        "what",
        &[
            "what",
            "--role",
            "writer@desk:a",
            "--role",
            "owner",
            "tests/data/press",
            "--format",
            "json",
        ],
    ),
    ("suggest", &["suggest", "--actions", "articles.edit", "tests/data/press", "--format", "json"]),
    (
        "suggest",
        &["suggest", "--actions", "articles.print", "tests/data/press", "--format", "json"],
    ),
    ("answer", &["decide", "tests/data/newsroom.bundle", "--action", "x", "--format", "json"]),
];

/// As OASIS publishes it; `tests/data/README.md` says from where.
const SARIF: &str = include_str!("../data/sarif-schema-2.1.0.json");

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

/// What the standard says of SARIF, in its own schema.
#[test]
fn reports_in_sarif_are_what_the_standard_says() {
    let schema: Value = serde_json::from_str(SARIF).expect("the schema is JSON");
    let validator = jsonschema::draft4::new(&schema).expect("the schema can be used");
    for path in ["policies", "tests/bad", "tests/data/press"] {
        let sarif = json(&["check", path, "--format", "sarif", "--warn", "pedantic"]);
        let errors = validator.iter_errors(&sarif);
        let errors: Vec<String> =
            errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
    }
}

/// A fix is one change in both forms, and its columns are characters, as the run declares.
#[test]
fn fixes_in_sarif_are_those_in_json() {
    let arguments = ["check", "tests/bad", "--format"];
    let report = json(&[&arguments[..], &["json"]].concat());
    let sarif = json(&[&arguments[..], &["sarif"]].concat());
    let run = &sarif["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let (found, results) = (&report["diagnostics"], &run["results"]);
    let (found, results) = (found.as_array().expect("a list"), results.as_array().expect("a list"));
    assert_eq!(found.len(), results.len());
    let mut count = 0;
    for (found, result) in found.iter().zip(results) {
        let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
        assert_eq!(found["labels"].as_array().map_or(0, Vec::len), related, "{result}");
        let Some(fix) = found.get("fixes").map(|fixes| &fixes[0]) else {
            assert_eq!(result.get("fixes"), None, "{found}");
            continue;
        };
        count += 1;
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(result["fixes"][0]["description"]["text"], fix["message"]);
        let edits = fix["edits"].as_array().expect("a list");
        for (at, edit) in edits.iter().enumerate() {
            let (replacement, place) = (&change["replacements"][at], &change["artifactLocation"]);
            let region = &replacement["deletedRegion"];
            assert_eq!(place["uri"], edit["file"]);
            let keys = [
                ("line", "startLine"),
                ("column", "startColumn"),
                ("end_line", "endLine"),
                ("end_column", "endColumn"),
            ];
            assert!(keys.iter().all(|(ours, theirs)| edit[ours] == region[theirs]), "{edit}");
            assert_eq!(replacement["insertedContent"]["text"], edit["replacement"]);
        }
    }
    assert!(count > 30, "only {count} findings have a fix");
}

fn json(arguments: &[&str]) -> Value {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    serde_json::from_str(&policyc(&arguments, "")).expect("JSON")
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
