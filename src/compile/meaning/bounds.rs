//! Bounds against other bounds, and least numbers that nothing can reach.
//!
//! Not a directory's numbers. A bound that contradicts itself is reported by `assignments`, and not
//! compared with others.

use crate::diagnostic::{At, Diagnostic, FileId, constraints};
use crate::source::policy::{Identifier, Names, Policy, Says, Spanned};
use crate::table::rules::Level;

use super::holdings::Limits;

pub(super) fn check(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let limits = Limits::new(policy, file);
    let holders = holder_bounds(policy, &limits);
    let roles = role_bounds(policy);
    let mut found = Vec::new();
    for least in &holders {
        found.extend(holders_contradict(least, &holders, file));
        found.extend(fixed_and_many(least, &limits, file));
    }
    for least in &roles {
        found.extend(roles_contradict(least, &roles, policy, file));
        found.extend(beyond_every_kind(least, policy, &limits, file));
    }
    found
}

/// How many of something there are: holders of each of some roles, roles of each principal.
struct Bound<'p, T> {
    level: Level,
    of: T,
    min: Option<&'p Spanned<u32>>,
    max: Option<&'p Spanned<u32>>,
}

impl<'p, T> Bound<'p, T> {
    /// None where it contradicts itself.
    fn new(
        level: Level,
        of: T,
        min: Option<&'p Spanned<u32>>,
        max: Option<&'p Spanned<u32>>,
    ) -> Option<Self> {
        let is_reversed = min.zip(max).is_some_and(|(min, max)| min.value > max.value);
        (!is_reversed).then_some(Self { level, of, min, max })
    }

    /// The least number of this one and the greatest of another, where both cannot be and one of
    /// them leaves no choice. Two pieces of advice may contradict each other.
    fn against(&self, other: &Self) -> Option<(&'p Spanned<u32>, &'p Spanned<u32>)> {
        let is_binding = self.level == Level::Error || other.level == Level::Error;
        let pair = self.min.zip(other.max).filter(|_| is_binding);
        pair.filter(|(min, max)| min.value > max.value)
    }
}

/// The roles of a `cardinality`, and what it counts in.
struct Holders<'p> {
    roles: Vec<&'p str>,
    per: Option<&'p str>,
}

fn holder_bounds<'p>(policy: &'p Policy, limits: &Limits<'p>) -> Vec<Bound<'p, Holders<'p>>> {
    let bounds = policy.constraints.iter().filter_map(|constraint| {
        let Says::Cardinality { roles, min, max, per } = &constraint.says else { return None };
        let roles = limits.expand(roles).into_iter().map(|(role, _)| role).collect();
        let per = per.as_ref().map(|per| per.value.as_str());
        Bound::new(constraint.level, Holders { roles, per }, min.as_ref(), max.as_ref())
    });
    bounds.collect()
}

type Kinds<'p> = Option<&'p Names<Identifier>>;

fn role_bounds(policy: &Policy) -> Vec<Bound<'_, Kinds<'_>>> {
    let bounds = policy.constraints.iter().filter_map(|constraint| {
        let Says::RolesPerPrincipal { min, max, kinds } = &constraint.says else { return None };
        Bound::new(constraint.level, kinds.as_ref(), min.as_ref(), max.as_ref())
    });
    bounds.collect()
}

/// A role with more holders than another constraint allows: counted alike, or in each scope more
/// than there may be anywhere.
fn holders_contradict(
    least: &Bound<'_, Holders<'_>>,
    all: &[Bound<'_, Holders<'_>>],
    file: FileId,
) -> Option<Diagnostic> {
    all.iter().find_map(|most| {
        let (min, max) = least.against(most)?;
        let role = least.of.roles.iter().find(|role| most.of.roles.contains(role))?;
        let is_inside = most.of.per.is_none() || most.of.per == least.of.per;
        let (at, max_at) = (At::new(file, min.span), At::new(file, max.span));
        let numbers = (min.value, max.value);
        is_inside.then(|| constraints::holders_contradict(at, role, numbers, max_at))
    })
}

/// A fixed role is never assigned, so it never gets a second holder.
fn fixed_and_many(
    least: &Bound<'_, Holders<'_>>,
    limits: &Limits<'_>,
    file: FileId,
) -> Option<Diagnostic> {
    let min = least.min.filter(|min| min.value > 1)?;
    let mut fixed = limits.errors().filter_map(|constraint| {
        let Says::Fixed { roles } = &constraint.says else { return None };
        Some(limits.expand(roles))
    });
    let (role, span) = fixed
        .find_map(|fixed| fixed.into_iter().find(|(role, _)| least.of.roles.contains(role)))?;
    let (at, fixed_at) = (At::new(file, min.span), At::new(file, span));
    Some(constraints::fixed_and_many(at, role, min.value, fixed_at))
}

/// More roles for a kind than another constraint allows it.
fn roles_contradict(
    least: &Bound<'_, Kinds<'_>>,
    all: &[Bound<'_, Kinds<'_>>],
    policy: &Policy,
    file: FileId,
) -> Option<Diagnostic> {
    all.iter().find_map(|most| {
        let (min, max) = least.against(most)?;
        let every = policy.kinds.iter().map(|(kind, _)| kind.value.as_str());
        let common = every.filter(|kind| binds(least.of, kind) && binds(most.of, kind));
        let common: Vec<&str> = common.collect();
        if common.is_empty() && !policy.kinds.is_empty() {
            return None;
        }
        let (at, max_at) = (At::new(file, min.span), At::new(file, max.span));
        let kind = common.first().copied().filter(|_| least.of.is_some() || most.of.is_some());
        Some(constraints::roles_contradict(at, kind, (min.value, max.value), max_at))
    })
}

/// More roles than a kind that is named may hold, or than any may where none is named.
fn beyond_every_kind(
    least: &Bound<'_, Kinds<'_>>,
    policy: &Policy,
    limits: &Limits<'_>,
    file: FileId,
) -> Option<Diagnostic> {
    let min = least.min?;
    let at = At::new(file, min.span);
    let is_beyond = |count: usize| usize::try_from(min.value).map_or(true, |min| min > count);
    let count = |kind: &str| {
        let roles = policy.roles.iter();
        roles.filter(|(role, _)| limits.may_hold(kind, role.value.as_str())).count()
    };
    let Some(kinds) = least.of else {
        let every = policy.kinds.iter().map(|(kind, _)| count(kind.value.as_str()));
        let most = every.max().unwrap_or(policy.roles.len());
        return is_beyond(most).then(|| constraints::beyond_every_kind(at, min.value, most));
    };
    let mut counts = kinds.iter().map(|kind| (kind, count(kind.value.as_str())));
    let (kind, most) = counts.find(|(_, count)| is_beyond(*count))?;
    let kind_at = At::new(file, kind.span);
    Some(constraints::beyond_kind(at, min.value, (kind.value.as_str(), most), kind_at))
}

fn binds(kinds: Kinds<'_>, kind: &str) -> bool {
    kinds.is_none_or(|kinds| kinds.iter().any(|other| other.value.as_str() == kind))
}
