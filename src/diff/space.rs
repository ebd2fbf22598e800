//! The finite model of two tables together: every kind, holding and value that either tells apart.
//!
//! Not decisions: it makes the requests that both tables are asked.
//!
//! Wider than the model that invariants are proved over, since an edit may change what becomes of
//! odd requests too: the kind may be missing or declared nowhere, a role may be held outside of
//! the resource's scopes or in a scope of the wrong kind, and a request may give no scopes.

use crate::model::valuation::Valuation;
use crate::model::{Assignment, ConditionId, DirectAction, Principal, Query, Resource, Scope};
use crate::table::Table;

use super::domains::{Domain, Seen};
use super::names::Names;

/// Most valuations that a cell is compared over.
pub(crate) const VALUATIONS_MAX: usize = 250_000;

/// The scope that a role is held in, and one that it is not held in.
const HELD: &str = "1";
const ELSEWHERE: &str = "2";
/// A kind of scope that no policy can declare: it is not kebab-case.
const UNDECLARED_SCOPE: &str = "?";
/// A kind of principal that no policy can declare.
const UNDECLARED_KIND: &str = "?";

/// A cell depends on more valuations than may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// What the request says of the principal's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KindCase<'t> {
    /// Neither policy declares kinds.
    NotAsked,
    Named(&'t str),
    Missing,
    /// One that neither declares.
    Undeclared,
}

impl<'t> KindCase<'t> {
    /// Every case there is.
    pub(super) fn all(names: &Names<'t>) -> Vec<Self> {
        if names.kinds.is_empty() {
            return vec![Self::NotAsked];
        }
        let declared = names.kinds.iter().map(|kind| Self::Named(kind.name));
        declared.chain([Self::Missing, Self::Undeclared]).collect()
    }

    pub(super) const fn given(self) -> Option<&'t str> {
        match self {
            Self::NotAsked | Self::Missing => None,
            Self::Named(name) => Some(name),
            Self::Undeclared => Some(UNDECLARED_KIND),
        }
    }
}

/// Where a role (or an action given directly) is held, and where the resource is said to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holding<'t> {
    /// In no scope.
    Unscoped,
    /// In a scope of the kind, which the resource lies in.
    Inside(&'t str),
    /// In a scope of the kind, which the resource does not lie in.
    Elsewhere(&'t str),
    /// In a scope of the kind, and the request gives no scopes.
    Unsaid(&'t str),
    /// In a scope of a kind that neither policy declares.
    Undeclared,
}

impl<'t> Holding<'t> {
    pub(super) fn all(names: &Names<'t>) -> Vec<Self> {
        let scoped = names.scopes.iter().flat_map(|scope| {
            [Self::Inside(scope.name), Self::Elsewhere(scope.name), Self::Unsaid(scope.name)]
        });
        [Self::Unscoped].into_iter().chain(scoped).chain([Self::Undeclared]).collect()
    }

    const fn scope(self) -> Option<Scope<'t>> {
        match self {
            Self::Unscoped => None,
            Self::Inside(kind) | Self::Unsaid(kind) => Some(Scope { kind, id: HELD }),
            Self::Elsewhere(kind) => Some(Scope { kind, id: ELSEWHERE }),
            Self::Undeclared => Some(Scope { kind: UNDECLARED_SCOPE, id: HELD }),
        }
    }

    /// Whether the request gives the resource's scopes. Where it does not matter for this holding
    /// it does: whoever is allowed without them is allowed with them.
    pub(super) const fn gives_scopes(self) -> bool {
        !matches!(self, Self::Unsaid(_))
    }

    /// Whether both can be held in one request.
    pub(super) fn goes_with(self, other: Self) -> bool {
        let fixed = |holding: Self| !matches!(holding, Self::Unscoped | Self::Undeclared);
        !(fixed(self) && fixed(other)) || self.gives_scopes() == other.gives_scopes()
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker<'t> {
    /// A principal without any role but those of its kind.
    Nobody,
    Role(&'t str),
    /// A principal who was given the action directly.
    Direct,
}

/// An attribute over its values, or an assertion.
#[derive(Debug)]
pub(super) enum Variable<'t> {
    Attribute(Domain<'t>),
    Assertion(&'t str),
}

impl Variable<'_> {
    /// How many choices there are; one of them is "not given".
    pub(super) const fn choice_count(&self) -> usize {
        match self {
            Self::Attribute(domain) => domain.values.len() + 1,
            Self::Assertion(_) => 3,
        }
    }
}

/// Every valuation of what some conditions of both sides look at.
#[derive(Debug)]
pub(super) struct Space<'t> {
    variables: Vec<Variable<'t>>,
    count: usize,
}

impl<'t> Space<'t> {
    /// # Errors
    /// Where there are more valuations than may be looked at.
    pub(super) fn new(sides: &[(&'t Table, &[ConditionId])]) -> Result<Self, TooMany> {
        let mut seen = Seen::default();
        for (table, conditions) in sides {
            seen.add(table, conditions);
        }
        let asserted = seen.asserted.iter().map(|name| Variable::Assertion(name));
        let variables: Vec<Variable<'t>> =
            seen.domains().into_iter().map(Variable::Attribute).chain(asserted).collect();
        let choices = variables.iter().map(Variable::choice_count);
        let count = choices.fold(1_usize, usize::saturating_mul);
        if count > VALUATIONS_MAX {
            return Err(TooMany);
        }
        Ok(Self { variables, count })
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// What is varied, in the order of the digits.
    pub(super) fn variables(&self) -> &[Variable<'t>] {
        &self.variables
    }

    /// The valuation with this number: the variables are its digits.
    pub(super) fn valuation(&self, number: usize) -> Valuation<'_> {
        let mut chosen = Valuation::default();
        for (variable, digit) in self.variables.iter().zip(self.digits(number)) {
            match variable {
                Variable::Attribute(domain) => {
                    if let Some(class) = domain.values.get(digit) {
                        chosen.put(domain.namespace, domain.name, class.value.as_value());
                    }
                }
                Variable::Assertion(name) => match digit {
                    0 => chosen.assertions.push((name, true)),
                    1 => chosen.assertions.push((name, false)),
                    _ => {}
                },
            }
        }
        chosen
    }

    /// The choice of each variable, in their order.
    pub(super) fn digits(&self, mut number: usize) -> Vec<usize> {
        let digit = |variable: &Variable<'_>| {
            let digit = number % variable.choice_count();
            number /= variable.choice_count();
            digit
        };
        self.variables.iter().map(digit).collect()
    }

    /// The attributes, each with the position of its digit; none where an attribute's classes say
    /// little by themselves, or something is asserted.
    pub(super) fn plain_domains(&self) -> Option<Vec<&Domain<'t>>> {
        let mut plain = Vec::new();
        for variable in &self.variables {
            match variable {
                Variable::Attribute(domain) if !domain.is_joined => plain.push(domain),
                Variable::Attribute(_) | Variable::Assertion(_) => return None,
            }
        }
        Some(plain)
    }
}

/// One request to both tables.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub action: &'a str,
    pub asker: Asker<'a>,
    pub kind: KindCase<'a>,
    pub holding: Holding<'a>,
    pub valuation: &'a Valuation<'a>,
    /// One scope of every kind of either policy.
    pub scopes: &'a [Scope<'a>],
}

/// One scope of every kind: where the resource lies.
pub(super) fn scopes<'t>(names: &Names<'t>) -> Vec<Scope<'t>> {
    names.scopes.iter().map(|scope| Scope { kind: scope.name, id: HELD }).collect()
}

impl<'a> Case<'a> {
    /// Who holds nothing and asks for nothing: what conditions are asked with.
    pub(super) const fn of_nobody(kind: KindCase<'a>, valuation: &'a Valuation<'a>) -> Self {
        let (asker, holding) = (Asker::Nobody, Holding::Unscoped);
        Self { action: "", asker, kind, holding, valuation, scopes: &[] }
    }

    /// Asks with the query of this case.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(Query<'_>) -> T) -> T {
        let scope = self.holding.scope();
        let assignment = match self.asker {
            Asker::Role(role) => Some(Assignment { role, scope }),
            Asker::Nobody | Asker::Direct => None,
        };
        let direct = match self.asker {
            Asker::Direct => Some(DirectAction { action: self.action, scope }),
            Asker::Nobody | Asker::Role(_) => None,
        };
        let scopes = if self.holding.gives_scopes() { self.scopes } else { &[] };
        ask(self.valuation.query(Query {
            principal: Principal {
                kind: self.kind.given(),
                assignments: assignment.as_slice(),
                direct_actions: direct.as_slice(),
                ..Principal::default()
            },
            action: self.action,
            resource: Resource { scopes, ..Resource::default() },
            ..Query::default()
        }))
    }
}
