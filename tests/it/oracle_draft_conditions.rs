//! Random attributes and conditions of every form, for the drafts of random policies.
//! Not their use: grants choose among the names.

use crate::oracle_drafts::{Table, names};
use crate::random::Rng;
use serde_json::{Value, json};

// Few strings, so that attributes that match each other meet.
const STRINGS: [&str; 6] = ["root", "child", "alpha", "beta", "human", ""];
const INTEGERS: [i64; 9] = [-7, -1, 0, 1, 2, 3, 10, i64::MIN, i64::MAX];
const ATTRIBUTES: [&str; 10] = [
    "principal.tenant",
    "principal.team",
    "principal.level",
    "resource.owner",
    "resource.sealed",
    "resource.level",
    "action.count",
    "action.reason",
    "context.now",
    "context.mfa",
];
const CONDITIONS: [&str; 10] = [
    "in-root-tenant",
    "is-owner",
    "has-mfa",
    "after-hours",
    "small-order",
    "same-team",
    "was-asked",
    "is-sealed",
    "not-locked",
    "either-way",
];

/// Up to so many attributes of any namespace and type, with and without `values`.
pub(crate) fn attributes(rng: &mut Rng, count_max: usize) -> Vec<Table> {
    let count_min = usize::from(rng.percent(85));
    let count = rng.between(count_min, count_max);
    let mut attributes = Vec::new();
    for name in rng.some(&ATTRIBUTES, count) {
        let mut attribute = Table::new(name);
        let kind = *rng.pick(&["string", "string", "boolean", "integer", "integer"]);
        attribute.set("type", kind);
        if rng.percent(if kind == "boolean" { 15 } else { 40 }) {
            let count = rng.between(1, 3);
            let pool = pool(kind);
            attribute.set("values", rng.some(&pool, count));
        }
        attributes.push(attribute);
    }
    attributes
}

/// Up to so many conditions, each over the attributes or over earlier conditions.
pub(crate) fn conditions(
    rng: &mut Rng,
    count_max: usize,
    declared: &[Table],
    kinds: &[String],
) -> Vec<Table> {
    let mut attributes = declared.to_vec();
    for name in ["principal.id", "principal.kind", "resource.id", "resource.type"] {
        let mut built_in = Table::new(name);
        built_in.set("type", "string");
        if name == "principal.kind" && !kinds.is_empty() {
            built_in.set("values", kinds.to_vec());
        }
        attributes.push(built_in);
    }
    let count = rng.between(count_max / 2, count_max);
    let mut pool: Vec<String> = CONDITIONS.map(str::to_owned).to_vec();
    pool.extend((CONDITIONS.len()..count).map(|number| format!("condition-{number}")));
    let mut conditions: Vec<Table> = Vec::new();
    for name in rng.some(&pool, count) {
        let mut condition = Table::new(&name);
        match rng.below(10) {
            0 | 1 => {}
            2..=4 if !conditions.is_empty() => combine(rng, &mut condition, &conditions),
            _ => {
                // Most tests read what the policy declares; the built-in are always there too.
                let of_declared = !declared.is_empty() && rng.percent(75);
                let tested = rng.pick(if of_declared { declared } else { &attributes }).clone();
                test(rng, &mut condition, &tested, &attributes);
            }
        }
        conditions.push(condition);
    }
    rng.shuffle(&mut conditions);
    conditions
}

fn combine(rng: &mut Rng, condition: &mut Table, earlier: &[Table]) {
    let earlier = names(earlier);
    match rng.below(3) {
        0 => condition.set("not", rng.pick(&earlier).as_str()),
        form => {
            let count = rng.between(1, 3);
            condition.set(if form == 1 { "all" } else { "any" }, rng.some(&earlier, count));
        }
    }
}

fn test(rng: &mut Rng, condition: &mut Table, attribute: &Table, attributes: &[Table]) {
    let kind = kind(attribute);
    condition.set("attribute", attribute.name.as_str());
    let same_kind = |other: &&Table| other.name != attribute.name && self::kind(other) == kind;
    let others: Vec<Table> = attributes.iter().filter(same_kind).cloned().collect();
    if !others.is_empty() && rng.percent(25) {
        condition.set("matches-attribute", rng.pick(&others).name.as_str());
        return;
    }
    let literals = match attribute.get("values").and_then(Value::as_array) {
        Some(values) => values.clone(),
        None => pool(kind),
    };
    match (kind, rng.below(4)) {
        ("integer", 0) => condition.set("at-least", rng.pick(&literals).clone()),
        ("integer", 1) => condition.set("at-most", rng.pick(&literals).clone()),
        (_, 2) => {
            let count = rng.between(1, 3);
            condition.set("in", rng.some(&literals, count));
        }
        _ => condition.set("equals", rng.pick(&literals).clone()),
    }
}

fn kind(attribute: &Table) -> &str {
    attribute.get("type").and_then(Value::as_str).expect("an attribute has a type")
}

fn pool(kind: &str) -> Vec<Value> {
    match kind {
        "string" => STRINGS.map(Value::from).to_vec(),
        "boolean" => vec![json!(true), json!(false)],
        _ => INTEGERS.map(Value::from).to_vec(),
    }
}
