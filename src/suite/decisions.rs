//! Cases about decisions: every cell of a table, and single requests.
//!
//! Not cases about who may hold or give roles.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{At, Diagnostic, suites};
use crate::evaluate::{Explanation, Reason, Request, decide, explain};
use crate::model::{Basis, Decision, Query, Truth};
use crate::source::suite::{Expected, Suite};
use crate::table::Table;

use super::Run;
use super::cells::Cell;
use super::fixtures::{Around, Fixtures, PrincipalFixture};

/// The most lines of a policy that a failure shows.
const SHOWN_MAX: usize = 3;

/// A request, and what is expected of its answer.
#[derive(Debug)]
pub(super) struct Ask<'s> {
    /// What the case is called.
    name: String,
    asker: Arc<PrincipalFixture<'s>>,
    pub action: String,
    around: Arc<Around<'s>>,
    wanted: Wanted<'s>,
}

/// What a case expects.
#[derive(Debug)]
struct Wanted<'s> {
    expect: Expected,
    at: At,
    basis: Option<(Basis, At)>,
    grant: Option<(&'s str, At)>,
}

/// Runs every table and every single case.
pub(super) fn run(run: &mut Run<'_>, table: &Table, asks: Vec<Ask<'_>>) {
    for ask in asks {
        if run.wants(&ask.name) {
            let failure = ask.ask(run, table);
            run.note(ask.name, ask.wanted.at, failure);
        }
    }
}

/// Every cell of the tables and every single case, in the order of the file.
pub(super) fn asks<'s>(
    suite: &'s Suite,
    fixtures: &Fixtures<'s>,
    cells: Vec<Cell<'s>>,
) -> Vec<Ask<'s>> {
    let named = fixtures.askers.iter().map(|(name, asker)| (*name, Arc::new(asker.clone())));
    let named: BTreeMap<&str, Arc<PrincipalFixture<'s>>> = named.collect();
    let tables = suite.tables.iter().enumerate().map(|(position, case_table)| {
        let title = case_table.about.title.as_ref();
        let title = title.map_or_else(
            || format!("table {}", position + 1),
            |title| title.value.as_str().to_owned(),
        );
        (title, Arc::new(fixtures.around(&case_table.circumstances)))
    });
    let tables: Vec<(String, Arc<Around<'s>>)> = tables.collect();
    let of_cells = cells.into_iter().filter_map(|cell| {
        let (title, around) = tables.get(cell.table)?;
        Some(Ask {
            name: format!("{title}: {} {}", cell.principal, cell.action),
            asker: Arc::clone(named.get(cell.principal)?),
            action: cell.action,
            around: Arc::clone(around),
            wanted: Wanted { expect: cell.expect, at: cell.at, basis: None, grant: None },
        })
    });
    let of_cases = suite.cases.iter().filter_map(|case| {
        let asker = fixtures.asker(&case.principal)?;
        let action = case.action.value.as_str();
        let title = case.about.title.as_ref();
        let name = title.map_or_else(
            || format!("{} {action}", asker.label),
            |title| title.value.as_str().to_owned(),
        );
        let basis = case.basis.as_ref().map(|basis| (basis.value, fixtures.at(basis.span)));
        let grant = case.grant.as_ref();
        let grant = grant.map(|grant| (grant.value.as_str(), fixtures.at(grant.span)));
        let at = fixtures.at(case.expect.span);
        Some(Ask {
            name,
            asker: Arc::new(asker),
            action: action.to_owned(),
            around: Arc::new(fixtures.around(&case.circumstances)),
            wanted: Wanted { expect: case.expect.value, at, basis, grant },
        })
    });
    of_cells.chain(of_cases).collect()
}

impl Ask<'_> {
    /// The query, as the case has it.
    pub(super) fn query(&self) -> Query<'_> {
        Query {
            principal: self.asker.principal(),
            action: &self.action,
            action_attributes: &self.around.action_attributes,
            resource: self.around.asked.resource(),
            context: &self.around.context,
            assertions: &self.around.assertions,
        }
    }

    /// Whether a table answers as expected.
    pub(super) fn passes(&self, table: &Table) -> bool {
        let Ok(request) = Request::new(table, self.query()) else { return false };
        if self.wanted.grant.is_some() {
            return unmet(&self.wanted, &explain(&request)).is_none();
        }
        let decision = decide(&request);
        Expected::of(decision.is_allowed()) == self.wanted.expect
            && self.wanted.basis.is_none_or(|(basis, _)| basis == decision.basis())
    }

    /// Asks; none where the answer is as expected.
    fn ask(&self, run: &Run<'_>, table: &Table) -> Option<Diagnostic> {
        let wanted = &self.wanted;
        let request = match Request::new(table, self.query()) {
            Ok(request) => request,
            Err(error) => return Some(suites::impossible_request(wanted.at, &error.to_string())),
        };
        let explanation = explain(&request);
        let decision = explanation.decision;
        let (at, expected) = unmet(wanted, &explanation)?;
        let message = format!(
            "`{}` for {} is {decision}; expected {expected}",
            self.action,
            self.asker.quoted(),
        );
        let failure = suites::failed_case(at, message).with_note("expected here");
        Some(with_reasons(run, failure, &explanation))
    }
}

/// What of an expectation is not met: where it is written, and what it says.
fn unmet(wanted: &Wanted<'_>, explanation: &Explanation<'_>) -> Option<(At, String)> {
    let decision: Decision = explanation.decision;
    if Expected::of(decision.is_allowed()) != wanted.expect {
        return Some((wanted.at, wanted.expect.as_str().to_owned()));
    }
    if let Some((basis, at)) = &wanted.basis
        && *basis != decision.basis()
    {
        return Some((*at, format!("{}: {basis}", wanted.expect.as_str())));
    }
    let (grant, at) = wanted.grant.as_ref()?;
    let is_it = |reason: &Reason<'_>| {
        let labels = [reason.stated.row, reason.stated.title];
        reason.miss.is_none() && labels.into_iter().flatten().any(|label| label == *grant)
    };
    if explanation.reasons.iter().any(is_it) {
        return None;
    }
    Some((*at, format!("that “{grant}” decides")))
}

/// The lines of the policy that decide, or come nearest.
fn with_reasons(
    run: &Run<'_>,
    mut failure: Diagnostic,
    explanation: &Explanation<'_>,
) -> Diagnostic {
    if explanation.reasons.is_empty() && explanation.decision.basis() == Basis::NotGranted {
        return failure.with_help("no grant of the policy comes near");
    }
    let mut elsewhere = Vec::new();
    for reason in explanation.reasons.iter().take(SHOWN_MAX) {
        let text = reason_text(reason);
        match run.entry(reason.stated.file, reason.stated.line) {
            Some(at) => failure = failure.with_label(at, text),
            None => elsewhere.push(format!("{}:{} {text}", reason.stated.file, reason.stated.line)),
        }
    }
    if elsewhere.is_empty() { failure } else { failure.with_help(elsewhere.join("; ")) }
}

fn reason_text(reason: &Reason<'_>) -> String {
    let stated = &reason.stated;
    let does = match (stated.is_grant, stated.effect.as_str(), reason.miss) {
        (false, ..) => "lets it be given directly".to_owned(),
        (true, "forbid", _) => "forbids it".to_owned(),
        (true, _, None) => "permits it".to_owned(),
        (true, _, Some(miss)) => format!("would permit it, but {miss}"),
    };
    let label = stated.row.or(stated.title);
    let label = label.map_or_else(String::new, |label| format!("“{label}” "));
    let through = if reason.roles.len() > 1 {
        format!(" through {}", reason.roles.join(" → "))
    } else {
        String::new()
    };
    let conditions = reason.conditions.iter().map(|state| {
        let asks = if state.must_hold { "when" } else { "unless" };
        let stands = match state.truth {
            Truth::True => "holds",
            Truth::False => "does not hold",
            Truth::Unknown => "is not known",
        };
        format!("; {asks} {} {stands}", state.name)
    });
    format!("{label}{does}{through}{}", conditions.collect::<String>())
}
