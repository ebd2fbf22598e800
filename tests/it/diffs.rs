//! Diffs against brute force: exactly the decisions that changed, alone and in pairs of roles.
//!
//! Not the wording, which `tests/cli/diff-*.case` shows.

use std::collections::BTreeMap;

use policyc::{Bundle, How, PolicyDiff, Source, Verdict, build_unproved, diff_tables};
use serde_json::{Value, json};

use crate::finite::request;
use crate::oracle::Oracle;
use crate::oracle_diff::{Claims, for_side};
use crate::oracle_model::{Dimension, dimensions, valuations};
use crate::oracle_request::Request;
use crate::{random, random_edits};

/// More situations than these of one action take too long one by one.
pub(crate) const SITUATIONS_MAX: usize = 60;
/// Of more requests by nobody than these, some are taken.
const SAMPLED: usize = 120;

pub(crate) fn bundle(text: &str) -> Option<Bundle> {
    build_unproved(vec![Source::new("policy.toml", text)]).ok()
}

pub(crate) fn compared(old: &str, new: &str) -> Option<PolicyDiff> {
    let (old, new) = (bundle(old)?, bundle(new)?);
    Some(diff_tables(&old.tables()[0], &new.tables()[0]).expect("few enough situations"))
}

/// Two oracles, and what there is to vary.
pub(crate) struct Pair {
    old: Oracle,
    new: Oracle,
    pub(crate) actions: Vec<String>,
    kinds: Vec<Option<String>>,
    /// One scope of every kind, and one of a kind that is not declared.
    scopes: Vec<String>,
    /// Every role in every scope.
    pub(crate) held: Vec<String>,
}

fn both(old: Vec<String>, new: Vec<String>) -> Vec<String> {
    let mut all = [old, new].concat();
    all.sort();
    all.dedup();
    all
}

impl Pair {
    pub(crate) fn new(old: &str, new: &str) -> Self {
        let (old, new) = (Oracle::new(old), Oracle::new(new));
        let (before, after) = (old.policy(), new.policy());
        let kinds = |policy: &crate::oracle_policy::Policy| {
            policy.kinds.iter().map(|kind| kind.name.clone()).collect()
        };
        let scopes = |policy: &crate::oracle_policy::Policy| {
            policy.scopes.iter().map(|scope| scope.kind.clone()).collect()
        };
        let roles = |policy: &crate::oracle_policy::Policy| {
            policy.roles.iter().map(|role| role.name.clone()).collect()
        };
        let kinds = both(kinds(before), kinds(after)).into_iter().map(Some);
        let declared = both(scopes(before), scopes(after));
        let undeclared = "undeclared-scope".to_owned();
        let everywhere = |name: &String| {
            let mut held = vec![name.clone()];
            for kind in &declared {
                held.extend([format!("{name}@{kind}:here"), format!("{name}@{kind}:elsewhere")]);
            }
            held.push(format!("{name}@undeclared-scope:here"));
            held
        };
        let held = both(roles(before), roles(after)).iter().flat_map(everywhere).collect();
        let inside = declared.iter().chain([&undeclared]).map(|kind| format!("{kind}:here"));
        Self {
            actions: both(before.actions.clone(), after.actions.clone()),
            kinds: kinds.chain([None, Some("undeclared-kind".to_owned())]).collect(),
            scopes: inside.collect(),
            held,
            old,
            new,
        }
    }

    /// What either policy tells apart of an action.
    fn dimensions(&self, action: &str) -> Vec<Dimension> {
        let mut all = dimensions(self.old.policy(), action);
        for more in dimensions(self.new.policy(), action) {
            match all
                .iter_mut()
                .find(|known| known.name == more.name && known.asserted == more.asserted)
            {
                Some(known) => {
                    for value in more.values {
                        if !known.values.contains(&value) {
                            known.values.push(value);
                        }
                    }
                }
                None => all.push(more),
            }
        }
        all
    }

    pub(crate) fn situation_count(&self) -> usize {
        let of_action = |action: &String| {
            self.dimensions(action).iter().map(|dimension| dimension.values.len()).product()
        };
        self.actions.iter().map(of_action).max().unwrap_or(0)
    }

    /// Every request by nobody, with what it varies beside.
    pub(crate) fn situations(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for action in &self.actions {
            for valuation in valuations(&self.dimensions(action)) {
                for kind in &self.kinds {
                    for scopes in [Some(self.scopes.clone()), None] {
                        all.push(request(action, &valuation, kind.as_deref(), scopes));
                    }
                }
            }
        }
        all
    }

    pub(crate) fn decides(&self, request: &Value) -> [bool; 2] {
        [&self.old, &self.new].map(|oracle| {
            let answer = oracle.decide(&for_side(oracle, request)).expect("a request");
            answer.decision == "allow"
        })
    }

    pub(crate) fn forbids(&self, request: &Value) -> [bool; 2] {
        [&self.old, &self.new].map(|oracle| {
            let request = for_side(oracle, request);
            oracle.forbids_by_role(&Request::parse(&request).expect("a request"))
        })
    }
}

/// What has been seen of two policies.
#[derive(Debug, Default)]
struct Seen {
    wider: bool,
    narrower: bool,
    requests: usize,
    is_all: bool,
}

impl Seen {
    fn add(&mut self, [before, after]: [bool; 2]) {
        self.requests += 1;
        self.wider |= !before && after;
        self.narrower |= before && !after;
    }
}

/// Holds a diff to all requests of principals with one role at most, and of pairs of roles.
fn judge(pair: &Pair, diff: &PolicyDiff, rng: &mut random::Rng, context: &str) -> Seen {
    let claims = Claims { old: &pair.old, new: &pair.new, diff };
    let mut situations = pair.situations();
    let mut seen = Seen { is_all: situations.len() <= SAMPLED, ..Seen::default() };
    rng.shuffle(&mut situations);
    situations.truncate(SAMPLED);
    for situation in situations {
        let nobody = pair.decides(&situation);
        seen.add(nobody);
        assert_change(&claims, &situation, nobody, context);
        // By role held somewhere: what it is claimed to do in the new policy.
        let mut claimed: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        let mut with = situation.clone();
        for held in &pair.held {
            with["principal"]["roles"] = json!([held]);
            let decided = pair.decides(&with);
            seen.add(decided);
            let hows = assert_change(&claims, &with, decided, context);
            let says = |how: How| hows.contains(&how);
            let forbids = if says(How::Withholds) || says(How::LosesForAll) {
                true
            } else {
                pair.forbids(&with)[0] && !says(How::Releases) && !says(How::Gains)
            };
            claimed.insert(held, (decided[1], forbids));
        }
        for given in direct(pair, &situation) {
            let mut with = situation.clone();
            with["principal"]["direct_actions"] = json!([given]);
            let decided = pair.decides(&with);
            seen.add(decided);
            assert_change(&claims, &with, decided, context);
        }
        for _ in 0..10 {
            let (one, other) = (rng.pick(&pair.held), rng.pick(&pair.held));
            with["principal"]["roles"] = json!([one, other]);
            let decided = pair.decides(&with);
            seen.add(decided);
            let (one, other) = (claimed[one.as_str()], claimed[other.as_str()]);
            let is_allowed = !one.1 && !other.1 && (nobody[1] || one.0 || other.0);
            assert_eq!(is_allowed, decided[1], "{with}\n{}\n{context}", told(diff, &with));
        }
    }
    seen
}

/// The action given directly, in every scope.
pub(crate) fn direct(pair: &Pair, situation: &Value) -> Vec<String> {
    let action = situation["action"].as_str().expect("an action").to_owned();
    let scopes = pair.scopes.iter().map(|scope| format!("{action}@{scope}"));
    [action.clone()].into_iter().chain(scopes).collect()
}

/// A change of one decision is claimed exactly if there is one.
fn assert_change(claims: &Claims, request: &Value, decided: [bool; 2], context: &str) -> Vec<How> {
    let hows = claims.of(request);
    let gains = hows.contains(&How::Gains);
    let loses = hows.contains(&How::Loses) || hows.contains(&How::LosesForAll);
    let is_right = match decided {
        [false, true] => gains && !loses,
        [true, false] => loses && !gains,
        _ => !gains && !loses,
    };
    assert!(
        is_right,
        "{decided:?}, {hows:?}: {request}\n{}\n{context}",
        told(claims.diff, request)
    );
    hows
}

/// What is told of a request's action, a line each.
fn told(diff: &PolicyDiff, request: &Value) -> String {
    let of_action = diff.access.iter().filter(|change| change.action == request["action"]);
    of_action
        .map(|change| format!("{:?} {:?} {:?}\n", change.who, change.how, change.guard))
        .collect()
}

fn assert_verdict(seen: &Seen, diff: &PolicyDiff, context: &str) {
    // Pairs are sampled, so what only a pair shows may not have been seen.
    let is_sampled =
        diff.access.iter().any(|change| matches!(change.how, How::Withholds | How::Releases));
    let expected = match (seen.wider, seen.narrower) {
        (false, false) => Verdict::Same,
        (true, false) => Verdict::Wider,
        (false, true) => Verdict::Narrower,
        (true, true) => Verdict::Both,
    };
    if seen.is_all && !is_sampled {
        assert_eq!(diff.verdict, expected, "{context}");
    }
    assert!(!seen.wider || diff.verdict.is_wider(), "{context}");
    assert!(!seen.narrower || diff.verdict.is_narrower(), "{context}");
}

pub(crate) fn without_rows(text: &str) -> String {
    let is_kept = |line: &&str| !line.starts_with("row =") && !line.starts_with("ticks =");
    text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect()
}

#[test]
fn random_edits_change_exactly_what_brute_force_finds() {
    let (mut tried, mut requests) = (0, 0);
    let mut hows: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..1_000_u64 {
        let mut rng = random::Rng::new(seed);
        let size = 1 + usize::try_from(seed % 4).expect("small");
        let old = random::policy(&mut rng, size);
        // Most are edits; some are other policies with some of the same names.
        let new = if rng.percent(80) {
            random_edits::edited(&mut rng, &old)
        } else {
            without_rows(&random::policy(&mut rng, size))
        };
        let Some(diff) = compared(&old, &new) else { continue };
        let pair = Pair::new(&old, &new);
        if pair.situation_count() > SITUATIONS_MAX {
            continue;
        }
        tried += 1;
        let context = format!("seed {seed}\n=== old\n{old}\n=== new\n{new}");
        let seen = judge(&pair, &diff, &mut rng, &context);
        requests += seen.requests;
        assert_verdict(&seen, &diff, &context);
        for change in &diff.access {
            *hows.entry(change.how.as_str()).or_default() += 1;
        }
    }
    assert!(tried > 500, "{tried} pairs, {requests} requests, {hows:?}");
    assert_eq!(hows.len(), 5, "{hows:?}");
}
