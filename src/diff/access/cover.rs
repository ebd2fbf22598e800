//! The alternatives that cover what is in, chosen by what is decided alone.
//!
//! Not the shortest words of a diff (`diff::cover`), which follow the conditions as they are named.
//!
//! Each alternative is a prime: it allows of every feature all the values that keep out what is
//! out. It begins at a situation and widens feature by feature in a fixed order, so that what makes
//! no difference changes nothing of it. Alternatives that the others cover are left out.

use std::collections::BTreeSet;

use crate::diff::cover::Place;

use super::grid::{Feature, Grid};

/// By feature the values that are allowed; none where all are.
pub(super) type Alternative = Vec<Option<BTreeSet<usize>>>;

/// Situations from which alternatives begin where attributes are compared with each other. There
/// the order of situations is not canonical, so all are used; beyond this it would take too long.
const STARTS_MAX: usize = 4_000;

type Row = Vec<usize>;

/// Covers all rows that are in, and none that is out.
pub(super) fn cover(grid: &Grid<'_>) -> Vec<Alternative> {
    let rows = |place: Place| {
        let rows = grid.rows.iter().filter(move |(_, other)| **other == place);
        rows.map(|(row, _)| row).collect::<Vec<&Row>>()
    };
    let (inside, out) = (rows(Place::In), rows(Place::Out));
    let has_pairs = grid.features.iter().any(|feature| matches!(feature, Feature::Pair(..)));
    let is_each_start = has_pairs && inside.len() <= STARTS_MAX;
    let mut found: BTreeSet<Vec<BTreeSet<usize>>> = BTreeSet::new();
    for row in &inside {
        if is_each_start || !found.iter().any(|cube| holds(cube, row)) {
            found.insert(prime(grid, row, &out));
        }
    }
    let mut found: Vec<Vec<BTreeSet<usize>>> = found.into_iter().collect();
    // What says most is left out first, where the others say it too.
    found.sort_by_cached_key(|cube| (weight(grid, cube), cube.clone()));
    let mut at = found.len();
    while let Some(last) = at.checked_sub(1) {
        at = last;
        let covers = |row: &&&Row| {
            let mut others = found.iter().enumerate().filter(|(other, _)| *other != at);
            others.any(|(_, cube)| holds(cube, row))
        };
        let is_idle = inside.iter().all(|row| covers(&row));
        if is_idle {
            found.remove(at);
        }
    }
    found.iter().map(|cube| said(grid, cube)).collect()
}

fn holds(cube: &[BTreeSet<usize>], row: &[usize]) -> bool {
    cube.iter().zip(row).all(|(allowed, value)| allowed.contains(value))
}

/// How many features a cube speaks of.
fn weight(grid: &Grid<'_>, cube: &[BTreeSet<usize>]) -> usize {
    let is_said = |(feature, allowed): &(&Feature<'_>, &BTreeSet<usize>)| {
        allowed.len() < feature.value_count()
    };
    grid.features.iter().zip(cube).filter(is_said).count()
}

/// The widest cube around a row that keeps out what is out.
fn prime(grid: &Grid<'_>, row: &Row, out: &[&Row]) -> Vec<BTreeSet<usize>> {
    let mut cube: Vec<BTreeSet<usize>> = row.iter().map(|value| BTreeSet::from([*value])).collect();
    for (at, feature) in grid.features.iter().enumerate() {
        // Values at which the rest of the cube lets something in.
        let is_near = |other: &&&Row| {
            let mut rest = cube.iter().zip(other.iter()).enumerate();
            rest.all(|(one, (allowed, value))| one == at || allowed.contains(value))
        };
        let near: BTreeSet<usize> =
            out.iter().filter(is_near).filter_map(|other| other.get(at).copied()).collect();
        if let Some(allowed) = cube.get_mut(at) {
            *allowed = (0..feature.value_count()).filter(|value| !near.contains(value)).collect();
        }
    }
    cube
}

/// The cube without features of which it allows all, and without values at which nothing is in.
fn said(grid: &Grid<'_>, cube: &[BTreeSet<usize>]) -> Alternative {
    let mut can_be: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); cube.len()];
    let inside = grid.rows.iter().filter(|(_, place)| **place == Place::In);
    for (row, _) in inside.filter(|(row, _)| holds(cube, row)) {
        for (values, value) in can_be.iter_mut().zip(row) {
            values.insert(*value);
        }
    }
    let allowed = grid.features.iter().zip(cube).zip(can_be);
    allowed
        .map(|((feature, allowed), can_be)| {
            (allowed.len() < feature.value_count()).then_some(can_be)
        })
        .collect()
}
