//! Why a role may be given or taken, or not: the one word of each answer.
//!
//! Not the answer itself, which `evaluate` gives with the entry of the policy that says so.

/// Why a role may be given or taken, or not. The order from `ConditionUnknown` to `AssignerRole` is
/// that of nearness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DelegationBasis {
    /// Allowed: a delegation says so.
    Delegated,
    /// Denied: the policy has no such role.
    UnknownRole,
    /// Denied: the role is fixed, and never given or taken.
    Fixed,
    /// Denied: the role is held in a scope, and none is given.
    ScopeMissing,
    /// Denied: the role is not held in scopes of that kind.
    ScopeKind,
    /// Denied: the scope is of a kind that the policy does not declare.
    UnknownScope,
    /// Denied, nearest miss: a condition could not be decided.
    ConditionUnknown,
    /// Denied, nearest miss: a condition is known to fail.
    ConditionFalse,
    /// Denied, nearest miss: the assignee lacks a role, or has one that excludes the change.
    AssigneeRoles,
    /// Denied, nearest miss: the assignee's kind is not one that may be given the role, or is not
    /// known.
    AssigneeKind,
    /// Denied, nearest miss: the assigner holds the right role, but is not known to hold it there.
    OutOfScope,
    /// Denied, nearest miss: the assigner holds no role that may do this.
    AssignerRole,
    /// Denied: nobody may do this.
    NotDelegated,
}

impl DelegationBasis {
    /// Every basis, the allowing one first.
    pub const ALL: [Self; 13] = [
        Self::Delegated,
        Self::UnknownRole,
        Self::Fixed,
        Self::ScopeMissing,
        Self::ScopeKind,
        Self::UnknownScope,
        Self::ConditionUnknown,
        Self::ConditionFalse,
        Self::AssigneeRoles,
        Self::AssigneeKind,
        Self::OutOfScope,
        Self::AssignerRole,
        Self::NotDelegated,
    ];

    /// The one word, in kebab-case, as answers carry it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delegated => "delegated",
            Self::UnknownRole => "unknown-role",
            Self::Fixed => "fixed",
            Self::ScopeMissing => "scope-missing",
            Self::ScopeKind => "scope-kind",
            Self::UnknownScope => "unknown-scope",
            Self::ConditionUnknown => "condition-unknown",
            Self::ConditionFalse => "condition-false",
            Self::AssigneeRoles => "assignee-roles",
            Self::AssigneeKind => "assignee-kind",
            Self::OutOfScope => "out-of-scope",
            Self::AssignerRole => "assigner-role",
            Self::NotDelegated => "not-delegated",
        }
    }

    /// Whether the change is allowed.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Delegated)
    }
}
