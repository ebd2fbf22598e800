//! Stage 04: diagnostics of constraints and delegations.
//!
//! Not of assignments that break them.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule};

declare_rules! {
    UNBOUNDED: Error "P0401" "constraint-without-bound";
    REVERSED: Error "P0402" "min-above-max";
    FIXED: Error "P0403" "delegated-fixed-role";
    SITUATIONS: Error "P0404" "too-many-situations-to-compare";
}

pub(crate) fn constraint_without_bound(at: At) -> Diagnostic {
    Diagnostic::new(&UNBOUNDED, at, "the constraint bounds nothing".to_owned())
        .with_help("add `min`, `max` or both")
}

pub(crate) fn requirement_of_nothing(at: At) -> Diagnostic {
    Diagnostic::new(&UNBOUNDED, at, "the constraint requires nothing".to_owned())
        .with_help("add `all-of`, `any-of` or both")
}

pub(crate) fn min_above_max(at: At, max_at: At) -> Diagnostic {
    Diagnostic::new(&REVERSED, at, "`min` is larger than `max`".to_owned())
        .with_label(max_at, "the greatest number")
}

pub(crate) fn delegated_fixed_role(at: At, role: &str, fixed_at: At) -> Diagnostic {
    Diagnostic::new(&FIXED, at, format!("role `{role}` is fixed and cannot be delegated"))
        .with_label(fixed_at, "fixed here")
}

pub(crate) fn too_many_situations(at: At, situations_max: usize) -> Diagnostic {
    let message = "roles depend on too many attributes and assertions to be compared".to_owned();
    Diagnostic::new(&SITUATIONS, at, message).with_help(format!(
        "for `no-subsumed-roles` policyc looks at {situations_max} situations at most; \
         give attributes `values`, or name fewer roles"
    ))
}
