//! Three-valued conditions over what is known, for the naive oracle (language.md §3.2).
//! Not a decision: grants, roles and scopes are none of its business.

use crate::oracle_policy::{Attribute, Grant, Policy, Test};
use crate::oracle_request::Request;
use serde_json::Value;

/// What is known, not known, or known not to be: Kleene's three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    pub(crate) fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Unknown,
        }
    }

    pub(crate) fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }

    pub(crate) fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::Yes } else { Truth::No }
    }
}

/// The attributes and asserted conditions that are known; all others are unknown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts<'a> {
    pub(crate) attributes: Vec<(&'a str, &'a Value)>,
    pub(crate) asserted: Vec<(&'a str, bool)>,
}

impl<'a> Facts<'a> {
    /// What a request lets the policy know: a value counts if it is of the declared type and
    /// among the declared values.
    pub(crate) fn of_request(policy: &'a Policy, request: &Request<'a>) -> Facts<'a> {
        let known = |attribute: &'a Attribute| {
            // Where the policy declares no kinds, the request's kind is ignored.
            if attribute.name == "principal.kind" && policy.kinds.is_empty() {
                return None;
            }
            let value = request.attribute(&attribute.name)?;
            is_known(attribute, value).then_some((attribute.name.as_str(), value))
        };
        Facts {
            attributes: policy.attributes.iter().filter_map(known).collect(),
            asserted: request.asserted.clone(),
        }
    }

    fn attribute(&self, name: &str) -> Option<&'a Value> {
        let mut attributes = self.attributes.iter();
        attributes.find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Whether the conditions of a grant hold: all of `when` and none of `unless`.
pub(crate) fn conditions_hold(policy: &Policy, grant: &Grant, facts: &Facts) -> Truth {
    let when = grant.when.iter().map(|name| holds(policy, name, facts));
    let unless = grant.unless.iter().map(|name| holds(policy, name, facts).not());
    when.chain(unless).fold(Truth::Yes, Truth::and)
}

fn is_known(attribute: &Attribute, value: &Value) -> bool {
    let of_type = match attribute.kind.as_str() {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // A float is of another type even where it is whole, and so is what exceeds 64 bits.
        _ => value.is_i64(),
    };
    of_type && attribute.values.as_ref().is_none_or(|values| values.contains(value))
}

/// Whether one condition holds.
pub(crate) fn holds(policy: &Policy, name: &str, facts: &Facts) -> Truth {
    let condition = policy.condition(name).expect("conditions are declared");
    let compare = |attribute: &str, test: &dyn Fn(&Value) -> bool| {
        facts.attribute(attribute).map_or(Truth::Unknown, |value| test(value).into())
    };
    let number = |value: &Value| value.as_i64().expect("bounds are put on integers");
    match &condition.test {
        Test::In(attribute, literals) => compare(attribute, &|value| literals.contains(value)),
        Test::AtLeast(attribute, bound) => compare(attribute, &|value| number(value) >= *bound),
        Test::AtMost(attribute, bound) => compare(attribute, &|value| number(value) <= *bound),
        Test::Matches(attribute, other) => match facts.attribute(other) {
            Some(other) => compare(attribute, &|value| value == other),
            None => Truth::Unknown,
        },
        Test::All(names) => {
            names.iter().map(|name| holds(policy, name, facts)).fold(Truth::Yes, Truth::and)
        }
        Test::Any(names) => {
            names.iter().map(|name| holds(policy, name, facts)).fold(Truth::No, Truth::or)
        }
        Test::Not(name) => holds(policy, name, facts).not(),
        Test::Asserted => {
            let mut asserted = facts.asserted.iter();
            asserted.find(|(known, _)| *known == name).map_or(Truth::Unknown, |(_, v)| (*v).into())
        }
    }
}
