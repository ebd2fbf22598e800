//! Cedar, with the grants as data and with the grants as policies.
//!
//! No schema: it would only refuse requests, and costs time where it is given.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};
use serde_json::json;

use super::engine::Engine;
use super::sizes::{Asked, Cells};

/// Names of entity types, parsed once.
struct Names {
    principal: EntityUid,
    resource: EntityUid,
    action: EntityTypeName,
    role: EntityTypeName,
    permission: EntityTypeName,
}

impl Names {
    fn new() -> Self {
        let name = |text| EntityTypeName::from_str(text).expect("a name");
        let one = |text| EntityUid::from_type_name_and_id(name(text), EntityId::new("it"));
        Self {
            principal: one("Principal"),
            resource: one("Resource"),
            action: name("Action"),
            role: name("Role"),
            permission: name("Permission"),
        }
    }
}

fn uid(type_name: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(type_name.clone(), EntityId::new(id))
}

/// One policy; what is allowed is an entity for each action, with the set of its roles. The roles
/// of the principal are in the context: so nothing is added to the entities for a request.
pub(super) struct Data {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    names: Names,
}

const ONE_POLICY: &str = "permit(principal, action, resource) \
                          when { resource.roles.containsAny(context.roles) };";

impl Data {
    fn request(&self, asked: &Asked) -> Request {
        let roles = asked.roles.iter().cloned().map(RestrictedExpression::new_string);
        let roles = RestrictedExpression::new_set(roles);
        let context = Context::from_pairs([("roles".to_owned(), roles)]).expect("one name");
        let action = uid(&self.names.action, "do");
        let permission = uid(&self.names.permission, &asked.action);
        let request = Request::new(self.names.principal.clone(), action, permission, context, None);
        request.expect("there is no schema to break")
    }
}

impl Engine for Data {
    type Ready = Request;

    fn stored(cells: &Cells) -> Vec<u8> {
        let entity = |(action, roles)| {
            json!({
                "uid": { "type": "Permission", "id": action },
                "attrs": { "roles": roles },
                "parents": [],
            })
        };
        let entities = cells.actions.iter().zip(&cells.allowed).map(entity);
        entities.collect::<serde_json::Value>().to_string().into_bytes()
    }

    fn load(stored: &[u8]) -> Self {
        let stored = std::str::from_utf8(stored).expect("text");
        Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(ONE_POLICY).expect("a policy"),
            entities: Entities::from_json_str(stored, None).expect("entities"),
            names: Names::new(),
        }
    }

    fn ready(&self, asked: &'static Asked) -> Request {
        self.request(asked)
    }

    fn decide_ready(&mut self, request: &Request) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        self.decide_ready(&self.request(asked))
    }
}

/// A policy for each action that names its roles; the principal is an entity in its roles.
pub(super) struct Policies {
    authorizer: Authorizer,
    policies: PolicySet,
    names: Names,
}

impl Policies {
    fn request(&self, asked: &Asked) -> (Request, Entities) {
        let roles: HashSet<EntityUid> =
            asked.roles.iter().map(|role| uid(&self.names.role, role)).collect();
        let principal = Entity::new(self.names.principal.clone(), HashMap::new(), roles);
        let principal = principal.expect("it has no attributes");
        let entities = Entities::from_entities([principal], None).expect("one entity");
        let request = Request::new(
            self.names.principal.clone(),
            uid(&self.names.action, &asked.action),
            self.names.resource.clone(),
            Context::empty(),
            None,
        );
        (request.expect("there is no schema to break"), entities)
    }
}

impl Engine for Policies {
    type Ready = (Request, Entities);

    fn stored(cells: &Cells) -> Vec<u8> {
        let mut text = String::new();
        for (action, roles) in cells.actions.iter().zip(&cells.allowed) {
            let roles: Vec<String> = roles.iter().map(|role| format!("Role::{role:?}")).collect();
            writeln!(
                text,
                "permit(principal, action == Action::{action:?}, resource) \
                 when {{ principal in [{}] }};",
                roles.join(", ")
            )
            .expect("a string");
        }
        text.into_bytes()
    }

    fn load(stored: &[u8]) -> Self {
        let stored = std::str::from_utf8(stored).expect("text");
        Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(stored).expect("policies"),
            names: Names::new(),
        }
    }

    fn ready(&self, asked: &'static Asked) -> Self::Ready {
        self.request(asked)
    }

    fn decide_ready(&mut self, (request, entities): &Self::Ready) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, entities);
        response.decision() == Decision::Allow
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        let ready = self.request(asked);
        self.decide_ready(&ready)
    }
}
