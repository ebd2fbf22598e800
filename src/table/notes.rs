//! What explains: titles, reasons, lines, rows, and the order in which people read a policy.
//!
//! Nothing here changes a decision. Lists run parallel to those of `rules`, by the same ids.

use crate::model::{ActionId, ConditionId, GrantId, KindId, RoleId};

/// Everything of one policy that explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notes {
    pub version: String,
    /// The file, relative to the path that was compiled, with forward slashes.
    pub file: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub source: Option<SourceNote>,
    pub kinds: Vec<Note>,
    pub scopes: Vec<Note>,
    pub attributes: Vec<Note>,
    pub conditions: Vec<Note>,
    pub roles: Vec<Note>,
    pub actions: Vec<Note>,
    pub direct: Option<Note>,
    pub grants: Vec<GrantNote>,
    pub constraints: Vec<Note>,
    pub delegations: Vec<Note>,
    pub invariants: Vec<Invariant>,
    pub statements: Vec<Statement>,
    /// Labels of the published lines, in the order of the file.
    pub rows: Vec<String>,
    /// Kinds as the file orders them.
    pub kind_order: Vec<KindId>,
    /// Roles as the file orders them: the columns of a matrix.
    pub role_order: Vec<RoleId>,
    /// Actions as the file first names them: the lines of a matrix.
    pub action_order: Vec<ActionId>,
    /// Grants as the file orders them.
    pub grant_order: Vec<GrantId>,
}

/// What a policy was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceNote {
    pub document: Option<String>,
    pub address: Option<String>,
    pub published: Option<String>,
    pub note: Option<String>,
    /// How many numbered rules the document has.
    pub rules: Option<u32>,
}

/// What any entry may say about itself, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Note {
    pub title: Option<String>,
    pub description: Option<String>,
    pub because: Option<String>,
    /// Numbers of the document's rules.
    pub cites: Vec<u32>,
    /// Counted from 1; 0 for what no line states (built-in attributes).
    pub line: u32,
}

/// What a grant says about the published line it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GrantNote {
    pub note: Note,
    /// Position in `Notes::rows`.
    pub row: Option<u32>,
    pub ticks: Option<u32>,
    pub evidence: Option<Evidence>,
    /// Roles whose cell in the row is a guess.
    pub uncertain: Vec<RoleId>,
}

/// How a cell became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    Published,
    Prose,
    Counted,
    Inferred,
}

impl Evidence {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Prose => "prose",
            Self::Counted => "counted",
            Self::Inferred => "inferred",
        }
    }
}

/// A sentence about the whole table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invariant {
    pub note: Note,
    pub says: InvariantSays,
    /// None is `["*"]`.
    pub roles: Option<Vec<RoleId>>,
    /// The actions it speaks of, `except` not yet taken out.
    pub actions: Vec<ActionId>,
    pub except: Vec<ActionId>,
    /// The roles that `covers` compares with.
    pub of: Vec<RoleId>,
    pub when: Vec<ConditionId>,
    pub unless: Vec<ConditionId>,
    pub kinds: Option<Vec<KindId>>,
    pub held: HeldRoles,
}

/// The invariant types of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvariantSays {
    Permits,
    Never,
    Only,
    Covers,
}

/// How the principal of an invariant holds its roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeldRoles {
    /// Each role by itself.
    Alone,
    /// One principal with exactly these roles.
    Together,
}

/// A rule of the document that no machine enforces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub note: Note,
    pub text: String,
}
