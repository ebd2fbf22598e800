//! Which role may give which: the delegations view, and what escalation follows.
//!
//! Not a reading of the entries: every answer is that of the function that judges a proposal.

use crate::evaluate::assignments::scopes::lies_inside;
use crate::evaluate::{Assignee, Proposal, may_change};
use crate::model::{
    Assignment, Change, ConditionId, Id, Principal, Query, Resource, RoleId, Scope, ScopeId,
};
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
    let Some(question) = Question::new(table, assigner, given) else { return Ok("") };
    let (mut always, mut sometimes) = (true, false);
    for kind in situations::kinds(table, &[assigner]) {
        for to_kind in situations::kinds(table, &[given]) {
            question.ask(kind, to_kind, &mut |line| {
                always &= line.is_some();
                sometimes |= line.is_some();
                always || !sometimes
            })?;
        }
    }
    Ok(match (always, sometimes) {
        (_, false) => "",
        (true, true) => "yes",
        (false, true) => "conditional",
    })
}

/// A kind to which a role may be given, in some situation, and the delegation by which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Receiver<'t> {
    pub kind: Option<&'t str>,
    /// Position among the delegations of the rules.
    pub delegation: usize,
}

/// To whom a principal of a kind who holds one role alone may give another.
///
/// # Errors
/// Where it depends on more than policyc looks at.
pub(super) fn receivers<'t>(
    table: &'t Table,
    (assigner, kind): (RoleId, Option<&str>),
    given: RoleId,
) -> Result<Vec<Receiver<'t>>, TooMany> {
    let Some(question) = Question::new(table, assigner, given) else { return Ok(Vec::new()) };
    let mut receivers = Vec::new();
    for to_kind in situations::kinds(table, &[given]) {
        let mut line = None;
        question.ask(kind, to_kind, &mut |allowed_at| {
            line = allowed_at;
            allowed_at.is_none()
        })?;
        let Some(line) = line else { continue };
        let stated_at =
            |at: &&usize| table.notes().delegations.get(**at).is_some_and(|note| note.line == line);
        // A role that comes with the kind may allow it too, by an entry that stands earlier.
        let own = question.naming.iter().find(stated_at).or(question.naming.first());
        receivers.extend(own.map(|own| Receiver { kind: to_kind, delegation: *own }));
    }
    Ok(receivers)
}

/// Whether who holds one role may give another, to be asked for kinds of both.
struct Question<'t> {
    table: &'t Table,
    held: [Assignment<'t>; 1],
    assignment: Assignment<'t>,
    /// What the new assignment lies in.
    scopes: Vec<Scope<'t>>,
    valuations: Valuations<'t>,
    /// Positions of the delegations that could allow it.
    naming: Vec<usize>,
    /// What the assignee may hold before: nothing, or just what some delegation asks for or
    /// excludes.
    current: Vec<Vec<Assignment<'t>>>,
}

impl<'t> Question<'t> {
    /// None where no delegation could allow it.
    fn new(table: &'t Table, assigner: RoleId, given: RoleId) -> Option<Self> {
        let (held, assignment) = (held_alone(table, assigner)?, held_alone(table, given)?);
        let names = |entry: &Delegation| {
            entry.assign.contains(&given) && entry.may.contains(&Change::Assign)
        };
        let entries = table.rules().delegations.iter().enumerate();
        let entries: Vec<(usize, &Delegation)> =
            entries.filter(|(_, entry)| names(entry)).collect();
        let may = |entry: &Delegation| entry.by.iter().any(|by| table.inherits(assigner, *by));
        let naming = entries.iter().filter(|(_, entry)| may(entry)).map(|(at, _)| *at);
        let naming: Vec<usize> = naming.collect();
        if naming.is_empty() {
            return None;
        }
        let conditions =
            entries.iter().flat_map(|(_, entry)| entry.when.iter().chain(&entry.unless));
        let conditions: Vec<ConditionId> = conditions.copied().collect();
        let sets = entries.iter().flat_map(|(_, entry)| [&entry.holding, &entry.not_holding]);
        let roles = |roles: &Vec<RoleId>| -> Vec<Assignment<'t>> {
            roles.iter().filter_map(|role| held_alone(table, *role)).collect()
        };
        let current = sets.filter(|roles| !roles.is_empty()).map(roles);
        Some(Self {
            table,
            held: [held],
            assignment,
            scopes: scopes_around(table, table.role(given)?.scope),
            valuations: Valuations::new(table, conditions),
            naming,
            current: [Vec::new()].into_iter().chain(current).collect(),
        })
    }

    /// Asks in every situation, until `visit` has seen enough; it is shown the line of the
    /// delegation that allows, or none.
    fn ask(
        &self,
        kind: Option<&str>,
        to_kind: Option<&str>,
        visit: &mut dyn FnMut(Option<u32>) -> bool,
    ) -> Result<(), TooMany> {
        for current in &self.current {
            for valuation in self.valuations.iter() {
                let valuation = valuation?;
                let query = valuation.query(Query {
                    principal: Principal { kind, assignments: &self.held, ..Principal::default() },
                    resource: Resource { scopes: &self.scopes, ..Resource::default() },
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
                    scopes: &self.scopes,
                    context: query.context,
                    assertions: query.assertions,
                };
                // A valuation asserts only what has no test and gives nothing twice; were it
                // refused all the same, the answer would be no.
                let permission = may_change(self.table, &proposal).ok();
                let allowed = permission.filter(|permission| permission.is_allowed());
                let line = allowed.and_then(|allowed| allowed.entry).map(|entry| entry.line);
                if !visit(line) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The scopes of the finite model that an assignment lies in: its own, and those around it. An
/// unscoped one lies in none; whatever it lay in would be more than is known.
fn scopes_around(table: &Table, own: Option<ScopeId>) -> Vec<Scope<'_>> {
    let Some(own) = own else { return Vec::new() };
    let scopes = situations::scopes(table).into_iter().enumerate();
    let around = |at: usize| ScopeId::new(at).is_some_and(|kind| lies_inside(table, own, kind));
    scopes.filter(|(at, _)| around(*at)).map(|(_, scope)| scope).collect()
}
