//! The vocabulary of a policy, and lists of ids held to it: what cells and statements share.
//!
//! Not the names of roles and actions, which the cells keep as bytes: here they are numbers.

use crate::model::limits::{CONDITION_DEPTH_MAX, CONDITION_TESTS_MAX};
use crate::model::{
    AttributeId, BuiltIn, ConditionId, Id, KindId, Literal, RoleId, ScopeId, ValueType, name,
};

use super::bytes::Broken;
use super::rules::{Attribute, Condition, Constraint, Delegation, Kind, Says, ScopeKind, Test};

/// What a policy declares, roles by their number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vocabulary<'a> {
    pub policy: &'a str,
    pub kinds: &'a [Kind],
    pub scopes: &'a [ScopeKind],
    pub attributes: &'a [Attribute],
    pub conditions: &'a [Condition],
    pub role_count: usize,
}

impl Vocabulary<'_> {
    /// Checks what is declared.
    ///
    /// # Errors
    /// The first thing that does not hold, in words that end a sentence "the bundle …".
    pub(super) fn check(&self) -> Result<(), Broken> {
        self.names()?;
        check_conditions(self.conditions)?;
        self.attributes.iter().try_for_each(check_attribute)?;
        check_built_in(self.attributes, self.kinds)?;
        self.kinds.iter().try_for_each(|kind| self.roles(&kind.holds))?;
        self.scopes.iter().try_for_each(|scope| self.scope(scope.within))?;
        let around = |at: usize| {
            let within = self.scopes.get(at).and_then(|scope| scope.within);
            within.map(Id::index).into_iter().collect()
        };
        require(is_acyclic(self.scopes.len(), around), "has scopes that lie in themselves")?;
        self.conditions.iter().try_for_each(|condition| self.test(&condition.test))
    }

    fn names(&self) -> Result<(), Broken> {
        let well_formed = name::is_identifier(self.policy)
            && self.kinds.iter().all(|kind| name::is_identifier(&kind.name))
            && self.scopes.iter().all(|scope| name::is_identifier(&scope.name))
            && self.conditions.iter().all(|condition| name::is_identifier(&condition.name))
            && self.attributes.iter().all(|attribute| name::is_part(&attribute.name));
        require(well_formed, "has a malformed name")?;
        let sorted = strictly_ascending(self.kinds.iter().map(|kind| &kind.name))
            && strictly_ascending(self.scopes.iter().map(|scope| &scope.name))
            && strictly_ascending(self.conditions.iter().map(|condition| &condition.name))
            && strictly_ascending(
                self.attributes.iter().map(|attribute| (attribute.namespace, &attribute.name)),
            );
        require(sorted, "has names out of order or twice")
    }

    pub(super) fn roles(&self, list: &[RoleId]) -> Result<(), Broken> {
        ids(list, self.role_count)
    }

    pub(super) fn kinds(&self, list: Option<&Vec<KindId>>) -> Result<(), Broken> {
        let Some(list) = list else { return Ok(()) };
        require(!list.is_empty(), "has a list of kinds that lets nobody in")?;
        ids(list, self.kinds.len())
    }

    pub(super) fn conditions(&self, list: &[ConditionId]) -> Result<(), Broken> {
        ids(list, self.conditions.len())
    }

    pub(super) fn scope(&self, scope: Option<ScopeId>) -> Result<(), Broken> {
        ids(scope.as_slice(), self.scopes.len())
    }

    /// A kind holds, unassigned, only roles that its principals may hold, and without a scope.
    ///
    /// `holding` says of a role who may hold it (none: all kinds; ascending), and in which scope.
    pub(super) fn holds<'r>(
        &self,
        holding: impl Fn(RoleId) -> Option<(Option<&'r [KindId]>, Option<ScopeId>)>,
    ) -> Result<(), Broken> {
        for (at, kind) in self.kinds.iter().enumerate() {
            let holdable = |role: &RoleId| {
                holding(*role).is_some_and(|(kinds, scope)| {
                    scope.is_none()
                        && kinds.is_none_or(|kinds| {
                            kinds.binary_search_by_key(&at, |kind| kind.index()).is_ok()
                        })
                })
            };
            require(kind.holds.iter().all(holdable), "has a kind with a role that it cannot hold")?;
        }
        Ok(())
    }

    fn test(&self, test: &Test) -> Result<(), Broken> {
        let attribute = |id: &AttributeId| {
            let found = self.attributes.get(id.index());
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

    pub(super) fn constraint(&self, constraint: &Constraint) -> Result<(), Broken> {
        match &constraint.says {
            Says::Separation { roles, against, .. } => {
                self.roles(roles)?;
                self.roles(against)
            }
            Says::Fixed { roles } => self.roles(roles),
            Says::NoSubsumedRoles { roles, subsumed } => {
                // First that the roles ascend: they are searched for every pair.
                self.roles(roles)?;
                require(strictly_ascending(subsumed), "has pairs of roles out of order")?;
                let compared = |role| roles.binary_search(role).is_ok();
                let mut pairs = subsumed.iter();
                let all = pairs.all(|(senior, junior)| compared(senior) && compared(junior));
                require(all, "compares other roles")
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

    pub(super) fn delegation(&self, delegation: &Delegation) -> Result<(), Broken> {
        self.roles(&delegation.by)?;
        self.roles(&delegation.assign)?;
        self.kinds(delegation.kinds.as_ref())?;
        self.roles(&delegation.holding)?;
        self.roles(&delegation.not_holding)?;
        self.conditions(&delegation.when)?;
        self.conditions(&delegation.unless)?;
        require(strictly_ascending(&delegation.may), "has a delegation that lists a change twice")
    }
}

/// Ids ascending and in range.
pub(super) fn ids<I: Id + PartialOrd>(list: &[I], count: usize) -> Result<(), Broken> {
    require(strictly_ascending(list), "has a list of ids out of order")?;
    require(list.iter().all(|id| id.index() < count), "has an id that points nowhere")
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

pub(super) fn require(holds: bool, broken: Broken) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(broken) }
}

pub(super) fn strictly_ascending<T: PartialOrd>(list: impl IntoIterator<Item = T>) -> bool {
    list.into_iter().is_sorted_by(|before, after| before < after)
}

fn check_conditions(conditions: &[Condition]) -> Result<(), Broken> {
    let oversized = oversized_conditions(conditions);
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
fn check_built_in(attributes: &[Attribute], kinds: &[Kind]) -> Result<(), Broken> {
    let sound = |built_in: BuiltIn| {
        let found = attributes.iter().find(|attribute| {
            BuiltIn::find(attribute.namespace, &attribute.name) == Some(built_in)
        });
        let kinds = kinds.iter().filter(|_| built_in == BuiltIn::PrincipalKind);
        let values = kinds.map(|kind| Literal::String(kind.name.clone()));
        found.is_some_and(|attribute| {
            attribute.value_type == ValueType::String && attribute.values.iter().cloned().eq(values)
        })
    };
    require(BuiltIn::ALL.into_iter().all(sound), "has other built-in attributes")
}
