//! Stage 07: diagnostics of suites: cases that fail, and cases that say nothing.
//!
//! Not of names that a policy does not know, which is stage 02 for suites as for policies.

use super::registry::declare_rules;
use super::suggest::Suggestions;
use super::{At, Diagnostic, Rule};

declare_rules! {
    FAILED: Error "P0701" "failed-case";
    UNKNOWN_FIXTURE: Error "P0702" "unknown-fixture";
    UNUSED_FIXTURE: Error "P0703" "unused-fixture";
    UNWRITTEN: Error "P0704" "unwritten-cell";
    REPEATED: Error "P0705" "repeated-cell";
    CONTRADICTION: Error "P0706" "contradictory-expectation";
    UNKNOWN_FINDING: Error "P0707" "unknown-finding";
    IMPOSSIBLE: Error "P0708" "impossible-request";
    EMPTY: Error "P0709" "suite-without-cases";
    UNMATCHED: Error "P0710" "line-without-action";
    UNKNOWN_GRANT: Error "P0711" "unknown-grant";
}

pub(crate) fn failed_case(at: At, message: String) -> Diagnostic {
    Diagnostic::new(&FAILED, at, message)
}

/// `what` is `principal` or `resource`.
pub(crate) fn unknown_fixture(at: At, what: &str, name: &str, known: Vec<&str>) -> Diagnostic {
    let known = Suggestions { what: "fixtures", known };
    let help = match known.known.len() {
        0 => Some(format!("the suite has no `{what}s`; add it there")),
        _ => known.help(name),
    };
    Diagnostic::new(&UNKNOWN_FIXTURE, at, format!("the suite has no {what} `{name}`"))
        .with_help_if(help)
        .with_rename_if(name, known.only(name))
}

pub(crate) fn not_of_the_table(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    let known = Suggestions { what: "principals of this table", known };
    let message = format!("principal `{name}` is none of this table");
    Diagnostic::new(&UNKNOWN_FIXTURE, at, message)
        .with_help_if(known.help(name))
        .with_rename_if(name, known.only(name))
}

pub(crate) fn unused_fixture(at: At, what: &str, name: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED_FIXTURE, at, format!("no case names {what} `{name}`"))
        .with_help("remove it, or write the case that it was meant for")
}

pub(crate) fn unwritten_cell(at: At, principals: &str) -> Diagnostic {
    Diagnostic::new(&UNWRITTEN, at, format!("nothing is expected of {principals}"))
        .with_help("name each principal in `allow` or in `deny`; `\"*\"` is all the others")
}

pub(crate) fn repeated_cell(at: At, what: &str, first: At) -> Diagnostic {
    Diagnostic::new(&REPEATED, at, format!("{what} is expected twice"))
        .with_label(first, "first here")
        .with_help("keep one of the two")
}

/// A `*` that stands for nobody; `list` is where it stands.
pub(crate) fn nobody_left(at: At, list: &str) -> Diagnostic {
    Diagnostic::new(&REPEATED, at, "`*` stands for nobody: the line names everyone".to_owned())
        .with_help(format!("take it out of `{list}`"))
        .with_removal()
}

pub(crate) fn contradictory_expectation(at: At, basis: &str, expect: &str) -> Diagnostic {
    let message = format!("an answer with the basis `{basis}` is never {expect}");
    Diagnostic::new(&CONTRADICTION, at, message)
}

pub(crate) fn contradictory_grant(at: At) -> Diagnostic {
    let message = "a grant decides only where it allows or forbids".to_owned();
    Diagnostic::new(&CONTRADICTION, at, message)
        .with_help("take `grant` out, or give the basis `granted` or `forbidden`")
}

pub(crate) fn unknown_grant(at: At, label: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_GRANT, at, format!("no grant has the row or title `{label}`"))
        .with_help("write it as the policy does")
}

pub(crate) fn unknown_finding(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    let known = Suggestions { what: "findings", known };
    Diagnostic::new(&UNKNOWN_FINDING, at, format!("no finding on assignments is called `{name}`"))
        .with_help_if(known.help(name))
        .with_rename_if(name, known.only(name))
}

pub(crate) fn impossible_request(at: At, why: &str) -> Diagnostic {
    Diagnostic::new(&IMPOSSIBLE, at, why.to_owned())
}

pub(crate) fn suite_without_cases(at: At) -> Diagnostic {
    Diagnostic::new(&EMPTY, at, "the suite has no cases".to_owned())
        .with_help("add `tables`, `cases`, `holds`, `may-assign` or `audit`")
}

pub(crate) fn line_without_action(at: At, pattern: &str) -> Diagnostic {
    Diagnostic::new(&UNMATCHED, at, format!("pattern `{pattern}` matches no action"))
        .with_help("a line of a table expects something of one action at least")
}
