//! One row: a set of positions, read in place in either of the two ways it may be stored.
//!
//! Not where rows stand: see `rows`.

use crate::model::Id;

use super::super::Bits;

pub(super) const WORD_BITS: usize = 64;
pub(super) const WORD_BYTES: usize = 8;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Row<'b> {
    /// Positions, ascending.
    Narrow(&'b [[u8; 2]]),
    /// The same, where there are more columns than 16 bits count.
    Wide(&'b [[u8; 4]]),
    /// Bits.
    Dense(&'b [[u8; WORD_BYTES]]),
}

impl Row<'_> {
    /// Whether the row holds a position.
    #[inline]
    pub(crate) fn contains(self, id: impl Id) -> bool {
        self.contains_at(id.index())
    }

    pub(super) fn contains_at(self, at: usize) -> bool {
        match self {
            Self::Dense(words) => {
                let word = words.get(at / WORD_BITS).map(|word| u64::from_le_bytes(*word));
                word.is_some_and(|word| word >> (at % WORD_BITS) & 1 != 0)
            }
            Self::Narrow(ids) => {
                let Ok(wanted) = u16::try_from(at) else { return false };
                ids.binary_search_by(|id| u16::from_le_bytes(*id).cmp(&wanted)).is_ok()
            }
            Self::Wide(ids) => {
                let Ok(wanted) = u32::try_from(at) else { return false };
                ids.binary_search_by(|id| u32::from_le_bytes(*id).cmp(&wanted)).is_ok()
            }
        }
    }

    /// What the row holds, ascending.
    pub(crate) fn ids<I: Id>(self) -> Vec<I> {
        let word = |at: usize, word: &[u8; WORD_BYTES]| {
            let word = u64::from_le_bytes(*word);
            let bits = (0..WORD_BITS).filter(move |bit| word >> bit & 1 != 0);
            bits.filter_map(move |bit| I::new(at * WORD_BITS + bit))
        };
        match self {
            Self::Dense(words) => {
                words.iter().enumerate().flat_map(|(at, bytes)| word(at, bytes)).collect()
            }
            Self::Narrow(ids) => {
                ids.iter().filter_map(|id| I::new(u16::from_le_bytes(*id).into())).collect()
            }
            Self::Wide(ids) => {
                let position = |id: &[u8; 4]| usize::try_from(u32::from_le_bytes(*id)).ok();
                ids.iter().filter_map(position).filter_map(I::new).collect()
            }
        }
    }

    /// Puts what the row holds into a set.
    pub(crate) fn union_into<I: Id>(self, set: &mut Bits<I>) {
        match self {
            Self::Dense(words) => {
                set.union_words(words.iter().map(|word| u64::from_le_bytes(*word)));
            }
            Self::Narrow(ids) => {
                for id in ids {
                    set.insert_at(u16::from_le_bytes(*id).into());
                }
            }
            Self::Wide(ids) => {
                let position = |id: &[u8; 4]| usize::try_from(u32::from_le_bytes(*id)).ok();
                ids.iter().filter_map(position).for_each(|at| set.insert_at(at));
            }
        }
    }
}

/// Whether ascending positions hold one that is expected near a place.
///
/// Looks at those around the place all at once, since a search takes turns that no machine can
/// foresee; and searches all only where these do not tell.
#[inline]
pub(super) fn contains_near(ids: &[[u8; 2]], wanted: usize, place: usize) -> bool {
    const NEAR: usize = 24;
    let Ok(wanted) = u16::try_from(wanted) else { return false };
    let is_it = |id: &[u8; 2]| u16::from_le_bytes(*id) == wanted;
    let from = place.saturating_sub(NEAR / 2).min(ids.len().saturating_sub(NEAR));
    let Some(near) = ids.get(from..).and_then(|ids| ids.first_chunk::<NEAR>()) else {
        return ids.iter().any(is_it);
    };
    if near.iter().fold(false, |any, id| any | is_it(id)) {
        return true;
    }
    let [first, .., last] = near;
    let is_between = u16::from_le_bytes(*first) < wanted && wanted < u16::from_le_bytes(*last);
    !is_between && Row::Narrow(ids).contains_at(wanted.into())
}
