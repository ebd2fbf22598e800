//! The cells of a suite's tables: for every action of a line and every principal, what is expected.
//!
//! Not run here. A deny is written as an allow is: whom a line does not name is an error.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{At, Diagnostic, list, names, suites};
use crate::source::policy::{Names, Spanned};
use crate::source::suite::{CaseTable, Expected, FixtureOrRest, Line};
use crate::table::Table;

use super::fixtures::Fixtures;

/// What is expected of one principal and one action.
#[derive(Debug, Clone)]
pub(super) struct Cell<'s> {
    /// The table, by its position in the suite.
    pub table: usize,
    pub principal: &'s str,
    pub action: String,
    pub expect: Expected,
    /// Where it is written.
    pub at: At,
}

/// The cells of one table, line by line.
pub(super) fn cells<'s>(
    table: &Table,
    fixtures: &Fixtures<'s>,
    (position, case_table): (usize, &'s CaseTable),
    found: &mut Vec<Diagnostic>,
) -> Vec<Cell<'s>> {
    let mut all = Vec::new();
    let mut first: BTreeMap<String, At> = BTreeMap::new();
    for line in &case_table.lines {
        let at = fixtures.at(line.actions.span);
        let expected = expected(fixtures, case_table, line, found);
        for action in actions(table, line, at, found) {
            if let Some(first) = first.get(&action) {
                found.push(suites::repeated_cell(at, &format!("`{action}`"), *first));
                continue;
            }
            first.insert(action.clone(), at);
            all.extend(expected.iter().map(|(principal, (expect, at))| Cell {
                table: position,
                principal,
                action: action.clone(),
                expect: *expect,
                at: *at,
            }));
        }
    }
    all
}

/// The actions that a line names.
fn actions(table: &Table, line: &Line, at: At, found: &mut Vec<Diagnostic>) -> Vec<String> {
    let pattern = &line.actions.value;
    let actions: Vec<String> = match pattern.literals() {
        Some(literals) => {
            let unknown = literals.iter().filter(|name| table.find_action(name).is_none());
            found.extend(
                unknown.map(|name| names::unknown_action(at, name, table.actions().collect())),
            );
            literals
        }
        None => {
            let matched = table.actions().filter(|action| pattern.matches(action));
            matched.map(str::to_owned).collect()
        }
    };
    if actions.is_empty() {
        found.push(suites::line_without_action(at, pattern.as_str()));
    }
    actions
}

/// What a line expects of each principal of its table, in the order of the table.
fn expected<'s>(
    fixtures: &Fixtures<'s>,
    case_table: &'s CaseTable,
    line: &'s Line,
    found: &mut Vec<Diagnostic>,
) -> Vec<(&'s str, (Expected, At))> {
    let mut known = case_table.principals.iter().map(|name| name.value.as_str());
    if !known.all(|name| fixtures.askers.contains_key(name)) {
        // Said already; what the lines say of a mistyped principal is no mistake of theirs.
        return Vec::new();
    }
    let mut named: BTreeMap<&str, (Expected, At)> = BTreeMap::new();
    let mut is_mistyped = false;
    let mut rest: Option<(Expected, At)> = None;
    let columns: BTreeSet<&str> =
        case_table.principals.iter().map(|name| name.value.as_str()).collect();
    let sides: [(Expected, &'s Names<FixtureOrRest>); 2] =
        [(Expected::Allow, &line.allow), (Expected::Deny, &line.deny)];
    for (expect, names) in sides {
        for Spanned { value, span } in names {
            let at = fixtures.at(*span);
            let first = match value {
                FixtureOrRest::Rest => rest.replace((expect, at)),
                FixtureOrRest::Fixture(name) if columns.contains(name.as_str()) => {
                    named.insert(name.as_str(), (expect, at))
                }
                FixtureOrRest::Fixture(name) => {
                    let known = columns.iter().copied().collect();
                    found.push(suites::not_of_the_table(at, name.as_str(), known));
                    is_mistyped = true;
                    continue;
                }
            };
            if let Some((_, first)) = first {
                let what = match value {
                    FixtureOrRest::Rest => "`*`".to_owned(),
                    FixtureOrRest::Fixture(name) => format!("`{}`", name.as_str()),
                };
                found.push(suites::repeated_cell(at, &what, first));
            }
        }
    }
    let all = case_table.principals.iter().map(|name| name.value.as_str());
    let missing: Vec<&str> = all.clone().filter(|name| !named.contains_key(name)).collect();
    match rest {
        None if !missing.is_empty() && !is_mistyped => {
            found.push(suites::unwritten_cell(fixtures.at(line.actions.span), &list(&missing)));
        }
        Some((expect, at)) if missing.is_empty() => {
            found.push(suites::nobody_left(at, expect.as_str()));
        }
        Some(_) | None => {}
    }
    all.filter_map(|name| Some((name, named.get(name).copied().or(rest)?))).collect()
}
