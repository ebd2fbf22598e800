//! The bundle: the file of compiled tables that services load.
//!
//! Not a stable format yet: this is format 0, of which nothing is promised but that every other
//! format is refused with the remedy, and that any change of any byte is refused.
//!
//! A format of our own, because a service must be able to read it without the compiler, any
//! language must be able to, and what is loaded decides who may do what: everything is read,
//! checked and copied, nothing is trusted. That costs this file; it buys that a damaged or
//! tampered bundle is an error and never a wrong answer.
//!
//! ```text
//! bytes     what
//! 0..8      magic: "policyc", then a zero byte
//! 8..12     format version, u32; all numbers are little-endian
//! 12..16    reserved, zero
//! 16..48    identity: SHA-256 of the rules section
//! 48..52    length of the rules section, u32
//! ..        rules section: a counted list of rules, sorted by policy id
//! ..+4      length of the notes section, u32
//! ..        notes section: a counted list of notes, parallel to the rules
//! last 32   SHA-256 of everything before
//! ```

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::Table;
use super::bytes::{Broken, Reader, Wire};
use super::notes::Notes;
use super::rules::Rules;

/// The bundle format that this crate writes and reads.
pub const FORMAT_VERSION: u32 = 0;

const MAGIC: &[u8; 8] = b"policyc\0";
const DIGEST_BYTES: usize = 32;

/// Compiled tables, by policy id: what a service loads at start-up.
///
/// Immutable and `Send + Sync`; share it behind an `Arc`.
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

    /// What identifies the bundle: a digest of what decides, not of file names and lines.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The bytes of the bundle; the same tables always give the same bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        FORMAT_VERSION.write(&mut out);
        0_u32.write(&mut out);
        out.extend(self.digest.0);
        write_section(&rules_section(&self.tables), &mut out);
        let notes = self.tables.iter().map(Table::notes);
        write_section(&section(notes), &mut out);
        let check = Digest::of(&out);
        out.extend(check.0);
        out
    }

    /// Reads a bundle. Everything is checked; it never panics, whatever the bytes.
    ///
    /// # Errors
    /// Where the bytes are not a bundle, are of another format version, or are damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, BundleError> {
        let mut input = Reader::new(bytes);
        if input.take(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(BundleError { kind: BundleErrorKind::NotABundle });
        }
        let format = u32::read(&mut input).map_err(BundleError::broken)?;
        if format != FORMAT_VERSION {
            return Err(BundleError { kind: BundleErrorKind::OtherFormat { format } });
        }
        decode_checked(bytes).map_err(BundleError::broken)
    }
}

/// Reads a bundle of which magic and format version are known to be right.
fn decode_checked(bytes: &[u8]) -> Result<Bundle, Broken> {
    let (content, check) = bytes.split_last_chunk::<DIGEST_BYTES>().ok_or("ends too early")?;
    // The digest comes first: after it, what is wrong was made wrong, not damaged on the way.
    if Digest::of(content).0 != *check {
        return Err("is damaged: its bytes do not have the digest it ends with");
    }
    let mut input = Reader::new(content);
    input.take(MAGIC.len() + size_of_val(&FORMAT_VERSION))?;
    if u32::read(&mut input)? != 0 {
        return Err("has a reserved word that is not zero");
    }
    let digest = input.take(DIGEST_BYTES)?;
    let rules_bytes = read_section(&mut input)?;
    let identity = Digest::of(rules_bytes);
    if identity.0 != *digest {
        return Err("has another identity than what it decides");
    }
    let rules: Vec<Rules> = read_list(rules_bytes)?;
    let notes: Vec<Notes> = read_list(read_section(&mut input)?)?;
    if !input.is_empty() || rules.len() != notes.len() {
        return Err("has sections that do not fit each other");
    }
    let tables = rules.into_iter().zip(notes).map(|(rules, notes)| Table::new(rules, notes));
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    if tables.is_empty() {
        return Err("holds no policy");
    }
    if !tables.is_sorted_by(|before, after| before.policy() < after.policy()) {
        return Err("holds its policies out of order");
    }
    Ok(Bundle { tables, digest: identity })
}

pub(super) fn rules_section(tables: &[Table]) -> Vec<u8> {
    section(tables.iter().map(Table::rules))
}

fn section<'a, T: Wire + 'a>(items: impl ExactSizeIterator<Item = &'a T>) -> Vec<u8> {
    let mut out = Vec::new();
    u32::try_from(items.len()).unwrap_or(u32::MAX).write(&mut out);
    items.for_each(|item| item.write(&mut out));
    out
}

fn write_section(section: &[u8], out: &mut Vec<u8>) {
    u32::try_from(section.len()).unwrap_or(u32::MAX).write(out);
    out.extend(section);
}

fn read_section<'a>(input: &mut Reader<'a>) -> Result<&'a [u8], Broken> {
    let count = usize::try_from(u32::read(input)?).map_err(|_| "is too large for this machine")?;
    input.take(count)
}

fn read_list<T: Wire>(bytes: &[u8]) -> Result<Vec<T>, Broken> {
    let mut input = Reader::new(bytes);
    let list = Vec::read(&mut input)?;
    if input.is_empty() { Ok(list) } else { Err("has bytes left over in a section") }
}

/// A SHA-256 digest; shows as 64 hexadecimal digits, as `sha256sum` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; DIGEST_BYTES]);

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why bytes are not a bundle that this crate can answer from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleError {
    kind: BundleErrorKind,
}

/// What kind of bundle error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleErrorKind {
    /// The bytes do not begin as a bundle does.
    NotABundle,
    /// A bundle of another format version.
    OtherFormat {
        /// The version that the file states.
        format: u32,
    },
    /// A bundle whose bytes are damaged or contradict each other.
    Broken {
        /// What is wrong, in words that end a sentence "the bundle …".
        what: &'static str,
    },
}

impl BundleError {
    pub(super) const fn broken(what: Broken) -> Self {
        Self { kind: BundleErrorKind::Broken { what } }
    }

    /// What kind of error it is.
    #[must_use]
    pub const fn kind(&self) -> BundleErrorKind {
        self.kind
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            BundleErrorKind::NotABundle => write!(f, "this is not a policyc bundle"),
            BundleErrorKind::OtherFormat { format } => write!(
                f,
                "the bundle has format {format}, and this policyc reads format {FORMAT_VERSION}: \
                 compile the policies again with this version, or use the version that wrote it"
            ),
            BundleErrorKind::Broken { what } => write!(f, "the bundle {what}"),
        }
    }
}

impl std::error::Error for BundleError {}
