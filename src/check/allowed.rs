//! Suppressions: lints that a policy allows, each at the one entry where it is right and meant so.
//!
//! Not levels, which hold for whole runs. An error cannot be allowed.

use crate::diagnostic::{At, Diagnostic, FileId, Levels, Rule, Severity, Span, find_rule, sources};
use crate::source::policy::{About, Policy};

/// Takes out what the policy allows; adds what it allows in vain.
pub(super) fn apply(
    policy: &Policy,
    file: FileId,
    levels: &Levels,
    mut found: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let starts = starts(policy);
    let mut own = Vec::new();
    // Where there are errors, lints have not been looked for.
    let is_whole = !found.iter().any(|found| found.severity == Severity::Error);
    for about in policy.abouts() {
        for (name, reason) in &about.allow {
            let (lint, at) = (name.value.as_str(), At::new(file, name.span));
            let Some(rule) = find_rule(lint) else { continue };
            let (count, region) = (found.len(), region(about, &starts));
            found.retain(|one| !is_allowed(one, rule, &region));
            // While the lint is off it finds nothing, and hides nothing either.
            if is_whole && count == found.len() && levels.is_on(rule) {
                own.push(sources::unused_allow(at, lint, reason.span));
            }
        }
    }
    found.extend(own);
    found
}

fn is_allowed(found: &Diagnostic, rule: &Rule, region: &std::ops::Range<usize>) -> bool {
    found.rule.code == rule.code && region.contains(&found.at.span.start)
}

/// Where every entry begins, sorted.
fn starts(policy: &Policy) -> Vec<usize> {
    let mut starts: Vec<usize> = policy.abouts().skip(1).map(|about| about.span.start).collect();
    starts.sort_unstable();
    starts
}

/// From an entry's header to the next one's; the whole file for what the policy itself says.
fn region(about: &About, starts: &[usize]) -> std::ops::Range<usize> {
    let Span { start, end } = about.span;
    if start == 0 && end == 0 {
        return 0..usize::MAX;
    }
    let next = starts.partition_point(|other| *other <= start);
    start..starts.get(next).copied().unwrap_or(usize::MAX)
}
