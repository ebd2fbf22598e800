//! Invariants: sentences about the whole table, proved over the finite model.
//!
//! Not constraints, which speak of assignments. A sentence that does not hold has a witness: one
//! request that `decide` answers otherwise, and of those the one that gives the fewest values.

use crate::evaluate::condition::conditions;
use crate::evaluate::{Request, decide};
use crate::model::{
    ActionId, Assignment, ConditionId, DirectAction, Id, KindId, Principal, Query, Resource,
    RoleId, Truth,
};
use crate::table::Table;
use crate::table::notes::{HeldRoles, Invariant, InvariantSays};

use super::situations::{self, TooMany, Valuation, Valuations, held_alone};

/// Why an invariant does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A request that `decide` answers otherwise than the invariant says.
    Witness(Witness),
    /// An action in the `except` of `covers` that is covered all the same.
    NeedlessExcept(ActionId),
}

/// A request, in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    pub roles: Vec<RoleId>,
    pub kind: Option<String>,
    pub action: ActionId,
    /// Whether the action is given directly.
    pub is_direct: bool,
    /// Attributes and assertions that are given.
    pub given: Vec<String>,
    /// Whether `decide` allows it.
    pub is_allowed: bool,
}

/// What is wrong with an invariant; none where it holds.
///
/// # Errors
/// Where it depends on more situations than policyc looks at.
pub(crate) fn prove(table: &Table, invariant: &Invariant) -> Result<Vec<Broken>, TooMany> {
    let proof = Proof { table, invariant };
    match invariant.says {
        InvariantSays::Permits => {
            let known = |facts: &Facts| facts.when == Truth::True && !facts.is_allowed;
            proof.first(&proof.holders(), &known)
        }
        InvariantSays::Never => {
            let maybe = |facts: &Facts| facts.when != Truth::False && facts.is_allowed;
            match &invariant.roles {
                Some(_) => proof.first(&proof.holders(), &maybe),
                None => proof.first(&proof.everyone(), &maybe),
            }
        }
        InvariantSays::Only => {
            let other = |facts: &Facts| {
                facts.is_allowed && !(facts.holds_named && facts.when == Truth::True)
            };
            proof.first(&proof.everyone(), &other)
        }
        InvariantSays::Covers => proof.covers(),
    }
}

/// Who asks: a principal with these roles, or one who was given the action directly.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asker {
    roles: Vec<RoleId>,
    is_direct: bool,
}

/// What is known of one situation.
struct Facts {
    is_allowed: bool,
    /// Whether the invariant's `when` and `unless` are met.
    when: Truth,
    /// Whether the principal is assigned one of the invariant's roles, or has it by its kind, and
    /// was not given the action directly.
    holds_named: bool,
}

struct Proof<'t> {
    table: &'t Table,
    invariant: &'t Invariant,
}

impl<'t> Proof<'t> {
    /// The principals that the invariant names.
    fn holders(&self) -> Vec<Asker> {
        let named = self.named();
        let asker = |roles| Asker { roles, is_direct: false };
        match self.invariant.held {
            HeldRoles::Alone => named.into_iter().map(|role| asker(vec![role])).collect(),
            HeldRoles::Together => vec![asker(named)],
        }
    }

    /// Every principal that could be allowed anything: forbids only take away, so whoever is
    /// allowed with several roles is allowed with one of them alone.
    fn everyone(&self) -> Vec<Asker> {
        let roles = self.every_role().into_iter();
        let roles = roles.map(|role| Asker { roles: vec![role], is_direct: false });
        let nobody = [false, true].map(|is_direct| Asker { roles: Vec::new(), is_direct });
        nobody.into_iter().chain(roles).collect()
    }

    fn named(&self) -> Vec<RoleId> {
        self.invariant.roles.clone().unwrap_or_else(|| self.every_role())
    }

    fn every_role(&self) -> Vec<RoleId> {
        (0..self.table.rules().roles.len()).filter_map(RoleId::new).collect()
    }

    /// The actions that the invariant speaks of.
    fn actions(&self) -> impl Iterator<Item = ActionId> {
        let except = &self.invariant.except;
        self.invariant.actions.iter().copied().filter(|id| except.binary_search(id).is_err())
    }

    /// The first asker and action that have a bad situation, with the smallest such situation.
    fn first(
        &self,
        askers: &[Asker],
        is_bad: &dyn Fn(&Facts) -> bool,
    ) -> Result<Vec<Broken>, TooMany> {
        for asker in askers {
            for action in self.actions() {
                if let Some(witness) = self.witness(asker, action, is_bad)? {
                    return Ok(vec![Broken::Witness(witness)]);
                }
            }
        }
        Ok(Vec::new())
    }

    /// The situation that gives the fewest values, of those that are bad.
    fn witness(
        &self,
        asker: &Asker,
        action: ActionId,
        is_bad: &dyn Fn(&Facts) -> bool,
    ) -> Result<Option<Witness>, TooMany> {
        let mut smallest: Option<Witness> = None;
        let valuations = Valuations::new(self.table, self.conditions(action, &asker.roles));
        for kind in self.kinds(&asker.roles) {
            for valuation in valuations.iter() {
                let valuation = valuation?;
                let facts = self.facts(asker, kind, action, &valuation);
                if !is_bad(&facts) {
                    continue;
                }
                let given = valuation.given();
                if smallest.as_ref().is_none_or(|other| given.len() < other.given.len()) {
                    smallest = Some(Witness {
                        roles: asker.roles.clone(),
                        kind: kind.and_then(|kind| self.table.kind(kind)).map(|k| k.name.clone()),
                        action,
                        is_direct: asker.is_direct,
                        given,
                        is_allowed: facts.is_allowed,
                    });
                }
            }
        }
        Ok(smallest)
    }

    /// Whatever each of `of` may do, each of `roles` may; an `except` that is not needed is noted.
    fn covers(&self) -> Result<Vec<Broken>, TooMany> {
        for action in self.actions() {
            if let Some(witness) = self.uncovered(action)? {
                return Ok(vec![Broken::Witness(witness)]);
            }
        }
        let spoken = |id: &&ActionId| self.invariant.actions.binary_search(id).is_ok();
        let mut needless = Vec::new();
        for action in self.invariant.except.iter().filter(spoken) {
            if self.uncovered(*action)?.is_none() {
                needless.push(Broken::NeedlessExcept(*action));
            }
        }
        Ok(needless)
    }

    fn uncovered(&self, action: ActionId) -> Result<Option<Witness>, TooMany> {
        for of in &self.invariant.of {
            for role in self.named() {
                let conditions = self.conditions(action, &[*of, role]);
                let valuations = Valuations::new(self.table, conditions);
                for kind in self.kinds(&[*of, role]) {
                    for valuation in valuations.iter() {
                        let valuation = valuation?;
                        let asker = |role| Asker { roles: vec![role], is_direct: false };
                        let theirs = self.facts(&asker(*of), kind, action, &valuation);
                        let ours = self.facts(&asker(role), kind, action, &valuation);
                        let is_meant = theirs.when != Truth::False;
                        if is_meant && theirs.is_allowed && !ours.is_allowed {
                            let kind = kind.and_then(|kind| self.table.kind(kind));
                            return Ok(Some(Witness {
                                roles: vec![role],
                                kind: kind.map(|kind| kind.name.clone()),
                                action,
                                is_direct: false,
                                given: valuation.given(),
                                is_allowed: false,
                            }));
                        }
                    }
                }
            }
        }
        Ok(None)
    }

    /// What deciding the action looks at for who has these roles, and what the invariant does.
    fn conditions(&self, action: ActionId, roles: &[RoleId]) -> Vec<ConditionId> {
        let table = self.table;
        let own = self.invariant.when.iter().chain(&self.invariant.unless);
        let Some(face) = table.by_action(action) else { return own.copied().collect() };
        let seen = situations::looked_at(table, face, roles);
        seen.into_iter().chain(own.copied()).collect()
    }

    /// The kinds that may hold the roles, and that the invariant speaks of.
    fn kinds(&self, roles: &[RoleId]) -> Vec<Option<KindId>> {
        let kinds = situations::kinds(self.table, roles).into_iter();
        let kinds = kinds.map(|kind| kind.and_then(|kind| self.table.find_kind(kind)));
        let spoken = |kind: &Option<KindId>| match (&self.invariant.kinds, kind) {
            (Some(kinds), Some(kind)) => kinds.contains(kind),
            _ => true,
        };
        kinds.filter(spoken).collect()
    }

    fn facts(
        &self,
        asker: &Asker,
        kind: Option<KindId>,
        action: ActionId,
        valuation: &Valuation<'_>,
    ) -> Facts {
        let table = self.table;
        let entry = kind.and_then(|kind| table.kind(kind));
        let assignments: Vec<Assignment<'t>> =
            asker.roles.iter().filter_map(|role| held_alone(table, *role)).collect();
        let name = table.action_name(action);
        let direct = [DirectAction { action: name, scope: None }];
        let scopes = situations::scopes(table);
        let query = valuation.query(Query {
            principal: Principal {
                kind: entry.map(|kind| kind.name.as_str()),
                assignments: &assignments,
                direct_actions: if asker.is_direct { &direct } else { &[] },
                ..Principal::default()
            },
            action: name,
            resource: Resource { scopes: &scopes, ..Resource::default() },
            ..Query::default()
        });
        let by_kind = entry.into_iter().flat_map(|kind| &kind.holds);
        let named = self.invariant.roles.as_deref();
        let mut has = asker.roles.iter().chain(by_kind);
        let holds_named = named.is_none_or(|named| has.any(|role| named.contains(role)));
        Facts {
            is_allowed: decide(&Request::sound(table, query)).is_allowed(),
            when: conditions(table, &query, &self.invariant.when, &self.invariant.unless),
            holds_named: holds_named && !asker.is_direct,
        }
    }
}
