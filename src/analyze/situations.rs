//! The finite model: every kind, attribute value and assertion that could matter to a question.
//!
//! Not the requests that a service sends: roles are held where they may be held, and the resource
//! lies in one scope of every kind.

use std::collections::BTreeMap;

use crate::evaluate::condition::given;
use crate::model::valuation::Valuation;
use crate::model::{
    Assignment, AttributeId, BuiltIn, ConditionId, GrantId, Id, Literal, Principal, Query,
    Resource, RoleId, Scope,
};
use crate::table::rules::GrantRoles;
use crate::table::{ActionFace, Table};

use super::domains::{Seen, domains};

/// Most situations (attribute values by assertions) that one cell is proved over, about eleven
/// asserted conditions. Most cells that see more are settled by the first few.
pub(crate) const SITUATIONS_MAX: usize = 250_000;

/// A question depends on more situations than may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The id of every scope in the finite model.
const SCOPE: &str = "1";

/// One scope of every kind: where the resource of the finite model lies.
pub(crate) fn scopes(table: &Table) -> Vec<Scope<'_>> {
    table.rules().scopes.iter().map(|kind| Scope { kind: &kind.name, id: SCOPE }).collect()
}

/// The role held alone: unscoped, or in a scope of its own kind.
pub(crate) fn held_alone(table: &Table, role: RoleId) -> Option<Assignment<'_>> {
    let entry = table.role(role)?;
    let scope = entry.scope.and_then(|id| table.scope(id));
    Some(Assignment {
        role: &entry.name,
        scope: scope.map(|kind| Scope { kind: &kind.name, id: SCOPE }),
    })
}

/// The kinds that may hold all of the roles; one that is not given where none are declared.
pub(crate) fn kinds<'t>(table: &'t Table, roles: &[RoleId]) -> Vec<Option<&'t str>> {
    let kinds = &table.rules().kinds;
    if kinds.is_empty() {
        return vec![None];
    }
    let may = |role: &RoleId, at: usize| {
        let kinds = table.role(*role).and_then(|role| role.kinds.as_ref());
        kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind.index() == at))
    };
    let kinds = kinds.iter().enumerate();
    let kinds = kinds.filter(|(at, _)| roles.iter().all(|role| may(role, *at)));
    kinds.map(|(_, kind)| Some(kind.name.as_str())).collect()
}

/// Whether a grant reaches one of the roles.
pub(crate) fn reaches(table: &Table, grant: GrantId, roles: &[RoleId]) -> bool {
    let reach = table.reach(grant);
    reach.is_some_and(|reach| roles.iter().any(|role| reach.contains(*role)))
}

/// The forbids of an action that can bind a principal who is assigned some of these roles and has
/// what a kind holds.
pub(crate) fn binding(table: &Table, face: &ActionFace, roles: &[RoleId]) -> Vec<GrantId> {
    let held = table.rules().kinds.iter().flat_map(|kind| &kind.holds);
    let held: Vec<RoleId> = held.chain(roles).copied().collect();
    let everyone =
        |id: GrantId| table.grant(id).is_some_and(|grant| grant.roles == GrantRoles::Everyone);
    let forbids = face.forbids.iter().copied();
    forbids.filter(|id| everyone(*id) || reaches(table, *id, &held)).collect()
}

/// The conditions that decide an action for a principal who is assigned some of these roles and
/// has what a kind holds.
pub(crate) fn looked_at(table: &Table, face: &ActionFace, roles: &[RoleId]) -> Vec<ConditionId> {
    let held = table.rules().kinds.iter().flat_map(|kind| &kind.holds);
    let held: Vec<RoleId> = held.chain(roles).copied().collect();
    let permits = face.conditional.iter().copied().filter(|id| reaches(table, *id, &held));
    let grants = permits.chain(binding(table, face, roles)).filter_map(|id| table.grant(id));
    grants.flat_map(|grant| grant.when.iter().chain(&grant.unless).copied()).collect()
}

/// One thing that a request gives, in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub flag: &'static str,
    pub value: String,
}

/// What a request gives, and so does not vary.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fixed {
    /// None for a value that no attribute can have.
    attributes: BTreeMap<AttributeId, Option<Literal>>,
    assertions: BTreeMap<ConditionId, bool>,
}

impl Fixed {
    pub(crate) fn new(table: &Table, query: &Query<'_>) -> Self {
        let attributes = (0..).map(AttributeId).zip(&table.rules().attributes);
        let attributes = attributes
            .filter_map(|(id, attribute)| Some((id, Literal::of(given(table, query, attribute)?))));
        let assertions = query.assertions.iter();
        let assertions = assertions
            .filter_map(|(name, known)| table.find_condition(name).map(|id| (id, *known)));
        Self { attributes: attributes.collect(), assertions: assertions.collect() }
    }
}

/// Every valuation of what some conditions look at.
#[derive(Debug)]
pub(crate) struct Valuations<'t> {
    table: &'t Table,
    variables: Vec<Variable>,
    /// How many there are; the largest number where there are more than can be counted.
    count: usize,
}

impl<'t> Valuations<'t> {
    /// Those of the finite model, where everything may also be missing.
    pub(crate) fn new(table: &'t Table, conditions: impl IntoIterator<Item = ConditionId>) -> Self {
        Self::of(table, &Seen::by(table, conditions), &[Some(true), Some(false), None])
    }

    /// Only those in which nothing is missing.
    pub(crate) fn known(table: &'t Table, conditions: &[ConditionId]) -> Self {
        let seen = Seen::by(table, conditions.iter().copied());
        let mut known = Self::of(table, &seen, &[Some(true), Some(false)]);
        for variable in &mut known.variables {
            if let Variable::Attribute(_, values) = variable {
                values.retain(Option::is_some);
            }
        }
        known.count = count(&known.variables);
        known
    }

    /// Those of the finite model in which what is given is so.
    pub(crate) fn fixed(
        table: &'t Table,
        conditions: impl IntoIterator<Item = ConditionId>,
        fixed: &Fixed,
    ) -> Self {
        let mut seen = Seen::by(table, conditions);
        seen.given.clone_from(&fixed.attributes);
        let mut all = Self::of(table, &seen, &[Some(true), Some(false), None]);
        for variable in &mut all.variables {
            match variable {
                Variable::Attribute(id, values) => {
                    if let Some(given) = fixed.attributes.get(id) {
                        *values = vec![given.clone()];
                    }
                }
                Variable::Assertion(id, values) => {
                    if let Some(known) = fixed.assertions.get(id) {
                        *values = if *known { &[Some(true)] } else { &[Some(false)] };
                    }
                }
            }
        }
        all.count = count(&all.variables);
        all
    }

    fn of(table: &'t Table, seen: &Seen, asserted: &'static [Option<bool>]) -> Self {
        let mut variables = Vec::new();
        for (id, values) in domains(table, seen) {
            // The kind varies on its own: it also decides who may hold what.
            let is_kind = table.attribute(id).is_some_and(|attribute| {
                let built_in = BuiltIn::find(attribute.namespace, &attribute.name);
                built_in == Some(BuiltIn::PrincipalKind)
            });
            if !is_kind {
                let values = values.into_iter().map(Some).chain([None]);
                variables.push(Variable::Attribute(id, values.collect()));
            }
        }
        let assertions = seen.asserted.iter().map(|id| Variable::Assertion(*id, asserted));
        variables.extend(assertions);
        Self { table, count: count(&variables), variables }
    }

    /// The valuations, one after the other; an error where there are more than policyc looks at.
    /// Whoever has an answer before then need not look further.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Result<Valuation<'_>, TooMany>> {
        let beyond = (self.count > SITUATIONS_MAX).then_some(Err(TooMany));
        let numbers = 0..self.count.min(SITUATIONS_MAX);
        numbers.map(|number| Ok(valuation(self.table, &self.variables, number))).chain(beyond)
    }
}

/// How many choices the variables have together.
fn count(variables: &[Variable]) -> usize {
    let choices = variables.iter().map(Variable::choice_count);
    choices.fold(1_usize, usize::saturating_mul)
}

/// Something that varies: an attribute over its values, or an assertion; `None` is "not given".
#[derive(Debug)]
enum Variable {
    Attribute(AttributeId, Vec<Option<Literal>>),
    Assertion(ConditionId, &'static [Option<bool>]),
}

impl Variable {
    const fn choice_count(&self) -> usize {
        match self {
            Self::Attribute(_, values) => values.len(),
            Self::Assertion(_, values) => values.len(),
        }
    }
}

/// The choices with this number: the variables are its digits.
fn valuation<'a>(table: &'a Table, variables: &'a [Variable], mut number: usize) -> Valuation<'a> {
    let mut chosen = Valuation::default();
    for variable in variables {
        let digit = number % variable.choice_count();
        number /= variable.choice_count();
        match variable {
            Variable::Attribute(id, values) => {
                if let (Some(Some(value)), Some(attribute)) =
                    (values.get(digit), table.attribute(*id))
                {
                    chosen.put(attribute.namespace, &attribute.name, value.as_value());
                }
            }
            Variable::Assertion(id, values) => {
                let condition = table.condition(*id);
                if let (Some(Some(known)), Some(condition)) = (values.get(digit), condition) {
                    chosen.assertions.push((&condition.name, *known));
                }
            }
        }
    }
    chosen
}

/// What is asked by who holds one role alone, or none; a valuation says the rest.
pub(super) fn asked<'q>(
    (kind, held): (Option<&'q str>, Option<&'q Assignment<'q>>),
    action: &'q str,
    scopes: &'q [Scope<'q>],
) -> Query<'q> {
    let assignments = held.map_or(&[][..], std::slice::from_ref);
    Query {
        principal: Principal { kind, assignments, ..Principal::default() },
        action,
        resource: Resource { scopes, ..Resource::default() },
        ..Query::default()
    }
}

impl Valuation<'_> {
    /// What is given, as the command line takes it.
    pub(crate) fn given(&self) -> Vec<Given> {
        let given = |flag, value: String| Given { flag, value };
        let id = |flag, id: Option<&str>| id.map(|id| given(flag, id.to_owned()));
        let ids = [
            id("--id", self.principal_id),
            id("--resource-type", self.resource_type),
            id("--resource-id", self.resource_id),
        ];
        let spaces = [
            ("principal", &self.principal),
            ("resource", &self.resource),
            ("action", &self.action),
            ("context", &self.context),
        ];
        let attributes = spaces.into_iter().flat_map(|(space, attributes)| {
            let attributes = attributes.iter();
            attributes.map(move |(name, value)| given("--attr", format!("{space}.{name}={value}")))
        });
        let assertions = self.assertions.iter();
        let assertions =
            assertions.map(|(name, known)| given("--assert", format!("{name}={known}")));
        ids.into_iter().flatten().chain(attributes).chain(assertions).collect()
    }

    /// How much is given.
    pub(crate) fn given_count(&self) -> usize {
        let ids = [self.principal_id, self.resource_type, self.resource_id];
        let spaces = [&self.principal, &self.resource, &self.action, &self.context];
        let attribute_count: usize = spaces.into_iter().map(Vec::len).sum();
        ids.into_iter().flatten().count() + attribute_count + self.assertions.len()
    }
}
