//! A diff for machines, in the shape of `schema/diff.v1.schema.json`.
//!
//! Not text: conditions are data here.

use policyc::{
    AccessChange, ChangeSource, Clause, Diff, HeldIs, JSON_FORMAT_VERSION, KindIs, NameChange,
    PolicyDiff, Rename, Side, StatementChange, ValueIs, Who,
};
use serde_json::{Value, json};

pub(super) fn json(diff: &Diff) -> Value {
    json!({
        "format_version": JSON_FORMAT_VERSION,
        "verdict": diff.verdict().as_str(),
        "added": diff.added,
        "removed": diff.removed,
        "policies": diff.policies.iter().map(policy).collect::<Vec<_>>(),
    })
}

fn policy(policy: &PolicyDiff) -> Value {
    json!({
        "policy": policy.policy,
        "title": policy.title,
        "old_version": policy.old_version,
        "new_version": policy.new_version,
        "verdict": policy.verdict.as_str(),
        "needs": policy.needs.as_str(),
        "makes": policy.makes.map_or("back", policyc::Bump::as_str),
        "enough": policy.is_bump_enough(),
        "access": policy.access.iter().map(access).collect::<Vec<_>>(),
        "names": policy.names.iter().map(name).collect::<Vec<_>>(),
        "renames": policy.renames.iter().map(rename).collect::<Vec<_>>(),
        "statements": policy.statements.iter().map(statement).collect::<Vec<_>>(),
    })
}

fn access(change: &AccessChange) -> Value {
    let (who, role, but_for) = match &change.who {
        Who::Role { name, .. } => ("role", Some(name), None),
        Who::Everyone { but_for } => ("everyone", None, Some(but_for)),
        _ => ("directly", None, None),
    };
    let all = |clauses: &Vec<Clause>| Value::from(clauses.iter().map(clause).collect::<Vec<_>>());
    json!({
        "who": who,
        "role": role,
        "but_for": but_for,
        "action": change.action,
        "how": change.how.as_str(),
        "within": change.guard.within.as_str(),
        "any_of": change.guard.any_of.iter().map(all).collect::<Vec<_>>(),
        "before": change.before.iter().map(source).collect::<Vec<_>>(),
        "after": change.after.iter().map(source).collect::<Vec<_>>(),
    })
}

fn source(source: &ChangeSource) -> Value {
    json!({ "file": source.file, "line": source.line, "label": source.label })
}

fn clause(clause: &Clause) -> Value {
    match clause {
        Clause::Kind(kinds) => json!({ "kind": kinds.iter().map(kind).collect::<Vec<_>>() }),
        Clause::Held(held) => json!({ "held": held.iter().map(held_json).collect::<Vec<_>>() }),
        Clause::Condition(condition) => json!({
            "condition": condition.name,
            "stands": condition.stands.as_str(),
            "test": condition.test,
            "side": condition.side.map(Side::as_str),
        }),
        Clause::Attribute(name, values) => {
            json!({ "attribute": name, "values": values.iter().map(value).collect::<Vec<_>>() })
        }
        _ => Value::Null,
    }
}

fn kind(kind: &KindIs) -> Value {
    match kind {
        KindIs::Named(name) => json!({ "is": "declared", "name": name }),
        KindIs::Missing => json!({ "is": "missing" }),
        _ => json!({ "is": "undeclared" }),
    }
}

fn held_json(held: &HeldIs) -> Value {
    match held {
        HeldIs::Unscoped => json!({ "is": "unscoped" }),
        HeldIs::Inside(kind) => json!({ "is": "inside", "scope": kind }),
        HeldIs::Elsewhere(kind) => json!({ "is": "elsewhere", "scope": kind }),
        HeldIs::Unsaid(kind) => json!({ "is": "unsaid", "scope": kind }),
        _ => json!({ "is": "undeclared" }),
    }
}

fn value(value: &ValueIs) -> Value {
    match value {
        ValueIs::Value(text) => json!({ "is": "value", "value": text }),
        ValueIs::Other => json!({ "is": "other" }),
        ValueIs::Range(from, to) => json!({ "is": "range", "from": from, "to": to }),
        _ => json!({ "is": "missing" }),
    }
}

fn name(change: &NameChange) -> Value {
    json!({
        "what": change.what,
        "name": change.name,
        "state": change.state.as_str(),
        "before": change.before.as_ref().map(source),
        "after": change.after.as_ref().map(source),
    })
}

fn rename(rename: &Rename) -> Value {
    json!({ "what": rename.what, "from": rename.from, "to": rename.to })
}

fn statement(change: &StatementChange) -> Value {
    json!({
        "what": change.what,
        "title": change.title,
        "state": change.state.as_str(),
        "says": change.says,
        "said": change.said,
        "before": change.before.as_ref().map(source),
        "after": change.after.as_ref().map(source),
    })
}
