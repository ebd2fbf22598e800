//! Unit tests of the source: the schema, the loader and the grammar of names say the same.
//!
//! Not tests of messages, which `tests/it/bad_files.rs` reviews.

mod names;
mod schema;
mod shapes;

use serde_json::Value;

use super::POLICY_SCHEMA;
use super::keys::{self, Keys};

const TABLES: [Keys; 24] = [
    keys::SOURCE,
    keys::ACTION,
    keys::KIND,
    keys::SCOPE,
    keys::ATTRIBUTE,
    keys::CONDITION,
    keys::ROLE,
    keys::DIRECT,
    keys::GRANT,
    keys::DELEGATION,
    keys::STATEMENT,
    keys::CONSTRAINTS,
    keys::SEPARATION,
    keys::NO_SUBSUMED_ROLES,
    keys::CARDINALITY,
    keys::ROLES_PER_PRINCIPAL,
    keys::FIXED,
    keys::IMMUTABLE_KIND,
    keys::REQUIRES,
    keys::INVARIANTS,
    keys::PERMITS,
    keys::NEVER,
    keys::ONLY,
    keys::COVERS,
];

/// The schema as JSON.
fn root() -> Value {
    serde_json::from_str(POLICY_SCHEMA).expect("the schema is JSON")
}

/// All keys of a table, as the loader may read them.
fn keys_of(table: Keys) -> std::collections::BTreeSet<&'static str> {
    let mut keys: std::collections::BTreeSet<&str> = table.own.iter().copied().collect();
    assert_eq!(keys.len(), table.own.len(), "{}: a key is listed twice", table.definition);
    keys.extend(["title", "description"]);
    if table.allows {
        keys.insert("allow");
    }
    if table.states {
        keys.extend(["because", "cites"]);
    }
    keys
}
