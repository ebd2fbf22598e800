//! Stage 01: diagnostics of the shape of a file, as its JSON schema describes it.
//!
//! Not of meaning: a name that has the right form may still be unknown.

use super::registry::declare_rules;
use super::suggest::{Suggestions, list};
use super::{At, Diagnostic, Rule, Syntax, UnknownLint};

declare_rules! {
    UNKNOWN_KEY: Error "P0101" "unknown-key";
    MISSING_KEY: Error "P0102" "missing-key";
    WRONG_TYPE: Error "P0103" "wrong-type";
    UNKNOWN_WORD: Error "P0104" "unknown-word";
    MALFORMED: Error "P0105" "malformed-name";
    SCHEMA: Error "P0106" "unsupported-schema";
    EMPTY_VALUE: Error "P0107" "empty-value";
    REPEATED: Error "P0108" "repeated-item";
    OUT_OF_RANGE: Error "P0109" "out-of-range";
    CONFLICTING: Error "P0110" "conflicting-keys";
    UNKNOWN_LINT: Error "P0111" "unknown-lint";
}

pub(crate) fn unknown_key(at: At, key: &str, known: &[&str]) -> Diagnostic {
    let known = Suggestions { what: "keys of this table", known: known.to_vec() };
    Diagnostic::new(&UNKNOWN_KEY, at, format!("unknown key `{key}`"))
        .with_help_if(known.help(key))
        .with_rename_if(key, known.only(key))
}

/// `description` is what the schema says of the key.
pub(crate) fn missing_key(at: At, key: &str, description: Option<&str>) -> Diagnostic {
    let help = description.map(|description| {
        // The schema writes whole sentences, as editors show them.
        let text = description.trim_end_matches('.');
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        format!("`{key}`: {}{}", first.map(String::from).unwrap_or_default(), letters.as_str())
    });
    Diagnostic::new(&MISSING_KEY, at, format!("missing key `{key}`")).with_help_if(help)
}

pub(crate) fn missing_test(at: At) -> Diagnostic {
    Diagnostic::new(&MISSING_KEY, at, "`attribute` without a test".to_owned())
        .with_help("add one of `equals`, `in`, `matches-attribute`, `at-least`, `at-most`")
}

/// `expected` and `found` are words such as "a list" or "a string".
pub(crate) fn wrong_type(at: At, expected: &str, found: &str, syntax: Syntax) -> Diagnostic {
    let help = match (expected, found) {
        ("a list", "a table") if syntax == Syntax::Yaml => {
            Some("a list stands in brackets, or each item behind a `-`")
        }
        ("a table", "a list") if syntax == Syntax::Yaml => None,
        ("a table", "a string") if syntax == Syntax::Yaml => {
            Some("it has keys: `key: value`, with a space behind the colon")
        }
        ("a table", "nothing") => Some("write `{}` where there is nothing to say"),
        ("a boolean", "a string") if syntax == Syntax::Yaml => {
            Some("a boolean is `true` or `false`, without quotes")
        }
        ("a list", "a string") => Some("a list stands in brackets, also one of a single item"),
        ("a list", "a table") => Some("a list of tables has headers with two brackets: `[[…]]`"),
        ("a table", "a list") => Some("one table has a header with one bracket: `[…]`"),
        ("an integer" | "a boolean", "a string") => Some("write it without quotes"),
        ("a string", "an integer" | "a boolean" | "a fraction" | "a date or time") => {
            Some("write it in quotes")
        }
        _ => None,
    };
    let found_other =
        Diagnostic::new(&WRONG_TYPE, at, format!("expected {expected}, found {found}"))
            .with_help_if(help.map(str::to_owned));
    match (expected, found) {
        ("a list", "a string") => found_other.with_brackets(),
        _ => found_other,
    }
}

pub(crate) fn unknown_word(at: At, word: &str, known: &[&str]) -> Diagnostic {
    let help = match super::nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", list(known)),
    };
    Diagnostic::new(&UNKNOWN_WORD, at, format!("unknown word `{word}`"))
        .with_help(help)
        .with_rename_if(word, super::only_near(word, known.iter().copied()))
}

/// `what` is what the text should have been (`role name`), `form` how such a thing is written.
pub(crate) fn malformed_name(at: At, text: &str, what: &str, form: &str) -> Diagnostic {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let text = if text.is_empty() { "an empty text".to_owned() } else { format!("`{text}`") };
    Diagnostic::new(&MALFORMED, at, format!("{text} is not {article} {what}"))
        .with_help(format!("{article} {what} is {form}"))
}

pub(crate) fn unsupported_schema(at: At, found: &str) -> Diagnostic {
    Diagnostic::new(&SCHEMA, at, format!("unsupported schema `{found}`"))
        .with_help("this policyc reads schema 1")
}

pub(crate) fn empty_list(at: At) -> Diagnostic {
    Diagnostic::new(&EMPTY_VALUE, at, "the list is empty".to_owned())
        .with_help("name at least one, or leave the key out if it may be left out")
}

pub(crate) fn empty_mapping(at: At) -> Diagnostic {
    Diagnostic::new(&EMPTY_VALUE, at, "the table is empty".to_owned())
        .with_help("it needs one entry at least")
}

pub(crate) fn empty_text(at: At) -> Diagnostic {
    Diagnostic::new(&EMPTY_VALUE, at, "the text is empty".to_owned())
        .with_help("write something, or leave the key out")
}

pub(crate) fn repeated_item(at: At, first: At, item: &str) -> Diagnostic {
    Diagnostic::new(&REPEATED, at, format!("`{item}` is listed twice"))
        .with_label(first, "first listed here")
        .with_help("remove one of the two")
        .with_removal()
}

pub(crate) fn out_of_range(at: At, bound: &str) -> Diagnostic {
    Diagnostic::new(&OUT_OF_RANGE, at, format!("out of range; expected {bound}"))
}

pub(crate) fn too_long(at: At, characters_max: u64) -> Diagnostic {
    let message = format!("too long; expected {characters_max} characters or fewer");
    Diagnostic::new(&OUT_OF_RANGE, at, message)
}

pub(crate) fn unknown_lint(at: At, unknown: &UnknownLint) -> Diagnostic {
    let near = unknown.nearest().map(|near| format!("did you mean `{near}`?"));
    Diagnostic::new(&UNKNOWN_LINT, at, unknown.to_string())
        .with_help("`policyc rule` lists the lints: what is no error")
        .with_help_if(near)
        .with_rename_if(unknown.name(), unknown.only_near())
}

pub(crate) fn conflicting_keys(at: At, first: At, key: &str) -> Diagnostic {
    Diagnostic::new(&CONFLICTING, at, format!("`{key}` beside another test: a condition has one"))
        .with_label(first, "the other test")
        .with_help(
            "make two conditions, and name both in `when`, or combine them with `all` or `any`",
        )
}
