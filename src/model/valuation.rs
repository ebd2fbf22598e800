//! What a request could give besides roles and scopes: values of attributes, and assertions.
//!
//! Not which choices there are: whoever varies them knows.

use super::{Attributes, BuiltIn, Namespace, Principal, Query, Resource, Value};

/// Values sorted into the places of a query.
#[derive(Debug, Default)]
pub(crate) struct Valuation<'a> {
    pub principal_id: Option<&'a str>,
    pub resource_id: Option<&'a str>,
    pub resource_type: Option<&'a str>,
    pub principal: Vec<(&'a str, Value<'a>)>,
    pub resource: Vec<(&'a str, Value<'a>)>,
    pub action: Vec<(&'a str, Value<'a>)>,
    pub context: Vec<(&'a str, Value<'a>)>,
    pub assertions: Vec<(&'a str, bool)>,
}

impl<'a> Valuation<'a> {
    /// Gives an attribute a value. The principal's kind varies on its own, as it also decides who
    /// may hold what; it is passed over.
    pub(crate) fn put(&mut self, namespace: Namespace, name: &'a str, value: Value<'a>) {
        let text = if let Value::String(text) = value { Some(text) } else { None };
        match BuiltIn::find(namespace, name) {
            Some(BuiltIn::PrincipalId) => self.principal_id = text,
            Some(BuiltIn::PrincipalKind) => {}
            Some(BuiltIn::ResourceId) => self.resource_id = text,
            Some(BuiltIn::ResourceType) => self.resource_type = text,
            None => {
                let attributes = match namespace {
                    Namespace::Principal => &mut self.principal,
                    Namespace::Resource => &mut self.resource,
                    Namespace::Action => &mut self.action,
                    Namespace::Context => &mut self.context,
                };
                attributes.push((name, value));
            }
        }
    }

    /// The query with these values; roles, kind, action and scopes are those that it has.
    pub(crate) fn query<'q>(&'q self, base: Query<'q>) -> Query<'q> {
        let attributes = |list: &'q Vec<(&'a str, Value<'a>)>| -> Attributes<'q> { list };
        Query {
            principal: Principal {
                id: self.principal_id,
                attributes: attributes(&self.principal),
                ..base.principal
            },
            action_attributes: attributes(&self.action),
            resource: Resource {
                id: self.resource_id,
                resource_type: self.resource_type,
                attributes: attributes(&self.resource),
                ..base.resource
            },
            context: attributes(&self.context),
            assertions: &self.assertions,
            ..base
        }
    }
}
