//! What changed between two bundles: every decision, and everything that is stated of roles.
//!
//! Not text, and not files or revisions: two bundles are given, and what comes out is data.
//!
//! ```text
//! names        what both tables name, side by side
//! terms        which cells may differ at all
//! space        the finite model of both tables together; domains: values that either tells apart
//! walk         one cell asked in every situation, of both
//! cover        the shortest true condition; words: in the policies' names; guard: as data
//! cells        what changed in a cell
//! visible      whether anybody notices a forbid
//! compare      all cells of two tables, and why that is exact
//! statements   constraints, delegations, invariants; obligations: the least that they say
//! weighed      what the obligations of both come to
//! renames      names that perhaps became others
//! access       all that one table allows, cell by cell, in words that only its meaning chooses
//! verdict      one word for it all, and the change of version that it needs
//! ```

mod access;
mod cells;
mod change;
mod compare;
pub(crate) mod cover;
mod declared;
mod domains;
mod guard;
mod names;
pub(crate) mod obligations;
mod renames;
mod says;
mod space;
mod statements;
mod terms;
mod verdict;
mod visible;
mod walk;
mod weighed;
pub(crate) mod words;

use crate::table::rules::{Constraint, Delegation};
use crate::table::{Bundle, Table};

pub(crate) use access::{Access, AccessCell, CellOf, access, condition_words, literal_words};
pub use change::{
    AccessChange, How, NameChange, PolicyDiff, Rename, Source as ChangeSource, State,
    StatementChange, Who,
};
pub use guard::{Clause, ConditionIs, Guard, HeldIs, KindIs, Side, Stands, ValueIs, Within};
pub use verdict::{Bump, Verdict};

/// What changed between two bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diff {
    /// The policies that both have, sorted by id.
    pub policies: Vec<PolicyDiff>,
    /// Ids of policies that only the new bundle has.
    pub added: Vec<String>,
    /// Ids of policies that only the old bundle has.
    pub removed: Vec<String>,
}

impl Diff {
    /// What it all comes to. A policy more is wider, one less narrower.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::Same;
        if !self.added.is_empty() {
            verdict = verdict.and(Verdict::Wider);
        }
        if !self.removed.is_empty() {
            verdict = verdict.and(Verdict::Narrower);
        }
        self.policies.iter().fold(verdict, |all, policy| all.and(policy.verdict))
    }
}

/// Why two bundles cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiffError {
    /// They have no policy in common.
    NothingInCommon {
        /// The ids of the old one's policies.
        old: Vec<String>,
        /// The ids of the new one's policies.
        new: Vec<String>,
    },
    /// An action depends on more situations than policyc looks at.
    TooManySituations {
        /// The policy's id.
        policy: String,
        /// The action.
        action: String,
    },
}

impl std::fmt::Display for DiffError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NothingInCommon { old, new } => write!(
                f,
                "no policy is in both: the old has {}, the new {}",
                listed(old),
                listed(new)
            ),
            Self::TooManySituations { policy, action } => write!(
                f,
                "`{action}` of policy `{policy}` depends on too many attributes and assertions \
                 to be compared"
            ),
        }
    }
}

impl std::error::Error for DiffError {}

fn listed(ids: &[String]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

/// Compares two bundles, policy by policy.
///
/// Exact over the finite model of both, *missing* included as a value; what is written otherwise
/// and decides alike is the same.
///
/// # Errors
/// Where they have no policy in common, or an action depends on more situations than may be looked
/// at.
///
/// # Panics
/// Never.
pub fn diff(old: &Bundle, new: &Bundle) -> Result<Diff, DiffError> {
    let ids = |bundle: &Bundle, other: &Bundle| -> Vec<String> {
        let alone = bundle.tables().iter().map(Table::policy);
        alone.filter(|id| other.table(id).is_none()).map(str::to_owned).collect()
    };
    let (removed, added) = (ids(old, new), ids(new, old));
    let pairs = new.tables().iter().filter_map(|table| Some((old.table(table.policy())?, table)));
    let policies = pairs.map(|(old, new)| diff_tables(old, new));
    let policies = policies.collect::<Result<Vec<_>, _>>()?;
    if policies.is_empty() {
        return Err(DiffError::NothingInCommon { old: removed, new: added });
    }
    Ok(Diff { policies, added, removed })
}

/// Compares two tables, of one policy or taken to be so.
///
/// # Errors
/// Where an action depends on more situations than may be looked at.
///
/// # Panics
/// Never.
pub fn diff_tables(old: &Table, new: &Table) -> Result<PolicyDiff, DiffError> {
    compare::policy(old, new)
}

/// What a constraint says, in one line of names.
pub(crate) fn constraint_words(table: &Table, constraint: &Constraint) -> String {
    says::Lists(table).constraint(constraint)
}

/// What a delegation says, in one line of names.
pub(crate) fn delegation_words(table: &Table, delegation: &Delegation) -> String {
    says::Lists(table).delegation(delegation)
}
