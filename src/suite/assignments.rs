//! Cases about who may hold roles, who may give them, and what an audit finds.
//!
//! Not cases about decisions.

use std::collections::BTreeSet;

use crate::audit::{GivenPrincipal, Part, Placed, alone, audit_part, misfits, placed};
use crate::diagnostic::{At, Diagnostic, FileId, Severity, suites};
use crate::evaluate::{Assignee, Holder, Proposal, broken_constraints, may_change};
use crate::model::Assignment;
use crate::source::policy::{About, Identifier, Names};
use crate::source::suite::{AuditCase, Expected, Hold, ProposalCase, Suite};
use crate::table::Table;

use super::Run;
use super::fixtures::{Fixtures, PrincipalFixture};

/// Runs `holds`, `may-assign` and `audit`.
pub(super) fn run(run: &mut Run<'_>, table: &Table, suite: &Suite, fixtures: &Fixtures<'_>) {
    let part = Part { file: fixtures.file, scopes: &suite.scopes, members: &[] };
    let suite_scopes = placed(table, &part, &mut Vec::new());
    for hold in &suite.holds {
        let Some(asker) = fixtures.asker(&hold.principal) else { continue };
        let name = name(&hold.about, || format!("holds {}", asker.label));
        if run.wants(&name) {
            let at = fixtures.at(hold.expect.span);
            let failure = held(run, table, (hold, &asker), &suite_scopes, fixtures);
            run.note(name, at, failure);
        }
    }
    for case in &suite.proposals {
        let (Some(by), Some(to)) = (fixtures.asker(&case.by), fixtures.asker(&case.to)) else {
            continue;
        };
        let question = Question { case, by: &by, to: &to };
        let name = name(&case.about, || question.name());
        if run.wants(&name) {
            let at = fixtures.at(case.expect.span);
            let failure = question.ask(run, table, &suite_scopes, fixtures);
            run.note(name, at, failure);
        }
    }
    for (position, case) in suite.audits.iter().enumerate() {
        let name = name(&case.about, || format!("audit {}", position + 1));
        if run.wants(&name) {
            let at = fixtures.at(case.about.span);
            let failure = audited(table, (suite, case), fixtures);
            run.note(name, at, failure);
        }
    }
}

fn name(about: &About, or: impl FnOnce() -> String) -> String {
    about.title.as_ref().map_or_else(or, |title| title.value.as_str().to_owned())
}

/// Whether one principal may hold its roles together.
fn held(
    run: &Run<'_>,
    table: &Table,
    (hold, asker): (&Hold, &PrincipalFixture<'_>),
    scopes: &Placed<'_>,
    fixtures: &Fixtures<'_>,
) -> Option<Diagnostic> {
    let person: &GivenPrincipal<'_> = &asker.person;
    let mut found = misfits(table, person);
    found.extend(alone(table, person, scopes));
    let is_allowed = !found.iter().any(|found| found.severity == Severity::Error);
    let answer = Expected::of(is_allowed);
    let (at, message) = if answer == hold.expect.value {
        let findings = hold.findings.as_ref()?;
        let message = differing(findings, &found)?;
        let at = findings.first().map_or(hold.expect.span, |first| first.span);
        (fixtures.at(at), format!("holding {}: {message}", asker.quoted()))
    } else {
        let (answer, expect) = (answer.as_str(), hold.expect.value.as_str());
        let message = format!("holding {} is {answer}; expected {expect}", asker.quoted());
        (fixtures.at(hold.expect.span), message)
    };
    let mut failure = suites::failed_case(at, message).with_note("expected here");
    // Both sides: the entries of the policy that keep the roles apart.
    let tree = scopes.around(asker.assignments.iter().filter_map(|given| given.scope));
    let holder = Holder { kind: person.kind(), assignments: &asker.assignments, scopes: &tree };
    for breach in broken_constraints(table, &holder) {
        if let Some(at) = run.entry(breach.file, breach.line) {
            failure = failure.with_label(at, "is broken");
        }
    }
    Some(with_findings(failure, &found))
}

/// What is found and not expected, or expected and not found; none where the two are the same.
fn differing(expected: &Names<Identifier>, found: &[Diagnostic]) -> Option<String> {
    let expected: BTreeSet<&str> = expected.iter().map(|name| name.value.as_str()).collect();
    let found: BTreeSet<&str> = found.iter().map(|found| found.rule.name).collect();
    let words = |names: BTreeSet<&str>| {
        let names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    let differ = expected != found;
    differ.then(|| format!("found {}; expected {}", words(found), words(expected)))
}

/// A failure with what was found as its help.
fn with_findings(failure: Diagnostic, found: &[Diagnostic]) -> Diagnostic {
    if found.is_empty() {
        return failure;
    }
    let texts = found.iter().map(|found| {
        let help = found.help.as_deref().map_or_else(String::new, |help| format!(" ({help})"));
        format!("{}{help}", found.message)
    });
    failure.with_help(texts.collect::<Vec<_>>().join("\n"))
}

/// Who may give or take what of whom.
struct Question<'q> {
    case: &'q ProposalCase,
    by: &'q PrincipalFixture<'q>,
    to: &'q PrincipalFixture<'q>,
}

impl Question<'_> {
    fn name(&self) -> String {
        let role = self.case.role.value.as_assignment();
        let (by, change, to) = (&self.by.label, self.case.change.as_str(), &self.to.label);
        format!("{by} may {change} {role}: {to}")
    }

    fn ask(
        &self,
        run: &Run<'_>,
        table: &Table,
        scopes: &Placed<'_>,
        fixtures: &Fixtures<'_>,
    ) -> Option<Diagnostic> {
        let case = self.case;
        let around = fixtures.around(&case.circumstances);
        let assignment: Assignment<'_> = case.role.value.as_assignment();
        let outer = scopes.around(assignment.scope.into_iter());
        let outer: Vec<_> = outer.into_iter().map(|(_, outer)| outer).collect();
        let to = self.to.principal();
        let proposal = Proposal {
            change: case.change,
            assignment,
            assigner: self.by.principal(),
            assignee: Assignee {
                id: to.id,
                kind: to.kind,
                assignments: to.assignments,
                attributes: to.attributes,
            },
            scopes: &outer,
            context: &around.context,
            assertions: &around.assertions,
        };
        let at: At = fixtures.at(case.expect.span);
        let permission = match may_change(table, &proposal) {
            Ok(permission) => permission,
            Err(error) => return Some(suites::impossible_request(at, &error.to_string())),
        };
        let answer = Expected::of(permission.is_allowed());
        let basis = permission.basis;
        let expect = case.expect.value;
        let (at, expected) = match &case.basis {
            _ if answer != expect => (at, expect.as_str().to_owned()),
            Some(wanted) if wanted.value != basis => {
                let expected = format!("{}: {}", expect.as_str(), wanted.value.as_str());
                (fixtures.at(wanted.span), expected)
            }
            Some(_) | None => return None,
        };
        let (asks, answer, basis) = (self.name(), answer.as_str(), basis.as_str());
        let message = format!("“{asks}” is {answer}: {basis}; expected {expected}");
        let failure = suites::failed_case(at, message).with_note("expected here");
        let Some(entry) = permission.entry else { return Some(failure) };
        let does = if permission.is_allowed() { "lets it" } else { "comes nearest" };
        Some(match run.entry(entry.file, entry.line) {
            Some(at) => failure.with_label(at, does),
            None => failure.with_help(format!("{}:{} {does}", entry.file, entry.line)),
        })
    }
}

/// What auditing a small directory finds.
pub(super) fn audit(
    table: &Table,
    (suite, case): (&Suite, &AuditCase),
    file: FileId,
) -> Vec<Diagnostic> {
    let scopes = case.scopes.as_ref().unwrap_or(&suite.scopes);
    let part = |members| Part { file, scopes, members };
    let before = case.before.as_ref().map(|before| part(before.as_slice()));
    audit_part(table, &part(&case.members), before.as_ref()).diagnostics
}

/// Whether auditing a small directory finds what is expected.
fn audited(
    table: &Table,
    (suite, case): (&Suite, &AuditCase),
    fixtures: &Fixtures<'_>,
) -> Option<Diagnostic> {
    let diagnostics = audit(table, (suite, case), fixtures.file);
    let is_clean = !diagnostics.iter().any(|found| found.severity == Severity::Error);
    let answer = Expected::of(is_clean);
    let unmet = case.expect.as_ref().filter(|expect| expect.value != answer).map(|expect| {
        let expected = expect.value.as_str();
        (expect.span, format!("is {}; expected {expected}", answer.as_str()))
    });
    let differing = || {
        let at = case.findings.first().map_or(case.about.span, |first| first.span);
        Some((at, differing(&case.findings, &diagnostics)?))
    };
    let (at, message) = unmet.or_else(differing)?;
    let mut failure = suites::failed_case(fixtures.at(at), format!("the audit {message}"));
    for found in &diagnostics {
        failure = failure.with_label(found.at, found.message.clone());
    }
    let entries: BTreeSet<&str> =
        diagnostics.iter().filter_map(|found| found.help.as_deref()).collect();
    let entries: Vec<&str> = entries.into_iter().collect();
    Some(if entries.is_empty() { failure } else { failure.with_help(entries.join("\n")) })
}
