//! Remedies: the least that would have to be otherwise for a denied request to be allowed.
//!
//! Not advice to do so, and no decisions: every remedy has been asked of `decide`, and so has
//! everything smaller. What can be otherwise is what decisions read: roles and direct actions, the
//! scopes of the resource, the kind, attributes and assertions.
//!
//! ```text
//! candidates   the single changes that could matter to this request
//! changed      the request with some of them
//! search       one of them, then two, then three, until some allow it
//! ```

mod candidates;
mod changed;
mod search;

use std::collections::BTreeSet;

use crate::evaluate::{
    Directory, Holder, Member, Request, broken_by_change, broken_constraints, decide,
};
use crate::model::{Assignment, DirectAction, Query, RoleId, Scope};
use crate::table::Table;
use crate::table::notes::Note;
use crate::table::rules::{Constraint, Level};

use super::delegated::delegated;
use candidates::Candidate;
use changed::Changed;

/// The id of a scope of which only the kind is known: any will do.
pub(crate) const ANY_SCOPE: &str = "ID";

/// Most remedies that are told; the rest is counted.
const TOLD_MAX: usize = 8;

/// The least changes that would allow a denied request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Remedies<'a> {
    /// All of the same, smallest number of changes; those that give the fewest other powers first.
    /// Empty where the request is allowed, and where nothing tried would allow it.
    pub list: Vec<Remedy<'a>>,
    /// How many more there are of that number.
    pub more_count: usize,
    /// Every set of at most so many changes was tried, or all up to those in `list`.
    pub tried: usize,
}

/// Changes that together would allow a request, none of which can be spared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remedy<'a> {
    /// What would have to be otherwise.
    pub changes: Vec<RequestChange<'a>>,
    /// The constraints that the principal's roles would break and do not break now, in the order
    /// of the file.
    pub objections: Vec<Objection<'a>>,
}

/// A constraint that a remedy would break.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Objection<'a> {
    /// The word of the policy file: `separation`.
    pub constraint: &'static str,
    /// Whether the policy calls it an error, and not only advice.
    pub is_error: bool,
    /// The entry's title.
    pub title: Option<&'a str>,
    /// The file, relative to the path that was compiled.
    pub file: &'a str,
    /// The line, counted from 1.
    pub line: u32,
}

/// One thing that would have to be otherwise in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestChange<'a> {
    /// The principal is assigned a role.
    Assign {
        /// The role, and where it is held; the scope's id is `ID` where any will do.
        assignment: Assignment<'a>,
        /// The roles that may assign it, held alone, in the order of the file.
        assigners: Vec<&'a str>,
    },
    /// The principal is not assigned a role, through which a forbid comes.
    Revoke(Assignment<'a>),
    /// The principal is given the action directly.
    Direct(DirectAction<'a>),
    /// The resource is said to lie in a scope; its id is `ID` where any will do.
    Scope(Scope<'a>),
    /// The principal is of one of these kinds; at least one.
    Kind(Vec<&'a str>),
    /// An attribute has one of these values.
    Attribute {
        /// Its full name.
        name: String,
        /// At least one, as the command line takes it.
        values: Vec<String>,
    },
    /// A condition without a test is asserted.
    Assert {
        /// Its name.
        condition: &'a str,
        /// Whether it holds.
        holds: bool,
    },
}

/// The cheapest remedies of a denied request; nothing for one that is allowed.
///
/// Total and pure, and not fast: it asks `decide` up to some ten thousands of times. At most three
/// changes are tried together. That a policy or an action is unknown has no remedy.
#[must_use]
pub fn remedies<'a>(request: &Request<'a>) -> Remedies<'a> {
    let Some(table) = request.table().filter(|_| !decide(request).is_allowed()) else {
        return Remedies::default();
    };
    let query = request.query();
    let candidates = candidates::candidates(table, query);
    let found = search::cheapest(table, query, &candidates);
    let mut list: Vec<Remedy<'a>> = Vec::new();
    let mut more_count = 0;
    for set in &found.sets {
        let changes: Vec<_> = set.iter().map(|candidate| candidate.told(table)).collect();
        if list.last_mut().is_some_and(|last| merge(&mut last.changes, &changes)) {
            continue;
        }
        if list.len() < TOLD_MAX {
            list.push(Remedy { changes, objections: objections(table, query, set) });
        } else {
            more_count += 1;
        }
    }
    for change in list.iter_mut().flat_map(|remedy| &mut remedy.changes) {
        if let RequestChange::Assign { assignment, assigners } = change {
            *assigners = assigners_of(table, assignment.role);
        }
    }
    Remedies { list, more_count, tried: found.tried }
}

/// Makes one of two sets of changes that differ in one value or kind; whether they do.
fn merge<'a>(one: &mut [RequestChange<'a>], other: &[RequestChange<'a>]) -> bool {
    let mut differing = one.iter_mut().zip(other).filter(|(one, other)| **one != **other);
    match (differing.next(), differing.next()) {
        (
            Some((
                RequestChange::Attribute { name, values },
                RequestChange::Attribute { name: other, values: more },
            )),
            None,
        ) if name == other => {
            values.extend(more.iter().cloned());
            true
        }
        (Some((RequestChange::Kind(kinds), RequestChange::Kind(more))), None) => {
            kinds.extend(more);
            true
        }
        _ => false,
    }
}

/// The roles that may assign a role: held alone, in some situation.
fn assigners_of<'a>(table: &'a Table, role: &str) -> Vec<&'a str> {
    let Some(given) = table.find_role(role) else { return Vec::new() };
    let roles = table.notes().role_order.iter();
    // What depends on too much to be proved may be so in some situation.
    let may = |role: &&RoleId| !matches!(delegated(table, **role, given), Ok(""));
    roles.filter(may).map(|role| table.role_name(*role)).collect()
}

/// The constraints that object to the roles after a set of changes, and did not before.
fn objections<'a>(
    table: &'a Table,
    query: &Query<'a>,
    set: &[Candidate<'a>],
) -> Vec<Objection<'a>> {
    let (before, after) = (query.principal, Changed::new(table, query, set));
    let known = lines(table, before.kind, before.assignments);
    let member = |assignments| [Member { id: "", is_active: true, kind: None, assignments }];
    let (old, new) = (member(before.assignments), member(&after.assignments));
    let directory = |members| Directory { members, scopes: &[] };
    let changed = broken_by_change(table, &directory(&old), &directory(&new));
    let mut broken = lines(table, after.kind, &after.assignments);
    broken.retain(|line| !known.contains(line));
    broken.extend(changed.iter().map(|breach| breach.line));
    let stated = table.rules().constraints.iter().zip(&table.notes().constraints);
    let objecting = stated.filter(|(_, note)| broken.contains(&note.line));
    let objection = |(constraint, note): (&'a Constraint, &'a Note)| Objection {
        constraint: constraint.says.as_str(),
        is_error: constraint.level == Level::Error,
        title: note.title.as_deref(),
        file: &table.notes().file,
        line: note.line,
    };
    let mut objections: Vec<Objection<'a>> = objecting.map(objection).collect();
    objections.sort_by_key(|objection| objection.line);
    objections
}

/// The lines of the constraints that some roles break.
fn lines(table: &Table, kind: Option<&str>, assignments: &[Assignment<'_>]) -> BTreeSet<u32> {
    let holder = Holder { kind, assignments, scopes: &[] };
    broken_constraints(table, &holder).iter().map(|breach| breach.line).collect()
}
