//! Unit tests of pieces: a large text says the same whether it is parsed whole or in pieces.
//!
//! Not tests of what it says.

use crate::diagnostic::FileId;
use crate::parallel;

use super::super::{pieces, tree};

/// What a grant may end in.
const TEXTS: [&str; 4] = [
    r#"because = "line\n[[grants]]""#,
    "# [[grants]]\n\n#\n",
    "[grants.allow]\nidle-grant = \"ärgerlich, and meant so\"",
    "cites = [\n  1,\n  2,\n]",
];

/// What could be taken for the start of a piece, and is inside a text.
const DECOYS: [&str; 2] =
    ["because = \"\"\"\n[[grants]]\n[[\n\"\"\"", "title = '''\n[[roles]]\n'''"];

/// Grants that end in these texts, some hundred bytes each.
fn grants(count: usize, texts: &[&str]) -> String {
    let grant = |at: usize| {
        let text = texts.iter().cycle().nth(at).expect("a circle has no end");
        let roles = "\"department-of-something/position\", ".repeat(20);
        format!("[[grants]]\nactions = [\"a.b{at}\"]\nroles = [{roles}]\n{text}\n")
    };
    (0..count).map(grant).collect()
}

/// What is parsed in pieces must be what is parsed whole; whether it can be is given.
#[test]
fn pieces_say_what_the_whole_says() {
    let head = "\u{feff}schema = 1\npolicy = \"p\"\n[roles.reader]\n[roles.editor]\n";
    let many = grants(1_500, &TEXTS);
    assert!(many.len() > 3 * parallel::LARGE, "several pieces");
    let cases = [
        (format!("{head}{many}"), true),
        (format!("{head}{many}[[statements]]\ntext = \"t\"\n[actions]\n\"a.b\" = \"t\"\n"), true),
        (format!("{head}{}", grants(1_500, &DECOYS)), false),
        // A table that stands in two pieces.
        (format!("{head}{many}[roles.other]\n{many}"), false),
        (
            format!("{head}[[constraints.fixed]]\nroles = []\n{many}[[constraints.requires]]\n"),
            false,
        ),
        // A list in brackets, or a table, and then one with headers: the whole is no TOML.
        (format!("{head}[constraints]\n{many}[[constraints]]\n{many}"), false),
        (format!("grants = []\n{head}{many}"), false),
        (format!("grants = [{{ actions = [] }}]\n{head}{many}"), false),
        // Mistakes, a number that cannot be held, and TOML 1.1.
        (format!("{head}{many}roles = [\n{many}"), false),
        (format!("{head}because = \"\"\"\n{many}"), false),
        (format!("{head}{many}ticks = 99999999999999999999\n"), false),
        (format!("{head}{many}because = \"\\e\"\n"), false),
        // Too small to be cut.
        (format!("{head}{}", grants(10, &TEXTS)), false),
    ];
    for (at, (text, is_cut)) in cases.iter().enumerate() {
        let cut = pieces::parse(text);
        assert_eq!(cut.is_some(), *is_cut, "case {at}");
        let Some(cut) = cut else { continue };
        let whole = tree::parse_whole(text, FileId::default()).expect("TOML");
        let whole = whole.as_table().expect("a table");
        assert!(format!("{whole:?}") == format!("{cut:?}"), "case {at}");
    }
}
