//! Random policies while they are being made: the tables of a file, before they are its text.
//! Not what they mean: what takes meaning (unused names, ticks) the oracle reads from the text.

use crate::oracle_draft_conditions::{attributes, conditions};
use crate::oracle_draft_grants::{Names, Statements, statements};
use crate::oracle_model::{conditions_seen, reads};
use crate::oracle_policy::Policy;
use crate::random::Rng;
use serde_json::{Value, json};
use std::fmt::Write;

const KINDS: [&str; 3] = ["human", "service-user", "robot"];
const SCOPES: [&str; 4] = ["account", "project", "region", "team-space"];
const ROLES: [&str; 10] = [
    "reader",
    "editor",
    "system.node",
    "cloud/admin",
    "roles:viewer",
    "ops-team",
    "Auditor",
    "x_1",
    "a.b/c:d",
    "2nd-line",
];
const TITLES: [&str; 4] = ["A title", "Просмотр услуг", "Said \"so\" \\ thus", "# not a comment"];

/// One table of a policy file: `[roles.R]`, or without a name `[direct]` and `[[grants]]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) keys: Vec<(&'static str, Value)>,
}

impl Table {
    pub(crate) fn new(name: &str) -> Table {
        Table { name: name.to_owned(), keys: Vec::new() }
    }

    pub(crate) fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.keys.retain(|(known, _)| *known != key);
        self.keys.push((key, value.into()));
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.keys.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The strings of an array; none where there is no such key.
    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        let items = self.get(key).and_then(Value::as_array).into_iter().flatten();
        items.map(|item| item.as_str().expect("a string").to_owned()).collect()
    }
}

/// A policy in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    kinds: Vec<Table>,
    scopes: Vec<Table>,
    attributes: Vec<Table>,
    conditions: Vec<Table>,
    roles: Vec<Table>,
    statements: Statements,
    is_cited: bool,
}

impl Draft {
    pub(crate) fn new(rng: &mut Rng, size: usize) -> Draft {
        let size = size.max(1);
        let mut kinds = if rng.percent(55) { kinds(rng) } else { Vec::new() };
        let scopes = if rng.percent(60) { scopes(rng) } else { Vec::new() };
        let roles = roles(rng, size, &kinds, &scopes);
        add_holds(rng, &mut kinds, &roles);
        let attributes = attributes(rng, size.min(3));
        let conditions = conditions(rng, size, &attributes, &names(&kinds));
        let known = Names {
            roles: &names(&roles),
            kinds: &names(&kinds),
            conditions: &names(&conditions),
            has_scopes: !scopes.is_empty(),
        };
        let statements = statements(rng, size, known);
        let is_cited = rng.percent(25);
        let mut draft =
            Draft { kinds, scopes, attributes, conditions, roles, statements, is_cited };
        draft.add_titles(rng);
        draft
    }

    /// Takes out conditions that no grant sees, and attributes that these alone read.
    pub(crate) fn remove_unused(&mut self, policy: &Policy) {
        let seen = conditions_seen(policy, policy.grants.iter());
        self.conditions.retain(|table| seen.contains(&table.name.as_str()));
        let read = |table: &Table| seen.iter().any(|name| reads(policy, name, &table.name));
        self.attributes.retain(read);
    }

    /// Gives most rows the number of ticks that their cells have.
    pub(crate) fn add_ticks(&mut self, rng: &mut Rng, rows: &[(String, Vec<&str>)]) {
        for (row, cells) in rows {
            let is_tick = |cell: &&&str| ["permit", "conditional", "partial"].contains(*cell);
            let tick_count = cells.iter().filter(is_tick).count();
            let mut grants = self.statements.grants.iter_mut();
            let of_row = grants.find(|grant| grant.get("row").is_some_and(|label| label == row));
            if tick_count > 0 && rng.percent(75) {
                of_row.expect("a grant has the row").set("ticks", tick_count);
            }
        }
    }

    /// The file.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("#:schema ../schema/policy.v1.schema.json\n");
        text.push_str("schema = 1\npolicy = \"random-policy\"\nversion = \"1.0.0\"\n");
        if self.is_cited {
            let rules = self.statements.grants.len();
            write!(text, "\n[source]\ndocument = \"random\"\nrules = {rules}\n").expect("a string");
        }
        let sections = [
            ("kinds", &self.kinds),
            ("scopes", &self.scopes),
            ("attributes", &self.attributes),
            ("conditions", &self.conditions),
            ("roles", &self.roles),
        ];
        for (section, tables) in sections {
            for table in tables {
                push_table(&mut text, &format!("[{section}.{}]", key(&table.name)), table);
            }
        }
        if let Some(actions) = &self.statements.actions {
            text.push_str("\n[actions]\n");
            for (number, action) in actions.iter().enumerate() {
                // A title alone, or a table: the two forms that an action may have.
                let title = json!(format!("Title {number}"));
                let value = if number % 3 == 1 {
                    format!("{{ title = {title} }}")
                } else {
                    title.to_string()
                };
                writeln!(text, "{} = {value}", json!(action)).expect("a string");
            }
        }
        if let Some(direct) = &self.statements.direct {
            push_table(&mut text, "[direct]", direct);
        }
        for (number, grant) in self.statements.grants.iter().enumerate() {
            let mut grant = grant.clone();
            if self.is_cited {
                grant.set("cites", json!([number + 1]));
            }
            push_table(&mut text, "[[grants]]", &grant);
        }
        text
    }

    /// No two grants say the same or the opposite of each other.
    pub(crate) fn is_valid(&self) -> bool {
        self.statements.are_distinct()
    }

    fn add_titles(&mut self, rng: &mut Rng) {
        let sections = [
            &mut self.kinds,
            &mut self.scopes,
            &mut self.attributes,
            &mut self.conditions,
            &mut self.roles,
            &mut self.statements.grants,
        ];
        for table in sections.into_iter().flatten() {
            if rng.percent(15) {
                let key = *rng.pick(&["title", "description"]);
                table.set(key, *rng.pick(&TITLES));
            }
        }
    }
}

pub(crate) fn names(tables: &[Table]) -> Vec<String> {
    tables.iter().map(|table| table.name.clone()).collect()
}

/// One table with its header, after an empty line.
pub(crate) fn push_table(text: &mut String, header: &str, table: &Table) {
    writeln!(text, "\n{header}").expect("a string");
    for (key, value) in &table.keys {
        // Strings, booleans, integers and arrays are written alike in JSON and TOML.
        writeln!(text, "{key} = {value}").expect("a string");
    }
}

/// A name as a key: quoted unless it is bare.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.chars().all(is_bare) { name.to_owned() } else { json!(name).to_string() }
}

fn kinds(rng: &mut Rng) -> Vec<Table> {
    let count = rng.between(1, 3);
    rng.some(&KINDS, count).into_iter().map(Table::new).collect()
}

fn scopes(rng: &mut Rng) -> Vec<Table> {
    let mut scopes: Vec<Table> = Vec::new();
    let count = rng.between(1, 3);
    for kind in rng.some(&SCOPES, count) {
        let mut scope = Table::new(kind);
        if !scopes.is_empty() && rng.percent(60) {
            scope.set("within", rng.pick(&scopes).name.as_str());
        }
        scopes.push(scope);
    }
    rng.shuffle(&mut scopes);
    scopes
}

fn roles(rng: &mut Rng, size: usize, kinds: &[Table], scopes: &[Table]) -> Vec<Table> {
    let count = rng.between(size.div_ceil(2), size);
    let mut pool: Vec<String> = ROLES.map(str::to_owned).to_vec();
    pool.extend((ROLES.len()..count).map(|number| format!("role-{number}")));
    let mut roles: Vec<Table> = Vec::new();
    for name in rng.some(&pool, count) {
        let role = role(rng, &name, &roles, &names(kinds), scopes);
        roles.push(role);
    }
    rng.shuffle(&mut roles);
    roles
}

/// A role above some of the earlier ones: so there are diamonds, but no cycles.
fn role(rng: &mut Rng, name: &str, roles: &[Table], kinds: &[String], scopes: &[Table]) -> Table {
    let mut role = Table::new(name);
    let mut juniors: Vec<String> = Vec::new();
    let mut kinds_left = kinds.to_vec();
    let mut is_confined = !kinds.is_empty() && rng.percent(25);
    let count = *rng.pick(&[0, 0, 1, 1, 2, 3]);
    for junior in rng.some(roles, count) {
        let common = common(&junior, &kinds_left);
        let is_known = |one: &str, other: &str| below(roles, one).contains(&other.to_owned());
        let is_redundant = juniors
            .iter()
            .any(|known| is_known(known, &junior.name) || is_known(&junior.name, known));
        // A senior's kinds lie among each junior's.
        if is_redundant || (!kinds.is_empty() && common.is_empty()) {
            continue;
        }
        is_confined |= junior.get("kinds").is_some();
        kinds_left = common;
        juniors.push(junior.name);
    }
    if !juniors.is_empty() {
        role.set("inherits", juniors);
    }
    if is_confined {
        let count = rng.between(1, kinds_left.len());
        role.set("kinds", rng.some(&kinds_left, count));
    }
    if !scopes.is_empty() && rng.percent(40) {
        role.set("scope", rng.pick(scopes).name.as_str());
    }
    role
}

/// Those of the kinds that may hold the role.
fn common(role: &Table, kinds: &[String]) -> Vec<String> {
    let of_role = role.strings("kinds");
    let may_hold = |kind: &&String| of_role.is_empty() || of_role.contains(kind);
    kinds.iter().filter(may_hold).cloned().collect()
}

fn below(roles: &[Table], name: &str) -> Vec<String> {
    let role = roles.iter().find(|role| role.name == name).expect("an earlier role");
    let juniors = role.strings("inherits");
    let deeper: Vec<String> = juniors.iter().flat_map(|junior| below(roles, junior)).collect();
    [juniors, deeper].concat()
}

/// Lets some kinds hold roles that need no scope and that the kind may hold.
fn add_holds(rng: &mut Rng, kinds: &mut [Table], roles: &[Table]) {
    for kind in kinds {
        let may_hold = |role: &&Table| {
            let is_unscoped = role.get("scope").is_none();
            is_unscoped && !common(role, std::slice::from_ref(&kind.name)).is_empty()
        };
        let able: Vec<String> = roles.iter().filter(may_hold).map(|r| r.name.clone()).collect();
        if !able.is_empty() && rng.percent(40) {
            let count = rng.between(1, 2);
            kind.set("holds", rng.some(&able, count));
        }
    }
}
