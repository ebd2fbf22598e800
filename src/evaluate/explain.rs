//! The explanation of a decision, as data: which grants, in which lines, through which roles.
//!
//! Not text: rendering is the caller's. Not a second decision either: it asks the same functions.

use std::collections::VecDeque;

use crate::model::{Basis, ConditionId, Decision, Effect, GrantId, Id, RoleId, Scope, Truth};
use crate::table::notes::{GrantNote, Note};
use crate::table::rules::{GrantRoles, Test};
use crate::table::{ActionFace, Table};

use super::Request;
use super::condition::{given, has_type, holds, is_known};
use super::decide::decide;
use super::grant::applies;
use super::held::{Held, given_directly, held};
use super::miss::{assignment_miss, permit_miss};

/// Why a request was decided as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation<'a> {
    /// The decision, the same that [`decide`] gives.
    pub decision: Decision,
    /// Of an allow: every permit that applies. Of a deny: every forbid that applies, else every
    /// permit that missed by the decision's basis. In the order of the file.
    pub reasons: Vec<Reason<'a>>,
    /// Assigned roles that the policy does not know.
    pub unknown_roles: Vec<&'a str>,
}

/// One grant (or direct action) that decided, or came nearest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason<'a> {
    /// The entry of the policy.
    pub stated: Stated<'a>,
    /// From the role that is held down to the role that the grant names, by inheritance.
    /// Empty for a forbid of everyone and for a direct action.
    pub roles: Vec<&'a str>,
    /// The kind whose `holds` gives the role; none where it is assigned.
    pub through_kind: Option<&'a str>,
    /// The scope in which the role or direct action is held.
    pub scope: Option<Scope<'a>>,
    /// The grant's conditions and how they stand; `when` first, then `unless`.
    pub conditions: Vec<ConditionState<'a>>,
    /// What was missing; none where the grant applies.
    pub miss: Option<Basis>,
}

/// Where the policy says it, and in which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stated<'a> {
    /// What it carries; a direct action counts as a permit.
    pub effect: Effect,
    /// Whether it is a grant, and not the `[direct]` table.
    pub is_grant: bool,
    /// The file, relative to the path that was compiled.
    pub file: &'a str,
    /// The line, counted from 1.
    pub line: u32,
    /// The published line it stands for.
    pub row: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its reason.
    pub because: Option<&'a str>,
    /// How the published line became known: `published`, `prose`, `counted` or `inferred`.
    pub evidence: Option<&'a str>,
}

/// How a condition of a grant stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConditionState<'a> {
    /// The condition's name.
    pub name: &'a str,
    /// Whether the grant asks for it to hold (`when`) or not to (`unless`).
    pub must_hold: bool,
    /// Whether it holds.
    pub truth: Truth,
    /// What of the request left it unknown; empty where it is known.
    pub shortfalls: Vec<Shortfall<'a>>,
}

/// What a condition needed and the request did not give.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Shortfall<'a> {
    /// A condition without a test was not asserted.
    NotAsserted {
        /// The condition's name.
        condition: &'a str,
    },
    /// An attribute was not given.
    Missing {
        /// The attribute's full name.
        attribute: String,
    },
    /// An attribute was given with a value of another type than declared.
    OtherType {
        /// The attribute's full name.
        attribute: String,
    },
    /// An attribute was given with a value that is not among its `values`.
    OutsideValues {
        /// The attribute's full name.
        attribute: String,
    },
}

/// Explains a request: the decision again, with what led to it.
///
/// Total and pure, like [`decide`]; it allocates what it returns.
#[must_use]
pub fn explain<'a>(request: &Request<'a>) -> Explanation<'a> {
    let decision = decide(request);
    let found = request.table().and_then(|table| {
        let (_, face) = table.find_face(request.query().action)?;
        Some((table, face))
    });
    let mut reasons = Vec::new();
    if let Some((table, face)) = found {
        let context = Context { table, request, face };
        let basis = decision.basis();
        reasons = if basis == Basis::Granted {
            context.applying(&face.permits)
        } else if basis == Basis::Forbidden {
            context.applying(&face.forbids)
        } else if basis == Basis::GrantedDirectly {
            context.direct(None)
        } else {
            // Where the basis is no miss of a permit, there is none to show.
            context.missed(basis)
        };
    }
    reasons.sort_by_key(|reason| reason.stated.line);
    reasons.dedup();
    Explanation { decision, reasons, unknown_roles: request.unknown_roles() }
}

struct Context<'a, 'r> {
    table: &'a Table,
    request: &'r Request<'a>,
    face: &'a ActionFace,
}

impl<'a> Context<'a, '_> {
    fn applying(&self, grants: &[GrantId]) -> Vec<Reason<'a>> {
        let mut reasons = Vec::new();
        for id in grants {
            if applies(self.table, self.request, *id, None) {
                reasons.extend(self.reason(*id, None, None));
                continue;
            }
            for held in held(self.table, self.request) {
                if applies(self.table, self.request, *id, Some(&held)) {
                    reasons.extend(self.reason(*id, Some(&held), None));
                }
            }
        }
        reasons
    }

    /// The permits and direct actions whose miss is the given one.
    fn missed(&self, basis: Basis) -> Vec<Reason<'a>> {
        let mut reasons = self.direct(Some(basis));
        for held in held(self.table, self.request) {
            for id in &self.face.permits {
                let reaches = self.table.reach(*id).is_some_and(|reach| reach.contains(held.role));
                let Some(grant) = self.table.grant(*id).filter(|_| reaches) else {
                    continue;
                };
                if permit_miss(self.table, self.request, grant, &held) == Some(basis) {
                    reasons.extend(self.reason(*id, Some(&held), Some(basis)));
                }
            }
        }
        reasons
    }

    /// The direct actions that apply (`None`) or miss by the given basis.
    fn direct(&self, miss: Option<Basis>) -> Vec<Reason<'a>> {
        let Some(note) = &self.table.notes().direct else {
            return Vec::new();
        };
        let Some(action) = self.table.find_action(self.request.query().action) else {
            return Vec::new();
        };
        given_directly(self.table, self.request, action)
            .filter(|(_, held)| assignment_miss(held.by_kind, held.by_scope, false) == miss)
            .map(|(scope, _)| Reason {
                stated: self.stated(Effect::Permit, note, None),
                roles: Vec::new(),
                through_kind: None,
                scope,
                conditions: Vec::new(),
                miss,
            })
            .collect()
    }

    fn reason(
        &self,
        id: GrantId,
        held: Option<&Held<'a>>,
        miss: Option<Basis>,
    ) -> Option<Reason<'a>> {
        let grant = self.table.grant(id)?;
        let note = self.table.notes().grants.get(id.index())?;
        let state = |id: &ConditionId, must_hold| self.state(*id, must_hold);
        let when = grant.when.iter().filter_map(|id| state(id, true));
        let unless = grant.unless.iter().filter_map(|id| state(id, false));
        let named = match &grant.roles {
            GrantRoles::Everyone => &[][..],
            GrantRoles::Roles { roles } => roles,
        };
        let through_kind = held.and_then(|held| self.table.kind(held.through_kind?));
        Some(Reason {
            stated: self.stated(grant.effect, &note.note, Some(note)),
            roles: held.map_or(Vec::new(), |held| self.path(held.role, named)),
            through_kind: through_kind.map(|kind| kind.name.as_str()),
            scope: held.and_then(|held| held.scope),
            conditions: when.chain(unless).collect(),
            miss,
        })
    }

    fn stated(&self, effect: Effect, note: &'a Note, grant: Option<&'a GrantNote>) -> Stated<'a> {
        let notes = self.table.notes();
        let row = grant.and_then(|grant| notes.rows.get(usize::try_from(grant.row?).ok()?));
        Stated {
            effect,
            is_grant: grant.is_some(),
            file: &notes.file,
            line: note.line,
            row: row.map(String::as_str),
            title: note.title.as_deref(),
            because: note.because.as_deref(),
            evidence: grant.and_then(|grant| grant.evidence).map(|evidence| evidence.as_str()),
        }
    }

    /// The shortest way down from a role to one that the grant names.
    fn path(&self, from: RoleId, named: &[RoleId]) -> Vec<&'a str> {
        let mut ways = VecDeque::from([vec![from]]);
        let mut seen = vec![from];
        while let Some(way) = ways.pop_front() {
            let Some(last) = way.last().copied() else {
                continue;
            };
            if named.contains(&last) {
                return way.iter().map(|id| self.table.role_name(*id)).collect();
            }
            for junior in self.table.assign().juniors(last) {
                if !seen.contains(junior) {
                    seen.push(*junior);
                    ways.push_back(way.iter().copied().chain([*junior]).collect());
                }
            }
        }
        Vec::new()
    }

    fn state(&self, id: ConditionId, must_hold: bool) -> Option<ConditionState<'a>> {
        let condition = self.table.condition(id)?;
        let truth = holds(self.table, self.request.query(), id);
        let mut shortfalls = Vec::new();
        if truth == Truth::Unknown {
            self.shortfalls(id, &mut shortfalls);
            shortfalls.sort_unstable();
            shortfalls.dedup();
        }
        Some(ConditionState { name: &condition.name, must_hold, truth, shortfalls })
    }

    fn shortfalls(&self, id: ConditionId, found: &mut Vec<Shortfall<'a>>) {
        let query = self.request.query();
        let Some(condition) = self.table.condition(id) else {
            return;
        };
        let attributes = match &condition.test {
            Test::Asserted => {
                if holds(self.table, query, id) == Truth::Unknown {
                    found.push(Shortfall::NotAsserted { condition: &condition.name });
                }
                return;
            }
            Test::All { conditions } | Test::Any { conditions } => {
                for part in conditions {
                    self.shortfalls(*part, found);
                }
                return;
            }
            Test::Not { condition } => return self.shortfalls(*condition, found),
            Test::Matches { attribute, other } => vec![*attribute, *other],
            Test::OneOf { attribute, .. }
            | Test::AtLeast { attribute, .. }
            | Test::AtMost { attribute, .. } => vec![*attribute],
        };
        for attribute in attributes.into_iter().filter_map(|id| self.table.attribute(id)) {
            let name = attribute.full_name();
            match given(self.table, query, attribute) {
                None => found.push(Shortfall::Missing { attribute: name }),
                Some(value) if !has_type(attribute, value) => {
                    found.push(Shortfall::OtherType { attribute: name });
                }
                Some(value) if !is_known(attribute, value) => {
                    found.push(Shortfall::OutsideValues { attribute: name });
                }
                Some(_) => {}
            }
        }
    }
}
