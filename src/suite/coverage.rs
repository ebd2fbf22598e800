//! Coverage: which cells of a policy no case and no invariant touches.
//!
//! Not whether what touches them would notice a change, which `mutants` says. A *cell* here is a
//! role, an action, and one state of the conditions that decide between them (see `states` of
//! `analyze`): two where a condition matters, one where none does. It is touched by
//!
//! - a case about a principal who has the role, where it counts, in that state; if there are other
//!   roles, the role alone must get the same answer, or it might not have mattered;
//! - an invariant that settles the answer for the role alone in a situation of that state.
//!
//! A role that no kind may hold has no cells. Where a cell depends on more situations than policyc
//! looks at, its conditions are left out of account.

use std::collections::BTreeMap;

use crate::analyze::{State, asserts, each_situation, speaks_of, states};
use crate::evaluate::situation::counts;
use crate::evaluate::{Request, decide};
use crate::model::{ActionId, Assignment, ConditionId, Principal, Query, RoleId};
use crate::parallel;
use crate::source::Source;
use crate::source::suite::Expected;
use crate::table::{Bundle, Table};

use super::decisions::Ask;
use super::{prepared, written};

/// What the suites and invariants of policies touch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// By policy, in the order of their ids.
    pub policies: Vec<PolicyCoverage>,
}

/// What the suites and invariants of one policy touch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyCoverage {
    /// The policy's id.
    pub policy: String,
    /// How many cells it has.
    pub cells: usize,
    /// The cells that nothing touches, in the order of the file's roles and actions.
    pub gaps: Vec<Gap>,
}

impl PolicyCoverage {
    /// How many cells are touched.
    #[must_use]
    pub fn touched(&self) -> usize {
        self.cells.saturating_sub(self.gaps.len())
    }
}

/// A cell that nothing touches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The role.
    pub role: String,
    /// The action.
    pub action: String,
    /// The kind of the principal, where that matters.
    pub kind: Option<String>,
    /// The conditions that matter, and whether they hold.
    pub conditions: Vec<(String, bool)>,
    /// A case that touches it, for the `cases` of a suite, on one line. It expects what the policy
    /// answers now: whoever adds it says that this is right. None where it takes an empty id, which
    /// no suite can give.
    pub case: Option<String>,
}

/// Which cells of policies no case of these suites and no invariant touches.
///
/// Suites with mistakes are left out; [`run_suites`](crate::run_suites) reports them.
#[must_use]
pub fn coverage(bundle: &Bundle, suites: &[Source]) -> Coverage {
    let suites = prepared::read(suites);
    let by_table = prepared::by_table(bundle, &suites);
    let policies = parallel::map(&by_table, |(table, suites)| {
        let by_action = prepared::by_action(suites);
        of_table(table, &by_action)
    });
    Coverage { policies }
}

fn of_table(table: &Table, by_action: &BTreeMap<&str, Vec<&Ask<'_>>>) -> PolicyCoverage {
    let notes = table.notes();
    let (mut cells, mut gaps) = (0_usize, Vec::new());
    for role in &notes.role_order {
        for action in &notes.action_order {
            let asks = by_action.get(table.action_name(*action)).map_or(&[][..], Vec::as_slice);
            let cell = Cell { table, role: *role, action: *action, asks };
            let states = cell.states();
            cells += states.len();
            gaps.extend(cell.untouched(states).into_iter().map(|state| cell.gap(&state)));
        }
    }
    PolicyCoverage { policy: table.policy().to_owned(), cells, gaps }
}

struct Cell<'t, 'p, 's> {
    table: &'t Table,
    role: RoleId,
    action: ActionId,
    /// The requests for the action.
    asks: &'p [&'p Ask<'s>],
}

impl<'t> Cell<'t, '_, '_> {
    fn states(&self) -> Vec<State<'t>> {
        let whole = || vec![State { kind: None, conditions: Vec::new() }];
        states(self.table, self.role, self.action).unwrap_or_else(|_| whole())
    }

    /// The states that neither a case nor an invariant touches.
    fn untouched(&self, mut states: Vec<State<'t>>) -> Vec<State<'t>> {
        for ask in self.asks {
            let query = ask.query();
            if !states.is_empty() && self.is_about(&query) {
                states.retain(|state| !state.holds(self.table, &query));
            }
        }
        for invariant in &self.table.notes().invariants {
            if states.is_empty() || !speaks_of(invariant, self.role, self.action) {
                continue;
            }
            let conditions = invariant.when.iter().chain(&invariant.unless).copied();
            let conditions: Vec<_> = conditions.collect();
            let look = &mut |query: &Query<'_>| {
                if asserts(self.table, invariant, self.role, query) {
                    states.retain(|state| !state.holds(self.table, query));
                }
                states.is_empty().then_some(())
            };
            // What lies beyond the situations that can be looked at stays untouched.
            let _ = each_situation(self.table, (self.role, self.action), &conditions, look);
        }
        states
    }

    /// Whether a request is answered for the role: it counts, and alone it gets the same answer.
    fn is_about(&self, query: &Query<'_>) -> bool {
        let Ok(request) = Request::new(self.table, *query) else { return false };
        if !counts(&request, self.role) {
            return false;
        }
        let assignments = query.principal.assignments.iter();
        let own = assignments.filter(|given| self.table.find_role(given.role) == Some(self.role));
        let own: Vec<Assignment<'_>> = own.copied().collect();
        let principal = Principal { assignments: &own, direct_actions: &[], ..query.principal };
        let alone = Request::sound(self.table, Query { principal, ..*query });
        decide(&alone).is_allowed() == decide(&request).is_allowed()
    }

    fn gap(&self, state: &State<'_>) -> Gap {
        let table = self.table;
        let write = &mut |query: &Query<'_>| {
            let is_allowed = decide(&Request::sound(table, *query)).is_allowed();
            let is_it = state.holds(table, query);
            (is_it && written::can_be_asked(query))
                .then(|| written::case(query, Expected::of(is_allowed)))
        };
        let case = each_situation(table, (self.role, self.action), &[], write);
        let name = |id: ConditionId| table.condition(id).map(|one| one.name.clone());
        let conditions = state.conditions.iter();
        Gap {
            role: table.role_name(self.role).to_owned(),
            action: table.action_name(self.action).to_owned(),
            kind: state.kind.map(str::to_owned),
            conditions: conditions.filter_map(|(id, holds)| Some((name(*id)?, *holds))).collect(),
            case: case.ok().flatten(),
        }
    }
}
