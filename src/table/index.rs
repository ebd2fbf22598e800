//! The index: both faces of the relation between roles and actions, derived from the rules.
//!
//! Not stored in a bundle and not a decision: it says which grants speak of a cell, and leaves to
//! `evaluate` whether they apply. Built once, on load, by the one constructor of `Table`.

use crate::model::{ActionId, Effect, GrantId, Id, RoleId};

use super::bits::Bits;
use super::rules::{Grant, GrantRoles, Role, Rules};

/// What is derived from the rules so that a decision need not search them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    /// By grant: the roles it names and all their seniors; empty for `Everyone`.
    pub reach: Vec<Bits<RoleId>>,
    /// By action: who.
    pub by_action: Vec<ActionFace>,
    /// By role: what.
    pub by_role: Vec<RoleFace>,
}

/// The face by action: which roles reach it, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActionFace {
    /// Roles with a permit without conditions, where their assignment counts.
    pub plain: Bits<RoleId>,
    /// The same through a permit that says `anywhere`.
    pub plain_anywhere: Bits<RoleId>,
    /// Roles with any permit at all: who is not in here has not even a near miss.
    pub touched: Bits<RoleId>,
    /// Permits with conditions.
    pub conditional: Vec<GrantId>,
    /// All permits, with and without conditions.
    pub permits: Vec<GrantId>,
    /// All forbids.
    pub forbids: Vec<GrantId>,
}

/// The face by role: which actions it is permitted, its juniors' permits included.
///
/// Forbids are not here: they are few, and speak by action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoleFace {
    /// Actions with a permit without conditions, `anywhere` or not.
    pub plain: Bits<ActionId>,
    /// Permits with conditions.
    pub conditional: Vec<GrantId>,
}

impl Index {
    /// Derives the index.
    ///
    /// INVARIANT: `rules` passed `invariants::check`, so ids are in range and inheritance ends.
    pub(crate) fn new(rules: &Rules) -> Self {
        let seniors = seniors(&closures(&rules.roles));
        let reach = rules.grants.iter().map(|grant| reach(grant, &seniors)).collect();
        let mut index = Self {
            by_action: vec![ActionFace::new(rules.roles.len()); rules.actions.len()],
            by_role: vec![RoleFace::new(rules.actions.len()); rules.roles.len()],
            reach,
        };
        for (at, grant) in rules.grants.iter().enumerate() {
            if let Some(id) = GrantId::new(at) {
                index.add(id, grant);
            }
        }
        index
    }

    fn add(&mut self, id: GrantId, grant: &Grant) {
        let Some(reach) = self.reach.get(id.index()) else {
            return;
        };
        for action in &grant.actions {
            if let Some(face) = self.by_action.get_mut(action.index()) {
                face.add(id, grant, reach);
            }
        }
        for role in reach.iter().filter(|_| grant.effect == Effect::Permit) {
            if let Some(face) = self.by_role.get_mut(role.index()) {
                face.add(id, grant);
            }
        }
    }
}

impl ActionFace {
    fn new(role_count: usize) -> Self {
        let none = Bits::new(role_count);
        Self {
            plain: none.clone(),
            plain_anywhere: none.clone(),
            touched: none,
            conditional: Vec::new(),
            permits: Vec::new(),
            forbids: Vec::new(),
        }
    }

    fn add(&mut self, id: GrantId, grant: &Grant, reach: &Bits<RoleId>) {
        if grant.effect == Effect::Forbid {
            self.forbids.push(id);
            return;
        }
        self.permits.push(id);
        self.touched.union(reach);
        if grant.is_conditional() {
            self.conditional.push(id);
        } else if grant.anywhere {
            self.plain_anywhere.union(reach);
        } else {
            self.plain.union(reach);
        }
    }
}

impl RoleFace {
    fn new(action_count: usize) -> Self {
        Self { plain: Bits::new(action_count), conditional: Vec::new() }
    }

    fn add(&mut self, id: GrantId, permit: &Grant) {
        if permit.is_conditional() {
            self.conditional.push(id);
            return;
        }
        for action in &permit.actions {
            self.plain.insert(*action);
        }
    }
}

/// By role: itself and all its juniors, found by walking `inherits`.
fn closures(roles: &[Role]) -> Vec<Bits<RoleId>> {
    let closure = |start: RoleId| {
        let mut seen = Bits::new(roles.len());
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            if !seen.contains(id) {
                seen.insert(id);
                open.extend(roles.get(id.index()).into_iter().flat_map(|role| &role.inherits));
            }
        }
        seen
    };
    (0..roles.len()).filter_map(RoleId::new).map(closure).collect()
}

/// By role: itself and all its seniors; the closures turned round.
fn seniors(juniors: &[Bits<RoleId>]) -> Vec<Bits<RoleId>> {
    let mut seniors = vec![Bits::new(juniors.len()); juniors.len()];
    for (at, closure) in juniors.iter().enumerate() {
        let Some(senior) = RoleId::new(at) else {
            continue;
        };
        for junior in closure.iter() {
            if let Some(set) = seniors.get_mut(junior.index()) {
                set.insert(senior);
            }
        }
    }
    seniors
}

fn reach(grant: &Grant, seniors: &[Bits<RoleId>]) -> Bits<RoleId> {
    let mut reach = Bits::new(seniors.len());
    if let GrantRoles::Roles { roles } = &grant.roles {
        for set in roles.iter().filter_map(|role| seniors.get(role.index())) {
            reach.union(set);
        }
    }
    reach
}
