//! Slots: a place for every hash, where the ids of names are found.
//!
//! Not the names: whoever finds an id here compares its name in full.

use super::super::bytes::Broken;
use super::words::hash;

/// How far a search may walk. Names that were not chosen for it stay far below, so that no file
/// makes loading or asking slow.
const WALK_MAX: usize = 4_096;

/// So few names that it costs nothing to look for a seed that leads each straight to its slot.
const FEW: usize = 128;
const SEEDS: u64 = 16;

/// The slots of a list of names.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    /// A power of two of them; zero is an empty one.
    slots: Vec<u64>,
    /// What hashes begin with.
    pub seed: u64,
}

impl Slots {
    /// Empty slots for so many names.
    ///
    /// # Errors
    /// Where there are too many.
    pub(super) fn new(count: usize) -> Result<Self, Broken> {
        // Few names have so many slots that nearly all searches end at their first; those of many
        // names stay near the processor.
        let (least, most) = (count.checked_mul(3), count.checked_mul(8));
        let (least, most) = least.zip(most).ok_or("has too many names")?;
        let slot_count = least.max(most.min(1 << 14)).max(1).next_power_of_two();
        Ok(Self { slots: vec![0; slot_count], seed: 0 })
    }

    /// Finds a slot for a name that begins at a place in the text; says whether it is the first of
    /// its search.
    ///
    /// # Errors
    /// Where there are too many names, or they were chosen to make searching slow.
    pub(super) fn put(&mut self, start: usize, id: usize, name: &[u8]) -> Result<bool, Broken> {
        let slot = Slot::new(start, id, name.len())?;
        let first = self.first(hash(name, self.seed));
        let mut at = first;
        for _ in 0..WALK_MAX {
            match self.slots.get_mut(at) {
                Some(free) if *free == 0 => {
                    *free = slot.0;
                    return Ok(at == first);
                }
                _ => at = self.next(at),
            }
        }
        Err("has names that were chosen to collide")
    }

    /// Looks for a seed that leads each of few names straight to its slot.
    ///
    /// # Errors
    /// As [`Slots::put`].
    pub(super) fn straighten<'n>(
        &mut self,
        names: &(impl Iterator<Item = &'n [u8]> + Clone),
    ) -> Result<(), Broken> {
        if names.clone().nth(FEW).is_some() {
            return Ok(());
        }
        'seeds: for seed in 1..=SEEDS {
            self.seed = seed;
            self.slots.fill(0);
            let mut start = 0;
            for (id, name) in names.clone().enumerate() {
                // The last seed stays, wherever it leads.
                if !self.put(start, id, name)? && seed < SEEDS {
                    continue 'seeds;
                }
                start += name.len();
            }
            return Ok(());
        }
        Ok(())
    }

    /// A slot; there is one wherever a search comes.
    #[inline]
    pub(super) fn get(&self, at: usize) -> Slot {
        Slot(self.slots.get(at).copied().unwrap_or(0))
    }

    /// Where the search for a hash begins.
    #[inline]
    pub(super) fn first(&self, hash: u64) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        usize::try_from(hash & u64::try_from(mask).unwrap_or(0)).unwrap_or(0)
    }

    /// Where a search goes on; after the last slot comes the first.
    #[inline]
    pub(super) fn next(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.slots.len().wrapping_sub(1)
    }
}

/// Where a name begins in the text (32 bits), its id (24) and its length (8): all that finding it
/// needs, so that a search reads the slot, the name and nothing else. Zero is empty: no name is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot(u64);

impl Slot {
    fn new(start: usize, id: usize, length: usize) -> Result<Self, Broken> {
        let start = u32::try_from(start).ok();
        let id = u32::try_from(id).ok().filter(|id| *id <= ID_MASK);
        let length = u8::try_from(length).ok();
        let (Some(start), Some(id), Some(length)) = (start, id, length) else {
            return Err("has too many names, or too long ones");
        };
        Ok(Self(u64::from(start) << 32 | u64::from(id) << 8 | u64::from(length)))
    }

    #[inline]
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(super) fn start(self) -> usize {
        usize::try_from(self.0 >> 32).unwrap_or(usize::MAX)
    }

    #[inline]
    pub(super) fn id(self) -> u32 {
        u32::try_from(self.0 >> 8 & u64::from(ID_MASK)).unwrap_or(u32::MAX)
    }

    #[inline]
    pub(super) fn length(self) -> usize {
        usize::try_from(self.0 & 0xff).unwrap_or(usize::MAX)
    }
}

const ID_MASK: u32 = 0xff_ffff;

#[cfg(test)]
mod tests {
    use super::{ID_MASK, Slot};
    use crate::model::limits::{ACTION_BYTES_MAX, ACTION_COUNT_MAX, fits};

    /// Whatever a table may have fits a slot, comes out as it went in, and is never empty.
    #[test]
    fn a_slot_holds_what_a_table_may_have() {
        let last = ACTION_COUNT_MAX - 1;
        let start = last * ACTION_BYTES_MAX;
        let slot = Slot::new(start, last, ACTION_BYTES_MAX).expect("a slot");
        assert_eq!((slot.start(), slot.length()), (start, ACTION_BYTES_MAX));
        assert_eq!(usize::try_from(slot.id()), Ok(last));
        assert!(!Slot::new(0, 0, 1).expect("a slot").is_empty());
        assert!(fits(1, ACTION_COUNT_MAX, 1) && !fits(1, ACTION_COUNT_MAX + 1, 1));
        let beyond = usize::try_from(ID_MASK).expect("a position") + 1;
        assert!(Slot::new(0, beyond, 1).is_err());
    }
}
