//! Which constraints the assignments of one principal break.
//!
//! Not those that take more than one principal (cardinality) or a change (fixed roles, immutable
//! kinds) to judge, and nothing that `decide` reads.

use crate::model::{Assignment, KindId, RoleId, Scope};
use crate::table::Table;
use crate::table::rules::{Constraint, Level, Says};

use super::scopes::overlap;

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

/// A constraint that is broken, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach<'a> {
    /// The word of the policy file: `separation`.
    pub constraint: &'static str,
    /// Whether the policy calls it an error, and not only advice.
    pub is_error: bool,
    /// What is broken.
    pub kind: BreachKind<'a>,
    /// The file, relative to the path that was compiled.
    pub file: &'a str,
    /// The line, counted from 1.
    pub line: u32,
    /// The entry's title.
    pub title: Option<&'a str>,
    /// The entry's reason.
    pub because: Option<&'a str>,
}

/// What of a constraint is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreachKind<'a> {
    /// Two roles that are kept apart.
    Separated(Assignment<'a>, Assignment<'a>),
    /// The first role has all the access of the second.
    Subsumed(Assignment<'a>, Assignment<'a>),
    /// More distinct roles than one principal may hold.
    TooManyRoles {
        /// So many are held.
        count: usize,
        /// So many may be.
        max: u32,
    },
    /// Fewer distinct roles than one principal must hold.
    TooFewRoles {
        /// So many are held.
        count: usize,
        /// So many must be.
        min: u32,
    },
    /// A role that must be held beside another and is not.
    Lacks {
        /// The role that needs others.
        role: Assignment<'a>,
        /// What it needs: all of these.
        all_of: Vec<&'a str>,
        /// What it needs: one of these.
        any_of: Vec<&'a str>,
    },
}

/// The constraints that a principal's assignments break, in the order of the file.
///
/// Total and pure. Constraints speak of roles assigned, not inherited. `cardinality`, `fixed` and
/// `immutable-kind` take more than one principal's roles to judge and are not judged here.
#[must_use]
pub fn broken_constraints<'a>(table: &'a Table, holder: &Holder<'a>) -> Vec<Breach<'a>> {
    let judge = Judge::new(table, holder);
    let constraints = table.rules().constraints.iter().zip(&table.notes().constraints);
    let mut breaches = Vec::new();
    for (constraint, note) in constraints {
        let breach = |kind: BreachKind<'a>| Breach {
            constraint: constraint.says.as_str(),
            is_error: constraint.level == Level::Error,
            kind,
            file: &table.notes().file,
            line: note.line,
            title: note.title.as_deref(),
            because: note.because.as_deref(),
        };
        breaches.extend(judge.broken(constraint).into_iter().map(breach));
    }
    breaches.sort_by_key(|breach| breach.line);
    breaches
}

struct Judge<'a, 'h> {
    table: &'a Table,
    holder: &'h Holder<'a>,
    /// The known roles, each with its assignment, in the order given.
    held: Vec<(RoleId, Assignment<'a>)>,
}

impl<'a, 'h> Judge<'a, 'h> {
    fn new(table: &'a Table, holder: &'h Holder<'a>) -> Self {
        let known = holder.assignments.iter();
        let held = known.filter_map(|given| Some((table.find_role(given.role)?, *given)));
        Self { table, holder, held: held.collect() }
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
        overlap(self.table, self.holder.scopes, one.scope, other.scope)
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
