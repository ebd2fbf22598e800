//! One cell asked in every situation of the finite model.
//!
//! Not which of these make a difference.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::cover::Place;
use crate::diff::space::{Asker, Case, Holding, KindCase, Space};
use crate::diff::walk::{Answer, Cell, Model, answer};
use crate::model::{ConditionId, Effect, Namespace, Truth};
use crate::table::Table;
use crate::table::rules::Test;
use crate::table::vocabulary::parts;

use super::grid::Grid;
use super::reduce;

/// How what is held must stand for a cell to speak of it at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// As the scope of the resource asks for.
    Here,
    /// In whichever scope it is held.
    Anywhere,
    /// The words say it.
    Whatever,
    /// Nothing is held.
    Unheld,
}

/// What was answered in every situation of a cell.
#[derive(Debug)]
pub(super) struct Asked<'a, 't> {
    pub(super) model: &'a Model<'t>,
    pub(super) space: &'a Space<'t>,
    is_of_everyone: bool,
    /// Pairs of attributes that are compared with each other.
    pub(super) pairs: BTreeSet<[(Namespace, &'t str); 2]>,
    /// Answers by holding, for situations that no condition tells apart.
    answers: Vec<Vec<Answer>>,
    /// By kind and number of the valuation: a position in `answers`.
    pub(super) groups: Vec<Vec<usize>>,
}

impl<'a, 't> Asked<'a, 't> {
    pub(super) fn of(model: &'a Model<'t>, cell: &Cell<'t>, space: &'a Space<'t>) -> Self {
        let (mut answers, mut groups) = (Vec::new(), Vec::new());
        for kind in &model.kinds {
            let mut seen: BTreeMap<Vec<Truth>, usize> = BTreeMap::new();
            let mut group = Vec::with_capacity(space.count());
            for number in 0..space.count() {
                let truths = model.truths(cell, *kind, space, number);
                let at = *seen.entry(truths).or_insert_with(|| {
                    answers.push(ask(model, cell, *kind, (space, number)));
                    answers.len() - 1
                });
                group.push(at);
            }
            groups.push(group);
        }
        let is_of_everyone = matches!(cell.asker, Asker::Nobody);
        let pairs = pairs(model.new, &cell.new_conditions);
        Self { model, space, is_of_everyone, pairs, answers, groups }
    }

    /// The situations in which the effect shows, with the reach that they all have; nothing where
    /// there is none.
    pub(super) fn grid(&'a self, effect: Effect) -> Option<(Reach, Grid<'a>)> {
        let shows = |answer: &&Answer| self.shows(effect, **answer);
        let reaches = |reach: &Reach| {
            self.answers
                .iter()
                .flatten()
                .filter(shows)
                .all(|answer| stands(*reach, effect, *answer))
        };
        self.answers.iter().flatten().find(shows)?;
        let reach = if self.is_of_everyone {
            Reach::Unheld
        } else {
            let mut narrow = [Reach::Here, Reach::Anywhere].into_iter();
            narrow.find(reaches).unwrap_or(Reach::Whatever)
        };
        let place = |answer: &Answer| {
            if self.shows(effect, *answer) {
                Place::In
            } else if !stands(reach, effect, *answer) || self.is_told_of_everyone(effect, *answer) {
                Place::Either
            } else {
                Place::Out
            }
        };
        let places: Vec<Vec<Place>> =
            self.answers.iter().map(|answers| answers.iter().map(place).collect()).collect();
        Some((reach, reduce::reduced(self, &places)))
    }

    fn shows(&self, effect: Effect, answer: Answer) -> bool {
        match effect {
            Effect::Permit => answer.is_allowed && !self.is_told_of_everyone(effect, answer),
            Effect::Forbid => answer.forbids,
        }
    }

    fn is_told_of_everyone(&self, effect: Effect, answer: Answer) -> bool {
        effect == Effect::Permit && !self.is_of_everyone && answer.is_nobody_allowed
    }
}

/// The answers to one valuation, by holding; everyone's do not depend on any.
fn ask<'t>(
    model: &Model<'t>,
    cell: &Cell<'t>,
    kind: KindCase<'t>,
    (space, number): (&Space<'t>, usize),
) -> Vec<Answer> {
    let valuation = space.valuation(number);
    let ask = |holding: &Holding<'t>| {
        let case = Case {
            action: cell.action,
            asker: cell.asker,
            kind,
            holding: *holding,
            valuation: &valuation,
            scopes: &model.scopes,
        };
        answer(model.new, &case)
    };
    match cell.asker {
        Asker::Nobody => model.holdings.iter().take(1).map(ask).collect(),
        Asker::Role(_) | Asker::Direct => model.holdings.iter().map(ask).collect(),
    }
}

fn stands(reach: Reach, effect: Effect, answer: Answer) -> bool {
    let counts = |truth| match effect {
        Effect::Permit => truth == Truth::True,
        Effect::Forbid => truth != Truth::False,
    };
    match reach {
        Reach::Here => counts(answer.standing.here),
        Reach::Anywhere => counts(answer.standing.anywhere),
        Reach::Whatever | Reach::Unheld => true,
    }
}

/// The pairs of attributes that conditions compare with each other.
fn pairs<'t>(table: &'t Table, conditions: &[ConditionId]) -> BTreeSet<[(Namespace, &'t str); 2]> {
    let (mut open, mut seen) = (conditions.to_vec(), BTreeSet::new());
    let mut pairs = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(condition) = table.condition(id).filter(|_| seen.insert(id)) else { continue };
        if let Test::Matches { attribute, other } = &condition.test {
            let name = |id| table.attribute(id).map(|entry| (entry.namespace, &*entry.name));
            if let Some((one, other)) = name(*attribute).zip(name(*other)) {
                pairs.insert([one.min(other), one.max(other)]);
            }
        }
        open.extend(parts(&condition.test));
    }
    pairs
}
