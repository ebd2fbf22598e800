//! The grammar of names and patterns: the schema's expressions and the parsers agree; matching.
//!
//! Not whether a name is known, which `compile` says.

use proptest::prelude::{ProptestConfig, Strategy, prop_assert_eq, proptest};
use serde_json::json;

use super::super::directory::{AssignmentName, DirectName, LocalName, ScopeName};
use super::super::pattern::ActionPattern;
use super::super::policy::{
    ActionName, AttributeName, Form, Identifier, RoleName, RoleOrAll, Version,
};
use super::super::suite::{FixtureName, FixtureOrRest};
use super::{DIRECTORY, FileKind, POLICY, SUITE};

/// Whether a schema accepts a text.
fn accepts(kind: FileKind, definition: &str) -> jsonschema::Validator {
    let mut root = kind.root();
    let definition = root["definitions"][definition].take();
    jsonschema::draft7::new(&definition).expect("a definition stands by itself")
}

fn is<T: Form>(text: &str) -> bool {
    T::parse(text).is_some()
}

type Parser = (FileKind, &'static str, fn(&str) -> bool);

const GRAMMAR: [Parser; 15] = [
    (POLICY, "role-name", is::<RoleName>),
    (POLICY, "role-or-all", is::<RoleOrAll>),
    (POLICY, "action-name", is::<ActionName>),
    (POLICY, "action-pattern", is::<ActionPattern>),
    (POLICY, "identifier", is::<Identifier>),
    (POLICY, "attribute-name", is::<AttributeName>),
    (POLICY, "version", is::<Version>),
    (SUITE, "action-pattern", is::<ActionPattern>),
    (SUITE, "fixture-name", is::<FixtureName>),
    (SUITE, "fixture-or-rest", is::<FixtureOrRest>),
    (DIRECTORY, "identifier", is::<Identifier>),
    (DIRECTORY, "scope", is::<ScopeName>),
    (DIRECTORY, "assignment", is::<AssignmentName>),
    (DIRECTORY, "direct-action", is::<DirectName>),
    (DIRECTORY, "attribute-name", is::<LocalName>),
];

/// Names and near-names, where the grammars begin and end; a `|` stands between two.
const EDGES: [&str; 9] = [
    "| |a|a | a|A|-a|a-|a--b|a-b|0-9-a|_|0|.|a.|.a|a.b|a..b|a/b|a//b|a:b.c|a.b/c|a/.b",
    "*|**|***|*.*|**.**|a.*|*.a|**.a|a*.b|a.b*|a.**|a.**.b|a/**/b.c|a.*.b|a.{b}",
    "a.{b,c}|a.{}|a.{b,b}|a.{b, c}|a.{b,}|a.{,b}|a.{*}|a.{b.c}|{a}.b|a.{b|a.b}|a.{-b}",
    "é|a.é|a\n|a.b\n|1.0.0|01.0.0|1.0|1.0.0-a|1.0.0-|1.0.0+a|1.0.0+|1.0.0-a.b+c-d.e",
    "1.0.0-a..b|1.0.0-01|-1.0.0|1.0.0.0|1.0.0+a+b|principal.a|principal.a.b",
    "principal.|user.a|Principal.a|resource.-a|context._|action.A-b|a\u{0}b|a\tb",
    "a.b.c.d/e:f.g",
    "a:b|a:b:c|a:|:a|a-b:c|a--b:c|A:b|a:é|a: |a:\n|a:\r|a:b\n|a\n:b|a:\u{2028}|a:b@c|a@b|@a:b",
    "a@:b|a@b:|a@b:c|a@b:c@d|a@b:c:d|a@b:\n|a@B:c|a.b@c:d|a.b@c|a.b@c:\nd|a.b@c:|a:b@c:d|a@@b:c",
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
        names.push(format!("{}:a", long(count)));
        names.push(format!("{}@{}:{}", long(count), long(count), long(count)));
        names.push(format!("a.{}@a:a", long(count)));
    }
    for (kind, definition, parses) in GRAMMAR {
        let validator = accepts(kind, definition);
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
    const PIECES: [&str; 27] = [
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
        "@a:b",
        "a:b",
        "\n",
    ];
    proptest::collection::vec(0..PIECES.len(), 0..9)
        .prop_map(|picked| picked.into_iter().map(|at| PIECES[at]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3_000,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn the_schema_and_the_parsers_agree_on_random_names(text in text()) {
        thread_local! {
            static EACH: Vec<(jsonschema::Validator, Parser)> =
                GRAMMAR.iter().map(|parser| (accepts(parser.0, parser.1), *parser)).collect();
        }
        EACH.with(|each| {
            for (validator, (_, definition, parses)) in each {
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
        let pattern = pattern.iter().map(|at| ["a.", "b/", "*.", "**/", "**."][*at]);
        let pattern: String = pattern.collect();
        let action: String = action.iter().map(|at| ["a.", "b/", "a/", "b."][*at]).collect();
        let (pattern, action) = (format!("{pattern}a.*"), format!("{action}a.v"));
        let parsed = ActionPattern::parse(&pattern).expect("a pattern");
        let kind = |text: &str| text.rsplit_once('.').map(|(kind, _)| kind.to_owned());
        let (tokens, kind) = (kind(&pattern).expect("a type"), kind(&action).expect("a type"));
        let expected = tries(&tokens, &kind);
        prop_assert_eq!(parsed.matches(&action), expected, "{} on {}", pattern, action);
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
