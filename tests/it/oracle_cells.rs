//! The cells of the views `actions` and `rows`, counted by the naive oracle over the finite model.
//! Not a view: no glyphs, guesses or tick counts, only what each cell is.

use crate::oracle::Oracle;
use crate::oracle_conditions::{Truth, conditions_hold};
use crate::oracle_model::{dimensions, valuations};
use crate::oracle_policy::{Grant, Policy, Role};
use serde_json::Value;

/// What is left to a role of what some permits give it for one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// The permits give nothing.
    NotPermitted,
    /// The permits give something, the forbids take all of it.
    Nothing,
    Some,
    All,
}

impl Oracle {
    /// For each action, in the order of the vocabulary, the cell of each role, in file order:
    /// `permit`, `conditional`, `forbid` or empty.
    pub(crate) fn action_cells(&self) -> Vec<(String, Vec<&'static str>)> {
        let policy = self.policy();
        let cell = |role, action: &str| cell(&[left(policy, role, action, &|_| true)]);
        let cells = |action: &String| policy.roles.iter().map(|role| cell(role, action)).collect();
        policy.actions.iter().map(|action| (action.clone(), cells(action))).collect()
    }

    /// For each row that a permit carries, in file order, the cell of each role, in file order:
    /// `permit`, `conditional`, `partial`, `forbid` or empty.
    pub(crate) fn row_cells(&self) -> Vec<(String, Vec<&'static str>)> {
        let policy = self.policy();
        let mut rows: Vec<&String> = Vec::new();
        for row in policy.grants.iter().filter_map(|grant| grant.row.as_ref()) {
            let permits = |grant: &Grant| !grant.forbids && grant.row.as_ref() == Some(row);
            if !rows.contains(&row) && policy.grants.iter().any(permits) {
                rows.push(row);
            }
        }
        let cells = |row| policy.roles.iter().map(|role| row_cell(policy, role, row)).collect();
        rows.into_iter().map(|row| (row.clone(), cells(row))).collect()
    }
}

fn row_cell(policy: &Policy, role: &Role, row: &str) -> &'static str {
    let of_row = |grant: &Grant| grant.row.as_deref() == Some(row);
    let mut actions: Vec<&str> = Vec::new();
    for permit in policy.grants.iter().filter(|grant| !grant.forbids && of_row(grant)) {
        actions.extend(permit.actions.iter().map(String::as_str));
    }
    let left = |action: &&str| left(policy, role, action, &of_row);
    cell(&actions.iter().map(left).collect::<Vec<Left>>())
}

fn cell(actions: &[Left]) -> &'static str {
    let permitted = actions.iter().any(|left| *left != Left::NotPermitted);
    let any_left = actions.iter().any(|left| matches!(left, Left::Some | Left::All));
    let all_left = actions.iter().all(|left| matches!(left, Left::Some | Left::All));
    let always = actions.iter().all(|left| *left == Left::All);
    match (permitted, any_left, all_left, always) {
        (false, ..) => "",
        (_, false, ..) => "forbid",
        (_, _, false, _) => "partial",
        (_, _, _, false) => "conditional",
        _ => "permit",
    }
}

/// What is left of the permits that are `counted`, over every kind that may hold the role and
/// every valuation.
///
/// The role is held alone, where it counts: unscoped or in a scope of its own kind, which the
/// resource lies in. So scopes and `anywhere` cannot matter. What a kind holds beside the role
/// adds forbids, which bind whoever is of the kind, but no permits: those are not the role's.
fn left(policy: &Policy, role: &Role, action: &str, counted: &dyn Fn(&Grant) -> bool) -> Left {
    let reached = policy.reached(role);
    let valuations = valuations(&dimensions(policy, action));
    let (mut situations, mut permitted, mut allowed) = (0_usize, 0_usize, 0_usize);
    for kind in kinds(policy, role) {
        let kind_value = kind.map(Value::from);
        let bound = bound(policy, role, kind);
        for valuation in &valuations {
            let mut facts = valuation.facts();
            facts.attributes.extend(kind_value.as_ref().map(|kind| ("principal.kind", kind)));
            let on_action = || policy.grants.iter().filter(|grant| grant.names(action));
            let permits = on_action().any(|grant| {
                !grant.forbids
                    && counted(grant)
                    && grant.reaches(&reached)
                    && conditions_hold(policy, grant, &facts) == Truth::Yes
            });
            let forbids = on_action().any(|grant| {
                grant.forbids
                    && (grant.reaches(&bound) || grant.reaches_everyone())
                    && conditions_hold(policy, grant, &facts) != Truth::No
            });
            situations += 1;
            permitted += usize::from(permits);
            allowed += usize::from(permits && !forbids);
        }
    }
    match (permitted, allowed) {
        (0, _) => Left::NotPermitted,
        (_, 0) => Left::Nothing,
        (_, allowed) if allowed < situations => Left::Some,
        _ => Left::All,
    }
}

/// The declared kinds that may hold the role; where none are declared, once no kind.
fn kinds<'p>(policy: &'p Policy, role: &Role) -> Vec<Option<&'p str>> {
    if policy.kinds.is_empty() {
        return vec![None];
    }
    let names = policy.kinds.iter().map(|kind| &kind.name);
    let may_hold = |name: &&String| role.kinds.as_ref().is_none_or(|kinds| kinds.contains(name));
    names.filter(may_hold).map(|name| Some(name.as_str())).collect()
}

/// All roles whose forbids bind a principal of the kind that is assigned only this role.
fn bound<'p>(policy: &'p Policy, role: &'p Role, kind: Option<&str>) -> Vec<&'p str> {
    let of_kind = policy.kinds.iter().filter(|declared| Some(declared.name.as_str()) == kind);
    let held = of_kind.flat_map(|kind| &kind.holds);
    let held = held.map(|name| policy.role(name).expect("roles are declared"));
    held.chain([role]).flat_map(|role| policy.reached(role)).collect()
}
