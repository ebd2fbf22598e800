//! The case that would notice a mutant: found, written as a suite has it, and tried.
//!
//! Not guessed: what is proposed passes on the policy and fails on the mutant.

use crate::analyze::{different_proposal, different_request};
use crate::diagnostic::FileId;
use crate::diff::obligations::Duties;
use crate::source;
use crate::source::suite::Expected;
use crate::suite::prepared::Prepared;
use crate::suite::written;
use crate::table::Table;
use crate::table::rules::Level;

use super::edit::{Edit, with_other_pairs};
use super::people::{Small, directories};
use super::plan::Mutant;
use super::{Outcome, Proposed};

/// So many cases are tried before a mutant is left without one.
const TRIED_MAX: usize = 200;

/// What becomes of a mutant that nothing notices.
pub(super) fn outcome(one: &Table, other: &Table, mutant: &Mutant) -> Outcome {
    let pairs = with_other_pairs(other);
    let mut trial = Trial { one, other: pairs.as_ref().unwrap_or(other), tried: 0 };
    let tables = (one, trial.other);
    let mut differs = false;
    let about = (mutant.edit.role(), mutant.reach.actions.as_slice());
    let request = different_request(tables, about, &mut |query, is_allowed| {
        differs = true;
        trial.take("cases", || written::case(query, Expected::of(is_allowed)))
    });
    differs |= request.is_err();
    let mut case = request.ok().flatten();
    if case.is_none() && mutant.reach.assignments {
        let proposal = different_proposal(tables, &mut |proposal, is_allowed| {
            differs = true;
            trial.take("may-assign", || written::proposal(proposal, Expected::of(is_allowed)))
        });
        differs |= proposal.is_err();
        case = proposal.ok().flatten();
    }
    if case.is_none() && mutant.reach.assignments {
        case = directories(one, &mutant.edit).iter().find_map(|small| trial.audit(small));
    }
    // Small directories show most of what a constraint says, and perhaps not all of it.
    let is_constraint = matches!(mutant.edit, Edit::Constraint { .. });
    if case.is_some() || differs || (is_constraint && !are_duties_equal(one, trial.other)) {
        Outcome::Survived(case)
    } else {
        Outcome::Equivalent
    }
}

/// Whether the constraints of both come to the same, entry by entry or not.
fn are_duties_equal(one: &Table, other: &Table) -> bool {
    let duties = |table, level| Duties::of(table, level, &Some);
    let is_equal = |level| duties(one, level) == duties(other, level);
    [Level::Error, Level::Advice].into_iter().all(is_equal)
}

/// The policy and the mutant, to try cases on.
struct Trial<'t> {
    one: &'t Table,
    other: &'t Table,
    tried: usize,
}

impl Trial<'_> {
    /// A case, if it passes on the policy and fails on the mutant.
    fn take(&mut self, list: &'static str, write: impl FnOnce() -> String) -> Option<Proposed> {
        if self.tried >= TRIED_MAX {
            return None;
        }
        self.tried += 1;
        let text = write();
        let suite = suite(self.one, list, &text)?;
        let prepared = Prepared::new(self.one, &suite)?;
        let notices = prepared.passes(self.one) && !prepared.passes(self.other);
        notices.then_some(Proposed { list, text })
    }

    /// A small directory, with what auditing it finds.
    fn audit(&mut self, small: &Small) -> Option<Proposed> {
        let unjudged = suite(self.one, "audit", &small.text(&[]))?;
        let found = Prepared::new(self.one, &unjudged)?.audited(self.one);
        self.take("audit", || small.text(&found))
    }
}

fn suite(table: &Table, list: &str, text: &str) -> Option<source::suite::Suite> {
    let policy = table.policy();
    let text = format!("schema: 1\npolicy: {policy}\n{list}:\n  - {text}\n");
    source::read_suite(text.as_bytes(), FileId(0)).ok()
}
