//! The single changes that could matter to a request: few, and all that any remedy is made of.
//!
//! Not whether they help, which `search` asks.

use std::collections::BTreeSet;

use crate::analyze::domains::{Seen, domains};
use crate::evaluate::condition::given;
use crate::model::{
    Assignment, AttributeId, BuiltIn, ConditionId, DirectAction, GrantId, Literal, Query, RoleId,
    Scope,
};
use crate::table::rules::{Attribute, ScopeKind, Test};
use crate::table::{ActionFace, Table};

use super::{ANY_SCOPE, RequestChange};

/// One thing that may be otherwise in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Candidate<'a> {
    Assign(RoleId, Assignment<'a>),
    Revoke(Assignment<'a>),
    Direct(DirectAction<'a>),
    Scope(Scope<'a>),
    Kind(&'a str),
    Attribute(AttributeId, Literal),
    Assert(&'a str, bool),
}

impl<'a> Candidate<'a> {
    /// Whether both change the same, so that they cannot go together.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kind(_), Self::Kind(_)) => true,
            (Self::Attribute(one, _), Self::Attribute(other, _)) => one == other,
            (Self::Assert(one, _), Self::Assert(other, _)) => one == other,
            _ => false,
        }
    }

    /// As it is told; who may assign a role is said later.
    pub(super) fn told(&self, table: &'a Table) -> RequestChange<'a> {
        match self {
            Self::Assign(_, assignment) => {
                RequestChange::Assign { assignment: *assignment, assigners: Vec::new() }
            }
            Self::Revoke(assignment) => RequestChange::Revoke(*assignment),
            Self::Direct(direct) => RequestChange::Direct(*direct),
            Self::Scope(scope) => RequestChange::Scope(*scope),
            Self::Kind(kind) => RequestChange::Kind(vec![kind]),
            Self::Attribute(id, value) => RequestChange::Attribute {
                name: table.attribute(*id).map_or_else(String::new, Attribute::full_name),
                values: vec![value.to_string()],
            },
            Self::Assert(condition, holds) => RequestChange::Assert { condition, holds: *holds },
        }
    }
}

/// Everything of a request that could be otherwise and matter to its action.
pub(super) fn candidates<'a>(table: &'a Table, query: &Query<'a>) -> Vec<Candidate<'a>> {
    let Some((_, face)) = table.find_face(query.action) else { return Vec::new() };
    let mut candidates = assignments(table, query, face);
    let mut scopes: BTreeSet<Scope<'a>> = candidates.iter().filter_map(scope_of).collect();
    let held = query.principal.assignments.iter().filter_map(|given| given.scope);
    let held = held.chain(query.principal.direct_actions.iter().filter_map(|one| one.scope));
    // Where the resource lies decides whether what is held counts: in that scope, or in another.
    let other = |scope: Scope<'a>| Scope { kind: scope.kind, id: ANY_SCOPE };
    scopes.extend(held.flat_map(|scope| [scope, other(scope)]));
    let is_new = |scope: &Scope<'_>| !query.resource.scopes.contains(scope);
    candidates.extend(scopes.into_iter().filter(is_new).map(Candidate::Scope));
    let is_declared = |kind| table.find_kind(kind).is_some();
    if !query.principal.kind.is_some_and(is_declared) {
        let kinds = table.rules().kinds.iter();
        candidates.extend(kinds.map(|kind| Candidate::Kind(&kind.name)));
    }
    let grants = face.permits.iter().chain(&face.forbids).filter_map(|id| table.grant(*id));
    let conditions = grants.flat_map(|grant| grant.when.iter().chain(&grant.unless).copied());
    candidates.extend(circumstances(table, query, conditions));
    candidates
}

fn scope_of<'a>(candidate: &Candidate<'a>) -> Option<Scope<'a>> {
    if let Candidate::Assign(_, assignment) = candidate { assignment.scope } else { None }
}

/// Roles to assign and to revoke, and the action given directly.
fn assignments<'a>(table: &'a Table, query: &Query<'a>, face: &ActionFace) -> Vec<Candidate<'a>> {
    let held = query.principal.assignments;
    let mut candidates = Vec::new();
    for id in table.notes().role_order.iter().copied().filter(|id| face.touched.contains(*id)) {
        let assign = |scope| Assignment { role: table.role_name(id), scope };
        let new = places(table, query, face, id).into_iter().map(assign);
        let new = new.filter(|assignment| !held.contains(assignment));
        candidates.extend(new.map(|assignment| Candidate::Assign(id, assignment)));
    }
    let is_forbidding = |given: &&Assignment<'a>| {
        let role = table.find_role(given.role);
        let mut reaches = face.forbids.iter().filter_map(|id| table.reach(*id));
        role.is_some_and(|role| reaches.any(|reach| reach.contains(role)))
    };
    let revoked: BTreeSet<&Assignment<'a>> = held.iter().filter(is_forbidding).collect();
    candidates.extend(revoked.into_iter().map(|given| Candidate::Revoke(*given)));
    let direct = DirectAction { action: query.action, scope: None };
    let is_direct = table.rules().direct.as_ref().is_some_and(|entry| {
        let action = table.find_action(query.action);
        action.is_some_and(|action| entry.actions.contains(&action))
    });
    if is_direct && !query.principal.direct_actions.contains(&direct) {
        candidates.push(Candidate::Direct(direct));
    }
    candidates
}

/// Where a role could be held: everywhere, or in a scope of its kind, if possible the resource's.
fn places<'a>(
    table: &'a Table,
    query: &Query<'a>,
    face: &ActionFace,
    role: RoleId,
) -> Vec<Option<Scope<'a>>> {
    let demanded = table.role(role).and_then(|role| role.scope).and_then(|id| table.scope(id));
    let there = query.resource.scopes.iter().copied();
    let there = there.filter(|scope| demanded.is_some_and(|kind| scope.kind == kind.name));
    let mut places: Vec<Option<Scope<'a>>> = there.map(Some).collect();
    if demanded.is_none() {
        places.push(None);
    }
    // A permit that counts anywhere is best held elsewhere, where no forbid of this scope comes.
    let is_anywhere = |id: &GrantId| table.grant(*id).is_some_and(|grant| grant.anywhere);
    if places.is_empty() || face.permits.iter().any(is_anywhere) {
        let fits = |kind: &&ScopeKind| match demanded {
            Some(demanded) => kind.name == demanded.name,
            None => kind.within.is_none(),
        };
        let kinds = table.rules().scopes.iter().filter(fits);
        places.extend(kinds.map(|kind| Some(Scope { kind: &kind.name, id: ANY_SCOPE })));
    }
    places
}

/// Values of attributes, and assertions, that some conditions tell apart.
fn circumstances<'a>(
    table: &'a Table,
    query: &Query<'a>,
    conditions: impl Iterator<Item = ConditionId>,
) -> Vec<Candidate<'a>> {
    let seen = Seen::by(table, conditions);
    let mut candidates = Vec::new();
    for (id, values) in domains(table, &seen) {
        let Some(attribute) = table.attribute(id) else { continue };
        let built_in = BuiltIn::find(attribute.namespace, &attribute.name);
        let given = given(table, query, attribute);
        // The kind varies on its own, and who asks for what is not changed by asking otherwise.
        if built_in == Some(BuiltIn::PrincipalKind) || (built_in.is_some() && given.is_some()) {
            continue;
        }
        let partners = partners(table, &seen, id);
        let partners =
            partners.filter_map(|partner| Literal::of(self::given(table, query, partner)?));
        let fits = |value: &Literal| {
            value.value_type() == attribute.value_type
                && (attribute.values.is_empty() || attribute.values.contains(value))
        };
        let values: BTreeSet<Literal> = values.into_iter().chain(partners.filter(fits)).collect();
        let is_other = |value: &Literal| given != Some(value.as_value());
        let values = values.into_iter().filter(is_other);
        candidates.extend(values.map(|value| Candidate::Attribute(id, value)));
    }
    for id in &seen.asserted {
        let Some(condition) = table.condition(*id) else { continue };
        let asserted = query.assertions.iter().find(|(name, _)| *name == condition.name);
        let others = [true, false].into_iter();
        let others = others.filter(|holds| asserted.is_none_or(|(_, known)| known != holds));
        candidates.extend(others.map(|holds| Candidate::Assert(&condition.name, holds)));
    }
    candidates
}

/// The attributes that a test compares with this one.
fn partners<'t>(
    table: &'t Table,
    seen: &Seen,
    id: AttributeId,
) -> impl Iterator<Item = &'t Attribute> {
    let conditions: Vec<&Test> = table.rules().conditions.iter().map(|entry| &entry.test).collect();
    let is_seen = |other: &AttributeId| seen.attributes.contains(other);
    let partners = conditions.into_iter().filter_map(move |test| {
        let Test::Matches { attribute, other } = test else { return None };
        let is_other = *attribute == id;
        (is_other || *other == id).then_some(if is_other { *other } else { *attribute })
    });
    let partners: BTreeSet<AttributeId> = partners.filter(is_seen).collect();
    partners.into_iter().filter_map(|id| table.attribute(id))
}
