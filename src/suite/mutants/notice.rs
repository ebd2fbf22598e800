//! Whether anything notices a mutant: the first that does is enough.
//!
//! Not what it says, which `policyc check` and `policyc test` would.

use std::collections::BTreeMap;

use crate::analyze::invariants::breaks_at;
use crate::analyze::row_cells;
use crate::model::Id;
use crate::suite::decisions::Ask;
use crate::suite::prepared::{Prepared, by_action};
use crate::table::Table;

use super::edit::with_other_pairs;
use super::plan::Reach;

/// All that can notice a mutant of one policy.
pub(super) struct Noticing<'p, 's> {
    suites: &'p [Prepared<'s>],
    by_action: BTreeMap<&'p str, Vec<&'p Ask<'s>>>,
    /// Whether a row says how many ticks it has.
    has_ticks: bool,
}

impl<'p, 's> Noticing<'p, 's> {
    pub(super) fn new(table: &Table, suites: &'p [Prepared<'s>]) -> Self {
        let has_ticks = table.notes().grants.iter().any(|note| note.ticks.is_some());
        Self { suites, by_action: by_action(suites), has_ticks }
    }

    /// Whether a case fails, an invariant is broken or ticks differ. Only what can see a change is
    /// looked at, the cheapest first.
    pub(super) fn notices(&self, table: &Table, reach: &Reach) -> bool {
        let decides = !reach.actions.is_empty();
        if decides && (self.asks_fail(table, reach) || breaks(table, reach)) {
            return true;
        }
        if decides && self.has_ticks && !ticks_agree(table) {
            return true;
        }
        // Who has all the access of whom may have changed with the decisions.
        let other = if decides { with_other_pairs(table) } else { None };
        let is_seen = reach.assignments || other.is_some();
        let table = other.as_ref().unwrap_or(table);
        is_seen && self.suites.iter().any(|suite| !suite.passes_assignments(table))
    }

    fn asks_fail(&self, table: &Table, reach: &Reach) -> bool {
        let names = reach.actions.iter().map(|action| table.action_name(*action));
        let mut asks = names.filter_map(|name| self.by_action.get(name)).flatten();
        asks.any(|ask| !ask.passes(table))
    }
}

fn breaks(table: &Table, reach: &Reach) -> bool {
    let mut invariants = table.notes().invariants.iter();
    invariants.any(|invariant| breaks_at(table, invariant, &reach.actions))
}

/// Whether every row has the ticks that it says.
fn ticks_agree(table: &Table) -> bool {
    let notes = table.notes();
    row_cells(table).iter().all(|row| {
        let stated = row.grants.iter().find_map(|id| notes.grants.get(id.index())?.ticks);
        let Some(stated) = stated else { return true };
        let cells = row.cells.iter().map(|(_, cell)| cell);
        let count = cells.filter(|cell| cell.is_ok_and(|cell| cell.is_tick())).count();
        u32::try_from(count) == Ok(stated)
    })
}
