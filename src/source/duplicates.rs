//! A key that is written twice, and where it was written first.
//!
//! Not finding it: the parser does, and says only where the second one is.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{At, Diagnostic, FileId, Span, reading};

use super::tree::span;

/// How often the first place is looked for; each time the whole text is parsed again.
const LOOKED_FOR_MAX: usize = 20;

/// The diagnostics of keys that the parser has seen before, one for each key.
pub(super) fn diagnostics(
    text: &str,
    seconds: impl Iterator<Item = Span>,
    file: FileId,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut firsts: Vec<Span> = Vec::new();
    for (at, second) in seconds.enumerate() {
        let key = text.get(second.start..second.end).unwrap_or_default();
        let name = decoded(key);
        if is_single_header(text, second, &name) {
            // What else is twice is so because the tables of the list were taken for one.
            return vec![reading::single_header(At::new(file, second), &name)];
        }
        let first = if at < LOOKED_FOR_MAX { first(text, second, &name) } else { None };
        // Of three alike, the last may have taken the place of the first.
        let first = first.filter(|first| *first < second);
        // One mistake, one error: `grants = []` is in the way of every `[[grants]]` after it.
        if first.is_some_and(|first| firsts.contains(&first)) {
            continue;
        }
        firsts.extend(first);
        let is_same = first.is_some_and(|first| is_same_line(text, first, second));
        let first = first.map(|first| At::new(file, first));
        let twice = reading::duplicate_key(At::new(file, second), &name, first);
        found.push(if is_same { twice.with_removal_of_line() } else { twice });
    }
    found
}

/// Whether both keys have lines of their own that say the same, from the key to the end.
fn is_same_line(text: &str, first: Span, second: Span) -> bool {
    let line = |key: Span| {
        let (before, rest) = text.split_at_checked(key.start)?;
        let start = before.rsplit('\n').next()?;
        let line = rest.lines().next()?.trim_end();
        (start.trim().is_empty() && DeTable::parse(line).is_ok()).then_some(line)
    };
    line(first).is_some_and(|first| line(second) == Some(first))
}

/// Whether the key is a list of tables, in a header with one pair of brackets: `[grants]`.
fn is_single_header(text: &str, key: Span, name: &str) -> bool {
    let before = text.get(..key.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    matches!(name, "grants" | "delegations" | "statements") && line.trim() == "["
}

/// The key as it is meant: without its quotes.
fn decoded(key: &str) -> String {
    let text = format!("{key} = 0");
    let table = DeTable::parse(&text).ok();
    let name = table.as_ref().and_then(|table| table.get_ref().keys().next());
    name.map_or_else(|| key.to_owned(), |name| name.get_ref().to_string())
}

/// Which table the second key stands in is known only to the parser. So the text is parsed again
/// with another key of the same length in its place: the first one is then found beside it.
fn first(text: &str, second: Span, name: &str) -> Option<Span> {
    let length = second.end.checked_sub(second.start)?;
    let other = ["_", "0", "-", "Z"].map(|letter| letter.repeat(length));
    let other = other.into_iter().find(|other| !text.contains(other))?;
    let (before, after) = (text.get(..second.start)?, text.get(second.end..)?);
    let renamed = format!("{before}{other}{after}");
    let (table, _) = DeTable::parse_recoverable(&renamed);
    beside(table.get_ref(), &other, name)
}

/// The place of the key `name` in the table that has the key `other`.
fn beside(table: &DeTable<'_>, other: &str, name: &str) -> Option<Span> {
    let key = |name: &str| table.keys().find(|key| key.get_ref() == name);
    if key(other).is_some() {
        return key(name).map(|key| span(key.span()));
    }
    table.values().find_map(|value| inside(value, other, name))
}

fn inside(value: &Spanned<DeValue<'_>>, other: &str, name: &str) -> Option<Span> {
    match value.get_ref() {
        DeValue::Table(table) => beside(table, other, name),
        DeValue::Array(items) => items.iter().find_map(|item| inside(item, other, name)),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => None,
    }
}
