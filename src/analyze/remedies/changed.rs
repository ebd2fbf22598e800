//! A request with some things otherwise.
//!
//! Not which: whoever tries says so.

use crate::model::valuation::Valuation;
use crate::model::{Assignment, DirectAction, Namespace, Principal, Query, Resource, Scope};
use crate::table::Table;

use super::candidates::Candidate;

/// What a changed request owns; the action is the request's.
#[derive(Debug)]
pub(super) struct Changed<'s> {
    action: &'s str,
    pub assignments: Vec<Assignment<'s>>,
    direct_actions: Vec<DirectAction<'s>>,
    scopes: Vec<Scope<'s>>,
    pub kind: Option<&'s str>,
    valuation: Valuation<'s>,
}

impl<'s> Changed<'s> {
    pub(super) fn new(table: &'s Table, query: &Query<'s>, set: &'s [Candidate<'s>]) -> Self {
        let mut changed = Self {
            action: query.action,
            assignments: query.principal.assignments.to_vec(),
            direct_actions: query.principal.direct_actions.to_vec(),
            scopes: query.resource.scopes.to_vec(),
            kind: query.principal.kind,
            valuation: given(table, query, set),
        };
        for candidate in set {
            match candidate {
                Candidate::Assign(_, assignment) => changed.assignments.push(*assignment),
                Candidate::Revoke(revoked) => changed.assignments.retain(|given| given != revoked),
                Candidate::Direct(direct) => changed.direct_actions.push(*direct),
                Candidate::Scope(scope) => changed.scopes.push(*scope),
                Candidate::Kind(kind) => changed.kind = Some(kind),
                Candidate::Attribute(id, value) => {
                    if let Some(entry) = table.attribute(*id) {
                        changed.valuation.put(entry.namespace, &entry.name, value.as_value());
                    }
                }
                Candidate::Assert(condition, holds) => {
                    changed.valuation.assertions.push((condition, *holds));
                }
            }
        }
        changed
    }

    /// Asks with the changed query.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(Query<'_>) -> T) -> T {
        ask(self.valuation.query(Query {
            principal: Principal {
                kind: self.kind,
                assignments: &self.assignments,
                direct_actions: &self.direct_actions,
                ..Principal::default()
            },
            action: self.action,
            resource: Resource { scopes: &self.scopes, ..Resource::default() },
            ..Query::default()
        }))
    }
}

/// What a request gives, without what the candidates give in its place.
fn given<'s>(table: &Table, query: &Query<'s>, set: &[Candidate<'_>]) -> Valuation<'s> {
    let stays = |namespace: Namespace, name: &str| {
        !set.iter().any(|candidate| {
            let Candidate::Attribute(id, _) = candidate else { return false };
            let entry = table.attribute(*id);
            entry.is_some_and(|entry| (entry.namespace, entry.name.as_str()) == (namespace, name))
        })
    };
    let (principal, resource) = (&query.principal, &query.resource);
    let mut valuation = Valuation {
        principal_id: principal.id,
        resource_id: resource.id,
        resource_type: resource.resource_type,
        ..Valuation::default()
    };
    let spaces = [
        (Namespace::Principal, principal.attributes),
        (Namespace::Resource, resource.attributes),
        (Namespace::Action, query.action_attributes),
        (Namespace::Context, query.context),
    ];
    for (namespace, attributes) in spaces {
        for (name, value) in attributes.iter().filter(|(name, _)| stays(namespace, name)) {
            valuation.put(namespace, name, *value);
        }
    }
    let is_asserted = |name: &str| {
        set.iter()
            .any(|candidate| matches!(candidate, Candidate::Assert(other, _) if *other == name))
    };
    let assertions = query.assertions.iter().filter(|(name, _)| !is_asserted(name));
    valuation.assertions = assertions.copied().collect();
    valuation
}
