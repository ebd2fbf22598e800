//! Which constraints an assignment breaks: a row a case.
//!
//! Not the combinations of two roles, which snapshots lock.

use policyc::{Assignment, Holder, Scope, Source, broken_constraints, build};

const HOSPITAL: &str = include_str!("../data/assignments.toml");

/// The kind, the roles, which scope lies in which, and the titles of what is broken.
type Case = (&'static str, Texts, &'static [(&'static str, &'static str)], Texts);
type Texts = &'static [&'static str];

const RUNS_AND_AUDITS: &str = "Who runs the hospital does not audit it";
const ONE_WARD: &str = "Not doctor and nurse of one ward";
const SUBSUMED: &str = "No clerk who is an archivist";
const TWO: &str = "Two roles at most";
const TRAINEE: &str = "A trainee is a nurse on the same ward";

const CASES: &[Case] = &[
    ("person", &[], &[], &[]),
    ("person", &["director"], &[], &[]),
    ("person", &["director", "auditor"], &[], &[RUNS_AND_AUDITS]),
    ("person", &["auditor@hospital:a", "director@hospital:b"], &[], &[RUNS_AND_AUDITS]),
    ("person", &["doctor@ward:1", "nurse@ward:1"], &[], &[ONE_WARD]),
    ("person", &["doctor@ward:1", "nurse@ward:2"], &[], &[]),
    // Unscoped is in every scope; a scope that nobody declared may be any.
    ("person", &["doctor", "nurse@ward:2"], &[], &[ONE_WARD]),
    ("person", &["doctor@wing:1", "nurse@ward:2"], &[], &[ONE_WARD]),
    // Known to lie in each other, known not to, and not known.
    ("person", &["doctor@hospital:a", "nurse@ward:2"], &[("ward:2", "hospital:a")], &[ONE_WARD]),
    ("person", &["doctor@hospital:a", "nurse@ward:2"], &[("ward:2", "hospital:b")], &[]),
    ("person", &["doctor@hospital:a", "nurse@ward:2"], &[], &[ONE_WARD]),
    // Neither kind lies in the other.
    ("person", &["doctor@ward:1", "nurse@lab:1"], &[], &[]),
    ("person", &["doctor@ward:1", "doctor@ward:2"], &[], &[]),
    ("person", &["clerk", "archivist"], &[], &[SUBSUMED]),
    ("person", &["clerk", "director"], &[], &[]),
    ("person", &["clerk", "auditor", "nurse@ward:1"], &[], &[TWO]),
    ("robot", &["clerk", "auditor", "nurse@ward:1"], &[], &[]),
    // A kind that is not known may be any.
    ("alien", &["clerk", "auditor", "nurse@ward:1"], &[], &[TWO]),
    ("person", &["nurse@ward:1", "nurse@ward:2", "nurse@ward:3"], &[], &[]),
    ("person", &["trainee@ward:1"], &[], &[TRAINEE]),
    ("person", &["trainee@ward:1", "nurse@ward:2"], &[], &[TRAINEE]),
    ("person", &["trainee@ward:1", "nurse@ward:1"], &[], &[]),
    // A role that the policy does not know is passed over.
    ("person", &["director", "auditr"], &[], &[]),
];

#[test]
fn each_case_breaks_exactly_what_it_says() {
    let bundle = build(vec![Source::new("hospital.toml", HOSPITAL)]).expect("a good policy");
    let table = bundle.table("hospital").expect("the policy");
    for (kind, roles, scopes, expected) in CASES {
        let scope = |text| Scope::parse(text).expect("a scope");
        let tree: Vec<_> =
            scopes.iter().map(|(inner, outer)| (scope(inner), scope(outer))).collect();
        let assignments: Vec<_> =
            roles.iter().map(|role| Assignment::parse(role).expect("an assignment")).collect();
        let holder = Holder { kind: Some(kind), assignments: &assignments, scopes: &tree };
        let breaches = broken_constraints(table, &holder);
        let titles: Vec<&str> = breaches.iter().filter_map(|breach| breach.title).collect();
        assert_eq!(titles, *expected, "{kind} {roles:?} {scopes:?}");
        for breach in &breaches {
            assert_eq!(breach.is_error, breach.constraint != "requires", "only `requires` advises");
        }
        // The order in which roles are given does not matter.
        let reversed: Vec<_> = assignments.iter().rev().copied().collect();
        let holder = Holder { assignments: &reversed, ..holder };
        assert_eq!(broken_constraints(table, &holder).len(), breaches.len());
    }
}
