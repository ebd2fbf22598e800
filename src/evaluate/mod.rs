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
//! 4. [`decide`] reads the cells: any forbid that is not *known* to fail denies, then any permit
//!    that is *known* to apply allows; the basis of a deny is the nearest `miss`.
//! 5. [`explain`] is the second call: the statements behind it, by `grant`, kept as data.
//!
//! `prepared` does the first two once for a session, `actions` decides many at once.
//!
//! `assignments` holds the functions that read what `decide` does not: which constraints roles
//! break, one principal's and all together, and who may give or take a role.

mod actions;
pub(crate) mod assignments;
pub(crate) mod condition;
mod decide;
mod explain;
mod grant;
mod held;
mod miss;
mod prepared;
mod request;
#[cfg(feature = "compile")]
pub(crate) mod situation;

pub use actions::{allowed_actions, decide_each};
pub use assignments::{
    Assignee, Breach, BreachKind, DelegationEntry, Directory, Holder, Member, Misfit, Permission,
    Proposal, broken_by_all, broken_by_change, broken_constraints, may_change, misfit,
    misfit_direct,
};
pub use decide::decide;
pub use explain::{ConditionState, Explanation, Reason, Shortfall, Stated, explain};
pub use prepared::{ActionSet, Circumstances, PreparedPrincipal, PreparedRequest};
pub use request::{Request, RequestError};
