//! The answer to a request: allow or deny, and the one word that says why.
//!
//! Not the explanation: which grant, line and role decided is a second call, `explain`.

/// Why a decision fell as it did; every decision has exactly one.
///
/// The order of the variants is the order in which a deny looks for its basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Basis {
    /// Allow: a permit applies to an assigned role.
    Granted,
    /// Allow: the action was given directly, and the policy lets it be.
    GrantedDirectly,
    /// Deny: the bundle holds no such policy.
    UnknownPolicy,
    /// Deny: the policy has no such action.
    UnknownAction,
    /// Deny: a forbid applies.
    Forbidden,
    /// Deny: the policy declares kinds, and not this one.
    UnknownKind,
    /// Deny, nearest miss: a condition of a permit could not be decided.
    ConditionUnknown,
    /// Deny, nearest miss: a condition of a permit is known to fail.
    ConditionFalse,
    /// Deny, nearest miss: the role is held in a scope that the resource is not said to lie in.
    OutOfScope,
    /// Deny, nearest miss: the role must be assigned in a scope and was assigned without one.
    ScopeMissing,
    /// Deny, nearest miss: the role is assigned in a scope of a kind it cannot be held in.
    ScopeKind,
    /// Deny, nearest miss: the role asks for the principal's kind, which was not given.
    KindMissing,
    /// Deny, nearest miss: the principal's kind may not hold the role.
    KindExcluded,
    /// Deny, nearest miss: the role is assigned in a scope of an undeclared kind.
    UnknownScope,
    /// Deny: roles were given, and the policy knows none of them.
    UnknownRole,
    /// Deny: the action was given directly, and the policy does not let it be.
    NotDirect,
    /// Deny: nothing permits the action.
    NotGranted,
}

impl Basis {
    /// Every basis, in the order in which a deny looks for it.
    pub const ALL: [Self; 17] = [
        Self::Granted,
        Self::GrantedDirectly,
        Self::UnknownPolicy,
        Self::UnknownAction,
        Self::Forbidden,
        Self::UnknownKind,
        Self::ConditionUnknown,
        Self::ConditionFalse,
        Self::OutOfScope,
        Self::ScopeMissing,
        Self::ScopeKind,
        Self::KindMissing,
        Self::KindExcluded,
        Self::UnknownScope,
        Self::UnknownRole,
        Self::NotDirect,
        Self::NotGranted,
    ];

    /// Whether an answer with this basis allows.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Granted | Self::GrantedDirectly)
    }

    /// The one word, in kebab-case, as answers carry it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::GrantedDirectly => "granted-directly",
            Self::UnknownPolicy => "unknown-policy",
            Self::UnknownAction => "unknown-action",
            Self::Forbidden => "forbidden",
            Self::UnknownKind => "unknown-kind",
            Self::ConditionUnknown => "condition-unknown",
            Self::ConditionFalse => "condition-false",
            Self::OutOfScope => "out-of-scope",
            Self::ScopeMissing => "scope-missing",
            Self::ScopeKind => "scope-kind",
            Self::KindMissing => "kind-missing",
            Self::KindExcluded => "kind-excluded",
            Self::UnknownScope => "unknown-scope",
            Self::UnknownRole => "unknown-role",
            Self::NotDirect => "not-direct",
            Self::NotGranted => "not-granted",
        }
    }
}

/// Allow or deny, with its basis. Only `evaluate` makes one.
///
/// The outcome follows from the basis, so the two cannot contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct Decision {
    basis: Basis,
}

impl Decision {
    pub(crate) const fn new(basis: Basis) -> Self {
        Self { basis }
    }

    /// Whether the request is allowed.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        self.basis.is_allowed()
    }

    /// Why.
    #[must_use]
    pub const fn basis(self) -> Basis {
        self.basis
    }

    /// `allow` or `deny`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        if self.is_allowed() { "allow" } else { "deny" }
    }
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Both words: `deny: forbidden`.
impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.as_str(), self.basis)
    }
}
