//! Declared names and their ids.
//!
//! Not actions, which are found and not declared: see `vocabulary`.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::diagnostic::{At, Diagnostic, FileId, Span, names};
use crate::model::{AttributeId, BuiltIn, ConditionId, Id, KindId, RoleId, ScopeId};
use crate::source::policy::Policy;

/// The names of one list, with the id that each has: its rank in the order of names.
#[derive(Debug)]
pub(super) struct NameTable<'a, I> {
    /// Found by hash, and kept in the order of names.
    ids: IndexMap<&'a str, I, RandomState>,
}

impl<'a, I: Id> NameTable<'a, I> {
    pub(super) fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<&str> = names.collect();
        sorted.sort_unstable();
        sorted.dedup();
        let ids = sorted.into_iter().enumerate();
        Self { ids: ids.filter_map(|(rank, name)| Some((name, I::new(rank)?))).collect() }
    }

    pub(super) fn get(&self, name: &str) -> Option<I> {
        self.ids.get(name).copied()
    }

    /// The names in the order of their ids.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.ids.keys().copied()
    }

    /// The ids in their order.
    pub(super) fn ids(&self) -> impl Iterator<Item = I> {
        self.ids.values().copied()
    }
}

/// Everything that a policy declares by name.
#[derive(Debug)]
pub(super) struct Symbols<'a> {
    pub kinds: NameTable<'a, KindId>,
    pub scopes: NameTable<'a, ScopeId>,
    pub attributes: NameTable<'a, AttributeId>,
    pub conditions: NameTable<'a, ConditionId>,
    pub roles: NameTable<'a, RoleId>,
}

impl<'a> Symbols<'a> {
    /// Collects the names; declaring a built-in attribute, or two names that differ only in case,
    /// is an error.
    pub(super) fn new(policy: &'a Policy, file: FileId, found: &mut Vec<Diagnostic>) -> Self {
        for (name, _) in &policy.attributes {
            if name.value.split().is_some_and(|(space, name)| BuiltIn::find(space, name).is_some())
            {
                let at = At::new(file, name.span);
                found.push(names::built_in_attribute(at, name.value.as_str()));
            }
        }
        let roles = policy.roles.iter().map(|(name, _)| (name.value.as_str(), name.span));
        found.extend(alike(roles, "roles", file));
        let attributes = policy.attributes.iter().map(|(name, _)| (name.value.as_str(), name.span));
        found.extend(alike(attributes, "attributes", file));
        let declared = policy.attributes.iter().map(|(name, _)| name.value.as_str());
        let built_in = BuiltIn::ALL.iter().map(|built_in| built_in.full_name());
        Self {
            kinds: NameTable::new(policy.kinds.iter().map(|(name, _)| name.value.as_str())),
            scopes: NameTable::new(policy.scopes.iter().map(|(name, _)| name.value.as_str())),
            attributes: NameTable::new(declared.chain(built_in)),
            conditions: NameTable::new(
                policy.conditions.iter().map(|(name, _)| name.value.as_str()),
            ),
            roles: NameTable::new(policy.roles.iter().map(|(name, _)| name.value.as_str())),
        }
    }
}

/// Names that differ from an earlier one only in case; kebab-case names cannot.
pub(super) fn alike<'a>(
    all: impl Iterator<Item = (&'a str, Span)>,
    what: &str,
    file: FileId,
) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, span) in all {
        match first.get(&name.to_ascii_lowercase()) {
            Some((other, _)) if *other == name => {}
            Some((other, other_span)) => {
                let (at, other_at) = (At::new(file, span), At::new(file, *other_span));
                found.push(names::names_differ_in_case(at, name, other_at, other, what));
            }
            None => {
                first.insert(name.to_ascii_lowercase(), (name, span));
            }
        }
    }
    found
}
