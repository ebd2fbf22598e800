//! A directory that asks before each change of a role stays clean, whatever is tried.
//! Not a directory: assignments are lists here, and which scope lies in which is partly known.

use std::collections::BTreeMap;

use policyc::{Bundle, Source, build};

use crate::agreement_constraints::{self, broken};
use crate::agreement_delegations::judge;
use crate::agreement_directories::{all, change};
use crate::agreement_invariants::numbered;
use crate::oracle::Oracle;
use crate::oracle_constraints::{Broken, Constraints, Holder, around};
use crate::oracle_delegations::{Delegations, Proposal};
use crate::oracle_directories::{Directories, Directory, Member};
use crate::oracle_entries::entries;
use crate::random::{self, Rng};
use crate::random_constraints::{holder, kind, one_holder, tree};
use crate::random_delegations::{circumstances, delegations, placed};

/// The number of random policies, and of the changes tried under each.
const POLICIES: u64 = 240;
const CHANGES: usize = 60;
const PRINCIPALS: usize = 3;
/// A principal that breaks something in so many forms may be bound to; all of them together, too.
const ATTEMPTS: usize = 30;
const STATES: usize = 50;
/// So many of a thousand changes are accepted, and refused for each reason.
const EACH_MIN: usize = 10;

/// Who holds which roles, and who is active; the scopes are the same for all.
#[derive(Debug, Clone)]
struct State {
    principals: Vec<Holder>,
    active: Vec<bool>,
}

impl State {
    fn directory(&self) -> Directory {
        let each = self.principals.iter().zip(&self.active).enumerate();
        let members = each.map(|(at, (holder, is_active))| Member {
            id: format!("person-{at}"),
            is_active: *is_active,
            kind: holder.kind.clone(),
            roles: holder.roles.clone(),
        });
        let tree = self.principals.first().map_or(&[][..], |holder| &holder.tree);
        let scopes = tree.iter().map(|(inner, outer)| (inner.clone(), Some(outer.clone())));
        Directory { members: members.collect(), scopes: scopes.collect() }
    }
}

/// What the oracle makes of a policy.
struct Judge<'o> {
    oracle: &'o Oracle,
    constraints: Constraints<'o>,
    delegations: Delegations<'o>,
    directories: Directories<'o>,
    by: Vec<String>,
}

impl<'o> Judge<'o> {
    fn new(oracle: &'o Oracle, text: &str) -> Self {
        let entries = entries(text, "delegations", "");
        let by = entries.iter().flat_map(|entry| entry.strings("by")).map(str::to_owned).collect();
        Self {
            oracle,
            constraints: Constraints::new(oracle, text),
            delegations: Delegations::new(oracle, text),
            directories: Directories::new(oracle, text),
            by,
        }
    }

    /// Whether nothing is an error: of no principal, and of all together.
    fn is_clean(&self, state: &State) -> bool {
        let principals = state.principals.iter();
        let alone = principals.flat_map(|holder| self.constraints.broken(holder));
        let mut broken = alone.chain(self.directories.broken_by_all(&state.directory()));
        !broken.any(|broken| broken.is_error)
    }

    fn is_fixed(&self, assignment: &str) -> bool {
        self.delegations.is_fixed(role(assignment))
    }

    /// Someone who is assigned a role that may change others.
    fn able(&self, state: &State) -> Option<usize> {
        let may = |text: &String| self.by.iter().any(|by| by == role(text));
        state.principals.iter().position(|holder| holder.roles.iter().any(may))
    }

    /// The assignments that are never to change, of each principal.
    fn fixed(&self, state: &State) -> Vec<Vec<String>> {
        let of = |holder: &Holder| {
            let roles = holder.roles.iter().filter(|text| self.is_fixed(text));
            let mut fixed: Vec<String> = roles.cloned().collect();
            fixed.sort();
            fixed
        };
        state.principals.iter().map(of).collect()
    }

    /// Some principals who break nothing; none where none are found.
    fn begin(&self, rng: &mut Rng) -> Option<State> {
        let tree = tree(rng, self.oracle.policy());
        let mut drawn = (0..STATES).filter_map(|_| self.draw(rng, &tree));
        drawn.find(|state| self.is_clean(state))
    }

    /// Some principals of whom none breaks anything alone.
    fn draw(&self, rng: &mut Rng, tree: &[(String, String)]) -> Option<State> {
        let policy = self.oracle.policy();
        let mut principals = Vec::new();
        for _ in 0..PRINCIPALS {
            let kind = kind(rng, policy);
            let mut drawn = (0..ATTEMPTS).map(|_| {
                let mut holder =
                    Holder { tree: tree.to_vec(), kind: kind.clone(), ..holder(rng, policy) };
                // So that someone may change something at all.
                if rng.percent(70) {
                    let by = rng.pick(&self.by).clone();
                    holder.roles.push(placed(rng, policy, Some(&by)));
                }
                holder
            });
            let is_sound = |holder: &Holder| {
                !self.constraints.broken(holder).iter().any(|broken| broken.is_error)
            };
            principals.push(drawn.find(is_sound)?);
        }
        let active = principals.iter().map(|_| rng.percent(85)).collect();
        Some(State { principals, active })
    }

    /// A change that one principal proposes for one, and the state that it would make.
    fn change(&self, rng: &mut Rng, state: &State) -> (Proposal, usize, State) {
        let policy = self.oracle.policy();
        let mut by = rng.below(PRINCIPALS);
        if let Some(able) = self.able(state).filter(|_| rng.percent(70)) {
            by = able;
        }
        let to = rng.below(PRINCIPALS);
        let (giver, taker) = (&state.principals[by], &state.principals[to]);
        let mut after = state.clone();
        let roles = &mut after.principals[to].roles;
        let (change, assignment) = if roles.is_empty() || rng.percent(55) {
            roles.push(placed(rng, policy, None));
            ("assign", roles[roles.len() - 1].clone())
        } else {
            ("revoke", roles.remove(rng.below(roles.len())))
        };
        let mut request = circumstances(rng, policy);
        for (part, at) in [("principal", by), ("resource", to)] {
            request[part]["id"] = format!("person-{at}").into();
        }
        if let Some(kind) = &giver.kind {
            request["principal"]["kind"] = kind.as_str().into();
        }
        request["principal"]["roles"] = giver.roles.clone().into();
        let own = assignment.split_once('@').map(|(_, scope)| scope);
        let outer = own.into_iter().flat_map(|scope| around(&giver.tree, scope));
        let scopes: Vec<&str> = own.into_iter().chain(outer).collect();
        request["resource"]["scopes"] = scopes.into();
        let proposal = Proposal {
            change,
            assignment,
            assignee_kind: taker.kind.clone(),
            assignee_roles: taker.roles.clone(),
            request,
        };
        (proposal, to, after)
    }
}

fn role(assignment: &str) -> &str {
    assignment.split_once('@').map_or(assignment, |(role, _)| role)
}

/// The text of a random policy with constraints and delegations.
fn policy(rng: &mut Rng, size: usize) -> String {
    let mut text = agreement_constraints::policy(rng, size);
    if rng.percent(80) {
        text += &one_holder(rng, Oracle::new(&text).policy());
    }
    text.clone() + &delegations(rng, &text)
}

/// What the product says to a change: accepted, or why not.
fn verdict(
    bundle: &Bundle,
    proposal: &Proposal,
    holder: &Holder,
    (before, after): (&State, &State),
) -> &'static str {
    let table = &bundle.tables()[0];
    let (basis, _) = judge(table, proposal).expect("a sound proposal");
    match basis {
        "delegated" => {}
        "fixed" => return "fixed",
        _ => return "not delegated",
    }
    let (before, after) = (before.directory(), after.directory());
    let is_error = |broken: &[Broken]| broken.iter().any(|broken| broken.is_error);
    // What may be changed at all is neither fixed nor anyone's kind.
    assert_eq!(change(table, &before, &after), [], "{proposal:#?}");
    if is_error(&broken(table, holder)) {
        "breaks a constraint"
    } else if is_error(&all(table, &after)) {
        "breaks a constraint on all"
    } else {
        "accepted"
    }
}

#[test]
fn changes_that_are_asked_about_first_never_break_what_is_an_error() {
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut tried, mut refused, mut hopeless) = (0_usize, 0_u64, 0_u64);
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = policy(&mut rng, 2 + usize::try_from(seed % 4).unwrap());
        let Ok(bundle) = build(vec![Source::new("random.toml", text.as_str())]) else {
            refused += 1;
            continue;
        };
        let oracle = Oracle::new(&text);
        let judge = Judge::new(&oracle, &text);
        let Some(mut state) = judge.begin(&mut rng) else {
            hopeless += 1;
            continue;
        };
        assert!(judge.is_clean(&state), "seed {seed}: {state:#?}");
        let fixed = judge.fixed(&state);
        for _ in 0..CHANGES {
            let (proposal, to, after) = judge.change(&mut rng, &state);
            let changed = &after.principals[to];
            let verdict = verdict(&bundle, &proposal, changed, (&state, &after));
            tried += 1;
            *tally.entry(verdict).or_default() += 1;
            if verdict == "accepted" {
                let is_sound = judge.is_clean(&after) && judge.fixed(&after) == fixed;
                assert!(is_sound, "seed {seed}: {proposal:#?} {after:#?}\n{}", numbered(&text));
                state = after;
            }
        }
    }
    assert!((refused + hopeless) * 2 < POLICIES, "{refused} are refused, {hopeless} hopeless");
    let min = EACH_MIN * tried / 1_000;
    assert_eq!(tally.len(), 5, "{tally:?}");
    assert!(tally.values().all(|count| *count >= min), "{tried} changes: {tally:?}");
}
