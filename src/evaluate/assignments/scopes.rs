//! Whether two assignments hold in one scope.
//!
//! Not whether an assignment counts for a resource, which `held` says. Where it is not known
//! whether two scopes lie in each other, they do: a constraint is not lifted by what is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Scope, ScopeId};
use crate::table::Table;

/// Whether a kind of scope is another one, or lies inside it.
pub(crate) fn lies_inside(table: &Table, inner: ScopeId, outer: ScopeId) -> bool {
    let around = |id: &ScopeId| table.scope(*id).and_then(|kind| kind.within);
    // INVARIANT: scope kinds are a tree, so the walk outwards ends.
    std::iter::successors(Some(inner), around).any(|id| id == outer)
}

/// Which scope lies in which, as a caller gives it.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    /// By inner scope: those around it, each as it is given, at once or on the way out.
    around: BTreeMap<Scope<'a>, Vec<Scope<'a>>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(pairs: impl Iterator<Item = (Scope<'a>, Scope<'a>)>) -> Self {
        let mut around: BTreeMap<Scope<'a>, Vec<Scope<'a>>> = BTreeMap::new();
        for (inner, outer) in pairs {
            around.entry(inner).or_default().push(outer);
        }
        Self { around }
    }

    /// The scope itself and all that are known to lie around it, the nearer ones first.
    pub(super) fn outwards(&self, scope: Scope<'a>) -> Vec<Scope<'a>> {
        let mut way = vec![scope];
        // A tree given by a caller may be circular, so nothing is walked twice.
        let mut seen = BTreeSet::from([scope]);
        let mut at = 0;
        while let Some(scope) = way.get(at) {
            let outer = self.around.get(scope).into_iter().flatten();
            let new: Vec<Scope<'a>> = outer.copied().filter(|outer| seen.insert(*outer)).collect();
            way.extend(new);
            at += 1;
        }
        way
    }

    /// The scope of this kind that a scope is or lies in, where it is known.
    pub(super) fn ancestor(&self, scope: Scope<'a>, kind: &str) -> Option<Scope<'a>> {
        self.outwards(scope).into_iter().find(|scope| scope.kind == kind)
    }

    /// Whether two roles are held in one scope. No scope is every scope, and an outer scope is all
    /// scopes inside it.
    ///
    /// Of an inner scope, all that is around the outer one is around it too. So two scopes that are
    /// known to lie in different ones of a kind have nothing in common, however little else is
    /// known of them.
    pub(super) fn overlap(
        &self,
        table: &Table,
        one: Option<Scope<'a>>,
        other: Option<Scope<'a>>,
    ) -> bool {
        let (Some(one), Some(other)) = (one, other) else { return true };
        if one.kind == other.kind && table.find_scope(one.kind).is_some() {
            return one == other;
        }
        let (one, other) = (self.outwards(one), self.outwards(other));
        let is_possible = |a: &Scope<'a>, b: &Scope<'a>| {
            let (Some(a_kind), Some(b_kind)) = (table.find_scope(a.kind), table.find_scope(b.kind))
            else {
                return true;
            };
            if a_kind == b_kind {
                return one.iter().any(|scope| scope.kind == a.kind && other.contains(scope));
            }
            lies_inside(table, a_kind, b_kind) || lies_inside(table, b_kind, a_kind)
        };
        one.iter().all(|a| other.iter().all(|b| is_possible(a, b)))
    }
}
