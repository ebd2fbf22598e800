//! The tables that are measured: a real one, and generated ones of two sizes.
//!
//! Not the policies of the generator in `scale`, which measures checking.

use std::fmt::Write as _;

use policyc::{Assignment, Bundle, Principal, Query, Request, Source, build, decide};

const REQUESTS: usize = 4_096;

/// A table, and what the floor is built of.
pub(crate) struct Sample {
    pub title: String,
    pub policy: String,
    pub bundle: Vec<u8>,
    pub roles: Vec<String>,
    pub actions: Vec<String>,
    /// By role: the actions it is granted.
    pub granted: Vec<Vec<usize>>,
    /// Actions about which the policy says more than plain permits, which no floor knows of.
    pub guarded: Vec<usize>,
}

/// A request: one to three roles, and an action.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub roles: Vec<&'a str>,
    pub action: &'a str,
}

/// A generator of its own, so that every run asks the same.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("64 bits") % bound
    }
}

impl Sample {
    /// Requests of which about half are granted; for the floor, none of a guarded action.
    pub(crate) fn requests(&self, with_guarded: bool) -> Vec<Asked<'_>> {
        let mut random = Random(1);
        let mut request = || {
            let count = 1 + random.below(3);
            let roles: Vec<usize> = (0..count).map(|_| random.below(self.roles.len())).collect();
            let granted = &self.granted[roles[random.below(count)]];
            let mut action = || {
                if random.below(2) == 0 && !granted.is_empty() {
                    granted[random.below(granted.len())]
                } else {
                    random.below(self.actions.len())
                }
            };
            let mut drawn = action();
            while !with_guarded && self.guarded.contains(&drawn) {
                drawn = action();
            }
            Asked {
                roles: roles.iter().map(|role| self.roles[*role].as_str()).collect(),
                action: &self.actions[drawn],
            }
        };
        (0..REQUESTS).map(|_| request()).collect()
    }

    /// The smaller of bits and sorted ids of two bytes; and the bytes of all names.
    pub(crate) fn least_bytes(&self) -> (usize, usize) {
        let bits = self.roles.len() * self.actions.len().div_ceil(8);
        let ids = 2 * self.granted.iter().map(Vec::len).sum::<usize>();
        let names = self.roles.iter().chain(&self.actions).map(String::len).sum();
        (bits.min(ids), names)
    }
}

/// The five policies.
pub(crate) fn five() -> Bundle {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the policies") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            sources.push(Source::new(name, std::fs::read(&path).expect("a file")));
        }
    }
    build(sources).expect("good policies")
}

/// The table of a document: six roles and 27 rows, of 41 actions.
pub(crate) fn real(five: &Bundle) -> Sample {
    let policy = "child-tenants";
    let table = five.table(policy).expect("the policy");
    let mut roles: Vec<String> = table.roles().map(str::to_owned).collect();
    let mut actions: Vec<String> = table.actions().map(str::to_owned).collect();
    roles.sort_unstable();
    actions.sort_unstable();
    let allows = |role: &str, action: &str| {
        let assignments = [Assignment { role, scope: None }];
        let principal = Principal { assignments: &assignments, ..Principal::default() };
        let query = Query { principal, action, ..Query::default() };
        decide(&Request::new(table, query).expect("a request")).is_allowed()
    };
    let granted = roles
        .iter()
        .map(|role| {
            let positions = 0..actions.len();
            positions.filter(|action| allows(role, &actions[*action])).collect()
        })
        .collect();
    let title = format!("{policy}, {} x {}", roles.len(), actions.len());
    // An action that another principal might be granted with more than names is a guarded one.
    let dump = table.dump().to_string();
    let entries = dump.split_once("entries, by action").expect("entries").1;
    let guarded = actions
        .iter()
        .enumerate()
        .filter(|(_, action)| entries.lines().any(|line| line.trim_start() == action.as_str()));
    let guarded = guarded.map(|(at, _)| at).collect();
    let bundle = five.encode();
    Sample { title, policy: policy.to_owned(), bundle, roles, actions, granted, guarded }
}

/// So many roles, each granted so many of so many actions.
pub(crate) fn generated(role_count: usize, action_count: usize, per_action: usize) -> Sample {
    let mut random = Random(7);
    let mut roles: Vec<String> =
        (0..role_count).map(|role| format!("department-{}-position-{role}", role % 50)).collect();
    let mut actions: Vec<String> = (0..action_count)
        .map(|action| format!("service-{}/resource.verb-{}", action / 8, action % 8))
        .collect();
    roles.sort_unstable();
    actions.sort_unstable();
    let mut granted = vec![Vec::new(); role_count];
    let mut text = "schema = 1\npolicy = \"generated\"\nversion = \"1.0.0\"\n".to_owned();
    for role in &roles {
        writeln!(text, "[roles.{role}]").expect("memory");
    }
    for (at, action) in actions.iter().enumerate() {
        let start = random.below(role_count);
        let named = (0..per_action).map(|role| (start + role * 7 + random.below(7)) % role_count);
        let mut named: Vec<usize> = named.collect();
        named.sort_unstable();
        named.dedup();
        let texts: Vec<&str> = named.iter().map(|role| roles[*role].as_str()).collect();
        writeln!(text, "[[grants]]\nactions = [\"{action}\"]\nroles = {texts:?}").expect("memory");
        for role in named {
            granted[role].push(at);
        }
    }
    let bundle = build(vec![Source::new("generated.toml", text)]).expect("a good policy").encode();
    let cells: usize = granted.iter().map(Vec::len).sum();
    let title = format!("{role_count} x {action_count}, {cells} cells");
    let (policy, guarded) = ("generated".to_owned(), Vec::new());
    Sample { title, policy, bundle, roles, actions, granted, guarded }
}

/// A table with a plain permit, one under an assertion and one under an attribute.
pub(crate) fn conditional() -> Bundle {
    let text = r#"
        schema = 1
        policy = "conditional"
        version = "1.0.0"
        [attributes."principal.department"]
        type = "string"
        values = ["sales", "support"]
        [conditions.confirmed]
        [conditions.in-sales]
        attribute = "principal.department"
        equals = "sales"
        [roles.clerk]
        [[grants]]
        actions = ["orders.view"]
        roles = ["clerk"]
        [[grants]]
        actions = ["orders.confirm"]
        roles = ["clerk"]
        when = ["confirmed"]
        [[grants]]
        actions = ["orders.edit"]
        roles = ["clerk"]
        when = ["in-sales"]
    "#;
    build(vec![Source::new("conditional.toml", text)]).expect("a good policy")
}
