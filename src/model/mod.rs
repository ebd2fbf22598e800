//! The words of a decision: names, ids, truth, effect, request, decision.
//!
//! Plain data with no logic beyond its own grammar and algebra; what it means is in `evaluate`.

mod built_in;
mod decision;
mod delegation_basis;
mod id;
pub(crate) mod limits;
pub(crate) mod name;
mod query;
#[cfg(test)]
mod tests;
mod truth;
#[cfg(feature = "compile")]
pub(crate) mod valuation;
mod value;

pub(crate) use built_in::BuiltIn;
pub use decision::{Basis, Decision};
pub use delegation_basis::DelegationBasis;
pub use id::ActionId;
pub(crate) use id::{AttributeId, ConditionId, GrantId, Id, KindId, RoleId, ScopeId};
pub use query::{Assignment, DirectAction, MalformedName, Principal, Query, Resource, Scope};
pub use truth::{Change, Effect, Truth};
pub use value::{Attributes, Value, ValueType};
pub(crate) use value::{Literal, Namespace};
