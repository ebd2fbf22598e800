//! A principal as a file or the command line gives it, with the place of everything it holds.
//!
//! Not judged, and not known to the policy yet.

use crate::diagnostic::{At, FileId, Span};
use crate::model::{Assignment, DirectAction, Literal};
use crate::source::directory::{Member, Profile};

/// A principal, by names, each with its place.
#[derive(Debug, Clone)]
pub(crate) struct GivenPrincipal<'s> {
    /// Where it stands.
    pub at: At,
    pub id: Option<(&'s str, At)>,
    /// Whether it can sign in.
    pub is_active: bool,
    pub kind: Option<(&'s str, At)>,
    pub roles: Vec<(Assignment<'s>, At)>,
    pub direct: Vec<(DirectAction<'s>, At)>,
    /// Attributes by their name inside the namespace.
    pub attributes: Vec<GivenValue<'s>>,
}

/// An attribute's name and value, each with its place.
pub(crate) type GivenValue<'s> = ((&'s str, At), (&'s Literal, At));

impl<'s> GivenPrincipal<'s> {
    pub(crate) fn of_member(member: &'s Member, file: FileId) -> Self {
        let id = (member.id.value.as_str(), At::new(file, member.id.span));
        let person = Self::of_profile(&member.profile, file);
        Self { at: id.1, id: Some(id), is_active: member.is_active, ..person }
    }

    pub(crate) fn of_profile(profile: &'s Profile, file: FileId) -> Self {
        let at = |span: Span| At::new(file, span);
        let kind = profile.kind.as_ref().map(|kind| (kind.value.as_str(), at(kind.span)));
        let id = profile.id.as_ref().map(|id| (id.value.as_str(), at(id.span)));
        let roles = profile.roles.iter().map(|role| (role.value.as_assignment(), at(role.span)));
        let direct = profile.direct.iter().map(|given| (given.value.as_direct(), at(given.span)));
        let attributes = profile.attributes.iter().map(|(name, value)| {
            ((name.value.as_str(), at(name.span)), (&value.value, at(value.span)))
        });
        Self {
            at: id.map_or(at(profile.span), |(_, at)| at),
            id,
            is_active: true,
            kind,
            roles: roles.collect(),
            direct: direct.collect(),
            attributes: attributes.collect(),
        }
    }

    pub(crate) fn kind(&self) -> Option<&'s str> {
        self.kind.map(|(kind, _)| kind)
    }

    pub(crate) fn assignments(&self) -> Vec<Assignment<'s>> {
        self.roles.iter().map(|(role, _)| *role).collect()
    }

    /// Where it is given this role, as written; where it stands if it is not.
    pub(crate) fn at_role(&self, assignment: &Assignment<'_>) -> At {
        let given = self.roles.iter().find(|(role, _)| role == assignment);
        given.map_or(self.at, |(_, at)| *at)
    }
}

/// A principal that the command line describes, and the text that its places point into: a line for
/// each argument.
pub(super) fn from_arguments<'s>(
    kind: Option<&'s str>,
    assignments: &[Assignment<'s>],
) -> (String, GivenPrincipal<'s>) {
    let mut text = String::new();
    let mut line = |flag: &str, value: &str| {
        text.push_str(flag);
        let start = text.len();
        text.push_str(value);
        text.push('\n');
        At::new(FileId(0), Span { start, end: start + value.len() })
    };
    let kind = kind.map(|kind| (kind, line("--kind ", kind)));
    let role = |role: &Assignment<'s>| (*role, line("--role ", &role.to_string()));
    let roles: Vec<(Assignment<'s>, At)> = assignments.iter().map(role).collect();
    let person = GivenPrincipal {
        at: roles.first().map_or(At::default(), |(_, at)| *at),
        id: None,
        is_active: true,
        kind,
        roles,
        direct: Vec::new(),
        attributes: Vec::new(),
    };
    (text, person)
}
