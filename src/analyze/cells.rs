//! The cells of a matrix: what a role may do of an action, or of a published row.
//!
//! Not decisions: a cell is about every situation in which the role, held alone, could ask. A
//! role's scope is not a condition: it asks where it holds the role.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::Request;
use crate::evaluate::situation::situation;
use crate::model::{ActionId, Effect, GrantId, Id, KindId, RoleId};
use crate::table::Table;

use super::situations::{self, TooMany, Valuations, held_alone};

/// What a role may do of an action or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cell {
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
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::Permit => "permit",
            Self::Conditional => "conditional",
            Self::Forbid => "forbid",
            Self::Partial => "partial",
        }
    }

    /// Whether a published line has a tick here.
    pub(crate) const fn is_tick(self) -> bool {
        matches!(self, Self::Permit | Self::Conditional | Self::Partial)
    }
}

/// Computes cells, and remembers them: a cell depends on the kinds that may hold the role and on
/// the grants that reach it, and in most tables many cells have these in common.
pub(super) struct Cells<'t> {
    table: &'t Table,
    known: BTreeMap<Grounds, Result<Cell, TooMany>>,
}

/// All that a cell depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grounds {
    kinds: Option<Vec<KindId>>,
    /// Those that count and reach the role.
    permits: Vec<GrantId>,
    /// Those that can bind a principal who is assigned the role and has what a kind holds, and
    /// whether they do so through the role, whatever the kind.
    forbids: Vec<(GrantId, bool)>,
}

impl<'t> Cells<'t> {
    pub(super) const fn new(table: &'t Table) -> Self {
        Self { table, known: BTreeMap::new() }
    }

    /// The cell of one action for one role, through the permits that count.
    ///
    /// # Errors
    /// Where the cell depends on more than policyc looks at.
    pub(super) fn of_action(
        &mut self,
        role: RoleId,
        action: ActionId,
        counts: &dyn Fn(GrantId) -> bool,
    ) -> Result<Cell, TooMany> {
        let table = self.table;
        let Some(face) = table.by_action(action) else { return Ok(Cell::Empty) };
        if !face.touched.contains(role) {
            return Ok(Cell::Empty);
        }
        let reaching = face.permits.iter().copied().filter(|id| counts(*id));
        let permits: Vec<GrantId> =
            reaching.filter(|id| situations::reaches(table, *id, &[role])).collect();
        if permits.is_empty() {
            return Ok(Cell::Empty);
        }
        // What no condition and no forbid touches needs no situations: that is most of a table.
        let plain = |id: &GrantId| table.grant(*id).is_some_and(|grant| !grant.is_conditional());
        if face.forbids.is_empty() && permits.iter().any(plain) {
            return Ok(Cell::Permit);
        }
        let forbids = situations::binding(table, face, &[role]).into_iter();
        let forbids = forbids.map(|id| (id, situations::reaches(table, id, &[role]))).collect();
        let kinds = table.role(role).and_then(|role| role.kinds.clone());
        let grounds = Grounds { kinds, permits, forbids };
        if let Some(known) = self.known.get(&grounds) {
            return *known;
        }
        let cell = prove(table, role, action, &grounds);
        self.known.insert(grounds, cell);
        cell
    }

    /// A row's cell comes from the row's own permits, less all forbids.
    fn of_row(&mut self, role: RoleId, permits: &[GrantId]) -> Result<Cell, TooMany> {
        let grants = permits.iter().filter_map(|id| self.table.grant(*id));
        let actions: BTreeSet<ActionId> =
            grants.flat_map(|grant| grant.actions.iter().copied()).collect();
        let counts = |id: GrantId| permits.contains(&id);
        let cells = actions.into_iter().map(|action| self.of_action(role, action, &counts));
        Ok(combine(&cells.collect::<Result<Vec<Cell>, TooMany>>()?))
    }
}

/// Looks at every situation, until two of them settle the cell.
fn prove(
    table: &Table,
    role: RoleId,
    action: ActionId,
    grounds: &Grounds,
) -> Result<Cell, TooMany> {
    let (mut permitted, mut allowed, mut denied) = (false, false, false);
    let forbids = grounds.forbids.iter().map(|(id, _)| id);
    let grants = grounds.permits.iter().chain(forbids).filter_map(|id| table.grant(*id));
    let conditions = grants.flat_map(|grant| grant.when.iter().chain(&grant.unless).copied());
    let valuations = Valuations::new(table, conditions);
    let counts = |id: GrantId| grounds.permits.contains(&id);
    let (assignment, scopes) = (held_alone(table, role), situations::scopes(table));
    for kind in situations::kinds(table, &[role]) {
        for valuation in valuations.iter() {
            let valuation = valuation?;
            let query =
                situations::asked((kind, assignment.as_ref()), table.action_name(action), &scopes);
            let query = valuation.query(query);
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
    let mut memo = Cells::new(table);
    let rows = grants.into_iter().enumerate();
    rows.map(|(row, grants)| {
        let permits = grants.iter().copied().filter(|id| is_permit(table, *id));
        let permits: Vec<GrantId> = permits.collect();
        let roles = notes.role_order.iter();
        let cells = roles.map(|role| (*role, memo.of_row(*role, &permits))).collect();
        RowCells { row, grants, cells }
    })
    .collect()
}

pub(super) fn is_permit(table: &Table, id: GrantId) -> bool {
    table.grant(id).is_some_and(|grant| grant.effect == Effect::Permit)
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
