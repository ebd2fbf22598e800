//! Unit tests of the source: the schema, the loader and the grammar of names say the same.
//!
//! Not tests of messages, which `tests/it/bad_files.rs` reviews.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, Strategy, prop_assert_eq, proptest};
use serde_json::{Value, json};

use super::keys::{self, Keys};
use super::pattern::ActionPattern;
use super::policy::{ActionName, AttributeName, Form, Identifier, RoleName, RoleOrAll, Version};
use super::{POLICY_SCHEMA, load, tree};
use crate::diagnostic::FileId;

const TABLES: [Keys; 24] = [
    keys::SOURCE,
    keys::ACTION,
    keys::KIND,
    keys::SCOPE,
    keys::ATTRIBUTE,
    keys::CONDITION,
    keys::ROLE,
    keys::DIRECT,
    keys::GRANT,
    keys::DELEGATION,
    keys::STATEMENT,
    keys::CONSTRAINTS,
    keys::SEPARATION,
    keys::NO_SUBSUMED_ROLES,
    keys::CARDINALITY,
    keys::ROLES_PER_PRINCIPAL,
    keys::FIXED,
    keys::IMMUTABLE_KIND,
    keys::REQUIRES,
    keys::INVARIANTS,
    keys::PERMITS,
    keys::NEVER,
    keys::ONLY,
    keys::COVERS,
];

fn schema() -> Value {
    serde_json::from_str(POLICY_SCHEMA).expect("the schema is JSON")
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft7::new(&schema()).expect("the schema can be used")
}

#[test]
fn the_schema_is_one_of_draft_07() {
    let schema = schema();
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
    each_schema(&schema(), "", &mut |schema, at| {
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
    let root = schema();
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
    let root = schema();
    let mut used = BTreeSet::new();
    each_schema(&root, "", &mut |schema, _| {
        used.extend(schema["$ref"].as_str().map(str::to_owned));
    });
    let defined = root["definitions"].as_object().expect("definitions");
    let defined: BTreeSet<_> = defined.keys().map(|name| format!("#/definitions/{name}")).collect();
    assert_eq!(used, defined);
}

/// All keys of a table, as the loader may read them.
fn keys_of(table: Keys) -> BTreeSet<&'static str> {
    let mut keys: BTreeSet<&str> = table.own.iter().copied().collect();
    assert_eq!(keys.len(), table.own.len(), "{}: a key is listed twice", table.definition);
    keys.extend(["title", "description"]);
    if table.states {
        keys.extend(["because", "cites"]);
    }
    keys
}

#[test]
fn the_keys_that_the_loader_reads_are_those_of_the_schema() {
    let root = schema();
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

/// Whether the schema alone, and the loader alone, accept a document.
fn verdicts(validator: &jsonschema::Validator, text: &str) -> (bool, Result<(), String>) {
    let tree = tree::parse(text, FileId::default());
    let tree = tree.unwrap_or_else(|found| panic!("not TOML: {}\n{text}", found[0].message));
    let loaded = load::policy(&tree).map(|_| ());
    let what = |errors: Vec<load::ShapeError>| {
        errors.into_iter().map(|error| error.what).collect::<Vec<_>>().join("; ")
    };
    (validator.is_valid(&tree.to_json()), loaded.map_err(what))
}

const HEAD: &str = "schema = 1\npolicy = \"shapes\"\nversion = \"1.0.0\"\n";
const GRANT: &str = "\n[[grants]]\nactions = [\"records.read\"]\nroles = [\"nurse\"]\n";

/// A piece of a document made whole: what it says itself is not said for it.
///
/// `@100` stands for so many letters, as lengths are easier to read than to count.
fn whole(piece: &str) -> String {
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
fn pieces(folder: &str) -> Vec<(String, String)> {
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
    let validator = validator();
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
    let validator = validator();
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
    let (root, validator) = (schema(), validator());
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

/// Whether a schema accepts a text.
fn accepts(definition: &str) -> jsonschema::Validator {
    let mut root = schema();
    let definition = root["definitions"][definition].take();
    jsonschema::draft7::new(&definition).expect("a definition stands by itself")
}

fn is<T: Form>(text: &str) -> bool {
    T::parse(text).is_some()
}

type Parser = (&'static str, fn(&str) -> bool);

const GRAMMAR: [Parser; 7] = [
    ("role-name", is::<RoleName>),
    ("role-or-all", is::<RoleOrAll>),
    ("action-name", is::<ActionName>),
    ("action-pattern", is::<ActionPattern>),
    ("identifier", is::<Identifier>),
    ("attribute-name", is::<AttributeName>),
    ("version", is::<Version>),
];

/// Names and near-names, where the grammars begin and end; a `|` stands between two.
const EDGES: [&str; 7] = [
    "| |a|a | a|A|-a|a-|a--b|a-b|0-9-a|_|0|.|a.|.a|a.b|a..b|a/b|a//b|a:b.c|a.b/c|a/.b",
    "*|**|***|*.*|**.**|a.*|*.a|**.a|a*.b|a.b*|a.**|a.**.b|a/**/b.c|a.*.b|a.{b}",
    "a.{b,c}|a.{}|a.{b,b}|a.{b, c}|a.{b,}|a.{,b}|a.{*}|a.{b.c}|{a}.b|a.{b|a.b}|a.{-b}",
    "é|a.é|a\n|a.b\n|1.0.0|01.0.0|1.0|1.0.0-a|1.0.0-|1.0.0+a|1.0.0+|1.0.0-a.b+c-d.e",
    "1.0.0-a..b|1.0.0-01|-1.0.0|1.0.0.0|1.0.0+a+b|principal.a|principal.a.b",
    "principal.|user.a|Principal.a|resource.-a|context._|action.A-b|a\u{0}b|a\tb",
    "a.b.c.d/e:f.g",
];

#[test]
fn the_schema_and_the_parsers_agree_on_names_at_the_edges() {
    let long = |count: usize| "a".repeat(count);
    let mut names: Vec<String> =
        EDGES.iter().flat_map(|line| line.split('|')).map(str::to_owned).collect();
    for count in [99, 100, 101, 198, 199, 200, 201, 3_998, 3_999, 4_000, 4_001] {
        names.push(long(count));
        names.push(format!("a.{}", long(count - 2)));
        names.push(format!("a.{{{}}}", long(count - 4)));
        names.push(format!("context.{}", long(count - 8)));
        names.push(format!("1.0.0-{}", long(count - 6)));
        names.push(format!("{}é", long(count - 1)));
    }
    for (definition, parses) in GRAMMAR {
        let validator = accepts(definition);
        let accepted = names.iter().filter(|name| {
            let schema = validator.is_valid(&json!(name));
            assert_eq!(schema, parses(name), "{definition}: {name:?}");
            schema
        });
        let accepted = accepted.count();
        assert!(accepted >= 5 && accepted + 5 <= names.len(), "{definition}: {accepted}");
    }
}

/// Texts of the letters that the grammars tell apart, often with something like a name in them.
fn text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 24] = [
        "a",
        "Z",
        "0",
        "_",
        "-",
        ".",
        "/",
        ":",
        "*",
        "{",
        "}",
        ",",
        "@",
        " ",
        "é",
        "**",
        "a.b",
        ".{a,b}",
        "a/b",
        "1.0.0",
        "principal.",
        "a-0",
        ".*",
        "resource.a",
    ];
    proptest::collection::vec(0..PIECES.len(), 0..9)
        .prop_map(|picked| picked.into_iter().map(|at| PIECES[at]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_schema_and_the_parsers_agree_on_random_names(text in text()) {
        thread_local! {
            static EACH: Vec<(jsonschema::Validator, Parser)> =
                GRAMMAR.iter().map(|parser| (accepts(parser.0), *parser)).collect();
        }
        EACH.with(|each| {
            for (validator, (definition, parses)) in each {
                prop_assert_eq!(validator.is_valid(&json!(text)), parses(&text), "{}", definition);
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_matcher_agrees_with_one_that_tries_everything(
        pattern in proptest::collection::vec(0..5_usize, 1..6),
        action in proptest::collection::vec(0..4_usize, 1..6),
    ) {
        let pattern: String = pattern.iter().map(|at| ["a.", "b/", "*.", "**/", "**."][*at]).collect();
        let action: String = action.iter().map(|at| ["a.", "b/", "a/", "b."][*at]).collect();
        let (pattern, action) = (format!("{pattern}a.*"), format!("{action}a.v"));
        let parsed = ActionPattern::parse(&pattern).expect("a pattern");
        let kind = |text: &str| text.rsplit_once('.').map(|(kind, _)| kind.to_owned());
        let (tokens, kind) = (kind(&pattern).expect("a type"), kind(&action).expect("a type"));
        prop_assert_eq!(parsed.matches(&action), tries(&tokens, &kind), "{} on {}", pattern, action);
    }
}

/// Whether a pattern's type covers a type: by trying every length of every `**`.
fn tries(pattern: &str, kind: &str) -> bool {
    let cut = |text: &'_ str| {
        let at = text.find(['.', '/', ':']).unwrap_or(text.len());
        let (part, rest) = text.split_at(at);
        let separator = rest.chars().next();
        (part.to_owned(), separator, rest.get(1..).map(str::to_owned))
    };
    let (wanted, wanted_separator, wanted_rest) = cut(pattern);
    let (mut part, mut separator, mut rest) = cut(kind);
    loop {
        let fits = matches!(wanted.as_str(), "*" | "**") || wanted == part;
        let goes_on = match (&wanted_rest, &rest) {
            (None, None) => true,
            (Some(wanted_rest), Some(rest)) => {
                wanted_separator == separator && tries(wanted_rest, rest)
            }
            _ => false,
        };
        if fits && goes_on {
            return true;
        }
        match rest {
            Some(further) if wanted == "**" => (part, separator, rest) = cut(&further),
            _ => return false,
        }
    }
}

/// Pattern, action, and whether the one covers the other.
const MATCHES: [(&str, &str, bool); 40] = [
    ("services.create", "services.create", true),
    ("services.create", "services.Create", false),
    ("services.create", "services.created", false),
    ("services.*", "services.create", true),
    ("services.*", "service.create", false),
    ("services.*", "services.drafts.create", false),
    ("services.*", "services/drafts.create", false),
    ("services.{create,view}", "services.create", true),
    ("services.{create,view}", "services.view", true),
    ("services.{create,view}", "services.delete", false),
    ("*", "services.create", true),
    ("*", "a/b:c.d.e", true),
    ("**.*", "a/b:c.d.e", true),
    ("*.*", "services.create", true),
    ("*.*", "compute.instances.get", false),
    ("**.view", "services.view", true),
    ("**.view", "compute.instances.view", true),
    ("**.view", "services.viewer", false),
    ("**.view", "view.view", true),
    ("*.view", "services.view", true),
    ("*.view", "a.b.view", false),
    ("compute.*.get", "compute.instances.get", true),
    ("compute.*.get", "compute.instances.disks.get", false),
    ("compute.*.get", "compute/instances.get", false),
    ("compute.*.get", "compute.get", false),
    ("compute.**.get", "compute.instances.get", true),
    ("compute.**.get", "compute.instances.disks.get", true),
    ("compute.**.get", "compute.instances/disks:parts.get", true),
    ("compute.**.get", "compute/instances.get", false),
    ("compute.**.get", "compute.get", false),
    ("**.disks.get", "compute.instances.disks.get", true),
    ("**.disks.get", "disks.get", false),
    ("**.disks.get", "compute.disks.disks.get", true),
    ("**/disks.get", "compute.disks.get", false),
    ("**/roles.get", "rbac.authorization.k8s.io/roles.get", true),
    ("rbac.authorization.k8s.io/*.get", "rbac.authorization.k8s.io/roles.get", true),
    ("rbac.*/roles.get", "rbac.authorization.k8s.io/roles.get", false),
    ("rbac.**/roles.get", "rbac.authorization.k8s.io/roles.get", true),
    ("**.a.**.get", "x.a.b.a.y.get", true),
    ("**.a.**.get", "a.x.get", false),
];

#[test]
fn patterns_cover_the_actions_that_the_language_says() {
    for (pattern, action, expected) in MATCHES {
        let parsed = ActionPattern::parse(pattern).expect("a pattern");
        assert_eq!(parsed.matches(action), expected, "{pattern} on {action}");
        assert_eq!(parsed.as_str(), pattern);
    }
}

#[test]
fn a_pattern_without_a_star_names_its_actions() {
    let literals = |text: &str| ActionPattern::parse(text).expect("a pattern").literals();
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(literals("a.b/c:d.{view,edit}"), names(&["a.b/c:d.view", "a.b/c:d.edit"]));
    assert_eq!(literals("services.create"), names(&["services.create"]));
    for pattern in ["*", "services.*", "**.view", "*.{a,b}", "a.*.b"] {
        assert_eq!(literals(pattern), None, "{pattern}");
    }
}
