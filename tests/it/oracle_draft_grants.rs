//! Random grants, patterns, `[actions]` and `[direct]`, for the drafts of random policies.
//! Not the names that grants refer to: roles, kinds and conditions come from elsewhere.

use crate::oracle_drafts::Table;
use crate::oracle_names::{alternatives, literals, matches, split, tokens};
use crate::random::Rng;
use serde_json::Value;

const TYPES: [&str; 8] = [
    "services",
    "users",
    "compute.instances",
    "compute.disks",
    "rbac.k8s.io/roles",
    "rbac.k8s.io/nodes",
    "notes:billing",
    "IAM.keys",
];
const VERBS: [&str; 5] = ["view", "create", "delete", "list_all", "x-1"];
const ROWS: [&str; 4] = ["View", "Create, update, and delete", "Оплата", "Said \"so\""];

/// The part of a policy that speaks of actions.
#[derive(Debug)]
pub(crate) struct Statements {
    /// The `[actions]` table, where it closes the vocabulary.
    pub(crate) actions: Option<Vec<String>>,
    pub(crate) direct: Option<Table>,
    pub(crate) grants: Vec<Table>,
}

/// What grants may refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) roles: &'a [String],
    pub(crate) kinds: &'a [String],
    pub(crate) conditions: &'a [String],
    pub(crate) has_scopes: bool,
}

/// Grants over a random vocabulary, the first of them a permit.
pub(crate) fn statements(rng: &mut Rng, size: usize, names: Names) -> Statements {
    let action_count = rng.between(1, size * 3 / 2 + 1);
    let planned = planned(rng, action_count);
    let is_closed = rng.percent(40);
    let grant_count = rng.between(1, size * 3 / 2 + 1);
    let mut grants: Vec<Table> = Vec::new();
    for _ in 0..grant_count {
        let grant = grant(rng, &planned, &grants, names);
        grants.push(grant);
    }
    let mut direct = rng.percent(40).then(|| direct(rng, &planned, names.kinds));

    // What is named literally is the vocabulary; only now is it known what patterns match.
    let vocabulary = if is_closed { planned } else { vocabulary(grants.iter().chain(&direct)) };
    for table in grants.iter_mut().chain(&mut direct) {
        settle(rng, table, &vocabulary);
    }
    for grant in &mut grants {
        if rng.percent(25) {
            add_except(rng, grant, &vocabulary);
        }
    }
    Statements { actions: is_closed.then_some(vocabulary), direct, grants }
}

impl Statements {
    /// No two grants say the same or the opposite of each other.
    pub(crate) fn are_distinct(&self) -> bool {
        let vocabulary = match &self.actions {
            Some(actions) => actions.clone(),
            None => vocabulary(self.grants.iter().chain(&self.direct)),
        };
        let sorted = |grant: &Table, key: &str| {
            let mut strings = grant.strings(key);
            strings.sort();
            strings
        };
        let said = |grant: &Table| {
            let except = matched(&grant.strings("except"), &vocabulary);
            let mut actions = matched(&grant.strings("actions"), &vocabulary);
            actions.retain(|action| !except.contains(action));
            let names = ["roles", "when", "unless"].map(|key| sorted(grant, key));
            (actions, names, grant.get("anywhere").is_some())
        };
        let said: Vec<_> = self.grants.iter().map(said).collect();
        said.iter().enumerate().all(|(number, one)| !said[..number].contains(one))
    }
}

/// The actions that the policy is about. In an open vocabulary some are named by nothing in the
/// end, and then are not in it.
fn planned(rng: &mut Rng, count: usize) -> Vec<String> {
    // Few types with several verbs: so sets and patterns have something to match.
    let type_count = count.div_ceil(2).min(TYPES.len());
    let types = rng.some(&TYPES, type_count);
    let of_type = |name: &&str| VERBS.map(|verb| format!("{name}.{verb}"));
    let actions: Vec<String> = types.iter().flat_map(of_type).collect();
    rng.some(&actions, count)
}

fn grant(rng: &mut Rng, planned: &[String], earlier: &[Table], names: Names) -> Table {
    let mut grant = Table::default();
    let is_first = earlier.is_empty();
    let forbids = !is_first && rng.percent(30);
    let rows: Vec<Value> = earlier.iter().filter_map(|grant| grant.get("row").cloned()).collect();
    if !forbids && rng.percent(60) {
        grant.set("row", *rng.pick(&ROWS));
    } else if forbids && !rows.is_empty() && rng.percent(20) {
        grant.set("row", rng.pick(&rows).clone());
    }
    if forbids {
        grant.set("effect", "forbid");
    } else if rng.percent(10) {
        grant.set("effect", "permit");
    }
    let mut actions = items(rng, planned);
    if is_first {
        // So that an open vocabulary is never empty.
        actions.push(rng.pick(planned).clone());
    }
    grant.set("actions", actions);
    let is_for_all = forbids && rng.percent(30);
    if is_for_all {
        grant.set("roles", vec!["*"]);
    } else {
        let count = rng.between(1, 3);
        grant.set("roles", rng.some(names.roles, count));
    }
    let count = *rng.pick(&[0, 0, 1, 1, 1, 2, 3]);
    let mut when = rng.some(names.conditions, count);
    let unless_count = rng.below(when.len() + 1);
    let unless = when.split_off(when.len() - unless_count);
    for (key, conditions) in [("when", when), ("unless", unless)] {
        if !conditions.is_empty() {
            grant.set(key, conditions);
        }
    }
    if names.has_scopes && !is_for_all && rng.percent(20) {
        grant.set("anywhere", true);
    }
    add_remarks(rng, &mut grant);
    grant
}

/// What says nothing about access.
fn add_remarks(rng: &mut Rng, grant: &mut Table) {
    if rng.percent(20) {
        grant.set("evidence", *rng.pick(&["published", "prose", "counted", "inferred"]));
    }
    if grant.get("row").is_some() && grant.get("effect").is_none() && rng.percent(15) {
        let roles = grant.strings("roles");
        grant.set("uncertain", rng.some(&roles, 1));
    }
}

fn direct(rng: &mut Rng, planned: &[String], kinds: &[String]) -> Table {
    let mut direct = Table::default();
    direct.set("actions", items(rng, planned));
    if !kinds.is_empty() && rng.percent(35) {
        let count = rng.between(1, kinds.len());
        direct.set("kinds", rng.some(kinds, count));
    }
    direct
}

fn items(rng: &mut Rng, planned: &[String]) -> Vec<String> {
    let count = rng.between(1, 3);
    (0..count).map(|_| item(rng, planned)).collect()
}

/// A name, a set of names or a pattern that matches one of the actions and perhaps others.
fn item(rng: &mut Rng, actions: &[String]) -> String {
    let action = rng.pick(actions);
    let (of_type, verb) = split(action);
    match rng.below(12) {
        0 => format!("{of_type}.*"),
        1 => format!("**.{verb}"),
        2 => (*rng.pick(&["*", "**.*", "*.*"])).to_owned(),
        3 => format!("{}.{verb}", widened(rng, of_type)),
        4 => format!("{}.*", widened(rng, of_type)),
        5 => format!("**.{}", set(rng, actions)),
        6 | 7 => format!("{of_type}.{}", set(rng, actions)),
        _ => action.clone(),
    }
}

/// A set of two verbs that occur, or where only one does, that verb.
fn set(rng: &mut Rng, actions: &[String]) -> String {
    let mut verbs: Vec<&str> = actions.iter().map(|action| split(action).1).collect();
    verbs.sort_unstable();
    verbs.dedup();
    match rng.some(&verbs, 2).as_slice() {
        [one] => (*one).to_owned(),
        set => format!("{{{}}}", set.join(",")),
    }
}

/// A type pattern: one part as `*`, or all before or after one separator as `**`.
fn widened(rng: &mut Rng, of_type: &str) -> String {
    let tokens = tokens(of_type);
    let place = 2 * rng.below(tokens.len().div_ceil(2));
    let (before, after) = (tokens[..place].concat(), tokens[place + 1..].concat());
    match rng.below(3) {
        0 => format!("{before}**"),
        1 => format!("**{after}"),
        _ => format!("{before}*{after}"),
    }
}

fn vocabulary<'a>(tables: impl Iterator<Item = &'a Table>) -> Vec<String> {
    let mut vocabulary: Vec<String> = Vec::new();
    for item in tables.flat_map(|table| table.strings("actions")) {
        for name in literals(&item) {
            if !vocabulary.contains(&name) {
                vocabulary.push(name);
            }
        }
    }
    vocabulary
}

fn matched(items: &[String], vocabulary: &[String]) -> Vec<String> {
    let is_matched = |action: &&String| items.iter().any(|item| matches(item, action));
    vocabulary.iter().filter(is_matched).cloned().collect()
}

/// Whether each verb of the item matches something: then no part of it is idle.
fn is_busy(item: &str, actions: &[String]) -> bool {
    alternatives(item).iter().all(|one| actions.iter().any(|action| matches(one, action)))
}

/// Takes out of the `actions` of a table what matches nothing, or nothing new.
fn settle(rng: &mut Rng, table: &mut Table, vocabulary: &[String]) {
    let mut items = table.strings("actions");
    // Names first: dropping one that a pattern covers would take it out of the vocabulary.
    items.sort_by_key(|item| item.contains('*'));
    let mut kept: Vec<String> = Vec::new();
    for item in items {
        let with = [kept.as_slice(), std::slice::from_ref(&item)].concat();
        let adds = matched(&with, vocabulary).len() > matched(&kept, vocabulary).len();
        if adds && is_busy(&item, vocabulary) {
            kept = with;
        }
    }
    if kept.is_empty() {
        kept.push(rng.pick(vocabulary).clone());
    }
    rng.shuffle(&mut kept);
    table.set("actions", kept);
}

/// Excepts something of what a grant names, but not all that any entry of its `actions` names.
fn add_except(rng: &mut Rng, grant: &mut Table, vocabulary: &[String]) {
    let actions = grant.strings("actions");
    let named = matched(&actions, vocabulary);
    let mut except: Vec<String> = Vec::new();
    for item in items(rng, &named) {
        let with = [except.as_slice(), std::slice::from_ref(&item)].concat();
        let taken = matched(&with, &named);
        let adds = taken.len() > matched(&except, &named).len();
        let keeps = |entry: &String| {
            let of_entry = matched(std::slice::from_ref(entry), &named);
            of_entry.iter().any(|action| !taken.contains(action))
        };
        if adds && actions.iter().all(keeps) && is_busy(&item, &named) {
            except = with;
        }
    }
    if !except.is_empty() {
        grant.set("except", except);
    }
}
