//! Whether what is known fits together: the checks on a policy whose names are all resolved.
//!
//! Not what the whole table says: that is `analyze`'s.

mod assignments;
mod bounds;
mod conditions;
mod grants;
mod holdings;
mod requirements;
mod rules;

use crate::diagnostic::{Diagnostic, FileId};
use crate::source::policy::Policy;

use super::lower::Draft;

/// All findings; none of them is of a name.
pub(super) fn check(policy: &Policy, draft: &Draft, file: FileId) -> Vec<Diagnostic> {
    let mut found = conditions::check(policy, draft, file);
    found.extend(assignments::check(policy, file));
    found.extend(bounds::check(policy, file));
    found.extend(requirements::check(policy, file));
    found.extend(grants::check(policy, draft, file));
    found.extend(rules::check(policy, file));
    found
}
