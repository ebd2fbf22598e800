//! Assignments: which constraints a set of roles breaks, and who may give which role.
//!
//! Not decisions: `decide` reads neither constraints nor delegations. Both functions are total and
//! pure, as `decide` is, and enforce nothing by themselves: they answer those who assign.

mod constraints;
mod delegations;
pub(crate) mod scopes;

pub use constraints::{Breach, BreachKind, Holder, broken_constraints};
pub use delegations::{
    Assignee, DelegationBasis, DelegationEntry, Permission, Proposal, may_change,
};
