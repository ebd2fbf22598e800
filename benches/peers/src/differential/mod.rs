//! The same requests to policyc, Cedar and Rego: whether all say the same.
//!
//! Not a comparison of speed, and not of what only policyc answers: the basis of a decision.

mod asked;
mod cedar;
mod cedar_text;
mod rego;
mod shrink;

use std::process::ExitCode;
use std::time::Instant;

use policyc::{Bundle, Source};
use serde_json::Value;

use crate::oracle::Oracle;
use crate::oracle_request::Request;
use crate::random::{self, Rng};
use asked::Asked;

const POLICIES: [(&str, &str); 5] = [
    ("account-contacts", include_str!("../../../../policies/account-contacts.toml")),
    ("child-tenants", include_str!("../../../../policies/child-tenants.toml")),
    ("cloud-users", include_str!("../../../../policies/cloud-users.toml")),
    ("enterprise-users", include_str!("../../../../policies/enterprise-users.toml")),
    ("managed-accounts", include_str!("../../../../policies/managed-accounts.toml")),
];

/// Of all decisions, those of the five policies are a quarter.
const SHARE_OF_THE_FIVE: u64 = 4;

/// So many requests to one random policy: more policies find more than more requests do.
const REQUESTS_PER_POLICY: u64 = 100;

/// Random policies have at most so many roles: small ones find most of what there is to find.
const ROLES_MAX: u64 = 6;

/// How often a long run says where it is.
const PROGRESS_EVERY: u64 = 500_000;

/// How much to ask, and from where the random numbers start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    decisions: u64,
    seed: u64,
}

impl Plan {
    /// Reads `--decisions N` and `--seed S`; none where they are written otherwise.
    pub(crate) fn parse(flags: &[&str]) -> Option<Plan> {
        let mut plan = Plan { decisions: 20_000, seed: 1 };
        for flag in flags.chunks(2) {
            match flag {
                ["--decisions", count] => plan.decisions = count.parse().ok()?,
                ["--seed", seed] => plan.seed = seed.parse().ok()?,
                _ => return None,
            }
        }
        (plan.decisions > 0).then_some(plan)
    }
}

/// What was asked and answered so far.
#[derive(Debug, Default)]
struct Counts {
    decisions: u64,
    allowed: u64,
    policies: u64,
    /// Requests that are malformed or name another policy: there the peers have nothing to say.
    not_asked: u64,
}

/// One policy in all engines.
struct Engines {
    oracle: Oracle,
    ours: Bundle,
    cedar: cedar::Cedar,
    rego: rego::Rego,
}

/// Whether each allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answers {
    ours: bool,
    cedar: bool,
    rego: bool,
}

impl Answers {
    fn differ(self) -> bool {
        self.ours != self.cedar || self.ours != self.rego
    }
}

impl Engines {
    fn new(name: &str, text: &str) -> Engines {
        let ours = match policyc::build(vec![Source::new(name, text)]) {
            Ok(bundle) => bundle,
            Err(report) => panic!("{name}: {:#?}\n{text}", report.diagnostics),
        };
        let oracle = Oracle::new(text);
        let cedar = cedar::Cedar::new(oracle.policy());
        let rego = rego::Rego::new(oracle.policy());
        Engines { oracle, ours, cedar, rego }
    }

    /// The answers; none where the request is malformed or names another policy.
    fn ask(&mut self, request: &Value) -> Option<Answers> {
        let read = Request::parse(request).ok()?;
        let policy = self.oracle.policy();
        if read.policy.is_some_and(|id| id != policy.id) {
            return None;
        }
        let answer = policyc::answer(&self.ours, &request.to_string(), false).ok()?;
        let ours = answer["decision"] == "allow";
        let asked = Asked::new(policy, &read);
        Some(Answers { ours, cedar: self.cedar.allows(&asked), rego: self.rego.allows(&asked) })
    }
}

/// Asks until the plan is fulfilled or the first disagreement, which it prints.
pub(crate) fn run(plan: Plan) -> ExitCode {
    let started = Instant::now();
    let mut counts = Counts::default();
    for (number, (name, text)) in POLICIES.into_iter().enumerate() {
        let mut rng = Rng::new(plan.seed.wrapping_mul(31).wrapping_add(number as u64));
        let share = plan.decisions / SHARE_OF_THE_FIVE / POLICIES.len() as u64;
        if !agree(&mut counts, name, text, &mut rng, share, started) {
            return ExitCode::FAILURE;
        }
    }
    let of_the_five = counts.decisions;
    let mut seed = plan.seed << 32;
    while counts.decisions < plan.decisions {
        let mut rng = Rng::new(seed);
        let size = 1 + usize::try_from(seed % ROLES_MAX).expect("a small number");
        let text = random::policy(&mut rng, size);
        let count = REQUESTS_PER_POLICY.min(plan.decisions - counts.decisions);
        if !agree(&mut counts, "random.toml", &text, &mut rng, count, started) {
            return ExitCode::FAILURE;
        }
        seed += 1;
    }
    progress("done", &counts, started);
    println!(
        "{of_the_five} of them of the five policies, the others of {} random policies; seed {}",
        counts.policies - POLICIES.len() as u64,
        plan.seed
    );
    println!("policyc, Cedar and Rego agree on all of them");
    ExitCode::SUCCESS
}

/// Asks so many random requests to one policy; false where the engines disagree.
fn agree(
    counts: &mut Counts,
    name: &str,
    text: &str,
    rng: &mut Rng,
    count: u64,
    started: Instant,
) -> bool {
    let mut engines = Engines::new(name, text);
    counts.policies += 1;
    let until = counts.decisions + count;
    while counts.decisions < until {
        let request = random::request(rng, &engines.oracle);
        let Some(answers) = engines.ask(&request) else {
            counts.not_asked += 1;
            continue;
        };
        counts.decisions += 1;
        counts.allowed += u64::from(answers.ours);
        if answers.differ() {
            report(&mut engines, name, text, &request);
            return false;
        }
        if counts.decisions.is_multiple_of(PROGRESS_EVERY) {
            progress("so far", counts, started);
        }
    }
    true
}

fn progress(word: &str, counts: &Counts, started: Instant) {
    println!(
        "{word}: {} decisions, {} allowed and {} denied, on {} policies; {} requests that only \
         policyc refuses; {:.1} s",
        counts.decisions,
        counts.allowed,
        counts.decisions - counts.allowed,
        counts.policies,
        counts.not_asked,
        started.elapsed().as_secs_f64()
    );
}

/// The disagreement, with the request made as small as it still shows.
fn report(engines: &mut Engines, name: &str, text: &str, request: &Value) {
    let smallest =
        shrink::smallest(request, &mut |one| engines.ask(one).is_some_and(Answers::differ));
    let answers = engines.ask(&smallest).expect("it was asked before");
    let word = |allows: bool| if allows { "allow" } else { "deny" };
    println!("disagreement on {name}\n\n{text}\n{smallest}\n");
    println!("policyc  {}", word(answers.ours));
    println!("Cedar    {}", word(answers.cedar));
    println!("Rego     {}", word(answers.rego));
    let naive = engines.oracle.decide(&smallest).expect("it is well-formed");
    println!("a naive reading of the specification: {}, {}", naive.decision, naive.basis);
    println!("\nin Cedar:\n{}\nin Rego:\n{}", engines.cedar.text(), engines.rego.text());
}
