//! Names that came, went or mean something else: roles, actions, kinds, scopes, what tests read.
//!
//! Not what that does to decisions, which the changes of access tell. Conditions and attributes are
//! told only where one name means two things: what else becomes of them, decisions show.

use crate::model::{ConditionId, Id};
use crate::table::Table;
use crate::table::notes::Note;

use super::change::{NameChange, Source, State};
use super::names::{Named, Names};
use super::statements::source;
use super::terms::Meanings;

/// The declared names that are not as they were.
pub(super) fn changes(
    names: &Names<'_>,
    (old, new): (&Table, &Table),
    (before, after): (&Meanings, &Meanings),
) -> Vec<NameChange> {
    let tables = (old, new);
    let role = |table: &Table, id| {
        let role = table.role(id);
        let kind = |kind: &_| table.kind(*kind).map(|kind| kind.name.clone());
        role.map(|role| {
            let kinds = role.kinds.as_ref().map(|kinds| kinds.iter().map(kind).collect::<Vec<_>>());
            (kinds, role.scope.and_then(|id| table.scope(id)).map(|scope| scope.name.clone()))
        })
    };
    let kind = |table: &Table, id| {
        let holds = table.kind(id).map(|kind| kind.holds.as_slice()).unwrap_or_default();
        holds.iter().map(|role| table.role_name(*role).to_owned()).collect::<Vec<_>>()
    };
    let scope = |table: &Table, id| {
        let within = table.scope(id).and_then(|scope| scope.within);
        within.and_then(|id| table.scope(id)).map(|scope| scope.name.clone())
    };
    let mut found = Vec::new();
    found.extend(compared("role", tables, &names.roles, (|table| &table.notes().roles, &role)));
    found.extend(compared(
        "action",
        tables,
        &names.actions,
        (|table| &table.notes().actions, &|_, _| ()),
    ));
    found.extend(compared("kind", tables, &names.kinds, (|table| &table.notes().kinds, &kind)));
    found.extend(compared("scope", tables, &names.scopes, (|table| &table.notes().scopes, &scope)));
    found.extend(attributes(old, new));
    found.extend(conditions(tables, (before, after)));
    found
}

/// The notes of a list, and what of an entry must be the same.
type Compared<'c, I, T> = (fn(&Table) -> &Vec<Note>, &'c dyn Fn(&Table, I) -> T);

fn compared<I: Id, T: PartialEq>(
    what: &'static str,
    (old, new): (&Table, &Table),
    names: &[Named<'_, I>],
    (notes, content): Compared<'_, I, T>,
) -> Vec<NameChange> {
    let at = |table: &Table, id: Option<I>| {
        let note = notes(table).get(id?.index())?;
        declared_at(table, note)
    };
    let change = |named: &Named<'_, I>| {
        let state = match (named.old, named.new) {
            (None, _) => State::Added,
            (_, None) => State::Removed,
            (Some(before), Some(after)) if content(old, before) != content(new, after) => {
                State::Changed
            }
            _ => return None,
        };
        let (before, after) = (at(old, named.old), at(new, named.new));
        Some(NameChange { what, name: named.name.to_owned(), state, before, after })
    };
    names.iter().filter_map(change).collect()
}

/// Where an entry stands; none where no line declares it.
fn declared_at(table: &Table, note: &Note) -> Option<Source> {
    (note.line > 0).then(|| source(table, note))
}

fn attributes(old: &Table, new: &Table) -> Vec<NameChange> {
    let changed = |(at, attribute): (usize, &crate::table::rules::Attribute)| {
        let was = new.find_attribute(attribute.namespace, &attribute.name)?;
        let is = new.attribute(was)?;
        let note = old.notes().attributes.get(at)?;
        // What is built in is declared by nobody.
        let before = declared_at(old, note)?;
        (is != attribute).then(|| NameChange {
            what: "attribute",
            name: attribute.full_name(),
            state: State::Changed,
            before: Some(before),
            after: new.notes().attributes.get(was.index()).and_then(|note| declared_at(new, note)),
        })
    };
    old.rules().attributes.iter().enumerate().filter_map(changed).collect()
}

fn conditions(
    (old, new): (&Table, &Table),
    (before, after): (&Meanings, &Meanings),
) -> Vec<NameChange> {
    let changed = |id: ConditionId| {
        let name = &old.condition(id)?.name;
        let now = new.find_condition(name)?;
        let at = |table: &Table, id: ConditionId| {
            table.notes().conditions.get(id.index()).and_then(|note| declared_at(table, note))
        };
        (before.get(id) != after.get(now)).then(|| NameChange {
            what: "condition",
            name: name.clone(),
            state: State::Changed,
            before: at(old, id),
            after: at(new, now),
        })
    };
    (0..old.rules().conditions.len()).filter_map(ConditionId::new).filter_map(changed).collect()
}
