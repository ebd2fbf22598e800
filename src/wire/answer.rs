//! From a decision to a JSON answer.
//!
//! Not for people: `cli` renders explanations as text.

use serde_json::{Map, Value, json};

use crate::analyze;
use crate::evaluate::{ConditionState, Explanation, Reason, Request, Shortfall, decide, explain};
use crate::table::Bundle;

use super::JSON_FORMAT_VERSION;
use super::json::Json;
use super::read::ReadRequest;
use super::remedies;

/// Answers one JSON request.
///
/// # Errors
/// What is wrong with the request, for the one who sent it; the answer is then `{"error": …}`.
pub fn answer(
    bundle: &Bundle,
    request: &str,
    with_explanation: bool,
) -> Result<Value, MalformedRequest> {
    let json = Json::parse(request).map_err(MalformedRequest)?;
    let read = ReadRequest::new(&json).map_err(MalformedRequest)?;
    let request = Request::for_policy(bundle, read.policy, read.query());
    let request = request.map_err(|error| MalformedRequest(error.to_string()))?;
    Ok(answer_json(&request, with_explanation))
}

/// What is wrong with a JSON request, for the one who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedRequest(String);

impl std::fmt::Display for MalformedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MalformedRequest {}

/// The answer to a request that was built otherwise.
#[must_use]
pub fn answer_json(request: &Request<'_>, with_explanation: bool) -> Value {
    let decision = decide(request);
    let mut answer = Map::new();
    answer.insert("decision".to_owned(), decision.as_str().into());
    answer.insert("basis".to_owned(), decision.basis().as_str().into());
    answer.insert("unknown_roles".to_owned(), request.unknown_roles().into());
    if with_explanation {
        let mut explanation = explanation_json(&explain(request));
        if let Some(explanation) = explanation.as_object_mut().filter(|_| !decision.is_allowed()) {
            explanation.insert("remedies".to_owned(), remedies::json(&analyze::remedies(request)));
        }
        answer.insert("explanation".to_owned(), explanation);
    }
    answer.insert("format_version".to_owned(), JSON_FORMAT_VERSION.into());
    Value::Object(answer)
}

fn explanation_json(explanation: &Explanation<'_>) -> Value {
    json!({ "reasons": explanation.reasons.iter().map(reason_json).collect::<Vec<_>>() })
}

/// Keys whose value is not there are left out.
fn reason_json(reason: &Reason<'_>) -> Value {
    let stated = &reason.stated;
    let mut json = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            json.insert(key.to_owned(), value);
        }
    };
    put("stated_in", if stated.is_grant { "grant" } else { "direct" }.into());
    put("effect", stated.effect.as_str().into());
    put("file", stated.file.into());
    put("line", stated.line.into());
    put("row", stated.row.into());
    put("title", stated.title.into());
    put("because", stated.because.into());
    put("evidence", stated.evidence.into());
    put("roles", reason.roles.clone().into());
    put("through_kind", reason.through_kind.into());
    put("scope", reason.scope.map(|scope| scope.to_string()).into());
    put("conditions", reason.conditions.iter().map(condition_json).collect());
    put("miss", reason.miss.map(|miss| miss.as_str()).into());
    Value::Object(json)
}

fn condition_json(state: &ConditionState<'_>) -> Value {
    let shortfall = |shortfall: &Shortfall<'_>| match shortfall {
        Shortfall::NotAsserted { condition } => json!({"not_asserted": condition}),
        Shortfall::Missing { attribute } => json!({"missing": attribute}),
        Shortfall::OtherType { attribute } => json!({"of_another_type": attribute}),
        Shortfall::OutsideValues { attribute } => json!({"outside_values": attribute}),
    };
    json!({
        "condition": state.name,
        "must_hold": state.must_hold,
        "holds": state.truth.as_str(),
        "shortfalls": state.shortfalls.iter().map(shortfall).collect::<Vec<_>>(),
    })
}
