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

/// Who asks, the action, and whether it is allowed; `given` is the rest of the situation, in the
/// words of the command line.
pub(crate) fn broken_invariant(
    at: At,
    title: Option<&str>,
    (who, action, is_allowed): (&str, &str, bool),
    given: &str,
) -> Diagnostic {
    let may = if is_allowed { "may" } else { "may not always" };
    let name = title.map_or_else(|| "the invariant".to_owned(), |title| format!("`{title}`"));
    let message = format!("{name} does not hold: {who} {may} `{action}`");
    let shown =
        if given.is_empty() { "whatever is given".to_owned() } else { format!("`{given}`") };
    Diagnostic::new(&BROKEN, at, message).with_help(format!("seen with {shown}"))
}

pub(crate) fn needless_except(at: At, action: &str) -> Diagnostic {
    Diagnostic::new(&NEEDLESS, at, format!("`{action}` is excepted, and covered all the same"))
        .with_help("take it out of `except`, so that it stays covered")
}

pub(crate) fn too_many_situations(at: At, situations_max: usize) -> Diagnostic {
    let message = "the invariant depends on too many attributes and assertions to be proved";
    Diagnostic::new(&SITUATIONS, at, message.to_owned()).with_help(format!(
        "policyc looks at {situations_max} situations at most; \
         give attributes `values`, or name fewer actions"
    ))
}
