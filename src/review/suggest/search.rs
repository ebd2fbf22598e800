//! Whether a set of roles suffices, and what it lacks.
//!
//! Not which sets are looked at, which `best` chooses, branching on what is lacking. Of a set that
//! does not suffice yet, something is lacking that only certain roles can give: an action that is
//! not allowed, a role that another one requires, a number of roles. A sufficient set above it has
//! one of these, so the search tries each.
//!
//! For an action these are the roles *with which the set is allowed it*, and that is exact: where
//! the larger set is allowed, it has a role that permits it there, and every forbid that stands
//! against the smaller set with that role would stand against the larger one too. What roles break
//! by being together (separation, too many) they break in every larger set, and the search turns
//! back.

use std::collections::BTreeMap;

use crate::analyze::situations::looked_at;
use crate::evaluate::{BreachKind, Holder, Request, broken_constraints, decide};
use crate::model::{ActionId, Assignment, Id, Principal, Query, Resource, RoleId, Scope};
use crate::review::broken::tree;
use crate::review::model::Model;
use crate::review::{ReviewError, unproved};
use crate::table::Bits;

/// A set that suffices.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Sorted.
    pub roles: Vec<RoleId>,
    /// Positions in the kinds of the search: for whom.
    pub kinds: Vec<usize>,
}

/// In how many situations something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Never,
    Sometimes,
    Always,
}

/// What becomes of a set.
pub(super) enum State {
    Suffices,
    /// So does nothing above it.
    Fails,
    /// One of these roles is in every set above it that suffices.
    Lacks(Vec<RoleId>),
}

pub(super) struct Search<'a, 'm> {
    pub model: &'m Model<'a>,
    pub wanted: Vec<ActionId>,
    /// All that are meant.
    pub kinds: Vec<Option<&'a str>>,
    scopes: Vec<Scope<'a>>,
    tree: Vec<(Scope<'a>, Scope<'a>)>,
    /// By action, kind and those roles of a set that have a say in it.
    known: BTreeMap<(ActionId, usize, Vec<RoleId>), Allowed>,
    /// By kind and action that nothing forbids, the roles that are allowed it.
    known_giving: BTreeMap<(usize, ActionId), Vec<RoleId>>,
}

impl<'a, 'm> Search<'a, 'm> {
    pub(super) fn new(model: &'m Model<'a>, wanted: Vec<ActionId>) -> Self {
        let places = model.one_place().list;
        let scopes: Vec<Scope<'a>> = places.into_iter().flat_map(|(_, scopes)| scopes).collect();
        let tree = tree(model.table, &scopes);
        let kinds = model.kinds(&[]);
        Self {
            model,
            wanted,
            kinds,
            scopes,
            tree,
            known: BTreeMap::new(),
            known_giving: BTreeMap::new(),
        }
    }

    /// Whether some role, or what a kind holds, is allowed an action in some situation. Then no
    /// set is where each of its roles is not.
    pub(super) fn is_coverable(&mut self, action: ActionId) -> Result<bool, ReviewError> {
        for kind in 0..self.kinds.len() {
            let all = self.able(kind);
            if self.is_allowed(kind, &[], action)? {
                return Ok(true);
            }
            for role in all {
                if self.is_allowed(kind, &[role], action)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// All that a set is allowed beside what is wanted, in some situation of some of its kinds.
    pub(super) fn others(&mut self, found: &Found) -> Result<Vec<ActionId>, ReviewError> {
        let mut others = Vec::new();
        for action in self.touched(found).iter() {
            if self.wanted.contains(&action) {
                continue;
            }
            for kind in &found.kinds {
                if self.is_allowed(*kind, &found.roles, action)? {
                    others.push(action);
                    break;
                }
            }
        }
        Ok(others)
    }

    /// Whether an action is allowed in every situation of every kind.
    pub(super) fn is_always(
        &mut self,
        found: &Found,
        action: ActionId,
    ) -> Result<bool, ReviewError> {
        for kind in &found.kinds {
            if self.allowed(*kind, &found.roles, action)? != Allowed::Always {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn holder<'h>(
        &'h self,
        kind: Option<&'h str>,
        assignments: &'h [Assignment<'h>],
    ) -> Holder<'h> {
        Holder { kind, assignments, scopes: &self.tree }
    }

    /// The roles that a kind may hold.
    pub(super) fn able(&self, kind: usize) -> Vec<RoleId> {
        let table = self.model.table;
        let id = self.kinds.get(kind).and_then(|kind| table.find_kind((*kind)?));
        let roles = (0..table.rules().roles.len()).filter_map(RoleId::new);
        let may = |role: &RoleId| {
            let kinds = table.role(*role).and_then(|role| role.kinds.as_ref());
            kinds.zip(id).is_none_or(|(kinds, id)| kinds.contains(&id))
        };
        roles.filter(may).collect()
    }

    /// What is to be said of a set, of roles that the kind may hold.
    pub(super) fn state(
        &mut self,
        kind: usize,
        able: &[RoleId],
        set: &[RoleId],
    ) -> Result<State, ReviewError> {
        let mut lacking = match self.broken(kind, set) {
            State::Fails => return Ok(State::Fails),
            State::Suffices => None,
            State::Lacks(roles) => {
                Some(roles.into_iter().filter(|role| able.contains(role)).collect::<Vec<_>>())
            }
        };
        for action in self.wanted.clone() {
            if self.is_allowed(kind, set, action)? {
                continue;
            }
            let giving = self.giving(kind, able, set, action)?;
            if lacking.as_ref().is_none_or(|lacking| giving.len() < lacking.len()) {
                lacking = Some(giving);
            }
        }
        Ok(match lacking {
            None => State::Suffices,
            Some(roles) if roles.is_empty() => State::Fails,
            Some(roles) => State::Lacks(roles),
        })
    }

    /// The roles with which a set is allowed what it is not.
    fn giving(
        &mut self,
        kind: usize,
        able: &[RoleId],
        set: &[RoleId],
        action: ActionId,
    ) -> Result<Vec<RoleId>, ReviewError> {
        let Some(face) = self.model.table.by_action(action) else { return Ok(Vec::new()) };
        // Where nothing forbids, a role gives to any set what it is allowed alone.
        let is_alone = face.forbids.is_empty();
        if is_alone && let Some(known) = self.known_giving.get(&(kind, action)) {
            return Ok(known.clone());
        }
        let mut giving = Vec::new();
        for role in able.iter().copied().filter(|role| face.touched.contains(*role)) {
            let is_given = if is_alone {
                self.is_allowed(kind, &[role], action)?
            } else {
                !set.contains(&role) && self.is_allowed(kind, &with(set, role), action)?
            };
            giving.extend(is_given.then_some(role));
        }
        if is_alone {
            self.known_giving.insert((kind, action), giving.clone());
        }
        Ok(giving)
    }

    /// What the constraints of level `error` say of a set.
    fn broken(&self, kind: usize, set: &[RoleId]) -> State {
        let table = self.model.table;
        let assignments: Vec<Assignment<'_>> =
            set.iter().filter_map(|role| self.model.held(*role)).collect();
        let kind = self.kinds.get(kind).copied().flatten();
        let mut lacking: Option<Vec<RoleId>> = None;
        let breaches = broken_constraints(table, &self.holder(kind, &assignments));
        for breach in breaches.iter().filter(|breach| breach.is_error) {
            let wanted: Vec<RoleId> = match &breach.kind {
                BreachKind::Lacks { all_of, any_of, .. } => {
                    let needed = if all_of.is_empty() { any_of.as_slice() } else { all_of };
                    let needed = needed.iter().filter_map(|role| table.find_role(role));
                    // Each of `all_of` is needed, so that it is enough to try the first.
                    let tried = if all_of.is_empty() { usize::MAX } else { 1 };
                    needed.take(tried).collect()
                }
                BreachKind::TooFewRoles { .. } => {
                    (0..table.rules().roles.len()).filter_map(RoleId::new).collect()
                }
                BreachKind::Separated(..)
                | BreachKind::Subsumed(..)
                | BreachKind::TooManyRoles { .. }
                // These take several principals, or a change, and are not judged here.
                | BreachKind::TooManyHolders { .. }
                | BreachKind::TooFewHolders { .. }
                | BreachKind::FixedTwice { .. }
                | BreachKind::FixedChanged { .. }
                | BreachKind::KindChanged { .. } => return State::Fails,
            };
            // Held already, and in a scope where it is of no use.
            let new: Vec<RoleId> = wanted.into_iter().filter(|role| !set.contains(role)).collect();
            if lacking.as_ref().is_none_or(|lacking| new.len() < lacking.len()) {
                lacking = Some(new);
            }
        }
        lacking.map_or(State::Suffices, State::Lacks)
    }

    /// Every action that a set, or what its kinds hold, could permit.
    fn touched(&self, found: &Found) -> Bits<ActionId> {
        let table = self.model.table;
        let mut touched = Bits::new(table.rules().actions.len());
        let kinds = found.kinds.iter().filter_map(|kind| self.kinds.get(*kind).copied().flatten());
        let kinds = kinds.filter_map(|kind| table.kind(table.find_kind(kind)?));
        let held = kinds.flat_map(|kind| &kind.holds).chain(&found.roles);
        for face in held.filter_map(|role| table.by_role(*role)) {
            touched.union(&face.plain);
            for grant in face.conditional.iter().filter_map(|id| table.grant(*id)) {
                grant.actions.iter().for_each(|action| touched.insert(*action));
            }
        }
        touched
    }

    /// Whether a role is held where the resource lies.
    pub(super) fn counts(&self, role: RoleId) -> bool {
        let held = self.model.held(role);
        held.is_some_and(|held| held.scope.is_none_or(|scope| self.scopes.contains(&scope)))
    }

    /// Whether a set is allowed an action in some situation.
    pub(super) fn is_allowed(
        &mut self,
        kind: usize,
        set: &[RoleId],
        action: ActionId,
    ) -> Result<bool, ReviewError> {
        Ok(self.allowed(kind, set, action)? != Allowed::Never)
    }

    fn allowed(
        &mut self,
        kind: usize,
        set: &[RoleId],
        action: ActionId,
    ) -> Result<Allowed, ReviewError> {
        let table = self.model.table;
        let Some(face) = table.by_action(action) else { return Ok(Allowed::Never) };
        // What nothing forbids and a permit without conditions gives; most of what is asked.
        let has_plain = |role: &RoleId| face.plain.contains(*role) && self.counts(*role);
        if face.forbids.is_empty() && set.iter().any(has_plain) {
            return Ok(Allowed::Always);
        }
        let forbidding = |role: RoleId| {
            let mut reaches = face.forbids.iter().filter_map(|id| table.reach(*id));
            reaches.any(|reach| reach.contains(role))
        };
        let has_say = |role: &RoleId| face.touched.contains(*role) || forbidding(*role);
        let roles: Vec<RoleId> = set.iter().copied().filter(has_say).collect();
        let key = (action, kind, roles);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let allowed = self.ask(&key)?;
        self.known.insert(key, allowed);
        Ok(allowed)
    }

    fn ask(
        &self,
        (action, kind, roles): &(ActionId, usize, Vec<RoleId>),
    ) -> Result<Allowed, ReviewError> {
        let table = self.model.table;
        let Some(face) = table.by_action(*action) else { return Ok(Allowed::Never) };
        let assignments: Vec<Assignment<'_>> =
            roles.iter().filter_map(|role| self.model.held(*role)).collect();
        let name = table.action_name(*action);
        let (mut some, mut all) = (false, true);
        for valuation in self.model.valuations(looked_at(table, face, roles)).iter() {
            let valuation = valuation.map_err(unproved(name))?;
            let query = valuation.query(Query {
                principal: Principal {
                    kind: self.kinds.get(*kind).copied().flatten(),
                    assignments: &assignments,
                    ..Principal::default()
                },
                action: name,
                resource: Resource { scopes: &self.scopes, ..Resource::default() },
                ..Query::default()
            });
            let is_allowed = decide(&Request::sound(table, query)).is_allowed();
            some |= is_allowed;
            all &= is_allowed;
            if some && !all {
                break;
            }
        }
        Ok(match (some, all) {
            (false, _) => Allowed::Never,
            (true, false) => Allowed::Sometimes,
            (true, true) => Allowed::Always,
        })
    }
}

pub(super) fn with(set: &[RoleId], role: RoleId) -> Vec<RoleId> {
    let mut set: Vec<RoleId> = set.iter().copied().chain([role]).collect();
    set.sort_unstable();
    set
}
