//! What decides, as text: the cells of a table for someone who looks into a bundle.
//!
//! Not the matrix, which shows decisions, and not statements: this is what `decide` reads, row by
//! row, in the order of the bytes.

use std::fmt::{self, Display, Formatter};

use crate::model::{ActionId, ConditionId, Effect, Id, KindId, RoleId};

use super::Table;
use super::cells::{Entry, Guard, Row};

impl Table {
    /// What decides, as text: the plain row of each role and the entries of each action, in the
    /// order and the words of `docs/bundle.md`. For people; the words may change.
    #[must_use]
    pub fn dump(&self) -> impl Display + '_ {
        Dump { table: self }
    }
}

struct Dump<'t> {
    table: &'t Table,
}

impl Display for Dump<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let cells = self.table.cells();
        writeln!(f, "plain rows, by role")?;
        for role in (0..cells.role_count()).filter_map(RoleId::new) {
            let row = cells.plain(role).unwrap_or(Row::Dense(&[]));
            let actions: Vec<ActionId> = row.ids();
            let way = if matches!(row, Row::Dense(_)) { "dense" } else { "sparse" };
            write!(f, "  {} ({way}, {}", cells.role_name(role), actions.len())?;
            self.holding(f, role)?;
            writeln!(f, ")")?;
            for action in actions {
                writeln!(f, "    {}", cells.action_name(action))?;
            }
        }
        writeln!(f, "entries, by action")?;
        for action in cells.guarded().iter() {
            writeln!(f, "  {}", cells.action_name(action))?;
            for entry in cells.entries(action) {
                self.entry(f, entry)?;
            }
        }
        let direct: Vec<&str> = cells.direct_actions().map(|id| cells.action_name(id)).collect();
        if let Some(kinds) = &cells.model().direct {
            writeln!(f, "direct actions{}", self.kinds(kinds.kinds.as_deref()))?;
            direct.iter().try_for_each(|action| writeln!(f, "  {action}"))?;
        }
        Ok(())
    }
}

impl Dump<'_> {
    fn holding(&self, f: &mut Formatter<'_>, role: RoleId) -> fmt::Result {
        let Some(holding) = self.table.cells().holding(role) else { return Ok(()) };
        f.write_str(&self.kinds(holding.kinds.as_deref()))?;
        match holding.scope.and_then(|id| self.table.scope(id)) {
            Some(scope) => write!(f, "; held in a {}", scope.name),
            None => Ok(()),
        }
    }

    fn kinds(&self, kinds: Option<&[KindId]>) -> String {
        let names = |kinds: &[KindId]| -> Vec<&str> {
            kinds.iter().filter_map(|id| Some(self.table.kind(*id)?.name.as_str())).collect()
        };
        kinds.map_or_else(String::new, |kinds| format!("; kinds {}", names(kinds).join(", ")))
    }

    fn entry(&self, f: &mut Formatter<'_>, entry: Entry<'_>) -> fmt::Result {
        let Guard { effect, anywhere, when, unless } = entry.guard;
        f.write_str(if *effect == Effect::Permit { "    permit" } else { "    forbid" })?;
        if *anywhere {
            f.write_str(" anywhere")?;
        }
        let conditions = |ids: &[ConditionId]| -> Vec<&str> {
            ids.iter().filter_map(|id| Some(self.table.condition(*id)?.name.as_str())).collect()
        };
        for (word, ids) in [("when", when), ("unless", unless)] {
            if !ids.is_empty() {
                write!(f, " {word} {}", conditions(ids).join(", "))?;
            }
        }
        let Some(row) = entry.roles else { return writeln!(f, ": everyone") };
        let roles: Vec<&str> = row.ids().into_iter().map(|id| self.table.role_name(id)).collect();
        writeln!(f, ": {}", roles.join(", "))
    }
}
