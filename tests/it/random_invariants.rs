//! Random invariants about a random policy, as text to put after it: some true, some false.
//! Not a verdict on them: guesses from what the cells are, and many wild ones.

use crate::oracle::Oracle;
use crate::oracle_drafts::{Table, push_table};
use crate::oracle_invariants::WORDS;
use crate::oracle_names::split;
use crate::oracle_policy::{Grant, Policy};
use crate::random::Rng;

/// Some invariants of each type, as the text of their tables.
pub(crate) fn invariants(rng: &mut Rng, oracle: &Oracle) -> String {
    let cells = oracle.action_cells();
    let mut text = String::new();
    for word in WORDS {
        let count = rng.between(1, 2);
        for _ in 0..count {
            let table = invariant(rng, oracle.policy(), &cells, word);
            push_table(&mut text, &format!("[[invariants.{word}]]"), &table);
        }
    }
    text
}

type Cells = [(String, Vec<&'static str>)];

fn invariant(rng: &mut Rng, policy: &Policy, cells: &Cells, word: &'static str) -> Table {
    let mut table = Table::default();
    let (action, of_roles) = rng.pick(cells);
    let role_names: Vec<&str> = policy.roles.iter().map(|role| role.name.as_str()).collect();
    // The roles whose cell is not empty, and those whose cell is: what is true is rare otherwise.
    let has = |cell: &&str| !["", "forbid"].contains(cell);
    let split_by = |wanted: bool| -> Vec<&str> {
        let cells = of_roles.iter().zip(&role_names);
        cells.filter(|(cell, _)| has(cell) == wanted).map(|(_, role)| *role).collect()
    };
    let likely = match word {
        "permits" | "only" => split_by(true),
        "never" => split_by(false),
        _ => role_names.clone(),
    };
    let roles = roles(rng, word, &likely, &role_names);
    let is_explicit = word != "never" || rng.percent(70);
    if is_explicit {
        table.set("roles", roles.clone());
    }
    if word == "covers" {
        let count = rng.between(1, 2);
        table.set("of", rng.some(&role_names, count));
    }
    let must = word == "permits" || word == "only" || !is_explicit || roles == ["*"];
    if must || rng.percent(40) {
        table.set("actions", actions(rng, policy, action));
    }
    if rng.percent(if word == "covers" { 50 } else { 20 }) {
        add_except(rng, policy, &mut table);
    }
    add_conditions(rng, policy, action, &mut table);
    if !policy.kinds.is_empty() && rng.percent(25) {
        let names: Vec<&str> = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
        let count = rng.between(1, names.len());
        table.set("kinds", rng.some(&names, count));
    }
    if rng.percent(25) {
        table.set("held", *rng.pick(&["alone", "together", "together"]));
    }
    table
}

fn roles<'p>(rng: &mut Rng, word: &str, likely: &[&'p str], all: &[&'p str]) -> Vec<&'p str> {
    if rng.percent(if word == "never" { 30 } else { 8 }) {
        return vec!["*"];
    }
    if likely.is_empty() || rng.percent(25) {
        let count = rng.between(1, 3);
        return rng.some(all, count);
    }
    // Whoever is left out of `only` makes it false.
    let count = if word == "only" && rng.percent(85) { likely.len() } else { rng.between(1, 2) };
    rng.some(likely, count)
}

fn actions(rng: &mut Rng, policy: &Policy, action: &str) -> Vec<String> {
    let (of_type, verb) = split(action);
    match rng.below(8) {
        0 => vec!["*".to_owned()],
        1 => vec![format!("{of_type}.*")],
        2 => vec![format!("**.{verb}")],
        3 => {
            let other = rng.pick(&policy.actions).clone();
            if other == action { vec![other] } else { vec![action.to_owned(), other] }
        }
        _ => vec![action.to_owned()],
    }
}

fn add_except(rng: &mut Rng, policy: &Policy, table: &mut Table) {
    let action = rng.pick(&policy.actions);
    let pattern = match rng.below(4) {
        0 => format!("{}.*", split(action).0),
        1 => format!("**.{}", split(action).1),
        _ => action.clone(),
    };
    table.set("except", vec![pattern]);
}

/// Mostly those of a grant on the action: under others, little is true.
fn add_conditions(rng: &mut Rng, policy: &Policy, action: &str, table: &mut Table) {
    if policy.conditions.is_empty() || rng.percent(35) {
        return;
    }
    let on_action = |grant: &&Grant| grant.names(action) && !grant.forbids;
    let grants: Vec<&Grant> = policy.grants.iter().filter(on_action).collect();
    if !grants.is_empty() && rng.percent(75) {
        let grant = *rng.pick(&grants);
        for (key, conditions) in [("when", &grant.when), ("unless", &grant.unless)] {
            if !conditions.is_empty() {
                table.set(key, conditions.clone());
            }
        }
        return;
    }
    let key = *rng.pick(&["when", "when", "unless"]);
    table.set(key, vec![rng.pick(&policy.conditions).name.as_str()]);
}
