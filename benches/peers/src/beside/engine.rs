//! What is asked of an engine to be measured, and which there are.
//!
//! Not an engine: each has a file of its own.

use super::sizes::{Asked, Cells};
use super::{casbin, cedar, ours, rego};

/// An engine in one configuration.
pub(super) trait Engine: Sized {
    /// A request in whatever form the engine can keep it.
    type Ready;

    /// What it loads, from the cells.
    fn stored(cells: &Cells) -> Vec<u8>;

    /// Loads what was stored.
    fn load(stored: &[u8]) -> Self;

    /// A request made ready, so that deciding it costs as little as the engine allows.
    fn ready(&self, asked: &'static Asked) -> Self::Ready;

    /// Decides a request that was made ready.
    fn decide_ready(&mut self, ready: &Self::Ready) -> bool;

    /// Decides from strings: the names of the roles and of the action.
    fn decide(&mut self, asked: &'static Asked) -> bool;
}

/// The engines and their configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ours,
    CedarData,
    CedarPolicies,
    RegoActions,
    RegoRoles,
    RegoInterpreted,
    CasbinRows,
    CasbinCells,
    CasbinGroups,
}

impl Kind {
    pub(super) const ALL: [Kind; 9] = [
        Kind::Ours,
        Kind::CedarData,
        Kind::CedarPolicies,
        Kind::RegoActions,
        Kind::RegoRoles,
        Kind::RegoInterpreted,
        Kind::CasbinRows,
        Kind::CasbinCells,
        Kind::CasbinGroups,
    ];

    /// What it is called between processes.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Ours => "policyc",
            Kind::CedarData => "cedar-data",
            Kind::CedarPolicies => "cedar-policies",
            Kind::RegoActions => "rego-actions",
            Kind::RegoRoles => "rego-roles",
            Kind::RegoInterpreted => "rego-interpreted",
            Kind::CasbinRows => "casbin-rows",
            Kind::CasbinCells => "casbin-cells",
            Kind::CasbinGroups => "casbin-groups",
        }
    }

    pub(super) fn find(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The engine and how it was configured, for the tables.
    pub(super) fn label(self) -> (&'static str, &'static str) {
        match self {
            Kind::Ours => ("policyc", "a bundle"),
            Kind::CedarData => ("cedar-policy", "one policy, grants as entities"),
            Kind::CedarPolicies => ("cedar-policy", "a policy for each action"),
            Kind::RegoActions => ("regorus", "virtual machine, data by action"),
            Kind::RegoRoles => ("regorus", "virtual machine, data by role"),
            Kind::RegoInterpreted => ("regorus", "interpreter, data by action"),
            Kind::CasbinRows => ("casbin", "a line for each action"),
            Kind::CasbinCells => ("casbin", "a line for each cell"),
            Kind::CasbinGroups => ("casbin", "RBAC model, roles of known users"),
        }
    }

    pub(super) fn stored(self, cells: &Cells) -> Vec<u8> {
        match self {
            Kind::Ours => ours::Ours::stored(cells),
            Kind::CedarData => cedar::Data::stored(cells),
            Kind::CedarPolicies => cedar::Policies::stored(cells),
            Kind::RegoActions => rego::Machine::<false>::stored(cells),
            Kind::RegoRoles => rego::Machine::<true>::stored(cells),
            Kind::RegoInterpreted => rego::Interpreted::stored(cells),
            Kind::CasbinRows => casbin::Rows::stored(cells),
            Kind::CasbinCells => casbin::SingleCells::stored(cells),
            Kind::CasbinGroups => casbin::Groups::stored(cells),
        }
    }
}
