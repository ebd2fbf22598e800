//! Who may hold what: kinds of seniors and juniors, roles that a kind holds, constraints,
//! delegations.
//!
//! Not whether an assignment obeys.

use std::collections::BTreeMap;

use crate::diagnostic::{At, Diagnostic, FileId, Span, constraints, grants};
use crate::source::policy::{Policy, Role, RoleName, RoleOrAll, Says, Spanned};

use super::super::statements::fixed_roles;
use super::holdings::covering;

pub(super) fn check(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let roles: Roles<'_> = policy.roles.iter().map(|(name, role)| (&name.value, role)).collect();
    let mut found = Vec::new();
    for (senior, role) in &policy.roles {
        for junior in &role.inherits {
            found.extend(kinds_beyond(policy, &roles, (senior, role), junior, file));
        }
    }
    for (kind, entry) in &policy.kinds {
        for held in &entry.holds {
            found.extend(unholdable(&roles, kind.value.as_str(), held, file));
        }
    }
    for constraint in &policy.constraints {
        found.extend(bounds(&constraint.says, constraint.about.span, file));
    }
    for fixed in fixed_roles(policy) {
        for delegated in policy.delegations.iter().flat_map(|delegation| &delegation.assign) {
            if delegated.value == RoleOrAll::Role(fixed.value.clone()) {
                let (at, fixed_at) = (At::new(file, delegated.span), At::new(file, fixed.span));
                let name = fixed.value.as_str();
                found.push(constraints::delegated_fixed_role(at, name, fixed_at));
            }
        }
    }
    found
}

type Roles<'p> = BTreeMap<&'p RoleName, &'p Role>;

/// The kinds that may hold a senior lie among those of each junior.
fn kinds_beyond(
    policy: &Policy,
    roles: &Roles<'_>,
    (senior, role): (&Spanned<RoleName>, &Role),
    junior: &Spanned<RoleName>,
    file: FileId,
) -> Option<Diagnostic> {
    let junior_kinds = roles.get(&junior.value)?.kinds.as_ref()?;
    let may = |kind: &&str| !junior_kinds.iter().any(|other| other.value.as_str() == *kind);
    let every = || policy.kinds.iter().map(|(kind, _)| kind.value.as_str()).collect();
    let senior_kinds: Vec<&str> = role
        .kinds
        .as_ref()
        .map_or_else(every, |kinds| kinds.iter().map(|kind| kind.value.as_str()).collect());
    let beyond: Vec<&str> = senior_kinds.into_iter().filter(may).collect();
    if beyond.is_empty() {
        return None;
    }
    let names = (senior.value.as_str(), junior.value.as_str());
    let junior_at = At::new(file, covering(junior_kinds));
    let at = At::new(file, junior.span);
    Some(grants::senior_kinds_beyond_junior(at, names, &beyond, junior_at))
}

fn unholdable(
    roles: &Roles<'_>,
    kind: &str,
    held: &Spanned<RoleName>,
    file: FileId,
) -> Option<Diagnostic> {
    let role = roles.get(&held.value)?;
    let (at, name) = (At::new(file, held.span), held.value.as_str());
    if let Some(scope) = &role.scope {
        return Some(grants::held_role_with_scope(at, name, At::new(file, scope.span)));
    }
    let kinds = role.kinds.as_ref()?;
    let may = kinds.iter().any(|other| other.value.as_str() == kind);
    let kinds_at = At::new(file, covering(kinds));
    (!may).then(|| grants::held_role_of_other_kinds(at, name, kind, kinds_at))
}

fn bounds(says: &Says, span: Span, file: FileId) -> Option<Diagnostic> {
    let at = At::new(file, span);
    match says {
        Says::Cardinality { min, max, .. } | Says::RolesPerPrincipal { min, max, .. } => {
            match (min, max) {
                (None, None) => Some(constraints::constraint_without_bound(at)),
                (Some(min), Some(max)) if min.value > max.value => {
                    let (at, max_at) = (At::new(file, min.span), At::new(file, max.span));
                    Some(constraints::min_above_max(at, max_at))
                }
                _ => None,
            }
        }
        Says::Requires { all_of, any_of, .. } if all_of.is_empty() && any_of.is_empty() => {
            Some(constraints::requirement_of_nothing(at))
        }
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::Fixed { .. }
        | Says::ImmutableKind
        | Says::Requires { .. } => None,
    }
}
