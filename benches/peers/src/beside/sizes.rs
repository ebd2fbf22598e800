//! The two tables of roles and actions, and the requests that are put to them.
//!
//! Not the forms in which engines store them: those are each engine's own.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::oracle_policy::Policy;
use crate::random::Rng;

const ROLES: usize = 1_000;
const ACTIONS: usize = 2_000;
const ROLES_PER_ACTION: usize = 100;

const REQUESTS: usize = 4_096;
const SEED: u64 = 7;

/// One of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// `policies/child-tenants.toml`.
    Small,
    /// As `benches/scale.rs` has it: 1,000 roles, 2,000 actions, 200,000 cells.
    Large,
}

/// Who may do what: the same for every engine.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) roles: Vec<String>,
    pub(super) actions: Vec<String>,
    /// For each action, in their order, the roles that may do it.
    pub(super) allowed: Vec<BTreeSet<String>>,
    /// The policy that says so.
    pub(super) toml: String,
}

/// One to three roles, and an action.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) roles: Vec<String>,
    pub(super) action: String,
}

impl Size {
    pub(super) const ALL: [Size; 2] = [Size::Small, Size::Large];

    pub(super) fn word(self) -> &'static str {
        match self {
            Size::Small => "small",
            Size::Large => "large",
        }
    }

    pub(super) fn find(word: &str) -> Option<Size> {
        Size::ALL.into_iter().find(|size| size.word() == word)
    }

    pub(super) fn cells(self) -> Cells {
        match self {
            Size::Small => small(),
            Size::Large => large(),
        }
    }
}

/// The real policy. Its condition is about an attribute; a request of roles and an action gives
/// none, so what stands under it is not allowed and no peer is given it.
fn small() -> Cells {
    let toml = include_str!("../../../../policies/child-tenants.toml").to_owned();
    let policy = Policy::parse(&toml);
    let is_plain = policy.grants.iter().all(|grant| !grant.forbids)
        && policy.roles.iter().all(|role| role.inherits.is_empty() && role.scope.is_none())
        && policy.kinds.is_empty()
        && policy.direct.is_none();
    assert!(is_plain, "the policy is a table of roles and actions, some under conditions");
    let unconditional = policy.grants.iter().filter(|g| g.when.is_empty() && g.unless.is_empty());
    let unconditional: Vec<_> = unconditional.collect();
    let allowed = policy.actions.iter().map(|action| {
        let grants = unconditional.iter().filter(|grant| grant.names(action));
        grants.flat_map(|grant| grant.roles.iter().cloned()).collect()
    });
    Cells {
        allowed: allowed.collect(),
        roles: policy.roles.iter().map(|role| role.name.clone()).collect(),
        actions: policy.actions.clone(),
        toml,
    }
}

fn large() -> Cells {
    let role = |role: usize| format!("department-{}-position-{role}", role % 50);
    let roles: Vec<String> = (0..ROLES).map(role).collect();
    let mut toml = "schema = 1\npolicy = \"scale\"\nversion = \"1.0.0\"\n\n".to_owned();
    for role in &roles {
        writeln!(toml, "[roles.{role}]").expect("a string");
    }
    let mut rng = Rng::new(SEED);
    let (mut actions, mut allowed) = (Vec::new(), Vec::new());
    for number in 0..ACTIONS {
        let action = format!("service-{}/resource.verb-{}", number / 8, number % 8);
        // Exactly so many different roles: steps of ten, from a place of its own in each.
        let start = rng.below(ROLES);
        let step = ROLES / ROLES_PER_ACTION;
        let of_action =
            (0..ROLES_PER_ACTION).map(|at| (start + at * step + rng.below(step)) % ROLES);
        let of_action: BTreeSet<String> = of_action.map(|at| roles[at].clone()).collect();
        let listed: Vec<&String> = of_action.iter().collect();
        writeln!(toml, "\n[[grants]]\nactions = [\"{action}\"]\nroles = {listed:?}")
            .expect("a string");
        actions.push(action);
        allowed.push(of_action);
    }
    Cells { roles, actions, allowed, toml }
}

impl Cells {
    pub(super) fn count(&self) -> usize {
        self.allowed.iter().map(BTreeSet::len).sum()
    }

    /// The requests, the same in every process: as many that are allowed as that are denied.
    pub(super) fn requests(&self) -> Vec<Asked> {
        let mut rng = Rng::new(SEED);
        let of_some = |action: &usize| !self.allowed[*action].is_empty();
        let not_of_all = |action: &usize| self.allowed[*action].len() < self.roles.len();
        let granted: Vec<usize> = (0..self.actions.len()).filter(of_some).collect();
        let refused: Vec<usize> = (0..self.actions.len()).filter(not_of_all).collect();
        let mut request = || {
            let is_allowed = rng.percent(50);
            let action = *rng.pick(if is_allowed { &granted } else { &refused });
            let mut draw = || loop {
                let count = rng.between(1, 3);
                let drawn: Vec<&String> = (0..count).map(|_| rng.pick(&self.roles)).collect();
                let allows = drawn.iter().any(|role| self.allowed[action].contains(*role));
                if allows == is_allowed {
                    return drawn.into_iter().cloned().collect();
                }
            };
            Asked { roles: draw(), action: self.actions[action].clone() }
        };
        (0..REQUESTS).map(|_| request()).collect()
    }
}
