//! Names as words: hashed and compared several times faster than memory of any length.
//!
//! Our own hash, since finding names is most of a decision, and names are short. It is not part of
//! the format and never leaves the process.

/// What tells a name of one length from all others of that length.
pub(super) trait Key: Copy {
    /// Whether it is that of a name of the same length.
    fn is_of(self, name: &[u8]) -> bool;

    fn hash(self, length: usize, seed: u64) -> u64;
}

/// A name of eight to 32 bytes, as most have: four words, which may lie over each other, hold all
/// of it.
#[derive(Clone, Copy)]
pub(super) struct Words([u64; 4]);

impl Words {
    #[inline]
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let length = name.len();
        if !(8..=32).contains(&length) {
            return None;
        }
        let half = length.min(16);
        let (head, tail) = (name.get(..half)?, name.get(length - half..)?);
        let [first, second] = [head.first_chunk()?, head.last_chunk()?];
        let [third, last] = [tail.first_chunk()?, tail.last_chunk()?];
        Some(Self([first, second, third, last].map(|word| u64::from_le_bytes(*word))))
    }
}

impl Key for Words {
    #[inline]
    fn is_of(self, name: &[u8]) -> bool {
        let Some(Self(other)) = Self::of(name) else { return false };
        let [first, second, third, last] = self.0;
        first == other[0] && second == other[1] && third == other[2] && last == other[3]
    }

    /// What lies over each other is added up, then multiplied and folded.
    #[inline]
    fn hash(self, length: usize, seed: u64) -> u64 {
        const SPREAD: u64 = 0x7feb_352d;
        let [first, second, third, last] = self.0;
        let one = first.wrapping_add(third.wrapping_mul(SPREAD));
        let other = second.wrapping_add(last.wrapping_mul(SPREAD));
        mix(one ^ seed, other ^ SEED ^ u64::try_from(length).unwrap_or(0))
    }
}

/// A name of less than eight bytes: one word holds all of it.
#[derive(Clone, Copy)]
pub(super) struct Short(u64);

impl Short {
    #[inline]
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let word = match (name.first_chunk(), name.last_chunk(), name) {
            _ if name.len() >= 8 => return None,
            (Some(first), Some(last), _) => {
                let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
                first | last << 32
            }
            (_, _, [first, .., last]) => {
                let middle = name.get(name.len() / 2).copied().unwrap_or(0);
                u64::from(u32::from_le_bytes([*first, middle, *last, 0]))
            }
            (_, _, [only]) => u64::from(*only),
            _ => 0,
        };
        Some(Self(word))
    }
}

impl Key for Short {
    #[inline]
    fn is_of(self, name: &[u8]) -> bool {
        Self::of(name).is_some_and(|other| other.0 == self.0)
    }

    #[inline]
    fn hash(self, length: usize, seed: u64) -> u64 {
        mix(self.0 ^ seed, SEED ^ u64::try_from(length).unwrap_or(0))
    }
}

/// A hash of any name.
#[inline]
pub(super) fn hash(name: &[u8], seed: u64) -> u64 {
    if let Some(words) = Words::of(name) {
        return words.hash(name.len(), seed);
    }
    if let Some(short) = Short::of(name) {
        return short.hash(name.len(), seed);
    }
    let mut hash = seed ^ u64::try_from(name.len()).unwrap_or(0);
    for at in (0..name.len().saturating_sub(16)).step_by(16) {
        hash = mix(word(name, at) ^ hash, word(name, at + 8) ^ SEED);
    }
    let end = name.len();
    mix(word(name, end.saturating_sub(16)) ^ hash, word(name, end.saturating_sub(8)) ^ SEED)
}

/// The word of eight bytes from a position.
#[inline]
fn word(name: &[u8], at: usize) -> u64 {
    let word = name.get(at..).and_then(|rest| rest.first_chunk());
    word.map_or(0, |word| u64::from_le_bytes(*word))
}

/// Any number with as many ones as zeros.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The two halves of a product, folded.
#[inline]
fn mix(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
    half(product) ^ half(product >> 64)
}

#[cfg(test)]
mod tests {
    use super::{Key as _, Short, Words, hash};

    /// Every byte tells names apart, and moves the hash.
    #[test]
    fn every_byte_counts() {
        for length in 0..=200 {
            let name = vec![b'a'; length];
            assert_eq!(Words::of(&name).is_some(), (8..=32).contains(&length));
            assert_eq!(Short::of(&name).is_some(), length < 8);
            for at in 0..length {
                let mut other = name.clone();
                if let Some(byte) = other.get_mut(at) {
                    *byte = b'b';
                }
                assert!(Words::of(&name).is_none_or(|key| !key.is_of(&other)), "{length} {at}");
                assert!(Short::of(&name).is_none_or(|key| !key.is_of(&other)), "{length} {at}");
                assert_ne!(hash(&name, 0), hash(&other, 0), "{length} {at}");
            }
        }
    }
}
