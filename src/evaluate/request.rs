//! The checked request: a query bound to the table that answers it.
//!
//! Not the wire form: reading JSON or arguments is the caller's business.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{Attributes, BuiltIn, Namespace, Principal, Query};
use crate::table::rules::Test;
use crate::table::{Bundle, Table};

/// A query that is well-formed for a table; what [`decide`](crate::decide) answers.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    table: Option<&'a Table>,
    query: Query<'a>,
}

impl<'a> Request<'a> {
    /// Binds a query to the table that is to answer it.
    ///
    /// Unknown names are not errors. An unknown policy, action or kind denies, and the basis says
    /// so; unknown roles contribute nothing, and [`Request::unknown_roles`] lists them; attributes,
    /// conditions and scopes that the policy does not declare are passed over.
    ///
    /// # Errors
    /// Where the query contradicts itself (something given twice), gives a built-in attribute
    /// among the others, or asserts a condition that has a test of its own.
    #[inline]
    pub fn new(table: &'a Table, query: Query<'a>) -> Result<Self, RequestError> {
        // Most requests give names alone, and those cannot contradict themselves.
        let says_more = !(query.principal.attributes.is_empty()
            && query.resource.attributes.is_empty()
            && query.action_attributes.is_empty()
            && query.context.is_empty()
            && query.assertions.is_empty());
        if says_more {
            check(&query)?;
            check_assertions(table, query.assertions)?;
        }
        Ok(Self::sound(table, query))
    }

    /// A query that is known to be well-formed for the table.
    pub(crate) const fn sound(table: &'a Table, query: Query<'a>) -> Self {
        Self { table: Some(table), query }
    }

    /// The same request for another action: what is well-formed for one is for all.
    #[must_use]
    pub const fn with_action(self, action: &'a str) -> Self {
        Self { table: self.table, query: Query { action, ..self.query } }
    }

    /// The same request for another principal.
    ///
    /// # Errors
    /// Where an attribute of the principal is given twice, or is built in.
    pub(super) fn with_principal(self, principal: Principal<'a>) -> Result<Self, RequestError> {
        check(&Query { principal, ..Query::default() })?;
        Ok(Self { table: self.table, query: Query { principal, ..self.query } })
    }

    /// Binds a query to a bundle's table by policy id; without an id, to its only table.
    ///
    /// A policy that the bundle does not hold is no error: the request is denied as
    /// `unknown-policy`.
    ///
    /// # Errors
    /// As [`Request::new`]; and where no policy is named and the bundle holds several.
    pub fn for_policy(
        bundle: &'a Bundle,
        policy: Option<&str>,
        query: Query<'a>,
    ) -> Result<Self, RequestError> {
        match (policy, bundle.tables()) {
            (None, [only]) => Self::new(only, query),
            (None, _) => Err(RequestError::PolicyMissing),
            (Some(policy), _) => match bundle.table(policy) {
                Some(table) => Self::new(table, query),
                None => {
                    check(&query)?;
                    Ok(Self { table: None, query })
                }
            },
        }
    }

    /// The names of assigned roles that the policy does not know, each once, in the order given;
    /// they contribute nothing. Empty where the policy itself is unknown.
    #[must_use]
    pub fn unknown_roles(&self) -> Vec<&'a str> {
        let Some(table) = self.table else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let roles = self.query.principal.assignments.iter().map(|assignment| assignment.role);
        roles.filter(|role| table.find_role(role).is_none() && seen.insert(*role)).collect()
    }

    pub(crate) const fn table(&self) -> Option<&'a Table> {
        self.table
    }

    pub(crate) const fn query(&self) -> &Query<'a> {
        &self.query
    }
}

/// Refuses assertions of conditions that have a test.
pub(super) fn check_assertions(
    table: &Table,
    assertions: &[(&str, bool)],
) -> Result<(), RequestError> {
    for (name, _) in assertions {
        let condition = table.find_condition(name).and_then(|id| table.condition(id));
        if condition.is_some_and(|condition| condition.test != Test::Asserted) {
            return Err(RequestError::AssertedTest { condition: (*name).to_owned() });
        }
    }
    Ok(())
}

/// Refuses what is given twice, and built-in attributes given as if they were declared.
pub(super) fn check(query: &Query<'_>) -> Result<(), RequestError> {
    let spaces: [(Namespace, Attributes<'_>); 4] = [
        (Namespace::Principal, query.principal.attributes),
        (Namespace::Resource, query.resource.attributes),
        (Namespace::Action, query.action_attributes),
        (Namespace::Context, query.context),
    ];
    for (namespace, attributes) in spaces {
        let attribute = |name: &str| format!("{}.{name}", namespace.as_str());
        let built_in = |(name, _): &&(&str, _)| BuiltIn::find(namespace, name).is_some();
        if let Some((name, _)) = attributes.iter().find(built_in) {
            return Err(RequestError::BuiltInAttribute { attribute: attribute(name) });
        }
        if let Some(name) = given_twice(attributes) {
            return Err(RequestError::AttributeTwice { attribute: attribute(name) });
        }
    }
    match given_twice(query.assertions) {
        Some(name) => Err(RequestError::AssertedTwice { condition: name.to_owned() }),
        None => Ok(()),
    }
}

/// A name that is there twice. Few names are compared in pairs, which allocates nothing; many are
/// sorted, so that no caller can make this slow.
fn given_twice<'q, T>(given: &[(&'q str, T)]) -> Option<&'q str> {
    const FEW: usize = 16;
    if given.len() <= FEW {
        let named = given.iter().enumerate();
        let twice = named.map(|(at, (name, _))| (*name, given.iter().take(at)));
        let mut twice =
            twice.filter(|(name, before)| before.clone().any(|(other, _)| other == name));
        return twice.next().map(|(name, _)| name);
    }
    let mut names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let pair = names.windows(2).find(|pair| pair.first() == pair.last());
    pair.and_then(|pair| pair.first().copied())
}

/// Why a query is not a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The bundle holds several policies, and none was named.
    PolicyMissing,
    /// An asserted condition has a test: it is decided, not asserted.
    AssertedTest {
        /// The condition's name.
        condition: String,
    },
    /// A condition is asserted twice.
    AssertedTwice {
        /// The condition's name.
        condition: String,
    },
    /// An attribute is given twice.
    AttributeTwice {
        /// The attribute's full name.
        attribute: String,
    },
    /// A built-in attribute is given among the declared ones.
    BuiltInAttribute {
        /// The attribute's full name.
        attribute: String,
    },
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PolicyMissing => write!(f, "there are several policies here; name one of them"),
            Self::AssertedTest { condition } => write!(
                f,
                "condition `{condition}` has a test of its own and cannot be asserted; \
                 give the attributes that it tests"
            ),
            Self::AssertedTwice { condition } => {
                write!(f, "condition `{condition}` is asserted twice")
            }
            Self::AttributeTwice { attribute } => {
                write!(f, "attribute `{attribute}` is given twice")
            }
            Self::BuiltInAttribute { attribute } => write!(
                f,
                "attribute `{attribute}` is built in; give it with the principal or resource itself"
            ),
        }
    }
}

impl std::error::Error for RequestError {}
