//! `check` and the naive oracle agree on which invariants are broken and which excepts needless.
//! Not the witnesses that a finding shows, which the examples of the pages lock.

use std::collections::BTreeMap;

use policyc::{Report, Severity, Source, check};

use crate::oracle::Oracle;
use crate::oracle_entries::entries;
use crate::oracle_invariants::{FORMS, WORDS, effort};
use crate::random_invariants::invariants;
use crate::{agreement, random};

/// The number of random policies, each with four to eight invariants.
const POLICIES: u64 = 800;
/// Of each form so many must turn out true, and so many false, in a hundred policies.
const EACH_MIN: usize = 3;
/// Invariants over more situations take too long one by one.
const EFFORT_MAX: usize = 300;

const BROKEN: &str = "P0502";
const NEEDLESS: &str = "P0503";
const EMPTY: &str = "P0501";

/// The line of the entry that a line belongs to.
fn entry_of(report: &Report, line: usize) -> usize {
    let lines = report.files[0].text.lines().take(line).enumerate();
    let headers = lines.filter(|(_, text)| text.starts_with("[["));
    headers.last().expect("an entry").0 + 1
}

/// The lines of the broken invariants and, with its line, each action excepted without need.
#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    broken: Vec<usize>,
    /// Those that say nothing.
    empty: Vec<usize>,
    needless: Vec<(usize, String)>,
}

impl Findings {
    /// What `check` says; each place once.
    fn of_report(report: &Report) -> Self {
        let mut findings = Self::default();
        for diagnostic in &report.diagnostics {
            let line = report.places(diagnostic.at).0.line;
            match diagnostic.rule.code {
                BROKEN => findings.broken.push(line),
                EMPTY => findings.empty.push(entry_of(report, line)),
                NEEDLESS => {
                    let named = diagnostic.message.split('`').nth(1).expect("an action is named");
                    findings.needless.push((line, named.to_owned()));
                }
                _ => {}
            }
        }
        findings.broken.dedup();
        findings.empty.dedup();
        findings.sorted()
    }

    fn sorted(mut self) -> Self {
        self.broken.sort_unstable();
        self.empty.sort_unstable();
        self.needless.sort();
        self
    }
}

/// How many invariants of each form turned out false and true, and how many excepts needless.
#[derive(Debug, Default)]
struct Tally {
    of_form: BTreeMap<&'static str, [usize; 2]>,
    needless: usize,
    needed: usize,
    /// How many say nothing.
    empty: usize,
}

/// The oracle's findings, counted into the tally.
fn expected(oracle: &Oracle, text: &str, tally: &mut Tally) -> Findings {
    let mut findings = Findings::default();
    for verdict in oracle.verdicts(text) {
        if verdict.is_empty {
            tally.empty += 1;
            findings.empty.push(verdict.line);
            continue;
        }
        tally.of_form.entry(verdict.form).or_default()[usize::from(verdict.holds)] += 1;
        if !verdict.holds {
            findings.broken.push(verdict.line);
            continue; // Of what is broken, the excepts are not looked at.
        }
        tally.needless += verdict.needless.len();
        tally.needed += usize::from(verdict.needless.is_empty() && verdict.excepts);
        findings.needless.extend(verdict.needless);
    }
    findings.sorted()
}

/// The lines with their numbers, as findings name them.
pub(crate) fn numbered(text: &str) -> String {
    text.lines().enumerate().map(|(at, line)| format!("{:3} {line}\n", at + 1)).collect()
}

fn is_other_error(report: &Report) -> bool {
    let is_ours = |code: &str| [BROKEN, NEEDLESS, EMPTY].contains(&code);
    let mut diagnostics = report.diagnostics.iter();
    diagnostics.any(|one| one.severity == Severity::Error && !is_ours(one.rule.code))
}

#[test]
fn random_invariants_are_broken_exactly_where_the_finite_model_breaks_them() {
    let mut tally = Tally::default();
    let (mut tried, mut skipped) = (0_usize, 0_usize);
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let policy = random::policy(&mut rng, 2 + usize::try_from(seed % 4).unwrap());
        let text = policy.clone() + &invariants(&mut rng, &Oracle::new(&policy));
        let oracle = Oracle::new(&text);
        let all = WORDS.into_iter().flat_map(|word| entries(&text, "invariants", word));
        if all.into_iter().any(|entry| effort(&oracle, &entry) > EFFORT_MAX) {
            continue;
        }
        tried += 1;
        let report = check(vec![Source::new("random.toml", text.as_str())]).report;
        if is_other_error(&report) {
            skipped += 1;
            continue;
        }
        let expected = expected(&oracle, &text, &mut tally);
        assert_eq!(Findings::of_report(&report), expected, "seed {seed}:\n{}", numbered(&text));
    }
    assert!(skipped * 2 < tried, "{skipped} of {tried} are refused for other reasons");
    let min = EACH_MIN * usize::try_from(POLICIES).unwrap() / 100;
    for (form, count) in &tally.of_form {
        assert!(count.iter().all(|count| *count >= min), "{form}: {tally:?}");
    }
    assert_eq!(tally.of_form.len(), FORMS.len(), "{tally:?}");
    assert!(tally.needless.min(tally.needed).min(tally.empty) >= min, "{tally:?}");
}

#[test]
fn the_invariants_of_the_five_policies_hold_in_the_finite_model() {
    let mut tally = Tally::default();
    for (name, text) in agreement::POLICIES {
        let report = check(vec![Source::new(name, text)]).report;
        let expected = expected(&Oracle::new(text), text, &mut tally);
        assert_eq!(Findings::of_report(&report), expected, "{name}");
        assert_eq!(expected, Findings::default(), "{name}");
    }
    assert!(tally.needed > 0, "{tally:?}");
}

/// What `check` says of a policy, and the oracle the same.
fn findings(text: &str) -> Findings {
    let report = check(vec![Source::new("example.toml", text)]).report;
    let findings = Findings::of_report(&report);
    assert_eq!(findings, expected(&Oracle::new(text), text, &mut Tally::default()), "{text}");
    findings
}

const ONLY: &str = r#"
schema = 1
policy = "only"
version = "1.0.0"

[kinds.person]
holds = ["reader"]

[roles.reader]

[[grants]]
actions = ["articles.read"]
roles = ["reader"]

[[invariants.only]]
actions = ["articles.read"]
roles = ["reader"]
"#;

#[test]
fn who_has_a_role_by_kind_may_do_what_only_that_role_may() {
    assert_eq!(findings(ONLY).broken, Vec::<usize>::new());
}

const TOGETHER: &str = r#"
schema = 1
policy = "together"
version = "1.0.0"

[roles.reader]
[roles.writer]
[roles.editor]

[[grants]]
actions = ["articles.read"]
roles = ["reader", "editor"]

[[grants]]
actions = ["articles.write"]
roles = ["writer", "editor"]

[[invariants.covers]]
roles = ["reader", "writer"]
held = "together"
of = ["editor"]
"#;

#[test]
fn two_roles_together_may_cover_what_neither_does_alone() {
    assert_eq!(findings(TOGETHER).broken, Vec::<usize>::new());
    // Nor is an exception needed for what either covers.
    let except = format!("{TOGETHER}except = [\"articles.write\"]\n");
    assert_eq!(findings(&except).needless, [(22, "articles.write".to_owned())]);
}
