//! Escalation: who can give, or come by, access that the own role does not have.
//!
//! Not a fault: whoever administers users usually can. It is what a reviewer wants to know of a
//! role, and every step of it is asked of the functions that judge proposals and decide.

use std::collections::{BTreeSet, VecDeque};

use crate::model::{ActionId, Id, RoleId};
use crate::table::Table;

use super::access::{Kinds, gained};
use super::delegated::receivers;
use super::situations;

/// The shortest way from a role to access that it does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Escalation {
    pub giver: RoleId,
    /// One step at least; each is a role that may give the next, and the last has more access.
    pub steps: Vec<Step>,
    /// The first action that the last role may do in a situation where the giver may not.
    pub action: ActionId,
}

/// One role gives another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub giver: RoleId,
    pub given: RoleId,
    /// Position among the delegations of the rules.
    pub delegation: usize,
}

/// The escalation of every role that has one, in the order of names.
pub(crate) fn escalations(table: &Table) -> Vec<Escalation> {
    roles(table).filter_map(|giver| escalation(table, giver)).collect()
}

fn roles(table: &Table) -> impl Iterator<Item = RoleId> {
    (0..table.rules().roles.len()).filter_map(RoleId::new)
}

/// A principal that the giver can make, or be: a role held by someone of a kind.
type Holder<'t> = (RoleId, Option<&'t str>);

/// Goes from giver to given, the nearest first, until one has more access than the first giver.
///
/// What depends on more situations than policyc looks at is passed over: this is advice, and says
/// nothing that it has not seen.
fn escalation(table: &Table, giver: RoleId) -> Option<Escalation> {
    let mut seen: BTreeSet<Holder<'_>> = BTreeSet::new();
    let mut open: VecDeque<(Holder<'_>, Vec<Step>)> = VecDeque::new();
    for kind in situations::kinds(table, &[giver]) {
        seen.insert((giver, kind));
        open.push_back(((giver, kind), Vec::new()));
    }
    while let Some((holder, steps)) = open.pop_front() {
        if !gives(table, holder.0) {
            continue;
        }
        for given in roles(table) {
            for receiver in receivers(table, holder, given).unwrap_or_default() {
                let reached = (given, receiver.kind);
                if !seen.insert(reached) {
                    continue;
                }
                let step = Step { giver: holder.0, given, delegation: receiver.delegation };
                let steps = [steps.as_slice(), &[step]].concat();
                if let Some(action) = gain(table, giver, reached) {
                    return Some(Escalation { giver, steps, action });
                }
                open.push_back((reached, steps));
            }
        }
    }
    None
}

/// Whether some delegation is for the role; most roles give nothing, and need no closer look.
fn gives(table: &Table, role: RoleId) -> bool {
    let by = table.rules().delegations.iter().flat_map(|entry| &entry.by);
    by.into_iter().any(|by| table.inherits(role, *by))
}

/// What a holder may do that the giver may not: as a principal of the same kind, or of any kind
/// that may hold the giver's role where the holder's may not.
fn gain(table: &Table, giver: RoleId, (role, kind): Holder<'_>) -> Option<ActionId> {
    let own = situations::kinds(table, &[giver]);
    let senior = if own.contains(&kind) { vec![kind] } else { own };
    gained(table, giver, role, &[Kinds { senior, junior: kind }]).ok().flatten()
}
