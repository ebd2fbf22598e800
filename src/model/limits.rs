//! Every bound that a policy, a bundle or a request is held to, with its reason.
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
