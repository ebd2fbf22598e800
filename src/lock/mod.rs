//! The lock: the access of policies as text made for review, and sources held to it.
//!
//! Not files (`cli` reads and writes them), and not what a cell means (`diff` says it: what is
//! locked and what a diff tells come out of one finite model).
//!
//! ```text
//! lock 1
//!
//! policy newsroom 1.0.0 sha256:…
//! role editor
//! cell editor articles.publish allowed when resource.desk is principal.desk
//! cell editor articles.purge forbids
//! delegation chief may assign editor
//! ```
//!
//! A line is a fact of who may do what, and stands by itself: lines are sorted, so that a change of
//! access changes exactly the lines of what it changes, and the heading.
//!
//! - `kind`, `scope`, `role`, `direct`: who may hold what, and where. What a role inherits is not
//!   there: its cells are.
//! - `attribute`: the type and the values of what a line below asks for, and of no other.
//! - `cell ROLE ACTION`: `allowed`, and when; `forbids`, and when, of what is denied to whoever
//!   holds the role, beside any other role too. `*` is everyone, by the roles that kinds hold, and
//!   what it says is said of no role again; `(direct)` is whoever is given the action directly. A
//!   role is held as the resource's scope asks for, unless the words say otherwise. An action that
//!   nobody may do has no line.
//! - `constraint`, `advice`, `delegation`: the least that each says, however many entries say it.
//!
//! Invariants are not there: they say of access what the cells say. The digest of a heading is the
//! SHA-256 of the policy's lines, each with its line feed. It finds out lines that were edited by
//! hand or merged badly, and an edit of the sources that changes no line leaves it as it is.

mod compare;
mod lines;
mod obligations;
mod places;
mod read;

use std::fmt;

use crate::diff::DiffError;
use crate::table::{Bundle, Digest};

pub use compare::{Covers, LockFile, check_lock};
pub use read::read_lock;

/// The version of the lock's lines, which a lock states first.
pub const LOCK_VERSION: u32 = 1;

const HEADER: &str = "\
# What the policies beside this file allow, one line a cell: `policyc check --locked` holds them \
to it.
# Written by `policyc lock`. A line that changes here is access that changes: review it as such.
";

/// The access of policies, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock {
    /// Sorted by id.
    policies: Vec<LockedPolicy>,
}

/// The lines of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockedPolicy {
    pub policy: String,
    pub version: String,
    pub lines: Vec<String>,
}

impl LockedPolicy {
    fn digest(&self) -> Digest {
        digest(self.lines.iter().map(String::as_str))
    }
}

fn digest<'l>(lines: impl Iterator<Item = &'l str>) -> Digest {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    Digest::of(text.as_bytes())
}

impl Lock {
    /// The ids of its policies, sorted.
    pub fn policies(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|locked| locked.policy.as_str())
    }

    /// How many lines there are, of all policies.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.policies.iter().map(|locked| locked.lines.len()).sum()
    }

    /// Adds the policies of another lock that this one does not have.
    pub fn keep(&mut self, other: Self) {
        for locked in other.policies {
            if self.policies().all(|policy| policy != locked.policy) {
                self.policies.push(locked);
            }
        }
        self.policies.sort_by(|one, other| one.policy.cmp(&other.policy));
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}lock {LOCK_VERSION}")?;
        for locked in &self.policies {
            let LockedPolicy { policy, version, lines } = locked;
            writeln!(f, "\npolicy {policy} {version} sha256:{}", locked.digest())?;
            for line in lines {
                writeln!(f, "{line}")?;
            }
        }
        Ok(())
    }
}

/// An action depends on more situations than policyc looks at, and cannot be locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockError {
    policy: String,
    action: String,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, action } = self;
        write!(
            f,
            "`{action}` of policy `{policy}` depends on too many attributes and assertions to be \
             locked"
        )
    }
}

impl std::error::Error for LockError {}

/// The lock of compiled policies; the same access always gives the same text.
///
/// # Errors
/// Where an action depends on more situations than may be looked at.
///
/// # Panics
/// Never.
pub fn lock(bundle: &Bundle) -> Result<Lock, LockError> {
    let locked = bundle.tables().iter().map(|table| {
        let lines = lines::lines(table).map_err(|error| match error {
            DiffError::TooManySituations { policy, action } => LockError { policy, action },
            DiffError::NothingInCommon { .. } => {
                LockError { policy: table.policy().to_owned(), action: String::new() }
            }
        })?;
        let (policy, version) = (table.policy().to_owned(), table.version().to_owned());
        Ok(LockedPolicy { policy, version, lines })
    });
    Ok(Lock { policies: locked.collect::<Result<_, _>>()? })
}
