//! Names as bytes: sorted, found by a hash, read in place.
//!
//! Not a map: an id is a position in the order of the names, and the bytes hold no hash. The slots
//! are made when a table is loaded, in much less than a millisecond for ten thousand names, so no
//! file can hold slots that lie.
//!
//! ```text
//! bytes          what
//! 4 (n + 1)      where each name begins in the text, u32; the last is the length of the text
//! ..             the text: all names, one after the other
//! ```

use super::super::bytes::Broken;
use super::cut::{Cut, pad, pair_at};

/// How many slots a search may walk. Names that were not chosen for it stay far below, so that no
/// file makes loading or asking slow.
const WALK_MAX: usize = 4_096;

/// Where the names of a list stand in the bytes, and the slots that find them.
#[derive(Debug, Clone)]
pub(super) struct Names {
    count: usize,
    /// Position of the first beginning.
    starts_at: usize,
    text_at: usize,
    /// A power of two of slots, at most a quarter taken, so that most searches end at their first.
    /// Zero is an empty slot; else the low bits hold an id and one, the others a part of the name's
    /// hash.
    slots: Vec<u32>,
    /// Which bits of a slot hold the id.
    id_mask: u32,
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
        let last = u32::try_from(count).map_err(|_| "has too many names")?;
        let id_mask = u32::MAX >> last.leading_zeros().min(31);
        let slot_count = count.checked_mul(4).ok_or("has too many names")?;
        let mut slots = vec![0; slot_count.max(1).next_power_of_two()];
        let (mut before, mut start) = (&[][..], 0);
        if starts.first() != Some(&[0; 4]) {
            return Err("has names that do not begin at the beginning");
        }
        for (id_and_one, end) in (1_u32..).zip(starts.iter().skip(1)) {
            let end = usize::try_from(u32::from_le_bytes(*end)).unwrap_or(usize::MAX);
            let name = text.get(start..end).ok_or("has a name that ends before it begins")?;
            if name.len() > bytes_max || name <= before {
                return Err("has names out of order, twice or too long");
            }
            place(&mut slots, id_and_one, id_mask, name)?;
            (before, start) = (name, end);
        }
        if start != text.len() {
            return Err("has text that is no name");
        }
        Ok(Self { count, starts_at, text_at, slots, id_mask })
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The position of a name, compared in full.
    #[inline]
    pub(super) fn find(&self, bytes: &[u8], name: &str) -> Option<u32> {
        let name = name.as_bytes();
        let hash = hash(name);
        let (tag, mask) = (tag(hash, self.id_mask), self.slots.len().wrapping_sub(1));
        let mut at = slot_of(hash, mask);
        loop {
            let slot = *self.slots.get(at)?;
            let id = (slot & self.id_mask).wrapping_sub(1);
            if slot & !self.id_mask == tag && self.get(bytes, id).is_some_and(|it| same(it, name)) {
                return Some(id);
            }
            if slot == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// The bytes of a name by its position.
    #[inline]
    pub(super) fn get<'b>(&self, bytes: &'b [u8], id: u32) -> Option<&'b [u8]> {
        let at = usize::try_from(id).ok().filter(|at| *at < self.count)?;
        let (start, end) = pair_at(bytes, self.starts_at + at * 4)?;
        bytes.get(self.text_at + start..self.text_at + end)
    }
}

/// Puts a name into the first empty slot from where its search begins.
fn place(slots: &mut [u32], id_and_one: u32, id_mask: u32, name: &[u8]) -> Result<(), Broken> {
    let hash = hash(name);
    let mask = slots.len().wrapping_sub(1);
    let mut at = slot_of(hash, mask);
    for _ in 0..WALK_MAX {
        match slots.get_mut(at) {
            Some(slot) if *slot == 0 => {
                *slot = tag(hash, id_mask) | id_and_one;
                return Ok(());
            }
            _ => at = (at + 1) & mask,
        }
    }
    Err("has names that were chosen to collide")
}

/// The slot where the search for a hash begins.
#[inline]
fn slot_of(hash: u64, mask: usize) -> usize {
    usize::try_from(hash & u64::try_from(mask).unwrap_or(0)).unwrap_or(0)
}

/// The part of a hash that a slot keeps; not the part that chooses the slot.
#[inline]
fn tag(hash: u64, id_mask: u32) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(0) & !id_mask
}

/// The word of eight bytes from a position.
#[inline]
fn word(name: &[u8], at: usize) -> u64 {
    let word = name.get(at..).and_then(|rest| rest.first_chunk());
    word.map_or(0, |word| u64::from_le_bytes(*word))
}

/// Whether two names are the same, in full.
///
/// Most names have eight to 32 bytes: four words, which may lie over each other, hold all of them.
/// That is several times faster than a call for comparing memory of any length.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    let length = one.len();
    if length != other.len() {
        return false;
    }
    if !(8..=32).contains(&length) {
        return one == other;
    }
    let differ = |at: usize| word(one, at) ^ word(other, at);
    let (second, third) = (8.min(length - 8), length.saturating_sub(16));
    differ(0) | differ(second) | differ(third) | differ(length - 8) == 0
}

/// A hash of a name: of its length and of all its bytes.
///
/// Our own, since finding names is most of a decision, and names are short: two multiplications for
/// up to 32 bytes, folded as in wyhash. It is not part of the format and never leaves the process.
#[inline]
fn hash(name: &[u8]) -> u64 {
    let length = name.len();
    let seed = SEED ^ u64::try_from(length).unwrap_or(0);
    if (8..=32).contains(&length) {
        let (second, third) = (8.min(length - 8), length.saturating_sub(16));
        let first = mix(word(name, 0) ^ seed, word(name, second) ^ SEED);
        return first ^ mix(word(name, third) ^ OTHER_SEED, word(name, length - 8) ^ seed);
    }
    let mut hash = seed;
    let (words, rest) = name.as_chunks();
    for word in words {
        hash = mix(u64::from_le_bytes(*word) ^ hash, OTHER_SEED);
    }
    let mut last = 0;
    for byte in rest {
        last = (last << 8) | u64::from(*byte);
    }
    mix(last ^ hash, SEED)
}

/// Any numbers with as many ones as zeros.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const OTHER_SEED: u64 = 0xd1b5_4a32_d192_ed03;

/// The two halves of a product, folded.
#[inline]
fn mix(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    half(product) ^ half(product >> 64)
}
