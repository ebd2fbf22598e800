//! Small directories that show what a constraint says: just enough principals to break it, and just
//! too few.
//!
//! Not judged here, and not all there are: each is tried, and what shows nothing is passed over.

use std::collections::BTreeMap;

use crate::model::{Id, KindId, RoleId};
use crate::suite::written::{Mapping, list, scalar};
use crate::table::Table;
use crate::table::rules::{Constraint, Says};

use super::edit::{DirectChange, Edit};

/// The most principals or roles that are put together to reach a bound.
const BOUND_MAX: u32 = 50;

/// A directory of a few principals, and perhaps the one before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Small {
    /// What lies in what, as a suite writes it.
    scopes: Option<String>,
    principals: Vec<String>,
    before: Option<Vec<String>>,
}

impl Small {
    /// The case of `audit` that expects these findings.
    pub(super) fn text(&self, findings: &[String]) -> String {
        let written = |members: &Vec<String>| list(members.clone());
        let findings = list(findings.iter().cloned()).unwrap_or_else(|| "[]".to_owned());
        let mut members = self.principals.iter().chain(self.before.iter().flatten());
        let has_scopes = members.any(|member| member.contains('@'));
        Mapping::default()
            .with("scopes", self.scopes.clone().filter(|_| has_scopes))
            .with("before", self.before.as_ref().and_then(written))
            .with("principals", written(&self.principals))
            .with("findings", Some(findings))
            .text()
    }
}

/// Directories that may show a change of what may be held.
pub(super) fn directories(table: &Table, edit: &Edit) -> Vec<Small> {
    let write = Write { table };
    match *edit {
        Edit::Constraint { at, .. } => {
            let rules = table.rules().constraints.iter();
            let mut all: Vec<(&Constraint, u32)> =
                rules.zip(table.notes().constraints.iter().map(|note| note.line)).collect();
            all.sort_by_key(|(_, line)| *line);
            all.get(at).map_or_else(Vec::new, |(constraint, _)| write.breaking(&constraint.says))
        }
        Edit::Role { role, .. } => write.alone(role),
        Edit::Direct { change: DirectChange::Removed | DirectChange::Kinds } => {
            let direct = table.rules().direct.iter().flat_map(|direct| &direct.actions);
            direct.flat_map(|action| write.direct(table.action_name(*action))).collect()
        }
        Edit::Direct { change: DirectChange::Given(action) | DirectChange::Taken(action) } => {
            write.direct(table.action_name(action))
        }
        Edit::CellGiven { .. }
        | Edit::CellTaken { .. }
        | Edit::Grant { .. }
        | Edit::Delegation { .. }
        | Edit::KindHolds { .. } => Vec::new(),
    }
}

struct Write<'t> {
    table: &'t Table,
}

impl Write<'_> {
    fn kinds(&self) -> Vec<Option<KindId>> {
        let count = self.table.rules().kinds.len();
        let kinds: Vec<Option<KindId>> = (0..count).map(KindId::new).collect();
        if kinds.is_empty() { vec![None] } else { kinds }
    }

    /// A kind that may hold all of these, or any.
    fn kind_of(&self, roles: &[RoleId]) -> Option<KindId> {
        let may = |kind: KindId| {
            roles.iter().all(|role| {
                let kinds = self.table.role(*role).and_then(|role| role.kinds.as_ref());
                kinds.is_none_or(|kinds| kinds.contains(&kind))
            })
        };
        let kinds = || self.kinds().into_iter().flatten();
        kinds().find(|kind| may(*kind)).or_else(|| kinds().next())
    }

    /// A role as it is held, in the scope with this id.
    fn held(&self, role: RoleId, scope: &str) -> String {
        let entry = self.table.role(role);
        let kind = entry.and_then(|role| self.table.scope(role.scope?));
        let kind = kind.map_or_else(String::new, |kind| format!("@{}:{scope}", kind.name));
        scalar(&format!("{}{kind}", self.table.role_name(role)))
    }

    fn member(&self, id: &str, kind: Option<KindId>, roles: Vec<String>) -> String {
        let kind = kind.and_then(|kind| self.table.kind(kind));
        Mapping::default()
            .with("id", Some(scalar(id)))
            .with("kind", kind.map(|kind| scalar(&kind.name)))
            .with("roles", list(roles))
            .text()
    }

    /// Every inner scope in the one around it, with this id and another.
    fn scopes(&self) -> Option<String> {
        let mut all = Mapping::default();
        let mut is_any = false;
        for kind in &self.table.rules().scopes {
            let Some(outer) = kind.within.and_then(|outer| self.table.scope(outer)) else {
                continue;
            };
            for id in ["1", "2"] {
                let within = format!("{}:1", outer.name);
                let within = Mapping::default().with("within", Some(within)).text();
                all = all.with(&format!("{}:{id}", kind.name), Some(within));
                is_any = true;
            }
        }
        is_any.then(|| all.text())
    }

    fn small(&self, principals: Vec<String>) -> Small {
        Small { scopes: self.scopes(), principals, before: None }
    }

    fn one(&self, roles: &[(RoleId, &str)]) -> Small {
        let ids: Vec<RoleId> = roles.iter().map(|(role, _)| *role).collect();
        let held = roles.iter().map(|(role, scope)| self.held(*role, scope)).collect();
        self.small(vec![self.member("ann", self.kind_of(&ids), held)])
    }

    /// A role by itself, as every kind, in a scope and in none.
    fn alone(&self, role: RoleId) -> Vec<Small> {
        let name = scalar(self.table.role_name(role));
        let ways = [self.held(role, "1"), name];
        let all = self.kinds().into_iter().flat_map(|kind| {
            ways.clone().map(|way| self.small(vec![self.member("ann", kind, vec![way])]))
        });
        all.collect()
    }

    fn direct(&self, action: &str) -> Vec<Small> {
        let all = self.kinds().into_iter().map(|kind| {
            let kind = kind.and_then(|kind| self.table.kind(kind));
            let member = Mapping::default()
                .with("id", Some("ann".to_owned()))
                .with("kind", kind.map(|kind| scalar(&kind.name)))
                .with("direct", list([scalar(action)]));
            self.small(vec![member.text()])
        });
        all.collect()
    }

    fn breaking(&self, says: &Says) -> Vec<Small> {
        match says {
            Says::Separation { roles, against, .. } => {
                let both = roles.iter().flat_map(|one| against.iter().map(move |two| (*one, *two)));
                let both = both.filter(|(one, two)| one != two);
                let pairs =
                    both.flat_map(|(one, two)| ["1", "2"].map(|id| [(one, "1"), (two, id)]));
                pairs.map(|pair| self.one(&pair)).collect()
            }
            Says::NoSubsumedRoles { subsumed, .. } => {
                subsumed.iter().map(|(one, two)| self.one(&[(*one, "1"), (*two, "1")])).collect()
            }
            Says::Cardinality { roles, min, max, .. } => {
                let counts = bounds(*min, *max);
                let all = roles.iter().flat_map(|role| counts.iter().map(move |n| (*role, *n)));
                all.flat_map(|(role, count)| self.holders(role, count)).collect()
            }
            Says::RolesPerPrincipal { min, max, .. } => {
                let counts = bounds(*min, *max);
                counts.into_iter().flat_map(|count| self.holding(count)).collect()
            }
            Says::Fixed { roles } => roles.iter().flat_map(|role| self.changed(*role)).collect(),
            Says::ImmutableKind => self.other_kinds(),
            Says::Requires { roles, all_of, any_of, .. } => {
                let needing = roles.iter().flat_map(|role| self.lacking(*role, all_of, any_of));
                needing.collect()
            }
        }
    }

    /// So many holders of a role, unscoped or in one scope.
    fn holders(&self, role: RoleId, count: u32) -> Vec<Small> {
        let kind = self.kind_of(&[role]);
        let mut ways = vec![self.held(role, "1")];
        if self.table.role(role).is_some_and(|role| role.scope.is_none()) {
            let outer = self.table.rules().scopes.iter().filter(|kind| kind.within.is_none());
            let name = self.table.role_name(role);
            ways.extend(outer.map(|kind| scalar(&format!("{name}@{}:1", kind.name))));
        }
        let others = self.holders_of_others(role);
        // Alone at first, which is shorter; other roles may then lack holders, and be found too.
        let fillings = if others.is_empty() { vec![others] } else { vec![Vec::new(), others] };
        let holders = fillings.into_iter().flat_map(|others| {
            ways.clone().into_iter().map(move |way| {
                let member =
                    |at: u32| self.member(&format!("holder-{at}"), kind, vec![way.clone()]);
                let members: Vec<String> = (1..=count).map(member).chain(others.clone()).collect();
                let nobody = || vec![self.member("nobody", kind, Vec::new())];
                self.small(if members.is_empty() { nobody() } else { members })
            })
        });
        holders.collect()
    }

    /// As many holders of all other roles as any constraint asks for.
    fn holders_of_others(&self, role: RoleId) -> Vec<String> {
        let mut least: BTreeMap<RoleId, u32> = BTreeMap::new();
        for constraint in &self.table.rules().constraints {
            let Says::Cardinality { roles, min: Some(min), .. } = &constraint.says else {
                continue;
            };
            for other in roles.iter().filter(|other| **other != role) {
                let known = least.entry(*other).or_insert(0);
                *known = (*known).max(*min).min(BOUND_MAX);
            }
        }
        let members = least.into_iter().flat_map(|(other, count)| {
            let kind = self.kind_of(&[other]);
            (1..=count).map(move |at| {
                let id = format!("{}-{at}", self.table.role_name(other));
                self.member(&id, kind, vec![self.held(other, "1")])
            })
        });
        members.collect()
    }

    /// Principals of every kind with so many roles, beginning with each.
    fn holding(&self, count: u32) -> Vec<Small> {
        let Ok(count) = usize::try_from(count) else { return Vec::new() };
        let roles: Vec<RoleId> =
            (0..self.table.rules().roles.len()).filter_map(RoleId::new).collect();
        let all = self.kinds().into_iter().flat_map(|kind| {
            let may = |role: &RoleId| {
                let kinds = self.table.role(*role).and_then(|role| role.kinds.as_ref());
                let own = kinds.zip(kind);
                own.is_none_or(|(kinds, kind)| kinds.contains(&kind))
            };
            let fitting: Vec<RoleId> = roles.iter().copied().filter(may).collect();
            let windows = (0..fitting.len().max(1)).map(move |start| {
                let circle = fitting.iter().cycle().skip(start);
                circle.take(count.min(fitting.len())).copied().collect::<Vec<RoleId>>()
            });
            windows.map(move |held| (kind, held))
        });
        let written = all.map(|(kind, held)| {
            let held = held.into_iter().map(|role| self.held(role, "1")).collect();
            self.small(vec![self.member("ann", kind, held)])
        });
        written.collect()
    }

    /// A role given, and one taken.
    fn changed(&self, role: RoleId) -> Vec<Small> {
        let kind = self.kind_of(&[role]);
        let with = || vec![self.member("ann", kind, vec![self.held(role, "1")])];
        let without = || vec![self.member("ann", kind, Vec::new())];
        let change = |before, after| Small { before: Some(before), ..self.small(after) };
        vec![change(without(), with()), change(with(), without())]
    }

    fn other_kinds(&self) -> Vec<Small> {
        let kinds = self.kinds();
        let pairs = kinds.iter().zip(kinds.iter().skip(1));
        let changed = pairs.map(|(old, new)| Small {
            before: Some(vec![self.member("ann", *old, Vec::new())]),
            ..self.small(vec![self.member("ann", *new, Vec::new())])
        });
        changed.collect()
    }

    /// A role without what it needs, without some of it, or with just enough.
    fn lacking(&self, role: RoleId, all_of: &[RoleId], any_of: &[RoleId]) -> Vec<Small> {
        let mut sets = vec![vec![role]];
        for left_out in all_of {
            let others = all_of.iter().filter(|other| *other != left_out);
            let first = any_of.first();
            sets.push([role].into_iter().chain(others.chain(first).copied()).collect());
        }
        sets.push([role].into_iter().chain(all_of.iter().copied()).collect());
        let with = |one: &RoleId| [role].into_iter().chain(all_of.iter().copied()).chain([*one]);
        sets.extend(any_of.iter().map(|one| with(one).collect()));
        let in_scope = |set: &Vec<RoleId>| set.iter().map(|role| (*role, "1")).collect::<Vec<_>>();
        let mut all: Vec<Small> = sets.iter().map(|set| self.one(&in_scope(set))).collect();
        // In another scope, where only roles in the same one count.
        let needed: Vec<RoleId> = all_of.iter().chain(any_of).copied().collect();
        let elsewhere = [(role, "1")].into_iter().chain(needed.into_iter().map(|one| (one, "2")));
        all.push(self.one(&elsewhere.collect::<Vec<_>>()));
        all
    }
}

/// The counts beside the bounds.
fn bounds(min: Option<u32>, max: Option<u32>) -> Vec<u32> {
    let below = min.into_iter().flat_map(|min| [min.saturating_sub(1), min.saturating_sub(2)]);
    let beyond = max.into_iter().flat_map(|max| [max.saturating_add(1), max.saturating_add(2)]);
    below.chain(beyond).filter(|count| *count <= BOUND_MAX).collect()
}
