//! What must hold of every statement: the one check of rules and notes, from wherever they come.
//!
//! Not the language's checks: those speak of policy text, with places and help, and are stricter.
//! Here is what reading them relies on: ids in range, names sorted and well-formed, nothing
//! circular. What `decide` relies on is checked once more of the cells, which it reads.

use crate::model::limits::fits;
use crate::model::{ActionId, Effect, Id, name};

use super::bytes::Broken;
use super::notes::{Invariant, Notes};
use super::rules::{Direct, Grant, GrantRoles, Role, Rules};
use super::vocabulary::{Vocabulary, ids, is_acyclic, require, strictly_ascending};

/// Checks everything that reading and deciding rely on.
///
/// # Errors
/// The first thing that does not hold, in words that end a sentence "the bundle …".
pub(crate) fn check(rules: &Rules, notes: &Notes) -> Result<(), Broken> {
    let fits = fits(rules.roles.len(), rules.actions.len(), rules.grants.len());
    require(fits, "has more roles, actions or grants than a table may have")?;
    require(name::is_version(&notes.version), "has a malformed version")?;
    check_names(rules)?;
    let vocabulary = rules.vocabulary();
    vocabulary.check()?;
    let lists = Lists { vocabulary, action_count: rules.actions.len() };
    rules.roles.iter().try_for_each(|role| lists.role(role))?;
    vocabulary.holds(|role| {
        let role = rules.roles.get(role.index())?;
        Some((role.kinds.as_deref(), role.scope))
    })?;
    let juniors = |at: usize| {
        let role = rules.roles.get(at);
        role.map_or(Vec::new(), |role| role.inherits.iter().map(|id| id.index()).collect())
    };
    require(is_acyclic(rules.roles.len(), juniors), "has roles that inherit from themselves")?;
    rules.direct.iter().try_for_each(|direct| lists.direct(direct))?;
    rules.grants.iter().try_for_each(|grant| lists.grant(grant))?;
    rules.constraints.iter().try_for_each(|constraint| vocabulary.constraint(constraint))?;
    rules.delegations.iter().try_for_each(|delegation| vocabulary.delegation(delegation))?;
    require(
        rules.grants.is_sorted() && rules.constraints.is_sorted() && rules.delegations.is_sorted(),
        "has statements out of their canonical order",
    )?;
    check_notes(rules, notes)?;
    notes.invariants.iter().try_for_each(|invariant| lists.invariant(invariant))
}

/// Names are as policies may have them, in order, and each once.
pub(super) fn check_names(rules: &Rules) -> Result<(), Broken> {
    let well_formed = rules.roles.iter().all(|role| name::is_role(&role.name))
        && rules.actions.iter().all(|action| name::is_action(action));
    require(well_formed, "has a malformed name")?;
    let sorted = strictly_ascending(rules.roles.iter().map(|role| &role.name))
        && strictly_ascending(&rules.actions);
    require(sorted, "has names out of order or twice")
}

/// Checks lists of ids against the lists that they point into.
struct Lists<'a> {
    vocabulary: Vocabulary<'a>,
    action_count: usize,
}

impl Lists<'_> {
    fn actions(&self, list: &[ActionId]) -> Result<(), Broken> {
        ids(list, self.action_count)
    }

    fn role(&self, role: &Role) -> Result<(), Broken> {
        self.vocabulary.roles(&role.inherits)?;
        self.vocabulary.kinds(role.kinds.as_ref())?;
        self.vocabulary.scope(role.scope)
    }

    fn direct(&self, direct: &Direct) -> Result<(), Broken> {
        self.actions(&direct.actions)?;
        self.vocabulary.kinds(direct.kinds.as_ref())
    }

    fn grant(&self, grant: &Grant) -> Result<(), Broken> {
        self.actions(&grant.actions)?;
        match &grant.roles {
            GrantRoles::Everyone => {
                require(grant.effect == Effect::Forbid, "has a permit for everyone")?;
            }
            GrantRoles::Roles { roles } => self.vocabulary.roles(roles)?,
        }
        self.vocabulary.conditions(&grant.when)?;
        self.vocabulary.conditions(&grant.unless)
    }

    fn invariant(&self, invariant: &Invariant) -> Result<(), Broken> {
        invariant.roles.iter().try_for_each(|roles| self.vocabulary.roles(roles))?;
        self.actions(&invariant.actions)?;
        self.actions(&invariant.except)?;
        self.vocabulary.roles(&invariant.of)?;
        self.vocabulary.conditions(&invariant.when)?;
        self.vocabulary.conditions(&invariant.unless)?;
        self.vocabulary.kinds(invariant.kinds.as_ref())
    }
}

fn check_notes(rules: &Rules, notes: &Notes) -> Result<(), Broken> {
    let parallel = notes.kinds.len() == rules.kinds.len()
        && notes.scopes.len() == rules.scopes.len()
        && notes.attributes.len() == rules.attributes.len()
        && notes.conditions.len() == rules.conditions.len()
        && notes.roles.len() == rules.roles.len()
        && notes.actions.len() == rules.actions.len()
        && notes.grants.len() == rules.grants.len()
        && notes.constraints.len() == rules.constraints.len()
        && notes.delegations.len() == rules.delegations.len()
        && notes.direct.is_some() == rules.direct.is_some();
    require(parallel, "explains other things than it decides")?;
    let ordered = is_permutation(&notes.kind_order, rules.kinds.len())
        && is_permutation(&notes.role_order, rules.roles.len())
        && is_permutation(&notes.action_order, rules.actions.len())
        && is_permutation(&notes.grant_order, rules.grants.len());
    require(ordered, "has an order that leaves something out")?;
    for grant in &notes.grants {
        let in_range = grant
            .row
            .is_none_or(|row| usize::try_from(row).is_ok_and(|row| row < notes.rows.len()));
        require(in_range, "has a grant in a row that is not there")?;
        ids(&grant.uncertain, rules.roles.len())?;
    }
    Ok(())
}

fn is_permutation<I: Id + Ord>(order: &[I], count: usize) -> bool {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    order.len() == count && sorted.iter().enumerate().all(|(at, id)| id.index() == at)
}
