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
use super::row::{Row, WORD_BITS, WORD_BYTES, contains_near};

/// What a dense row has in the place of a count.
const DENSE: u32 = u32::MAX;

/// Where rows stand in the bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    count: usize,
    columns: usize,
    /// Of a dense row.
    row_bytes: usize,
    /// 2^32 by `columns`: it saves a division.
    inverse: u64,
    /// Whether all rows are dense: then their places need no look.
    is_dense: bool,
    places_at: usize,
    sparse_at: usize,
    dense_at: usize,
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
        let read = Self {
            count,
            columns,
            is_dense: size.dense == count,
            row_bytes: row_bytes(columns),
            inverse: (1 << 32) / u64::try_from(columns.max(1)).unwrap_or(u64::MAX),
            places_at,
            sparse_at,
            dense_at,
        };
        read.check_places(rows.as_chunks().0, sparse, size)?;
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
    /// the positions of each ascend, so that the last of them is the largest.
    fn check_places(&self, rows: &[[u8; 8]], sparse: &[u8], size: RowsSize) -> Result<(), Broken> {
        const PLACES: Broken = "has rows out of their places";
        let width = id_bytes(self.columns);
        let sparse_max = row_bytes(self.columns) / width;
        let (mut sparse_count, mut dense_count, mut rest) = (0, 0, sparse);
        for row in rows {
            let (start, count) = pair(*row);
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            if count == DENSE {
                if start != dense_count {
                    return Err(PLACES);
                }
                dense_count += 1;
                continue;
            }
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            if start != sparse_count || count >= sparse_max {
                return Err(PLACES);
            }
            let (ids, after) = rest.split_at_checked(count * width).ok_or(PLACES)?;
            let last = if width == 2 { ascending_u16(ids)? } else { ascending_u32(ids)? };
            if last.is_some_and(|last| last >= self.columns) {
                return Err("has a position that points nowhere");
            }
            (sparse_count, rest) = (sparse_count + count, after);
        }
        if sparse_count == size.sparse && dense_count == size.dense { Ok(()) } else { Err(PLACES) }
    }

    /// Where a row begins among those of its kind, and how many positions it has or `DENSE`; a row
    /// that is not there has none.
    #[inline]
    fn place(&self, bytes: &[u8], at: usize) -> (usize, u32) {
        if at >= self.count {
            return (0, 0);
        }
        if self.is_dense {
            return (at, DENSE);
        }
        let place = self.places_at.wrapping_add(at.wrapping_mul(8));
        let place = bytes.get(place..).and_then(|place| place.first_chunk());
        let (start, count) = place.map_or((0, 0), |place| pair(*place));
        (usize::try_from(start).unwrap_or(usize::MAX), count)
    }

    /// The positions of a sparse row, in as many bytes each as they take.
    #[inline]
    fn sparse<'b>(&self, bytes: &'b [u8], start: usize, count: u32) -> Option<&'b [u8]> {
        let (width, count) = (id_bytes(self.columns), usize::try_from(count).ok()?);
        let from = self.sparse_at.wrapping_add(start.wrapping_mul(width));
        bytes.get(from..from.wrapping_add(count.wrapping_mul(width)))
    }

    /// Where a dense row begins.
    #[inline]
    const fn dense(&self, start: usize) -> usize {
        self.dense_at.wrapping_add(start.wrapping_mul(self.row_bytes))
    }

    /// A row by its position; one that is not there is empty.
    pub(super) fn get<'b>(&self, bytes: &'b [u8], at: usize) -> Option<Row<'b>> {
        let (start, count) = self.place(bytes, at);
        if count == DENSE {
            let row = bytes.get(self.dense(start)..)?.get(..self.row_bytes)?;
            return Some(Row::Dense(row.as_chunks().0));
        }
        let ids = self.sparse(bytes, start, count)?;
        let is_narrow = id_bytes(self.columns) == 2;
        Some(if is_narrow { Row::Narrow(ids.as_chunks().0) } else { Row::Wide(ids.as_chunks().0) })
    }

    /// Whether a row holds a column: one look at a dense row, mostly one at a sparse one.
    #[inline]
    pub(super) fn contains(&self, bytes: &[u8], at: usize, column: impl Id) -> bool {
        let column = column.index();
        let (start, count) = self.place(bytes, at);
        if column >= self.columns {
            return false;
        }
        if count == DENSE {
            let byte = bytes.get(self.dense(start).wrapping_add(column / 8));
            return byte.is_some_and(|byte| byte >> (column % 8) & 1 != 0);
        }
        if id_bytes(self.columns) != 2 {
            return self.get(bytes, at).is_some_and(|row| row.contains_at(column));
        }
        let Some(ids) = self.sparse(bytes, start, count) else { return false };
        let ids = ids.as_chunks().0;
        contains_near(ids, column, self.guess(column, ids.len()))
    }

    /// At which of so many positions a column would be if they were spread evenly.
    #[inline]
    fn guess(&self, column: usize, count: usize) -> usize {
        let [column, count] = [column, count].map(|number| u64::try_from(number).unwrap_or(0));
        let guess = column.wrapping_mul(count).wrapping_mul(self.inverse) >> 32;
        usize::try_from(guess).unwrap_or(0)
    }
}

/// The last of numbers, which must ascend; written so that the compiler makes vectors of it.
macro_rules! ascending {
    ($name:ident, $number:ty) => {
        fn $name(bytes: &[u8]) -> Result<Option<usize>, Broken> {
            let numbers = bytes.as_chunks().0;
            let number = |bytes: &[u8; size_of::<$number>()]| <$number>::from_le_bytes(*bytes);
            let pairs = numbers.iter().zip(numbers.get(1..).unwrap_or_default());
            if pairs.fold(false, |any, (before, after)| any | (number(before) >= number(after))) {
                return Err("has positions out of order");
            }
            Ok(numbers.last().and_then(|last| usize::try_from(number(last)).ok()))
        }
    };
}

ascending!(ascending_u16, u16);
ascending!(ascending_u32, u32);
