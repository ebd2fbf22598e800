//! The words of what is locked: features and their values, conditions by what they test.
//!
//! Not which features matter.
//!
//! "Not known" is an attribute that is not given, has another type, or a value outside of those
//! declared. `may be` is "is, or is not known"; `is not` asks that it be known. Texts stand in
//! quotes, so that no value reads as words.

use std::collections::BTreeSet;

use crate::diff::domains::{Class, ClassName, Domain};
use crate::diff::space::{Holding, KindCase};
use crate::model::{ConditionId, Literal};
use crate::table::Table;
use crate::table::rules::{Attribute, Test};

use super::asked::Reach;
use super::cover::Alternative;
use super::grid::{Feature, Grid, full_name};

/// When a cell is as it is; nothing where it always is.
pub(super) fn words(reach: Reach, grid: &Grid<'_>, alternatives: &[Alternative]) -> String {
    let alternative = |alternative: &Alternative| {
        let said = grid.features.iter().zip(alternative);
        let mut said: Vec<String> =
            said.filter_map(|(feature, allowed)| Some(word(feature, allowed.as_ref()?))).collect();
        said.sort();
        match said.as_slice() {
            [_, _, ..] if alternatives.len() > 1 => format!("({})", said.join(" and ")),
            _ => said.join(" and "),
        }
    };
    let mut said: Vec<String> = alternatives.iter().map(alternative).collect();
    said.sort();
    said.dedup();
    let mut words = Vec::new();
    match reach {
        Reach::Here | Reach::Unheld => {}
        Reach::Anywhere => words.push("anywhere".to_owned()),
        Reach::Whatever => words.push("however held".to_owned()),
    }
    if !said.iter().any(String::is_empty) {
        words.push(format!("when {}", said.join(" or ")));
    }
    words.join(" ")
}

fn word(feature: &Feature<'_>, allowed: &BTreeSet<usize>) -> String {
    match feature {
        Feature::Attribute { domain, choices } => {
            let digits: BTreeSet<usize> =
                allowed.iter().filter_map(|at| choices.get(*at)).flatten().copied().collect();
            format!("{} {}", full_name(domain), attribute(domain, &digits))
        }
        Feature::Holding(holdings) => {
            let held = allowed.iter().filter_map(|at| holdings.get(*at));
            format!("held {}", either(held.map(|held| holding(*held)).collect()))
        }
        Feature::Kind(kinds) => {
            let kinds = allowed.iter().filter_map(|at| kinds.get(*at));
            format!("principal.kind is {}", either(kinds.map(|one| kind(*one)).collect()))
        }
        // The principal's side reads better behind.
        Feature::Pair(one, other) => format!(
            "{other} {} {one}",
            stands(
                allowed,
                ["is", "is not", "may be", "is not known to be", "can be compared with",]
            )
        ),
        Feature::Assertion(name) => {
            // Asserted true, asserted false, not asserted: in the order of a pair's.
            let allowed = allowed.iter().map(|value| [2, 0, 1].get(*value).copied().unwrap_or(1));
            let stands = stands(
                &allowed.collect(),
                ["holds", "does not hold", "may hold", "is not known to hold", "is asserted"],
            );
            format!("{name} {stands}")
        }
    }
}

/// The word for no, not known, yes as 0, 1, 2.
fn stands(
    allowed: &BTreeSet<usize>,
    [yes, no, perhaps, not_known, known]: [&'static str; 5],
) -> &'static str {
    let has = |value| allowed.contains(&value);
    match (has(0), has(1), has(2)) {
        (false, false, true) => yes,
        (true, false, false) => no,
        (false, true, true) => perhaps,
        (true, true, false) => not_known,
        (true, false, true) => known,
        _ => "is not known",
    }
}

/// One word, or several of which one is meant.
fn either(mut words: Vec<String>) -> String {
    words.sort();
    match words.as_slice() {
        [one] => one.clone(),
        _ => format!("one of {}", words.join(", ")),
    }
}

fn kind(kind: KindCase<'_>) -> String {
    match kind {
        KindCase::Named(name) => name.to_owned(),
        KindCase::NotAsked | KindCase::Missing => "(not given)".to_owned(),
        KindCase::Undeclared => "(not declared)".to_owned(),
    }
}

fn holding(holding: Holding<'_>) -> String {
    match holding {
        Holding::Unscoped => "unscoped".to_owned(),
        Holding::Inside(kind) => format!("in the resource's {kind}"),
        Holding::Elsewhere(kind) => format!("in another {kind}"),
        Holding::Unsaid(kind) => format!("in a {kind} while no scopes are given"),
        Holding::Undeclared => "in a scope that is not declared".to_owned(),
    }
}

/// What an attribute must be, by the choices of its domain.
fn attribute(domain: &Domain<'_>, digits: &BTreeSet<usize>) -> String {
    let is_unknown_in = digits.contains(&domain.values.len());
    let inside = |at: &usize| digits.contains(at);
    let is_integer = domain.values.iter().any(|class| matches!(class.value, Literal::Integer(_)));
    let is_open = domain.values.iter().any(|class| class.shown == ClassName::Other);
    let others = domain.values.iter().enumerate();
    let mut others = others.filter(|(_, class)| class.shown == ClassName::Other);
    if others.any(|(at, _)| inside(&at)) {
        let but_for = (0..domain.values.len()).filter(|at| !inside(at));
        let but_for: Vec<String> = but_for
            .filter_map(|at| domain.values.get(at))
            .map(|class| literal_words(&class.value))
            .collect();
        return match (but_for.as_slice(), is_unknown_in) {
            ([], _) => "is known".to_owned(),
            ([one], false) => format!("is not {one}"),
            ([one], true) => format!("is not known to be {one}"),
            (many, false) => format!("is none of {}", many.join(", ")),
            (many, true) => format!("is not known to be one of {}", many.join(", ")),
        };
    }
    let classes: Vec<(bool, &Class)> =
        domain.values.iter().enumerate().map(|(at, class)| (inside(&at), class)).collect();
    if !is_open && classes.iter().all(|(is_inside, _)| *is_inside) {
        return "is known".to_owned();
    }
    let values: Vec<String> = if is_integer {
        intervals(&classes)
    } else {
        let inside = classes.iter().filter(|(is_inside, _)| *is_inside);
        inside.map(|(_, class)| literal_words(&class.value)).collect()
    };
    match (values.as_slice(), is_unknown_in) {
        ([], _) => "is not known".to_owned(),
        ([one], false) => format!("is {one}"),
        ([one], true) => format!("may be {one}"),
        (many, false) => format!("is one of {}", many.join(", ")),
        (many, true) => format!("may be one of {}", many.join(", ")),
    }
}

/// Regions of integers beside each other are one.
fn intervals(classes: &[(bool, &Class)]) -> Vec<String> {
    let bounds = |class: &Class| match (&class.shown, &class.value) {
        (ClassName::Range(from, to), _) => (*from, *to),
        (_, Literal::Integer(number)) => (Some(*number), Some(*number)),
        _ => (None, None),
    };
    let mut found: Vec<(Option<i64>, Option<i64>)> = Vec::new();
    for (from, to) in classes.iter().filter(|(is_in, _)| *is_in).map(|(_, class)| bounds(class)) {
        let touches = |last: &(Option<i64>, Option<i64>)| {
            let next = last.1.and_then(|end| end.checked_add(1));
            *last == (from, to) || (next.is_some() && next == from)
        };
        match found.last_mut().filter(|last| touches(last)) {
            Some(last) => last.1 = to,
            None => found.push((from, to)),
        }
    }
    let text = |(from, to): (Option<i64>, Option<i64>)| match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("at least {from}"),
        (None, Some(to)) => format!("at most {to}"),
        (None, None) => "any integer".to_owned(),
    };
    found.into_iter().map(text).collect()
}

/// A value as it is written in a policy; what no line can hold is written by its number.
pub(crate) fn literal_words(literal: &Literal) -> String {
    let Literal::String(text) = literal else { return literal.to_string() };
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if letter.is_control() => quoted.extend(letter.escape_unicode()),
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// What a condition asks, spelled out: names of conditions with a test do not occur.
pub(crate) fn condition_words(table: &Table, id: ConditionId) -> String {
    let Some(condition) = table.condition(id) else { return String::new() };
    let name = |id| table.attribute(id).map(Attribute::full_name).unwrap_or_default();
    let all = |ids: &[ConditionId]| {
        let mut words: Vec<String> = ids.iter().map(|id| condition_words(table, *id)).collect();
        words.sort();
        words.dedup();
        words
    };
    let joined = |words: Vec<String>, by: &str| match words.as_slice() {
        [one] => one.clone(),
        _ => format!("({})", words.join(by)),
    };
    match &condition.test {
        Test::Asserted => format!("{} holds", condition.name),
        Test::OneOf { attribute, literals } => {
            let literals: Vec<String> = literals.iter().map(literal_words).collect();
            format!("{} is {}", name(*attribute), either(literals))
        }
        Test::Matches { attribute, other } => {
            let (one, other) = (name(*attribute), name(*other));
            let (one, other) = if one > other { (one, other) } else { (other, one) };
            format!("{one} is {other}")
        }
        Test::AtLeast { attribute, bound } => format!("{} is at least {bound}", name(*attribute)),
        Test::AtMost { attribute, bound } => format!("{} is at most {bound}", name(*attribute)),
        Test::All { conditions } => joined(all(conditions), " and "),
        Test::Any { conditions } => joined(all(conditions), " or "),
        Test::Not { condition } => format!("not {}", condition_words(table, *condition)),
    }
}
