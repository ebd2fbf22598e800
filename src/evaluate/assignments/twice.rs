//! A role that is held by one principal in each place, and where two hold it.
//!
//! Not how many hold a role, which `holders` counts.

use std::collections::BTreeMap;

use crate::model::{Assignment, RoleId, Scope, ScopeId};
use crate::table::Table;

use super::breach::BreachKind;
use super::directory::Whole;
use super::scopes::lies_inside;

/// Each later holder of a role beside the first whose scope overlaps with its own.
pub(super) fn held_twice<'a>(whole: &Whole<'a, '_>, role: RoleId) -> Vec<BreachKind<'a>> {
    let mut earlier = Earlier::default();
    let mut broken = Vec::new();
    let held = whole.held(role);
    for (position, (at, given)) in held.iter().enumerate() {
        let place = Place::of(whole, given.scope);
        let before = held.get(..position).unwrap_or_default();
        let first = earlier.beside(whole, (*at, *given, &place), before);
        let both = first.and_then(|first| Some((whole.member(first)?, whole.member(*at)?)));
        if let Some((first, second)) = both {
            let (first, second) = (first.id, second.id);
            broken.push(BreachKind::FixedTwice { assignment: *given, first, second });
        }
        earlier.add(*at, *given, place);
    }
    broken
}

/// Where a role is held, as far as others can hold it in the same scope.
enum Place<'a> {
    /// In every scope.
    Everywhere,
    /// In a scope of which all that it lies in is known: itself first, then those.
    Known(Vec<Scope<'a>>),
    /// In a scope that may lie in several others, or that is of an undeclared kind.
    Unsure,
}

impl<'a> Place<'a> {
    fn of(whole: &Whole<'a, '_>, scope: Option<Scope<'a>>) -> Self {
        let table = whole.table;
        let Some(scope) = scope else { return Self::Everywhere };
        let Some(kind) = table.find_scope(scope.kind) else { return Self::Unsure };
        let mut way = whole.tree.outwards(scope);
        way.retain(|outer| *outer == scope || lies_around(table, kind, *outer));
        let is_known = |kind: ScopeId| {
            let name = table.scope(kind).map(|kind| kind.name.as_str());
            way.iter().any(|scope| Some(scope.kind) == name)
        };
        let outer = |kind: &ScopeId| table.scope(*kind).and_then(|kind| kind.within);
        // INVARIANT: scope kinds are a tree, so the walk outwards ends.
        let mut kinds = std::iter::successors(Some(kind), outer);
        if kinds.all(is_known) { Self::Known(way) } else { Self::Unsure }
    }
}

/// Whether scopes of a kind can lie in this one.
fn lies_around(table: &Table, kind: ScopeId, outer: Scope<'_>) -> bool {
    let outer = table.find_scope(outer.kind);
    outer.is_some_and(|outer| outer != kind && lies_inside(table, kind, outer))
}

/// The first two members of some, in the order of the directory.
#[derive(Default)]
struct FirstTwo(Option<usize>, Option<usize>);

impl FirstTwo {
    /// INVARIANT: members are added in their order.
    fn add(&mut self, at: usize) {
        match self.0 {
            None => self.0 = Some(at),
            Some(first) if first != at => self.1 = self.1.or(Some(at)),
            Some(_) => {}
        }
    }

    /// The first of them that is another one.
    fn other_than(&self, at: usize) -> Option<usize> {
        self.0.filter(|first| *first != at).or(self.1)
    }
}

/// Those who were looked at, found again by where they hold the role: comparing every two would
/// take hours for a large directory.
#[derive(Default)]
struct Earlier<'a> {
    all: FirstTwo,
    everywhere: FirstTwo,
    /// In this very scope.
    here: BTreeMap<Scope<'a>, FirstTwo>,
    /// In this scope or inside it.
    inside: BTreeMap<Scope<'a>, FirstTwo>,
    unsure: Vec<(usize, Assignment<'a>)>,
}

impl<'a> Earlier<'a> {
    /// The first other one who holds the role in a scope that overlaps; `before` is everyone.
    fn beside(
        &self,
        whole: &Whole<'a, '_>,
        (at, given, place): (usize, Assignment<'a>, &Place<'a>),
        before: &[(usize, Assignment<'a>)],
    ) -> Option<usize> {
        let first_of = |some: &[(usize, Assignment<'a>)]| {
            let mut others = some.iter().filter(|(other, _)| *other != at);
            let overlaps = |beside: &Assignment<'a>| {
                whole.tree.overlap(whole.table, beside.scope, given.scope)
            };
            others.find(|(_, beside)| overlaps(beside)).map(|(other, _)| *other)
        };
        match place {
            Place::Everywhere => self.all.other_than(at),
            Place::Unsure => first_of(before),
            Place::Known(way) => {
                let here = way.iter().filter_map(|outer| self.here.get(outer));
                let inside = way.first().and_then(|scope| self.inside.get(scope));
                let some = here.chain(inside).chain([&self.everywhere]);
                let known = some.filter_map(|some| some.other_than(at)).min();
                known.into_iter().chain(first_of(&self.unsure)).min()
            }
        }
    }

    fn add(&mut self, at: usize, given: Assignment<'a>, place: Place<'a>) {
        self.all.add(at);
        match place {
            Place::Everywhere => self.everywhere.add(at),
            Place::Unsure => self.unsure.push((at, given)),
            Place::Known(way) => {
                if let Some(scope) = way.first() {
                    self.here.entry(*scope).or_default().add(at);
                }
                for scope in way {
                    self.inside.entry(scope).or_default().add(at);
                }
            }
        }
    }
}
