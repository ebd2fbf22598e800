//! A policy in Cedar: policies and entities made of it, and requests put to them.
//!
//! Not a decision of its own, and not the text of the policies, which is `cedar_text`'s.
//!
//! What becomes what:
//!
//! - a role is `Role::"R"`, whose parents are its juniors;
//! - a role held unscoped is the parent `Held::"R"` of the principal. `Held::"R"` is in `Role::"R"`
//!   where the role asks for neither kind nor scope; else policies name it with their guards;
//! - a role held in a scope is in the record `principal.assigned`, by role and scope kind; the kind
//!   `?` is any that the policy does not declare;
//! - the kind is `Kind::"K"`, also a parent of the principal, and is in the roles that it holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};
use serde_json::Value;

use super::asked::{Asked, Given};
use super::cedar_text::{self, KIND, UNDECLARED_SCOPE, is_plain};
use crate::oracle_policy::Policy;

/// A policy that Cedar has loaded.
pub(super) struct Cedar {
    authorizer: Authorizer,
    text: String,
    policies: PolicySet,
    /// Roles, kinds and what is held: what does not depend on a request.
    entities: Entities,
}

impl Cedar {
    pub(super) fn new(policy: &Policy) -> Cedar {
        let text = cedar_text::policies(policy);
        let policies = match PolicySet::from_str(&text) {
            Ok(policies) => policies,
            Err(error) => panic!("{error:?}\n{text}"),
        };
        let entities = Entities::from_entities(entities(policy), None).expect("entities");
        Cedar { authorizer: Authorizer::new(), text, policies, entities }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn allows(&self, asked: &Asked) -> bool {
        let resource = uid("Resource", "it");
        let own = [
            principal(asked),
            Entity::new(resource.clone(), of_resource(asked), none())
                .expect("attributes are values"),
        ];
        let entities = self.entities.clone().add_entities(own, None).expect("new entities");
        let context = Context::from_pairs(of_context(asked)).expect("names are different");
        let action = uid("Action", asked.action);
        let request = Request::new(uid("Principal", "it"), action, resource, context, None);
        let request = request.expect("there is no schema to break");
        let response = self.authorizer.is_authorized(&request, &self.policies, &entities);
        let errors: Vec<String> =
            response.diagnostics().errors().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "guards leave nothing to fail: {errors:?}\n{}", self.text);
        response.decision() == Decision::Allow
    }
}

fn none() -> HashSet<EntityUid> {
    HashSet::new()
}

fn uid(type_name: &str, id: &str) -> EntityUid {
    let type_name = EntityTypeName::from_str(type_name).expect("a name");
    EntityUid::from_type_name_and_id(type_name, EntityId::new(id))
}

fn entities(policy: &Policy) -> Vec<Entity> {
    let mut entities = Vec::new();
    for role in &policy.roles {
        let juniors = role.inherits.iter().map(|junior| uid("Role", junior)).collect();
        entities.push(Entity::new_no_attrs(uid("Role", &role.name), juniors));
        let counts = is_plain(role).then(|| uid("Role", &role.name));
        entities.push(Entity::new_no_attrs(uid("Held", &role.name), counts.into_iter().collect()));
    }
    for kind in &policy.kinds {
        let holds = kind.holds.iter().map(|role| uid("Role", role)).collect();
        entities.push(Entity::new_no_attrs(uid("Kind", &kind.name), holds));
    }
    entities
}

fn principal(asked: &Asked) -> Entity {
    let unscoped = asked.roles.iter().filter(|given| given.scope.is_none());
    let held = unscoped.map(|given| uid("Held", given.name));
    let parents = held.chain(asked.kind.map(|kind| uid("Kind", kind))).collect();
    let mut attributes = attributes(asked, &["principal."]);
    if let Some(kind) = asked.kind {
        attributes.insert(KIND.to_owned(), string(kind));
    }
    attributes.insert("assigned".to_owned(), scoped(&asked.roles));
    attributes.insert("direct_in".to_owned(), scoped(&asked.direct));
    let direct = asked.direct.iter().filter(|given| given.scope.is_none());
    let direct = RestrictedExpression::new_set(direct.map(|given| string(given.name)));
    attributes.insert("direct".to_owned(), direct);
    Entity::new(uid("Principal", "it"), attributes, parents).expect("attributes are values")
}

/// What is held in scopes: name, then scope kind, then the scopes.
fn scoped(given: &[Given]) -> RestrictedExpression {
    let mut by_name: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for one in given {
        if let Some(scope) = one.scope {
            let kind = scope.kind.unwrap_or(UNDECLARED_SCOPE);
            by_name.entry(one.name).or_default().entry(kind).or_default().push(scope.text);
        }
    }
    let names = by_name.into_iter().map(|(name, by_kind)| {
        let kinds = by_kind.into_iter().map(|(kind, scopes)| {
            (kind.to_owned(), RestrictedExpression::new_set(scopes.into_iter().map(string)))
        });
        (name.to_owned(), RestrictedExpression::new_record(kinds).expect("different names"))
    });
    RestrictedExpression::new_record(names).expect("different names")
}

fn of_resource(asked: &Asked) -> HashMap<String, RestrictedExpression> {
    let mut attributes = attributes(asked, &["resource."]);
    if let Some(scopes) = &asked.scopes {
        let scopes = RestrictedExpression::new_set(scopes.iter().map(|scope| string(scope)));
        attributes.insert("scopes".to_owned(), scopes);
    }
    attributes
}

fn of_context(asked: &Asked) -> HashMap<String, RestrictedExpression> {
    let mut attributes = attributes(asked, &["action.", "context."]);
    for (name, truth) in &asked.asserted {
        attributes.insert(format!("assert:{name}"), RestrictedExpression::new_bool(*truth));
    }
    attributes
}

fn attributes(asked: &Asked, namespaces: &[&str]) -> HashMap<String, RestrictedExpression> {
    let of_namespace = |name: &str| namespaces.iter().any(|namespace| name.starts_with(namespace));
    let attributes = asked.attributes.iter().filter(|(name, _)| of_namespace(name));
    attributes.map(|(name, value)| ((*name).to_owned(), expression(value))).collect()
}

fn expression(value: &Value) -> RestrictedExpression {
    match value {
        Value::String(text) => string(text),
        Value::Bool(truth) => RestrictedExpression::new_bool(*truth),
        other => RestrictedExpression::new_long(other.as_i64().expect("an integer")),
    }
}

fn string(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}
