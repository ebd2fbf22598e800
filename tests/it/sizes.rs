//! Tables of every size that the cells tell apart: names of every length, rows of every kind.
//!
//! Not what a decision means: here every grant is plain, and what is asked is who has which.

use std::collections::BTreeSet;

use policyc::{Assignment, Bundle, PreparedPrincipal, Principal, Query, Request, Source, decide};

/// Builds a table of roles, each with the actions at some positions.
fn bundle(actions: &[String], roles: &[(&str, BTreeSet<usize>)]) -> Bundle {
    let mut text = "schema = 1\npolicy = \"sizes\"\nversion = \"1.0.0\"\n".to_owned();
    for (role, _) in roles {
        text += &format!("[roles.{role}]\n");
    }
    for (at, action) in actions.iter().enumerate() {
        let holders = roles.iter().filter(|(_, granted)| granted.contains(&at));
        let named: Vec<&str> = holders.map(|(role, _)| *role).collect();
        let effect = if named.is_empty() { "forbid" } else { "permit" };
        let named = if named.is_empty() { vec![roles[0].0] } else { named };
        text += &format!("[[grants]]\neffect = \"{effect}\"\n");
        text += &format!("actions = [\"{action}\"]\nroles = {named:?}\n");
    }
    let built = policyc::build(vec![Source::new("sizes.toml", text)]);
    built.unwrap_or_else(|_| panic!("a good policy"))
}

/// By names, and prepared.
fn allows(bundle: &Bundle, role: &str, action: &str) -> bool {
    let table = bundle.table("sizes").expect("the policy");
    let assignments = [Assignment { role, scope: None }];
    let principal = Principal { assignments: &assignments, ..Principal::default() };
    let query = Query { principal, action, ..Query::default() };
    let by_names = decide(&Request::new(table, query).expect("a request")).is_allowed();
    let prepared = PreparedPrincipal::new(table, principal, &[]).expect("a principal");
    assert_eq!(by_names, prepared.decide(action).is_allowed(), "{role} {action}");
    by_names
}

/// By length: names that differ from one another in one byte, after a prefix.
fn names(prefix: &str, lengths: std::ops::RangeInclusive<usize>) -> Vec<String> {
    let mut names = BTreeSet::new();
    for length in lengths {
        let name = format!("{prefix:a<length$}");
        let places = [prefix.len(), length.midpoint(prefix.len()), length - 1];
        names.extend(places.map(|at| changed(&name, at, "b")));
        names.insert(name);
    }
    names.into_iter().collect()
}

fn changed(name: &str, at: usize, letter: &str) -> String {
    let mut name = name.to_owned();
    name.replace_range(at..=at, letter);
    name
}

/// Asks for every name, for each with a byte changed anywhere, and for longer and shorter ones.
fn only_these_are_found(names: &[String], is_found: impl Fn(&str) -> bool) {
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    for name in names {
        assert!(is_found(name), "{name}");
        for at in 0..name.len() {
            let other = changed(name, at, "c");
            assert!(!is_found(&other), "{other}");
        }
        for other in [format!("{name}a"), name[..name.len() - 1].to_owned()] {
            assert_eq!(is_found(&other), known.contains(&*other), "{other}");
        }
    }
}

#[test]
fn names_of_every_length_are_found_and_no_others() {
    let actions = names("x.", 3..=200);
    let all = (0..actions.len()).collect();
    let by_action = bundle(&actions, &[("reader", all)]);
    only_these_are_found(&actions, |action| allows(&by_action, "reader", action));

    let roles = names("", 1..=100);
    let granted = roles.iter().map(|role| (role.as_str(), BTreeSet::from([0])));
    let by_role = bundle(&["x.y".to_owned()], &granted.collect::<Vec<_>>());
    only_these_are_found(&roles, |role| allows(&by_role, role, "x.y"));
}

/// Rows from empty to full, of actions that stand together, apart, at either end, or ever farther.
#[test]
fn rows_of_every_kind_say_what_they_were_given() {
    const COUNT: usize = 2_400;
    let actions: Vec<String> = (0..COUNT).map(|at| format!("actions.number-{at:04}")).collect();
    let roles: [(&str, BTreeSet<usize>); 12] = [
        ("nothing", BTreeSet::new()),
        ("first", BTreeSet::from([0])),
        ("last", BTreeSet::from([COUNT - 1])),
        ("ends", BTreeSet::from([0, COUNT - 1])),
        ("few", (0..23).map(|at| at * 100).collect()),
        ("as-many-as-looked-at", (0..24).map(|at| at * 100).collect()),
        ("low", (0..120).collect()),
        ("high", (COUNT - 120..COUNT).collect()),
        ("both-ends", (0..60).chain(COUNT - 60..COUNT).collect()),
        ("even", (0..COUNT).step_by(20).collect()),
        ("ever-farther", (0..49).map(|at| at * at).collect()),
        ("dense", (0..COUNT).filter(|at| at % 3 != 0).collect()),
    ];
    let bundle = bundle(&actions, &roles);
    for (role, granted) in &roles {
        for (at, action) in actions.iter().enumerate() {
            assert_eq!(allows(&bundle, role, action), granted.contains(&at), "{role} {action}");
        }
    }
}
