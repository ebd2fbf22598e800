//! How many active holders a role has, in a whole directory or in each scope of a kind.
//!
//! Not where two hold a role that one may hold, which `twice` says.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Assignment, RoleId, Scope, ScopeId};
use crate::table::Table;
use crate::table::rules::ScopeKind;

use super::breach::BreachKind;
use super::directory::Whole;
use super::scopes::lies_inside;

/// Members of a directory, by their positions.
type Positions = BTreeSet<usize>;

/// Too many or too few active holders of a role, in the whole directory or a scope.
pub(super) fn counted<'a>(
    whole: &Whole<'a, '_>,
    role: RoleId,
    bounds: (Option<u32>, Option<u32>),
    per: Option<ScopeId>,
) -> Vec<BreachKind<'a>> {
    let is_active = |at: usize| whole.member(at).is_some_and(|member| member.is_active);
    let active = whole.held(role).iter().copied().filter(|(at, _)| is_active(*at));
    let judge = |scope, count, all: &dyn Fn() -> Positions| {
        let holders = || all().into_iter().filter_map(|at| Some(whole.member(at)?.id)).collect();
        out_of_bounds((whole.table.role_name(role), scope), bounds, count, &holders)
    };
    let Some(per) = per else {
        let all: Positions = active.map(|(at, _)| at).collect();
        return judge(None, all.len(), &|| all.clone()).into_iter().collect();
    };
    let Some(kind) = whole.table.scope(per) else { return Vec::new() };
    let holders = Holders::new(whole, (per, kind), active);
    // There is an outermost scope, named or not; of inner ones there may be none.
    if holders.inside.is_empty() && kind.within.is_none() {
        let unsure = holders.unsure.iter().map(|(at, _)| *at);
        let all: Positions = holders.everywhere.iter().copied().chain(unsure).collect();
        return judge(None, all.len(), &|| all.clone()).into_iter().collect();
    }
    let outer_kinds = outer_kinds(whole.table, kind);
    // Of a hundred thousand scopes, most lie in the same few: who holds the role around them is
    // looked for once.
    let mut around: BTreeMap<Vec<Scope<'a>>, Positions> = BTreeMap::new();
    let mut broken = Vec::new();
    for (scope, inside) in &holders.inside {
        let mut way = whole.tree.outwards(*scope);
        way.retain(|outer| outer_kinds.contains(&outer.kind));
        let around = around
            .entry(way)
            .or_insert_with_key(|way| holders.around(whole, (*scope, way), &outer_kinds));
        let unsure = holders.perhaps_in(whole, *scope);
        let everywhere = &holders.everywhere;
        let is_new = |at: &&usize| !everywhere.contains(at) && !around.contains(at);
        let new: Positions = inside.iter().chain(&unsure).filter(is_new).copied().collect();
        let count = everywhere.len() + around.len() + new.len();
        let all = || everywhere.iter().chain(&*around).chain(&new).copied().collect();
        broken.extend(judge(Some(*scope), count, &all));
    }
    broken
}

fn out_of_bounds<'a>(
    (role, scope): (&'a str, Option<Scope<'a>>),
    (min, max): (Option<u32>, Option<u32>),
    count: usize,
    holders: &dyn Fn() -> Vec<&'a str>,
) -> Option<BreachKind<'a>> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if let Some(max) = max.filter(|max| count > *max) {
        return Some(BreachKind::TooManyHolders { role, scope, holders: holders(), max });
    }
    let min = min.filter(|min| count < *min)?;
    Some(BreachKind::TooFewHolders { role, scope, holders: holders(), min })
}

/// The scope kinds that scopes of a kind lie in.
fn outer_kinds<'t>(table: &'t Table, kind: &'t ScopeKind) -> Vec<&'t str> {
    let outer = |kind: &&'t ScopeKind| kind.within.and_then(|outer| table.scope(outer));
    // INVARIANT: scope kinds are a tree, so the walk outwards ends.
    let kinds = std::iter::successors(Some(kind), outer).skip(1);
    kinds.map(|kind| kind.name.as_str()).collect()
}

/// Who holds a role, by where that is as seen from the scopes of one kind.
struct Holders<'a> {
    /// In every scope.
    everywhere: Positions,
    /// In a scope of a kind that these scopes lie in.
    outside: BTreeMap<Scope<'a>, Positions>,
    /// In one of these scopes, or inside it.
    inside: BTreeMap<Scope<'a>, Positions>,
    /// In a scope that may lie in some of these, or that is of an undeclared kind.
    unsure: Vec<(usize, Scope<'a>)>,
}

impl<'a> Holders<'a> {
    fn new(
        whole: &Whole<'a, '_>,
        (per, kind): (ScopeId, &ScopeKind),
        held: impl Iterator<Item = (usize, Assignment<'a>)>,
    ) -> Self {
        let of_kind = whole.scopes.iter().filter(|scope| scope.kind == kind.name);
        let inside = of_kind.map(|scope| (*scope, Positions::new())).collect();
        let (everywhere, outside, unsure) = (Positions::new(), BTreeMap::new(), Vec::new());
        let mut all = Self { everywhere, outside, inside, unsure };
        for (at, given) in held {
            let Some(scope) = given.scope else {
                all.everywhere.insert(at);
                continue;
            };
            let known = whole.table.find_scope(scope.kind);
            if let Some(own) = whole.tree.ancestor(scope, &kind.name) {
                all.inside.entry(own).or_default().insert(at);
            } else if known.is_none_or(|known| lies_inside(whole.table, known, per)) {
                all.unsure.push((at, scope));
            } else if known.is_some_and(|known| lies_inside(whole.table, per, known)) {
                all.outside.entry(scope).or_default().insert(at);
            }
        }
        all
    }

    /// Who holds the role around a scope and all others that lie in the same ones, and not
    /// everywhere. Where a scope of some outer kind is not among these, it may be any that is not
    /// known to lie apart.
    fn around(
        &self,
        whole: &Whole<'a, '_>,
        (scope, way): (Scope<'a>, &[Scope<'a>]),
        outer_kinds: &[&str],
    ) -> Positions {
        let is_known = |kind: &str| way.iter().any(|scope| scope.kind == kind);
        let unknown: Vec<&str> =
            outer_kinds.iter().copied().filter(|kind| !is_known(kind)).collect();
        let there = way.iter().filter_map(|scope| self.outside.get(scope));
        let perhaps = self.outside.iter().filter(|(outer, _)| {
            unknown.contains(&outer.kind)
                && whole.tree.overlap(whole.table, Some(scope), Some(**outer))
        });
        let perhaps = perhaps.map(|(_, held)| held);
        let mut around: Positions = there.chain(perhaps).flatten().copied().collect();
        around.retain(|at| !self.everywhere.contains(at));
        around
    }

    /// Who may hold the role inside a scope.
    fn perhaps_in(&self, whole: &Whole<'a, '_>, scope: Scope<'a>) -> Positions {
        let overlaps = |other: Scope<'a>| whole.tree.overlap(whole.table, Some(scope), Some(other));
        let unsure = self.unsure.iter().filter(|(_, other)| overlaps(*other));
        unsure.map(|(at, _)| *at).collect()
    }
}
