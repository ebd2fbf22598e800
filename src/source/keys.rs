//! The keys of every table: what the loader may read and the schema must describe.
//!
//! Not their meaning. A test compares these lists with the schema, and the loader refuses to read a
//! key that is not listed, so the three cannot drift apart.

/// The keys of one table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    /// The table's name among the schema's definitions; empty for the whole file.
    pub definition: &'static str,
    /// Its own keys, beside `title` and `description`.
    pub own: &'static [&'static str],
    /// Whether it also has `because` and `cites`, as every entry that states something does.
    pub states: bool,
    /// Whether it also has `allow`, as every entry of a policy does that lints speak of.
    pub allows: bool,
}

impl Keys {
    pub(super) fn contains(&self, key: &str) -> bool {
        self.own.contains(&key)
            || matches!(key, "title" | "description")
            || (self.states && matches!(key, "because" | "cites"))
            || (self.allows && key == "allow")
    }
}

const fn states(definition: &'static str, own: &'static [&'static str]) -> Keys {
    Keys { definition, own, states: true, allows: true }
}

/// Of a suite, which has no lints to allow.
const fn cites(definition: &'static str, own: &'static [&'static str]) -> Keys {
    Keys { definition, own, states: true, allows: false }
}

pub(super) const POLICY: Keys = Keys {
    definition: "",
    own: &[
        "schema",
        "policy",
        "version",
        "source",
        "kinds",
        "scopes",
        "attributes",
        "conditions",
        "roles",
        "direct",
        "actions",
        "grants",
        "constraints",
        "delegations",
        "invariants",
        "statements",
    ],
    states: false,
    allows: true,
};
pub(super) const SOURCE: Keys = Keys {
    definition: "source",
    own: &["document", "address", "published", "note", "rules"],
    states: false,
    allows: false,
};
pub(super) const ACTION: Keys =
    Keys { definition: "action", own: &[], states: false, allows: true };
pub(super) const KIND: Keys = states("kind", &["holds"]);
pub(super) const SCOPE: Keys = states("scope", &["within"]);
pub(super) const ATTRIBUTE: Keys = states("attribute", &["type", "values"]);
pub(super) const CONDITION: Keys = states(
    "condition",
    &["attribute", "equals", "in", "matches-attribute", "at-least", "at-most", "all", "any", "not"],
);
/// The keys that make a condition of others, and take no `attribute`.
pub(super) const COMBINE: [&str; 3] = ["all", "any", "not"];
pub(super) const ROLE: Keys = states("role", &["inherits", "kinds", "scope"]);
pub(super) const DIRECT: Keys = states("direct", &["actions", "kinds"]);
pub(super) const GRANT: Keys = states(
    "grant",
    &[
        "actions",
        "roles",
        "except",
        "effect",
        "when",
        "unless",
        "anywhere",
        "row",
        "ticks",
        "evidence",
        "uncertain",
    ],
);
pub(super) const DELEGATION: Keys = states(
    "delegation",
    &["by", "assign", "may", "kinds", "holding", "not-holding", "when", "unless"],
);
pub(super) const STATEMENT: Keys = states("statement", &["text"]);

pub(super) const SEPARATION: Keys =
    states("separation", &["roles", "against", "same-scope", "level"]);
pub(super) const NO_SUBSUMED_ROLES: Keys = states("no-subsumed-roles", &["roles", "level"]);
pub(super) const CARDINALITY: Keys =
    states("cardinality", &["roles", "min", "max", "per", "level"]);
pub(super) const ROLES_PER_PRINCIPAL: Keys =
    states("roles-per-principal", &["min", "max", "kinds", "level"]);
pub(super) const FIXED: Keys = states("fixed", &["roles", "level"]);
pub(super) const IMMUTABLE_KIND: Keys = states("immutable-kind", &["level"]);
pub(super) const REQUIRES: Keys =
    states("requires", &["roles", "all-of", "any-of", "same-scope", "level"]);

pub(super) const CONSTRAINTS: Keys = Keys {
    definition: "constraints",
    own: &[
        "separation",
        "no-subsumed-roles",
        "cardinality",
        "roles-per-principal",
        "fixed",
        "immutable-kind",
        "requires",
    ],
    states: false,
    allows: false,
};

const INVARIANT: &[&str] = &["roles", "actions", "except", "when", "unless", "kinds", "held"];
pub(super) const PERMITS: Keys = states("permits", INVARIANT);
pub(super) const NEVER: Keys = states("never", INVARIANT);
pub(super) const ONLY: Keys = states("only", INVARIANT);
pub(super) const COVERS: Keys =
    states("covers", &["roles", "actions", "of", "except", "when", "unless", "kinds", "held"]);

pub(super) const INVARIANTS: Keys = Keys {
    definition: "invariants",
    own: &["permits", "never", "only", "covers"],
    states: false,
    allows: false,
};

pub(super) const DIRECTORY: Keys = Keys {
    definition: "",
    own: &["schema", "policy", "scopes", "principals"],
    states: false,
    allows: false,
};
pub(super) const PLACEMENT: Keys =
    Keys { definition: "placement", own: &["within"], states: false, allows: false };
pub(super) const MEMBER: Keys = Keys {
    definition: "member",
    own: &["id", "kind", "active", "attributes", "roles", "direct"],
    states: false,
    allows: false,
};

pub(super) const SUITE: Keys = Keys {
    definition: "",
    own: &[
        "schema",
        "policy",
        "principals",
        "resources",
        "scopes",
        "tables",
        "cases",
        "holds",
        "may-assign",
        "audit",
    ],
    states: false,
    allows: false,
};
pub(super) const PRINCIPAL: Keys = Keys {
    definition: "principal",
    own: &["id", "kind", "attributes", "roles", "direct"],
    states: false,
    allows: false,
};
pub(super) const RESOURCE: Keys = Keys {
    definition: "resource",
    own: &["type", "id", "scopes", "attributes"],
    states: false,
    allows: false,
};
pub(super) const TABLE: Keys =
    cites("table", &["principals", "resource", "action-attributes", "context", "assert", "cells"]);
pub(super) const CELLS: Keys = cites("cells", &["allow", "deny"]);
pub(super) const CASE: Keys = cites(
    "case",
    &[
        "principal",
        "action",
        "resource",
        "action-attributes",
        "context",
        "assert",
        "expect",
        "basis",
        "grant",
    ],
);
pub(super) const HOLD: Keys = cites("hold", &["principal", "expect", "findings"]);
pub(super) const PROPOSAL: Keys =
    cites("proposal", &["by", "change", "role", "to", "context", "assert", "expect", "basis"]);
pub(super) const AUDIT: Keys =
    cites("audit", &["principals", "scopes", "before", "expect", "findings"]);

pub(super) const CONFIG: Keys =
    Keys { definition: "", own: &["schema", "fail-level", "lints"], states: false, allows: false };
