//! Names that are easily taken for one another.
//!
//! Not names that differ in case, which are errors. `spelling` says what is taken for the same.

use std::collections::BTreeMap;

use unicode_security::skeleton;

use crate::diagnostic::{At, Diagnostic, names};
use crate::model::ActionId;
use crate::source::policy::{About, Spanned, Text};

use super::pedantic::words;
use super::{Context, ids};

/// Shortest part of a name in which one letter more, less or other is taken for a typing error:
/// short words that are one letter apart are mostly two words.
const TYPED_MIN: usize = 6;

type Place<'a> = (At, &'a str);

/// Actions whose names differ in plural, hyphens or by a typing error. Types are compared first, so
/// that a type written in two ways is one finding, not one for every verb.
pub(super) fn similar(context: &Context<'_>) -> Vec<Diagnostic> {
    let table = context.table;
    let places = &context.action_places;
    let mut types: BTreeMap<&str, At> = BTreeMap::new();
    let mut verbs: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
    for id in ids::<ActionId>(table.rules().actions.len()) {
        let name = table.action_name(id);
        let at = places.get(&id).copied().unwrap_or_default();
        let kind = type_of(name);
        let first = types.entry(kind).or_insert(at);
        *first = at.min(*first);
        verbs.entry(kind).or_default().push((at, name));
    }
    let mut found = Vec::new();
    let mut alike = |what: &str, names: Vec<Place<'_>>, key: fn(&str) -> String| {
        let doubles = doubles(names, key).into_iter();
        found.extend(
            doubles.map(|((at, name), other)| names::similar_actions(at, what, name, other)),
        );
    };
    alike("resource types", types.iter().map(|(kind, at)| (*at, *kind)).collect(), spelling);
    for of_type in verbs.into_values() {
        // `getItem` and `getItems` are one and many, by a custom of many services.
        let is_one_word =
            |name: &str| name.rsplit_once('.').is_some_and(|(_, verb)| words(verb).len() == 1);
        let short = of_type.iter().copied().filter(|(_, name)| is_one_word(name));
        alike("actions", short.collect(), spelling);
        alike("actions", of_type, plain);
    }
    // What `[actions]` lists was written twice, and is hardly mistyped.
    if context.policy.actions.is_none() {
        found.extend(mistyped(context, &types));
    }
    found
}

fn type_of(action: &str) -> &str {
    action.rsplit_once('.').map_or(action, |(kind, _)| kind)
}

/// Types that are named once, and are one letter away from one that is named more often.
fn mistyped(context: &Context<'_>, types: &BTreeMap<&str, At>) -> Vec<Diagnostic> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for pattern in context.policy.grants.iter().flat_map(|grant| &grant.actions) {
        *counts.entry(type_of(pattern.value.as_str())).or_default() += 1;
    }
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let mut often: BTreeMap<String, Vec<Place<'_>>> = BTreeMap::new();
    for (name, at) in types.iter().filter(|(name, _)| count(name) > 1) {
        for typing in typings(name) {
            often.entry(typing).or_default().push((*at, name));
        }
    }
    let mut found = Vec::new();
    if often.is_empty() {
        return found;
    }
    for (name, at) in types.iter().filter(|(name, _)| count(name) == 1) {
        let others = typings(name).into_iter().filter_map(|typing| often.get(&typing)).flatten();
        let mut others = others.filter(|(_, other)| is_typing_error(name, other));
        if let Some(other) = others.next() {
            found.push(names::similar_actions(*at, "resource types", name, *other));
        }
    }
    found
}

/// Each name that has the key of another, with the first of the file that has it.
fn doubles<'n>(mut names: Vec<Place<'n>>, key: fn(&str) -> String) -> Vec<(Place<'n>, Place<'n>)> {
    // One name is like no other; keys of names take time, and there may be many short lists.
    if names.len() < 2 {
        return Vec::new();
    }
    names.sort_unstable();
    let mut first: BTreeMap<String, Place<'n>> = BTreeMap::new();
    let pairs = names.into_iter().map(|place| (place, *first.entry(key(place.1)).or_insert(place)));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.retain(|(place, other)| place.1 != other.1);
    pairs
}

/// A name as it sounds: without hyphens and case, every part in the singular.
fn spelling(name: &str) -> String {
    let parts = name.split_inclusive(['.', '/', ':']);
    let parts = parts.map(|part| {
        let end = part.trim_end_matches(['.', '/', ':']);
        let separator = part.get(end.len()..).unwrap_or_default();
        format!("{}{separator}", singular(&plain(end)))
    });
    parts.collect()
}

fn plain(name: &str) -> String {
    name.replace(['-', '_'], "").to_ascii_lowercase()
}

/// English, roughly: what is wrong with a word is wrong with its plural too.
fn singular(word: &str) -> String {
    let without = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() > 2);
    if let Some(stem) = without("ies") {
        return format!("{stem}y");
    }
    let hissing = ["sses", "xes", "ches", "shes"];
    if let Some(stem) = without("es").filter(|_| hissing.iter().any(|end| word.ends_with(end))) {
        return stem.to_owned();
    }
    let is_singular = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    without("s").filter(|_| !is_singular).unwrap_or(word).to_owned()
}

/// The name, and the name with one letter left out, at each place in a long part but its first: two
/// names that are one letter apart share one of these.
fn typings(name: &str) -> Vec<String> {
    let mut typings = vec![name.to_owned()];
    let mut start = 0;
    for part in name.split_inclusive(['.', '/', ':']) {
        let length = part.trim_end_matches(['.', '/', ':']).len();
        for at in (start + 1..start + length).filter(|_| length >= TYPED_MIN) {
            let (before, after) = (name.get(..at), name.get(at + 1..));
            typings.extend(before.zip(after).map(|(before, after)| format!("{before}{after}")));
        }
        start += part.len();
    }
    typings
}

/// Whether two names are one letter apart by mistake: not in a number, as versions are, and not in
/// plural, which is reported whatever the count.
fn is_typing_error(one: &str, other: &str) -> bool {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(one) == digits(other)
        && strsim::osa_distance(one, other) == 1
        && spelling(one) != spelling(other)
        && skeleton(one).ne(skeleton(other))
}

/// Names of one list, and titles of roles and actions, that look alike in print.
pub(super) fn confusable(context: &Context<'_>) -> Vec<Diagnostic> {
    let policy = context.policy;
    let actions = policy.actions.iter().flatten();
    let title = |about: &'_ About| about.title.clone();
    let role_titles: Vec<_> =
        policy.roles.iter().filter_map(|(_, role)| title(&role.about)).collect();
    let action_titles: Vec<_> = actions.filter_map(|(_, about)| title(about)).collect();
    let places = &context.action_places;
    let actions = places.iter().map(|(id, at)| (*at, context.table.action_name(*id)));
    let roles = policy.roles.iter().map(|(name, _)| (context.at(name.span), name.value.as_str()));
    let kinds = policy.kinds.iter().map(|(name, _)| (context.at(name.span), name.value.as_str()));
    let conditions = policy.conditions.iter();
    let conditions = conditions.map(|(name, _)| (context.at(name.span), name.value.as_str()));
    let lists: [(&str, Vec<Place<'_>>); 6] = [
        ("actions", actions.collect()),
        ("roles", roles.collect()),
        ("kinds", kinds.collect()),
        ("conditions", conditions.collect()),
        ("titles", texts(context, &role_titles)),
        ("titles", texts(context, &action_titles)),
    ];
    let mut found = Vec::new();
    for (what, names) in lists {
        let doubles = doubles(names, |name| skeleton(name).collect()).into_iter();
        found.extend(
            doubles.map(|((at, name), other)| names::confusable_names(at, what, name, other)),
        );
    }
    found
}

fn texts<'t>(context: &Context<'_>, titles: &'t [Spanned<Text>]) -> Vec<Place<'t>> {
    titles.iter().map(|title| (context.at(title.span), title.value.as_str())).collect()
}
