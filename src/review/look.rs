//! One action asked in every situation: when it is allowed, and through which entries.
//!
//! Not a decision function: `evaluate` decides each situation, and what is allowed in some and not
//! in others is put into words by `cover`, as short as can be and exact.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::situations::{TooMany, looked_at};
use crate::diff::cover::{Cover, Feature, Place, Row, Word, cover};
use crate::diff::words::{stands, test_words};
use crate::diff::{ConditionIs, Stands};
use crate::evaluate::condition::conditions;
use crate::evaluate::situation::situation;
use crate::evaluate::{Reason, Request, decide, explain};
use crate::model::{
    ActionId, Assignment, ConditionId, DirectAction, Effect, Id, Principal, Query, Resource,
    RoleId, Truth,
};
use crate::table::ActionFace;

use super::model::{Model, Places};

/// A scope that no role is held in. No scope that is written has an empty id.
pub(super) const ELSEWHERE: &str = "";

/// When something is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Access {
    /// In every situation that is meant.
    Always,
    /// In those in which one of the alternatives holds, all terms of it: the shortest that is
    /// true, and exact.
    Conditional(Vec<Vec<Term>>),
    /// In none: what permits it is always forbidden.
    Never,
}

impl Access {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Conditional(_) => "conditional",
            Self::Never => "never",
        }
    }
}

/// One thing that must be so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Term {
    /// The principal's kind is one of these.
    Kind(Vec<String>),
    /// The resource lies in a scope that matters.
    Scope {
        /// The kind of scope.
        kind: String,
        /// Ids of scopes in which roles are held.
        ids: Vec<String>,
        /// Whether it lies in one of them, or in none.
        is_inside: bool,
    },
    /// A condition stands so.
    Condition(ConditionIs),
}

/// An entry of the policy that has a say, and how it reaches who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Way {
    /// The line, counted from 1.
    pub line: u32,
    /// The file, relative to the path that was compiled.
    pub file: String,
    /// What it carries; a direct action counts as a permit.
    pub effect: Effect,
    /// Whether it is a grant, and not the `[direct]` table.
    pub is_grant: bool,
    /// The published line it stands for, else its title.
    pub label: Option<String>,
    /// From the role that is held down to the role that the grant names, by inheritance.
    /// Empty for a forbid of everyone and for a direct action.
    pub roles: Vec<String>,
    /// The kind whose `holds` gives the role; none where it is assigned.
    pub through_kind: Option<String>,
    /// The scope in which the role is held.
    pub scope: Option<String>,
    /// Conditions that must hold.
    pub when: Vec<String>,
    /// Conditions that must not hold.
    pub unless: Vec<String>,
}

/// What of a request counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// Permits through the roles that are assigned.
    Assigned,
    /// All that decides.
    All,
}

/// Who asks for what.
#[derive(Debug)]
pub(super) struct Asked<'a, 's> {
    pub action: ActionId,
    pub roles: &'s [RoleId],
    pub assignments: &'s [Assignment<'a>],
    pub direct_actions: &'s [DirectAction<'a>],
    pub kinds: &'s [Option<&'a str>],
    pub places: &'s Places<'a>,
    pub counts: Counts,
}

/// What came out.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// None where nothing permits it.
    pub access: Option<Access>,
    /// Positions in the kinds that were asked: where it is allowed in some situation.
    pub kinds: Vec<usize>,
    /// Permits that allow it, and forbids that stand against them, in the order of the file.
    pub ways: Vec<Way>,
}

/// Asks in every situation.
///
/// # Errors
/// Where there are more than policyc looks at.
pub(super) fn look<'a>(model: &Model<'a>, asked: &Asked<'a, '_>) -> Result<Found, TooMany> {
    let Some(face) = model.table.by_action(asked.action) else {
        return Ok(Found { access: None, kinds: Vec::new(), ways: Vec::new() });
    };
    let named = conditions_of(model, asked, face);
    let mut look = Look { model, asked, named, rows: BTreeMap::new(), ways: BTreeSet::new() };
    look.ask_all()?;
    Ok(look.found())
}

/// The conditions that grants name which may have a say, each once.
fn conditions_of(model: &Model<'_>, asked: &Asked<'_, '_>, face: &ActionFace) -> Vec<ConditionId> {
    let named = looked_at(model.table, face, asked.roles);
    named.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

struct Look<'a, 'm> {
    model: &'m Model<'a>,
    asked: &'m Asked<'a, 'm>,
    named: Vec<ConditionId>,
    /// By what can be said of a situation: whether it is allowed there, and permitted at all.
    rows: BTreeMap<Row, (bool, bool)>,
    ways: BTreeSet<Way>,
}

impl Look<'_, '_> {
    fn ask_all(&mut self) -> Result<(), TooMany> {
        let valuations = self.model.valuations(self.named.iter().copied());
        let (asked, table) = (self.asked, self.model.table);
        for (kind_at, kind) in asked.kinds.iter().enumerate() {
            for valuation in valuations.iter() {
                let valuation = valuation?;
                for (digits, scopes) in &asked.places.list {
                    let query = valuation.query(Query {
                        principal: Principal {
                            kind: *kind,
                            assignments: asked.assignments,
                            direct_actions: asked.direct_actions,
                            ..Principal::default()
                        },
                        action: table.action_name(asked.action),
                        resource: Resource { scopes, ..Resource::default() },
                        ..Query::default()
                    });
                    let truths =
                        self.named.iter().map(|id| match conditions(table, &query, &[*id], &[]) {
                            Truth::False => 0,
                            Truth::Unknown => 1,
                            Truth::True => 2,
                        });
                    let places = digits.iter().copied();
                    let row: Row = [kind_at].into_iter().chain(places).chain(truths).collect();
                    self.ask(row, &Request::sound(table, query));
                }
            }
        }
        Ok(())
    }

    /// INVARIANT: a row holds all that a decision depends on, so each is asked once.
    fn ask(&mut self, row: Row, request: &Request<'_>) {
        if self.rows.contains_key(&row) {
            return;
        }
        let parts = situation(request, |_| true);
        let is_allowed = match self.asked.counts {
            Counts::Assigned => parts.permitted && !parts.forbidden,
            Counts::All => decide(request).is_allowed(),
        };
        let is_permitted = is_allowed || parts.permitted;
        self.rows.insert(row, (is_allowed, is_permitted));
        if is_permitted {
            let reasons = explain(request).reasons.into_iter().filter(|reason| {
                let is_assigned = reason.through_kind.is_none();
                reason.miss.is_none()
                    && (is_assigned
                        || self.asked.counts == Counts::All
                        || reason.stated.effect == Effect::Forbid)
            });
            self.ways.extend(reasons.map(|reason| way(&reason)));
        }
    }

    fn found(self) -> Found {
        let all = self.rows.values().all(|(is_allowed, _)| *is_allowed);
        let allowed = self.rows.iter().filter(|(_, (is_allowed, _))| *is_allowed);
        let kinds: BTreeSet<usize> = allowed.filter_map(|(row, _)| row.first().copied()).collect();
        let access = match (kinds.is_empty(), all) {
            (false, true) => Some(Access::Always),
            (false, false) => Some(Access::Conditional(self.words())),
            (true, _) => {
                let mut rows = self.rows.values();
                rows.any(|(_, is_permitted)| *is_permitted).then_some(Access::Never)
            }
        };
        let ways = self.ways.into_iter().collect();
        Found { access, kinds: kinds.into_iter().collect(), ways }
    }

    /// The shortest true condition.
    fn words(&self) -> Vec<Vec<Term>> {
        let places = self.asked.places.kinds.iter().map(|(_, ids)| Feature::Choice(ids.len() + 1));
        let features = [Feature::Choice(self.asked.kinds.len())].into_iter().chain(places);
        let truths = self.named.iter().map(|_| Feature::Truth);
        let features: Vec<Feature> = features.chain(truths).collect();
        let place = |is_allowed: bool| if is_allowed { Place::In } else { Place::Out };
        let points =
            self.rows.iter().map(|(row, (is_allowed, _))| (row.clone(), place(*is_allowed)));
        let cover: Cover = cover(&features, &points.collect::<Vec<_>>());
        let terms = |words: &Vec<Word>| {
            let mut terms: Vec<Term> = Vec::new();
            for feature in 0..features.len() {
                let allowed = words.iter().filter(|word| word.feature == feature);
                let allowed = allowed.map(|word| word.allows.clone());
                let allowed = allowed.reduce(|one, other| &one & &other);
                terms.extend(allowed.and_then(|allowed| self.term(feature, &allowed)));
            }
            terms
        };
        let mut alternatives: Vec<Vec<Term>> = cover.iter().map(terms).collect();
        alternatives.sort();
        alternatives
    }

    fn term(&self, feature: usize, allowed: &BTreeSet<usize>) -> Option<Term> {
        let Some(feature) = feature.checked_sub(1) else {
            let kinds = allowed.iter().filter_map(|at| *self.asked.kinds.get(*at)?);
            return Some(Term::Kind(kinds.map(str::to_owned).collect()));
        };
        let kinds = &self.asked.places.kinds;
        if let Some((kind, ids)) = kinds.get(feature) {
            let is_inside = !allowed.contains(&ids.len());
            let ids = ids.iter().enumerate().filter(|(at, _)| allowed.contains(at) == is_inside);
            let ids = ids.map(|(_, id)| (*id).to_owned()).collect();
            return Some(Term::Scope { kind: (*kind).to_owned(), ids, is_inside });
        }
        let id = *self.named.get(feature.checked_sub(kinds.len())?)?;
        let table = self.model.table;
        let note = table.notes().conditions.get(id.index());
        let stands: Stands = stands(allowed)?;
        Some(Term::Condition(ConditionIs {
            name: table.condition(id)?.name.clone(),
            title: note.and_then(|note| note.title.clone()),
            test: test_words(table, id),
            side: None,
            stands,
        }))
    }
}

fn way(reason: &Reason<'_>) -> Way {
    let stated = &reason.stated;
    let conditions = |must_hold: bool| {
        let named = reason.conditions.iter().filter(|state| state.must_hold == must_hold);
        named.map(|state| state.name.to_owned()).collect()
    };
    Way {
        line: stated.line,
        file: stated.file.to_owned(),
        effect: stated.effect,
        is_grant: stated.is_grant,
        label: stated.row.or(stated.title).map(str::to_owned),
        roles: reason.roles.iter().map(|role| (*role).to_owned()).collect(),
        through_kind: reason.through_kind.map(str::to_owned),
        scope: reason.scope.map(|scope| scope.to_string()),
        when: conditions(true),
        unless: conditions(false),
    }
}
