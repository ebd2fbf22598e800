//! Building a bundle from tables: the other door beside decoding.
//!
//! Not in the runtime half: services load bundles and build none.

use crate::model::RoleId;

use super::bundle::rules_section;
use super::bytes::Broken;
use super::rules::Says;
use super::{Bundle, BundleError, Digest, Table};

impl Bundle {
    /// Puts tables together, in any order.
    ///
    /// # Errors
    /// Where two tables have the same policy id, or the whole is too large for the format.
    pub(crate) fn new(mut tables: Vec<Table>) -> Result<Self, BundleError> {
        tables.sort_by(|before, after| before.policy().cmp(after.policy()));
        if tables.is_empty() {
            return Err(BundleError::broken("holds no policy"));
        }
        if !tables.is_sorted_by(|before, after| before.policy() < after.policy()) {
            return Err(BundleError::broken("holds a policy twice"));
        }
        let bundle = Self { digest: Digest::of(&rules_section(&tables)), tables };
        // INVARIANT: what is in memory can be written, since lengths are 32 bits in the file.
        match u32::try_from(bundle.encode().len()) {
            Ok(_) => Ok(bundle),
            Err(_) => Err(BundleError::broken("is larger than its format allows, 4 GiB")),
        }
    }
}

impl Table {
    /// The table with what its `no-subsumed-roles` constraints speak of: pairs of their roles.
    ///
    /// # Errors
    /// The position of a constraint whose roles cannot be compared.
    pub(crate) fn with_subsumed<E>(
        self,
        subsumed: impl Fn(&Self, &[RoleId]) -> Result<Vec<(RoleId, RoleId)>, E>,
    ) -> Result<Result<Self, Broken>, usize> {
        let mut rules = self.rules.clone();
        for (at, constraint) in rules.constraints.iter_mut().enumerate() {
            if let Says::NoSubsumedRoles { roles, subsumed: pairs } = &mut constraint.says {
                *pairs = subsumed(&self, roles).map_err(|_| at)?;
            }
        }
        Ok(Self::new(rules, self.notes))
    }
}
