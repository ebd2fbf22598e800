//! Whether someone may give or take a role.
//!
//! Not whether the role may be held: that is what constraints say, and both are to be asked.
//! Delegations are not grants, and `decide` never reads them.

use crate::model::{
    Assignment, Attributes, Change, DelegationBasis, Principal, Query, Resource, RoleId, Scope,
    Truth,
};
use crate::table::Table;
use crate::table::notes::Note;
use crate::table::rules::{Delegation, Says};

use super::super::condition::conditions;
use super::super::held::held;
use super::super::{Request, RequestError};

/// A change of one assignment that someone proposes.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// Whether the role is given or taken.
    pub change: Change,
    /// The role, and the scope in which it is given or taken.
    pub assignment: Assignment<'a>,
    /// Who proposes it; conditions see this one as `principal.*`.
    pub assigner: Principal<'a>,
    /// Whose role it is; conditions see this one as `resource.*`.
    pub assignee: Assignee<'a>,
    /// Further scopes that the assignment's own scope lies in.
    pub scopes: &'a [Scope<'a>],
    /// Attributes of the circumstances (`context.*`).
    pub context: Attributes<'a>,
    /// Conditions without a test that the caller asserts to hold or not.
    pub assertions: &'a [(&'a str, bool)],
}

/// Whose role is given or taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assignee<'a> {
    /// `resource.id`.
    pub id: Option<&'a str>,
    /// The kind, where the policy declares kinds.
    pub kind: Option<&'a str>,
    /// The roles held before the change.
    pub assignments: &'a [Assignment<'a>],
    /// Attributes (`resource.*`), the built-in ones excepted.
    pub attributes: Attributes<'a>,
}

/// Whether a proposal is allowed, why, and by which entry of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Permission<'a> {
    /// Why.
    pub basis: DelegationBasis,
    /// The delegation that allows it, or that came nearest.
    pub entry: Option<DelegationEntry<'a>>,
}

impl Permission<'_> {
    /// Whether the change is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.basis.is_allowed()
    }
}

/// Where the policy states a delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelegationEntry<'a> {
    /// The file, relative to the path that was compiled.
    pub file: &'a str,
    /// The line, counted from 1.
    pub line: u32,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its reason.
    pub because: Option<&'a str>,
}

/// Whether a role may be given or taken, by whom and to whom the proposal says.
///
/// Total and pure. The scopes of the change are the assignment's own and those that it lies in; an
/// unscoped assignment has none, so that only one who holds a role unscoped may give it.
///
/// # Errors
/// Where the proposal contradicts itself, as [`Request::new`] says of queries.
pub fn may_change<'a>(
    table: &'a Table,
    proposal: &Proposal<'a>,
) -> Result<Permission<'a>, RequestError> {
    let own = proposal.assignment.scope;
    // What has no scope lies in none, whatever else is given: else who holds a role in one scope
    // could give another everywhere.
    let around = own.map_or(&[][..], |_| proposal.scopes);
    let scopes: Vec<Scope<'_>> = own.into_iter().chain(around.iter().copied()).collect();
    let request = Request::new(
        table,
        Query {
            principal: proposal.assigner,
            resource: Resource {
                id: proposal.assignee.id,
                scopes: &scopes,
                attributes: proposal.assignee.attributes,
                ..Resource::default()
            },
            context: proposal.context,
            assertions: proposal.assertions,
            ..Query::default()
        },
    )?;
    let basis = |basis| Ok(Permission { basis, entry: None });
    let Some(role) = table.find_role(proposal.assignment.role) else {
        return basis(DelegationBasis::UnknownRole);
    };
    if let Some(refused) = is_refused(table, role, own) {
        return basis(refused);
    }
    let delegations = table.assign().delegations.iter().zip(&table.notes().delegations);
    let naming = delegations.filter(|(delegation, _)| {
        delegation.assign.contains(&role) && delegation.may.contains(&proposal.change)
    });
    let judged = naming.map(|(delegation, note)| {
        let miss = miss(table, &request, proposal, role, delegation);
        (miss.unwrap_or(DelegationBasis::Delegated), note)
    });
    Ok(match judged.min_by_key(|(basis, note)| (*basis, note.line)) {
        Some((basis, note)) => Permission { basis, entry: Some(entry(table, note)) },
        None => Permission { basis: DelegationBasis::NotDelegated, entry: None },
    })
}

fn entry<'a>(table: &'a Table, note: &'a Note) -> DelegationEntry<'a> {
    DelegationEntry {
        file: &table.notes().file,
        line: note.line,
        title: note.title.as_deref(),
        because: note.because.as_deref(),
    }
}

/// What no delegation can mend: a fixed role, or a scope that the role is not held in.
fn is_refused(table: &Table, role: RoleId, scope: Option<Scope<'_>>) -> Option<DelegationBasis> {
    let is_fixed = table.assign().constraints.iter().any(|constraint| match &constraint.says {
        Says::Fixed { roles } => roles.contains(&role),
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::Cardinality { .. }
        | Says::RolesPerPrincipal { .. }
        | Says::ImmutableKind
        | Says::Requires { .. } => false,
    });
    let demanded = table.cells().holding(role).and_then(|role| role.scope);
    match (scope, demanded) {
        _ if is_fixed => Some(DelegationBasis::Fixed),
        (None, Some(_)) => Some(DelegationBasis::ScopeMissing),
        (None, None) => None,
        (Some(scope), demanded) => {
            let Some(kind) = table.find_scope(scope.kind) else {
                return Some(DelegationBasis::UnknownScope);
            };
            let is_outermost = table.scope(kind).is_some_and(|kind| kind.within.is_none());
            let fits = demanded.map_or(is_outermost, |demanded| demanded == kind);
            (!fits).then_some(DelegationBasis::ScopeKind)
        }
    }
}

/// What a delegation that names the role and the change lacks; none where it allows.
fn miss(
    table: &Table,
    request: &Request<'_>,
    proposal: &Proposal<'_>,
    role: RoleId,
    delegation: &Delegation,
) -> Option<DelegationBasis> {
    let mut holds_one = false;
    let may = held(table, request).any(|held| {
        let is_one = delegation.by.iter().any(|by| table.inherits(held.role, *by));
        holds_one |= is_one;
        is_one && held.truth(false) == Truth::True
    });
    if !holds_one {
        return Some(DelegationBasis::AssignerRole);
    }
    if !may {
        return Some(DelegationBasis::OutOfScope);
    }
    if !is_of_kind(table, &proposal.assignee, role, delegation) {
        return Some(DelegationBasis::AssigneeKind);
    }
    let has = |role: &RoleId| {
        let mut current = proposal.assignee.assignments.iter();
        current.any(|given| table.find_role(given.role) == Some(*role))
    };
    if !delegation.holding.iter().all(has) || delegation.not_holding.iter().any(has) {
        return Some(DelegationBasis::AssigneeRoles);
    }
    match conditions(table, request.query(), &delegation.when, &delegation.unless) {
        Truth::True => None,
        Truth::Unknown => Some(DelegationBasis::ConditionUnknown),
        Truth::False => Some(DelegationBasis::ConditionFalse),
    }
}

/// Whether the assignee is known to be of a kind that the delegation and the role allow.
fn is_of_kind(
    table: &Table,
    assignee: &Assignee<'_>,
    role: RoleId,
    delegation: &Delegation,
) -> bool {
    if table.cells().model().kinds.is_empty() {
        return true;
    }
    let holding = table.cells().holding(role);
    let lists = [delegation.kinds.as_ref(), holding.and_then(|role| role.kinds.as_ref())];
    let Some(kind) = assignee.kind else { return lists.iter().all(Option::is_none) };
    let kind = table.find_kind(kind);
    kind.is_some_and(|kind| lists.iter().flatten().all(|kinds| kinds.contains(&kind)))
}
