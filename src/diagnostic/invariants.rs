//! Stage 05: diagnostics of invariants.
//!
//! Not of policies that break them.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule};

declare_rules! {
    ABOUT_NOTHING: Error "P0501" "invariant-about-nothing";
}

pub(crate) fn invariant_about_nothing(at: At) -> Diagnostic {
    Diagnostic::new(&ABOUT_NOTHING, at, "the invariant names neither roles nor actions".to_owned())
        .with_help("add `roles`, `actions` or both")
}
