//! `who` and `what` say of every situation whether it is allowed, exactly as the naive oracle.
//! Not their words: the conditions they state are evaluated here, request by request.

use policyc::{
    Access, Assignment, Principal, Query, Request, Resource, Scope, Source, Stands, Table, Term,
    Value, build, what, who,
};
use serde_json::{Value as Json, json};

use crate::agreement_invariants::numbered;
use crate::finite::{get, request};
use crate::oracle::Oracle;
use crate::oracle_conditions::{Facts, Truth, holds};
use crate::oracle_invariants::{kinds, may_hold};
use crate::oracle_model::{Valuation, dimensions, valuations};
use crate::oracle_policy::Policy;
use crate::random;

const POLICIES: u64 = 150;
const QUESTIONS: usize = 6;
const BUILT_IN: [&str; 3] = ["principal.id", "resource.id", "resource.type"];

/// What a question gives, by full names.
#[derive(Debug, Default)]
struct Given {
    kind: Option<String>,
    attributes: Vec<(String, Json)>,
    asserted: Vec<(String, bool)>,
    scopes: Vec<String>,
}

impl Given {
    /// Some of what is so in a random situation.
    fn random(rng: &mut random::Rng, policy: &Policy, action: &str) -> Self {
        let mut given = Self::default();
        if !policy.kinds.is_empty() && rng.percent(30) {
            given.kind = Some(rng.pick(&policy.kinds).name.clone());
        }
        let all = valuations(&dimensions(policy, action));
        let valuation = rng.pick(&all);
        given.attributes.clone_from(&valuation.attributes);
        given.attributes.retain(|_| rng.percent(30));
        given.asserted.clone_from(&valuation.asserted);
        given.asserted.retain(|_| rng.percent(30));
        given
    }

    fn is_so(&self, valuation: &Valuation) -> bool {
        let known = |name: &str| dimension(valuation, name);
        self.attributes.iter().all(|(name, value)| known(name) == Some(value))
            && self.asserted.iter().all(|asserted| valuation.asserted.contains(asserted))
    }

    /// Asks the product with a request that gives this.
    fn ask<T>(
        &self,
        table: &Table,
        (action, roles): (&str, &[String]),
        answer: impl FnOnce(&Request<'_>) -> T,
    ) -> T {
        let values = |space: &str| -> Vec<(&str, Value<'_>)> {
            let named = self.attributes.iter().filter_map(|(name, json)| {
                let is_built_in = BUILT_IN.contains(&name.as_str());
                let name = name.strip_prefix(space)?.strip_prefix('.')?;
                (!is_built_in).then(|| (name, value(json)))
            });
            named.collect()
        };
        let text = |name: &str| {
            let found = self.attributes.iter().find(|(attribute, _)| attribute == name);
            found.and_then(|(_, value)| value.as_str())
        };
        let (principal, resource) = (values("principal"), values("resource"));
        let (of_action, context) = (values("action"), values("context"));
        let assignments = roles.iter().map(|role| Assignment::parse(role).expect("a role"));
        let assignments: Vec<Assignment<'_>> = assignments.collect();
        let scopes = self.scopes.iter().map(|scope| Scope::parse(scope).expect("a scope"));
        let scopes: Vec<Scope<'_>> = scopes.collect();
        let asserted: Vec<(&str, bool)> =
            self.asserted.iter().map(|(name, known)| (name.as_str(), *known)).collect();
        let query = Query {
            principal: Principal {
                id: text("principal.id"),
                kind: self.kind.as_deref(),
                assignments: &assignments,
                attributes: &principal,
                ..Principal::default()
            },
            action,
            action_attributes: &of_action,
            resource: Resource {
                resource_type: text("resource.type"),
                id: text("resource.id"),
                scopes: &scopes,
                attributes: &resource,
            },
            context: &context,
            assertions: &asserted,
        };
        answer(&Request::new(table, query).expect("a well-formed request"))
    }
}

fn value(json: &Json) -> Value<'_> {
    match json {
        Json::String(text) => Value::String(text),
        Json::Bool(known) => Value::Boolean(*known),
        other => Value::Integer(other.as_i64().expect("an integer")),
    }
}

fn dimension<'v>(valuation: &'v Valuation, name: &str) -> Option<&'v Json> {
    let found = valuation.attributes.iter().find(|(attribute, _)| attribute == name);
    found.map(|(_, value)| value)
}

/// Whether what is said of an access is true of a request.
fn says(policy: &Policy, access: &Access, request: &Json) -> bool {
    match access {
        Access::Always => true,
        Access::Conditional(alternatives) => {
            alternatives.iter().any(|terms| terms.iter().all(|term| is_true(policy, term, request)))
        }
        _ => false,
    }
}

fn is_true(policy: &Policy, term: &Term, request: &Json) -> bool {
    match term {
        Term::Kind(kinds) => {
            let kind = request["principal"]["kind"].as_str();
            kinds.iter().any(|name| Some(name.as_str()) == kind)
        }
        Term::Scope { kind, ids, is_inside } => {
            let scopes = request["resource"]["scopes"].as_array().expect("scopes");
            let lies = ids.iter().any(|id| scopes.contains(&json!(format!("{kind}:{id}"))));
            lies == *is_inside
        }
        Term::Condition(condition) => {
            let request = crate::oracle_request::Request::parse(request).expect("well-formed");
            let facts = Facts::of_request(policy, &request);
            let truth = holds(policy, &condition.name, &facts);
            match condition.stands {
                Stands::Holds => truth == Truth::Yes,
                Stands::Fails => truth == Truth::No,
                Stands::NotKnownToHold => truth != Truth::Yes,
                Stands::NotKnownToFail => truth != Truth::No,
                Stands::Unknown => truth == Truth::Unknown,
                _ => panic!("no such standing is known here"),
            }
        }
        _ => panic!("no such term is known here"),
    }
}

/// Where a resource can lie: in each kind one of two scopes, or in another.
fn places(policy: &Policy) -> Vec<Vec<String>> {
    let mut places = vec![Vec::new()];
    for scope in &policy.scopes {
        let in_each = |place: &Vec<String>| {
            ["a", "b", "other"]
                .map(|id| [place.as_slice(), &[format!("{}:{id}", scope.kind)]].concat())
        };
        places = places.iter().flat_map(in_each).collect();
    }
    places
}

/// One principal with some roles: every situation of every action. How often what was said of an
/// action had conditions.
fn judge_what(rng: &mut random::Rng, oracle: &Oracle, table: &Table, text: &str) -> usize {
    let policy = oracle.policy();
    let role_count = rng.between(1, 3);
    let held = rng.some(&policy.roles.iter().collect::<Vec<_>>(), role_count);
    let roles: Vec<String> = held
        .iter()
        .map(|role| match &role.scope {
            Some(kind) => format!("{}@{kind}:{}", role.name, rng.pick(&["a", "b"])),
            None => role.name.clone(),
        })
        .collect();
    let action = rng.pick(&policy.actions).clone();
    let mut given = Given::random(rng, policy, &action);
    if rng.percent(30) {
        given.scopes.clone_from(rng.pick(&places(policy)));
    }
    let answer = given.ask(table, ("", &roles), |request| {
        let can = what(request).expect("few situations");
        let all = can.actions.iter().chain(&can.forbidden);
        all.map(|can| (can.action.clone(), can.access.clone())).collect::<Vec<_>>()
    });
    let found = answer.iter().find(|(name, _)| *name == action).map(|(_, access)| access);
    let mut kinds = kinds(policy);
    kinds.retain(|kind| given.kind.is_none() || *kind == given.kind.as_deref());
    kinds.retain(|kind| held.iter().all(|role| may_hold(role, *kind)));
    let places = if given.scopes.is_empty() { places(policy) } else { vec![given.scopes.clone()] };
    let (mut some, mut all) = (false, true);
    for valuation in valuations(&dimensions(policy, &action)).iter().filter(|v| given.is_so(v)) {
        for (kind, place) in kinds.iter().flat_map(|k| places.iter().map(move |p| (k, p))) {
            let scopes = Some(place.clone()).filter(|place| !place.is_empty());
            let mut request = request(&action, valuation, *kind, scopes);
            request["principal"]["roles"] = json!(roles);
            let decision = oracle.decide(&request).expect("well-formed").decision;
            request["resource"]["scopes"] = json!(place);
            let said = found.is_some_and(|access| says(policy, access, &request));
            let context = || format!("{roles:?} {given:?} {found:?}\n{}", numbered(text));
            assert_eq!(said, decision == "allow", "{request}: {}", context());
            some |= said;
            all &= said;
            assert!(
                given
                    .attributes
                    .iter()
                    .all(|(name, value)| get(&request, name).as_ref() == Some(value))
            );
        }
    }
    let is_exact = match found {
        Some(Access::Always) => all && some,
        Some(Access::Conditional(_)) => some && !all,
        _ => !some,
    };
    assert!(is_exact, "{roles:?} {given:?} {found:?}\n{}", numbered(text));
    usize::from(matches!(found, Some(Access::Conditional(_))))
}

#[test]
fn what_roles_may_do_together_is_true_in_every_situation() {
    let mut conditional = 0;
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = random::policy(&mut rng, 1 + usize::try_from(seed % 4).unwrap());
        let oracle = Oracle::new(&text);
        let bundle = build(vec![Source::new("random.toml", text.as_str())]).expect("good");
        for _ in 0..QUESTIONS {
            conditional += judge_what(&mut rng, &oracle, &bundle.tables()[0], &text);
        }
    }
    assert!(conditional > 100, "{conditional} answers have conditions");
}

/// The words are those of the matrix: `permit` is always, `conditional` under conditions.
#[test]
fn who_may_do_an_action_has_a_tick_in_the_matrix() {
    let mut seen = [0_usize; 2];
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = random::policy(&mut rng, 1 + usize::try_from(seed % 4).unwrap());
        let oracle = Oracle::new(&text);
        let bundle = build(vec![Source::new("random.toml", text.as_str())]).expect("good");
        let (table, policy) = (&bundle.tables()[0], oracle.policy());
        for (action, cells) in oracle.action_cells() {
            let can = Given::default().ask(table, (&action, &[]), who);
            let can = can.expect("few situations");
            for (role, cell) in policy.roles.iter().zip(cells) {
                let found = can.roles.iter().find(|can| can.role == role.name);
                let word = found.map_or("", |can| can.access.as_str());
                let expected = match cell {
                    "permit" => "always",
                    "conditional" => "conditional",
                    _ => "",
                };
                let context = || format!("{} of {action}\n{}", role.name, numbered(&text));
                assert_eq!(word, expected, "{}", context());
                seen[0] += usize::from(word == "always");
                seen[1] += usize::from(word == "conditional");
                assert!(found.is_none_or(|can| !can.ways.is_empty()), "{}", context());
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 150), "{seen:?}");
}
