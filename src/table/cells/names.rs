//! Names as bytes: sorted, found by a hash, read in place.
//!
//! Not a map: an id is a position in the order of the names, and the bytes hold no hash. The slots
//! are made when a table is loaded, in much less than a millisecond for ten thousand names, so no
//! file can hold slots that lie. How a name is hashed is the business of `words`.
//!
//! ```text
//! bytes          what
//! 4 (n + 1)      where each name begins in the text, u32; the last is the length of the text
//! ..             the text: all names, one after the other
//! ```

use super::super::bytes::Broken;
use super::cut::{Cut, pad, pair_at};
use super::slots::{Slot, Slots};
use super::words::{Key, Short, Words, hash};

/// Where the names of a list stand in the bytes, and the slots that find them.
#[derive(Debug, Clone)]
pub(super) struct Names {
    count: usize,
    /// Position of the first beginning.
    starts_at: usize,
    text_at: usize,
    slots: Slots,
}

/// Appends names, which must be sorted.
pub(super) fn write<'n>(names: impl Iterator<Item = &'n str> + Clone, out: &mut Vec<u8>) {
    let mut end = 0_usize;
    out.extend(0_u32.to_le_bytes());
    for name in names.clone() {
        end += name.len();
        out.extend(u32::try_from(end).unwrap_or(u32::MAX).to_le_bytes());
    }
    pad(out);
    for name in names {
        out.extend(name.as_bytes());
    }
    pad(out);
}

impl Names {
    /// Cuts `count` names with so much text off the input, and finds a slot for each.
    ///
    /// # Errors
    /// Where the names are out of order, not unique, or of other bytes than names have.
    pub(super) fn read(
        cut: &mut Cut<'_>,
        count: usize,
        text_length: usize,
        bytes_max: usize,
    ) -> Result<Self, Broken> {
        let (starts_at, starts) = cut.numbers(count.saturating_add(1))?;
        let (text_at, text) = cut.bytes(text_length)?;
        // Names are of printable ASCII alone, so every place in the text is between characters.
        let printable = text.iter().fold(true, |all, byte| all & matches!(byte, b'!'..=b'~'));
        if !printable {
            return Err("has a name of other characters than names have");
        }
        if starts.first() != Some(&[0; 4]) {
            return Err("has names that do not begin at the beginning");
        }
        let place = |at: &[u8; 4]| usize::try_from(u32::from_le_bytes(*at)).unwrap_or(usize::MAX);
        let ends = starts.iter().skip(1).map(place);
        let names = starts.iter().map(place).zip(ends);
        // One that ends before it begins is empty, and thus not above the name before it.
        let names = names.map(|(start, end)| text.get(start..end).unwrap_or_default());
        let mut slots = Slots::new(count)?;
        let (mut before, mut start, mut is_straight) = (&[][..], 0, true);
        for (id, name) in names.clone().enumerate() {
            if name.len() > bytes_max || name <= before {
                return Err("has names out of order, twice or too long");
            }
            is_straight &= slots.put(start, id, name)?;
            before = name;
            start += name.len();
        }
        if start != text.len() {
            return Err("has text that is no name");
        }
        if !is_straight {
            slots.straighten(&names)?;
        }
        Ok(Self { count, starts_at, text_at, slots })
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The position of a name, compared in full.
    #[inline]
    pub(super) fn find(&self, bytes: &[u8], name: &str) -> Option<u32> {
        let name = name.as_bytes();
        match Words::of(name) {
            Some(words) => self.look(bytes, name, words),
            None => self.find_other(bytes, name),
        }
    }

    #[inline(never)]
    fn find_other(&self, bytes: &[u8], name: &[u8]) -> Option<u32> {
        match Short::of(name) {
            Some(short) => self.look(bytes, name, short),
            None => self.walk(bytes, name),
        }
    }

    /// Looks into the first slot, where most searches end.
    #[inline]
    fn look(&self, bytes: &[u8], name: &[u8], key: impl Key) -> Option<u32> {
        let slot = self.slots.get(self.slots.first(key.hash(name.len(), self.slots.seed)));
        if slot.is_empty() {
            return None;
        }
        let is_near = slot.length() == name.len();
        if is_near && self.text(bytes, slot).is_some_and(|text| key.is_of(text)) {
            return Some(slot.id());
        }
        self.walk(bytes, name)
    }

    /// Searches slot after slot.
    #[inline(never)]
    fn walk(&self, bytes: &[u8], name: &[u8]) -> Option<u32> {
        let mut at = self.slots.first(hash(name, self.slots.seed));
        loop {
            let slot = self.slots.get(at);
            if slot.is_empty() {
                return None;
            }
            if slot.length() == name.len() && self.text(bytes, slot) == Some(name) {
                return Some(slot.id());
            }
            at = self.slots.next(at);
        }
    }

    /// The name that a slot leads to.
    #[inline]
    fn text<'b>(&self, bytes: &'b [u8], slot: Slot) -> Option<&'b [u8]> {
        let at = self.text_at.wrapping_add(slot.start());
        bytes.get(at..at.wrapping_add(slot.length()))
    }

    /// The bytes of a name by its position.
    #[inline]
    pub(super) fn get<'b>(&self, bytes: &'b [u8], id: u32) -> Option<&'b [u8]> {
        let at = usize::try_from(id).ok().filter(|at| *at < self.count)?;
        let (start, end) = pair_at(bytes, self.starts_at + at * 4)?;
        bytes.get(self.text_at + start..self.text_at + end)
    }
}
