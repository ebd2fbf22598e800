//! Grants that change no decision: what a permit adds to other permits, a forbid to other forbids.
//!
//! Not what a forbid takes from a permit (`overridden`). A grant that stands for a published line
//! is measured against the other grants of that line alone: published tables repeat themselves,
//! and the line would be empty without it.

use std::collections::BTreeSet;

use crate::model::{Effect, GrantId, Id, RoleId};
use crate::table::rules::{Grant, GrantRoles};
use crate::table::{Bits, Table};

use super::faces::{Faces, by_grant, faces};

/// A grant, and the others that say all that it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redundant {
    pub grant: GrantId,
    /// In the order of the file, at least one.
    pub by: Vec<GrantId>,
}

/// The grants without which all decisions stay as they are, the last of the file first; of two
/// that say the same, the later one. All of them may be removed together.
///
/// Exact where it speaks: another grant counts as saying the same only if its conditions are among
/// those of the first. What follows from the meaning of different conditions is not looked for.
pub(crate) fn redundant(table: &Table) -> Vec<Redundant> {
    let faces = faces(table);
    let faces_of = by_grant(table, &faces);
    let mut found: Vec<Redundant> = Vec::new();
    let mut gone: BTreeSet<GrantId> = BTreeSet::new();
    for id in table.notes().grant_order.iter().rev() {
        let of_grant = faces_of.get(id.index()).filter(|groups| !groups.is_empty());
        let by = of_grant.and_then(|groups| covering(table, *id, groups, &gone));
        if let Some(by) = by {
            gone.insert(*id);
            found.push(Redundant { grant: *id, by });
        }
    }
    found
}

/// The grants that together say all that this one says, without those that are gone.
fn covering(
    table: &Table,
    id: GrantId,
    groups: &[&Faces<'_>],
    gone: &BTreeSet<GrantId>,
) -> Option<Vec<GrantId>> {
    let (grant, reach) = (table.grant(id)?, table.reach(id)?);
    let mut used: BTreeSet<GrantId> = BTreeSet::new();
    for group in groups {
        let others = match grant.effect {
            Effect::Permit => &group.face.permits,
            Effect::Forbid => &group.face.forbids,
        };
        let others = others.iter().copied().filter(|other| *other != id && !gone.contains(other));
        let others = others.filter(|other| says_as_much(table, *other, id, grant));
        used.extend(covered(table, grant, reach, others)?);
    }
    let order = table.notes().grant_order.iter();
    Some(order.copied().filter(|id| used.contains(id)).collect())
}

/// Those of the others that reach whom the grant reaches, if they reach all of them.
fn covered(
    table: &Table,
    grant: &Grant,
    reach: &Bits<RoleId>,
    others: impl Iterator<Item = GrantId>,
) -> Option<Vec<GrantId>> {
    let mut together = Bits::new(table.rules().roles.len());
    let mut used = Vec::new();
    for other in others {
        if table.grant(other).is_some_and(|other| other.roles == GrantRoles::Everyone) {
            return Some(vec![other]);
        }
        let Some(more) = table.reach(other).filter(|_| grant.roles != GrantRoles::Everyone) else {
            continue;
        };
        let is_new = |role: &RoleId| more.contains(*role) && !together.contains(*role);
        if reach.iter().any(|role| is_new(&role)) {
            together.union(more);
            used.push(other);
            if reach.iter().all(|role| together.contains(role)) {
                return Some(used);
            }
        }
    }
    None
}

/// Whether another grant applies wherever this one does, for the roles that both reach.
fn says_as_much(table: &Table, other: GrantId, id: GrantId, grant: &Grant) -> bool {
    let row = |id: GrantId| table.notes().grants.get(id.index()).and_then(|note| note.row);
    let stays = row(id).is_some() && row(id) != row(other);
    let Some(other) = table.grant(other).filter(|_| !stays) else { return false };
    let among = |some: &[_], all: &[_]| some.iter().all(|id| all.binary_search(id).is_ok());
    among(&other.when, &grant.when)
        && among(&other.unless, &grant.unless)
        && (other.anywhere || !grant.anywhere || table.rules().scopes.is_empty())
}
