//! What changed in one cell: the points of an asker and an action, said shortly.
//!
//! Not which cells are looked at, and not whether anybody notices a forbid; see `compare`.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::evaluate::{Reason, Request, explain};
use crate::model::{GrantId, KindId, ScopeId, Truth};
use crate::table::Table;

use super::change::{How, Source};
use super::cover::{Cover, Feature, Place, Row, cover};
use super::guard::{Clause, Guard, Within};
use super::space::{Asker, Case, Space, TooMany};
use super::terms::Meanings;
use super::walk::{Cell, Each, Model, Point, grants};
use super::words::Vocabulary;

/// Most valuations that are looked at one by one for the sake of better words.
const WORDED_MAX: usize = 2_000;
/// So many alternatives of attribute values still read better than two readings of one name.
const ALTERNATIVES_MAX: usize = 4;

/// What changed in a cell, in one way.
#[derive(Debug)]
pub(super) struct Shape<'t> {
    pub how: How,
    pub guard: Guard,
    pub before: Vec<Source>,
    pub after: Vec<Source>,
    /// The points where it did.
    pub points: Vec<Point<'t>>,
}

/// What changed in a cell.
#[derive(Debug)]
pub(super) struct Shapes<'t> {
    pub shapes: Vec<Shape<'t>>,
    pub sharing: Sharing,
}

/// Whether what changes for everyone changes for an asker too, wherever it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// It does, and is not told again.
    Whole,
    /// Not everywhere, or it is told by itself in any case.
    Apart,
}

/// Computes cells and remembers them: in most tables many cells rest on the same grants.
pub(super) struct Cells<'m, 't> {
    model: &'m Model<'t>,
    meanings: (&'m Meanings, &'m Meanings),
    known: BTreeMap<[Grounds; 2], Rc<Shapes<'t>>>,
}

/// All that a role's cell depends on, in one table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grounds {
    grants: Vec<(GrantId, bool)>,
    /// Of a role that is there: who may hold it, and where.
    role: Option<(Option<Vec<KindId>>, Option<ScopeId>)>,
}

impl<'m, 't> Cells<'m, 't> {
    pub(super) const fn new(model: &'m Model<'t>, meanings: (&'m Meanings, &'m Meanings)) -> Self {
        Self { model, meanings, known: BTreeMap::new() }
    }

    /// # Errors
    /// Where the cell depends on more valuations than may be looked at.
    pub(super) fn of(
        &mut self,
        asker: Asker<'t>,
        action: &'t str,
    ) -> Result<Rc<Shapes<'t>>, TooMany> {
        let Asker::Role(role) = asker else {
            return Ok(Rc::new(self.compute(asker, action)?));
        };
        let grounds = |table: &Table| {
            let found = table.find_role(role).and_then(|id| table.role(id));
            Grounds {
                grants: grants(table, action, asker),
                role: found.map(|role| (role.kinds.clone(), role.scope)),
            }
        };
        let grounds = [grounds(self.model.old), grounds(self.model.new)];
        if let Some(known) = self.known.get(&grounds) {
            return Ok(Rc::clone(known));
        }
        let shapes = Rc::new(self.compute(asker, action)?);
        self.known.insert(grounds, Rc::clone(&shapes));
        Ok(shapes)
    }

    fn compute(&self, asker: Asker<'t>, action: &'t str) -> Result<Shapes<'t>, TooMany> {
        let cell = self.model.cell(asker, action);
        let space = self.model.space(&cell)?;
        let mut points = self.model.points(&cell, &space, Each::Standing);
        let sharing = Sharing::of(asker, &points);
        sharing.leave_out(&mut points);
        let mut shapes = Vec::new();
        for how in How::ALL {
            let inside: Vec<Point<'t>> =
                points.iter().filter(|point| point.change == Some(how)).cloned().collect();
            let Some(first) = inside.first() else { continue };
            let guard = self.guard((&cell, &space), how, &points, sharing);
            let sources = |table| self.sources(table, &cell, &space, first);
            let (before, after) = (sources(self.model.old), sources(self.model.new));
            shapes.push(Shape { how, guard, before, after, points: inside });
        }
        Ok(Shapes { shapes, sharing })
    }

    fn guard(
        &self,
        (cell, space): (&Cell<'t>, &Space<'t>),
        how: How,
        points: &[Point<'t>],
        sharing: Sharing,
    ) -> Guard {
        let inside = |point: &&Point<'t>| point.change == Some(how);
        let candidates = [Within::Counts, Within::Anywhere, Within::MayCount];
        let mut fitting = candidates.into_iter().filter(|within| {
            matches!(cell.asker, Asker::Role(_) | Asker::Direct)
                && (*within == Within::MayCount) == how.is_of_forbids()
                && points.iter().filter(inside).all(|point| is_within(*within, how, point))
        });
        let within = fitting.next().unwrap_or(Within::Whatever);
        let vocabulary = Vocabulary::of_conditions(self.model, cell, self.meanings);
        let said = said(&vocabulary, how, within, points);
        let is_ambiguous = said.iter().flatten().any(
            |clause| matches!(clause, Clause::Condition(condition) if condition.side.is_some()),
        );
        if is_ambiguous
            && space.count() <= WORDED_MAX
            && let Some(vocabulary) = Vocabulary::of_attributes(self.model, space)
        {
            let mut points = self.model.points(cell, space, Each::Valuation);
            sharing.leave_out(&mut points);
            let plain = self::said(&vocabulary, how, within, &points);
            if plain.len() <= ALTERNATIVES_MAX.max(said.len()) {
                return Guard { within, any_of: plain };
            }
        }
        Guard { within, any_of: said }
    }

    /// The entries that a table decides by at a point, or that came nearest.
    fn sources(
        &self,
        table: &Table,
        cell: &Cell<'t>,
        space: &Space<'t>,
        point: &Point<'t>,
    ) -> Vec<Source> {
        let Some(kind) = self.model.kinds.get(point.kind) else { return Vec::new() };
        let valuation = space.valuation(point.valuation);
        let case = Case {
            action: cell.action,
            asker: cell.asker,
            kind: *kind,
            holding: point.holding,
            valuation: &valuation,
            scopes: &self.model.scopes,
        };
        case.ask(|query| {
            let explanation = explain(&Request::sound(table, query));
            let mut sources: Vec<Source> = Vec::new();
            for source in explanation.reasons.iter().map(source) {
                if !sources.contains(&source) {
                    sources.push(source);
                }
            }
            sources
        })
    }
}

fn source(reason: &Reason<'_>) -> Source {
    let stated = &reason.stated;
    Source {
        file: stated.file.to_owned(),
        line: stated.line,
        label: stated.row.or(stated.title).map(str::to_owned),
    }
}

impl Sharing {
    fn of(asker: Asker<'_>, points: &[Point<'_>]) -> Self {
        let is_shared = |point: &Point<'_>| {
            point.before.is_allowed == point.before.is_nobody_allowed
                && point.after.is_allowed == point.after.is_nobody_allowed
        };
        let is_whole = || points.iter().filter(|point| is_everyones(point)).all(is_shared);
        match asker {
            Asker::Role(_) if is_whole() => Self::Whole,
            Asker::Role(_) | Asker::Nobody | Asker::Direct => Self::Apart,
        }
    }

    /// What is told of everyone is not told again; a forbid that came with it is.
    fn leave_out(self, points: &mut [Point<'_>]) {
        if self == Self::Apart {
            return;
        }
        for point in points.iter_mut().filter(|point| is_everyones(point)) {
            let is_forbid = point.change == Some(How::LosesForAll);
            point.change = is_forbid.then_some(How::Withholds);
        }
    }
}

/// Whether what anybody may do without a role changes here.
const fn is_everyones(point: &Point<'_>) -> bool {
    point.before.is_nobody_allowed != point.after.is_nobody_allowed
}

/// Whether a point is one of those that are meant.
fn is_within(within: Within, how: How, point: &Point<'_>) -> bool {
    let standing = if how.is_of_new() { point.after.standing } else { point.before.standing };
    match within {
        Within::Counts => standing.here == Truth::True,
        Within::Anywhere => standing.anywhere == Truth::True,
        Within::MayCount => standing.here != Truth::False,
        Within::Whatever => true,
    }
}

/// The clauses that say where something changed in this way.
fn said(
    vocabulary: &Vocabulary<'_, '_>,
    how: How,
    within: Within,
    points: &[Point<'_>],
) -> Vec<Vec<Clause>> {
    let features: Vec<Feature> = vocabulary.features();
    let place = |point: &Point<'_>| {
        if point.change == Some(how) {
            Place::In
        } else if !is_within(within, how, point) || how.is_implied_by(point) {
            Place::Either
        } else {
            Place::Out
        }
    };
    let rows: Vec<(Row, Place)> =
        points.iter().map(|point| (vocabulary.row(point), place(point))).collect();
    let meant: Vec<&Row> =
        rows.iter().filter(|(_, place)| *place != Place::Either).map(|(row, _)| row).collect();
    let cover: Cover = cover(&features, &rows);
    vocabulary.clauses(&cover, &meant)
}

impl How {
    const ALL: [Self; 5] =
        [Self::Gains, Self::Loses, Self::LosesForAll, Self::Withholds, Self::Releases];

    /// Whether it is about what others may do.
    const fn is_of_forbids(self) -> bool {
        matches!(self, Self::Withholds | Self::Releases)
    }

    /// Whether the new table says where it concerns anyone.
    const fn is_of_new(self) -> bool {
        matches!(self, Self::Gains | Self::Withholds)
    }

    /// Whether what is told of a point says this too.
    fn is_implied_by(self, point: &Point<'_>) -> bool {
        match self {
            Self::Gains | Self::Loses | Self::LosesForAll => {
                point.change != Some(self)
                    && is_everyones(point)
                    && point.before.is_allowed != point.after.is_allowed
                    && point.after.is_allowed == matches!(self, Self::Gains)
            }
            Self::Withholds => matches!(point.change, Some(Self::LosesForAll)),
            Self::Releases => matches!(point.change, Some(Self::Gains)) && point.before.forbids,
        }
    }
}
