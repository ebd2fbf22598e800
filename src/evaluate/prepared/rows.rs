//! The rows of a prepared principal: what most actions need no more than one look at.
//!
//! Not decisions about what is guarded: of those it says only that there is more to look at.

use crate::model::{ActionId, Basis, Id as _};
use crate::table::Bits;
use crate::table::cells::Row;

/// How many actions a word tells about.
const HALF: usize = 32;

/// The lower bits of a word.
const LOWER: u64 = u64::MAX >> HALF;

/// The rows of roles, while they are added up.
#[derive(Debug)]
pub(super) struct Sums {
    action_count: usize,
    /// Actions that a plain permit grants to a role that counts, and nothing can take away.
    granted: Bits<ActionId>,
    /// Actions of which that does not tell the whole; none of them is in `granted`.
    open: Bits<ActionId>,
}

impl Sums {
    /// Grants what the rows permit; what is guarded is open.
    pub(super) fn new<'t>(
        action_count: usize,
        guarded: &Bits<ActionId>,
        rows: impl Iterator<Item = Row<'t>>,
    ) -> Self {
        let mut granted = Bits::new(action_count);
        rows.for_each(|row| row.union_into(&mut granted));
        granted.subtract(guarded);
        Self { action_count, granted, open: guarded.clone() }
    }

    /// Leaves open what rows permit and no other grants: their roles may be the nearest miss.
    pub(super) fn leave_open<'t>(&mut self, rows: impl Iterator<Item = Row<'t>>) {
        rows.for_each(|row| row.union_into(&mut self.open));
        self.open.subtract(&self.granted);
    }

    pub(super) fn leave_action_open(&mut self, action: ActionId) {
        if !self.granted.contains(action) {
            self.open.insert(action);
        }
    }

    /// Settles an action that was open.
    pub(super) fn close(&mut self, action: ActionId, is_granted: bool) {
        self.open.remove(action);
        if is_granted {
            self.granted.insert(action);
        }
    }

    pub(super) fn open(&self) -> impl Iterator<Item = ActionId> {
        self.open.iter()
    }

    /// What is asked for one action, and what is asked for all.
    pub(super) fn finish(self) -> (Rows, Bits<ActionId>) {
        let pairs = self.granted.words().iter().zip(self.open.words());
        let halves = |(granted, open): (&u64, &u64)| {
            [granted & LOWER | open << HALF, granted >> HALF | open & !LOWER]
        };
        let mut words = pairs.map(halves).collect::<Vec<_>>().into_flattened();
        let has_open = self.open.words().iter().any(|word| *word != 0);
        let open_before = words.iter().take_while(|_| has_open).scan(0, |before, word| {
            let open = (word >> HALF).count_ones();
            Some(std::mem::replace(before, *before + open))
        });
        let open_before = open_before.collect();
        for (at, word) in words.iter_mut().enumerate().rev().take(2) {
            let count = self.action_count.saturating_sub(at * HALF).min(HALF);
            *word |= LOWER << count << HALF;
        }
        let words = words.into();
        (Rows { words, open_before, action_count: self.action_count }, self.granted)
    }
}

/// By 32 actions a word, so that a decision reads one place. A lower bit: the action is granted. An
/// upper bit: it is open, or there is no such action; then the lower one is not set.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    words: Box<[u64]>,
    /// By word: how many actions before its own are open; empty where none is.
    open_before: Box<[u32]>,
    action_count: usize,
}

impl Rows {
    /// The basis for an action that is not open, `otherwise` where it is not granted either; for
    /// an open one its number among the open ones.
    #[inline]
    pub(super) fn settled(&self, action: ActionId, otherwise: Basis) -> Result<Basis, usize> {
        let at = action.index();
        let Some(word) = self.words.get(at / HALF) else { return Ok(Basis::UnknownAction) };
        let bits = word >> (at % HALF);
        if bits >> HALF & 1 != 0 {
            return self.number(at).map_or_else(Ok, Err);
        }
        Ok(if bits & 1 != 0 { Basis::Granted } else { otherwise })
    }

    fn number(&self, at: usize) -> Result<usize, Basis> {
        let word = self.words.get(at / HALF).filter(|_| at < self.action_count);
        let (word, before) =
            word.zip(self.open_before.get(at / HALF)).ok_or(Basis::UnknownAction)?;
        let earlier = (word >> HALF) & !(LOWER << (at % HALF));
        Ok(usize::try_from(before + earlier.count_ones()).unwrap_or(usize::MAX))
    }
}
