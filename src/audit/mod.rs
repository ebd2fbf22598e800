//! Auditing: whether the roles that principals hold obey a policy, with every finding explained.
//!
//! Not the judging itself, which `evaluate` does over plain names, and not deciding: a service that
//! decides asks nobody whether a role may be held.
//!
//! ```text
//! principal  one as a file (or the command line) gives it, with the place of everything
//! names      what the policy does not know, and what a principal cannot hold at all
//! scopes     which scope lies in which, and whether it can
//! judge      the constraints: one principal's, everyone's, and those of a change
//! ```

mod judge;
mod names;
mod principal;
mod scopes;

use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostic::names::unknown_policy;
use crate::diagnostic::{At, Diagnostic, FileId, Report, SourceFile, assignments};
use crate::model::Assignment;
use crate::source::directory::{Directory, Member, Placement};
use crate::source::{self, Source};
use crate::table::rules::Says;
use crate::table::{Bundle, Table};

pub(crate) use judge::alone;
pub(crate) use names::{misfits, unknown_attributes, unknown_names, unknown_scope, wrong_values};
pub(crate) use principal::GivenPrincipal;
pub(crate) use scopes::{Placed, placed};

/// What an audit found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Audited {
    /// The findings, with the texts that they point into.
    pub report: Report,
    /// What was read.
    pub counts: AuditCounts,
    /// The constraints of the policy that were not judged, or not wholly, by their words, sorted.
    /// Without the directory before a change these are `fixed` and `immutable-kind`; while names
    /// are unknown, and of one principal alone, also `cardinality`.
    pub not_judged: Vec<&'static str>,
}

/// How much an audit read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AuditCounts {
    /// Principals.
    pub principals: usize,
    /// Those of them that are active.
    pub active: usize,
    /// Roles held, each as often as it is held.
    pub assignments: usize,
    /// Actions given directly.
    pub direct_actions: usize,
    /// Scopes that the directory places.
    pub scopes: usize,
}

/// Why there is nothing to audit against.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditError {
    /// There are several policies, and neither caller nor directory names one.
    PolicyMissing,
    /// The caller names a policy that is not there.
    UnknownPolicy {
        /// Its id.
        policy: String,
    },
    /// A directory names one policy, and the caller, or the other directory, another.
    OtherPolicy {
        /// The one that is not asked about.
        policy: String,
    },
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PolicyMissing => f.write_str("there are several policies here; name one of them"),
            Self::UnknownPolicy { policy } => write!(f, "unknown policy `{policy}`"),
            Self::OtherPolicy { policy } => {
                write!(f, "a directory is one of policy `{policy}`, and another is asked about")
            }
        }
    }
}

impl std::error::Error for AuditError {}

/// Audits a directory (`schema/directory.v1.schema.json`), and the change from the one before it.
///
/// A directory that cannot be read is a report with errors. The policy is the one named, else the
/// one that the directory names, else the only one there is.
///
/// # Errors
/// Where it is not clear which policy is meant.
pub fn audit_directory(
    bundle: &Bundle,
    policy: Option<&str>,
    directory: &Source,
    before: Option<&Source>,
) -> Result<Audited, AuditError> {
    let mut report = Report::default();
    let mut read = |source: &Source| {
        let file = FileId(report.files.len());
        report.files.push(source.file());
        source::read_directory(&source.bytes, file).map_err(|found| {
            report.diagnostics.extend(found);
        })
    };
    let (after, before) = (read(directory), before.map(&mut read));
    let stated = after.as_ref().ok().and_then(|directory| directory.policy.as_ref());
    let stated = stated.map(|stated| (stated.value.as_str(), stated.span));
    let table = match (policy, stated, bundle.tables()) {
        (Some(policy), Some((stated, _)), _) if policy != stated => {
            return Err(AuditError::OtherPolicy { policy: stated.to_owned() });
        }
        (Some(policy), ..) => bundle
            .table(policy)
            .ok_or_else(|| AuditError::UnknownPolicy { policy: policy.to_owned() })?,
        (None, Some((stated, span)), tables) => match bundle.table(stated) {
            Some(table) => table,
            None => {
                let known = tables.iter().map(Table::policy).collect();
                let at = At::new(FileId(0), span);
                report.diagnostics.push(unknown_policy(at, stated, known));
                return Ok(Audited::unread(report));
            }
        },
        (None, None, [only]) => only,
        // A directory that could not be read might have named one.
        (None, None, _) if after.is_err() => return Ok(Audited::unread(report)),
        (None, None, _) => return Err(AuditError::PolicyMissing),
    };
    let (Ok(after), Ok(before)) = (&after, before.as_ref().map(Result::as_ref).transpose()) else {
        return Ok(Audited::unread(report));
    };
    let other =
        before.and_then(|before| before.policy.as_ref()).map(|stated| stated.value.as_str());
    if let Some(other) = other.filter(|other| *other != table.policy()) {
        return Err(AuditError::OtherPolicy { policy: other.to_owned() });
    }
    let old = before.map(|before| Part::of(before, FileId(1)));
    let audit = audit_part(table, &Part::of(after, FileId(0)), old.as_ref());
    report.diagnostics.extend(audit.diagnostics);
    report.sort();
    let counts = counts(after);
    Ok(Audited { report, counts, not_judged: audit.not_judged })
}

/// Audits what one principal holds; the report shows it as the command line gives it.
///
/// Constraints that take other principals or a change to judge are not judged.
#[must_use]
pub fn audit_assignments(
    table: &Table,
    kind: Option<&str>,
    assignments: &[Assignment<'_>],
) -> Audited {
    let (text, person) = principal::from_arguments(kind, assignments);
    let mut report = Report::default();
    report.files.push(SourceFile::new("<arguments>".to_owned(), "<arguments>".to_owned(), text));
    report.diagnostics.extend(unknown_names(table, &person));
    if report.diagnostics.is_empty() {
        report.diagnostics.extend(misfits(table, &person));
        report.diagnostics.extend(alone(table, &person, &Placed::default()));
    }
    report.sort();
    let counts = AuditCounts {
        principals: 1,
        active: 1,
        assignments: assignments.len(),
        ..AuditCounts::default()
    };
    Audited {
        report,
        counts,
        not_judged: present(table, &["cardinality", "fixed", "immutable-kind"]),
    }
}

impl Audited {
    fn unread(mut report: Report) -> Self {
        report.sort();
        Self { report, counts: AuditCounts::default(), not_judged: Vec::new() }
    }
}

fn counts(directory: &Directory) -> AuditCounts {
    let members = &directory.members;
    AuditCounts {
        principals: members.len(),
        active: members.iter().filter(|member| member.is_active).count(),
        assignments: members.iter().map(|member| member.profile.roles.len()).sum(),
        direct_actions: members.iter().map(|member| member.profile.direct.len()).sum(),
        scopes: directory.scopes.len(),
    }
}

/// Principals and scopes of one file; a suite has several such parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'s> {
    pub file: FileId,
    pub scopes: &'s [Placement],
    pub members: &'s [Member],
}

impl<'s> Part<'s> {
    fn of(directory: &'s Directory, file: FileId) -> Self {
        Self { file, scopes: &directory.scopes, members: &directory.members }
    }
}

/// What auditing a part found.
pub(crate) struct PartAudit {
    pub diagnostics: Vec<Diagnostic>,
    pub not_judged: Vec<&'static str>,
}

/// Audits principals: names, kinds and scopes, each by itself, all together, and their change.
pub(crate) fn audit_part(table: &Table, part: &Part<'_>, before: Option<&Part<'_>>) -> PartAudit {
    let people = people(part);
    let mut found = duplicates(&people);
    let placed = placed(table, part, &mut found);
    // One mistake, one error: whose roles are mistyped seems to hold too few of them.
    let unknown = people.iter().map(|person| unknown_names(table, person));
    let unknown: Vec<Vec<Diagnostic>> = unknown.collect();
    let known: Vec<bool> = unknown.iter().map(Vec::is_empty).collect();
    found.extend(unknown.into_iter().flatten());
    let old = before.map(|before| {
        let old = self::people(before);
        found.extend(duplicates(&old));
        found.extend(old.iter().flat_map(|person| unknown_names(table, person)));
        old
    });
    found.extend(people.iter().flat_map(|person| placed.unplaced(table, person)));
    let is_known = found.is_empty();
    found.extend(people.iter().flat_map(|person| misfits(table, person)));
    for (person, _) in people.iter().zip(known).filter(|(_, is_known)| *is_known) {
        found.extend(alone(table, person, &placed));
    }
    let mut unjudged: Vec<&'static str> = Vec::new();
    if is_known {
        found.extend(judge::together(table, &people, &placed));
        match &old {
            Some(old) => found.extend(judge::change(table, old, &people)),
            None => unjudged.extend(["fixed", "immutable-kind"]),
        }
    } else {
        unjudged.extend(["cardinality", "fixed", "immutable-kind"]);
    }
    PartAudit { diagnostics: found, not_judged: present(table, &unjudged) }
}

fn people<'s>(part: &Part<'s>) -> Vec<GivenPrincipal<'s>> {
    part.members.iter().map(|member| GivenPrincipal::of_member(member, part.file)).collect()
}

fn duplicates(people: &[GivenPrincipal<'_>]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, At> = BTreeMap::new();
    let mut found = Vec::new();
    for person in people {
        let Some((id, at)) = person.id else { continue };
        match first.get(id) {
            Some(first) => found.push(assignments::duplicate_principal(at, id, *first)),
            None => {
                first.insert(id, at);
            }
        }
    }
    found
}

/// Those of these constraint words that the policy uses.
fn present(table: &Table, words: &[&'static str]) -> Vec<&'static str> {
    let used = |word: &&&str| {
        let mut says = table.rules().constraints.iter().map(|constraint| &constraint.says);
        says.any(|says: &Says| says.as_str() == **word)
    };
    words.iter().filter(used).copied().collect()
}
