//! What each mutant changes in a table.
//!
//! Not which there are, and not what they are called.

use std::collections::BTreeSet;

use crate::analyze::subsumed;
use crate::model::{ActionId, ConditionId, Effect, Id, KindId, RoleId};
use crate::table::Table;
use crate::table::draft::Draft;
use crate::table::notes::{GrantNote, Note};
use crate::table::rules::{Grant, GrantRoles, Says};

/// One change. Grants, constraints and delegations are those of a draft: by their place in the
/// order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    CellGiven { role: RoleId, action: ActionId },
    CellTaken { role: RoleId, action: ActionId },
    Grant { at: usize, change: GrantChange },
    Constraint { at: usize, change: ConstraintChange },
    Delegation { at: usize, change: DelegationChange },
    Role { role: RoleId, change: RoleChange },
    KindHolds { kind: KindId, role: RoleId },
    Direct { change: DirectChange },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantChange {
    Removed,
    When(ConditionId),
    Unless(ConditionId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConstraintChange {
    Removed,
    /// A bound, looser by one.
    Minimum,
    Maximum,
    Role(ConstraintList, RoleId),
}

/// A list of a constraint's roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConstraintList {
    Roles,
    Against,
    AllOf,
    AnyOf,
}

impl ConstraintList {
    /// The key of the policy file.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Against => "against",
            Self::AllOf => "all-of",
            Self::AnyOf => "any-of",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DelegationChange {
    Removed,
    By(RoleId),
    Assign(RoleId),
    Kinds,
    Holding(RoleId),
    NotHolding(RoleId),
    When(ConditionId),
    Unless(ConditionId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoleChange {
    Kinds,
    Scope,
    Inherits(RoleId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DirectChange {
    Removed,
    Kinds,
    Given(ActionId),
    Taken(ActionId),
}

impl Edit {
    /// What sort of change it is, for machines.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::CellGiven { .. } => "cell-given",
            Self::CellTaken { .. } => "cell-taken",
            Self::Grant { change: GrantChange::Removed, .. } => "forbid-removed",
            Self::Grant { .. } => "condition-dropped",
            Self::Constraint { change: ConstraintChange::Removed, .. } => "constraint-removed",
            Self::Constraint { change: ConstraintChange::Role(..), .. } => {
                "constraint-role-dropped"
            }
            Self::Constraint { .. } => "bound-loosened",
            Self::Delegation { change: DelegationChange::Removed, .. } => "delegation-removed",
            Self::Delegation {
                change: DelegationChange::By(_) | DelegationChange::Assign(_),
                ..
            } => "delegation-role-dropped",
            Self::Delegation { .. } => "restriction-dropped",
            Self::Role { change: RoleChange::Kinds, .. } => "kinds-dropped",
            Self::Role { change: RoleChange::Scope, .. } => "scope-dropped",
            Self::Role { change: RoleChange::Inherits(_), .. } => "inheritance-dropped",
            Self::KindHolds { .. } => "holds-dropped",
            Self::Direct { change: DirectChange::Removed } => "direct-removed",
            Self::Direct { change: DirectChange::Kinds } => "direct-kinds-dropped",
            Self::Direct { change: DirectChange::Given(_) } => "direct-given",
            Self::Direct { change: DirectChange::Taken(_) } => "direct-taken",
        }
    }

    /// The role that it is about, if it is about one.
    pub(super) const fn role(&self) -> Option<RoleId> {
        match self {
            Self::CellGiven { role, .. }
            | Self::CellTaken { role, .. }
            | Self::Role { role, .. }
            | Self::KindHolds { role, .. } => Some(*role),
            Self::Grant { .. }
            | Self::Constraint { .. }
            | Self::Delegation { .. }
            | Self::Direct { .. } => None,
        }
    }
}

/// What mutants are made from.
pub(super) struct Bases {
    own: Draft,
    /// The same, but each grant names all that it reaches, and roles inherit nothing.
    flat: Draft,
}

impl Bases {
    pub(super) fn new(table: &Table) -> Self {
        let own = Draft::new(table);
        let mut flat = own.clone();
        for (grant, _) in &mut flat.grants {
            if let GrantRoles::Roles { roles } = &mut grant.roles {
                let all = (0..table.rules().roles.len()).filter_map(RoleId::new);
                let reached =
                    all.filter(|role| roles.iter().any(|own| table.inherits(*role, *own)));
                *roles = reached.collect();
            }
        }
        flat.rules.roles.iter_mut().for_each(|role| role.inherits.clear());
        Self { own, flat }
    }

    /// The table with one change; none where that is no table.
    pub(super) fn apply(&self, table: &Table, edit: &Edit) -> Option<Table> {
        let is_cell = matches!(edit, Edit::CellGiven { .. } | Edit::CellTaken { .. });
        let mut draft = if is_cell { self.flat.clone() } else { self.own.clone() };
        match *edit {
            Edit::CellGiven { role, action } => {
                draft.grants.push((given(table, role, action), silent_note()));
            }
            Edit::CellTaken { role, action } => draft.grants = self.taken(table, role, action),
            Edit::Grant { at, change } => change_grant(&mut draft, at, change),
            Edit::Constraint { at, change } => change_constraint(&mut draft, at, change),
            Edit::Delegation { at, change } => change_delegation(&mut draft, at, change),
            Edit::Role { role, change } => {
                if let Some(role) = draft.rules.roles.get_mut(role.index()) {
                    match change {
                        RoleChange::Kinds => role.kinds = None,
                        RoleChange::Scope => role.scope = None,
                        RoleChange::Inherits(junior) => role.inherits.retain(|id| *id != junior),
                    }
                }
            }
            Edit::KindHolds { kind, role } => {
                if let Some(kind) = draft.rules.kinds.get_mut(kind.index()) {
                    kind.holds.retain(|id| *id != role);
                }
            }
            Edit::Direct { change } => change_direct(&mut draft, change),
        }
        draft.table().ok()
    }

    /// The flat grants without an action for a role, and for those that have it only through it.
    fn taken(&self, table: &Table, role: RoleId, action: ActionId) -> Vec<(Grant, GrantNote)> {
        let mut grants = Vec::new();
        let written = self.own.grants.iter().map(|(grant, _)| &grant.roles);
        for ((grant, note), written) in self.flat.grants.iter().zip(written) {
            let (GrantRoles::Roles { roles }, GrantRoles::Roles { roles: written }) =
                (&grant.roles, written)
            else {
                grants.push((grant.clone(), note.clone()));
                continue;
            };
            let is_changed = grant.effect == Effect::Permit
                && roles.contains(&role)
                && grant.actions.contains(&action);
            if !is_changed {
                grants.push((grant.clone(), note.clone()));
                continue;
            }
            let mut others = grant.clone();
            others.actions.retain(|other| *other != action);
            let left = roles.iter().copied().filter(|one| has_besides(table, *one, written, role));
            let left = GrantRoles::Roles { roles: left.collect() };
            let this = Grant { actions: vec![action], roles: left, ..grant.clone() };
            let is_left = |grant: &Grant| {
                let has_roles =
                    !matches!(&grant.roles, GrantRoles::Roles { roles } if roles.is_empty());
                !grant.actions.is_empty() && has_roles
            };
            let parts = [others, this].into_iter().filter(is_left);
            let mut parts: Vec<Grant> = parts.collect();
            if parts.is_empty() {
                // The row is there all the same, and so are its ticks.
                parts.push(Grant { actions: Vec::new(), ..grant.clone() });
            }
            grants.extend(parts.into_iter().map(|part| (part, note.clone())));
        }
        grants
    }
}

/// Whether a role reaches one of these by inheritance that does not lead through another.
fn has_besides(table: &Table, role: RoleId, named: &[RoleId], another: RoleId) -> bool {
    let mut open = vec![role];
    let mut seen = BTreeSet::from([another]);
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            if named.contains(&id) {
                return true;
            }
            open.extend(table.role(id).into_iter().flat_map(|role| &role.inherits));
        }
    }
    false
}

/// A permit of its own, which reaches the role and its seniors.
fn given(table: &Table, role: RoleId, action: ActionId) -> Grant {
    let all = (0..table.rules().roles.len()).filter_map(RoleId::new);
    let roles = all.filter(|senior| table.inherits(*senior, role)).collect();
    Grant {
        effect: Effect::Permit,
        actions: vec![action],
        roles: GrantRoles::Roles { roles },
        when: Vec::new(),
        unless: Vec::new(),
        anywhere: false,
    }
}

/// The note of a grant that no file states.
fn silent_note() -> GrantNote {
    GrantNote {
        note: Note::default(),
        row: None,
        ticks: None,
        evidence: None,
        uncertain: Vec::new(),
    }
}

fn change_grant(draft: &mut Draft, at: usize, change: GrantChange) {
    let Some((grant, _)) = draft.grants.get_mut(at) else { return };
    match change {
        GrantChange::Removed => {
            draft.grants.remove(at);
        }
        GrantChange::When(condition) => grant.when.retain(|id| *id != condition),
        GrantChange::Unless(condition) => grant.unless.retain(|id| *id != condition),
    }
}

fn change_constraint(draft: &mut Draft, at: usize, change: ConstraintChange) {
    let Some((constraint, _)) = draft.constraints.get_mut(at) else { return };
    let says = &mut constraint.says;
    let bounds = match says {
        Says::Cardinality { min, max, .. } | Says::RolesPerPrincipal { min, max, .. } => {
            Some((min, max))
        }
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::Fixed { .. }
        | Says::ImmutableKind
        | Says::Requires { .. } => None,
    };
    match (change, bounds) {
        (ConstraintChange::Removed, _) => {
            draft.constraints.remove(at);
        }
        (ConstraintChange::Minimum, Some((min, _))) => {
            *min = min.and_then(|min| min.checked_sub(1)).filter(|min| *min > 0);
        }
        (ConstraintChange::Maximum, Some((_, max))) => {
            *max = max.and_then(|max| max.checked_add(1));
        }
        (ConstraintChange::Minimum | ConstraintChange::Maximum, None) => {}
        (ConstraintChange::Role(list, role), _) => drop_role(says, list, role),
    }
}

/// One role less in a list of a constraint.
fn drop_role(says: &mut Says, list: ConstraintList, role: RoleId) {
    match says {
        // Roles apart from one another are one list, as the file has it.
        Says::Separation { roles, against, .. } if roles == against => {
            roles.retain(|id| *id != role);
            against.retain(|id| *id != role);
        }
        Says::Separation { roles, against, .. } => {
            let list = if list == ConstraintList::Against { against } else { roles };
            list.retain(|id| *id != role);
        }
        Says::NoSubsumedRoles { roles, subsumed } => {
            roles.retain(|id| *id != role);
            subsumed.retain(|(senior, junior)| *senior != role && *junior != role);
        }
        Says::Cardinality { roles, .. } | Says::Fixed { roles } => roles.retain(|id| *id != role),
        Says::Requires { roles, all_of, any_of, .. } => {
            let list = match list {
                ConstraintList::AllOf => all_of,
                ConstraintList::AnyOf => any_of,
                ConstraintList::Roles | ConstraintList::Against => roles,
            };
            list.retain(|id| *id != role);
        }
        Says::RolesPerPrincipal { .. } | Says::ImmutableKind => {}
    }
}

fn change_delegation(draft: &mut Draft, at: usize, change: DelegationChange) {
    let Some((delegation, _)) = draft.delegations.get_mut(at) else { return };
    match change {
        DelegationChange::Removed => {
            draft.delegations.remove(at);
        }
        DelegationChange::By(role) => delegation.by.retain(|id| *id != role),
        DelegationChange::Assign(role) => delegation.assign.retain(|id| *id != role),
        DelegationChange::Kinds => delegation.kinds = None,
        DelegationChange::Holding(role) => delegation.holding.retain(|id| *id != role),
        DelegationChange::NotHolding(role) => delegation.not_holding.retain(|id| *id != role),
        DelegationChange::When(condition) => delegation.when.retain(|id| *id != condition),
        DelegationChange::Unless(condition) => delegation.unless.retain(|id| *id != condition),
    }
}

fn change_direct(draft: &mut Draft, change: DirectChange) {
    if change == DirectChange::Removed {
        draft.rules.direct = None;
        draft.notes.direct = None;
    }
    let Some(direct) = &mut draft.rules.direct else { return };
    match change {
        DirectChange::Removed => {}
        DirectChange::Kinds => direct.kinds = None,
        DirectChange::Taken(action) => direct.actions.retain(|id| *id != action),
        DirectChange::Given(action) => {
            direct.actions.push(action);
            direct.actions.sort_unstable();
        }
    }
}

/// The table with its pairs of `no-subsumed-roles` computed anew; none where nothing changed.
pub(super) fn with_other_pairs(table: &Table) -> Option<Table> {
    let constraints = table.rules().constraints.iter();
    let has_pairs = constraints.filter(|one| matches!(one.says, Says::NoSubsumedRoles { .. }));
    if has_pairs.count() == 0 {
        return None;
    }
    let other = table.clone().with_subsumed(subsumed).ok()?.ok()?;
    (other.rules().constraints != table.rules().constraints).then_some(other)
}
