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
    /// A power of two of slots, at most three quarters taken.
    slots: Vec<Slot>,
}

/// A place for one name.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// A part of the name's hash.
    tag: u32,
    /// Its position in the list and one; zero is an empty slot.
    id_and_one: u32,
    /// Where it begins in the text, and its length.
    start: u32,
    length: u32,
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
        let slot_count = (count + count / 3 + 1).next_power_of_two();
        let mut slots = vec![Slot::default(); slot_count];
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
            let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            let slot =
                Slot { tag: 0, id_and_one, start: number(start), length: number(name.len()) };
            place(&mut slots, slot, name)?;
            (before, start) = (name, end);
        }
        if start != text.len() {
            return Err("has text that is no name");
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
        let hash = hash(name);
        let (tag, mask) = (tag(hash), self.slots.len().wrapping_sub(1));
        let mut at = slot_of(hash, mask);
        loop {
            let slot = self.slots.get(at)?;
            if slot.tag == tag && self.text(bytes, slot) == Some(name) {
                return slot.id_and_one.checked_sub(1);
            }
            if slot.id_and_one == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn text<'b>(&self, bytes: &'b [u8], slot: &Slot) -> Option<&'b [u8]> {
        let start = self.text_at + usize::try_from(slot.start).ok()?;
        bytes.get(start..start + usize::try_from(slot.length).ok()?)
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
fn place(slots: &mut [Slot], found: Slot, name: &[u8]) -> Result<(), Broken> {
    let hash = hash(name);
    let mask = slots.len().wrapping_sub(1);
    let mut at = slot_of(hash, mask);
    for _ in 0..WALK_MAX {
        match slots.get_mut(at) {
            Some(slot) if slot.id_and_one == 0 => {
                *slot = Slot { tag: tag(hash), ..found };
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

/// The half of a hash that does not choose the slot.
#[inline]
fn tag(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(0)
}

/// A hash of a name, of its length and of all its bytes, sixteen at a time; the last sixteen may
/// lie over those before.
///
/// Our own, since finding names is most of a decision, and names are short: a multiplication for
/// sixteen bytes, as in wyhash, and no more. It is not part of the format and never leaves the
/// process.
#[inline]
fn hash(name: &[u8]) -> u64 {
    const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let half = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let length = u64::try_from(name.len()).unwrap_or(0);
    let mut hash = SEED ^ length;
    if name.len() >= 8 {
        let mut rest = name;
        while let (Some((sixteen, after)), true) = (rest.split_first_chunk::<16>(), rest.len() > 16)
        {
            hash = mix(word(sixteen.first_chunk()) ^ hash, word(sixteen.last_chunk()) ^ SEED);
            rest = after;
        }
        // At least eight bytes of the name, and what is left of it among its last sixteen.
        let last = name.last_chunk::<16>().map_or(name, |last| last);
        return mix(word(last.first_chunk()) ^ hash, word(last.last_chunk()) ^ SEED);
    }
    if name.len() >= 4 {
        let (first, last) = (half(name.first_chunk()), half(name.last_chunk()));
        return mix(u64::from(first) ^ hash, u64::from(last) ^ SEED);
    }
    for byte in name {
        hash = (hash << 8) ^ (hash >> 56) ^ u64::from(*byte);
    }
    mix(hash, SEED)
}

/// The two halves of a product, folded.
#[inline]
fn mix(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    half(product) ^ half(product >> 64)
}
