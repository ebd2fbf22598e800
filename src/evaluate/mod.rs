//! The evaluator: the only place that knows what a decision means.
//!
//! Not an engine with settings: `decide` is total and pure. It does no I/O, reads no clock,
//! environment or configuration, cannot fail or panic, allocates nothing on the plain path, and
//! has no off switch. Constraints and delegations speak of assignments; `decide` reads neither.
//!
//! How a request flows:
//!
//! 1. [`Request::new`] binds a [`Query`](crate::Query) to a table and refuses what is malformed.
//! 2. `held` says for each assignment, also from a kind's `holds`, whether it counts.
//! 3. `condition` says whether a condition holds (three values).
//! 4. [`decide`] lets any forbid that is not *known* to fail deny, then any permit that is *known*
//!    to apply allow, and names the basis; `miss` finds the nearest miss of a deny.
//! 5. [`explain`] is the second call: the same steps, kept as data.
//!
//! `assignments` holds the functions that read what `decide` does not: which constraints roles
//! break, one principal's and all together, and who may give or take a role.

mod actions;
pub(crate) mod assignments;
pub(crate) mod condition;
mod decide;
mod explain;
mod held;
mod miss;
mod request;
#[cfg(feature = "compile")]
pub(crate) mod situation;

pub use actions::allowed_actions;
pub use assignments::{
    Assignee, Breach, BreachKind, DelegationEntry, Directory, Holder, Member, Misfit, Permission,
    Proposal, broken_by_all, broken_by_change, broken_constraints, may_change, misfit,
    misfit_direct,
};
pub use decide::decide;
pub use explain::{ConditionState, Explanation, Reason, Shortfall, Stated, explain};
pub use request::{Request, RequestError};
