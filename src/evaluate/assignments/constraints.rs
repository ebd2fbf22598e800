//! Which constraints the assignments of one principal break.
//!
//! Not those that take more than one principal (cardinality) or a change (fixed roles, immutable
//! kinds) to judge, and nothing that `decide` reads.

use crate::model::{Assignment, KindId, RoleId, Scope};
use crate::table::Table;
use crate::table::rules::{Constraint, Says};

use super::breach::{Breach, BreachKind, each_constraint};
use super::scopes::Tree;

/// A principal's assignments, to be judged by the constraints.
#[derive(Debug, Clone, Copy, Default)]
pub struct Holder<'a> {
    /// The principal's kind, where the policy declares kinds.
    pub kind: Option<&'a str>,
    /// The roles assigned; unknown ones are passed over.
    pub assignments: &'a [Assignment<'a>],
    /// Which scope lies in which: inner, then the outer one around it. What is not listed may
    /// lie anywhere.
    pub scopes: &'a [(Scope<'a>, Scope<'a>)],
}

/// The constraints that a principal's assignments break, in the order of the file.
///
/// Total and pure. Constraints speak of roles assigned, not inherited. `cardinality`, `fixed` and
/// `immutable-kind` take more than one principal's roles to judge; [`broken_by_all`] and
/// [`broken_by_change`] judge them.
///
/// [`broken_by_all`]: crate::broken_by_all
/// [`broken_by_change`]: crate::broken_by_change
#[must_use]
pub fn broken_constraints<'a>(table: &'a Table, holder: &Holder<'a>) -> Vec<Breach<'a>> {
    let judge = Judge::new(table, holder);
    each_constraint(table, |constraint| judge.broken(constraint))
}

struct Judge<'a, 'h> {
    table: &'a Table,
    holder: &'h Holder<'a>,
    tree: Tree<'a>,
    /// The known roles, each with its assignment, in the order given.
    held: Vec<(RoleId, Assignment<'a>)>,
}

impl<'a, 'h> Judge<'a, 'h> {
    fn new(table: &'a Table, holder: &'h Holder<'a>) -> Self {
        let known = holder.assignments.iter();
        let held = known.filter_map(|given| Some((table.find_role(given.role)?, *given)));
        let tree = Tree::new(holder.scopes.iter().copied());
        Self { table, holder, tree, held: held.collect() }
    }

    fn broken(&self, constraint: &Constraint) -> Vec<BreachKind<'a>> {
        match &constraint.says {
            Says::Separation { roles, against, same_scope } => {
                let apart = |one: RoleId, other: RoleId| {
                    (roles.contains(&one) && against.contains(&other))
                        || (roles.contains(&other) && against.contains(&one))
                };
                let pairs = self.pairs().filter(|((one, held), (other, beside))| {
                    apart(*one, *other) && (!same_scope || self.overlap(held, beside))
                });
                pairs.map(|((_, one), (_, other))| BreachKind::Separated(one, other)).collect()
            }
            Says::NoSubsumedRoles { subsumed, .. } => {
                let both = self.pairs().flat_map(|(one, other)| [(one, other), (other, one)]);
                let pairs =
                    both.filter(|((one, _), (other, _))| subsumed.contains(&(*one, *other)));
                pairs.map(|((_, one), (_, other))| BreachKind::Subsumed(one, other)).collect()
            }
            Says::RolesPerPrincipal { min, max, kinds } => {
                self.count(*min, *max, kinds.as_deref()).into_iter().collect()
            }
            Says::Requires { roles, all_of, any_of, same_scope } => {
                let needing = self.held.iter().filter(|(role, _)| roles.contains(role));
                needing
                    .filter_map(|(_, held)| self.lacks(held, all_of, any_of, *same_scope))
                    .collect()
            }
            // These take other principals, or a change, to judge.
            Says::Cardinality { .. } | Says::Fixed { .. } | Says::ImmutableKind => Vec::new(),
        }
    }

    /// Every two assignments of different roles, the earlier first.
    fn pairs(&self) -> impl Iterator<Item = ((RoleId, Assignment<'a>), (RoleId, Assignment<'a>))> {
        let held = self.held.iter().enumerate();
        held.flat_map(move |(at, one)| {
            let later = self.held.iter().skip(at + 1);
            later.filter(|other| other.0 != one.0).map(move |other| (*one, *other))
        })
    }

    fn overlap(&self, one: &Assignment<'_>, other: &Assignment<'_>) -> bool {
        self.tree.overlap(self.table, one.scope, other.scope)
    }

    fn count(
        &self,
        min: Option<u32>,
        max: Option<u32>,
        kinds: Option<&[KindId]>,
    ) -> Option<BreachKind<'a>> {
        // A kind that is not given, or not declared, may be any: the constraint is not lifted.
        let kind = self.holder.kind.and_then(|kind| self.table.find_kind(kind));
        if let (Some(kinds), Some(kind)) = (kinds, kind)
            && !kinds.contains(&kind)
        {
            return None;
        }
        let mut roles: Vec<RoleId> = self.held.iter().map(|(role, _)| *role).collect();
        roles.sort_unstable();
        roles.dedup();
        let count = roles.len();
        let bound = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
        match (min, max) {
            (_, Some(max)) if count > bound(max) => Some(BreachKind::TooManyRoles { count, max }),
            (Some(min), _) if count < bound(min) => Some(BreachKind::TooFewRoles { count, min }),
            _ => None,
        }
    }

    fn lacks(
        &self,
        held: &Assignment<'a>,
        all_of: &[RoleId],
        any_of: &[RoleId],
        same_scope: bool,
    ) -> Option<BreachKind<'a>> {
        let is_beside = |role: &RoleId| {
            let mut beside = self.held.iter().filter(|(other, _)| other == role);
            beside.any(|(_, beside)| !same_scope || self.overlap(held, beside))
        };
        let has_any = any_of.is_empty() || any_of.iter().any(is_beside);
        let names = |roles: &[RoleId]| -> Vec<&'a str> {
            roles.iter().map(|role| self.table.role_name(*role)).collect()
        };
        let missing: Vec<RoleId> = all_of.iter().copied().filter(|role| !is_beside(role)).collect();
        if missing.is_empty() && has_any {
            return None;
        }
        let any_of = if has_any { Vec::new() } else { names(any_of) };
        Some(BreachKind::Lacks { role: *held, all_of: names(&missing), any_of })
    }
}
