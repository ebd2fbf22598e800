//! Suites and directories that are wrong somewhere: never a panic, never an internal error, never a
//! silence; and the schema that editors use refuses exactly what is refused for its shape.
//!
//! Not the schema and the loader by themselves, which unit tests of `source` hold together.

use policyc::{
    Bundle, DIRECTORY_SCHEMA, DelegationBasis, Report, SUITE_SCHEMA, Severity, Source,
    audit_directory, build, rules, run_suites,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const POLICY: &str = include_str!("../data/press/policy.toml");
const SUITE: &str = include_str!("../data/press/press.test.yaml");
const DIRECTORY: &str = include_str!("../data/press/staff.yaml");

fn press() -> Bundle {
    build(vec![Source::new("policy.toml", POLICY)]).expect("a good policy")
}

/// The codes of a suite's findings.
fn run(bundle: &Bundle, text: impl Into<Vec<u8>>) -> Vec<&'static str> {
    let suite = Source::new("a.test.yaml", text);
    let tested = run_suites(bundle, Report::default(), &[suite], None);
    let codes = sound_codes(&tested.report);
    let failures = tested.cases.iter().filter(|case| case.failure.is_some()).count();
    assert_eq!(codes.is_empty(), tested.unrun == 0 && failures == 0, "{codes:?}");
    assert!(tested.unrun == 1 || !tested.cases.is_empty(), "nothing is run, and nothing said");
    codes
}

/// The codes of a directory's findings, with another before it.
fn audit(bundle: &Bundle, text: impl Into<Vec<u8>>, before: Option<&str>) -> Vec<&'static str> {
    let directory = Source::new("a.yaml", text);
    let before = before.map(|before| Source::new("before.yaml", before));
    let audited = audit_directory(bundle, None, &directory, before.as_ref());
    let audited = audited.expect("there is one policy, and none is named");
    let codes = sound_codes(&audited.report);
    assert!(!codes.is_empty() || audited.counts.principals > 0, "nobody, and nothing said");
    codes
}

/// Every finding has a place in the file, words and a rule that is no internal error.
fn sound_codes(report: &Report) -> Vec<&'static str> {
    let mut codes = Vec::new();
    for found in &report.diagnostics {
        assert_ne!(found.rule.name, "internal-error", "{}", found.message);
        assert!(!found.message.is_empty());
        let _ = report.places(found.at);
        if found.severity == Severity::Error {
            codes.push(found.rule.code);
        }
    }
    codes
}

/// What stands instead of any value.
fn replacements() -> [Value; 14] {
    [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(u32::MAX),
        json!(""),
        json!("owner"),
        json!("a b"),
        json!("deny"),
        json!([]),
        json!({}),
        json!(["owner", "owner"]),
    ]
}

/// The document changed in one place, for every place and change.
fn mutations(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = replacements().into();
    all.push(json!([value]));
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let mut fewer = items.clone();
                fewer.remove(at);
                all.push(fewer.into());
                all.push([&items[..], &items[at..=at]].concat().into());
                for mutated in mutations(item) {
                    let mut items = items.clone();
                    items[at] = mutated;
                    all.push(items.into());
                }
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                let mut fewer = entries.clone();
                fewer.shift_remove(key);
                all.push(fewer.clone().into());
                fewer.insert("a b".to_owned(), item.clone());
                all.push(fewer.into());
                for mutated in mutations(item) {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), mutated);
                    all.push(entries.into());
                }
            }
        }
        _ => {}
    }
    all
}

/// Runs every mutation of a file, and holds what is said of its shape to the schema.
fn judge_all(text: &str, schema: &str, judge: impl Fn(String) -> Vec<&'static str>) {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::draft7::new(&schema).expect("the schema can be used");
    let file: Value = serde_yaml::from_str(text).expect("YAML");
    let (mut accepted, mut refused) = (0_u32, 0_u32);
    for mutated in mutations(&file) {
        // JSON is YAML.
        let codes = judge(mutated.to_string());
        let is_shape = |code: &&&str| code.starts_with("P00") || code.starts_with("P01");
        let is_right = !codes.iter().any(|code| is_shape(&code));
        assert_eq!(validator.is_valid(&mutated), is_right, "{codes:?}: {mutated}");
        *(if is_right { &mut accepted } else { &mut refused }) += 1;
    }
    assert!(accepted > 100 && refused > 500, "{accepted} accepted, {refused} refused");
}

#[test]
fn a_suite_that_is_wrong_in_one_place_is_refused_where_its_schema_refuses_it() {
    let bundle = press();
    judge_all(SUITE, SUITE_SCHEMA, |text| run(&bundle, text));
}

#[test]
fn a_directory_that_is_wrong_in_one_place_is_refused_where_its_schema_refuses_it() {
    let bundle = press();
    judge_all(DIRECTORY, DIRECTORY_SCHEMA, |text| audit(&bundle, text, Some(DIRECTORY)));
}

#[test]
fn the_bases_that_a_proposal_may_expect_are_those_that_answers_have() {
    let schema: Value = serde_json::from_str(SUITE_SCHEMA).expect("the schema is JSON");
    let words = &schema["definitions"]["proposal"]["properties"]["basis"]["enum"];
    assert_eq!(*words, json!(DelegationBasis::ALL.map(DelegationBasis::as_str)));
}

#[test]
fn a_suite_may_expect_every_finding_of_an_audit_and_no_other() {
    let bundle = press();
    let (mut expected, mut others) = (0, 0);
    for rule in rules() {
        let suite = json!({
            "schema": 1,
            "policy": "press",
            "holds": [{
                "principal": { "kind": "person", "roles": ["reader"] },
                "expect": "deny",
                "findings": [rule.name],
            }],
        });
        let codes = run(&bundle, suite.to_string());
        // Whether a reader has such a finding is another question: no.
        if rule.code.starts_with("P08") {
            expected += 1;
            assert_eq!(codes, ["P0701"], "{}", rule.name);
        } else {
            others += 1;
            assert_eq!(codes, ["P0707"], "{}", rule.name);
        }
    }
    assert!(expected >= 10 && others >= 10, "{expected} of audits, {others} others");
}

/// A few bytes changed, deleted, or put in; often of those that YAML gives a meaning.
fn torn(text: &str, edits: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    const SIGNS: &[u8] = b":-,[]{}#&*!|>'\"%@`~? \n\t\\\xff\0x1";
    let mut bytes = text.as_bytes().to_vec();
    for (at, how, byte) in edits {
        let byte = SIGNS.get(usize::from(*byte)).copied().unwrap_or(*byte);
        // Something is left of the text, whatever was deleted before.
        let at = at.index(bytes.len());
        match how % 4 {
            0 => bytes[at] = byte,
            2 if bytes.len() > 1 => drop(bytes.remove(at)),
            3 => bytes.truncate(at + 1),
            _ => bytes.insert(at, byte),
        }
    }
    bytes
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..64_u8), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_torn_suite_is_run_or_refused_with_a_reason(edits in edits()) {
        thread_local!(static PRESS: Bundle = press());
        PRESS.with(|bundle| run(bundle, torn(SUITE, &edits)));
    }

    #[test]
    fn a_torn_directory_is_audited_or_refused_with_a_reason(edits in edits()) {
        thread_local!(static PRESS: Bundle = press());
        PRESS.with(|bundle| audit(bundle, torn(DIRECTORY, &edits), None));
    }

    #[test]
    fn any_bytes_are_refused_with_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        thread_local!(static PRESS: Bundle = press());
        PRESS.with(|bundle| {
            assert!(!run(bundle, bytes.clone()).is_empty());
            assert!(!audit(bundle, bytes, None).is_empty());
        });
    }
}
