//! The cells of a matrix: what a role may do of an action, or of a published row.
//!
//! Not decisions: a cell is about every situation in which the role, held alone, could ask. A
//! role's scope is not a condition: it asks where it holds the role.

use std::collections::BTreeSet;

use crate::evaluate::Request;
use crate::evaluate::situation::situation;
use crate::model::{ActionId, Effect, GrantId, Id, Principal, Query, Resource, RoleId};
use crate::table::Table;

use super::situations::{self, TooMany, Valuations, held_alone, looked_at};

/// What a role may do of an action or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing is permitted.
    Empty,
    /// Allowed in every situation.
    Permit,
    /// Allowed, in some situations only.
    Conditional,
    /// Permitted and always forbidden.
    Forbid,
    /// Some of the row's actions are allowed, and some never are.
    Partial,
}

impl Cell {
    /// The word that machines read; empty for an empty cell.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::Permit => "permit",
            Self::Conditional => "conditional",
            Self::Forbid => "forbid",
            Self::Partial => "partial",
        }
    }

    /// Whether a published line has a tick here.
    #[must_use]
    pub const fn is_tick(self) -> bool {
        matches!(self, Self::Permit | Self::Conditional | Self::Partial)
    }
}

/// The cell of one action for one role, through the permits that count.
///
/// # Errors
/// Where the cell depends on more than policyc looks at.
pub(super) fn action_cell(
    table: &Table,
    role: RoleId,
    action: ActionId,
    counts: &dyn Fn(GrantId) -> bool,
) -> Result<Cell, TooMany> {
    let Some(face) = table.by_action(action) else {
        return Ok(Cell::Empty);
    };
    if !face.touched.contains(role) {
        return Ok(Cell::Empty);
    }
    let reaches =
        |id: &&GrantId| counts(**id) && table.reach(**id).is_some_and(|reach| reach.contains(role));
    let mut reaching = face.permits.iter().filter(reaches).peekable();
    if reaching.peek().is_none() {
        return Ok(Cell::Empty);
    }
    // What no condition and no forbid touches needs no situations, and that is most of a table.
    let plain = |id: &GrantId| table.grant(*id).is_some_and(|grant| !grant.is_conditional());
    if face.forbids.is_empty() && reaching.any(plain) {
        return Ok(Cell::Permit);
    }
    let (mut permitted, mut allowed, mut denied) = (false, false, false);
    let valuations = Valuations::new(table, looked_at(table, &[role], face, counts));
    let (assignment, scopes) = (held_alone(table, role), situations::scopes(table));
    for kind in situations::kinds(table, &[role]) {
        for valuation in valuations.iter() {
            let valuation = valuation?;
            let query = valuation.query(Query {
                principal: Principal {
                    kind,
                    assignments: assignment.as_slice(),
                    ..Principal::default()
                },
                action: table.action_name(action),
                resource: Resource { scopes: &scopes, ..Resource::default() },
                ..Query::default()
            });
            let situation = situation(&Request::sound(table, query), counts);
            permitted |= situation.permitted;
            let is_allowed = situation.permitted && !situation.forbidden;
            allowed |= is_allowed;
            denied |= !is_allowed;
            if allowed && denied {
                return Ok(Cell::Conditional);
            }
        }
    }
    Ok(match (permitted, allowed) {
        (_, true) => Cell::Permit,
        (true, false) => Cell::Forbid,
        (false, false) => Cell::Empty,
    })
}

/// The cells of one published row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowCells {
    /// Position in `Notes::rows`.
    pub row: usize,
    /// The grants of the row, in the order of the file.
    pub grants: Vec<GrantId>,
    /// By role, in the order of the file.
    pub cells: Vec<(RoleId, Result<Cell, TooMany>)>,
}

/// The cells of every row, in the order of the file. A row of forbids alone has empty cells.
pub(crate) fn row_cells(table: &Table) -> Vec<RowCells> {
    let notes = table.notes();
    let mut grants: Vec<Vec<GrantId>> = vec![Vec::new(); notes.rows.len()];
    for id in &notes.grant_order {
        let row = notes.grants.get(id.index()).and_then(|note| usize::try_from(note.row?).ok());
        if let Some(grants) = row.and_then(|row| grants.get_mut(row)) {
            grants.push(*id);
        }
    }
    let rows = grants.into_iter().enumerate();
    rows.map(|(row, grants)| {
        let roles = notes.role_order.iter();
        let cells = roles.map(|role| (*role, row_cell(table, *role, &grants))).collect();
        RowCells { row, grants, cells }
    })
    .collect()
}

pub(super) fn is_permit(table: &Table, id: GrantId) -> bool {
    table.grant(id).is_some_and(|grant| grant.effect == Effect::Permit)
}

/// A row's cell comes from the row's own permits, less all forbids.
fn row_cell(table: &Table, role: RoleId, grants: &[GrantId]) -> Result<Cell, TooMany> {
    let permits: Vec<GrantId> = grants.iter().copied().filter(|id| is_permit(table, *id)).collect();
    let actions = permits.iter().filter_map(|id| table.grant(*id)).flat_map(|grant| &grant.actions);
    let actions: BTreeSet<ActionId> = actions.copied().collect();
    let counts = |id: GrantId| permits.contains(&id);
    let cells = actions.into_iter().map(|action| action_cell(table, role, action, &counts));
    Ok(combine(&cells.collect::<Result<Vec<Cell>, TooMany>>()?))
}

/// The cell of a row whose actions have these cells.
fn combine(cells: &[Cell]) -> Cell {
    let has = |wanted: Cell| cells.contains(&wanted);
    let left = cells.iter().any(|cell| cell.is_tick());
    if !left {
        return if has(Cell::Forbid) { Cell::Forbid } else { Cell::Empty };
    }
    if has(Cell::Empty) || has(Cell::Forbid) {
        Cell::Partial
    } else if has(Cell::Conditional) {
        Cell::Conditional
    } else {
        Cell::Permit
    }
}
