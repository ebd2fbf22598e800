//! A prepared principal: everything of a decision that stays for a session or a token, done once.
//!
//! Not another way to decide: what is prepared are the plain permits of all roles as one set
//! (`rows`), the conditions that only the principal's attributes settle, and for each action of
//! which that is not the whole, what is left of the rule of `decide` (`plans`). `tests/it/doors.rs`
//! holds the two to each other.

mod ask;
mod plans;
mod rows;

use crate::model::{
    ActionId, AttributeId, Basis, BuiltIn, ConditionId, Id as _, Literal, Namespace, Principal,
    Query, Resource, Scope, Truth,
};
use crate::table::rules::Test;
use crate::table::{Bits, Table};

use super::condition::{given, holds};
use super::held::{ByKind, ByScope, Held, HeldDirectly, PrincipalKind, held_by};
use super::miss::assignment_miss;
use super::request::{RequestError, check};

use plans::Plan;
use rows::{Rows, Sums};

pub use ask::{ActionSet, Circumstances, PreparedRequest};

/// A principal, resolved once against a table and for resources that lie in given scopes.
///
/// It holds the table that it was prepared for, and borrows nothing: keep it as long as the session
/// or token. After a reload of the bundle it goes on answering from the old table, so prepare it
/// again then; [`PreparedPrincipal::table`] tells which it answers from. `Send + Sync`.
///
/// It answers as [`decide`](crate::decide) does for the same principal and scopes, in a fraction
/// of the time.
#[derive(Debug, Clone)]
pub struct PreparedPrincipal {
    table: Table,
    /// By attribute: what the principal has; only `principal.*`.
    values: Box<[Option<Literal>]>,
    /// By condition: its truth, where only the principal matters for it.
    settled: Box<[Option<Truth>]>,
    rows: Rows,
    /// The actions that the rows grant.
    granted: Bits<ActionId>,
    /// The actions that the rows leave open, in their order.
    plans: Box<[(ActionId, Plan)]>,
    /// What an action is denied by that is neither granted nor open.
    otherwise: Basis,
}

/// An action that the principal was given directly.
#[derive(Debug, Clone, Copy)]
struct GivenDirectly {
    action: ActionId,
    held: HeldDirectly,
    /// Whether the policy lets it be given.
    is_direct: bool,
}

impl PreparedPrincipal {
    /// Resolves a principal for resources that lie in the given scopes; none: it is not known in
    /// which they lie.
    ///
    /// Unknown names are no errors: see [`Request::new`](crate::Request::new).
    ///
    /// # Errors
    /// Where an attribute of the principal is given twice, or is built in.
    pub fn new(
        table: &Table,
        principal: Principal<'_>,
        scopes: &[Scope<'_>],
    ) -> Result<Self, RequestError> {
        let resource = Resource { scopes, ..Resource::default() };
        let query = Query { principal, resource, ..Query::default() };
        check(&query)?;
        let kind = PrincipalKind::of(table, &query);
        let held: Vec<Held<'_>> = held_by(table, kind, &principal, scopes).collect();
        let direct = given_directly(table, kind, &query);
        let settled = settled(table, &query);
        let otherwise = otherwise(table, kind, &principal);
        let mut sums = added_up(table, kind, &held, &direct);
        let mut plans = Vec::new();
        let open: Vec<ActionId> = sums.open().collect();
        for action in open {
            let plan = Plan::new(table, action, kind, &held, &direct, &settled, otherwise);
            match plan.settled() {
                Some(basis) if basis == otherwise => sums.close(action, false),
                Some(Basis::Granted) => sums.close(action, true),
                _ => plans.push((action, plan)),
            }
        }
        let (rows, granted) = sums.finish();
        let (table, values) = (table.clone(), values(table, &query));
        Ok(Self { table, values, settled, rows, granted, plans: plans.into(), otherwise })
    }

    /// The table that it was prepared for.
    #[must_use]
    pub const fn table(&self) -> &Table {
        &self.table
    }
}

/// Adds up the rows of the roles that are held; open is what they do not settle.
fn added_up(
    table: &Table,
    kind: PrincipalKind,
    held: &[Held<'_>],
    direct: &[GivenDirectly],
) -> Sums {
    let cells = table.cells();
    let counts = |held: &&Held<'_>| assignment_miss(held.by_kind, held.by_scope, false).is_none();
    let row = |held: &Held<'_>| cells.plain(held.role);
    let counting = held.iter().filter(counts).filter_map(row);
    let mut sums = Sums::new(cells.action_count(), cells.guarded(), counting);
    // A deny names the nearest miss, and the permits of other roles may be it.
    if kind != PrincipalKind::Undeclared {
        sums.leave_open(held.iter().filter(|held| !counts(held)).filter_map(row));
    }
    for given in direct {
        sums.leave_action_open(given.action);
    }
    sums
}

/// The basis where nothing is permitted and nothing given directly.
fn otherwise(table: &Table, kind: PrincipalKind, principal: &Principal<'_>) -> Basis {
    let mut roles = principal.assignments.iter();
    if kind == PrincipalKind::Undeclared {
        Basis::UnknownKind
    } else if !principal.assignments.is_empty()
        && roles.all(|given| table.find_role(given.role).is_none())
    {
        Basis::UnknownRole
    } else {
        Basis::NotGranted
    }
}

fn given_directly(table: &Table, kind: PrincipalKind, query: &Query<'_>) -> Box<[GivenDirectly]> {
    let given = query.principal.direct_actions.iter().filter_map(|given| {
        let action = table.find_action(given.action)?;
        let direct = table.cells().direct(action);
        let kinds = direct.and_then(|direct| direct.kinds.as_deref());
        Some(GivenDirectly {
            action,
            held: HeldDirectly {
                by_kind: ByKind::of(kind, kinds),
                by_scope: ByScope::of(table, None, given.scope, query.resource.scopes),
            },
            is_direct: direct.is_some(),
        })
    });
    given.collect()
}

fn values(table: &Table, query: &Query<'_>) -> Box<[Option<Literal>]> {
    let attributes = table.cells().model().attributes.iter();
    let value = |attribute: &crate::table::rules::Attribute| {
        let is_own = attribute.namespace == Namespace::Principal;
        is_own.then(|| given(table, query, attribute)).flatten().and_then(Literal::of)
    };
    attributes.map(value).collect()
}

/// By condition: its truth, where it tests nothing but the principal's attributes.
fn settled(table: &Table, query: &Query<'_>) -> Box<[Option<Truth>]> {
    let ids = (0..table.cells().model().conditions.len()).filter_map(ConditionId::new);
    let mut is_own = vec![None; ids.clone().count()];
    ids.map(|id| tests_principal(table, id, &mut is_own).then(|| holds(table, query, id))).collect()
}

/// Whether a condition tests the principal alone; each is looked at once.
fn tests_principal(table: &Table, id: ConditionId, known: &mut [Option<bool>]) -> bool {
    if let Some(known) = known.get(id.index()).copied().flatten() {
        return known;
    }
    let own = |id: &AttributeId| {
        let namespace = table.attribute(*id).map(|attribute| attribute.namespace);
        namespace == Some(Namespace::Principal)
    };
    let is_own = match table.condition(id).map(|condition| &condition.test) {
        None | Some(Test::Asserted) => false,
        Some(
            Test::OneOf { attribute, .. }
            | Test::AtLeast { attribute, .. }
            | Test::AtMost { attribute, .. },
        ) => own(attribute),
        Some(Test::Matches { attribute, other }) => own(attribute) && own(other),
        Some(test) => {
            let parts = crate::table::vocabulary::parts(test);
            parts.iter().all(|part| tests_principal(table, *part, known))
        }
    };
    if let Some(known) = known.get_mut(id.index()) {
        *known = Some(is_own);
    }
    is_own
}

/// The value of a built-in attribute of the resource.
const fn of_resource<'a>(built_in: BuiltIn, circumstances: &Circumstances<'a>) -> Option<&'a str> {
    match built_in {
        BuiltIn::ResourceId => circumstances.resource_id,
        BuiltIn::ResourceType => circumstances.resource_type,
        BuiltIn::PrincipalId | BuiltIn::PrincipalKind => None,
    }
}
