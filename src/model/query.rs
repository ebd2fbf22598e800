//! What is asked: the raw request, by names, borrowed from the caller.
//!
//! Not yet bound to a policy: `evaluate::Request::new` does that and refuses what is malformed.

use std::fmt;

use super::Attributes;

/// Who asks for what, on which resource, in which circumstances.
///
/// Everything but `action` may be left out. What is left out is unknown: it never allows and never
/// lifts a forbid.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'a> {
    /// Who asks.
    pub principal: Principal<'a>,
    /// What is asked for: `services.create`.
    pub action: &'a str,
    /// Attributes of the action (`action.*`).
    pub action_attributes: Attributes<'a>,
    /// What it is asked on.
    pub resource: Resource<'a>,
    /// Attributes of the circumstances (`context.*`).
    pub context: Attributes<'a>,
    /// Conditions without a test that the caller asserts to hold or not.
    pub assertions: &'a [(&'a str, bool)],
}

/// Who asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Principal<'a> {
    /// `principal.id`.
    pub id: Option<&'a str>,
    /// The kind, where the policy declares kinds.
    pub kind: Option<&'a str>,
    /// The roles held, each unscoped or in a scope.
    pub assignments: &'a [Assignment<'a>],
    /// Actions given one by one; they count where the policy's `[direct]` names them.
    pub direct_actions: &'a [DirectAction<'a>],
    /// Attributes of the principal (`principal.*`), the built-in ones excepted.
    pub attributes: Attributes<'a>,
}

/// What the action is asked on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resource<'a> {
    /// `resource.type`; not compared with the action, it is there for conditions.
    pub resource_type: Option<&'a str>,
    /// `resource.id`.
    pub id: Option<&'a str>,
    /// All scopes that the resource lies in, inner and outer; none given is "not known".
    pub scopes: &'a [Scope<'a>],
    /// Attributes of the resource (`resource.*`), the built-in ones excepted.
    pub attributes: Attributes<'a>,
}

/// A role held, written `ROLE` or `ROLE@KIND:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Assignment<'a> {
    /// The role's name.
    pub role: &'a str,
    /// Where it is held; none is everywhere.
    pub scope: Option<Scope<'a>>,
}

impl<'a> Assignment<'a> {
    /// Reads `ROLE[@KIND:ID]`, split at the first `@`.
    ///
    /// # Errors
    /// Where the role is empty, or the scope is malformed.
    pub fn parse(text: &'a str) -> Result<Self, MalformedName> {
        let (role, scope) = split_scope(text, "role")?;
        Ok(Self { role, scope })
    }
}

/// As it is written: `project-viewer@project:alpha`.
impl fmt::Display for Assignment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scoped(f, self.role, self.scope)
    }
}

/// An action given directly, written `ACTION` or `ACTION@KIND:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectAction<'a> {
    /// The action's name.
    pub action: &'a str,
    /// Where it holds; none is everywhere.
    pub scope: Option<Scope<'a>>,
}

impl<'a> DirectAction<'a> {
    /// Reads `ACTION[@KIND:ID]`, split at the first `@`.
    ///
    /// # Errors
    /// Where the action is empty, or the scope is malformed.
    pub fn parse(text: &'a str) -> Result<Self, MalformedName> {
        let (action, scope) = split_scope(text, "action")?;
        Ok(Self { action, scope })
    }
}

/// As it is written: `services.view@project:alpha`.
impl fmt::Display for DirectAction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scoped(f, self.action, self.scope)
    }
}

fn write_scoped(f: &mut fmt::Formatter<'_>, name: &str, scope: Option<Scope<'_>>) -> fmt::Result {
    match scope {
        Some(scope) => write!(f, "{name}@{scope}"),
        None => f.write_str(name),
    }
}

/// Where a role is held or a resource lies, written `KIND:ID`: `project:alpha`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope<'a> {
    /// The scope kind, one of the policy's `[scopes]`.
    pub kind: &'a str,
    /// Which one; any text that is not empty.
    pub id: &'a str,
}

impl<'a> Scope<'a> {
    /// Reads `KIND:ID`, split at the first `:`.
    ///
    /// # Errors
    /// Where there is no `:`, or nothing on one side of it.
    pub fn parse(text: &'a str) -> Result<Self, MalformedName> {
        match text.split_once(':') {
            Some((kind, id)) if !kind.is_empty() && !id.is_empty() => Ok(Self { kind, id }),
            _ => Err(MalformedName::new(
                "scope",
                text,
                "a scope is written KIND:ID, as in `project:alpha`",
            )),
        }
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

fn split_scope<'a>(
    text: &'a str,
    what: &'static str,
) -> Result<(&'a str, Option<Scope<'a>>), MalformedName> {
    let (name, scope) = match text.split_once('@') {
        Some((name, scope)) => (name, Some(Scope::parse(scope)?)),
        None => (text, None),
    };
    if name.is_empty() {
        return Err(MalformedName::new(what, text, "the name is empty"));
    }
    Ok((name, scope))
}

/// A role, action or scope that is not written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedName {
    what: &'static str,
    text: String,
    help: &'static str,
}

impl MalformedName {
    fn new(what: &'static str, text: &str, help: &'static str) -> Self {
        Self { what, text: text.to_owned(), help }
    }
}

impl fmt::Display for MalformedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed {} `{}`: {}", self.what, self.text, self.help)
    }
}

impl std::error::Error for MalformedName {}
