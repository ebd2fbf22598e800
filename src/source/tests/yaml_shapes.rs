//! The schema alone, the loader alone and both in turn, on suites and directories: of one mind on
//! any, also one wrong in one place. Not names, which have grammars of their own (`names`).

use super::super::schema::validate;
use super::super::tree::{Entry, Node, NodeValue};
use super::super::yaml;
use super::shapes::{pieces, with_lengths};
use super::{DIRECTORY, FileKind, SUITE};
use crate::diagnostic::{FileId, Span};

/// A kind of file, its folder, and whether its shapes are right.
const FOLDERS: [(FileKind, &str, bool); 4] = [
    (SUITE, "suites-valid", true),
    (SUITE, "suites-invalid", false),
    (DIRECTORY, "directories-valid", true),
    (DIRECTORY, "directories-invalid", false),
];

/// Files that are used elsewhere, and hold most of what can be written.
const PRESS: [(FileKind, &str); 2] = [
    (SUITE, include_str!("../../../tests/data/press/press.test.yaml")),
    (DIRECTORY, include_str!("../../../tests/data/press/staff.yaml")),
];

pub(super) fn parse(text: &str) -> Node<'static> {
    let tree = yaml::parse(text, FileId::default());
    tree.unwrap_or_else(|found| panic!("not YAML: {}\n{text}", found[0].message))
}

/// A piece of a document made whole: what it says itself is not said for it.
fn whole(kind: FileKind, piece: &str) -> String {
    let text = with_lengths(piece);
    if text.starts_with("#! whole") || text.starts_with('{') {
        return text;
    }
    let head: &[&str] = match kind.name {
        "suite" => &["schema: 1", "policy: shapes"],
        _ => &["schema: 1", "principals: [{ id: someone }]"],
    };
    let is_said = |line: &&&str| {
        let key = line.split(' ').next().unwrap_or_default();
        !text.lines().any(|other| other.starts_with(key))
    };
    let head: String = head.iter().filter(is_said).map(|line| format!("{line}\n")).collect();
    head + &text
}

/// Every piece of a folder, whole.
fn documents(kind: FileKind, folder: &str) -> Vec<(String, Node<'static>)> {
    let pieces = pieces(folder).into_iter();
    pieces.map(|(name, piece)| (name, parse(&whole(kind, &piece)))).collect()
}

/// What all say of a document; where they are not of one mind, the test fails.
fn verdict(kind: FileKind, validator: &jsonschema::Validator, tree: &Node<'_>, what: &str) -> bool {
    let (schema, loader) = kind.verdicts(validator, tree);
    let words = || serde_json::to_string(&tree.to_json()).unwrap_or_default();
    assert_eq!(schema, loader.is_ok(), "{what}: {loader:?} of {}", words());
    let found = validate(tree, FileId::default(), kind.shape).err().unwrap_or_default();
    let names: Vec<&str> = found.iter().map(|found| found.rule.name).collect();
    assert_eq!(found.is_empty(), schema, "{what}: {names:?} of {}", words());
    assert!(!names.contains(&"internal-error"), "{what}: {}", words());
    schema
}

#[test]
fn the_schema_and_the_loader_accept_the_same_shapes() {
    for (kind, folder, expected) in FOLDERS {
        let validator = kind.validator();
        let documents = documents(kind, folder);
        assert!(documents.len() >= 10, "{folder}: only {} shapes", documents.len());
        for (name, tree) in documents {
            let found = verdict(kind, &validator, &tree, &name);
            assert_eq!(found, expected, "{folder}/{name}: {}", tree.to_json());
        }
    }
}

/// What stands instead of any value.
fn replacements() -> Vec<NodeValue<'static>> {
    let text = |text: &str| NodeValue::String(text.to_owned().into());
    vec![
        NodeValue::Nothing,
        NodeValue::Float,
        NodeValue::Boolean(true),
        NodeValue::Integer(0),
        NodeValue::Integer(1),
        NodeValue::Integer(-1),
        NodeValue::Integer(i64::MAX),
        text(""),
        text("a"),
        text("a b"),
        text("a.b"),
        text("a:b"),
        text("*"),
        text("allow"),
        text("a@b:c\nd"),
        text(&"a".repeat(4_001)),
        NodeValue::Array(Vec::new()),
        NodeValue::Table(Box::default()),
    ]
}

/// Calls `visit` with the document changed in one place, for every place and change.
fn mutate(node: &Node<'_>, visit: &mut dyn FnMut(&Node<'_>, &str)) {
    let span = node.span;
    for value in replacements() {
        visit(&Node { span, value }, "another value");
    }
    visit(&Node { span, value: NodeValue::Array(vec![node.clone()]) }, "a list of it");
    match &node.value {
        NodeValue::Array(items) => {
            for at in 0..items.len() {
                let mut fewer = items.clone();
                fewer.remove(at);
                visit(&Node { span, value: NodeValue::Array(fewer) }, "an item deleted");
                let mut twice = items.clone();
                twice.push(items[at].clone());
                visit(&Node { span, value: NodeValue::Array(twice) }, "an item twice");
                mutate(&items[at], &mut |inner, what| {
                    let mut items = items.clone();
                    items[at] = inner.clone();
                    visit(&Node { span, value: NodeValue::Array(items) }, what);
                });
            }
        }
        NodeValue::Table(entries) => {
            for (key, entry) in entries.iter() {
                let mut fewer = entries.clone();
                fewer.shift_remove(key);
                visit(&Node { span, value: NodeValue::Table(fewer.clone()) }, "a key deleted");
                for other in ["", "a b", "a", "A", "a:b", "a.b", "title", "because", "roles"] {
                    let mut renamed = fewer.clone();
                    let key = Span::default();
                    renamed
                        .insert(other.to_owned().into(), Entry { key, node: entry.node.clone() });
                    visit(&Node { span, value: NodeValue::Table(renamed) }, "a key renamed");
                }
                mutate(&entry.node, &mut |inner, what| {
                    let mut entries = entries.clone();
                    let entry = Entry { key: entry.key, node: inner.clone() };
                    entries.insert(key.clone(), entry);
                    visit(&Node { span, value: NodeValue::Table(entries) }, what);
                });
            }
        }
        NodeValue::Nothing
        | NodeValue::String(_)
        | NodeValue::Integer(_)
        | NodeValue::Float
        | NodeValue::Boolean(_)
        | NodeValue::Datetime => {}
    }
}

#[test]
fn the_schema_and_the_loader_agree_on_what_is_wrong_in_one_place() {
    let (mut accepted, mut refused) = (0_u32, 0_u32);
    let whole =
        FOLDERS.iter().filter(|(.., is_right)| *is_right).filter_map(|(kind, folder, _)| {
            let name = if kind.name == "suite" { "whole" } else { "directory" };
            let first = format!("{name}.yaml, 1");
            documents(*kind, folder)
                .into_iter()
                .find(|(name, _)| *name == first)
                .map(|it| (*kind, it.1))
        });
    let press = PRESS.into_iter().map(|(kind, text)| (kind, parse(text)));
    for (kind, tree) in press.chain(whole) {
        let validator = kind.validator();
        mutate(&tree, &mut |mutated, what| {
            let is_right = verdict(kind, &validator, mutated, what);
            *(if is_right { &mut accepted } else { &mut refused }) += 1;
        });
    }
    assert!(accepted > 1_000 && refused > 5_000, "{accepted} accepted, {refused} refused");
}
