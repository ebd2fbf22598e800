//! `broken_constraints` and the naive oracle agree on what a principal's assignments break.
//! Not the words of a breach, and not constraints on a whole directory.

use std::collections::BTreeMap;

use policyc::{Assignment, Breach, BreachKind, Scope, Source, Table, broken_constraints, build};

use crate::agreement_invariants::numbered;
use crate::oracle::Oracle;
use crate::oracle_constraints::{Broken, Constraints, Holder, WORDS};
use crate::random;
use crate::random_constraints::{constraints, deeper_scopes, holder};

/// The number of random policies, and of the holders that each judges.
const POLICIES: u64 = 500;
const HOLDERS: usize = 40;
/// So many of a hundred holders must break each type of constraint.
const EACH_MIN: usize = 3;

/// What the product says of the holder, in the words of the oracle.
pub(crate) fn broken(table: &Table, holder: &Holder) -> Vec<Broken> {
    let parse = |text| Assignment::parse(text).expect("a well-formed assignment");
    let scope = |text| Scope::parse(text).expect("a well-formed scope");
    let assignments: Vec<Assignment<'_>> = holder.roles.iter().map(|text| parse(text)).collect();
    let tree: Vec<_> =
        holder.tree.iter().map(|(inner, outer)| (scope(inner), scope(outer))).collect();
    let kind = holder.kind.as_deref();
    let holder = policyc::Holder { kind, assignments: &assignments, scopes: &tree };
    let breaches = broken_constraints(table, &holder);
    assert!(breaches.is_sorted_by_key(|breach| breach.line), "{breaches:?}");
    let mut broken: Vec<Broken> = breaches.iter().map(of_breach).collect();
    broken.sort();
    broken
}

fn of_breach(breach: &Breach<'_>) -> Broken {
    let text = |assignment: &Assignment<'_>| match assignment.scope {
        Some(scope) => format!("{}@{scope}", assignment.role),
        None => assignment.role.to_owned(),
    };
    let (word, what) = match &breach.kind {
        BreachKind::Separated(one, other) => {
            let mut pair = vec![text(one), text(other)];
            pair.sort();
            ("separation", pair)
        }
        BreachKind::Subsumed(wide, narrow) => ("no-subsumed-roles", vec![text(wide), text(narrow)]),
        BreachKind::TooManyRoles { count, max: bound }
        | BreachKind::TooFewRoles { count, min: bound } => {
            ("roles-per-principal", vec![count.to_string(), bound.to_string()])
        }
        BreachKind::Lacks { role, .. } => ("requires", vec![text(role)]),
        other => panic!("{other:?} is not known to the oracle"),
    };
    assert_eq!(breach.constraint, word);
    let line = usize::try_from(breach.line).expect("a line");
    Broken { line, word, is_error: breach.is_error, what }
}

/// The text of a random policy with constraints.
pub(crate) fn policy(rng: &mut random::Rng, size: usize) -> String {
    let text = random::policy(rng, size);
    let text = text.clone() + &deeper_scopes(rng, Oracle::new(&text).policy());
    text.clone() + &constraints(rng, &Oracle::new(&text))
}

#[test]
fn random_holders_break_exactly_the_constraints_that_the_oracle_says() {
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut judged, mut sound, mut refused) = (0_usize, 0_usize, 0_u64);
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = policy(&mut rng, 2 + usize::try_from(seed % 4).unwrap());
        let Ok(bundle) = build(vec![Source::new("random.toml", text.as_str())]) else {
            refused += 1;
            continue;
        };
        let oracle = Oracle::new(&text);
        let constraints = Constraints::new(&oracle, &text);
        for _ in 0..HOLDERS {
            let holder = holder(&mut rng, oracle.policy());
            let expected = constraints.broken(&holder);
            let found = broken(&bundle.tables()[0], &holder);
            assert_eq!(found, expected, "seed {seed}: {holder:#?}\n{}", numbered(&text));
            judged += 1;
            sound += usize::from(expected.is_empty());
            let mut words: Vec<&str> = expected.iter().map(|broken| broken.word).collect();
            words.dedup();
            for word in words {
                *tally.entry(word).or_default() += 1;
            }
        }
    }
    assert!(refused * 2 < POLICIES, "{refused} policies are refused");
    let min = EACH_MIN * judged / 100;
    assert!(sound >= min, "{sound} of {judged} break nothing");
    assert_eq!(tally.len(), WORDS.len(), "{tally:?}");
    assert!(tally.values().all(|count| *count >= min), "{judged} holders: {tally:?}");
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
scope = "building"
[roles.cleaner]
scope = "room"

[[grants]]
actions = ["doors.open"]
roles = ["guard", "cleaner"]

[[constraints.separation]]
roles = ["guard", "cleaner"]
same-scope = true
level = "advice"

[[constraints.requires]]
roles = ["cleaner"]
all-of = ["guard"]
same-scope = true
"#;

#[test]
fn of_a_scope_all_that_it_lies_in_may_be_listed_in_any_order() {
    let bundle = build(vec![Source::new("site.toml", SITE)]).expect("a good policy");
    let oracle = Oracle::new(SITE);
    let constraints = Constraints::new(&oracle, SITE);
    let pair = |outer: &str| ("room:9".to_owned(), outer.to_owned());
    for tree in [vec![pair("building:2"), pair("site:a")], vec![pair("site:a"), pair("building:2")]]
    {
        let roles = ["guard@building:1", "cleaner@room:9"].map(str::to_owned).to_vec();
        let holder = Holder { kind: None, roles, tree };
        let expected = constraints.broken(&holder);
        let words: Vec<&str> = expected.iter().map(|broken| broken.word).collect();
        assert_eq!(words, ["requires"], "a room of another building");
        assert_eq!(broken(&bundle.tables()[0], &holder), expected, "{:?}", holder.tree);
    }
}
