//! Sources held to their lock: every line that differs, and where it comes from.
//!
//! Not what a line says: lines are equal or not.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::locks::{self, Changed};
use crate::diagnostic::{At, Diagnostic, FileId, Report};
use crate::source::Source;
use crate::table::{Bundle, Table};

use super::places::{entry, line_of};
use super::read::{Read, ReadPolicy, read};
use super::{LockError, LockedPolicy, lock};

/// How many changes a finding shows; the rest is counted.
const SHOWN_MAX: usize = 5;

/// Whether the bundle is all that the lock is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// All policies of the folder: what is locked and not there is a finding.
    Everything,
    /// Some of its policies.
    Some,
}

/// The lock that policies are held to.
#[derive(Debug, Clone, Copy)]
pub struct LockFile<'a> {
    /// Its name, as reports show it.
    pub name: &'a str,
    /// The file; none where there is none.
    pub source: Option<&'a Source>,
    /// Whether the policies are all that it is of.
    pub covers: Covers,
    /// The command that writes it anew.
    pub renew: &'a str,
}

/// Holds compiled policies to their lock; the findings are added to the report of checking them.
///
/// # Errors
/// Where an action depends on more situations than may be looked at.
///
/// # Panics
/// Never.
pub fn check_lock(
    bundle: &Bundle,
    mut report: Report,
    file: &LockFile<'_>,
) -> Result<Report, LockError> {
    let mut found = match file.source {
        None => vec![locks::lock_missing(At::default(), file.name)],
        Some(source) => {
            let id = FileId(report.files.len());
            report.files.push(source.file());
            match read(source, id) {
                Ok(read) => compare(bundle, &report, (file, id), &read)?,
                Err(found) => found,
            }
        }
    };
    let helped = found.drain(..).map(|one| locks::with_renewal(one, file.renew));
    report.diagnostics.extend(helped);
    report.sort();
    Ok(report)
}

fn compare(
    bundle: &Bundle,
    report: &Report,
    (file, lock_id): (&LockFile<'_>, FileId),
    read: &Read,
) -> Result<Vec<Diagnostic>, LockError> {
    let mut found = Vec::new();
    for now in &lock(bundle)?.policies {
        let Some(table) = bundle.table(&now.policy) else { continue };
        let Some(locked) = read.policies.iter().find(|read| read.policy == now.policy) else {
            let at = entry(report, &table.notes().file, 1).unwrap_or_default();
            found.push(locks::unlocked_policy(at, &now.policy, file.name));
            continue;
        };
        found.extend(differing(table, report, locked, now));
    }
    if file.covers == Covers::Everything {
        let gone = read.policies.iter().filter(|read| bundle.table(&read.policy).is_none());
        found.extend(gone.map(|read| locks::locked_policy_gone(read.at, &read.policy)));
    }
    debug_assert!(
        found.iter().all(|one| one.at.file <= lock_id),
        "a place in a file that is there"
    );
    Ok(found)
}

/// The lines of one subject that are only in the lock, and those that are only in the sources.
type Sides<'l> = (Vec<&'l (At, String)>, Vec<&'l str>);

/// A line that came, went, or is another.
#[derive(Debug, Default)]
struct Change<'l> {
    was: Option<&'l (At, String)>,
    now: Option<&'l str>,
}

fn differing(
    table: &Table,
    report: &Report,
    locked: &ReadPolicy,
    now: &LockedPolicy,
) -> Option<Diagnostic> {
    let before: BTreeSet<&str> = locked.lines.iter().map(|(_, line)| line.as_str()).collect();
    let after: BTreeSet<&str> = now.lines.iter().map(String::as_str).collect();
    let gone = locked.lines.iter().filter(|(_, line)| !after.contains(line.as_str()));
    let new = now.lines.iter().map(String::as_str).filter(|line| !before.contains(line));
    let mut by_subject: BTreeMap<&str, Sides<'_>> = BTreeMap::new();
    for line in gone {
        by_subject.entry(subject(&line.1)).or_default().0.push(line);
    }
    for line in new {
        by_subject.entry(subject(line)).or_default().1.push(line);
    }
    if by_subject.is_empty() {
        let is_same = locked.version == now.version;
        let versions = (locked.version.as_str(), now.version.as_str());
        return (!is_same).then(|| locks::other_locked_version(locked.at, &now.policy, versions));
    }
    let mut changes: Vec<Change<'_>> = Vec::new();
    for (gone, new) in by_subject.values() {
        let count = gone.len().max(new.len());
        let of = |at| Change { was: gone.get(at).copied(), now: new.get(at).copied() };
        changes.extend((0..count).map(of));
    }
    let mut names: Vec<String> = by_subject.keys().map(|subject| name(subject)).collect();
    names.dedup();
    let mut shown: Vec<Changed> = changes
        .iter()
        .take(SHOWN_MAX)
        .flat_map(|change| shown(table, report, change, locked.at))
        .collect();
    // What stands in the sources is what was edited, so it comes first.
    shown.sort_by_key(|shown| shown.at.file == locked.at.file);
    Some(locks::lock_differs(&now.policy, &names, shown, changes.len().saturating_sub(SHOWN_MAX)))
}

/// What a line is about: its words before it says anything.
fn subject(line: &str) -> &str {
    let mut words = line.split(' ');
    let count = match (words.next(), words.next()) {
        // Of a bound with its word, as there may be one of each.
        (Some("constraint" | "advice"), Some("cardinality")) => 5,
        (Some("cell" | "delegation"), _)
        | (Some("constraint" | "advice"), Some("roles-per-principal")) => 4,
        (Some("constraint" | "advice"), _) => 3,
        _ => 2,
    };
    let end = line.match_indices(' ').nth(count - 1).map_or(line.len(), |(at, _)| at);
    line.get(..end).unwrap_or(line)
}

/// What a subject is called: of a cell the role and the action, of a bound without its word.
fn name(subject: &str) -> String {
    match subject.strip_prefix("cell ") {
        Some(cell) => cell.rsplit_once(' ').map_or(cell, |(cell, _)| cell).to_owned(),
        None => {
            let bounds = [" at least", " at most"];
            let bare = bounds.iter().find_map(|bound| subject.strip_suffix(bound));
            bare.unwrap_or(subject).to_owned()
        }
    }
}

/// Both sides of a change, each at its place.
fn shown(table: &Table, report: &Report, change: &Change<'_>, heading: At) -> Vec<Changed> {
    let place = |line: &str| entry(report, &table.notes().file, line_of(table, line)?);
    let was = change.was.map(|(at, _)| Changed {
        at: *at,
        text: match change.now {
            Some(_) => "locked".to_owned(),
            None => "locked, and no longer so".to_owned(),
        },
    });
    let now = change.now.map(|line| Changed {
        at: place(line).unwrap_or(heading),
        text: match change.was {
            Some(_) => format!("now: {line}"),
            None => format!("not locked: {line}"),
        },
    });
    now.into_iter().chain(was).collect()
}
