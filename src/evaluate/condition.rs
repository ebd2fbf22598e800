//! Whether a condition holds, in three values.
//!
//! Not whether a grant applies: that takes an assignment too, see `decide`.

use crate::model::{AttributeId, BuiltIn, ConditionId, Namespace, Query, Truth, Value};
use crate::table::Table;
use crate::table::rules::{Attribute, Grant, Test};

/// Whether all of a grant's `when` hold and none of its `unless` does.
pub(super) fn grant_conditions(table: &Table, query: &Query<'_>, grant: &Grant) -> Truth {
    conditions(table, query, &grant.when, &grant.unless)
}

/// Whether all of `when` hold and none of `unless` does.
pub(crate) fn conditions(
    table: &Table,
    query: &Query<'_>,
    when: &[ConditionId],
    unless: &[ConditionId],
) -> Truth {
    let when = all(when.iter().map(|id| holds(table, query, *id)));
    if when == Truth::False {
        return when;
    }
    when.and(all(unless.iter().map(|id| holds(table, query, *id).negated())))
}

/// Whether one condition holds.
///
/// A test over what is missing, of another type or outside `values` is unknown, and so is an
/// assertion that was not made. INVARIANT: conditions are not circular and end within the limits.
pub(super) fn holds(table: &Table, query: &Query<'_>, id: ConditionId) -> Truth {
    let Some(condition) = table.condition(id) else {
        return Truth::Unknown;
    };
    match &condition.test {
        Test::Asserted => {
            let mut assertions = query.assertions.iter();
            let asserted = assertions.find(|(name, _)| *name == condition.name);
            asserted.map_or(Truth::Unknown, |(_, known)| Truth::from(*known))
        }
        Test::OneOf { attribute, literals } => test(table, query, *attribute, |value| {
            literals.iter().any(|literal| literal.as_value() == value)
        }),
        Test::Matches { attribute, other } => match known(table, query, *other) {
            Some(other) => test(table, query, *attribute, |value| value == other),
            None => Truth::Unknown,
        },
        Test::AtLeast { attribute, bound } => test(
            table,
            query,
            *attribute,
            |value| matches!(value, Value::Integer(number) if number >= *bound),
        ),
        Test::AtMost { attribute, bound } => test(
            table,
            query,
            *attribute,
            |value| matches!(value, Value::Integer(number) if number <= *bound),
        ),
        Test::All { conditions } => all(conditions.iter().map(|id| holds(table, query, *id))),
        Test::Any { conditions } => {
            // Or by De Morgan, so that both stop at the first value that settles them.
            all(conditions.iter().map(|id| holds(table, query, *id).negated())).negated()
        }
        Test::Not { condition } => holds(table, query, *condition).negated(),
    }
}

fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut all = Truth::True;
    for truth in truths {
        all = all.and(truth);
        if all == Truth::False {
            break;
        }
    }
    all
}

fn test(
    table: &Table,
    query: &Query<'_>,
    id: AttributeId,
    passes: impl Fn(Value<'_>) -> bool,
) -> Truth {
    known(table, query, id).map_or(Truth::Unknown, |value| Truth::from(passes(value)))
}

/// The attribute's value, if it is known: given, of the declared type, and among the `values`.
fn known<'a>(table: &Table, query: &Query<'a>, id: AttributeId) -> Option<Value<'a>> {
    let attribute = table.attribute(id)?;
    given(table, query, attribute).filter(|value| is_known(attribute, *value))
}

/// Whether a given value is of the declared type and among the `values`.
pub(super) fn is_known(attribute: &Attribute, value: Value<'_>) -> bool {
    has_type(attribute, value) && is_among(attribute, value)
}

pub(super) fn has_type(attribute: &Attribute, value: Value<'_>) -> bool {
    use crate::model::ValueType;
    match value {
        Value::String(_) => attribute.value_type == ValueType::String,
        Value::Boolean(_) => attribute.value_type == ValueType::Boolean,
        Value::Integer(_) => attribute.value_type == ValueType::Integer,
        Value::Other => false,
    }
}

fn is_among(attribute: &Attribute, value: Value<'_>) -> bool {
    attribute.values.is_empty()
        || attribute.values.iter().any(|literal| literal.as_value() == value)
}

/// The attribute's value as the request gives it. Where a policy declares no kinds, the request's
/// kind is ignored, as a value too.
pub(crate) fn given<'a>(
    table: &Table,
    query: &Query<'a>,
    attribute: &Attribute,
) -> Option<Value<'a>> {
    if let Some(built_in) = BuiltIn::find(attribute.namespace, &attribute.name) {
        let text = match built_in {
            BuiltIn::PrincipalId => query.principal.id,
            BuiltIn::PrincipalKind => {
                query.principal.kind.filter(|_| !table.rules().kinds.is_empty())
            }
            BuiltIn::ResourceId => query.resource.id,
            BuiltIn::ResourceType => query.resource.resource_type,
        };
        return text.map(Value::String);
    }
    let attributes = match attribute.namespace {
        Namespace::Principal => query.principal.attributes,
        Namespace::Resource => query.resource.attributes,
        Namespace::Action => query.action_attributes,
        Namespace::Context => query.context,
    };
    let mut attributes = attributes.iter();
    attributes.find(|(name, _)| *name == attribute.name).map(|(_, value)| *value)
}
