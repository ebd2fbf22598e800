//! The delegations view: which role may give which.
//!
//! Not a reading of the entries: every cell is asked of the function that judges a proposal.

use crate::evaluate::{Assignee, Proposal, may_change};
use crate::model::{Assignment, Change, ConditionId, Principal, Query, Resource, RoleId, Scope};
use crate::table::Table;
use crate::table::rules::Delegation;

use super::situations::{self, TooMany, Valuations, held_alone};

/// Whether who holds one role alone may give another: `yes`, `conditional` or empty.
///
/// # Errors
/// Where it depends on more than policyc looks at.
pub(super) fn delegated(
    table: &Table,
    assigner: RoleId,
    given: RoleId,
) -> Result<&'static str, TooMany> {
    let naming: Vec<&Delegation> = table
        .rules()
        .delegations
        .iter()
        .filter(|entry| entry.assign.contains(&given) && entry.may.contains(&Change::Assign))
        .collect();
    let mut by = naming.iter().flat_map(|entry| &entry.by);
    let (Some(held), Some(assignment)) = (held_alone(table, assigner), held_alone(table, given))
    else {
        return Ok("");
    };
    if !by.any(|by| table.inherits(assigner, *by)) {
        return Ok("");
    }
    let conditions = naming.iter().flat_map(|entry| entry.when.iter().chain(&entry.unless));
    let conditions: Vec<ConditionId> = conditions.copied().collect();
    let question = Question {
        table,
        held: [held],
        assignment,
        scopes: situations::scopes(table),
        valuations: Valuations::new(table, conditions),
    };
    let (mut always, mut sometimes) = (true, false);
    for current in current_roles(table, &naming) {
        for kind in situations::kinds(table, &[assigner]) {
            for to_kind in situations::kinds(table, &[given]) {
                question.ask(kind, to_kind, &current, &mut |is_allowed| {
                    always &= is_allowed;
                    sometimes |= is_allowed;
                    always || !sometimes
                })?;
            }
        }
    }
    Ok(match (always, sometimes) {
        (_, false) => "",
        (true, true) => "yes",
        (false, true) => "conditional",
    })
}

/// What the assignee may hold before: nothing, or just what some delegation asks for or excludes.
fn current_roles<'t>(table: &'t Table, naming: &[&Delegation]) -> Vec<Vec<Assignment<'t>>> {
    let sets = naming.iter().flat_map(|entry| [&entry.holding, &entry.not_holding]);
    let held = |roles: &Vec<RoleId>| -> Vec<Assignment<'t>> {
        roles.iter().filter_map(|role| held_alone(table, *role)).collect()
    };
    [Vec::new()].into_iter().chain(sets.filter(|roles| !roles.is_empty()).map(held)).collect()
}

struct Question<'t> {
    table: &'t Table,
    held: [Assignment<'t>; 1],
    assignment: Assignment<'t>,
    scopes: Vec<Scope<'t>>,
    valuations: Valuations<'t>,
}

impl Question<'_> {
    /// Asks in every valuation, until `visit` has seen enough.
    fn ask(
        &self,
        kind: Option<&str>,
        to_kind: Option<&str>,
        current: &[Assignment<'_>],
        visit: &mut dyn FnMut(bool) -> bool,
    ) -> Result<(), TooMany> {
        // An unscoped role has no scopes; whatever it lies in would be more than is known.
        let scopes = if self.assignment.scope.is_some() { self.scopes.as_slice() } else { &[] };
        for valuation in self.valuations.iter() {
            let valuation = valuation?;
            let query = valuation.query(Query {
                principal: Principal { kind, assignments: &self.held, ..Principal::default() },
                resource: Resource { scopes, ..Resource::default() },
                ..Query::default()
            });
            let proposal = Proposal {
                change: Change::Assign,
                assignment: self.assignment,
                assigner: query.principal,
                assignee: Assignee {
                    id: query.resource.id,
                    kind: to_kind,
                    assignments: current,
                    attributes: query.resource.attributes,
                },
                scopes,
                context: query.context,
                assertions: query.assertions,
            };
            // A valuation asserts only what has no test and gives nothing twice; were it refused
            // all the same, the answer would be no.
            let is_allowed = may_change(self.table, &proposal);
            if !visit(is_allowed.is_ok_and(|permission| permission.is_allowed())) {
                break;
            }
        }
        Ok(())
    }
}
