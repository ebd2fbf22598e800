//! `broken_by_all`, `broken_by_change` and the naive oracle agree on what a directory breaks.
//! Not the words of a breach, and not what one principal's roles break by themselves.

use std::collections::BTreeMap;

use policyc::{
    Assignment, Breach, BreachKind, Scope, Source, Table, broken_by_all, broken_by_change, build,
};

use crate::agreement_constraints::policy;
use crate::agreement_invariants::numbered;
use crate::oracle::Oracle;
use crate::oracle_constraints::Broken;
use crate::oracle_directories::{Directories, Directory, Member};
use crate::random;
use crate::random_directories::{before, directory};

/// The number of random policies, and of the directories that each judges.
const POLICIES: u64 = 600;
const DIRECTORIES: usize = 20;
/// So many of a thousand directories must break something in each way, or nothing.
const EACH_MIN: usize = 15;

/// Lends a directory to the product.
fn lend<R>(directory: &Directory, with: impl FnOnce(&policyc::Directory<'_>) -> R) -> R {
    let scope = |text| Scope::parse(text).expect("a well-formed scope");
    let each_roles = directory.members.iter().map(|member| {
        let roles = member.roles.iter();
        roles.map(|text| Assignment::parse(text).expect("a well-formed assignment")).collect()
    });
    let each_roles: Vec<Vec<Assignment<'_>>> = each_roles.collect();
    let members = directory.members.iter().zip(&each_roles);
    let members: Vec<policyc::Member<'_>> = members
        .map(|(member, assignments)| policyc::Member {
            id: &member.id,
            is_active: member.is_active,
            kind: member.kind.as_deref(),
            assignments,
        })
        .collect();
    let scopes = directory.scopes.iter();
    let scopes: Vec<(Scope<'_>, Option<Scope<'_>>)> =
        scopes.map(|(inner, outer)| (scope(inner), outer.as_deref().map(scope))).collect();
    with(&policyc::Directory { members: &members, scopes: &scopes })
}

/// What the product says of a directory, in the words of the oracle.
pub(crate) fn all(table: &Table, directory: &Directory) -> Vec<Broken> {
    lend(directory, |directory| of_breaches(&broken_by_all(table, directory)))
}

/// What the product says of a change, in the words of the oracle.
pub(crate) fn change(table: &Table, before: &Directory, after: &Directory) -> Vec<Broken> {
    lend(before, |before| lend(after, |after| of_breaches(&broken_by_change(table, before, after))))
}

fn of_breaches(breaches: &[Breach<'_>]) -> Vec<Broken> {
    assert!(breaches.is_sorted_by_key(|breach| breach.line), "{breaches:?}");
    let mut broken: Vec<Broken> = breaches.iter().map(of_breach).collect();
    broken.sort();
    broken
}

fn of_breach(breach: &Breach<'_>) -> Broken {
    let counted = |role: &str, scope: Option<Scope<'_>>, bound: String, holders: &[&str]| {
        let scope = scope.map_or_else(String::new, |scope| scope.to_string());
        let head = [role.to_owned(), scope, bound];
        head.into_iter().chain(holders.iter().map(|id| (*id).to_owned())).collect()
    };
    let (word, what): (_, Vec<String>) = match &breach.kind {
        BreachKind::TooManyHolders { role, scope, holders, max } => {
            ("cardinality", counted(role, *scope, format!("at most {max}"), holders))
        }
        BreachKind::TooFewHolders { role, scope, holders, min } => {
            ("cardinality", counted(role, *scope, format!("at least {min}"), holders))
        }
        BreachKind::FixedTwice { assignment, first, second } => {
            ("fixed", vec![assignment.to_string(), (*first).into(), (*second).into()])
        }
        BreachKind::FixedChanged { change, assignment, principal } => {
            let change = match change {
                policyc::Change::Assign => "assign",
                policyc::Change::Revoke => "revoke",
            };
            ("fixed", vec![change.into(), assignment.to_string(), (*principal).into()])
        }
        BreachKind::KindChanged { principal, before, after } => {
            let kind = |kind: Option<&str>| kind.unwrap_or_default().to_owned();
            ("immutable-kind", vec![(*principal).into(), kind(*before), kind(*after)])
        }
        other => panic!("{other:?} takes one principal alone"),
    };
    assert_eq!(breach.constraint, word);
    let line = usize::try_from(breach.line).expect("a line");
    Broken { line, word, is_error: breach.is_error, what }
}

/// In which way something is broken.
fn way(broken: &Broken) -> &'static str {
    let what: Vec<&str> = broken.what.iter().map(String::as_str).collect();
    match (broken.word, &what[..]) {
        ("cardinality", [_, "", bound, ..]) if bound.starts_with("at most") => "too many anywhere",
        ("cardinality", [_, "", ..]) => "too few anywhere",
        ("cardinality", [_, _, bound, ..]) if bound.starts_with("at most") => "too many somewhere",
        ("cardinality", _) => "too few somewhere",
        ("fixed", ["assign", ..]) => "fixed and given",
        ("fixed", ["revoke", ..]) => "fixed and taken",
        ("fixed", _) => "fixed and held twice",
        _ => "another kind",
    }
}

#[test]
fn random_directories_break_exactly_the_constraints_that_the_oracle_says() {
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut judged, mut refused) = (0_usize, 0_u64);
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = policy(&mut rng, 2 + usize::try_from(seed % 4).unwrap());
        let is_spoken_of = ["cardinality", "fixed", "immutable-kind"]
            .iter()
            .any(|word| text.contains(&format!("[[constraints.{word}]]")));
        if !is_spoken_of {
            continue;
        }
        let Ok(bundle) = build(vec![Source::new("random.toml", text.as_str())]) else {
            refused += 1;
            continue;
        };
        let table = &bundle.tables()[0];
        let oracle = Oracle::new(&text);
        let directories = Directories::new(&oracle, &text);
        for _ in 0..DIRECTORIES {
            let after = directory(&mut rng, oracle.policy());
            let expected = directories.broken_by_all(&after);
            let found = all(table, &after);
            assert_eq!(found, expected, "seed {seed}: {after:#?}\n{}", numbered(&text));
            let before = before(&mut rng, oracle.policy(), &after);
            let changed = directories.broken_by_change(&before, &after);
            let found = change(table, &before, &after);
            assert_eq!(found, changed, "seed {seed}: {before:#?} {after:#?}\n{}", numbered(&text));
            judged += 1;
            let mut ways: Vec<&str> = expected.iter().chain(&changed).map(way).collect();
            ways.extend(expected.is_empty().then_some("nothing by all"));
            ways.extend(changed.is_empty().then_some("nothing by change"));
            ways.sort_unstable();
            ways.dedup();
            for way in ways {
                *tally.entry(way).or_default() += 1;
            }
        }
    }
    assert!(refused * 2 < POLICIES, "{refused} policies are refused");
    let min = EACH_MIN * judged / 1_000;
    assert_eq!(tally.len(), 10, "{tally:?}");
    assert!(tally.values().all(|count| *count >= min), "{judged} directories: {tally:?}");
}

const SITE: &str = r#"
schema = 1
policy = "site"
version = "1.0.0"

[scopes.site]
[scopes.building]
within = "site"
[scopes.room]
within = "building"

[roles.guard]
[roles.keeper]

[[grants]]
actions = ["doors.open"]
roles = ["guard", "keeper"]

[[constraints.cardinality]]
roles = ["guard"]
max = 0
per = "building"

[[constraints.cardinality]]
roles = ["guard"]
max = 0
per = "site"

[[constraints.fixed]]
roles = ["keeper"]
"#;

/// The first principal's role, the second's, where scopes lie, and what is broken.
type Case =
    (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const CASES: &[Case] = &[
    // A room of one site is in no building of another, also where its own building is not known.
    (
        "guard@room:9",
        "keeper@building:2",
        &[("room:9", "site:a"), ("building:2", "site:b")],
        &["guard site:a at most 0 one"],
    ),
    ("keeper@room:9", "keeper@building:2", &[("room:9", "site:a"), ("building:2", "site:b")], &[]),
    (
        "keeper@room:9",
        "keeper@building:2",
        &[("room:9", "site:a"), ("building:2", "site:a")],
        &["keeper@building:2 one two"],
    ),
    ("keeper@wing:9", "keeper@building:2", &[("wing:9", "site:a"), ("building:2", "site:b")], &[]),
    ("keeper@wing:9", "keeper@building:2", &[], &["keeper@building:2 one two"]),
    // A scope of a kind that is not declared may be one of the site that there must be.
    ("guard@wing:9", "guardian", &[], &["guard  at most 0 one"]),
];

#[test]
fn scopes_that_are_known_to_lie_apart_have_nothing_in_common() {
    let bundle = build(vec![Source::new("site.toml", SITE)]).expect("a good policy");
    let oracle = Oracle::new(SITE);
    let directories = Directories::new(&oracle, SITE);
    for (one, two, scopes, expected) in CASES {
        let member = |id: &str, role: &str| Member {
            id: id.to_owned(),
            is_active: true,
            kind: None,
            roles: vec![role.to_owned()],
        };
        let scope = |(inner, outer): &(&str, &str)| (inner.to_string(), Some(outer.to_string()));
        let members = vec![member("one", one), member("two", two)];
        let directory = Directory { members, scopes: scopes.iter().map(scope).collect() };
        let broken = directories.broken_by_all(&directory);
        let words: Vec<String> = broken.iter().map(|broken| broken.what.join(" ")).collect();
        assert_eq!(words, *expected, "{directory:#?}");
        assert_eq!(all(&bundle.tables()[0], &directory), broken, "{directory:#?}");
    }
}
