//! A set of ids as bits.
//!
//! Not a general bit set: it has the few operations that the index and its readers need.

use std::marker::PhantomData;

use crate::model::Id;

const WORD_BITS: usize = 64;

/// A set of ids of one list; membership costs one word read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bits<I> {
    words: Vec<u64>,
    ids: PhantomData<I>,
}

impl<I: Id> Bits<I> {
    /// The empty set over a list of `count` entries.
    pub(crate) fn new(count: usize) -> Self {
        Self { words: vec![0; count.div_ceil(WORD_BITS)], ids: PhantomData }
    }

    /// Puts an id in; one beyond the list changes nothing.
    pub(crate) fn insert(&mut self, id: I) {
        self.insert_at(id.index());
    }

    /// Puts the id of a position in.
    pub(crate) fn insert_at(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / WORD_BITS) {
            *word |= 1 << (at % WORD_BITS);
        }
    }

    /// How many ids are in the set.
    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum()
    }

    /// The bits, from the lowest of the first word.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Puts in what the words of another set over the same list hold.
    pub(crate) fn union_words(&mut self, words: impl Iterator<Item = u64>) {
        for (word, more) in self.words.iter_mut().zip(words) {
            *word |= more;
        }
    }

    /// Takes an id out.
    pub(crate) fn remove(&mut self, id: I) {
        if let Some(word) = self.words.get_mut(id.index() / WORD_BITS) {
            *word &= !(1 << (id.index() % WORD_BITS));
        }
    }

    /// Takes out what another set over the same list holds.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (word, less) in self.words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
    }

    #[inline]
    pub(crate) fn contains(&self, id: I) -> bool {
        let word = self.words.get(id.index() / WORD_BITS);
        word.is_some_and(|word| word & (1 << (id.index() % WORD_BITS)) != 0)
    }

    pub(crate) fn union(&mut self, other: &Self) {
        self.union_words(other.words.iter().copied());
    }

    /// The ids in the set, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = I> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit =
                    usize::try_from(rest.trailing_zeros()).ok().filter(|bit| *bit < WORD_BITS)?;
                rest &= rest - 1;
                I::new(at * WORD_BITS + bit)
            })
        })
    }
}

impl<I: Id> std::fmt::Debug for Bits<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count: u32 = self.words.iter().map(|word| word.count_ones()).sum();
        write!(f, "Bits({count} of {})", self.words.len() * WORD_BITS)
    }
}
