//! Plans: what is left to look at of an action that a prepared principal's rows do not settle.
//!
//! Not another rule: a plan is what `decide` would find out about roles and scopes, done before; at
//! a request only the conditions are left, in the order of `decide`: forbids, then permits.

use crate::model::{ActionId, Basis, ConditionId, Effect, Id as _, Truth};
use crate::table::Table;
use crate::table::cells::Guard;

use super::super::condition::{Facts, conditions_of};
use super::super::held::{Held, PrincipalKind};
use super::super::miss::{assignment_miss, condition_miss};
use super::GivenDirectly;

/// What remains to be decided of one action.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Guards of forbids that may apply; one that is not known to fail denies.
    forbids: Box<[usize]>,
    /// Guards of permits that reach a role that counts.
    permits: Box<[usize]>,
    /// The basis if none of these applies.
    otherwise: Basis,
}

impl Plan {
    /// Does all that needs no circumstances.
    pub(super) fn new(
        table: &Table,
        action: ActionId,
        kind: PrincipalKind,
        held: &[Held<'_>],
        direct: &[GivenDirectly],
        settled: &[Option<Truth>],
        otherwise: Basis,
    ) -> Self {
        let (mut forbids, mut permits, mut near) = (Vec::new(), Vec::new(), Vec::new());
        for held in held {
            if table.cells().permits(held.role, action) {
                let miss = assignment_miss(held.by_kind, held.by_scope, false);
                near.push(miss.unwrap_or(Basis::Granted));
            }
        }
        for entry in table.cells().entries(action) {
            let is_reached =
                |held: &&Held<'_>| entry.roles.is_none_or(|row| row.contains(held.role));
            let reached = held.iter().filter(is_reached);
            if entry.guard.effect == Effect::Forbid {
                let mut may_count = reached.map(|held| held.truth(entry.guard.anywhere));
                if entry.roles.is_none() || may_count.any(|counts| counts != Truth::False) {
                    match settled_guard(entry.guard, settled) {
                        None => forbids.push(entry.guard_at),
                        Some(Truth::False) => {}
                        Some(Truth::True | Truth::Unknown) => return Self::forbidden(),
                    }
                }
                continue;
            }
            for held in reached {
                match assignment_miss(held.by_kind, held.by_scope, entry.guard.anywhere) {
                    None => match settled_guard(entry.guard, settled) {
                        None => permits.push(entry.guard_at),
                        Some(truth) => near.push(condition_miss(truth).unwrap_or(Basis::Granted)),
                    },
                    Some(miss) => near.push(miss),
                }
            }
        }
        permits.dedup();
        for given in direct.iter().filter(|given| given.action == action && given.is_direct) {
            let miss = assignment_miss(given.held.by_kind, given.held.by_scope, false);
            near.push(miss.unwrap_or(Basis::GrantedDirectly));
        }
        let is_not_direct = || {
            let mut given = direct.iter().filter(|given| given.action == action);
            otherwise == Basis::NotGranted && given.any(|given| !given.is_direct)
        };
        let otherwise = match near.into_iter().min() {
            // The kind comes before all but forbids.
            _ if kind == PrincipalKind::Undeclared => Basis::UnknownKind,
            Some(nearest) => nearest,
            None if is_not_direct() => Basis::NotDirect,
            None => otherwise,
        };
        if kind == PrincipalKind::Undeclared || otherwise == Basis::Granted {
            permits.clear();
        }
        Self { forbids: forbids.into(), permits: permits.into(), otherwise }
    }

    fn forbidden() -> Self {
        Self { forbids: Box::default(), permits: Box::default(), otherwise: Basis::Forbidden }
    }

    /// The basis where it does not depend on anything but the principal.
    pub(super) fn settled(&self) -> Option<Basis> {
        (self.forbids.is_empty() && self.permits.is_empty()).then_some(self.otherwise)
    }

    /// The basis in given circumstances.
    #[inline]
    pub(super) fn basis(&self, table: &Table, facts: &impl Facts) -> Basis {
        for guard in self.forbids.iter().filter_map(|at| table.cells().guard(*at)) {
            if conditions(table, facts, guard) != Truth::False {
                return Basis::Forbidden;
            }
        }
        let mut nearest = self.otherwise;
        for guard in self.permits.iter().filter_map(|at| table.cells().guard(*at)) {
            match condition_miss(conditions(table, facts, guard)) {
                None => return Basis::Granted,
                Some(miss) => nearest = nearest.min(miss),
            }
        }
        nearest
    }
}

/// Whether a guard's conditions hold, where the principal alone says so.
fn settled_guard(guard: &Guard, settled: &[Option<Truth>]) -> Option<Truth> {
    let truth = |id: &ConditionId| settled.get(id.index()).copied().flatten();
    let when = guard.when.iter().map(truth);
    let unless = guard.unless.iter().map(|id| truth(id).map(Truth::negated));
    let mut all = Some(Truth::True);
    for truth in when.chain(unless) {
        if truth == Some(Truth::False) {
            return truth;
        }
        all = all.and_then(|all| Some(all.and(truth?)));
    }
    all
}

fn conditions(table: &Table, facts: &impl Facts, guard: &Guard) -> Truth {
    conditions_of(table, facts, &guard.when, &guard.unless)
}
