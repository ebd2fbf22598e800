//! Stage 00: diagnostics of reading a file, of TOML and of YAML.
//!
//! Not of paths that cannot be read: those are no findings but failures of the run.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule};

declare_rules! {
    INTERNAL: Error "P0000" "internal-error";
    NOT_UTF8: Error "P0001" "not-utf8";
    EMPTY: Error "P0002" "empty-file";
    SYNTAX: Error "P0003" "toml-syntax";
    DUPLICATE_KEY: Error "P0004" "duplicate-key";
    NUMBER: Error "P0005" "unrepresentable-number";
    DOTTED: Error "P0006" "unquoted-dotted-name";
    YAML: Error "P0007" "yaml-syntax";
}

pub(crate) fn internal_error(at: At, broken: &str) -> Diagnostic {
    Diagnostic::new(&INTERNAL, at, format!("internal error: {broken}"))
        .with_help("this is a bug in policyc and no fault of the policy; please report it")
}

pub(crate) fn not_utf8(at: At) -> Diagnostic {
    Diagnostic::new(&NOT_UTF8, at, "the file is not UTF-8".to_owned())
        .with_note("this byte cannot stand here")
        .with_help("save the file in the encoding UTF-8")
}

pub(crate) fn empty_file(at: At) -> Diagnostic {
    Diagnostic::new(&EMPTY, at, "the file holds no policy".to_owned())
        .with_help("a policy begins with `schema = 1`, `policy = \"…\"` and `version = \"1.0.0\"`")
}

/// `what` is what the file should hold (`suite`), `begins` how such a file begins.
pub(crate) fn empty_yaml(at: At, what: &str, begins: &str) -> Diagnostic {
    Diagnostic::new(&EMPTY, at, format!("the file holds no {what}"))
        .with_help(format!("a {what} begins with {begins}"))
}

pub(crate) fn yaml_syntax(at: At, message: &str) -> Diagnostic {
    Diagnostic::new(&YAML, at, format!("not YAML: {message}"))
}

pub(crate) fn toml_syntax(at: At, message: &str) -> Diagnostic {
    Diagnostic::new(&SYNTAX, at, format!("not TOML: {message}"))
}

pub(crate) fn duplicate_key(at: At, key: &str, first: Option<At>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&DUPLICATE_KEY, at, format!("`{key}` is written twice"))
        .with_help("keep one of the two");
    match first {
        Some(first) => diagnostic.with_label(first, "first written here"),
        None => diagnostic,
    }
}

/// A list of tables whose headers have one pair of brackets, from the second on.
pub(crate) fn single_header(at: At, key: &str) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_KEY, at, format!("`[{key}]` is written twice"))
        .with_help(format!("a list of tables has headers with two brackets: `[[{key}]]`"))
}

pub(crate) fn unrepresentable_number(at: At, text: &str) -> Diagnostic {
    Diagnostic::new(&NUMBER, at, format!("`{text}` is not a number that a policy can hold"))
        .with_help("integers lie between -9223372036854775808 and 9223372036854775807")
}

pub(crate) fn unquoted_dotted_name(at: At, table: &str, name: &str) -> Diagnostic {
    Diagnostic::new(&DOTTED, at, format!("a name with a dot must be quoted: `{name}`"))
        .with_help(format!("write `{table}.\"{name}\"`"))
        .with_quotes(name)
}
