//! The bounds that a policy and a bundle are held to, with their reasons.
//!
//! Not the place for tuning: a limit here is part of what the product promises.

/// Longest action name in bytes; the schema says the same.
pub(crate) const ACTION_BYTES_MAX: usize = 200;

/// Longest role name in bytes; the schema says the same.
pub(crate) const ROLE_BYTES_MAX: usize = 100;

/// Longest kind, scope kind, condition, policy id or attribute name in bytes.
pub(crate) const IDENTIFIER_BYTES_MAX: usize = 100;

/// Most tests that deciding one condition may take, counted through `all`, `any` and `not`.
///
/// Conditions share their parts, so a short file can describe an exponentially large tree;
/// `decide` walks the tree, and this keeps the walk bounded.
pub(crate) const CONDITION_TESTS_MAX: u32 = 1_000;

/// Deepest nesting of conditions: `decide` recurses this far at most.
pub(crate) const CONDITION_DEPTH_MAX: u32 = 32;

/// Most roles: what inherits from what takes a bit for every two of them while a table is loaded.
pub(crate) const ROLE_COUNT_MAX: usize = 20_000;

/// Most actions: what finds a name keeps its position in 24 bits.
pub(crate) const ACTION_COUNT_MAX: usize = 10_000_000;

/// Most roles times actions, and most roles times grants: a table holds a few bits for each, some
/// hundred megabytes at this bound. Without it a small file could ask for all memory there is.
pub(crate) const CELL_COUNT_MAX: usize = 200_000_000;

/// Whether a table of this size may be built.
pub(crate) fn fits(role_count: usize, action_count: usize, grant_count: usize) -> bool {
    let cells = |count: usize| role_count.checked_mul(count).is_some_and(|c| c <= CELL_COUNT_MAX);
    let are_few = role_count <= ROLE_COUNT_MAX && action_count <= ACTION_COUNT_MAX;
    are_few && cells(action_count) && cells(grant_count)
}
