//! Whether anybody notices a forbid: somebody whom it is held beside is allowed there.
//!
//! Not what the forbid's own role may do, which shows by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Truth;
use crate::table::Table;

use super::cells::Shape;
use super::change::How;
use super::compare::directly;
use super::guard::Side;
use super::space::{Asker, Case, Holding, Space, TooMany};
use super::verdict::Verdict;
use super::walk::{Cell, Model, grants, is_allowed};

/// What a shape comes to; none where it changes no decision.
pub(super) fn verdict<'t>(
    model: &Model<'t>,
    (asker, action): (Asker<'t>, &'t str),
    shape: &Shape<'t>,
) -> Option<(How, Verdict)> {
    let is_noticed = |side| is_noticed(model, &model.cell(asker, action), side, shape);
    match shape.how {
        How::Gains => Some((How::Gains, Verdict::Wider)),
        How::LosesForAll if is_noticed(Side::After) => Some((How::LosesForAll, Verdict::Narrower)),
        How::Loses | How::LosesForAll => Some((How::Loses, Verdict::Narrower)),
        How::Releases => is_noticed(Side::After).then_some((How::Releases, Verdict::Wider)),
        // What only others gain with this change, nobody has lost by it.
        How::Withholds if is_noticed(Side::After) => {
            let is_loss = is_noticed(Side::Before);
            let verdict = if is_loss { Verdict::Narrower } else { Verdict::Same };
            Some((How::Withholds, verdict))
        }
        How::Withholds => None,
    }
}

/// The points of a shape: kinds and how the conditions stand, with how the role is held there.
type Places<'t> = BTreeMap<(usize, Vec<Truth>), Vec<Holding<'t>>>;

/// Whether a table allows somebody in a situation of the shape, whom the role may be held beside.
/// Where that depends on more than may be looked at it is taken to be so: what is told once too
/// often harms nobody.
fn is_noticed<'t>(model: &Model<'t>, cell: &Cell<'t>, side: Side, shape: &Shape<'t>) -> bool {
    let table = match side {
        Side::Before => model.old,
        Side::After => model.new,
    };
    let mut places = Places::new();
    for point in &shape.points {
        let key = (point.kind, point.truths.clone());
        places.entry(key).or_default().push(point.holding);
    }
    let mut others = others(table, cell.action).into_iter();
    others.any(|other| meets(model, (cell, &places), (table, other)).unwrap_or(true))
}

/// Whoever may be allowed an action: of roles with the same grants, holders and scope only one.
fn others<'t>(table: &'t Table, action: &str) -> Vec<Asker<'t>> {
    let mut others = vec![Asker::Nobody];
    others.extend(directly(table, action).then_some(Asker::Direct));
    let mut seen = BTreeSet::new();
    let touched = table.find_face(action).into_iter().flat_map(|(_, face)| face.touched.iter());
    for role in touched.filter_map(|id| table.role(id)) {
        let asker = Asker::Role(&role.name);
        if seen.insert((grants(table, action, asker), &role.kinds, role.scope)) {
            others.push(asker);
        }
    }
    others
}

/// Whether another asker is allowed at one of the places.
fn meets<'t>(
    model: &Model<'t>,
    (cell, places): (&Cell<'t>, &Places<'t>),
    (table, other): (&'t Table, Asker<'t>),
) -> Result<bool, TooMany> {
    let beside = model.cell(other, cell.action);
    let space = Space::new(&[
        (model.old, &cell.old_conditions),
        (model.new, &cell.new_conditions),
        (model.old, &beside.old_conditions),
        (model.new, &beside.new_conditions),
    ])?;
    for (at, kind) in model.kinds.iter().enumerate() {
        for number in 0..space.count() {
            let truths = model.truths(cell, *kind, &space, number);
            let Some(held) = places.get(&(at, truths)) else { continue };
            let valuation = space.valuation(number);
            let mut fitting = model
                .holdings
                .iter()
                .filter(|holding| held.iter().any(|held| held.goes_with(**holding)));
            let is_allowed_beside = |holding: &Holding<'t>| {
                let case = Case {
                    action: cell.action,
                    asker: other,
                    kind: *kind,
                    holding: *holding,
                    valuation: &valuation,
                    scopes: &model.scopes,
                };
                is_allowed(table, &case)
            };
            if fitting.any(is_allowed_beside) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
