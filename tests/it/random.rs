//! Random policies and requests for the tests that compare engines: the same seed, the same data.
//! Not a fuzzer: the policies are valid, and only a few of the requests are malformed.

use crate::finite::put;
use crate::oracle::Oracle;
use crate::oracle_drafts::Draft;
use crate::oracle_model::{dimensions, domain};
use crate::oracle_policy::{Attribute, Policy, Test};
use serde_json::{Value, json};

/// More valuations than this make cells and the finite model too slow for a naive walk.
const VALUATIONS_MAX: usize = 5_000;

/// A stream of numbers that depends on its seed alone (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("a small number");
        usize::try_from(self.next() % limit).expect("a small number")
    }

    /// A number of the range, both ends included.
    pub(crate) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// True so many times in a thousand.
    pub(crate) fn permille(&mut self, share: usize) -> bool {
        self.below(1_000) < share
    }

    pub(crate) fn percent(&mut self, share: usize) -> bool {
        self.permille(share * 10)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }

    /// So many of the items, or all where there are fewer; none twice, in random order.
    pub(crate) fn some<T: Clone>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut items = items.to_vec();
        self.shuffle(&mut items);
        items.truncate(count);
        items
    }
}

/// The TOML text of a valid policy with anything that the language has but constraints,
/// delegations, invariants and statements.
///
/// `size` is about the number of its roles; small ones (1 to 5) find most of what there is to find.
pub(crate) fn policy(rng: &mut Rng, size: usize) -> String {
    loop {
        let mut draft = Draft::new(rng, size);
        if !draft.is_valid() {
            continue;
        }
        let oracle = Oracle::new(&draft.text());
        if !oracle.policy().actions.iter().all(|action| is_small(oracle.policy(), action)) {
            continue;
        }
        if rng.percent(85) {
            draft.remove_unused(oracle.policy());
        }
        if rng.percent(50) {
            draft.add_ticks(rng, &oracle.row_cells());
        }
        return draft.text();
    }
}

fn is_small(policy: &Policy, action: &str) -> bool {
    let mut valuation_count = 1_usize;
    for dimension in dimensions(policy, action) {
        valuation_count = valuation_count.saturating_mul(dimension.values.len());
    }
    valuation_count <= VALUATIONS_MAX
}

/// A request to the policy, mostly a sensible one.
///
/// A third of them mixes in unknown names, wrong scopes, missing parts and values of another type;
/// about one in thirty is malformed.
pub(crate) fn request(rng: &mut Rng, oracle: &Oracle) -> Value {
    let policy = oracle.policy();
    let hostile = rng.percent(33);
    let mut request = json!({});
    request["action"] = action(rng, policy, hostile).into();
    if rng.percent(20) {
        request["policy"] = policy.id.as_str().into();
    }
    if let Some(kind) = kind(rng, policy, hostile) {
        request["principal"]["kind"] = kind.into();
    }
    let role_count = *rng.pick(&[0, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6]);
    let roles: Vec<String> = (0..role_count).map(|_| role(rng, policy, hostile)).collect();
    if !roles.is_empty() || rng.percent(30) {
        request["principal"]["roles"] = roles.into();
    }
    if rng.percent(if policy.direct.is_some() { 30 } else { 8 }) {
        request["principal"]["direct_actions"] = directs(rng, policy, &request, hostile).into();
    }
    if let Some(scopes) = scopes(rng, policy, hostile) {
        request["resource"]["scopes"] = scopes.into();
    }
    put_attributes(rng, policy, &mut request, hostile);
    put_asserted(rng, policy, &mut request, hostile);
    if hostile && rng.percent(10) {
        spoil(rng, policy, &mut request);
    }
    request
}

fn action(rng: &mut Rng, policy: &Policy, hostile: bool) -> String {
    let action = rng.pick(&policy.actions).clone();
    if hostile && rng.percent(6) {
        let unknown = ["nothing.undeclared", "nothing", "", "*"].map(str::to_owned);
        let other_case = action.to_uppercase();
        let unknown = [&unknown[..], &[other_case, format!("{action}.view")]].concat();
        return rng.pick(&unknown).clone();
    }
    action
}

fn kind(rng: &mut Rng, policy: &Policy, hostile: bool) -> Option<String> {
    if hostile && rng.percent(35) {
        return rng.percent(50).then(|| "undeclared-kind".to_owned());
    }
    if policy.kinds.is_empty() {
        // Conditions may still read it.
        let kind = attribute_value(rng, policy, policy.attribute("principal.kind"));
        return rng.percent(60).then(|| kind.as_str().expect("a string").to_owned());
    }
    Some(rng.pick(&policy.kinds).name.clone())
}

fn role(rng: &mut Rng, policy: &Policy, hostile: bool) -> String {
    let role = rng.pick(&policy.roles);
    if hostile && rng.percent(12) {
        let unknown = ["ghost", "ghost@project:alpha", "other.ghost"].map(str::to_owned);
        let other_case = role.name.to_uppercase();
        return rng.pick(&[&unknown[..], &[other_case]].concat()).clone();
    }
    held(rng, policy, &role.name, role.scope.as_deref(), hostile)
}

/// A role or an action, in a scope where it may be held or, if hostile, in any.
fn held(
    rng: &mut Rng,
    policy: &Policy,
    name: &str,
    demanded: Option<&str>,
    hostile: bool,
) -> String {
    let outermost = policy.scopes.iter().filter(|scope| scope.within.is_none());
    let outermost: Vec<&str> = outermost.map(|scope| scope.kind.as_str()).collect();
    let kind = if hostile && rng.percent(40) {
        let declared = policy.scopes.iter().map(|scope| Some(scope.kind.as_str()));
        let kinds: Vec<Option<&str>> = declared.chain([None, Some("undeclared-scope")]).collect();
        *rng.pick(&kinds)
    } else if demanded.is_some() {
        demanded
    } else if !outermost.is_empty() && rng.percent(50) {
        Some(*rng.pick(&outermost))
    } else {
        None
    };
    match kind {
        Some(kind) => format!("{name}@{}", scope(rng, kind)),
        None => name.to_owned(),
    }
}

fn scope(rng: &mut Rng, kind: &str) -> String {
    // Few ids, so that roles and resources meet; the last has what separators are made of.
    let id = *rng.pick(&["alpha", "alpha", "alpha", "beta", "beta", "a:b@c"]);
    format!("{kind}:{id}")
}

fn directs(rng: &mut Rng, policy: &Policy, request: &Value, hostile: bool) -> Vec<String> {
    let asked = request["action"].as_str().expect("an action").to_owned();
    let count = rng.between(1, 2);
    let direct = |rng: &mut Rng| {
        let name = if rng.percent(70) { &asked } else { rng.pick(&policy.actions) };
        let name = if name.is_empty() { "nothing" } else { name };
        held(rng, policy, name, None, hostile)
    };
    (0..count).map(|_| direct(rng)).collect()
}

fn scopes(rng: &mut Rng, policy: &Policy, hostile: bool) -> Option<Vec<String>> {
    if rng.percent(if hostile { 35 } else { 10 }) {
        return rng.percent(30).then(Vec::new);
    }
    let mut scopes = Vec::new();
    for declared in &policy.scopes {
        let count = *rng.pick(&[0, 1, 1, 1, 1, 2]);
        scopes.extend((0..count).map(|_| scope(rng, &declared.kind)));
    }
    if hostile && rng.percent(30) {
        scopes.push(scope(rng, "undeclared-scope"));
    }
    rng.shuffle(&mut scopes);
    Some(scopes)
}

fn attribute_value(rng: &mut Rng, policy: &Policy, attribute: &Attribute) -> Value {
    let conditions = policy.conditions.iter().map(|condition| condition.name.as_str());
    rng.pick(&domain(policy, attribute, &conditions.collect::<Vec<_>>())).clone()
}

pub(crate) fn put_attributes(rng: &mut Rng, policy: &Policy, request: &mut Value, hostile: bool) {
    let attributes = policy.attributes.iter().filter(|a| a.name != "principal.kind");
    for attribute in attributes {
        if rng.percent(if hostile { 30 } else { 8 }) {
            continue;
        }
        let is_built_in = ["principal.id", "resource.id", "resource.type"];
        let is_built_in = is_built_in.contains(&attribute.name.as_str());
        // A built-in of another type makes the request malformed; that is for `spoil`.
        if hostile && !is_built_in && rng.percent(25) {
            put(request, &attribute.name, strange_value(rng));
        } else {
            put(request, &attribute.name, attribute_value(rng, policy, attribute));
        }
    }
    if hostile && rng.percent(30) {
        let undeclared = ["principal.undeclared", "action.id", "context.kind", "resource.kind"];
        let name = *rng.pick(&undeclared);
        put(request, name, strange_value(rng));
    }
}

/// Values that no policy declares, most of them of a type that attributes do not have.
pub(crate) fn strange_value(rng: &mut Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1.0),
        json!(1.5),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(""),
        json!("1"),
        json!("true"),
        json!("outside"),
        json!([]),
        json!(["root"]),
        json!({ "root": true }),
    ];
    rng.pick(&values).clone()
}

pub(crate) fn put_asserted(rng: &mut Rng, policy: &Policy, request: &mut Value, hostile: bool) {
    for condition in &policy.conditions {
        if matches!(condition.test, Test::Asserted) && rng.percent(80) {
            request["assert"][&condition.name] = rng.percent(60).into();
        }
    }
    if hostile && rng.percent(10) {
        request["assert"]["undeclared-condition"] = true.into();
    }
}

/// Makes one part of a request malformed, where the policy has what that takes.
fn spoil(rng: &mut Rng, policy: &Policy, request: &mut Value) {
    let tested = policy.conditions.iter().find(|c| !matches!(c.test, Test::Asserted));
    let role = &policy.roles[0].name;
    match rng.below(18) {
        0 => request["policy"] = "undeclared-policy".into(),
        1 => request["policy"] = json!(1),
        2 => request["principal"]["roles"] = json!([format!("{role}@alpha")]),
        3 => request["principal"]["roles"] = json!([format!("{role}@:alpha")]),
        4 => request["principal"]["roles"] = json!(["@project:alpha"]),
        5 => request["principal"]["direct_actions"] = json!([format!("{role}.view@project:")]),
        6 => request["resource"]["scopes"] = json!(["alpha"]),
        7 => request["resource"]["scopes"] = json!("project:alpha"),
        8 => request["principal"]["attributes"]["kind"] = "human".into(),
        9 => request["resource"]["attributes"]["type"] = "services".into(),
        10 => request["principal"]["id"] = json!(7),
        11 => request["assert"]["undeclared-condition"] = "yes".into(),
        12 => request["principal"]["rolls"] = json!([]),
        13 => request["action"] = json!(["services.view"]),
        14 => drop(request.as_object_mut().expect("an object").remove("action")),
        _ => {
            if let Some(condition) = tested {
                request["assert"][&condition.name] = true.into();
            }
        }
    }
}
