//! Invariants: sentences about the whole table, proved over the finite model.
//!
//! Not constraints, which speak of assignments. A sentence that does not hold has a witness: one
//! request that `decide` answers otherwise, and of all those the smallest. A sentence that nothing
//! was looked at for says nothing.

use crate::evaluate::condition::conditions;
use crate::evaluate::{Request, decide, misfit_direct};
use crate::model::valuation::Valuation;
use crate::model::{
    ActionId, Assignment, ConditionId, DirectAction, Id, KindId, Principal, Query, Resource,
    RoleId, Truth,
};
use crate::table::Table;
use crate::table::notes::{HeldRoles, Invariant, InvariantSays};

use super::situations::{self, Given, TooMany, Valuations, held_alone};

/// What looking at an invariant came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proved {
    /// What is wrong with it; none where it holds.
    pub broken: Vec<Broken>,
    /// Pairs of an asker and an action that were looked at, each through all its situations.
    pub cell_count: usize,
}

/// Why an invariant does not hold, or says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A request that `decide` answers otherwise than the invariant says.
    Witness(Witness),
    /// An action in the `except` of `covers` that is covered all the same.
    NeedlessExcept(ActionId),
    /// It speaks of no action.
    NoAction,
    /// No kind that it speaks of may hold its roles.
    NoAsker,
}

/// A request, in the words of the command line; the smallest of those that break the invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    pub roles: Vec<RoleId>,
    pub kind: Option<KindId>,
    pub action: ActionId,
    /// Whether the action is given directly.
    pub is_direct: bool,
    /// Attributes and assertions that are given.
    pub given: Vec<Given>,
    /// Whether `decide` allows it.
    pub is_allowed: bool,
    /// For `covers`: the role that may do it.
    pub covered: Option<RoleId>,
}

impl Witness {
    /// What makes a request small: few roles, then few values. Of equals the first kind, the first
    /// action and the first roles are taken, in the order of names, which is that of ids.
    fn size(&self) -> (usize, usize, Option<KindId>, ActionId, &[RoleId]) {
        (self.roles.len(), self.given.len(), self.kind, self.action, &self.roles)
    }
}

/// What is wrong with an invariant, and how much was looked at.
///
/// # Errors
/// Where it depends on more situations than policyc looks at, and none of those that were looked
/// at breaks it.
pub(crate) fn prove(table: &Table, invariant: &Invariant) -> Result<Proved, TooMany> {
    let proof = Proof { table, invariant };
    let search = proof.search();
    let cell_count = search.cell_count;
    let broken = match search {
        Search { smallest: Some(witness), .. } => vec![Broken::Witness(witness)],
        Search { has_more: true, .. } => return Err(TooMany),
        _ if proof.actions().next().is_none() => vec![Broken::NoAction],
        Search { cell_count: 0, .. } => vec![Broken::NoAsker],
        _ => proof.needless()?,
    };
    Ok(Proved { broken, cell_count })
}

/// Whether some of these actions break an invariant: for a table that differs from a proved one in
/// nothing else.
pub(crate) fn breaks_at(table: &Table, invariant: &Invariant, actions: &[ActionId]) -> bool {
    let of = |list: &[ActionId]| list.iter().copied().filter(|id| actions.contains(id)).collect();
    let (actions, except): (Vec<_>, _) = (of(&invariant.actions), of(&invariant.except));
    if actions.is_empty() {
        return false;
    }
    let invariant = &Invariant { actions, except, ..invariant.clone() };
    let proof = Proof { table, invariant };
    let is_needless = || proof.needless().is_ok_and(|needless| !needless.is_empty());
    proof.search().smallest.is_some() || is_needless()
}

/// Who asks: a principal with these roles, or one who was given the action directly.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asker {
    roles: Vec<RoleId>,
    is_direct: bool,
}

impl Asker {
    const fn holder(roles: Vec<RoleId>) -> Self {
        Self { roles, is_direct: false }
    }
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

/// The smallest witness so far, and what has been looked at.
#[derive(Debug, Default)]
struct Search {
    smallest: Option<Witness>,
    cell_count: usize,
    /// Whether there are situations that were not looked at.
    has_more: bool,
}

impl Search {
    /// Whether a witness with so many roles and values would be of interest.
    fn wants(&self, role_count: usize, given_count: usize) -> bool {
        let beats =
            |other: &Witness| (role_count, given_count) <= (other.roles.len(), other.given.len());
        self.smallest.as_ref().is_none_or(beats)
    }

    fn offer(&mut self, witness: Witness) {
        if self.smallest.as_ref().is_none_or(|other| witness.size() < other.size()) {
            self.smallest = Some(witness);
        }
    }
}

struct Proof<'t> {
    table: &'t Table,
    invariant: &'t Invariant,
}

impl<'t> Proof<'t> {
    /// Looks at everything that the invariant speaks of.
    fn search(&self) -> Search {
        let mut search = Search::default();
        match self.invariant.says {
            InvariantSays::Permits => {
                let known = |facts: &Facts| facts.when == Truth::True && !facts.is_allowed;
                self.all(&self.holders(), &known, &mut search);
            }
            InvariantSays::Never => {
                let maybe = |facts: &Facts| facts.when != Truth::False && facts.is_allowed;
                match &self.invariant.roles {
                    Some(_) => self.all(&self.holders(), &maybe, &mut search),
                    None => self.all(&self.everyone(), &maybe, &mut search),
                }
            }
            InvariantSays::Only => {
                let other = |facts: &Facts| {
                    facts.is_allowed && !(facts.holds_named && facts.when == Truth::True)
                };
                self.all(&self.everyone(), &other, &mut search);
            }
            InvariantSays::Covers => {
                self.actions().for_each(|action| self.cover(action, &mut search));
            }
        }
        search
    }

    /// The principals that the invariant names.
    fn holders(&self) -> Vec<Asker> {
        let named = self.named();
        match self.invariant.held {
            HeldRoles::Alone => named.into_iter().map(|role| Asker::holder(vec![role])).collect(),
            HeldRoles::Together => vec![Asker::holder(named)],
        }
    }

    /// Every principal that could be allowed anything: forbids only take away, so whoever is
    /// allowed with several roles is allowed with one of them alone.
    fn everyone(&self) -> Vec<Asker> {
        let direct = self.table.rules().direct.iter();
        let direct = direct.map(|_| Asker { roles: Vec::new(), is_direct: true });
        let roles = self.every_role().into_iter().map(|role| Asker::holder(vec![role]));
        [Asker::holder(Vec::new())].into_iter().chain(direct).chain(roles).collect()
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

    /// Every action for every asker.
    fn all(&self, askers: &[Asker], is_bad: &dyn Fn(&Facts) -> bool, search: &mut Search) {
        for asker in askers {
            for action in self.actions() {
                self.cell(asker, action, is_bad, search);
            }
        }
    }

    /// One action for one asker.
    fn cell(
        &self,
        asker: &Asker,
        action: ActionId,
        is_bad: &dyn Fn(&Facts) -> bool,
        search: &mut Search,
    ) {
        self.look((asker, None), action, search, &|kind, valuation| {
            let facts = self.facts(asker, kind, action, valuation);
            is_bad(&facts).then_some(facts.is_allowed)
        });
    }

    /// One action for one asker, beside another role or alone, through all situations. `witness`
    /// says of a situation that breaks the invariant whether the asker is allowed.
    fn look(
        &self,
        (asker, beside): (&Asker, Option<RoleId>),
        action: ActionId,
        search: &mut Search,
        witness: &dyn Fn(Option<KindId>, &Valuation<'_>) -> Option<bool>,
    ) {
        let roles: Vec<RoleId> = asker.roles.iter().copied().chain(beside).collect();
        let valuations = Valuations::new(self.table, self.conditions(action, &roles));
        let mut kinds = self.kinds(&roles);
        kinds.retain(|kind| !asker.is_direct || self.is_given_directly(*kind, action));
        search.cell_count += usize::from(!kinds.is_empty());
        for kind in kinds {
            for valuation in valuations.iter() {
                let Ok(valuation) = valuation else {
                    search.has_more = true;
                    break;
                };
                if !search.wants(asker.roles.len(), valuation.given_count()) {
                    continue;
                }
                if let Some(is_allowed) = witness(kind, &valuation) {
                    search.offer(Witness {
                        roles: asker.roles.clone(),
                        kind,
                        action,
                        is_direct: asker.is_direct,
                        given: valuation.given(),
                        is_allowed,
                        covered: beside,
                    });
                }
            }
        }
    }

    /// Whether a principal of the kind can be given the action directly at all.
    fn is_given_directly(&self, kind: Option<KindId>, action: ActionId) -> bool {
        let kind = kind.and_then(|kind| self.table.kind(kind)).map(|kind| kind.name.as_str());
        let given = DirectAction { action: self.table.action_name(action), scope: None };
        misfit_direct(self.table, kind, &given).is_none()
    }

    /// Whatever each of `of` may do of an action, each of `roles` may, or all of them together.
    /// Nobody need be compared with itself.
    fn cover(&self, action: ActionId, search: &mut Search) {
        for of in &self.invariant.of {
            for asker in self.holders().into_iter().filter(|asker| asker.roles != [*of]) {
                self.cover_one(action, *of, &asker, search);
            }
        }
    }

    fn cover_one(&self, action: ActionId, of: RoleId, asker: &Asker, search: &mut Search) {
        let theirs = Asker::holder(vec![of]);
        self.look((asker, Some(of)), action, search, &|kind, valuation| {
            let facts = |asker| self.facts(asker, kind, action, valuation);
            let theirs = facts(&theirs);
            let is_meant = theirs.when != Truth::False;
            let is_broken = is_meant && theirs.is_allowed && !facts(asker).is_allowed;
            is_broken.then_some(false)
        });
    }

    /// The exceptions of `covers` that are covered all the same.
    fn needless(&self) -> Result<Vec<Broken>, TooMany> {
        if self.invariant.says != InvariantSays::Covers {
            return Ok(Vec::new());
        }
        let spoken = |id: &&ActionId| self.invariant.actions.binary_search(id).is_ok();
        let mut needless = Vec::new();
        for action in self.invariant.except.iter().filter(spoken) {
            let mut search = Search::default();
            self.cover(*action, &mut search);
            match search {
                Search { smallest: Some(_), .. } => {}
                Search { has_more: true, .. } => return Err(TooMany),
                _ => needless.push(Broken::NeedlessExcept(*action)),
            }
        }
        Ok(needless)
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
