//! Which sets of roles suffice for some actions, by asking the naive oracle of every set there is.
//! Not a search: sets are counted through, and nothing is left out because of what another lacked.

use std::collections::BTreeMap;

use crate::oracle::Oracle;
use crate::oracle_constraints::{Constraints, Holder};
use crate::oracle_invariants::{Situation, kinds, may_hold};
use crate::oracle_model::{dimensions, valuations};

/// A set that suffices and has no part that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sufficient {
    /// Sorted.
    pub(crate) roles: Vec<String>,
    /// For these it suffices; empty where the policy declares none.
    pub(crate) kinds: Vec<String>,
    /// Each of the wanted actions, sorted, and whether it is allowed in every situation.
    pub(crate) wanted: Vec<(String, bool)>,
    /// All other actions that are allowed in some situation, sorted.
    pub(crate) others: Vec<String>,
}

/// Whether in some situation, and in all; nothing where it was not asked yet.
type Allowed = Option<(bool, bool)>;

/// By kind and action, for every set of roles as bits: allowed in some situation, and in all.
struct Everything<'o> {
    oracle: &'o Oracle,
    known: BTreeMap<(usize, String), Vec<Allowed>>,
}

impl Everything<'_> {
    fn allowed(&mut self, kind: usize, action: &str, set: usize) -> (bool, bool) {
        let policy = self.oracle.policy();
        let sets = || vec![None; 1 << policy.roles.len()];
        let known = self.known.entry((kind, action.to_owned())).or_insert_with(sets);
        if let Some(known) = known[set] {
            return known;
        }
        let roles: Vec<&str> = names(self.oracle, set);
        let kind = kinds(policy)[kind];
        let (mut some, mut all) = (false, true);
        for valuation in valuations(&dimensions(policy, action)) {
            let mut situation = Situation::new(self.oracle, action, kind, &valuation);
            let is_allowed = situation.is_allowed(&roles, false);
            some |= is_allowed;
            all &= is_allowed;
        }
        known[set] = Some((some, all));
        (some, all)
    }
}

fn names(oracle: &Oracle, set: usize) -> Vec<&str> {
    let roles = oracle.policy().roles.iter().enumerate();
    roles.filter(|(at, _)| set & (1 << at) != 0).map(|(_, role)| role.name.as_str()).collect()
}

/// Every set that suffices for these actions and of which no part does, in any order.
pub(crate) fn sufficient(
    oracle: &Oracle,
    constraints: &Constraints<'_>,
    wanted: &[String],
) -> Vec<Sufficient> {
    let policy = oracle.policy();
    let kinds = kinds(policy);
    let mut everything = Everything { oracle, known: BTreeMap::new() };
    let mut by_set: Vec<Vec<usize>> = Vec::new();
    for set in 0..1 << policy.roles.len() {
        let mut suffices_for = Vec::new();
        for (kind_at, kind) in kinds.iter().enumerate() {
            let mut roles = names(oracle, set).into_iter();
            let may = roles.all(|name| may_hold(policy.role(name).expect("a role"), *kind));
            if may
                && wanted.iter().all(|action| everything.allowed(kind_at, action, set).0)
                && obeys(oracle, constraints, *kind, set)
            {
                suffices_for.push(kind_at);
            }
        }
        by_set.push(suffices_for);
    }
    let has_less = |set: usize| (0..set).any(|less| less & set == less && !by_set[less].is_empty());
    let mut found = Vec::new();
    for set in (0..by_set.len()).filter(|set| !by_set[*set].is_empty() && !has_less(*set)) {
        let mut roles: Vec<String> = names(oracle, set).into_iter().map(str::to_owned).collect();
        roles.sort();
        let mut sufficient =
            Sufficient { roles, kinds: Vec::new(), wanted: Vec::new(), others: Vec::new() };
        let named = by_set[set].iter().filter_map(|at| kinds[*at].map(str::to_owned));
        sufficient.kinds = named.collect();
        sufficient.kinds.sort();
        for action in &policy.actions {
            let ask = |at: &usize| everything.allowed(*at, action, set);
            let allowed: Vec<(bool, bool)> = by_set[set].iter().map(ask).collect();
            if wanted.contains(action) {
                let always = allowed.iter().all(|(_, all)| *all);
                sufficient.wanted.push((action.clone(), always));
            } else if allowed.iter().any(|(some, _)| *some) {
                sufficient.others.push(action.clone());
            }
        }
        sufficient.wanted.sort();
        sufficient.others.sort();
        found.push(sufficient);
    }
    found
}

/// Whether one principal may hold a set, each role where one resource lies.
fn obeys(oracle: &Oracle, constraints: &Constraints<'_>, kind: Option<&str>, set: usize) -> bool {
    let policy = oracle.policy();
    let held = names(oracle, set).into_iter().map(|name| {
        let scope = &policy.role(name).expect("a role").scope;
        scope.as_ref().map_or(name.to_owned(), |kind| format!("{name}@{kind}:here"))
    });
    let within = policy.scopes.iter().filter_map(|scope| {
        let outer = scope.within.as_ref()?;
        Some((format!("{}:here", scope.kind), format!("{outer}:here")))
    });
    let holder =
        Holder { kind: kind.map(str::to_owned), roles: held.collect(), tree: within.collect() };
    !constraints.broken(&holder).iter().any(|broken| broken.is_error)
}
