//! The product behind the oracle's interface: a JSON request in, decision and basis out.
//!
//! Not the library's own types: requests go in as JSON lines, as they do on the command line.

use policyc::{Bundle, answer};
use serde_json::Value;

use crate::oracle::Answer;

/// Answers a request from a bundle; `Err` where the request is malformed.
pub(crate) fn decide(bundle: &Bundle, request: &Value) -> Result<Answer, String> {
    let answer = answer(bundle, &request.to_string(), false).map_err(|error| error.to_string())?;
    let word = |key: &str, known: &[&'static str]| {
        let word = answer[key].as_str().expect("a word");
        *known.iter().find(|known| **known == word).unwrap_or_else(|| panic!("{key} `{word}`"))
    };
    let bases = policyc::Basis::ALL.map(policyc::Basis::as_str);
    let roles = answer["unknown_roles"].as_array().expect("a list").iter();
    Ok(Answer {
        decision: word("decision", &["allow", "deny"]),
        basis: word("basis", &bases),
        unknown_roles: roles.map(|role| role.as_str().expect("a name").to_owned()).collect(),
    })
}
