//! What constraints and delegations oblige to: the least that each says.
//!
//! Not who breaks them, and no verdict. Entries are taken apart (a pair of roles, a bound, one role
//! given by another), so that it does not matter how many say it, or through which junior. Roles
//! are of the table, or of what it is compared with: `R` is the caller's.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Change, ConditionId, Id, KindId, RoleId};
use crate::table::Table;
use crate::table::rules::{Delegation, Level, Says};

/// A bound on a number: at least, or at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    Least,
    Most,
}

/// A role that may be held only beside one of others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need<R> {
    pub role: R,
    pub one_of: BTreeSet<R>,
    pub same_scope: bool,
}

impl<R: Ord> Need<R> {
    /// Whether whoever obeys the other obeys this.
    pub(crate) fn follows_from(&self, other: &Self) -> bool {
        other.role == self.role
            && other.one_of.is_subset(&self.one_of)
            && (other.same_scope || !self.same_scope)
    }
}

/// What the constraints of one level say, role by role, the strongest of each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Duties<R> {
    /// Two roles, the lesser first, and whether they are apart in one scope only.
    pub apart: BTreeMap<(R, R), bool>,
    /// Two roles, the first of which has all the access of the second.
    pub subsumed: BTreeSet<(R, R)>,
    /// Holders of a role, by the scope kind that they are counted in.
    pub holders: BTreeMap<(R, Option<String>, Bound), u32>,
    /// Roles of a principal, by kind; none is one that is not known.
    pub held: BTreeMap<(Option<String>, Bound), u32>,
    pub needs: BTreeSet<Need<R>>,
    pub fixed: BTreeSet<R>,
    pub is_kind_fixed: bool,
}

impl<R: Copy + Ord> Duties<R> {
    /// Roles that the caller has no name for are passed over.
    pub(crate) fn of(table: &Table, level: Level, name: &dyn Fn(RoleId) -> Option<R>) -> Self {
        let mut duties = Self {
            apart: BTreeMap::new(),
            subsumed: BTreeSet::new(),
            holders: BTreeMap::new(),
            held: BTreeMap::new(),
            needs: BTreeSet::new(),
            fixed: BTreeSet::new(),
            is_kind_fixed: false,
        };
        let entries = table.rules().constraints.iter().filter(|entry| entry.level == level);
        entries.for_each(|entry| duties.add(table, &entry.says, name));
        duties
    }

    fn add(&mut self, table: &Table, says: &Says, name: &dyn Fn(RoleId) -> Option<R>) {
        let named = |ids: &[RoleId]| -> Vec<R> { ids.iter().filter_map(|id| name(*id)).collect() };
        match says {
            Says::Separation { roles, against, same_scope } => {
                let against = named(against);
                for one in named(roles) {
                    for other in against.iter().copied().filter(|other| *other != one) {
                        let pair = (one.min(other), one.max(other));
                        *self.apart.entry(pair).or_insert(true) &= *same_scope;
                    }
                }
            }
            Says::NoSubsumedRoles { subsumed, .. } => {
                let pair = |(one, other): &(RoleId, RoleId)| Some((name(*one)?, name(*other)?));
                self.subsumed.extend(subsumed.iter().filter_map(pair));
            }
            Says::Cardinality { roles, min, max, per } => {
                let per = per.and_then(|id| table.scope(id)).map(|kind| kind.name.clone());
                for role in named(roles) {
                    let key = |bound| (role, per.clone(), bound);
                    keep_narrowest(&mut self.holders, key, (*min, *max));
                }
            }
            Says::RolesPerPrincipal { min, max, kinds } => {
                for kind in kind_names(table, kinds.as_deref()) {
                    let key = |bound| (kind.clone(), bound);
                    keep_narrowest(&mut self.held, key, (*min, *max));
                }
            }
            Says::Fixed { roles } => self.fixed.extend(named(roles)),
            Says::ImmutableKind => self.is_kind_fixed = true,
            Says::Requires { roles, all_of, any_of, same_scope } => {
                let all = named(all_of).into_iter().map(|role| BTreeSet::from([role]));
                let any = (!any_of.is_empty()).then(|| named(any_of).into_iter().collect());
                for one_of in all.chain(any) {
                    let need =
                        |role| Need { role, one_of: one_of.clone(), same_scope: *same_scope };
                    self.needs.extend(named(roles).into_iter().map(need));
                }
            }
        }
    }
}

fn keep_narrowest<K: Ord>(
    known: &mut BTreeMap<K, u32>,
    key: impl Fn(Bound) -> K,
    (min, max): (Option<u32>, Option<u32>),
) {
    if let Some(min) = min.filter(|min| *min > 0) {
        let known = known.entry(key(Bound::Least)).or_insert(min);
        *known = min.max(*known);
    }
    if let Some(max) = max {
        let known = known.entry(key(Bound::Most)).or_insert(max);
        *known = max.min(*known);
    }
}

/// The kinds that are meant; without any, all, and a principal whose kind is not known.
pub(super) fn kind_names(table: &Table, ids: Option<&[KindId]>) -> Vec<Option<String>> {
    let name = |id: &KindId| table.kind(*id).map(|kind| kind.name.clone());
    match ids {
        Some(ids) => ids.iter().map(name).collect(),
        None => {
            let all = table.rules().kinds.iter().map(|kind| Some(kind.name.clone()));
            all.chain([None]).collect()
        }
    }
}

/// What leave to give a role asks for: roles held and not held, conditions that hold and do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Terms<R> {
    pub holding: BTreeSet<R>,
    pub not_holding: BTreeSet<R>,
    pub when: Vec<ConditionId>,
    pub unless: Vec<ConditionId>,
}

/// Who may make which change of which role, to principals of which kind; none is any.
pub(crate) type Leave<R> = (R, Change, Option<KindId>, R);

/// What the delegations of a table say, one role given by another at a time.
#[derive(Debug)]
pub(crate) struct Leaves<R> {
    pub by_leave: BTreeMap<Leave<R>, BTreeSet<Terms<R>>>,
}

impl<R: Copy + Ord> Leaves<R> {
    /// Roles that the caller has no name for are passed over; what asks for one of them to be held
    /// is nothing that the caller could compare.
    pub(crate) fn of(table: &Table, name: &dyn Fn(RoleId) -> Option<R>) -> Self {
        let named =
            |ids: &[RoleId]| -> BTreeSet<R> { ids.iter().filter_map(|id| name(*id)).collect() };
        let mut by_leave: BTreeMap<Leave<R>, BTreeSet<Terms<R>>> = BTreeMap::new();
        for entry in &table.rules().delegations {
            let terms = Terms {
                holding: named(&entry.holding),
                not_holding: named(&entry.not_holding),
                when: entry.when.clone(),
                unless: entry.unless.clone(),
            };
            if terms.holding.len() < entry.holding.len() {
                continue;
            }
            let kinds: Vec<Option<KindId>> = match &entry.kinds {
                Some(kinds) => kinds.iter().copied().map(Some).collect(),
                None => vec![None],
            };
            let assign = named(&entry.assign);
            for by in givers(table, entry).iter().filter_map(|id| name(*id)) {
                for change in &entry.may {
                    for kind in &kinds {
                        for role in &assign {
                            let leave = (by, *change, *kind, *role);
                            by_leave.entry(leave).or_default().insert(terms.clone());
                        }
                    }
                }
            }
        }
        Self { by_leave }
    }
}

/// Who may give: the roles of `by`, and whoever inherits one of them.
fn givers(table: &Table, entry: &Delegation) -> Vec<RoleId> {
    let all = (0..table.rules().roles.len()).filter_map(RoleId::new);
    all.filter(|id| entry.by.iter().any(|by| table.inherits(*id, *by))).collect()
}
