//! Asking a prepared principal: one action, or all of them at once.
//!
//! Not the preparing. What comes with each request, the circumstances, is borrowed for it.

use crate::model::{
    ActionId, AttributeId, Attributes, Basis, BuiltIn, ConditionId, Decision, Id as _, Namespace,
    Query, Resource, Truth, Value,
};
use crate::table::rules::Attribute;
use crate::table::{Bits, Table};

use super::super::condition::Facts;
use super::super::request::{RequestError, check, check_assertions};
use super::{PreparedPrincipal, of_resource};

/// What a request says beyond its principal, its action and the scopes of its resource.
///
/// Everything may be left out. What is left out is unknown: it never allows and never lifts a
/// forbid.
#[derive(Debug, Clone, Copy, Default)]
pub struct Circumstances<'a> {
    /// `resource.type`.
    pub resource_type: Option<&'a str>,
    /// `resource.id`.
    pub resource_id: Option<&'a str>,
    /// Attributes of the resource (`resource.*`), the built-in ones excepted.
    pub resource_attributes: Attributes<'a>,
    /// Attributes of the action (`action.*`).
    pub action_attributes: Attributes<'a>,
    /// Attributes of the circumstances (`context.*`).
    pub context: Attributes<'a>,
    /// Conditions without a test that the caller asserts to hold or not.
    pub assertions: &'a [(&'a str, bool)],
}

/// A prepared principal in circumstances: any action may be asked for.
#[derive(Debug, Clone, Copy)]
pub struct PreparedRequest<'p> {
    principal: &'p PreparedPrincipal,
    circumstances: Circumstances<'p>,
}

impl PreparedPrincipal {
    /// The same principal where more is known than the scopes.
    ///
    /// # Errors
    /// As [`Request::new`](crate::Request::new): something is given twice, a built-in attribute
    /// among the others, or a condition is asserted that has a test of its own.
    pub fn with<'p>(
        &'p self,
        circumstances: Circumstances<'p>,
    ) -> Result<PreparedRequest<'p>, RequestError> {
        let query = Query {
            action_attributes: circumstances.action_attributes,
            resource: Resource {
                attributes: circumstances.resource_attributes,
                ..Resource::default()
            },
            context: circumstances.context,
            assertions: circumstances.assertions,
            ..Query::default()
        };
        check(&query)?;
        check_assertions(&self.table, circumstances.assertions)?;
        Ok(PreparedRequest { principal: self, circumstances })
    }

    fn plainly(&self) -> PreparedRequest<'_> {
        PreparedRequest { principal: self, circumstances: Circumstances::default() }
    }

    /// Decides whether the principal may do an action, where nothing else is known.
    #[inline]
    pub fn decide(&self, action: &str) -> Decision {
        match self.table.find_action(action) {
            Some(action) => self.decide_id(action),
            None => Decision::new(Basis::UnknownAction),
        }
    }

    /// The same for an action that was found before, with
    /// [`Table::action_id`](crate::Table::action_id).
    #[inline]
    pub fn decide_id(&self, action: ActionId) -> Decision {
        let settled = self.rows.settled(action, self.otherwise);
        Decision::new(settled.unwrap_or_else(|number| self.plainly().planned(number)))
    }

    /// Every action that the principal may do, where nothing else is known: what a page needs to
    /// draw its buttons.
    #[must_use]
    pub fn allowed_actions(&self) -> ActionSet<'_> {
        self.plainly().allowed_actions()
    }
}

impl<'p> PreparedRequest<'p> {
    /// Decides whether the principal may do an action.
    #[inline]
    pub fn decide(&self, action: &str) -> Decision {
        match self.principal.table.find_action(action) {
            Some(action) => self.decide_id(action),
            None => Decision::new(Basis::UnknownAction),
        }
    }

    /// The same for an action that was found before; an id of another table is not noticed, unless
    /// this one has no such id: then it is an unknown action.
    #[inline]
    pub fn decide_id(&self, action: ActionId) -> Decision {
        let settled = self.principal.rows.settled(action, self.principal.otherwise);
        Decision::new(settled.unwrap_or_else(|number| self.planned(number)))
    }

    /// Every action that is allowed.
    #[must_use]
    pub fn allowed_actions(&self) -> ActionSet<'p> {
        let principal = self.principal;
        let mut allowed = principal.granted.clone();
        for (action, plan) in &principal.plans {
            if plan.basis(&principal.table, self).is_allowed() {
                allowed.insert(*action);
            }
        }
        ActionSet { table: &principal.table, allowed }
    }

    /// The basis of the open action with this number.
    fn planned(&self, number: usize) -> Basis {
        let plan = self.principal.plans.get(number);
        // INVARIANT: every open action has a plan; were it not so, it would be denied.
        plan.map_or(Basis::NotGranted, |(_, plan)| plan.basis(&self.principal.table, self))
    }
}

impl Facts for PreparedRequest<'_> {
    fn value(&self, _: &Table, id: AttributeId, attribute: &Attribute) -> Option<Value<'_>> {
        let given = match attribute.namespace {
            Namespace::Principal => {
                let value = self.principal.values.get(id.index())?;
                return value.as_ref().map(|value| value.as_value());
            }
            Namespace::Resource => self.circumstances.resource_attributes,
            Namespace::Action => self.circumstances.action_attributes,
            Namespace::Context => self.circumstances.context,
        };
        if let Some(built_in) = BuiltIn::find(attribute.namespace, &attribute.name) {
            return of_resource(built_in, &self.circumstances).map(Value::String);
        }
        let found = given.iter().find(|(name, _)| *name == attribute.name);
        found.map(|(_, value)| *value)
    }

    #[inline]
    fn asserted(&self, condition: &str) -> Option<bool> {
        let mut assertions = self.circumstances.assertions.iter();
        assertions.find(|(name, _)| *name == condition).map(|(_, known)| *known)
    }

    #[inline]
    fn settled(&self, id: ConditionId) -> Option<Truth> {
        self.principal.settled.get(id.index()).copied().flatten()
    }
}

/// Actions of one table.
#[derive(Debug, Clone)]
pub struct ActionSet<'t> {
    table: &'t Table,
    allowed: Bits<ActionId>,
}

impl<'t> ActionSet<'t> {
    /// Whether an action is among them.
    #[must_use]
    pub fn contains(&self, action: &str) -> bool {
        self.table.find_action(action).is_some_and(|id| self.contains_id(id))
    }

    /// The same for an action that was found before.
    #[must_use]
    pub fn contains_id(&self, action: ActionId) -> bool {
        self.allowed.contains(action)
    }

    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.allowed.count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &'t str> {
        self.allowed.iter().map(|id| self.table.action_name(id))
    }

    /// Their ids, ascending.
    pub fn ids(&self) -> impl Iterator<Item = ActionId> {
        self.allowed.iter()
    }
}
