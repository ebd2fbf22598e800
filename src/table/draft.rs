//! A draft: a table taken apart, so that an entry can be changed and the table built again.
//!
//! Not a policy being compiled: everything in it was checked once, and the builder checks it again.

use crate::model::{GrantId, Id};

use super::Table;
use super::bytes::Broken;
use super::notes::{GrantNote, Note, Notes};
use super::rules::{Constraint, Delegation, Grant, Rules};

/// A table taken apart.
///
/// What the table keeps in canonical order, with its notes in another list, is here together and in
/// the order of the file.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// But for what has lists of its own below.
    pub rules: Rules,
    pub notes: Notes,
    pub grants: Vec<(Grant, GrantNote)>,
    pub constraints: Vec<(Constraint, Note)>,
    pub delegations: Vec<(Delegation, Note)>,
}

impl Draft {
    pub(crate) fn new(table: &Table) -> Self {
        let (mut rules, mut notes) = (table.rules().clone(), table.notes().clone());
        let grants: Vec<(Grant, GrantNote)> = paired(&mut rules.grants, &mut notes.grants);
        let by_file = notes.grant_order.iter().filter_map(|id| grants.get(id.index()).cloned());
        let mut draft = Self {
            grants: by_file.collect(),
            constraints: paired(&mut rules.constraints, &mut notes.constraints),
            delegations: paired(&mut rules.delegations, &mut notes.delegations),
            rules,
            notes,
        };
        draft.constraints.sort_by_key(|(_, note)| note.line);
        draft.delegations.sort_by_key(|(_, note)| note.line);
        draft
    }

    /// The table with what the draft says now.
    ///
    /// # Errors
    /// What does not hold of it.
    pub(crate) fn table(self) -> Result<Table, Broken> {
        let Self { mut rules, mut notes, grants, constraints, delegations } = self;
        let mut order: Vec<usize> = (0..grants.len()).collect();
        order.sort_by_key(|at| grants.get(*at).map(|(grant, _)| grant));
        let mut by_file: Vec<(usize, GrantId)> = order
            .iter()
            .enumerate()
            .filter_map(|(id, at)| Some((*at, GrantId::new(id)?)))
            .collect();
        by_file.sort_unstable();
        notes.grant_order = by_file.into_iter().map(|(_, id)| id).collect();
        (rules.grants, notes.grants) = canonical(grants);
        (rules.constraints, notes.constraints) = canonical(constraints);
        (rules.delegations, notes.delegations) = canonical(delegations);
        Table::new(rules, notes)
    }
}

fn paired<E, N>(entries: &mut Vec<E>, notes: &mut Vec<N>) -> Vec<(E, N)> {
    std::mem::take(entries).into_iter().zip(std::mem::take(notes)).collect()
}

/// In canonical order; equal ones stay in the order of the file.
fn canonical<E: Ord, N>(mut pairs: Vec<(E, N)>) -> (Vec<E>, Vec<N>) {
    pairs.sort_by(|before, after| before.0.cmp(&after.0));
    pairs.into_iter().unzip()
}
