//! Assignments: which constraints roles break, who may give which role, who may hold one at all.
//!
//! Not decisions: `decide` reads neither constraints nor delegations. All functions are total and
//! pure, as `decide` is, and enforce nothing by themselves: they answer those who assign.

mod breach;
mod constraints;
mod delegations;
mod directory;
mod fit;
mod holders;
pub(crate) mod scopes;
mod twice;

pub use breach::{Breach, BreachKind};
pub use constraints::{Holder, broken_constraints};
pub use delegations::{Assignee, DelegationEntry, Permission, Proposal, may_change};
pub use directory::{Directory, Member, broken_by_all, broken_by_change};
pub use fit::{Misfit, misfit, misfit_direct};
