//! What is broken when a constraint is: data, with the entry that says so.
//!
//! Not the judging, and not the wording.

use crate::model::{Assignment, Change, Scope};
use crate::table::Table;
use crate::table::rules::{Constraint, Level};

/// A constraint that is broken, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach<'a> {
    /// The word of the policy file: `separation`.
    pub constraint: &'static str,
    /// Whether the policy calls it an error, and not only advice.
    pub is_error: bool,
    /// What is broken.
    pub kind: BreachKind<'a>,
    /// The file, relative to the path that was compiled.
    pub file: &'a str,
    /// The line, counted from 1.
    pub line: u32,
    /// The entry's title.
    pub title: Option<&'a str>,
    /// The entry's reason.
    pub because: Option<&'a str>,
}

/// What of a constraint is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreachKind<'a> {
    /// Two roles that are kept apart.
    Separated(Assignment<'a>, Assignment<'a>),
    /// The first role has all the access of the second.
    Subsumed(Assignment<'a>, Assignment<'a>),
    /// More distinct roles than one principal may hold.
    TooManyRoles {
        /// So many are held.
        count: usize,
        /// So many may be.
        max: u32,
    },
    /// Fewer distinct roles than one principal must hold.
    TooFewRoles {
        /// So many are held.
        count: usize,
        /// So many must be.
        min: u32,
    },
    /// A role that must be held beside another and is not.
    Lacks {
        /// The role that needs others.
        role: Assignment<'a>,
        /// What it needs: all of these.
        all_of: Vec<&'a str>,
        /// What it needs: one of these.
        any_of: Vec<&'a str>,
    },
    /// More active holders of a role than there may be.
    TooManyHolders {
        /// The role.
        role: &'a str,
        /// Where they are counted; none is the whole directory.
        scope: Option<Scope<'a>>,
        /// Who holds it there, in the order given.
        holders: Vec<&'a str>,
        /// So many may.
        max: u32,
    },
    /// Fewer active holders of a role than there must be.
    TooFewHolders {
        /// The role.
        role: &'a str,
        /// Where they are counted; none is the whole directory.
        scope: Option<Scope<'a>>,
        /// Who holds it there, in the order given.
        holders: Vec<&'a str>,
        /// So many must.
        min: u32,
    },
    /// A fixed role that two hold in one scope: one of them was given it.
    FixedTwice {
        /// The role of the second, and where it is held.
        assignment: Assignment<'a>,
        /// Who holds it first, in the order given.
        first: &'a str,
        /// Who holds it as well.
        second: &'a str,
    },
    /// A fixed role that was given, or taken.
    FixedChanged {
        /// Whether it was given or taken.
        change: Change,
        /// The role, and where.
        assignment: Assignment<'a>,
        /// Whose role it is.
        principal: &'a str,
    },
    /// A principal that is of another kind than before.
    KindChanged {
        /// Whose kind it is.
        principal: &'a str,
        /// The kind before.
        before: Option<&'a str>,
        /// The kind now.
        after: Option<&'a str>,
    },
}

/// Judges every constraint; the breaches come in the order of the file.
pub(super) fn each_constraint<'a>(
    table: &'a Table,
    mut judge: impl FnMut(&Constraint) -> Vec<BreachKind<'a>>,
) -> Vec<Breach<'a>> {
    let mut breaches = Vec::new();
    for (constraint, note) in table.assign().constraints.iter().zip(&table.notes().constraints) {
        let breach = |kind: BreachKind<'a>| Breach {
            constraint: constraint.says.as_str(),
            is_error: constraint.level == Level::Error,
            kind,
            file: &table.notes().file,
            line: note.line,
            title: note.title.as_deref(),
            because: note.because.as_deref(),
        };
        breaches.extend(judge(constraint).into_iter().map(breach));
    }
    breaches.sort_by_key(|breach| breach.line);
    breaches
}
