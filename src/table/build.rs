//! Building a bundle from tables: the other door beside decoding.
//!
//! Not in the runtime half: services load bundles and build none.

use std::sync::{Arc, OnceLock};

use crate::model::{Id as _, RoleId};

use super::assign::AssignRules;
use super::bundle::digest_of;
use super::bytes::Broken;
use super::cells::{self, Cells};
use super::index::RoleFace;
use super::notes::Notes;
use super::rules::{Role, Rules, Says};
use super::statements::Statements;
use super::{Bundle, BundleError, Digest, Inner, Table};

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
        let bundle = Self { digest: digest_of(&tables), tables };
        // INVARIANT: what is in memory can be written, since lengths are 32 bits in the file.
        let cells: usize = bundle.tables.iter().map(|table| table.cells().section().len()).sum();
        match u32::try_from(cells) {
            Ok(_) => Ok(bundle),
            Err(_) => Err(BundleError::broken("is larger than its format allows, 4 GiB")),
        }
    }
}

impl Table {
    /// Makes a table of what a policy states: the builder's door.
    ///
    /// # Errors
    /// What does not hold, in words that end a sentence "the bundle …".
    pub(crate) fn new(rules: Rules, notes: Notes) -> Result<Self, Broken> {
        let statements = Statements::new(rules, notes)?;
        let section = Arc::new(cells::write(&statements.rules, &statements.index));
        let length = section.len();
        let inner = Inner {
            version: statements.notes.version.clone(),
            cells: Cells::read(&section, 0, length)?,
            assign: AssignRules::of(&statements.rules),
            explains: None,
            is_explained: true,
            statements: OnceLock::from(statements),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A role as it is stated.
    pub(crate) fn role(&self, id: RoleId) -> Option<&Role> {
        self.rules().roles.get(id.index())
    }

    /// What the statements permit a role.
    pub(crate) fn by_role(&self, id: RoleId) -> Option<&RoleFace> {
        self.statements().index.by_role.get(id.index())
    }

    /// The table with what its `no-subsumed-roles` constraints speak of: pairs of their roles.
    ///
    /// # Errors
    /// The position of a constraint whose roles cannot be compared.
    pub(crate) fn with_subsumed<E>(
        self,
        subsumed: impl Fn(&Self, &[RoleId]) -> Result<Vec<(RoleId, RoleId)>, E>,
    ) -> Result<Result<Self, Broken>, usize> {
        if !self.rules().constraints.iter().any(|constraint| compares(&constraint.says)) {
            return Ok(Ok(self));
        }
        let mut rules = self.rules().clone();
        for (at, constraint) in rules.constraints.iter_mut().enumerate() {
            if let Says::NoSubsumedRoles { roles, subsumed: pairs } = &mut constraint.says {
                *pairs = subsumed(&self, roles).map_err(|_| at)?;
            }
        }
        Ok(Self::new(rules, self.notes().clone()))
    }
}

impl AssignRules {
    /// Those of the rules.
    pub(crate) fn of(rules: &Rules) -> Self {
        let all = rules.roles.iter().enumerate();
        let seniors = all.filter(|(_, role)| !role.inherits.is_empty());
        Self {
            juniors: seniors
                .filter_map(|(at, role)| Some((RoleId::new(at)?, role.inherits.clone())))
                .collect(),
            constraints: rules.constraints.clone(),
            delegations: rules.delegations.clone(),
        }
    }
}

const fn compares(says: &Says) -> bool {
    matches!(says, Says::NoSubsumedRoles { .. })
}

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self::of_parts([bytes])
    }
}
