//! What constraints, delegations and invariants say, in one line of names.
//!
//! Not what they mean: equal lines say the same, and what other lines come to `weighed` has.

use crate::model::{ActionId, ConditionId, Id, KindId, RoleId};
use crate::table::Table;
use crate::table::notes::{HeldRoles, Invariant, InvariantSays};
use crate::table::rules::{Constraint, Delegation, Level, Says};

/// Names of one table, listed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lists<'t>(pub &'t Table);

impl Lists<'_> {
    pub(super) fn constraint(self, constraint: &Constraint) -> String {
        let place = match &constraint.says {
            Says::Separation { same_scope: true, .. } | Says::Requires { same_scope: true, .. } => {
                " in one scope"
            }
            Says::Separation { .. }
            | Says::NoSubsumedRoles { .. }
            | Says::Cardinality { .. }
            | Says::RolesPerPrincipal { .. }
            | Says::Fixed { .. }
            | Says::ImmutableKind
            | Says::Requires { .. } => "",
        };
        let says = match &constraint.says {
            Says::Separation { roles, against, .. } if roles == against => {
                format!("only one of {}{place}", self.each(roles))
            }
            Says::Separation { roles, against, .. } => {
                let (roles, against) =
                    if self.are_all(roles) { (against, roles) } else { (roles, against) };
                let others = if self.are_all(against) {
                    "any other role".to_owned()
                } else {
                    self.roles(against)
                };
                format!("{} not beside {others}{place}", self.roles(roles))
            }
            Says::NoSubsumedRoles { roles, .. } => {
                format!("{}: none beside one with all its access", self.roles(roles))
            }
            Says::Cardinality { roles, min, max, per } => {
                let per = per.and_then(|id| self.0.scope(id));
                let per = per.map_or_else(String::new, |per| format!(" per {}", per.name));
                let holders = counted((*min, *max), ("holder", "holders"));
                let of = match roles.as_slice() {
                    [role] => self.role(*role),
                    all if self.are_all(all) => "each role".to_owned(),
                    roles => format!("each of {}", self.roles(roles)),
                };
                format!("{holders} of {of}{per}")
            }
            Says::RolesPerPrincipal { min, max, kinds } => {
                let roles = counted((*min, *max), ("role", "roles"));
                format!("{roles} for each principal{}", self.of_kinds(kinds.as_deref()))
            }
            Says::Fixed { roles } => {
                let is_one = roles.len() == 1 || self.are_all(roles);
                let verb = if is_one { "changes" } else { "change" };
                format!("{} never {verb} hands", self.roles(roles))
            }
            Says::ImmutableKind => "a principal's kind never changes".to_owned(),
            Says::Requires { roles, all_of, any_of, .. } => {
                let all = (!all_of.is_empty()).then(|| self.roles(all_of));
                let any = (!any_of.is_empty()).then(|| format!("one of {}", self.each(any_of)));
                let needed: Vec<String> = all.into_iter().chain(any).collect();
                let (roles, needed) = (self.roles(roles), needed.join(" and "));
                format!("{roles} only beside {needed}{place}")
            }
        };
        match constraint.level {
            Level::Error => says,
            Level::Advice => format!("{says} (advice)"),
        }
    }

    /// What follows from a constraint and the access of roles: which has all the access of which.
    pub(super) fn subsumed(self, constraint: &Constraint) -> Vec<String> {
        let pairs = match &constraint.says {
            Says::NoSubsumedRoles { subsumed, .. } => subsumed.as_slice(),
            Says::Separation { .. }
            | Says::Cardinality { .. }
            | Says::RolesPerPrincipal { .. }
            | Says::Fixed { .. }
            | Says::ImmutableKind
            | Says::Requires { .. } => &[],
        };
        let pair = |(senior, junior): &(RoleId, RoleId)| {
            format!("{} has all of {}", self.role(*senior), self.role(*junior))
        };
        pairs.iter().map(pair).collect()
    }

    pub(super) fn delegation(self, entry: &Delegation) -> String {
        let may: Vec<&str> = entry.may.iter().map(|change| change.as_str()).collect();
        let holding = |word: &str, roles: &[RoleId]| {
            if roles.is_empty() { String::new() } else { format!(" {word} {}", self.roles(roles)) }
        };
        format!(
            "{} may {} {}{}{}{}{}",
            self.roles(&entry.by),
            may.join(" and "),
            self.roles(&entry.assign),
            self.of_kinds(entry.kinds.as_deref()),
            holding("holding", &entry.holding),
            holding("not holding", &entry.not_holding),
            self.conditions(&entry.when, &entry.unless),
        )
    }

    pub(super) fn invariant(self, entry: &Invariant) -> String {
        let roles = entry.roles.as_ref().map_or_else(|| "anyone".to_owned(), |r| self.roles(r));
        let actions = entry.actions.iter().filter(|id| entry.except.binary_search(id).is_err());
        let actions = self.actions(&actions.copied().collect::<Vec<_>>());
        let together = match entry.held {
            HeldRoles::Alone => "",
            HeldRoles::Together => " together",
        };
        let tail =
            self.of_kinds(entry.kinds.as_deref()) + &self.conditions(&entry.when, &entry.unless);
        match entry.says {
            InvariantSays::Permits => format!("{roles}{together} may {actions}{tail}"),
            InvariantSays::Never => format!("{roles}{together} may never {actions}{tail}"),
            InvariantSays::Only => format!("only {roles} may {actions}{tail}"),
            InvariantSays::Covers => {
                let of = self.roles(&entry.of);
                format!("{roles}{together} may all that {of} may, of {actions}{tail}")
            }
        }
    }

    fn role(self, id: RoleId) -> String {
        format!("`{}`", self.0.role_name(id))
    }

    fn roles(self, ids: &[RoleId]) -> String {
        if self.are_all(ids) {
            return "every role".to_owned();
        }
        listed(ids.iter().map(|id| self.role(*id)))
    }

    /// Roles, of each of which something is said.
    fn each(self, ids: &[RoleId]) -> String {
        if self.are_all(ids) { "all roles".to_owned() } else { self.roles(ids) }
    }

    fn are_all(self, ids: &[RoleId]) -> bool {
        ids.len() > 1 && ids.len() == self.0.rules().roles.len()
    }

    fn actions(self, ids: &[ActionId]) -> String {
        if ids.len() > 1 && ids.len() == self.0.rules().actions.len() {
            return "every action".to_owned();
        }
        listed(ids.iter().map(|id| format!("`{}`", self.0.action_name(*id))))
    }

    fn of_kinds(self, ids: Option<&[KindId]>) -> String {
        let Some(ids) = ids else { return String::new() };
        let name =
            |id: &KindId| self.0.kind(*id).map_or_else(String::new, |kind| kind.name.clone());
        format!(" of kind {}", listed(ids.iter().map(name)))
    }

    fn conditions(self, when: &[ConditionId], unless: &[ConditionId]) -> String {
        let name = |id: &ConditionId| {
            let condition = self.0.rules().conditions.get(id.index());
            condition.map_or_else(String::new, |condition| format!("`{}`", condition.name))
        };
        let said = |word: &str, ids: &[ConditionId]| {
            let names: Vec<String> = ids.iter().map(name).collect();
            if names.is_empty() {
                String::new()
            } else {
                format!(" {word} {}", names.join(" and "))
            }
        };
        format!("{}{}", said("when", when), said("unless", unless))
    }
}

/// How many there may be, in the singular or the plural.
fn counted((min, max): (Option<u32>, Option<u32>), (one, many): (&str, &str)) -> String {
    let says = |number: u32| format!("{number} {}", if number == 1 { one } else { many });
    match (min.filter(|min| *min > 0), max) {
        (None, None) => format!("any number of {many}"),
        (None, Some(0)) => format!("no {many}"),
        (Some(min), None) => format!("at least {}", says(min)),
        (None, Some(max)) => format!("at most {}", says(max)),
        (Some(min), Some(max)) if min == max => format!("exactly {}", says(min)),
        (Some(min), Some(max)) => format!("{min} to {}", says(max)),
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
