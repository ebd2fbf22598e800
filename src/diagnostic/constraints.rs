//! Stage 04: diagnostics of constraints and delegations.
//!
//! Not of assignments that break them.

use super::registry::declare_rules;
use super::suggest::list;
use super::{At, Diagnostic, Rule};

declare_rules! {
    UNBOUNDED: Error "P0401" "constraint-without-bound";
    REVERSED: Error "P0402" "min-above-max";
    FIXED: Error "P0403" "delegated-fixed-role";
    SITUATIONS: Error "P0404" "too-many-situations-to-compare";
    UNMET: Error "P0405" "unmeetable-requirement";
    CONTRADICTORY: Error "P0406" "contradictory-bounds";
    UNREACHABLE: Error "P0407" "unreachable-min";
    UNFIT: Error "P0408" "delegation-to-unfit-kind";
    ASSIGNEE: Error "P0409" "impossible-assignee";
    ESCALATION: Advice "P0410" "delegated-escalation";
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

/// `what` is what the role requires, and why it cannot have it.
pub(crate) fn unmet_requirement(at: At, role: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&UNMET, at, format!("`{role}` requires {what}")).with_help(unholdable(role))
}

pub(crate) fn unmet_choice(at: At, role: &str, choices: &[&str]) -> Diagnostic {
    let message = match choices {
        [only] => format!("`{role}` requires `{only}`, and cannot be held beside it"),
        all => format!("`{role}` requires one of {}, and can be held beside none", list(all)),
    };
    Diagnostic::new(&UNMET, at, message).with_help(unholdable(role))
}

fn unholdable(role: &str) -> String {
    format!(
        "as it stands nobody may hold `{role}`; change what it requires, or what stands against it"
    )
}

pub(crate) fn holders_contradict(
    at: At,
    role: &str,
    (min, max): (u32, u32),
    max_at: At,
) -> Diagnostic {
    let message = format!("`{role}` must have {} here, and {max} at most elsewhere", holders(min));
    Diagnostic::new(&CONTRADICTORY, at, message)
        .with_label(max_at, "the greatest number")
        .with_help("no directory obeys both; change one of the two")
}

/// `kind` is one that both bind, where either names kinds.
pub(crate) fn roles_contradict(
    at: At,
    kind: Option<&str>,
    (min, max): (u32, u32),
    max_at: At,
) -> Diagnostic {
    let who = kind.map_or_else(|| "a principal".to_owned(), |kind| format!("a `{kind}`"));
    let message = format!("{who} must hold {} here, and {max} at most elsewhere", roles(min));
    Diagnostic::new(&CONTRADICTORY, at, message)
        .with_label(max_at, "the greatest number")
        .with_help("no principal obeys both; change one of the two")
}

pub(crate) fn fixed_and_many(at: At, role: &str, min: u32, fixed_at: At) -> Diagnostic {
    let message = format!("`{role}` is fixed, and can never come to {}", holders(min));
    Diagnostic::new(&UNREACHABLE, at, message)
        .with_label(fixed_at, "fixed here")
        .with_help("a fixed role is never assigned, so it keeps the one holder it has")
}

pub(crate) fn beyond_every_kind(at: At, min: u32, most: usize) -> Diagnostic {
    let message = format!("nobody can hold {}: the most that one may hold is {most}", roles(min));
    Diagnostic::new(&UNREACHABLE, at, message)
        .with_help("`roles-per-principal` counts distinct roles that are assigned")
}

pub(crate) fn beyond_kind(
    at: At,
    min: u32,
    (kind, most): (&str, usize),
    kind_at: At,
) -> Diagnostic {
    let message =
        format!("no `{kind}` can hold {}: the most that it may hold is {most}", roles(min));
    Diagnostic::new(&UNREACHABLE, at, message)
        .with_label(kind_at, "the kind")
        .with_help("`roles-per-principal` counts distinct roles that are assigned")
}

pub(crate) fn unfit_kind(at: At, kind: &str, roles: &[&str]) -> Diagnostic {
    let message = format!("kind `{kind}` is given {}, which it may not hold", list(roles));
    Diagnostic::new(&UNFIT, at, message)
        .with_help("take the kind out, or give what it may hold in an entry of its own")
}

pub(crate) fn kind_without_roles(at: At, kind: &str) -> Diagnostic {
    Diagnostic::new(&UNFIT, at, format!("kind `{kind}` may hold no role that could be given to it"))
        .with_help("take the kind out, or let it hold a role that is not fixed")
}

pub(crate) fn held_and_not_held(at: At, role: &str, held_at: At) -> Diagnostic {
    Diagnostic::new(&ASSIGNEE, at, format!("`{role}` must be held and must not be held"))
        .with_label(held_at, "must be held")
        .with_help("nobody is both; name it once")
}

/// `why` is to whom it is given, and why that cannot be.
pub(crate) fn impossible_assignee(at: At, role: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&ASSIGNEE, at, format!("`{role}` is {why}"))
        .with_help("nobody could be given it; change what must be held, or what stands against it")
}

/// The assigner, the first role that it gives, and the last one on the way, which may do the
/// action where the assigner may not.
pub(crate) fn escalation(at: At, [assigner, first, last]: [&str; 3], action: &str) -> Diagnostic {
    let way = if first == last { String::new() } else { format!(" and so reach `{last}`") };
    let message = format!(
        "who holds `{assigner}` can give `{first}`{way}, which may `{action}` where `{assigner}` \
         may not"
    );
    Diagnostic::new(&ESCALATION, at, message).with_note(format!("gives `{first}`")).with_help(
        "if that is not meant, give fewer roles in `assign`, \
         or to fewer with `kinds`, `not-holding` or `when`",
    )
}

fn holders(count: u32) -> String {
    if count == 1 { "1 holder".to_owned() } else { format!("{count} holders") }
}

fn roles(count: u32) -> String {
    if count == 1 { "1 role".to_owned() } else { format!("{count} roles") }
}
