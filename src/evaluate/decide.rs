//! The decision.
//!
//! Not its explanation, and not the constraints on assignments, which `decide` never reads.
//!
//! The rule that matters most, on one screen: any applying forbid denies; else any applying permit
//! allows; else deny. A permit applies where its assignment is *known* to count and its conditions
//! are *known* to hold. A forbid applies unless one of them is *known* not to. So whatever a caller
//! leaves out can only take access away.

use crate::model::{ActionId, Assignment, Basis, Decision, Effect, Query, RoleId, Truth};
use crate::table::Table;
use crate::table::cells::{Cells, Guard};

use super::Request;
use super::condition::{Facts, conditions_of};
use super::held::{Held, HeldDirectly, PrincipalKind, assigned, held_by_kind, held_directly};
use super::miss::{assignment_miss, condition_miss};

/// Decides a request: allow or deny, always with a basis.
///
/// Total and pure; allocates nothing. Constraints on assignments are not read: whether a principal
/// *may* hold the roles that it holds is another question.
#[inline]
pub fn decide(request: &Request<'_>) -> Decision {
    let Some(table) = request.table() else { return Decision::new(Basis::UnknownPolicy) };
    let Query { principal, action, .. } = request.query();
    let gives_direct = !principal.direct_actions.is_empty();
    // Where that settles it, no compiler needs to lay the request out in memory.
    let settled = settled(table, principal.assignments, gives_direct, action);
    Decision::new(settled.unwrap_or_else(|action| weighed(table, *request, action)))
}

/// The basis that roles alone settle; an action of which they do not.
fn settled(
    table: &Table,
    assignments: &[Assignment<'_>],
    gives_direct: bool,
    action: &str,
) -> Result<Basis, ActionId> {
    let cells = table.cells();
    let Some(action) = cells.find_action(action) else { return Ok(Basis::UnknownAction) };
    plain_basis(cells, assignments, gives_direct, action).ok_or(action)
}

/// The basis where the name of the action is already resolved.
pub(super) fn basis_of_action(table: &Table, request: &Request<'_>, action: ActionId) -> Basis {
    let principal = &request.query().principal;
    let gives_direct = !principal.direct_actions.is_empty();
    let settled = plain_basis(table.cells(), principal.assignments, gives_direct, action);
    settled.unwrap_or_else(|| weighed(table, *request, action))
}

/// The basis where there is more to look at than plain permits; kept out of the way of these.
#[inline(never)]
fn weighed(table: &Table, request: Request<'_>, action: ActionId) -> Basis {
    let (cells, query) = (table.cells(), request.query());
    let kind = PrincipalKind::of(table, query);
    let mut weighing = Weighing::new(table, action, kind, query);
    let mut is_known = false;
    for given in query.principal.assignments {
        let Some(role) = cells.find_role(given.role) else { continue };
        is_known = true;
        let held = || assigned(table, kind, role, given.scope, query.resource.scopes);
        if let Some(settled) = weighing.add(role, held) {
            return settled;
        }
    }
    for held in held_by_kind(table, kind) {
        if let Some(settled) = weighing.add(held.role, || held) {
            return settled;
        }
    }
    let direct = held_directly(table, &request, action);
    weighing.finish(direct).unwrap_or_else(|| {
        let principal = &query.principal;
        if !is_known && !principal.assignments.is_empty() {
            Basis::UnknownRole
        } else if cells.direct(action).is_none()
            && principal.direct_actions.iter().any(|given| given.action == query.action)
        {
            Basis::NotDirect
        } else {
            Basis::NotGranted
        }
    })
}

/// The basis where nothing is asked of kinds, scopes and conditions: any role with the permit will
/// do. None: the policy or the principal says more, and more is to be looked at.
#[inline]
fn plain_basis(
    cells: &Cells,
    assignments: &[Assignment<'_>],
    gives_direct: bool,
    action: ActionId,
) -> Option<Basis> {
    if !cells.is_open() || cells.guarded().contains(action) {
        return None;
    }
    let mut is_known = assignments.is_empty();
    let mut is_settled = !gives_direct;
    for given in assignments {
        if given.scope.is_some() {
            is_settled = false;
        } else if let Some(role) = cells.find_role(given.role) {
            is_known = true;
            if cells.permits(role, action) {
                return Some(Basis::Granted);
            }
        }
    }
    let denied = if is_known { Basis::NotGranted } else { Basis::UnknownRole };
    is_settled.then_some(denied)
}

/// The rule, applied to one role that is held after the other.
pub(super) struct Weighing<'t, F> {
    table: &'t Table,
    action: ActionId,
    kind: PrincipalKind,
    facts: &'t F,
    /// Whether there is more than plain permits to look at.
    is_guarded: bool,
    granted: bool,
    nearest: Option<Basis>,
}

impl<'t, F: Facts> Weighing<'t, F> {
    #[inline]
    pub(super) fn new(
        table: &'t Table,
        action: ActionId,
        kind: PrincipalKind,
        facts: &'t F,
    ) -> Self {
        let is_guarded = table.cells().guarded().contains(action);
        Self { table, action, kind, facts, is_guarded, granted: false, nearest: None }
    }

    /// Weighs a role that is held; `held` says whether it counts, and is asked only if the role has
    /// something to do with the action. A basis is returned where nothing else can matter.
    #[inline]
    pub(super) fn add<'h>(&mut self, role: RoleId, held: impl Fn() -> Held<'h>) -> Option<Basis> {
        if self.table.cells().permits(role, self.action) {
            let held = held();
            let miss = assignment_miss(held.by_kind, held.by_scope, false);
            self.came_near(miss);
            if self.granted && !self.is_guarded {
                return Some(Basis::Granted);
            }
        }
        if self.is_guarded { self.add_guarded(role, held) } else { None }
    }

    fn add_guarded<'h>(&mut self, role: RoleId, held: impl Fn() -> Held<'h>) -> Option<Basis> {
        for entry in self.table.cells().entries(self.action) {
            if !entry.roles.is_some_and(|row| row.contains(role)) {
                continue;
            }
            let (held, guard) = (held(), entry.guard);
            if guard.effect == Effect::Forbid {
                let counts = held.truth(guard.anywhere);
                if counts.and(self.conditions(guard)) != Truth::False {
                    return Some(Basis::Forbidden);
                }
            } else {
                let miss = assignment_miss(held.by_kind, held.by_scope, guard.anywhere)
                    .or_else(|| condition_miss(self.conditions(guard)));
                self.came_near(miss);
            }
        }
        None
    }

    /// The basis when all that is held was weighed; none where nothing even came near.
    #[inline]
    pub(super) fn finish(mut self, direct: impl Iterator<Item = HeldDirectly>) -> Option<Basis> {
        if self.is_guarded
            && self.table.cells().forbids_everyone()
            && self.is_forbidden_to_everyone()
        {
            return Some(Basis::Forbidden);
        }
        if self.kind == PrincipalKind::Undeclared {
            return Some(Basis::UnknownKind);
        }
        if self.granted {
            return Some(Basis::Granted);
        }
        for held in direct {
            let miss = assignment_miss(held.by_kind, held.by_scope, false);
            if miss.is_none() {
                return Some(Basis::GrantedDirectly);
            }
            self.came_near(miss);
        }
        self.nearest
    }

    fn is_forbidden_to_everyone(&self) -> bool {
        let entries = self.table.cells().entries(self.action);
        let mut for_everyone = entries.filter(|entry| entry.roles.is_none());
        for_everyone.any(|entry| self.conditions(entry.guard) != Truth::False)
    }

    /// `Basis` is ordered by nearness, so the least miss is the nearest.
    #[inline]
    fn came_near(&mut self, miss: Option<Basis>) {
        match (miss, self.nearest) {
            (None, _) => self.granted = true,
            (Some(_), None) => self.nearest = miss,
            (Some(miss), Some(nearest)) => self.nearest = Some(nearest.min(miss)),
        }
    }

    fn conditions(&self, guard: &Guard) -> Truth {
        conditions_of(self.table, self.facts, &guard.when, &guard.unless)
    }
}
