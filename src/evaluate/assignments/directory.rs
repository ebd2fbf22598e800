//! Which constraints a whole directory breaks, and which a change of it.
//!
//! Not what one principal's roles break by themselves, which `constraints` judges.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Assignment, Change, RoleId, Scope, ScopeId};
use crate::table::Table;
use crate::table::rules::Says;

use super::breach::{Breach, BreachKind, each_constraint};
use super::scopes::Tree;

/// Everyone who holds a role, and where the scopes lie.
#[derive(Debug, Clone, Copy, Default)]
pub struct Directory<'a> {
    /// The principals; an id stands for one of them.
    pub members: &'a [Member<'a>],
    /// Every scope, with the one that it lies in, if it lies in one. What is not listed may lie
    /// anywhere.
    pub scopes: &'a [(Scope<'a>, Option<Scope<'a>>)],
}

/// A principal of a directory.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Who it is.
    pub id: &'a str,
    /// Whether it can sign in: only active holders count for `cardinality`.
    pub is_active: bool,
    /// The kind, where the policy declares kinds.
    pub kind: Option<&'a str>,
    /// The roles assigned; unknown ones are passed over.
    pub assignments: &'a [Assignment<'a>],
}

/// The constraints that only all principals together can break, in the order of the file:
/// `cardinality`, and `fixed` where two hold one role in one scope.
///
/// Total and pure. A holder counts in every scope that its assignment overlaps: unscoped in all, in
/// an outer scope in all inside it, in an inner one in those around it. Scopes to count in are
/// those that the directory names; where it names no outermost one, the one that there must be.
#[must_use]
pub fn broken_by_all<'a>(table: &'a Table, directory: &Directory<'a>) -> Vec<Breach<'a>> {
    let whole = Whole::new(table, directory);
    each_constraint(table, |constraint| match &constraint.says {
        Says::Cardinality { roles, min, max, per } => {
            roles.iter().flat_map(|role| whole.counted(*role, (*min, *max), *per)).collect()
        }
        Says::Fixed { roles } => roles.iter().flat_map(|role| whole.held_twice(*role)).collect(),
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::RolesPerPrincipal { .. }
        | Says::ImmutableKind
        | Says::Requires { .. } => Vec::new(),
    })
}

/// The constraints that a change breaks, in the order of the file: a fixed role given or taken,
/// another kind.
///
/// Total and pure. A principal that is there before and not after has lost what it held.
#[must_use]
pub fn broken_by_change<'a>(
    table: &'a Table,
    before: &Directory<'a>,
    after: &Directory<'a>,
) -> Vec<Breach<'a>> {
    each_constraint(table, |constraint| match &constraint.says {
        Says::Fixed { roles } => {
            let (old, new) = (fixed(table, before, roles), fixed(table, after, roles));
            let kind = |change| {
                move |(principal, assignment): &(&'a str, Assignment<'a>)| {
                    BreachKind::FixedChanged { change, assignment: *assignment, principal }
                }
            };
            let taken = old.difference(&new).map(kind(Change::Revoke));
            taken.chain(new.difference(&old).map(kind(Change::Assign))).collect()
        }
        Says::ImmutableKind => changed_kinds(before, after),
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::Cardinality { .. }
        | Says::RolesPerPrincipal { .. }
        | Says::Requires { .. } => Vec::new(),
    })
}

/// Who holds one of these roles where.
fn fixed<'a>(
    table: &Table,
    directory: &Directory<'a>,
    roles: &[RoleId],
) -> BTreeSet<(&'a str, Assignment<'a>)> {
    let is_fixed = |given: &&Assignment<'a>| {
        table.find_role(given.role).is_some_and(|role| roles.contains(&role))
    };
    let held = directory.members.iter().flat_map(|member| {
        member.assignments.iter().filter(is_fixed).map(|given| (member.id, *given))
    });
    held.collect()
}

fn changed_kinds<'a>(before: &Directory<'a>, after: &Directory<'a>) -> Vec<BreachKind<'a>> {
    let old: BTreeMap<&str, Option<&'a str>> =
        before.members.iter().map(|member| (member.id, member.kind)).collect();
    let changed = after.members.iter().filter_map(|member| {
        let before = *old.get(member.id)?;
        (before != member.kind).then_some(BreachKind::KindChanged {
            principal: member.id,
            before,
            after: member.kind,
        })
    });
    changed.collect()
}

/// A directory, with what is asked of it again and again.
struct Whole<'a, 'd> {
    table: &'a Table,
    directory: &'d Directory<'a>,
    tree: Tree<'a>,
    /// Every scope that the directory names.
    scopes: BTreeSet<Scope<'a>>,
    /// By role: who holds it where, in the order given; a member stands by its position.
    held: BTreeMap<RoleId, Vec<(usize, Assignment<'a>)>>,
}

impl<'a, 'd> Whole<'a, 'd> {
    fn new(table: &'a Table, directory: &'d Directory<'a>) -> Self {
        let pairs = directory.scopes.iter().filter_map(|(inner, outer)| Some((*inner, (*outer)?)));
        let placed = directory.scopes.iter().flat_map(|(inner, outer)| [Some(*inner), *outer]);
        let mut scopes: BTreeSet<Scope<'a>> = placed.flatten().collect();
        let mut held: BTreeMap<RoleId, Vec<(usize, Assignment<'a>)>> = BTreeMap::new();
        for (at, member) in directory.members.iter().enumerate() {
            for given in member.assignments {
                scopes.extend(given.scope);
                if let Some(role) = table.find_role(given.role) {
                    held.entry(role).or_default().push((at, *given));
                }
            }
        }
        Self { table, directory, tree: Tree::new(pairs), scopes, held }
    }

    fn held(&self, role: RoleId) -> &[(usize, Assignment<'a>)] {
        self.held.get(&role).map_or(&[], Vec::as_slice)
    }

    fn member(&self, at: usize) -> Option<&'d Member<'a>> {
        self.directory.members.get(at)
    }

    /// Too many or too few active holders of a role, in the whole directory or a scope.
    fn counted(
        &self,
        role: RoleId,
        (min, max): (Option<u32>, Option<u32>),
        per: Option<ScopeId>,
    ) -> Vec<BreachKind<'a>> {
        let name = self.table.role_name(role);
        let active = self
            .held(role)
            .iter()
            .filter(|(at, _)| self.member(*at).is_some_and(|member| member.is_active));
        let groups = match per {
            None => vec![(None, active.map(|(at, _)| *at).collect())],
            Some(kind) => self.by_scope(active, kind),
        };
        let mut broken = Vec::new();
        for (scope, members) in groups {
            let count = u32::try_from(members.len()).unwrap_or(u32::MAX);
            let holders = || {
                let ids: BTreeSet<usize> = members.clone();
                ids.into_iter().filter_map(|at| Some(self.member(at)?.id)).collect()
            };
            if let Some(max) = max.filter(|max| count > *max) {
                let holders = holders();
                broken.push(BreachKind::TooManyHolders { role: name, scope, holders, max });
            } else if let Some(min) = min.filter(|min| count < *min) {
                let holders = holders();
                broken.push(BreachKind::TooFewHolders { role: name, scope, holders, min });
            }
        }
        broken
    }

    /// Who counts in each scope of a kind.
    fn by_scope<'h>(
        &self,
        held: impl Iterator<Item = &'h (usize, Assignment<'a>)>,
        per: ScopeId,
    ) -> Vec<(Option<Scope<'a>>, BTreeSet<usize>)>
    where
        'a: 'h,
    {
        let Some(entry) = self.table.scope(per) else { return Vec::new() };
        let of_kind = self.scopes.iter().filter(|scope| scope.kind == entry.name);
        let mut groups: BTreeMap<Scope<'a>, BTreeSet<usize>> =
            of_kind.map(|scope| (*scope, BTreeSet::new())).collect();
        // There is an outermost scope, named or not; of inner ones there may be none.
        let unnamed = Scope { kind: &entry.name, id: "" };
        if groups.is_empty() && entry.within.is_none() {
            groups.insert(unnamed, BTreeSet::new());
        }
        let mut everywhere = BTreeSet::new();
        for (at, given) in held {
            let Some(scope) = given.scope else {
                everywhere.insert(*at);
                continue;
            };
            // In the scope, or in one that is known to lie in it.
            if let Some(own) = self.tree.ancestor(scope, &entry.name) {
                groups.entry(own).or_default().insert(*at);
                continue;
            }
            // In a scope around some, or in one that may lie in some.
            let here = Some(scope);
            let around = groups
                .iter_mut()
                .filter(|(group, _)| self.tree.overlap(self.table, here, Some(**group)));
            around.for_each(|(_, members)| {
                members.insert(*at);
            });
        }
        let with_all = |(scope, members): (Scope<'a>, BTreeSet<usize>)| {
            let named = Some(scope).filter(|scope| *scope != unnamed);
            (named, members.union(&everywhere).copied().collect())
        };
        groups.into_iter().map(with_all).collect()
    }

    /// Each later holder of a role beside the first whose scope overlaps with its own.
    fn held_twice(&self, role: RoleId) -> Vec<BreachKind<'a>> {
        // By the outermost scope around: what lies in different ones has nothing in common.
        let mut groups: BTreeMap<Option<Scope<'a>>, Vec<(usize, Assignment<'a>)>> = BTreeMap::new();
        let mut broken = Vec::new();
        for (at, given) in self.held(role) {
            let group = given.scope.and_then(|scope| self.outermost(scope));
            let beside: Vec<&(usize, Assignment<'a>)> = match group {
                None => groups.values().flatten().collect(),
                Some(_) => {
                    [group, None].iter().filter_map(|key| groups.get(key)).flatten().collect()
                }
            };
            let first = beside.into_iter().filter(|(other, beside)| {
                other != at && self.tree.overlap(self.table, beside.scope, given.scope)
            });
            let first = first.min_by_key(|(other, _)| *other);
            if let Some((first, second)) =
                first.and_then(|(other, _)| Some((self.member(*other)?, self.member(*at)?)))
            {
                let (first, second) = (first.id, second.id);
                broken.push(BreachKind::FixedTwice { assignment: *given, first, second });
            }
            groups.entry(group).or_default().push((*at, *given));
        }
        broken
    }

    /// The outermost scope around one; none where it is not known, or not one.
    fn outermost(&self, scope: Scope<'a>) -> Option<Scope<'a>> {
        let is_outermost = |scope: &Scope<'a>| {
            let kind = self.table.find_scope(scope.kind).and_then(|kind| self.table.scope(kind));
            kind.is_some_and(|kind| kind.within.is_none())
        };
        let mut around = self.tree.outwards(scope).into_iter().filter(is_outermost);
        around.next().filter(|_| around.next().is_none())
    }
}
