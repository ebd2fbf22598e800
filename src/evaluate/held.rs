//! Whether an assignment counts: the roles a principal holds, by kind and by scope.
//!
//! Not which roles a principal *may* hold: that is what constraints say, and `decide` reads none.

use crate::model::{ActionId, KindId, Principal, Query, RoleId, Scope, ScopeId, Truth};
use crate::table::Table;

use super::Request;

/// What is known of the principal's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrincipalKind {
    /// The policy declares no kinds, and ignores the request's.
    Undivided,
    Missing,
    Known(KindId),
    Undeclared,
}

impl PrincipalKind {
    pub(super) fn of(table: &Table, query: &Query<'_>) -> Self {
        Self::new(table, query.principal.kind)
    }

    pub(super) fn new(table: &Table, kind: Option<&str>) -> Self {
        if table.cells().model().kinds.is_empty() {
            return Self::Undivided;
        }
        match kind {
            None => Self::Missing,
            Some(kind) => table.find_kind(kind).map_or(Self::Undeclared, Self::Known),
        }
    }
}

/// Whether an assignment counts as to its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByKind {
    Counts,
    Excluded,
    Missing,
    Undeclared,
}

impl ByKind {
    /// `kinds` are those that may hold the role (or direct action); none is all.
    pub(super) fn of(kind: PrincipalKind, kinds: Option<&[KindId]>) -> Self {
        match (kind, kinds) {
            (PrincipalKind::Undeclared, _) => Self::Undeclared,
            (_, None) | (PrincipalKind::Undivided, _) => Self::Counts,
            (PrincipalKind::Missing, Some(_)) => Self::Missing,
            (PrincipalKind::Known(kind), Some(kinds)) if kinds.contains(&kind) => Self::Counts,
            (PrincipalKind::Known(_), Some(_)) => Self::Excluded,
        }
    }

    pub(super) const fn truth(self) -> Truth {
        match self {
            Self::Counts => Truth::True,
            Self::Excluded => Truth::False,
            Self::Missing | Self::Undeclared => Truth::Unknown,
        }
    }
}

/// Whether an assignment counts as to its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByScope {
    Counts,
    /// The resource lies in other scopes.
    Elsewhere,
    /// The request does not say in which scopes the resource lies.
    ResourceUnknown,
    /// The role demands a scope and has none.
    Missing,
    /// The scope is of a kind that the role cannot be held in.
    WrongKind,
    /// The scope is of a kind that the policy does not declare.
    Undeclared,
}

impl ByScope {
    pub(super) fn of(
        table: &Table,
        demanded: Option<ScopeId>,
        held: Option<Scope<'_>>,
        given: &[Scope<'_>],
    ) -> Self {
        let Some(held) = held else {
            return if demanded.is_some() { Self::Missing } else { Self::Counts };
        };
        let Some(kind) = table.find_scope(held.kind) else {
            return Self::Undeclared;
        };
        let fits = match demanded {
            Some(demanded) => demanded == kind,
            None => table.scope(kind).is_some_and(|kind| kind.within.is_none()),
        };
        if !fits {
            Self::WrongKind
        } else if given.is_empty() {
            Self::ResourceUnknown
        } else if given.contains(&held) {
            Self::Counts
        } else {
            Self::Elsewhere
        }
    }

    /// `anywhere` is the grant's: the role counts in whichever scope it is held.
    pub(super) const fn truth(self, anywhere: bool) -> Truth {
        match self {
            Self::Counts => Truth::True,
            Self::Elsewhere | Self::ResourceUnknown if anywhere => Truth::True,
            Self::Elsewhere => Truth::False,
            Self::ResourceUnknown | Self::Missing | Self::WrongKind | Self::Undeclared => {
                Truth::Unknown
            }
        }
    }
}

/// A known role that the principal has, and whether it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    pub role: RoleId,
    /// The scope it is held in, as the request gives it.
    pub scope: Option<Scope<'a>>,
    /// The kind whose `holds` gives it; none for an assignment.
    pub through_kind: Option<KindId>,
    pub by_kind: ByKind,
    pub by_scope: ByScope,
}

impl Held<'_> {
    /// Whether it counts for a grant. A junior counts exactly where its senior's assignment does.
    pub(super) fn truth(&self, anywhere: bool) -> Truth {
        self.by_kind.truth().and(self.by_scope.truth(anywhere))
    }
}

/// Every known role the principal has: assigned, and through the `holds` of its kind.
pub(super) fn held<'a>(table: &'a Table, request: &Request<'a>) -> impl Iterator<Item = Held<'a>> {
    let query = request.query();
    held_by(table, PrincipalKind::of(table, query), &query.principal, query.resource.scopes)
}

/// The same for a principal whose kind is known to be this, where the resource lies in the scopes.
#[inline]
pub(super) fn held_by<'a>(
    table: &'a Table,
    kind: PrincipalKind,
    principal: &Principal<'a>,
    scopes: &'a [Scope<'a>],
) -> impl Iterator<Item = Held<'a>> {
    let assigned = principal.assignments.iter().filter_map(move |given| {
        Some(assigned(table, kind, table.find_role(given.role)?, given.scope, scopes))
    });
    assigned.chain(held_by_kind(table, kind))
}

/// A known role in an assignment.
#[inline]
pub(super) fn assigned<'a>(
    table: &Table,
    kind: PrincipalKind,
    role: RoleId,
    scope: Option<Scope<'a>>,
    scopes: &[Scope<'_>],
) -> Held<'a> {
    let holding = table.cells().holding(role);
    let (kinds, demanded) =
        holding.map_or((None, None), |holding| (holding.kinds.as_deref(), holding.scope));
    Held {
        role,
        scope,
        through_kind: None,
        by_kind: ByKind::of(kind, kinds),
        by_scope: ByScope::of(table, demanded, scope, scopes),
    }
}

/// Roles that come with the kind. While it is missing, those of every kind are held and unknown.
pub(super) fn held_by_kind(table: &Table, kind: PrincipalKind) -> impl Iterator<Item = Held<'_>> {
    let kinds = &table.cells().model().kinds;
    let (kinds, by_kind) = match kind {
        PrincipalKind::Known(_) => (kinds.as_slice(), ByKind::Counts),
        PrincipalKind::Missing => (kinds.as_slice(), ByKind::Missing),
        PrincipalKind::Undivided | PrincipalKind::Undeclared => (&[][..], ByKind::Counts),
    };
    let ids = (0..).map(KindId).zip(kinds);
    let ids =
        ids.filter(move |(id, _)| !matches!(kind, PrincipalKind::Known(known) if known != *id));
    ids.flat_map(move |(id, kind)| {
        kind.holds.iter().map(move |role| Held {
            role: *role,
            scope: None,
            through_kind: Some(id),
            by_kind,
            by_scope: ByScope::Counts,
        })
    })
}

/// An action given directly that `[direct]` names, and whether it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldDirectly {
    pub by_kind: ByKind,
    pub by_scope: ByScope,
}

/// The requested action as often as it is given directly, if `[direct]` names it.
#[inline]
pub(super) fn held_directly<'r>(
    table: &'r Table,
    request: &'r Request<'_>,
    action: ActionId,
) -> impl Iterator<Item = HeldDirectly> {
    given_directly(table, request, action).map(|(_, held)| held)
}

/// The same, each with the scope in which it is given.
pub(super) fn given_directly<'r, 'a>(
    table: &'r Table,
    request: &'r Request<'a>,
    action: ActionId,
) -> impl Iterator<Item = (Option<Scope<'a>>, HeldDirectly)> {
    let query = request.query();
    // Most principals are given no action directly, and need no search for one.
    let given = query.principal.direct_actions;
    let direct = if given.is_empty() { None } else { table.cells().direct(action) };
    direct.into_iter().flat_map(move |direct| {
        let kind = PrincipalKind::of(table, query);
        given.iter().filter(|given| given.action == query.action).map(move |given| {
            let held = HeldDirectly {
                by_kind: ByKind::of(kind, direct.kinds.as_deref()),
                by_scope: ByScope::of(table, None, given.scope, query.resource.scopes),
            };
            (given.scope, held)
        })
    })
}
