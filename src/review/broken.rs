//! Constraints that object to roles which one principal holds together.
//!
//! Not the judging, which is `evaluate`'s.

use std::collections::BTreeSet;

use crate::analyze::Objection;
use crate::evaluate::{Holder, broken_constraints};
use crate::model::{Assignment, RoleId, Scope};
use crate::table::Table;
use crate::table::notes::Note;
use crate::table::rules::{Constraint, Level, Says};

/// The constraints that some assignments break, in the order of the file.
pub(super) fn objections<'a>(
    table: &'a Table,
    kind: Option<&str>,
    assignments: &[Assignment<'_>],
) -> Vec<Objection<'a>> {
    let holder = Holder { kind, assignments, scopes: &[] };
    let broken = broken_constraints(table, &holder);
    let lines: BTreeSet<u32> = broken.iter().map(|breach| breach.line).collect();
    objecting(table, |_, note| lines.contains(&note.line))
}

/// What objects to giving these roles to one principal, though nothing that must not be is broken:
/// advice, and that a role is fixed.
pub(super) fn doubts<'a>(
    table: &'a Table,
    holder: &Holder<'_>,
    roles: &[RoleId],
) -> Vec<Objection<'a>> {
    let broken = broken_constraints(table, holder);
    let lines: BTreeSet<u32> = broken.iter().map(|breach| breach.line).collect();
    objecting(table, |constraint, note| match &constraint.says {
        Says::Fixed { roles: fixed } => roles.iter().any(|role| fixed.contains(role)),
        Says::Separation { .. }
        | Says::NoSubsumedRoles { .. }
        | Says::Cardinality { .. }
        | Says::RolesPerPrincipal { .. }
        | Says::ImmutableKind
        | Says::Requires { .. } => lines.contains(&note.line),
    })
}

fn objecting(table: &Table, objects: impl Fn(&Constraint, &Note) -> bool) -> Vec<Objection<'_>> {
    let stated = table.rules().constraints.iter().zip(&table.notes().constraints);
    let objecting = stated.filter(|(constraint, note)| objects(constraint, note));
    let objection = |(constraint, note)| objection(table, constraint, note);
    let mut objections: Vec<Objection<'_>> = objecting.map(objection).collect();
    objections.sort_by_key(|objection| objection.line);
    objections
}

fn objection<'a>(table: &'a Table, constraint: &Constraint, note: &'a Note) -> Objection<'a> {
    Objection {
        constraint: constraint.says.as_str(),
        is_error: constraint.level == Level::Error,
        title: note.title.as_deref(),
        file: &table.notes().file,
        line: note.line,
    }
}

/// Which scopes lie in which, where all are those of one resource.
pub(super) fn tree<'a>(table: &'a Table, scopes: &[Scope<'a>]) -> Vec<(Scope<'a>, Scope<'a>)> {
    let within = |inner: &Scope<'a>| {
        let kind = table.find_scope(inner.kind).and_then(|id| table.scope(id))?;
        let outer = kind.within.and_then(|id| table.scope(id))?;
        let mut around = scopes.iter().filter(|scope| scope.kind == outer.name);
        // Of several it is not known which.
        let outer = around.next().filter(|_| around.next().is_none())?;
        Some((*inner, *outer))
    };
    scopes.iter().filter_map(within).collect()
}
