//! Which constraints a whole directory breaks, and which a change of it.
//!
//! Not what one principal's roles break by themselves, which `constraints` judges.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Assignment, Change, RoleId, Scope};
use crate::table::Table;
use crate::table::rules::Says;

use super::breach::{Breach, BreachKind, each_constraint};
use super::holders::counted;
use super::scopes::Tree;
use super::twice::held_twice;

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
            roles.iter().flat_map(|role| counted(&whole, *role, (*min, *max), *per)).collect()
        }
        Says::Fixed { roles } => roles.iter().flat_map(|role| held_twice(&whole, *role)).collect(),
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
#[derive(Debug)]
pub(super) struct Whole<'a, 'd> {
    pub table: &'a Table,
    directory: &'d Directory<'a>,
    pub tree: Tree<'a>,
    /// Every scope that the directory names.
    pub scopes: BTreeSet<Scope<'a>>,
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

    pub(super) fn held(&self, role: RoleId) -> &[(usize, Assignment<'a>)] {
        self.held.get(&role).map_or(&[], Vec::as_slice)
    }

    pub(super) fn member(&self, at: usize) -> Option<&'d Member<'a>> {
        self.directory.members.get(at)
    }
}
