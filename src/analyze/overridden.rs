//! Permits that never allow anything, since a forbid always stands against them.
//!
//! Not permits that are merely forbidden in some situations, to some roles or in part.

use crate::model::{Effect, GrantId, Id};
use crate::table::Table;
use crate::table::rules::{Grant, GrantRoles};

use super::cells::{Cell, Cells};
use super::faces::{Faces, by_grant, faces};
use super::situations;

/// A permit, and the forbids that stand against its first action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Overridden {
    pub permit: GrantId,
    /// In the order of the file, at least one.
    pub forbids: Vec<GrantId>,
}

/// The permits of which nothing is left, for whomever they reach. What depends on more than policyc
/// looks at is passed over.
pub(crate) fn overridden(table: &Table) -> Vec<Overridden> {
    let faces = faces(table);
    if faces.iter().all(|group| group.face.forbids.is_empty()) {
        return Vec::new();
    }
    let faces_of = by_grant(table, &faces);
    let mut cells = Cells::new(table);
    let mut found = Vec::new();
    for id in &table.notes().grant_order {
        let groups = faces_of.get(id.index()).map_or(&[][..], Vec::as_slice);
        let is_permit = table.grant(*id).is_some_and(|grant| grant.effect == Effect::Permit);
        if is_permit && is_overridden(table, *id, groups, &mut cells) {
            let forbids = against(table, *id, groups);
            found.push(Overridden { permit: *id, forbids });
        }
    }
    found
}

fn is_overridden(
    table: &Table,
    permit: GrantId,
    groups: &[&Faces<'_>],
    cells: &mut Cells<'_>,
) -> bool {
    let Some(reach) = table.reach(permit) else { return false };
    let mut is_forbidden = |group: &Faces<'_>| {
        reach.iter().all(|role| {
            let cell = cells.of_action(role, group.first, &|id| id == permit);
            cell == Ok(Cell::Forbid)
        })
    };
    // Cells are of the scope in which the role is held; what is permitted `anywhere` is left
    // elsewhere by a forbid that is not.
    let has_scopes = !table.rules().scopes.is_empty();
    let is_wide = |id: &GrantId| {
        let wide = |grant: &Grant| grant.anywhere || grant.roles == GrantRoles::Everyone;
        table.grant(*id).is_some_and(wide)
    };
    let reaches_out = has_scopes && table.grant(permit).is_some_and(|grant| grant.anywhere);
    let stands_against = |group: &&Faces<'_>| {
        let forbids = &group.face.forbids;
        !forbids.is_empty() && (!reaches_out || forbids.iter().all(is_wide))
    };
    // Most permits have an action that nothing forbids, and need no closer look.
    !groups.is_empty()
        && groups.iter().all(stands_against)
        && groups.iter().all(|group| is_forbidden(group))
}

/// The forbids that bind one of whom the permit reaches, as to its first action.
fn against(table: &Table, permit: GrantId, groups: &[&Faces<'_>]) -> Vec<GrantId> {
    let roles: Vec<_> = table.reach(permit).into_iter().flat_map(|reach| reach.iter()).collect();
    let binding = groups.first().map(|group| situations::binding(table, group.face, &roles));
    let binding = binding.unwrap_or_default();
    let order = table.notes().grant_order.iter().copied();
    order.filter(|id| binding.contains(id)).collect()
}
