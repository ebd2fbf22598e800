//! A set of positions in a list, counted together with others.
//!
//! Not ids: what a position is of, the caller knows.

/// A set of positions in a list.
#[derive(Debug, Clone)]
pub(super) struct Positions(Vec<u64>);

impl Positions {
    pub(super) fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    pub(super) fn of(count: usize, positions: impl Iterator<Item = usize>) -> Self {
        let mut all = Self::new(count);
        positions.for_each(|at| all.insert(at));
        all
    }

    pub(super) fn insert(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    pub(super) fn union(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    pub(super) fn count(&self) -> usize {
        ones(self.0.iter().copied())
    }

    /// How many are in either.
    pub(super) fn count_with(&self, other: &Self) -> usize {
        ones(self.0.iter().zip(&other.0).map(|(word, more)| word | more))
    }

    /// Those that are in this and not in the other.
    pub(super) fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(word, less)| word & !less).collect())
    }

    /// How many are in both.
    pub(super) fn count_both(&self, other: &Self) -> usize {
        ones(self.0.iter().zip(&other.0).map(|(word, also)| word & also))
    }

    /// How many are in this and not in the other.
    pub(super) fn count_without(&self, other: &Self) -> usize {
        ones(self.0.iter().zip(&other.0).map(|(word, less)| word & !less))
    }
}

fn ones(words: impl Iterator<Item = u64>) -> usize {
    let count: u32 = words.map(u64::count_ones).sum();
    usize::try_from(count).unwrap_or(usize::MAX)
}
