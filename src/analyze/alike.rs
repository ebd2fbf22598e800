//! Roles that may do the same: two names for one thing.
//!
//! Not roles that something else tells apart: who may hold them and where, what is forbidden to
//! them, and every constraint and delegation that names one and not the other.

use std::collections::BTreeMap;

use crate::model::{ActionId, Effect, GrantId, Id, KindId, RoleId, ScopeId};
use crate::table::rules::Says;
use crate::table::{Bits, Table};

use super::access::{both, gains};
use super::faces::{Faces, faces};
use super::rows::{Row, Rows, Terms};

/// How often, in one policy, an action of two roles is compared situation by situation: roles that
/// are permitted the same in the same words need no such comparison.
const COMPARED_MAX: usize = 1_000;

/// Groups of two or more roles with the same access, each sorted. Roles without access are in none.
pub(crate) fn alike(table: &Table) -> Vec<Vec<RoleId>> {
    let (faces, standings) = (faces(table), standings(table));
    let candidates = candidates(table, &faces, &standings);
    let rows = Rows::of(table, faces, &candidates);
    let mut likely: BTreeMap<(&Standing, Row, Vec<Anywhere<'_>>), Vec<RoleId>> = BTreeMap::new();
    for (role, standing) in (0..).map_while(RoleId::new).zip(&standings) {
        let row = rows.row(role);
        if !row.is_empty() {
            let groups = row.iter().map(|(group, _)| (*group, 0)).collect();
            likely.entry((standing, groups, anywhere(&rows, row))).or_default().push(role);
        }
    }
    let mut compared = 0;
    let mut alike = Vec::new();
    for roles in likely.into_values().filter(|roles| roles.len() > 1) {
        alike.extend(same(table, &rows, &roles, &mut compared));
    }
    alike
}

/// The roles that another one could be like: both may do something of the same actions, where no
/// forbid can stand against it. Most roles are alone so, and need no closer look.
fn candidates(table: &Table, faces: &[Faces<'_>], standings: &[Standing]) -> Bits<RoleId> {
    let mut touched: Vec<Vec<usize>> = vec![Vec::new(); standings.len()];
    for (at, group) in faces.iter().enumerate().filter(|(_, group)| group.face.forbids.is_empty()) {
        for role in group.face.touched.iter() {
            if let Some(touched) = touched.get_mut(role.index()) {
                touched.push(at);
            }
        }
    }
    let mut likely: BTreeMap<(&Standing, Vec<usize>), Vec<RoleId>> = BTreeMap::new();
    for ((role, standing), touched) in (0..).map_while(RoleId::new).zip(standings).zip(touched) {
        likely.entry((standing, touched)).or_default().push(role);
    }
    let mut candidates = Bits::new(table.rules().roles.len());
    for role in likely.into_values().filter(|roles| roles.len() > 1).flatten() {
        candidates.insert(role);
    }
    candidates
}

/// A group of actions, and what is permitted there in whichever scope the role is held.
type Anywhere<'r> = (usize, Vec<&'r Terms>);

fn anywhere<'r>(rows: &'r Rows, row: &[(usize, usize)]) -> Vec<Anywhere<'r>> {
    let of_group = |(group, how): &(usize, usize)| {
        let permits = rows.hows.get(*how).into_iter().flat_map(|how| &how.permits);
        let anywhere: Vec<&Terms> = permits.filter(|terms| terms.anywhere).collect();
        (!anywhere.is_empty()).then_some((*group, anywhere))
    };
    row.iter().filter_map(of_group).collect()
}

/// The roles that are really the same, of those that may do something of the same actions.
fn same(table: &Table, rows: &Rows, roles: &[RoleId], compared: &mut usize) -> Vec<Vec<RoleId>> {
    let mut by_row: BTreeMap<&[(usize, usize)], Vec<RoleId>> = BTreeMap::new();
    for role in roles {
        by_row.entry(rows.row(*role)).or_default().push(*role);
    }
    let mut classes: Vec<Vec<RoleId>> = Vec::new();
    for roles in by_row.into_values() {
        let mut is_same = |class: &Vec<RoleId>| {
            let pair = class.first().zip(roles.first());
            pair.is_some_and(|(one, other)| mean_the_same(table, rows, (*one, *other), compared))
        };
        match classes.iter().position(&mut is_same).and_then(|at| classes.get_mut(at)) {
            Some(class) => class.extend(roles),
            None => classes.push(roles),
        }
    }
    classes.retain(|class| class.len() > 1);
    for class in &mut classes {
        class.sort_unstable();
    }
    classes
}

/// Whether the actions that two roles are permitted in other words are so in the same situations.
fn mean_the_same(
    table: &Table,
    rows: &Rows,
    (one, other): (RoleId, RoleId),
    compared: &mut usize,
) -> bool {
    let kinds = both(table, one, other);
    let pairs = rows.row(one).iter().zip(rows.row(other)).filter(|(one, other)| one != other);
    let mut actions = pairs.filter_map(|((group, _), _)| rows.groups.get(*group)?.first());
    // What a kind holds by itself would hide what the roles add to it.
    let held = || table.rules().kinds.iter().flat_map(|kind| &kind.holds);
    let is_held = |action: ActionId| {
        table.by_action(action).is_some_and(|face| held().any(|role| face.touched.contains(*role)))
    };
    actions.all(|action| {
        *compared += 1;
        *compared <= COMPARED_MAX
            && !is_held(*action)
            && gains(table, *action, (one, other), &kinds) == Ok(false)
            && gains(table, *action, (other, one), &kinds) == Ok(false)
    })
}

/// Everything but permits that tells a role from others.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    pub kinds: Option<Vec<KindId>>,
    pub scope: Option<ScopeId>,
    /// The kinds that hold it.
    held_by: Vec<KindId>,
    /// Forbids that bind who holds it.
    pub forbids: Vec<GrantId>,
    /// Lists of constraints and delegations that it is in, numbered through.
    lists: Vec<usize>,
}

/// By role.
pub(super) fn standings(table: &Table) -> Vec<Standing> {
    let rules = table.rules();
    let of_role = rules.roles.iter();
    let of_role = of_role.map(|role| Standing {
        kinds: role.kinds.clone(),
        scope: role.scope,
        ..Standing::default()
    });
    let mut standings: Vec<Standing> = of_role.collect();
    for (kind, entry) in (0..).map(KindId).zip(&rules.kinds) {
        each(&mut standings, &entry.holds, |standing| standing.held_by.push(kind));
    }
    for (id, grant) in (0..).map(GrantId).zip(&rules.grants) {
        let reach = table.reach(id).filter(|_| grant.effect == Effect::Forbid);
        let reach: Vec<RoleId> = reach.into_iter().flat_map(|reach| reach.iter()).collect();
        each(&mut standings, &reach, |standing| standing.forbids.push(id));
    }
    for (at, list) in lists(table).iter().enumerate() {
        each(&mut standings, list, |standing| standing.lists.push(at));
    }
    standings
}

fn each(standings: &mut [Standing], roles: &[RoleId], change: impl Fn(&mut Standing)) {
    for role in roles {
        if let Some(standing) = standings.get_mut(role.index()) {
            change(standing);
        }
    }
}

/// Every list of roles in a constraint or delegation, in an order that depends on nothing else.
fn lists(table: &Table) -> Vec<Vec<RoleId>> {
    let rules = table.rules();
    let constraints = rules.constraints.iter().flat_map(|constraint| match &constraint.says {
        Says::Separation { roles, against, .. } => vec![roles.clone(), against.clone()],
        Says::NoSubsumedRoles { roles, .. }
        | Says::Cardinality { roles, .. }
        | Says::Fixed { roles } => vec![roles.clone()],
        Says::Requires { roles, all_of, any_of, .. } => {
            vec![roles.clone(), all_of.clone(), any_of.clone()]
        }
        Says::RolesPerPrincipal { .. } | Says::ImmutableKind => Vec::new(),
    });
    let seniors = Seniors::new(table);
    let delegations = rules.delegations.iter().flat_map(|entry| {
        let by = seniors.of(&entry.by);
        [by, entry.assign.clone(), entry.holding.clone(), entry.not_holding.clone()]
    });
    constraints.chain(delegations).collect()
}

/// Who inherits from whom, upwards.
pub(super) struct Seniors(Vec<Vec<RoleId>>);

impl Seniors {
    pub(super) fn new(table: &Table) -> Self {
        let roles = &table.rules().roles;
        let mut above = vec![Vec::new(); roles.len()];
        for (senior, role) in (0..).map(RoleId).zip(roles) {
            for junior in &role.inherits {
                if let Some(above) = above.get_mut(junior.index()) {
                    above.push(senior);
                }
            }
        }
        Self(above)
    }

    /// The roles and all their seniors, sorted.
    pub(super) fn of(&self, roles: &[RoleId]) -> Vec<RoleId> {
        let mut seen = std::collections::BTreeSet::new();
        let mut open = roles.to_vec();
        while let Some(role) = open.pop() {
            if seen.insert(role) {
                open.extend(self.0.get(role.index()).into_iter().flatten());
            }
        }
        seen.into_iter().collect()
    }
}
