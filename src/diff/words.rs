//! From rows of features to clauses: conditions, kinds, holdings and values by their names.
//!
//! Not text, and not the choice of words, which `cover` makes.

use std::collections::BTreeSet;

use crate::model::{ConditionId, Id, Literal, Truth};
use crate::table::Table;
use crate::table::rules::Test;

use super::cover::{Cover, Feature, Row, Word};
use super::domains::{Class, ClassName, Domain};
use super::guard::{Clause, ConditionIs, HeldIs, KindIs, Side, Stands, ValueIs};
use super::space::{Holding, KindCase, Space};
use super::terms::Meanings;
use super::walk::{Cell, Model, Point};

/// A condition that words may name.
#[derive(Debug)]
struct Known {
    side: Side,
    id: ConditionId,
    /// Where it stands among the truths of a point.
    place: usize,
    /// Whether the other policy has another condition of this name.
    is_ambiguous: bool,
}

/// What can be said of the points of a cell.
#[derive(Debug)]
pub(super) struct Vocabulary<'m, 't> {
    model: &'m Model<'t>,
    says: Says<'m, 't>,
}

/// By what situations are told apart.
#[derive(Debug)]
enum Says<'m, 't> {
    /// The conditions that the grants name.
    Conditions(Vec<Known>),
    /// The values of attributes.
    Attributes(&'m Space<'t>, Vec<&'m Domain<'t>>),
}

const KIND: usize = 0;
const HOLDING: usize = 1;
/// Features before those of conditions or attributes.
const FIXED: usize = 2;

impl<'m, 't> Vocabulary<'m, 't> {
    /// Situations told apart by the conditions that the grants name.
    pub(super) fn of_conditions(
        model: &'m Model<'t>,
        cell: &Cell<'t>,
        (before, after): (&Meanings, &Meanings),
    ) -> Self {
        let old = cell.old_conditions.iter().map(|id| (Side::Before, *id, before.get(*id)));
        let new = cell.new_conditions.iter().map(|id| (Side::After, *id, after.get(*id)));
        let named: Vec<_> = old.chain(new).enumerate().collect();
        let is_ambiguous = |side, id, meaning: &u32| {
            let (other, meanings) = match side {
                Side::Before => (model.new, after),
                Side::After => (model.old, before),
            };
            let namesake = other.find_condition(condition_name(model, side, id));
            namesake.is_some_and(|other| meanings.get(other) != *meaning)
        };
        let known = named.iter().filter_map(|(place, (side, id, meaning))| {
            // Of two that mean the same, the new one's name is the one to use.
            let is_said_later =
                named.iter().any(|(other, (_, _, said))| other > place && said == meaning);
            let is_ambiguous = is_ambiguous(*side, *id, meaning);
            let known = Known { side: *side, id: *id, place: *place, is_ambiguous };
            (!is_said_later).then_some(known)
        });
        let known = known.collect();
        Self { model, says: Says::Conditions(known) }
    }

    /// Situations told apart by attributes; none where that would say too little.
    pub(super) fn of_attributes(model: &'m Model<'t>, space: &'m Space<'t>) -> Option<Self> {
        let domains = space.plain_domains()?;
        Some(Self { model, says: Says::Attributes(space, domains) })
    }

    pub(super) fn features(&self) -> Vec<Feature> {
        let (kinds, holdings) = (self.model.kinds.len(), self.model.holdings.len());
        let mut features = vec![Feature::Choice(kinds), Feature::Choice(holdings)];
        match &self.says {
            Says::Conditions(known) => features.extend(known.iter().map(|_| Feature::Truth)),
            Says::Attributes(_, domains) => {
                let choice = |domain: &&Domain<'_>| Feature::Choice(domain.values.len() + 1);
                features.extend(domains.iter().map(choice));
            }
        }
        features
    }

    pub(super) fn row(&self, point: &Point<'t>) -> Row {
        let mut holdings = self.model.holdings.iter();
        let holding = holdings.position(|holding| *holding == point.holding).unwrap_or(0);
        let mut row = vec![point.kind, holding];
        match &self.says {
            Says::Conditions(known) => {
                row.extend(known.iter().map(|known| match point.truths.get(known.place) {
                    Some(Truth::False) => 0,
                    Some(Truth::True) => 2,
                    Some(Truth::Unknown) | None => 1,
                }));
            }
            Says::Attributes(space, _) => row.extend(space.digits(point.valuation)),
        }
        row
    }

    /// The clauses of a cover. Of a choice, only those values are named that `meant` points have.
    pub(super) fn clauses(&self, cover: &Cover, meant: &[&Row]) -> Vec<Vec<Clause>> {
        let alternative = |words: &Vec<Word>| {
            let mut clauses = Vec::new();
            for feature in 0..self.features().len() {
                let words = words.iter().filter(|word| word.feature == feature);
                let allowed = words.map(|word| word.allows.clone());
                let allowed = allowed.reduce(|one, other| &one & &other);
                let has = |value: &usize| {
                    meant.iter().any(|row| row.get(feature).is_some_and(|is| is == value))
                };
                if let Some(mut allowed) = allowed {
                    if feature < FIXED || matches!(self.says, Says::Attributes(..)) {
                        allowed.retain(has);
                    }
                    clauses.extend(self.clause(feature, &allowed));
                }
            }
            clauses.sort();
            clauses
        };
        let mut alternatives: Vec<Vec<Clause>> = cover.iter().map(alternative).collect();
        alternatives.sort();
        alternatives
    }

    fn clause(&self, feature: usize, allowed: &BTreeSet<usize>) -> Option<Clause> {
        match feature {
            KIND => {
                let kinds = allowed.iter().filter_map(|at| self.model.kinds.get(*at));
                Some(Clause::Kind(kinds.map(|kind| kind_is(*kind)).collect()))
            }
            HOLDING => {
                let holdings = allowed.iter().filter_map(|at| self.model.holdings.get(*at));
                Some(Clause::Held(holdings.map(|holding| held_is(*holding)).collect()))
            }
            feature => match &self.says {
                Says::Conditions(known) => {
                    let known = known.get(feature - FIXED)?;
                    Some(Clause::Condition(self.condition(known, stands(allowed)?)?))
                }
                Says::Attributes(_, domains) => {
                    let domain = domains.get(feature - FIXED)?;
                    let name = format!("{}.{}", domain.namespace.as_str(), domain.name);
                    let values = allowed.iter().map(|at| value_is(domain.values.get(*at)));
                    Some(Clause::Attribute(name, values.collect()))
                }
            },
        }
    }

    fn condition(&self, known: &Known, stands: Stands) -> Option<ConditionIs> {
        let table = table(self.model, known.side);
        let note = table.notes().conditions.get(known.id.index());
        Some(ConditionIs {
            name: table.condition(known.id)?.name.clone(),
            title: note.and_then(|note| note.title.clone()),
            test: test_words(table, known.id),
            side: known.is_ambiguous.then_some(known.side),
            stands,
        })
    }
}

const fn table<'t>(model: &Model<'t>, side: Side) -> &'t Table {
    match side {
        Side::Before => model.old,
        Side::After => model.new,
    }
}

fn condition_name<'t>(model: &Model<'t>, side: Side, id: ConditionId) -> &'t str {
    table(model, side).condition(id).map_or("", |condition| &condition.name)
}

fn kind_is(kind: KindCase<'_>) -> KindIs {
    match kind {
        KindCase::Named(name) => KindIs::Named(name.to_owned()),
        KindCase::NotAsked | KindCase::Missing => KindIs::Missing,
        KindCase::Undeclared => KindIs::Undeclared,
    }
}

fn held_is(holding: Holding<'_>) -> HeldIs {
    match holding {
        Holding::Unscoped => HeldIs::Unscoped,
        Holding::Inside(kind) => HeldIs::Inside(kind.to_owned()),
        Holding::Elsewhere(kind) => HeldIs::Elsewhere(kind.to_owned()),
        Holding::Unsaid(kind) => HeldIs::Unsaid(kind.to_owned()),
        Holding::Undeclared => HeldIs::Undeclared,
    }
}

/// How a condition stands where its truth may be false, unknown or true (0, 1, 2).
pub(crate) fn stands(allowed: &BTreeSet<usize>) -> Option<Stands> {
    let has = |truth| allowed.contains(&truth);
    match (has(0), has(1), has(2)) {
        (false, false, true) => Some(Stands::Holds),
        (true, false, false) => Some(Stands::Fails),
        (true, true, false) => Some(Stands::NotKnownToHold),
        (false, true, true) => Some(Stands::NotKnownToFail),
        (false, true, false) => Some(Stands::Unknown),
        _ => None,
    }
}

fn value_is(class: Option<&Class>) -> ValueIs {
    match class {
        None => ValueIs::Missing,
        Some(class) => match class.shown {
            ClassName::Value => ValueIs::Value(class.value.to_string()),
            ClassName::Other => ValueIs::Other,
            ClassName::Range(from, to) => ValueIs::Range(from, to),
        },
    }
}

/// What a condition tests, in a few words; nothing where the caller asserts it.
pub(crate) fn test_words(table: &Table, id: ConditionId) -> Option<String> {
    let condition = table.condition(id)?;
    let attribute = |id| table.attribute(id).map(crate::table::rules::Attribute::full_name);
    let name = |id: &ConditionId| table.condition(*id).map_or("", |condition| &condition.name);
    let names =
        |ids: &[ConditionId], word: &str| ids.iter().map(name).collect::<Vec<_>>().join(word);
    Some(match &condition.test {
        Test::Asserted => return None,
        Test::OneOf { attribute: id, literals } => {
            let literals: Vec<String> = literals.iter().map(Literal::to_string).collect();
            format!("{} is {}", attribute(*id)?, literals.join(" or "))
        }
        Test::Matches { attribute: one, other } => {
            format!("{} is {}", attribute(*one)?, attribute(*other)?)
        }
        Test::AtLeast { attribute: id, bound } => {
            format!("{} is at least {bound}", attribute(*id)?)
        }
        Test::AtMost { attribute: id, bound } => format!("{} is at most {bound}", attribute(*id)?),
        Test::All { conditions } => names(conditions, " and "),
        Test::Any { conditions } => names(conditions, " or "),
        Test::Not { condition } => format!("not {}", name(condition)),
    })
}
