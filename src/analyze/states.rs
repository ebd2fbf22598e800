//! The states of a cell: what of its conditions it takes to say how a role and an action decide.
//!
//! Not the cells of a matrix, which are one word each. A cell that no condition touches has one
//! state. Where conditions decide, every combination of those that matter is a state, if anything
//! that could be known makes it true: "in the root tenant" and "not in the root tenant". A
//! condition matters where the answer does not follow from the others; the kind of the principal
//! is one more of them. What is missing makes no state: that it never allows is the language's.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::condition::conditions;
use crate::evaluate::{Request, decide};
use crate::model::{ActionId, ConditionId, Query, RoleId, Truth};
use crate::table::Table;

use super::situations::{self, TooMany, Valuations, held_alone, looked_at};

/// One state of a cell: a kind, if it matters, and the conditions that do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct State<'t> {
    pub kind: Option<&'t str>,
    pub conditions: Vec<(ConditionId, bool)>,
}

impl State<'_> {
    /// Whether a request is in this state.
    pub(crate) fn holds(&self, table: &Table, query: &Query<'_>) -> bool {
        let is_kind = self.kind.is_none_or(|kind| query.principal.kind == Some(kind));
        let stands = |(id, holds): &(ConditionId, bool)| {
            conditions(table, query, &[*id], &[]) == Truth::from(*holds)
        };
        is_kind && self.conditions.iter().all(stands)
    }
}

/// What decides a situation: the kind, and every condition that is looked at.
type Facts<'t> = (Option<&'t str>, Vec<bool>);

/// The states of a cell, in their order; none where no kind may hold the role.
///
/// # Errors
/// Where the cell depends on more situations than policyc looks at.
pub(crate) fn states(
    table: &Table,
    role: RoleId,
    action: ActionId,
) -> Result<Vec<State<'_>>, TooMany> {
    let kinds = situations::kinds(table, &[role]);
    let Some(face) = table.by_action(action).filter(|_| !kinds.is_empty()) else {
        return Ok(Vec::new());
    };
    let seen: BTreeSet<ConditionId> = looked_at(table, face, &[role]).into_iter().collect();
    let seen: Vec<ConditionId> = seen.into_iter().collect();
    let mut decided: BTreeMap<Facts<'_>, bool> = BTreeMap::new();
    let look = &mut |query: &Query<'_>| {
        let truth = |id: &ConditionId| conditions(table, query, &[*id], &[]) == Truth::True;
        let kind = kinds.iter().copied().find(|kind| *kind == query.principal.kind).flatten();
        let facts = (kind, seen.iter().map(truth).collect());
        decided.insert(facts, decide(&Request::sound(table, *query)).is_allowed());
        None::<()>
    };
    each_situation(table, (role, action), &[], look)?;
    let matters = mattering(&decided, seen.len());
    let states: BTreeSet<State<'_>> = decided
        .keys()
        .map(|(kind, truths)| State {
            kind: kind.filter(|_| matters.kind),
            conditions: seen
                .iter()
                .copied()
                .zip(truths.iter().copied())
                .filter(|(id, _)| seen.binary_search(id).is_ok_and(|at| matters.has(at)))
                .collect(),
        })
        .collect();
    Ok(states.into_iter().collect())
}

/// Which of the facts it takes.
struct Mattering {
    kind: bool,
    conditions: Vec<bool>,
}

impl Mattering {
    fn has(&self, at: usize) -> bool {
        self.conditions.get(at).copied().unwrap_or(false)
    }

    /// The facts that matter.
    fn project<'t>(&self, (kind, truths): &Facts<'t>) -> Facts<'t> {
        let truths = truths.iter().zip(&self.conditions);
        let kept = truths.filter(|(_, matters)| **matters).map(|(truth, _)| *truth);
        (kind.filter(|_| self.kind), kept.collect())
    }

    /// Whether the answers follow from the facts that matter.
    fn settles(&self, decided: &BTreeMap<Facts<'_>, bool>) -> bool {
        let mut by_fact: BTreeMap<Facts<'_>, bool> = BTreeMap::new();
        let mut all = decided.iter();
        all.all(|(facts, answer)| *by_fact.entry(self.project(facts)).or_insert(*answer) == *answer)
    }
}

/// The facts that are left when one after the other is left out, as long as the answers follow.
fn mattering(decided: &BTreeMap<Facts<'_>, bool>, count: usize) -> Mattering {
    let mut matters = Mattering { kind: false, conditions: vec![true; count] };
    matters.kind = !matters.settles(decided);
    for at in 0..count {
        let mut fewer = matters.conditions.clone();
        if let Some(matter) = fewer.get_mut(at) {
            *matter = false;
        }
        let fewer = Mattering { kind: matters.kind, conditions: fewer };
        if fewer.settles(decided) {
            matters = fewer;
        }
    }
    matters
}

/// Asks in every situation of a cell in which nothing is missing, until there is an answer. More
/// conditions than the cell's own can be made to vary.
///
/// # Errors
/// Where there are more situations than policyc looks at, and no answer in those that it did.
pub(crate) fn each_situation<T>(
    table: &Table,
    (role, action): (RoleId, ActionId),
    more: &[ConditionId],
    ask: &mut dyn FnMut(&Query<'_>) -> Option<T>,
) -> Result<Option<T>, TooMany> {
    let Some(face) = table.by_action(action) else { return Ok(None) };
    let mut seen = looked_at(table, face, &[role]);
    seen.extend(more);
    let valuations = Valuations::known(table, &seen);
    let (assignment, scopes) = (held_alone(table, role), situations::scopes(table));
    for kind in situations::kinds(table, &[role]) {
        for valuation in valuations.iter() {
            let valuation = valuation?;
            let query =
                situations::asked((kind, assignment.as_ref()), table.action_name(action), &scopes);
            let query = valuation.query(query);
            if let Some(answer) = ask(&query) {
                return Ok(Some(answer));
            }
        }
    }
    Ok(None)
}
