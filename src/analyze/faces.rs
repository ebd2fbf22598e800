//! Actions that the same grants speak of, taken together: what is true of one is true of all.
//!
//! Not types or patterns: that two actions are alike here follows from the grants alone. A policy
//! has thousands of actions and usually few groups of them, so questions about whole tables are
//! asked once a group.

use std::collections::BTreeMap;

use crate::model::{ActionId, GrantId, Id};
use crate::table::{ActionFace, Table};

/// Actions with the same permits and forbids.
#[derive(Debug)]
pub(crate) struct Faces<'t> {
    /// At least one, sorted.
    pub actions: Vec<ActionId>,
    /// The first of them, and its face.
    pub first: ActionId,
    pub face: &'t ActionFace,
}

/// The groups, in the order of their grants.
pub(crate) fn faces(table: &Table) -> Vec<Faces<'_>> {
    let mut groups: BTreeMap<(&[GrantId], &[GrantId]), Faces<'_>> = BTreeMap::new();
    for action in (0..table.rules().actions.len()).filter_map(ActionId::new) {
        let Some(face) = table.by_action(action) else { continue };
        let group = groups.entry((&face.permits, &face.forbids));
        let group = group.or_insert_with(|| Faces { actions: Vec::new(), first: action, face });
        group.actions.push(action);
    }
    groups.into_values().collect()
}

/// By grant: the groups that it speaks of.
pub(super) fn by_grant<'f, 't>(table: &Table, faces: &'f [Faces<'t>]) -> Vec<Vec<&'f Faces<'t>>> {
    let mut by_grant = vec![Vec::new(); table.grant_count()];
    for group in faces {
        for id in group.face.permits.iter().chain(&group.face.forbids) {
            if let Some(groups) = by_grant.get_mut(id.index()) {
                groups.push(group);
            }
        }
    }
    by_grant
}
