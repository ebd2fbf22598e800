//! Random constraints, as text to put after a random policy, and random holders of its roles.
//! Not a verdict on them: the scopes are deep, few and partly known, so that they meet.

use crate::oracle::Oracle;
use crate::oracle_constraints::{Holder, around};
use crate::oracle_drafts::{Table, push_table};
use crate::oracle_policy::Policy;
use crate::random::Rng;

const IDS: [&str; 2] = ["alpha", "beta"];

/// Two scope kinds one in the other, inside of one that is there or not, with a role in each.
pub(crate) fn deeper_scopes(rng: &mut Rng, policy: &Policy) -> String {
    let mut text = String::new();
    if policy.scopes.is_empty() && rng.percent(50) {
        return text;
    }
    let mut outer = policy.scopes.first().map(|_| rng.pick(&policy.scopes).kind.clone());
    for name in ["outer-cell", "inner-cell"] {
        let mut scope = Table::default();
        if let Some(outer) = &outer {
            scope.set("within", outer.as_str());
        }
        push_table(&mut text, &format!("[scopes.{name}]"), &scope);
        let mut role = Table::default();
        role.set("scope", name);
        push_table(&mut text, &format!("[roles.of-{name}]"), &role);
        outer = Some(name.to_owned());
    }
    let mut grant = Table::default();
    grant.set("roles", vec!["of-outer-cell", "of-inner-cell"]);
    grant.set("actions", vec![rng.pick(&policy.actions).as_str()]);
    push_table(&mut text, "[[grants]]", &grant);
    text
}

/// A few constraints of any type, as the text of their tables.
pub(crate) fn constraints(rng: &mut Rng, oracle: &Oracle) -> String {
    let policy = oracle.policy();
    let mut text = String::new();
    let words = [
        "separation",
        "separation",
        "no-subsumed-roles",
        "roles-per-principal",
        "requires",
        "requires",
        "cardinality",
        "fixed",
        "immutable-kind",
    ];
    let count = rng.between(2, 5);
    for word in rng.some(&words, count) {
        let mut table = Table::default();
        match word {
            "separation" => {
                table.set("roles", roles(rng, policy, 15));
                if rng.percent(50) {
                    table.set("against", roles(rng, policy, 15));
                }
            }
            "no-subsumed-roles" if rng.percent(50) => table.set("roles", roles(rng, policy, 20)),
            "roles-per-principal" => add_bounds(rng, policy, &mut table),
            "requires" => {
                table.set("roles", roles(rng, policy, 20));
                let keys = *rng.pick(&[&["all-of"][..], &["any-of"], &["all-of", "any-of"]]);
                for key in keys {
                    table.set(key, roles(rng, policy, 0));
                }
            }
            "cardinality" => {
                table.set("roles", roles(rng, policy, 10));
                add_numbers(rng, &mut table, 1);
                add_per(rng, policy, &mut table);
            }
            "fixed" => table.set("roles", roles(rng, policy, 5)),
            _ => {}
        }
        if ["separation", "requires"].contains(&word) && rng.percent(60) {
            table.set("same-scope", rng.percent(90));
        }
        if word != "immutable-kind" && rng.percent(30) {
            table.set("level", *rng.pick(&["advice", "advice", "error"]));
        }
        push_table(&mut text, &format!("[[constraints.{word}]]"), &table);
    }
    text
}

/// One holder at most, of any role: what many changes break.
pub(crate) fn one_holder(rng: &mut Rng, policy: &Policy) -> String {
    let mut table = Table::default();
    table.set("roles", vec!["*"]);
    table.set("max", 1);
    add_per(rng, policy, &mut table);
    let mut text = String::new();
    push_table(&mut text, "[[constraints.cardinality]]", &table);
    text
}

fn add_per(rng: &mut Rng, policy: &Policy, table: &mut Table) {
    if !policy.scopes.is_empty() && rng.percent(65) {
        table.set("per", rng.pick(&policy.scopes).kind.as_str());
    }
}

/// Some roles, or so often all of them.
pub(crate) fn roles(rng: &mut Rng, policy: &Policy, all_percent: usize) -> Vec<String> {
    if rng.percent(all_percent) {
        return vec!["*".to_owned()];
    }
    let names: Vec<String> = policy.roles.iter().map(|role| role.name.clone()).collect();
    let count = rng.between(1, 3);
    rng.some(&names, count)
}

fn add_bounds(rng: &mut Rng, policy: &Policy, table: &mut Table) {
    add_numbers(rng, table, 3);
    if !policy.kinds.is_empty() && rng.percent(40) {
        let names: Vec<&str> = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
        let count = rng.between(1, names.len());
        table.set("kinds", rng.some(&names, count));
    }
}

fn add_numbers(rng: &mut Rng, table: &mut Table, most_min: usize) {
    let (min, more) = (rng.between(0, most_min), rng.between(0, 2));
    let bounded = rng.below(3);
    if bounded != 0 {
        table.set("min", min);
    }
    if bounded != 1 {
        table.set("max", min + more);
    }
}

/// Someone with a few roles of the policy, mostly where they may be held.
pub(crate) fn holder(rng: &mut Rng, policy: &Policy) -> Holder {
    let count = rng.below(6);
    let roles = (0..count).map(|_| assignment(rng, policy)).collect();
    Holder { kind: kind(rng, policy), roles, tree: tree(rng, policy) }
}

/// Mostly a declared kind.
pub(crate) fn kind(rng: &mut Rng, policy: &Policy) -> Option<String> {
    match rng.below(10) {
        0 => None,
        1 => Some("undeclared-kind".to_owned()),
        _ if policy.kinds.is_empty() => None,
        _ => Some(rng.pick(&policy.kinds).name.clone()),
    }
}

/// Mostly a declared role, and mostly where it may be held.
pub(crate) fn assignment(rng: &mut Rng, policy: &Policy) -> String {
    let role = rng.pick(&policy.roles);
    let name = if rng.percent(6) { "ghost" } else { &role.name };
    let kind = match (&role.scope, rng.below(10)) {
        (_, 0) => Some("undeclared-scope".to_owned()),
        (_, 1) | (None, 2..=3) => None,
        (Some(kind), 2..=6) => Some(kind.clone()),
        _ if policy.scopes.is_empty() => None,
        _ => Some(rng.pick(&policy.scopes).kind.clone()),
    };
    match kind {
        Some(kind) => format!("{name}@{kind}:{}", rng.pick(&IDS)),
        None => name.to_owned(),
    }
}

/// For most scopes, which other one they lie in: of the next kind or one further out.
pub(crate) fn tree(rng: &mut Rng, policy: &Policy) -> Vec<(String, String)> {
    let mut tree = Vec::new();
    // The undeclared kind lies inside of others or around them, not both.
    let is_inside = rng.percent(50);
    for scope in &policy.scopes {
        let Some(within) = &scope.within else { continue };
        let further = policy.scope(within).and_then(|outer| outer.within.as_ref());
        for id in IDS {
            let outer = match rng.below(20) {
                0..=5 => continue,
                6 if !is_inside => "undeclared-scope",
                7..=9 => further.unwrap_or(within),
                _ => within,
            };
            let pair = (format!("{}:{id}", scope.kind), format!("{outer}:{}", rng.pick(&IDS)));
            tree.extend(vec![pair; rng.between(1, 10) / 10 + 1]);
        }
    }
    if !policy.scopes.is_empty() && is_inside && rng.percent(40) {
        let outer = &rng.pick(&policy.scopes).kind;
        tree.push(("undeclared-scope:alpha".to_owned(), format!("{outer}:{}", rng.pick(&IDS))));
    }
    if rng.percent(30) {
        // Of some scopes, all that they lie in, as resources give it.
        for (inner, _) in tree.clone().iter().filter(|_| rng.percent(50)) {
            for outer in around(&tree.clone(), inner) {
                tree.push((inner.clone(), outer.to_owned()));
            }
        }
    }
    rng.shuffle(&mut tree);
    tree
}
