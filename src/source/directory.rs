//! The typed directory: which principals hold which roles, with every name checked for its form.
//!
//! Not judged: whether a name is known and a role may be held is for `audit`.

use crate::diagnostic::Span;
use crate::model::{Assignment, DirectAction, Literal, Scope, name};

use super::policy::{Form, Identifier, Names, Spanned, Text};

/// A whole directory.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    /// The policy whose roles are held; none where there is only one.
    pub policy: Option<Spanned<Identifier>>,
    pub scopes: Vec<Placement>,
    pub members: Vec<Member>,
}

/// A scope, and the one that it lies in.
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    pub scope: Spanned<ScopeName>,
    pub within: Option<Spanned<ScopeName>>,
}

/// A principal of a directory.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub id: Spanned<Text>,
    pub is_active: bool,
    pub profile: Profile,
}

/// What a principal is and holds.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// Where it stands: its name, or its first line.
    pub span: Span,
    pub id: Option<Spanned<Text>>,
    pub kind: Option<Spanned<Identifier>>,
    pub roles: Names<AssignmentName>,
    pub direct: Names<DirectName>,
    pub attributes: Given,
}

/// Attributes by their name inside the namespace, with their values.
pub(crate) type Given = Vec<(Spanned<LocalName>, Spanned<Literal>)>;

/// A scope: `project:alpha`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScopeName {
    kind: String,
    id: String,
}

impl ScopeName {
    pub(crate) fn as_scope(&self) -> Scope<'_> {
        Scope { kind: &self.kind, id: &self.id }
    }

    /// What a parsed scope says, kept. What is held, and where, may be longer than the names of any
    /// policy (a schema cannot bound a part of a text); it is then merely unknown.
    fn keep(scope: Scope<'_>) -> Option<Self> {
        let is_kept = name::is_kebab(scope.kind);
        is_kept.then(|| Self { kind: scope.kind.to_owned(), id: scope.id.to_owned() })
    }
}

impl Form for ScopeName {
    const WHAT: &'static str = "a scope";

    fn parse(text: &str) -> Option<Self> {
        Self::keep(Scope::parse(text).ok()?)
    }
}

/// A role held: `project-viewer@project:alpha`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AssignmentName {
    role: String,
    scope: Option<ScopeName>,
}

impl AssignmentName {
    pub(crate) fn as_assignment(&self) -> Assignment<'_> {
        Assignment { role: &self.role, scope: self.scope.as_ref().map(ScopeName::as_scope) }
    }
}

impl Form for AssignmentName {
    const WHAT: &'static str = "an assignment";

    fn parse(text: &str) -> Option<Self> {
        let Assignment { role, scope } = Assignment::parse(text).ok()?;
        let scope = match scope {
            Some(scope) => Some(ScopeName::keep(scope)?),
            None => None,
        };
        name::is_path(role).then(|| Self { role: role.to_owned(), scope })
    }
}

/// An action given directly: `services.view@project:alpha`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DirectName {
    action: String,
    scope: Option<ScopeName>,
}

impl DirectName {
    pub(crate) fn as_direct(&self) -> DirectAction<'_> {
        DirectAction { action: &self.action, scope: self.scope.as_ref().map(ScopeName::as_scope) }
    }
}

impl Form for DirectName {
    const WHAT: &'static str = "a direct action";

    fn parse(text: &str) -> Option<Self> {
        let DirectAction { action, scope } = DirectAction::parse(text).ok()?;
        let scope = match scope {
            Some(scope) => Some(ScopeName::keep(scope)?),
            None => None,
        };
        name::is_type_and_verb(action).then(|| Self { action: action.to_owned(), scope })
    }
}

/// An attribute's name inside its namespace: `tenant`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LocalName(String);

impl LocalName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Form for LocalName {
    const WHAT: &'static str = "an attribute name";

    fn parse(text: &str) -> Option<Self> {
        (text.len() <= 100 && name::is_part(text)).then(|| Self(text.to_owned()))
    }
}
