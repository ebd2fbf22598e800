//! The situations of a cell: every kind, attribute value and assertion that could matter to it.
//!
//! Not the requests that a service sends: one role, held alone where it may be held.

use crate::evaluate::Request;
use crate::evaluate::situation::{Situation, situation};
use crate::model::{
    ActionId, Assignment, AttributeId, Attributes, ConditionId, GrantId, Id, Literal, Namespace,
    Principal, Query, Resource, RoleId, Scope, Value,
};
use crate::table::Table;
use crate::table::rules::GrantRoles;

use super::domains::{Seen, domains};

/// Most situations (attribute values by assertions) that one cell is proved over.
pub(crate) const SITUATIONS_MAX: usize = 1_000_000;

/// A cell has more situations than may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The id of every scope in the finite model: a resource lies in one scope of every kind.
const SCOPE: &str = "1";

/// Something that varies: an attribute over its values, or an assertion; `None` is "not given".
enum Variable {
    Attribute(AttributeId, Vec<Option<Literal>>),
    Assertion(ConditionId, [Option<bool>; 3]),
}

impl Variable {
    const fn choice_count(&self) -> usize {
        match self {
            Self::Attribute(_, values) => values.len(),
            Self::Assertion(_, values) => values.len(),
        }
    }
}

/// Visits every situation in which a role, held alone, asks for an action.
///
/// `counts` chooses the permits that are looked at. Visiting stops when `visit` says so.
///
/// # Errors
/// Where there are more situations than policyc looks at.
pub(super) fn for_each(
    table: &Table,
    role: RoleId,
    action: ActionId,
    counts: &dyn Fn(GrantId) -> bool,
    visit: &mut dyn FnMut(Situation) -> bool,
) -> Result<(), TooMany> {
    let variables = variables(table, role, action, counts);
    let count = variables.iter().try_fold(1_usize, |count, variable| {
        count.checked_mul(variable.choice_count()).filter(|count| *count <= SITUATIONS_MAX)
    });
    let count = count.ok_or(TooMany)?;
    let kinds = kinds(table, role);
    let scopes: Vec<Scope<'_>> =
        table.rules().scopes.iter().map(|kind| Scope { kind: &kind.name, id: SCOPE }).collect();
    let assignment = assignment(table, role);
    for kind in kinds {
        for at in 0..count {
            let chosen = Chosen::new(table, &variables, at);
            let query = chosen.query(Query {
                principal: Principal { kind, assignments: &assignment, ..Principal::default() },
                action: table.action_name(action),
                resource: Resource { scopes: &scopes, ..Resource::default() },
                ..Query::default()
            });
            // A valuation asserts only what has no test and gives nothing twice.
            let Ok(request) = Request::new(table, query) else {
                continue;
            };
            if !visit(situation(&request, counts)) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The kinds that may hold the role; one that is not given where the policy declares none.
fn kinds(table: &Table, role: RoleId) -> Vec<Option<&str>> {
    let kinds = &table.rules().kinds;
    if kinds.is_empty() {
        return vec![None];
    }
    let may = table.role(role).and_then(|role| role.kinds.as_ref());
    let may_hold = |at: usize| may.is_none_or(|may| may.iter().any(|kind| kind.index() == at));
    let kinds = kinds.iter().enumerate().filter(|(at, _)| may_hold(*at));
    kinds.map(|(_, kind)| Some(kind.name.as_str())).collect()
}

/// The role unscoped, or in a scope of its own kind.
fn assignment(table: &Table, role: RoleId) -> Vec<Assignment<'_>> {
    let Some(entry) = table.role(role) else {
        return Vec::new();
    };
    let scope = entry.scope.and_then(|id| table.scope(id));
    let scope = scope.map(|kind| Scope { kind: &kind.name, id: SCOPE });
    vec![Assignment { role: &entry.name, scope }]
}

/// What varies: all that the permits in question and the forbids look at, where they can reach a
/// principal who is assigned the role and has what its kind holds.
fn variables(
    table: &Table,
    role: RoleId,
    action: ActionId,
    counts: &dyn Fn(GrantId) -> bool,
) -> Vec<Variable> {
    let face = table.by_action(action);
    let reaches =
        |id: &GrantId, role: RoleId| table.reach(*id).is_some_and(|reach| reach.contains(role));
    let permits = face.into_iter().flat_map(|face| &face.conditional);
    let permits = permits.filter(|id| counts(**id) && reaches(id, role));
    let forbids = face.into_iter().flat_map(|face| &face.forbids).filter(|id| {
        let everyone = table.grant(**id).is_some_and(|grant| grant.roles == GrantRoles::Everyone);
        let mut held = table.rules().kinds.iter().flat_map(|kind| &kind.holds);
        everyone || reaches(id, role) || held.any(|held| reaches(id, *held))
    });
    let grants = permits.chain(forbids).filter_map(|id| table.grant(*id));
    let conditions = grants.flat_map(|grant| grant.when.iter().chain(&grant.unless).copied());
    let seen = Seen::by(table, conditions);
    let mut variables = Vec::new();
    for (id, values) in domains(table, &seen) {
        // The kind varies on its own: it also decides who may hold what.
        let is_kind = table.attribute(id).is_some_and(|attribute| {
            attribute.namespace == Namespace::Principal && attribute.name == "kind"
        });
        if !is_kind || table.rules().kinds.is_empty() {
            let values = values.into_iter().map(Some).chain([None]);
            variables.push(Variable::Attribute(id, values.collect()));
        }
    }
    let asserted = seen.asserted.into_iter();
    variables.extend(asserted.map(|id| Variable::Assertion(id, [Some(true), Some(false), None])));
    variables
}

/// One choice for every variable, sorted into the places of a query.
#[derive(Default)]
struct Chosen<'a> {
    principal_id: Option<&'a str>,
    principal_kind: Option<&'a str>,
    resource_id: Option<&'a str>,
    resource_type: Option<&'a str>,
    principal: Vec<(&'a str, Value<'a>)>,
    resource: Vec<(&'a str, Value<'a>)>,
    action: Vec<(&'a str, Value<'a>)>,
    context: Vec<(&'a str, Value<'a>)>,
    assertions: Vec<(&'a str, bool)>,
}

impl<'a> Chosen<'a> {
    /// The choices with this number: the variables are its digits.
    fn new(table: &'a Table, variables: &'a [Variable], mut number: usize) -> Self {
        let mut chosen = Self::default();
        for variable in variables {
            let digit = number % variable.choice_count();
            number /= variable.choice_count();
            match variable {
                Variable::Attribute(id, values) => {
                    if let Some(Some(value)) = values.get(digit) {
                        chosen.put(table, *id, value);
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

    fn put(&mut self, table: &'a Table, id: AttributeId, value: &'a Literal) {
        let Some(attribute) = table.attribute(id) else {
            return;
        };
        let text = match value {
            Literal::String(text) => Some(text.as_str()),
            Literal::Boolean(_) | Literal::Integer(_) => None,
        };
        match (attribute.namespace, attribute.name.as_str()) {
            (Namespace::Principal, "id") => self.principal_id = text,
            (Namespace::Principal, "kind") => self.principal_kind = text,
            (Namespace::Resource, "id") => self.resource_id = text,
            (Namespace::Resource, "type") => self.resource_type = text,
            (Namespace::Principal, name) => self.principal.push((name, value.as_value())),
            (Namespace::Resource, name) => self.resource.push((name, value.as_value())),
            (Namespace::Action, name) => self.action.push((name, value.as_value())),
            (Namespace::Context, name) => self.context.push((name, value.as_value())),
        }
    }

    fn query<'q>(&'q self, base: Query<'q>) -> Query<'q> {
        let attributes = |list: &'q Vec<(&'a str, Value<'a>)>| -> Attributes<'q> { list };
        Query {
            principal: Principal {
                id: self.principal_id,
                kind: base.principal.kind.or(self.principal_kind),
                attributes: attributes(&self.principal),
                ..base.principal
            },
            action_attributes: attributes(&self.action),
            resource: Resource {
                id: self.resource_id,
                resource_type: self.resource_type,
                attributes: attributes(&self.resource),
                ..base.resource
            },
            context: attributes(&self.context),
            assertions: &self.assertions,
            ..base
        }
    }
}
