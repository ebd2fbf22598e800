//! The schema alone and the loader alone, on documents: both accept, or both refuse.
//!
//! Not names, which have grammars of their own (`names`).

use serde_json::Value;

use super::super::{keys, tree};
use super::{POLICY, TABLES, keys_of};
use crate::diagnostic::FileId;

/// Whether the schema alone, and the loader alone, accept a document.
fn verdicts(validator: &jsonschema::Validator, text: &str) -> (bool, Result<(), String>) {
    let tree = tree::parse(text, FileId::default());
    let tree = tree.unwrap_or_else(|found| panic!("not TOML: {}\n{text}", found[0].message));
    POLICY.verdicts(validator, &tree)
}

const HEAD: &str = "schema = 1\npolicy = \"shapes\"\nversion = \"1.0.0\"\n";
const GRANT: &str = "\n[[grants]]\nactions = [\"records.read\"]\nroles = [\"nurse\"]\n";

/// `@100` stands for so many letters, as lengths are easier to read than to count.
pub(super) fn with_lengths(piece: &str) -> String {
    let mut text = String::new();
    for (at, part) in piece.split('@').enumerate() {
        let digits = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (count, rest) = if at == 0 { ("", part) } else { part.split_at(digits) };
        if at > 0 && count.is_empty() {
            text.push('@');
        }
        text += &"a".repeat(count.parse().unwrap_or(0));
        text += rest;
    }
    text
}

/// A piece of a document made whole: what it says itself is not said for it.
fn whole(piece: &str) -> String {
    let text = with_lengths(piece);
    if text.starts_with("#! whole") {
        return text;
    }
    // Keys of the whole file come before the first table.
    let head = HEAD.lines().filter(|line| {
        let key = line.split(' ').next().unwrap_or_default();
        !text.lines().any(|other| other.starts_with(&format!("{key} =")))
    });
    let head: String = head.map(|line| format!("{line}\n")).collect();
    let has_grants = text
        .lines()
        .any(|line| ["[grants]", "[[grants]]"].contains(&line) || line.starts_with("grants ="));
    format!("{head}{text}\n{}", if has_grants { "" } else { GRANT })
}

/// The pieces of a folder of shapes: documents separated by lines of `---`.
pub(super) fn pieces(folder: &str) -> Vec<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shapes");
    let mut pieces = Vec::new();
    for entry in std::fs::read_dir(format!("{root}/{folder}")).expect("a folder of shapes") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a file of shapes");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let each = text.split("\n---\n").enumerate();
        pieces.extend(each.map(|(at, piece)| (format!("{name}, {}", at + 1), piece.to_owned())));
    }
    pieces.sort();
    pieces
}

#[test]
fn the_schema_and_the_loader_accept_the_same_shapes() {
    let validator = POLICY.validator();
    for (folder, expected) in [("valid", true), ("invalid", false)] {
        let pieces = pieces(folder);
        assert!(pieces.len() >= 75, "{folder}: only {} shapes", pieces.len());
        for (name, piece) in pieces {
            let (schema, loader) = verdicts(&validator, &whole(&piece));
            assert_eq!(schema, expected, "the schema on {folder}/{name}:\n{piece}");
            assert_eq!(
                loader.is_ok(),
                expected,
                "the loader on {folder}/{name}: {loader:?}\n{piece}"
            );
        }
    }
}

/// A right value of every key of a condition.
const CONDITION_KEYS: [(&str, &str); 9] = [
    ("attribute", "\"principal.ward\""),
    ("equals", "\"surgery\""),
    ("in", "[\"surgery\", \"children\"]"),
    ("matches-attribute", "\"resource.ward\""),
    ("at-least", "1"),
    ("at-most", "2"),
    ("all", "[\"on-call\"]"),
    ("any", "[\"on-call\"]"),
    ("not", "\"on-call\""),
];

#[test]
fn the_schema_and_the_loader_agree_on_every_set_of_condition_keys() {
    let validator = POLICY.validator();
    for chosen in 0..1_u32 << CONDITION_KEYS.len() {
        let keys: Vec<_> = CONDITION_KEYS
            .iter()
            .enumerate()
            .filter(|(at, _)| chosen >> at & 1 == 1)
            .map(|(_, key)| *key)
            .collect();
        let body: String = keys.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        // The specification in one line: nothing; an attribute and one comparison; a combination.
        let expected = match names[..] {
            [] | ["all" | "any" | "not"] => true,
            ["attribute", test] => !["all", "any", "not"].contains(&test),
            _ => false,
        };
        let (schema, loader) = verdicts(&validator, &whole(&format!("[conditions.x]\n{body}")));
        assert_eq!(schema, expected, "the schema on {names:?}");
        assert_eq!(loader.is_ok(), expected, "the loader on {names:?}: {loader:?}");
    }
}

/// Values of every type, for keys of every type.
const VALUES: [&str; 12] = [
    "\"text\"",
    "\"\"",
    "0",
    "1",
    "-1",
    "1.5",
    "true",
    "2024-05-01",
    "[]",
    "[\"text\"]",
    "[1]",
    "{}",
];

/// Where each table stands, and a document around its keys.
fn around(definition: &str, body: &str) -> String {
    let header = match definition {
        "" => return format!("#! whole\n{HEAD}{body}{GRANT}"),
        "source" | "direct" | "constraints" | "invariants" => format!("[{definition}]"),
        "kind" | "scope" | "condition" | "role" => format!("[{definition}s.x]"),
        "attribute" => "[attributes.\"principal.x\"]".to_owned(),
        "action" => "[actions.\"a.b\"]".to_owned(),
        "grant" | "delegation" | "statement" => format!("[[{definition}s]]"),
        "permits" | "never" | "only" | "covers" => format!("[[invariants.{definition}]]"),
        other => format!("[[constraints.{other}]]"),
    };
    format!("{header}\n{body}")
}

#[test]
fn the_schema_and_the_loader_agree_on_every_key_with_values_of_every_type() {
    let (root, validator) = (POLICY.root(), POLICY.validator());
    let (mut accepted, mut refused) = (0_u32, 0_u32);
    for table in TABLES.iter().chain([&keys::POLICY]) {
        for key in keys_of(*table) {
            for value in VALUES {
                let definition = &root["definitions"][table.definition];
                let required = definition["required"].as_array().into_iter().flatten();
                let others: String = required
                    .filter_map(Value::as_str)
                    .filter(|other| *other != key)
                    .map(|other| format!("{other} = {}\n", right_value(table.definition, other)))
                    .collect();
                let is_twice = table.definition.is_empty()
                    && ["schema", "policy", "version", "grants"].contains(&key);
                if is_twice {
                    continue;
                }
                let text = around(table.definition, &format!("{others}{key} = {value}\n"));
                let (schema, loader) = verdicts(&validator, &whole(&text));
                assert_eq!(schema, loader.is_ok(), "{loader:?} on\n{text}");
                if schema { accepted += 1 } else { refused += 1 }
            }
        }
    }
    assert!(accepted > 150 && refused > 1_000, "{accepted} accepted, {refused} refused");
}

/// A right value of a required key.
fn right_value(table: &str, key: &str) -> &'static str {
    match (table, key) {
        ("attribute", "type") => "\"string\"",
        (_, "actions") => "[\"records.read\"]",
        (_, "text" | "because") => "\"text\"",
        _ => "[\"nurse\"]",
    }
}
