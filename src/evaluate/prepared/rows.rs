//! The rows of a prepared principal: what most actions need no more than one look at.
//!
//! Not decisions about what is guarded: of those it says only that there is more to look at.

use crate::model::{ActionId, Basis, Id as _};
use crate::table::Bits;
use crate::table::cells::Row;

const WORD_BITS: usize = 64;

/// By 64 actions, words that stand together, so that a decision reads one place.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    words: Box<[Pair]>,
    action_count: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    /// Actions that a plain permit grants to a role that counts, and nothing can take away.
    granted: u64,
    /// Actions of which that does not tell the whole; none of them is in `granted`.
    open: u64,
    /// How many actions before these 64 are open.
    open_before: u32,
}

impl Rows {
    /// Rows that grant nothing, of so many actions; what is guarded is open.
    pub(super) fn new(action_count: usize, guarded: &Bits<ActionId>) -> Self {
        let open = |open: &u64| Pair { granted: 0, open: *open, open_before: 0 };
        Self { words: guarded.words().iter().map(open).collect(), action_count }
    }

    /// Grants what a role's row permits.
    pub(super) fn grant(&mut self, row: Row<'_>) {
        row.each_word(|at, bits| {
            if let Some(pair) = self.words.get_mut(at) {
                pair.granted |= bits & !pair.open;
            }
        });
    }

    /// Leaves open what a row permits and no other grants: the role may be the nearest miss.
    pub(super) fn leave_open(&mut self, row: Row<'_>) {
        row.each_word(|at, bits| {
            if let Some(pair) = self.words.get_mut(at) {
                pair.open |= bits & !pair.granted;
            }
        });
    }

    pub(super) fn leave_action_open(&mut self, action: ActionId) {
        if let Some(pair) = self.words.get_mut(action.index() / WORD_BITS) {
            pair.open |= (1 << (action.index() % WORD_BITS)) & !pair.granted;
        }
    }

    /// Settles an action that was open.
    pub(super) fn close(&mut self, action: ActionId, is_granted: bool) {
        if let Some(pair) = self.words.get_mut(action.index() / WORD_BITS) {
            let bit = 1 << (action.index() % WORD_BITS);
            pair.open &= !bit;
            pair.granted |= if is_granted { bit } else { 0 };
        }
    }

    /// Counts what is open, so that each open action has a number.
    pub(super) fn number(&mut self) {
        let mut before = 0;
        for pair in &mut self.words {
            pair.open_before = before;
            before += pair.open.count_ones();
        }
    }

    /// The basis for an action that is not open, `otherwise` where it is not granted either; for
    /// an open one its number among the open ones.
    #[inline]
    pub(super) fn settled(&self, action: ActionId, otherwise: Basis) -> Result<Basis, usize> {
        let at = action.index();
        let Some(pair) = self.words.get(at / WORD_BITS) else {
            return Ok(Basis::UnknownAction);
        };
        let bit = 1_u64 << (at % WORD_BITS);
        if pair.granted & bit != 0 {
            Ok(Basis::Granted)
        } else if pair.open & bit != 0 {
            let number = pair.open_before + (pair.open & (bit - 1)).count_ones();
            Err(usize::try_from(number).unwrap_or(usize::MAX))
        } else if at < self.action_count {
            Ok(otherwise)
        } else {
            Ok(Basis::UnknownAction)
        }
    }

    pub(super) fn granted(&self) -> Bits<ActionId> {
        let mut granted = Bits::new(self.action_count);
        granted.union_words(self.words.iter().map(|pair| pair.granted));
        granted
    }

    pub(super) fn open(&self) -> impl Iterator<Item = ActionId> {
        self.words.iter().enumerate().flat_map(|(at, pair)| {
            let mut rest = pair.open;
            std::iter::from_fn(move || {
                let bit = usize::try_from(rest.trailing_zeros()).ok()?;
                rest &= rest.checked_sub(1)?;
                ActionId::new(at * WORD_BITS + bit)
            })
        })
    }
}
