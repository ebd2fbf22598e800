//! The views of a matrix: the table as people read it, as data.
//!
//! Not rendering: glyphs, widths and formats are `cli`'s.

use crate::model::{GrantId, Id, RoleId};
use crate::table::Table;

use super::cells::{Cell, Cells, RowCells, is_permit, row_cells};
use super::combinations::combination;
use super::delegated::delegated;

/// What the lines of a matrix are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum View {
    /// Every action, over all grants: what a role may really do.
    Actions,
    /// The published lines, each from its own permits.
    Rows,
    /// The kinds of principal, and the roles that each may hold.
    Kinds,
    /// The roles, and the roles that one principal may hold beside each.
    Combinations,
    /// The roles, and the roles that each may give.
    Delegations,
}

/// A matrix: lines by roles, roles in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grid {
    /// Role ids, the columns.
    pub roles: Vec<String>,
    /// The lines, in the order of the file.
    pub lines: Vec<GridLine>,
}

/// One line of a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GridLine {
    /// The action, the row's label as published, or the kind.
    pub label: String,
    /// By role, as [`Grid::roles`] orders them.
    pub cells: Vec<GridCell>,
}

/// One cell of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GridCell {
    /// The word that machines read.
    pub word: &'static str,
    /// Whether the policy says that it is a guess.
    pub is_guess: bool,
}

/// The matrix of a table.
///
/// # Errors
/// Where a cell depends on more situations than policyc looks at.
pub fn grid(table: &Table, view: View) -> Result<Grid, UnprovedLine> {
    let lines = match view {
        View::Actions => actions(table)?,
        View::Rows => rows(table)?,
        View::Kinds => kinds(table),
        View::Combinations => combinations(table),
        View::Delegations => delegations(table)?,
    };
    Ok(Grid { roles: table.roles().map(str::to_owned).collect(), lines })
}

/// A line of which a cell depends on more situations than policyc looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnprovedLine {
    label: String,
}

impl UnprovedLine {
    /// The action, or the row's label as published.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }
}

impl std::fmt::Display for UnprovedLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` depends on too many attributes and assertions to be proved", self.label)
    }
}

impl std::error::Error for UnprovedLine {}

fn actions(table: &Table) -> Result<Vec<GridLine>, UnprovedLine> {
    let every = |_| true;
    let mut memo = Cells::new(table);
    let line = |action: &crate::model::ActionId| {
        let label = table.action_name(*action).to_owned();
        let cell = |role: &RoleId| {
            let cell = memo.of_action(*role, *action, &every)?;
            let face = table.by_action(*action);
            let permits = face.map_or(&[][..], |face| face.permits.as_slice());
            Ok(GridCell { word: cell.as_str(), is_guess: is_guess(table, cell, *role, permits) })
        };
        let cells: Result<_, super::situations::TooMany> =
            table.notes().role_order.iter().map(cell).collect();
        match cells {
            Ok(cells) => Ok(GridLine { label, cells }),
            Err(_) => Err(UnprovedLine { label }),
        }
    };
    table.notes().action_order.iter().map(line).collect()
}

fn rows(table: &Table) -> Result<Vec<GridLine>, UnprovedLine> {
    let permits = |row: &RowCells| row.grants.iter().any(|id| is_permit(table, *id));
    row_cells(table).into_iter().filter(permits).map(|row| row_line(table, row)).collect()
}

fn row_line(table: &Table, row: RowCells) -> Result<GridLine, UnprovedLine> {
    let label = table.notes().rows.get(row.row).cloned().unwrap_or_default();
    let cell = |(role, cell): (RoleId, Result<Cell, _>)| {
        let cell = cell.map_err(|_| UnprovedLine { label: label.clone() })?;
        let uncertain = row.grants.iter().any(|id| is_uncertain(table, *id, role));
        Ok(GridCell { word: cell.as_str(), is_guess: uncertain })
    };
    let cells = row.cells.into_iter().map(cell).collect::<Result<_, UnprovedLine>>()?;
    Ok(GridLine { label, cells })
}

/// An action is a guess for a role if every permit that gives it is.
fn is_guess(table: &Table, cell: Cell, role: RoleId, permits: &[GrantId]) -> bool {
    let reaches = |id: &&GrantId| table.reach(**id).is_some_and(|reach| reach.contains(role));
    let mut reaching = permits.iter().filter(reaches);
    cell != Cell::Empty && reaching.all(|id| is_uncertain(table, *id, role))
}

fn is_uncertain(table: &Table, id: GrantId, role: RoleId) -> bool {
    table.notes().grants.get(id.index()).is_some_and(|note| note.uncertain.contains(&role))
}

fn combinations(table: &Table) -> Vec<GridLine> {
    let roles = &table.notes().role_order;
    let line = |one: &RoleId| GridLine {
        label: table.role_name(*one).to_owned(),
        cells: roles
            .iter()
            .map(|other| GridCell { word: combination(table, *one, *other), is_guess: false })
            .collect(),
    };
    roles.iter().map(line).collect()
}

fn delegations(table: &Table) -> Result<Vec<GridLine>, UnprovedLine> {
    let roles = &table.notes().role_order;
    let line = |assigner: &RoleId| {
        let label = table.role_name(*assigner).to_owned();
        let cell = |given: &RoleId| {
            let word = delegated(table, *assigner, *given);
            let word = word.map_err(|_| UnprovedLine { label: label.clone() })?;
            Ok(GridCell { word, is_guess: false })
        };
        let cells = roles.iter().map(cell).collect::<Result<_, UnprovedLine>>()?;
        Ok(GridLine { label, cells })
    };
    roles.iter().map(line).collect()
}

fn kinds(table: &Table) -> Vec<GridLine> {
    let line = |kind: &crate::model::KindId| {
        let cell = |role: &RoleId| {
            let kinds = table.role(*role).and_then(|role| role.kinds.as_ref());
            let may = kinds.is_none_or(|kinds| kinds.contains(kind));
            GridCell { word: if may { "yes" } else { "no" }, is_guess: false }
        };
        GridLine {
            label: table.kind(*kind).map_or_else(String::new, |kind| kind.name.clone()),
            cells: table.notes().role_order.iter().map(cell).collect(),
        }
    };
    table.notes().kind_order.iter().map(line).collect()
}
