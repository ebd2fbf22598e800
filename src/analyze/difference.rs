//! Requests and proposals that two tables answer differently: of the same names, with other rules.
//!
//! Not a list of all of them: what is looked for is one that a case can be made of, so the plainest
//! come first, and whoever asks says when it is enough. Where there is none, the tables answer
//! everything alike.
//!
//! Two roles beside each other are as many as it takes. Of each role a situation makes one of three
//! things: it forbids, it permits, or neither; whoever holds several is denied if one of them
//! forbids, and else allowed if one permits. So where two tables differ for some roles, they differ
//! for one that permits in one table, alone or beside one that forbids in the other.

use crate::evaluate::{Assignee, Proposal, Request, decide, may_change};
use crate::model::{
    ActionId, Assignment, Change, ConditionId, DirectAction, Id, Principal, Query, Resource,
    RoleId, Scope,
};
use crate::table::Table;

use super::situations::{self, TooMany, Valuations, held_alone, looked_at};

/// The id of a scope that the resource of the finite model does not lie in.
const ELSEWHERE: &str = "2";

/// The most roles of an assignee that are taken in every combination.
const COMBINED_MAX: usize = 10;

/// The first request about these actions that two tables answer differently and that is enough for
/// `take`, which is given what the first of them answers. If a role is named, it is tried first.
///
/// # Errors
/// Where that depends on more situations than policyc looks at.
pub(crate) fn different_request<T>(
    tables: (&Table, &Table),
    (role, actions): (Option<RoleId>, &[ActionId]),
    take: &mut dyn FnMut(&Query<'_>, bool) -> Option<T>,
) -> Result<Option<T>, TooMany> {
    let search = Search { tables };
    for (mut askers, values) in search.tiers(actions) {
        if let Some(role) = role {
            askers.sort_by_key(|asker| !asker.roles.contains(&role));
        }
        for action in actions {
            for asker in &askers {
                let taken = search.ask(asker, *action, values, take)?;
                if taken.is_some() {
                    return Ok(taken);
                }
            }
        }
    }
    Ok(None)
}

/// Whether what could be missing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Known,
    All,
}

/// Who asks.
#[derive(Debug, Clone, Default)]
struct Asker<'t> {
    roles: Vec<RoleId>,
    assignments: Vec<Assignment<'t>>,
    is_direct: bool,
}

struct Search<'t> {
    tables: (&'t Table, &'t Table),
}

impl<'t> Search<'t> {
    /// Who asks in which situations, the plainest first.
    fn tiers(&self, actions: &[ActionId]) -> Vec<(Vec<Asker<'t>>, Values)> {
        let roles = || (0..self.tables.0.rules().roles.len()).filter_map(RoleId::new);
        let alone = |role| {
            let assignments = held_alone(self.tables.0, role).into_iter().collect();
            Asker { roles: vec![role], assignments, is_direct: false }
        };
        let plain: Vec<Asker<'t>> = roles().map(alone).collect();
        let single: Vec<Asker<'t>> = roles().flat_map(|role| self.held(role)).collect();
        let others = vec![Asker { is_direct: true, ..Asker::default() }, Asker::default()];
        let mut tiers = vec![
            (plain, Values::Known),
            (others.clone(), Values::Known),
            (single.clone(), Values::All),
            (others, Values::All),
        ];
        let forbids = |table: &Table| {
            let mut faces = actions.iter().filter_map(|action| table.by_action(*action));
            faces.any(|face| !face.forbids.is_empty())
        };
        if forbids(self.tables.0) || forbids(self.tables.1) {
            tiers.push((beside(&single), Values::All));
        }
        tiers
    }

    /// Every way to hold a role that could matter: where it is held, nowhere, and elsewhere.
    fn held(&self, role: RoleId) -> Vec<Asker<'t>> {
        let one = held_alone(self.tables.0, role);
        let other = held_alone(self.tables.1, role);
        let mut ways: Vec<Assignment<'t>> = one.into_iter().chain(other).collect();
        for way in ways.clone() {
            ways.push(Assignment { scope: None, ..way });
            let elsewhere = way.scope.map(|scope| Scope { id: ELSEWHERE, ..scope });
            ways.push(Assignment { scope: elsewhere, ..way });
        }
        let mut distinct: Vec<Assignment<'t>> = Vec::new();
        for way in ways {
            if !distinct.contains(&way) {
                distinct.push(way);
            }
        }
        let asker = |way| Asker { roles: vec![role], assignments: vec![way], is_direct: false };
        distinct.into_iter().map(asker).collect()
    }

    /// One asker and one action, through all situations.
    fn ask<T>(
        &self,
        asker: &Asker<'t>,
        action: ActionId,
        values: Values,
        take: &mut dyn FnMut(&Query<'_>, bool) -> Option<T>,
    ) -> Result<Option<T>, TooMany> {
        let (one, other) = self.tables;
        let seen = [one, other]
            .into_iter()
            .filter_map(|table| Some(looked_at(table, table.by_action(action)?, &asker.roles)));
        let seen: Vec<ConditionId> = seen.flatten().collect();
        let (valuations, kinds) = match values {
            Values::Known => (Valuations::known(one, &seen), situations::kinds(one, &asker.roles)),
            Values::All => (Valuations::new(one, seen), every_kind(one)),
        };
        let name = one.action_name(action);
        let direct = [DirectAction { action: name, scope: None }];
        let scopes = situations::scopes(one);
        for kind in kinds {
            for valuation in valuations.iter() {
                let valuation = valuation?;
                let query = valuation.query(Query {
                    principal: Principal {
                        kind,
                        assignments: &asker.assignments,
                        direct_actions: if asker.is_direct { &direct } else { &[] },
                        ..Principal::default()
                    },
                    action: name,
                    resource: Resource { scopes: &scopes, ..Resource::default() },
                    ..Query::default()
                });
                let answer = |table| decide(&Request::sound(table, query)).is_allowed();
                let is_allowed = answer(one);
                if is_allowed != answer(other) {
                    let taken = take(&query, is_allowed);
                    if taken.is_some() {
                        return Ok(taken);
                    }
                }
            }
        }
        Ok(None)
    }
}

/// Each of them beside every other, and beside the action given directly.
fn beside<'t>(single: &[Asker<'t>]) -> Vec<Asker<'t>> {
    let mut both = Vec::new();
    for (at, one) in single.iter().enumerate() {
        both.push(Asker { is_direct: true, ..one.clone() });
        for other in single.iter().skip(at + 1) {
            let mut pair = one.clone();
            pair.roles.extend(&other.roles);
            pair.assignments.extend(&other.assignments);
            both.push(pair);
        }
    }
    both
}

/// Each kind that is declared, and none.
fn every_kind(table: &Table) -> Vec<Option<&str>> {
    let kinds = table.rules().kinds.iter().map(|kind| Some(kind.name.as_str()));
    kinds.chain([None]).collect()
}

/// The first proposal that two tables answer differently and that is enough for `take`, which is
/// given what the first of them answers.
///
/// # Errors
/// Where that depends on more situations than policyc looks at.
pub(crate) fn different_proposal<T>(
    tables: (&Table, &Table),
    take: &mut dyn FnMut(&Proposal<'_>, bool) -> Option<T>,
) -> Result<Option<T>, TooMany> {
    let (one, _) = tables;
    let delegations = &one.rules().delegations;
    let conditions = delegations.iter().flat_map(|entry| entry.when.iter().chain(&entry.unless));
    let conditions: Vec<ConditionId> = conditions.copied().collect();
    let known = Valuations::known(one, &conditions);
    let all = Valuations::new(one, conditions);
    let roles: Vec<RoleId> = (0..one.rules().roles.len()).filter_map(RoleId::new).collect();
    let scopes = situations::scopes(one);
    // Without the scopes around the role's own first: those are the plainer proposals.
    for (valuations, scopes) in [(&known, &[][..]), (&all, &[][..]), (&all, &scopes)] {
        for given in &roles {
            for held in assignee_roles(one, *given)? {
                for by in &roles {
                    let proposed = Proposed { tables, given: *given, by: *by, held: &held, scopes };
                    let taken = proposed.ask(valuations, take)?;
                    if taken.is_some() {
                        return Ok(taken);
                    }
                }
            }
        }
    }
    Ok(None)
}

/// What an assignee may hold already, as far as some delegation of the role looks at it.
fn assignee_roles(table: &Table, given: RoleId) -> Result<Vec<Vec<RoleId>>, TooMany> {
    let naming = table.rules().delegations.iter().filter(|entry| entry.assign.contains(&given));
    let mut seen: Vec<RoleId> =
        naming.flat_map(|entry| entry.holding.iter().chain(&entry.not_holding)).copied().collect();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() > COMBINED_MAX {
        return Err(TooMany);
    }
    let mut all = vec![Vec::new()];
    for role in seen {
        let with = all.iter().map(|held: &Vec<RoleId>| {
            let mut held = held.clone();
            held.push(role);
            held
        });
        let with: Vec<Vec<RoleId>> = with.collect();
        all.extend(with);
    }
    Ok(all)
}

/// Who gives what to whom, but for the situation.
struct Proposed<'t, 'h> {
    tables: (&'t Table, &'t Table),
    given: RoleId,
    by: RoleId,
    held: &'h [RoleId],
    /// Scopes that the role's own lies in.
    scopes: &'h [Scope<'t>],
}

impl Proposed<'_, '_> {
    fn ask<T>(
        &self,
        valuations: &Valuations<'_>,
        take: &mut dyn FnMut(&Proposal<'_>, bool) -> Option<T>,
    ) -> Result<Option<T>, TooMany> {
        let (one, other) = self.tables;
        let Some(assignment) = held_alone(one, self.given) else { return Ok(None) };
        let assigner = held_alone(one, self.by);
        let held: Vec<Assignment<'_>> =
            self.held.iter().filter_map(|role| held_alone(one, *role)).collect();
        let kinds = every_kind(one);
        for change in [Change::Assign, Change::Revoke] {
            let mut held = held.clone();
            if change == Change::Revoke && !held.contains(&assignment) {
                held.push(assignment);
            }
            for (kind, of) in kinds.iter().flat_map(|kind| kinds.iter().map(move |of| (*kind, *of)))
            {
                for valuation in valuations.iter() {
                    let valuation = valuation?;
                    let query = valuation.query(Query::default());
                    let proposal = Proposal {
                        change,
                        assignment,
                        assigner: Principal {
                            kind,
                            assignments: assigner.as_slice(),
                            ..query.principal
                        },
                        assignee: Assignee {
                            id: query.resource.id,
                            kind: of,
                            assignments: &held,
                            attributes: query.resource.attributes,
                        },
                        scopes: self.scopes,
                        context: query.context,
                        assertions: query.assertions,
                    };
                    let answer = |table| {
                        may_change(table, &proposal).is_ok_and(|permission| permission.is_allowed())
                    };
                    let is_allowed = answer(one);
                    if is_allowed != answer(other)
                        && let Some(taken) = take(&proposal, is_allowed)
                    {
                        return Ok(Some(taken));
                    }
                }
            }
        }
        Ok(None)
    }
}
