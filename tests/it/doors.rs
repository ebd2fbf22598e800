//! Every door to a decision gives the same one: prepared principals, ids, all actions, each
//! principal, and bundles without what explains.
//!
//! Not what the decision is: the oracle says that of `decide`, and `agreement` asks here for more.

use policyc::{
    ActionId, Assignment, Basis, Bundle, Circumstances, Decision, DirectAction, PreparedPrincipal,
    Principal, Query, Request, Resource, Scope, Value, decide, decide_each,
};
use serde_json::Value as Json;

/// A well-formed request, its strings borrowed from JSON.
pub(crate) struct Asked<'a> {
    policy: Option<&'a str>,
    action: &'a str,
    id: Option<&'a str>,
    kind: Option<&'a str>,
    assignments: Vec<Assignment<'a>>,
    direct_actions: Vec<DirectAction<'a>>,
    own: Vec<(&'a str, Value<'a>)>,
    resource_type: Option<&'a str>,
    resource_id: Option<&'a str>,
    scopes: Vec<Scope<'a>>,
    resource: Vec<(&'a str, Value<'a>)>,
    of_action: Vec<(&'a str, Value<'a>)>,
    context: Vec<(&'a str, Value<'a>)>,
    assertions: Vec<(&'a str, bool)>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &'a Json) -> Self {
        let (principal, resource) = (&request["principal"], &request["resource"]);
        Self {
            policy: request["policy"].as_str(),
            action: request["action"].as_str().expect("an action"),
            id: principal["id"].as_str(),
            kind: principal["kind"].as_str(),
            assignments: list(&principal["roles"], |text| Assignment::parse(text).expect("good")),
            direct_actions: list(&principal["direct_actions"], |text| {
                DirectAction::parse(text).expect("good")
            }),
            own: attributes(&principal["attributes"]),
            resource_type: resource["type"].as_str(),
            resource_id: resource["id"].as_str(),
            scopes: list(&resource["scopes"], |text| Scope::parse(text).expect("good")),
            resource: attributes(&resource["attributes"]),
            of_action: attributes(&request["action_attributes"]),
            context: attributes(&request["context"]),
            assertions: entries(&request["assert"])
                .map(|(name, value)| (name, value.as_bool().expect("true or false")))
                .collect(),
        }
    }

    fn query(&self) -> Query<'_> {
        Query {
            principal: Principal {
                id: self.id,
                kind: self.kind,
                assignments: &self.assignments,
                direct_actions: &self.direct_actions,
                attributes: &self.own,
            },
            action: self.action,
            action_attributes: &self.of_action,
            resource: Resource {
                resource_type: self.resource_type,
                id: self.resource_id,
                scopes: &self.scopes,
                attributes: &self.resource,
            },
            context: &self.context,
            assertions: &self.assertions,
        }
    }

    /// Asks the bundle's table through every door; each must give the basis.
    pub(crate) fn agree(&self, bundle: &Bundle, basis: &str) {
        let table = match self.policy {
            Some(policy) => bundle.table(policy),
            None => bundle.tables().first(),
        };
        let Some(table) = table else {
            assert_eq!(basis, "unknown-policy");
            return;
        };
        let query = self.query();
        let request = Request::new(table, query).expect("a well-formed request");
        let check = |door: &str, decision: Decision| {
            assert_eq!(decision.basis().as_str(), basis, "{door}");
        };
        check("decide", decide(&request));
        let each = decide_each(&request, [query.principal, Principal::default()]);
        let each: Vec<Decision> = each.collect::<Result<_, _>>().expect("well-formed");
        check("each", each[0]);

        let prepared = PreparedPrincipal::new(table, query.principal, query.resource.scopes)
            .expect("well-formed");
        let circumstances = Circumstances {
            resource_type: query.resource.resource_type,
            resource_id: query.resource.id,
            resource_attributes: query.resource.attributes,
            action_attributes: query.action_attributes,
            context: query.context,
            assertions: query.assertions,
        };
        let asked = prepared.with(circumstances).expect("well-formed");
        check("prepared", asked.decide(self.action));
        let id: Option<ActionId> = table.action_id(self.action);
        match id {
            Some(id) => check("id", asked.decide_id(id)),
            None => assert_eq!(basis, Basis::UnknownAction.as_str()),
        }
        let allowed = asked.allowed_actions();
        let is_allowed = basis.starts_with("granted");
        assert_eq!(allowed.contains(self.action), is_allowed, "all actions");
        assert_eq!(allowed.names().count(), allowed.len());
        if query.assertions.is_empty()
            && self.of_action.is_empty()
            && self.context.is_empty()
            && self.resource.is_empty()
            && self.resource_id.is_none()
            && self.resource_type.is_none()
        {
            check("plainly", prepared.decide(self.action));
        }
    }
}

fn list<'a, T>(json: &'a Json, parse: impl Fn(&'a str) -> T) -> Vec<T> {
    let items = json.as_array().into_iter().flatten();
    items.map(|item| parse(item.as_str().expect("a string"))).collect()
}

fn entries(json: &Json) -> impl Iterator<Item = (&str, &Json)> {
    json.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn attributes(json: &Json) -> Vec<(&str, Value<'_>)> {
    let value = |json| match json {
        &Json::Bool(known) => Value::Boolean(known),
        Json::String(text) => Value::String(text),
        other => other.as_i64().map_or(Value::Other, Value::Integer),
    };
    entries(json).map(|(name, json)| (name, value(json))).collect()
}
