//! The lines of one table: who may hold what, the cells, what is obliged.
//!
//! Not when a cell is as it is, which `diff::access` says.

use std::collections::BTreeSet;

use crate::diff::{Access, AccessCell, CellOf, DiffError, access, literal_words};
use crate::model::{BuiltIn, ConditionId, KindId, ScopeId};
use crate::table::Table;
use crate::table::rules::{Attribute, Kind, Role, ScopeKind, Test};
use crate::table::vocabulary::parts;

use super::obligations::{constraints, delegations};

/// Every line, in the order of the lock.
///
/// # Errors
/// Where an action depends on more situations than may be looked at.
pub(super) fn lines(table: &Table) -> Result<Vec<String>, DiffError> {
    let rules = table.rules();
    let Access { cells, mut attributes } = access(table)?;
    attributes.extend(asked_by_delegations(table));
    let direct = rules.direct.as_ref().and_then(|direct| direct.kinds.as_deref());
    let direct = direct.map(|kinds| format!("direct kinds {}", kind_names(table, kinds)));
    let declared = rules.attributes.iter().filter(|one| attributes.contains(&one.full_name()));
    let sections: [Vec<String>; 8] = [
        rules.kinds.iter().map(|kind| kind_line(table, kind)).collect(),
        rules.scopes.iter().map(|scope| scope_line(table, scope)).collect(),
        declared.filter_map(attribute_line).collect(),
        rules.roles.iter().map(|role| role_line(table, role)).collect(),
        direct.into_iter().collect(),
        cells.iter().flat_map(cell_lines).collect(),
        constraints(table),
        delegations(table),
    ];
    let mut lines = Vec::new();
    for mut section in sections {
        section.sort_unstable();
        lines.append(&mut section);
    }
    Ok(lines)
}

fn cell_lines(cell: &AccessCell) -> impl Iterator<Item = String> {
    let of = match &cell.of {
        CellOf::Everyone => "*",
        CellOf::Role(role) => role,
        CellOf::Directly => "(direct)",
    };
    let line = |word: &str, when: &String| {
        let space = if when.is_empty() { "" } else { " " };
        format!("cell {of} {} {word}{space}{when}", cell.action)
    };
    let allowed = cell.allowed.as_ref().map(|when| line("allowed", when));
    let forbids = cell.forbids.as_ref().map(|when| line("forbids", when));
    [allowed, forbids].into_iter().flatten()
}

fn kind_line(table: &Table, kind: &Kind) -> String {
    let mut holds: Vec<&str> = kind.holds.iter().map(|role| table.role_name(*role)).collect();
    holds.sort_unstable();
    match holds.as_slice() {
        [] => format!("kind {}", kind.name),
        holds => format!("kind {} holds {}", kind.name, holds.join(", ")),
    }
}

fn scope_line(table: &Table, scope: &ScopeKind) -> String {
    match scope.within {
        None => format!("scope {}", scope.name),
        Some(within) => format!("scope {} within {}", scope.name, scope_name(table, within)),
    }
}

fn role_line(table: &Table, role: &Role) -> String {
    let kinds = role.kinds.as_ref();
    let kinds = kinds.map(|kinds| format!(" kinds {}", kind_names(table, kinds)));
    let scope = role.scope.map(|scope| format!(" scope {}", scope_name(table, scope)));
    format!("role {}{}{}", role.name, kinds.unwrap_or_default(), scope.unwrap_or_default())
}

/// What is built in is declared nowhere.
fn attribute_line(attribute: &Attribute) -> Option<String> {
    if BuiltIn::find(attribute.namespace, &attribute.name).is_some() {
        return None;
    }
    let mut values: Vec<String> = attribute.values.iter().map(literal_words).collect();
    values.sort_unstable();
    let (name, of_type) = (attribute.full_name(), attribute.value_type.as_str());
    Some(match values.as_slice() {
        [] => format!("attribute {name} {of_type}"),
        values => format!("attribute {name} {of_type} {}", values.join(", ")),
    })
}

/// The attributes that the conditions of delegations test, directly or through others.
fn asked_by_delegations(table: &Table) -> BTreeSet<String> {
    let entries = table.rules().delegations.iter();
    let mut open: Vec<ConditionId> =
        entries.flat_map(|entry| entry.when.iter().chain(&entry.unless)).copied().collect();
    let (mut seen, mut names) = (BTreeSet::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        let Some(condition) = table.condition(id).filter(|_| seen.insert(id)) else { continue };
        let tested = match &condition.test {
            Test::OneOf { attribute, .. }
            | Test::AtLeast { attribute, .. }
            | Test::AtMost { attribute, .. } => vec![*attribute],
            Test::Matches { attribute, other } => vec![*attribute, *other],
            Test::Asserted | Test::All { .. } | Test::Any { .. } | Test::Not { .. } => Vec::new(),
        };
        names.extend(tested.iter().filter_map(|id| table.attribute(*id)).map(Attribute::full_name));
        open.extend(parts(&condition.test));
    }
    names
}

fn kind_names(table: &Table, ids: &[KindId]) -> String {
    let mut names: Vec<&str> =
        ids.iter().filter_map(|id| table.kind(*id)).map(|kind| kind.name.as_str()).collect();
    names.sort_unstable();
    names.join(", ")
}

fn scope_name(table: &Table, id: ScopeId) -> &str {
    table.scope(id).map_or("", |scope| &scope.name)
}
