//! One asker and one action: both tables asked in every situation, and what came out differently.
//!
//! Not a second decision function: `decide` is asked, and of the parts of a decision only whether a
//! forbid comes through the asker's own role.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::condition::conditions;
use crate::evaluate::situation::{Standing, is_forbidden_by_role, standing};
use crate::evaluate::{Request, decide};
use crate::model::{ConditionId, GrantId, RoleId, Scope, Truth};
use crate::table::rules::{Grant, GrantRoles};
use crate::table::{Bits, Table};

use super::change::How;
use super::space::{Asker, Case, Holding, KindCase, Space, TooMany};

/// Both tables, and what is varied beside attributes.
#[derive(Debug)]
pub(super) struct Model<'t> {
    pub old: &'t Table,
    pub new: &'t Table,
    pub kinds: Vec<KindCase<'t>>,
    pub holdings: Vec<Holding<'t>>,
    pub scopes: Vec<Scope<'t>>,
}

/// An asker and an action, with the conditions that their decisions depend on.
#[derive(Debug)]
pub(super) struct Cell<'t> {
    pub asker: Asker<'t>,
    pub action: &'t str,
    pub old_conditions: Vec<ConditionId>,
    pub new_conditions: Vec<ConditionId>,
}

/// A situation, or several that no condition tells apart.
#[derive(Debug, Clone)]
pub(super) struct Point<'t> {
    pub kind: usize,
    pub holding: Holding<'t>,
    /// The number of one of its valuations.
    pub valuation: usize,
    /// How the conditions stand: the old ones, then the new ones.
    pub truths: Vec<Truth>,
    pub before: Answer,
    pub after: Answer,
    pub change: Option<How>,
}

/// What one table says at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub is_allowed: bool,
    /// A forbid comes through the asker's own role.
    pub forbids: bool,
    /// Whether somebody without any role is allowed.
    pub is_nobody_allowed: bool,
    pub standing: Standing,
}

/// The grants of an action that can decide for an asker: those that reach its role, of which that
/// is said, or a role that a kind holds, and the forbids of everyone.
pub(super) fn grants(table: &Table, action: &str, asker: Asker<'_>) -> Vec<(GrantId, bool)> {
    let Some((_, face)) = table.find_face(action) else { return Vec::new() };
    let own = match asker {
        Asker::Role(role) => table.find_role(role),
        Asker::Nobody | Asker::Direct => None,
    };
    let held: BTreeSet<_> = table.rules().kinds.iter().flat_map(|kind| &kind.holds).collect();
    let decides = |id: &GrantId| {
        let reaches =
            |role| table.reach(*id).is_some_and(|reach: &Bits<RoleId>| reach.contains(role));
        let is_own = own.is_some_and(reaches);
        let everyone = |grant: &Grant| grant.roles == GrantRoles::Everyone;
        let is_any = table.grant(*id).is_some_and(everyone) || held.iter().any(|r| reaches(**r));
        (is_own || is_any).then_some((*id, is_own))
    };
    face.permits.iter().chain(&face.forbids).filter_map(decides).collect()
}

/// The conditions that grants name, each once.
fn conditions_of(table: &Table, grants: &[(GrantId, bool)]) -> Vec<ConditionId> {
    let grants = grants.iter().filter_map(|(id, _)| table.grant(*id));
    let named: BTreeSet<ConditionId> =
        grants.flat_map(|grant| grant.when.iter().chain(&grant.unless)).copied().collect();
    named.into_iter().collect()
}

impl<'t> Model<'t> {
    pub(super) fn cell(&self, asker: Asker<'t>, action: &'t str) -> Cell<'t> {
        let conditions = |table| conditions_of(table, &grants(table, action, asker));
        Cell {
            asker,
            action,
            old_conditions: conditions(self.old),
            new_conditions: conditions(self.new),
        }
    }

    pub(super) fn space(&self, cell: &Cell<'t>) -> Result<Space<'t>, TooMany> {
        Space::new(&[(self.old, &cell.old_conditions), (self.new, &cell.new_conditions)])
    }

    /// Every point of a cell. Valuations in which all conditions stand alike are one, unless every
    /// one is asked for.
    pub(super) fn points(&self, cell: &Cell<'t>, space: &Space<'t>, each: Each) -> Vec<Point<'t>> {
        let mut points = Vec::new();
        for (kind, case) in self.kinds.iter().enumerate() {
            let mut seen: BTreeMap<Vec<Truth>, usize> = BTreeMap::new();
            let mut valuations = Vec::new();
            for number in 0..space.count() {
                let truths = self.truths(cell, *case, space, number);
                match each {
                    Each::Valuation => valuations.push((truths, number)),
                    Each::Standing => {
                        seen.entry(truths).or_insert(number);
                    }
                }
            }
            valuations.extend(seen);
            for (truths, valuation) in valuations {
                for holding in self.holdings(cell.asker) {
                    points.push(self.point(
                        cell,
                        space,
                        (kind, *case, *holding, valuation),
                        &truths,
                    ));
                }
            }
        }
        points
    }

    /// Nobody holds anything.
    fn holdings(&self, asker: Asker<'_>) -> &[Holding<'t>] {
        match asker {
            Asker::Nobody => self.holdings.get(..1).unwrap_or_default(),
            Asker::Role(_) | Asker::Direct => &self.holdings,
        }
    }

    /// How the conditions of a cell stand: the old ones, then the new ones.
    pub(super) fn truths(
        &self,
        cell: &Cell<'t>,
        kind: KindCase<'t>,
        space: &Space<'t>,
        number: usize,
    ) -> Vec<Truth> {
        let valuation = space.valuation(number);
        let case = Case {
            action: cell.action,
            asker: Asker::Nobody,
            kind,
            holding: Holding::Unscoped,
            valuation: &valuation,
            scopes: &self.scopes,
        };
        case.ask(|query| {
            let truths = |table, ids: &[ConditionId]| {
                let truth = |id: &ConditionId| conditions(table, &query, &[*id], &[]);
                ids.iter().map(truth).collect::<Vec<Truth>>()
            };
            let old = truths(self.old, &cell.old_conditions);
            [old, truths(self.new, &cell.new_conditions)].concat()
        })
    }

    fn point(
        &self,
        cell: &Cell<'t>,
        space: &Space<'t>,
        (kind, case, holding, number): (usize, KindCase<'t>, Holding<'t>, usize),
        truths: &[Truth],
    ) -> Point<'t> {
        let valuation = space.valuation(number);
        let (asker, action, scopes) = (cell.asker, cell.action, self.scopes.as_slice());
        let case = Case { action, asker, kind: case, holding, valuation: &valuation, scopes };
        let (before, after) = (answer(self.old, &case), answer(self.new, &case));
        Point {
            kind,
            holding,
            valuation: number,
            truths: truths.to_vec(),
            before,
            after,
            change: How::of(before, after),
        }
    }
}

/// Which points a cell is told apart into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    /// How the conditions stand.
    Standing,
    /// Every valuation.
    Valuation,
}

/// What a table says in one case.
pub(super) fn answer(table: &Table, case: &Case<'_>) -> Answer {
    let nobody = Case { asker: Asker::Nobody, ..*case };
    let is_nobody_allowed = nobody.ask(|query| decide(&Request::sound(table, query)).is_allowed());
    case.ask(|query| {
        let request = Request::sound(table, query);
        Answer {
            is_allowed: decide(&request).is_allowed(),
            forbids: is_forbidden_by_role(&request),
            is_nobody_allowed,
            standing: standing(&request),
        }
    })
}

/// Whether a table allows one case.
pub(super) fn is_allowed(table: &Table, case: &Case<'_>) -> bool {
    case.ask(|query| decide(&Request::sound(table, query)).is_allowed())
}

impl How {
    /// What two answers come to, of one asker alone and beside others.
    const fn of(before: Answer, after: Answer) -> Option<Self> {
        match (before.is_allowed, after.is_allowed, before.forbids, after.forbids) {
            (false, true, ..) => Some(Self::Gains),
            (true, false, _, false) => Some(Self::Loses),
            (true, false, _, true) => Some(Self::LosesForAll),
            (false, false, false, true) => Some(Self::Withholds),
            (false, false, true, false) => Some(Self::Releases),
            _ => None,
        }
    }
}
