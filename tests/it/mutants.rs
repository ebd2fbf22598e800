//! Coverage and mutants: planted blind spots are found, exactly those, and what is proposed closes
//! them.
//!
//! Not how they are printed, which `tests/cli` holds. `tests/blind` has a policy with an entry of
//! every sort, a suite that notices all of its mutants, and what is taken away from the two.

use std::collections::{BTreeMap, BTreeSet};

use policyc::{
    Bundle, Checked, Coverage, Mutation, Report, Source, build, check, coverage, mutate, run_suites,
};
use serde_json::Value;

use crate::faults::POLICIES;
use crate::oracle::Oracle;
use crate::oracle_policy::Policy;
use crate::random::{self, Rng};
use crate::random_constraints::constraints;
use crate::random_delegations::delegations;
use crate::{engine, finite};

const DEPOT: &str = include_str!("../blind/depot.toml");
const SUITE: &str = include_str!("../blind/depot.test.yaml");
const SPOTS: &str = include_str!("../blind/spots.toml");

/// Every sort of change that there is.
const KINDS: [&str; 18] = [
    "bound-loosened",
    "cell-given",
    "cell-taken",
    "condition-dropped",
    "constraint-removed",
    "constraint-role-dropped",
    "delegation-removed",
    "delegation-role-dropped",
    "direct-given",
    "direct-kinds-dropped",
    "direct-removed",
    "direct-taken",
    "forbid-removed",
    "holds-dropped",
    "inheritance-dropped",
    "kinds-dropped",
    "restriction-dropped",
    "scope-dropped",
];

/// What was found of one policy and its suites.
struct Found {
    bundle: Bundle,
    report: Report,
    suites: Vec<Source>,
    coverage: Coverage,
    mutation: Mutation,
}

fn look(policy: &str, suites: Vec<Source>) -> Found {
    let Checked { bundle, report, .. } = check(vec![Source::new("policy.toml", policy)]);
    let bundle = bundle.expect("a good policy");
    let tested = run_suites(&bundle, Report::default(), &suites, None);
    let failed = tested.report.diagnostics.iter().map(|found| &found.message);
    assert_eq!(failed.collect::<Vec<_>>(), Vec::<&String>::new(), "the suites pass");
    let coverage = coverage(&bundle, &suites);
    let mutation = mutate(&bundle, &report, &suites);
    Found { bundle, report, suites, coverage, mutation }
}

impl Found {
    /// What nothing touches and what nothing notices, with what would.
    fn page(&self) -> String {
        let mut page = String::new();
        let (coverage, mutation) = (&self.coverage.policies[0], &self.mutation.policies[0]);
        page += &format!("  {} of {} cells\n", coverage.touched(), coverage.cells);
        for gap in &coverage.gaps {
            let kind = gap.kind.iter().map(|kind| format!(" as {kind}"));
            let conditions = gap.conditions.iter();
            let conditions = conditions.map(|(name, holds)| format!(" {name}={holds}"));
            let state: String = kind.chain(conditions).collect();
            let case = gap.case.as_deref().unwrap_or("no case");
            page += &format!("    {} × {}{state}\n      {case}\n", gap.role, gap.action);
        }
        let (noticed, total) = (mutation.noticed, mutation.total());
        let alike = mutation.equivalent;
        page += &format!("  {noticed} of {total} mutants, {alike} more change nothing\n");
        for survivor in &mutation.survivors {
            let (line, kind, what) = (survivor.line, survivor.kind, &survivor.what);
            page += &format!("    {line} {kind}: {what}\n");
            page += &match &survivor.case {
                Some(case) => format!("      {}: {}\n", case.list, case.text),
                None => "      no case\n".to_owned(),
            };
        }
        page
    }

    /// Everything that is proposed, as a suite.
    fn proposed(&self) -> Option<Source> {
        let (coverage, mutation) = (&self.coverage.policies[0], &self.mutation.policies[0]);
        let mut lists: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for gap in &coverage.gaps {
            lists.entry("cases").or_default().extend(gap.case.as_deref());
        }
        for survivor in &mutation.survivors {
            if let Some(case) = &survivor.case {
                lists.entry(case.list).or_default().insert(&case.text);
            }
        }
        let mut text = format!("schema: 1\npolicy: {}\n", mutation.policy);
        for (list, cases) in &lists {
            let cases = cases.iter().map(|case| format!("  - {case}\n"));
            text += &format!("{list}:\n{}", cases.collect::<String>());
        }
        (!lists.is_empty()).then(|| Source::new("proposed.test.yaml", text))
    }

    /// What is left once all that is proposed has been added.
    fn closed(&self) -> Mutation {
        let mut suites = self.suites.clone();
        suites.extend(self.proposed());
        let tested = run_suites(&self.bundle, Report::default(), &suites, None);
        assert!(!tested.report.has_errors(), "{:#?}", tested.report.diagnostics);
        let coverage = coverage(&self.bundle, &suites);
        let gaps = &coverage.policies[0].gaps;
        assert!(gaps.iter().all(|gap| gap.case.is_none()), "{gaps:#?}");
        mutate(&self.bundle, &self.report, &suites)
    }
}

#[test]
fn a_whole_suite_leaves_nothing() {
    let found = look(DEPOT, vec![Source::new("depot.test.yaml", SUITE)]);
    assert_eq!(found.coverage.policies[0].gaps, []);
    assert_eq!(found.mutation.policies[0].survivors, []);
}

#[test]
fn planted_blind_spots_are_found_exactly() {
    let spots: Value = toml::from_str(SPOTS).expect("the spots are TOML");
    let mut pages = String::new();
    for spot in spots["spots"].as_array().expect("a list of spots") {
        let title = spot["title"].as_str().expect("a title");
        let (mut policy, mut suite) = (DEPOT.to_owned(), SUITE.to_owned());
        for text in spot["without"].as_array().expect("a list of texts") {
            let text = text.as_str().expect("a text");
            let count = policy.matches(text).count() + suite.matches(text).count();
            assert_eq!(count, 1, "{title}: the text stands once:\n{text}");
            policy = policy.replace(text, "");
            suite = suite.replace(text, "");
        }
        let found = look(&policy, vec![Source::new("depot.test.yaml", suite)]);
        assert_ne!(found.mutation.policies[0].survivors, [], "{title}");
        pages += &format!("{title}\n{}\n", found.page());
        assert_eq!(found.closed().policies[0].survivors, [], "{title}");
    }
    insta::assert_snapshot!(pages);
}

#[test]
fn every_sort_of_change_is_made_and_has_a_case() {
    // Without invariants and ticks there is nobody to notice.
    let (silent, _) = DEPOT.split_once("[[invariants").expect("invariants at the end");
    let silent = silent.replace("ticks = 3\n", "").replace("ticks = 1\n", "");
    let found = look(&silent, Vec::new());
    let kinds = found.mutation.policies[0].survivors.iter().map(|survivor| survivor.kind);
    assert_eq!(kinds.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(), KINDS);
    assert_eq!(found.mutation.policies[0].noticed, 0);
    assert_eq!(found.closed().policies[0].survivors, []);
    insta::assert_snapshot!(found.page());
}

#[test]
fn the_five_suites_leave_nothing_and_so_do_the_cases_proposed_in_their_place() {
    for (name, policy, suite, _) in &POLICIES {
        let found = look(policy, vec![Source::new("suite.test.yaml", *suite)]);
        assert_eq!(found.coverage.policies[0].gaps, [], "{name}");
        assert_eq!(found.mutation.policies[0].survivors, [], "{name}");
        let bare = look(policy, Vec::new());
        assert!(bare.mutation.policies[0].survivors.len() > 5, "{name} needs its suite");
        assert_eq!(bare.closed().policies[0].survivors, [], "{name}");
    }
}

/// A random policy with some constraints or delegations, and what is found of it without a suite.
fn random(seed: u64) -> Option<(String, Found)> {
    let mut rng = Rng::new(seed);
    let size = 1 + usize::try_from(seed % 4).expect("a small number");
    let mut text = random::policy(&mut rng, size);
    text += &match seed % 3 {
        0 => delegations(&mut rng, &text),
        1 => constraints(&mut rng, &Oracle::new(&text)),
        _ => String::new(),
    };
    let bundle = build(vec![Source::new("random.toml", text.as_str())]).ok()?;
    let (report, suites) = (Report::default(), Vec::new());
    let coverage = coverage(&bundle, &suites);
    let mutation = mutate(&bundle, &report, &suites);
    Some((text, Found { bundle, report, suites, coverage, mutation }))
}

#[test]
fn what_is_proposed_for_random_policies_closes_them() {
    let (mut count, mut without_case) = (0, Vec::new());
    for seed in 0..120 {
        let Some((text, found)) = random(seed) else { continue };
        let before = &found.mutation.policies[0].survivors;
        let open = before.iter().filter(|survivor| survivor.case.is_none()).cloned();
        let open: Vec<_> = open.collect();
        let left = found.closed().policies[0].survivors.clone();
        assert!(left.iter().all(|left| open.contains(left)), "seed {seed}: {left:#?}\n{text}");
        count += before.len();
        without_case.extend(open.into_iter().map(|survivor| survivor.kind));
    }
    assert!(count > 800, "only {count} mutants");
    // A constraint may say nothing that another does not, and some delegations take scopes that
    // only a whole suite can place; a request always has a case.
    let words = [
        "constraint-removed",
        "constraint-role-dropped",
        "bound-loosened",
        "delegation-removed",
        "delegation-role-dropped",
        "restriction-dropped",
    ];
    assert!(without_case.iter().all(|kind| words.contains(kind)), "{without_case:?}");
    assert!(without_case.len() * 10 < count, "{} of {count}: {without_case:?}", without_case.len());
}

/// A mutant that is not counted really changes nothing: here it is made in the text, and every
/// request of the finite model is asked of both.
#[test]
fn a_cell_given_in_the_text_is_noticed_or_changes_nothing() {
    let (mut noticed, mut alike) = (0, 0);
    for seed in (2..90).step_by(3) {
        let Some((text, found)) = random(seed) else { continue };
        let oracle = Oracle::new(&text);
        let policy = oracle.policy();
        let Some(suite) = found.proposed() else { continue };
        let mut rng = Rng::new(seed);
        for _ in 0..4 {
            let (role, action) = (&rng.pick(&policy.roles).name, rng.pick(&policy.actions));
            if is_reached(policy, role, action) {
                continue;
            }
            let grant = format!("\n[[grants]]\nactions = [{action:?}]\nroles = [{role:?}]\n");
            let given = format!("{text}{grant}");
            let Ok(other) = build(vec![Source::new("random.toml", given)]) else { continue };
            let tested = run_suites(&other, Report::default(), std::slice::from_ref(&suite), None);
            if tested.report.has_errors() {
                noticed += 1;
                continue;
            }
            alike += 1;
            finite::for_each_request(&oracle, 2, &mut |request| {
                let answer = |bundle| engine::decide(bundle, request).map(|found| found.decision);
                assert_eq!(answer(&found.bundle), answer(&other), "{request}\n{grant}{text}");
            });
        }
    }
    assert!(noticed > 5 && alike > 0, "{noticed} noticed, {alike} alike");
}

/// Whether a permit names the role for the action, or one that it inherits from.
fn is_reached(policy: &Policy, role: &str, action: &str) -> bool {
    let mut permits = policy.grants.iter().filter(|grant| !grant.forbids);
    let is_direct = permits.any(|grant| {
        grant.actions.iter().any(|other| other == action)
            && grant.roles.iter().any(|other| other == role)
    });
    let entry = policy.roles.iter().find(|entry| entry.name == role);
    let mut juniors = entry.into_iter().flat_map(|entry| &entry.inherits);
    is_direct || juniors.any(|junior| is_reached(policy, junior, action))
}
