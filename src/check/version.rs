//! Whether a policy's version says what became of its access.
//!
//! Not what changed, which `diff` says.

use crate::diagnostic::{At, Diagnostic, sources};
use crate::diff::{AccessChange, Bump, How, PolicyDiff, Who, diff_tables};
use crate::table::Table;

/// The finding on a version that is changed too little for what changed since another one.
pub(super) fn check(old: &Table, new: &Table, at: At) -> Option<Diagnostic> {
    let diff = match diff_tables(old, new) {
        Ok(diff) => diff,
        Err(error) => return Some(sources::uncompared_version(at, &error.to_string())),
    };
    if diff.is_bump_enough() {
        return None;
    }
    let Some(makes) = diff.makes else {
        return Some(sources::version_goes_back(at, &diff.old_version));
    };
    let is_enough = |version: &String| version != &diff.new_version;
    let next = diff.needs.after(&diff.old_version).filter(is_enough);
    Some(sources::insufficient_version(
        at,
        (&diff.old_version, makes.as_str(), diff.needs.as_str()),
        first_change(&diff),
        next,
    ))
}

/// One change that the version does not say.
fn first_change(diff: &PolicyDiff) -> Option<String> {
    let tells = |change: &&AccessChange| {
        let is_gain = matches!(change.how, How::Gains | How::Releases);
        is_gain == (diff.needs == Bump::Minor)
    };
    let change = diff.access.iter().find(tells)?;
    let who = match &change.who {
        Who::Role { name, .. } => format!("`{name}`"),
        Who::Everyone { .. } => "everyone".to_owned(),
        Who::Directly => "whoever is given it directly".to_owned(),
    };
    let does = match change.how {
        How::Gains => "gains",
        How::Loses | How::LosesForAll => "loses",
        How::Withholds => "now takes from other roles",
        How::Releases => "no longer takes from other roles",
    };
    Some(format!("{who} {does} `{}`", change.action))
}
