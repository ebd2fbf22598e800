//! Faults planted in the five policies, one at a time, and everything that notices each: ticks,
//! invariants, other findings of `check`, and the cases of the suite that then fail.
//!
//! Not mistakes of form, which `bad_files` has: every policy here would compile if nothing but its
//! text were looked at. The faults are in `tests/faults`, what notices them in the snapshots.

use policyc::{
    Diagnostic, Report, Severity, Source, Tested, build, build_unproved, check, run_suites,
};
use serde_json::Value;

/// A policy, its suite, and the faults to plant in it.
pub(crate) type Planted = (&'static str, &'static str, &'static str, &'static str);

macro_rules! planted {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../policies/", $name, ".toml")),
            include_str!(concat!("../../policies/", $name, ".test.yaml")),
            include_str!(concat!("../faults/", $name, ".toml")),
        )
    };
}

pub(crate) const POLICIES: [Planted; 5] = [
    planted!("account-contacts"),
    planted!("child-tenants"),
    planted!("cloud-users"),
    planted!("enterprise-users"),
    planted!("managed-accounts"),
];

/// So many of a suite's failed cases are shown by name.
const NAMES_MAX: usize = 3;

/// A fault, and the policy with it.
pub(crate) struct Fault {
    title: String,
    text: String,
    instead: String,
    pub(crate) policy: String,
}

/// The faults of every policy, planted.
pub(crate) fn faults() -> Vec<Fault> {
    POLICIES.iter().flat_map(faults_of).collect()
}

fn faults_of((name, policy, _, faults): &Planted) -> Vec<Fault> {
    let faults: Value = toml::from_str(faults).expect("the faults are TOML");
    let faults = faults["faults"].as_array().expect("a list of faults");
    let fault = |fault: &Value| {
        let word = |key: &str| fault[key].as_str().expect("a text").to_owned();
        let (title, text, instead) = (word("title"), word("text"), word("instead"));
        assert_eq!(policy.matches(&text).count(), 1, "{name}: {title}: the text stands once");
        let policy = policy.replace(&text, &instead);
        Fault { title, text, instead, policy }
    };
    faults.iter().map(fault).collect()
}

#[test]
fn each_planted_fault_is_noticed() {
    let (mut count, mut unnoticed) = (0, Vec::new());
    for planted in &POLICIES {
        let (name, policy, suite, _) = planted;
        let good = build(vec![Source::new("good.toml", *policy)]).expect("a good policy");
        let suite = Source::new("suite.test.yaml", *suite);
        let tested = run_suites(&good, Report::default(), std::slice::from_ref(&suite), None);
        assert!(!tested.report.has_errors(), "{name}: its suite passes");
        let mut page = format!("{} cases in the suite\n", tested.cases.len());
        for fault in faults_of(planted) {
            page += &format!("\n{}\n", fault.title);
            page += &difference(&fault);
            let noticed = noticed(&fault, &suite);
            if noticed.is_empty() {
                unnoticed.push(format!("{name}: {}", fault.title));
            }
            page.extend(noticed.iter().map(|line| format!("  {line}\n")));
            count += 1;
        }
        insta::assert_snapshot!(*name, page);
    }
    assert!(unnoticed.is_empty(), "nothing notices these: {unnoticed:#?}");
    assert!(count >= 60, "only {count} faults");
}

/// What the fault changes, with the lines around it that it does not.
fn difference(fault: &Fault) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (fault.text.lines().collect(), fault.instead.lines().collect());
    let alike = |(old, new): &(&&str, &&str)| old == new;
    let before = old.iter().zip(&new).take_while(alike).count();
    let behind = old[before..].iter().rev().zip(new[before..].iter().rev());
    let behind = behind.take_while(alike).count();
    let parts = [
        (" ", &old[..before]),
        ("-", &old[before..old.len() - behind]),
        ("+", &new[before..new.len() - behind]),
        (" ", &old[old.len() - behind..]),
    ];
    let lines = parts.iter().flat_map(|(sign, lines)| lines.iter().map(move |line| (sign, line)));
    lines.map(|(sign, line)| format!("    {sign} {line}\n")).collect()
}

/// Everything that notices a fault, by those who notice.
fn noticed(fault: &Fault, suite: &Source) -> Vec<String> {
    let source = || vec![Source::new("faulty.toml", fault.policy.as_str())];
    let report = check(source()).report;
    let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let mut noticed: Vec<String> = errors.map(words).collect();
    noticed.sort();
    match build_unproved(source()) {
        Ok(bundle) => {
            let tested = run_suites(&bundle, Report::default(), std::slice::from_ref(suite), None);
            noticed.extend(failures(&tested));
        }
        Err(_) => assert!(!noticed.is_empty(), "what cannot be built has an error"),
    }
    noticed
}

fn words(found: &Diagnostic) -> String {
    let who = match found.rule.name {
        "ticks-differ" => "ticks",
        "broken-invariant" => "invariant",
        // What an invariant says of access that was taken away.
        "needless-except" => "except",
        _ => "check",
    };
    format!("{who:<10}{}", found.message.replace(" does not hold:", ":"))
}

/// The failed cases: how many, and the first of each table or title.
fn failures(tested: &Tested) -> Vec<String> {
    if tested.unrun > 0 {
        let found = tested.report.diagnostics.iter().map(|found| found.message.as_str());
        return found.map(|message| format!("{:<10}not run: {message}", "suite")).collect();
    }
    let failed = tested.cases.iter().filter(|case| case.failure.is_some());
    let names: Vec<&str> = failed.map(|case| case.name.as_str()).collect();
    let mut lines = Vec::new();
    if !names.is_empty() {
        lines.push(format!("{:<10}{} fail", "suite", names.len()));
        lines.extend(names.iter().take(NAMES_MAX).map(|name| format!("{:<10}· {name}", "")));
    }
    lines
}
