//! Unit tests of the source: the schemas, the loaders and the grammar of names say the same.
//!
//! Not tests of messages, which `tests/it/bad_files.rs` reviews.

mod names;
mod pieces;
mod schema;
mod shapes;
mod yaml_keys;
mod yaml_shapes;

use serde_json::Value;

use super::fields::ShapeError;
use super::keys::{self, Keys};
use super::schema::{self as schemas, Shape};
use super::tree::Node;
use super::{config, load, load_directory, load_suite};
use crate::diagnostic::FileId;

/// One kind of file, with all that says what it may hold.
#[derive(Clone, Copy)]
struct FileKind {
    name: &'static str,
    shape: &'static Shape,
    /// The keys of the whole file, and of every table in it.
    whole: Keys,
    tables: &'static [Keys],
    load: fn(&Node<'_>) -> Result<(), Vec<ShapeError>>,
}

const POLICY: FileKind = FileKind {
    name: "policy",
    shape: &schemas::POLICY,
    whole: keys::POLICY,
    tables: &TABLES,
    load: |tree| load::policy(tree).map(|_| ()),
};

const SUITE: FileKind = FileKind {
    name: "suite",
    shape: &schemas::SUITE,
    whole: keys::SUITE,
    tables: &[
        keys::PLACEMENT,
        keys::MEMBER,
        keys::PRINCIPAL,
        keys::RESOURCE,
        keys::TABLE,
        keys::CELLS,
        keys::CASE,
        keys::HOLD,
        keys::PROPOSAL,
        keys::AUDIT,
    ],
    load: |tree| load_suite::suite(tree).map(|_| ()),
};

const DIRECTORY: FileKind = FileKind {
    name: "directory",
    shape: &schemas::DIRECTORY,
    whole: keys::DIRECTORY,
    tables: &[keys::PLACEMENT, keys::MEMBER],
    load: |tree| load_directory::directory(tree).map(|_| ()),
};

const CONFIG: FileKind = FileKind {
    name: "config",
    shape: &schemas::CONFIG,
    whole: keys::CONFIG,
    tables: &[],
    load: |tree| config::config(tree).map(|_| ()),
};

const FILE_KINDS: [FileKind; 4] = [POLICY, SUITE, DIRECTORY, CONFIG];

impl FileKind {
    /// The schema as JSON.
    fn root(&self) -> Value {
        self.shape.json.clone()
    }

    fn validator(&self) -> jsonschema::Validator {
        jsonschema::draft7::new(&self.root()).expect("the schema can be used")
    }

    /// Whether the schema alone, and the loader alone, accept a document.
    fn verdicts(
        &self,
        validator: &jsonschema::Validator,
        tree: &Node<'_>,
    ) -> (bool, Result<(), String>) {
        let what = |errors: Vec<ShapeError>| {
            errors.into_iter().map(|error| error.what).collect::<Vec<_>>().join("; ")
        };
        let is_valid = validator.is_valid(&tree.to_json());
        // What users get reads the tree in place.
        let found = schemas::validate(tree, FileId::default(), self.shape);
        assert_eq!(found.is_ok(), is_valid, "{found:?} of {}", tree.to_json());
        (is_valid, (self.load)(tree).map_err(what))
    }
}

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
