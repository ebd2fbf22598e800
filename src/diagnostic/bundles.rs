//! Stage 09: diagnostics of bundles, for a decode error that is shown to people.
//!
//! Not the decode errors themselves: the runtime half has its own type.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule};
use crate::table::{BundleError, BundleErrorKind};

declare_rules! {
    NOT_A_BUNDLE: Error "P0901" "not-a-bundle";
    OTHER_FORMAT: Error "P0902" "other-bundle-format";
    BROKEN: Error "P0903" "broken-bundle";
}

/// The diagnostic of a decode error; a bundle has no lines, so it stands at the file as a whole.
#[must_use]
pub fn bundle_diagnostic(error: &BundleError) -> Diagnostic {
    let (rule, help) = match error.kind() {
        BundleErrorKind::NotABundle => {
            (&NOT_A_BUNDLE, Some("bundles are written by `policyc compile`"))
        }
        // The runtime half's own message has the remedy, for those who see no help.
        BundleErrorKind::OtherFormat { .. } => (&OTHER_FORMAT, None),
        BundleErrorKind::Broken { .. } => {
            (&BROKEN, Some("compile the policies again, or fetch the file again"))
        }
    };
    let diagnostic = Diagnostic::new(rule, At::default(), error.to_string());
    diagnostic.with_help_if(help.map(str::to_owned))
}
