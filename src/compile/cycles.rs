//! Circles: roles, conditions and scopes that lead back to themselves.
//!
//! Not unknown names: a link to nothing ends a way.

use std::collections::BTreeMap;

use crate::diagnostic::{At, Diagnostic, FileId, Span, names};
use crate::source::policy::{Identifier, Names, Policy, Test};

/// The links of one list: by name, where each leads and where that is written.
type Links<'a> = BTreeMap<&'a str, Vec<(&'a str, Span)>>;

/// Finds every circle, each once.
pub(super) fn check(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let roles = policy.roles.iter().map(|(name, role)| {
        let juniors = role.inherits.iter().map(|junior| (junior.value.as_str(), junior.span));
        (name.value.as_str(), juniors.collect())
    });
    let conditions = policy.conditions.iter().map(|(name, condition)| {
        let parts = match &condition.test {
            Test::All(parts) | Test::Any(parts) => links(parts),
            Test::Not(part) => vec![(part.value.as_str(), part.span)],
            Test::Asserted
            | Test::OneOf { .. }
            | Test::Matches { .. }
            | Test::AtLeast { .. }
            | Test::AtMost { .. } => Vec::new(),
        };
        (name.value.as_str(), parts)
    });
    let scopes = policy.scopes.iter().map(|(name, scope)| {
        let within = scope.within.iter().map(|outer| (outer.value.as_str(), outer.span));
        (name.value.as_str(), within.collect())
    });
    let report = |circles: Vec<Circle<'_>>, diagnostic: fn(At, &[&str]) -> Diagnostic| {
        let at = |circle: Circle<'_>| diagnostic(At::new(file, circle.span), &circle.way);
        circles.into_iter().map(at).collect::<Vec<_>>()
    };
    let mut found = report(circles(&roles.collect()), names::inheritance_cycle);
    found.extend(report(circles(&conditions.collect()), names::condition_cycle));
    found.extend(report(circles(&scopes.collect()), names::scope_cycle));
    found
}

fn links(names: &Names<Identifier>) -> Vec<(&str, Span)> {
    names.iter().map(|name| (name.value.as_str(), name.span)).collect()
}

/// A way from a name back to itself, and where the link that closes it is written.
struct Circle<'a> {
    way: Vec<&'a str>,
    span: Span,
}

/// Depth-first, without recursion: a chain of names may be as long as a file.
fn circles<'a>(links: &Links<'a>) -> Vec<Circle<'a>> {
    let mut seen: BTreeMap<&str, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for start in links.keys() {
        // The way down to where the walk is, each with the links that are still to be followed.
        let mut way: Vec<(&str, &[(&str, Span)])> = Vec::new();
        if !seen.contains_key(start) {
            seen.insert(start, true);
            way.push((start, links.get(start).map_or(&[], Vec::as_slice)));
        }
        while let Some((name, rest)) = way.last_mut() {
            let Some(((next, span), others)) = rest.split_first() else {
                seen.insert(name, false);
                way.pop();
                continue;
            };
            *rest = others;
            match seen.get(next) {
                Some(true) => {
                    let circle = way.iter().map(|(name, _)| *name).skip_while(|name| name != next);
                    found.push(Circle { way: circle.chain([*next]).collect(), span: *span });
                }
                Some(false) => {}
                None => {
                    seen.insert(next, true);
                    way.push((next, links.get(next).map_or(&[], Vec::as_slice)));
                }
            }
        }
    }
    found
}
