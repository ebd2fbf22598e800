//! The bundle: the file of compiled tables that services load, in format 1.
//!
//! A format of our own, because a service must be able to read it without the compiler, any
//! language must be able to, and what is loaded decides who may do what. Everything that decides is
//! checked when it is loaded, and read where it stands. `docs/bundle.md` describes every byte for
//! other readers; here is the container.
//!
//! ```text
//! bytes     what (numbers are little-endian)
//! 0..8      magic: "policyc", then a zero byte
//! 8..12     format version, u32
//! 12..16    reserved, zero
//! 16..24    length of the file, u64
//! 24..32    check: XXH3-64 of everything from byte 32 on; finds damage, in no time
//! 32..64    digest: SHA-256 of each table's cells and assign sections, table after table; says
//!           what is decided
//! 64..72    number of tables, number of sections, u32
//! 72..      by section: kind u32, table u32, where it begins u32, its length u32
//! ..        the sections, each from a multiple of 8, with zeros between
//! ```
//!
//! Sections stand in the order of their kinds, then of their tables, which are sorted by policy id:
//!
//! ```text
//! 1  versions   of the policies, one for all tables: plain data, a list of texts
//! 2  cells      what decides
//! 3  assign     what speaks of assignments
//! 4  explains   grants as written, and notes; a bundle has it for all tables or for none
//! ```

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::bytes::{Broken, Reader, Wire};
use super::cells::{ALIGNMENT, pad};
use super::{BundleError, BundleErrorKind, Table};

/// The bundle format that this crate writes and reads.
pub const FORMAT_VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"policyc\0";
const DIGEST_BYTES: usize = 32;

/// Where the check, the digest and the list of sections begin.
const CHECK_AT: usize = 24;
const DIGEST_AT: usize = 32;
const COUNTS_AT: usize = 64;
const SECTIONS_AT: usize = 72;
const SECTION_BYTES: usize = 16;

/// What a section holds; the numbers of the format.
const VERSIONS: u32 = 1;
const CELLS: u32 = 2;
const ASSIGN: u32 = 3;
const EXPLAINS: u32 = 4;

/// Compiled tables, by policy id: what a service loads at start-up.
///
/// Immutable and `Send + Sync`; share it behind an `Arc`, or keep it in a
/// [`LiveBundle`](crate::LiveBundle).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Sorted by policy id, which is unique.
    pub(super) tables: Vec<Table>,
    pub(super) digest: Digest,
}

impl Bundle {
    /// The tables, sorted by policy id.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table of the policy with this id.
    #[must_use]
    pub fn table(&self, policy: &str) -> Option<&Table> {
        let found = self.tables.binary_search_by(|table| table.policy().cmp(policy)).ok()?;
        self.tables.get(found)
    }

    /// What identifies the bundle: a digest of what decides, not of how policies are written.
    ///
    /// Of a decoded bundle it is what the bytes claim; [`Bundle::verify`] computes it again.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether explanations can say what the policies say as written: lines, titles, rows.
    #[must_use]
    pub fn has_explanations(&self) -> bool {
        self.tables.iter().all(Table::has_explanations)
    }

    /// The same bundle without what only explains: decides the same, and is smaller as a file.
    #[must_use]
    pub fn without_explanations(&self) -> Self {
        let tables = self.tables.iter().map(Table::without_explanations).collect();
        Self { tables, digest: self.digest }
    }

    /// The bytes of the bundle; the same tables always give the same bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let versions: Vec<String> =
            self.tables.iter().map(|table| table.version().to_owned()).collect();
        let mut versions_bytes = Vec::new();
        versions.write(&mut versions_bytes);
        let numbered = || (0_u32..).zip(&self.tables);
        let mut sections = vec![(VERSIONS, 0, versions_bytes)];
        sections
            .extend(numbered().map(|(at, table)| (CELLS, at, table.cells().section().to_vec())));
        sections.extend(numbered().map(|(at, table)| (ASSIGN, at, table.assign_section())));
        if self.has_explanations() {
            let explains = numbered().map(|(at, table)| (at, table.explains_section()));
            sections.extend(explains.map(|(at, bytes)| (EXPLAINS, at, bytes.unwrap_or_default())));
        }
        write_bundle(self.digest, self.tables.len(), &sections)
    }

    /// Reads a bundle. All that decides is checked; it never panics, whatever the bytes.
    ///
    /// What explains is read when something first asks for it, so that a service starts at once.
    ///
    /// # Errors
    /// Where the bytes are not a bundle, are of another format version, or are damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, BundleError> {
        Self::decode_owned(bytes.to_vec())
    }

    /// The same of bytes that nobody else needs.
    pub(super) fn decode_owned(bytes: Vec<u8>) -> Result<Self, BundleError> {
        let container = Container::read(&Arc::new(bytes))?;
        container.tables().map_err(BundleError::broken)
    }

    /// Which sections a bundle is made of, in the order of its bytes; what they hold is not read.
    ///
    /// # Errors
    /// Where the container is not that of a bundle, is of another format version, or is damaged.
    pub fn outline(bytes: &[u8]) -> Result<Vec<SectionOutline>, BundleError> {
        let container = Container::read(&Arc::new(bytes.to_vec()))?;
        let outline = |section: Section| SectionOutline {
            kind: match section.kind {
                VERSIONS => "versions",
                CELLS => "cells",
                ASSIGN => "assign",
                _ => "explains",
            },
            table: (section.kind != VERSIONS).then_some(section.table),
            position: section.at,
            length: section.length,
        };
        Ok(container.sections.into_iter().map(outline).collect())
    }

    /// Checks what decoding takes on trust, in the time that compiling would take: that the digest
    /// is that of what decides, and that what explains says exactly what decides; or, without it,
    /// that what decides is what some policy compiles to.
    ///
    /// A service need not: whatever explains, decisions are those of the cells, and statements
    /// that say other things than the cells are never shown. Who compares digests may want to.
    ///
    /// # Errors
    /// Where one of the two does not hold.
    pub fn verify(&self) -> Result<(), BundleError> {
        if digest_of(&self.tables) != self.digest {
            return Err(BundleError::broken("has another digest than what it decides"));
        }
        self.tables.iter().try_for_each(Table::verify).map_err(BundleError::broken)
    }
}

/// The digest of all that decides.
pub(super) fn digest_of(tables: &[Table]) -> Digest {
    let assign: Vec<Vec<u8>> = tables.iter().map(Table::assign_section).collect();
    let parts = tables.iter().zip(&assign);
    Digest::of_parts(parts.flat_map(|(table, assign)| [table.cells().section(), assign]))
}

fn write_bundle(digest: Digest, table_count: usize, sections: &[(u32, u32, Vec<u8>)]) -> Vec<u8> {
    // What does not fit is written as the largest; `Bundle::new` refuses bundles of such a size.
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let mut out = MAGIC.to_vec();
    out.extend(FORMAT_VERSION.to_le_bytes());
    out.extend([0; 4]);
    let mut at = (SECTIONS_AT + sections.len() * SECTION_BYTES).next_multiple_of(ALIGNMENT);
    let length: usize =
        sections.iter().map(|(_, _, bytes)| bytes.len().next_multiple_of(ALIGNMENT)).sum();
    out.extend(u64::try_from(at + length).unwrap_or(u64::MAX).to_le_bytes());
    out.extend([0; 8]);
    out.extend(digest.0);
    out.extend(number(table_count));
    out.extend(number(sections.len()));
    for (kind, table, bytes) in sections {
        out.extend(kind.to_le_bytes());
        out.extend(table.to_le_bytes());
        out.extend(number(at));
        out.extend(number(bytes.len()));
        at += bytes.len().next_multiple_of(ALIGNMENT);
    }
    for (_, _, bytes) in sections {
        pad(&mut out);
        out.extend(bytes);
    }
    pad(&mut out);
    let check = xxh3_64(out.get(DIGEST_AT..).unwrap_or_default());
    if let Some(place) = out.get_mut(CHECK_AT..DIGEST_AT) {
        place.copy_from_slice(&check.to_le_bytes());
    }
    out
}

/// A bundle taken apart into its sections.
struct Container {
    digest: Digest,
    table_count: usize,
    sections: Vec<Section>,
}

impl Container {
    fn read(bytes: &Arc<Vec<u8>>) -> Result<Self, BundleError> {
        if !bytes.starts_with(MAGIC) {
            return Err(BundleError::new(BundleErrorKind::NotABundle));
        }
        let format = number_at(bytes, MAGIC.len()).map_err(BundleError::broken)?;
        if format != FORMAT_VERSION {
            return Err(BundleError::new(BundleErrorKind::OtherFormat { format }));
        }
        Self::read_checked(bytes).map_err(BundleError::broken)
    }

    /// Reads a container of which magic and format version are known to be right.
    fn read_checked(bytes: &Arc<Vec<u8>>) -> Result<Self, Broken> {
        let word = |at: usize| {
            let word = bytes.get(at..).and_then(|rest| rest.first_chunk());
            word.map(|word| u64::from_le_bytes(*word)).ok_or("ends too early")
        };
        // Length and check come first: what is wrong after them was made wrong, not damaged.
        if u64::try_from(bytes.len()) != Ok(word(MAGIC.len() + 8)?) {
            return Err("is cut off, or has something after its end");
        }
        if xxh3_64(bytes.get(DIGEST_AT..).ok_or("ends too early")?) != word(CHECK_AT)? {
            return Err("is damaged: its bytes do not give the number that they are checked by");
        }
        if number_at(bytes, MAGIC.len() + 4)? != 0 {
            return Err("has a reserved word that is not zero");
        }
        let digest = bytes.get(DIGEST_AT..).and_then(|rest| rest.first_chunk::<DIGEST_BYTES>());
        let digest = Digest(*digest.ok_or("ends too early")?);
        let table_count = count_at(bytes, COUNTS_AT)?;
        Ok(Self { digest, table_count, sections: read_sections(bytes, table_count)? })
    }

    fn section(&self, kind: u32, table: usize) -> Result<&Section, Broken> {
        let found = self.sections.binary_search_by_key(&(kind, table), |it| (it.kind, it.table));
        let found = found.ok().and_then(|at| self.sections.get(at));
        found.ok_or("has sections that do not fit each other")
    }

    fn tables(&self) -> Result<Bundle, Broken> {
        let mut input = Reader::new(self.section(VERSIONS, 0)?.bytes());
        let versions: Vec<String> = Vec::read(&mut input)?;
        if !input.is_empty() || versions.len() != self.table_count {
            return Err("has sections that do not fit each other");
        }
        let mut tables: Vec<Table> = Vec::new();
        for (at, version) in versions.into_iter().enumerate() {
            let (cells, assign) = (self.section(CELLS, at)?, self.section(ASSIGN, at)?);
            // A bundle has this for all tables or for none, as its sections were found to say.
            let explains = self.section(EXPLAINS, at).ok().cloned();
            let table = Table::read(version, cells, assign, explains)?;
            if tables.last().is_some_and(|before| before.policy() >= table.policy()) {
                return Err("holds its policies out of order");
            }
            tables.push(table);
        }
        if tables.is_empty() {
            return Err("holds no policy");
        }
        Ok(Bundle { tables, digest: self.digest })
    }
}

/// The sections, all of them, in their order and without gaps.
fn read_sections(bytes: &Arc<Vec<u8>>, table_count: usize) -> Result<Vec<Section>, Broken> {
    const MISFIT: Broken = "has sections that do not fit each other";
    let count = count_at(bytes, COUNTS_AT + 4)?;
    let with = |kinds: usize| table_count.checked_mul(kinds).and_then(|count| count.checked_add(1));
    if Some(count) != with(2) && Some(count) != with(3) {
        return Err(MISFIT);
    }
    let list = bytes.get(SECTIONS_AT..).unwrap_or_default().as_chunks::<SECTION_BYTES>().0;
    let list = list.get(..count).ok_or("ends too early")?;
    let mut end = SECTIONS_AT + count * SECTION_BYTES;
    let mut sections = Vec::new();
    let mut expected = std::iter::once((VERSIONS, 0)).chain(
        (CELLS..=EXPLAINS).flat_map(|kind| (0..table_count).map(move |table| (kind, table))),
    );
    for entry in list {
        let mut input = entry.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number));
        let mut next = || input.next().unwrap_or(u32::MAX);
        let (kind, table, at, length) = (next(), next(), next(), next());
        let position = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        if expected.next() != Some((kind, position(table))) {
            return Err(MISFIT);
        }
        let begin = end.next_multiple_of(ALIGNMENT);
        let gap = bytes.get(end..begin).ok_or("ends too early")?;
        if position(at) != begin || gap.iter().any(|byte| *byte != 0) {
            return Err(MISFIT);
        }
        end = begin.checked_add(position(length)).ok_or("ends too early")?;
        if end > bytes.len() {
            return Err("ends too early");
        }
        let (table, length) = (position(table), position(length));
        sections.push(Section { kind, table, bytes: Arc::clone(bytes), at: begin, length });
    }
    let rest = bytes.get(end..).ok_or("ends too early")?;
    let is_filled = rest.len() < ALIGNMENT && rest.iter().all(|byte| *byte == 0);
    if is_filled && bytes.len().is_multiple_of(ALIGNMENT) { Ok(sections) } else { Err(MISFIT) }
}

fn number_at(bytes: &[u8], at: usize) -> Result<u32, Broken> {
    let number = bytes.get(at..).and_then(|rest| rest.first_chunk());
    number.map(|number| u32::from_le_bytes(*number)).ok_or("ends too early")
}

fn count_at(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    usize::try_from(number_at(bytes, at)?).map_err(|_| "is too large for this machine")
}

/// A part of shared bytes.
#[derive(Clone)]
pub(super) struct Section {
    pub kind: u32,
    /// Position of its table; 0 where it is for all.
    pub table: usize,
    pub bytes: Arc<Vec<u8>>,
    pub at: usize,
    pub length: usize,
}

impl Section {
    pub(super) fn bytes(&self) -> &[u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.get(..self.length).unwrap_or_default()
    }
}

/// One section of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionOutline {
    /// What it holds: `versions`, `cells`, `assign` or `explains`.
    pub kind: &'static str,
    /// Position of its table in [`Bundle::tables`]; none where it is for all.
    pub table: Option<usize>,
    /// Where it begins in the file, in bytes.
    pub position: usize,
    /// Its length in bytes.
    pub length: usize,
}

/// A SHA-256 digest; shows as 64 hexadecimal digits, as `sha256sum` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; DIGEST_BYTES]);

impl Digest {
    /// Of several parts, as if they were one.
    pub(super) fn of_parts<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> Self {
        let mut hasher = Sha256::new();
        parts.into_iter().for_each(|part| hasher.update(part));
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
