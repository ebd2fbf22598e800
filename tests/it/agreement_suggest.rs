//! `suggest` agrees with the naive oracle, which tries every set of up to twelve roles.
//! Not its words, which command-line cases show.

use std::collections::{BTreeMap, BTreeSet};

use policyc::{Query, Request, Source, Suggestion, build, suggest};

use crate::agreement_constraints;
use crate::agreement_invariants::numbered;
use crate::oracle::Oracle;
use crate::oracle_constraints::Constraints;
use crate::oracle_invariants::{Situation, kinds, may_hold};
use crate::oracle_model::{dimensions, valuations};
use crate::oracle_review::{Sufficient, sufficient};
use crate::random;

/// The number of random policies, and of the questions that each is asked.
const POLICIES: u64 = 160;
const QUESTIONS: usize = 4;
const ROLES_MAX: usize = 12;
/// Sets by situations beyond which the naive walk takes too long.
const EFFORT_MAX: usize = 60_000;

/// What the product suggests, in the words of the oracle.
fn told(suggestion: &Suggestion<'_>) -> Sufficient {
    let roles = suggestion.assignments.iter().map(|assignment| assignment.role.to_owned());
    let mut roles: Vec<String> = roles.collect();
    roles.sort();
    let mut wanted: Vec<(String, bool)> =
        suggestion.actions.iter().map(|(action, always)| ((*action).to_owned(), *always)).collect();
    wanted.sort();
    let mut others: Vec<String> = suggestion.others.iter().map(|one| (*one).to_owned()).collect();
    others.sort();
    let mut kinds: Vec<String> = suggestion.kinds.iter().map(|kind| (*kind).to_owned()).collect();
    kinds.sort();
    Sufficient { roles, kinds, wanted, others }
}

/// How many requests trying every set takes, about.
fn effort(oracle: &Oracle) -> usize {
    let policy = oracle.policy();
    let of_action = |action: &String| valuations(&dimensions(policy, action)).len();
    let situations: usize = policy.actions.iter().map(of_action).sum();
    (situations * policy.kinds.len().max(1)) << policy.roles.len()
}

/// Whether some role alone, or a kind by what it holds, is allowed an action in some situation.
fn is_coverable(oracle: &Oracle, action: &str) -> bool {
    let policy = oracle.policy();
    kinds(policy).into_iter().any(|kind| {
        valuations(&dimensions(policy, action)).iter().any(|valuation| {
            let mut situation = Situation::new(oracle, action, kind, valuation);
            let mut roles = policy.roles.iter().filter(|role| may_hold(role, kind));
            situation.is_allowed(&[], false)
                || roles.any(|role| situation.is_allowed(&[&role.name], false))
        })
    })
}

/// Asks one question; the sets that suffice.
fn judge(oracle: &Oracle, text: &str, wanted: &[String]) -> Option<Vec<Sufficient>> {
    let bundle = build(vec![Source::new("random.toml", text)]).ok()?;
    let request = Request::new(&bundle.tables()[0], Query::default()).expect("an empty request");
    let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let found = suggest(&request, &names).expect("few roles");
    let constraints = Constraints::new(oracle, text);
    let mut expected = sufficient(oracle, &constraints, wanted);
    expected.sort_by_key(|one| (one.others.len(), one.roles.len()));
    let context = || format!("{wanted:?}\n{found:#?}\n{expected:#?}\n{}", numbered(text));
    for action in wanted {
        let uncovered = found.uncovered.iter().any(|uncovered| uncovered.action == *action);
        assert_eq!(uncovered, !is_coverable(oracle, action), "{action} of {}", context());
    }
    match found.more_count {
        Some(more) => assert_eq!(found.list.len() + more, expected.len(), "{}", context()),
        None => assert!(found.list.len() < expected.len(), "{}", context()),
    }
    let best = expected.first().map(|one| (one.others.len(), one.roles.len()));
    let is_best = |one: &&Sufficient| Some((one.others.len(), one.roles.len())) == best;
    let told_count = expected.iter().take_while(is_best).count().clamp(5, 20).min(expected.len());
    assert_eq!(found.list.len(), told_count, "{}", context());
    for (suggestion, rank) in found.list.iter().map(told).zip(&expected) {
        assert!(expected.contains(&suggestion), "{suggestion:?} of {}", context());
        let key = |one: &Sufficient| (one.others.len(), one.roles.len());
        assert_eq!(key(&suggestion), key(rank), "{}", context());
    }
    let mut told: Vec<Sufficient> = found.list.iter().map(told).collect();
    told.sort_by_key(|one| one.roles.clone());
    told.dedup();
    assert_eq!(told.len(), found.list.len(), "one set is told twice: {}", context());
    Some(expected)
}

#[test]
fn suggestions_are_those_that_trying_every_set_finds() {
    let (mut none, mut of_one, mut of_more, mut several, mut many) = (0, 0, 0, 0, 0);
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = agreement_constraints::policy(&mut rng, 2 + usize::try_from(seed % 6).unwrap());
        let oracle = Oracle::new(&text);
        let role_count = oracle.policy().roles.len();
        if role_count > ROLES_MAX || effort(&oracle) > EFFORT_MAX {
            continue;
        }
        for _ in 0..QUESTIONS {
            let count = rng.between(1, 3);
            let wanted = rng.some(&oracle.policy().actions, count);
            let Some(expected) = judge(&oracle, &text, &wanted) else { break };
            match expected.iter().map(|one| one.roles.len()).max() {
                None => none += 1,
                Some(0 | 1) => of_one += 1,
                Some(_) => of_more += 1,
            }
            several += usize::from(expected.len() > 1);
            many += usize::from(role_count > 6);
        }
    }
    let counts = [none, of_one, of_more, several, many];
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}

/// Twelve roles with everything that makes sets hard: forbids, pairs apart, requirements, bounds.
#[test]
fn of_twelve_roles_every_set_is_tried() {
    let (mut judged, mut together) = (0, 0);
    for seed in 0..40 {
        let text = twelve(&mut random::Rng::new(seed));
        let oracle = Oracle::new(&text);
        for wanted in [vec!["a.a", "a.b"], vec!["a.a", "a.b", "a.c", "a.d"]] {
            let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
            // Some of these constraints contradict each other, and there is no policy then.
            let Some(found) = judge(&oracle, &text, &wanted) else { continue };
            judged += 1;
            together += usize::from(found.iter().any(|one| one.roles.len() > 2));
        }
    }
    assert!(judged >= 30 && together >= 10, "{judged} judged, {together} of several roles");
}

fn twelve(rng: &mut random::Rng) -> String {
    let roles: Vec<String> = (0..12).map(|at| format!("r{at}")).collect();
    let mut text = "schema = 1\npolicy = \"twelve\"\nversion = \"1.0.0\"\n".to_owned();
    text += "[conditions.on-duty]\n";
    text.extend(roles.iter().map(|role| format!("[roles.{role}]\n")));
    let mut grant = |rng: &mut random::Rng, actions: &[&str], count: usize, rest: &str| {
        let roles = rng.some(&roles, count);
        text += &format!("[[grants]]\nactions = {actions:?}\nroles = {roles:?}\n{rest}\n");
    };
    for action in ["a.a", "a.b", "a.c", "a.d", "a.e", "a.f"] {
        let count = rng.between(2, 4);
        grant(rng, &[action], count, "");
        let rest = *rng.pick(&["when = [\"on-duty\"]", "unless = [\"on-duty\"]"]);
        grant(rng, &[action], 2, rest);
        let rest = *rng.pick(&["", "when = [\"on-duty\"]"]);
        grant(rng, &[action], 1, &format!("effect = \"forbid\"\n{rest}"));
    }
    let mut constraint = |rng: &mut random::Rng, word: &str, keys: [&str; 2]| {
        let (one, other) = (rng.some(&roles, 2), rng.some(&roles, 2));
        let [key, other_key] = keys;
        text += &format!("[[constraints.{word}]]\n{key} = {one:?}\n{other_key} = {other:?}\n");
    };
    constraint(rng, "separation", ["roles", "against"]);
    constraint(rng, "requires", ["roles", "any-of"]);
    constraint(rng, "requires", ["roles", "all-of"]);
    text + "[[constraints.roles-per-principal]]\nmin = 1\nmax = 4\n"
}

/// A wide policy without constraints: who is permitted what, and who is denied what.
struct Wide {
    text: String,
    permits: BTreeMap<String, BTreeSet<String>>,
    forbids: BTreeMap<String, BTreeSet<String>>,
}

fn wide(rng: &mut random::Rng) -> Wide {
    let roles: Vec<String> = (0..40).map(|at| format!("r{at:02}")).collect();
    let mut text = "schema = 1\npolicy = \"wide\"\nversion = \"1.0.0\"\n".to_owned();
    text += "[conditions.on-duty]\n";
    text.extend(roles.iter().map(|role| format!("[roles.{role}]\n")));
    let (mut permits, mut forbids) = (BTreeMap::new(), BTreeMap::new());
    for at in 0..30 {
        let (action, count) = (format!("a.a{at:02}"), rng.between(5, 9));
        let given = rng.some(&roles, count);
        let when = if rng.percent(20) { "when = [\"on-duty\"]\n" } else { "" };
        text += &format!("[[grants]]\nactions = [{action:?}]\nroles = {given:?}\n{when}");
        permits.insert(action.clone(), given.into_iter().collect::<BTreeSet<String>>());
        // What is wanted is never forbidden, so that a set suffices that has a role for each.
        if at >= 4 && rng.percent(30) {
            let denied = rng.some(&roles, 3);
            text += "[[grants]]\neffect = \"forbid\"\n";
            text += &format!("actions = [{action:?}]\nroles = {denied:?}\n");
            forbids.insert(action, denied.into_iter().collect::<BTreeSet<String>>());
        }
    }
    Wide { text, permits, forbids }
}

impl Wide {
    /// Every set with a role for each action and none to spare: its other actions, and its roles.
    fn sufficient(&self, wanted: &[&str]) -> Vec<(usize, Vec<String>)> {
        let mut sets = BTreeSet::from([BTreeSet::<String>::new()]);
        for action in wanted {
            let givers = &self.permits[*action];
            let with = |set: &BTreeSet<String>| {
                let one = |role: &String| set.iter().cloned().chain([role.clone()]).collect();
                givers.iter().map(one).collect::<Vec<BTreeSet<String>>>()
            };
            sets = sets.iter().flat_map(with).collect();
        }
        let suffices = |set: &BTreeSet<String>| {
            wanted.iter().all(|action| !self.permits[*action].is_disjoint(set))
        };
        sets.retain(|set| {
            set.iter().all(|spare| {
                let less = set.iter().filter(|role| *role != spare).cloned().collect();
                !suffices(&less)
            })
        });
        let is_allowed = |action: &String, set: &BTreeSet<String>| {
            let forbids = self.forbids.get(action);
            !self.permits[action].is_disjoint(set)
                && forbids.is_none_or(|forbids| forbids.is_disjoint(set))
        };
        let others = |set: &BTreeSet<String>| {
            let others = self.permits.keys().filter(|action| !wanted.contains(&action.as_str()));
            others.filter(|action| is_allowed(action, set)).count()
        };
        let ranked = sets.iter().map(|set| (others(set), set.iter().cloned().collect()));
        let mut ranked: Vec<(usize, Vec<String>)> = ranked.collect();
        ranked.sort_by_key(|(others, roles)| (*others, roles.len(), roles.clone()));
        ranked
    }
}

/// Where there are too many sets to look at each, none that is passed over is better.
#[test]
fn of_very_many_sets_the_best_are_told() {
    let mut passed_over = 0;
    for seed in 0..40 {
        let wide = wide(&mut random::Rng::new(seed));
        let wanted = ["a.a00", "a.a01", "a.a02", "a.a03"];
        let bundle = build(vec![Source::new("wide.toml", wide.text.as_str())]).expect("a policy");
        let request = Request::new(&bundle.tables()[0], Query::default()).expect("a request");
        let found = suggest(&request, &wanted).expect("few sets are looked at");
        let told = found.list.iter().map(told);
        let told: Vec<(usize, Vec<String>)> =
            told.map(|one| (one.others.len(), one.roles)).collect();
        let expected = wide.sufficient(&wanted);
        assert_eq!(told, expected[..told.len()], "seed {seed}\n{}", numbered(&wide.text));
        assert!(told.len() >= 5, "only {}", told.len());
        match found.more_count {
            Some(more) => assert_eq!(told.len() + more, expected.len(), "seed {seed}"),
            None => passed_over += 1,
        }
    }
    assert!(passed_over >= 10, "{passed_over} of 40");
}
