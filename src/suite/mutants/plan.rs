//! Every mutant of a table: what is changed, in words, and where it stands.
//!
//! Not changed here, and not looked at.

use crate::model::{ActionId, ConditionId, Effect, GrantId, Id, KindId, RoleId};
use crate::table::Table;
use crate::table::notes::{GrantNote, Note};
use crate::table::rules::{Constraint, Delegation, Grant, Role, Says};

use super::edit::{
    ConstraintChange, ConstraintList, DelegationChange, DirectChange, Edit, GrantChange, RoleChange,
};

/// One change of a policy.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    pub edit: Edit,
    /// What is changed.
    pub what: String,
    /// Where it stands, counted from 1.
    pub line: u32,
    pub reach: Reach,
}

/// What a mutant can change.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    /// Actions that may be decided otherwise.
    pub actions: Vec<ActionId>,
    /// Whether roles may be held or given otherwise, even if nothing is decided otherwise.
    pub assignments: bool,
}

/// Every mutant, sort by sort.
pub(super) fn mutants(table: &Table) -> Vec<Mutant> {
    let mut plan = Plan { table, mutants: Vec::new() };
    plan.cells();
    for (at, id) in table.notes().grant_order.iter().enumerate() {
        let note = table.notes().grants.get(id.index());
        if let (Some(grant), Some(note)) = (table.grant(*id), note) {
            plan.grant(at, grant, note);
        }
    }
    // In the order of a draft, which is that of the file.
    for (at, (constraint, note)) in
        by_line(&table.rules().constraints, &table.notes().constraints).into_iter().enumerate()
    {
        plan.constraint(at, constraint, note);
    }
    for (at, (delegation, note)) in
        by_line(&table.rules().delegations, &table.notes().delegations).into_iter().enumerate()
    {
        plan.delegation(at, delegation, note);
    }
    let roles = table.notes().role_order.iter();
    roles.for_each(|id| {
        if let Some(role) = table.role(*id) {
            plan.role(*id, role);
        }
    });
    plan.kinds();
    plan.direct();
    plan.mutants
}

fn by_line<'t, E>(entries: &'t [E], notes: &'t [Note]) -> Vec<(&'t E, &'t Note)> {
    let mut all: Vec<(&E, &Note)> = entries.iter().zip(notes).collect();
    all.sort_by_key(|(_, note)| note.line);
    all
}

struct Plan<'t> {
    table: &'t Table,
    mutants: Vec<Mutant>,
}

impl Plan<'_> {
    fn add(&mut self, edit: Edit, line: u32, reach: Reach, what: String) {
        self.mutants.push(Mutant { edit, what, line, reach });
    }

    fn role_name(&self, id: RoleId) -> String {
        format!("`{}`", self.table.role_name(id))
    }

    fn action_name(&self, id: ActionId) -> String {
        format!("`{}`", self.table.action_name(id))
    }

    fn condition(&self, id: ConditionId) -> String {
        self.table.condition(id).map_or_else(String::new, |found| format!("`{}`", found.name))
    }

    fn every_action(&self) -> Vec<ActionId> {
        (0..self.table.rules().actions.len()).filter_map(ActionId::new).collect()
    }

    /// Every pair of a role and an action, whatever the grants.
    fn cells(&mut self) {
        let (table, notes) = (self.table, self.table.notes());
        for role in &notes.role_order {
            for action in &notes.action_order {
                let names = (self.role_name(*role), self.action_name(*action));
                let reach = Reach { actions: vec![*action], assignments: false };
                let line = |reached: Option<RoleId>| permit_line(table, *action, reached);
                if let Some(line) = line(Some(*role)) {
                    let what = format!("{} is not permitted {}", names.0, names.1);
                    self.add(Edit::CellTaken { role: *role, action: *action }, line, reach, what);
                } else {
                    let own = notes.roles.get(role.index()).map_or(0, |note| note.line);
                    let what = format!("{} is permitted {}", names.0, names.1);
                    let edit = Edit::CellGiven { role: *role, action: *action };
                    self.add(edit, line(None).unwrap_or(own), reach, what);
                }
            }
        }
    }

    fn grant(&mut self, at: usize, grant: &Grant, note: &GrantNote) {
        let row = note.row.and_then(|row| usize::try_from(row).ok());
        let row = row.and_then(|row| self.table.notes().rows.get(row));
        let label = row.or(note.note.title.as_ref());
        let label = label.map_or_else(String::new, |label| format!(" “{label}”"));
        let effect = grant.effect.as_str();
        let line = note.note.line;
        let reach = || Reach { actions: grant.actions.clone(), assignments: false };
        for condition in &grant.when {
            let what = format!("the {effect}{label} without `when` {}", self.condition(*condition));
            let edit = Edit::Grant { at, change: GrantChange::When(*condition) };
            self.add(edit, line, reach(), what);
        }
        for condition in &grant.unless {
            let name = self.condition(*condition);
            let what = format!("the {effect}{label} without `unless` {name}");
            let edit = Edit::Grant { at, change: GrantChange::Unless(*condition) };
            self.add(edit, line, reach(), what);
        }
        if grant.effect == Effect::Forbid {
            let what = format!("the forbid{label} is not there");
            self.add(Edit::Grant { at, change: GrantChange::Removed }, line, reach(), what);
        }
    }

    fn constraint(&mut self, at: usize, constraint: &Constraint, note: &Note) {
        let reach = || Reach { actions: Vec::new(), assignments: true };
        let what = format!("the constraint {} is not there", entry(constraint.says.as_str(), note));
        self.add(
            Edit::Constraint { at, change: ConstraintChange::Removed },
            note.line,
            reach(),
            what,
        );
        let entry = entry(constraint.says.as_str(), note);
        for (list, role) in roles_to_drop(&constraint.says) {
            let (name, key) = (self.role_name(role), list.as_str());
            let what = format!("the constraint {entry} without {name} in `{key}`");
            let edit = Edit::Constraint { at, change: ConstraintChange::Role(list, role) };
            self.add(edit, note.line, reach(), what);
        }
        let (Says::Cardinality { min, max, .. } | Says::RolesPerPrincipal { min, max, .. }) =
            &constraint.says
        else {
            return;
        };
        // The only bound, loosened to nothing, is the constraint removed; that of 0 is no bound.
        if let Some(min) = min.filter(|min| *min > 1 || (*min == 1 && max.is_some())) {
            let what = format!("the constraint {entry} has `min` {} and not {min}", min - 1);
            self.add(
                Edit::Constraint { at, change: ConstraintChange::Minimum },
                note.line,
                reach(),
                what,
            );
        }
        if let Some(max) = max.filter(|max| *max < u32::MAX) {
            let what = format!("the constraint {entry} has `max` {} and not {max}", max + 1);
            self.add(
                Edit::Constraint { at, change: ConstraintChange::Maximum },
                note.line,
                reach(),
                what,
            );
        }
    }

    fn delegation(&mut self, at: usize, delegation: &Delegation, note: &Note) {
        let label = note.title.as_ref().map_or_else(String::new, |title| format!(" “{title}”"));
        let mut changes = vec![(DelegationChange::Removed, "is not there".to_owned())];
        let without = |id: &RoleId, key| format!("without {} in `{key}`", self.role_name(*id));
        // Without the last of a list it is not there.
        let by = delegation.by.iter().filter(|_| delegation.by.len() > 1);
        changes.extend(by.map(|id| (DelegationChange::By(*id), without(id, "by"))));
        let assign = delegation.assign.iter().filter(|_| delegation.assign.len() > 1);
        changes.extend(assign.map(|id| (DelegationChange::Assign(*id), without(id, "assign"))));
        if delegation.kinds.is_some() {
            changes.push((DelegationChange::Kinds, "without `kinds`".to_owned()));
        }
        changes.extend(delegation.holding.iter().map(|id| {
            (DelegationChange::Holding(*id), format!("without `holding` {}", self.role_name(*id)))
        }));
        changes.extend(delegation.not_holding.iter().map(|id| {
            let what = format!("without `not-holding` {}", self.role_name(*id));
            (DelegationChange::NotHolding(*id), what)
        }));
        changes.extend(delegation.when.iter().map(|id| {
            (DelegationChange::When(*id), format!("without `when` {}", self.condition(*id)))
        }));
        changes.extend(delegation.unless.iter().map(|id| {
            (DelegationChange::Unless(*id), format!("without `unless` {}", self.condition(*id)))
        }));
        for (change, what) in changes {
            let reach = Reach { actions: Vec::new(), assignments: true };
            let what = format!("the delegation{label} {what}");
            self.add(Edit::Delegation { at, change }, note.line, reach, what);
        }
    }

    fn role(&mut self, id: RoleId, role: &Role) {
        let line = self.table.notes().roles.get(id.index()).map_or(0, |note| note.line);
        let name = self.role_name(id);
        let every = self.every_action();
        let reach = || Reach { actions: every.clone(), assignments: true };
        if role.kinds.is_some() {
            let what = format!("the role {name} without `kinds`");
            self.add(Edit::Role { role: id, change: RoleChange::Kinds }, line, reach(), what);
        }
        if role.scope.is_some() {
            let what = format!("the role {name} without `scope`");
            self.add(Edit::Role { role: id, change: RoleChange::Scope }, line, reach(), what);
        }
        for junior in &role.inherits {
            let what = format!("the role {name} does not inherit {}", self.role_name(*junior));
            self.add(
                Edit::Role { role: id, change: RoleChange::Inherits(*junior) },
                line,
                reach(),
                what,
            );
        }
    }

    fn kinds(&mut self) {
        let notes = self.table.notes();
        for (at, kind) in self.table.rules().kinds.iter().enumerate() {
            let line = notes.kinds.get(at).map_or(0, |note| note.line);
            let Some(id) = KindId::new(at) else { continue };
            for role in &kind.holds {
                let reach = Reach { actions: self.every_action(), assignments: true };
                let what =
                    format!("the kind `{}` does not hold {}", kind.name, self.role_name(*role));
                self.add(Edit::KindHolds { kind: id, role: *role }, line, reach, what);
            }
        }
    }

    fn direct(&mut self) {
        let Some(direct) = &self.table.rules().direct else { return };
        let line = self.table.notes().direct.as_ref().map_or(0, |note| note.line);
        let all = || Reach { actions: direct.actions.clone(), assignments: true };
        self.add(
            Edit::Direct { change: DirectChange::Removed },
            line,
            all(),
            "nothing may be given directly".to_owned(),
        );
        if direct.kinds.is_some() {
            self.add(
                Edit::Direct { change: DirectChange::Kinds },
                line,
                all(),
                "`[direct]` without `kinds`".to_owned(),
            );
        }
        for action in self.table.notes().action_order.clone() {
            let reach = Reach { actions: vec![action], assignments: true };
            let name = self.action_name(action);
            if direct.actions.binary_search(&action).is_ok() {
                let what = format!("{name} may not be given directly");
                self.add(Edit::Direct { change: DirectChange::Taken(action) }, line, reach, what);
            } else {
                let what = format!("{name} may be given directly");
                self.add(Edit::Direct { change: DirectChange::Given(action) }, line, reach, what);
            }
        }
    }
}

/// The roles of a constraint's lists, but for those without which it says nothing: that is the
/// constraint removed.
fn roles_to_drop(says: &Says) -> Vec<(ConstraintList, RoleId)> {
    let all = |list, ids: &[RoleId], least: usize| -> Vec<(ConstraintList, RoleId)> {
        let ids = ids.iter().filter(|_| ids.len() > least);
        ids.map(|id| (list, *id)).collect()
    };
    match says {
        Says::Separation { roles, against, .. } if roles == against => {
            all(ConstraintList::Roles, roles, 2)
        }
        Says::Separation { roles, against, .. } => {
            [all(ConstraintList::Roles, roles, 1), all(ConstraintList::Against, against, 1)]
                .concat()
        }
        Says::NoSubsumedRoles { roles, .. } => all(ConstraintList::Roles, roles, 2),
        Says::Cardinality { roles, .. } | Says::Fixed { roles } => {
            all(ConstraintList::Roles, roles, 1)
        }
        Says::Requires { roles, all_of, any_of, .. } => {
            let least = |other: &[RoleId]| usize::from(other.is_empty());
            [
                all(ConstraintList::Roles, roles, 1),
                all(ConstraintList::AllOf, all_of, least(any_of)),
                all(ConstraintList::AnyOf, any_of, least(all_of)),
            ]
            .concat()
        }
        Says::RolesPerPrincipal { .. } | Says::ImmutableKind => Vec::new(),
    }
}

/// The line of the first permit, in the order of the file, that names an action and reaches a role,
/// if there is one to be reached.
fn permit_line(table: &Table, action: ActionId, reached: Option<RoleId>) -> Option<u32> {
    let permits = &table.by_action(action)?.permits;
    let is_meant = |id: GrantId| match reached {
        Some(role) => table.reach(id).is_some_and(|reach| reach.contains(role)),
        None => true,
    };
    let notes = table.notes();
    let mut order = notes.grant_order.iter();
    let first = order.find(|id| permits.contains(id) && is_meant(**id))?;
    Some(notes.grants.get(first.index())?.note.line)
}

fn entry(word: &str, note: &Note) -> String {
    let label = note.title.as_ref().map_or_else(String::new, |title| format!(" “{title}”"));
    format!("`{word}`{label}")
}
