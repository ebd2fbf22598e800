//! Lowering of statements: grants, constraints, delegations, invariants.
//!
//! Not of declarations, which are lowered in `lower`.

use crate::diagnostic::grants;
use crate::model::{Id, RoleId};
use crate::source::policy::{self, Names, Policy, RoleOrAll, Spanned};
use crate::table::notes::Invariant;
use crate::table::rules::{Constraint, Delegation, Grant, GrantRoles, Says};

use super::lower::{Lowering, canonical, sorted};

/// Roles as a statement names them.
enum Naming {
    All,
    These(Vec<RoleId>),
}

impl Lowering<'_> {
    pub(super) fn grants(&mut self, policy: &Policy) -> (Vec<Grant>, Vec<usize>) {
        canonical(policy.grants.iter().map(|grant| {
            let roles = match self.naming(&grant.roles) {
                Naming::All => GrantRoles::Everyone,
                Naming::These(roles) => GrantRoles::Roles { roles },
            };
            let actions = self.actions(&grant.actions);
            let except = self.actions(&grant.except);
            Grant {
                effect: grant.effect,
                actions: without(actions, &except),
                roles,
                when: self.conditions(&grant.when),
                unless: self.conditions(&grant.unless),
                anywhere: grant.anywhere,
            }
        }))
    }

    pub(super) fn constraints(&mut self, policy: &Policy) -> (Vec<Constraint>, Vec<usize>) {
        canonical(policy.constraints.iter().map(|constraint| Constraint {
            level: constraint.level,
            says: self.says(&constraint.says),
        }))
    }

    fn says(&mut self, says: &policy::Says) -> Says {
        match says {
            policy::Says::Separation { roles, against, same_scope } => {
                let roles = self.all_or_some(roles);
                let against = against.as_ref().map(|against| self.all_or_some(against));
                let against = against.unwrap_or_else(|| roles.clone());
                Says::Separation { roles, against, same_scope: *same_scope }
            }
            policy::Says::NoSubsumedRoles { roles } => Says::NoSubsumedRoles {
                roles: match roles {
                    Some(roles) => self.all_or_some(roles),
                    None => self.every_role(),
                },
                // Known once the table is there: `check` computes it.
                subsumed: Vec::new(),
            },
            policy::Says::Cardinality { roles, min, max, per } => Says::Cardinality {
                roles: self.all_or_some(roles),
                min: min.as_ref().map(|min| min.value),
                max: max.as_ref().map(|max| max.value),
                per: self.scope(per.as_ref()),
            },
            policy::Says::RolesPerPrincipal { min, max, kinds } => Says::RolesPerPrincipal {
                min: min.as_ref().map(|min| min.value),
                max: max.as_ref().map(|max| max.value),
                kinds: self.kinds(kinds.as_ref()),
            },
            policy::Says::Fixed { roles } => Says::Fixed { roles: self.all_or_some(roles) },
            policy::Says::ImmutableKind => Says::ImmutableKind,
            policy::Says::Requires { roles, all_of, any_of, same_scope } => Says::Requires {
                roles: self.all_or_some(roles),
                all_of: self.roles(all_of),
                any_of: self.roles(any_of),
                same_scope: *same_scope,
            },
        }
    }

    pub(super) fn delegations(&mut self, policy: &Policy) -> (Vec<Delegation>, Vec<usize>) {
        let fixed = fixed_roles(policy);
        let fixed = fixed.iter().filter_map(|role| self.symbols.roles.get(role.value.as_str()));
        let fixed = sorted(fixed);
        canonical(policy.delegations.iter().map(|delegation| {
            let assign = match self.naming(&delegation.assign) {
                Naming::All => without(self.every_role(), &fixed),
                Naming::These(roles) => roles,
            };
            Delegation {
                by: self.roles(&delegation.by),
                assign,
                may: sorted(delegation.may.iter().copied()),
                kinds: self.kinds(delegation.kinds.as_ref()),
                holding: self.roles(&delegation.holding),
                not_holding: self.roles(&delegation.not_holding),
                when: self.conditions(&delegation.when),
                unless: self.conditions(&delegation.unless),
            }
        }))
    }

    pub(super) fn invariant(
        &mut self,
        invariant: &policy::Invariant,
        note: crate::table::notes::Note,
    ) -> Invariant {
        let roles = invariant.roles.as_ref().map(|roles| self.naming(roles));
        let every_action = || sorted(self.vocabulary.iter().map(|(_, id, _)| id));
        Invariant {
            note,
            says: invariant.says,
            actions: match &invariant.actions {
                None => every_action(),
                Some(patterns) => self.actions(patterns),
            },
            roles: match roles {
                None | Some(Naming::All) => None,
                Some(Naming::These(roles)) => Some(roles),
            },
            except: self.actions(&invariant.except),
            of: self.roles(&invariant.of),
            when: self.conditions(&invariant.when),
            unless: self.conditions(&invariant.unless),
            kinds: self.kinds(invariant.kinds.as_ref()),
            held: invariant.held,
        }
    }

    /// `*`, or names; both together are an error.
    fn naming(&mut self, roles: &Names<RoleOrAll>) -> Naming {
        let mut named = Vec::new();
        let mut star = None;
        for role in roles {
            match &role.value {
                RoleOrAll::All => star = Some(role.span),
                RoleOrAll::Role(_) => named.extend(self.one_role(role)),
            }
        }
        match star {
            Some(span) if roles.len() > 1 => {
                let at = self.at(span);
                self.note(grants::star_among_names(at));
                Naming::All
            }
            Some(_) => Naming::All,
            None => Naming::These(sorted(named)),
        }
    }

    fn all_or_some(&mut self, roles: &Names<RoleOrAll>) -> Vec<RoleId> {
        match self.naming(roles) {
            Naming::All => self.every_role(),
            Naming::These(roles) => roles,
        }
    }

    fn every_role(&self) -> Vec<RoleId> {
        self.symbols.roles.ids().collect()
    }
}

/// The roles that a `fixed` constraint names, and where; `*` is every role.
pub(super) fn fixed_roles(policy: &Policy) -> Vec<Spanned<&policy::RoleName>> {
    let mut fixed = Vec::new();
    for constraint in &policy.constraints {
        let policy::Says::Fixed { roles } = &constraint.says else { continue };
        for role in roles {
            let span = role.span;
            match &role.value {
                RoleOrAll::Role(value) => fixed.push(Spanned { value, span }),
                RoleOrAll::All => {
                    let every = policy.roles.iter();
                    fixed.extend(every.map(|(name, _)| Spanned { value: &name.value, span }));
                }
            }
        }
    }
    fixed
}

/// `except` is sorted, as all lists of ids are.
fn without<I: Id + Ord>(mut ids: Vec<I>, except: &[I]) -> Vec<I> {
    ids.retain(|id| except.binary_search(id).is_err());
    ids
}
