//! Grants in terms that mean the same in both tables: what can be compared without asking.
//!
//! Not decisions: grants in equal terms decide alike, and grants in other terms may do so too. So
//! this only finds the cells that need a closer look. Most edits touch few of them.

use std::collections::BTreeMap;

use crate::model::{ActionId, BuiltIn, ConditionId, Effect, GrantId, Id, Literal, ValueType};
use crate::table::rules::{Condition, Grant, GrantRoles, Test};
use crate::table::{Bits, Table};

use super::guard::Side;
use super::names::{JointRole, Names};

/// A condition by what it tests, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    Asserted(String),
    OneOf(AttributeMeaning, Vec<Literal>),
    Matches(AttributeMeaning, AttributeMeaning),
    AtLeast(AttributeMeaning, i64),
    AtMost(AttributeMeaning, i64),
    All(Vec<u32>),
    Any(Vec<u32>),
    Not(u32),
    /// An id that leads nowhere; a table has none.
    Nothing,
}

/// An attribute: its full name, its type and its values.
type AttributeMeaning = (String, Option<ValueType>, Vec<Literal>);

/// By condition of a table: a number that conditions of either table have in common exactly if
/// they are written to mean the same.
#[derive(Debug)]
pub(super) struct Meanings(Vec<u32>);

impl Meanings {
    /// Those of both tables.
    pub(super) fn of(old: &Table, new: &Table) -> (Self, Self) {
        let mut known = BTreeMap::new();
        (Self::number(old, &mut known), Self::number(new, &mut known))
    }

    fn number(table: &Table, known: &mut BTreeMap<Meaning, u32>) -> Self {
        let conditions = &table.rules().conditions;
        let mut numbers: Vec<Option<u32>> = vec![None; conditions.len()];
        for at in (0..conditions.len()).filter_map(ConditionId::new) {
            number(table, at, &mut numbers, known);
        }
        Self(numbers.into_iter().map(|number| number.unwrap_or(u32::MAX)).collect())
    }

    pub(super) fn get(&self, id: ConditionId) -> u32 {
        self.0.get(id.index()).copied().unwrap_or(u32::MAX)
    }

    pub(super) fn all(&self, ids: &[ConditionId]) -> Vec<u32> {
        sorted(ids.iter().map(|id| self.get(*id)).collect())
    }
}

/// INVARIANT: conditions are not circular, so this ends.
fn number(
    table: &Table,
    id: ConditionId,
    numbers: &mut [Option<u32>],
    known: &mut BTreeMap<Meaning, u32>,
) -> u32 {
    if let Some(Some(number)) = numbers.get(id.index()) {
        return *number;
    }
    let mut part = |id: &ConditionId| number(table, *id, numbers, known);
    let attribute = |id| {
        let Some(entry) = table.attribute(id) else { return AttributeMeaning::default() };
        // The values of the kind are the kinds, and those are compared as kinds.
        let is_kind = BuiltIn::find(entry.namespace, &entry.name) == Some(BuiltIn::PrincipalKind);
        let values = if is_kind { Vec::new() } else { entry.values.clone() };
        (entry.full_name(), Some(entry.value_type), values)
    };
    let meaning = match table.condition(id) {
        None => Meaning::Nothing,
        Some(Condition { name, test }) => match test {
            Test::Asserted => Meaning::Asserted(name.clone()),
            Test::OneOf { attribute: id, literals } => {
                Meaning::OneOf(attribute(*id), literals.clone())
            }
            Test::Matches { attribute: one, other } => {
                let (one, other) = (attribute(*one), attribute(*other));
                Meaning::Matches(one.clone().min(other.clone()), one.max(other))
            }
            Test::AtLeast { attribute: id, bound } => Meaning::AtLeast(attribute(*id), *bound),
            Test::AtMost { attribute: id, bound } => Meaning::AtMost(attribute(*id), *bound),
            Test::All { conditions } => Meaning::All(sorted(conditions.iter().map(part).collect())),
            Test::Any { conditions } => Meaning::Any(sorted(conditions.iter().map(part).collect())),
            Test::Not { condition } => Meaning::Not(part(condition)),
        },
    };
    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
    let found = *known.entry(meaning).or_insert(next);
    if let Some(place) = numbers.get_mut(id.index()) {
        *place = Some(found);
    }
    found
}

fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// What a grant says of whoever it reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    effect: Effect,
    is_for_everyone: bool,
    anywhere: bool,
    when: Vec<u32>,
    unless: Vec<u32>,
}

/// By grant of a table: the number of its term, and the roles it reaches among all.
#[derive(Debug)]
struct Grants(Vec<(u32, Bits<JointRole>)>);

/// The grants of both tables in common terms.
#[derive(Debug)]
pub(super) struct Terms {
    old: Grants,
    new: Grants,
}

/// Where the grants that speak of an action differ.
#[derive(Debug)]
pub(super) struct Differing {
    /// Roles that a differing grant reaches.
    pub roles: Bits<JointRole>,
    /// A forbid of everyone differs.
    pub everyone: bool,
}

impl Terms {
    pub(super) fn of(
        (old, new): (&Table, &Table),
        names: &Names<'_>,
        (before, after): (&Meanings, &Meanings),
    ) -> Self {
        let mut known: BTreeMap<Term, u32> = BTreeMap::new();
        let mut grants = |table: &Table, meanings: &Meanings, joint: &dyn Fn(_) -> _| {
            let ids = (0..table.rules().grants.len()).filter_map(GrantId::new);
            let of_grant = |id: GrantId| {
                let term = table.grant(id).map(|grant| term(grant, meanings));
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                let number = term.map_or(u32::MAX, |term| *known.entry(term).or_insert(next));
                let mut reach = Bits::new(names.roles.len());
                let roles = table.reach(id).into_iter().flat_map(Bits::iter);
                roles.filter_map(joint).for_each(|role| reach.insert(role));
                (number, reach)
            };
            Grants(ids.map(of_grant).collect())
        };
        Self {
            old: grants(old, before, &|role| names.of_old(role)),
            new: grants(new, after, &|role| names.of_new(role)),
        }
    }

    /// Where the grants of an action differ; nothing where they say the same.
    pub(super) fn differing(
        &self,
        (old, new): (&Table, &Table),
        (before, after): (Option<ActionId>, Option<ActionId>),
        names: &Names<'_>,
    ) -> Option<Differing> {
        let (before, after) = (self.old.spoken(old, before), self.new.spoken(new, after));
        if before == after {
            return None;
        }
        let mut roles = Bits::new(names.roles.len());
        let mut everyone = false;
        let none = Bits::new(names.roles.len());
        let terms = before.keys().chain(after.keys().filter(|term| !before.contains_key(term)));
        for term in terms {
            let one = before.get(term).map_or(&none, |(reach, _)| reach);
            let other = after.get(term).map_or(&none, |(reach, _)| reach);
            let is_everyone = |spoken: &Spoken| spoken.get(term).is_some_and(|(_, all)| *all);
            everyone |= is_everyone(&before) != is_everyone(&after);
            one.iter().filter(|role| !other.contains(*role)).for_each(|role| roles.insert(role));
            other.iter().filter(|role| !one.contains(*role)).for_each(|role| roles.insert(role));
        }
        Some(Differing { roles, everyone })
    }
}

impl Terms {
    /// The terms in which one table speaks of a role and an action.
    pub(super) fn of_role(
        &self,
        (old, new): (&Table, &Table),
        (before, after): (Option<ActionId>, Option<ActionId>),
        (role, side): (JointRole, Side),
    ) -> Vec<u32> {
        let spoken = match side {
            Side::Before => self.old.spoken(old, before),
            Side::After => self.new.spoken(new, after),
        };
        let reaching = spoken.into_iter().filter(|(_, (reach, _))| reach.contains(role));
        reaching.map(|(term, _)| term).collect()
    }
}

/// By term: the roles it reaches, and whether it is for everyone.
type Spoken = BTreeMap<u32, (Bits<JointRole>, bool)>;

impl Grants {
    /// All that is said of an action; grants in the same terms are one, so that it does not matter
    /// how many lines say it.
    fn spoken(&self, table: &Table, action: Option<ActionId>) -> Spoken {
        let mut spoken = Spoken::new();
        let Some(face) = action.and_then(|action| table.by_action(action)) else { return spoken };
        for id in face.permits.iter().chain(&face.forbids) {
            let Some((term, reach)) = self.0.get(id.index()) else { continue };
            let everyone = |grant: &Grant| grant.roles == GrantRoles::Everyone;
            let everyone = table.grant(*id).is_some_and(everyone);
            match spoken.get_mut(term) {
                Some((known, all)) => {
                    known.union(reach);
                    *all |= everyone;
                }
                None => {
                    spoken.insert(*term, (reach.clone(), everyone));
                }
            }
        }
        spoken
    }
}

fn term(grant: &Grant, meanings: &Meanings) -> Term {
    Term {
        effect: grant.effect,
        is_for_everyone: grant.roles == GrantRoles::Everyone,
        anywhere: grant.anywhere,
        when: meanings.all(&grant.when),
        unless: meanings.all(&grant.unless),
    }
}
