//! Constraints, delegations and invariants that came, went or changed.
//!
//! Not what they come to, which `weighed` has.

use crate::table::Table;
use crate::table::notes::{InvariantSays, Note};

use super::change::{Source, State, StatementChange};
use super::says::Lists;

/// A statement of one policy.
#[derive(Debug, Clone)]
struct Stated {
    what: String,
    title: Option<String>,
    says: String,
    /// What follows from it and the access there is.
    follows: Vec<String>,
    at: Source,
}

impl Stated {
    /// What it says, with what follows from it and not from the other.
    fn beside(&self, other: &Self) -> String {
        let own = self.follows.iter().filter(|one| !other.follows.contains(one));
        let own: Vec<&str> = own.map(String::as_str).collect();
        if own.is_empty() {
            self.says.clone()
        } else {
            format!("{} ({})", self.says, own.join(", "))
        }
    }
}

/// What is not in both tables, in the order of the new file; what went is last.
pub(super) fn statements(old: &Table, new: &Table) -> Vec<StatementChange> {
    let (mut before, mut after) = (all(old), all(new));
    // The same words under another title, or at another place, say the same.
    after.retain(|stated| {
        let is_same = |other: &Stated| {
            (&other.what, &other.says, &other.follows)
                == (&stated.what, &stated.says, &stated.follows)
        };
        match before.iter().position(is_same) {
            Some(at) => {
                before.remove(at);
                false
            }
            None => true,
        }
    });
    let mut changes: Vec<StatementChange> = Vec::new();
    for stated in &after {
        let was = was(stated, &before, &after);
        let old = was.map(|at| before.remove(at));
        changes.push(StatementChange {
            what: stated.what.clone(),
            title: stated.title.clone(),
            state: if old.is_some() { State::Changed } else { State::Added },
            says: old.as_ref().map_or_else(|| stated.says.clone(), |old| stated.beside(old)),
            said: old.as_ref().map(|old| old.beside(stated)),
            before: old.map(|old| old.at),
            after: Some(stated.at.clone()),
        });
    }
    let gone = before.into_iter().map(|stated| StatementChange {
        what: stated.what,
        title: stated.title,
        state: State::Removed,
        says: stated.says,
        said: None,
        before: Some(stated.at),
        after: None,
    });
    changes.extend(gone);
    changes
}

/// What a statement was before it was changed: the one of its title, else the only one left of its
/// table where it is the only new one there.
fn was(stated: &Stated, before: &[Stated], after: &[Stated]) -> Option<usize> {
    let of_table = |other: &&Stated| other.what == stated.what;
    let titled = |other: &Stated| {
        other.what == stated.what && stated.title.is_some() && other.title == stated.title
    };
    before.iter().position(titled).or_else(|| {
        let is_only = before.iter().filter(of_table).count() == 1
            && after.iter().filter(of_table).count() == 1;
        before.iter().position(|other| is_only && of_table(&other))
    })
}

fn all(table: &Table) -> Vec<Stated> {
    let (rules, notes, lists) = (table.rules(), table.notes(), Lists(table));
    let stated = |what: String, note: &Note, says: String| Stated {
        what,
        title: note.title.clone(),
        says,
        follows: Vec::new(),
        at: source(table, note),
    };
    let constraints = rules.constraints.iter().zip(&notes.constraints);
    let constraints = constraints.map(|(entry, note)| {
        let what = format!("constraints.{}", entry.says.as_str());
        let follows = lists.subsumed(entry);
        Stated { follows, ..stated(what, note, lists.constraint(entry)) }
    });
    let delegations = rules.delegations.iter().zip(&notes.delegations);
    let delegations = delegations
        .map(|(entry, note)| stated("delegations".to_owned(), note, lists.delegation(entry)));
    let invariants = notes.invariants.iter().map(|entry| {
        let what = format!("invariants.{}", word(entry.says));
        stated(what, &entry.note, lists.invariant(entry))
    });
    let mut all: Vec<Stated> = constraints.chain(delegations).chain(invariants).collect();
    all.sort_by_key(|stated| stated.at.line);
    all
}

const fn word(says: InvariantSays) -> &'static str {
    match says {
        InvariantSays::Permits => "permits",
        InvariantSays::Never => "never",
        InvariantSays::Only => "only",
        InvariantSays::Covers => "covers",
    }
}

/// Where an entry stands.
pub(super) fn source(table: &Table, note: &Note) -> Source {
    Source { file: table.notes().file.clone(), line: note.line, label: note.title.clone() }
}
