//! What decides: the part of a table that decisions, constraints and delegations read.
//!
//! Not what explains (`notes`), and nothing derived (`index`): this is what the bundle's identity
//! is a digest of, so it has one canonical form. Names are sorted and unique, and an id is a
//! position in that order; lists of ids are sorted and unique; grants, constraints and delegations
//! are sorted by their content. The order in which a file states things therefore leaves no trace.

use crate::model::{
    ActionId, AttributeId, Change, ConditionId, Effect, KindId, Literal, Namespace, RoleId,
    ScopeId, ValueType,
};

use super::vocabulary::Vocabulary;

/// Everything of one policy that decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    pub policy: String,
    pub kinds: Vec<Kind>,
    pub scopes: Vec<ScopeKind>,
    /// Declared and built-in attributes together.
    pub attributes: Vec<Attribute>,
    pub conditions: Vec<Condition>,
    pub roles: Vec<Role>,
    /// The vocabulary.
    pub actions: Vec<String>,
    pub direct: Option<Direct>,
    pub grants: Vec<Grant>,
    pub constraints: Vec<Constraint>,
    pub delegations: Vec<Delegation>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kind {
    pub name: String,
    /// Roles that every principal of the kind has, unassigned and unscoped.
    pub holds: Vec<RoleId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScopeKind {
    pub name: String,
    /// The scope kind around it; none for an outermost one.
    pub within: Option<ScopeId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub namespace: Namespace,
    pub name: String,
    pub value_type: ValueType,
    /// The finite domain, sorted; empty where any value of the type is known.
    pub values: Vec<Literal>,
}

impl Rules {
    /// What the policy declares.
    pub(super) fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary {
            policy: &self.policy,
            kinds: &self.kinds,
            scopes: &self.scopes,
            attributes: &self.attributes,
            conditions: &self.conditions,
            role_count: self.roles.len(),
        }
    }
}

impl Attribute {
    /// The name as policies write it: `principal.tenant`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}.{}", self.namespace.as_str(), self.name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub name: String,
    pub test: Test,
}

/// What a condition tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    /// Nothing: the caller asserts it.
    Asserted,
    /// The attribute is one of the literals (`equals` is a list of one).
    OneOf {
        attribute: AttributeId,
        literals: Vec<Literal>,
    },
    /// Two attributes have the same value (`matches-attribute`).
    Matches {
        attribute: AttributeId,
        other: AttributeId,
    },
    AtLeast {
        attribute: AttributeId,
        bound: i64,
    },
    AtMost {
        attribute: AttributeId,
        bound: i64,
    },
    All {
        conditions: Vec<ConditionId>,
    },
    Any {
        conditions: Vec<ConditionId>,
    },
    Not {
        condition: ConditionId,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    pub name: String,
    /// Its juniors as written, not their closure.
    pub inherits: Vec<RoleId>,
    /// Who may hold it; none is every kind.
    pub kinds: Option<Vec<KindId>>,
    /// Every assignment must be in a scope of this kind; none: unscoped, or in an outermost scope.
    pub scope: Option<ScopeId>,
}

/// Actions that principals may be given one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Direct {
    pub actions: Vec<ActionId>,
    pub kinds: Option<Vec<KindId>>,
}

/// One written statement, its patterns expanded and its `except` taken out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Grant {
    pub effect: Effect,
    pub actions: Vec<ActionId>,
    pub roles: GrantRoles,
    pub when: Vec<ConditionId>,
    pub unless: Vec<ConditionId>,
    pub anywhere: bool,
}

impl Grant {
    pub(crate) fn is_conditional(&self) -> bool {
        !self.when.is_empty() || !self.unless.is_empty()
    }
}

/// Whom a grant names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GrantRoles {
    /// `roles = ["*"]`, only in a forbid: every principal, also one without any role.
    Everyone,
    /// These roles, and through inheritance their seniors.
    Roles { roles: Vec<RoleId> },
}

/// How much a broken constraint weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Error,
    Advice,
}

/// What an assignment of roles must obey.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Constraint {
    pub level: Level,
    pub says: Says,
}

/// The constraint types of the language, one variant each; `roles` lists have `["*"]` expanded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    Separation {
        roles: Vec<RoleId>,
        against: Vec<RoleId>,
        same_scope: bool,
    },
    /// `subsumed` is computed from the finished table: pairs of `roles` of which the first has all
    /// the access of the second.
    NoSubsumedRoles {
        roles: Vec<RoleId>,
        subsumed: Vec<(RoleId, RoleId)>,
    },
    Cardinality {
        roles: Vec<RoleId>,
        min: Option<u32>,
        max: Option<u32>,
        per: Option<ScopeId>,
    },
    RolesPerPrincipal {
        min: Option<u32>,
        max: Option<u32>,
        kinds: Option<Vec<KindId>>,
    },
    Fixed {
        roles: Vec<RoleId>,
    },
    ImmutableKind,
    Requires {
        roles: Vec<RoleId>,
        all_of: Vec<RoleId>,
        any_of: Vec<RoleId>,
        same_scope: bool,
    },
}

impl Says {
    /// The word of the policy file: `[[constraints.separation]]`.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Separation { .. } => "separation",
            Self::NoSubsumedRoles { .. } => "no-subsumed-roles",
            Self::Cardinality { .. } => "cardinality",
            Self::RolesPerPrincipal { .. } => "roles-per-principal",
            Self::Fixed { .. } => "fixed",
            Self::ImmutableKind => "immutable-kind",
            Self::Requires { .. } => "requires",
        }
    }
}

/// Who may give which roles to whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Delegation {
    pub by: Vec<RoleId>,
    /// `["*"]` is expanded to all roles but the fixed ones.
    pub assign: Vec<RoleId>,
    pub may: Vec<Change>,
    /// Kinds of the assignee; none: those that the role allows.
    pub kinds: Option<Vec<KindId>>,
    pub holding: Vec<RoleId>,
    pub not_holding: Vec<RoleId>,
    pub when: Vec<ConditionId>,
    pub unless: Vec<ConditionId>,
}
