//! Which roles suffice for some actions: the sets of roles that cover them with the least besides.
//!
//! Not a heuristic: no set that suffices is better than those that are told. Least privilege as
//! NIST SP 800-53 AC-6 has it is then a matter of counting.
//!
//! ```text
//! search    whether a set suffices, and what it lacks
//! best      the best of all sets, by branch and bound
//! ```

mod best;
mod positions;
mod search;

use std::collections::BTreeSet;

use crate::analyze::Objection;
use crate::evaluate::Request;
use crate::model::{ActionId, Assignment, RoleId};

use super::ReviewError;
use super::broken::doubts;
use super::model::Model;
use best::{Best, Ranked, best};
use search::Search;

/// Which roles suffice for some actions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestions<'a> {
    /// The actions that no role is ever allowed; where there is one, nothing is suggested.
    pub uncovered: Vec<Uncovered>,
    /// The best first: fewest other actions, then fewest roles, then by name.
    pub list: Vec<Suggestion<'a>>,
    /// So many more sets suffice; none where they are too many to be counted.
    pub more_count: Option<usize>,
}

/// An action that no role is ever allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uncovered {
    /// The action.
    pub action: String,
    /// Whether the policy lets it be given directly.
    pub is_direct: bool,
}

/// Roles that suffice, and of which none can be spared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion<'a> {
    /// The roles as they are held, in the order of the file; none where the kind suffices.
    pub assignments: Vec<Assignment<'a>>,
    /// The kinds of principal for which they suffice; none where none is declared.
    pub kinds: Vec<&'a str>,
    /// The actions that were asked for, each with whether it is allowed in every situation.
    pub actions: Vec<(&'a str, bool)>,
    /// All other actions that they are allowed in some situation, in the order of the file.
    pub others: Vec<&'a str>,
    /// Constraints that object: advice, and that a role is fixed and so is never given.
    pub objections: Vec<Objection<'a>>,
}

/// The sets of roles that suffice for some actions, those with the least besides first.
///
/// A set suffices if some kind of principal may hold all of it, is allowed each action in some
/// situation, and breaks no constraint of level `error` that one principal can break; and no part
/// of it does. Each role is held unscoped or in a scope of its kind, which the resource lies in.
/// What the request gives is so; what its principal is assigned does not matter, and neither does
/// its action. Actions that the policy does not know are covered by nothing.
///
/// # Errors
/// Where an action depends on more situations, or more sets of roles would have to be looked at,
/// than policyc does.
///
/// # Panics
/// Never.
pub fn suggest<'a>(
    request: &Request<'a>,
    actions: &[&str],
) -> Result<Suggestions<'a>, ReviewError> {
    let none = |uncovered| Suggestions { uncovered, list: Vec::new(), more_count: Some(0) };
    let Some(model) = Model::new(request) else { return Ok(none(Vec::new())) };
    let known: BTreeSet<ActionId> =
        actions.iter().filter_map(|action| model.table.find_action(action)).collect();
    let mut search = Search::new(&model, known.into_iter().collect());
    let uncovered = uncovered(&mut search, actions)?;
    if !uncovered.is_empty() {
        return Ok(none(uncovered));
    }
    let Best { told: ranked, more_count } = best(&mut search)?;
    let list = ranked.iter().map(|ranked| told(&mut search, ranked));
    Ok(Suggestions { uncovered, list: list.collect::<Result<_, _>>()?, more_count })
}

fn uncovered(search: &mut Search<'_, '_>, actions: &[&str]) -> Result<Vec<Uncovered>, ReviewError> {
    let table = search.model.table;
    let mut uncovered: Vec<Uncovered> = Vec::new();
    for action in actions {
        let id = table.find_action(action);
        let is_covered = id.map_or(Ok(false), |id| search.is_coverable(id))?;
        let direct = table.rules().direct.as_ref();
        let is_direct =
            direct.zip(id).is_some_and(|(direct, id)| direct.actions.binary_search(&id).is_ok());
        if !is_covered && !uncovered.iter().any(|known| known.action == *action) {
            uncovered.push(Uncovered { action: (*action).to_owned(), is_direct });
        }
    }
    Ok(uncovered)
}

fn told<'a>(
    search: &mut Search<'a, '_>,
    Ranked { others, found, .. }: &Ranked,
) -> Result<Suggestion<'a>, ReviewError> {
    let table = search.model.table;
    let order: Vec<RoleId> = table.notes().role_order.clone();
    let roles: Vec<RoleId> = order.into_iter().filter(|role| found.roles.contains(role)).collect();
    let order = &table.notes().action_order;
    let mut actions = Vec::new();
    for action in order.iter().copied() {
        if search.wanted.contains(&action) {
            actions.push((table.action_name(action), search.is_always(found, action)?));
        }
    }
    let others = order.iter().filter(|action| others.contains(action));
    let others = others.map(|action| table.action_name(*action)).collect();
    let assignments: Vec<Assignment<'a>> =
        roles.iter().filter_map(|role| search.model.held(*role)).collect();
    let kind = found.kinds.first().and_then(|kind| *search.kinds.get(*kind)?);
    let objections = doubts(table, &search.holder(kind, &assignments), &roles);
    let kinds = found.kinds.iter().filter_map(|kind| *search.kinds.get(*kind)?).collect();
    Ok(Suggestion { assignments, kinds, actions, others, objections })
}
