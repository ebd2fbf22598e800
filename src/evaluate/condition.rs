//! Whether a condition holds, in three values.
//!
//! Not whether a grant applies: that takes an assignment too, see `decide`.

use crate::model::{AttributeId, BuiltIn, ConditionId, Namespace, Query, Truth, Value};
use crate::table::Table;
use crate::table::rules::{Attribute, Test};

/// What is known for conditions to be tested on: a query, or a prepared principal and more.
pub(super) trait Facts {
    /// The attribute's value as it is given.
    fn value(&self, table: &Table, id: AttributeId, attribute: &Attribute) -> Option<Value<'_>>;

    /// Whether a condition without a test is said to hold.
    fn asserted(&self, condition: &str) -> Option<bool>;

    /// What was found of a condition before, where it cannot have changed.
    fn settled(&self, id: ConditionId) -> Option<Truth>;
}

impl Facts for Query<'_> {
    fn value(&self, table: &Table, _: AttributeId, attribute: &Attribute) -> Option<Value<'_>> {
        given(table, self, attribute)
    }

    #[inline]
    fn asserted(&self, condition: &str) -> Option<bool> {
        let mut assertions = self.assertions.iter();
        assertions.find(|(name, _)| *name == condition).map(|(_, known)| *known)
    }

    fn settled(&self, _: ConditionId) -> Option<Truth> {
        None
    }
}

/// Whether all of `when` hold and none of `unless` does.
pub(crate) fn conditions(
    table: &Table,
    query: &Query<'_>,
    when: &[ConditionId],
    unless: &[ConditionId],
) -> Truth {
    conditions_of(table, query, when, unless)
}

/// The same, whatever the facts are.
#[inline]
pub(super) fn conditions_of(
    table: &Table,
    facts: &impl Facts,
    when: &[ConditionId],
    unless: &[ConditionId],
) -> Truth {
    let when = all(when.iter().map(|id| holds(table, facts, *id)));
    if when == Truth::False {
        return when;
    }
    when.and(all(unless.iter().map(|id| holds(table, facts, *id).negated())))
}

/// Whether one condition holds.
///
/// A test over what is missing, of another type or outside `values` is unknown, and so is an
/// assertion that was not made. INVARIANT: conditions are not circular and end within the limits.
pub(super) fn holds(table: &Table, facts: &impl Facts, id: ConditionId) -> Truth {
    if let Some(settled) = facts.settled(id) {
        return settled;
    }
    let Some(condition) = table.condition(id) else {
        return Truth::Unknown;
    };
    match &condition.test {
        Test::Asserted => facts.asserted(&condition.name).map_or(Truth::Unknown, Truth::from),
        Test::OneOf { attribute, literals } => test(table, facts, *attribute, |value| {
            literals.iter().any(|literal| literal.as_value() == value)
        }),
        Test::Matches { attribute, other } => match known(table, facts, *other) {
            Some(other) => test(table, facts, *attribute, |value| value == other),
            None => Truth::Unknown,
        },
        Test::AtLeast { attribute, bound } => test(
            table,
            facts,
            *attribute,
            |value| matches!(value, Value::Integer(number) if number >= *bound),
        ),
        Test::AtMost { attribute, bound } => test(
            table,
            facts,
            *attribute,
            |value| matches!(value, Value::Integer(number) if number <= *bound),
        ),
        Test::All { conditions } => all(conditions.iter().map(|id| holds(table, facts, *id))),
        Test::Any { conditions } => {
            // Or by De Morgan, so that both stop at the first value that settles them.
            all(conditions.iter().map(|id| holds(table, facts, *id).negated())).negated()
        }
        Test::Not { condition } => holds(table, facts, *condition).negated(),
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
    facts: &impl Facts,
    id: AttributeId,
    passes: impl Fn(Value<'_>) -> bool,
) -> Truth {
    known(table, facts, id).map_or(Truth::Unknown, |value| Truth::from(passes(value)))
}

/// The attribute's value, if it is known: given, of the declared type, and among the `values`.
fn known<'f>(table: &Table, facts: &'f impl Facts, id: AttributeId) -> Option<Value<'f>> {
    let attribute = table.attribute(id)?;
    facts.value(table, id, attribute).filter(|value| is_known(attribute, *value))
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
                query.principal.kind.filter(|_| !table.cells().model().kinds.is_empty())
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
