//! Analysis: what the table says, exactly.
//!
//! Not what the text says (`compile`), and no decisions of its own: every question is asked of
//! `evaluate`, over the finite model of `situations`. Roles, kinds, conditions and attribute values
//! are all declared and few, so "always", "sometimes" and "never" have exact answers.

mod access;
mod alike;
mod asserted;
mod cells;
mod combinations;
mod constants;
mod delegated;
mod difference;
mod domains;
mod escalation;
pub(crate) mod faces;
pub(crate) mod invariants;
mod near;
mod overridden;
mod redundant;
mod remedies;
mod rows;
pub(crate) mod situations;
mod states;
mod views;

pub(crate) use access::subsumed;
pub(crate) use alike::alike;
pub(crate) use asserted::{asserts, speaks_of};
pub(crate) use cells::row_cells;
pub(crate) use constants::{clashing, constants};
pub(crate) use difference::{different_proposal, different_request};
pub(crate) use escalation::{Escalation, Step, escalations};
pub(crate) use near::{contained, one_apart};
pub(crate) use overridden::overridden;
pub(crate) use redundant::{Redundant, redundant};
pub use remedies::{Objection, Remedies, Remedy, RequestChange, remedies};
pub(crate) use situations::SITUATIONS_MAX;
pub(crate) use states::{State, each_situation, states};
pub use views::{Grid, GridCell, GridLine, UnprovedLine, View, grid};
