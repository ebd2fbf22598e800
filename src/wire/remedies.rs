//! What would allow a denied request, in JSON.
//!
//! Not the finding of it, which is `analyze`'s.

use serde_json::{Map, Value, json};

use crate::analyze::{Objection, Remedies, Remedy, RequestChange};

pub(super) fn json(remedies: &Remedies<'_>) -> Value {
    json!({
        "list": remedies.list.iter().map(remedy_json).collect::<Vec<_>>(),
        "more_count": remedies.more_count,
        "tried": remedies.tried,
    })
}

fn remedy_json(remedy: &Remedy<'_>) -> Value {
    json!({
        "changes": remedy.changes.iter().map(change_json).collect::<Vec<_>>(),
        "objections": remedy.objections.iter().map(objection_json).collect::<Vec<_>>(),
    })
}

fn change_json(change: &RequestChange<'_>) -> Value {
    match change {
        RequestChange::Assign { assignment, assigners } => {
            json!({ "assign": assignment.to_string(), "assigners": assigners })
        }
        RequestChange::Revoke(assignment) => json!({ "revoke": assignment.to_string() }),
        RequestChange::Direct(direct) => json!({ "direct": direct.to_string() }),
        RequestChange::Scope(scope) => json!({ "scope": scope.to_string() }),
        RequestChange::Kind(kinds) => json!({ "kinds": kinds }),
        RequestChange::Attribute { name, values } => json!({ "attribute": name, "values": values }),
        RequestChange::Assert { condition, holds } => {
            json!({ "assert": condition, "holds": holds })
        }
    }
}

/// Keys whose value is not there are left out.
fn objection_json(objection: &Objection<'_>) -> Value {
    let mut json = Map::new();
    json.insert("constraint".to_owned(), objection.constraint.into());
    json.insert("is_error".to_owned(), objection.is_error.into());
    if let Some(title) = objection.title {
        json.insert("title".to_owned(), title.into());
    }
    json.insert("file".to_owned(), objection.file.into());
    json.insert("line".to_owned(), objection.line.into());
    Value::Object(json)
}
