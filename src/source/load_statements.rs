//! The loader of statements: grants, constraints, delegations, invariants, statements.
//!
//! Not of declarations, which `load` reads.

use crate::model::{Change, Effect};
use crate::table::notes::{Evidence, HeldRoles, InvariantSays};
use crate::table::rules::Level;

use super::fields::{Fields, word};
use super::keys::{self, Keys};
use super::load::{entries, table};
use super::policy::{Constraint, Delegation, Grant, Invariant, Says, Statement};

pub(super) fn grant(fields: &mut Fields<'_>) -> Grant {
    let effects = [Effect::Permit, Effect::Forbid].map(|effect| (effect.as_str(), effect));
    let evidence = [Evidence::Published, Evidence::Prose, Evidence::Counted, Evidence::Inferred];
    Grant {
        about: fields.about(),
        actions: fields.required_names("actions"),
        roles: fields.required_names("roles"),
        except: fields.names("except"),
        effect: fields.word("effect", &effects).unwrap_or(Effect::Permit),
        when: fields.names("when"),
        unless: fields.names("unless"),
        anywhere: fields.flag("anywhere"),
        row: fields.form("row"),
        ticks: fields.count("ticks"),
        evidence: fields.word("evidence", &evidence.map(|evidence| (evidence.as_str(), evidence))),
        uncertain: fields.names("uncertain"),
    }
}

/// `[[constraints.X]]`: one array a type.
pub(super) fn constraints(fields: &mut Fields<'_>) -> Vec<Constraint> {
    type Read = fn(&mut Fields<'_>) -> Says;
    let types: [(Keys, Read); 7] = [
        (keys::SEPARATION, separation),
        (keys::NO_SUBSUMED_ROLES, |fields| Says::NoSubsumedRoles {
            roles: fields.some_names("roles"),
        }),
        (keys::CARDINALITY, cardinality),
        (keys::ROLES_PER_PRINCIPAL, roles_per_principal),
        (keys::FIXED, |fields| Says::Fixed { roles: fields.required_names("roles") }),
        (keys::IMMUTABLE_KIND, |_| Says::ImmutableKind),
        (keys::REQUIRES, requires),
    ];
    let read = |fields: &mut Fields<'_>| {
        fields.about();
        let mut list = Vec::new();
        for (keys, says) in types {
            let read = |fields: &mut Fields<'_>| Constraint {
                about: fields.about(),
                level: level(fields),
                says: says(fields),
            };
            list.extend(entries(fields, keys.definition, keys, read).unwrap_or_default());
        }
        list
    };
    table(fields, "constraints", keys::CONSTRAINTS, read).unwrap_or_default()
}

fn separation(fields: &mut Fields<'_>) -> Says {
    Says::Separation {
        roles: fields.required_names("roles"),
        against: fields.some_names("against"),
        same_scope: fields.flag("same-scope"),
    }
}

fn cardinality(fields: &mut Fields<'_>) -> Says {
    Says::Cardinality {
        roles: fields.required_names("roles"),
        min: fields.count("min"),
        max: fields.count("max"),
        per: fields.form("per"),
    }
}

fn roles_per_principal(fields: &mut Fields<'_>) -> Says {
    Says::RolesPerPrincipal {
        min: fields.count("min"),
        max: fields.count("max"),
        kinds: fields.some_names("kinds"),
    }
}

fn requires(fields: &mut Fields<'_>) -> Says {
    Says::Requires {
        roles: fields.required_names("roles"),
        all_of: fields.some_names("all-of").unwrap_or_default(),
        any_of: fields.some_names("any-of").unwrap_or_default(),
        same_scope: fields.flag("same-scope"),
    }
}

fn level(fields: &mut Fields<'_>) -> Level {
    let levels = [("error", Level::Error), ("advice", Level::Advice)];
    fields.word("level", &levels).unwrap_or(Level::Error)
}

pub(super) fn delegation(fields: &mut Fields<'_>) -> Delegation {
    let changes = [Change::Assign, Change::Revoke].map(|change| (change.as_str(), change));
    let may = fields.list("may", 1, |node| word(node, &changes));
    Delegation {
        about: fields.about(),
        by: fields.required_names("by"),
        assign: fields.required_names("assign"),
        may: may.map_or_else(
            || vec![Change::Assign, Change::Revoke],
            |may| may.into_iter().map(|change| change.value).collect(),
        ),
        kinds: fields.some_names("kinds"),
        holding: fields.names("holding"),
        not_holding: fields.names("not-holding"),
        when: fields.names("when"),
        unless: fields.names("unless"),
    }
}

/// `[[invariants.X]]`: one array a type.
pub(super) fn invariants(fields: &mut Fields<'_>) -> Vec<Invariant> {
    let types = [
        (keys::PERMITS, InvariantSays::Permits),
        (keys::NEVER, InvariantSays::Never),
        (keys::ONLY, InvariantSays::Only),
        (keys::COVERS, InvariantSays::Covers),
    ];
    let read = |fields: &mut Fields<'_>| {
        fields.about();
        let mut list = Vec::new();
        for (keys, says) in types {
            let read = |fields: &mut Fields<'_>| invariant(fields, says);
            list.extend(entries(fields, keys.definition, keys, read).unwrap_or_default());
        }
        list
    };
    table(fields, "invariants", keys::INVARIANTS, read).unwrap_or_default()
}

fn invariant(fields: &mut Fields<'_>, says: InvariantSays) -> Invariant {
    let roles = fields.some_names("roles");
    let actions = fields.some_names("actions");
    let needs = match says {
        InvariantSays::Permits | InvariantSays::Only => ["roles", "actions"].as_slice(),
        InvariantSays::Never => &[],
        InvariantSays::Covers => &["roles", "of"],
    };
    for key in needs {
        let there = fields.has(key).then_some(());
        fields.require(key, there);
    }
    let held = [("alone", HeldRoles::Alone), ("together", HeldRoles::Together)];
    let of = if says == InvariantSays::Covers { fields.some_names("of") } else { None };
    Invariant {
        about: fields.about(),
        says,
        roles,
        actions,
        except: fields.names("except"),
        of: of.unwrap_or_default(),
        when: fields.names("when"),
        unless: fields.names("unless"),
        kinds: fields.some_names("kinds"),
        held: fields.word("held", &held).unwrap_or(HeldRoles::Alone),
    }
}

pub(super) fn statement(fields: &mut Fields<'_>) -> Option<Statement> {
    let text = fields.form("text");
    let text = fields.require("text", text);
    let because = fields.has("because").then_some(());
    fields.require("because", because);
    Some(Statement { about: fields.about(), text: text? })
}
