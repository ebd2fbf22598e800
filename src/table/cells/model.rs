//! The small part of what decides: kinds, scopes, attributes, conditions, guards.
//!
//! Not the large part, the names and the rows, which are read in place: see `cells`. A policy has
//! few of these, and they are copied when a table is loaded.

use crate::model::{ConditionId, Effect, KindId, ScopeId};

use super::super::rules::{Attribute, Condition, Grant, Kind, Role, Rules, ScopeKind};
use super::super::vocabulary::Vocabulary;

/// Everything that deciding reads but the names of roles and actions, and the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Model {
    pub policy: String,
    pub kinds: Vec<Kind>,
    pub scopes: Vec<ScopeKind>,
    /// Declared and built-in attributes together.
    pub attributes: Vec<Attribute>,
    pub conditions: Vec<Condition>,
    /// The ways in which roles may be held, each once, sorted; a role names one of them.
    pub holdings: Vec<Holding>,
    /// The ways in which grants apply, each once, sorted: forbids come first.
    pub guards: Vec<Guard>,
    /// Kinds that may be given actions directly (`None` inside: all); none: no action is direct.
    pub direct: Option<DirectKinds>,
}

/// Who may hold a role, and where it must be held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holding {
    /// None is every kind.
    pub kinds: Option<Vec<KindId>>,
    /// None: unscoped, or in an outermost scope.
    pub scope: Option<ScopeId>,
}

impl Holding {
    pub(crate) fn of(role: &Role) -> Self {
        Self { kinds: role.kinds.clone(), scope: role.scope }
    }
}

/// Who may be given actions directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectKinds {
    /// None is every kind.
    pub kinds: Option<Vec<KindId>>,
}

/// How a grant applies: everything of it but its actions and roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guard {
    pub effect: Effect,
    pub anywhere: bool,
    pub when: Vec<ConditionId>,
    pub unless: Vec<ConditionId>,
}

impl Guard {
    pub(crate) fn of(grant: &Grant) -> Self {
        let Grant { effect, actions: _, roles: _, when, unless, anywhere } = grant;
        Self { effect: *effect, anywhere: *anywhere, when: when.clone(), unless: unless.clone() }
    }

    /// Whether it guards nothing: a permit without conditions, where the assignment counts. Such
    /// grants are the plain rows and have no entries.
    pub(crate) fn is_plain(&self) -> bool {
        self.effect == Effect::Permit
            && !self.anywhere
            && self.when.is_empty()
            && self.unless.is_empty()
    }

    /// What guards are sorted by; forbids first, as a decision looks for them first.
    pub(crate) fn key(&self) -> (bool, bool, &[ConditionId], &[ConditionId]) {
        (self.effect == Effect::Permit, self.anywhere, &self.when, &self.unless)
    }
}

impl Model {
    /// The small part of the rules.
    pub(crate) fn of(rules: &Rules) -> Self {
        let mut holdings: Vec<Holding> = rules.roles.iter().map(Holding::of).collect();
        holdings.sort_unstable();
        holdings.dedup();
        let guards = rules.grants.iter().map(Guard::of).filter(|guard| !guard.is_plain());
        let mut guards: Vec<Guard> = guards.collect();
        guards.sort_unstable_by(|before, after| before.key().cmp(&after.key()));
        guards.dedup();
        Self {
            policy: rules.policy.clone(),
            kinds: rules.kinds.clone(),
            scopes: rules.scopes.clone(),
            attributes: rules.attributes.clone(),
            conditions: rules.conditions.clone(),
            holdings,
            guards,
            direct: rules.direct.as_ref().map(|direct| DirectKinds { kinds: direct.kinds.clone() }),
        }
    }

    /// What it declares, beside so many roles.
    pub(in crate::table) fn vocabulary(&self, role_count: usize) -> Vocabulary<'_> {
        Vocabulary {
            policy: &self.policy,
            kinds: &self.kinds,
            scopes: &self.scopes,
            attributes: &self.attributes,
            conditions: &self.conditions,
            role_count,
        }
    }
}
