//! The ticks of a published row against the cells that the row has.
//!
//! Not the cells themselves, which `analyze` computes.

use crate::analyze::{SITUATIONS_MAX, row_cells};
use crate::compile::Compiled;
use crate::diagnostic::{At, Diagnostic, grants};
use crate::model::Id;

/// Compares every row that states its ticks.
pub(super) fn check(compiled: &Compiled, whole: At) -> Vec<Diagnostic> {
    let table = &compiled.table;
    let notes = table.notes();
    let mut found = Vec::new();
    for row in row_cells(table) {
        let stated = row.grants.iter().find_map(|id| {
            let ticks = notes.grants.get(id.index())?.ticks?;
            Some((ticks, compiled.ticks_at(*id).unwrap_or(whole)))
        });
        let Some((ticks, at)) = stated else { continue };
        let label = notes.rows.get(row.row).map_or("", String::as_str);
        if row.cells.iter().any(|(_, cell)| cell.is_err()) {
            found.push(grants::too_many_situations(at, label, SITUATIONS_MAX));
            continue;
        }
        let ticked = row.cells.iter().filter(|(_, cell)| cell.is_ok_and(|cell| cell.is_tick()));
        let roles: Vec<&str> = ticked.map(|(role, _)| table.role_name(*role)).collect();
        if u32::try_from(roles.len()) != Ok(ticks) {
            found.push(grants::ticks_differ(at, label, ticks, &roles));
        }
    }
    found
}
