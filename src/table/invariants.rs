//! What must hold of every table: the one check behind both doors, the builder's and the decoder's.
//!
//! Not the language's checks: those speak of policy text, with places and help, and are stricter.
//! Here is what `evaluate` relies on: ids in range, names sorted and well-formed, nothing circular,
//! conditions small enough to walk. A table that passes cannot make a decision fail.

use crate::model::limits::{CONDITION_DEPTH_MAX, CONDITION_TESTS_MAX, fits};
use crate::model::{BuiltIn, ConditionId, Effect, Id, Literal, ValueType, name};

use super::bytes::Broken;
use super::notes::{Invariant, Notes};
use super::rules::{
    Attribute, Condition, Constraint, Delegation, Direct, Grant, GrantRoles, Role, Rules, Says,
    Test,
};

/// Checks everything that reading and deciding rely on.
///
/// # Errors
/// The first thing that does not hold, in words that end a sentence "the bundle …".
pub(crate) fn check(rules: &Rules, notes: &Notes) -> Result<(), Broken> {
    let fits = fits(rules.roles.len(), rules.actions.len(), rules.grants.len());
    require(fits, "has more roles, actions or grants than a table may have")?;
    require(name::is_version(&notes.version), "has a malformed version")?;
    check_names(rules)?;
    check_conditions(rules)?;
    let lists = Lists { rules };
    rules.attributes.iter().try_for_each(check_attribute)?;
    check_built_in(rules)?;
    rules.roles.iter().try_for_each(|role| lists.role(role))?;
    lists.kinds_and_scopes()?;
    rules.direct.iter().try_for_each(|direct| lists.direct(direct))?;
    rules.grants.iter().try_for_each(|grant| lists.grant(grant))?;
    rules.constraints.iter().try_for_each(|constraint| lists.constraint(constraint))?;
    rules.delegations.iter().try_for_each(|delegation| lists.delegation(delegation))?;
    require(
        rules.grants.is_sorted() && rules.constraints.is_sorted() && rules.delegations.is_sorted(),
        "has statements out of their canonical order",
    )?;
    check_notes(rules, notes)?;
    notes.invariants.iter().try_for_each(|invariant| lists.invariant(invariant))
}

/// Whether nothing reaches itself along the edges, which lead from a position to others.
pub(crate) fn is_acyclic(count: usize, edges: impl Fn(usize) -> Vec<usize>) -> bool {
    let mut incoming = vec![0_usize; count];
    for to in (0..count).flat_map(&edges) {
        if let Some(number) = incoming.get_mut(to) {
            *number += 1;
        }
    }
    let mut open: Vec<usize> =
        incoming.iter().enumerate().filter(|(_, number)| **number == 0).map(|(at, _)| at).collect();
    let mut done_count = 0_usize;
    while let Some(at) = open.pop() {
        done_count += 1;
        for to in edges(at) {
            if let Some(number) = incoming.get_mut(to) {
                *number -= 1;
                if *number == 0 {
                    open.push(to);
                }
            }
        }
    }
    done_count == count
}

fn require(holds: bool, broken: Broken) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(broken) }
}

fn strictly_ascending<T: PartialOrd>(list: impl IntoIterator<Item = T>) -> bool {
    list.into_iter().is_sorted_by(|before, after| before < after)
}

fn check_names(rules: &Rules) -> Result<(), Broken> {
    let well_formed = name::is_identifier(&rules.policy)
        && rules.kinds.iter().all(|kind| name::is_identifier(&kind.name))
        && rules.scopes.iter().all(|scope| name::is_identifier(&scope.name))
        && rules.conditions.iter().all(|condition| name::is_identifier(&condition.name))
        && rules.attributes.iter().all(|attribute| name::is_part(&attribute.name))
        && rules.roles.iter().all(|role| name::is_role(&role.name))
        && rules.actions.iter().all(|action| name::is_action(action));
    require(well_formed, "has a malformed name")?;
    let sorted = strictly_ascending(rules.kinds.iter().map(|kind| &kind.name))
        && strictly_ascending(rules.scopes.iter().map(|scope| &scope.name))
        && strictly_ascending(rules.conditions.iter().map(|condition| &condition.name))
        && strictly_ascending(
            rules.attributes.iter().map(|attribute| (attribute.namespace, &attribute.name)),
        )
        && strictly_ascending(rules.roles.iter().map(|role| &role.name))
        && strictly_ascending(&rules.actions);
    require(sorted, "has names out of order or twice")
}

fn check_conditions(rules: &Rules) -> Result<(), Broken> {
    let oversized = oversized_conditions(&rules.conditions);
    require(oversized.is_empty(), "has a circular condition or one beyond the limits")
}

/// The conditions that nest too deep or take too many tests, circular ones among them.
///
/// Stops at the limits, so a circle or an exponential tree costs no more than a large condition.
pub(crate) fn oversized_conditions(conditions: &[Condition]) -> Vec<ConditionId> {
    let mut measured = vec![None; conditions.len()];
    let ids = (0..conditions.len()).filter_map(ConditionId::new);
    ids.filter(|id| measure(conditions, *id, CONDITION_DEPTH_MAX, &mut measured).is_none())
        .collect()
}

/// How deep a condition nests and how many tests it takes; `None` beyond the limits.
fn measure(
    conditions: &[Condition],
    id: ConditionId,
    depth_left: u32,
    measured: &mut [Option<(u32, u32)>],
) -> Option<(u32, u32)> {
    if let Some(known) = *measured.get(id.index())? {
        return (known.0 <= depth_left).then_some(known);
    }
    let below = depth_left.checked_sub(1)?;
    let (mut depth, mut tests) = (0, 1_u32);
    for part in parts(&conditions.get(id.index())?.test) {
        let (part_depth, part_tests) = measure(conditions, *part, below, measured)?;
        depth = depth.max(part_depth);
        tests = tests.saturating_add(part_tests);
    }
    let known = (depth + 1, tests);
    if tests > CONDITION_TESTS_MAX {
        return None;
    }
    *measured.get_mut(id.index())? = Some(known);
    Some(known)
}

/// The conditions that a condition is made of.
pub(crate) fn parts(test: &Test) -> &[ConditionId] {
    match test {
        Test::All { conditions } | Test::Any { conditions } => conditions,
        Test::Not { condition } => std::slice::from_ref(condition),
        Test::Asserted
        | Test::OneOf { .. }
        | Test::Matches { .. }
        | Test::AtLeast { .. }
        | Test::AtMost { .. } => &[],
    }
}

fn check_attribute(attribute: &Attribute) -> Result<(), Broken> {
    require(strictly_ascending(&attribute.values), "has attribute values out of order")?;
    let typed = attribute.values.iter().all(|value| value.value_type() == attribute.value_type);
    require(typed, "has an attribute value of another type")
}

/// The built-in attributes are all there, and are what they always are.
fn check_built_in(rules: &Rules) -> Result<(), Broken> {
    let sound = |built_in: BuiltIn| {
        let found = rules.attributes.iter().find(|attribute| {
            BuiltIn::find(attribute.namespace, &attribute.name) == Some(built_in)
        });
        let kinds = rules.kinds.iter().filter(|_| built_in == BuiltIn::PrincipalKind);
        let values = kinds.map(|kind| Literal::String(kind.name.clone()));
        found.is_some_and(|attribute| {
            attribute.value_type == ValueType::String && attribute.values.iter().cloned().eq(values)
        })
    };
    require(BuiltIn::ALL.into_iter().all(sound), "has other built-in attributes")
}

/// Checks lists of ids against the lists that they point into.
struct Lists<'a> {
    rules: &'a Rules,
}

impl Lists<'_> {
    fn ids<I: Id + PartialOrd>(list: &[I], count: usize) -> Result<(), Broken> {
        require(strictly_ascending(list), "has a list of ids out of order")?;
        require(list.iter().all(|id| id.index() < count), "has an id that points nowhere")
    }

    fn roles(&self, list: &[crate::model::RoleId]) -> Result<(), Broken> {
        Self::ids(list, self.rules.roles.len())
    }

    fn kinds(&self, list: Option<&Vec<crate::model::KindId>>) -> Result<(), Broken> {
        let Some(list) = list else { return Ok(()) };
        require(!list.is_empty(), "has a list of kinds that lets nobody in")?;
        Self::ids(list, self.rules.kinds.len())
    }

    fn actions(&self, list: &[crate::model::ActionId]) -> Result<(), Broken> {
        Self::ids(list, self.rules.actions.len())
    }

    fn conditions(&self, list: &[ConditionId]) -> Result<(), Broken> {
        Self::ids(list, self.rules.conditions.len())
    }

    fn scope(&self, scope: Option<crate::model::ScopeId>) -> Result<(), Broken> {
        Self::ids(scope.as_slice(), self.rules.scopes.len())
    }

    fn role(&self, role: &Role) -> Result<(), Broken> {
        self.roles(&role.inherits)?;
        self.kinds(role.kinds.as_ref())?;
        self.scope(role.scope)
    }

    fn kinds_and_scopes(&self) -> Result<(), Broken> {
        let rules = self.rules;
        for (at, kind) in rules.kinds.iter().enumerate() {
            self.roles(&kind.holds)?;
            let holdable = |role: &crate::model::RoleId| {
                rules.roles.get(role.index()).is_some_and(|role| {
                    let kinds = role.kinds.as_ref();
                    role.scope.is_none()
                        && kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind.index() == at))
                })
            };
            require(kind.holds.iter().all(holdable), "has a kind with a role that it cannot hold")?;
        }
        rules.scopes.iter().try_for_each(|scope| self.scope(scope.within))?;
        let juniors = |at: usize| {
            let role = rules.roles.get(at);
            role.map_or(Vec::new(), |role| role.inherits.iter().map(|id| id.index()).collect())
        };
        require(is_acyclic(rules.roles.len(), juniors), "has roles that inherit from themselves")?;
        let around = |at: usize| {
            let within = rules.scopes.get(at).and_then(|scope| scope.within);
            within.map(Id::index).into_iter().collect()
        };
        require(is_acyclic(rules.scopes.len(), around), "has scopes that lie in themselves")?;
        rules.conditions.iter().try_for_each(|condition| self.test(&condition.test))
    }

    fn test(&self, test: &Test) -> Result<(), Broken> {
        let attribute = |id: &crate::model::AttributeId| {
            let found = self.rules.attributes.get(id.index());
            found.ok_or("has an id that points nowhere")
        };
        match test {
            Test::Asserted => Ok(()),
            Test::OneOf { attribute: id, literals } => {
                let value_type = attribute(id)?.value_type;
                let typed = |literal: &Literal| literal.value_type() == value_type;
                require(literals.iter().all(typed), "compares values of different types")?;
                require(strictly_ascending(literals), "has literals out of order")
            }
            Test::Matches { attribute: id, other } => {
                let same = attribute(id)?.value_type == attribute(other)?.value_type;
                require(same, "compares attributes of different types")
            }
            Test::AtLeast { attribute: id, .. } | Test::AtMost { attribute: id, .. } => {
                let integer = attribute(id)?.value_type == ValueType::Integer;
                require(integer, "bounds an attribute that is no integer")
            }
            Test::All { .. } | Test::Any { .. } | Test::Not { .. } => {
                require(!parts(test).is_empty(), "has a condition that is made of none")?;
                self.conditions(parts(test))
            }
        }
    }

    fn direct(&self, direct: &Direct) -> Result<(), Broken> {
        self.actions(&direct.actions)?;
        self.kinds(direct.kinds.as_ref())
    }

    fn grant(&self, grant: &Grant) -> Result<(), Broken> {
        self.actions(&grant.actions)?;
        match &grant.roles {
            GrantRoles::Everyone => {
                require(grant.effect == Effect::Forbid, "has a permit for everyone")?;
            }
            GrantRoles::Roles { roles } => self.roles(roles)?,
        }
        self.conditions(&grant.when)?;
        self.conditions(&grant.unless)
    }

    fn constraint(&self, constraint: &Constraint) -> Result<(), Broken> {
        match &constraint.says {
            Says::Separation { roles, against, .. } => {
                self.roles(roles)?;
                self.roles(against)
            }
            Says::Fixed { roles } => self.roles(roles),
            Says::NoSubsumedRoles { roles, subsumed } => {
                let (seniors, juniors) = (subsumed.iter().map(|pair| pair.0), subsumed.iter());
                let both = seniors.chain(juniors.map(|pair| pair.1));
                require(strictly_ascending(subsumed), "has pairs of roles out of order")?;
                require(
                    both.into_iter().all(|role| roles.contains(&role)),
                    "compares other roles",
                )?;
                self.roles(roles)
            }
            Says::Cardinality { roles, per, .. } => {
                self.roles(roles)?;
                self.scope(*per)
            }
            Says::RolesPerPrincipal { kinds, .. } => self.kinds(kinds.as_ref()),
            Says::ImmutableKind => Ok(()),
            Says::Requires { roles, all_of, any_of, .. } => {
                self.roles(roles)?;
                self.roles(all_of)?;
                self.roles(any_of)
            }
        }
    }

    fn delegation(&self, delegation: &Delegation) -> Result<(), Broken> {
        self.roles(&delegation.by)?;
        self.roles(&delegation.assign)?;
        self.kinds(delegation.kinds.as_ref())?;
        self.roles(&delegation.holding)?;
        self.roles(&delegation.not_holding)?;
        self.conditions(&delegation.when)?;
        self.conditions(&delegation.unless)?;
        require(strictly_ascending(&delegation.may), "has a delegation that lists a change twice")
    }

    fn invariant(&self, invariant: &Invariant) -> Result<(), Broken> {
        invariant.roles.iter().try_for_each(|roles| self.roles(roles))?;
        self.actions(&invariant.actions)?;
        self.actions(&invariant.except)?;
        self.roles(&invariant.of)?;
        self.conditions(&invariant.when)?;
        self.conditions(&invariant.unless)?;
        self.kinds(invariant.kinds.as_ref())
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
        Lists::ids(&grant.uncertain, rules.roles.len())?;
    }
    Ok(())
}

fn is_permutation<I: Id + Ord>(order: &[I], count: usize) -> bool {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    order.len() == count && sorted.iter().enumerate().all(|(at, id)| id.index() == at)
}
