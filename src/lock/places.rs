//! Where the sources say what a line of the lock says: of several entries the first.
//!
//! Not whether they say it: a line is read only as far as it names what it is about.

use crate::diagnostic::{At, FileId, Report, Span};
use crate::model::{Effect, GrantId, Id, KindId, RoleId};
use crate::table::notes::Note;
use crate::table::rules::{Constraint, Delegation, GrantRoles, Level, Says};
use crate::table::{Bits, Table};

/// The line of the policy that a line of the lock rests on.
pub(super) fn line_of(table: &Table, line: &str) -> Option<u32> {
    let (rules, notes) = (table.rules(), table.notes());
    let words: Vec<&str> = line.split(' ').collect();
    let line = |notes: &[Note], at: usize| notes.get(at).map(|note| note.line);
    match words.as_slice() {
        ["cell", "(direct)", ..] | ["direct", ..] => notes.direct.as_ref().map(|note| note.line),
        ["cell", role, action, word, ..] => {
            let effect = if *word == "forbids" { Effect::Forbid } else { Effect::Permit };
            grant_line(table, (role, action), effect)
        }
        ["role", role, ..] => line(&notes.roles, table.find_role(role)?.index()),
        ["kind", kind, ..] => line(&notes.kinds, table.find_kind(kind)?.index()),
        ["scope", scope, ..] => {
            line(&notes.scopes, rules.scopes.iter().position(|one| one.name == *scope)?)
        }
        ["attribute", name, ..] => {
            let mut attributes = rules.attributes.iter();
            line(&notes.attributes, attributes.position(|one| one.full_name() == *name)?)
        }
        [level @ ("constraint" | "advice"), sort, about @ ..] => {
            let level = if *level == "advice" { Level::Advice } else { Level::Error };
            let says = |entry: &&Constraint| {
                entry.level == level && entry.says.as_str() == *sort && is_of(table, entry, about)
            };
            let entries = rules.constraints.iter().zip(&notes.constraints);
            entries.filter(|(entry, _)| says(entry)).map(|(_, note)| note.line).min()
        }
        ["delegation", by, "may", change, ..] => {
            let by = table.find_role(by)?;
            let gives = |entry: &&Delegation| {
                entry.may.iter().any(|may| may.as_str() == *change)
                    && entry.by.iter().any(|junior| table.inherits(by, *junior))
            };
            let entries = rules.delegations.iter().zip(&notes.delegations);
            entries.filter(|(entry, _)| gives(entry)).map(|(_, note)| note.line).min()
        }
        _ => None,
    }
    .filter(|line| *line > 0)
}

/// Whether an entry says something of what a line is about.
fn is_of(table: &Table, entry: &Constraint, about: &[&str]) -> bool {
    let role = about.first().and_then(|name| table.find_role(name));
    let names = |roles: &[RoleId]| role.is_some_and(|role| roles.contains(&role));
    let bounds = |min: Option<u32>, max: Option<u32>| {
        let number = |bound: Option<u32>| bound.map(|number| number.to_string());
        let says = |word: &str, bound| {
            let words = ["at".to_owned(), word.to_owned()].into_iter().chain(number(bound));
            let words: Vec<String> = words.collect();
            words.len() == 3 && about.windows(3).any(|some| some == words)
        };
        says("least", min) || says("most", max)
    };
    match &entry.says {
        Says::Separation { roles, against, .. } => names(roles) || names(against),
        Says::NoSubsumedRoles { roles, .. }
        | Says::Fixed { roles }
        | Says::Requires { roles, .. } => names(roles),
        Says::Cardinality { roles, min, max, .. } => names(roles) && bounds(*min, *max),
        Says::RolesPerPrincipal { min, max, kinds } => {
            let kind = about.last().and_then(|name| table.find_kind(name));
            let is_meant = |kinds: &Vec<KindId>| kind.is_some_and(|kind| kinds.contains(&kind));
            kinds.as_ref().is_none_or(is_meant) && bounds(*min, *max)
        }
        Says::ImmutableKind => true,
    }
}

fn grant_line(table: &Table, (role, action): (&str, &str), effect: Effect) -> Option<u32> {
    let (_, face) = table.find_face(action)?;
    let grants = match effect {
        Effect::Permit => &face.permits,
        Effect::Forbid => &face.forbids,
    };
    let role = table.find_role(role);
    let held = || table.rules().kinds.iter().flat_map(|kind| &kind.holds).copied();
    let reaches = |id: &&GrantId| {
        let reach: Option<&Bits<RoleId>> = table.reach(**id);
        let is_everyone =
            table.grant(**id).is_some_and(|grant| grant.roles == GrantRoles::Everyone);
        is_everyone
            || reach.is_some_and(|reach| match role {
                Some(role) => reach.contains(role),
                None => held().any(|role| reach.contains(role)),
            })
    };
    let lines = grants.iter().filter(reaches);
    lines.filter_map(|id| table.notes().grants.get(id.index())).map(|note| note.note.line).min()
}

/// A line of a policy, where its text is in the report.
pub(super) fn entry(report: &Report, file: &str, line: u32) -> Option<At> {
    let at = report.files.iter().position(|known| known.bundle_name == file)?;
    let line = usize::try_from(line).ok()?;
    let span: Span = report.files.get(at)?.line(line);
    Some(At::new(FileId(at), span))
}
