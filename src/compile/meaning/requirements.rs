//! Requirements that nobody can meet, and delegations to nobody.
//!
//! Not whether a principal meets them. What is reported here is certain: whatever a directory says,
//! the role could not be held, or the delegation not be used.

use std::collections::BTreeSet;

use crate::diagnostic::{At, Diagnostic, FileId, constraints};
use crate::model::Change;
use crate::source::policy::{Delegation, Names, Policy, RoleName, RoleOrAll, Says};

use super::super::statements::fixed_roles;
use super::holdings::{Holding, Limits, Obstacle, covering};

pub(super) fn check(policy: &Policy, file: FileId) -> Vec<Diagnostic> {
    let limits = Limits::new(policy, file);
    let checker = Checker { limits: &limits, policy, file };
    let mut found = Vec::new();
    for constraint in &policy.constraints {
        if let Says::Requires { roles, all_of, any_of, same_scope } = &constraint.says {
            let required = Required { all_of, any_of, same_scope: *same_scope };
            let mut seen = BTreeSet::new();
            for (role, _) in limits.expand(roles) {
                let unmet = checker.unmet(role, &required);
                // Roles that one separation keeps from what they require are one mistake.
                let is_new = |found: &Diagnostic| {
                    let label = found.labels.first().map(|label| label.at);
                    seen.insert((found.at, label))
                };
                found.extend(unmet.filter(is_new));
            }
        }
    }
    for delegation in &policy.delegations {
        found.extend(checker.unfit_kinds(delegation));
        found.extend(checker.both_held_and_not(delegation));
        found.extend(checker.impossible_assignee(delegation));
    }
    found
}

/// What a `requires` asks for.
struct Required<'p> {
    all_of: &'p Names<RoleName>,
    any_of: &'p Names<RoleName>,
    same_scope: bool,
}

struct Checker<'l, 'p> {
    limits: &'l Limits<'p>,
    policy: &'p Policy,
    file: FileId,
}

impl<'p> Checker<'_, 'p> {
    /// Why nobody who holds the role can hold what it requires.
    fn unmet(&self, role: &'p str, required: &Required<'p>) -> Option<Diagnostic> {
        let base = with(&[role], required.all_of);
        let same_scope = required.same_scope;
        let obstacle =
            |roles: &[&'p str]| self.limits.obstacle(Holding { roles, same_scope, kinds: None });
        if base.len() > 1
            && let Some(obstacle) = obstacle(&base)
        {
            let at = self.place(required.all_of, &obstacle);
            return Some(
                constraints::unmet_requirement(at, role, &says(role, &obstacle))
                    .with_label_of(obstacle.label()),
            );
        }
        let choices = required.any_of.iter().map(|choice| choice.value.as_str());
        let choices: Vec<&str> = choices.collect();
        let beside = |choice: &&'p str| {
            let roles: Vec<&str> = base.iter().copied().chain([*choice]).collect();
            // A role that is held already meets the requirement.
            if base.contains(choice) { None } else { obstacle(&roles) }
        };
        let obstacles: Vec<Obstacle<'p>> = choices.iter().map(beside).collect::<Option<_>>()?;
        if obstacles.is_empty() {
            return None;
        }
        let at = At::new(self.file, covering(required.any_of));
        let found = constraints::unmet_choice(at, role, &choices);
        let mut labels: Vec<(At, String)> = obstacles.iter().map(Obstacle::label).collect();
        labels.dedup();
        Some(labels.into_iter().fold(found, Diagnostic::with_label_of))
    }

    /// Where a list names the role that stands in the way, or else all of the list.
    fn place(&self, names: &Names<RoleName>, obstacle: &Obstacle<'_>) -> At {
        let role = obstacle.role();
        let found = names.iter().find(|name| Some(name.value.as_str()) == role);
        At::new(self.file, found.map_or_else(|| covering(names), |name| name.span))
    }

    /// Kinds that a delegation names and that may not hold what it assigns.
    fn unfit_kinds(&self, delegation: &'p Delegation) -> Vec<Diagnostic> {
        let assigned = self.assigned(delegation);
        let is_every = delegation.assign.iter().any(|role| role.value == RoleOrAll::All);
        let mut found = Vec::new();
        for kind in delegation.kinds.iter().flatten() {
            let name = kind.value.as_str();
            let at = At::new(self.file, kind.span);
            let unfit = assigned.iter().filter(|role| !self.limits.may_hold(name, role));
            let unfit: Vec<&str> = unfit.copied().collect();
            if is_every {
                if unfit.len() == assigned.len() {
                    found.push(constraints::kind_without_roles(at, name));
                }
                continue;
            }
            let labels = unfit.iter().filter_map(|role| {
                let kinds_at = At::new(self.file, covering(self.limits.kinds_of(role)?));
                Some((kinds_at, format!("who may hold `{role}`")))
            });
            let diagnostic = constraints::unfit_kind(at, name, &unfit);
            found.extend(
                (!unfit.is_empty()).then(|| labels.fold(diagnostic, Diagnostic::with_label_of)),
            );
        }
        found
    }

    fn both_held_and_not(&self, delegation: &Delegation) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for not_held in &delegation.not_holding {
            if let Some(held) = delegation.holding.iter().find(|held| held.value == not_held.value)
            {
                let (at, held_at) =
                    (At::new(self.file, not_held.span), At::new(self.file, held.span));
                found.push(constraints::held_and_not_held(at, not_held.value.as_str(), held_at));
            }
        }
        found
    }

    /// Whoever holds what the delegation asks for can hold none of what it assigns, or not one
    /// that it names.
    fn impossible_assignee(&self, delegation: &'p Delegation) -> Option<Diagnostic> {
        if delegation.holding.is_empty() || !delegation.may.contains(&Change::Assign) {
            return None;
        }
        let assigned = self.assigned(delegation);
        let is_every = delegation.assign.iter().any(|role| role.value == RoleOrAll::All);
        let named: Option<Vec<&str>> = delegation
            .kinds
            .as_ref()
            .map(|kinds| kinds.iter().map(|kind| kind.value.as_str()).collect());
        let obstacle = |role: &&'p str| {
            let roles = with(&[role], &delegation.holding);
            // A kind that may not hold the role at all is a finding of its own.
            let fitting: Option<Vec<&str>> = named.as_ref().map(|kinds| {
                kinds.iter().copied().filter(|kind| self.limits.may_hold(kind, role)).collect()
            });
            let kinds = fitting.as_deref().filter(|kinds| !kinds.is_empty());
            let holding = Holding { roles: &roles, same_scope: false, kinds };
            self.limits.obstacle(holding).map(|obstacle| (*role, obstacle))
        };
        let obstacles: Vec<_> = assigned.iter().filter_map(obstacle).collect();
        if is_every && obstacles.len() < assigned.len() {
            return None;
        }
        let (role, obstacle) = obstacles.first()?;
        let at = self.place(&delegation.holding, obstacle);
        let why = match obstacle {
            Obstacle::Separated { one, other, .. } if one == role => {
                format!("given to who holds `{other}`, and the two are kept apart")
            }
            Obstacle::Separated { one, other, .. } => {
                format!("given to who holds `{one}` and `{other}`, which are kept apart")
            }
            Obstacle::Kinds { role: held, .. } | Obstacle::Scopes { role: held, .. } => {
                format!("given to who holds `{held}`, and no kind may hold both")
            }
            Obstacle::TooMany { count, .. } => {
                format!("given to who then holds {count} roles, more than a principal may")
            }
        };
        Some(constraints::impossible_assignee(at, role, &why).with_label_of(obstacle.label()))
    }

    /// The roles that a delegation assigns; `*` leaves the fixed ones out.
    fn assigned(&self, delegation: &'p Delegation) -> Vec<&'p str> {
        let fixed = fixed_roles(self.policy);
        let is_fixed = |name: &str| fixed.iter().any(|fixed| fixed.value.as_str() == name);
        let every = self.limits.expand(&delegation.assign).into_iter().map(|(role, _)| role);
        every.filter(|role| !is_fixed(role)).collect()
    }
}

/// The roles and those of a list, each once.
fn with<'p>(roles: &[&'p str], names: &'p Names<RoleName>) -> Vec<&'p str> {
    let mut all = roles.to_vec();
    for name in names {
        if !all.contains(&name.value.as_str()) {
            all.push(name.value.as_str());
        }
    }
    all
}

/// What a role requires, and why it cannot have it.
fn says(role: &str, obstacle: &Obstacle<'_>) -> String {
    match obstacle {
        Obstacle::Separated { one, other, .. } if *one == role => {
            format!("`{other}`, and is kept apart from it")
        }
        Obstacle::Separated { one, other, .. } => {
            format!("`{one}` and `{other}`, which are kept apart")
        }
        Obstacle::Kinds { role: other, .. } => {
            format!("`{other}`, and no kind may hold all that is required")
        }
        Obstacle::Scopes { role: other, .. } => {
            format!("`{other}` in its own scope, and the two have no scope in common")
        }
        Obstacle::TooMany { count, .. } => {
            format!("so much that its holders have {count} roles, more than a principal may")
        }
    }
}
