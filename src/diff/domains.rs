//! The values of attributes that either of two tables can tell apart.
//!
//! Not the finite model of one table, which `analyze` has: here a value of one class on one side
//! may fall into two on the other, an attribute may have another type or other values than before,
//! and it may be there on one side only.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AttributeId, BuiltIn, ConditionId, Literal, Namespace, ValueType};
use crate::table::Table;
use crate::table::rules::{Attribute, Test};
use crate::table::vocabulary::parts;

/// What the conditions of both sides look at.
#[derive(Debug, Default)]
pub(super) struct Seen<'t> {
    attributes: BTreeMap<(Namespace, &'t str), SeenAttribute<'t>>,
    /// Pairs of attributes that a test compares with each other.
    joined: Vec<[(Namespace, &'t str); 2]>,
    /// Conditions that the caller asserts, on either side.
    pub asserted: BTreeSet<&'t str>,
}

/// An attribute as the sides that look at it declare it, and what they compare it with.
#[derive(Debug, Default)]
struct SeenAttribute<'t> {
    declared: Vec<&'t Attribute>,
    literals: BTreeSet<&'t Literal>,
    /// Integers at which a region begins.
    begins: BTreeSet<i64>,
}

/// An attribute with its values; "missing" is one more, which is not here.
#[derive(Debug)]
pub(super) struct Domain<'t> {
    pub namespace: Namespace,
    pub name: &'t str,
    pub values: Vec<Class>,
    /// Whether another attribute is compared with it, so that a class by itself says little.
    pub is_joined: bool,
}

/// Values that no test of either side tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// One of them.
    pub value: Literal,
    pub shown: ClassName,
}

/// What a class is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ClassName {
    /// The value itself.
    Value,
    /// Any that is named nowhere.
    Other,
    /// Integers from and to; none is no bound.
    Range(Option<i64>, Option<i64>),
}

impl<'t> Seen<'t> {
    /// Adds all that conditions of one table look at.
    pub(super) fn add(&mut self, table: &'t Table, conditions: &[ConditionId]) {
        let mut open = conditions.to_vec();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            let Some(condition) = table.condition(id).filter(|_| seen.insert(id)) else { continue };
            match &condition.test {
                Test::Asserted => {
                    self.asserted.insert(&condition.name);
                }
                Test::OneOf { attribute, literals } => {
                    if let Some(seen) = self.attribute(table, *attribute) {
                        seen.literals.extend(literals);
                    }
                }
                Test::AtLeast { attribute, bound } => {
                    if let Some(seen) = self.attribute(table, *attribute) {
                        seen.begins.insert(*bound);
                    }
                }
                Test::AtMost { attribute, bound } => {
                    if let Some(seen) = self.attribute(table, *attribute) {
                        seen.begins.extend(bound.checked_add(1));
                    }
                }
                Test::Matches { attribute, other } => {
                    let key = |id| table.attribute(id).map(|entry| (entry.namespace, &*entry.name));
                    self.joined.extend(key(*attribute).zip(key(*other)).map(<[_; 2]>::from));
                    self.attribute(table, *attribute);
                    self.attribute(table, *other);
                }
                Test::All { .. } | Test::Any { .. } | Test::Not { .. } => {
                    open.extend(parts(&condition.test));
                }
            }
        }
    }

    fn attribute(&mut self, table: &'t Table, id: AttributeId) -> Option<&mut SeenAttribute<'t>> {
        let attribute = table.attribute(id)?;
        let seen = self.attributes.entry((attribute.namespace, &attribute.name)).or_default();
        if !seen.declared.contains(&attribute) {
            seen.declared.push(attribute);
            seen.literals.extend(&attribute.values);
        }
        Some(seen)
    }

    /// The attributes with their values. The kind is none of them: it varies on its own.
    pub(super) fn domains(&self) -> Vec<Domain<'t>> {
        let is_kind = |(namespace, name): &(Namespace, &str)| {
            BuiltIn::find(*namespace, name) == Some(BuiltIn::PrincipalKind)
        };
        let attributes = self.attributes.iter().filter(|(key, _)| !is_kind(key));
        let domain = |(key, seen): (&(Namespace, &'t str), &SeenAttribute<'t>)| {
            let group: Vec<_> =
                self.group(*key).iter().filter_map(|key| self.attributes.get(key)).collect();
            Domain {
                namespace: key.0,
                name: key.1,
                values: values(seen, &group),
                is_joined: group.len() > 1,
            }
        };
        attributes.map(domain).collect()
    }

    /// The attribute, and all that it is compared with, directly or through others.
    fn group(&self, key: (Namespace, &'t str)) -> BTreeSet<(Namespace, &'t str)> {
        let mut group = BTreeSet::from([key]);
        loop {
            let before = group.len();
            for pair in &self.joined {
                if pair.iter().any(|one| group.contains(one)) {
                    group.extend(pair);
                }
            }
            if group.len() == before {
                return group;
            }
        }
    }
}

/// The classes of an attribute that is compared with these, itself among them.
fn values(seen: &SeenAttribute<'_>, group: &[&SeenAttribute<'_>]) -> Vec<Class> {
    let known = |value: &Literal| Class { value: value.clone(), shown: ClassName::Value };
    // Outside its values an attribute is unknown, as if it were missing.
    if seen.declared.iter().all(|attribute| !attribute.values.is_empty()) {
        let values: BTreeSet<&Literal> =
            seen.declared.iter().flat_map(|attribute| &attribute.values).collect();
        return values.into_iter().map(known).collect();
    }
    let literals: BTreeSet<&Literal> =
        group.iter().flat_map(|one| &one.literals).copied().collect();
    let types: BTreeSet<ValueType> = seen.declared.iter().map(|entry| entry.value_type).collect();
    let mut values = Vec::new();
    for value_type in types {
        match value_type {
            ValueType::Boolean => {
                values.extend([false, true].map(Literal::Boolean).iter().map(known));
            }
            ValueType::String => {
                let strings = literals.iter().filter(|one| one.value_type() == ValueType::String);
                values.extend(strings.copied().map(known));
                values.extend(fresh(&literals, group.len()));
            }
            ValueType::Integer => values.extend(integers(&literals, group)),
        }
    }
    values
}

/// As many texts that are named nowhere as attributes are compared with each other: fewer could
/// not all differ.
fn fresh(literals: &BTreeSet<&Literal>, count: usize) -> Vec<Class> {
    // Longer than every literal, so that it is none of them.
    let length = literals.iter().map(|literal| literal.to_string().len()).max().unwrap_or(0);
    let fresh = (0..count).map(|at| format!("{}-{at}", "x".repeat(length + 1)));
    fresh.map(|text| Class { value: Literal::String(text), shown: ClassName::Other }).collect()
}

/// Some integers of each region that no test divides.
fn integers(literals: &BTreeSet<&Literal>, group: &[&SeenAttribute<'_>]) -> Vec<Class> {
    let mut begins: BTreeSet<i64> = group.iter().flat_map(|one| &one.begins).copied().collect();
    for literal in literals {
        if let Literal::Integer(number) = literal {
            begins.insert(*number);
            begins.extend(number.checked_add(1));
        }
    }
    begins.insert(i64::MIN);
    let ends = begins.iter().skip(1).map(|begin| begin.saturating_sub(1)).chain([i64::MAX]);
    let count = i64::try_from(group.len()).unwrap_or(i64::MAX);
    let region = |(begin, end): (&i64, i64)| {
        let last = begin.saturating_add(count - 1).min(end);
        let from = Some(*begin).filter(|begin| *begin != i64::MIN);
        let to = Some(end).filter(|end| *end != i64::MAX);
        let shown = if *begin == end { ClassName::Value } else { ClassName::Range(from, to) };
        let class = |number| Class { value: Literal::Integer(number), shown: shown.clone() };
        (*begin..=last).map(class).collect::<Vec<_>>()
    };
    begins.iter().zip(ends).flat_map(region).collect()
}
