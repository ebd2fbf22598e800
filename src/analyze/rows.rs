//! By role: all that it may do, in a form that can be compared at once.
//!
//! Not decisions: forms that are equal mean equal access, and forms that differ may still mean the
//! same, where conditions of different names do. Whoever has to know asks `access`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ActionId, ConditionId, GrantId, Id, RoleId};
use crate::table::{Bits, Table};

use super::cells::{Cell, Cells};
use super::faces::{Faces, faces};

/// The access of every role.
#[derive(Debug)]
pub(super) struct Rows {
    /// Groups of actions that the same grants speak of.
    pub groups: Vec<Vec<ActionId>>,
    /// By role: the groups of which it may do something, ascending, each with how.
    pub by_role: Vec<Row>,
    /// All the ways there are; a row names them by their position.
    pub hows: Vec<How>,
}

/// Positions in `Rows::groups` and `Rows::hows`.
pub(super) type Row = Vec<(usize, usize)>;

/// In which situations a role is permitted an action, in the words of the grants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct How {
    /// Whether a forbid can stand against it; which ones is the same for the whole group.
    pub is_bound: bool,
    /// None of them asks for all that another asks for.
    pub permits: BTreeSet<Terms>,
}

/// What one permit asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Terms {
    when: Vec<ConditionId>,
    unless: Vec<ConditionId>,
    pub anywhere: bool,
}

impl Terms {
    /// Whether these ask for nothing that the others do not ask for.
    fn is_as_mild(&self, other: &Self) -> bool {
        let among = |some: &[_], all: &[_]| some.iter().all(|id| all.binary_search(id).is_ok());
        among(&self.when, &other.when)
            && among(&self.unless, &other.unless)
            && (self.anywhere || !other.anywhere)
    }
}

impl How {
    /// Whether whoever is permitted so is permitted wherever the other is, forbids aside.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let covers = |wanted: &Terms| self.permits.iter().any(|terms| terms.is_as_mild(wanted));
        other.permits.iter().all(covers)
    }
}

impl Rows {
    /// Those of every role.
    pub(super) fn new(table: &Table) -> Self {
        let mut all = Bits::new(table.rules().roles.len());
        (0..table.rules().roles.len()).filter_map(RoleId::new).for_each(|role| all.insert(role));
        Self::of(table, faces(table), &all)
    }

    /// Those of some roles; the others have empty rows.
    pub(super) fn of(table: &Table, faces: Vec<Faces<'_>>, roles: &Bits<RoleId>) -> Self {
        let mut rows = vec![Row::new(); table.rules().roles.len()];
        let mut hows: BTreeMap<How, usize> = BTreeMap::new();
        let mut cells = Cells::new(table);
        for (at, group) in faces.iter().enumerate() {
            for role in group.face.touched.iter().filter(|role| roles.contains(*role)) {
                let how = how(table, group, role);
                let mut cell = || cells.of_action(role, group.first, &|_| true);
                // What is permitted and always forbidden is no access.
                if how.is_bound && matches!(cell(), Ok(Cell::Empty | Cell::Forbid)) {
                    continue;
                }
                let next = hows.len();
                let how = *hows.entry(how).or_insert(next);
                if let Some(row) = rows.get_mut(role.index()) {
                    row.push((at, how));
                }
            }
        }
        let mut hows: Vec<(How, usize)> = hows.into_iter().collect();
        hows.sort_unstable_by_key(|(_, at)| *at);
        let hows = hows.into_iter().map(|(how, _)| how).collect();
        Self { groups: faces.into_iter().map(|group| group.actions).collect(), by_role: rows, hows }
    }

    pub(super) fn row(&self, role: RoleId) -> &[(usize, usize)] {
        self.by_role.get(role.index()).map_or(&[], Vec::as_slice)
    }
}

/// How a role is permitted the actions of a group.
fn how(table: &Table, group: &Faces<'_>, role: RoleId) -> How {
    let face = group.face;
    let has_scopes = !table.rules().scopes.is_empty();
    let anywhere = has_scopes && face.plain_anywhere.contains(role);
    let is_plain = face.plain.contains(role) || face.plain_anywhere.contains(role);
    let plain = is_plain.then(|| Terms { when: Vec::new(), unless: Vec::new(), anywhere });
    let reaching = |id: &GrantId| table.reach(*id).is_some_and(|reach| reach.contains(role));
    let conditional = face.conditional.iter().copied().filter(reaching);
    let conditional = conditional.filter_map(|id| table.grant(id)).map(|grant| Terms {
        when: grant.when.clone(),
        unless: grant.unless.clone(),
        anywhere: has_scopes && grant.anywhere,
    });
    let mut permits: BTreeSet<Terms> = BTreeSet::new();
    for terms in plain.into_iter().chain(conditional) {
        if !permits.iter().any(|known| known.is_as_mild(&terms)) {
            permits.retain(|known| !terms.is_as_mild(known));
            permits.insert(terms);
        }
    }
    How { is_bound: !face.forbids.is_empty(), permits }
}
