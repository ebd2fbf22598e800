//! The constraints, judged over principals, and how each broken one reads.
//!
//! Not which are broken, which `evaluate` says over plain names.

use std::collections::BTreeMap;

use crate::diagnostic::{At, Diagnostic, assignments, list};
use crate::evaluate::{
    Breach, BreachKind, Directory, Holder, Member, broken_by_all, broken_by_change,
    broken_constraints,
};
use crate::model::{Assignment, Change, Scope};
use crate::table::Table;

use super::{GivenPrincipal, Placed};

/// The most names that a message lists; more would hide what it says.
const LISTED_MAX: usize = 5;

/// What one principal's roles break by themselves.
pub(crate) fn alone(
    table: &Table,
    person: &GivenPrincipal<'_>,
    placed: &Placed<'_>,
) -> Vec<Diagnostic> {
    let held = person.assignments();
    let scopes = placed.around(held.iter().filter_map(|given| given.scope));
    let holder = Holder { kind: person.kind(), assignments: &held, scopes: &scopes };
    let breaches = broken_constraints(table, &holder);
    breaches.iter().map(|breach| found(breach, alone_text(person, &breach.kind))).collect()
}

/// What all principals break together.
pub(super) fn together(
    table: &Table,
    people: &[GivenPrincipal<'_>],
    placed: &Placed<'_>,
) -> Vec<Diagnostic> {
    let held = Held::of(people);
    let (members, scopes) = (held.members(), placed.all());
    let breaches = broken_by_all(table, &Directory { members: &members, scopes: &scopes });
    breaches.iter().map(|breach| found(breach, together_text(&held, &breach.kind))).collect()
}

/// What the change from one set of principals to another breaks.
pub(super) fn change(
    table: &Table,
    before: &[GivenPrincipal<'_>],
    after: &[GivenPrincipal<'_>],
) -> Vec<Diagnostic> {
    let (old, new) = (Held::of(before), Held::of(after));
    let (old_members, new_members) = (old.members(), new.members());
    let directory = |members| Directory { members, scopes: &[] };
    let breaches = broken_by_change(table, &directory(&old_members), &directory(&new_members));
    breaches.iter().map(|breach| found(breach, change_text(&old, &new, &breach.kind))).collect()
}

/// Principals, and what each of them holds.
struct Held<'p, 's> {
    people: &'p [GivenPrincipal<'s>],
    assignments: Vec<Vec<Assignment<'s>>>,
    by_id: BTreeMap<&'s str, &'p GivenPrincipal<'s>>,
}

impl<'p, 's> Held<'p, 's> {
    fn of(people: &'p [GivenPrincipal<'s>]) -> Self {
        let assignments = people.iter().map(GivenPrincipal::assignments).collect();
        let by_id = people.iter().filter_map(|person| Some((person.id?.0, person)));
        Self { people, assignments, by_id: by_id.collect() }
    }

    fn members(&self) -> Vec<Member<'_>> {
        let members = self.people.iter().zip(&self.assignments);
        let member = |(person, assignments): (&'p GivenPrincipal<'s>, _)| Member {
            id: person.id.map_or("", |(id, _)| id),
            is_active: person.is_active,
            kind: person.kind(),
            assignments,
        };
        members.map(|(person, held)| member((person, held.as_slice()))).collect()
    }

    fn find(&self, id: &str) -> Option<&'p GivenPrincipal<'s>> {
        self.by_id.get(id).copied()
    }

    /// Where a principal is given a role.
    fn at_role(&self, id: &str, assignment: &Assignment<'_>) -> At {
        self.find(id).map_or(At::default(), |person| person.at_role(assignment))
    }
}

/// A broken constraint at its place, with the entry that says so.
fn found(breach: &Breach<'_>, (at, label, message): Text) -> Diagnostic {
    let title = breach.title.map_or_else(String::new, |title| format!(" “{title}”"));
    let because = breach.because.map(|because| because.trim_end_matches('.'));
    let because = because.map_or_else(String::new, |because| format!(": {because}"));
    let stated =
        format!("{}{title} at {}:{}{because}", breach.constraint, breach.file, breach.line);
    let diagnostic = assignments::broken(at, breach.constraint, message, &stated);
    let diagnostic = match label {
        Some((at, text)) => diagnostic.with_label(at, text),
        None => diagnostic,
    };
    if breach.is_error { diagnostic } else { diagnostic.lowered_to_advice() }
}

/// Where it is broken, the other party, and what is broken.
type Text = (At, Option<(At, &'static str)>, String);

fn alone_text(person: &GivenPrincipal<'_>, kind: &BreachKind<'_>) -> Text {
    let who = person.id.map_or_else(|| "the principal".to_owned(), |(id, _)| format!("`{id}`"));
    let roles = |count: usize| match count {
        0 => "no role".to_owned(),
        1 => "one role".to_owned(),
        count => format!("{count} roles"),
    };
    match kind {
        BreachKind::Separated(first, second) => (
            person.at_role(second),
            Some((person.at_role(first), "held as well")),
            format!("{who} holds `{first}` and `{second}`, which are kept apart"),
        ),
        BreachKind::Subsumed(first, second) => (
            person.at_role(second),
            Some((person.at_role(first), "has all its access")),
            format!("{who} holds `{second}` beside `{first}`, which has all its access"),
        ),
        BreachKind::TooManyRoles { count, max } => {
            (person.at, None, format!("{who} holds {}; {max} at most", roles(*count)))
        }
        BreachKind::TooFewRoles { count, min } => {
            (person.at, None, format!("{who} holds {}; {min} at least", roles(*count)))
        }
        BreachKind::Lacks { role, all_of, any_of } => {
            let all = (!all_of.is_empty()).then(|| list(all_of));
            let any = (!any_of.is_empty()).then(|| format!("one of {}", list(any_of)));
            let needs: Vec<String> = all.into_iter().chain(any).collect();
            let message = format!("{who} holds `{role}` without {}", needs.join(" and "));
            (person.at_role(role), None, message)
        }
        BreachKind::TooManyHolders { .. }
        | BreachKind::TooFewHolders { .. }
        | BreachKind::FixedTwice { .. }
        | BreachKind::FixedChanged { .. }
        | BreachKind::KindChanged { .. } => (person.at, None, who),
    }
}

fn together_text(held: &Held<'_, '_>, kind: &BreachKind<'_>) -> Text {
    match kind {
        BreachKind::TooManyHolders { role, scope, holders, max } => {
            // The one that is too many; those before it are within the bound.
            let beyond = usize::try_from(*max).ok().and_then(|max| holders.get(max));
            let at = beyond.and_then(|id| held.find(id)).map_or(At::default(), |person| person.at);
            let many = counted(holders);
            (at, None, format!("`{role}` has {many}{}; {max} at most", within(*scope)))
        }
        BreachKind::TooFewHolders { role, scope, holders, min } => {
            let few = counted(holders);
            let first = holders.first().and_then(|id| held.find(id)).or(held.people.first());
            let at = first.map_or(At::default(), |person| person.at);
            (at, None, format!("`{role}` has {few}{}; {min} at least", within(*scope)))
        }
        BreachKind::FixedTwice { assignment, first, second } => (
            held.at_role(second, assignment),
            held.find(first).map(|person| (person.at, "holds it already")),
            format!("`{second}` holds `{assignment}`, which is fixed and held by `{first}`"),
        ),
        BreachKind::Separated(..)
        | BreachKind::Subsumed(..)
        | BreachKind::TooManyRoles { .. }
        | BreachKind::TooFewRoles { .. }
        | BreachKind::Lacks { .. }
        | BreachKind::FixedChanged { .. }
        | BreachKind::KindChanged { .. } => (At::default(), None, String::new()),
    }
}

fn counted(holders: &[&str]) -> String {
    let named = list(holders.get(..LISTED_MAX).unwrap_or(holders));
    match holders.len() {
        0 => "no active holder".to_owned(),
        1 => format!("1 active holder ({named})"),
        count if count <= LISTED_MAX => format!("{count} active holders ({named})"),
        count => format!("{count} active holders ({named}, …)"),
    }
}

fn within(scope: Option<Scope<'_>>) -> String {
    scope.map_or_else(String::new, |scope| format!(" in {scope}"))
}

fn change_text(old: &Held<'_, '_>, new: &Held<'_, '_>, kind: &BreachKind<'_>) -> Text {
    match kind {
        BreachKind::FixedChanged { change: Change::Assign, assignment, principal } => (
            new.at_role(principal, assignment),
            None,
            format!("`{principal}` is given `{assignment}`, which is fixed"),
        ),
        BreachKind::FixedChanged { change: Change::Revoke, assignment, principal } => {
            let message = format!("`{principal}` loses `{assignment}`, which is fixed");
            let before = old.at_role(principal, assignment);
            match new.find(principal) {
                Some(person) => (person.at, Some((before, "held before")), message),
                None => (before, None, message),
            }
        }
        BreachKind::KindChanged { principal, before, after } => {
            let word = |kind: Option<&str>| match kind {
                Some(kind) => format!("of kind `{kind}`"),
                None => "without a kind".to_owned(),
            };
            let message =
                format!("`{principal}` was {} and is now {}", word(*before), word(*after));
            let place = |held: &Held<'_, '_>| {
                let person = held.find(principal);
                person.map(|person| person.kind.map_or(person.at, |(_, at)| at))
            };
            (place(new).unwrap_or_default(), place(old).map(|at| (at, "before")), message)
        }
        BreachKind::Separated(..)
        | BreachKind::Subsumed(..)
        | BreachKind::TooManyRoles { .. }
        | BreachKind::TooFewRoles { .. }
        | BreachKind::Lacks { .. }
        | BreachKind::TooManyHolders { .. }
        | BreachKind::TooFewHolders { .. }
        | BreachKind::FixedTwice { .. } => (At::default(), None, String::new()),
    }
}
