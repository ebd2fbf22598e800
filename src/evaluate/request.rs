//! The checked request: a query bound to the table that answers it.
//!
//! Not the wire form: reading JSON or arguments is the caller's business.

use std::fmt;

use crate::model::{Attributes, Namespace, Query};
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
    /// Unknown names are not errors: they deny, or contribute nothing, and the decision says so.
    ///
    /// # Errors
    /// Where the query contradicts itself (something given twice), gives a built-in attribute
    /// among the others, or asserts a condition that has a test of its own.
    pub fn new(table: &'a Table, query: Query<'a>) -> Result<Self, RequestError> {
        check_attributes(&query)?;
        for (at, (name, _)) in query.assertions.iter().enumerate() {
            if query.assertions.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(RequestError::AssertedTwice { condition: (*name).to_owned() });
            }
            let condition = table.find_condition(name).and_then(|id| table.condition(id));
            if condition.is_some_and(|condition| condition.test != Test::Asserted) {
                return Err(RequestError::AssertedTest { condition: (*name).to_owned() });
            }
        }
        Ok(Self { table: Some(table), query })
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
                    check_attributes(&query)?;
                    Ok(Self { table: None, query })
                }
            },
        }
    }

    /// The names of assigned roles that the policy does not know, each once; they contribute
    /// nothing. Empty where the policy itself is unknown.
    pub fn unknown_roles(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let table = self.table;
        let assignments = self.query.principal.assignments;
        let roles = assignments.iter().map(|assignment| assignment.role).enumerate();
        let is_first = |at: usize, role: &str| {
            !assignments.iter().take(at).any(|assignment| assignment.role == role)
        };
        let roles = roles.filter(move |(at, role)| is_first(*at, role)).map(|(_, role)| role);
        roles.filter(move |role| table.is_some_and(|table| table.find_role(role).is_none()))
    }

    pub(crate) const fn table(&self) -> Option<&'a Table> {
        self.table
    }

    pub(crate) const fn query(&self) -> &Query<'a> {
        &self.query
    }
}

/// Refuses attributes given twice, and built-in ones given as if they were declared.
fn check_attributes(query: &Query<'_>) -> Result<(), RequestError> {
    let spaces: [(Namespace, Attributes<'_>, &[&str]); 4] = [
        (Namespace::Principal, query.principal.attributes, &["id", "kind"]),
        (Namespace::Resource, query.resource.attributes, &["id", "type"]),
        (Namespace::Action, query.action_attributes, &[]),
        (Namespace::Context, query.context, &[]),
    ];
    for (namespace, attributes, built_in) in spaces {
        for (at, (name, _)) in attributes.iter().enumerate() {
            let attribute = || format!("{}.{name}", namespace.as_str());
            if built_in.contains(name) {
                return Err(RequestError::BuiltInAttribute { attribute: attribute() });
            }
            if attributes.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(RequestError::AttributeTwice { attribute: attribute() });
            }
        }
    }
    Ok(())
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
