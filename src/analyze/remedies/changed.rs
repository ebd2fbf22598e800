//! A request with some things otherwise.
//!
//! Not which: whoever tries says so.

use crate::model::{
    Assignment, AttributeId, BuiltIn, DirectAction, Literal, Namespace, Principal, Query, Resource,
    Scope, Value,
};
use crate::table::Table;

use super::candidates::Candidate;

/// What a changed request owns; all else is the request's.
#[derive(Debug)]
pub(super) struct Changed<'a, 's> {
    table: &'a Table,
    query: Query<'a>,
    pub assignments: Vec<Assignment<'a>>,
    direct_actions: Vec<DirectAction<'a>>,
    scopes: Vec<Scope<'a>>,
    pub kind: Option<&'a str>,
    attributes: Vec<(AttributeId, &'s Literal)>,
    assertions: Vec<(&'a str, bool)>,
}

impl<'a, 's> Changed<'a, 's> {
    pub(super) fn new(table: &'a Table, query: &Query<'a>, set: &'s [Candidate<'a>]) -> Self {
        let mut changed = Self {
            table,
            query: *query,
            assignments: query.principal.assignments.to_vec(),
            direct_actions: query.principal.direct_actions.to_vec(),
            scopes: query.resource.scopes.to_vec(),
            kind: query.principal.kind,
            attributes: Vec::new(),
            assertions: query.assertions.to_vec(),
        };
        for candidate in set {
            match candidate {
                Candidate::Assign(_, assignment) => changed.assignments.push(*assignment),
                Candidate::Revoke(revoked) => changed.assignments.retain(|given| given != revoked),
                Candidate::Direct(direct) => changed.direct_actions.push(*direct),
                Candidate::Scope(scope) => changed.scopes.push(*scope),
                Candidate::Kind(kind) => changed.kind = Some(kind),
                Candidate::Attribute(id, value) => changed.attributes.push((*id, value)),
                Candidate::Assert(condition, holds) => {
                    changed.assertions.retain(|(name, _)| name != condition);
                    changed.assertions.push((condition, *holds));
                }
            }
        }
        changed
    }

    /// Asks with the changed query.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(Query<'_>) -> T) -> T {
        let (principal, resource) = (&self.query.principal, &self.query.resource);
        let id = |built_in: BuiltIn, known| self.text(built_in).or(known);
        let of_principal = self.space(Namespace::Principal, principal.attributes);
        let of_resource = self.space(Namespace::Resource, resource.attributes);
        let of_action = self.space(Namespace::Action, self.query.action_attributes);
        let context = self.space(Namespace::Context, self.query.context);
        ask(Query {
            principal: Principal {
                id: id(BuiltIn::PrincipalId, principal.id),
                kind: self.kind,
                assignments: &self.assignments,
                direct_actions: &self.direct_actions,
                attributes: &of_principal,
            },
            action: self.query.action,
            action_attributes: &of_action,
            resource: Resource {
                resource_type: id(BuiltIn::ResourceType, resource.resource_type),
                id: id(BuiltIn::ResourceId, resource.id),
                scopes: &self.scopes,
                attributes: &of_resource,
            },
            context: &context,
            assertions: &self.assertions,
        })
    }

    /// The changed value of a built-in attribute.
    fn text(&self, built_in: BuiltIn) -> Option<&str> {
        let is_it = |id: AttributeId| {
            let attribute = self.table.attribute(id);
            attribute.and_then(|entry| BuiltIn::find(entry.namespace, &entry.name))
                == Some(built_in)
        };
        let (_, value) = self.attributes.iter().find(|(id, _)| is_it(*id))?;
        match value {
            Literal::String(text) => Some(text),
            Literal::Boolean(_) | Literal::Integer(_) => None,
        }
    }

    /// The attributes of a namespace: those given, with the changed ones in their place.
    fn space<'q>(
        &'q self,
        namespace: Namespace,
        given: &[(&'q str, Value<'q>)],
    ) -> Vec<(&'q str, Value<'q>)> {
        let mut space = given.to_vec();
        for (id, value) in &self.attributes {
            let Some(entry) = self.table.attribute(*id) else { continue };
            let is_built_in = BuiltIn::find(entry.namespace, &entry.name).is_some();
            if entry.namespace == namespace && !is_built_in {
                space.retain(|(name, _)| *name != entry.name);
                space.push((&entry.name, value.as_value()));
            }
        }
        space
    }
}
