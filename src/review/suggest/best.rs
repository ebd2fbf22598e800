//! The best of all sets of roles that suffice, by branch and bound.
//!
//! Not a heuristic: what is passed over is worse than everything that is told, whatever is added
//! to it. Not whether a set suffices either, and what it lacks: `search` knows that.
//!
//! No set is better than the least that it can come to. Of its other powers that is what its roles
//! are permitted without conditions and nothing ever forbids, which no further role takes away; of
//! its roles, as many more as it takes to be permitted what is lacking; of their names, the first
//! that are left.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ActionId, Id, RoleId};
use crate::review::ReviewError;

use super::positions::Positions;
use super::search::{Found, Search, State, with};

/// Most sets of roles that are looked at; some seconds.
const SETS_MAX: usize = 200_000;

/// So many sets are looked at in any case, so that few are counted to the last.
const COUNTED_MAX: usize = 1_000;

/// Suggestions that are told in any case, where there are so many.
const TOLD_MIN: usize = 5;

/// Most suggestions that are told, however many are as good as the best.
const TOLD_MAX: usize = 20;

/// Up to so many other actions of all roles, those that roles share are told apart at every set.
const SHARED_MAX: usize = 30_000;

/// What an action weighs, in parts that several roles may share.
const WEIGHT: u64 = 720_720;

/// Up to so many roles, every part of a set is tried; above, those without one role.
const PARTS_MAX: usize = 12;

/// What sets are ranked by: other actions, then roles, then their names, which ids are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    other_count: usize,
    role_count: usize,
    roles: Vec<RoleId>,
}

/// A set that suffices and has no role to spare.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    key: Key,
    pub others: Vec<ActionId>,
    pub found: Found,
}

/// The best sets, and how many more suffice.
pub(super) struct Best {
    pub told: Vec<Ranked>,
    /// None where worse sets were passed over.
    pub more_count: Option<usize>,
}

/// A set to be looked at, with what all above it have.
struct Node {
    set: Vec<RoleId>,
    powers: Positions,
    covered: Positions,
}

/// What a role brings into every set.
struct Gain {
    /// Other actions that it is permitted in some situation, whatever stands beside it.
    powers: Positions,
    /// The same, one by one.
    power_list: Vec<usize>,
    /// Positions of the wanted actions that it is permitted at all.
    covered: Positions,
}

struct Walk<'w, 'a, 'm> {
    search: &'w mut Search<'a, 'm>,
    gains: BTreeMap<RoleId, Gain>,
    /// The most wanted actions that one role is permitted.
    covered_max: usize,
    /// Whether roles are few enough to tell what they share.
    is_shared: bool,
    /// By kind, the roles that it may hold.
    able: Vec<Vec<RoleId>>,
    /// By kind, the wanted actions that it takes a role to be allowed.
    needed: Vec<Positions>,
    /// The best first; once sets are passed over, no more than are told.
    ranked: Vec<Ranked>,
    known: BTreeSet<Vec<RoleId>>,
    found_count: usize,
    looked_count: usize,
    is_bounded: bool,
}

/// The best of the sets that suffice for what is wanted.
pub(super) fn best(search: &mut Search<'_, '_>) -> Result<Best, ReviewError> {
    let gains = gains(search);
    let covered_max = gains.values().map(|gain| gain.covered.count()).max().unwrap_or(0);
    let kinds = 0..search.kinds.len();
    let able = kinds.clone().map(|kind| search.able(kind)).collect();
    let mut needed = Vec::new();
    for kind in kinds.clone() {
        let mut positions = Positions::new(search.wanted.len());
        for (at, action) in search.wanted.clone().into_iter().enumerate() {
            if !search.is_allowed(kind, &[], action)? {
                positions.insert(at);
            }
        }
        needed.push(positions);
    }
    let mut walk = Walk {
        search,
        is_shared: gains.values().map(|gain| gain.power_list.len()).sum::<usize>() <= SHARED_MAX,
        gains,
        covered_max,
        able,
        needed,
        ranked: Vec::new(),
        known: BTreeSet::new(),
        found_count: 0,
        looked_count: 0,
        is_bounded: false,
    };
    kinds.into_iter().try_for_each(|kind| walk.walk(kind))?;
    let Walk { ranked, found_count, is_bounded, .. } = walk;
    let count = told_count(&ranked);
    let more_count = (!is_bounded).then(|| found_count - count.min(found_count));
    Ok(Best { told: ranked.into_iter().take(count).collect(), more_count })
}

/// What each role brings that is permitted something wanted; of others that is not asked.
fn gains(search: &Search<'_, '_>) -> BTreeMap<RoleId, Gain> {
    let table = search.model.table;
    let action_count = table.rules().actions.len();
    let is_never_forbidden = |action: &ActionId| {
        let face = table.by_action(*action);
        face.is_some_and(|face| face.forbids.is_empty()) && !search.wanted.contains(action)
    };
    let all = (0..action_count).filter_map(ActionId::new);
    let never_forbidden =
        Positions::of(action_count, all.filter(is_never_forbidden).map(Id::index));
    let gain = |role: RoleId| {
        let wanted = search.wanted.iter().enumerate();
        let is_permitted = |(at, action): (usize, &ActionId)| {
            let face = table.by_action(*action)?;
            face.touched.contains(role).then_some(at)
        };
        let covered = Positions::of(search.wanted.len(), wanted.filter_map(is_permitted));
        if covered.count() == 0 {
            return None;
        }
        let plain = table.by_role(role).filter(|_| search.counts(role));
        let plain = plain.into_iter().flat_map(|face| face.plain.iter()).map(Id::index);
        let powers = plain.filter(|action| never_forbidden.contains(*action));
        let power_list: Vec<usize> = powers.collect();
        let powers = Positions::of(action_count, power_list.iter().copied());
        Some((role, Gain { powers, power_list, covered }))
    };
    (0..table.rules().roles.len()).filter_map(RoleId::new).filter_map(gain).collect()
}

/// How many are told: all that are as good as the best, within bounds.
fn told_count(ranked: &[Ranked]) -> usize {
    let counts = |ranked: &Ranked| (ranked.key.other_count, ranked.key.role_count);
    let first = ranked.first().map(counts);
    let best_count = ranked.iter().take_while(|ranked| Some(counts(ranked)) == first).count();
    best_count.clamp(TOLD_MIN, TOLD_MAX).min(ranked.len())
}

impl Walk<'_, '_, '_> {
    fn walk(&mut self, kind: usize) -> Result<(), ReviewError> {
        let able = self.able.get(kind).cloned().unwrap_or_default();
        let mut seen: BTreeSet<Vec<RoleId>> = BTreeSet::new();
        let (actions, wanted) =
            (self.search.model.table.rules().actions.len(), self.search.wanted.len());
        let mut open = vec![Node {
            set: Vec::new(),
            powers: Positions::new(actions),
            covered: Positions::new(wanted),
        }];
        while let Some(node) = open.pop() {
            let other_count = node.powers.count() + self.others_to_come(kind, &node);
            if self.is_worse(kind, &node, other_count) {
                self.is_bounded = true;
                continue;
            }
            if !seen.insert(node.set.clone()) {
                continue;
            }
            self.looked_count += 1;
            if self.looked_count > SETS_MAX {
                return Err(ReviewError::TooManySets { max: SETS_MAX });
            }
            match self.search.state(kind, &able, &node.set)? {
                State::Suffices => self.suffices(node.set)?,
                State::Fails => {}
                State::Lacks(roles) => self.branch(kind, &node, &roles, &mut open),
            }
        }
        Ok(())
    }

    /// Puts the sets with one role more behind the others, what gains most for least last: it is
    /// looked at first.
    fn branch(&mut self, kind: usize, node: &Node, roles: &[RoleId], open: &mut Vec<Node>) {
        let own_count = node.powers.count();
        let mut next: Vec<(usize, usize, RoleId)> = Vec::new();
        for role in roles {
            let gain = self.gains.get(role);
            let all_count = gain.map_or(own_count, |gain| node.powers.count_with(&gain.powers));
            let covered = gain.map_or(0, |gain| node.covered.count_with(&gain.covered));
            let more = covered.saturating_sub(node.covered.count());
            next.push((all_count - own_count, more + 1, *role));
        }
        next.sort_by(|one, other| {
            let by_price = one.0.saturating_mul(other.1).cmp(&other.0.saturating_mul(one.1));
            by_price.then(other.1.cmp(&one.1)).then(one.2.cmp(&other.2)).reverse()
        });
        for (_, _, role) in next {
            let (mut powers, mut covered) = (node.powers.clone(), node.covered.clone());
            if let Some(gain) = self.gains.get(&role) {
                powers.union(&gain.powers);
                covered.union(&gain.covered);
            }
            let child = Node { set: with(&node.set, role), powers, covered };
            let other_count = child.powers.count();
            if self.is_worse(kind, &child, other_count) {
                self.is_bounded = true;
            } else {
                open.push(child);
            }
        }
    }

    /// Whether all sets above a node are worse than everything that is told.
    fn is_worse(&self, kind: usize, node: &Node, other_count: usize) -> bool {
        let told_count = told_count(&self.ranked);
        let Some(last) = told_count.checked_sub(1).and_then(|last| self.ranked.get(last)) else {
            return false;
        };
        if self.looked_count < COUNTED_MAX || told_count < TOLD_MIN {
            return false;
        }
        let lacking = self.needed.get(kind).map_or(0, |needed| needed.count_without(&node.covered));
        let missing = if self.covered_max == 0 { 0 } else { lacking.div_ceil(self.covered_max) };
        let counts = (other_count, node.set.len() + missing);
        let last_counts = (last.key.other_count, last.key.role_count);
        // As good as the best, of which there may be more than are told yet.
        let best = self.ranked.first().map(|best| (best.key.other_count, best.key.role_count));
        if told_count < TOLD_MAX && best == Some(last_counts) {
            return counts > last_counts;
        }
        match counts.cmp(&last_counts) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => self.first_names(kind, node, missing) > last.key.roles,
        }
    }

    /// So many other actions come at least with what is lacking.
    ///
    /// Each action is shared out among the roles that bring it, and each role's share among the
    /// wanted actions that it is permitted: whatever roles are added, for every wanted action one
    /// of them brings at least the least share of it, and no action is counted more than once.
    fn others_to_come(&self, kind: usize, node: &Node) -> usize {
        let is_used = self.is_shared && self.looked_count >= COUNTED_MAX;
        let Some(needed) = self.needed.get(kind).filter(|_| is_used) else { return 0 };
        let lacking = needed.without(&node.covered);
        let mut bring_counts = vec![0_u64; self.search.model.table.rules().actions.len()];
        let bringing = || {
            let gains = self.gains.values();
            gains.map(|gain| (gain, gain.covered.count_both(&lacking))).filter(|(_, c)| *c > 0)
        };
        let new = |gain: &Gain| {
            let powers = gain.power_list.iter().copied();
            powers.filter(|action| !node.powers.contains(*action)).collect::<Vec<usize>>()
        };
        for (gain, _) in bringing() {
            for action in new(gain) {
                if let Some(count) = bring_counts.get_mut(action) {
                    *count += 1;
                }
            }
        }
        let mut least: Vec<Option<u64>> = vec![None; self.search.wanted.len()];
        for (gain, count) in bringing() {
            let weight = |action: usize| bring_counts.get(action).map_or(0, |count| WEIGHT / count);
            let all: u64 = new(gain).into_iter().map(weight).sum();
            let share = all / u64::try_from(count).unwrap_or(u64::MAX);
            for (at, known) in least.iter_mut().enumerate() {
                if gain.covered.contains(at) && lacking.contains(at) {
                    *known = Some(known.map_or(share, |known| known.min(share)));
                }
            }
        }
        let all: u64 = least.into_iter().flatten().sum();
        usize::try_from(all.div_ceil(WEIGHT)).unwrap_or(usize::MAX)
    }

    /// The set with as many of the first roles as it lacks at least.
    fn first_names(&self, kind: usize, node: &Node, missing: usize) -> Vec<RoleId> {
        let Some(needed) = self.needed.get(kind) else { return node.set.clone() };
        let gives_more = |gain: &Gain| {
            let (before, more) = (node.covered.clone(), &gain.covered);
            let mut after = before.clone();
            after.union(more);
            needed.count_without(&after) < needed.count_without(&before)
        };
        let more = self.gains.iter().filter(|(_, gain)| gives_more(gain)).map(|(role, _)| *role);
        more.take(missing).fold(node.set.clone(), |set, role| with(&set, role))
    }

    /// Ranks a set that suffices, if no part of it does.
    fn suffices(&mut self, set: Vec<RoleId>) -> Result<(), ReviewError> {
        if !self.known.insert(set.clone()) || self.has_less(&set)? {
            return Ok(());
        }
        let mut kinds = Vec::new();
        for kind in 0..self.able.len() {
            if self.is_enough(kind, &set)? {
                kinds.push(kind);
            }
        }
        let found = Found { roles: set, kinds };
        let others = self.search.others(&found)?;
        let roles = found.roles.clone();
        let key = Key { other_count: others.len(), role_count: roles.len(), roles };
        let at = self.ranked.partition_point(|ranked| ranked.key < key);
        self.ranked.insert(at, Ranked { key, others, found });
        self.ranked.truncate(TOLD_MAX);
        self.found_count += 1;
        Ok(())
    }

    /// Whether a smaller part of a set suffices, for any kind.
    fn has_less(&mut self, set: &[RoleId]) -> Result<bool, ReviewError> {
        let parts: Vec<Vec<RoleId>> = if set.len() <= PARTS_MAX {
            let part = |bits: usize| {
                let chosen = set.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
                chosen.map(|(_, role)| *role).collect()
            };
            (0..(1_usize << set.len()) - 1).map(part).collect()
        } else {
            let without = |left: &RoleId| set.iter().copied().filter(|role| role != left).collect();
            set.iter().map(without).collect()
        };
        for part in parts {
            for kind in 0..self.able.len() {
                if self.is_enough(kind, &part)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a set suffices for a kind.
    fn is_enough(&mut self, kind: usize, set: &[RoleId]) -> Result<bool, ReviewError> {
        let (Some(able), Some(needed)) = (self.able.get(kind), self.needed.get(kind)) else {
            return Ok(false);
        };
        let mut covered = Positions::new(self.search.wanted.len());
        for gain in set.iter().filter_map(|role| self.gains.get(role)) {
            covered.union(&gain.covered);
        }
        // What no role is permitted is not allowed: most parts end here.
        let may = needed.count_without(&covered) == 0
            && set.iter().all(|role| able.binary_search(role).is_ok());
        Ok(may && matches!(self.search.state(kind, able, set)?, State::Suffices))
    }
}
