//! Whether one role has all the access of another, and if not, what it lacks.
//!
//! Not inheritance, which is one way to have it: this compares what the two may really do.

use crate::evaluate::assignments::scopes::lies_inside;
use crate::evaluate::{Request, decide};
use crate::model::{ActionId, Assignment, Id, RoleId};
use crate::table::{ActionFace, Table};

use super::situations::{self, TooMany, Valuations, held_alone, looked_at};

/// The pairs of these roles of which the first has all the access of the second, sorted.
///
/// # Errors
/// Where two roles depend on more situations than policyc looks at.
pub(crate) fn subsumed(table: &Table, roles: &[RoleId]) -> Result<Vec<(RoleId, RoleId)>, TooMany> {
    let mut pairs = Vec::new();
    for senior in roles {
        for junior in roles.iter().filter(|junior| *junior != senior) {
            if has_all_access(table, *senior, *junior)? {
                pairs.push((*senior, *junior));
            }
        }
    }
    pairs.sort_unstable();
    Ok(pairs)
}

/// Whether, for every kind that may hold both, every valuation and every action, "the junior alone
/// is allowed" implies "the senior alone is", and the senior's scope is at least as wide.
fn has_all_access(table: &Table, senior: RoleId, junior: RoleId) -> Result<bool, TooMany> {
    if !is_as_wide(table, senior, junior) {
        return Ok(false);
    }
    Ok(gained(table, senior, junior, &both(table, senior, junior))?.is_none())
}

/// Two principals of one kind, for every kind that may hold both roles.
pub(super) fn both(table: &Table, senior: RoleId, junior: RoleId) -> Vec<Kinds<'_>> {
    let both = situations::kinds(table, &[senior, junior]).into_iter();
    both.map(|kind| Kinds { senior: vec![kind], junior: kind }).collect()
}

/// The kinds of the two principals that are compared.
#[derive(Debug)]
pub(super) struct Kinds<'t> {
    /// The senior as any of these must lack what the junior may do.
    pub senior: Vec<Option<&'t str>>,
    pub junior: Option<&'t str>,
}

/// The first action that the junior alone is allowed in a situation where the senior alone is not.
///
/// # Errors
/// Where that depends on more situations than policyc looks at.
pub(super) fn gained(
    table: &Table,
    senior: RoleId,
    junior: RoleId,
    kinds: &[Kinds<'_>],
) -> Result<Option<ActionId>, TooMany> {
    for action in (0..table.rules().actions.len()).filter_map(ActionId::new) {
        if gains(table, action, (senior, junior), kinds)? {
            return Ok(Some(action));
        }
    }
    Ok(None)
}

/// Whether the junior alone is allowed an action in a situation where the senior alone is not.
///
/// # Errors
/// Where that depends on more situations than policyc looks at.
pub(super) fn gains(
    table: &Table,
    action: ActionId,
    (senior, junior): (RoleId, RoleId),
    kinds: &[Kinds<'_>],
) -> Result<bool, TooMany> {
    let Some(face) = table.by_action(action) else { return Ok(false) };
    if !may_differ(table, face, senior, junior) {
        return Ok(false);
    }
    let pair = Pair {
        table,
        action,
        senior: held_alone(table, senior),
        junior: held_alone(table, junior),
    };
    let valuations = Valuations::new(table, looked_at(table, face, &[senior, junior]));
    for kinds in kinds {
        if pair.junior_has_more(kinds, &valuations)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the junior's scope kind is the senior's or lies inside it. No scope and an outermost
/// kind are the widest.
pub(super) fn is_as_wide(table: &Table, senior: RoleId, junior: RoleId) -> bool {
    let scope = |role: RoleId| table.role(role).and_then(|role| role.scope);
    let is_widest = |id| table.scope(id).is_some_and(|kind| kind.within.is_none());
    match (scope(senior), scope(junior)) {
        (None, _) => true,
        (Some(senior), _) if is_widest(senior) => true,
        (Some(_), None) => false,
        (Some(senior), Some(junior)) => lies_inside(table, junior, senior),
    }
}

/// Whether an action needs a closer look: most of a table has no conditions and no forbids, and
/// there the bits say it all.
fn may_differ(table: &Table, face: &ActionFace, senior: RoleId, junior: RoleId) -> bool {
    let plain = |role| face.plain.contains(role) || face.plain_anywhere.contains(role);
    let mut held = table.rules().kinds.iter().flat_map(|kind| &kind.holds);
    let is_reached = face.touched.contains(junior) || held.any(|role| face.touched.contains(*role));
    is_reached && !(face.forbids.is_empty() && plain(senior))
}

struct Pair<'t> {
    table: &'t Table,
    action: ActionId,
    senior: Option<Assignment<'t>>,
    junior: Option<Assignment<'t>>,
}

impl Pair<'_> {
    /// Whether there is a situation in which the junior alone is allowed and the senior is not.
    fn junior_has_more(
        &self,
        kinds: &Kinds<'_>,
        valuations: &Valuations<'_>,
    ) -> Result<bool, TooMany> {
        let scopes = situations::scopes(self.table);
        for valuation in valuations.iter() {
            let valuation = valuation?;
            let is_allowed = |kind: Option<&str>, held: Option<Assignment<'_>>| {
                let action = self.table.action_name(self.action);
                let query = situations::asked((kind, held.as_ref()), action, &scopes);
                let query = valuation.query(query);
                decide(&Request::sound(self.table, query)).is_allowed()
            };
            if is_allowed(kinds.junior, self.junior)
                && !kinds.senior.iter().any(|kind| is_allowed(*kind, self.senior))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
