//! Roles that are nearly the same: one action apart, or one contained in the other.
//!
//! Not faults: many good policies have such roles, so what this finds is asked for or not at all.

use std::collections::BTreeMap;

use crate::model::{ActionId, Id, KindId, RoleId};
use crate::table::{Bits, Table};

use super::access::is_as_wide;
use super::alike::{Standing, standings};
use super::rows::Rows;

/// A role, and the action without which its row is looked at.
type Without = (RoleId, Option<ActionId>);

/// A role whose access is another's but for one action; each role once, with the first other.
pub(crate) fn one_apart(table: &Table) -> Vec<(RoleId, RoleId, ActionId)> {
    let rows = Rows::new(table);
    let standings = standings(table);
    // Rows that are equal but for one entry have equal sums without it.
    let mut by_sum: BTreeMap<(&Standing, u64), Vec<Without>> = BTreeMap::new();
    for (role, standing) in roles(table).zip(&standings) {
        let row = rows.row(role);
        let sum = row.iter().fold(0_u64, |sum, entry| sum.wrapping_add(number(*entry)));
        by_sum.entry((standing, sum)).or_default().push((role, None));
        for entry in row {
            let group = rows.groups.get(entry.0).map(Vec::as_slice);
            // A group of several actions is no difference in one.
            if let Some([action]) = group {
                let less = sum.wrapping_sub(number(*entry));
                by_sum.entry((standing, less)).or_default().push((role, Some(*action)));
            }
        }
    }
    let mut found: BTreeMap<RoleId, (RoleId, ActionId)> = BTreeMap::new();
    for near in by_sum.values().filter(|near| near.len() > 1) {
        // A whole row lies between those that have one action more.
        let hub = near.iter().find(|(_, less)| less.is_none()).or(near.first());
        let Some((first, less)) = hub else { continue };
        for (other, other_less) in near.iter().filter(|(role, _)| role != first) {
            let action = match (less, other_less) {
                (Some(one), Some(other)) if one == other => *one,
                (Some(one), None) | (None, Some(one)) => *one,
                (Some(_), Some(_)) | (None, None) => continue,
            };
            if are_apart(&rows, (*first, *other), action) {
                found.entry(*other).or_insert((*first, action));
            }
        }
    }
    found.into_iter().map(|(role, (other, action))| (other, role, action)).collect()
}

/// Whether two rows are equal but for this action. Sums may agree by chance.
fn are_apart(rows: &Rows, (one, other): (RoleId, RoleId), action: ActionId) -> bool {
    let is_this = |group: usize| rows.groups.get(group).map(Vec::as_slice) == Some(&[action]);
    let rest = |role: RoleId| {
        rows.row(role).iter().filter(|(group, _)| !is_this(*group)).collect::<Vec<_>>()
    };
    rest(one) == rest(other) && rows.row(one) != rows.row(other)
}

/// A number for an entry of a row: one step of `SplitMix64`, so that sums rarely agree by chance.
fn number((group, how): (usize, usize)) -> u64 {
    let part = |part: usize| u64::try_from(part).unwrap_or(u64::MAX);
    let mixed = (part(group) << 32) ^ part(how);
    let mixed = mixed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Pairs of which the first has all that the second has and more, without inheriting it, and
/// could inherit it. Nothing in between has it: what the first would inherit twice is not listed.
pub(crate) fn contained(table: &Table) -> Vec<(RoleId, RoleId)> {
    let (rows, standings) = (Rows::new(table), standings(table));
    let touched: Vec<Bits<ActionId>> =
        roles(table).map(|role| actions(table, &rows, role)).collect();
    let standing = |role: RoleId| standings.get(role.index());
    let contains = |senior: RoleId, junior: RoleId| {
        // One action that is not there settles most pairs.
        let group = rows.row(junior).first().and_then(|(group, _)| rows.groups.get(*group));
        let has = |action| touched.get(senior.index()).is_some_and(|bits| bits.contains(action));
        senior != junior
            && group.and_then(|actions| actions.first()).is_some_and(|action| has(*action))
            && standing(senior).map(|role| &role.forbids) == standing(junior).map(|r| &r.forbids)
            && covers(&rows, senior, junior)
            && !covers(&rows, junior, senior)
    };
    let below = |senior: RoleId| {
        let mut below = Bits::new(table.rules().roles.len());
        let juniors = roles(table).filter(|junior| contains(senior, *junior));
        juniors.for_each(|junior| below.insert(junior));
        below
    };
    let below: Vec<Bits<RoleId>> = roles(table).map(below).collect();
    let mut pairs = Vec::new();
    for (senior, juniors) in roles(table).zip(&below) {
        for junior in juniors.iter() {
            let is_below =
                |role: RoleId| below.get(role.index()).is_some_and(|b| b.contains(junior));
            if can_inherit(table, senior, junior)
                && !table.inherits(senior, junior)
                && !juniors.iter().any(is_below)
            {
                pairs.push((senior, junior));
            }
        }
    }
    pairs
}

/// Whether a row has all of another's groups, each at least as widely.
fn covers(rows: &Rows, senior: RoleId, junior: RoleId) -> bool {
    let (senior, junior) = (rows.row(senior), rows.row(junior));
    junior.len() <= senior.len()
        && junior.iter().all(|(group, how)| {
            let at = senior.binary_search_by_key(group, |(group, _)| *group);
            let own =
                at.ok().and_then(|at| senior.get(at)).and_then(|(_, how)| rows.hows.get(*how));
            own.zip(rows.hows.get(*how)).is_some_and(|(own, how)| own.covers(how))
        })
}

fn actions(table: &Table, rows: &Rows, role: RoleId) -> Bits<ActionId> {
    let mut bits = Bits::new(table.rules().actions.len());
    for (group, _) in rows.row(role) {
        for action in rows.groups.get(*group).into_iter().flatten() {
            bits.insert(*action);
        }
    }
    bits
}

/// Whether the junior's kinds are among the senior's, and its scope no narrower.
fn can_inherit(table: &Table, senior: RoleId, junior: RoleId) -> bool {
    let kinds = |role: RoleId| table.role(role).and_then(|role| role.kinds.as_ref());
    let kinds_fit = match (kinds(senior), kinds(junior)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(senior), Some(junior)) => senior.iter().all(|kind: &KindId| junior.contains(kind)),
    };
    kinds_fit && is_as_wide(table, senior, junior)
}

fn roles(table: &Table) -> impl Iterator<Item = RoleId> {
    (0..table.rules().roles.len()).filter_map(RoleId::new)
}
