//! The names of two tables side by side: what both have, and what only one of them has.
//!
//! Not what the names mean: two roles of one name may do different things.

use std::cmp::Ordering;

use crate::model::{ActionId, Id, KindId, RoleId, ScopeId};
use crate::table::Table;

/// A name, and its id in each table that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'t, I> {
    pub name: &'t str,
    pub old: Option<I>,
    pub new: Option<I>,
}

/// The names of two lists together, in their order.
fn together<'t, T, I: Id>(old: &'t [T], new: &'t [T], name: fn(&T) -> &str) -> Vec<Named<'t, I>> {
    let ids =
        |list: &'t [T]| list.iter().enumerate().map(move |(at, entry)| (name(entry), I::new(at)));
    let (mut old, mut new) = (ids(old).peekable(), ids(new).peekable());
    let mut all = Vec::new();
    loop {
        // INVARIANT: the lists of a table are sorted by name, and no name is there twice.
        let order = match (old.peek(), new.peek()) {
            (None, None) => return all,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((one, _)), Some((other, _))) => one.cmp(other),
        };
        let old = if order == Ordering::Greater { None } else { old.next() };
        let new = if order == Ordering::Less { None } else { new.next() };
        if let Some((name, _)) = old.or(new) {
            all.push(Named {
                name,
                old: old.and_then(|(_, id)| id),
                new: new.and_then(|(_, id)| id),
            });
        }
    }
}

/// A position in the list of both tables' roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct JointRole(u32);

impl Id for JointRole {
    fn new(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }

    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Everything that both tables name.
#[derive(Debug)]
pub(super) struct Names<'t> {
    pub roles: Vec<Named<'t, RoleId>>,
    pub actions: Vec<Named<'t, ActionId>>,
    pub kinds: Vec<Named<'t, KindId>>,
    pub scopes: Vec<Named<'t, ScopeId>>,
    /// By role of the old table, and of the new one: its place in `roles`.
    old_roles: Vec<Option<JointRole>>,
    new_roles: Vec<Option<JointRole>>,
}

impl<'t> Names<'t> {
    pub(super) fn of(old: &'t Table, new: &'t Table) -> Self {
        let (before, after) = (old.rules(), new.rules());
        let roles: Vec<Named<'t, RoleId>> =
            together(&before.roles, &after.roles, |role| &role.name);
        let ids = |id: fn(&Named<'t, RoleId>) -> Option<RoleId>, count: usize| {
            let mut ids = vec![None; count];
            for (at, named) in roles.iter().enumerate() {
                if let Some(place) = id(named).and_then(|id| ids.get_mut(id.index())) {
                    *place = JointRole::new(at);
                }
            }
            ids
        };
        Self {
            old_roles: ids(|named| named.old, before.roles.len()),
            new_roles: ids(|named| named.new, after.roles.len()),
            roles,
            actions: together(&before.actions, &after.actions, |action| action),
            kinds: together(&before.kinds, &after.kinds, |kind| &kind.name),
            scopes: together(&before.scopes, &after.scopes, |scope| &scope.name),
        }
    }

    pub(super) fn role(&self, id: JointRole) -> Option<&Named<'t, RoleId>> {
        self.roles.get(id.index())
    }

    /// Where a role of the old table stands among all.
    pub(super) fn of_old(&self, id: RoleId) -> Option<JointRole> {
        self.old_roles.get(id.index()).copied().flatten()
    }

    /// Where a role of the new table stands among all.
    pub(super) fn of_new(&self, id: RoleId) -> Option<JointRole> {
        self.new_roles.get(id.index()).copied().flatten()
    }
}
