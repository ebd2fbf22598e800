//! The smallest sets of changes that allow a request: every set of one, then of two, then of three.
//!
//! Not a heuristic: what is found is smallest because everything smaller was asked.

use crate::evaluate::{Request, decide};
use crate::model::Query;
use crate::table::Table;

use super::candidates::Candidate;
use super::changed::Changed;

/// Most changes that are tried together: a remedy of more is another request.
const CHANGES_MAX: usize = 3;

/// Most sets that are tried; about a tenth of a second.
const TRIES_MAX: usize = 100_000;

/// What the search found.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// Sets of the same number of changes, the best first.
    pub sets: Vec<Vec<Candidate<'a>>>,
    /// All sets of so many changes were tried.
    pub tried: usize,
}

/// The smallest sets of candidates that allow the request.
pub(super) fn cheapest<'a>(
    table: &'a Table,
    query: &Query<'a>,
    candidates: &[Candidate<'a>],
) -> Found<'a> {
    let mut search = Search { table, query, candidates, left: TRIES_MAX, sets: Vec::new() };
    for count in 1..=CHANGES_MAX {
        search.extend(&mut Vec::new(), 0, count);
        let is_complete = search.left > 0;
        if !search.sets.is_empty() || !is_complete {
            let tried = if is_complete { count } else { count - 1 };
            search.sets.sort_by_key(|set| power_count(table, set));
            return Found { sets: search.sets, tried };
        }
    }
    Found { sets: Vec::new(), tried: CHANGES_MAX }
}

/// How many grants and actions the assigned roles bring, roughly: less is better.
fn power_count(table: &Table, set: &[Candidate<'_>]) -> usize {
    let of_role = |candidate: &Candidate<'_>| {
        let Candidate::Assign(role, _) = candidate else { return 0 };
        let face = table.by_role(*role);
        face.map_or(0, |face| face.plain.iter().count() + face.conditional.len())
    };
    set.iter().map(of_role).sum()
}

struct Search<'a, 'q> {
    table: &'a Table,
    query: &'q Query<'a>,
    candidates: &'q [Candidate<'a>],
    /// How many sets may still be tried.
    left: usize,
    sets: Vec<Vec<Candidate<'a>>>,
}

impl<'a> Search<'a, '_> {
    /// Tries every set that has so many candidates more than this one, of those from a place on.
    fn extend(&mut self, set: &mut Vec<Candidate<'a>>, from: usize, count: usize) {
        if count == 0 {
            self.left = self.left.saturating_sub(1);
            if is_allowed(self.table, self.query, set) {
                self.sets.push(set.clone());
            }
            return;
        }
        for (at, candidate) in self.candidates.iter().enumerate().skip(from) {
            if self.left == 0 {
                return;
            }
            if !set.iter().any(|other| other.excludes(candidate)) {
                set.push(candidate.clone());
                self.extend(set, at + 1, count - 1);
                set.pop();
            }
        }
    }
}

fn is_allowed<'a>(table: &'a Table, query: &Query<'a>, set: &[Candidate<'a>]) -> bool {
    let changed = Changed::new(table, query, set);
    changed.ask(|query| decide(&Request::sound(table, query)).is_allowed())
}
