//! What speaks of assignments: inheritance, constraints and delegations.
//!
//! Not read by `decide`, and small: it is copied when a table is loaded, so that a service can ask
//! who may give which role also where the bundle explains nothing.

use crate::model::{Id as _, RoleId};

use super::bytes::Broken;
use super::rules::{Constraint, Delegation};
use super::vocabulary::{Vocabulary, is_acyclic, require, strictly_ascending};

/// Everything of one policy that assignments of roles must obey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssignRules {
    /// Roles that have juniors, each with those that its policy names; ascending.
    pub juniors: Vec<(RoleId, Vec<RoleId>)>,
    pub constraints: Vec<Constraint>,
    pub delegations: Vec<Delegation>,
}

impl AssignRules {
    /// The juniors that the policy names for a role.
    pub(crate) fn juniors(&self, role: RoleId) -> &[RoleId] {
        let found = self.juniors.binary_search_by_key(&role, |(senior, _)| *senior).ok();
        found.and_then(|at| self.juniors.get(at)).map_or(&[], |(_, juniors)| juniors)
    }

    /// Checks lists of ids, and that no role inherits from itself.
    ///
    /// # Errors
    /// The first thing that does not hold, in words that end a sentence "the bundle …".
    pub(super) fn check(&self, vocabulary: &Vocabulary<'_>) -> Result<(), Broken> {
        let seniors: Vec<RoleId> = self.juniors.iter().map(|(senior, _)| *senior).collect();
        vocabulary.roles(&seniors)?;
        for (_, juniors) in &self.juniors {
            require(!juniors.is_empty(), "has a senior role without juniors")?;
            vocabulary.roles(juniors)?;
        }
        let edges = |at: usize| {
            let juniors = RoleId::new(at).map_or(&[][..], |role| self.juniors(role));
            juniors.iter().map(|id| id.index()).collect()
        };
        let circular = !seniors.is_empty() && !is_acyclic(vocabulary.role_count, edges);
        require(!circular, "has roles that inherit from themselves")?;
        self.constraints.iter().try_for_each(|constraint| vocabulary.constraint(constraint))?;
        self.delegations.iter().try_for_each(|delegation| vocabulary.delegation(delegation))?;
        let sorted = self.constraints.is_sorted()
            && self.delegations.is_sorted()
            && strictly_ascending(&seniors);
        require(sorted, "has statements out of their canonical order")
    }
}
