//! What no decision reads: constraints, delegations and invariants, as they stand in the file.
//! Not what they mean: a line and some keys; the naive oracle of each says the rest.

use crate::oracle_names::matches;
use crate::oracle_policy::{Grant, Policy};
use serde_json::Value;

/// One `[[section.word]]` of a policy file.
#[derive(Debug)]
pub(crate) struct Entry {
    /// `separation`, `never`; empty for a delegation.
    pub(crate) word: &'static str,
    /// The line of its header, counted from 1.
    pub(crate) line: usize,
    /// The line of its `except`.
    pub(crate) except_line: Option<usize>,
    table: Value,
}

/// The entries of one header, in file order.
pub(crate) fn entries(text: &str, section: &str, word: &'static str) -> Vec<Entry> {
    let document: Value = toml::from_str(text).expect("the policy is TOML");
    let path: Vec<&str> = [section, word].into_iter().filter(|part| !part.is_empty()).collect();
    let tables = path.iter().try_fold(&document, |value, part| value.get(part));
    let tables = tables.map_or(&[][..], |list| list.as_array().expect("an array of tables"));
    let header = format!("[[{}]]", path.join("."));
    let lines: Vec<&str> = text.lines().collect();
    let headers = (0..lines.len()).filter(|at| lines[*at].trim_end() == header);
    let entries: Vec<Entry> = headers
        .zip(tables)
        .map(|(at, table)| {
            let rest = lines[at + 1..].iter().take_while(|line| !line.starts_with('['));
            let except = rest.into_iter().position(|line| line.starts_with("except"));
            let except_line = except.map(|below| at + 2 + below);
            Entry { word, line: at + 1, except_line, table: table.clone() }
        })
        .collect();
    assert_eq!(entries.len(), tables.len(), "each `{header}` stands on a line of its own");
    entries
}

impl Entry {
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// The strings of an array; none where there is no such key.
    pub(crate) fn strings(&self, key: &str) -> Vec<&str> {
        let items = self.table.get(key).map(|list| list.as_array().expect("an array"));
        items.into_iter().flatten().map(|item| item.as_str().expect("a string")).collect()
    }

    pub(crate) fn is_together(&self) -> bool {
        self.table.get("held").is_some_and(|held| held == "together")
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|flag| flag.as_bool().expect("a boolean"))
    }

    pub(crate) fn string(&self, key: &str) -> Option<&str> {
        self.table.get(key).map(|text| text.as_str().expect("a string"))
    }

    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        let number = self.table.get(key)?.as_u64().expect("a number");
        Some(usize::try_from(number).expect("a small number"))
    }

    pub(crate) fn is_error(&self) -> bool {
        self.table.get("level").is_none_or(|level| level == "error")
    }

    /// Whether it speaks of every role, stated or, where `roles` may be left out, not.
    pub(crate) fn is_for_all(&self, key: &str) -> bool {
        !self.has(key) || self.strings(key) == ["*"]
    }

    /// The roles that a key names, each once; `*` and what is left out are all.
    pub(crate) fn roles<'a>(&'a self, key: &str, policy: &'a Policy) -> Vec<&'a str> {
        if self.is_for_all(key) {
            policy.roles.iter().map(|role| role.name.as_str()).collect()
        } else {
            self.strings(key)
        }
    }

    /// Whether `actions` (left out: all) names the action, whatever `except` says.
    pub(crate) fn names(&self, action: &str) -> bool {
        !self.has("actions") || self.strings("actions").iter().any(|entry| matches(entry, action))
    }

    pub(crate) fn excepts(&self, action: &str) -> bool {
        self.strings("except").iter().any(|entry| matches(entry, action))
    }

    /// Whether it speaks of principals of the kind, where the policy declares kinds.
    pub(crate) fn speaks_of(&self, kind: Option<&str>) -> bool {
        !self.has("kinds") || kind.is_some_and(|kind| self.strings("kinds").contains(&kind))
    }

    /// A grant of nothing under the entry's conditions: conditions are judged on grants.
    pub(crate) fn conditions(&self) -> Grant {
        let owned = |key| self.strings(key).into_iter().map(str::to_owned).collect();
        Grant {
            forbids: false,
            actions: Vec::new(),
            roles: Vec::new(),
            when: owned("when"),
            unless: owned("unless"),
            anywhere: false,
            row: None,
        }
    }
}
