//! The floor: what a role table costs when it is nothing but names, a hash and bits.
//!
//! Not an engine. It knows no conditions, scopes, kinds or forbids, gives no reasons and trusts its
//! input; whoever wrote a role check by hand, and wrote it well, has this. It is the measure of
//! `policyc`, so it is to be read as a competitor would read it: it must not be slow.

// Truncating casts are what a competitor would write, and cost nothing.
#![expect(clippy::cast_possible_truncation, reason = "positions and hashes of small tables")]

use rustc_hash::FxHashMap;
use std::hash::Hasher as _;

const WORD_BITS: usize = 64;

/// How names are found.
pub(crate) trait Find {
    /// Of names at the positions 0, 1, 2 …
    fn new(names: &[String]) -> Self;

    /// The position of a name, compared in full.
    fn find(&self, name: &str) -> Option<usize>;
}

/// A hash map with the fastest common hash.
pub(crate) struct Fx {
    positions: FxHashMap<String, u32>,
}

impl Find for Fx {
    fn new(names: &[String]) -> Self {
        Self { positions: names.iter().cloned().zip(0..).collect() }
    }

    #[inline]
    fn find(&self, name: &str) -> Option<usize> {
        self.positions.get(name).map(|at| *at as usize)
    }
}

/// A perfect hash: names fall into buckets, and each bucket has a seed by which its names fall into
/// slots of their own. One look finds the slot; nothing is walked.
pub(crate) struct Perfect {
    seeds: Vec<u32>,
    slots: Vec<u32>,
    names: Vec<String>,
}

fn hash(name: &str) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.finish()
}

#[inline]
fn slot(hash: u64, seed: u32, mask: usize) -> usize {
    let mixed = (hash ^ u64::from(seed)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as usize & mask
}

impl Find for Perfect {
    fn new(names: &[String]) -> Self {
        let slot_count = (names.len() * 5 / 4).next_power_of_two();
        let bucket_count = (names.len() / 2).max(1).next_power_of_two();
        let mut buckets = vec![Vec::new(); bucket_count];
        for (at, name) in names.iter().enumerate() {
            let hash = hash(name);
            buckets[hash as usize & (bucket_count - 1)].push((hash, at));
        }
        let mut order: Vec<usize> = (0..bucket_count).collect();
        order.sort_by_key(|bucket| std::cmp::Reverse(buckets[*bucket].len()));
        let (mut seeds, mut slots) = (vec![0_u32; bucket_count], vec![u32::MAX; slot_count]);
        for bucket in order {
            let found = (0..u32::MAX).find(|seed| {
                let mut taken: Vec<usize> = Vec::new();
                buckets[bucket].iter().all(|(hash, _)| {
                    let slot = slot(*hash, *seed, slot_count - 1);
                    let is_free = slots[slot] == u32::MAX && !taken.contains(&slot);
                    taken.push(slot);
                    is_free
                })
            });
            seeds[bucket] = found.expect("some seed fits");
            for (hash, at) in &buckets[bucket] {
                slots[slot(*hash, seeds[bucket], slot_count - 1)] = u32::try_from(*at).unwrap();
            }
        }
        Self { seeds, slots, names: names.to_vec() }
    }

    #[inline]
    fn find(&self, name: &str) -> Option<usize> {
        let hash = hash(name);
        let seed = self.seeds[hash as usize & (self.seeds.len() - 1)];
        let at = self.slots[slot(hash, seed, self.slots.len() - 1)] as usize;
        (self.names.get(at)? == name).then_some(at)
    }
}

/// Roles and actions by name, and a bit for each pair.
pub(crate) struct Floor<F> {
    roles: F,
    actions: F,
    words: usize,
    /// By role, so many words of bits, one for each action.
    bits: Vec<u64>,
}

impl<F: Find> Floor<F> {
    /// `granted` says by role which actions it is granted.
    pub(crate) fn new(roles: &[String], actions: &[String], granted: &[Vec<usize>]) -> Self {
        let words = actions.len().div_ceil(WORD_BITS);
        let mut bits = vec![0; roles.len() * words];
        for (role, granted) in granted.iter().enumerate() {
            for action in granted {
                bits[role * words + action / WORD_BITS] |= 1 << (action % WORD_BITS);
            }
        }
        Self { roles: F::new(roles), actions: F::new(actions), words, bits }
    }

    /// Names throughout.
    #[inline]
    pub(crate) fn decide(&self, roles: &[&str], action: &str) -> bool {
        let Some(action) = self.actions.find(action) else { return false };
        roles.iter().any(|role| {
            self.roles.find(role).is_some_and(|role| {
                let word = self.bits[role * self.words + action / WORD_BITS];
                word >> (action % WORD_BITS) & 1 != 0
            })
        })
    }

    /// What the roles are granted together: plain row ORs.
    pub(crate) fn prepare(&self, roles: &[&str]) -> Vec<u64> {
        let mut row = vec![0; self.words];
        for role in roles.iter().filter_map(|role| self.roles.find(role)) {
            let words = &self.bits[role * self.words..(role + 1) * self.words];
            row.iter_mut().zip(words).for_each(|(word, more)| *word |= more);
        }
        row
    }

    pub(crate) fn action(&self, action: &str) -> Option<usize> {
        self.actions.find(action)
    }

    /// The roles resolved once, and the name of an action.
    #[inline]
    pub(crate) fn decide_prepared(&self, row: &[u64], action: &str) -> bool {
        self.actions.find(action).is_some_and(|action| Self::decide_id(row, action))
    }

    /// The roles resolved once, and an action found before.
    #[inline]
    pub(crate) fn decide_id(row: &[u64], action: usize) -> bool {
        row[action / WORD_BITS] >> (action % WORD_BITS) & 1 != 0
    }
}
