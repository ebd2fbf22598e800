//! Stage 05: diagnostics of invariants.
//!
//! Not the proofs.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule};

declare_rules! {
    ABOUT_NOTHING: Error "P0501" "invariant-about-nothing";
    BROKEN: Error "P0502" "broken-invariant";
    NEEDLESS: Error "P0503" "needless-except";
    SITUATIONS: Error "P0504" "too-many-situations-to-prove";
}

pub(crate) fn invariant_about_nothing(at: At) -> Diagnostic {
    Diagnostic::new(&ABOUT_NOTHING, at, "the invariant names neither roles nor actions".to_owned())
        .with_help("add `roles`, `actions` or both")
}

/// `is_excepted` where it is `except` that leaves nothing.
pub(crate) fn about_no_action(at: At, is_excepted: bool) -> Diagnostic {
    let (message, help) = if is_excepted {
        ("`except` leaves the invariant no action", "except less, or remove the invariant")
    } else {
        ("the invariant speaks of no action", "name actions that the policy has")
    };
    Diagnostic::new(&ABOUT_NOTHING, at, message.to_owned()).with_help(help)
}

pub(crate) fn about_no_kind(at: At, roles_at: Option<At>) -> Diagnostic {
    let message = "no kind that the invariant names may hold its roles".to_owned();
    let found = Diagnostic::new(&ABOUT_NOTHING, at, message)
        .with_help("it would hold whatever is granted; name kinds that may hold the roles");
    roles_at.into_iter().fold(found, |found, at| found.with_label(at, "the roles"))
}

/// `is_together` where one principal is to have all the roles.
pub(crate) fn about_nobody(at: At, is_together: bool) -> Diagnostic {
    let (message, help) = if is_together {
        ("no kind may hold all of these roles", "name roles that one principal may hold")
    } else {
        ("the invariant compares no two roles that one kind may hold", "name other roles")
    };
    Diagnostic::new(&ABOUT_NOTHING, at, message.to_owned())
        .with_help(format!("it would hold whatever is granted; {help}"))
}

/// Who asks, the action, and whether it is allowed; `command` asks for the same again.
pub(crate) fn broken_invariant(
    at: At,
    title: Option<&str>,
    (who, action, is_allowed): (&str, &str, bool),
    command: &str,
) -> Diagnostic {
    let may = if is_allowed { "may" } else { "may not always" };
    let name = title.map_or_else(|| "the invariant".to_owned(), |title| format!("`{title}`"));
    let message = format!("{name} does not hold: {who} {may} `{action}`");
    Diagnostic::new(&BROKEN, at, message).with_help(format!("replay it with `{command}`"))
}

pub(crate) fn needless_except(at: At, action: &str) -> Diagnostic {
    Diagnostic::new(&NEEDLESS, at, format!("`{action}` is excepted, and covered all the same"))
        .with_help("take it out of `except`, so that it stays covered")
        .with_removal_of(action)
}

pub(crate) fn too_many_situations(at: At, situations_max: usize) -> Diagnostic {
    let message = "the invariant depends on too many attributes and assertions to be proved";
    Diagnostic::new(&SITUATIONS, at, message.to_owned()).with_help(format!(
        "policyc looks at {situations_max} situations at most; \
         give attributes `values`, or name fewer actions"
    ))
}
