//! Conditions that cannot be otherwise: always true, always false, never as wanted together.
//!
//! Over what is known: that a condition is unknown where something is missing makes it no less
//! true or false wherever it has a value.

use std::collections::BTreeMap;

use crate::evaluate::condition::conditions;
use crate::model::{ConditionId, Id, Principal, Query, Truth};
use crate::table::Table;
use crate::table::vocabulary::parts;

use super::domains::Seen;
use super::situations::{self, TooMany, Valuations};

/// The conditions that have one value only, with it. Not those that have it for a part's sake, and
/// not those that depend on more than policyc looks at.
pub(crate) fn constants(table: &Table) -> BTreeMap<ConditionId, bool> {
    let ids = (0..table.rules().conditions.len()).filter_map(ConditionId::new);
    let constant = |id: ConditionId| Some((id, value(table, id)?));
    let constants: BTreeMap<ConditionId, bool> = ids.filter_map(constant).collect();
    let mut own = constants.clone();
    own.retain(|id, _| {
        let parts = table.condition(*id).map_or(&[][..], |condition| parts(&condition.test));
        !parts.iter().any(|part| constants.contains_key(part))
    });
    own
}

/// The one value of a condition, if it has no other.
fn value(table: &Table, id: ConditionId) -> Option<bool> {
    let mut first = None;
    let found = find(table, &[id], |query| {
        let truth = conditions(table, query, &[id], &[]);
        *first.get_or_insert(truth) != truth
    });
    match (found, first?) {
        (Ok(false), Truth::True) => Some(true),
        (Ok(false), Truth::False) => Some(false),
        (Ok(true) | Err(TooMany), _) | (Ok(false), Truth::Unknown) => None,
    }
}

/// Two or more of these conditions that cannot be as wanted together, while each alone can; two
/// where two are enough. Nothing where they can, or where that depends on too much.
pub(crate) fn clashing(
    table: &Table,
    when: &[ConditionId],
    unless: &[ConditionId],
) -> Option<Vec<ConditionId>> {
    let wanted = when.iter().map(|id| (*id, true)).chain(unless.iter().map(|id| (*id, false)));
    let wanted: Vec<(ConditionId, bool)> = wanted.collect();
    if wanted.iter().any(|one| can_hold(table, &[*one]) == Ok(false)) {
        return None;
    }
    for (at, one) in wanted.iter().enumerate() {
        for other in wanted.iter().skip(at + 1).filter(|other| share(table, one.0, other.0)) {
            if can_hold(table, &[*one, *other]) == Ok(false) {
                return Some(vec![one.0, other.0]);
            }
        }
    }
    let is_shared = |one: &&(ConditionId, bool)| {
        wanted.iter().any(|other| other.0 != one.0 && share(table, one.0, other.0))
    };
    let joined: Vec<(ConditionId, bool)> = wanted.iter().filter(is_shared).copied().collect();
    let clash = joined.len() > 2 && can_hold(table, &joined) == Ok(false);
    clash.then(|| joined.into_iter().map(|(id, _)| id).collect())
}

/// Whether two conditions look at something in common: else neither knows of the other.
fn share(table: &Table, one: ConditionId, other: ConditionId) -> bool {
    let (one, other) = (Seen::by(table, [one]), Seen::by(table, [other]));
    !one.attributes.is_disjoint(&other.attributes) || !one.asserted.is_disjoint(&other.asserted)
}

/// Whether there is a situation in which each condition is as wanted.
fn can_hold(table: &Table, wanted: &[(ConditionId, bool)]) -> Result<bool, TooMany> {
    let chosen = |holds: bool| {
        let chosen = wanted.iter().filter(move |(_, wanted)| *wanted == holds);
        chosen.map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let (when, unless) = (chosen(true), chosen(false));
    let all = [when.as_slice(), unless.as_slice()].concat();
    find(table, &all, |query| conditions(table, query, &when, &unless) == Truth::True)
}

/// Whether some situation, with nothing missing, is as wanted.
fn find(
    table: &Table,
    conditions: &[ConditionId],
    mut is_wanted: impl FnMut(&Query<'_>) -> bool,
) -> Result<bool, TooMany> {
    let valuations = Valuations::known(table, conditions);
    for valuation in valuations.iter() {
        let valuation = valuation?;
        for kind in situations::kinds(table, &[]) {
            let principal = Principal { kind, ..Principal::default() };
            if is_wanted(&valuation.query(Query { principal, ..Query::default() })) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
