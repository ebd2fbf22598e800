//! What a question gives and what varies: kinds, valuations, and where the resource lies.
//!
//! Not what is asked of them.

use std::collections::BTreeSet;

use crate::analyze::situations::{self, Fixed, Valuations};
use crate::evaluate::Request;
use crate::model::{Assignment, ConditionId, Query, RoleId, Scope};
use crate::table::Table;

use super::look::ELSEWHERE;

/// The id of a scope where any will do, as remedies write it.
const ANY_SCOPE: &str = "ID";

/// Most places that a resource can lie in, told apart by the scopes in which roles are held.
const PLACES_MAX: usize = 1_000;

/// The finite model, as far as the question leaves it open.
#[derive(Debug)]
pub(super) struct Model<'a> {
    pub table: &'a Table,
    given: Query<'a>,
    fixed: Fixed,
}

/// Where a resource can lie, as far as what is held tells places apart.
#[derive(Debug)]
pub(super) struct Places<'a> {
    /// Kinds of scope and the ids that are told apart; every other one is one more.
    pub kinds: Vec<(&'a str, Vec<&'a str>)>,
    /// By kind which of its ids, and all scopes that the resource then lies in.
    pub list: Vec<(Vec<usize>, Vec<Scope<'a>>)>,
}

impl<'a> Model<'a> {
    /// None where the request is of no policy.
    pub(super) fn new(request: &Request<'a>) -> Option<Self> {
        let (table, given) = (request.table()?, *request.query());
        Some(Self { table, given, fixed: Fixed::new(table, &given) })
    }

    /// The kinds that may hold all of the roles, of those that are meant.
    pub(super) fn kinds(&self, roles: &[RoleId]) -> Vec<Option<&'a str>> {
        let mut kinds = situations::kinds(self.table, roles);
        let given = self.given.principal.kind.filter(|_| !self.table.rules().kinds.is_empty());
        kinds.retain(|kind| given.is_none() || *kind == given);
        kinds
    }

    pub(super) fn valuations(
        &self,
        conditions: impl IntoIterator<Item = ConditionId>,
    ) -> Valuations<'a> {
        Valuations::fixed(self.table, conditions, &self.fixed)
    }

    /// A role held where it may be: unscoped, or in a scope of its kind, if possible one that the
    /// resource is said to lie in.
    pub(super) fn held(&self, role: RoleId) -> Option<Assignment<'a>> {
        let entry = self.table.role(role)?;
        let demanded = entry.scope.and_then(|id| self.table.scope(id));
        let scope = demanded.map(|demanded| {
            let mut given = self.given.resource.scopes.iter().copied();
            let any = Scope { kind: &demanded.name, id: ANY_SCOPE };
            given.find(|scope| scope.kind == demanded.name).unwrap_or(any)
        });
        Some(Assignment { role: &entry.name, scope })
    }

    /// One place: the scopes that are given, else one scope of every kind.
    pub(super) fn one_place(&self) -> Places<'a> {
        let given = self.given.resource.scopes.to_vec();
        let any = |kind| Scope { kind, id: ANY_SCOPE };
        let scopes = if given.is_empty() {
            self.table.rules().scopes.iter().map(|kind| any(kind.name.as_str())).collect()
        } else {
            given
        };
        Places { kinds: Vec::new(), list: vec![(Vec::new(), scopes)] }
    }

    /// The places that these assignments tell apart; none where they are too many.
    pub(super) fn places(&self, assignments: &[Assignment<'a>]) -> Option<Places<'a>> {
        if !self.given.resource.scopes.is_empty() {
            return Some(self.one_place());
        }
        let mut kinds = Vec::new();
        let mut list: Vec<(Vec<usize>, Vec<Scope<'a>>)> = vec![(Vec::new(), Vec::new())];
        for kind in self.table.rules().scopes.iter().map(|kind| kind.name.as_str()) {
            let held = assignments.iter().filter_map(|given| given.scope);
            let ids = held.filter(|scope| scope.kind == kind).map(|scope| scope.id);
            let ids: BTreeSet<&str> = ids.collect();
            // In any scope is in every one.
            if ids.is_empty() || ids.iter().eq(&[ANY_SCOPE]) {
                for (_, place) in &mut list {
                    place.push(Scope { kind, id: ANY_SCOPE });
                }
                continue;
            }
            if list.len().saturating_mul(ids.len() + 1) > PLACES_MAX {
                return None;
            }
            let ids: Vec<&str> = ids.into_iter().collect();
            let in_each = |(digits, place): &(Vec<usize>, Vec<Scope<'a>>)| {
                let ids = ids.iter().copied().chain([ELSEWHERE]).enumerate();
                let more = ids.map(|(at, id)| {
                    let digits = digits.iter().copied().chain([at]).collect();
                    (digits, place.iter().copied().chain([Scope { kind, id }]).collect())
                });
                more.collect::<Vec<_>>()
            };
            list = list.iter().flat_map(in_each).collect();
            kinds.push((kind, ids));
        }
        Some(Places { kinds, list })
    }
}
