//! Literals of the right type and domain, tests that fit their attribute, conditions of a size.
//!
//! Not whether a condition can ever hold.

use std::collections::BTreeMap;

use crate::diagnostic::{At, Diagnostic, FileId, grants};
use crate::model::limits::{CONDITION_DEPTH_MAX, CONDITION_TESTS_MAX};
use crate::model::{Literal, ValueType};
use crate::source::policy::{AttributeName, Names, Policy, Spanned, Test};
use crate::table::rules::Attribute;
use crate::table::vocabulary::{oversized_conditions, parts};

use super::super::lower::Draft;

pub(super) fn check(policy: &Policy, draft: &Draft, file: FileId) -> Vec<Diagnostic> {
    let mut checker = Checker { file, attributes: BTreeMap::new(), found: Vec::new() };
    for attribute in &draft.rules.attributes {
        checker.attributes.insert(attribute.full_name(), attribute);
    }
    for (name, attribute) in &policy.attributes {
        checker.types(name.value.as_str(), attribute.value_type, &attribute.values);
    }
    for (_, condition) in &policy.conditions {
        checker.test(&condition.test);
    }
    let mut found = checker.found;
    let oversized = oversized_conditions(&draft.rules.conditions);
    for id in oversized.iter().copied() {
        // One mistake, one error: what is made of a condition that is too large is so for its sake.
        let entry = draft.rules.conditions.get(crate::model::Id::index(id));
        let is_inherited = entry
            .is_some_and(|entry| parts(&entry.test).iter().any(|part| oversized.contains(part)));
        if is_inherited {
            continue;
        }
        let name = entry.map(|entry| &entry.name);
        let entry = policy
            .conditions
            .iter()
            .find(|(entry, _)| Some(entry.value.as_str()) == name.map(String::as_str));
        found.extend(entry.map(|(name, _)| {
            let at = At::new(file, name.span);
            grants::condition_too_complex(
                at,
                name.value.as_str(),
                CONDITION_TESTS_MAX,
                CONDITION_DEPTH_MAX,
            )
        }));
    }
    found
}

struct Checker<'a> {
    file: FileId,
    attributes: BTreeMap<String, &'a Attribute>,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn test(&mut self, test: &Test) {
        match test {
            Test::OneOf { attribute, literals } => {
                let Some(known) = self.attributes.get(attribute.value.as_str()).copied() else {
                    return;
                };
                self.types(attribute.value.as_str(), known.value_type, literals);
                self.domain(known, literals);
            }
            Test::Matches { attribute, other } => self.matches(attribute, other),
            Test::AtLeast { attribute, bound } | Test::AtMost { attribute, bound } => {
                let Some(known) = self.attributes.get(attribute.value.as_str()) else {
                    return;
                };
                if known.value_type != ValueType::Integer {
                    let (at, found) = (At::new(self.file, bound.span), known.value_type.as_str());
                    self.found.push(grants::bound_on_no_integer(
                        at,
                        attribute.value.as_str(),
                        found,
                    ));
                }
            }
            Test::Asserted | Test::All(_) | Test::Any(_) | Test::Not(_) => {}
        }
    }

    fn matches(&mut self, attribute: &Spanned<AttributeName>, other: &Spanned<AttributeName>) {
        let known = |name: &Spanned<AttributeName>| self.attributes.get(name.value.as_str());
        let (Some(left), Some(right)) = (known(attribute), known(other)) else {
            return;
        };
        if left.value_type != right.value_type {
            let at = At::new(self.file, other.span);
            let left = (attribute.value.as_str(), left.value_type.as_str());
            let right = (other.value.as_str(), right.value_type.as_str());
            self.found.push(grants::compared_types_differ(at, left, right));
        }
    }

    fn types(&mut self, attribute: &str, expected: ValueType, literals: &Names<Literal>) {
        for literal in literals.iter().filter(|literal| literal.value.value_type() != expected) {
            let at = At::new(self.file, literal.span);
            let found = literal.value.value_type().as_str();
            self.found.push(grants::literal_of_another_type(
                at,
                attribute,
                expected.as_str(),
                found,
            ));
        }
    }

    /// A literal of another type has been reported as such.
    fn domain(&mut self, attribute: &Attribute, literals: &Names<Literal>) {
        let known: Vec<String> = attribute.values.iter().map(Literal::to_string).collect();
        for literal in literals {
            let typed = literal.value.value_type() == attribute.value_type;
            if typed && !known.is_empty() && !attribute.values.contains(&literal.value) {
                let at = At::new(self.file, literal.span);
                let name = attribute.full_name();
                let text = literal.value.to_string();
                self.found.push(grants::literal_outside_values(at, &name, &text, &known));
            }
        }
    }
}
