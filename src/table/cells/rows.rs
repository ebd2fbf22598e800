//! Rows: sets of positions, each stored in the smaller of two ways, and read in place.
//!
//! Not the bits that the index of statements is made of (`table::bits`): those are memory.
//!
//! ```text
//! bytes      what
//! 8 n        by row: where it begins u32, how many positions u32; all ones is a dense row
//! ..         positions of the sparse rows, ascending in each; u16 up to 65,536 columns, else u32
//! ..         dense rows, a bit a column from the lowest of the first byte, in whole 64-bit words
//! ```
//!
//! A sparse row begins at so many positions from the first of them, a dense one at so many rows
//! from the first dense one. Rows of either kind stand in their order, without gaps.

use crate::model::Id;

use super::super::Bits;
use super::super::bytes::Broken;
use super::cut::{Cut, pad, pair};

const WORD_BITS: usize = 64;
const WORD_BYTES: usize = 8;

/// What a dense row has in the place of a count.
const DENSE: u32 = u32::MAX;

/// Where rows stand in the bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    count: usize,
    columns: usize,
    places_at: usize,
    sparse_at: usize,
    dense_at: usize,
}

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

/// Rows being written.
#[derive(Debug)]
pub(super) struct RowsWriter {
    columns: usize,
    rows: Vec<u8>,
    sparse: Vec<u8>,
    dense: Vec<u8>,
    sparse_count: usize,
    dense_count: usize,
}

/// How much rows take, beyond what their number and their columns say.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowsSize {
    /// Positions in all sparse rows.
    pub sparse: usize,
    /// Dense rows.
    pub dense: usize,
}

const fn id_bytes(columns: usize) -> usize {
    if columns <= 1 << 16 { 2 } else { 4 }
}

const fn row_bytes(columns: usize) -> usize {
    columns.div_ceil(WORD_BITS) * WORD_BYTES
}

impl RowsWriter {
    pub(super) const fn new(columns: usize) -> Self {
        Self {
            columns,
            rows: Vec::new(),
            sparse: Vec::new(),
            dense: Vec::new(),
            sparse_count: 0,
            dense_count: 0,
        }
    }

    /// Appends a row.
    pub(super) fn push<I: Id>(&mut self, row: &Bits<I>) {
        let count = row.count();
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if count * id_bytes(self.columns) >= row_bytes(self.columns) {
            self.rows.extend(number(self.dense_count).to_le_bytes());
            self.rows.extend(DENSE.to_le_bytes());
            self.dense.extend(row.words().iter().flat_map(|word| word.to_le_bytes()));
            self.dense_count += 1;
            return;
        }
        self.rows.extend(number(self.sparse_count).to_le_bytes());
        self.rows.extend(number(count).to_le_bytes());
        let (ids, width) = (row.iter(), id_bytes(self.columns));
        for id in ids {
            self.sparse.extend(number(id.index()).to_le_bytes().iter().take(width));
        }
        self.sparse_count += count;
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.rows.len() / 8
    }

    pub(super) const fn size(&self) -> RowsSize {
        RowsSize { sparse: self.sparse_count, dense: self.dense_count }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        for array in [self.rows, self.sparse, self.dense] {
            out.extend(array);
            pad(out);
        }
    }
}

impl Rows {
    /// Cuts rows off the input.
    ///
    /// # Errors
    /// Where rows are not in their places, or a position is beyond the columns or out of order.
    pub(super) fn read(
        cut: &mut Cut<'_>,
        count: usize,
        columns: usize,
        size: RowsSize,
    ) -> Result<Self, Broken> {
        const EARLY: Broken = "ends too early";
        let (places_at, rows) = cut.bytes(count.checked_mul(8).ok_or(EARLY)?)?;
        let width = id_bytes(columns);
        let (sparse_at, sparse) = cut.bytes(size.sparse.checked_mul(width).ok_or(EARLY)?)?;
        let dense_length = size.dense.checked_mul(row_bytes(columns)).ok_or(EARLY)?;
        let (dense_at, dense) = cut.bytes(dense_length)?;
        let read = Self { count, columns, places_at, sparse_at, dense_at };
        read.check_places(rows.as_chunks().0, sparse, size)?;
        let last = columns.checked_sub(1).and_then(|last| u32::try_from(last).ok());
        let largest = if width == 2 { largest_u16(sparse) } else { largest_u32(sparse) };
        if largest.is_some_and(|largest| last.is_none_or(|last| largest > last)) {
            return Err("has a position that points nowhere");
        }
        if !columns.is_multiple_of(WORD_BITS) {
            // The last word of a dense row has bits beyond the columns; none may be set.
            let beyond = u64::MAX << (columns % WORD_BITS);
            let mut words = dense.as_chunks::<WORD_BYTES>().0.chunks(row_bytes(columns) / 8);
            let is_set = |row: &[[u8; 8]]| {
                row.last().is_some_and(|word| u64::from_le_bytes(*word) & beyond != 0)
            };
            if words.any(is_set) {
                return Err("has a position that points nowhere");
            }
        }
        Ok(read)
    }

    /// Rows of either kind stand in order and without gaps, each in the way that is smaller; and
    /// the positions of each ascend.
    ///
    /// The positions are compared all at once, over the borders between rows too, which a machine
    /// does many at a time; what descends at a border is taken off again.
    fn check_places(&self, rows: &[[u8; 8]], sparse: &[u8], size: RowsSize) -> Result<(), Broken> {
        let width = id_bytes(self.columns);
        let sparse_max = row_bytes(self.columns) / width;
        let (mut sparse_count, mut dense_count, mut descents) = (0_usize, 0_usize, 0_usize);
        for row in rows {
            let (start, count) = pair(*row);
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            if count == DENSE {
                if start != dense_count {
                    return Err("has rows out of their places");
                }
                dense_count += 1;
                continue;
            }
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            if start != sparse_count || count >= sparse_max {
                return Err("has rows out of their places");
            }
            if count > 0 && start > 0 && !ascends_at(sparse, width, start) {
                descents += 1;
            }
            sparse_count = sparse_count.saturating_add(count);
        }
        if sparse_count != size.sparse || dense_count != size.dense {
            return Err("has rows out of their places");
        }
        let found = if width == 2 { descents_u16(sparse) } else { descents_u32(sparse) };
        if found == descents { Ok(()) } else { Err("has positions out of order") }
    }

    #[inline]
    pub(super) fn get<'b>(&self, bytes: &'b [u8], at: usize) -> Option<Row<'b>> {
        if at >= self.count {
            return None;
        }
        let (start, count) = pair(*bytes.get(self.places_at + at * 8..)?.first_chunk()?);
        let start = usize::try_from(start).ok()?;
        if count == DENSE {
            let length = row_bytes(self.columns);
            let from = self.dense_at + start * length;
            return Some(Row::Dense(bytes.get(from..from + length)?.as_chunks().0));
        }
        let (width, count) = (id_bytes(self.columns), usize::try_from(count).ok()?);
        let from = self.sparse_at + start * width;
        let ids = bytes.get(from..from + count * width)?;
        Some(if width == 2 { Row::Narrow(ids.as_chunks().0) } else { Row::Wide(ids.as_chunks().0) })
    }
}

impl Rows {
    /// Whether a row holds a column: one look at a dense row, a search in a sparse one.
    #[inline]
    pub(super) fn contains(&self, bytes: &[u8], at: usize, column: impl Id) -> bool {
        let column = column.index();
        if at >= self.count || column >= self.columns {
            return false;
        }
        let row =
            bytes.get(self.places_at.wrapping_add(at * 8)..).and_then(|row| row.first_chunk());
        let Some(row) = row else { return false };
        let (start, count) = pair(*row);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        if count == DENSE {
            let from = start.wrapping_mul(row_bytes(self.columns)).wrapping_add(self.dense_at);
            let byte = bytes.get(from.wrapping_add(column / 8));
            return byte.is_some_and(|byte| byte >> (column % 8) & 1 != 0);
        }
        match self.get(bytes, at) {
            Some(Row::Narrow(ids)) => self.contains_narrow(ids, column),
            Some(row) => row.contains_at(column),
            None => false,
        }
    }

    /// Searches where the column would be if positions were spread evenly, which mostly touches one
    /// line of memory where a search by halves touches several.
    #[inline]
    fn contains_narrow(&self, ids: &[[u8; 2]], column: usize) -> bool {
        const NEAR: usize = 16;
        let guess = column * ids.len() / self.columns;
        let (from, to) = (guess.saturating_sub(NEAR), (guess + NEAR).min(ids.len()));
        let id = |at: usize| ids.get(at).map(|id| usize::from(u16::from_le_bytes(*id)));
        let is_after = id(from).is_some_and(|first| first <= column);
        let is_before = id(to).is_none_or(|after| column < after);
        let near = ids.get(from..to).filter(|_| is_after && is_before);
        Row::Narrow(near.unwrap_or(ids)).contains_at(column)
    }
}

impl Row<'_> {
    /// Whether the row holds a position.
    #[inline]
    pub(crate) fn contains(self, id: impl Id) -> bool {
        self.contains_at(id.index())
    }

    fn contains_at(self, at: usize) -> bool {
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

    /// Calls with the position of a word and bits in it, until all that the row holds was given;
    /// a position may come more than once.
    #[inline]
    pub(crate) fn each_word(self, mut call: impl FnMut(usize, u64)) {
        match self {
            Self::Dense(words) => {
                words.iter().enumerate().for_each(|(at, word)| call(at, u64::from_le_bytes(*word)));
            }
            Self::Narrow(ids) => ids.iter().for_each(|id| {
                let at = usize::from(u16::from_le_bytes(*id));
                call(at / WORD_BITS, 1 << (at % WORD_BITS));
            }),
            Self::Wide(ids) => ids.iter().for_each(|id| {
                let at = usize::try_from(u32::from_le_bytes(*id)).unwrap_or(usize::MAX);
                call(at / WORD_BITS, 1 << (at % WORD_BITS));
            }),
        }
    }
}

/// Whether the position at a place is above the one before it.
fn ascends_at(sparse: &[u8], width: usize, at: usize) -> bool {
    let number = |at: usize| -> Option<u32> {
        let bytes = sparse.get(at * width..)?;
        let narrow = || bytes.first_chunk().map(|id| u16::from_le_bytes(*id).into());
        if width == 2 { narrow() } else { bytes.first_chunk().map(|id| u32::from_le_bytes(*id)) }
    };
    number(at - 1) < number(at)
}

/// How often a number is not above the one before it, and the largest number; written so that the
/// compiler makes vectors of it.
macro_rules! scan {
    ($number:ty, $descents:ident, $largest:ident) => {
        fn $descents(bytes: &[u8]) -> usize {
            let numbers = bytes.as_chunks::<{ size_of::<$number>() }>().0;
            let after = numbers.get(1..).unwrap_or_default();
            let blocks = numbers.chunks(SCAN_BLOCK).zip(after.chunks(SCAN_BLOCK));
            let block = |(before, after): (&[_], &[_])| {
                let pairs = before.iter().zip(after);
                let descends = pairs.map(|(before, after)| {
                    <$number>::from(
                        <$number>::from_le_bytes(*before) >= <$number>::from_le_bytes(*after),
                    )
                });
                // Sums that check for overflow are not made vectors of, and this one cannot.
                let sum = descends.fold(0, <$number>::wrapping_add);
                usize::try_from(sum).unwrap_or(usize::MAX)
            };
            blocks.map(block).sum()
        }

        fn $largest(bytes: &[u8]) -> Option<u32> {
            let numbers = bytes.as_chunks::<{ size_of::<$number>() }>().0;
            let largest = numbers.iter().map(|number| <$number>::from_le_bytes(*number));
            (!numbers.is_empty()).then(|| largest.fold(0, <$number>::max).into())
        }
    };
}

/// So few that their sum fits the smaller of the numbers.
const SCAN_BLOCK: usize = 1 << 15;

scan!(u16, descents_u16, largest_u16);
scan!(u32, descents_u32, largest_u32);
