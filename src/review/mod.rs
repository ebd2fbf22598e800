//! Review: who may do an action, what some roles may do together, and which roles suffice.
//!
//! Not decisions and no text: each answer is made of requests of the finite model, put to
//! `evaluate`, and rendering is the caller's. The three are the review functions of NIST's RBAC
//! (INCITS 359), with conditions, forbids, kinds and scopes taken in.
//!
//! A request says what is given: the kind, attributes, assertions, where the resource lies. What
//! it leaves out may be anything that the model has, missing included.
//!
//! ```text
//! model     what is given and what varies
//! broken    constraints that object to roles held together
//! look      one action asked in every situation: when it is allowed, and through what
//! who, what, suggest
//! ```

mod broken;
mod look;
mod model;
mod suggest;
mod what;
mod who;

use std::fmt;

pub use look::{Access, Term, Way};
pub use suggest::{Suggestion, Suggestions, Uncovered, suggest};
pub use what::{ActionCan, WhatCan, what};
pub use who::{DirectCan, KindCan, RoleCan, WhoCan, who};

use crate::analyze::situations::TooMany;

/// A question of review that depends on more than policyc looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReviewError {
    /// An action depends on too many attributes, assertions and scopes.
    Unproved {
        /// Its name.
        action: String,
    },
    /// Too many sets of roles would have to be looked at.
    TooManySets {
        /// So many were.
        max: usize,
    },
}

impl fmt::Display for ReviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unproved { action } => write!(
                f,
                "`{action}` depends on too many attributes, assertions and scopes to be proved"
            ),
            Self::TooManySets { max } => write!(
                f,
                "more than {max} sets of roles would have to be looked at; ask for fewer actions, \
                 or for one kind"
            ),
        }
    }
}

impl std::error::Error for ReviewError {}

fn unproved(action: &str) -> impl Fn(TooMany) -> ReviewError {
    move |_| ReviewError::Unproved { action: action.to_owned() }
}
