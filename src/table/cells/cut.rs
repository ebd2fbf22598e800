//! Cutting sections into arrays: the reading and writing of aligned little-endian numbers.
//!
//! Not the plain data of `bytes`, which is copied when read: arrays stay where they are, and every
//! read from them is checked again.

use super::super::bytes::Broken;

/// What arrays begin at a multiple of, counted from the beginning of their section.
pub(crate) const ALIGNMENT: usize = 8;

/// Fills up with zeros to the next multiple of eight.
pub(crate) fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
}

/// A section, of which arrays are cut off one after the other.
#[derive(Debug)]
pub(crate) struct Cut<'b> {
    section: &'b [u8],
    /// Where the section begins in the bytes of the whole, so that positions are of the whole.
    origin: usize,
    at: usize,
}

impl<'b> Cut<'b> {
    pub(crate) const fn new(section: &'b [u8], origin: usize) -> Self {
        Self { section, origin, at: 0 }
    }

    /// So many bytes and the zeros after them; the position is that in the whole.
    pub(crate) fn bytes(&mut self, length: usize) -> Result<(usize, &'b [u8]), Broken> {
        let end = self.at.checked_add(length).ok_or("ends too early")?;
        let padded = end.checked_next_multiple_of(ALIGNMENT).ok_or("ends too early")?;
        let found = self.section.get(self.at..end).ok_or("ends too early")?;
        let zeros = self.section.get(end..padded).ok_or("ends too early")?;
        if zeros.iter().any(|byte| *byte != 0) {
            return Err("has something between its arrays");
        }
        let position = self.origin + self.at;
        self.at = padded;
        Ok((position, found))
    }

    /// So many numbers of 32 bits.
    pub(crate) fn numbers(&mut self, count: usize) -> Result<(usize, &'b [[u8; 4]]), Broken> {
        let (at, bytes) = self.bytes(count.checked_mul(4).ok_or("ends too early")?)?;
        Ok((at, bytes.as_chunks().0))
    }

    /// # Errors
    /// Where something is left.
    pub(crate) fn end(&self) -> Result<(), Broken> {
        if self.at == self.section.len() { Ok(()) } else { Err("has bytes left over in a section") }
    }
}

/// A number of 32 bits at a position.
#[inline]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|number| u32::from_le_bytes(*number))
}

/// Two numbers of 32 bits.
#[inline]
pub(crate) fn pair(bytes: [u8; 8]) -> (u32, u32) {
    let both = u64::from_le_bytes(bytes);
    let low = u32::try_from(both & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    (low, u32::try_from(both >> 32).unwrap_or(u32::MAX))
}

/// Two numbers of 32 bits at a position, as positions of this machine.
#[inline]
pub(crate) fn pair_at(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (first, second) = pair(*bytes.get(at..)?.first_chunk()?);
    Some((usize::try_from(first).ok()?, usize::try_from(second).ok()?))
}
