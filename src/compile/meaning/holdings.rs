//! Whether one principal can hold some roles together, as far as the text of the policy says.
//!
//! Not whether an assignment obeys (`evaluate`), and nothing that takes the table to know
//! (`no-subsumed-roles`). Only constraints of level `error` stand in the way: advice can be left.

use std::collections::BTreeMap;

use crate::diagnostic::{At, FileId, Span};
use crate::source::policy::{
    Constraint, Identifier, Names, Policy, Role, RoleOrAll, Says, Spanned,
};
use crate::table::rules::Level;

/// Roles that are to be held by one principal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding<'h, 'p> {
    /// The roles, each once; the first is the one that all is about.
    pub roles: &'h [&'p str],
    /// Whether the first is held in one scope with each of the others.
    pub same_scope: bool,
    /// Kinds of the principal; none is any.
    pub kinds: Option<&'h [&'p str]>,
}

/// Why some roles cannot be held together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Obstacle<'p> {
    /// Two of them are kept apart.
    Separated { one: &'p str, other: &'p str, at: At },
    /// Down to this role, no kind may hold them all.
    Kinds { role: &'p str, at: At },
    /// The first and this one are held in scopes that never overlap.
    Scopes { role: &'p str, at: At },
    /// They are more than a principal may hold.
    TooMany { count: usize, max: u32, at: At },
}

impl<'p> Obstacle<'p> {
    /// The role that cannot be added; none where they are merely too many.
    pub(super) const fn role(&self) -> Option<&'p str> {
        match self {
            Self::Separated { other: role, .. }
            | Self::Kinds { role, .. }
            | Self::Scopes { role, .. } => Some(role),
            Self::TooMany { .. } => None,
        }
    }

    /// Where the file says so, and what it says there.
    pub(super) fn label(&self) -> (At, String) {
        match self {
            Self::Separated { at, .. } => (*at, "kept apart here".to_owned()),
            Self::Kinds { role, at } => (*at, format!("who may hold `{role}`")),
            Self::Scopes { role, at } => (*at, format!("where `{role}` is held")),
            Self::TooMany { max, at, .. } => (*at, format!("at most {max} for one principal")),
        }
    }
}

/// What stands in the way of holding roles together.
#[derive(Debug)]
pub(super) struct Limits<'p> {
    policy: &'p Policy,
    roles: BTreeMap<&'p str, &'p Role>,
    file: FileId,
}

impl<'p> Limits<'p> {
    pub(super) fn new(policy: &'p Policy, file: FileId) -> Self {
        let roles = policy.roles.iter().map(|(name, role)| (name.value.as_str(), role));
        Self { policy, roles: roles.collect(), file }
    }

    /// The first thing that keeps the roles from being held together.
    pub(super) fn obstacle(&self, holding: Holding<'_, 'p>) -> Option<Obstacle<'p>> {
        self.separated(holding)
            .or_else(|| self.scopes(holding))
            .or_else(|| self.kinds_and_number(holding))
    }

    /// The kinds that may hold a role, as names; none is every kind.
    pub(super) fn kinds_of(&self, role: &str) -> Option<&'p Names<Identifier>> {
        self.roles.get(role)?.kinds.as_ref()
    }

    /// Whether a kind may hold a role.
    pub(super) fn may_hold(&self, kind: &str, role: &str) -> bool {
        let kinds = self.kinds_of(role);
        kinds.is_none_or(|kinds| kinds.iter().any(|other| other.value.as_str() == kind))
    }

    /// Constraints that leave no choice.
    pub(super) fn errors(&self) -> impl Iterator<Item = &'p Constraint> {
        self.policy.constraints.iter().filter(|constraint| constraint.level == Level::Error)
    }

    /// The roles that a list names, `*` being all, each with its place.
    pub(super) fn expand(&self, names: &'p Names<RoleOrAll>) -> Vec<(&'p str, Span)> {
        let mut roles = Vec::new();
        for Spanned { value, span } in names {
            match value.name() {
                Some(name) => roles.push((name, *span)),
                None => {
                    let every = self.policy.roles.iter();
                    roles.extend(every.map(|(name, _)| (name.value.as_str(), *span)));
                }
            }
        }
        roles
    }

    fn separated(&self, holding: Holding<'_, 'p>) -> Option<Obstacle<'p>> {
        let roles = holding.roles.iter().enumerate();
        let pairs = roles.flat_map(|(at, one)| {
            let later = holding.roles.iter().skip(at + 1);
            later.map(move |other| (at == 0, *one, *other))
        });
        let mut found = pairs.filter_map(|(is_first, one, other)| {
            // Without scopes every two assignments are in one scope; with them only those are
            // known to be that must be.
            let in_one = self.policy.scopes.is_empty() || (is_first && holding.same_scope);
            let at = self.separation(one, other, in_one)?;
            Some(Obstacle::Separated { one, other, at })
        });
        found.next()
    }

    /// Where two roles are kept apart: the name of the second in the separation.
    fn separation(&self, one: &str, other: &str, in_one_scope: bool) -> Option<At> {
        let naming = |names: &Names<RoleOrAll>, role: &str| {
            let mut names = names.iter();
            let names = names.find(|name| name.value.name().is_none_or(|name| name == role));
            names.map(|name| name.span)
        };
        let mut found = self.errors().filter_map(|constraint| {
            let Says::Separation { roles, against, same_scope } = &constraint.says else {
                return None;
            };
            let against = against.as_ref().unwrap_or(roles);
            let either = [(roles, against), (against, roles)];
            let mut spans = either
                .into_iter()
                .filter_map(|(ones, others)| naming(ones, one).and(naming(others, other)));
            spans.next().filter(|_| in_one_scope || !same_scope)
        });
        found.next().map(|span| At::new(self.file, span))
    }

    /// Scope kinds that do not lie in one another have no scope in common.
    fn scopes(&self, holding: Holding<'_, 'p>) -> Option<Obstacle<'p>> {
        let scope = |role: &&str| self.roles.get(role).and_then(|role| role.scope.as_ref());
        let first = holding.roles.first().and_then(scope).filter(|_| holding.same_scope)?;
        let mut others = holding.roles.iter().skip(1);
        others.find_map(|role| {
            let other = scope(role)?;
            let (one, two) = (first.value.as_str(), other.value.as_str());
            let overlap = self.lies_inside(one, two) || self.lies_inside(two, one);
            (!overlap).then(|| Obstacle::Scopes { role, at: At::new(self.file, other.span) })
        })
    }

    fn lies_inside(&self, inner: &'p str, outer: &str) -> bool {
        let around = |name: &&'p str| {
            let entry = self.policy.scopes.iter().find(|(scope, _)| scope.value.as_str() == *name);
            entry.and_then(|(_, scope)| Some(scope.within.as_ref()?.value.as_str()))
        };
        // A circle has been reported, and ended the policy, before.
        std::iter::successors(Some(inner), around).any(|name| name == outer)
    }

    fn kinds_and_number(&self, holding: Holding<'_, 'p>) -> Option<Obstacle<'p>> {
        if self.policy.kinds.is_empty() {
            return self.too_many(holding, &|_| true);
        }
        let every = self.policy.kinds.iter().map(|(kind, _)| kind.value.as_str());
        let mut kinds: Vec<&str> =
            every.filter(|kind| holding.kinds.is_none_or(|kinds| kinds.contains(kind))).collect();
        for role in holding.roles {
            kinds.retain(|kind| self.may_hold(kind, role));
            if kinds.is_empty() {
                let at = At::new(self.file, covering(self.kinds_of(role)?));
                return Some(Obstacle::Kinds { role, at });
            }
        }
        let of = |kind: &str| {
            self.too_many(holding, &|kinds| {
                kinds.is_none_or(|kinds| kinds.iter().any(|other| other.value.as_str() == kind))
            })
        };
        // One kind that may hold so many is enough.
        let each: Option<Vec<Obstacle<'p>>> = kinds.into_iter().map(of).collect();
        each.and_then(|each| each.into_iter().next())
    }

    /// The least number of roles that a principal of some kind may hold, if it is too small.
    fn too_many(
        &self,
        holding: Holding<'_, 'p>,
        binds: &dyn Fn(Option<&Names<Identifier>>) -> bool,
    ) -> Option<Obstacle<'p>> {
        let bounds = self.errors().filter_map(|constraint| {
            let Says::RolesPerPrincipal { max, kinds, .. } = &constraint.says else { return None };
            max.as_ref().filter(|_| binds(kinds.as_ref()))
        });
        let max = bounds.min_by_key(|max| max.value)?;
        let count = holding.roles.len();
        let is_more = usize::try_from(max.value).is_ok_and(|max| count > max);
        let at = At::new(self.file, max.span);
        (is_more && count > 1).then_some(Obstacle::TooMany { count, max: max.value, at })
    }
}

/// From the first name to the last.
pub(super) fn covering<T>(names: &Names<T>) -> Span {
    let start = names.first().map_or(0, |name| name.span.start);
    Span { start, end: names.last().map_or(start, |name| name.span.end) }
}
