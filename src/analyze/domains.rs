//! The finite model's domains: which values of an attribute can make a difference.
//!
//! Not all values there are: values that no test tells apart are one.
//!
//! Each attribute takes one of its `values`, or without `values` one of the literals compared with
//! it or one fresh value; an integer one of the regions between bounds. Attributes joined by
//! `matches-attribute` share their literals, and have as many fresh values (for integers: in each
//! region that has so many) as there are attributes in the group, so that all of them may differ.
//! "Missing" is a value too; `situations` adds it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AttributeId, ConditionId, Literal, ValueType};
use crate::table::Table;
use crate::table::rules::Test;
use crate::table::vocabulary::parts;

/// What a set of conditions looks at.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub attributes: BTreeSet<AttributeId>,
    /// Conditions that the caller asserts.
    pub asserted: BTreeSet<ConditionId>,
    /// Values that a request gives, of these and of other attributes.
    pub given: BTreeMap<AttributeId, Option<Literal>>,
    tests: BTreeSet<ConditionId>,
}

impl Seen {
    /// Everything that deciding these conditions looks at.
    pub(super) fn by(table: &Table, conditions: impl IntoIterator<Item = ConditionId>) -> Self {
        let mut seen = Self::default();
        let mut open: Vec<ConditionId> = conditions.into_iter().collect();
        while let Some(id) = open.pop() {
            let Some(condition) = table.condition(id) else {
                continue;
            };
            match &condition.test {
                Test::Asserted => {
                    seen.asserted.insert(id);
                }
                Test::Matches { attribute, other } => {
                    seen.attributes.extend([*attribute, *other]);
                }
                Test::OneOf { attribute, .. }
                | Test::AtLeast { attribute, .. }
                | Test::AtMost { attribute, .. } => {
                    seen.attributes.insert(*attribute);
                }
                Test::All { .. } | Test::Any { .. } | Test::Not { .. } => {}
            }
            if seen.tests.insert(id) {
                open.extend(parts(&condition.test));
            }
        }
        seen
    }
}

/// The values, by attribute, that the conditions can tell apart.
pub(super) fn domains(table: &Table, seen: &Seen) -> BTreeMap<AttributeId, Vec<Literal>> {
    let mut domains = BTreeMap::new();
    for group in groups(table, seen) {
        let literals = literals(table, seen, &group);
        for id in &group {
            let Some(attribute) = table.attribute(*id) else {
                continue;
            };
            let values = match attribute.value_type {
                _ if !attribute.values.is_empty() => attribute.values.clone(),
                ValueType::Boolean => vec![Literal::Boolean(false), Literal::Boolean(true)],
                ValueType::String => strings(&literals, group.len()),
                ValueType::Integer => integers(table, seen, &group, &literals),
            };
            domains.insert(*id, values);
        }
    }
    domains
}

/// The attributes, those joined by `matches-attribute` together.
fn groups(table: &Table, seen: &Seen) -> Vec<BTreeSet<AttributeId>> {
    let mut groups: Vec<BTreeSet<AttributeId>> =
        seen.attributes.iter().map(|id| BTreeSet::from([*id])).collect();
    for id in &seen.tests {
        if let Some(Test::Matches { attribute, other }) =
            table.condition(*id).map(|entry| &entry.test)
        {
            let joins = |group: &BTreeSet<_>| group.contains(attribute) || group.contains(other);
            let (joined, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(joins);
            rest.push(joined.into_iter().flatten().collect());
            groups = rest;
        }
    }
    groups
}

/// Every literal that a test compares with the group, and the `values` of its members.
fn literals(table: &Table, seen: &Seen, group: &BTreeSet<AttributeId>) -> BTreeSet<Literal> {
    let mut literals = BTreeSet::new();
    for id in &seen.tests {
        if let Some(Test::OneOf { attribute, literals: compared }) =
            table.condition(*id).map(|entry| &entry.test)
            && group.contains(attribute)
        {
            literals.extend(compared.iter().cloned());
        }
    }
    // What is given beside them is a value that they may share.
    literals.extend(group.iter().filter_map(|id| seen.given.get(id)).flatten().cloned());
    let members = group.iter().filter_map(|id| table.attribute(*id));
    literals.extend(members.flat_map(|attribute| attribute.values.iter().cloned()));
    literals
}

fn strings(literals: &BTreeSet<Literal>, fresh_count: usize) -> Vec<Literal> {
    // Longer than every literal, so that no fresh value is one of them.
    let length = literals.iter().map(|literal| literal.to_string().len()).max().unwrap_or(0);
    let fresh =
        (0..fresh_count).map(|at| Literal::String(format!("{}-{at}", "x".repeat(length + 1))));
    literals.iter().cloned().chain(fresh).collect()
}

/// A few integers of every region between literals and bounds.
fn integers(
    table: &Table,
    seen: &Seen,
    group: &BTreeSet<AttributeId>,
    literals: &BTreeSet<Literal>,
) -> Vec<Literal> {
    // A region begins at each of these.
    let mut begins = BTreeSet::from([i64::MIN]);
    for literal in literals {
        if let Literal::Integer(number) = literal {
            begins.insert(*number);
            begins.extend(number.checked_add(1));
        }
    }
    for id in &seen.tests {
        match table.condition(*id).map(|entry| &entry.test) {
            Some(Test::AtLeast { attribute, bound }) if group.contains(attribute) => {
                begins.insert(*bound);
            }
            Some(Test::AtMost { attribute, bound }) if group.contains(attribute) => {
                begins.extend(bound.checked_add(1));
            }
            _ => {}
        }
    }
    let ends = begins.iter().skip(1).map(|begin| begin.saturating_sub(1)).chain([i64::MAX]);
    let count = i64::try_from(group.len()).unwrap_or(i64::MAX);
    let region = |(begin, end): (&i64, i64)| {
        // What people read is better near zero than at the end of all integers.
        let begin = match (*begin, end) {
            (i64::MIN, i64::MAX) => 0,
            (i64::MIN, end) => end.saturating_sub(count - 1),
            (begin, _) => begin,
        };
        let last = begin.saturating_add(count - 1).min(end);
        (begin..=last).map(Literal::Integer).collect::<Vec<_>>()
    };
    begins.iter().zip(ends).flat_map(region).collect()
}
