//! What changed in one policy, as data.
//!
//! Not how it is found, and not how it reads.

use super::guard::Guard;
use super::verdict::{Bump, Verdict};

/// What changed for someone, of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessChange {
    /// Whom it concerns.
    pub who: Who,
    /// The action.
    pub action: String,
    /// What changed.
    pub how: How,
    /// In which situations.
    pub guard: Guard,
    /// The entries of the old policy that decided there, or came nearest.
    pub before: Vec<Source>,
    /// The same of the new policy.
    pub after: Vec<Source>,
}

/// Whom a change concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Who {
    /// Everyone who asks, whatever roles they hold, but for the holders of some roles and whoever
    /// is given the action directly: of those, their own changes say what becomes of them. Only
    /// where kinds hold roles.
    Everyone {
        /// The roles that are not meant.
        but_for: Vec<String>,
    },
    /// Whoever holds the role, and no other.
    Role {
        /// Its name.
        name: String,
        /// Its title, where it has one.
        title: Option<String>,
    },
    /// Whoever is given the action directly, and holds no role.
    Directly,
}

/// What changed about an action for someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum How {
    /// It was denied and is allowed.
    Gains,
    /// It was allowed and is denied.
    Loses,
    /// The same, and now it is denied beside any other role too: by a forbid of this role.
    LosesForAll,
    /// It was denied and still is, and now beside any other role too.
    Withholds,
    /// It was denied and still is, and no longer beside other roles.
    Releases,
}

impl How {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gains => "gains",
            Self::Loses => "loses",
            Self::LosesForAll => "loses-for-all",
            Self::Withholds => "withholds",
            Self::Releases => "releases",
        }
    }
}

/// An entry of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Source {
    /// The file, relative to the path that was compiled.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The published line it stands for, or its title.
    pub label: Option<String>,
}

/// A name that only one of the policies has, or that stands for something else in each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameChange {
    /// What it names: `role`, `action`, `kind`, `scope`, `attribute` or `condition`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// Whether it is there no more, there now, or there and different.
    pub state: State,
    /// Where it stands; none where a policy does not declare it by itself, or not at all.
    pub before: Option<Source>,
    /// The same in the new policy.
    pub after: Option<Source>,
}

/// What became of something that policies state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum State {
    /// Only the new policy has it.
    Added,
    /// Only the old policy has it.
    Removed,
    /// Both have it, and not the same.
    Changed,
}

impl State {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A name that perhaps became another; nothing else in a diff takes it for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rename {
    /// What it names: `role` or `action`.
    pub what: &'static str,
    /// The name that is there no more.
    pub from: String,
    /// The name that is there now.
    pub to: String,
}

/// A constraint, delegation or invariant that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementChange {
    /// The table of the policy file: `constraints.separation`, `delegations`, `invariants.never`.
    pub what: String,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Whether it was added, removed or changed.
    pub state: State,
    /// What it says, in the policies' own keys and names; the old one's where it was removed.
    pub says: String,
    /// What it said, where it was changed.
    pub said: Option<String>,
    /// Where it stands in the old policy.
    pub before: Option<Source>,
    /// Where it stands in the new policy.
    pub after: Option<Source>,
}

/// What changed in one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyDiff {
    /// The policy's id.
    pub policy: String,
    /// Its title in the new policy, where it has one.
    pub title: Option<String>,
    /// Its version before.
    pub old_version: String,
    /// Its version after.
    pub new_version: String,
    /// Every decision that changed, by role and action in the order of the new file.
    pub access: Vec<AccessChange>,
    /// Names that came, went, or mean something else.
    pub names: Vec<NameChange>,
    /// Renames that may be behind it.
    pub renames: Vec<Rename>,
    /// Constraints, delegations and invariants that are not as they were.
    pub statements: Vec<StatementChange>,
    /// What it all comes to.
    pub verdict: Verdict,
    /// The change of version that this needs.
    pub needs: Bump,
    /// The change of version that was made; none where the version went back.
    pub makes: Option<Bump>,
}

impl PolicyDiff {
    /// Whether nothing is to be told but perhaps a version.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.access.is_empty() && self.names.is_empty() && self.statements.is_empty()
    }

    /// Whether the change of version is at least what is needed. Where access stays the same, a
    /// version may stay too.
    #[must_use]
    pub fn is_bump_enough(&self) -> bool {
        let is_same = self.verdict == Verdict::Same;
        self.makes.is_some_and(|makes| is_same || makes >= self.needs)
    }
}
