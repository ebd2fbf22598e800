//! Whether invariants hold, by trying the whole finite model of language.md §2 and §3.
//! Not a proof: every principal, kind and valuation is asked of the naive oracle, one by one.

use crate::finite::request;
use crate::oracle::Oracle;
use crate::oracle_conditions::{Facts, Truth, conditions_hold};
use crate::oracle_entries::{Entry, entries};
use crate::oracle_model::{Valuation, dimensions_beside, valuations};
use crate::oracle_policy::{Direct, Grant, Policy, Role};
use crate::oracle_request::Request;
use serde_json::{Value, json};

pub(crate) const WORDS: [&str; 4] = ["permits", "never", "only", "covers"];

/// The types, and apart from them those of one principal with all the roles, and of everyone.
pub(crate) const FORMS: [&str; 7] =
    ["permits", "permits together", "never", "never together", "never anyone", "only", "covers"];

/// What the oracle finds about one invariant.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// One of `FORMS`.
    pub(crate) form: &'static str,
    pub(crate) line: usize,
    pub(crate) holds: bool,
    /// Whether nobody is spoken of, or nothing: then it says nothing.
    pub(crate) is_empty: bool,
    /// Whether it excepts anything.
    pub(crate) excepts: bool,
    /// The line of `except`, and what it excepts of `covers` without need.
    pub(crate) needless: Vec<(usize, String)>,
}

/// One action in one situation of the finite model: all that a principal's roles do not say.
pub(crate) struct Situation<'a> {
    oracle: &'a Oracle,
    action: &'a str,
    kind: Option<&'a str>,
    request: Value,
}

impl Oracle {
    /// A verdict on every invariant of the policy, which is this oracle's.
    pub(crate) fn verdicts(&self, text: &str) -> Vec<Verdict> {
        let all = WORDS.into_iter().flat_map(|word| entries(text, "invariants", word));
        all.map(|entry| verdict(self, &entry)).collect()
    }
}

/// How many requests a verdict takes, about.
pub(crate) fn effort(oracle: &Oracle, entry: &Entry) -> usize {
    let policy = oracle.policy();
    let conditions = entry.conditions();
    let of_action = |action: &String| -> usize {
        let dimensions = dimensions_beside(policy, action, Some(&conditions));
        dimensions.iter().map(|dimension| dimension.values.len()).product()
    };
    let named = policy.actions.iter().filter(|action| entry.names(action));
    named.map(of_action).sum::<usize>() * policy.kinds.len().max(1)
}

fn verdict(oracle: &Oracle, entry: &Entry) -> Verdict {
    let policy = oracle.policy();
    let mut holds = true;
    let mut needless = Vec::new();
    for action in policy.actions.iter().filter(|action| entry.names(action)) {
        if !entry.excepts(action) {
            holds &= holds_for(oracle, entry, action);
        } else if entry.word == "covers" && holds_for(oracle, entry, action) {
            needless.push((entry.except_line.expect("it excepts"), action.clone()));
        }
    }
    let mut spoken = policy.actions.iter().filter(|action| entry.names(action));
    let is_empty = !spoken.any(|action| !entry.excepts(action) && looks(oracle, entry, action));
    let excepts = entry.has("except");
    Verdict { form: form(entry), line: entry.line, holds, is_empty, excepts, needless }
}

/// Whether there is anyone to look at: of some kind, and for `covers` someone else to compare with.
fn looks(oracle: &Oracle, entry: &Entry, action: &str) -> bool {
    let policy = oracle.policy();
    let nothing = Valuation { attributes: Vec::new(), asserted: Vec::new() };
    let everyone = entry.word == "only" || (entry.word == "never" && entry.is_for_all("roles"));
    kinds(policy).into_iter().filter(|kind| entry.speaks_of(*kind)).any(|kind| {
        let situation = Situation::new(oracle, action, kind, &nothing);
        let principals = principals(entry, &situation);
        let able = |name: &&str| may_hold(policy.role(name).expect("declared"), kind);
        let others: Vec<&str> = entry.roles("of", policy).into_iter().filter(able).collect();
        let compares = |roles: &Vec<&str>| others.iter().any(|of| roles[..] != [*of]);
        everyone || principals.iter().any(|roles| entry.word != "covers" || compares(roles))
    })
}

fn form(entry: &Entry) -> &'static str {
    let one_of = |form: &str| FORMS.into_iter().find(|known| *known == form).expect("a form");
    match entry.word {
        "never" if entry.is_for_all("roles") => "never anyone",
        word @ ("permits" | "never") if entry.is_together() => one_of(&format!("{word} together")),
        word => word,
    }
}

fn holds_for(oracle: &Oracle, entry: &Entry, action: &str) -> bool {
    let policy = oracle.policy();
    let conditions = entry.conditions();
    let kinds = kinds(policy).into_iter().filter(|kind| entry.speaks_of(*kind));
    let valuations = valuations(&dimensions_beside(policy, action, Some(&conditions)));
    for kind in kinds {
        for valuation in &valuations {
            let mut situation = Situation::new(oracle, action, kind, valuation);
            let when = situation.meets(&conditions);
            let holds = match entry.word {
                "permits" => when != Truth::Yes || permits(entry, &mut situation),
                "never" => when == Truth::No || never(entry, &mut situation),
                "only" => only(entry, &mut situation, when),
                // The specification does not say whether `when` must be known here; that it may
                // hold is stricter.
                _ => when == Truth::No || covers(entry, &mut situation),
            };
            if !holds {
                return false;
            }
        }
    }
    true
}

fn permits(entry: &Entry, situation: &mut Situation) -> bool {
    let principals = principals(entry, situation);
    principals.iter().all(|roles| situation.is_allowed(roles, false))
}

fn never(entry: &Entry, situation: &mut Situation) -> bool {
    if entry.is_for_all("roles") {
        let sets = role_sets(situation.oracle.policy());
        return sets.iter().all(|roles| {
            let directly = roles.len() < 2 && situation.is_allowed(roles, true);
            !directly && !situation.is_allowed(roles, false)
        });
    }
    let principals = principals(entry, situation);
    principals.iter().all(|roles| !situation.is_allowed(roles, false))
}

/// "No such action is in `[direct]`" is read as: nobody is allowed it by being given it directly.
/// One that is always forbidden, or for other kinds, may stand there.
fn only(entry: &Entry, situation: &mut Situation, when: Truth) -> bool {
    let policy = situation.oracle.policy();
    let gives = |direct: &Direct| {
        let kinds = direct.kinds.as_ref();
        let kind = situation.kind;
        direct.actions.iter().any(|name| name == situation.action)
            && kinds.is_none_or(|kinds| kinds.iter().any(|name| kind == Some(name.as_str())))
    };
    if policy.direct.as_ref().is_some_and(gives) && situation.is_allowed(&[], true) {
        return false;
    }
    let named = entry.roles("roles", policy);
    let holds = policy.kinds.iter().filter(|kind| Some(kind.name.as_str()) == situation.kind);
    let by_kind = holds.flat_map(|kind| &kind.holds).any(|role| named.contains(&role.as_str()));
    role_sets(policy).iter().all(|roles| {
        let is_named = by_kind || roles.iter().any(|role| named.contains(role));
        !situation.is_allowed(roles, false) || (is_named && when == Truth::Yes)
    })
}

fn covers(entry: &Entry, situation: &mut Situation) -> bool {
    let policy = situation.oracle.policy();
    for roles in principals(entry, situation) {
        for of in entry.roles("of", policy) {
            let may_hold = may_hold(policy.role(of).expect("a declared role"), situation.kind);
            let is_covered = !may_hold
                || !situation.is_allowed(&[of], false)
                || situation.is_allowed(&roles, false);
            if !is_covered {
                return false;
            }
        }
    }
    true
}

/// Who an invariant about roles speaks of: each of the roles alone, or all of them together,
/// where the kind may hold them.
fn principals<'a>(entry: &'a Entry, situation: &Situation<'a>) -> Vec<Vec<&'a str>> {
    let policy = situation.oracle.policy();
    let roles = entry.roles("roles", policy);
    let able = |name: &&str| may_hold(policy.role(name).expect("declared"), situation.kind);
    if !entry.is_together() {
        return roles.into_iter().filter(able).map(|role| vec![role]).collect();
    }
    Some(roles).filter(|roles| roles.iter().all(able)).into_iter().collect()
}

/// Nobody's role, every role and every two roles together, whoever may hold them.
fn role_sets(policy: &Policy) -> Vec<Vec<&str>> {
    let mut sets: Vec<Vec<&str>> = vec![Vec::new()];
    for role in &policy.roles {
        for set in sets.clone().into_iter().filter(|set| set.len() < 2) {
            sets.push([set.as_slice(), &[role.name.as_str()]].concat());
        }
    }
    sets
}

/// The declared kinds; where none are declared, once no kind.
pub(crate) fn kinds(policy: &Policy) -> Vec<Option<&str>> {
    if policy.kinds.is_empty() {
        return vec![None];
    }
    policy.kinds.iter().map(|kind| Some(kind.name.as_str())).collect()
}

pub(crate) fn may_hold(role: &Role, kind: Option<&str>) -> bool {
    let kinds = role.kinds.as_ref();
    kind.is_none_or(|kind| kinds.is_none_or(|kinds| kinds.iter().any(|name| name == kind)))
}

impl<'a> Situation<'a> {
    /// The resource lies in one scope of every kind.
    pub(crate) fn new(
        oracle: &'a Oracle,
        action: &'a str,
        kind: Option<&'a str>,
        valuation: &Valuation,
    ) -> Self {
        let scopes = oracle.policy().scopes.iter().map(|scope| format!("{}:here", scope.kind));
        let scopes = Some(scopes.collect::<Vec<_>>()).filter(|scopes| !scopes.is_empty());
        Self { oracle, action, kind, request: request(action, valuation, kind, scopes) }
    }

    /// Whether the conditions of an entry hold.
    fn meets(&self, conditions: &Grant) -> Truth {
        let policy = self.oracle.policy();
        let request = Request::parse(&self.request).expect("a well-formed request");
        conditions_hold(policy, conditions, &Facts::of_request(policy, &request))
    }

    /// Whether one who is assigned exactly these roles, each in a scope of its own kind, is
    /// allowed; who is given the action directly, too.
    pub(crate) fn is_allowed(&mut self, roles: &[&str], is_direct: bool) -> bool {
        let policy = self.oracle.policy();
        let held = roles.iter().map(|name| {
            let role = policy.role(name).expect("a declared role");
            role.scope.as_ref().map_or(role.name.clone(), |kind| format!("{name}@{kind}:here"))
        });
        self.request["principal"]["roles"] = held.collect::<Vec<String>>().into();
        let given = if is_direct { vec![self.action] } else { Vec::new() };
        self.request["principal"]["direct_actions"] = json!(given);
        let answer = self.oracle.decide(&self.request).expect("a well-formed request");
        answer.decision == "allow"
    }
}
