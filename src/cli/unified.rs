//! What a file would become, as a unified diff that `patch -p0` and `git apply -p0` take.
//!
//! Not what changed in access: this compares lines.

use std::io::IsTerminal as _;

use similar::TextDiff;

use super::output::harmless;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const PLAIN: &str = "\u{1b}[0m";

/// The diff of one file's text, in colour; empty where nothing changes.
pub(super) fn unified(name: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().header(name, name).to_string();
    // To be read it must be harmless; to be piped into `patch` it must be as it is.
    let text = if std::io::stdout().is_terminal() { harmless(&text) } else { text };
    text.split_inclusive('\n').map(in_colour).collect()
}

fn in_colour(line: &str) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    match text.chars().next() {
        Some('-') => format!("{RED}{text}{PLAIN}{end}"),
        Some('+') => format!("{GREEN}{text}{PLAIN}{end}"),
        _ => line.to_owned(),
    }
}
