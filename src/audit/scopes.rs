//! Which scope lies in which, as a directory says it, and whether it can.
//!
//! Not whether two roles are held in one scope, which `evaluate` says.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{At, Diagnostic, assignments};
use crate::model::Scope;
use crate::source::directory::ScopeName;
use crate::table::Table;
use crate::table::rules::ScopeKind;

use super::names::unknown_scope;
use super::{GivenPrincipal, Part};

/// The scopes that a directory places.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placed<'s> {
    /// By scope: the one that it lies in, if it lies in one.
    within: BTreeMap<Scope<'s>, Option<Scope<'s>>>,
}

impl<'s> Placed<'s> {
    /// Every scope, with the one that it lies in.
    pub(crate) fn all(&self) -> Vec<(Scope<'s>, Option<Scope<'s>>)> {
        self.within.iter().map(|(scope, within)| (*scope, *within)).collect()
    }

    /// These scopes and all around them, each with the one that it lies in.
    pub(crate) fn around(
        &self,
        scopes: impl Iterator<Item = Scope<'s>>,
    ) -> Vec<(Scope<'s>, Scope<'s>)> {
        let mut around = BTreeMap::new();
        for scope in scopes {
            let mut inner = scope;
            while let Some(Some(outer)) = self.within.get(&inner).copied() {
                if around.insert(inner, outer).is_some() {
                    break;
                }
                inner = outer;
            }
        }
        around.into_iter().collect()
    }

    /// Scopes of inner kinds that a principal's roles are held in, and that nothing places.
    pub(super) fn unplaced(&self, table: &Table, person: &GivenPrincipal<'_>) -> Vec<Diagnostic> {
        let roles = person.roles.iter().map(|(given, at)| (given.scope, *at));
        let direct = person.direct.iter().map(|(given, at)| (given.scope, *at));
        let given = roles.chain(direct).filter_map(|(scope, at)| Some((scope?, at)));
        given.filter_map(|(scope, at)| self.is_unplaced(table, scope, at)).collect()
    }

    fn is_unplaced(&self, table: &Table, scope: Scope<'_>, at: At) -> Option<Diagnostic> {
        let outer = outer_kind(table, find_kind(table, scope)?)?;
        let is_placed = self.within.contains_key(&Scope { kind: scope.kind, id: scope.id });
        (!is_placed).then(|| assignments::unplaced_scope(at, &scope.to_string(), outer))
    }
}

fn find_kind<'t>(table: &'t Table, scope: Scope<'_>) -> Option<&'t ScopeKind> {
    table.scope(table.find_scope(scope.kind)?)
}

/// The kind that scopes of a kind lie in; none for an outermost one.
fn outer_kind<'t>(table: &'t Table, kind: &ScopeKind) -> Option<&'t str> {
    kind.within.and_then(|outer| table.scope(outer)).map(|outer| outer.name.as_str())
}

/// Reads where scopes lie, and notes what cannot be.
pub(crate) fn placed<'s>(
    table: &Table,
    part: &Part<'s>,
    found: &mut Vec<Diagnostic>,
) -> Placed<'s> {
    let mut placed = Placed::default();
    for placement in part.scopes {
        let at = At::new(part.file, placement.scope.span);
        let scope = placement.scope.value.as_scope();
        let within = placement.within.as_ref();
        // Only what can be is known: circles, and ways without end, are not.
        placed.within.insert(scope, None);
        let Some(kind) = find_kind(table, scope) else {
            found.extend(unknown_scope(table, scope, at));
            continue;
        };
        match (within, outer_kind(table, kind)) {
            (None, None) => {}
            (None, Some(outer)) => {
                found.push(assignments::unplaced_scope(at, &scope.to_string(), outer));
            }
            (Some(within), outer) => {
                let at = At::new(part.file, within.span);
                let around: Scope<'s> = ScopeName::as_scope(&within.value);
                if let Some(unknown) = unknown_scope(table, around, at) {
                    found.push(unknown);
                } else if outer != Some(around.kind) {
                    let (scope, within) = (scope.to_string(), around.to_string());
                    found.push(assignments::misplaced_scope(at, &scope, &within, outer));
                } else {
                    placed.within.insert(scope, Some(around));
                }
            }
        }
    }
    // What a scope lies in is to be placed as well, unless nothing can lie around it.
    let unsound: BTreeSet<At> = found.iter().map(|found| found.at).collect();
    let outer = part.scopes.iter().filter_map(|placement| placement.within.as_ref());
    for within in outer {
        let at = At::new(part.file, within.span);
        if !unsound.contains(&at) {
            found.extend(placed.is_unplaced(table, within.value.as_scope(), at));
        }
    }
    placed
}
